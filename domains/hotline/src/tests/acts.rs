//! 规格表里的行为: what the tables are made of, each with the values that make it lawful.

use super::world::*;
use crate::order::act::{Arbiter, Evidence};
use crate::order::{Act, Intake};
use crate::place::Place;
use crate::words::{
    Capacity, Channel, Contact, HandlingResult, Kind, Lane, ReturnGround, Settlement, Urgency,
};
use fadu_kernel::{Basis, OrgId, PersonId, Role};
use jiff::civil::Date;

pub type Step = ((i8, i8), Who, Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
pub type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

pub fn intake(kind: Kind) -> Intake {
    Intake {
        channel: Channel::Telephone,
        line: "12345".into(),
        kind,
        text: "阳光小区三期物业服务不到位，垃圾几天没有清运".into(),
        category: "0103".into(),
        place: Place { address: "429997002001".into(), point: None },
        urgency: Urgency::Ordinary,
        lane: Lane::General,
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        suggestion: None,
        proposed: None,
        persons: 1,
        attachments: Vec::new(),
    }
}

pub fn take(kind: Kind) -> Act {
    Act::Take(Box::new(intake(kind)))
}

pub fn take_with(kind: Kind, change: fn(&mut Intake)) -> Act {
    let mut intake = intake(kind);
    change(&mut intake);
    Act::Take(Box::new(intake))
}

pub fn to(unit: &str) -> Act {
    to_because(unit, "")
}

pub fn to_because(unit: &str, reason: &str) -> Act {
    Act::Dispatch {
        unit: OrgId::new(unit),
        assisting: vec![],
        officer: None,
        category: None,
        against: None,
        none_named: false,
        reason: reason.into(),
    }
}

pub fn basis() -> Option<Basis> {
    Some(Basis::article("行政许可法", 24))
}

pub fn hand_back(basis: Option<Basis>) -> Act {
    Act::Return { ground: ReturnGround::NotOurPower, basis, explanation: "由别的部门主管".into() }
}

pub fn settle(settlement: Settlement) -> Act {
    Act::SettleReturn { settlement, reason: "依三定方案".into() }
}

pub fn panel(persons: [(&str, Capacity); 3]) -> Vec<Arbiter> {
    let arbiter = |(person, capacity): (&str, Capacity)| Arbiter { person: PersonId::new(person), capacity };
    persons.into_iter().map(arbiter).collect()
}

pub fn three() -> Vec<Arbiter> {
    panel([("p", Capacity::Platform), ("e", Capacity::Establishment), ("j", Capacity::Justice)])
}

pub fn arbitrate(unit: &str) -> Act {
    Act::Arbitrate { unit: OrgId::new(unit), panel: three(), reason: "属于其职责".into() }
}

/// Whoever is named to decide.
pub fn member(person: &'static str) -> Who {
    Who(person, Role::Officer, "司法局")
}

fn confirmed(steps: Vec<Step>, on: (i8, i8), persons: [&'static str; 3]) -> Vec<Step> {
    persons
        .into_iter()
        .fold(steps, |steps, person| with(steps, (on, member(person), Act::ConfirmPanel)))
}

/// Put to the arbiters and confirmed by each of them, all on one day.
pub fn arbitrated(steps: Vec<Step>, on: (i8, i8), unit: &str) -> Vec<Step> {
    confirmed(with(steps, (on, DISPATCHER, arbitrate(unit))), on, ["p", "e", "j"])
}

/// Put to a panel and confirmed by each of it, all on one day.
pub fn judged(steps: Vec<Step>, on: (i8, i8)) -> Vec<Step> {
    let persons = ["a", "b", "c"];
    confirmed(with(steps, (on, DISPATCHER, judge(&persons, basis()))), on, persons)
}

pub fn evidence() -> Vec<Evidence> {
    vec![Evidence { digest: "00".into(), name: "现场照片".into() }]
}

pub fn recall() -> Act {
    Act::Recall { reason: "派错单位".into() }
}

pub fn reply(evidence: Vec<Evidence>) -> Act {
    Act::Reply { result: HandlingResult::Solved, text: "已经清运".into(), evidence }
}

pub fn call(contact: Contact, solved: Option<bool>, satisfied: Option<bool>) -> Act {
    Act::CallBack { contact, solved, satisfied, note: String::new() }
}

pub fn answered(solved: bool, satisfied: bool) -> Act {
    call(Contact::Answered, Some(solved), Some(satisfied))
}

pub fn not_reached() -> Act {
    call(Contact::NotReached, None, None)
}

pub fn close(reason: &str) -> Act {
    Act::Close { reason: reason.into() }
}

pub fn judge(persons: &[&str], basis: Option<Basis>) -> Act {
    let panel = persons.iter().map(|person| PersonId::new(person)).collect();
    Act::JudgeUnlawful { panel, basis, reason: "以诉求为名牟取不法利益".into() }
}

pub fn extend(n: u16, basis: Option<Basis>) -> Act {
    Act::Extend { n, reason: "需要勘查".into(), basis }
}

pub fn grant(told_on: Option<Date>) -> Act {
    Act::SettleExtension { granted: true, reason: String::new(), told_on }
}

/// Asked for by the unit's head and granted, the caller being told, all on one day.
pub fn extended(steps: Vec<Step>, (month, day): (i8, i8), n: u16) -> Vec<Step> {
    let told = Some(jiff::civil::date(2025, month, day));
    let steps = with(steps, ((month, day), HEAD, extend(n, basis())));
    with(steps, ((month, day), DISPATCHER, grant(told)))
}

pub fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}

/// On Monday 3 March 2025, by the agent.
pub fn taken(kind: Kind) -> Vec<Step> {
    vec![((3, 3), AGENT, take(kind))]
}

/// The limit of a request for help is three working days, to 6 March; of a complaint thirteen, to 20 March.
pub fn dispatched(kind: Kind) -> Vec<Step> {
    with(taken(kind), ((3, 3), AGENT, to("住建局")))
}

pub fn replied() -> Vec<Step> {
    let signed = with(dispatched(Kind::Help), ((3, 4), OFFICER, Act::Sign));
    with(signed, ((3, 5), OFFICER, reply(evidence())))
}

pub fn closed() -> Vec<Step> {
    let called = with(replied(), ((3, 6), REVIEWER, answered(true, true)));
    with(called, ((3, 6), DISPATCHER, close("")))
}

/// Returned by the unit, sent on to another, returned by it as well: with the arbiters since 5 March.
pub fn disputed() -> Vec<Step> {
    let mut steps = dispatched(Kind::Help);
    steps.extend([
        ((3, 4), OFFICER, hand_back(basis())),
        ((3, 4), DISPATCHER, settle(Settlement::Granted)),
        ((3, 4), DISPATCHER, to_because("交通局", "涉及停车")),
        ((3, 5), TRAFFIC, hand_back(basis())),
    ]);
    steps
}
