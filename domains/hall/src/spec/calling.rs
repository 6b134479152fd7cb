//! Front calls: when one may be raised, when it climbs, how it is closed.

use super::*;
use crate::call::{Act, Ask, Call, Fact, Level, Outcome as Result, median};

const ID: MatterId = MatterId(77);

pub fn run(world: &mut World) -> Told {
    let mut told = world.run::<Call>(ID, calls());
    let mechanism = world.shelf.remove(&(Mechanism::KIND, Mechanism::id()));
    told.extend(world.run::<Call>(ID, without_definition()));
    let questions = Definition { triggers: [Trigger::Question].into(), ..definition() };
    let adopt = mechanism::Act::Adopt { definition: questions, from: date(2025, 3, 3) };
    world.stand::<Mechanism>(Mechanism::id(), vec![((3, 3, 8, 0), MANAGER, adopt)]);
    told.extend(world.run::<Call>(ID, questions_only()));
    world
        .shelf
        .extend(mechanism.map(|mechanism| ((Mechanism::KIND, Mechanism::id()), mechanism)));
    told
}

fn ask(trigger: Trigger, waiting: u16) -> Act {
    Act::Raise {
        ask: Ask {
            hall: "H1".into(),
            window: "1".into(),
            trigger,
            department: OrgId::new("housing"),
            about: "A0007".into(),
            question: "共有产权能否由一方申请".into(),
            waiting,
        },
    }
}

#[test]
fn a_question_is_about_a_ticket_or_a_case_and_a_queue_about_none() {
    for (trigger, about, accepted) in
        [(Trigger::Question, "A0007", true), (Trigger::Question, " ", false), (Trigger::Queue, "", true)]
    {
        let Act::Raise { ask } = ask(trigger, 11) else { unreachable!() };
        let act = Act::Raise { ask: Ask { about: about.into(), ..ask } };
        let wrong = Call::check(&act, &BTreeMap::new()).err().unwrap_or_default();
        assert_eq!(wrong.is_empty(), accepted, "{trigger:?} about {about:?}: {wrong:?}");
    }
}

fn at(hour: u8, minute: u8, who: Who, act: Act) -> Step<Call> {
    ((3, 3, hour, minute), who, act)
}

fn raised() -> Vec<Step<Call>> {
    vec![at(10, 0, CLERK, ask(Trigger::Question, 0))]
}

fn answered() -> Vec<Step<Call>> {
    with(raised(), at(10, 3, OFFICER, Act::Answer))
}

fn opinion() -> Act {
    Act::GiveOpinion { opinion: "可以，附另一方委托书".into() }
}

fn close(outcome: Result, note: &str) -> Act {
    Act::Close { outcome, note: note.into() }
}

fn calls() -> Vec<Row<Call>> {
    let given = || with(answered(), at(10, 9, OFFICER, opinion()));
    let at_head = || with(raised(), at(10, 6, CLOCK, Act::Climb));
    let at_bureau = || with(at_head(), at(10, 17, CLOCK, Act::Climb));
    vec![
        (
            "a question, under the definition (HAL-08)",
            vec![],
            at(10, 0, CLERK, ask(Trigger::Question, 0)),
            None,
        ),
        ("raised off shift (HAL-04)", vec![], at(17, 0, CLERK, ask(Trigger::Question, 0)), Some("HAL-04")),
        (
            "raised for a colleague's window (HAL-04)",
            vec![],
            at(10, 0, OTHER_CLERK, ask(Trigger::Question, 0)),
            Some("HAL-04"),
        ),
        ("raised twice (HAL-01)", raised(), at(10, 1, CLERK, ask(Trigger::Question, 0)), Some("HAL-01")),
        ("eleven wait, the line is ten (HAL-09)", vec![], at(10, 0, CLERK, ask(Trigger::Queue, 11)), None),
        ("ten wait (HAL-09)", vec![], at(10, 0, CLERK, ask(Trigger::Queue, 10)), Some("HAL-09")),
        ("answered (HAL-01)", raised(), at(10, 3, OFFICER, Act::Answer), None),
        ("answered twice (HAL-01)", answered(), at(10, 4, OFFICER, Act::Answer), Some("HAL-01")),
        (
            "an opinion before anybody took it (HAL-01)",
            raised(),
            at(10, 3, OFFICER, opinion()),
            Some("HAL-01"),
        ),
        ("climbs when five minutes are over (HAL-10)", raised(), at(10, 6, CLOCK, Act::Climb), None),
        ("climbs at the fifth minute (HAL-10)", raised(), at(10, 5, CLOCK, Act::Climb), Some("HAL-10")),
        ("a clerk makes it climb (HAL-10)", raised(), at(10, 6, CLERK, Act::Climb), Some("HAL-10")),
        (
            "taken, and climbs without an opinion after fifteen (HAL-10)",
            answered(),
            at(10, 16, CLOCK, Act::Climb),
            None,
        ),
        (
            "taken, at the fifteenth minute (HAL-10)",
            answered(),
            at(10, 15, CLOCK, Act::Climb),
            Some("HAL-10"),
        ),
        (
            "climbs from the head to the bureau after ten more (HAL-10)",
            at_head(),
            at(10, 17, CLOCK, Act::Climb),
            None,
        ),
        (
            "from the head at the tenth minute (HAL-10)",
            at_head(),
            at(10, 16, CLOCK, Act::Climb),
            Some("HAL-10"),
        ),
        (
            "has nowhere to climb from the bureau (HAL-10)",
            at_bureau(),
            at(16, 0, CLOCK, Act::Climb),
            Some("HAL-10"),
        ),
        (
            "does not climb once there is an opinion (HAL-10)",
            given(),
            at(16, 0, CLOCK, Act::Climb),
            Some("HAL-10"),
        ),
        ("the head answers what climbed", at_head(), at(10, 8, HEAD, Act::Answer), None),
        ("closed as solved by who asked", given(), at(10, 12, CLERK, close(Result::Solved, "")), None),
        (
            "closed by somebody else (HAL-01)",
            given(),
            at(10, 12, OTHER_CLERK, close(Result::Solved, "")),
            Some("HAL-01"),
        ),
        (
            "closed as solved though nobody answered (HAL-01)",
            at_bureau(),
            at(10, 40, CLERK, close(Result::Solved, "")),
            Some("HAL-01"),
        ),
        (
            "closed unanswered before it reached the bureau (HAL-01)",
            raised(),
            at(10, 4, CLERK, close(Result::Unsolved, "无人应答")),
            Some("HAL-01"),
        ),
        (
            "closed unanswered at the bureau, with the reason (HAL-13)",
            at_bureau(),
            at(10, 40, CLERK, close(Result::Unsolved, "无人应答")),
            None,
        ),
        (
            "closed unsolved without a reason (HAL-13)",
            given(),
            at(10, 12, CLERK, close(Result::Unsolved, "")),
            Some("HAL-13"),
        ),
        (
            "closed twice (HAL-22)",
            with(given(), at(10, 12, CLERK, close(Result::Solved, ""))),
            at(10, 13, CLERK, close(Result::Solved, "")),
            Some("HAL-22"),
        ),
    ]
}

fn without_definition() -> Vec<Row<Call>> {
    vec![(
        "a question where no definition is in force (HAL-08)",
        vec![],
        at(10, 0, CLERK, ask(Trigger::Question, 0)),
        Some("HAL-08"),
    )]
}

fn questions_only() -> Vec<Row<Call>> {
    vec![(
        "a crowd where the definition knows questions alone (HAL-08)",
        vec![],
        at(10, 0, CLERK, ask(Trigger::Queue, 50)),
        Some("HAL-08"),
    )]
}

#[test]
fn an_answer_is_in_time_until_the_last_second_of_its_minutes() {
    for (after_ms, in_time) in [(300_000, true), (300_999, true), (301_000, false)] {
        let (mut world, mut call) = (world(), Call::default());
        world.act(&mut call, ID, at(10, 0, CLERK, ask(Trigger::Question, 0))).unwrap();
        let now = ms((3, 3, 10, 0)) + after_ms;
        let facts = world
            .act_at(&mut call, ID, now, date(2025, 3, 3), OFFICER, &Act::Answer)
            .unwrap();
        let [Fact::Answered { seconds, in_time: found, .. }] = &facts[..] else { panic!("{facts:?}") };
        assert_eq!((*seconds, *found), ((after_ms / 1000) as u32, in_time), "{after_ms} ms");
    }
}

/// The minutes are looked at by whoever runs the boards; a call left open over night climbs with the first act of the day.
#[test]
fn a_call_left_open_climbs_a_step_a_day() {
    let (mut world, mut call, calendar) = (world(), Call::default(), Calendar::shipped());
    let raise = ((3, 3, 16, 58), CLERK, ask(Trigger::Question, 0));
    world.act(&mut call, ID, raise).unwrap();
    assert_eq!(call.climbs_at(), Some(ms((3, 3, 17, 3))));
    assert!(call.due_acts(date(2025, 3, 3), &calendar).is_empty());
    for (day, level, org) in [(4, Level::Head, "housing"), (5, Level::Bureau, "bureau")] {
        let today = date(2025, 3, day);
        for act in call.due_acts(today, &calendar) {
            world.act_at(&mut call, ID, ms((3, day, 0, 0)), today, CLOCK, &act).unwrap();
        }
        assert_eq!((call.level, call.parties().org.as_str()), (level, org), "{today}");
    }
    assert_eq!(call.climbs_at(), None);
    assert!(call.due_acts(date(2025, 3, 6), &calendar).is_empty());
}

#[test]
fn the_median_is_exact() {
    let rows = [
        (vec![], None),
        (vec![40], Some((80, 2))),
        (vec![10, 300, 20], Some((40, 2))),
        (vec![10, 21], Some((31, 2))),
    ];
    for (seconds, middle) in rows {
        assert_eq!(median(&seconds).map(|ratio| (ratio.part, ratio.whole)), middle, "{seconds:?}");
    }
}
