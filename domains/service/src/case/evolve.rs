//! 演变。 Folds one fact into the case.

use super::{Accepted, Against, Case, Decided, Declined, Fact, Mark, Notice, Verified, correction_zh};
use crate::definition::ClockFrom;
use crate::fee::{self, Charge, PayWay};
use crate::first_review::{Below, Forwarded};
use crate::inspection::{Assigned, Inspection};
use crate::interested::Interested;
use crate::intermediary::Intermediary;
use crate::outside::{self, Outside};
use crate::parcel::{Event, Parcel};
use crate::renewal::Renewal;
use crate::signature::Signature;
use fadu_kernel::{Clock, Limit, PersonId, Role, Stamp};

impl Case {
    pub(super) fn fold(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Some(Mark { on: stamp.day, by: stamp.person.clone() });
        match fact {
            Fact::Received {
                number,
                item,
                item_version,
                item_code,
                item_name,
                task_type,
                department,
                decides,
                channel,
                materials,
                sealed,
                notice_due,
                notice_limit,
                silence_means_nothing,
                parent,
                received_on,
            } => {
                self.number.clone_from(number);
                self.item = *item;
                self.item_version = *item_version;
                self.item_code.clone_from(item_code);
                self.item_name.clone_from(item_name);
                self.task_type = *task_type;
                self.org = department.clone();
                self.first_review =
                    decides.clone().map(|decides| Below { decides, clock: None, forwarded: None });
                self.channel = Some(*channel);
                self.materials.clone_from(materials);
                self.sealed.clone_from(sealed);
                self.notice_due = *notice_due;
                let came = received_on.unwrap_or(stamp.day);
                self.notice_clock = notice_limit.map(|limit| Clock::start(came, limit));
                self.silence_means_nothing = *silence_means_nothing;
                self.received = Some(Mark { on: came, by: stamp.person.clone() });
                self.parent = parent.as_deref().cloned();
                let joint = self.parent.as_ref().and_then(|parent| parent.applicant.clone());
                // At the window the applicant has no account: whoever holds number and code acts for the case.
                self.applicant = Some(match stamp.role {
                    Role::Citizen | Role::FirmAgent => stamp.person.clone(),
                    _ => joint.unwrap_or_else(|| PersonId::new(&format!("form-{number}"))),
                });
            }
            Fact::NoticeGiven { missing, all_on_the_spot, .. } => {
                let told = missing.iter().map(|line| &line.material);
                self.to_mend = told.filter(|id| self.materials.contains_key(*id)).cloned().collect();
                self.notice = Some(Notice {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    missing: missing.clone(),
                    all_on_the_spot: *all_on_the_spot,
                });
            }
            Fact::Supplemented { materials, notice_due, notice_limit, unasked } => {
                if materials.keys().any(|id| self.lacks(id)) {
                    self.brought = Some(stamp.day);
                }
                self.signatures.retain(|id, _| !materials.contains_key(id));
                self.to_mend.retain(|id| !materials.contains_key(id));
                self.materials.extend(materials.clone());
                if !unasked {
                    self.notice_due = *notice_due;
                    self.notice_clock = notice_limit.map(|limit| Clock::start(stamp.day, limit));
                    self.supplemented = mark();
                }
                if stamp.role == Role::WindowClerk {
                    self.visited.insert(stamp.day);
                }
            }
            Fact::SignatureChecked { material, valid, note } => {
                let checked = Signature { on: stamp.day, valid: *valid, note: note.clone() };
                self.signatures.insert(material.clone(), checked);
            }
            Fact::IntermediaryNamed { material, name, code, .. } => {
                let made = Intermediary { name: name.clone(), code: code.clone() };
                self.intermediaries.insert(material.clone(), made);
            }
            Fact::Accepted {
                from,
                deemed,
                clock_from,
                statutory,
                promised,
                outside,
                assign_within,
                first_review,
                ..
            } => {
                self.inspection = assign_within.map(|limit| Inspection {
                    assign_within: Clock::start(*from, limit),
                    assigned: None,
                    passed: None,
                });
                self.outside = outside.as_ref().map(|system| Outside::new(system, stamp.day));
                let start = match clock_from {
                    ClockFrom::Acceptance => *from,
                    ClockFrom::Receipt => self.received.as_ref().map_or(*from, |mark| mark.on),
                };
                self.accepted =
                    Some(Accepted { from: *from, on: stamp.day, by: stamp.person.clone(), deemed: *deemed });
                self.statutory = statutory.map(|limit| Clock::start(start, limit));
                self.promised = promised.map(|limit| Clock::start(start, limit));
                if let Some(below) = &mut self.first_review {
                    below.clock = first_review.map(|limit| Clock::start(*from, limit));
                }
            }
            Fact::Forwarded { from, to, favourable, opinion, statutory, promised, .. } => {
                if let Some(below) = &mut self.first_review {
                    below.forwarded = Some(Forwarded {
                        on: stamp.day,
                        by: stamp.person.clone(),
                        organ: from.clone(),
                        favourable: *favourable,
                        opinion: opinion.clone(),
                    });
                }
                self.org = to.clone();
                self.statutory = statutory.map(|limit| Clock::start(stamp.day, limit));
                self.promised = promised.map(|limit| Clock::start(stamp.day, limit));
            }
            Fact::Declined { ground, reason, target, barred_until, at_once, .. } => {
                self.barred_until = *barred_until;
                self.declined = Some(Declined {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    ground: *ground,
                    reason: reason.clone(),
                    target: target.clone(),
                    at_once: *at_once,
                });
            }
            Fact::Stopped { kind, days } => {
                self.stopped_for = Some(*kind);
                // The notice tells working days.
                self.stop_told = Some(Clock::start(stamp.day, Limit::workdays(*days)));
                self.clocks_mut().for_each(|clock| {
                    clock.stops.push(fadu_kernel::clock::Stop { from: stamp.day, until: None })
                });
            }
            Fact::Resumed { .. } => {
                self.stopped_for = None;
                self.stop_told = None;
                self.stop_passed = None;
                self.clocks_mut()
                    .filter_map(|clock| clock.stops.last_mut())
                    .for_each(|stop| stop.until = Some(stamp.day));
            }
            Fact::Verified { checkers, passed, note, interested, needed } => {
                self.verified = Some(Verified {
                    on: stamp.day,
                    checkers: checkers.clone(),
                    passed: *passed,
                    note: note.clone(),
                    interested: *interested,
                    confirmed: checkers.iter().filter(|person| **person == stamp.person).cloned().collect(),
                    needed: *needed,
                });
            }
            Fact::InspectorsAssigned { inspectors, .. } => {
                if let Some(inspection) = &mut self.inspection {
                    inspection.assigned = Some(Assigned { on: stamp.day, inspectors: inspectors.clone() });
                }
            }
            Fact::AssignmentPassed { .. } => {
                if let Some(inspection) = &mut self.inspection {
                    inspection.passed = Some(stamp.day);
                }
            }
            Fact::CheckConfirmed { agrees: true, .. } => {
                if let Some(verified) = &mut self.verified {
                    verified.confirmed.insert(stamp.person.clone());
                }
            }
            // Two who do not find the same have not checked it: it is checked anew.
            Fact::CheckConfirmed { agrees: false, .. } => self.verified = None,
            Fact::Extended { by, .. } => {
                self.extension = mark();
                // 行政许可法 42 lengthens the law's limit and no promise: whoever exceeds that says why in public
                // (优化营商环境条例 36). Where there is nothing but a promise, it is what is lengthened.
                let (longer, clock) = match &mut self.statutory {
                    Some(clock) => (Against::Law, Some(clock)),
                    None => (Against::Promise, self.promised.as_mut()),
                };
                if let Some(clock) = clock {
                    clock.extension = Some(*by);
                }
                // What is longer is warned of anew; it has not ended, or it could not be extended.
                if longer == self.shown_limit() {
                    self.amber = None;
                } else {
                    self.beside.remove(&longer);
                }
            }
            Fact::HearingTold { last_day } => self.hearing.told = Some((stamp.day, *last_day)),
            Fact::HearingAsked => self.hearing.asked = Some(stamp.day),
            Fact::Consulted { .. } => {
                self.consulted.retain(|mark| mark.on == stamp.day);
                self.consulted.extend(mark());
            }
            Fact::HearingWaived => self.hearing.waived = Some(stamp.day),
            Fact::InterestedTold { person, how } => {
                let told = Interested { told: stamp.day, how: how.clone(), asked: None, waived: None };
                self.hearing.interested.insert(person.clone(), told);
            }
            Fact::InterestedAsked => {
                if let Some(told) = self.hearing.interested.get_mut(&stamp.person) {
                    told.asked = Some(stamp.day);
                }
            }
            Fact::InterestedWaived => {
                if let Some(told) = self.hearing.interested.get_mut(&stamp.person) {
                    told.waived = Some(stamp.day);
                }
            }
            Fact::HearingScheduled { on, time, place, chair, in_time } => {
                self.hearing.in_time = *in_time;
                self.hearing.scheduled = Some((*on, chair.clone()));
                self.hearing.time.clone_from(time);
                self.hearing.place.clone_from(place);
            }
            Fact::HearingRecorded { transcript, record, evidence } => {
                self.hearing.transcript = Some(transcript.clone()).filter(|words| !words.is_empty());
                self.hearing.record.clone_from(record);
                self.hearing.evidence.clone_from(evidence);
            }
            Fact::Decided {
                granted, reason, document, delivery, barred_until, evidence, at_once, ..
            } => {
                self.barred_until = *barred_until;
                self.decided = Some(Decided {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    granted: *granted,
                    reason: reason.clone(),
                    document: document.clone(),
                    evidence: evidence.clone(),
                    at_once: *at_once,
                });
                self.delivery = delivery.map(|limit| Clock::start(stamp.day, limit));
            }
            Fact::Delivered { on, .. } => {
                self.delivered = Some(Mark { on: on.unwrap_or(stamp.day), by: stamp.person.clone() });
            }
            Fact::Withdrawn { .. } => self.withdrawn = mark(),
            Fact::Corrected { what, from, to, sealed } => {
                self.sealed.extend(sealed.clone());
                let told = correction_zh(what, from, to, sealed);
                self.corrections.push(format!("{}：{told}", stamp.day));
            }
            Fact::RenewalNamed { number, until, in_time } => {
                self.renews = Some(Renewal { number: number.clone(), until: *until, in_time: *in_time });
            }
            Fact::DeemedRenewed { from, reason, document, delivery, .. } => {
                self.decided = Some(Decided {
                    on: *from,
                    by: stamp.person.clone(),
                    granted: true,
                    reason: reason.clone(),
                    document: document.clone(),
                    evidence: Vec::new(),
                    at_once: None,
                });
                self.delivery = delivery.map(|limit| Clock::start(*from, limit));
                self.stopped_for = None;
                self.stop_told = None;
                self.stop_passed = None;
            }
            Fact::DelayExplained { reason } => self.explained = Some(reason.clone()),
            Fact::Archived => self.archived = mark(),
            Fact::Spared { material, because } => {
                self.after_all.remove(material);
                self.spared.insert(material.clone(), because.clone());
            }
            Fact::AskedAfterAll { material, because } => {
                self.spared.remove(material);
                self.after_all.insert(material.clone(), because.clone());
            }
            Fact::TurnedAmber { against, .. } => match against {
                Some(against) if *against != self.shown_limit() => {
                    self.beside.entry(*against).or_default().amber = Some(stamp.day);
                }
                Some(_) | None => self.amber = Some(stamp.day),
            },
            Fact::TurnedOverdue { against, .. } => {
                // What was explained before does not explain this.
                self.explained = None;
                if *against == self.shown_limit() {
                    self.overdue = Some(stamp.day);
                } else {
                    self.beside.entry(*against).or_default().overdue = Some(stamp.day);
                }
            }
            Fact::StopPassed { .. } => {
                self.explained = None;
                self.stop_passed = Some(stamp.day);
            }
            Fact::NoticeIssued { seq, digest, .. } => {
                self.documents.insert(*seq, digest.clone());
            }
            Fact::FeeCharged { code, name, basis, quantity, amount_fen, waits, .. } => {
                let charge = Charge {
                    name: name.clone(),
                    basis: basis.clone(),
                    quantity: *quantity,
                    amount_fen: *amount_fen,
                    on: stamp.day,
                    waits: waits.clone(),
                    exempted: None,
                    paid: None,
                    refunded: None,
                    surpluses: Vec::new(),
                };
                self.fees.insert(code.clone(), charge);
            }
            Fact::FeeExempted { code, amount_fen, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    charge.exempted = Some(fee::Exempted { on: stamp.day, amount_fen: *amount_fen });
                }
            }
            Fact::FeePaid { code, way, reference, amount_fen, simulated, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    charge.paid = Some(fee::Paid {
                        on: stamp.day,
                        way: *way,
                        reference: reference.clone(),
                        amount_fen: *amount_fen,
                        simulated: *simulated,
                    });
                }
            }
            Fact::Consigned { carrier, number, .. } => self.parcels.push(Parcel {
                carrier: carrier.clone(),
                number: number.clone(),
                consigned: Mark { on: stamp.day, by: stamp.person.clone() },
                events: Vec::new(),
            }),
            Fact::ParcelNoted { kind, on, simulated, .. } => {
                if let Some(parcel) = self.parcels.last_mut() {
                    parcel.events.push(Event { kind: *kind, on: *on, simulated: *simulated });
                }
            }
            Fact::SentOutside { number, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.number = Some(number.clone());
                    outside.fault = None;
                }
            }
            Fact::NotSent { fault, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.fault = Some(*fault);
                }
            }
            Fact::OutsideTold { state, on, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.told = Some(outside::Told { state: *state, on: *on });
                }
            }
            Fact::SendingAgain { .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.fault = None;
                }
            }
            Fact::FeeRefunded { code, surplus, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    let open = charge.surpluses.iter_mut().find(|one| one.refunded.is_none());
                    match open.filter(|_| *surplus) {
                        Some(one) => one.refunded = Some(stamp.day),
                        None => charge.refunded = Some(stamp.day),
                    }
                }
            }
            Fact::SurplusNoted { code, reference, amount_fen, simulated, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    let paid = fee::Paid {
                        on: stamp.day,
                        way: PayWay::Online,
                        reference: reference.clone(),
                        amount_fen: *amount_fen,
                        simulated: *simulated,
                    };
                    charge.surpluses.push(fee::Surplus { paid, refunded: None });
                }
            }
        }
    }
}
