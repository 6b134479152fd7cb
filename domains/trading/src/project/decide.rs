//! 决定。 Who may ask for an act, whether the activity runs, and the file that answers it.

use super::{
    Act, Fact, OpenedSheet, Project, SkipGround, Stage, award, bidding, evaluate, opening, oversee, perform,
    prepare,
};
use crate::regime::Regime;
use crate::{no, only_clock, rules};
use fadu_kernel::{Ctx, Help, Refusal, Role};

pub(super) type Decision = Result<Vec<Fact>, Refusal>;

/// 办理的一方。
enum Side {
    /// 招标人
    Tenderer,
    /// 项目审批、核准部门；没有的，由行政监督部门认定
    Approver,
    /// 行政监督部门
    Supervisor,
    /// 评标委员会的一席
    Seat,
    /// 潜在投标人：开标前以密封身份
    SealedBidder,
    /// 系统时钟、系统联动
    Clock,
    /// Whoever the policy lets: the act itself checks the rest.
    Anyone,
}

fn side(p: &Project, act: &Act) -> Side {
    match act {
        // Whoever has seen the scores does not choose who scores again.
        Act::ReplaceMember { .. } if p.scores_open() => Side::Supervisor,
        Act::ConfirmMethod { .. } => Side::Approver,
        Act::Suspend { .. } | Act::Resume { .. } | Act::DisposeAlert { .. } | Act::NoteAbsence { .. } => {
            Side::Supervisor
        }
        Act::SayTimeShort
        | Act::DeclareInterest { .. }
        | Act::Score { .. }
        | Act::SignSheets
        | Act::VoteRejection { .. }
        | Act::AskBidder { .. }
        | Act::SignReport { .. }
        | Act::StateDissent { .. }
        | Act::ReportEvaluation { .. } => Side::Seat,
        Act::Ask { .. } | Act::Object { stage: Stage::Prequalification | Stage::File, .. } => {
            Side::SealedBidder
        }
        Act::LapseSuspension
        | Act::Admit { .. }
        | Act::OpenSheets { .. }
        | Act::AnswerCommittee { .. }
        | Act::NoteUpheld { .. }
        | Act::IssueNotice { .. } => Side::Clock,
        Act::Register { .. }
        | Act::Object { .. }
        | Act::WithdrawObjection { .. }
        | Act::Contribute { .. }
        | Act::RegisterIntervention { .. }
        | Act::RaiseAlert { .. } => Side::Anyone,
        _ => Side::Tenderer,
    }
}

fn check_side(p: &Project, act: &Act, ctx: &Ctx) -> Result<(), Refusal> {
    let org = &ctx.actor.org;
    let because = |who: &str, must: &str| format!("这一步由{who}{must}办理，{org}不能办理");
    let own = &rules::OWN_SIDE;
    match side(p, act) {
        Side::Tenderer if *org != p.tenderer => {
            no(own, Help::Officer, because("招标人", p.tenderer.as_str()))
        }
        Side::Approver => {
            let approver = p.registration.approver.as_ref().unwrap_or(&p.registration.supervisor);
            if org == approver {
                Ok(())
            } else {
                no(own, Help::Officer, because("核定部门", approver.as_str()))
            }
        }
        // The clock's: what a complaint's fact asks, by its relay.
        Side::Supervisor if *org != p.registration.supervisor && ctx.actor.role != Role::Clock => {
            no(own, Help::Officer, because("监督部门", p.registration.supervisor.as_str()))
        }
        Side::Seat if !p.seats().any(|seat| seat.account() == ctx.actor.person) => {
            no(own, Help::Officer, "不是现任评标委员会成员")
        }
        Side::SealedBidder => crate::bid::need_sealed(ctx),
        Side::Clock => only_clock(ctx),
        Side::Tenderer | Side::Supervisor | Side::Seat | Side::Anyone => Ok(()),
    }
}

/// 暂停期间不能继续的行为.
fn goes_on(act: &Act) -> bool {
    matches!(
        act,
        Act::Announce { .. }
            | Act::Invite { .. }
            | Act::Qualify { .. }
            | Act::Clarify { .. }
            | Act::BeginOpening
            | Act::Contribute { .. }
            | Act::ReadBid { .. }
            | Act::CloseOpening { .. }
            | Act::Retender { .. }
            | Act::Terminate { .. }
            | Act::SeatCommittee { .. }
            | Act::ReplaceMember { .. }
            | Act::Score { .. }
            | Act::SignSheets
            | Act::VoteRejection { .. }
            | Act::SignReport { .. }
            | Act::ReportEvaluation { .. }
            | Act::Reevaluate { .. }
            | Act::PublishCandidates { .. }
            | Act::ReportClearing { .. }
            | Act::Choose { .. }
            | Act::Award { .. }
            | Act::SendNotice { .. }
            | Act::SignContract { .. }
    )
}

/// 往下走到中标、合同的行为: none of them while what was upheld is not put right.
fn binds(p: &Project, act: &Act) -> bool {
    match act {
        // The next in rank is awarded because of what was found (实施条例 55): that is how it is put right.
        Act::Award { bid, ground: Some(SkipGround::Unlawful), .. } => {
            let rank = p.candidates().iter().find(|one| one.bid == *bid).and_then(|one| one.rank);
            rank.is_none_or(|rank| rank == 1)
        }
        Act::BeginOpening
        | Act::SignReport { .. }
        | Act::ReportEvaluation { .. }
        | Act::PublishCandidates { .. }
        | Act::Choose { .. }
        | Act::Award { .. }
        | Act::SendNotice { .. }
        | Act::SignContract { .. } => true,
        _ => false,
    }
}

/// 暂停: by order, or by an objection that waits for its answer (实施条例 22, 54; 采购法实施条例 54).
fn check_running(p: &Project, act: &Act) -> Result<(), Refusal> {
    if !goes_on(act) {
        return Ok(());
    }
    if let Some(suspension) = &p.suspended {
        return no(&rules::STOPPED, Help::Officer, format!("依{}暂停", suspension.document));
    }
    if let Some(upheld) = p.unredressed(matches!(act, Act::BeginOpening)).filter(|_| binds(p, act)) {
        return no(&rules::REDRESS, Help::Officer, format!("{upheld}，还没有改正、重新评标或者重新招标"));
    }
    if p.regime() == Regime::Procurement {
        // A query stops the contract alone.
        let waiting =
            matches!(act, Act::SignContract { .. }).then(|| p.objections.iter().find(|o| o.is_open()));
        return match waiting.flatten() {
            Some(query) => {
                no(&rules::PROCUREMENT_REMEDIES, Help::Officer, format!("第{}号质疑还没有答复", query.n))
            }
            None => Ok(()),
        };
    }
    let stops = [
        (Stage::Prequalification, &rules::ANSWER_FIRST),
        (Stage::File, &rules::ANSWER_FIRST),
        (Stage::Result, &rules::RESULT_OBJECTION),
    ];
    for (stage, rule) in stops {
        if let Some(objection) = p.open_objection(stage) {
            return no(rule, Help::Officer, format!("第{}号异议还没有答复", objection.n));
        }
    }
    Ok(())
}

/// What may still be put on record of a project that has ended.
fn after_the_end(act: &Act) -> bool {
    matches!(
        act,
        Act::RegisterIntervention { .. }
            | Act::RaiseAlert { .. }
            | Act::DisposeAlert { .. }
            | Act::ReturnBonds { .. }
            | Act::IssueNotice { .. }
    )
}

pub(super) fn decide(p: &Project, act: &Act, ctx: &Ctx) -> Decision {
    if let Act::Register { registration } = act {
        return prepare::register(p, registration, ctx);
    }
    if p.registered.is_none() {
        return no(&rules::ORDER, Help::Officer, "项目还没有登记");
    }
    let filed = p.archived.is_none() && matches!(act, Act::Archive { .. });
    if (p.terminated.is_some() || p.archived.is_some()) && !after_the_end(act) && !filed {
        return no(&rules::ORDER, Help::Officer, format!("{}{}", p.number, Project::status_zh(p.status())));
    }
    check_side(p, act, ctx)?;
    check_running(p, act)?;
    match act {
        Act::Register { .. } => Ok(Vec::new()),
        Act::ProposeMethod { method } => prepare::propose_method(p, method),
        Act::ConfirmMethod { document } => prepare::confirm_method(p, document, ctx),
        Act::SignDuties { version, digest } => prepare::sign_duties(p, version, digest),
        Act::Separate { separation } => prepare::separate(p, separation, ctx),
        Act::PrepareFile { file } => prepare::prepare_file(p, file, ctx),
        Act::AnswerFlag { flag, reason } => prepare::answer_flag(p, flag, reason),
        Act::Announce { publications } => prepare::announce(p, publications, ctx),
        Act::Invite { letters } => prepare::invite(p, letters),
        Act::Qualify { root } => bidding::qualify(p, root, ctx),
        Act::Ask { digest } => bidding::ask(p, digest, ctx),
        Act::Clarify { digest, affects_bids, of_prequalification } => {
            bidding::clarify(p, digest, *affects_bids, *of_prequalification, ctx)
        }
        Act::ConfirmClarification { digest, reason } => {
            bidding::confirm_clarification(p, digest, reason, ctx)
        }
        Act::Postpone { deadline, reason } => bidding::postpone(p, *deadline, reason, ctx),
        Act::Object { stage, known_on, digest } => bidding::object(p, *stage, *known_on, digest, ctx),
        Act::AnswerObjection { n, upheld, digest } => bidding::answer_objection(p, *n, *upheld, digest, ctx),
        Act::WithdrawObjection { n } => bidding::withdraw_objection(p, *n, ctx),
        Act::Suspend { document } => oversee::suspend(p, document, ctx),
        Act::Resume { document, suspension } => oversee::resume(p, document, suspension),
        Act::LapseSuspension => oversee::lapse_suspension(p, ctx),
        Act::Admit { bid, digest, received_ms } => opening::admit(p, *bid, digest, *received_ms, ctx),
        Act::BeginOpening => opening::begin(p, ctx),
        Act::Contribute { holder, purpose, digest } => opening::contribute(p, *holder, *purpose, digest, ctx),
        Act::NoteAbsence { document } => opening::note_absence(p, document, ctx),
        Act::ReadBid { bid, reading } => opening::read_bid(p, *bid, reading),
        Act::NoteUnreadable { bid, fault, ground } => opening::note_unreadable(p, *bid, *fault, ground, ctx),
        Act::CloseOpening { record } => opening::close(p, record),
        Act::Retender { ground, reason, fell } => opening::retender(p, *ground, reason, *fell, ctx),
        Act::Terminate { reason, announcement, refund } => {
            opening::terminate(p, reason, announcement, *refund)
        }
        Act::SeatCommittee { draw, appointed, special_ground, representatives } => {
            evaluate::seat(p, *draw, appointed, special_ground, representatives, ctx)
        }
        Act::ReplaceMember { seat, ground, substitute } => {
            evaluate::replace(p, seat, *ground, substitute, ctx)
        }
        Act::SayTimeShort => evaluate::say_time_short(p, ctx),
        Act::DeclareInterest { bars } => evaluate::declare(p, bars, ctx),
        Act::Score { bid, points, nonce } => {
            let (bid, points, nonce) = (*bid, points.clone(), nonce.clone());
            evaluate::score(p, &OpenedSheet { bid, points, nonce }, ctx)
        }
        Act::SignSheets => evaluate::sign_sheets(p, ctx),
        Act::OpenSheets { sheets } => evaluate::open_sheets(p, sheets),
        Act::VoteRejection { bid, ground, reason, evidence } => {
            evaluate::vote_rejection(p, *bid, *ground, reason, evidence, ctx)
        }
        Act::AskBidder { bid, digest, answer_by } => evaluate::ask_bidder(p, *bid, digest, *answer_by, ctx),
        Act::AnswerCommittee { bid, digest } => evaluate::answer_committee(p, *bid, digest),
        Act::SignReport { candidates, digest } => evaluate::sign_report(p, candidates, digest, ctx),
        Act::StateDissent { reason } => evaluate::state_dissent(p, reason, ctx),
        Act::ReportEvaluation { candidates, digest } => evaluate::report(p, candidates, digest, ctx),
        Act::Reevaluate { reason } => evaluate::reevaluate(p, reason),
        Act::NoteUpheld { complaint, about } => oversee::note_upheld(p, *complaint, *about),
        Act::PublishCandidates { until } => award::publish_candidates(p, *until, ctx),
        Act::ReportClearing { digest } => award::report_clearing(p, digest),
        Act::Choose { meeting } => award::choose(p, meeting),
        Act::Award { bid, ground, reason } => award::award(p, *bid, *ground, reason, ctx),
        Act::SendNotice { told } => award::send_notice(p, told, ctx),
        Act::ReportToSupervisor { digest } => award::report_to_supervisor(p, digest, ctx),
        Act::SignContract { contract } => perform::sign(p, contract, ctx),
        Act::ReturnBonds { to, with_interest } => perform::return_bonds(p, *to, *with_interest, ctx),
        Act::FileContract { digest } => perform::file_contract(p, digest, ctx),
        Act::PublishContract { digest } => perform::publish_contract(p, digest, ctx),
        Act::ChangeContract { amount_fen, reason, digest } => perform::change(p, *amount_fen, reason, digest),
        Act::Pay { amount_fen, voucher } => perform::pay(p, *amount_fen, voucher),
        Act::AcceptWork { passed, digest } => perform::accept_work(p, *passed, digest),
        Act::Archive { index, keep_until } => perform::archive(p, index, *keep_until, ctx),
        Act::RegisterIntervention { digest, reported_to } => {
            oversee::register_intervention(p, digest, reported_to)
        }
        Act::NoteOffline { step, reason } => perform::note_offline(step, reason),
        Act::RaiseAlert { rule, evidence, note } => oversee::raise_alert(p, rule, evidence, note),
        Act::DisposeAlert { n, disposition, reason } => oversee::dispose_alert(p, *n, *disposition, reason),
        Act::IssueNotice { seq, digest } => oversee::issue_notice(p, *seq, digest),
    }
}

/// The deadline has passed, to the millisecond.
pub(super) fn deadline_passed(p: &Project, ctx: &Ctx) -> bool {
    p.deadline_ms().is_some_and(|deadline| ctx.moment.ms >= deadline)
}
