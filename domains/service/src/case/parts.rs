//! 办件的组成。 What a case keeps of each act upon it.

use crate::interested::Interested;
use fadu_kernel::{PersonId, Sealed};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 何人何日。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    pub by: PersonId,
}

/// 收到的一份材料: its digest and form; the bytes lie in the blob store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paper {
    /// Keyed digest in hex, of SHA-256's length; empty for paper that was seen at the window.
    #[serde(default)]
    pub digest: String,
    #[serde(default)]
    pub file_name: String,
    /// 带有电子签名或者电子印章: found in the file itself when it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    pub material: String,
    pub what: String,
    /// 可以当场更正
    #[serde(default)]
    pub on_the_spot: bool,
    /// 要求交纸质件: of what came as a file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_paper: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    pub on: Date,
    pub by: PersonId,
    pub missing: Vec<Missing>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_on_the_spot: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accepted {
    /// The day it counts from: of receipt, when silence made it (行政许可法 32).
    pub from: Date,
    pub on: Date,
    pub by: PersonId,
    pub deemed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineGround {
    /// 依法不需要取得许可
    NotNeeded,
    /// 不属于本机关职权
    OtherAgency,
    /// 材料不全且未补正
    NotSupplemented,
    /// 隐瞒情况或者提供虚假材料
    FalseMaterial,
}

impl DeclineGround {
    /// What the application alone shows needs no examination to be said (行政许可法 32(1)(2)).
    pub fn is_said_at_once(self) -> bool {
        matches!(self, DeclineGround::NotNeeded | DeclineGround::OtherAgency)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Declined {
    pub on: Date,
    pub by: PersonId,
    pub ground: DeclineGround,
    pub reason: String,
    pub target: Option<String>,
    /// 即时告知: of what needs no permit or belongs to another organ, whether it was said on the day of receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verified {
    pub on: Date,
    pub checkers: Vec<PersonId>,
    pub passed: bool,
    pub note: String,
    #[serde(default)]
    pub interested: bool,
    /// 各自确认: which of the checkers said so by an act of their own; whoever recorded the check has.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirmed: BTreeSet<PersonId>,
    /// How many must have; nobody where it was recorded before each confirmed.
    #[serde(default)]
    pub needed: u8,
}

impl Verified {
    /// Two or more checked, and each of them says so (行政许可法 34).
    pub fn is_done(&self) -> bool {
        self.confirmed.len() >= usize::from(self.needed)
    }

    /// Is this person named as a checker and has not confirmed yet?
    pub fn awaits(&self, person: &PersonId) -> bool {
        self.checkers.contains(person) && !self.confirmed.contains(person)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    pub on: Date,
    pub by: PersonId,
    pub granted: bool,
    pub reason: String,
    pub document: String,
    /// 依据的证据
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// 当场决定, where the law or the guide wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<bool>,
}

/// 听证。
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Hearing {
    /// Told of the right, with the last day to ask as it was reckoned that day; what counts is `Case::ask_hearing_by`.
    pub told: Option<(Date, Option<Date>)>,
    pub waived: Option<Date>,
    pub asked: Option<Date>,
    /// Day of the hearing and who chairs it.
    pub scheduled: Option<(Date, PersonId)>,
    /// 几时何地; empty where it was scheduled before they were kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// 在申请之后二十个工作日内
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_time: Option<bool>,
    /// The words of a record that was kept before records were sealed files.
    pub transcript: Option<String>,
    /// 听证笔录
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Paper>,
    /// 笔录载明的证据
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// 利害关系人: told by name, by account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub interested: BTreeMap<PersonId, Interested>,
}

/// 更正说明。 Of a personal value neither the old nor the new one is told.
pub fn correction_zh(what: &str, from: &str, to: &str, sealed: &Sealed) -> String {
    if sealed.is_empty() {
        format!("{what}由“{from}”更正为“{to}”")
    } else {
        format!("{what}已经更正")
    }
}

impl Hearing {
    /// It was held, and its record is there.
    pub fn is_recorded(&self) -> bool {
        self.record.is_some() || self.transcript.is_some()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网上
    Online,
    /// 县级大厅窗口
    Window,
    /// 乡镇（街道）、村（社区）窗口
    Nearby,
}

/// 窗口领取: what a delivery at a window is called.
pub const AT_WINDOW: &str = "窗口领取";
/// The facet by which parcels are found that somebody waits for.
pub const ON_ITS_WAY: &str = "on_its_way";
