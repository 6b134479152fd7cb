//! 管理。 What rests on an article, and who holds which post.

use crate::extract::Query;
use crate::fail::Page;
use crate::session::{Visit, body_of};
use crate::view::{CITING, basis_href, citations, encode, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::{Basis, Role};
use fadu_law::check::Cited;
use fadu_law::text::{ArticleNo, Citation};
use fadu_law::touch::{Renewal, renewals, touches};
use minijinja::{Value, context};
use serde::Deserialize;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/impact", get(impact))
        .route("/desk/accounts", get(accounts))
}

pub(crate) fn filter(
    id: &str,
    label: &str,
    chosen: &str,
    options: impl IntoIterator<Item = (String, String)>,
) -> Value {
    let all = std::iter::once((String::new(), "全部".to_owned()));
    let options: Vec<Value> = all
        .chain(options)
        .map(|(value, label)| context! { checked => value == chosen, value => value, label => label })
        .collect();
    context! { id => id, label => label, options => options }
}

#[derive(Deserialize, Default)]
struct ImpactQuery {
    #[serde(default)]
    statute: String,
    #[serde(default)]
    article: String,
}

/// `32`, `第三十二条` or `行政许可法#32.1`: whatever a lawyer types.
fn read_place(query: &ImpactQuery) -> Option<Citation> {
    let typed = query.article.trim();
    if let Ok(citation) = typed.parse::<Citation>() {
        return Some(citation);
    }
    match typed.parse::<u32>() {
        Ok(article) => Some(Citation::article(&query.statute, ArticleNo::new(article))),
        Err(_) => format!("《{}》{typed}", query.statute).parse().ok(),
    }
}

async fn impact(visit: Visit, Query(query): Query<ImpactQuery>) -> Page {
    visit.staff()?;
    let all = citations(&visit.web.app);
    let mut statutes: Vec<String> = all.iter().map(|cited| cited.basis.statute.to_string()).collect();
    statutes.sort();
    statutes.dedup();
    let options: Vec<Value> = statutes
        .iter()
        .map(|name| context! { value => name, label => name, checked => *name == query.statute })
        .collect();
    let asked = !query.article.trim().is_empty();
    let place = read_place(&query).filter(|_| asked);
    let resting: Vec<&Cited> = place.as_ref().map(|place| touches(&all, place).collect()).unwrap_or_default();
    let shelf = visit.shelf().await?;
    let held = place.as_ref().and_then(|place| shelf.article(&place.statute, place.article));
    let shown = place.as_ref().filter(|_| held.is_some() || !resting.is_empty());
    let article = shown.map(|place| {
        let basis = Basis { statute: place.statute.clone().into(), article: u16::try_from(place.article.main).unwrap_or_default(), paragraph: None, item: None };
        context! {
            text => place.to_string(), href => basis_href(&basis),
            version_text => held.and_then(|(statute, _)| statute.version).map_or_else(|| "文本未导入".to_owned(), |version| format!("{version} 文本")),
            status => if held.is_some() { tag("on", "条文已核对") } else { tag("off", "待核对") }, notice => (),
            quote => held.map(|(_, article)| article.text()),
        }
    });
    let group = |kind: &str, unit: &str| {
        let rows: Vec<Value> = resting
            .iter()
            .filter_map(|cited| {
                let name = cited.what.strip_prefix(kind)?.trim();
                let rule = fadu_app::rules::built().into_iter().find(|rule| rule.id == name);
                Some(context! {
                    code => name, href => (!cited.href.is_empty()).then(|| cited.href.clone()),
                    name => rule.map_or("", |rule| rule.sentence), note => cited.basis.to_string(),
                })
            })
            .collect();
        context! { name => kind, unit => unit, rows => rows }
    };
    Ok(visit.page("desk/impact.html", "法条影响", context! {
        filters => vec![context! { id => "statute", label => "法规", options => options }], q => query.article.trim(), asked => asked, article => article,
        tally => vec![context! { label => "引用", count => resting.len(), unit => "处", state => (), href => () }],
        groups => if shown.is_some() { CITING.iter().map(|(kind, unit)| group(kind, unit)).collect::<Vec<_>>() } else { Vec::new() },
        renewals => if asked { Vec::new() } else { renewals(&shelf, &all).iter().map(renewal_row).collect::<Vec<_>>() },
    }))
}

/// 换版。 Which articles a new version changed, and what rests on each.
fn renewal_row(renewal: &Renewal) -> Value {
    let resting = |cited: &Cited| context! { text => cited.what.clone(), href => (!cited.href.is_empty()).then_some(&cited.href) };
    let rows: Vec<Value> = renewal
        .touched
        .iter()
        .map(|row| context! { change => row.change.to_string(), resting => row.resting.iter().map(resting).collect::<Vec<_>>() })
        .collect();
    context! { text => renewal.to_string(), n_changes => renewal.n_changes, rows => rows }
}

#[derive(Deserialize, Default)]
struct AccountQuery {
    #[serde(default)]
    q: String,
}

async fn accounts(visit: Visit, Query(query): Query<AccountQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    if !matches!(actor.role, Role::Operator | Role::Inspector | Role::CatalogueManager) {
        return Err(Fail::NotFound(visit));
    }
    let q = query.q.trim();
    let all = visit.web.app.accounts().await.map_err(|error| Fail::fault(&visit, error))?;
    let rows: Vec<Value> = all
        .iter()
        .filter(|account| q.is_empty() || account.name.contains(q) || account.role.zh().contains(q) || account.org.contains(q))
        .map(|account| context! {
            name => account.name.clone(), href => format!("/desk/accounts?q={}", encode(&account.name)), department => body_of(&account.org), post => account.role.zh(),
            ground => if account.demonstration { "演示账号" } else { "由系统管理员设立" },
            status => if account.closed { tag("off", "已关闭") } else { tag("on", "在用") },
        })
        .collect();
    let n = rows.len() as i64;
    Ok(visit.page("desk/accounts.html", "人员", context! {
        q => q, as_of => visit.web.app.moment().today.to_string(), rows => rows, pages => pages(1, 1, n, "人", None, None),
    }))
}
