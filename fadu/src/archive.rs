//! 档案。 What was archived, how long it is kept, and what is due for hand-over to the county's archive.

use crate::admin::problem;
use crate::calendar::read_date;
use crate::home::Home;
use crate::{Answer, Place, say};
use fadu_app::archives::Filed;
use serde_json::json;

#[derive(clap::Subcommand)]
pub enum Archive {
    /// What was archived, with the days from which it is handed over, opened and appraised
    List {
        /// Only what is due for hand-over by DATE: ten full years after it was archived
        #[arg(long, value_name = "DATE")]
        transfer: Option<String>,
    },
}

pub async fn run(place: &Place, command: Archive) -> Answer {
    let Archive::List { transfer } = command;
    let due_by = transfer.map(|text| read_date("--transfer", &text)).transpose()?;
    let app = Home::open(place).await?.app().await?;
    let filed = app.filed(due_by).await.map_err(problem)?;
    say(place, json!({"due_by": due_by, "files": filed}), || {
        let lines: Vec<String> = filed.iter().map(line).collect();
        format!("{}\n共{}件", lines.join("\n"), filed.len())
    });
    Ok(true)
}

/// `2025-03-07 W2025… 题名 保管10年（模档〔2025〕1号） 2035-03-08移交`
fn line(filed: &Filed) -> String {
    let kept = match &filed.kept {
        Some((years, approval)) => format!("保管{years}（{approval}）"),
        None => "没有定保管期限".to_owned(),
    };
    format!("{} {} {} {kept} {}移交", filed.on, filed.number, filed.title, filed.transfer)
}
