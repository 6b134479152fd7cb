//! 页面的快慢。 Portal and desk over real sockets at a fixed rate, with a million matters in the store.

use super::{R, Row, Subject, county, forget_peak, one, peak_mb};
use crate::home::figures;
use crate::law::{Folder, read_folder};
use anyhow::{Context, bail, ensure};
use fadu_app::App;
use fadu_app::accounts::Account;
use fadu_kernel::{MatterId, Role};
use fadu_report::TestSeals;
use fadu_service::Item;
use fadu_store::{Append, EntryRow, MatterRow, MatterWrite, NewEntry, Outcome, Sqlite, TaskPut, TaskQuery};
use fadu_web::{Site, Web, texts};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Requests a second, and for how long.
const RATE: u32 = 200;
const SECONDS: u32 = 15;
const PASSWORD: &str = "bench-password";
/// 行政许可法 32, where its text is held.
const ARTICLE: &str = "/statutes/%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF%E6%B3%95/32";
/// One in so many cases is still open.
const OPEN: i64 = 50;
/// Acts on their way to the store at once while it is filled.
const FILLING: usize = 512;

pub async fn pages(
    folder: &Path,
    matters: i64,
    statutes: Option<&Path>,
    row: &mut Row<'_>,
) -> anyhow::Result<()> {
    forget_peak();
    let app = county(Sqlite::open(&folder.join("pages.db"))?).await?;
    let themes = fadu_sim::shipped_themes();
    fadu_sim::enter_members(&app, &themes).await?;
    fadu_sim::enter_themes(&app, themes, "http://localhost").await?;
    let Folder { statutes, validity, .. } = statutes.map(read_folder).transpose()?.unwrap_or_default();
    if !statutes.is_empty() {
        texts::keep(&*app.store, R, &statutes, validity).await?;
    }
    let (case, department) = fill(&app, matters).await?;
    app.checkpoint().await?;
    // The figures and the report count what the pages are asked beside.
    fadu_figures::tail(&*app.store, R, &figures()?).await?;
    for (role, org) in [(Role::Officer, department.as_str()), (Role::WindowClerk, "hall")] {
        let account = Account {
            person: role.name().into(),
            name: "度量".into(),
            role,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        app.put_account(account, PASSWORD).await?;
    }
    let everywhere = departments(&app);
    let n = everywhere.len();
    let (own, window) = (
        tasks(&app, Role::Officer, &[department]).await?,
        tasks(&app, Role::WindowClerk, &everywhere).await?,
    );
    row("task list, slowest of 200, database time", format!("{own:.1} ms"), Some(own < 10.0));
    row(
        &format!("task list of the window, {n} departments, slowest of 200, database time"),
        format!("{window:.1} ms"),
        Some(window < 10.0),
    );
    let (address, server) = serve(&app).await?;
    let (officer, clerk) =
        (sign_in(address, Role::Officer).await?, sign_in(address, Role::WindowClerk).await?);
    let item = Subject::choose()?.item;
    let code = app.keys.track_code(case.id);
    let addresses = [
        "/".to_owned(),
        "/items".to_owned(),
        "/items?q=%E8%AE%B8%E5%8F%AF".to_owned(),
        format!("/items/{item}"),
        format!("/items/{item}/apply"),
        format!("/track/{}/{code}", case.id),
        format!("/receipts/{}", matters / 2),
        "/powers".to_owned(),
        "/statutes".to_owned(),
        "/figures".to_owned(),
        "/report".to_owned(),
        "/themes".to_owned(),
        "/desk".to_owned(),
        format!("/desk/cases/{}", case.id),
        format!("/desk/search?q={}", number(matters / 3)),
    ];
    let mut addresses: Vec<_> = addresses.into_iter().map(|path| (path, &officer)).collect();
    addresses.push(("/desk".to_owned(), &clerk));
    if statutes.iter().any(|statute| statute.title.ends_with("行政许可法")) {
        addresses.push((ARTICLE.to_owned(), &officer));
    }
    let mut took = Vec::new();
    let started = Instant::now();
    let mut underway = Vec::new();
    for n in 0..RATE * SECONDS {
        let due = started + Duration::from_secs(1) * n / RATE;
        tokio::time::sleep_until(due.into()).await;
        let (path, cookie) = &addresses[n as usize % addresses.len()];
        let (path, cookie) = (path.clone(), (*cookie).clone());
        // Counted from when it should have been sent: a server that stalls is not spared those that wait.
        underway.push(tokio::spawn(async move {
            let answer = ask(address, "GET", &path, &cookie, "").await?;
            ensure!(
                answer.starts_with("HTTP/1.1 200"),
                "{path}: {}",
                answer.lines().next().unwrap_or_default()
            );
            Ok((due.elapsed(), n as usize))
        }));
    }
    for request in underway {
        took.push(request.await??);
    }
    server.abort();
    let all = p99(&mut took.iter().map(|(took, _)| *took).collect::<Vec<_>>());
    row(
        &format!("pages, {RATE} requests/s, {matters} matters, {} texts of statutes, p99", statutes.len()),
        format!("{all:.1} ms"),
        Some(all < 25.0),
    );
    let peak = peak_mb();
    row(
        &format!("peak memory, {matters} matters entered, counted and served"),
        format!("{peak} MB"),
        Some(peak < 300),
    );
    for (i, (path, cookie)) in addresses.iter().enumerate() {
        let own = p99(&mut took
            .iter()
            .filter(|(_, n)| n % addresses.len() == i)
            .map(|(took, _)| *took)
            .collect::<Vec<_>>());
        let shown = path.split(['?', '-']).next().unwrap_or_default();
        let whose = if **cookie == clerk { " of the window" } else { "" };
        let shown: String = shown.chars().take(40).collect();
        row(&format!("  {shown}{whose}"), format!("{own:.1} ms"), None);
    }
    Ok(())
}

/// The county's pages on a free port, until the task is aborted.
pub(super) async fn serve(app: &Arc<App>) -> anyhow::Result<(SocketAddr, JoinHandle<std::io::Result<()>>)> {
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(TestSeals::new([9; 32])),
    };
    let shelf = texts::shelf(&*app.store, R).await?;
    let router = fadu_web::router(Web::new(Arc::clone(app), figures()?, shelf, site));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    Ok((address, tokio::spawn(async move { axum::serve(listener, router).await })))
}

/// What ninety-nine of a hundred do not exceed, in milliseconds.
pub(super) fn p99(times: &mut [Duration]) -> f64 {
    times.sort();
    times.get(times.len() * 99 / 100).copied().unwrap_or_default().as_secs_f64() * 1e3
}

fn number(n: i64) -> String {
    format!("20250303B{n:07}")
}

/// One case is acted on like any other; its rows stand for the others, which differ in number, body and due day.
async fn fill(app: &Arc<App>, matters: i64) -> anyhow::Result<(MatterRow, String)> {
    let case = one(app, &Subject::choose()?, 0).await?;
    let row = app.store.matter(R, case).await?.context("the case is there")?;
    let entries = app.store.entries_of(R, case).await?;
    let received = entries.iter().find(|entry| entry.fact == "Received");
    let received = received.context("the case was received")?;
    let departments = departments(app);
    let epoch = app.catalogue().epoch;
    let mut underway = tokio::task::JoinSet::new();
    for n in 0..matters {
        if underway.len() >= FILLING {
            done(underway.join_next().await)?;
        }
        let (store, append) = (Arc::clone(&app.store), filler(&row, received, n, epoch, &departments));
        underway.spawn(async move { store.append(append).await });
    }
    while !underway.is_empty() {
        done(underway.join_next().await)?;
    }
    let department = row.org.clone();
    Ok((row, department))
}

fn departments(app: &App) -> Vec<String> {
    let catalogue = app.catalogue();
    let names: BTreeSet<String> = catalogue.all::<Item>().map(|(_, item)| item.department.clone()).collect();
    names.into_iter().collect()
}

fn done(
    answer: Option<Result<Result<Outcome, fadu_store::Fault>, tokio::task::JoinError>>,
) -> anyhow::Result<()> {
    match answer.context("nothing under way")?? {
        Ok(Outcome::Done(_)) => Ok(()),
        other => bail!("the store could not be filled: {other:?}"),
    }
}

fn filler(row: &MatterRow, received: &EntryRow, n: i64, epoch: i64, departments: &[String]) -> Append {
    // Ids grow as with real cases, one a few seconds.
    let id = MatterId(row.id.0 + (n + 1) * 4096);
    let org = departments[n as usize % departments.len()].clone();
    let open = n % OPEN == 0;
    let due = format!("2025-{:02}-{:02}", 1 + n / 28 % 12, 1 + n % 28);
    let task = |name: &str, role: Role| TaskPut {
        name: name.to_owned(),
        role: role.name(),
        org: org.clone(),
        due: due.clone(),
    };
    let tasks_put = match open {
        true => vec![task("verify", Role::Officer), task("deliver", Role::WindowClerk)],
        false => vec![],
    };
    // The same text but for its own number, which the store gives it, and for matter and number of the case.
    let (_, tail) = received.body.split_once(',').unwrap_or_default();
    let tail = tail
        .replace(&row.id.to_string(), &id.to_string())
        .replace(&row.number, &number(n));
    Append {
        region: R,
        key: None,
        epoch,
        raises_epoch: false,
        reads: vec![],
        writes: vec![MatterWrite {
            id,
            kind: "case",
            expected: 0,
            version: 1,
            number: number(n),
            title: row.title.clone(),
            status: if open { "accepted" } else { "archived" }.to_owned(),
            org,
            due: open.then(|| due.clone()),
            amber: open.then_some(due),
            closed: !open,
            opened_day: "2025-03-03".to_owned(),
            state: row.state.clone(),
            listed: String::new(),
            facets_gone: vec![],
            facets_new: vec![("number".to_owned(), number(n))],
            tasks_gone: vec![],
            tasks_put,
        }],
        entries: vec![NewEntry {
            matter: id,
            kind: "case",
            fact: "Received",
            day: received.day.clone(),
            ms: received.ms,
            actor: received.actor.clone(),
            tail,
            effects: vec![],
        }],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    }
}

/// The slowest of two hundred first pages of a post's list at these departments, in milliseconds.
async fn tasks(app: &App, role: Role, departments: &[String]) -> anyhow::Result<f64> {
    let mut slowest = Duration::ZERO;
    for _ in 0..200 {
        let query = TaskQuery {
            orgs: departments.to_vec(),
            role: role.name(),
            due_by: None,
            after: None,
            kinds: vec![],
            limit: 50,
        };
        let started = Instant::now();
        ensure!(!app.store.tasks(R, query).await?.is_empty(), "the list is empty");
        slowest = slowest.max(started.elapsed());
    }
    Ok(slowest.as_secs_f64() * 1e3)
}

async fn sign_in(address: SocketAddr, role: Role) -> anyhow::Result<String> {
    let form = format!("username={}&password={PASSWORD}", role.name());
    let answer = ask(address, "POST", "/sign-in", "", &form).await?;
    let cookie = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|cookie| cookie.split(';').next());
    cookie
        .map(str::to_owned)
        .with_context(|| format!("nobody was signed in: {answer}"))
}

/// One request on a connection of its own, as HTTP/1.1 has it.
pub(super) async fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    form: &str,
) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_stands_for_others_verifies_and_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let app = county(Sqlite::open(&folder.path().join("fadu.db")).unwrap()).await.unwrap();
        fill(&app, 40).await.unwrap();
        app.checkpoint().await.unwrap();
        assert!(app.verify_ledger(None).await.unwrap().is_ok());
        let (figures, today) = (figures().unwrap(), app.moment().today);
        fadu_figures::tail(&*app.store, R, &figures).await.unwrap();
        let received = fadu_figures::value(&*app.store, R, &figures, "svc.received", today, None)
            .await
            .unwrap();
        assert_eq!(received.part, 41, "the one that was acted on, and forty beside it");
    }
}
