//! 评标。 Committee, scoring sheets, rejections with their ground, the report.

use super::decide::Decision;
use super::file::Scoring;
use super::{
    BidRow, Candidate, Fact, Member, OpenedSheet, Points, Project, RejectGround, ReplaceGround, Seat, Stage,
    TenderFile,
};
use crate::complaint::About;
use crate::draw::is_hash;
use crate::draw::matter::{Bar, Draw, Purpose};
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Help, MatterId, Refusal, Rule};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn seat(
    p: &Project,
    draw: Option<MatterId>,
    appointed: &[Member],
    special_ground: &str,
    representatives: &[Member],
    ctx: &Ctx,
) -> Decision {
    need(p.tender.file.is_some(), &rules::ORDER, || "还没有招标文件".into())?;
    need(p.tender.committee.is_empty(), &rules::NO_REPLACEMENT, || "评标委员会已经组建".into())?;
    let special = !special_ground.trim().is_empty();
    let random = random_experts(p);
    need(appointed.is_empty() || special, random, || "没有写明属于特殊招标项目的理由".into())?;
    let drawn = match draw {
        Some(id) => drawn(id, p, ctx)?,
        None if special => Vec::new(),
        None => return no(random, Help::Officer, "没有专家抽取"),
    };
    let supervisor = &p.registration.supervisor;
    for member in appointed.iter().chain(representatives) {
        need(member.employer != *supervisor, &rules::NO_SUPERVISORS, || {
            format!("{}负责监督本项目，其工作人员不能评标", member.employer)
        })?;
    }
    let expert = |leaf: &String| Seat { leaf: leaf.clone(), expert: true, out: None };
    let mut seats: Vec<Seat> = drawn.iter().map(expert).collect();
    seats.extend(appointed.iter().map(|member| expert(&member.leaf)));
    let n_experts = seats.len();
    seats.extend(representatives.iter().map(|member| Seat {
        leaf: member.leaf.clone(),
        expert: false,
        out: None,
    }));
    let leaves: BTreeSet<&str> = seats.iter().map(|seat| seat.leaf.as_str()).collect();
    let n = leaves.len();
    need(n == seats.len() && leaves.iter().all(|leaf| is_hash(leaf)), &rules::SECRET_MEMBERS, || {
        "成员应各写一个不重复的叶，不写姓名".into()
    })?;
    let five = p.regime().rule(&rules::COMMITTEE_OF_FIVE, &rules::PROCUREMENT_COMMITTEE);
    need(n >= 5 && n % 2 == 1 && n_experts * 3 >= n * 2, five, || {
        format!("{n}人，其中专家{n_experts}人，专家至少应有{}人", (n * 2).div_ceil(3))
    })?;
    Ok(vec![Fact::CommitteeSeated { draw, special_ground: special_ground.to_owned(), seats, n_experts }])
}

fn random_experts(p: &Project) -> &'static Rule {
    p.regime().rule(&rules::RANDOM_EXPERTS, &rules::PROCUREMENT_EXPERTS)
}

/// The experts of a concluded draw that was made for this project.
fn drawn(id: MatterId, p: &Project, ctx: &Ctx) -> Result<Vec<String>, Refusal> {
    let random = random_experts(p);
    let Some(draw) = ctx.look::<Draw>(id) else {
        return no(random, Help::Officer, "没有这次抽取");
    };
    let ours = draw.subject == Some(ctx.matter) && draw.purpose == Purpose::Experts;
    need(ours, random, || format!("抽取{}不是为本项目抽专家", draw.number))?;
    need(draw.round == p.round, random, || format!("抽取{}是为上一次招标", draw.number))?;
    need(draw.voided.is_none(), random, || format!("抽取{}已经作废", draw.number))?;
    need(draw.concluded.is_some(), random, || format!("抽取{}还没有完成", draw.number))?;
    Ok(draw.seats())
}

/// 更换: on a ground of the law alone; a drawn expert by the next in the same order. What the former member concluded is
/// void, and the successor evaluates again (实施条例 48).
pub(super) fn replace(
    p: &Project,
    seat: &str,
    ground: ReplaceGround,
    substitute: &Member,
    ctx: &Ctx,
) -> Decision {
    need(ground != ReplaceGround::Other, &rules::NO_REPLACEMENT, || "不是法定的更换事由".into())?;
    need(p.tender.report.is_none(), &rules::ORDER, || "已经提出评标报告".into())?;
    let Some(old) = p.seats().find(|member| member.leaf == seat) else {
        return no(&rules::ORDER, Help::Officer, "不是现任成员");
    };
    let supervisor = &p.registration.supervisor;
    need(substitute.employer != *supervisor, &rules::NO_SUPERVISORS, || "监督部门的人员不能评标".into())?;
    let new = p.tender.committee.iter().all(|member| member.leaf != substitute.leaf);
    need(new && is_hash(&substitute.leaf), &rules::SECRET_MEMBERS, || "递补成员应写一个新的叶".into())?;
    if let Some(draw) = p.tender.draw.filter(|_| old.expert) {
        let seats = drawn(draw, p, ctx)?;
        let next = seats.contains(&substitute.leaf) && !seats.iter().any(|leaf| leaf == seat);
        need(next, random_experts(p), || "递补的不是同一次抽取顺序中的下一名".into())?;
    }
    let sealed = p.tender.sealed.iter().filter(|sheet| sheet.seat == seat).count();
    let void_sheets = sealed + p.tender.sheets.iter().filter(|sheet| sheet.seat == seat).count();
    Ok(vec![Fact::MemberReplaced {
        seat: seat.to_owned(),
        ground,
        substitute: Seat { leaf: substitute.leaf.clone(), expert: old.expert, out: None },
        void_sheets,
        noted: void_sheets > 0,
    }])
}

/// The seat whose account acts; the side was checked before.
fn own_seat<'a>(p: &'a Project, ctx: &Ctx) -> Result<&'a str, Refusal> {
    match p.seats().find(|seat| seat.account() == ctx.actor.person) {
        Some(seat) => Ok(&seat.leaf),
        None => no(&rules::OWN_SIDE, Help::Officer, "不是现任评标委员会成员"),
    }
}

/// 时间不够: more than a third of the members say so, and the evaluation is longer in the same act.
pub(super) fn say_time_short(p: &Project, ctx: &Ctx) -> Decision {
    let seat = own_seat(p, ctx)?;
    need(p.tender.report.is_none(), &rules::MORE_TIME, || "已经提出评标报告".into())?;
    let said = p.tender.short.iter().any(|short| short == seat);
    need(!said, &rules::MORE_TIME, || "已经说过".into())?;
    let (n_short, n) = (p.tender.short.len() + 1, p.seats().count());
    let mut facts = vec![Fact::TimeShortSaid { seat: seat.to_owned() }];
    if n_short * 3 > n && !p.tender.extended {
        facts.push(Fact::EvaluationExtended { n_short, n });
    }
    Ok(facts)
}

fn evaluating(p: &Project) -> Result<&TenderFile, Refusal> {
    need(p.tender.opened.is_some(), &rules::ORDER, || "开标还没有结束".into())?;
    let n = p.n_bidders();
    need(n >= 3, super::opening::too_few(p), || format!("开启的投标来自{n}个投标人，应当重新招标"))?;
    need(!p.tender.committee.is_empty(), &rules::ORDER, || "评标委员会还没有组建".into())?;
    need(p.tender.report.is_none(), &rules::NO_BARGAINING, || "评标报告已经提出".into())?;
    match &p.tender.file {
        Some(file) => Ok(file),
        None => no(&rules::ORDER, Help::Officer, "没有招标文件"),
    }
}

fn live(p: &Project, bid: MatterId) -> Result<&BidRow, Refusal> {
    match p.bid(bid) {
        Some(row) if row.void.is_some() => {
            let id = row.void.as_deref().unwrap_or_default();
            let rule = rules::ALL.iter().copied().find(|rule| rule.id == id);
            no(rule.unwrap_or(&rules::RELATED_BIDDERS), Help::Officer, format!("投标无效（{id}）"))
        }
        Some(row) if row.live().is_some() => Ok(row),
        Some(_) => no(&rules::ORDER, Help::Officer, "投标已被否决，或者没有唱读"),
        None => no(&rules::ORDER, Help::Officer, "没有这份投标"),
    }
}

/// 声明回避情况 (招标投标法 37): whoever names a ground is to be replaced, and scores nothing.
pub(super) fn declare(p: &Project, bars: &[Bar], ctx: &Ctx) -> Decision {
    let seat = own_seat(p, ctx)?;
    need(p.tender.report.is_none(), &rules::ORDER, || "已经提出评标报告".into())?;
    let stays = p.declaration(seat).is_none_or(|declared| declared.bars.is_empty());
    need(stays, &rules::MEMBER_BARS, || "已经声明有回避情形，应当更换成员".into())?;
    Ok(vec![Fact::InterestDeclared { seat: seat.to_owned(), bars: bars.to_vec(), noted: !bars.is_empty() }])
}

/// One who has declared that nothing keeps the seat away.
fn free_seat<'a>(p: &'a Project, ctx: &Ctx) -> Result<&'a str, Refusal> {
    let seat = own_seat(p, ctx)?;
    let Some(declared) = p.declaration(seat) else {
        return no(&rules::MEMBER_BARS, Help::Officer, "还没有声明回避情况");
    };
    need(declared.bars.is_empty(), &rules::MEMBER_BARS, || "声明有回避情形，应当更换成员".into())?;
    Ok(seat)
}

/// And has not signed the scores yet.
fn scoring_seat<'a>(p: &'a Project, ctx: &Ctx) -> Result<&'a str, Refusal> {
    let seat = free_seat(p, ctx)?;
    need(!p.has_signed(seat), &rules::EVALUATE_AGAIN, || "已经签署，评分不能再改".into())?;
    Ok(seat)
}

/// 评分，封存: the fact holds a digest; nobody reads a score while another member may still be swayed by it (招标投标法 44).
pub(super) fn score(p: &Project, sheet: &OpenedSheet, ctx: &Ctx) -> Decision {
    let file = evaluating(p)?;
    let seat = scoring_seat(p, ctx)?;
    live(p, sheet.bid)?;
    check_points(file, &sheet.points)?;
    Ok(vec![Fact::SheetSealed { seat: seat.to_owned(), bid: sheet.bid, digest: sheet.digest() }])
}

pub(super) fn sign_sheets(p: &Project, ctx: &Ctx) -> Decision {
    evaluating(p)?;
    let seat = scoring_seat(p, ctx)?;
    let n = p.unscored(seat);
    need(n == 0, &rules::ORDER, || format!("还有{n}份投标没有评分"))?;
    let last = p.seats().all(|other| other.leaf == seat || p.has_signed(&other.leaf));
    Ok(vec![Fact::SheetsSigned { seat: seat.to_owned(), last }])
}

/// 启封: all sheets at once, each the one that its seat sealed.
pub(super) fn open_sheets(p: &Project, sheets: &[OpenedSheet]) -> Decision {
    evaluating(p)?;
    need(p.all_signed() && !p.tender.sealed.is_empty(), &rules::ORDER, || {
        "评标委员会成员还没有全部签署".into()
    })?;
    let mut facts = Vec::new();
    for sealed in &p.tender.sealed {
        let Some(sheet) = sheets.iter().find(|sheet| sheet.digest() == sealed.digest) else {
            return no(&rules::ORDER, Help::Officer, "有一份评分表打不开");
        };
        let (seat, bid, points) = (sealed.seat.clone(), sheet.bid, sheet.points.clone());
        let total = points.iter().map(|each| each.hundredths).sum();
        facts.push(Fact::Scored { seat, bid, points, total });
    }
    Ok(facts)
}

fn check_points(file: &TenderFile, points: &[Points]) -> Result<(), Refusal> {
    let stated: BTreeMap<&str, u32> = file
        .criteria
        .iter()
        .map(|criterion| (criterion.name.as_str(), criterion.most))
        .collect();
    let mut given = BTreeSet::new();
    for each in points {
        let Some(most) = stated.get(each.criterion.as_str()) else {
            return no(&rules::STATED_CRITERIA, Help::Officer, format!("招标文件没有“{}”", each.criterion));
        };
        need(each.hundredths <= *most, &rules::STATED_CRITERIA, || format!("“{}”超过满分", each.criterion))?;
        need(given.insert(each.criterion.as_str()), &rules::STATED_CRITERIA, || {
            format!("“{}”评了两次", each.criterion)
        })?;
    }
    need(given.len() == stated.len(), &rules::STATED_CRITERIA, || "有评分项没有评".into())
}

/// 投票否决: each member votes alone; with the vote that makes more than half of them the bid is rejected. Whoever has seen
/// the scores rejects nobody any more.
pub(super) fn vote_rejection(
    p: &Project,
    bid: MatterId,
    ground: RejectGround,
    reason: &str,
    evidence: &str,
    ctx: &Ctx,
) -> Decision {
    let file = evaluating(p)?;
    let seat = free_seat(p, ctx)?;
    need(!p.scores_open(), &rules::ORDER, || "评分已经启封，不能再否决投标".into())?;
    live(p, bid)?;
    if let RejectGround::OfFile(n) = ground {
        let stated = n >= 1 && usize::from(n) <= file.rejection_grounds.len();
        need(stated, &rules::REJECTION_GROUNDS, || format!("招标文件没有第{n}项否决事由"))?;
    }
    let proved = ground != RejectGround::Unlawful || is_hash(evidence);
    need(proved, &rules::COLLUSION, || "没有附上证据".into())?;
    let mut votes = p.tender.rejections.iter();
    let voted = votes.any(|vote| vote.seat == seat && (vote.bid, vote.ground) == (bid, ground));
    need(!voted, &rules::REJECTION_GROUNDS, || "已经投票，一名成员一票".into())?;
    let (reason, evidence) = (reason.to_owned(), evidence.to_owned());
    let mut facts = vec![Fact::RejectionVoted {
        seat: seat.to_owned(),
        bid,
        ground,
        reason: reason.clone(),
        evidence: evidence.clone(),
    }];
    let n_votes = p.n_votes(bid, ground) + 1;
    if n_votes * 2 > p.seats().count() {
        facts.push(Fact::BidRejected { bid, ground, reason, evidence, n_votes });
    }
    Ok(facts)
}

pub(super) fn ask_bidder(p: &Project, bid: MatterId, digest: &str, answer_by: Date, ctx: &Ctx) -> Decision {
    evaluating(p)?;
    let seat = free_seat(p, ctx)?;
    live(p, bid)?;
    need(is_hash(digest), &rules::ASKED_ONLY, || "没有书面要求的摘要".into())?;
    need(answer_by >= ctx.today(), &rules::ASKED_ONLY, || "答复的最后一日已经过去".into())?;
    let (seat, digest) = (seat.to_owned(), digest.to_owned());
    Ok(vec![Fact::BidderAsked { bid, digest, seat, answer_by: Some(answer_by) }])
}

pub(super) fn answer_committee(p: &Project, bid: MatterId, digest: &str) -> Decision {
    evaluating(p)?;
    let asked = p.tender.asked.contains(&bid);
    need(asked, &rules::ASKED_ONLY, || "评标委员会没有要求这份投标澄清".into())?;
    Ok(vec![Fact::CommitteeAnswered { bid, digest: digest.to_owned() }])
}

/// What may be proposed: nothing is left open, and the list is that of the points or prices.
fn proposal(
    p: &Project,
    candidates: &[MatterId],
    digest: &str,
    ctx: &Ctx,
) -> Result<Vec<Candidate>, Refusal> {
    let file = evaluating(p)?;
    need(is_hash(digest), &rules::ORDER, || "没有评标报告的摘要".into())?;
    if let Some(alert) = p
        .alerts
        .iter()
        .find(|alert| alert.rule.starts_with("TND-31") && alert.disposed.is_none())
    {
        return no(rules::presumption(&alert.rule), Help::Officer, format!("第{}号线索还没有处理", alert.n));
    }
    // Whoever does not answer in time keeps nobody from reporting.
    let waits = |bid: &MatterId| {
        let open = p
            .tender
            .questions
            .iter()
            .filter(|asked| asked.bid == *bid && asked.answer.is_none());
        open.map(|asked| asked.answer_by).max().is_none_or(|last| ctx.today() <= last)
    };
    let n_waits = p.tender.asked.iter().filter(|bid| waits(bid)).count();
    need(n_waits == 0, &rules::ASKED_ONLY, || "要求的澄清还没有答复".into())?;
    let ranking = ranking(p, file)?;
    for bid in candidates {
        live(p, *bid)?;
    }
    let again = p.regime().rule(&rules::TENDER_AGAIN, &rules::PROCUREMENT_VOID);
    need(!candidates.is_empty(), again, || "没有候选人；全部否决的，应当重新招标".into())?;
    let most = usize::from(file.candidates);
    need(candidates.len() <= most, &rules::THREE_RANKED, || format!("推荐了{}名", candidates.len()))?;
    listed(p, candidates, &ranking, p.separation.is_none())
}

pub(super) fn sign_report(p: &Project, candidates: &[MatterId], digest: &str, ctx: &Ctx) -> Decision {
    evaluating(p)?;
    let seat = free_seat(p, ctx)?;
    proposal(p, candidates, digest, ctx)?;
    let (seat, candidates, digest) = (seat.to_owned(), candidates.to_vec(), digest.to_owned());
    Ok(vec![Fact::ReportSigned { seat, candidates, digest }])
}

/// 不同意见, to a report that another has signed.
pub(super) fn state_dissent(p: &Project, reason: &str, ctx: &Ctx) -> Decision {
    evaluating(p)?;
    let seat = free_seat(p, ctx)?;
    let another = p.tender.signatures.iter().any(|signature| signature.seat != seat);
    need(another, &rules::ALL_SIGN, || "还没有其他成员签署评标报告".into())?;
    Ok(vec![Fact::DissentStated { seat: seat.to_owned(), reason: reason.to_owned() }])
}

/// 提出评标报告 (招标投标法 40): by a member who signed it, once more than half have.
pub(super) fn report(p: &Project, candidates: &[MatterId], digest: &str, ctx: &Ctx) -> Decision {
    evaluating(p)?;
    let seat = free_seat(p, ctx)?;
    let listed = proposal(p, candidates, digest, ctx)?;
    let (n_signed, n_dissents, silent) = signatures(p, seat, candidates, digest)?;
    Ok(vec![Fact::EvaluationReported {
        candidates: listed,
        ranked: p.separation.is_none(),
        digest: digest.to_owned(),
        n_signed,
        n_dissents,
        silent,
    }])
}

/// 重新评标 (实施条例 81): while something upheld is about more than the file, and nobody has signed a contract.
pub(super) fn reevaluate(p: &Project, reason: &str) -> Decision {
    need(p.tender.opened.is_some(), &rules::ORDER, || "开标还没有结束".into())?;
    need(p.contract.is_none(), &rules::ORDER, || "合同已经签订".into())?;
    let mut objections = p
        .objections
        .iter()
        .filter(|one| one.round == p.round && one.redressed.is_none());
    let mut complaints = p.upheld_complaints.iter().filter(|one| one.round == p.round);
    let upheld = objections.any(|one| one.upheld && one.stage == Stage::Result)
        || complaints.any(|one| one.redressed.is_none() && one.about != About::File);
    need(upheld, &rules::NO_BARGAINING, || "没有成立而未改正的异议、投诉，不能重新评标".into())?;
    need(!reason.trim().is_empty(), &rules::ORDER, || "没有写明重新评标的理由".into())?;
    Ok(vec![Fact::Reevaluated { reason: reason.to_owned() }])
}

/// 全体签字 (实施条例 53): who neither signed nor wrote why agrees. How many signed, how many wrote, who did neither.
fn signatures(
    p: &Project,
    seat: &str,
    candidates: &[MatterId],
    digest: &str,
) -> Result<(usize, usize, Vec<String>), Refusal> {
    let all = &rules::ALL_SIGN;
    let signed = &p.tender.signatures;
    need(signed.iter().any(|signature| signature.seat == seat), all, || "您还没有签署评标报告".into())?;
    let same = signed
        .iter()
        .all(|signature| signature.candidates == candidates && signature.digest == digest);
    need(same, all, || "成员签署的不是同一份评标报告".into())?;
    let n = p.seats().count();
    need(signed.len() * 2 > n, all, || format!("{n}名成员中{}名签字", signed.len()))?;
    let dissents = &p.tender.dissents;
    let spoke = |leaf: &str| {
        signed.iter().any(|signature| signature.seat == leaf)
            || dissents.iter().any(|dissent| dissent.seat == leaf)
    };
    let silent = p
        .seats()
        .filter(|seat| !spoke(&seat.leaf))
        .map(|seat| seat.leaf.clone())
        .collect();
    Ok((signed.len(), dissents.len(), silent))
}

/// 排序: by the sum of all sheets, then by price; or by price alone where the file says so.
pub(super) fn ranking(p: &Project, file: &TenderFile) -> Result<Vec<(MatterId, Option<u64>)>, Refusal> {
    let seats: Vec<&str> = p.seats().map(|seat| seat.leaf.as_str()).collect();
    let mut rows = Vec::new();
    for row in &p.tender.bids {
        let Some((_, price)) = row.live() else { continue };
        if file.scoring == Scoring::LowestPrice {
            rows.push((0, price, row.bid, None));
            continue;
        }
        let sheets: Vec<u32> = p
            .tender
            .sheets
            .iter()
            .filter(|sheet| sheet.bid == row.bid && seats.contains(&sheet.seat.as_str()))
            .map(|sheet| sheet.total)
            .collect();
        need(sheets.len() == seats.len(), &rules::EVALUATE_AGAIN, || {
            format!("{}份评分表，现任成员{}名", sheets.len(), seats.len())
        })?;
        let total: u64 = sheets.into_iter().map(u64::from).sum();
        rows.push((u64::MAX - total, price, row.bid, Some(total)));
    }
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(_, _, bid, total)| (bid, total)).collect())
}

/// Ranked: exactly the first of the order. Unranked: the same bids, shown in an order that says nothing.
fn listed(
    p: &Project,
    candidates: &[MatterId],
    ranking: &[(MatterId, Option<u64>)],
    ranked: bool,
) -> Result<Vec<Candidate>, Refusal> {
    let first: Vec<MatterId> = ranking.iter().take(candidates.len()).map(|(bid, _)| *bid).collect();
    let same = if ranked {
        first == candidates
    } else {
        first.iter().collect::<BTreeSet<_>>() == candidates.iter().collect::<BTreeSet<_>>()
    };
    need(same, &rules::THREE_RANKED, || "推荐的名单与评分（报价）的次序不符".into())?;
    let mut order = candidates.to_vec();
    if !ranked {
        order.sort_unstable();
    }
    let row = |(n, bid): (usize, &MatterId)| {
        let total = ranking.iter().find(|(ranked, _)| ranked == bid).and_then(|(_, total)| *total);
        p.bid(*bid).and_then(BidRow::live).map(|(reading, price_fen)| Candidate {
            rank: ranked.then_some(n + 1),
            bid: *bid,
            bidder: reading.bidder.clone(),
            price_fen,
            total: total.filter(|_| ranked),
        })
    };
    Ok(order.iter().enumerate().filter_map(row).collect())
}
