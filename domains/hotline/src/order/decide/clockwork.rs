//! 提醒、催办与督办。 Time reminds, urges and drafts; a supervision order or a naming is issued by a person appointed to
//! do so, and never by a ranking.

use super::{Decision, no};
use crate::desk::Desk;
use crate::order::{Fact, Order};
use crate::rules;
use crate::words::Nature;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Ctx, Help, OrgId, Refusal};
use jiff::civil::Date;

/// The unit and the last day of an order that is still with it.
fn waiting(order: &Order, ctx: &Ctx) -> Option<(OrgId, Date)> {
    order.waits_for_unit().then_some(())?;
    Some((order.unit()?.clone(), order.unit_due(ctx.calendar)?))
}

fn not_yet(because: &str) -> Decision {
    no(&rules::IN_TIME, Help::Operator, because)
}

pub fn turn_amber(order: &Order, ctx: &Ctx) -> Decision {
    let came = order.amber(ctx.calendar).is_some_and(|day| day <= ctx.today());
    match waiting(order, ctx).filter(|_| came && order.pressure.amber.is_none()) {
        Some((unit, due)) => Ok(vec![Fact::TurnedAmber { due, unit }]),
        None => not_yet("还没有用到期限的八成"),
    }
}

pub fn pass_due(order: &Order, ctx: &Ctx) -> Decision {
    let due = order
        .due(ctx.calendar)
        .filter(|due| order.is_running() && ctx.today() >= offset(*due, 1));
    match (due, order.unit()) {
        (Some(due), Some(unit)) if order.pressure.passed_due.is_none() => {
            let replied = order.reply.is_some();
            let holder = if replied || order.waits_for_unit() { unit } else { &order.desk };
            Ok(vec![Fact::PassedDue { due, unit: holder.clone(), replied }])
        }
        _ => not_yet("期限还没有过"),
    }
}

pub fn urge(order: &Order, ctx: &Ctx) -> Decision {
    let came = order.urge_day(ctx.calendar).is_some_and(|day| day <= ctx.today());
    match waiting(order, ctx).filter(|_| came && order.pressure.urged.is_none()) {
        Some((unit, due)) => Ok(vec![Fact::Urged { unit, due }]),
        None => not_yet("还没有到催办的时候"),
    }
}

pub fn draft_supervision(order: &Order, ctx: &Ctx) -> Decision {
    let came = order.supervise_day(ctx.calendar).is_some_and(|day| day <= ctx.today());
    match waiting(order, ctx).filter(|_| came && order.pressure.drafted.is_none()) {
        Some((unit, due)) => Ok(vec![Fact::SupervisionDrafted { unit, due }]),
        None => not_yet("还没有到督办的时候"),
    }
}

/// On which appointment this person may do so today.
fn appointment(nature: Nature, ctx: &Ctx) -> Result<String, Refusal> {
    let desk = Desk::open(ctx);
    let held = desk.and_then(|desk| desk.appointment(&ctx.actor.person, nature, ctx.today()));
    match held {
        Some(appointment) => Ok(appointment.document.clone()),
        None => no(
            &rules::APPOINTED,
            Help::Government,
            format!("{}今天没有签发{}的指定", ctx.actor.person, nature.zh()),
        ),
    }
}

pub fn issue_supervision(order: &Order, nature: Nature, document: &str, text: &str, ctx: &Ctx) -> Decision {
    let appointment = appointment(nature, ctx)?;
    let Some(unit) = order
        .unit()
        .filter(|_| order.pressure.drafted.is_some() && order.waits_for_unit())
    else {
        return no(&rules::LOOP, Help::CatalogueManager, "没有拟好的督办单，或者已经答复");
    };
    if let Some((on, known)) = order.pressure.issued.filter(|(_, known)| *known == nature) {
        return no(&rules::LOOP, Help::CatalogueManager, format!("{on}已经签发{}", known.zh()));
    }
    Ok(vec![Fact::SupervisionIssued {
        unit: unit.clone(),
        nature,
        document: document.to_owned(),
        appointment,
        text: text.to_owned(),
    }])
}

pub fn name_unit(order: &Order, nature: Nature, document: &str, text: &str, ctx: &Ctx) -> Decision {
    let appointment = appointment(nature, ctx)?;
    let Some(unit) = order
        .unit()
        .filter(|_| order.pressure.issued.is_some() && order.waits_for_unit())
    else {
        return no(&rules::LOOP, Help::CatalogueManager, "督办之后仍不答复的才能通报");
    };
    if let Some(on) = order.pressure.named {
        return no(&rules::LOOP, Help::CatalogueManager, format!("{on}已经通报"));
    }
    Ok(vec![Fact::UnitNamed {
        unit: unit.clone(),
        nature,
        document: document.to_owned(),
        appointment,
        text: text.to_owned(),
    }])
}
