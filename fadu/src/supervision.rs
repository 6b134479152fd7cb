//! 监督终端。 A folder apart from the county's: it receives what the trading venue's ledger holds and writes nothing back.

use crate::home::{Config, Home, figures};
use crate::{Answer, Place, Usage, say};
use anyhow::{Context, bail};
use fadu_app::App;
use fadu_app::registry::SUPERVISION;
use fadu_app::supervision::feed::Feed;
use fadu_app::supervision::receive::{Received, keep_receiving};
use fadu_kernel::{Actor, MatterId};
use fadu_supervision::Venue;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The feed is read as often as the county signs.
const EVERY: Duration = Duration::from_secs(60);

#[derive(clap::Subcommand)]
pub enum Supervision {
    /// Of a county's folder: write what its ledger holds from entry N on, up to the last signed checkpoint
    Feed {
        #[arg(long, default_value_t = 0, value_name = "N")]
        from: i64,
        /// Where to; standard output without it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Receive a written feed; the answer is no where it does not hold
    Receive {
        file: PathBuf,
        /// The venue's name, where more than one is registered
        #[arg(long)]
        venue: Option<String>,
    },
    /// Open an entry that was withheld: FILE is its receipt (`fadu ledger prove N` at the county)
    Audit {
        file: PathBuf,
        #[arg(long)]
        venue: Option<String>,
        /// Account that asks
        #[arg(long = "as", value_name = "PERSON")]
        person: String,
    },
}

/// An opened folder of supervision.
pub struct Terminal {
    pub home: Home,
    pub app: Arc<App>,
    _lock: std::fs::File,
}

impl Terminal {
    pub async fn open(place: &Place, dir: &Path) -> anyhow::Result<Terminal> {
        let home = Home::open(&place.beside(dir.to_owned())).await?;
        if !home.config.runs()?.is_apart() {
            return Err(Usage(format!(
                "{} runs {}: supervision stands apart (招标投标法实施条例 5). Make a folder with `fadu init --businesses {SUPERVISION}`",
                dir.display(),
                home.config.businesses.join(", ")
            ))
            .into());
        }
        let lock = home.lock()?;
        let app = home.app().await?;
        Ok(Terminal { home, app, _lock: lock })
    }

    /// Reads on from every venue whose registered key is the county's own.
    pub fn keep_receiving(&self, county: &Arc<App>) {
        let key = county.signer().verify_key().to_string();
        for (id, _) in self
            .app
            .catalogue()
            .all::<Venue>()
            .filter(|(_, venue)| venue.place.key.trim() == key)
        {
            tokio::spawn(keep_receiving(Arc::clone(&self.app), Arc::clone(county), id, EVERY));
        }
    }

    /// The terminal of a demonstration, in a folder beside the county's data: made once, then gone on from.
    pub async fn demonstrate(
        place: &Place,
        county: &Home,
        app: &Arc<App>,
        password: &str,
    ) -> anyhow::Result<Terminal> {
        let dir = place.data.join(SUPERVISION);
        let at = place.beside(dir.clone());
        if !Home::exists(&at) {
            let port = |url: &str| url.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
            let base = port(&county.config.base_url).map(|port| format!("http://127.0.0.1:{}", port + 1));
            let config = Config {
                bureau: format!("{}公共资源交易监督", county.config.region_name),
                base_url: base.unwrap_or_default(),
                businesses: vec![SUPERVISION.to_owned()],
                // It asks nobody and hands nothing over; a token that the environment told is written nowhere.
                source: Vec::new(),
                outside: Vec::new(),
                ..county.config.clone()
            };
            Home::make(&at, &config)?;
        }
        if let Some(record) = &county.demo {
            Home::open(&at).await?.hold_demo(record).await?;
        }
        let terminal = Terminal::open(place, &dir).await?;
        crate::admin::publish_key(&terminal.home).await?;
        let problem = crate::admin::problem;
        fadu_sim::enter_supervisors(&terminal.app, password).await.map_err(problem)?;
        let key = app.signer().verify_key().to_string();
        let venue = fadu_sim::enter_venue(&terminal.app, &key).await.map_err(problem)?;
        receive_all(&terminal.app, app, venue).await?;
        fadu_sim::look_back(&terminal.app).await.map_err(problem)?;
        fadu_sim::settle_alerts(&terminal.app).await.map_err(problem)?;
        terminal.app.checkpoint().await?;
        fadu_figures::tail(&*terminal.home.store, terminal.home.region()?, &figures()?).await?;
        Ok(terminal)
    }

    pub async fn summary(&self, place: &Place) -> anyhow::Result<()> {
        if place.json {
            return Ok(());
        }
        let (figures, today) = (figures()?, self.app.moment().today);
        println!("监督终端 {}（模拟），台账与密钥单独存放：", self.home.dir.display());
        for id in [
            "sup.feed_entries",
            "sup.alerts",
            "sup.lookback_projects",
            "sup.special_projects",
            "sup.compliance_rate",
        ] {
            let value =
                fadu_figures::value(&*self.home.store, self.home.region()?, &figures, id, today, None)
                    .await?;
            println!("  {} {}", value.zh, value.printed());
        }
        for account in self.app.accounts().await?.iter().filter(|account| account.demonstration) {
            println!("  {:20} {} · {}", account.person, account.role.zh(), account.org);
        }
        Ok(())
    }
}

async fn receive_all(here: &App, there: &App, venue: MatterId) -> anyhow::Result<()> {
    let next = here.catalogue().one::<Venue>(venue).map_or(0, |venue| venue.next);
    if let Some(feed) = there.feed(next).await?
        && let Received::Broken { at, because } = here.receive(venue, &feed).await?
    {
        bail!("the venue's ledger does not hold at entry {at}: {because}");
    }
    Ok(())
}

pub async fn run(place: &Place, command: Supervision) -> Answer {
    match command {
        Supervision::Feed { from, out } => give(place, from, out.as_deref()).await,
        Supervision::Receive { file, venue } => receive(place, &file, venue.as_deref()).await,
        Supervision::Audit { file, venue, person } => audit(place, &file, venue.as_deref(), &person).await,
    }
}

async fn give(place: &Place, from: i64, out: Option<&Path>) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    let Some(feed) = app.feed(from).await? else {
        say(place, json!({"from": from, "entries": 0}), || {
            format!("nothing was signed from entry {from} on")
        });
        return Ok(false);
    };
    let n = feed.lines.len();
    let Some(out) = out else {
        match place.json {
            true => println!("{}", json!({"from": from, "entries": n, "feed": feed.write()})),
            false => print!("{}", feed.write()),
        }
        return Ok(true);
    };
    std::fs::write(out, feed.write()).with_context(|| format!("{}", out.display()))?;
    say(place, json!({"from": from, "entries": n, "file": out}), || {
        format!("{n} entries from {from} on in {}", out.display())
    });
    Ok(true)
}

/// The one of this name, or the only one there is.
fn venue(app: &App, name: Option<&str>) -> anyhow::Result<MatterId> {
    let catalogue = app.catalogue();
    let all: Vec<(MatterId, &Venue)> = catalogue.all::<Venue>().collect();
    let found = match (name, &all[..]) {
        (Some(name), _) => all.iter().find(|(_, venue)| venue.place.name == name).map(|(id, _)| *id),
        (None, [(id, _)]) => Some(*id),
        (None, _) => None,
    };
    let names = || {
        all.iter()
            .map(|(_, venue)| venue.place.name.clone())
            .collect::<Vec<_>>()
            .join("、")
    };
    Ok(found.ok_or_else(|| Usage(format!("--venue NAME: one of {}", names())))?)
}

async fn receive(place: &Place, file: &Path, name: Option<&str>) -> Answer {
    let text =
        std::fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let feed = Feed::read(&text).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let terminal = Terminal::open(place, &place.data).await?;
    let venue = venue(&terminal.app, name)?;
    match terminal.app.receive(venue, &feed).await? {
        Received::Whole { entries, alerts } => {
            say(place, json!({"entries": entries, "alerts": alerts}), || {
                format!("{entries} entries received, whole and signed; {alerts} alerts raised")
            });
            Ok(true)
        }
        Received::Nothing => {
            say(place, json!({"entries": 0}), || "nothing to receive".to_owned());
            Ok(true)
        }
        Received::Broken { at, because } => {
            say(place, json!({"broken": because, "at": at}), || format!("entry {at}: {because}"));
            Ok(false)
        }
    }
}

async fn audit(place: &Place, file: &Path, name: Option<&str>, person: &str) -> Answer {
    let text =
        std::fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let receipt =
        fadu_ledger::Receipt::parse(&text).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let terminal = Terminal::open(place, &place.data).await?;
    let venue = venue(&terminal.app, name)?;
    let actor = actor(&terminal.app, person).await?;
    let held = terminal
        .app
        .audit(&actor, venue, &receipt)
        .await
        .map_err(crate::admin::problem)?;
    say(place, json!({"seq": receipt.seq, "as_declared": held}), || match held {
        true => format!("entry {} is of the kind that was declared", receipt.seq),
        false => format!("entry {} is not of the kind that was declared: noted as a break", receipt.seq),
    });
    Ok(held)
}

/// The account of this name, as it acts.
pub async fn actor(app: &App, person: &str) -> anyhow::Result<Actor> {
    let account = app.account(person).await?.filter(|account| !account.closed);
    Ok(account.ok_or_else(|| Usage(format!("--as {person}: no such account")))?.actor())
}
