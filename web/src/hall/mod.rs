//! 大厅的页面。 Taking a number and waiting, the window at work, calls to the back office, the boards, the evaluation.

pub(crate) mod boards;
mod calls;
mod device;
mod evaluate;
mod kiosk;
mod lists;
mod public;
mod release;
mod samplings;
mod stuck;
mod window;

pub use release::{evaluation_release, month_before, month_named};

use crate::session::{Visit, random};
use crate::{Fail, Web};
use axum::Router;
use fadu_hall::{Hall, Roster, Ticket};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;

pub fn routes() -> Router<Web> {
    Router::new()
        .merge(public::routes())
        .merge(window::routes())
        .merge(calls::routes())
        .merge(boards::routes())
        .merge(evaluate::routes())
        .merge(stuck::routes())
        .merge(release::routes())
        .merge(kiosk::routes())
        .merge(samplings::routes())
        .merge(lists::routes())
}

/// The open hall of this number.
fn hall_of<'a>(
    visit: &Visit,
    catalogue: &'a fadu_app::catalogue::Snapshot,
    number: &str,
) -> Result<(&'a Hall, Option<&'a Roster>), Fail> {
    let hall = catalogue.one::<Hall>(Hall::id(number)).filter(|hall| hall.is_open());
    let hall = hall.ok_or_else(|| Fail::NotFound(visit.clone()))?;
    Ok((hall, catalogue.one::<Roster>(Roster::id(number))))
}

fn open_halls(catalogue: &fadu_app::catalogue::Snapshot) -> Vec<&Hall> {
    let mut halls: Vec<&Hall> = catalogue
        .all::<Hall>()
        .map(|(_, hall)| hall)
        .filter(|hall| hall.is_open())
        .collect();
    halls.sort_by(|a, b| (a.place, &a.number).cmp(&(b.place, &b.number)));
    halls
}

/// Whoever sends the form without an account: its own mark is the person.
fn sender(visit: &Visit, roles: &[Role], idem: &str) -> Actor {
    let anonymous = Actor {
        person: PersonId::new(&format!("form-{idem}")),
        role: Role::Citizen,
        org: OrgId::new("public"),
    };
    visit.actor().filter(|actor| roles.contains(&actor.role)).unwrap_or(anonymous)
}

fn new_idem() -> String {
    hex(&random::<12>())
}

/// Today's ticket from memory, any other from the store.
async fn ticket_of(visit: &Visit, id: MatterId) -> Result<Ticket, Fail> {
    let app = &visit.web.app;
    let here = app
        .hall_day(|day| day.ticket(id).filter(|ticket| ticket.issued.is_some()).cloned())
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "查看排队号", "/hall"))?;
    match here {
        Some(ticket) => Ok(ticket),
        None => visit.stored(id).await,
    }
}

fn minutes_zh(minutes: Option<u32>) -> String {
    match minutes {
        Some(0) => "马上".to_owned(),
        Some(minutes) => format!("约{minutes}分钟"),
        None => "暂时无法预计".to_owned(),
    }
}
