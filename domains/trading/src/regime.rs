//! 适用制度。 One flow of a tender under two laws; a kind whose rules are not held is named and not begun.

use crate::parameters::Threshold;
use fadu_kernel::{Limit, Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 交易类别。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 工程
    #[default]
    Works,
    /// 与工程建设有关的货物
    WorksGoods,
    /// 与工程建设有关的服务：勘察、设计、监理
    WorksServices,
    /// 政府采购货物和服务
    Procurement,
    /// 土地使用权
    Land,
    /// 矿业权
    Minerals,
    /// 国有产权
    StateAssets,
    /// 农村小型交易
    Rural,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Works,
        Kind::WorksGoods,
        Kind::WorksServices,
        Kind::Procurement,
        Kind::Land,
        Kind::Minerals,
        Kind::StateAssets,
        Kind::Rural,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Kind::Works => "工程",
            Kind::WorksGoods => "工程货物",
            Kind::WorksServices => "工程服务",
            Kind::Procurement => "政府采购",
            Kind::Land => "土地使用权",
            Kind::Minerals => "矿业权",
            Kind::StateAssets => "国有产权",
            Kind::Rural => "农村小型交易",
        }
    }

    /// The law whose rules are held; `None` for a kind that is blocked.
    pub fn regime(self) -> Option<Regime> {
        match self {
            Kind::Works | Kind::WorksGoods | Kind::WorksServices => Some(Regime::Tendering),
            Kind::Procurement => Some(Regime::Procurement),
            Kind::Land | Kind::Minerals | Kind::StateAssets | Kind::Rural => None,
        }
    }
}

/// 适用的法律。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// 招标投标法
    #[default]
    Tendering,
    /// 政府采购法（货物、服务招标；工程招标适用招标投标法，采购法4）
    Procurement,
}

impl Regime {
    /// 招标文件发售（提供）期: 实施条例16; 采购法实施条例31.
    pub fn sale(self) -> Limit {
        match self {
            Regime::Tendering => Limit::days(5),
            Regime::Procurement => Limit::workdays(5),
        }
    }

    /// 异议（质疑）答复期: 实施条例22、54; 采购法53.
    pub fn answer(self) -> Limit {
        match self {
            Regime::Tendering => Limit::days(3),
            Regime::Procurement => Limit::workdays(7),
        }
    }

    /// Of two rules that say the same of a tender the one of this law: a refusal cites no article that does not apply.
    pub fn rule(self, tendering: &'static Rule, procurement: &'static Rule) -> &'static Rule {
        match self {
            Regime::Tendering => tendering,
            Regime::Procurement => procurement,
        }
    }

    /// 合同签订后退还保证金: 实施条例57; 采购法实施条例33.
    pub fn bond_back(self) -> Limit {
        match self {
            Regime::Tendering => Limit::days(5),
            Regime::Procurement => Limit::workdays(5),
        }
    }
}

/// 资金来源。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Funding {
    /// 预算资金
    pub budget_fen: i64,
    /// 项目总投资
    pub investment_fen: i64,
    /// 国有企业事业单位资金占控股或者主导地位
    pub state_enterprise: bool,
    /// 国有资金（含预算资金）占控股或者主导地位: adds to what the shares say, and takes nothing from them.
    #[serde(default)]
    pub state_controlled: bool,
    /// 国际组织或者外国政府贷款、援助
    pub foreign_loan: bool,
    /// 关系社会公共利益、公众安全的大型基础设施、公用事业
    pub public_interest: bool,
    /// 资金落实文件; empty while the money is not in place.
    #[serde(default)]
    pub source: String,
}

impl Funding {
    /// 国有资金占控股或者主导地位: whoever brings more than half of the investment controls it, whatever is ticked.
    pub fn state_controls(&self) -> bool {
        let budget = i128::from(self.budget_fen) * 2 > i128::from(self.investment_fen);
        budget || self.state_controlled || self.state_enterprise
    }
}

/// 是否必须招标，及其缘由。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MustTender {
    /// 不属于三类项目
    OutsideClasses,
    /// 未达到规模标准
    BelowThreshold,
    /// 必须招标
    Must,
    /// 本合同单独未达到，与同一项目可以合并的部分合计达到
    MustTogether,
    /// 标准没有载入，不能认定
    NotComputable,
}

impl MustTender {
    pub fn must(self) -> bool {
        matches!(self, MustTender::Must | MustTender::MustTogether)
    }
}

/// 预算资金二百万元以上并且占投资额百分之十以上，或者国有企业资金控股主导 (必须招标的工程项目规定2).
/// `None` while a value is missing and would decide.
pub fn state_funds(funding: &Funding, threshold: &Threshold) -> Option<bool> {
    if funding.state_enterprise {
        return Some(true);
    }
    let enough = funding.budget_fen >= threshold.budget_fen?;
    let share = i128::from(funding.budget_fen) * 100
        >= i128::from(funding.investment_fen) * i128::from(threshold.budget_share_percent?);
    Some(enough && share)
}

/// 必须招标的判断 (招标投标法3; 必须招标的工程项目规定2、5). `together_fen` counts the parts of the same project that
/// could be bought together with this contract, itself included (招标投标法4).
pub fn must_tender(
    kind: Kind,
    estimate_fen: i64,
    together_fen: i64,
    funding: &Funding,
    threshold: Option<&Threshold>,
) -> MustTender {
    let Some(threshold) = threshold else { return MustTender::NotComputable };
    let state = state_funds(funding, threshold);
    let in_class = funding.foreign_loan || funding.public_interest || state == Some(true);
    if !in_class {
        return if state.is_none() { MustTender::NotComputable } else { MustTender::OutsideClasses };
    }
    match threshold.contract_fen(kind) {
        None => MustTender::NotComputable,
        Some(limit) if estimate_fen >= limit => MustTender::Must,
        Some(limit) if together_fen >= limit => MustTender::MustTogether,
        Some(_) => MustTender::BelowThreshold,
    }
}

/// 应当公开招标的采购 (政府采购法 27, 28): by the province's standard alone.
pub fn must_buy_openly(estimate_fen: i64, together_fen: i64, threshold: Option<&Threshold>) -> MustTender {
    match threshold.and_then(|row| row.procurement_fen) {
        None => MustTender::NotComputable,
        Some(limit) if estimate_fen >= limit => MustTender::Must,
        Some(limit) if together_fen >= limit => MustTender::MustTogether,
        Some(_) => MustTender::BelowThreshold,
    }
}

/// 不超过百分之几: exact, in whole fen.
pub fn at_most_percent(part_fen: i64, whole_fen: i64, percent: i64) -> bool {
    i128::from(part_fen) * 100 <= i128::from(whole_fen) * i128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::threshold_on;
    use jiff::civil::date;

    fn funding(budget_yuan: i64, investment_yuan: i64) -> Funding {
        Funding { budget_fen: budget_yuan * 100, investment_fen: investment_yuan * 100, ..Funding::default() }
    }

    /// Contracts in yuan on both sides of every number of 必须招标的工程项目规定 2 and 5.
    #[test]
    fn the_test_on_both_sides_of_every_number() {
        use Kind::{Works, WorksGoods, WorksServices};
        use MustTender::{BelowThreshold, Must, MustTogether, OutsideClasses};
        let row = threshold_on(date(2025, 3, 3));
        let state = || funding(5_000_000, 5_000_000);
        let cases = [
            (Works, 4_000_000, 0, state(), Must),
            (Works, 3_999_999, 0, state(), BelowThreshold),
            (WorksGoods, 2_000_000, 0, state(), Must),
            (WorksGoods, 1_999_999, 0, state(), BelowThreshold),
            (WorksServices, 1_000_000, 0, state(), Must),
            (WorksServices, 999_999, 0, state(), BelowThreshold),
            (Works, 3_900_000, 4_000_000, state(), MustTogether),
            (Works, 3_900_000, 3_999_999, state(), BelowThreshold),
            (Works, 4_000_000, 0, funding(2_000_000, 20_000_000), Must),
            (Works, 4_000_000, 0, funding(1_999_999, 4_000_000), OutsideClasses),
            (Works, 4_000_000, 0, funding(2_000_000, 20_000_001), OutsideClasses),
            (Works, 4_000_000, 0, Funding { state_enterprise: true, ..funding(0, 4_000_000) }, Must),
            (Works, 4_000_000, 0, Funding { foreign_loan: true, ..funding(0, 4_000_000) }, Must),
            (Works, 4_000_000, 0, Funding { public_interest: true, ..funding(0, 4_000_000) }, Must),
        ];
        for (kind, estimate, together, funding, expected) in cases {
            let found = must_tender(kind, estimate * 100, together * 100, &funding, row);
            assert_eq!(found, expected, "{kind:?} {estimate} {together} {funding:?}");
        }
    }

    #[test]
    fn a_procurement_is_measured_by_the_standard_of_the_day() {
        use MustTender::{BelowThreshold, Must, MustTogether, NotComputable};
        let held = threshold_on(date(2025, 3, 3)).unwrap();
        let limit = held.procurement_fen.unwrap();
        let cases = [
            (limit, 0, Must),
            (limit - 1, 0, BelowThreshold),
            (limit - 1, limit, MustTogether),
            (limit - 1, limit - 1, BelowThreshold),
        ];
        for (estimate, together, expected) in cases {
            assert_eq!(must_buy_openly(estimate, together, Some(held)), expected, "{estimate} {together}");
        }
        let without = Threshold { procurement_fen: None, ..held.clone() };
        assert_eq!(must_buy_openly(limit, 0, Some(&without)), NotComputable);
    }

    #[test]
    fn more_than_half_of_the_investment_controls() {
        let cases = [
            (funding(0, 0), false),
            (funding(500, 1000), false),
            (funding(501, 1000), true),
            (funding(1000, 1000), true),
            (Funding { state_controlled: true, ..funding(300, 1000) }, true),
            (Funding { state_enterprise: true, ..funding(0, 1000) }, true),
        ];
        for (funding, expected) in cases {
            assert_eq!(funding.state_controls(), expected, "{funding:?}");
        }
    }

    #[test]
    fn without_its_number_nothing_is_computed() {
        let held = threshold_on(date(2025, 3, 3)).unwrap();
        let without = Threshold { services_fen: None, ..held.clone() };
        let funds = funding(5_000_000, 5_000_000);
        let test = |kind, row| must_tender(kind, 1, 1, &funds, row);
        assert_eq!(test(Kind::WorksServices, Some(&without)), MustTender::NotComputable);
        assert_eq!(test(Kind::Works, Some(&without)), MustTender::BelowThreshold);
        assert_eq!(test(Kind::Works, None), MustTender::NotComputable);
    }

    #[test]
    fn a_percentage_is_exact_to_the_fen() {
        assert!(at_most_percent(2, 100, 2) && !at_most_percent(3, 100, 2));
        assert!(at_most_percent(i64::MAX / 50, i64::MAX, 2));
    }
}
