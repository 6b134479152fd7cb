//! What shows only beside other tenders.

use super::*;

fn part(id: &str, yuan: i64) -> Tender {
    with(|t| {
        t.id = id.to_owned();
        t.estimate_fen = Some(yuan * 100);
    })
}

#[test]
fn parts_below_the_threshold_are_added_up() {
    assert!(found("splitting", &[part("1", 3_999_999), part("2", 1)]), "四百万元");
    assert!(!found("splitting", &[part("1", 3_999_998), part("2", 1)]));
    assert!(
        !found("splitting", &[part("1", 3_999_999), part("2", 4_000_000)]),
        "the second was tendered as it must"
    );
    let other = with(|t| {
        t.id = "2".into();
        t.part_of = Some("2025-2".into());
        t.estimate_fen = Some(100_000_000);
    });
    assert!(!found("splitting", &[part("1", 3_999_999), other]), "another project");
    let unknown = with(|t| t.threshold_fen = None);
    assert_eq!(
        outcome("splitting", &[unknown]),
        Some(Outcome::NotComputable { missing: vec![Input::Threshold] }),
        "a year whose threshold is not held is not approximated"
    );
}

#[test]
fn purchases_of_one_budget_item_are_added_up_within_the_year() {
    let purchase = |id: &str, day: Date, open: bool| {
        with(|t| {
            (t.id, t.regime) = (id.to_owned(), Some(Regime::Procurement));
            (t.day, t.open) = (Some(day), Some(open));
            (t.estimate_fen, t.threshold_fen) = (Some(150_000_000), Some(200_000_000));
        })
    };
    let first = || purchase("1", date(2025, 1, 10), false);
    assert!(found("splitting-purchase", &[first(), purchase("2", date(2025, 12, 31), false)]));
    assert!(!found("splitting-purchase", &[first(), purchase("2", date(2024, 12, 31), false)]));
    assert!(!found("splitting-purchase", &[first(), purchase("2", date(2025, 12, 31), true)]));
    assert_eq!(outcome("splitting-purchase", &[sound()]), None, "another law");
}

#[test]
fn estimates_that_crowd_below_a_threshold_are_shown() {
    let crowd: Vec<Tender> = (0..3).map(|n| part(&n.to_string(), 3_900_000 + n)).collect();
    assert!(found("just-under", &crowd));
    assert!(!found("just-under", &crowd[..2]));
    let above = [part("8", 4_000_000), part("9", 4_100_000)];
    assert!(!found("just-under", &[&crowd[..], &above].concat()), "as many on the other side");
}

fn won_by(n: usize, winner: usize, prices: [i64; 3]) -> Tender {
    with(|t| {
        t.id = format!("{n:02}");
        t.deadline_ms = Some(noon(date(2025, 3, 23)) + n as i64);
        *bids(t) = ["甲", "乙", "丙"]
            .into_iter()
            .zip(prices)
            .map(|(bidder, price)| bid(bidder, price))
            .collect();
        award(t).bids = vec![["甲", "乙", "丙"][winner].to_owned()];
    })
}

#[test]
fn turns_and_orders_that_repeat_are_shown() {
    let turns: Vec<Tender> = (0..18).map(|n| won_by(n, n % 3, [100, 103, 107])).collect();
    assert!(found("rotation", &turns) && found("repeated-order", &turns));
    let always: Vec<Tender> = (0..18)
        .map(|n| won_by(n, 0, [100 + (n as i64 * 7) % 5, 102, 101 + (n as i64 * 3) % 4]))
        .collect();
    assert!(!found("rotation", &always), "one always wins");
    assert!(!found("repeated-order", &always));
    assert!(!found("rotation", &turns[..4]), "four times say nothing");
}

#[test]
fn the_market_is_fenced_on_the_logarithm() {
    let market = |nearest: i64| -> Vec<Tender> {
        let ratio = |n: usize| if n == 0 { nearest } else { 10_000 + 1_000 * n as i64 };
        (0..24)
            .map(|n| won_by(n, 0, [1_000_000, 1_000_000 + ratio(n), 1_200_000]))
            .collect()
    };
    // On the plain ratio the lower fence is below nothing; on its logarithm one in a million stands out.
    assert!(found("close-second", &market(1)));
    assert!(!found("close-second", &market(10_000)));
    assert!(!found("deep-discount", &market(10_000)) && found("deep-discount", &market(199_999)));
    assert!(!found("close-second", &market(1)[..19]), "twenty make a market");
}

#[test]
fn frequent_bidders_who_never_win_are_shown() {
    let tenders: Vec<Tender> = (0..40)
        .map(|n| {
            with(|t| {
                t.id = n.to_string();
                *bids(t) = (0..21).map(|k| bid(&format!("b{k:02}"), 100 + k)).collect();
                award(t).bids = vec![format!("b{:02}", n % 20)];
            })
        })
        .collect();
    let Some(Outcome::Found { evidence }) = outcome("seldom-wins", &tenders) else { panic!("nothing found") };
    let bidders: Vec<&str> = evidence.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(bidders, ["b20"], "twenty won twice of forty, one never");
}

#[test]
fn an_owner_who_rejects_far_more_than_others_is_shown() {
    let owned = |n: usize, rejected: usize| {
        with(|t| {
            (t.id, t.owner) = (n.to_string(), Some(format!("局{n}")));
            *bids(t) = (0..10).map(|k| bid(&format!("b{k}"), 100 + k)).collect();
            bids(t)[..rejected].iter_mut().for_each(|bid| bid.status = BidStatus::Rejected);
        })
    };
    let market = |first: usize, owners: usize| -> Vec<Tender> {
        (0..owners).map(|n| owned(n, if n == 0 { first } else { n % 2 })).collect()
    };
    assert!(found("many-out", &market(6, 8)) && !found("many-out", &market(1, 8)));
    assert!(!found("many-out", &market(6, 7)), "eight owners make a comparison");
}

#[test]
fn votes_that_never_differ_are_shown() {
    let voted = |n: usize, given: u32| {
        with(|t| {
            t.id = n.to_string();
            award(t).votes = Some((given, 7));
        })
    };
    let all: Vec<Tender> = (0..5).map(|n| voted(n, 7)).collect();
    assert!(found("always-unanimous", &all) && !found("always-unanimous", &all[..4]));
    assert!(!found("always-unanimous", &[&all[..], &[voted(9, 6)]].concat()));
}

#[test]
fn an_expert_who_always_favours_one_bidder_is_shown() {
    let scored = |n: usize, mine: i64| {
        with(|t| {
            t.id = n.to_string();
            let score = |seat: &str, total: i64| Score { seat: seat.into(), bid: "甲".into(), total };
            t.scores = Some(vec![score("一", mine), score("二", 8000), score("三", 7000)]);
        })
    };
    let always: Vec<Tender> = (0..4).map(|n| scored(n, 8001)).collect();
    assert!(found("expert-favours", &always) && !found("expert-favours", &always[..3]));
    assert!(!found("expert-favours", &[&always[..3], &[scored(9, 8000)]].concat()));
}
