//! 事项目录的办理。 A department claims its item and drafts it, its head, the reform office and the justice bureau review it, the
//! catalogue's keeper publishes it with its day. What each may do next stands on the item's page.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::item_pages::changes;
use crate::manage::filter;
use crate::session::Visit;
use crate::submission::filled;
use crate::view::{Field, Names, act_form, encode, fact, link, pages, tag};
use crate::{Fail, Web, item_form};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::catalogue::Snapshot;
use fadu_app::now::clock_text;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, OrgId, Role};
use fadu_service::code_list::{BodyKind, PowerSource, TASK_TYPES, UseLevel, task_type_zh};
use fadu_service::diff::diff;
use fadu_service::item::{Baseline, Claim, Desk, Standing};
use fadu_service::quality::prompts;
use fadu_service::{Definition, Duty, Item, ItemAct};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 50;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/items", get(list))
        .route("/desk/items/new", get(blank))
        .route("/desk/items/{id}", get(page))
        .route("/desk/items/{id}/acts/{act}", post(do_act))
}

const STAGES: [&str; 12] = [
    "待认领",
    "填报中",
    "退回修改",
    "待部门审核",
    "待审改和依据审核",
    "待审改审核",
    "待依据审核",
    "待发布",
    "待施行",
    "在用",
    "暂停",
    "取消",
];

/// Where an item stands on its way; the words are those of the filter too.
pub(crate) fn stage(item: &Item) -> &'static str {
    if item.standing == Standing::Cancelled {
        return "取消";
    }
    if let Some(review) = &item.review {
        return match review.waiting().as_slice() {
            [] => "待发布",
            [Desk::Reform] => "待审改审核",
            [Desk::Basis] => "待依据审核",
            [Desk::Reform, Desk::Basis] => "待审改和依据审核",
            _ => "待部门审核",
        };
    }
    match item.standing {
        _ if item.scheduled.is_some() => "待施行",
        _ if item.returned.is_some() => "退回修改",
        Standing::InUse if item.revision().is_some() => "填报中",
        Standing::InUse => "在用",
        Standing::Suspended => "暂停",
        Standing::Draft if item.claim.is_none() => "待认领",
        Standing::Draft | Standing::Cancelled => "填报中",
    }
}

#[derive(Deserialize, Default)]
struct ItemQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    /// Absent: one's own department, where it has items.
    department: Option<String>,
    #[serde(default)]
    page: String,
}

/// The desks at which this person's body reviews.
fn desks_of(catalogue: &Snapshot, actor: &Actor) -> Vec<Desk> {
    let sits = |desk: &Desk| {
        catalogue
            .one::<Duty>(Duty::id(*desk))
            .is_some_and(|duty| duty.body == actor.org)
    };
    Desk::ALL.into_iter().filter(sits).collect()
}

async fn list(visit: Visit, Query(query): Query<ItemQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let mut all: Vec<(MatterId, &Item)> = catalogue.all::<Item>().collect();
    let own = all.iter().any(|(_, item)| item.department == actor.org.as_str());
    let reviews = !desks_of(&catalogue, &actor).is_empty();
    let department = query.department.clone().unwrap_or_else(|| {
        let narrow = own && !reviews && actor.role != Role::CatalogueManager;
        if narrow { actor.org.to_string() } else { String::new() }
    });
    let place = |item: &Item| STAGES.iter().position(|name| *name == stage(item));
    all.sort_by(|(a, x), (b, y)| (place(x), &x.department, a).cmp(&(place(y), &y.department, b)));
    let mut departments: Vec<String> = all.iter().map(|(_, item)| item.department.clone()).collect();
    departments.sort();
    departments.dedup();
    let here = |item: &Item| department.is_empty() || item.department == department;
    let tally: Vec<Value> = STAGES
        .iter()
        .filter_map(|name| {
            let count = all.iter().filter(|(_, item)| here(item) && stage(item) == *name).count();
            let href = format!("/desk/items?department={}&status={}", encode(&department), encode(name));
            (count > 0)
                .then(|| context! { label => *name, count => count, unit => "项", state => (), href => href })
        })
        .collect();
    let q = query.q.trim();
    let fits = |item: &Item| {
        here(item)
            && (q.is_empty() || item.name.contains(q) || item.code.contains(q))
            && (query.status.is_empty() || query.status == stage(item))
    };
    let found: Vec<_> = all.iter().filter(|(_, item)| fits(item)).collect();
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| {
        let (q, status) = (encode(q), encode(&query.status));
        format!("?q={q}&status={status}&department={}&page={page}", encode(&department))
    };
    let row = |(id, item): &&(MatterId, &Item)| {
        context! {
            code => item.code.clone(), name => item.name.clone(), href => format!("/desk/items/{id}"), department => item.department.clone(),
            version => if item.versions.is_empty() { "—".to_owned() } else { format!("第{}版", item.versions.len()) },
            status => tag(if stage(item) == "在用" { "on" } else { "plain" }, stage(item)), lacks => item.lacks(),
        }
    };
    let rows: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    Ok(visit.page("desk/items.html", "事项目录", context! {
        q => q, tally => tally, rows => rows, as_of => visit.web.app.moment().today.to_string(),
        new_href => matches!(actor.role, Role::Officer | Role::CatalogueManager).then_some("/desk/items/new"),
        links => vec![link("要素质检", "/desk/items/quality"), link("与上级的差异", "/desk/items/differences"), link("中介机构集中度", "/desk/items/intermediaries"), link("四办率", "/rates")],
        filters => vec![
            filter("department", "部门", &department, departments.into_iter().map(|name| (name.clone(), name))),
            filter("status", "状态", &query.status, STAGES.map(|name| (name.to_owned(), name.to_owned()))),
        ],
        pages => pages(page as i64, n_pages as i64, found.len() as i64, "项", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}

/// The act whose form could not be carried out, with its answers and errors.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn blank(visit: Visit) -> Page {
    show(&visit, None, None).await
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    let id = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    show(&visit, Some(id), None).await
}

async fn show(visit: &Visit, id: Option<MatterId>, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let new = Item::default();
    let item = match id {
        Some(id) => catalogue.one::<Item>(id).ok_or_else(|| Fail::NotFound(visit.clone()))?,
        None if matches!(actor.role, Role::Officer | Role::CatalogueManager) => &new,
        None => return Err(Fail::NotFound(visit.clone())),
    };
    let address = id.map_or_else(|| "new".to_owned(), |id| id.to_string());
    let acts: Vec<Value> = open_acts(app, &catalogue, &actor, item)
        .into_iter()
        .map(|kind| {
            let fields = fields(app, kind.name, item, &actor, app.moment().today);
            let fields = match failed.filter(|(name, _, _)| *name == kind.name) {
                Some((_, answers, wrong)) => filled(fields, answers, wrong),
                None => fields,
            };
            let danger = ["Suspend", "Cancel", "Disclaim"].contains(&kind.name);
            let primary = !danger && !["Complete", "FreezeBaseline"].contains(&kind.name);
            act_form(&kind, &format!("/desk/items/{address}/acts/{}", kind.name), fields, primary, danger)
        })
        .collect();
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(name, _, wrong)| wrong.iter().map(move |invalid| context! { id => format!("{name}-{}", invalid.field), text => invalid.message.clone() }))
        .collect();
    let title = if id.is_some() { item.name.as_str() } else { "录入事项" };
    let revision = item.revision().or(item.scheduled.as_ref().map(|version| &version.definition));
    let revised = match (item.current(), revision) {
        (Some((number, current)), Some(draft)) => {
            context! { before => format!("第{number}版"), rows => changes(&diff(current, draft)) }
        }
        _ => Value::from(()),
    };
    let page = visit.page("desk/item.html", title, context! {
        errors => errors, status => id.map(|_| tag("plain", stage(item))), facts => id.map_or_else(Vec::new, |_| item_facts(item)),
        reviews => reviews(item), returned => item.returned.as_ref().map(|returned| format!("{}（{}）退回：{}", returned.desk.zh(), returned.by.on, returned.note)),
        lacks => if id.is_some() { item.lacks() } else { Vec::new() }, revised => revised, versions => id.map_or_else(Vec::new, |id| versions(id, item)),
        public_href => id.map(|id| format!("/items/{id}")), acts => acts, timeline => timeline(visit, id).await?,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

fn item_facts(item: &Item) -> Vec<Value> {
    let mut facts = vec![
        fact("事项编码", item.code.as_str()),
        fact("类型", task_type_zh(item.task_type)),
        fact("实施部门", item.department.as_str()),
    ];
    let prompts = item.shown().map_or_else(Vec::new, |definition| prompts(&item.name, definition));
    facts.extend(prompts.into_iter().map(|text| fact("请审核人判断", text)));
    if let Some((mark, claim)) = &item.claim {
        let text =
            format!("{}认领：{}，{}，{}", mark.on, claim.source.zh(), claim.body_kind.zh(), claim.level.zh());
        facts.push(fact("认领", text));
    }
    if let Some(reason) = &item.disclaimed {
        facts.push(fact("不认领的理由", reason.as_str()));
    }
    if let Some(reason) = item.suspended.as_ref().filter(|_| !item.is_open()) {
        facts.push(fact("暂停或者取消的理由", reason.as_str()));
    }
    if let Some(next) = &item.scheduled {
        facts.push(fact("下一版", format!("自{}起施行", next.from)));
    }
    if let Some(baseline) = &item.baseline {
        let mark = if baseline.demonstration { "（演示值）" } else { "" };
        let text = format!(
            "{}个工作日，跑{}次，材料{}件，截至{}；来源：{}{mark}",
            baseline.days, baseline.visits, baseline.materials, baseline.as_of, baseline.source
        );
        facts.push(fact("改革前基线", text));
    }
    facts
}

/// The three desks and where the draft stands at each.
fn reviews(item: &Item) -> Vec<Value> {
    let Some(review) = &item.review else { return Vec::new() };
    let row = |desk: Desk| match review.at(desk) {
        Some(mark) => context! { desk => desk.zh(), status => tag("on", format!("{}通过", mark.on)) },
        None => context! { desk => desk.zh(), status => tag("plain", "等待审核") },
    };
    Desk::ALL.into_iter().map(row).collect()
}

fn versions(id: MatterId, item: &Item) -> Vec<Value> {
    let row = |(n, version): (usize, &fadu_service::item::Version)| {
        let compare = (n > 0).then(|| format!("/items/{id}/compare?from={n}&to={}", n + 1));
        context! { name => format!("第{}版", n + 1), from => version.from.to_string(), compare_href => compare, guide_href => format!("/items/{id}/guide.pdf?version={}", n + 1) }
    };
    item.versions.iter().enumerate().map(row).rev().collect()
}

async fn timeline(visit: &Visit, id: Option<MatterId>) -> Result<Vec<Value>, Fail> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let app = &visit.web.app;
    let history = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let names = Names::load(visit).await?;
    let row = |entry: &fadu_app::store::EntryRow| {
        context! {
            when => clock_text(entry.ms), text => text_of(&entry.fact, &entry.body), actor => names.of(&entry.actor), note => note_of(&entry.body),
            seq => entry.seq.to_string(), href => format!("/receipts/{}", entry.seq), kind => "fact",
        }
    };
    Ok(history.iter().rev().map(row).collect())
}

fn data_of(body: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    let (_, fact) = body.get("data")?.as_object()?.iter().next()?;
    fact.as_object().cloned()
}

/// What was done; of a review, at which desk.
fn text_of(name: &str, body: &str) -> String {
    let desk = data_of(body).and_then(|fact| Desk::deserialize(fact.get("desk")?).ok());
    desk.map_or_else(|| fact_zh(name).to_owned(), |desk| desk.zh().to_owned())
}

/// The reason or opinion that the fact carries.
fn note_of(body: &str) -> Option<String> {
    let fact = data_of(body)?;
    let text = fact.get("note").or(fact.get("reason"))?.as_str()?;
    let passed = fact.get("passed").and_then(serde_json::Value::as_bool);
    let prompts = fact.get("prompts").and_then(serde_json::Value::as_array);
    let prompts: Vec<&str> = prompts.into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let prompted = match prompts.as_slice() {
        [] => String::new(),
        texts => format!("（审核时提示：{}）", texts.join("；")),
    };
    Some(match passed {
        Some(true) => format!("通过：{text}{prompted}"),
        Some(false) => format!("退回：{text}"),
        None => text.to_owned(),
    })
}

pub(crate) fn fact_zh(fact: &str) -> &str {
    match fact {
        "Entered" => "录入",
        "Claimed" => "认领",
        "Disclaimed" => "不认领",
        "Completed" => "填报要素",
        "Submitted" => "提交审核",
        "Reviewed" => "审核",
        "Scheduled" => "发布，定日施行",
        "Published" => "发布施行",
        "Retired" => "前一版停止适用",
        "Suspended" => "暂停",
        "Resumed" => "恢复",
        "Cancelled" => "取消",
        "BaselineFrozen" => "冻结改革前基线",
        other => other,
    }
}

/// Acts that the post may do and that this stage can take; `decide` has the last word.
fn open_acts(app: &App, catalogue: &Snapshot, actor: &Actor, item: &Item) -> Vec<ActKind> {
    let stage = if item.code.is_empty() { "" } else { stage(item) };
    let desks = desks_of(catalogue, actor);
    let free = !["", "待施行", "取消"].contains(&stage);
    let draft = item.review.is_none() && item.revision().is_some();
    let fits = |name: &str| match name {
        "Enter" => stage.is_empty(),
        "Claim" => item.claim.is_none() && free,
        "Disclaim" => item.standing == Standing::Draft && free,
        "Complete" => free,
        "Submit" => draft && item.claim.is_some() && free,
        "Endorse" => stage == "待部门审核",
        "ReviewReform" => {
            ["待审改和依据审核", "待审改审核"].contains(&stage) && desks.contains(&Desk::Reform)
        }
        "ReviewBasis" => ["待审改和依据审核", "待依据审核"].contains(&stage) && desks.contains(&Desk::Basis),
        "Publish" => stage == "待发布",
        "Suspend" => item.is_open(),
        "Resume" => item.standing == Standing::Suspended,
        "Cancel" => free,
        "FreezeBaseline" => item.baseline.is_none() && free,
        _ => false,
    };
    Item::acts()
        .iter()
        .filter(|kind| fits(kind.name) && app.may::<Item>(actor, kind.name, &item.parties()))
        .copied()
        .collect()
}

fn fields(app: &App, act: &str, item: &Item, actor: &Actor, today: Date) -> Vec<Field> {
    let said = |zh: &str| (zh.to_owned(), zh.to_owned());
    let choice = |id: &str, label: &str, options: Vec<(String, String)>| {
        Field::text(id, label, true).kind("choice").options(options)
    };
    let reason = |hint: &str| vec![Field::text("reason", "理由", true).kind("long_text").hint(hint)];
    match act {
        "Enter" => {
            let types = TASK_TYPES.iter().map(|(_, zh)| said(zh)).collect();
            let mut fields = vec![
                Field::text("code", "事项编码", true)
                    .hint("基本编码12位，实施编码31位，业务办理项编码33位。"),
                Field::text("name", "事项名称", true),
                choice("task_type", "类型", types),
            ];
            if actor.role == Role::CatalogueManager {
                fields.push(Field::text("department", "实施部门", true));
            }
            fields
        }
        "Claim" => vec![
            choice("source", "权力来源", PowerSource::ALL.iter().map(|value| said(value.zh())).collect())
                .value(PowerSource::Statutory.zh()),
            choice("body_kind", "实施主体性质", BodyKind::ALL.iter().map(|value| said(value.zh())).collect())
                .value(BodyKind::Statutory.zh()),
            choice("level", "行使层级", UseLevel::ALL.iter().map(|value| said(value.zh())).collect())
                .value(UseLevel::County.zh()),
            Field::text("body_code", "实施主体的统一社会信用代码", false).kind("credit_code"),
        ],
        "Disclaim" => reason("写明由哪个部门实施，或者为什么本县不实施。"),
        "Complete" => {
            let blank = Definition {
                name: item.name.clone(),
                task_type: item.task_type,
                department: item.department.clone(),
                ..Definition::default()
            };
            item_form::fields(app, item.shown().unwrap_or(&blank))
        }
        "Endorse" | "ReviewReform" | "ReviewBasis" => vec![
            choice(
                "passed",
                "结论",
                vec![("yes".to_owned(), "通过".to_owned()), ("no".to_owned(), "退回".to_owned())],
            ),
            Field::text("note", "审核意见", true).kind("long_text"),
        ],
        "Publish" => vec![
            Field::text("from", "施行日", true)
                .kind("date")
                .value(&today.to_string())
                .hint("今天或者以后的一天；到那天为止适用前一版。"),
        ],
        "Suspend" => reason("暂停以后不再收件，已经收的照旧办理。"),
        "Cancel" => reason("取消以后不能恢复，已经收的照旧办理。"),
        "Resume" => reason("按最后一版恢复收件。"),
        "FreezeBaseline" => vec![
            Field::text("days", "改革前办理期限（工作日）", true).kind("number"),
            Field::text("visits", "改革前到现场次数", true).kind("number"),
            Field::text("materials", "改革前材料件数", true).kind("number"),
            Field::text("as_of", "数据截至", true).kind("date"),
            Field::text("source", "数据来源", true).hint("写明文件或者系统；冻结以后不能改。"),
        ],
        _ => Vec::new(),
    }
}

fn read_act(
    visit: &Visit,
    actor: &Actor,
    name: &str,
    form: &HashMap<String, String>,
    item: Option<&Item>,
) -> Result<ItemAct, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let one = |field: &str, message: &str| vec![Invalid::new(field, message)];
    let passed = || match text("passed").as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(one("passed", "请选择结论")),
    };
    let day = |field: &str| {
        text(field)
            .parse::<Date>()
            .map_err(|_| one(field, "请填写日期，例如 2025-09-01"))
    };
    let number = |field: &str| text(field).parse::<u16>().map_err(|_| one(field, "请填写整数"));
    let act = match name {
        "Enter" => {
            let chosen = text("task_type");
            let task_type = TASK_TYPES.iter().find(|(_, zh)| *zh == chosen).map(|(code, _)| *code);
            let task_type = task_type.ok_or_else(|| one("task_type", "请选择类型"))?;
            let own = actor.role == Role::Officer;
            let department = if own { actor.org.to_string() } else { text("department") };
            let findings = fadu_kernel::codes::item_code_findings(&text("code"));
            ItemAct::Enter { code: text("code"), name: text("name"), department, task_type, findings }
        }
        "Claim" => ItemAct::Claim {
            claim: Claim {
                source: PowerSource::of_zh(&text("source")).ok_or_else(|| one("source", "请选择权力来源"))?,
                body_kind: BodyKind::of_zh(&text("body_kind"))
                    .ok_or_else(|| one("body_kind", "请选择主体性质"))?,
                level: UseLevel::of_zh(&text("level")).ok_or_else(|| one("level", "请选择行使层级"))?,
                body_code: text("body_code"),
            },
        },
        "Disclaim" => ItemAct::Disclaim { reason: text("reason") },
        "Complete" => {
            let item = item.ok_or_else(|| one("name", "还没有这个事项"))?;
            let blank = Definition {
                id: item.code.clone(),
                task_type: item.task_type,
                department: item.department.clone(),
                ..Definition::default()
            };
            let definition = Box::new(item_form::read(visit, form, item.shown().unwrap_or(&blank))?);
            ItemAct::Complete { definition }
        }
        "Submit" => ItemAct::Submit,
        "Endorse" => ItemAct::Endorse { passed: passed()?, note: text("note") },
        "ReviewReform" => ItemAct::ReviewReform { passed: passed()?, note: text("note") },
        "ReviewBasis" => ItemAct::ReviewBasis { passed: passed()?, note: text("note") },
        "Publish" => ItemAct::Publish { from: day("from")? },
        "Suspend" => ItemAct::Suspend { reason: text("reason") },
        "Resume" => ItemAct::Resume { reason: text("reason") },
        "Cancel" => ItemAct::Cancel { reason: text("reason") },
        "FreezeBaseline" => {
            let baseline = Baseline {
                days: number("days")?,
                visits: u8::try_from(number("visits")?).map_err(|_| one("visits", "次数太大"))?,
                materials: number("materials")?,
                as_of: day("as_of")?,
                source: text("source"),
                demonstration: visit.web.site.simulated,
            };
            ItemAct::FreezeBaseline { baseline }
        }
        _ => return Err(one("act", "没有这种操作")),
    };
    Item::check(&act, &BTreeMap::new()).map(|()| act)
}

async fn do_act(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    visit.shelf().await?;
    let known: Option<MatterId> = match id.as_str() {
        "new" => None,
        _ => Some(id.parse().map_err(|_| Fail::NotFound(visit.clone()))?),
    };
    visit.own_form(form.get("csrf"))?;
    let catalogue = visit.web.app.catalogue();
    let item = known.and_then(|id| catalogue.one::<Item>(id));
    let act = match read_act(&visit, &actor, &name, &form, item) {
        Ok(act) => act,
        Err(wrong) => return show(&visit, known, Some((&name, &form, &wrong))).await,
    };
    let matter = match &act {
        ItemAct::Enter { code, .. } if catalogue.one::<Item>(Item::id(code)).is_some() => {
            let wrong = [Invalid::new("code", "目录里已经有这个编码")];
            return show(&visit, known, Some((&name, &form, &wrong))).await;
        }
        ItemAct::Enter { code, .. } => Item::id(code),
        _ => known.ok_or_else(|| Fail::NotFound(visit.clone()))?,
    };
    let back = format!("/desk/items/{matter}");
    let key = form.get("idem").cloned().filter(|idem| !idem.is_empty());
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Item>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, known, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "办理事项", &back)),
    }
}

/// Items of whatever department that wait at the desks of a body, for its task list.
pub(crate) fn waiting_at(catalogue: &Snapshot, org: &OrgId) -> usize {
    let sits = |desk: &Desk| catalogue.one::<Duty>(Duty::id(*desk)).is_some_and(|duty| duty.body == *org);
    let desks: Vec<Desk> = [Desk::Reform, Desk::Basis].into_iter().filter(sits).collect();
    let waits = |item: &Item| {
        item.review.as_ref().is_some_and(|review| {
            review.department.is_some() && desks.iter().any(|desk| review.at(*desk).is_none())
        })
    };
    catalogue.all::<Item>().filter(|(_, item)| waits(item)).count()
}
