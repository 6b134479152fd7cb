//! 告知承诺。 What the applicant is told, and the promise that they may give instead of a paper. Nobody must (LIC-71): the
//! paper stays the other way.

use super::exemption;
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::track::{applicant, by_code};
use crate::view::Field;
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::{Call, Problem};
use fadu_kernel::Invalid;
use fadu_ledger::note::hex;
use fadu_proof::{Exemption, ExemptionAct, Line, commitment};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new().route("/track/{case}/{code}/promise", get(form).post(promise))
}

async fn form(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let here = format!("/track/{}/{code}", opened.id);
    match exemption(&visit, opened.id).await? {
        Some(exemption) if open(&exemption).next().is_some() => {
            Ok(show(&visit, &exemption, &here, &HashMap::new(), &[]))
        }
        _ => Ok(Redirect::to(&here).into_response()),
    }
}

fn open(exemption: &Exemption) -> impl Iterator<Item = (&str, &Line)> {
    let lines = exemption.lines.iter().filter(|(_, line)| line.status() == "may_promise");
    lines.map(|(subject, line)| (subject.as_str(), line))
}

fn show(
    visit: &Visit,
    exemption: &Exemption,
    back: &str,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
) -> axum::response::Response {
    let error = |id: &str| {
        wrong
            .iter()
            .find(|invalid| invalid.field == id)
            .map(|invalid| invalid.message.clone())
    };
    let chosen = answers.get("subjects").map_or("", String::as_str);
    let options = open(exemption)
        .map(|(subject, line)| (subject.to_owned(), format!("{}：承诺，不提交", line.wanted.name)));
    let mut subjects = Field::text("subjects", "对哪些材料承诺", true)
        .kind("checks")
        .options(options)
        .hint("不勾选的，仍然可以提交材料。承诺与否由您自己选择。");
    subjects
        .options
        .iter_mut()
        .for_each(|option| option.checked = chosen.lines().any(|one| one == option.value));
    subjects.error = error("subjects");
    let mut name = Field::text("name", "承诺人签名", true)
        .hint("输入申请时填写的姓名或者单位名称，即为签署。")
        .value(answers.get("name").map_or("", String::as_str));
    name.error = error("name");
    let told: Vec<Value> = open(exemption)
        .filter_map(|(_, line)| {
            let form = line.wanted.form.as_ref()?;
            Some(context! {
                name => line.wanted.name.clone(), version => form.version.clone(), conditions => form.conditions.clone(), liability => form.liability.clone(),
            })
        })
        .collect();
    let page = visit.page("portal/promise.html", "告知承诺", context! {
        item => exemption.about.item_name.clone(), number => exemption.about.case_number.clone(), told => told, barred => exemption.about.barred.clone(),
        fields => vec![subjects, name], action => format!("{back}/promise"), back_href => back, idem => hex(&random::<12>()),
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

async fn promise(
    mut visit: Visit,
    Path((id, code)): Path<(String, String)>,
    extract::Form(pairs): extract::Form<Vec<(String, String)>>,
) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let here = format!("/track/{}/{code}", opened.id);
    let Some(actor) = applicant(&visit, &opened.case) else { return Err(Fail::SignIn { back: here }) };
    let Some(exemption) = exemption(&visit, opened.id).await? else { return Err(Fail::NotFound(visit)) };
    let text = |field: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == field)
            .map_or("", |(_, value)| value.trim())
    };
    let chosen: Vec<&str> = pairs
        .iter()
        .filter(|(name, _)| name == "subjects")
        .map(|(_, value)| value.as_str())
        .collect();
    let matter = Exemption::id(opened.id);
    let app = &visit.web.app;
    let mut wrong = Vec::new();
    if chosen.is_empty() {
        wrong.push(Invalid::new("subjects", "请勾选要承诺的材料"));
    }
    let own = app
        .is_named(matter, &exemption.sealed, text("name"))
        .await
        .map_err(|problem| Fail::fault(&visit, problem))?;
    if !own {
        wrong.push(Invalid::new("name", "签名和申请时填写的姓名或者名称不一致"));
    }
    if !wrong.is_empty() {
        let answers = HashMap::from([
            ("subjects".to_owned(), chosen.join("\n")),
            ("name".to_owned(), text("name").to_owned()),
        ]);
        return Ok(show(&visit, &exemption, &here, &answers, &wrong));
    }
    for subject in chosen {
        let Some(line) = exemption.lines.get(subject) else { continue };
        let Some(form) = &line.wanted.form else { continue };
        let (name, today) = (text("name"), app.moment().today);
        let promise = commitment::text(&exemption.about, &line.wanted.name, form, name, today);
        // It names the applicant, like the signed sheet that is scanned at the window: kept, erased and proved the same way.
        let mut private = BTreeMap::new();
        let signed = app
            .seal_file(promise.as_bytes(), &mut private)
            .await
            .map_err(|fault| Fail::fault(&visit, fault))?;
        let act =
            ExemptionAct::Promise { subject: subject.to_owned(), version: form.version.clone(), signed };
        let key = Some(format!("{}-{subject}", text("idem")));
        let call = Call { actor: &actor, matter: Some(matter), act, private, key };
        if let Err(problem) = app.act::<Exemption>(call).await {
            return Err(match problem {
                Problem::Invalid(wrong) => {
                    return Ok(show(&visit, &exemption, &here, &HashMap::new(), &wrong));
                }
                problem => Fail::from_problem(&visit, problem, "书面承诺", &here),
            });
        }
    }
    Ok(Redirect::to(&here).into_response())
}
