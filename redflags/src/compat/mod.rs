//! 兼容模式。 Eleven indicators with the results of Cardinal, the red-flag program of the Open Contracting Partnership,
//! in its JSON shape: the same settings file, the same file of compiled releases, one a line.
//!
//! Where the two could differ, this is what holds: releases count in the order of their lines, whatever the number of
//! threads. A second release of one ocid adds its flags and overwrites its values. The main currency is the one of the
//! settings, else the first that a comparison of prices meets.
//!
//! Source of the semantics: the documentation and program text of open-contracting/cardinal-rs 0.0.8.

mod blocks;
mod fence;
mod fold;
mod instant;
mod prepare;
mod read;
mod results;
mod settings;
mod tally;

pub use fence::{Quartiles, quantile};
pub use instant::{instant_ms, is_date};
pub use results::Results;
pub use settings::{BadSettings, Settings};

use blocks::Blocks;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tally::Tally;

/// 怎样算。
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Correct each release first as the settings say (`[defaults]`, `[redactions]`, `[codelists.*]`, `[corrections]`,
    /// `[modifications]`), in the same pass: the same as Cardinal's `prepare` followed by its `indicators`.
    pub prepare: bool,
    /// Also list which organisations stand behind each contracting process.
    pub map: bool,
    pub threads: usize,
}

impl Default for How {
    fn default() -> How {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        How { prepare: false, map: false, threads }
    }
}

/// What all threads share: the questions, and the main currency once it is known.
pub(crate) struct Shared<'s> {
    settings: &'s Settings,
    how: How,
    currency: OnceLock<String>,
}

impl Shared<'_> {
    /// Until the main currency is known one thread goes on alone, so that it is the first of the file.
    fn alone(&self) -> bool {
        self.currency.get().is_none() && self.settings.compares_with_currency()
    }
}

/// Reads compiled releases, one a line, and calculates every indicator that the settings enable.
/// Memory grows with the organisations and the flagged processes, not with the file. Errors: those of reading.
pub fn run(file: impl Read + Send, settings: &Settings, how: How) -> std::io::Result<Results> {
    let currency = settings.currency.clone().map(OnceLock::from).unwrap_or_default();
    let shared = Shared { settings, how, currency };
    let blocks = Mutex::new(Blocks::new(file));
    let workers = || -> std::io::Result<Tally> {
        let mut tally = Tally::default();
        let mut block = Vec::new();
        loop {
            let mut reading: Option<MutexGuard<_>> =
                Some(blocks.lock().unwrap_or_else(PoisonError::into_inner));
            let next = reading.as_mut().map_or(Ok(None), |blocks| blocks.next(&mut block))?;
            let Some(first_line) = next else { return Ok(tally) };
            if !shared.alone() {
                reading = None;
            }
            tally.add_block(&block, first_line, &shared);
            drop(reading);
        }
    };
    let tallies: Vec<std::io::Result<Tally>> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..how.threads.max(1)).map(|_| scope.spawn(workers)).collect();
        started.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.merge(tally?);
    }
    Ok(results::finish(all, &shared))
}

#[cfg(test)]
mod tests;
