//! 窗口收件。 A clerk finds the item, ticks what was brought, scans or not, and hands the applicant a receipt.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::joint_window::ways;
use crate::pinyin::stands_for;
use crate::portal::find_item;
use crate::session::{Visit, random};
use crate::submission::{
    Incoming, Posted, filled, identity_fields, item_fields, keep_files, read_posted, submit,
};
use crate::view::{Field, basis_links, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::Problem;
use fadu_app::catalogue::Snapshot;
use fadu_hall::Clerk;
use fadu_hall::hall::Place;
use fadu_kernel::{Actor, Basis, Invalid, Matter, MatterId, Role};
use fadu_ledger::note::hex;
use fadu_onething::Theme;
use fadu_service::case::{Channel, Paper};
use fadu_service::{Definition, Item};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// As many as fit a screen: a longer answer is a wrong question.
const SHOWN: usize = 30;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/new-case", get(choose))
        .route("/desk/new-case/{id}", get(form).post(receive))
}

#[derive(Deserialize, Default)]
struct Search {
    #[serde(default)]
    q: String,
}

/// Only the hall receives at the window.
pub(crate) fn clerk(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    if actor.role == Role::WindowClerk { Ok(actor) } else { Err(Fail::NotFound(visit.clone())) }
}

/// A clerk of a township's window receives nearby.
fn channel_of(catalogue: &Snapshot, actor: &Actor) -> Channel {
    let registered = catalogue.one::<Clerk>(Clerk::id(&actor.person));
    let nearby = registered.is_some_and(|clerk| clerk.place == Place::Township);
    if nearby { Channel::Nearby } else { Channel::Window }
}

async fn choose(visit: Visit, Query(query): Query<Search>) -> Page {
    clerk(&visit)?;
    let q = query.q.trim();
    let catalogue = visit.web.app.catalogue();
    let mut found: Vec<(MatterId, &Item)> = if q.is_empty() {
        Vec::new()
    } else {
        catalogue
            .all::<Item>()
            .filter(|(_, item)| item.name.contains(q) || item.code.contains(q) || stands_for(&item.name, q))
            .collect()
    };
    found.sort_by_key(|(id, item)| (!item.is_open(), item.name.chars().count(), *id));
    let row = |(id, item): (MatterId, &Item)| {
        let definition = item.current().map(|(_, definition)| definition);
        context! {
            name => item.name.clone(), kind => (), department => item.department.clone(), href => item.is_open().then(|| format!("/desk/new-case/{id}")),
            limit => definition.map_or_else(|| "—".to_owned(), |definition| definition.promised.zh()),
            n_materials => definition.map_or(0, |definition| definition.asked().count()),
            status => if item.is_open() { tag("on", "可以收件") } else { tag("off", item.standing.zh()) },
        }
    };
    let rows: Vec<Value> = themes(&visit, &catalogue, q)
        .into_iter()
        .chain(found.into_iter().map(row))
        .take(SHOWN)
        .collect();
    Ok(visit.page(
        "desk/new_case.html",
        "窗口收件",
        context! { errors => Vec::<Value>::new(), q => q, rows => rows, item => () },
    ))
}

/// 一件事 of this name that are in force: who comes for the whole is not served item by item.
fn themes(visit: &Visit, catalogue: &Snapshot, q: &str) -> Vec<Value> {
    if q.is_empty() || !visit.web.app.runs.kind(Theme::KIND) {
        return Vec::new();
    }
    let today = visit.web.app.moment().today;
    let mut found: Vec<(MatterId, &fadu_onething::Definition)> = catalogue
        .all::<Theme>()
        .filter_map(|(id, theme)| Some((id, theme.on(today)?.1)))
        .filter(|(_, theme)| theme.name.contains(q) || theme.code.contains(q) || stands_for(&theme.name, q))
        .collect();
    found.sort_by_key(|(id, theme)| (theme.name.chars().count(), *id));
    let row = |(id, theme): (MatterId, &fadu_onething::Definition)| {
        let open = ways(theme).next().is_some();
        let asked = theme.materials.iter().filter(|paper| paper.shared.is_none());
        context! {
            name => theme.name.clone(), kind => "一件事", department => format!("{}牵头", theme.lead),
            href => open.then(|| format!("/desk/new-case/themes/{id}")),
            limit => theme.promised.as_ref().map_or_else(|| "—".to_owned(), |promise| format!("全程承诺{}个工作日", promise.days)),
            n_materials => asked.count(), status => if open { tag("on", "可以收件") } else { tag("off", "只在网上办") },
        }
    };
    found.into_iter().map(row).collect()
}

fn show(
    visit: &Visit,
    id: MatterId,
    item: &Item,
    definition: &Definition,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
    idem: &str,
) -> Page {
    let section = |legend: &str, fields: Vec<Field>| {
        context! { legend => legend, hint => (), fields => filled(fields, answers, wrong) }
    };
    let mut sections = vec![section("申请人", identity_fields())];
    let rest = item_fields(definition);
    if !rest.is_empty() {
        sections.push(section("申请内容", rest));
    }
    let (ticked, needed) = (ticked(answers), needed(definition, answers));
    let materials: Vec<Value> = definition
        .materials
        .iter()
        .map(|material| {
            let because = material.not_asked_because();
            let spared = because.map(|because| format!("不再要求提交，因为{because}"));
            let need = match material.required {
                true => "必要",
                false if needed.contains(material.id.as_str()) => "这种情形必要",
                false => "视情形",
            };
            checklist_row(&material.id, &material.name, need, spared, &ticked, wrong)
        })
        .collect();
    let told: Vec<Value> = situation(answers)
        .map(|(name, value)| context! { name => name, value => value })
        .collect();
    let page = visit.page("desk/new_case.html", &format!("窗口收件：{}", item.name), context! {
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        q => "", rows => Vec::<Value>::new(),
        item => context! { name => item.name.clone(), department => item.department.clone(), limit => definition.promised.zh(), href => format!("/items/{id}") },
        form => context! { action => format!("/desk/new-case/{id}"), idem => idem }, sections => sections, materials => materials,
        questions => filled(questions(definition), answers, &[]), told => told, not_asked => crate::proof::not_asked(definition),
        basis => basis_links(&[Basis::article("行政许可法", 29), Basis::article("行政许可法", 32)]),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

/// 收件清单的一行: whether the paper came, scanned or only seen; `spared` says why it is not asked for.
pub(crate) fn checklist_row(
    id: &str,
    name: &str,
    need: &str,
    spared: Option<String>,
    ticked: &[&str],
    wrong: &[Invalid],
) -> Value {
    let of_file = |invalid: &&Invalid| invalid.field.strip_prefix("file_") == Some(id);
    let error = wrong.iter().find(of_file).map(|invalid| invalid.message.clone());
    context! {
        id => id, name => name, need => need,
        shared => spared.is_some(), note => spared, checked => ticked.contains(&id), error => error,
    }
}

/// Checkboxes of one name come one by one; the reader joins them with line feeds.
pub(crate) fn ticked(answers: &HashMap<String, String>) -> Vec<&str> {
    answers.get("materials").map_or_else(Vec::new, |ids| ids.lines().collect())
}

/// Before the place of a question among the item's, in the address and in the form.
const SITUATION: &str = "situation_";

/// 先问情形: what the clerk asks before looking at papers.
fn questions(definition: &Definition) -> Vec<Field> {
    let asked = definition.situations.iter().enumerate();
    asked
        .map(|(n, situation)| {
            let options = situation.options.iter().map(|option| (option.clone(), option.clone()));
            Field::text(&format!("{SITUATION}{n}"), &situation.question, false)
                .kind("choice")
                .options(options)
        })
        .collect()
}

fn situation(answers: &HashMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    answers.iter().filter(|(name, _)| name.starts_with(SITUATION))
}

/// The papers that what was answered makes necessary.
fn needed<'a>(definition: &'a Definition, answers: &HashMap<String, String>) -> BTreeSet<&'a str> {
    let asked = definition.situations.iter().enumerate();
    asked
        .filter_map(|(n, situation)| situation.needs.get(answers.get(&format!("{SITUATION}{n}"))?))
        .flatten()
        .map(String::as_str)
        .collect()
}

async fn form(visit: Visit, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Page {
    clerk(&visit)?;
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    match item.current().filter(|_| item.is_open()) {
        Some((_, definition)) => {
            // Nothing else that an address says is filled in.
            let told: HashMap<String, String> =
                situation(&query).map(|(name, value)| (name.clone(), value.clone())).collect();
            show(&visit, id, item, definition, &told, &[], &hex(&random::<12>()))
        }
        None => Ok(Redirect::to(&format!("/items/{id}")).into_response()),
    }
}

async fn receive(visit: Visit, Path(id): Path<String>, posted: Incoming) -> Page {
    let actor = clerk(&visit)?;
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let Some((_, definition)) = item.current().filter(|_| item.is_open()) else {
        return Ok(Redirect::to(&format!("/items/{id}")).into_response());
    };
    let Posted { answers, files, wrong, idem } = read_posted(&visit, posted, definition).await?;
    if !wrong.is_empty() {
        return show(&visit, id, item, definition, &answers, &wrong, &idem);
    }
    let mut kept = keep_files(&visit, files).await?;
    for seen in ticked(&answers) {
        kept.materials.entry(seen.to_owned()).or_insert_with(Paper::default);
    }
    match submit(&visit, &actor, id, channel_of(&catalogue, &actor), kept, definition, &answers, &idem).await
    {
        Ok(to) => Ok(to),
        Err(Problem::Invalid(wrong)) => show(&visit, id, item, definition, &answers, &wrong, &idem),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "窗口收件", &format!("/desk/new-case/{id}"))),
    }
}
