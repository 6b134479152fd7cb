//! 演变。 Folds one fact into the order. Total: facts were allowed once and are never judged again.

use super::{
    Arbitration, CallBack, Closed, Dispatch, Excluded, Extension, Fact, Mark, Merged, Order, Pending,
    PhoneCall, Published, Reply,
};
use crate::words::{Channel, News};
use fadu_kernel::{Clock, PersonId, Role, Stamp};

impl Order {
    pub(super) fn fold(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Some(Mark { on: stamp.day, by: stamp.person.clone(), ms: stamp.ms });
        match fact {
            Fact::Taken { entry, sealed, suggestion, proposed, members, .. } => {
                self.number.clone_from(&entry.number);
                self.desk = entry.desk.clone();
                self.sealed.clone_from(sealed);
                self.suggestion.clone_from(suggestion);
                self.proposed.clone_from(proposed);
                self.members = *members;
                self.taken = mark();
                // Whoever called has no account: the holder of number and code acts for the order.
                self.applicant = Some(match stamp.role {
                    Role::Citizen | Role::FirmAgent => stamp.person.clone(),
                    _ => PersonId::new(&format!("form-{}", entry.number)),
                });
                self.entry = Some((**entry).clone());
            }
            Fact::EmergencyTransferred { number, desk, to, .. } => {
                self.number.clone_from(number);
                self.desk = desk.clone();
                self.emergency = Some(*to);
            }
            Fact::Supplemented { text } => self.supplements.push(text.clone()),
            Fact::Answered { .. } => self.answered = mark(),
            Fact::Excluded { ground, hand_over_by, .. } => {
                self.note_news(News::Excluded);
                self.excluded =
                    Some(Excluded { on: stamp.day, ground: *ground, hand_over_by: *hand_over_by });
            }
            Fact::HandedOver { .. } => self.handed_over = mark(),
            Fact::PassedUp { prefecture, .. } => self.passed_up = Some((stamp.day, prefecture.clone())),
            Fact::LeadReleased => self.lead_released = mark(),
            Fact::CallLinked { call } => {
                self.calls.push(PhoneCall { call: call.clone(), recording: None });
            }
            Fact::RecordingKept { call, digest } => {
                if let Some(known) = self.calls.iter_mut().find(|known| known.call == *call) {
                    known.recording = Some(digest.clone());
                }
            }
            Fact::CallerOpened { .. } => {
                self.opened.retain(|known| known.on == stamp.day);
                self.opened.extend(mark());
            }
            Fact::Dispatched { .. } => self.fold_dispatch(fact, stamp),
            Fact::Signed { .. } => {
                if let Some(dispatch) = &mut self.dispatch {
                    dispatch.signed = mark();
                }
                self.handled_by(&stamp.person);
            }
            Fact::Returned { unit, settle_by, .. } => {
                self.review.returned_by.push(unit.clone());
                self.review.open = true;
                self.review.settle_by = *settle_by;
                self.review.stop(stamp.day);
            }
            Fact::ReturnSettled { settlement, .. } => {
                self.review.open = false;
                self.review.settle_by = None;
                self.review.go_on(stamp.day);
                if let Some(dispatch) = &mut self.dispatch {
                    dispatch.released = *settlement == crate::words::Settlement::Granted;
                }
            }
            Fact::ArbitrationOpened { due, .. } => {
                self.review.open = false;
                self.review.stop(stamp.day);
                self.review.arbitration = Some(Arbitration { opened: stamp.day, due: *due, decided: None });
            }
            Fact::Arbitrated { unit, .. } => {
                self.panel = None;
                if let Some(arbitration) = &mut self.review.arbitration {
                    arbitration.decided = Some(stamp.day);
                }
                self.review.go_on(stamp.day);
                if let Some(dispatch) = &mut self.dispatch {
                    // The unit is settled; the clock has run since the first dispatch and goes on.
                    if dispatch.unit != *unit {
                        dispatch.signed = None;
                        dispatch.on = stamp.day;
                        self.review.stops.clear();
                    }
                    dispatch.unit = unit.clone();
                    dispatch.assisting.retain(|assisting| assisting != unit);
                    dispatch.released = false;
                    dispatch.return_by = None;
                }
            }
            Fact::Recalled { .. } => {
                if let Some(dispatch) = &mut self.dispatch {
                    dispatch.released = true;
                }
            }
            Fact::Assisted { unit, .. } => {
                if !self.assisted.contains(unit) {
                    self.assisted.push(unit.clone());
                }
                self.handled_by(&stamp.person);
            }
            Fact::ExtensionAsked { by, reason, basis, .. } => {
                self.extension =
                    Some(Extension { on: stamp.day, by: *by, reason: reason.clone(), basis: basis.clone() });
            }
            Fact::ExtensionRefused { .. } => self.extension = None,
            Fact::Extended { by, .. } => {
                self.note_news(News::Extended);
                self.extension = None;
                self.extended = mark();
                self.pressure.amber = None;
                if let Some(clock) = &mut self.clock {
                    clock.extension = Some(*by);
                }
            }
            Fact::ReportedUp { .. } => self.reported_up = mark(),
            Fact::Replied { evidence, in_time, call_back_by, .. } => {
                self.note_news(News::Replied);
                self.extension = None;
                self.reply = Some(Reply {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    n_evidence: u16::try_from(evidence.len()).unwrap_or(u16::MAX),
                    call_back_by: *call_back_by,
                });
                self.n_replies = self.n_replies.saturating_add(1);
                self.late |= *in_time == Some(false);
                self.unreckoned |= in_time.is_none();
                self.call_backs.clear();
                self.handled_by(&stamp.person);
            }
            Fact::CalledBack { contact, solved, satisfied, .. } => self.call_backs.push(CallBack {
                on: stamp.day,
                ms: stamp.ms,
                by: stamp.person.clone(),
                contact: *contact,
                solved: *solved,
                satisfied: *satisfied,
            }),
            Fact::Redone { limit, .. } => {
                self.redone = self.redone.saturating_add(1);
                self.redo = Some(Clock::start(stamp.day, *limit));
                self.reply = None;
                self.call_backs.clear();
                // The unit is pressed anew; that the first limit passed stays on record.
                let passed_due = self.pressure.passed_due;
                self.pressure = super::Pressure { passed_due, ..Default::default() };
            }
            Fact::Closed { ending, .. } => self.closed = Some(Closed { on: stamp.day, ending: *ending }),
            Fact::JudgedUnlawful { .. } => {
                self.panel = None;
                self.unlawful = mark();
            }
            Fact::Merged { into, .. } => self.merged = Some(Merged { on: stamp.day, into: *into }),
            Fact::Adopted { .. } => self.n_children = self.n_children.saturating_add(1),
            Fact::Unmerged { .. } => {
                self.merged = None;
                self.parent_closed = None;
                // It left the ranks of those past due when it was merged, and time finds it there anew.
                self.pressure.passed_due = None;
            }
            Fact::Disowned { .. } => self.n_children = self.n_children.saturating_sub(1),
            Fact::ParentClosed { .. } => {
                self.note_news(News::Ended);
                self.parent_closed = mark();
            }
            Fact::CallerTold { .. } => self.untold.clear(),
            Fact::TurnedAmber { .. } => self.pressure.amber = Some(stamp.day),
            Fact::PassedDue { replied, .. } => self.pressure.passed_due = Some((stamp.day, *replied)),
            Fact::Urged { .. } => self.pressure.urged = Some(stamp.day),
            Fact::SupervisionDrafted { .. } => self.pressure.drafted = Some(stamp.day),
            Fact::SupervisionIssued { nature, .. } => self.pressure.issued = Some((stamp.day, *nature)),
            Fact::UnitNamed { .. } => self.pressure.named = Some(stamp.day),
            Fact::Evaluated { grade, .. } => self.grade = Some(*grade),
            Fact::Published { title, text, .. } => {
                self.published = Some(Published { on: stamp.day, title: title.clone(), text: text.clone() });
            }
            Fact::Unpublished { .. } => {
                self.published = None;
                if let Some(entry) = &mut self.entry {
                    entry.public = false;
                }
            }
            Fact::Archived => self.archived = mark(),
            Fact::PanelConvened { question, reason } => {
                self.panel = Some(Pending {
                    question: question.clone(),
                    reason: reason.clone(),
                    confirmed: Vec::new(),
                });
            }
            Fact::PanelConfirmed { .. } => {
                if let Some(pending) = &mut self.panel {
                    pending.confirmed.push(stamp.person.clone());
                }
            }
            Fact::PanelDeclined { .. } => self.panel = None,
            Fact::DueSettled { .. } | Fact::Met { .. } => {}
        }
    }

    fn fold_dispatch(&mut self, fact: &Fact, stamp: &Stamp) {
        let Fact::Dispatched {
            unit,
            assisting,
            officer,
            category,
            category_name,
            against,
            none_named,
            terms,
            return_by,
            ..
        } = fact
        else {
            return;
        };
        let first_on = self.dispatch.as_ref().map_or(stamp.day, |dispatch| dispatch.first_on);
        if let Some(entry) = &mut self.entry {
            entry.category.clone_from(category);
            entry.category_name.clone_from(category_name);
            if against.is_some() || *none_named {
                entry.against.clone_from(against);
                entry.none_named = *none_named;
            }
        }
        if self.clock.is_none() {
            self.clock = Some(Clock::start(first_on, terms.handling));
        }
        self.review.stops.clear();
        self.extension = None;
        self.dispatch = Some(Dispatch {
            first_on,
            on: stamp.day,
            unit: unit.clone(),
            assisting: assisting.clone(),
            officer: officer.clone(),
            terms: *terms,
            return_by: *return_by,
            signed: None,
            released: false,
        });
    }

    /// Whoever came by the page reads it there, whoever telephoned is called.
    fn note_news(&mut self, news: News) {
        let by_mail = self.entry.as_ref().is_some_and(|entry| entry.channel == Channel::Mail);
        if by_mail && !self.untold.contains(&news) {
            self.untold.push(news);
        }
    }

    fn handled_by(&mut self, person: &PersonId) {
        if !self.handlers.contains(person) {
            self.handlers.push(person.clone());
        }
    }
}
