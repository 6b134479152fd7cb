//! 决定。 What each step of a random inspection leaves behind, or the rule that forbids it.

use super::{Act, Correction, Fact, Inspection, Item, Order, SheetLine, Unit, Visit};
use crate::draw::is_hash;
use crate::draw::matter::{Draw, Purpose};
use crate::parameters::value_in;
use crate::time::within;
use crate::{need, no, only_clock, rules};
use fadu_kernel::{Ctx, Help, Limit, MatterId, Refusal};
use jiff::civil::Date;
use std::collections::BTreeSet;

type Decision = Result<Vec<Fact>, Refusal>;

pub(super) fn decide(i: &Inspection, act: &Act, ctx: &Ctx) -> Decision {
    if let Act::Plan { title, target, items, objects_library, inspectors_library, until } = act {
        need(i.planned.is_none(), &rules::ORDER, || "计划已经制定".into())?;
        published(items)?;
        let both = is_hash(objects_library) && is_hash(inspectors_library);
        need(both && objects_library != inspectors_library, &rules::TWO_LIBRARIES, || {
            "没有检查对象名录库、执法检查人员名录库的摘要".into()
        })?;
        need(*until >= ctx.today(), &rules::ORDER, || format!("实施期限{until}已经过去"))?;
        return Ok(vec![Fact::Planned {
            number: crate::number(ctx),
            title: title.clone(),
            target: *target,
            items: items.clone(),
            until: *until,
            org: ctx.actor.org.clone(),
            objects_library: objects_library.clone(),
            inspectors_library: inspectors_library.clone(),
        }]);
    }
    need(i.planned.is_some(), &rules::ORDER, || "还没有计划".into())?;
    match act {
        Act::Plan { .. } => Ok(Vec::new()),
        Act::Approve { document } => {
            need(i.approved.is_none(), &rules::APPROVED_VISIT, || "已经批准".into())?;
            need(!document.trim().is_empty(), &rules::APPROVED_VISIT, || "没有写明批准文书".into())?;
            Ok(vec![Fact::Approved { document: document.clone() }])
        }
        Act::Assign { objects, inspectors } => assign(i, *objects, *inspectors, ctx),
        Act::Notify { object, document, unit } => {
            visit(i, object)?;
            need(!document.trim().is_empty(), &rules::APPROVED_VISIT, || "没有写明通知书".into())?;
            let (object, document, unit) = (object.clone(), document.clone(), unit.clone());
            Ok(vec![Fact::Notified { object, document, unit }])
        }
        Act::Visit { .. } => go(i, act, ctx),
        Act::Record { object, lines, recording } => record(i, object, lines, recording),
        Act::Publish { address, digest } => publish(i, address, digest, ctx),
        // 司法行政部门 is told by its name, as finance departments are.
        Act::ReportRecords { to, digest } => {
            let rule = &rules::ENFORCEMENT_SUPERVISED;
            need(i.published.is_some(), rule, || "抽查结果还没有公开".into())?;
            need(i.reported.is_none(), rule, || "已经报送".into())?;
            let justice = to.as_str().contains("司法") && *to != i.org;
            need(justice, rule, || format!("{to}不是本级人民政府的行政执法监督机构"))?;
            need(is_hash(digest), rule, || "没有检查记录文件的摘要".into())?;
            Ok(vec![Fact::RecordsReported { to: to.clone(), digest: digest.clone() }])
        }
        Act::OrderCorrection { order } => order_correction(i, order, ctx),
        Act::SubmitProof { n, digest } => {
            let one = correction(i, *n)?;
            let own = one.order.agent.as_ref() == Some(&ctx.actor.person) || ctx.actor.org == i.org;
            need(own, &rules::OWN_SIDE, || {
                format!("由{}的办事账号提交，或者由{}登记", one.order.unit, i.org)
            })?;
            need(one.proof.is_none() && is_hash(digest), &rules::ORDER_TO_CORRECT, || {
                "已经提交，或者没有证明的摘要".into()
            })?;
            let in_time = ctx.today() <= one.order.deadline;
            Ok(vec![Fact::ProofSubmitted { n: *n, digest: digest.clone(), in_time }])
        }
        Act::Recheck { n, repaired, digest } => recheck(i, *n, *repaired, digest),
        Act::RecordCredit { n, document } => {
            let one = correction(i, *n)?;
            need(one.rechecked.is_some() || one.overdue.is_some(), &rules::ANNOUNCE_DECISIONS, || {
                "整改期限未到，也没有复查".into()
            })?;
            need(!one.in_credit_record, &rules::ANNOUNCE_DECISIONS, || "已经记入".into())?;
            need(!document.trim().is_empty(), &rules::ANNOUNCE_DECISIONS, || "没有写明处理决定".into())?;
            Ok(vec![Fact::CreditRecorded { n: *n, document: document.clone() }])
        }
        Act::TurnOverdue { n } => {
            only_clock(ctx)?;
            let late = i.late(ctx.today()).find(|one| one.n == *n).map(|one| one.order.deadline);
            match late {
                Some(due) => Ok(vec![Fact::CorrectionOverdue { n: *n, due }]),
                None => no(&rules::ORDER_TO_CORRECT, Help::Officer, "整改期限还没有过，或者已经提交证明"),
            }
        }
        // A notice is made once; everybody gets that one.
        Act::IssueNotice { seq, digest } => {
            only_clock(ctx)?;
            need(!i.documents.contains_key(seq) && is_hash(digest), &rules::ORDER, || {
                "这份文书已经制作，或者没有它的摘要".into()
            })?;
            Ok(vec![Fact::NoticeIssued { seq: *seq, digest: digest.clone() }])
        }
    }
}

fn published(items: &[Item]) -> Result<(), Refusal> {
    match items.iter().find(|item| item.published.trim().is_empty()) {
        Some(item) => no(&rules::PUBLISHED_ITEMS, Help::Officer, format!("事项“{}”没有公布", item.title)),
        None => Ok(()),
    }
}

/// 双随机: both draws concluded, for this round; the inspectors are assigned in pairs, in the order they were drawn.
fn assign(i: &Inspection, objects: MatterId, inspectors: MatterId, ctx: &Ctx) -> Decision {
    need(i.approved.is_some(), &rules::APPROVED_VISIT, || "计划还没有批准".into())?;
    need(i.draws.is_none(), &rules::ORDER, || "已经派出".into())?;
    let objects_drawn = drawn(objects, Purpose::Objects, ctx)?;
    let inspectors_drawn = drawn(inspectors, Purpose::Inspectors, ctx)?;
    let pairs: Vec<&[String]> = inspectors_drawn.chunks_exact(2).collect();
    let Some(n_pairs) = std::num::NonZeroUsize::new(pairs.len()) else {
        return no(&rules::TWO_OFFICERS, Help::AgencyHead, "抽中的检查人员不足两名");
    };
    let visits = objects_drawn
        .into_iter()
        .enumerate()
        .filter_map(|(n, object)| pairs.get(n % n_pairs).map(|pair| (object, pair.to_vec())))
        .collect();
    Ok(vec![Fact::Assigned { objects, inspectors, visits }])
}

fn drawn(id: MatterId, purpose: Purpose, ctx: &Ctx) -> Result<Vec<String>, Refusal> {
    let random = &rules::DOUBLE_RANDOM;
    let Some(draw) = ctx.look::<Draw>(id) else {
        return no(random, Help::Officer, "没有这次抽取");
    };
    let ours = draw.subject == Some(ctx.matter) && draw.purpose == purpose;
    need(ours, random, || format!("抽取{}不是为本次抽查", draw.number))?;
    let done = draw.concluded.is_some() && draw.voided.is_none();
    need(done, random, || format!("抽取{}没有完成，或者已经作废", draw.number))?;
    Ok(draw.seats())
}

fn visit<'a>(i: &'a Inspection, object: &str) -> Result<&'a Visit, Refusal> {
    match i.visit(object) {
        Some(visit) => Ok(visit),
        None => no(&rules::DOUBLE_RANDOM, Help::Officer, "不是抽中的检查对象"),
    }
}

fn go(i: &Inspection, act: &Act, ctx: &Ctx) -> Decision {
    let Act::Visit {
        object,
        inspectors,
        certificates,
        visits_this_year: before,
        ours_this_year,
        kind,
        why_apart,
    } = act
    else {
        return Ok(Vec::new());
    };
    let before = *before;
    let visit = visit(i, object)?;
    need(visit.visited.is_none(), &rules::MERGE_VISITS, || "本次抽查已经检查过，其余事项应当合并".into())?;
    need(visit.notified.is_some(), &rules::APPROVED_VISIT, || "还没有通知检查对象".into())?;
    let went: BTreeSet<&str> = inspectors.iter().map(String::as_str).collect();
    need(went.len() >= 2, &rules::TWO_OFFICERS, || format!("检查人员{}名", went.len()))?;
    let selected = went.iter().all(|leaf| visit.inspectors.iter().any(|drawn| drawn == leaf));
    need(selected, &rules::DOUBLE_RANDOM, || "去的不是随机选派的检查人员".into())?;
    let shown: BTreeSet<&str> = certificates
        .iter()
        .map(|one| one.trim())
        .filter(|one| !one.is_empty())
        .collect();
    need(shown.len() >= 2, &rules::CERTIFICATES, || format!("记录了{}个执法证号", shown.len()))?;
    need(*ours_this_year <= before, &rules::ORDER, || {
        format!("本部门检查{ours_this_year}次，各部门合计{before}次")
    })?;
    let told = !why_apart.trim().is_empty();
    let small = *kind == Unit::Small && *ours_this_year > 0;
    need(!small || told, &rules::SMALL_MERGED, || {
        format!("本部门本年度已经检查{ours_this_year}次，没有写明为什么不能合并进行")
    })?;
    let private = *kind != Unit::Other && before > 0;
    need(!private || told, &rules::MERGE_ITEMS, || {
        format!("各部门本年度已经检查{before}次，没有写明为什么没有合并或者联合检查")
    })?;
    let cap = value_in("yearly_visit_cap", ctx);
    need(cap.is_some_and(|cap| i64::from(before) < cap), &rules::VISIT_CAP, || match cap {
        Some(cap) => format!("本年度已经检查{before}次，上限{cap}次"),
        None => "年度检查频次上限没有载入".into(),
    })?;
    Ok(vec![Fact::Visited {
        object: object.clone(),
        inspectors: inspectors.clone(),
        certificates: certificates.clone(),
        visits_this_year: before + 1,
        kind: *kind,
        why_apart: why_apart.clone(),
        noted: before > 0,
    }])
}

fn record(i: &Inspection, object: &str, lines: &[SheetLine], recording: &str) -> Decision {
    let visit = visit(i, object)?;
    need(visit.visited.is_some(), &rules::ORDER, || "还没有检查".into())?;
    need(visit.recorded.is_none(), &rules::ORDER, || "检查表已经填写".into())?;
    need(is_hash(recording), &rules::WHOLE_RECORD, || "没有全过程记录的摘要".into())?;
    let known = |line: &SheetLine| i.items.iter().any(|item| item.code == line.item);
    need(lines.iter().all(known), &rules::PUBLISHED_ITEMS, || "检查表里有计划以外的事项".into())?;
    let all = i
        .items
        .iter()
        .all(|item| lines.iter().filter(|line| line.item == item.code).count() == 1);
    need(all, &rules::ORDER, || "每个事项应填一行".into())?;
    let proved = lines
        .iter()
        .filter(|line| !line.compliant)
        .all(|line| line.evidence.iter().any(|one| is_hash(one)));
    need(proved, &rules::ORDER, || "发现问题的事项没有证据".into())?;
    let n_findings = lines.iter().filter(|line| !line.compliant).count();
    let (object, lines, recording) = (object.to_owned(), lines.to_vec(), recording.to_owned());
    Ok(vec![Fact::Recorded { object, lines, n_findings, recording }])
}

/// 一公开: items and results of all objects drawn, once all are recorded.
fn publish(i: &Inspection, address: &str, digest: &str, ctx: &Ctx) -> Decision {
    need(i.published.is_none(), &rules::PUBLISH_RESULTS, || "已经公开".into())?;
    let open = i.visits.iter().filter(|visit| visit.recorded.is_none()).count();
    need(open == 0 && !i.visits.is_empty(), &rules::DOUBLE_RANDOM, || format!("还有{open}户没有检查结果"))?;
    let told = !address.trim().is_empty() && is_hash(digest);
    need(told, &rules::PUBLISH_RESULTS, || "没有公开的地址或者摘要".into())?;
    let last: Option<Date> = i.visits.iter().filter_map(|visit| visit.recorded).max();
    let days = value_in("result_publication_workdays", ctx).and_then(|days| u16::try_from(days).ok());
    let in_time = last
        .zip(days)
        .and_then(|(last, days)| within(Limit::workdays(days), last, ctx.today(), ctx.calendar));
    Ok(vec![Fact::Published {
        address: address.to_owned(),
        digest: digest.to_owned(),
        n_objects: i.visits.len(),
        n_with_findings: i.visits.iter().filter(|visit| !visit.findings.is_empty()).count(),
        in_time,
    }])
}

fn order_correction(i: &Inspection, order: &Order, ctx: &Ctx) -> Decision {
    let visit = visit(i, &order.object)?;
    let rule = &rules::ORDER_TO_CORRECT;
    let found = visit.findings.contains(&order.item);
    need(found, rule, || "检查表没有记录这个问题".into())?;
    need(!order.violation.trim().is_empty(), rule, || "没有写明违法行为".into())?;
    let clause = !order.clause.statute.trim().is_empty() && order.clause.article > 0;
    need(clause, rule, || "没有写明所依据的条款".into())?;
    need(order.deadline > ctx.today(), rule, || format!("整改期限{}不在今天之后", order.deadline))?;
    need(order.recheck_on >= order.deadline, rule, || "复查日期早于整改期限".into())?;
    let open = |one: &&Correction| {
        let same = one.order.object == order.object && one.order.item == order.item;
        same && !matches!(one.rechecked, Some((_, false)))
    };
    need(!i.corrections.iter().any(|one| open(&one)), rule, || "同一问题已经责令改正".into())?;
    let n = i.corrections.len() as u32 + 1;
    Ok(vec![Fact::CorrectionOrdered { n, order: Box::new(order.clone()), target: i.target }])
}

fn correction(i: &Inspection, n: u32) -> Result<&Correction, Refusal> {
    match i.corrections.iter().find(|one| one.n == n) {
        Some(one) => Ok(one),
        None => no(&rules::ORDER_TO_CORRECT, Help::Officer, format!("没有第{n}号整改通知")),
    }
}

/// 复查: closed on proof alone; on time when the proof came within the deadline.
fn recheck(i: &Inspection, n: u32, repaired: bool, digest: &str) -> Decision {
    let one = correction(i, n)?;
    let rule = &rules::ORDER_TO_CORRECT;
    need(!matches!(one.rechecked, Some((_, true))), rule, || "已经复查合格".into())?;
    need(is_hash(digest), rule, || "没有复查记录".into())?;
    need(!repaired || one.proof.is_some(), rule, || "没有整改证明，不能认定已经改正".into())?;
    let in_time = repaired && one.proof.as_ref().is_some_and(|(on, _)| *on <= one.order.deadline);
    Ok(vec![Fact::Rechecked { n, target: i.target, repaired, digest: digest.to_owned(), in_time }])
}
