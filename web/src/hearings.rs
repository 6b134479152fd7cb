//! 听证告知。 What somebody with a major interest in another's case was told of, by their account: which case, until when
//! they may ask for a hearing, and the two answers that are theirs. Of the applicant nothing is shown. At the desk the record
//! of the hearing comes as a file.

use crate::desk::show_case;
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::{Incoming, Sent};
use crate::view::{act_form, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::attachments::{file_name, is_signed};
use fadu_app::{Call, Problem};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, Role};
use fadu_service::case::Paper;
use fadu_service::interested::Interested;
use fadu_service::{Case, CaseAct};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

/// Of one person, as many as a page shows.
const SHOWN: u32 = 200;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/hearings", get(told))
        .route("/hearings/{matter}/acts/{act}", post(answer))
        .route("/desk/cases/{id}/transcript", post(record))
}

/// Whoever is told has an account of the public.
fn party(visit: &Visit) -> Result<Actor, Fail> {
    match visit.actor() {
        None => Err(Fail::SignIn { back: "/hearings".to_owned() }),
        Some(actor) if matches!(actor.role, Role::Citizen | Role::FirmAgent) => Ok(actor),
        Some(_) => Err(Fail::NotFound(visit.clone())),
    }
}

async fn told(visit: Visit) -> Page {
    let actor = party(&visit)?;
    let app = &visit.web.app;
    let found = app
        .store
        .by_facet(app.region, "interested", actor.person.as_str(), SHOWN)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let mut rows = Vec::new();
    for row in found.iter().filter(|row| row.kind == Case::KIND) {
        let case: Case = visit.stored(row.id).await?;
        rows.extend(
            case.hearing
                .interested
                .get(&actor.person)
                .map(|told| line(&visit, row.id, &case, told)),
        );
    }
    Ok(visit.page("portal/hearings.html", "听证告知", context! { rows => rows }))
}

fn line(visit: &Visit, id: MatterId, case: &Case, told: &Interested) -> Value {
    let (today, calendar) = (visit.web.app.moment().today, visit.web.app.calendar());
    let last = told.due(&calendar).fixed();
    let open = case.decided.is_none() && !case.is_closed() && told.may_ask(today, &calendar);
    let status = match (told.asked, told.waived) {
        (Some(on), _) => tag("on", format!("{on}已经申请听证")),
        (None, Some(on)) => tag("plain", format!("{on}已经放弃听证")),
        (None, None) if open => tag("on", "可以申请"),
        (None, None) => tag("off", "已经截止"),
    };
    let own = ["AskHearingAsInterested", "WaiveHearingAsInterested"];
    let kinds = Case::acts().iter().filter(|kind| open && own.contains(&kind.name));
    let acts: Vec<Value> = kinds
        .map(|kind| {
            let primary = kind.name == own[0];
            act_form(kind, &format!("/hearings/{id}/acts/{}", kind.name), Vec::new(), primary, !primary)
        })
        .collect();
    let hearing = case.hearing.scheduled.as_ref().map(|(on, _)| {
        format!("{on} {} {}", case.hearing.time, case.hearing.place)
            .trim_end()
            .to_owned()
    });
    context! {
        item_name => case.item_name.clone(), number => case.number.clone(), department => case.org.as_str(), told => told.told.to_string(), how => told.how.clone(),
        until => last.map_or_else(|| "放假安排公布以后确定".to_owned(), |last| last.to_string()), status => status, hearing => hearing, acts => acts,
    }
}

async fn answer(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let actor = party(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let act = match name.as_str() {
        "AskHearingAsInterested" => CaseAct::AskHearingAsInterested,
        "WaiveHearingAsInterested" => CaseAct::WaiveHearingAsInterested,
        _ => return Err(Fail::NotFound(visit)),
    };
    let zh = Case::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call::<Case> { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key };
    match visit.web.app.act(call).await {
        Ok(_) => Ok(Redirect::to("/hearings").into_response()),
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, "/hearings")),
    }
}

/// 听证笔录。 What the participants signed (行政许可法 48), sealed like what is handed in: what they said of themselves
/// stands in no entry, and goes with the values of the case.
async fn record(visit: Visit, Path(id): Path<String>, form: Incoming) -> Page {
    let (_, actor) = visit.staff()?;
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    let came = files.into_iter().find(|(field, _, _)| field == "transcript");
    if came.is_none() && wrong.is_empty() {
        wrong.push(Invalid::new("transcript", "请附上听证笔录"));
    }
    let name = "RecordHearing";
    let Some((_, _, bytes)) = came.filter(|_| wrong.is_empty()) else {
        return show_case(&visit, &id, Some((name, &answers, &wrong))).await;
    };
    let matter: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let app = &visit.web.app;
    let mut private = BTreeMap::new();
    let sealed = app.seal_file(&bytes, &mut private).await;
    let digest = sealed.map_err(|fault| Fail::fault(&visit, fault))?;
    let file_name = file_name("听证笔录", &bytes);
    let evidence = answers.get("evidence").map_or("", String::as_str).lines();
    let act = CaseAct::RecordHearing {
        transcript: Paper { digest, file_name, signed: is_signed(&bytes) },
        evidence: evidence.map(str::to_owned).collect(),
    };
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call::<Case> { actor: &actor, matter: Some(matter), act, private, key };
    let back = format!("/desk/cases/{id}");
    match app.act(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show_case(&visit, &id, Some((name, &answers, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "听证笔录", &back)),
    }
}
