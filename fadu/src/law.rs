//! 法规。

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_app::rules::Standing as Rules;
use fadu_law::check::{Cited, check};
use fadu_law::text::{Citation, Statute, parse};
use fadu_law::touch::{amended, touches};
use fadu_law::{Shelf, Standing};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Law {
    /// Read every text in DIR and say what new versions touch
    Import { dir: PathBuf },
    /// Hold every basis of rules and items against the texts; the answer is no while one is wrong
    Check {
        /// Ask what going live asks: every text held
        #[arg(long)]
        live: bool,
    },
    /// What rests on an article: "行政许可法#42"
    Impact { citation: String },
    /// Show an article: "行政许可法#32"
    Show { citation: String },
    /// Articles that contain every word
    Search { words: Vec<String> },
    /// Every rule of the rule book: built, with the rows of its specification; not applicable, with the reason; or not built
    Rules,
}

pub async fn run(place: &Place, command: Law) -> Answer {
    match command {
        Law::Import { dir } => import(place, &Home::open(place).await?, &dir).await,
        Law::Rules => rules(place),
        Law::Show { citation } => show(place, &shelf(place).await?, &citation),
        Law::Check { live } => {
            let home = Home::open(place).await?;
            let cited = fadu_web::citations(&*home.app().await?);
            let report = check(&home.shelf().await?, cited);
            let (resolves, not_held, wrong) = (report.resolves, report.not_held, report.wrong);
            say(
                place,
                json!({"resolves": resolves, "not_held": not_held, "wrong": wrong, "rows": report.rows}),
                || {
                    let mut lines = vec![format!(
                        "{resolves} bases resolve, {not_held} rest on texts not held, {wrong} are wrong"
                    )];
                    lines.extend(report.rows.iter().filter_map(|row| match &row.standing {
                        Standing::Resolves { .. } => None,
                        Standing::NotHeld { note, .. } => {
                            Some(format!("not held  {}  {}  {note}", row.cited.basis, row.cited.what))
                        }
                        Standing::Wrong { why } => {
                            Some(format!("WRONG     {}  {}  {why}", row.cited.basis, row.cited.what))
                        }
                    }));
                    lines.join("\n")
                },
            );
            Ok(if live { report.ready_for_service() } else { report.passes() })
        }
        Law::Impact { citation } => {
            let place_in_law = read(&citation)?;
            let home = Home::open(place).await?;
            let cited = fadu_web::citations(&*home.app().await?);
            let resting: Vec<&Cited> = touches(&cited, &place_in_law).collect();
            say(place, json!({"citation": place_in_law.key(), "resting": resting}), || {
                let mut lines = vec![format!("{place_in_law}: {} citations rest on it", resting.len())];
                lines.extend(resting.iter().map(|cited| format!("{}  {}", cited.what, cited.basis)));
                lines.join("\n")
            });
            Ok(true)
        }
        Law::Search { words } => {
            let home = Home::open(place).await?;
            let words = fadu_web::segment(&fadu_web::analyser(), &words.join(" "));
            let hits = home.store.search_text(home.region()?, "article", &words, 50).await?;
            let rows: Vec<_> =
                hits.iter().map(|hit| json!({"article": hit.id, "title": hit.title})).collect();
            say(place, json!({"hits": rows}), || {
                hits.iter().map(|hit| hit.title.clone()).collect::<Vec<_>>().join("\n")
            });
            Ok(!hits.is_empty())
        }
    }
}

fn read(text: &str) -> Result<Citation, Usage> {
    text.parse().map_err(|error| Usage(format!("`{text}` is no citation: {error}")))
}

/// The imported texts where there is a county, else what ships.
async fn shelf(place: &Place) -> anyhow::Result<Shelf> {
    if Home::exists(place) { Home::open(place).await?.shelf().await } else { Ok(Shelf::from_index()) }
}

fn show(place: &Place, shelf: &Shelf, text: &str) -> Answer {
    let citation = read(text)?;
    let Some((statute, article)) = shelf.article(&citation.statute, citation.article) else {
        let known = shelf.known(&citation.statute);
        let why = match known {
            _ if !shelf.held(&citation.statute).is_empty() => format!("{citation}: no such article"),
            Some(known) => format!(
                "{}: the text is not held ({} articles known); `fadu law import DIR` brings it in",
                known.title, known.last_article
            ),
            None => format!("{}: unknown statute", citation.statute),
        };
        say(place, json!({"error": why}), || why.clone());
        return Ok(false);
    };
    let version = statute.version.map(|date| date.to_string());
    say(
        place,
        json!({"statute": statute.title, "article": article.no.to_string(), "version": version, "text": article.text()}),
        || {
            format!(
                "{} {}（{}）\n{}",
                statute.title,
                article.no,
                version.clone().unwrap_or_default(),
                article.text()
            )
        },
    );
    Ok(true)
}

/// Reads every text of a folder. A file that is no statute is named and left out; nothing else is.
pub fn read_folder(dir: &Path) -> anyhow::Result<(Vec<Statute>, Vec<String>)> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(dir)
        .map_err(|error| Usage(format!("{}: {error}", dir.display())))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    names.sort();
    let (mut statutes, mut left_out) = (Vec::new(), Vec::new());
    for path in names {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let content = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        match parse(&name, &content) {
            // A page about the collection has a title and no date in its name.
            Ok(statute) if statute.articles.is_empty() && statute.version.is_none() => {
                left_out.push(format!("{name}: no articles and no version"))
            }
            Ok(statute) => statutes.push(statute),
            Err(error) => left_out.push(format!("{name}: {error:?}")),
        }
    }
    Ok((statutes, left_out))
}

async fn import(place: &Place, home: &Home, dir: &Path) -> Answer {
    let (statutes, left_out) = read_folder(dir)?;
    let before = home.shelf().await?;
    let cited = fadu_web::citations(&*home.app().await?);
    let mut touched = Vec::new();
    for new in &statutes {
        let old = before
            .held(&new.short)
            .into_iter()
            .find(|old| old.file_stem == new.file_stem && old.version < new.version);
        touched.extend(old.map(|old| json!({"statute": new.title, "from": old.version, "to": new.version, "touched": amended(&cited, old, new)})));
    }
    home.keep_texts(&statutes).await?;
    let articles: usize = statutes.iter().map(|statute| statute.articles.len()).sum();
    let findings: usize = statutes.iter().map(|statute| statute.findings.len()).sum();
    say(
        place,
        json!({"texts": statutes.len(), "articles": articles, "findings": findings, "left_out": left_out, "touched": touched}),
        || {
            let mut lines =
                vec![format!("{} texts, {articles} articles, {findings} findings", statutes.len())];
            lines.extend(statutes.iter().filter(|statute| !statute.findings.is_empty()).map(|statute| {
                format!(
                    "  {}: {}",
                    statute.file_stem,
                    statute.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
                )
            }));
            lines.extend(left_out.iter().map(|line| format!("  left out: {line}")));
            lines.extend(touched.iter().map(|row| format!("  new version: {row}")));
            lines.join("\n")
        },
    );
    Ok(!statutes.is_empty())
}

/// Every rule with what its specification shows of it; what is not built says so.
fn rules(place: &Place) -> Answer {
    let all = fadu_app::rules::all(&[fadu_web::SEALING, fadu_web::REPORTING]);
    let (mut built, mut not_built, mut lines) = (0, 0, Vec::new());
    let mut values = Vec::new();
    for told in &all {
        let id = told.id;
        values.push(match &told.standing {
            Rules::Built(rule) => {
                built += 1;
                lines.push(format!("{id}  {}  {}", rule.sentence, rule.bases()));
                lines.extend(told.rows.iter().map(|row| format!("    {:<8}{}", row.outcome.word(), row.says)));
                json!({"id": id, "state": "built", "sentence": rule.sentence, "basis": rule.bases(), "rows": told.rows})
            }
            Rules::NotApplicable(reason) => {
                lines.push(format!("{id}  not applicable: {reason}"));
                json!({"id": id, "state": "not_applicable", "reason": reason})
            }
            Rules::NotBuilt => {
                not_built += 1;
                lines.push(format!("{id}  not built"));
                json!({"id": id, "state": "not_built"})
            }
        });
    }
    let not_applicable = all.len() - built - not_built;
    lines.push(format!("{built} rules built, {not_applicable} not applicable, {not_built} not built"));
    let counts = json!({"built": built, "not_applicable": not_applicable, "not_built": not_built});
    say(place, json!({"rules": values, "counts": counts}), || lines.join("\n"));
    Ok(true)
}
