//! 部门协查。 One department asks another about one proof of one case, and is answered inside a limit; what is not answered
//! goes up to the head of the department that was asked.

use crate::limit::{Limits, Name};
use crate::mark::{Mark, named, number, texts};
use crate::rules::{self, Decision, no, only_system};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Due, Ground, Help, Invalid, Limit, Matter, MatterId, OrgId,
    Role, Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 问什么。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// 免证办理。
    pub exemption: MatterId,
    /// 材料。
    pub subject: String,
    /// 证明名称。
    pub proof: String,
    /// 办件编号。
    pub case_number: String,
    /// 事项名称。
    pub item_name: String,
    /// 提出部门。
    pub from: OrgId,
    /// 答复部门。
    pub to: OrgId,
    /// 要核实什么。
    pub question: String,
    /// 第几次核查。 Counted from 1: another department may be asked where the first could not tell.
    #[serde(default)]
    pub round: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub by: Mark,
    pub outcome: Outcome,
    pub note: String,
}

/// 核查结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 属实
    Confirmed,
    /// 不属实
    Denied,
    /// 本单位查不到
    Unknown,
    /// 不属于本单位职责
    NotOurs,
}

impl Outcome {
    pub const ALL: [Outcome; 4] = [Outcome::Confirmed, Outcome::Denied, Outcome::Unknown, Outcome::NotOurs];

    pub fn zh(self) -> &'static str {
        match self {
            Outcome::Confirmed => "属实",
            Outcome::Denied => "不属实",
            Outcome::Unknown => "本单位查不到",
            Outcome::NotOurs => "不属于本单位职责",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Outcome::Confirmed => "confirmed",
            Outcome::Denied => "denied",
            Outcome::Unknown => "unknown",
            Outcome::NotOurs => "not_ours",
        }
    }

    /// What the case takes from it.
    pub fn confirms(self) -> Option<bool> {
        match self {
            Outcome::Confirmed => Some(true),
            Outcome::Denied => Some(false),
            Outcome::Unknown | Outcome::NotOurs => None,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Check {
    pub number: String,
    pub request: Request,
    pub sealed: Sealed,
    pub opened: Option<Date>,
    /// Absent while the county has adopted no limit: then nothing is called late.
    pub clock: Option<Clock>,
    pub overdue: Option<Date>,
    pub answered: Option<Answered>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 提出协查
    Open { request: Box<Request> },
    /// 答复
    Answer {
        /// 核查结果。
        outcome: Outcome,
        /// 说明。
        note: String,
    },
    /// 协查逾期
    TurnOverdue,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened {
        number: String,
        request: Box<Request>,
        limit: Option<Limit>,
        sealed: Sealed,
    },
    Answered {
        from: OrgId,
        to: OrgId,
        outcome: Outcome,
        note: String,
        /// Absent without a limit, or while it is provisional.
        in_time: Option<bool>,
    },
    TurnedOverdue {
        to: OrgId,
        due: Date,
    },
}

impl Check {
    pub fn id(request: &Request) -> MatterId {
        named(&["check", &request.exemption.to_string(), &request.subject, &request.round.to_string()])
    }

    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        match self.clock.as_ref()?.due(calendar) {
            Due::Fixed(day) => Some(day),
            Due::Provisional { .. } | Due::Stopped { .. } => None,
        }
    }

    fn waits(&self) -> bool {
        self.opened.is_some() && self.answered.is_none()
    }

    fn turns_overdue(&self, day: Date, calendar: &Calendar) -> bool {
        self.waits() && self.overdue.is_none() && self.due(calendar).is_some_and(|due| day > due)
    }

    pub fn status(&self) -> &'static str {
        match self {
            Check { answered: Some(_), .. } => "answered",
            Check { overdue: Some(_), .. } => "overdue",
            Check { opened: Some(_), .. } => "asked",
            Check { .. } => "new",
        }
    }
}

const ASK: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

impl Matter for Check {
    const KIND: &'static str = "check";
    const ZH: &'static str = "部门协查";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { request } => Some(Check::id(request)),
            Act::Answer { .. } | Act::TurnOverdue => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Open", zh: "提出协查", ground: ASK, opens: true },
            ActKind { name: "Answer", zh: "答复协查", ground: ASK, opens: false },
            ActKind { name: "TurnOverdue", zh: "协查逾期", ground: ASK, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Open, Answer, TurnOverdue)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Opened, Answered, TurnedOverdue)
    }

    fn private_fields(act: &str) -> &'static [(&'static str, &'static str)] {
        match act {
            "Open" => &[("applicant_name", "申请人"), ("applicant_number", "证件号码")],
            _ => &[],
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Answer { note, .. } => texts(&[("note", note, "说明")]),
            Act::Open { .. } | Act::TurnOverdue => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Open { request } => {
                only_system(ctx)?;
                if self.opened.is_some() {
                    return no(&rules::ORDER, Help::Officer, "已经提出");
                }
                let (number, limit) = (number("X", ctx), Limits::today(Name::CheckAnswer, ctx));
                Ok(vec![Fact::Opened { number, request: request.clone(), limit, sealed: ctx.sealed.clone() }])
            }
            Act::Answer { outcome, note } => {
                if !self.waits() {
                    return no(&rules::ORDER, Help::Officer, "没有待答复的协查");
                }
                // Also where a policy should permit it by mistake.
                if ctx.actor.org != self.request.to {
                    let because = format!("应当由{}答复", self.request.to);
                    return no(&rules::OTHER_DEPARTMENT, Help::Officer, because);
                }
                Ok(vec![Fact::Answered {
                    from: self.request.from.clone(),
                    to: self.request.to.clone(),
                    outcome: *outcome,
                    note: note.clone(),
                    in_time: self.due(ctx.calendar).map(|due| ctx.today() <= due),
                }])
            }
            Act::TurnOverdue => {
                only_system(ctx)?;
                match self.due(ctx.calendar) {
                    Some(due) if self.turns_overdue(ctx.today(), ctx.calendar) => {
                        Ok(vec![Fact::TurnedOverdue { to: self.request.to.clone(), due }])
                    }
                    _ => no(&rules::ORDER, Help::Officer, "答复时限还没有过"),
                }
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Opened { number, request, limit, sealed } => {
                self.number.clone_from(number);
                self.request = (**request).clone();
                self.sealed.clone_from(sealed);
                self.opened = Some(stamp.day);
                self.clock = limit.map(|limit| Clock::start(stamp.day, limit));
            }
            Fact::Answered { outcome, note, .. } => {
                self.answered = Some(Answered { by: Mark::of(stamp), outcome: *outcome, note: note.clone() });
            }
            Fact::TurnedOverdue { .. } => self.overdue = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let due = self.due(calendar).filter(|_| self.waits());
        let mut tasks = Vec::new();
        if self.waits() {
            let role = if self.overdue.is_some() { Role::AgencyHead } else { Role::Officer };
            tasks.push(Task { name: "answer".to_owned(), role, org: self.request.to.clone(), due });
        }
        if let Some(due) = due.filter(|_| self.overdue.is_none()) {
            let (role, org) = (Role::Clock, OrgId::new("system"));
            tasks.push(Task { name: "clock".to_owned(), role, org, due: Some(offset(due, 1)) });
        }
        Docket {
            number: self.number.clone(),
            title: format!("{}：{}", self.request.item_name, self.request.proof),
            status: self.status().to_owned(),
            org: self.request.to.clone(),
            due,
            amber: self
                .clock
                .as_ref()
                .filter(|_| self.waits())
                .and_then(|clock| clock.amber(calendar)),
            closed: self.answered.is_some(),
            facets: vec![("number".to_owned(), self.number.clone())],
            tasks,
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        if self.turns_overdue(day, calendar) { vec![Act::TurnOverdue] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.request.to.clone(), applicants: vec![] }
    }
}
