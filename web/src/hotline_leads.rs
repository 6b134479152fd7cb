//! 线索页。 The sealed ledger in pages: proposed by one person of the hotline, released by another, received against a
//! receipt by the one inspector it was addressed to. That inspector reads the words, nobody else ever does: who proposed a
//! lead sees that it is there, and to everybody else its address leads nowhere.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::hotline_acts::names;
use crate::session::{Visit, random};
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{Field, Names, act_form, fact, tag, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::store::EntryRow;
use fadu_app::{Call, Problem, registry};
use fadu_hotline::lead::{AWAY_FROM_PERSONS, AWAY_FROM_UNITS};
use fadu_hotline::order::LEAD_TEXT;
use fadu_hotline::{Lead, LeadAct};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/leads", get(list))
        .route("/desk/leads/new", get(new).post(propose))
        .route("/desk/leads/{id}", get(page))
        .route("/desk/leads/{id}/acts/{act}", post(do_act))
}

type Form = HashMap<String, String>;
type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);

const SHOWN: u32 = 200;
/// The sealed words by their names, in the order in which they are read.
const WORDS: [(&str, &str); 3] =
    [("lead_text", "线索内容"), ("lead_accused", "被反映人"), ("lead_order", "来自工单")];

fn fact_zh(name: &str) -> &str {
    match name {
        "Proposed" => "提出移送",
        "Transferred" => "复核放行，移送",
        "Readdressed" => "改送，另行放行",
        "Received" => "接收，出具回执",
        "Concluded" => "反馈办理完毕",
        other => other,
    }
}

/// The hotline's staff, and inspectors: to anybody else there is no such page.
fn sees_leads(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    let of_hotline = visit.web.app.hotline().is_some_and(|desk| desk.org == actor.org);
    match actor.role {
        Role::Inspector => Ok(actor),
        Role::CatalogueManager if of_hotline => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

fn may_propose(visit: &Visit) -> Result<Actor, Fail> {
    let actor = sees_leads(visit)?;
    match actor.role {
        Role::CatalogueManager => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn list(visit: Visit) -> Page {
    let actor = sees_leads(&visit)?;
    let app = &visit.web.app;
    let rows = app.store.open_of_kind(app.region, Lead::KIND, SHOWN).await;
    let rows = rows.map_err(|fault| Fail::fault(&visit, fault))?;
    let shown: Vec<Value> = rows
        .iter()
        .filter(|row| actor.role != Role::Inspector || row.org == actor.org.as_str())
        .map(|row| {
            context! {
                number => row.number.clone(), href => format!("/desk/leads/{}", row.id), since => row.opened_day.clone(),
                status => tag("plain", status_zh(Lead::KIND, &row.status)),
            }
        })
        .collect();
    let new_href = (actor.role == Role::CatalogueManager).then_some("/desk/leads/new");
    Ok(visit.page("desk/leads.html", "线索", context! { rows => shown, new_href => new_href }))
}

fn fields(answers: &Form, wrong: &[Invalid]) -> Vec<Field> {
    let fields = vec![
        Field::text("lead_text", "线索内容", false)
            .kind("long_text")
            .hint("只写进封存台账，提交以后您自己也看不到。坐席已经封存的不填，填工单编号。"),
        Field::text("lead_accused", "被反映人", false).hint("封存。"),
        Field::text("lead_order", "来自哪件工单", false).hint("工单编号，封存。"),
        Field::text("accused_units", "被反映人的单位", false)
            .hint("用来避开经手的单位，看过就不留。多个用顿号隔开。"),
        Field::text("accused_persons", "被反映人的账号", false)
            .hint("用来避开经手的人，看过就不留。没有账号不填。"),
        Field::text("to", "移送到哪个机关", true),
        Field::text("receiver", "由谁接收", true).hint("接收人的账号。移送以后只有他能看。"),
        Field::text("release_by", "由谁放行", true).hint("另一人的账号。"),
    ];
    filled(fields, answers, wrong)
}

fn show_form(visit: &Visit, answers: &Form, wrong: &[Invalid]) -> axum::response::Response {
    let page = visit.page("desk/lead_new.html", "提出移送线索", context! {
        errors => wrong.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => "/desk/leads/new", idem => hex(&random::<12>()) }, fields => fields(answers, wrong),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// `order`: the one that a seat sealed, whose words go on unread.
async fn new(visit: Visit, Query(query): Query<Form>) -> Page {
    may_propose(&visit)?;
    let order = query.get("order").map(|number| ("lead_order".to_owned(), number.clone()));
    Ok(show_form(&visit, &order.into_iter().collect(), &[]))
}

async fn propose(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let actor = may_propose(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    let missing = [("to", "请填写移送的机关"), ("receiver", "请填写接收人"), ("release_by", "请填写放行人")];
    let wrong: Vec<Invalid> = missing
        .iter()
        .filter(|(field, _)| value(field).is_empty())
        .map(|(field, message)| Invalid::new(*field, *message))
        .collect();
    if !wrong.is_empty() {
        return Ok(show_form(&visit, &form, &wrong));
    }
    let act = LeadAct::Propose {
        accused_units: names(value("accused_units")).into_iter().map(OrgId::new).collect(),
        accused_persons: names(value("accused_persons")).into_iter().map(PersonId::new).collect(),
        release_by: PersonId::new(value("release_by")),
        to: OrgId::new(value("to")),
        receiver: PersonId::new(value("receiver")),
    };
    match visit.web.app.check_named(&actor, &act).await {
        Ok(()) => {}
        Err(Problem::Invalid(wrong)) => return Ok(show_form(&visit, &form, &wrong)),
        Err(problem) => {
            return Err(Fail::from_problem(&visit, problem, "提出移送线索", "/desk/leads/new"));
        }
    }
    // Whom to keep it from, should somebody else have to receive it.
    let away = [(AWAY_FROM_UNITS, "accused_units"), (AWAY_FROM_PERSONS, "accused_persons")]
        .map(|(field, typed)| (field.to_owned(), names(value(typed)).join("\n")));
    let mut private: BTreeMap<String, String> = WORDS
        .iter()
        .map(|(field, _)| ((*field).to_owned(), value(field).to_owned()))
        .chain(away)
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if value("lead_text").is_empty() && !value("lead_order").is_empty() {
        let words = visit.web.app.lead_words(value("lead_order")).await;
        let words = words
            .map_err(|problem| Fail::from_problem(&visit, problem, "提出移送线索", "/desk/leads/new"))?;
        private.extend(words.map(|words| (LEAD_TEXT.to_owned(), words)));
    }
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: None, act, private, key };
    match visit.web.app.act::<Lead>(call).await {
        Ok(done) => Ok(Redirect::to(&format!("/desk/leads/{}", done.matter)).into_response()),
        Err(Problem::Invalid(wrong)) => Ok(show_form(&visit, &form, &wrong)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "提出移送线索", "/desk/leads/new")),
    }
}

/// Those who have a hand in it: who proposed and who releases, and once it is released the inspector it was addressed to.
async fn open(visit: &Visit, id: &str) -> Result<(MatterId, Lead, Actor), Fail> {
    let actor = sees_leads(visit)?;
    let unknown = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| unknown())?;
    let app = &visit.web.app;
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let row = row.filter(|row| row.kind == Lead::KIND).ok_or_else(unknown)?;
    let lead: Lead = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    let own = match actor.role {
        Role::Inspector => lead.transferred.is_some() && is_receiver(&lead, &actor),
        _ => {
            lead.proposed.as_ref().is_some_and(|(_, by)| *by == actor.person)
                || lead.release_by == actor.person
        }
    };
    if own { Ok((id, lead, actor)) } else { Err(unknown()) }
}

fn is_receiver(lead: &Lead, actor: &Actor) -> bool {
    actor.role == Role::Inspector && lead.to == actor.org && lead.receiver == actor.person
}

/// In clear for the receiver, once there is a receipt; for everybody else there is nothing, not even masked.
async fn words(visit: &Visit, id: MatterId, lead: &Lead, actor: &Actor) -> Result<Vec<Value>, Fail> {
    if lead.receipt.is_none() || !is_receiver(lead, actor) {
        return Ok(Vec::new());
    }
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let sealed = app.store.private_of(app.region, id).await.map_err(fault)?;
    let Some(first) = sealed.first() else { return Ok(Vec::new()) };
    let key = app.store.person_key(app.region, &first.subject).await.map_err(fault)?;
    let opened = WORDS.iter().filter_map(|(field, label)| {
        let row = sealed.iter().find(|row| row.field == *field)?;
        let (value, digest) = app.keys.open_value(key.as_ref()?, field, &row.sealed).ok()?;
        // Not the words that the ledger's digest names: then none at all.
        (lead.sealed.get(*field) == Some(&digest)).then(|| fact(label, value))
    });
    Ok(opened.collect())
}

fn act_fields(name: &str) -> Vec<Field> {
    match name {
        "Receive" => vec![Field::text("receipt", "回执编号", true)],
        "Readdress" => vec![
            Field::text("to", "移送到哪个机关", true),
            Field::text("receiver", "由谁接收", true).hint("接收人的账号。放行以后只有他能看。"),
            Field::text("release_by", "由谁放行", true).hint("另一人的账号。"),
            Field::text("reason", "改送的理由", true).hint("不要写线索的内容。"),
        ],
        _ => Vec::new(),
    }
}

fn own_acts(visit: &Visit, lead: &Lead, actor: &Actor) -> Vec<&'static fadu_kernel::ActKind> {
    let waits: &[&str] = match lead.status() {
        "proposed" => &["Release", "Readdress"],
        "transferred" => &["Receive", "Readdress"],
        "received" => &["Conclude"],
        _ => &[],
    };
    let parties = lead.parties();
    let may = |kind: &&fadu_kernel::ActKind| visit.web.app.may::<Lead>(actor, kind.name, &parties);
    Lead::acts()
        .iter()
        .filter(|kind| waits.contains(&kind.name))
        .filter(may)
        .collect()
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (id, lead, actor) = open(visit, id).await?;
    let app = &visit.web.app;
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let people = Names::load(visit).await?;
    let acts: Vec<Value> = own_acts(visit, &lead, &actor)
        .into_iter()
        .map(|kind| {
            let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => filled(act_fields(kind.name), answers, wrong),
                None => act_fields(kind.name),
            };
            let waited_for = kind.name != "Readdress";
            act_form(kind, &format!("/desk/leads/{id}/acts/{}", kind.name), fields, waited_for, false)
        })
        .collect();
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .map(|entry| {
            context! {
                when => clock_text(entry.ms), text => fact_zh(&entry.fact), actor => people.of(&entry.actor), note => (), seq => thousands(entry.seq),
                href => (), kind => "fact",
            }
        })
        .collect();
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let page = visit.page("desk/lead.html", &format!("线索 {}", lead.number), context! {
        errors => wrong.iter().map(|wrong| context! { id => format!("{act}-{}", wrong.field), text => wrong.message.clone() }).collect::<Vec<_>>(),
        lead => context! { number => lead.number.clone(), status => tag("plain", status_zh(Lead::KIND, lead.status())), receiver => is_receiver(&lead, &actor) },
        words => words(visit, id, &lead, &actor).await?, receipt => receipt(&lead, &entries, &people), acts => acts, timeline => timeline,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// 移送回执: who handed over to whom, each step with its place in the ledger; not a word of what it is about.
fn receipt(lead: &Lead, entries: &[EntryRow], people: &Names) -> Vec<Value> {
    let seq = |name: &str| {
        let entry = entries.iter().find(|entry| entry.fact == name);
        entry.map_or_else(String::new, |entry| format!("，台账第{}号", thousands(entry.seq)))
    };
    let mut rows = vec![fact("线索编号", lead.number.clone())];
    rows.extend(
        lead.proposed
            .as_ref()
            .map(|(on, by)| fact("提出", format!("{} {on}{}", people.of(by.as_str()), seq("Proposed")))),
    );
    rows.extend(
        lead.transferred.as_ref().map(|(on, by)| {
            fact("放行移送", format!("{} {on}{}", people.of(by.as_str()), seq("Transferred")))
        }),
    );
    rows.push(fact("接收机关", lead.to.as_str()));
    rows.push(fact("指定接收人", people.of(lead.receiver.as_str())));
    rows.extend(
        lead.receipt
            .as_ref()
            .map(|(on, number)| fact("接收回执", format!("{number} {on}{}", seq("Received")))),
    );
    rows
}

async fn do_act(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let (matter, _, actor) = open(&visit, &id).await?;
    visit.own_form(form.get("csrf"))?;
    let value = |name: &str| form.get(name).map_or("", |text| text.trim());
    let act = match name.as_str() {
        "Release" => LeadAct::Release,
        "Readdress" => LeadAct::Readdress {
            release_by: PersonId::new(value("release_by")),
            to: OrgId::new(value("to")),
            receiver: PersonId::new(value("receiver")),
            reason: value("reason").to_owned(),
        },
        "Receive" => LeadAct::Receive { receipt: value("receipt").to_owned() },
        "Conclude" => LeadAct::Conclude,
        _ => return Err(Fail::NotFound(visit)),
    };
    let zh = Lead::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let back = format!("/desk/leads/{matter}");
    if let Err(problem) = visit.web.app.check_named(&actor, &act).await {
        return match problem {
            Problem::Invalid(wrong) => show(&visit, &id, Some((&name, &form, &wrong))).await,
            problem => Err(Fail::from_problem(&visit, problem, zh, &back)),
        };
    }
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Lead>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &back)),
    }
}
