//! Each rule with a tender that it finds and one that it does not, on both sides of its edge.

use crate::market::Market;
use crate::rule::{Input, Outcome, Seen};
use crate::tender::*;
use fadu_trading::time::instant_ms;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

const TODAY: Date = date(2025, 6, 30);

fn noon(day: Date) -> i64 {
    instant_ms(day.at(12, 0, 0, 0))
}

fn bid(bidder: &str, yuan: i64) -> Bid {
    let received_ms = Some(noon(date(2025, 3, 23)));
    Bid {
        id: bidder.to_owned(),
        bidder: bidder.to_owned(),
        price_fen: Some(yuan * 100),
        received_ms,
        ..Bid::default()
    }
}

/// A tender in which nothing is to be found: three bids, the lowest wins and signs in time.
fn sound() -> Tender {
    Tender {
        id: "p".into(),
        title: "小学维修".into(),
        day: Some(date(2025, 3, 3)),
        regime: Some(Regime::Tendering),
        must: Some(true),
        open: Some(true),
        owner: Some("局".into()),
        agency: Some("代理".into()),
        part_of: Some("2025-1".into()),
        estimate_fen: Some(500_000_000),
        threshold_fen: Some(400_000_000),
        issued: Some(date(2025, 3, 3)),
        deadline_ms: Some(noon(date(2025, 3, 23))),
        opened: Some(date(2025, 3, 23)),
        bids: Some(vec![bid("甲", 4_000_000), bid("乙", 4_100_000), bid("丙", 4_350_000)]),
        award: Some(Award {
            on: Some(date(2025, 4, 1)),
            bids: vec!["甲".into()],
            price_fen: Some(400_000_000),
            notice: Some(date(2025, 4, 1)),
            ..Award::default()
        }),
        contract: Some(Contract {
            on: Some(date(2025, 5, 1)),
            price_fen: Some(400_000_000),
            changes_fen: Some(40_000_000),
            paid_fen: Some(440_000_000),
        }),
        draws: Some(vec![]),
        terms: Some(vec![]),
        ..Tender::default()
    }
}

fn outcome(rule: &str, tenders: &[Tender]) -> Option<Outcome> {
    let market = Market::new(tenders);
    let rule = super::find(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    rule.run(&Seen { tender: &tenders[0], market: &market, today: TODAY })
}

fn found(rule: &str, tenders: &[Tender]) -> bool {
    match outcome(rule, tenders) {
        Some(Outcome::Found { evidence }) => {
            assert!(!evidence.rows.is_empty(), "{rule}");
            assert!(
                evidence.rows.iter().all(|row| row.len() == evidence.heads.len()),
                "{rule}: {evidence:?}"
            );
            true
        }
        Some(Outcome::NotFound) => false,
        other => panic!("{rule}: {other:?}"),
    }
}

/// `sound` changed.
fn with(change: impl FnOnce(&mut Tender)) -> Tender {
    let mut tender = sound();
    change(&mut tender);
    tender
}

fn bids(tender: &mut Tender) -> &mut Vec<Bid> {
    tender.bids.get_or_insert_default()
}

fn contract(tender: &mut Tender) -> &mut Contract {
    tender.contract.get_or_insert_default()
}

fn award(tender: &mut Tender) -> &mut Award {
    tender.award.get_or_insert_default()
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for rule in super::all() {
        let outcome = outcome(rule.id, &[sound()]);
        assert!(!matches!(outcome, Some(Outcome::Found { .. })), "{}: {outcome:?}", rule.id);
    }
}

#[test]
fn every_rule_has_its_edge() {
    type Change = fn(&mut Tender);
    //  rule, found, just not found
    let rows: &[(&str, Change, Change)] = &[
        // 招标投标法 24: the day of issue is not counted; the twentieth day is enough.
        ("short-period", |t| t.issued = Some(date(2025, 3, 4)), |t| t.issued = Some(date(2025, 3, 3))),
        ("opened-below-three", |t| bids(t).truncate(2), |t| bids(t).truncate(3)),
        (
            "valid-below-three",
            |t| bids(t)[2].status = BidStatus::Rejected,
            |t| bids(t)[2].status = BidStatus::Valid,
        ),
        ("single-bid", |t| bids(t).truncate(1), |t| bids(t).truncate(2)),
        ("late-bid-won", |t| t.deadline_ms = t.deadline_ms.map(|ms| ms - 1), |_| ()),
        (
            "patterned-prices",
            |t| *bids(t) = vec![bid("甲", 4_000_000), bid("乙", 4_100_000), bid("丙", 4_200_500)],
            |t| *bids(t) = vec![bid("甲", 4_000_000), bid("乙", 4_100_000), bid("丙", 4_212_000)],
        ),
        (
            "identical-prices",
            |t| bids(t)[1].price_fen = Some(435_000_000),
            |t| bids(t)[1].price_fen = Some(435_000_001),
        ),
        (
            "all-but-winner-out",
            |t| bids(t)[1..].iter_mut().for_each(|bid| bid.status = BidStatus::Rejected),
            |t| bids(t)[1..].iter_mut().for_each(|bid| bid.status = BidStatus::Withdrawn),
        ),
        (
            "lowest-out",
            |t| bids(t).push(Bid { status: BidStatus::Rejected, ..bid("丁", 3_999_999) }),
            |t| bids(t).push(Bid { status: BidStatus::Rejected, ..bid("丁", 4_000_000) }),
        ),
        (
            "same-author",
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::CostLock, vec!["k".into()])))
            },
            |t| {
                bids(t)[..1]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::CostLock, vec!["k".into(), "k".into()])))
            },
        ),
        (
            "same-agent",
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Agent, vec!["k".into()])))
            },
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Author, vec!["k".into()])))
            },
        ),
        (
            "same-manager",
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Manager, vec!["x".into(), "k".into()])))
            },
            |t| drop(bids(t)[0].marks.insert(Mark::Manager, vec!["x".into()])),
        ),
        (
            "same-account",
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Account, vec!["k".into()])))
            },
            |t| drop(bids(t)[0].marks.insert(Mark::Account, vec!["k".into()])),
        ),
        (
            "same-address",
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Address, vec!["k".into()])));
                bids(t)[0].received_ms = Some(noon(date(2025, 3, 23)) - 3_600_000);
            },
            |t| {
                bids(t)[..2]
                    .iter_mut()
                    .for_each(|bid| drop(bid.marks.insert(Mark::Address, vec!["k".into()])));
                bids(t)[0].received_ms = Some(noon(date(2025, 3, 23)) - 3_600_001);
            },
        ),
        (
            "contract-departs",
            |t| contract(t).price_fen = Some(400_000_001),
            |t| contract(t).price_fen = Some(400_000_000),
        ),
        (
            "contract-changes",
            |t| contract(t).changes_fen = Some(-40_000_001),
            |t| contract(t).changes_fen = Some(-40_000_000),
        ),
        (
            "overpaid",
            |t| contract(t).paid_fen = Some(440_000_001),
            |t| contract(t).paid_fen = Some(440_000_000),
        ),
        // 招标投标法 46: the thirtieth day is 1 May.
        (
            "contract-late",
            |t| contract(t).on = Some(date(2025, 5, 2)),
            |t| contract(t).on = Some(date(2025, 5, 1)),
        ),
        (
            "contract-late",
            |t| t.contract = None,
            |t| {
                t.contract = None;
                award(t).notice = Some(date(2025, 5, 31));
            },
        ),
        ("award-slow", |t| award(t).on = Some(date(2025, 6, 22)), |t| award(t).on = Some(date(2025, 6, 21))),
        (
            "term-past",
            |t| {
                t.terms = Some(vec![Term { what: "异议".into(), due: Some(date(2025, 6, 29)), done: None }])
            },
            |t| t.terms = Some(vec![Term { what: "异议".into(), due: Some(TODAY), done: None }]),
        ),
        (
            "award-departs",
            |t| {
                bids(t)
                    .iter_mut()
                    .zip([7000, 8000, 9000])
                    .for_each(|(bid, points)| bid.points = Some(points));
                bids(t)[0].price_fen = Some(500_000_000);
                award(t).candidates = vec!["甲".into(), "乙".into(), "丙".into()];
            },
            |t| {
                bids(t)
                    .iter_mut()
                    .zip([7000, 8000, 9000])
                    .for_each(|(bid, points)| bid.points = Some(points));
                bids(t)[0].price_fen = Some(500_000_000);
                award(t).candidates = vec!["甲".into(), "乙".into(), "丙".into()];
                award(t).reason = Some("履约记录最好".into());
            },
        ),
        (
            "redrawn",
            |t| t.draws = Some(vec![Draw { need: 1, ..Draw::default() }]),
            |t| t.draws = Some(vec![Draw { need: 1, ground: "回避".into(), ..Draw::default() }]),
        ),
        (
            "experts-decline",
            |t| t.draws = Some(vec![Draw { n_asked: 4, n_declined: 2, ..Draw::default() }]),
            |t| t.draws = Some(vec![Draw { n_asked: 5, n_declined: 2, ..Draw::default() }]),
        ),
        (
            "drawn-early",
            |t| t.draws = Some(vec![Draw { on: Some(date(2025, 3, 21)), ..Draw::default() }]),
            |t| t.draws = Some(vec![Draw { on: Some(date(2025, 3, 22)), ..Draw::default() }]),
        ),
        // Median 80.00, deviations 0, 0, 1, 1 and that of the fifth: their median is 1.00.
        (
            "score-outlier",
            |t| t.scores = Some(scores(&[8000, 8100, 7900, 8000, 8301])),
            |t| t.scores = Some(scores(&[8000, 8100, 7900, 8000, 8300])),
        ),
    ];
    for (rule, is, is_not) in rows {
        assert!(found(rule, &[with(is)]), "{rule} is found");
        assert!(!found(rule, &[with(is_not)]), "{rule} is not found");
    }
}

fn scores(totals: &[i64]) -> Vec<Score> {
    let score = |(n, total): (usize, &i64)| Score { seat: n.to_string(), bid: "甲".into(), total: *total };
    totals.iter().enumerate().map(score).collect()
}

#[test]
fn the_same_digest_elsewhere_is_a_signal() {
    let marked = |id: &str, bidder: usize, digest: &str| {
        with(|t| {
            t.id = id.to_owned();
            bids(t)[bidder].marks = BTreeMap::from([(Mark::Account, vec![digest.to_owned()])]);
        })
    };
    assert!(found("same-origin-elsewhere", &[marked("1", 0, "x"), marked("2", 1, "x")]));
    assert!(!found("same-origin-elsewhere", &[marked("1", 0, "x"), marked("2", 0, "x")]), "the same bidder");
    assert!(!found("same-origin-elsewhere", &[marked("1", 0, "x"), marked("2", 1, "y")]));
}

#[test]
fn a_shared_network_is_no_address() {
    let tenders = [with(|t| {
        bids(t)[..2]
            .iter_mut()
            .for_each(|bid| drop(bid.marks.insert(Mark::Address, vec!["hall".into()])));
    })];
    let mut market = Market::new(&tenders);
    market.shared_networks.insert("hall".into());
    let rule = super::find("same-address").unwrap();
    let seen = Seen { tender: &tenders[0], market: &market, today: TODAY };
    assert_eq!(rule.run(&seen), Some(Outcome::NotFound));
}

#[test]
fn a_term_stands_still_while_the_tender_does() {
    let late = |suspended| {
        with(|t| {
            t.suspended = suspended;
            t.contract = None;
        })
    };
    assert!(found("contract-late", &[late(false)]));
    assert_eq!(outcome("contract-late", &[late(true)]), Some(Outcome::Frozen));
}

#[test]
fn the_law_of_its_own_day_measures_a_tender() {
    let short = |day: Option<Date>, must: Option<bool>| {
        with(|t| {
            (t.day, t.must) = (day, must);
            t.issued = Some(date(2025, 3, 20));
        })
    };
    let missing = |inputs: &[Input]| Some(Outcome::NotComputable { missing: inputs.to_vec() });
    let of = |tender: Tender| outcome("short-period", &[tender]);
    assert!(matches!(of(short(Some(date(2000, 1, 1)), Some(true))), Some(Outcome::Found { .. })));
    assert_eq!(of(short(Some(date(1999, 12, 31)), Some(true))), None, "the law did not hold yet");
    assert_eq!(of(short(Some(date(2025, 3, 3)), Some(false))), None, "it need not have been tendered");
    assert_eq!(of(short(None, None)), missing(&[Input::Must, Input::Day]));
    let bare = Tender { must: Some(true), day: Some(date(2025, 3, 3)), ..Tender::default() };
    assert_eq!(of(bare), missing(&[Input::Issued, Input::Deadline]));
}

#[test]
fn every_rule_names_its_formula_and_no_two_are_called_alike() {
    let mut ids: Vec<&str> = super::all().map(|rule| rule.id).collect();
    assert!(super::all().all(|rule| !rule.formula.is_empty() && !rule.inputs.is_empty()));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), super::all().count());
}

#[test]
fn money_is_written_as_people_read_it() {
    for (fen, text) in
        [(0, "0.00元"), (99_999, "999.99元"), (100_000, "1,000.00元"), (-435_000_001, "-4,350,000.01元")]
    {
        assert_eq!(super::yuan(fen), text);
    }
}

mod market;
