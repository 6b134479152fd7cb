//! 度量。 The production `app::act`, measured beside a hand-written peer in the same run. Prints what it found and
//! answers no when a gate is missed; nothing is rounded in our favour.

mod hall;
mod hotline;
mod joint;
mod pages;

use crate::home::figures;
use crate::{Answer, Place, say};
use fadu_app::now::{Movable, System, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role, codes};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition};
use fadu_sim::Plan;
use fadu_store::{Postgres, Sqlite, Store, peer};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const R: Region = Region(429_997);
const ACTORS: usize = 256;
const ROUNDS: usize = 5;

#[derive(clap::Args)]
pub struct Bench {
    /// Acts of each engine and round
    #[arg(long, default_value_t = 20_000)]
    acts: usize,
    /// Cases of the simulated year
    #[arg(long, default_value_t = 100_000)]
    cases: u32,
    /// Answered calls of the simulated year of 12345
    #[arg(long, default_value_t = 85_000)]
    calls: u32,
    /// Matters in the store when pages are asked for
    #[arg(long, default_value_t = 1_000_000)]
    matters: i64,
    /// Folder of texts of statutes to import before pages are asked for
    #[arg(long)]
    statutes: Option<PathBuf>,
    /// PostgreSQL server to measure on; without it only the embedded engine is measured
    #[arg(long, env = "FADU_TEST_PG")]
    postgres: Option<String>,
    /// Python interpreter that has SpiffWorkflow, the peer of the joint cases
    #[arg(long, env = "FADU_TEST_PYTHON")]
    python: Option<PathBuf>,
    /// Only these parts, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Acts,
    Hall,
    Joint,
    Year,
    Hotline,
    Pages,
}

impl Bench {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

struct Sample {
    per_second: f64,
    cpu_us: f64,
}

pub async fn run(place: &Place, command: Bench) -> Answer {
    let folder = std::env::temp_dir().join(format!("fadu-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measure(place, &command, &folder).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn measure(place: &Place, command: &Bench, folder: &Path) -> Answer {
    let mut rows: Vec<(String, String, Option<bool>)> = Vec::new();
    let mut row = |name: &str, found: String, good: Option<bool>| rows.push((name.to_owned(), found, good));
    row("fdatasync of 4 KiB", format!("{:.0}/s", fsync_rate(folder)?), None);
    if command.wants(Part::Acts) {
        both_engines(command, folder, &mut row).await?;
    }
    if command.wants(Part::Hall) {
        hall::hall(folder, &mut row).await?;
    }
    if command.wants(Part::Joint) {
        joint::joint(folder, command.python.as_deref(), &mut row).await?;
    }
    if command.wants(Part::Year) {
        year(command, folder, &mut row).await?;
    }
    if command.wants(Part::Hotline) {
        hotline::hotline(folder, command.calls, &mut row).await?;
    }
    if command.wants(Part::Pages) {
        pages::pages(folder, command.matters, command.statutes.as_deref(), &mut row).await?;
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    row("load of the machine", load.split(' ').take(3).collect::<Vec<_>>().join(" "), None);
    let met = rows.iter().all(|(_, _, good)| good.unwrap_or(true));
    let listed: Vec<_> = rows
        .iter()
        .map(|(name, found, good)| json!({"name": name, "found": found, "met": good}))
        .collect();
    say(place, json!({"rows": listed, "met": met}), || {
        let mark = |good: &Option<bool>| match good {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        rows.iter()
            .map(|(name, found, good)| format!("{name:44} {found:>18}  {}", mark(good)))
            .collect::<Vec<_>>()
            .join("\n")
    });
    Ok(met)
}

/// Takes a name, what was found, and whether that is good enough.
type Row<'a> = dyn FnMut(&str, String, Option<bool>) + 'a;

/// Acts on both engines in turn with the peer, so that all of them meet the same machine.
async fn both_engines(command: &Bench, folder: &Path, row: &mut Row<'_>) -> anyhow::Result<()> {
    let embedded = county(Sqlite::open(&folder.join("acts.db"))?).await?;
    let server = match &command.postgres {
        Some(url) => Some((url.clone(), county(Postgres::connect(url).await?).await?)),
        None => None,
    };
    let (mut ours, mut theirs, mut peers) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours.push(acts(&embedded, command.acts, round).await?);
        if let Some((url, app)) = &server {
            theirs.push(acts(app, command.acts / 3, round).await?);
            peers.push(peer::acts_per_second(url, 32, Duration::from_secs(3)).await?);
        }
    }
    let rate = median(ours.iter().map(|sample| sample.per_second));
    let cpu = median(ours.iter().map(|sample| sample.cpu_us));
    row("acts, embedded, 256 actors", format!("{rate:.0}/s"), Some(rate >= 20_000.0));
    row("CPU per act, embedded", format!("{cpu:.0} µs"), Some(cpu <= 60.0));
    if !peers.is_empty() {
        let (theirs, peer) =
            (median(theirs.iter().map(|sample| sample.per_second)), median(peers.iter().copied()));
        row("peer: four-table transactions, 32 clients", format!("{peer:.0}/s"), None);
        row("acts, PostgreSQL, 256 actors", format!("{theirs:.0}/s"), Some(theirs >= 6_000.0));
        row("embedded to peer", format!("{:.1} times", rate / peer), Some(rate / peer >= 8.0));
        row("PostgreSQL to peer", format!("{:.1} times", theirs / peer), Some(theirs / peer >= 2.5));
    }
    for app in std::iter::once(&embedded).chain(server.iter().map(|(_, app)| app)) {
        let beside = followed(app, command.acts * 3).await?;
        row(
            &format!("figures beside {:.0} facts/s written, {}", beside.written, app.store.engine()),
            format!("{} entries, {:.2} s behind", beside.entries, beside.seconds),
            Some(beside.keeps_up()),
        );
        app.checkpoint().await?;
        let engine = app.store.engine();
        row(
            &format!("ledger after the acts, {engine}"),
            "verifies".to_owned(),
            Some(app.verify_ledger(None).await?.is_ok()),
        );
    }
    Ok(())
}

/// How far the figures are behind when the last act beside them is answered.
struct Beside {
    /// Facts a second.
    written: f64,
    /// Facts a second, until all of them were counted.
    counted: f64,
    entries: i64,
    seconds: f64,
}

impl Beside {
    /// Where less than the limit is written, it is for the figures to be no more than a moment behind.
    fn keeps_up(&self) -> bool {
        self.counted >= 20_000.0 || self.seconds < 1.0
    }
}

/// Acts while the figures are counted over and over, as beside a server; what earlier acts left is counted before.
async fn followed(app: &Arc<App>, n: usize) -> anyhow::Result<Beside> {
    let figures = figures()?;
    fadu_figures::tail(&*app.store, R, &figures).await?;
    let from = app.store.head(R).await?.next_seq;
    let (ended, mut ends) = tokio::sync::oneshot::channel::<()>();
    let tailer = {
        let app = Arc::clone(app);
        tokio::spawn(async move {
            let mut last = false;
            while !last {
                fadu_figures::tail(&*app.store, R, &figures).await?;
                // A server's pause, cut short by the end of the acts: what is left then is counted at once.
                last = tokio::time::timeout(Duration::from_secs(2), &mut ends).await.is_ok();
            }
            fadu_figures::tail(&*app.store, R, &figures).await
        })
    };
    let started = Instant::now();
    // Behind the cases of the rounds before it.
    acts(app, n, ROUNDS).await?;
    let wrote = started.elapsed().as_secs_f64();
    let head = app.store.head(R).await?.next_seq;
    let cursors = app.store.figure_cursors(R).await?;
    let counted_to = cursors.iter().map(|(_, seq)| *seq).min().unwrap_or(from);
    drop(ended);
    tailer.await??;
    let took = started.elapsed().as_secs_f64();
    let facts = (head - from) as f64;
    Ok(Beside {
        written: facts / wrote,
        counted: facts / took,
        entries: head - counted_to,
        seconds: took - wrote,
    })
}

/// A year of cases, and what is asked of the ledger and the figures afterwards.
async fn year(command: &Bench, folder: &Path, row: &mut Row<'_>) -> anyhow::Result<()> {
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 1, 1)));
    let store: Arc<dyn Store> = Sqlite::open(&folder.join("year.db"))?;
    let app = App::open(R, store, Keys::new([9; 32]), Box::new(clock.clone())).await?;
    let definitions = Definition::read_all(fadu_service::ITEMS)?;
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions).await?;
    let plan = Plan { year: 2025, seed: 1, scale_per_mille: command.cases / 6, done_until: None };
    let started = Instant::now();
    let tally = fadu_sim::run_year(&app, &clock, plan, &mut |_, _| {}).await?;
    let took = started.elapsed();
    let full = command.cases >= 100_000;
    row(
        &format!("a year of {} cases, {} acts", tally.cases, tally.acts),
        format!("{:.1} s", took.as_secs_f64()),
        full.then_some(took.as_secs() < 60),
    );
    row("peak memory", format!("{} MB", peak_mb()), Some(peak_mb() < 300));
    app.checkpoint().await?;
    let entries = app.store.head(R).await?.next_seq;
    let started = Instant::now();
    let sound = app.verify_ledger(None).await?.is_ok();
    let per_million = started.elapsed().as_secs_f64() / entries as f64 * 1e6;
    row(
        &format!("ledger verify, {entries} entries"),
        format!("{per_million:.2} s a million"),
        Some(sound && per_million < 2.0),
    );
    let started = Instant::now();
    for n in 0..100 {
        app.receipt(entries / 100 * n).await?;
    }
    let proof = started.elapsed().as_secs_f64() * 10.0;
    row("a proof", format!("{proof:.2} ms"), Some(proof < 1.0));
    let figures = figures()?;
    let started = Instant::now();
    let read = fadu_figures::tail(&*app.store, R, &figures).await?;
    let facts = read as f64 / started.elapsed().as_secs_f64();
    row("figures follow the ledger", format!("{facts:.0} facts/s"), Some(facts >= 20_000.0));
    let started = Instant::now();
    fadu_figures::rebuild(&*app.store, R, &figures).await?;
    let facts = entries as f64 / started.elapsed().as_secs_f64();
    row("figures rebuilt", format!("{facts:.0} facts/s"), Some(facts >= 200_000.0));
    let started = Instant::now();
    fadu_web::annual(&app, None, &figures, "模拟", true, 2025).await?;
    let report = started.elapsed().as_secs_f64() * 1e3;
    row("the report's figures", format!("{report:.0} ms"), Some(report < 300.0));
    let value =
        fadu_figures::value(&*app.store, R, &figures, "svc.received", jiff::civil::date(2025, 12, 31), None)
            .await?;
    row(
        "figures agree with the acts",
        format!("{} = {}", value.part, tally.cases),
        Some(value.part == tally.cases as i64),
    );
    Ok(())
}

async fn county(store: Arc<dyn Store>) -> anyhow::Result<Arc<App>> {
    let app = App::open(R, store, Keys::new([9; 32]), Box::new(System::new(0))).await?;
    let definitions = Definition::read_all(fadu_service::ITEMS)?;
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions).await?;
    Ok(app)
}

/// Four acts a case: received with personal data, accepted, checked, decided.
async fn acts(app: &Arc<App>, n: usize, round: usize) -> anyhow::Result<Sample> {
    let subject = Arc::new(Subject::choose()?);
    let cases = n / 4 / ACTORS + 1;
    let (cpu, started) = (cpu_us(), Instant::now());
    let mut lanes = Vec::new();
    for lane in 0..ACTORS {
        let (app, subject) = (Arc::clone(app), Arc::clone(&subject));
        lanes.push(tokio::spawn(async move {
            for case in 0..cases {
                one(&app, &subject, (round * ACTORS + lane) * cases + case).await?;
            }
            Ok::<_, fadu_app::Problem>(())
        }));
    }
    for lane in lanes {
        lane.await??;
    }
    let done = (cases * ACTORS * 4) as f64;
    Ok(Sample { per_second: done / started.elapsed().as_secs_f64(), cpu_us: (cpu_us() - cpu) as f64 / done })
}

/// What is applied for.
struct Subject {
    item: MatterId,
    department: String,
    materials: BTreeMap<String, Paper>,
}

impl Subject {
    fn choose() -> anyhow::Result<Subject> {
        let definitions = Definition::read_all(fadu_service::ITEMS)?;
        let listings = fadu_sim::generated(&definitions);
        let chosen = definitions
            .iter()
            .find(|item| item.online && item.verification == "document" && item.hearing == "none");
        let Some(definition) = chosen else { anyhow::bail!("no item fits the measurement") };
        let Some(listing) = listings.iter().find(|listing| definition.matches.contains(&listing.name)) else {
            anyhow::bail!("the item is not listed")
        };
        let materials = definition.asked().map(|material| (material.id.clone(), Paper::default()));
        Ok(Subject {
            item: listing.id(),
            department: listing.department.clone(),
            materials: materials.collect(),
        })
    }
}

async fn one(app: &App, subject: &Subject, n: usize) -> Result<MatterId, fadu_app::Problem> {
    let Subject { item, department, materials } = subject;
    let actor = |person: String, role, org: &str| Actor {
        person: PersonId::new(&person),
        role,
        org: OrgId::new(org),
    };
    let number =
        codes::complete_citizen_number(&format!("42999719900101{:03}", n % 1000)).unwrap_or_default();
    let private = [
        ("applicant_name", format!("模拟申请人{n}")),
        ("applicant_number", number),
        ("applicant_phone", format!("199{n:08}")),
    ];
    let private = private.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    let citizen = actor(format!("bench-{n}"), Role::Citizen, "public");
    let officer = actor("bench-officer".to_owned(), Role::Officer, department);
    let head = actor("bench-head".to_owned(), Role::AgencyHead, department);
    let receive = CaseAct::Receive { item: *item, channel: Channel::Online, materials: materials.clone() };
    let opened = app
        .act::<Case>(Call {
            actor: &citizen,
            matter: None,
            act: receive,
            private,
            key: Some("apply".to_owned()),
        })
        .await?;
    let checkers = vec![officer.person.clone()];
    let rest = [
        (&officer, CaseAct::Accept),
        (&officer, CaseAct::Verify { checkers, passed: true, note: "相符".to_owned(), interested: false }),
        (
            &head,
            CaseAct::Decide {
                granted: true,
                reason: String::new(),
                false_material: false,
                evidence: Vec::new(),
            },
        ),
    ];
    for (actor, act) in rest {
        app.act::<Case>(Call {
            actor,
            matter: Some(opened.matter),
            act,
            private: BTreeMap::new(),
            key: None,
        })
        .await?;
    }
    Ok(opened.matter)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// User and system time of this process, from the kernel's own account (100 ticks a second on Linux).
fn cpu_us() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum::<u64>()
        * 10_000
}

fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

/// The peak is counted from here on. Where the kernel does not allow it, what came before counts as well.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn fsync_rate(folder: &Path) -> anyhow::Result<f64> {
    let mut file = std::fs::File::create(folder.join("fsync"))?;
    let (block, started) = ([0_u8; 4096], Instant::now());
    let mut n = 0;
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&block)?;
        file.sync_data()?;
        n += 1;
    }
    Ok(f64::from(n) / started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn figures_beside_acts_are_behind_by_what_was_not_counted_and_end_at_the_head() {
        let folder = tempfile::tempdir().unwrap();
        let app = county(Sqlite::open(&folder.path().join("fadu.db")).unwrap()).await.unwrap();
        let beside = followed(&app, 4).await.unwrap();
        assert!(beside.entries >= 0 && beside.seconds >= 0.0 && beside.counted <= beside.written);
        let (figures, today) = (figures().unwrap(), app.moment().today);
        assert_eq!(
            fadu_figures::tail(&*app.store, R, &figures).await.unwrap(),
            0,
            "nothing is left to count"
        );
        let received = fadu_figures::value(&*app.store, R, &figures, "svc.received", today, None)
            .await
            .unwrap();
        assert_eq!(received.part, ACTORS as i64, "one case of each actor");
    }

    #[test]
    fn figures_keep_up_at_the_limit_or_within_a_second() {
        let beside = |counted, seconds| Beside { written: 25_000.0, counted, entries: 9, seconds };
        for (counted, seconds, good) in
            [(20_000.0, 1.5, true), (19_999.0, 1.0, false), (8_000.0, 0.9, true), (25_000.0, 0.0, true)]
        {
            assert_eq!(beside(counted, seconds).keeps_up(), good, "{counted} a second, {seconds} behind");
        }
    }
}
