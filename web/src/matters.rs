//! 任何一件事的页面。 Who, state, clock, the acts open to this post with their basis, and the timeline with ledger numbers: drawn
//! for every registered kind of matter, so that a domain serves from its first day. A kind whose users deserve better
//! has pages of its own beside these.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::forms::{Form, word_zh, zh};
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::view::{Field, Names, act_form, due_badge, fact, link, refusal_row, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::Problem;
use fadu_app::bids::only_from_the_envelope;
use fadu_app::now::clock_text;
use fadu_app::registry::{self, Asked, Drawn, Kind};
use fadu_app::store::{EntryRow, MatterRow};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, Role};
use fadu_trading::Bid;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/matters", get(kinds))
        .route("/desk/matters/{kind}", get(list))
        .route("/desk/matters/{kind}/{id}", get(page))
        .route("/desk/matters/{kind}/{id}/acts/{act}", post(do_act))
}

/// Open matters shown of a kind; the search finds the others by their number.
const SHOWN: u32 = 200;
const REFUSED: u32 = 20;
/// Personal values are posted under this prefix, apart from the act's own fields.
const PRIVATE: &str = "private.";

/// The kind of this word, for a post that may read it.
fn kind_of(visit: &Visit, word: &str, role: Role) -> Result<&'static Kind, Fail> {
    registry::word(word)
        .filter(|kind| kind.readable_by(role) && visit.web.app.runs.kind(kind.name))
        .ok_or_else(|| Fail::NotFound(visit.clone()))
}

async fn kinds(visit: Visit) -> Page {
    let (_, actor) = visit.staff()?;
    let groups: Vec<Value> = visit
        .web
        .app
        .runs
        .all()
        .map(|business| {
            let rows: Vec<Value> = business
                .kinds
                .iter()
                .filter_map(|name| registry::kind(name))
                .filter(|kind| kind.readable_by(actor.role))
                .map(|kind| context! {
                    name => kind.zh, href => format!("/desk/matters/{}", kind.word), acts => mine(&visit, &actor, kind, None).count(),
                })
                .collect();
            context! { name => business.zh, rows => rows }
        })
        .collect();
    Ok(visit.page("desk/kinds.html", "各类事", context! { groups => groups }))
}

/// Acts that the post may do on this matter, or on a new one; `decide` has the last word.
fn mine<'a>(
    visit: &'a Visit,
    actor: &'a Actor,
    kind: &'a Kind,
    drawn: Option<&'a Drawn>,
) -> impl Iterator<Item = &'static ActKind> + 'a {
    let new = Drawn {
        parties: fadu_kernel::matter::Parties { org: actor.org.clone(), ..Default::default() },
        ..Drawn::default()
    };
    let parties = drawn.map_or(new.parties, |drawn| drawn.parties.clone());
    let open = drawn.is_none();
    (kind.acts)()
        .iter()
        .filter(move |act| !open || act.opens)
        .filter(move |act| !only_from_the_envelope(kind.name, act.name))
        .filter(move |act| visit.web.app.may_do(kind.name, actor, act.name, &parties))
}

async fn list(visit: Visit, Path(word): Path<String>) -> Page {
    let (_, actor) = visit.staff()?;
    let kind = kind_of(&visit, &word, actor.role)?;
    let app = &visit.web.app;
    let mut rows = app
        .store
        .open_of_kind(app.region, kind.name, SHOWN)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    rows.retain(|row| !is_sealed_bid(row));
    // After what is left out, so that the note of a full list does not tell of it either.
    let full = rows.len() == SHOWN as usize;
    let (today, calendar) = (app.moment().today, app.calendar());
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| context! {
            number => row.number.clone(), title => row.title.clone(), href => href(kind, row.id), department => row.org.clone(),
            status => tag("plain", status_zh(kind.name, &row.status)), since => row.opened_day.clone(),
            clock => due_badge(row.due.as_deref(), row.amber.as_deref(), today, &calendar),
        })
        .collect();
    let here = |act: &ActKind| format!("/desk/matters/{}/new#act-{}", kind.word, act.name);
    let opening: Vec<Value> = mine(&visit, &actor, kind, None)
        .map(|act| link(act.zh, &page_of(kind, act.name, None).unwrap_or_else(|| here(act))))
        .collect();
    let title = format!("{}：未办结", kind.zh);
    Ok(visit.page(
        "desk/matters.html",
        &title,
        context! {
            rows => shown, opening => opening, full => full, limit => SHOWN, as_of => today.to_string(),
        },
    ))
}

/// Whoever sees the sealed bids in a list can count them, and before the opening nobody may (招标投标法 22).
fn is_sealed_bid(row: &MatterRow) -> bool {
    row.kind == Bid::KIND && row.status == "sealed"
}

fn href(kind: &Kind, id: MatterId) -> String {
    format!("/desk/matters/{}/{id}", kind.word)
}

/// The page of a matter at the desk: of its own where its kind has one.
pub fn href_of(row: &MatterRow) -> String {
    match (row.kind.as_str(), registry::kind(&row.kind)) {
        ("power", _) => format!("/desk/powers/{}", row.id),
        ("exemption", _) => format!("/desk/exemptions/{}", row.id),
        ("check", _) => format!("/desk/checks/{}", row.id),
        ("item", _) => format!("/desk/items/{}", row.id),
        ("order", _) => format!("/desk/orders/{}", row.id),
        ("lead", _) => format!("/desk/leads/{}", row.id),
        ("disclosure", _) => format!("/desk/disclosures/{}", row.id),
        ("petition", _) => format!("/desk/petitions/{}", row.id),
        ("alert", _) => format!("/desk/alerts/{}", row.id),
        ("campaign", _) => format!("/desk/campaigns/{}", row.id),
        ("review", _) => format!("/desk/reviews/{}", row.id),
        ("case", _) | (_, None) => format!("/desk/cases/{}", row.id),
        (_, Some(kind)) => href(kind, row.id),
    }
}

/// The page that an act has of its own: it asks in words what a form made from the act's type could not.
fn page_of(kind: &Kind, act: &str, matter: Option<MatterId>) -> Option<String> {
    match (kind.name, act, matter) {
        ("joint", "Receive", _) => Some("/desk/new-case".to_owned()),
        ("joint", "Supplement", Some(id)) => Some(format!("/desk/joints/{id}/supplement")),
        ("project", "BeginOpening" | "Contribute" | "CloseOpening", Some(id)) => {
            Some(format!("/desk/openings/{id}"))
        }
        ("project", act, Some(id)) => crate::trading_desk::href_of_act(act, id),
        _ => None,
    }
}

async fn page(visit: Visit, Path((word, id)): Path<(String, String)>) -> Page {
    show(&visit, &word, &id, None).await
}

/// The act whose form could not be carried out, with its answers and errors.
pub(crate) type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn show(visit: &Visit, word: &str, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let kind = kind_of(visit, word, actor.role)?;
    let app = &visit.web.app;
    let fault = |fault| Fail::fault(visit, fault);
    let known = match id {
        "new" => None,
        id => {
            let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
            let row = app.store.matter(app.region, id).await.map_err(fault)?;
            Some(
                row.filter(|row| row.kind == kind.name)
                    .ok_or_else(|| Fail::NotFound(visit.clone()))?,
            )
        }
    };
    if let Some(row) = known.as_ref().filter(|row| href_of(row) != href(kind, row.id)) {
        return Ok(Redirect::to(&href_of(row)).into_response());
    }
    let drawn = match &known {
        Some(row) => Some((kind.draw)(app, &row.state).map_err(fault)?),
        None => None,
    };
    let here = format!("/desk/matters/{word}/{id}");
    let acts = forms_of(visit, &actor, kind, drawn.as_ref(), &here, &HashMap::new(), failed);
    let matter = known.as_ref().map(|row| row.id);
    let elsewhere: Vec<Value> = mine(visit, &actor, kind, drawn.as_ref())
        .filter(|_| known.as_ref().is_none_or(|row| !row.closed))
        .filter_map(|act| Some(link(act.zh, &page_of(kind, act.name, matter)?)))
        .collect();
    let errors = errors_of(failed);
    let (today, calendar) = (app.moment().today, app.calendar());
    let names = Names::load(visit).await?;
    let (timeline, refusals, notices) = match &known {
        Some(row) => {
            let entries = app.store.entries_of(app.region, row.id).await.map_err(fault)?;
            let refusals = app.refused_at(row.id, REFUSED).await.map_err(fault)?;
            (
                entries.iter().rev().map(|entry| step(kind, &names, entry)).collect(),
                refusals
                    .iter()
                    .map(|row| refusal_row(visit, row, &|person| names.of(person)))
                    .collect(),
                crate::oversight_notices::links(row.id, &entries),
            )
        }
        None => (Vec::new(), Vec::new(), Vec::new()),
    };
    let tasks: Vec<Value> = drawn
        .iter()
        .flat_map(|drawn| &drawn.docket.tasks)
        .filter(|task| task.role != Role::Clock)
        .map(|task| {
            context! {
                name => task_zh(kind, &task.name), who => task.role.zh(), department => task.org.to_string(),
                clock => due_badge(task.due.map(|due| due.to_string()).as_deref(), None, today, &calendar),
            }
        })
        .collect();
    let head = known.as_ref().map(|row| context! {
        number => row.number.clone(), status => tag(if row.closed { "off" } else { "plain" }, status_zh(kind.name, &row.status)),
        clock => due_badge(row.due.as_deref().filter(|_| !row.closed), row.amber.as_deref(), today, &calendar),
    });
    let facts = known.as_ref().map_or_else(Vec::new, |row| {
        vec![
            fact("类别", kind.zh),
            fact("承办", row.org.as_str()),
            fact("开始", row.opened_day.as_str()),
            fact("版本", row.version.to_string()),
        ]
    });
    let title = known
        .as_ref()
        .map_or_else(|| format!("新开{}", kind.zh), |row| row.title.clone());
    let page = visit.page("desk/matter.html", &title, context! {
        kind => kind.zh, list_href => format!("/desk/matters/{word}"), errors => errors, head => head, facts => facts, tasks => tasks, acts => acts,
        elsewhere => elsewhere,
        timeline => timeline, refusals => refusals, notices => notices,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// The forms of the acts open to this post; `given` stands in fields that nobody has answered yet. Those that a task waits
/// for come forward.
pub(crate) fn forms_of(
    visit: &Visit,
    actor: &Actor,
    kind: &'static Kind,
    drawn: Option<&Drawn>,
    here: &str,
    given: &HashMap<String, String>,
    failed: Option<Failed<'_>>,
) -> Vec<Value> {
    let waited_for: Vec<String> = drawn
        .iter()
        .flat_map(|drawn| &drawn.docket.tasks)
        .filter(|task| task.role == actor.role)
        .map(|task| plain(&task.name))
        .collect();
    mine(visit, actor, kind, drawn)
        .filter(|act| page_of(kind, act.name, drawn.map(|_| MatterId::default())).is_none())
        .map(|act| {
            let (answers, wrong) = match failed.filter(|(name, _, _)| *name == act.name) {
                Some((_, answers, wrong)) => (answers, wrong),
                None => (given, [].as_slice()),
            };
            let primary = drawn.is_none() || waited_for.contains(&plain(act.name));
            let fields = fields(kind, act.name, answers, wrong);
            act_form(act, &format!("{here}/acts/{}", act.name), fields, primary, false)
        })
        .collect()
}

pub(crate) fn errors_of(failed: Option<Failed<'_>>) -> Vec<Value> {
    failed
        .iter()
        .flat_map(|(name, _, wrong)| wrong.iter().map(move |invalid| context! { id => format!("{name}-{}", invalid.field), text => invalid.message.clone() }))
        .collect()
}

/// `release_lead` and `ReleaseLead` are one word; what stands behind a colon names which of several.
fn plain(name: &str) -> String {
    name.split(':').next().unwrap_or_default().replace('_', "").to_lowercase()
}

pub fn task_zh(kind: &Kind, task: &str) -> String {
    let act = (kind.acts)().iter().find(|act| plain(act.name) == plain(task));
    act.map_or_else(|| "办理".to_owned(), |act| act.zh.to_owned())
}

fn fields(kind: &Kind, act: &str, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Vec<Field> {
    let own = Form::of(kind, act).fields(answers, wrong);
    let personal = (kind.private)(act).iter().map(|(name, zh)| {
        let id = format!("{PRIVATE}{name}");
        let error = wrong
            .iter()
            .find(|invalid| invalid.field == *name)
            .map(|invalid| invalid.message.clone());
        let value = answers.get(&id).cloned().unwrap_or_default();
        Field {
            error,
            hint: Some("个人信息，封存保管。".to_owned()),
            ..Field::text(&id, zh, false).value(&value)
        }
    });
    personal.chain(own).collect()
}

/// One entry: the act it came of, and what it says in its own words.
pub(crate) fn step(kind: &Kind, names: &Names, entry: &EntryRow) -> Value {
    let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
    let act = body["act"].as_str().and_then(|name| kind.act_kind(name));
    let inner = body["data"].as_object().and_then(|data| data.values().next());
    context! {
        when => clock_text(entry.ms), text => act.map_or_else(|| entry.fact.clone(), |act| act.zh.to_owned()), actor => names.of(&entry.actor),
        note => inner.map(|data| said(kind, data)).filter(|text| !text.is_empty()), seq => entry.seq.to_string(), href => format!("/receipts/{}", entry.seq),
        kind => if entry.actor == "clock" { "clock" } else { "fact" },
    }
}

/// The plain values of a fact under the names that people know them by. Digests, marks without a name and what lies deeper
/// stand in the entry itself.
fn said(kind: &Kind, data: &serde_json::Value) -> String {
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let word = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) if is_digest(text) => None,
        serde_json::Value::String(text) if is_word(text) => {
            word_zh(kind.name, text).or_else(|| zh(text)).map(str::to_owned)
        }
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(if *yes { "是" } else { "否" }.to_owned()),
        _ => None,
    };
    // A sentence speaks for itself; a number, a mark or a yes without its name does not.
    let speaks = |value: &serde_json::Value| value.as_str().is_some_and(|text| !text.is_ascii());
    let pairs = data.as_object().into_iter().flatten();
    pairs
        .filter_map(|(name, value)| match zh(name) {
            Some(name) => Some(format!("{name}：{}", word(value)?)),
            None => word(value).filter(|_| speaks(value)),
        })
        .collect::<Vec<_>>()
        .join("；")
}

async fn do_act(
    visit: Visit,
    Path((word, id, name)): Path<(String, String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let kind = kind_of(&visit, &word, visit.staff()?.1.role)?;
    let here = format!("/desk/matters/{word}/{id}");
    match perform(&visit, kind, &id, &name, &form, &here).await? {
        Ok(done) => Ok(Redirect::to(&href(kind, done)).into_response()),
        Err(wrong) => show(&visit, &word, &id, Some((&name, &form, &wrong))).await,
    }
}

/// Reads a form and asks for its act. The inner error is what the form itself says wrongly.
pub(crate) async fn perform(
    visit: &Visit,
    kind: &'static Kind,
    id: &str,
    name: &str,
    form: &HashMap<String, String>,
    here: &str,
) -> Result<Result<MatterId, Vec<Invalid>>, Fail> {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let Some(act) = kind.act_kind(name) else { return Err(Fail::NotFound(visit.clone())) };
    let matter = match id {
        "new" => None,
        id => Some(id.parse().map_err(|_| Fail::NotFound(visit.clone()))?),
    };
    let fields = match Form::of(kind, act.name).read(form) {
        Ok(fields) => fields,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let private: BTreeMap<String, String> = form
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(PRIVATE)?.to_owned(), value.trim().to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let asked = Asked { matter, act: name.to_owned(), fields, private, key: form.get("idem").cloned() };
    match (kind.act)(&visit.web.app, &actor, asked).await {
        Ok(done) => Ok(Ok(done.matter)),
        Err(Problem::Invalid(wrong)) => Ok(Err(wrong)),
        Err(Problem::Unreadable(why)) => Ok(Err(vec![Invalid::new("", why)])),
        Err(problem) => Err(Fail::from_problem(visit, problem, &format!("{}：{}", kind.zh, act.zh), here)),
    }
}
