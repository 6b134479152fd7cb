//! 关系图。 Who bids with whom, and what two bidders have in common, over the tenders whose flags a post may read and which
//! are opened. A line is a reason to look, nothing else.

use crate::Web;
use crate::extract::Query;
use crate::fail::Page;
use crate::session::Visit;
use crate::trading_flags::{LIST, href, is_readable};
use crate::view::{encode, link};
use axum::Router;
use axum::routing::get;
use fadu_kernel::MatterId;
use fadu_redflags::graph::{Graph, Node, pairs};
use fadu_redflags::ledger;
use fadu_redflags::tender::Tender;
use fadu_trading::Project;
use fadu_trading::project::Reading;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/trading/graph", get(graph))
}

/// Pairs that met in fewer tenders are left out unless the reader asks for them.
const LEAST: usize = 2;
/// Bidders drawn, those with most lines; the table has all.
const DRAWN: usize = 36;
/// The drawing is a square of this side, the bidders on a circle in it.
const SIDE: f64 = 720.0;
const RADIUS: f64 = 250.0;

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    around: String,
    #[serde(default)]
    least: String,
}

/// 一条线。
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    one: String,
    other: String,
    what: &'static str,
    /// In common rather than by meeting.
    shares: bool,
    tenders: BTreeSet<String>,
}

async fn graph(visit: Visit, Query(asked): Query<Asked>) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let opened = |project: &Project| project.tender.opened.is_some() && is_readable(&actor, project);
    let readable: Vec<(MatterId, &Project)> =
        catalogue.all::<Project>().filter(|(_, project)| opened(project)).collect();
    let least = asked.least.parse::<usize>().unwrap_or(LEAST).clamp(1, 99);
    let tenders: Vec<Tender> = readable
        .iter()
        .map(|(id, project)| ledger::tender(*id, project, &[], &[]))
        .collect();
    let whole = Graph::of(&tenders, least);
    let readings: Vec<(MatterId, &Reading)> = readable
        .iter()
        .flat_map(|(id, project)| {
            let id = *id;
            read(project).map(move |reading| (id, reading))
        })
        .collect();
    let names: BTreeMap<&str, &str> = readings
        .iter()
        .map(|(_, reading)| (reading.code.as_str(), reading.bidder.as_str()))
        .collect();
    let mut lines = in_common(&readings);
    lines.extend(whole.edges.iter().map(|edge| Line {
        one: edge.from.clone(),
        other: edge.to.clone(),
        what: "一同投标",
        shares: false,
        tenders: edge.tenders.clone(),
    }));
    let around = asked.around.trim();
    lines.retain(|line| around.is_empty() || line.one == around || line.other == around);
    lines.sort_by(|a, b| {
        let key = |line: &Line| (std::cmp::Reverse((line.shares, line.tenders.len())), line.one.clone());
        key(a).cmp(&key(b))
    });
    let titles: BTreeMap<String, (MatterId, &str)> = readable
        .iter()
        .map(|(id, project)| (id.to_string(), (*id, project.registration.title.as_str())))
        .collect();
    let rows: Vec<Value> = lines.iter().map(|line| row(line, &names, &whole, &titles)).collect();
    Ok(visit.page("desk/trading_graph.html", "投标人关系图", context! {
        crumbs => vec![link("招标风险提示", LIST)], rows => rows, drawing => drawing(&lines, &names), around => around,
        least => least, n_tenders => readable.len(),
    }))
}

fn read(project: &Project) -> impl Iterator<Item = &Reading> {
    let rows = project.tender.bids.iter().filter_map(|row| row.read.as_ref());
    rows.map(|(reading, _)| reading)
}

/// 同一负责人, 控股管理, and members of one consortium: what the opened letters themselves say.
fn in_common(readings: &[(MatterId, &Reading)]) -> Vec<Line> {
    let mut heads: BTreeMap<&str, BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    let bidders: BTreeSet<&str> = readings.iter().map(|(_, reading)| reading.code.as_str()).collect();
    let mut found: BTreeMap<(&str, &str, &'static str), BTreeSet<String>> = BTreeMap::new();
    for (id, reading) in readings {
        if !reading.head.is_empty() {
            let of_head = heads.entry(&reading.head).or_default();
            of_head.entry(&reading.code).or_default().insert(id.to_string());
        }
        let told = reading.controlled_by.iter().map(|other| (other, "控股、管理关系"));
        let told = told.chain(reading.consortium.iter().map(|other| (other, "同一联合体")));
        for (other, what) in told {
            if bidders.contains(other.as_str()) && *other != reading.code {
                let line = found.entry((&reading.code, other, what)).or_default();
                line.insert(id.to_string());
            }
        }
    }
    for of_head in heads.values() {
        let codes: BTreeSet<&str> = of_head.keys().copied().collect();
        for (one, other) in pairs(&codes) {
            let line = found.entry((one, other, "同一负责人")).or_default();
            line.extend(of_head[one].iter().chain(&of_head[other]).cloned());
        }
    }
    let line = |((one, other, what), tenders): ((&str, &str, &'static str), BTreeSet<String>)| Line {
        one: one.to_owned(),
        other: other.to_owned(),
        what,
        shares: true,
        tenders,
    };
    found.into_iter().map(line).collect()
}

fn row(
    line: &Line,
    names: &BTreeMap<&str, &str>,
    whole: &Graph,
    titles: &BTreeMap<String, (MatterId, &str)>,
) -> Value {
    let bidder = |code: &str| {
        let counted = match whole.nodes.get(code) {
            Some(Node::Bidder { n_bids, n_won }) => format!("投标{n_bids}次，中标{n_won}次"),
            Some(Node::Mark { .. }) | None => String::new(),
        };
        context! {
            name => named(names, code), code => code, counted => counted, href => format!("/desk/trading/graph?around={}", encode(code)),
        }
    };
    let tenders = line.tenders.iter().filter_map(|id| titles.get(id));
    let tenders: Vec<Value> = tenders.map(|(id, title)| link(*title, &href(*id))).collect();
    context! {
        one => bidder(&line.one), other => bidder(&line.other), what => line.what, shares => line.shares, n => line.tenders.len(), tenders => tenders,
    }
}

fn named(names: &BTreeMap<&str, &str>, code: &str) -> String {
    names.get(code).map_or(code, |name| *name).to_owned()
}

/// Bidders on a circle, a stroke for each line; `None` where there is none.
fn drawing(lines: &[Line], names: &BTreeMap<&str, &str>) -> Option<Value> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines {
        *counted.entry(&line.one).or_default() += 1;
        *counted.entry(&line.other).or_default() += 1;
    }
    let mut codes: Vec<(&str, usize)> = counted.into_iter().collect();
    codes.sort_by_key(|(code, n)| (std::cmp::Reverse(*n), *code));
    codes.truncate(DRAWN);
    if codes.is_empty() {
        return None;
    }
    let n = codes.len() as f64;
    let (mut places, mut nodes) = (BTreeMap::new(), Vec::new());
    for (place, (code, _)) in codes.iter().enumerate() {
        let turn = place as f64 / n * std::f64::consts::TAU;
        let (x, y) = (SIDE / 2.0 + RADIUS * turn.cos(), SIDE / 2.0 + RADIUS * turn.sin());
        places.insert(*code, (x, y));
        let left = turn.cos() < 0.0;
        nodes.push(context! {
            x => at(x), y => at(y), name => named(names, code), tx => at(if left { x - 10.0 } else { x + 10.0 }), ty => at(y + 4.0),
            anchor => if left { "end" } else { "start" },
        });
    }
    let strokes = lines.iter().filter_map(|line| {
        let ((x1, y1), (x2, y2)) = (places.get(line.one.as_str())?, places.get(line.other.as_str())?);
        let title = format!("{}：{} — {}", line.what, named(names, &line.one), named(names, &line.other));
        Some(context! {
            x1 => at(*x1), y1 => at(*y1), x2 => at(*x2), y2 => at(*y2), shares => line.shares, title => title,
        })
    });
    Some(context! { side => SIDE as u32, nodes => nodes, strokes => strokes.collect::<Vec<Value>>() })
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_letters_say_of_two_bidders_is_a_line() {
        let reading = |code: &str, head: &str, controlled_by: &[&str]| Reading {
            code: code.into(),
            head: head.into(),
            controlled_by: controlled_by.iter().map(|code| (*code).to_owned()).collect(),
            ..Reading::default()
        };
        let (a, b, c) = (reading("A", "x", &[]), reading("B", "x", &["A", "Z"]), reading("C", "", &["C"]));
        let lines = in_common(&[(MatterId(1), &a), (MatterId(2), &b), (MatterId(2), &c)]);
        let told: Vec<(&str, &str, &str, usize)> = lines
            .iter()
            .map(|line| (line.one.as_str(), line.other.as_str(), line.what, line.tenders.len()))
            .collect();
        assert_eq!(told, [("A", "B", "同一负责人", 2), ("B", "A", "控股、管理关系", 1)]);
        let names = BTreeMap::from([("A", "甲"), ("B", "乙")]);
        assert!(drawing(&lines, &names).is_some() && drawing(&[], &names).is_none());
    }
}
