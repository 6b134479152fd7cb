use super::*;
use proptest::prelude::*;

const FILE: &str = "投标人应当按照招标文件的要求编制投标文件，对工期、质量和安全作出承诺。";

#[test]
fn what_the_tender_file_said_is_no_likeness() {
    let template = Template::new(FILE);
    let one = format!("{FILE}我公司在本县完成过三座小桥的维修，项目经理张工有十年经验。");
    let other = format!("{FILE}本单位拟投入挖掘机两台、压路机一台，夜间不施工以免扰民。");
    let (a, b) = (Pieces::of(&one, &template), Pieces::of(&other, &template));
    assert_eq!(a.likeness(&b), 0.0);
    assert!(Pieces::of(&one, &Template::default()).likeness(&Pieces::of(&other, &Template::default())) > 0.3);
    assert_eq!(a.likeness(&a), 1.0);
    assert_eq!(
        Pieces::of(FILE, &template).likeness(&Pieces::of(FILE, &template)),
        0.0,
        "nothing is left of either"
    );
}

#[test]
fn layout_and_punctuation_hide_nothing() {
    let template = Template::default();
    let plain = Pieces::of("混凝土浇筑前应当洒水湿润基层", &template);
    let laid_out = Pieces::of("混凝土 浇筑前，应当\n洒水（湿润）基层。", &template);
    assert_eq!(plain, laid_out);
}

#[test]
fn the_same_rare_mistakes_stand_side_by_side() {
    let template = Template::new(FILE);
    let one = format!("一、{FILE}施工中应当注意防火放盗，每立方米单价三百二十一元七角。二、其他。");
    let other = format!("{FILE}我们承诺：应当注意防火放盗，每立方米单价三百二十一元七角；余略。");
    let passages = common_passages(&one, &other, &template, 8);
    assert_eq!(passages, ["应当注意防火放盗每立方米单价三百二十一元七角"]);
    assert_eq!(common_passages(&one, &other, &template, 40), Vec::<String>::new());
    assert_eq!(common_passages(FILE, FILE, &template, 8), Vec::<String>::new());
}

/// A text of `n` words, each one of many, from a seed.
fn text(seed: u64, n: usize) -> String {
    let word =
        |k: usize| char::from_u32(0x4e00 + (mix(seed ^ (k as u64) << 20) % 8000) as u32).unwrap_or('一');
    (0..n).map(word).collect()
}

#[test]
fn the_archive_finds_what_is_alike_among_what_is_not() {
    let template = Template::default();
    let mut archive = Archive::default();
    for n in 0..200 {
        archive.add(&n.to_string(), &Pieces::of(&text(n, 400), &template));
    }
    let copied = format!("{}{}", text(7, 360), text(9_999, 40));
    let found = archive.like(&Pieces::of(&copied, &template), 0.5);
    assert_eq!(found.iter().map(|like| like.document.as_str()).collect::<Vec<_>>(), ["7"]);
    assert_eq!(archive.like(&Pieces::of(&text(5_000, 400), &template), 0.1), []);
    assert_eq!(archive.like(&Pieces::default(), 0.0), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn likeness_is_mutual_and_a_share(a in "[甲乙丙丁]{0,60}", b in "[甲乙丙丁]{0,60}") {
        let (a, b) = (Pieces::of(&a, &Template::default()), Pieces::of(&b, &Template::default()));
        let likeness = a.likeness(&b);
        prop_assert_eq!(likeness, b.likeness(&a));
        prop_assert!((0.0..=1.0).contains(&likeness));
        prop_assert_eq!(a.likeness(&a), if a.is_empty() { 0.0 } else { 1.0 });
    }

    /// The estimate of the archive is never far from the truth.
    #[test]
    fn the_estimate_is_near_the_truth(seed in 0u64..1000, kept in 150usize..400) {
        let template = Template::default();
        let (whole, part) = (text(seed, 400), format!("{}{}", text(seed, kept), text(seed + 5000, 400 - kept)));
        let (one, other) = (Pieces::of(&whole, &template), Pieces::of(&part, &template));
        let mut archive = Archive::default();
        archive.add("whole", &one);
        if let [like] = archive.like(&other, 0.0).as_slice() {
            prop_assert!((like.likeness - one.likeness(&other)).abs() < 0.25, "{} {}", like.likeness, one.likeness(&other));
        }
    }
}
