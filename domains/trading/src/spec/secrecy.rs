//! 规格：开标之前谁也不知道投标人的名称和数量。

use super::world::*;
use crate::bid::{self, Bid, envelope};
use crate::project::Project;
use fadu_kernel::{Calendar, Matter};

/// All that is kept and shown before the deadline, of a tender with so many bids.
fn shown(n: usize) -> (Vec<String>, Vec<String>) {
    let mut w = World::default();
    w.announced(registration(), file());
    let (calendar, mut facts, mut dockets) = (Calendar::shipped(), Vec::new(), Vec::new());
    for (n, id) in BIDS.into_iter().enumerate().take(n) {
        facts.push(w.deposit(n, "03-20T09:00:00").unwrap());
        let bid: Bid = w.state(id);
        dockets.push(serde_json::to_string(&bid.docket(&calendar)).unwrap());
        facts.push(serde_json::to_string(&bid).unwrap());
    }
    let project: Project = w.state(P);
    let text = serde_json::to_string(&project).unwrap()
        + &serde_json::to_string(&project.docket(&calendar)).unwrap();
    dockets.push(text);
    (facts, dockets)
}

#[test]
fn the_project_looks_the_same_with_no_bid_and_with_four() {
    assert_eq!(shown(0).1.last(), shown(4).1.last());
}

#[test]
fn nothing_of_a_sealed_bid_names_its_bidder_or_its_project() {
    let (facts, dockets) = shown(4);
    for text in facts.iter().chain(&dockets[..4]) {
        assert!(!text.contains(&P.to_string()), "the project: {text}");
        assert!(FIRMS.iter().all(|(name, code)| !text.contains(name) && !text.contains(code)), "{text}");
        assert!((0..4).all(|n| !text.contains(&nonce(n))), "the nonce: {text}");
    }
}

#[test]
fn an_empty_envelope_looks_like_a_bid_and_never_becomes_one() {
    let mut w = World::default();
    w.announced(registration(), file());
    let act = bid::Act::Deposit { project: None, nonce: nonce(3), digest: digest(), ticket: None };
    let empty = w.bid(3, "03-20T09:00:00", &sealed(3), act).unwrap();
    let real = w.deposit(0, "03-20T09:00:00").unwrap();
    assert_eq!(empty.len(), real.len(), "the same shape");
    let reveal = bid::Act::Reveal { project: P, nonce: nonce(3) };
    let refusal = w.bid(3, "03-25T09:30:00", &centre(), reveal).unwrap_err();
    assert_eq!(refusal.rule.id, "TRD-04");
}

#[test]
fn an_envelope_opens_to_one_project_and_one_nonce() {
    let other = fadu_kernel::MatterId(2);
    assert_ne!(envelope(P, &nonce(0)), envelope(other, &nonce(0)));
    assert_ne!(envelope(P, &nonce(0)), envelope(P, &nonce(1)));
}

#[test]
fn a_form_says_what_is_wrong_with_it() {
    let act = bid::Act::Deposit { project: None, nonce: "abc".into(), digest: "xyz".into(), ticket: None };
    let private = [("applicant_name".to_owned(), "某公司".to_owned())].into();
    let wrong = Bid::check(&act, &private).unwrap_err();
    let fields: Vec<&str> = wrong.iter().map(|invalid| invalid.field.as_str()).collect();
    assert_eq!(fields, ["nonce", "digest", "applicant_name"]);
}
