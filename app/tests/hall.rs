//! 大厅的联系。 A number is given out once and a ticket called once, whoever is faster; calls climb once a level; what leaves
//! the catalogue leaves the hall.

use crate::needles::nothing_is_left;
use fadu_app::hall::{Next, Offline, Wanted};
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Committed, Problem, registry};
use fadu_figures::Figures;
use fadu_hall::call::{Act as CallAct, Ask, Level};
use fadu_hall::entry::{Act as EntryAct, Placing, Scope, Standing};
use fadu_hall::evaluation::{Act as EvaluationAct, Channel as Means, Contact, Grade, Pressed, Said};
use fadu_hall::hall::{Channel, Hours, Kiosk, Place, Takes, Window, WindowKind};
use fadu_hall::load::Load;
use fadu_hall::mechanism::Trigger;
use fadu_hall::record::{Kind, Paper};
use fadu_hall::roster::Shift;
use fadu_hall::sampling::Act as SamplingAct;
use fadu_hall::stuck::{Act as StuckAct, Why};
use fadu_hall::ticket::{Act as TicketAct, Outcome};
use fadu_hall::{
    Baseline, Clerk, Entry, Evaluation, Hall, Mechanism, Record, Roster, Sampling, Stuck, Ticket, baseline,
    clerk, hall, mechanism, record, roster,
};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::{Channel as By, Missing, Paper as Handed};
use fadu_service::{Case, CaseAct, Definition, Item, ItemAct, Listing};
use fadu_store::Sqlite;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const R: Region = Region(429_994);
const DAY: Date = date(2025, 3, 3);

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

fn manager() -> Actor {
    actor("manager", Role::CatalogueManager, "bureau")
}

fn clerk_named(person: &str) -> Actor {
    actor(person, Role::WindowClerk, "bureau")
}

fn citizen(n: usize) -> Actor {
    actor(&format!("form-{n}"), Role::Citizen, "public")
}

async fn open(path: &Path, clock: &Movable) -> Arc<App> {
    let store = Sqlite::open(path).unwrap();
    App::open(R, store, Keys::new([3; 32]), Box::new(clock.clone())).await.unwrap()
}

async fn act<M: Matter>(app: &App, by: &Actor, id: MatterId, act: M::Act) -> Result<Committed, Problem> {
    app.act::<M>(Call { actor: by, matter: Some(id), act, private: BTreeMap::new(), key: None })
        .await
}

struct County {
    folder: tempfile::TempDir,
    clock: Movable,
    app: Arc<App>,
}

impl County {
    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("fadu.db")
    }

    fn at(&self, hour: i64, minute: i64) {
        self.clock.set(start_of(DAY) + (hour * 60 + minute) * 60_000);
    }
}

/// One hall: window 1 takes everything, window 2 one item only; wang and li stand there from nine to five.
async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(DAY) + 8 * 3_600_000);
    let app = open(&folder.path().join("fadu.db"), &clock).await;
    let m = manager();
    let paper = Paper {
        kind: Kind::ServiceContract,
        number: "HT-1".into(),
        title: "综合窗口服务（模拟）".into(),
        by: "模拟公司".into(),
        from: DAY,
        until: None,
        digest: "0".repeat(64),
        people: 0,
    };
    let id = Record::id(Kind::ServiceContract, "HT-1");
    act::<Record>(&app, &m, id, record::Act::Enter { paper }).await.unwrap();
    for person in ["wang", "li"] {
        let person = PersonId::new(person);
        let id = Clerk::id(&person);
        let join = clerk::Act::Join {
            person,
            place: Place::County,
            township: String::new(),
            contract: "HT-1".into(),
        };
        act::<Clerk>(&app, &m, id, join).await.unwrap();
    }
    let channels = BTreeSet::from([Channel::Door, Channel::Kiosk, Channel::Appointment]);
    let window = |number: &str, takes| Window {
        number: number.into(),
        zone: "A".into(),
        kind: WindowKind::Comprehensive,
        takes,
        accessible: true,
        device: String::new(),
    };
    let steps = [
        hall::Act::Open {
            number: "H1".into(),
            name: "模拟大厅".into(),
            place: Place::County,
            township: String::new(),
            channels,
        },
        hall::Act::DrawZone { letter: "A".into(), name: "综合".into() },
        hall::Act::DrawZone { letter: "B".into(), name: "专业".into() },
        hall::Act::PlaceWindow { window: window("1", Takes::All) },
        hall::Act::PlaceWindow { window: window("2", Takes::Items(BTreeSet::from(["I1".to_owned()]))) },
        hall::Act::PlaceKiosk { kiosk: Kiosk { number: "1".into(), first: 3, last: 200 } },
    ];
    for step in steps {
        act::<Hall>(&app, &m, Hall::id("H1"), step).await.unwrap();
    }
    let shift = |window: &str, person: &str| Shift {
        window: window.into(),
        person: PersonId::new(person),
        from: 540,
        until: 1020,
    };
    for day in [DAY, date(2025, 3, 4)] {
        let post =
            roster::Act::Post { hall: "H1".into(), day, shifts: vec![shift("1", "wang"), shift("2", "li")] };
        act::<Roster>(&app, &m, Roster::id("H1"), post).await.unwrap();
    }
    let county = County { folder, clock, app };
    county.at(9, 0);
    county
}

fn at_the_door(zone: &str, item: Option<&str>) -> Wanted {
    Wanted {
        hall: "H1".into(),
        zone: zone.into(),
        item: item.map(str::to_owned),
        channel: Channel::Door,
        kiosk: None,
        slot: None,
    }
}

async fn state<M: Matter>(app: &App, id: MatterId) -> M {
    serde_json::from_str(&app.store.matter(R, id).await.unwrap().unwrap().state).unwrap()
}

#[tokio::test]
async fn numbers_go_round_the_kiosks_and_two_servers_give_out_none_twice() {
    let county = county().await;
    let other = open(&county.path(), &county.clock).await;
    let mut numbers = Vec::new();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let app = Arc::clone(if n % 2 == 0 { &county.app } else { &other });
        tasks.spawn(async move {
            app.take_ticket(&citizen(n), at_the_door("A", None), None).await.unwrap().matter
        });
    }
    while let Some(id) = tasks.join_next().await {
        numbers.push(state::<Ticket>(&county.app, id.unwrap()).await.number);
    }
    numbers.sort();
    let expected: Vec<String> = [1, 2].into_iter().chain(201..239).map(|n| format!("A{n:04}")).collect();
    assert_eq!(numbers, expected, "3 to 200 are the kiosk's");

    // The same form sent twice is one number.
    let once = county
        .app
        .take_ticket(&citizen(99), at_the_door("B", None), Some("k".into()))
        .await
        .unwrap();
    let twice = county
        .app
        .take_ticket(&citizen(99), at_the_door("B", None), Some("k".into()))
        .await
        .unwrap();
    assert_eq!((once.matter, twice.replayed), (twice.matter, true));
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn two_clerks_who_call_at_once_call_each_ticket_once() {
    let county = county().await;
    let app = &county.app;
    for n in 0..6 {
        app.take_ticket(&citizen(n), at_the_door("A", Some("I1")), None).await.unwrap();
    }
    app.take_ticket(&citizen(6), at_the_door("B", Some("I2")), None).await.unwrap();
    let other = open(&county.path(), &county.clock).await;
    let mut called = Vec::new();
    for minute in 1..=4 {
        county.at(9, minute * 5);
        let (wang, li) = (clerk_named("wang"), clerk_named("li"));
        let (one, two) =
            tokio::join!(app.call_next(&wang, "H1", "1", None), other.call_next(&li, "H1", "2", None));
        for (by, next) in [(wang, one.unwrap()), (li, two.unwrap())] {
            let Next::Called(committed) = next else { continue };
            called.push(state::<Ticket>(app, committed.matter).await.number);
            if called.len() == 1 {
                let again = app.call_next(&by, "H1", "1", None).await.unwrap();
                let there = app.call_next(&clerk_named("wang"), "H1", "1", None).await.unwrap();
                assert!(
                    matches!((again, there), (Next::Busy(_), Next::Busy(_))),
                    "one at a window at a time"
                );
            }
            act::<Ticket>(app, &by, committed.matter, TicketAct::Serve).await.unwrap();
            let done = TicketAct::Finish { outcome: Outcome::Advised, case: None, reason: String::new() };
            act::<Ticket>(app, &by, committed.matter, done).await.unwrap();
        }
    }
    let distinct: BTreeSet<&String> = called.iter().collect();
    assert_eq!((called.len(), distinct.len()), (7, 7), "{called:?}");
    assert_eq!(called.last().map(String::as_str), Some("B0001"), "only window 1 may take it");
    let nobody = app.call_next(&clerk_named("li"), "H1", "2", None).await.unwrap();
    assert!(matches!(nobody, Next::Nobody));
    let stranger = app.call_next(&clerk_named("zhao"), "H1", "2", None).await.unwrap();
    assert!(matches!(stranger, Next::Nobody), "nobody waits, so nothing is asked of the roster");
}

#[tokio::test]
async fn the_forecast_counts_who_stands_before_the_same_windows() {
    let county = county().await;
    let app = &county.app;
    let minute = |app: &App| fadu_hall::mark::minute_of_day(app.moment().ms);
    let told = async |zone: &'static str, item: Option<&'static str>| {
        let catalogue = app.catalogue();
        let (hall, roster) =
            (catalogue.one::<Hall>(Hall::id("H1")).unwrap(), catalogue.one::<Roster>(Roster::id("H1")));
        app.hall_day(|day| day.told(hall, roster, zone, item, None, minute(app)))
            .await
            .unwrap()
    };
    assert_eq!(told("A", None).await.minutes, None, "nobody was served yet: nothing is promised");
    // One service of ten minutes at window 1.
    let first = app.take_ticket(&citizen(0), at_the_door("A", None), None).await.unwrap().matter;
    let wang = clerk_named("wang");
    app.call_next(&wang, "H1", "1", None).await.unwrap();
    act::<Ticket>(app, &wang, first, TicketAct::Serve).await.unwrap();
    county.at(9, 10);
    let done = TicketAct::Finish { outcome: Outcome::Advised, case: None, reason: String::new() };
    act::<Ticket>(app, &wang, first, done).await.unwrap();
    let free = told("B", None).await;
    assert_eq!((free.ahead, free.minutes), (0, Some(0)), "a window stands free");
    app.take_ticket(&citizen(1), at_the_door("B", None), None).await.unwrap();
    app.call_next(&wang, "H1", "1", None).await.unwrap();
    app.take_ticket(&citizen(2), at_the_door("A", Some("I1")), None).await.unwrap();
    let second = app.take_ticket(&citizen(3), at_the_door("B", None), None).await.unwrap().matter;
    let forecast = state::<Ticket>(app, second).await.forecast.unwrap();
    assert_eq!((forecast.ahead, forecast.minutes), (1, 20), "one before me at window 1, each ten minutes");
    let both = told("A", Some("I1")).await;
    assert_eq!((both.ahead, both.minutes), (2, Some(10)), "windows 1 and 2, of which 2 is free");

    // A server that starts now reads the same from the ledger.
    let fresh = open(&county.path(), &county.clock).await;
    let catalogue = fresh.catalogue();
    let (hall, roster) =
        (catalogue.one::<Hall>(Hall::id("H1")).unwrap(), catalogue.one::<Roster>(Roster::id("H1")));
    let again = fresh
        .hall_day(|day| day.told(hall, roster, "A", Some("I1"), None, minute(&fresh)))
        .await
        .unwrap();
    assert_eq!(again, both);
}

/// Two places each half hour. Two servers give out no third, and who booked goes by the time booked, not by the door.
#[tokio::test]
async fn appointments_have_their_places_and_go_by_their_time() {
    let county = county().await;
    let app = &county.app;
    let (source, first) = ("大厅公告〔2025〕1号".to_owned(), 6001);
    let hours = Hours { from: 540, until: 660, every: 30, places: 2, days_ahead: 10, first, source };
    act::<Hall>(app, &manager(), Hall::id("H1"), hall::Act::SetHours { hours })
        .await
        .unwrap();
    let tomorrow = date(2025, 3, 4);
    let wanted = |minute| Wanted {
        channel: Channel::Appointment,
        slot: Some((tomorrow, minute)),
        ..at_the_door("A", None)
    };
    let other = open(&county.path(), &county.clock).await;
    let (one, two, three) = (citizen(1), citizen(2), citizen(3));
    let (one, two, three) = tokio::join!(
        app.take_ticket(&one, wanted(570), None),
        other.take_ticket(&two, wanted(570), None),
        app.take_ticket(&three, wanted(570), None)
    );
    let mut given = Vec::new();
    for (n, answer) in [(1, one), (2, two), (3, three)] {
        match answer {
            Ok(taken) => given.push((n, taken.matter)),
            Err(Problem::Refused(refusal)) => assert_eq!(refusal.rule.id, "HAL-25"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(given.len(), 2, "two places");
    county.clock.set(start_of(tomorrow) + (9 * 60 + 15) * 60_000);
    let door = async |n| app.take_ticket(&citizen(n), at_the_door("A", None), None).await.unwrap();
    let arrive = async |(n, id): (usize, MatterId)| {
        let come = TicketAct::Arrive { forecast: None };
        act::<Ticket>(app, &citizen(n), id, come).await.unwrap();
    };
    let mut expected = vec![door(4).await.matter];
    arrive(given[0]).await;
    county.clock.set(start_of(tomorrow) + (9 * 60 + 35) * 60_000);
    let late = door(5).await.matter;
    county.clock.set(start_of(tomorrow) + (9 * 60 + 40) * 60_000);
    arrive(given[1]).await;
    expected.extend([given[0].1, given[1].1, late]);
    let line: Vec<MatterId> = app
        .hall_day(|day| day.waiting("H1").into_iter().map(|(id, _)| id).collect())
        .await
        .unwrap();
    assert_eq!(line, expected, "at a quarter past nine, twice at half past nine, and five minutes later");
    let numbers: BTreeSet<String> = app
        .hall_day(|day| day.waiting("H1").into_iter().map(|(_, ticket)| ticket.number.clone()).collect())
        .await
        .unwrap();
    assert!(numbers.contains("A6003") && numbers.contains("A6004"), "{numbers:?}");
}

#[tokio::test]
async fn a_kiosk_that_was_offline_for_an_hour_is_reconciled_without_a_duplicate() {
    let county = county().await;
    let app = &county.app;
    let kiosk =
        |zone: &str| Wanted { channel: Channel::Kiosk, kiosk: Some("1".into()), ..at_the_door(zone, None) };
    let online = app.take_ticket(&citizen(1), kiosk("A"), None).await.unwrap();
    assert_eq!(state::<Ticket>(app, online.matter).await.number, "A0003");
    // From half past nine it is alone and gives out 4 to 7; the door goes on with its own numbers.
    let number = |serial: u32, minute: i64| Offline {
        zone: "A".into(),
        serial,
        item: None,
        issued_ms: start_of(DAY) + (9 * 60 + minute) * 60_000,
    };
    let alone: Vec<Offline> = (4..8)
        .zip([31, 40, 52, 89])
        .map(|(serial, minute)| number(serial, minute))
        .collect();
    county.at(9, 45);
    let door = app.take_ticket(&citizen(2), at_the_door("A", None), None).await.unwrap();
    assert_eq!(state::<Ticket>(app, door.matter).await.number, "A0001");
    county.at(10, 30);
    let desk = clerk_named("kiosk-1");
    let mut sent = alone.clone();
    sent.push(number(1, 50));
    let report = app.reconcile_offline(&desk, "H1", "1", sent).await.unwrap();
    let refused: Vec<&str> = report.refused.iter().map(|(number, _)| number.as_str()).collect();
    // A0001 is there already; had it been free, the block would have refused it.
    assert_eq!((report.entered.len(), report.there, refused.len()), (4, 1, 0), "{refused:?}");
    let again = app.reconcile_offline(&desk, "H1", "1", alone).await.unwrap();
    assert_eq!((again.entered.len(), again.there), (0, 4), "sent twice, entered once");
    let outside = app.reconcile_offline(&desk, "H1", "1", vec![number(201, 50)]).await.unwrap();
    assert_eq!(outside.refused[0].1.rule.id, fadu_hall::rules::OWN_BLOCK.id);
    let line: Vec<String> = app
        .hall_day(|day| day.waiting("H1").iter().map(|(_, ticket)| ticket.number.clone()).collect())
        .await
        .unwrap();
    assert_eq!(line, ["A0003", "A0004", "A0005", "A0001", "A0006", "A0007"], "by when they were taken");
    let next = app.take_ticket(&citizen(3), kiosk("A"), None).await.unwrap();
    assert_eq!(state::<Ticket>(app, next.matter).await.number, "A0008");
}

/// Eleven wait in zone B, whom window 1 may take and window 2 may not; more than ten is a line to call for.
#[tokio::test]
async fn a_window_calls_for_the_line_that_waits_for_it() {
    let county = county().await;
    let app = &county.app;
    let shipped = fadu_hall::demonstration::Demonstration::read(fadu_hall::DEMONSTRATION).unwrap();
    let adopt = mechanism::Act::Adopt { definition: shipped.mechanism, from: DAY };
    act::<Mechanism>(app, &manager(), Mechanism::id(), adopt).await.unwrap();
    for n in 0..11 {
        app.take_ticket(&citizen(n), at_the_door("B", None), None).await.unwrap();
    }
    let table = [("li", "2", 11, Some("HAL-09")), ("wang", "1", 30, Some("HAL-09")), ("wang", "1", 11, None)];
    for (who, window, waiting, refused) in table {
        let ask = Ask {
            hall: "H1".into(),
            window: window.into(),
            trigger: Trigger::Queue,
            department: OrgId::new("甲局"),
            about: String::new(),
            question: "等候的人多".into(),
            waiting,
        };
        let (by, act) = (clerk_named(who), CallAct::Raise { ask });
        let raise = Call { actor: &by, matter: None, act, private: BTreeMap::new(), key: None };
        let rule = match app.act::<fadu_hall::Call>(raise).await {
            Ok(_) => None,
            Err(Problem::Refused(refusal)) => Some(refusal.rule.id),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(rule, refused, "window {window} says that {waiting} wait");
    }
}

/// March is measured in April: wang's window served one and li's none in a day each.
#[tokio::test]
async fn a_month_that_is_over_is_held_against_the_baseline_once() {
    let county = county().await;
    let app = &county.app;
    let load = |window: &str, cases| Load { window: window.into(), cases, seconds: 36_000 };
    let freeze = baseline::Act::Freeze {
        hall: "H1".into(),
        from: jiff::civil::date(2024, 1, 1),
        until: jiff::civil::date(2024, 12, 31),
        loads: vec![load("1", 100), load("2", 10)],
        source: "演示".into(),
        demonstration: true,
    };
    act::<Baseline>(app, &manager(), Baseline::id("H1"), freeze).await.unwrap();
    let wang = clerk_named("wang");
    let ticket = app.take_ticket(&citizen(0), at_the_door("A", None), None).await.unwrap().matter;
    app.call_next(&wang, "H1", "1", None).await.unwrap();
    act::<Ticket>(app, &wang, ticket, TicketAct::Serve).await.unwrap();
    let done = TicketAct::Finish { outcome: Outcome::Advised, case: None, reason: String::new() };
    act::<Ticket>(app, &wang, ticket, done).await.unwrap();
    for (month, day, n) in [(3, 31, 0), (4, 1, 1), (4, 2, 1)] {
        let today = jiff::civil::date(2025, month, day);
        county.clock.set(start_of(today) + 1_800_000);
        app.sweep(today).await.unwrap();
        let entries = app.store.entries_of(R, Baseline::id("H1")).await.unwrap();
        let told = entries.iter().filter(|entry| entry.fact == "Measured").count();
        assert_eq!(told, n, "on {today}");
    }
    let baseline = state::<Baseline>(app, Baseline::id("H1")).await;
    let loads = baseline.measured.unwrap().loads;
    let cases: Vec<(&str, u32)> = loads.iter().map(|load| (load.window.as_str(), load.cases)).collect();
    assert_eq!(cases, [("1", 1), ("2", 0)]);
}

#[tokio::test]
async fn an_unanswered_call_climbs_by_the_minute_and_once() {
    let county = county().await;
    let app = &county.app;
    let shipped = fadu_hall::demonstration::Demonstration::read(fadu_hall::DEMONSTRATION).unwrap();
    let adopt = mechanism::Act::Adopt { definition: shipped.mechanism, from: DAY };
    act::<Mechanism>(app, &manager(), Mechanism::id(), adopt).await.unwrap();
    let ask = Ask {
        hall: "H1".into(),
        window: "1".into(),
        trigger: Trigger::Question,
        department: OrgId::new("甲局"),
        about: "A0001".into(),
        question: "能否容缺受理".into(),
        waiting: 1,
    };
    let wang = clerk_named("wang");
    let raise =
        Call { actor: &wang, matter: None, act: CallAct::Raise { ask }, private: BTreeMap::new(), key: None };
    let id = app.act::<fadu_hall::Call>(raise).await.unwrap().matter;
    let other = open(&county.path(), &county.clock).await;
    // (minutes after the call, level): five to answer, then ten on each further level; the bureau is the last.
    let table = [
        (5, Level::BackOffice),
        (6, Level::Head),
        (16, Level::Head),
        (17, Level::Bureau),
        (90, Level::Bureau),
    ];
    for (minute, level) in table {
        county.at(9, minute);
        let (one, two) = tokio::join!(app.climb(), other.climb());
        assert_eq!(one.unwrap().failed + two.unwrap().failed, 0);
        app.climb().await.unwrap();
        assert_eq!(state::<fadu_hall::Call>(app, id).await.level, level, "{minute} minutes");
    }
    let climbed = app.store.entries_of(R, id).await.unwrap();
    assert_eq!(climbed.iter().filter(|entry| entry.fact == "Climbed").count(), 2);
    assert_eq!(app.hall_day(|day| day.calls("H1").count()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_leaves_the_catalogue_leaves_the_hall() {
    let county = county().await;
    let app = &county.app;
    let definition = Definition::read_all(fadu_service::ITEMS).unwrap().remove(0);
    let department = OrgId::new(&definition.department);
    let entry = Entry::id(Scope::Department, &department);
    let listing = |code: &str| Listing {
        code: code.into(),
        name: definition.name.clone(),
        department: definition.department.clone(),
        task_type: definition.task_type,
        findings: vec![],
    };
    let m = manager();
    // Before the agreement nothing is asked for.
    app.play_publication(MatterId(1), &listing("C1"), &definition).await.unwrap();
    assert!(app.store.outbox(R, 9).await.unwrap().is_empty());
    let agree = EntryAct::Agree {
        scope: Scope::Department,
        body: department.clone(),
        name: "甲局".into(),
        unit: "审批股".into(),
        document: "模政〔2025〕1号".into(),
    };
    act::<Entry>(app, &m, entry, agree).await.unwrap();
    let figures = Figures::load(&registry::figures()).unwrap();
    let departments = async || -> i64 {
        fadu_figures::tail(&*app.store, R, &figures).await.unwrap();
        let value = fadu_figures::value(&*app.store, R, &figures, "svc.departments", DAY, None).await;
        value.unwrap().part
    };
    assert_eq!(departments().await, 0, "an agreement alone brings nobody into the hall");
    let inside = Placing { code: "C1".into(), name: "甲".into(), standing: Standing::Inside };
    act::<Entry>(app, &m, entry, EntryAct::Place { items: vec![inside] })
        .await
        .unwrap();
    assert_eq!(departments().await, 1);
    app.play_publication(MatterId(2), &listing("C2"), &definition).await.unwrap();
    app.relay().await.unwrap();
    let standings = |app: &App| -> Vec<(String, Standing)> {
        let catalogue = app.catalogue();
        let entry = catalogue.one::<Entry>(entry).unwrap();
        entry
            .items
            .values()
            .map(|item| (item.code.clone(), item.standing.clone()))
            .collect()
    };
    assert_eq!(standings(app), [("C1".into(), Standing::Inside), ("C2".into(), Standing::Pending)]);
    let suspend = || ItemAct::Suspend { reason: "依据废止".into() };
    act::<Item>(app, &m, MatterId(1), suspend()).await.unwrap();
    app.relay().await.unwrap();
    assert_eq!(standings(app), [("C2".into(), Standing::Pending)]);
    assert_eq!(departments().await, 0, "its only item in the hall is suspended");
    act::<Item>(app, &m, MatterId(1), ItemAct::Resume { reason: "依据未废止".into() })
        .await
        .unwrap();
    app.relay().await.unwrap();
    let both = [("C1".to_owned(), Standing::Inside), ("C2".to_owned(), Standing::Pending)];
    assert_eq!(standings(app), both, "it comes back with the item, as it stood");

    // An exception comes back with its reason and its document.
    let (reason, document) = ("涉及国家安全".to_owned(), "模府〔2025〕2号".to_owned());
    let excepted = Standing::Excepted { reason, document };
    let place = Placing { code: "C1".into(), name: "甲".into(), standing: excepted.clone() };
    act::<Entry>(app, &m, entry, EntryAct::Place { items: vec![place] })
        .await
        .unwrap();
    act::<Item>(app, &m, MatterId(1), suspend()).await.unwrap();
    app.relay().await.unwrap();
    assert_eq!(standings(app).len(), 1);
    act::<Item>(app, &m, MatterId(1), ItemAct::Resume { reason: "依据未废止".into() })
        .await
        .unwrap();
    app.relay().await.unwrap();
    assert_eq!(standings(app)[0], ("C1".to_owned(), excepted));
    act::<Item>(app, &m, MatterId(1), suspend()).await.unwrap();
    act::<Item>(app, &m, MatterId(2), ItemAct::Cancel { reason: "不再办理".into() })
        .await
        .unwrap();
    let relayed = app.relay().await.unwrap();
    assert_eq!((relayed.acted, relayed.failed), (2, 0));
    assert!(standings(app).is_empty());

    let leave = clerk::Act::Leave { reason: "合同期满".into() };
    act::<Clerk>(app, &m, Clerk::id(&PersonId::new("li")), leave).await.unwrap();
    let relayed = app.relay().await.unwrap();
    assert_eq!((relayed.acted, relayed.failed), (2, 0), "two days were posted");
    let catalogue = app.catalogue();
    let roster = catalogue.one::<Roster>(Roster::id("H1")).unwrap();
    assert!(roster.days.values().flatten().all(|shift| shift.person.as_str() == "wang"));
    assert!(app.store.outbox(R, 9).await.unwrap().is_empty());
    app.verify_ledger(None).await.unwrap().unwrap();
}

/// What is unusual is looked for among the evaluations of one window, or, of what was done online, of one body.
#[tokio::test]
async fn an_evaluation_is_held_against_those_of_its_own_window_or_body() {
    let county = county().await;
    let app = &county.app;
    let said = |n: usize, department: &str, window: &str| Said {
        contact: Contact::Case(format!("20250303{n:04}")),
        grade: Grade::Good,
        channel: Means::Web,
        pressed: Pressed::Person,
        department: OrgId::new(department),
        hall: if window.is_empty() { String::new() } else { "H1".into() },
        window: window.into(),
        item: None,
        device: String::new(),
        tags: BTreeSet::new(),
    };
    let today = [("甲局", ""), ("甲局", ""), ("乙局", ""), ("甲局", "1"), ("乙局", "1"), ("甲局", "2")];
    for (n, (department, window)) in today.into_iter().enumerate() {
        let by = citizen(n);
        let act = EvaluationAct::Evaluate { said: Box::new(said(n, department, window)), recent: vec![] };
        app.act::<Evaluation>(Call { actor: &by, matter: None, act, private: BTreeMap::new(), key: None })
            .await
            .unwrap();
    }
    for (department, window, n) in
        [("甲局", "", 2), ("乙局", "", 1), ("丙局", "", 0), ("甲局", "1", 2), ("丙局", "2", 1)]
    {
        let next = said(9, department, window);
        let found = app.hall_day(|day| day.evaluated(&next).len()).await.unwrap();
        assert_eq!(found, n, "{department} {window}");
    }
}

/// In March one case of a window and one sent from home are told of a missing paper. In April the window's is drawn, by the
/// ledger's own seed; a list or a seed that somebody else wrote is refused.
#[tokio::test]
async fn what_windows_saw_sent_back_is_drawn_as_the_ledger_says() {
    let county = county().await;
    let app = &county.app;
    let definition = Definition::read_all(fadu_service::ITEMS).unwrap().remove(0);
    let listing = Listing {
        code: "C1".into(),
        name: definition.name.clone(),
        department: definition.department.clone(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(listing.id(), &listing, &definition).await.unwrap();
    let number = fadu_kernel::codes::complete_citizen_number("42999419900101001").unwrap();
    let private =
        [("applicant_name", "模拟申请人"), ("applicant_number", &number), ("applicant_phone", "19900000001")];
    let private: BTreeMap<String, String> =
        private.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
    let lacking = definition.asked().next().unwrap().id.clone();
    let officer = actor("officer", Role::Officer, &definition.department);
    let mut numbers = Vec::new();
    for (by, channel) in [(clerk_named("wang"), By::Window), (citizen(1), By::Online)] {
        let papers = definition.asked().skip(1).map(|paper| (paper.id.clone(), Handed::default()));
        let act = CaseAct::Receive { item: listing.id(), channel, materials: papers.collect() };
        let call = Call { actor: &by, matter: None, act, private: private.clone(), key: None };
        let id = app.act::<Case>(call).await.unwrap().matter;
        let line =
            Missing {
                material: lacking.clone(), what: "请补交".into(), on_the_spot: false, on_paper: false
            };
        self::act::<Case>(app, &officer, id, CaseAct::GiveNotice { missing: vec![line] })
            .await
            .unwrap();
        numbers.push(state::<Case>(app, id).await.number);
    }
    let march = date(2025, 3, 1);
    let wang = PersonId::new("wang");
    let (now, later) = app
        .hall_day(|day| {
            let at = start_of(DAY) + 9 * 3_600_000;
            (day.received_by(&wang, at), day.received_by(&wang, at + 1))
        })
        .await
        .unwrap();
    let received: Case = state(app, now.unwrap()).await;
    assert_eq!(
        (received.number.as_str(), later),
        (numbers[0].as_str(), None),
        "the window is offered its number"
    );
    county.clock.set(start_of(date(2025, 4, 1)) + 9 * 3_600_000);
    let (seed, sent_back) = app.sent_back(march).await.unwrap();
    assert_eq!(sent_back, numbers[..1], "what came from home no window has seen");
    let draw = |seed: &str, sent_back: &[String]| SamplingAct::Draw {
        month: march,
        size: 3,
        seed: seed.to_owned(),
        sent_back: sent_back.to_vec(),
    };
    let chosen = "ab".repeat(32);
    for (seed, list) in [(chosen.as_str(), &sent_back[..]), (seed.as_str(), &numbers[1..])] {
        let refused = self::act::<Sampling>(app, &manager(), Sampling::id(march), draw(seed, list)).await;
        let Err(Problem::Refused(refusal)) = refused else { panic!("drawn by {seed} from {list:?}") };
        assert_eq!(refusal.rule.id, "HAL-26");
    }
    self::act::<Sampling>(app, &manager(), Sampling::id(march), draw(&seed, &sent_back))
        .await
        .unwrap();
    let sampling = state::<Sampling>(app, Sampling::id(march)).await;
    assert_eq!(sampling.drawn.into_keys().collect::<Vec<_>>(), sent_back);
}

/// A citizen without a card is heard, and can be forgotten as well.
#[tokio::test]
async fn personal_values_without_a_number_are_sealed_and_found_again() {
    let county = county().await;
    let app = &county.app;
    let report = async |n: usize, private: &[(&str, &str)]| {
        let by = citizen(n);
        let act = StuckAct::Report {
            hall: "H1".into(),
            subject: "跑了三次".into(),
            why: Why::NoResult,
            about: String::new(),
        };
        let private = private
            .iter()
            .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
            .collect();
        app.act::<Stuck>(Call { actor: &by, matter: None, act, private, key: None })
            .await
            .unwrap()
            .matter
    };
    let subjects = async |id: MatterId| -> BTreeSet<String> {
        app.store
            .private_of(R, id)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.subject)
            .collect()
    };
    let phone = report(1, &[("applicant_phone", "19900000001"), ("applicant_name", "模拟甲")]).await;
    let caller = report(2, &[("caller_phone", "19900000001")]).await;
    let numbered =
        report(3, &[("applicant_number", "429994199001010018"), ("applicant_phone", "19900000001")]).await;
    let (alone, other) =
        (report(4, &[("comment", "态度不好")]).await, report(5, &[("comment", "态度不好")]).await);
    assert_eq!(subjects(phone).await, BTreeSet::from([app.keys.subject("19900000001")]));
    assert_eq!(subjects(caller).await, subjects(phone).await, "one telephone, one subject");
    assert_eq!(subjects(numbered).await, BTreeSet::from([app.keys.subject("429994199001010018")]));
    assert_ne!(subjects(alone).await, subjects(other).await, "nobody is taken for somebody else");

    let telephone = app.keys.subject("19900000001");
    assert_eq!(app.store.erase_person(R, &telephone, false).await.unwrap(), Some(3));
    assert!(subjects(phone).await.is_empty() && subjects(caller).await.is_empty());
    assert_eq!(app.store.private_of(R, numbered).await.unwrap().len(), 2);
    let key = subjects(alone).await.pop_first().unwrap();
    assert_eq!(app.store.erase_person(R, &key, false).await.unwrap(), Some(1));
    assert!(subjects(alone).await.is_empty());
    assert_eq!(app.store.person_key(R, &key).await.unwrap(), None, "the key is gone");
    assert_eq!(subjects(other).await.len(), 1);

    let said = Said {
        contact: Contact::Ticket("H1/2025-03-03/A001".into()),
        grade: Grade::Good,
        channel: Means::Web,
        pressed: Pressed::Person,
        department: OrgId::new("甲局"),
        hall: "H1".into(),
        window: String::new(),
        item: None,
        device: String::new(),
        tags: BTreeSet::new(),
    };
    let by = citizen(6);
    let private = [("comment", "模拟评语：等了一个上午"), ("applicant_phone", "19900000006")];
    let private = private.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
    let act = EvaluationAct::Evaluate { said: Box::new(said), recent: vec![] };
    app.act::<Evaluation>(Call { actor: &by, matter: None, act, private, key: None })
        .await
        .unwrap();
    nothing_is_left("hall", app, county.path().to_str().unwrap()).await;
}
