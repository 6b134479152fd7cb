//! 12345 坐席与收件箱。 Take a call: who called before, what is like it, what the knowledge says, what the words speak for;
//! then take it, and dispatch it by the catalogue, with one key.

use crate::extract::{self, Query};
use crate::fail::Page;
use crate::hotline::{categories, category_choices, choices, private_of, word, word_of};
use crate::hotline_acts::{NONE_NAMED, accused, assisting};
use crate::session::{Visit, random};
use crate::submission::filled;
use crate::view::{Field, due_badge, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use fadu_app::private::mask_within;
use fadu_app::store::{MatterRow, TaskQuery};
use fadu_app::{Call, Problem};
use fadu_hotline::addresses::Addresses;
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::hints::hints;
use fadu_hotline::knowledge::Text;
use fadu_hotline::order::LEAD_TEXT;
use fadu_hotline::order::act::{Proposed, Suggestion};
use fadu_hotline::place::Place;
use fadu_hotline::telephony::Live;
use fadu_hotline::words::{Channel, Emergency, Kind, Lane, Urgency};
use fadu_hotline::{Desk, Intake, Knowledge, Order, OrderAct};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use fadu_understand::{Card, Like, Proposal, orders_like, propose, propose_beside};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hotline", get(inbox))
        .route("/desk/hotline/new", get(seat).post(take))
}

type Form = HashMap<String, String>;

/// Tasks of one body looked at; a list longer than that is worked from its front.
const TASKS: u32 = 500;
const HISTORY: u32 = 10;

pub fn task_zh(task: &str) -> &'static str {
    match task {
        "dispatch" => "派单",
        "sign" => "签收",
        "reply" => "办理答复",
        "settle_return" => "处理退单",
        "settle_extension" => "审批延期",
        "arbitrate" => "派单裁定",
        "call_back" => "回访",
        "close" => "办结",
        "hand_over" => "移交信访",
        "archive" => "归档",
        "report_up" => "报告党委和政府",
        "issue_supervision" => "签发督办单",
        "publish" => "审核公开",
        "transfer_emergency" => "转紧急热线",
        "release_lead" => "线索放行",
        _ if task.starts_with("assist:") => "协办",
        _ => "办理",
    }
}

/// The lists, each by the tasks in it.
const LISTS: [(&str, &str, &[&str]); 6] = [
    ("dispatch", "待派单", &["dispatch", "transfer_emergency"]),
    ("returns", "退单和延期", &["settle_return", "settle_extension"]),
    ("arbitration", "待裁定", &["arbitrate"]),
    ("call-back", "待回访", &["call_back"]),
    ("close", "待办结", &["close", "hand_over"]),
    ("more", "督办、公开和归档", &["issue_supervision", "report_up", "publish", "archive", "release_lead"]),
];

/// The hotline's own lists, or for a unit what it has to do; the least time first.
async fn inbox(visit: Visit, Query(query): Query<Form>) -> Page {
    let (account, actor) = visit.staff()?;
    let app = &visit.web.app;
    let desk = app.hotline();
    let own = desk.as_ref().is_some_and(|desk| desk.org == actor.org);
    // Agents work the lists of the hotline, heads those of their officers.
    let role = if own { Role::CatalogueManager } else { Role::Officer };
    // Those with a last day first: what has none, such as archiving, never pushes them off the list.
    let dated = Some(("0".to_owned(), MatterId(0), String::new()));
    let mut rows = Vec::new();
    for (after, due_by) in [(dated, None), (None, Some(String::new()))] {
        let kinds = vec![Order::KIND];
        let tasks = TaskQuery {
            orgs: vec![account.org.clone()],
            role: role.name(),
            due_by,
            after,
            kinds,
            limit: TASKS,
        };
        let found = app.store.tasks(app.region, tasks).await;
        rows.extend(found.map_err(|fault| Fail::fault(&visit, fault))?);
    }
    // A due day is empty where there is none: those come last.
    rows.sort_by(|a, b| (a.due.is_empty(), &a.due).cmp(&(b.due.is_empty(), &b.due)));
    let (today, calendar) = (app.moment().today, app.calendar());
    let day = today.to_string();
    let late = rows.iter().filter(|row| !row.due.is_empty() && row.due < day).count();
    let listed = |names: &[&str], task: &str| names.contains(&task);
    let chosen = query.get("list").map_or("", String::as_str);
    let tabs: Vec<Value> = std::iter::once(("", "全部", rows.len()))
        .chain(LISTS.iter().filter(|_| own).map(|(id, label, names)| {
            (*id, *label, rows.iter().filter(|row| listed(names, &row.task)).count())
        }))
        .map(|(id, label, count)| context! { label => label, href => format!("/desk/hotline?list={id}"), count => count, current => id == chosen })
        .collect();
    let names = LISTS.iter().find(|(id, _, _)| *id == chosen).map(|(_, _, names)| *names);
    let shown: Vec<Value> = rows
        .iter()
        .filter(|row| names.is_none_or(|names| listed(names, &row.task)))
        .map(|row| {
            let due = Some(row.due.as_str()).filter(|due| !due.is_empty());
            context! {
                number => row.matter.number.clone(), href => format!("/desk/orders/{}", row.matter.id), title => row.matter.title.clone(), unit => row.matter.org.clone(),
                what => task_zh(&row.task), status => tag("plain", Order::status_zh(&row.matter.status)), clock => due_badge(due, row.matter.amber.as_deref(), today, &calendar),
            }
        })
        .collect();
    let asked = app.store.by_facet(app.region, "panel", actor.person.as_str(), TASKS).await;
    let asked = asked.map_err(|fault| Fail::fault(&visit, fault))?;
    let asked = asked
        .iter()
        .map(|row| link(format!("待您确认的合议 {}", row.number), &format!("/desk/orders/{}", row.id)));
    let seats = own && matches!(actor.role, Role::WindowClerk | Role::CatalogueManager);
    Ok(visit.page("desk/hotline.html", if own { "12345 工单" } else { "本单位工单" }, context! {
        tally => vec![
            context! { label => "待办", count => rows.len(), unit => "件", state => (), href => () },
            context! { label => "其中超期", count => late, unit => "件", state => (late > 0).then_some("red"), href => () },
        ],
        more => asked.chain([link("群体诉求", "/desk/hotline/bursts"), link("诉求热力", "/desk/hotline/heat"), link("话务预计", "/desk/hotline/load"), link("通报", "/desk/hotline/bulletins"), link("知识库", "/desk/hotline/knowledge"), link("承办单位对照", "/desk/hotline/units"), link("历史工单", "/desk/hotline/tickets")]).collect::<Vec<_>>(),
        tabs => tabs, rows => shown, seat_href => seats.then_some("/desk/hotline/new"),
        setup_href => (actor.role == Role::CatalogueManager && (own || desk.is_none())).then_some("/desk/hotline/set-up"),
        categories_href => (own && actor.role == Role::CatalogueManager).then_some("/desk/hotline/categories"),
        leads_href => matches!(actor.role, Role::CatalogueManager | Role::Inspector).then_some("/desk/leads"),
        keys_href => matches!(actor.role, Role::CatalogueManager | Role::Operator).then_some("/desk/hotline/keys"),
        open => desk.is_some_and(|desk| desk.live.is_some()),
    }))
}

/// Answers in force today, of the category or with a word of the text.
pub(crate) fn answers(visit: &Visit, category: &str, text: &str) -> Vec<(MatterId, Text)> {
    let app = &visit.web.app;
    let today = app.moment().today;
    let catalogue = app.catalogue();
    let said: Vec<String> = visit
        .web
        .words(text)
        .into_iter()
        .filter(|word| word.chars().count() > 1)
        .collect();
    let mut found: Vec<(usize, MatterId, Text)> = catalogue
        .all::<Knowledge>()
        .filter_map(|(id, knowledge)| {
            let (_, entry) = knowledge.in_force(today)?;
            let words = said.iter().filter(|word| entry.question.contains(word.as_str())).count();
            let fit = words * 2 + usize::from(!category.is_empty() && entry.category == category);
            (fit > 0).then(|| (fit, id, entry.clone()))
        })
        .collect();
    found.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    found.into_iter().take(5).map(|(_, id, text)| (id, text)).collect()
}

/// Only who sits for the hotline takes calls.
pub(crate) fn agent(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    let sits = visit.web.app.hotline().is_some_and(|desk| desk.org == actor.org);
    match actor.role {
        Role::WindowClerk | Role::CatalogueManager if sits => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

fn fields(list: &Categories, addresses: &Addresses, desk: Option<&Desk>) -> Vec<Field> {
    vec![
        Field::text("caller_phone", "来电号码", false).kind("phone"),
        Field::text("caller_name", "姓名", false),
        Field::text("text", "诉求内容", true).kind("long_text"),
        Field::text("caller_address", "地点", false).hint("加密保存。"),
        Field::text("address", "标准地址", false)
            .kind("pick")
            .hint("写村（社区）的名称就能挑，也可以写编码。")
            .options(addresses.iter().map(|(code, name)| (code.to_owned(), name.to_owned()))),
        Field::text("kind", "类型", true)
            .kind("choice")
            .options(choices(Kind::ALL, Kind::zh)),
        Field::text("category", "类别", true)
            .kind("choice")
            .options(category_choices(list)),
        Field::text("urgency", "紧急程度", true)
            .kind("choice")
            .options(choices(Urgency::ALL, Urgency::zh)),
        Field::text("line", "来源号码", false).hint("不填就是12345。"),
        Field::text("prefecture", "市级编号", false).hint("市级平台转来的填。"),
        Field::text("repeat_of", "重复于", false)
            .hint("同一件事再次来电的，填上一次的工单编号；也可以在历史里挑。"),
        Field::text("officer", "企业服务专员", false).hint("企业类诉求派单时必填：专员的账号。"),
        Field { label: "被反映单位".into(), required: false, ..accused(desk) }.hint("举报必填：不会派给它。"),
        Field::text("public", "公开", false)
            .kind("checks")
            .options([("yes".to_owned(), "来电人同意公开".to_owned())]),
    ]
}

/// `call`: the one that is on, whose number and line are in the form before anybody asks.
async fn seat(visit: Visit, Query(query): Query<Form>) -> Page {
    let actor = agent(&visit)?;
    let Some((id, call)) = query.get("call").and_then(|id| Some((id, own_call(&visit, &actor, id)?))) else {
        return Ok(show(&visit, &Form::new(), &[], Looked::default()));
    };
    let mut form = Form::from([("caller_phone".to_owned(), call.caller), ("call".to_owned(), id.clone())]);
    if call.line != OWN_LINE {
        form.insert("line".to_owned(), call.line);
    }
    let looked = look(&visit, &form).await?;
    Ok(show(&visit, &form, &[], looked))
}

/// A call that this seat has, or had a moment ago.
fn own_call(visit: &Visit, actor: &Actor, call: &str) -> Option<Live> {
    let live = visit.web.telephony.call(call)?;
    (live.seat.as_deref() == Some(actor.person.as_str())).then_some(live)
}

/// 关联来电: of the call whose form it was. What was taken stands, whether or not that could be written down.
async fn link_call(visit: &Visit, actor: &Actor, form: &Form, taken: MatterId, idem: &str) {
    let Some(call) = form.get("call").filter(|call| own_call(visit, actor, call).is_some()) else { return };
    let act = OrderAct::LinkCall { call: call.clone() };
    let key = format!("{idem}-call");
    if let Err(problem) = order(visit, actor, Some(taken), act, BTreeMap::new(), &key).await {
        tracing::warn!(%taken, %problem, "a request could not be joined to its call");
    }
}

/// What was found while the caller speaks.
#[derive(Default)]
struct Looked {
    asked: bool,
    history: Vec<MatterRow>,
    like: Vec<Like>,
    knowledge: Vec<(MatterId, Text)>,
}

async fn look(visit: &Visit, form: &Form) -> Result<Looked, Fail> {
    let app = &visit.web.app;
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    // What cannot be resolved yet is no place to look in.
    let address = visit.web.addresses().resolve(value("address")).unwrap_or_default();
    let place = Place { address, point: None };
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    Ok(Looked {
        asked: true,
        history: app.orders_of_caller(value("caller_phone"), HISTORY).await.map_err(fault)?,
        like: orders_like(&*app.store, app.region, value("text"), &place, app.moment().today)
            .await
            .map_err(fault)?,
        knowledge: answers(visit, value("category"), value("text")),
    })
}

fn show(visit: &Visit, form: &Form, wrong: &[Invalid], looked: Looked) -> Response {
    let text = form.get("text").map_or("", String::as_str);
    let told = hints(text);
    let model = visit.web.hotline.model();
    let proposal = propose(model.as_deref(), text);
    // What is proposed fills only what nobody has chosen.
    let mut answers = form.clone();
    let mut fill = |field: &str, value: Option<String>| {
        let slot = answers.entry(field.to_owned()).or_default();
        if slot.trim().is_empty() {
            *slot = value.unwrap_or_default();
        }
    };
    fill("category", proposal.as_ref().and_then(|proposal| proposal.category().map(str::to_owned)));
    fill(
        "kind",
        told.kind
            .map(|kind| word_of(&kind))
            .or_else(|| looked.asked.then(|| word_of(&Kind::Help))),
    );
    fill(
        "urgency",
        told.urgency
            .map(|urgency| word_of(&urgency))
            .or_else(|| Some(word_of(&Urgency::Ordinary))),
    );
    let category = answers.get("category").cloned().unwrap_or_default();
    let address = answers.get("address").map_or("", String::as_str);
    let address = visit.web.addresses().resolve(address).unwrap_or_default();
    let desk = visit.web.app.hotline();
    let unit = desk
        .as_ref()
        .and_then(|desk| desk.route(&category, &address))
        .map(|route| route.unit.to_string());
    let row = |row: &MatterRow| context! { number => row.number.clone(), href => format!("/desk/orders/{}", row.id), title => row.title.clone(), day => row.opened_day.clone(), status => tag("plain", Order::status_zh(&row.status)) };
    let list = categories(&visit.web);
    let page = visit.page("desk/hotline_new.html", "12345 坐席", context! {
        errors => wrong.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => "/desk/hotline/new", idem => hex(&random::<12>()) }, fields => filled(fields(&list, visit.web.addresses(), desk.as_ref()), &answers, wrong),
        emergencies => Emergency::ALL.iter().map(|to| context! { value => word_of(to), label => to.zh() }).collect::<Vec<_>>(),
        call => form.get("call"),
        emergency_told => told.emergency, asked => looked.asked, unit => unit,
        places => visit.web.places(text).map(|found| places(visit.web.addresses(), &found)).unwrap_or_default(),
        hints => proposal.as_ref().map(|proposal| proposed(&list, proposal, model.as_deref().map(|model| &model.card))),
        history => looked.history.iter().map(row).collect::<Vec<_>>(),
        like => looked.like.iter().map(|like| context! { number => like.row.number.clone(), href => format!("/desk/orders/{}", like.row.id), title => like.row.title.clone(), text => mask_within(&like.text).chars().take(60).collect::<String>(), alike => format!("{}%", like.alike / 10) }).collect::<Vec<_>>(),
        calls => crate::telephony::panel(visit, visit.account.as_ref().map_or("", |account| account.person.as_str())),
        knowledge => looked.knowledge.iter().map(|(id, text)| context! { id => id.to_string(), question => text.question.clone(), answer => text.answer.clone(), owner => text.owner.to_string(), until => text.valid_until.to_string() }).collect::<Vec<_>>(),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// What goes on record beside the category that the agent or the caller chose.
pub(crate) fn suggested(web: &Web, text: &str) -> Option<Suggestion> {
    propose(web.hotline.model().as_deref(), text).map(|proposal| proposal.suggestion)
}

/// The same for the address and whatever else is chosen.
pub(crate) async fn proposed_beside(visit: &Visit, intake: &Intake) -> Result<Option<Proposed>, Fail> {
    let (app, text) = (&visit.web.app, &intake.text);
    let beside = propose_beside(&*app.store, app.region, text, &intake.place, app.moment().today).await;
    let beside = beside.map_err(|fault| Fail::fault(visit, fault))?;
    Ok(Proposed { place: visit.web.places(text), ..beside }.some())
}

/// Places that the text names, each with its share of what it names.
fn places(addresses: &Addresses, found: &Suggestion) -> Vec<Value> {
    let row = |(code, share): &(String, u16)| context! { code => code.clone(), name => addresses.told(code), share => format!("{}%", share / 10) };
    found.top.iter().map(row).collect()
}

/// The proposal with its confidence, and what its model got right on requests that it never saw.
fn proposed(list: &Categories, proposal: &Proposal, card: Option<&Card>) -> Value {
    let row = |(code, share): &(String, u16)| context! { name => list.title(code), share => format!("{}%", share / 10) };
    let first = proposal.suggestion.top.first().map_or(0, |(_, share)| *share);
    let card = card.filter(|_| proposal.trained);
    context! {
        rows => proposal.suggestion.top.iter().take(3).map(row).collect::<Vec<_>>(), below => proposal.below.iter().take(3).map(row).collect::<Vec<_>>(),
        model => proposal.suggestion.model.clone(), accuracy => card.map(|card| context! {
            held_out => card.n_held_out(), top1 => card.top1, top1_rate => card.accuracy().percent(), top3 => card.top3, top3_rate => card.accuracy_of_three().percent(),
            baseline => card.majority_top1, baseline_rate => card.baseline().percent(),
            alike => card.at(first).map(|ratio| format!("{}件中对{}件", ratio.whole, ratio.part)),
        }),
    }
}

fn intake(list: &Categories, addresses: &Addresses, form: &Form) -> Result<Intake, Vec<Invalid>> {
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    let mut wrong = Vec::new();
    let (kind, urgency): (Option<Kind>, Option<Urgency>) = (word(value("kind")), word(value("urgency")));
    for (field, missing) in [("kind", kind.is_none()), ("urgency", urgency.is_none())] {
        if missing {
            wrong.push(Invalid::new(field, "请选择一项"));
        }
    }
    let category = value("category");
    let group = list.group(category).filter(|_| list.item(category).is_some());
    if group.is_none() {
        wrong.push(Invalid::new("category", "请选择类别"));
    }
    let (Some(kind), Some(urgency), Some(group)) = (kind, urgency, group) else { return Err(wrong) };
    let address = addresses.resolve(value("address")).map_err(|found| {
        let names: Vec<String> = found.iter().map(|area| format!("{}（{}）", area.name, area.code)).collect();
        let message = match names.len() {
            0 => "没有这个标准地址".to_owned(),
            _ => format!("是哪一个：{}", names.join("、")),
        };
        vec![Invalid::new("address", message)]
    })?;
    let maybe = |name: &str| Some(value(name).to_owned()).filter(|value| !value.is_empty());
    let prefecture = maybe("prefecture");
    Ok(Intake {
        channel: if prefecture.is_some() { Channel::Prefecture } else { Channel::Telephone },
        line: maybe("line").unwrap_or_else(|| OWN_LINE.to_owned()),
        kind,
        text: value("text").to_owned(),
        category: category.to_owned(),
        place: Place { address, point: None },
        urgency,
        lane: group.lane,
        prefecture,
        repeat_of: None,
        against: maybe("against").filter(|unit| unit != NONE_NAMED).map(|unit| OrgId::new(&unit)),
        none_named: value("against") == NONE_NAMED,
        public: value("public") == "yes",
        lead: false,
        suggestion: None,
        proposed: None,
        persons: 1,
        attachments: Vec::new(),
    })
}

/// The order that the caller calls about again, by its number; what a lead is about stays sealed.
async fn repeated(visit: &Visit, form: &Form) -> Result<Result<Option<MatterId>, Invalid>, Fail> {
    let number = form.get("repeat_of").map_or("", |number| number.trim());
    if number.is_empty() {
        return Ok(Ok(None));
    }
    let known = visit
        .web
        .app
        .order_numbered(number)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    Ok(match known.filter(|(_, order)| !order.is_lead()) {
        Some((row, _)) => Ok(Some(row.id)),
        None => Err(Invalid::new("repeat_of", "没有这个编号的工单")),
    })
}

/// `do` says which button: look, take, dispatch, lead, `place:CODE`, `repeat:NUMBER`, `answer:ID`, `emergency:police`.
async fn take(visit: Visit, extract::Form(mut form): extract::Form<Form>) -> Page {
    let actor = agent(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let mut wish = form.remove("do").unwrap_or_else(|| "look".to_owned());
    // A place that is proposed is chosen with its button, and everything is looked up again there.
    if let Some(code) = wish.strip_prefix("place:") {
        form.insert("address".to_owned(), code.to_owned());
        wish = "look".to_owned();
    }
    if let Some(number) = wish.strip_prefix("repeat:") {
        form.insert("repeat_of".to_owned(), number.to_owned());
        wish = "look".to_owned();
    }
    let wish = wish.as_str();
    let idem = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(|| hex(&random::<12>()));
    let private = private_of(&form);
    if let Some(to) = wish.strip_prefix("emergency:").and_then(word::<Emergency>) {
        let note = form.get("text").cloned().unwrap_or_default();
        let act = OrderAct::TransferEmergency { to, note };
        return match order(&visit, &actor, None, act, private, &idem).await {
            Ok(id) => {
                link_call(&visit, &actor, &form, id, &idem).await;
                Ok(to_order(id))
            }
            Err(problem) => failed(&visit, &form, problem, "转紧急热线").await,
        };
    }
    if wish == "look" {
        let looked = look(&visit, &form).await?;
        return Ok(show(&visit, &form, &[], looked));
    }
    if wish == "lead" {
        return take_lead(&visit, &actor, &form, private, &idem).await;
    }
    let intake = match intake(&categories(&visit.web), visit.web.addresses(), &form) {
        Ok(intake) => Intake {
            suggestion: suggested(&visit.web, &intake.text),
            proposed: proposed_beside(&visit, &intake).await?,
            ..intake
        },
        Err(wrong) => {
            let looked = look(&visit, &form).await?;
            return Ok(show(&visit, &form, &wrong, looked));
        }
    };
    let intake = match repeated(&visit, &form).await? {
        Ok(repeat_of) => Intake { repeat_of, ..intake },
        Err(wrong) => {
            let looked = look(&visit, &form).await?;
            return Ok(show(&visit, &form, &[wrong], looked));
        }
    };
    // The prefecture's number names one order: sent twice, it is shown where it is.
    if let Some(number) = &intake.prefecture {
        let known = visit.web.app.order_of_prefecture(number).await;
        if let Some(row) = known.map_err(|fault| Fail::fault(&visit, fault))? {
            let wrong = [Invalid::new("prefecture", format!("这个市级编号已经登记为 {}", row.number))];
            let looked = look(&visit, &form).await?;
            return Ok(show(&visit, &form, &wrong, looked));
        }
    }
    let unit = visit.web.app.hotline().and_then(|desk| {
        desk.route(&intake.category, &intake.place.address)
            .map(|route| (route.unit.clone(), assisting(route, intake.against.as_ref())))
    });
    let officer = form
        .get("officer")
        .map(|officer| officer.trim())
        .filter(|officer| !officer.is_empty());
    // Asked for before it is taken: a request of the enterprise lane is dispatched to its officer (HTL-02).
    if wish == "dispatch" && unit.is_some() && intake.lane == Lane::Enterprise && officer.is_none() {
        let wrong = [Invalid::new("officer", "请填写企业服务专员的账号，或者只受理")];
        let looked = look(&visit, &form).await?;
        return Ok(show(&visit, &form, &wrong, looked));
    }
    // Whom a report is about is asked of the caller while there is one (PET-08).
    if wish == "dispatch" && intake.kind == Kind::Report && intake.against.is_none() && !intake.none_named {
        let wrong = [Invalid::new("against", "请选择被举报的单位，没有指明的选“没有指明单位”")];
        let looked = look(&visit, &form).await?;
        return Ok(show(&visit, &form, &wrong, looked));
    }
    let taken = match order(&visit, &actor, None, OrderAct::Take(Box::new(intake)), private, &idem).await {
        Ok(id) => id,
        Err(problem) => return failed(&visit, &form, problem, "受理登记").await,
    };
    link_call(&visit, &actor, &form, taken, &idem).await;
    let next = match (wish, unit) {
        ("dispatch", Some((unit, assisting))) => Some((
            "派单",
            OrderAct::Dispatch {
                unit,
                assisting,
                officer: officer.map(PersonId::new),
                category: None,
                against: None,
                none_named: false,
                reason: String::new(),
            },
        )),
        _ => wish
            .strip_prefix("answer:")
            .and_then(|id| id.parse().ok())
            .map(|knowledge| ("当场答复", OrderAct::Answer { knowledge, also: vec![], satisfied: None })),
    };
    if let Some((zh, act)) = next
        && let Err(problem) =
            order(&visit, &actor, Some(taken), act, BTreeMap::new(), &format!("{idem}-2")).await
    {
        // It is taken; what the rule forbids is shown with the way to the order.
        return Err(Fail::from_problem(&visit, problem, zh, &format!("/desk/orders/{taken}")));
    }
    Ok(to_order(taken))
}

/// 线索另行封存: its words are sealed at once, and of them nothing stands in the order, not even what they were taken for.
async fn take_lead(
    visit: &Visit,
    actor: &Actor,
    form: &Form,
    mut private: BTreeMap<String, String>,
    idem: &str,
) -> Page {
    let read = match intake(&categories(&visit.web), visit.web.addresses(), form) {
        Ok(read) if !read.text.trim().is_empty() => Ok(read),
        Ok(_) => Err(vec![Invalid::new("text", "请填写诉求内容")]),
        Err(wrong) => Err(wrong),
    };
    let read = match read {
        Ok(read) => read,
        Err(wrong) => {
            let looked = look(visit, form).await?;
            return Ok(show(visit, form, &wrong, looked));
        }
    };
    private.remove("caller_address");
    private.insert(LEAD_TEXT.to_owned(), read.text.clone());
    let lead = Intake {
        kind: Kind::Report,
        text: String::new(),
        place: Place::default(),
        against: None,
        none_named: false,
        public: false,
        lead: true,
        ..read
    };
    match order(visit, actor, None, OrderAct::Take(Box::new(lead)), private, idem).await {
        Ok(id) => Ok(to_order(id)),
        Err(problem) => failed(visit, form, problem, "线索另行封存").await,
    }
}

fn to_order(id: MatterId) -> Response {
    Redirect::to(&format!("/desk/orders/{id}")).into_response()
}

async fn order(
    visit: &Visit,
    actor: &Actor,
    matter: Option<MatterId>,
    act: OrderAct,
    private: BTreeMap<String, String>,
    key: &str,
) -> Result<MatterId, Problem> {
    let call = Call { actor, matter, act, private, key: Some(key.to_owned()) };
    visit.web.app.act::<Order>(call).await.map(|done| done.matter)
}

async fn failed(visit: &Visit, form: &Form, problem: Problem, zh: &str) -> Page {
    match problem {
        Problem::Invalid(wrong) => {
            let looked = look(visit, form).await?;
            Ok(show(visit, form, &wrong, looked))
        }
        problem => Err(Fail::from_problem(visit, problem, zh, "/desk/hotline/new")),
    }
}
