//! 决定。 What each act of a person on a joint case leaves behind, or the rule that forbids it.

use crate::acts::{Act, Before, Delivered, Fact, Lacking, Paper, Received, Spared};
use crate::check::JOINT_DAYS;
use crate::child::{Awaited, Planned};
use crate::definition::{Channel, Definition, Mode, serves};
use crate::form::CORE;
use crate::joint::{Joint, NOTICE};
use crate::report::{self, follow};
use crate::rules;
use crate::theme::Theme;
use crate::time;
use fadu_kernel::{Ctx, Help, Limit, MatterId, OrgId, Refusal, Role, Rule};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub type Decision = Result<Vec<Fact>, Refusal>;

/// 联合办理的一次延长: fifteen working days (行政许可法 42).
const JOINT_EXTENSION: Limit = Limit::workdays(15);

pub fn no<T>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, help, because))
}

pub fn decide(joint: &Joint, act: &Act, ctx: &Ctx) -> Decision {
    if let Act::Receive { theme, channel, answers, materials } = act {
        return receive(joint, *theme, *channel, answers, materials, ctx);
    }
    if joint.received.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有收到申请");
    }
    // Of a case that is over, too: what its children still tell, why it was late, and the filing.
    let afterwards = matches!(act, Act::ChildMoved { .. } | Act::ExplainDelay { .. } | Act::Close);
    if joint.is_closed() && !afterwards {
        let because = format!("{} {}", joint.number, Joint::status_zh(joint.status()));
        return no(&rules::CLOSED, Help::Officer, because);
    }
    match act {
        Act::Receive { .. } => Ok(Vec::new()),
        Act::GiveNotice { missing } => give_notice(joint, missing, ctx),
        Act::Supplement { channel, materials } => supplement(joint, *channel, materials, ctx),
        Act::Decline { reason, remedy } => decline(joint, reason, remedy, ctx),
        Act::OpenChild { item_code, case, number, on } => {
            report::open_child(joint, item_code, *case, number, *on, ctx)
        }
        Act::ChildMoved { item_code, on, step } => report::child_moved(joint, item_code, *on, step, ctx),
        Act::ChildHeld { item_code, rule, reason } => report::child_held(joint, item_code, rule, reason, ctx),
        Act::OpenAgain { item_code } => report::open_again(joint, item_code, theme_of(joint, ctx)?, ctx),
        Act::DeclineChild { item_code, reason, remedy } => {
            report::decline_held(joint, item_code, reason, remedy, ctx)
        }
        Act::Extend { reason } => extend(joint, reason, ctx),
        Act::Withdraw { reason, statement } => withdraw(joint, reason, statement, ctx),
        Act::Deliver { way } => deliver(joint, *way, ctx),
        Act::ExplainDelay { reason } => explain_delay(joint, reason),
        Act::Close => close(joint),
        Act::DeemComplete => time::deem_complete(joint, ctx),
        Act::TurnAmber => time::turn_amber(joint, ctx),
        Act::TurnOverdue => time::turn_overdue(joint, ctx),
    }
}

fn receive(
    joint: &Joint,
    id: MatterId,
    channel: Channel,
    answers: &BTreeMap<String, String>,
    materials: &BTreeMap<String, Paper>,
    ctx: &Ctx,
) -> Decision {
    if joint.received.is_some() {
        return no(&rules::ORDER, Help::Window, format!("{} 已经提交过", joint.number));
    }
    let Some((version, theme)) = ctx.look::<Theme>(id).and_then(|theme| theme.on(ctx.today())) else {
        return no(&rules::THEME_OPEN, Help::CatalogueManager, "没有这个主题，或者它今天没有在实施");
    };
    if !theme.channels.contains(&channel) {
        return no(&rules::THEME_OPEN, Help::Window, format!("“{}”没有开通{}办理", theme.name, channel.zh()));
    }
    let situation = match theme.situation(answers) {
        Ok(situation) => situation,
        Err(why) => return no(&rules::SITUATION_ANSWERED, Help::Window, why.to_string()),
    };
    related(theme, &situation.items, materials, ctx)?;
    let mode = mode(theme, &situation.items);
    let missing = missing(theme, &situation.items, materials, ctx);
    let received = Received {
        number: number(ctx),
        theme: id,
        theme_code: theme.code.clone(),
        theme_name: theme.name.clone(),
        theme_version: version,
        origin: theme.origin.list,
        mode,
        lead: OrgId::new(&theme.lead),
        channel,
        answers: situation.answers,
        materials: materials.clone(),
        notice_due: if missing.is_empty() { None } else { notice_due(ctx) },
        missing,
        spared: spared(theme, &situation.items),
        sealed: ctx.sealed.clone(),
        plan: plan(theme, &situation.items),
        stop: theme.stop.as_ref().is_some_and(|stop| stop.stops),
        statutory: (mode == Mode::Joint).then_some(Limit::workdays(JOINT_DAYS)),
        promised: theme.promised.as_ref().map(|promise| Limit::workdays(promise.days)),
        before: theme.baseline.as_ref().map(|baseline| Before {
            days: baseline.days,
            trips: baseline.trips,
            materials: baseline.materials,
        }),
    };
    follow(joint, vec![Fact::Received(Box::new(received))], ctx)
}

/// 联办件编号: the day and the end of the matter's own id, so that no counter is shared between windows.
fn number(ctx: &Ctx) -> String {
    let (day, id) = (ctx.today(), ctx.matter.to_string());
    format!("L{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &id[5..])
}

fn notice_due(ctx: &Ctx) -> Option<Date> {
    NOTICE.end(ctx.today(), ctx.calendar).ok()
}

/// An incomplete application is always received; a paper or a field that nobody asks for here is not.
fn related(
    theme: &Definition,
    items: &[String],
    materials: &BTreeMap<String, Paper>,
    ctx: &Ctx,
) -> Result<(), Refusal> {
    let asked = |id: &String| theme.material(id).is_some_and(|material| serves(&material.sources, items));
    if let Some(extra) = materials.keys().find(|id| !asked(id)) {
        return no(&rules::RELATED_MATERIAL, Help::Window, format!("这种情形的办事指南里没有材料“{extra}”"));
    }
    let known =
        |id: &str| CORE.contains(&id) || theme.field(id).is_some_and(|field| serves(&field.sources, items));
    if let Some(extra) = ctx.sealed.keys().find(|id| !known(id)) {
        return no(&rules::RELATED_MATERIAL, Help::Window, format!("这种情形的表单里没有“{extra}”"));
    }
    Ok(())
}

/// One clock over all departments only where permits of two or more of them take part; one department alone keeps
/// its own limit, which is shorter.
fn mode(theme: &Definition, items: &[String]) -> Mode {
    let permits = theme
        .members
        .iter()
        .filter(|member| member.permit && items.contains(&member.item));
    let departments: BTreeSet<&str> = permits.map(|member| member.department.as_str()).collect();
    if departments.len() < 2 { Mode::Separate } else { theme.mode }
}

fn plan(theme: &Definition, items: &[String]) -> Vec<Planned> {
    let taking_part = theme.members.iter().filter(|member| items.contains(&member.item));
    taking_part
        .map(|member| Planned {
            item_code: member.item.clone(),
            item_name: member.name.clone(),
            department: OrgId::new(&member.department),
            permit: member.permit,
            needs: member
                .needs
                .iter()
                .filter(|need| items.contains(&need.item))
                .map(|need| Awaited {
                    item_code: need.item.clone(),
                    kind: need.kind,
                    why: need.why.clone(),
                    basis: need.basis.clone(),
                })
                .collect(),
        })
        .collect()
}

fn missing(
    theme: &Definition,
    items: &[String],
    materials: &BTreeMap<String, Paper>,
    ctx: &Ctx,
) -> Vec<Lacking> {
    let papers = theme.materials.iter().filter(|material| {
        material.required && material.shared.is_none() && !materials.contains_key(&material.id)
    });
    let papers = papers.filter(|material| serves(&material.sources, items));
    let fields = theme
        .form
        .iter()
        .filter(|field| field.required && field.shared.is_none() && !ctx.sealed.contains_key(&field.id));
    let fields = fields.filter(|field| serves(&field.sources, items));
    let papers = papers.map(|material| Lacking { id: material.id.clone(), what: material.name.clone() });
    papers
        .chain(
            fields.map(|field| Lacking {
                id: field.id.clone(),
                what: format!("表单“{}”没有填写", field.label),
            }),
        )
        .collect()
}

/// 免交清单: not asked because the source named here holds it.
fn spared(theme: &Definition, items: &[String]) -> Vec<Spared> {
    let fields = theme.form.iter().map(|field| (&field.label, &field.sources, &field.shared));
    let papers = theme
        .materials
        .iter()
        .map(|material| (&material.name, &material.sources, &material.shared));
    fields
        .chain(papers)
        .filter(|(_, sources, _)| serves(sources, items))
        .filter_map(|(what, _, held_by)| Some(Spared { what: what.clone(), held_by: held_by.clone()? }))
        .collect()
}

fn theme_of<'a>(joint: &Joint, ctx: &'a Ctx) -> Result<&'a Definition, Refusal> {
    let because = "收件时的主题版本已不在目录中";
    joint
        .definition(ctx)
        .ok_or_else(|| Refusal::new(&rules::THEME_OPEN, Help::CatalogueManager, because))
}

fn items(joint: &Joint) -> Vec<String> {
    joint.children.iter().map(|child| child.plan.item_code.clone()).collect()
}

fn give_notice(joint: &Joint, missing: &[Lacking], ctx: &Ctx) -> Decision {
    let theme = theme_of(joint, ctx)?;
    if let Some(notice) = &joint.notice {
        return no(&rules::ONE_NOTICE, Help::Officer, format!("{}已经一次告知过", notice.on));
    }
    if missing.is_empty() {
        return no(&rules::ONE_NOTICE, Help::Officer, "告知书里没有写明缺什么");
    }
    for line in missing {
        let asked = theme.material(&line.id).map(|paper| (&paper.sources, &paper.shared));
        let asked = asked.or_else(|| theme.field(&line.id).map(|field| (&field.sources, &field.shared)));
        let Some((sources, shared)) = asked.filter(|(sources, _)| serves(sources, &items(joint))) else {
            let because = format!("这种情形的办事指南里没有“{}”", line.id);
            return no(&rules::RELATED_MATERIAL, Help::Officer, because);
        };
        if let Some(held_by) = shared {
            let because = format!("“{}”向{held_by}取得，不向申请人要", line.what);
            return no(&rules::NOT_ASKED_AGAIN, Help::Officer, because);
        }
        let begun = |child: &&crate::Child| child.ready.is_some() || !child.is_open();
        let passed_on = joint.children.iter().filter(begun).map(|child| &child.plan);
        if let Some(plan) = passed_on
            .into_iter()
            .find(|plan| sources.iter().any(|source| source.item == plan.item_code))
        {
            let because = format!("“{}”的材料已经齐全并转交，不能再要“{}”", plan.item_name, line.what);
            return no(&rules::COMPLETE_IS_ACCEPTED, Help::Officer, because);
        }
    }
    let told = |id: &String| missing.iter().any(|line| line.id == *id);
    if let Some(left_out) = joint.missing.iter().find(|lacking| !told(&lacking.id)) {
        return no(&rules::ONE_NOTICE, Help::Officer, format!("告知书漏了“{}”", left_out.what));
    }
    if let Some(due) = joint.notice_last(ctx.calendar).filter(|due| ctx.today() > *due) {
        return no(&rules::DEEMED, Help::Officer, format!("告知的最后一日是{due}，逾期已视为齐全"));
    }
    let from = joint.received.as_ref().map_or(ctx.today(), |mark| mark.on);
    let days_used = ctx.calendar.between(from, ctx.today()).unwrap_or(0);
    Ok(vec![Fact::NoticeGiven { missing: missing.to_vec(), days_used }])
}

fn supplement(joint: &Joint, channel: Channel, materials: &BTreeMap<String, Paper>, ctx: &Ctx) -> Decision {
    if joint.missing.is_empty() {
        return no(&rules::ORDER, Help::Window, "材料已经齐全，不需要再补");
    }
    related(theme_of(joint, ctx)?, &items(joint), materials, ctx)?;
    let came = |id: &String| materials.contains_key(id) || ctx.sealed.contains_key(id);
    let (there, missing): (Vec<_>, Vec<_>) =
        joint.missing.iter().cloned().partition(|lacking| came(&lacking.id));
    if there.is_empty() {
        return no(&rules::ORDER, Help::Window, "没有附上缺少的材料");
    }
    let notice_due = if missing.is_empty() { None } else { notice_due(ctx) };
    let (materials, sealed) = (materials.clone(), ctx.sealed.clone());
    follow(joint, vec![Fact::Supplemented { channel, materials, sealed, missing, notice_due }], ctx)
}

fn decline(joint: &Joint, reason: &str, remedy: &str, ctx: &Ctx) -> Decision {
    if reason.trim().is_empty() || remedy.trim().is_empty() {
        return no(&rules::REASONS, Help::Officer, "没有写明不予受理的理由和救济途径");
    }
    if !joint.awaits_supplement() {
        return no(&rules::ONE_NOTICE, Help::Officer, "没有一次告知，或者申请人已经全部补正");
    }
    let waiting = report::waiting_for_papers(joint, theme_of(joint, ctx)?);
    let declined: Vec<Fact> = waiting
        .map(|child| Fact::ChildDeclined {
            item_code: child.plan.item_code.clone(),
            department: child.plan.department.clone(),
            on: ctx.today(),
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
        })
        .collect();
    match declined.is_empty() {
        true => no(&rules::ORDER, Help::Officer, "没有等待补正的事项"),
        false => follow(joint, declined, ctx),
    }
}

fn extend(joint: &Joint, reason: &str, ctx: &Ctx) -> Decision {
    let refused = |because: String| no(&rules::GOVERNMENT_EXTENDS, Help::Government, because);
    if ctx.actor.role != Role::Government {
        return refused(format!("{}不能批准联办期限的延长", ctx.actor.role.zh()));
    }
    if joint.mode != Mode::Joint {
        return refused("各部门分别计时，由各部门负责人依法批准".to_owned());
    }
    if let Some((mark, _)) = &joint.extension {
        return refused(format!("{}已经延长过一次", mark.on));
    }
    if reason.trim().is_empty() {
        return refused("没有写明延长的理由".to_owned());
    }
    let Some(mut clock) = joint.joint_clock().filter(|_| joint.settled.is_none()) else {
        return no(&rules::ORDER, Help::Officer, "联办期限还没有起算，或者已经全部有了结果");
    };
    if let Some(due) = clock.due(ctx.calendar).fixed().filter(|due| ctx.today() > *due) {
        return refused(format!("联办期限{due}已过，不能再延长"));
    }
    clock.extension = Some(JOINT_EXTENSION);
    let due = clock.due(ctx.calendar).fixed();
    Ok(vec![Fact::Extended { by: JOINT_EXTENSION, reason: reason.to_owned(), due }])
}

fn withdraw(joint: &Joint, reason: &str, statement: &str, ctx: &Ctx) -> Decision {
    if joint.settled.is_some() {
        return no(&rules::ORDER, Help::Officer, "全部事项已经有了结果，不能再撤回");
    }
    if let Some(withdrawn) = &joint.withdrawn {
        return no(&rules::ORDER, Help::Officer, format!("{}已经撤回", withdrawn.on));
    }
    if ctx.actor.role == Role::WindowClerk && statement.trim().is_empty() {
        return no(&rules::SIGNED_WITHDRAWAL, Help::Officer, "没有写明申请人签名的撤回申请");
    }
    let (reason, statement) = (reason.to_owned(), statement.to_owned());
    let running = joint.children.iter().filter(|child| child.is_open());
    let recalled: Vec<Fact> = running
        .filter_map(|child| report::recalled(child, &reason, &statement))
        .collect();
    follow(joint, [vec![Fact::Withdrawn { reason, statement }], recalled].concat(), ctx)
}

fn deliver(joint: &Joint, way: Channel, ctx: &Ctx) -> Decision {
    let Some(settled) = &joint.settled else {
        return no(&rules::ORDER, Help::Officer, "还有事项没有结果；先有结果的，可以由承办部门先行送达");
    };
    let on_time = |due: Date| ctx.today() <= due;
    Ok(vec![Fact::Delivered(Box::new(Delivered {
        way,
        items: joint.undelivered().map(|child| child.plan.item_code.clone()).collect(),
        in_time: joint.delivery_due(ctx.calendar).map(on_time),
        theme_code: joint.theme_code.clone(),
        origin: joint.origin,
        used: settled.used,
        promised_days: settled.promised_days,
        trips: joint.trips + way.trips(),
        materials: joint.materials.len() as u32,
        baseline_days: joint.before.map(|before| before.days),
        baseline_trips: joint.before.map(|before| before.trips),
        baseline_materials: joint.before.map(|before| before.materials),
    }))])
}

fn explain_delay(joint: &Joint, reason: &str) -> Decision {
    if joint.overdue.is_empty() {
        return no(&rules::ORDER, Help::Officer, "没有超期记录");
    }
    if reason.trim().is_empty() {
        return no(&rules::PROMISE_WITHIN_LAW, Help::Officer, "没有写明超期的理由");
    }
    Ok(vec![Fact::DelayExplained { reason: reason.to_owned() }])
}

fn close(joint: &Joint) -> Decision {
    match (&joint.closed, joint.is_closed()) {
        (Some(mark), _) => no(&rules::CLOSED, Help::Officer, format!("{}已经归档", mark.on)),
        (None, true) => Ok(vec![Fact::Closed { theme_code: joint.theme_code.clone() }]),
        (None, false) => no(&rules::ORDER, Help::Officer, "还没有办结"),
    }
}
