//! 办不成事的决定。

use crate::call::Level;
use crate::hall::Hall;
use crate::mark::number;
use crate::parameter::{Name, Parameter};
use crate::rules::{self, Decision, no, only_clock};
use crate::stuck::{Act, Because, Fact, Stuck};
use fadu_kernel::{Ctx, Help, Role};

pub fn decide(stuck: &Stuck, act: &Act, ctx: &Ctx) -> Decision<Fact> {
    if let Act::Report { hall, subject, why, about } = act {
        if stuck.reported.is_some() {
            return no(&rules::ORDER, Help::Window, format!("{}已经反映过", stuck.number));
        }
        let Some(found) = ctx.look::<Hall>(Hall::id(hall)) else {
            return no(&rules::ORDER, Help::Window, format!("没有大厅{hall}"));
        };
        // Also without a limit: what a citizen reports is always received.
        return Ok(vec![Fact::Reported {
            number: number("B", ctx),
            hall: hall.clone(),
            subject: subject.clone(),
            why: *why,
            about: about.clone(),
            bureau: found.org.clone(),
            limit: Parameter::limit(Name::StuckAnswer, ctx),
            sealed: ctx.sealed.clone(),
        }]);
    }
    if stuck.reported.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有反映");
    }
    if stuck.closed.is_some() {
        return no(&rules::CLOSED, Help::Window, format!("{}已经办结", stuck.number));
    }
    match act {
        Act::Report { .. } => Ok(Vec::new()),
        Act::Assign { .. } if stuck.answered.is_some() => no(&rules::ORDER, Help::Window, "已经答复"),
        Act::Assign { .. } if !stuck.assigned_by(ctx.actor.role) => {
            no(&rules::NEXT_LEVEL, Help::Window, "还没有交到负责人，或者已经交办")
        }
        Act::Assign { department } => Ok(vec![Fact::Assigned { department: department.clone() }]),
        Act::Answer { done, reason, way } => answer(stuck, *done, reason, way, ctx),
        Act::Escalate { reason } => escalate(stuck, reason, ctx),
        Act::Close { solved, note, reporter_word } => close(stuck, *solved, note, reporter_word, ctx),
    }
}

/// The window does not end what whoever reported it may still bring to the next level.
fn close(stuck: &Stuck, solved: bool, note: &str, reporter_word: &str, ctx: &Ctx) -> Decision<Fact> {
    let Some(answered) = &stuck.answered else {
        return no(&rules::ORDER, Help::Officer, "还没有答复，不能办结");
    };
    if solved && !answered.done {
        return no(&rules::SAY_WHY, Help::Officer, "答复是没有办成，不能按办成办结");
    }
    if stuck.level.above().is_some() && reporter_word.trim().is_empty() {
        match stuck.may_escalate_until(ctx.calendar) {
            Some(last) if ctx.today() > last => {}
            Some(last) => {
                let because = format!("没有写明反映人的意见，反映人到{last}还可以请上一级答复");
                return no(&rules::REPORTERS_WORD, Help::Window, because);
            }
            None => {
                let because = "没有写明反映人的意见，反映人还可以请上一级答复";
                return no(&rules::REPORTERS_WORD, Help::Window, because);
            }
        }
    }
    let (note, reporter_word) = (note.to_owned(), reporter_word.to_owned());
    Ok(vec![Fact::Closed { solved, note, level: stuck.level, reporter_word }])
}

fn answer(stuck: &Stuck, done: bool, reason: &str, way: &str, ctx: &Ctx) -> Decision<Fact> {
    let Some(department) = stuck.answering() else {
        return no(&rules::ORDER, Help::Window, "还没有交办");
    };
    if !stuck.answered_by(ctx.actor.role) {
        return no(&rules::NEXT_LEVEL, Help::AgencyHead, format!("已经交到{}", stuck.level.zh()));
    }
    if stuck.answered.is_some() {
        return no(&rules::ORDER, Help::Officer, "已经答复");
    }
    if !done && (reason.trim().is_empty() || way.trim().is_empty()) {
        return no(&rules::SAY_WHY, Help::Officer, "没有办成，没有写明原因或者怎么办");
    }
    let clock = stuck.clock.as_ref();
    Ok(vec![Fact::Answered {
        department,
        done,
        reason: reason.to_owned(),
        way: way.to_owned(),
        // A level that answers in its own time does not make good that the one below was late.
        in_time: stuck.due(ctx.calendar).map(|due| ctx.today() <= due && stuck.overdue.is_none()),
        used: clock.and_then(|clock| clock.used(ctx.today(), ctx.calendar).ok()),
    }])
}

/// Time escalates what is late; a citizen escalates an answer that does not help.
fn escalate(stuck: &Stuck, reason: &str, ctx: &Ctx) -> Decision<Fact> {
    let because = if ctx.actor.role == Role::Clock { Because::Overdue } else { Because::NotHelped };
    match because {
        Because::Overdue => {
            only_clock(ctx)?;
            if !stuck.late(ctx.today(), ctx.calendar) {
                return no(&rules::CLOCK_ONLY, Help::Officer, "没有逾期");
            }
        }
        Because::NotHelped if stuck.answered.is_none() => {
            return no(&rules::ORDER, Help::Officer, "还没有答复");
        }
        Because::NotHelped => {}
    }
    let to = match stuck.level.above() {
        Some(above) => above,
        None if because == Because::Overdue => Level::Bureau,
        None => return no(&rules::ORDER, Help::Government, "已经到主管部门，可以依法申请复议或者诉讼"),
    };
    Ok(vec![Fact::Escalated { to, because, reason: reason.to_owned(), department: stuck.department.clone() }])
}
