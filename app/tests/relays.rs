//! 联动。 A power that ends takes its items with it: once, whatever stops in between, and not those that another
//! power still covers.

use fadu_app::now::System;
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_hotline::desk::register::{Route, Unit};
use fadu_hotline::words::Level;
use fadu_hotline::{Desk, DeskAct};
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{Actor, Basis, MatterId, OrgId, PersonId, Region, Role};
use fadu_law::power::{Ending, Entry};
use fadu_law::{Power, PowerAct};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition, Item, ItemAct, Listing};
use fadu_store::{Postgres, Sqlite, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_995);

async fn open(place: &str) -> Arc<App> {
    let store: Arc<dyn Store> = match place.starts_with("postgres") {
        true => Postgres::connect(place).await.unwrap(),
        false => Sqlite::open(place.as_ref()).unwrap(),
    };
    App::open(R, store, Keys::new([3; 32]), Box::new(System::new(0))).await.unwrap()
}

fn who(role: Role) -> Actor {
    Actor { person: PersonId::new(role.name()), role, org: OrgId::new("甲局") }
}

async fn act<M: fadu_kernel::Matter>(
    app: &App,
    role: Role,
    id: MatterId,
    act: M::Act,
) -> Result<(), Problem> {
    let actor = who(role);
    let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
    app.act::<M>(call).await.map(drop)
}

/// An open item under `code`.
async fn item(app: &App, id: i64, code: &str) -> MatterId {
    let definition = Definition::read_all(fadu_service::ITEMS).unwrap().remove(0);
    let listing = Listing {
        code: code.into(),
        name: definition.name.clone(),
        department: definition.department.clone(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(MatterId(id), &listing, &definition).await.unwrap();
    MatterId(id)
}

/// A power in force over these items; a second call adjusts it.
async fn power(app: &App, code: &str, items: &[&str]) -> MatterId {
    power_of(app, "甲局", code, items).await
}

/// The same, held by this organ.
async fn power_of(app: &App, organ: &str, code: &str, items: &[&str]) -> MatterId {
    let entry = Entry {
        code: code.into(),
        name: "模拟许可".into(),
        department: organ.into(),
        bases: vec![Basis::article("行政许可法", 12)],
        responsibilities: vec!["公示".into()],
        phone: "12345".into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        ..Entry::default()
    };
    let id = entry.id();
    let draft = PowerAct::Draft { entry: Box::new(entry) };
    let review = PowerAct::Review { passed: true, note: "合法".into() };
    let officer = Actor { org: OrgId::new(organ), ..who(Role::Officer) };
    let call = Call { actor: &officer, matter: Some(id), act: draft, private: BTreeMap::new(), key: None };
    app.act::<Power>(call).await.unwrap();
    act::<Power>(app, Role::CatalogueManager, id, review).await.unwrap();
    act::<Power>(app, Role::Government, id, PowerAct::Approve).await.unwrap();
    id
}

async fn end(app: &App, power: MatterId) {
    let propose = PowerAct::ProposeEnd { ending: Ending::Repealed, reason: "依据已经废止".into() };
    let review = PowerAct::Review { passed: true, note: "合法".into() };
    act::<Power>(app, Role::Government, power, propose).await.unwrap();
    act::<Power>(app, Role::CatalogueManager, power, review).await.unwrap();
    act::<Power>(app, Role::Government, power, PowerAct::End).await.unwrap();
}

/// How often the item was suspended, and whether it is open.
async fn standing(app: &App, id: MatterId) -> (usize, bool) {
    let entries = app.store.entries_of(R, id).await.unwrap();
    let suspended = entries.iter().filter(|entry| entry.fact == "Suspended").count();
    app.reload_catalogue().await.unwrap();
    (suspended, app.catalogue().one::<Item>(id).unwrap().is_open())
}

async fn items_follow_their_powers(place: &str) {
    let app = open(place).await;
    let (alone, shared) = (item(&app, 1, "A").await, item(&app, 2, "B").await);
    let first = power(&app, "4299950010100100", &["A", "B", "not-in-the-catalogue"]).await;
    let second = power(&app, "4299950010100200", &["B"]).await;
    end(&app, first).await;
    assert_eq!(app.store.outbox(R, 9).await.unwrap().len(), 3, "asked for with the fact itself");
    drop(app);

    // The server stopped before anything was carried out; two start at once.
    let (one, other) = (open(place).await, open(place).await);
    let (a, b) = tokio::join!(one.relay(), other.relay());
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a.acted + b.acted, 1, "{a:?} {b:?}");
    one.relay().await.unwrap();
    assert!(one.store.outbox(R, 9).await.unwrap().is_empty());
    assert_eq!(standing(&one, alone).await, (1, false));
    assert_eq!(standing(&one, shared).await, (0, true), "another power covers it");
    let reason = one.catalogue().one::<Item>(alone).unwrap().suspended.clone().unwrap();
    assert_eq!(reason, "职权“模拟许可”（4299950010100100）已经取消：依据已经废止");

    // Adjusted so that it no longer names the item.
    assert_eq!(power(&one, "4299950010100200", &["A"]).await, second);
    let relayed = one.relay().await.unwrap();
    assert_eq!((relayed.seen, relayed.acted, relayed.failed), (1, 1, 0));
    assert_eq!(standing(&one, shared).await, (1, false));
    // The sweep carries out effects too, and finds what is suspended already needs nothing.
    end(&one, second).await;
    let swept = one.sweep(one.moment().today).await.unwrap();
    assert_eq!((swept.seen, swept.acted, swept.failed), (1, 0, 0));
    assert_eq!(standing(&one, alone).await, (1, false));
    one.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn items_follow_their_powers_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    items_follow_their_powers(folder.path().join("fadu.db").to_str().unwrap()).await;
}

#[tokio::test]
async fn items_follow_their_powers_on_postgres() {
    let Ok(url) = std::env::var("FADU_TEST_PG") else {
        println!("skipped: FADU_TEST_PG is not set");
        return;
    };
    items_follow_their_powers(&url).await;
}

/// How an attempt to open an item ends; any other rule than that of the power list is none of this table.
fn told(answer: Result<(), Problem>) -> Outcome {
    match answer {
        Ok(()) => Outcome::Passes,
        Err(Problem::Refused(refusal)) if refusal.rule.id == "AUTH-02" => Outcome::Refused,
        Err(problem) => panic!("{problem}"),
    }
}

/// Publishes an item of this type under the code `A`.
async fn publish(app: &App, task_type: u8) -> Result<(), Problem> {
    let mut definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    definitions.retain(|definition| definition.task_type == task_type);
    let definition = definitions.remove(0);
    let listing = Listing {
        code: "A".into(),
        name: definition.name.clone(),
        department: definition.department.clone(),
        task_type,
        findings: vec![],
    };
    app.play_publication(listing.id(), &listing, &definition).await
}

/// An item of 甲局 under the code `A`, and an application on it.
async fn received(app: &App, task_type: u8) -> Result<MatterId, Problem> {
    let id = Item::id("A");
    let mut definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    definitions.retain(|one| one.task_type == task_type && one.verification == "document");
    let definition = Definition { department: "甲局".into(), ..definitions.remove(0) };
    if app.catalogue().one::<Item>(id).is_none() {
        let listing = Listing {
            code: "A".into(),
            name: definition.name.clone(),
            department: "甲局".into(),
            task_type,
            findings: vec![],
        };
        app.play_publication(id, &listing, &definition).await.unwrap();
    }
    let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
    let private =
        [("applicant_name", "模拟申请人"), ("applicant_number", &number), ("applicant_phone", "19900000001")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()));
    let papers = definition.asked().map(|material| (material.id.clone(), Paper::default()));
    let act = CaseAct::Receive { item: id, channel: Channel::Window, materials: papers.collect() };
    let clerk = who(Role::WindowClerk);
    let call = Call { actor: &clerk, matter: None, act, private: private.into(), key: None };
    app.act::<Case>(call).await.map(|committed| committed.matter)
}

/// Powers in force, by organ and item, and whether each has ended; then an application on `A`, or the decision on one that
/// came before any of them.
async fn cases_under_powers() -> Vec<(&'static str, Outcome)> {
    use Outcome::{Passes, Refused};
    type Powers = &'static [(&'static str, &'static str, bool)];
    let own: Powers = &[("甲局", "A", false)];
    let other: Powers = &[("乙局", "A", false)];
    let ended: Powers = &[("甲局", "A", true), ("甲局", "X", false)];
    let table: [(&str, u8, Powers, bool, Outcome); 8] = [
        ("a case received while the county has no power in force (AUTH-02)", 1, &[], false, Passes),
        ("a case received by the organ that holds the power (AUTH-02)", 1, own, false, Passes),
        ("a case received where another organ holds the power (AUTH-02)", 1, other, false, Refused),
        ("a case received once the power has ended (AUTH-02)", 1, ended, false, Refused),
        ("decided by the organ that holds the power (AUTH-02)", 1, own, true, Passes),
        ("decided where another organ holds the power (AUTH-02)", 1, other, true, Refused),
        ("decided once the power has ended (AUTH-02)", 1, ended, true, Refused),
        ("a public service decided without a power (AUTH-02)", 20, other, true, Passes),
    ];
    for (name, task_type, powers, decides, expected) in table {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path().join("fadu.db").to_str().unwrap()).await;
        let case = received(&app, task_type).await.unwrap();
        act::<Case>(&app, Role::Officer, case, CaseAct::Accept).await.unwrap();
        for (n, (organ, item, ended)) in powers.iter().enumerate() {
            let id = power_of(&app, organ, &format!("42999500101{:03}00", n + 1), &[*item]).await;
            if *ended {
                end(&app, id).await;
            }
        }
        let decide = CaseAct::Decide {
            granted: true,
            reason: String::new(),
            false_material: false,
            evidence: Vec::new(),
        };
        let answer = match decides {
            true => act::<Case>(&app, Role::AgencyHead, case, decide).await,
            false => received(&app, task_type).await.map(drop),
        };
        assert_eq!(told(answer), expected, "{name}");
    }
    table.into_iter().map(|(name, _, _, _, outcome)| (name, outcome)).collect()
}

/// A part of a joint case is taken by whoever holds the power, as any other application.
#[tokio::test]
async fn a_part_of_a_joint_case_needs_the_power_too() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path().join("fadu.db").to_str().unwrap()).await;
    received(&app, 1).await.unwrap();
    let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
    for (organ, code, expected) in
        [("乙局", "4299950010100100", Outcome::Refused), ("甲局", "4299950010100200", Outcome::Passes)]
    {
        power_of(&app, organ, code, &["A"]).await;
        let part = CaseAct::ReceivePart {
            item: Item::id("A"),
            channel: Channel::Online,
            materials: BTreeMap::new(),
            parent: Box::default(),
            received_on: app.moment().today,
        };
        let private = [("applicant_name", "模拟申请人"), ("applicant_number", number.as_str())]
            .map(|(field, value)| (field.to_owned(), value.to_owned()));
        let relay = Actor::relay();
        let call = Call { actor: &relay, matter: None, act: part, private: private.into(), key: None };
        assert_eq!(told(app.act::<Case>(call).await.map(drop)), expected, "{organ}");
    }
}

/// A row of the dispatch catalogue names a power of its own unit that is in force, once the county has a list of them.
#[tokio::test]
async fn the_dispatch_catalogue_rests_on_the_list_of_powers() {
    const CODE: &str = "4299950010100100";
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path().join("fadu.db").to_str().unwrap()).await;
    let desk = async |step: DeskAct| act::<Desk>(&app, Role::CatalogueManager, Desk::id(), step).await;
    let route = |unit: &str, power: Option<&str>| DeskAct::SetRoutes {
        routes: vec![Route {
            category: "01".into(),
            area: String::new(),
            unit: OrgId::new(unit),
            assisting: vec![],
            power: power.map(str::to_owned),
        }],
    };
    desk(DeskAct::Open { name: "模拟县12345".into() }).await.unwrap();
    let units = ["甲局", "乙局"].map(|org| Unit { org: OrgId::new(org), level: Level::Department });
    desk(DeskAct::SetUnits { units: units.to_vec() }).await.unwrap();
    desk(route("甲局", Some("尚无清单"))).await.unwrap();
    let own = power_of(&app, "甲局", CODE, &["A"]).await;
    let rule = |answer: Result<(), Problem>| match answer {
        Err(Problem::Refused(refusal)) => Some(refusal.rule.id),
        Err(problem) => panic!("{problem:?}"),
        Ok(()) => None,
    };
    assert_eq!(rule(desk(route("甲局", Some(CODE))).await), None);
    assert_eq!(rule(desk(route("甲局", None)).await), None, "no power is named");
    assert_eq!(rule(desk(route("乙局", Some(CODE))).await), Some("HOT-06"), "another's");
    assert_eq!(rule(desk(route("甲局", Some("随便写的"))).await), Some("HOT-06"));
    power_of(&app, "乙局", "4299950010100200", &["B"]).await;
    end(&app, own).await;
    assert_eq!(rule(desk(route("甲局", Some(CODE))).await), Some("HOT-06"), "ended");
}

#[tokio::test]
async fn an_item_opens_under_a_power_in_force() {
    use Outcome::{Passes, Refused};
    /// The item that a power lists, and whether it has ended.
    type Powers = &'static [(&'static str, bool)];
    let table: [(&str, u8, Powers, Outcome); 5] = [
        ("a permit while the county has no power in force (AUTH-02)", 1, &[], Passes),
        ("a public service that no power lists (AUTH-02)", 20, &[("X", false)], Passes),
        ("a permit that a power in force lists (AUTH-02)", 1, &[("X", false), ("A", false)], Passes),
        ("a permit that no power lists (AUTH-02)", 1, &[("X", false)], Refused),
        ("a permit whose power has ended (AUTH-02)", 1, &[("X", false), ("A", true)], Refused),
    ];
    for (name, task_type, powers, expected) in table {
        let folder = tempfile::tempdir().unwrap();
        let app = open(folder.path().join("fadu.db").to_str().unwrap()).await;
        for (n, (listed, ended)) in powers.iter().enumerate() {
            let id = power(&app, &format!("42999500101{:03}00", n + 1), &[*listed]).await;
            if *ended {
                end(&app, id).await;
            }
        }
        assert_eq!(told(publish(&app, task_type).await), expected, "{name}");
    }

    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path().join("fadu.db").to_str().unwrap()).await;
    power(&app, "4299950010100100", &["X"]).await;
    let own = power(&app, "4299950010100200", &["A"]).await;
    publish(&app, 1).await.unwrap();
    let (id, reason) = (Item::id("A"), || "核对依据".to_owned());
    let suspend = ItemAct::Suspend { reason: reason() };
    act::<Item>(&app, Role::CatalogueManager, id, suspend).await.unwrap();
    let resume = || act::<Item>(&app, Role::CatalogueManager, id, ItemAct::Resume { reason: reason() });
    let under_it = ("resumed while its power is in force (AUTH-02)", told(resume().await));
    end(&app, own).await;
    app.relay().await.unwrap();
    let without = ("resumed though its power has ended (AUTH-02)", told(resume().await));
    assert_eq!((under_it.1, without.1), (Passes, Refused));

    let rows = table.into_iter().map(|(name, _, _, outcome)| (name, outcome));
    let shown = rows::write(rows.chain([under_it, without]).chain(cases_under_powers().await));
    assert_eq!(shown, fadu_app::rules::POWER_LIST.rows, "rows.tsv is to say exactly this");
}
