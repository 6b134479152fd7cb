//! 一件诉求的故事。 Drawn whole when it begins, from the seed and its number alone.

use super::{Deed, Known, Step, actor};
use crate::chance::Chance;
use crate::county::manager;
use crate::digest;
use crate::hotline::agent;
use fadu_hotline::categories::{Categories, Item};
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::order::act::{Arbiter, Evidence};
use fadu_hotline::place::Place;
use fadu_hotline::words::{
    Capacity, Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, ReturnGround, Settlement,
    Urgency,
};
use fadu_hotline::{Desk, Intake, OrderAct};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Basis, Calendar, MatterId, OrgId, PersonId, Role};
use jiff::civil::Date;
use std::collections::VecDeque;

/// 各类诉求的权重, by group: the seven that 495 labelled messages of a real county's board know, and the share that the
/// demonstration gives to enterprises and to what concerns villages and public affairs.
const GROUPS: [(&str, u64); 9] = [
    ("01", 101),
    ("02", 55),
    ("03", 33),
    ("04", 104),
    ("05", 96),
    ("06", 58),
    ("07", 48),
    ("08", 40),
    ("09", 60),
];

/// What many ask for on one day in the same words.
#[derive(Clone, Debug)]
pub(super) struct Burst {
    /// The first of them, into which the hotline merges the others.
    pub parent: u64,
    pub category: String,
    pub village: u32,
}

pub(super) struct Teller<'a> {
    pub chance: Chance,
    pub calendar: &'a Calendar,
    pub desk: &'a Desk,
    pub answers: &'a [(MatterId, String)],
    /// Requests of the days before that a caller may come back to.
    pub recent: &'a [Known],
    pub burst: Option<&'a Burst>,
    pub n: u64,
    pub day: Date,
    pub hour: u8,
    pub steps: VecDeque<Step>,
}

/// 怎么来的。 The channel, who writes it down, and whose telephone it was.
pub(super) struct Came {
    pub channel: Channel,
    pub line: String,
    /// The number of the caller who does not exist.
    pub who: u64,
}

impl Teller<'_> {
    fn step(&mut self, actor: Actor, act: OrderAct) {
        self.push(actor, Deed::Act(Box::new(act)));
    }

    fn push(&mut self, actor: Actor, deed: Deed) {
        self.steps.push_back(Step { day: self.day, hour: self.hour, actor, deed });
    }

    /// An hour later, of the same day: the hotline does not sleep.
    fn soon(&mut self) {
        self.hour = (self.hour + 1).min(23);
    }

    /// An hour later in the hours of an office, which are not every day's.
    fn at_work(&mut self) {
        if self.hour >= 17 || !self.calendar.is_working(self.day).unwrap_or(true) {
            self.later(1);
        } else {
            self.hour = (self.hour + 1).max(9);
        }
    }

    fn later(&mut self, workdays: u32) {
        match self.calendar.after(self.day, workdays.max(1)) {
            Ok(day) => self.day = day,
            // Beyond the loaded calendar the story goes on by plain days.
            Err(_) => self.day = offset(self.day, i64::from(workdays.max(1))),
        }
        self.hour = self.chance.between(9, 16) as u8;
    }

    /// Tells it to its end, and how it came.
    pub fn tell(&mut self) -> Came {
        let again = (self.burst.is_none() && !self.recent.is_empty() && self.chance.per_mille(60))
            .then(|| self.recent[self.chance.below(self.recent.len() as u64) as usize].clone());
        // Drawn beside the story, which goes on as it would have without.
        let mut aside = Chance::new(self.chance.clone().draw(), self.n);
        let drawn = if again.is_some() { Channel::Telephone } else { self.channel() };
        let passed_on = drawn == Channel::Mail && aside.per_mille(500);
        let channel = if passed_on { Channel::Prefecture } else { drawn };
        let by_phone = channel == Channel::Telephone;
        let seat = agent(self.chance.below(6));
        let line =
            if by_phone && self.chance.per_mille(120) { self.merged_line() } else { OWN_LINE.to_owned() };
        let came = Came { channel, line, who: again.as_ref().map_or(self.n, |known| known.who) };
        let citizen = actor(&format!("form-sim-{}", came.who), Role::Citizen, "public");
        if by_phone && again.is_none() && self.burst.is_none() && self.chance.per_mille(10) {
            let to = [Emergency::Police, Emergency::Fire, Emergency::Medical, Emergency::Traffic];
            let to = to[self.chance.below(4) as usize];
            self.step(seat, OrderAct::TransferEmergency { to, note: "模拟险情".to_owned() });
            return came;
        }
        let asks =
            self.burst.is_none() && again.is_none() && !self.answers.is_empty() && self.chance.per_mille(250);
        let known = asks.then(|| self.answers[self.chance.below(self.answers.len() as u64) as usize].clone());
        let told_before = again.as_ref().map(|known| known.category.as_str());
        let intake =
            self.intake(&came, known.as_ref().map(|(_, category)| category.as_str()).or(told_before));
        let intake = Intake { repeat_of: again.map(|known| known.id), ..intake };
        let (kind, urgency, lane) = (intake.kind, intake.urgency, intake.lane);
        let (category, public) = (intake.category.clone(), intake.public);
        let taker = match channel {
            Channel::Telephone => seat.clone(),
            Channel::Prefecture => manager(),
            _ => citizen.clone(),
        };
        self.step(taker, OrderAct::Take(Box::new(intake)));
        if let Some((knowledge, _)) = known {
            let satisfied = self.chance.per_mille(600).then_some(true);
            self.step(seat, OrderAct::Answer { knowledge, also: vec![], satisfied });
            return came;
        }
        if let Some(burst) = self.burst.filter(|burst| burst.parent != self.n) {
            self.soon();
            self.push(manager(), Deed::MergeInto(burst.parent));
            return came;
        }
        if self.burst.is_none() && self.chance.per_mille(30) {
            self.exclude();
            return came;
        }
        if self.burst.is_none() && channel != Channel::Prefecture && aside.per_mille(12) {
            self.soon();
            let prefecture = format!("模市{:08}", self.n);
            let reason = "属市级管理的事项（模拟）".to_owned();
            self.step(manager(), OrderAct::PassUp { prefecture, reason });
            return came;
        }
        if urgency == Urgency::Major {
            let to = "县委县政府值班室（模拟）".to_owned();
            self.step(manager(), OrderAct::ReportUp { to, document: format!("模拟专报{:06}", self.n) });
        }
        let Some(unit) = self.desk.route(&category, "").map(|route| route.unit.clone()) else { return came };
        let unit = self.dispatch(seat, unit, lane);
        if self.burst.is_none() && self.chance.per_mille(3) {
            self.judge();
            return came;
        }
        self.handle(&unit, kind, urgency);
        self.afterwards((!by_phone && channel != Channel::Prefecture).then_some(citizen), public);
        came
    }

    fn channel(&mut self) -> Channel {
        match self.chance.below(1000) {
            0..700 => Channel::Telephone,
            700..800 => Channel::Web,
            800..860 => Channel::PhonePage,
            860..940 => Channel::Wechat,
            940..970 => Channel::Mail,
            _ => Channel::Open311,
        }
    }

    fn exclude(&mut self) {
        let ground = Exclusion::ALL[self.chance.below(Exclusion::ALL.len() as u64) as usize];
        self.step(manager(), OrderAct::Exclude { ground, told: ground.where_to_go().to_owned() });
        if ground == Exclusion::Petition {
            self.later(3);
            let office = "县信访局（模拟）".to_owned();
            let receipt = format!("模拟回执{:06}", self.n);
            self.step(manager(), OrderAct::HandOver { office, receipt });
        }
    }

    /// 合议: three who had no hand in it.
    fn judge(&mut self) {
        self.later(1);
        let panel: Vec<PersonId> = (1..=3).map(|n| PersonId::new(&format!("sim-panel-{n}"))).collect();
        let basis = Some(Basis::article("治安管理处罚法", 29));
        let reason = "反复编造警情，合议认定（模拟）".to_owned();
        self.step(manager(), OrderAct::JudgeUnlawful { panel: panel.clone(), basis, reason });
        self.confirm(&panel);
    }

    /// Each of those named, by their own hand.
    fn confirm(&mut self, persons: &[PersonId]) {
        for person in persons {
            let org = OrgId::new("县司法局（模拟）");
            let member = Actor { person: person.clone(), role: Role::Officer, org };
            self.step(member, OrderAct::ConfirmPanel);
        }
    }

    fn merged_line(&mut self) -> String {
        let pick = self.chance.below(self.desk.lines.len().max(1) as u64) as usize;
        self.desk
            .lines
            .keys()
            .nth(pick)
            .map_or_else(|| OWN_LINE.to_owned(), String::clone)
    }

    /// A group by its weight, and in it one category as much as another.
    fn category(&mut self) -> &'static Item {
        let whole: u64 = GROUPS.iter().map(|(_, weight)| weight).sum();
        let mut left = self.chance.below(whole);
        let group = GROUPS.iter().find(|(_, weight)| {
            let reached = left < *weight;
            left = left.saturating_sub(*weight);
            reached
        });
        let group = group.map_or(GROUPS[0].0, |(code, _)| code);
        let items: Vec<&Item> = Categories::shipped()
            .items()
            .filter(|(of, item)| of.code == group && !item.emergency)
            .map(|(_, item)| item)
            .collect();
        items[self.chance.below(items.len() as u64) as usize]
    }

    fn intake(&mut self, came: &Came, category: Option<&str>) -> Intake {
        let drawn = self.category();
        let burst = self.burst;
        let code = burst.map(|burst| burst.category.as_str()).or(category).unwrap_or(&drawn.code);
        let item = Categories::shipped().item(code).map_or(drawn, |(_, item)| item);
        let lane = Categories::shipped()
            .item(&item.code)
            .map_or(Lane::General, |(group, _)| group.lane);
        let kind = match self.chance.below(1000) {
            _ if burst.is_some() => Kind::Complaint,
            _ if category.is_some() => Kind::Consult,
            0..350 => Kind::Help,
            350..550 => Kind::Consult,
            550..880 => Kind::Complaint,
            880..940 => Kind::Suggestion,
            940..975 => Kind::Report,
            _ => Kind::Praise,
        };
        let urgency = match self.chance.below(1000) {
            _ if burst.is_some() => Urgency::Ordinary,
            0..8 => Urgency::Major,
            8..60 => Urgency::Urgent,
            _ => Urgency::Ordinary,
        };
        let about: Vec<&str> = item.about.split('、').collect();
        let about = about[if burst.is_some() { 0 } else { self.chance.below(about.len() as u64) as usize }];
        let village = self.chance.between(1, 60);
        let village = burst.map_or(village, |burst| burst.village);
        Intake {
            channel: came.channel,
            line: came.line.clone(),
            kind,
            text: match burst {
                Some(_) => format!(
                    "模拟诉求：第{village}村（社区）今天普遍反映{}的{about}问题，请尽快处理。",
                    item.name
                ),
                None => format!(
                    "模拟诉求{:06}：第{village}村（社区）反映{}的{about}问题，请给予答复。",
                    self.n, item.name
                ),
            },
            category: item.code.clone(),
            // Eight villages to a town, as the simulated list of addresses has them.
            place: Place {
                address: format!("{}{:03}{:03}", crate::REGION, (village - 1) / 8 + 1, (village - 1) % 8 + 1),
                point: None,
            },
            urgency,
            lane,
            prefecture: (came.channel == Channel::Prefecture).then(|| format!("模市{:08}", self.n)),
            repeat_of: None,
            against: None,
            none_named: kind == Kind::Report,
            public: kind != Kind::Report && self.chance.per_mille(250),
            lead: false,
            suggestion: None,
            proposed: None,
            persons: 1,
            attachments: Vec::new(),
        }
    }

    /// To the unit of the catalogue; some return it, and the hotline sends it on, leaves it there, or three arbiters say whose
    /// it is.
    fn dispatch(&mut self, seat: Actor, unit: OrgId, lane: Lane) -> OrgId {
        let officer = (lane == Lane::Enterprise).then(|| PersonId::new("sim-enterprise-officer"));
        let to = |unit: &OrgId, reason: &str| OrderAct::Dispatch {
            unit: unit.clone(),
            assisting: vec![],
            officer: officer.clone(),
            category: None,
            against: None,
            none_named: false,
            reason: reason.to_owned(),
        };
        self.soon();
        self.step(seat, to(&unit, ""));
        if !self.chance.per_mille(70) {
            return unit;
        }
        self.hand_back(&unit);
        let others: Vec<OrgId> = self.desk.units.keys().filter(|other| **other != unit).cloned().collect();
        if others.is_empty() || self.chance.per_mille(500) {
            self.settle(Settlement::Refused);
            return unit;
        }
        self.settle(Settlement::Granted);
        let other = others[self.chance.below(others.len() as u64) as usize].clone();
        self.step(manager(), to(&other, "退单属实，另派（模拟）"));
        if !self.chance.per_mille(80) {
            return other;
        }
        // The second return goes to the arbiters by itself.
        self.hand_back(&other);
        self.later(1);
        let arbiter = |(n, capacity): (usize, Capacity)| Arbiter {
            person: PersonId::new(&format!("sim-arbiter-{}", n + 1)),
            capacity,
        };
        let panel: Vec<Arbiter> = Capacity::ALL.iter().copied().enumerate().map(arbiter).collect();
        let persons: Vec<PersonId> = panel.iter().map(|arbiter| arbiter.person.clone()).collect();
        let reason = "按三定规定由该单位承办（模拟）".to_owned();
        self.step(manager(), OrderAct::Arbitrate { unit: unit.clone(), panel, reason });
        self.confirm(&persons);
        unit
    }

    fn hand_back(&mut self, unit: &OrgId) {
        self.at_work();
        let explanation = "按三定规定由别的部门主管（模拟）".to_owned();
        let basis = Some(Basis::article("行政许可法", 24));
        let hand_back = OrderAct::Return { ground: ReturnGround::NotOurPower, basis, explanation };
        self.step(officer_of(unit), hand_back);
    }

    fn settle(&mut self, settlement: Settlement) {
        self.soon();
        let reason = "核对职责后处理（模拟）".to_owned();
        self.step(manager(), OrderAct::SettleReturn { settlement, reason });
    }

    fn handle(&mut self, unit: &OrgId, kind: Kind, urgency: Urgency) {
        let mut limit = self
            .desk
            .parameters
            .handling(kind, urgency)
            .map_or(3, |limit| u32::from(limit.n));
        let photo =
            Evidence { digest: digest(&format!("照片 {}", self.n)), name: "模拟照片".to_owned() };
        let reply = |solved: bool| OrderAct::Reply {
            result: if solved { HandlingResult::Solved } else { HandlingResult::Explained },
            text: if solved { "已经处理完毕（模拟）" } else { "已经解释说明（模拟）" }.to_owned(),
            evidence: vec![photo.clone()],
        };
        let solved = self.chance.per_mille(880);
        let stalls = self.chance.per_mille(25);
        self.at_work();
        self.step(officer_of(unit), OrderAct::Sign);
        if limit > 1 && self.chance.per_mille(40) {
            self.at_work();
            let extend = OrderAct::Extend {
                n: 3,
                reason: "需要现场勘查（模拟）".to_owned(),
                basis: Some(Basis::article("优化营商环境条例", 36)),
            };
            self.step(head_of(unit), extend);
            let grant =
                OrderAct::SettleExtension { granted: true, reason: String::new(), told_on: Some(self.day) };
            self.step(manager(), grant);
            limit += 3;
        }
        if limit == 0 && !stalls {
            self.hour = (self.hour + 1).min(17);
        } else {
            // Whoever means to be in time answers a day before the last: the signing took one.
            let in_time = limit.saturating_sub(1).max(1);
            let days =
                if stalls { limit + self.chance.between(1, 9) } else { self.chance.between(1, in_time) };
            self.later(days);
        }
        self.step(officer_of(unit), reply(solved));
        if !solved && self.chance.per_mille(400) {
            self.later(1);
            let said = OrderAct::CallBack {
                contact: Contact::Answered,
                solved: Some(false),
                satisfied: Some(false),
                note: String::new(),
            };
            self.step(agent(9), said);
            self.soon();
            self.step(manager(), OrderAct::Redo { reason: "来电人说没有解决（模拟）".to_owned() });
            let days = self.chance.between(1, 5);
            self.later(days);
            self.step(officer_of(unit), reply(true));
        }
        self.call_back();
    }

    fn call_back(&mut self) {
        let contact = match self.chance.below(1000) {
            0..820 => Contact::Answered,
            820..900 => Contact::WillNotRate,
            _ => Contact::NotReached,
        };
        let times = if contact == Contact::NotReached { 3 } else { 1 };
        let pleased = self.chance.per_mille(970);
        for _ in 0..times {
            self.later(1);
            let said = |value: bool| (contact == Contact::Answered).then_some(value);
            let call = OrderAct::CallBack {
                contact,
                solved: said(pleased),
                satisfied: said(pleased),
                note: String::new(),
            };
            self.step(agent(9), call);
        }
        self.soon();
        let reason =
            if pleased { String::new() } else { "受条件限制，已说明原因（模拟）".to_owned() };
        self.step(manager(), OrderAct::Close { reason });
    }

    /// `citizen`: who brought it under an account of their own, and may say how it was.
    fn afterwards(&mut self, citizen: Option<Actor>, public: bool) {
        if let Some(citizen) = citizen
            && self.chance.per_mille(400)
        {
            self.later(1);
            let grade = if self.chance.per_mille(900) { 5 } else { 2 };
            self.step(citizen, OrderAct::Evaluate { grade, text: String::new() });
        }
        if public {
            self.later(1);
            let title = format!("模拟诉求{:06}", self.n);
            self.step(manager(), OrderAct::Publish { title, text: "一件模拟的诉求，已经答复。".to_owned() });
        }
        if self.chance.per_mille(600) {
            self.later(20);
            self.step(manager(), OrderAct::Archive);
        }
    }
}

fn officer_of(unit: &OrgId) -> Actor {
    Actor { person: PersonId::new("sim-order-officer"), role: Role::Officer, org: unit.clone() }
}

fn head_of(unit: &OrgId) -> Actor {
    Actor { person: PersonId::new("sim-order-head"), role: Role::AgencyHead, org: unit.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// 两个编号: some requests come from the prefecture's platform and some are passed up to it, none both ways.
    #[test]
    fn some_requests_have_a_number_of_the_prefecture() {
        let (calendar, desk) = (Calendar::shipped(), Desk::default());
        let (mut n_from, mut n_to) = (0, 0);
        for n in 0..4000 {
            let mut teller = Teller {
                chance: Chance::new(0x5_4321, n),
                calendar: &calendar,
                desk: &desk,
                answers: &[],
                recent: &[],
                burst: None,
                n,
                day: date(2025, 3, 3),
                hour: 10,
                steps: VecDeque::new(),
            };
            let came = teller.tell();
            let does = |what: fn(&OrderAct) -> bool| {
                let acts = teller.steps.iter();
                acts.filter(|step| matches!(&step.deed, Deed::Act(act) if what(act))).count()
            };
            let from = does(|act| matches!(act, OrderAct::Take(intake) if intake.prefecture.is_some()));
            let to = does(|act| matches!(act, OrderAct::PassUp { .. }));
            assert_eq!(from == 1, came.channel == Channel::Prefecture, "{n}");
            assert!(from + to <= 1, "{n}");
            (n_from, n_to) = (n_from + from, n_to + to);
        }
        assert!((30..120).contains(&n_from) && (20..80).contains(&n_to), "{n_from} {n_to}");
    }
}
