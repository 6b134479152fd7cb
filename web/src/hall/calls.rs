//! 应答。 What the window asks of the back office, what citizens could not get done, and bad evaluations: found and answered
//! in one place, each with its clock.

use super::window::departments;
use super::{open_halls, stuck};
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{Field, Names, act_form, due_badge, encode, fact, fact_link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::registry::{self, Asked};
use fadu_app::store::{TaskQuery, TaskRow};
use fadu_app::{Call, Problem};
use fadu_hall::{Call as FrontCall, Evaluation, Hall, Stuck, Ticket};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, Role};
use minijinja::{Value, context};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

const PER_PAGE: usize = 50;
const PAGE: u32 = 200;
/// Tasks of other kinds that are looked through for these.
const LOOKED_THROUGH: usize = 2000;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/calls", get(list).post(report))
        .route("/desk/calls/{kind}/{id}", get(page))
        .route("/desk/calls/{kind}/{id}/acts/{act}", post(do_act))
}

const KINDS: [&str; 3] = [FrontCall::KIND, Stuck::KIND, Evaluation::KIND];

fn task_zh(task: &str) -> &'static str {
    match task {
        "answer" => "应答或者答复",
        "opinion" => "答复意见",
        "close" => "办结",
        "assign" => "交办",
        "call_back" => "回访",
        "verify" => "核实",
        "repair" => "整改",
        "judge" => "裁定申诉",
        _ => "办理",
    }
}

/// Tasks of these three kinds, the most urgent first.
async fn tasks(visit: &Visit, actor: &Actor, orgs: &[String]) -> Result<Vec<TaskRow>, Fail> {
    let app = &visit.web.app;
    let (mut found, mut after, mut looked) = (Vec::new(), None, 0);
    loop {
        let query = TaskQuery {
            orgs: orgs.to_vec(),
            kinds: vec![],
            role: actor.role.name(),
            due_by: None,
            after: after.take(),
            limit: PAGE,
        };
        let page = app
            .store
            .tasks(app.region, query)
            .await
            .map_err(|fault| Fail::fault(visit, fault))?;
        looked += page.len();
        let more = page.len() == PAGE as usize && looked < LOOKED_THROUGH;
        after = page.last().map(|last| (last.due.clone(), last.matter.id, last.task.clone()));
        found.extend(page.into_iter().filter(|row| KINDS.contains(&row.matter.kind.as_str())));
        if !more || found.len() >= PER_PAGE {
            return Ok(found);
        }
    }
}

async fn list(visit: Visit) -> Page {
    show_list(&visit, &HashMap::new(), &[]).await
}

async fn show_list(visit: &Visit, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    // Who works at the window keeps what the bureau keeps; everybody else their own body's.
    let mut orgs = vec![actor.org.to_string()];
    if actor.role == Role::WindowClerk {
        orgs = open_halls(&catalogue).iter().map(|hall| hall.org.to_string()).collect();
        orgs.sort();
        orgs.dedup();
    }
    let mut rows = tasks(visit, &actor, &orgs).await?;
    rows.truncate(PER_PAGE);
    let (today, calendar) = (app.moment().today, app.calendar());
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| {
            let kind = registry::kind(&row.matter.kind).map_or("", |kind| kind.zh);
            context! {
                number => row.matter.number.clone(), href => format!("/desk/calls/{}/{}", row.matter.kind, row.matter.id), kind => kind, title => row.matter.title.clone(),
                what => task_zh(&row.task), clock => due_badge(Some(&row.due), row.matter.amber.as_deref(), today, &calendar),
            }
        })
        .collect();
    let form = Stuck::acts()
        .iter()
        .find(|kind| kind.name == "Report" && actor.role == Role::WindowClerk);
    let form = form.map(|kind| {
        let fields = stuck::fields(&open_halls(&catalogue));
        act_form(kind, "/desk/calls", filled(fields, answers, wrong), false, false)
    });
    let page = visit.page("desk/calls.html", "呼叫、办不成事和差评", context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("Report-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        rows => shown, act => form,
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

fn choices(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
        .collect()
}

/// The window writes down what somebody could not get done; a name and a telephone are not needed for it.
async fn report(visit: Visit, extract::Form(form): extract::Form<HashMap<String, String>>) -> Page {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let (act, private) = match stuck::read(&form) {
        Ok(read) => read,
        Err(wrong) => return show_list(&visit, &form, &wrong).await,
    };
    let call = Call { actor: &actor, matter: None, act, private, key: form.get("idem").cloned() };
    match visit.web.app.act::<Stuck>(call).await {
        Ok(done) => Ok(Redirect::to(&format!("/desk/calls/stuck/{}", done.matter)).into_response()),
        Err(Problem::Invalid(wrong)) => show_list(&visit, &form, &wrong).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "反映", "/desk/calls")),
    }
}

/// The act tried, what was typed, and what is wrong with it.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn page(visit: Visit, Path((kind, id)): Path<(String, String)>) -> Page {
    show(&visit, &kind, &id, None).await
}

/// One matter of the three kinds, as the page needs it.
struct Opened {
    number: String,
    status: Value,
    facts: Vec<Value>,
    acts: Vec<ActKind>,
    /// May the reader see names and telephones in clear?
    reads: bool,
}

/// What a call is about: a ticket of its day with the case that came of it, or a case.
async fn subject(visit: &Visit, id: MatterId, about: &str) -> Result<Vec<Value>, Fail> {
    let to = |number: &str| format!("/desk/search?q={}", encode(number));
    let ticket = visit.web.app.state_of::<Ticket>(id).await;
    let Some(ticket) = ticket.map_err(|fault| Fail::fault(visit, fault))? else {
        return Ok(vec![fact_link("办件", about, &to(about))]);
    };
    let case = ticket.case.as_deref().map(|case| fact_link("办件", case, &to(case)));
    Ok([fact_link("排队号", about, &format!("/tickets/{id}"))]
        .into_iter()
        .chain(case)
        .collect())
}

async fn open(visit: &Visit, actor: &Actor, kind: &str, id: MatterId) -> Result<Opened, Fail> {
    let app = &visit.web.app;
    fn open_acts<M: Matter>(app: &fadu_app::App, actor: &Actor, state: &M, names: &[&str]) -> Vec<ActKind> {
        let parties = state.parties();
        let fits = |kind: &&ActKind| names.contains(&kind.name) && app.may::<M>(actor, kind.name, &parties);
        M::acts().iter().filter(fits).copied().collect()
    }
    match kind {
        FrontCall::KIND => {
            let call: FrontCall = visit.stored(id).await?;
            let mut facts = Vec::new();
            if let (Some(ask), Some(raised)) = (&call.ask, &call.raised) {
                let hall = app.catalogue().one::<Hall>(Hall::id(&ask.hall)).map(|hall| hall.name.clone());
                if !ask.about.is_empty() {
                    facts.extend(
                        subject(visit, Ticket::id(&ask.hall, raised.on, &ask.about), &ask.about).await?,
                    );
                }
                facts.extend([
                    fact("呼叫", fadu_app::now::clock_text(raised.ms)),
                    fact("窗口", format!("{} 窗口{}", hall.unwrap_or_default(), ask.window)),
                    fact("部门", ask.department.as_str()),
                    fact("问题", ask.question.as_str()),
                    fact("现在在", call.level.zh()),
                    fact(
                        "时限",
                        format!("{}分钟应答，{}分钟答复意见", call.minutes.answer, call.minutes.opinion),
                    ),
                ]);
            }
            facts.extend(call.opinion.iter().map(|(_, opinion)| fact("意见", opinion.as_str())));
            let names: &[&str] = match call.status() {
                "raised" => &["Answer"],
                "taken" => &["GiveOpinion"],
                _ => &[],
            };
            let status = tag(
                if call.closed.is_some() { "off" } else { "on" },
                status_zh(FrontCall::KIND, call.status()),
            );
            Ok(Opened {
                number: call.number.clone(),
                status,
                facts,
                acts: open_acts(app, actor, &call, names),
                reads: false,
            })
        }
        Stuck::KIND => {
            let stuck: Stuck = visit.stored(id).await?;
            let due = stuck.due(&app.calendar());
            let mut facts = vec![
                fact("事项", stuck.subject.as_str()),
                fact("答复最后一日", due.map_or_else(|| "没有确定时限".to_owned(), |due| due.to_string())),
                fact("现在在", stuck.level.zh()),
            ];
            facts.extend(stuck.department.iter().map(|department| fact("交办", department.as_str())));
            facts.extend(stuck.answered.iter().flat_map(|answered| {
                let said = if answered.done { "已经办成" } else { "没有办成" };
                [
                    fact("答复", said),
                    fact("原因", answered.reason.as_str()),
                    fact("怎么办", answered.way.as_str()),
                ]
            }));
            let (names, zh): (&[&str], _) = match stuck.status() {
                "reported" => (&["Assign", "Answer"], "等交办"),
                "assigned" => (&["Answer", "Assign"], "等答复"),
                "answered" => (&["Close"], "已答复"),
                _ => (&[], "已办结"),
            };
            let open = |name: &&str| match *name {
                "Assign" => stuck.assigned_by(actor.role),
                "Answer" => stuck.answering().is_some() && stuck.answered_by(actor.role),
                _ => true,
            };
            let names: Vec<&str> = names.iter().copied().filter(open).collect();
            let status = tag(if stuck.closed.is_some() { "off" } else { "on" }, zh);
            let reads = app.may::<Stuck>(actor, "Read", &stuck.parties());
            Ok(Opened {
                number: stuck.number.clone(),
                status,
                facts,
                acts: open_acts(app, actor, &stuck, &names),
                reads,
            })
        }
        Evaluation::KIND => {
            let evaluation: Evaluation = visit.stored(id).await?;
            let due = evaluation.due(&app.calendar());
            let mut facts = Vec::new();
            if let Some(said) = &evaluation.said {
                facts.extend([
                    fact("评价", said.grade.zh()),
                    fact("渠道", said.channel.zh()),
                    fact("被评价的单位", said.department.as_str()),
                    fact("标签", said.tags.iter().cloned().collect::<Vec<_>>().join("、")),
                    fact(
                        "整改最后一日",
                        due.map_or_else(|| "没有确定时限".to_owned(), |due| due.to_string()),
                    ),
                ]);
            }
            let held = evaluation
                .rectification
                .as_ref()
                .and_then(|open| open.verified.as_ref())
                .map(|(holds, _)| *holds);
            let (names, zh): (&[&str], _) = match evaluation.status() {
                "bad" => (&["CallBack"], "等回访"),
                "called_back" => (&["Verify", "CallBack"], "等核实"),
                "verified" if held == Some(false) => (&["Appeal", "Repair"], "核实不属实"),
                "verified" => (&["Repair"], "等整改"),
                "appealed" => (&["Judge"], "等裁定"),
                "settled" => (&[], "已了结"),
                _ => (&[], "不是差评"),
            };
            let reads = app.may::<Evaluation>(actor, "Read", &evaluation.parties());
            let acts = open_acts(app, actor, &evaluation, names);
            Ok(Opened { number: evaluation.number.clone(), status: tag("on", zh), facts, acts, reads })
        }
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn show(visit: &Visit, kind: &str, text: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let id: MatterId = text.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let opened = open(visit, &actor, kind, id).await?;
    let mut facts = opened.facts;
    facts.extend(personal(visit, id, opened.reads).await?);
    let catalogue = app.catalogue();
    let acts: Vec<Value> = opened
        .acts
        .iter()
        .enumerate()
        .map(|(i, act)| {
            let fields = fields(kind, act.name, departments(&catalogue));
            let fields = match failed.filter(|(name, _, _)| *name == act.name) {
                Some((_, answers, wrong)) => filled(fields, answers, wrong),
                None => fields,
            };
            act_form(act, &format!("/desk/calls/{kind}/{id}/acts/{}", act.name), fields, i == 0, false)
        })
        .collect();
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let names = Names::load(visit).await?;
    let zh = registry::kind(kind).map_or("", |kind| kind.zh);
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .map(|row| context! {
            when => fadu_app::now::clock_text(row.ms), text => fact_zh(&row.fact), actor => names.of(&row.actor), note => (), seq => row.seq.to_string(),
            href => format!("/receipts/{}", row.seq), kind => if row.actor == "clock" { "clock" } else { "fact" },
        })
        .collect();
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(name, _, wrong)| wrong.iter().map(move |invalid| context! { id => format!("{name}-{}", invalid.field), text => invalid.message.clone() }))
        .collect();
    let page = visit.page(
        "desk/call.html",
        &format!("{zh} {}", opened.number),
        context! {
            errors => errors, status => opened.status, facts => facts, acts => acts, timeline => timeline,
        },
    );
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

pub(super) fn fact_zh(fact: &str) -> &str {
    match fact {
        "Raised" => "呼叫",
        "Answered" => "应答或者答复",
        "OpinionGiven" => "答复意见",
        "Climbed" => "升级",
        "Escalated" => "交上一级答复",
        "Closed" => "办结",
        "Reported" => "反映",
        "Assigned" => "交办",
        "Evaluated" => "评价",
        "Tagged" => "标签",
        "RectificationOpened" => "开始整改",
        "CalledBack" => "回访",
        "Verified" => "核实",
        "Repaired" => "整改",
        "Appealed" => "申诉",
        "Judged" => "裁定",
        "TurnedOverdue" => "超期记录",
        other => other,
    }
}

/// In clear for who must answer, masked for every other reader. Values under several persons' keys are possible.
async fn personal(visit: &Visit, id: MatterId, reads: bool) -> Result<Vec<Value>, Fail> {
    let app = &visit.web.app;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let mut rows = Vec::new();
    let mut keys: HashMap<String, Option<Vec<u8>>> = HashMap::new();
    for row in app.store.private_of(app.region, id).await.map_err(fault)? {
        if !keys.contains_key(&row.subject) {
            let key = app.store.person_key(app.region, &row.subject).await.map_err(fault)?;
            keys.insert(row.subject.clone(), key);
        }
        let label = match row.field.as_str() {
            "applicant_name" => "姓名",
            "applicant_phone" => "联系电话",
            "comment" => "评语",
            _ => continue,
        };
        let key = keys.get(&row.subject).and_then(Option::as_ref);
        if let Some((value, _)) = key.and_then(|key| app.keys.open_value(key, &row.field, &row.sealed).ok()) {
            rows.push(fact(label, if reads { value } else { fadu_app::private::mask(&value) }));
        }
    }
    Ok(rows)
}

fn fields(kind: &str, act: &str, departments: Vec<(String, String)>) -> Vec<Field> {
    let yes_no = |id: &str, label: &str, yes: &str, no: &str| {
        Field::text(id, label, true)
            .kind("choice")
            .options(choices(&[("yes", yes), ("no", no)]))
    };
    let long = |id: &str, label: &str| Field::text(id, label, true).kind("long_text");
    match (kind, act) {
        (_, "GiveOpinion") => vec![long("opinion", "答复意见")],
        (_, "Assign") => vec![
            Field::text("department", "交办的部门", true)
                .kind("choice")
                .options(departments),
        ],
        (Stuck::KIND, "Answer") => vec![
            yes_no("done", "结果", "已经办成", "没有办成"),
            Field { required: false, ..long("reason", "原因").hint("没有办成必填。") },
            Field {
                required: false,
                ..long("way", "怎么办").hint("没有办成必填：办事人下一步去哪里、怎么办。")
            },
        ],
        (Stuck::KIND, "Close") => {
            vec![
                yes_no("solved", "办成了吗", "办成", "没有办成"),
                long("note", "办结说明"),
                Field {
                    required: false,
                    ..long("reporter_word", "反映人的意见")
                        .hint("反映人何时、怎样说不再请上一级答复；没有说的，过了一个答复时限才能办结。")
                },
            ]
        }
        (_, "CallBack") => {
            vec![yes_no("reached", "联系上了吗", "联系上", "没有联系上"), long("note", "回访记录")]
        }
        (_, "Verify") => vec![yes_no("holds", "反映的情况", "属实", "不属实"), long("note", "核实记录")],
        (_, "Repair") => vec![long("what", "整改措施")],
        (_, "Appeal") => vec![long("reason", "申诉理由")],
        (_, "Judge") => vec![yes_no("upheld", "申诉", "成立，差评不计", "不成立"), long("reason", "理由")],
        _ => Vec::new(),
    }
}

async fn do_act(
    visit: Visit,
    Path((kind, id, name)): Path<(String, String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let back = format!("/desk/calls/{kind}/{id}");
    let matter: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let known = registry::kind(&kind).filter(|known| KINDS.contains(&known.name));
    let known = known.ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let Some(act) = known.act_kind(&name) else { return Err(Fail::NotFound(visit)) };
    let mut values = serde_json::Map::new();
    let mut wrong = Vec::new();
    let asked_fields = fields(&kind, &name, Vec::new());
    for field in &asked_fields {
        let value = form.get(&field.id).map_or("", |value| value.trim());
        let answer = match (value, field.options.iter().any(|option| option.value == "yes")) {
            ("yes", true) => json!(true),
            ("no", true) => json!(false),
            (_, true) => {
                wrong.push(Invalid::new(field.id.clone(), "请选择一项"));
                continue;
            }
            (text, false) => json!(text),
        };
        values.insert(field.id.clone(), answer);
    }
    if !wrong.is_empty() {
        return show(&visit, &kind, &id, Some((&name, &form, &wrong))).await;
    }
    let fields = (!asked_fields.is_empty()).then_some(serde_json::Value::Object(values));
    let asked = Asked {
        matter: Some(matter),
        act: name.clone(),
        fields,
        private: BTreeMap::new(),
        key: form.get("idem").cloned(),
    };
    match (known.act)(&visit.web.app, &actor, asked).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &kind, &id, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, act.zh, &back)),
    }
}
