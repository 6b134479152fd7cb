//! 听证。 By when it is held after somebody asked, and what its notice says. It costs neither applicant nor interested party
//! anything (行政许可法 47, 48).

use crate::case::{Case, Fact};
use crate::rules;
use fadu_kernel::{Calendar, Ctx, Help, Limit, PersonId, Refusal, Rule};
use jiff::civil::Date;

/// 二十日内组织听证; days of these limits are working days (行政许可法 82).
const HELD_WITHIN: Limit = Limit::workdays(20);

impl Case {
    /// 申请听证之日: of whoever asked first.
    pub fn hearing_asked(&self) -> Option<Date> {
        let interested = self.hearing.interested.values().filter_map(|one| one.asked);
        self.hearing.asked.into_iter().chain(interested).min()
    }

    /// The last day to hold it; none where nobody asked, or while the calendar ends before it.
    pub fn hearing_by(&self, calendar: &Calendar) -> Option<Date> {
        HELD_WITHIN.end(self.hearing_asked()?, calendar).ok()
    }

    /// Asked for, and its day not notified yet.
    pub fn awaits_hearing(&self) -> bool {
        let open = self.decided.is_none() && !self.is_closed();
        open && self.hearing_asked().is_some() && self.hearing.scheduled.is_none()
    }
}

fn no<T>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, help, because))
}

pub(crate) fn schedule(
    case: &Case,
    on: Date,
    time: &str,
    place: &str,
    chair: &PersonId,
    ctx: &Ctx,
) -> Result<Vec<Fact>, Refusal> {
    if case.accepted.is_none() || case.decided.is_some() {
        return no(&rules::ORDER, Help::Officer, "听证在受理之后、决定之前举行");
    }
    if place.trim().is_empty() {
        return no(&rules::SEVEN_DAYS_AHEAD, Help::Officer, "没有写明听证地点");
    }
    match Limit::workdays(7).end(ctx.today(), ctx.calendar) {
        Ok(earliest) if on < earliest => {
            return no(&rules::SEVEN_DAYS_AHEAD, Help::Officer, format!("最早可以定在{earliest}"));
        }
        Ok(_) | Err(_) => {}
    }
    let reviewed = case.verified.as_ref().is_some_and(|verified| verified.checkers.contains(chair));
    if reviewed || *chair == ctx.actor.person {
        return no(&rules::OTHER_CHAIR, Help::AgencyHead, format!("{chair} 参加了本件的审查"));
    }
    Ok(vec![Fact::HearingScheduled {
        on,
        time: time.to_owned(),
        place: place.to_owned(),
        chair: chair.clone(),
        in_time: case.hearing_by(ctx.calendar).map(|last| on <= last),
    }])
}
