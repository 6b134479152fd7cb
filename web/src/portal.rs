//! 门户。 For a citizen on a phone: find an item, know what to bring, apply, and follow the case without an account.

use crate::desk::Opened;
use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::item_pages::where_and_whom;
use crate::session::{Visit, random};
use crate::submission::{
    Incoming, Posted, applicant, filled, identity_fields, item_fields, keep_files, read_posted, submit,
};
use crate::track::by_code;
use crate::view::{
    Field, basis_href, basis_links, fact, figure_context, figure_values, link, pages, tag, thousands, told,
};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use fadu_app::Problem;
use fadu_kernel::{Basis, Invalid, MatterId};
use fadu_ledger::note::hex;
use fadu_service::case::Channel;
use fadu_service::code_list::task_type_zh;
use fadu_service::diff::counted_from_zh;
use fadu_service::{Case, CaseFact, Definition, Item};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home))
        .route("/items", get(items))
        .route("/items/{id}", get(item))
        .route("/items/{id}/apply", get(apply_page).post(apply))
        .route("/submitted/{matter}/{code}", get(submitted))
}

/// 凭证: of every store that has a ledger.
pub fn receipts() -> Router<Web> {
    Router::new()
        .route("/receipts/{seq}", get(receipt))
        .route("/receipts/{seq}/file", get(receipt_file))
}

pub fn audience_zh(word: &str) -> &'static str {
    match word {
        "person" => "个人",
        "firm" => "企业",
        _ => "其他组织",
    }
}

/// Counts by a key, most first.
fn tally<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
    list
}

async fn home(visit: Visit) -> Response {
    let web = &visit.web;
    let catalogue = web.app.catalogue();
    let open: Vec<&Definition> = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.is_open())
        .filter_map(|(_, item)| Some(item.current()?.1))
        .collect();
    let row = |query: &str, name: &str, n: usize| context! { name => name, label => name, href => format!("/items?{query}={}", crate::view::encode(name)), count => n };
    let themes: Vec<Value> = tally(open.iter().map(|item| item.theme.as_str()))
        .into_iter()
        .map(|(name, n)| row("theme", name, n))
        .collect();
    let departments: Vec<Value> = tally(catalogue.all::<Item>().map(|(_, item)| item.department.as_str()))
        .into_iter()
        .map(|(name, n)| row("department", name, n))
        .collect();
    let audiences: Vec<Value> = tally(open.iter().flat_map(|item| item.audience.iter().map(String::as_str)))
        .into_iter()
        .map(|(word, n)| context! { label => audience_zh(word), href => format!("/items?audience={word}&open=1"), count => n })
        .collect();
    let today = web.app.moment().today;
    let figures = figure_values(web, &["svc.cases", "svc.ontime_rate", "svc.items_open"], today).await;
    visit.page(
        "portal/home.html",
        "办事",
        context! {
            audiences => audiences, themes => themes, departments => departments,
            figures => figures.iter().map(figure_context).collect::<Vec<_>>(),
        },
    )
}

#[derive(Deserialize, Default)]
struct ItemQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    audience: String,
    #[serde(default)]
    open: String,
    #[serde(default)]
    page: i64,
}

const PER_PAGE: usize = 30;

async fn items(visit: Visit, Query(query): Query<ItemQuery>) -> Response {
    let web = &visit.web;
    let catalogue = web.app.catalogue();
    let (words, q) = (web.words(&query.q), query.q.trim().to_lowercase());
    let fits = |item: &Item| {
        let definition = item.current().map(|(_, definition)| definition);
        // Who looks for 营业执照 looks for what the item ends in.
        let result = definition.map_or("", |definition| definition.result.name.as_str());
        let told = format!("{} {result}", item.name).to_lowercase();
        (query.department.is_empty() || item.department == query.department)
            && (query.theme.is_empty()
                || definition.is_some_and(|definition| definition.theme == query.theme))
            && (query.audience.is_empty()
                || definition.is_some_and(|definition| definition.audience.contains(&query.audience)))
            && (query.open.is_empty() || item.is_open())
            && (told.contains(&q)
                || item.code.to_lowercase() == q
                || (!words.is_empty() && words.iter().all(|word| told.contains(word))))
    };
    let mut found: Vec<(MatterId, &Item)> = catalogue.all::<Item>().filter(|(_, item)| fits(item)).collect();
    found.sort_by_key(|(id, item)| {
        let named = item.name.to_lowercase().contains(&q);
        (!item.is_open(), !named, item.name.chars().count(), item.name.as_str(), *id)
    });
    let total = found.len();
    let n_pages = total.div_ceil(PER_PAGE).max(1) as i64;
    let page = query.page.clamp(1, n_pages);
    let rows: Vec<Value> = found
        .iter()
        .skip((page as usize - 1) * PER_PAGE)
        .take(PER_PAGE)
        .map(|(id, item)| item_row(*id, item))
        .collect();
    let filter = |id: &str, label: &str, chosen: &str, names: Vec<String>, zh: fn(&str) -> String| {
        let all = std::iter::once((String::new(), "全部".to_owned()))
            .chain(names.into_iter().map(|name| (name.clone(), zh(&name))));
        let options: Vec<Value> = all
            .map(|(value, label)| context! { checked => value == chosen, value => value, label => label })
            .collect();
        context! { id => id, label => label, options => options }
    };
    let same = |name: &str| name.to_owned();
    let departments = tally(catalogue.all::<Item>().map(|(_, item)| item.department.as_str()))
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect();
    let themes = tally(
        catalogue
            .all::<Item>()
            .filter_map(|(_, item)| Some(item.current()?.1.theme.as_str())),
    )
    .into_iter()
    .map(|(name, _)| name.to_owned())
    .collect();
    let people = ["person", "firm", "institution"].map(str::to_owned).to_vec();
    let address = |page: i64| {
        let e = crate::view::encode;
        format!(
            "/items?q={}&department={}&theme={}&audience={}&open={}&page={page}",
            e(&query.q),
            e(&query.department),
            e(&query.theme),
            e(&query.audience),
            e(&query.open)
        )
    };
    visit.page("portal/items.html", "办事事项", context! {
        q => query.q.clone(),
        filters => vec![
            filter("department", "部门", &query.department, departments, same), filter("theme", "主题", &query.theme, themes, same),
            filter("audience", "办理对象", &query.audience, people, |word| audience_zh(word).to_owned()),
        ],
        open_only => !query.open.is_empty(), rows => rows,
        pages => pages(page, n_pages, total as i64, "项", (page > 1).then(|| address(page - 1)), (page < n_pages).then(|| address(page + 1))),
        as_of => web.app.moment().today.to_string(), all_href => "/items", help_phone => web.site.help_phone.clone(),
    })
}

fn item_row(id: MatterId, item: &Item) -> Value {
    let definition = item.current().map(|(_, definition)| definition);
    context! {
        name => item.name.clone(), href => format!("/items/{id}"), department => item.department.clone(),
        audience => definition.map_or_else(|| "—".to_owned(), |definition| definition.audience.iter().map(|word| audience_zh(word)).collect::<Vec<_>>().join("、")),
        kind => task_type_zh(item.task_type),
        limit => definition.map_or_else(|| "—".to_owned(), |definition| definition.promised.zh()),
        visits => definition.map_or_else(|| "—".to_owned(), |definition| format!("{}次", definition.visits)),
        open => item.is_open(), status => (!item.is_open()).then(|| tag("off", item.standing.zh())),
        status_note => (!item.is_open()).then(|| format!("还缺{}项要素", item.lacks().len())),
    }
}

pub(crate) fn find_item<'a>(
    visit: &Visit,
    catalogue: &'a fadu_app::catalogue::Snapshot,
    id: &str,
) -> Result<(MatterId, &'a Item), Fail> {
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    catalogue
        .one::<Item>(id)
        .map(|item| (id, item))
        .ok_or_else(|| Fail::NotFound(visit.clone()))
}

async fn item(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let empty = Definition::default();
    // The public reads what is published; the keeper also what is still a draft.
    let draft = item.draft.as_ref().filter(|_| visit.staff().is_ok());
    let (number, definition) = item.current().or(draft.map(|draft| (0, draft))).unwrap_or((0, &empty));
    let web = &visit.web;
    let why = "还没有按法律补全公布的要素";
    let lacks: Vec<Value> = if item.is_open() {
        Vec::new()
    } else {
        let basis = Basis::article("行政许可法", 30);
        item.lacks()
            .into_iter()
            .map(
                |name| context! { text => name, basis_text => basis.to_string(), href => basis_href(&basis) },
            )
            .collect()
    };
    let one = |basis: &Option<Basis>| {
        basis
            .as_ref()
            .map(|basis| basis_links(std::slice::from_ref(basis)))
            .unwrap_or_default()
    };
    let mark = |simulated: bool| if simulated { "（模拟）" } else { "" };
    let materials: Vec<Value> = definition
        .materials
        .iter()
        .map(|row| {
            let need = match (row.not_asked_because(), row.required) {
                (Some(because), _) => format!("不再要求提交，因为{because}"),
                (None, true) if row.may_be_promised() => "必要；可以书面承诺代替".to_owned(),
                (None, true) => "必要".to_owned(),
                (None, false) => "视情形".to_owned(),
            };
            // Of the application alone there is a form: what the applicant draws up otherwise has none.
            let is_form = number > 0 && row.origin == "applicant" && is_application(&row.name);
            context! {
                name => format!("{}{}", row.name, mark(row.simulated)), need => need, copies => format!("{}份", row.copies.unwrap_or(1)), shared => row.is_spared(), basis => one(&row.basis),
                source => match row.origin.as_str() { "government" => "政府部门核发", "intermediary" => "中介机构出具", _ => "申请人自备" },
                blank_href => is_form.then(|| format!("/items/{id}/form.pdf")), sample_href => is_form.then(|| format!("/items/{id}/form-sample.pdf")),
                no_forms => !is_form && row.origin == "applicant" && !row.is_spared(),
            }
        })
        .collect();
    let steps: Vec<Value> = definition
        .steps
        .iter()
        .map(|step| context! { name => step.name.clone(), who => step.who_zh() })
        .collect();
    let mut service_facts = vec![
        fact("网上办理", if definition.online { "可以" } else { "不可以" }),
        fact("到现场次数", format!("{}次", definition.visits)),
        fact("收费", crate::fees::told(&web.app, definition)),
    ];
    // As the guide has them; where the item tells none of its own, that is said.
    service_facts.extend(where_and_whom(&visit, definition).into_iter().map(|row| {
        fact(&row.label, if row.text.trim().is_empty() { "没有公布".to_owned() } else { row.text })
    }));
    let figures = figure_values(web, &["svc.ontime_rate", "svc.mean_days"], web.app.moment().today).await;
    let special = definition
        .special
        .iter()
        .map(|row| format!("{}不超过{}个工作日{}", row.kind.zh(), row.days, mark(row.simulated)))
        .collect::<Vec<_>>();
    let told = (!special.is_empty()).then(|| format!("不计入期限的程序：{}。", special.join("；")));
    let first = definition
        .first_review
        .as_ref()
        .map(|review| format!("{}；决定机关的期限自收到之日起算。", review.zh()));
    // 行政许可法 42 lengthens the law's limit, not what was promised (优化营商环境条例 36).
    let lengthened = definition.extension.as_ref().filter(|_| definition.statutory.limit().is_some());
    let longer = lengthened.map(|by| {
        format!(
            "经本机关负责人批准，法定期限可以延长{}；承诺期限不延长，超过承诺期限的公开说明理由。",
            by.zh()
        )
    });
    let note = first
        .into_iter()
        .chain(told)
        .chain(longer)
        .reduce(|before, next| before + &next);
    Ok(visit.page("portal/item.html", &item.name, context! {
        crumbs => vec![link("办事事项", "/items"), link(item.department.clone(), &format!("/items?department={}", crate::view::encode(&item.department)))],
        item => context! {
            name => item.name.clone(), code => item.code.clone(), kind => task_type_zh(item.task_type), department => item.department.clone(), phone => web.site.help_phone.clone(),
            version => if number == 0 { "未发布".to_owned() } else { format!("第{number}版") },
            effective_from => item.versions.last().map(|version| version.from.to_string()).unwrap_or_else(|| "—".to_owned()), open => item.is_open(),
            closed_title => (!item.is_open()).then(|| format!("{}：暂时不能申请", item.standing.zh())),
            closed_reason => (!item.is_open()).then(|| item.suspended.clone().unwrap_or_else(|| why.to_owned())),
        },
        lacks => lacks,
        apply_href => item.is_open().then(|| format!("/items/{id}/apply")), need_href => (number > 0).then(|| format!("/items/{id}/guide")),
        guides => if number == 0 { Vec::new() } else { vec![
            link("一页指南", &format!("/items/{id}/guide")), link("办事指南（PDF）", &format!("/items/{id}/guide.pdf")),
            link("版本和变更", &format!("/items/{id}/versions")),
        ] },
        item_facts => vec![
            fact("事项编码", item.code.clone()), fact("办件类型", if definition.project_type == "instant" { "即办件" } else { "承诺件" }),
            fact("办理对象", definition.audience.iter().map(|word| audience_zh(word)).collect::<Vec<_>>().join("、")),
            fact("结果", definition.result.name.clone()),
        ],
        bases => definition.bases.iter().map(|support| context! {
            text => support.basis.to_string(), href => basis_href(&support.basis), quote => if support.held { "条文已入库" } else { "条文未入库，待导入" },
        }).collect::<Vec<_>>(),
        conditions => definition.conditions.iter().map(|row| format!("{}{}", row.text, mark(row.simulated))).collect::<Vec<_>>(),
        quantity => definition.quantity.clone(), steps => steps,
        limits => context! {
            statutory => definition.statutory.zh(), statutory_basis => one(&definition.statutory.basis),
            promised => format!("{}{}", definition.promised.zh(), mark(definition.promised.simulated)), promised_basis => basis_links(&[Basis::article("优化营商环境条例", 36)]),
            counted_from => counted_from_zh(definition), note => note,
        },
        materials => materials,
        model_forms => if number == 0 { Vec::new() } else { vec![
            link("申请书示范文本（PDF）", &format!("/items/{id}/form-sample.pdf")), link("空白申请书（PDF）", &format!("/items/{id}/form.pdf")),
        ] },
        service_facts => service_facts,
        simulated => definition.simulated.iter().map(|key| simulated_zh(key)).collect::<Vec<_>>(),
        figures => figures.iter().map(figure_context).collect::<Vec<_>>(),
    }))
}

/// 申请书、申请表.
fn is_application(name: &str) -> bool {
    name.contains("申请书") || name.contains("申请表")
}

fn simulated_zh(key: &str) -> String {
    match key {
        "promised" => "承诺期限",
        "bases" => "设定依据",
        "visits" => "到现场次数",
        "materials" => "部分材料",
        "materials.shared" => "哪些材料由共享取得",
        "conditions" => "部分条件",
        "special" => "特别程序的时间",
        "online" => "是否网上办",
        "nearby" => "是否就近办",
        "in_hall" => "是否进驻大厅",
        "undifferentiated" => "是否无差别受理",
        "result.name" => "结果名称",
        "fields" => "申请表的栏目",
        "situations" => "情形选择",
        "theme" => "主题分类",
        "statutory" => "法定期限",
        "project_type" => "办件类型",
        "consult" => "咨询方式",
        "quantity" => "数量限制",
        "steps" => "办理程序",
        "audience" => "办理对象",
        "verification" => "核查方式",
        "hearing" => "听证安排",
        other => other,
    }
    .to_owned()
}

fn file_fields(definition: &Definition) -> Vec<Field> {
    let asked = definition.materials.iter().filter(|material| !material.is_spared());
    let field = |material: &fadu_service::definition::Material| {
        let hint = if material.may_be_promised() {
            "可以不交：提交申请以后，在办理进度页看告知书、签署承诺。承诺与否由您自己选择。"
        } else if material.required {
            "没有带齐也可以先提交，工作人员会一次告诉您缺什么。"
        } else {
            "符合这种情形才需要。"
        };
        Field::text(&format!("file_{}", material.id), &material.name, false)
            .kind("file")
            .hint(hint)
    };
    asked.map(field).collect()
}

/// The same page with the answers kept and each error beside its field.
fn form_page(
    visit: &Visit,
    id: MatterId,
    item: &Item,
    definition: &Definition,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
    idem: &str,
) -> Response {
    let fill = |fields| filled(fields, answers, wrong);
    let section = |legend: &str, hint: Option<&str>, fields: Vec<Field>| context! { legend => legend, hint => hint, fields => fields };
    let mut sections = vec![section("您是谁", None, fill(identity_fields()))];
    let rest = fill(item_fields(definition));
    if !rest.is_empty() {
        sections.push(section("申请内容", Some("只问办这件事要用的。"), rest));
    }
    let files = fill(file_fields(definition));
    if !files.is_empty() {
        // A browser sends no file twice by itself.
        let hint = match wrong {
            [] => "PDF 或者照片，合计不超过10 MB。政府部门已有的不用交。",
            _ => "PDF 或者照片，合计不超过10 MB。改好以后，要交的文件请重新选择。",
        };
        sections.push(section("材料", Some(hint), files));
    }
    let page = visit.page("portal/apply.html", &format!("申请：{}", item.name), context! {
        crumbs => vec![link("办事事项", "/items"), link(item.name.clone(), &format!("/items/{id}"))],
        item => context! { name => item.name.clone(), department => item.department.clone(), limit => format!("{}后{}内办结。", definition.clock_from.zh(), definition.promised.zh()) },
        form => context! { action => format!("/items/{id}/apply"), idem => idem },
        sections => sections, not_asked => crate::proof::not_asked(definition), privacy_note => "加密保存，只有承办机关能看到全文。",
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
    });
    if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

async fn apply_page(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let Some((_, definition)) = item.current().filter(|_| item.is_open()) else {
        return Ok(Redirect::to(&format!("/items/{id}")).into_response());
    };
    Ok(form_page(&visit, id, item, definition, &HashMap::new(), &[], &hex(&random::<12>())))
}

async fn apply(visit: Visit, Path(id): Path<String>, form: Incoming) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let Some((_, definition)) = item.current().filter(|_| item.is_open()) else {
        return Ok(Redirect::to(&format!("/items/{id}")).into_response());
    };
    let Posted { answers, files, wrong, idem } = read_posted(&visit, form, definition).await?;
    let actor = applicant(&visit, &answers, &idem, format!("/items/{id}/apply"))?;
    if !wrong.is_empty() {
        return Ok(form_page(&visit, id, item, definition, &answers, &wrong, &idem));
    }
    let kept = keep_files(&visit, files).await?;
    match submit(&visit, &actor, id, Channel::Online, kept, definition, &answers, &idem).await {
        Ok(to) => Ok(to),
        Err(Problem::Invalid(wrong)) => Ok(form_page(&visit, id, item, definition, &answers, &wrong, &idem)),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "提交申请", &format!("/items/{id}/apply"))),
    }
}

pub(crate) fn steps_of(case: &Case) -> Vec<Value> {
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let rows = [
        ("收件", case.received.as_ref().map(|mark| mark.on), "收到申请，出具收件凭证"),
        ("受理", case.accepted.as_ref().map(|accepted| accepted.from), "材料齐全，开始计算期限"),
        ("审查", case.verified.as_ref().map(|verified| verified.on), "核对条件，必要时两人核查"),
        ("决定", case.decided.as_ref().map(|decided| decided.on), "作出准予或者不予的书面决定"),
        ("送达", case.delivered.as_ref().map(|mark| mark.on), "领取或者邮寄结果"),
    ];
    let last_done = rows.iter().rposition(|(_, on, _)| on.is_some());
    let step = |(i, (name, on, note)): (usize, (&str, Option<jiff::civil::Date>, &str))| {
        let now = !case.is_closed() && last_done.map_or(i == 0, |last| i == last + 1);
        let passed = on.is_some() || last_done.is_some_and(|last| i < last);
        context! { name => name, state => if passed { "done" } else if now { "now" } else { "todo" }, when => day(on), note => note }
    };
    rows.into_iter().enumerate().map(step).collect()
}

pub fn status_tag(case: &Case) -> Value {
    let status = case.status();
    let kind = match status {
        "declined" | "withdrawn" => "off",
        "stopped" | "waiting" => "stop",
        "closed" | "archived" => "plain",
        _ => "on",
    };
    tag(kind, Case::status_zh(status))
}

pub fn timeline(entries: &[fadu_app::store::EntryRow], named: impl Fn(&str) -> String) -> Vec<Value> {
    entries
        .iter()
        .rev()
        .map(|entry| {
            context! {
                when => fadu_app::now::clock_text(entry.ms), text => fact_zh(&entry.fact), actor => named(&entry.actor), note => note_of(entry),
                seq => thousands(entry.seq), href => format!("/receipts/{}", entry.seq), kind => if entry.actor == "clock" { "clock" } else { "fact" },
            }
        })
        .collect()
}

/// What a line of the timeline says beside that it happened: until when an extension goes.
fn note_of(entry: &fadu_app::store::EntryRow) -> Option<String> {
    if entry.fact != "Extended" {
        return None;
    }
    match crate::notices::fact_of(entry)? {
        CaseFact::Extended { by, due: Some(due), .. } => {
            Some(format!("延长{}，延长以后的最后一日是{due}", by.zh()))
        }
        _ => None,
    }
}

pub fn fact_zh(fact: &str) -> &str {
    match fact {
        "Received" => "收到申请",
        "NoticeGiven" => "一次性告知补正",
        "Supplemented" => "补正材料",
        "SignatureChecked" => "验签",
        "IntermediaryNamed" => "登记出具材料的中介机构",
        "Accepted" => "受理",
        "Declined" => "不予受理",
        "Stopped" => "进入特别程序，期限停止",
        "Resumed" => "特别程序结束，期限继续",
        "Verified" => "核查",
        "InspectorsAssigned" => "指派检验、检测、检疫人员",
        "AssignmentPassed" => "逾期没有指派检验、检测、检疫人员",
        "CheckConfirmed" => "核查人员确认核查记录",
        "Forwarded" => "报送初审意见和全部材料",
        "Extended" => "延长期限",
        "HearingTold" => "告知听证权利",
        "HearingAsked" => "申请听证",
        "HearingWaived" => "放弃听证",
        "InterestedTold" => "告知利害关系人听证权利",
        "InterestedAsked" => "利害关系人申请听证",
        "InterestedWaived" => "利害关系人放弃听证",
        "HearingScheduled" => "通知听证时间地点",
        "HearingRecorded" => "形成听证笔录",
        "Decided" => "作出决定",
        "Delivered" => "送达",
        "Withdrawn" => "撤回申请",
        "Corrected" => "更正笔误",
        "RenewalNamed" => "写明延续的许可",
        "DeemedRenewed" => "有效期届满没有作出决定，视为准予延续",
        "DelayExplained" => "说明超期理由",
        "Consulted" => "调阅个人信息",
        "Archived" => "归档",
        "Spared" => "免交材料",
        "AskedAfterAll" => "来源取不到，改为提交材料",
        "NoticeIssued" => "制作文书，摘要记入台账",
        "SentOutside" => "送出外部系统",
        "NotSent" => "外部系统没有送到",
        "OutsideTold" => "外部系统答复",
        "SendingAgain" => "重送外部系统",
        "Consigned" => "交寄",
        "ParcelNoted" => "物流信息",
        "FeeCharged" => "通知缴费",
        "FeeExempted" => "减免费用",
        "FeePaid" => "缴费",
        "FeeRefunded" => "退费",
        "SurplusNoted" => "网上多收，待退",
        "TurnedAmber" => "期限用到八成，黄色预警",
        "TurnedOverdue" => "超过期限，红色记录",
        "StopPassed" => "特别程序已满告知的时间",
        "Entered" => "事项录入",
        "Completed" => "补全要素",
        "Published" => "发布",
        "Suspended" => "暂停",
        "Cancelled" => "取消",
        other => other,
    }
}

async fn submitted(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let Opened { id, case, entries, .. } = by_code(&mut visit, &id, &code).await?;
    let Some(first) = entries.first() else { return Err(Fail::NotFound(visit)) };
    Ok(visit.page("portal/submitted.html", "已经收到您的申请", context! {
        item => context! { name => case.item_name.clone(), department => case.org.as_str(), limit => "" },
        number => case.number.clone(), secret => code.clone(), received_at => fadu_app::now::clock_text(first.ms), seq => thousands(first.seq),
        seq_href => format!("/receipts/{}", first.seq), receipt_href => format!("/receipts/{}", first.seq), track_href => format!("/track/{id}/{code}"), steps => steps_of(&case),
    }))
}

/// Which fact the text of an entry records.
/// Kinds whose facts say more than their existence to those they are not addressed to: what a caller told, how a bid was
/// scored before the award (招标投标法 44). Their entries are shown to staff who may read the kind.
const ADDRESSED: [&str; 14] = [
    "order",
    "petition",
    "disclosure",
    "lead",
    "stuck",
    "evaluation",
    "call",
    "project",
    "complaint",
    "inspection",
    "alert",
    "handover",
    "review",
    "penalty",
];

pub(crate) fn may_see(visit: &Visit, entry: &str) -> bool {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    let word = |name: &str| entry[name].as_str().unwrap_or_default();
    let role = visit.staff().ok().map(|(_, actor)| actor.role);
    let kind = fadu_app::registry::kind(word("kind"));
    let readable = match role {
        Some(role) => kind.is_none_or(|kind| kind.readable_by(role)),
        None => !ADDRESSED.contains(&word("kind")),
    };
    readable && told(visit, word("fact"))
}

async fn receipt(visit: Visit, Path(seq): Path<i64>) -> Page {
    let app = &visit.web.app;
    let receipt = app
        .receipt(seq)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "查看凭证", "/"))?;
    let receipt = receipt.filter(|receipt| may_see(&visit, &receipt.entry));
    let Some(receipt) = receipt else { return Err(Fail::NotFound(visit)) };
    let entry: Value = serde_json::from_str::<serde_json::Value>(&receipt.entry)
        .map(|entry| Value::from(minijinja::value::Serde(entry)))
        .unwrap_or_default();
    let text = |key: &str| entry.get_attr(key).map(|value| value.to_string()).unwrap_or_default();
    let size = receipt.checkpoint.lines().nth(1).unwrap_or_default().to_owned();
    let key = app.signer().verify_key().to_string();
    let mut facts = vec![
        fact("做了什么", fact_zh(&text("fact")).to_owned()),
        fact("时间", text("at")),
        fact("依据", text("ground")),
        fact("事", text("matter")),
    ];
    let said = serde_json::from_str::<serde_json::Value>(&receipt.entry).unwrap_or_default();
    if let Some(due) = said["data"]["Extended"]["due"].as_str() {
        facts.push(fact("延长以后的最后一日", due));
    }
    Ok(visit.page("portal/receipt.html", "收件凭证与离线核验", context! {
        facts => facts,
        seq => thousands(seq), seq_href => format!("/receipts/{seq}"), leaf_hash => hex(&fadu_ledger::leaf_hash(receipt.entry.as_bytes())),
        proof => context! { tree_size => size, n_hashes => receipt.proof.len(), checkpoint => receipt.checkpoint },
        verify_commands => vec![format!("fadu receipt verify receipt-{seq}.json --key '{key}'")],
        download_href => format!("/receipts/{seq}/file"),
    }))
}

async fn receipt_file(visit: Visit, Path(seq): Path<i64>) -> Page {
    let receipt = visit
        .web
        .app
        .receipt(seq)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "下载凭证", "/"))?;
    let receipt = receipt.filter(|receipt| may_see(&visit, &receipt.entry));
    let Some(receipt) = receipt else { return Err(Fail::NotFound(visit)) };
    let text = serde_json::to_string_pretty(&receipt).map_err(|error| Fail::fault(&visit, error))?;
    let name = format!("attachment; filename=\"receipt-{seq}.json\"");
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}
