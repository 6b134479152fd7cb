//! 主题的规格: frozen before it opens, arranged by the government, published without a finding, every version dated.

use super::*;
use crate::theme::{Act as ThemeAct, Fact as ThemeFact};
use Role::{CatalogueManager, Clock, Government};

type ThemeStep = ((i8, i8), Role, ThemeAct);
pub type ThemeRow = (&'static str, Vec<ThemeStep>, ThemeStep, Option<&'static str>);

fn draft(definition: Definition) -> ThemeStep {
    ((3, 3), CatalogueManager, ThemeAct::Draft { definition: Box::new(definition) })
}

fn revise(definition: Definition) -> ThemeStep {
    ((4, 1), CatalogueManager, ThemeAct::Revise { definition: Box::new(definition) })
}

fn freeze() -> ThemeStep {
    ((3, 3), CatalogueManager, ThemeAct::FreezeBaseline)
}

fn approve(document: &str) -> ThemeStep {
    ((3, 4), Government, ThemeAct::Approve { document: document.into() })
}

fn publish(on: (i8, i8), from: (i8, i8)) -> ThemeStep {
    let guide = Guide { address: "/themes/test".into(), digest: "00".into() };
    (on, CatalogueManager, ThemeAct::Publish { guide, from: date(2025, from.0, from.1) })
}

fn manager(act: ThemeAct) -> ThemeStep {
    ((4, 1), CatalogueManager, act)
}

fn approved(definition: Definition) -> Vec<ThemeStep> {
    vec![draft(definition), freeze(), approve("县政府文件")]
}

fn published() -> Vec<ThemeStep> {
    [approved(joint_theme()), vec![publish((3, 5), (3, 5))]].concat()
}

fn changed(change: fn(&mut Definition)) -> Definition {
    let mut theme = joint_theme();
    change(&mut theme);
    theme
}

pub fn table() -> Vec<ThemeRow> {
    let go = || publish((3, 5), (3, 5));
    let suspend = || ThemeAct::Suspend { reason: "系统升级".into() };
    let resume = || manager(ThemeAct::Resume { reason: "升级完成".into() });
    let (month, day, role) = (4, 1, Clock);
    let unguided = ThemeAct::Publish { guide: Guide::default(), from: date(2025, 3, 5) };
    let other_past = changed(|theme| theme.baseline.as_mut().unwrap().days = 90);
    vec![
        (
            "published without a finding, with its guide (ONE-02, ONE-05, LIC-50)",
            approved(joint_theme()),
            go(),
            None,
        ),
        (
            "its members wait for each other (ONE-02)",
            approved(changed(|theme| theme.members[0].needs.push(need("C", NeedKind::Granted)))),
            go(),
            Some("ONE-02"),
        ),
        (
            "without a guide (ONE-02)",
            approved(joint_theme()),
            ((3, 5), CatalogueManager, unguided),
            Some("ONE-02"),
        ),
        (
            "a material that no item asks for (LIC-03)",
            approved(changed(|theme| theme.materials[0].sources.clear())),
            go(),
            Some("LIC-03"),
        ),
        ("promised in 45 days (LIC-47)", approved(promised(45)), go(), None),
        ("promised in 46 (LIC-47)", approved(promised(46)), go(), Some("LIC-47")),
        (
            "through one channel only (LIC-50)",
            approved(changed(|theme| theme.channels = vec![Channel::Online])),
            go(),
            Some("LIC-50"),
        ),
        ("stopping not settled (ONE-05)", approved(changed(|theme| theme.stop = None)), go(), Some("ONE-05")),
        (
            "handled jointly by one department (ONE-04)",
            approved(changed(|theme| {
                theme.members.iter_mut().for_each(|member| member.department = "A局".into())
            })),
            go(),
            Some("ONE-04"),
        ),
        ("the baseline is frozen (ONE-03)", vec![draft(joint_theme())], freeze(), None),
        ("frozen twice (ONE-03)", vec![draft(joint_theme()), freeze()], freeze(), Some("ONE-03")),
        (
            "frozen without a baseline (ONE-03)",
            vec![draft(changed(|theme| theme.baseline = None))],
            freeze(),
            Some("ONE-03"),
        ),
        (
            "approved before it is frozen (ONE-03)",
            vec![draft(joint_theme())],
            approve("县政府文件"),
            Some("ONE-03"),
        ),
        ("revised on another past (ONE-03)", published(), revise(other_past), Some("ONE-03")),
        (
            "arranged by the county government (ONE-04)",
            vec![draft(joint_theme()), freeze()],
            approve("县政府文件"),
            None,
        ),
        (
            "arranged under no document (ONE-04)",
            vec![draft(joint_theme()), freeze()],
            approve(""),
            Some("ONE-04"),
        ),
        (
            "arranged by the bureau (ONE-04)",
            vec![draft(joint_theme()), freeze()],
            manager(ThemeAct::Approve { document: "局文件".into() }),
            Some("ONE-04"),
        ),
        ("each for itself, under no document", vec![draft(separate_theme()), freeze()], approve(""), None),
        (
            "published before it is approved (ONE-08)",
            vec![draft(joint_theme()), freeze()],
            go(),
            Some("ONE-08"),
        ),
        (
            "published for yesterday (ONE-08)",
            approved(joint_theme()),
            publish((3, 5), (3, 4)),
            Some("ONE-08"),
        ),
        ("published twice (ONE-08)", published(), publish((3, 6), (3, 6)), Some("ONE-08")),
        ("revised when it is in use", published(), revise(promised(30)), None),
        (
            "revised before it ever was (ONE-08)",
            vec![draft(joint_theme())],
            revise(joint_theme()),
            Some("ONE-08"),
        ),
        ("drafted when it is in use (ONE-08)", published(), draft(joint_theme()), Some("ONE-08")),
        (
            "revised under another code (ONE-08)",
            published(),
            revise(changed(|theme| theme.code = "other".into())),
            Some("ONE-08"),
        ),
        ("suspended when it is in use", published(), manager(suspend()), None),
        ("suspended before (ONE-08)", approved(joint_theme()), manager(suspend()), Some("ONE-08")),
        ("resumed after a suspension", [published(), vec![manager(suspend())]].concat(), resume(), None),
        ("resumed without one (ONE-08)", published(), resume(), Some("ONE-08")),
        (
            "nothing changes a theme that has ended (ONE-09)",
            [published(), vec![((4, 1), Government, ThemeAct::End { reason: "并入他项".into() })]].concat(),
            manager(suspend()),
            Some("ONE-09"),
        ),
        ("ended when its last day has passed", timed(), ((month, day), role, ThemeAct::Lapse), None),
        ("not on its last day (ONE-08)", timed(), ((3, 31), Clock, ThemeAct::Lapse), Some("ONE-08")),
        ("nobody but time says so (ONE-10)", timed(), manager(ThemeAct::Lapse), Some("ONE-10")),
    ]
}

/// Open until the end of March.
fn timed() -> Vec<ThemeStep> {
    let theme = changed(|theme| theme.until = Some(date(2025, 3, 31)));
    [approved(theme), vec![publish((3, 5), (3, 5))]].concat()
}

fn go(theme: &mut Theme, ((month, day), role, act): ThemeStep) -> Result<Vec<ThemeFact>, Refusal> {
    let nothing = Shelf(Arc::new(()));
    act_on(theme, &act, &person(role), date(2025, month, day), &nothing, &Sealed::new())
}

fn after(steps: Vec<ThemeStep>) -> Theme {
    let mut theme = Theme::default();
    for step in steps {
        go(&mut theme, step).unwrap_or_else(|refusal| panic!("the way there was refused: {refusal}"));
    }
    theme
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, given, last, expected) in table() {
        assert_eq!(go(&mut after(given), last).err().map(|refusal| refusal.rule.id), expected, "{name}");
    }
}

#[test]
fn a_version_holds_from_its_day() {
    let mut steps = published();
    steps.extend([
        revise(promised(30)),
        ((4, 2), Government, ThemeAct::Approve { document: "修订批复".into() }),
    ]);
    steps.push(publish((4, 3), (5, 6)));
    let mut theme = after(steps);
    let days = |theme: &Theme, day| {
        theme
            .on(day)
            .map(|(version, definition)| (version, definition.promised.is_some()))
    };
    let rows = [
        (date(2025, 3, 4), None),
        (date(2025, 3, 5), Some((1, false))),
        (date(2025, 5, 5), Some((1, false))),
        (date(2025, 5, 6), Some((2, true))),
    ];
    for (day, found) in rows {
        assert_eq!(days(&theme, day), found, "{day}");
    }
    go(&mut theme, ((5, 7), CatalogueManager, ThemeAct::Suspend { reason: "停用".into() })).unwrap();
    assert_eq!(theme.on(date(2025, 5, 8)), None);
    let timed = after(timed());
    assert!(timed.on(date(2025, 3, 31)).is_some() && timed.on(date(2025, 4, 1)).is_none());
    assert_eq!(timed.due_acts(date(2025, 4, 1), &Calendar::shipped()).len(), 1);
}

#[test]
fn a_publication_says_what_is_counted_of_it() {
    let shown = |definition: Definition| {
        let mut theme = after(approved(definition));
        let facts = go(&mut theme, publish((3, 5), (3, 5))).unwrap();
        let [ThemeFact::Published(published)] = &facts[..] else { panic!("{facts:?}") };
        (**published).clone()
    };
    let plain = shown(joint_theme());
    assert_eq!(
        (plain.members, plain.departments, plain.materials_asked, plain.materials_shared),
        (4, 4, 3, 1)
    );
    assert_eq!((plain.fields, plain.fields_shared, plain.baseline_days, plain.again), (2, 1, 60, false));
    assert!(!plain.all_flags && !plain.flags.one_notice, "what no document shows is not counted");
    let evident = shown(changed(|theme| {
        let shown = "样本".to_owned();
        theme.evidence = crate::definition::Evidence {
            one_notice: shown.clone(),
            one_form: shown.clone(),
            one_set: shown.clone(),
            one_window: shown,
        };
    }));
    assert!(evident.all_flags);
    let mut theme = after(published());
    go(&mut theme, revise(changed(|theme| theme.origin.list = List::Provincial))).unwrap();
    go(&mut theme, ((4, 2), Government, ThemeAct::Approve { document: "批复".into() })).unwrap();
    let facts = go(&mut theme, publish((4, 3), (4, 3))).unwrap();
    let [ThemeFact::Retired(first), ThemeFact::Published(moved)] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!((first.version, first.origin, moved.version), (1, List::Local, 2));
    assert_eq!((moved.again, moved.moved_from, moved.origin), (true, Some(List::Local), List::Provincial));
    let value = serde_json::to_value(&facts[1]).unwrap();
    assert_eq!(value["Published"]["flags"]["one_form"], false, "figures read it by name");
}

/// Each act with what it takes out of the figures and puts into them: what counts is the version in force, while it is.
#[test]
fn a_theme_counts_by_its_version_while_it_is_open() {
    let counts = |facts: &[ThemeFact]| -> i32 {
        let of = |fact: &ThemeFact| match fact {
            ThemeFact::Published(_) | ThemeFact::Restored(_) => 1,
            ThemeFact::Retired(_) => -1,
            _ => 0,
        };
        facts.iter().map(of).sum()
    };
    let mut theme = after(published());
    let reason = || "停用".to_owned();
    let table = [
        ("suspended", ((4, 1), CatalogueManager, ThemeAct::Suspend { reason: reason() }), -1),
        ("resumed", ((4, 2), CatalogueManager, ThemeAct::Resume { reason: reason() }), 1),
        ("revised", revise(promised(30)), 0),
        ("approved", ((4, 2), Government, ThemeAct::Approve { document: "批复".into() }), 0),
        ("published again", publish((4, 3), (4, 3)), 0),
        ("suspended again", ((4, 4), CatalogueManager, ThemeAct::Suspend { reason: reason() }), -1),
        ("ended while suspended", ((4, 5), Government, ThemeAct::End { reason: reason() }), 0),
    ];
    for (name, step, n) in table {
        let facts = go(&mut theme, step).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(counts(&facts), n, "{name}: {facts:?}");
    }
}
