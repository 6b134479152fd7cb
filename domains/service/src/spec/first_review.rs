//! 初审: what the organ below sends up and when, and what whoever decides may not do before and after.

use super::*;
use crate::definition::FirstReview;

/// A town reviews it, the department decides (行政许可法 43).
pub(super) fn below() -> Definition {
    let basis = Some(fadu_kernel::Basis::article("土地管理法", 57));
    let review = FirstReview { organ: "镇人民政府".into(), days: FirstReview::DAYS, basis };
    Definition { first_review: Some(review), ..permit() }
}

fn forward(opinion: &str) -> Act {
    Act::Forward { favourable: true, opinion: opinion.into() }
}

fn sent_up() -> Vec<Step> {
    with(verified(), ((3, 10), Officer, forward("符合条件")))
}

/// Accepted on Monday 3 March: the twentieth working day is the 31st.
pub(super) fn rows() -> Vec<Row> {
    let told = || ((3, 11), Officer, missing(&asked()));
    vec![
        (
            "sent up with an opinion and the whole file (LIC-18)",
            verified(),
            ((3, 10), Officer, forward("符合条件")),
            None,
        ),
        ("sent up without an opinion (LIC-18)", verified(), ((3, 10), Officer, forward(" ")), Some("LIC-18")),
        ("sent up twice (SVC-01)", sent_up(), ((3, 11), Officer, forward("符合条件")), Some("SVC-01")),
        (
            "sent up before it was accepted (SVC-01)",
            vec![((3, 3), Citizen, receive())],
            ((3, 4), Officer, forward("符合条件")),
            Some("SVC-01"),
        ),
        (
            "decided before the file was sent up (LIC-18)",
            verified(),
            ((3, 10), AgencyHead, decide(true, "")),
            Some("LIC-18"),
        ),
        (
            "decided once the file was there (LIC-18)",
            sent_up(),
            ((3, 11), AgencyHead, decide(true, "")),
            None,
        ),
        ("papers asked for again of what was sent up (LIC-18)", sent_up(), told(), Some("LIC-18")),
        (
            "the first review extended (LIC-15)",
            verified(),
            ((3, 10), AgencyHead, extend("情况复杂")),
            Some("LIC-15"),
        ),
        (
            "the organ that decides extends its own limit (LIC-15)",
            sent_up(),
            ((3, 11), AgencyHead, extend("情况复杂")),
            None,
        ),
        (
            "a first review past working day 20 is recorded",
            verified(),
            ((4, 1), Clock, Act::TurnOverdue),
            None,
        ),
        (
            "a first review on working day 20 is not late (LIC-14)",
            verified(),
            ((3, 31), Clock, Act::TurnOverdue),
            Some("LIC-14"),
        ),
    ]
}

pub(super) fn of_one_organ() -> Vec<Row> {
    vec![(
        "sent up though nobody below reviews it (SVC-01)",
        verified(),
        ((3, 10), Officer, forward("符合条件")),
        Some("SVC-01"),
    )]
}

/// How it is told, the day in March or April on which it was sent up, and whether the limit was kept.
pub(super) fn noted() -> Vec<(&'static str, (i8, i8), bool)> {
    vec![
        ("sent up on working day 20 (LIC-18)", (3, 31), true),
        ("sent up on working day 21 (LIC-18)", (4, 1), false),
    ]
}

fn story() -> Story {
    let mut story = Story::of(below());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    story
}

#[test]
fn what_is_sent_up_late_says_so() {
    for (name, (month, day), kept) in noted() {
        let mut story = story();
        let (officer, on) = (person("officer", Officer), date(2025, month, day));
        let sent = forward("符合条件");
        let facts = act_on(&mut story.case, &sent, &officer, on, &story.shelf, &story.calendar).unwrap();
        let [Fact::Forwarded { in_time, materials, .. }] = &facts[..] else { panic!("{facts:?}") };
        assert_eq!(*in_time, Some(kept), "{name}");
        assert!(materials.iter().eq(story.case.materials.keys()), "the whole file");
    }
}

#[test]
fn the_case_is_the_organs_below_until_it_is_sent_up() {
    let mut story = story();
    assert_eq!(story.case.org.as_str(), "镇人民政府");
    let docket = story.case.docket(&story.calendar);
    assert_eq!(docket.due, Some(date(2025, 3, 31)), "twenty working days from acceptance");
    assert!(docket.tasks.iter().any(|task| task.name == "forward" && task.role == Officer));
    story.then(date(2025, 3, 10), Officer, forward("符合条件")).unwrap();
    let decides = story.shelf.item.downcast_ref::<Item>().unwrap().department.clone();
    assert_eq!(story.case.org.as_str(), decides);
    // Twenty working days from 10 March, Qingming on 4 April being off; ten are promised.
    let law = story.case.statutory.as_ref().unwrap();
    assert_eq!(law.due(&story.calendar).fixed(), Some(date(2025, 4, 8)));
    assert_eq!(story.case.docket(&story.calendar).due, Some(date(2025, 3, 24)));
    story.then(date(2025, 3, 11), AgencyHead, decide(true, "")).unwrap();
}

/// What was stored before any item was reviewed below.
#[test]
fn a_case_of_old_is_read() {
    let mut stored = serde_json::to_value(Case::default()).unwrap();
    stored.as_object_mut().unwrap().remove("first_review");
    let case: Case = serde_json::from_value(stored).unwrap();
    assert!(case.reviewed_below().is_none());
}
