//! 12345 对公众的页面。 A citizen writes a request, follows it by number and code on a phone, supplements and rates it, and
//! reads what others agreed to have read.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::hotline_desk::{proposed_beside, suggested};
use crate::session::{Visit, random};
use crate::submission::{applicant, filled};
use crate::view::{Field, act_form, clock_badge, fact, link, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::hotline::Sought;
use fadu_app::now::{clock_text, start_of};
use fadu_app::store::EntryRow;
use fadu_app::{Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::place::Place;
use fadu_hotline::words::{Channel, Emergency, Exclusion, Kind, Lane, Urgency};
use fadu_hotline::{Intake, Order, OrderAct, Petition};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/12345", get(write).post(submit))
        .route("/12345/track", post(look_up))
        .route("/12345/public", get(public))
        .route("/12345/{id}/{code}", get(follow))
        .route("/12345/{id}/{code}/receipt", get(receipt))
        .route("/12345/{id}/{code}/acts/{act}", post(do_act))
}

type Form = HashMap<String, String>;

/// A word of a form or an address, as its type reads it.
pub(crate) fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.trim().to_owned())).ok()
}

pub(crate) fn word_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

pub(crate) fn choices<T: serde::Serialize + Copy>(
    all: &[T],
    zh: fn(T) -> &'static str,
) -> Vec<(String, String)> {
    all.iter().map(|value| (word_of(value), zh(*value).to_owned())).collect()
}

/// 派单分类 as the county's register has them.
pub(crate) fn categories(web: &Web) -> Categories {
    web.app
        .hotline()
        .map_or_else(|| Categories::shipped().clone(), |desk| desk.categories())
}

/// What is happening now is no choice here: it is telephoned.
pub(crate) fn category_choices(list: &Categories) -> Vec<(String, String)> {
    let items = list.items().filter(|(_, item)| !item.emergency);
    items
        .map(|(group, item)| (item.code.clone(), format!("{}：{}（{}）", group.name, item.name, item.about)))
        .collect()
}

fn fields(list: &Categories) -> Vec<Field> {
    vec![
        Field::text("kind", "您要", true)
            .kind("choice")
            .options(choices(Kind::ALL, Kind::zh)),
        Field::text("text", "什么事", true)
            .kind("long_text")
            .hint("写清时间、地点和希望怎么解决。"),
        Field::text("category", "属于哪一类", true)
            .kind("choice")
            .options(category_choices(list)),
        Field::text("caller_address", "在什么地方", false).hint("只有承办单位能看到。"),
        Field::text("address", "标准地址编码", false).hint("门牌二维码下面的数字，没有可以不填。"),
    ]
}

fn own_fields() -> Vec<Field> {
    vec![
        Field::text("caller_name", "姓名", false),
        Field::text("caller_phone", "联系电话", false)
            .kind("phone")
            .hint("办完以后回访用。"),
        Field::text("public", "公开", false).kind("checks").options([(
            "yes".to_owned(),
            "同意隐去个人信息以后公开这件诉求和答复（举报一律不公开）".to_owned(),
        )]),
    ]
}

async fn write(visit: Visit) -> Page {
    Ok(show_form(&visit, &Form::new(), &[], &hex(&random::<12>()), None))
}

fn show_form(visit: &Visit, answers: &Form, wrong: &[Invalid], idem: &str, asked: Option<&str>) -> Response {
    let open = visit.web.app.hotline().is_some_and(|desk| desk.live.is_some());
    let section = |legend: &str, hint: Option<&str>, fields| context! { legend => legend, hint => hint, fields => filled(fields, answers, wrong) };
    let elsewhere = |ground: &Exclusion| context! { name => ground.zh(), text => ground.where_to_go() };
    let question = |error: Option<&str>| {
        let mut code = Field::text("secret", "查询密码", true);
        code.error = error.map(str::to_owned);
        vec![
            Field::text("number", "编号", true).value(answers.get("number").map_or("", String::as_str)),
            code,
        ]
    };
    let mut errors: Vec<Value> = wrong
        .iter()
        .map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() })
        .collect();
    errors.extend(asked.map(|text| context! { id => "secret", text => text }));
    let page = visit.page("portal/hotline.html", "12345 诉求", context! {
        errors => errors, open => open, help_phone => visit.web.site.help_phone.clone(), form => context! { action => "/12345", idem => idem },
        emergencies => Emergency::ALL.iter().map(|to| to.zh()).collect::<Vec<_>>(),
        sections => vec![section("诉求", None, fields(&categories(&visit.web))), section("怎么联系您", Some("不留也可以，用编号和查询密码看答复。"), own_fields())],
        elsewhere => Exclusion::ALL.iter().map(elsewhere).collect::<Vec<_>>(), question => question(asked),
    });
    if wrong.is_empty() && asked.is_none() {
        page
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    }
}

/// What was typed, as far as it can be read.
fn intake(list: &Categories, form: &Form, channel: Channel) -> Result<Intake, Vec<Invalid>> {
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    let mut wrong = Vec::new();
    let kind: Option<Kind> = word(value("kind"));
    if kind.is_none() {
        wrong.push(Invalid::new("kind", "请选择一项"));
    }
    let category = value("category");
    let group = list.item(category).filter(|(_, item)| !item.emergency);
    if group.is_none() {
        wrong.push(Invalid::new("category", "请选择属于哪一类"));
    }
    if value("text").is_empty() {
        wrong.push(Invalid::new("text", "请写明什么事"));
    }
    let (Some(kind), Some((group, _)), true) = (kind, group, wrong.is_empty()) else { return Err(wrong) };
    Ok(Intake {
        channel,
        line: OWN_LINE.to_owned(),
        kind,
        text: value("text").to_owned(),
        category: category.to_owned(),
        place: Place { address: value("address").to_owned(), point: None },
        urgency: Urgency::Ordinary,
        lane: if group.lane == Lane::Enterprise { Lane::Enterprise } else { Lane::General },
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: value("public") == "yes" && kind != Kind::Report,
        lead: false,
        suggestion: None,
        proposed: None,
        persons: 1,
        attachments: Vec::new(),
    })
}

pub(crate) fn private_of(form: &Form) -> BTreeMap<String, String> {
    ["caller_name", "caller_phone", "caller_address"]
        .iter()
        .filter_map(|field| {
            let value = form.get(*field)?.trim();
            (!value.is_empty()).then(|| ((*field).to_owned(), value.to_owned()))
        })
        .collect()
}

async fn submit(visit: Visit, headers: HeaderMap, extract::Form(form): extract::Form<Form>) -> Page {
    let idem = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(|| hex(&random::<12>()));
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let actor = applicant(&visit, &form, &idem, "/12345".to_owned())?;
    let channel = if agent.contains("Mobile") { Channel::PhonePage } else { Channel::Web };
    let intake = match intake(&categories(&visit.web), &form, channel) {
        // On record beside what the caller chose without having seen it.
        Ok(intake) => Intake {
            suggestion: suggested(&visit.web, &intake.text),
            // Whoever writes is not turned away for want of a proposal: a store that is gone is told by the act itself.
            proposed: proposed_beside(&visit, &intake).await.ok().flatten(),
            ..intake
        },
        Err(wrong) => return Ok(show_form(&visit, &form, &wrong, &idem, None)),
    };
    let act = OrderAct::Take(Box::new(intake));
    let call = Call { actor: &actor, matter: None, act, private: private_of(&form), key: Some(idem.clone()) };
    let app = &visit.web.app;
    match app.act::<Order>(call).await {
        Ok(done) => {
            let to = format!("/12345/{}/{}", done.matter, app.keys.track_code(done.matter));
            Ok(Redirect::to(&to).into_response())
        }
        Err(Problem::Invalid(wrong)) => Ok(show_form(&visit, &form, &wrong, &idem, None)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "提交诉求", "/12345")),
    }
}

async fn look_up(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    let app = &visit.web.app;
    let found = app
        .order_numbered(value("number"))
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    if let Some((row, _)) = found {
        let code = app.keys.track_code(row.id);
        if code.eq_ignore_ascii_case(value("secret")) {
            return Ok(Redirect::to(&format!("/12345/{}/{code}", row.id)).into_response());
        }
    }
    let text = "编号或者查询密码不对，请再输一次";
    let kept: Form = [("number".to_owned(), value("number").to_owned())].into();
    Ok(show_form(&visit, &kept, &[], &hex(&random::<12>()), Some(text)))
}

/// The order if the code fits. The address holds the code: pages about it are printed with the address of the form.
async fn by_code(visit: &mut Visit, id: &str, code: &str) -> Result<(MatterId, Order), Fail> {
    visit.path = "/12345".to_owned();
    let app = &visit.web.app;
    let id = id.parse::<MatterId>().ok();
    let fits = id.filter(|id| code.trim().eq_ignore_ascii_case(&app.keys.track_code(*id)));
    let Some(id) = fits else { return Err(Fail::NotFound(visit.clone())) };
    match app.order(id).await.map_err(|fault| Fail::fault(visit, fault))? {
        Some((_, order)) => Ok((id, order)),
        None => Err(Fail::NotFound(visit.clone())),
    }
}

/// Who acts: the caller's account where there is one, otherwise whoever holds number and code.
fn caller(visit: &Visit, order: &Order) -> Option<Actor> {
    let person = order.applicant.clone()?;
    let signed_in = visit.actor().filter(|actor| actor.person == person);
    let by_code = ["form-", "key-", "mail-", "wechat-"]
        .iter()
        .any(|start| person.as_str().starts_with(start));
    signed_in.or_else(|| by_code.then(|| Actor { person, role: Role::Citizen, org: OrgId::new("public") }))
}

fn own_acts(visit: &Visit, actor: &Actor, order: &Order) -> Vec<ActKind> {
    let fits = |name: &str| match name {
        "Evaluate" => {
            (order.closed.is_some() || order.parent_closed.is_some())
                && order.grade.is_none()
                && order.archived.is_none()
        }
        "Supplement" => !order.is_closed() && order.reply.is_none() && !order.is_lead(),
        "Unpublish" => order.published.is_some() && order.archived.is_none(),
        _ => false,
    };
    let parties = order.parties();
    Order::acts()
        .iter()
        .filter(|kind| fits(kind.name) && visit.web.app.may::<Order>(actor, kind.name, &parties))
        .copied()
        .collect()
}

fn act_fields(name: &str) -> Vec<Field> {
    let stars = [
        ("5", "五星：非常满意"),
        ("4", "四星：满意"),
        ("3", "三星：一般"),
        ("2", "二星：不满意"),
        ("1", "一星：非常不满意"),
    ];
    match name {
        "Evaluate" => vec![
            Field::text("grade", "这次办得怎么样", true)
                .kind("choice")
                .options(stars.map(|(value, label)| (value.to_owned(), label.to_owned()))),
            Field::text("text", "想说的话", false).kind("long_text"),
        ],
        "Supplement" => vec![Field::text("text", "补充什么", true).kind("long_text")],
        _ => vec![Field::text("reason", "原因", true)],
    }
}

fn steps(order: &Order) -> Vec<Value> {
    let rows = [
        ("受理", order.taken.as_ref().map(|mark| mark.on), "登记编号"),
        (
            "派单",
            order.dispatch.as_ref().map(|dispatch| dispatch.first_on),
            "交给有职权的单位，从次日起计算时限",
        ),
        ("办理答复", order.reply.as_ref().map(|reply| reply.on), "承办单位办理并答复"),
        ("回访", order.call_backs.last().map(|call| call.on), "由办理人以外的人问您解决没有"),
        ("办结", order.closed.as_ref().map(|closed| closed.on), "您可以评价"),
    ];
    let last_done = rows.iter().rposition(|(_, on, _)| on.is_some());
    let step = |(i, (name, on, note)): (usize, (&str, Option<jiff::civil::Date>, &str))| {
        let now = !order.is_closed() && last_done.map_or(i == 0, |last| i == last + 1);
        let passed = on.is_some() || last_done.is_some_and(|last| i < last);
        context! { name => name, state => if passed { "done" } else if now { "now" } else { "todo" }, when => on.map(|on| on.to_string()).unwrap_or_default(), note => note }
    };
    rows.into_iter().enumerate().map(step).collect()
}

pub(crate) fn fact_zh(fact: &str) -> &str {
    match fact {
        "Taken" => "受理登记",
        "EmergencyTransferred" => "转紧急热线",
        "Supplemented" => "补充内容",
        "Answered" => "凭知识条目当场答复",
        "Excluded" => "不予受理，告知渠道",
        "HandedOver" => "移交信访部门",
        "PassedUp" => "转市级平台办理",
        "LeadReleased" => "另行处理",
        "CallLinked" => "关联来电",
        "RecordingKept" => "登记录音",
        "CallerOpened" => "查看来电人信息",
        "Dispatched" => "派单",
        "Signed" => "签收",
        "Returned" => "退单",
        "ReturnSettled" => "处理退单",
        "Recalled" => "收回重派",
        "ArbitrationOpened" => "提交派单裁定",
        "Arbitrated" => "裁定承办单位",
        "Assisted" => "协办意见",
        "Met" => "联席会议",
        "ExtensionAsked" => "申请延期",
        "ExtensionRefused" => "没有批准延期",
        "Extended" => "延期",
        "ReportedUp" => "报告党委和政府",
        "Replied" => "答复",
        "CalledBack" => "回访",
        "Redone" => "退回重办",
        "DueSettled" => "到期未办结的已经了结",
        "Closed" => "办结",
        "PanelConvened" => "提请合议",
        "PanelConfirmed" => "合议人确认",
        "PanelDeclined" => "合议人不同意",
        "JudgedUnlawful" => "合议认定不予办理",
        "Merged" => "并入相同诉求",
        "Adopted" => "并入一件相同诉求",
        "Unmerged" => "撤销并单，接着办理",
        "Disowned" => "撤出一件并入的诉求",
        "ParentClosed" => "随主单办结",
        "CallerTold" => "写信告知来信人",
        "TurnedAmber" => "期限将到，提醒",
        "PassedDue" => "到期没有办结",
        "Urged" => "催办",
        "SupervisionDrafted" => "拟督办单",
        "SupervisionIssued" => "签发督办单",
        "UnitNamed" => "通报",
        "Evaluated" => "评价",
        "Published" => "公开",
        "Unpublished" => "撤下公开",
        "Archived" => "归档",
        other => other,
    }
}

/// What the hotline does inside is not the caller's news.
fn told_to_caller(fact: &str) -> bool {
    !matches!(
        fact,
        "CallerOpened"
            | "CallLinked"
            | "RecordingKept"
            | "Returned"
            | "ReturnSettled"
            | "Recalled"
            | "ArbitrationOpened"
            | "Arbitrated"
            | "DueSettled"
            | "SupervisionDrafted"
            | "Adopted"
            | "Disowned"
            | "ExtensionAsked"
            | "ExtensionRefused"
            | "PanelConvened"
            | "PanelConfirmed"
            | "PanelDeclined"
            | "JudgedUnlawful"
            | "UnitNamed"
    )
}

/// A field of the latest fact of this name.
pub(crate) fn last_said(entries: &[EntryRow], fact: &str, field: &str) -> Option<String> {
    let entry = entries.iter().rev().find(|entry| entry.fact == fact)?;
    let body: serde_json::Value = serde_json::from_str(&entry.body).ok()?;
    // A fact is an object under its own name.
    body["data"][fact][field].as_str().map(str::to_owned)
}

pub(crate) fn status_tag(order: &Order) -> Value {
    let status = order.status();
    let kind = match status {
        "closed" | "answered" | "archived" | "merged" => "plain",
        "excluded" | "unlawful" | "handed_over" | "passed_up" => "off",
        "returned" | "arbitration" => "stop",
        _ => "on",
    };
    tag(kind, Order::status_zh(status))
}

type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);

async fn follow(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let (id, order) = by_code(&mut visit, &id, &code).await?;
    show(&visit, id, &order, &code, None).await
}

/// 回执文件: the entry of the taking with its proof, which `fadu receipt verify` checks without us. Whoever holds number and
/// code has it; the number of the entry alone opens it to nobody.
async fn receipt(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let (id, order) = by_code(&mut visit, &id, &code).await?;
    let app = &visit.web.app;
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let Some(first) = entries.first() else { return Err(Fail::NotFound(visit)) };
    let found = app.receipt(first.seq).await;
    let found = found.map_err(|problem| Fail::from_problem(&visit, problem, "出具回执", "/12345"))?;
    let Some(receipt) = found else { return Err(Fail::NotFound(visit)) };
    let name = format!("attachment; filename=\"{}.receipt.json\"", order.number);
    let body = serde_json::to_string_pretty(&receipt).map_err(|error| Fail::fault(&visit, error))?;
    let media = "application/json; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

async fn show(visit: &Visit, id: MatterId, order: &Order, code: &str, failed: Option<Failed<'_>>) -> Page {
    let app = &visit.web.app;
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let here = format!("/12345/{id}/{code}");
    let actor = caller(visit, order);
    let open = actor.iter().flat_map(|actor| own_acts(visit, actor, order));
    let acts: Vec<Value> = open
        .map(|kind| {
            let (answers, wrong) = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => (answers.clone(), wrong),
                None => (Form::new(), &[][..]),
            };
            let fields = filled(act_fields(kind.name), &answers, wrong);
            act_form(
                &kind,
                &format!("{here}/acts/{}", kind.name),
                fields,
                kind.name == "Evaluate",
                kind.name == "Unpublish",
            )
        })
        .collect();
    let excluded = order.excluded.as_ref().map(|excluded| {
        context! { title => format!("请走{}渠道", excluded.ground.zh()), text => excluded.ground.where_to_go() }
    });
    let of_parent = || last_said(&entries, "ParentClosed", "reply").filter(|text| !text.is_empty());
    let reply = last_said(&entries, "Replied", "text")
        .or_else(of_parent)
        .map(|text| context! { title => "承办单位的答复", text => text });
    let (calendar, today) = (app.calendar(), app.moment().today);
    let running = order.running().filter(|_| order.is_running() && order.reply.is_none());
    let merged = order
        .merged
        .as_ref()
        .filter(|_| order.parent_closed.is_none())
        .map(|_| "与别的相同诉求合并办理，主单办结时一起办结。".to_owned());
    let petition = match order.handed_over {
        Some(_) => app
            .store
            .matter(app.region, Petition::id(id))
            .await
            .map_err(|fault| Fail::fault(visit, fault))?,
        None => None,
    };
    let answered = match &petition {
        Some(row) => {
            let entries = app.store.entries_of(app.region, row.id).await;
            last_said(&entries.map_err(|fault| Fail::fault(visit, fault))?, "Answered", "text")
        }
        None => None,
    };
    let answered = answered.map(|text| context! { title => "信访事项的书面答复", text => text });
    let petition = petition.map(|row| {
        let by = row
            .due
            .filter(|_| !row.closed)
            .map(|due| format!("，期限到{due}"))
            .unwrap_or_default();
        format!("信访事项 {}：{}{by}。", row.number, Petition::status_zh(&row.status))
    });
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .filter(|entry| told_to_caller(&entry.fact))
        .map(|entry| {
            let actor = match entry.actor.as_str() {
                "clock" | "relay" => "系统",
                own if Some(own) == order.applicant.as_ref().map(PersonId::as_str) => "您",
                _ => "工作人员",
            };
            // Who knows the number of an entry alone may not open it: the caller sees it here.
            context! {
                when => clock_text(entry.ms), text => fact_zh(&entry.fact), actor => actor, note => (), seq => crate::view::thousands(entry.seq),
                href => (), kind => if matches!(entry.actor.as_str(), "clock" | "relay") { "clock" } else { "fact" },
            }
        })
        .collect();
    let mut facts = vec![fact("收到", entries.first().map(|entry| clock_text(entry.ms)).unwrap_or_default())];
    facts.extend(
        order
            .unit()
            .filter(|_| order.kind() != Some(Kind::Report))
            .map(|unit| fact("承办单位", unit.as_str())),
    );
    if let Some(reason) = last_said(&entries, "Extended", "reason") {
        let due = last_said(&entries, "Extended", "due");
        let until = due.map(|due| format!("延到{due}：")).unwrap_or_default();
        facts.push(fact("延期", format!("{until}{reason}")));
    }
    facts.extend(order.grade.map(|grade| fact("您的评价", format!("{grade}星"))));
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let page = visit.page("portal/hotline_follow.html", "诉求办理进度", context! {
        errors => wrong.iter().map(|wrong| context! { id => format!("{act}-{}", wrong.field), text => wrong.message.clone() }).collect::<Vec<_>>(),
        receipt_href => format!("{here}/receipt"),
        number => order.number.clone(), secret => code, heading => order.docket(&calendar).title, status => status_tag(order), clock => clock_badge(running, today, &calendar),
        facts => facts, text => order.entry.as_ref().map(|entry| entry.text.clone()), excluded => excluded, reply => answered.or(reply), note => merged.or(petition),
        acts => acts, sign_in => actor.is_none().then(|| format!("/sign-in?return_to={}", crate::view::encode(&here))),
        steps => steps(order), timeline => timeline, help_phone => visit.web.site.help_phone.clone(),
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

async fn do_act(
    mut visit: Visit,
    Path((id, code, name)): Path<(String, String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let (id, order) = by_code(&mut visit, &id, &code).await?;
    let here = format!("/12345/{id}/{code}");
    let Some(actor) = caller(&visit, &order) else { return Err(Fail::SignIn { back: here }) };
    let Some(kind) = own_acts(&visit, &actor, &order).into_iter().find(|kind| kind.name == name) else {
        // Done meanwhile, in another window or by the hotline: the page says how it stands.
        return Ok(Redirect::to(&here).into_response());
    };
    let value = |name: &str| form.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let act = match kind.name {
        "Evaluate" => OrderAct::Evaluate { grade: value("grade").parse().unwrap_or(0), text: value("text") },
        "Supplement" => OrderAct::Supplement { text: value("text") },
        _ => OrderAct::Unpublish { reason: value("reason") },
    };
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Order>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, id, &order, &code, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, kind.zh, &here)),
    }
}

const PER_PAGE: usize = 20;
const DAY_MS: i64 = 86_400_000;

/// 公开的诉求: the last year, by group of categories; the place no closer than a village.
async fn public(visit: Visit, Query(query): Query<Form>) -> Page {
    let app = &visit.web.app;
    let group = query.get("group").map_or("", String::as_str);
    let items = Categories::shipped().items().filter(|(own, _)| own.code == group);
    let now = app.moment().ms;
    let sought = Sought {
        from_ms: start_of(app.moment().today) - 365 * DAY_MS,
        to_ms: now,
        bbox: None,
        categories: items.map(|(_, item)| item.code.clone()).collect(),
        open: None,
        after: None,
    };
    let published = &visit.web.hotline.published;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(&visit, fault);
    let rows = published.all(app, sought).await.map_err(fault)?;
    let n_pages = rows.len().div_ceil(PER_PAGE).max(1);
    let page = query
        .get("page")
        .and_then(|page| page.parse::<usize>().ok())
        .unwrap_or(1)
        .clamp(1, n_pages);
    let mut shown = Vec::new();
    for row in rows.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE) {
        let Some(order) = published.order(app, row).await.map_err(fault)? else { continue };
        let Some(text) = &order.published else { continue };
        shown.push(context! {
            number => order.number.clone(), title => text.title.clone(), text => text.text.clone(), category => row.title.clone(),
            unit => order.unit().map(|unit| unit.to_string()).unwrap_or_default(), day => row.opened_day.clone(), status => status_tag(&order),
        });
    }
    let to = |page: usize| format!("/12345/public?group={group}&page={page}");
    let groups = Categories::shipped()
        .groups
        .iter()
        .map(|group| (group.code.clone(), group.name.clone()));
    Ok(visit.page("portal/hotline_public.html", "公开的诉求", context! {
        crumbs => vec![link("12345", "/12345")], filters => vec![crate::manage::filter("group", "类别", group, groups)], rows => shown,
        pages => pages(page as i64, n_pages as i64, rows.len() as i64, "件", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}
