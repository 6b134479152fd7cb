//! 投标期间。 Questions, clarifications that move the deadline by themselves, objections and their answers.

use super::decide::{Decision, deadline_passed};
use super::{Fact, Objection, Project, Stage};
use crate::draw::is_hash;
use crate::regime::Regime;
use crate::time::{clear_days_before, instant_ms, within};
use crate::{need, no, rules};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Calendar, Ctx, Help, Limit};
use jiff::civil::{Date, DateTime};

/// 资格预审: fewer than three who pass is a ground to tender again, told by the tenderer and not by this root.
pub(super) fn qualify(p: &Project, root: &str, ctx: &Ctx) -> Decision {
    let Some(submit_by) = p.tender.submit_by else {
        return no(&rules::ORDER, Help::Officer, "招标文件没有规定资格预审");
    };
    let over = ctx.moment.ms > instant_ms(submit_by);
    need(over, &rules::PREQUALIFICATION_TIME, || format!("申请文件到{submit_by}才截止"))?;
    need(is_hash(root), &rules::ORDER, || "没有资格预审结果的根".into())?;
    Ok(vec![Fact::Qualified { root: root.to_owned() }])
}

pub(super) fn ask(p: &Project, digest: &str, ctx: &Ctx) -> Decision {
    need(p.tender.announced.is_some(), &rules::ORDER, || "还没有公告".into())?;
    need(!deadline_passed(p, ctx), &rules::ORDER, || "投标已经截止".into())?;
    Ok(vec![Fact::Asked { n: p.tender.n_questions + 1, digest: digest.to_owned() }])
}

/// 澄清或者修改 (实施条例 21; 采购法实施条例 31): one that comes too late moves the deadline in the same fact. Of one that is
/// said to touch no bid somebody else says so too, before anything is opened.
pub(super) fn clarify(
    p: &Project,
    digest: &str,
    affects_bids: bool,
    of_prequalification: bool,
    ctx: &Ctx,
) -> Decision {
    need(p.tender.announced.is_some(), &rules::ORDER, || "还没有公告".into())?;
    let (deadline, days) =
        if of_prequalification { (p.tender.submit_by, 3) } else { (p.tender.deadline, 15) };
    let Some(from) = deadline else {
        return no(&rules::ORDER, Help::Officer, "没有可以澄清的文件");
    };
    need(ctx.moment.ms < instant_ms(from), &rules::FIFTEEN_DAYS, || format!("{from}已经截止"))?;
    let early = clear_days_before(ctx.today(), from.date(), days);
    let deadline = if affects_bids && !early { moved(from, ctx.today(), days, ctx.calendar) } else { from };
    Ok(vec![Fact::Clarified {
        digest: digest.to_owned(),
        affects_bids,
        of_prequalification,
        from,
        deadline,
        moved: deadline != from,
        noted: !early,
    }])
}

pub(super) fn confirm_clarification(p: &Project, digest: &str, reason: &str, ctx: &Ctx) -> Decision {
    let rule = &rules::FIFTEEN_DAYS;
    let Some(waiting) = p.tender.unconfirmed.iter().find(|one| one.digest == digest) else {
        return no(rule, Help::Officer, "没有等待复核的这份澄清");
    };
    need(waiting.by != ctx.actor.person, &rules::OWN_SIDE, || "发出澄清的人不能自己复核".into())?;
    need(!reason.trim().is_empty(), rule, || "没有写明为什么不影响投标文件编制".into())?;
    Ok(vec![Fact::ClarificationConfirmed { digest: digest.to_owned(), reason: reason.to_owned() }])
}

/// The same time of day, `days` clear days after today, on a day when people work.
fn moved(from: DateTime, today: Date, days: i64, calendar: &Calendar) -> DateTime {
    let day = offset(today, days + 1);
    calendar.roll_forward(day).unwrap_or(day).to_datetime(from.time())
}

/// 推迟: lawful at any time before opening; an earlier deadline never is.
pub(super) fn postpone(p: &Project, deadline: DateTime, reason: &str, ctx: &Ctx) -> Decision {
    let Some(from) = p.tender.deadline.filter(|_| p.tender.announced.is_some()) else {
        return no(&rules::ORDER, Help::Officer, "还没有公告");
    };
    need(p.tender.opening.is_none(), &rules::OPENING_TIME, || "已经开标".into())?;
    let later = deadline > from && instant_ms(deadline) > ctx.moment.ms;
    let twenty = p.regime().rule(&rules::TWENTY_DAYS, &rules::PROCUREMENT_TWENTY_DAYS);
    need(later, twenty, || format!("截止时间{from}只能推迟"))?;
    need(!reason.trim().is_empty(), &rules::ORDER, || "没有写明推迟的理由".into())?;
    Ok(vec![Fact::Postponed { from, deadline, reason: reason.to_owned() }])
}

pub(super) fn object(p: &Project, stage: Stage, known_on: Date, digest: &str, ctx: &Ctx) -> Decision {
    need(p.tender.announced.is_some(), &rules::ORDER, || "还没有公告".into())?;
    match p.regime() {
        Regime::Tendering => object_in_time(p, stage, ctx)?,
        Regime::Procurement => {
            let limit = Limit::workdays(7);
            let in_time =
                known_on <= ctx.today() && within(limit, known_on, ctx.today(), ctx.calendar) != Some(false);
            need(in_time, &rules::PROCUREMENT_REMEDIES, || format!("{known_on}已经知道，超过七个工作日"))?;
        }
    }
    let n = p.objections.len() as u32 + 1;
    let due = match stage {
        // On the spot: the opening is not closed before it is answered.
        Stage::Opening => Some(ctx.today()),
        _ => p.regime().answer().end(ctx.today(), ctx.calendar).ok(),
    };
    Ok(vec![Fact::Objected { n, stage, digest: digest.to_owned(), due }])
}

fn object_in_time(p: &Project, stage: Stage, ctx: &Ctx) -> Result<(), fadu_kernel::Refusal> {
    let before = |end: Option<DateTime>, days: i64| {
        end.is_some_and(|end| days_between(ctx.today(), end.date()) >= days)
    };
    match stage {
        Stage::Prequalification => need(before(p.tender.submit_by, 2), &rules::OBJECT_TO_FILE, || {
            "应当在提交申请文件截止二日前提出".into()
        }),
        Stage::File => need(before(p.tender.deadline, 10), &rules::OBJECT_TO_FILE, || {
            "应当在投标截止十日前提出；认为违法的，可以投诉".into()
        }),
        Stage::Opening => {
            let there = p.tender.opening.is_some() && p.tender.opened.is_none();
            need(there, &rules::OPENING_OBJECTION, || "开标异议只能在开标现场提出".into())
        }
        Stage::Result => {
            let shown = p.tender.publicity;
            let open = shown.is_some_and(|(from, until)| (from..=until).contains(&ctx.today()));
            need(open, &rules::RESULT_OBJECTION, || match shown {
                Some((from, until)) => format!("公示期是{from}至{until}"),
                None => "还没有公示".into(),
            })
        }
    }
}

fn open_objection(p: &Project, n: u32) -> Result<&Objection, fadu_kernel::Refusal> {
    match p.objections.iter().find(|objection| objection.n == n && objection.is_open()) {
        Some(objection) => Ok(objection),
        None => no(&rules::ORDER, Help::Officer, format!("第{n}号异议不存在，或者已经答复、撤回")),
    }
}

pub(super) fn answer_objection(p: &Project, n: u32, upheld: bool, digest: &str, ctx: &Ctx) -> Decision {
    let objection = open_objection(p, n)?;
    need(is_hash(digest), &rules::ORDER, || "没有答复文书的摘要".into())?;
    let in_time = objection.due.map(|due| ctx.today() <= due);
    Ok(vec![Fact::ObjectionAnswered {
        n,
        stage: objection.stage,
        upheld,
        digest: digest.to_owned(),
        in_time,
    }])
}

/// Only whoever raised it takes it back: then the activity goes on.
pub(super) fn withdraw_objection(p: &Project, n: u32, ctx: &Ctx) -> Decision {
    let objection = open_objection(p, n)?;
    need(objection.by == ctx.actor.person, &rules::OWN_SIDE, || "只有提出异议的人可以撤回".into())?;
    Ok(vec![Fact::ObjectionWithdrawn { n }])
}
