//! 档案。 What was archived, how long it is kept, what is due for hand-over to the county's archive; a package of a case, checked
//! without any database.

use crate::admin::problem;
use crate::calendar::read_date;
use crate::home::Home;
use crate::ledger::public_key;
use crate::{Answer, Place, Usage, say};
use fadu_app::archives::Filed;
use fadu_ledger::note::VerifyKey;
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Archive {
    /// What was archived, with the days from which it is handed over, opened and appraised
    List {
        /// Only what is due for hand-over by DATE: ten full years after it was archived
        #[arg(long, value_name = "DATE")]
        transfer: Option<String>,
    },
    /// Check the package of a case against the county's public key, without any database
    Verify {
        file: PathBuf,
        /// The key as the county publishes it, or a file that holds it; without it, the folder's own key is used
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

pub async fn run(place: &Place, command: Archive) -> Answer {
    match command {
        Archive::List { transfer } => list(place, transfer).await,
        Archive::Verify { file, key } => verify(place, &file, key),
    }
}

async fn list(place: &Place, transfer: Option<String>) -> Answer {
    let due_by = transfer.map(|text| read_date("--transfer", &text)).transpose()?;
    let app = Home::open(place).await?.app().await?;
    let filed = app.filed(due_by).await.map_err(problem)?;
    say(place, json!({"due_by": due_by, "files": filed}), || {
        let lines: Vec<String> = filed.iter().map(line).collect();
        format!("{}\n共{}件", lines.join("\n"), filed.len())
    });
    Ok(true)
}

fn verify(place: &Place, file: &Path, key: Option<String>) -> Answer {
    let tar = std::fs::read(file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let key = public_key(place, key)?;
    let key = VerifyKey::parse(key.trim()).map_err(|error| Usage(format!("--key: {error}")))?;
    match fadu_web::check_archive(&tar, &key) {
        Ok(checked) => {
            let (number, n_files, n_entries) = (checked.number, checked.n_files, checked.n_entries);
            say(
                place,
                json!({"valid": true, "number": number, "files": n_files, "entries": n_entries}),
                || format!("{number}：{n_files}个文件、{n_entries}条台账记录，与索引一致"),
            );
            Ok(true)
        }
        Err(bad) => {
            let error = format!("{}（{}，{}）", bad.why, bad.rule.id, bad.rule.bases());
            say(place, json!({"valid": false, "rule": bad.rule.id, "error": bad.why}), || error);
            Ok(false)
        }
    }
}

/// `2025-03-07 W2025… 题名 保管10年（模档〔2025〕1号） 2035-03-08移交`
fn line(filed: &Filed) -> String {
    let kept = match &filed.kept {
        Some((years, approval)) => format!("保管{years}（{approval}）"),
        None => "没有定保管期限".to_owned(),
    };
    format!("{} {} {} {kept} {}移交", filed.on, filed.number, filed.title, filed.transfer)
}
