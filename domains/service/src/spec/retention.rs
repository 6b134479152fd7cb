//! 归档和保管期限。 Dates on both sides of every edge that archives law has.

use super::{Story, decide, permit, verified, with};
use crate::case::Act as CaseAct;
use crate::retention::{Act, Line, Retention, Term};
use crate::spec_item::{Shelf, perform, who};
use fadu_kernel::{Matter, Role};
use jiff::civil::{Date, date};

type Row = (&'static str, Act, Option<&'static str>);
/// Name, day, what stands before, the act, and the rule that refuses it.
type Handing = (&'static str, Date, Vec<Act>, Act, Option<&'static str>);

fn line(kind: &str, years: Option<u16>) -> Line {
    Line { kind: kind.into(), years, source: "国家档案局令第8号".into() }
}

fn adopt(lines: Vec<Line>, approval: &str, from: Date) -> Act {
    Act::Adopt { lines, approval: approval.into(), from }
}

fn table() -> Vec<Row> {
    let (today, approval) = (date(2025, 3, 3), "模档〔2025〕1号");
    let one = |years| vec![line("case", years)];
    let bare = vec![Line { source: " ".into(), ..line("case", None) }];
    vec![
        ("a table that the archive authority approved (ARC-05)", adopt(one(None), approval, today), None),
        ("a table that nobody approved (ARC-05)", adopt(one(None), " ", today), Some("ARC-05")),
        (
            "a table for a day that has passed (ARC-05)",
            adopt(one(None), approval, date(2025, 3, 2)),
            Some("ARC-05"),
        ),
        ("a line without its source (ARC-05)", adopt(bare, approval, today), Some("ARC-05")),
        (
            "kept for ten years, for thirty and for ever (ARC-10)",
            adopt(
                vec![line("order", Some(10)), line("case", Some(30)), line("project", None)],
                approval,
                today,
            ),
            None,
        ),
        ("kept for five years (ARC-10)", adopt(one(Some(5)), approval, today), Some("ARC-10")),
    ]
}

/// Of what was archived up to 3 March 2025.
fn handing_over() -> Vec<Handing> {
    let archived = |through: Date, consent: &str| Act::HandOver {
        through,
        receiver: "县档案馆".into(),
        document: "模档移〔2035〕1号".into(),
        consent: consent.into(),
    };
    let (through, full) = (date(2025, 3, 3), date(2035, 3, 4));
    let own = || archived(through, "");
    vec![
        ("handed over after ten full years (ARC-04)", full, vec![], own(), None),
        ("handed over a day before they are full (ARC-04)", date(2035, 3, 3), vec![], own(), Some("ARC-04")),
        (
            "handed over early, with the archive's consent (ARC-04)",
            date(2030, 3, 4),
            vec![],
            archived(through, "县档〔2030〕2号"),
            None,
        ),
        ("handed over twice (ARC-04)", full, vec![own()], own(), Some("ARC-04")),
        (
            "handed over before it was archived (ARC-04)",
            through,
            vec![],
            archived(through, "县档〔2030〕2号"),
            Some("ARC-04"),
        ),
    ]
}

pub(super) fn rows() -> Vec<(&'static str, Option<&'static str>)> {
    let adopted = table().into_iter().map(|(name, _, expected)| (name, expected));
    let handed_over = handing_over().into_iter().map(|(name, _, _, _, expected)| (name, expected));
    adopted.chain(handed_over).collect()
}

#[test]
fn files_are_handed_over_once_and_not_too_early() {
    let (manager, shelf) = (who("manager", Role::CatalogueManager, "局"), Shelf::default());
    for (name, day, given, last, expected) in handing_over() {
        let mut retention = Retention::default();
        for act in given {
            perform(&mut retention, Retention::id(), day, &manager, &act, &shelf).unwrap();
        }
        let answer = perform(&mut retention, Retention::id(), day, &manager, &last, &shelf);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), expected, "{name}");
        let through = retention.handed_over_through();
        assert_eq!(through.is_some(), expected.is_none() || name.contains("twice"), "{name}");
    }
    let old: Retention = serde_json::from_str(r#"{"org":"局","versions":[]}"#).unwrap();
    assert_eq!(old.handed_over_through(), None);
    let nobody = Act::HandOver {
        through: date(2025, 3, 3),
        receiver: " ".into(),
        document: String::new(),
        consent: String::new(),
    };
    assert_eq!(Retention::check(&nobody, &Default::default()).unwrap_err().len(), 2);
}

/// Of what was filed on 3 March 2025: the day asked about, the day that is waited for, and whether it is still to come.
fn terms() -> [(&'static str, Date, Date, bool); 4] {
    let term = Term::of(date(2025, 3, 3), Some(30));
    [
        ("on the day ten years after it was filed (ARC-04)", date(2035, 3, 3), term.transfer, true),
        ("the day after ten full years, due for hand-over (ARC-04)", date(2035, 3, 4), term.transfer, false),
        ("on the day twenty-five years after it was filed (ARC-06)", date(2050, 3, 3), term.open, true),
        ("the day after twenty-five full years, to be opened (ARC-06)", date(2050, 3, 4), term.open, false),
    ]
}

/// Whether a closed case is still a task; none once it is archived.
fn tasks() -> [(&'static str, bool); 2] {
    let mut story = Story::of(permit());
    let delivered = with(
        with(verified(), ((3, 5), Role::AgencyHead, decide(true, ""))),
        ((3, 6), Role::Officer, CaseAct::Deliver { way: "窗口".into() }),
    );
    for ((month, day), role, act) in delivered {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let waits = |story: &Story| {
        let docket = story.case.docket(&story.calendar);
        docket.tasks.iter().any(|task| task.name == "archive")
    };
    let closed = waits(&story);
    story.then(date(2025, 3, 7), Role::Officer, CaseAct::Archive).unwrap();
    [
        ("closed and not archived, it stays a task (ARC-01)", closed),
        ("archived, nothing is left to do (ARC-01)", waits(&story)),
    ]
}

/// What is noted and refuses nothing: name, and whether all is as it should be.
pub(super) fn noted() -> Vec<(&'static str, bool)> {
    let terms = terms().into_iter().map(|(name, on, due, to_come)| {
        assert_eq!(on < due, to_come, "{name}");
        (name, to_come)
    });
    terms.chain(tasks().into_iter().map(|(name, waits)| (name, !waits))).collect()
}

#[test]
fn the_table_counts_once_it_is_approved() {
    let (manager, shelf) = (who("manager", Role::CatalogueManager, "局"), Shelf::default());
    let today = date(2025, 3, 3);
    for (name, act, expected) in table() {
        let mut retention = Retention::default();
        let answer = perform(&mut retention, Retention::id(), today, &manager, &act, &shelf);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), expected, "{name}");
    }
    let mut retention = Retention::default();
    for (from, years) in [(today, 10), (date(2026, 1, 1), 30)] {
        let act = adopt(vec![line("case", Some(years))], "模档〔2025〕1号", from);
        perform(&mut retention, Retention::id(), today, &manager, &act, &shelf).unwrap();
    }
    let years = |kind, day| retention.on(kind, day).map(|(line, _)| line.years);
    assert_eq!(years("case", date(2025, 3, 2)), None);
    assert_eq!(years("case", date(2025, 12, 31)), Some(Some(10)));
    assert_eq!(years("case", date(2026, 1, 1)), Some(Some(30)));
    assert_eq!(years("order", date(2026, 1, 1)), None);
    let twice = adopt(vec![line("case", None), line("case", Some(10))], "模档〔2025〕1号", today);
    assert!(Retention::check(&twice, &Default::default()).is_err());
}

#[test]
fn what_is_kept_for_ever_is_never_appraised() {
    let formed = date(2024, 2, 29);
    assert_eq!(Term::of(formed, None).appraise, None);
    assert_eq!(Term::of(formed, Some(10)).appraise, Some(date(2034, 3, 1)), "no 29 February ten years on");
}
