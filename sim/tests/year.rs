//! 模拟的一年。 The same seed lives the same year, wherever it was interrupted, and nothing unlawful is in it; what a county
//! meets in a year is.

use fadu_app::App;
use fadu_app::now::{Movable, clock_text, start_of};
use fadu_app::private::Keys;
use fadu_service::Definition;
use fadu_sim::{
    Plan, REGION, Tally, enter_catalogue, enter_hall, enter_powers, enter_services, generated, run_year,
};
use fadu_store::{EntryRow, Sqlite, Store};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const PLAN: Plan = Plan { year: 2025, seed: 7, scale_per_mille: 20, done_until: None };

async fn open(path: &Path) -> (Arc<App>, Movable) {
    county(path, false).await
}

/// With the two services that charge a fee and hand over, or without.
async fn county(path: &Path, services: bool) -> (Arc<App>, Movable) {
    let clock = Movable::default();
    clock.set(start_of(date(2025, 1, 1)));
    let store: Arc<dyn Store> = Sqlite::open(path).unwrap();
    let app = App::open(REGION, store, Keys::new([4; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    enter_catalogue(&app, &generated(&definitions), &definitions).await.unwrap();
    if services {
        enter_services(&app).await.unwrap();
    }
    enter_powers(&app, "http://localhost").await.unwrap();
    enter_hall(&app, &[]).await.unwrap();
    (app, clock)
}

async fn entries(app: &App) -> Vec<EntryRow> {
    let mut all = Vec::new();
    loop {
        let page = app.store.entries(REGION, all.len() as i64, 1000).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Everything but the salts, which are drawn fresh.
async fn course(app: &App) -> Vec<(String, String, String)> {
    let entries = entries(app).await.into_iter();
    let mut course: Vec<_> = entries.map(|entry| (entry.matter.to_string(), entry.fact, entry.day)).collect();
    course.sort();
    course
}

/// The store as a crash at the end of June would leave it.
fn copy_in_june(whole: &Path, broken: &Path) -> impl FnMut(Date, &Tally) {
    move |day: Date, _: &Tally| {
        if day == date(2025, 6, 30) {
            for end in ["", "-wal"] {
                std::fs::copy(format!("{}{end}", whole.display()), format!("{}{end}", broken.display()))
                    .unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_lawful_and_goes_on_where_it_was_broken_off() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    let broken = folder.path().join("broken.db");
    let (app, clock) = open(&whole).await;
    let tally = run_year(&app, &clock, PLAN, &mut copy_in_june(&whole, &broken)).await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_charged_posted_and_handed_over_goes_on_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, broken) = (folder.path().join("whole.db"), folder.path().join("broken.db"));
    let plan = Plan { scale_per_mille: 100, ..PLAN };
    let (app, clock) = county(&whole, true).await;
    let tally = run_year(&app, &clock, plan, &mut copy_in_june(&whole, &broken)).await.unwrap();
    assert_eq!(tally.refused.values().sum::<u64>(), 0, "{:?}", tally.refused);
    let facts = course(&app).await;
    for name in ["FeeCharged", "FeePaid", "Consigned", "ParcelNoted", "SentOutside", "OutsideTold"] {
        assert!(facts.iter().any(|(_, fact, _)| fact == name), "no {name} in the year");
    }

    let (again, clock) = county(&broken, true).await;
    let plan = Plan { done_until: Some(date(2025, 6, 29)), ..plan };
    run_year(&again, &clock, plan, &mut |_, _| {}).await.unwrap();
    assert_eq!(course(&again).await, facts);
}

/// What is asked of a year that others are tried on: that every road is walked, and not all at one pace.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_holds_what_a_county_meets_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let (app, clock) = open(&folder.path().join("fadu.db")).await;
    let plan = Plan { seed: 8, scale_per_mille: 100, ..PLAN };
    let tally = run_year(&app, &clock, plan, &mut |_, _| {}).await.unwrap();
    assert_eq!(tally.refused.values().sum::<u64>(), 0, "{:?}", tally.refused);

    let (mut months, mut hours) = ([0_u64; 13], BTreeMap::<u8, u64>::new());
    let mut met = BTreeMap::<&str, u64>::new();
    let mut meets = |what| *met.entry(what).or_default() += 1;
    let calendar = app.calendar();
    for entry in entries(&app).await.iter().filter(|entry| entry.kind == "case") {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
        let fact = &body["data"][entry.fact.as_str()];
        match entry.fact.as_str() {
            "Received" => {
                let day: Date = entry.day.parse().unwrap();
                assert!(calendar.is_working(day).unwrap(), "nobody comes on {day}");
                months[day.month() as usize] += 1;
                *hours.entry(clock_text(entry.ms)[11..13].parse().unwrap()).or_default() += 1;
            }
            "NoticeGiven" => meets("notice"),
            "Stopped" => meets("lawful stop"),
            "Resumed" => meets("end of a stop"),
            "Declined" => meets("not accepted"),
            "Withdrawn" => meets("withdrawal"),
            "Consigned" => meets("parcel"),
            "ParcelNoted" if fact["kind"] == "signed" => meets("parcel signed for"),
            "Delivered" if fact["way"] == "邮寄" => meets("delivery by post"),
            "TurnedOverdue" => meets("overdue"),
            "Decided" => {
                meets("decision");
                if fact["granted"] == false {
                    meets("refusal");
                }
                if fact["in_law"] == false || fact["in_promise"] == false {
                    meets("late decision");
                }
            }
            _ => {}
        }
    }
    let met = |what: &str| met.get(what).copied().unwrap_or_default();
    for what in ["notice", "lawful stop", "end of a stop", "not accepted", "withdrawal", "overdue"] {
        assert!(met(what) > 0, "no {what} in the year");
    }
    for what in ["refusal", "late decision"] {
        assert!(met(what) > 0 && met(what) * 10 < met("decision"), "{} of a {what}", met(what));
    }
    assert!(met("end of a stop") <= met("lawful stop"));
    assert!(met("parcel") > 0 && met("parcel signed for") > 0);
    assert_eq!(met("parcel signed for"), met("delivery by post"), "the receipt is the delivery");

    // 大厅: every way to take a number, each for an item; what a window asks is answered while its visitor stands there.
    let (mut ways, mut zones, mut steps) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::<String, u64>::new());
    for entry in entries(&app).await {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
        let fact = &body["data"][entry.fact.as_str()];
        match (entry.kind.as_str(), entry.fact.as_str()) {
            ("ticket", "Issued") => {
                assert!(fact["item"].is_string(), "{fact}");
                ways.insert(fact["channel"].to_string());
                zones.insert(fact["zone"].to_string());
            }
            ("call" | "stuck", name) => *steps.entry(format!("{} {name}", entry.kind)).or_default() += 1,
            _ => {}
        }
    }
    assert_eq!((ways.len(), zones.len()), (4, 2), "{ways:?} {zones:?}");
    let step = |name: &str| steps.get(name).copied().unwrap_or_default();
    assert!(step("call Raised") > 0, "{steps:?}");
    for name in ["call Answered", "call OpinionGiven", "call Closed"] {
        assert_eq!(step(name), step("call Raised"), "{name}");
    }
    assert_eq!((step("stuck Reported"), step("stuck Assigned")), (12, 12));
    assert!(step("stuck Answered") >= 10 && step("stuck Closed") >= 9, "{steps:?}");

    assert_eq!(months.iter().sum::<u64>(), tally.cases);
    // Spring Festival is the quietest month; spring and autumn are busy.
    assert!((1..=12).all(|month| month == 2 || months[2] < months[month]), "{months:?}");
    assert!(months[1] + months[2] < months[3] + months[4] && months[2] * 3 < months[9] * 2, "{months:?}");
    // Office hours, a peak at ten, a pause at noon.
    let hour = |hour: u8| hours.get(&hour).copied().unwrap_or_default();
    assert!(hours.keys().all(|hour| (9..=17).contains(hour)), "{hours:?}");
    assert!((9..=17).all(|other| other == 10 || hour(other) < hour(10)), "{hours:?}");
    assert!(hour(12) + hour(13) < hour(14) && hour(12) + hour(13) < hour(11), "{hours:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_is_the_same_year_and_another_seed_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let lived = async |name: &str, seed| {
        let (app, clock) = open(&folder.path().join(name)).await;
        let plan = Plan { seed, scale_per_mille: 5, ..PLAN };
        run_year(&app, &clock, plan, &mut |_, _| {}).await.unwrap();
        let entries = entries(&app).await.into_iter();
        let mut told: Vec<_> = entries.map(|entry| (entry.kind, entry.fact, entry.day)).collect();
        told.sort();
        told
    };
    let (one, same, other) = tokio::join!(lived("one.db", 7), lived("same.db", 7), lived("other.db", 8));
    assert!(one.len() > 500, "{} entries", one.len());
    assert_eq!(one, same);
    assert_ne!(one, other);
}
