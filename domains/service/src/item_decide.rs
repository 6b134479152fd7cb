//! 事项的决定。 What each act on an item leaves behind, or the rule that forbids it.

use crate::counted::{Counted, workdays};
use crate::duty::Duty;
use crate::item::{Act, Baseline, Desk, Fact, Item, Standing};
use crate::publication::publishable;
use crate::quality::prompts;
use crate::rules;
use crate::spared::Spared;
use fadu_kernel::{ActKind, Basis, Ctx, Ground, Help, Refusal, Role, Rule};
use jiff::civil::Date;

type Decision = Result<Vec<Fact>, Refusal>;

const MANAGE: Ground =
    Ground::Law(&[Basis::article("行政许可法", 30), Basis::article("优化营商环境条例", 35)]);
const CLAIM: Ground =
    Ground::Law(&[Basis::article("行政许可法", 22), Basis::article("优化营商环境条例", 35)]);
const REVIEW: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 39), Basis::article("行政许可法", 17)]);
const LIST: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 40)]);
const LAPSE: Ground = Ground::Law(&[Basis::article("行政许可法", 15)]);
const KEEP: Ground = Ground::Law(&[Basis::article("档案法实施条例", 39)]);

const SPARE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

pub(crate) const ACTS: &[ActKind] = &[
    ActKind { name: "Enter", zh: "录入事项", ground: MANAGE, opens: true },
    act("Claim", "认领", CLAIM),
    act("Disclaim", "不认领", CLAIM),
    act("Complete", "填报要素", MANAGE),
    act("Submit", "提交审核", REVIEW),
    act("Endorse", "部门审核", REVIEW),
    act("ReviewReform", "审改审核", REVIEW),
    act("ReviewBasis", "依据审核", REVIEW),
    act("Publish", "发布", MANAGE),
    act("TakeEffect", "版本施行", MANAGE),
    act("Suspend", "暂停", LIST),
    act("Resume", "恢复", LIST),
    act("Lapse", "临时性许可期满", LAPSE),
    act("Cancel", "取消", LIST),
    act("FreezeBaseline", "冻结改革前基线", KEEP),
    act("Spare", "免交材料", SPARE),
    act("AskAgain", "恢复要求", SPARE),
];

fn no(rule: &'static Rule, help: Help, because: impl Into<String>) -> Decision {
    Err(Refusal::new(rule, help, because))
}

pub(crate) fn decide(item: &Item, act: &Act, ctx: &Ctx) -> Decision {
    if item.standing == Standing::Cancelled {
        return no(&rules::CLOSED, Help::CatalogueManager, format!("“{}”已经取消", item.name));
    }
    match act {
        Act::Enter { department, .. }
            if ctx.actor.role == Role::Officer && *department != ctx.actor.org.as_str() =>
        {
            let because = format!("录入的部门是{}，事项属于{department}", ctx.actor.org);
            no(&rules::CLAIM_FIRST, Help::CatalogueManager, because)
        }
        Act::Enter { code, name, department, task_type, findings } => Ok(vec![Fact::Entered {
            code: code.clone(),
            name: name.clone(),
            department: department.clone(),
            task_type: *task_type,
            findings: findings.clone(),
        }]),
        Act::Claim { .. } if item.claim.is_some() => {
            no(&rules::ORDER, Help::Officer, format!("“{}”已经认领", item.name))
        }
        Act::Claim { claim } => Ok(vec![Fact::Claimed { claim: claim.clone() }]),
        Act::Disclaim { .. } if item.is_open() => {
            no(&rules::ORDER, Help::CatalogueManager, "在用的事项不能退回认领，要先暂停或者取消")
        }
        Act::Disclaim { reason } => Ok(vec![Fact::Disclaimed { reason: reason.clone() }]),
        Act::Complete { .. } if item.scheduled.is_some() => no(
            &rules::ORDER,
            Help::CatalogueManager,
            format!("已经发布的版本自{}起施行，到时再修订", day_of(item)),
        ),
        Act::Complete { definition } => Ok(vec![Fact::Completed { definition: definition.clone() }]),
        Act::Submit => submit(item),
        Act::Endorse { passed, note } => review(item, Desk::Department, *passed, note, ctx),
        Act::ReviewReform { passed, note } => review(item, Desk::Reform, *passed, note, ctx),
        Act::ReviewBasis { passed, note } => review(item, Desk::Basis, *passed, note, ctx),
        Act::Publish { from } => publish(item, *from, ctx),
        Act::TakeEffect => take_effect(item, ctx),
        Act::Suspend { reason } => {
            Ok(stopping(item, |was_in_use| Fact::Suspended { reason: reason.clone(), was_in_use }))
        }
        Act::Cancel { reason } => {
            Ok(stopping(item, |was_in_use| Fact::Cancelled { reason: reason.clone(), was_in_use }))
        }
        Act::Resume { reason } => resume(item, reason, ctx),
        Act::Lapse => lapse(item, ctx),
        Act::FreezeBaseline { baseline } => freeze(item, baseline, ctx),
        Act::Spare { subject, spared } => spare(item, subject, spared),
        Act::AskAgain { subject, reason } => ask_again(item, subject, reason),
    }
}

fn spare(item: &Item, subject: &str, spared: &Spared) -> Decision {
    let (mut next, version) = item.next()?;
    let n_before = next.n_spared();
    let Some((held, name, is_material)) = next.spared_mut(subject) else {
        let because = format!("办事指南里没有“{subject}”");
        return no(&rules::RELATED_MATERIAL, Help::CatalogueManager, because);
    };
    if held.as_ref() == Some(spared) {
        return no(&rules::HELD_ALREADY, Help::CatalogueManager, format!("“{name}”已经免交"));
    }
    Ok(vec![Fact::Spared {
        version,
        code: item.code.clone(),
        department: item.department.clone(),
        subject: subject.to_owned(),
        name: name.to_owned(),
        spared: spared.clone(),
        is_material,
        first: n_before == 0,
        again: held.is_some(),
    }])
}

fn ask_again(item: &Item, subject: &str, reason: &str) -> Decision {
    let (mut next, version) = item.next()?;
    let n_before = next.n_spared();
    let Some((Some(_), _, is_material)) = next.spared_mut(subject) else {
        return no(&rules::ORDER, Help::CatalogueManager, format!("“{subject}”没有免交"));
    };
    Ok(vec![Fact::AskedAgain {
        version,
        code: item.code.clone(),
        department: item.department.clone(),
        subject: subject.to_owned(),
        reason: reason.to_owned(),
        is_material,
        last: n_before == 1,
    }])
}

fn day_of(item: &Item) -> String {
    item.scheduled
        .as_ref()
        .map_or_else(String::new, |version| version.from.to_string())
}

fn submit(item: &Item) -> Decision {
    if item.claim.is_none() {
        let because = format!("{}还没有认领“{}”", item.department, item.name);
        return no(&rules::CLAIM_FIRST, Help::Officer, because);
    }
    if item.review.is_some() {
        return no(&rules::ORDER, Help::CatalogueManager, "已经在审核中");
    }
    let Some(draft) = item.revision() else {
        return no(&rules::ORDER, Help::Officer, "没有填报要素，或者和现行版本没有不同");
    };
    let lacks = draft.lacks();
    if !lacks.is_empty() {
        return no(&rules::EIGHT_FIELDS, Help::Officer, format!("还缺：{}", lacks.join("、")));
    }
    Ok(vec![Fact::Submitted])
}

/// The department first; then, in whatever order, the two desks outside it, each by the body the government named.
fn review(item: &Item, desk: Desk, passed: bool, note: &str, ctx: &Ctx) -> Decision {
    let Some(review) = &item.review else {
        return no(&rules::REVIEWED_FIRST, Help::Officer, "还没有提交审核");
    };
    if let Some(mark) = review.at(desk) {
        return no(&rules::ORDER, Help::CatalogueManager, format!("{}已经通过{}", mark.on, desk.zh()));
    }
    if review.submitted.by == ctx.actor.person {
        return no(&rules::OWN_DESK, Help::AgencyHead, "这一稿是您自己提交的");
    }
    if desk != Desk::Department {
        if review.department.is_none() {
            return no(&rules::REVIEWED_FIRST, Help::AgencyHead, "实施部门还没有审核");
        }
        let Some(body) = Duty::body_for(desk, ctx) else {
            let because = format!("县政府还没有确定由哪个机关做{}", desk.zh());
            return no(&rules::OWN_DESK, Help::Government, because);
        };
        if body != ctx.actor.org {
            let because = format!("{}由{body}做，您在{}", desk.zh(), ctx.actor.org);
            return no(&rules::OWN_DESK, Help::Government, because);
        }
    }
    // What cannot be published may not leave the desk that answers for it.
    if passed
        && desk == Desk::Basis
        && let Some(draft) = item.revision()
    {
        publishable(draft, ctx.today(), ctx)?;
    }
    let prompts = item.revision().map_or_else(Vec::new, |draft| prompts(&item.name, draft));
    Ok(vec![Fact::Reviewed { desk, passed, note: note.to_owned(), prompts }])
}

fn publish(item: &Item, from: Date, ctx: &Ctx) -> Decision {
    let Some(draft) = item.revision() else {
        return no(&rules::EIGHT_FIELDS, Help::CatalogueManager, format!("“{}”还没有填写要素", item.name));
    };
    publishable(draft, from, ctx)?;
    let waiting = match &item.review {
        Some(review) => review.waiting(),
        None => Desk::ALL.to_vec(),
    };
    if !waiting.is_empty() {
        let desks: Vec<&str> = waiting.into_iter().map(Desk::zh).collect();
        return no(&rules::REVIEWED_FIRST, Help::CatalogueManager, format!("还没有通过{}", desks.join("、")));
    }
    if from < ctx.today() {
        return no(&rules::NOT_BACKDATED, Help::CatalogueManager, format!("{from}已经过去"));
    }
    if from > ctx.today() {
        return Ok(vec![Fact::Scheduled { version: item.versions.len() as u32 + 1, from }]);
    }
    Ok(begun(item, Counted::of(draft, item.baseline.as_ref()), from))
}

/// The version before it, if it counts, ceases to; the new one begins.
fn begun(item: &Item, counted: Counted, from: Date) -> Vec<Fact> {
    let retired = item.counting().map(|(version, counted)| Fact::Retired { version, counted });
    let again = retired.is_some();
    let published = Fact::Published {
        version: item.versions.len() as u32 + 1,
        code: item.code.clone(),
        task_type: item.task_type,
        department: item.department.clone(),
        counted,
        again,
        from: Some(from),
    };
    retired.into_iter().chain([published]).collect()
}

fn take_effect(item: &Item, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    match &item.scheduled {
        Some(version) if version.from <= ctx.today() => {
            let counted = Counted::of(&version.definition, item.baseline.as_ref());
            Ok(begun(item, counted, version.from))
        }
        _ => no(&rules::NOT_BACKDATED, Help::CatalogueManager, "没有到施行日的版本"),
    }
}

/// `fact` is told whether the item was in use; if so its version ceases to count.
fn stopping(item: &Item, fact: impl Fn(bool) -> Fact) -> Vec<Fact> {
    let retired = item.counting().map(|(version, counted)| Fact::Retired { version, counted });
    let fact = fact(item.is_open());
    retired.into_iter().chain([fact]).collect()
}

fn resume(item: &Item, reason: &str, ctx: &Ctx) -> Decision {
    let (Standing::Suspended, Some((version, definition))) = (item.standing, item.current()) else {
        return no(&rules::ORDER, Help::CatalogueManager, format!("“{}”没有暂停", item.name));
    };
    if let Some(end) = definition.permit_ends_on().filter(|end| *end <= ctx.today()) {
        let because = format!("省级政府规章设定的临时性许可到{end}已满一年");
        return no(&rules::SET_BY_LAW, Help::CatalogueManager, because);
    }
    let counted = Counted::of(definition, item.baseline.as_ref());
    Ok(vec![Fact::Resumed { reason: reason.to_owned(), version, counted }])
}

fn lapse(item: &Item, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    let ends = item
        .current()
        .filter(|_| item.is_open())
        .and_then(|(_, definition)| definition.permit_ends_on());
    match ends {
        Some(end) if end <= ctx.today() => {
            let reason = format!("省级政府规章设定的临时性行政许可到{end}实施满一年（行政许可法第十五条）");
            Ok(stopping(item, |was_in_use| Fact::Suspended { reason: reason.clone(), was_in_use }))
        }
        _ => no(&rules::SET_BY_LAW, Help::CatalogueManager, "不是满一年的临时性许可"),
    }
}

fn freeze(item: &Item, baseline: &Baseline, ctx: &Ctx) -> Decision {
    if let Some(frozen) = &item.baseline {
        let because = format!("基线已经冻结，来源：{}", frozen.source);
        return no(&rules::FROZEN_ONCE, Help::CatalogueManager, because);
    }
    if baseline.source.trim().is_empty() || baseline.as_of > ctx.today() {
        let because = "没有写明数据来源，或者数据的日期还没有到";
        return no(&rules::FROZEN_ONCE, Help::CatalogueManager, because);
    }
    let in_use = item.current().filter(|_| item.is_open());
    Ok(vec![Fact::BaselineFrozen {
        baseline: baseline.clone(),
        baseline_days: baseline.days,
        promised_days: in_use.and_then(|(_, definition)| workdays(&definition.promised)),
    }])
}

fn only_clock(ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        Ok(())
    } else {
        Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "这一步由系统时钟记录"))
    }
}
