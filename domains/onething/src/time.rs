//! 时间自己做的事。 Silence that makes papers complete, the warning, the day after the last.

use crate::acts::{Act, Against, Fact};
use crate::decide::{Decision, no};
use crate::joint::Joint;
use crate::report::follow;
use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Calendar, Clock, Ctx, Help, Refusal, Role};
use jiff::civil::Date;

/// What the system tells nobody else may.
pub fn only_system(ctx: &Ctx) -> Result<(), Refusal> {
    match ctx.actor.role {
        Role::Clock => Ok(()),
        role => no(&rules::AS_REPORTED, Help::Operator, format!("{}不能填写", role.zh())),
    }
}

/// Something is missing, and nobody has told of it yet.
fn is_silent(joint: &Joint) -> bool {
    !joint.missing.is_empty() && joint.settled.is_none() && joint.notice.is_none()
}

/// The limits that still run, with what they are against; the promise is the shorter and comes first.
fn running(joint: &Joint) -> impl Iterator<Item = (Against, Clock)> {
    let over = joint.settled.is_some();
    let told = |against: Against| joint.overdue.iter().any(|(past, _)| *past == against);
    let clocks = [(Against::Promise, joint.promised_clock()), (Against::Law, joint.joint_clock())];
    clocks
        .into_iter()
        .filter(move |(against, _)| !over && !told(*against))
        .filter_map(|(against, clock)| Some((against, clock?)))
}

/// The limit that ends first, with its last day.
fn first_due(joint: &Joint, calendar: &Calendar) -> Option<(Date, Against)> {
    let due = |(against, clock): (Against, Clock)| Some((clock.due(calendar).fixed()?, against));
    running(joint).filter_map(due).min_by_key(|(due, _)| *due)
}

/// What is due next of all that time does, and when.
fn next(joint: &Joint, calendar: &Calendar) -> Option<(Date, Act)> {
    let silence = joint
        .notice_last(calendar)
        .filter(|_| is_silent(joint))
        .map(|due| (offset(due, 1), Act::DeemComplete));
    let warned = joint.amber.is_some() || joint.settled.is_some() || !joint.overdue.is_empty();
    let amber = joint.shown_clock().filter(|_| !warned).and_then(|clock| clock.amber(calendar));
    let overdue = first_due(joint, calendar).map(|(due, _)| (offset(due, 1), Act::TurnOverdue));
    [silence, amber.map(|day| (day, Act::TurnAmber)), overdue]
        .into_iter()
        .flatten()
        .min_by_key(|(day, _)| *day)
}

pub fn next_day(joint: &Joint, calendar: &Calendar) -> Option<Date> {
    next(joint, calendar).map(|(day, _)| day)
}

pub fn due_acts(joint: &Joint, today: Date, calendar: &Calendar) -> Vec<Act> {
    next(joint, calendar)
        .filter(|(day, _)| *day <= today)
        .map(|(_, act)| act)
        .into_iter()
        .collect()
}

pub fn deem_complete(joint: &Joint, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let late = joint
        .notice_last(ctx.calendar)
        .filter(|due| is_silent(joint) && ctx.today() > *due);
    if late.is_none() {
        return no(&rules::DEEMED, Help::Officer, "告知期限还没有过，或者已经告知");
    }
    // After a supplement the new submission is what silence accepts.
    let came = joint.supplemented.as_ref().or(joint.received.as_ref());
    let from = came.map_or(ctx.today(), |mark| mark.on);
    follow(joint, vec![Fact::DeemedComplete { from }], ctx)
}

pub fn turn_amber(joint: &Joint, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let clock = joint.shown_clock().filter(|_| joint.amber.is_none() && joint.settled.is_none());
    match clock.and_then(|clock| Some((clock.amber(ctx.calendar)?, clock.due(ctx.calendar).fixed()?))) {
        Some((amber, due)) if ctx.today() >= amber => Ok(vec![Fact::TurnedAmber { due }]),
        _ => no(&rules::JOINT_CLOCK, Help::Officer, "还没有用到期限的八成"),
    }
}

pub fn turn_overdue(joint: &Joint, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let open = joint.children.iter().filter(|child| child.is_open());
    match first_due(joint, ctx.calendar) {
        Some((due, against)) if ctx.today() > due => Ok(vec![Fact::TurnedOverdue {
            due,
            against,
            theme_code: joint.theme_code.clone(),
            waiting_on: open.map(|child| child.plan.department.to_string()).collect(),
        }]),
        _ => no(&rules::JOINT_CLOCK, Help::Officer, "期限还没有过"),
    }
}
