//! 开标。 At the deadline and not before; fewer than three and nothing is opened.

use super::collusion;
use super::decide::{Decision, deadline_passed};
use super::{
    BidRow, Fact, Project, Reading, RetenderGround, SharePurpose, SkipGround, Stage, UnreadableFault,
};
use crate::complaint::About;
use crate::draw::is_hash;
use crate::parameters::value_in;
use crate::time::instant_ms;
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Fen, Help, MatterId};

/// 入册: a sealed bid that was received in time becomes one of this project's, now that this may be known.
pub(super) fn admit(p: &Project, bid: MatterId, digest: &str, received_ms: i64, ctx: &Ctx) -> Decision {
    need(deadline_passed(p, ctx), &rules::SECRET_BIDDERS, || "投标还没有截止".into())?;
    need(p.tender.opened.is_none(), &rules::ORDER, || "开标已经结束".into())?;
    let in_time = p.deadline_ms().is_some_and(|deadline| received_ms <= deadline);
    need(in_time, &rules::LATE_BIDS, || "收到时已经截止".into())?;
    let this_round = received_ms >= p.tender.announced_ms;
    need(this_round, &rules::ORDER, || "是上一次招标收到的投标文件".into())?;
    need(p.bid(bid).is_none(), &rules::ORDER, || "已经入册".into())?;
    Ok(vec![Fact::BidAdmitted { bid, digest: digest.to_owned(), received_ms }])
}

pub(super) fn begin(p: &Project, ctx: &Ctx) -> Decision {
    let Some(deadline) = p.tender.deadline.filter(|_| p.tender.announced.is_some()) else {
        return no(&rules::ORDER, Help::Officer, "还没有公告");
    };
    need(p.tender.opening.is_none(), &rules::ORDER, || "已经开标".into())?;
    need(deadline_passed(p, ctx), &rules::OPENING_TIME, || format!("投标到{deadline}截止，同一时间开标"))?;
    let n_bids = p.tender.bids.len();
    need(n_bids >= 3, too_few(p), || format!("到截止时间有{n_bids}个投标人"))?;
    let n_unconfirmed = p.tender.unconfirmed.len();
    need(n_unconfirmed == 0, &rules::FIFTEEN_DAYS, || {
        format!("截止前不足十五日的{n_unconfirmed}份澄清，还没有第二人复核是否影响投标文件编制")
    })?;
    looked_through(p)?;
    // 同一时间 (招标投标法 34): holders look first, which takes its minutes.
    let waited_ms = ctx.moment.ms - instant_ms(deadline);
    let in_time = match value_in("opening_minutes", ctx) {
        Some(minutes) => waited_ms <= minutes.saturating_mul(60_000),
        None => ctx.today() == deadline.date(),
    };
    Ok(vec![Fact::OpeningBegun { n_bids, in_time }])
}

/// 投标人少于三个 (实施条例 44); 供应商不足三家 (政府采购法 36).
pub(super) fn too_few(p: &Project) -> &'static fadu_kernel::Rule {
    p.regime().rule(&rules::THREE_BIDDERS, &rules::PROCUREMENT_VOID)
}

fn row(p: &Project, bid: MatterId) -> Result<&BidRow, fadu_kernel::Refusal> {
    need(p.tender.opening.is_some(), &rules::NO_EARLY_LOOK, || "还没有开标".into())?;
    match p.bid(bid) {
        Some(row) if p.tender.opened.is_none() => Ok(row),
        Some(_) => no(&rules::ORDER, Help::Officer, "开标已经结束"),
        None => no(&rules::ORDER, Help::Officer, "没有这份投标"),
    }
}

/// 交出份额: of the label once the deadline has passed, of the content once the opening has begun. A holder who hands in
/// again, because a bid was admitted meanwhile, replaces what it gave.
pub(super) fn contribute(
    p: &Project,
    holder: u8,
    purpose: SharePurpose,
    digest: &str,
    ctx: &Ctx,
) -> Decision {
    let place = usize::from(holder).checked_sub(1);
    let org = &ctx.actor.org;
    match p.keys().and_then(|keys| keys.holders.get(place?)) {
        Some(named) if named.org == *org => {}
        Some(named) => return no(&rules::OWN_SIDE, Help::Officer, format!("这把密钥由{}持有", named.org)),
        None => return no(&rules::OWN_SIDE, Help::Officer, format!("没有第{holder}把密钥")),
    }
    match purpose {
        SharePurpose::Label => {
            need(deadline_passed(p, ctx), &rules::NO_EARLY_LOOK, || "投标还没有截止".into())?
        }
        SharePurpose::Content => {
            need(p.tender.opening.is_some(), &rules::NO_EARLY_LOOK, || "还没有开标".into())?
        }
    }
    need(p.tender.opened.is_none(), &rules::ORDER, || "开标已经结束".into())?;
    need(is_hash(digest), &rules::ORDER, || "没有份额文件的摘要".into())?;
    Ok(vec![Fact::SharesContributed { holder, purpose, org: org.clone(), digest: digest.to_owned() }])
}

/// 唱标: whatever was received in time is read out, also a price of zero or one beyond the ceiling; the committee judges.
pub(super) fn read_bid(p: &Project, bid: MatterId, reading: &Reading) -> Decision {
    let row = row(p, bid)?;
    need(row.read.is_none() && row.unreadable.is_none(), &rules::ORDER, || "这份投标已经唱过".into())?;
    let Some(Fen(price_fen)) = Fen::parse(&reading.price) else {
        return no(&rules::ORDER, Help::Officer, format!("报价“{}”不是金额，请照投标函唱读", reading.price));
    };
    let ceiling = p.tender.file.as_ref().and_then(|file| file.ceiling_fen);
    let odd_price = price_fen <= 0 || ceiling.is_some_and(|ceiling| price_fen > ceiling);
    let noted = odd_price || reading.interested || reading.bond_from_basic_account == Some(false);
    Ok(vec![Fact::BidRead { bid, reading: Box::new(reading.clone()), price_fen, noted }])
}

/// The others go on; what it means for this one is a parameter that stays empty until its source is held.
pub(super) fn note_unreadable(
    p: &Project,
    bid: MatterId,
    fault: UnreadableFault,
    ground: &str,
    ctx: &Ctx,
) -> Decision {
    let row = row(p, bid)?;
    need(row.read.is_none() && row.unreadable.is_none(), &rules::UNREADABLE, || "这份投标已经唱过".into())?;
    need(!ground.trim().is_empty(), &rules::UNREADABLE, || "没有写明当场查明的情况".into())?;
    let (ground, treated_as) = (ground.to_owned(), value_in("unreadable_bid", ctx));
    Ok(vec![Fact::UnreadableNoted { bid, fault, ground, treated_as }])
}

pub(super) fn close(p: &Project, record: &str) -> Decision {
    need(p.tender.opening.is_some() && p.tender.opened.is_none(), &rules::ORDER, || {
        "没有正在进行的开标".into()
    })?;
    if let Some(objection) = p.open_objection(Stage::Opening) {
        return no(
            &rules::OPENING_OBJECTION,
            Help::Officer,
            format!("第{}号开标异议还没有当场答复", objection.n),
        );
    }
    let unread = p
        .tender
        .bids
        .iter()
        .filter(|row| row.read.is_none() && row.unreadable.is_none())
        .count();
    need(unread == 0, &rules::OPENING_TIME, || format!("还有{unread}份投标没有唱读"))?;
    // Nobody may still be missing because it was not looked for.
    looked_through(p)?;
    need(is_hash(record), &rules::OPENING_OBJECTION, || "没有开标记录".into())?;
    let void = void(&p.tender.bids, p.registration.agency.as_deref());
    let leads = collusion::leads(&p.tender.bids);
    let noted = !void.is_empty() || !leads.is_empty();
    let closed = Fact::OpeningClosed { record: record.to_owned(), n_bids: p.tender.bids.len(), void, noted };
    let first = p.alerts.len() as u32 + 1;
    let raised = (first..).zip(leads).map(|(n, (rule, evidence))| {
        let note = "开标时由投标函所载的标记得出".to_owned();
        Fact::AlertRaised { n, rule: rule.id.to_owned(), evidence, note }
    });
    Ok(std::iter::once(closed).chain(raised).collect())
}

/// 无效投标: related bidders, members of two consortia and the project's own agency, by what the bids themselves say
/// (实施条例 13, 34, 37). A letter may name whom it likes: it is read out like any other, so that none stops the opening.
fn void(bids: &[BidRow], agency: Option<&str>) -> Vec<(MatterId, String)> {
    let read: Vec<(&BidRow, &Reading)> = bids
        .iter()
        .filter_map(|row| row.read.as_ref().map(|(reading, _)| (row, reading)))
        .collect();
    let members = |bid: &Reading| -> Vec<String> {
        std::iter::once(bid.code.clone())
            .chain(bid.consortium.iter().cloned())
            .collect()
    };
    let against = |one: &Reading, other: &Reading| -> Option<&'static str> {
        // Two bids of one bidder are for the committee to reject (实施条例 51(4)).
        if one.code == other.code {
            return None;
        }
        let (mine, theirs) = (members(one), members(other));
        if mine.iter().any(|code| theirs.contains(code)) {
            return Some(rules::CONSORTIUM.id);
        }
        let same_head = !one.head.is_empty() && one.head == other.head;
        let controls = |by: &[String], bidder: &Reading| by.contains(&bidder.code);
        let related = same_head || controls(&one.controlled_by, other) || controls(&other.controlled_by, one);
        related.then_some(rules::RELATED_BIDDERS.id)
    };
    let mut void = Vec::new();
    for (row, reading) in &read {
        let others = read.iter().filter(|(other, _)| other.bid != row.bid);
        let of_agency = agency.is_some_and(|agency| members(reading).iter().any(|code| code == agency));
        let rule = if of_agency {
            Some(rules::AGENCY_APART.id)
        } else {
            others.filter_map(|(_, other)| against(reading, other)).next()
        };
        void.extend(rule.map(|rule| (row.bid, rule.to_owned())));
    }
    void
}

pub(super) fn retender(
    p: &Project,
    ground: RetenderGround,
    reason: &str,
    fell: Option<SkipGround>,
    ctx: &Ctx,
) -> Decision {
    need(p.tender.announced.is_some(), &rules::ORDER, || "还没有公告".into())?;
    need(p.contract.is_none(), &rules::ORDER, || "合同已经签订".into())?;
    let again = p.regime().rule(&rules::TENDER_AGAIN, &rules::PROCUREMENT_VOID);
    match ground {
        RetenderGround::TooFewBidders => {
            need(deadline_passed(p, ctx), &rules::SECRET_BIDDERS, || "投标还没有截止".into())?;
            let n = p.n_bidders();
            need(n < 3, too_few(p), || format!("有{n}个投标人，不属于投标人少于三个"))?;
            // An opening that was closed has looked already.
            if p.tender.opened.is_none() {
                looked_through(p)?;
            }
        }
        RetenderGround::TooFewQualified => {
            let asked = p
                .tender
                .submit_by
                .is_some_and(|submit_by| ctx.moment.ms > instant_ms(submit_by));
            need(asked && p.tender.opening.is_none(), again, || "没有资格预审，或者还没有截止".into())?;
            // The root hides how many passed, and can be opened by whoever looks into it later.
            need(p.tender.qualified.is_some(), again, || "资格预审还没有结果".into())?;
        }
        RetenderGround::AllRejected => {
            let all = p.tender.opened.is_some() && p.tender.bids.iter().all(|row| row.live().is_none());
            need(all, again, || "还有没有被否决的投标".into())?;
        }
        RetenderGround::UnlawfulFile => {
            need(file_found_unlawful(p), again, || "本次招标的文件没有成立的异议，也没有查实的问题".into())?;
        }
        RetenderGround::NoCandidateFit => {
            // Also after an award that fell away: the candidates may be exhausted, and the next need not be taken. Without
            // one of these grounds the notice binds (招标投标法 45).
            need(p.tender.report.is_some(), again, || "还没有评标报告".into())?;
            let why = fell.is_some() && !reason.trim().is_empty();
            need(why, again, || "没有写明应当中标的候选人因哪一种法定情形不符合中标条件".into())?;
        }
    }
    Ok(vec![Fact::Retendered { ground, reason: reason.to_owned(), round: p.round + 1, fell }])
}

/// 文件违法 (实施条例 23): an objection to this round's file that the answer upholds, or an alert about it that the
/// supervisor confirms. What was rejected or taken back found nothing.
fn file_found_unlawful(p: &Project) -> bool {
    let objections = p.objections.iter().filter(|objection| objection.round == p.round);
    let mut alerts = p.alerts.iter().filter(|alert| alert.round == p.round);
    let confirmed = alerts
        .any(|alert| alert.disposed == Some(super::Disposition::Confirmed) && rules::is_of_file(&alert.rule));
    let complaints = p.upheld_complaints.iter().filter(|one| one.round == p.round);
    confirmed
        || complaints.map(|one| one.about).any(|about| about == About::File)
        || objections
            .filter(|objection| objection.stage.is_of_file())
            .any(|objection| objection.upheld)
}

/// How many holders have looked whose the sealed envelopes are.
fn n_looked(p: &Project) -> usize {
    p.tender
        .shares
        .iter()
        .filter(|given| given.purpose == SharePurpose::Label)
        .count()
}

/// A bid that its bidder does not reveal is still one: how many there are is known once enough holders of keys have looked
/// whose the sealed envelopes are. Any of the holders will do; a file of before keys were named has none to ask. Where too
/// few come, the supervisor's finding that they stayed away opens the way.
fn looked_through(p: &Project) -> Result<(), fadu_kernel::Refusal> {
    let Some(keys) = p.keys().filter(|_| p.tender.absence.is_none()) else { return Ok(()) };
    let (n, of) = (n_looked(p), usize::from(keys.threshold));
    need(n >= of, too_few(p), || {
        format!("未揭示的信封还没有查明归属：{n}方交出归属份额，需要{of}方。持有方缺席的，由监督部门认定")
    })
}

/// 持有方缺席, found by the supervisor once the deadline has passed and while too few have come.
pub(super) fn note_absence(p: &Project, document: &str, ctx: &Ctx) -> Decision {
    need(deadline_passed(p, ctx), &rules::SECRET_BIDDERS, || "投标还没有截止".into())?;
    need(p.tender.opened.is_none(), &rules::ORDER, || "开标已经结束".into())?;
    let Some(keys) = p.keys() else {
        return no(&rules::ORDER, Help::Officer, "本项目没有开标密钥");
    };
    let (n_looked, of) = (n_looked(p), usize::from(keys.threshold));
    need(n_looked < of, &rules::ORDER, || format!("已有{n_looked}方到场，不需要认定缺席"))?;
    need(!document.trim().is_empty(), &rules::ORDER, || "没有认定缺席的文书".into())?;
    Ok(vec![Fact::AbsenceNoted { document: document.to_owned(), n_looked, of, noted: true }])
}

pub(super) fn terminate(p: &Project, reason: &str, announcement: &str, refund: bool) -> Decision {
    need(p.award.is_none(), &rules::ORDER, || "已经确定中标人".into())?;
    need(!reason.trim().is_empty(), &rules::REFUND_ON_END, || "没有写明终止的理由".into())?;
    let told = p.tender.announced.is_none() || is_hash(announcement);
    need(told, &rules::REFUND_ON_END, || "没有终止公告".into())?;
    need(p.tender.announced.is_none() || refund, &rules::REFUND_ON_END, || {
        "没有退还费用、保证金和利息".into()
    })?;
    Ok(vec![Fact::Terminated { reason: reason.to_owned(), announcement: announcement.to_owned() }])
}
