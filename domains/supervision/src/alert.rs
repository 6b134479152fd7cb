//! 风险提示。 One finding on one project, before, during or after the tender: whoever is concerned explains, a person
//! disposes of it with a date and a reason. No machine disposes of anything, and no alert is disposed of twice.

use crate::parts::{Disposition, Finding, Law, Outcome, Phase, Ruling, Subject};
use crate::rules::{self, pen, tl, tr};
use crate::texts::not_held;
use crate::{act, in_time, last_day, named, need, no, only_person, opening, parameters, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Help, Invalid, Limit, Matter, MatterId, OrgId, PersonId, Refusal,
    Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 提示内容。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Raised {
    pub subject: Subject,
    pub phase: Phase,
    pub finding: Finding,
    pub law: Law,
    /// 来源: the entry of the trading ledger, the file or the run that it comes from.
    pub source: String,
    /// 处理部门
    pub supervisor: OrgId,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Alert {
    pub number: String,
    pub raised: Option<Raised>,
    pub on: Option<Date>,
    /// 处理期限（工作日）, as it stood that day.
    #[serde(default)]
    pub workdays: Option<u16>,
    pub asked: Option<Asked>,
    pub explained: Option<(Date, String)>,
    pub disposed: Option<Disposed>,
}

/// 要求解释。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub on: Date,
    pub of: String,
    pub until: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposed {
    pub on: Date,
    pub by: PersonId,
    pub ruling: Ruling,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 提示风险
    Raise { alert: Box<Raised> },
    /// 要求解释
    AskExplanation {
        of: String,
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    /// 登记解释
    RecordExplanation { digest: String },
    /// 处理
    Dispose { ruling: Ruling },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Raised {
        number: String,
        alert: Box<Raised>,
        phase: Phase,
        rule: String,
        outcome: Outcome,
        /// 处理期限（工作日）, as it stood that day.
        #[serde(default)]
        workdays: Option<u16>,
    },
    ExplanationAsked {
        of: String,
        until: Date,
    },
    ExplanationRecorded {
        digest: String,
        in_time: bool,
    },
    Disposed {
        phase: Phase,
        rule: String,
        ruling: Ruling,
        /// Within the days that the parameter gives; absent where the calendar does not reach.
        in_time: Option<bool>,
        /// Closes the loop: raised by a rule, disposed of by a person with a reason.
        confirmed: bool,
    },
}

const RAISE: &[Basis] = &[tl(7), tr(4)];
const HEAR: &[Basis] = &[pen(44), pen(45)];

impl Alert {
    /// One finding of one source on one project is one alert.
    pub fn id(alert: &Raised) -> MatterId {
        named("alert", &[&alert.subject.id, &alert.finding.rule, &alert.source])
    }

    pub fn status(&self) -> &'static str {
        match self {
            Alert { disposed: Some(_), .. } => "disposed",
            Alert { explained: Some(_), .. } => "explained",
            Alert { asked: Some(_), .. } => "asked",
            Alert { raised: Some(_), .. } => "raised",
            Alert { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "disposed" => "已处理",
            "explained" => "已解释，待处理",
            "asked" => "等待解释",
            "raised" => "待处理",
            _ => "",
        }
    }

    /// One of before it was kept has the limit that ships.
    fn limit(&self) -> Option<Limit> {
        self.workdays
            .or_else(|| parameters::value("alert_workdays"))
            .map(Limit::workdays)
    }

    fn due(&self, calendar: &Calendar) -> Option<Date> {
        let limit = self.limit()?;
        self.on.and_then(|on| last_day(limit, on, calendar))
    }

    fn heard(&self, today: Date) -> bool {
        self.explained.is_some() || self.asked.as_ref().is_some_and(|asked| today > asked.until)
    }
}

/// MAC、CPU、硬盘、计价软件加密锁: evidence of machines is written `mac:…`, `cpu:…`, `disk:…`, `lock:…`.
fn machine_signs(evidence: &[String]) -> BTreeSet<&str> {
    const SIGNS: [&str; 4] = ["mac", "cpu", "disk", "lock"];
    let kind = |one: &String| one.split_once(':').map(|(kind, _)| kind.to_owned());
    let kinds: BTreeSet<String> = evidence.iter().filter_map(kind).collect();
    SIGNS.into_iter().filter(|sign| kinds.contains(*sign)).collect()
}

/// 认定的条件: computable, heard, and more than one sign of one machine. Alerts and reviews hold to the same.
pub(crate) fn may_confirm(finding: &Finding, heard: bool) -> Result<(), Refusal> {
    need(finding.outcome == Outcome::Found, &rules::COMPUTABLE, || {
        format!("规则{}{}，缺{}", finding.rule, finding.outcome.zh(), finding.missing.join("、"))
    })?;
    need(heard, &rules::HEARD, || "没有解释，也没有给过解释的期限".into())?;
    let signs = machine_signs(&finding.evidence);
    let alone = signs.len() == 1 && finding.evidence.len() == 1;
    need(!alone, &rules::MACHINE_SIGNS, || "证据只有一种机器标识".into())
}

/// What every ruling must say.
pub(crate) fn is_reasoned(ruling: &Ruling, ctx: &Ctx) -> Result<(), Refusal> {
    only_person(ctx, &rules::ALERTS_END)?;
    need(!ruling.reason.trim().is_empty(), &rules::ALERTS_END, || "没有写明处理的理由".into())?;
    let needs_document = ruling.disposition == Disposition::Confirmed;
    need(!needs_document || !ruling.document.trim().is_empty(), &rules::ALERTS_END, || {
        "查实的没有写明处理文书".into()
    })?;
    if ruling.disposition == Disposition::HandedOver {
        let sent = ruling.hand_over.and_then(|id| ctx.look::<crate::HandOver>(id));
        need(sent.is_some_and(|one| one.sent.is_some()), &rules::RECEIPT, || {
            "没有这件移送，或者还没有送出".into()
        })?;
    }
    Ok(())
}

impl Matter for Alert {
    const KIND: &'static str = "alert";
    const ZH: &'static str = "风险提示";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Raise", "提示风险", RAISE),
            act("AskExplanation", "要求解释", HEAR),
            act("RecordExplanation", "登记解释", HEAR),
            act("Dispose", "处理风险提示", RAISE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Raise AskExplanation RecordExplanation Dispose)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Raised ExplanationAsked ExplanationRecorded Disposed)
    }

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Raise { alert } => Some(Alert::id(alert)),
            _ => None,
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::Raise { alert } => {
                if alert.subject.id.trim().is_empty() {
                    wrong.push(Invalid::new("alert.subject.id", "请填写项目编码"));
                }
                if !alert.finding.is_whole() {
                    wrong
                        .push(Invalid::new("alert.finding.evidence", "发现的写明证据，无法计算的写明缺什么"));
                }
                if alert.supervisor.as_str().trim().is_empty() {
                    wrong.push(Invalid::new("alert.supervisor", "请填写处理部门"));
                }
            }
            Act::Dispose { ruling } if ruling.reason.chars().count() > 2000 => {
                wrong.push(Invalid::new("ruling.reason", "不能超过2000字"));
            }
            _ => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Raise { alert } = act {
            return raise(self, alert, ctx);
        }
        let Some(raised) = &self.raised else {
            return no(&rules::ORDER, Help::Officer, "没有这条提示");
        };
        need(self.disposed.is_none(), &rules::ALERTS_END, || "已经处理，处理结果不能更改".into())?;
        match act {
            Act::Raise { .. } => Ok(Vec::new()),
            Act::AskExplanation { of, until } => {
                need(!of.trim().is_empty(), &rules::HEARD, || "没有写明向谁".into())?;
                need(*until > ctx.today(), &rules::HEARD, || format!("解释的期限{until}不在今天之后"))?;
                Ok(vec![Fact::ExplanationAsked { of: of.clone(), until: *until }])
            }
            Act::RecordExplanation { digest } => {
                need(crate::is_hash(digest), &rules::HEARD, || "没有解释材料的摘要".into())?;
                let in_time = self.asked.as_ref().is_none_or(|asked| ctx.today() <= asked.until);
                Ok(vec![Fact::ExplanationRecorded { digest: digest.clone(), in_time }])
            }
            Act::Dispose { ruling } => dispose(self, raised, ruling, ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Raised { number, alert, workdays, .. } => {
                self.workdays = *workdays;
                self.number.clone_from(number);
                self.raised = Some((**alert).clone());
                self.on = Some(stamp.day);
            }
            Fact::ExplanationAsked { of, until } => {
                self.asked = Some(Asked { on: stamp.day, of: of.clone(), until: *until });
            }
            Fact::ExplanationRecorded { digest, .. } => self.explained = Some((stamp.day, digest.clone())),
            Fact::Disposed { ruling, .. } => {
                let (on, by) = (stamp.day, stamp.person.clone());
                self.disposed = Some(Disposed { on, by, ruling: ruling.clone() });
            }
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let Some(raised) = &self.raised else { return Docket::default() };
        let due = self.due(calendar);
        let open = self.disposed.is_none();
        let tasks: Vec<Task> = open
            .then(|| task("dispose", Role::Officer, &raised.supervisor, due))
            .into_iter()
            .collect();
        let facet = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Docket {
            number: self.number.clone(),
            title: format!("{}：{}", raised.subject.title, raised.finding.says),
            status: self.status().to_owned(),
            org: raised.supervisor.clone(),
            due: due.filter(|_| open),
            closed: !open,
            facets: vec![
                facet("phase", raised.phase.zh()),
                facet("rule", &raised.finding.rule),
                facet("project", &raised.subject.id),
            ],
            tasks,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        let org = self.raised.as_ref().map(|raised| raised.supervisor.clone());
        Parties { org: org.unwrap_or_default(), applicants: Vec::new() }
    }
}

fn raise(alert: &Alert, raised: &Raised, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    need(alert.raised.is_none(), &rules::ORDER, || format!("{}已经提示过", alert.number))?;
    need(raised.finding.outcome != Outcome::NotFound, &rules::COMPUTABLE, || "没有发现的不提示".into())?;
    if let Some(rule) = not_held(&raised.law.clause, raised.law.version) {
        return no(rule, Help::Operator, format!("《{}》没有载入", raised.law.clause.statute));
    }
    Ok(vec![Fact::Raised {
        number: crate::number(ctx),
        alert: Box::new(raised.clone()),
        phase: raised.phase,
        rule: raised.finding.rule.clone(),
        outcome: raised.finding.outcome,
        workdays: parameters::value_in("alert_workdays", ctx),
    }])
}

fn dispose(alert: &Alert, raised: &Raised, ruling: &Ruling, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    is_reasoned(ruling, ctx)?;
    let confirmed = ruling.disposition == Disposition::Confirmed;
    if confirmed {
        may_confirm(&raised.finding, alert.heard(ctx.today()))?;
    }
    let (limit, on) = (alert.limit(), alert.on);
    Ok(vec![Fact::Disposed {
        phase: raised.phase,
        rule: raised.finding.rule.clone(),
        ruling: ruling.clone(),
        in_time: limit.zip(on).and_then(|(limit, on)| in_time(limit, on, ctx)),
        confirmed,
    }])
}
