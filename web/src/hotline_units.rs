//! 承办单位对照。 The year's rates of each unit beside each other, with the formula by which they are put in an order. The order
//! says where to look and decides nothing: no act, no task and no other figure reads it.

use crate::fail::Page;
use crate::session::Visit;
use crate::view::link;
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::Ratio;
use minijinja::{Value, context};
use std::collections::BTreeMap;

/// Each weighs as much as the others.
const RATES: [(&str, &str); 3] = [
    ("hot.unit_ontime_rate", "按时答复率"),
    ("hot.unit_solved_rate", "解决率"),
    ("hot.unit_satisfaction", "满意率"),
];
/// A unit with fewer in any of them is shown and not ranked: one dissatisfied caller would decide.
const LEAST: i64 = 10;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/hotline/units", get(page))
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Unit {
    name: String,
    rates: [Ratio; RATES.len()],
}

impl Unit {
    /// 得分: the mean of the three rates in thousandths, rounded down; none where one of them rests on too few.
    fn score(&self) -> Option<i64> {
        if self.rates.iter().any(|rate| rate.whole < LEAST) {
            return None;
        }
        let thousandths: Option<i64> = self.rates.iter().map(|rate| rate.per_mille()).sum();
        Some(thousandths? / RATES.len() as i64)
    }
}

/// The best first, equals on one place and by name; those without a score last, on none.
fn ranked(mut units: Vec<Unit>) -> Vec<(Option<usize>, Unit)> {
    units.sort_by(|a, b| b.score().cmp(&a.score()).then_with(|| a.name.cmp(&b.name)));
    let scores: Vec<Option<i64>> = units.iter().map(Unit::score).collect();
    let place = |score: Option<i64>| {
        let score = score?;
        Some(scores.iter().flatten().filter(|other| **other > score).count() + 1)
    };
    let places: Vec<Option<usize>> = scores.iter().map(|score| place(*score)).collect();
    places.into_iter().zip(units).collect()
}

async fn page(visit: Visit) -> Page {
    visit.staff()?;
    let (web, app) = (&visit.web, &visit.web.app);
    let today = app.moment().today;
    let mut units: BTreeMap<String, [Ratio; RATES.len()]> = BTreeMap::new();
    for (n, (id, _)) in RATES.iter().enumerate() {
        let split = fadu_figures::split(&*app.store, app.region, &web.figures, id, today, None).await;
        for of in split.map_err(|error| Fail::fault(&visit, error))? {
            let rates = units.entry(of.key).or_default();
            rates[n] = Ratio::new(of.part, of.whole.unwrap_or(0));
        }
    }
    let units = units.into_iter().map(|(name, rates)| Unit { name, rates }).collect();
    let rows: Vec<Value> = ranked(units)
        .into_iter()
        .map(|(place, unit)| {
            let rates = unit
                .rates
                .iter()
                .map(|rate| format!("{} / {}（{}）", rate.part, rate.whole, rate.percent()))
                .collect::<Vec<_>>();
            let score = unit.score().map(|score| format!("{}.{}", score / 10, score % 10));
            context! { place => place, name => unit.name, rates => rates, score => score }
        })
        .collect();
    let links: Vec<Value> = RATES.iter().map(|(id, zh)| link(*zh, &format!("/figures/{id}"))).collect();
    Ok(visit.page("desk/hotline_units.html", "承办单位对照", context! {
        crumbs => vec![link("12345", "/desk/hotline")], rows => rows, rates => links, least => LEAST, as_of => today.to_string(), year => today.year().to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str, rates: [(i64, i64); 3]) -> Unit {
        Unit { name: name.to_owned(), rates: rates.map(|(part, whole)| Ratio::new(part, whole)) }
    }

    #[test]
    fn the_order_is_what_the_formula_says_and_few_cases_have_no_place() {
        let units = vec![
            unit("丙", [(9, 10), (9, 10), (9, 10)]),
            unit("乙", [(10, 10), (9, 10), (8, 10)]),
            unit("丁", [(20, 20), (20, 20), (10, 20)]),
            unit("甲", [(10, 10), (10, 10), (10, 10)]),
            unit("戊", [(50, 50), (50, 50), (9, 9)]),
        ];
        assert_eq!(units[2].score(), Some(833), "(1000 + 1000 + 500) / 3");
        let found = ranked(units);
        let place =
            |name: &str| found.iter().find(|(_, unit)| unit.name == name).and_then(|(place, _)| *place);
        let places = ["甲", "丙", "乙", "丁", "戊"].map(place);
        assert_eq!(places, [Some(1), Some(2), Some(2), Some(4), None]);
        assert_eq!(found.last().map(|(_, unit)| unit.name.as_str()), Some("戊"));
    }
}
