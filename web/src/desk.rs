//! 工作台。 My tasks by time left; one case a screen with only the acts open to me, each with its basis.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::matters::{href_of, task_zh as task_of};
use crate::notices::notices;
use crate::portal::{status_tag, timeline};
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{
    Field, Names, act_form as form_of, clock_badge, due_badge, fact, fact_link, pages, refusal_row, tag,
    told, told_of_consulting,
};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::store::{Fault, MatterRow, TaskQuery};
use fadu_app::{App, Call, Problem, registry};
use fadu_hotline::{Disclosure, Order, Petition};
use fadu_kernel::matter::Parties;
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_law::Power;
use fadu_service::case::{Against, DeclineGround, Missing, Paper};
use fadu_service::definition::{Material, SpecialKind};
use fadu_service::parcel::EventKind;
use fadu_service::{Case, CaseAct, Definition, Item};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk", get(tasks))
        .route("/desk/search", get(search))
        .route("/desk/cases/{id}", get(case_page))
        .route("/desk/cases/{id}/acts/{act}", post(do_act))
        .route("/desk/cases/{id}/files/{digest}", get(file))
}

#[derive(Deserialize, Default)]
struct TaskPage {
    #[serde(default)]
    after: String,
    /// A group of kinds, by its place in the registry.
    of: Option<usize>,
}

const PER_PAGE: u32 = 50;
/// What a notice says of one paper: the field is this and the paper's id.
const OWN_WORDS: &str = "what_";
/// Before every day that a task may be due on.
const FIRST_DAY: &str = "0";

/// Due day, matter and name of the last task of the page before.
type TaskAfter = Option<(String, MatterId, String)>;
/// Matters of one name, number or telephone that are looked through: an agent's stands behind many.
const OF_ONE: u32 = 500;
/// Refusals shown with a case; the day's list has the rest.
const REFUSED: u32 = 20;

/// The state of a row in the words of its kind, named unless it is a case.
fn row_zh(row: &MatterRow) -> String {
    let zh = status_zh(&row.kind, &row.status);
    match registry::kind(&row.kind) {
        Some(kind) if kind.name != Case::KIND => format!("{}：{zh}", kind.zh),
        Some(_) | None => zh.to_owned(),
    }
}

fn task_zh(kind: &str, task: &str) -> String {
    if kind == Order::KIND {
        return crate::hotline_desk::task_zh(task).to_owned();
    }
    if let Some(kind) = registry::kind(kind).filter(|kind| ![Case::KIND, Power::KIND].contains(&kind.name)) {
        return format!("{}：{}", kind.zh, task_of(kind, task));
    }
    let zh = match task {
        "review" if kind == Power::KIND => "权责事项合法性审核",
        "approve" => "批准列入权责清单",
        "end" if kind == Power::KIND => "批准收回或者取消职权",
        "publish" => "公开权责事项",
        "accept" => "受理或者一次性告知",
        "review" => "审查核查",
        "confirm_check" => "确认核查记录",
        "schedule_hearing" => "组织听证",
        "forward" => "报送初审意见和全部材料",
        "assign_inspectors" => "指派检验、检测、检疫人员",
        "decide" => "作出决定",
        "resume" => "结束特别程序",
        "explain" => "说明超期理由",
        "deliver" => "送达",
        "follow" => "跟踪邮件",
        "refund_fee" => "退还网上多收的费",
        "archive" => "归档",
        _ => "办理",
    };
    zh.to_owned()
}

/// A hall clerk serves every department, and so do those who review and approve its powers; the others see their own body's tasks.
async fn tasks(visit: Visit, Query(query): Query<TaskPage>) -> Page {
    let (account, actor) = visit.staff()?;
    let app = &visit.web.app;
    let after = query.after.split_once('|').and_then(|(due, rest)| {
        let (id, task) = rest.split_once('|')?;
        Some((due.to_owned(), id.parse().ok()?, task.to_owned()))
    });
    let group = query.of.and_then(|of| app.runs.all().nth(of));
    let kinds = group.map_or([].as_slice(), |business| business.kinds);
    let of = query
        .of
        .filter(|_| group.is_some())
        .map(|of| format!("&of={of}"))
        .unwrap_or_default();
    let mut rows = Vec::new();
    let everywhere = matches!(actor.role, Role::WindowClerk | Role::CatalogueManager | Role::Government);
    let orgs = if everywhere { departments(app) } else { vec![account.org.clone()] };
    // What has a last day comes first; what has none, such as archiving, never pushes it off the page.
    let none: TaskAfter = Some((String::new(), MatterId(-1), String::new()));
    let parts: &[(TaskAfter, Option<&str>)] = match &after {
        None => &[(Some((FIRST_DAY.to_owned(), MatterId(-1), String::new())), None), (none, Some(""))],
        Some((due, _, _)) if due.is_empty() => &[(after.clone(), Some(""))],
        Some(_) => &[(after.clone(), None), (none, Some(""))],
    };
    for (after, due_by) in parts {
        if rows.len() >= PER_PAGE as usize {
            break;
        }
        let query = TaskQuery {
            orgs: orgs.clone(),
            role: actor.role.name(),
            kinds: kinds.to_vec(),
            due_by: due_by.map(str::to_owned),
            after: after.clone(),
            limit: PER_PAGE,
        };
        let found = app.store.tasks(app.region, query).await;
        rows.extend(found.map_err(|fault| Fail::fault(&visit, fault))?);
    }
    rows.truncate(PER_PAGE as usize);
    let (today, calendar) = (app.moment().today, app.calendar());
    let day = today.to_string();
    let overdue = rows.iter().filter(|row| !row.due.is_empty() && row.due < day).count();
    let next = rows
        .last()
        .filter(|_| rows.len() == PER_PAGE as usize)
        .map(|last| format!("/desk?after={}|{}|{}{of}", last.due, last.matter.id, last.task));
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| {
            context! {
                number => row.matter.number.clone(), href => href_of(&row.matter), item => row.matter.title.clone(), department => row.matter.org.clone(),
                what => task_zh(&row.matter.kind, &row.task), clock => due_badge(Some(&row.due), row.matter.amber.as_deref(), today, &calendar),
            }
        })
        .collect();
    let n = shown.len() as i64;
    let tab = |label: &str, href: String, current: bool| {
        context! { label => label, href => href, count => if current { n.to_string() } else { String::new() }, current => current }
    };
    let groups = app.runs.all().enumerate();
    let tabs: Vec<Value> = std::iter::once(tab("全部，按剩余时间", "/desk".to_owned(), group.is_none()))
        .chain(groups.map(|(i, business)| {
            tab(business.zh, format!("/desk?of={i}"), group.is_some() && query.of == Some(i))
        }))
        .collect();
    let mut tally = vec![
        context! { label => "本页待办", count => n, unit => "件", state => (), href => () },
        context! { label => "其中超期", count => overdue, unit => "件", state => (overdue > 0).then_some("red"), href => () },
    ];
    let reviews = crate::item_desk::waiting_at(&app.catalogue(), &actor.org);
    if reviews > 0 {
        tally.push(context! { label => "待本机关审核的事项", count => reviews, unit => "项", state => (), href => "/desk/items" });
    }
    Ok(visit.page(
        "desk/tasks.html",
        "我的待办",
        context! {
            tally => tally,
            tabs => tabs,
            rows => shown, pages => pages(1, 1, n, "件", None, next),
        },
    ))
}

/// What the item's guide says of the days that do not count.
fn published_special(definition: &Definition) -> String {
    let kinds: Vec<&str> = definition.special.iter().map(|row| row.kind.zh()).collect();
    if kinds.is_empty() {
        return "办事指南没有公布特别程序，期限不能停。".to_owned();
    }
    format!("办事指南公布的：{}。", kinds.join("、"))
}

pub(crate) fn departments(app: &App) -> Vec<String> {
    let catalogue = app.catalogue();
    let mut names: Vec<String> = catalogue.all::<Item>().map(|(_, item)| item.department.clone()).collect();
    names.extend(catalogue.all::<fadu_hotline::Desk>().map(|(_, desk)| desk.org.to_string()));
    names.extend(catalogue.all::<Power>().map(|(_, power)| power.parties().org.to_string()));
    names.sort();
    names.dedup();
    names
}

#[derive(Deserialize, Default)]
struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// Whether the page of this matter opens to the reader: a list that can be asked by anybody's telephone says no more.
/// Found by a person, it says whose it is: that is for those who read the person's values there, and for the window,
/// which serves whoever stands before it.
async fn opens(visit: &Visit, actor: &Actor, row: &MatterRow, by_person: bool) -> Result<bool, Fail> {
    let app = &visit.web.app;
    let fault = |fault: Fault| Fail::fault(visit, fault);
    let kind = registry::kind(&row.kind);
    let Some(kind) = kind.filter(|kind| kind.readable_by(actor.role) && app.runs.kind(kind.name)) else {
        return Ok(false);
    };
    // These are read by their parties alone, however they are found; a list holds no states.
    match row.kind.as_str() {
        Order::KIND => {
            let found = app.order(row.id).await.map_err(fault)?;
            return Ok(found.is_some_and(|(_, order)| crate::hotline_acts::reads(&order, actor)));
        }
        Petition::KIND => {
            let found = app.state_of::<Petition>(row.id).await.map_err(fault)?;
            return Ok(found.is_some_and(|petition| crate::hotline_petitions::reads(&petition, actor)));
        }
        Disclosure::KIND => {
            let found = app.state_of::<Disclosure>(row.id).await.map_err(fault)?;
            return Ok(found.is_some_and(|disclosure| crate::disclosures::reads(&disclosure, actor)));
        }
        _ => {}
    }
    if !by_person || actor.role == Role::WindowClerk {
        return Ok(true);
    }
    // Most are another body's: only what the list does not say is read from the state.
    let listed = Parties { org: OrgId::new(&row.org), applicants: Vec::new() };
    if !app.may_do(kind.name, actor, "Read", &listed) {
        return Ok(false);
    }
    let Some(held) = app.store.matter(app.region, row.id).await.map_err(fault)? else { return Ok(false) };
    let drawn = (kind.draw)(app, &held.state).map_err(fault)?;
    Ok(app.may_do(kind.name, actor, "Read", &drawn.parties))
}

/// By its number or one that others gave it (a parcel's, a receipt's, that of a system outside), or by the name, number
/// or telephone of who applied or called, through the blind index.
async fn search(visit: Visit, Query(query): Query<SearchQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let q = query.q.trim();
    let mut rows: Vec<MatterRow> = Vec::new();
    if !q.is_empty() {
        let fault = |fault: Fault| Fail::fault(&visit, fault);
        let number = q.to_ascii_uppercase();
        let mut either = vec![
            ("number", number.clone(), PER_PAGE),
            ("reference", number.clone(), PER_PAGE),
            ("prefecture", q.to_owned(), PER_PAGE),
            ("who", app.keys.blind(q), OF_ONE),
        ];
        // The decision and every other paper bear the number of their case and an ending of their own.
        either.extend(number.rsplit_once('-').map(|(case, _)| ("number", case.to_owned(), PER_PAGE)));
        let mut found = Vec::new();
        for (name, value, limit) in either {
            let listed = app.store.by_facet(app.region, name, &value, limit).await.map_err(fault)?;
            found.extend(listed.into_iter().map(|row| (row, name == "who")));
        }
        if let Ok(id) = number.parse::<MatterId>() {
            let held = app.store.matter(app.region, id).await.map_err(fault)?;
            found.extend(held.map(|row| (row, false)));
        }
        for (row, by_person) in found {
            let is_new = rows.iter().all(|listed| listed.id != row.id);
            if is_new && opens(&visit, &actor, &row, by_person).await? {
                rows.push(row);
            }
        }
        rows.truncate(PER_PAGE as usize);
    }
    let (today, calendar) = (app.moment().today, app.calendar());
    let shown: Vec<Value> = rows
        .iter()
        .map(|row| {
            context! {
                number => row.number.clone(), href => href_of(row), item => row.title.clone(), department => row.org.clone(),
                what => row_zh(row), received_on => row.opened_day.clone(), status => tag("plain", row_zh(row)),
                clock => if row.closed { Value::from(()) } else { due_badge(row.due.as_deref(), row.amber.as_deref(), today, &calendar) },
            }
        })
        .collect();
    let n = shown.len() as i64;
    Ok(visit.page("desk/search.html", "查找办件", context! {
        q => q, filters => Vec::<Value>::new(), asked => !q.is_empty(), rows => shown, pages => pages(1, 1, n, "件", None, None),
    }))
}

pub(crate) struct Opened {
    pub id: MatterId,
    pub case: Case,
    pub entries: Vec<fadu_app::store::EntryRow>,
    pub definition: Definition,
}

pub(crate) async fn open(visit: &Visit, id: &str) -> Result<Opened, Fail> {
    let app = &visit.web.app;
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(fault)?
        .filter(|row| row.kind == "case")
        .ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let case: Case = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let catalogue = app.catalogue();
    let definition = catalogue
        .one::<Item>(case.item)
        .and_then(|item| item.version(case.item_version))
        .cloned()
        .unwrap_or_default();
    Ok(Opened { id, case, entries, definition })
}

async fn case_page(visit: Visit, Path(id): Path<String>) -> Page {
    show_case(&visit, &id, None).await
}

/// The act whose form could not be read, with its answers and errors.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

pub(crate) async fn show_case(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let Opened { id, case, entries, definition } = open(visit, id).await?;
    let (today, calendar) = (app.moment().today, app.calendar());
    let names = Names::load(visit).await?;
    let named = |person: &str| names.of(person);
    let reads = reads(app, &actor, &case);
    let materials: Vec<Value> = definition
        .materials
        .iter()
        .map(|material| {
            let paper = case.materials.get(&material.id);
            let because = case.not_asked_because(material).filter(|_| paper.is_none());
            let status = match (paper, &because, material.required) {
                (Some(_), _, _) => tag("on", "已收到"),
                (None, Some(_), _) => tag("plain", "免交"),
                (None, None, true) => tag("stop", "缺"),
                (None, None, false) => tag("plain", "不需要"),
            };
            let note = because.map(|because| format!("不再要求提交，因为{because}"));
            let note = note.or_else(|| case.after_all.get(&material.id).map(|why| format!("改为提交：{why}")));
            let signed = paper.filter(|paper| paper.signed).map(|_| signature_zh(&case, &material.id));
            let made = case.intermediaries.get(&material.id);
            let made = made.map(|made| format!("由{}出具（{}）", made.name, made.code));
            let note = note.or(signed).or(made);
            let held = paper.filter(|paper| !paper.digest.is_empty());
            context! {
                id => material.id.clone(), name => material.name.clone(), need => if material.required { "必要" } else { "视情形" }, status => status, note => note,
                file_href => held.filter(|_| reads).map(|paper| format!("/desk/cases/{id}/files/{}", paper.digest)), file_text => held.map(|paper| scan_name(&material.name, &paper.file_name)),
                can_tick => case.may_ask(material), checked => paper.is_some(),
            }
        })
        .collect();
    let acts: Vec<Value> = open_acts(app, &actor, &case)
        .into_iter()
        .map(|kind| act_form(app, id, &kind, &case, &definition, failed))
        .collect();
    let clock = clock_badge(case.running_clock().filter(|_| !case.is_closed()), today, &calendar);
    let mut facts = vec![
        fact_link(
            "事项",
            format!("{}，第{}版", case.item_name, case.item_version),
            &format!("/items/{}", case.item),
        ),
        fact("承办部门", case.org.as_str()),
        fact("收到", case.received.as_ref().map(|mark| mark.on.to_string()).unwrap_or_default()),
    ];
    // While the applicant is waited for, no limit of the organ runs.
    let waits = case.status() == "waiting";
    if case.accepted.is_none() && !waits && (case.notice_clock.is_some() || case.notice_due.is_some()) {
        let last = case.notice_last(&calendar);
        let last = last.map_or_else(|| "暂定，放假安排公布以后确定".to_owned(), |last| last.to_string());
        let after = if case.silence_means_nothing { "" } else { "，过后视为收到之日已受理" };
        facts.push(fact("告知的最后一日", format!("{last}{after}")));
    }
    facts.extend(case.notice.as_ref().map(|notice| {
        let flagged = if notice.all_on_the_spot {
            "；都可以当场更正，应当允许申请人当场更正（行政许可法第三十二条）"
        } else {
            ""
        };
        fact("一次告知", format!("{} {}项{flagged}", notice.on, notice.missing.len()))
    }));
    if let Some(accepted) = &case.accepted {
        facts.push(fact(
            "受理",
            format!("自{}起{}", accepted.from, if accepted.deemed { "（逾期未告知，视为受理）" } else { "" }),
        ));
    }
    let below = case.first_review.as_ref().and_then(|below| below.clock.clone());
    let limits = [
        (Against::FirstReview, &below),
        (Against::Law, &case.statutory),
        (Against::Promise, &case.promised),
        (Against::Delivery, &case.delivery),
    ];
    for (against, clock) in limits {
        if let Some(clock) = clock {
            let due = clock
                .due(&calendar)
                .fixed()
                .map_or_else(|| "暂定".to_owned(), |due| due.to_string());
            facts.push(fact(against.zh(), format!("{}，到{due}", clock.limit.zh())));
        }
    }
    if let (Some(kind), Some(told)) = (case.stopped_for, &case.stop_told) {
        let until = case
            .stop_ends(&calendar)
            .map_or_else(|| "暂定".to_owned(), |last| last.to_string());
        facts.push(fact("特别程序", format!("{}，告知{}，到{until}", kind.zh(), told.limit.zh())));
    }
    facts.extend(case.declined.as_ref().map(|declined| {
        let late = if declined.at_once == Some(false) {
            "。没有在收到当日告知（行政许可法第三十二条）"
        } else {
            ""
        };
        fact("不予受理", format!("{} {}{late}", declined.on, declined.reason))
    }));
    if let Some(verified) = &case.verified {
        let found = if verified.passed { "符合条件" } else { "不符合条件" };
        let waiting = if verified.is_done() { "" } else { "，等待另一名核查人员本人确认" };
        let checkers: Vec<String> = verified.checkers.iter().map(|person| named(person.as_str())).collect();
        facts.push(fact("核查", format!("{} {}：{found}{waiting}", verified.on, checkers.join("、"))));
    }
    if let Some(review) = &case.first_review {
        let told = match &review.forwarded {
            Some(sent) => {
                let found = if sent.favourable { "符合条件" } else { "不符合条件" };
                format!("{} {}报送，{found}：{}", sent.on, sent.organ, sent.opinion)
            }
            None => format!("由{}初审，报送{}决定", case.org, review.decides),
        };
        facts.push(fact("初审", told));
    }
    if let Some(inspection) = &case.inspection {
        let last = inspection
            .due(&calendar)
            .map_or_else(|| "暂定".to_owned(), |due| due.to_string());
        let passed = inspection
            .passed
            .map(|on| format!("；{on}记录逾期没有指派"))
            .unwrap_or_default();
        let who = match &inspection.assigned {
            Some(assigned) => {
                let people: Vec<String> =
                    assigned.inspectors.iter().map(|person| named(person.as_str())).collect();
                format!("{}指派{}", assigned.on, people.join("、"))
            }
            None => format!("在{last}以前指派两名以上工作人员"),
        };
        facts.push(fact("检验、检测、检疫", format!("{who}{passed}")));
    }
    for (person, told) in &case.hearing.interested {
        let answer = match (told.asked, told.waived) {
            (Some(on), _) => format!("{on}申请听证"),
            (None, Some(on)) => format!("{on}放弃听证"),
            (None, None) => told
                .due(&calendar)
                .fixed()
                .map_or_else(|| "可以申请听证".to_owned(), |last| format!("可以在{last}以前申请听证")),
        };
        let text = format!("{}，{}告知（{}），{answer}", named(person.as_str()), told.told, told.how);
        facts.push(fact("利害关系人", text));
    }
    let asked = case.hearing_asked().map(|on| {
        let by = case.hearing_by(&calendar);
        let by = by.map_or_else(|| "二十个工作日内".to_owned(), |last| format!("在{last}以前"));
        format!("{on}申请，{by}组织，不收费用")
    });
    let scheduled = case.hearing.scheduled.as_ref().map(|(on, _)| {
        let late =
            if case.hearing.in_time == Some(false) { "，超过申请之后二十个工作日" } else { "" };
        format!("定于{on} {}{late}", case.hearing.time)
    });
    let hearing: Vec<String> = asked.into_iter().chain(scheduled).collect();
    if !hearing.is_empty() {
        facts.push(fact("听证", hearing.join("；")));
    }
    facts.extend(case.hearing.record.as_ref().map(|record| {
        let text = scan_name("听证笔录", &record.file_name);
        match reads {
            true => fact_link("听证笔录", text, &format!("/desk/cases/{id}/files/{}", record.digest)),
            false => fact("听证笔录", text),
        }
    }));
    facts.extend(crate::proof::link_of(visit, id).await?);
    if let Some(decided) = &case.decided {
        facts.push(fact(
            "决定",
            format!(
                "{} {}{}{}{}",
                decided.on,
                if decided.granted { "准予" } else { "不予：" },
                decided.reason,
                if decided.evidence.is_empty() {
                    String::new()
                } else {
                    format!("。依据：{}", decided.evidence.join("、"))
                },
                if decided.at_once == Some(false) { "。没有在材料齐全的当日决定" } else { "" },
            ),
        ));
    }
    if let Some(renewal) = &case.renews {
        let silence = if renewal.in_time {
            "届满时没有决定，视为准予延续"
        } else {
            "不是届满三十日前申请的"
        };
        facts.push(fact("延续", format!("{}，有效期到{}，{silence}", renewal.number, renewal.until)));
    }
    facts.extend(case.barred_until.map(|until| fact("不得再次申请", format!("到{until}为止"))));
    if case.is_closed() && app.may::<Case>(&actor, "Read", &case.parties()) {
        let href = format!("/desk/cases/{id}/archive");
        facts.push(fact_link("归档数据包", "下载（索引、台账条目和证明、申请内容、材料、文书）", &href));
    }
    facts.extend(case.outside.iter().map(|outside| fact("外部系统", outside.zh())));
    facts.extend(case.parcels.iter().map(|parcel| fact("邮件", parcel.zh())));
    facts.extend(case.fees.values().map(|charge| fact(&charge.name, charge.zh())));
    facts.extend(case.corrections.iter().map(|text| fact("更正", text.as_str())));
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(act, _, wrong)| {
            let fields = act_fields(app, act, &case, &definition);
            wrong.iter().map(move |invalid| {
                let label = fields
                    .iter()
                    .find(|field| field.id == invalid.field)
                    .map(|field| field.label.as_str());
                let text = label.map_or_else(String::new, |label| format!("{label}：")) + &invalid.message;
                context! { id => format!("{act}-{}", invalid.field), text => text }
            })
        })
        .collect();
    let refused = app.refused_at(id, REFUSED).await.map_err(|error| Fail::fault(visit, error))?;
    let refused = refused.iter().filter(|row| row.act != "Consult" || told_of_consulting(visit));
    let refusals: Vec<Value> = refused.map(|row| refusal_row(visit, row, &named)).collect();
    let told: Vec<_> = entries.iter().filter(|entry| told(visit, &entry.fact)).cloned().collect();
    let page = visit.page("desk/case.html", &format!("{} {}", case.number, case.item_name), context! {
        errors => errors,
        case => context! {
            number => case.number.clone(), item_name => case.item_name.clone(), status => status_tag(&case), clock => clock,
            clock_note => late_zh(&case),
            holder => (!case.is_closed()).then(|| case.org.to_string()),
        },
        facts => facts, applicant => applicant(visit, id, &case, &definition, failed).await?, receive => (), materials => materials,
        materials_note => "公布的办事指南列出的材料，清单以外的不得要求", notices => notices(&format!("/desk/cases/{id}"), &case, &entries), refusals => refusals,
        timeline => timeline(&told, named), acts => acts,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// 超期和公开说明: the same for the organ and for the applicant, to whom it owes the reason.
pub(crate) fn late_zh(case: &Case) -> Option<String> {
    let stop_passed = case.stop_passed.map(|on| format!("{on}记录特别程序超过告知的时间"));
    let overruns: Vec<String> = case
        .overruns()
        .map(|(against, on)| format!("{on}记录超过{}", against.zh()))
        .chain(stop_passed)
        .collect();
    (!overruns.is_empty()).then(|| match &case.explained {
        Some(reason) => format!("{}。公开说明：{reason}", overruns.join("，")),
        None => format!("{}，须公开说明理由（优化营商环境条例第三十六条）。", overruns.join("，")),
    })
}

/// What is known of the signature that a file came with.
fn signature_zh(case: &Case, material: &str) -> String {
    let checked = match case.signatures.get(material) {
        None => "还没有验签".to_owned(),
        Some(checked) if checked.valid => format!("{}验签通过", checked.on),
        Some(checked) => format!("{}验签不通过：{}", checked.on, checked.note),
    };
    format!("带有电子签名或者电子印章，{checked}")
}

/// By an act of today, with its reason in the ledger.
fn consulted(app: &App, actor: &Actor, case: &Case) -> bool {
    let today = app.moment().today;
    case.consulted.iter().any(|mark| mark.by == actor.person && mark.on == today)
}

/// Who sees personal data in clear: the competent organ, and whoever consulted the case today.
pub(crate) fn reads(app: &App, actor: &Actor, case: &Case) -> bool {
    consulted(app, actor, case) || app.may::<Case>(actor, "Read", &case.parties())
}

/// What a scan is called on the page: its material and what kind of file it is. Older facts hold the name that it had on
/// the applicant's machine, which may name anybody.
fn scan_name(material: &str, file_name: &str) -> String {
    let kind = file_name.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase());
    match kind.as_deref() {
        Some(kind @ ("pdf" | "jpg" | "jpeg" | "png")) => format!("{material}.{kind}"),
        _ => material.to_owned(),
    }
}

/// What the applicant wrote, for the competent organ and for whoever consulted it today on a recorded reason;
/// masked for every other reader.
async fn applicant(
    visit: &Visit,
    id: MatterId,
    case: &Case,
    definition: &Definition,
    failed: Option<Failed<'_>>,
) -> Result<Value, Fail> {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let consulted = consulted(app, &actor, case);
    let reads = reads(app, &actor, case);
    let may_consult = !reads && app.may::<Case>(&actor, "Consult", &case.parties());
    let form = Case::acts()
        .iter()
        .find(|kind| kind.name == "Consult" && may_consult)
        .map(|kind| act_form(app, id, kind, case, definition, failed));
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let mut sealed = app.store.private_of(app.region, id).await.map_err(fault)?;
    // As the form asked: who and how to reach them, then the item's own fields.
    let place = |field: &str| match field {
        "applicant_name" => 0,
        "applicant_number" => 1,
        "applicant_phone" => 2,
        _ => {
            3 + definition
                .fields
                .iter()
                .position(|own| own.id == field)
                .unwrap_or(usize::MAX - 3)
        }
    };
    sealed.sort_by_key(|row| place(&row.field));
    let mut rows = Vec::new();
    let mut key = None;
    for row in &sealed {
        if key.is_none() {
            key = app.store.person_key(app.region, &row.subject).await.map_err(fault)?;
        }
        let Some(label) = private_zh(&row.field, definition) else { continue };
        if let Some((value, _)) = key
            .as_ref()
            .and_then(|key| app.keys.open_value(key, &row.field, &row.sealed).ok())
        {
            rows.push(fact(label, if reads { value } else { fadu_app::private::mask(&value) }));
        }
    }
    Ok(context! {
        rows => rows, erased => sealed.is_empty(), opened => consulted.then_some("您今日已按调阅记录查看完整信息，台账中留有事由和批准文书。"),
        open => form, open_failed => failed.is_some_and(|(act, _, _)| act == "Consult"),
    })
}

pub(crate) fn private_zh<'a>(field: &str, definition: &'a Definition) -> Option<&'a str> {
    match field {
        "applicant_name" => Some("申请人"),
        "applicant_number" => Some("证件号码"),
        "applicant_phone" => Some("电话"),
        _ => definition
            .fields
            .iter()
            .find(|own| own.id == field)
            .map(|own| own.label.as_str()),
    }
}

/// Acts that the post may do and that this stage can take; `decide` has the last word.
pub(crate) fn open_acts(app: &App, actor: &Actor, case: &Case) -> Vec<fadu_kernel::ActKind> {
    let fits = |name: &str| match (case.status(), name) {
        ("received", "GiveNotice") => case.notice.is_none(),
        ("received" | "accepted", "CheckSignature") => case.materials.values().any(|paper| paper.signed),
        ("received" | "accepted", "NameIntermediary") => {
            let catalogue = app.catalogue();
            let item = catalogue.one::<Item>(case.item);
            item.and_then(|item| item.version(case.item_version))
                .is_some_and(|definition| case.unnamed(definition).next().is_some())
        }
        // 当场更正: while the applicant stands at the window, without a notice (行政许可法 32).
        ("received", "Supplement") => actor.role == Role::WindowClerk,
        ("received", "Accept" | "Decline" | "Withdraw") => true,
        ("waiting", "Supplement" | "Decline" | "Withdraw") => true,
        ("received" | "waiting" | "accepted" | "stopped" | "decided", "Correct") => true,
        ("received" | "accepted" | "stopped", "Renew") => case.task_type == 1 && case.renews.is_none(),
        ("accepted", "Verify") => case.verified.is_none(),
        ("accepted" | "stopped", "AssignInspectors") => case.inspection.is_some(),
        ("accepted", "ConfirmCheck") => {
            case.verified.as_ref().is_some_and(|verified| verified.awaits(&actor.person))
        }
        ("accepted", "Forward") => case.reviewed_below().is_some(),
        ("accepted", "Extend" | "Decide") => case.reviewed_below().is_none(),
        ("accepted", "TellHearing") => case.hearing.told.is_none(),
        ("accepted", "Stop" | "TellInterested") => true,
        ("accepted" | "stopped", "Withdraw") => true,
        ("accepted" | "stopped", "AskHearing" | "WaiveHearing") => {
            case.may_ask_hearing(app.moment().today, &app.calendar())
        }
        ("accepted", "ScheduleHearing") => {
            let asked = case.hearing.interested.values().any(|one| one.asked.is_some());
            case.hearing.told.is_some() || asked
        }
        ("accepted", "RecordHearing") => case.hearing.scheduled.is_some(),
        ("stopped", "Resume" | "ScheduleHearing" | "RecordHearing") => true,
        ("decided", "Deliver" | "Consign") => case.on_its_way().is_none(),
        ("decided", "NoteParcel") => case.on_its_way().is_some(),
        ("closed" | "declined" | "withdrawn", "Archive") => true,
        (_, "ExplainDelay") => case.is_late() && case.explained.is_none(),
        (_, "SendAgain") => {
            let failed = case.outside.as_ref().is_some_and(|outside| outside.fault.is_some());
            failed && !case.is_closed()
        }
        (_, "ChargeFee" | "ExemptFee" | "PayFee" | "RefundFee") => crate::fees::fits(name, app, case),
        _ => false,
    };
    let parties = case.parties();
    Case::acts()
        .iter()
        .filter(|kind| fits(kind.name) && app.may::<Case>(actor, kind.name, &parties))
        .copied()
        .collect()
}

fn act_fields(app: &App, name: &str, case: &Case, definition: &Definition) -> Vec<Field> {
    let asked = || {
        definition
            .materials
            .iter()
            .filter(|material| case.may_ask(material) && !case.materials.contains_key(&material.id))
    };
    let received = || {
        let here = |material: &&Material| case.may_ask(material) && case.materials.contains_key(&material.id);
        definition.materials.iter().filter(here)
    };
    let signed = || {
        let came = |id: &str| case.materials.get(id).is_some_and(|paper| paper.signed);
        definition.materials.iter().filter(move |material| came(&material.id))
    };
    let choices = |list: Vec<(&str, &str)>| {
        list.into_iter()
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .collect::<Vec<_>>()
    };
    match name {
        "GiveNotice" => {
            let mut fields = vec![
                Field::text("missing", "缺少的材料", false)
                    .kind("checks")
                    .options(asked().map(|material| (material.id.clone(), material.name.clone())))
                    .hint("一次告知全部内容，不能有第二次。"),
                Field::text("wrong", "收到的材料里，须重新提交的", false)
                    .kind("checks")
                    .options(received().map(|material| (material.id.clone(), material.name.clone()))),
                Field::text("spot", "收到的材料里，有错误、可以当场更正的", false)
                    .kind("checks")
                    .options(received().map(|material| (material.id.clone(), material.name.clone())))
                    .hint("申请人在场的，允许当场更正，不必告知；全是这一种的，台账记明。"),
            ];
            fields.extend(asked().chain(received()).map(|material| {
                let label = format!("{}：缺什么、错在哪里", material.name);
                Field::text(&format!("{OWN_WORDS}{}", material.id), &label, false)
            }));
            fields.push(
                Field::text("what", "共同说明", false)
                    .kind("long_text")
                    .hint("勾选了而没有单独说明的材料，都按这一段告知。"),
            );
            // A list with nothing to tick asks nothing.
            fields.retain(|field| field.kind != "checks" || !field.options.is_empty());
            fields
        }
        "CheckSignature" => vec![
            Field::text("material", "哪份材料", true)
                .kind("choice")
                .options(signed().map(|material| (material.id.clone(), material.name.clone()))),
            Field::text("valid", "签名", true)
                .kind("choice")
                .options(choices(vec![("yes", "有效"), ("no", "无效")])),
            Field::text("note", "说明", false)
                .kind("long_text")
                .hint("无效的写明理由；写明以后才可以要求交纸质件。"),
        ],
        "NameIntermediary" => vec![
            Field::text("material", "哪份材料", true).kind("choice").options(
                case.unnamed(definition)
                    .map(|material| (material.id.clone(), material.name.clone())),
            ),
            Field::text("name", "出具材料的中介机构", true),
            Field::text("code", "统一社会信用代码", true).hint("18位。由申请人自己选择，不得指定。"),
        ],
        "Supplement" => {
            // Before a notice it is a correction on the spot, of whatever lies there.
            let open = |material: &&Material| {
                case.may_ask(material) && (case.notice.is_none() || case.lacks(&material.id))
            };
            let papers = definition.materials.iter().filter(open);
            vec![
                Field::text("materials", "收到的材料", true)
                    .kind("checks")
                    .options(papers.map(|material| (material.id.clone(), material.name.clone()))),
            ]
        }
        "Decline" => vec![
            Field::text("ground", "理由种类", true)
                .kind("choice")
                .options(choices(vec![
                    ("not_needed", "依法不需要许可"),
                    ("other_agency", "不属于本机关职权"),
                    ("not_supplemented", "没有按告知补正"),
                    ("false_material", "隐瞒情况或者提供虚假材料"),
                ]))
                .hint("不需要许可、不属于本机关职权的，收到当日告知；以后才说的，台账记明。"),
            Field::text("target", "应当向哪个机关申请", false),
            Field::text("reason", "理由", true).kind("long_text"),
        ],
        "Stop" => vec![
            // All that the law knows: what the guide did not publish is refused with its article, not left unsaid.
            Field::text("kind", "特别程序", true)
                .kind("choice")
                .options(SpecialKind::ALL.map(|kind| (kind.word().to_owned(), kind.zh().to_owned())))
                .hint(published_special(definition)),
            Field::text("days", "所需工作日", true).kind("number"),
        ],
        "Resume" => vec![Field::text("result", "结果", true)],
        "Verify" => vec![
            Field::text("checkers", "核查人员", true)
                .hint("写本机关工作人员的账号，用顿号或者空格隔开；实质核查须两人以上，另一人由本人确认。"),
            Field::text("passed", "结论", true)
                .kind("choice")
                .options(choices(vec![("yes", "符合条件"), ("no", "不符合条件")])),
            Field::text("interested", "直接关系他人重大利益", false)
                .kind("choice")
                .options(choices(vec![("no", "没有"), ("yes", "有：决定之前要告知利害关系人并听取意见")])),
            Field::text("note", "说明", false).kind("long_text"),
        ],
        "Forward" => vec![
            Field::text("favourable", "是否符合条件", true)
                .kind("choice")
                .options(choices(vec![("yes", "符合条件"), ("no", "不符合条件")])),
            Field::text("opinion", "初审意见", true)
                .kind("long_text")
                .hint("全部申请材料随本件报送决定机关，不再向申请人要。"),
        ],
        "AssignInspectors" => vec![
            Field::text("inspectors", "检验、检测、检疫人员", true)
                .hint("写本机关两名以上工作人员的账号，用顿号或者空格隔开；自受理起五个工作日内。"),
        ],
        "ConfirmCheck" => vec![
            Field::text("agrees", "核查记录", true)
                .kind("choice")
                .options(choices(vec![("yes", "本人参加了核查，同意"), ("no", "不同意：重新核查")])),
            Field::text("note", "说明", false).kind("long_text").hint("不同意的必填。"),
        ],
        "Decide" => {
            let mut fields = vec![
                Field::text("granted", "决定", true)
                    .kind("choice")
                    .options(choices(vec![("yes", "准予"), ("no", "不予许可")])),
                Field::text("reason", "理由", false).kind("long_text").hint("不予许可的必填。"),
                Field::text("false_material", "隐瞒情况或者提供虚假材料", false)
                    .kind("choice")
                    .options(choices(vec![("no", "没有"), ("yes", "有：不予许可")]))
                    .hint(if definition.bars_again() {
                        "认定有的，申请人一年内不得再次申请本许可（行政许可法第七十八条）。"
                    } else {
                        "认定有的，不能准予（行政许可法第七十八条）。"
                    }),
            ];
            // Where no hearing was held, nothing binds what a decision may rest on.
            fields.extend(case.hearing.is_recorded().then(|| {
                Field::text("evidence", "依据的证据", false)
                    .kind("long_text")
                    .hint(heard_evidence(case))
            }));
            fields
        }
        "Consult" => vec![
            Field::text("reason", "调阅事由", true),
            Field::text("authorisation", "批准文书", true).hint("写明文号；查看记入台账，当日有效。"),
        ],
        "ScheduleHearing" => {
            vec![
                Field::text("on", "听证日期", true).kind("date"),
                Field::text("time", "时间", true).hint("像 09:30 这样。"),
                Field::text("place", "地点", true),
                Field::text("chair", "主持人账号", true).hint("不能是审查本件的工作人员。"),
            ]
        }
        "TellInterested" => vec![
            Field::text("person", "利害关系人的账号", true).hint("公众账号；不写姓名和证件号码。"),
            Field::text("how", "告知方式", true).hint("例如书面送达，写明送达日期。"),
        ],
        "RecordHearing" => vec![
            Field::text("transcript", "听证笔录", true)
                .kind("file")
                .hint("参加人确认并签字或者盖章的笔录。密封保存，台账只记它的摘要。"),
            Field::text("evidence", "笔录载明的证据", false)
                .kind("long_text")
                .hint("一行一份。笔录里没有的证据，以后不能作为决定的依据。"),
        ],
        "Deliver" => vec![
            Field::text("way", "送达方式", true)
                .kind("choice")
                .options(choices(vec![("窗口领取", "窗口领取"), ("电子送达", "电子送达")])),
        ],
        "Consign" => {
            let connected = app.couriers.names();
            let followed = match connected.as_slice() {
                [] => "没有接入承运单位的物流，签收和退回按回执记录。".to_owned(),
                names => format!("接入物流的：{}；其他的签收和退回按回执记录。", names.join("、")),
            };
            vec![
                Field::text("carrier", "承运单位", true).hint(followed),
                Field::text("number", "邮件号码", true),
            ]
        }
        "NoteParcel" => vec![
            Field::text("kind", "物流状态", true)
                .kind("choice")
                .options(EventKind::ALL.map(|kind| (kind.word().to_owned(), kind.zh().to_owned())))
                .hint("签收的那一天就是送达日期；退回的重新送达。"),
            Field::text("on", "回执上的日期", true).kind("date"),
        ],
        "Correct" => {
            let filled_in = case
                .sealed
                .keys()
                .filter_map(|field| Some((field.clone(), private_zh(field, definition)?.to_owned())));
            vec![
                Field::text("what", "更正什么", false)
                    .hint("申请人看得到，也印在文书上，并写入台账；不写个人信息。"),
                Field::text("from", "原来写的", false),
                Field::text("to", "应当是", false),
                Field::text("personal", "或者更正申请人填写的哪一项", false)
                    .kind("choice")
                    .options(filled_in),
                Field::text("corrected", "这一项应当是", false)
                    .hint("密封保存；台账只记更正了哪一项，不记原来写的和应当是什么。"),
            ]
        }
        "Renew" => renewal_fields(),
        "Withdraw" => vec![
            Field::text("reason", "理由", true).kind("long_text"),
            Field::text("statement", "撤回凭据", true).hint("申请人签名的撤回申请：写明日期，原件随卷。"),
        ],
        "Extend" | "ExplainDelay" => vec![Field::text("reason", "理由", true).kind("long_text")],
        "ChargeFee" | "ExemptFee" | "PayFee" | "RefundFee" => crate::fees::act_fields(name, app, case),
        _ => Vec::new(),
    }
}

fn heard_evidence(case: &Case) -> String {
    match case.hearing.evidence.as_slice() {
        [] => "一行一份；举行过听证的，只能依据听证笔录载明的证据。".to_owned(),
        listed => format!("一行一份；只能依据听证笔录载明的：{}。", listed.join("、")),
    }
}

/// The same at the desk and for the applicant.
pub(crate) fn renewal_fields() -> Vec<Field> {
    vec![
        Field::text("number", "要延续的证照编号", true).hint("许可证件或者电子证照上的编号。"),
        Field::text("until", "有效期止", true)
            .kind("date")
            .hint("证件上写的最后一日。届满三十日前申请的，届满时没有作出决定，视为准予延续。"),
    ]
}

/// What was filled in there.
pub(crate) fn read_renewal(answers: &HashMap<String, String>) -> Result<CaseAct, Vec<Invalid>> {
    let text = |field: &str| answers.get(field).map_or("", |value| value.trim());
    let until = text("until")
        .parse()
        .map_err(|_| vec![Invalid::new("until", "请填写像 2025-03-03 这样的日期")])?;
    Ok(CaseAct::Renew { number: text("number").to_owned(), until })
}

fn act_form(
    app: &App,
    id: MatterId,
    kind: &fadu_kernel::ActKind,
    case: &Case,
    definition: &Definition,
    failed: Option<Failed<'_>>,
) -> Value {
    let fields = act_fields(app, kind.name, case, definition);
    let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
        Some((_, answers, wrong)) => filled(fields, answers, wrong),
        None => fields,
    };
    let (primary, danger) =
        (matches!(kind.name, "Accept" | "Decide" | "Deliver"), matches!(kind.name, "Decline" | "Withdraw"));
    let to = match kind.name {
        "RecordHearing" => format!("/desk/cases/{id}/transcript"),
        name => format!("/desk/cases/{id}/acts/{name}"),
    };
    form_of(kind, &to, fields, primary, danger)
}

/// From the posted form to an act; every unreadable field is named.
fn read_act(
    name: &str,
    form: &HashMap<String, String>,
    many: &dyn Fn(&str) -> Vec<String>,
) -> Result<CaseAct, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let wrong = |field: &str, message: &str| vec![Invalid::new(field, message)];
    let yes = |field: &str| match text(field).as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(wrong(field, "请选择一项")),
    };
    let lines = |field: &str| -> Vec<String> { text(field).lines().map(str::to_owned).collect() };
    let people = |field: &str| -> Vec<PersonId> {
        let names = text(field);
        let names = names.split(['、', ' ', ',', '，']).filter(|name| !name.is_empty());
        names.map(PersonId::new).collect()
    };
    let needed = |field: &str| {
        Some(text(field))
            .filter(|value| !value.is_empty())
            .ok_or_else(|| wrong(field, "请填写"))
    };
    Ok(match name {
        "GiveNotice" => {
            let what = text("what");
            // Each paper in its own words (全部内容): what is shared is only what was not said of it.
            let line = |material: String, unsaid: &str, on_the_spot: bool| {
                let own = text(&format!("{OWN_WORDS}{material}"));
                let said = [own, what.clone()].into_iter().find(|words| !words.is_empty());
                Missing {
                    what: said.unwrap_or_else(|| unsaid.to_owned()),
                    material,
                    on_the_spot,
                    on_paper: false,
                }
            };
            let (again, on_the_spot) = (many("wrong"), many("spot"));
            if on_the_spot.iter().any(|material| again.contains(material)) {
                return Err(wrong("spot", "同一份材料只勾选一处"));
            }
            let absent = many("missing").into_iter().map(|material| line(material, "请补交", false));
            let again = again.into_iter().map(|material| line(material, "请重新提交", false));
            let on_the_spot = on_the_spot.into_iter().map(|material| line(material, "请更正", true));
            let missing: Vec<Missing> = absent.chain(again).chain(on_the_spot).collect();
            if missing.is_empty() {
                return Err(wrong("missing", "请勾选缺少的或者有错误的材料"));
            }
            let told = |id: &str| missing.iter().any(|line| line.material == id);
            let mut unticked: Vec<&String> = form
                .iter()
                .filter(|(_, words)| !words.trim().is_empty())
                .map(|(field, _)| field)
                .filter(|field| field.strip_prefix(OWN_WORDS).is_some_and(|id| !told(id)))
                .collect();
            unticked.sort();
            if !unticked.is_empty() {
                let message = "写了说明，没有勾选这份材料";
                return Err(unticked.into_iter().map(|field| Invalid::new(field, message)).collect());
            }
            CaseAct::GiveNotice { missing }
        }
        "Supplement" => CaseAct::Supplement {
            materials: many("materials").into_iter().map(|id| (id, Paper::default())).collect(),
        },
        "CheckSignature" => CaseAct::CheckSignature {
            material: needed("material")?,
            valid: yes("valid")?,
            note: text("note"),
        },
        "NameIntermediary" => CaseAct::NameIntermediary {
            material: needed("material")?,
            name: needed("name")?,
            code: needed("code")?,
        },
        "Accept" => CaseAct::Accept,
        "Decline" => CaseAct::Decline {
            ground: match text("ground").as_str() {
                "not_needed" => DeclineGround::NotNeeded,
                "other_agency" => DeclineGround::OtherAgency,
                "not_supplemented" => DeclineGround::NotSupplemented,
                "false_material" => DeclineGround::FalseMaterial,
                _ => return Err(wrong("ground", "请选择理由种类")),
            },
            reason: needed("reason")?,
            target: Some(text("target")).filter(|target| !target.is_empty()),
        },
        "Stop" => CaseAct::Stop {
            kind: SpecialKind::ALL
                .into_iter()
                .find(|kind| kind.word() == text("kind"))
                .ok_or_else(|| wrong("kind", "请选择特别程序"))?,
            days: text("days").parse().map_err(|_| wrong("days", "请填写整数的工作日数"))?,
        },
        "Resume" => CaseAct::Resume { result: needed("result")? },
        "Forward" => CaseAct::Forward { favourable: yes("favourable")?, opinion: needed("opinion")? },
        "AssignInspectors" => CaseAct::AssignInspectors { inspectors: people("inspectors") },
        "Verify" => CaseAct::Verify {
            checkers: people("checkers"),
            passed: yes("passed")?,
            interested: text("interested") == "yes",
            note: text("note"),
        },
        "ConfirmCheck" => CaseAct::ConfirmCheck { agrees: yes("agrees")?, note: text("note") },
        "Consult" => CaseAct::Consult { reason: needed("reason")?, authorisation: needed("authorisation")? },
        "Extend" => CaseAct::Extend { reason: text("reason") },
        "TellHearing" => CaseAct::TellHearing,
        "TellInterested" => {
            CaseAct::TellInterested { person: PersonId::new(&needed("person")?), how: needed("how")? }
        }
        "ScheduleHearing" => CaseAct::ScheduleHearing {
            on: text("on").parse().map_err(|_| wrong("on", "请填写像 2025-03-03 这样的日期"))?,
            time: needed("time")?,
            place: needed("place")?,
            chair: PersonId::new(&needed("chair")?),
        },
        "Decide" => CaseAct::Decide {
            granted: yes("granted")?,
            reason: text("reason"),
            false_material: text("false_material") == "yes",
            evidence: lines("evidence"),
        },
        "Deliver" => CaseAct::Deliver { way: needed("way")? },
        "Consign" => CaseAct::Consign { carrier: needed("carrier")?, number: needed("number")? },
        "NoteParcel" => CaseAct::NoteParcel {
            kind: EventKind::ALL
                .into_iter()
                .find(|kind| kind.word() == text("kind"))
                .ok_or_else(|| wrong("kind", "请选择一项"))?,
            on: text("on").parse().map_err(|_| wrong("on", "请填写像 2025-03-03 这样的日期"))?,
            simulated: false,
        },
        "Withdraw" => CaseAct::Withdraw { reason: needed("reason")?, statement: needed("statement")? },
        "Correct" => CaseAct::Correct { what: needed("what")?, from: text("from"), to: needed("to")? },
        "Renew" => read_renewal(form)?,
        "ExplainDelay" => CaseAct::ExplainDelay { reason: text("reason") },
        "Archive" => CaseAct::Archive,
        "SendAgain" => CaseAct::SendAgain,
        "ChargeFee" | "ExemptFee" | "PayFee" | "RefundFee" => return crate::fees::read_act(name, &text),
        _ => return Err(wrong("act", "没有这种操作")),
    })
}

async fn do_act(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(pairs): extract::Form<Vec<(String, String)>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    let back = format!("/desk/cases/{id}");
    // Checkboxes share a name: one line each, so that a form that is shown again keeps its ticks.
    let mut form: HashMap<String, String> = HashMap::new();
    for (name, value) in &pairs {
        let joined = form.remove(name).map(|before| format!("{before}\n{value}"));
        form.insert(name.clone(), joined.unwrap_or_else(|| value.clone()));
    }
    visit.own_form(form.get("csrf"))?;
    let many = |field: &str| {
        pairs
            .iter()
            .filter(|(name, _)| name == field)
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    let zh = Case::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let personal = form.get("personal").map_or("", |field| field.trim());
    let mut private = BTreeMap::new();
    let read = if name == "Correct" && !personal.is_empty() {
        let corrected = form.get("corrected").map_or("", |value| value.trim());
        private.insert(personal.to_owned(), corrected.to_owned());
        let Opened { definition, .. } = open(&visit, &id).await?;
        let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
        let what = private_zh(personal, &definition).unwrap_or(personal).to_owned();
        Ok(CaseAct::Correct { what, from: text("from"), to: text("to") })
    } else {
        read_act(&name, &form, &many)
    };
    let act = match read {
        Ok(act) => act,
        Err(wrong) => return show_case(&visit, &id, Some((&name, &form, &wrong))).await,
    };
    let matter: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let named = visit.web.app.check_named(&actor, &act).await;
    let call =
        Call::<Case> { actor: &actor, matter: Some(matter), act, private, key: form.get("idem").cloned() };
    let done = match named {
        Ok(()) => visit.web.app.act(call).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(mut wrong)) => {
            // Told where it was typed.
            let typed = wrong.iter_mut().filter(|invalid| invalid.field == personal);
            typed.for_each(|invalid| invalid.field = "corrected".to_owned());
            show_case(&visit, &id, Some((&name, &form, &wrong))).await
        }
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &back)),
    }
}

/// A scan shows what the masked fields hide: it opens to the same readers as they do.
async fn file(visit: Visit, Path((id, digest)): Path<(String, String)>) -> Page {
    let (_, actor) = visit.staff()?;
    let Opened { id, case, .. } = open(&visit, &id).await?;
    if !case.holds(&digest) || !reads(&visit.web.app, &actor, &case) {
        return Err(Fail::NotFound(visit));
    }
    let app = &visit.web.app;
    let found = app.open_file(id, &digest).await.map_err(|fault| Fail::fault(&visit, fault))?;
    let Some((media, bytes)) = found else { return Err(Fail::NotFound(visit)) };
    // Never rendered inside our pages: a hostile PDF or picture stays a download.
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, "attachment".to_owned())], bytes)
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::{read_act, scan_name};
    use fadu_service::CaseAct;
    use std::collections::HashMap;

    #[test]
    fn each_defect_of_a_notice_has_its_kind() {
        let ticked = |field: &str| match field {
            "missing" => vec!["m1".to_owned()],
            "wrong" => vec!["m2".to_owned()],
            "spot" => vec!["m3".to_owned()],
            _ => Vec::new(),
        };
        let read = read_act("GiveNotice", &HashMap::new(), &ticked).unwrap();
        let CaseAct::GiveNotice { missing } = read else { panic!("{read:?}") };
        let kinds: Vec<_> = missing.iter().map(|line| (line.material.as_str(), line.on_the_spot)).collect();
        assert_eq!(kinds, [("m1", false), ("m2", false), ("m3", true)]);
        let twice = |_: &str| vec!["m1".to_owned()];
        assert_eq!(read_act("GiveNotice", &HashMap::new(), &twice).unwrap_err()[0].field, "spot");
        let nothing = |_: &str| Vec::new();
        assert_eq!(read_act("GiveNotice", &HashMap::new(), &nothing).unwrap_err()[0].field, "missing");
    }

    /// 全部内容: each paper in its own words, the rest in those that they share; words of a paper that nobody ticked are
    /// not lost without a word.
    #[test]
    fn each_paper_of_a_notice_has_its_own_words() {
        let typed = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
            pairs
                .iter()
                .map(|(field, words)| ((*field).to_owned(), (*words).to_owned()))
                .collect()
        };
        let ticked = |field: &str| match field {
            "missing" => vec!["m1".to_owned(), "m2".to_owned()],
            "wrong" => vec!["m3".to_owned()],
            _ => Vec::new(),
        };
        let told = |form: &HashMap<String, String>| {
            let read = read_act("GiveNotice", form, &ticked).unwrap();
            let CaseAct::GiveNotice { missing } = read else { panic!("{read:?}") };
            missing.into_iter().map(|line| line.what).collect::<Vec<_>>()
        };
        let own = typed(&[("what_m1", "没有盖章"), ("what_m3", "已经过期")]);
        assert_eq!(told(&own), ["没有盖章", "请补交", "已经过期"]);
        let shared = typed(&[("what_m1", "没有盖章"), ("what", "交原件")]);
        assert_eq!(told(&shared), ["没有盖章", "交原件", "交原件"]);
        let unticked = read_act("GiveNotice", &typed(&[("what_m9", "过期")]), &ticked);
        assert_eq!(unticked.unwrap_err()[0].field, "what_m9");
    }

    #[test]
    fn a_scan_is_called_by_its_material() {
        for (had, called) in [
            ("m1.pdf", "身份证明.pdf"),
            ("张三的身份证.JPG", "身份证明.jpg"),
            ("张三.身份证", "身份证明"),
            ("", "身份证明"),
        ] {
            assert_eq!(scan_name("身份证明", had), called);
        }
    }
}
