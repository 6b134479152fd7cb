//! 许可公开。 Which decisions everybody may consult, and whose names they see.

use super::*;
use crate::publicity::is_named_in_full;

fn firm() -> String {
    fadu_kernel::codes::complete_credit_code("91420222000000001").unwrap()
}

fn natural_person() -> String {
    fadu_kernel::codes::complete_citizen_number("42022219900101001").unwrap()
}

/// How it is told, the number that the holder bears, and whether something of the name is held back.
pub(super) fn named() -> Vec<(&'static str, String, bool)> {
    vec![
        ("a grant to a firm, with its name (LIC-29)", firm(), false),
        ("a grant to a natural person, with a part of the name (LIC-29)", natural_person(), true),
        (
            "a grant to whoever bears no number that is one, with a part of the name (LIC-29)",
            "1".into(),
            true,
        ),
    ]
}

#[test]
fn a_firm_is_named_and_a_natural_person_in_part() {
    for (name, number, held_back) in named() {
        assert_eq!(is_named_in_full(&number), !held_back, "{name}");
    }
}

#[test]
fn grants_of_permits_are_public_and_nothing_else() {
    let table = [
        ("a permit granted", 1, true, true),
        ("a permit refused", 1, false, false),
        ("a service granted", 20, true, false),
    ];
    for (name, task_type, granted, public) in table {
        let mut story = Story::of(permit());
        for ((month, day), role, act) in verified() {
            story.then(date(2025, month, day), role, act).unwrap();
        }
        story.case.task_type = task_type;
        assert!(story.case.public_grant().is_none(), "{name}: nothing was decided");
        story
            .then(date(2025, 3, 5), AgencyHead, decide(granted, "不符合条件c1"))
            .unwrap();
        assert_eq!(story.case.public_grant().is_some(), public, "{name}");
    }
}
