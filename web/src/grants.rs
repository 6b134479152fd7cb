//! 行政许可公示。 Every grant is public and everybody may consult it (行政许可法 40): by organ, item and month, or by its
//! number. Of what the applicant told nothing is shown (5); what was withdrawn or annulled since says so.

use crate::extract::Query;
use crate::fail::Page;
use crate::manage::filter;
use crate::proof::standing;
use crate::session::Visit;
use crate::view::{basis_href, encode, figure_context, figure_values, link, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::{Basis, Matter};
use fadu_proof::Licence;
use fadu_service::{Case, Item};
use jiff::ToSpan;
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FIGURE: &str = "svc.permits_granted";
const PER_PAGE: usize = 20;
/// Months to choose from; what is older is found by its number.
const MONTHS: i32 = 24;
/// Of one month: more than a county grants.
const MOST: u32 = 20_000;
/// What a number is looked for among: it names one case, and its licence.
const OF_ONE_NUMBER: u32 = 4;

pub fn routes() -> Router<Web> {
    Router::new().route("/permits", get(list))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    page: i64,
}

async fn list(visit: Visit, Query(asked): Query<Asked>) -> Page {
    let web = &visit.web;
    let today = web.app.moment().today;
    let chosen = format!("{}-01", asked.month).parse::<Date>();
    let month = chosen.unwrap_or(today).first_of_month();
    let numbered = numbered(&visit, asked.q.trim()).await?;
    let found = match numbered {
        Some(seq) => vec![seq],
        None => granted(&visit, &asked, month).await?,
    };
    let n_pages = found.len().div_ceil(PER_PAGE).max(1) as i64;
    let page = asked.page.clamp(1, n_pages);
    let mut rows: Vec<Value> = Vec::new();
    for seq in found.iter().skip((page as usize - 1) * PER_PAGE).take(PER_PAGE) {
        rows.extend(row(&visit, *seq, today).await?);
    }
    let address = |page: i64| {
        let (q, department, item) = (encode(&asked.q), encode(&asked.department), encode(&asked.item));
        format!("/permits?q={q}&department={department}&item={item}&month={}&page={page}", year_month(month))
    };
    let (before, after) =
        ((page > 1).then(|| address(page - 1)), (page < n_pages).then(|| address(page + 1)));
    let figures: Vec<Value> = figure_values(web, &[FIGURE], today).await.iter().map(figure_context).collect();
    let basis = Basis::article("行政许可法", 40);
    Ok(visit.page(
        "portal/permits.html",
        "行政许可公示",
        context! {
            q => asked.q.clone(), filters => filters(&visit, &asked, month), rows => rows, figures => figures,
            when => numbered.is_none().then(|| month_zh(month)), as_of => today.to_string(),
            basis => link(basis.to_string(), &basis_href(&basis)),
            pages => pages(page, n_pages, found.len() as i64, "件", before, after),
        },
    ))
}

fn year_month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn month_zh(day: Date) -> String {
    format!("{}年{}月", day.year(), day.month())
}

fn filters(visit: &Visit, asked: &Asked, month: Date) -> Vec<Value> {
    let catalogue = visit.web.app.catalogue();
    let permits = || catalogue.all::<Item>().map(|(_, item)| item).filter(|item| item.task_type == 1);
    let organs: BTreeSet<&str> = permits().map(|item| item.department.as_str()).collect();
    let of_organ = |item: &&Item| asked.department.is_empty() || item.department == asked.department;
    // Those that somebody can have been granted: thousands of a catalogue never opened.
    let items: BTreeMap<&str, &str> = permits()
        .filter(of_organ)
        .filter(|item| !item.versions.is_empty())
        .map(|item| (item.code.as_str(), item.name.as_str()))
        .collect();
    let first = visit.web.app.moment().today.first_of_month();
    let months: Vec<Value> = (0..MONTHS)
        .filter_map(|back| first.checked_sub(back.months()).ok())
        .map(|day| context! { value => year_month(day), label => month_zh(day), checked => day == month })
        .collect();
    let same = |name: &str| (name.to_owned(), name.to_owned());
    vec![
        filter("department", "许可机关", &asked.department, organs.into_iter().map(same)),
        filter(
            "item",
            "事项",
            &asked.item,
            items.into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())),
        ),
        context! { id => "month", label => "决定的月份", options => months },
    ]
}

/// By the number of the decision or of the case: the entry with which it was granted.
async fn numbered(visit: &Visit, text: &str) -> Result<Option<i64>, Fail> {
    let number = text.trim_end_matches("-准").trim_end_matches("-延");
    if number.is_empty() {
        return Ok(None);
    }
    let app = &visit.web.app;
    let found = app
        .store
        .by_facet(app.region, "number", number, OF_ONE_NUMBER)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let Some(case) = found.iter().find(|row| row.kind == Case::KIND) else { return Ok(None) };
    if visit.stored::<Case>(case.id).await?.public_grant().is_none() {
        return Ok(None);
    }
    let entries = app
        .store
        .entries_of(app.region, case.id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let granting = entries
        .iter()
        .find(|entry| matches!(entry.fact.as_str(), "Decided" | "DeemedRenewed"));
    Ok(granting.map(|entry| entry.seq))
}

/// The entries of a month's grants, the latest first, of the items asked for.
async fn granted(visit: &Visit, asked: &Asked, month: Date) -> Result<Vec<i64>, Fail> {
    let web = &visit.web;
    let catalogue = web.app.catalogue();
    let q = asked.q.trim();
    let fits = |item: &Item| {
        (asked.department.is_empty() || item.department == asked.department)
            && (asked.item.is_empty() || item.code == asked.item)
            && (item.name.contains(q) || item.code == q)
    };
    let codes: BTreeSet<&str> = catalogue
        .all::<Item>()
        .filter(|(_, item)| fits(item))
        .map(|(_, item)| item.code.as_str())
        .collect();
    let days = (month, month.last_of_month());
    let counted =
        fadu_figures::entries_between(&*web.app.store, web.app.region, &web.figures, FIGURE, days, -1, MOST)
            .await
            .map_err(|error| Fail::fault(visit, error))?;
    let asked_for = counted.iter().rev().filter(|row| codes.contains(row.key.as_str()));
    Ok(asked_for.map(|row| row.seq).collect())
}

async fn row(visit: &Visit, seq: i64, today: Date) -> Result<Option<Value>, Fail> {
    let app = &visit.web.app;
    let entries = app
        .store
        .entries_at(app.region, &[seq])
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let Some(id) = entries.first().map(|entry| entry.matter) else { return Ok(None) };
    let case: Case = visit.stored(id).await?;
    let Some(decided) = case.public_grant() else { return Ok(None) };
    let holder = app
        .public_holder(id, &case.sealed)
        .await
        .map_err(|problem| Fail::fault(visit, problem))?;
    let licence = app
        .licence(Licence::id(id))
        .await
        .map_err(|problem| Fail::fault(visit, problem))?;
    let status = match &licence {
        Some(licence) => standing(licence, today),
        None => tag("plain", "已准予"),
    };
    let ended = licence
        .as_ref()
        .and_then(|licence| licence.revoked.as_ref())
        .map(|revoked| format!("{}，{}", revoked.by.on, revoked.document));
    let until = licence.as_ref().and_then(|licence| licence.grant.until);
    Ok(Some(context! {
        document => decided.document.clone(), item => case.item_name.clone(), item_href => format!("/items/{}", case.item),
        department => case.org.as_str(), on => decided.on.to_string(), holder => holder, until => until.map(|day| day.to_string()),
        status => status, ended => ended, receipt => format!("/receipts/{seq}"),
    }))
}
