//! 列表与更新。 Filters with values on both sides of every edge, and what has happened to a request.

use super::{form, json, key};
use crate::hotline_county::{County, Session, county};
use axum::http::StatusCode;
use fadu_app::hotline::PUBLISHED;
use fadu_app::store::{Append, MatterWrite, NewEntry};
use fadu_hotline::Order;
use fadu_hotline::order::Published;
use fadu_kernel::MatterId;
use serde_json::Value;

async fn act(county: &County, session: &Session, id: &str, name: &str, pairs: &[(&str, &str)]) {
    let got = county
        .multipart(session, &format!("/desk/orders/{id}/acts/{name}"), pairs, None)
        .await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{name}: {}", got.body);
}

/// Number and id of a request posted, dispatched and published.
async fn published(county: &County, key: &str) -> (String, String) {
    let got = county.post(None, "/open311/v2/requests.json", &form(key, &[])).await;
    let number = json(&got)[0]["service_request_id"].as_str().unwrap().to_owned();
    let id = county.app.order_numbered(&number).await.unwrap().unwrap().0.id.to_string();
    let keeper = county.sign_in("keeper").await;
    county.clock.set(county.app.moment().ms + 3_600_000);
    act(county, &keeper, &id, "Dispatch", &[("unit", "区住建局")]).await;
    act(county, &keeper, &id, "Publish", &[("title", "路灯"), ("text", "路灯坏了")]).await;
    (number, id)
}

async fn list(county: &County, query: &str) -> Vec<Value> {
    let got = county.get(None, &format!("/open311/v2/{query}")).await;
    assert_eq!(got.status, StatusCode::OK, "{query}: {}", got.body);
    json(&got).as_array().unwrap().clone()
}

#[tokio::test]
async fn filters_see_what_the_public_sees() {
    let county = county().await;
    let key = key(&county).await;
    let (number, _) = published(&county, &key).await;
    // It lies at 29.839012, 115.211309 and is shown at the corner of its cell: 29.83, 115.21.
    for (query, n) in [
        ("bbox=115.21,29.83,115.22,29.84", 1),
        ("bbox=115.0,29.5,115.5,30.0", 1),
        ("bbox=-180,-90,180,90", 1),
        ("bbox=115.0,29.5,115.21,29.83", 1),
        ("bbox=115.210001,29.83,115.22,29.84", 0),
        ("bbox=115.211,29.839,115.212,29.84", 0),
        ("bbox=115.21,29.83,115.22,29.84&service_code=0106", 1),
        ("bbox=115.21,29.83,115.22,29.84&service_code=0101", 0),
        ("bbox=115.21,29.83,115.22,29.84&page=2", 0),
        ("agency_responsible=%E5%8C%BA%E4%BD%8F%E5%BB%BA%E5%B1%80", 1),
        ("agency_responsible=nobody", 0),
        ("updated_after=2025-03-03T09:00:00%2B08:00", 1),
        ("updated_after=2025-03-03T09:00:01%2B08:00", 0),
        ("updated_before=2025-03-03T09:00:00%2B08:00", 1),
        ("updated_before=2025-03-03T08:59:59%2B08:00", 0),
        ("jurisdiction_id=429997", 1),
        ("jurisdiction_id=localhost", 1),
    ] {
        let found = list(&county, &format!("requests.json?{query}")).await;
        assert_eq!(found.len(), n, "{query}");
        assert!(found.iter().all(|one| one["service_request_id"] == number.as_str()));
    }
}

/// Behind a thousand later ones lies a request to which something happens today: that is the first update of all.
#[tokio::test]
async fn an_update_of_an_old_request_is_found_behind_a_thousand_new_ones() {
    const N: i64 = PUBLISHED as i64 + 5;
    let county = county().await;
    let key = key(&county).await;
    let (number, id) = published(&county, &key).await;
    let (app, from_ms) = (&county.app, county.app.moment().ms);
    let shown = Order {
        published: Some(Published { on: app.moment().today, title: "路灯".into(), text: "坏了".into() }),
        ..Order::default()
    };
    let state = serde_json::to_string(&shown).unwrap();
    let write = |n: i64| MatterWrite {
        id: MatterId::opened_at(from_ms + n * 1000, 1),
        kind: "order",
        expected: 0,
        version: 1,
        number: format!("G{n}"),
        title: String::new(),
        status: "signed".into(),
        org: "区住建局".into(),
        due: None,
        amber: None,
        closed: false,
        opened_day: "2025-03-03".into(),
        state: state.clone(),
        listed: String::new(),
        facets_gone: vec![],
        facets_new: vec![("published".into(), "2025-03".into()), ("public".into(), "0101".into())],
        tasks_gone: vec![],
        tasks_put: vec![],
    };
    let latest = write(N - 1).id;
    let entry = NewEntry {
        matter: latest,
        kind: "order",
        fact: "Published",
        day: "2025-03-03".into(),
        ms: from_ms + N * 1000,
        actor: "a".into(),
        tail: format!("\"matter\":\"{latest}\",\"org\":\"o\",\"role\":\"clock\",\"data\":\"Archived\"}}"),
        effects: vec![],
    };
    let append = Append {
        region: app.region,
        key: None,
        epoch: app.store.head(app.region).await.unwrap().epoch,
        raises_epoch: false,
        reads: vec![],
        writes: (1..=N).map(write).collect(),
        entries: vec![entry],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    };
    app.store.append(append).await.unwrap();
    county.clock.set(from_ms + 5 * 3_600_000);
    let officer = county.sign_in("officer").await;
    let reply = [("result", "explained"), ("text", "已经列入计划")];
    let got = county
        .multipart(&officer, &format!("/desk/orders/{id}/acts/Reply"), &reply, Some(b"%PDF-1.7 a plan"))
        .await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    let updates = list(&county, "servicerequestupdates.json?page_size=1").await;
    assert_eq!((updates.len(), &updates[0]["service_request_id"]), (1, &Value::from(number.as_str())));
    let closed = list(&county, "servicerequestupdates.json?status=closed").await;
    assert!(closed.is_empty(), "{closed:?}");
    let deep = county.get(None, "/open311/v2/servicerequestupdates.json?page=99999").await;
    assert_eq!(deep.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_happened_is_told_by_its_ledger_numbers() {
    let county = county().await;
    let key = key(&county).await;
    let got = county.post(None, "/open311/v2/requests.json", &form(&key, &[])).await;
    let own = json(&got)[0]["service_request_id"].as_str().unwrap().to_owned();
    assert_eq!(list(&county, "servicerequestupdates.json").await.len(), 0, "nothing was published");
    let followed = list(&county, &format!("servicerequestupdates.json?service_request_id={own}")).await;
    assert_eq!((followed.len(), followed[0]["status"].as_str()), (1, Some("open")), "followed by its number");

    let (number, id) = published(&county, &key).await;
    let updates = list(&county, "servicerequestupdates.json").await;
    let said: Vec<_> = updates.iter().map(|one| one["description"].as_str().unwrap()).collect();
    assert_eq!(said, ["派单", "受理登记"], "the latest first, and nothing of what the hotline does inside");
    assert!(updates.iter().all(|one| one["service_request_id"] == number.as_str()));
    assert_eq!(updates[0]["updated_datetime"], "2025-03-03T10:00:00+08:00");
    let entries = county
        .app
        .store
        .entries_of(county.app.region, id.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(updates[1]["update_id"], entries[0].seq.to_string());
    for (query, n) in [
        ("start_date=2025-03-03T10:00:00%2B08:00", 1),
        ("start_date=2025-03-03T10:00:01%2B08:00", 0),
        ("end_date=2025-03-03T09:59:59%2B08:00", 1),
        ("status=closed", 0),
        ("page_size=1", 1),
        ("page_size=1&page=3", 0),
        ("service_request_id=G0", 0),
    ] {
        assert_eq!(list(&county, &format!("servicerequestupdates.json?{query}")).await.len(), n, "{query}");
    }
    let xml = county.get(None, "/open311/v2/servicerequestupdates.xml").await.body;
    assert!(xml.contains("<service_request_updates><request_update><update_id>"), "{xml}");

    // A second person closes it, and it is told as closed; withdrawn from view, nothing is told.
    let (keeper, officer) = (county.sign_in("keeper").await, county.sign_in("officer").await);
    act(&county, &officer, &id, "Sign", &[]).await;
    let reply = [("result", "solved"), ("text", "已经修好")];
    let address = format!("/desk/orders/{id}/acts/Reply");
    let got = county.multipart(&officer, &address, &reply, Some(b"%PDF-1.7 a photo")).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
    let call = [("contact", "answered"), ("solved", "yes"), ("satisfied", "yes")];
    act(&county, &keeper, &id, "CallBack", &call).await;
    act(&county, &keeper, &id, "Close", &[]).await;
    let closed = list(&county, "servicerequestupdates.json?status=closed").await;
    assert_eq!((closed.len(), closed[0]["description"].as_str()), (1, Some("办结")));
    act(&county, &keeper, &id, "Unpublish", &[("reason", "误公开")]).await;
    assert_eq!(list(&county, "servicerequestupdates.json").await.len(), 0);
}
