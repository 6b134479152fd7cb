//! 联办件的行为与事实。 What may be asked of a joint case, and what it leaves behind.

use crate::child::{Planned, Step, Suspension};
use crate::definition::{Channel, List, Mode};
use crate::rules;
use fadu_kernel::{ActKind, Basis, Ground, Limit, MatterId, OrgId, Sealed};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 收到的一份材料: its digest and form; the bytes lie in the blob store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paper {
    /// Keyed digest in hex, of SHA-256's length; empty for paper that was seen at the window.
    #[serde(default)]
    pub digest: String,
    #[serde(default)]
    pub file_name: String,
    /// 带有电子签名或者电子印章
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

/// 缺少的一项: a material, or a field of the form that was left empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lacking {
    pub id: String,
    pub what: String,
}

/// 免交的一项: not asked, because somebody holds it already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spared {
    pub what: String,
    pub held_by: String,
}

/// 改革前: what the frozen baseline of the theme says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    pub days: u16,
    pub trips: u16,
    pub materials: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// 联办的法定四十五日
    Law,
    /// 全程承诺
    Promise,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    Receive {
        theme: MatterId,
        channel: Channel,
        /// Question of the situation tree → option.
        answers: BTreeMap<String, String>,
        materials: BTreeMap<String, Paper>,
    },
    GiveNotice {
        missing: Vec<Lacking>,
    },
    Supplement {
        channel: Channel,
        materials: BTreeMap<String, Paper>,
    },
    /// 不予受理: of the items whose papers were asked for and never came.
    Decline {
        reason: String,
        remedy: String,
    },
    /// 子件已立: the case of its own that was opened for an item.
    OpenChild {
        item_code: String,
        case: MatterId,
        number: String,
        /// The day on which that case was received.
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
    },
    /// 子件进展: a fact of that case, with the day on which it happened there.
    ChildMoved {
        item_code: String,
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
        step: Step,
    },
    /// 子件未能转交: a rule stood in the way of its case. The system alone brings it.
    ChildHeld {
        item_code: String,
        /// The rule; empty where what was written could not be read as the item wants it.
        #[serde(default)]
        rule: String,
        reason: String,
    },
    /// 重新转交: what stood in the way is gone.
    OpenAgain {
        item_code: String,
    },
    /// 不予受理未能转交的事项
    DeclineChild {
        item_code: String,
        reason: String,
        remedy: String,
    },
    Extend {
        reason: String,
    },
    Withdraw {
        reason: String,
        /// 书面撤回申请: what the applicant signed, where somebody else records it.
        #[serde(default)]
        statement: String,
    },
    Deliver {
        way: Channel,
    },
    ExplainDelay {
        reason: String,
    },
    Close,
    DeemComplete,
    TurnAmber,
    TurnOverdue,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Received(Box<Received>),
    NoticeGiven {
        missing: Vec<Lacking>,
        days_used: u32,
    },
    Supplemented {
        channel: Channel,
        materials: BTreeMap<String, Paper>,
        sealed: Sealed,
        /// What is still not there.
        missing: Vec<Lacking>,
        /// As reckoned that day; absent while provisional.
        notice_due: Option<Date>,
    },
    /// 视为齐全: silence after the notice limit, counted from the day the papers came.
    DeemedComplete {
        from: Date,
    },
    /// 可以开办: asks for a case of this item to be opened.
    ChildReady(Box<Ready>),
    ChildOpened {
        item_code: String,
        department: OrgId,
        case: MatterId,
        case_number: String,
        on: Date,
    },
    /// 未能转交: its organ does not take it as things are.
    ChildHeld {
        item_code: String,
        department: OrgId,
        on: Date,
        rule: String,
        reason: String,
    },
    ChildAccepted {
        item_code: String,
        department: OrgId,
        on: Date,
        from: Date,
        due: Option<Date>,
    },
    ChildDeclined {
        item_code: String,
        department: OrgId,
        on: Date,
        reason: String,
        remedy: String,
    },
    ChildStopped {
        item_code: String,
        department: OrgId,
        on: Date,
        kind: Suspension,
        days: u16,
        /// Does the limit of the whole stand still with it?
        stops_all: bool,
    },
    ChildResumed {
        item_code: String,
        department: OrgId,
        on: Date,
        due: Option<Date>,
    },
    ChildExtended {
        item_code: String,
        department: OrgId,
        on: Date,
        due: Option<Date>,
    },
    ChildDecided {
        item_code: String,
        item_name: String,
        department: OrgId,
        theme_code: String,
        permit: bool,
        on: Date,
        granted: bool,
        reason: String,
        remedy: String,
        document: String,
    },
    ChildWithdrawn {
        item_code: String,
        department: OrgId,
        on: Date,
    },
    /// 前置未成: only what legally depends on the other item ends with it.
    ChildBlocked {
        item_code: String,
        department: OrgId,
        theme_code: String,
        on: Date,
        by: String,
        reason: String,
    },
    ChildDelivered {
        item_code: String,
        department: OrgId,
        on: Date,
    },
    /// 请撤子件: the applicant withdrew; asks the child's case to be withdrawn.
    ChildRecalled {
        item_code: String,
        case: MatterId,
        reason: String,
        statement: String,
    },
    /// 全部有了结果。
    Settled(Settled),
    Extended {
        by: Limit,
        reason: String,
        /// As reckoned that day; absent while provisional or stopped.
        due: Option<Date>,
    },
    Withdrawn {
        reason: String,
        statement: String,
    },
    /// 统一送达: asks the cases of these items to record delivery.
    Delivered(Box<Delivered>),
    DelayExplained {
        reason: String,
    },
    Closed {
        theme_code: String,
    },
    TurnedAmber {
        due: Date,
    },
    TurnedOverdue {
        due: Date,
        against: Against,
        theme_code: String,
        /// Who has it now: departments whose item has no result.
        waiting_on: Vec<String>,
    },
}

/// 收件: the whole plan, so that the case ends as it began whatever becomes of the theme.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Received {
    pub number: String,
    pub theme: MatterId,
    pub theme_code: String,
    pub theme_name: String,
    pub theme_version: u32,
    pub origin: List,
    pub mode: Mode,
    pub lead: OrgId,
    pub channel: Channel,
    pub answers: BTreeMap<String, String>,
    pub materials: BTreeMap<String, Paper>,
    pub missing: Vec<Lacking>,
    pub spared: Vec<Spared>,
    pub sealed: Sealed,
    /// As reckoned that day; absent while provisional.
    pub notice_due: Option<Date>,
    pub plan: Vec<Planned>,
    /// Does a lawful suspension of one permit stop the limit of the whole?
    pub stop: bool,
    pub statutory: Option<Limit>,
    pub promised: Option<Limit>,
    pub before: Option<Before>,
}

/// 可以开办: all that the case of one item needs to be opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    pub item_code: String,
    pub item_name: String,
    pub department: OrgId,
    pub number: String,
    pub theme_code: String,
    /// In joint handling the case has no limit and no extension of its own.
    pub mode: Mode,
    pub channel: Channel,
    /// The day from which it could be handled: its papers complete, what it waits for there. Silence counts from it.
    pub received_on: Date,
    pub deemed: bool,
    /// 已经一次告知: the item's own organ does not tell again.
    #[serde(default)]
    pub told: bool,
    /// Under the names that the item itself gives them.
    pub materials: BTreeMap<String, Paper>,
    /// Field of the item → field of the one form, under which its value is sealed here.
    pub fields: BTreeMap<String, String>,
    /// The items whose result it waited for.
    pub unlocked_by: Vec<String>,
}

/// 全部有了结果: the time it took, against law, promise and the past.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settled {
    pub theme_code: String,
    pub origin: List,
    pub mode: Mode,
    pub lead: OrgId,
    /// The day of the last result.
    pub on: Date,
    /// Working days since the first acceptance, stops left out; absent when nothing was accepted.
    pub used: Option<u32>,
    pub statutory_days: Option<u16>,
    pub promised_days: Option<u16>,
    pub in_law: Option<bool>,
    pub in_promise: Option<bool>,
    pub baseline_days: Option<u16>,
    pub children: u32,
    pub granted: u32,
    pub refused: u32,
    pub declined: u32,
    pub blocked: u32,
    pub withdrawn: u32,
}

/// 统一送达: with what it cost the applicant, beside what it cost before.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivered {
    pub way: Channel,
    pub items: Vec<String>,
    /// Every result within ten working days of its decision; absent while provisional.
    pub in_time: Option<bool>,
    pub theme_code: String,
    pub origin: List,
    pub used: Option<u32>,
    pub promised_days: Option<u16>,
    pub trips: u32,
    pub materials: u32,
    pub baseline_days: Option<u16>,
    pub baseline_trips: Option<u16>,
    pub baseline_materials: Option<u16>,
}

const APPLY: Ground =
    Ground::Law(&[Basis::article("行政许可法", 29), Basis::article("优化营商环境条例", 37)]);
const ACCEPT: Ground =
    Ground::Law(&[Basis::article("行政许可法", 32), Basis::article("优化营商环境条例", 36)]);
const JOIN: Ground = Ground::Law(&[rules::second_paragraph(26), Basis::article("优化营商环境条例", 37)]);
const LIMIT: Ground = Ground::Law(&[Basis::article("行政许可法", 42)]);
const DELIVER: Ground = Ground::Law(&[Basis::article("行政许可法", 44)]);
const EXPLAIN: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 36)]);
const ARCHIVE: Ground =
    Ground::Law(&[Basis::article("档案法", 14), Basis::article("国务院关于在线政务服务的若干规定", 12)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

pub const ACTS: &[ActKind] = &[
    ActKind { name: "Receive", zh: "一表申请", ground: APPLY, opens: true },
    act("GiveNotice", "一次告知", ACCEPT),
    act("Supplement", "补正材料", APPLY),
    act("Decline", "不予受理", ACCEPT),
    act("OpenChild", "子件已立", JOIN),
    act("ChildMoved", "子件进展", JOIN),
    act("ChildHeld", "子件未能转交", JOIN),
    act("OpenAgain", "重新转交", JOIN),
    act("DeclineChild", "不予受理未能转交的事项", ACCEPT),
    act("Extend", "延长联办期限", LIMIT),
    act("Withdraw", "撤回申请", APPLY),
    act("Deliver", "统一送达", DELIVER),
    act("ExplainDelay", "说明超期理由", EXPLAIN),
    act("Close", "办结归档", ARCHIVE),
    act("DeemComplete", "视为材料齐全", ACCEPT),
    act("TurnAmber", "黄色预警", LIMIT),
    act("TurnOverdue", "超期记录", LIMIT),
];

impl Act {
    pub fn name(&self) -> &'static str {
        match self {
            Act::Receive { .. } => "Receive",
            Act::GiveNotice { .. } => "GiveNotice",
            Act::Supplement { .. } => "Supplement",
            Act::Decline { .. } => "Decline",
            Act::OpenChild { .. } => "OpenChild",
            Act::ChildMoved { .. } => "ChildMoved",
            Act::ChildHeld { .. } => "ChildHeld",
            Act::OpenAgain { .. } => "OpenAgain",
            Act::DeclineChild { .. } => "DeclineChild",
            Act::Extend { .. } => "Extend",
            Act::Withdraw { .. } => "Withdraw",
            Act::Deliver { .. } => "Deliver",
            Act::ExplainDelay { .. } => "ExplainDelay",
            Act::Close => "Close",
            Act::DeemComplete => "DeemComplete",
            Act::TurnAmber => "TurnAmber",
            Act::TurnOverdue => "TurnOverdue",
        }
    }
}

impl Fact {
    pub fn name(&self) -> &'static str {
        match self {
            Fact::Received(_) => "Received",
            Fact::NoticeGiven { .. } => "NoticeGiven",
            Fact::Supplemented { .. } => "Supplemented",
            Fact::DeemedComplete { .. } => "DeemedComplete",
            Fact::ChildReady(_) => "ChildReady",
            Fact::ChildOpened { .. } => "ChildOpened",
            Fact::ChildHeld { .. } => "ChildHeld",
            Fact::ChildAccepted { .. } => "ChildAccepted",
            Fact::ChildDeclined { .. } => "ChildDeclined",
            Fact::ChildStopped { .. } => "ChildStopped",
            Fact::ChildResumed { .. } => "ChildResumed",
            Fact::ChildExtended { .. } => "ChildExtended",
            Fact::ChildDecided { .. } => "ChildDecided",
            Fact::ChildWithdrawn { .. } => "ChildWithdrawn",
            Fact::ChildBlocked { .. } => "ChildBlocked",
            Fact::ChildDelivered { .. } => "ChildDelivered",
            Fact::ChildRecalled { .. } => "ChildRecalled",
            Fact::Settled(_) => "Settled",
            Fact::Extended { .. } => "Extended",
            Fact::Withdrawn { .. } => "Withdrawn",
            Fact::Delivered(_) => "Delivered",
            Fact::DelayExplained { .. } => "DelayExplained",
            Fact::Closed { .. } => "Closed",
            Fact::TurnedAmber { .. } => "TurnedAmber",
            Fact::TurnedOverdue { .. } => "TurnedOverdue",
        }
    }
}
