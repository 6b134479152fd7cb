//! 参数。 Limits and thresholds that no statute sets: each carries its value and its source, and an empty one keeps the
//! hotline shut (HOT-90).

use crate::words::{Kind, Urgency};
use fadu_kernel::{Calendar, Limit};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 工作日
    Workday,
    /// 日
    Day,
    /// 次、件、小时、秒
    Count,
}

/// 一项参数。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    pub n: u16,
    pub unit: Measure,
    /// The document and place that set it.
    pub source: String,
    /// 演示: a value that opens a demonstration and nothing else.
    #[serde(default)]
    pub simulated: bool,
}

impl Parameter {
    pub fn limit(&self) -> Option<Limit> {
        match self.unit {
            Measure::Workday => Some(Limit::workdays(self.n)),
            Measure::Day => Some(Limit::days(self.n)),
            Measure::Count => None,
        }
    }
}

/// The parameters beside the limits by kind and urgency: name, what it is called, and whether it counts days.
const OTHERS: [(&str, &str, bool); 12] = [
    ("extension", "延期上限", true),
    ("return", "退单期限", true),
    ("settle_return", "退单处理期限", true),
    ("arbitration", "裁定期限", true),
    ("call_back", "回访期限", true),
    ("redo", "重办期限", true),
    ("urge", "到期后几日催办", true),
    ("supervise", "到期后几日督办", true),
    ("call_back_tries", "几次未联系上可以办结", false),
    ("burst_orders", "群体诉求件数", false),
    ("burst_hours", "群体诉求时段", false),
    ("abandon_seconds", "振铃几秒之内挂断不计", false),
];

fn of_kind(kind: Kind, urgency: Urgency) -> String {
    let word = |text: String| text.to_lowercase();
    format!("limit.{}.{}", word(format!("{kind:?}")), word(format!("{urgency:?}")))
}

/// Every parameter that must be set: its name, what it is called, and whether it counts days.
pub fn required() -> &'static [(String, String, bool)] {
    static ALL: LazyLock<Vec<(String, String, bool)>> = LazyLock::new(|| {
        let kinds = Kind::ALL.iter().flat_map(|kind| {
            Urgency::ALL
                .iter()
                .map(|urgency| (of_kind(*kind, *urgency), format!("{}{}时限", kind.zh(), urgency.zh()), true))
        });
        let others = OTHERS
            .iter()
            .map(|(name, zh, days)| ((*name).to_owned(), (*zh).to_owned(), *days));
        kinds.chain(others).collect()
    });
    &ALL
}

/// 参数表。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(pub BTreeMap<String, Parameter>);

impl Parameters {
    /// What still keeps the hotline shut. Demonstration values count as set in a demonstration only.
    pub fn missing(&self, demonstration: bool) -> Vec<&'static str> {
        let unset = |name: &str| self.0.get(name).is_none_or(|set| set.simulated && !demonstration);
        required()
            .iter()
            .filter(|(name, _, _)| unset(name))
            .map(|(_, zh, _)| zh.as_str())
            .collect()
    }

    pub fn limit(&self, name: &str) -> Option<Limit> {
        self.0.get(name)?.limit()
    }

    pub fn count(&self, name: &str) -> Option<u16> {
        self.0.get(name).map(|set| set.n)
    }

    /// 时限: by kind and urgency.
    pub fn handling(&self, kind: Kind, urgency: Urgency) -> Option<Limit> {
        self.limit(&of_kind(kind, urgency))
    }

    /// What an order dispatched today is held to, whatever is set later. `None` while a value is missing.
    pub fn terms(&self, kind: Kind, urgency: Urgency) -> Option<Terms> {
        Some(Terms {
            handling: self.handling(kind, urgency)?,
            extension: self.limit("extension")?,
            returning: self.limit("return")?,
            // A hotline that opened before this was asked for goes on.
            settling: self.limit("settle_return"),
            arbitration: self.limit("arbitration")?,
            call_back: self.limit("call_back")?,
            redo: self.limit("redo")?,
            urge: self.limit("urge")?,
            supervise: self.limit("supervise")?,
            tries: self.count("call_back_tries")?,
        })
    }
}

/// 派单时固定下来的各项期限。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub handling: Limit,
    pub extension: Limit,
    pub returning: Limit,
    /// 退单处理期限
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settling: Option<Limit>,
    pub arbitration: Limit,
    pub call_back: Limit,
    pub redo: Limit,
    pub urge: Limit,
    pub supervise: Limit,
    pub tries: u16,
}

impl Terms {
    /// 到期日 of the handling limit, counted from the day of dispatch, which does not count itself.
    pub fn due(&self, dispatched: Date, calendar: &Calendar) -> Option<Date> {
        self.handling.end(dispatched, calendar).ok()
    }
}

#[derive(Deserialize)]
struct File {
    parameter: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    /// A `*` stands for every kind.
    names: Vec<String>,
    n: u16,
    unit: Measure,
    source: String,
}

/// 演示参数, as shipped: each marked as a demonstration.
pub fn demonstration() -> Result<Vec<(String, Parameter)>, toml::de::Error> {
    let file: File = toml::from_str(include_str!("../../data/parameters.toml"))?;
    let mut all = Vec::new();
    for line in file.parameter {
        let parameter = Parameter { n: line.n, unit: line.unit, source: line.source, simulated: true };
        let matches = |pattern: &str, name: &str| match pattern.split_once('*') {
            Some((head, tail)) => name.starts_with(head) && name.ends_with(tail),
            None => pattern == name,
        };
        for (name, _, _) in required() {
            if line.names.iter().any(|pattern| matches(pattern, name)) {
                all.push((name.clone(), parameter.clone()));
            }
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn shown() -> Parameters {
        Parameters(demonstration().unwrap().into_iter().collect())
    }

    #[test]
    fn an_empty_parameter_is_named_and_a_demonstration_is_no_value() {
        let mut set = shown();
        assert_eq!(required().len(), 30);
        assert!(set.missing(true).is_empty());
        assert_eq!(set.missing(false).len(), 30, "nothing shipped is a county's own value");
        set.0.remove("settle_return");
        assert_eq!(set.missing(true), ["退单处理期限"]);
        assert!(
            set.terms(Kind::Help, Urgency::Ordinary)
                .is_some_and(|terms| terms.settling.is_none())
        );
        let set = &mut shown();
        set.0.remove("arbitration");
        assert_eq!(set.missing(true), ["裁定期限"]);
        assert!(set.terms(Kind::Help, Urgency::Ordinary).is_none());
    }

    #[test]
    fn limits_go_by_kind_and_urgency() {
        let (set, calendar) = (shown(), Calendar::shipped());
        let due = |kind, urgency, from| set.terms(kind, urgency).and_then(|terms| terms.due(from, &calendar));
        let rows = [
            (
                Kind::Help,
                Urgency::Ordinary,
                date(2025, 3, 3),
                date(2025, 3, 6),
                "three days, the first not counted",
            ),
            (
                Kind::Help,
                Urgency::Ordinary,
                date(2025, 9, 26),
                date(2025, 9, 30),
                "make-up Sunday 28 September",
            ),
            (
                Kind::Help,
                Urgency::Ordinary,
                date(2025, 9, 30),
                date(2025, 10, 11),
                "National Day, then 9, 10, 11",
            ),
            (Kind::Complaint, Urgency::Ordinary, date(2025, 3, 3), date(2025, 3, 20), "thirteen"),
            (Kind::Report, Urgency::Urgent, date(2025, 3, 8), date(2025, 3, 8), "the same day, Saturday too"),
        ];
        for (kind, urgency, from, last, why) in rows {
            assert_eq!(due(kind, urgency, from), Some(last), "{why}");
        }
        assert_eq!(due(Kind::Complaint, Urgency::Ordinary, date(2026, 12, 25)), None, "provisional");
    }
}
