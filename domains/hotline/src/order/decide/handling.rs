//! 办理。 What the unit does with an order: extend before it is late, reply with evidence.

use super::{Decision, no, not_the_accused, own_unit, undisputed};
use crate::desk::Desk;
use crate::order::act::Evidence;
use crate::order::{Fact, Order};
use crate::rules;
use crate::words::{Channel, HandlingResult, Kind};
use fadu_kernel::{Basis, Ctx, Help, Limit, OrgId};
use jiff::civil::Date;

pub fn assist(order: &Order, text: &str, evidence: &[Evidence], ctx: &Ctx) -> Decision {
    let assists = order
        .dispatch
        .as_ref()
        .is_some_and(|dispatch| dispatch.assisting.contains(&ctx.actor.org));
    if !assists {
        let because = format!("{}不是协办单位", ctx.actor.org);
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, because);
    }
    Ok(vec![Fact::Assisted {
        unit: ctx.actor.org.clone(),
        text: text.to_owned(),
        evidence: evidence.to_vec(),
    }])
}

/// 联席会议, of two units or more. Refuses before a dispatch; of a report also whoever it is about, and any unit that the
/// register does not know.
pub fn meet(order: &Order, units: &[OrgId], minutes: &Evidence, conclusion: &str, ctx: &Ctx) -> Decision {
    if order.dispatch.is_none() {
        return no(&rules::LOOP, Help::CatalogueManager, "还没有派单，不需要联席会议");
    }
    let mut distinct = units.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 2 {
        return no(&rules::LOOP, Help::CatalogueManager, "联席会议至少有两个单位参加");
    }
    if order.kind() == Some(Kind::Report) {
        not_the_accused(order.accused(), &distinct.iter().collect::<Vec<_>>())?;
        // Under another name than the register's the unit accused would sit there unseen.
        let known = Desk::open(ctx).map(|desk| &desk.units);
        let unknown = distinct
            .iter()
            .find(|unit| !known.is_some_and(|known| known.contains_key(*unit)));
        if let Some(unit) = unknown {
            let because = format!("“{unit}”没有登记为承办单位，不能参加举报的联席会议");
            return no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, because);
        }
    }
    Ok(vec![Fact::Met { units: distinct, minutes: minutes.clone(), conclusion: conclusion.to_owned() }])
}

/// The unit asks, and the hotline says yes or no.
pub fn extend(order: &Order, n: u16, reason: &str, basis: Option<&Basis>, ctx: &Ctx) -> Decision {
    let dispatch = own_unit(order, ctx)?;
    undisputed(order)?;
    let refuse = |because: String| no(&rules::EXTEND_BEFORE, Help::AgencyHead, because);
    if order.reply.is_some() {
        return no(&rules::LOOP, Help::AgencyHead, "已经答复，不需要延期");
    }
    if order.redo.is_some() {
        return refuse("重办的工单不能延期".to_owned());
    }
    if let Some(mark) = &order.extended {
        return refuse(format!("{}已经延期一次", mark.on));
    }
    if let Some(asked) = &order.extension {
        return refuse(format!("{}已经申请，热线还没有审批", asked.on));
    }
    let Some(basis) = basis.filter(|basis| !basis.statute.trim().is_empty()) else {
        return refuse("没有写明延期的依据".to_owned());
    };
    if let Some(due) = order.unit_due(ctx.calendar).filter(|due| ctx.today() > *due) {
        return refuse(format!("期限{due}已过，不能再延期"));
    }
    let most = dispatch.terms.extension;
    if n == 0 || n > most.n {
        return refuse(format!("最多延期{}", most.zh()));
    }
    Ok(vec![Fact::ExtensionAsked {
        unit: dispatch.unit.clone(),
        by: Limit { n, unit: most.unit },
        reason: reason.to_owned(),
        basis: basis.clone(),
    }])
}

/// Granted while the limit still runs, and not without telling the caller: whoever reads our page or letter reads it there,
/// the others were told by who grants it.
pub fn settle_extension(
    order: &Order,
    granted: bool,
    reason: &str,
    told_on: Option<Date>,
    ctx: &Ctx,
) -> Decision {
    let (Some(asked), Some(dispatch)) = (&order.extension, &order.dispatch) else {
        return no(&rules::LOOP, Help::AgencyHead, "没有待审批的延期");
    };
    undisputed(order)?;
    let unit = dispatch.unit.clone();
    if !granted {
        return Ok(vec![Fact::ExtensionRefused { unit, reason: reason.to_owned() }]);
    }
    let refuse = |because: String| no(&rules::EXTEND_BEFORE, Help::CatalogueManager, because);
    if let Some(due) = order.unit_due(ctx.calendar).filter(|due| ctx.today() > *due) {
        return refuse(format!("期限{due}已过，不能再延期"));
    }
    let channel = order.entry.as_ref().map(|entry| entry.channel);
    let told_on = match channel {
        Some(Channel::Telephone | Channel::Prefecture) => told_on,
        _ => Some(ctx.today()),
    };
    let Some(told_on) = told_on.filter(|day| asked.on <= *day && *day <= ctx.today()) else {
        return refuse("没有在申请之后把延期告知来电人".to_owned());
    };
    let by = asked.by;
    let due = order.clock.clone().and_then(|clock| {
        let clock = fadu_kernel::Clock { extension: Some(by), ..clock };
        clock.due(ctx.calendar).fixed()
    });
    Ok(vec![Fact::Extended {
        by,
        reason: asked.reason.clone(),
        basis: asked.basis.clone(),
        told_on,
        due,
        unit,
    }])
}

pub fn report_up(order: &Order, to: &str, document: &str, ctx: &Ctx) -> Decision {
    if !order.is_major() {
        return no(&rules::LOOP, Help::CatalogueManager, "不是重大紧急的诉求");
    }
    if let Some(mark) = &order.reported_up {
        return no(&rules::LOOP, Help::CatalogueManager, format!("{}已经报告", mark.on));
    }
    let same_day = order.taken.as_ref().is_some_and(|mark| mark.on == ctx.today());
    Ok(vec![Fact::ReportedUp { to: to.to_owned(), document: document.to_owned(), same_day }])
}

/// What is asked or praised is answered in words; what is asked for, complained of or reported is shown to be done.
fn needs_evidence(kind: Kind) -> bool {
    match kind {
        Kind::Help | Kind::Complaint | Kind::Report => true,
        Kind::Consult | Kind::Suggestion | Kind::Praise => false,
    }
}

pub fn reply(
    order: &Order,
    result: HandlingResult,
    text: &str,
    evidence: &[Evidence],
    ctx: &Ctx,
) -> Decision {
    let dispatch = own_unit(order, ctx)?;
    undisputed(order)?;
    if let Some(reply) = &order.reply {
        return no(&rules::LOOP, Help::CatalogueManager, format!("{}已经答复，等待回访", reply.on));
    }
    if order.kind().is_some_and(needs_evidence) && evidence.is_empty() {
        return no(&rules::CLOSING_STANDARD, Help::AgencyHead, "没有附上办理凭证");
    }
    // A late reply is taken and says that it is late; beyond the calendar nothing is called late.
    let kept = |last: Option<Date>| last.map(|due| ctx.today() <= due);
    Ok(vec![Fact::Replied {
        unit: dispatch.unit.clone(),
        result,
        text: text.to_owned(),
        evidence: evidence.to_vec(),
        in_time: kept(order.due(ctx.calendar)),
        unit_in_time: kept(order.unit_due(ctx.calendar)),
        call_back_by: dispatch.terms.call_back.end(ctx.today(), ctx.calendar).ok(),
        n: order.n_replies.saturating_add(1),
    }])
}
