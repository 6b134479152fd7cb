//! 工单页。 One order a screen: what was said, who has it, how long it has, and only the acts that fit.

use crate::extract::Path;
use crate::fail::Page;
use crate::hotline::{fact_zh, last_said, status_tag};
use crate::hotline_acts::{danger, fields, fits, primary, read, reads};
use crate::hotline_desk::answers;
use crate::session::Visit;
use crate::submission::{Incoming, Sent, Upload, filled};
use crate::view::{Names, act_form, clock_badge, fact, fact_link, refusal_row, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::private::{mask, mask_within};
use fadu_app::{Call, Problem};
use fadu_hotline::addresses::Addresses;
use fadu_hotline::order::Question;
use fadu_hotline::order::act::Evidence;
use fadu_hotline::{Order, Petition};
use fadu_kernel::{Actor, Invalid, Matter, MatterId};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/orders/{id}", get(page))
        .route("/desk/orders/{id}/acts/{act}", post(do_act))
        .route("/desk/orders/{id}/files/{digest}", get(file))
}

type Form = HashMap<String, String>;
type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);
const CALLER: [(&str, &str); 5] = [
    ("caller_name", "姓名"),
    ("caller_phone", "电话"),
    ("caller_address", "地点"),
    ("caller_mail", "邮箱"),
    ("caller_media", "图片地址"),
];
/// Refusals shown with an order; the day's list has the rest.
const REFUSED: u32 = 20;

async fn open(visit: &Visit, id: &str) -> Result<(MatterId, Order, Actor), Fail> {
    let (_, actor) = visit.staff()?;
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let found = visit.web.app.order(id).await.map_err(|fault| Fail::fault(visit, fault))?;
    match found {
        Some((_, order)) if reads(&order, &actor) => Ok((id, order, actor)),
        Some(_) | None => Err(Fail::NotFound(visit.clone())),
    }
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

/// What the caller sent along, and the evidence of replies and assisting opinions: digest and name.
pub(crate) fn evidence(entries: &[fadu_app::store::EntryRow]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in entries
        .iter()
        .filter(|entry| matches!(entry.fact.as_str(), "Taken" | "Replied" | "Answered" | "Assisted" | "Met"))
    {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let data = &body["data"][&entry.fact];
        let listed = ["evidence", "attachments"].map(|field| data[field].as_array());
        for one in listed.into_iter().flatten().flatten().chain(data.get("minutes")) {
            let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
            all.push((text("digest"), text("name")));
        }
    }
    all
}

/// Masked for everybody; in clear for who opened it today with a reason.
pub(crate) async fn caller(visit: &Visit, id: MatterId, opened: bool) -> Result<Vec<Value>, Fail> {
    sealed_rows(visit, id, &CALLER, opened).await
}

/// The personal values of a matter that were given, in this order.
pub(crate) async fn sealed_rows(
    visit: &Visit,
    id: MatterId,
    fields: &[(&str, &str)],
    clear: bool,
) -> Result<Vec<Value>, Fail> {
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let sealed = app.store.private_of(app.region, id).await.map_err(fault)?;
    let mut rows = Vec::new();
    // All values of one matter are sealed under one person's key.
    let Some(first) = sealed.first() else { return Ok(rows) };
    let key = app.store.person_key(app.region, &first.subject).await.map_err(fault)?;
    for (field, label) in fields {
        let row = sealed.iter().find(|row| row.field == *field);
        let value = row.and_then(|row| app.keys.open_value(key.as_ref()?, field, &row.sealed).ok());
        if let Some((value, _)) = value {
            rows.push(fact(label, if clear { value } else { mask(&value) }));
        }
    }
    Ok(rows)
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (id, order, actor) = open(visit, id).await?;
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let (today, calendar) = (app.moment().today, app.calendar());
    let names = Names::load(visit).await?;
    let desk = app.hotline();
    let knowledge: Vec<(String, String)> = answers(visit, order.category(), "")
        .into_iter()
        .map(|(id, text)| (id.to_string(), text.question))
        .collect();
    let parties = order.parties();
    let mut open_acts: Vec<_> = Order::acts()
        .iter()
        .filter(|kind| fits(&order, &actor, kind.name) && app.may::<Order>(&actor, kind.name, &parties))
        .filter(|kind| kind.name != "Answer" || !knowledge.is_empty())
        .collect();
    // What is waited for comes first.
    open_acts.sort_by_key(|kind| !primary(&order, kind.name));
    let acts: Vec<Value> = open_acts
        .into_iter()
        .map(|kind| {
            let plain = fields(kind.name, &order, desk.as_ref(), &knowledge);
            let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => filled(plain, answers, wrong),
                None => plain,
            };
            act_form(
                kind,
                &format!("/desk/orders/{id}/acts/{}", kind.name),
                fields,
                primary(&order, kind.name),
                danger(kind.name),
            )
        })
        .collect();
    let opened = order.opened.iter().any(|mark| mark.on == today && mark.by == actor.person);
    let caller = caller(visit, id, opened).await?;
    // Numbers that somebody wrote into the words are as masked as those in their own fields.
    let said = |text: &str| if opened { text.to_owned() } else { mask_within(text) };
    let mut rows = facts(&order, visit.web.addresses(), actor.org == order.desk);
    rows.extend(order.handed_over.as_ref().map(|mark| {
        fact_link("信访事项", format!("{}移交", mark.on), &format!("/desk/petitions/{}", Petition::id(id)))
    }));
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let named = |person: &str| names.of(person);
    let refused = app.refused_at(id, REFUSED).await.map_err(|error| Fail::fault(visit, error))?;
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .map(|entry| {
            let clock = matches!(entry.actor.as_str(), "clock" | "relay");
            context! {
                when => clock_text(entry.ms), text => fact_zh(&entry.fact), actor => named(&entry.actor), note => (), seq => thousands(entry.seq),
                href => format!("/receipts/{}", entry.seq), kind => if clock { "clock" } else { "fact" },
            }
        })
        .collect();
    let running = order.running().filter(|_| order.is_running());
    let docket = order.docket(&calendar);
    let page = visit.page("desk/order.html", &format!("{} {}", order.number, docket.title), context! {
        errors => wrong.iter().map(|wrong| context! { id => format!("{act}-{}", wrong.field), text => wrong.message.clone() }).collect::<Vec<_>>(),
        order => context! {
            number => order.number.clone(), title => docket.title, status => status_tag(&order), clock => clock_badge(running, today, &calendar),
            holder => (!order.is_closed()).then(|| docket.org.to_string()), note => note(&order),
            text => order.entry.as_ref().filter(|entry| !entry.lead).map(|entry| said(&entry.text)),
            supplements => order.supplements.iter().map(|text| said(text)).collect::<Vec<_>>(),
            reply => last_said(&entries, "Replied", "text").map(|text| said(&text)),
        },
        facts => rows, caller => context! { rows => caller, opened => opened },
        files => evidence(&entries).into_iter().map(|(digest, name)| context! { text => name, href => format!("/desk/orders/{id}/files/{digest}") }).collect::<Vec<_>>(),
        refusals => refused.iter().map(|row| refusal_row(visit, row, &named)).collect::<Vec<_>>(), timeline => timeline, acts => acts,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

fn note(order: &Order) -> Option<String> {
    let pressure = &order.pressure;
    let passed = pressure.passed_due.map(|(on, _)| format!("{on}记录到期没有办结。"));
    let drafted = pressure.drafted.filter(|_| pressure.issued.is_none());
    let drafted = drafted.map(|on| format!("{on}系统拟了督办单，由受指定的人签发。"));
    let text: String = passed.into_iter().chain(drafted).collect();
    (!text.is_empty()).then_some(text)
}

/// `own`: for the hotline, which alone opens every order.
fn facts(order: &Order, addresses: &Addresses, own: bool) -> Vec<Value> {
    let mut rows = Vec::new();
    if let Some(entry) = &order.entry {
        rows.push(fact("渠道", format!("{}（{}）", entry.channel.zh(), entry.line)));
        rows.push(fact("紧急程度", entry.urgency.zh()));
        rows.extend(
            Some(entry.place.area())
                .filter(|area| !area.is_empty())
                .map(|area| fact("片区", addresses.told(&area))),
        );
        rows.extend(order.accused().map(|unit| fact("被举报单位", unit.as_str())));
        rows.extend(order.prefecture().map(|number| fact("市级编号", number)));
        rows.push(fact("公开", if entry.public { "来电人同意" } else { "来电人没有同意" }));
    }
    if own && order.is_lead() && !order.is_closed() {
        let href = format!("/desk/leads/new?order={}", order.number);
        rows.push(fact_link("封存的线索", "由热线工作人员提出移送".to_owned(), &href));
    }
    if let Some(suggestion) = &order.suggestion {
        let unread = order.entry.as_ref().is_some_and(|entry| entry.channel.unread());
        let chosen = match suggestion.rank(order.category()) {
            _ if unread && order.dispatch.is_none() => "还没有人选过".to_owned(),
            Some(rank) => format!("采用了第{rank}条"),
            None => "没有采用".to_owned(),
        };
        // Which version of the words or of the model stands in the entry.
        let by =
            if suggestion.model.starts_with("keywords-") { "分类词表" } else { "训练过的模型" };
        rows.push(fact("系统建议", format!("{by}：{chosen}")));
    }
    rows.extend(
        order
            .proposed
            .as_ref()
            .and_then(|proposed| proposed.urgency)
            .map(|urgency| fact("紧急程度建议", urgency.zh())),
    );
    for like in order.proposed.iter().filter(|_| own).flat_map(|proposed| &proposed.like) {
        let told = format!("{}，相似{}%", like.order, like.thousandths / 10);
        rows.push(fact_link("受理时相似的未结工单", told, &format!("/desk/orders/{}", like.order)));
    }
    if let Some(place) = order.proposed.as_ref().and_then(|proposed| proposed.place.as_ref()) {
        let named = place.top.iter().map(|(code, _)| addresses.told(code));
        let address = order.entry.as_ref().map_or("", |entry| &entry.place.address);
        let chosen = place
            .rank(address)
            .map_or("没有采用".to_owned(), |rank| format!("采用了第{rank}条"));
        let named: Vec<&str> = named.collect();
        rows.push(fact("地点建议", format!("{}：{chosen}", named.join("、"))));
    }
    for known in order.calls.iter().filter(|_| own) {
        let recording = known
            .recording
            .as_deref()
            .map_or("录音还没有登记", |digest| digest.get(..12).unwrap_or(digest));
        rows.push(fact("来电和录音摘要", format!("{}，{recording}", known.call)));
    }
    if let Some(dispatch) = &order.dispatch {
        rows.push(fact("承办单位", dispatch.unit.as_str()));
        rows.push(fact("首次派单", dispatch.first_on.to_string()));
        rows.extend(dispatch.return_by.map(|by| fact("退单截止", by.to_string())));
        if !dispatch.assisting.is_empty() {
            let names: Vec<_> = dispatch.assisting.iter().map(|unit| unit.as_str()).collect();
            rows.push(fact("协办单位", names.join("、")));
        }
    }
    if let Some(pending) = &order.panel {
        let question = match &pending.question {
            Question::Unit { unit, .. } => format!("由{unit}承办"),
            Question::Unlawful { basis, .. } => format!("认定恶意或者违法诉求（{basis}）"),
        };
        let (n, of) = (pending.confirmed.len(), pending.question.persons().len());
        rows.push(fact("提请合议", format!("{question}：{}", pending.reason)));
        rows.push(fact("合议人确认", format!("{n} / {of}")));
    }
    rows.extend(
        order
            .extension
            .as_ref()
            .map(|asked| fact("申请延期", format!("{}：{}（{}）", asked.by.zh(), asked.reason, asked.basis))),
    );
    rows.extend((order.n_children > 0).then(|| fact("并入", format!("{}件", order.n_children))));
    rows.extend(order.grade.map(|grade| fact("来电人评价", format!("{grade}星"))));
    rows
}

async fn do_act(visit: Visit, Path((id, name)): Path<(String, String)>, form: Incoming) -> Page {
    let (matter, order, actor) = open(&visit, &id).await?;
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    visit.own_form(answers.get("csrf"))?;
    if !wrong.is_empty() {
        return show(&visit, &id, Some((&name, &answers, &wrong))).await;
    }
    let kept = keep(&visit, files).await?;
    let parent = match answers.get("into") {
        Some(number) => {
            let found = visit
                .web
                .app
                .order_numbered(number)
                .await
                .map_err(|fault| Fail::fault(&visit, fault))?;
            found.filter(|(_, parent)| !parent.is_closed()).map(|(row, _)| row.id)
        }
        None => None,
    };
    let act = match read(&name, &answers, kept, parent) {
        Ok(act) => act,
        Err(found) => {
            wrong.extend(found);
            return show(&visit, &id, Some((&name, &answers, &wrong))).await;
        }
    };
    let zh = Order::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let back = format!("/desk/orders/{matter}");
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Order>(call).await {
        // Dispatched to others, or decided, it is no longer to be read here by everybody.
        Ok(_) if reads(&order, &actor) && !order.waits_for_member(&actor.person) => {
            Ok(Redirect::to(&back).into_response())
        }
        Ok(_) => Ok(Redirect::to("/desk/hotline").into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, Some((&name, &answers, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &back)),
    }
}

pub(crate) async fn keep(visit: &Visit, files: Vec<Upload>) -> Result<Vec<Evidence>, Fail> {
    let named = files.into_iter().map(|(_, name, bytes)| (name, bytes)).collect();
    let kept = visit.web.app.keep_evidence(named).await;
    kept.map_err(|fault| Fail::fault(visit, fault))
}

async fn file(visit: Visit, Path((id, digest)): Path<(String, String)>) -> Page {
    let (id, _, _) = open(&visit, &id).await?;
    served(&visit, id, &digest).await
}

/// A file that an entry of this matter names; who may read the matter, the caller has asked.
pub(crate) async fn served(visit: &Visit, id: MatterId, digest: &str) -> Page {
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    if !evidence(&entries).iter().any(|(known, _)| known == digest) {
        return Err(Fail::NotFound(visit.clone()));
    }
    let Some((media, bytes)) = app.open_file(id, digest).await.map_err(fault)? else {
        return Err(Fail::NotFound(visit.clone()));
    };
    // Never rendered inside our pages: a hostile PDF or picture stays a download.
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, "attachment".to_owned())], bytes)
        .into_response())
}
