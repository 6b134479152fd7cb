//! 法规与权责。 Statutes and articles as held on the shelf, with what rests on them; the power list.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::on_day::OnDay;
use crate::session::Visit;
use crate::view::{CITING, UNPUBLISHED_POWERS, citations, encode, fact, link, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::calendar::offset;
use fadu_law::Shelf;
use fadu_law::check::Cited;
use fadu_law::shelf::Known;
use fadu_law::text::{Article, ArticleNo, Statute};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: usize = 50;
const NOT_HELD: &str = "本站还没有导入这部法规的文本，引用它的规则只列名称。取得官方文本后，由管理员用命令 fadu law import DIR 导入。";
/// A text does not say whether a later one replaced it.
const VALIDITY: &str = "效力以官方公布为准";

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/statutes", get(statutes))
        .route("/statutes/{name}", get(statute))
        .route("/statutes/{name}/{article}", get(article))
}

#[derive(Deserialize, Default)]
struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
    /// The text as it was in force on this day.
    #[serde(default)]
    on: String,
}

async fn statutes(visit: Visit, Query(query): Query<Search>) -> Page {
    let q = query.q.trim();
    let shelf = visit.shelf().await?;
    let mut rows: Vec<Value> = held(&shelf)
        .into_iter()
        .filter(|statute| names(statute, q))
        .map(held_row)
        .collect();
    let held_count = rows.len();
    rows.extend(
        cited_only(&visit, &shelf)
            .iter()
            .filter(|name| name.contains(q))
            .map(|name| named_row(name, shelf.known(name))),
    );
    let total = rows.len();
    let n_pages = total.div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| format!("?q={}&page={page}", encode(q));
    let hits = if q.is_empty() { Vec::new() } else { article_hits(&visit, &shelf, q).await? };
    let shown: Vec<Value> = rows.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let previous = (page > 1).then(|| to(page - 1));
    let next = (page < n_pages).then(|| to(page + 1));
    Ok(visit.page("portal/statutes.html", "法规", context! {
        q => q, hits => hits, filters => Vec::<Value>::new(), rows => shown, pages => pages(page as i64, n_pages as i64, total as i64, "部", previous, next),
        held_count => held_count, as_of => visit.web.app.moment().today.to_string(),
    }))
}

/// Articles that hold every word of the question, by the same analyser that indexed them.
async fn article_hits(visit: &Visit, shelf: &Shelf, q: &str) -> Result<Vec<Value>, Fail> {
    const SHOWN: u32 = 20;
    let (app, words) = (&visit.web.app, visit.web.words(q));
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let found = app
        .store
        .search_text(app.region, "article", &words, SHOWN)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let row = |hit: fadu_app::store::TextHit| {
        let (name, number) = hit.id.rsplit_once('/')?;
        let (_, article) = shelf.article(name, read_number(number)?)?;
        let quote: String = fadu_law::touch::one_line(article).chars().take(90).collect();
        Some(context! { text => hit.title, href => article_href(name, article.no), quote => quote })
    };
    Ok(found.into_iter().filter_map(row).collect())
}

/// The latest version of every text, parts of one statute (编) apart.
fn held(shelf: &Shelf) -> Vec<&Statute> {
    let mut latest: BTreeMap<&str, &Statute> = BTreeMap::new();
    for statute in &shelf.statutes {
        let kept = latest.entry(statute.file_stem.as_str()).or_insert(statute);
        if statute.version > kept.version {
            *kept = statute;
        }
    }
    latest.into_values().collect()
}

fn names(statute: &Statute, q: &str) -> bool {
    [&statute.title, &statute.short, &statute.file_stem]
        .into_iter()
        .any(|name| name.contains(q))
}

/// Cited by a rule or an item, but not held.
fn cited_only(visit: &Visit, shelf: &Shelf) -> BTreeSet<String> {
    let statutes = &shelf.statutes;
    let cited = citations(&visit.web.app)
        .into_iter()
        .map(|cited| cited.basis.statute.into_owned());
    cited
        .filter(|name| !statutes.iter().any(|statute| statute.answers_to(name)))
        .collect()
}

fn held_row(statute: &Statute) -> Value {
    context! {
        name => full_name(statute), href => statute_href(&statute.file_stem), level => level(statute), version_date => version(statute),
        in_force_from => force(statute), status => tag("plain", "文本已导入"), held => true, articles => statute.articles.len(),
    }
}

/// What the index knows of a statute whose text is not held.
fn named_row(name: &str, known: Option<&Known>) -> Value {
    let version = known.and_then(|known| known.version);
    context! {
        name => name, href => statute_href(name), level => known.map_or("未登记", |known| known.level.as_str()),
        version_date => version.map_or_else(|| "—".to_owned(), |version| version.to_string()), in_force_from => known.and_then(known_force).unwrap_or_default(),
        status => tag("off", "仅有名称"), held => false, articles => known.map_or(0, |known| known.last_article),
    }
}

fn known_force(known: &Known) -> Option<String> {
    let from = known.in_force_from?;
    let first_only = known.version.is_some_and(|version| from < version);
    Some(force_text(from, first_only))
}

fn full_name(statute: &Statute) -> String {
    statute
        .part
        .as_ref()
        .map_or_else(|| statute.title.clone(), |part| format!("{} {part}", statute.title))
}

/// Only what the title shows beyond doubt; a 条例 may be national or local.
fn level(statute: &Statute) -> &'static str {
    let national = statute.title.starts_with("中华人民共和国");
    if national && (statute.title.ends_with('法') || statute.title.ends_with("法典")) {
        "法律"
    } else {
        "未登记"
    }
}

fn version(statute: &Statute) -> String {
    statute.version.map_or_else(|| "未载明".to_owned(), |date| date.to_string())
}

fn force(statute: &Statute) -> String {
    let first_only = statute.states_first_force_only();
    statute
        .in_force_from
        .map_or_else(|| "施行日期未载明".to_owned(), |from| force_text(from, first_only))
}

/// An amended text goes on stating when it first began, not when this version did.
fn force_text(from: Date, first_only: bool) -> String {
    if first_only { format!("首次施行 {from}") } else { from.to_string() }
}

fn statute_href(name: &str) -> String {
    format!("/statutes/{}", encode(name))
}

fn article_href(name: &str, no: ArticleNo) -> String {
    format!("/statutes/{}/{}", encode(name), encode(&number_key(no)))
}

/// `32`, or `120之1` for an inserted article.
fn number_key(no: ArticleNo) -> String {
    if no.sub == 0 { no.main.to_string() } else { format!("{}之{}", no.main, no.sub) }
}

fn read_number(text: &str) -> Option<ArticleNo> {
    let (main, sub) = text.split_once('之').unwrap_or((text, "0"));
    Some(ArticleNo { main: main.parse().ok().filter(|main| *main > 0)?, sub: sub.parse().ok()? })
}

/// Every text that a name means: one file by its own name, all parts by the short name of the statute.
fn found<'a>(shelf: &'a Shelf, name: &str) -> Vec<&'a Statute> {
    held(shelf).into_iter().filter(|statute| statute.answers_to(name)).collect()
}

/// What a page shows of these texts: those in force on its day. Where nobody asked for a day, a text that is not in force
/// is better than none; the page says when it was.
fn shown<'a>(shelf: &'a Shelf, name: &str, on: &OnDay) -> Vec<&'a Statute> {
    let mut texts = shelf.in_force(name, on.day);
    texts.retain(|text| shelf.period(text).1.is_none_or(|until| until > on.day));
    texts.sort_by(|a, b| a.file_stem.cmp(&b.file_stem));
    if texts.is_empty() && !on.asked() { found(shelf, name) } else { texts }
}

/// Which version it is, and from when to when it was in force.
fn in_force_zh(shelf: &Shelf, text: &Statute) -> String {
    let (from, until) = shelf.period(text);
    let from = from.map_or_else(|| "施行日期未载明".to_owned(), |from| format!("自{from}起施行"));
    let until = until.map_or_else(
        || "本站没有它失效的记录".to_owned(),
        |until| format!("施行到{}为止", offset(until, -1)),
    );
    format!("本页是{}文本，{from}，{until}。", version(text))
}

/// Why no text that is held was in force on this day.
fn outside_zh(shelf: &Shelf, name: &str, day: Date) -> String {
    let held = || shelf.statutes.iter().filter(|statute| statute.answers_to(name));
    let first = held().filter_map(|statute| shelf.begins(statute)).min();
    let last = held().filter_map(|statute| shelf.period(statute).1).max();
    match (first, last) {
        (Some(first), _) if day < first => {
            format!("{day}没有本站持有的文本在施行：最早的一版自{first}起施行。")
        }
        (_, Some(last)) if last <= day => {
            format!("{day}没有本站持有的文本在施行：最后的一版施行到{}为止。", offset(last, -1))
        }
        _ => format!("{day}没有本站持有的文本在施行。"),
    }
}

async fn statute(mut visit: Visit, Path(name): Path<String>, Query(query): Query<Search>) -> Page {
    let q = query.q.trim();
    let shelf = visit.shelf().await?;
    let on = OnDay::read(&query.on, visit.web.app.moment().today);
    visit.query = on.query();
    let held = found(&shelf, &name);
    let Some(latest) = held.first() else { return named_page(&visit, &shelf, &name, q, &on) };
    let texts = shown(&shelf, &name, &on);
    let first: &Statute = texts.first().unwrap_or(latest);
    let title = if held.len() == 1 { full_name(first) } else { first.title.clone() };
    let note = match texts.first() {
        Some(text) => in_force_zh(&shelf, text),
        None => outside_zh(&shelf, &name, on.day),
    };
    let facts = match texts.is_empty() {
        true => Vec::new(),
        false => facts(first, texts.iter().map(|text| text.articles.len()).sum()),
    };
    let query = on.query();
    let divisions: Vec<Value> = texts.iter().flat_map(|text| divisions(text, &query)).collect();
    let hits: Vec<Value> = match q.is_empty() {
        true => Vec::new(),
        false => texts.iter().flat_map(|text| hits(text, q, &query)).collect(),
    };
    let page = visit.page("portal/statute.html", &title.clone(), context! {
        crumbs => vec![link("法规", "/statutes")],
        statute => context! {
            name => title, level => level(first), issuer => "制定机关见沿革", status => tag("plain", VALIDITY), held => true, not_held_note => (),
        },
        facts => facts, history => history(first), search_action => statute_href(&name), q => q, hits => hits, divisions => divisions,
        on => on.field(&note),
    });
    Ok(on.answer(page))
}

/// A name that some rule cites has a page even without its text; any other name has none.
fn named_page(visit: &Visit, shelf: &Shelf, name: &str, q: &str, on: &OnDay) -> Page {
    if !cited_only(visit, shelf).contains(name) {
        return Err(Fail::NotFound(visit.clone()));
    }
    let known = shelf.known(name);
    let mut facts = Vec::new();
    if let Some(known) = known {
        facts.extend(known.version.map(|version| fact("文本日期", version.to_string())));
        facts.extend(known_force(known).map(|force| fact("施行", force)));
        facts.extend((known.last_article > 0).then(|| fact("条文", format!("{} 条", known.last_article))));
    }
    let page = visit.page("portal/statute.html", name, context! {
        crumbs => vec![link("法规", "/statutes")],
        statute => context! {
            name => name, level => known.map_or("未登记", |known| known.level.as_str()), issuer => "制定机关未登记", status => tag("off", "仅有名称"), held => false, not_held_note => NOT_HELD,
        },
        facts => facts, history => Vec::<Value>::new(), search_action => statute_href(name), q => q, hits => Vec::<Value>::new(),
        divisions => Vec::<Value>::new(), on => on.field(""),
    });
    Ok(on.answer(page))
}

fn facts(statute: &Statute, n_articles: usize) -> Vec<Value> {
    let mut rows = vec![
        fact("文本日期", version(statute)),
        fact("施行", force(statute)),
        fact("条文", format!("{n_articles} 条")),
    ];
    if !statute.findings.is_empty() {
        rows.push(fact("导入时的疑点", format!("{} 处，引用前请与官方文本核对", statute.findings.len())));
    }
    rows
}

fn history(statute: &Statute) -> Vec<Value> {
    let date = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
    statute
        .history
        .iter()
        .map(|line| context! { date => date(line.date), text => line.text.clone() })
        .collect()
}

/// Articles under their headings, in the order printed; a text without articles is shown whole.
fn divisions(statute: &Statute, query: &str) -> Vec<Value> {
    if statute.articles.is_empty() {
        let whole = context! { number => "全文", href => statute_href(&statute.file_stem), paragraphs => lines(&statute.preamble) };
        return vec![context! { name => full_name(statute), articles => vec![whole] }];
    }
    let groups = statute.articles.chunk_by(|a, b| a.division == b.division);
    groups.map(|group| context! { name => group.first().map(|article| &article.division), articles => article_rows(statute, group, query) }).collect()
}

fn article_rows(statute: &Statute, articles: &[Article], query: &str) -> Vec<Value> {
    let row = |article: &Article| {
        context! { number => article.no.to_string(), href => article_href(&statute.file_stem, article.no) + query, paragraphs => lines(&article.text()) }
    };
    articles.iter().map(row).collect()
}

/// At least one: the template closes its paragraph inside the loop over them.
fn lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// Articles that contain the words, each with its first place.
fn hits(statute: &Statute, q: &str, query: &str) -> Vec<Value> {
    const AROUND: usize = 40;
    let hit = |article: &Article| {
        let text = article.text().replace('\n', " ");
        let (before, after) = text.split_once(q)?;
        let skipped = before.chars().count().saturating_sub(AROUND);
        let before: String = before.chars().skip(skipped).collect();
        let after: String = after.chars().take(AROUND).collect();
        Some(context! {
            number => article.no.to_string(), href => article_href(&statute.file_stem, article.no) + query, before => before, match => q, after => after,
        })
    };
    statute.articles.iter().filter_map(hit).collect()
}

async fn article(
    mut visit: Visit,
    Path((name, number)): Path<(String, String)>,
    Query(query): Query<Search>,
) -> Page {
    let Some(no) = read_number(&number) else { return Err(Fail::NotFound(visit)) };
    let shelf = visit.shelf().await?;
    let on = OnDay::read(&query.on, visit.web.app.moment().today);
    visit.query = on.query();
    let held = found(&shelf, &name);
    let texts = shown(&shelf, &name, &on);
    let place = texts
        .iter()
        .find_map(|text| Some((*text, text.articles.iter().position(|article| article.no == no)?)));
    let resting = resting(&visit, &name, &held, no);
    let Some((statute, at)) = place else {
        let other = |text: &Statute| text.answers_to(&name) && text.article(no).is_some();
        let on_another_day = on.asked() && shelf.statutes.iter().any(other);
        // An article that something rests on is shown as missing; one that nobody cites is not a page.
        if resting.is_empty() && !on_another_day {
            return Err(Fail::NotFound(visit));
        }
        let note = match (texts.first(), on.asked() && !held.is_empty()) {
            (Some(text), true) => format!("{}施行的{}文本没有{no}。", on.day, version(text)),
            (None, true) => outside_zh(&shelf, &name, on.day),
            (_, false) => String::new(),
        };
        let versions = held.first().map(|text| versions(&shelf, text, None, no)).unwrap_or_default();
        return Ok(on.answer(missing_article(&visit, &name, no, &resting, versions, on.field(&note))));
    };
    let query = on.query();
    let neighbour = |at: Option<usize>| {
        let article = statute.articles.get(at?)?;
        Some(link(article.no.to_string(), &(article_href(&statute.file_stem, article.no) + &query)))
    };
    let shown = &statute.articles[at];
    let page = visit.page("portal/article.html", &format!("{}{no}", statute.short), context! {
        crumbs => vec![link("法规", "/statutes"), link(full_name(statute), &(statute_href(&statute.file_stem) + &query))],
        article => context! {
            statute => statute.short.clone(), number => no.to_string(), division => shown.division.clone(), version_text => format!("{} 文本", version(statute)),
            status => tag("plain", VALIDITY), paragraphs => lines(&shown.text()),
        },
        prev => neighbour(at.checked_sub(1)), following => neighbour(at.checked_add(1)), versions => versions(&shelf, statute, Some(statute), no),
        rests => rests(&resting), on => on.field(&in_force_zh(&shelf, statute)),
    });
    Ok(on.answer(page))
}

fn missing_article(
    visit: &Visit,
    name: &str,
    no: ArticleNo,
    resting: &[Cited],
    versions: Vec<Value>,
    on: Value,
) -> axum::response::Response {
    visit.page("portal/article.html", &format!("{name}{no}"), context! {
        crumbs => vec![link("法规", "/statutes"), link(name, &statute_href(name))],
        article => context! {
            statute => name, number => no.to_string(), division => "", version_text => "文本未导入", status => tag("off", "待核对"),
            paragraphs => Vec::<String>::new(),
        },
        prev => (), following => (), versions => versions, rests => rests(resting), on => on,
    })
}

/// Every version held of this text, the latest first, beside the one that the page shows.
fn versions(shelf: &Shelf, of: &Statute, shown: Option<&Statute>, no: ArticleNo) -> Vec<Value> {
    let mut held: Vec<&Statute> =
        shelf.statutes.iter().filter(|other| other.file_stem == of.file_stem).collect();
    held.sort_by_key(|version| std::cmp::Reverse(version.version));
    let own = shown.and_then(|text| text.article(no)).map(Article::text);
    let row = |other: &&Statute| {
        let change = match other.article(no).map(Article::text) {
            None => "这一版没有这个条号",
            Some(_) if shown.is_none() => "这一版有这个条号",
            Some(_) if shown.is_some_and(|text| text.version == other.version) => "本页所示",
            text if text == own => "同号条文与本页相同",
            Some(_) => "同号条文与本页不同",
        };
        let (from, until) = shelf.period(other);
        context! {
            name => format!("{} 文本", version(other)), href => from.map(|from| format!("{}?on={from}", article_href(&other.file_stem, no))),
            from => from.map_or_else(|| "未载明".to_owned(), |from| from.to_string()),
            to => until.map_or_else(|| VALIDITY.to_owned(), |until| offset(until, -1).to_string()), change => change,
        }
    };
    held.iter().map(row).collect()
}

/// What cites this article, by whichever of its names.
fn resting(visit: &Visit, name: &str, texts: &[&Statute], no: ArticleNo) -> Vec<Cited> {
    let same = |cited: &str| cited == name || texts.iter().any(|text| text.answers_to(cited));
    let here = |cited: &Cited| {
        no.sub == 0 && u32::from(cited.basis.article) == no.main && same(&cited.basis.statute)
    };
    let public = |cited: &Cited| !cited.href.starts_with(UNPUBLISHED_POWERS);
    citations(&visit.web.app)
        .into_iter()
        .filter(|cited| here(cited) && public(cited))
        .collect()
}

/// Grouped by the first word of what cites.
fn rests(resting: &[Cited]) -> Vec<Value> {
    let group = |kind: &str, unit: &str| {
        let prefix = format!("{kind} ");
        let rows: Vec<Value> = resting
            .iter()
            .filter_map(|cited| Some(resting_row(cited, cited.what.strip_prefix(&prefix)?)))
            .collect();
        (!rows.is_empty()).then(|| context! { name => kind, unit => unit, rows => rows })
    };
    CITING.iter().filter_map(|(kind, unit)| group(kind, unit)).collect()
}

fn resting_row(cited: &Cited, what: &str) -> Value {
    let sentence = fadu_app::rules::built()
        .into_iter()
        .find(|rule| rule.id == what)
        .map(|rule| rule.sentence);
    let text = sentence.map_or_else(|| what.to_owned(), |sentence| format!("{what} {sentence}"));
    let href = (!cited.href.is_empty()).then_some(&cited.href);
    let note = cited.basis.paragraph.is_some().then(|| cited.basis.to_string());
    context! { text => text, href => href, note => note }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_numbers_read_back_from_addresses() {
        let table =
            [("32", Some((32, 0))), ("120之1", Some((120, 1))), ("0", None), ("第一条", None), ("1之", None)];
        for (text, then) in table {
            let read = read_number(text);
            assert_eq!(read.map(|no| (no.main, no.sub)), then, "{text}");
            if let Some(no) = read {
                assert_eq!(number_key(no), text);
            }
        }
    }
}
