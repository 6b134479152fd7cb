//! 跟账。 Follows the ledger and writes contributions. May be killed anywhere: contributions, day roll-ups and
//! the cursor are one commit, and a contribution's key makes a second writing of it nothing.

use crate::declare::{Adds, Compiled, Figures, whole_number};
use fadu_kernel::Region;
use fadu_store::{Contribution, EntryRow, Fault, Store};
use minijinja::value::{Serde, Value};
use serde::Deserialize;

const PAGE: u32 = 4000;

#[derive(Debug, thiserror::Error)]
pub enum FigureFault {
    #[error(transparent)]
    Store(#[from] Fault),
    #[error("entry {seq}, figure `{id}`: {why}")]
    Expression { seq: i64, id: String, why: String },
    #[error("there is no figure `{0}`")]
    Unknown(String),
}

/// The part of an entry that expressions may see.
#[derive(Deserialize)]
struct Seen<'a> {
    #[serde(borrow)]
    matter: &'a str,
    org: std::borrow::Cow<'a, str>,
    role: &'a str,
    data: serde_json::Value,
}

/// Brings every figure up to the head. Returns how many entries were read.
pub async fn tail(store: &dyn Store, region: Region, figures: &Figures) -> Result<u64, FigureFault> {
    let mut cursors = Vec::with_capacity(figures.list.len());
    let mut reset = Vec::new();
    for figure in &figures.list {
        let id = &figure.declaration.id;
        cursors.push(match store.figure_cursor(region, id).await? {
            Some((seq, digest)) if digest == figure.digest => seq,
            Some(_) => {
                reset.push(id.clone());
                0
            }
            None => 0,
        });
    }
    if !reset.is_empty() {
        store.put_contributions(region, Vec::new(), Vec::new(), reset).await?;
    }
    let mut read = 0;
    loop {
        let Some(from) = cursors.iter().copied().min() else { return Ok(read) };
        let page = store.entries(region, from, PAGE).await?;
        let Some(last) = page.last() else { return Ok(read) };
        let next = last.seq + 1;
        read += page.len() as u64;
        let mut rows = Vec::new();
        for entry in &page {
            contribute(figures, &cursors, entry, &mut rows)?;
        }
        // In the order of the table's key: neighbours go into one page of it, not into one page each.
        rows.sort_unstable_by(|a, b| {
            (&a.name, a.part, &a.day, a.seq, &a.key).cmp(&(&b.name, b.part, &b.day, b.seq, &b.key))
        });
        cursors.iter_mut().for_each(|cursor| *cursor = (*cursor).max(next));
        let moved = figures
            .list
            .iter()
            .zip(&cursors)
            .map(|(figure, seq)| (figure.declaration.id.clone(), *seq, figure.digest.clone()));
        store.put_contributions(region, rows, moved.collect(), Vec::new()).await?;
    }
}

/// Forgets what was counted and counts again from the first entry.
pub async fn rebuild(store: &dyn Store, region: Region, figures: &Figures) -> Result<u64, FigureFault> {
    let all = figures.declarations().map(|declaration| declaration.id.clone()).collect();
    store.put_contributions(region, Vec::new(), Vec::new(), all).await?;
    tail(store, region, figures).await
}

fn contribute(
    figures: &Figures,
    cursors: &[i64],
    entry: &EntryRow,
    rows: &mut Vec<Contribution>,
) -> Result<(), FigureFault> {
    let Some(counting) = figures.by_fact.get(&format!("{}.{}", entry.kind, entry.fact)) else {
        return Ok(());
    };
    let seen: Seen = serde_json::from_str(&entry.body)
        .map_err(|error| Fault::Corrupt(format!("entry {}: {error}", entry.seq)))?;
    // An externally tagged fact is `{"Accepted": {…}}`, or a bare word when it carries nothing.
    let inner = seen
        .data
        .as_object()
        .and_then(|object| object.values().next())
        .unwrap_or(&serde_json::Value::Null);
    let scope = minijinja::context! {
        fact => Value::from(Serde(inner)), name => entry.fact.clone(), day => entry.day.clone(), matter => seen.matter, org => seen.org, role => seen.role,
    };
    for (n, counts_in) in counting {
        if cursors.get(*n).is_some_and(|cursor| entry.seq >= *cursor) {
            one(&figures.list[*n], *counts_in, entry, &scope, rows).map_err(|error| {
                FigureFault::Expression {
                    seq: entry.seq,
                    id: figures.list[*n].declaration.id.clone(),
                    why: error.to_string(),
                }
            })?;
        }
    }
    Ok(())
}

fn one(
    figure: &Compiled,
    counts_in: bool,
    entry: &EntryRow,
    scope: &Value,
    rows: &mut Vec<Contribution>,
) -> Result<(), minijinja::Error> {
    let when = if counts_in { &figure.when } else { &figure.off_when };
    if let Some(when) = when
        && !when.eval(scope)?.is_true()
    {
        return Ok(());
    }
    let number = |expression: &Option<_>| -> Result<i64, minijinja::Error> {
        let expression: &Option<minijinja::Expression> = expression;
        expression
            .as_ref()
            .map_or(Ok(1), |expression| expression.eval(scope).map(|value| whole_number(&value)))
    };
    let key = match &figure.key {
        Some(key) => key.eval(scope)?.to_string(),
        None => String::new(),
    };
    let mut put = |part: i64, quantity: i64| {
        if quantity != 0 {
            let (name, day, key) = (figure.declaration.id.clone(), entry.day.clone(), key.clone());
            rows.push(Contribution { name, part, day, seq: entry.seq, key, quantity });
        }
    };
    match figure.declaration.adds {
        Adds::Count | Adds::Distinct => put(0, 1),
        Adds::Stock => put(0, if counts_in { 1 } else { -1 }),
        Adds::Sum => put(0, number(&figure.quantity)?),
        Adds::Mean => {
            put(0, number(&figure.quantity)?);
            put(1, 1);
        }
        Adds::Ratio => {
            let whole = number(&figure.whole)?;
            // Outside the whole there is no part either.
            if whole != 0 {
                put(0, number(&figure.part)?);
            }
            put(1, whole);
        }
    }
    Ok(())
}
