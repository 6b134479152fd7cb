//! 服务。

use crate::calendar::read_date;
use crate::home::{Home, figures};
use crate::supervision::Terminal;
use crate::{Answer, Place, say};
use anyhow::{Context, bail};
use fadu_app::App;
use fadu_law::check::check;
use fadu_web::Web;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Serve {
    #[arg(long, default_value = "127.0.0.1", env = "FADU_LISTEN")]
    listen: std::net::IpAddr,
    #[arg(long, default_value_t = 8420, env = "FADU_PORT")]
    port: u16,
    /// Open to the staff alone, who sign in and complete what is missing; the public is told to come back
    #[arg(long)]
    prepare: bool,
    /// The terminal of supervision beside the county: a folder of its own, with a ledger, keys and accounts of its own
    #[arg(long, value_name = "DIR")]
    supervision: Option<std::path::PathBuf>,
    #[arg(long, default_value_t = 8421, requires = "supervision")]
    supervision_port: u16,
}

#[derive(clap::Args)]
pub struct Sweep {
    /// Act as on this day; today by default
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

pub async fn sweep(place: &Place, command: Sweep) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    let as_of = match &command.as_of {
        Some(text) => read_date("--as-of", text)?,
        None => app.moment().today,
    };
    let report = app.sweep(as_of).await?;
    say(place, serde_json::to_value(report)?, || {
        format!("{} matters seen, {} acts done, {} failed", report.seen, report.acted, report.failed)
    });
    Ok(report.failed == 0)
}

pub async fn run(place: &Place, command: Serve) -> Answer {
    let home = Home::open(place).await?;
    let _lock = home.lock()?;
    let app = home.app().await?;
    ready(&home, &app, command.prepare).await?;
    let terminal = match &command.supervision {
        Some(dir) => Some(Terminal::open(place, dir).await?),
        None => None,
    };
    if let Some(terminal) = &terminal {
        ready(&terminal.home, &terminal.app, command.prepare).await?;
    }
    // A county that is not open, or has no hotline, leaves its mailbox alone.
    let takes_mail = !command.prepare && app.runs.business("hotline");
    if let Some((config, secrets)) = crate::mail::configured(&home)?.filter(|_| takes_mail) {
        let (app, keeper) = (Arc::clone(&app), crate::hotline::keeper(place));
        tokio::spawn(fadu_mail::keep_polling(app, config, secrets, keeper, home.site().base_url));
    }
    let web = home.web(Arc::clone(&app)).await?;
    let router =
        if command.prepare { fadu_web::preparing(web.clone()) } else { fadu_web::router(web.clone()) };
    let beside = terminal.map(|one| (one, SocketAddr::new(command.listen, command.supervision_port)));
    serve(place, web, router, SocketAddr::new(command.listen, command.port), beside).await
}

/// A clock that is right, real accounts, and before the public comes nothing in the way.
async fn ready(home: &Home, app: &App, prepare: bool) -> anyhow::Result<()> {
    if let Some(seconds) = app.clock_behind().await? {
        bail!(
            "this machine's clock stands {seconds} s before the last entry of the ledger: set it right first, or acts would bear times before those already written"
        );
    }
    if home.demo.is_some() {
        return Ok(());
    }
    let mut missing = nobody_pretends(app).await?;
    match prepare {
        true => tracing::warn!(missing = ?in_the_way(home, app).await?, "preparing: closed to the public"),
        false => missing.extend(in_the_way(home, app).await?),
    }
    match missing.is_empty() {
        true => Ok(()),
        false => bail!("{}", missing.join("\n")),
    }
}

/// Whoever comes first, the staff or the public, meets real accounts.
async fn nobody_pretends(app: &App) -> anyhow::Result<Vec<String>> {
    let accounts = app.accounts().await?;
    let mut missing: Vec<String> = accounts
        .iter()
        .filter(|account| account.demonstration && !account.closed)
        .map(|account| {
            format!(
                "`{}` is a demonstration account and this is no demonstration: close it with `fadu account close {}`",
                account.person, account.person
            )
        })
        .collect();
    if !accounts
        .iter()
        .any(|account| account.role == fadu_kernel::Role::Operator && !account.closed)
    {
        missing.push(
            "nobody administers this county yet: make the first administrator with `fadu account add NAME --role operator` (the password comes from standard input)"
                .to_owned(),
        );
    }
    Ok(missing)
}

/// What must be true before the public comes: a seal, a law for every rule of what the county runs, and a value with its
/// source for every limit. Everything that is missing is said at once.
async fn in_the_way(home: &Home, app: &App) -> anyhow::Result<Vec<String>> {
    let mut missing = Vec::new();
    if !home.config.simulated && home.config.seal_command.is_empty() {
        missing.push(
            "no seal service: a notice of acceptance must bear the organ's seal (行政许可法 32); set `seal_command` in fadu.toml"
                .to_owned(),
        );
    }
    let report = check(&home.shelf().await?, fadu_web::citations(app), app.moment().today);
    if !report.ready_for_service() {
        missing.push(format!(
            "{} bases are wrong and {} rest on texts that are not held: `fadu law import DIR` brings texts in, `fadu law check --live` names what is open, `businesses` in fadu.toml says what the county runs",
            report.wrong, report.not_held
        ));
    }
    for business in app.runs.all() {
        let lacks = (business.lacks)(app);
        missing.extend(lacks.iter().map(|(rule, what)| {
            format!("{rule}: no value with a source for {what}; {}, or the county leaves `{}` out of `businesses`", business.set_by, business.word)
        }));
    }
    for business in app.runs.left_out() {
        for kind in business.kinds {
            if !app.store.open_of_kind(app.region, kind, 1).await?.is_empty() {
                missing.push(format!(
                    "`{}` is left out of `businesses`, and a matter of it ({kind}) is still open: its clock would stand still",
                    business.word
                ));
            }
        }
    }
    Ok(missing)
}

/// The county and, where there is one, the terminal of supervision beside it, until the program is stopped.
pub async fn serve(
    place: &Place,
    web: Web,
    router: axum::Router,
    address: SocketAddr,
    beside: Option<(Terminal, SocketAddr)>,
) -> Answer {
    let county = Arc::clone(&web.app);
    let Some((terminal, at)) = beside else {
        one(place, web, router, address).await?;
        return Ok(true);
    };
    terminal.keep_receiving(&county);
    web.stand_beside(Arc::clone(&terminal.app), terminal.home.site().base_url);
    let watches = terminal.home.web(Arc::clone(&terminal.app)).await?;
    let its_router = fadu_web::router(watches.clone());
    tokio::try_join!(one(place, web, router, address), one(place, watches, its_router, at))?;
    Ok(true)
}

async fn one(place: &Place, web: Web, router: axum::Router, address: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on"))?;
    keep_up(&web.app);
    if web.app.runs.business("service") {
        tokio::spawn(fadu_web::keep_making(web.clone()));
    }
    let boards = web.clone();
    say(place, json!({"listening": format!("http://{}", listener.local_addr()?)}), || {
        format!("serving http://{address}")
    });
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            stopped().await;
            boards.end_streams();
        })
        .await?;
    Ok(())
}

/// What runs beside the pages of a store: signing, effects, time, figures.
fn keep_up(app: &Arc<App>) {
    tokio::spawn(fadu_app::log::keep_checkpoints(Arc::clone(app), Duration::from_secs(60)));
    tokio::spawn(fadu_app::relays::keep_relaying(Arc::clone(app), Duration::from_secs(60)));
    tokio::spawn(keep_sweeping(Arc::clone(app)));
    if app.runs.business("hall") {
        tokio::spawn(fadu_app::hall::keep_climbing(Arc::clone(app), Duration::from_secs(20)));
    }
    let (app, region) = (Arc::clone(app), app.region);
    tokio::spawn(async move {
        let Ok(figures) = figures() else { return };
        loop {
            if let Err(error) = fadu_figures::tail(&*app.store, region, &figures).await {
                tracing::error!(%error, "figures could not be counted; the next attempt follows");
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
}

/// Once at the start, then every ten minutes: a day's acts of time wait no longer than that.
async fn keep_sweeping(app: Arc<App>) {
    loop {
        match app.sweep(app.moment().today).await {
            Ok(report) if report.acted + report.failed > 0 => {
                tracing::info!(acted = report.acted, failed = report.failed, "swept")
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the sweep broke off; the next one follows"),
        }
        if let Err(error) = app.hand_over_outside().await {
            tracing::error!(%error, "cases could not be handed over; the next attempt follows");
        }
        if let Err(error) = app.follow_parcels().await {
            tracing::error!(%error, "parcels could not be followed; the next attempt follows");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
}

async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
