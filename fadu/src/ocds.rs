//! 公开合同数据。 Red flags over open contracting data; needs no county, only the files.

use crate::{Answer, Usage};
use fadu_redflags::compat::{How, Results, Settings, run as calculate};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Ocds {
    /// Calculate indicators over compiled releases, one a line
    Indicators(Indicators),
}

#[derive(clap::Args)]
pub struct Indicators {
    /// Line-delimited JSON; `-` for standard input
    file: PathBuf,
    /// Cardinal's eleven indicators, with its results in its JSON shape
    #[arg(long, required = true)]
    compat: bool,
    /// Which indicators, with which thresholds: Cardinal's settings file. Without it none is enabled
    #[arg(long, short)]
    settings: Option<PathBuf>,
    /// Correct releases first as the settings say, in the same pass
    #[arg(long)]
    prepare: bool,
    /// Leave the quartiles and fences out
    #[arg(long)]
    no_meta: bool,
    /// Also tell which organisations stand behind each process
    #[arg(long)]
    map: bool,
    /// Tell on standard error how many identifiers of each group have a result
    #[arg(long, short)]
    count: bool,
    /// Threads; as many as there are cores when not said
    #[arg(long)]
    threads: Option<usize>,
}

pub fn run(command: Ocds) -> Answer {
    match command {
        Ocds::Indicators(asked) => compat(&asked),
    }
}

fn compat(asked: &Indicators) -> Answer {
    let settings = match &asked.settings {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| misread(path, error))?;
            Settings::read(&text).map_err(|error| misread(path, error))?
        }
        None => Settings::default(),
    };
    let usual = How::default();
    let threads = asked.threads.unwrap_or(usual.threads);
    let how = How { prepare: asked.prepare, map: asked.map, threads };
    let mut results = if asked.file == Path::new("-") {
        calculate(std::io::stdin(), &settings, how)?
    } else {
        let file = File::open(&asked.file).map_err(|error| misread(&asked.file, error))?;
        calculate(file, &settings, how).map_err(|error| misread(&asked.file, error))?
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

fn misread(path: &Path, error: impl std::fmt::Display) -> Usage {
    Usage(format!("{}: {error}", path.display()))
}
