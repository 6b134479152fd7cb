//! 决定。 What each step of a penalty leaves behind, or the rule that forbids it.

use super::{Act, Case, Decision, FIVE, Fact, NINETY, Penalty, SEVEN};
use crate::{in_time, is_hash, last_day, need, no, rules};
use fadu_kernel::{Ctx, Help, Refusal};
use jiff::civil::Date;

type Answer = Result<Vec<Fact>, Refusal>;

pub(super) fn decide(p: &Penalty, act: &Act, ctx: &Ctx) -> Answer {
    if let Act::File { case } = act {
        need(p.filed.is_none(), &rules::ORDER, || "已经立案".into())?;
        may_file(case, ctx)?;
        let (number, org) = (crate::number(ctx), ctx.actor.org.clone());
        return Ok(vec![Fact::Filed { number, case: case.clone(), org }]);
    }
    need(p.filed.is_some(), &rules::ORDER, || "还没有立案".into())?;
    if let Act::Serve { receipt } = act {
        return serve(p, receipt, ctx);
    }
    need(p.decided.is_none(), &rules::ORDER, || "已经作出决定".into())?;
    match act {
        Act::File { .. } | Act::Serve { .. } => Ok(Vec::new()),
        Act::Preserve { list } => {
            need(is_hash(list), &rules::PRESERVED_SEVEN, || "没有清单的摘要".into())?;
            let n = p.preserved.len() as u32 + 1;
            Ok(vec![Fact::Preserved {
                n,
                list: list.clone(),
                due: last_day(SEVEN, ctx.today(), ctx.calendar),
            }])
        }
        Act::SettleEvidence { n, decision } => settle(p, *n, decision, ctx),
        Act::AdmitDevice { digest, reviewed, place_published } => {
            let rule = &rules::DEVICES;
            need(*reviewed, rule, || "设备没有经过法制和技术审核".into())?;
            need(*place_published, rule, || "设置地点没有公布".into())?;
            need(is_hash(digest), rule, || "没有证据的摘要".into())?;
            Ok(vec![Fact::DeviceAdmitted { digest: digest.clone() }])
        }
        Act::Tell { digest, until } => {
            let rule = &rules::TOLD_BEFORE;
            need(p.told.is_none(), &rules::ORDER, || "已经告知".into())?;
            need(is_hash(digest), rule, || "没有告知书的摘要".into())?;
            need(*until > ctx.today(), rule, || "没有给陈述申辩的时间".into())?;
            Ok(vec![Fact::Told { digest: digest.clone(), until: *until }])
        }
        Act::RecordDefence { digest } => {
            need(p.told.is_some() && is_hash(digest), &rules::TOLD_BEFORE, || {
                "还没有告知，或者没有材料的摘要".into()
            })?;
            Ok(vec![Fact::DefenceRecorded { digest: digest.clone() }])
        }
        Act::RecordHearingAsked { on } => asked(p, *on, ctx),
        Act::NotifyHearing { on, place } => {
            let rule = &rules::HEARING;
            need(p.hearing_asked.is_some(), rule, || "没有听证要求".into())?;
            need(!place.trim().is_empty(), rule, || "没有写明地点".into())?;
            let earliest = last_day(SEVEN, ctx.today(), ctx.calendar);
            need(earliest.is_some_and(|earliest| *on >= earliest), rule, || {
                format!("听证定在{on}，不足七个工作日")
            })?;
            Ok(vec![Fact::HearingNotified { on: *on, place: place.clone() }])
        }
        Act::RecordHearing { digest } => {
            let held = p.hearing_on.is_some_and(|on| ctx.today() >= on) && is_hash(digest);
            need(held, &rules::HEARING, || "听证的日期还没有到，或者没有笔录的摘要".into())?;
            Ok(vec![Fact::HearingRecorded { digest: digest.clone() }])
        }
        Act::Decide { decision } => conclude(p, decision, ctx),
    }
}

fn may_file(case: &Case, ctx: &Ctx) -> Result<(), Refusal> {
    let qualified = !case.qualification.trim().is_empty();
    need(qualified, &rules::QUALIFIED, || format!("{}没有行政主体资格的依据", ctx.actor.org))?;
    let clause = !case.clause.statute.trim().is_empty() && case.clause.article > 0;
    need(clause, &rules::ORDER, || "没有写明条款".into())?;
    let years = if case.grave { 5 } else { 2 };
    let last = case.committed.saturating_add(jiff::Span::new().years(years));
    need(case.found <= last, &rules::TWO_YEARS, || {
        format!("行为终了于{}，{}才被发现，超过{years}年", case.committed, case.found)
    })?;
    need(case.found <= ctx.today(), &rules::ORDER, || "发现的日期在今天之后".into())
}

fn settle(p: &Penalty, n: u32, decision: &str, ctx: &Ctx) -> Answer {
    let one = n.checked_sub(1).and_then(|at| p.preserved.get(at as usize));
    let Some((on, None)) = one else {
        return no(&rules::PRESERVED_SEVEN, Help::Officer, format!("没有第{n}批待处理的证据"));
    };
    need(!decision.trim().is_empty(), &rules::PRESERVED_SEVEN, || "没有写明如何处理".into())?;
    Ok(vec![Fact::EvidenceSettled { n, decision: decision.to_owned(), in_time: in_time(SEVEN, *on, ctx) }])
}

/// Five working days after being told; the day on which the request came in counts, not that on which it is entered.
fn asked(p: &Penalty, on: Date, ctx: &Ctx) -> Answer {
    let rule = &rules::HEARING;
    let Some((told, _)) = p.told else { return no(rule, Help::Officer, "还没有告知") };
    need(p.hearing_asked.is_none(), rule, || "已经登记".into())?;
    need((told..=ctx.today()).contains(&on), rule, || "日期不在告知之后、今天之前".into())?;
    let late = last_day(FIVE, told, ctx.calendar).is_some_and(|last| on > last);
    need(!late, rule, || format!("{told}告知，{on}才提出，超过五个工作日"))?;
    Ok(vec![Fact::HearingAskedRecorded { on }])
}

fn conclude(p: &Penalty, decision: &Decision, ctx: &Ctx) -> Answer {
    let (told, until) = match p.told {
        Some(told) => told,
        None => return no(&rules::TOLD_BEFORE, Help::Officer, "还没有告知"),
    };
    let heard = p.defended.is_some() || ctx.today() > until;
    need(heard, &rules::TOLD_BEFORE, || format!("陈述申辩的期限{until}还没有过"))?;
    let waits = p.hearing_asked.is_some() && p.heard.is_none();
    need(!waits, &rules::HEARING, || "要求的听证还没有举行".into())?;
    let may_ask = last_day(FIVE, told, ctx.calendar).is_some_and(|last| ctx.today() <= last);
    let open = may_ask && p.hearing_asked.is_none() && decision.fine_fen > 0;
    need(!open, &rules::HEARING, || "要求听证的五个工作日还没有过".into())?;
    need(decision.counted_in.trim().is_empty(), &rules::NO_QUOTAS, || {
        format!("罚款不得计入“{}”", decision.counted_in)
    })?;
    let told = !decision.reason.trim().is_empty() && !decision.document.trim().is_empty();
    need(told, &rules::ORDER, || "没有写明理由或者文号".into())?;
    let punished = !decision.kind.trim().is_empty();
    need(punished || decision.fine_fen == 0, &rules::ORDER, || "不予处罚而有罚款".into())?;
    let c = decision.circumstances;
    let must_spare = c.minor && c.corrected && !c.harmful;
    need(!(punished && must_spare), &rules::MINOR, || "轻微并及时改正，没有危害后果".into())?;
    let in_time = p.filed.and_then(|filed| in_time(NINETY, filed, ctx));
    // First, slight and corrected: may be spared. Whoever punishes all the same is shown to have done so.
    let noted = punished && c.first && c.minor && c.corrected;
    Ok(vec![Fact::Decided { decision: Box::new(decision.clone()), punished, in_time, noted }])
}

fn serve(p: &Penalty, receipt: &str, ctx: &Ctx) -> Answer {
    let rule = &rules::SERVE_IN_SEVEN;
    let Some((on, _)) = p.decided else { return no(rule, Help::Officer, "还没有决定") };
    need(p.served.is_none() && !receipt.trim().is_empty(), rule, || "已经送达，或者没有送达回证".into())?;
    Ok(vec![Fact::Served { receipt: receipt.to_owned(), in_time: in_time(SEVEN, on, ctx) }])
}
