//! 电子签名。 What came signed is not asked for on paper, while nobody has found the signature invalid.

use super::*;

/// The asked paper made by another body for the applicant: what it bears is a seal.
pub(super) fn sealed() -> Definition {
    let mut definition = permit();
    let id = asked();
    let held = definition.materials.iter_mut().find(|material| material.id == id).unwrap();
    held.origin = "intermediary".into();
    definition
}

/// All papers, the asked one as a signed file or as a plain one.
fn received(signed: bool) -> Vec<Step> {
    let mut materials = all_papers();
    let file = Paper { digest: "0".repeat(64), file_name: "m1.pdf".into(), signed };
    materials.insert(asked(), file);
    vec![((3, 3), Citizen, Act::Receive { item: MatterId(1), channel: Channel::Online, materials })]
}

fn told(what: &str, on_paper: bool) -> Act {
    let line = Missing { material: asked(), what: what.into(), on_the_spot: false, on_paper };
    Act::GiveNotice { missing: vec![line] }
}

fn checked(valid: bool, note: &str) -> Act {
    Act::CheckSignature { material: asked(), valid, note: note.into() }
}

pub(super) fn of_the_applicant() -> Vec<Row> {
    let found = |valid, note| with(received(true), ((3, 4), Officer, checked(valid, note)));
    let copy = || ((3, 4), Officer, told("请交原件", true));
    vec![
        ("a paper copy of what came without a signature (LIC-42)", received(false), copy(), None),
        ("a paper copy of what came with a signature (LIC-42)", received(true), copy(), Some("LIC-42")),
        (
            "the same in words alone (LIC-42)",
            received(true),
            ((3, 4), Officer, told("请交纸质件", false)),
            Some("LIC-42"),
        ),
        ("a paper copy, the signature checked and valid (LIC-42)", found(true, ""), copy(), Some("LIC-42")),
        ("a paper copy, the signature found invalid (LIC-42)", found(false, "证书已经吊销"), copy(), None),
        (
            "found invalid without saying why (LIC-42)",
            received(true),
            ((3, 4), Officer, checked(false, " ")),
            Some("LIC-42"),
        ),
        (
            "another defect of a signed paper (LIC-42)",
            received(true),
            ((3, 4), Officer, told("缺第三页", false)),
            None,
        ),
        (
            "a signature checked that never came (SVC-01)",
            received(false),
            ((3, 4), Officer, checked(true, "")),
            Some("SVC-01"),
        ),
    ]
}

pub(super) fn of_another_body() -> Vec<Row> {
    vec![
        (
            "a paper copy of what came with a seal (LIC-43)",
            received(true),
            ((3, 4), Officer, told("请交原件", true)),
            Some("LIC-43"),
        ),
        (
            "another defect of a sealed paper (LIC-43)",
            received(true),
            ((3, 4), Officer, told("缺第三页", false)),
            None,
        ),
    ]
}

#[test]
fn what_comes_later_is_checked_anew() {
    let mut story = Story::of(permit());
    let invalid = with(received(true), ((3, 4), Officer, checked(false, "证书已经吊销")));
    for ((month, day), role, act) in with(invalid, ((3, 4), Officer, told("请交原件", true))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    assert!(!story.case.is_signed(&asked()));
    let again = Paper { digest: "1".repeat(64), file_name: "m1.pdf".into(), signed: true };
    let supplement = Act::Supplement { materials: [(asked(), again)].into() };
    story.then(date(2025, 3, 5), Citizen, supplement).unwrap();
    assert!(story.case.is_signed(&asked()));
    let old: Paper = serde_json::from_str(r#"{"digest":"","file_name":""}"#).unwrap();
    assert!(!old.signed);
}
