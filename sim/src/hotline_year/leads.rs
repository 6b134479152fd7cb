//! 线索。 Sixty-odd a year: proposed by one of the hotline, released by another, received by the inspectors, and most of them
//! concluded in the year.

use crate::chance::Chance;
use crate::county::{BUREAU, manager};
use crate::year::{Plan, Tally};
use fadu_app::{App, Call, Problem};
use fadu_hotline::{Lead, LeadAct};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// Leads of a year, whatever its scale: a county has no more of them because more people call.
const LEADS: u64 = 65;
/// Days from the proposal to the receipt and to the end.
const RECEIVED: i64 = 1;
const CONCLUDED: i64 = 45;

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

fn releaser() -> Actor {
    actor("sim-hotline-deputy", Role::CatalogueManager, BUREAU)
}

fn receiver() -> Actor {
    actor("sim-inspector", Role::Inspector, "县纪委监委（模拟）")
}

/// How many were proposed on a day.
fn proposed(plan: Plan, day: Date) -> u64 {
    let mut chance = Chance::new(plan.seed ^ 0x1EAD, days_between(date(1970, 1, 1), day) as u64);
    u64::from(chance.below(365) < LEADS)
}

fn key(plan: Plan, day: Date, n: u64) -> String {
    format!("sim-lead-{}-{day}-{n}", plan.seed)
}

/// A day that is in the ledger already: only which leads it had.
pub(super) fn pass_day(app: &App, plan: Plan, day: Date, ids: &mut BTreeMap<Date, Vec<MatterId>>) {
    let all = (0..proposed(plan, day)).filter_map(|n| app.id_for(&manager(), &key(plan, day, n)).ok());
    ids.entry(day).or_default().extend(all);
    ids.remove(&offset(day, -CONCLUDED));
}

/// The leads of a day, in the evening.
pub(super) async fn day(
    app: &App,
    plan: Plan,
    day: Date,
    ids: &mut BTreeMap<Date, Vec<MatterId>>,
    tally: &mut Tally,
) -> Result<(), Problem> {
    for n in 0..proposed(plan, day) {
        let key = key(plan, day, n);
        let act = LeadAct::Propose {
            accused_units: vec![OrgId::new("模拟村民委员会")],
            accused_persons: vec![],
            release_by: releaser().person,
            to: receiver().org,
            receiver: receiver().person,
        };
        let words = format!(
            "模拟线索：第{}村（社区）的一笔补助没有发到户，请核查。",
            days_between(date(2020, 1, 1), day) % 60 + 1
        );
        let private = [("lead_text".to_owned(), words)].into();
        if let Some(id) = settle(app, &manager(), None, act, (private, Some(key)), tally).await? {
            settle(app, &releaser(), Some(id), LeadAct::Release, Default::default(), tally).await?;
            ids.entry(day).or_default().push(id);
        }
    }
    for id in ids.get(&offset(day, -RECEIVED)).cloned().unwrap_or_default() {
        let receipt = format!("模拟回执{}", &id.to_string()[..8]);
        settle(app, &receiver(), Some(id), LeadAct::Receive { receipt }, Default::default(), tally).await?;
    }
    for id in ids.remove(&offset(day, -CONCLUDED)).unwrap_or_default() {
        settle(app, &receiver(), Some(id), LeadAct::Conclude, Default::default(), tally).await?;
    }
    Ok(())
}

/// What the law refuses was done before a year broke off.
async fn settle(
    app: &App,
    who: &Actor,
    matter: Option<MatterId>,
    act: LeadAct,
    (private, key): (BTreeMap<String, String>, Option<String>),
    tally: &mut Tally,
) -> Result<Option<MatterId>, Problem> {
    match app.act::<Lead>(Call { actor: who, matter, act, private, key }).await {
        Ok(done) => {
            tally.acts += 1;
            tally.facts += done.facts.len() as u64;
            Ok(Some(done.matter))
        }
        Err(Problem::Refused(_)) => Ok(matter),
        Err(problem) => Err(problem),
    }
}
