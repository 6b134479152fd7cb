//! 信访事项的规格表。 Every limit with the day on either side of its edge; 2025 as the State Council's notice has it.

use super::registers::{Row, Step, run};
use super::world::*;
use crate::petition::Act;
use crate::{Petition, PetitionFact};
use fadu_kernel::{Matter, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};

const OFFICE: Who = Who("letters", Role::Officer, "信访局");
const UNIT: Who = Who("officer", Role::Officer, "住建局");
const CHIEF: Who = Who("head", Role::AgencyHead, "住建局");
const GOVERNMENT: Who = Who("county", Role::AgencyHead, "县政府");
const CITY: Who = Who("city", Role::AgencyHead, "市住建局");
const PETITIONER: Who = Who("form-1", Role::Citizen, "public");

fn register(receipt: &str) -> Step<Act> {
    let act = Act::Register {
        order: MatterId(5),
        order_number: "G20250303ABC".into(),
        unit: OrgId::new("住建局"),
        receipt: receipt.into(),
        persons: 8,
        applicant: Some(PersonId::new("form-1")),
        against: None,
    };
    ((3, 3), CLOCK, act)
}

/// Handed to the petition office; `against` is whom the report is about.
fn at_office(against: Option<&str>) -> Step<Act> {
    let (on, who, mut act) = register("信收1号");
    if let Act::Register { unit, against: accused, .. } = &mut act {
        *unit = OrgId::new("信访局");
        *accused = against.map(OrgId::new);
    }
    (on, who, act)
}

fn forward(on: (i8, i8), who: Who, unit: &str) -> Step<Act> {
    (on, who, Act::Forward { unit: OrgId::new(unit) })
}

/// Forwarded by the petition office on 5 March.
fn forwarded() -> Vec<Step<Act>> {
    vec![at_office(None), forward((3, 5), OFFICE, "住建局")]
}

fn object(on: (i8, i8), who: Who, reason: &str) -> Step<Act> {
    (on, who, Act::Object { reason: reason.into() })
}

fn reply(on: (i8, i8), who: Who) -> Step<Act> {
    let act = Act::Reply {
        document: "住建信〔2025〕1号".into(),
        delivered_on: date(2025, on.0, on.1),
        text: "经复核，补偿标准不变".into(),
        evidence: Vec::new(),
    };
    (on, who, act)
}

fn ask(on: (i8, i8), body: &str) -> Step<Act> {
    let act = Act::AskReview { body: OrgId::new(body), reason: "不服".into(), posted_on: None };
    (on, PETITIONER, act)
}

/// A letter that came on 8 May, two days after the last to ask.
fn posted(on: (i8, i8), who: Who) -> Step<Act> {
    let posted_on = Some(date(2025, on.0, on.1));
    let act = Act::AskReview { body: OrgId::new("市住建局"), reason: "不服".into(), posted_on };
    ((5, 8), who, act)
}

fn extend(on: (i8, i8), days: u16, told: Option<Date>) -> Step<Act> {
    (on, CHIEF, Act::Extend { days, reason: "情况复杂".into(), told_on: told })
}

fn accepted() -> Vec<Step<Act>> {
    vec![register("信收1号"), ((3, 3), UNIT, Act::Accept)]
}

/// Accepted on 3 March, answered on 2 April.
fn answered() -> Vec<Step<Act>> {
    [accepted(), vec![reply((4, 2), CHIEF)]].concat()
}

/// Reviewed by the city's bureau on 12 May.
fn reviewed() -> Vec<Step<Act>> {
    [answered(), vec![ask((5, 6), "市住建局"), reply((5, 12), CITY)]].concat()
}

fn second() -> Vec<Step<Act>> {
    [reviewed(), vec![ask((6, 11), "县政府"), reply((7, 11), GOVERNMENT)]].concat()
}

pub fn table() -> Vec<Row<Act>> {
    let told = Some(date(2025, 4, 30));
    let objected = || vec![register("信收1号"), object((3, 3), UNIT, "不属于本单位职责")];
    let settle = |upheld, unit: &str| {
        let unit = Some(OrgId::new(unit)).filter(|unit| !unit.as_str().is_empty());
        ((3, 4), DISPATCHER, Act::SettleObjection { upheld, unit, reason: "按三定规定".into() })
    };
    let by_time = |on, act| (on, CLOCK, act);
    let representatives = |count| ((3, 3), DISPATCHER, Act::NameRepresentatives { count });
    vec![
        ("a petition registered with its receipt (PET-01)", vec![], register("信收1号"), None),
        ("a petition registered without a receipt (PET-01)", vec![], register(" "), Some("PET-01")),
        (
            "the same order registered again (PET-01)",
            vec![register("信收1号")],
            register("信收2号"),
            Some("PET-01"),
        ),
        (
            "forwarded by the petition office on day 15 (PET-02)",
            vec![at_office(None)],
            forward((3, 18), OFFICE, "住建局"),
            None,
        ),
        (
            "forwarded by the petition office to itself (PET-02)",
            vec![at_office(None)],
            forward((3, 5), OFFICE, "信访局"),
            Some("PET-02"),
        ),
        (
            "forwarded by who does not have it (PET-01)",
            vec![at_office(None)],
            forward((3, 5), UNIT, "交通局"),
            Some("PET-01"),
        ),
        (
            "forwarded on by the unit that it was forwarded to (PET-02)",
            forwarded(),
            forward((3, 6), UNIT, "交通局"),
            Some("PET-02"),
        ),
        (
            "a report forwarded to the unit reported (PET-08)",
            vec![at_office(Some("住建局"))],
            forward((3, 5), OFFICE, "住建局"),
            Some("PET-08"),
        ),
        (
            "a report forwarded to another unit (PET-08)",
            vec![at_office(Some("住建局"))],
            forward((3, 5), OFFICE, "市监局"),
            None,
        ),
        (
            "not forwarded, and not late on day 15 (PET-02)",
            vec![at_office(None)],
            by_time((3, 18), Act::PassDue),
            Some("PET-02"),
        ),
        (
            "not forwarded, and late the day after (PET-02)",
            vec![at_office(None)],
            by_time((3, 19), Act::PassDue),
            None,
        ),
        // Fifteen days from 5 March end on the 20th.
        (
            "not taken on by the unit, and not late on day 15 (PET-03)",
            forwarded(),
            by_time((3, 20), Act::PassDue),
            Some("PET-03"),
        ),
        (
            "not taken on by the unit, and late the day after (PET-03)",
            forwarded(),
            by_time((3, 21), Act::PassDue),
            None,
        ),
        (
            "late once, whatever time passes (PET-03)",
            [forwarded(), vec![by_time((3, 21), Act::PassDue)]].concat(),
            by_time((3, 24), Act::PassDue),
            Some("PET-03"),
        ),
        (
            "an objection to what was forwarded settled by the office (PET-04)",
            [forwarded(), vec![object((3, 6), UNIT, "不属于本单位职责")]].concat(),
            ((3, 7), OFFICE, settle(true, "交通局").2),
            None,
        ),
        (
            "an objection to what was forwarded settled by the hotline (PET-04)",
            [forwarded(), vec![object((3, 6), UNIT, "不属于本单位职责")]].concat(),
            ((3, 7), DISPATCHER, settle(true, "交通局").2),
            Some("PET-04"),
        ),
        // 3 March is a Monday: five working days end on the 10th.
        (
            "objected on the fifth working day (PET-04)",
            vec![register("信收1号")],
            object((3, 10), UNIT, "不属于本单位职责"),
            None,
        ),
        (
            "objected on the sixth (PET-04)",
            vec![register("信收1号")],
            object((3, 11), UNIT, "不属于本单位职责"),
            Some("PET-04"),
        ),
        (
            "objected without reasons (PET-04)",
            vec![register("信收1号")],
            object((3, 3), UNIT, ""),
            Some("PET-04"),
        ),
        (
            "objected after it was accepted (PET-04)",
            accepted(),
            object((3, 4), UNIT, "不属于本单位职责"),
            Some("PET-04"),
        ),
        (
            "objected by a unit that does not have it (PET-01)",
            vec![register("信收1号")],
            object((3, 3), TRAFFIC, "x"),
            Some("PET-01"),
        ),
        ("an objection upheld and routed elsewhere (PET-04)", objected(), settle(true, "交通局"), None),
        ("an objection upheld and routed to nobody (PET-04)", objected(), settle(true, ""), Some("PET-04")),
        (
            "accepted while the objection is open (PET-04)",
            objected(),
            ((3, 4), UNIT, Act::Accept),
            Some("PET-04"),
        ),
        (
            "the unit it was routed to has five days of its own (PET-04)",
            [objected(), vec![settle(true, "交通局")]].concat(),
            object((3, 11), TRAFFIC, "不属于本单位职责"),
            None,
        ),
        (
            "accepted by the unit that has it (PET-05)",
            vec![register("信收1号")],
            ((3, 3), UNIT, Act::Accept),
            None,
        ),
        ("accepted twice (PET-05)", accepted(), ((3, 4), UNIT, Act::Accept), Some("PET-05")),
        // Sixty days from 3 March end on 2 May, a holiday; the period ends on the 6th.
        ("extended by thirty days on the last day (PET-05)", accepted(), extend((5, 6), 30, told), None),
        ("extended the day after (PET-05)", accepted(), extend((5, 7), 30, told), Some("PET-05")),
        ("extended by thirty-one days (PET-05)", accepted(), extend((4, 30), 31, told), Some("PET-05")),
        (
            "extended without telling the petitioner (PET-05)",
            accepted(),
            extend((4, 30), 30, None),
            Some("PET-05"),
        ),
        (
            "extended a second time (PET-05)",
            [accepted(), vec![extend((4, 30), 10, told)]].concat(),
            extend((4, 30), 10, told),
            Some("PET-05"),
        ),
        ("not overdue on its last day (PET-05)", accepted(), by_time((5, 6), Act::PassDue), Some("PET-05")),
        ("overdue the day after (PET-05)", accepted(), by_time((5, 7), Act::PassDue), None),
        (
            "overdue said by a person (HOT-03B)",
            accepted(),
            ((5, 7), DISPATCHER, Act::PassDue),
            Some("HOT-03B"),
        ),
        // Thirty days from 2 April end on 2 May, a holiday; the last day is the 6th.
        ("a review asked on the last day (PET-06)", answered(), ask((5, 6), "市住建局"), None),
        ("a review asked the day after (PET-06)", answered(), ask((5, 7), "市住建局"), Some("PET-06")),
        ("a review by the body that answered (PET-06)", answered(), ask((5, 6), "住建局"), Some("PET-06")),
        (
            "a review of what was not yet answered (PET-06)",
            accepted(),
            ask((3, 4), "市住建局"),
            Some("PET-06"),
        ),
        (
            "ended by time before the last day is over (PET-06)",
            answered(),
            by_time((5, 6), Act::Lapse),
            Some("PET-06"),
        ),
        ("ended by time the day after (PET-06)", answered(), by_time((5, 7), Act::Lapse), None),
        (
            "a review posted on the last day, come once time had ended it (CAL-10)",
            [answered(), vec![by_time((5, 7), Act::Lapse)]].concat(),
            posted((5, 6), DISPATCHER),
            None,
        ),
        (
            "a review posted the day after the last (CAL-10)",
            answered(),
            posted((5, 7), DISPATCHER),
            Some("CAL-10"),
        ),
        (
            "a day of posting that the petitioner alone tells (CAL-10)",
            answered(),
            posted((5, 6), PETITIONER),
            Some("CAL-10"),
        ),
        ("a second review asked on the last day (PET-06A)", reviewed(), ask((6, 11), "县政府"), None),
        ("a second review asked the day after (PET-06)", reviewed(), ask((6, 12), "县政府"), Some("PET-06")),
        ("a third round (PET-06A)", second(), ask((7, 12), "省住建厅"), Some("PET-06A")),
        (
            "answered by who asked (PET-09)",
            accepted(),
            reply((4, 2), Who("form-1", Role::AgencyHead, "住建局")),
            Some("PET-09"),
        ),
        ("answered by its unit (PET-09)", accepted(), reply((4, 2), CHIEF), None),
        ("five representatives (PET-10)", vec![register("信收1号")], representatives(5), None),
    ]
}

/// What is not refused and yet noted: name, and whether it passed unmarked.
pub fn noted() -> Vec<(&'static str, bool)> {
    let mut petition = Petition::default();
    let world = World::open();
    let mut marked = |count| {
        let (_, who, act) = register("信收1号");
        petition = Petition::default();
        world.act(&mut petition, OWN, who, date(2025, 3, 3), &act).unwrap();
        let act = Act::NameRepresentatives { count };
        let facts = world.act(&mut petition, OWN, DISPATCHER, date(2025, 3, 3), &act).unwrap();
        matches!(facts[..], [PetitionFact::RepresentativesNamed { too_many: true, .. }])
    };
    let six = ("six representatives are registered and marked (PET-10)", !marked(6));
    let in_time = |given: Vec<Step<Act>>, (on, who, act): Step<Act>| {
        let mut petition = Petition::default();
        for (on, who, act) in given {
            world.act(&mut petition, OWN, who, date(2025, on.0, on.1), &act).unwrap();
        }
        let facts = world.act(&mut petition, OWN, who, date(2025, on.0, on.1), &act).unwrap();
        match &facts[..] {
            [PetitionFact::Forwarded { in_time, .. } | PetitionFact::Accepted { in_time, .. }] => {
                *in_time == Some(true)
            }
            _ => panic!("{facts:?}"),
        }
    };
    let accept = |on| (on, UNIT, Act::Accept);
    vec![
        six,
        (
            "forwarded by the petition office on day 16 (PET-02)",
            in_time(vec![at_office(None)], forward((3, 19), OFFICE, "住建局")),
        ),
        ("taken on by the unit on day 15 (PET-03)", in_time(forwarded(), accept((3, 20)))),
        ("taken on by the unit on day 16 (PET-03)", in_time(forwarded(), accept((3, 21)))),
    ]
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, answer, expected) in run::<Petition>(&World::open(), table()) {
        assert_eq!(answer, expected, "{name}");
    }
    let unmarked: Vec<_> = noted().into_iter().filter(|(_, unmarked)| *unmarked).collect();
    assert_eq!(unmarked, [("taken on by the unit on day 15 (PET-03)", true)]);
}

#[test]
fn three_rounds_and_no_more() {
    let world = World::open();
    let mut petition = Petition::default();
    let (last, steps) = (date(2025, 7, 11), second());
    let mut statuses = Vec::new();
    for (on, who, act) in steps {
        world.act(&mut petition, OWN, who, date(2025, on.0, on.1), &act).unwrap();
        statuses.push(petition.status());
    }
    let way = ["registered", "handling", "answered", "review", "answered", "second_review", "concluded"];
    assert_eq!(statuses, way);
    assert_eq!((petition.closed, petition.rounds.len()), (Some(last), 3));
    assert!(petition.due_acts(date(2026, 1, 1), &world.calendar).is_empty());
    let asked = r#"{"ReviewAsked":{"stage":"review","body":"市住建局","reason":"不服","due":null}}"#;
    let asked = serde_json::from_str::<PetitionFact>(asked).unwrap();
    assert!(matches!(asked, PetitionFact::ReviewAsked { posted_on: None, .. }), "as it was kept before");
    let text = serde_json::to_string(&petition).unwrap();
    let back: Petition = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    assert!(
        Petition::id(MatterId(5)) == Petition::id(MatterId(5))
            && Petition::id(MatterId(5)) != Petition::id(MatterId(6))
    );
}

/// Time finds once that nobody forwarded it, and once that nobody took it on; a petition of before has no office.
#[test]
fn a_petition_that_nobody_takes_on_is_late() {
    let world = World::open();
    let mut petition = Petition::default();
    let mut late = Vec::new();
    for day in 3..=31 {
        let today = date(2025, 3, day);
        let steps = [at_office(None), forward((3, 24), OFFICE, "住建局")];
        for ((_, on), who, act) in steps {
            if on == day {
                world.act(&mut petition, OWN, who, today, &act).unwrap();
            }
        }
        for act in petition.due_acts(today, &world.calendar) {
            let facts = world.act(&mut petition, OWN, CLOCK, today, &act).unwrap();
            let [PetitionFact::NotTakenOn { body, forwarded, .. }] = &facts[..] else { panic!("{facts:?}") };
            late.push((day, body.to_string(), *forwarded));
        }
    }
    assert_eq!(late, [(19, "信访局".to_owned(), false)]);
    // Fifteen days from 24 March end on 8 April.
    assert!(petition.due_acts(date(2025, 4, 8), &world.calendar).is_empty());
    assert!(matches!(petition.due_acts(date(2025, 4, 9), &world.calendar)[..], [Act::PassDue]));
    assert_eq!(petition.status(), "forwarded");
    let mut text = serde_json::to_value(&petition).unwrap();
    for new in ["office", "against", "not_taken_on", "opened"] {
        text.as_object_mut().unwrap().remove(new);
    }
    let before: Petition = serde_json::from_value(text).unwrap();
    assert_eq!((before.status(), before.office), ("registered", None));
    let accepted = r#"{"Accepted":{"unit":"住建局","due":"2025-05-06"}}"#;
    let accepted = serde_json::from_str::<PetitionFact>(accepted).unwrap();
    assert!(matches!(accepted, PetitionFact::Accepted { in_time: None, .. }));
}

#[test]
fn what_is_late_is_answered_and_says_so() {
    let world = World::open();
    let mut petition = Petition::default();
    for (on, who, act) in accepted() {
        world.act(&mut petition, OWN, who, date(2025, on.0, on.1), &act).unwrap();
    }
    assert!(petition.due_acts(date(2025, 5, 6), &world.calendar).is_empty());
    assert!(matches!(petition.due_acts(date(2025, 5, 7), &world.calendar)[..], [Act::PassDue]));
    let (_, who, act) = reply((5, 7), CHIEF);
    let facts = world.act(&mut petition, OWN, who, date(2025, 5, 7), &act).unwrap();
    assert!(matches!(facts[..], [PetitionFact::Answered { in_time: Some(false), .. }]));
}

/// What a page shows of its clocks is what time goes by; an answer of before has its number alone.
#[test]
fn the_limits_that_are_open_are_those_that_time_goes_by() {
    let world = World::open();
    let mut petition = Petition::default();
    let mut seen = Vec::new();
    let steps = [vec![at_office(None), forward((3, 5), OFFICE, "住建局")], vec![((3, 6), UNIT, Act::Accept)]];
    let replied = [vec![reply((4, 2), CHIEF)], vec![ask((5, 2), "市住建局"), reply((5, 12), CITY)]];
    for (on, who, act) in steps.into_iter().chain(replied).flatten() {
        world.act(&mut petition, OWN, who, date(2025, on.0, on.1), &act).unwrap();
        seen.push(petition.limits(&world.calendar));
    }
    let day = |month, day| date(2025, month, day);
    assert_eq!(seen[0], [("提出异议", day(3, 10)), ("转送或者受理", day(3, 18))]);
    assert_eq!(seen[1], [("提出异议", day(3, 12)), ("告知是否受理", day(3, 20))]);
    let handled = petition.rounds[0].clock.due(&world.calendar).fixed().unwrap();
    assert_eq!(seen[2], [("办理", handled)]);
    let names = |n: usize| seen[n].iter().map(|(what, _)| *what).collect::<Vec<_>>();
    assert_eq!((names(3), names(4), names(5)), (vec!["请求复查"], vec!["复查"], vec!["请求复核"]));
    let before = r#"{"Answered":{"stage":"handling","body":"住建局","document":"1号","delivered_on":"2025-04-02","in_time":true,"ask_by":null}}"#;
    let before: PetitionFact = serde_json::from_str(before).unwrap();
    assert!(matches!(before, PetitionFact::Answered { text, .. } if text.is_empty()));
}
