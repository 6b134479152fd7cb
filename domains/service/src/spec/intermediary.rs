//! 中介机构。 Named in the case by whoever received the paper; one that makes nearly all papers of an item is shown.

use super::*;
use crate::intermediary::concentrations;

/// The asked paper is one that an intermediary makes.
pub(super) fn bought() -> Definition {
    super::signature::sealed()
}

fn name(material: &str) -> Act {
    Act::NameIntermediary {
        material: material.into(),
        name: "模拟测绘有限公司".into(),
        code: "91420222MA00000001".into(),
    }
}

pub(super) fn rows() -> Vec<Row> {
    let other = permit().asked().nth(1).unwrap().id.clone();
    let got = || vec![((3, 3), Citizen, receive())];
    let named = with(got(), ((3, 3), WindowClerk, name(&asked())));
    vec![
        (
            "the intermediary whose paper was handed in, named (LIC-55)",
            got(),
            ((3, 3), WindowClerk, name(&asked())),
            None,
        ),
        ("named twice (SVC-01)", named, ((3, 4), Officer, name(&asked())), Some("SVC-01")),
        (
            "of a paper that no intermediary makes (SVC-01)",
            got(),
            ((3, 3), Officer, name(&other)),
            Some("SVC-01"),
        ),
        (
            "of a paper that was not handed in (SVC-01)",
            vec![((3, 3), Citizen, receive_without(&asked()))],
            ((3, 3), Officer, name(&asked())),
            Some("SVC-01"),
        ),
    ]
}

/// How it is told, whose papers of one item came how often, and whether the item is shown for it.
type Spread = (&'static str, &'static [(&'static str, i64)], bool);

pub(super) fn noted() -> Vec<Spread> {
    vec![
        (
            "one intermediary with 71 papers of 100, asked for over 70 % (LIC-55)",
            &[("a", 71), ("b", 29)],
            true,
        ),
        (
            "one intermediary with 70 papers of 100, asked for over 70 % (LIC-55)",
            &[("a", 70), ("b", 30)],
            false,
        ),
    ]
}

#[test]
fn one_that_makes_nearly_all_is_shown() {
    for (name, papers, expected) in noted() {
        let counts: Vec<_> = papers.iter().map(|(code, n)| (format!("I1|{code}"), *n)).collect();
        let [found] = &concentrations(&counts)[..] else { panic!("{name}") };
        assert_eq!((found.is_over(70), found.code.as_str()), (expected, "a"), "{name}");
    }
    let counts = [("I1|a", 5), ("I1|b", 5), ("I2|c", 3)].map(|(key, n)| (key.to_owned(), n));
    let items: Vec<_> = concentrations(&counts).into_iter().map(|one| one.item_code).collect();
    assert_eq!(items, ["I2", "I1"], "the most concentrated first");
}

#[test]
fn the_code_of_an_intermediary_is_a_code() {
    let wrong = Case::check(&name("m1"), &BTreeMap::new()).unwrap_err();
    assert_eq!(wrong[0].field, "code");
    let code = fadu_kernel::codes::complete_credit_code("91420222000000001").unwrap();
    let right =
        Act::NameIntermediary { material: "m1".into(), name: "模拟测绘有限公司".into(), code };
    assert!(Case::check(&right, &BTreeMap::new()).is_ok());
}
