//! 法规文本的存放。 Imported texts and the county's table of validity, as they lie in the store beside everything else.

use crate::{analyser, segment};
use fadu_app::store::{Fault, Store};
use fadu_kernel::Region;
use fadu_law::text::Statute;
use fadu_law::validity::renewed;
use fadu_law::{Shelf, Validity};
use fadu_ledger::note::hex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Digest;

/// The list of imported texts.
const TEXTS: &str = "statutes/index";
/// The county's table of validity.
const VALIDITY: &str = "statutes/validity";
/// A digest of both with every text: another one means that something was imported.
const EDITION: &str = "statutes/edition";

/// The shipped index, every text that was imported, and the county's table of validity.
pub async fn shelf(store: &dyn Store, region: Region) -> Result<Shelf, Fault> {
    let mut statutes: Vec<Statute> = Vec::new();
    for name in read::<Vec<String>>(store, region, TEXTS).await?.unwrap_or_default() {
        let statute = read(store, region, &name).await?;
        statutes.push(statute.ok_or_else(|| Fault::Corrupt(format!("{name} is listed and not there")))?);
    }
    let validity: Vec<Validity> = read(store, region, VALIDITY).await?.unwrap_or_default();
    Ok(Shelf { validity, ..Shelf::from_index().with(statutes) })
}

/// Keeps texts and lines of validity, and indexes the articles for search. A text of the same name and version is
/// replaced, and a line for the same statute and version.
pub async fn keep(
    store: &dyn Store,
    region: Region,
    statutes: &[Statute],
    validity: Vec<Validity>,
) -> Result<(), Fault> {
    let mut names: Vec<String> = read(store, region, TEXTS).await?.unwrap_or_default();
    for statute in statutes {
        let version = statute.version.map(|date| date.to_string()).unwrap_or_default();
        let name = format!("statutes/{}@{version}", statute.file_stem);
        write(store, region, &name, statute).await?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rows = renewed(read(store, region, VALIDITY).await?.unwrap_or_default(), validity);
    write(store, region, VALIDITY, &rows).await?;
    write(store, region, TEXTS, &names).await?;
    let shelf = shelf(store, region).await?;
    store.put_text(region, "article", articles(&shelf)).await?;
    // Last: who sees the new edition finds what belongs to it.
    let all = serde_json::to_vec(&(&shelf.statutes, &shelf.validity)).map_err(corrupt)?;
    write(store, region, EDITION, &hex(&sha2::Sha256::digest(all))).await
}

/// None until something is imported.
pub(crate) async fn edition(store: &dyn Store, region: Region) -> Result<Option<String>, Fault> {
    read(store, region, EDITION).await
}

/// The articles of the latest version of every text: id, title and words.
fn articles(shelf: &Shelf) -> Vec<(String, String, String)> {
    let jieba = analyser();
    let mut rows = Vec::new();
    let mut stems: Vec<&str> = shelf.statutes.iter().map(|statute| statute.file_stem.as_str()).collect();
    stems.sort_unstable();
    stems.dedup();
    for statute in stems
        .into_iter()
        .filter_map(|stem| shelf.held(stem).into_iter().find(|statute| statute.file_stem == stem))
    {
        for article in &statute.articles {
            let words = segment(&jieba, &article.text()).join(" ");
            let number = if article.no.sub == 0 {
                article.no.main.to_string()
            } else {
                format!("{}之{}", article.no.main, article.no.sub)
            };
            rows.push((
                format!("{}/{number}", statute.file_stem),
                format!("{}{}", statute.short, article.no),
                words,
            ));
        }
    }
    rows
}

async fn read<T: DeserializeOwned>(
    store: &dyn Store,
    region: Region,
    name: &str,
) -> Result<Option<T>, Fault> {
    let Some((_, bytes)) = store.blob(region, name).await? else { return Ok(None) };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| Fault::Corrupt(format!("{name}: {error}")))
}

async fn write<T: Serialize + Sync>(
    store: &dyn Store,
    region: Region,
    name: &str,
    value: &T,
) -> Result<(), Fault> {
    let bytes = serde_json::to_vec(value).map_err(corrupt)?;
    store.put_blob(region, name, "application/json", bytes).await
}

fn corrupt(error: serde_json::Error) -> Fault {
    Fault::Corrupt(error.to_string())
}
