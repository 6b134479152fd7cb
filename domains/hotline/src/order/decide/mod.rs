//! 决定。 What each act on an order leaves behind, or the rule that forbids it. Here stand the gates that every act goes
//! through; the acts themselves lie by the step they belong to.

mod clockwork;
mod closing;
mod dispatching;
mod handling;
mod intake;
mod panel;

use crate::order::{Act, Fact, Order};
use crate::rules;
use fadu_kernel::{Ctx, Help, OrgId, Refusal, Role, Rule};

type Decision = Result<Vec<Fact>, Refusal>;

fn no<T>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, help, because))
}

pub fn decide(order: &Order, act: &Act, ctx: &Ctx) -> Decision {
    only_listening(act, ctx)?;
    only_time(act, ctx)?;
    if let Act::TransferEmergency { to, note } = act {
        return intake::transfer_emergency(order, *to, note, ctx);
    }
    if let Act::Take(entry) = act {
        return intake::take(order, entry, ctx);
    }
    if let Act::Raise { intake, members } = act {
        return intake::raise(order, intake, members, ctx);
    }
    if order.number.is_empty() {
        return no(&rules::LOOP, Help::Window, "还没有受理登记");
    }
    keep_away(order, act, ctx)?;
    still_open(order, act)?;
    match act {
        Act::Take(_) | Act::TransferEmergency { .. } | Act::Raise { .. } => Ok(Vec::new()),
        Act::Supplement { text } => Ok(vec![Fact::Supplemented { text: text.clone() }]),
        Act::Answer { knowledge, also, satisfied } => {
            intake::answer(order, *knowledge, also, *satisfied, ctx)
        }
        Act::Exclude { ground, told } => intake::exclude(order, *ground, told, ctx),
        Act::HandOver { office, receipt } => intake::hand_over(order, office, receipt, ctx),
        Act::PassUp { prefecture, reason } => intake::pass_up(order, prefecture, reason),
        Act::ReleaseLead => intake::release_lead(order, ctx),
        Act::LinkCall { call } => intake::link_call(order, call),
        Act::KeepRecording { call, digest } => intake::keep_recording(order, call, digest),
        Act::OpenCaller { reason } => intake::open_caller(order, reason, ctx),
        Act::Merge { into, alike } => intake::merge(order, *into, *alike, ctx),
        Act::Adopt { child } => Ok(vec![Fact::Adopted { child: *child }]),
        Act::Unmerge { reason } => intake::unmerge(order, reason, ctx),
        Act::Disown { child } => Ok(vec![Fact::Disowned { child: *child }]),
        Act::FollowParent { parent, reply } => intake::follow_parent(order, parent, reply),
        Act::Dispatch { unit, assisting, officer, category, against, none_named, reason } => {
            let wish = dispatching::Wish {
                unit,
                assisting,
                officer: officer.as_ref(),
                category: category.as_deref(),
                against: against.as_ref(),
                none_named: *none_named,
                reason,
            };
            dispatching::dispatch(order, &wish, ctx)
        }
        Act::Sign => dispatching::sign(order, ctx),
        Act::Return { ground, basis, explanation } => {
            dispatching::hand_back(order, *ground, basis.as_ref(), explanation, ctx)
        }
        Act::SettleReturn { settlement, reason } => {
            dispatching::settle_return(order, *settlement, reason, ctx)
        }
        Act::Recall { reason } => dispatching::recall(order, reason),
        Act::Arbitrate { unit, panel, reason } => dispatching::arbitrate(order, unit, panel, reason, ctx),
        Act::Assist { text, evidence } => handling::assist(order, text, evidence, ctx),
        Act::Meet { units, minutes, conclusion } => handling::meet(order, units, minutes, conclusion, ctx),
        Act::Extend { n, reason, basis } => handling::extend(order, *n, reason, basis.as_ref(), ctx),
        Act::SettleExtension { granted, reason, told_on } => {
            handling::settle_extension(order, *granted, reason, *told_on, ctx)
        }
        Act::ReportUp { to, document } => handling::report_up(order, to, document, ctx),
        Act::Reply { result, text, evidence } => handling::reply(order, *result, text, evidence, ctx),
        Act::CallBack { contact, solved, satisfied, note } => {
            let said = closing::Said { contact: *contact, solved: *solved, satisfied: *satisfied };
            closing::call_back(order, said, note, ctx)
        }
        Act::Redo { reason } => closing::redo(order, reason, ctx),
        Act::Close { reason } => closing::close(order, reason, ctx),
        Act::JudgeUnlawful { panel, basis, reason } => {
            closing::judge_unlawful(order, panel, basis.as_ref(), reason)
        }
        Act::ConfirmPanel => panel::confirm(order, ctx),
        Act::DeclinePanel { reason } => panel::decline(order, reason, ctx),
        Act::TellCaller => intake::tell_caller(order),
        Act::Evaluate { grade, text } => closing::evaluate(order, *grade, text),
        Act::Publish { title, text } => closing::publish(order, title, text),
        Act::Unpublish { reason } => closing::unpublish(order, reason),
        Act::Archive => closing::archive(order),
        Act::TurnAmber => clockwork::turn_amber(order, ctx),
        Act::PassDue => clockwork::pass_due(order, ctx),
        Act::Urge => clockwork::urge(order, ctx),
        Act::DraftSupervision => clockwork::draft_supervision(order, ctx),
        Act::IssueSupervision { nature, document, text } => {
            clockwork::issue_supervision(order, *nature, document, text, ctx)
        }
        Act::NameUnit { nature, document, text } => clockwork::name_unit(order, *nature, document, text, ctx),
    }
}

/// A bought-in agent listens, answers, records, dispatches by the catalogue and calls back; also where a policy should
/// permit more by mistake. Not to accept a request, or to end it in another, decides what becomes of it: that is handling.
fn only_listening(act: &Act, ctx: &Ctx) -> Result<(), Refusal> {
    let of_the_seat = matches!(
        act,
        Act::Take(_)
            | Act::TransferEmergency { .. }
            | Act::Supplement { .. }
            | Act::Answer { .. }
            | Act::LinkCall { .. }
            | Act::OpenCaller { .. }
            | Act::Dispatch { .. }
            | Act::CallBack { .. }
    );
    if ctx.actor.role == Role::WindowClerk && !of_the_seat {
        return no(&rules::NOT_BOUGHT_IN, Help::CatalogueManager, "购买服务的话务人员不办理诉求");
    }
    Ok(())
}

fn only_time(act: &Act, ctx: &Ctx) -> Result<(), Refusal> {
    let of_time = matches!(
        act,
        Act::TurnAmber
            | Act::PassDue
            | Act::Urge
            | Act::DraftSupervision
            | Act::TellCaller
            | Act::Adopt { .. }
            | Act::Disown { .. }
            | Act::FollowParent { .. }
    );
    if of_time && ctx.actor.role != Role::Clock {
        return no(&rules::CLOCK_ONLY, Help::Operator, "这一步由系统时钟记录");
    }
    Ok(())
}

/// Who asked may add, rate and withdraw from view; whatever an official does, somebody else does.
fn keep_away(order: &Order, act: &Act, ctx: &Ctx) -> Result<(), Refusal> {
    let of_the_caller = matches!(act, Act::Supplement { .. } | Act::Evaluate { .. } | Act::Unpublish { .. });
    if !of_the_caller && order.applicant.as_ref() == Some(&ctx.actor.person) {
        return no(&rules::KEEP_AWAY, Help::AgencyHead, format!("{}是诉求人", ctx.actor.person));
    }
    Ok(())
}

fn still_open(order: &Order, act: &Act) -> Result<(), Refusal> {
    let afterwards = matches!(
        act,
        Act::OpenCaller { .. }
            | Act::LinkCall { .. }
            | Act::KeepRecording { .. }
            | Act::JudgeUnlawful { .. }
            | Act::ConfirmPanel
            | Act::DeclinePanel { .. }
            | Act::Unmerge { .. }
            | Act::Adopt { .. }
            | Act::Disown { .. }
            | Act::FollowParent { .. }
            | Act::TellCaller
            | Act::Evaluate { .. }
            | Act::Publish { .. }
            | Act::Unpublish { .. }
            | Act::Archive
    );
    if let Some(mark) = order
        .archived
        .as_ref()
        .filter(|_| !matches!(act, Act::Adopt { .. } | Act::Disown { .. }))
    {
        return no(&rules::CLOSED, Help::CatalogueManager, format!("{}已经归档", mark.on));
    }
    if order.is_closed() && !afterwards {
        let because = format!("{} {}", order.number, Order::status_zh(order.status()));
        return no(&rules::CLOSED, Help::CatalogueManager, because);
    }
    Ok(())
}

/// The unit that has the order, and that it is the actor's.
fn own_unit<'a>(order: &'a Order, ctx: &Ctx) -> Result<&'a crate::order::Dispatch, Refusal> {
    let Some(dispatch) = order.dispatch.as_ref().filter(|dispatch| !dispatch.released) else {
        return no(&rules::LOOP, Help::CatalogueManager, "还没有派单");
    };
    if dispatch.unit != ctx.actor.org {
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, format!("承办单位是{}", dispatch.unit));
    }
    Ok(dispatch)
}

/// Nothing moves while the dispatch itself is in dispute.
fn undisputed(order: &Order) -> Result<(), Refusal> {
    match order {
        Order { review, .. } if review.open => {
            no(&rules::GROUND_TO_RETURN, Help::CatalogueManager, "退单还没有处理")
        }
        order if order.in_arbitration() => no(&rules::ARBITERS, Help::CatalogueManager, "派单争议还在裁定"),
        _ => Ok(()),
    }
}

/// An order that ends leaves the ranks of those past due, if it stood there.
fn settled(order: &Order) -> Option<Fact> {
    let (_, replied) = order.pressure.passed_due?;
    let unit = order.unit().cloned().unwrap_or_default();
    // What was led elsewhere has left them already.
    order.is_running().then_some(Fact::DueSettled { unit, replied })
}

/// PET-08: the unit a report is about never gets it.
fn not_the_accused(accused: Option<&OrgId>, units: &[&OrgId]) -> Result<(), Refusal> {
    match accused.filter(|accused| units.contains(accused)) {
        Some(accused) => no(
            &rules::NEVER_TO_ACCUSED,
            Help::CatalogueManager,
            format!("{accused}是被举报的单位，不能承办、协办、参加联席会议，也不能移交给它"),
        ),
        None => Ok(()),
    }
}
