//! 政府信息公开申请的页面。 Whoever asks an organ for information asks here, follows it by number and code and supplements it; the
//! organ that was asked handles it at the desk. Nobody else reads what was asked, nor who asked (政府信息公开条例 27 to 40).

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::hotline::last_said;
use crate::hotline_order::sealed_rows;
use crate::matters::{Failed, errors_of, forms_of, perform, step};
use crate::session::{Visit, random};
use crate::submission::{applicant, filled};
use crate::view::{Field, Names, act_form, due_badge, fact, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::store::EntryRow;
use fadu_app::{Call, Problem, registry};
use fadu_hotline::disclosure::PRIVATE;
use fadu_hotline::{Disclosure, DisclosureAct};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, Role, codes};
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/disclosures", get(ask).post(submit))
        .route("/disclosures/{id}/{code}", get(follow).post(supplement))
        .route("/desk/disclosures/{id}", get(page))
        .route("/desk/disclosures/{id}/acts/{act}", post(do_act))
}

type Form = HashMap<String, String>;

/// The organ that was asked, and those who supervise.
pub(crate) fn reads(disclosure: &Disclosure, actor: &Actor) -> bool {
    let supervises = matches!(actor.role, Role::Inspector | Role::Government);
    Disclosure::READERS.contains(&actor.role) && (supervises || disclosure.agency == actor.org)
}

fn fields(organs: &[String]) -> Vec<Field> {
    let organs = organs.iter().map(|organ| (organ.clone(), organ.clone()));
    vec![
        Field::text("agency", "向哪个机关申请", true).kind("choice").options(organs),
        Field::text("wanted", "要什么信息", true)
            .kind("long_text")
            .hint("写名称、文号，或者便于查找的特征。不要写别人的个人信息。"),
        Field::text("manner", "用什么方式、从哪里取", true).hint("例如：纸质邮寄、电子邮件、当面领取。"),
    ]
}

fn own_fields() -> Vec<Field> {
    vec![
        Field::text("applicant_name", "姓名或者单位名称", true),
        Field::text("applicant_number", "身份证号或者统一社会信用代码", true),
        Field::text("applicant_phone", "联系电话", true).kind("phone"),
        Field::text("applicant_address", "联系地址", false),
    ]
}

/// Organs that work in this county: a request is addressed to one of them.
fn organs(visit: &Visit) -> Vec<String> {
    crate::desk::departments(&visit.web.app)
}

async fn ask(visit: Visit) -> Page {
    Ok(show_form(&visit, &Form::new(), &[], &hex(&random::<12>())))
}

fn show_form(visit: &Visit, answers: &Form, wrong: &[Invalid], idem: &str) -> Response {
    let section = |legend: &str, hint: Option<&str>, fields| context! { legend => legend, hint => hint, fields => filled(fields, answers, wrong) };
    let page = visit.page("portal/disclosure_ask.html", "申请政府信息公开", context! {
        errors => wrong.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => "/disclosures", idem => idem },
        sections => vec![
            section("申请的内容", None, fields(&organs(visit))),
            section("申请人", Some("加密保存，只有您申请的机关能看到。"), own_fields()),
        ],
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// 29: who asks, with what proves it and how to reach them.
fn check(form: &Form, organs: &[String]) -> Vec<Invalid> {
    let value = |field: &str| form.get(field).map_or("", |value| value.trim());
    let mut wrong = Vec::new();
    if !organs.iter().any(|organ| organ == value("agency")) {
        wrong.push(Invalid::new("agency", "请选择一个机关"));
    }
    for (field, message) in [
        ("wanted", "请写明要什么信息"),
        ("manner", "请写明用什么方式取"),
        ("applicant_name", "请填写姓名或者单位名称"),
    ] {
        if value(field).is_empty() {
            wrong.push(Invalid::new(field, message));
        }
    }
    let number = value("applicant_number").to_ascii_uppercase();
    if codes::citizen_number(&number).is_err() && codes::credit_code(&number).is_err() {
        wrong.push(Invalid::new("applicant_number", "身份证号或者统一社会信用代码不对"));
    }
    if let Err(error) = codes::phone(value("applicant_phone")) {
        wrong.push(Invalid::new("applicant_phone", format!("联系电话不对：{error}")));
    }
    wrong
}

async fn submit(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let idem = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let idem = idem.unwrap_or_else(|| hex(&random::<12>()));
    let actor = applicant(&visit, &form, &idem, "/disclosures".to_owned())?;
    let wrong = check(&form, &organs(&visit));
    if !wrong.is_empty() {
        return Ok(show_form(&visit, &form, &wrong, &idem));
    }
    let value = |field: &str| form.get(field).map_or("", |value| value.trim()).to_owned();
    let act = DisclosureAct::Submit {
        agency: OrgId::new(&value("agency")),
        wanted: value("wanted"),
        manner: value("manner"),
    };
    let private: BTreeMap<String, String> = PRIVATE
        .iter()
        .map(|(field, _)| ((*field).to_owned(), value(field)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let app = &visit.web.app;
    let call = Call { actor: &actor, matter: None, act, private, key: Some(idem.clone()) };
    match app.act::<Disclosure>(call).await {
        Ok(done) => {
            let code = app.keys.track_code(done.matter);
            Ok(Redirect::to(&format!("/disclosures/{}/{code}", done.matter)).into_response())
        }
        Err(Problem::Invalid(wrong)) => Ok(show_form(&visit, &form, &wrong, &idem)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "申请信息公开", "/disclosures")),
    }
}

async fn stored(visit: &Visit, id: &str) -> Result<(MatterId, Disclosure, Vec<EntryRow>), Fail> {
    let unknown = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| unknown())?;
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let row = app.store.matter(app.region, id).await.map_err(fault)?;
    let row = row.filter(|row| row.kind == Disclosure::KIND).ok_or_else(unknown)?;
    let disclosure = registry::state(&row.state).map_err(fault)?;
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    Ok((id, disclosure, entries))
}

/// The request if the code fits. The address holds the code: pages about it are printed with the address of the form.
async fn by_code(
    visit: &mut Visit,
    id: &str,
    code: &str,
) -> Result<(MatterId, Disclosure, Vec<EntryRow>), Fail> {
    visit.path = "/disclosures".to_owned();
    let fits = id
        .parse()
        .is_ok_and(|id: MatterId| code.trim().eq_ignore_ascii_case(&visit.web.app.keys.track_code(id)));
    if fits { stored(visit, id).await } else { Err(Fail::NotFound(visit.clone())) }
}

/// What was asked, and what came of it: the same for both sides.
fn told(disclosure: &Disclosure, entries: &[EntryRow]) -> Value {
    let said = |fact: &str, field: &str| last_said(entries, fact, field).filter(|text| !text.is_empty());
    let outcome = disclosure.answered.map(|(on, outcome)| format!("{on}：{}", outcome.zh()));
    let supplement = disclosure.supplement.as_ref().map(|supplement| {
        let what = said("SupplementAsked", "what").unwrap_or_default();
        format!("{what}（{}以前）", supplement.by)
    });
    context! {
        number => disclosure.number.clone(), wanted => said("Received", "wanted"), manner => said("Received", "manner"),
        supplement => supplement, supplemented => said("Supplemented", "text"), extended => said("Extended", "reason"),
        outcome => outcome, reasons => said("Answered", "reasons"),
    }
}

fn facts(disclosure: &Disclosure) -> Vec<Value> {
    let mut rows = vec![fact("机关", disclosure.agency.as_str())];
    rows.extend(disclosure.came.map(|on| fact("到达", on.to_string())));
    rows.push(match disclosure.received {
        Some(on) => fact("收到申请之日", on.to_string()),
        None => fact("收到申请之日", "还没有：机关与申请人确认之日起算"),
    });
    rows
}

async fn follow(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let found = by_code(&mut visit, &id, &code).await?;
    Ok(show_follow(&visit, &found, &code, &Form::new(), &[]))
}

fn show_follow(
    visit: &Visit,
    (id, disclosure, entries): &(MatterId, Disclosure, Vec<EntryRow>),
    code: &str,
    form: &Form,
    wrong: &[Invalid],
) -> Response {
    let app = &visit.web.app;
    let (today, calendar) = (app.moment().today, app.calendar());
    let open = disclosure.waits_for_supplement().is_some() && disclosure.abandoned.is_none();
    let kind = Disclosure::acts().iter().find(|kind| kind.name == "AddSupplement");
    let field = || vec![Field::text("text", "补正的内容", true).kind("long_text")];
    let acts: Vec<Value> = kind
        .filter(|_| open)
        .map(|kind| {
            let url = format!("/disclosures/{id}/{code}");
            act_form(kind, &url, filled(field(), form, wrong), true, false)
        })
        .into_iter()
        .collect();
    let due = disclosure.due(&calendar).map(|due| due.to_string());
    let page = visit.page("portal/disclosure_follow.html", "信息公开申请进度", context! {
        errors => wrong.iter().map(|wrong| context! { id => format!("AddSupplement-{}", wrong.field), text => wrong.message.clone() }).collect::<Vec<_>>(),
        secret => code, told => told(disclosure, entries), facts => facts(disclosure), acts => acts,
        status => tag("plain", Disclosure::status_zh(disclosure.status())), clock => due_badge(due.as_deref(), None, today, &calendar),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

async fn supplement(
    mut visit: Visit,
    Path((id, code)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let found = by_code(&mut visit, &id, &code).await?;
    let here = format!("/disclosures/{}/{code}", found.0);
    let idem = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let account = applicant(&visit, &form, "", here.clone())?;
    // Whoever holds number and code acts for who asked without an account; behind an account stands that account alone.
    let Some(person) = found.1.applicant.clone() else { return Err(Fail::NotFound(visit)) };
    let by_code = person.as_str().starts_with("form-");
    let actor = match account.person == person {
        true => account,
        false if by_code => Actor { person, role: Role::Citizen, org: OrgId::new("public") },
        false => return Err(Fail::SignIn { back: here }),
    };
    let text = form.get("text").map_or("", |text| text.trim()).to_owned();
    let act = DisclosureAct::AddSupplement { text };
    let call = Call { actor: &actor, matter: Some(found.0), act, private: BTreeMap::new(), key: idem };
    match visit.web.app.act::<Disclosure>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => Ok(show_follow(&visit, &found, &code, &form, &wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "补正", &here)),
    }
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn open(visit: &Visit, id: &str) -> Result<(MatterId, Disclosure, Vec<EntryRow>, Actor), Fail> {
    let (_, actor) = visit.staff()?;
    let (id, disclosure, entries) = stored(visit, id).await?;
    match reads(&disclosure, &actor) {
        true => Ok((id, disclosure, entries, actor)),
        false => Err(Fail::NotFound(visit.clone())),
    }
}

/// Would the act be looked at by `decide` with any chance? It has the last word.
fn fits(disclosure: &Disclosure, name: &str) -> bool {
    let status = disclosure.status();
    match name {
        "Confirm" => status == "unconfirmed",
        "AskSupplement" => disclosure.supplement.is_none() && matches!(status, "handling" | "consulting"),
        "Supplement" => status == "supplementing",
        "NoteOpinion" => status == "consulting",
        "Consult" | "Extend" => matches!(status, "handling" | "consulting"),
        "Answer" => status == "handling",
        _ => false,
    }
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (id, disclosure, entries, actor) = open(visit, id).await?;
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let Some(kind) = registry::kind(Disclosure::KIND) else { return Err(Fail::NotFound(visit.clone())) };
    let text = serde_json::to_string(&disclosure).map_err(|error| Fail::fault(visit, error))?;
    let drawn = (kind.draw)(app, &text).map_err(fault)?;
    let here = format!("/desk/disclosures/{id}");
    let named = |form: &Value| form.get_attr("name").ok().and_then(|name| name.as_str().map(str::to_owned));
    let acts: Vec<Value> = forms_of(visit, &actor, kind, Some(&drawn), &here, &HashMap::new(), failed)
        .into_iter()
        .filter(|form| named(form).is_some_and(|name| fits(&disclosure, &name)))
        .collect();
    let names = Names::load(visit).await?;
    let timeline: Vec<Value> = entries.iter().rev().map(|entry| step(kind, &names, entry)).collect();
    let (today, calendar) = (app.moment().today, app.calendar());
    let due = disclosure.due(&calendar).map(|due| due.to_string());
    // It was written to this organ; whoever supervises it reads who asked in part.
    let own = disclosure.agency == actor.org;
    let page = visit.page("desk/disclosure.html", &format!("信息公开申请 {}", disclosure.number), context! {
        errors => errors_of(failed), told => told(&disclosure, &entries), facts => facts(&disclosure),
        applicant => sealed_rows(visit, id, &PRIVATE, own).await?,
        consults => disclosure.consults.iter().map(|consult| fact(&consult.whom, match consult.settled {
            Some(on) => format!("{}征求，{on}有了结果", consult.sent),
            None => format!("{}征求，还没有收到", consult.sent),
        })).collect::<Vec<_>>(),
        status => tag("plain", Disclosure::status_zh(disclosure.status())), clock => due_badge(due.as_deref(), None, today, &calendar),
        acts => acts, timeline => timeline,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

async fn do_act(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let (matter, ..) = open(&visit, &id).await?;
    let Some(kind) = registry::kind(Disclosure::KIND) else { return Err(Fail::NotFound(visit)) };
    let here = format!("/desk/disclosures/{matter}");
    match perform(&visit, kind, &id, &name, &form, &here).await? {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(wrong) => show(&visit, &id, Some((&name, &form, &wrong))).await,
    }
}
