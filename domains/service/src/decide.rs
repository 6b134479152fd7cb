//! 决定。 What each act on a case leaves behind, or the rule that forbids it.

use crate::case::{AT_WINDOW, Act, Case, Channel, DeclineGround, Fact, Missing};
use crate::definition::{ClockFrom, Definition, Field, FirstReview, PROJECT_CODE};
use crate::item::Item;
use crate::part::{Parent, for_the_whole};
use crate::{
    at_once, fee, first_review, hearing, inspection, interested, intermediary, outside, parcel, renewal,
    rules, signature, spared,
};
use fadu_kernel::{Clock, Ctx, Due, Help, OrgId, PersonId, Refusal, Role, Rule};
use jiff::civil::Date;
use std::collections::BTreeMap;

type Decision = Result<Vec<Fact>, Refusal>;

fn no(rule: &'static Rule, help: Help, because: impl Into<String>) -> Decision {
    Err(Refusal::new(rule, help, because))
}

pub fn decide(case: &Case, act: &Act, ctx: &Ctx) -> Decision {
    // Also where a policy should permit it by mistake.
    let organs_own =
        matches!(act, Act::GiveNotice { .. } | Act::Accept | Act::Decline { .. } | Act::Decide { .. });
    if organs_own && ctx.actor.role == Role::WindowClerk {
        return no(&rules::OFFICER_DECIDES, Help::Officer, "购买服务的窗口人员只收件和移交");
    }
    match act {
        Act::Receive { item, channel, materials } => {
            return receive(case, *item, *channel, materials, None, ctx);
        }
        Act::ReceivePart { item, channel, materials, parent, received_on } => {
            let part = Some((parent.as_ref(), *received_on));
            return receive(case, *item, *channel, materials, part, ctx);
        }
        Act::Archive => return archive(case),
        Act::DeemAccepted => return deem_accepted(case, ctx),
        Act::TurnAmber => return turn_amber(case, ctx),
        Act::TurnOverdue => return turn_overdue(case, ctx),
        Act::PassStop => return pass_stop(case, ctx),
        Act::ExplainDelay { reason } => return explain_delay(case, reason),
        Act::Consult { reason, authorisation } => return consult(case, reason, authorisation),
        Act::IssueNotice { seq, kind, digest } => return issue_notice(case, *seq, kind, digest, ctx),
        Act::ExemptFee { code, ground } => return fee::exempt(case, code, ground, ctx),
        Act::PayFee { code, way, amount_fen, reference, simulated } => {
            return fee::pay(case, code, *way, *amount_fen, reference, *simulated, ctx);
        }
        Act::RefundFee { code, reason } => return fee::refund(case, code, reason),
        Act::NoteSurplus { code, amount_fen, reference, simulated } => {
            return fee::note_surplus(case, code, *amount_fen, reference, *simulated, ctx);
        }
        Act::NoteSent { number } => return outside::sent(case, number),
        Act::NoteUnsent { fault } => return outside::not_sent(case, *fault),
        Act::NoteOutside { state, on } => return outside::told(case, *state, *on),
        Act::SendAgain => return outside::send_again(case),
        _ => {}
    }
    if case.received.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有收到申请");
    }
    if case.is_closed() {
        return no(
            &rules::CLOSED,
            Help::Officer,
            format!("{} {}", case.number, Case::status_zh(case.status())),
        );
    }
    if matches!(act, Act::Deliver { .. } | Act::Withdraw { .. }) {
        for_the_whole(case, ctx)?;
    }
    let Some(item) = ctx.look::<Item>(case.item).and_then(|item| item.version(case.item_version)) else {
        return no(&rules::OPEN_ITEM, Help::CatalogueManager, "收件时的事项版本已不在目录中");
    };
    match act {
        Act::GiveNotice { missing } => give_notice(case, missing, item, ctx),
        Act::Supplement { materials } => supplement(case, materials, item, ctx),
        Act::CheckSignature { material, valid, note } => signature::check(case, material, *valid, note, item),
        Act::NameIntermediary { material, name, code } => {
            intermediary::name(case, material, name, code, item)
        }
        Act::Accept => accept(case, item, ctx),
        Act::Decline { ground, reason, target } => {
            decline(case, *ground, reason, target.as_deref(), item, ctx)
        }
        Act::Stop { kind, days } => {
            under_review(case)?;
            let Some(special) = item.special.iter().find(|special| special.kind == *kind) else {
                return no(
                    &rules::ONLY_THESE_STOP,
                    Help::CatalogueManager,
                    format!("公布的办事指南没有为本事项列出{}", kind.zh()),
                );
            };
            if *days == 0 || *days > special.days {
                return no(
                    &rules::TELL_THE_TIME,
                    Help::Officer,
                    format!("{}所需时间应为1至{}个工作日", kind.zh(), special.days),
                );
            }
            Ok(vec![Fact::Stopped { kind: *kind, days: *days }])
        }
        Act::Resume { result } => match case.stopped_for {
            Some(kind) => Ok(vec![Fact::Resumed { kind, result: result.clone() }]),
            None => no(&rules::ORDER, Help::Officer, "期限没有停止"),
        },
        Act::Verify { checkers, passed, note, interested } => {
            verify(case, checkers, *passed, note, *interested, item, ctx)
        }
        Act::AssignInspectors { inspectors } => inspection::assign(case, inspectors, ctx),
        Act::PassAssignment => {
            only_clock(ctx)?;
            inspection::pass(case, ctx)
        }
        Act::ConfirmCheck { agrees, note } => confirm_check(case, *agrees, note, ctx),
        Act::Forward { favourable, opinion } => {
            under_review(case)?;
            first_review::forward(case, *favourable, opinion, item, ctx)
        }
        Act::Extend { reason } => extend(case, reason, item, ctx),
        Act::TellHearing => {
            under_review(case)?;
            if let Some((on, _)) = case.hearing.told {
                return no(&rules::ORDER, Help::Officer, format!("{on}已经告知过听证权利"));
            }
            let last_day = hearing::ASKED_WITHIN.end(ctx.today(), ctx.calendar).ok();
            Ok(vec![Fact::HearingTold { last_day }])
        }
        Act::AskHearing => hearing::answer(case, Fact::HearingAsked, ctx),
        Act::WaiveHearing => hearing::answer(case, Fact::HearingWaived, ctx),
        Act::TellInterested { person, how } => {
            under_review(case)?;
            interested::tell(case, person, how)
        }
        Act::AskHearingAsInterested => interested::answer(case, Fact::InterestedAsked, ctx),
        Act::WaiveHearingAsInterested => interested::answer(case, Fact::InterestedWaived, ctx),
        Act::ScheduleHearing { on, time, place, chair } => {
            hearing::schedule(case, *on, time, place, chair, ctx)
        }
        Act::RecordHearing { transcript, evidence } => hearing::record(case, transcript, evidence, ctx),
        Act::ChargeFee { code, quantity } => fee::charge(case, code, *quantity, item, ctx),
        Act::Decide { granted, reason, false_material, evidence } => {
            decide_application(case, *granted, reason, *false_material, evidence, item, ctx)
        }
        Act::Deliver { way } => match &case.decided {
            Some(_) => {
                parcel::not_merely_posted(case, way, ctx)?;
                let due = case.delivery.as_ref().and_then(|clock| clock.due(ctx.calendar).fixed());
                let in_time = due.map(|due| ctx.today() <= due);
                Ok(vec![Fact::Delivered {
                    way: way.clone(),
                    in_time,
                    trips: trips(case, way, ctx),
                    on: None,
                }])
            }
            None => no(&rules::ORDER, Help::AgencyHead, "还没有作出决定"),
        },
        Act::Withdraw { reason, statement } => match &case.decided {
            None if ctx.actor.role == Role::WindowClerk && statement.trim().is_empty() => {
                no(&rules::SIGNED_WITHDRAWAL, Help::Officer, "没有写明申请人签名的撤回申请")
            }
            None => Ok(vec![Fact::Withdrawn { reason: reason.clone(), statement: statement.clone() }]),
            Some(decided) => {
                no(&rules::ORDER, Help::Officer, format!("{}已经作出决定，不能再撤回", decided.on))
            }
        },
        Act::Consign { carrier, number } => parcel::consign(case, carrier, number),
        Act::NoteParcel { kind, on, simulated } => parcel::note(case, *kind, *on, *simulated, ctx),
        Act::Spare { material, because } => spared::here(case, material, because, item, ctx),
        Act::AskAfterAll { material, because } => spared::not_here(case, material, because, item, ctx),
        Act::Renew { number, until } => renewal::name_renewal(case, number, *until, item),
        Act::DeemRenewed => {
            only_clock(ctx)?;
            renewal::deem_renewed(case, item, ctx)
        }
        Act::Correct { what, from, to } => correct(case, what, from, to, ctx),
        Act::Receive { .. }
        | Act::ReceivePart { .. }
        | Act::Archive
        | Act::DeemAccepted
        | Act::TurnAmber
        | Act::TurnOverdue
        | Act::PassStop
        | Act::Consult { .. }
        | Act::IssueNotice { .. }
        | Act::ExemptFee { .. }
        | Act::PayFee { .. }
        | Act::RefundFee { .. }
        | Act::NoteSurplus { .. }
        | Act::NoteSent { .. }
        | Act::NoteUnsent { .. }
        | Act::NoteOutside { .. }
        | Act::SendAgain
        | Act::ExplainDelay { .. } => Ok(Vec::new()),
    }
}

fn receive(
    case: &Case,
    id: fadu_kernel::MatterId,
    channel: Channel,
    materials: &BTreeMap<String, crate::case::Paper>,
    part: Option<(&Parent, Date)>,
    ctx: &Ctx,
) -> Decision {
    if case.received.is_some() {
        return no(&rules::ORDER, Help::Window, format!("{} 已经提交过", case.number));
    }
    let Some(item) = ctx.look::<Item>(id) else {
        return no(&rules::OPEN_ITEM, Help::CatalogueManager, "目录里没有这个事项");
    };
    let applied_on = part.and_then(|(parent, _)| parent.applied_on);
    let Some((item_version, definition)) = item.applied_for(applied_on).filter(|_| item.is_open()) else {
        return no(
            &rules::OPEN_ITEM,
            Help::CatalogueManager,
            format!("“{}”{}，还缺：{}", item.name, item.standing.zh(), item.lacks().join("、")),
        );
    };
    // Through which channels a joint case comes is said by its theme.
    if channel == Channel::Online && !definition.online && part.is_none() {
        return no(&rules::OPEN_ITEM, Help::Window, format!("“{}”须到窗口办理", item.name));
    }
    // A paper may come later. Without its code the platform does not know the project, and nobody may deal with it.
    let asks = |field: &Field| !field.is_spared() && !ctx.sealed.contains_key(PROJECT_CODE);
    if definition.approves_public_investment() && definition.project_code().is_some_and(asks) {
        return no(&rules::BY_PROJECT_CODE, Help::Window, "没有填写项目代码");
    }
    // An incomplete application is always received; a paper nobody asked for is not.
    if let Some(extra) = materials.keys().find(|id| definition.material(id).is_none()) {
        return no(&rules::RELATED_MATERIAL, Help::Window, format!("公布的办事指南里没有材料“{extra}”"));
    }
    Ok(vec![Fact::Received {
        number: number(ctx),
        item: id,
        item_version,
        item_code: item.code.clone(),
        item_name: item.name.clone(),
        task_type: item.task_type,
        department: OrgId::new(
            definition.first_review.as_ref().map_or(&item.department, |below| &below.organ),
        ),
        decides: definition.first_review.as_ref().map(|_| OrgId::new(&item.department)),
        channel,
        materials: materials.clone(),
        sealed: ctx.sealed.clone(),
        notice_due: notice_due(definition, part.map_or(ctx.today(), |(_, on)| on), ctx),
        notice_limit: definition.notice_limit(),
        silence_means_nothing: !definition.silence_accepts(),
        parent: part.map(|(parent, _)| Box::new(parent.clone())),
        received_on: part.map(|(_, on)| on).filter(|on| *on != ctx.today()),
    }])
}

/// 办件编号: the day and the end of the matter's own id, so that no counter is shared between windows.
fn number(ctx: &Ctx) -> String {
    let day = ctx.today();
    let id = ctx.matter.to_string();
    format!("{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &id[5..])
}

fn notice_due(definition: &Definition, from: Date, ctx: &Ctx) -> Option<Date> {
    definition.notice_limit()?.end(from, ctx.calendar).ok()
}

fn give_notice(case: &Case, missing: &[Missing], item: &Definition, ctx: &Ctx) -> Decision {
    first_review::not_asked_again(case)?;
    if case.accepted.is_some() {
        return no(&rules::COMPLETE_IS_ACCEPTED, Help::Officer, "已经受理，不能再要求补正");
    }
    if let Some(notice) = &case.notice {
        return no(rules::one_notice(item), Help::Officer, format!("{}已经一次告知过", notice.on));
    }
    if case.was_told_together() {
        return no(rules::one_notice(item), Help::Officer, "联办件已经一次告知过，材料已按告知补齐");
    }
    if missing.is_empty() {
        return no(rules::one_notice(item), Help::Officer, "告知书里没有写明缺什么");
    }
    if let Some(extra) = missing.iter().find(|line| item.material(&line.material).is_none()) {
        return no(
            &rules::RELATED_MATERIAL,
            Help::Officer,
            format!("公布的办事指南里没有材料“{}”", extra.material),
        );
    }
    let held = missing
        .iter()
        .filter_map(|line| item.material(&line.material))
        .find(|material| !case.may_ask(material));
    if let Some(held) = held {
        let because = case.not_asked_because(held).unwrap_or_default();
        return no(
            rules::held_already(item),
            Help::Officer,
            format!("不能要求提交“{}”：{because}", held.name),
        );
    }
    signature::no_paper_copy(case, missing, item)?;
    let last = case.notice_last(ctx.calendar).filter(|_| !case.silence_means_nothing);
    if let Some(due) = last.filter(|due| ctx.today() > *due) {
        return no(&rules::DEEMED_ACCEPTED, Help::Officer, format!("告知的最后一日是{due}，逾期已视为受理"));
    }
    let from = case.received.as_ref().map_or(ctx.today(), |mark| mark.on);
    let days_used = ctx.calendar.between(from, ctx.today()).unwrap_or(0);
    let all_on_the_spot = item.is_permit() && missing.iter().all(|line| line.on_the_spot);
    Ok(vec![Fact::NoticeGiven { missing: missing.to_vec(), days_used, all_on_the_spot }])
}

fn supplement(
    case: &Case,
    materials: &BTreeMap<String, crate::case::Paper>,
    item: &Definition,
    ctx: &Ctx,
) -> Decision {
    if case.accepted.is_some() {
        return no(&rules::ORDER, Help::Window, "已经受理，不需要再补");
    }
    if let Some(extra) = materials.keys().find(|id| item.material(id).is_none()) {
        return no(&rules::RELATED_MATERIAL, Help::Window, format!("公布的办事指南里没有材料“{extra}”"));
    }
    if materials.is_empty() {
        return no(&rules::ORDER, Help::Window, "没有附上补正的材料");
    }
    Ok(vec![Fact::Supplemented {
        materials: materials.clone(),
        notice_due: notice_due(item, ctx.today(), ctx),
        notice_limit: item.notice_limit(),
        unasked: !case.awaits_supplement(),
    }])
}

/// What the notice asked for, or at first the guide, and is not there yet.
fn still_missing<'a>(case: &Case, item: &'a Definition) -> Vec<&'a str> {
    let asked: Vec<&str> = match &case.notice {
        Some(notice) => notice.missing.iter().map(|line| line.material.as_str()).collect(),
        None => {
            let required = item.materials.iter().filter(|material| material.required);
            required.map(|material| material.id.as_str()).collect()
        }
    };
    let absent = asked.into_iter().filter(|id| !case.materials.contains_key(*id));
    absent
        .filter_map(|id| item.material(id))
        .filter(|material| case.may_ask(material))
        .map(|material| material.name.as_str())
        .collect()
}

fn accept(case: &Case, item: &Definition, ctx: &Ctx) -> Decision {
    if let Some(accepted) = &case.accepted {
        return no(&rules::ORDER, Help::Officer, format!("自{}起已经受理", accepted.from));
    }
    let missing = still_missing(case, item);
    if !missing.is_empty() {
        return no(
            &rules::ORDER,
            Help::Officer,
            format!("材料还不齐：{}。请一次告知，或者等待补正", missing.join("、")),
        );
    }
    Ok(vec![accepted(case, item, ctx.today(), false, ctx)])
}

fn accepted(case: &Case, item: &Definition, from: Date, deemed: bool, ctx: &Ctx) -> Fact {
    let first_review = item
        .first_review
        .as_ref()
        .filter(|_| case.reviewed_below().is_some())
        .map(FirstReview::limit);
    // The limits of whoever decides run from the day on which the file is there.
    let own = first_review.is_none();
    let statutory = item.statutory.limit().filter(|_| own && !case.is_on_one_clock());
    let promised = item.promised.limit().filter(|_| own);
    let start = match item.clock_from {
        ClockFrom::Acceptance => from,
        ClockFrom::Receipt => case.received.as_ref().map_or(from, |mark| mark.on),
    };
    let due = match first_review {
        Some(limit) => limit.end(from, ctx.calendar).ok(),
        None => promised.or(statutory).and_then(|limit| limit.end(start, ctx.calendar).ok()),
    };
    Fact::Accepted {
        from,
        deemed,
        item_code: case.item_code.clone(),
        task_type: case.task_type,
        department: case.org.clone(),
        clock_from: item.clock_from,
        statutory,
        promised,
        due,
        outside: Some(item.outside.clone()).filter(|system| !system.is_empty()),
        assign_within: item.is_inspected().then_some(inspection::ASSIGN_WITHIN),
        first_review,
    }
}

fn decline(
    case: &Case,
    ground: DeclineGround,
    reason: &str,
    target: Option<&str>,
    item: &Definition,
    ctx: &Ctx,
) -> Decision {
    if case.accepted.is_some() {
        return no(&rules::COMPLETE_IS_ACCEPTED, Help::Officer, "已经受理，不能再不予受理");
    }
    if reason.trim().is_empty() {
        return no(&rules::REASONS, Help::Officer, "没有写明不予受理的理由");
    }
    if ground == DeclineGround::OtherAgency && target.is_none_or(|target| target.trim().is_empty()) {
        return no(&rules::NAME_THE_AGENCY, Help::Officer, "没有写明应当向哪个机关申请");
    }
    if ground == DeclineGround::NotSupplemented && !case.awaits_supplement() {
        return no(rules::one_notice(item), Help::Officer, "没有一次告知，或者申请人已经全部补正");
    }
    let received = case.received.as_ref().map(|mark| mark.on);
    let said = received.filter(|_| item.is_permit() && ground.is_said_at_once());
    Ok(vec![Fact::Declined {
        ground,
        reason: reason.to_owned(),
        target: target.map(str::to_owned),
        department: case.org.clone(),
        barred_until: item
            .barred_after_false_material(ctx.today())
            .filter(|_| ground == DeclineGround::FalseMaterial),
        at_once: said.and_then(|from| at_once::on_the_day(from, ctx)),
    }])
}

fn under_review(case: &Case) -> Result<(), Refusal> {
    let why = match case {
        Case { accepted: None, .. } => "还没有受理",
        Case { decided: Some(_), .. } => "已经作出决定",
        Case { stopped_for: Some(_), .. } => "特别程序还没有结束",
        Case { .. } => return Ok(()),
    };
    Err(Refusal::new(&rules::ORDER, Help::Officer, why))
}

fn verify(
    case: &Case,
    checkers: &[PersonId],
    passed: bool,
    note: &str,
    interested: bool,
    item: &Definition,
    ctx: &Ctx,
) -> Decision {
    under_review(case)?;
    let mut distinct: Vec<&str> = checkers
        .iter()
        .map(|person| person.as_str().trim())
        .filter(|person| !person.is_empty())
        .collect();
    distinct.sort_unstable();
    distinct.dedup();
    let needed: u8 = if item.verification == "substantive" || case.inspection.is_some() { 2 } else { 1 };
    if distinct.len() < usize::from(needed) {
        return no(
            &rules::TWO_CHECKERS,
            Help::AgencyHead,
            format!("本事项需要{needed}名核查人员，现有{}名", distinct.len()),
        );
    }
    if let Some(applicant) = case.applicant.as_ref().filter(|person| distinct.contains(&person.as_str())) {
        return no(&rules::OWN_CASE, Help::AgencyHead, format!("{applicant} 是申请人"));
    }
    // Whoever records the check reviews the application as well.
    let reviews = |person: &PersonId| distinct.contains(&person.as_str()) || *person == ctx.actor.person;
    if let Some((on, chair)) = case.hearing.scheduled.as_ref().filter(|(_, chair)| reviews(chair)) {
        return no(&rules::OTHER_CHAIR, Help::AgencyHead, format!("{chair} 主持本件{on}的听证"));
    }
    let (checkers, note) = (checkers.to_vec(), note.to_owned());
    // One who checks alone has said so by this act.
    let needed = if needed > 1 { needed } else { 0 };
    Ok(vec![Fact::Verified { checkers, passed, note, interested, needed }])
}

/// Whoever recorded the check has said what they found; the others named do so by their own act.
fn confirm_check(case: &Case, agrees: bool, note: &str, ctx: &Ctx) -> Decision {
    under_review(case)?;
    let Some(verified) = &case.verified else {
        return no(&rules::ORDER, Help::Officer, "还没有核查记录");
    };
    if !verified.awaits(&ctx.actor.person) {
        let because = "确认由核查记录写明的另一名核查人员本人作出，每人一次";
        return no(&rules::TWO_CHECKERS, Help::AgencyHead, because);
    }
    if !agrees && note.trim().is_empty() {
        return no(&rules::TWO_CHECKERS, Help::Officer, "没有写明不同意核查记录的理由");
    }
    Ok(vec![Fact::CheckConfirmed { agrees, note: note.to_owned() }])
}

fn extend(case: &Case, reason: &str, item: &Definition, ctx: &Ctx) -> Decision {
    under_review(case)?;
    if case.is_on_one_clock() {
        let because = "联办件各部门合用一个期限，本机关不能单独延长";
        return no(&rules::GOVERNMENT_EXTENDS, Help::Government, because);
    }
    if case.reviewed_below().is_some() {
        return no(&rules::ONE_EXTENSION, Help::AgencyHead, "法律没有规定延长下级机关初审的期限");
    }
    let Some(by) = item.extension.as_ref().and_then(|extension| extension.limit()) else {
        return no(&rules::ONE_EXTENSION, Help::AgencyHead, "本事项的法律没有规定延长");
    };
    if let Some(extension) = &case.extension {
        return no(&rules::ONE_EXTENSION, Help::AgencyHead, format!("{}已经延长过一次", extension.on));
    }
    if reason.trim().is_empty() {
        return no(&rules::ONE_EXTENSION, Help::AgencyHead, "没有写明延长的理由");
    }
    let due = case.statutory.as_ref().and_then(|clock| clock.due(ctx.calendar).fixed());
    if let Some(due) = due.filter(|due| ctx.today() > *due) {
        return no(&rules::ONE_EXTENSION, Help::AgencyHead, format!("法定期限{due}已过，不能再延长"));
    }
    let clock = case.statutory.as_ref().or(case.promised.as_ref()).cloned();
    let longer = clock.map(|clock| Clock { extension: Some(by), ..clock });
    let due = longer.and_then(|clock| clock.due(ctx.calendar).fixed());
    Ok(vec![Fact::Extended { by, reason: reason.to_owned(), due }])
}

fn decide_application(
    case: &Case,
    granted: bool,
    reason: &str,
    false_material: bool,
    evidence: &[String],
    item: &Definition,
    ctx: &Ctx,
) -> Decision {
    under_review(case)?;
    first_review::is_there(case)?;
    renewal::not_yet_renewed(case, ctx)?;
    if granted && false_material {
        return no(&rules::FALSE_MATERIAL, Help::AgencyHead, "认定隐瞒情况或者提供虚假材料的，不能准予");
    }
    fee::paid_where_the_law_waits(case)?;
    inspection::found_by_two(case)?;
    if item.verification == "substantive" && case.verified.is_none() {
        return no(&rules::TWO_CHECKERS, Help::Officer, "需要实质核查的事项还没有核查记录");
    }
    if case.verified.as_ref().is_some_and(|verified| !verified.is_done()) {
        return no(&rules::TWO_CHECKERS, Help::Officer, "另一名核查人员还没有本人确认核查记录");
    }
    if granted && case.verified.as_ref().is_some_and(|verified| !verified.passed) {
        return no(&rules::ORDER, Help::Officer, "核查结论是不符合条件");
    }
    if !granted && reason.trim().is_empty() {
        return no(&rules::REASONS, Help::AgencyHead, "没有写明不予许可的理由");
    }
    let hearing = &case.hearing;
    let told = hearing.told.is_some() || !hearing.interested.is_empty();
    if !told && case.verified.as_ref().is_some_and(|verified| verified.interested) {
        return no(
            &rules::HEAR_INTERESTED,
            Help::Officer,
            "核查认定直接关系他人重大利益，还没有告知利害关系人",
        );
    }
    if !hearing.is_recorded() {
        if item.hearing == "mandatory" {
            return no(&rules::MANDATORY_HEARING, Help::Officer, "还没有听证笔录");
        }
        if hearing.asked.is_some() {
            return no(&rules::RIGHT_TO_HEARING, Help::Officer, "利害关系人申请了听证，还没有听证笔录");
        }
        if case.may_ask_hearing(ctx.today(), ctx.calendar) {
            let until = case.ask_hearing_by(ctx.calendar);
            let until = until.map_or_else(|| "（日历未载）".to_owned(), |last| last.to_string());
            return no(&rules::RIGHT_TO_HEARING, Help::Officer, format!("申请听证的期限到{until}为止"));
        }
        interested::heard(case, ctx)?;
    }
    hearing::rests_on_its_record(case, evidence)?;
    let in_limit = |clock: &Option<Clock>| match clock.as_ref()?.due(ctx.calendar) {
        Due::Fixed(due) => Some(ctx.today() <= due),
        Due::Provisional { .. } | Due::Stopped { .. } => None,
    };
    let days = |clock: &Option<Clock>| clock.as_ref().map(|clock| clock.limit.n);
    Ok(vec![Fact::Decided {
        granted,
        reason: reason.to_owned(),
        document: format!("{}-{}", case.number, if granted { "准" } else { "不" }),
        item_code: case.item_code.clone(),
        task_type: case.task_type,
        department: case.org.clone(),
        in_law: in_limit(&case.statutory),
        in_promise: in_limit(&case.promised),
        used: case.shown_clock().and_then(|clock| clock.used(ctx.today(), ctx.calendar).ok()),
        statutory_days: days(&case.statutory),
        promised_days: days(&case.promised),
        delivery: item.delivery.as_ref().and_then(|delivery| delivery.limit()),
        false_material,
        barred_until: item.barred_after_false_material(ctx.today()).filter(|_| false_material),
        evidence: hearing::named(evidence),
        at_once: at_once::decided_on_the_spot(case, item, ctx),
    }])
}

/// 到现场次数: the days on which somebody came to a window, to apply, to supplement, to fetch the result.
pub(crate) fn trips(case: &Case, way: &str, ctx: &Ctx) -> Option<u16> {
    let came = case.channel.is_some_and(|channel| channel != Channel::Online);
    let mut days = case.visited.clone();
    days.extend(case.received.iter().filter(|_| came).map(|mark| mark.on));
    days.extend((way == AT_WINDOW).then(|| ctx.today()));
    u16::try_from(days.len()).ok().filter(|_| case.parent.is_none())
}

fn archive(case: &Case) -> Decision {
    match (case.is_closed(), &case.archived) {
        (true, None) => Ok(vec![Fact::Archived]),
        (true, Some(mark)) => no(&rules::CLOSED, Help::Officer, format!("{}已经归档", mark.on)),
        (false, _) if case.status() == "received" => {
            no(&rules::SAID_AT_ONCE, Help::Officer, "还没有受理、不予受理或者一次告知，不能搁置")
        }
        (false, _) => no(&rules::ORDER, Help::Officer, "还没有办结"),
    }
}

/// 更正. What the applicant never filled in is no slip.
fn correct(case: &Case, what: &str, from: &str, to: &str, ctx: &Ctx) -> Decision {
    if let Some(other) = ctx.sealed.keys().find(|field| !case.sealed.contains_key(*field)) {
        return no(&rules::ORDER, Help::Officer, format!("申请里没有填写过“{other}”，没有可以更正的"));
    }
    let (what, from, to) = (what.to_owned(), from.to_owned(), to.to_owned());
    Ok(vec![Fact::Corrected { what, from, to, sealed: ctx.sealed.clone() }])
}

fn explain_delay(case: &Case, reason: &str) -> Decision {
    if !case.is_late() {
        return no(&rules::ORDER, Help::Officer, "没有超期记录");
    }
    if reason.trim().is_empty() {
        return no(&rules::PROMISE_WITHIN_LAW, Help::Officer, "没有写明超期的理由");
    }
    Ok(vec![Fact::DelayExplained { reason: reason.to_owned() }])
}

/// Of a closed case too: what was done there is looked into afterwards.
fn consult(case: &Case, reason: &str, authorisation: &str) -> Decision {
    if case.received.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有收到申请");
    }
    if authorisation.trim().is_empty() {
        return no(&rules::NO_MORE_THAN_NEEDED, Help::AgencyHead, "没有写明批准调阅的文书");
    }
    Ok(vec![Fact::Consulted { reason: reason.to_owned(), authorisation: authorisation.to_owned() }])
}

/// Of a closed case too: its last notices tell of what closed it. A notice is made once; everybody gets that one.
fn issue_notice(case: &Case, seq: i64, kind: &str, digest: &str, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    if case.received.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有收到申请");
    }
    if let Some(made) = case.documents.get(&seq) {
        return no(&rules::ORDER, Help::Officer, format!("这份文书已经制作，摘要为{made}"));
    }
    Ok(vec![Fact::NoticeIssued { seq, kind: kind.to_owned(), digest: digest.to_owned() }])
}

/// Time alone may say what silence means.
pub(crate) fn only_clock(ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        Ok(())
    } else {
        Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "这一步由系统时钟记录"))
    }
}

fn deem_accepted(case: &Case, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    let last = case.notice_last(ctx.calendar).filter(|_| case.is_silent());
    let Some(due) = last.filter(|due| ctx.today() > *due) else {
        let because = "告知期限还没有过，或者已经告知，或者没有法律规定逾期视为受理";
        return no(&rules::DEEMED_ACCEPTED, Help::Officer, because);
    };
    let item = ctx.look::<Item>(case.item).and_then(|item| item.version(case.item_version));
    // After a supplement that was asked for the new submission is what silence accepts.
    let from = case
        .supplemented
        .as_ref()
        .or(case.received.as_ref())
        .map_or(due, |mark| mark.on);
    match item {
        Some(item) => Ok(vec![accepted(case, item, from, true, ctx)]),
        None => no(&rules::OPEN_ITEM, Help::CatalogueManager, "收件时的事项版本已不在目录中"),
    }
}

/// After the decision it is delivery that has a limit.
fn in_time(case: &Case) -> &'static Rule {
    if case.decided.is_some() { &rules::DELIVER } else { &rules::IN_TIME }
}

fn turn_amber(case: &Case, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    match case.next_amber(ctx.calendar) {
        Some((day, due, against)) if ctx.today() >= day => {
            Ok(vec![Fact::TurnedAmber { due, against: Some(against) }])
        }
        _ => no(in_time(case), Help::Officer, "还没有用到期限的八成，或者已经记录过"),
    }
}

fn turn_overdue(case: &Case, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    match case.next_overdue(ctx.calendar) {
        Some((due, against)) if ctx.today() > due => {
            let again = case.overruns().next().is_some();
            Ok(vec![Fact::TurnedOverdue { due, against, again }])
        }
        _ => no(in_time(case), Help::Officer, "期限还没有过，或者已经记录过"),
    }
}

/// The law names no resumption by itself: what has passed is recorded, the officer resumes or explains.
fn pass_stop(case: &Case, ctx: &Ctx) -> Decision {
    only_clock(ctx)?;
    let told = case
        .stop_ends(ctx.calendar)
        .filter(|_| case.stop_passed.is_none() && !case.is_closed());
    match (case.stopped_for, told) {
        (Some(kind), Some(due)) if ctx.today() > due => Ok(vec![Fact::StopPassed { kind, due }]),
        _ => no(&rules::TELL_THE_TIME, Help::Officer, "书面告知的时间还没有过，或者已经记录过"),
    }
}
