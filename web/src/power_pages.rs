//! 权责清单。 The list as it stands or stood, and one power with its bases, duties, items and history.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::manage::filter;
use crate::on_day::OnDay;
use crate::session::Visit;
use crate::view::{basis_href, basis_links, encode, fact, fact_link, link, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::MatterId;
use fadu_kernel::calendar::offset;
use fadu_law::Power;
use fadu_law::power::{Kind, Version};
use fadu_law::text::ArticleNo;
use fadu_service::Item;
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;

const PAGE: usize = 50;

pub fn routes() -> Router<Web> {
    Router::new().route("/powers", get(powers)).route("/powers/{code}", get(power))
}

#[derive(Deserialize, Default)]
struct PowerQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    kind: String,
    /// The list as it stood on this day; earlier addresses say `as_of`.
    #[serde(default, alias = "as_of")]
    on: String,
    #[serde(default)]
    page: String,
}

async fn powers(mut visit: Visit, Query(query): Query<PowerQuery>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let on = OnDay::read(&query.on, visit.web.app.moment().today);
    visit.query = on.query();
    let day = on.day;
    let mut listed: Vec<(&Power, &Version)> = catalogue
        .all::<Power>()
        .filter_map(|(_, power)| Some((power, power.public_on(day)?)))
        .collect();
    listed.sort_by(|(_, a), (_, b)| a.entry.code.cmp(&b.entry.code));
    let mut departments: Vec<String> =
        listed.iter().map(|(_, version)| version.entry.department.clone()).collect();
    departments.sort();
    departments.dedup();
    let q = query.q.trim();
    let fits = |(_, version): &&(&Power, &Version)| {
        let entry = &version.entry;
        (q.is_empty() || entry.name.contains(q) || entry.code.contains(q))
            && (query.department.is_empty() || entry.department == query.department)
            && (query.kind.is_empty() || entry.kind.zh() == query.kind)
    };
    let found: Vec<&(&Power, &Version)> = listed.iter().filter(fits).collect();
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| {
        format!(
            "?q={}&department={}&kind={}&on={day}&page={page}",
            encode(q),
            encode(&query.department),
            encode(&query.kind)
        )
    };
    let row = |(power, version): &&(&Power, &Version)| {
        let entry = &version.entry;
        let until = power.stood_until(version).map(|until| offset(until, -1).to_string());
        context! {
            code => entry.code.clone(), name => entry.name.clone(), href => format!("/powers/{}{}", entry.code, on.query()), kind => entry.kind.zh(),
            department => entry.department.clone(), basis => basis_links(&entry.bases), n_items => entry.items.len(),
            from => version.from.to_string(), to => until, status => changed_unpublished(power, day).map(|_| tag("plain", "变更待公开")),
        }
    };
    let rows: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    let previous = (page > 1).then(|| to(page - 1));
    let next = (page < n_pages).then(|| to(page + 1));
    let note = match listed.is_empty() {
        true => format!("{day}没有列在清单上的权力。"),
        false => format!("这是{day}有效的清单；每一项的版本从哪一天起、到哪一天止，写在表中。"),
    };
    let page = visit.page("portal/powers.html", "权责清单", context! {
        q => q, as_of => day.to_string(), on => on.field(&note), rows => rows, pages => pages(page as i64, n_pages as i64, found.len() as i64, "项", previous, next),
        filters => vec![
            filter("department", "部门", &query.department, departments.into_iter().map(|name| (name.clone(), name))),
            filter("kind", "类别", &query.kind, Kind::ALL.map(|kind| (kind.zh().to_owned(), kind.zh().to_owned()))),
        ],
    });
    Ok(on.answer(page))
}

/// What stands on a day while the public does not read it yet.
fn changed_unpublished(power: &Power, day: Date) -> Option<String> {
    match (power.on(day), &power.ended) {
        (Some(version), _) if version.published.is_none() => {
            Some(format!("{day}有效的是{}批准的一版，还没有公开。", version.from))
        }
        (None, Some((on, _, _))) if *on <= day && power.ending_published.is_none() => {
            Some(format!("这项权力自{on}起不在清单上，收回或者取消的公告还没有公开。"))
        }
        (Some(_) | None, _) => None,
    }
}

/// Which version it is, and from when to when it stood.
fn stood_zh(power: &Power, version: &Version) -> String {
    let n = number_of(power, version);
    match power.stood_until(version) {
        Some(until) => format!("本页是第{n}版，自{}起，到{}止。", version.from, offset(until, -1)),
        None => format!("本页是第{n}版，自{}起有效。", version.from),
    }
}

fn number_of(power: &Power, version: &Version) -> usize {
    power.versions.iter().filter(|other| other.from <= version.from).count()
}

async fn power(mut visit: Visit, Path(code): Path<String>, Query(query): Query<PowerQuery>) -> Page {
    let on = OnDay::read(&query.on, visit.web.app.moment().today);
    visit.query = on.query();
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let found = catalogue.all::<Power>().find_map(|(id, power)| {
        Some((id, power, power.last_published()?)).filter(|(_, _, version)| version.entry.code == code)
    });
    let Some((id, power, latest)) = found else { return Err(Fail::NotFound(visit)) };
    // Nobody asked for a day: the last version that is public, also of a power that ended.
    let stood = power.public_on(on.day);
    let version = stood.filter(|_| on.asked()).unwrap_or(latest);
    let stands = if on.asked() { stood.is_some() } else { power.ended.is_none() };
    let shown = stood_zh(power, version);
    let note = match changed_unpublished(power, on.day) {
        Some(told) => told + &shown,
        None if on.asked() && stood.is_none() => format!("{}这项权力不在清单上。{shown}", on.day),
        None => shown,
    };
    let entry = &version.entry;
    let items: Vec<(MatterId, &Item)> = catalogue
        .all::<Item>()
        .filter(|(_, item)| entry.items.contains(&item.code))
        .collect();
    let shelf = visit.shelf().await?;
    let quote = |basis: &fadu_kernel::Basis| {
        let no = ArticleNo::new(u32::from(basis.article));
        let texts = match on.asked() {
            true => shelf.in_force(&basis.statute, on.day),
            false => shelf.held(&basis.statute),
        };
        let held = texts.into_iter().find_map(|text| text.article(no));
        held.map_or_else(|| "条文未导入".to_owned(), fadu_law::touch::one_line)
    };
    let published = version.published.as_ref();
    let mut facts = vec![
        fact("职权编码", entry.code.as_str()),
        fact("版本", format!("第{}版，{}起", number_of(power, version), version.from)),
        fact("流程", entry.flow.join(" → ")),
        fact("监督电话", entry.phone.as_str()),
    ];
    if let Some(published) = published {
        facts.push(fact_link(
            "公开",
            format!("{}，摘要 {}", published.on, published.digest.get(..16).unwrap_or_default()),
            &format!("/powers/{code}"),
        ));
    }
    let notice = power.ended.as_ref().zip(power.ending_published.as_ref());
    let notice = notice.map(|((on, ending, reason), published)| {
        format!("{on}{}：{reason}（{}公开）", ending.zh(), published.on)
    });
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let page = visit.page("portal/power.html", &entry.name, context! {
        crumbs => vec![link("权责清单", "/powers"), link(entry.department.clone(), &format!("/powers?department={}", encode(&entry.department)))],
        power => context! {
            name => entry.name.clone(), code => entry.code.clone(), kind => entry.kind.zh(), department => entry.department.clone(), notice => notice,
            status => if stands { tag("on", "有效") } else { tag("off", "不在清单") },
        },
        facts => facts, duties => entry.responsibilities.clone(),
        bases => entry.bases.iter().map(|basis| context! { text => basis.to_string(), href => basis_href(basis) + &on.query(), quote => quote(basis) }).collect::<Vec<_>>(),
        items_based => items.iter().map(|(id, item)| context! {
            name => item.name.clone(), href => format!("/items/{id}"), note => item.standing.zh(),
        }).collect::<Vec<_>>(),
        history => entries.iter().map(|row| context! {
            when => fadu_app::now::clock_text(row.ms), text => fact_zh(&row.fact), actor => org_of(&row.body), note => (), seq => row.seq.to_string(), href => (), kind => "fact",
        }).collect::<Vec<_>>(),
        on => on.field(&note),
    });
    Ok(on.answer(page))
}

/// The body that acted, as the entry says it; the public page names no person.
fn org_of(body: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    match entry["org"].as_str().unwrap_or_default() {
        "system" => "系统时钟".to_owned(),
        org => org.to_owned(),
    }
}

pub(crate) fn fact_zh(fact: &str) -> &'static str {
    match fact {
        "Drafted" => "部门申报",
        "Reviewed" => "合法性审核",
        "Approved" => "批准列入清单",
        "Published" => "公开",
        "EndProposed" => "申请收回或者取消",
        "Ended" => "收回或者取消",
        "PublicationOverdue" => "逾期未公开",
        _ => "变更",
    }
}
