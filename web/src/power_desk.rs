//! 权责清单的办理。 A department drafts its power, the bureau reviews and publishes, the government approves and ends.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::manage::filter;
use crate::power_pages::fact_zh;
use crate::session::Visit;
use crate::submission::filled;
use crate::view::{Field, Names, act_form, basis_links, fact, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{ActKind, Actor, Basis, Calendar, Invalid, Matter, MatterId, Role};
use fadu_law::power::{Ending, Entry, Kind};
use fadu_law::shelf::Standing;
use fadu_law::text::Citation;
use fadu_law::{Power, PowerAct};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 50;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/powers", get(list))
        .route("/desk/powers/new", get(blank))
        .route("/desk/powers/{id}", get(page))
        .route("/desk/powers/{id}/acts/{act}", post(do_act))
}

/// Where a power stands on its way; the words are those of the filter too.
fn stage(power: &Power) -> &'static str {
    let pending = power.draft.is_some() || power.ending.is_some();
    match (&power.ended, pending, &power.reviewed) {
        (Some(_), _, _) if power.unpublished_since().is_some() => "待公开",
        (Some(_), _, _) => "不在清单",
        (None, true, None) => "待审核",
        (None, true, Some(_)) => "待批准",
        (None, false, _) if power.versions.is_empty() => "未申报",
        (None, false, _) if power.unpublished_since().is_some() => "待公开",
        (None, false, _) => "在清单",
    }
}

const STAGES: [&str; 5] = ["待审核", "待批准", "待公开", "在清单", "不在清单"];

/// 最迟公开: the last day, or that it is not certain yet.
fn last_day(power: &Power, calendar: &Calendar) -> Option<String> {
    power.unpublished_since()?;
    Some(
        power
            .publish_by(calendar)
            .map_or_else(|| "暂定".to_owned(), |day| day.to_string()),
    )
}

/// The text people are working on: the draft, else the latest version.
fn shown(power: &Power) -> Option<&Entry> {
    power.draft.as_ref().or(power.versions.last().map(|version| &version.entry))
}

#[derive(Deserialize, Default)]
struct PowerQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    page: String,
}

async fn list(visit: Visit, Query(query): Query<PowerQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let mut all: Vec<(MatterId, &Power, &Entry)> = catalogue
        .all::<Power>()
        .filter_map(|(id, power)| Some((id, power, shown(power)?)))
        // Officers keep their own body's powers; those who review and approve see all.
        .filter(|(_, _, entry)| actor.role != Role::Officer || entry.department == actor.org.as_str())
        .collect();
    let place = |power: &Power| STAGES.iter().position(|name| *name == stage(power));
    let calendar = visit.web.app.calendar();
    // What has no day yet has a later one than whatever has.
    let due = |power: &Power| {
        let day = power.publish_by(&calendar);
        (day.is_none(), day)
    };
    all.sort_by(|(_, a, x), (_, b, y)| (place(a), due(a), &x.code).cmp(&(place(b), due(b), &y.code)));
    let q = query.q.trim();
    let tally: Vec<Value> = STAGES[..4]
        .iter()
        .map(|name| {
            let count = all.iter().filter(|(_, power, _)| stage(power) == *name).count();
            context! { label => *name, count => count, unit => "项", state => (), href => format!("/desk/powers?status={}", crate::view::encode(name)) }
        })
        .collect();
    let fits = |(_, power, entry): &&(MatterId, &Power, &Entry)| {
        (q.is_empty() || entry.name.contains(q) || entry.code.contains(q))
            && (query.status.is_empty() || query.status == stage(power))
    };
    let found: Vec<_> = all.iter().filter(fits).collect();
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| {
        format!("?q={}&status={}&page={page}", crate::view::encode(q), crate::view::encode(&query.status))
    };
    let row = |(id, power, entry): &&(MatterId, &Power, &Entry)| {
        context! {
            code => entry.code.clone(), name => entry.name.clone(), href => format!("/desk/powers/{id}"), kind => entry.kind.zh(), department => entry.department.clone(),
            status => tag(if stage(power) == "在清单" { "on" } else { "plain" }, stage(power)), due => last_day(power, &calendar),
        }
    };
    let rows: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    Ok(visit.page("desk/powers.html", "权责清单办理", context! {
        q => q, tally => tally, rows => rows, as_of => visit.web.app.moment().today.to_string(), may_draft => actor.role == Role::Officer,
        filters => vec![filter("status", "状态", &query.status, STAGES.map(|name| (name.to_owned(), name.to_owned())))],
        pages => pages(page as i64, n_pages as i64, found.len() as i64, "项", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}

/// The act whose form could not be carried out, with its answers and errors.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn blank(visit: Visit) -> Page {
    show(&visit, None, None).await
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    visit.staff()?;
    let id = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    show(&visit, Some(id), None).await
}

async fn show(visit: &Visit, id: Option<MatterId>, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let new = Power::default();
    let power = match id {
        Some(id) => catalogue.one::<Power>(id).ok_or_else(|| Fail::NotFound(visit.clone()))?,
        None if actor.role == Role::Officer => &new,
        None => return Err(Fail::NotFound(visit.clone())),
    };
    let entry = shown(power);
    let address = id.map_or_else(|| "new".to_owned(), |id| id.to_string());
    let acts: Vec<Value> = open_acts(app, &actor, power)
        .into_iter()
        .map(|kind| {
            let fields = fields(kind.name, entry);
            let fields = match failed.filter(|(name, _, _)| *name == kind.name) {
                Some((_, answers, wrong)) => filled(fields, answers, wrong),
                None => fields,
            };
            let primary = id.is_none() || !["Draft", "ProposeEnd", "End"].contains(&kind.name);
            act_form(
                &kind,
                &format!("/desk/powers/{address}/acts/{}", kind.name),
                fields,
                primary,
                kind.name == "End",
            )
        })
        .collect();
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(name, _, wrong)| wrong.iter().map(move |invalid| context! { id => format!("{name}-{}", invalid.field), text => invalid.message.clone() }))
        .collect();
    let facts = entry.map_or_else(Vec::new, |entry| {
        let mut facts = vec![
            fact("职权编码", entry.code.as_str()),
            fact("类别", entry.kind.zh()),
            fact("部门", entry.department.as_str()),
            fact("流程", entry.flow.join(" → ")),
            fact("监督电话", entry.phone.as_str()),
            fact("相关事项", if entry.items.is_empty() { "无".to_owned() } else { entry.items.join("、") }),
        ];
        if let Some((ending, reason)) = &power.ending {
            facts.push(fact("申请", format!("{}：{reason}", ending.zh())));
        }
        if let Some((_, ending, reason)) = &power.ended {
            facts.push(fact("已经批准", format!("{}：{reason}", ending.zh())));
        }
        if let Some(day) = last_day(power, &app.calendar()) {
            let passed = if power.overdue.is_some() { "，已记录逾期未公开" } else { "" };
            facts
                .push(fact("最迟公开", format!("{day}（政府信息公开条例第二十六条，二十个工作日）{passed}")));
        }
        facts
    });
    let history = match id {
        Some(id) => app
            .store
            .entries_of(app.region, id)
            .await
            .map_err(|fault| Fail::fault(visit, fault))?,
        None => Vec::new(),
    };
    let names = Names::load(visit).await?;
    let timeline: Vec<Value> = history
        .iter()
        .rev()
        .map(|row| context! {
            when => clock_text(row.ms), text => fact_zh(&row.fact), actor => names.of(&row.actor), note => (), seq => row.seq.to_string(),
            href => format!("/receipts/{}", row.seq), kind => "fact",
        })
        .collect();
    let title = entry.map_or("申报新职权", |entry| entry.name.as_str());
    let page = visit.page("desk/power.html", title, context! {
        errors => errors, status => id.map(|_| tag("plain", stage(power))), facts => facts, duties => entry.map(|entry| entry.responsibilities.clone()).unwrap_or_default(),
        basis => entry.map(|entry| basis_links(&entry.bases)).unwrap_or_default(), acts => acts, public_href => power.last_published().map(|version| format!("/powers/{}", version.entry.code)),
        timeline => timeline,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// Acts that the post may do and that this stage can take; `decide` has the last word.
fn open_acts(app: &App, actor: &Actor, power: &Power) -> Vec<ActKind> {
    let fits = |name: &str| match (stage(power), name) {
        ("待审核", "Review") | ("待公开", "Publish") => true,
        ("待批准", "Approve") => power.ending.is_none(),
        ("待批准", "End") => power.ending.is_some(),
        (_, "Draft") => power.ending.is_none() && power.ended.is_none(),
        (_, "ProposeEnd") => power.ending.is_none() && power.ended.is_none() && !power.versions.is_empty(),
        _ => false,
    };
    let own = power.parties().org == actor.org || shown(power).is_none();
    Power::acts()
        .iter()
        .filter(|kind| {
            fits(kind.name)
                && (own || kind.name != "Draft")
                && app.may::<Power>(actor, kind.name, &power.parties())
        })
        .copied()
        .collect()
}

fn fields(act: &str, entry: Option<&Entry>) -> Vec<Field> {
    let blank = Entry::default();
    let entry = entry.unwrap_or(&blank);
    let choice = |list: &[(&str, &str)]| {
        list.iter()
            .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
            .collect::<Vec<_>>()
    };
    let text = |id: &str, label: &str, value: &str| Field::text(id, label, true).value(value);
    let long = |id: &str, label: &str, hint: &str, rows: Vec<String>| {
        Field::text(id, label, true)
            .kind("long_text")
            .hint(hint)
            .value(&rows.join("\n"))
    };
    match act {
        "Draft" => vec![
            text("code", "职权编码", &entry.code).hint("16位：区划6、部门3、类型2、事项3、子项2。"),
            text("name", "职权名称", &entry.name),
            Field::text("kind", "类别", true)
                .kind("choice")
                .options(Kind::ALL.map(|kind| (kind.zh().to_owned(), kind.zh().to_owned())))
                .value(entry.kind.zh()),
            long(
                "bases",
                "依据",
                "一行一条，例如 行政许可法#12 或者《行政许可法》第十二条。",
                entry.bases.iter().map(Basis::key).collect(),
            ),
            long("responsibilities", "责任事项", "一行一项。", entry.responsibilities.clone()),
            long("flow", "流程", "一行一步。", entry.flow.clone()),
            text("phone", "监督电话", &entry.phone),
            Field {
                required: false, ..long("items", "相关事项编码", "一行一个。", entry.items.clone())
            },
        ],
        "Review" => vec![
            Field::text("passed", "结论", true)
                .kind("choice")
                .options(choice(&[("yes", "合法"), ("no", "退回")])),
            Field::text("note", "审核意见", true).kind("long_text"),
        ],
        "ProposeEnd" => vec![
            Field::text("ending", "方式", true)
                .kind("choice")
                .options(choice(&[("recalled", "收回"), ("repealed", "取消")])),
            Field::text("reason", "理由", true)
                .kind("long_text")
                .hint("经审核、批准以后，不再有职权支撑的相关事项随即暂停受理；二十个工作日内公开。"),
        ],
        _ => Vec::new(),
    }
}

/// One a line, as typed into a box.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// From the posted form to an act; every unreadable field is named.
fn read_act(
    visit: &Visit,
    actor: &Actor,
    name: &str,
    form: &HashMap<String, String>,
    power: Option<&Power>,
) -> Result<PowerAct, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let needed = |field: &str, label: &str| {
        Some(text(field))
            .filter(|value| !value.is_empty())
            .ok_or_else(|| vec![Invalid::new(field, format!("请填写{label}"))])
    };
    match name {
        "Draft" => {
            let mut bases = Vec::new();
            let mut wrong = Vec::new();
            for line in lines(&text("bases")) {
                match read_basis(visit, &line) {
                    Ok(basis) => bases.push(basis),
                    Err(why) => wrong.push(Invalid::new("bases", format!("“{line}”{why}"))),
                }
            }
            let kind = Kind::ALL.into_iter().find(|kind| kind.zh() == text("kind"));
            if kind.is_none() {
                wrong.push(Invalid::new("kind", "请选择类别"));
            }
            let entry = Entry {
                code: text("code"),
                name: text("name"),
                kind: kind.unwrap_or_default(),
                department: actor.org.to_string(),
                bases,
                responsibilities: lines(&text("responsibilities")),
                flow: lines(&text("flow")),
                phone: text("phone"),
                items: lines(&text("items")),
            };
            // Matter, public address and history go by the code: another code is another power.
            if let Some(kept) = power.and_then(shown).filter(|kept| kept.code != entry.code) {
                wrong.push(Invalid::new("code", format!("职权编码{}不能改；编码变了要另行申报", kept.code)));
            }
            let act = PowerAct::Draft { entry: Box::new(entry) };
            wrong.extend(Power::check(&act, &BTreeMap::new()).err().unwrap_or_default());
            if wrong.is_empty() { Ok(act) } else { Err(wrong) }
        }
        "Review" => {
            let passed = match text("passed").as_str() {
                "yes" => true,
                "no" => false,
                _ => return Err(vec![Invalid::new("passed", "请选择结论")]),
            };
            Ok(PowerAct::Review { passed, note: needed("note", "审核意见")? })
        }
        "Approve" => Ok(PowerAct::Approve),
        "Publish" => {
            let awaits = power.and_then(|power| Some((power.versions.last()?, power.unpublished()?)));
            let (version, digest) =
                awaits.ok_or_else(|| vec![Invalid::new("publish", "没有待公开的内容")])?;
            let address = format!("{}/powers/{}", visit.web.site.base_url, version.entry.code);
            Ok(PowerAct::Publish { address, digest })
        }
        "ProposeEnd" => {
            let ending = match text("ending").as_str() {
                "recalled" => Ending::Recalled,
                "repealed" => Ending::Repealed,
                _ => return Err(vec![Invalid::new("ending", "请选择方式")]),
            };
            Ok(PowerAct::ProposeEnd { ending, reason: needed("reason", "理由")? })
        }
        "End" => Ok(PowerAct::End),
        _ => Err(vec![Invalid::new("act", "没有这种操作")]),
    }
}

/// A power does not stand on a slip of the pen: a place that is not there or not in force is named; a text that is not held
/// is not.
pub(crate) fn read_basis(visit: &Visit, line: &str) -> Result<Basis, String> {
    let citation: Citation = line.parse().map_err(|_| "读不出法规名称和条号".to_owned())?;
    let basis = citation.basis().ok_or_else(|| "的条号太大".to_owned())?;
    match visit.web.shelf().find(&basis, visit.web.app.moment().today) {
        Standing::Wrong { why } => Err(format!("在法规库里核对不上：{why}")),
        Standing::Resolves { .. } | Standing::NotHeld { .. } => Ok(basis),
    }
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
    let power = known.and_then(|id| catalogue.one::<Power>(id));
    let act = match read_act(&visit, &actor, &name, &form, power) {
        Ok(act) => act,
        Err(wrong) => return show(&visit, known, Some((&name, &form, &wrong))).await,
    };
    // A power is named by its code: drafting one that is there already adjusts it.
    let matter = match &act {
        PowerAct::Draft { entry } => known.unwrap_or_else(|| entry.id()),
        _ => known.ok_or_else(|| Fail::NotFound(visit.clone()))?,
    };
    let back = format!("/desk/powers/{matter}");
    let call = Call {
        actor: &actor,
        matter: Some(matter),
        act,
        private: BTreeMap::new(),
        key: form.get("idem").cloned(),
    };
    match visit.web.app.act::<Power>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, known, Some((&name, &form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "办理权责清单", &back)),
    }
}
