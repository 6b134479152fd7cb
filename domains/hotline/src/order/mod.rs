//! 工单。 One request to 12345: taken, answered or dispatched, handled, called back, closed, rated, archived.
//!
//! A state is the presence of an act. The clock is set by the first dispatch and by nothing else: neither a unit's
//! signature nor its return, nor the arbiters, start it again.

pub mod act;
pub mod decide;
mod evolve;
pub mod fact;
mod matter;

use crate::desk::parameters::Terms;
use crate::words::{Contact, Emergency, Exclusion, Kind, Lane, Nature, News, Urgency};
use act::{Arbiter, Proposed, Suggestion};
use fact::{Ending, Entry};
use fadu_kernel::calendar::offset;
use fadu_kernel::clock::Stop;
use fadu_kernel::{Basis, Calendar, Clock, Limit, MatterId, OrgId, PersonId, Sealed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub use act::{Act, Intake};
pub use fact::Fact;
pub use matter::{LEAD_TEXT, LONGEST, MOST_ATTACHMENTS, PRIVATE};

/// What is as it was at first is not written down: most orders have no arbitration, no supervision, no panel.
fn unset<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Order {
    pub number: String,
    pub desk: OrgId,
    pub entry: Option<Entry>,
    #[serde(skip_serializing_if = "unset")]
    pub suggestion: Option<Suggestion>,
    #[serde(skip_serializing_if = "unset")]
    pub proposed: Option<Proposed>,
    pub taken: Option<Mark>,
    pub applicant: Option<PersonId>,
    #[serde(skip_serializing_if = "unset")]
    pub sealed: Sealed,
    #[serde(skip_serializing_if = "unset")]
    pub supplements: Vec<String>,
    #[serde(skip_serializing_if = "unset")]
    pub members: u32,

    /// Calls in which it was said.
    #[serde(skip_serializing_if = "unset")]
    pub calls: Vec<PhoneCall>,
    #[serde(skip_serializing_if = "unset")]
    pub emergency: Option<Emergency>,
    #[serde(skip_serializing_if = "unset")]
    pub answered: Option<Mark>,
    #[serde(skip_serializing_if = "unset")]
    pub excluded: Option<Excluded>,
    #[serde(skip_serializing_if = "unset")]
    pub handed_over: Option<Mark>,
    /// The day, and the number it has at the prefecture's platform.
    #[serde(skip_serializing_if = "unset")]
    pub passed_up: Option<(Date, String)>,
    #[serde(skip_serializing_if = "unset")]
    pub lead_released: Option<Mark>,
    #[serde(skip_serializing_if = "unset")]
    pub merged: Option<Merged>,
    #[serde(skip_serializing_if = "unset")]
    pub parent_closed: Option<Mark>,
    /// Orders merged into this one.
    #[serde(skip_serializing_if = "unset")]
    pub n_children: u32,

    #[serde(skip_serializing_if = "unset")]
    pub dispatch: Option<Dispatch>,
    #[serde(skip_serializing_if = "unset")]
    pub clock: Option<Clock>,
    #[serde(skip_serializing_if = "unset")]
    pub review: Review,
    /// Units that assisted.
    #[serde(skip_serializing_if = "unset")]
    pub assisted: Vec<OrgId>,
    /// An extension that the unit asked for and the hotline has not answered.
    #[serde(skip_serializing_if = "unset")]
    pub extension: Option<Extension>,
    #[serde(skip_serializing_if = "unset")]
    pub extended: Option<Mark>,
    #[serde(skip_serializing_if = "unset")]
    pub reported_up: Option<Mark>,
    #[serde(skip_serializing_if = "unset")]
    pub reply: Option<Reply>,
    /// Replies given, the one before a redo included.
    #[serde(skip_serializing_if = "unset")]
    pub n_replies: u16,
    /// A reply came after its limit.
    #[serde(skip_serializing_if = "unset")]
    pub late: bool,
    /// A limit could not be reckoned on the day of a reply.
    #[serde(skip_serializing_if = "unset")]
    pub unreckoned: bool,
    /// Since the last reply.
    #[serde(skip_serializing_if = "unset")]
    pub call_backs: Vec<CallBack>,
    #[serde(skip_serializing_if = "unset")]
    pub redone: u16,
    #[serde(skip_serializing_if = "unset")]
    pub redo: Option<Clock>,
    #[serde(skip_serializing_if = "unset")]
    pub pressure: Pressure,
    /// Who signed, assisted or replied: none of them calls back or judges.
    #[serde(skip_serializing_if = "unset")]
    pub handlers: Vec<PersonId>,

    /// A question put to arbiters or a panel, while not all have confirmed.
    #[serde(skip_serializing_if = "unset")]
    pub panel: Option<Pending>,

    #[serde(skip_serializing_if = "unset")]
    pub closed: Option<Closed>,
    #[serde(skip_serializing_if = "unset")]
    pub unlawful: Option<Mark>,
    #[serde(skip_serializing_if = "unset")]
    pub grade: Option<u8>,
    #[serde(skip_serializing_if = "unset")]
    pub published: Option<Published>,
    /// Who opened the caller's data, on the last day somebody did.
    #[serde(skip_serializing_if = "unset")]
    pub opened: Vec<Mark>,
    /// What whoever wrote a letter has not been written back yet.
    #[serde(skip_serializing_if = "unset")]
    pub untold: Vec<News>,
    #[serde(skip_serializing_if = "unset")]
    pub archived: Option<Mark>,
}

/// 何人何日。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    pub by: PersonId,
    #[serde(default, skip_serializing_if = "unset")]
    pub ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    pub on: Date,
    pub ground: Exclusion,
    /// For a petition: the last day to hand it over and tell the caller, as far as it can be reckoned.
    pub hand_over_by: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    pub on: Date,
    pub into: MatterId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The first day: the clock counts from it whoever has the order now.
    pub first_on: Date,
    pub on: Date,
    pub unit: OrgId,
    #[serde(default, skip_serializing_if = "unset")]
    pub assisting: Vec<OrgId>,
    #[serde(default, skip_serializing_if = "unset")]
    pub officer: Option<PersonId>,
    pub terms: Terms,
    pub return_by: Option<Date>,
    #[serde(default, skip_serializing_if = "unset")]
    pub signed: Option<Mark>,
    /// A return was granted: the hotline has it and dispatches again.
    #[serde(default, skip_serializing_if = "unset")]
    pub released: bool,
}

/// 退单与裁定。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    pub returned_by: Vec<OrgId>,
    /// A return that nobody answered yet.
    pub open: bool,
    /// 退单处理截止
    pub settle_by: Option<Date>,
    pub arbitration: Option<Arbitration>,
    /// Since it was dispatched to the unit that has it: while a return or the arbiters were waited for.
    pub stops: Vec<Stop>,
}

impl Review {
    fn stop(&mut self, day: Date) {
        if self.stops.last().is_none_or(|stop| stop.until.is_some()) {
            self.stops.push(Stop { from: day, until: None });
        }
    }

    fn go_on(&mut self, day: Date) {
        if let Some(stop) = self.stops.last_mut().filter(|stop| stop.until.is_none()) {
            stop.until = Some(day);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arbitration {
    pub opened: Date,
    pub due: Option<Date>,
    pub decided: Option<Date>,
}

/// 合议的事项, with those who are named to decide it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// 由谁承办
    Unit { unit: OrgId, panel: Vec<Arbiter> },
    /// 恶意或者违法
    Unlawful { panel: Vec<PersonId>, basis: Basis },
}

impl Question {
    /// Each once.
    pub fn persons(&self) -> BTreeSet<&PersonId> {
        match self {
            Question::Unit { panel, .. } => panel.iter().map(|arbiter| &arbiter.person).collect(),
            Question::Unlawful { panel, .. } => panel.iter().collect(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub question: Question,
    pub reason: String,
    pub confirmed: Vec<PersonId>,
}

/// 来电与录音。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneCall {
    /// As the exchange names it.
    pub call: String,
    /// The digest of its recording, once the exchange told it.
    #[serde(default, skip_serializing_if = "unset")]
    pub recording: Option<String>,
}

/// 延期申请。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub on: Date,
    pub by: Limit,
    pub reason: String,
    pub basis: Basis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub on: Date,
    pub by: PersonId,
    pub n_evidence: u16,
    pub call_back_by: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    pub on: Date,
    #[serde(default, skip_serializing_if = "unset")]
    pub ms: i64,
    pub by: PersonId,
    pub contact: Contact,
    pub solved: Option<bool>,
    pub satisfied: Option<bool>,
}

/// 提醒、催办与督办。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pressure {
    pub amber: Option<Date>,
    /// Past due, and whether the unit had replied then.
    pub passed_due: Option<(Date, bool)>,
    pub urged: Option<Date>,
    pub drafted: Option<Date>,
    pub issued: Option<(Date, Nature)>,
    pub named: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub on: Date,
    pub ending: Ending,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub on: Date,
    pub title: String,
    pub text: String,
}

impl Order {
    pub fn kind(&self) -> Option<Kind> {
        self.entry.as_ref().map(|entry| entry.kind)
    }

    pub fn category(&self) -> &str {
        self.entry.as_ref().map_or("", |entry| &entry.category)
    }

    pub fn lane(&self) -> Lane {
        self.entry.as_ref().map_or(Lane::General, |entry| entry.lane)
    }

    pub fn is_major(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.urgency == Urgency::Major)
    }

    pub fn is_lead(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.lead)
    }

    /// 被举报单位: whom the report is about, if it is one and names a unit.
    pub fn accused(&self) -> Option<&OrgId> {
        self.entry.as_ref().filter(|entry| entry.kind == Kind::Report)?.against.as_ref()
    }

    pub fn unit(&self) -> Option<&OrgId> {
        self.dispatch.as_ref().map(|dispatch| &dispatch.unit)
    }

    /// 市级工单编号, whether it came with the order or the order went there.
    pub fn prefecture(&self) -> Option<&str> {
        let passed = self.passed_up.as_ref().map(|(_, number)| number.as_str());
        passed.or_else(|| self.entry.as_ref()?.prefecture.as_deref())
    }

    /// Nothing more is to be done about what was asked, though it may be rated, published and archived.
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
            || self.unlawful.is_some()
            || self.merged.is_some()
            || self.emergency.is_some()
            || self.lead_released.is_some()
            || self.handed_over.is_some()
            || self.passed_up.is_some()
            || self
                .excluded
                .as_ref()
                .is_some_and(|excluded| excluded.ground != Exclusion::Petition)
    }

    /// The clock that runs now: of the redo where there is one.
    pub fn running(&self) -> Option<&Clock> {
        self.redo.as_ref().or(self.clock.as_ref())
    }

    /// The limit's last day, as far as it can be reckoned.
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        self.running()?.due(calendar).fixed()
    }

    /// 承办单位自己的钟: from its own dispatch, stopped while a return or the arbiters were waited for. The caller's runs on.
    pub fn unit_clock(&self) -> Option<Clock> {
        let dispatch = self.dispatch.as_ref()?;
        let extension = self.clock.as_ref()?.extension;
        let own = || Clock {
            extension,
            stops: self.review.stops.clone(),
            ..Clock::start(dispatch.on, dispatch.terms.handling)
        };
        Some(self.redo.clone().unwrap_or_else(own))
    }

    /// The last day of the unit itself, as far as it can be reckoned.
    pub fn unit_due(&self, calendar: &Calendar) -> Option<Date> {
        self.unit_clock()?.due(calendar).fixed()
    }

    /// A member named to decide, whose word is waited for.
    pub fn waits_for_member(&self, person: &PersonId) -> bool {
        self.panel.as_ref().is_some_and(|pending| {
            pending.question.persons().contains(person) && !pending.confirmed.contains(person)
        })
    }

    /// On its way with a unit or between two: what time may find past due.
    pub fn is_running(&self) -> bool {
        self.dispatch.is_some() && self.excluded.is_none() && !self.is_closed()
    }

    /// With a unit that has not replied: what is reminded, urged and supervised.
    pub fn waits_for_unit(&self) -> bool {
        let released = self.dispatch.as_ref().is_some_and(|dispatch| dispatch.released);
        let disputed = self.review.open || self.in_arbitration();
        self.is_running() && self.reply.is_none() && !released && !disputed
    }

    pub fn in_arbitration(&self) -> bool {
        self.review
            .arbitration
            .as_ref()
            .is_some_and(|arbitration| arbitration.decided.is_none())
    }

    pub fn status(&self) -> &'static str {
        match self {
            Order { archived: Some(_), .. } => "archived",
            Order { unlawful: Some(_), .. } => "unlawful",
            Order { merged: Some(_), .. } => "merged",
            Order { emergency: Some(_), .. } => "emergency",
            Order { lead_released: Some(_), .. } => "sealed",
            Order { handed_over: Some(_), .. } => "handed_over",
            Order { passed_up: Some(_), .. } => "passed_up",
            Order { excluded: Some(Excluded { ground: Exclusion::Petition, .. }), .. } => "handing_over",
            Order { excluded: Some(_), .. } => "excluded",
            Order { closed: Some(_), answered: Some(_), .. } => "answered",
            Order { closed: Some(_), .. } => "closed",
            Order { reply: Some(_), call_backs, .. } if call_backs.is_empty() => "replied",
            Order { reply: Some(_), .. } => "called_back",
            Order { .. } if self.in_arbitration() => "arbitration",
            Order { review: Review { open: true, .. }, .. } => "returned",
            Order { dispatch: Some(Dispatch { released: true, .. }), .. } => "released",
            Order { dispatch: Some(Dispatch { signed: Some(_), .. }), .. } => "signed",
            Order { dispatch: Some(_), .. } => "dispatched",
            Order { entry: Some(_), .. } => "taken",
            Order { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "archived" => "已归档",
            "unlawful" => "合议认定不予办理",
            "merged" => "已并单",
            "emergency" => "已转紧急热线",
            "sealed" => "已另行处理",
            "handed_over" => "已移交信访",
            "passed_up" => "已转市级平台",
            "handing_over" => "待移交信访",
            "excluded" => "不予受理，已告知渠道",
            "answered" => "当场答复办结",
            "closed" => "已办结",
            "replied" => "已答复，待回访",
            "called_back" => "已回访",
            "arbitration" => "派单裁定中",
            "returned" => "退单待处理",
            "released" => "待重新派单",
            "signed" => "已签收，办理中",
            "dispatched" => "已派单，待签收",
            "taken" => "已受理，待派单",
            _ => "未登记",
        }
    }

    /// When time itself does something next.
    pub fn next_clock_day(&self, calendar: &Calendar) -> Option<Date> {
        let due = self.due(calendar).filter(|_| self.is_running())?;
        let pressure = &self.pressure;
        let mut days: Vec<Date> = Vec::new();
        if pressure.passed_due.is_none() {
            days.push(offset(due, 1));
        }
        if self.waits_for_unit() && self.unit_due(calendar).is_some() {
            if pressure.amber.is_none() {
                days.extend(self.amber(calendar));
            }
            if pressure.urged.is_none() {
                days.extend(self.urge_day(calendar));
            }
            if pressure.drafted.is_none() {
                days.extend(self.supervise_day(calendar));
            }
        }
        days.into_iter().min()
    }

    /// Of a limit of one day or less there is nothing to remind of.
    pub fn amber(&self, calendar: &Calendar) -> Option<Date> {
        self.unit_clock().filter(|clock| clock.limit.n > 1)?.amber(calendar)
    }

    pub fn urge_day(&self, calendar: &Calendar) -> Option<Date> {
        let terms = &self.dispatch.as_ref()?.terms;
        let due = self.unit_due(calendar)?;
        let day = terms.urge.end(due, calendar).ok()?;
        Some(day.max(offset(due, 1)))
    }

    pub fn supervise_day(&self, calendar: &Calendar) -> Option<Date> {
        let terms = &self.dispatch.as_ref()?.terms;
        let due = self.unit_due(calendar)?;
        let day = terms.supervise.end(due, calendar).ok()?;
        Some(day.max(offset(due, 1)))
    }
}
