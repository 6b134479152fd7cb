//! 我的证照与公开核验。 A holder sees their licences, each with a code that anybody checks: on this page with the newest word of
//! the county, or without any network by the signed text alone.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::track::by_code;
use crate::view::{Field, fact, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::licences::{address, note_of, verify};
use fadu_kernel::{Matter, MatterId, Role};
use fadu_proof::statement::Standing;
use fadu_proof::{Licence, Statement};
use minijinja::{Value, context};
use serde::Deserialize;

/// Of one holder, as many as a page shows.
const SHOWN: u32 = 200;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/licences", get(own))
        .route("/licences/{id}", get(one))
        .route("/licences/{id}/file", get(file))
        .route("/track/{case}/{code}/licence", get(by_case))
        .route("/track/{case}/{code}/licence/file", get(file_by_case))
        .route("/licence/verify", get(check).post(check_text))
        .route("/licence/revoked", get(revoked))
}

pub(crate) fn standing(licence: &Licence, day: jiff::civil::Date) -> Value {
    match (&licence.revoked, licence.is_expired(day)) {
        (Some(revoked), _) => tag("off", revoked.ground.zh()),
        (None, true) => tag("off", "已过有效期"),
        (None, false) => tag("on", "有效"),
    }
}

/// Only whoever applied with this account; whoever has number and code finds theirs at the case.
async fn own(visit: Visit) -> Page {
    let Some(actor) = visit.actor() else { return Err(Fail::SignIn { back: "/licences".to_owned() }) };
    if !matches!(actor.role, Role::Citizen | Role::FirmAgent) {
        return Err(Fail::NotFound(visit));
    }
    let app = &visit.web.app;
    let found = app
        .store
        .by_facet(app.region, "applicant", actor.person.as_str(), SHOWN)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let rows: Vec<Value> = found
        .iter()
        .filter(|row| row.kind == Licence::KIND)
        .map(|row| {
            let valid = row.status == "in_force";
            context! {
                number => row.number.clone(), name => row.title.clone(), department => row.org.clone(), issued => row.opened_day.clone(),
                href => format!("/licences/{}", row.id), status => tag(if valid { "on" } else { "off" }, if valid { "在用" } else { "已失效" }),
            }
        })
        .collect();
    Ok(visit.page("portal/licences.html", "我的证照", context! { rows => rows, licence => () }))
}

/// The holder's own, by account.
async fn held(visit: &Visit, id: &str) -> Result<MatterId, Fail> {
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let Some(actor) = visit.actor() else { return Err(Fail::SignIn { back: format!("/licences/{id}") }) };
    let licence = visit.web.app.licence(id).await.map_err(|problem| Fail::fault(visit, problem))?;
    match licence.filter(|licence| licence.grant.holder.as_ref() == Some(&actor.person)) {
        Some(_) => Ok(id),
        None => Err(Fail::NotFound(visit.clone())),
    }
}

async fn one(visit: Visit, Path(id): Path<String>) -> Page {
    let id = held(&visit, &id).await?;
    show(&visit, id, &format!("/licences/{id}/file")).await
}

async fn file(visit: Visit, Path(id): Path<String>) -> Page {
    let id = held(&visit, &id).await?;
    note_file(&visit, id).await
}

async fn by_case(mut visit: Visit, Path((case, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &case, &code).await?;
    let file = format!("/track/{}/{code}/licence/file", opened.id);
    show(&visit, Licence::id(opened.id), &file).await
}

async fn file_by_case(mut visit: Visit, Path((case, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &case, &code).await?;
    note_file(&visit, Licence::id(opened.id)).await
}

async fn show(visit: &Visit, id: MatterId, file: &str) -> Page {
    let app = &visit.web.app;
    let fault = |problem: fadu_app::Problem| Fail::fault(visit, problem);
    let Some(licence) = app.licence(id).await.map_err(fault)? else {
        return Err(Fail::NotFound(visit.clone()));
    };
    let today = app.moment().today;
    // What no longer holds gets no new signature.
    let stated = match licence.is_valid(today) {
        true => app.licence_statement(id).await.map_err(fault)?,
        false => None,
    };
    let code = stated.as_ref().map(|(_, note)| {
        let text = address(&visit.web.site.base_url, note);
        context! { svg => fadu_report::qr::svg(&text), href => text, file => file, note => note.clone() }
    });
    let mut facts = vec![
        fact("证照名称", licence.grant.name.as_str()),
        fact("证照编号", format!("{}，第{}版", licence.number, licence.version)),
        fact("事项", licence.grant.item_name.as_str()),
        fact("发证机关", licence.grant.department.as_str()),
        fact("决定文书", licence.grant.document.as_str()),
        fact("签发", licence.issued.map(|day| day.to_string()).unwrap_or_default()),
        fact("有效期止", licence.grant.until.map_or_else(|| "长期".to_owned(), |day| day.to_string())),
    ];
    if let Some((statement, _)) = &stated {
        facts.insert(1, fact("持证人", format!("{}（{}）", statement.holder, statement.holder_number)));
    }
    if let Some(revoked) = &licence.revoked {
        facts.push(fact(
            "失效",
            format!("{} {}：{}（{}）", revoked.by.on, revoked.ground.zh(), revoked.reason, revoked.document),
        ));
    }
    Ok(visit.page("portal/licences.html", &licence.grant.name, context! {
        rows => Vec::<Value>::new(),
        licence => context! { status => standing(&licence, today), facts => facts, code => code, as_of => today.to_string() },
    }))
}

async fn note_file(visit: &Visit, id: MatterId) -> Page {
    let stated = visit
        .web
        .app
        .licence_statement(id)
        .await
        .map_err(|problem| Fail::fault(visit, problem))?;
    let Some((statement, note)) = stated else { return Err(Fail::NotFound(visit.clone())) };
    let name = format!("attachment; filename=\"licence-{}.txt\"", statement.number);
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, note).into_response())
}

async fn revoked(visit: Visit) -> Page {
    let (_, note) = visit
        .web
        .app
        .revocations()
        .await
        .map_err(|problem| Fail::fault(&visit, problem))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

#[derive(Deserialize, Default)]
struct Scanned {
    #[serde(default)]
    s: String,
}

#[derive(Deserialize, Default)]
struct Typed {
    #[serde(default)]
    text: String,
}

/// The address holds what the code holds: it is not printed again as the page's own.
async fn check(mut visit: Visit, Query(scanned): Query<Scanned>) -> Page {
    visit.path = "/licence/verify".to_owned();
    match scanned.s.as_str() {
        "" => Ok(check_page(&visit, None, "", None)),
        code => {
            let text = format!("/licence/verify?s={code}");
            let note = note_of(&text).unwrap_or_default();
            answer(&visit, &note).await
        }
    }
}

async fn check_text(visit: Visit, extract::Form(typed): extract::Form<Typed>) -> Page {
    answer(&visit, &typed.text).await
}

async fn answer(visit: &Visit, text: &str) -> Page {
    let app = &visit.web.app;
    let today = app.moment().today;
    let proven = verify(text, &app.signer().verify_key(), None, today);
    let (statement, told) = match proven {
        Ok(proven) => proven,
        Err(error) => return Ok(check_page(visit, None, text, Some(error.to_string()))),
    };
    // With a network the store has the last word: it may have been revoked since it was stated.
    let now = app
        .licence_now(&statement)
        .await
        .map_err(|problem| Fail::fault(visit, problem))?;
    let standing = match now {
        None => return Ok(check_page(visit, None, text, Some("台账里没有这份证照".to_owned()))),
        Some(licence) if licence.revoked.is_some() => Standing::Revoked,
        Some(licence) if licence.version != statement.version => Standing::Replaced,
        Some(_) => told,
    };
    Ok(check_page(visit, Some((&statement, standing)), text, None))
}

fn check_page(
    visit: &Visit,
    proven: Option<(&Statement, Standing)>,
    text: &str,
    error: Option<String>,
) -> Response {
    let result = proven.map(|(statement, standing)| {
        let valid = standing == Standing::Valid;
        context! {
            valid => valid, text => standing.zh(),
            facts => vec![
                fact("证照名称", statement.name.as_str()), fact("持证人", format!("{}（{}）", statement.holder, statement.holder_number)),
                fact("证照编号", format!("{}，第{}版", statement.number, statement.version)), fact("发证机关", statement.department.as_str()),
                fact("事项", statement.item.as_str()), fact("签发", statement.issued.to_string()),
                fact("有效期止", statement.until.map_or_else(|| "长期".to_owned(), |day| day.to_string())),
                fact("声明的日期", statement.stated.to_string()),
                crate::view::fact_link("台账", format!("第{}条", statement.entry), &format!("/receipts/{}", statement.entry)),
            ],
        }
    });
    let failed = error.is_some();
    let mut field = Field::text("text", "证照声明", true)
        .kind("long_text")
        .hint("扫码会直接打开结果。也可以把证照文件的全部文字，或者码里的地址粘贴到这里。")
        .value(text);
    field.error = error.clone();
    let key = visit.web.app.signer().verify_key().to_string();
    let page = visit.page("portal/licence_verify.html", "核验电子证照", context! {
        errors => error.iter().map(|text| context! { id => "text", text => text.clone() }).collect::<Vec<_>>(), field => field, result => result,
        command => format!("fadu licence verify licence.txt --revoked revoked.txt --key '{key}'"), as_of => visit.web.app.moment().today.to_string(),
    });
    if failed { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}
