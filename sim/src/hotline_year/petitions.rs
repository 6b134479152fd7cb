//! 信访事项。 What the hotline handed over goes on: the petition office forwards it, a unit takes it on, its head answers, and a
//! few who are not content ask for a review. What is due is read from the list of what is open and the seed.

use super::actor;
use crate::chance::Chance;
use crate::county::manager;
use crate::queue::perform;
use crate::source::stream;
use crate::year::{Plan, Tally};
use fadu_app::store::MatterRow;
use fadu_app::{App, Problem};
use fadu_hotline::petition::Act;
use fadu_hotline::{Desk, Petition};
use fadu_kernel::calendar::days_between;
use fadu_kernel::{Actor, Matter, OrgId, Role};
use jiff::civil::Date;

/// Open on one day: more than a county has.
const OPEN: u32 = 20_000;
/// 复查机关
const REVIEWER: &str = "县人民政府（模拟）";

/// One working day of the offices that have petitions.
pub(super) async fn day(
    app: &App,
    plan: Plan,
    desk: &Desk,
    day: Date,
    resumed: bool,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let units: Vec<&OrgId> = desk.units.keys().collect();
    let mut open = app.store.open_of_kind(app.region, Petition::KIND, OPEN).await?;
    open.sort_by(|a, b| a.number.cmp(&b.number));
    for row in open {
        if let Some((who, act)) = next(plan, &row, &units, day) {
            perform::<Petition>(app, &who, Some(row.id), act, None, resumed, tally).await?;
        }
    }
    Ok(())
}

/// What is done about one today, if anything: by days since it was registered.
fn next(plan: Plan, row: &MatterRow, units: &[&OrgId], day: Date) -> Option<(Actor, Act)> {
    let mut chance = Chance::new(plan.seed ^ 0xE717, stream(&row.number));
    // A few are late: beyond the fifteen days to forward it, the sixty to answer.
    let forwards = if chance.per_mille(40) { 17 } else { chance.between(1, 6) };
    // Longer after the step before than any rest of the calendar: a day that is walked through again brings no second step.
    let accepts = forwards + chance.between(9, 14);
    let answers = accepts + if chance.per_mille(50) { 64 } else { chance.between(15, 50) };
    let asks = chance.per_mille(100).then_some(answers + 9);
    let unit = units.get(chance.below(units.len() as u64) as usize)?;
    let opened: Date = row.opened_day.parse().ok()?;
    let since = u32::try_from(days_between(opened, day)).ok()?;
    let officer = || actor("sim-petition-officer", Role::Officer, &row.org);
    let head = || actor("sim-petition-head", Role::AgencyHead, &row.org);
    let reply = |what: &str| Act::Reply {
        document: format!("模信{what}〔{}〕{}号（模拟）", day.year(), row.number),
        delivered_on: day,
        text: "来信收悉，经核查答复如下（模拟）。".to_owned(),
        evidence: Vec::new(),
    };
    match row.status.as_str() {
        "registered" if since >= forwards => Some((officer(), Act::Forward { unit: (*unit).clone() })),
        "forwarded" if since >= accepts => Some((officer(), Act::Accept)),
        "handling" if since >= answers => Some((head(), reply("答"))),
        // Within the thirty days that the petitioner has, once: what the review says stays.
        "answered" if asks.is_some_and(|asks| (asks..asks + 10).contains(&since)) => {
            let reason = "对处理意见不服（模拟）".to_owned();
            Some((manager(), Act::AskReview { body: OrgId::new(REVIEWER), reason, posted_on: None }))
        }
        "review" if asks.is_some_and(|asks| since >= asks + 20) => Some((head(), reply("复"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::MatterId;
    use fadu_kernel::calendar::offset;
    use jiff::civil::date;

    /// Each is forwarded, taken on and answered; of some a review is asked, and answered by another body.
    #[test]
    fn a_petition_goes_its_way_to_an_answer() {
        let plan = Plan { year: 2025, seed: 7, scale_per_mille: 1000, done_until: None };
        let (unit, opened) = (OrgId::new("模拟部门"), date(2025, 1, 2));
        let mut n_reviews = 0;
        for n in 0..300 {
            let mut row = MatterRow {
                id: MatterId(n),
                kind: Petition::KIND.to_owned(),
                version: 1,
                number: format!("X{n:06}"),
                title: String::new(),
                status: "registered".to_owned(),
                org: "县信访局（模拟）".to_owned(),
                due: None,
                amber: None,
                closed: false,
                opened_day: opened.to_string(),
                state: String::new(),
                listed: String::new(),
            };
            let mut course = Vec::new();
            for later in 0..200 {
                let Some((who, act)) = next(plan, &row, &[&unit], offset(opened, later)) else { continue };
                assert!(who.role == Role::CatalogueManager || who.org.as_str() == row.org, "{act:?}");
                let (status, org) = match &act {
                    Act::Forward { unit } => ("forwarded", unit.as_str()),
                    Act::Accept => ("handling", unit.as_str()),
                    Act::AskReview { body, .. } => ("review", body.as_str()),
                    _ => ("answered", unit.as_str()),
                };
                course.push(Petition::act_name(&act));
                (row.status, row.org) = (status.to_owned(), org.to_owned());
            }
            assert_eq!(course[..3], ["Forward", "Accept", "Reply"], "{n}");
            assert!(course[3..].is_empty() || course[3..] == ["AskReview", "Reply"], "{course:?}");
            n_reviews += usize::from(course.len() == 5);
        }
        assert!((10..60).contains(&n_reviews), "{n_reviews}");
    }
}
