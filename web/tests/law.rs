//! 法规和权责清单在某一天的样子。 Dates on both sides of every edge of a version; what is no day is said.

use crate::county::{County, county};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_figures::Figures;
use fadu_kernel::{Actor, Basis, MatterId, OrgId, PersonId, Role};
use fadu_law::power::{Ending, Entry, Kind};
use fadu_law::text::parse;
use fadu_law::{Power, PowerAct, Shelf, validity};
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// Its second article stands in the first version alone.
fn shelf() -> Shelf {
    let text = |day: &str, body: &str| {
        let head = format!("# 模拟条例\n\n（{day}公布）\n\n<!-- INFO END -->\n\n");
        parse(&format!("模拟条例({day}).md"), &(head + body)).unwrap()
    };
    let texts = vec![
        text("2020-01-01", "第一条 旧文。\n\n第二条 旧条。\n\n第三条 本条例自2020年3月1日起施行。\n\n"),
        text("2024-01-01", "第一条 新文。\n\n第三条 本条例自2024年3月1日起施行。\n\n"),
    ];
    let (validity, _) = validity::read("模拟条例\t\t\t2025-01-01\t废止决定\n");
    Shelf { validity, ..Shelf::from_index().with(texts) }
}

fn with_texts(county: &County) -> Router {
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
    router(Web::new(Arc::clone(&county.app), figures, shelf(), site))
}

async fn page(router: &Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).replace("&#x2f;", "/"))
}

#[tokio::test]
async fn a_statute_and_its_articles_are_shown_as_they_stood_on_a_day() {
    let county = county().await;
    let router = with_texts(&county);
    let statute = "/statutes/%E6%A8%A1%E6%8B%9F%E6%9D%A1%E4%BE%8B";
    let (ok, wrong, lost) = (StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND);
    // (address after the statute, how it answers, what it says, what it does not say)
    let table = [
        ("?on=2020-02-29", ok, "最早的一版自2020-03-01起施行", "旧文"),
        ("?on=2020-03-01", ok, "旧文", "新文"),
        ("?on=2024-02-29", ok, "自2020-03-01起施行，施行到2024-02-29为止", "新文"),
        ("?on=2024-03-01", ok, "自2024-03-01起施行，施行到2024-12-31为止", "旧文"),
        ("?on=2024-12-31", ok, "新文", "旧文"),
        ("?on=2025-01-01", ok, "最后的一版施行到2024-12-31为止", "新文"),
        // Nobody asked for a day: the last text, and when it was in force.
        ("", ok, "施行到2024-12-31为止", "旧文"),
        ("?on=2024-02-30", wrong, "“2024-02-30”不是一个日期", "旧文"),
        ("/1?on=2024-02-29", ok, "旧文", "新文"),
        ("/1?on=2024-03-01", ok, "新文", "旧文"),
        ("/1?on=2025-01-01", ok, "最后的一版施行到2024-12-31为止", "本站未持有"),
        ("/1?on=x", wrong, "“x”不是一个日期", "旧文"),
        ("/2?on=2024-02-29", ok, "旧条", "没有第二条"),
        ("/2?on=2024-03-01", ok, "2024-03-01施行的2024-01-01文本没有第二条", "旧条"),
        ("/9?on=2024-03-01", lost, "没有找到", "旧文"),
    ];
    for (at, status, says, not) in table {
        let (answer, html) = page(&router, &format!("{statute}{at}")).await;
        assert_eq!(answer, status, "{at}");
        assert!(html.contains(says) && !html.contains(not), "{at} says “{says}”: {html}");
    }
    // What it leads to is of the same day.
    let (_, html) = page(&router, &format!("{statute}?on=2024-02-29")).await;
    assert!(html.contains(&format!("href=\"{statute}/1?on=2024-02-29\"")), "{html}");
    let here = format!("{statute}?on=2024-02-29");
    assert!(html.contains(&format!("href=\"{here}&amp;large=1\"")), "{html}");
    assert!(html.contains(&fadu_report::qr::svg(&format!("http://localhost{here}"))), "{html}");
}

/// A power that stands from this day on under this name, and is not public yet.
async fn approve(county: &County, day: Date, name: &str) -> MatterId {
    let entry = Entry {
        code: CODE.into(),
        name: name.into(),
        kind: Kind::Permit,
        department: county.department.clone(),
        bases: vec![Basis::article("行政许可法", 12)],
        responsibilities: vec!["公示".into()],
        flow: vec!["受理".into()],
        phone: "12345".into(),
        items: vec![],
    };
    let id = entry.id();
    let steps = [
        (Role::Officer, PowerAct::Draft { entry: Box::new(entry) }),
        (Role::CatalogueManager, PowerAct::Review { passed: true, note: String::new() }),
        (Role::Government, PowerAct::Approve),
    ];
    perform(county, id, day, steps).await;
    id
}

/// Acts of the morning of one day.
async fn perform(
    county: &County,
    id: MatterId,
    day: Date,
    steps: impl IntoIterator<Item = (Role, PowerAct)>,
) {
    county.clock.set(start_of(day) + 9 * 3_600_000);
    for (role, act) in steps {
        let org = if role == Role::Officer { county.department.as_str() } else { "bureau" };
        let actor = Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) };
        let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
        county.app.act::<Power>(call).await.unwrap();
    }
}

/// What is approved becomes public.
async fn publish(county: &County, id: MatterId, day: Date) {
    let digest = county.app.catalogue().one::<Power>(id).and_then(Power::unpublished).unwrap();
    let act = PowerAct::Publish { address: format!("http://localhost/powers/{CODE}"), digest };
    perform(county, id, day, [(Role::CatalogueManager, act)]).await;
}

const CODE: &str = "4299970010100100";

#[tokio::test]
async fn a_power_is_shown_as_it_stood_on_a_day() {
    let county = county().await;
    let id = approve(&county, date(2025, 3, 4), "旧名许可").await;
    let power = format!("/powers/{CODE}");
    // Approved, and not public yet.
    assert_eq!(page(&county.router, &power).await.0, StatusCode::NOT_FOUND);
    let (_, list) = page(&county.router, "/powers").await;
    assert!(!list.contains("旧名许可"), "{list}");
    publish(&county, id, date(2025, 3, 5)).await;
    approve(&county, date(2025, 6, 3), "新名许可").await;
    for address in ["/powers", &power] {
        let (_, html) = page(&county.router, address).await;
        assert!(html.contains("旧名许可") && !html.contains("新名许可"), "{address}: {html}");
    }
    let (_, html) = page(&county.router, &power).await;
    assert!(html.contains("2025-06-03有效的是2025-06-03批准的一版，还没有公开"), "{html}");
    publish(&county, id, date(2025, 6, 4)).await;
    let table = [
        ("?on=2025-03-03", "2025-03-03这项权力不在清单上", "自2025-03-04起，到"),
        ("?on=2025-03-04", "自2025-03-04起，到2025-06-02止", "新名许可"),
        ("?on=2025-06-02", "旧名许可", "新名许可"),
        ("?on=2025-06-03", "本页是第2版，自2025-06-03起有效", "旧名许可"),
        ("", "新名许可", "旧名许可"),
    ];
    for (at, says, not) in table {
        let (status, html) = page(&county.router, &format!("{power}{at}")).await;
        assert_eq!(status, StatusCode::OK, "{at}");
        assert!(html.contains(says) && !html.contains(not), "{at} says “{says}”: {html}");
    }
    let (_, list) = page(&county.router, "/powers?on=2025-06-02").await;
    assert!(list.contains(&format!("href=\"{power}?on=2025-06-02\"")) && list.contains("旧名许可"), "{list}");
    assert!(list.contains("2025-03-04 起，到 2025-06-02 止"), "{list}");
    assert_eq!(page(&county.router, &format!("{power}?on=x")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_repeal_is_told_once_it_is_published() {
    let county = county().await;
    let id = approve(&county, date(2025, 3, 4), "模拟许可").await;
    publish(&county, id, date(2025, 3, 5)).await;
    let steps = [
        (Role::Officer, PowerAct::ProposeEnd { ending: Ending::Repealed, reason: "依据已经废止".into() }),
        (Role::CatalogueManager, PowerAct::Review { passed: true, note: String::new() }),
        (Role::Government, PowerAct::End),
    ];
    perform(&county, id, date(2025, 6, 3), steps).await;
    let power = format!("/powers/{CODE}");
    let (_, html) = page(&county.router, &power).await;
    assert!(html.contains("自2025-06-03起不在清单上，收回或者取消的公告还没有公开"), "{html}");
    assert!(!html.contains("依据已经废止"), "{html}");
    publish(&county, id, date(2025, 6, 4)).await;
    let (_, html) = page(&county.router, &power).await;
    assert!(html.contains("2025-06-03取消：依据已经废止（2025-06-04公开）"), "{html}");
    // Of a day on which it stood the page tells the version of that day.
    let (_, html) = page(&county.router, &format!("{power}?on=2025-06-02")).await;
    assert!(html.contains("自2025-03-04起，到2025-06-02止"), "{html}");
}

#[tokio::test]
async fn the_list_of_powers_says_which_day_it_is_of() {
    let county = county().await;
    let (status, html) = page(&county.router, "/powers?on=2001-01-01").await;
    assert!(status == StatusCode::OK && html.contains("2001-01-01没有列在清单上的权力"), "{html}");
    let (status, html) = page(&county.router, "/powers?on=2025-13-01").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("“2025-13-01”不是一个日期"), "{html}");
}
