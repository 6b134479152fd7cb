//! 当场办的事。 Done on a later day they are done all the same, and the fact says so.

use super::*;
use crate::definition::PermitKind;

/// Of which item, the way there, the last act, and whether its fact says that it was done at once.
pub(super) type Noted = (&'static str, fn() -> Definition, Vec<Step>, Step, bool);

/// 即办件。
fn instant() -> Definition {
    Definition { project_type: "instant".into(), verification: "document".into(), ..permit() }
}

/// 行政许可法 12(5)。
fn registers_a_subject() -> Definition {
    Definition { permit_kind: Some(PermitKind::Registration), verification: "document".into(), ..permit() }
}

pub(super) fn noted() -> Vec<Noted> {
    let got = |day| vec![((3, day), Citizen, receive())];
    let not_needed = |day| ((3, day), Officer, decline(DeclineGround::NotNeeded, "依法不需要许可", None));
    let elsewhere = |day| {
        let act = decline(DeclineGround::OtherAgency, "由水利部门办理", Some("水利局"));
        ((3, day), Officer, act)
    };
    let told = |kinds: &[bool]| {
        let line = |(id, on_the_spot): (String, &bool)| Missing {
            material: id,
            what: "填写有误".into(),
            on_the_spot: *on_the_spot,
            on_paper: false,
        };
        let missing = [asked(), "m4".to_owned()].into_iter().zip(kinds).map(line).collect();
        ((3, 4), Officer, Act::GiveNotice { missing })
    };
    let complete = |day| vec![((3, day), Citizen, receive()), ((3, day), Officer, Act::Accept)];
    let grant = |day| ((3, day), AgencyHead, decide(true, ""));
    let supplied = vec![
        ((3, 3), Citizen, receive_without(&asked())),
        ((3, 4), Officer, missing(&asked())),
        ((3, 6), Citizen, supplement(&asked())),
        ((3, 6), Officer, Act::Accept),
    ];
    vec![
        ("one decided on the spot, on the day of receipt (LIC-11)", instant, complete(3), grant(3), true),
        ("one decided on the spot, on the day its papers came (LIC-11)", instant, supplied, grant(6), true),
        ("one decided on the spot, a day later (LIC-11)", instant, complete(3), grant(4), false),
        (
            "a registration of a subject, on the day of receipt (LIC-36)",
            registers_a_subject,
            complete(3),
            grant(3),
            true,
        ),
        (
            "a registration of a subject, a day later (LIC-36)",
            registers_a_subject,
            complete(3),
            grant(4),
            false,
        ),
        ("told of what cannot be corrected on the spot (LIC-06)", permit, got(3), told(&[false]), true),
        (
            "told of one error that can be corrected on the spot and one that cannot (LIC-06)",
            permit,
            got(3),
            told(&[true, false]),
            true,
        ),
        (
            "told of nothing but what can be corrected on the spot (LIC-06)",
            permit,
            got(3),
            told(&[true, true]),
            false,
        ),
        ("what needs no permit, said on the day of receipt (LIC-04)", permit, got(3), not_needed(3), true),
        ("what needs no permit, said a day later (LIC-04)", permit, got(3), not_needed(4), false),
        (
            "what needs no permit, come on a Saturday and said on Monday (LIC-04)",
            permit,
            got(1),
            not_needed(3),
            true,
        ),
        ("another agency, named on the day of receipt (LIC-05)", permit, got(3), elsewhere(3), true),
        ("another agency, named a day later (LIC-05)", permit, got(3), elsewhere(4), false),
    ]
}

#[test]
fn what_was_not_done_at_once_says_so() {
    for (name, definition, given, ((month, day), role, act), expected) in
        noted().into_iter().chain(inspection::noted()).chain(hearing::noted())
    {
        let mut story = Story::of(definition());
        for ((month, day), role, act) in given {
            story.then(date(2025, month, day), role, act).unwrap();
        }
        let actor = person(role.name(), role);
        let day = date(2025, month, day);
        let facts = act_on(&mut story.case, &act, &actor, day, &story.shelf, &story.calendar).unwrap();
        let kept = match &facts[..] {
            [
                Fact::Declined { at_once: Some(at_once), .. } | Fact::Decided { at_once: Some(at_once), .. },
            ] => *at_once,
            [Fact::NoticeGiven { all_on_the_spot, .. }] => !all_on_the_spot,
            [
                Fact::InspectorsAssigned { in_time: Some(in_time), .. }
                | Fact::HearingScheduled { in_time: Some(in_time), .. },
            ] => *in_time,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(kept, expected, "{name}");
    }
}

/// Of what is no permit the licensing law says nothing, and of papers that were not supplied nothing can be said at once.
#[test]
fn no_other_decline_is_held_against_the_day() {
    let late = decline(DeclineGround::NotNeeded, "不需要办理", None);
    let false_material = decline(DeclineGround::FalseMaterial, "证照系伪造", None);
    let declines: [(fn() -> Definition, Act); 2] = [(service, late), (permit, false_material)];
    for (definition, act) in declines {
        let mut story = Story::of(definition());
        story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
        story.then(date(2025, 3, 5), Officer, act).unwrap();
        assert_eq!(story.case.declined.unwrap().at_once, None);
    }
    let old = r#"{"Declined":{"ground":"not_needed","reason":"x","target":null,"department":"d"}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::Declined { at_once: None, .. })));
}

/// Corrected while the applicant is there, no notice is needed; told of all the same, it waits until it comes anew.
#[test]
fn an_error_is_corrected_without_a_notice_or_waits_to_be() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    story.then(date(2025, 3, 3), WindowClerk, supplement(&asked())).unwrap();
    assert_eq!((story.case.status(), story.case.lacks(&asked())), ("received", false));
    assert!(story.case.supplemented.is_none());
    story.then(date(2025, 3, 4), Officer, missing(&asked())).unwrap();
    assert_eq!((story.case.status(), story.case.lacks(&asked())), ("waiting", true));
    story.then(date(2025, 3, 5), Citizen, supplement(&asked())).unwrap();
    assert_eq!((story.case.status(), story.case.lacks(&asked())), ("received", false));
    let old = r#"{"on":"2025-03-04","by":"officer","missing":[]}"#;
    assert!(!serde_json::from_str::<crate::case::Notice>(old).unwrap().all_on_the_spot);
}

/// The day on which the file was complete is that of its last paper, whether anybody asked for it or not.
#[test]
fn a_paper_brought_unasked_completes_the_file_on_its_day() {
    let mut story = Story::of(instant());
    story.then(date(2025, 3, 3), Citizen, receive_without(&asked())).unwrap();
    story.then(date(2025, 3, 5), Citizen, supplement(&asked())).unwrap();
    story.then(date(2025, 3, 5), Officer, Act::Accept).unwrap();
    story.then(date(2025, 3, 5), AgencyHead, decide(true, "")).unwrap();
    assert_eq!(story.case.decided.unwrap().at_once, Some(true));
}

/// What is no permit, needs a check of substance, or waits for experts is not decided at sight.
#[test]
fn no_other_decision_is_held_against_the_day() {
    let checked = Definition { verification: "substantive".into(), ..registers_a_subject() };
    let service = Definition { task_type: 20, ..instant() };
    assert!(!checked.is_decided_on_the_spot() && !service.is_decided_on_the_spot());
    let mut story = Story::of(instant());
    for (day, role, act) in [
        (3, Citizen, receive()),
        (3, Officer, Act::Accept),
        (3, Officer, stop(SpecialKind::ExpertReview, 5)),
        (5, Officer, Act::Resume { result: "通过".into() }),
        (5, AgencyHead, decide(true, "")),
    ] {
        story.then(date(2025, 3, day), role, act).unwrap();
    }
    assert_eq!(story.case.decided.unwrap().at_once, None);
    let old = r#"{"on":"2025-03-04","by":"head","granted":true,"reason":"","document":"x"}"#;
    assert_eq!(serde_json::from_str::<crate::case::Decided>(old).unwrap().at_once, None);
}
