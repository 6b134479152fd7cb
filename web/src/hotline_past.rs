//! 历史工单页。 What a table of earlier requests says under the county's limits, as `fadu import tickets` counted it last. None
//! of its rows is kept here: they are no acts of this county's ledger.

use crate::Fail;
use crate::Web;
use crate::fail::Page;
use crate::session::Visit;
use crate::view::{fact, link};
use axum::Router;
use axum::routing::get;
use fadu_kernel::Ratio;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

/// Where the last counts lie in the store.
pub const PAST_TICKETS: &str = "hotline/tickets";
/// Categories shown, most frequent first.
const TOP: usize = 20;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/hotline/tickets", get(page))
}

/// 历史工单小结。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PastTickets {
    /// The name of the table, without its folders.
    pub file: String,
    /// The day on which it was counted.
    pub on: String,
    pub rows: i64,
    pub in_time: Ratio,
    /// Of the whole above, those counted by weekdays: the notices of their years are not loaded.
    pub by_weekdays: i64,
    /// Rows without two days in order.
    pub left_out: i64,
    /// Under the limits of the demonstration, which are nobody's.
    pub demonstration: bool,
    pub categories: Vec<(String, i64)>,
    /// How the categories came about, in words.
    pub named_by: String,
    pub without_category: i64,
    /// Rows with something that a person should look at.
    pub findings: i64,
}

async fn page(visit: Visit) -> Page {
    visit.staff()?;
    let app = &visit.web.app;
    let found = app.store.blob(app.region, PAST_TICKETS).await;
    let found = found.map_err(|fault| Fail::fault(&visit, fault))?;
    let past: Option<PastTickets> = match found {
        Some((_, bytes)) => Some(serde_json::from_slice(&bytes).map_err(|error| Fail::fault(&visit, error))?),
        None => None,
    };
    let of = |n: i64, whole: i64| format!("{n} / {whole}（{}）", Ratio::new(n, whole).percent());
    let facts = past.as_ref().map(|past| {
        vec![
            fact("表", format!("{}，{}统计", past.file, past.on)),
            fact("行数", format!("{}件", past.rows)),
            fact("按期答复", of(past.in_time.part, past.in_time.whole)),
            fact("其中按周一至周五计", format!("{}件，那些年份的放假通知没有载入", past.by_weekdays)),
            fact("没有计入", format!("{}件，两个时间不全或者次序颠倒", past.left_out)),
            fact("有疑问的行", format!("{}件", past.findings)),
        ]
    });
    let counted = past.as_ref().map_or(0, |past| past.rows - past.without_category);
    let most = past
        .iter()
        .flat_map(|past| &past.categories)
        .map(|(_, n)| *n)
        .max()
        .unwrap_or(1);
    let rows: Vec<Value> = past
        .iter()
        .flat_map(|past| past.categories.iter().take(TOP))
        .map(|(name, n)| context! { name => name.clone(), count => *n, share => Ratio::new(*n, counted).percent(), width => n * 100 / most.max(1) })
        .collect();
    Ok(visit.page("desk/hotline_tickets.html", "历史工单", context! {
        crumbs => vec![link("12345", "/desk/hotline")], facts => facts, rows => rows,
        demonstration => past.as_ref().is_some_and(|past| past.demonstration), named_by => past.as_ref().map(|past| past.named_by.clone()),
        without_category => past.as_ref().map_or(0, |past| past.without_category),
    }))
}
