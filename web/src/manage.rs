//! 管理。 The catalogue as its keepers see it, what rests on an article, and who holds which post.

use crate::fail::Page;
use crate::session::Visit;
use crate::view::{basis_href, citations, encode, pages, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::Call;
use fadu_kernel::{Basis, MatterId, Role};
use fadu_law::check::Cited;
use fadu_law::text::{ArticleNo, Citation};
use fadu_law::touch::touches;
use fadu_service::{Item, ItemAct, Standing};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 50;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/items", get(items))
        .route("/desk/items/{id}/acts/{act}", post(do_act))
        .route("/desk/impact", get(impact))
        .route("/desk/accounts", get(accounts))
}

#[derive(Deserialize, Default)]
struct ItemQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    page: String,
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Draft => "draft",
        Standing::InUse => "in_use",
        Standing::Suspended => "suspended",
        Standing::Cancelled => "cancelled",
    }
}

pub(crate) fn filter(
    id: &str,
    label: &str,
    chosen: &str,
    options: impl IntoIterator<Item = (String, String)>,
) -> Value {
    let all = std::iter::once((String::new(), "全部".to_owned()));
    let options: Vec<Value> = all
        .chain(options)
        .map(|(value, label)| context! { checked => value == chosen, value => value, label => label })
        .collect();
    context! { id => id, label => label, options => options }
}

async fn items(visit: Visit, Query(query): Query<ItemQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let q = query.q.trim();
    let mut all: Vec<(MatterId, &Item)> = catalogue.all::<Item>().collect();
    all.sort_by(|(a, x), (b, y)| {
        (word(x.standing) != "in_use", &x.department, a).cmp(&(
            word(y.standing) != "in_use",
            &y.department,
            b,
        ))
    });
    let count = |standing| all.iter().filter(|(_, item)| item.standing == standing).count();
    let tally: Vec<Value> = [Standing::InUse, Standing::Suspended, Standing::Draft]
        .map(|standing| context! { label => standing.zh(), count => count(standing), unit => "项", state => (), href => format!("/desk/items?status={}", word(standing)) })
        .into();
    let mut departments: Vec<String> = all.iter().map(|(_, item)| item.department.clone()).collect();
    departments.sort();
    departments.dedup();
    let fits = |item: &Item| {
        (q.is_empty() || item.name.contains(q) || item.code.contains(q))
            && (query.status.is_empty() || query.status == word(item.standing))
            && (query.department.is_empty() || query.department == item.department)
    };
    let found: Vec<_> = all.iter().filter(|(_, item)| fits(item)).collect();
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| {
        format!(
            "?q={}&status={}&department={}&page={page}",
            encode(q),
            query.status,
            encode(&query.department)
        )
    };
    let row = |(id, item): &&(MatterId, &Item)| {
        context! {
            code => item.code.clone(), name => item.name.clone(), href => format!("/items/{id}"), department => item.department.clone(),
            version => if item.versions.is_empty() { "—".to_owned() } else { format!("第{}版", item.versions.len()) },
            status => tag(if item.is_open() { "on" } else { "off" }, item.standing.zh()), lacks => item.lacks(),
            acts => (actor.role == Role::CatalogueManager).then(|| item_acts(*id, item)),
        }
    };
    let rows: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(row).collect();
    let standings = [Standing::InUse, Standing::Suspended, Standing::Draft, Standing::Cancelled]
        .map(|standing| (word(standing).to_owned(), standing.zh().to_owned()));
    Ok(visit.page("desk/items.html", "事项目录", context! {
        q => q, tally => tally, rows => rows, as_of => visit.web.app.moment().today.to_string(),
        filters => vec![
            filter("department", "部门", &query.department, departments.into_iter().map(|name| (name.clone(), name))),
            filter("status", "状态", &query.status, standings),
        ],
        pages => pages(page as i64, n_pages as i64, found.len() as i64, "项", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}

/// What a keeper may do with an item as it stands: one button each.
fn item_acts(id: MatterId, item: &Item) -> Vec<Value> {
    let act = |name: &str, label: &str| context! { label => label, action => format!("/desk/items/{id}/acts/{name}"), name => item.name.clone() };
    match item.standing {
        Standing::InUse => vec![act("Suspend", "暂停")],
        Standing::Suspended => vec![act("Publish", "恢复")],
        Standing::Draft if item.lacks().is_empty() => vec![act("Publish", "发布")],
        Standing::Draft | Standing::Cancelled => Vec::new(),
    }
}

async fn do_act(
    visit: Visit,
    Path((id, act)): Path<(String, String)>,
    axum::Form(form): axum::Form<HashMap<String, String>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let reason = form
        .get("reason")
        .map(|reason| reason.trim().to_owned())
        .filter(|reason| !reason.is_empty());
    let act = match act.as_str() {
        "Publish" => ItemAct::Publish,
        "Suspend" => ItemAct::Suspend {
            reason: reason.unwrap_or_else(|| "事项管理员暂停，原因见公告".to_owned()),
        },
        _ => return Err(Fail::NotFound(visit)),
    };
    let call = Call {
        actor: &actor,
        matter: Some(id),
        act,
        private: BTreeMap::new(),
        key: form.get("idem").cloned().filter(|idem| !idem.is_empty()),
    };
    match visit.web.app.act::<Item>(call).await {
        Ok(_) => Ok(Redirect::to(&format!("/items/{id}")).into_response()),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "办理事项", "/desk/items")),
    }
}

#[derive(Deserialize, Default)]
struct ImpactQuery {
    #[serde(default)]
    statute: String,
    #[serde(default)]
    article: String,
}

/// `32`, `第三十二条` or `行政许可法#32.1`: whatever a lawyer types.
fn read_place(query: &ImpactQuery) -> Option<Citation> {
    let typed = query.article.trim();
    if let Ok(citation) = typed.parse::<Citation>() {
        return Some(citation);
    }
    match typed.parse::<u32>() {
        Ok(article) => Some(Citation::article(&query.statute, ArticleNo::new(article))),
        Err(_) => format!("《{}》{typed}", query.statute).parse().ok(),
    }
}

async fn impact(visit: Visit, Query(query): Query<ImpactQuery>) -> Page {
    visit.staff()?;
    let all = citations(&visit.web.app);
    let mut statutes: Vec<String> = all.iter().map(|cited| cited.basis.statute.to_string()).collect();
    statutes.sort();
    statutes.dedup();
    let options: Vec<Value> = statutes
        .iter()
        .map(|name| context! { value => name, label => name, checked => *name == query.statute })
        .collect();
    let asked = !query.article.trim().is_empty();
    let place = read_place(&query).filter(|_| asked);
    let resting: Vec<&Cited> = place.as_ref().map(|place| touches(&all, place).collect()).unwrap_or_default();
    let held = place
        .as_ref()
        .and_then(|place| visit.web.shelf.article(&place.statute, place.article));
    let shown = place.as_ref().filter(|_| held.is_some() || !resting.is_empty());
    let article = shown.map(|place| {
        let basis = Basis { statute: place.statute.clone().into(), article: u16::try_from(place.article.main).unwrap_or_default(), paragraph: None, item: None };
        context! {
            text => place.to_string(), href => basis_href(&basis),
            version_text => held.and_then(|(statute, _)| statute.version).map_or_else(|| "文本未导入".to_owned(), |version| format!("{version} 文本")),
            status => if held.is_some() { tag("on", "条文已核对") } else { tag("off", "待核对") }, notice => (),
            quote => held.map(|(_, article)| article.text()),
        }
    });
    let group = |kind: &str, unit: &str| {
        let rows: Vec<Value> = resting
            .iter()
            .filter_map(|cited| {
                let name = cited.what.strip_prefix(kind)?.trim();
                let rule = fadu_app::rules::built().into_iter().find(|rule| rule.id == name);
                Some(context! {
                    code => name, href => (!cited.href.is_empty()).then(|| cited.href.clone()),
                    name => rule.map_or("", |rule| rule.sentence), department => "", note => cited.basis.to_string(),
                })
            })
            .collect();
        context! { name => kind, unit => unit, rows => rows }
    };
    Ok(visit.page("desk/impact.html", "法条影响", context! {
        filters => vec![context! { id => "statute", label => "法规", options => options }], q => query.article.trim(), asked => asked, article => article,
        tally => vec![context! { label => "引用", count => resting.len(), unit => "处", state => (), href => () }],
        groups => if shown.is_some() { vec![group("规则", "条"), group("权责", "项"), group("事项", "项")] } else { Vec::new() },
    }))
}

#[derive(Deserialize, Default)]
struct AccountQuery {
    #[serde(default)]
    q: String,
}

async fn accounts(visit: Visit, Query(query): Query<AccountQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    if !matches!(actor.role, Role::Operator | Role::Inspector | Role::CatalogueManager) {
        return Err(Fail::NotFound(visit));
    }
    let q = query.q.trim();
    let all = visit.web.app.accounts().await.map_err(|error| Fail::fault(&visit, error))?;
    let rows: Vec<Value> = all
        .iter()
        .filter(|account| q.is_empty() || account.name.contains(q) || account.role.zh().contains(q) || account.org.contains(q))
        .map(|account| context! {
            name => account.name.clone(), href => format!("/desk/accounts?q={}", encode(&account.name)), department => account.org.clone(), post => account.role.zh(),
            from => "", to => (), ground => if account.demonstration { "演示账号" } else { "由系统管理员设立" },
            status => if account.closed { tag("off", "已关闭") } else { tag("on", "在用") },
        })
        .collect();
    let n = rows.len() as i64;
    Ok(visit.page("desk/accounts.html", "人员与授权", context! {
        errors => Vec::<Value>::new(), q => q, filters => Vec::<Value>::new(), as_of => visit.web.app.moment().today.to_string(), rows => rows,
        pages => pages(1, 1, n, "人", None, None), delegations => Vec::<Value>::new(), acts => Vec::<Value>::new(),
    }))
}
