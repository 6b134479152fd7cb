//! 管理。 A new county, its accounts, its lists, its copies.

use crate::home::{CONFIG, Config, Home, KEPT};
use crate::{Answer, Place, Usage, say};
use anyhow::{Context, bail};
use fadu_app::accounts::Account as Person;
use fadu_app::import::Opening;
use fadu_app::log::Verified;
use fadu_app::registry::SUPERVISION;
use fadu_kernel::Role;
use fadu_service::{Definition, Item, Listing};
use serde_json::json;
use std::io::{BufRead, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// Of a copy: the store, as its engine writes it out.
const STORE: &str = "store";

#[derive(clap::Args)]
pub struct Init {
    /// Six digits of GB/T 2260
    #[arg(long)]
    region: String,
    #[arg(long)]
    region_name: String,
    #[arg(long)]
    bureau: String,
    #[arg(long, default_value = "http://127.0.0.1:8420")]
    base_url: String,
    #[arg(long, default_value = "12345")]
    help_phone: String,
    /// What the county runs, with commas between: service, onething, proof, hall, hotline, trading, report; or supervision
    /// alone, in a folder of its own
    #[arg(long, value_delimiter = ',', default_values_t = crate::home::every_business())]
    businesses: Vec<String>,
}

pub async fn init(place: &Place, init: Init) -> Answer {
    let config = Config {
        region: init.region,
        region_name: init.region_name,
        bureau: init.bureau,
        base_url: init.base_url,
        help_phone: init.help_phone,
        simulated: false,
        seal_command: Vec::new(),
        ocds_prefix: String::new(),
        businesses: init.businesses,
        source: Vec::new(),
        outside: Vec::new(),
    };
    Home::make(place, &config)?;
    let home = Home::open(place).await?;
    publish_key(&home).await?;
    let next = "next: fadu account add NAME --role operator, fadu law import DIR, fadu import items FILE, fadu serve";
    say(place, json!({"data": home.dir, "region": config.region}), || {
        format!("{} is ready; {next}", home.dir.display())
    });
    Ok(true)
}

/// The key that receipts are checked with lies in the folder and is served; it is no secret.
pub async fn publish_key(home: &Home) -> anyhow::Result<()> {
    let key = home.app().await?.signer().verify_key().to_string();
    crate::home::replace(&home.dir.join("public.key"), &key)
}

#[derive(clap::Subcommand)]
pub enum Account {
    /// Add an account, or give one a new post or password; the password is read from the first line of standard input
    Add {
        /// What the person types to sign in
        person: String,
        #[arg(long)]
        role: String,
        /// The body the person works for
        #[arg(long, default_value = "public")]
        org: String,
        #[arg(long)]
        name: Option<String>,
    },
    /// Close an account; what it did stays
    Close {
        person: String,
    },
    List,
}

pub async fn account(place: &Place, command: Account) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    match command {
        Account::Add { person, role, org, name } => {
            let found = Role::ALL
                .into_iter()
                .find(|known| known.name() == role && *known != Role::Clock);
            let names = || {
                Role::ALL
                    .iter()
                    .filter(|role| **role != Role::Clock)
                    .map(|role| role.name())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let role = found.ok_or_else(|| Usage(format!("--role `{role}`: one of {}", names())))?;
            let mut password = String::new();
            std::io::stdin().lock().read_line(&mut password)?;
            let name = name.unwrap_or_else(|| person.clone());
            let account = Person {
                person: person.clone(),
                name,
                role,
                org,
                password: String::new(),
                demonstration: false,
                closed: false,
            };
            app.put_account(account, password.trim_end_matches(['\r', '\n']))
                .await
                .map_err(problem)?;
            say(place, json!({"person": person, "role": role.name()}), || {
                format!("{person} ({}) can sign in", role.zh())
            });
        }
        Account::Close { person } => {
            let Some(mut account) = app.account(&person).await? else {
                say(place, json!({"error": "no such account"}), || format!("no account {person}"));
                return Ok(false);
            };
            account.closed = true;
            app.save_account(&account).await?;
            say(place, json!({"person": person, "closed": true}), || format!("{person} is closed"));
        }
        Account::List => {
            let accounts = app.accounts().await?;
            let rows: Vec<_> = accounts.iter().map(|account| json!({"person": account.person, "role": account.role.name(), "org": account.org, "closed": account.closed, "demonstration": account.demonstration})).collect();
            say(place, json!({"accounts": rows}), || {
                accounts
                    .iter()
                    .map(|account| {
                        format!(
                            "{:20} {:18} {}{}",
                            account.person,
                            account.role.name(),
                            account.org,
                            if account.closed { " (closed)" } else { "" }
                        )
                    })
                    .collect::<Vec<_>>()
                    .join("\n")
            });
        }
    }
    Ok(true)
}

/// The field and the rule belong in the message of a command line too.
pub fn problem(problem: fadu_app::Problem) -> anyhow::Error {
    match problem {
        fadu_app::Problem::Invalid(fields) => {
            Usage(fields.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")).into()
        }
        other => other.into(),
    }
}

#[derive(clap::Subcommand)]
pub enum Import {
    /// A county's list of service items: CSV with department, name, item_code and task_type
    /// Completed items stay drafts: what had to be invented is for the keeper to read before publishing
    Items {
        file: PathBuf,
        /// The catalogue manager's account that answers for the entries
        #[arg(long = "as", value_name = "PERSON")]
        keeper: String,
    },
    /// Towns and villages, from which a seat picks where something is
    Addresses(crate::addresses::Import),
    /// Outlines of the county and its towns, on which the hotline's requests are drawn
    Boundaries(crate::boundaries::Import),
    /// Who answers for a firm and who holds it: the bidders of each opening are held against it
    Registry(crate::registry::Import),
    /// Earlier requests to a hotline: what share would have been in time, and what they were about; nothing is written
    Tickets(crate::tickets::Tickets),
}

pub async fn import(place: &Place, import: Import) -> Answer {
    let (file, keeper) = match import {
        Import::Addresses(addresses) => return crate::addresses::import(place, addresses).await,
        Import::Boundaries(boundaries) => return crate::boundaries::import(place, boundaries).await,
        Import::Registry(registry) => return crate::registry::import(place, registry).await,
        Import::Tickets(tickets) => return crate::tickets::run(place, tickets).await,
        Import::Items { file, keeper } => (file, keeper),
    };
    let home = Home::open(place).await?;
    let listings = read_items(&file)?;
    let definitions = Definition::read_all(fadu_service::ITEMS)?;
    let app = home.app().await?;
    let account = app.account(&keeper).await?.filter(|account| !account.closed);
    let keeper = account.ok_or_else(|| Usage(format!("--as {keeper}: no such account")))?.actor();
    let entered = app
        .enter_catalogue(&keeper, &listings, &definitions, Opening::Draft)
        .await
        .map_err(problem)?;
    let catalogue = app.catalogue();
    let rows: Vec<_> = listings
        .iter()
        .map(|listing| {
            let item = catalogue.one::<Item>(listing.id());
            let lacks = item.map(Item::lacks).unwrap_or_default();
            json!({"code": listing.code, "name": listing.name, "department": listing.department, "open": item.is_some_and(Item::is_open), "lacks": lacks, "findings": listing.findings})
        })
        .collect();
    say(
        place,
        json!({"items": entered.items, "open": entered.open, "drafts": entered.drafts, "with_findings": entered.with_findings, "kept": entered.kept, "rows": rows}),
        || {
            let mut lines = vec![format!(
                "{} items, {} open, {} completed drafts to read and publish, {} were there already, {} codes with a finding",
                entered.items, entered.open, entered.drafts, entered.kept, entered.with_findings
            )];
            for listing in &listings {
                let item = catalogue.one::<Item>(listing.id());
                let lacks = item.map(Item::lacks).unwrap_or_default();
                if !lacks.is_empty() || !listing.findings.is_empty() {
                    let missing =
                        if lacks.is_empty() { String::new() } else { format!("缺：{}", lacks.join("、")) };
                    lines.push(format!(
                        "{}  {}  {}  {}",
                        listing.department,
                        listing.name,
                        missing,
                        listing.findings.join("；")
                    ));
                }
            }
            lines.join("\n")
        },
    );
    Ok(true)
}

pub fn read_items(file: &Path) -> anyhow::Result<Vec<Listing>> {
    let text =
        std::fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    Listing::read_all(&text).map_err(|error| Usage(format!("{}: {error}", file.display())).into())
}

#[derive(clap::Args)]
pub struct Backup {
    /// A folder that does not exist yet
    to: PathBuf,
}

pub async fn backup(place: &Place, command: Backup) -> Answer {
    let home = Home::open(place).await?;
    if command.to.exists() {
        return Err(Usage(format!("{} is there already", command.to.display())).into());
    }
    // The terminal first: restored, it is then behind the county and reads on; ahead of it, it would find a break.
    let apart = terminal(place);
    if Home::exists(&apart) {
        copy_out(&Home::open(&apart).await?, &command.to.join(SUPERVISION)).await?;
    }
    let outside = copy_out(&home, &command.to).await?;
    let size = home.store.last_checkpoint(home.region()?).await?.map_or(0, |row| row.size);
    say(place, json!({"to": command.to, "entries": size, "outside": outside}), || {
        let mut text = format!(
            "{}: {size} entries. It holds the secret key: keep it as you keep the key.",
            command.to.display()
        );
        for file in &outside {
            text.push_str(&format!("\nNot in it, since it lies outside the folder: {}", file.display()));
        }
        text
    });
    Ok(true)
}

/// The terminal of supervision, where it lies in the county's folder. One that lies elsewhere is copied by itself.
fn terminal(place: &Place) -> Place {
    place.beside(place.data.join(SUPERVISION))
}

/// One folder with its store. Answers with the secrets that lie outside the folder and are not in the copy.
async fn copy_out(home: &Home, to: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(to)?;
    home.app().await?.checkpoint().await?;
    home.store.backup(&to.join(STORE)).await?;
    for name in KEPT.iter().filter(|name| home.dir.join(name).exists()) {
        copy(&home.dir.join(name), &to.join(name))?;
    }
    let mut outside = Vec::new();
    if let Some((mail, _)) = crate::mail::configured(home)? {
        for file in mail.secret_files() {
            match file.components().all(|part| matches!(part, Component::Normal(_))) {
                true => copy(&home.dir.join(file), &to.join(file))?,
                false => outside.push(file.to_owned()),
            }
        }
    }
    Ok(outside)
}

/// A file, or a folder with all that lies in it. Files keep their mode: a secret stays one.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from.is_dir() {
        for entry in std::fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).map(drop).with_context(|| format!("{}", from.display()))
}

#[derive(clap::Args)]
pub struct Restore {
    /// What `fadu backup` wrote
    from: PathBuf,
}

pub async fn restore(place: &Place, command: Restore) -> Answer {
    if Home::exists(place) {
        return Err(Usage(format!("{} is not empty", place.data.display())).into());
    }
    let verified = copy_in(place, &command.from).await?;
    let apart = command.from.join(SUPERVISION);
    let supervision = match apart.exists() {
        true => {
            let copied = copy_in(&terminal(place), &apart).await.context(SUPERVISION);
            Some(or_take_back(place, &command.from, copied).await?)
        }
        false => None,
    };
    // Last, once all has verified: a folder that has it is taken for a county.
    if supervision.is_some() {
        copy(&apart.join(CONFIG), &terminal(place).data.join(CONFIG))?;
    }
    copy(&command.from.join(CONFIG), &place.data.join(CONFIG))?;
    let mut answer = serde_json::to_value(&verified)?;
    answer["supervision"] = serde_json::to_value(&supervision)?;
    say(place, answer, || {
        let mut text =
            format!("{}: {} entries restored and verified", place.data.display(), verified.entries);
        if let Some(supervision) = &supervision {
            text.push_str(&format!("\n{SUPERVISION}: {} entries restored and verified", supervision.entries));
        }
        text
    });
    Ok(true)
}

/// What [`copy_out`] wrote but the configuration, into an empty folder or database. A copy that does not verify is none.
async fn copy_in(place: &Place, from: &Path) -> anyhow::Result<Verified> {
    if !from.join(CONFIG).exists() {
        return Err(Usage(format!("{} is no backup: it has no {CONFIG}", from.display())).into());
    }
    std::fs::create_dir_all(&place.data)?;
    let mut names = Vec::new();
    for entry in std::fs::read_dir(from)? {
        names.push(entry?.file_name());
    }
    names.retain(|name| name != STORE && name != SUPERVISION && name != CONFIG);
    for name in names {
        copy(&from.join(&name), &place.data.join(&name))?;
    }
    match &place.database {
        Some(url) => fadu_store::Postgres::connect(url).await?.restore(&from.join(STORE)).await?,
        None => {
            // What an earlier try left, its log above all, would be read as part of this copy.
            for file in ["fadu.db", "fadu.db-wal", "fadu.db-shm"] {
                match std::fs::remove_file(place.data.join(file)) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).context(file),
                    Ok(()) | Err(_) => {}
                }
            }
            std::fs::copy(from.join(STORE), place.data.join("fadu.db")).context("the copy of the store")?;
        }
    }
    or_take_back(place, from, verify(place, &from.join(CONFIG)).await).await
}

async fn verify(place: &Place, config: &Path) -> anyhow::Result<Verified> {
    let home = Home::open_by(place, config).await?;
    match home.app().await?.verify_ledger(None).await? {
        Ok(verified) => Ok(verified),
        Err(broken) => bail!("the copy does not verify: {broken}"),
    }
}

/// Where a copy came to nothing, a database that took it is emptied for the next; of a folder the next copy replaces the
/// store. Only for a copy that this command has put there: what is refused as not empty stays.
async fn or_take_back<T>(place: &Place, from: &Path, outcome: anyhow::Result<T>) -> anyhow::Result<T> {
    if let (Err(error), Some(url)) = (&outcome, &place.database) {
        let database = fadu_store::Postgres::connect(url).await?;
        database
            .take_back(&from.join(STORE))
            .await
            .with_context(|| format!("{error:#}; the database keeps the copy"))?;
    }
    outcome
}
