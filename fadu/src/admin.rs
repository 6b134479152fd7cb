//! 管理。 A new county, its accounts, its lists, its copies.

use crate::home::{Config, Home};
use crate::{Answer, Place, Usage, say};
use anyhow::{Context, bail};
use fadu_app::accounts::Account as Person;
use fadu_app::import::Opening;
use fadu_kernel::Role;
use fadu_service::{Definition, Item, Listing};
use serde_json::json;
use std::io::BufRead;
use std::path::PathBuf;

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
    /// What the county runs, with commas between: service, onething, proof, hall, hotline, trading
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
        businesses: init.businesses,
        source: Vec::new(),
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
    /// Earlier requests to a hotline: what share would have been in time, and what they were about; nothing is written
    Tickets(crate::tickets::Tickets),
}

pub async fn import(place: &Place, import: Import) -> Answer {
    let (file, keeper) = match import {
        Import::Addresses(addresses) => return crate::addresses::import(place, addresses).await,
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

pub fn read_items(file: &std::path::Path) -> anyhow::Result<Vec<Listing>> {
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
    std::fs::create_dir_all(&command.to)?;
    home.app().await?.checkpoint().await?;
    home.store.backup(&command.to.join("store")).await?;
    for name in ["fadu.toml", "secret.key", "public.key", "demo.json"] {
        let from = home.dir.join(name);
        if from.exists() {
            std::fs::copy(&from, command.to.join(name)).with_context(|| format!("{}", from.display()))?;
        }
    }
    let size = home.store.last_checkpoint(home.region()?).await?.map_or(0, |row| row.size);
    say(place, json!({"to": command.to, "entries": size}), || {
        format!(
            "{}: {size} entries. It holds the secret key: keep it as you keep the key.",
            command.to.display()
        )
    });
    Ok(true)
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
    if !command.from.join("fadu.toml").exists() {
        return Err(Usage(format!("{} is no backup: it has no fadu.toml", command.from.display())).into());
    }
    std::fs::create_dir_all(&place.data)?;
    for name in ["secret.key", "public.key", "demo.json", "fadu.toml"] {
        let from = command.from.join(name);
        if from.exists() {
            std::fs::copy(&from, place.data.join(name)).with_context(|| format!("{}", from.display()))?;
        }
    }
    match &place.database {
        Some(url) => {
            fadu_store::Postgres::connect(url)
                .await?
                .restore(&command.from.join("store"))
                .await?
        }
        None => drop(
            std::fs::copy(command.from.join("store"), place.data.join("fadu.db"))
                .context("the copy of the store")?,
        ),
    }
    let home = Home::open(place).await?;
    match home.app().await?.verify_ledger(None).await? {
        Ok(verified) => {
            say(place, serde_json::to_value(&verified)?, || {
                format!("{}: {} entries restored and verified", place.data.display(), verified.entries)
            });
            Ok(true)
        }
        Err(broken) => bail!("the copy does not verify: {broken}"),
    }
}
