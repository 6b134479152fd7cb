//! 公共资源交易监督的页面。 What the terminal shows the public: the venues and whether their ledgers hold, campaigns, decisions
//! that are announced; and at the desk the alerts, each with its evidence beside it, worked to a disposition.

use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::matters::{Failed, errors_of, forms_of, perform, step};
use crate::session::Visit;
use crate::view::{
    Names, basis_links, due_badge, encode, fact, figure_context, figure_values, link, pages, tag,
};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::registry;
use fadu_app::store::MatterRow;
use fadu_app::supervision::receive::entry_blob;
use fadu_kernel::{Matter, MatterId};
use fadu_supervision::parts::{Disposition, Phase};
use fadu_supervision::{Alert, Campaign, Credit, DutyList, Venue};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::HashMap;

const PAGE: usize = 30;
const FIGURES: [&str; 7] = [
    "sup.feed_entries",
    "sup.alerts_closed_rate",
    "sup.handovers_open",
    "sup.lookback_projects",
    "sup.special_projects",
    "sup.compliance_rate",
    "sup.lookback_unmeasured",
];

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home))
        .route("/desk/alerts", get(alerts))
        .route("/desk/alerts/{id}", get(alert))
        .route("/desk/alerts/{id}/acts/{act}", post(do_alert))
}

async fn home(visit: Visit) -> Page {
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let mut venues: Vec<&Venue> = catalogue.all::<Venue>().map(|(_, venue)| venue).collect();
    venues.sort_by(|a, b| a.place.name.cmp(&b.place.name));
    let mut campaigns: Vec<&Campaign> = catalogue.all::<Campaign>().map(|(_, campaign)| campaign).collect();
    campaigns.sort_by(|a, b| (b.opened, &a.plan.title).cmp(&(a.opened, &b.plan.title)));
    let lists = catalogue.all::<DutyList>().map(|(_, list)| list).filter(|list| list.in_force());
    let credits = app
        .store
        .all_of_kind(app.region, Credit::KIND)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let figures = figure_values(&visit.web, &FIGURES, app.moment().today).await;
    Ok(visit.page("portal/supervision.html", "公共资源交易监督", context! {
        venues => venues.into_iter().map(venue_row).collect::<Vec<_>>(),
        campaigns => campaigns.into_iter().map(campaign_row).collect::<Vec<_>>(),
        lists => lists.map(list_row).collect::<Vec<_>>(), credits => credits.iter().filter_map(credit_row).collect::<Vec<_>>(),
        figures => figures.iter().map(figure_context).collect::<Vec<_>>(),
    }))
}

fn venue_row(venue: &Venue) -> Value {
    let status = venue.status();
    let kind = match status {
        "broken" | "silent" => "stop",
        "receiving" => "on",
        _ => "plain",
    };
    context! {
        name => venue.place.name.clone(), status => tag(kind, Venue::status_zh(status)), next => venue.next.to_string(),
        shown => venue.n_shown.to_string(), withheld => venue.n_withheld.to_string(), on => venue.received.map(|on| on.to_string()),
        root => venue.root.get(..16).map(str::to_owned), breaks => venue.breaks.len(), because => venue.open_break().map(|one| one.because.clone()),
    }
}

pub fn campaign_row(campaign: &Campaign) -> Value {
    let (n, done) = (campaign.n(), campaign.concluded.len());
    let status = if campaign.closed.is_some() { tag("off", "已结束") } else { tag("on", "进行中") };
    context! {
        title => campaign.plan.title.clone(), href => format!("/desk/campaigns/{}", Campaign::id(&campaign.plan.title)), scope => campaign.plan.scope.clone(),
        n => n.to_string(), listed => campaign.plan.n_listed.to_string(), unlisted => campaign.plan.n_unlisted.to_string(), done => done.to_string(),
        clean => campaign.n_clean.to_string(), status => status, simulated => campaign.plan.simulated,
    }
}

fn list_row(list: &DutyList) -> Value {
    let item = |item: &fadu_supervision::duties::Duty| {
        context! { step => item.step.clone(), duty => item.duty.clone(), basis => basis_links(std::slice::from_ref(&item.clause)) }
    };
    context! {
        version => list.version.clone(), on => list.published.map(|on| on.to_string()), signed => list.signed.len().to_string(),
        items => list.items.iter().map(item).collect::<Vec<_>>(),
    }
}

fn credit_row(row: &MatterRow) -> Option<Value> {
    let credit: Credit = registry::state(&row.state).ok()?;
    let (on, _) = credit.published.as_ref().filter(|_| credit.withdrawn.is_none())?;
    let entry = credit.entry.as_ref()?;
    Some(context! {
        name => entry.name.clone(), code => entry.code.clone(), violation => entry.violation.clone(), document => entry.document.clone(),
        on => on.to_string(), basis => basis_links(std::slice::from_ref(&entry.clause)),
    })
}

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    phase: String,
    #[serde(default)]
    page: String,
}

/// Open alerts, by phase, the reader's own body's first; what is disposed of is found by its number.
async fn alerts(visit: Visit, Query(query): Query<ListQuery>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let rows = app
        .store
        .all_of_kind(app.region, Alert::KIND)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let read = |row: &MatterRow| Some((row.clone(), registry::state::<Alert>(&row.state).ok()?));
    let mut all: Vec<(MatterRow, Alert)> = rows.iter().filter(|row| !row.closed).filter_map(read).collect();
    let mine = |row: &MatterRow| row.org == actor.org.as_str();
    all.sort_by(|(a, _), (b, _)| {
        (!mine(a), a.due.is_none(), &a.due, a.id).cmp(&(!mine(b), b.due.is_none(), &b.due, b.id))
    });
    let phase_of = |alert: &Alert| alert.raised.as_ref().map(|raised| raised.phase);
    let phase = Phase::ALL.into_iter().find(|phase| phase.zh() == query.phase);
    let count = |wanted: Option<Phase>| {
        all.iter()
            .filter(|(_, alert)| wanted.is_none() || phase_of(alert) == wanted)
            .count()
    };
    let tab = |label: &str, value: Option<Phase>| {
        let href = format!("/desk/alerts?phase={}", encode(value.map_or("", Phase::zh)));
        context! { label => label, href => href, count => count(value).to_string(), current => value == phase }
    };
    let mut tabs = vec![tab("全部", None)];
    tabs.extend(Phase::ALL.into_iter().map(|one| tab(one.zh(), Some(one))));
    let shown: Vec<&(MatterRow, Alert)> = all
        .iter()
        .filter(|(_, alert)| phase.is_none() || phase_of(alert) == phase)
        .collect();
    let n_pages = shown.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| format!("/desk/alerts?phase={}&page={page}", encode(&query.phase));
    let (today, calendar) = (app.moment().today, app.calendar());
    let rows: Vec<Value> = shown
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|(row, alert)| {
            let raised = alert.raised.clone();
            let of = |text: fn(&fadu_supervision::alert::Raised) -> String| raised.as_ref().map(text).unwrap_or_default();
            context! {
                href => format!("/desk/alerts/{}", row.id), number => row.number.clone(), says => of(|raised| raised.finding.says.clone()),
                project => of(|raised| raised.subject.title.clone()), phase => of(|raised| raised.phase.zh().to_owned()), rule => of(|raised| raised.finding.rule.clone()),
                department => row.org.clone(), status => tag("plain", Alert::status_zh(&row.status)), clock => due_badge(row.due.as_deref(), None, today, &calendar),
            }
        })
        .collect();
    let (previous, next) = ((page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1)));
    Ok(visit.page("desk/alerts.html", "风险提示", context! {
        tabs => tabs, rows => rows, opening => vec![link("提示风险", "/desk/matters/alerts/new#act-Raise")],
        pages => pages(page as i64, n_pages as i64, shown.len() as i64, "条", previous, next),
    }))
}

async fn alert(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let fault = |fault| Fail::fault(visit, fault);
    let lost = || Fail::NotFound(visit.clone());
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let row = app.store.matter(app.region, id).await.map_err(fault)?;
    let row = row.filter(|row| row.kind == Alert::KIND).ok_or_else(lost)?;
    let kind = registry::kind(Alert::KIND).ok_or_else(lost)?;
    let state: Alert = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    let Some(raised) = &state.raised else { return Err(lost()) };
    let drawn = (kind.draw)(app, &row.state).map_err(fault)?;
    let here = format!("/desk/alerts/{id}");
    let acts = match state.disposed {
        Some(_) => Vec::new(),
        None => forms_of(visit, &actor, kind, Some(&drawn), &here, &HashMap::new(), failed)
            .into_iter()
            .filter(|act| !act.get_attr("name").is_ok_and(|name| name.as_str() == Some("Raise")))
            .collect(),
    };
    let names = Names::load(visit).await?;
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let evidence: Vec<Value> = raised.finding.evidence.iter().map(|one| Value::from(one.clone())).collect();
    let (today, calendar) = (app.moment().today, app.calendar());
    let finding = &raised.finding;
    let mut facts = vec![
        fact("项目", raised.subject.title.clone()),
        fact("项目编码", raised.subject.id.clone()),
        fact("招标人", raised.subject.tenderer.clone()),
        fact("环节", raised.phase.zh()),
        fact("规则", format!("{} {}", finding.rule, finding.says)),
        fact("结果", finding.outcome.zh()),
        fact("来源", source_zh(&raised.source)),
    ];
    facts.extend(
        state
            .asked
            .as_ref()
            .map(|asked| fact("要求解释", format!("{}向{}提出，限{}", asked.on, asked.of, asked.until))),
    );
    facts.extend(
        state
            .explained
            .as_ref()
            .map(|(on, digest)| fact("解释", format!("{on}收到，摘要{digest}"))),
    );
    let disposed = state.disposed.as_ref().map(|disposed| {
        context! {
            disposition => disposed.ruling.disposition.zh(), reason => disposed.ruling.reason.clone(), document => disposed.ruling.document.clone(),
            on => disposed.on.to_string(), by => names.of(disposed.by.as_str()),
            hand_over => disposed.ruling.hand_over.filter(|_| disposed.ruling.disposition == Disposition::HandedOver).map(|id| format!("/desk/matters/handovers/{id}")),
        }
    });
    let page = visit.page("desk/alert.html", &row.title, context! {
        head => context! { number => row.number.clone(), status => tag(if row.closed { "off" } else { "plain" }, Alert::status_zh(&row.status)),
            clock => due_badge(row.due.as_deref().filter(|_| !row.closed), None, today, &calendar) },
        facts => facts, basis => basis_links(std::slice::from_ref(&raised.law.clause)), evidence => evidence, missing => finding.missing.clone(),
        entry => source_entry(visit, &raised.source).await?, disposed => disposed, acts => acts, errors => errors_of(failed),
        timeline => entries.iter().rev().map(|entry| step(kind, &names, entry)).collect::<Vec<_>>(),
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// A source that is an entry of a venue's ledger, as people name it.
fn source_zh(source: &str) -> String {
    let mut parts = source.split(':');
    match (parts.next(), parts.next().and_then(|seq| seq.parse::<u64>().ok())) {
        (Some(venue), Some(seq)) => format!("{venue}，交易台账第{seq}条"),
        _ => source.to_owned(),
    }
}

/// The entry of the venue's ledger that the alert rests on, as it was received: `场所:17` or `场所:17:more`.
async fn source_entry(visit: &Visit, source: &str) -> Result<Option<String>, Fail> {
    let app = &visit.web.app;
    let mut parts = source.split(':');
    let (Some(venue), Some(seq)) = (parts.next(), parts.next().and_then(|seq| seq.parse().ok())) else {
        return Ok(None);
    };
    let name = entry_blob(Venue::id(venue), seq);
    let found = app.store.blob(app.region, &name).await;
    let found = found.map_err(|fault| Fail::fault(visit, fault))?;
    let text = found.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
    let pretty = |text: String| {
        let value: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        value
            .and_then(|value| serde_json::to_string_pretty(&value).ok())
            .unwrap_or(text)
    };
    Ok(text.map(pretty))
}

async fn do_alert(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let Some(kind) = registry::kind(Alert::KIND) else { return Err(Fail::NotFound(visit)) };
    let here = format!("/desk/alerts/{id}");
    match perform(&visit, kind, &id, &name, &form, &here).await? {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(wrong) => show(&visit, &id, Some((&name, &form, &wrong))).await,
    }
}
