//! 专项核查的页面。 Campaigns with what every rule said, by sector and by rule; and each project's findings, worked to their
//! dispositions.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::matters::{Failed, errors_of, forms_of, perform, step};
use crate::session::Visit;
use crate::supervision_pages::campaign_row;
use crate::view::{Names, encode, fact, fact_link, link, pages, tag};
use crate::{Fail, Web, trading_pages};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::registry;
use fadu_kernel::{Matter, MatterId};
use fadu_supervision::Campaign;
use fadu_supervision::parts::Outcome;
use fadu_supervision::review::{Review, Row};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: usize = 50;
/// Vouchers shown of one project; the entry has them all.
const VOUCHERS: usize = 12;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/campaigns", get(campaigns))
        .route("/desk/campaigns/{id}", get(campaign))
        .route("/desk/reviews/{id}", get(review))
        .route("/desk/reviews/{id}/acts/{act}", post(do_review))
}

async fn campaigns(visit: Visit) -> Page {
    visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let mut all: Vec<&Campaign> = catalogue.all::<Campaign>().map(|(_, campaign)| campaign).collect();
    all.sort_by(|a, b| (b.opened, &a.plan.title).cmp(&(a.opened, &b.plan.title)));
    Ok(visit.page(
        "desk/campaigns.html",
        "专项核查",
        context! {
            rows => all.into_iter().map(campaign_row).collect::<Vec<_>>(),
        },
    ))
}

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    status: String,
    #[serde(default)]
    sector: String,
    #[serde(default)]
    page: String,
}

const STATUSES: [(&str, &str); 5] = [
    ("", "全部"),
    ("found", "有问题待处理"),
    ("worked", "待作结论"),
    ("confirmed", "查实"),
    ("clean", "没有查实的问题"),
];

async fn campaign(visit: Visit, Path(id): Path<String>, Query(query): Query<ListQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let lost = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let campaign = catalogue.one::<Campaign>(id).ok_or_else(lost)?;
    let kind = registry::kind(Campaign::KIND).ok_or_else(lost)?;
    let title = &campaign.plan.title;
    let reviews = app
        .reviews(title)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "查看专项核查", "/desk/campaigns"))?;
    let fits = |review: &Review| {
        (query.status.is_empty() || review.status() == query.status)
            && (query.sector.is_empty() || review.project.sector == query.sector)
    };
    let shown: Vec<&(MatterId, Review)> = reviews.iter().filter(|(_, review)| fits(review)).collect();
    let n_pages = shown.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let at = |status: &str, sector: &str, page: usize| {
        format!("/desk/campaigns/{id}?status={}&sector={}&page={page}", encode(status), encode(sector))
    };
    let tabs: Vec<Value> = STATUSES
        .iter()
        .map(|(status, zh)| {
            let n = reviews.iter().filter(|(_, one)| status.is_empty() || one.status() == *status).count();
            context! { label => *zh, href => at(status, &query.sector, 1), count => n.to_string(), current => *status == query.status }
        })
        .collect();
    let rows: Vec<Value> = shown
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|(id, review)| review_row(*id, review))
        .collect();
    let to = |page: usize| at(&query.status, &query.sector, page);
    let (previous, next) = ((page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1)));
    let drawn = registry::Drawn { docket: campaign.docket(&app.calendar()), parties: campaign.parties() };
    let acts = match campaign.closed {
        Some(_) => Vec::new(),
        None => {
            let here = format!("/desk/matters/campaigns/{id}");
            forms_of(&visit, &actor, kind, Some(&drawn), &here, &HashMap::new(), None)
                .into_iter()
                .filter(|act| !act.get_attr("name").is_ok_and(|name| name.as_str() == Some("Open")))
                .collect()
        }
    };
    Ok(visit.page("desk/campaign.html", title, context! {
        campaign => campaign_row(campaign), sectors => by_sector(&reviews, |sector| at(&query.status, sector, 1)), rules => by_rule(&reviews), missing => missing(&reviews),
        tabs => tabs, sector => query.sector.clone(), rows => rows, acts => acts,
        pages => pages(page as i64, n_pages as i64, shown.len() as i64, "个", previous, next),
    }))
}

fn review_row(id: MatterId, review: &Review) -> Value {
    let status = review.status();
    let kind = match status {
        "confirmed" => "stop",
        "clean" => "off",
        _ => "plain",
    };
    context! {
        href => format!("/desk/reviews/{id}"), id => review.project.id.clone(), title => review.project.title.clone(), sector => review.project.sector.clone(),
        listed => review.project.listed, year => review.project.year().map(|year| year.to_string()), found => review.n(Outcome::Found).to_string(),
        not_computable => review.n(Outcome::NotComputable).to_string(), confirmed => review.n_confirmed().to_string(), status => tag(kind, Review::status_zh(status)),
    }
}

/// Listed projects by sector: they sum to the list. What was in no list is a line of its own.
fn by_sector(reviews: &[(MatterId, Review)], href: impl Fn(&str) -> String) -> Vec<Value> {
    let mut counts: BTreeMap<(bool, &str), [usize; 3]> = BTreeMap::new();
    for (_, review) in reviews {
        let count = counts
            .entry((!review.project.listed, review.project.sector.as_str()))
            .or_default();
        count[0] += 1;
        count[1] += usize::from(review.n(Outcome::Found) > 0);
        count[2] += usize::from(review.n_confirmed() > 0);
    }
    let row = |((unlisted, sector), [n, found, confirmed]): (&(bool, &str), &[usize; 3])| {
        let name = if *unlisted { format!("{sector}（招标清单以外）") } else { (*sector).to_owned() };
        context! { sector => name, href => href(sector), n => n.to_string(), found => found.to_string(), confirmed => confirmed.to_string() }
    };
    counts.iter().map(row).collect()
}

fn by_rule(reviews: &[(MatterId, Review)]) -> Vec<Value> {
    let mut counts: BTreeMap<&str, (&str, [usize; 3])> = BTreeMap::new();
    for row in reviews.iter().flat_map(|(_, review)| &review.rows) {
        let finding = &row.finding;
        let (_, count) = counts.entry(finding.rule.as_str()).or_insert((finding.says.as_str(), [0; 3]));
        if let Some(at) = Outcome::ALL.iter().position(|outcome| *outcome == finding.outcome) {
            count[at] += 1;
        }
    }
    let row = |(rule, (says, [found, not_found, not_computable])): (&&str, &(&str, [usize; 3]))| {
        context! { rule => *rule, says => *says, found => found.to_string(), not_found => not_found.to_string(), not_computable => not_computable.to_string() }
    };
    counts.iter().map(row).collect()
}

/// 缺少的资料, and of how many results.
fn missing(reviews: &[(MatterId, Review)]) -> Vec<Value> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let all = reviews
        .iter()
        .flat_map(|(_, review)| &review.rows)
        .flat_map(|row| &row.finding.missing);
    all.for_each(|what| *counts.entry(what.as_str()).or_default() += 1);
    counts
        .into_iter()
        .map(|(what, n)| context! { what => what, n => n.to_string() })
        .collect()
}

async fn review(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let fault = |fault| Fail::fault(visit, fault);
    let lost = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let row = app.store.matter(app.region, id).await.map_err(fault)?;
    let row = row.filter(|row| row.kind == Review::KIND).ok_or_else(lost)?;
    let kind = registry::kind(Review::KIND).ok_or_else(lost)?;
    let state: Review = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    let drawn = (kind.draw)(app, &row.state).map_err(fault)?;
    let here = format!("/desk/reviews/{id}");
    // The first finding that nobody has disposed of is the one a form is for.
    let open = state.rows.iter().position(Row::is_open).map(|at| (at + 1).to_string());
    let given: HashMap<String, String> = open.map(|n| ("n".to_owned(), n)).into_iter().collect();
    let acts = match state.concluded {
        Some(_) => Vec::new(),
        None => forms_of(visit, &actor, kind, Some(&drawn), &here, &given, failed)
            .into_iter()
            .filter(|act| !act.get_attr("name").is_ok_and(|name| name.as_str() == Some("Enter")))
            .collect(),
    };
    let names = Names::load(visit).await?;
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let campaign = format!("/desk/campaigns/{}", Campaign::id(&state.campaign));
    let page = visit.page("desk/review.html", &row.title, context! {
        crumbs => vec![link("专项核查", "/desk/campaigns"), link(state.campaign.clone(), &campaign)],
        head => context! { number => row.number.clone(), status => tag(if row.closed { "off" } else { "plain" }, Review::status_zh(&row.status)) },
        facts => facts(&state, &campaign), approvals => state.matched.approvals.iter().map(|one| format!("{}，{}，{}", one.document, yuan(one.investment_fen), day(one.on))).collect::<Vec<_>>(),
        payments => state.matched.payments.iter().take(VOUCHERS).map(|one| format!("{}，{}，{}", one.voucher, yuan(one.amount_fen), day(one.on))).collect::<Vec<_>>(),
        more => state.matched.payments.len().saturating_sub(VOUCHERS), rows => state.rows.iter().enumerate().map(finding_row).collect::<Vec<_>>(),
        acts => acts, errors => errors_of(failed), timeline => entries.iter().rev().map(|entry| step(kind, &names, entry)).collect::<Vec<_>>(),
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

fn yuan(fen: Option<i64>) -> String {
    fen.map_or_else(|| "金额不明".to_owned(), trading_pages::yuan)
}

fn day(on: Option<jiff::civil::Date>) -> String {
    on.map_or_else(|| "日期不明".to_owned(), |on| on.to_string())
}

fn facts(review: &Review, campaign: &str) -> Vec<Value> {
    let project = &review.project;
    let listed = if project.listed {
        "在招标清单里"
    } else {
        "不在招标清单里，由审批或者付款得知"
    };
    let what = project.what.map_or("不明", |what| what.zh());
    vec![
        fact_link("专项核查", review.campaign.clone(), campaign),
        fact("项目编码", project.id.clone()),
        fact("行业、类别", format!("{}，{what}", project.sector)),
        fact("招标人", project.tenderer.clone()),
        fact("投资项目代码", project.code.clone()),
        fact("来源", listed),
        fact("适用年份", project.year().map_or("不明".to_owned(), |year| year.to_string())),
        fact("估算价", yuan(project.estimate_fen)),
        fact("中标金额", yuan(project.price_fen)),
        fact("公告、截止", format!("{}，{}", day(project.announced), day(project.deadline))),
    ]
}

fn finding_row((at, row): (usize, &Row)) -> Value {
    let finding = &row.finding;
    let kind = match finding.outcome {
        Outcome::Found => "stop",
        Outcome::NotFound => "off",
        Outcome::NotComputable => "plain",
    };
    let ruled = row.ruled.as_ref().map(|(on, ruling)| {
        context! { disposition => ruling.disposition.zh(), on => on.to_string(), reason => ruling.reason.clone(), document => ruling.document.clone() }
    });
    context! {
        n => at + 1, rule => finding.rule.clone(), says => finding.says.clone(), outcome => tag(kind, finding.outcome.zh()), evidence => finding.evidence.clone(),
        missing => finding.missing.clone(), explained => row.explained.as_ref().map(|(on, _)| on.to_string()), ruled => ruled,
    }
}

async fn do_review(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let Some(kind) = registry::kind(Review::KIND) else { return Err(Fail::NotFound(visit)) };
    let here = format!("/desk/reviews/{id}");
    match perform(&visit, kind, &id, &name, &form, &here).await? {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(wrong) => show(&visit, &id, Some((&name, &form, &wrong))).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_on_the_pages_of_trading() {
        let table = [(Some(241_000_000), "2,410,000.00元"), (Some(5), "0.05元"), (None, "金额不明")];
        for (fen, then) in table {
            assert_eq!(yuan(fen), then);
        }
    }
}
