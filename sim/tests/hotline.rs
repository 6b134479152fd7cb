//! 模拟的一年里的热线。 A year of requests goes through the door: what the law refuses is counted, and a year that broke off
//! goes on where it stopped.

use fadu_app::App;
use fadu_app::now::Movable;
use fadu_app::private::Keys;
use fadu_hotline::{Calls, Lead, Order};
use fadu_kernel::Matter;
use fadu_service::Definition;
use fadu_sim::{Plan, REGION, enter_catalogue, enter_hotline, generated, run_year};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

const PLAN: Plan = Plan { year: 2025, seed: 7, scale_per_mille: 40, done_until: None };

async fn county(path: &std::path::Path, clock: &Movable) -> Arc<App> {
    let store: Arc<dyn Store> = Sqlite::open(path).unwrap();
    App::open(REGION, store, Keys::new([2; 32]), Box::new(clock.clone()))
        .await
        .unwrap()
}

/// How many facts of each name orders and call days have.
async fn facts(app: &App) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    let mut see = |entry: fadu_app::store::EntryRef<'_>| {
        if [Order::KIND, Calls::KIND, Lead::KIND].contains(&entry.kind) {
            *all.entry(entry.fact.to_owned()).or_default() += 1;
        }
    };
    app.store.scan(REGION, 0, u32::MAX, &mut see).await.unwrap();
    all
}

#[tokio::test]
async fn a_year_of_requests() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(fadu_app::now::start_of(date(2025, 1, 1)));
    let app = county(&folder.path().join("fadu.db"), &clock).await;
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    assert!(!enter_hotline(&app, 2025).await.unwrap(), "nobody to dispatch to");
    enter_catalogue(&app, &generated(&definitions), &definitions).await.unwrap();
    assert!(enter_hotline(&app, 2025).await.unwrap());
    let epoch = app.catalogue().epoch;
    assert!(enter_hotline(&app, 2025).await.unwrap());
    assert_eq!(app.catalogue().epoch, epoch, "set up once");

    let tally = run_year(&app, &clock, PLAN, &mut |_, _| {}).await.unwrap();
    assert!(tally.orders > 80, "{tally:?}");
    let copy = folder.path().join("copy.db");
    app.store.backup(&copy).await.unwrap();
    let all = facts(&app).await;
    for fact in [
        "Taken",
        "Answered",
        "Dispatched",
        "Signed",
        "Returned",
        "Replied",
        "CalledBack",
        "Closed",
        "PassedDue",
        "Evaluated",
        "Published",
        "HourRecorded",
        "DayClosed",
        "Proposed",
        "Received",
        "Concluded",
        "Extended",
    ] {
        assert!(all.get(fact).is_some_and(|n| *n > 0), "{fact}: {all:?}");
    }
    // At this scale the exchange tells of one day in several; the others count as well, every hour missed.
    assert_eq!(all["HourRecorded"] + all["HourMissed"], all["DayClosed"] * 24, "{all:?}");
    assert!(all["DayClosed"] > 360, "{all:?}");
    // The stories are lawful but where two of them meet what only the law knows.
    let refused: u64 = tally.refused.values().sum();
    assert!(refused * 20 < tally.acts, "{:?}", tally.refused);
    app.verify_ledger(None).await.unwrap().unwrap();

    // Broken off on its last day, and gone on with: what is there is not done twice.
    let again = county(&copy, &clock).await;
    let plan = Plan { done_until: Some(date(2025, 12, 30)), ..PLAN };
    run_year(&again, &clock, plan, &mut |_, _| {}).await.unwrap();
    assert_eq!(facts(&again).await, all);
}
