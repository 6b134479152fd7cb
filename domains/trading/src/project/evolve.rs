//! 演变。 Folds one fact into the project.

use super::*;
use fadu_kernel::{Role, Stamp};

pub(super) fn evolve(p: &mut Project, fact: &Fact, stamp: &Stamp) {
    if stamp.role != Role::Clock {
        p.n_steps += 1;
    }
    match fact {
        Fact::Registered { number, registration, regime, must, tenderer, .. } => {
            p.number.clone_from(number);
            p.registration = (**registration).clone();
            p.regime = *regime;
            p.must = Some(*must);
            p.tenderer = tenderer.clone();
            p.registered = Some(stamp.day);
            p.round = 1;
        }
        Fact::MethodProposed { method } => {
            p.method = Some(method.clone());
            p.confirmed = None;
        }
        Fact::MethodConfirmed { .. } => p.confirmed = Some(stamp.day),
        Fact::DutiesSigned { version, .. } => p.duties = Some(version.clone()),
        Fact::SeparationGranted { separation, .. } => p.separation = Some(separation.clone()),
        Fact::Retendered { round, .. } => {
            p.rounds_over.push((p.round, stamp.day));
            // What went back to winner or losers was of that round.
            p.bonds_returned.clear();
            p.round = *round;
            p.tender = Tender::default();
            p.award = None;
        }
        Fact::Terminated { .. } => p.terminated = Some(stamp.day),
        Fact::Suspended { document, until } => {
            let ordered = Suspension { document: document.clone(), until: *until };
            if p.suspended.is_none() {
                p.suspended = Some(ordered);
                p.still_since = Some(stamp.day);
            } else {
                p.also_suspended.push(ordered);
            }
        }
        Fact::Resumed { suspension, .. } => p.lift(suspension, stamp.day),
        Fact::SuspensionLapsed => p.lift("", stamp.day),
        Fact::Objected { n, stage, due, .. } => p.objections.push(Objection {
            n: *n,
            stage: *stage,
            round: p.round,
            on: stamp.day,
            by: stamp.person.clone(),
            due: *due,
            answered: None,
            upheld: false,
            redressed: None,
            withdrawn: None,
        }),
        Fact::ObjectionAnswered { n, upheld, .. } => p.objection(*n, |objection| {
            objection.answered = Some(stamp.day);
            objection.upheld = *upheld;
        }),
        Fact::ObjectionWithdrawn { n } => p.objection(*n, |objection| objection.withdrawn = Some(stamp.day)),
        Fact::ComplaintUpheld { complaint, about } => p.upheld_complaints.push(UpheldComplaint {
            complaint: *complaint,
            about: *about,
            round: p.round,
            redressed: None,
        }),
        Fact::Reevaluated { .. } => {
            p.tender.evaluate_anew();
            p.award = None;
            p.redress(stamp.day, false);
        }
        Fact::BondsReturned { to: BondsTo::Earlier, .. } => p.rounds_over.clear(),
        Fact::BondsReturned { to, .. } => p.bonds_returned.push(*to),
        Fact::Archived { .. } => p.archived = Some(stamp.day),
        Fact::InterventionRegistered { n, .. } => p.n_interventions = *n,
        // A step on paper is one step of the project, and this record of it is none.
        Fact::OfflineNoted { .. } => p.n_offline += 1,
        Fact::AlertRaised { n, rule, .. } => {
            p.alerts
                .push(Alert { n: *n, rule: rule.clone(), round: p.round, disposed: None });
        }
        Fact::NoticeIssued { seq, digest } => {
            p.documents.insert(*seq, digest.clone());
        }
        Fact::AlertDisposed { n, disposition, .. } => {
            if let Some(alert) = p.alerts.iter_mut().find(|alert| alert.n == *n) {
                alert.disposed = Some(*disposition);
            }
        }
        _ if bidding(&mut p.tender, fact, stamp) => {
            if matches!(fact, Fact::Clarified { .. }) {
                p.redress(stamp.day, true);
            }
        }
        _ if evaluation(&mut p.tender, fact, stamp) => {}
        _ => performance(p, fact, stamp),
    }
}

fn bidding(tender: &mut Tender, fact: &Fact, stamp: &Stamp) -> bool {
    match fact {
        Fact::FilePrepared { file, flags } => {
            tender.flags = flags.iter().map(|flag| OpenFlag { flag: flag.clone(), answer: None }).collect();
            tender.deadline = Some(file.deadline);
            tender.submit_by = file.prequalification.as_ref().map(|first| first.submit_by);
            tender.file = Some((**file).clone());
        }
        Fact::FlagAnswered { flag, reason } => {
            let open = tender.flags.iter_mut().filter(|open| open.flag.id == *flag);
            open.for_each(|open| open.answer = Some(reason.clone()));
        }
        Fact::Announced { .. } => {
            tender.announced = Some(stamp.day);
            tender.announced_ms = stamp.ms;
        }
        Fact::Invited { root } => tender.invited = Some(root.clone()),
        Fact::Qualified { root } => tender.qualified = Some(root.clone()),
        Fact::Asked { n, .. } => tender.n_questions = *n,
        Fact::Clarified { digest, deadline, of_prequalification, moved, noted, .. } => {
            let of = if *of_prequalification { &mut tender.submit_by } else { &mut tender.deadline };
            *of = Some(*deadline);
            if *moved {
                // Whoever bids has the whole time again, for what came before too.
                tender.unconfirmed.clear();
            } else if *noted {
                let (digest, by) = (digest.clone(), stamp.person.clone());
                tender.unconfirmed.push(Unconfirmed { digest, by });
            }
        }
        Fact::ClarificationConfirmed { digest, .. } => tender.unconfirmed.retain(|one| one.digest != *digest),
        Fact::Postponed { deadline, .. } => {
            tender.deadline = Some(*deadline);
        }
        Fact::BidAdmitted { bid, digest, received_ms } => tender.bids.push(BidRow {
            bid: *bid,
            digest: digest.clone(),
            received_ms: *received_ms,
            read: None,
            unreadable: None,
            ground: String::new(),
            void: None,
            rejected: None,
        }),
        Fact::OpeningBegun { .. } => tender.opening = Some(stamp.day),
        Fact::SharesContributed { holder, purpose, digest, .. } => {
            tender.shares.retain(|one| (one.holder, one.purpose) != (*holder, *purpose));
            let (holder, purpose, digest) = (*holder, *purpose, digest.clone());
            tender.shares.push(Contribution { holder, purpose, digest, at_ms: stamp.ms });
        }
        Fact::AbsenceNoted { document, .. } => tender.absence = Some(document.clone()),
        Fact::BidRead { bid, reading, price_fen, .. } => {
            tender.bid(*bid, |row| row.read = Some(((**reading).clone(), *price_fen)));
        }
        Fact::UnreadableNoted { bid, fault, ground, .. } => tender.bid(*bid, |row| {
            row.unreadable = Some(*fault);
            row.ground.clone_from(ground);
        }),
        Fact::OpeningClosed { void, record, .. } => {
            tender.opened = Some(stamp.day);
            tender.record.clone_from(record);
            for (bid, rule) in void {
                tender.bid(*bid, |row| row.void = Some(rule.clone()));
            }
        }
        _ => return false,
    }
    true
}

fn evaluation(tender: &mut Tender, fact: &Fact, stamp: &Stamp) -> bool {
    match fact {
        Fact::CommitteeSeated { draw, seats, .. } => {
            tender.committee.clone_from(seats);
            tender.draw = *draw;
        }
        Fact::MemberReplaced { seat, ground, substitute, .. } => {
            tender.sheets.retain(|sheet| sheet.seat != *seat);
            tender.sealed.retain(|sheet| sheet.seat != *seat);
            tender.short.retain(|short| short != seat);
            tender.rejections.retain(|vote| vote.seat != *seat);
            // What was signed rests on what the former member concluded.
            tender.signatures.clear();
            tender.dissents.clear();
            let old = tender.committee.iter_mut().filter(|member| member.leaf == *seat);
            old.for_each(|member| member.out = Some(*ground));
            tender.committee.push(substitute.clone());
        }
        Fact::TimeShortSaid { seat } => tender.short.push(seat.clone()),
        Fact::EvaluationExtended { .. } => tender.extended = true,
        Fact::InterestDeclared { seat, bars, .. } => {
            tender.declared.retain(|declared| declared.seat != *seat);
            tender.declared.push(Declaration { seat: seat.clone(), bars: bars.clone() });
        }
        Fact::SheetSealed { seat, bid, digest } => {
            tender.sealed.retain(|sheet| (&sheet.seat, sheet.bid) != (seat, *bid));
            let (seat, digest) = (seat.clone(), digest.clone());
            tender.sealed.push(SealedSheet { seat, bid: *bid, digest });
        }
        Fact::SheetsSigned { seat, .. } => tender.signed.push(seat.clone()),
        Fact::Scored { seat, bid, total, .. } => {
            tender.sealed.retain(|sheet| (&sheet.seat, sheet.bid) != (seat, *bid));
            tender.sheets.retain(|sheet| (&sheet.seat, sheet.bid) != (seat, *bid));
            tender.sheets.push(Sheet { seat: seat.clone(), bid: *bid, total: *total });
        }
        Fact::RejectionVoted { seat, bid, ground, .. } => {
            tender.rejections.retain(|vote| (&vote.seat, vote.bid) != (seat, *bid));
            let (seat, bid, ground) = (seat.clone(), *bid, *ground);
            tender.rejections.push(RejectionVote { seat, bid, ground });
        }
        Fact::BidRejected { bid, ground, .. } => tender.bid(*bid, |row| row.rejected = Some(*ground)),
        Fact::BidderAsked { bid, digest, seat, answer_by } => {
            tender.asked.push(*bid);
            let (bid, seat, digest) = (*bid, seat.clone(), digest.clone());
            let question = |answer_by| Question { bid, seat, digest, answer_by, answer: None };
            tender.questions.extend(answer_by.map(question));
        }
        Fact::CommitteeAnswered { bid, digest } => {
            tender.asked.retain(|asked| asked != bid);
            let open = tender
                .questions
                .iter_mut()
                .filter(|asked| asked.bid == *bid && asked.answer.is_none());
            open.for_each(|asked| asked.answer = Some(digest.clone()));
        }
        Fact::ReportSigned { seat, candidates, digest } => {
            tender.spoke_anew(seat);
            let (seat, candidates, digest) = (seat.clone(), candidates.clone(), digest.clone());
            tender.signatures.push(Signature { seat, candidates, digest });
        }
        Fact::DissentStated { seat, reason } => {
            tender.spoke_anew(seat);
            tender.dissents.push(Dissent { seat: seat.clone(), reason: reason.clone() });
        }
        Fact::EvaluationReported { candidates, .. } => {
            tender.report = Some(Report { on: stamp.day, candidates: candidates.clone() });
        }
        Fact::CandidatesPublished { from, until, .. } => tender.publicity = Some((*from, *until)),
        Fact::ClearingReported { digest } => tender.clearing = Some(digest.clone()),
        Fact::Chosen { meeting } => tender.meeting = Some((**meeting).clone()),
        _ => return false,
    }
    true
}

fn performance(p: &mut Project, fact: &Fact, stamp: &Stamp) {
    match fact {
        Fact::Awarded { bid, price_fen, ground, rank, .. } => {
            if *ground == Some(SkipGround::Unlawful) && rank.is_some_and(|rank| rank > 1) {
                p.redress(stamp.day, false);
            }
            let (bid, price_fen) = (*bid, *price_fen);
            p.award = Some(Award { on: stamp.day, bid, price_fen, notice: None, reported: None });
        }
        Fact::ContractSigned { contract, .. } => {
            p.contract = Some(SignedContract {
                on: stamp.day,
                contract: (**contract).clone(),
                filed: false,
                published: false,
                changes_fen: 0,
                paid_fen: 0,
                accepted: None,
            });
        }
        _ => {
            if let Some(award) = p.award.as_mut() {
                match fact {
                    Fact::NoticeSent { .. } => award.notice = Some(stamp.day),
                    Fact::SupervisorTold { .. } => award.reported = Some(stamp.day),
                    _ => {}
                }
            }
            if let Some(contract) = p.contract.as_mut() {
                match fact {
                    Fact::ContractFiled { .. } => contract.filed = true,
                    Fact::ContractPublished { .. } => contract.published = true,
                    Fact::ContractChanged { total_fen, .. } => contract.changes_fen = *total_fen,
                    Fact::Paid { total_fen, .. } => contract.paid_fen = *total_fen,
                    Fact::WorkAccepted { passed, .. } => contract.accepted = Some(*passed),
                    _ => {}
                }
            }
        }
    }
}

impl Project {
    /// 恢复: one order is lifted, or all of them.
    fn lift(&mut self, of: &str, day: Date) {
        let orders = self
            .suspended
            .take()
            .into_iter()
            .chain(std::mem::take(&mut self.also_suspended));
        let mut left = orders.filter(|order| !of.is_empty() && order.document != of);
        self.suspended = left.next();
        self.also_suspended = left.collect();
        if self.suspended.is_none() {
            let since = self.still_since.take().unwrap_or(day);
            self.days_suspended += fadu_kernel::calendar::days_between(since, day);
        }
    }

    /// What was upheld is put right; what was upheld about the file only where it was changed.
    fn redress(&mut self, day: Date, file_too: bool) {
        let round = self.round;
        let objections = self.objections.iter_mut().filter(|one| one.round == round && one.upheld);
        objections
            .filter(|one| file_too || !one.stage.is_of_file())
            .for_each(|one| one.redressed = one.redressed.or(Some(day)));
        let complaints = self.upheld_complaints.iter_mut().filter(|one| one.round == round);
        complaints
            .filter(|one| file_too || one.about != About::File)
            .for_each(|one| one.redressed = one.redressed.or(Some(day)));
    }

    fn objection(&mut self, n: u32, change: impl FnOnce(&mut Objection)) {
        if let Some(objection) = self.objections.iter_mut().find(|objection| objection.n == n) {
            change(objection);
        }
    }
}

impl Tender {
    /// 重新评标: the bids as they were opened, the committee as it sits, and nothing of what it concluded.
    fn evaluate_anew(&mut self) {
        self.bids.iter_mut().for_each(|row| row.rejected = None);
        self.sealed.clear();
        self.sheets.clear();
        self.signed.clear();
        self.rejections.clear();
        self.signatures.clear();
        self.dissents.clear();
        (self.report, self.publicity, self.clearing, self.meeting) = (None, None, None, None);
    }

    /// A member signs or says why not: the last word counts.
    fn spoke_anew(&mut self, seat: &str) {
        self.signatures.retain(|signature| signature.seat != seat);
        self.dissents.retain(|dissent| dissent.seat != seat);
    }

    fn bid(&mut self, bid: MatterId, change: impl FnOnce(&mut BidRow)) {
        if let Some(row) = self.bids.iter_mut().find(|row| row.bid == bid) {
            change(row);
        }
    }
}
