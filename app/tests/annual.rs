//! 年度报告。 Through the door: a day that was missed is recorded once, what lacks a part is not approved, what is published bears
//! its address, its time and its digest.

use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_law::annual::{Step, Tier};
use fadu_law::{Report, ReportAct};
use fadu_store::{Sqlite, Store};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_995);
const OFFICE: &str = "甲局";
const NINE: i64 = 9 * 3_600_000;

async fn act(
    app: &App,
    role: Role,
    org: &str,
    matter: Option<MatterId>,
    act: ReportAct,
) -> Result<MatterId, Problem> {
    let actor = Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) };
    let call = Call { actor: &actor, matter, act, private: BTreeMap::new(), key: None };
    app.act::<Report>(call).await.map(|committed| committed.matter)
}

fn draft(first_responsible: &str) -> ReportAct {
    ReportAct::Draft {
        measures: "举措".into(),
        shortcomings: "不足".into(),
        first_responsible: first_responsible.into(),
        next_year: "安排".into(),
        other_matters: "无".into(),
        digest: "a".repeat(64),
    }
}

#[tokio::test]
async fn a_report_is_watched_from_its_opening_to_its_publication() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let clock = Movable::default();
    let on = |day: Date| clock.set(start_of(day) + NINE);
    on(date(2025, 12, 1));
    let app = App::open(R, Arc::clone(&store), Keys::new([5; 32]), Box::new(clock.clone()))
        .await
        .unwrap();

    let open = ReportAct::Open { year: 2025, organ: OrgId::new(OFFICE), tier: Tier::Department };
    let id = act(&app, Role::Officer, OFFICE, None, open).await.unwrap();
    assert_eq!(id, Report::id(&OrgId::new(OFFICE), 2025));
    let foreign = act(&app, Role::Officer, "乙局", Some(id), draft("履职")).await;
    assert!(matches!(foreign, Err(Problem::NoAuthority(_))), "another body's report");

    // (day, what the sweep records)
    for (day, acted) in [(date(2026, 2, 28), 0), (date(2026, 3, 1), 1), (date(2026, 3, 2), 0)] {
        on(day);
        assert_eq!(app.sweep(day).await.unwrap().acted, acted, "{day}");
    }
    act(&app, Role::Officer, OFFICE, Some(id), draft("")).await.unwrap();
    match act(&app, Role::AgencyHead, OFFICE, Some(id), ReportAct::Approve).await {
        Err(Problem::Refused(refusal)) => {
            assert_eq!(refusal.rule.id, "RPT-04");
            assert!(refusal.because.contains("第一责任人"), "{}", refusal.because);
        }
        _ => panic!("a report without one of its parts is approved"),
    }
    act(&app, Role::Officer, OFFICE, Some(id), draft("履职")).await.unwrap();
    act(&app, Role::AgencyHead, OFFICE, Some(id), ReportAct::Approve).await.unwrap();
    on(date(2026, 3, 31));
    let publish = ReportAct::Publish {
        address: "https://example.gov.cn/report/2025".into(),
        digest: "a".repeat(64),
        secrecy_review: "保密审查〔2026〕1号".into(),
    };
    act(&app, Role::Officer, OFFICE, Some(id), publish).await.unwrap();
    on(date(2026, 4, 1));
    assert_eq!(app.sweep(date(2026, 4, 1)).await.unwrap().acted, 0, "it is published");

    let row = store.matter(R, id).await.unwrap().unwrap();
    let report: Report = serde_json::from_str(&row.state).unwrap();
    assert_eq!(report.missed, [Step::Submission]);
    let published = report.published.unwrap();
    assert_eq!(published.address, "https://example.gov.cn/report/2025");
    assert_eq!((published.on, published.ms), (date(2026, 3, 31), start_of(date(2026, 3, 31)) + NINE));
    assert_eq!(published.digest, "a".repeat(64));
    assert!(!row.closed, "it has not been handed up yet");
}
