//! 双随机、一公开的公开页面。 Each round with its items, its draws, what was found and what was corrected; whose name the list
//! hides stays hidden.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::trading_pages::download;
use crate::view::{basis_links, fact, fact_link, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_app::registry;
use fadu_app::store::MatterRow;
use fadu_kernel::{Actor, Matter, MatterId, Role};
use fadu_trading::draw::matter::{Purpose, draw_id};
use fadu_trading::inspection::{Correction, Inspection, Target, Visit as Checked};
use minijinja::{Value, context};

/// Rounds of a county in a few years.
const MOST: u32 = 500;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/inspections", get(list))
        .route("/inspections/{id}", get(page))
        .route("/desk/inspections/{id}/record", get(record))
}

fn read(row: &MatterRow) -> Option<Inspection> {
    registry::state(&row.state).ok()
}

fn target_zh(target: Target) -> &'static str {
    match target {
        Target::Agencies => "招标代理机构",
        Target::Projects => "招标项目",
    }
}

fn status_tag(inspection: &Inspection) -> Value {
    match inspection.status() {
        "closed" => tag("off", "已办结"),
        "correcting" => tag("plain", "整改中"),
        "visiting" => tag("on", "检查中"),
        _ => tag("plain", "已计划"),
    }
}

async fn list(visit: Visit) -> Page {
    let app = &visit.web.app;
    let rows = app.store.all_of_kind(app.region, Inspection::KIND).await;
    let rows = rows.map_err(|fault| Fail::fault(&visit, fault))?;
    let mut all: Vec<(MatterId, Inspection)> = rows
        .iter()
        .take(MOST as usize)
        .filter_map(|row| Some((row.id, read(row)?)))
        .collect();
    all.sort_by_key(|(id, inspection)| (std::cmp::Reverse(inspection.planned), *id));
    // The items are public before anybody goes (行政检查事项未经公布的，不得实施).
    let row = |(id, inspection): &(MatterId, Inspection)| {
        context! {
            title => inspection.title.clone(), href => format!("/inspections/{id}"), number => inspection.number.clone(), department => inspection.org.to_string(),
            target => target_zh(inspection.target), planned => inspection.planned.map(|on| on.to_string()), status => status_tag(inspection),
            items => inspection.items.iter().map(|item| item.title.clone()).collect::<Vec<_>>(),
        }
    };
    Ok(visit.page(
        "portal/inspections.html",
        "随机抽查",
        context! {
            crumbs => vec![link("公共资源交易", "/trading")], rows => all.iter().map(row).collect::<Vec<_>>(),
        },
    ))
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    let app = &visit.web.app;
    let lost = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let row = row.filter(|row| row.kind == Inspection::KIND).ok_or_else(lost)?;
    let inspection = read(&row).ok_or_else(lost)?;
    let published = inspection.published.is_some();
    let draws: Vec<Value> = match inspection.draws {
        Some(_) => [(Purpose::Objects, "抽取检查对象"), (Purpose::Inspectors, "抽取检查人员")]
            .into_iter()
            .map(|(purpose, zh)| link(zh, &format!("/draws/{}", draw_id(id, purpose, 0))))
            .collect(),
        None => Vec::new(),
    };
    let mut facts = vec![
        fact("编号", inspection.number.clone()),
        fact("检查机关", inspection.org.to_string()),
        fact("检查对象", target_zh(inspection.target)),
    ];
    facts.extend(inspection.until.map(|on| fact("实施期限", on.to_string())));
    facts.extend(inspection.published.map(|on| fact("结果公开", on.to_string())));
    if visit.staff().is_ok_and(|(_, actor)| may_fetch(&inspection, &actor)) {
        let href = format!("/desk/inspections/{id}/record");
        facts.push(fact_link("检查记录", "下载，供报送行政执法监督机构", &href));
    }
    // What was found is public once all of it is.
    let visits: Vec<Value> = match published {
        true => inspection.visits.iter().map(visit_row).collect(),
        false => Vec::new(),
    };
    let corrections: Vec<Value> = match published {
        true => inspection.corrections.iter().map(correction_row).collect(),
        false => Vec::new(),
    };
    Ok(visit.page("portal/inspection.html", &inspection.title, context! {
        crumbs => vec![link("随机抽查", "/inspections")], status => status_tag(&inspection), facts => facts,
        items => inspection.items.iter().map(|item| context! { code => item.code.clone(), title => item.title.clone() }).collect::<Vec<_>>(),
        draws => draws, published => published, visits => visits, corrections => corrections,
    }))
}

/// Whoever inspects, and an inspector of the county.
fn may_fetch(inspection: &Inspection, actor: &Actor) -> bool {
    inspection.org == actor.org || actor.role == Role::Inspector
}

/// 检查记录: every entry of a round as the ledger has it, one a line, for the body that supervises enforcement.
async fn record(visit: Visit, Path(id): Path<String>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let lost = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let catalogue = app.catalogue();
    if !catalogue
        .one::<Inspection>(id)
        .is_some_and(|inspection| may_fetch(inspection, &actor))
    {
        return Err(lost());
    }
    let entries = app.store.entries_of(app.region, id).await;
    let entries = entries.map_err(|fault| Fail::fault(&visit, fault))?;
    let lines: String = entries.iter().map(|entry| format!("{}\n", entry.body)).collect();
    Ok(download("application/x-ndjson", &format!("inspection-{id}.jsonl"), lines))
}

fn visit_row(visit: &Checked) -> Value {
    context! {
        object => visit.object.get(..16).unwrap_or(&visit.object).to_owned(), visited => visit.visited.map(|on| on.to_string()),
        n_inspectors => visit.inspectors.len(), findings => visit.findings.clone(),
    }
}

fn correction_row(one: &Correction) -> Value {
    let state = match one {
        Correction { rechecked: Some((on, true)), .. } => tag("off", format!("{on}复查合格")),
        Correction { rechecked: Some((on, false)), .. } => tag("stop", format!("{on}复查不合格")),
        Correction { overdue: Some(_), proof: None, .. } => tag("stop", "逾期没有提交证明"),
        Correction { proof: Some((on, _)), .. } => tag("on", format!("{on}提交证明，待复查")),
        Correction { .. } => tag("plain", "整改中"),
    };
    context! {
        n => one.n, item => one.order.item.clone(), violation => one.order.violation.clone(), basis => basis_links(std::slice::from_ref(&one.order.clause)),
        deadline => one.order.deadline.to_string(), recheck_on => one.order.recheck_on.to_string(), state => state, credit => one.in_credit_record,
    }
}
