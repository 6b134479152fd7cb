//! 提交。 What a client posts under its key, as a plain form or with photos beside it (`multipart/form-data`).

use super::tree::Node;
use super::{Asked, Bad, Told, answer, bad, fault, not_found, ours, split, unknown};
use crate::Web;
use crate::hotline::categories;
use crate::hotline_desk::suggested;
use crate::hotline_keys::{NoKey, client};
use crate::submission::{Sent, read_form};
use axum::Form;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use fadu_app::{Call, Problem};
use fadu_hotline::open311::{self, Post};
use fadu_hotline::order::MOST_ATTACHMENTS;
use fadu_hotline::{Order, OrderAct};
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use std::collections::BTreeMap;

/// What came with a form: its fields and its files in order.
#[derive(Default)]
struct Posted {
    pairs: Vec<(String, String)>,
    files: Vec<Vec<u8>>,
}

pub(super) async fn post(State(web): State<Web>, Path(name): Path<String>, request: Request) -> Response {
    let Some((name, format)) = split(&name) else { return unknown() };
    if name != "requests" {
        return answer(format, Err(not_found("no such resource")));
    }
    let headers = request.headers().clone();
    answer(format, take(&web, &headers, request).await)
}

async fn read(headers: &HeaderMap, request: Request) -> Result<Posted, Bad> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let wrong = |text: String| bad(StatusCode::BAD_REQUEST, text);
    if !media.is_some_and(|media| media.starts_with("multipart/form-data")) {
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(pairs) = form.map_err(|error| bad(error.status(), error.body_text()))?;
        return Ok(Posted { pairs, files: Vec::new() });
    }
    let form = Multipart::from_request(request, &())
        .await
        .map_err(|error| wrong(error.body_text()))?;
    let Sent { answers, files, wrong: refused, cut_off } = read_form(form).await;
    if cut_off {
        return Err(bad(StatusCode::PAYLOAD_TOO_LARGE, "the form is larger than 10 MB or was cut off"));
    }
    if let Some(first) = refused.first() {
        return Err(bad(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("media: {}", first.message)));
    }
    if files.len() > MOST_ATTACHMENTS {
        return Err(wrong(format!("400: at most {MOST_ATTACHMENTS} media files")));
    }
    let files = files.into_iter().map(|(_, _, bytes)| bytes).collect();
    Ok(Posted { pairs: answers.into_iter().collect(), files })
}

async fn take(web: &Web, headers: &HeaderMap, request: Request) -> Told {
    let posted = read(headers, request).await?;
    let asked: Asked = posted.pairs.iter().cloned().collect();
    ours(web, &asked)?;
    let key = asked.get("api_key").map_or("", String::as_str);
    let account = client(web, key).await.map_err(|no| match no {
        NoKey::Unknown => bad(StatusCode::FORBIDDEN, "api_key was not provided or is not valid"),
        NoKey::TooFast => {
            bad(StatusCode::TOO_MANY_REQUESTS, "too many requests under this api_key; slow down")
        }
        NoKey::Problem(problem) => fault(problem),
    })?;
    let (list, form) = (categories(web), fields(&posted.pairs));
    let unread = |wrong: open311::BadPost| {
        bad(StatusCode::from_u16(wrong.code()).unwrap_or(StatusCode::BAD_REQUEST), wrong.to_string())
    };
    // Nothing is kept of a form that could not be taken.
    open311::take(&list, &form, Vec::new()).map_err(unread)?;
    let mut keys = BTreeMap::new();
    let attachments = web.app.seal_attachments(&posted.files, &mut keys).await.map_err(fault)?;
    let (mut act, mut private) = open311::take(&list, &form, attachments).map_err(unread)?;
    if let OrderAct::Take(intake) = &mut act {
        intake.suggestion = suggested(web, &intake.text);
    }
    private.extend(keys);
    let actor = Actor { person: PersonId::new(&account), role: Role::Citizen, org: OrgId::new("public") };
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let call = Call { actor: &actor, matter: None, act, private, key };
    let id = web.app.act::<Order>(call).await.map_err(refused)?.matter;
    let found = web.app.order(id).await.map_err(fault)?;
    let number = found.map(|(_, order)| order.number).unwrap_or_default();
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
fn fields(pairs: &[(String, String)]) -> Post {
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
            "media_url" => &mut post.media_url,
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
