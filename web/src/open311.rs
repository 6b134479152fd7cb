//! GeoReport v2. The hotline for any client of the open interface, in JSON and XML: services and their questions, requests
//! posted under a key, followed by their number, and the list of those whose callers agreed to be read.
//!
//! One tree of values has two writings (`tree.rs`); keys are made at `/desk/hotline/keys` (`hotline_keys.rs`).

mod tree;

use crate::Web;
use crate::hotline_keys::{NoKey, client};
use axum::Form;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::hotline::Sought;
use fadu_app::now::{instant, start_of};
use fadu_app::{Call, Problem};
use fadu_hotline::Order;
use fadu_hotline::open311::{self, Post, Request, Service};
use fadu_hotline::words::{Channel, Kind};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use std::collections::BTreeMap;
use tree::Node;

/// The interface as it is now; a client that caches compares it.
const CHANGESET: &str = "2025-01-01T00:00:00+08:00";
const DAY_MS: i64 = 86_400_000;
/// What a list spans where nothing is said, and at most.
const SPAN_MS: i64 = 90 * DAY_MS;
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 200;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/open311/{name}", get(discovery))
        .route("/open311/v2/{name}", get(top).post(post))
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
    (status, [(header::CONTENT_TYPE, media)], body).into_response()
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

/// One county answers here; a client that means another is told so.
fn ours(web: &Web, asked: &Asked) -> Result<(), Bad> {
    match asked.get("jurisdiction_id").map(|id| id.trim()) {
        Some(id) if !id.is_empty() && id != web.app.region.to_string() => {
            Err(not_found("jurisdiction_id was not found"))
        }
        _ => Ok(()),
    }
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
            Ok(Node::list("services", "service", open311::services().iter().map(service)))
        }
        (Ok(()), "requests") => list(&web, &asked).await,
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
        (Ok(()), "services") => definition(name),
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

fn definition(code: &str) -> Told {
    let service = open311::find_service(code).ok_or_else(|| not_found("service_code was not found"))?;
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
        .and_then(|(_, order)| request(web, &order))
        .ok_or_else(|| not_found("service_request_id was not found"))
}

fn request(web: &Web, order: &Order) -> Option<Node> {
    let told = open311::request(order, &web.app.calendar())?;
    // Which unit has a report is nobody's business but its own (信访工作条例 30).
    let told = match order.kind() {
        Some(Kind::Report) => Request { agency_responsible: None, ..told },
        _ => told,
    };
    let day = |day: jiff::civil::Date| instant(start_of(day) + DAY_MS - 1000);
    let taken = order.taken.as_ref().map(|mark| instant(mark.ms));
    Some(Node::map([
        ("service_request_id", Node::text(told.service_request_id)),
        ("status", Node::text(told.status)),
        ("status_notes", Node::text(told.status_notes)),
        ("service_name", Node::text(told.service_name)),
        ("service_code", Node::text(told.service_code)),
        ("description", Node::maybe(told.description)),
        ("agency_responsible", Node::maybe(told.agency_responsible)),
        ("service_notice", Node::None),
        ("requested_datetime", Node::maybe(taken)),
        ("updated_datetime", Node::maybe(order.closed.as_ref().map(|closed| instant(start_of(closed.on))))),
        ("expected_datetime", Node::maybe(told.expected.map(day))),
        ("address", Node::None),
        ("address_id", Node::maybe(told.address_id)),
        ("zipcode", Node::None),
        ("lat", told.lat.map_or(Node::None, Node::number)),
        ("long", told.long.map_or(Node::None, Node::number)),
        ("media_url", Node::None),
    ]))
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

fn moment(asked: &Asked, name: &str) -> Result<Option<i64>, Bad> {
    let Some(text) = asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    // A plus sign that a client did not escape arrives as a space.
    let text = text.replace(' ', "+");
    let at = text.parse::<jiff::Timestamp>().map(|at| at.as_millisecond());
    let day = || text.parse::<jiff::civil::Date>().map(start_of);
    at.or_else(|_| day()).map(Some).map_err(|_| {
        bad(StatusCode::BAD_REQUEST, format!("{name} is not a moment such as 2025-03-03T09:00:00+08:00"))
    })
}

fn words(asked: &Asked, name: &str) -> Vec<String> {
    let text = asked.get(name).map_or("", String::as_str);
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn sought(web: &Web, asked: &Asked) -> Result<Sought, Bad> {
    let now = web.app.moment().ms;
    let (from, to) = (moment(asked, "start_date")?, moment(asked, "end_date")?);
    let (from_ms, to_ms) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from + SPAN_MS),
        (None, Some(to)) => (to - SPAN_MS, to),
        (None, None) => (now - SPAN_MS, now),
    };
    if to_ms < from_ms || to_ms - from_ms > SPAN_MS + DAY_MS {
        return Err(bad(StatusCode::BAD_REQUEST, "start_date and end_date span from 0 to 90 days"));
    }
    let open = match words(asked, "status").as_slice() {
        [] => None,
        [one] if one == "open" => Some(true),
        [one] if one == "closed" => Some(false),
        all if all.iter().all(|word| word == "open" || word == "closed") => None,
        _ => return Err(bad(StatusCode::BAD_REQUEST, "status is open or closed")),
    };
    Ok(Sought { from_ms, to_ms, categories: words(asked, "service_code"), open })
}

fn whole(asked: &Asked, name: &str, default: usize) -> Result<usize, Bad> {
    match asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty()) {
        None => Ok(default),
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| bad(StatusCode::BAD_REQUEST, format!("{name} is a whole number from 1"))),
    }
}

/// Numbers override every other filter, as the interface says.
async fn list(web: &Web, asked: &Asked) -> Told {
    let numbers = words(asked, "service_request_id");
    let mut requests = Vec::new();
    if !numbers.is_empty() {
        for number in numbers.iter().take(PAGE) {
            let found = web.app.order_numbered(number).await.map_err(fault)?;
            let told = found
                .filter(|(_, order)| shown(order))
                .and_then(|(_, order)| request(web, &order));
            requests.extend(told);
        }
        return Ok(Node::list("service_requests", "request", requests));
    }
    let size = whole(asked, "page_size", PAGE)?.min(LARGEST_PAGE);
    let page = whole(asked, "page", 1)?;
    let rows = web
        .hotline
        .published
        .rows(&web.app, &sought(web, asked)?)
        .await
        .map_err(fault)?;
    for row in rows.iter().skip((page - 1).saturating_mul(size)).take(size) {
        let order = web.hotline.published.order(&web.app, row).await.map_err(fault)?;
        requests.extend(order.and_then(|order| request(web, &order)));
    }
    Ok(Node::list("service_requests", "request", requests))
}

async fn post(
    State(web): State<Web>,
    Path(name): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    match split(&name) {
        Some(("requests", format)) => answer(format, take(&web, &headers, form).await),
        Some((_, format)) => answer(format, Err(not_found("no such resource"))),
        None => unknown(),
    }
}

async fn take(
    web: &Web,
    headers: &HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Told {
    let Form(pairs) = form.map_err(|error| bad(StatusCode::BAD_REQUEST, error.body_text()))?;
    let asked: Asked = pairs.iter().cloned().collect();
    ours(web, &asked)?;
    let key = asked.get("api_key").map_or("", String::as_str);
    let account = client(web, key).await.map_err(|no| match no {
        NoKey::Unknown => bad(StatusCode::FORBIDDEN, "api_key was not provided or is not valid"),
        NoKey::TooFast => {
            bad(StatusCode::TOO_MANY_REQUESTS, "too many requests under this api_key; slow down")
        }
        NoKey::Problem(problem) => fault(problem),
    })?;
    let (act, private) = open311::take(&posted(&pairs)).map_err(|wrong| {
        bad(StatusCode::from_u16(wrong.code()).unwrap_or(StatusCode::BAD_REQUEST), wrong.to_string())
    })?;
    let actor = Actor { person: PersonId::new(&account), role: Role::Citizen, org: OrgId::new("public") };
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let done = web
        .app
        .act::<Order>(Call { actor: &actor, matter: None, act, private, key })
        .await;
    let id = done.map_err(refused)?.matter;
    let number = web
        .app
        .order(id)
        .await
        .map_err(fault)?
        .map(|(_, order)| order.number)
        .unwrap_or_default();
    let code = web.app.keys.track_code(id);
    let notice = format!("查询密码 {code}；办理进度见 {}/12345/{id}/{code}", web.site.base_url);
    let told = Node::map([
        ("service_request_id", Node::text(number)),
        ("service_notice", Node::text(notice)),
        ("account_id", Node::None),
    ]);
    Ok(Node::list("service_requests", "request", [told]))
}

fn refused(problem: Problem) -> Bad {
    match problem {
        Problem::Invalid(wrong) => {
            let all: Vec<String> = wrong
                .iter()
                .map(|wrong| format!("{}: {}", wrong.field, wrong.message))
                .collect();
            bad(StatusCode::BAD_REQUEST, all.join("; "))
        }
        Problem::Refused(refusal) | Problem::NoAuthority(refusal) => bad(
            StatusCode::BAD_REQUEST,
            format!("{} {}：{}", refusal.rule.id, refusal.rule.sentence, refusal.because),
        ),
        other => fault(other),
    }
}

/// Fields by their names; `attribute[kind]` and `attribute[kind][]` are the answers to a service's questions.
fn posted(pairs: &[(String, String)]) -> Post {
    let mut post = Post::default();
    for (name, value) in pairs {
        let field = match name.as_str() {
            "service_code" => &mut post.service_code,
            "description" => &mut post.description,
            "lat" => &mut post.lat,
            "long" => &mut post.long,
            "address_id" => &mut post.address_id,
            "address_string" => &mut post.address_string,
            "first_name" => &mut post.first_name,
            "last_name" => &mut post.last_name,
            "phone" => &mut post.phone,
            "email" => &mut post.email,
            _ => {
                let code = name.strip_prefix("attribute[").and_then(|rest| rest.split_once(']'));
                if let Some((code, _)) = code {
                    post.attribute.insert(code.to_owned(), value.clone());
                }
                continue;
            }
        };
        field.clone_from(value);
    }
    post
}
