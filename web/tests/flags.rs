//! 风险提示的页面。 For staff alone, with article and evidence; the public page says nothing of it.

use crate::county::{PASSWORD, county};
use crate::tenders::{at_nine, lived, project};
use axum::http::StatusCode;
use fadu_app::accounts::Account;
use fadu_app::now::start_of;
use fadu_app::related::{Firm, REGISTRY, Registry};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Role, codes};
use fadu_trading::Project;
use jiff::civil::date;
use std::collections::BTreeSet;

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

#[tokio::test]
async fn flags_raise_alerts_by_themselves_once_and_the_supervisor_ends_them() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 25)).await;
    at_nine(&county, date(2025, 2, 26));
    county.app.relay().await.unwrap();
    let (id, flagged) = project(&county, "模拟实验小学教学楼");
    let of = |project: &Project| project.alerts.iter().map(|alert| alert.rule.clone()).collect::<Vec<_>>();
    let raised = of(&flagged);
    assert!(raised.iter().any(|rule| rule == "patterned-prices"), "{raised:?}");
    assert_eq!(raised.iter().collect::<BTreeSet<_>>().len(), raised.len(), "each once");
    // What is compared stays on its page: the ledger holds its digest.
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    let alerts = entries.iter().filter(|entry| entry.fact == "AlertRaised");
    assert!(alerts.clone().count() == raised.len() && alerts.clone().all(|entry| entry.actor == "relay"));
    assert!(
        alerts
            .clone()
            .all(|entry| !entry.body.contains("9,100,000") && entry.body.contains("SHA-256"))
    );

    // The award asks for another look; what was raised already is not raised again.
    let mut day = date(2025, 2, 26);
    while day <= date(2025, 3, 17) {
        fadu_sim::trading_day(&county.app, &county.clock, 2025, day).await.unwrap();
        day = offset(day, 1);
    }
    at_nine(&county, day);
    county.app.relay().await.unwrap();
    let again = of(&project(&county, "模拟实验小学教学楼").1);
    assert_eq!(again.iter().filter(|rule| *rule == "patterned-prices").count(), 1, "{again:?}");

    let supervisor = county
        .person("watching", Role::Officer, flagged.registration.supervisor.as_str())
        .await;
    let stranger = county.person("stranger", Role::Officer, "别的单位").await;
    let list = "/desk/trading/flags";
    assert!(!stranger.page(list).await.1.contains("报价呈规律性差异"));
    let (_, html) = supervisor.page(list).await;
    assert!(html.contains("报价呈规律性差异") && html.contains("模拟实验小学教学楼"), "{html}");
    let n = flagged
        .alerts
        .iter()
        .find(|alert| alert.rule == "patterned-prices")
        .unwrap()
        .n
        .to_string();
    let page = format!("/desk/matters/projects/{id}");
    let ended =
        [("n", n.as_str()), ("disposition", "explained"), ("reason", "三家报价依同一定额计算，已经核对")];
    let (status, ..) = supervisor.send(&page, &format!("{page}/acts/DisposeAlert"), &ended).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, html) = supervisor.page(list).await;
    assert!(
        html.contains("已经处理 1 条") && !html.contains(&format!("第{n}号：报价呈规律性差异")),
        "{html}"
    );
}

#[tokio::test]
async fn who_bids_with_whom_is_drawn_for_whoever_supervises() {
    let county = lived(date(2025, 2, 1), date(2025, 4, 30)).await;
    at_nine(&county, date(2025, 5, 6));
    let (_, tender) = project(&county, "模拟实验小学教学楼");
    let supervisor = county
        .person("watching", Role::Officer, tender.registration.supervisor.as_str())
        .await;
    let stranger = county.person("stranger", Role::Officer, "别的单位").await;
    let page = "/desk/trading/graph";
    assert!(stranger.page(page).await.1.contains("没有这样的线"), "it reads no tender, so there is no line");
    let (status, html) = supervisor.page(page).await;
    assert!(
        status == StatusCode::OK && html.contains("<svg") && html.contains("甲建设公司（模拟）"),
        "{html}"
    );
    assert!(html.contains("一同投标") && html.contains("模拟小学电梯采购"), "{html}");
    let (_, html) = supervisor.page(&format!("{page}?least=9")).await;
    assert!(html.contains("没有这样的线"), "nobody met nine times");
    let (_, html) = supervisor.page(&format!("{page}?around=91429900MA000AAXXX")).await;
    assert!(html.contains("没有这样的线"), "nobody of that number");
}

/// What a letter keeps silent about, the register of firms says.
#[tokio::test]
async fn bidders_are_held_against_the_register_once_the_opening_is_over() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 24)).await;
    let code = |n: usize| codes::complete_credit_code(&format!("91429900MA000AA{n}0")).unwrap();
    let firm = |head: &str| Firm { head: head.into(), ..Firm::default() };
    let registry = Registry([(code(0), firm("x")), (code(1), firm("y")), (code(2), firm("x"))].into());
    let text = registry.write().into_bytes();
    county
        .app
        .store
        .put_blob(county.app.region, REGISTRY, "text/tab-separated-values", text)
        .await
        .unwrap();
    fadu_sim::trading_day(&county.app, &county.clock, 2025, date(2025, 2, 25))
        .await
        .unwrap();
    county.app.relay().await.unwrap();
    let (id, flagged) = project(&county, "模拟实验小学教学楼");
    assert_eq!(flagged.alerts.iter().filter(|alert| alert.rule == "TND-25").count(), 1, "one pair of three");
    let entries = county.app.store.entries_of(county.app.region, id).await.unwrap();
    let raised = entries
        .iter()
        .find(|entry| entry.fact == "AlertRaised" && entry.body.contains("TND-25"));
    let body = &raised.unwrap().body;
    assert!(body.contains(&code(0)) && body.contains(&code(2)) && !body.contains(&code(1)), "{body}");
    assert!(body.contains("登记的负责人为同一人"), "{body}");
}

#[tokio::test]
async fn bids_are_compared_without_what_the_tender_file_says() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 25)).await;
    at_nine(&county, date(2025, 2, 26));
    let (id, tender) = project(&county, "模拟实验小学教学楼");
    let supervisor = county
        .person("watching", Role::Officer, tender.registration.supervisor.as_str())
        .await;
    let stranger = county.person("stranger", Role::Officer, "别的单位").await;
    let (page, action) = (format!("/desk/trading/{id}/flags"), format!("/desk/trading/{id}/alike"));
    let (status, _, html) = supervisor.send(&page, &action, &[("template", "")]).await;
    assert!(status == StatusCode::OK && html.contains("比对了 3 份"), "{html}");
    assert!(!html.contains("0.0%"), "each says the same of its own file: {html}");
    let copied = [("template", "建设公司（模拟）的投标文件（模拟）")];
    let (_, _, html) = supervisor.send(&page, &action, &copied).await;
    assert!(html.contains("0.0%"), "what everybody copied is no likeness: {html}");
    let (status, ..) = stranger.send("/desk/tenders", &action, &copied).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
