//! 外部系统。 What could not be sent to provincial and vertical systems, the oldest first, and why.

use crate::Web;
use crate::fail::Page;
use crate::session::Visit;
use crate::{Fail, view::tag};
use axum::Router;
use axum::routing::get;
use fadu_service::Case;
use fadu_service::outside::{FACET, Outside, UNSENT};
use minijinja::{Value, context};

/// Shown at once; a longer list is a system that is down.
const LIMIT: u32 = 500;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/outside", get(unsent))
}

async fn unsent(visit: Visit) -> Page {
    visit.staff()?;
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(&visit, fault);
    let mut waiting = Vec::new();
    for row in app.store.by_facet(app.region, FACET, UNSENT, LIMIT).await.map_err(fault)? {
        let case = app.state_of::<Case>(row.id).await.map_err(fault)?;
        waiting.extend(case.and_then(|case| Some((row.id, case.outside.clone()?, case))));
    }
    waiting.sort_by(|(a, outside, _), (b, other, _)| (outside.since, a).cmp(&(other.since, b)));
    let row = |(id, outside, case): &(fadu_kernel::MatterId, Outside, Case)| {
        let again = outside.fault.is_some_and(|fault| fault.may_pass());
        context! {
            number => case.number.clone(), href => format!("/desk/cases/{id}"), item => case.item_name.clone(), department => case.org.to_string(),
            system => outside.system.clone(), since => outside.since.to_string(), why => outside.fault.map_or("", |fault| fault.zh()),
            next => if again { tag("plain", "下次自动再送") } else { tag("stop", "等人处理后重送") },
        }
    };
    let rows: Vec<Value> = waiting.iter().map(row).collect();
    Ok(visit.page("desk/outside.html", "没有送出的办件", context! { rows => rows, limit => LIMIT }))
}
