//! 退件抽查的页面。 What a month saw sent back from windows is drawn here; what was found of each case stands beside it.

use super::new_idem;
use crate::extract;
use crate::fail::Page;
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{Field, encode, tag};
use crate::{Fail, Web, month_before, month_named};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::{Call, Problem};
use fadu_hall::Sampling;
use fadu_hall::sampling::{Act, Finding};
use fadu_kernel::{Actor, Invalid, Matter, Role};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

/// Months shown, the latest first.
const SHOWN: usize = 12;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/samplings", get(page).post(draw))
}

fn manager(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    match actor.role {
        Role::CatalogueManager => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn page(visit: Visit) -> Page {
    manager(&visit)?;
    show(&visit, &HashMap::new(), &[]).await
}

async fn show(visit: &Visit, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Page {
    let last = month_before(visit.web.app.moment().today);
    let fields = vec![
        Field::text("month", "月份", true)
            .value(&format!("{:04}-{:02}", last.year(), last.month()))
            .hint("已经过完的月份，例如 2025-03；一个月抽一次。"),
        Field::text("size", "抽取件数", true).kind("number"),
    ];
    let mut month = last;
    let mut rows = Vec::new();
    for _ in 0..SHOWN {
        let id = Sampling::id(month);
        let held = visit.web.app.state_of::<Sampling>(id).await;
        let held = held.map_err(|fault| Fail::fault(visit, fault))?;
        rows.extend(held.map(|held| row(&held, &format!("/desk/matters/samplings/{id}"), visit)));
        month = month_before(month);
    }
    let page = visit.page("desk/samplings.html", "退件抽查", context! {
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => "/desk/samplings", idem => new_idem() }, fields => filled(fields, answers, wrong), rows => rows,
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

fn row(sampling: &Sampling, href: &str, visit: &Visit) -> Value {
    let docket = sampling.docket(&visit.web.app.calendar());
    let case = |(number, found): (&String, &Option<Finding>)| {
        let trained = found.as_ref().and_then(|found| found.trained.as_ref());
        context! {
            number => number.clone(), href => format!("/desk/search?q={}", encode(number)),
            cause => found.as_ref().map(|found| found.cause.zh()), note => found.as_ref().map(|found| found.note.clone()),
            trained => trained.map(|(_, topic)| topic.clone()),
        }
    };
    context! {
        title => docket.title, status => tag(if docket.closed { "off" } else { "on" }, status_zh(Sampling::KIND, &docket.status)), href => href,
        seed => sampling.seed.clone(), cases => sampling.drawn.iter().map(case).collect::<Vec<_>>(),
    }
}

async fn draw(visit: Visit, extract::Form(form): extract::Form<HashMap<String, String>>) -> Page {
    visit.own_form(form.get("csrf"))?;
    let actor = manager(&visit)?;
    let app = &visit.web.app;
    let text = |field: &str| form.get(field).map_or("", |value| value.trim());
    let mut wrong = Vec::new();
    let month = month_named(text("month"));
    if month.is_none() {
        wrong.push(Invalid::new("month", "月份像 2025-03 这样写"));
    }
    let size = text("size").parse::<u16>().unwrap_or(0);
    if size == 0 {
        wrong.push(Invalid::new("size", "至少抽取一件"));
    }
    let Some(month) = month.filter(|_| wrong.is_empty()) else { return show(&visit, &form, &wrong).await };
    let problem = |problem| Fail::from_problem(&visit, problem, "抽取", "/desk/samplings");
    let (seed, sent_back) = app.sent_back(month).await.map_err(problem)?;
    let act = Act::Draw { month, size, seed, sent_back };
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let matter = Some(Sampling::id(month));
    let call = Call { actor: &actor, matter, act, private: BTreeMap::new(), key };
    match app.act::<Sampling>(call).await {
        Ok(_) => Ok(Redirect::to("/desk/samplings").into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &form, &wrong).await,
        Err(other) => Err(problem(other)),
    }
}
