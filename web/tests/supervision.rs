//! 监督终端的页面。 An alert worked to its disposition at the terminal; a session of the county is none there.

use crate::county::{county, figures, terminal};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fadu_app::Call;
use fadu_kernel::{Actor, Basis, OrgId};
use fadu_supervision::Alert;
use fadu_supervision::alert::{Act, Raised};
use fadu_supervision::parts::{Finding, Law, Outcome, Phase, Subject};
use std::collections::BTreeMap;

fn raised() -> Raised {
    Raised {
        subject: Subject { id: "P1".into(), title: "县道改造（模拟）".into(), ..Subject::default() },
        phase: Phase::After,
        finding: Finding {
            rule: "TND-56".into(),
            says: "超过三十日才签订合同".into(),
            outcome: Outcome::Found,
            evidence: vec!["台账第17条".into()],
            missing: Vec::new(),
        },
        law: Law { clause: Basis::article("招标投标法", 46), version: None },
        source: "市公共资源交易中心（模拟）:17".into(),
        supervisor: OrgId::new("县住建局（模拟）"),
    }
}

#[tokio::test]
async fn an_alert_is_worked_at_the_desk() {
    let terminal = terminal().await;
    let act = Act::Raise { alert: Box::new(raised()) };
    let relay = Actor::relay();
    let call = Call { actor: &relay, matter: None, act, private: BTreeMap::new(), key: None };
    let id = terminal.app.act::<Alert>(call).await.unwrap().matter;
    let officer = terminal.sign_in("officer").await;
    let (status, list) = officer.page("/desk/alerts").await;
    assert_eq!(status, StatusCode::OK);
    assert!(list.contains("超过三十日才签订合同") && list.contains("县道改造（模拟）"));
    let page = format!("/desk/alerts/{id}");
    let (_, shown) = officer.page(&page).await;
    assert!(shown.contains("<li>台账第17条</li>"));
    assert!(shown.contains("市公共资源交易中心（模拟），交易台账第17条"), "{shown}");
    assert!(
        shown.contains("环节：事后问责；规则：TND-56；结果：发现"),
        "its history speaks Chinese: {shown}"
    );
    let dispose = format!("{page}/acts/Dispose");
    let filled = |disposition, reason| {
        [("ruling.disposition", disposition), ("ruling.reason", reason), ("ruling.document", "模监决1号")]
    };

    // A form that says nothing comes back with what was typed; an unlawful one with its rule.
    let (status, _, html) = officer.send(&page, &dispose, &[("ruling.document", "模监决1号")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("模监决1号"), "what was typed is kept");
    let (status, _, html) = officer.send(&page, &dispose, &filled("confirmed", "核对合同")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(html.contains("SUP-01"), "{html}");
    assert!(
        html.contains("返回上一页") && !html.contains(&format!(">{page}<")),
        "an address is no name: {html}"
    );

    let explain = format!("{page}/acts/RecordExplanation");
    let (status, ..) = officer.send(&page, &explain, &[("digest", "ab".repeat(32).as_str())]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, to, _) = officer.send(&page, &dispose, &filled("confirmed", "核对合同")).await;
    assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some(page.as_str())));
    let (_, done) = officer.page(&page).await;
    assert!(done.contains("查实，依法处理") && done.contains("核对合同"), "{done}");
    assert!(!officer.page("/desk/alerts").await.1.contains("超过三十日才签订合同"), "it is open no more");
}

#[tokio::test]
async fn a_session_of_the_county_is_none_at_the_terminal() {
    let (county, terminal) = (county().await, terminal().await);
    let of_county = county.sign_in("officer").await;
    assert_eq!(of_county.page("/desk").await.0, StatusCode::OK);
    let stranger = of_county.shown_to(&terminal);
    assert_eq!(stranger.page("/desk").await.0, StatusCode::SEE_OTHER, "to the sign-in page");
    // What the one runs the other has no pages for.
    for path in ["/items", "/trading", "/desk/new-case"] {
        assert_eq!(stranger.page(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let public = stranger.page("/").await;
    assert!(public.0 == StatusCode::OK && public.1.contains("监督与交易分开"));
    let again = county.sign_in("officer").await;
    assert_eq!(again.page("/desk/alerts").await.0, StatusCode::NOT_FOUND);
}

/// A figure of supervision is read from the store of the terminal, every other from the county's.
#[tokio::test]
async fn a_county_shows_what_the_terminal_beside_it_counts() {
    let (mut county, terminal) = (county().await, terminal().await);
    let (figures, relay) = (figures(), Actor::relay());
    let act = Act::Raise { alert: Box::new(raised()) };
    let call = Call { actor: &relay, matter: None, act, private: BTreeMap::new(), key: None };
    terminal.app.act::<Alert>(call).await.unwrap();
    for app in [&county.app, &terminal.app] {
        fadu_figures::tail(&*app.store, app.region, &figures).await.unwrap();
    }
    for (beside, raised) in [(false, "0条"), (true, "1条")] {
        if beside {
            county.beside(&terminal);
        }
        let (status, _, page) = county.ask(Request::get("/figures").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        let row = |id: &str| {
            let named = format!("<code>{id}</code>");
            page.split("<tr>")
                .find(|row| row.contains(&named))
                .unwrap_or_else(|| panic!("{id} is not there"))
        };
        assert!(row("sup.alerts").contains(&format!(">{raised}<")), "{}", row("sup.alerts"));
        assert!(!row("svc.items").contains(">0"), "the county's own: {}", row("svc.items"));
        for declared in figures.declarations() {
            row(&declared.id);
        }
        let place = |id: &str| page.find(&format!("<code>{id}</code>"));
        assert!(place("sup.alerts") < place("sup.alerts_open"), "in the order declared");
    }
}
