//! 事项目录。 Checked, sent and received, held against what the level above sent, and its baselines frozen.

use crate::admin::problem;
use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_app::App;
use fadu_app::items::{compared, exported, findings};
use fadu_kernel::Actor;
use fadu_service::exchange::Package;
use fadu_service::exchange_csv::{self, code_lists};
use fadu_service::item::Baseline;
use fadu_service::quality::Flaw;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Everything wrong with the catalogue: missing elements, promises longer than the law, items without a power, powers
    /// without an item; the answer is no while there is something to put right
    Check {
        /// Only this department
        #[arg(long)]
        department: Option<String>,
    },
    /// Write all items in the exchange tables: FILE.json, or a folder of CSV files with the code lists
    Export {
        to: PathBuf,
        /// Write a folder of CSV files
        #[arg(long)]
        csv: bool,
    },
    /// Read exchange tables: what the level above sends down, or with --own the county's items from another system, as drafts
    Import {
        /// FILE.json, or a folder of CSV files
        from: PathBuf,
        /// The catalogue manager's account that answers for it
        #[arg(long = "as", value_name = "PERSON")]
        keeper: String,
        /// These are the county's own items: fill in their drafts
        #[arg(long)]
        own: bool,
    },
    /// How the county's items differ from those sent down; the answer is no while they do. Run it every night
    Differences,
    /// Freeze what items took before the reform: CSV with item_code, days, visits, materials, as_of, source
    Baseline {
        file: PathBuf,
        #[arg(long = "as", value_name = "PERSON")]
        keeper: String,
    },
}

pub async fn run(place: &Place, command: Command) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    match command {
        Command::Check { department } => check(place, &app, department.as_deref()),
        Command::Export { to, csv } => export(place, &home, &app, &to, csv),
        Command::Import { from, keeper, own } => {
            let package = read_package(&from)?;
            let keeper = keeper_of(&app, &keeper).await?;
            let done = if own {
                app.import_own_items(&keeper, &package).await
            } else {
                app.receive_from_above(&keeper, &package).await
            };
            let done = done.map_err(problem)?;
            say(place, serde_json::to_value(done)?, || {
                format!(
                    "{} rows: {} items entered, {} texts new or changed, {} cancelled, {} as they were",
                    done.rows, done.entered, done.changed, done.cancelled, done.unchanged
                )
            });
            Ok(true)
        }
        Command::Differences => differences(place, &app),
        Command::Baseline { file, keeper } => {
            let rows = read_baselines(&file, home.config.simulated)?;
            let keeper = keeper_of(&app, &keeper).await?;
            let (frozen, left) = app.freeze_baselines(&keeper, rows).await.map_err(problem)?;
            say(place, json!({"frozen": frozen, "left": left}), || {
                let lines = left.iter().map(|line| format!("left  {line}"));
                lines
                    .chain([format!("{frozen} baselines frozen")])
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            Ok(left.is_empty())
        }
    }
}

async fn keeper_of(app: &App, person: &str) -> anyhow::Result<Actor> {
    let account = app.account(person).await?.filter(|account| !account.closed);
    Ok(account.ok_or_else(|| Usage(format!("--as {person}: no such account")))?.actor())
}

fn check(place: &Place, app: &App, department: Option<&str>) -> Answer {
    let mut found = findings(&app.catalogue(), app.moment().today);
    found.retain(|finding| department.is_none_or(|name| finding.department == name));
    let count = |flaw: Flaw| found.iter().filter(|finding| finding.flaw == flaw).count();
    let counts: serde_json::Map<_, _> = Flaw::ALL
        .into_iter()
        .map(|flaw| (flaw.word().to_owned(), json!(count(flaw))))
        .collect();
    say(place, json!({"as_of": app.moment().today, "counts": counts, "findings": found}), || {
        let mut lines: Vec<String> = found
            .iter()
            .map(|finding| {
                format!(
                    "{}  {}  {}  {}  {}",
                    finding.flaw.zh(),
                    finding.department,
                    finding.code,
                    finding.name,
                    finding.text
                )
            })
            .collect();
        let counts = Flaw::ALL.map(|flaw| format!("{} {}", flaw.zh(), count(flaw)));
        lines.push(format!("截至{}：{}", app.moment().today, counts.join("，")));
        lines.join("\n")
    });
    Ok(found.iter().all(|finding| finding.flaw.is_hint()))
}

/// The package with its code lists, as it is written to one file.
#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    package: &'a Package,
    code_lists: Vec<exchange_csv::Code>,
}

fn export(place: &Place, home: &Home, app: &App, to: &Path, csv: bool) -> Answer {
    let package = exported(&app.catalogue(), &home.config.region, app.moment().today);
    if csv {
        std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
        for (name, text) in exchange_csv::write(&package)? {
            let file = to.join(name);
            std::fs::write(&file, text).with_context(|| file.display().to_string())?;
        }
    } else {
        let sent = Sent { package: &package, code_lists: code_lists() };
        let text = serde_json::to_string_pretty(&sent)?;
        std::fs::write(to, text).with_context(|| to.display().to_string())?;
    }
    let (items, guides) = (package.up_task_directory.len(), package.up_task_general_basic.len());
    let materials = package.up_task_general_material.len();
    say(
        place,
        json!({"to": to, "batch": package.batch, "directory": items, "basic": guides, "materials": materials}),
        || {
            format!(
                "{}: batch {}, {items} items, {guides} with a published version, {materials} materials",
                to.display(),
                package.batch
            )
        },
    );
    Ok(true)
}

fn read_package(from: &Path) -> anyhow::Result<Package> {
    let usage = |why: String| Usage(format!("{}: {why}", from.display()));
    if from.is_dir() {
        let text = |name: &str| std::fs::read_to_string(from.join(name)).ok();
        return Ok(exchange_csv::read(&text).map_err(|error| usage(error.to_string()))?);
    }
    let text = std::fs::read_to_string(from).map_err(|error| usage(error.to_string()))?;
    Ok(serde_json::from_str(&text).map_err(|error| usage(error.to_string()))?)
}

fn differences(place: &Place, app: &App) -> Answer {
    let compared = compared(&app.catalogue());
    say(place, serde_json::to_value(&compared)?, || {
        let mut lines = Vec::new();
        for difference in &compared.differences {
            lines.push(format!(
                "{}  {}  {}  {}",
                difference.code,
                difference.name,
                difference.kind.zh(),
                difference.batch
            ));
            lines.extend(difference.changes.iter().map(|change| {
                format!(
                    "    {}{}：上级“{}”，本县“{}”",
                    change.field,
                    change.kind_zh(),
                    change.before,
                    change.after
                )
            }));
        }
        lines.push(format!(
            "{} sent down, {} the same here, {} differ, {} in use here only",
            compared.above,
            compared.same,
            compared.differences.len(),
            compared.only_here
        ));
        lines.join("\n")
    });
    Ok(compared.differences.is_empty())
}

#[derive(Deserialize)]
struct BaselineRow {
    item_code: String,
    days: u16,
    visits: u8,
    materials: u16,
    as_of: jiff::civil::Date,
    source: String,
}

fn read_baselines(file: &Path, demonstration: bool) -> anyhow::Result<Vec<(String, Baseline)>> {
    let bad = |why: String| Usage(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut rows = Vec::new();
    for row in reader.deserialize::<BaselineRow>() {
        let row = row.map_err(|error| bad(error.to_string()))?;
        let BaselineRow { item_code, days, visits, materials, as_of, source } = row;
        rows.push((item_code, Baseline { days, visits, materials, as_of, source, demonstration }));
    }
    Ok(rows)
}
