//! 法规。

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_app::rules::Standing as Rules;
use fadu_law::check::{Cited, check};
use fadu_law::text::{Citation, Statute, parse};
use fadu_law::touch::{Renewal, renewals, touches};
use fadu_law::{Shelf, Standing, Validity, validity};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub enum Law {
    /// Read every text in DIR, and its validity.tsv, and say what new versions touch
    Import { dir: PathBuf },
    /// Hold every basis of rules and items against the texts in force today; the answer is no while one is wrong
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
            let app = home.app().await?;
            let report = check(&home.shelf().await?, fadu_web::citations(&app), app.moment().today);
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

/// What a folder of texts holds.
#[derive(Debug, Default)]
pub struct Folder {
    pub statutes: Vec<Statute>,
    /// Of its `validity.tsv`, where it has one.
    pub validity: Vec<Validity>,
    /// What could not be taken in, with the reason.
    pub left_out: Vec<String>,
}

/// Reads every text of a folder and of the folders in it. Whatever cannot be taken in is named, and the rest goes on.
pub fn read_folder(dir: &Path) -> anyhow::Result<Folder> {
    let mut folder = Folder::default();
    let mut paths = Vec::new();
    files(dir, &mut paths, &mut folder.left_out)
        .map_err(|error| Usage(format!("{}: {error}", dir.display())))?;
    paths.sort();
    let mut names: Vec<String> = Vec::new();
    for path in paths {
        let name = path.strip_prefix(dir).unwrap_or(&path).display().to_string();
        match take_in(&path, &names, &mut folder) {
            Ok(Taken::Statute) => names.push(name),
            Ok(Taken::Table) => {}
            Err(why) => folder.left_out.push(format!("{name}: {why}")),
        }
    }
    Ok(folder)
}

/// The texts, and the tables of validity. A link to a folder is not followed: it may lead back here.
fn files(dir: &Path, found: &mut Vec<PathBuf>, left_out: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if let Err(error) = files(&path, found, left_out) {
                left_out.push(format!("{}: {error}", path.display()));
            }
        } else if path.extension().is_some_and(|extension| extension == "md")
            || path.file_name().is_some_and(|name| name == validity::FILE)
        {
            found.push(path);
        }
    }
    Ok(())
}

enum Taken {
    Statute,
    Table,
}

/// Reads one file into the folder. `names` are those of the statutes read before it, in their order. Errors: why it is
/// left out.
fn take_in(path: &Path, names: &[String], folder: &mut Folder) -> Result<Taken, String> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let content = String::from_utf8(bytes).map_err(|_| "not written in UTF-8".to_owned())?;
    if name == validity::FILE {
        let (rows, unread) = validity::read(&content);
        folder.validity.extend(rows);
        folder.left_out.extend(unread);
        return Ok(Taken::Table);
    }
    let statute = parse(&name, &content).map_err(|error| format!("{error:?}"))?;
    // A page about the collection has a title and no date in its name.
    if statute.articles.is_empty() && statute.version.is_none() {
        return Err("no articles and no version".to_owned());
    }
    // A text is kept under its name and date: the second of two would take the place of the first.
    let same = |other: &Statute| other.file_stem == statute.file_stem && other.version == statute.version;
    if let Some(at) = folder.statutes.iter().position(same) {
        let other = names.get(at).map_or("another file", String::as_str);
        return Err(format!("the same name and date as {other}; a date in the file name tells them apart"));
    }
    folder.statutes.push(statute);
    Ok(Taken::Statute)
}

async fn import(place: &Place, home: &Home, dir: &Path) -> Answer {
    let Folder { statutes, validity, left_out } = read_folder(dir)?;
    let before = home.shelf().await?;
    let n_validity = validity.len();
    let replaced: Vec<String> = statutes
        .iter()
        .filter(|new| {
            let kept = |old: &&Statute| old.file_stem == new.file_stem && old.version == new.version;
            before.statutes.iter().find(kept).is_some_and(|old| old != *new)
        })
        .map(|new| new.file_stem.clone())
        .collect();
    home.keep_texts(&statutes, validity).await?;
    let cited = fadu_web::citations(&*home.app().await?);
    let mut touched = renewals(&home.shelf().await?, &cited);
    let is_new = |renewal: &Renewal| {
        let held = |old: &Statute| old.file_stem == renewal.file_stem && old.version == renewal.to;
        !before.statutes.iter().any(held)
    };
    touched.retain(is_new);
    let articles: usize = statutes.iter().map(|statute| statute.articles.len()).sum();
    let findings: usize = statutes.iter().map(|statute| statute.findings.len()).sum();
    say(
        place,
        json!({"texts": statutes.len(), "articles": articles, "findings": findings, "validity": n_validity, "left_out": left_out, "replaced": replaced, "touched": touched}),
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
            if n_validity > 0 {
                lines.push(format!("{n_validity} lines of validity"));
            }
            lines.extend(left_out.iter().map(|line| format!("  left out: {line}")));
            lines.extend(
                replaced
                    .iter()
                    .map(|name| format!("  replaced, of the same name and date: {name}")),
            );
            for renewal in &touched {
                lines.push(format!("  new version: {renewal}"));
                for row in &renewal.touched {
                    let resting: Vec<&str> = row.resting.iter().map(|cited| cited.what.as_str()).collect();
                    lines.push(format!("    {}: {}", row.change, resting.join("、")));
                }
            }
            lines.join("\n")
        },
    );
    Ok(!statutes.is_empty() || n_validity > 0)
}

/// Every rule with what its specification shows of it; what is not built says so.
fn rules(place: &Place) -> Answer {
    let all = fadu_app::rules::all(&[fadu_web::SEALING, fadu_web::REPORTING, fadu_web::ARCHIVING]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_to_its_depths_and_what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("法律/省")).unwrap();
        let text = |title: &str| format!("# {title}\n\n<!-- INFO END -->\n\n第一条 条文。\n").into_bytes();
        let files = [
            ("甲法(2020-01-01).md", text("甲法")),
            ("法律/乙法(2021-01-01).md", text("乙法")),
            ("法律/省/实施细则.md", text("甲省实施细则")),
            ("法律/省/旧码(2001-01-01).md", vec![0xb5, 0xda, 0xd2, 0xbb]),
            ("法律/实施细则.md", text("乙省实施细则")),
            ("README.md", "# 说明\n".into()),
            ("法律/validity.tsv", "甲法\t2020-01-01\t2020-03-01\t\t公布令\n".into()),
            ("甲法.txt", text("甲法")),
        ];
        for (name, bytes) in files {
            std::fs::write(at(name), bytes).unwrap();
        }
        // A folder by its name a text.
        std::fs::create_dir(at("空(2020-01-01).md")).unwrap();
        let read = read_folder(folder.path()).unwrap();
        let titles: Vec<&str> = read.statutes.iter().map(|statute| statute.title.as_str()).collect();
        assert_eq!(titles.len(), 3, "{titles:?} {:?}", read.left_out);
        assert!(titles.contains(&"甲法") && titles.contains(&"乙法"), "{titles:?}");
        assert_eq!(read.validity.len(), 1);
        let told =
            |words: &[&str]| read.left_out.iter().any(|line| words.iter().all(|word| line.contains(word)));
        assert_eq!(read.left_out.len(), 3, "{:?}", read.left_out);
        assert!(told(&["旧码(2001-01-01).md", "UTF-8"]), "{:?}", read.left_out);
        assert!(told(&["README.md", "no articles"]), "{:?}", read.left_out);
        // Of two undated texts of one name neither takes the place of the other unseen.
        assert!(
            told(&["实施细则.md: the same name and date as 法律/", "实施细则.md"]),
            "{:?}",
            read.left_out
        );
        assert!(read_folder(&at("nowhere")).is_err());
    }
}
