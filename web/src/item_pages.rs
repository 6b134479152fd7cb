//! 事项的公开页。 Its versions, what changed between any two, and its guide: short on a page, short and full as PDF.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::portal::find_item;
use crate::session::Visit;
use crate::submission::{identity_fields, item_fields};
use crate::view::{Field, encode, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_kernel::MatterId;
use fadu_report::CivilDate;
use fadu_report::guide::{self, Guide, Row, Section};
use fadu_service::code_list::task_type_zh;
use fadu_service::diff::{
    Change, audience_zh, counted_from_zh, diff, hearing_zh, limit_zh, material_zh, project_zh,
    verification_zh,
};
use fadu_service::item::Version;
use fadu_service::{Definition, Item};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/items/{id}/versions", get(versions))
        .route("/items/{id}/compare", get(compare))
        .route("/items/{id}/guide", get(short))
        .route("/items/{id}/guide.pdf", get(full_pdf))
        .route("/items/{id}/guide-short.pdf", get(short_pdf))
        .route("/items/{id}/form.pdf", get(blank_form))
        .route("/items/{id}/form-sample.pdf", get(sample_form))
}

/// Rows of a comparison, as both faces draw them.
pub(crate) fn changes(changes: &[Change]) -> Vec<Value> {
    let row = |change: &Change| {
        context! {
            field => change.field, kind => change.kind_zh(), before => change.before.clone(), after => change.after.clone(),
            same => change.same_everywhere,
        }
    };
    changes.iter().map(row).collect()
}

fn crumbs(id: MatterId, item: &Item) -> Vec<Value> {
    let department = format!("/items?department={}", encode(&item.department));
    vec![
        link("办事事项", "/items"),
        link(item.department.clone(), &department),
        link(item.name.clone(), &format!("/items/{id}")),
    ]
}

async fn versions(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let row = |(n, version): (usize, &Version)| {
        let number = n + 1;
        let changed = n
            .checked_sub(1)
            .and_then(|before| item.versions.get(before))
            .map(|before| diff(&before.definition, &version.definition).len());
        context! {
            name => format!("第{number}版"), from => version.from.to_string(),
            until => item.versions.get(number).map(|next| next.from.to_string()),
            changed => changed, compare_href => (n > 0).then(|| format!("/items/{id}/compare?from={n}&to={number}")),
            guide_href => format!("/items/{id}/guide.pdf?version={number}"),
        }
    };
    let rows: Vec<Value> = item.versions.iter().enumerate().map(row).rev().collect();
    let next = item.scheduled.as_ref().map(|next| {
        let rows = item
            .current()
            .map_or_else(Vec::new, |(_, current)| changes(&diff(current, &next.definition)));
        context! { from => next.from.to_string(), rows => rows }
    });
    Ok(visit.page("portal/item_versions.html", &format!("{}：版本", item.name), context! {
        crumbs => crumbs(id, item), guide_action => format!("/items/{id}/guide"), as_of => visit.web.app.moment().today.to_string(),
        rows => rows, next => next, closed => (!item.is_open()).then(|| item.standing.zh()),
        compare_action => format!("/items/{id}/compare"), numbers => (1..=item.versions.len()).collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize, Default)]
struct Between {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Two versions side by side: unless they are named, the last and the one before it.
async fn compare(visit: Visit, Path(id): Path<String>, Query(between): Query<Between>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let n = item.versions.len();
    let version = |number: &str, unnamed: usize| {
        let number = if number.is_empty() { unnamed } else { number.parse().ok()? };
        Some((number, item.versions.get(number.checked_sub(1)?)?))
    };
    let before_last = n.saturating_sub(1).max(1);
    let (Some((from, before)), Some((to, after))) =
        (version(&between.from, before_last), version(&between.to, n))
    else {
        return Err(Fail::NotFound(visit));
    };
    let side = |number: usize, version: &Version| {
        context! { name => format!("第{number}版"), from => version.from.to_string() }
    };
    Ok(visit.page("portal/item_compare.html", &format!("{}：版本对照", item.name), context! {
        crumbs => crumbs(id, item), before => side(from, before), after => side(to, after),
        rows => changes(&diff(&before.definition, &after.definition)), versions_href => format!("/items/{id}/versions"),
        compare_action => format!("/items/{id}/compare"), numbers => (1..=item.versions.len()).collect::<Vec<_>>(),
    }))
}

#[derive(Deserialize, Default)]
struct GuideQuery {
    #[serde(default)]
    version: String,
    #[serde(default)]
    as_of: String,
}

/// The version asked for, the one of the day asked for, or the one in force, with its number.
fn wanted<'a>(item: &'a Item, query: &GuideQuery) -> Option<(usize, &'a Version)> {
    if query.version.is_empty() && !query.as_of.is_empty() {
        let (number, version) = item.on(query.as_of.parse().ok()?)?;
        return Some((number as usize, version));
    }
    let number = query.version.parse().unwrap_or(item.versions.len());
    Some((number, item.versions.get(number.checked_sub(1)?)?))
}

async fn short(visit: Visit, Path(id): Path<String>, Query(query): Query<GuideQuery>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (id, item) = find_item(&visit, &catalogue, &id)?;
    let Some((number, version)) = wanted(item, &query) else { return Err(Fail::NotFound(visit)) };
    let made = composed(&visit, item, number, version, true);
    // What is published ahead has no place among the versions yet: it is named by its day.
    let asked = match number > item.versions.len() {
        true => format!("as_of={}", version.from),
        false => format!("version={number}"),
    };
    let sections: Vec<Value> = made.sections.iter().map(|section| context! {
        title => section.title.clone(),
        rows => section.rows.iter().map(|row| context! { label => row.label.clone(), text => row.text.clone() }).collect::<Vec<_>>(),
    }).collect();
    Ok(visit.page("portal/item_guide.html", &format!("{}：一页指南", item.name), context! {
        crumbs => crumbs(id, item), heading => made.heading, sections => sections, notes => made.notes,
        full_href => format!("/items/{id}"), pdf_href => format!("/items/{id}/guide-short.pdf?{asked}"),
        full_pdf_href => format!("/items/{id}/guide.pdf?{asked}"),
        apply_href => (item.is_open() && number == item.versions.len()).then(|| format!("/items/{id}/apply")),
    }))
}

async fn full_pdf(visit: Visit, Path(id): Path<String>, Query(query): Query<GuideQuery>) -> Page {
    pdf(&visit, &id, &query, |visit, item, number, version| composed(visit, item, number, version, false))
        .await
}

async fn short_pdf(visit: Visit, Path(id): Path<String>, Query(query): Query<GuideQuery>) -> Page {
    pdf(&visit, &id, &query, |visit, item, number, version| composed(visit, item, number, version, true))
        .await
}

async fn blank_form(visit: Visit, Path(id): Path<String>, Query(query): Query<GuideQuery>) -> Page {
    pdf(&visit, &id, &query, |visit, item, number, version| form(visit, item, number, version, false)).await
}

async fn sample_form(visit: Visit, Path(id): Path<String>, Query(query): Query<GuideQuery>) -> Page {
    pdf(&visit, &id, &query, |visit, item, number, version| form(visit, item, number, version, true)).await
}

type Compose = fn(&Visit, &Item, usize, &Version) -> Guide;

async fn pdf(visit: &Visit, id: &str, query: &GuideQuery, compose: Compose) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (_, item) = find_item(visit, &catalogue, id)?;
    let Some((number, version)) = wanted(item, query) else { return Err(Fail::NotFound(visit.clone())) };
    let made = compose(visit, item, number, version);
    // Typesetting takes CPU for tenths of a second: not on a thread that serves other readers.
    let bytes = tokio::task::spawn_blocking(move || guide::pdf(&made)).await;
    let bytes = bytes
        .map_err(|error| Fail::fault(visit, error))?
        .map_err(|error| Fail::fault(visit, error))?;
    Ok(([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")], bytes)
        .into_response())
}

fn row(label: impl Into<String>, text: impl Into<String>) -> Row {
    Row { label: label.into(), text: text.into() }
}

fn section(title: &str, rows: Vec<Row>) -> Section {
    let rows = rows.into_iter().filter(|row| !row.text.trim().is_empty()).collect();
    Section { title: title.to_owned(), rows }
}

/// 办事指南, from the version and nothing else. The short one is what fits on a page in one's hand.
fn composed(visit: &Visit, item: &Item, number: usize, version: &Version, short: bool) -> Guide {
    let d = &version.definition;
    let site = &visit.web.site;
    let closed = (!item.is_open()).then(|| format!("本事项现在{}，不能申请。", item.standing.zh()));
    let made_up = (!d.simulated.is_empty())
        .then(|| "本指南中有模拟内容，以网页上的标注为准。".to_owned())
        .filter(|_| site.simulated);
    let date =
        |day: Date| CivilDate { year: i32::from(day.year()), month: day.month() as u8, day: day.day() as u8 };
    Guide {
        organ: item.department.clone(),
        heading: item.name.clone(),
        kind: if short { "一页指南" } else { "办事指南" }.to_owned(),
        number: format!("编码 {}，第{number}版，{}起施行", item.code, version.from),
        sections: if short { brief(visit, d) } else { whole(visit, item, d) },
        notes: closed.into_iter().chain(made_up).collect(),
        address: format!("{}/items/{}", site.base_url, Item::id(&item.code)),
        dated: date(version.from),
        simulated: site.simulated,
    }
}

/// 申请书: what the form of this version asks, to be filled in by hand; filled in with examples, 申请书示范文本 (行政许可法
/// 29, 30). There is one of every item, also of those that are applied for at a window only.
fn form(visit: &Visit, item: &Item, number: usize, version: &Version, sample: bool) -> Guide {
    let example = "填写的内容是示例，不是真实的人和单位。".to_owned();
    let guide = composed(visit, item, number, version, true);
    Guide {
        kind: if sample { "申请书示范文本" } else { "申请书" }.to_owned(),
        sections: form_sections(&version.definition, sample),
        notes: guide.notes.into_iter().chain(sample.then_some(example)).collect(),
        ..guide
    }
}

/// Room to write in.
const BLANK: &str = "________________________";

fn form_sections(d: &Definition, sample: bool) -> Vec<Section> {
    let line = |field: &Field| {
        let text = if sample { example(field) } else { BLANK.to_owned() };
        row(field.label.clone(), text)
    };
    let filled = |text: &str| if sample { text.to_owned() } else { BLANK.to_owned() };
    let mut sections = vec![section("申请人", identity_fields().iter().map(line).collect())];
    let own = item_fields(d);
    if !own.is_empty() {
        sections.push(section("申请内容", own.iter().map(line).collect()));
    }
    let papers: Vec<Row> = d.asked().map(|material| row("", material_zh(material))).collect();
    if !papers.is_empty() {
        sections.push(section("随附材料", papers));
    }
    let declared = "以上内容和所附材料真实，申请人对其实质内容的真实性负责（行政许可法第三十一条）。";
    sections.push(section(
        "声明",
        vec![row("", declared), row("签名或者盖章", filled("张某某")), row("日期", filled("2025年3月3日"))],
    ));
    sections
}

/// What is filled in as an example: the numbers are the worked examples of their standards (GB 11643, GB 32100), nobody's.
fn example(field: &Field) -> String {
    match (field.id.as_str(), field.kind.as_str()) {
        ("applicant_name", _) => "张某某".to_owned(),
        ("applicant_number", _) | (_, "citizen_id") => "11010519491231002X".to_owned(),
        (_, "credit_code") => "91350100M000100Y43".to_owned(),
        (_, "phone") => "0000-0000000".to_owned(),
        (_, "date") => "2025-03-03".to_owned(),
        (_, "number") => "120".to_owned(),
        (_, "choice") => field.options.first().map_or_else(String::new, |option| option.label.clone()),
        (_, _) => format!("（如实填写{}）", field.label),
    }
}

fn brief(visit: &Visit, d: &Definition) -> Vec<Section> {
    let bring: Vec<Row> = d.asked().map(|material| row("", material_zh(material))).collect();
    let spared = d.materials.iter().filter(|material| material.shared).count();
    let mut papers = bring;
    if papers.is_empty() {
        papers.push(row("", "不用带材料。"));
    }
    if spared > 0 {
        papers.push(row("", format!("另有{spared}件由行政机关共享取得，不用您交。")));
    }
    vec![
        section("谁可以办", d.conditions.iter().map(|condition| row("", condition.text.clone())).collect()),
        section("带什么", papers),
        section(
            "多久、跑几次、多少钱",
            vec![
                row("多久", format!("{}后{}内办结", d.clock_from.zh(), d.promised.zh())),
                row("跑几次", format!("{}次", d.visits)),
                row("多少钱", crate::fees::told(&visit.web.app, d)),
                row("得到什么", d.result.name.clone()),
            ],
        ),
        section("在哪办、问谁", where_and_whom(visit, d)),
    ]
}

fn whole(visit: &Visit, item: &Item, d: &Definition) -> Vec<Section> {
    let e = &d.extended;
    let lines = |texts: Vec<String>| texts.into_iter().map(|text| row("", text)).collect::<Vec<_>>();
    let materials = d.materials.iter().map(|material| {
        let basis = material
            .basis
            .as_ref()
            .map_or_else(String::new, |basis| format!("；依据：{basis}"));
        let mark = if material.simulated { "（模拟）" } else { "" };
        format!("{}{basis}{mark}", material_zh(material))
    });
    let special = d
        .special
        .iter()
        .map(|row| format!("{}不超过{}个工作日", row.kind.zh(), row.days));
    let special: Vec<String> = special.collect();
    vec![
        section(
            "一、事项",
            vec![
                row("事项类型", task_type_zh(item.task_type)),
                row("实施部门", item.department.clone()),
                row("委托部门", e.entrusted.clone()),
                row("服务对象", audience_zh(d)),
                row("办件类型", project_zh(d)),
                row("通办范围", e.scope.zh()),
                row("审批结果", d.result.name.clone()),
            ],
        ),
        section(
            "二、依据",
            d.bases
                .iter()
                .map(|support| row("", fadu_service::exchange_text::support(support)))
                .collect(),
        ),
        section("三、申请条件", lines(d.conditions.iter().map(|condition| condition.text.clone()).collect())),
        section("四、数量", lines(vec![d.quantity.clone()])),
        section(
            "五、办理程序",
            d.steps
                .iter()
                .map(|step| row(step.name.clone(), step.who_zh()))
                .chain([
                    row("初审", d.first_review.as_ref().map_or_else(String::new, |review| review.zh())),
                    row("核查方式", verification_zh(&d.verification)),
                    row("听证", hearing_zh(&d.hearing)),
                    row("中介服务", e.intermediary.clone()),
                ])
                .collect(),
        ),
        section(
            "六、期限",
            vec![
                row("起算", counted_from_zh(d)),
                row("法定期限", limit_zh(&d.statutory)),
                row("承诺期限", limit_zh(&d.promised)),
                row("延长（不延长承诺期限）", d.extension.as_ref().map_or_else(String::new, limit_zh)),
                row("送达", d.delivery.as_ref().map_or_else(String::new, limit_zh)),
                row("不计入期限", special.join("；")),
            ],
        ),
        section("七、全部材料", lines(materials.collect())),
        section("八、申请书示范文本", lines(d.fields.iter().map(|field| field.label.clone()).collect())),
        section(
            "九、收费",
            lines(vec![match (&d.fee.basis, d.fee.charged) {
                (Some(basis), true) => format!("{}，依据：{basis}", crate::fees::told(&visit.web.app, d)),
                (_, _) => crate::fees::told(&visit.web.app, d),
            }]),
        ),
        section("十、在哪办、问谁", where_and_whom(visit, d)),
    ]
}

/// Of the item itself; the county's own hotline is beside them and in place of none.
pub(crate) fn where_and_whom(visit: &Visit, d: &Definition) -> Vec<Row> {
    let ways =
        [(d.in_hall, "政务服务大厅窗口"), (d.online, "网上"), (d.nearby, "乡镇（街道）、村（社区）窗口")];
    let ways: Vec<&str> = ways.iter().filter(|(yes, _)| *yes).map(|(_, way)| *way).collect();
    let consult = if d.consult == "simulated" { String::new() } else { d.consult.clone() };
    vec![
        row("办理渠道", ways.join("、")),
        row("办理地点", d.extended.place.clone()),
        row("办理时间", d.extended.hours.clone()),
        row("咨询方式", consult),
        row("监督投诉", d.extended.supervise.clone()),
        row("热线", visit.web.site.help_phone.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use super::{BLANK, form_sections, item_fields};
    use fadu_service::Definition;

    /// Of every item that ships: what its form asks stands on its paper form, and every line of the sample is filled in.
    #[test]
    fn the_form_on_paper_asks_what_the_form_asks() {
        for definition in Definition::read_all(fadu_service::ITEMS).unwrap() {
            let blank = form_sections(&definition, false);
            let labels: Vec<&str> = blank
                .iter()
                .flat_map(|section| &section.rows)
                .map(|row| row.label.as_str())
                .collect();
            for field in item_fields(&definition) {
                assert!(labels.contains(&field.label.as_str()), "{}: {}", definition.name, field.label);
            }
            let sample = form_sections(&definition, true);
            let rows = || sample.iter().flat_map(|section| &section.rows);
            assert!(rows().all(|row| row.text != BLANK), "{}", definition.name);
            assert_eq!(rows().count(), labels.len(), "{}: no line is left out", definition.name);
        }
    }
}
