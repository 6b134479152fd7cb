//! 模拟的一年。 The same seed lives the same year, wherever it was interrupted, and nothing unlawful is in it.

use fadu_app::App;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_service::Definition;
use fadu_sim::{Plan, REGION, Tally, enter_catalogue, enter_hall, enter_powers, generated, run_year};
use fadu_store::{Sqlite, Store};
use jiff::civil::{Date, date};
use std::path::Path;
use std::sync::Arc;

const PLAN: Plan = Plan { year: 2025, seed: 7, scale_per_mille: 20, done_until: None };

async fn open(path: &Path) -> (Arc<App>, Movable) {
    let clock = Movable::default();
    clock.set(start_of(date(2025, 1, 1)));
    let store: Arc<dyn Store> = Sqlite::open(path).unwrap();
    let app = App::open(REGION, store, Keys::new([4; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    enter_catalogue(&app, &generated(&definitions), &definitions).await.unwrap();
    enter_powers(&app, "http://localhost").await.unwrap();
    enter_hall(&app, &[]).await.unwrap();
    (app, clock)
}

/// Everything but the salts, which are drawn fresh.
async fn course(app: &App) -> Vec<(String, String, String)> {
    let mut course = Vec::new();
    loop {
        let page = app.store.entries(REGION, course.len() as i64, 1000).await.unwrap();
        if page.is_empty() {
            course.sort();
            return course;
        }
        course.extend(page.into_iter().map(|entry| (entry.matter.to_string(), entry.fact, entry.day)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_lawful_and_goes_on_where_it_was_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    let broken = folder.path().join("broken.db");
    let (app, clock) = open(&whole).await;
    let mut copy_in_june = |day: Date, _: &Tally| {
        if day == date(2025, 6, 30) {
            for end in ["", "-wal"] {
                std::fs::copy(format!("{}{end}", whole.display()), format!("{}{end}", broken.display()))
                    .unwrap();
            }
        }
    };
    let tally = run_year(&app, &clock, PLAN, &mut copy_in_june).await.unwrap();
    assert_eq!(tally.refused.values().sum::<u64>(), 0, "{:?}", tally.refused);
    assert!(tally.cases > 80 && tally.acts > tally.cases * 4, "{tally:?}");
    let facts = course(&app).await;
    let count = |name: &str| facts.iter().filter(|(_, fact, _)| fact == name).count();
    assert!(count("Issued") > 20 && count("Issued") == count("Finished"), "{} numbers", count("Issued"));
    assert!(count("Evaluated") > 0 && count("Evaluated") < 60, "{} evaluations", count("Evaluated"));
    assert!(app.verify_ledger(None).await.unwrap().is_ok());

    // The last days before the crash are walked through again: what is there is not done twice.
    let (again, clock) = open(&broken).await;
    let plan = Plan { done_until: Some(date(2025, 6, 29)), ..PLAN };
    run_year(&again, &clock, plan, &mut |_, _| {}).await.unwrap();
    assert_eq!(course(&again).await, course(&app).await);
    assert!(again.verify_ledger(None).await.unwrap().is_ok());
}
