//! 听证: by when it is held after somebody asked.

use super::*;

/// Told on 5 March and asked for on Thursday the 6th: working day 20 is 3 April, the 4th to the 6th are a holiday.
fn asked_for() -> Vec<Step> {
    let told = with(verified(), ((3, 5), Officer, Act::TellHearing));
    with(told, ((3, 6), Citizen, Act::AskHearing))
}

fn held_on(month: i8, day: i8) -> Act {
    let Act::ScheduleHearing { time, place, chair, .. } = schedule("c", 1) else { unreachable!() };
    Act::ScheduleHearing { on: date(2025, month, day), time, place, chair }
}

pub(super) fn noted() -> Vec<at_once::Noted> {
    let hold = |month, day| ((3, 7), Officer, held_on(month, day));
    vec![
        ("held on working day 20 after it was asked for (LIC-24)", permit, asked_for(), hold(4, 3), true),
        ("held on working day 21 after it was asked for (LIC-24)", permit, asked_for(), hold(4, 7), false),
    ]
}

#[test]
fn whoever_asked_is_waited_for_by_a_task() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in asked_for() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let due = |story: &Story| -> Vec<Option<Date>> {
        let docket = story.case.docket(&story.calendar);
        let tasks = docket.tasks.into_iter().filter(|task| task.name == "schedule_hearing");
        tasks.map(|task| task.due).collect()
    };
    assert_eq!(due(&story), [Some(date(2025, 4, 3))]);
    story.then(date(2025, 3, 7), Officer, held_on(4, 3)).unwrap();
    assert!(due(&story).is_empty() && story.case.hearing.in_time == Some(true));
}

/// A hearing that the law wants anyway has no day from which twenty are counted.
#[test]
fn a_hearing_nobody_asked_for_is_held_against_no_day() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    story.then(date(2025, 3, 7), Officer, held_on(4, 30)).unwrap();
    assert_eq!((story.case.hearing_asked(), story.case.hearing.in_time), (None, None));
}
