//! 年度报告。

use crate::home::{Home, figures};
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_app::App;
use fadu_app::registry::SUPERVISION;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(clap::Args)]
pub struct Report {
    #[arg(long)]
    year: i16,
    #[arg(long, default_value = "html", value_parser = ["html", "docx", "pdf", "json"])]
    format: String,
    /// Where to write it
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    out: Option<PathBuf>,
    /// List the parts that have no evidence yet; the answer is no while there is one
    #[arg(long)]
    check: bool,
    /// The folder of supervision whose figures the report cites; `supervision` within the data folder unless it says otherwise
    #[arg(long, value_name = "DIR")]
    supervision: Option<PathBuf>,
}

/// The figures of supervision stand in its own store, which is read here and not written.
async fn beside(place: &Place, given: Option<&PathBuf>) -> anyhow::Result<Option<Arc<App>>> {
    let dir = given.cloned().unwrap_or_else(|| place.data.join(SUPERVISION));
    let at = place.beside(dir);
    if given.is_none() && !Home::exists(&at) {
        return Ok(None);
    }
    let home = Home::open(&at).await?;
    if !home.config.runs()?.is_apart() {
        return Err(Usage(format!("{} is no folder of supervision", at.data.display())).into());
    }
    Ok(Some(home.app().await?))
}

pub async fn run(place: &Place, command: Report) -> Answer {
    let home = Home::open(place).await?;
    let (app, figures) = (home.app().await?, figures()?);
    app.checkpoint().await?;
    fadu_figures::tail(&*home.store, home.region()?, &figures).await?;
    if command.year > app.moment().today.year() {
        return Err(Usage(format!("{} has not begun", command.year)).into());
    }
    let beside = beside(place, command.supervision.as_ref()).await?;
    let report = fadu_web::annual(
        &app,
        beside.as_deref(),
        &figures,
        &home.config.bureau,
        home.config.simulated,
        command.year,
    )
    .await?
    .with_links_to(&home.site().base_url);
    if command.check {
        say(place, json!({"year": command.year, "missing": report.missing}), || {
            match report.missing.as_slice() {
                [] => "every part has its evidence".to_owned(),
                missing => missing.join("\n"),
            }
        });
        return Ok(report.missing.is_empty());
    }
    let out = command.out.context("--out FILE")?;
    let bytes = fadu_web::print_report(&report, &command.format).context("--format")??;
    std::fs::write(&out, &bytes).with_context(|| format!("cannot write {}", out.display()))?;
    say(place, json!({"file": out, "bytes": bytes.len(), "missing": report.missing.len()}), || {
        format!(
            "{} ({} bytes); {} parts lack evidence, see --check",
            out.display(),
            bytes.len(),
            report.missing.len()
        )
    });
    Ok(true)
}
