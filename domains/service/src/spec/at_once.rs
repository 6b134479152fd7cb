//! 当场办的事。 Done on a later day they are done all the same, and the fact says so.

use super::*;

/// Of which item, the way there, the last act, and whether its fact says that it was done at once.
type Noted = (&'static str, fn() -> Definition, Vec<Step>, Step, bool);

pub(super) fn noted() -> Vec<Noted> {
    let got = |day| vec![((3, day), Citizen, receive())];
    let not_needed = |day| ((3, day), Officer, decline(DeclineGround::NotNeeded, "依法不需要许可", None));
    let elsewhere = |day| {
        let act = decline(DeclineGround::OtherAgency, "由水利部门办理", Some("水利局"));
        ((3, day), Officer, act)
    };
    vec![
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
    for (name, definition, given, ((month, day), role, act), expected) in noted() {
        let mut story = Story::of(definition());
        for ((month, day), role, act) in given {
            story.then(date(2025, month, day), role, act).unwrap();
        }
        let actor = person(role.name(), role);
        let day = date(2025, month, day);
        let facts = act_on(&mut story.case, &act, &actor, day, &story.shelf, &story.calendar).unwrap();
        let [Fact::Declined { at_once: Some(kept), .. }] = facts[..] else { panic!("{name}: {facts:?}") };
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
