//! 回访、办结与其后。 No order closes on the unit's own word: somebody else asks the caller.

use super::{Decision, no, panel, settled};
use crate::order::fact::Ending;
use crate::order::{CallBack, Fact, Order, Question};
use crate::rules;
use crate::words::{Contact, Kind};
use fadu_kernel::{Basis, Ctx, Help, PersonId};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Whoever is out today may be in tomorrow.
const LEAST_DAYS: usize = 2;

/// What the caller said, or that nobody was reached.
#[derive(Clone, Copy)]
pub struct Said {
    pub contact: Contact,
    pub solved: Option<bool>,
    pub satisfied: Option<bool>,
}

pub fn call_back(order: &Order, said: Said, note: &str, ctx: &Ctx) -> Decision {
    let (Some(reply), Some(dispatch)) = (&order.reply, &order.dispatch) else {
        return no(&rules::LOOP, Help::CatalogueManager, "还没有答复，不能回访");
    };
    let units = dispatch.assisting.iter().chain([&dispatch.unit]);
    if order.handlers.contains(&ctx.actor.person) || units.into_iter().any(|unit| *unit == ctx.actor.org) {
        return no(
            &rules::OTHER_PERSON,
            Help::CatalogueManager,
            "回访的人办理过这件工单，或者是承办单位的人",
        );
    }
    Ok(vec![Fact::CalledBack {
        contact: said.contact,
        solved: said.solved,
        satisfied: said.satisfied,
        note: note.to_owned(),
        in_time: reply.call_back_by.map(|by| ctx.today() <= by),
        unit: dispatch.unit.clone(),
    }])
}

/// The call-back that counts: what the caller answered last, before that they would not rate, or could not be reached.
fn telling(order: &Order) -> Option<&CallBack> {
    let last = |contact: Contact| order.call_backs.iter().rev().find(move |call| call.contact == contact);
    last(Contact::Answered)
        .or_else(|| last(Contact::WillNotRate))
        .or_else(|| last(Contact::NotReached))
}

/// In how many hours, and on how many days, nobody was reached: three calls in one minute are one try.
fn unreached(order: &Order) -> (usize, usize) {
    const HOUR: i64 = 3_600_000;
    let tries = || order.call_backs.iter().filter(|call| call.contact == Contact::NotReached);
    let hours: BTreeSet<_> = tries().map(|call| (call.on, call.ms.div_euclid(HOUR))).collect();
    let days: BTreeSet<_> = tries().map(|call| call.on).collect();
    (hours.len(), days.len())
}

pub fn redo(order: &Order, reason: &str, ctx: &Ctx) -> Decision {
    let (Some(call), Some(dispatch)) = (telling(order), &order.dispatch) else {
        return no(&rules::LOOP, Help::CatalogueManager, "还没有回访");
    };
    if call.solved != Some(false) && call.satisfied != Some(false) {
        return no(&rules::LOOP, Help::CatalogueManager, "来电人没有说未解决或者不满意");
    }
    let limit = dispatch.terms.redo;
    Ok(vec![Fact::Redone {
        reason: reason.to_owned(),
        unit: dispatch.unit.clone(),
        due: limit.end(ctx.today(), ctx.calendar).ok(),
        limit,
    }])
}

pub fn close(order: &Order, reason: &str, ctx: &Ctx) -> Decision {
    let (Some(reply), Some(dispatch), Some(entry)) = (&order.reply, &order.dispatch, &order.entry) else {
        return no(&rules::CLOSING_STANDARD, Help::CatalogueManager, "承办单位还没有答复");
    };
    if order.is_major() && order.reported_up.is_none() {
        return no(&rules::REPORT_UP, Help::CatalogueManager, "重大紧急的诉求还没有报告");
    }
    let Some(call) = telling(order) else {
        return no(&rules::CLOSING_STANDARD, Help::CatalogueManager, "还没有回访，没有来电人的答复");
    };
    if call.contact == Contact::NotReached {
        let needed = usize::from(dispatch.terms.tries);
        let (hours, days) = unreached(order);
        if hours < needed || days < needed.min(LEAST_DAYS) {
            let because = format!(
                "要在不同的小时、不止一日里{needed}次未联系上才能办结，现有{days}日{hours}次（同一小时的算一次）"
            );
            return no(&rules::CLOSING_STANDARD, Help::CatalogueManager, because);
        }
    }
    if call.solved == Some(false) && reason.trim().is_empty() {
        return no(&rules::CLOSING_STANDARD, Help::CatalogueManager, "来电人说没有解决，办结要写明原因");
    }
    let in_time = match order {
        Order { late: true, .. } => Some(false),
        Order { unreckoned: true, .. } => None,
        Order { .. } => Some(true),
    };
    let ending =
        Ending { in_time, contact: Some(call.contact), solved: call.solved, satisfied: call.satisfied };
    let closed = Fact::Closed {
        ending,
        kind: entry.kind,
        category: entry.category.clone(),
        lane: entry.lane,
        unit: Some(dispatch.unit.clone()),
        repeat: entry.repeat_of.is_some(),
        returns: order.review.returned_by.len() as u16,
        redone: order.redone,
        days: ctx.calendar.between(dispatch.first_on, reply.on).ok(),
        first_call: false,
        reason: reason.to_owned(),
    };
    Ok(settled(order).into_iter().chain([closed]).collect())
}

/// Put to a panel, if what it would come to is lawful.
pub fn judge_unlawful(order: &Order, persons: &[PersonId], basis: Option<&Basis>, reason: &str) -> Decision {
    judged_unlawful(order, persons, basis, reason)?;
    let Some(basis) = basis.cloned() else { return Ok(Vec::new()) };
    panel::convene(Question::Unlawful { panel: persons.to_vec(), basis }, reason)
}

/// Taken out of numerator and denominator alike, before or after it was closed, and seen to be taken out.
pub fn judged_unlawful(order: &Order, panel: &[PersonId], basis: Option<&Basis>, reason: &str) -> Decision {
    if order.unlawful.is_some() || (order.is_closed() && order.closed.is_none()) {
        let because = format!("{} {}", order.number, Order::status_zh(order.status()));
        return no(&rules::CLOSED, Help::CatalogueManager, because);
    }
    let persons: BTreeSet<&PersonId> = panel.iter().collect();
    if persons.len() < 3 {
        let because = format!("合议要三人以上，现有{}人", persons.len());
        return no(&rules::PANEL, Help::CatalogueManager, because);
    }
    if let Some(person) = persons.iter().find(|person| order.handlers.contains(**person)) {
        return no(&rules::PANEL, Help::CatalogueManager, format!("{person}办理过这件工单"));
    }
    let Some(basis) = basis.filter(|basis| !basis.statute.trim().is_empty()) else {
        return no(&rules::PANEL, Help::CatalogueManager, "没有写明认定的依据");
    };
    let none = Ending { in_time: None, contact: None, solved: None, satisfied: None };
    let judged = Fact::JudgedUnlawful {
        panel: panel.to_vec(),
        basis: basis.clone(),
        reason: reason.to_owned(),
        was_closed: order.closed.is_some(),
        ending: order.closed.as_ref().map_or(none, |closed| closed.ending),
        kind: order.kind().unwrap_or(Kind::Consult),
    };
    Ok(settled(order).into_iter().chain([judged]).collect())
}

/// Nobody calls back whose order was merged: its caller is told what the parent's was, and may rate it like them.
pub fn evaluate(order: &Order, grade: u8, text: &str) -> Decision {
    if order.closed.is_none() && order.parent_closed.is_none() {
        return no(&rules::RATED_ONCE, Help::CatalogueManager, "办结之后才能评价");
    }
    if order.grade.is_some() {
        return no(&rules::RATED_ONCE, Help::CatalogueManager, "已经评价过");
    }
    Ok(vec![Fact::Evaluated { grade, text: text.to_owned(), unit: order.unit().cloned() }])
}

/// The words shown are the moderator's; those that were said stay in their own fact, and their digest goes along.
pub fn publish(order: &Order, title: &str, text: &str) -> Decision {
    let Some(entry) = order.entry.as_ref().filter(|entry| entry.public) else {
        return no(&rules::OWN_CONSENT, Help::CatalogueManager, "来电人没有同意公开");
    };
    if entry.kind == Kind::Report || entry.lead {
        return no(&rules::OWN_CONSENT, Help::CatalogueManager, "举报不公开");
    }
    if order.unlawful.is_some() {
        return no(&rules::OWN_CONSENT, Help::CatalogueManager, "合议认定不予办理的诉求不公开");
    }
    let original: String = Sha256::digest(&entry.text).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(vec![Fact::Published {
        title: title.to_owned(),
        text: text.to_owned(),
        point: entry.place.point.map(crate::place::Point::coarse),
        original,
    }])
}

pub fn unpublish(order: &Order, reason: &str) -> Decision {
    match &order.published {
        Some(_) => Ok(vec![Fact::Unpublished { reason: reason.to_owned() }]),
        None => no(&rules::OWN_CONSENT, Help::CatalogueManager, "没有公开过"),
    }
}

pub fn archive(order: &Order) -> Decision {
    if order.is_closed() {
        return Ok(vec![Fact::Archived]);
    }
    no(&rules::LOOP, Help::CatalogueManager, "还没有办结")
}
