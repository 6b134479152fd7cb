//! 断电式终止。 A server is killed under load again and again, a day later each time, while time, relay, signing and the count
//! of figures do their work beside the acts: every act it acknowledged is there afterwards, none is there twice, time
//! accepted no case twice, the figures count what the ledger holds, and the ledger verifies.

use fadu_app::now::{Now, System, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Committed, registry};
use fadu_figures::Figures;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::Channel;
use fadu_service::{Case, CaseAct, Definition, Item, Listing};
use fadu_store::{Postgres, Sqlite, Store};
use jiff::civil::date;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};

const ROUNDS: u32 = 50;
const ACTORS: u64 = 32;
const PLACE: &str = "FADU_CRASH_PLACE";
const ROUND: &str = "FADU_CRASH_ROUND";
const R: Region = Region(429_996);

/// Nine in the morning of the day of a round, and on from there.
fn clock(round: i64) -> System {
    let morning = start_of(offset(date(2025, 3, 3), round)) + 9 * 3_600_000;
    System::new(morning - System::machine_ms())
}

async fn open(place: &str, now: impl Now + 'static) -> Arc<App> {
    let store: Arc<dyn Store> = match place.starts_with("postgres") {
        true => Postgres::connect(place).await.unwrap(),
        false => Sqlite::open(place.as_ref()).unwrap(),
    };
    App::open(R, store, Keys::new([3; 32]), Box::new(now)).await.unwrap()
}

/// As `fadu serve` does, and more often.
fn keep_up(app: &Arc<App>) {
    tokio::spawn(fadu_app::log::keep_checkpoints(Arc::clone(app), Duration::from_millis(200)));
    tokio::spawn(fadu_app::relays::keep_relaying(Arc::clone(app), Duration::from_millis(200)));
    tokio::spawn(keep_sweeping(Arc::clone(app)));
    tokio::spawn(keep_counting(Arc::clone(app)));
}

async fn keep_sweeping(app: Arc<App>) {
    loop {
        app.sweep(app.moment().today).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn keep_counting(app: Arc<App>) {
    let figures = Figures::load(&registry::figures()).unwrap();
    loop {
        fadu_figures::tail(&*app.store, R, &figures).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn acknowledge(code: &str, done: &Committed) {
    writeln!(std::io::stdout().lock(), "ack {code} {} {}", done.seq, done.matter).unwrap();
}

fn actor(person: &str, role: Role) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new("public") }
}

async fn open_item(app: &App) -> MatterId {
    let definition = Definition::read_all(fadu_service::ITEMS)
        .unwrap()
        .into_iter()
        .find(|item| item.online)
        .unwrap();
    let id = MatterId(1);
    if app.catalogue().one::<Item>(id).is_some_and(Item::is_open) {
        return id;
    }
    let listing = Listing {
        code: "000120007000".into(),
        name: definition.name.clone(),
        department: definition.department.clone(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(id, &listing, &definition).await.unwrap();
    id
}

/// The server under load. Run by the tests below in a process of its own, and killed by them.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let (Ok(place), Ok(round)) = (std::env::var(PLACE), std::env::var(ROUND)) else { return };
    let app = open(&place, clock(round.parse().unwrap())).await;
    let item = open_item(&app).await;
    keep_up(&app);
    let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
    let private: BTreeMap<String, String> =
        [("applicant_name", "模拟申请人"), ("applicant_number", &number), ("applicant_phone", "19900000000")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into();
    let mut lanes = Vec::new();
    for lane in 0..ACTORS {
        let (app, round, private) = (Arc::clone(&app), round.clone(), private.clone());
        lanes.push(tokio::spawn(async move {
            for n in 0.. {
                let code = format!("{round}-{lane}-{n}");
                let applicant = actor(&code, Role::Citizen);
                let act = CaseAct::Receive { item, channel: Channel::Online, materials: BTreeMap::new() };
                let call = Call {
                    actor: &applicant,
                    matter: None,
                    act,
                    private: private.clone(),
                    key: Some("apply".into()),
                };
                let done = app.act::<Case>(call).await.unwrap();
                acknowledge(&code, &done);
                // Every other one is left to time.
                if n % 2 == 0 {
                    continue;
                }
                let call = Call {
                    actor: &applicant,
                    matter: Some(done.matter),
                    act: CaseAct::Withdraw { reason: "不办了".into(), statement: String::new() },
                    private: BTreeMap::new(),
                    key: Some("withdraw".into()),
                };
                let done = app.act::<Case>(call).await.unwrap();
                acknowledge(&format!("{code}/withdrawn"), &done);
            }
        }));
    }
    for lane in lanes {
        lane.await.unwrap();
    }
}

async fn kill_again_and_again(place: &str) {
    let mut acknowledged: HashMap<String, (i64, MatterId)> = HashMap::new();
    // Once a store was looked through under the calendar of the day, time's own acts have their turn at every start.
    let app = open(place, clock(0)).await;
    open_item(&app).await;
    app.sweep(app.moment().today).await.unwrap();
    drop(app);
    for round in 0..ROUNDS {
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--nocapture", "--test-threads=1"])
            .env(PLACE, place)
            .env(ROUND, round.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        // A different moment every round, from the first commits on; every tenth lives long enough for time to act.
        let until = if round % 10 == 9 { 800 } else { 10 + round * 7 % 150 };
        loop {
            let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line())
                .await
                .expect("the child does nothing")
                .unwrap();
            let Some(line) = line else { panic!("the child stopped by itself after {seen} acts") };
            let Some((_, ack)) = line.split_once("ack ") else { continue };
            let mut words = ack.split(' ');
            let (code, seq, matter) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            acknowledged.insert(code.to_owned(), (seq.parse().unwrap(), matter.parse().unwrap()));
            seen += 1;
            if seen == until {
                break;
            }
        }
        child.start_kill().unwrap();
        // What was still in the pipe was acknowledged too.
        while let Ok(Some(line)) = lines.next_line().await {
            let words: Vec<&str> = line.split(' ').collect();
            if let ["ack", code, seq, matter] = words[..]
                && let (Ok(seq), Ok(matter)) = (seq.parse(), matter.parse())
            {
                acknowledged.insert(code.to_owned(), (seq, matter));
            }
        }
        child.wait().await.unwrap();
    }
    let app = open(place, clock(i64::from(ROUNDS))).await;
    let mut found: HashMap<String, i64> = HashMap::new();
    let mut next = 0;
    loop {
        let page = app.store.entries(R, next, 1000).await.unwrap();
        let Some(last) = page.last() else { break };
        next = last.seq + 1;
        for entry in page {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            let code = body["actor"].as_str().unwrap().to_owned();
            // The item's own way to publication is not what the children do.
            let name = match (entry.kind.as_str(), entry.fact.as_str()) {
                ("case", "Received") => code,
                ("case", "Withdrawn") => format!("{code}/withdrawn"),
                ("case", "Accepted") => format!("{}/accepted", entry.matter),
                _ => continue,
            };
            assert_eq!(found.insert(name.clone(), entry.seq), None, "{name} is there twice");
        }
    }
    for (code, (seq, matter)) in &acknowledged {
        assert_eq!(found.get(code), Some(seq), "{code} was acknowledged and is not there");
        assert!(app.store.matter(R, *matter).await.unwrap().is_some(), "{code} has an entry and no state");
    }
    let n = |ending: &str| found.keys().filter(|name| name.ends_with(ending)).count();
    let (n_withdrawn, n_accepted) = (n("/withdrawn"), n("/accepted"));
    assert!(n_withdrawn > 0 && n_accepted > 0, "{n_withdrawn} withdrawn, {n_accepted} accepted by time");
    let figures = Figures::load(&registry::figures()).unwrap();
    fadu_figures::tail(&*app.store, R, &figures).await.unwrap();
    let year = date(2025, 12, 31);
    for (figure, n) in [("svc.received", found.len() - n_withdrawn - n_accepted), ("svc.cases", n_accepted)] {
        let value = fadu_figures::value(&*app.store, R, &figures, figure, year, None).await.unwrap();
        assert_eq!(value.part, n as i64, "{figure}");
    }
    let verified = app.verify_ledger(None).await.unwrap().unwrap();
    assert!(verified.entries > found.len() as i64);
    println!("{ROUNDS} kills, {} acts acknowledged, {} in the ledger", acknowledged.len(), found.len());
}

#[tokio::test]
async fn sqlite_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    kill_again_and_again(folder.path().join("fadu.db").to_str().unwrap()).await;
}

#[tokio::test]
async fn postgres_keeps_what_it_acknowledged() {
    let Ok(url) = std::env::var("FADU_TEST_PG") else {
        println!("skipped: FADU_TEST_PG is not set");
        return;
    };
    kill_again_and_again(&url).await;
}
