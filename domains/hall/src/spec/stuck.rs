//! What cannot be done. Five working days (演示) from Monday 3 March 2025: Monday 10 March.

use super::*;
use crate::call::Level;
use crate::stuck::{Act, Fact, Stuck, Why};

const ID: MatterId = MatterId(88);
const CHIEF: Who = (Role::AgencyHead, "chief", "bureau");

pub fn run(world: &mut World) -> Told {
    world.run::<Stuck>(ID, rows())
}

fn report() -> Act {
    Act::Report {
        hall: "H1".into(),
        subject: "三次到窗口没有办成过户".into(),
        why: Why::NoResult,
        about: String::new(),
    }
}

fn on(day: i8, who: Who, act: Act) -> Step<Stuck> {
    ((3, day, 9, 30), who, act)
}

fn assign() -> Act {
    Act::Assign { department: OrgId::new("housing") }
}

fn answer(done: bool, reason: &str, way: &str) -> Act {
    Act::Answer { done, reason: reason.into(), way: way.into() }
}

fn escalate() -> Act {
    Act::Escalate { reason: "没有解决".into() }
}

/// On the reporter's word.
fn close(solved: bool) -> Act {
    let reporter_word = "3月6日电话中说不再反映".into();
    Act::Close { solved, note: "已电话告知".into(), reporter_word }
}

fn close_unasked() -> Act {
    Act::Close { solved: false, note: "已电话告知".into(), reporter_word: " ".into() }
}

fn assigned() -> Vec<Step<Stuck>> {
    vec![on(3, CITIZEN, report()), on(3, CLERK, assign())]
}

fn answered(done: bool) -> Vec<Step<Stuck>> {
    with(assigned(), on(5, OFFICER, answer(done, "缺少继承公证", "可以由法院裁判文书代替")))
}

/// Nobody assigned it within the limit.
fn unassigned() -> Vec<Step<Stuck>> {
    vec![on(3, CITIZEN, report()), on(11, CLOCK, escalate())]
}

fn rows() -> Vec<Row<Stuck>> {
    let again = || {
        let first = with(answered(false), on(6, CITIZEN, escalate()));
        let second = with(first, on(6, HEAD, answer(false, "仍缺", "到公证处办理")));
        let third = with(second, on(7, CITIZEN, escalate()));
        with(third, on(7, HEAD, answer(false, "仍缺", "到公证处办理")))
    };
    vec![
        ("reported by a citizen without a case", vec![], on(3, CITIZEN, report()), None),
        ("reported twice (HAL-01)", assigned(), on(4, CITIZEN, report()), Some("HAL-01")),
        ("assigned (HAL-01)", vec![on(3, CITIZEN, report())], on(3, CLERK, assign()), None),
        (
            "answered before it is assigned (HAL-01)",
            vec![on(3, CITIZEN, report())],
            on(4, OFFICER, answer(true, "", "")),
            Some("HAL-01"),
        ),
        ("done", assigned(), on(10, OFFICER, answer(true, "", "")), None),
        (
            "not done, with why and what instead (HAL-13)",
            assigned(),
            on(5, OFFICER, answer(false, "缺公证", "裁判文书也可以")),
            None,
        ),
        (
            "not done, and no way named (HAL-13)",
            assigned(),
            on(5, OFFICER, answer(false, "缺公证", "")),
            Some("HAL-13"),
        ),
        (
            "not done, and no reason (HAL-13)",
            assigned(),
            on(5, OFFICER, answer(false, " ", "再来")),
            Some("HAL-13"),
        ),
        ("answered twice (HAL-01)", answered(true), on(5, OFFICER, answer(true, "", "")), Some("HAL-01")),
        ("time escalates on working day six (HAL-10)", assigned(), on(11, CLOCK, escalate()), None),
        (
            "time escalates on working day five (HAL-10)",
            assigned(),
            on(10, CLOCK, escalate()),
            Some("HAL-10"),
        ),
        (
            "time escalates once (HAL-10)",
            with(assigned(), on(11, CLOCK, escalate())),
            on(12, CLOCK, escalate()),
            Some("HAL-10"),
        ),
        (
            "the citizen whom the answer does not help escalates (HAL-01)",
            answered(false),
            on(6, CITIZEN, escalate()),
            None,
        ),
        (
            "the citizen escalates before there is an answer (HAL-01)",
            assigned(),
            on(6, CITIZEN, escalate()),
            Some("HAL-01"),
        ),
        ("there is nothing above the bureau (HAL-01)", again(), on(10, CITIZEN, escalate()), Some("HAL-01")),
        (
            "answered by the bureau's head when time brought it there unassigned (HAL-24)",
            unassigned(),
            on(12, CHIEF, answer(true, "", "")),
            None,
        ),
        ("assigned by the head it came to (HAL-24)", unassigned(), on(12, CHIEF, assign()), None),
        (
            "the head assigns what has not come to them (HAL-24)",
            vec![on(3, CITIZEN, report())],
            on(4, CHIEF, assign()),
            Some("HAL-24"),
        ),
        (
            "answered by the head it came to (HAL-24)",
            with(assigned(), on(11, CLOCK, escalate())),
            on(12, HEAD, answer(true, "", "")),
            None,
        ),
        (
            "an officer answers what has come to the head (HAL-24)",
            with(assigned(), on(11, CLOCK, escalate())),
            on(12, OFFICER, answer(true, "", "")),
            Some("HAL-24"),
        ),
        ("closed as solved (HAL-13)", answered(true), on(6, CLERK, close(true)), None),
        (
            "closed as solved though the answer was no (HAL-13)",
            answered(false),
            on(6, CLERK, close(true)),
            Some("HAL-13"),
        ),
        (
            "closed unsolved on the reporter's word (HAL-23)",
            answered(false),
            on(6, CLERK, close(false)),
            None,
        ),
        (
            "closed on nobody's word while the reporter may escalate (HAL-23)",
            answered(false),
            on(12, CLERK, close_unasked()),
            Some("HAL-23"),
        ),
        (
            "closed once the reporter asked for nothing in a whole limit (HAL-23)",
            answered(false),
            on(13, CLERK, close_unasked()),
            None,
        ),
        (
            "closed at the bureau, above which nobody answers (HAL-23)",
            again(),
            on(10, CLERK, close_unasked()),
            None,
        ),
        ("closed without an answer (HAL-01)", assigned(), on(6, CLERK, close(false)), Some("HAL-01")),
        (
            "closed twice (HAL-22)",
            with(answered(true), on(6, CLERK, close(true))),
            on(7, CLERK, close(true)),
            Some("HAL-22"),
        ),
    ]
}

#[test]
fn its_limit_counts_working_days() {
    // (reported on, answered on, last day, in time): five working days; make-up Sunday 28 September, holiday 1 to 8 October.
    let rows = [
        ((3, 3), (3, 10), date(2025, 3, 10), true),
        ((3, 3), (3, 11), date(2025, 3, 10), false),
        ((9, 26), (10, 10), date(2025, 10, 10), true),
        ((9, 26), (10, 11), date(2025, 10, 10), false),
    ];
    for ((month, reported), (to, answered), last, in_time) in rows {
        let (mut world, mut stuck) = (world(), Stuck::default());
        world.act(&mut stuck, ID, ((month, reported, 9, 0), CITIZEN, report())).unwrap();
        assert_eq!(stuck.due(&Calendar::shipped()), Some(last));
        world.act(&mut stuck, ID, ((month, reported, 9, 1), CLERK, assign())).unwrap();
        let facts = world
            .act(&mut stuck, ID, ((to, answered, 9, 0), OFFICER, answer(true, "", "")))
            .unwrap();
        assert!(
            matches!(facts[..], [Fact::Answered { in_time: Some(found), .. }] if found == in_time),
            "{last}"
        );
    }
}

#[test]
fn without_a_limit_nothing_is_late_and_everything_is_received() {
    let (mut world, mut stuck, calendar) = (world(), Stuck::default(), Calendar::shipped());
    world.shelf.remove(&(Parameter::KIND, Parameter::id(Name::StuckAnswer)));
    world.act(&mut stuck, ID, on(3, CITIZEN, report())).unwrap();
    assert_eq!((stuck.due(&calendar), stuck.docket(&calendar).due), (None, None));
    assert!(stuck.due_acts(date(2026, 3, 3), &calendar).is_empty());
    world.act(&mut stuck, ID, on(3, CLERK, assign())).unwrap();
    let facts = world.act(&mut stuck, ID, on(20, OFFICER, answer(true, "", ""))).unwrap();
    assert!(matches!(facts[..], [Fact::Answered { in_time: None, .. }]));
}

#[test]
fn who_was_not_helped_waits_a_whole_limit_for_the_next_level() {
    let (mut world, mut stuck, calendar) = (world(), Stuck::default(), Calendar::shipped());
    for step in with(answered(false), on(10, CITIZEN, escalate())) {
        world.act(&mut stuck, ID, step).unwrap();
    }
    assert_eq!((stuck.level, stuck.due(&calendar)), (Level::Head, Some(date(2025, 3, 17))));
    assert!(stuck.due_acts(date(2025, 3, 17), &calendar).is_empty());
    assert_eq!(stuck.due_acts(date(2025, 3, 18), &calendar).len(), 1);
}

/// Five working days from each day on which time sent it up; the bureau, above which nobody is, is called late once.
#[test]
fn every_level_has_a_whole_limit() {
    let (mut world, mut stuck, calendar) = (world(), Stuck::default(), Calendar::shipped());
    world.act(&mut stuck, ID, on(3, CITIZEN, report())).unwrap();
    let table = [
        (date(2025, 3, 10), Level::Head, date(2025, 3, 18)),
        (date(2025, 3, 18), Level::Bureau, date(2025, 3, 26)),
        (date(2025, 3, 26), Level::Bureau, date(2025, 3, 26)),
    ];
    for (last, level, due) in table {
        assert!(stuck.due_acts(last, &calendar).is_empty(), "{last}");
        let late = last.tomorrow().unwrap();
        let acts = stuck.due_acts(late, &calendar);
        assert_eq!(acts.len(), 1, "{late}");
        world.act_at(&mut stuck, ID, 0, late, CLOCK, &acts[0]).unwrap();
        assert_eq!((stuck.level, stuck.due(&calendar)), (level, Some(due)), "{late}");
        let heads = stuck
            .docket(&calendar)
            .tasks
            .into_iter()
            .filter(|task| task.role == Role::AgencyHead);
        assert_eq!(heads.map(|task| task.name).collect::<Vec<_>>(), ["answer"]);
    }
    assert!(stuck.due_acts(date(2025, 12, 31), &calendar).is_empty());
    let facts = world.act(&mut stuck, ID, on(27, CHIEF, answer(true, "", ""))).unwrap();
    assert!(matches!(facts[..], [Fact::Answered { in_time: Some(false), .. }]));
    // A state of before: time sent it up once, and the clock went on.
    let overdue = Some(date(2025, 3, 11));
    let old = Stuck { overdue, late_level: None, level: Level::Head, answered: None, ..stuck };
    assert!(old.due_acts(date(2025, 12, 31), &calendar).is_empty());
}

#[test]
fn what_time_escalates_the_head_has() {
    let (mut world, mut stuck, calendar) = (world(), Stuck::default(), Calendar::shipped());
    for step in assigned() {
        world.act(&mut stuck, ID, step).unwrap();
    }
    assert!(stuck.due_acts(date(2025, 3, 10), &calendar).is_empty());
    for act in stuck.due_acts(date(2025, 3, 11), &calendar) {
        world.act_at(&mut stuck, ID, 0, date(2025, 3, 11), CLOCK, &act).unwrap();
    }
    assert_eq!((stuck.level, stuck.overdue), (Level::Head, Some(date(2025, 3, 11))));
    let task = stuck.docket(&calendar).tasks.remove(0);
    assert_eq!((task.name.as_str(), task.role, task.org.as_str()), ("answer", Role::AgencyHead, "housing"));
    assert_eq!(stuck.sealed.get("applicant_name").map(String::as_str), Some("digest"));
}
