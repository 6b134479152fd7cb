//! 热线开通。 From no register to an open line on one page; what is wrong with a line is told with its number, and what a rule
//! forbids with the rule.

use super::{done, session};
use crate::hotline_county::{County, Got, Session, county, not_set_up};
use axum::http::StatusCode;
use fadu_hotline::desk::parameters::{Measure, required};

const PAGE: &str = "/desk/hotline/set-up";

async fn save(county: &County, keeper: &Session, step: &str, pairs: &[(&str, &str)]) -> Got {
    county.post(Some(keeper), &format!("{PAGE}/{step}"), pairs).await
}

#[tokio::test]
async fn one_page_leads_from_nothing_to_an_open_line() {
    let county = not_set_up().await;
    let keeper = session(&county, "keeper", PAGE).await;
    assert_eq!(county.get(None, PAGE).await.status, StatusCode::SEE_OTHER, "asked to sign in");
    let page = county.get(Some(&keeper), PAGE).await.body;
    assert!(page.contains("还没有设立") && !page.contains("name=\"units\""), "{page}");
    done(&save(&county, &keeper, "open", &[("name", "模拟县12345")]).await);
    // Not yet: what is missing is told by the rule.
    let early = save(&county, &keeper, "live", &[("demonstration", "yes")]).await;
    assert!(early.status == StatusCode::CONFLICT && early.body.contains("HOT-90"), "{}", early.body);

    let bad = save(&county, &keeper, "units", &[("units", "区住建局，部门\n区水务局")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bad.body.contains("第2行：写成“单位，层级”") && bad.body.contains("区住建局，部门"),
        "{}",
        bad.body
    );
    done(&save(&county, &keeper, "units", &[("units", "区住建局，部门\n\n区水务局,部门")]).await);
    let routes: Vec<String> = (1..=9).map(|group| format!("{group:02}，，区住建局，区水务局，")).collect();
    done(&save(&county, &keeper, "routes", &[("routes", &routes.join("\n"))]).await);

    let names = required().iter().flat_map(|(name, _, days)| {
        let unit = if *days { "day" } else { "" };
        let source = "模办〔2025〕1号第三条";
        [("n", "5"), ("unit", unit), ("source", source)]
            .map(|(part, value)| (format!("{part}.{name}"), value))
    });
    let names: Vec<(String, &str)> = names.collect();
    let typed: Vec<(&str, &str)> = names.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let unread: Vec<(&str, &str)> = typed
        .iter()
        .map(|pair| if pair.0 == "n.redo" { ("n.redo", "五") } else { *pair })
        .collect();
    let got = save(&county, &keeper, "parameters", &unread).await;
    assert!(got.status == StatusCode::UNPROCESSABLE_ENTITY && got.body.contains("重办期限：请填写整数"));
    assert!(county.app.hotline().unwrap().parameters.0.is_empty(), "nothing of a form that cannot be read");
    done(&save(&county, &keeper, "parameters", &typed).await);
    let desk = county.app.hotline().unwrap();
    assert_eq!(desk.parameters.0.len(), required().len());
    let redo = &desk.parameters.0["redo"];
    assert_eq!((redo.n, redo.unit, redo.simulated), (5, Measure::Day, false));

    done(&save(&county, &keeper, "roster", &[("shifts", "白班，1-7，8，20，6")]).await);
    let gap = save(&county, &keeper, "live", &[]).await;
    assert!(gap.status == StatusCode::CONFLICT && gap.body.contains("HOT-01"), "{}", gap.body);
    let shifts = "白班，1-7，8，20，6\n夜班，1、2、3、4、5、6、7，20，8，2";
    done(&save(&county, &keeper, "roster", &[("shifts", shifts)]).await);
    let line = [("lines", "12315，消费者投诉，整体并入，模办〔2025〕2号，区住建局")];
    done(&save(&county, &keeper, "lines", &line).await);
    // Saved again as it stands, nothing is entered anew.
    let before = county.app.store.head(county.app.region).await.unwrap().next_seq;
    done(&save(&county, &keeper, "lines", &line).await);
    done(&save(&county, &keeper, "roster", &[("shifts", shifts)]).await);
    done(&save(&county, &keeper, "parameters", &typed).await);
    assert_eq!(county.app.store.head(county.app.region).await.unwrap().next_seq, before);

    done(&save(&county, &keeper, "live", &[]).await);
    let desk = county.app.hotline().unwrap();
    assert!(desk.live.is_some_and(|(_, demonstration)| !demonstration));
    assert_eq!(desk.route("0106", "").unwrap().assisting[0].as_str(), "区水务局");
    let page = county.get(Some(&keeper), PAGE).await.body;
    assert!(page.contains("一周每个小时都有人值守") && page.contains("12315，消费者投诉"), "{page}");
}

#[tokio::test]
async fn only_who_keeps_the_register_sets_it_up() {
    let county = county().await;
    for person in ["agent", "officer"] {
        let session = county.sign_in(person).await;
        assert_eq!(county.get(Some(&session), PAGE).await.status, StatusCode::NOT_FOUND, "{person}");
        let got = save(&county, &session, "live", &[]).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{person}");
    }
}
