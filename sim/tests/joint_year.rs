//! 模拟的一年里的一件事。 Whole joint cases go through the door: none is refused, all children are told of, and the parents count
//! once.

use fadu_app::App;
use fadu_app::now::Movable;
use fadu_app::private::Keys;
use fadu_kernel::Matter;
use fadu_onething::Joint;
use fadu_service::Definition;
use fadu_sim::{
    Plan, REGION, enter_catalogue, enter_members, enter_themes, generated, run_year, shipped_themes,
};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::Arc;

const PLAN: Plan = Plan { year: 2025, seed: 5, scale_per_mille: 40, done_until: None };

#[tokio::test]
async fn a_year_of_joint_cases() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(fadu_app::now::start_of(date(2025, 1, 1)));
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(REGION, store, Keys::new([2; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    enter_catalogue(&app, &generated(&definitions), &definitions).await.unwrap();
    enter_members(&app, &shipped_themes()).await.unwrap();
    enter_themes(&app, shipped_themes(), "http://localhost").await.unwrap();

    let tally = run_year(&app, &clock, PLAN, &mut |_, _| {}).await.unwrap();
    assert_eq!(tally.joints, 32, "a twenty-fifth of 801");
    assert!(tally.refused.is_empty(), "{:?}", tally.refused);
    let mut facts: BTreeMap<String, u64> = BTreeMap::new();
    let mut see = |entry: fadu_app::store::EntryRef<'_>| {
        if entry.kind == Joint::KIND {
            *facts.entry(entry.fact.to_owned()).or_default() += 1;
        }
    };
    app.store.scan(REGION, 0, u32::MAX, &mut see).await.unwrap();
    let n = |fact: &str| facts.get(fact).copied().unwrap_or_default();
    assert_eq!(n("Received"), tally.joints);
    assert!(n("NoticeGiven") > 0 && n("NoticeGiven") >= n("Supplemented"), "{facts:?}");
    assert!(n("ChildOpened") > n("Received"), "several items each: {facts:?}");
    assert!(n("Delivered") > n("Received") / 2 && n("Closed") <= n("Delivered"), "{facts:?}");
    assert!(app.store.outbox(REGION, 10).await.unwrap().is_empty(), "nothing asked for is left undone");
    assert!(app.verify_ledger(None).await.unwrap().is_ok());
}
