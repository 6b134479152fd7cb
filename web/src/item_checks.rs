//! 目录质检。 What is wrong with the catalogue, and how it differs from what the level above sent: lists to work through.

use crate::extract::Query;
use crate::fail::Page;
use crate::item_pages::changes;
use crate::manage::filter;
use crate::session::Visit;
use crate::view::{encode, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_app::items::{Difference, Finding, compared, findings};
use fadu_service::Comparison;
use fadu_service::quality::Flaw;
use minijinja::{Value, context};
use serde::Deserialize;

const PAGE: usize = 50;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/items/quality", get(quality))
        .route("/desk/items/differences", get(differences))
}

#[derive(Deserialize, Default)]
struct CheckQuery {
    #[serde(default)]
    department: String,
    #[serde(default)]
    flaw: String,
    #[serde(default)]
    page: String,
}

async fn quality(visit: Visit, Query(query): Query<CheckQuery>) -> Page {
    visit.staff()?;
    let today = visit.web.app.moment().today;
    let all = findings(&visit.web.app.catalogue(), today);
    let here = |finding: &&Finding| query.department.is_empty() || finding.department == query.department;
    let tally: Vec<Value> = Flaw::ALL
        .into_iter()
        .map(|flaw| {
            let count = all.iter().filter(here).filter(|finding| finding.flaw == flaw).count();
            let href =
                format!("/desk/items/quality?flaw={}&department={}", flaw.word(), encode(&query.department));
            let state = (count > 0 && !flaw.is_hint()).then_some("amber");
            context! { label => flaw.zh(), count => count, unit => "处", state => state, href => href }
        })
        .collect();
    let mut departments: Vec<String> = all.iter().map(|finding| finding.department.clone()).collect();
    departments.sort();
    departments.dedup();
    let found: Vec<&Finding> = all
        .iter()
        .filter(here)
        .filter(|finding| query.flaw.is_empty() || finding.flaw.word() == query.flaw)
        .collect();
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| {
        format!("?flaw={}&department={}&page={page}", encode(&query.flaw), encode(&query.department))
    };
    let row = |finding: &&Finding| {
        let power = || format!("/powers/{}", finding.code);
        context! {
            flaw => tag(if finding.flaw.is_hint() { "plain" } else { "off" }, finding.flaw.zh()), code => finding.code.clone(), name => finding.name.clone(),
            href => finding.item.map_or_else(power, |id| format!("/desk/items/{id}")), department => finding.department.clone(), text => finding.text.clone(),
        }
    };
    let rows: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    let flaws = Flaw::ALL.map(|flaw| (flaw.word().to_owned(), flaw.zh().to_owned()));
    Ok(visit.page("desk/item_quality.html", "要素质检", context! {
        tally => tally, rows => rows, as_of => today.to_string(),
        filters => vec![
            filter("department", "部门", &query.department, departments.into_iter().map(|name| (name.clone(), name))),
            filter("flaw", "问题", &query.flaw, flaws),
        ],
        pages => pages(page as i64, n_pages as i64, found.len() as i64, "处", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}

async fn differences(visit: Visit) -> Page {
    visit.staff()?;
    let compared = compared(&visit.web.app.catalogue());
    let id = Comparison::id();
    let app = &visit.web.app;
    let nightly = app
        .state_of::<Comparison>(id)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?
        .map(|last| {
            context! {
                on => last.on.map(|on| on.to_string()), count => last.counts.drifting(), open => last.is_open(), href => format!("/desk/matters/comparisons/{id}"),
                note => last.settled.filter(|(counts, _)| *counts == last.counts).map(|(_, note)| note),
            }
        });
    let row = |difference: &Difference| {
        context! {
            kind => tag("off", difference.kind.zh()), code => difference.code.clone(), name => difference.name.clone(), batch => difference.batch.clone(),
            href => difference.item.map(|id| format!("/desk/items/{id}")), changes => changes(&difference.changes),
        }
    };
    let count = |label: &str, count: usize, state: Option<&str>| {
        context! { label => label, count => count, unit => "项", state => state, href => () }
    };
    let differing = compared.differences.len();
    Ok(visit.page("desk/item_differences.html", "与上级事项的差异", context! {
        tally => vec![
            count("上级下发", compared.above, None), count("同源", compared.same, None),
            count("不同", differing, (differing > 0).then_some("amber")), count("本县独有", compared.only_here, None),
        ],
        as_of => visit.web.app.moment().today.to_string(), rows => compared.differences.iter().map(row).collect::<Vec<_>>(), received => compared.above > 0 || differing > 0, nightly => nightly,
    }))
}
