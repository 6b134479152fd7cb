//! 前呼后应的决定。

use crate::call::{Act, Ask, Call, Fact, Level, Minutes, Outcome};
use crate::hall::Hall;
use crate::mark::{minute_of_day, number, seconds};
use crate::mechanism::{Mechanism, Trigger};
use crate::roster::Roster;
use crate::rules::{self, Decision, no, only_clock};
use fadu_kernel::{Ctx, Help};

pub fn decide(call: &Call, act: &Act, ctx: &Ctx) -> Decision<Fact> {
    if let Act::Raise { ask } = act {
        return raise(call, ask, ctx);
    }
    let (Some(ask), Some(raised)) = (&call.ask, &call.raised) else {
        return no(&rules::ORDER, Help::Window, "还没有呼叫");
    };
    if call.closed.is_some() {
        return no(&rules::CLOSED, Help::Window, format!("{}已经办结", call.number));
    }
    let (department, elapsed) = (ask.department.clone(), seconds(raised.ms, ctx.moment.ms));
    let within = |minutes: u16| elapsed <= u32::from(minutes) * 60;
    match act {
        Act::Raise { .. } => Ok(Vec::new()),
        Act::Answer if call.answered.is_some() => no(&rules::ORDER, Help::Officer, "已经有人应答"),
        Act::Answer => Ok(vec![Fact::Answered {
            department,
            window: ask.window.clone(),
            level: call.level,
            seconds: elapsed,
            in_time: within(call.minutes.answer),
        }]),
        Act::GiveOpinion { .. } if call.answered.is_none() => {
            no(&rules::ORDER, Help::Officer, "先应答，再答复意见")
        }
        Act::GiveOpinion { .. } if call.opinion.is_some() => {
            no(&rules::ORDER, Help::Officer, "已经答复过意见")
        }
        Act::GiveOpinion { opinion } => Ok(vec![Fact::OpinionGiven {
            department,
            opinion: opinion.clone(),
            level: call.level,
            seconds: elapsed,
            in_time: within(call.minutes.opinion),
        }]),
        Act::Climb => climb(call, department, elapsed, ctx),
        Act::Close { outcome, note } => close(call, *outcome, note, elapsed, ctx),
    }
}

fn raise(call: &Call, ask: &Ask, ctx: &Ctx) -> Decision<Fact> {
    if call.raised.is_some() {
        return no(&rules::ORDER, Help::Window, format!("{}已经呼叫", call.number));
    }
    let hall = ctx.look::<Hall>(Hall::id(&ask.hall)).filter(|hall| hall.is_open());
    let Some(hall) = hall else {
        return no(&rules::ORDER, Help::Window, format!("没有开放的大厅{}", ask.hall));
    };
    let on_shift = ctx.look::<Roster>(Roster::id(&ask.hall)).is_some_and(|roster| {
        roster.on_shift(&ctx.actor.person, &ask.window, ctx.today(), minute_of_day(ctx.moment.ms))
    });
    if !on_shift {
        let because = format!("{}此刻不在窗口{}当班", ctx.actor.person, ask.window);
        return no(&rules::ON_SHIFT, Help::CatalogueManager, because);
    }
    let mechanism = ctx.look::<Mechanism>(Mechanism::id());
    let Some((version, definition)) = mechanism.and_then(|mechanism| mechanism.on(ctx.today())) else {
        return no(&rules::BY_THE_MECHANISM, Help::CatalogueManager, "没有施行的前呼后应办法");
    };
    if !definition.triggers.contains(&ask.trigger) {
        let because = format!("第{version}版办法没有这种呼叫情形");
        return no(&rules::BY_THE_MECHANISM, Help::CatalogueManager, because);
    }
    if ask.trigger == Trigger::Queue && ask.waiting <= definition.queue_line {
        let because = format!("等候{}人，线是{}人", ask.waiting, definition.queue_line);
        return no(&rules::OVER_THE_LINE, Help::CatalogueManager, because);
    }
    Ok(vec![Fact::Raised {
        number: number("H", ctx),
        ask: ask.clone(),
        trigger: ask.trigger,
        window: ask.window.clone(),
        department: ask.department.clone(),
        bureau: hall.org.clone(),
        version,
        minutes: Minutes {
            answer: definition.answer_minutes,
            opinion: definition.opinion_minutes,
            climb: definition.climb_minutes,
        },
    }])
}

fn climb(call: &Call, department: fadu_kernel::OrgId, elapsed: u32, ctx: &Ctx) -> Decision<Fact> {
    only_clock(ctx)?;
    match call.level.above().filter(|_| call.must_climb(ctx.moment.ms, ctx.today())) {
        Some(to) => {
            Ok(vec![Fact::Climbed { department, to, seconds: elapsed, answered: call.answered.is_some() }])
        }
        None => no(&rules::CLOCK_ONLY, Help::Officer, format!("还在{}的时限之内", call.level.zh())),
    }
}

/// Who asked closes; a call that nobody answered is not closed as if it had been.
fn close(call: &Call, outcome: Outcome, note: &str, elapsed: u32, ctx: &Ctx) -> Decision<Fact> {
    let asker = call.raised.as_ref().map(|raised| &raised.by);
    if asker != Some(&ctx.actor.person) {
        return no(&rules::ORDER, Help::Window, "由呼叫的人办结");
    }
    if call.answered.is_none() && outcome != Outcome::Unsolved {
        return no(&rules::ORDER, Help::Officer, "没有人应答，不能按已解决办结");
    }
    if outcome == Outcome::Unsolved && note.trim().is_empty() {
        return no(&rules::SAY_WHY, Help::Window, "没有解决，没有写明原因");
    }
    let Some(ask) = &call.ask else { return Ok(Vec::new()) };
    // Climbing to the bureau is the end of the road: only there may a call be closed without any answer.
    if call.answered.is_none() && call.level != Level::Bureau {
        return no(&rules::ORDER, Help::Officer, format!("还在{}，等应答或者升级", call.level.zh()));
    }
    Ok(vec![Fact::Closed {
        department: ask.department.clone(),
        outcome,
        note: note.to_owned(),
        answered: call.answered.is_some(),
        seconds: elapsed,
    }])
}
