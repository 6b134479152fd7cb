//! 取值。 A value names the day and the ledger position it is true to.

use crate::declare::{Adds, Declaration, Figures, Period, day_number};
use crate::tail::FigureFault;
use fadu_kernel::{Ratio, Region};
use fadu_store::{Contribution, FigureQuery, Store, Sum};
use jiff::civil::{Date, date};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Value {
    pub name: String,
    pub zh: String,
    /// As printed, without the unit: `98.2` for a rate, `3.7` for a mean, plain for a count. `—` without a whole.
    pub value: String,
    pub unit: String,
    /// Numerator, or the plain quantity.
    pub part: i64,
    /// Denominator; absent for counts and sums. A percentile of nothing has 0 here, as a mean of nothing has.
    pub whole: Option<i64>,
    pub as_of: Date,
    /// How many entries it counts.
    pub entries: i64,
    /// Every entry below this ledger number has been counted.
    pub position: i64,
    pub exclusions: String,
}

impl Value {
    /// `98.2%（982/1000，截至2025-12-31）`
    pub fn printed(&self) -> String {
        match self.whole {
            Some(whole) => {
                format!("{}{}（{}/{whole}，截至{}）", self.value, self.unit, self.part, self.as_of)
            }
            None => format!("{}{}（截至{}）", self.value, self.unit, self.as_of),
        }
    }
}

/// From which day a figure counts. A stock that stands for ever is what it is at the end of a span, too.
fn query(
    declaration: &Declaration,
    from: Option<Date>,
    as_of: Date,
    part: i64,
    at_seq: Option<i64>,
) -> FigureQuery {
    let from = match declaration.period {
        Period::Year => from.unwrap_or(date(as_of.year(), 1, 1)).to_string(),
        Period::Ever => String::new(),
    };
    FigureQuery { name: declaration.id.clone(), part, from, to: as_of.to_string(), at_seq }
}

/// Errors: `Unknown` for a name nobody declared.
pub async fn value(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    as_of: Date,
    at_seq: Option<i64>,
) -> Result<Value, FigureFault> {
    let counted = counted(store, region, figures, &[id], None, as_of, at_seq).await?.pop();
    counted.ok_or_else(|| FigureFault::Unknown(id.to_owned()))
}

/// As [`value`] of each, in the order named. Those that count, sum or tell apart are read in one pass over all of them.
/// Errors: `Unknown` for the first name that nobody declared.
pub async fn values(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    ids: &[&str],
    as_of: Date,
) -> Result<Vec<Value>, FigureFault> {
    counted(store, region, figures, ids, None, as_of, None).await
}

/// Of the days `from` to `to` alone, both counted, for a day's, a week's or a month's bulletin. What stands for ever,
/// such as the number of merged lines, is told as it stood on `to`. Errors: `Unknown` for a name nobody declared.
pub async fn value_between(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    from: Date,
    to: Date,
) -> Result<Value, FigureFault> {
    let counted = counted(store, region, figures, &[id], Some(from), to, None).await?.pop();
    counted.ok_or_else(|| FigureFault::Unknown(id.to_owned()))
}

/// As [`value_between`] of each, read as [`values`] are.
/// Errors: `Unknown` for the first name that nobody declared.
pub async fn values_between(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    ids: &[&str],
    from: Date,
    to: Date,
) -> Result<Vec<Value>, FigureFault> {
    counted(store, region, figures, ids, Some(from), to, None).await
}

/// What a `distinct` figure counts under each of its keys in these days, the most first.
/// Errors: `Unknown` for a name nobody declared.
pub async fn by_key(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    from: Date,
    to: Date,
) -> Result<Vec<(String, i64)>, FigureFault> {
    let declaration = figures.get(id).ok_or_else(|| FigureFault::Unknown(id.to_owned()))?;
    let sums = store
        .figure_by_key(region, &query(declaration, Some(from), to, 0, None))
        .await?;
    let present = sums.into_iter().map(|(key, sum)| (key, sum.quantity));
    let mut present: Vec<(String, i64)> = present.filter(|(_, n)| *n > 0).collect();
    // The most first; of equals, by key.
    present.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(present)
}

async fn counted(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    ids: &[&str],
    from: Option<Date>,
    as_of: Date,
    at_seq: Option<i64>,
) -> Result<Vec<Value>, FigureFault> {
    let named = |id: &&str| figures.get(id).ok_or_else(|| FigureFault::Unknown((*id).to_owned()));
    let declared: Vec<&Declaration> = ids.iter().map(named).collect::<Result<_, _>>()?;
    let all = queries(&declared, |_| true, from, as_of, at_seq);
    let keyed = queries(&declared, tells_apart, from, as_of, at_seq);
    let positions: BTreeMap<String, i64> = store.figure_cursors(region).await?.into_iter().collect();
    let mut sums = store.figure_sums(region, &all).await?.into_iter();
    let mut distincts = store.figure_distincts(region, &keyed).await?.into_iter();
    let mut values = Vec::with_capacity(declared.len());
    for declaration in declared {
        let sum = sums.next().unwrap_or_default();
        let behind = match last_part(declaration.adds) {
            0 => Sum::default(),
            _ => sums.next().unwrap_or_default(),
        };
        let first = query(declaration, from, as_of, 0, at_seq);
        let (part, whole, entries) = match declaration.adds {
            Adds::Percentile => {
                let by_value = store.figure_by_key(region, &first).await?;
                let value = percentile(by_value, i64::from(declaration.at.unwrap_or(100)));
                (value.unwrap_or(0), value.is_none().then_some(0), sum.n)
            }
            Adds::PastDue => {
                let n = past_due(store, region, &first, as_of).await?.len() as i64;
                (n, None, n)
            }
            Adds::Count | Adds::Sum | Adds::Stock => (sum.quantity, None, sum.n),
            Adds::Distinct => (distincts.next().unwrap_or(0), None, sum.n),
            Adds::DistinctRatio => {
                let part = distincts.next().unwrap_or(0);
                (part, Some(distincts.next().unwrap_or(0)), behind.n)
            }
            Adds::Mean | Adds::Ratio => (sum.quantity, Some(behind.quantity), behind.n),
        };
        let position = positions.get(&declaration.id).copied().unwrap_or(0);
        values.push(Value {
            name: declaration.id.clone(),
            zh: declaration.zh.clone(),
            value: told(declaration.adds, part, whole),
            unit: declaration.unit.clone(),
            part,
            whole,
            as_of,
            entries,
            position: at_seq.map_or(position, |seq| position.min(seq + 1)),
            exclusions: declaration.exclusions.clone(),
        });
    }
    Ok(values)
}

/// The part of each of these and, where there is one, its whole.
fn queries(
    declared: &[&Declaration],
    of: fn(Adds) -> bool,
    from: Option<Date>,
    as_of: Date,
    at_seq: Option<i64>,
) -> Vec<FigureQuery> {
    let mut queries = Vec::new();
    for declaration in declared.iter().filter(|declaration| of(declaration.adds)) {
        let parts = 0..=last_part(declaration.adds);
        queries.extend(parts.map(|part| query(declaration, from, as_of, part, at_seq)));
    }
    queries
}

/// 1, the whole, where there is one.
fn last_part(adds: Adds) -> i64 {
    i64::from(matches!(adds, Adds::Ratio | Adds::DistinctRatio | Adds::Mean))
}

/// Of these it is the keys that count.
fn tells_apart(adds: Adds) -> bool {
    matches!(adds, Adds::Distinct | Adds::DistinctRatio)
}

fn told(adds: Adds, part: i64, whole: Option<i64>) -> String {
    match (adds, whole) {
        (Adds::Ratio | Adds::DistinctRatio, Some(whole)) => {
            Ratio::new(part, whole).percent().trim_end_matches('%').to_owned()
        }
        (_, Some(0)) => "—".to_owned(),
        // One decimal, by whole numbers, half up.
        (_, Some(whole)) => {
            let tenths = (part * 20 + whole) / (2 * whole);
            format!("{}.{}", tenths / 10, tenths % 10)
        }
        (_, None) => part.to_string(),
    }
}

/// By nearest rank: a value that was there, none made up between two. `None` of nothing.
fn percentile(values: Vec<(String, Sum)>, at: i64) -> Option<i64> {
    let present = values.into_iter().filter(|(_, sum)| sum.quantity > 0);
    let mut present: Vec<(i64, i64)> = present
        .filter_map(|(value, sum)| Some((value.parse().ok()?, sum.quantity)))
        .collect();
    present.sort_unstable();
    let n: i64 = present.iter().map(|(_, times)| times).sum();
    let rank = (n * at + 99) / 100;
    let mut reached = 0;
    let reaches = |(value, times): (i64, i64)| {
        reached += times;
        (reached >= rank).then_some(value)
    };
    present.into_iter().find_map(reaches)
}

/// The entries by which a date is in force that `as_of` has passed. On its last day nothing is past due.
async fn past_due(
    store: &dyn Store,
    region: Region,
    query: &FigureQuery,
    as_of: Date,
) -> Result<Vec<Contribution>, FigureFault> {
    let mut told = store.figure_last(region, query).await?;
    told.retain(|row| (1..day_number(as_of)).contains(&row.quantity));
    Ok(told)
}

/// 分列。 A value by its keys: the parts and, for a rate, the wholes. They sum to the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Split {
    pub key: String,
    pub part: i64,
    pub whole: Option<i64>,
}

/// Empty for a figure that has no keys, or counts them or what they name.
pub async fn split(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    as_of: Date,
    at_seq: Option<i64>,
) -> Result<Vec<Split>, FigureFault> {
    let declaration = figures.get(id).ok_or_else(|| FigureFault::Unknown(id.to_owned()))?;
    let names = matches!(declaration.adds, Adds::Distinct | Adds::DistinctRatio | Adds::PastDue);
    if declaration.key.is_none() || names {
        return Ok(Vec::new());
    }
    let keyed = |part| query(declaration, None, as_of, part, at_seq);
    let parts = store.figure_by_key(region, &keyed(0)).await?;
    let rate = matches!(declaration.adds, Adds::Ratio | Adds::Mean);
    let wholes: BTreeMap<String, i64> = match rate {
        true => store.figure_by_key(region, &keyed(1)).await?,
        false => Vec::new(),
    }
    .into_iter()
    .map(|(key, sum)| (key, sum.quantity))
    .collect();
    let mut keys: BTreeMap<String, i64> = wholes.keys().map(|key| (key.clone(), 0)).collect();
    keys.extend(parts.into_iter().map(|(key, sum)| (key, sum.quantity)));
    let of = |(key, part): (String, i64)| {
        let whole = rate.then(|| wholes.get(&key).copied().unwrap_or(0));
        Split { key, part, whole }
    };
    Ok(keys.into_iter().map(of).collect())
}

/// What was counted on days from `days.0` to `days.1`, both of them too, by ledger number; of a stock that stands for ever
/// from its beginning.
pub async fn entries_between(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    days: (Date, Date),
    after_seq: i64,
    limit: u32,
) -> Result<Vec<Contribution>, FigureFault> {
    let declaration = figures.get(id).ok_or_else(|| FigureFault::Unknown(id.to_owned()))?;
    let query = query(declaration, Some(days.0), days.1, 0, None);
    Ok(store.figure_entries(region, &query, after_seq, limit).await?)
}

/// The contributions behind a value, by ledger number: the whole where there is one, since the part is in it; of what is
/// past due those that told the date in force.
pub async fn entries(
    store: &dyn Store,
    region: Region,
    figures: &Figures,
    id: &str,
    as_of: Date,
    at_seq: Option<i64>,
    after_seq: i64,
    limit: u32,
) -> Result<Vec<Contribution>, FigureFault> {
    let declaration = figures.get(id).ok_or_else(|| FigureFault::Unknown(id.to_owned()))?;
    let query = query(declaration, None, as_of, last_part(declaration.adds), at_seq);
    if declaration.adds == Adds::PastDue {
        let late = past_due(store, region, &query, as_of).await?.into_iter();
        return Ok(late.filter(|row| row.seq > after_seq).take(limit as usize).collect());
    }
    Ok(store.figure_entries(region, &query, after_seq, limit).await?)
}
