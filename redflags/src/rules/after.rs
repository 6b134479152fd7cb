//! 定标之后。 Contract, changes, payment, terms, agencies.

use super::parameters::CHANGES_PERCENT;
use super::{LAW, REGULATION, percent, tl, tr, yuan};
use crate::rule::{Applies, Evidence, Input, Rule, Seen};
use fadu_kernel::calendar::{days_between, offset};
use fadu_trading::time::civil_time;

/// 招标投标法 46.
const SIGN_WITHIN_DAYS: i64 = 30;
/// 演示参数: nobody's law, only slow.
const AWARD_WITHIN_DAYS: i64 = 90;

pub const RULES: &[Rule] = &[
    Rule {
        id: "contract-departs",
        zh: "合同价与中标价不一致",
        basis: &[tl(46)],
        formula: "合同价 ≠ 中标价",
        from: LAW,
        until: None,
        applies: Applies::All,
        inputs: &[Input::AwardPrice, Input::ContractPrice],
        check: contract_departs,
    },
    Rule {
        id: "contract-changes",
        zh: "合同变更超过合同价的百分之十",
        basis: &[],
        formula: "|变更合计| / 合同价 > 10%（演示参数；采购法49对政府采购规定追加不超过10%）",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::ContractPrice, Input::Changes],
        check: contract_changes,
    },
    Rule {
        id: "overpaid",
        zh: "付款超过合同价与变更之和",
        basis: &[tl(46)],
        formula: "已付款 > 合同价 + 变更合计",
        from: LAW,
        until: None,
        applies: Applies::All,
        inputs: &[Input::ContractPrice, Input::Changes, Input::Paid],
        check: overpaid,
    },
    Rule {
        id: "contract-late",
        zh: "中标通知书发出三十日内没有签订合同",
        basis: &[tl(46)],
        formula: "中标通知书发出之日至合同签订之日（未签的，至今日）> 30日",
        from: LAW,
        until: None,
        applies: Applies::Clock,
        inputs: &[Input::Notice],
        check: contract_late,
    },
    Rule {
        id: "award-slow",
        zh: "截止后九十日没有确定中标人",
        basis: &[],
        formula: "投标截止至确定中标人（未确定的，至今日）> 90日（演示参数）",
        from: None,
        until: None,
        applies: Applies::Clock,
        inputs: &[Input::Deadline, Input::Opened],
        check: award_slow,
    },
    Rule {
        id: "term-past",
        zh: "异议、投诉逾期没有办结",
        basis: &[tr(54), tr(60), tr(61)],
        formula: "期限届满之日已过而没有答复或者决定，或者办结晚于期限",
        from: REGULATION,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Terms],
        check: term_past,
    },
    Rule {
        id: "agency-record",
        zh: "代理机构的项目多次查实问题",
        basis: &[],
        formula: "同一代理机构经核查的项目中，查实问题或者整改逾期的占比 ≥ 20%，至少三个（演示参数）",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Agency],
        check: agency_record,
    },
];

fn contract_departs(seen: &Seen) -> Option<Evidence> {
    let award = seen.tender.award.as_ref()?.price_fen?;
    let contract = seen.tender.contract.as_ref()?.price_fen?;
    (award != contract).then(|| {
        Evidence::new(["中标价", "合同价", "差额"]).row([yuan(award), yuan(contract), yuan(contract - award)])
    })
}

fn contract_changes(seen: &Seen) -> Option<Evidence> {
    let contract = seen.tender.contract.as_ref()?;
    let (price, changes) = (contract.price_fen?, contract.changes_fen?);
    let much = i128::from(changes.abs()) * 100 > i128::from(price) * i128::from(CHANGES_PERCENT);
    much.then(|| {
        Evidence::new(["合同价", "变更合计", "占比"]).row([
            yuan(price),
            yuan(changes),
            percent(changes, price),
        ])
    })
}

fn overpaid(seen: &Seen) -> Option<Evidence> {
    let contract = seen.tender.contract.as_ref()?;
    let (price, changes, paid) = (contract.price_fen?, contract.changes_fen?, contract.paid_fen?);
    (paid > price.saturating_add(changes)).then(|| {
        Evidence::new(["合同价", "变更合计", "已付款"]).row([yuan(price), yuan(changes), yuan(paid)])
    })
}

fn contract_late(seen: &Seen) -> Option<Evidence> {
    let notice = seen.tender.award.as_ref()?.notice?;
    let signed = seen.tender.contract.as_ref().and_then(|contract| contract.on);
    let days = days_between(notice, signed.unwrap_or(seen.today));
    (days > SIGN_WITHIN_DAYS).then(|| {
        let signed = signed.map_or("还没有签订".to_owned(), |on| on.to_string());
        let last = offset(notice, SIGN_WITHIN_DAYS).to_string();
        Evidence::new(["中标通知书", "最后一日", "签订", "天数"]).row([
            notice.to_string(),
            last,
            signed,
            days.to_string(),
        ])
    })
}

fn award_slow(seen: &Seen) -> Option<Evidence> {
    let deadline = civil_time(seen.tender.deadline_ms?)?.date();
    let awarded = seen.tender.award.as_ref().and_then(|award| award.on);
    let days = days_between(deadline, awarded.unwrap_or(seen.today));
    (days > AWARD_WITHIN_DAYS).then(|| {
        let awarded = awarded.map_or("还没有确定".to_owned(), |on| on.to_string());
        Evidence::new(["投标截止", "确定中标人", "天数"]).row([
            deadline.to_string(),
            awarded,
            days.to_string(),
        ])
    })
}

fn term_past(seen: &Seen) -> Option<Evidence> {
    let terms = seen.tender.terms.iter().flatten();
    let late = terms.filter(|term| term.due.is_some_and(|due| term.done.unwrap_or(seen.today) > due));
    let rows = late.map(|term| {
        let day = |on: Option<jiff::civil::Date>, none: &str| on.map_or(none.to_owned(), |on| on.to_string());
        [term.what.clone(), day(term.due, "—"), day(term.done, "还没有办结")]
    });
    rows.fold(Evidence::new(["事项", "期限", "办结"]), Evidence::row).found()
}

fn agency_record(seen: &Seen) -> Option<Evidence> {
    let agency = seen.tender.agency.as_deref()?;
    let record = seen.market.agency(agency, seen.today);
    let bad = record.n_confirmed.max(record.n_overdue);
    (record.n_checked >= 3 && bad * 5 >= record.n_checked).then(|| {
        Evidence::new(["代理机构", "经核查", "查实问题", "整改逾期"]).row([
            agency.to_owned(),
            record.n_checked.to_string(),
            record.n_confirmed.to_string(),
            record.n_overdue.to_string(),
        ])
    })
}
