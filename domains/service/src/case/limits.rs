//! 办件的期限。 Which limits run, which is shown, and what time itself records of them.

use super::{Act, Case};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Calendar, Clock};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 哪一个期限。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    Law,
    Promise,
    /// Of the organ below, from acceptance on (行政许可法 43).
    FirstReview,
    /// From the decision on (行政许可法 44).
    Delivery,
    /// The last day of the permit that is renewed (行政许可法 50).
    Expiry,
}

impl Against {
    pub fn zh(self) -> &'static str {
        match self {
            Against::Law => "法定期限",
            Against::Promise => "承诺期限",
            Against::FirstReview => "初审期限",
            Against::Delivery => "送达期限",
            Against::Expiry => "许可有效期",
        }
    }
}

/// 一个期限的记录: each is written once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub amber: Option<Date>,
    pub overdue: Option<Date>,
}

impl Case {
    /// The clock that a reader is shown and a colour is taken from: the promise where there is one, and until the organ
    /// that decides has the file that of the organ below.
    pub fn shown_clock(&self) -> Option<&Clock> {
        let below = || self.reviewed_below()?.clock.as_ref();
        self.promised.as_ref().or(self.statutory.as_ref()).or_else(below)
    }

    pub(super) fn shown_limit(&self) -> Against {
        if self.promised.is_some() { Against::Promise } else { Against::Law }
    }

    /// The clock that lists and colours follow now: the one shown until the decision, then that of delivery.
    pub fn running_clock(&self) -> Option<&Clock> {
        if self.decided.is_some() { self.delivery.as_ref() } else { self.shown_clock() }
    }

    /// The limits that run now, the promise first: it is never longer than the law's.
    fn running(&self) -> impl Iterator<Item = (Against, &Clock)> {
        let limits = match (&self.decided, self.is_closed()) {
            (_, true) => [None, None],
            (Some(_), false) => [self.delivery.as_ref().map(|clock| (Against::Delivery, clock)), None],
            (None, false) if self.reviewed_below().is_some() => {
                [self.shown_clock().map(|clock| (Against::FirstReview, clock)), None]
            }
            (None, false) => [
                self.promised.as_ref().map(|clock| (Against::Promise, clock)),
                self.statutory.as_ref().map(|clock| (Against::Law, clock)),
            ],
        };
        limits.into_iter().flatten()
    }

    fn recorded(&self, against: Against) -> Recorded {
        if against == self.shown_limit() {
            return Recorded { amber: self.amber, overdue: self.overdue };
        }
        self.beside.get(&against).copied().unwrap_or_default()
    }

    /// The warning to be recorded next: from which day, the last day of the limit, and which it is.
    pub(crate) fn next_amber(&self, calendar: &Calendar) -> Option<(Date, Date, Against)> {
        self.running()
            .filter(|(against, _)| self.recorded(*against).amber.is_none())
            .filter_map(|(against, clock)| {
                Some((clock.amber(calendar)?, clock.due(calendar).fixed()?, against))
            })
            .chain(self.expiry_to_warn_of(calendar))
            .min_by_key(|(day, _, _)| *day)
    }

    fn expiry_to_warn_of(&self, calendar: &Calendar) -> Option<(Date, Date, Against)> {
        let (warned, until) = self.near_expiry(calendar)?;
        let new = self.recorded(Against::Expiry).amber.is_none();
        new.then_some((warned, until, Against::Expiry))
    }

    /// The overrun to be recorded next: the last day of the limit, and which it is.
    pub(crate) fn next_overdue(&self, calendar: &Calendar) -> Option<(Date, Against)> {
        self.running()
            .filter(|(against, _)| self.recorded(*against).overdue.is_none())
            .filter_map(|(against, clock)| Some((clock.due(calendar).fixed()?, against)))
            .min_by_key(|(due, _)| *due)
    }

    /// 超期记录: which limits were overrun, and on which day each was recorded.
    pub fn overruns(&self) -> impl Iterator<Item = (Against, Date)> {
        let shown = self.overdue.map(|on| (self.shown_limit(), on));
        let beside = self.beside.iter();
        shown
            .into_iter()
            .chain(beside.filter_map(|(against, recorded)| Some((*against, recorded.overdue?))))
    }

    /// The last day told for the special procedure that is open.
    pub fn stop_ends(&self, calendar: &Calendar) -> Option<Date> {
        self.stop_told.as_ref()?.due(calendar).fixed()
    }

    /// 告知的最后一日; none where there is no limit, or while the calendar ends before it.
    pub fn notice_last(&self, calendar: &Calendar) -> Option<Date> {
        match &self.notice_clock {
            Some(clock) => clock.due(calendar).fixed(),
            None => self.notice_due,
        }
    }

    pub(super) fn clocks_mut(&mut self) -> impl Iterator<Item = &mut Clock> {
        let below = self.first_review.as_mut().filter(|below| below.forwarded.is_none());
        let below = below.and_then(|below| below.clock.as_mut());
        [self.statutory.as_mut(), self.promised.as_mut(), below].into_iter().flatten()
    }

    /// What time itself must do next, and on which day.
    pub(super) fn next_by_time(&self, calendar: &Calendar) -> Option<(Date, Act)> {
        if self.is_closed() {
            return None;
        }
        let renewed = self.silence_renews_on().map(|day| (day, Act::DeemRenewed));
        if self.accepted.is_none() {
            let silent = self.notice_last(calendar).filter(|_| self.is_silent());
            let accepted = silent.map(|day| (offset(day, 1), Act::DeemAccepted));
            return [accepted, renewed].into_iter().flatten().min_by_key(|(day, _)| *day);
        }
        let amber = self.next_amber(calendar).map(|(day, _, _)| (day, Act::TurnAmber));
        let overdue = self.next_overdue(calendar).map(|(due, _)| (offset(due, 1), Act::TurnOverdue));
        let stop = self.stop_ends(calendar).filter(|_| self.stop_passed.is_none());
        let passed = stop.map(|last| (offset(last, 1), Act::PassStop));
        let unassigned = self.assignment_runs_to(calendar);
        let unassigned = unassigned.map(|last| (offset(last, 1), Act::PassAssignment));
        [amber, overdue, passed, unassigned, renewed]
            .into_iter()
            .flatten()
            .min_by_key(|(day, _)| *day)
    }
}
