//! 不行的三种回答之二。 `Invalid`: the form cannot be read. `Refusal`: the law does not allow the act.
//! (The third, a fault, is ours and lives with the program that failed.)

use crate::basis::Rule;
use serde::Serialize;
use std::fmt;

/// 谁能帮忙。 Whom the person refused can turn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Help {
    /// 受理窗口
    Window,
    /// 承办机关的经办人
    Officer,
    /// 本机关负责人
    AgencyHead,
    /// 本级人民政府负责人
    Government,
    /// 事项管理员
    CatalogueManager,
    /// 系统管理员
    Operator,
}

impl Help {
    pub fn zh(self) -> &'static str {
        match self {
            Help::Window => "综合窗口",
            Help::Officer => "承办部门经办人",
            Help::AgencyHead => "本机关负责人",
            Help::Government => "本级人民政府负责人",
            Help::CatalogueManager => "事项管理员",
            Help::Operator => "系统管理员",
        }
    }
}

/// 拒绝执行。 The program's answer to an act that may not be done. Never itself an official decision.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub rule: &'static Rule,
    /// What in this matter meets the rule, with its values: dates, counts, names of materials.
    pub because: String,
    pub help: Help,
}

impl Refusal {
    pub fn new(rule: &'static Rule, help: Help, because: impl Into<String>) -> Refusal {
        Refusal { rule, because: because.into(), help }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.rule.id, self.because, self.rule.bases())
    }
}

impl std::error::Error for Refusal {}

/// 填写有误。 A form or file that cannot be read: which field, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    pub field: String,
    pub message: String,
}

impl Invalid {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Invalid {
        Invalid { field: field.into(), message: message.into() }
    }
}
