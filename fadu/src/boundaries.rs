//! 区划边界。 Brings in the outlines of a county and its towns, on which requests are drawn.

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_web::Boundaries;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Import {
    /// GeoJSON: polygons in degrees, each with `code` (six digits the county, nine a town) and `name`
    /// What was brought in before is replaced
    file: PathBuf,
}

pub async fn import(place: &Place, import: Import) -> Answer {
    let home = Home::open(place).await?;
    let region = home.region()?;
    let wrong = |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", import.file.display()));
    let text = std::fs::read_to_string(&import.file).map_err(|error| wrong(&error))?;
    let list = Boundaries::read(&region.to_string(), &text).map_err(|error| wrong(&error))?;
    if list.is_empty() {
        return Err(wrong(&"no outline is in it").into());
    }
    home.store
        .put_blob(region, fadu_web::BOUNDARIES, "application/geo+json", text.into_bytes())
        .await?;
    say(place, json!({"boundaries": list.len()}), || {
        format!("{} outlines; a running server reads them when it starts anew", list.len())
    });
    Ok(true)
}
