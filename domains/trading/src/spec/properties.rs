//! 不变的性质。 What holds of every committee, deadline, percentage and ticket, not only of those in the tables.

use super::world::*;
use crate::bid::{TICKET_LEVELS, join, ticket_leaf};
use crate::draw::matter::Purpose;
use crate::project::{Act, Member, Project};
use crate::regime::{Funding, Kind, at_most_percent, must_tender};
use crate::time::{clear_days_before, instant_ms};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Calendar, Fen};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// 五人以上单数, experts at least two thirds: no rounding lets one expert too few through.
    #[test]
    fn a_committee_sits_exactly_when_the_law_allows_it(experts in 1u16..8, others in 0u32..6) {
        let mut w = World::default();
        w.opened(registration());
        let draw = w.drawn(P, Purpose::Experts, experts);
        let representatives: Vec<Member> = (0..others).map(|n| member(n, "教育局")).collect();
        let n = u32::from(experts) + others;
        let lawful = n >= 5 && n % 2 == 1 && u32::from(experts) * 3 >= n * 2;
        prop_assert_eq!(w.seat(Some(draw), representatives).is_ok(), lawful);
    }

    /// A clarification that touches the bids always leaves fifteen clear days, at the same hour, and never fewer than
    /// there were.
    #[test]
    fn a_moved_deadline_leaves_the_days(days in 0i64..21, hour in 9i8..17) {
        let mut w = World::default();
        w.announced(registration(), file());
        let when = offset(day(3, 4), days).at(hour, 0, 0, 0);
        let act = Act::Clarify { digest: digest(), affects_bids: true, of_prequalification: false };
        let answered = w.act::<Project>(P, when, &tenderer(), &act).is_ok();
        let before = file().deadline;
        prop_assert_eq!(answered, instant_ms(when) < instant_ms(before));
        if answered {
            let after = w.state::<Project>(P).tender.deadline.unwrap();
            prop_assert!(clear_days_before(when.date(), after.date(), 15));
            prop_assert!(after >= before && after.time() == before.time());
            prop_assert!(after == before || Calendar::shipped().is_working(after.date()).unwrap());
        }
    }

    /// A dearer contract, or one with more beside it, is never freer.
    #[test]
    fn more_money_never_frees(estimate in 0i64..900_000_000, more in 0i64..900_000_000, together in 0i64..900_000_000) {
        let row = crate::parameters::threshold_on(day(3, 3));
        let funds = Funding { foreign_loan: true, ..Funding::default() };
        let must = |estimate, together| must_tender(Kind::Works, estimate, together, &funds, row).must();
        prop_assert!(!must(estimate, together) || must(estimate + more, together));
        prop_assert!(!must(estimate, together) || must(estimate, together + more));
    }

    /// 百分之二 is compared, never rounded.
    #[test]
    fn a_percentage_is_compared_in_whole_fen(part in 0i64..1_000_000_000, whole in 1i64..1_000_000_000_000) {
        prop_assert_eq!(at_most_percent(part, whole, 2), i128::from(part) * 50 <= i128::from(whole));
    }

    /// What is read out is the number that was written, commas or none.
    #[test]
    fn a_price_is_read_as_it_is_written(fen in 0i64..100_000_000_000_000_000) {
        prop_assert_eq!(Fen::parse(&Fen(fen).to_string()), Some(Fen(fen)));
    }

    /// A ticket opens its own place of its own project's tree alone.
    #[test]
    fn a_ticket_fits_one_place(place in 0u16..(1 << TICKET_LEVELS), other in 0u16..(1 << TICKET_LEVELS)) {
        let secret = nonce(1);
        let mut level: Vec<String> = (0..1 << TICKET_LEVELS).map(|n| nonce(n + 10)).collect();
        level[usize::from(place)] = ticket_leaf(P, &secret);
        let (mut path, mut at) = (Vec::new(), usize::from(place));
        while level.len() > 1 {
            path.push(level[at ^ 1].clone());
            level = level.chunks(2).map(|pair| join(&pair[0], &pair[1])).collect();
            at /= 2;
        }
        let climb = |from: u16| {
            path.iter().enumerate().fold(ticket_leaf(P, &secret), |node, (n, sibling)| {
                if from >> n & 1 == 1 { join(sibling, &node) } else { join(&node, sibling) }
            })
        };
        prop_assert_eq!(climb(other) == level[0], other == place);
    }
}
