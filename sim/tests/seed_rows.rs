//! 承诺的数字。 What the yearly report of the reference county says, row by row of the list of promised figures: in a simulated
//! year each of them is counted from evidence. How much it is depends on the year's scale; that it is nothing does not.

use fadu_app::App;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::registry::{self, Runs};
use fadu_app::supervision::receive::Received;
use fadu_figures::Figures;
use fadu_hall::hall::Place;
use fadu_hall::{Baseline, Hall};
use fadu_service::Definition;
use fadu_sim::{HALL, Plan, REGION, run_year};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::collections::BTreeSet;
use std::sync::Arc;

const PLAN: Plan = Plan { year: 2025, seed: 11, scale_per_mille: 120, done_until: None };

/// Row, and the figures that say it.
const ROWS: [(u32, &[&str]); 44] = [
    (26, &["hall.rules"]),
    (27, &["svc.departments"]),
    (28, &["svc.items_undifferentiated"]),
    (29, &["svc.entry_rate", "hall.exceptions"]),
    (30, &["hall.contracts"]),
    (31, &["svc.window_staff", "hall.staff_county", "hall.staff_township"]),
    (32, &["hall.calls", "hall.calls_in_time", "hall.call_answer_median"]),
    (33, &["hall.served", "hall.window_seconds"]),
    (34, &["hon.awards"]),
    (35, &["svc.delegations"]),
    (36, &["hon.awards"]),
    (37, &["ot.themes_key"]),
    (38, &["ot.guides"]),
    (39, &["ot.flags_all"]),
    (40, &["ot.cases"]),
    (41, &["svc.company_open_days"]),
    (42, &["svc.realty_days"]),
    (43, &["ot.project_mean_days"]),
    (44, &["ot.time_cut"]),
    (45, &["svc.exempt_items", "svc.exempt_materials"]),
    (46, &["svc.instant_ratio"]),
    (47, &["svc.once_rate"]),
    (48, &["svc.online_rate"]),
    (49, &["svc.nearby_rate"]),
    (58, &["trd.duties_rate", "sup.duties_signed"]),
    (59, &["sup.alerts", "sup.alerts_disposed", "sup.alerts_closed_rate"]),
    (60, &["sup.handovers"]),
    (61, &["sup.compliance_rate"]),
    (62, &["trd.e_rate", "trd.e_rate_steps"]),
    (63, &["trd.separated"]),
    (64, &["sup.duties_lists"]),
    (65, &["trd.random_checks"]),
    (66, &["trd.agency_rectify", "trd.agency_rectify_ontime"]),
    (67, &["sup.special_projects"]),
    (68, &["sup.lookback_projects"]),
    (81, &["hot.lines"]),
    (82, &["hot.staffed_hours"]),
    (83, &["hot.links"]),
    (84, &["hot.answered"]),
    (85, &["hot.close_rate"]),
    (86, &["hot.satisfaction"]),
    (87, &["hot.discipline_leads"]),
    (88, &["hot.issues_solved"]),
    (89, &["hot.property", "hot.enterprise"]),
];
/// What a year of this scale does not show, and why.
const EXCEPTED: [(&str, &str); 1] =
    [("hall.staff_township", "only a county of full size has clerks in its townships (fill_clerks)")];

#[tokio::test(flavor = "multi_thread")]
async fn every_promised_figure_is_counted_from_evidence() {
    let told: BTreeSet<u32> = ROWS.iter().map(|(row, _)| *row).collect();
    let promised: BTreeSet<u32> = (26..=49).chain(58..=68).chain(81..=89).collect();
    assert_eq!(told, promised);
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 1, 1)));
    let open = |name: &str| -> Arc<dyn Store> { Sqlite::open(&folder.path().join(name)).unwrap() };
    let county = App::open(REGION, open("county.db"), Keys::new([6; 32]), Box::new(clock.clone()));
    let county = county.await.unwrap();
    enter(&county).await;
    let tally = run_year(&county, &clock, PLAN, &mut |_, _| {}).await.unwrap();
    assert!(tally.cases > 300 && tally.joints > 50, "{tally:?}");
    let terminal = Keys::new([7; 32]);
    let terminal =
        App::open_for(Runs::apart(), REGION, open("terminal.db"), terminal, Box::new(clock.clone())).await;
    let terminal = terminal.unwrap();
    supervise(&terminal, &county).await;

    let figures = Figures::load(&registry::figures()).unwrap();
    for app in [&county, &terminal] {
        fadu_figures::tail(&*app.store, REGION, &figures).await.unwrap();
    }
    let value = async |id: &str| {
        let of = if id.starts_with("sup.") { &terminal } else { &county };
        let day = date(2025, 12, 31);
        fadu_figures::value(&*of.store, REGION, &figures, id, day, None).await.unwrap()
    };
    let mut wrong = Vec::new();
    for (row, ids) in ROWS {
        for &id in ids {
            let value = value(id).await;
            let counted = value.entries > 0 && value.whole.is_none_or(|whole| whole > 0);
            let excepted = EXCEPTED.iter().any(|(excepted, _)| *excepted == id);
            if counted == excepted {
                wrong.push(format!("{row} {id}: {value:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for id in ["svc.fees_received", "svc.parcels", "svc.sent_outside"] {
        let value = value(id).await;
        assert!(value.part > 0, "{value:?}");
    }
    let rate = value("svc.entry_rate").await;
    assert!(rate.whole.is_some_and(|whole| rate.part < whole), "some should be in and are not: {rate:?}");
    let open = value("sup.handovers_open").await.part;
    assert!(open < value("sup.handovers").await.part, "{open} are still with those they went to");
    // 就近办: the townships that the sinking lists name have a station.
    let catalogue = county.catalogue();
    let stations = catalogue.all::<Hall>().filter(|(_, hall)| hall.place == Place::Township);
    assert_eq!(stations.count(), 3);
    // 忙闲: what the windows' load is measured against.
    let before = catalogue
        .one::<Baseline>(Baseline::id(HALL))
        .and_then(Baseline::spread)
        .unwrap();
    assert!(before.gini_ppm > 200_000, "{before:?}");
}

/// As the demonstration enters a county, at the scale of a quick look.
async fn enter(app: &App) {
    const ADDRESS: &str = "http://localhost";
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    let listings = fadu_sim::generated(&definitions);
    fadu_sim::enter_catalogue(app, &listings, &definitions).await.unwrap();
    fadu_sim::enter_proofs(app).await.unwrap();
    let themes = fadu_sim::shipped_themes();
    fadu_sim::enter_members(app, &themes).await.unwrap();
    fadu_sim::enter_services(app).await.unwrap();
    fadu_sim::enter_powers(app, ADDRESS).await.unwrap();
    fadu_sim::enter_themes(app, themes, ADDRESS).await.unwrap();
    assert!(fadu_sim::enter_hotline(app, PLAN.year).await.unwrap());
    fadu_sim::enter_hall(app, &[]).await.unwrap();
    fadu_sim::enter_registers(app).await.unwrap();
}

async fn supervise(terminal: &App, county: &App) {
    fadu_sim::enter_supervisors(terminal, "fadu-demo").await.unwrap();
    let key = county.signer().verify_key().to_string();
    let venue = fadu_sim::enter_venue(terminal, &key).await.unwrap();
    let feed = county.feed(0).await.unwrap().unwrap();
    let received = terminal.receive(venue, &feed).await.unwrap();
    assert!(matches!(received, Received::Whole { .. }), "{received:?}");
    fadu_sim::look_back(terminal).await.unwrap();
    fadu_sim::settle_alerts(terminal).await.unwrap();
}
