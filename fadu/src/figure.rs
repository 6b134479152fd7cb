//! 指标。 A figure as the ledger proves it, and the entries it counts.

use crate::calendar::read_date;
use crate::home::{Home, figures};
use crate::{Answer, Place, Usage, say};
use serde_json::json;

#[derive(clap::Args)]
pub struct Figure {
    /// Name of a figure such as `svc.cases`; `list` names them all, `rebuild` counts everything again
    name: String,
    /// The last day that counts; by default today, or the day of the entry that --at names
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// As the ledger stood when this entry was its last
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(i64).range(0..))]
    at: Option<i64>,
    /// List the ledger numbers it counts
    #[arg(long)]
    entries: bool,
    /// Part by part, where the figure has keys: by sector, by step
    #[arg(long)]
    by_key: bool,
}

pub async fn run(place: &Place, command: Figure) -> Answer {
    let figures = figures()?;
    if command.name == "list" {
        let names: Vec<_> = figures
            .declarations()
            .map(|figure| json!({"name": figure.id, "zh": figure.zh, "unit": figure.unit}))
            .collect();
        say(place, json!({"figures": names}), || {
            figures
                .declarations()
                .map(|figure| format!("{:28} {}", figure.id, figure.zh))
                .collect::<Vec<_>>()
                .join("\n")
        });
        return Ok(true);
    }
    let home = Home::open(place).await?;
    let (store, region) = (&*home.store, home.region()?);
    if command.name == "rebuild" {
        // A server's pages would show figures half counted.
        let _lock = home.lock()?;
        let counted = fadu_figures::rebuild(store, region, &figures).await?;
        say(place, json!({"entries": counted}), || format!("counted {counted} entries again"));
        return Ok(true);
    }
    if figures.get(&command.name).is_none() {
        return Err(Usage(format!("no figure `{}`; `fadu figure list` names them", command.name)).into());
    }
    let last = match command.at {
        Some(seq) => {
            let entry = store.entries(region, seq, 1).await?.into_iter().find(|entry| entry.seq == seq);
            Some(entry.ok_or_else(|| Usage(format!("--at: there is no entry {seq}")))?)
        }
        None => None,
    };
    let as_of = match (&command.as_of, &last) {
        (Some(text), _) => read_date("--as-of", text)?,
        (None, Some(entry)) => read_date("--at", &entry.day)?,
        (None, None) => home.app().await?.moment().today,
    };
    fadu_figures::tail(store, region, &figures).await?;
    let value = fadu_figures::value(store, region, &figures, &command.name, as_of, command.at).await?;
    let mut object = serde_json::to_value(&value)?;
    // A number where there is one; a figure whose whole is empty has none.
    object["value"] = serde_json::from_str(&value.value).unwrap_or(serde_json::Value::Null);
    let mut listed = Vec::new();
    if command.entries {
        let mut after = -1;
        loop {
            let name = &command.name;
            let page =
                fadu_figures::entries(store, region, &figures, name, as_of, command.at, after, 1000).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            listed.extend(page.iter().map(|row| row.seq));
        }
        listed.dedup();
        object["entries"] = json!(listed);
    }
    let parts = match command.by_key {
        true => fadu_figures::split(store, region, &figures, &command.name, as_of, command.at).await?,
        false => Vec::new(),
    };
    if command.by_key {
        object["by_key"] = serde_json::to_value(&parts)?;
    }
    say(place, object, || {
        let at = command.at.map(|seq| format!(", to entry {seq}")).unwrap_or_default();
        let mut text = format!(
            "{} {} = {} (as of {}{at}, {} entries)",
            value.name,
            value.zh,
            value.printed(),
            value.as_of,
            value.entries
        );
        for one in &parts {
            let whole = one.whole.map(|whole| format!(" / {whole}")).unwrap_or_default();
            text.push_str(&format!("\n{:>10}{whole}  {}", one.part, one.key));
        }
        listed.iter().for_each(|seq| text.push_str(&format!("\n{seq}")));
        text
    });
    Ok(true)
}
