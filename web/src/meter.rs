//! 运行状况。 Whether this process can serve, and what an operator's Prometheus reads from it: acts by outcome,
//! requests by route and duration, and how far signing, counting and sending are behind the ledger.

use crate::Web;
use crate::api::{No, who};
use crate::session::Visit;
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use fadu_app::Problem;
use fadu_app::store::Fault;
use fadu_kernel::{Matter, Role};
use fadu_service::Case;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::{Registry, Unit};
use std::collections::HashMap;
use std::time::Instant;

/// More waiting effects than this are not told apart.
const WAITING: u32 = 1000;
/// Followers of the ledger that are this many entries behind cannot be shown to the public as current.
const FAR_BEHIND: i64 = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Desk {
    department: String,
    clock: &'static str,
}

/// 请求用时, in seconds.
#[derive(Clone)]
pub struct Requests(Family<Asked, Histogram>);

impl Default for Requests {
    fn default() -> Requests {
        const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        Requests(Family::new_with_constructor(|| Histogram::new(SECONDS)))
    }
}

/// The pattern of the address, never the address: that may hold a tracking code.
pub(crate) fn route(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str)
}

pub async fn time(State(web): State<Web>, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let route = route(&request).to_owned();
    let began = Instant::now();
    let answer = next.run(request).await;
    let asked = Asked { method, route, status: answer.status().as_u16() };
    web.requests.0.get_or_create(&asked).observe(began.elapsed().as_secs_f64());
    answer
}

/// How far what follows the ledger is behind its head, in entries.
struct Behind {
    head: i64,
    unsigned: i64,
    uncounted: i64,
}

async fn behind(web: &Web) -> Result<Behind, Fault> {
    let (store, region) = (&web.app.store, web.app.region);
    let head = store.head(region).await?.next_seq;
    let signed = store.last_checkpoint(region).await?.map_or(0, |row| row.size);
    // All at once: anybody may ask whether this server is ready, as often as they like.
    let cursors: HashMap<String, i64> = store.figure_cursors(region).await?.into_iter().collect();
    let reached = web
        .figures
        .declarations()
        .map(|figure| cursors.get(&figure.id).copied().unwrap_or_default());
    let counted = reached.fold(head, i64::min);
    Ok(Behind { head, unsigned: head - signed, uncounted: head - counted })
}

/// 健康。 This process answers and reads its store; whether the last act could be written, and if not why.
pub async fn health(State(web): State<Web>) -> Response {
    match web.app.store.head(web.app.region).await {
        Ok(head) => {
            let store = &web.app.store;
            Json(serde_json::json!({
                "status": "ok", "engine": store.engine(), "ledger_entries": head.next_seq, "epoch": head.epoch,
                "writing": web.app.unwritten().unwrap_or("ok"),
            }))
            .into_response()
        }
        Err(error) => unavailable(&web, "health", &error),
    }
}

/// 就绪。 May a load balancer send people here? Not while the public would read old figures as today's, nor while no act can
/// be written, nor where acts would bear times before those already written.
pub async fn ready(State(web): State<Web>) -> Response {
    if let Err(reason) = web.app.try_writing().await {
        return not_ready(reason);
    }
    if let Ok(Some(seconds)) = web.app.clock_behind().await {
        return not_ready(&format!("this machine's clock stands {seconds} s before the last entry"));
    }
    match behind(&web).await {
        Ok(Behind { unsigned, uncounted, .. }) => {
            let ready = unsigned < FAR_BEHIND && uncounted < FAR_BEHIND;
            let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            let body = serde_json::json!({"ready": ready, "unsigned_entries": unsigned, "uncounted_entries": uncounted});
            (status, Json(body)).into_response()
        }
        Err(error) => unavailable(&web, "ready", &error),
    }
}

fn not_ready(reason: &str) -> Response {
    tracing::error!(reason, "this server is not ready");
    let body = serde_json::json!({"ready": false, "reason": reason});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

fn unavailable(web: &Web, page: &str, error: &Fault) -> Response {
    tracing::error!(page, %error, "the store could not be read");
    let engine = web.app.store.engine();
    let body = serde_json::json!({"status": "store unavailable", "engine": engine, "reason": error.reason()});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

/// OpenMetrics text, for the operator's account alone (HTTP Basic): what is open where is nobody else's business.
pub async fn metrics(visit: Visit, State(web): State<Web>, headers: HeaderMap) -> Result<Response, No> {
    if who(&visit, &headers).await?.role != Role::Operator {
        return Err(No::NotFound);
    }
    let text = draw(&web).await.map_err(|fault| No::Problem(Problem::Fault(fault)))?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
        .into_response())
}

async fn draw(web: &Web) -> Result<String, Fault> {
    let app = &web.app;
    let Behind { head, unsigned, uncounted } = behind(web).await?;
    let waiting = app.store.outbox(app.region, WAITING).await?.len() as i64;
    let open: Family<Desk, Gauge> = Family::default();
    for count in app
        .store
        .open_counts(app.region, Case::KIND, &app.moment().today.to_string())
        .await?
    {
        for (clock, n) in [("any", count.open), ("amber", count.amber), ("overdue", count.overdue)] {
            open.get_or_create(&Desk { department: count.org.clone(), clock }).inc_by(n);
        }
    }
    let mut registry = Registry::with_prefix("fadu");
    registry.register("acts", "Acts asked for, by kind of matter and outcome", app.acts.clone());
    registry.register_with_unit(
        "http_request",
        "Duration of requests",
        Unit::Seconds,
        web.requests.0.clone(),
    );
    registry.register("cases_open", "Open cases by department and state of their clock", open);
    let mut gauge = |name: &str, help: &str, value: i64| {
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge("ledger_entries", "Entries in the ledger", head);
    gauge("ledger_unsigned_entries", "Entries after the last signed checkpoint", unsigned);
    gauge("figures_uncounted_entries", "Entries that some figure has not read yet", uncounted);
    gauge("outbox_waiting", "Effects waiting to be carried out, 1000 at most", waiting);
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|error| Fault::Engine(error.to_string()))?;
    Ok(text)
}
