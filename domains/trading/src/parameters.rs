//! 参数与规模标准。 Dated values with their source; what is missing or only demonstrated says which rule it blocks.

use crate::regime::Kind;
use fadu_kernel::OrgId;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::LazyLock;

/// 规模标准。 One dated row of `data/thresholds.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    pub from: Date,
    pub source: String,
    pub budget_fen: Option<i64>,
    pub budget_share_percent: Option<i64>,
    pub works_fen: Option<i64>,
    pub goods_fen: Option<i64>,
    pub services_fen: Option<i64>,
    #[serde(default)]
    pub demonstration: Vec<String>,
}

impl Threshold {
    /// 单项合同估算价标准 of this kind of contract; `None` while it is not held.
    pub fn contract_fen(&self, kind: Kind) -> Option<i64> {
        match kind {
            Kind::Works => self.works_fen,
            Kind::WorksGoods => self.goods_fen,
            Kind::WorksServices => self.services_fen,
            Kind::Procurement | Kind::Land | Kind::Minerals | Kind::StateAssets | Kind::Rural => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    pub rule: String,
    pub zh: String,
    pub value: Option<i64>,
    pub source: String,
    #[serde(default)]
    pub demonstration: bool,
}

/// 监督和审批的分工。 One dated row of `data/competence.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competence {
    pub from: Date,
    pub kinds: Vec<Kind>,
    /// Words of a sector; none, all sectors.
    pub sectors: Vec<String>,
    /// Words of the name of a body that supervises; none, any.
    pub supervisor: Vec<String>,
    pub approver: Vec<String>,
    pub source: String,
    #[serde(default)]
    pub demonstration: bool,
}

impl Competence {
    pub fn supervises(&self, body: &OrgId) -> bool {
        is_named(&self.supervisor, body)
    }

    pub fn approves(&self, body: &OrgId) -> bool {
        is_named(&self.approver, body)
    }

    fn covers(&self, kind: Kind, sector: &str) -> bool {
        let of_sector = self.sectors.is_empty() || self.sectors.iter().any(|word| sector.contains(word));
        self.kinds.contains(&kind) && of_sector
    }
}

fn is_named(words: &[String], body: &OrgId) -> bool {
    words.is_empty() || words.iter().any(|word| body.as_str().contains(word.as_str()))
}

#[derive(Deserialize)]
struct Division {
    competence: Vec<Competence>,
}

#[derive(Deserialize)]
struct Thresholds {
    threshold: Vec<Threshold>,
}

#[derive(Deserialize)]
struct Parameters {
    parameter: Vec<Parameter>,
}

/// A file that cannot be read leaves no value: what needs one is then refused, never guessed.
static THRESHOLDS: LazyLock<Vec<Threshold>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/thresholds.toml"))
        .map_or_else(|_| Vec::new(), |file: Thresholds| file.threshold)
});
static DIVISION: LazyLock<Vec<Competence>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/competence.toml"))
        .map_or_else(|_| Vec::new(), |file: Division| file.competence)
});
static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/parameters.toml"))
        .map_or_else(|_| Vec::new(), |file: Parameters| file.parameter)
});

/// The row in force on a day.
pub fn threshold_on(day: Date) -> Option<&'static Threshold> {
    THRESHOLDS.iter().filter(|row| row.from <= day).max_by_key(|row| row.from)
}

/// Who supervises and approves a tender of this kind and sector that is registered on this day; `None` where no row says it.
pub fn competence_on(day: Date, kind: Kind, sector: &str) -> Option<&'static Competence> {
    let rows = DIVISION.iter().filter(|row| row.from <= day && row.covers(kind, sector));
    rows.max_by_key(|row| (!row.sectors.is_empty(), row.from))
}

pub fn parameter(name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.name == name)
}

pub fn value(name: &str) -> Option<i64> {
    parameter(name).and_then(|parameter| parameter.value)
}

/// 上线障碍。 Rule and what it lacks: a real county does not start while this is not empty.
pub fn blocks_go_live() -> Vec<(String, String)> {
    let lacking = PARAMETERS
        .iter()
        .filter(|parameter| parameter.value.is_none() || parameter.demonstration);
    let mut blocks: Vec<(String, String)> = lacking
        .map(|parameter| (parameter.rule.clone(), parameter.zh.clone()))
        .collect();
    for row in THRESHOLDS.iter() {
        let what = |name: &String| ("TND-81".to_owned(), format!("规模标准 {name}（{}）", row.source));
        blocks.extend(row.demonstration.iter().map(what));
    }
    let divided = DIVISION.iter().filter(|row| row.demonstration);
    blocks.extend(divided.map(|row| {
        ("TRD-04".to_owned(), format!("监督和审批的分工：{}（{}）", row.sectors.join("、"), row.source))
    }));
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_row_of_the_day_is_used() {
        assert!(threshold_on(date(2018, 5, 31)).is_none(), "an older project is not measured by a newer row");
        let row = threshold_on(date(2025, 3, 3)).unwrap();
        assert_eq!(row.contract_fen(Kind::Works), Some(400_000_000));
        assert_eq!(row.contract_fen(Kind::Land), None);
    }

    #[test]
    fn what_is_only_demonstrated_blocks_a_real_county() {
        let blocks = blocks_go_live();
        for rule in ["INS-90", "INS-11", "TND-86", "TND-90", "TND-81", "TRD-04"] {
            assert!(blocks.iter().any(|(blocked, _)| blocked == rule), "{rule}");
        }
        assert_eq!(value("unreadable_bid"), None, "nobody guesses what an unreadable bid means");
    }

    #[test]
    fn the_division_of_the_day_names_who_supervises() {
        let day = date(2025, 3, 3);
        let of = |day: Date, kind, sector: &str, body: &str| {
            competence_on(day, kind, sector).map(|row| row.supervises(&OrgId::new(body)))
        };
        let table = [
            ("houses", day, Kind::Works, "房屋建筑", "县住建局", Some(true)),
            ("houses by another", day, Kind::Works, "房屋建筑", "县水利局", Some(false)),
            ("water", day, Kind::WorksServices, "水利工程", "县水利局", Some(true)),
            ("purchases of any sector", day, Kind::Procurement, "房屋建筑", "县财政局", Some(true)),
            ("a sector of no row", day, Kind::Works, "电力", "县发改局", None),
            ("before the table", date(2002, 12, 31), Kind::Procurement, "办公设备", "县财政局", None),
        ];
        for (name, day, kind, sector, body, expected) in table {
            assert_eq!(of(day, kind, sector, body), expected, "{name}");
        }
        let row = competence_on(day, Kind::Works, "房屋建筑").unwrap();
        assert!(row.approves(&OrgId::new("县发改局")) && !row.approves(&OrgId::new("县住建局")));
    }
}
