//! 不告知的后果。 Silence accepts where a statute says so: for permits by the licensing law, else by the item's own.

use super::{Row, Story, asked, missing, permit, receive, receive_without, supplement};
use crate::Definition;
use crate::case::Act;
use crate::definition::Notice;
use fadu_kernel::Role::{Citizen, Clock, Officer};
use fadu_kernel::{Basis, Matter};
use jiff::civil::date;

/// A public service, promised within ten working days; no statute gives days for telling what is missing.
pub fn no_permit() -> Definition {
    Definition { task_type: 10, notice: None, ..permit() }
}

pub fn of_no_permit() -> Vec<Row> {
    let got = |act: Act| vec![((3, 3), Citizen, act)];
    vec![
        (
            "no permit: silence past what is promised (LIC-08)",
            got(receive()),
            ((3, 18), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "no permit: told late, yet for the first time (LIC-07)",
            got(receive_without(&asked())),
            ((3, 18), Officer, missing(&asked())),
            None,
        ),
    ]
}

fn with_notice(days: u16, unit: &str, basis: Basis, silence: &str) -> Definition {
    let notice = Notice { days, unit: unit.into(), basis, silence: silence.into() };
    Definition { notice: Some(notice), ..no_permit() }
}

/// As real estate is registered.
pub fn at_once() -> Definition {
    with_notice(5, "workday", Basis::article("不动产登记暂行条例", 17), "accepted_at_once")
}

pub fn not_told_on_the_spot() -> Vec<Row> {
    let got = || vec![((3, 3), Citizen, receive())];
    vec![
        (
            "accepted at once: not while the day lasts (LIC-08)",
            got(),
            ((3, 3), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        ("accepted at once: the day after (LIC-08)", got(), ((3, 4), Clock, Act::DeemAccepted), None),
    ]
}

/// Three days that are no working days: 6 March.
pub fn by_the_calendar() -> Definition {
    with_notice(3, "calendar", Basis::article("行政许可法", 32), "accepted_on_receipt")
}

pub fn after_days_of_the_calendar() -> Vec<Row> {
    let got = || vec![((3, 3), Citizen, receive())];
    vec![
        (
            "three days of the item's own: on the third (LIC-08)",
            got(),
            ((3, 6), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        ("three days of the item's own: after it (LIC-08)", got(), ((3, 7), Clock, Act::DeemAccepted), None),
    ]
}

/// As complaints about tenders are received (招标投标法实施条例 61).
pub fn without_a_consequence() -> Definition {
    with_notice(3, "workday", Basis::article("招标投标法实施条例", 61), "nothing")
}

pub fn after_days_without_a_consequence() -> Vec<Row> {
    vec![(
        "three days whose end means nothing (LIC-08)",
        vec![((3, 3), Citizen, receive())],
        ((3, 7), Clock, Act::DeemAccepted),
        Some("LIC-08"),
    )]
}

/// The last day of the notice for lists, and whether time acts after it.
#[test]
fn time_acts_only_where_silence_means_something() {
    for (definition, due, acts) in [
        (permit(), date(2025, 3, 10), true),
        (Definition { notice: None, ..permit() }, date(2025, 3, 10), true),
        (no_permit(), date(2025, 3, 17), false),
        (at_once(), date(2025, 3, 3), true),
        (by_the_calendar(), date(2025, 3, 6), true),
        (without_a_consequence(), date(2025, 3, 6), false),
    ] {
        let mut story = Story::of(definition);
        story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
        assert_eq!(story.case.docket(&story.calendar).due, Some(due));
        assert!(story.case.due_acts(due, &story.calendar).is_empty(), "{due}");
        let after = story.case.due_acts(date(2025, 6, 3), &story.calendar);
        assert_eq!(matches!(after[..], [Act::DeemAccepted]), acts, "{due}");
    }
}

/// The five days end beyond the calendar; once the next year's notice is loaded they end on 6 January, and what was stored
/// meanwhile is accepted as of its receipt.
#[test]
fn silence_waits_for_the_calendar() {
    let mut story = Story::of(permit());
    let came = date(2026, 12, 29);
    story.then(came, Citizen, receive()).unwrap();
    let (due, acts) =
        (story.case.docket(&story.calendar).due, story.case.due_acts(date(2027, 6, 1), &story.calendar));
    assert_eq!((due, acts.len()), (None, 0));
    assert_eq!(story.then(date(2027, 6, 1), Clock, Act::DeemAccepted).unwrap_err().rule.id, "LIC-08");

    story.load_next_year();
    assert_eq!(story.case.docket(&story.calendar).due, Some(date(2027, 1, 6)));
    assert!(story.case.due_acts(date(2027, 1, 6), &story.calendar).is_empty());
    assert!(matches!(story.case.due_acts(date(2027, 1, 7), &story.calendar)[..], [Act::DeemAccepted]));
    assert_eq!(story.then(date(2027, 1, 6), Clock, Act::DeemAccepted).unwrap_err().rule.id, "LIC-08");
    story.then(date(2027, 1, 7), Clock, Act::DeemAccepted).unwrap();
    assert_eq!(story.case.accepted.as_ref().map(|accepted| accepted.from), Some(came));
}

/// As stored before the limit was kept: the last day that was reckoned then.
#[test]
fn a_case_without_a_clock_keeps_its_day() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    let mut state = serde_json::to_value(&story.case).unwrap();
    state.as_object_mut().unwrap().remove("notice_clock").unwrap();
    let old: crate::Case = serde_json::from_value(state).unwrap();
    assert_eq!(old.notice_last(&story.calendar), Some(date(2025, 3, 10)));
    let fact = r#"{"Supplemented":{"materials":{},"notice_due":"2025-03-10"}}"#;
    assert!(serde_json::from_str::<crate::CaseFact>(fact).is_ok());
}

/// Accepted as of the day of receipt: what nobody asked for dates nothing anew (行政许可法 32).
#[test]
fn what_was_brought_unasked_leaves_the_day_of_receipt() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive_without(&asked())).unwrap();
    story.then(date(2025, 3, 7), Citizen, supplement(&asked())).unwrap();
    assert_eq!(story.case.docket(&story.calendar).due, Some(date(2025, 3, 10)));
    story.then(date(2025, 3, 11), Clock, Act::DeemAccepted).unwrap();
    assert_eq!(story.case.accepted.as_ref().map(|accepted| accepted.from), Some(date(2025, 3, 3)));
    let old = r#"{"Supplemented":{"materials":{},"notice_due":null,"corrected":true}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(crate::CaseFact::Supplemented { unasked: true, .. })));
}

#[test]
fn while_the_applicant_is_waited_for_nothing_is_due() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive_without(&asked())).unwrap();
    story.then(date(2025, 3, 4), Officer, missing(&asked())).unwrap();
    assert_eq!(story.case.docket(&story.calendar).due, None);
}
