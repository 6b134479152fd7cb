//! 信访事项页。 What was handed over to the petition road, as those who have it read it: what was said, until when each step is
//! open, and only the acts that fit. A report is read neither by nor near whom it is about.

use crate::extract::Path;
use crate::fail::Page;
use crate::hotline::last_said;
use crate::hotline_order::{caller, evidence, keep, served};
use crate::matters::step;
use crate::session::Visit;
use crate::submission::{Incoming, Sent, filled};
use crate::view::{Field, Names, act_form, due_badge, fact, fact_link, refusal_row, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::private::mask_within;
use fadu_app::{Call, Problem, registry};
use fadu_hotline::order::act::Evidence;
use fadu_hotline::{Petition, PetitionAct};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, Role};
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/petitions/{id}", get(page))
        .route("/desk/petitions/{id}/acts/{act}", post(do_act))
        .route("/desk/petitions/{id}/files/{digest}", get(file))
}

type Form = HashMap<String, String>;
type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);
/// Refusals shown with a petition; the day's list has the rest.
const REFUSED: u32 = 20;

/// Who reads a petition: the hotline, the petition office, whoever has or had it to answer, and those who supervise. Never
/// whom it is about (信访工作条例 30).
pub(crate) fn reads(petition: &Petition, actor: &Actor) -> bool {
    let org = &actor.org;
    let answers = petition.rounds.iter().any(|round| round.body == *org);
    let has_it = petition.desk == *org || petition.unit == *org || petition.office.as_ref() == Some(org);
    let accused = petition.against.as_ref() == Some(org);
    Petition::READERS.contains(&actor.role)
        && !accused
        && (answers || has_it || matches!(actor.role, Role::Inspector | Role::Government))
}

async fn open(visit: &Visit, id: &str) -> Result<(MatterId, Petition, Actor), Fail> {
    let (_, actor) = visit.staff()?;
    let unknown = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| unknown())?;
    let app = &visit.web.app;
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let row = row.filter(|row| row.kind == Petition::KIND).ok_or_else(unknown)?;
    let petition: Petition = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    if reads(&petition, &actor) { Ok((id, petition, actor)) } else { Err(unknown()) }
}

/// Would the act be looked at by `decide` with any chance? It has the last word.
fn fits(petition: &Petition, actor: &Actor, name: &str) -> bool {
    let status = petition.status();
    let open = matches!(status, "registered" | "forwarded");
    let unit = petition.unit == actor.org;
    match name {
        "Forward" => status == "registered" && unit,
        "Accept" | "Object" => open && unit,
        "SettleObjection" => status == "objected" && petition.parties().org == actor.org,
        "Extend" => status == "handling" && unit,
        "Reply" => matches!(status, "handling" | "review" | "second_review"),
        "AskReview" => status == "answered",
        "OpenPetitioner" => petition.closed.is_none() && !petition.sealed.is_empty(),
        "NameRepresentatives" => petition.closed.is_none(),
        _ => false,
    }
}

fn primary(petition: &Petition, name: &str) -> bool {
    matches!(
        (petition.status(), name),
        ("registered", "Forward")
            | ("forwarded", "Accept")
            | ("objected", "SettleObjection")
            | ("handling" | "review" | "second_review", "Reply")
    )
}

fn fields(name: &str) -> Vec<Field> {
    let long = |id: &str, label: &str| Field::text(id, label, true).kind("long_text");
    let day = |id: &str, label: &str| Field::text(id, label, true).kind("date");
    match name {
        "Forward" => vec![Field::text("unit", "转送给哪个机关、单位", true)],
        "OpenPetitioner" => {
            vec![Field::text("reason", "查看的事由", true).hint("查看记入台账，当日有效。")]
        }
        "Object" => vec![long("reason", "为什么不属于本单位职权范围")],
        "SettleObjection" => {
            let options = [("yes", "成立"), ("no", "不成立")]
                .map(|(value, label)| (value.to_owned(), label.to_owned()));
            vec![
                Field::text("upheld", "异议是否成立", true).kind("choice").options(options),
                Field::text("unit", "改由哪个单位承办", false).hint("异议成立的必填。"),
                long("reason", "理由"),
            ]
        }
        "Extend" => vec![
            Field::text("days", "延长几日", true)
                .kind("number")
                .hint("不超过三十日，一次。"),
            long("reason", "情况复杂的理由"),
            day("told_on", "哪一天告知信访人的"),
        ],
        "Reply" => vec![
            Field::text("document", "书面答复的文号", true),
            day("delivered_on", "送达日期"),
            long("text", "答复内容").hint("信访人凭编号和密码能看到。"),
            Field::text("evidence", "答复原件", false).kind("file").hint("PDF 或者照片。"),
        ],
        "AskReview" => {
            vec![
                Field::text("body", "请求哪个机关复查、复核", true),
                long("reason", "信访人的理由"),
                Field::text("posted_on", "交邮日期", false)
                    .kind("date")
                    .hint("邮寄来的，按邮戳填写。"),
            ]
        }
        "NameRepresentatives" => vec![Field::text("count", "代表几人", true).kind("number")],
        _ => Vec::new(),
    }
}

fn read(name: &str, form: &Form, evidence: Vec<Evidence>) -> Result<PetitionAct, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let number = |field: &str| {
        let wrong = |_| vec![Invalid::new(field, "请填写整数")];
        text(field).parse::<u16>().map_err(wrong)
    };
    let day = |field: &str| {
        let wrong = |_| vec![Invalid::new(field, "请填写像 2025-03-03 这样的日期")];
        text(field).parse::<Date>().map_err(wrong)
    };
    Ok(match name {
        "Forward" => PetitionAct::Forward { unit: OrgId::new(&text("unit")) },
        "OpenPetitioner" => PetitionAct::OpenPetitioner { reason: text("reason") },
        "Accept" => PetitionAct::Accept,
        "Object" => PetitionAct::Object { reason: text("reason") },
        "SettleObjection" => PetitionAct::SettleObjection {
            upheld: match text("upheld").as_str() {
                "yes" => true,
                "no" => false,
                _ => return Err(vec![Invalid::new("upheld", "请选择一项")]),
            },
            unit: Some(text("unit")).filter(|unit| !unit.is_empty()).map(|unit| OrgId::new(&unit)),
            reason: text("reason"),
        },
        "Extend" => PetitionAct::Extend {
            days: number("days")?,
            reason: text("reason"),
            told_on: Some(day("told_on")?),
        },
        "Reply" => PetitionAct::Reply {
            document: text("document"),
            delivered_on: day("delivered_on")?,
            text: text("text"),
            evidence,
        },
        "AskReview" => PetitionAct::AskReview {
            body: OrgId::new(&text("body")),
            reason: text("reason"),
            posted_on: if text("posted_on").is_empty() { None } else { Some(day("posted_on")?) },
        },
        "NameRepresentatives" => PetitionAct::NameRepresentatives { count: number("count")? },
        _ => return Err(vec![Invalid::new("act", "没有这种操作")]),
    })
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

fn facts(petition: &Petition) -> Vec<Value> {
    let mut rows = vec![fact("承办单位", petition.unit.as_str())];
    rows.extend(petition.office.as_ref().map(|office| fact("转送的信访部门", office.as_str())));
    rows.extend(petition.against.as_ref().map(|unit| fact("被举报单位", unit.as_str())));
    rows.push(fact("登记回执", petition.receipt.clone()));
    rows.extend(petition.registered.map(|on| fact("登记", on.to_string())));
    rows.push(fact("信访人数", format!("{}人", petition.persons)));
    rows.extend(petition.representatives.map(|count| fact("推选的代表", format!("{count}人"))));
    for round in &petition.rounds {
        let told = match round.delivered {
            Some(on) => format!("{}，{}起，{on}送达", round.body, round.clock.from),
            None => format!("{}，{}起", round.body, round.clock.from),
        };
        rows.push(fact(round.stage.zh(), told));
    }
    rows
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (id, petition, actor) = open(visit, id).await?;
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let (today, calendar) = (app.moment().today, app.calendar());
    let names = Names::load(visit).await?;
    // What was said stands in the order that was handed over, and in no other place.
    let order = match petition.order {
        Some(order) => app.order(order).await.map_err(fault)?.map(|(_, order)| order),
        None => None,
    };
    let opened = petition.opened.contains(&(today, actor.person.clone()));
    let said = |text: &str| if opened { text.to_owned() } else { mask_within(text) };
    let parties = petition.parties();
    let acts: Vec<Value> = Petition::acts()
        .iter()
        .filter(|kind| fits(&petition, &actor, kind.name) && app.may::<Petition>(&actor, kind.name, &parties))
        .map(|kind| {
            let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => filled(fields(kind.name), answers, wrong),
                None => fields(kind.name),
            };
            let url = format!("/desk/petitions/{id}/acts/{}", kind.name);
            act_form(kind, &url, fields, primary(&petition, kind.name), kind.name == "Object")
        })
        .collect();
    let refused = app.refused_at(id, REFUSED).await.map_err(|error| Fail::fault(visit, error))?;
    let kind = registry::kind(Petition::KIND);
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .filter_map(|entry| Some(step(kind?, &names, entry)))
        .collect();
    let limits: Vec<Value> = petition
        .limits(&calendar)
        .into_iter()
        .map(|(what, last)| fact(what, last.to_string()))
        .collect();
    let mut facts = facts(&petition);
    let of_hotline = petition.desk == actor.org;
    facts.extend(
        petition
            .order
            .filter(|_| of_hotline)
            .map(|order| fact_link("来自工单", "热线的工单".to_owned(), &format!("/desk/orders/{order}"))),
    );
    let docket = petition.docket(&calendar);
    let due = docket.due.filter(|_| petition.closed.is_none()).map(|due| due.to_string());
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let status = if petition.closed.is_some() { "off" } else { "plain" };
    let page = visit.page("desk/petition.html", &format!("信访事项 {}", petition.number), context! {
        errors => wrong.iter().map(|wrong| context! { id => format!("{act}-{}", wrong.field), text => wrong.message.clone() }).collect::<Vec<_>>(),
        petition => context! {
            number => petition.number.clone(), title => docket.title, status => tag(status, Petition::status_zh(petition.status())),
            clock => due_badge(due.as_deref(), None, today, &calendar), holder => petition.closed.is_none().then(|| docket.org.to_string()),
            text => order.as_ref().and_then(|order| order.entry.as_ref()).filter(|entry| !entry.lead).map(|entry| said(&entry.text)),
            supplements => order.iter().flat_map(|order| &order.supplements).map(|text| said(text)).collect::<Vec<_>>(),
            reply => last_said(&entries, "Answered", "text"), document => last_said(&entries, "Answered", "document"),
        },
        limits => limits, facts => facts, caller => caller(visit, id, opened).await?,
        files => evidence(&entries).into_iter().map(|(digest, name)| context! { text => name, href => format!("/desk/petitions/{id}/files/{digest}") }).collect::<Vec<_>>(),
        refusals => refused.iter().map(|row| refusal_row(visit, row, &|person| names.of(person))).collect::<Vec<_>>(), timeline => timeline, acts => acts,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

async fn do_act(visit: Visit, Path((id, name)): Path<(String, String)>, form: Incoming) -> Page {
    let (matter, _, actor) = open(&visit, &id).await?;
    let Sent { answers, files, wrong, .. } = form.read(&visit).await?;
    visit.own_form(answers.get("csrf"))?;
    if !wrong.is_empty() {
        return show(&visit, &id, Some((&name, &answers, &wrong))).await;
    }
    let act = match read(&name, &answers, keep(&visit, files).await?) {
        Ok(act) => act,
        Err(wrong) => return show(&visit, &id, Some((&name, &answers, &wrong))).await,
    };
    let zh = Petition::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let back = format!("/desk/petitions/{matter}");
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Petition>(call).await {
        // An objection that is upheld gives it to another unit, whose page this is from then on.
        Ok(_) => match open(&visit, &id).await {
            Ok(_) => Ok(Redirect::to(&back).into_response()),
            Err(_) => Ok(Redirect::to("/desk").into_response()),
        },
        Err(Problem::Invalid(wrong)) => show(&visit, &id, Some((&name, &answers, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &back)),
    }
}

async fn file(visit: Visit, Path((id, digest)): Path<(String, String)>) -> Page {
    let (id, _, _) = open(&visit, &id).await?;
    served(&visit, id, &digest).await
}
