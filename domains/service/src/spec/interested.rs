//! 利害关系人的听证。 Told by name, they ask by an act of their own; the decision waits for them.

use super::*;
use fadu_kernel::Role::FirmAgent;

fn tell(person: &str, how: &str) -> Act {
    Act::TellInterested { person: PersonId::new(person), how: how.into() }
}

/// Told on Wednesday 5 March: they may ask until the 12th.
fn told() -> Vec<Step> {
    with(verified(), ((3, 5), Officer, tell("firm_agent", "书面送达")))
}

pub(super) fn rows() -> Vec<Row> {
    let ask = |day| ((3, day), FirmAgent, Act::AskHearingAsInterested);
    let grant = |day| ((3, day), AgencyHead, decide(true, ""));
    let of_interest = || confirmed(with(accepted(), ((3, 4), Officer, interested())));
    vec![
        ("an interested party asks on the last day (LIC-23)", told(), ask(12), None),
        ("an interested party asks a day too late (LIC-23)", told(), ask(13), Some("LIC-23")),
        ("asked for by somebody who was not told (LIC-23)", verified(), ask(6), Some("LIC-23")),
        (
            "an interested party told without saying how (LIC-23)",
            verified(),
            ((3, 5), Officer, tell("firm_agent", " ")),
            Some("LIC-23"),
        ),
        ("decided while an interested party may ask (LIC-23)", told(), grant(12), Some("LIC-23")),
        ("decided once an interested party let the time pass (LIC-23)", told(), grant(13), None),
        (
            "decided after an interested party waived it (LIC-23)",
            with(told(), ((3, 6), FirmAgent, Act::WaiveHearingAsInterested)),
            grant(6),
            None,
        ),
        (
            "decided though an interested party asked for a hearing (LIC-23)",
            with(told(), ask(6)),
            grant(20),
            Some("LIC-23"),
        ),
        (
            "decided on the record of a hearing that an interested party asked for (LIC-23)",
            with(
                with(with(told(), ask(6)), ((3, 6), Officer, schedule("c", 17))),
                ((3, 17), Officer, hearing::record(&[])),
            ),
            grant(18),
            None,
        ),
        (
            "of interest to others, one of whom was told by name (LIC-13)",
            with(of_interest(), ((3, 5), Officer, tell("firm_agent", "书面送达"))),
            grant(13),
            None,
        ),
        ("asked for twice (SVC-01)", with(told(), ask(6)), ask(7), Some("SVC-01")),
        (
            "the applicant told as an interested party (SVC-01)",
            verified(),
            ((3, 5), Officer, tell("citizen", "书面送达")),
            Some("SVC-01"),
        ),
    ]
}

#[test]
fn whoever_was_told_finds_the_case_by_their_account() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in told() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let facets = story.case.docket(&story.calendar).facets;
    assert!(facets.contains(&("interested".to_owned(), "firm_agent".to_owned())), "{facets:?}");
    // As stored before anybody else was told by name.
    let old: crate::case::Hearing = serde_json::from_str(
        r#"{"told":null,"waived":null,"asked":null,"scheduled":null,"transcript":null}"#,
    )
    .unwrap();
    assert!(old.interested.is_empty());
}

#[test]
fn the_days_run_on_where_the_calendar_ends() {
    let mut story = Story::of(permit());
    let late = date(2026, 12, 29);
    story.then(date(2026, 12, 21), Citizen, receive()).unwrap();
    story.then(date(2026, 12, 21), Officer, Act::Accept).unwrap();
    story.then(late, Officer, verify(&["officer", "agency_head"])).unwrap();
    story.then(late, AgencyHead, confirm(true, "")).unwrap();
    story.then(late, Officer, tell("firm_agent", "书面送达")).unwrap();
    let refusal = story.then(date(2027, 6, 1), AgencyHead, decide(true, "")).unwrap_err();
    assert_eq!(refusal.rule.id, "LIC-23");
    story.then(date(2027, 6, 1), FirmAgent, Act::AskHearingAsInterested).unwrap();
}
