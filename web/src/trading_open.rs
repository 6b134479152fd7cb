//! 公开合同数据、订阅和统计。 What the pages show of tenders, for programs: open contracting packages at the addresses that they
//! name themselves, and a feed of the steps as they are made public. Nothing of bidders before the opening: the packages
//! are written by the same rules as those of `fadu ocds export`.

use crate::fail::Page;
use crate::session::Visit;
use crate::trading_pages::{is_public, step_zh, yuan};
use crate::view::{figure_context, figure_values, link, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::Problem;
use fadu_app::store::EntryRow;
use fadu_kernel::MatterId;
use fadu_redflags::ocds::{BID_EXTENSION, Export, Package, package, records};
use fadu_trading::regime::Kind;
use fadu_trading::time::civil_time;
use fadu_trading::{Draw, Project};
use minijinja::{Value, context};
use quick_xml::escape::escape;
use std::sync::Arc;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/ocds/releases.json", get(releases))
        .route("/ocds/records.json", get(record_package))
        .route("/trading/feed.atom", get(feed))
        .route("/trading/statistics", get(statistics))
}

/// Whoever asks again within this time gets what was made before: every tender is read for it.
const FRESH_MS: i64 = 60_000;
/// Steps in the feed, the newest.
const STEPS: usize = 100;
/// What a county that does not exist publishes under.
const SIMULATED: &str = "ocds-000000";
const FIGURES: [&str; 9] = [
    "trd.projects",
    "trd.e_rate",
    "trd.separated",
    "trd.saving_rate",
    "trd.contracts_timely",
    "trd.objections_upheld",
    "trd.complaints_upheld",
    "trd.draws",
    "trd.random_checks",
];

/// What was made last.
pub type Kept = tokio::sync::Mutex<Option<Arc<Published>>>;

pub struct Published {
    made_ms: i64,
    releases: Vec<serde_json::Value>,
    /// Newest first.
    steps: Vec<Step>,
}

/// 公开的一步。
struct Step {
    ms: i64,
    seq: i64,
    title: String,
    href: String,
}

fn publisher(web: &Web) -> Option<Export> {
    let prefix = match web.ocds_prefix.get() {
        Some(prefix) => prefix.clone(),
        None if web.site.simulated => SIMULATED.to_owned(),
        None => return None,
    };
    Some(Export {
        prefix,
        publisher: web.site.bureau.clone(),
        base_url: web.site.base_url.clone(),
        bid_extension: BID_EXTENSION.to_owned(),
    })
}

/// Made for one reader at a time; those who ask meanwhile wait and get the same.
async fn published(visit: &Visit) -> Result<Arc<Published>, Fail> {
    let web = &visit.web;
    let now = web.app.moment().ms;
    let mut kept = web.published.lock().await;
    let fresh = kept
        .as_ref()
        .filter(|known| (known.made_ms..known.made_ms + FRESH_MS).contains(&now));
    if let Some(known) = fresh {
        return Ok(Arc::clone(known));
    }
    let made = make(web, now).await;
    let made = Arc::new(made.map_err(|problem| Fail::from_problem(visit, problem, "公开数据", "/trading"))?);
    *kept = Some(Arc::clone(&made));
    Ok(made)
}

async fn make(web: &Web, made_ms: i64) -> Result<Published, Problem> {
    let (app, publisher) = (&web.app, publisher(web));
    let catalogue = app.catalogue();
    let mut public: Vec<(MatterId, &Project)> =
        catalogue.all::<Project>().filter(|(_, project)| is_public(project)).collect();
    public.sort_by_key(|(id, _)| *id);
    let (mut releases, mut steps) = (Vec::new(), Vec::new());
    for (id, project) in public {
        if let Some(publisher) = &publisher {
            let facts = app.project_facts(id).await?;
            releases.extend(publisher.releases(&Package { id, facts: &facts }));
        }
        let entries = app.store.entries_of(app.region, id).await?;
        let title = &project.registration.title;
        let told = entries.iter().filter_map(|row| Some((row, step_zh(&row.fact)?)));
        steps.extend(told.map(|(row, what)| step(row, what, title, format!("/trading/projects/{id}"))));
    }
    let drawn: Vec<(MatterId, &Draw)> = catalogue.all::<Draw>().collect();
    for (id, draw) in drawn {
        let entries = app.store.entries_of(app.region, id).await?;
        let title = format!("{}　{}", draw.purpose.zh(), draw.number);
        let told = entries.iter().filter_map(|row| Some((row, drawn_zh(&row.fact)?)));
        steps.extend(told.map(|(row, what)| step(row, what, &title, format!("/draws/{id}"))));
    }
    steps.sort_by_key(|step| std::cmp::Reverse((step.ms, step.seq)));
    steps.truncate(STEPS);
    Ok(Published { made_ms, releases, steps })
}

fn step(row: &EntryRow, what: &str, title: &str, href: String) -> Step {
    Step { ms: row.ms, seq: row.seq, title: format!("{what}：{title}"), href }
}

fn drawn_zh(fact: &str) -> Option<&'static str> {
    match fact {
        "Frozen" => Some("冻结抽取名单"),
        "Concluded" => Some("公布抽取结果"),
        "Voided" => Some("抽取作废"),
        _ => None,
    }
}

async fn releases(visit: Visit) -> Page {
    ocds(&visit, package).await
}

async fn record_package(visit: Visit) -> Page {
    ocds(&visit, records).await
}

type Write = fn(&Export, Vec<serde_json::Value>, i64) -> serde_json::Value;

async fn ocds(visit: &Visit, write: Write) -> Page {
    let Some(publisher) = publisher(&visit.web) else { return Err(Fail::NotFound(visit.clone())) };
    let found = published(visit).await?;
    let text = write(&publisher, found.releases.clone(), found.made_ms).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// `2025-03-03T09:00:00+08:00`
fn instant(ms: i64) -> String {
    civil_time(ms).map_or_else(String::new, |at| format!("{}+08:00", at.strftime("%Y-%m-%dT%H:%M:%S")))
}

/// Atom (RFC 4287). An entry keeps its id for ever: the page and its number in the ledger.
async fn feed(visit: Visit) -> Page {
    let found = published(&visit).await?;
    let site = &visit.web.site;
    let base = site.base_url.trim_end_matches('/');
    let of = if site.simulated { "（模拟）" } else { "" };
    let updated = instant(found.steps.first().map_or(found.made_ms, |step| step.ms));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\
         <title>{}公共资源交易{of}</title><id>{base}/trading/feed.atom</id><link rel=\"self\" href=\"{base}/trading/feed.atom\"/>\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/trading\"/><updated>{updated}</updated><author><name>{}</name></author>",
        escape(&site.region_name),
        escape(&site.bureau),
    );
    for step in &found.steps {
        text.push_str(&format!(
            "<entry><id>{base}{}#{}</id><title>{}{of}</title><link href=\"{base}{}\"/><updated>{}</updated></entry>",
            step.href,
            step.seq,
            escape(&step.title),
            step.href,
            instant(step.ms),
        ));
    }
    text.push_str("</feed>\n");
    Ok(atom(text))
}

fn atom(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response()
}

async fn statistics(visit: Visit) -> Page {
    let web = &visit.web;
    let today = web.app.moment().today;
    let values = figure_values(web, &FIGURES, today).await;
    let catalogue = web.app.catalogue();
    let public: Vec<&Project> = catalogue
        .all::<Project>()
        .map(|(_, project)| project)
        .filter(|project| is_public(project))
        .collect();
    let rows: Vec<Value> = Kind::ALL.into_iter().filter_map(|kind| row(kind, &public)).collect();
    Ok(visit.page(
        "portal/trading_statistics.html",
        "交易统计和数据",
        context! {
            crumbs => vec![link("公共资源交易", "/trading")], as_of => today.to_string(),
            figures => values.iter().map(figure_context).collect::<Vec<_>>(), rows => rows, n_steps => STEPS,
            open_data => publisher(web).is_some(),
        },
    ))
}

/// `None` for a kind of which there is no tender.
fn row(kind: Kind, public: &[&Project]) -> Option<Value> {
    let of_kind = || public.iter().filter(|project| project.registration.kind == kind);
    let n = |fits: fn(&Project) -> bool| thousands(of_kind().filter(|project| fits(project)).count() as i64);
    let signed = of_kind().filter_map(|project| project.contract.as_ref());
    let amount: i64 = signed.fold(0, |sum, signed| {
        sum.saturating_add(signed.contract.price_fen).saturating_add(signed.changes_fen)
    });
    of_kind().next()?;
    Some(context! {
        kind => kind.zh(), announced => n(|_| true), opened => n(|project| project.tender.opened.is_some()),
        candidates => n(|project| project.tender.publicity.is_some()), awarded => n(|project| project.award.is_some()),
        contracts => n(|project| project.contract.is_some()), amount => yuan(amount),
    })
}
