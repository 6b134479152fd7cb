//! 受理。 From the first word to the moment an order is answered, led elsewhere or ready to be dispatched.

use super::{Decision, no, not_the_accused, settled};
use crate::categories::Categories;
use crate::desk::{Desk, OWN_LINE};
use crate::knowledge::Knowledge;
use crate::near;
use crate::order::fact::{Ending, Entry};
use crate::order::{Fact, Intake, Order};
use crate::rules;
use crate::words::{Channel, Contact, Emergency, Exclusion, Kind};
use fadu_kernel::{Ctx, Help, Limit, MatterId, OrgId, Refusal};

/// 信访工作条例 23: the caller is told where it went within fifteen days.
const TELL: Limit = Limit::days(15);

/// 工单编号: the day and the end of the matter's own id, so that no counter is shared between seats.
fn number(ctx: &Ctx) -> String {
    let (day, id) = (ctx.today(), ctx.matter.to_string());
    format!("G{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &id[5..])
}

fn unopened<T>() -> Result<T, Refusal> {
    no(&rules::PARAMETERS, Help::CatalogueManager, "热线还没有开通")
}

pub fn take(order: &Order, intake: &Intake, ctx: &Ctx) -> Decision {
    if intake.channel == Channel::Burst {
        return no(&rules::MERGE_ALIKE, Help::CatalogueManager, "群体诉求由合并立单产生，不能登记");
    }
    let Some(desk) = Desk::open(ctx) else { return unopened() };
    if !desk.knows(&intake.line) {
        return no(&rules::KNOWN_LINE, Help::CatalogueManager, format!("归并清单里没有{}", intake.line));
    }
    if intake.lead && !intake.text.trim().is_empty() {
        let because = "线索的内容只写进封存台账，工单里不留文字";
        return no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, because);
    }
    taken(order, intake, 0, desk, ctx)
}

/// A burst becomes one order of its own; those it is made of are merged into it one by one.
pub fn raise(order: &Order, intake: &Intake, members: &[MatterId], ctx: &Ctx) -> Decision {
    let Some(desk) = Desk::open(ctx) else { return unopened() };
    let mut distinct = members.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let needed = desk.parameters.count("burst_orders").unwrap_or(u16::MAX);
    if distinct.len() < usize::from(needed) {
        let because = format!("群体诉求要{needed}件，现有{}件", distinct.len());
        return no(&rules::MERGE_ALIKE, Help::CatalogueManager, because);
    }
    // The orders merged into it are not looked at again when it is dispatched: whom they are about goes with it.
    let accused = intake.against.as_ref().filter(|unit| desk.units.contains_key(*unit));
    if intake.kind == Kind::Report && accused.is_none() {
        let because = "合并立单的举报要写明被举报的单位";
        return no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, because);
    }
    let intake = Intake {
        channel: Channel::Burst,
        line: OWN_LINE.to_owned(),
        lead: false,
        public: false,
        repeat_of: None,
        ..intake.clone()
    };
    taken(order, &intake, distinct.len() as u32, desk, ctx)
}

fn taken(order: &Order, intake: &Intake, members: u32, desk: &Desk, ctx: &Ctx) -> Decision {
    if !order.number.is_empty() {
        return no(&rules::LOOP, Help::Window, format!("{} 已经登记过", order.number));
    }
    if !desk.has_category(&intake.category) {
        let because = format!("分类里没有“{}”，或者已经停用", intake.category);
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, because);
    }
    let near = if intake.lead { Vec::new() } else { near::keys(&intake.text, &intake.place, ctx.today()) };
    let entry = Entry {
        number: number(ctx),
        desk: desk.org.clone(),
        line: intake.line.clone(),
        mode: desk.lines.get(&intake.line).map(|line| line.mode),
        channel: intake.channel,
        kind: intake.kind,
        text: intake.text.clone(),
        category: intake.category.clone(),
        category_name: desk.own_name(&intake.category).map(str::to_owned),
        place: intake.place.clone(),
        urgency: intake.urgency,
        lane: intake.lane,
        prefecture: intake.prefecture.clone(),
        repeat_of: intake.repeat_of,
        // Whom a lead accuses stands in the sealed ledger alone.
        against: intake.against.clone().filter(|_| !intake.lead),
        none_named: intake.none_named && !intake.lead,
        public: intake.public && !intake.lead,
        lead: intake.lead,
        persons: intake.persons,
        // What a caller sends along with a lead is sealed with it, not attached here.
        attachments: if intake.lead { Vec::new() } else { intake.attachments.clone() },
        near,
    };
    let followed = intake
        .suggestion
        .as_ref()
        .filter(|_| !intake.channel.unread())
        .and_then(|suggestion| suggestion.rank(&intake.category));
    // What was read out of a lead's words is as sealed as they are.
    let proposed = intake.proposed.clone().filter(|_| !intake.lead);
    let place_followed = proposed
        .as_ref()
        .and_then(|proposed| proposed.place_rank(&intake.place.address));
    Ok(vec![Fact::Taken {
        entry: Box::new(entry),
        sealed: ctx.sealed.clone(),
        suggestion: intake.suggestion.clone(),
        followed,
        proposed,
        place_followed,
        members,
        repeat: intake.repeat_of.is_some(),
    }])
}

/// Nothing stands before it: no form, no open register, no category.
pub fn transfer_emergency(order: &Order, to: Emergency, note: &str, ctx: &Ctx) -> Decision {
    if order.dispatch.is_some() || order.is_closed() {
        return no(&rules::LOOP, Help::CatalogueManager, "已经派单或者已经结束，请直接拨打紧急热线");
    }
    let seconds = |mark: &crate::order::Mark| (ctx.moment.ms - mark.ms).max(0) / 1000;
    let known = !order.number.is_empty();
    Ok(vec![Fact::EmergencyTransferred {
        number: if known { order.number.clone() } else { number(ctx) },
        desk: if known {
            order.desk.clone()
        } else {
            Desk::open(ctx).map_or_else(|| ctx.actor.org.clone(), |desk| desk.org.clone())
        },
        to,
        note: note.to_owned(),
        after_seconds: order.taken.as_ref().map_or(0, seconds),
    }])
}

/// Still with the hotline: taken and not yet dispatched, or given back to it.
fn with_the_hotline(order: &Order) -> Result<&Entry, Refusal> {
    let dispatched = order.dispatch.as_ref().is_some_and(|dispatch| !dispatch.released);
    match &order.entry {
        Some(entry) if !dispatched && !entry.lead && order.excluded.is_none() => Ok(entry),
        Some(entry) if entry.lead => no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, "线索只走封存渠道"),
        Some(_) if dispatched => no(&rules::LOOP, Help::CatalogueManager, "已经派单"),
        Some(_) | None => no(&rules::LOOP, Help::CatalogueManager, "已经告知渠道，正在移交"),
    }
}

pub fn answer(
    order: &Order,
    id: MatterId,
    also: &[MatterId],
    satisfied: Option<bool>,
    ctx: &Ctx,
) -> Decision {
    let entry = with_the_hotline(order)?;
    at_once(&entry.category)?;
    if entry.kind != Kind::Consult {
        let because = format!("{}要交有职权的单位办理，热线不能代替答复", entry.kind.zh());
        return no(&rules::ANSWER_GENERAL, Help::CatalogueManager, because);
    }
    let in_force = |id: &MatterId| {
        ctx.look::<Knowledge>(*id)
            .and_then(|knowledge| knowledge.in_force(ctx.today()))
            .map(|(version, _)| version)
    };
    let Some(version) = in_force(&id).filter(|_| also.iter().all(|id| in_force(id).is_some())) else {
        return no(&rules::ON_LAW, Help::CatalogueManager, "知识条目没有发布，或者已经过了有效期");
    };
    let answered = Fact::Answered {
        knowledge: id,
        version,
        also: also.to_vec(),
        kind: entry.kind,
        category: entry.category.clone(),
    };
    let closed = Fact::Closed {
        ending: Ending {
            in_time: Some(true),
            contact: satisfied.map(|_| Contact::Answered),
            solved: None,
            satisfied,
        },
        kind: entry.kind,
        category: entry.category.clone(),
        lane: entry.lane,
        unit: None,
        repeat: entry.repeat_of.is_some(),
        returns: order.review.returned_by.len() as u16,
        redone: 0,
        days: Some(0),
        first_call: order.dispatch.is_none(),
        reason: String::new(),
    };
    Ok(settled(order).into_iter().chain([answered, closed]).collect())
}

/// HOT-05: what is happening now is transferred, whatever else could be done with it.
pub fn at_once(category: &str) -> Result<(), Refusal> {
    match Categories::shipped().item(category) {
        Some((_, item)) if item.emergency => {
            no(&rules::AT_ONCE, Help::CatalogueManager, format!("“{}”请即时转紧急热线", item.name))
        }
        Some(_) | None => Ok(()),
    }
}

pub fn exclude(order: &Order, ground: Exclusion, told: &str, ctx: &Ctx) -> Decision {
    with_the_hotline(order)?;
    if told.trim().is_empty() {
        let because = format!("没有告诉来电人应当走什么渠道：{}", ground.where_to_go());
        return no(ground.rule(), Help::CatalogueManager, because);
    }
    // From the day it was received, not from the day on which the hotline saw that it is a petition.
    let received = order.taken.as_ref().map_or(ctx.today(), |mark| mark.on);
    let hand_over_by = (ground == Exclusion::Petition)
        .then(|| TELL.end(received, ctx.calendar).ok())
        .flatten();
    let excluded = Fact::Excluded { ground, told: told.to_owned(), hand_over_by };
    Ok(settled(order).into_iter().chain([excluded]).collect())
}

pub fn hand_over(order: &Order, office: &str, receipt: &str, ctx: &Ctx) -> Decision {
    let Some(excluded) = order.excluded.as_ref() else {
        return no(&rules::LOOP, Help::CatalogueManager, "没有认定为信访事项");
    };
    if office.trim().is_empty() || receipt.trim().is_empty() {
        return no(&rules::HANDED_OVER, Help::CatalogueManager, "没有写明信访部门的登记回执");
    }
    not_the_accused(order.accused(), &[&OrgId::new(office.trim())])?;
    Ok(vec![Fact::HandedOver {
        office: office.to_owned(),
        receipt: receipt.to_owned(),
        in_time: excluded.hand_over_by.map(|by| ctx.today() <= by),
    }])
}

/// What the prefecture has to do goes there, under both numbers; what came from there does not go back that way.
pub fn pass_up(order: &Order, prefecture: &str, reason: &str) -> Decision {
    let entry = with_the_hotline(order)?;
    at_once(&entry.category)?;
    let because = match (prefecture.trim(), &entry.prefecture) {
        ("", _) => "没有写明市级工单编号，两个编号都要保留".to_owned(),
        (_, Some(known)) => format!("这件是市级平台转来的（{known}），有异议的请走退单裁定"),
        (number, None) => {
            let (prefecture, reason) = (number.to_owned(), reason.to_owned());
            let passed = Fact::PassedUp { number: order.number.clone(), prefecture, reason };
            return Ok(settled(order).into_iter().chain([passed]).collect());
        }
    };
    no(&rules::BOTH_NUMBERS, Help::CatalogueManager, because)
}

/// The second person of two: says that the words went into the sealed ledger, and nothing of what they are.
pub fn release_lead(order: &Order, ctx: &Ctx) -> Decision {
    if !order.is_lead() {
        return no(&rules::LOOP, Help::CatalogueManager, "这件工单没有另行封存的内容");
    }
    match &order.taken {
        Some(mark) if mark.by == ctx.actor.person => {
            no(&rules::LEADS_TO_SUPERVISION, Help::CatalogueManager, "登记人不能自己放行")
        }
        Some(_) | None => Ok(vec![Fact::LeadReleased]),
    }
}

/// A call leads to who called: one of a lead stands nowhere beside the sealed ledger.
pub fn link_call(order: &Order, call: &str) -> Decision {
    if order.is_lead() {
        return no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, "线索不关联来电");
    }
    if order.calls.iter().any(|known| known.call == call) {
        return no(&rules::LOOP, Help::CatalogueManager, format!("已经关联来电{call}"));
    }
    Ok(vec![Fact::CallLinked { call: call.to_owned() }])
}

/// The digest (SHA-256, hex) of what the exchange recorded of a linked call. Refuses a second one: the first stays.
pub fn keep_recording(order: &Order, call: &str, digest: &str) -> Decision {
    match order.calls.iter().find(|known| known.call == call) {
        None => no(&rules::LOOP, Help::Operator, format!("没有关联来电{call}")),
        Some(known) if known.recording.is_some() => {
            no(&rules::COUNTED_ONCE, Help::Operator, format!("来电{call}的录音已经登记，原数保留"))
        }
        Some(_) => {
            Ok(vec![Fact::RecordingKept { call: call.to_owned(), digest: digest.to_ascii_lowercase() }])
        }
    }
}

/// Opened by who has the order: the hotline, the unit, those who assist. The reason is a fact.
pub fn open_caller(order: &Order, reason: &str, ctx: &Ctx) -> Decision {
    let org = &ctx.actor.org;
    let has_it = *org == order.desk
        || order
            .dispatch
            .as_ref()
            .is_some_and(|dispatch| dispatch.unit == *org || dispatch.assisting.contains(org));
    if !has_it {
        let because = format!("{org}不承办这件工单");
        return no(&rules::NO_MORE_THAN_NEEDED, Help::CatalogueManager, because);
    }
    Ok(vec![Fact::CallerOpened { reason: reason.to_owned() }])
}

pub fn merge(order: &Order, into: MatterId, alike: Option<u16>, ctx: &Ctx) -> Decision {
    let why = match order {
        _ if into == ctx.matter => "不能并入自己",
        order if order.n_children > 0 || order.members > 0 => "已有工单并入它，不能再并入别的工单",
        order if order.reply.is_some() => "已经答复，不能再并单",
        order if order.is_lead() || order.excluded.is_some() => "这件工单走另外的渠道，不能并单",
        order => {
            let proposed = || order.proposed.as_ref()?.alike(into);
            let alike = alike.or_else(proposed);
            let merged = Fact::Merged { into, alike, was_dispatched: order.dispatch.is_some() };
            return Ok(settled(order).into_iter().chain([merged]).collect());
        }
    };
    no(&rules::MERGE_ALIKE, Help::CatalogueManager, why)
}

/// What was merged by mistake goes on where it was, its clock as it ran; also where the parent has ended meanwhile.
pub fn unmerge(order: &Order, reason: &str, ctx: &Ctx) -> Decision {
    match &order.merged {
        Some(merged) => Ok(vec![Fact::Unmerged {
            from: merged.into,
            reason: reason.to_owned(),
            due: order.due(ctx.calendar),
        }]),
        None => no(&rules::MERGE_ALIKE, Help::CatalogueManager, "没有并入别的工单"),
    }
}

/// 告诉来信人: all that was not told yet, once. Refuses where nothing is left to tell.
pub fn tell_caller(order: &Order) -> Decision {
    match order.untold.is_empty() {
        true => no(&rules::LOOP, Help::Operator, "没有要告诉来信人的"),
        false => Ok(vec![Fact::CallerTold { news: order.untold.clone() }]),
    }
}

/// 随主单办结: what the parent's caller was told is told to whoever was merged into it, once.
pub fn follow_parent(order: &Order, parent: &str, reply: &str) -> Decision {
    match (&order.merged, &order.parent_closed) {
        (Some(_), None) => {
            Ok(vec![Fact::ParentClosed { parent: parent.to_owned(), reply: reply.to_owned() }])
        }
        (Some(_), Some(mark)) => no(&rules::CLOSED, Help::Operator, format!("{}已经随主单办结", mark.on)),
        (None, _) => no(&rules::MERGE_ALIKE, Help::Operator, "没有并入别的工单"),
    }
}
