//! 合议。 Whom the hotline names to arbitrate or to judge a demand decides by their own hand: each confirms under their own
//! account, and with the last of them it is decided. One who does not agree ends it, and the hotline asks again.

use super::{Decision, closing, dispatching, no};
use crate::order::{Fact, Order, Pending, Question};
use crate::rules;
use fadu_kernel::{Ctx, Help, Refusal};

/// 提请合议. Whoever calls it has asked before whether the decision could be made.
pub fn convene(question: Question, reason: &str) -> Decision {
    Ok(vec![Fact::PanelConvened { question, reason: reason.to_owned() }])
}

/// What waits for the actor, who is of the panel, had no hand in the order, and has not spoken yet.
fn seat<'a>(order: &'a Order, ctx: &Ctx) -> Result<&'a Pending, Refusal> {
    let person = &ctx.actor.person;
    let Some(pending) = &order.panel else {
        return no(&rules::ARBITERS, Help::CatalogueManager, "没有提请合议，或者已经有了结论");
    };
    let rule = match pending.question {
        Question::Unit { .. } => &rules::ARBITERS,
        Question::Unlawful { .. } => &rules::PANEL,
    };
    let because = if !pending.question.persons().contains(person) {
        "不是指定的合议人"
    } else if pending.confirmed.contains(person) {
        "已经确认过"
    } else if order.handlers.contains(person) {
        "办理过这件工单，不能合议"
    } else {
        return Ok(pending);
    };
    no(rule, Help::CatalogueManager, format!("{person}{because}"))
}

/// 确认, by the actor's own hand; the last one's also decides. Refuses whoever is not of the panel, has confirmed, or handled
/// the order, and a decision that could not be made any longer.
pub fn confirm(order: &Order, ctx: &Ctx) -> Decision {
    let pending = seat(order, ctx)?;
    let of = pending.question.persons().len();
    let n = pending.confirmed.len() + 1;
    let confirmed = Fact::PanelConfirmed { n: n as u16, of: of as u16 };
    if n < of {
        return Ok(vec![confirmed]);
    }
    let reason = &pending.reason;
    let decided = match &pending.question {
        Question::Unit { unit, panel } => dispatching::arbitrated(order, unit, panel, reason, ctx)?,
        Question::Unlawful { panel, basis } => closing::judged_unlawful(order, panel, Some(basis), reason)?,
    };
    Ok([confirmed].into_iter().chain(decided).collect())
}

/// 不能合议: the question waits for another panel. Refuses whoever `confirm` would not hear.
pub fn decline(order: &Order, reason: &str, ctx: &Ctx) -> Decision {
    seat(order, ctx)?;
    Ok(vec![Fact::PanelDeclined { reason: reason.to_owned() }])
}
