//! 踪迹。 Each matter's row lists its own entries: one token for each act that wrote it, in order, so that the n-th
//! token belongs to version n. The row is written with every act anyway; an index of entries by matter, or a table of
//! idempotency keys, would be one more page somewhere else for each act.
//!
//! `12+2:k 40+1 ` says: the first act left the entries 12 and 13 under the key `k`, the second the entry 40.

use crate::{Append, Done, EntryRow, Fault};
use fadu_kernel::MatterId;

/// The token that an act adds to the trace of a matter it writes; `first` is its first ledger number.
pub(crate) fn token(append: &Append, matter: MatterId, first: i64) -> String {
    let mut runs: Vec<(i64, i64)> = Vec::with_capacity(1);
    for (seq, _) in (first..).zip(&append.entries).filter(|(_, entry)| entry.matter == matter) {
        match runs.last_mut() {
            Some((from, n)) if *from + *n == seq => *n += 1,
            _ => runs.push((seq, 1)),
        }
    }
    let mut text = String::with_capacity(48);
    for (i, (from, n)) in runs.iter().enumerate() {
        text.push_str(if i > 0 { "," } else { "" });
        text.push_str(&format!("{from}+{n}"));
    }
    if let Some(key) = &append.key {
        text.push(':');
        text.push_str(key);
    }
    text.push(' ');
    text
}

/// Ledger numbers of a matter's entries, in order.
pub(crate) fn seqs(trace: &str) -> Result<Vec<i64>, Fault> {
    let mut all = Vec::new();
    for act in trace.split_whitespace() {
        all.extend(runs(act)?.into_iter().flat_map(|(from, n)| from..from + n));
    }
    Ok(all)
}

/// The entries that a trace names, if they are all there and all of this matter.
pub(crate) fn whole(matter: MatterId, wanted: &[i64], found: Vec<EntryRow>) -> Result<Vec<EntryRow>, Fault> {
    if found.len() != wanted.len() || found.iter().any(|entry| entry.matter != matter) {
        return Err(Fault::Corrupt(format!("the trace of {matter} does not fit the ledger")));
    }
    Ok(found)
}

/// What the act with this key left on the matter, if it was done.
pub(crate) fn done(trace: &str, matter: MatterId, key: &str) -> Result<Option<Done>, Fault> {
    for (version, act) in (1..).zip(trace.split_whitespace()) {
        if act.split_once(':').is_some_and(|(_, used)| used == key) {
            let runs = runs(act)?;
            let (seq, entries) = (runs.first().map_or(0, |run| run.0), runs.iter().map(|run| run.1).sum());
            return Ok(Some(Done { matter, version, seq, entries }));
        }
    }
    Ok(None)
}

fn runs(act: &str) -> Result<Vec<(i64, i64)>, Fault> {
    let runs = act.split_once(':').map_or(act, |(runs, _)| runs);
    let read = |run: &str| -> Option<(i64, i64)> {
        let (from, n) = run.split_once('+')?;
        Some((from.parse().ok()?, n.parse().ok()?))
    };
    runs.split(',')
        .filter(|run| !run.is_empty())
        .map(|run| read(run).ok_or_else(|| Fault::Corrupt(format!("a trace cannot be read: {act}"))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::append;

    #[test]
    fn a_trace_names_entries_and_keys() {
        let mut act = append(7, 0, Some("k"), 0);
        let other = append(8, 0, None, 0).entries;
        act.entries = [act.entries.clone(), other, act.entries.clone(), act.entries.clone()].concat();
        let trace = token(&act, MatterId(7), 40) + &token(&append(7, 1, None, 0), MatterId(7), 99);
        assert_eq!(trace, "40+1,42+2:k 99+1 ");
        assert_eq!(seqs(&trace).unwrap(), [40, 42, 43, 99]);
        let first = Done { matter: MatterId(7), version: 1, seq: 40, entries: 3 };
        assert_eq!(done(&trace, MatterId(7), "k").unwrap(), Some(first));
        assert_eq!(done(&trace, MatterId(7), "other").unwrap(), None);
        assert_eq!(token(&act, MatterId(9), 40), ":k ", "an act may write a matter and leave no fact of it");
        assert_eq!(seqs("").unwrap(), [0; 0]);
        assert!(seqs("12-2 ").is_err());
    }
}
