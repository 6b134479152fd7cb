//! 工单的经过: the tables of its specification, run, and what a whole life shows.

use super::acts::*;
use super::world::*;
use super::{closing_table, dispatch_table};
use crate::categories::Categories;
use crate::order::act::{Proposed, Suggestion};
use crate::order::{Act, Fact, Intake, Order};
use crate::words::{Channel, Contact, Exclusion, Kind, Settlement};
use fadu_kernel::{Matter, OrgId, PersonId};
use jiff::civil::{Date, date};

pub fn tables() -> Vec<Row> {
    [
        dispatch_table::taking(),
        dispatch_table::merging(),
        dispatch_table::dispatching(),
        dispatch_table::returning(),
        closing_table::handling(),
        closing_table::pressing(),
        closing_table::closing(),
        closing_table::afterwards(),
    ]
    .concat()
}

/// A life of one order, folded one act after another.
pub struct Story {
    pub world: World,
    pub order: Order,
}

impl Story {
    pub fn new() -> Story {
        Story { world: World::open(), order: Order::default() }
    }

    pub fn then(&mut self, day: Date, who: Who, act: &Act) -> Result<Vec<Fact>, fadu_kernel::Refusal> {
        self.world.act(&mut self.order, OWN, who, day, act)
    }

    pub fn told(steps: Vec<Step>) -> Story {
        let mut story = Story::new();
        for ((month, day), who, act) in steps {
            story
                .then(date(2025, month, day), who, &act)
                .unwrap_or_else(|refusal| panic!("the way there was refused: {refusal}"));
        }
        story
    }
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, given, ((month, day), who, act), expected) in tables() {
        let mut story = Story::new();
        for ((month, day), who, act) in given {
            story
                .then(date(2025, month, day), who, &act)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = story
            .then(date(2025, month, day), who, &act)
            .err()
            .map(|refusal| refusal.rule.id);
        assert_eq!(answer, expected, "{name}");
    }
}

/// Done, and held against a limit: the fact says whether it was kept.
pub fn noted() -> Vec<(&'static str, Vec<Step>, Step, bool)> {
    let exclude = Act::Exclude { ground: Exclusion::Petition, told: "由信访部门接续".into() };
    let petition = with(taken(Kind::Complaint), ((3, 3), DISPATCHER, exclude.clone()));
    let seen_late = with(taken(Kind::Complaint), ((3, 17), DISPATCHER, exclude));
    let hand_over = Act::HandOver { office: "信访局".into(), receipt: "信2025-1".into() };
    let from =
        |month, day, kind| vec![((month, day), AGENT, take(kind)), ((month, day), AGENT, to("住建局"))];
    let answer = || reply(evidence());
    vec![
        ("replied on the last day (HOT-08)", dispatched(Kind::Help), ((3, 6), OFFICER, answer()), true),
        ("replied the day after (HOT-08)", dispatched(Kind::Help), ((3, 7), OFFICER, answer()), false),
        (
            "replied on the last day, a make-up Sunday counted (HOT-08)",
            from(9, 26, Kind::Help),
            ((9, 30), OFFICER, answer()),
            true,
        ),
        (
            "replied after a holiday that gives no day back (HOT-08)",
            from(9, 26, Kind::Help),
            ((10, 9), OFFICER, answer()),
            false,
        ),
        (
            "dispatched before the holiday, replied on the last day after it (HOT-08)",
            from(9, 30, Kind::Help),
            ((10, 11), OFFICER, answer()),
            true,
        ),
        (
            "dispatched before the holiday, replied a working day too late (HOT-08)",
            from(9, 30, Kind::Help),
            ((10, 13), OFFICER, answer()),
            false,
        ),
        (
            "told of the petition on day 15 (PET-03)",
            petition.clone(),
            ((3, 18), DISPATCHER, hand_over.clone()),
            true,
        ),
        (
            "told of the petition on day 16 (PET-03)",
            petition,
            ((3, 19), DISPATCHER, hand_over.clone()),
            false,
        ),
        (
            "told on day 15 of what was seen to be a petition on day 14 (PET-03)",
            seen_late.clone(),
            ((3, 18), DISPATCHER, hand_over.clone()),
            true,
        ),
        (
            "told on day 16 of what was seen to be a petition on day 14 (PET-03)",
            seen_late,
            ((3, 19), DISPATCHER, hand_over),
            false,
        ),
    ]
}

#[test]
fn what_is_late_is_done_and_says_so() {
    for (name, given, ((month, day), who, act), kept) in noted() {
        let facts = Story::told(given).then(date(2025, month, day), who, &act).unwrap();
        let found = facts.iter().find_map(|fact| match fact {
            Fact::Replied { in_time, .. } | Fact::HandedOver { in_time, .. } => *in_time,
            _ => None,
        });
        assert_eq!(found, Some(kept), "{name}");
    }
}

#[test]
fn neither_signature_nor_return_nor_arbiters_move_the_clock() {
    let calendar = fadu_kernel::Calendar::shipped();
    let due = |steps: Vec<Step>| Story::told(steps).order.due(&calendar);
    let last = Some(date(2025, 3, 6));
    assert_eq!(due(dispatched(Kind::Help)), last);
    assert_eq!(due(with(dispatched(Kind::Help), ((3, 5), OFFICER, Act::Sign))), last);
    assert_eq!(due(disputed()), last, "returned, dispatched again, returned again");
    let arbitrated = Story::told(arbitrated(disputed(), (3, 10), "住建局"));
    assert_eq!(arbitrated.order.due(&calendar), last);
    assert_eq!(arbitrated.order.unit(), Some(&OrgId::new("住建局")));
    assert_eq!(arbitrated.order.status(), "dispatched", "and is to be signed anew");
}

/// Three calls in three hours of one day are no three tries, on two days they are; what was noted of before has no hour.
#[test]
fn who_was_not_reached_is_tried_at_other_times() {
    use fadu_kernel::{Role, Stamp};
    let on = |day| date(2025, 3, day);
    let closes = |tries: &[(i8, i64)]| {
        let mut story = Story::told(replied());
        for (day, hour) in tries {
            let called = r#"{"CalledBack":{"contact":"not_reached","solved":null,"satisfied":null,"note":"","in_time":true,"unit":"住建局"}}"#;
            let stamp = Stamp {
                day: on(*day),
                ms: moment(on(*day)).ms + hour * 3_600_000,
                person: PersonId::new("reviewer"),
                role: Role::WindowClerk,
                org: OrgId::new(DESK),
            };
            story.order.evolve(&serde_json::from_str(called).unwrap(), &stamp);
        }
        story.then(on(10), DISPATCHER, &close("")).is_ok()
    };
    assert!(!closes(&[(6, 9), (6, 9), (7, 9)]), "two of them in one hour");
    assert!(!closes(&[(6, 9), (6, 12), (6, 16)]), "on one day");
    assert!(closes(&[(6, 9), (6, 16), (7, 9)]));
    let before = r#"{"on":"2025-03-06","by":"a","contact":"not_reached","solved":null,"satisfied":null}"#;
    assert_eq!(serde_json::from_str::<crate::order::CallBack>(before).unwrap().ms, 0);
}

#[test]
fn a_second_return_goes_to_the_arbiters_by_itself() {
    let story = Story::told(disputed());
    assert_eq!(story.order.status(), "arbitration");
    let arbitration = story.order.review.arbitration.unwrap();
    assert_eq!(arbitration.due, Some(date(2025, 3, 7)), "two working days from 5 March");
}

/// The caller waits for whoever has it; the unit is asked for its own days alone.
#[test]
fn the_time_of_a_return_is_the_hotlines_and_not_the_units() {
    let on = |day| date(2025, 3, day);
    let mut story = Story::told(with(dispatched(Kind::Help), ((3, 4), OFFICER, hand_back(basis()))));
    let calendar = story.world.calendar.clone();
    assert_eq!(story.order.review.settle_by, Some(on(5)), "one working day");
    let settle_by = |order: &Order| {
        let tasks = order.docket(&calendar).tasks;
        tasks
            .into_iter()
            .find(|task| task.name == "settle_return")
            .and_then(|task| task.due)
    };
    assert_eq!(settle_by(&story.order), Some(on(5)));
    let acts = story.order.due_acts(on(14), &calendar);
    assert_eq!(acts.iter().map(Order::act_name).collect::<Vec<_>>(), ["PassDue"], "nobody is urged");
    let facts = story.then(on(7), CLOCK, &Act::PassDue).unwrap();
    assert!(matches!(&facts[..], [Fact::PassedDue { unit, .. }] if unit.as_str() == DESK));
    let facts = story.then(on(7), DISPATCHER, &settle(Settlement::Refused)).unwrap();
    assert!(matches!(facts[..], [Fact::ReturnSettled { in_time: Some(false), .. }]));
    // Three working days from the 3rd, and three more for the 5th to the 7th.
    assert_eq!((story.order.due(&calendar), story.order.unit_due(&calendar)), (Some(on(6)), Some(on(11))));
    assert_eq!(story.order.urge_day(&calendar), Some(on(12)));
    let facts = story.then(on(11), OFFICER, &reply(evidence())).unwrap();
    let [Fact::Replied { in_time, unit_in_time, .. }] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!((*in_time, *unit_in_time), (Some(false), Some(true)));

    // Who gets it from another unit, or from the arbiters, has its own days.
    let mut story = Story::told(disputed());
    assert_eq!(story.order.unit_due(&calendar), None, "with the arbiters");
    story.then(on(10), DISPATCHER, &arbitrate("住建局")).unwrap();
    for person in ["p", "e", "j"] {
        assert_eq!(story.order.status(), "arbitration", "{person} has not spoken");
        assert!(story.order.waits_for_member(&PersonId::new(person)));
        story.then(on(10), member(person), &Act::ConfirmPanel).unwrap();
    }
    assert_eq!((story.order.due(&calendar), story.order.unit_due(&calendar)), (Some(on(6)), Some(on(13))));
    let returned = r#"{"Returned":{"unit":"住建局","ground":"not_our_power","basis":{"statute":"行政许可法","article":24},"explanation":"x","n":1}}"#;
    let returned = serde_json::from_str::<Fact>(returned).unwrap();
    assert!(matches!(returned, Fact::Returned { settle_by: None, .. }));
}

#[test]
fn silence_is_reminded_urged_and_drafted_in_its_order() {
    let mut story = Story::told(dispatched(Kind::Complaint));
    let acts = |story: &Story, month, day| {
        let due = story.order.due_acts(date(2025, month, day), &story.world.calendar);
        due.iter().map(Order::act_name).collect::<Vec<_>>()
    };
    assert!(acts(&story, 3, 17).is_empty());
    assert_eq!(acts(&story, 3, 18), ["TurnAmber"]);
    assert_eq!(acts(&story, 3, 21), ["TurnAmber", "PassDue", "Urge"]);
    assert_eq!(acts(&story, 3, 27), ["TurnAmber", "PassDue", "Urge", "DraftSupervision"]);
    for act in story.order.due_acts(date(2025, 3, 27), &story.world.calendar) {
        story.then(date(2025, 3, 27), CLOCK, &act).unwrap();
    }
    assert!(acts(&story, 12, 31).is_empty(), "each once");
    assert_eq!(story.order.next_clock_day(&story.world.calendar), None);
    let tasks = story.order.docket(&story.world.calendar).tasks;
    assert!(tasks.iter().any(|task| task.name == "issue_supervision"));
}

#[test]
fn a_limit_beyond_the_calendar_is_never_overdue() {
    let mut story = Story::new();
    for act in [take(Kind::Help), to("住建局")] {
        story.then(date(2026, 12, 30), AGENT, &act).unwrap();
    }
    assert_eq!(story.order.docket(&story.world.calendar).due, None);
    assert!(story.order.due_acts(date(2027, 6, 1), &story.world.calendar).is_empty());
    let facts = story.then(date(2027, 2, 1), OFFICER, &reply(evidence())).unwrap();
    assert!(matches!(facts[..], [Fact::Replied { in_time: None, .. }]));
}

#[test]
fn lists_show_nothing_of_the_caller_or_of_a_lead() {
    let story = Story::told(dispatched(Kind::Help));
    let docket = story.order.docket(&story.world.calendar);
    assert_eq!(docket.title, "求助：物业服务");
    let near = docket.facets.iter().filter(|(key, _)| key == "near").count();
    assert_eq!(near, 6, "the bands of its signature");
    assert!(docket.facets.contains(&("unit".to_owned(), "住建局".to_owned())));
    let lead = take_with(Kind::Report, |intake| {
        (intake.lead, intake.against, intake.text) = (true, Some(OrgId::new("住建局")), String::new())
    });
    let story = Story::told(vec![((3, 3), AGENT, lead)]);
    let state = serde_json::to_string(&story.order).unwrap();
    assert!(!state.contains("住建局"), "{state}");
    let keys: Vec<String> = story
        .order
        .docket(&story.world.calendar)
        .facets
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(keys, ["number", "applicant"]);
}

#[test]
fn units_that_assist_are_asked_and_answer_once() {
    let dispatch = Act::Dispatch {
        unit: OrgId::new("住建局"),
        assisting: vec![OrgId::new("交通局")],
        officer: None,
        category: None,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    let mut story = Story::told(with(taken(Kind::Help), ((3, 3), DISPATCHER, dispatch)));
    let asked = |story: &Story| {
        let tasks = story.order.docket(&story.world.calendar).tasks;
        tasks
            .iter()
            .any(|task| task.name == "assist:交通局" && task.org.as_str() == "交通局")
    };
    assert!(asked(&story));
    let assist = || Act::Assist { text: "停车位属于公共道路".into(), evidence: vec![] };
    assert_eq!(story.then(date(2025, 3, 4), OFFICER, &assist()).unwrap_err().rule.id, "HOT-06");
    story.then(date(2025, 3, 4), TRAFFIC, &assist()).unwrap();
    assert!(!asked(&story));
    story.then(date(2025, 3, 5), OFFICER, &reply(evidence())).unwrap();
    let told = story.then(date(2025, 3, 6), TRAFFIC, &answered(true, true)).unwrap_err();
    assert_eq!(told.rule.id, "HOT-08C", "who assisted does not call back");
}

#[test]
fn the_public_reads_what_was_published_and_no_more() {
    use crate::open311;
    use crate::place::{Micro, Point};
    let open = take_with(Kind::Help, |intake| {
        intake.public = true;
        intake.place.point = Some(Point { lat: Micro(29_839_123), long: Micro(115_211_456) });
    });
    let mut story = Story::told(vec![((3, 3), AGENT, open), ((3, 3), AGENT, to("住建局"))]);
    let calendar = story.world.calendar.clone();
    let seen = open311::request(Categories::shipped(), &story.order, &calendar).unwrap();
    assert_eq!((seen.status, seen.description, seen.lat), ("open", None, None));
    assert_eq!(seen.expected, Some(date(2025, 3, 6)));
    let publish = Act::Publish { title: "垃圾".into(), text: "某小区垃圾没有清运".into() };
    story.then(date(2025, 3, 4), DISPATCHER, &publish).unwrap();
    let seen = open311::request(Categories::shipped(), &story.order, &calendar).unwrap();
    assert_eq!(seen.description.as_deref(), Some("某小区垃圾没有清运"));
    assert_eq!((seen.lat.as_deref(), seen.long.as_deref()), (Some("29.830000"), Some("115.210000")));
    assert!(
        story.order.entry.as_ref().is_some_and(|entry| entry.text.contains("阳光小区")),
        "the original stays"
    );
    story
        .then(date(2025, 3, 5), CITIZEN, &Act::Unpublish { reason: "不愿公开".into() })
        .unwrap();
    assert_eq!(
        open311::request(Categories::shipped(), &story.order, &calendar)
            .unwrap()
            .description,
        None
    );
    let again = story.then(date(2025, 3, 6), DISPATCHER, &publish).unwrap_err();
    assert_eq!(again.rule.id, "HTL-01", "consent that was taken back is gone");
    let ended = Story::told(closed());
    assert_eq!(open311::status(&ended.order), "closed");
    let lead = take_with(Kind::Report, |intake| (intake.lead, intake.text) = (true, String::new()));
    let lead = Story::told(vec![((3, 3), AGENT, lead)]);
    assert!(open311::request(Categories::shipped(), &lead.order, &calendar).is_none());
}

#[test]
fn a_form_names_its_field() {
    let field = |act: &Act, private: &[(&str, &str)]| {
        let private = private.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Order::check(act, &private).err().map(|wrong| wrong[0].field.clone())
    };
    let text = |text: String| Act::Take(Box::new(Intake { text, ..intake(Kind::Help) }));
    let cases = [
        (text("   ".into()), "text"),
        (text("长".repeat(17_000)), "text"),
        (take_with(Kind::Help, |intake| intake.category = "01".into()), "category"),
        (take_with(Kind::Help, |intake| intake.channel = Channel::Prefecture), "prefecture"),
        (take_with(Kind::Help, |intake| intake.place.address = "幸福路1号".into()), "address"),
        (take_with(Kind::Help, |intake| intake.persons = 0), "persons"),
        (call(Contact::Answered, Some(true), None), "contact"),
        (call(Contact::NotReached, None, Some(true)), "contact"),
        (Act::Evaluate { grade: 6, text: String::new() }, "grade"),
        (Act::OpenCaller { reason: " ".into() }, "reason"),
    ];
    for (act, expected) in cases {
        assert_eq!(field(&act, &[]).as_deref(), Some(expected));
    }
    assert_eq!(field(&text("😀🚧 路灯坏了 👍".into()), &[]), None, "emoji are words like others");
    assert_eq!(field(&take(Kind::Help), &[("caller_phone", "138-0000-0000")]), None);
    assert_eq!(field(&take(Kind::Help), &[("caller_phone", "一三八")]).as_deref(), Some("caller_phone"));
    assert_eq!(field(&take(Kind::Help), &[("id_number", "1")]).as_deref(), Some("id_number"));
}

#[test]
fn states_survive_storage_and_what_never_happened_is_not_written() {
    let story = Story::told(closed());
    let text = serde_json::to_string(&story.order).unwrap();
    let back: Order = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    assert!(
        !text.contains("\"review\":") && !text.contains("\"pressure\":") && !text.contains("null"),
        "{text}"
    );
}

/// What the machine read out of the words stands beside what the person chose; of a lead's words nothing is kept.
#[test]
fn what_was_proposed_stands_beside_what_was_chosen() {
    let place = |codes: &[&str]| Suggestion {
        model: "addresses-1".into(),
        top: codes.iter().map(|code| ((*code).to_owned(), 500)).collect(),
    };
    let taken = |codes: &[&str], lead: bool| {
        let proposed = Proposed { place: Some(place(codes)), ..Proposed::default() }.some();
        let text = if lead { String::new() } else { "某村的路灯坏了".to_owned() };
        let intake = Intake { proposed, lead, text, ..intake(Kind::Report) };
        let facts = Story::new()
            .then(date(2025, 3, 3), AGENT, &Act::Take(Box::new(intake)))
            .unwrap();
        let [Fact::Taken { proposed, place_followed, .. }] = &facts[..] else { panic!("{facts:?}") };
        (proposed.clone(), *place_followed)
    };
    // The tables' orders lie in 429997002001.
    for (codes, followed) in [
        (&["429997002001"][..], Some(1)),
        (&["429997001001", "429997002"][..], Some(2)),
        (&["429997001001"][..], None),
    ] {
        let (proposed, place_followed) = taken(codes, false);
        assert_eq!((proposed.unwrap().place.unwrap(), place_followed), (place(codes), followed));
    }
    assert_eq!(taken(&["429997002001"], true), (None, None));
    assert_eq!(Proposed::default().some(), None);
}

/// Facts and orders of before have no such field, and are read as they were.
#[test]
fn what_was_written_before_is_still_read() {
    let mut story = Story::new();
    let facts = story.then(date(2025, 3, 3), AGENT, &take(Kind::Help)).unwrap();
    let fact = serde_json::to_string(&facts[0]).unwrap();
    assert!(
        !fact.contains("proposed") && !fact.contains("place_followed"),
        "nothing proposed, nothing written"
    );
    assert!(matches!(serde_json::from_str::<Fact>(&fact).unwrap(), Fact::Taken { proposed: None, .. }));
    let order = serde_json::to_string(&story.order).unwrap();
    assert_eq!(serde_json::from_str::<Order>(&order).unwrap().proposed, None);
}
