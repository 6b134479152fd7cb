//! 一份材料的免交。 How one paper or field of one case is spared, and how far that has come.

use crate::answer::{Found, Lie};
use crate::mark::Mark;
use crate::proof::{Form, Way};
use fadu_kernel::{Basis, Calendar, Clock, Due, MatterId, OrgId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// As the item's guide had it on the day the case was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wanted {
    /// 材料或者栏目的编号。
    pub subject: String,
    /// 名称。
    pub name: String,
    /// 是申请表的栏目。
    #[serde(default)]
    pub is_field: bool,
    /// 免交方式。
    pub way: Way,
    /// 依据。
    pub basis: Option<Basis>,
    /// 由谁提供。 Id of the source.
    #[serde(default)]
    pub source: String,
    /// 提供者名称。
    #[serde(default)]
    pub source_name: String,
    /// 告知书。
    #[serde(default)]
    pub form: Option<Form>,
    /// 申请人已经提交。 Brought all the same: then nothing is fetched.
    #[serde(default)]
    pub brought: bool,
}

/// 没有取得的原因。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 来源没有这份证明
    NotFound,
    /// 超过时间没有应答
    Timeout,
    /// 来源连接不上
    Outage,
    /// 来源应答有误
    Wrong,
    /// 应答不可信
    Untrusted,
    /// 没有接入这个来源
    Unknown,
    /// 部门答复查不到
    Unanswered,
}

impl Fault {
    pub fn zh(self) -> &'static str {
        match self {
            Fault::NotFound => "来源没有这份证明",
            Fault::Timeout => "来源超过时间没有应答",
            Fault::Outage => "来源连接不上",
            Fault::Wrong => "来源的应答读不出来",
            Fault::Untrusted => "来源的应答不可信",
            Fault::Unknown => "没有接入这个来源",
            Fault::Unanswered => "部门答复查不到",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obtained {
    pub on: Date,
    pub found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    pub on: Date,
    pub why: Fault,
    pub lie: Option<Lie>,
    pub tries: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promised {
    pub by: Mark,
    /// 告知书版本
    pub version: String,
    /// Keyed digest of what was signed.
    pub signed: String,
    /// Absent while the county has adopted no limit: then nothing is called late.
    pub clock: Option<Clock>,
    pub overdue: Option<Date>,
}

/// 核查方式。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// 书面核查
    Written,
    /// 网络核查
    Online,
    /// 实地核查
    OnSite,
    /// 公示核查
    Published,
}

impl How {
    pub fn zh(self) -> &'static str {
        match self {
            How::Written => "书面核查",
            How::Online => "网络核查",
            How::OnSite => "实地核查",
            How::Published => "公示核查",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub by: Mark,
    pub kept: bool,
    pub how: How,
    pub note: String,
}

/// 处置。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 责令限期改正
    Correct,
    /// 终止办理
    Stop,
    /// 撤销决定
    Annul,
    /// 依法给予行政处罚
    Penalise,
}

impl Measure {
    pub fn zh(self) -> &'static str {
        match self {
            Measure::Correct => "责令限期改正",
            Measure::Stop => "终止办理",
            Measure::Annul => "撤销决定，收回证照",
            Measure::Penalise => "依法给予行政处罚",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checking {
    pub by: Mark,
    pub to: OrgId,
    pub question: String,
    /// Once the other department's matter is there.
    pub check: Option<MatterId>,
    /// What it answered: confirmed, denied, or nothing that helps.
    pub answered: Option<(Date, Option<bool>)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub wanted: Wanted,
    pub obtained: Option<Obtained>,
    pub failed: Option<Failed>,
    pub promised: Option<Promised>,
    pub verified: Option<Verified>,
    /// What was done about a promise that was not true.
    pub disposed: Option<(Mark, Measure, String)>,
    /// 信用修复
    pub repaired: Option<Mark>,
    pub checking: Option<Checking>,
    /// How often another department was asked.
    #[serde(default)]
    pub rounds: u32,
    /// 改为提交: the paper is asked for after all.
    pub paper: Option<(Mark, String)>,
}

impl Line {
    pub fn of(wanted: Wanted) -> Line {
        Line {
            wanted,
            obtained: None,
            failed: None,
            promised: None,
            verified: None,
            disposed: None,
            repaired: None,
            checking: None,
            rounds: 0,
            paper: None,
        }
    }

    pub fn status(&self) -> &'static str {
        match self {
            Line { wanted: Wanted { brought: true, .. }, .. } => "brought",
            Line { paper: Some(_), .. } => "paper",
            Line { verified: Some(Verified { kept: false, .. }), disposed: None, .. } => "false",
            Line { verified: Some(Verified { kept: false, .. }), .. } => "disposed",
            Line { verified: Some(_), .. } => "verified",
            Line { promised: Some(Promised { overdue: Some(_), .. }), .. } => "unverified",
            Line { promised: Some(_), .. } => "promised",
            Line { obtained: Some(_), .. } => "obtained",
            Line { checking: Some(Checking { answered: None, .. }), .. } => "checking",
            Line { checking: Some(Checking { answered: Some((_, Some(true))), .. }), .. } => "confirmed",
            Line { checking: Some(Checking { answered: Some((_, Some(false))), .. }), .. } => "denied",
            Line { failed: Some(_), .. } => "failed",
            Line { wanted: Wanted { way: Way::Cancelled, .. }, .. } => "cancelled",
            Line { wanted: Wanted { way: Way::Commitment, .. }, .. } => "may_promise",
            Line { .. } => "waiting",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "brought" => "申请人已提交",
            "paper" => "来源取不到，改为提交",
            "false" => "承诺不实，待处置",
            "disposed" => "承诺不实，已处置",
            "verified" => "承诺属实",
            "unverified" => "承诺逾期未核查",
            "promised" => "已承诺，待核查",
            "obtained" => "已取得",
            "checking" => "部门核查中",
            "confirmed" => "部门核查属实",
            "denied" => "部门核查不属实",
            "failed" => "没有取得",
            "cancelled" => "已经取消",
            "may_promise" => "可以承诺",
            _ => "正在取得",
        }
    }

    /// 不再要求提交，因为…; `None` where the applicant brought it or is asked for it.
    pub fn because(&self) -> Option<String> {
        let source = match self.wanted.source_name.as_str() {
            "" => "行政机关",
            name => name,
        };
        let way = self.wanted.way;
        Some(match self.status() {
            "brought" | "paper" | "may_promise" => return None,
            "cancelled" => "这份证明已经取消".to_owned(),
            "promised" | "unverified" | "verified" | "false" | "disposed" => "已经书面承诺".to_owned(),
            "checking" => "正在由有关部门核查".to_owned(),
            "confirmed" | "denied" => "已由有关部门核查".to_owned(),
            "obtained" if way == Way::Licence => format!("已取得{source}的电子证照"),
            "obtained" => format!("{source}已经提供"),
            "failed" => format!("由承办机关继续向{source}或者有关部门核查"),
            _ => format!("{source}已有，由承办机关取得"),
        })
    }

    /// A source was asked and gave nothing, or a department could not tell.
    pub fn gave_nothing(&self) -> bool {
        let unclear = self.checking.as_ref().and_then(|checking| checking.answered);
        matches!(self.status(), "failed") || unclear.is_some_and(|(_, confirmed)| confirmed.is_none())
    }

    pub fn verify_due(&self, calendar: &Calendar) -> Option<Date> {
        let promised = self.promised.as_ref().filter(|_| self.verified.is_none())?;
        match promised.clock.as_ref()?.due(calendar) {
            Due::Fixed(day) => Some(day),
            Due::Provisional { .. } | Due::Stopped { .. } => None,
        }
    }

    /// Its day has passed, and nobody has said so yet.
    pub fn turns_overdue(&self, day: Date, calendar: &Calendar) -> bool {
        let said = self.promised.as_ref().is_some_and(|promised| promised.overdue.is_some());
        !said && self.verify_due(calendar).is_some_and(|due| day > due)
    }

    /// Promised, not true, and not made good: it bars from further promises (LIC-71).
    pub fn bars(&self) -> bool {
        self.verified.as_ref().is_some_and(|verified| !verified.kept) && self.repaired.is_none()
    }
}
