//! 通报。 Printed into a file.

use crate::calendar::read_date;
use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_web::{Period, hotline_bulletin, print_bulletin};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Bulletin {
    #[arg(long, value_parser = ["day", "week", "month"])]
    period: String,
    /// A day of the period; yesterday by default
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    #[arg(long, default_value = "pdf", value_parser = ["docx", "pdf"])]
    format: String,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub async fn run(place: &Place, command: Bulletin) -> Answer {
    let home = Home::open(place).await?;
    let web = home.web(home.app().await?).await?;
    fadu_figures::tail(&*home.store, home.region()?, &web.figures).await?;
    let today = web.app.moment().today;
    let day = match &command.date {
        Some(text) => read_date("--date", text)?,
        None => fadu_kernel::calendar::offset(today, -1),
    };
    let period = match command.period.as_str() {
        "day" => Period::Day,
        "week" => Period::Week,
        _ => Period::Month,
    };
    if period.around(day).0 > today {
        return Err(Usage(format!("{day} has not come")).into());
    }
    let bulletin = hotline_bulletin(&web, period, day).await?;
    let (_, bytes) = print_bulletin(&bulletin, &command.format).context("--format")?;
    let bytes = bytes?;
    let out = &command.out;
    std::fs::write(out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    say(
        place,
        json!({"file": out, "bytes": bytes.len(), "period": bulletin.period_text, "figures": bulletin.figures.len()}),
        || format!("{}: {} ({} bytes)", out.display(), bulletin.title, bytes.len()),
    );
    Ok(true)
}
