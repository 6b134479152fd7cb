//! 邮寄送达。 Posted is not delivered: the day on the receipt is, and what comes back is on the window's list again.

use super::*;
use crate::parcel::EventKind;

fn decided() -> Vec<Step> {
    with(verified(), ((3, 5), AgencyHead, decide(true, "")))
}

fn consign() -> Act {
    Act::Consign { carrier: "模拟速递".into(), number: "M0001".into() }
}

fn note(kind: EventKind, day: i8) -> Act {
    Act::NoteParcel { kind, on: date(2025, 3, day), simulated: true }
}

pub(super) fn signed(day: i8) -> Act {
    note(EventKind::Signed, day)
}

pub(super) fn posted() -> Vec<Step> {
    with(decided(), ((3, 18), WindowClerk, consign()))
}

fn returned() -> Vec<Step> {
    with(posted(), ((3, 20), Clock, note(EventKind::Returned, 20)))
}

fn deliver(way: &str) -> Act {
    Act::Deliver { way: way.into() }
}

pub(super) fn rows() -> Vec<Row> {
    let over = with(posted(), ((3, 19), Clock, signed(19)));
    vec![
        ("handed to a carrier (SVC-01)", decided(), ((3, 18), WindowClerk, consign()), None),
        (
            "handed to a carrier before it is decided (SVC-01)",
            verified(),
            ((3, 5), WindowClerk, consign()),
            Some("SVC-01"),
        ),
        (
            "handed to a second carrier while it is on its way (SVC-01)",
            posted(),
            ((3, 19), WindowClerk, consign()),
            Some("SVC-01"),
        ),
        ("sent again once it came back (SVC-01)", returned(), ((3, 20), WindowClerk, consign()), None),
        ("signed for (SVC-23)", posted(), ((3, 19), Clock, signed(19)), None),
        ("signed for on a day to come (SVC-01)", posted(), ((3, 19), Clock, signed(20)), Some("SVC-01")),
        ("signed for before it was posted (SVC-01)", posted(), ((3, 19), Clock, signed(17)), Some("SVC-01")),
        ("told of once it is over (SVC-02)", over, ((3, 20), Clock, signed(20)), Some("SVC-02")),
        (
            "called delivered when it was only posted (SVC-23)",
            posted(),
            ((3, 19), Officer, deliver("邮寄")),
            Some("SVC-23"),
        ),
        (
            "called posted when no carrier has it (SVC-23)",
            decided(),
            ((3, 18), Officer, deliver("邮寄")),
            Some("SVC-23"),
        ),
        (
            "fetched at the window while a carrier has it (SVC-23)",
            posted(),
            ((3, 19), WindowClerk, deliver("窗口领取")),
            Some("SVC-23"),
        ),
        (
            "fetched at the window once it came back (SVC-23)",
            returned(),
            ((3, 20), WindowClerk, deliver("窗口领取")),
            None,
        ),
    ]
}

#[test]
fn what_comes_back_is_on_the_windows_list_again() {
    let mut story = Story::of(permit());
    let mut seen = Vec::new();
    for ((month, day), role, act) in returned() {
        story.then(date(2025, month, day), role, act).unwrap();
        let tasks = story.case.docket(&story.calendar).tasks;
        seen.extend(tasks.into_iter().find(|task| task.role == WindowClerk).map(|task| task.name));
    }
    assert_eq!(seen, ["deliver", "follow", "deliver"]);
}

#[test]
fn a_case_is_found_by_the_number_of_its_parcel() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in posted() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let facets = story.case.docket(&story.calendar).facets;
    assert!(facets.contains(&("reference".to_owned(), "M0001".to_owned())), "{facets:?}");
}

#[test]
fn a_parcel_is_delivered_on_the_day_of_its_receipt() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in with(posted(), ((3, 21), Clock, signed(19))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    assert_eq!(story.case.delivered.map(|mark| mark.on), Some(date(2025, 3, 19)));
    let old = r#"{"Delivered":{"way":"窗口领取","in_time":true}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::Delivered { on: None, .. })));
}
