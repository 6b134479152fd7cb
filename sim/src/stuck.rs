//! 模拟县的“办不成事”窗口。 What could not be got done, through the year: reported, given to a department, answered by it or,
//! when it is late, by its head, and closed with the word of whoever reported it.

use crate::chance::Chance;
use crate::hall::{HALL, citizen, is_there};
use crate::queue::perform;
use crate::source::stream;
use crate::year::{Plan, Tally, part_of_day, place_in_year};
use fadu_app::{App, Call, Problem};
use fadu_hall::Stuck;
use fadu_hall::call::Level;
use fadu_hall::stuck::{Act, Why};
use fadu_kernel::{Actor, Matter, OrgId, PersonId, Role};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Reports of a year at scale 1, and of the smallest year.
const REPORTS: u64 = 20;
const AT_LEAST: u64 = 12;
/// Open on one day: more than a county has.
const OPEN: u32 = 5000;

/// What a working day brings, before the windows open: new reports, and the next step of those that are open.
pub(crate) async fn day(
    app: &App,
    plan: Plan,
    day: Date,
    resumed: bool,
    tally: &mut Tally,
) -> Result<(), Problem> {
    if !is_there(app) {
        return Ok(());
    }
    let reports = (REPORTS * u64::from(plan.scale_per_mille) / 1000).max(AT_LEAST);
    for n in part_of_day(reports, place_in_year(&app.calendar(), day)) {
        report(app, plan, n, resumed, tally).await?;
    }
    let mut open = app.store.open_of_kind(app.region, Stuck::KIND, OPEN).await?;
    open.sort_by(|a, b| a.number.cmp(&b.number));
    for row in open {
        let Some(stuck) = app.state_of::<Stuck>(row.id).await? else { continue };
        let Some((who, act)) = next(app, plan, &stuck, day) else { continue };
        perform::<Stuck>(app, &who, Some(row.id), act, None, resumed, tally).await?;
    }
    Ok(())
}

/// By the citizen on the web, or by the clerk of the window for whoever came; given to a department at once.
async fn report(app: &App, plan: Plan, n: u64, resumed: bool, tally: &mut Tally) -> Result<(), Problem> {
    let mut chance = Chance::new(plan.seed ^ 0x57AC, n);
    let departments = crate::hotline::departments(app);
    if departments.is_empty() {
        return Ok(());
    }
    let department = OrgId::new(&departments[chance.below(departments.len() as u64) as usize]);
    let why = Why::ALL[chance.below(Why::ALL.len() as u64) as usize];
    let who = if chance.per_mille(400) { citizen(&format!("sim-stuck-{n}")) } else { clerk() };
    let private = [
        ("applicant_name".to_owned(), format!("模拟反映人{n:06}")),
        ("applicant_phone".to_owned(), format!("199{n:08}")),
    ];
    let subject = format!("{}（模拟）", why.zh());
    let act = Act::Report { hall: HALL.to_owned(), subject, why, about: String::new() };
    let key = |step: &str| Some(format!("sim-stuck-{}-{}-{n}-{step}", plan.year, plan.seed));
    let call = Call { actor: &who, matter: None, act, private: BTreeMap::from(private), key: key("report") };
    let reported = app.act::<Stuck>(call).await?;
    tally.acts += 1;
    tally.facts += reported.facts.len() as u64;
    let assign = Act::Assign { department };
    perform::<Stuck>(app, &clerk(), Some(reported.matter), assign, key("assign"), resumed, tally)
        .await
        .map(drop)
}

fn clerk() -> Actor {
    Actor {
        person: PersonId::new("sim-clerk-0"), role: Role::WindowClerk, org: OrgId::new("政务服务大厅")
    }
}

/// What is done about it today, if anything. A department in ten lets the limit pass: then its head answers.
fn next(app: &App, plan: Plan, stuck: &Stuck, day: Date) -> Option<(Actor, Act)> {
    let mut chance = Chance::new(plan.seed ^ 0x57AD, stream(&stuck.number));
    let waits = if chance.per_mille(100) { 7 } else { chance.between(1, 4) };
    let (done, calls_after) = (chance.per_mille(850), chance.between(1, 3));
    let since = |then: Date| app.calendar().between(then, day).unwrap_or(0);
    let (reported, department) = (stuck.reported.as_ref()?, stuck.department.clone()?);
    match &stuck.answered {
        None if since(reported.on) >= waits => {
            let role = if stuck.level == Level::BackOffice { Role::Officer } else { Role::AgencyHead };
            let person = PersonId::new(&format!("sim-{}-{department}", role.name()));
            let (reason, way) = match done {
                true => ("", ""),
                false => ("不符合法定条件（模拟）", "可以依法申请复议或者诉讼（模拟）"),
            };
            let answer = Act::Answer { done, reason: reason.to_owned(), way: way.to_owned() };
            Some((Actor { person, role, org: department }, answer))
        }
        Some(answered) if since(answered.by.on) >= calls_after => {
            let note = if answered.done {
                "已经办成（模拟）"
            } else {
                "已经说明原因和去处（模拟）"
            };
            let reporter_word = format!("{day}电话回访，反映人没有别的意见（模拟）");
            Some((clerk(), Act::Close { solved: answered.done, note: note.to_owned(), reporter_word }))
        }
        _ => None,
    }
}
