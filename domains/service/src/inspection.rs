//! 检验、检测、检疫。 A permit that is granted by technical standards: two or more are assigned within five working days of
//! acceptance, and it is decided on what they found (行政许可法 55).

use crate::case::{Case, Fact};
use crate::rules;
use fadu_kernel::{Calendar, Clock, Ctx, Help, Limit, PersonId, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 自受理之日起五日内指派; days of these limits are working days (行政许可法 82).
pub(crate) const ASSIGN_WITHIN: Limit = Limit::workdays(5);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    pub assign_within: Clock,
    #[serde(default)]
    pub assigned: Option<Assigned>,
    /// On which day it was recorded that the days had passed with nobody assigned.
    #[serde(default)]
    pub passed: Option<Date>,
}

/// 指派的人员: the last who were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    pub on: Date,
    pub inspectors: Vec<PersonId>,
}

impl Inspection {
    /// 指派的最后一日
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        self.assign_within.due(calendar).fixed()
    }
}

impl Case {
    /// What is to be inspected and has nobody who would.
    pub fn unassigned(&self) -> Option<&Inspection> {
        let open = self.decided.is_none() && !self.is_closed();
        self.inspection
            .as_ref()
            .filter(|inspection| open && inspection.assigned.is_none())
    }

    /// The last day to assign, of which nobody has recorded that it passed.
    pub(crate) fn assignment_runs_to(&self, calendar: &Calendar) -> Option<Date> {
        self.unassigned()
            .filter(|inspection| inspection.passed.is_none())
            .and_then(|inspection| inspection.due(calendar))
    }
}

fn no<T>(help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(&rules::TWO_INSPECTORS, help, because))
}

/// 指派, or others in their place until it is decided.
pub(crate) fn assign(case: &Case, inspectors: &[PersonId], ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let Some(inspection) = case.inspection.as_ref().filter(|_| case.decided.is_none()) else {
        let because = "还没有受理，或者已经决定，或者本事项不是检验、检测、检疫后审定的许可";
        return Err(Refusal::new(&rules::ORDER, Help::Officer, because));
    };
    let named: BTreeSet<&str> = inspectors
        .iter()
        .map(|person| person.as_str().trim())
        .filter(|person| !person.is_empty())
        .collect();
    if named.len() < 2 {
        return no(Help::AgencyHead, format!("需要指派两名以上工作人员，现有{}名", named.len()));
    }
    if let Some(applicant) = case.applicant.as_ref().filter(|person| named.contains(person.as_str())) {
        let because = format!("{applicant} 是申请人");
        return Err(Refusal::new(&rules::OWN_CASE, Help::AgencyHead, because));
    }
    let due = inspection.due(ctx.calendar).filter(|_| inspection.assigned.is_none());
    Ok(vec![Fact::InspectorsAssigned {
        inspectors: named.into_iter().map(PersonId::new).collect(),
        in_time: due.map(|due| ctx.today() <= due),
    }])
}

/// Nobody was assigned in time: recorded once.
pub(crate) fn pass(case: &Case, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    match case.assignment_runs_to(ctx.calendar) {
        Some(due) if ctx.today() > due => Ok(vec![Fact::AssignmentPassed { due }]),
        Some(_) | None => no(Help::AgencyHead, "指派的期限还没有过，或者已经指派，或者已经记录过"),
    }
}

/// Refuses a decision that does not rest on what two of those assigned have found.
pub(crate) fn found_by_two(case: &Case) -> Result<(), Refusal> {
    let Some(inspection) = &case.inspection else { return Ok(()) };
    let Some(assigned) = &inspection.assigned else {
        return no(Help::AgencyHead, "还没有指派两名以上工作人员检验、检测、检疫");
    };
    let Some(verified) = &case.verified else {
        return no(Help::Officer, "指派的工作人员还没有检验、检测、检疫记录");
    };
    let by: BTreeSet<&PersonId> = verified
        .checkers
        .iter()
        .filter(|person| assigned.inspectors.contains(person))
        .collect();
    if by.len() < 2 {
        let because = format!("记录里指派的工作人员只有{}名，检验、检测、检疫须由两名以上作出", by.len());
        return no(Help::Officer, because);
    }
    Ok(())
}
