//! 子件与联办件。 What the cases of the items tell, and what follows from it at once: items that now can begin, items
//! that no longer can, the day on which all have a result.

use crate::acts::{Fact, Ready, Settled};
use crate::child::{Child, Ended, Step};
use crate::decide::{Decision, no};
use crate::definition::{Definition, Mode, NeedKind, name_with};
use crate::joint::Joint;
use crate::rules;
use crate::time::only_system;
use fadu_kernel::{Ctx, Due, Help, Matter, MatterId, Refusal, Stamp};
use jiff::civil::Date;

pub fn open_child(joint: &Joint, item: &str, case: MatterId, number: &str, on: Date, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let child = known(joint, item)?;
    if let Some(opened) = &child.opened {
        return no(
            &rules::ORDER,
            Help::Operator,
            format!("“{}”已经立了子件{}", child.plan.item_name, opened.number),
        );
    }
    let Some(ready) = child.ready else {
        let because = format!("“{}”还在等待前一事项或者补正", child.plan.item_name);
        return no(&rules::IN_ORDER, Help::Operator, because);
    };
    if on < ready || on > ctx.today() {
        return no(&rules::ORDER, Help::Operator, format!("“{}”{ready}起才可以立件", child.plan.item_name));
    }
    let mut facts = vec![Fact::ChildOpened {
        item_code: item.to_owned(),
        department: child.plan.department.clone(),
        case,
        case_number: number.to_owned(),
        on,
    }];
    // The applicant withdrew while the case was on its way.
    if let Some(withdrawn) = &joint.withdrawn {
        let (reason, statement) = (withdrawn.reason.clone(), withdrawn.statement.clone());
        facts.push(Fact::ChildRecalled { item_code: item.to_owned(), case, reason, statement });
    }
    Ok(facts)
}

fn known<'a>(joint: &'a Joint, item: &str) -> Result<&'a Child, Refusal> {
    let because = || format!("本联办件没有事项“{item}”");
    joint
        .child(item)
        .ok_or_else(|| Refusal::new(&rules::ORDER, Help::Operator, because()))
}

/// 未能转交: a rule stood in the way of its case. Where the applicant withdrew meanwhile, nothing is left to be opened.
pub fn child_held(joint: &Joint, item: &str, rule: &str, reason: &str, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let child = known(joint, item)?;
    if !child.is_on_its_way() {
        return no(&rules::ORDER, Help::Operator, format!("“{}”没有在转交", child.plan.item_name));
    }
    let (item_code, department, on) = (item.to_owned(), child.plan.department.clone(), ctx.today());
    let fact = match joint.withdrawn {
        Some(_) => Fact::ChildWithdrawn { item_code, department, on },
        None => {
            let (rule, reason) = (rule.to_owned(), reason.to_owned());
            Fact::ChildHeld { item_code, department, on, rule, reason }
        }
    };
    follow(joint, vec![fact], ctx)
}

fn held<'a>(joint: &'a Joint, item: &str) -> Result<&'a Child, Refusal> {
    let child = known(joint, item)?;
    match child.held() {
        Some(_) => Ok(child),
        None => no(&rules::ORDER, Help::Officer, format!("“{}”没有未能转交的记录", child.plan.item_name)),
    }
}

/// 重新转交。 It could not be handled before today, so that silence counts from today.
pub fn open_again(joint: &Joint, item: &str, theme: &Definition, ctx: &Ctx) -> Decision {
    let child = held(joint, item)?;
    let again = Ready { received_on: ctx.today(), ..ready(joint, theme, child) };
    Ok(vec![Fact::ChildReady(Box::new(again))])
}

/// 不予受理: of what its organ cannot take, with what the applicant may do against it.
pub fn decline_held(joint: &Joint, item: &str, reason: &str, remedy: &str, ctx: &Ctx) -> Decision {
    let child = held(joint, item)?;
    if reason.trim().is_empty() || remedy.trim().is_empty() {
        return no(&rules::REASONS, Help::Officer, "没有写明不予受理的理由和救济途径");
    }
    let declined = Fact::ChildDeclined {
        item_code: item.to_owned(),
        department: child.plan.department.clone(),
        on: ctx.today(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
    };
    follow(joint, vec![declined], ctx)
}

pub fn recalled(child: &Child, reason: &str, statement: &str) -> Option<Fact> {
    child.opened.as_ref().map(|opened| Fact::ChildRecalled {
        item_code: child.plan.item_code.clone(),
        case: opened.case,
        reason: reason.to_owned(),
        statement: statement.to_owned(),
    })
}

pub fn child_moved(joint: &Joint, item: &str, on: Date, step: &Step, ctx: &Ctx) -> Decision {
    only_system(ctx)?;
    let child = known(joint, item)?;
    let out_of_turn =
        |because: &str| no(&rules::ORDER, Help::Operator, format!("“{}”{because}", child.plan.item_name));
    let Some(opened) = &child.opened else { return out_of_turn("还没有立子件") };
    if on < opened.on || on > ctx.today() {
        return out_of_turn("的进展日期早于立件或者在今天之后");
    }
    let over = child.ended.is_some();
    let under_review = child.accepted.is_some() && !over && child.stopped_for.is_none();
    let fact = match step {
        Step::Accepted { .. } if over || child.accepted.is_some() => return out_of_turn("已经受理或者终结"),
        Step::Declined { .. } if over || child.accepted.is_some() => return out_of_turn("已经受理或者终结"),
        Step::Stopped { .. } | Step::Extended { .. } | Step::Decided { .. } if !under_review => {
            return out_of_turn("不在审查中");
        }
        Step::Resumed { .. } if child.stopped_for.is_none() => return out_of_turn("没有中止"),
        Step::Withdrawn if over => return out_of_turn("已经终结"),
        Step::Delivered
            if child.delivered.is_some() || !child.ended.as_ref().is_some_and(Ended::is_decision) =>
        {
            return out_of_turn("没有待送达的结果");
        }
        Step::Extended { .. } if joint.mode == Mode::Joint => {
            let because = format!("“{}”在联合办理中，部门不能自行延长", child.plan.item_name);
            return no(&rules::GOVERNMENT_EXTENDS, Help::Government, because);
        }
        Step::Declined { reason, remedy } | Step::Decided { granted: false, reason, remedy, .. }
            if reason.trim().is_empty() || remedy.trim().is_empty() =>
        {
            let because = format!("“{}”没有写明理由和救济途径", child.plan.item_name);
            return no(&rules::REASONS, Help::AgencyHead, because);
        }
        step => told(joint, child, on, step),
    };
    follow(joint, vec![fact], ctx)
}

fn told(joint: &Joint, child: &Child, on: Date, step: &Step) -> Fact {
    let (item_code, department) = (child.plan.item_code.clone(), child.plan.department.clone());
    match step.clone() {
        Step::Accepted { from, due } => Fact::ChildAccepted { item_code, department, on, from, due },
        Step::Declined { reason, remedy } => {
            Fact::ChildDeclined { item_code, department, on, reason, remedy }
        }
        Step::Stopped { kind, days } => {
            let stops_all = joint.stop && child.plan.permit;
            Fact::ChildStopped { item_code, department, on, kind, days, stops_all }
        }
        Step::Resumed { due } => Fact::ChildResumed { item_code, department, on, due },
        Step::Extended { due } => Fact::ChildExtended { item_code, department, on, due },
        Step::Decided { granted, reason, remedy, document } => Fact::ChildDecided {
            item_code,
            item_name: child.plan.item_name.clone(),
            department,
            theme_code: joint.theme_code.clone(),
            permit: child.plan.permit,
            on,
            granted,
            reason,
            remedy,
            document,
        },
        Step::Withdrawn => Fact::ChildWithdrawn { item_code, department, on },
        Step::Delivered => Fact::ChildDelivered { item_code, department, on },
    }
}

/// The facts, and all that follows from them in the same act.
pub fn follow(joint: &Joint, mut facts: Vec<Fact>, ctx: &Ctx) -> Decision {
    let stamp = Stamp {
        day: ctx.today(),
        ms: ctx.moment.ms,
        person: ctx.actor.person.clone(),
        role: ctx.actor.role,
        org: ctx.actor.org.clone(),
    };
    let mut after = joint.clone();
    facts.iter().for_each(|fact| after.evolve(fact, &stamp));
    // Each of these ends or readies a child or settles the whole, so that there are no more of them than children.
    while let Some(fact) = next(&after, ctx)? {
        after.evolve(&fact, &stamp);
        facts.push(fact);
    }
    Ok(facts)
}

fn next(joint: &Joint, ctx: &Ctx) -> Result<Option<Fact>, Refusal> {
    let waiting = || joint.children.iter().filter(|child| child.is_open() && child.ready.is_none());
    if let Some(blocked) = waiting().find_map(|child| blocked(joint, child)) {
        return Ok(Some(blocked));
    }
    if waiting().next().is_some() {
        let because = "收件时的主题版本已不在目录中";
        let theme = joint
            .definition(ctx)
            .ok_or_else(|| Refusal::new(&rules::THEME_OPEN, Help::CatalogueManager, because))?;
        let mut able = waiting().filter(|child| may_begin(joint, child) && !lacks(joint, theme, child));
        if let Some(child) = able.next() {
            return Ok(Some(Fact::ChildReady(Box::new(ready(joint, theme, child)))));
        }
    }
    let over = joint.settled.is_none() && joint.children.iter().all(|child| !child.is_open());
    Ok(over.then(|| Fact::Settled(settled(joint, ctx))))
}

/// An item whose result it legally depends on ended without it.
fn blocked(joint: &Joint, child: &Child) -> Option<Fact> {
    let without = |ended: &Ended| !ended.is_granted();
    let lost = child
        .plan
        .needs
        .iter()
        .filter(|need| need.kind == NeedKind::Granted)
        .find_map(|need| {
            let other = joint.child(&need.item_code)?;
            Some((need, other, other.ended.as_ref().filter(|ended| without(ended))?))
        });
    let (need, other, ended) = lost?;
    let by_law = need.basis.as_ref().map_or(String::new(), |basis| format!("（{basis}）"));
    Some(Fact::ChildBlocked {
        item_code: child.plan.item_code.clone(),
        department: child.plan.department.clone(),
        theme_code: joint.theme_code.clone(),
        on: ended.on(),
        by: need.item_code.clone(),
        reason: format!("“{}”{}；{}{by_law}", other.plan.item_name, ended.zh(), need.why),
    })
}

fn may_begin(joint: &Joint, child: &Child) -> bool {
    child.plan.needs.iter().all(|need| {
        let ended = joint.child(&need.item_code).and_then(|other| other.ended.as_ref());
        match need.kind {
            NeedKind::Granted => ended.is_some_and(Ended::is_granted),
            NeedKind::Settled => ended.is_some(),
        }
    })
}

/// Does something that is missing belong to this item?
fn lacks(joint: &Joint, theme: &Definition, child: &Child) -> bool {
    joint.missing.iter().any(|lacking| {
        let paper = theme.material(&lacking.id).map(|material| &material.sources);
        let sources = paper.or_else(|| theme.field(&lacking.id).map(|field| &field.sources));
        sources.is_some_and(|sources| sources.iter().any(|source| source.item == child.plan.item_code))
    })
}

pub fn waiting_for_papers<'a>(joint: &'a Joint, theme: &'a Definition) -> impl Iterator<Item = &'a Child> {
    let waiting = joint.children.iter().filter(|child| child.is_open() && child.ready.is_none());
    waiting.filter(move |child| lacks(joint, theme, child))
}

fn ready(joint: &Joint, theme: &Definition, child: &Child) -> Ready {
    let item = &child.plan.item_code;
    let own = |id: &String| theme.material(id).and_then(|paper| name_with(&paper.sources, &paper.id, item));
    let fields = theme.form.iter().filter(|field| joint.sealed.contains_key(&field.id));
    let came = joint.supplemented.as_ref().or(joint.received.as_ref()).map(|mark| mark.on);
    let needed = child
        .plan
        .needs
        .iter()
        .filter_map(|need| Some(joint.child(&need.item_code)?.ended.as_ref()?.on()));
    Ready {
        item_code: item.clone(),
        item_name: child.plan.item_name.clone(),
        department: child.plan.department.clone(),
        number: joint.number.clone(),
        theme_code: joint.theme_code.clone(),
        mode: joint.mode,
        channel: joint.channel.unwrap_or(crate::definition::Channel::Window),
        received_on: needed.chain(joint.deemed.or(came)).max().unwrap_or_default(),
        deemed: joint.deemed.is_some(),
        told: joint.notice.is_some(),
        materials: joint
            .materials
            .iter()
            .filter_map(|(id, paper)| Some((own(id)?.to_owned(), paper.clone())))
            .collect(),
        fields: fields
            .filter_map(|field| {
                Some((name_with(&field.sources, &field.id, item)?.to_owned(), field.id.clone()))
            })
            .collect(),
        unlocked_by: child.plan.needs.iter().map(|need| need.item_code.clone()).collect(),
    }
}

fn settled(joint: &Joint, ctx: &Ctx) -> Settled {
    let ends = || joint.children.iter().filter_map(|child| child.ended.as_ref());
    let count = |which: fn(&Ended) -> bool| ends().filter(|ended| which(ended)).count() as u32;
    let on = ends().map(Ended::on).max().unwrap_or(ctx.today());
    let kept = |clock: Option<fadu_kernel::Clock>| match clock?.due(ctx.calendar) {
        Due::Fixed(due) => Some(on <= due),
        Due::Provisional { .. } | Due::Stopped { .. } => None,
    };
    let extension = joint.extension.as_ref().map_or(0, |(_, by)| by.n);
    Settled {
        theme_code: joint.theme_code.clone(),
        origin: joint.origin,
        mode: joint.mode,
        lead: joint.org.clone(),
        on,
        used: joint.used(on, ctx.calendar),
        statutory_days: joint.statutory.map(|limit| limit.n + extension),
        promised_days: joint.promised.map(|limit| limit.n),
        in_law: kept(joint.joint_clock()),
        in_promise: kept(joint.promised_clock()),
        baseline_days: joint.before.map(|before| before.days),
        children: joint.children.len() as u32,
        granted: count(|ended| matches!(ended, Ended::Granted { .. })),
        refused: count(|ended| matches!(ended, Ended::Refused { .. })),
        declined: count(|ended| matches!(ended, Ended::Declined { .. })),
        blocked: count(|ended| matches!(ended, Ended::Blocked { .. })),
        withdrawn: count(|ended| matches!(ended, Ended::Withdrawn { .. })),
    }
}
