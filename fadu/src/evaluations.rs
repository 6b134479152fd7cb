//! 好差评月报。 Printed into a file.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_web::{evaluation_release, month_before, month_named, print_bulletin};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Evaluations {
    /// Such as 2025-03; the last month that is over by default
    #[arg(long, value_name = "MONTH")]
    month: Option<String>,
    #[arg(long, default_value = "pdf", value_parser = ["docx", "pdf"])]
    format: String,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub async fn run(place: &Place, command: Evaluations) -> Answer {
    let home = Home::open(place).await?;
    let web = home.web(home.app().await?).await?;
    fadu_figures::tail(&*home.store, home.region()?, &web.figures).await?;
    let today = web.app.moment().today;
    let month = match &command.month {
        Some(text) => month_named(text)
            .ok_or_else(|| Usage(format!("--month {text}: a month is written as 2025-03")))?,
        None => month_before(today),
    };
    if month > today {
        return Err(Usage(format!("the month of {month} has not begun")).into());
    }
    let (release, document) = evaluation_release(&web, month).await?;
    let (_, bytes) = print_bulletin(&document, &command.format).context("--format")?;
    let bytes = bytes?;
    let out = &command.out;
    std::fs::write(out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    say(
        place,
        json!({"file": out, "bytes": bytes.len(), "month": document.period_text, "evaluations": release.total}),
        || format!("{}: {} ({} bytes)", out.display(), document.title, bytes.len()),
    );
    Ok(true)
}
