//! 接口。 Every act as JSON, for programs: the same door, the same refusals, as problem+json (RFC 9457).
//!
//! A program signs in with HTTP Basic and an account of its own, or uses the session of a page. `Idempotency-Key`
//! makes a repeated request the same act. The description at `/api/openapi.json` is drawn from the registered acts.

use crate::Web;
use crate::extract::Path;
use crate::session::{Denied, Visit, check_password};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use fadu_app::Problem;
use fadu_app::registry::{self, Kind};
use fadu_kernel::{Actor, Ground, Invalid, Matter, MatterId, Refusal};
use fadu_service::Case;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/{kind}", post(open))
        .route("/api/{kind}/{id}", get(read))
        .route("/api/{kind}/{id}/acts/{act}", post(act))
}

/// What one act is asked with. `fields` are the act's own; `private` are personal values, by field.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Only where the act is not part of the address.
    #[serde(default)]
    act: Option<String>,
    #[serde(default)]
    fields: Option<Map<String, Value>>,
    #[serde(default)]
    private: BTreeMap<String, String>,
}

pub(crate) enum No {
    SignIn,
    Resting,
    NotFound,
    Unreadable(String),
    Problem(Problem),
}

type Answer = Result<Response, No>;

/// A `type` that a program can branch on, and the words that a person reads.
fn problem(status: StatusCode, kind: &str, title: &str, detail: String, more: Value) -> Response {
    let mut body = json!({"type": format!("urn:fadu:problem:{kind}"), "title": title, "status": status.as_u16(), "detail": detail});
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

fn refused(status: StatusCode, kind: &str, refusal: &Refusal) -> Response {
    let basis: Vec<Value> = refusal
        .rule
        .basis
        .iter()
        .map(|basis| json!({"key": basis.key(), "text": basis.to_string()}))
        .collect();
    let more = json!({"rule": refusal.rule.id, "rule_text": refusal.rule.sentence, "basis": basis, "help": refusal.help.zh()});
    problem(status, kind, refusal.rule.sentence, refusal.because.clone(), more)
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        match self {
            No::SignIn => {
                let mut answer = problem(
                    StatusCode::UNAUTHORIZED,
                    "sign-in",
                    "需要登录",
                    "账号或者密码不对，或者会话已过期".to_owned(),
                    json!({}),
                );
                answer.headers_mut().insert(
                    header::WWW_AUTHENTICATE,
                    header::HeaderValue::from_static("Basic realm=\"fadu\""),
                );
                answer
            }
            No::Resting => problem(
                StatusCode::TOO_MANY_REQUESTS,
                "resting",
                "请稍后再试",
                "密码连续输错太多次".to_owned(),
                json!({}),
            ),
            No::NotFound | No::Problem(Problem::NotFound) => problem(
                StatusCode::NOT_FOUND,
                "not-found",
                "没有这件事",
                "地址或者编号不对，或者无权查看".to_owned(),
                json!({}),
            ),
            No::Problem(Problem::NotRun(business)) => problem(
                StatusCode::NOT_FOUND,
                "not-run",
                "本县没有开办这项业务",
                format!("本县没有开办{business}"),
                json!({}),
            ),
            No::Unreadable(why) | No::Problem(Problem::Unreadable(why)) => {
                problem(StatusCode::BAD_REQUEST, "unreadable", "请求读不出来", why, json!({}))
            }
            No::Problem(Problem::Invalid(fields)) => {
                let detail = fields
                    .iter()
                    .map(|Invalid { message, .. }| message.as_str())
                    .collect::<Vec<_>>()
                    .join("；");
                problem(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    "填写有误",
                    detail,
                    json!({"errors": fields}),
                )
            }
            No::Problem(Problem::Refused(refusal)) => refused(StatusCode::CONFLICT, "refused", &refusal),
            No::Problem(Problem::NoAuthority(refusal)) => {
                refused(StatusCode::FORBIDDEN, "no-authority", &refusal)
            }
            No::Problem(Problem::Raced) => problem(
                StatusCode::CONFLICT,
                "raced",
                "他人刚刚办理过",
                "请读取最新情况再办".to_owned(),
                json!({}),
            ),
            No::Problem(Problem::Fault(fault)) => {
                tracing::error!(%fault, "an interface request failed");
                problem(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "fault",
                    "系统故障",
                    "没有办理，可以用同一个 Idempotency-Key 重试".to_owned(),
                    json!({}),
                )
            }
        }
    }
}

impl From<Problem> for No {
    fn from(problem: Problem) -> No {
        No::Problem(problem)
    }
}

/// Basic first: a program has no session.
pub(crate) async fn who(visit: &Visit, headers: &HeaderMap) -> Result<Actor, No> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let Some(given) = given else { return visit.actor().ok_or(No::SignIn) };
    let text = base64::engine::general_purpose::STANDARD
        .decode(given)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or(No::SignIn)?;
    let (person, password) = text.split_once(':').ok_or(No::SignIn)?;
    match check_password(&visit.web, person, password).await {
        Ok(account) => Ok(account.actor()),
        Err(Denied::Wrong) => Err(No::SignIn),
        Err(Denied::Resting) => Err(No::Resting),
        Err(Denied::Problem(problem)) => Err(No::Problem(problem)),
    }
}

async fn open(
    visit: Visit,
    Path(kind): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Asked>, axum::extract::rejection::JsonRejection>,
) -> Answer {
    let Json(mut asked) = body.map_err(|error| No::Unreadable(error.body_text()))?;
    let act = asked
        .act
        .take()
        .ok_or_else(|| No::Unreadable("act: 要写明是哪一个行为".to_owned()))?;
    dispatch(&visit, &headers, &kind, None, &act, asked).await
}

async fn act(
    visit: Visit,
    Path((kind, id, act)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Result<Json<Asked>, axum::extract::rejection::JsonRejection>,
) -> Answer {
    let Json(asked) = body.map_err(|error| No::Unreadable(error.body_text()))?;
    let id: MatterId = id.parse().map_err(|_| No::NotFound)?;
    dispatch(&visit, &headers, &kind, Some(id), &act, asked).await
}

async fn dispatch(
    visit: &Visit,
    headers: &HeaderMap,
    kind: &str,
    id: Option<MatterId>,
    act: &str,
    asked: Asked,
) -> Answer {
    let actor = who(visit, headers).await?;
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let kind = registry::word(kind).ok_or(No::NotFound)?;
    let Asked { fields, private, .. } = asked;
    let fields = fields.map(Value::Object);
    let asked = registry::Asked { matter: id, act: act.to_owned(), fields, private, key };
    let done = (kind.act)(&visit.web.app, &actor, asked).await?;
    let status = if id.is_none() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(done)).into_response())
}

/// The state of a matter, for staff. Personal values are not in it; their digests are.
async fn read(
    visit: Visit,
    State(web): State<Web>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    let actor = who(&visit, &headers).await?;
    let id: MatterId = id.parse().map_err(|_| No::NotFound)?;
    let kind = registry::word(&kind)
        .filter(|kind| kind.readable_by(actor.role))
        .ok_or(No::NotFound)?;
    let word = kind.name;
    let row = web
        .app
        .store
        .matter(web.app.region, id)
        .await
        .map_err(|fault| No::Problem(fault.into()))?;
    let row = row.filter(|row| row.kind == word).ok_or(No::NotFound)?;
    let mut state: Value = serde_json::from_str(&row.state)
        .map_err(|error| No::Problem(fadu_app::store::Fault::Corrupt(error.to_string()).into()))?;
    if let Some(state) = state.as_object_mut().filter(|_| actor.role != fadu_kernel::Role::Inspector) {
        state.remove("consulted");
    }
    let staff = !matches!(actor.role, fadu_kernel::Role::Citizen | fadu_kernel::Role::FirmAgent);
    let own = state["applicant"].as_str() == Some(actor.person.as_str());
    if word == Case::KIND && !staff && !own {
        return Err(No::NotFound);
    }
    // What a caller told is for the unit that handles it and for the hotline: a report may be about another (PET-08).
    let hotline = matches!(actor.role, fadu_kernel::Role::CatalogueManager | fadu_kernel::Role::Inspector);
    if word == fadu_hotline::Order::KIND && !hotline && row.org != actor.org.as_str() {
        return Err(No::NotFound);
    }
    Ok(Json(json!({"matter": id, "version": row.version, "number": row.number, "title": row.title, "status": row.status, "due": row.due, "state": state})).into_response())
}

/// Drawn from the registered acts and the types that their requests are read into, so it cannot fall behind either.
async fn openapi(State(web): State<Web>) -> Response {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut described = Described { generator: settings.into_generator(), paths: Map::new() };
    registry::KINDS.iter().for_each(|kind| described.add(kind));
    let Described { mut generator, paths } = described;
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Committed".to_owned(), json!({
        "type": "object", "required": ["matter", "version", "seq", "facts", "replayed"], "properties": {
            "matter": {"type": "string"}, "version": {"type": "integer"}, "seq": {"type": "integer", "description": "第一条事实的台账号"},
            "facts": {"type": "array", "items": {"type": "string"}}, "replayed": {"type": "boolean", "description": "这个键以前用过，没有发生新的事"},
        },
    }));
    schemas.insert("Problem".to_owned(), json!({
        "type": "object", "required": ["type", "title", "status", "detail"], "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
            "rule": {"type": "string"}, "basis": {"type": "array", "items": {"type": "object"}}, "errors": {"type": "array", "items": {"type": "object"}},
        },
    }));
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": format!("法度 {}", web.site.region_name), "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": web.site.base_url}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {"securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}, "schemas": schemas},
    });
    Json(document).into_response()
}

struct Described {
    generator: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Described {
    fn add(&mut self, kind: &Kind) {
        let word = kind.word;
        let answers = json!({
            "200": {"description": "办理完成", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Committed"}}}},
            "400": problem_ref("读不出来"), "401": problem_ref("需要登录"), "403": problem_ref("没有这个职权"), "404": problem_ref("没有这件事"),
            "409": problem_ref("法律不允许，带规则和条文"), "422": problem_ref("填写有误，带字段"), "503": problem_ref("系统故障，没有办理"),
        });
        let key = json!({"name": "Idempotency-Key", "in": "header", "required": false, "schema": {"type": "string"}});
        let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{13}$"}});
        let acts = (kind.schema)(&mut self.generator).to_value();
        let mut opening = Vec::new();
        for act in (kind.acts)() {
            let ground = match act.ground {
                Ground::Law(bases) => bases.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
                Ground::Measure(name) => name.to_owned(),
            };
            let fields = fields_of(&acts, act.name);
            if act.opens {
                opening.push(asked(fields.as_ref(), Some(act.name)));
            }
            let body = json!({"required": true, "content": {"application/json": {"schema": asked(fields.as_ref(), None)}}});
            let operation = json!({"post": {
                "operationId": format!("{word}.{}", act.name), "summary": format!("{}：{}", kind.zh, act.zh), "description": format!("依据：{ground}"),
                "parameters": [id, key], "requestBody": body, "responses": answers,
            }});
            self.paths.insert(format!("/api/{word}/{{id}}/acts/{}", act.name), operation);
        }
        let body = json!({"required": true, "content": {"application/json": {"schema": {"oneOf": opening}}}});
        self.paths.insert(format!("/api/{word}"), json!({"post": {
            "operationId": format!("{word}.open"), "summary": format!("新开{}", kind.zh), "description": "act 写明行为的名称",
            "parameters": [key], "requestBody": body, "responses": answers,
        }}));
    }
}

/// What an act is asked with: its own fields where it has some, personal values, and its name where the address
/// does not say it.
fn asked(fields: Option<&Value>, name: Option<&str>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some(name) = name {
        properties.insert("act".to_owned(), json!({"const": name}));
        required.push("act");
    }
    if let Some(fields) = fields {
        properties.insert("fields".to_owned(), fields.clone());
        required.push("fields");
    }
    let private = json!({"type": "object", "additionalProperties": {"type": "string"}, "description": "个人信息，按栏目"});
    properties.insert("private".to_owned(), private);
    json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
}

/// An externally tagged act is an object under its name; one without fields is a bare word.
fn fields_of(acts: &Value, name: &str) -> Option<Value> {
    let variants = acts["oneOf"].as_array()?;
    variants.iter().find_map(|variant| variant["properties"].get(name).cloned())
}

fn problem_ref(description: &str) -> Value {
    json!({"description": description, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
}
