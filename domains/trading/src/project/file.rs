//! 招标文件。 What it says of itself, and what the machine checks before it may be announced.

use crate::draw::is_hash;
use crate::library::Library;
use crate::parameters::{Threshold, value_in};
use crate::project::Project;
use crate::regime::{Kind, Regime, at_most_percent};
use crate::terms::{Flag, scan};
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Help, OrgId, Refusal};
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TenderFile {
    /// SHA-256 of the document.
    pub digest: String,
    /// 标准文本编号; empty for a text of one's own.
    pub standard_text: String,
    #[schemars(with = "String", extend("format" = "date"))]
    pub sale_from: Date,
    #[schemars(with = "String", extend("format" = "date"))]
    pub sale_to: Date,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub deadline: DateTime,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub opening: DateTime,
    #[serde(default)]
    pub prequalification: Option<Prequalification>,
    #[serde(default)]
    pub fee_fen: i64,
    #[serde(default)]
    pub bond_fen: i64,
    /// 投标有效期（日）, from the deadline.
    pub validity_days: u16,
    #[serde(default)]
    pub bond_validity_days: u16,
    /// 最高投标限价
    #[serde(default)]
    pub ceiling_fen: Option<i64>,
    /// 最低投标限价: may not be set; a field so that the refusal has something to answer.
    #[serde(default)]
    pub floor_fen: Option<i64>,
    /// 标底的个数
    #[serde(default)]
    pub base_prices: u8,
    #[serde(default)]
    pub site_visit: SiteVisit,
    /// 暂估价合计
    #[serde(default)]
    pub provisional_fen: i64,
    pub scoring: Scoring,
    pub criteria: Vec<Criterion>,
    /// 招标文件载明的其他否决事由
    #[serde(default)]
    pub rejection_grounds: Vec<String>,
    /// 条款正文, for the check of terms.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// 推荐的候选人数
    pub candidates: u8,
    #[serde(default)]
    pub performance_bond_percent: u8,
    /// 中标人不得转让，主体工作不得分包，已经写明
    pub forbids_transfer: bool,
    /// 开标密钥: what bids are sealed to.
    #[serde(default)]
    pub keys: Option<OpeningKeys>,
}

/// 开标密钥。 Any `threshold` of the holders open a bid together; fewer do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningKeys {
    /// 开启所需的方数
    pub threshold: u8,
    pub holders: Vec<KeyHolder>,
}

/// 密钥持有方。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyHolder {
    pub org: OrgId,
    /// 公钥: 64 hexadecimal digits, from `fadu bid keygen` on the holder's own machine.
    pub key: String,
}

/// Holders that an envelope has room for.
const MOST_HOLDERS: usize = 9;

/// 资格预审。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Prequalification {
    #[schemars(with = "String", extend("format" = "date"))]
    pub sale_from: Date,
    #[schemars(with = "String", extend("format" = "date"))]
    pub sale_to: Date,
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub submit_by: DateTime,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteVisit {
    #[default]
    None,
    All,
    Some,
}

/// 评标方法。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// 综合评估（评分）
    #[default]
    Points,
    /// 经评审的最低投标价（最低评标价）
    LowestPrice,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Criterion {
    pub name: String,
    /// Hundredths of a point.
    pub most: u32,
    /// 以特定行政区域或者特定行业的业绩、奖项加分
    #[serde(default)]
    pub local_or_sector: bool,
    /// 以接近标底为条件
    #[serde(default)]
    pub by_base_price: bool,
}

/// 评定分离的依据。 Off unless a local authority is attached, and counsel agrees where the regulation says that the
/// first must win.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Separation {
    /// 地方依据文号
    pub authority: String,
    pub authority_digest: String,
    /// 法律顾问意见
    #[serde(default)]
    pub counsel_digest: String,
    /// 招标文件约定推荐的定标候选人数
    pub candidates: u8,
    pub method: super::parts::ChoiceMethod,
    /// 定标要素
    pub factors: Vec<String>,
}

/// 硬性检查: what may not be announced at all.
pub fn check(project: &Project, file: &TenderFile, ctx: &Ctx) -> Result<(), Refusal> {
    // 标准文本、预审期限 are of the tendering law's must-tender projects alone.
    let must = project.regime() == Regime::Tendering && project.must();
    need(!must || !file.standard_text.trim().is_empty(), &rules::STANDARD_TEXT, || {
        "没有写明所用的标准文本".into()
    })?;
    need(file.fee_fen == 0, &rules::NO_PROFIT, || {
        format!("电子招标文件收费{}", fadu_kernel::Fen(file.fee_fen))
    })?;
    need(file.validity_days > 0, &rules::VALIDITY, || "没有载明投标有效期".into())?;
    check_bond(project, file)?;
    need(file.floor_fen.is_none(), &rules::NO_FLOOR, || "规定了最低投标限价".into())?;
    need(file.base_prices <= 1, &rules::NO_FLOOR, || format!("编制了{}个标底", file.base_prices))?;
    need(file.site_visit != SiteVisit::Some, &rules::ALL_OR_NONE, || "只组织部分潜在投标人踏勘".into())?;
    for criterion in &file.criteria {
        let name = || format!("评分标准“{}”", criterion.name);
        need(!criterion.local_or_sector, &rules::NO_LOCAL_POINTS, name)?;
        need(!criterion.by_base_price, &rules::BASE_PRICE, name)?;
    }
    need(file.opening == file.deadline, &rules::OPENING_TIME, || {
        format!("投标截止是{}，开标是{}", file.deadline, file.opening)
    })?;
    need(file.performance_bond_percent <= 10, &rules::PERFORMANCE_BOND, || {
        format!("履约保证金为合同金额的{}%", file.performance_bond_percent)
    })?;
    need(file.forbids_transfer, &rules::SUBCONTRACTS, || "没有写明不得转让和违法分包".into())?;
    check_keys(project, file.keys.as_ref(), ctx)?;
    check_candidates(project, file)?;
    check_periods(project, file, ctx)
}

/// Nobody opens a bid early (招标投标法 28): so no body may be able to alone, nor the tenderer with bodies of its choice.
fn check_keys(project: &Project, keys: Option<&OpeningKeys>, ctx: &Ctx) -> Result<(), Refusal> {
    let rule = &rules::NO_EARLY_LOOK;
    let Some(keys) = keys else {
        return no(rule, Help::Officer, "没有写明开标密钥由哪几方持有");
    };
    let (k, n) = (usize::from(keys.threshold), keys.holders.len());
    need((2..=n).contains(&k) && n <= MOST_HOLDERS, rule, || {
        format!("{n}方持有、{k}方开启；应当至少两方开启，至多{MOST_HOLDERS}方持有")
    })?;
    for holder in &keys.holders {
        need(is_hash(&holder.key), rule, || format!("{}的公钥应为64位小写十六进制", holder.org))?;
        let same = |other: &&KeyHolder| other.key == holder.key;
        need(keys.holders.iter().filter(same).count() == 1, rule, || {
            format!("{}的公钥与别方的相同", holder.org)
        })?;
        let own = keys.holders.iter().filter(|other| other.org == holder.org).count();
        need(own < k, rule, || format!("{}持有{own}把密钥，一方就能开启", holder.org))?;
    }
    let dependent = keys
        .holders
        .iter()
        .filter(|holder| !is_independent(project, &holder.org, ctx))
        .count();
    need(dependent < k, rule, || {
        format!("没有监督部门、交易中心参加，其余{dependent}方就能开启；应当至少有一方独立于招标人")
    })
}

/// 独立于招标人: the supervisor, whoever keeps the library of experts, or a trading centre, which is told by its name as a
/// finance department is.
fn is_independent(project: &Project, org: &OrgId, ctx: &Ctx) -> bool {
    let keeper = ctx.look::<Library>(Library::id()).map(|library| &library.keeper);
    let named = org.as_str().contains("交易中心");
    *org != project.tenderer && (*org == project.registration.supervisor || keeper == Some(org) || named)
}

fn check_bond(project: &Project, file: &TenderFile) -> Result<(), Refusal> {
    let (rule, base) = match project.regime() {
        Regime::Tendering => (&rules::BID_BOND, "估算价"),
        Regime::Procurement => (&rules::PROCUREMENT_BOND, "预算金额"),
    };
    need(at_most_percent(file.bond_fen, project.registration.estimate_fen, 2), rule, || {
        let (bond, estimate) =
            (fadu_kernel::Fen(file.bond_fen), fadu_kernel::Fen(project.registration.estimate_fen));
        format!("保证金{bond}元，{base}{estimate}元")
    })?;
    let same = file.bond_fen == 0 || file.bond_validity_days == file.validity_days;
    need(same, &rules::BID_BOND, || {
        format!("投标有效期{}日，保证金有效期{}日", file.validity_days, file.bond_validity_days)
    })
}

fn check_candidates(project: &Project, file: &TenderFile) -> Result<(), Refusal> {
    match &project.separation {
        None => need((1..=3).contains(&file.candidates), &rules::THREE_RANKED, || {
            format!("推荐{}名候选人", file.candidates)
        }),
        Some(separation) => need(file.candidates == separation.candidates, &rules::SEPARATION_GATE, || {
            format!("依据约定推荐{}名，文件写{}名", separation.candidates, file.candidates)
        }),
    }
}

/// The periods that the file itself sets; that the announcement comes no later is checked when it is made.
fn check_periods(project: &Project, file: &TenderFile, ctx: &Ctx) -> Result<(), Refusal> {
    let regime = project.regime();
    let must = regime == Regime::Tendering && project.must();
    let sale_rule = regime.rule(&rules::SALE_PERIOD, &rules::PROCUREMENT_FILE);
    let twenty = must || regime == Regime::Procurement;
    if let Some(first) = &file.prequalification {
        // What the calendar does not reach is not held against the tenderer.
        let sold = crate::time::at_least(regime.sale(), first.sale_from, first.sale_to, ctx.calendar);
        need(sold.unwrap_or(true), sale_rule, || {
            format!("预审文件自{}发售至{}", first.sale_from, first.sale_to)
        })?;
        let days = fadu_kernel::calendar::days_between(first.sale_to, first.submit_by.date());
        need(!must || days >= 5, &rules::PREQUALIFICATION_TIME, || {
            format!("停止发售后{days}日提交申请文件")
        })?;
    }
    let sold = crate::time::at_least(regime.sale(), file.sale_from, file.sale_to, ctx.calendar);
    need(sold.unwrap_or(true), sale_rule, || format!("自{}发售至{}", file.sale_from, file.sale_to))?;
    let days = fadu_kernel::calendar::days_between(file.sale_from, file.deadline.date());
    let rule = regime.rule(&rules::TWENTY_DAYS, &rules::PROCUREMENT_TWENTY_DAYS);
    need(!twenty || days >= 20, rule, || {
        format!("{}开始发出，{}截止，共{days}日", file.sale_from, file.deadline)
    })
}

/// 提示: terms that may shut somebody out, and provisional sums that reach the threshold. A person answers each.
pub fn flags(file: &TenderFile, kind: Kind, threshold: Option<&Threshold>) -> Vec<Flag> {
    let mut flags = scan(&file.clauses);
    let limit = threshold.and_then(|row| row.contract_fen(kind));
    if limit.is_some_and(|limit| file.provisional_fen >= limit) {
        flags.push(Flag {
            id: "provisional".into(),
            rule: rules::PROVISIONAL_SUMS.id.into(),
            zh: rules::PROVISIONAL_SUMS.sentence.into(),
            basis: rules::tr(29),
            clause: format!("暂估价{}元", fadu_kernel::Fen(file.provisional_fen)),
        });
    }
    flags
}

/// 评定分离的门 (TND-86, with TND-48 and TND-53). Refuses without the local text that allows it, without counsel's opinion where
/// the first in rank must win, and more candidates than the county adopted.
pub fn check_separation(project: &Project, separation: &Separation, ctx: &Ctx) -> Result<(), Refusal> {
    let gate = &rules::SEPARATION_GATE;
    let attached = !separation.authority.trim().is_empty() && is_hash(&separation.authority_digest);
    need(attached, gate, || "没有附上地方依据".into())?;
    let caught = project.first_must_win();
    need(!caught || is_hash(&separation.counsel_digest), gate, || {
        "本项目依法由排名第一的候选人中标，没有法律顾问意见".into()
    })?;
    let most = value_in("separation_most_candidates", ctx);
    let allowed = most.is_some_and(|most| (2..=most).contains(&i64::from(separation.candidates)));
    need(allowed, gate, || match most {
        Some(most) => format!("约定推荐{}名，应为2至{most}名", separation.candidates),
        None => "推荐人数的规定没有载入".into(),
    })?;
    need(!separation.factors.is_empty(), gate, || "没有写明定标要素".into())
}
