//! 登记信息。 Brings in who answers for a firm and who holds or manages it, against which the bidders of an opening are held.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_app::related::{REGISTRY, Registry};
use fadu_kernel::codes::credit_code;
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Import {
    /// CSV with a heading row and the columns code, head (number of the responsible person) and holders (credit codes of
    /// those who hold or manage it, with blanks between). What was brought in before is replaced
    file: PathBuf,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    #[serde(default)]
    head: String,
    #[serde(default)]
    holders: String,
}

/// Of a person the county's own keyed digest is kept, never the number.
pub async fn import(place: &Place, import: Import) -> Answer {
    let home = Home::open(place).await?;
    let wrong = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", import.file.display()));
    let mut table = csv::Reader::from_path(&import.file).map_err(|error| wrong(&error))?;
    let mut registry = Registry::default();
    for (n, row) in table.deserialize::<Row>().enumerate() {
        let row = row.map_err(|error| wrong(&error))?;
        let code = row.code.trim();
        credit_code(code).map_err(|error| wrong(&format!("line {}: {code}: {error}", n + 2)))?;
        let head = row.head.trim();
        let firm = registry.0.entry(code.to_owned()).or_default();
        if !head.is_empty() {
            firm.head = home.keys.subject(head);
        }
        firm.holders.extend(row.holders.split_whitespace().map(str::to_owned));
    }
    let n = registry.0.len();
    home.store
        .put_blob(home.region()?, REGISTRY, "text/tab-separated-values", registry.write().into_bytes())
        .await?;
    say(place, json!({"firms": n}), || format!("{n} firms; each opening is held against them"));
    Ok(true)
}
