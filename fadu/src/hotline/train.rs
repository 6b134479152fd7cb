//! 训练。 From tables that people labelled, and from the county's own orders with the categories that people chose.

use super::{keeper, told};
use crate::home::{Home, figures};
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_app::App;
use fadu_hotline::words::Channel;
use fadu_understand::card::Source;
use fadu_understand::{Columns, Lessons, Level, Model};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Train {
    /// CSV tables with a heading row, in which people have said what each request is about
    #[arg(required_unless_present = "own")]
    files: Vec<PathBuf>,
    /// Which columns hold text and label, and what the labels are called here (TOML)
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// Learn from this county's own orders as well
    #[arg(long)]
    own: bool,
    /// Learn the dispatch categories themselves, not the groups above them
    #[arg(long)]
    items: bool,
}

/// Entries read at a time.
const PAGE: u32 = 500;

pub async fn run(place: &Place, command: Train) -> Answer {
    let level = if command.items { Level::Item } else { Level::Group };
    let columns = match &command.columns {
        Some(path) => read(path)?,
        None => fadu_understand::lessons::EXAMPLE.to_owned(),
    };
    let columns = Columns::read(&columns).map_err(|error| Usage(error.to_string()))?;
    let (mut lessons, mut sources) = (Lessons::default(), Vec::new());
    for file in &command.files {
        let table = read(file)?;
        let found = columns
            .lessons(&table, level)
            .map_err(|error| Usage(format!("{}: {error}", file.display())))?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        sources.push(source(name.unwrap_or_default(), table.as_bytes(), found.rows.len()));
        lessons.join(found);
    }
    if command.own {
        let home = Home::open(place).await?;
        fadu_figures::tail(&*home.store, home.region()?, &figures()?).await?;
        let found = own(&*home.app().await?, level).await?;
        let all: String = found
            .rows
            .iter()
            .map(|row| format!("{}\u{0}{}\u{0}", row.code, row.text))
            .collect();
        sources.push(source("own orders".to_owned(), all.as_bytes(), found.rows.len()));
        lessons.join(found);
    }
    let keeper = keeper(place);
    keeper
        .prepare()
        .with_context(|| format!("{} cannot be made", keeper.folder().display()))?;
    let (model, bytes) = Model::train(&lessons.rows, level, sources, keeper.folder())?;
    keeper.keep(&model.card, &bytes)?;
    let card = &model.card;
    say(
        place,
        json!({"card": card, "bytes": bytes.len(), "empty": lessons.empty, "too_coarse": lessons.too_coarse, "unknown_labels": lessons.unknown}),
        || {
            let mut lines = vec![told(card)];
            if lessons.empty + lessons.too_coarse > 0 {
                lines.push(format!(
                    "left out: {} without text, {} labelled less closely than this level",
                    lessons.empty, lessons.too_coarse
                ));
            }
            lines.extend(lessons.unknown.iter().map(|(label, n)| {
                format!("left out: {n} labelled “{label}”, which is no category here; `--columns` can say which it is")
            }));
            lines.push(format!("kept in {} ({} kB)", keeper.folder().display(), bytes.len() / 1024));
            lines.join("\n")
        },
    );
    Ok(true)
}

fn read(path: &Path) -> Result<String, Usage> {
    std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())))
}

fn source(name: String, bytes: &[u8], rows: usize) -> Source {
    let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Source { name, digest, rows }
}

/// Each order with the category it was last given by a person. What was raised over a burst is nobody's words.
async fn own(app: &App, level: Level) -> anyhow::Result<Lessons> {
    let figures = figures()?;
    let today = app.moment().today;
    let (mut lessons, mut seen) = (Lessons::default(), BTreeSet::new());
    for year in (2000..=today.year()).rev() {
        let as_of = jiff::civil::date(year, 12, 31).min(today);
        let mut after = -1;
        loop {
            let page = fadu_figures::entries(
                &*app.store,
                app.region,
                &figures,
                "hot.taken",
                as_of,
                None,
                after,
                PAGE,
            )
            .await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            let seqs: Vec<i64> = page.iter().map(|row| row.seq).collect();
            for entry in app.store.entries_at(app.region, &seqs).await? {
                let Some((_, order)) = app.order(entry.matter).await? else { continue };
                let category = order.category().to_owned();
                let told = order.entry.filter(|entry| !entry.lead && entry.channel != Channel::Burst);
                if let Some(told) = told.filter(|_| seen.insert(entry.matter)) {
                    lessons.add(&told.text, &category, level);
                }
            }
        }
    }
    Ok(lessons)
}
