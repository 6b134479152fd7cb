//! 事项目录。 The catalogue beside the power list and beside what is sent down; versions that begin by themselves; rates that
//! follow what is in use.

use fadu_app::items::{Drift, compared, exported, findings};
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem, registry};
use fadu_figures::Figures;
use fadu_kernel::{Actor, Basis, Matter, MatterId, OrgId, PersonId, Region, Role};
use fadu_law::power::{Ending, Entry};
use fadu_law::{Power, PowerAct};
use fadu_service::exchange::Package;
use fadu_service::item::{Baseline, Claim, Standing};
use fadu_service::quality::Flaw;
use fadu_service::{Comparison, ComparisonAct, Definition, Item, ItemAct, Listing};
use fadu_store::Sqlite;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_995);

struct County {
    _folder: tempfile::TempDir,
    app: Arc<App>,
    clock: Movable,
}

async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(R, store, Keys::new([3; 32]), Box::new(clock.clone())).await.unwrap();
    County { _folder: folder, app, clock }
}

fn who(role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) }
}

fn keeper() -> Actor {
    who(Role::CatalogueManager, "局")
}

async fn act<M: Matter>(app: &App, actor: &Actor, id: MatterId, act: M::Act) -> Result<(), Problem> {
    let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
    app.act::<M>(call).await.map(drop)
}

fn shipped(id: &str) -> Definition {
    let mut items = Definition::read_all(fadu_service::ITEMS).unwrap();
    items.retain(|item| item.id == id);
    items.remove(0)
}

async fn open(app: &App, code: &str, definition: &Definition) -> MatterId {
    let listing = Listing {
        department: definition.department.clone(),
        name: definition.name.clone(),
        code: code.to_owned(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(listing.id(), &listing, definition).await.unwrap();
    listing.id()
}

async fn power(app: &App, code: &str, items: &[&str]) -> MatterId {
    let entry = Entry {
        code: code.to_owned(),
        name: "模拟许可".to_owned(),
        department: "甲局".to_owned(),
        bases: vec![Basis::article("行政许可法", 12)],
        responsibilities: vec!["公示".to_owned()],
        phone: "12345".to_owned(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        ..Entry::default()
    };
    let id = entry.id();
    let review = PowerAct::Review { passed: true, note: "合法".to_owned() };
    let draft = PowerAct::Draft { entry: Box::new(entry) };
    act::<Power>(app, &who(Role::Officer, "甲局"), id, draft).await.unwrap();
    act::<Power>(app, &keeper(), id, review).await.unwrap();
    act::<Power>(app, &who(Role::Government, "府"), id, PowerAct::Approve)
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn items_and_powers_are_held_against_each_other() {
    let County { app, .. } = &county().await;
    open(app, "000115001000", &shipped("temporary-land-use")).await;
    open(app, "002015001001", &shipped("bid-bond-refund")).await;
    power(app, "4299950010100100", &["000999999999"]).await;
    let flaws = || -> Vec<(Flaw, String)> {
        let found = findings(&app.catalogue(), app.moment().today);
        found.into_iter().map(|finding| (finding.flaw, finding.code)).collect()
    };
    let expected = [
        (Flaw::WithoutPower, "000115001000".to_owned()),
        (Flaw::PowerWithoutItem, "4299950010100100".to_owned()),
    ];
    assert_eq!(flaws(), expected, "a public service needs no power");
    power(app, "4299950010100200", &["000115001000"]).await;
    assert_eq!(flaws(), expected[1..]);
}

/// Sent from one county, received by another as what the level above says.
#[tokio::test]
async fn what_is_sent_down_cannot_drift_away_unseen() {
    let (above, here) = (county().await, county().await);
    let definition = shipped("temporary-land-use");
    open(&above.app, "000115001000", &definition).await;
    open(&above.app, "000115001001", &shipped("site-opinion")).await;
    let sent = || exported(&above.app.catalogue(), "420000", above.app.moment().today);
    let package: Package = serde_json::from_str(&serde_json::to_string(&sent()).unwrap()).unwrap();

    let own = Definition { visits: 2, ..definition.clone() };
    let id = open(&here.app, "000115001000", &own).await;
    let done = here.app.receive_from_above(&keeper(), &package).await.unwrap();
    assert_eq!((done.rows, done.changed, done.entered), (2, 2, 1), "the second is entered, to be claimed");
    let again = here.app.receive_from_above(&keeper(), &package).await.unwrap();
    assert_eq!((again.changed, again.unchanged, again.entered), (0, 2, 0), "the same batch leaves nothing");
    let drifts = || -> Vec<(Drift, String)> {
        let compared = compared(&here.app.catalogue());
        compared.differences.into_iter().map(|drift| (drift.kind, drift.code)).collect()
    };
    let unclaimed = (Drift::OnlyAbove, "000115001001".to_owned());
    assert_eq!(drifts(), std::slice::from_ref(&unclaimed), "visits are the county's own affair");

    // The province asks for one paper less.
    let mut fewer = definition.clone();
    fewer.materials.pop();
    let revised = Listing {
        department: fewer.department.clone(),
        name: fewer.name.clone(),
        code: "000115001000".to_owned(),
        task_type: fewer.task_type,
        findings: vec![],
    };
    above.app.play_publication(revised.id(), &revised, &fewer).await.unwrap();
    here.app.receive_from_above(&keeper(), &sent()).await.unwrap();
    assert_eq!(drifts(), [(Drift::Differs, "000115001000".to_owned()), unclaimed.clone()]);
    let told = compared(&here.app.catalogue()).differences.remove(0);
    let lines: Vec<_> = told.changes.iter().map(|change| (change.field, change.kind_zh())).collect();
    assert_eq!(lines, [("材料", "增加")], "here still asks for it");
    assert_eq!(told.item, Some(id));

    // And at last cancels it.
    let reason = "上级取消".to_owned();
    act::<Item>(&above.app, &keeper(), revised.id(), ItemAct::Cancel { reason })
        .await
        .unwrap();
    let done = here.app.receive_from_above(&keeper(), &sent()).await.unwrap();
    assert_eq!(done.cancelled, 1);
    assert_eq!(drifts()[1], (Drift::CancelledAbove, "000115001000".to_owned()));
}

/// Each night leaves its counts, once, whoever sweeps how often; what differs waits for the body that received it.
#[tokio::test]
async fn what_differs_is_counted_each_night_and_waits_for_an_answer() {
    let (above, here) = (county().await, county().await);
    let definition = shipped("temporary-land-use");
    let theirs = open(&above.app, "000115001000", &definition).await;
    let sent = || exported(&above.app.catalogue(), "420000", above.app.moment().today);
    let app = &here.app;
    app.sweep(app.moment().today).await.unwrap();
    let id = Comparison::id();
    assert!(app.store.matter(R, id).await.unwrap().is_none(), "nothing was sent down: nothing is compared");
    app.receive_from_above(&keeper(), &sent()).await.unwrap();
    let waiting = async || -> Vec<String> {
        let query = fadu_store::TaskQuery {
            orgs: vec!["局".into()],
            kinds: vec![Comparison::KIND],
            role: Role::CatalogueManager.name(),
            due_by: None,
            after: None,
            limit: 10,
        };
        let tasks = app.store.tasks(R, query).await.unwrap();
        tasks.into_iter().map(|row| row.task).collect()
    };
    // (day, nights so far, something waits): on the second the manager answers, on the third the item was cancelled above.
    for (day, nights, waits) in [(3, 1, true), (4, 2, false), (5, 3, false)] {
        let today = date(2025, 3, day);
        here.clock.set(start_of(today) + 10 * 3_600_000);
        if day == 5 {
            let cancel = ItemAct::Cancel { reason: "上级取消".to_owned() };
            act::<Item>(&above.app, &keeper(), theirs, cancel).await.unwrap();
            app.receive_from_above(&keeper(), &sent()).await.unwrap();
        }
        app.sweep(today).await.unwrap();
        app.sweep(today).await.unwrap();
        if day == 4 {
            let settle = ComparisonAct::Settle { note: "等部门认领".into() };
            act::<Comparison>(app, &keeper(), id, settle).await.unwrap();
        }
        let entries = app.store.entries_of(R, id).await.unwrap();
        let compared = entries.iter().filter(|entry| entry.fact == "Compared").count();
        assert_eq!((compared, !waiting().await.is_empty()), (nights, waits), "on {today}");
    }
    let last: Comparison = app.state_of(id).await.unwrap().unwrap();
    assert_eq!((last.counts.above, last.counts.drifting()), (0, 0));
}

#[tokio::test]
async fn another_systems_items_come_in_as_drafts() {
    let (old, new) = (county().await, county().await);
    let definition = shipped("temporary-land-use");
    open(&old.app, "000115001000", &definition).await;
    let package = exported(&old.app.catalogue(), "old", old.app.moment().today);
    let done = new.app.import_own_items(&keeper(), &package).await.unwrap();
    assert_eq!((done.entered, done.changed), (1, 1));
    let item = new.app.catalogue().one::<Item>(Item::id("000115001000")).unwrap().clone();
    assert!(item.versions.is_empty() && item.draft.is_some(), "nobody has reviewed it here");
    let done = new.app.import_own_items(&keeper(), &package).await.unwrap();
    assert_eq!((done.entered, done.changed, done.unchanged), (0, 0, 1));
    let mut broken = package;
    broken.up_task_general_basic[0].by_law = "某某规定".to_owned();
    let Err(Problem::Invalid(wrong)) = new.app.import_own_items(&keeper(), &broken).await else {
        panic!("an unreadable basis was imported")
    };
    assert_eq!(wrong[0].message, "up_task_general_basic 第1行 by_law：读不出依据“某某规定”");
}

async fn rate(app: &App, figures: &Figures, id: &str, on: Date) -> (i64, Option<i64>) {
    fadu_figures::tail(&*app.store, R, figures).await.unwrap();
    let value = fadu_figures::value(&*app.store, R, figures, id, on, None).await.unwrap();
    (value.part, value.whole)
}

#[tokio::test]
async fn rates_follow_what_is_in_use_on_the_day() {
    let County { app, clock, .. } = &county().await;
    let figures = Figures::load(&registry::figures()).unwrap();
    let definition = shipped("temporary-land-use");
    let (law, promise) = (i64::from(definition.statutory.days), i64::from(definition.promised.days));
    let id = open(app, "000115001000", &definition).await;
    open(app, "000115001001", &shipped("individual-business-registration")).await;
    let listed = ItemAct::Enter {
        code: "000999999001".to_owned(),
        name: "尚未发布（模拟）".to_owned(),
        department: "甲局".to_owned(),
        task_type: 1,
        findings: vec![],
    };
    act::<Item>(app, &keeper(), Item::id("000999999001"), listed).await.unwrap();
    let (today, later) = (date(2025, 3, 3), date(2025, 3, 10));
    let instant = |on| rate(app, &figures, "svc.instant_ratio", on);
    let in_force = |on| rate(app, &figures, "svc.items", on);
    assert_eq!(in_force(today).await, (2, None), "what is only listed is not in force");
    assert_eq!(instant(today).await, (1, Some(2)));
    let cut = rate(app, &figures, "svc.time_cut", today).await;
    assert_eq!(cut, (law - promise + 2, Some(law + 3)), "the registration: three days by law, one promised");

    let baseline = Baseline {
        days: 40,
        visits: 3,
        materials: 9,
        as_of: date(2023, 12, 31),
        source: "2023年事项库（演示）".to_owned(),
        demonstration: true,
    };
    let rows = vec![("000115001000".to_owned(), baseline.clone()), ("none".to_owned(), baseline)];
    let (frozen, left) = app.freeze_baselines(&keeper(), rows).await.unwrap();
    assert_eq!((frozen, left), (1, vec!["none：目录里没有".to_owned()]));
    let against = |on| rate(app, &figures, "svc.time_cut_baseline", on);
    assert_eq!(against(today).await, (40 - promise, Some(40)));

    // Promised in five days, from the tenth on.
    let mut revision = definition.clone();
    revision.promised.days = 5;
    let listing = Listing {
        department: definition.department.clone(),
        name: definition.name.clone(),
        code: "000115001000".to_owned(),
        task_type: 1,
        findings: vec![],
    };
    clock.set(start_of(later) + 9 * 3_600_000);
    app.play_publication(id, &listing, &revision).await.unwrap();
    assert_eq!(against(later).await, (35, Some(40)), "the old version has ceased to count");
    assert_eq!(
        against(date(2025, 3, 9)).await,
        (40 - promise, Some(40)),
        "and still counts as of the day before"
    );
    assert_eq!(instant(later).await, (1, Some(2)), "a revision is no second item");
    assert_eq!(in_force(later).await, (2, None));

    let reason = || "依据修改".to_owned();
    act::<Item>(app, &keeper(), id, ItemAct::Suspend { reason: reason() })
        .await
        .unwrap();
    assert_eq!(instant(later).await, (1, Some(1)));
    assert_eq!(against(later).await, (0, Some(0)));
    assert_eq!(in_force(later).await, (1, None));
    act::<Item>(app, &keeper(), id, ItemAct::Resume { reason: reason() })
        .await
        .unwrap();
    assert_eq!(instant(later).await, (1, Some(2)));
    assert_eq!(rate(app, &figures, "svc.items_open", later).await, (2, None));
    assert_eq!(in_force(later).await, (2, None));

    act::<Item>(app, &keeper(), id, ItemAct::Cancel { reason: reason() })
        .await
        .unwrap();
    assert_eq!(in_force(later).await, (1, None), "what was cancelled is in force no more");
    assert_eq!(in_force(date(2025, 3, 9)).await, (2, None), "and was until then");
}

#[tokio::test]
async fn a_first_version_whose_power_ended_before_its_day_takes_no_application() {
    let County { app, clock, .. } = &county().await;
    // With it the government names the reviewers.
    open(app, "002015001001", &shipped("bid-bond-refund")).await;
    power(app, "4299950010100100", &["000999999999"]).await;
    let own = power(app, "4299950010100200", &["000115001000"]).await;
    let definition = shipped("temporary-land-use");
    let (id, department) = (Item::id("000115001000"), definition.department.clone());
    let (officer, head) = (who(Role::Officer, &department), who(Role::AgencyHead, &department));
    let (passed, note) = (true, "一致".to_owned());
    let enter = ItemAct::Enter {
        code: "000115001000".to_owned(),
        name: definition.name.clone(),
        department,
        task_type: 1,
        findings: vec![],
    };
    let reform = who(Role::AgencyHead, fadu_app::import::REFORM_OFFICE);
    let justice = who(Role::AgencyHead, fadu_app::import::JUSTICE_BUREAU);
    let steps = [
        (keeper(), enter),
        (officer.clone(), ItemAct::Claim { claim: Claim::default() }),
        (officer.clone(), ItemAct::Complete { definition: Box::new(definition) }),
        (officer, ItemAct::Submit),
        (head, ItemAct::Endorse { passed, note: note.clone() }),
        (reform, ItemAct::ReviewReform { passed, note: note.clone() }),
        (justice, ItemAct::ReviewBasis { passed, note }),
        (keeper(), ItemAct::Publish { from: date(2025, 4, 1) }),
    ];
    for (actor, step) in steps {
        act::<Item>(app, &actor, id, step).await.unwrap();
    }
    let government = who(Role::Government, "府");
    let propose = PowerAct::ProposeEnd { ending: Ending::Repealed, reason: "依据已经废止".to_owned() };
    let review = PowerAct::Review { passed: true, note: "合法".to_owned() };
    for (actor, step) in [(&government, propose), (&keeper(), review), (&government, PowerAct::End)] {
        act::<Power>(app, actor, own, step).await.unwrap();
    }
    clock.set(start_of(date(2025, 4, 1)) + 60_000);
    assert_eq!(app.sweep(date(2025, 4, 1)).await.unwrap().failed, 0);
    app.relay().await.unwrap();
    let catalogue = app.catalogue();
    let item = catalogue.one::<Item>(id).unwrap();
    assert_eq!((item.versions.len(), item.standing), (1, Standing::Suspended));
    assert!(item.suspended.as_ref().unwrap().contains("没有一项在用的职权"), "{:?}", item.suspended);
}

#[tokio::test]
async fn a_version_begins_with_the_first_sweep_of_its_day() {
    let County { app, clock, .. } = &county().await;
    let definition = shipped("temporary-land-use");
    let id = open(app, "000115001000", &definition).await;
    let department = definition.department.clone();
    let (officer, head) = (who(Role::Officer, &department), who(Role::AgencyHead, &department));
    let revision = Definition { visits: 0, ..definition };
    let (passed, note) = (true, "一致".to_owned());
    let desk = |role, org: &str| who(role, org);
    let steps = [
        (officer.clone(), ItemAct::Complete { definition: Box::new(revision) }),
        (officer.clone(), ItemAct::Submit),
        (head, ItemAct::Endorse { passed, note: note.clone() }),
        (
            desk(Role::AgencyHead, fadu_app::import::REFORM_OFFICE),
            ItemAct::ReviewReform { passed, note: note.clone() },
        ),
        (desk(Role::AgencyHead, fadu_app::import::JUSTICE_BUREAU), ItemAct::ReviewBasis { passed, note }),
        (keeper(), ItemAct::Publish { from: date(2025, 4, 1) }),
    ];
    for (actor, step) in steps {
        act::<Item>(app, &actor, id, step).await.unwrap();
    }
    let version = || app.catalogue().one::<Item>(id).unwrap().current().unwrap().0;
    for (day, expected) in [(date(2025, 3, 31), 1), (date(2025, 4, 1), 2), (date(2025, 4, 2), 2)] {
        clock.set(start_of(day) + 60_000);
        let swept = app.sweep(day).await.unwrap();
        assert_eq!(swept.failed, 0);
        assert_eq!(version(), expected, "{day}");
    }
    // Somebody of another body reviews nothing.
    let stranger = who(Role::Officer, "乙局");
    let complete = ItemAct::Complete { definition: Box::new(shipped("temporary-land-use")) };
    assert!(matches!(act::<Item>(app, &stranger, id, complete).await, Err(Problem::NoAuthority(_))));
}
