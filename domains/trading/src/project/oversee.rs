//! 监督部门在交易里的行为。 Suspensions, interventions, leads that end in a disposition. What supervision does by itself
//! (alerts, checks, hand-overs) stands in its own store.

use super::decide::Decision;
use super::{Disposition, Fact, Project};
use crate::complaint::About;
use crate::draw::is_hash;
use crate::regime::Regime;
use crate::{need, no, only_clock, rules};
use fadu_kernel::{Ctx, Help, MatterId};

/// 责令暂停 (实施条例 62; 采购法 57, where thirty days are the most).
pub(super) fn suspend(p: &Project, document: &str, ctx: &Ctx) -> Decision {
    need(!document.trim().is_empty(), &rules::STOPPED, || "没有写明暂停文书".into())?;
    let known = p.suspensions().any(|order| order.document == document);
    need(!known, &rules::STOPPED, || format!("已经依{document}暂停"))?;
    let until = match p.regime() {
        Regime::Tendering => None,
        // The bare thirtieth day of all suspensions together: a day off does not lengthen what may be no longer.
        Regime::Procurement => {
            let since = p.still_since.unwrap_or(ctx.today());
            let left = 30 - p.days_suspended;
            let until = fadu_kernel::calendar::offset(since, left);
            need(left > 0 && until > ctx.today(), &rules::PROCUREMENT_SUSPENSION, || {
                format!("已经暂停过{}日，合计不得超过三十日", p.days_suspended)
            })?;
            Some(until)
        }
    };
    Ok(vec![Fact::Suspended { document: document.to_owned(), until }])
}

/// One order is lifted; where several are in force, the one that is named.
pub(super) fn resume(p: &Project, document: &str, of: &str) -> Decision {
    need(p.suspended.is_some(), &rules::STOPPED, || "没有暂停".into())?;
    let only = of.is_empty() && p.also_suspended.is_empty();
    let named = p.suspensions().any(|order| order.document == of);
    need(only || named, &rules::STOPPED, || {
        let orders: Vec<&str> = p.suspensions().map(|order| order.document.as_str()).collect();
        format!("应写明恢复所针对的暂停文书，现在有效的是{}", orders.join("、"))
    })?;
    Ok(vec![Fact::Resumed { document: document.to_owned(), suspension: of.to_owned() }])
}

pub(super) fn lapse_suspension(p: &Project, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    let until = p.suspended.as_ref().and_then(|suspension| suspension.until);
    need(until.is_some_and(|until| ctx.today() > until), &rules::PROCUREMENT_SUSPENSION, || {
        "暂停期限还没有满".into()
    })?;
    Ok(vec![Fact::SuspensionLapsed])
}

/// 投诉成立: the project hears of it from the complaint itself.
pub(super) fn note_upheld(p: &Project, complaint: MatterId, about: About) -> Decision {
    let known = p.upheld_complaints.iter().any(|one| one.complaint == complaint);
    need(!known, &rules::ORDER, || "已经记录".into())?;
    Ok(vec![Fact::ComplaintUpheld { complaint, about }])
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

/// A notice is made once; everybody gets that one.
pub(super) fn issue_notice(p: &Project, seq: i64, digest: &str) -> Decision {
    need(!p.documents.contains_key(&seq) && is_hash(digest), &rules::ORDER, || {
        "这份文书已经制作，或者没有它的摘要".into()
    })?;
    Ok(vec![Fact::NoticeIssued { seq, digest: digest.to_owned() }])
}
