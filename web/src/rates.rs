//! 四办率。 What the catalogue declares beside what happened in cases, each with what it counts and its day.

use crate::Web;
use crate::extract::Query;
use crate::session::Visit;
use crate::view::{figure_context, figure_values};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;

pub fn routes() -> Router<Web> {
    Router::new().route("/rates", get(rates))
}

/// Name, what is declared, what was observed.
const RATES: [(&str, &str, &str); 5] = [
    ("马上办", "svc.instant_ratio", "svc.instant_observed"),
    ("网上办", "svc.online_rate", "svc.online_observed"),
    ("就近办", "svc.nearby_rate", "svc.nearby_observed"),
    ("一次办", "svc.once_rate", "svc.once_observed"),
    ("平均跑动次数", "svc.avg_trips", "svc.trips_observed"),
];
const CUTS: [&str; 2] = ["svc.time_cut", "svc.time_cut_baseline"];

#[derive(Deserialize, Default)]
struct RateQuery {
    #[serde(default)]
    as_of: String,
}

async fn rates(visit: Visit, Query(query): Query<RateQuery>) -> Response {
    let web = &visit.web;
    let today = web.app.moment().today;
    let as_of = query.as_of.parse::<Date>().unwrap_or(today).min(today);
    let ids: Vec<&str> = RATES
        .iter()
        .flat_map(|(_, declared, observed)| [*declared, *observed])
        .chain(CUTS)
        .collect();
    let values = figure_values(web, &ids, as_of).await;
    let figure = |id: &str| values.iter().find(|value| value.name == id);
    let cell = |id: &str| {
        figure(id)
            .map(|value| context! { figure => figure_context(value), exclusions => value.exclusions.clone() })
    };
    let rows: Vec<Value> = RATES
        .iter()
        .map(|(name, declared, observed)| context! { name => *name, declared => cell(declared), observed => cell(observed) })
        .collect();
    let cuts: Vec<Value> = CUTS.iter().filter_map(|id| cell(id)).collect();
    visit.page(
        "portal/rates.html",
        "四办率",
        context! { rows => rows, cuts => cuts, as_of => as_of.to_string(), today => today.to_string() },
    )
}
