//! 参数与规模标准。 Dated values with their source; what is missing or only demonstrated says which rule it blocks.

use crate::regime::Kind;
use crate::setting::Setting;
use fadu_kernel::{Catalogue, Ctx, OrgId};
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
    /// 政府采购货物、服务的公开招标数额标准
    pub procurement_fen: Option<i64>,
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
    /// Whether a word of the row stands in the body's name; where the row has none, any body may.
    pub fn supervises(&self, body: &OrgId) -> bool {
        is_named(&self.supervisor, body)
    }

    /// As `supervises`, of who approves.
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

/// 规模标准 by the name under which a county sets it, and what it is called.
const STANDARDS: [(&str, &str); 6] = [
    ("budget_fen", "规模标准：预算资金（分）"),
    ("budget_share_percent", "规模标准：预算资金占投资额的百分数"),
    ("works_fen", "规模标准：施工单项合同估算价（分）"),
    ("goods_fen", "规模标准：重要设备、材料单项合同估算价（分）"),
    ("services_fen", "规模标准：勘察、设计、监理单项合同估算价（分）"),
    ("procurement_fen", "政府采购公开招标数额标准（分）"),
];

impl Threshold {
    fn field(&mut self, name: &str) -> Option<&mut Option<i64>> {
        match name {
            "budget_fen" => Some(&mut self.budget_fen),
            "budget_share_percent" => Some(&mut self.budget_share_percent),
            "works_fen" => Some(&mut self.works_fen),
            "goods_fen" => Some(&mut self.goods_fen),
            "services_fen" => Some(&mut self.services_fen),
            "procurement_fen" => Some(&mut self.procurement_fen),
            _ => None,
        }
    }
}

/// Everything that a county may set: its name, and what it is called.
pub fn settable() -> impl Iterator<Item = (&'static str, &'static str)> {
    let shipped = PARAMETERS
        .iter()
        .map(|parameter| (parameter.name.as_str(), parameter.zh.as_str()));
    shipped.chain(STANDARDS)
}

/// What a parameter or standard that a county may set is called.
pub fn named(name: &str) -> Option<&'static str> {
    settable().find(|(known, _)| *known == name).map(|(_, zh)| zh)
}

/// Whether a value is one of those that the parameter may have.
pub fn is_in_bounds(name: &str, value: i64) -> bool {
    match name {
        "unreadable_bid" => (1..=2).contains(&value),
        "budget_share_percent" => (1..=100).contains(&value),
        "separation_most_candidates" => (2..=20).contains(&value),
        "opening_minutes" => (0..=24 * 60).contains(&value),
        "result_publication_workdays" | "yearly_visit_cap" => (1..=366).contains(&value),
        _ => (1..=100_000_000_000_000_000).contains(&value),
    }
}

/// The value of the day: as the county adopted it, else as it ships.
pub fn value_in(name: &str, ctx: &Ctx) -> Option<i64> {
    let adopted = Setting::known(ctx.catalogue, name, ctx.today());
    adopted.map(|version| version.value).or_else(|| value(name))
}

/// The row of the day, with what the county adopted in the place of what ships.
pub fn threshold_in(ctx: &Ctx) -> Option<Threshold> {
    let mut row = threshold_on(ctx.today())?.clone();
    for (name, _) in STANDARDS {
        let adopted = Setting::known(ctx.catalogue, name, ctx.today());
        if let (Some(version), Some(field)) = (adopted, row.field(name)) {
            *field = Some(version.value);
        }
    }
    Some(row)
}

/// 上线障碍。 Rule and what it lacks on a day: a real county does not start while this is not empty. A row whose own day was
/// not read counts for none of its numbers.
pub fn lacking(catalogue: &dyn Catalogue, day: Date) -> Vec<(String, String)> {
    let said = |name: &str, zh: &str| format!("{zh}（{name}）");
    let real =
        |name: &str| Setting::known(catalogue, name, day).is_some_and(|version| !version.demonstration);
    let unset = PARAMETERS
        .iter()
        .filter(|parameter| parameter.value.is_none() || parameter.demonstration)
        .filter(|parameter| !real(&parameter.name));
    let mut lacking: Vec<(String, String)> = unset
        .map(|parameter| (parameter.rule.clone(), said(&parameter.name, &parameter.zh)))
        .collect();
    let pretended: Vec<&str> = THRESHOLDS
        .iter()
        .flat_map(|row| &row.demonstration)
        .map(String::as_str)
        .collect();
    let blocked = STANDARDS
        .iter()
        .filter(|(name, _)| pretended.contains(name) || pretended.contains(&"from"))
        .filter(|(name, _)| !real(name));
    lacking.extend(blocked.map(|(name, zh)| ("TND-81".to_owned(), said(name, zh))));
    let divided = DIVISION.iter().filter(|row| row.demonstration);
    lacking.extend(divided.map(|row| {
        ("TRD-04".to_owned(), format!("监督和审批的分工：{}（{}）", row.sectors.join("、"), row.source))
    }));
    lacking
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::Version;
    use fadu_kernel::{Matter, MatterId};
    use jiff::civil::date;
    use std::any::Any;
    use std::sync::Arc;

    #[test]
    fn the_row_of_the_day_is_used() {
        assert!(threshold_on(date(2018, 5, 31)).is_none(), "an older project is not measured by a newer row");
        let row = threshold_on(date(2025, 3, 3)).unwrap();
        assert_eq!(row.contract_fen(Kind::Works), Some(400_000_000));
        assert_eq!(row.contract_fen(Kind::Land), None);
    }

    /// A county that adopted these, from one day on.
    #[derive(Default)]
    struct County(Vec<(MatterId, Arc<dyn Any + Send + Sync>)>);

    impl Catalogue for County {
        fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
            let found = self.0.iter().find(|(known, _)| *known == id && kind == Setting::KIND);
            found.map(|(_, setting)| setting)
        }
    }

    fn adopted(names: &[&str], from: Date, demonstration: bool) -> County {
        let setting = |name: &&str| {
            let version = Version { from, value: 7, source: "文件".into(), demonstration };
            let setting = Setting { name: (*name).to_owned(), versions: vec![version], ..Setting::default() };
            (Setting::id(name), Arc::new(setting) as Arc<dyn Any + Send + Sync>)
        };
        County(names.iter().map(setting).collect())
    }

    #[test]
    fn what_is_only_demonstrated_blocks_a_real_county_until_it_is_adopted() {
        let day = date(2025, 3, 3);
        let blocks = lacking(&County::default(), day);
        for rule in ["INS-90", "INS-11", "TND-86", "TND-90", "TND-33", "TND-81", "TRD-04"] {
            assert!(blocks.iter().any(|(blocked, _)| blocked == rule), "{rule}");
        }
        assert_eq!(value("unreadable_bid"), None, "nobody guesses what an unreadable bid means");
        let all: Vec<&str> = settable().map(|(name, _)| name).collect();
        assert!(all.iter().all(|name| named(name).is_some()));
        // Who supervises which sector is no number: the release says it, and for a demonstration only.
        let left = lacking(&adopted(&all, day, false), day);
        assert!(!left.is_empty() && left.iter().all(|(rule, _)| rule == "TRD-04"), "{left:?}");
        assert_eq!(lacking(&adopted(&all, day, true), day), blocks, "a demonstration opens nothing");
        assert_eq!(lacking(&adopted(&all, day, false), date(2025, 3, 2)), blocks, "not before its day");
        assert_eq!(lacking(&adopted(&all[1..], day, false), day).len(), left.len() + 1);
    }

    #[test]
    fn a_value_out_of_bounds_is_none() {
        for (name, value) in [("unreadable_bid", 3), ("budget_share_percent", 101), ("works_fen", 0)] {
            assert!(!is_in_bounds(name, value), "{name} {value}");
        }
        assert!(is_in_bounds("opening_minutes", 0) && is_in_bounds("unreadable_bid", 2));
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
