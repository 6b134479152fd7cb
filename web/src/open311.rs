//! GeoReport v2. The hotline for any client of the open interface, in JSON and XML: services and their questions, requests
//! posted under a key, followed by their number, and the list of those whose callers agreed to be read.
//!
//! One tree of values has two writings (`tree.rs`); lists and their filters stand in `list.rs`, what a client posts in
//! `post.rs`; keys are made at `/desk/hotline/keys` (`hotline_keys.rs`).

mod list;
mod post;
pub(crate) mod tree;

use crate::Web;
use crate::hotline::categories;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::now::{instant, start_of};
use fadu_hotline::Order;
use fadu_hotline::categories::Categories;
use fadu_hotline::open311::{self, Request, Service};
use fadu_hotline::words::{Channel, Kind};
use fadu_kernel::MatterId;
use std::collections::BTreeMap;
use tree::Node;

/// The interface as it is now; a client that caches compares it.
const CHANGESET: &str = "2025-01-01T00:00:00+08:00";
const DAY_MS: i64 = 86_400_000;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/open311/{name}", get(discovery))
        .route("/open311/v2/{name}", get(top).post(post::post))
        .route("/open311/v2/{kind}/{name}", get(one))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// What went wrong, as the interface numbers it.
struct Bad(StatusCode, String);

fn bad(status: StatusCode, what: impl Into<String>) -> Bad {
    Bad(status, what.into())
}

fn not_found(what: &str) -> Bad {
    bad(StatusCode::NOT_FOUND, what)
}

type Told = Result<Node, Bad>;

fn answer(format: Format, told: Told) -> Response {
    let (status, node) = match told {
        Ok(node) => (StatusCode::OK, node),
        Err(Bad(status, what)) => {
            let error =
                Node::map([("code", Node::number(status.as_u16())), ("description", Node::text(what))]);
            (status, Node::list("errors", "error", [error]))
        }
    };
    let (media, body) = match format {
        Format::Json => ("application/json; charset=utf-8", node.json()),
        Format::Xml => ("text/xml; charset=utf-8", node.xml()),
    };
    let mut response = (status, [(header::CONTENT_TYPE, media)], body).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// `requests.json` is the resource `requests` as JSON; anything else than the two formats is told in JSON.
fn split(name: &str) -> Option<(&str, Format)> {
    match name.rsplit_once('.')? {
        (name, "json") => Some((name, Format::Json)),
        (name, "xml") => Some((name, Format::Xml)),
        _ => None,
    }
}

fn unknown() -> Response {
    answer(Format::Json, Err(not_found("no such resource; the formats are json and xml")))
}

type Asked = BTreeMap<String, String>;

/// One county answers here, under its region code and under the name of its host, as the interface's own examples name
/// a jurisdiction; a client that means another is told so.
fn ours(web: &Web, asked: &Asked) -> Result<(), Bad> {
    let Some(id) = asked.get("jurisdiction_id").map(|id| id.trim()).filter(|id| !id.is_empty()) else {
        return Ok(());
    };
    let region = web.app.region.to_string();
    if id == region || id.eq_ignore_ascii_case(host(&web.site.base_url)) {
        return Ok(());
    }
    Err(not_found("jurisdiction_id was not found"))
}

/// `https://fuwu.example.cn:8443/x` → `fuwu.example.cn`
fn host(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.split(['/', ':']).next().unwrap_or_default()
}

async fn discovery(State(web): State<Web>, Path(name): Path<String>) -> Response {
    match split(&name) {
        Some(("discovery", format)) => answer(format, Ok(discovered(&web))),
        _ => unknown(),
    }
}

fn discovered(web: &Web) -> Node {
    let base = &web.site.base_url;
    let formats = ["text/xml", "application/json"].map(Node::text);
    let endpoint = Node::map([
        ("specification", Node::text("http://wiki.open311.org/GeoReport_v2")),
        ("url", Node::text(format!("{base}/open311/v2"))),
        ("changeset", Node::text(CHANGESET)),
        ("type", Node::text(if web.site.simulated { "test" } else { "production" })),
        ("formats", Node::list("formats", "format", formats)),
    ]);
    Node::root(
        "discovery",
        [
            ("changeset", Node::text(CHANGESET)),
            ("contact", Node::text(format!("{}，电话 {}", web.site.bureau, web.site.help_phone))),
            ("key_service", Node::text(format!("向热线工作机构申请，电话 {}", web.site.help_phone))),
            ("endpoints", Node::list("endpoints", "endpoint", [endpoint])),
        ],
    )
}

async fn top(
    State(web): State<Web>,
    Path(name): Path<String>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let Some((name, format)) = split(&name) else { return unknown() };
    let told = match (ours(&web, &asked), name) {
        (Err(bad), _) => Err(bad),
        (Ok(()), "discovery") => Ok(discovered(&web)),
        (Ok(()), "services") => {
            Ok(Node::list("services", "service", open311::services(&categories(&web)).iter().map(service)))
        }
        (Ok(()), "requests") => list::requests(&web, &asked).await,
        (Ok(()), "servicerequestupdates") => list::updates(&web, &asked).await,
        (Ok(()), _) => Err(not_found("no such resource")),
    };
    answer(format, told)
}

async fn one(
    State(web): State<Web>,
    Path((kind, name)): Path<(String, String)>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response {
    let Some((name, format)) = split(&name) else { return unknown() };
    let told = match (ours(&web, &asked), kind.as_str()) {
        (Err(bad), _) => Err(bad),
        (Ok(()), "services") => definition(&web, name),
        (Ok(()), "requests") => request_of(&web, name)
            .await
            .map(|request| Node::list("service_requests", "request", [request])),
        (Ok(()), "tokens") => token(&web, name).await,
        (Ok(()), _) => Err(not_found("no such resource")),
    };
    answer(format, told)
}

fn service(service: &Service) -> Node {
    Node::map([
        ("service_code", Node::text(&service.service_code)),
        ("service_name", Node::text(&service.service_name)),
        ("description", Node::text(&service.description)),
        ("metadata", Node::yes(service.metadata)),
        ("type", Node::text(service.kind)),
        ("keywords", Node::text(&service.keywords)),
        ("group", Node::text(&service.group)),
    ])
}

fn definition(web: &Web, code: &str) -> Told {
    let service = open311::find_service(&categories(web), code)
        .ok_or_else(|| not_found("service_code was not found"))?;
    let attribute = |attribute: open311::Attribute| {
        let value =
            |(key, name): &(&str, &str)| Node::map([("key", Node::text(*key)), ("name", Node::text(*name))]);
        Node::map([
            ("variable", Node::yes(attribute.variable)),
            ("code", Node::text(attribute.code)),
            ("datatype", Node::text(attribute.datatype)),
            ("required", Node::yes(attribute.required)),
            ("datatype_description", Node::text(attribute.datatype_description)),
            ("order", Node::number(attribute.order)),
            ("description", Node::text(attribute.description)),
            ("values", Node::list("values", "value", attribute.values.iter().map(value))),
        ])
    };
    let attributes = open311::attributes().into_iter().map(attribute);
    Ok(Node::root(
        "service_definition",
        [
            ("service_code", Node::text(service.service_code)),
            ("attributes", Node::list("attributes", "attribute", attributes)),
        ],
    ))
}

/// Followed by its number: what was published, and what came in through this interface. Everything else is told to
/// whoever holds number and code, at `/12345`.
fn shown(order: &Order) -> bool {
    let channel = order.entry.as_ref().map(|entry| entry.channel);
    order.published.is_some() || channel == Some(Channel::Open311)
}

async fn request_of(web: &Web, number: &str) -> Told {
    let found = web.app.order_numbered(number).await.map_err(fault)?;
    found
        .filter(|(_, order)| shown(order))
        .and_then(|(_, order)| request(web, &categories(web), &order))
        .ok_or_else(|| not_found("service_request_id was not found"))
}

fn request(web: &Web, list: &Categories, order: &Order) -> Option<Node> {
    let told = open311::request(list, order, &web.app.calendar())?;
    // Which unit has a report is nobody's business but its own (信访工作条例 30).
    let told = match order.kind() {
        Some(Kind::Report) => Request { agency_responsible: None, ..told },
        _ => told,
    };
    let day = |day: jiff::civil::Date| instant(start_of(day) + DAY_MS - 1000);
    let taken = order.taken.as_ref().map(|mark| mark.ms);
    Some(Node::map([
        ("service_request_id", Node::text(told.service_request_id)),
        ("status", Node::text(told.status)),
        ("status_notes", Node::text(told.status_notes)),
        ("service_name", Node::text(told.service_name)),
        ("service_code", Node::text(told.service_code)),
        ("description", Node::maybe(told.description)),
        ("agency_responsible", Node::maybe(told.agency_responsible)),
        ("service_notice", Node::None),
        ("requested_datetime", Node::maybe(taken.map(instant))),
        ("updated_datetime", Node::maybe(updated(order).map(instant))),
        ("expected_datetime", Node::maybe(told.expected.map(day))),
        ("address", Node::None),
        ("address_id", Node::maybe(told.address_id)),
        ("zipcode", Node::None),
        ("lat", told.lat.map_or(Node::None, Node::number)),
        ("long", told.long.map_or(Node::None, Node::number)),
        ("media_url", Node::None),
    ]))
}

/// When something last happened that the public sees: to the day, and never before it was asked for.
fn updated(order: &Order) -> Option<i64> {
    let day = open311::updated(order).map(start_of);
    order.taken.as_ref().map(|mark| mark.ms).max(day)
}

/// A token is the matter and its code, as the address of a caller's own page has them; a forged one finds nothing.
async fn token(web: &Web, token: &str) -> Told {
    let unknown = || not_found("token was not found");
    let (id, code) = token.split_once('-').ok_or_else(unknown)?;
    let id: MatterId = id.parse().map_err(|_| unknown())?;
    if !code.eq_ignore_ascii_case(&web.app.keys.track_code(id)) {
        return Err(unknown());
    }
    let (_, order) = web.app.order(id).await.map_err(fault)?.ok_or_else(unknown)?;
    let told = Node::map([("service_request_id", Node::text(order.number)), ("token", Node::text(token))]);
    Ok(Node::list("service_requests", "request", [told]))
}

fn fault(fault: impl std::fmt::Display) -> Bad {
    tracing::error!(%fault, "a request of the open interface failed");
    bad(StatusCode::INTERNAL_SERVER_ERROR, "internal error; nothing was done")
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_is_cut_out_of_an_address() {
        for (url, name) in [
            ("https://fuwu.example.cn:8443/x", "fuwu.example.cn"),
            ("http://localhost", "localhost"),
            ("fuwu.example.cn", "fuwu.example.cn"),
            ("", ""),
        ] {
            assert_eq!(host(url), name);
        }
    }
}
