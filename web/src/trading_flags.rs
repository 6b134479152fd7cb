//! 风险提示。 A tender's flags at the desk: what was found, with the evidence side by side, what could not be computed and
//! what it lacks. A signal for people to look into, never a decision; the public page has none of it.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::Visit;
use crate::view::{basis_links, fact, link};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::{get, post};
use fadu_kernel::{Actor, MatterId, Role};
use fadu_redflags::rule::{Evidence, Outcome, Rule};
use fadu_redflags::similar::{Pieces, Template, common_passages};
use fadu_trading::Project;
use fadu_trading::draw::sha256;
use fadu_trading::project::Alert;
use minijinja::{Value, context};
use std::collections::HashMap;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/trading/flags", get(list))
        .route("/desk/trading/{id}/flags", get(flags))
        .route("/desk/trading/{id}/alike", post(alike))
}

pub const LIST: &str = "/desk/trading/flags";
/// Characters that two bids have in common before it is shown.
const LEAST_PASSAGE: usize = 20;
/// Passages shown of a pair, the longest.
const MOST_PASSAGES: usize = 10;

/// The address of a tender's flags.
pub fn href(id: MatterId) -> String {
    format!("/desk/trading/{id}/flags")
}

/// Prices and scores are among the evidence: whoever supervises the tender reads it, and the tenderer once the candidates
/// are public or somebody is awarded (招标投标法 44). No other body does.
pub fn is_readable(actor: &Actor, project: &Project) -> bool {
    let told = project.tender.publicity.is_some() || project.award.is_some();
    let supervises = actor.org == project.registration.supervisor || actor.role == Role::Inspector;
    supervises || (told && actor.org == project.tenderer)
}

/// The tenders with leads that wait for a disposition, of those whose flags this post may read.
async fn list(visit: Visit) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let mut found: Vec<(MatterId, &Project)> = catalogue
        .all::<Project>()
        .filter(|(_, project)| is_readable(&actor, project))
        .collect();
    found.sort_by_key(|(id, project)| (std::cmp::Reverse(open(project).count()), *id));
    let row = |(id, project): &(MatterId, &Project)| {
        let alerts: Vec<String> = open(project)
            .map(|alert| format!("第{}号：{}", alert.n, rule_zh(&alert.rule)))
            .collect();
        context! {
            title => project.registration.title.clone(), href => href(*id), number => project.number.clone(),
            tenderer => project.tenderer.to_string(), status => crate::trading_pages::status_tag(project), alerts => alerts,
            n_disposed => project.alerts.len() - open(project).count(), dispose_href => format!("/desk/matters/projects/{id}#act-DisposeAlert"),
        }
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    let n_open: usize = found.iter().map(|(_, project)| open(project).count()).sum();
    Ok(visit.page("desk/flag_list.html", "招标风险提示", context! { rows => rows, n_open => n_open }))
}

fn open(project: &Project) -> impl Iterator<Item = &Alert> {
    project.alerts.iter().filter(|alert| alert.disposed.is_none())
}

/// What an alert is about: a red flag, or a rule of the book.
fn rule_zh(id: &str) -> String {
    let flag = fadu_redflags::rules::find(id).map(|rule| rule.zh);
    let known = flag.or_else(|| fadu_app::rules::find(id).map(|rule| rule.sentence));
    known.unwrap_or(id).to_owned()
}

async fn flags(visit: Visit, Path(id): Path<String>) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    let Some((id, project)) = found.filter(|(_, project)| is_readable(&actor, project)) else {
        return Err(Fail::NotFound(visit));
    };
    let looked = visit.web.app.flags_of(id).await;
    let looked = looked.map_err(|problem| Fail::from_problem(&visit, problem, "风险提示", LIST))?;
    let today = visit.web.app.moment().today;
    let names = names(project);
    let (mut found, mut lacking, mut frozen, mut clear) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (rule, outcome) in looked {
        match outcome {
            Outcome::Found { evidence } => found.push(found_context(rule, &evidence, &names)),
            Outcome::NotComputable { missing } => {
                let missing: Vec<&str> = missing.iter().map(|input| input.zh()).collect();
                lacking.push(context! { zh => rule.zh, missing => missing.join("、") });
            }
            Outcome::Frozen => frozen.push(rule.zh),
            Outcome::NotFound => clear.push(rule.zh),
        }
    }
    let title = format!("风险提示：{}", project.registration.title);
    Ok(visit.page("desk/flags.html", &title, context! {
        crumbs => vec![link("招标风险提示", LIST), link(project.registration.title.clone(), &format!("/desk/matters/projects/{id}"))],
        facts => vec![fact("项目编号", project.number.clone()), fact("状态", Project::status_zh(project.status())), fact("截至", today.to_string())],
        found => found, lacking => lacking, frozen => frozen, clear => clear, alike_url => format!("/desk/trading/{id}/alike"),
        opened => project.tender.opened.is_some(),
    }))
}

/// 投标文件雷同: what two bids say alike beyond the tender file, whose text is brought for it; nothing of it is kept.
async fn alike(
    visit: Visit,
    Path(id): Path<String>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    let found = found.filter(|(_, project)| is_readable(&actor, project) && project.tender.opened.is_some());
    let Some((id, project)) = found else { return Err(Fail::NotFound(visit)) };
    let texts = visit.web.app.bid_texts(id).await;
    let texts = texts.map_err(|problem| Fail::from_problem(&visit, problem, "比对投标文件", LIST))?;
    let named = |bid: MatterId| {
        let read = project.bid(bid).and_then(|row| row.read.as_ref());
        read.map_or_else(|| bid.to_string(), |(reading, _)| reading.bidder.clone())
    };
    let no_text = texts.iter().filter(|(_, text)| text.is_none());
    let no_text: Vec<String> = no_text.map(|(bid, _)| named(*bid)).collect();
    let said: Vec<(String, String)> =
        texts.into_iter().filter_map(|(bid, text)| Some((named(bid), text?))).collect();
    let (n, template) = (said.len(), form.get("template").map_or("", |text| text.trim()).to_owned());
    let file = project.tender.file.as_ref().map_or("", |file| file.digest.as_str());
    let is_the_file = sha256(&template) == file;
    let title = format!("投标文件比对：{}", project.registration.title);
    // Comparing takes CPU for as long as the texts are: not on a thread that serves other readers.
    let pairs = tokio::task::spawn_blocking(move || compared(&said, &template)).await;
    let pairs = pairs.map_err(|error| Fail::fault(&visit, error))?;
    Ok(visit.page(
        "desk/alike.html",
        &title,
        context! {
            crumbs => vec![link("招标风险提示", LIST), link(project.registration.title.clone(), &href(id))],
            pairs => pairs, no_text => no_text, n => n, is_the_file => is_the_file,
        },
    ))
}

/// Every two bids, those most alike first.
fn compared(said: &[(String, String)], template: &str) -> Vec<Value> {
    let template = Template::new(template);
    let pieces: Vec<Pieces> = said.iter().map(|(_, text)| Pieces::of(text, &template)).collect();
    let mut pairs: Vec<(f64, Value)> = Vec::new();
    for (n, (one, text)) in said.iter().enumerate() {
        for (m, (other, beside)) in said.iter().enumerate().skip(n + 1) {
            let likeness = pieces[n].likeness(&pieces[m]);
            let mut passages = common_passages(text, beside, &template, LEAST_PASSAGE);
            let n_passages = passages.len();
            passages.truncate(MOST_PASSAGES);
            let pair = context! {
                one => one.clone(), other => other.clone(), likeness => format!("{:.1}%", likeness * 100.0),
                n_passages => n_passages, passages => passages,
            };
            pairs.push((likeness, pair));
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

/// Firms by their credit codes, as they were read out.
fn names(project: &Project) -> HashMap<String, String> {
    let read = project.tender.bids.iter().filter_map(|row| row.read.as_ref());
    read.map(|(reading, _)| (reading.code.clone(), reading.bidder.clone()))
        .collect()
}

fn found_context(rule: &Rule, evidence: &Evidence, names: &HashMap<String, String>) -> Value {
    let named = |cell: &String| names.get(cell).map_or_else(|| cell.clone(), |name| format!("{name} {cell}"));
    let rows: Vec<Vec<String>> = evidence.rows.iter().map(|row| row.iter().map(named).collect()).collect();
    context! {
        zh => rule.zh, basis => basis_links(rule.basis), signal => rule.is_signal(), formula => rule.formula,
        heads => evidence.heads.clone(), rows => rows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::{OrgId, PersonId};
    use fadu_trading::project::Registration;
    use jiff::civil::date;

    #[test]
    fn the_supervisor_reads_at_any_time_and_the_tenderer_once_the_candidates_are_public() {
        let by = |org: &str, role| Actor { person: PersonId::new("p"), role, org: OrgId::new(org) };
        let registration = Registration { supervisor: OrgId::new("住建局"), ..Registration::default() };
        let mut project = Project { tenderer: OrgId::new("教育局"), registration, ..Project::default() };
        let rows = |project: &Project| {
            [
                ("住建局", Role::Officer),
                ("教育局", Role::Officer),
                ("水利局", Role::Officer),
                ("bureau", Role::Inspector),
            ]
            .map(|(org, role)| is_readable(&by(org, role), project))
        };
        assert_eq!(rows(&project), [true, false, false, true], "while the bids are evaluated");
        project.tender.publicity = Some((date(2025, 3, 26), date(2025, 3, 29)));
        assert_eq!(rows(&project), [true, true, false, true]);
    }
}
