//! 检验、检测、检疫: who is assigned by when, and what a decision rests on.

use super::*;
use crate::definition::PermitKind;

/// 行政许可法 12(4)。
pub(super) fn inspected() -> Definition {
    Definition { permit_kind: Some(PermitKind::Inspection), ..permit() }
}

fn assign(inspectors: &[&str]) -> Act {
    Act::AssignInspectors { inspectors: inspectors.iter().map(|name| PersonId::new(name)).collect() }
}

fn assigned(inspectors: &[&str]) -> Vec<Step> {
    with(accepted(), ((3, 3), AgencyHead, assign(inspectors)))
}

/// Accepted on Monday 3 March: the fifth working day is the 10th.
pub(super) fn rows() -> Vec<Row> {
    let both = ["officer", "agency_head"];
    let checked = |given| confirmed(with(given, ((3, 4), Officer, verify(&both))));
    let grant = || ((3, 5), AgencyHead, decide(true, ""));
    let late = with(accepted(), ((3, 11), Clock, Act::PassAssignment));
    vec![
        (
            "one inspector named twice (LIC-35)",
            accepted(),
            ((3, 4), AgencyHead, assign(&["a", "a"])),
            Some("LIC-35"),
        ),
        (
            "the applicant assigned to inspect (LIC-26A)",
            accepted(),
            ((3, 4), AgencyHead, assign(&["a", "citizen"])),
            Some("LIC-26A"),
        ),
        (
            "decided on an inspection by the two who were assigned (LIC-35)",
            checked(assigned(&both)),
            grant(),
            None,
        ),
        (
            "decided on an inspection by two who took the place of others (LIC-35)",
            checked(with(assigned(&["a", "b"]), ((3, 4), AgencyHead, assign(&both)))),
            grant(),
            None,
        ),
        ("decided though nobody was assigned to inspect (LIC-35)", verified(), grant(), Some("LIC-35")),
        (
            "decided on an inspection by one of those assigned (LIC-35)",
            checked(assigned(&["officer", "b"])),
            grant(),
            Some("LIC-35"),
        ),
        ("decided before anybody inspected (LIC-35)", assigned(&both), grant(), Some("LIC-35")),
        (
            "nobody assigned on working day 5 (LIC-35)",
            accepted(),
            ((3, 10), Clock, Act::PassAssignment),
            Some("LIC-35"),
        ),
        (
            "nobody assigned after working day 5 (LIC-35)",
            accepted(),
            ((3, 11), Clock, Act::PassAssignment),
            None,
        ),
        (
            "that nobody was assigned, recorded twice (LIC-35)",
            late,
            ((3, 12), Clock, Act::PassAssignment),
            Some("LIC-35"),
        ),
        (
            "that nobody was assigned, said by an officer (SVC-03)",
            accepted(),
            ((3, 11), Officer, Act::PassAssignment),
            Some("SVC-03"),
        ),
    ]
}

pub(super) fn of_no_inspection() -> Vec<Row> {
    vec![(
        "inspectors assigned to a permit that needs no inspection (SVC-01)",
        accepted(),
        ((3, 4), AgencyHead, assign(&["a", "b"])),
        Some("SVC-01"),
    )]
}

pub(super) fn noted() -> Vec<at_once::Noted> {
    let on = |day| ((3, day), AgencyHead, assign(&["a", "b"]));
    vec![
        ("two inspectors assigned on working day 5 (LIC-35)", inspected, accepted(), on(10), true),
        ("two inspectors assigned on working day 6 (LIC-35)", inspected, accepted(), on(11), false),
    ]
}

#[test]
fn the_head_has_a_task_and_time_records_once_that_it_was_not_done() {
    let mut story = Story::of(inspected());
    for ((month, day), role, act) in accepted() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let tasks = |story: &Story| -> Vec<(Role, Option<Date>)> {
        let docket = story.case.docket(&story.calendar);
        let tasks = docket.tasks.into_iter().filter(|task| task.name == "assign_inspectors");
        tasks.map(|task| (task.role, task.due)).collect()
    };
    assert_eq!(tasks(&story), [(AgencyHead, Some(date(2025, 3, 10)))]);
    assert!(story.case.due_acts(date(2025, 3, 10), &story.calendar).is_empty());
    let due = story.case.due_acts(date(2025, 3, 11), &story.calendar);
    assert!(matches!(due[..], [Act::PassAssignment]), "{due:?}");
    story.then(date(2025, 3, 11), Clock, Act::PassAssignment).unwrap();
    assert!(story.case.due_acts(date(2025, 3, 11), &story.calendar).is_empty());
    assert_eq!(tasks(&story).len(), 1, "it is still to be done");
    story.then(date(2025, 3, 12), AgencyHead, assign(&["a", "b"])).unwrap();
    assert!(tasks(&story).is_empty());
}

/// Of what was accepted before anybody could be assigned, nobody is asked for.
#[test]
fn a_case_accepted_before_inspectors_were_kept_is_decided_as_it_was() {
    let old = r#"{"Accepted":{"from":"2025-03-03","deemed":false,"item_code":"x","task_type":1,"department":"dept",
        "clock_from":"acceptance","statutory":null,"promised":null,"due":null}}"#;
    let mut story = Story::of(inspected());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    let officer = person("officer", Officer);
    story
        .case
        .evolve(&serde_json::from_str(old).unwrap(), &stamp(&officer, date(2025, 3, 3)));
    assert!(story.case.inspection.is_none());
    story
        .then(date(2025, 3, 4), Officer, verify(&["officer", "agency_head"]))
        .unwrap();
    story.then(date(2025, 3, 4), AgencyHead, confirm(true, "")).unwrap();
    story.then(date(2025, 3, 5), AgencyHead, decide(true, "")).unwrap();
}
