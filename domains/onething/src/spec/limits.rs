//! 期限的规格: one clock over all departments, prolonged by the government alone, stopped only as the county has settled.

use super::*;
use crate::acts::Against;
use crate::child::Suspension;
use Role::{AgencyHead, Clock, Government, Officer, WindowClerk};

/// Forty-five working days from Monday 3 March 2025 end on Thursday 8 May: Tomb-sweeping and Labour Day lie between,
/// Sunday 27 April is a make-up day.
pub fn tables() -> Vec<Table> {
    vec![(joint_theme, jointly()), (separate_theme, separately())]
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    tables().into_iter().for_each(run);
}

fn extend(day: (i8, i8), role: Role, reason: &str) -> Step {
    (day, role, Act::Extend { reason: reason.into() })
}

fn overdue(day: (i8, i8)) -> Step {
    (day, Clock, Act::TurnOverdue)
}

fn explain(reason: &str) -> Step {
    ((5, 12), Officer, Act::ExplainDelay { reason: reason.into() })
}

fn own_extension() -> Step {
    moved((3, 10), "A", Moved::Extended { due: Some(date(2025, 4, 15)) })
}

fn jointly() -> Vec<Row> {
    let amber = |day| (day, Clock, Act::TurnAmber);
    let late = || [running(), vec![overdue((5, 9))]].concat();
    let extended = || [running(), vec![extend((3, 10), Government, "情况复杂")]].concat();
    vec![
        ("amber at 36 of 45 (LIC-16)", running(), amber((4, 23)), None),
        ("amber a day before 80 % (LIC-16)", running(), amber((4, 22)), Some("LIC-16")),
        ("overdue the day after working day 45 (LIC-16)", running(), overdue((5, 9)), None),
        ("overdue on working day 45 (LIC-16)", running(), overdue((5, 8)), Some("LIC-16")),
        ("overdue before anything was accepted (LIC-16)", received(), overdue((6, 30)), Some("LIC-16")),
        (
            "overdue said by an officer (ONE-10)",
            running(),
            ((5, 9), Officer, Act::TurnOverdue),
            Some("ONE-10"),
        ),
        (
            "extended by the county government on the last day (LIC-17)",
            running(),
            extend((5, 8), Government, "情况复杂"),
            None,
        ),
        ("extended a day late (LIC-17)", running(), extend((5, 9), Government, "情况复杂"), Some("LIC-17")),
        (
            "extended by the head of a department (LIC-17)",
            running(),
            extend((5, 8), AgencyHead, "情况复杂"),
            Some("LIC-17"),
        ),
        ("extended without a reason (LIC-17)", running(), extend((5, 8), Government, " "), Some("LIC-17")),
        (
            "extended a second time (LIC-17)",
            extended(),
            extend((5, 8), Government, "情况复杂"),
            Some("LIC-17"),
        ),
        ("extended by one department for its own item (LIC-17)", running(), own_extension(), Some("LIC-17")),
        (
            "extended before the clock runs (ONE-08)",
            received(),
            extend((3, 4), Government, "情况复杂"),
            Some("ONE-08"),
        ),
        ("extended, overdue after working day 60 (LIC-16)", extended(), overdue((5, 30)), None),
        ("extended, not on working day 60 (LIC-16)", extended(), overdue((5, 29)), Some("LIC-16")),
        ("the delay is explained (LIC-47)", late(), explain("专家未到齐"), None),
        ("the delay is explained with nothing (LIC-47)", late(), explain(""), Some("LIC-47")),
        ("no delay to explain (ONE-08)", running(), explain("专家未到齐"), Some("ONE-08")),
    ]
}

fn separately() -> Vec<Row> {
    vec![
        (
            "each its own: the government extends nothing (LIC-17)",
            running(),
            extend((3, 10), Government, "情况复杂"),
            Some("LIC-17"),
        ),
        ("each its own: the department's extension is told", running(), own_extension(), None),
        ("each its own: no clock over all (LIC-16)", running(), overdue((9, 1)), Some("LIC-16")),
    ]
}

/// What was done and is held against a limit: the fact says whether it was kept.
pub fn noted() -> Vec<(&'static str, Vec<Step>, bool)> {
    let deliver = |day| {
        [all_granted((3, 10)), vec![(day, WindowClerk, Act::Deliver { way: Channel::Window })]].concat()
    };
    let extended = |day| {
        let mut steps = all_granted(day);
        steps.insert(running().len(), extend((3, 3), Government, "情况复杂"));
        steps
    };
    vec![
        ("all have a result on working day 45 (LIC-16)", all_granted((5, 8)), true),
        ("the last result on working day 46 (LIC-16)", all_granted((5, 9)), false),
        ("extended, on working day 60 (LIC-17)", extended((5, 29)), true),
        ("extended, on working day 61 (LIC-17)", extended((5, 30)), false),
        (
            "all results handed over on working day 10 after the first decision (LIC-21)",
            deliver((3, 18)),
            true,
        ),
        ("handed over on working day 11 (LIC-21)", deliver((3, 19)), false),
    ]
}

#[test]
fn what_is_late_is_done_and_says_so() {
    for (name, steps, kept) in noted() {
        let mut story = Story::of(joint_theme());
        let facts = story.all(steps);
        let found = match facts.last() {
            Some(Fact::Settled(settled)) => settled.in_law,
            Some(Fact::Delivered(delivered)) => delivered.in_time,
            _ => None,
        };
        assert_eq!(found, Some(kept), "{name}");
    }
}

#[test]
fn a_result_says_what_it_took_against_promise_and_past() {
    // (promise, day of the last result, working days used, promise kept)
    for (days, day, used, kept) in [(20, (3, 31), 20, true), (20, (4, 1), 21, false), (5, (3, 10), 5, true)] {
        let mut story = Story::of(promised(days));
        let facts = story.all(all_granted(day));
        let Some(Fact::Settled(settled)) = facts.last() else { panic!("all have a result") };
        assert_eq!((settled.used, settled.in_promise), (Some(used), Some(kept)), "{days} {day:?}");
        assert_eq!(
            (settled.baseline_days, settled.statutory_days, settled.in_law),
            (Some(60), Some(45), Some(true))
        );
    }
}

fn stop(day: (i8, i8), item: &str) -> Step {
    moved(day, item, Moved::Stopped { kind: Suspension::ExpertReview, days: 10 })
}

fn resume(day: (i8, i8), item: &str) -> Step {
    moved(day, item, Moved::Resumed { due: None })
}

/// The same word, brought by the relay on a later day.
fn late((_, role, act): Step, day: (i8, i8)) -> Step {
    (day, role, act)
}

#[test]
fn the_whole_stands_still_while_a_permit_does_where_the_county_says_so() {
    let unsettled = |stops: bool| {
        let stop = Some(StopRule { stops, source: "县政府文件".into() });
        move || Definition { stop: stop.clone(), ..joint_theme() }
    };
    let b_is_no_permit = || {
        let mut theme = joint_theme();
        theme.members[1].permit = false;
        theme
    };
    let one = || vec![stop((3, 10), "A"), resume((3, 17), "A")];
    let overlapping =
        vec![stop((3, 10), "A"), stop((3, 12), "B"), resume((3, 17), "A"), resume((3, 19), "B")];
    let one_after_the_other =
        vec![stop((3, 10), "A"), resume((3, 12), "A"), stop((3, 17), "B"), resume((3, 19), "B")];
    let told_late = one().into_iter().map(|step| late(step, (3, 20))).collect();
    type Stops = (&'static str, Definition, Vec<Step>, Option<(i8, i8)>);
    let rows: Vec<Stops> = vec![
        ("nothing stands still", joint_theme(), vec![], Some((5, 8))),
        ("five working days", joint_theme(), one(), Some((5, 15))),
        ("days on which two stand still count once", joint_theme(), overlapping, Some((5, 19))),
        ("two stops, two days each", joint_theme(), one_after_the_other, Some((5, 14))),
        ("told three days late, the same", joint_theme(), told_late, Some((5, 15))),
        ("the county says it does not", unsettled(false)(), one(), Some((5, 8))),
        (
            "a service's own pause stops no permit",
            b_is_no_permit(),
            vec![stop((3, 10), "B"), resume((3, 17), "B")],
            Some((5, 8)),
        ),
        ("while it stands still there is no last day", joint_theme(), vec![stop((3, 10), "A")], None),
        (
            "withdrawn while it stood still: it stands still no longer",
            joint_theme(),
            vec![stop((3, 10), "A"), moved((3, 17), "A", Moved::Withdrawn)],
            Some((5, 15)),
        ),
    ];
    let calendar = Calendar::shipped();
    for (name, theme, steps, due) in rows {
        let mut story = Story::of(theme);
        story.all([running(), steps].concat());
        let found = story.joint.joint_clock().and_then(|clock| clock.due(&calendar).fixed());
        assert_eq!(found, due.map(|(month, day)| date(2025, month, day)), "{name}");
    }
}

#[test]
fn the_clock_begins_with_the_earliest_acceptance_even_when_told_last() {
    let mut story = Story::of(joint_theme());
    story.all([received(), vec![open((3, 3), "A"), open((3, 3), "B"), accepted((3, 7), "A")]].concat());
    assert_eq!(story.joint.began(), Some(date(2025, 3, 7)));
    story.all(vec![moved((3, 11), "B", Moved::Accepted { from: date(2025, 3, 3), due: None })]);
    assert_eq!(story.joint.began(), Some(date(2025, 3, 3)), "silence accepted B as of its receipt");
}

/// A department that never answers: the sweep warns, then records promise and law, each once, with who has it.
#[test]
fn time_acts_by_itself_and_each_thing_once() {
    let calendar = Calendar::shipped();
    let mut story = Story::of(promised(20));
    story.all(running());
    story.all(vec![granted((3, 5), "A")]);
    let expected = [
        ((3, 25), "TurnAmber", None),
        ((4, 1), "TurnOverdue", Some(Against::Promise)),
        ((5, 9), "TurnOverdue", Some(Against::Law)),
    ];
    for (day, act, against) in expected {
        let on = date(2025, day.0, day.1);
        let before = fadu_kernel::calendar::offset(on, -1);
        assert!(story.joint.due_acts(before, &calendar).is_empty(), "{act} before {on}");
        let due = story.joint.due_acts(on, &calendar);
        assert_eq!(due.iter().map(Act::name).collect::<Vec<_>>(), [act], "{on}");
        let facts = story.then((day, Clock, due[0].clone())).unwrap();
        if let Some(against) = against {
            let [Fact::TurnedOverdue { against: found, waiting_on, .. }] = &facts[..] else {
                panic!("{facts:?}")
            };
            assert_eq!((*found, waiting_on.join(" ").as_str()), (against, "B局 C局 D局"));
        }
    }
    assert!(story.joint.due_acts(date(2025, 12, 31), &calendar).is_empty());
    assert_eq!(
        story
            .joint
            .docket(&calendar)
            .tasks
            .iter()
            .map(|task| task.name.as_str())
            .collect::<Vec<_>>(),
        ["explain"]
    );
}

#[test]
fn beyond_the_loaded_notices_a_limit_is_provisional() {
    let mut story = Story::of(joint_theme());
    let day = date(2026, 12, 28);
    for (_, role, act) in running() {
        let act = match act {
            Act::OpenChild { item_code, case, number, .. } => {
                Act::OpenChild { item_code, case, number, on: day }
            }
            Act::ChildMoved { item_code, .. } => {
                Act::ChildMoved { item_code, on: day, step: Moved::Accepted { from: day, due: None } }
            }
            other => other,
        };
        let sealed = story.sealed.clone();
        act_on(&mut story.joint, &act, &person(role), day, &story.shelf, &sealed).unwrap();
    }
    let calendar = Calendar::shipped();
    assert!(story.joint.due_acts(date(2027, 12, 31), &calendar).is_empty(), "nothing is called overdue");
    assert_eq!(story.joint.docket(&calendar).due, None);
}
