//! 监督的组成。 Values that alerts, reviews and hand-overs share.

use fadu_kernel::{Basis, MatterId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 对象。 The project that something is about, as its venue or a list names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// 在交易系统或者清单里的编码
    pub id: String,
    #[serde(default)]
    pub title: String,
    /// 招标人
    #[serde(default)]
    pub tenderer: String,
    /// 行业
    #[serde(default)]
    pub sector: String,
}

/// 环节。 Before, during or after the tender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 事前预防
    #[default]
    Before,
    /// 事中监管
    During,
    /// 事后问责
    After,
}

impl Phase {
    pub const ALL: [Phase; 3] = [Phase::Before, Phase::During, Phase::After];

    pub fn zh(self) -> &'static str {
        match self {
            Phase::Before => "事前",
            Phase::During => "事中",
            Phase::After => "事后",
        }
    }
}

/// 结果。 What a rule says of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 发现
    #[default]
    Found,
    /// 未发现
    NotFound,
    /// 无法计算
    NotComputable,
}

impl Outcome {
    pub const ALL: [Outcome; 3] = [Outcome::Found, Outcome::NotFound, Outcome::NotComputable];

    pub fn zh(self) -> &'static str {
        match self {
            Outcome::Found => "发现",
            Outcome::NotFound => "未发现",
            Outcome::NotComputable => "无法计算",
        }
    }
}

/// 一条规则的结果。 As data: whoever computed it, it is a signal with its evidence, and decides nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// 规则编号
    pub rule: String,
    /// 规则名称
    pub says: String,
    pub outcome: Outcome,
    /// 证据: entries, files or rows, one a line.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// 缺少的资料: named where nothing could be computed.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Finding {
    /// Spelling, and that an outcome carries what it must: evidence where found, names where not computable.
    pub fn is_whole(&self) -> bool {
        let named = !self.rule.trim().is_empty();
        match self.outcome {
            Outcome::Found => named && self.evidence.iter().any(|one| !one.trim().is_empty()),
            Outcome::NotFound => named,
            Outcome::NotComputable => named && self.missing.iter().any(|one| !one.trim().is_empty()),
        }
    }
}

/// 所据条款，及所据文本的版本。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Law {
    pub clause: Basis,
    /// 所据文本公布之日; absent: the text held here.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub version: Option<Date>,
}

/// 处理结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// 解释成立
    Explained,
    /// 已经改正
    Corrected,
    /// 查实，依法处理
    Confirmed,
    /// 移送
    HandedOver,
}

impl Disposition {
    pub const ALL: [Disposition; 4] =
        [Disposition::Explained, Disposition::Corrected, Disposition::Confirmed, Disposition::HandedOver];

    pub fn zh(self) -> &'static str {
        match self {
            Disposition::Explained => "解释成立",
            Disposition::Corrected => "已经改正",
            Disposition::Confirmed => "查实，依法处理",
            Disposition::HandedOver => "移送",
        }
    }
}

/// 处理: what a person decided of a finding, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ruling {
    pub disposition: Disposition,
    /// 理由
    pub reason: String,
    /// 处理文书
    #[serde(default)]
    pub document: String,
    /// 移送的编号，移送的填写
    #[serde(default)]
    pub hand_over: Option<MatterId>,
}
