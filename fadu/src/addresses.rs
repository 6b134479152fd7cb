//! 标准地址。 Brings in a county's towns and villages, from which a seat picks where something is.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_hotline::addresses::Addresses;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Import {
    /// CSV with a heading row and the columns code and name; towns (nine digits) before their villages (twelve), in one
    /// file or in several. What was brought in before is replaced
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub async fn import(place: &Place, import: Import) -> Answer {
    let home = Home::open(place).await?;
    let region = home.region()?;
    let mut list = Addresses::default();
    for file in &import.files {
        let wrong = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", file.display()));
        let table = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        list.read(&region.to_string(), &table).map_err(|error| wrong(&error))?;
    }
    home.store
        .put_blob(region, fadu_web::ADDRESSES, "text/csv", list.write().into_bytes())
        .await?;
    say(place, json!({"addresses": list.len()}), || {
        format!("{} addresses; a running server reads them when it starts anew", list.len())
    });
    Ok(true)
}
