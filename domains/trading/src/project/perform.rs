//! 合同与履行。 Contract, bonds, records with finance, changes, payment, acceptance, archive.

use super::decide::Decision;
use super::{BondsTo, Contract, Fact, Project, SignedContract};
use crate::draw::is_hash;
use crate::regime::{Regime, at_most_percent};
use crate::time::within;
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Fen, Help, Limit, Refusal};
use jiff::civil::Date;

pub(super) fn sign(p: &Project, contract: &Contract, ctx: &Ctx) -> Decision {
    let Some((award, notice)) = p.award.as_ref().and_then(|award| Some((award, award.notice?))) else {
        return no(&rules::ORDER, Help::Officer, "还没有发出中标通知书");
    };
    need(p.contract.is_none(), &rules::THIRTY_DAYS, || "合同已经签订，不得再行订立背离的协议".into())?;
    need(is_hash(&contract.digest), &rules::ORDER, || "没有合同文本的摘要".into())?;
    need(contract.price_fen == award.price_fen, &rules::THIRTY_DAYS, || {
        format!("中标价{}元，合同价{}元", Fen(award.price_fen), Fen(contract.price_fen))
    })?;
    let bond = contract.performance_bond_fen;
    need(at_most_percent(bond, contract.price_fen, 10), &rules::PERFORMANCE_BOND, || {
        format!("履约保证金{}元，合同价{}元", Fen(bond), Fen(contract.price_fen))
    })?;
    need(!contract.transfers_main_part, &rules::SUBCONTRACTS, || "转让或者分包了主体、关键性工作".into())?;
    Ok(vec![Fact::ContractSigned {
        contract: Box::new(contract.clone()),
        estimate_fen: p.registration.estimate_fen,
        saving_fen: p.registration.estimate_fen - contract.price_fen,
        sector: p.registration.sector.clone(),
        in_time: within(Limit::days(30), notice, ctx.today(), ctx.calendar),
        noted: !contract.differences.is_empty(),
    }])
}

fn signed(p: &Project) -> Result<&SignedContract, Refusal> {
    match &p.contract {
        Some(contract) => Ok(contract),
        None => no(&rules::ORDER, Help::Officer, "还没有签订合同"),
    }
}

pub(super) fn return_bonds(p: &Project, to: BondsTo, with_interest: bool, ctx: &Ctx) -> Decision {
    let rule = match p.regime() {
        Regime::Tendering => &rules::BONDS_BACK,
        Regime::Procurement => &rules::PROCUREMENT_BOND,
    };
    need(!p.bonds_returned.contains(&to), rule, || "已经退还".into())?;
    need(p.regime() == Regime::Procurement || with_interest, rule, || "没有退还银行同期存款利息".into())?;
    // No award follows any more. 及时退还 (实施条例 31) names no number of days.
    let over = match to {
        BondsTo::Earlier => !p.rounds_over.is_empty(),
        BondsTo::Losers => p.terminated.is_some(),
        BondsTo::Winner => false,
    };
    if over {
        return Ok(vec![Fact::BondsReturned { to, in_time: None }]);
    }
    need(to != BondsTo::Earlier, rule, || "没有重新招标，或者已经退还".into())?;
    let notice = p.award.as_ref().and_then(|award| award.notice);
    // In procurement the losers' run from the notice; all others from the contract.
    let from = match (p.regime(), to) {
        (Regime::Procurement, BondsTo::Losers) => notice,
        (Regime::Procurement, BondsTo::Winner | BondsTo::Earlier) | (Regime::Tendering, _) => {
            p.contract.as_ref().map(|c| c.on)
        }
    };
    // Earlier than the law asks is never too early for those who did not win.
    let start = from.or(notice.filter(|_| to == BondsTo::Losers));
    let Some(start) = start else {
        return no(rule, Help::Officer, "还没有签订合同（发出中标通知书）");
    };
    let in_time = within(p.regime().bond_back(), start, ctx.today(), ctx.calendar);
    Ok(vec![Fact::BondsReturned { to, in_time }])
}

fn only_procurement(p: &Project) -> Result<&SignedContract, Refusal> {
    need(p.regime() == Regime::Procurement, &rules::ORDER, || "只有政府采购合同要备案和公告".into())?;
    signed(p)
}

pub(super) fn file_contract(p: &Project, digest: &str, ctx: &Ctx) -> Decision {
    let contract = only_procurement(p)?;
    need(!contract.filed, &rules::PROCUREMENT_COPY, || "已经备案".into())?;
    let in_time = within(Limit::workdays(7), contract.on, ctx.today(), ctx.calendar);
    Ok(vec![Fact::ContractFiled { digest: digest.to_owned(), in_time }])
}

pub(super) fn publish_contract(p: &Project, digest: &str, ctx: &Ctx) -> Decision {
    let contract = only_procurement(p)?;
    need(!contract.published, &rules::PROCUREMENT_AWARD, || "已经公告".into())?;
    let in_time = within(Limit::workdays(2), contract.on, ctx.today(), ctx.calendar);
    Ok(vec![Fact::ContractPublished { digest: digest.to_owned(), in_time }])
}

pub(super) fn change(p: &Project, amount_fen: i64, reason: &str, digest: &str) -> Decision {
    let contract = signed(p)?;
    let written = !reason.trim().is_empty() && is_hash(digest);
    need(written, &rules::THIRTY_DAYS, || "没有变更的理由或者补充协议".into())?;
    let Some(total_fen) = contract.changes_fen.checked_add(amount_fen) else {
        return no(&rules::CONTRACT_SUM, Help::Officer, "金额过大");
    };
    let price = contract.contract.price_fen;
    let within_tenth = p.regime() != Regime::Procurement || at_most_percent(total_fen, price, 10);
    need(within_tenth, &rules::CONTRACT_SUM, || {
        format!("追加合计{}元，原合同{}元", Fen(total_fen), Fen(price))
    })?;
    Ok(vec![Fact::ContractChanged {
        amount_fen,
        total_fen,
        reason: reason.to_owned(),
        digest: digest.to_owned(),
    }])
}

pub(super) fn pay(p: &Project, amount_fen: i64, voucher: &str) -> Decision {
    let contract = signed(p)?;
    need(amount_fen > 0 && !voucher.trim().is_empty(), &rules::CONTRACT_SUM, || {
        "金额应大于零，并写明凭证".into()
    })?;
    let most = contract.contract.price_fen.saturating_add(contract.changes_fen);
    let total_fen = contract.paid_fen.saturating_add(amount_fen);
    need(total_fen <= most, &rules::CONTRACT_SUM, || {
        format!("累计付款{}元，合同价款{}元", Fen(total_fen), Fen(most))
    })?;
    Ok(vec![Fact::Paid { amount_fen, total_fen, voucher: voucher.to_owned() }])
}

pub(super) fn accept_work(p: &Project, passed: bool, digest: &str) -> Decision {
    let contract = signed(p)?;
    need(contract.accepted != Some(true), &rules::ORDER, || "已经验收".into())?;
    need(is_hash(digest), &rules::ORDER, || "没有验收书".into())?;
    Ok(vec![Fact::WorkAccepted { passed, digest: digest.to_owned() }])
}

pub(super) fn archive(p: &Project, index: &str, keep_until: Date, ctx: &Ctx) -> Decision {
    let accepted = p.contract.as_ref().is_some_and(|contract| contract.accepted == Some(true));
    // One that came to nothing is kept like any other, once everybody has back what they had given (实施条例 31).
    need(accepted || p.terminated.is_some(), &rules::ORDER, || "还没有验收，也没有终止".into())?;
    let bond = p.tender.file.as_ref().is_some_and(|file| file.bond_fen > 0);
    let owed = p.terminated.is_some() && p.tender.announced.is_some() && bond;
    need(!owed || p.bonds_returned.contains(&BondsTo::Losers), &rules::REFUND_ON_END, || {
        "终止以后投标保证金还没有退还".into()
    })?;
    need(is_hash(index), &rules::ORDER, || "没有归档目录".into())?;
    let ten_years = ctx.today().saturating_add(jiff::Span::new().years(10));
    need(keep_until >= ten_years, &rules::KEPT_TEN_YEARS, || {
        format!("保存到{keep_until}，至少应到{ten_years}")
    })?;
    if p.regime() == Regime::Procurement {
        let least = ctx.today().saturating_add(jiff::Span::new().years(15));
        need(keep_until >= least, &rules::PROCUREMENT_RECORDS, || {
            format!("保存到{keep_until}，至少应到{least}")
        })?;
    }
    let steps_online = p.n_steps.saturating_sub(p.n_offline) + 1;
    Ok(vec![Fact::Archived { index: index.to_owned(), keep_until, steps: p.n_steps + 1, steps_online }])
}

/// A step that was done on paper is one of the project's steps and not one done in the system.
pub(super) fn note_offline(step: &str, reason: &str) -> Decision {
    let told = !step.trim().is_empty() && !reason.trim().is_empty();
    need(told, &rules::ORDER, || "没有写明哪一步、为什么在线下办理".into())?;
    Ok(vec![Fact::OfflineNoted { step: step.to_owned(), reason: reason.to_owned() }])
}
