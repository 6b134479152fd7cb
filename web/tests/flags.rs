//! 风险提示的页面。 For staff alone, with article and evidence; the public page says nothing of it.

use crate::county::{PASSWORD, county};
use axum::http::StatusCode;
use fadu_app::accounts::Account;
use fadu_app::now::start_of;
use fadu_kernel::Role;
use fadu_kernel::calendar::offset;
use fadu_trading::Project;
use jiff::civil::date;

#[tokio::test]
async fn who_supervises_sees_what_was_looked_at_and_what_is_missing() {
    let county = county().await;
    let mut day = date(2025, 1, 1);
    while day <= date(2025, 3, 20) {
        fadu_sim::trading_day(&county.app, &county.clock, 2025, day).await.unwrap();
        day = offset(day, 1);
    }
    county.clock.set(start_of(day) + 9 * 3_600_000);
    let catalogue = county.app.catalogue();
    let (id, project) = catalogue
        .all::<Project>()
        .find(|(_, project)| project.contract.is_some())
        .unwrap();
    let public = format!("/trading/projects/{id}");
    let flags = format!("/desk/trading/{id}/flags");

    for (person, org) in [("supervisor", project.registration.supervisor.as_str()), ("stranger", "别的单位")]
    {
        let account = Account {
            person: person.into(),
            name: person.into(),
            role: Role::Officer,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        county.app.put_account(account, PASSWORD).await.unwrap();
    }
    let stranger = county.sign_in("stranger").await;
    assert_eq!(stranger.page(&flags).await.0, StatusCode::NOT_FOUND, "no other body reads it");
    assert!(!stranger.page(&public).await.1.replace("&#x2f;", "/").contains(&flags));

    let officer = county.sign_in("supervisor").await;
    let (status, html) = officer.page(&flags).await;
    assert_eq!(status, StatusCode::OK);
    let html = html.replace("&#x2f;", "/");
    for says in ["提示是线索，不是结论", "不能计算", "招标代理机构", project.registration.title.as_str()]
    {
        assert!(html.contains(says), "{says}: {html}");
    }
    assert!(
        officer.page(&public).await.1.replace("&#x2f;", "/").contains(&flags),
        "one click from the tender"
    );

    let firm = county.sign_in("firm").await;
    assert_eq!(firm.page(&flags).await.0, StatusCode::SEE_OTHER, "the desk is for staff");
    assert!(!firm.page(&public).await.1.contains("风险提示"));
    assert_eq!(officer.page("/desk/trading/0000000000000/flags").await.0, StatusCode::NOT_FOUND);
}
