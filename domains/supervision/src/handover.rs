//! 移送。 From one body to another, with its receipt: to a department, to discipline inspection, or of a suspected crime
//! to the police, where every step has its clock (行政执法机关移送涉嫌犯罪案件的规定).

use crate::parts::Subject;
use crate::rules::{self, crime, tl, tr};
use crate::{act, in_time, is_hash, last_day, need, no, only_clock, opening, parameters, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Help, Invalid, Limit, Matter, OrgId, Refusal, Role, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// 三日，日历日 (the regulation has no clause that would make them working days).
const THREE_DAYS: Limit = Limit::days(3);

/// 移送的性质。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// 部门之间
    #[default]
    Department,
    /// 公职人员问题，送纪检监察机关
    Discipline,
    /// 涉嫌犯罪，送公安机关
    Crime,
}

impl Nature {
    pub fn zh(self) -> &'static str {
        match self {
            Nature::Department => "部门之间",
            Nature::Discipline => "送纪检监察机关",
            Nature::Crime => "涉嫌犯罪，送公安机关",
        }
    }
}

/// 移送报告。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    pub nature: Nature,
    pub subject: Subject,
    /// 接收单位
    pub to: OrgId,
    /// 起因: the alert, the review or the inspection it comes from.
    pub cause: String,
    /// 书面报告的摘要
    pub digest: String,
    /// 核实人员的执法证号; two at least for a suspected crime.
    #[serde(default)]
    pub officers: Vec<String>,
}

/// 附送的材料 (第六条): the first two always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Material {
    /// 涉嫌犯罪案件移送书
    Letter,
    /// 涉嫌犯罪案件情况的调查报告
    Investigation,
    /// 涉案物品清单
    Items,
    /// 检验报告或者鉴定结论
    Expertise,
    /// 其他材料
    Other,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct HandOver {
    pub number: String,
    pub from: OrgId,
    pub report: Report,
    pub reported: Option<Date>,
    pub decide_by: Option<Date>,
    /// Approved or not, and the instant: the twenty-four hours run from it.
    pub decided: Option<(bool, i64)>,
    pub sent: Option<Date>,
    /// 签收期限（工作日）, as it stood when it was sent.
    #[serde(default)]
    pub receipt_workdays: Option<u16>,
    pub received: Option<(Date, String)>,
    /// 是否立案, and the day on which the notice came.
    pub answered: Option<(Date, bool)>,
    pub review_asked: Option<Date>,
    pub given: Option<Date>,
    pub closed: Option<Date>,
    /// 文书: the entry that each tells of, and the digest of what was made.
    #[serde(default)]
    pub documents: BTreeMap<i64, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 提出移送报告
    Report { report: Box<Report> },
    /// 决定是否移送
    Decide { approved: bool, reason: String },
    /// 送出
    Send { document: String, materials: Vec<Material> },
    /// 签收: by the receiving body itself, or, of the police and discipline inspection, the signed receipt entered.
    Receive { receipt: String },
    /// 登记立案、不立案通知
    RecordAnswer { filed: bool, document: String, reason: String },
    /// 提请复议
    AskReview { document: String },
    /// 移交涉案物品和材料
    GiveItems { list: String },
    /// 办结
    Close { result: String },
    /// 制作文书: the letter of the fact `seq` was made and is kept under its digest. The system alone brings it.
    IssueNotice { seq: i64, digest: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Reported {
        number: String,
        report: Box<Report>,
        nature: Nature,
        from: OrgId,
        decide_by: Option<Date>,
    },
    Decided {
        approved: bool,
        reason: String,
        nature: Nature,
        in_time: Option<bool>,
    },
    Sent {
        document: String,
        to: OrgId,
        nature: Nature,
        in_time: Option<bool>,
        #[serde(default)]
        receipt_workdays: Option<u16>,
    },
    Received {
        receipt: String,
        by: OrgId,
        nature: Nature,
        in_time: Option<bool>,
    },
    Answered {
        filed: bool,
        document: String,
        reason: String,
        in_time: Option<bool>,
    },
    ReviewAsked {
        document: String,
    },
    ItemsGiven {
        list: String,
        in_time: Option<bool>,
    },
    Closed {
        result: String,
        nature: Nature,
    },
    NoticeIssued {
        seq: i64,
        digest: String,
    },
}

const OVERSEE: &[Basis] = &[tl(7), tr(4)];
const REPORT: &[Basis] = &[crime(5)];
const SEND: &[Basis] = &[crime(6)];
const RECEIVE: &[Basis] = &[crime(7)];
const ANSWER: &[Basis] = &[crime(8)];
const REVIEW: &[Basis] = &[crime(9)];
const GIVE: &[Basis] = &[crime(12)];

impl HandOver {
    pub fn status(&self) -> &'static str {
        match self {
            HandOver { closed: Some(_), .. } => "closed",
            HandOver { decided: Some((false, _)), .. } => "declined",
            HandOver { answered: Some(_), .. } => "answered",
            HandOver { received: Some(_), .. } => "received",
            HandOver { sent: Some(_), .. } => "sent",
            HandOver { decided: Some(_), .. } => "approved",
            HandOver { reported: Some(_), .. } => "reported",
            HandOver { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "closed" => "已办结",
            "declined" => "不批准移送",
            "answered" => "已有答复",
            "received" => "已签收，办理中",
            "sent" => "已送出，待签收",
            "approved" => "已批准，待送出",
            "reported" => "已报告，待决定",
            _ => "",
        }
    }

    /// One of before it was kept has the limit that ships.
    fn limit(&self) -> Option<Limit> {
        let days = self.receipt_workdays.or_else(|| parameters::value("receipt_workdays"));
        days.map(Limit::workdays)
    }

    fn is_crime(&self) -> bool {
        self.report.nature == Nature::Crime
    }
}

impl Matter for HandOver {
    const KIND: &'static str = "handover";
    const ZH: &'static str = "移送";
    /// Looked at when a finding is disposed of by it.
    const CATALOGUE: bool = true;
    const NAMED: bool = false;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Report", "提出移送报告", REPORT),
            act("Decide", "决定是否移送", REPORT),
            act("Send", "送出", SEND),
            act("Receive", "签收", RECEIVE),
            act("RecordAnswer", "登记立案或者不立案通知", ANSWER),
            act("AskReview", "提请复议", REVIEW),
            act("GiveItems", "移交涉案物品和材料", GIVE),
            act("Close", "移送办结", OVERSEE),
            act("IssueNotice", "制作文书", OVERSEE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Report Decide Send Receive RecordAnswer AskReview GiveItems Close IssueNotice)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact:
            Reported Decided Sent Received Answered ReviewAsked ItemsGiven Closed NoticeIssued)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        if let Act::Report { report } = act {
            if report.to.as_str().trim().is_empty() {
                wrong.push(Invalid::new("report.to", "请填写接收单位"));
            }
            if report.subject.id.trim().is_empty() {
                wrong.push(Invalid::new("report.subject.id", "请填写项目编码"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Reported { number, report, from, decide_by, .. } => {
                self.number.clone_from(number);
                self.report = (**report).clone();
                self.from = from.clone();
                self.reported = Some(stamp.day);
                self.decide_by = *decide_by;
            }
            Fact::Decided { approved, .. } => self.decided = Some((*approved, stamp.ms)),
            Fact::Sent { receipt_workdays, .. } => {
                self.sent = Some(stamp.day);
                self.receipt_workdays = *receipt_workdays;
            }
            Fact::Received { receipt, .. } => self.received = Some((stamp.day, receipt.clone())),
            Fact::Answered { filed, .. } => self.answered = Some((stamp.day, *filed)),
            Fact::ReviewAsked { .. } => {
                self.review_asked = Some(stamp.day);
                self.answered = None;
            }
            Fact::ItemsGiven { .. } => self.given = Some(stamp.day),
            Fact::Closed { .. } => self.closed = Some(stamp.day),
            Fact::NoticeIssued { seq, digest } => {
                self.documents.insert(*seq, digest.clone());
            }
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let (from, to) = (&self.from, &self.report.to);
        let receive_by = self
            .limit()
            .zip(self.sent)
            .and_then(|(limit, sent)| last_day(limit, sent, calendar));
        let three = |from: Option<Date>| from.and_then(|from| last_day(THREE_DAYS, from, calendar));
        let filed = self.answered.filter(|(_, filed)| *filed).map(|(on, _)| on);
        let next = match self.status() {
            "reported" => Some(task("decide", Role::AgencyHead, from, self.decide_by)),
            "approved" => Some(task("send", Role::Officer, from, None)),
            "sent" if self.is_crime() => Some(task("receive", Role::Officer, from, None)),
            "sent" => Some(task("receive", Role::Officer, to, receive_by)),
            "received" if self.is_crime() => {
                Some(task("answer", Role::Officer, from, three(self.received.as_ref().map(|(on, _)| *on))))
            }
            "answered" if filed.is_some() && self.given.is_none() => {
                Some(task("give", Role::Officer, from, three(filed)))
            }
            "received" | "answered" => Some(task("close", Role::Officer, from, None)),
            _ => None,
        };
        Docket {
            number: self.number.clone(),
            title: format!("{}（{}）", self.report.subject.title, self.report.nature.zh()),
            status: self.status().to_owned(),
            org: self.from.clone(),
            due: next.as_ref().and_then(|task| task.due),
            closed: matches!(self.status(), "closed" | "declined"),
            facets: vec![("project".to_owned(), self.report.subject.id.clone())],
            tasks: next.into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.from.clone(), applicants: Vec::new() }
    }
}

fn decide(h: &HandOver, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let (of_crime, nature) = (&rules::HAND_OVER_CRIMES, h.report.nature);
    if let Act::Report { report } = act {
        return reported(h, report, ctx);
    }
    need(h.reported.is_some(), &rules::ORDER, || "没有移送报告".into())?;
    if let Act::IssueNotice { seq, digest } = act {
        // Of a closed one too. A letter is made once; everybody gets that one.
        only_clock(ctx)?;
        need(!h.documents.contains_key(seq) && is_hash(digest), &rules::ORDER, || {
            "这份文书已经制作，或者没有它的摘要".into()
        })?;
        return Ok(vec![Fact::NoticeIssued { seq: *seq, digest: digest.clone() }]);
    }
    need(h.closed.is_none(), &rules::ORDER, || "已经办结".into())?;
    match act {
        Act::Report { .. } | Act::IssueNotice { .. } => Ok(Vec::new()),
        Act::Decide { approved, reason } => {
            need(h.decided.is_none(), of_crime, || "已经决定".into())?;
            let told = *approved || !reason.trim().is_empty();
            need(told, of_crime, || "不批准的理由应当记录在案".into())?;
            let in_time = h.decide_by.map(|due| ctx.today() <= due);
            Ok(vec![Fact::Decided { approved: *approved, reason: reason.clone(), nature, in_time }])
        }
        Act::Send { document, materials } => send(h, document, materials, ctx),
        Act::Receive { receipt } => receive(h, receipt, ctx),
        Act::RecordAnswer { filed, document, reason } => {
            let rule = &rules::POLICE_ANSWER;
            let received = h.received.as_ref().filter(|_| h.is_crime() && h.answered.is_none());
            let Some((on, _)) = received else {
                return no(rule, Help::Officer, "不是等待公安机关答复的移送");
            };
            need(!document.trim().is_empty(), rule, || "没有通知书".into())?;
            need(*filed || !reason.trim().is_empty(), rule, || "不予立案没有说明理由".into())?;
            let from = h.review_asked.unwrap_or(*on);
            Ok(vec![Fact::Answered {
                filed: *filed,
                document: document.clone(),
                reason: reason.clone(),
                in_time: in_time(THREE_DAYS, from, ctx),
            }])
        }
        Act::AskReview { document } => {
            let rule = &rules::REVIEW_IN_THREE;
            let Some((on, false)) = h.answered else {
                return no(rule, Help::Officer, "没有不予立案的通知");
            };
            need(h.review_asked.is_none(), rule, || "已经提请过复议".into())?;
            let late = in_time(THREE_DAYS, on, ctx) == Some(false);
            need(!late && !document.trim().is_empty(), rule, || {
                format!("{on}接到通知，已过三日或者没有文书")
            })?;
            Ok(vec![Fact::ReviewAsked { document: document.clone() }])
        }
        Act::GiveItems { list } => {
            let rule = &rules::ITEMS_IN_THREE;
            let Some((on, true)) = h.answered else {
                return no(rule, Help::Officer, "公安机关还没有立案");
            };
            need(h.given.is_none() && is_hash(list), rule, || "已经移交，或者没有清单的摘要".into())?;
            Ok(vec![Fact::ItemsGiven { list: list.clone(), in_time: in_time(THREE_DAYS, on, ctx) }])
        }
        Act::Close { result } => {
            let rule = &rules::NO_PENALTY_INSTEAD;
            need(h.received.is_some(), &rules::RECEIPT, || "还没有回执".into())?;
            need(!h.is_crime() || h.answered.is_some(), rule, || "公安机关还没有答复".into())?;
            let owed = matches!(h.answered, Some((_, true))) && h.given.is_none();
            need(!owed, &rules::ITEMS_IN_THREE, || "涉案物品和材料还没有移交".into())?;
            need(!result.trim().is_empty(), rule, || "没有写明办理结果".into())?;
            Ok(vec![Fact::Closed { result: result.clone(), nature }])
        }
    }
}

fn reported(h: &HandOver, report: &Report, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let of_crime = &rules::HAND_OVER_CRIMES;
    need(h.reported.is_none(), &rules::ORDER, || "已经报告".into())?;
    need(is_hash(&report.digest), &rules::ORDER, || "没有书面报告的摘要".into())?;
    need(report.to != ctx.actor.org, &rules::ORDER, || "接收单位就是本单位".into())?;
    let certified: BTreeSet<&str> = report.officers.iter().map(|one| one.trim()).collect();
    let n = certified.iter().filter(|one| !one.is_empty()).count();
    let crime = report.nature == Nature::Crime;
    need(!crime || n >= 2, of_crime, || format!("核实的执法人员{n}名"))?;
    Ok(vec![Fact::Reported {
        number: crate::number(ctx),
        report: Box::new(report.clone()),
        nature: report.nature,
        from: ctx.actor.org.clone(),
        decide_by: crime.then(|| last_day(THREE_DAYS, ctx.today(), ctx.calendar)).flatten(),
    }])
}

fn send(h: &HandOver, document: &str, materials: &[Material], ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let Some((true, decided_ms)) = h.decided else {
        return no(&rules::HAND_OVER_CRIMES, Help::AgencyHead, "还没有批准移送");
    };
    need(h.sent.is_none(), &rules::ORDER, || "已经送出".into())?;
    need(!document.trim().is_empty(), &rules::ORDER, || "没有写明移送文书".into())?;
    let has = |material| materials.contains(&material);
    let whole = has(Material::Letter) && has(Material::Investigation);
    need(!h.is_crime() || whole, &rules::MATERIALS, || "缺移送书或者调查报告".into())?;
    Ok(vec![Fact::Sent {
        document: document.to_owned(),
        to: h.report.to.clone(),
        nature: h.report.nature,
        in_time: h.is_crime().then(|| ctx.moment.ms - decided_ms <= DAY_MS),
        receipt_workdays: parameters::value_in("receipt_workdays", ctx),
    }])
}

/// A department of this system signs for itself; of the others the signed receipt is entered by whoever sent.
fn receive(h: &HandOver, receipt: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let rule = &rules::RECEIPT;
    let Some(sent) = h.sent else { return no(rule, Help::Officer, "还没有送出") };
    need(h.received.is_none(), rule, || "已经签收".into())?;
    need(!receipt.trim().is_empty(), rule, || "没有回执的文号或者摘要".into())?;
    let signs = match h.report.nature {
        Nature::Department => &h.report.to,
        Nature::Discipline | Nature::Crime => &h.from,
    };
    need(ctx.actor.org == *signs, rule, || format!("应由{signs}签收或者登记回执"))?;
    let limit = h.limit();
    let department = h.report.nature == Nature::Department;
    Ok(vec![Fact::Received {
        receipt: receipt.to_owned(),
        by: h.report.to.clone(),
        nature: h.report.nature,
        in_time: limit.filter(|_| department).and_then(|limit| in_time(limit, sent, ctx)),
    }])
}
