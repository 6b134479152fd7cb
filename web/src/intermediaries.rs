//! 中介机构集中度。 For each item that asks for papers of intermediaries, how many of them one alone made: where nearly all
//! come from one, somebody may have sent the applicants there. How many are too many, the reader says.

use crate::extract::Query;
use crate::fail::Page;
use crate::manage::filter;
use crate::session::Visit;
use crate::view::tag;
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::calendar::offset;
use fadu_service::Item;
use fadu_service::intermediary::{Concentration, concentrations};
use minijinja::{Value, context};
use serde::Deserialize;

/// Percentages to choose from; none is chosen for the reader, since no law gives one.
const SHARES: [i64; 5] = [50, 60, 70, 80, 90];

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/items/intermediaries", get(list))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    over: String,
}

/// Of the year up to today.
async fn list(visit: Visit, Query(query): Query<Asked>) -> Page {
    visit.staff()?;
    let (web, to) = (&visit.web, visit.web.app.moment().today);
    let from = offset(to, -364);
    let counts =
        fadu_figures::by_key(&*web.app.store, web.app.region, &web.figures, "svc.intermediaries", from, to)
            .await;
    let all = concentrations(&counts.map_err(|error| Fail::fault(&visit, error))?);
    let over = query.over.parse::<i64>().ok().filter(|over| SHARES.contains(over));
    let catalogue = web.app.catalogue();
    let row = |one: &Concentration| {
        let id = Item::id(&one.item_code);
        let item = catalogue.one::<Item>(id);
        let flag = over
            .is_some_and(|over| one.is_over(over))
            .then(|| tag("off", "一家集中，请核实"));
        let percent = one.share.per_mille().map(|n| format!("{}.{}%", n / 10, n % 10));
        context! {
            name => item.map_or_else(|| one.item_code.clone(), |item| item.name.clone()), department => item.map(|item| item.department.clone()),
            href => item.map(|_| format!("/desk/items/{id}")), code => one.code.clone(), part => one.share.part, whole => one.share.whole, percent => percent, flag => flag,
        }
    };
    let rows: Vec<Value> = all.iter().map(row).collect();
    let shares = SHARES.map(|share| (share.to_string(), format!("超过百分之{share}")));
    Ok(visit.page("desk/intermediaries.html", "中介机构集中度", context! {
        rows => rows, since => from.to_string(), as_of => to.to_string(), filters => vec![filter("over", "一家所占", &query.over, shares)],
    }))
}
