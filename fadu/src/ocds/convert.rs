//! 引入与输出。

use super::{misread, read};
use crate::home::{Home, replace};
use crate::{Answer, Place, Usage, say};
use fadu_kernel::MatterId;
use fadu_redflags::ocds::{
    BID_EXTENSION, Export as Publisher, Note, Options, Package, compiled, import as read_release, is_prefix,
    package, records, releases,
};
use fadu_trading::Project;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Import {
    /// Files of releases, release packages or record packages; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Amounts in another currency are not used
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// Write the tenders here, one a line
    #[arg(long)]
    out: Option<PathBuf>,
}

/// The answer is no where nothing at all could be read.
pub fn import(place: &Place, asked: &Import) -> Answer {
    let options = Options { currency: asked.currency.clone(), must: None };
    let mut read_in = ReadIn::default();
    for path in &asked.files {
        match read(path) {
            Ok(text) => read_in.add(path, &text, &options),
            Err(error) => read_in.unreadable.push(error.to_string()),
        }
    }
    if let Some(out) = &asked.out {
        replace(out, &read_in.tenders).map_err(|error| misread(out, error))?;
    }
    say(place, read_in.json(), || read_in.lines());
    Ok(read_in.n_tenders > 0)
}

#[derive(Default)]
struct ReadIn {
    n_tenders: usize,
    tenders: String,
    unreadable: Vec<String>,
    /// File, process and what of it cannot be used.
    unusable: Vec<(String, String, Note)>,
    without_use: BTreeMap<String, usize>,
}

impl ReadIn {
    fn add(&mut self, path: &Path, text: &str, options: &Options) {
        let file = path.display().to_string();
        for found in releases(text) {
            match found.and_then(|release| read_release(&release, options)) {
                Ok(imported) => {
                    self.n_tenders += 1;
                    self.tenders.push_str(&json!(imported.tender).to_string());
                    self.tenders.push('\n');
                    let id = imported.tender.id;
                    self.unusable
                        .extend(imported.unusable.into_iter().map(|note| (file.clone(), id.clone(), note)));
                    for (field, n) in imported.without_use {
                        *self.without_use.entry(field).or_default() += n;
                    }
                }
                Err(why) => self.unreadable.push(format!("{file} {why}")),
            }
        }
    }

    fn json(&self) -> Value {
        let unusable: Vec<Value> = self
            .unusable
            .iter()
            .map(|(file, ocid, note)| json!({"file": file, "ocid": ocid, "path": note.path, "why": note.why}))
            .collect();
        json!({
            "n_tenders": self.n_tenders, "unreadable": self.unreadable, "unusable": unusable, "without_use": self.without_use,
        })
    }

    fn lines(&self) -> String {
        let mut kinds: BTreeMap<(String, &str), usize> = BTreeMap::new();
        for (_, _, note) in &self.unusable {
            *kinds.entry((note.field(), note.why.as_str())).or_default() += 1;
        }
        let mut lines = vec![format!("{}个项目；{}处读不出", self.n_tenders, self.unreadable.len())];
        lines.extend(self.unreadable.iter().map(|why| format!("  {why}")));
        lines.push(format!("不能使用的字段{}个（--json 逐个列出）：", self.unusable.len()));
        lines.extend(kinds.iter().map(|((field, why), n)| format!("{n:>8}  {field}　{why}")));
        lines.push(format!("没有用到的字段{}种：", self.without_use.len()));
        lines.extend(self.without_use.iter().map(|(field, n)| format!("{n:>8}  {field}")));
        lines.join("\n")
    }
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Shape {
    /// A release package: what was public at each step
    Releases,
    /// A record package: each process with its releases and its compiled release
    Records,
    /// Compiled releases, one a line
    Compiled,
}

#[derive(clap::Args)]
pub struct Export {
    /// What to write
    #[arg(value_enum, default_value = "releases")]
    shape: Shape,
    /// The prefix that the registry of the standard gave to this publisher, such as ocds-213czf
    #[arg(long)]
    prefix: String,
    /// Where the bid extension's extension.json can be read
    #[arg(
        long,
        default_value = BID_EXTENSION
    )]
    bid_extension: String,
    /// Write here instead of standard output
    #[arg(long)]
    out: Option<PathBuf>,
}

pub async fn export(place: &Place, asked: &Export) -> Answer {
    if !is_prefix(&asked.prefix) {
        return Err(Usage(format!("--prefix {}: letters, digits and hyphens", asked.prefix)).into());
    }
    let home = Home::open(place).await?;
    let app = home.app().await?;
    let publisher = Publisher {
        prefix: asked.prefix.clone(),
        publisher: home.config.bureau.clone(),
        base_url: home.config.base_url.clone(),
        bid_extension: asked.bid_extension.clone(),
    };
    let catalogue = app.catalogue();
    let mut ids: Vec<MatterId> = catalogue.all::<Project>().map(|(id, _)| id).collect();
    ids.sort_unstable();
    let mut all = Vec::new();
    for id in ids {
        let facts = app.project_facts(id).await?;
        all.extend(publisher.releases(&Package { id, facts: &facts }));
    }
    let (n, published) = (all.len(), app.moment().ms);
    let text = match asked.shape {
        Shape::Releases => format!("{}\n", package(&publisher, all, published)),
        Shape::Records => format!("{}\n", records(&publisher, all, published)),
        // One object for --json, one a line for the programs that read this shape.
        Shape::Compiled if place.json && asked.out.is_none() => {
            format!("{}\n", json!({"compiled": compiled(&all)}))
        }
        Shape::Compiled => compiled(&all).iter().map(|release| format!("{release}\n")).collect(),
    };
    match &asked.out {
        Some(out) => {
            replace(out, &text).map_err(|error| misread(out, error))?;
            say(place, json!({"file": out, "releases": n}), || format!("{n} releases in {}", out.display()));
        }
        None => print!("{text}"),
    }
    Ok(true)
}
