//! 中标。 Publicity, choice apart from evaluation, award, notice, report.

use super::decide::Decision;
use super::{ChoiceMethod, Fact, Meeting, Project, SkipGround};
use crate::draw::is_hash;
use crate::regime::Regime;
use crate::time::{at_least, within};
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Help, Limit, MatterId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// 公示 (实施条例 54): within three days of the report, for three days at least. In procurement the result is announced
/// after the award instead.
pub(super) fn publish_candidates(p: &Project, until: Date, ctx: &Ctx) -> Decision {
    let Some(report) = &p.tender.report else {
        return no(&rules::ORDER, Help::Officer, "还没有评标报告");
    };
    need(p.tender.publicity.is_none(), &rules::ORDER, || "已经公示".into())?;
    let long = at_least(Limit::days(3), ctx.today(), until, ctx.calendar).unwrap_or(true);
    need(long, &rules::PUBLICITY, || format!("{}公示，到{until}为止", ctx.today()))?;
    let in_time = within(Limit::days(3), report.on, ctx.today(), ctx.calendar);
    // No text that is held forbids it (CAL-91), so it is noted and not refused.
    let noted = ctx.calendar.is_working(until) == Ok(false);
    Ok(vec![Fact::CandidatesPublished { from: ctx.today(), until, in_time, noted }])
}

pub(super) fn report_clearing(p: &Project, digest: &str) -> Decision {
    need(p.separation.is_some(), &rules::SEPARATION_GATE, || "本项目没有评定分离".into())?;
    need(p.tender.report.is_some() && is_hash(digest), &rules::ORDER, || {
        "还没有评标报告，或者没有清标报告".into()
    })?;
    Ok(vec![Fact::ClearingReported { digest: digest.to_owned() }])
}

/// 定标: an odd committee, one vote each with its reason, by the method that the file named.
pub(super) fn choose(p: &Project, meeting: &Meeting) -> Decision {
    let gate = &rules::SEPARATION_GATE;
    let Some(separation) = &p.separation else {
        return no(gate, Help::Officer, "本项目没有评定分离");
    };
    need(p.tender.clearing.is_some(), gate, || "还没有清标报告".into())?;
    need(p.award.is_none(), &rules::ORDER, || "已经确定中标人".into())?;
    let members: BTreeSet<&str> = meeting.members.iter().map(String::as_str).collect();
    let odd = members.len() == meeting.members.len() && members.len() % 2 == 1 && members.len() >= 3;
    need(odd, gate, || format!("定标委员会应为单数且成员不重复，现为{}人", meeting.members.len()))?;
    need(meeting.method == separation.method, gate, || "定标方法不是招标文件载明的方法".into())?;
    let written = [&meeting.reasons, &meeting.supervision]
        .iter()
        .all(|text| !text.trim().is_empty());
    need(written && is_hash(&meeting.digest), gate, || "没有书面理由、监督记录或者会议记录".into())?;
    let candidate = |bid: MatterId| p.candidates().iter().find(|candidate| candidate.bid == bid);
    let Some(chosen) = candidate(meeting.chosen) else {
        return no(&rules::FIRST_WINS, Help::Officer, "所定的不是定标候选人");
    };
    let voters: BTreeSet<&str> = meeting.votes.iter().map(|vote| vote.seat.as_str()).collect();
    let each_once = voters == members && meeting.votes.len() == members.len();
    need(each_once, gate, || "每名成员应投一票".into())?;
    let reasoned = meeting
        .votes
        .iter()
        .all(|vote| !vote.reason.trim().is_empty() && candidate(vote.bid).is_some());
    need(reasoned, gate, || "有票没有理由，或者投给候选人以外的人".into())?;
    let mut counts: BTreeMap<MatterId, usize> = BTreeMap::new();
    for vote in &meeting.votes {
        *counts.entry(vote.bid).or_default() += 1;
    }
    let votes = |bid: MatterId| counts.get(&bid).copied().unwrap_or(0);
    let fits = match meeting.method {
        ChoiceMethod::Ballot => votes(chosen.bid) * 2 > members.len(),
        // Between those with the most votes a lot decides.
        ChoiceMethod::BallotThenLot => counts.values().all(|n| *n <= votes(chosen.bid)),
        ChoiceMethod::Price => p.candidates().iter().all(|other| other.price_fen >= chosen.price_fen),
        ChoiceMethod::Discussion => votes(chosen.bid) * 2 > members.len(),
    };
    need(fits, gate, || "所定的候选人不是按定标方法得出的".into())?;
    Ok(vec![Fact::Chosen { meeting: Box::new(meeting.clone()) }])
}

pub(super) fn award(
    p: &Project,
    bid: MatterId,
    ground: Option<SkipGround>,
    reason: &str,
    ctx: &Ctx,
) -> Decision {
    let Some(report) = &p.tender.report else {
        return no(&rules::ORDER, Help::Officer, "还没有评标报告");
    };
    let noticed = p.award.as_ref().is_some_and(|award| award.notice.is_some() && ground.is_none());
    need(!noticed, &rules::TELL_EVERYBODY, || "中标通知书已经发出".into())?;
    need(p.contract.is_none(), &rules::ORDER, || "合同已经签订".into())?;
    check_publicity(p, ctx)?;
    let Some(candidate) = report.candidates.iter().find(|candidate| candidate.bid == bid) else {
        return no(&rules::FIRST_WINS, Help::Officer, "不是评标委员会推荐的候选人");
    };
    match &p.separation {
        Some(_) => {
            let chosen = p.tender.meeting.as_ref().map(|meeting| meeting.chosen);
            need(chosen == Some(bid), &rules::SEPARATION_GATE, || "不是定标委员会所定的候选人".into())?;
        }
        None => check_rank(p, candidate.rank, ground, reason)?,
    }
    let in_time = match p.regime() {
        Regime::Procurement => within(Limit::workdays(5), report.on, ctx.today(), ctx.calendar),
        Regime::Tendering => None,
    };
    let code = p
        .bid(bid)
        .and_then(|row| row.read.as_ref())
        .map(|(reading, _)| reading.code.clone());
    Ok(vec![Fact::Awarded {
        bid,
        bidder: candidate.bidder.clone(),
        code: code.unwrap_or_default(),
        price_fen: candidate.price_fen,
        estimate_fen: p.registration.estimate_fen,
        rank: candidate.rank,
        separated: p.separation.is_some(),
        ground,
        reason: reason.to_owned(),
        in_time,
    }])
}

fn check_publicity(p: &Project, ctx: &Ctx) -> Result<(), fadu_kernel::Refusal> {
    let needed = p.regime() == Regime::Tendering && p.must();
    match p.tender.publicity {
        Some((_, until)) => need(ctx.today() > until, &rules::PUBLICITY, || format!("公示到{until}为止")),
        None => need(!needed, &rules::PUBLICITY, || "还没有公示中标候选人".into()),
    }
}

/// The next in rank only when each before it fell away on a ground of the law.
fn check_rank(
    p: &Project,
    rank: Option<usize>,
    ground: Option<SkipGround>,
    reason: &str,
) -> Result<(), fadu_kernel::Refusal> {
    let first = rank == Some(1);
    if first || !p.first_must_win() {
        return Ok(());
    }
    let rule = match p.regime() {
        Regime::Tendering => &rules::FIRST_WINS,
        Regime::Procurement => &rules::PROCUREMENT_AWARD,
    };
    let grounded = ground.is_some() && !reason.trim().is_empty();
    need(grounded, rule, || "排名第一的候选人没有法定的不符合条件情形".into())?;
    // The one passed over is the one who stood before: either awarded till now, or the first.
    let before = p
        .award
        .as_ref()
        .and_then(|award| p.candidates().iter().find(|one| one.bid == award.bid));
    let passed = before.and_then(|one| one.rank).unwrap_or(1);
    need(rank == Some(passed + 1), rule, || format!("应当由第{}名依次替补", passed + 1))
}

/// 同时通知: the winner and everybody else who bid.
pub(super) fn send_notice(p: &Project, told: &[MatterId], ctx: &Ctx) -> Decision {
    let Some(award) = &p.award else {
        return no(&rules::ORDER, Help::Officer, "还没有确定中标人");
    };
    need(award.notice.is_none(), &rules::ORDER, || "已经发出中标通知书".into())?;
    let told: BTreeSet<MatterId> = told.iter().copied().collect();
    let bids = p.tender.bids.iter().filter(|row| row.read.is_some() && row.bid != award.bid);
    let left_out = bids.filter(|row| !told.contains(&row.bid)).count();
    need(left_out == 0, &rules::TELL_EVERYBODY, || format!("还有{left_out}个未中标的投标人没有通知"))?;
    let in_time = match p.regime() {
        Regime::Procurement => within(Limit::workdays(2), award.on, ctx.today(), ctx.calendar),
        Regime::Tendering => None,
    };
    Ok(vec![Fact::NoticeSent { n_told: told.len(), in_time }])
}

pub(super) fn report_to_supervisor(p: &Project, digest: &str, ctx: &Ctx) -> Decision {
    let Some(award) = &p.award else {
        return no(&rules::REPORT, Help::Officer, "还没有确定中标人");
    };
    need(is_hash(digest), &rules::REPORT, || "没有书面报告的摘要".into())?;
    let in_time = within(Limit::days(15), award.on, ctx.today(), ctx.calendar);
    Ok(vec![Fact::SupervisorTold { digest: digest.to_owned(), in_time }])
}
