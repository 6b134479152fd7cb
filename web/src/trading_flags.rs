//! 风险提示。 A tender's flags at the desk: what was found, with the evidence side by side, what could not be computed and
//! what it lacks. A signal for people to look into, never a decision; the public page has none of it.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::view::{basis_links, fact, link};
use crate::{Fail, Web};
use axum::Router;
use axum::routing::get;
use fadu_kernel::{Actor, MatterId, Role};
use fadu_redflags::rule::{Evidence, Outcome, Rule};
use fadu_trading::Project;
use fadu_trading::project::Alert;
use minijinja::{Value, context};
use std::collections::HashMap;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/trading/flags", get(list))
        .route("/desk/trading/{id}/flags", get(flags))
}

pub const LIST: &str = "/desk/trading/flags";

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
        found => found, lacking => lacking, frozen => frozen, clear => clear,
    }))
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
