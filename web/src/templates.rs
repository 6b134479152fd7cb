//! 模板。 Compiled into the binary; a page that cannot be parsed stops the program at its start.

use minijinja::{Environment, UndefinedBehavior};

/// Every template of the folder; a test compares the list with the folder.
const TEMPLATES: &[(&str, &str)] = &[
    ("components.html", include_str!("../templates/components.html")),
    ("desk/accounts.html", include_str!("../templates/desk/accounts.html")),
    ("desk/alert.html", include_str!("../templates/desk/alert.html")),
    ("desk/alerts.html", include_str!("../templates/desk/alerts.html")),
    ("desk/alike.html", include_str!("../templates/desk/alike.html")),
    ("desk/base.html", include_str!("../templates/desk/base.html")),
    ("desk/board.html", include_str!("../templates/desk/board.html")),
    ("desk/board_lines.html", include_str!("../templates/desk/board_lines.html")),
    ("desk/call.html", include_str!("../templates/desk/call.html")),
    ("desk/calls.html", include_str!("../templates/desk/calls.html")),
    ("desk/campaign.html", include_str!("../templates/desk/campaign.html")),
    ("desk/campaigns.html", include_str!("../templates/desk/campaigns.html")),
    ("desk/case.html", include_str!("../templates/desk/case.html")),
    ("desk/checks.html", include_str!("../templates/desk/checks.html")),
    ("desk/disclosure.html", include_str!("../templates/desk/disclosure.html")),
    ("desk/exemption.html", include_str!("../templates/desk/exemption.html")),
    ("desk/flag_list.html", include_str!("../templates/desk/flag_list.html")),
    ("desk/flags.html", include_str!("../templates/desk/flags.html")),
    ("desk/hall_lists.html", include_str!("../templates/desk/hall_lists.html")),
    ("desk/hotline.html", include_str!("../templates/desk/hotline.html")),
    ("desk/hotline_bulletin.html", include_str!("../templates/desk/hotline_bulletin.html")),
    ("desk/hotline_bursts.html", include_str!("../templates/desk/hotline_bursts.html")),
    ("desk/hotline_categories.html", include_str!("../templates/desk/hotline_categories.html")),
    ("desk/hotline_heat.html", include_str!("../templates/desk/hotline_heat.html")),
    ("desk/hotline_keys.html", include_str!("../templates/desk/hotline_keys.html")),
    ("desk/hotline_knowledge.html", include_str!("../templates/desk/hotline_knowledge.html")),
    ("desk/hotline_load.html", include_str!("../templates/desk/hotline_load.html")),
    ("desk/hotline_new.html", include_str!("../templates/desk/hotline_new.html")),
    ("desk/hotline_setup.html", include_str!("../templates/desk/hotline_setup.html")),
    ("desk/hotline_tickets.html", include_str!("../templates/desk/hotline_tickets.html")),
    ("desk/hotline_units.html", include_str!("../templates/desk/hotline_units.html")),
    ("desk/impact.html", include_str!("../templates/desk/impact.html")),
    ("desk/intermediaries.html", include_str!("../templates/desk/intermediaries.html")),
    ("desk/item.html", include_str!("../templates/desk/item.html")),
    ("desk/item_differences.html", include_str!("../templates/desk/item_differences.html")),
    ("desk/item_quality.html", include_str!("../templates/desk/item_quality.html")),
    ("desk/items.html", include_str!("../templates/desk/items.html")),
    ("desk/joint_supplement.html", include_str!("../templates/desk/joint_supplement.html")),
    ("desk/kinds.html", include_str!("../templates/desk/kinds.html")),
    ("desk/kiosk.html", include_str!("../templates/desk/kiosk.html")),
    ("desk/lead.html", include_str!("../templates/desk/lead.html")),
    ("desk/lead_new.html", include_str!("../templates/desk/lead_new.html")),
    ("desk/leads.html", include_str!("../templates/desk/leads.html")),
    ("desk/matter.html", include_str!("../templates/desk/matter.html")),
    ("desk/matters.html", include_str!("../templates/desk/matters.html")),
    ("desk/new_case.html", include_str!("../templates/desk/new_case.html")),
    ("desk/opening.html", include_str!("../templates/desk/opening.html")),
    ("desk/openings.html", include_str!("../templates/desk/openings.html")),
    ("desk/order.html", include_str!("../templates/desk/order.html")),
    ("desk/outside.html", include_str!("../templates/desk/outside.html")),
    ("desk/petition.html", include_str!("../templates/desk/petition.html")),
    ("desk/power.html", include_str!("../templates/desk/power.html")),
    ("desk/powers.html", include_str!("../templates/desk/powers.html")),
    ("desk/review.html", include_str!("../templates/desk/review.html")),
    ("desk/samplings.html", include_str!("../templates/desk/samplings.html")),
    ("desk/search.html", include_str!("../templates/desk/search.html")),
    ("desk/tasks.html", include_str!("../templates/desk/tasks.html")),
    ("desk/tender.html", include_str!("../templates/desk/tender.html")),
    ("desk/tenders.html", include_str!("../templates/desk/tenders.html")),
    ("desk/theme_case.html", include_str!("../templates/desk/theme_case.html")),
    ("desk/theme_situation.html", include_str!("../templates/desk/theme_situation.html")),
    ("desk/trading_graph.html", include_str!("../templates/desk/trading_graph.html")),
    ("desk/window.html", include_str!("../templates/desk/window.html")),
    ("layout.html", include_str!("../templates/layout.html")),
    ("oversight/base.html", include_str!("../templates/oversight/base.html")),
    ("oversight/board.html", include_str!("../templates/oversight/board.html")),
    ("oversight/day.html", include_str!("../templates/oversight/day.html")),
    ("oversight/entry.html", include_str!("../templates/oversight/entry.html")),
    ("oversight/figures.html", include_str!("../templates/oversight/figures.html")),
    ("oversight/ledger.html", include_str!("../templates/oversight/ledger.html")),
    ("portal/apply.html", include_str!("../templates/portal/apply.html")),
    ("portal/article.html", include_str!("../templates/portal/article.html")),
    ("portal/base.html", include_str!("../templates/portal/base.html")),
    ("portal/board.html", include_str!("../templates/portal/board.html")),
    ("portal/board_lines.html", include_str!("../templates/portal/board_lines.html")),
    ("portal/disclosure_ask.html", include_str!("../templates/portal/disclosure_ask.html")),
    ("portal/disclosure_follow.html", include_str!("../templates/portal/disclosure_follow.html")),
    ("portal/draw.html", include_str!("../templates/portal/draw.html")),
    ("portal/draws.html", include_str!("../templates/portal/draws.html")),
    ("portal/evaluate.html", include_str!("../templates/portal/evaluate.html")),
    ("portal/evaluations.html", include_str!("../templates/portal/evaluations.html")),
    ("portal/fees.html", include_str!("../templates/portal/fees.html")),
    ("portal/figure.html", include_str!("../templates/portal/figure.html")),
    ("portal/halls.html", include_str!("../templates/portal/halls.html")),
    ("portal/hearings.html", include_str!("../templates/portal/hearings.html")),
    ("portal/home.html", include_str!("../templates/portal/home.html")),
    ("portal/hotline.html", include_str!("../templates/portal/hotline.html")),
    ("portal/hotline_follow.html", include_str!("../templates/portal/hotline_follow.html")),
    ("portal/hotline_heat.html", include_str!("../templates/portal/hotline_heat.html")),
    ("portal/hotline_public.html", include_str!("../templates/portal/hotline_public.html")),
    ("portal/inspection.html", include_str!("../templates/portal/inspection.html")),
    ("portal/inspections.html", include_str!("../templates/portal/inspections.html")),
    ("portal/item.html", include_str!("../templates/portal/item.html")),
    ("portal/item_compare.html", include_str!("../templates/portal/item_compare.html")),
    ("portal/item_guide.html", include_str!("../templates/portal/item_guide.html")),
    ("portal/item_versions.html", include_str!("../templates/portal/item_versions.html")),
    ("portal/items.html", include_str!("../templates/portal/items.html")),
    ("portal/joint.html", include_str!("../templates/portal/joint.html")),
    ("portal/licence_verify.html", include_str!("../templates/portal/licence_verify.html")),
    ("portal/licences.html", include_str!("../templates/portal/licences.html")),
    ("portal/permits.html", include_str!("../templates/portal/permits.html")),
    ("portal/power.html", include_str!("../templates/portal/power.html")),
    ("portal/powers.html", include_str!("../templates/portal/powers.html")),
    ("portal/promise.html", include_str!("../templates/portal/promise.html")),
    ("portal/rates.html", include_str!("../templates/portal/rates.html")),
    ("portal/receipt.html", include_str!("../templates/portal/receipt.html")),
    ("portal/report.html", include_str!("../templates/portal/report.html")),
    ("portal/signin.html", include_str!("../templates/portal/signin.html")),
    ("portal/statute.html", include_str!("../templates/portal/statute.html")),
    ("portal/statutes.html", include_str!("../templates/portal/statutes.html")),
    ("portal/stuck.html", include_str!("../templates/portal/stuck.html")),
    ("portal/stuck_follow.html", include_str!("../templates/portal/stuck_follow.html")),
    ("portal/submitted.html", include_str!("../templates/portal/submitted.html")),
    ("portal/supervision.html", include_str!("../templates/portal/supervision.html")),
    ("portal/take.html", include_str!("../templates/portal/take.html")),
    ("portal/theme.html", include_str!("../templates/portal/theme.html")),
    ("portal/theme_apply.html", include_str!("../templates/portal/theme_apply.html")),
    ("portal/theme_situation.html", include_str!("../templates/portal/theme_situation.html")),
    ("portal/themes.html", include_str!("../templates/portal/themes.html")),
    ("portal/ticket.html", include_str!("../templates/portal/ticket.html")),
    ("portal/track.html", include_str!("../templates/portal/track.html")),
    ("portal/trading.html", include_str!("../templates/portal/trading.html")),
    ("portal/trading_project.html", include_str!("../templates/portal/trading_project.html")),
    ("portal/trading_remedies.html", include_str!("../templates/portal/trading_remedies.html")),
    ("portal/trading_seat.html", include_str!("../templates/portal/trading_seat.html")),
    ("portal/trading_seats.html", include_str!("../templates/portal/trading_seats.html")),
    ("portal/trading_statistics.html", include_str!("../templates/portal/trading_statistics.html")),
    ("portal/trading_submit.html", include_str!("../templates/portal/trading_submit.html")),
    ("shared/fault.html", include_str!("../templates/shared/fault.html")),
    ("shared/not_found.html", include_str!("../templates/shared/not_found.html")),
    ("shared/preparing.html", include_str!("../templates/shared/preparing.html")),
    ("shared/raced.html", include_str!("../templates/shared/raced.html")),
    ("shared/refusal.html", include_str!("../templates/shared/refusal.html")),
];

pub fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, text) in TEMPLATES {
        if let Err(error) = environment.add_template(name, text) {
            tracing::error!(name, %error, "a template cannot be parsed");
        }
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &std::path::Path, ending: &str) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(files(&path, ending));
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
        found
    }

    fn folder() -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")
    }

    #[test]
    fn every_template_is_listed() {
        let mut names: Vec<String> = files(&folder(), ".html")
            .iter()
            .map(|path| path.strip_prefix(folder()).unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
    }

    /// The samples are the contract of a page: empty, ordinary, late, refused, very long.
    #[test]
    fn every_page_draws_every_sample() {
        let environment = environment();
        let frames =
            ["components.html", "layout.html", "desk/base.html", "oversight/base.html", "portal/base.html"];
        for (name, _) in TEMPLATES.iter().filter(|(name, _)| !frames.contains(name)) {
            let path = folder().join(name.replace(".html", ".samples.json"));
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("samples of {name}: {error}"));
            let samples: serde_json::Value = serde_json::from_str(&text).unwrap();
            let samples = samples.as_object().unwrap();
            assert!(samples.len() >= 2, "{name} is drawn in one state only");
            for (sample, values) in samples {
                let html = environment
                    .get_template(name)
                    .unwrap()
                    .render(minijinja::value::Serde(values))
                    .unwrap_or_else(|error| panic!("{name} with `{sample}`: {error:#}"));
                assert_eq!(html.matches("<h1").count(), 1, "{name} with `{sample}` has one first heading");
                let above = html.split("<h1").next().unwrap();
                assert!(!above.contains("<p><a "), "{name} with `{sample}` says where it stands in crumbs");
                // On the phone a row is a list, and a cell is told by its label alone.
                for table in html.split("<table class=\"stack").skip(1) {
                    let rows = table.split("</table>").next().unwrap();
                    for cell in rows.split("<td").skip(1) {
                        assert!(
                            cell.split('>').next().unwrap().contains("data-label=\""),
                            "{name}: <td{cell}"
                        );
                    }
                }
            }
        }
    }
}
