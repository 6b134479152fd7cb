//! 窗口叫号。 One screen for a clerk at a window: whom to call, what to do with who stands there, and a call to the back
//! office. Everything by keyboard.

use super::{hall_of, minutes_zh, new_idem, open_halls};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{Field, act_form, fact, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::hall::Next;
use fadu_app::{Call, Problem};
use fadu_hall::call::{Act as CallAct, Ask, Call as FrontCall, Outcome as CallOutcome};
use fadu_hall::hall::Window;
use fadu_hall::mark::minute_of_day;
use fadu_hall::mechanism::Trigger;
use fadu_hall::ticket::{Act, Outcome};
use fadu_hall::{Hall, Roster, Ticket};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, OrgId, Role};
use fadu_service::Item;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of the line, as many as the next quarter of an hour brings.
const SHOWN: usize = 8;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/window", get(choose))
        .route("/desk/window/{hall}/{window}", get(page))
        .route("/desk/window/{hall}/{window}/acts/{act}", post(do_act))
}

fn clerk(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    if actor.role == Role::WindowClerk { Ok(actor) } else { Err(Fail::NotFound(visit.clone())) }
}

/// Where the clerk is posted in this minute; with one window there is nothing to choose.
async fn choose(visit: Visit) -> Page {
    let actor = clerk(&visit)?;
    let catalogue = visit.web.app.catalogue();
    let moment = visit.web.app.moment();
    let mut mine = Vec::new();
    for hall in open_halls(&catalogue) {
        let Some(roster) = catalogue.one::<Roster>(Roster::id(&hall.number)) else { continue };
        let posted = |window: &&Window| {
            roster.on_shift(&actor.person, &window.number, moment.today, minute_of_day(moment.ms))
        };
        mine.extend(hall.windows.values().filter(posted).map(|window| {
            (
                format!("{}，窗口{}", hall.name, window.number),
                format!("/desk/window/{}/{}", hall.number, window.number),
            )
        }));
    }
    if let [(_, href)] = &mine[..] {
        return Ok(Redirect::to(href).into_response());
    }
    let windows: Vec<Value> = mine.iter().map(|(name, href)| link(name.as_str(), href)).collect();
    Ok(visit.page("desk/window.html", "选择窗口", context! {
        errors => Vec::<Value>::new(), windows => windows, window => (), now => fadu_app::now::clock_text(moment.ms),
    }))
}

/// The act tried, what was typed, and what is wrong with it.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn page(visit: Visit, Path((hall, window)): Path<(String, String)>) -> Page {
    show(&visit, &hall, &window, None).await
}

async fn show(visit: &Visit, number: &str, window: &str, failed: Option<Failed<'_>>) -> Page {
    let actor = clerk(visit)?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let (hall, roster) = hall_of(visit, &catalogue, number)?;
    let standing = hall.windows.get(window).ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let moment = app.moment();
    let minute = minute_of_day(moment.ms);
    let on_shift = roster.is_some_and(|roster| roster.on_shift(&actor.person, window, moment.today, minute));
    let (current, line, calls) = app
        .hall_day(|day| {
            let waiting = day.line(number, standing).into_iter();
            let line: Vec<Ticket> = waiting.map(|(_, ticket)| ticket.clone()).collect();
            let own = |call: &FrontCall| call.raised.as_ref().is_some_and(|mark| mark.by == actor.person);
            let calls: Vec<(MatterId, FrontCall)> = day
                .calls(number)
                .filter(|(_, call)| own(call))
                .map(|(id, call)| (id, call.clone()))
                .collect();
            (day.at_window(number, window).map(|(id, ticket)| (id, ticket.clone())), line, calls)
        })
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "叫号", "/desk/window"))?;
    let here = format!("/desk/window/{number}/{window}");
    let received = match current.as_ref().and_then(|(_, ticket)| ticket.serving.as_ref()) {
        Some((_, began)) => received(visit, &actor, began.ms).await?,
        None => None,
    };
    let zh =
        |item: &Option<String>| item.as_deref().map(|code| item_name(&catalogue, code)).unwrap_or_default();
    let form = |kind: &ActKind, label: &str, about: &str, primary: bool| {
        let mut fields = fields(kind.name, hall, &catalogue);
        for field in fields.iter_mut().filter(|field| field.id == "case") {
            field.value = received.clone().unwrap_or_default();
        }
        let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
            Some((_, answers, wrong)) => filled(fields, answers, wrong),
            None => fields,
        };
        let form = act_form(kind, &format!("{here}/acts/{}{about}", kind.name), fields, primary, false);
        context! { label => label, ..form }
    };
    let mut acts = Vec::new();
    let ticket_act = |name: &str| Ticket::acts().iter().find(|kind| kind.name == name);
    let open: &[(&str, &str)] = match &current {
        None => &[("Call", "叫下一位")],
        Some((_, ticket)) if ticket.serving.is_some() => &[("Finish", "办完"), ("Transfer", "转窗")],
        Some((_, ticket)) if ticket.calls.len() >= 2 => {
            &[("Serve", "开始办理"), ("Recall", "再叫一次"), ("Skip", "过号"), ("Transfer", "转窗")]
        }
        Some(_) => &[("Serve", "开始办理"), ("Recall", "再叫一次"), ("Transfer", "转窗")],
    };
    let about = current.as_ref().map(|(id, _)| format!("?ticket={id}")).unwrap_or_default();
    for (i, (name, label)) in open.iter().enumerate() {
        acts.extend(ticket_act(name).map(|kind| form(kind, label, &about, i == 0)));
    }
    let raise = FrontCall::acts().iter().find(|kind| kind.name == "Raise");
    acts.extend(raise.map(|kind| form(kind, "呼叫后台", "", false)));
    let close = FrontCall::acts().iter().find(|kind| kind.name == "Close");
    let calls: Vec<Value> = calls
        .iter()
        .map(|(id, call)| {
            let ask = call.ask.as_ref();
            context! {
                number => call.number.clone(), department => ask.map(|ask| ask.department.to_string()), question => ask.map(|ask| ask.question.clone()), level => call.level.zh(),
                status => tag("plain", status_zh(FrontCall::KIND, call.status())), opinion => call.opinion.as_ref().map(|(_, opinion)| opinion.clone()),
                act => close.filter(|_| call.opinion.is_some()).map(|kind| form(kind, &format!("办结呼叫 {}", call.number), &format!("?call={id}"), false)),
            }
        })
        .collect();
    let facts = current.as_ref().map(|(_, ticket)| {
        let mut facts = vec![fact("区域", hall.zones.get(&ticket.zone).cloned().unwrap_or_default())];
        if ticket.item.is_some() {
            facts.push(fact("事项", zh(&ticket.item)));
        }
        facts.push(fact("叫过", format!("{}次", ticket.calls.len())));
        let waited = ticket
            .queued
            .zip(ticket.calls.first())
            .map(|(from, call)| (call.by.ms - from) / 60_000);
        facts.extend(waited.map(|waited| fact("等了", format!("{waited}分钟"))));
        facts
    });
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let told = app
        .hall_day(|day| day.told(hall, roster, &standing.zone, None, None, minute))
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "叫号", "/desk/window"))?;
    let page = visit.page("desk/window.html", &format!("窗口{window}"), context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("{act}-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        windows => Vec::<Value>::new(), now => fadu_app::now::clock_text(moment.ms),
        window => context! {
            number => window, hall => hall.name.clone(), on_shift => on_shift, waiting => line.len(), minutes => minutes_zh(told.minutes),
            current => current.as_ref().map(|(_, ticket)| context! { number => ticket.number.clone(), status => tag("on", status_zh(Ticket::KIND, ticket.status())), facts => facts }),
            line => line.iter().take(SHOWN).map(|ticket| context! { number => ticket.number.clone(), zone => ticket.zone.clone(), item => zh(&ticket.item), minutes => ticket.queued.map_or(0, |from| (moment.ms - from) / 60_000) }).collect::<Vec<_>>(),
            calls => calls,
        },
        acts => if on_shift { acts } else { Vec::new() },
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// The number of the case that this clerk received since serving began.
async fn received(visit: &Visit, actor: &Actor, since_ms: i64) -> Result<Option<String>, Fail> {
    let app = &visit.web.app;
    let found = app
        .hall_day(|day| day.received_by(&actor.person, since_ms))
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "叫号", "/desk/window"))?;
    let Some(id) = found else { return Ok(None) };
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    Ok(row.map(|row| row.number))
}

fn item_name(catalogue: &fadu_app::catalogue::Snapshot, code: &str) -> String {
    let found = catalogue.all::<Item>().find(|(_, item)| item.code == code);
    found.map_or_else(|| code.to_owned(), |(_, item)| item.name.clone())
}

fn same(names: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
    names.into_iter().map(|name| (name.clone(), name)).collect()
}

pub(super) fn departments(catalogue: &fadu_app::catalogue::Snapshot) -> Vec<(String, String)> {
    let open = catalogue.all::<Item>().filter(|(_, item)| item.is_open());
    same(open.map(|(_, item)| item.department.clone()).collect::<BTreeSet<String>>())
}

fn fields(act: &str, hall: &Hall, catalogue: &fadu_app::catalogue::Snapshot) -> Vec<Field> {
    let choices = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
            .collect::<Vec<_>>()
    };
    match act {
        "Finish" => vec![
            Field::text("outcome", "结果", true).kind("choice").options(choices(&[
                ("received", "收件"),
                ("handed_over", "出件"),
                ("advised", "咨询"),
                ("not_done", "没有办成"),
            ])),
            Field::text("case", "办件编号", false).hint("收件和出件必填。"),
            Field::text("reason", "没有办成的原因和去处", false).kind("long_text"),
        ],
        "Transfer" => {
            let zones = hall.zones.iter().map(|(zone, name)| (zone.clone(), format!("{zone} {name}")));
            vec![
                Field::text("zone", "转到", true).kind("choice").options(zones),
                Field::text("item", "事项编码", false),
                Field::text("reason", "为什么这里不能办", true),
            ]
        }
        "Raise" => vec![
            Field::text("trigger", "情形", true)
                .kind("choice")
                .options(choices(&[("question", "疑难：超出窗口权限"), ("queue", "拥堵：等候的人超过线")])),
            Field::text("department", "呼叫的部门", true)
                .kind("choice")
                .options(departments(catalogue)),
            Field::text("question", "问题", true)
                .kind("long_text")
                .hint("不写办事人的姓名、证件号和电话。"),
            Field::text("about", "办件编号", false).hint("不写的，就是窗口正在叫或者正在办的号。"),
        ],
        "Close" => vec![
            Field::text("outcome", "结果", true).kind("choice").options(choices(&[
                ("solved", "问题解决"),
                ("help_sent", "后台到窗口帮办"),
                ("redirected", "引导到其他机构"),
                ("unsolved", "没有解决"),
            ])),
            Field::text("note", "说明", false).kind("long_text"),
        ],
        _ => Vec::new(),
    }
}

#[derive(Deserialize, Default)]
struct About {
    ticket: Option<String>,
    call: Option<String>,
}

/// An order of the page.
enum Order {
    Next,
    Ticket(Act),
    Call(CallAct),
}

fn read(
    name: &str,
    form: &HashMap<String, String>,
    raise: impl FnOnce(Trigger, String, String) -> CallAct,
) -> Result<Order, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let some = |field: &str| Some(text(field)).filter(|value| !value.is_empty());
    let unchosen = |field: &str| vec![Invalid::new(field, "请选择一项")];
    // The words of a choice are those under which the act is written.
    fn word<T: serde::de::DeserializeOwned>(text: String) -> Option<T> {
        serde_json::from_value(serde_json::Value::String(text)).ok()
    }
    Ok(match name {
        "Call" => Order::Next,
        "Recall" => Order::Ticket(Act::Recall),
        "Skip" => Order::Ticket(Act::Skip),
        "Serve" => Order::Ticket(Act::Serve),
        "Finish" => {
            let outcome: Outcome = word(text("outcome")).ok_or_else(|| unchosen("outcome"))?;
            if matches!(outcome, Outcome::Received | Outcome::HandedOver) && some("case").is_none() {
                return Err(vec![Invalid::new("case", "收件和出件要写明办件编号")]);
            }
            if outcome == Outcome::NotDone && some("reason").is_none() {
                return Err(vec![Invalid::new("reason", "请写明没有办成的原因和去处")]);
            }
            Order::Ticket(Act::Finish { outcome, case: some("case"), reason: text("reason") })
        }
        "Transfer" => {
            let zone = some("zone").ok_or_else(|| unchosen("zone"))?;
            Order::Ticket(Act::Transfer { zone, item: some("item"), reason: text("reason") })
        }
        "Raise" => {
            let trigger = word(text("trigger")).ok_or_else(|| unchosen("trigger"))?;
            Order::Call(raise(trigger, text("department"), text("question")))
        }
        "Close" => {
            let outcome: CallOutcome = word(text("outcome")).ok_or_else(|| unchosen("outcome"))?;
            Order::Call(CallAct::Close { outcome, note: text("note") })
        }
        _ => return Err(vec![Invalid::new("act", "没有这种操作")]),
    })
}

async fn do_act(
    visit: Visit,
    Path((hall, window, name)): Path<(String, String, String)>,
    Query(about): Query<About>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let actor = clerk(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let app = &visit.web.app;
    let here = format!("/desk/window/{hall}/{window}");
    let catalogue = app.catalogue();
    let (found, _) = hall_of(&visit, &catalogue, &hall)?;
    let standing = found.windows.get(&window).ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let (waiting, at_hand) = app
        .hall_day(|day| {
            let there = day.at_window(&hall, &window).map(|(_, ticket)| ticket.number.clone());
            (day.line(&hall, standing).len(), there)
        })
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "呼叫", &here))?;
    let typed = form
        .get("about")
        .map(|about| about.trim().to_owned())
        .filter(|about| !about.is_empty());
    let subject = typed.or(at_hand).unwrap_or_default();
    let raise = |trigger, department: String, question| CallAct::Raise {
        ask: Ask {
            hall: hall.clone(),
            window: window.clone(),
            trigger,
            department: OrgId::new(&department),
            about: if trigger == Trigger::Queue { String::new() } else { subject },
            question,
            waiting: u16::try_from(waiting).unwrap_or(u16::MAX),
        },
    };
    let order = match read(&name, &form, raise) {
        Ok(order) => order,
        Err(wrong) => return show(&visit, &hall, &window, Some((&name, &form, &wrong))).await,
    };
    let key = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .or_else(|| Some(new_idem()));
    let id = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<MatterId>().ok());
    let (actor, private) = (&actor, BTreeMap::new());
    let done = match order {
        Order::Next => match app.call_next(actor, &hall, &window, key).await {
            Ok(Next::Called(_) | Next::Busy(_) | Next::Nobody) => Ok(()),
            Err(problem) => Err(problem),
        },
        Order::Ticket(act) => match id(&about.ticket) {
            Some(id) => app
                .act::<Ticket>(Call { actor, matter: Some(id), act, private, key })
                .await
                .map(drop),
            None => Err(Problem::NotFound),
        },
        Order::Call(act) => {
            let matter = id(&about.call);
            app.act::<FrontCall>(Call { actor, matter, act, private, key }).await.map(drop)
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &hall, &window, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "窗口办理", &here)),
    }
}
