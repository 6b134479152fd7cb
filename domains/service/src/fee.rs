//! 收费。 What a case is charged, remitted, has paid and gets back: by the list alone, in sums that are reckoned from it.
//!
//! A decision waits for money only where a law says that it does; nowhere else is there any step that asks whether it came.

use crate::case::{Case, Fact};
use crate::decide::only_clock;
use crate::definition::Definition;
use crate::fee_item::{Entry, FeeItem};
use crate::rules;
use fadu_kernel::{Basis, Ctx, Fen, Help, Refusal, Role, Rule};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 一项收费, as it was notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    pub name: String,
    pub basis: Basis,
    pub quantity: u32,
    pub amount_fen: i64,
    pub on: Date,
    /// 先缴费后决定的依据
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Basis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempted: Option<Exempted>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Paid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Date>,
    /// 多收: what a provider took while the window had the money already, or while another sum was owed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surpluses: Vec<Surplus>,
}

/// 多收的一笔。 Nobody owed it, so it goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surplus {
    pub paid: Paid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Date>,
}

/// 减免。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exempted {
    pub on: Date,
    pub amount_fen: i64,
}

/// 到账。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    pub on: Date,
    pub way: PayWay,
    pub reference: String,
    pub amount_fen: i64,
    /// By the simulated provider: no money moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayWay {
    /// 现金
    Cash,
    /// 转账
    Transfer,
    /// 网上支付
    Online,
}

impl PayWay {
    pub fn zh(self) -> &'static str {
        match self {
            PayWay::Cash => "现金",
            PayWay::Transfer => "转账",
            PayWay::Online => "网上支付",
        }
    }
}

impl Charge {
    /// 应缴: what was notified without what was remitted.
    pub fn due(&self) -> Fen {
        Fen(self.amount_fen - self.exempted.as_ref().map_or(0, |exempted| exempted.amount_fen))
    }

    pub fn is_open(&self) -> bool {
        self.paid.is_none() && self.due().0 > 0
    }

    /// 待退的多收。
    pub fn surplus(&self) -> Option<&Paid> {
        let open = self.surpluses.iter().find(|surplus| surplus.refunded.is_none());
        open.map(|surplus| &surplus.paid)
    }

    /// How it stands, as a page says it.
    pub fn zh(&self) -> String {
        let remitted = self
            .exempted
            .as_ref()
            .map(|exempted| format!("，减免{}元", Fen(exempted.amount_fen)));
        let stands = match (&self.paid, self.refunded) {
            (_, Some(on)) => format!("{on}已退"),
            (Some(paid), None) => {
                let simulated = if paid.simulated { "（模拟）" } else { "" };
                format!("{}{}{simulated}已缴", paid.on, paid.way.zh())
            }
            (None, None) if self.is_open() => format!("待缴{}元", self.due()),
            (None, None) => "不用缴".to_owned(),
        };
        let surpluses = self.surpluses.iter().map(|surplus| {
            let (amount, simulated) =
                (Fen(surplus.paid.amount_fen), if surplus.paid.simulated { "（模拟）" } else { "" });
            match surplus.refunded {
                Some(on) => format!("；{}网上多收{simulated}{amount}元，{on}已退", surplus.paid.on),
                None => format!("；{}网上多收{simulated}{amount}元，待退", surplus.paid.on),
            }
        });
        let surpluses: String = surpluses.collect();
        format!("{}元{}，{stands}{surpluses}", Fen(self.amount_fen), remitted.unwrap_or_default())
    }
}

type Decision = Result<Vec<Fact>, Refusal>;

fn no(rule: &'static Rule, help: Help, because: impl Into<String>) -> Decision {
    Err(Refusal::new(rule, help, because))
}

/// 缴费通知: of an accepted case, by the item's own guide and the list of today.
pub(crate) fn charge(case: &Case, code: &str, quantity: u32, item: &Definition, ctx: &Ctx) -> Decision {
    if case.accepted.is_none() {
        return no(&rules::ORDER, Help::Officer, "还没有受理");
    }
    let listed = FeeItem::listed(code, ctx);
    if item.is_permit() && listed.is_some_and(Entry::pays_for_a_hearing) {
        let because = "申请人、利害关系人不承担行政机关组织听证的费用";
        return no(&rules::HEARING_IS_FREE, Help::CatalogueManager, because);
    }
    if let Some(charge) = case.fees.get(code) {
        return no(&rules::ORDER, Help::Officer, format!("{}已经通知缴纳{}", charge.on, charge.name));
    }
    if !item.fee.charged || !item.fee.codes.iter().any(|listed| listed == code) {
        let because = format!("公布的办事指南没有为本事项列出收费“{code}”");
        return no(&rules::LISTED_CHARGES, Help::CatalogueManager, because);
    }
    let Some(entry) = listed else {
        return no(&rules::LISTED_CHARGES, Help::CatalogueManager, format!("收费目录清单里没有“{code}”"));
    };
    if item.is_permit() && !entry.rests_on_law() {
        let because = format!("“{}”的依据是{}，许可事项不能据此收费", entry.name, entry.level.zh());
        return no(&rules::FEE_BY_LAW, Help::CatalogueManager, because);
    }
    if !entry.standard.is_set() {
        let because = format!("收费目录清单没有写明“{}”的标准", entry.name);
        return no(&rules::FEE_AS_PUBLISHED, Help::CatalogueManager, because);
    }
    Ok(vec![Fact::FeeCharged {
        code: code.to_owned(),
        name: entry.name.clone(),
        basis: entry.basis.clone(),
        standard: entry.standard.zh(),
        quantity,
        amount_fen: entry.standard.amount(quantity).0,
        waits: entry.waits.clone(),
        department: case.org.clone(),
    }])
}

/// Of a closed case too, since nothing waited for the money.
fn charged<'a>(case: &'a Case, code: &str) -> Result<&'a Charge, Refusal> {
    if let Some(archived) = &case.archived {
        let because = format!("{}已经归档", archived.on);
        return Err(Refusal::new(&rules::CLOSED, Help::Officer, because));
    }
    let charge = case.fees.get(code);
    charge
        .ok_or_else(|| Refusal::new(&rules::ORDER, Help::Officer, format!("没有通知过缴纳收费项目“{code}”")))
}

/// 减免, on a ground that the list gives.
pub(crate) fn exempt(case: &Case, code: &str, ground: &str, ctx: &Ctx) -> Decision {
    let charge = charged(case, code)?;
    if charge.paid.is_some() || charge.exempted.is_some() {
        return no(&rules::ORDER, Help::Officer, "已经缴纳或者减免过；多收的按退费办理");
    }
    let listed = FeeItem::listed(code, ctx).and_then(|entry| entry.exemption(ground));
    let Some(exemption) = listed else {
        let because = format!("收费目录没有为“{}”规定这种减免", charge.name);
        return no(&rules::FEE_AS_PUBLISHED, Help::CatalogueManager, because);
    };
    Ok(vec![Fact::FeeExempted {
        code: code.to_owned(),
        name: charge.name.clone(),
        ground: exemption.name.clone(),
        basis: exemption.basis.clone(),
        amount_fen: exemption.remits(Fen(charge.amount_fen)).0,
        department: case.org.clone(),
    }])
}

/// 缴费, in full.
pub(crate) fn pay(
    case: &Case,
    code: &str,
    way: PayWay,
    amount_fen: i64,
    reference: &str,
    simulated: bool,
    ctx: &Ctx,
) -> Decision {
    let charge = charged(case, code)?;
    if !charge.is_open() {
        return no(&rules::ORDER, Help::Officer, format!("{}：{}", charge.name, charge.zh()));
    }
    // What a provider says comes from the provider alone, and nobody at a desk says it in its place.
    if (way == PayWay::Online) != (ctx.actor.role == Role::Clock) {
        return no(&rules::ORDER, Help::Operator, "网上支付由支付平台的回执记录，现金和转账由工作人员记录");
    }
    if Fen(amount_fen) != charge.due() {
        let because = format!("应缴{}元，记录的是{}元", charge.due(), Fen(amount_fen));
        return no(&rules::FEE_AS_PUBLISHED, Help::Officer, because);
    }
    Ok(vec![Fact::FeePaid {
        code: code.to_owned(),
        name: charge.name.clone(),
        way,
        reference: reference.to_owned(),
        amount_fen,
        simulated,
        department: case.org.clone(),
    }])
}

/// 多收: of an archived case too, since the money has come.
pub(crate) fn note_surplus(
    case: &Case,
    code: &str,
    amount_fen: i64,
    reference: &str,
    simulated: bool,
    ctx: &Ctx,
) -> Decision {
    only_clock(ctx)?;
    let Some(charge) = case.fees.get(code) else {
        return no(&rules::ORDER, Help::Operator, format!("没有通知过缴纳收费项目“{code}”"));
    };
    if case.archived.is_none() && charge.is_open() && Fen(amount_fen) == charge.due() {
        return no(&rules::ORDER, Help::Operator, format!("{}还没有缴纳，应当记作缴费", charge.name));
    }
    let mut noted = charge.paid.iter().chain(charge.surpluses.iter().map(|surplus| &surplus.paid));
    if noted.any(|paid| paid.reference == reference) {
        return no(&rules::ORDER, Help::Operator, format!("流水{reference}已经记过"));
    }
    Ok(vec![Fact::SurplusNoted {
        code: code.to_owned(),
        name: charge.name.clone(),
        reference: reference.to_owned(),
        amount_fen,
        simulated,
        department: case.org.clone(),
    }])
}

/// 退费 (行政许可法 75), in full: what nobody owed first, whatever became of the case.
pub(crate) fn refund(case: &Case, code: &str, reason: &str) -> Decision {
    let surplus = case.fees.get(code).and_then(|charge| Some((charge, charge.surplus()?)));
    if let Some((charge, paid)) = surplus {
        return Ok(vec![Fact::FeeRefunded {
            code: code.to_owned(),
            name: charge.name.clone(),
            amount_fen: paid.amount_fen,
            reason: reason.to_owned(),
            simulated: paid.simulated,
            surplus: true,
            department: case.org.clone(),
        }]);
    }
    let charge = charged(case, code)?;
    match (&charge.paid, charge.refunded) {
        (Some(paid), None) => Ok(vec![Fact::FeeRefunded {
            code: code.to_owned(),
            name: charge.name.clone(),
            amount_fen: paid.amount_fen,
            reason: reason.to_owned(),
            simulated: paid.simulated,
            surplus: false,
            department: case.org.clone(),
        }]),
        (Some(_), Some(on)) => no(&rules::ORDER, Help::AgencyHead, format!("{on}已经退过")),
        (None, _) => no(&rules::ORDER, Help::AgencyHead, "还没有缴纳"),
    }
}

/// 先缴费后决定, where a law says so.
pub(crate) fn paid_where_the_law_waits(case: &Case) -> Result<(), Refusal> {
    let open = case.fees.values().find(|charge| charge.waits.is_some() && charge.is_open());
    match open {
        Some(charge) => {
            let because = format!("{}还没有缴纳{}元", charge.name, charge.due());
            Err(Refusal::new(&rules::PAID_FIRST, Help::Window, because))
        }
        None => Ok(()),
    }
}
