//! 大厅的快慢。 From the act of calling a number to the number on two hundred boards; the first page of a joint case; a day of
//! the hall run through.

use super::pages::{ask, p99, serve};
use super::{R, Row};
use anyhow::{Context, ensure};
use fadu_app::hall::{Next, Wanted};
use fadu_app::now::System;
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_hall::Ticket;
use fadu_hall::hall::Channel;
use fadu_hall::queue::{Desk, Policy, arrivals, simulate};
use fadu_hall::ticket::{Act, Outcome};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_sim::{DEMONSTRATION_WINDOW, HALL};
use fadu_store::Sqlite;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const BOARDS: usize = 200;
const CALLS: usize = 100;
const EVERY: Duration = Duration::from_millis(100);
const CLERK: &str = "clerk";

pub(super) async fn hall(folder: &Path, row: &mut Row<'_>) -> anyhow::Result<()> {
    let store = Sqlite::open(&folder.join("hall.db"))?;
    let app = App::open(R, store, Keys::new([9; 32]), Box::new(System::new(0))).await?;
    let shipped = fadu_sim::shipped_themes();
    fadu_sim::enter_members(&app, &shipped).await?;
    fadu_sim::enter_themes(&app, shipped.clone(), "http://localhost").await?;
    fadu_sim::enter_hall(&app, &[CLERK]).await?;
    fadu_sim::hand_over(&app, CLERK).await?;
    app.relay().await?;
    let (address, server) = serve(&app).await?;
    let slowest = boards(&app, address).await?;
    row(
        &format!("a call on {BOARDS} boards, p99 of {CALLS} calls"),
        format!("{slowest:.0} ms"),
        Some(slowest < 150.0),
    );
    let asked = shipped
        .iter()
        .find(|theme| !theme.questions.is_empty())
        .context("no theme asks anything")?;
    let path = format!("/themes/{}/apply", asked.id());
    let mut took = Vec::new();
    for _ in 0..500 {
        let started = Instant::now();
        let answer = ask(address, "GET", &path, "", "").await?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{path}: {}", answer.lines().next().unwrap_or_default());
        took.push(started.elapsed());
    }
    let wizard = p99(&mut took);
    row("the first page of one thing, p99", format!("{wizard:.1} ms"), Some(wizard < 30.0));
    server.abort();
    let people = arrivals(3000, 9_600, 480, 8, 80, 1);
    let desks: Vec<Desk> = (0..60).map(|n| Desk { group: n % 8, opens: 0, closes: 8 * 3600 }).collect();
    let started = Instant::now();
    let day = simulate(&people, &desks, Policy::FrontBack { answer: 300, line: 10, relief: 10 }, 1);
    let took = started.elapsed().as_secs_f64() * 1e3;
    ensure!(day.waits.len() == people.len(), "somebody was lost in the simulated day");
    row("a hall day run through, 3,000 tickets, 60 windows", format!("{took:.1} ms"), Some(took < 100.0));
    Ok(())
}

/// Milliseconds from before the act until the last but one per cent of the boards had the number.
async fn boards(app: &Arc<App>, address: SocketAddr) -> anyhow::Result<f64> {
    let mut watching = JoinSet::new();
    for _ in 0..BOARDS {
        let stream = connect(address).await?;
        watching.spawn(watch(stream));
    }
    let clerk =
        Actor {
            person: PersonId::new(CLERK), role: Role::WindowClerk, org: OrgId::new("政务服务大厅")
        };
    let mut called: HashMap<String, Instant> = HashMap::new();
    for n in 0..CALLS {
        let visitor = Actor {
            person: PersonId::new(&format!("bench-visitor-{n}")),
            role: Role::Citizen,
            org: OrgId::new("public"),
        };
        let wanted = Wanted {
            hall: HALL.to_owned(),
            zone: "A".to_owned(),
            item: None,
            channel: Channel::Door,
            kiosk: None,
            slot: None,
        };
        app.take_ticket(&visitor, wanted, None).await?;
        tokio::time::sleep(EVERY).await;
        let started = Instant::now();
        let Next::Called(done) = app.call_next(&clerk, HALL, DEMONSTRATION_WINDOW, None).await? else {
            anyhow::bail!("nobody could be called")
        };
        let ticket: Ticket = app.state_of(done.matter).await?.context("the ticket is there")?;
        called.insert(ticket.number, started);
        // Long enough on the boards to be read there.
        tokio::time::sleep(EVERY).await;
        finish(app, &clerk, done.matter).await?;
    }
    let mut took = Vec::new();
    while let Some(seen) = watching.join_next().await {
        let seen = seen??;
        for (number, started) in &called {
            let at = seen.get(number).with_context(|| format!("{number} never came to a board"))?;
            took.push(at.saturating_duration_since(*started));
        }
    }
    ensure!(took.len() == BOARDS * CALLS, "{} sightings", took.len());
    Ok(p99(&mut took))
}

/// A board's stream, asked for as a browser does.
async fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /boards/hall/{HALL}/events HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// When each number was first on this board; ends when as many were there as are called.
async fn watch(mut stream: TcpStream) -> anyhow::Result<HashMap<String, Instant>> {
    let (mut seen, mut kept, mut part) = (HashMap::new(), String::new(), vec![0; 16 * 1024]);
    while seen.len() < CALLS {
        let n = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut part)).await??;
        ensure!(n > 0, "the stream ended");
        let now = Instant::now();
        kept.push_str(&String::from_utf8_lossy(&part[..n]));
        for number in numbers(&kept) {
            seen.entry(number).or_insert(now);
        }
        // A number may lie across two reads.
        let cut = kept.char_indices().rev().nth(4).map_or(0, |(at, _)| at);
        kept.drain(..cut);
    }
    Ok(seen)
}

/// `A0007`: the letter of a zone and four digits.
fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    let found = |window: &&[u8]| window[0].is_ascii_uppercase() && window[1..].iter().all(u8::is_ascii_digit);
    text.as_bytes()
        .windows(5)
        .filter(found)
        .map(|window| String::from_utf8_lossy(window).into_owned())
}

async fn finish(app: &App, clerk: &Actor, ticket: MatterId) -> anyhow::Result<()> {
    let outcome = Act::Finish { outcome: Outcome::NotDone, case: None, reason: "度量".to_owned() };
    for act in [Act::Serve, outcome] {
        let call = Call { actor: clerk, matter: Some(ticket), act, private: BTreeMap::new(), key: None };
        app.act::<Ticket>(call).await?;
    }
    Ok(())
}
