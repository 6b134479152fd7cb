//! 利害关系人。 Who has a major interest in a case beside its applicant: told by name of the right to a hearing, and from
//! that day on free to ask for one for five working days (行政许可法 36, 47).

use crate::case::{Case, Fact};
use crate::hearing::ASKED_WITHIN;
use crate::rules;
use fadu_kernel::{Calendar, Clock, Ctx, Due, Help, PersonId, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 一名利害关系人。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interested {
    /// The five working days run from this day; where the calendar ends before they do, they run on.
    pub told: Date,
    /// 告知的方式
    pub how: String,
    #[serde(default)]
    pub asked: Option<Date>,
    #[serde(default)]
    pub waived: Option<Date>,
}

impl Interested {
    pub fn due(&self, calendar: &Calendar) -> Due {
        Clock::start(self.told, ASKED_WITHIN).due(calendar)
    }

    /// Neither asked nor waived, and the days have not run out.
    pub fn may_ask(&self, today: Date, calendar: &Calendar) -> bool {
        let open = self.asked.is_none() && self.waived.is_none();
        open && self.due(calendar).fixed().is_none_or(|last| today <= last)
    }
}

fn no<T>(because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(&rules::RIGHT_TO_HEARING, Help::Officer, because))
}

pub(crate) fn tell(case: &Case, person: &PersonId, how: &str) -> Result<Vec<Fact>, Refusal> {
    let because = if case.applicant.as_ref() == Some(person) {
        "这是申请人本人，听证权利另行告知".to_owned()
    } else if let Some(told) = case.hearing.interested.get(person) {
        format!("{}已经告知过这名利害关系人", told.told)
    } else if how.trim().is_empty() {
        return no("没有写明以什么方式告知");
    } else {
        return Ok(vec![Fact::InterestedTold { person: person.clone(), how: how.to_owned() }]);
    };
    Err(Refusal::new(&rules::ORDER, Help::Officer, because))
}

/// For whoever acts: told, within the days, and not answered yet.
pub(crate) fn answer(case: &Case, fact: Fact, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let Some(told) = case.hearing.interested.get(&ctx.actor.person) else {
        return no("没有向您告知过本件的听证权利；认为与您有重大利益关系的，请向承办机关陈述");
    };
    if case.decided.is_some() || told.asked.is_some() || told.waived.is_some() {
        return Err(Refusal::new(&rules::ORDER, Help::Officer, "本件已经作出决定，或者您已经答复过"));
    }
    match told.due(ctx.calendar).fixed() {
        Some(last) if ctx.today() > last => no(format!("申请听证的最后一日是{last}")),
        Some(_) | None => Ok(vec![fact]),
    }
}

/// Refuses a decision while somebody told may still ask, or has asked and was not heard.
pub(crate) fn heard(case: &Case, ctx: &Ctx) -> Result<(), Refusal> {
    let told = || case.hearing.interested.values();
    if told().any(|one| one.asked.is_some()) {
        return no("利害关系人申请了听证，还没有听证笔录");
    }
    match told().find(|one| one.may_ask(ctx.today(), ctx.calendar)) {
        Some(one) => {
            let until = one.due(ctx.calendar).fixed();
            let until = until.map_or_else(|| "（日历未载）".to_owned(), |last| last.to_string());
            no(format!("利害关系人申请听证的期限到{until}为止"))
        }
        None => Ok(()),
    }
}
