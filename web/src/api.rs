//! 接口。 Every act as JSON, for programs: the same door, the same refusals, as problem+json (RFC 9457).
//!
//! A program signs in with HTTP Basic and an account of its own, or uses the session of a page. `Idempotency-Key`
//! makes a repeated request the same act. A file is uploaded first (`/api/files`) and named in the act by its digest. The
//! description at `/api/openapi.json` is drawn from the registered acts.

use crate::Web;
use crate::extract::{Path, Query};
use crate::session::{Denied, Visit, check_password};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use fadu_app::Problem;
use fadu_app::attachments::{file_name, media};
use fadu_app::registry::{self, Kind};
use fadu_app::store::Fault;
use fadu_kernel::{Actor, Ground, Invalid, Matter, MatterId, Refusal};
use fadu_service::Case;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/files", post(keep_file))
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

/// Whoever asks here is a program and is answered as one.
pub(crate) fn is_for_programs(path: &str) -> bool {
    ["/api/", "/cti/"].iter().any(|own| path.starts_with(own))
}

pub(crate) enum No {
    SignIn,
    Resting,
    NotFound,
    Unreadable(String),
    TooLarge,
    WrongType,
    OtherSite,
    /// The number under which the log has it.
    Panicked(String),
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
            No::TooLarge => problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "文件太大",
                "一个文件不能超过10 MB".to_owned(),
                json!({}),
            ),
            No::WrongType => problem(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "wrong-type",
                "文件种类不对",
                "只收 PDF、JPG 或者 PNG 文件".to_owned(),
                json!({}),
            ),
            No::OtherSite => problem(
                StatusCode::FORBIDDEN,
                "other-site",
                "来自别的网站",
                "这个请求来自别的网站，没有执行".to_owned(),
                json!({}),
            ),
            No::Panicked(reference) => problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "fault",
                "系统故障",
                format!("编号 {reference}，可以用同一个 Idempotency-Key 重试"),
                json!({"reference": reference}),
            ),
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
                let detail = match fault {
                    Fault::InDoubt(_) => {
                        "不知道是否已经办理：请用同一个 Idempotency-Key 重试，已经办理的不会再办一次"
                    }
                    _ => "没有办理，可以用同一个 Idempotency-Key 重试",
                };
                let (status, detail) = (StatusCode::SERVICE_UNAVAILABLE, detail.to_owned());
                let mut answer = problem(status, "fault", "系统故障", detail, json!({}));
                let again_in = header::HeaderValue::from_static(crate::fail::AGAIN_IN);
                answer.headers_mut().insert(header::RETRY_AFTER, again_in);
                answer
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
    let Some(given) = given else {
        visit.known().map_err(|fault| No::Problem(fault.into()))?;
        return visit.actor().ok_or(No::SignIn);
    };
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

#[derive(Deserialize)]
struct Keeping {
    /// What an organ attaches itself lies in clear: it outlasts the values of the person whose matter it is.
    #[serde(default)]
    own: bool,
}

/// 上传文件。 The body is the file. The answer is what the act that names it is asked with: the digest for its fields and,
/// of a sealed file, what opens it for its personal values. A file that no act names can be opened by nobody.
async fn keep_file(
    visit: Visit,
    Query(Keeping { own }): Query<Keeping>,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    // The body is read once its sender is past the door.
    let actor = who(&visit, &headers).await?;
    let read = Bytes::from_request(request, &visit.web).await;
    let bytes = read.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => No::TooLarge,
        _ => No::Unreadable(error.body_text()),
    })?;
    let media = media(&bytes).ok_or(No::WrongType)?;
    let name = file_name("附件", &bytes);
    let fault = |fault: Fault| No::Problem(fault.into());
    let mut private = BTreeMap::new();
    let digest: String = if own && is_staff(&actor) {
        let file = vec![(name.clone(), bytes.to_vec())];
        let kept = visit.web.app.keep_evidence(file).await.map_err(fault)?;
        kept.into_iter().map(|evidence| evidence.digest).collect()
    } else {
        visit.web.app.seal_file(&bytes, &mut private).await.map_err(fault)?
    };
    let kept = json!({"digest": digest, "file_name": name, "media": media, "private": private});
    Ok((StatusCode::CREATED, Json(kept)).into_response())
}

fn is_staff(actor: &Actor) -> bool {
    !matches!(actor.role, fadu_kernel::Role::Citizen | fadu_kernel::Role::FirmAgent)
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
        .map_err(|error| No::Problem(Fault::Corrupt(error.to_string()).into()))?;
    if let Some(state) = state.as_object_mut().filter(|_| actor.role != fadu_kernel::Role::Inspector) {
        state.remove("consulted");
    }
    let own = state["applicant"].as_str() == Some(actor.person.as_str());
    if word == Case::KIND && !is_staff(&actor) && !own {
        return Err(No::NotFound);
    }
    // What a caller told is for the unit that handles it and for the hotline: a report may be about another (PET-08).
    let hotline = matches!(actor.role, fadu_kernel::Role::CatalogueManager | fadu_kernel::Role::Inspector);
    if word == fadu_hotline::Order::KIND && !hotline && row.org != actor.org.as_str() {
        return Err(No::NotFound);
    }
    // A petition likewise, and whoever handles it may change with it.
    if word == fadu_hotline::Petition::KIND {
        let petition = registry::state(&row.state).map_err(|fault| No::Problem(fault.into()))?;
        if !crate::hotline_petitions::reads(&petition, &actor) {
            return Err(No::NotFound);
        }
    }
    if word == fadu_hotline::Disclosure::KIND {
        let disclosure = registry::state(&row.state).map_err(|fault| No::Problem(fault.into()))?;
        if !crate::disclosures::reads(&disclosure, &actor) {
            return Err(No::NotFound);
        }
    }
    Ok(Json(json!({"matter": id, "version": row.version, "number": row.number, "title": row.title, "status": row.status, "due": row.due, "state": state})).into_response())
}

/// Drawn from the registered acts and the types that their requests are read into, so it cannot fall behind either.
async fn openapi(State(web): State<Web>) -> Response {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut described = Described { generator: settings.into_generator(), paths: fixed_paths() };
    registry::KINDS.iter().for_each(|kind| described.add(kind));
    let Described { mut generator, paths } = described;
    let mut schemas = generator.take_definitions(true);
    schemas.extend(own_schemas());
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

/// What is answered with, whatever the kind.
fn own_schemas() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let texts = json!({"type": "object", "additionalProperties": text});
    let objects = json!({"type": "array", "items": {"type": "object"}});
    let schemas = [
        (
            "Committed",
            json!({
                "type": "object", "required": ["matter", "version", "seq", "facts", "replayed"], "properties": {
                    "matter": text, "version": {"type": "integer"}, "seq": {"type": "integer", "description": "第一条事实的台账号"},
                    "facts": {"type": "array", "items": text}, "replayed": {"type": "boolean", "description": "这个键以前用过，没有发生新的事"},
                },
            }),
        ),
        (
            "Matter",
            json!({
                "type": "object", "required": ["matter", "version", "number", "title", "status", "due", "state"], "properties": {
                    "matter": text, "version": {"type": "integer"}, "number": text, "title": text, "status": text,
                    "due": {"type": ["string", "null"], "description": "到期日"},
                    "state": {"type": "object", "description": "没有个人信息，只有摘要"},
                },
            }),
        ),
        (
            "File",
            json!({
                "type": "object", "required": ["digest", "file_name", "media", "private"], "properties": {
                    "digest": {"type": "string", "description": "写进行为的 fields"}, "file_name": text, "media": text,
                    "private": {"type": "object", "additionalProperties": text, "description": "原样并入行为的 private，否则文件打不开"},
                },
            }),
        ),
        (
            "Problem",
            json!({
                "type": "object", "required": ["type", "title", "status", "detail"], "properties": {
                    "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "rule": text, "rule_text": text, "help": text, "reference": text,
                    "basis": {"type": "array", "items": texts}, "errors": objects,
                },
            }),
        ),
    ];
    schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn json_of(description: &str, schema: Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

/// The addresses of no kind.
fn fixed_paths() -> Map<String, Value> {
    let any = || json!({"type": "object"});
    let files: Map<String, Value> = ["application/pdf", "image/jpeg", "image/png"]
        .into_iter()
        .map(|media| (media.to_owned(), json!({"schema": {"type": "string", "format": "binary"}})))
        .collect();
    let own = json!({"name": "own", "in": "query", "required": false, "schema": {"type": "boolean"}, "description": "部门自己的附件，不随个人信息删除"});
    let after = json!({"name": "after", "in": "query", "required": false, "schema": {"type": "integer"}, "description": "到这一号为止已经执行"});
    let open = json!([]);
    let (sign_in, resting, fault) =
        (problem_ref("需要登录"), problem_ref("密码连续输错太多次"), problem_ref("系统故障，没有办理"));
    let paths = [
        (
            "/api/openapi.json",
            json!({"get": {
                "operationId": "openapi", "summary": "接口说明", "security": open, "responses": {"200": json_of("本说明", any())},
            }}),
        ),
        (
            "/api/files",
            json!({"post": {
                "operationId": "files.keep", "summary": "上传文件", "description": "请求体就是文件，不超过10 MB，按开头的字节认种类",
                "parameters": [own], "requestBody": {"required": true, "content": files},
                "responses": {
                    "201": json_of("已经封存", json!({"$ref": "#/components/schemas/File"})), "400": problem_ref("读不出来"), "401": sign_in,
                    "403": problem_ref("来自别的网站"), "500": problem_ref("系统故障，带编号"),
                    "413": problem_ref("文件太大"), "415": problem_ref("文件种类不对"), "429": resting, "503": fault,
                },
            }}),
        ),
        (
            "/cti/events",
            json!({"post": {
                "operationId": "cti.events", "summary": "话务事件与整点记录", "description": "运维账号",
                "requestBody": {"required": true, "content": {"application/json": {"schema": any()}}},
                "responses": {
                    "200": json_of("收到的件数", any()), "400": problem_ref("读不出来"), "401": sign_in, "403": problem_ref("来自别的网站"),
                    "404": problem_ref("不是运维账号"), "500": problem_ref("系统故障，带编号"),
                    "429": resting, "503": fault,
                },
            }}),
        ),
        (
            "/cti/commands",
            json!({"get": {
                "operationId": "cti.commands", "summary": "坐席等待执行的指令", "description": "运维账号", "parameters": [after],
                "responses": {
                    "200": json_of("指令", json!({"type": "array", "items": {"type": "object"}})), "401": sign_in, "404": problem_ref("不是运维账号"),
                    "429": resting,
                },
            }}),
        ),
        (
            "/health",
            json!({"get": {
                "operationId": "health", "summary": "健康", "security": open,
                "responses": {"200": json_of("能够应答", any()), "503": json_of("存储读不出来", any())},
            }}),
        ),
        (
            "/ready",
            json!({"get": {
                "operationId": "ready", "summary": "就绪", "security": open,
                "responses": {"200": json_of("可以对外服务", any()), "503": json_of("还不能", any())},
            }}),
        ),
    ];
    paths
        .into_iter()
        .map(|(path, described)| (path.to_owned(), described))
        .collect()
}

struct Described {
    generator: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Described {
    fn add(&mut self, kind: &Kind) {
        let word = kind.word;
        let (sign_in, resting) = (problem_ref("需要登录"), problem_ref("密码连续输错太多次"));
        let answers = |status: &str| {
            let mut answers = json!({
                "400": problem_ref("读不出来"), "401": sign_in, "403": problem_ref("没有这个职权，或者来自别的网站"), "404": problem_ref("没有这件事"),
                "409": problem_ref("法律不允许，带规则和条文"), "422": problem_ref("填写有误，带字段"), "429": resting,
                "500": problem_ref("系统故障，带编号"), "503": problem_ref("系统故障，没有办理"),
            });
            answers[status] = json_of("办理完成", json!({"$ref": "#/components/schemas/Committed"}));
            answers
        };
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
                "parameters": [id, key], "requestBody": body, "responses": answers("200"),
            }});
            self.paths.insert(format!("/api/{word}/{{id}}/acts/{}", act.name), operation);
        }
        let body = json!({"required": true, "content": {"application/json": {"schema": {"oneOf": opening}}}});
        self.paths.insert(format!("/api/{word}"), json!({"post": {
            "operationId": format!("{word}.open"), "summary": format!("新开{}", kind.zh), "description": "act 写明行为的名称",
            "parameters": [key], "requestBody": body, "responses": answers("201"),
        }}));
        self.paths.insert(format!("/api/{word}/{{id}}"), json!({"get": {
            "operationId": format!("{word}.read"), "summary": format!("读取{}", kind.zh), "parameters": [id],
            "responses": {
                "200": json_of("现在的状态", json!({"$ref": "#/components/schemas/Matter"})), "401": sign_in, "404": problem_ref("没有这件事，或者无权查看"),
                "429": resting, "503": problem_ref("系统故障"),
            },
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
