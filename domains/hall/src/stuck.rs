//! 办不成事。 What a citizen could not get done: reported, given to a department, answered with reasons, escalated when it is
//! late or no help, closed with what came of it. Its clock is a sourced parameter of the county.

use crate::call::Level;
use crate::mark::{Mark, checked, texts};
use crate::rules::{self, Decision};
use crate::stuck_decide::decide;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Due, Ground, Invalid, Limit, Matter, OrgId, PersonId, Role,
    Rule, Sealed, Stamp, Task, calendar::offset,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 办不成的情形。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// 被要求指南以外的材料
    ExtraPaper,
    /// 多次跑没有结果
    NoResult,
    /// 部门推诿
    PushedAround,
    /// 超过时限
    Overdue,
    /// 系统故障
    Fault,
    /// 其他
    Other,
}

impl Why {
    pub const ALL: [Why; 6] =
        [Why::ExtraPaper, Why::NoResult, Why::PushedAround, Why::Overdue, Why::Fault, Why::Other];

    pub fn zh(self) -> &'static str {
        match self {
            Why::ExtraPaper => "被要求指南以外的材料",
            Why::NoResult => "多次跑没有结果",
            Why::PushedAround => "部门推诿",
            Why::Overdue => "超过时限",
            Why::Fault => "系统故障",
            Why::Other => "其他",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stuck {
    pub number: String,
    pub hall: String,
    pub subject: String,
    pub why: Option<Why>,
    /// Number of the case or ticket, if there is one.
    pub about: String,
    pub bureau: OrgId,
    pub department: Option<OrgId>,
    /// The account that reported it, if one did.
    pub reporter: Option<PersonId>,
    pub sealed: Sealed,
    pub reported: Option<Mark>,
    /// Absent while the county has adopted no limit: then nothing is called late.
    pub clock: Option<Clock>,
    pub level: Level,
    pub answered: Option<Answered>,
    /// 逾期: on which day time sent it up, since it was reported or since whoever reported it sent it up.
    pub overdue: Option<Date>,
    /// The level that was late last. Absent in a state of before: there time sent it up once.
    #[serde(default)]
    pub late_level: Option<Level>,
    pub closed: Option<Mark>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub by: Mark,
    pub done: bool,
    pub reason: String,
    pub way: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 反映
    Report {
        hall: String,
        /// In a few words; names and numbers go into the sealed fields.
        subject: String,
        why: Why,
        #[serde(default)]
        about: String,
    },
    /// 交办
    Assign { department: OrgId },
    /// 答复: done, or why not and what to do instead.
    Answer { done: bool, reason: String, way: String },
    /// 交上一级答复: by time, or by the citizen whom the answer does not help.
    Escalate { reason: String },
    /// 办结
    Close {
        solved: bool,
        note: String,
        /// When and how the reporter said that no other answer is wanted. No name, number or telephone.
        #[serde(default)]
        reporter_word: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// 逾期
    Overdue,
    /// 不满意
    NotHelped,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Reported {
        number: String,
        hall: String,
        subject: String,
        why: Why,
        about: String,
        bureau: OrgId,
        limit: Option<Limit>,
        sealed: Sealed,
    },
    Assigned {
        department: OrgId,
    },
    Answered {
        department: OrgId,
        done: bool,
        reason: String,
        way: String,
        /// Absent without a limit, or while it is provisional.
        in_time: Option<bool>,
        used: Option<u32>,
    },
    Escalated {
        to: Level,
        because: Because,
        reason: String,
        department: Option<OrgId>,
    },
    Closed {
        solved: bool,
        note: String,
        level: Level,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reporter_word: String,
    },
}

impl Stuck {
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        match self.clock.as_ref()?.due(calendar) {
            Due::Fixed(day) => Some(day),
            Due::Provisional { .. } | Due::Stopped { .. } => None,
        }
    }

    /// Open, unanswered, and its level not yet called late.
    fn waits(&self) -> bool {
        let told = self.overdue.is_some() && self.late_level.is_none_or(|late| late == self.level);
        self.reported.is_some() && self.closed.is_none() && self.answered.is_none() && !told
    }

    /// What has come to a level above is answered by its head.
    pub fn answered_by(&self, role: Role) -> bool {
        self.level == Level::BackOffice || role == Role::AgencyHead
    }

    /// A head assigns what came there before anybody had assigned it, and nothing else.
    pub fn assigned_by(&self, role: Role) -> bool {
        role != Role::AgencyHead || (self.level != Level::BackOffice && self.department.is_none())
    }

    /// Whose the answer is: a level above answers for itself where nobody has assigned it.
    pub fn answering(&self) -> Option<OrgId> {
        let own = || (self.level != Level::BackOffice).then(|| self.bureau.clone());
        self.department.clone().or_else(own)
    }

    pub fn late(&self, day: Date, calendar: &Calendar) -> bool {
        self.waits() && self.due(calendar).is_some_and(|due| day > due)
    }

    /// 请上一级答复的最后一日: whoever reported has as long for it as the answer had. None without a limit, or while the
    /// calendar ends before it.
    pub fn may_escalate_until(&self, calendar: &Calendar) -> Option<Date> {
        let (answered, clock) = (self.answered.as_ref()?, self.clock.as_ref()?);
        Clock::start(answered.by.on, clock.limit).due(calendar).fixed()
    }

    pub fn status(&self) -> &'static str {
        match self {
            Stuck { closed: Some(_), .. } => "closed",
            Stuck { answered: Some(_), .. } => "answered",
            Stuck { department: Some(_), .. } => "assigned",
            Stuck { reported: Some(_), .. } => "reported",
            Stuck { .. } => "new",
        }
    }

    fn holder(&self) -> (Role, OrgId) {
        let department = self.department.clone().unwrap_or_else(|| self.bureau.clone());
        match self.level {
            Level::BackOffice => (Role::Officer, department),
            Level::Head => (Role::AgencyHead, department),
            Level::Bureau => (Role::AgencyHead, self.bureau.clone()),
        }
    }
}

const HELP: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 49), Basis::article("行政许可法", 30)]);

impl Matter for Stuck {
    const KIND: &'static str = "stuck";
    const ZH: &'static str = "办不成事";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Report", zh: "反映", ground: HELP, opens: true },
            ActKind { name: "Assign", zh: "交办", ground: HELP, opens: false },
            ActKind { name: "Answer", zh: "答复", ground: HELP, opens: false },
            ActKind { name: "Escalate", zh: "交上一级答复", ground: HELP, opens: false },
            ActKind { name: "Close", zh: "办结", ground: HELP, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Report, Assign, Answer, Escalate, Close)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Reported, Assigned, Answered, Escalated, Closed)
    }

    /// Name and number are not asked for: who has no card reports as well.
    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = match act {
            Act::Report { subject, .. } => texts(&[("subject", subject, "反映的事项")]),
            Act::Assign { department } => texts(&[("department", department.as_str(), "交办的部门")]),
            Act::Answer { reason, way, .. } if reason.chars().chain(way.chars()).count() > 2000 => {
                vec![Invalid::new("reason", "答复不能超过2000字")]
            }
            Act::Answer { .. } => Vec::new(),
            Act::Escalate { reason } => texts(&[("reason", reason, "理由")]),
            Act::Close { reporter_word, .. } if reporter_word.chars().count() > 2000 => {
                vec![Invalid::new("reporter_word", "反映人的意见不能超过2000字")]
            }
            Act::Close { note, .. } => texts(&[("note", note, "办结说明")]),
        };
        if let Some(phone) = private.get("applicant_phone").filter(|phone| !phone.is_empty())
            && let Err(error) = fadu_kernel::codes::phone(phone)
        {
            wrong.push(Invalid::new("applicant_phone", format!("联系电话不对：{error}")));
        }
        checked(wrong)
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Reported { number, hall, subject, why, about, bureau, limit, sealed } => {
                self.number.clone_from(number);
                self.hall.clone_from(hall);
                self.subject.clone_from(subject);
                self.why = Some(*why);
                self.about.clone_from(about);
                self.bureau = bureau.clone();
                self.sealed.clone_from(sealed);
                self.clock = limit.map(|limit| Clock::start(stamp.day, limit));
                self.reported = Some(Mark::of(stamp));
                self.reporter =
                    matches!(stamp.role, Role::Citizen | Role::FirmAgent).then(|| stamp.person.clone());
            }
            Fact::Assigned { department } => self.department = Some(department.clone()),
            Fact::Answered { done, reason, way, .. } => {
                let by = Mark::of(stamp);
                self.answered = Some(Answered { by, done: *done, reason: reason.clone(), way: way.clone() });
            }
            Fact::Escalated { to, because, .. } => {
                (self.overdue, self.late_level) = match because {
                    Because::Overdue => (Some(stamp.day), Some(self.level)),
                    Because::NotHelped => (None, None),
                };
                // The next level has the whole limit for its own answer.
                if let Some(clock) = self.clock.as_mut().filter(|_| self.level != *to) {
                    *clock = Clock::start(stamp.day, clock.limit);
                }
                self.level = *to;
                self.answered = None;
            }
            Fact::Closed { .. } => self.closed = Some(Mark::of(stamp)),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let (role, org) = self.holder();
        let due = self.due(calendar).filter(|_| self.answered.is_none());
        let task = |name: &str, role, org, due| Task { name: name.to_owned(), role, org, due };
        let mut tasks = Vec::new();
        match self.status() {
            "reported" => {
                tasks.push(task("assign", Role::WindowClerk, self.bureau.clone(), due));
                if self.level != Level::BackOffice {
                    tasks.push(task("answer", role, org.clone(), due));
                }
            }
            "assigned" => tasks.push(task("answer", role, org.clone(), due)),
            "answered" => tasks.push(task("close", Role::WindowClerk, self.bureau.clone(), None)),
            _ => {}
        }
        if let Some(due) = self.due(calendar).filter(|_| self.waits()) {
            tasks.push(task("clock", Role::Clock, OrgId::new("system"), Some(offset(due, 1))));
        }
        let mut facets = vec![("number".to_owned(), self.number.clone())];
        facets.extend(self.reporter.iter().map(|person| ("applicant".to_owned(), person.to_string())));
        Docket {
            number: self.number.clone(),
            title: self.subject.clone(),
            status: self.status().to_owned(),
            org,
            due: due.filter(|_| self.closed.is_none()),
            amber: self
                .clock
                .as_ref()
                .filter(|_| self.waits())
                .and_then(|clock| clock.amber(calendar)),
            closed: self.closed.is_some(),
            facets,
            tasks,
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        if self.late(day, calendar) {
            return vec![Act::Escalate { reason: "逾期没有答复".to_owned() }];
        }
        Vec::new()
    }

    fn parties(&self) -> Parties {
        Parties { org: self.holder().1, applicants: self.reporter.iter().cloned().collect() }
    }
}
