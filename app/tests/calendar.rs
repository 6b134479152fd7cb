//! 放假安排。 A notice that the county loads: every server counts by it, and a limit that ran past the calendar has its day.

use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Region, Role};
use fadu_law::{Arrangement, ArrangementAct};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition, Item, Listing};
use fadu_store::{MatterRow, Sqlite, Store};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_995);
const NEXT_YEAR: &str = "notice 测试〔2026〕1号 issued 2026-11-05 for 2027
off 2027-01-01 2027-01-03 元旦
off 2027-02-06 2027-02-12 春节
work 2027-01-30 春节";

struct County {
    store: Arc<dyn Store>,
    app: Arc<App>,
    clock: Movable,
    definition: Definition,
    _folder: tempfile::TempDir,
}

fn who(role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) }
}

async fn served(store: &Arc<dyn Store>, clock: &Movable) -> Arc<App> {
    App::open(R, Arc::clone(store), Keys::new([5; 32]), Box::new(clock.clone()))
        .await
        .unwrap()
}

async fn act<M: Matter>(
    app: &App,
    actor: &Actor,
    id: Option<MatterId>,
    act: M::Act,
) -> Result<MatterId, Problem> {
    let call = Call { actor, matter: id, act, private: BTreeMap::new(), key: None };
    app.act::<M>(call).await.map(|committed| committed.matter)
}

async fn load(app: &App, role: Role, text: &str) -> Result<MatterId, Problem> {
    let arrangement = text.lines().map(str::to_owned).collect();
    act::<Arrangement>(app, &who(role, "bureau"), None, ArrangementAct::Load { arrangement }).await
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let clock = Movable::default();
        clock.set(start_of(date(2026, 12, 1)) + 9 * 3_600_000);
        let app = served(&store, &clock).await;
        let mut shipped = Definition::read_all(fadu_service::ITEMS).unwrap();
        shipped.retain(|item| item.id == "temporary-land-use");
        let definition = shipped.remove(0);
        let listing = Listing {
            department: definition.department.clone(),
            name: definition.name.clone(),
            code: "C1".to_owned(),
            task_type: definition.task_type,
            findings: vec![],
        };
        app.play_publication(listing.id(), &listing, &definition).await.unwrap();
        County { store, app, clock, definition, _folder: folder }
    }

    fn today(&self, day: Date) {
        self.clock.set(start_of(day) + 9 * 3_600_000);
    }

    /// Ten working days promised from today.
    async fn accepted(&self) -> MatterId {
        let case = self.received().await;
        act::<Case>(&self.app, &self.officer(), Some(case), CaseAct::Accept)
            .await
            .unwrap();
        case
    }

    async fn received(&self) -> MatterId {
        let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
        let private = [
            ("applicant_name", "模拟申请人"),
            ("applicant_number", &number),
            ("applicant_phone", "19900000000"),
        ]
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .into();
        let materials = self
            .definition
            .asked()
            .map(|material| (material.id.clone(), Paper::default()))
            .collect();
        let act_of = CaseAct::Receive { item: Item::id("C1"), channel: Channel::Online, materials };
        let citizen = who(Role::Citizen, "public");
        let call = Call { actor: &citizen, matter: None, act: act_of, private, key: None };
        self.app.act::<Case>(call).await.unwrap().matter
    }

    fn officer(&self) -> Actor {
        who(Role::Officer, &self.definition.department)
    }

    async fn row(&self, id: MatterId) -> MatterRow {
        self.store.matter(R, id).await.unwrap().unwrap()
    }

    async fn facts(&self, id: MatterId) -> Vec<String> {
        let entries = self.store.entries_of(R, id).await.unwrap();
        entries.into_iter().map(|entry| entry.fact).collect()
    }
}

#[tokio::test]
async fn a_notice_gives_a_provisional_limit_its_day_on_every_server() {
    let county = County::new().await;
    let early = county.accepted().await;
    county.today(date(2026, 12, 24));
    let late = county.accepted().await;
    let other = served(&county.store, &county.clock).await;
    assert_eq!(other.sweep(date(2026, 12, 24)).await.unwrap().failed, 0);
    let before = (county.row(early).await, county.row(late).await);
    assert_eq!(before.0.due.as_deref(), Some("2026-12-15"), "within the calendar");
    assert_eq!((&before.1.due, &before.1.amber), (&None, &None), "half of it lies beyond");
    let facts = county.facts(late).await;
    let provisional = async || {
        let counts = county.store.open_counts(R, Case::KIND, "2026-12-24").await.unwrap();
        counts.iter().map(|count| count.provisional).sum::<i64>()
    };
    assert_eq!(provisional().await, 1, "boards show it as such");

    load(&county.app, Role::Operator, NEXT_YEAR).await.unwrap();
    assert_eq!(county.app.calendar().last(), date(2027, 12, 31));
    assert_eq!(other.calendar().last(), date(2026, 12, 31), "it has not looked yet");
    assert_eq!(other.sweep(date(2026, 12, 24)).await.unwrap().failed, 0);
    assert_eq!(other.calendar().last(), date(2027, 12, 31));
    assert_eq!(served(&county.store, &county.clock).await.calendar().last(), date(2027, 12, 31));

    let after = (county.row(early).await, county.row(late).await);
    assert_eq!(after.0, before.0, "what had its day keeps it");
    assert_eq!(after.1.due.as_deref(), Some("2027-01-08"), "five of the ten days in either year");
    assert_eq!(provisional().await, 0);
    assert_eq!(after.1.amber.as_deref(), Some("2027-01-06"));
    assert_eq!(after.1.state, before.1.state);
    assert_eq!(county.facts(late).await, facts, "the fact is the notice, none is left here");
    assert_eq!(other.sweep(date(2026, 12, 24)).await.unwrap().acted, 0);
    assert_eq!(county.row(late).await, after.1, "once is enough");

    // Time does its acts by the new day, on both sides of it.
    for (day, overdue) in [(date(2027, 1, 8), false), (date(2027, 1, 9), true)] {
        county.today(day);
        other.sweep(day).await.unwrap();
        let facts = county.facts(late).await;
        assert!(facts.iter().any(|fact| fact == "TurnedAmber"), "{day}: {facts:?}");
        assert_eq!(facts.iter().any(|fact| fact == "TurnedOverdue"), overdue, "{day}: {facts:?}");
    }
    // The server that remembers the case as it was before acts on what it is now.
    let verify = CaseAct::Verify {
        checkers: vec![PersonId::new("a"), PersonId::new("b")],
        passed: true,
        note: "符合".into(),
        interested: false,
    };
    act::<Case>(&county.app, &county.officer(), Some(late), verify).await.unwrap();
    assert!(county.app.verify_ledger(None).await.unwrap().is_ok());
}

/// Received in the last days of the calendar: five working days end beyond it, and silence waits for the notice.
#[tokio::test]
async fn silence_is_acceptance_once_the_notice_says_when() {
    let county = County::new().await;
    county.today(date(2026, 12, 29));
    let case = county.received().await;
    county.app.sweep(date(2026, 12, 29)).await.unwrap();
    assert_eq!(county.row(case).await.due, None, "three of the five days lie beyond");
    load(&county.app, Role::Operator, NEXT_YEAR).await.unwrap();
    county.app.sweep(date(2026, 12, 29)).await.unwrap();
    assert_eq!(county.row(case).await.due.as_deref(), Some("2027-01-06"));
    assert_eq!(county.facts(case).await, ["Received"]);
    for (day, facts) in [(date(2027, 1, 6), 1), (date(2027, 1, 7), 2)] {
        county.today(day);
        county.app.sweep(day).await.unwrap();
        assert_eq!(county.facts(case).await.len(), facts, "{day}");
    }
    let accepted: Case = serde_json::from_str(&county.row(case).await.state).unwrap();
    let accepted = accepted.accepted.unwrap();
    assert_eq!((accepted.from, accepted.deemed), (date(2026, 12, 29), true));
}

#[tokio::test]
async fn who_may_load_what() {
    let county = County::new().await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Operator) {
        let answer = load(&county.app, role, NEXT_YEAR).await;
        assert!(matches!(answer, Err(Problem::NoAuthority(_))), "{}", role.zh());
    }
    let unread = load(&county.app, Role::Operator, "off 2027-01-01 2027-01-03 元旦").await;
    assert!(matches!(unread, Err(Problem::Invalid(_))), "{unread:?}");
    load(&county.app, Role::Operator, NEXT_YEAR).await.unwrap();
    let again = load(&county.app, Role::Operator, NEXT_YEAR).await;
    assert!(matches!(&again, Err(Problem::Refused(refusal)) if refusal.rule.id == "CAL-13"), "{again:?}");
    let changed = "notice 测试〔2026〕2号 issued 2026-11-20 for 2027\noff 2027-01-04 2027-01-04 元旦";
    let year = load(&county.app, Role::Operator, changed).await.unwrap();
    assert_eq!(year, Arrangement::id(2027), "beside the one it changes");
    let (from, calendar) = (date(2026, 12, 31), county.app.calendar());
    assert_eq!(calendar.after(from, 1), Ok(date(2027, 1, 5)));
}
