//! 跟账。 Follows the ledger and writes contributions. May be killed anywhere: contributions, day roll-ups and
//! the cursor are one commit, and a contribution's key makes a second writing of it nothing. Several may follow at once, and
//! one may forget what another is counting: a cursor is moved only from where it stands.

use crate::declare::{Adds, Compiled, Figures, day_told, measured, whole_number};
use fadu_kernel::Region;
use fadu_store::{Contribution, CursorMove, EntryRef, Fault, Store};
use minijinja::value::Value;
use serde::Deserialize;

/// So many entries share a commit: their contributions go in sorted, and more of them are neighbours. Tests turn many pages
/// over few entries.
const PAGE: u32 = if cfg!(test) { 16 } else { 16_000 };

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
    data: Value,
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
    let mut order: Vec<usize> = (0..figures.list.len()).collect();
    order.sort_by_key(|n| &figures.list[*n].declaration.id);
    let mut read = 0;
    let mut page = count(store, region, figures, &cursors).await?;
    while page.seen > 0 {
        read += u64::from(page.seen);
        let next = page.next;
        let moved: Vec<CursorMove> = figures
            .list
            .iter()
            .zip(&mut cursors)
            .map(|(figure, cursor)| {
                let from = *cursor;
                *cursor = from.max(next);
                let (name, definition) = (figure.declaration.id.clone(), figure.digest.clone());
                CursorMove { name, from, to: *cursor, definition }
            })
            .collect();
        // The next page is read while this one is written.
        let (written, next) = tokio::join!(
            store.put_contributions(region, page.in_order(&order), moved, Vec::new()),
            count(store, region, figures, &cursors)
        );
        written?;
        page = next?;
    }
    Ok(read)
}

/// What a page of entries contributes, by figure.
struct Page {
    rows: Vec<Vec<Contribution>>,
    /// The first entry behind it.
    next: i64,
    seen: u32,
}

impl Page {
    /// In the order of the table's key, so that neighbours go into one page of it: by figure and part, then as the
    /// ledger has them, which is by day.
    fn in_order(self, order: &[usize]) -> Vec<Contribution> {
        let mut rows = self.rows;
        let mut all = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        for n in order {
            rows[*n].sort_by_key(|row| row.part);
            all.append(&mut rows[*n]);
        }
        all
    }
}

async fn count(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    cursors: &[i64],
) -> Result<Page, FigureFault> {
    let from = cursors.iter().copied().min().unwrap_or(i64::MAX);
    let mut page = Page { rows: figures.list.iter().map(|_| Vec::new()).collect(), next: from, seen: 0 };
    let mut failed = None;
    let see = &mut |entry: EntryRef<'_>| {
        if failed.is_none() {
            page.next = entry.seq + 1;
            failed = contribute(figures, cursors, entry, &mut page.rows).err();
        }
    };
    page.seen = store.scan(region, from, PAGE, see).await?;
    failed.map_or(Ok(page), Err)
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
    entry: EntryRef<'_>,
    rows: &mut [Vec<Contribution>],
) -> Result<(), FigureFault> {
    let Some(counting) = figures.counting(entry.kind, entry.fact) else { return Ok(()) };
    // Most figures only count: the entry is read where an expression wants to see it.
    let evaluates = counting.iter().any(|(n, _)| figures.list[*n].evaluates());
    let scope = if evaluates { scope(entry)? } else { Value::UNDEFINED };
    for (n, counts_in) in counting {
        if cursors.get(*n).is_some_and(|cursor| entry.seq >= *cursor) {
            one(&figures.list[*n], *counts_in, entry, &scope, &mut rows[*n]).map_err(|error| {
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

fn scope(entry: EntryRef<'_>) -> Result<Value, FigureFault> {
    let seen: Seen = serde_json::from_slice(entry.body)
        .map_err(|error| Fault::Corrupt(format!("entry {}: {error}", entry.seq)))?;
    // An externally tagged fact is `{"Accepted": {…}}`, or a bare word when it carries nothing.
    let tag = seen.data.as_object().and_then(|object| object.try_iter()?.next());
    let inner = tag.and_then(|tag| seen.data.get_item(&tag).ok()).unwrap_or(Value::from(()));
    Ok(minijinja::context! {
        fact => inner, name => entry.fact, day => entry.day, matter => seen.matter, org => seen.org, role => seen.role,
    })
}

fn one(
    figure: &Compiled,
    counts_in: bool,
    entry: EntryRef<'_>,
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
    let adds = figure.declaration.adds;
    let key = match (&figure.key, &figure.quantity) {
        // Under each value stands how often there is one: day by day, and added up.
        (_, Some(quantity)) if adds == Adds::Percentile => match measured(&quantity.eval(scope)?) {
            Some(value) => value.to_string(),
            None => return Ok(()),
        },
        (Some(key), _) => key.eval(scope)?.to_string(),
        (None, _) => String::new(),
    };
    let mut put = |part: i64, quantity: i64| {
        // That there is no date any more is told, too: it takes the place of the one told before.
        if quantity != 0 || adds == Adds::PastDue {
            let (name, day, key) = (figure.declaration.id.clone(), entry.day.to_owned(), key.clone());
            rows.push(Contribution { name, part, day, seq: entry.seq, key, quantity });
        }
    };
    match adds {
        Adds::Count => put(0, 1),
        Adds::Stock | Adds::Distinct | Adds::Percentile => put(0, if counts_in { 1 } else { -1 }),
        Adds::PastDue => {
            let due = figure.due.as_ref().filter(|_| counts_in);
            put(0, due.map_or(Ok(0), |due| due.eval(scope).map(|value| day_told(&value)))?);
        }
        Adds::Sum => put(0, number(&figure.quantity)?),
        Adds::Mean => {
            put(0, number(&figure.quantity)?);
            put(1, number(&figure.whole)?);
        }
        Adds::Ratio | Adds::DistinctRatio => {
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
