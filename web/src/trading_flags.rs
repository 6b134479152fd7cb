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
use fadu_redflags::market::Market;
use fadu_redflags::rule::{Evidence, Outcome, Rule};
use fadu_redflags::tender::Tender;
use fadu_redflags::{ledger, look};
use fadu_trading::{Complaint, Draw, Project};
use minijinja::{Value, context};
use std::collections::HashMap;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/trading/{id}/flags", get(flags))
}

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
    // Some rules look at a tender beside all others: all are read out of memory once.
    let mut complaints: HashMap<MatterId, Vec<&Complaint>> = HashMap::new();
    let mut draws: HashMap<MatterId, Vec<&Draw>> = HashMap::new();
    for (_, complaint) in catalogue.all::<Complaint>() {
        if let Some(project) = complaint.project {
            complaints.entry(project).or_default().push(complaint);
        }
    }
    for (_, draw) in catalogue.all::<Draw>() {
        if let Some(subject) = draw.subject {
            draws.entry(subject).or_default().push(draw);
        }
    }
    let of = |id: MatterId, project: &Project| {
        let complaints = complaints.get(&id).map_or(&[][..], Vec::as_slice);
        ledger::tender(id, project, complaints, draws.get(&id).map_or(&[][..], Vec::as_slice))
    };
    let tenders: Vec<Tender> = catalogue.all::<Project>().map(|(id, project)| of(id, project)).collect();
    let market = Market::new(&tenders);
    let tender = of(id, project);
    let today = visit.web.app.moment().today;
    let names = names(project);
    let (mut found, mut lacking, mut frozen, mut clear) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (rule, outcome) in look(&market, &tender, today) {
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
        crumbs => vec![link("招标项目", "/desk/matters/projects"), link(project.registration.title.clone(), &format!("/desk/matters/projects/{id}"))],
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
