//! 前呼后应。 A window calls a department's back office: taken within minutes, an opinion within minutes, and what nobody
//! answers climbs to the department's head and then to the bureau. Bound to the mechanism's version of its day.

use crate::call_decide::decide;
use crate::mark::{Mark, checked, texts};
use crate::mechanism::Trigger;
use crate::rules::{self, Decision};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Invalid, Matter, OrgId, Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 到哪一级。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 部门后台
    #[default]
    BackOffice,
    /// 部门负责人
    Head,
    /// 政务服务主管部门
    Bureau,
}

impl Level {
    pub fn above(self) -> Option<Level> {
        match self {
            Level::BackOffice => Some(Level::Head),
            Level::Head => Some(Level::Bureau),
            Level::Bureau => None,
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Level::BackOffice => "部门后台",
            Level::Head => "部门负责人",
            Level::Bureau => "政务服务主管部门",
        }
    }
}

/// 结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 问题解决
    Solved,
    /// 后台到窗口帮办
    HelpSent,
    /// 引导到其他机构
    Redirected,
    /// 没有解决
    Unsolved,
}

/// 呼叫的内容。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ask {
    pub hall: String,
    pub window: String,
    pub trigger: Trigger,
    pub department: OrgId,
    /// Ticket or case number that it is about; empty for a queue.
    #[serde(default)]
    pub about: String,
    /// What the window asks. No name, number or telephone of a citizen.
    pub question: String,
    /// People waiting at that moment.
    pub waiting: u16,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Call {
    pub number: String,
    pub ask: Option<Ask>,
    /// The bureau that runs the hall: where an unanswered call ends.
    pub bureau: OrgId,
    pub raised: Option<Mark>,
    pub version: u32,
    pub minutes: Minutes,
    pub level: Level,
    /// Since when this level has it.
    pub since: Option<Mark>,
    pub answered: Option<Mark>,
    pub opinion: Option<(Mark, String)>,
    pub closed: Option<(Mark, Outcome)>,
}

/// The minutes of the version it was raised under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    pub answer: u16,
    pub opinion: u16,
    pub climb: u16,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 呼叫
    Raise { ask: Ask },
    /// 应答
    Answer,
    /// 答复意见
    GiveOpinion { opinion: String },
    /// 升级
    Climb,
    /// 办结呼叫
    Close { outcome: Outcome, note: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Raised {
        number: String,
        ask: Ask,
        trigger: Trigger,
        window: String,
        department: OrgId,
        bureau: OrgId,
        version: u32,
        minutes: Minutes,
    },
    Answered {
        department: OrgId,
        window: String,
        level: Level,
        /// Seconds since it was raised.
        seconds: u32,
        in_time: bool,
    },
    OpinionGiven {
        department: OrgId,
        opinion: String,
        level: Level,
        seconds: u32,
        in_time: bool,
    },
    Climbed {
        department: OrgId,
        to: Level,
        seconds: u32,
        /// Had somebody taken it, and only the opinion was missing?
        answered: bool,
    },
    Closed {
        department: OrgId,
        outcome: Outcome,
        note: String,
        answered: bool,
        seconds: u32,
    },
}

impl Call {
    /// The moment at which it climbs if nothing happens, in milliseconds; `None` when it has nowhere to go.
    pub fn climbs_at(&self) -> Option<i64> {
        let since = self.since.as_ref()?;
        if self.closed.is_some() || self.opinion.is_some() {
            return None;
        }
        self.level.above()?;
        let minutes = match (self.level, &self.answered) {
            (Level::BackOffice, None) => self.minutes.answer,
            (Level::BackOffice, Some(_)) => self.minutes.opinion,
            (Level::Head | Level::Bureau, _) => self.minutes.climb,
        };
        Some(since.ms + i64::from(minutes) * 60_000)
    }

    /// Did it wait too long at this moment? A call that is open at midnight did, whatever its minutes.
    pub(crate) fn must_climb(&self, now_ms: i64, today: Date) -> bool {
        let over_night = self.since.as_ref().is_some_and(|since| since.on < today);
        self.climbs_at().is_some_and(|at| now_ms > at || over_night)
    }

    pub fn status(&self) -> &'static str {
        match self {
            Call { closed: Some(_), .. } => "closed",
            Call { opinion: Some(_), .. } => "answered",
            Call { answered: Some(_), .. } => "taken",
            Call { raised: Some(_), .. } => "raised",
            Call { .. } => "new",
        }
    }

    fn holder(&self) -> (Role, OrgId) {
        let department = self.ask.as_ref().map(|ask| ask.department.clone()).unwrap_or_default();
        match self.level {
            Level::BackOffice => (Role::Officer, department),
            Level::Head => (Role::AgencyHead, department),
            Level::Bureau => (Role::AgencyHead, self.bureau.clone()),
        }
    }
}

/// 中位数, an exact half where two stand in the middle: part ÷ whole seconds.
pub fn median(seconds: &[u32]) -> Option<fadu_kernel::Ratio> {
    let mut sorted = seconds.to_vec();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = sorted[(sorted.len() - 1) / 2];
    Some(fadu_kernel::Ratio::new(i64::from(lower) + i64::from(upper), 2))
}

const ANSWER: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 35), Basis::article("行政许可法", 30)]);

impl Matter for Call {
    const KIND: &'static str = "call";
    const ZH: &'static str = "前呼后应";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Raise", zh: "呼叫", ground: ANSWER, opens: true },
            ActKind { name: "Answer", zh: "应答", ground: ANSWER, opens: false },
            ActKind { name: "GiveOpinion", zh: "答复意见", ground: ANSWER, opens: false },
            ActKind { name: "Climb", zh: "升级", ground: ANSWER, opens: false },
            ActKind { name: "Close", zh: "办结呼叫", ground: ANSWER, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Raise, Answer, GiveOpinion, Climb, Close)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Raised, Answered, OpinionGiven, Climbed, Closed)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Raise { ask } => {
                let mut wrong = texts(&[
                    ("question", &ask.question, "要问的问题"),
                    ("department", ask.department.as_str(), "呼叫的部门"),
                ]);
                if ask.trigger == Trigger::Question && ask.about.trim().is_empty() {
                    wrong.push(Invalid::new("about", "请写明是哪个排队号或者哪件办件"));
                }
                wrong
            }
            Act::GiveOpinion { opinion } => texts(&[("opinion", opinion, "答复意见")]),
            Act::Close { note, .. } if note.chars().count() > 2000 => {
                vec![Invalid::new("note", "说明不能超过2000字")]
            }
            Act::Answer | Act::Climb | Act::Close { .. } => Vec::new(),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Raised { number, ask, bureau, version, minutes, .. } => {
                self.number.clone_from(number);
                self.ask = Some(ask.clone());
                self.bureau = bureau.clone();
                self.version = *version;
                self.minutes = *minutes;
                self.raised = Some(Mark::of(stamp));
                self.since = Some(Mark::of(stamp));
            }
            Fact::Answered { .. } => self.answered = Some(Mark::of(stamp)),
            Fact::OpinionGiven { opinion, .. } => self.opinion = Some((Mark::of(stamp), opinion.clone())),
            Fact::Climbed { to, .. } => {
                self.level = *to;
                self.since = Some(Mark::of(stamp));
            }
            Fact::Closed { outcome, .. } => self.closed = Some((Mark::of(stamp), *outcome)),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let (role, org) = self.holder();
        let today = self.since.as_ref().map(|since| since.on);
        let task = |name: &str, role, org, due| Task { name: name.to_owned(), role, org, due };
        let mut tasks = Vec::new();
        match self.status() {
            "raised" => tasks.push(task("answer", role, org.clone(), today)),
            "taken" => tasks.push(task("opinion", role, org.clone(), today)),
            "answered" => tasks.push(task("close", Role::WindowClerk, self.bureau.clone(), today)),
            _ => {}
        }
        // Due on its own day already: whoever looks each minute finds here which calls may have to climb.
        if self.climbs_at().is_some() {
            tasks.push(task("clock", Role::Clock, OrgId::new("system"), today));
        }
        let window = self.ask.as_ref().map(|ask| ask.window.clone()).unwrap_or_default();
        Docket {
            number: self.number.clone(),
            title: format!("窗口{window}的呼叫"),
            status: self.status().to_owned(),
            org,
            due: today.filter(|_| self.opinion.is_none() && self.closed.is_none()),
            closed: self.closed.is_some(),
            facets: vec![("window".to_owned(), window)],
            tasks,
            ..Docket::default()
        }
    }

    /// Minutes are looked at by whoever runs the boards ([`Call::climbs_at`]); a new day needs no looking.
    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let over_night = self.since.as_ref().is_some_and(|since| since.on < day);
        if over_night && self.climbs_at().is_some() { vec![Act::Climb] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.holder().1, applicants: vec![] }
    }
}
