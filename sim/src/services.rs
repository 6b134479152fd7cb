//! 模拟的公共服务。 Two services of a county that does not exist, for what its other items leave out of a year: one is charged by the
//! list of fees, one is handled by a provincial platform. The platform does not exist either.

use crate::catalogue::list_fees;
use crate::reference::generated;
use crate::source::stream;
use async_trait::async_trait;
use fadu_app::now::{Now, moment};
use fadu_app::outside::{Dossier, System};
use fadu_app::{App, Problem};
use fadu_kernel::Basis;
use fadu_kernel::calendar::{days_between, offset};
use fadu_service::definition::Fee;
use fadu_service::outside::{Fault, State, Told};
use fadu_service::{Definition, Item, Listing};
use jiff::civil::{Date, date};
use std::sync::Arc;

/// The catalogue's theme of both; fewer ask for them than for anything else.
pub(crate) const THEME: &str = "模拟公共服务";
/// 查询复制费（模拟）
const FEE: &str = "MN-0002";
const PLATFORM: &str = "simulated-province";
/// Numbers behind those of the generated items.
const CHARGED: usize = 90_001;
const RELAYED: usize = 90_004;

/// Lists the fees and opens both services, at the first department that has an item open. What is open already stays.
pub async fn enter_services(app: &App) -> Result<(), Problem> {
    list_fees(app).await?;
    let catalogue = app.catalogue();
    let open = catalogue.all::<Item>().filter(|(_, item)| item.is_open());
    let Some(department) = open.map(|(_, item)| item.department.clone()).min() else { return Ok(()) };
    let mut charged = service(CHARGED, "模拟档案查询复制", &department);
    charged.1.fee = Fee {
        charged: true,
        basis: Some(Basis::article("优化营商环境条例", 25)),
        codes: vec![FEE.to_owned()],
    };
    let mut relayed = service(RELAYED, "模拟省级平台资格查询", &department);
    relayed.1.outside = PLATFORM.to_owned();
    for (listing, definition) in [charged, relayed] {
        if !catalogue.one::<Item>(listing.id()).is_some_and(Item::is_open) {
            app.play_publication(listing.id(), &listing, &definition).await?;
        }
    }
    Ok(())
}

fn service(n: usize, name: &str, department: &str) -> (Listing, Definition) {
    let (listing, mut definition) = generated(n, department);
    // Nothing spares its papers: only what the applicant writes is asked for.
    definition.materials.retain(|material| !material.shared);
    name.clone_into(&mut definition.name);
    definition.matches = vec![name.to_owned()];
    THEME.clone_into(&mut definition.theme);
    definition.online = true;
    definition.result.name = format!("{name}结果");
    definition.simulated.extend(["fee", "outside"].map(str::to_owned));
    (Listing { name: name.to_owned(), ..listing }, definition)
}

/// 省级平台（模拟）. Its number says since when it has a case, so that it remembers nothing: taken on the next day, done some
/// days later, now and then sent back.
struct Platform(Box<dyn Now>);

/// For a county that does not exist: the platform lives by the clock of the county that asks it.
pub fn connect_platform(app: &App, now: Box<dyn Now>) {
    app.outside.connect(Arc::new(Platform(now)));
}

/// From this day its numbers count.
const SINCE: Date = date(2020, 1, 1);

#[async_trait]
impl System for Platform {
    fn id(&self) -> &str {
        PLATFORM
    }

    async fn send(&self, dossier: &Dossier) -> Result<String, Fault> {
        let serial = stream(&dossier.number) % 1_000_000;
        Ok(format!("SIM-{}-{serial:06}", days_between(SINCE, dossier.accepted)))
    }

    async fn ask(&self, number: &str) -> Result<Told, Fault> {
        told(number, moment(self.0.ms()).today).ok_or(Fault::Wrong)
    }
}

fn told(number: &str, today: Date) -> Option<Told> {
    let accepted = offset(SINCE, number.split('-').nth(1)?.parse().ok()?);
    let drawn = stream(number);
    let takes = 3 + (drawn % 5) as i64;
    let end = if drawn.is_multiple_of(20) { State::Returned } else { State::Granted };
    let (state, on) = match days_between(accepted, today) {
        ..1 => (State::Received, accepted),
        since if since < takes => (State::InProgress, offset(accepted, 1)),
        _ => (end, offset(accepted, takes)),
    };
    Some(Told { state, on })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Day by day: each answer is of today or before, none goes back, and every case comes to an end.
    #[test]
    fn what_the_platform_tells_goes_forward_to_an_end() {
        let accepted = date(2025, 3, 3);
        for serial in 0..200 {
            let number = format!("SIM-{}-{serial:06}", days_between(SINCE, accepted));
            let answers: Vec<Told> =
                (0..10).map(|later| told(&number, offset(accepted, later)).unwrap()).collect();
            assert_eq!(answers[0], Told { state: State::Received, on: accepted });
            assert_eq!(answers[1].state, State::InProgress);
            assert!(answers[9].state.is_final(), "{number}");
            assert!(answers.is_sorted_by_key(|told| told.on), "{answers:?}");
            assert!((0..10).all(|later| answers[later as usize].on <= offset(accepted, later)));
        }
        assert_eq!(told("another", accepted), None);
    }

    #[test]
    fn both_services_are_public_ones_whose_names_say_that_they_are_simulated() {
        for n in [CHARGED, RELAYED] {
            let (listing, definition) = service(n, "模拟服务", "模拟部门");
            assert_eq!((listing.task_type, definition.task_type), (20, 20), "no power carries them");
            assert!(crate::stands_alone(&definition) && definition.matches == [listing.name]);
        }
    }
}
