//! 任何经过都不能打破的性质: whatever is tried in whatever order, a history folds, the clock is set once, and nothing is
//! counted twice.

use super::acts::*;
use super::world::*;
use crate::order::{Act, Fact, Order};
use crate::words::{Contact, Emergency, Exclusion, Kind, Nature, Settlement};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Matter, MatterId, OrgId};
use jiff::civil::date;
use proptest::prelude::*;

/// What somebody might try: the person is the one whose act it could be, or anybody.
fn attempt(n: usize) -> (Who, Act) {
    match n {
        0 => (AGENT, take(Kind::Help)),
        1 => (AGENT, take(Kind::Consult)),
        2 => (AGENT, Act::TransferEmergency { to: Emergency::Medical, note: String::new() }),
        3 => (AGENT, Act::Answer { knowledge: ANSWER, also: vec![], satisfied: None }),
        4 => (DISPATCHER, Act::Exclude { ground: Exclusion::Petition, told: "信访".into() }),
        5 => (DISPATCHER, Act::HandOver { office: "信访局".into(), receipt: "1".into() }),
        6 => (AGENT, to("住建局")),
        7 => (
            DISPATCHER,
            Act::Dispatch {
                unit: OrgId::new("交通局"),
                assisting: vec![OrgId::new("住建局")],
                officer: None,
                category: None,
                against: None,
                none_named: false,
                reason: "经研究".into(),
            },
        ),
        8 => (OFFICER, Act::Sign),
        9 => (TRAFFIC, Act::Sign),
        10 => (OFFICER, hand_back(basis())),
        11 => (TRAFFIC, hand_back(basis())),
        12 => (DISPATCHER, settle(Settlement::Granted)),
        13 => (DISPATCHER, settle(Settlement::Referred)),
        14 => (DISPATCHER, arbitrate("住建局")),
        15 => (HEAD, Act::Extend { n: 5, reason: "勘查".into(), basis: basis() }),
        16 => (OFFICER, reply(evidence())),
        17 => (TRAFFIC, reply(evidence())),
        18 => (REVIEWER, answered(true, true)),
        19 => (REVIEWER, answered(false, false)),
        20 => (REVIEWER, not_reached()),
        21 => (REVIEWER, call(Contact::WillNotRate, None, None)),
        22 => (DISPATCHER, Act::Redo { reason: "未解决".into() }),
        23 => (DISPATCHER, close("诉求没有依据")),
        24 => (DISPATCHER, judge(&["a", "b", "c"], basis())),
        25 => (DISPATCHER, Act::Merge { into: MatterId(5), alike: None }),
        26 => (CLOCK, Act::Adopt { child: MatterId(6) }),
        27 => (CLOCK, Act::FollowParent { parent: "G1".into(), reply: "已修复".into() }),
        28 => (
            SUPERVISOR,
            Act::IssueSupervision {
                nature: Nature::Internal, document: "督1".into(), text: "请答复".into()
            },
        ),
        29 => (
            SUPERVISOR,
            Act::NameUnit { nature: Nature::Internal, document: "通1".into(), text: "逾期".into() },
        ),
        30 => (CITIZEN, Act::Evaluate { grade: 4, text: String::new() }),
        31 => (DISPATCHER, settle(Settlement::Refused)),
        33 => (DISPATCHER, recall()),
        34 => (OFFICER, Act::Assist { text: "协办".into(), evidence: vec![] }),
        32 => (OFFICER, Act::OpenCaller { reason: "核实".into() }),
        36 => (DISPATCHER, Act::Unmerge { reason: "不是同一件事".into() }),
        35 => (DISPATCHER, Act::PassUp { prefecture: "HS1".into(), reason: "市级事权".into() }),
        _ => (DISPATCHER, Act::Archive),
    }
}

const N_ATTEMPTS: usize = 38;

/// Days pass between what is tried; what time does comes first, as at the door.
fn history(tried: &[(usize, u8)]) -> (World, Order, Vec<Fact>) {
    let world = World::open();
    let (mut order, mut facts, mut day) = (Order::default(), Vec::new(), date(2025, 3, 3));
    // Most histories begin with a request that was taken and dispatched.
    for (n, days) in [(0, 0), (6, 0)].iter().chain(tried) {
        day = offset(day, i64::from(*days));
        for act in order.due_acts(day, &world.calendar) {
            let done = world.act(&mut order, OWN, CLOCK, day, &act);
            facts.extend(done.unwrap_or_else(|refusal| panic!("time was refused: {refusal}")));
        }
        let (who, act) = attempt(*n);
        facts.extend(world.act(&mut order, OWN, who, day, &act).unwrap_or_default());
        if *n == 15 {
            let granted = world.act(&mut order, OWN, DISPATCHER, day, &grant(Some(day)));
            facts.extend(granted.unwrap_or_default());
        }
        // Whoever is asked to decide does.
        if matches!(*n, 14 | 24) {
            for person in ["p", "e", "j", "a", "b", "c"] {
                let confirmed = world.act(&mut order, OWN, member(person), day, &Act::ConfirmPanel);
                facts.extend(confirmed.unwrap_or_default());
            }
        }
        let _ = order.docket(&world.calendar);
    }
    (world, order, facts)
}

fn n(facts: &[Fact], counted: fn(&Fact) -> bool) -> i64 {
    facts.iter().filter(|fact| counted(fact)).count() as i64
}

/// The properties below say something only if the histories reach everything: drawn evenly, they do.
#[test]
fn the_histories_go_everywhere() {
    let mut seen = std::collections::BTreeSet::new();
    let mut noise = 7u64;
    let mut draw = |below: u64| {
        noise = noise
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (noise >> 33) % below
    };
    for _ in 0..2000 {
        let tried: Vec<(usize, u8)> =
            (0..40).map(|_| (draw(N_ATTEMPTS as u64) as usize, draw(4) as u8)).collect();
        seen.extend(history(&tried).2.iter().map(Order::fact_name));
    }
    for name in [
        "Returned",
        "ReturnSettled",
        "Recalled",
        "ArbitrationOpened",
        "Arbitrated",
        "Assisted",
        "Extended",
        "Replied",
        "CalledBack",
        "Redone",
        "DueSettled",
        "Closed",
        "JudgedUnlawful",
        "Merged",
        "Adopted",
        "Unmerged",
        "ParentClosed",
        "TurnedAmber",
        "PassedDue",
        "Urged",
        "SupervisionDrafted",
        "SupervisionIssued",
        "UnitNamed",
        "Evaluated",
        "Excluded",
        "HandedOver",
        "PassedUp",
        "Archived",
    ] {
        assert!(seen.contains(name), "no history has {name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Signing, returning, settling and arbitrating leave the clock as the first dispatch set it.
    #[test]
    fn the_clock_is_set_once(tried in proptest::collection::vec((0..N_ATTEMPTS, 0u8..4), 0..40)) {
        let (_, order, facts) = history(&tried);
        let dispatched = n(&facts, |fact| matches!(fact, Fact::Dispatched { first: true, .. }));
        prop_assert!(dispatched <= 1);
        if let (Some(clock), Some(dispatch)) = (&order.clock, &order.dispatch) {
            prop_assert_eq!(clock.from, dispatch.first_on);
            prop_assert_eq!(clock.limit, dispatch.terms.handling);
        }
        prop_assert!(order.review.returned_by.len() <= 2, "two returns, then the arbiters");
    }

    /// An order adds at most one to the whole of the close rate, whatever becomes of it, and a merged or excluded one
    /// none at all.
    #[test]
    fn nothing_is_counted_twice(tried in proptest::collection::vec((0..N_ATTEMPTS, 0u8..4), 0..40)) {
        let (_, order, facts) = history(&tried);
        let closed = n(&facts, |fact| matches!(fact, Fact::Closed { .. }));
        let struck = n(&facts, |fact| matches!(fact, Fact::JudgedUnlawful { was_closed: true, .. }));
        let passed = n(&facts, |fact| matches!(fact, Fact::PassedDue { .. }));
        let settled = n(&facts, |fact| matches!(fact, Fact::DueSettled { .. }));
        let whole = closed - struck + passed - settled;
        prop_assert!((0..=1).contains(&whole), "{whole}");
        prop_assert!(closed - struck <= whole);
        if order.merged.is_some() || order.unlawful.is_some() || order.excluded.is_some() {
            prop_assert_eq!(whole, 0);
        }
        prop_assert_eq!(whole == 1, order.closed.is_some() && order.unlawful.is_none()
            || order.is_running() && order.pressure.passed_due.is_some());
        let merged = n(&facts, |fact| matches!(fact, Fact::Merged { .. }))
            - n(&facts, |fact| matches!(fact, Fact::Unmerged { .. }));
        let urged = n(&facts, |fact| matches!(fact, Fact::Urged { .. }));
        prop_assert!(merged <= 1 && urged <= 1 + i64::from(order.redone));
    }

    /// Facts fold in whatever order they come, though no decision would have allowed it.
    #[test]
    fn folding_never_fails(
        tried in proptest::collection::vec((0..N_ATTEMPTS, 0u8..4), 0..40),
        shuffled in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let (world, _, facts) = history(&tried);
        let mut order = Order::default();
        let stamp = fadu_kernel::Stamp {
            day: date(2025, 3, 3),
            ms: 0,
            person: fadu_kernel::PersonId::new("x"),
            role: fadu_kernel::Role::Officer,
            org: OrgId::new("住建局"),
        };
        for fact in &facts {
            let text = serde_json::to_string(fact).unwrap();
            let back: Fact = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
        }
        for index in shuffled.iter().filter(|_| !facts.is_empty()) {
            order.evolve(&facts[index.index(facts.len())], &stamp);
            let _ = (order.docket(&world.calendar), order.due_acts(date(2026, 1, 5), &world.calendar));
        }
        let text = serde_json::to_string(&order).unwrap();
        let back: Order = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
