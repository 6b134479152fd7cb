//! 门户的页面。 What the public reads leads where it says, and can be opened by who reads it.

use crate::county::{County, county, number};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_figures::Figures;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Item};
use jiff::civil::date;
use std::collections::BTreeMap;

/// A page as a browser reads it: slashes are written as entities. `""` is nobody.
async fn page(county: &County, person: &str, path: &str) -> (StatusCode, String) {
    let (status, html) = match person {
        "" => {
            let (status, _, html) = county.ask(Request::get(path).body(Body::empty()).unwrap()).await;
            (status, html)
        }
        person => county.sign_in(person).await.page(path).await,
    };
    (status, html.replace("&#x2f;", "/"))
}

/// A county whose figures have read its ledger.
async fn counted() -> County {
    let county = county().await;
    let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
    fadu_figures::tail(&*county.app.store, county.app.region, &figures)
        .await
        .unwrap();
    county
}

#[tokio::test]
async fn a_figure_opens_to_entries_that_its_reader_can_open() {
    let county = counted().await;
    let figure = "/figures/svc.items_open";
    let (_, html) = page(&county, "", figure).await;
    let after = |rest: &str| rest.split('"').next().unwrap().parse::<i64>().unwrap();
    let seqs: Vec<i64> = html.split("href=\"/receipts/").skip(1).map(after).collect();
    assert!(html.contains("早的在前") && seqs.len() > 1 && seqs.is_sorted(), "{seqs:?}");
    for (person, leads_to) in [
        ("", "/receipts/"),
        ("firm", "/receipts/"),
        ("clerk", "/receipts/"),
        ("inspector", "/oversight/entries/"),
    ] {
        let entry = format!("{leads_to}{}", seqs[0]);
        let (_, html) = page(&county, person, figure).await;
        assert!(html.contains(&format!("<a href=\"{entry}\">")), "{person}: {html}");
        assert_eq!(page(&county, person, &entry).await.0, StatusCode::OK, "{person} {entry}");
    }
}

/// 建筑法 8 and 政府采购法 56 count from receipt, the licensing law from acceptance: the guide says which.
#[tokio::test]
async fn a_guide_says_from_which_day_its_limits_run() {
    let county = county().await;
    let catalogue = county.app.catalogue();
    let by_name = |name: &str| {
        let items = catalogue.all::<Item>();
        let mut defined = items.filter_map(|(id, item)| Some((id, item.current()?.1)));
        defined.find(|(_, definition)| definition.id == name).map(|(id, _)| id).unwrap()
    };
    for (item, from) in [("construction-permit", "收到申请"), ("temporary-land-use", "受理")] {
        let item = by_name(item);
        let (_, html) = page(&county, "", &format!("/items/{item}")).await;
        assert!(html.contains(&format!("<caption>自{from}之日的次日起计算</caption>")), "{html}");
        // Its steps end in who does them: a limit or a result of each stands nowhere.
        assert!(html.contains("<ol class=\"steps\">") && !html.contains("。</p></li>"), "{html}");
        let (_, html) = page(&county, "", &format!("/items/{item}/guide")).await;
        assert!(html.contains(&format!("{from}后")) && html.contains("内办结"), "{html}");
    }
}

#[tokio::test]
async fn an_item_is_found_by_what_it_ends_in() {
    let county = county().await;
    let catalogue = county.app.catalogue();
    let (id, result) = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.is_open())
        .find_map(|(id, item)| {
            let result = item.current()?.1.result.name.clone();
            (!result.is_empty() && !item.name.contains(&result)).then_some((id, result))
        })
        .unwrap();
    let asked: String = result.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (status, html) = page(&county, "", &format!("/items?q={asked}")).await;
    assert!(status == StatusCode::OK && html.contains(&format!("href=\"/items/{id}\"")), "{result}: {html}");
    let (_, html) = page(&county, "", "/items?q=%E6%B2%A1%E6%9C%89%E7%9A%84%E4%BA%8B").await;
    assert!(!html.contains(&format!("href=\"/items/{id}\"")), "{html}");
}

/// A figure that is printed leads to itself, and no day that there is not is answered with today's.
#[tokio::test]
async fn a_figure_of_a_day_keeps_its_day() {
    let county = counted().await;
    for address in ["/figures", "/figures/svc.items_open"] {
        let of_a_day = format!("{address}?as_of=2025-02-28");
        let (status, html) = page(&county, "", &of_a_day).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        let code = fadu_report::qr::svg(&format!("http://localhost{of_a_day}"));
        assert!(html.contains(&code) && html.contains(&format!("本页地址 {of_a_day}")), "{html}");
        let (status, html) = page(&county, "", &format!("{address}?as_of=2025-02-30")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address}");
        assert!(html.contains("读不出来"), "{html}");
    }
}

#[tokio::test]
async fn a_downloaded_report_leads_back_to_the_site() {
    let county = counted().await;
    let (_, shown) = page(&county, "", "/report?year=2025").await;
    assert!(shown.contains("href=\"/figures/svc.items?as_of=2025-03-03\""), "{shown}");
    let (status, file) = page(&county, "", "/report/2025/html").await;
    assert_eq!(status, StatusCode::OK);
    let address = "href=\"http://localhost/figures/svc.items?as_of=2025-03-03\"";
    assert!(file.contains(address) && !file.contains("href=\"/"), "{file}");
}

#[tokio::test]
async fn what_has_to_be_prepared_is_one_page_away() {
    let county = county().await;
    let (_, html) = page(&county, "", &format!("/items/{}", county.item)).await;
    let guide = format!("/items/{}/guide", county.item);
    assert!(html.contains(&format!("href=\"{guide}\">我要准备什么</a>")), "{html}");
    let (status, html) = page(&county, "", &guide).await;
    assert!(status == StatusCode::OK && html.contains("带什么"), "{html}");
}

#[tokio::test]
async fn the_number_typed_on_the_first_page_is_there_on_the_next() {
    let county = county().await;
    let (_, home) = page(&county, "", "/").await;
    assert!(home.contains("action=\"/track\"") && home.contains("name=\"number\""));
    let (_, html) = page(&county, "", "/track?number=+F-20250303-0001").await;
    assert!(html.contains("value=\"F-20250303-0001\""), "{html}");
}

/// 承诺期限: an extension does not lengthen it. The guide says so, and whoever exceeds it tells the applicant why.
#[tokio::test]
async fn an_exceeded_promise_is_explained_where_the_applicant_reads_it() {
    let county = county().await;
    let get = async |path: String| county.ask(Request::get(path).body(Body::empty()).unwrap()).await.2;
    let catalogue = county.app.catalogue();
    let mut current = catalogue.all::<Item>().filter_map(|(id, item)| Some((id, item.current()?.1)));
    let (id, _) = current
        .find(|(_, now)| now.extension.is_some() && now.statutory.limit().is_some())
        .unwrap();
    let page = get(format!("/items/{id}")).await;
    assert!(page.contains("承诺期限不延长，超过承诺期限的公开说明理由"), "{page}");

    let actor =
        |person: &str, role, org: &str| Actor { person: PersonId::new(person), role, org: OrgId::new(org) };
    let officer = actor("officer", Role::Officer, &county.department);
    let item: MatterId = county.item.parse().unwrap();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let papers = definition.asked().map(|material| (material.id.clone(), Paper::default()));
    let receive = CaseAct::Receive { item, channel: Channel::Online, materials: papers.collect() };
    let private: BTreeMap<String, String> = [
        ("applicant_name", "模拟商行".to_owned()),
        ("applicant_number", number()),
        ("applicant_phone", "19900000001".to_owned()),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into();
    let firm = actor("firm", Role::FirmAgent, "public");
    let call = Call { actor: &firm, matter: None, act: receive, private, key: None };
    let case = county.app.act::<Case>(call).await.unwrap().matter;
    let then = async |actor: &Actor, act: CaseAct| {
        let call = Call { actor, matter: Some(case), act, private: BTreeMap::new(), key: None };
        county.app.act::<Case>(call).await.unwrap();
    };
    then(&officer, CaseAct::Accept).await;
    county.clock.set(start_of(date(2025, 12, 1)) + 9 * 3_600_000);
    then(&Actor::clock(), CaseAct::TurnOverdue).await;
    let track = format!("/track/{case}/{}", county.app.keys.track_code(case));
    let page = get(track.clone()).await;
    assert!(page.contains("2025-12-01记录超过") && page.contains("须公开说明理由"), "{page}");
    then(&officer, CaseAct::ExplainDelay { reason: "等待现场勘验".into() }).await;
    assert!(get(track).await.contains("公开说明：等待现场勘验"));
}
