//! 列表与更新。 Which published requests a client asks for, and what has happened to them.
//!
//! A place is held against a box, and a day against a span, only as the public sees them: no series of questions finds
//! out more than the page shows.

use super::tree::Node;
use super::{Asked, Bad, DAY_MS, Told, bad, fault, request, shown, updated};
use crate::Web;
use crate::hotline::categories;
use axum::http::StatusCode;
use fadu_app::hotline::{PUBLISHED, Sought};
use fadu_app::now::{instant, start_of};
use fadu_app::store::MatterRow;
use fadu_hotline::Order;
use fadu_hotline::open311::{public_point, told};
use fadu_hotline::place::Bbox;
use fadu_hotline::words::Kind;
use fadu_kernel::MatterId;
use std::collections::HashMap;

/// What a list spans where nothing is said, and at most.
const SPAN_MS: i64 = 90 * DAY_MS;
/// Updates are looked for among what was asked for in the year before.
const YEAR_MS: i64 = 366 * DAY_MS;
const PAGE: usize = 50;
/// Updates that pages reach back to, where there are many: what lies deeper is asked for by its days.
const DEEPEST: usize = 10_000;
const LARGEST_PAGE: usize = 200;

fn wrong(what: impl Into<String>) -> Bad {
    bad(StatusCode::BAD_REQUEST, what)
}

fn given<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn moment(asked: &Asked, name: &str) -> Result<Option<i64>, Bad> {
    let Some(text) = given(asked, name) else { return Ok(None) };
    // A plus sign that a client did not escape arrives as a space.
    let text = text.replace(' ', "+");
    let at = text.parse::<jiff::Timestamp>().map(|at| at.as_millisecond());
    let day = || text.parse::<jiff::civil::Date>().map(start_of);
    at.or_else(|_| day())
        .map(Some)
        .map_err(|_| wrong(format!("{name} is not a moment such as 2025-03-03T09:00:00+08:00")))
}

fn words(asked: &Asked, name: &str) -> Vec<String> {
    let text = asked.get(name).map_or("", String::as_str);
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn whole(asked: &Asked, name: &str, default: usize) -> Result<usize, Bad> {
    let Some(text) = given(asked, name) else { return Ok(default) };
    let n = text.parse::<usize>().ok().filter(|n| *n > 0);
    n.ok_or_else(|| wrong(format!("{name} is a whole number from 1")))
}

/// Which page: how many to pass over, and how many to show.
fn page(asked: &Asked) -> Result<(usize, usize), Bad> {
    let size = whole(asked, "page_size", PAGE)?.min(LARGEST_PAGE);
    Ok(((whole(asked, "page", 1)? - 1).saturating_mul(size), size))
}

fn span(web: &Web, asked: &Asked) -> Result<(i64, i64), Bad> {
    let now = web.app.moment().ms;
    let (from, to) = match (moment(asked, "start_date")?, moment(asked, "end_date")?) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from.saturating_add(SPAN_MS)),
        (None, Some(to)) => (to.saturating_sub(SPAN_MS), to),
        (None, None) => (now - SPAN_MS, now),
    };
    if to < from || to.saturating_sub(from) > SPAN_MS + DAY_MS {
        return Err(wrong("start_date and end_date span from 0 to 90 days"));
    }
    Ok((from, to))
}

/// `Some(true)`: open alone.
fn open(asked: &Asked) -> Result<Option<bool>, Bad> {
    match words(asked, "status").as_slice() {
        [] => Ok(None),
        [one] if one == "open" => Ok(Some(true)),
        [one] if one == "closed" => Ok(Some(false)),
        all if all.iter().all(|word| word == "open" || word == "closed") => Ok(None),
        _ => Err(wrong("status is open or closed")),
    }
}

/// What can be held against an order only after it was read.
struct Fine {
    bbox: Option<Bbox>,
    agency: Option<String>,
    after: Option<i64>,
    before: Option<i64>,
}

impl Fine {
    fn read(asked: &Asked) -> Result<Fine, Bad> {
        let bbox = given(asked, "bbox").map(|text| {
            Bbox::parse(text).ok_or_else(|| {
                wrong("bbox is west,south,east,north in degrees, such as 115.0,29.7,115.3,30.0")
            })
        });
        Ok(Fine {
            bbox: bbox.transpose()?,
            agency: given(asked, "agency_responsible").map(str::to_owned),
            after: moment(asked, "updated_after")?,
            before: moment(asked, "updated_before")?,
        })
    }

    fn asks_nothing(&self) -> bool {
        self.bbox.is_none() && self.agency.is_none() && self.after.is_none() && self.before.is_none()
    }

    fn fits(&self, order: &Order) -> bool {
        let inside = |bbox: &Bbox| public_point(order).is_some_and(|point| bbox.holds(point));
        // Which unit has a report is not shown, so it is not found either.
        let unit = order.unit().filter(|_| order.kind() != Some(Kind::Report));
        let at = updated(order);
        self.bbox.iter().all(inside)
            && self
                .agency
                .iter()
                .all(|agency| unit.is_some_and(|unit| unit.as_str() == agency))
            && self.after.is_none_or(|after| at.is_some_and(|at| at >= after))
            && self.before.is_none_or(|before| at.is_some_and(|at| at <= before))
    }
}

/// Numbers override every other filter, as the interface says.
pub(super) async fn requests(web: &Web, asked: &Asked) -> Told {
    let numbers = words(asked, "service_request_id");
    if !numbers.is_empty() {
        return numbered(web, &numbers).await;
    }
    let fine = Fine::read(asked)?;
    let (mut over, size) = page(asked)?;
    let (from_ms, to_ms) = span(web, asked)?;
    let mut sought = Sought {
        from_ms,
        to_ms,
        bbox: fine.bbox,
        categories: words(asked, "service_code"),
        open: open(asked)?,
        after: None,
    };
    let published = &web.hotline.published;
    let (list, mut requests) = (categories(web), Vec::new());
    loop {
        let rows = published.rows(&web.app, &sought).await.map_err(fault)?;
        let passed = if fine.asks_nothing() { over.min(rows.len()) } else { 0 };
        over -= passed;
        for row in rows.iter().skip(passed) {
            if requests.len() == size {
                break;
            }
            let Some(order) = published.order(&web.app, row).await.map_err(fault)? else { continue };
            if !fine.fits(&order) {
                continue;
            }
            match over {
                0 => requests.extend(request(web, &list, &order)),
                _ => over -= 1,
            }
        }
        if requests.len() == size || rows.len() < PUBLISHED {
            break;
        }
        sought.after = rows.last().map(|row| row.id);
    }
    Ok(Node::list("service_requests", "request", requests))
}

async fn numbered(web: &Web, numbers: &[String]) -> Told {
    let (list, mut requests) = (categories(web), Vec::new());
    for number in numbers.iter().take(PAGE) {
        let found = web.app.order_numbered(number).await.map_err(fault)?;
        let shown = found.filter(|(_, order)| shown(order));
        requests.extend(shown.and_then(|(_, order)| request(web, &list, &order)));
    }
    Ok(Node::list("service_requests", "request", requests))
}

/// Moment, ledger number, request, whether it was over with it, fact.
type Update = (i64, i64, String, &'static str, String);

/// Of more requests than are read one by one: day by day from the last on, until so many updates are there. What a request
/// was asked for long ago and had happen to it today is among the first.
async fn of_days(
    web: &Web,
    rows: &[MatterRow],
    (from, to): (i64, i64),
    open: Option<bool>,
    needed: usize,
) -> Result<Vec<Update>, Bad> {
    /// Entries of one day that are looked through, more than a county leaves.
    const OF_A_DAY: u32 = 200_000;
    let rows: HashMap<MatterId, &MatterRow> = rows.iter().map(|row| (row.id, row)).collect();
    let (first, mut day) = (fadu_app::now::moment(from).today, fadu_app::now::moment(to).today);
    let mut all = Vec::new();
    while day >= first && all.len() < needed {
        let entries = web
            .app
            .store
            .entries_of_day(web.app.region, &day.to_string(), OF_A_DAY)
            .await
            .map_err(fault)?;
        for entry in entries.into_iter().filter(|entry| (from..=to).contains(&entry.ms)) {
            let status =
                told(&entry.fact).filter(|status| open.is_none_or(|open| open == (*status == "open")));
            let (Some(status), Some(row)) = (status, rows.get(&entry.matter)) else { continue };
            // Withdrawn since its row was read.
            if web.hotline.published.order(&web.app, row).await.map_err(fault)?.is_some() {
                all.push((entry.ms, entry.seq, row.number.clone(), status, entry.fact));
            }
        }
        let Ok(before) = day.yesterday() else { break };
        day = before;
    }
    Ok(all)
}

/// What happened to published requests within a span, the latest first; or to those whose numbers are given. Each update
/// is an entry of the ledger and has its number; what it says is the name of the step, never somebody's words.
pub(super) async fn updates(web: &Web, asked: &Asked) -> Told {
    let (from, to) = span(web, asked)?;
    let (over, size) = page(asked)?;
    let open = open(asked)?;
    let numbers = words(asked, "service_request_id");
    let published = &web.hotline.published;
    let (mut orders, mut all) = (Vec::new(), Vec::new());
    if numbers.is_empty() {
        let sought = Sought { from_ms: from.saturating_sub(YEAR_MS), to_ms: to, ..Sought::default() };
        let rows = published.all(&web.app, sought).await.map_err(fault)?;
        if rows.len() > PUBLISHED {
            if over >= DEEPEST {
                return Err(wrong(format!("page lies behind the latest {DEEPEST} updates; narrow the span")));
            }
            all = of_days(web, &rows, (from, to), open, over + size).await?;
        } else {
            for row in rows {
                // Withdrawn since its row was read.
                if published.order(&web.app, &row).await.map_err(fault)?.is_some() {
                    orders.push(row);
                }
            }
        }
    }
    for number in numbers.iter().take(PAGE) {
        let found = web.app.order_numbered(number).await.map_err(fault)?;
        orders.extend(found.filter(|(_, order)| shown(order)).map(|(row, _)| row));
    }
    for row in &orders {
        let history = published.history(&web.app, row).await.map_err(fault)?;
        for (seq, ms, fact) in history.iter().filter(|(_, ms, _)| (from..=to).contains(ms)) {
            let status = told(fact).filter(|status| open.is_none_or(|open| open == (*status == "open")));
            all.extend(status.map(|status| (*ms, *seq, row.number.clone(), status, fact.clone())));
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    let shown = all.into_iter().skip(over).take(size);
    let update = |(ms, seq, number, status, fact): Update| {
        Node::map([
            ("update_id", Node::text(seq.to_string())),
            ("service_request_id", Node::text(number)),
            ("status", Node::text(status)),
            ("updated_datetime", Node::text(instant(ms))),
            ("description", Node::text(crate::hotline::fact_zh(&fact))),
            ("media_url", Node::None),
        ])
    };
    Ok(Node::list("service_request_updates", "request_update", shown.map(update)))
}
