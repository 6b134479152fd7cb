//! The engine against theory (M/M/c), against itself, and against the clock's budget.

use super::*;
use fadu_kernel::Ratio;
use proptest::prelude::*;

const FOR_EVER: u32 = u32::MAX;

fn desks(n: u16, groups: u16) -> Vec<Desk> {
    (0..n)
        .map(|at| Desk { group: at % groups.max(1), opens: 0, closes: FOR_EVER })
        .collect()
}

/// Erlang C: mean wait of M/M/c by the textbook formula, load `a` = λ ÷ μ below `c`.
fn erlang_c_wait(c: u32, gap: f64, service: f64) -> f64 {
    let a = service / gap;
    let (mut term, mut below) = (1.0, 0.0);
    for k in 0..c {
        below += term;
        term *= a / f64::from(k + 1);
    }
    let all_busy = term * f64::from(c) / (f64::from(c) - a);
    let waits = all_busy / (below + all_busy);
    waits * service / (f64::from(c) - a)
}

/// Mean wait over many drawn days that run on into each other: the first tenth, where the hall was still filling, is left out.
fn long_run(c: u16, gap_ms: u64, service: u32, policy: Policy, groups: u16) -> f64 {
    let n = 600_000;
    let people = arrivals(n, gap_ms, service, groups, 0, 20_250_303 + u64::from(c));
    let day = simulate(&people, &desks(c, groups), policy, 7);
    let settled = &day.waits[n as usize / 10..];
    settled.iter().flatten().map(|wait| f64::from(*wait)).sum::<f64>() / settled.len() as f64
}

#[test]
fn the_formula_itself_is_right() {
    // One window: λ ÷ (μ(μ − λ)) = ρ·service ÷ (1 − ρ).
    assert!((erlang_c_wait(1, 100.0, 80.0) - 320.0).abs() < 1e-9);
    // Two windows, a = 1: C = 1 ÷ 3, wait = service ÷ 3.
    assert!((erlang_c_wait(2, 100.0, 100.0) - 100.0 / 3.0).abs() < 1e-9);
}

/// Tolerance five per cent: 540,000 waits of a queue at 70 to 90 % load scatter by one to three.
#[test]
fn many_days_agree_with_erlang_c() {
    // (windows, milliseconds between arrivals, seconds of service)
    let rows = [(1, 1_000_000, 700), (4, 100_000, 340), (10, 60_000, 510), (60, 9_500, 513)];
    for (c, gap, service) in rows {
        let simulated = long_run(c, gap, service, Policy::Pooled { answer: 0 }, 1);
        let expected = erlang_c_wait(u32::from(c), gap as f64 / 1000.0, f64::from(service));
        let off = (simulated - expected).abs() / expected;
        assert!(off < 0.05, "{c} windows: {simulated:.2} s simulated, {expected:.2} s by Erlang C");
    }
}

/// Four lines of one window each are four M/M/1 queues of a quarter of the arrivals.
#[test]
fn dedicated_windows_agree_with_their_own_queues() {
    let simulated = long_run(4, 250_000, 700, Policy::Dedicated { answer: 0 }, 4);
    let expected = erlang_c_wait(1, 1000.0, 700.0);
    assert!((simulated - expected).abs() / expected < 0.05, "{simulated} against {expected}");
    let pooled = long_run(4, 250_000, 700, Policy::Pooled { answer: 0 }, 4);
    assert!(pooled * 3.0 < simulated, "one line waits far less than four: {pooled} against {simulated}");
}

#[test]
fn drawn_times_are_exponential() {
    let mut chance = Chance::new(11);
    let draws: Vec<u64> = (0..200_000).map(|_| chance.exponential(1_000_000)).collect();
    let mean = draws.iter().sum::<u64>() / draws.len() as u64;
    assert!((990_000..1_010_000).contains(&mean), "{mean}");
    let over = draws.iter().filter(|draw| **draw > 1_000_000).count();
    // e⁻¹ of 200,000 is 73,576; its standard deviation is 216.
    assert!((72_700..74_450).contains(&over), "{over} longer than the mean");
}

fn person(at: u32, service: u32) -> Arrival {
    Arrival { at, service, group: 0, question: false }
}

#[test]
fn a_small_day_by_hand() {
    let one = [Desk { group: 0, opens: 10, closes: 100 }];
    let people = [person(0, 30), person(5, 30), person(50, 40), person(60, 5), person(99, 5)];
    let day = simulate(&people, &one, Policy::Pooled { answer: 0 }, 1);
    // Called at 10, 40, 70; the window is busy until 110 and closed then.
    assert_eq!(day.waits, [Some(10), Some(35), Some(20), None, None]);
    assert_eq!((day.worked[0], day.served[0], day.longest_line), (100, 3, 2));
    assert_eq!(day.mean_wait(), Ratio::new(65, 3));
    assert_eq!((day.percentile(50), day.percentile(100)), (Some(20), Some(35)));
    let other = [Desk { group: 1, ..one[0] }];
    let refused = simulate(&people, &other, Policy::Dedicated { answer: 0 }, 1);
    assert!(refused.waits.iter().all(Option::is_none), "a window of another department calls none of them");
}

#[test]
fn a_question_holds_the_window_or_the_back_office() {
    let one = desks(1, 1);
    let asks = Arrival { question: true, ..person(0, 20) };
    let people = [asks, person(1, 10)];
    let held = simulate(&people, &one, Policy::Pooled { answer: 100 }, 1);
    assert_eq!(held.waits, [Some(0), Some(119)], "the second waits for the first's question");
    let freed = simulate(&people, &one, Policy::FrontBack { answer: 100, line: 9, relief: 0 }, 1);
    assert_eq!(freed.waits, [Some(0), Some(9)], "called while the back office looks");
    assert_eq!(freed.worked, [30], "the question's time is the back office's");
}

#[test]
fn help_comes_over_the_line_and_goes_when_nobody_waits() {
    let people: Vec<Arrival> = (0..8).map(|at| person(at, 100)).collect();
    let policy = |relief| Policy::FrontBack { answer: 0, line: 3, relief };
    let alone = simulate(&people, &desks(1, 1), policy(0), 1);
    let helped = simulate(&people, &desks(1, 1), policy(2), 1);
    assert_eq!((alone.helped, helped.helped), (0, 2));
    assert!(helped.mean_wait().part < alone.mean_wait().part);
    assert!(helped.longest_line >= 4, "nobody comes before the line is passed");
}

/// The day of the reference hall. Time is measured in the test alone.
#[test]
fn a_hall_day_takes_far_less_than_a_tenth_of_a_second() {
    let people = arrivals(3_000, 9_000, 500, 33, 50, 3);
    let windows: Vec<Desk> = (0..60).map(|at| Desk { group: at % 33, opens: 0, closes: 8 * 3600 }).collect();
    let policies = [
        Policy::Pooled { answer: 300 },
        Policy::Dedicated { answer: 300 },
        Policy::FrontBack { answer: 300, line: 10, relief: 10 },
    ];
    for policy in policies {
        let started = std::time::Instant::now();
        let day = simulate(&people, &windows, policy, 5);
        let took = started.elapsed();
        assert!(took.as_millis() < 100, "{policy:?} took {took:?}");
        assert!(day.waits.iter().flatten().count() > 1_000, "{policy:?}");
    }
}

#[test]
fn the_forecast_in_whole_minutes() {
    let ten_minutes = Ratio::new(6_000, 10);
    // (ahead, open, idle, service, minutes)
    let rows = [
        (0, 4, 1, ten_minutes, Some(0)),
        (0, 4, 0, ten_minutes, Some(3)),
        (1, 4, 0, ten_minutes, Some(5)),
        (7, 4, 0, ten_minutes, Some(20)),
        (8, 4, 0, ten_minutes, Some(23)),
        (3, 0, 0, ten_minutes, None),
        (3, 2, 0, Ratio::new(0, 0), None),
        (2, 4, 3, ten_minutes, Some(0)),
    ];
    for (ahead, open, idle, service, minutes) in rows {
        let told = forecast(ahead, open, idle, service);
        assert_eq!(told.map(|told| told.minutes), minutes, "{ahead} ahead, {open} open, {idle} idle");
        assert!(told.is_none_or(|told| told.ahead == ahead));
    }
}

/// Told at each arrival of a drawn day and held against what then happened: right on the whole, to a minute.
#[test]
fn the_forecast_is_right_on_the_whole() {
    let people = arrivals(20_000, 100_000, 390, 1, 0, 99);
    let day = simulate(&people, &desks(4, 1), Policy::Pooled { answer: 0 }, 4);
    let mut called: Vec<(u32, u32, u32)> = people
        .iter()
        .zip(&day.waits)
        .filter_map(|(person, wait)| {
            wait.map(|wait| (person.at, person.at + wait, person.at + wait + person.service))
        })
        .collect();
    called.sort_unstable();
    let (mut told_sum, mut waited_sum) = (0i64, 0i64);
    for at in 1_000..called.len() {
        let now = called[at].0;
        let before = &called[at.saturating_sub(400)..at];
        let ahead = before.iter().filter(|other| other.1 > now).count() as u32;
        let busy = before.iter().filter(|other| other.1 <= now && now < other.2).count() as u32;
        let told = forecast(ahead, 4, 4u32.saturating_sub(busy), Ratio::new(390, 1)).unwrap();
        told_sum += i64::from(told.minutes) * 60;
        waited_sum += i64::from(called[at].1 - now);
    }
    let n = called.len() as i64 - 1_000;
    assert!((told_sum - waited_sum).abs() / n < 60, "told {} s, waited {} s", told_sum / n, waited_sum / n);
}

proptest! {
    /// Every person is called once or not at all, nobody is lost, and a line is served in its order.
    #[test]
    fn nobody_is_lost_and_nobody_jumps(
        gaps in proptest::collection::vec((0u32..120, 0u32..600, 0u16..3), 1..80),
        n_desks in 1u16..6,
        seed in 0u64..1000,
    ) {
        let mut at = 0;
        let people: Vec<Arrival> = gaps.iter().map(|(gap, service, group)| {
            at += gap;
            Arrival { at, service: *service, group: *group, question: false }
        }).collect();
        let day = simulate(&people, &desks(n_desks, 1), Policy::Pooled { answer: 0 }, seed);
        prop_assert!(day.waits.iter().all(Option::is_some), "windows that never close serve everybody");
        let called: Vec<u32> = people.iter().zip(&day.waits).map(|(p, wait)| p.at + wait.unwrap()).collect();
        prop_assert!(called.is_sorted(), "first come, first called");
        prop_assert_eq!(day.served.iter().sum::<u32>() as usize, people.len());
        let work: u32 = people.iter().map(|p| p.service).sum();
        prop_assert_eq!(day.worked.iter().sum::<u32>(), work);
    }

    /// A question changes who waits, never who is served nor how much work the windows have beyond it.
    #[test]
    fn front_back_serves_everybody_too(
        gaps in proptest::collection::vec((0u32..60, 1u32..600, any::<bool>()), 1..60),
        relief in 0u16..4,
    ) {
        let mut at = 0;
        let people: Vec<Arrival> = gaps.iter().map(|(gap, service, question)| {
            at += gap;
            Arrival { at, service: *service, group: 0, question: *question }
        }).collect();
        let policy = Policy::FrontBack { answer: 200, line: 2, relief };
        let day = simulate(&people, &desks(2, 1), policy, 1);
        prop_assert!(day.waits.iter().all(Option::is_some));
        prop_assert_eq!(day.served.iter().sum::<u32>() as usize, people.len());
        prop_assert_eq!(day.worked.iter().sum::<u32>(), people.iter().map(|p| p.service).sum::<u32>());
        prop_assert_eq!(simulate(&people, &desks(2, 1), policy, 1), day, "the same seed, the same day");
    }

    /// More people ahead never promise less, more windows never more.
    #[test]
    fn the_forecast_is_monotone(ahead in 0u32..500, open in 1u32..60, part in 1i64..100_000, whole in 1i64..100) {
        let told = |ahead, open| forecast(ahead, open, 0, Ratio::new(part, whole)).unwrap().minutes;
        prop_assert!(told(ahead, open) <= told(ahead + 1, open));
        prop_assert!(told(ahead, open) >= told(ahead, open + 1));
    }
}
