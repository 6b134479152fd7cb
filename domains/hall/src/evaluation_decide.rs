//! 好差评的决定。

use crate::evaluation::{Act, Channel, Evaluation, Fact, Pressed, Rectification, Said};
use crate::hall::Hall;
use crate::mark::number;
use crate::outlier::{Recent, outlier};
use crate::parameter::{Name, Parameter};
use crate::rules::{self, Decision, no, only_clock};
use fadu_kernel::{Clock, Ctx, Help, OrgId, Role};

pub fn decide(evaluation: &Evaluation, act: &Act, ctx: &Ctx) -> Decision<Fact> {
    if let Act::Evaluate { said, recent } = act {
        return evaluate(evaluation, said, recent, ctx);
    }
    let (Some(said), Some(open)) = (&evaluation.said, &evaluation.rectification) else {
        return no(&rules::ORDER, Help::Officer, "没有评价，或者不是差评");
    };
    if evaluation.settled() {
        return no(&rules::CLOSED, Help::Officer, format!("{}已经了结", evaluation.number));
    }
    let department = said.department.clone();
    match act {
        Act::Evaluate { .. } => Ok(Vec::new()),
        Act::CallBack { reached, note } => Ok(vec![Fact::CalledBack {
            department,
            reached: *reached,
            note: note.clone(),
            in_time: kept(&open.call_back_by, ctx),
        }]),
        Act::Verify { .. } if open.called_back.is_none() => {
            no(&rules::ANSWER_THE_BAD, Help::Officer, "还没有回访")
        }
        Act::Verify { holds, note } => {
            Ok(vec![Fact::Verified { department, holds: *holds, note: note.clone() }])
        }
        Act::Repair { .. } if open.verified.is_none() => {
            no(&rules::ANSWER_THE_BAD, Help::Officer, "还没有核实")
        }
        Act::Repair { what } => {
            Ok(vec![Fact::Repaired { department, what: what.clone(), in_time: kept(&open.clock, ctx) }])
        }
        Act::Appeal { reason } => appeal(open, department, reason),
        Act::Judge { upheld, reason } => judge(open, department, *upheld, reason, ctx),
        Act::TurnOverdue => {
            only_clock(ctx)?;
            match evaluation.due(ctx.calendar) {
                Some(due) if evaluation.late(ctx.today(), ctx.calendar) => {
                    Ok(vec![Fact::TurnedOverdue { department, due }])
                }
                _ => no(&rules::CLOCK_ONLY, Help::Officer, "整改没有超期"),
            }
        }
    }
}

fn kept(clock: &Option<Clock>, ctx: &Ctx) -> Option<bool> {
    clock
        .as_ref()
        .and_then(|clock| clock.due(ctx.calendar).fixed())
        .map(|due| ctx.today() <= due)
}

fn evaluate(evaluation: &Evaluation, said: &Said, recent: &[Recent], ctx: &Ctx) -> Decision<Fact> {
    if evaluation.said.is_some() || ctx.matter != Evaluation::id(&said.contact) {
        return no(&rules::ONE_EVALUATION, Help::Window, "这次办事已经评价过，或者不是这次办事的评价");
    }
    if said.pressed != Pressed::Person {
        return no(&rules::OWN_WORD, Help::Window, "没有人评价就是没有评价，不算默认好评");
    }
    // Also where a policy should permit it by mistake.
    if !matches!(ctx.actor.role, Role::Citizen | Role::FirmAgent) {
        return no(&rules::OWN_WORD, Help::Window, format!("{}不能代办事人评价", ctx.actor.role.zh()));
    }
    let hall = ctx.look::<Hall>(Hall::id(&said.hall));
    let bureau = match hall {
        Some(hall) => hall.org.clone(),
        // Done online, at no hall: whoever adopted the limit of rectification judges appeals.
        None if said.hall.is_empty() => ctx
            .look::<Parameter>(Parameter::id(Name::BadRepair))
            .map(|limit| limit.org.clone())
            .unwrap_or_default(),
        None => return no(&rules::ORDER, Help::Window, format!("没有大厅{}", said.hall)),
    };
    let stands_there = hall
        .and_then(|hall| hall.windows.get(&said.window))
        .is_some_and(|window| !window.device.is_empty() && window.device == said.device);
    if said.channel == Channel::Counter && !stands_there {
        let because = format!("评价器不是窗口{}的", said.window);
        return no(&rules::BOUND_DEVICE, Help::Operator, because);
    }
    let bad = said.grade.is_bad();
    let mut facts = vec![Fact::Evaluated {
        number: number("P", ctx),
        said: Box::new(said.clone()),
        grade: said.grade,
        points: said.grade.points(),
        channel: said.channel,
        department: said.department.clone(),
        window: said.window.clone(),
        bureau,
        bad,
        outlier: outlier(recent, &said.device, said.channel.personal(), ctx.moment.ms),
        sealed: ctx.sealed.clone(),
    }];
    facts.extend(said.tags.iter().map(|tag| Fact::Tagged { tag: tag.clone(), bad }));
    if bad {
        facts.push(Fact::RectificationOpened {
            department: said.department.clone(),
            call_back: Parameter::limit(Name::BadCallBack, ctx),
            limit: Parameter::limit(Name::BadRepair, ctx),
        });
    }
    Ok(facts)
}

fn appeal(open: &Rectification, department: OrgId, reason: &str) -> Decision<Fact> {
    if open.appealed.is_some() {
        return no(&rules::ORDER, Help::CatalogueManager, "已经申诉过一次");
    }
    match open.verified {
        None => no(&rules::ANSWER_THE_BAD, Help::Officer, "核实之后才能申诉"),
        Some((true, _)) => no(&rules::ANSWER_THE_BAD, Help::Officer, "核实属实的差评应当整改"),
        Some((false, _)) => Ok(vec![Fact::Appealed { department, reason: reason.to_owned() }]),
    }
}

fn judge(open: &Rectification, department: OrgId, upheld: bool, reason: &str, ctx: &Ctx) -> Decision<Fact> {
    if ctx.actor.org == department {
        return no(&rules::OTHER_JUDGE, Help::Government, format!("{department}是被评价的单位"));
    }
    match (&open.appealed, &open.judged) {
        (Some(_), None) => Ok(vec![Fact::Judged { department, upheld, reason: reason.to_owned() }]),
        (Some(_), Some(_)) => no(&rules::ORDER, Help::CatalogueManager, "已经裁定"),
        (None, _) => no(&rules::ORDER, Help::CatalogueManager, "没有申诉"),
    }
}
