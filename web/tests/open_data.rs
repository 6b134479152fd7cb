//! 公开合同数据和订阅。 At the addresses that the packages name: nothing of bidders before the opening, everything step by step
//! after it; a feed whose newest step comes first; the counts by kind.

use crate::county::County;
use crate::tenders::{at_nine, lived, project};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_kernel::calendar::offset;
use jiff::civil::date;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

const SCHOOL: &str = "模拟实验小学教学楼";

async fn fetch(county: &County, path: &str, media: &str) -> String {
    let (status, headers, text) = county.ask(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{path}: {text}");
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with(media), "{path}");
    text
}

async fn json(county: &County, path: &str) -> Value {
    serde_json::from_str(&fetch(county, path, "application/json").await).unwrap()
}

/// Titles of the entries in their order; the whole is read as XML.
fn titles(atom: &str) -> Vec<String> {
    let (mut reader, mut titles, mut inside) = (Reader::from_str(atom), Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "title" => {
                inside = true;
                titles.push(String::new());
            }
            Event::End(tag) if tag.name().as_ref() == "title" => inside = false,
            Event::Text(text) if inside => {
                titles.last_mut().unwrap().push_str(&text);
            }
            Event::Eof => return titles,
            _ => {}
        }
    }
}

#[tokio::test]
async fn tenders_are_open_data_where_their_packages_say() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 24)).await;
    at_nine(&county, date(2025, 2, 24));
    let (id, _) = project(&county, SCHOOL);
    let before = json(&county, "/ocds/releases.json").await;
    assert_eq!(before["uri"], "http://localhost/ocds/releases.json");
    let told = before["releases"].as_array().unwrap();
    assert!(told.len() == 1 && told[0]["tag"][0] == "tender" && told[0].get("bids").is_none(), "{before}");
    assert!(told[0]["ocid"].as_str().unwrap().ends_with(&id.to_string()));
    let feed = fetch(&county, "/trading/feed.atom", "application/atom+xml").await;
    assert!(!feed.contains("甲建设公司") && !feed.contains("Deposited"), "{feed}");
    assert!(
        titles(&feed)
            .iter()
            .any(|title| title == &format!("发布公告：{SCHOOL}（模拟）")),
        "{feed}"
    );

    let mut day = date(2025, 2, 25);
    while day <= date(2025, 3, 20) {
        fadu_sim::trading_day(&county.app, &county.clock, 2025, day).await.unwrap();
        day = offset(day, 1);
    }
    at_nine(&county, day);
    let after = json(&county, "/ocds/records.json").await;
    assert_eq!(after["uri"], "http://localhost/ocds/records.json");
    let records = after["records"].as_array().unwrap();
    let mut compiled = records.iter().map(|record| &record["compiledRelease"]);
    let school = compiled.find(|release| release["tender"]["title"] == SCHOOL).unwrap();
    assert_eq!(
        (&school["tender"]["numberOfTenderers"], &school["awards"][0]["status"]),
        (&3.into(), &"active".into())
    );
    assert_eq!(school["contracts"][0]["value"]["amount"], 9_000_000);

    let feed = fetch(&county, "/trading/feed.atom", "application/atom+xml").await;
    let titles = titles(&feed);
    let place = |what: &str| titles.iter().position(|title| title.starts_with(&format!("{what}：{SCHOOL}")));
    assert!(place("签订合同").unwrap() < place("发布公告").unwrap(), "the newest first: {titles:?}");
    assert!(feed.contains(&format!("http://localhost/trading/projects/{id}#")));
    let page = fetch(&county, "/trading/statistics", "text/html").await;
    assert!(page.contains("9,000,000.00元") && page.contains("工程服务"), "{page}");
    assert!(page.contains("/ocds/releases.json"));
}

#[tokio::test]
async fn a_package_is_made_anew_after_a_minute() {
    let county = lived(date(2025, 2, 1), date(2025, 2, 3)).await;
    at_nine(&county, date(2025, 2, 3));
    assert_eq!(json(&county, "/ocds/releases.json").await["releases"], Value::Array(Vec::new()));
    fadu_sim::trading_day(&county.app, &county.clock, 2025, date(2025, 2, 4))
        .await
        .unwrap();
    at_nine(&county, date(2025, 2, 4));
    assert_eq!(json(&county, "/ocds/releases.json").await["releases"].as_array().unwrap().len(), 1);
}
