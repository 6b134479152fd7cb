//! 核对。 What matching alone can tell: a project that was paid and never tendered, one that was tendered before it was
//! approved, one that was paid more than it was awarded. Each by the rules of its own year; where a field or that year's
//! threshold is missing it is not computable and says what is missing. The rules that look at bids are others' results.

use super::{Matched, Past, What};
use crate::parts::{Finding, Outcome};
use fadu_kernel::Fen;
use jiff::civil::Date;

/// 规模标准 of a contract of this kind on a day; `None` while that year's is not held.
pub type Threshold<'a> = &'a dyn Fn(What, Date) -> Option<i64>;

pub fn judge(project: &Past, matched: &Matched, threshold: Threshold) -> Vec<Finding> {
    let mut findings = vec![
        untendered(project, matched, threshold),
        approval_first(project, matched),
        overpaid(project, matched),
    ];
    if !project.unreadable.is_empty() {
        let missing = project.unreadable.clone();
        findings.push(lacking("SUP-12", "清单里有读不出来的内容", missing));
    }
    findings
}

fn finding(rule: &str, says: &str, outcome: Outcome, evidence: Vec<String>) -> Finding {
    Finding { rule: rule.to_owned(), says: says.to_owned(), outcome, evidence, missing: Vec::new() }
}

fn lacking(rule: &str, says: &str, missing: Vec<String>) -> Finding {
    Finding { missing, ..finding(rule, says, Outcome::NotComputable, Vec::new()) }
}

/// 应招未招 (招标投标法 3、4): paid or approved at the threshold or above, and in no list of tenders. Parts that reach it
/// only together are named as such.
fn untendered(project: &Past, matched: &Matched, threshold: Threshold) -> Finding {
    const SAYS: &str = "达到规模标准而没有招标记录";
    if project.listed {
        return finding("TND-01", SAYS, Outcome::NotFound, vec![format!("招标清单 {}", project.id)]);
    }
    let mut missing = Vec::new();
    let what = project.what;
    if what.is_none() {
        missing.push("类别".to_owned());
    }
    let day = matched.approved_on().or_else(|| project.day());
    if day.is_none() {
        missing.push("日期".to_owned());
    }
    let approved = matched.approvals.iter().filter_map(|one| one.investment_fen).max();
    let amount = match (matched.payments.is_empty(), matched.paid_fen()) {
        (false, paid) => paid,
        (true, _) => approved,
    };
    if amount.is_none() {
        missing.push("金额".to_owned());
    }
    let limit = what.zip(day).map(|(what, day)| (what, day, threshold(what, day)));
    if let Some((what, day, None)) = limit {
        missing.push(format!("{}年{}规模标准", day.year(), what.zh()));
    }
    let (Some((_, _, Some(limit))), Some(amount)) = (limit, amount) else {
        return lacking("TND-01", SAYS, missing);
    };
    let evidence = evidence(matched);
    let single = matched
        .payments
        .iter()
        .any(|one| one.amount_fen.is_some_and(|fen| fen >= limit));
    match amount >= limit {
        true if single || matched.payments.len() < 2 => finding("TND-01", SAYS, Outcome::Found, evidence),
        true => finding("TND-02", "分次付款合计达到规模标准而没有招标记录", Outcome::Found, evidence),
        false => finding("TND-01", SAYS, Outcome::NotFound, evidence),
    }
}

fn evidence(matched: &Matched) -> Vec<String> {
    let amount = |fen: Option<i64>| fen.map_or("金额不明".to_owned(), |fen| format!("{}元", Fen(fen)));
    let approvals = matched
        .approvals
        .iter()
        .map(|one| format!("批准 {} {}", one.document, amount(one.investment_fen)));
    let payments = matched
        .payments
        .iter()
        .map(|one| format!("付款 {} {}", one.voucher, amount(one.amount_fen)));
    approvals.chain(payments).collect()
}

/// 先审批后招标 (招标投标法 9).
fn approval_first(project: &Past, matched: &Matched) -> Finding {
    const SAYS: &str = "审批在招标公告之后";
    let mut missing = Vec::new();
    if !project.listed {
        missing.push("招标公告".to_owned());
    } else if project.announced.is_none() {
        missing.push("公告日期".to_owned());
    }
    let approved = matched.approved_on();
    match (matched.has_approvals, matched.approvals.is_empty(), approved) {
        (false, _, _) => missing.push("审批清单".to_owned()),
        (true, true, _) => missing.push("批准文件".to_owned()),
        (true, false, None) => missing.push("批准日期".to_owned()),
        (true, false, Some(_)) => {}
    }
    let (Some(announced), Some(approved), true) = (project.announced, approved, missing.is_empty()) else {
        return lacking("TND-03", SAYS, missing);
    };
    let outcome = if approved > announced { Outcome::Found } else { Outcome::NotFound };
    finding("TND-03", SAYS, outcome, vec![format!("批准 {approved}"), format!("公告 {announced}")])
}

/// 付款超过中标金额 (招标投标法 46).
fn overpaid(project: &Past, matched: &Matched) -> Finding {
    const SAYS: &str = "付款合计超过中标金额";
    let mut missing = Vec::new();
    if !project.listed {
        missing.push("中标结果".to_owned());
    } else if project.price_fen.is_none() {
        missing.push("中标金额".to_owned());
    }
    let paid = matched.paid_fen();
    match (matched.has_payments, matched.payments.is_empty(), paid) {
        (false, _, _) => missing.push("付款清单".to_owned()),
        (true, true, _) => missing.push("付款记录".to_owned()),
        (true, false, None) => missing.push("付款金额".to_owned()),
        (true, false, Some(_)) if matched.shared => missing.push("付款所属标段".to_owned()),
        (true, false, Some(_)) => {}
    }
    if !matches!(project.currency.as_str(), "CNY") && missing.is_empty() {
        missing.push(format!("人民币金额（清单是{}）", project.currency));
    }
    let (Some(price), Some(paid), true) = (project.price_fen, paid, missing.is_empty()) else {
        return lacking("TND-56", SAYS, missing);
    };
    let outcome = if paid > price { Outcome::Found } else { Outcome::NotFound };
    let mut told = vec![format!("中标 {}元", Fen(price)), format!("付款合计 {}元", Fen(paid))];
    told.extend(evidence(matched).into_iter().filter(|one| one.starts_with("付款")));
    finding("TND-56", SAYS, outcome, told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookback::{Approval, Payment};
    use jiff::civil::date;

    const LIMIT: i64 = 400_000_000;

    /// As of June 2018; nothing is held for the years before.
    fn held(what: What, day: Date) -> Option<i64> {
        (what == What::Works && day >= date(2018, 6, 1)).then_some(LIMIT)
    }

    fn payment(fen: i64) -> Payment {
        Payment {
            voucher: "V".into(),
            code: String::new(),
            title: String::new(),
            payer: String::new(),
            amount_fen: Some(fen),
            on: None,
            unreadable: Vec::new(),
        }
    }

    fn approval(on: Date) -> Approval {
        Approval {
            document: "批".into(),
            code: String::new(),
            title: String::new(),
            owner: String::new(),
            what: Some(What::Works),
            sector: String::new(),
            investment_fen: Some(LIMIT),
            on: Some(on),
            unreadable: Vec::new(),
        }
    }

    fn off_list(on: Date, payments: &[i64]) -> Finding {
        let project = Past { what: Some(What::Works), currency: "CNY".into(), ..Past::default() };
        let matched = Matched {
            approvals: vec![approval(on)],
            payments: payments.iter().map(|fen| payment(*fen)).collect(),
            ..Matched::default()
        };
        judge(&project, &matched, &held).remove(0)
    }

    #[test]
    fn the_threshold_of_its_own_year_on_both_sides() {
        let day = date(2021, 3, 4);
        let told = |on, payments: &[i64]| {
            let found = off_list(on, payments);
            (found.rule.clone(), found.outcome)
        };
        assert_eq!(told(day, &[LIMIT]), ("TND-01".into(), Outcome::Found));
        assert_eq!(told(day, &[LIMIT - 1]), ("TND-01".into(), Outcome::NotFound));
        assert_eq!(told(day, &[LIMIT / 2, LIMIT / 2]), ("TND-02".into(), Outcome::Found));
        assert_eq!(told(day, &[LIMIT / 2, LIMIT / 2 - 1]), ("TND-01".into(), Outcome::NotFound));
        assert_eq!(told(day, &[]), ("TND-01".into(), Outcome::Found), "by what was approved");
        assert_eq!(told(date(2018, 6, 1), &[LIMIT]), ("TND-01".into(), Outcome::Found));
        let early = off_list(date(2018, 5, 31), &[LIMIT]);
        assert_eq!(
            (early.outcome, early.missing),
            (Outcome::NotComputable, vec!["2018年工程规模标准".to_owned()])
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let found = judge(&Past { listed: true, ..Past::default() }, &Matched::default(), &held);
        let missing: Vec<&[String]> = found.iter().map(|one| &one.missing[..]).collect();
        assert_eq!(missing[0], &[] as &[String]);
        assert_eq!(missing[1], ["公告日期", "审批清单"]);
        assert_eq!(missing[2], ["中标金额", "付款清单"]);
        let unlisted = judge(&Past::default(), &Matched::default(), &held);
        assert_eq!(unlisted[0].missing, ["类别", "日期", "金额"]);
    }

    #[test]
    fn approval_before_the_announcement_and_payment_up_to_the_price() {
        let tell = |approved: Date, paid: i64| {
            let project = Past {
                listed: true,
                announced: Some(date(2021, 3, 4)),
                price_fen: Some(100),
                currency: "CNY".into(),
                ..Past::default()
            };
            let matched = Matched {
                approvals: vec![approval(approved)],
                payments: vec![payment(paid)],
                has_approvals: true,
                has_payments: true,
                ..Matched::default()
            };
            let found = judge(&project, &matched, &held);
            (found[1].outcome, found[2].outcome)
        };
        assert_eq!(tell(date(2021, 3, 4), 100), (Outcome::NotFound, Outcome::NotFound));
        assert_eq!(tell(date(2021, 3, 5), 101), (Outcome::Found, Outcome::Found));
    }
}
