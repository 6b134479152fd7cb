//! 历史工单。 What share of a table of earlier requests would have been answered in time under the county's limits, and what
//! they were about. Earlier requests are no acts of this county's ledger; a county keeps the counts alone, for its page.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_hotline::Desk;
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::parameters::{Parameters, demonstration};
use fadu_hotline::import::{Mapping, Past, summary};
use fadu_kernel::Calendar;
use fadu_understand::{Model, propose};
use fadu_web::{PAST_TICKETS, PastTickets};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Tickets {
    /// CSV with a heading row
    file: PathBuf,
    /// Which column says what (TOML); without it the columns of the example mapping are expected
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

/// Categories shown, most frequent first.
const TOP: usize = 10;
/// Rows with findings that a person is shown; JSON has all.
const SHOWN: usize = 10;

fn read(path: &std::path::Path) -> Result<String, Usage> {
    std::fs::read_to_string(path).map_err(|error| Usage(format!("{}: {error}", path.display())))
}

/// The limits of the county's register; where there is none, those of the demonstration, and it is said so.
fn limits(desk: Option<Desk>) -> anyhow::Result<(Parameters, bool)> {
    if let Some(desk) = desk
        && desk.parameters.missing(true).is_empty()
    {
        let simulated = desk.parameters.0.values().any(|parameter| parameter.simulated);
        return Ok((desk.parameters, simulated));
    }
    Ok((Parameters(demonstration()?.into_iter().collect()), true))
}

/// As the table names them, or else as the county's model proposes them, or without one what the words speak for.
fn categories(
    rows: &[Past],
    named: &[(String, i64)],
    model: Option<&Model>,
) -> (Vec<(String, i64)>, i64, By) {
    if !named.is_empty() {
        return (named.to_vec(), 0, By::Table);
    }
    let (mut counts, mut unknown) = (BTreeMap::<String, i64>::new(), 0);
    for row in rows {
        match propose(model, &row.text).and_then(|proposal| proposal.suggestion.top.into_iter().next()) {
            Some((code, _)) => *counts.entry(Categories::shipped().title(&code).to_owned()).or_default() += 1,
            None => unknown += 1,
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let how = match model.map(|model| &model.card) {
        Some(card) => By::Model { name: card.model.clone(), right: card.top1, of: card.n_held_out() },
        None => By::Words,
    };
    (counts, unknown, how)
}

/// By what the rows were put under their categories.
enum By {
    Table,
    Model { name: String, right: u32, of: u32 },
    Words,
}

impl By {
    fn said(&self) -> String {
        match self {
            By::Table => "as the table names them".to_owned(),
            By::Model { name, right, of } => {
                format!("by the model {name}, right on {right} of {of} that it never saw")
            }
            By::Words => "by the table of words".to_owned(),
        }
    }

    fn zh(&self) -> String {
        match self {
            By::Table => "按表里写的".to_owned(),
            By::Model { name, right, of } => {
                format!("按模型 {name}，训练时没有见过的{of}件里对{right}件")
            }
            By::Words => "按分类词表".to_owned(),
        }
    }
}

pub async fn run(place: &Place, tickets: Tickets) -> Answer {
    let table = read(&tickets.file)?;
    let mapping = match &tickets.mapping {
        Some(path) => read(path)?,
        None => fadu_hotline::import::EXAMPLE.to_owned(),
    };
    let rows = Mapping::read(&mapping)
        .and_then(|mapping| mapping.rows(&table))
        .map_err(|error| Usage(format!("{}: {error}", tickets.file.display())))?;
    let home = if Home::exists(place) { Some(Home::open(place).await?) } else { None };
    let app = match &home {
        Some(home) => Some(home.app().await?),
        None => None,
    };
    let (limits, simulated) = limits(app.as_ref().and_then(|app| app.hotline()))?;
    let sum = summary(&rows, &limits, &Calendar::shipped());
    let model = crate::hotline::keeper(place).model();
    let (all, unknown, how) = categories(&rows, &sum.categories, model.as_deref());
    let top: Vec<_> = all.iter().take(TOP).collect();
    let findings: Vec<_> = rows.iter().filter(|row| !row.findings.is_empty()).collect();
    let (part, whole) = (sum.in_time.part, sum.in_time.whole);
    if let (Some(home), Some(app)) = (&home, &app) {
        let past = PastTickets {
            file: tickets.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            on: app.moment().today.to_string(),
            rows: sum.rows,
            in_time: sum.in_time,
            by_weekdays: sum.by_weekdays,
            left_out: sum.left_out,
            demonstration: simulated,
            categories: all.clone(),
            named_by: how.zh(),
            without_category: unknown,
            findings: findings.len() as i64,
        };
        let bytes = serde_json::to_vec(&past)?;
        home.store
            .put_blob(home.region()?, PAST_TICKETS, "application/json", bytes)
            .await?;
    }
    let how = how.said();
    say(
        place,
        json!({
            "rows": sum.rows, "in_time": part, "counted": whole, "by_weekdays": sum.by_weekdays, "left_out": sum.left_out,
            "demonstration_limits": simulated, "categories": top, "categories_by": how, "without_category": unknown,
            "findings": findings.iter().map(|row| json!({"line": row.line, "id": row.id, "findings": row.findings})).collect::<Vec<_>>(),
        }),
        || {
            let mut lines = vec![
                format!("{} rows, {} left out without two days in order", sum.rows, sum.left_out),
                format!(
                    "in time {part} / {whole}{}{}",
                    percent(part, whole),
                    if simulated {
                        ", under the limits of the demonstration (演示), which are nobody's"
                    } else {
                        ""
                    }
                ),
                format!(
                    "{} of them counted by weekdays: the notices of their years are not loaded",
                    sum.by_weekdays
                ),
            ];
            lines.push(format!("categories {how}, {unknown} rows without one:"));
            lines.extend(top.iter().map(|(name, n)| format!("  {n:>6}  {name}")));
            lines.extend(
                findings
                    .iter()
                    .take(SHOWN)
                    .map(|row| format!("line {}  {}  {}", row.line, row.id, row.findings.join("；"))),
            );
            if findings.len() > SHOWN {
                lines.push(format!("… {} rows with findings in all", findings.len()));
            }
            lines.join("\n")
        },
    );
    Ok(true)
}

/// ` (61.2 %)`, in whole numbers.
fn percent(part: i64, whole: i64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (part * 2000 + whole) / (2 * whole);
    format!(" ({}.{} %)", tenths / 10, tenths % 10)
}
