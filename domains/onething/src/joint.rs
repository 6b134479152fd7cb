//! 联办件。 One application for one thing: received once, its items handled in parallel as far as the law lets them,
//! delivered together. It counts once; its children count for their items.
//!
//! What its children do is told by the system alone, from their own cases (`OpenChild`, `ChildMoved`). No clock is
//! kept: all are reckoned from the children's own days, so that a day told late moves nothing by itself.

use crate::acts::ACTS;
pub use crate::acts::{
    Act, Against, Before, Delivered, Fact, Lacking, Paper, Ready, Received, Settled, Spared,
};
use crate::child::{Child, Ended, Held, union};
use crate::decide::decide;
use crate::definition::{Channel, Definition, List, Mode};
use crate::form;
use crate::rules;
use crate::theme::Theme;
use crate::time;
use fadu_kernel::clock::Stop;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Calendar, Clock, Ctx, Docket, Invalid, Limit, Matter, MatterId, OrgId, PersonId, Refusal, Role,
    Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Joint {
    pub number: String,
    pub theme: MatterId,
    /// The version it was received under, and ends under.
    pub theme_version: u32,
    pub theme_code: String,
    pub theme_name: String,
    pub origin: List,
    pub mode: Mode,
    pub org: OrgId,
    pub channel: Option<Channel>,
    pub applicant: Option<PersonId>,
    pub sealed: Sealed,
    pub received: Option<Mark>,
    pub answers: BTreeMap<String, String>,
    pub materials: BTreeMap<String, Paper>,
    /// What is not there yet; the items that ask for it wait, the others do not.
    pub missing: Vec<Lacking>,
    pub spared: Vec<Spared>,
    /// 一次告知
    pub notice: Option<Notice>,
    pub supplemented: Option<Mark>,
    pub deemed: Option<Date>,
    pub children: Vec<Child>,
    pub stop: bool,
    pub statutory: Option<Limit>,
    pub promised: Option<Limit>,
    pub extension: Option<(Mark, Limit)>,
    pub before: Option<Before>,
    pub trips: u32,
    pub settled: Option<Settled>,
    pub withdrawn: Option<Withdrawal>,
    pub delivered: Option<Mark>,
    pub closed: Option<Mark>,
    pub amber: Option<Date>,
    pub overdue: Vec<(Against, Date)>,
    pub explained: Option<String>,
}

/// 一次告知的期限 (行政许可法 32).
pub(crate) const NOTICE: Limit = Limit::workdays(5);

/// 何人何日。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    pub by: PersonId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    pub on: Date,
    pub by: PersonId,
    pub missing: Vec<Lacking>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Withdrawal {
    pub on: Date,
    pub reason: String,
    pub statement: String,
}

impl Joint {
    pub fn child(&self, item: &str) -> Option<&Child> {
        self.children.iter().find(|child| child.plan.item_code == item)
    }

    fn child_mut(&mut self, item: &str) -> Option<&mut Child> {
        self.children.iter_mut().find(|child| child.plan.item_code == item)
    }

    /// The theme as it was when the case was received.
    pub fn definition<'a>(&self, ctx: &'a Ctx) -> Option<&'a Definition> {
        ctx.look::<Theme>(self.theme)?.version(self.theme_version)
    }

    /// 告知的最后一日: five working days after the papers came last, while some are missing; silence after it makes them
    /// complete. None while the calendar ends before it.
    pub fn notice_last(&self, calendar: &Calendar) -> Option<Date> {
        let came = self.supplemented.as_ref().or(self.received.as_ref())?;
        let clock = Clock::start(came.on, NOTICE);
        clock.due(calendar).fixed().filter(|_| !self.missing.is_empty())
    }

    /// 起算日: of the whole, the earliest acceptance of a child.
    pub fn began(&self) -> Option<Date> {
        self.children.iter().filter_map(|child| child.accepted).min()
    }

    /// Days on which the limit of the whole stands still: those on which a permit does, where the county says so.
    fn stops(&self) -> Vec<Stop> {
        let permits = self.children.iter().filter(|child| self.stop && child.plan.permit);
        union(permits.flat_map(|child| child.stops.iter().copied()))
    }

    fn clock(&self, limit: Limit, extension: Option<Limit>) -> Option<Clock> {
        Some(Clock { from: self.began()?, limit, extension, stops: self.stops() })
    }

    /// 联办时限: one for all departments, prolonged by the government alone.
    pub fn joint_clock(&self) -> Option<Clock> {
        self.clock(self.statutory?, self.extension.as_ref().map(|(_, by)| *by))
    }

    /// 全程承诺: an extension of the legal limit does not move what was promised.
    pub fn promised_clock(&self) -> Option<Clock> {
        self.clock(self.promised?, None)
    }

    /// The clock that a reader is shown and a colour is taken from: the promise where there is one.
    pub fn shown_clock(&self) -> Option<Clock> {
        self.promised_clock().or_else(|| self.joint_clock())
    }

    /// Working days used on a day, against no limit.
    pub fn used(&self, on: Date, calendar: &Calendar) -> Option<u32> {
        self.clock(Limit::workdays(0), None)?.used(on, calendar).ok()
    }

    /// Results that lie ready and were not handed over yet.
    pub fn undelivered(&self) -> impl Iterator<Item = &Child> {
        self.children
            .iter()
            .filter(|child| child.delivered.is_none() && child.ended.as_ref().is_some_and(Ended::is_decision))
    }

    /// 送达期限: ten working days after the earliest decision that still waits (行政许可法 44).
    pub fn delivery_due(&self, calendar: &Calendar) -> Option<Date> {
        let granted = self
            .undelivered()
            .filter_map(|child| child.ended.as_ref())
            .filter(|ended| ended.is_granted());
        Limit::workdays(10).end(granted.map(Ended::on).min()?, calendar).ok()
    }

    /// Whatever was decided is in the applicant's hands, all at once or one by one.
    pub fn is_handed_over(&self) -> bool {
        let one_by_one = || self.is_closed() && self.children.iter().any(|child| child.delivered.is_some());
        self.delivered.is_some() || one_by_one()
    }

    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
            || self.delivered.is_some()
            || (self.settled.is_some() && self.undelivered().next().is_none())
    }

    /// 待补正: something that the notice told of has not come. A part of it starts no silence (行政许可法 32(5)).
    pub(crate) fn awaits_supplement(&self) -> bool {
        self.notice.is_some() && !self.missing.is_empty()
    }

    pub fn status(&self) -> &'static str {
        match self {
            Joint { closed: Some(_), .. } => "archived",
            Joint { delivered: Some(_), .. } => "closed",
            Joint { settled: Some(_), .. } if self.is_closed() => "ended",
            Joint { settled: Some(_), .. } => "settled",
            Joint { withdrawn: Some(_), .. } => "withdrawing",
            Joint { children, .. } if children.iter().any(|child| child.accepted.is_some()) => "running",
            Joint { .. } if self.awaits_supplement() => "waiting",
            Joint { received: Some(_), .. } => "received",
            Joint { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "archived" => "已归档",
            "closed" => "已办结",
            "ended" => "已终结，没有待送达的结果",
            "settled" => "全部有了结果，待送达",
            "withdrawing" => "撤回中",
            "running" => "联办中",
            "waiting" => "待补正",
            "received" => "已收件",
            _ => "未提交",
        }
    }
}

impl Matter for Joint {
    const KIND: &'static str = "joint";
    const ZH: &'static str = "联办件";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        act.name()
    }

    fn fact_name(fact: &Fact) -> &'static str {
        fact.name()
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let wrong = form::check(act, private);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Mark { on: stamp.day, by: stamp.person.clone() };
        match fact {
            Fact::Received(received) => self.receive(received, stamp),
            Fact::NoticeGiven { missing, .. } => {
                self.notice =
                    Some(Notice { on: stamp.day, by: stamp.person.clone(), missing: missing.clone() });
                self.missing.clone_from(missing);
            }
            // Its last day was reckoned by the calendar of that day; here it is by that of today.
            Fact::Supplemented { channel, materials, sealed, missing, notice_due: _ } => {
                self.materials.extend(materials.clone());
                self.sealed.extend(sealed.clone());
                self.missing.clone_from(missing);
                self.trips += channel.trips();
                self.supplemented = Some(mark());
            }
            Fact::DeemedComplete { from } => {
                self.deemed = Some(*from);
                self.missing.clear();
            }
            Fact::Settled(settled) => self.settled = Some(settled.clone()),
            Fact::Extended { by, .. } => {
                self.extension = Some((mark(), *by));
                // The warning is of the clock that is shown; the promise was not moved.
                if self.promised.is_none() {
                    self.amber = None;
                }
            }
            Fact::Withdrawn { reason, statement } => {
                let (on, reason, statement) = (stamp.day, reason.clone(), statement.clone());
                self.withdrawn = Some(Withdrawal { on, reason, statement });
                let unopened = self
                    .children
                    .iter_mut()
                    .filter(|child| child.held().is_some() || (child.is_open() && child.ready.is_none()));
                unopened.for_each(|child| child.ended = Some(Ended::Withdrawn { on }));
            }
            Fact::Delivered(delivered) => {
                self.delivered = Some(mark());
                self.trips += delivered.way.trips();
                for item in &delivered.items {
                    if let Some(child) = self.child_mut(item) {
                        child.delivered = Some(stamp.day);
                    }
                }
            }
            Fact::DelayExplained { reason } => self.explained = Some(reason.clone()),
            Fact::Closed { .. } => self.closed = Some(mark()),
            Fact::TurnedAmber { .. } => self.amber = Some(stamp.day),
            Fact::TurnedOverdue { against, .. } => self.overdue.push((*against, stamp.day)),
            Fact::ChildReady(_)
            | Fact::ChildOpened { .. }
            | Fact::ChildHeld { .. }
            | Fact::ChildAccepted { .. }
            | Fact::ChildDeclined { .. }
            | Fact::ChildStopped { .. }
            | Fact::ChildResumed { .. }
            | Fact::ChildExtended { .. }
            | Fact::ChildDecided { .. }
            | Fact::ChildWithdrawn { .. }
            | Fact::ChildBlocked { .. }
            | Fact::ChildDelivered { .. }
            | Fact::ChildRecalled { .. } => self.move_child(fact, stamp),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let clock = self.shown_clock();
        let due = match self.status() {
            "settled" => self.delivery_due(calendar),
            "running" | "withdrawing" => clock.as_ref().and_then(|clock| clock.due(calendar).fixed()),
            "received" => self.notice_last(calendar),
            _ => None,
        };
        let facet = |name: &str, value: String| (name.to_owned(), value);
        let cases = self.children.iter().filter_map(|child| child.opened.as_ref());
        let mut facets = vec![facet("number", self.number.clone()), facet("theme", self.theme_code.clone())];
        facets.extend(self.applicant.iter().map(|person| facet("applicant", person.to_string())));
        facets.extend(cases.map(|opened| facet("child", opened.case.to_string())));
        Docket {
            number: self.number.clone(),
            title: self.theme_name.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due,
            amber: clock.and_then(|clock| clock.amber(calendar)),
            closed: self.is_closed(),
            facets,
            tasks: self.tasks(due, calendar),
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        time::due_acts(self, day, calendar)
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}

impl Joint {
    fn receive(&mut self, received: &Received, stamp: &Stamp) {
        *self = Joint {
            number: received.number.clone(),
            theme: received.theme,
            theme_version: received.theme_version,
            theme_code: received.theme_code.clone(),
            theme_name: received.theme_name.clone(),
            origin: received.origin,
            mode: received.mode,
            org: received.lead.clone(),
            channel: Some(received.channel),
            // At the window the applicant has no account: whoever holds number and code acts for the case.
            applicant: Some(match stamp.role {
                Role::Citizen | Role::FirmAgent => stamp.person.clone(),
                _ => PersonId::new(&format!("form-{}", received.number)),
            }),
            sealed: received.sealed.clone(),
            received: Some(Mark { on: stamp.day, by: stamp.person.clone() }),
            answers: received.answers.clone(),
            materials: received.materials.clone(),
            missing: received.missing.clone(),
            spared: received.spared.clone(),
            children: received.plan.iter().cloned().map(Child::planned).collect(),
            stop: received.stop,
            statutory: received.statutory,
            promised: received.promised,
            before: received.before,
            trips: received.channel.trips(),
            ..Joint::default()
        };
    }

    fn move_child(&mut self, fact: &Fact, stamp: &Stamp) {
        let Some(child) = fact.item().and_then(|item| self.child_mut(item)) else { return };
        match fact {
            Fact::ChildReady(_) => {
                child.ready = Some(stamp.day);
                child.held = None;
            }
            Fact::ChildHeld { on, rule, reason, .. } => {
                child.held = Some(Held { on: *on, rule: rule.clone(), reason: reason.clone() });
            }
            Fact::ChildOpened { case, case_number, on, .. } => child.open(*on, *case, case_number),
            Fact::ChildAccepted { from, due, .. } => {
                child.accepted = Some(*from);
                child.due = *due;
            }
            Fact::ChildStopped { on, kind, .. } => child.stop(*on, *kind),
            Fact::ChildResumed { on, due, .. } => {
                child.resume(*on);
                child.due = *due;
            }
            Fact::ChildExtended { due, .. } => child.due = *due,
            Fact::ChildDeclined { on, reason, remedy, .. } => {
                let (on, reason, remedy) = (*on, reason.clone(), remedy.clone());
                child.end(Ended::Declined { on, reason, remedy });
            }
            Fact::ChildDecided { on, granted, reason, remedy, document, .. } => {
                let (on, document) = (*on, document.clone());
                child.end(match granted {
                    true => Ended::Granted { on, document },
                    false => Ended::Refused { on, document, reason: reason.clone(), remedy: remedy.clone() },
                });
            }
            Fact::ChildWithdrawn { on, .. } => child.end(Ended::Withdrawn { on: *on }),
            Fact::ChildBlocked { on, by, reason, .. } => {
                child.end(Ended::Blocked { on: *on, by: by.clone(), reason: reason.clone() });
            }
            Fact::ChildDelivered { on, .. } => child.delivered = Some(*on),
            // It asks something of the child's case; what comes of it is told by that case. The rest is not a child's.
            _ => {}
        }
    }

    fn tasks(&self, due: Option<Date>, calendar: &Calendar) -> Vec<Task> {
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: self.org.clone(), due };
        let mut tasks = Vec::new();
        if !self.missing.is_empty() && self.notice.is_none() && self.settled.is_none() {
            tasks.push(task("notice", Role::Officer, self.notice_last(calendar)));
        }
        // Whoever applied waits for it meanwhile: as long as an organ may take to say what is missing.
        let held = self.children.iter().filter_map(Child::held).map(|held| held.on).min();
        tasks.extend(held.map(|on| task("open_again", Role::Officer, NOTICE.end(on, calendar).ok())));
        match self.status() {
            "settled" => tasks.push(task("deliver", Role::WindowClerk, due)),
            "closed" | "ended" => tasks.push(task("close", Role::Officer, None)),
            _ => {}
        }
        if !self.overdue.is_empty() && self.explained.is_none() {
            tasks.push(task("explain", Role::Officer, None));
        }
        if let Some(day) = time::next_day(self, calendar) {
            let (name, org) = ("clock".to_owned(), OrgId::new("system"));
            tasks.push(Task { name, role: Role::Clock, org, due: Some(day) });
        }
        tasks
    }
}

impl Fact {
    /// The item that a fact of a child is about.
    fn item(&self) -> Option<&str> {
        match self {
            Fact::ChildReady(ready) => Some(&ready.item_code),
            Fact::ChildOpened { item_code, .. }
            | Fact::ChildHeld { item_code, .. }
            | Fact::ChildAccepted { item_code, .. }
            | Fact::ChildDeclined { item_code, .. }
            | Fact::ChildStopped { item_code, .. }
            | Fact::ChildResumed { item_code, .. }
            | Fact::ChildExtended { item_code, .. }
            | Fact::ChildDecided { item_code, .. }
            | Fact::ChildWithdrawn { item_code, .. }
            | Fact::ChildBlocked { item_code, .. }
            | Fact::ChildDelivered { item_code, .. }
            | Fact::ChildRecalled { item_code, .. } => Some(item_code),
            Fact::Received(_)
            | Fact::NoticeGiven { .. }
            | Fact::Supplemented { .. }
            | Fact::DeemedComplete { .. }
            | Fact::Settled(_)
            | Fact::Extended { .. }
            | Fact::Withdrawn { .. }
            | Fact::Delivered(_)
            | Fact::DelayExplained { .. }
            | Fact::Closed { .. }
            | Fact::TurnedAmber { .. }
            | Fact::TurnedOverdue { .. } => None,
        }
    }
}
