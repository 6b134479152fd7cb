//! 监督。 Suspensions, interventions, alerts that end in a disposition, checks, suspected crimes.

use super::decide::Decision;
use super::{Crime, Disposition, Fact, Project};
use crate::draw::is_hash;
use crate::regime::Regime;
use crate::{need, no, only_clock, rules};
use fadu_kernel::{Ctx, Help, Limit, OrgId, Refusal};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// 责令暂停 (实施条例 62; 采购法 57, where thirty days are the most).
pub(super) fn suspend(p: &Project, document: &str, ctx: &Ctx) -> Decision {
    need(!document.trim().is_empty(), &rules::STOPPED, || "没有写明暂停文书".into())?;
    need(p.suspended.is_none(), &rules::PROCUREMENT_SUSPENSION, || "已经暂停，不能接着再暂停".into())?;
    let until = match p.regime() {
        Regime::Tendering => None,
        // The bare thirtieth day: a day off does not lengthen what may be no longer.
        Regime::Procurement => Some(fadu_kernel::calendar::offset(ctx.today(), 30)),
    };
    Ok(vec![Fact::Suspended { document: document.to_owned(), until }])
}

pub(super) fn resume(p: &Project, document: &str) -> Decision {
    need(p.suspended.is_some(), &rules::STOPPED, || "没有暂停".into())?;
    Ok(vec![Fact::Resumed { document: document.to_owned() }])
}

pub(super) fn lapse_suspension(p: &Project, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    let until = p.suspended.as_ref().and_then(|suspension| suspension.until);
    need(until.is_some_and(|until| ctx.today() > until), &rules::PROCUREMENT_SUSPENSION, || {
        "暂停期限还没有满".into()
    })?;
    Ok(vec![Fact::SuspensionLapsed])
}

/// Only ever added to: there is no act that changes or removes one.
pub(super) fn register_intervention(p: &Project, digest: &str, reported_to: &str) -> Decision {
    need(is_hash(digest), &rules::INTERVENTIONS, || "没有登记表的摘要".into())?;
    need(!reported_to.trim().is_empty(), &rules::REPORT_INTERVENTIONS, || "没有写明向谁报告".into())?;
    Ok(vec![Fact::InterventionRegistered {
        n: p.n_interventions + 1,
        digest: digest.to_owned(),
        reported_to: reported_to.to_owned(),
    }])
}

pub(super) fn raise_alert(p: &Project, rule: &str, evidence: &[String], note: &str) -> Decision {
    need(!rule.trim().is_empty() && !evidence.is_empty(), &rules::ALERTS_END, || {
        "没有写明规则或者证据".into()
    })?;
    Ok(vec![Fact::AlertRaised {
        n: p.alerts.len() as u32 + 1,
        rule: rule.to_owned(),
        evidence: evidence.to_vec(),
        note: note.to_owned(),
    }])
}

pub(super) fn dispose_alert(p: &Project, n: u32, disposition: Disposition, reason: &str) -> Decision {
    let Some(alert) = p.alerts.iter().find(|alert| alert.n == n && alert.disposed.is_none()) else {
        return no(&rules::ALERTS_END, Help::Officer, format!("第{n}号提示不存在，或者已经处理"));
    };
    need(!reason.trim().is_empty(), &rules::ALERTS_END, || "没有写明处理的理由".into())?;
    let rule = alert.rule.clone();
    Ok(vec![Fact::AlertDisposed { n, rule, disposition, reason: reason.to_owned() }])
}

pub(super) fn record_check(p: &Project, campaign: &str, violations: &[String], digest: &str) -> Decision {
    need(is_hash(digest), &rules::ANNOUNCE_DECISIONS, || "没有核查结论的摘要".into())?;
    Ok(vec![Fact::Checked {
        campaign: campaign.to_owned(),
        sector: p.registration.sector.clone(),
        violations: violations.to_vec(),
        clean: violations.is_empty(),
        digest: digest.to_owned(),
    }])
}

pub(super) fn report_crime(p: &Project, digest: &str, ctx: &Ctx) -> Decision {
    let pending = p
        .crime
        .as_ref()
        .is_some_and(|crime| crime.closed.is_none() && crime.decided.is_none_or(|(yes, _)| yes));
    need(!pending, &rules::HAND_OVER_CRIMES, || "已有一件还没有办结".into())?;
    need(is_hash(digest), &rules::HAND_OVER_CRIMES, || "没有涉嫌犯罪的书面报告".into())?;
    let decide_by = Limit::days(3).end(ctx.today(), ctx.calendar).ok();
    Ok(vec![Fact::CrimeReported { digest: digest.to_owned(), decide_by }])
}

fn crime(p: &Project) -> Result<&Crime, Refusal> {
    match &p.crime {
        Some(crime) => Ok(crime),
        None => no(&rules::HAND_OVER_CRIMES, Help::AgencyHead, "没有涉嫌犯罪的报告"),
    }
}

pub(super) fn decide_hand_over(p: &Project, approved: bool, reason: &str, ctx: &Ctx) -> Decision {
    let crime = crime(p)?;
    need(crime.decided.is_none(), &rules::HAND_OVER_CRIMES, || "已经决定".into())?;
    let told = approved || !reason.trim().is_empty();
    need(told, &rules::HAND_OVER_CRIMES, || "不予批准的理由应当记录在案".into())?;
    let in_time = crime.decide_by.map(|due| ctx.today() <= due);
    Ok(vec![Fact::HandOverDecided { approved, reason: reason.to_owned(), in_time }])
}

pub(super) fn hand_over(p: &Project, to: &OrgId, receipt: &str, ctx: &Ctx) -> Decision {
    let crime = crime(p)?;
    let Some((true, decided_ms)) = crime.decided else {
        return no(&rules::HAND_OVER_CRIMES, Help::AgencyHead, "还没有批准移送");
    };
    need(crime.handed_over.is_none(), &rules::HAND_OVER_CRIMES, || "已经移送".into())?;
    need(!receipt.trim().is_empty(), &rules::HAND_OVER_CRIMES, || "没有接收机关的回执".into())?;
    let in_time = ctx.moment.ms - decided_ms <= DAY_MS;
    Ok(vec![Fact::HandedOver { to: to.clone(), receipt: receipt.to_owned(), in_time }])
}

pub(super) fn close_hand_over(p: &Project, result: &str) -> Decision {
    let crime = crime(p)?;
    need(crime.handed_over.is_some() && crime.closed.is_none(), &rules::HAND_OVER_CRIMES, || {
        "还没有移送，或者已经办结".into()
    })?;
    need(!result.trim().is_empty(), &rules::HAND_OVER_CRIMES, || "没有写明办理结果".into())?;
    Ok(vec![Fact::HandOverClosed { result: result.to_owned() }])
}
