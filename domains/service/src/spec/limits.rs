//! 各期限的预警和超期。 Promise, law and delivery: each is warned of and recorded once, by time alone.

use super::{Row, Step, Story, accepted, act_on, decide, extend, permit, person, stop, verified, with};
use crate::case::{Act, Against, Fact};
use crate::definition::SpecialKind;
use fadu_kernel::Matter;
use fadu_kernel::Role::{AgencyHead, Clock, Officer};
use jiff::civil::{Date, date};

/// Nobody reviews: the promise of ten working days is past, the law's twenty are not.
fn past_the_promise() -> Vec<Step> {
    let mut steps = accepted();
    steps.push(((3, 13), Clock, Act::TurnAmber));
    steps.push(((3, 18), Clock, Act::TurnOverdue));
    steps
}

fn past_the_law() -> Vec<Step> {
    let warned = with(past_the_promise(), ((3, 25), Clock, Act::TurnAmber));
    with(warned, ((4, 1), Clock, Act::TurnOverdue))
}

fn decided() -> Vec<Step> {
    with(verified(), ((3, 5), AgencyHead, decide(true, "")))
}

/// For an expert review of fifteen working days, told on 10 March: the last of them is the 31st.
fn stopped() -> Vec<Step> {
    with(accepted(), ((3, 10), Officer, stop(SpecialKind::ExpertReview, 15)))
}

/// By ten working days, the promise being amber: the law's limit ends on 15 April, the promise on 17 March as before.
fn extended() -> Vec<Step> {
    let warned = with(accepted(), ((3, 13), Clock, Act::TurnAmber));
    with(warned, ((3, 14), AgencyHead, extend("情况复杂")))
}

fn explain() -> Act {
    Act::ExplainDelay { reason: "专家改期".into() }
}

pub fn rows() -> Vec<Row> {
    let warned = with(past_the_promise(), ((3, 25), Clock, Act::TurnAmber));
    let late = with(with(decided(), ((3, 17), Clock, Act::TurnAmber)), ((3, 20), Clock, Act::TurnOverdue));
    vec![
        (
            "amber of the law's limit a day before 16 of 20 (LIC-14)",
            past_the_promise(),
            ((3, 24), Clock, Act::TurnAmber),
            Some("LIC-14"),
        ),
        (
            "amber of the law's limit at 16 of 20, the promise past (LIC-14)",
            past_the_promise(),
            ((3, 25), Clock, Act::TurnAmber),
            None,
        ),
        (
            "overdue by law on its last day, the promise past (LIC-14)",
            warned.clone(),
            ((3, 31), Clock, Act::TurnOverdue),
            Some("LIC-14"),
        ),
        (
            "overdue by law the day after, the promise past (LIC-14)",
            warned,
            ((4, 1), Clock, Act::TurnOverdue),
            None,
        ),
        ("overdue a third time (LIC-14)", past_the_law(), ((4, 2), Clock, Act::TurnOverdue), Some("LIC-14")),
        (
            "amber of delivery a day before 8 of 10 (LIC-21)",
            decided(),
            ((3, 14), Clock, Act::TurnAmber),
            Some("LIC-21"),
        ),
        ("amber of delivery at 8 of 10 (LIC-21)", decided(), ((3, 17), Clock, Act::TurnAmber), None),
        (
            "delivery overdue on its last day (LIC-21)",
            decided(),
            ((3, 19), Clock, Act::TurnOverdue),
            Some("LIC-21"),
        ),
        ("delivery overdue the day after (LIC-21)", decided(), ((3, 20), Clock, Act::TurnOverdue), None),
        (
            "the time told for a stop on its last day (LIC-20)",
            stopped(),
            ((3, 31), Clock, Act::PassStop),
            Some("LIC-20"),
        ),
        ("the time told for a stop, passed (LIC-20)", stopped(), ((4, 1), Clock, Act::PassStop), None),
        ("said by an officer (SVC-03)", stopped(), ((4, 1), Officer, Act::PassStop), Some("SVC-03")),
        (
            "the time told for a stop, passed twice (LIC-20)",
            with(stopped(), ((4, 1), Clock, Act::PassStop)),
            ((4, 2), Clock, Act::PassStop),
            Some("LIC-20"),
        ),
        (
            "why it takes longer than told (LIC-47)",
            with(stopped(), ((4, 1), Clock, Act::PassStop)),
            ((4, 2), Officer, explain()),
            None,
        ),
        (
            "past the promise, the law's limit extended (LIC-15, LIC-47)",
            extended(),
            ((3, 18), Clock, Act::TurnOverdue),
            None,
        ),
        (
            "on the last day of the promise, the law's limit extended (LIC-14)",
            extended(),
            ((3, 17), Clock, Act::TurnOverdue),
            Some("LIC-14"),
        ),
        ("explained before it is late (SVC-01)", stopped(), ((3, 31), Officer, explain()), Some("SVC-01")),
        ("delivery overdue twice (LIC-21)", late, ((3, 21), Clock, Act::TurnOverdue), Some("LIC-21")),
    ]
}

/// What the sweep does to a case that nobody touches: (day, act, limit, whether the case was overrun before).
#[test]
fn time_acts_by_itself_and_once_on_each_limit() {
    let swept = |story: &mut Story, day| {
        let acts = story.case.due_acts(day, &story.calendar);
        let [act] = &acts[..] else { panic!("{day}: {acts:?}") };
        let actor = super::person("clock", Clock);
        super::act_on(&mut story.case, act, &actor, day, &story.shelf, &story.calendar).unwrap()
    };
    let mut story = Story::of(permit());
    for ((month, day), role, act) in accepted() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let amber = |against| (Some(against), None);
    let overdue = |against, again| (None, Some((against, again)));
    for ((month, day), expected) in [
        ((3, 13), amber(Against::Promise)),
        ((3, 18), overdue(Against::Promise, false)),
        ((3, 25), amber(Against::Law)),
        ((4, 1), overdue(Against::Law, true)),
    ] {
        let on = date(2025, month, day);
        let before = fadu_kernel::calendar::offset(on, -1);
        assert!(story.case.due_acts(before, &story.calendar).is_empty(), "before {on}");
        let found = match &swept(&mut story, on)[..] {
            [Fact::TurnedAmber { against, .. }] => (*against, None),
            [Fact::TurnedOverdue { against, again, .. }] => (None, Some((*against, *again))),
            facts => panic!("{facts:?}"),
        };
        assert_eq!(found, expected, "{on}");
    }
    assert!(story.case.due_acts(date(2025, 12, 31), &story.calendar).is_empty());
    assert_eq!(
        story.case.overruns().collect::<Vec<_>>(),
        [(Against::Promise, date(2025, 3, 18)), (Against::Law, date(2025, 4, 1))]
    );
}

/// Lists follow the clock that runs: after the decision that of delivery, and none where there is no such limit.
#[test]
fn lists_follow_delivery_once_it_is_decided() {
    let after = |definition| {
        let mut story = Story::of(definition);
        for ((month, day), role, act) in decided() {
            story.then(date(2025, month, day), role, act).unwrap();
        }
        let docket = story.case.docket(&story.calendar);
        (docket.amber, docket.due)
    };
    assert_eq!(after(permit()), (Some(date(2025, 3, 17)), Some(date(2025, 3, 19))));
    let without = crate::Definition { delivery: None, ..permit() };
    assert_eq!(after(without), (None, None));
}

#[test]
fn what_is_extended_is_warned_of_anew() {
    let mut story = Story::of(permit());
    let warned = with(past_the_promise(), ((3, 25), Clock, Act::TurnAmber));
    for ((month, day), role, act) in with(warned, ((3, 26), AgencyHead, extend("情况复杂"))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    // Twenty and ten from 3 March end on 15 April, Qingming on 4 April being off: 24 of 30 are used on 7 April.
    let law = (date(2025, 4, 7), date(2025, 4, 15), Against::Law);
    assert_eq!(story.case.next_amber(&story.calendar), Some(law));
    let promise = story.case.overruns().next();
    assert_eq!(promise, Some((Against::Promise, date(2025, 3, 18))), "recorded once");
}

/// Within the law's limit as it was extended, past the promise: the decision says both, and why is to be told in public.
#[test]
fn an_extension_keeps_the_promise_as_it_was() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in with(verified(), ((3, 10), AgencyHead, extend("情况复杂"))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let promised = story.case.promised.as_ref().unwrap();
    assert_eq!(promised.due(&story.calendar).fixed(), Some(date(2025, 3, 17)));
    assert_eq!(story.case.docket(&story.calendar).due, Some(date(2025, 3, 17)));
    story.then(date(2025, 3, 18), Clock, Act::TurnOverdue).unwrap();
    assert!(story.case.is_late() && story.case.explained.is_none());
    let (head, on) = (person("agency_head", AgencyHead), date(2025, 4, 15));
    let grant = decide(true, "");
    let facts = act_on(&mut story.case, &grant, &head, on, &story.shelf, &story.calendar).unwrap();
    assert!(
        matches!(facts[..], [Fact::Decided { in_law: Some(true), in_promise: Some(false), .. }]),
        "{facts:?}"
    );
}

/// Nothing but a promise: that is what its extension lengthens.
#[test]
fn without_a_limit_of_the_law_the_promise_is_extended() {
    let without = crate::Definition { statutory: crate::definition::LimitWith::default(), ..permit() };
    let mut story = Story::of(without);
    for ((month, day), role, act) in with(verified(), ((3, 10), AgencyHead, extend("情况复杂"))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let promised = story.case.promised.as_ref().unwrap();
    assert_eq!(promised.due(&story.calendar).fixed(), Some(date(2025, 3, 31)));
}

#[test]
fn an_extension_says_the_new_last_day() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let (head, on) = (person("agency_head", AgencyHead), date(2025, 3, 10));
    let told = extend("情况复杂");
    let facts = act_on(&mut story.case, &told, &head, on, &story.shelf, &story.calendar).unwrap();
    // Twenty and ten working days from 3 March, Qingming on 4 April being off.
    let [Fact::Extended { due, .. }] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!(*due, Some(date(2025, 4, 15)));
    let law = story.case.statutory.as_ref().unwrap();
    assert_eq!(law.due(&story.calendar).fixed(), *due, "as the case goes on to reckon it");
    let old = r#"{"Extended":{"by":{"n":10,"unit":"workday"},"reason":"情况复杂"}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::Extended { due: None, .. })));
}

/// A stop that nobody ends: recorded once, to be ended or explained, and the limits go on standing still.
#[test]
fn a_stop_longer_than_told_is_recorded_once_and_resumes_by_nobody() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in stopped() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let tasks = |story: &Story| -> Vec<(String, Option<Date>)> {
        let docket = story.case.docket(&story.calendar);
        let of_staff = docket.tasks.into_iter().filter(|task| task.role == Officer);
        of_staff.map(|task| (task.name, task.due)).collect()
    };
    let told = Some(date(2025, 3, 31));
    assert_eq!(tasks(&story), [("resume".to_owned(), told)]);
    assert!(story.case.due_acts(date(2025, 3, 31), &story.calendar).is_empty());
    assert!(matches!(story.case.due_acts(date(2025, 4, 1), &story.calendar)[..], [Act::PassStop]));
    story.then(date(2025, 4, 1), Clock, Act::PassStop).unwrap();
    assert_eq!(tasks(&story), [("resume".to_owned(), told), ("explain".to_owned(), told)]);
    assert!(story.case.due_acts(date(2025, 12, 31), &story.calendar).is_empty());
    assert_eq!(story.case.status(), "stopped");
    story.then(date(2025, 4, 2), Officer, explain()).unwrap();
    assert_eq!(tasks(&story), [("resume".to_owned(), told)]);
    story
        .then(date(2025, 4, 3), Officer, Act::Resume { result: "通过".into() })
        .unwrap();
    assert!(!story.case.is_late(), "what was ended needs no more explaining");
}

#[test]
fn each_overrun_is_explained_anew() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in with(past_the_promise(), ((3, 19), Officer, explain())) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    assert!(story.case.explained.is_some());
    story.then(date(2025, 4, 1), Clock, Act::TurnOverdue).unwrap();
    assert!(story.case.explained.is_none());
}

/// As stored before each limit had a record of its own.
#[test]
fn older_states_and_facts_are_read() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in past_the_promise() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let text = serde_json::to_string(&story.case).unwrap();
    assert!(!text.contains("beside"), "{text}");
    let back: crate::Case = serde_json::from_str(&text).unwrap();
    assert_eq!(back.overruns().collect::<Vec<_>>(), [(Against::Promise, date(2025, 3, 18))]);
    for old in [
        r#"{"TurnedAmber":{"due":"2025-03-17"}}"#,
        r#"{"TurnedOverdue":{"due":"2025-03-17","against":"promise"}}"#,
    ] {
        serde_json::from_str::<Fact>(old).unwrap_or_else(|error| panic!("{old}: {error}"));
    }
}
