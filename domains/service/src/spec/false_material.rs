//! 虚假材料。 What is found false is not granted, and whoever handed it in waits before applying again.

use super::{Row, Step, Story, decide, decline, permit, receive, verified};
use crate::Definition;
use crate::bar::may_apply_again;
use crate::case::{Act, DeclineGround};
use fadu_kernel::Matter;
use fadu_kernel::Role::{AgencyHead, Citizen, Officer};
use jiff::civil::{Date, date};

pub fn concerns_safety() -> Definition {
    Definition { public_safety: true, ..permit() }
}

fn found_false(granted: bool) -> Act {
    Act::Decide {
        granted, reason: "检验报告系伪造".into(), false_material: true, evidence: Vec::new()
    }
}

fn declined() -> (Vec<Step>, Step) {
    let decline = decline(DeclineGround::FalseMaterial, "营业执照系伪造", None);
    (vec![((3, 3), Citizen, receive())], ((3, 4), Officer, decline))
}

pub fn of_what_concerns_safety() -> Vec<Row> {
    let (received, decline) = declined();
    vec![
        ("declined for false papers (LIC-37)", received, decline, None),
        ("refused for false papers (LIC-37)", verified(), ((3, 5), AgencyHead, found_false(false)), None),
        (
            "granted on papers found false (LIC-37)",
            verified(),
            ((3, 5), AgencyHead, found_false(true)),
            Some("LIC-37"),
        ),
    ]
}

/// Applied for again on a day, by who may not until 4 March 2026.
const AGAIN: [(&str, Date, Option<&str>); 3] = [
    ("applied for again within the year (LIC-37)", date(2025, 3, 5), Some("LIC-37")),
    ("applied for again on the last day of the year (LIC-37)", date(2026, 3, 4), Some("LIC-37")),
    ("applied for again the day after (LIC-37)", date(2026, 3, 5), None),
];

pub fn again() -> Vec<(&'static str, Option<&'static str>)> {
    AGAIN.into_iter().map(|(name, _, expected)| (name, expected)).collect()
}

/// The last day of the bar as the case bears it, and whether the list of the barred holds it.
fn bar(definition: Definition, (mut steps, last): (Vec<Step>, Step)) -> (Option<Date>, bool) {
    let mut story = Story::of(definition);
    steps.push(last);
    for ((month, day), role, act) in steps {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let listed = ("barred".to_owned(), story.case.item_code.clone());
    let facets = story.case.docket(&story.calendar).facets;
    (story.case.barred_until, facets.contains(&listed))
}

#[test]
fn a_year_is_barred_where_safety_is_concerned() {
    let refused = |act| (verified(), ((3, 4), AgencyHead, act));
    let until = Some(date(2026, 3, 4));
    assert_eq!(bar(concerns_safety(), declined()), (until, true), "declined");
    assert_eq!(bar(concerns_safety(), refused(found_false(false))), (until, true), "refused");
    assert_eq!(bar(permit(), refused(found_false(false))), (None, false), "of no concern to safety");
    let no_permit = Definition { task_type: 20, ..concerns_safety() };
    assert_eq!(bar(no_permit, declined()), (None, false), "no permit");
    let otherwise = refused(decide(false, "不符合条件"));
    assert_eq!(bar(concerns_safety(), otherwise), (None, false), "refused for another reason");
    for (name, today, expected) in AGAIN {
        let answer = may_apply_again("20250303ABCDEFGH", date(2026, 3, 4), today);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), expected, "{name}");
    }
}

/// As stored before it was kept whether a paper was false.
#[test]
fn older_facts_and_states_are_read() {
    let decide: Act = serde_json::from_str(r#"{"Decide":{"granted":true,"reason":""}}"#).unwrap();
    assert!(matches!(decide, Act::Decide { false_material: false, .. }));
    let mut story = Story::of(permit());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let text = serde_json::to_string(&story.case).unwrap();
    assert!(!text.contains("barred_until"), "{text}");
    assert!(serde_json::from_str::<crate::Case>(&text).is_ok());
}
