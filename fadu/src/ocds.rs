//! 公开合同数据。 Red flags over files of releases, and the county's own tenders as releases.

mod alike;
mod convert;
mod flags;

use crate::{Answer, Place, Usage};
use fadu_redflags::compat::{How, Results, Settings, run as calculate};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Ocds {
    /// Look for red flags in releases: our rules with evidence, or with --compat Cardinal's indicators
    Indicators(Indicators),
    /// Read releases as tenders and name every field that cannot be used
    Import(convert::Import),
    /// Write the county's tenders as releases, records or compiled releases
    Export(convert::Export),
    /// Who bids with whom, and what they share
    Graph(alike::Graph),
    /// What texts of bids say alike beyond the tender file
    Similar(alike::Similar),
}

#[derive(clap::Args)]
pub struct Indicators {
    /// Compiled releases, one a line; `-` for standard input. Without --compat also packages
    file: PathBuf,
    /// Cardinal's eleven indicators, with its results in its JSON shape
    #[arg(long)]
    compat: bool,
    #[command(flatten)]
    cardinal: Cardinal,
    #[command(flatten)]
    own: flags::Own,
}

/// What only --compat asks.
#[derive(clap::Args)]
#[command(next_help_heading = "With --compat")]
struct Cardinal {
    /// Which indicators, with which thresholds: Cardinal's settings file. Without it none is enabled
    #[arg(long, short, requires = "compat")]
    settings: Option<PathBuf>,
    /// Correct releases first as the settings say, in the same pass
    #[arg(long, requires = "compat")]
    prepare: bool,
    /// Leave the quartiles and fences out
    #[arg(long, requires = "compat")]
    no_meta: bool,
    /// Also tell which organisations stand behind each process
    #[arg(long, requires = "compat")]
    map: bool,
    /// Tell on standard error how many identifiers of each group have a result
    #[arg(long, short, requires = "compat")]
    count: bool,
    /// Threads; as many as there are cores when not said
    #[arg(long, requires = "compat")]
    threads: Option<usize>,
}

pub async fn run(place: &Place, command: Ocds) -> Answer {
    match command {
        Ocds::Indicators(asked) if asked.compat => compat(&asked.file, &asked.cardinal),
        Ocds::Indicators(asked) => flags::run(place, &asked.file, &asked.own),
        Ocds::Import(asked) => convert::import(place, &asked),
        Ocds::Export(asked) => convert::export(place, &asked).await,
        Ocds::Graph(asked) => alike::graph(place, &asked),
        Ocds::Similar(asked) => alike::similar(place, &asked),
    }
}

fn compat(file: &Path, asked: &Cardinal) -> Answer {
    let settings = match &asked.settings {
        Some(path) => Settings::read(&read(path)?).map_err(|error| misread(path, error))?,
        None => Settings::default(),
    };
    let usual = How::default();
    let threads = asked.threads.unwrap_or(usual.threads);
    let how = How { prepare: asked.prepare, map: asked.map, threads };
    let mut results = if file == Path::new("-") {
        calculate(std::io::stdin(), &settings, how)?
    } else {
        let opened = File::open(file).map_err(|error| misread(file, error))?;
        calculate(opened, &settings, how).map_err(|error| misread(file, error))?
    };
    if asked.no_meta {
        results.meta = None;
    }
    tell(&results, asked.count);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &results)?;
    writeln!(out)?;
    out.flush()?;
    Ok(true)
}

/// What was left out, and how much was found, beside the answer and not in it.
fn tell(results: &Results, count: bool) {
    for (line, why) in &results.notes.unreadable {
        eprintln!("line {line} is left out: {why}");
    }
    if results.notes.n_other_currency > 0 {
        eprintln!(
            "{} bids in another currency than the main one are left out",
            results.notes.n_other_currency
        );
    }
    for (group, n) in results.counts().iter().filter(|(_, n)| count && *n > 0) {
        eprintln!("{group}: {n}");
    }
}

fn read(path: &Path) -> Result<String, Usage> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    // Bytes that are no text spoil their own line alone.
    bytes
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .map_err(|error| misread(path, error))
}

fn misread(path: &Path, error: impl std::fmt::Display) -> Usage {
    Usage(format!("{}: {error}", path.display()))
}
