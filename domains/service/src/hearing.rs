//! 听证。 By when it is held after somebody asked, what its notice says, and that the decision rests on its record. It costs
//! neither applicant nor interested party anything (行政许可法 47, 48).

use crate::case::{Case, Fact, Paper};
use crate::rules;
use fadu_kernel::calendar::days_between;
use fadu_kernel::{Calendar, Ctx, Help, Limit, PersonId, Refusal, Rule};
use jiff::civil::Date;

/// 被告知听证权利之日起五日内提出; days of these limits are working days (行政许可法 82).
pub(crate) const ASKED_WITHIN: Limit = Limit::workdays(5);
/// 二十日内组织听证; days of these limits are working days (行政许可法 82).
const HELD_WITHIN: Limit = Limit::workdays(20);
/// 举行听证的七日前通知.
const NOTIFIED_AHEAD: Limit = Limit::workdays(7);

impl Case {
    /// The last day on which the applicant who was told may ask; none while the calendar ends before it.
    pub fn ask_hearing_by(&self, calendar: &Calendar) -> Option<Date> {
        let (told, _) = self.hearing.told?;
        ASKED_WITHIN.end(told, calendar).ok()
    }

    /// The applicant was told, neither asked nor waived, and the days have not run out.
    pub fn may_ask_hearing(&self, today: Date, calendar: &Calendar) -> bool {
        let hearing = &self.hearing;
        let open = hearing.told.is_some() && hearing.asked.is_none() && hearing.waived.is_none();
        open && self.ask_hearing_by(calendar).is_none_or(|last| today <= last)
    }

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

/// 申请或者放弃听证, by the applicant: told, within the days, and not answered yet.
pub(crate) fn answer(case: &Case, fact: Fact, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let hearing = &case.hearing;
    if hearing.told.is_none() {
        return no(&rules::ORDER, Help::Officer, "还没有告知听证权利");
    }
    if case.decided.is_some() || hearing.asked.is_some() || hearing.waived.is_some() {
        return no(&rules::ORDER, Help::Officer, "本件已经作出决定，或者申请人已经答复过");
    }
    match case.ask_hearing_by(ctx.calendar) {
        Some(last) if ctx.today() > last => {
            no(&rules::RIGHT_TO_HEARING, Help::Officer, format!("申请听证的最后一日是{last}"))
        }
        Some(_) | None => Ok(vec![fact]),
    }
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
    if !may_be_ahead(on, ctx) {
        let earliest = NOTIFIED_AHEAD.end(ctx.today(), ctx.calendar);
        let because = earliest.map_or_else(
            |_| format!("要在七个工作日以前通知，定在{on}太早"),
            |earliest| format!("最早可以定在{earliest}"),
        );
        return no(&rules::SEVEN_DAYS_AHEAD, Help::Officer, because);
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

/// Whether seven working days may lie between today and the hearing. Beyond the calendar every day may be one; what even so
/// is too few is too few whatever the next notice says.
fn may_be_ahead(on: Date, ctx: &Ctx) -> bool {
    let (today, last) = (ctx.today(), ctx.calendar.last());
    let known = ctx.calendar.between(today, on.min(last)).unwrap_or(0);
    let beyond = days_between(today.max(last), on).max(0);
    i64::from(known) + beyond >= i64::from(NOTIFIED_AHEAD.n)
}

/// 听证笔录, and what evidence it names.
pub(crate) fn record(
    case: &Case,
    transcript: &Paper,
    evidence: &[String],
    ctx: &Ctx,
) -> Result<Vec<Fact>, Refusal> {
    match &case.hearing.scheduled {
        Some((on, _)) if *on <= ctx.today() && !transcript.digest.is_empty() => {
            Ok(vec![Fact::HearingRecorded {
                transcript: String::new(),
                record: Some(transcript.clone()),
                evidence: named(evidence),
            }])
        }
        Some((on, _)) => {
            let because = format!("听证定于{on}，笔录在听证之后形成，参加人签字的笔录要附上");
            no(&rules::ORDER, Help::Officer, because)
        }
        None => no(&rules::ORDER, Help::Officer, "还没有通知听证时间"),
    }
}

/// One piece of evidence a line; blank lines are none.
pub(crate) fn named(evidence: &[String]) -> Vec<String> {
    let lines = evidence.iter().map(|one| one.trim()).filter(|one| !one.is_empty());
    lines.map(str::to_owned).collect()
}

/// Refuses a decision on evidence that nobody could answer at the hearing: what the record is said to name. Of one that
/// was kept in words these name it too.
pub(crate) fn rests_on_its_record(case: &Case, evidence: &[String]) -> Result<(), Refusal> {
    let hearing = &case.hearing;
    if !hearing.is_recorded() {
        return Ok(());
    }
    let in_words = |cited: &String| hearing.transcript.as_ref().is_some_and(|words| words.contains(cited));
    let cited = named(evidence);
    match cited.iter().find(|cited| !hearing.evidence.contains(cited) && !in_words(cited)) {
        Some(cited) => {
            let because = format!("听证笔录里没有“{cited}”；没有在听证中出示的证据，不能作为决定的依据");
            no(&rules::RESTS_ON_THE_RECORD, Help::AgencyHead, because)
        }
        None => Ok(()),
    }
}
