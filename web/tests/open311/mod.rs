//! 开放接口。 The calls that the clients `georeport` and `civicbot` make, in both formats, and what a wrong one is told.

mod clients;
mod lists;
mod media;

use crate::hotline_county::{County, Got, county};
use axum::http::StatusCode;
use fadu_app::accounts::Account;
use fadu_app::now::start_of;
use jiff::civil::date;
use serde_json::Value;

/// A key as the desk's page shows it, once.
async fn key(county: &County) -> String {
    let keeper = county.sign_in("keeper").await;
    let page = county
        .post(Some(&keeper), "/desk/hotline/keys", &[("name", "模拟程序")])
        .await
        .body;
    let key = page.split("fadu_").nth(1).unwrap().split('<').next().unwrap();
    format!("fadu_{key}")
}

fn json(got: &Got) -> Value {
    serde_json::from_str(&got.body).unwrap_or_else(|error| panic!("{error}: {}", got.body))
}

fn form<'a>(key: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("service_code", "0106"),
        ("lat", "29.839012"),
        ("long", "115.211309"),
        ("description", "路灯坏了 <一周> & 没人管"),
        ("first_name", "三"),
        ("last_name", "张"),
        ("phone", "13900004321"),
        ("attribute[kind]", "help"),
        ("attribute[public]", "yes"),
    ];
    form.retain(|(name, _)| !more.iter().any(|(changed, _)| changed == name));
    form.extend(more);
    form.push(("api_key", key));
    form
}

async fn posted(county: &County, key: &str) -> String {
    let got = county.post(None, "/open311/v2/requests.json", &form(key, &[])).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    json(&got)[0]["service_request_id"].as_str().unwrap().to_owned()
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

#[tokio::test]
async fn the_calls_of_georeport_and_civicbot() {
    let county = county().await;
    let key = key(&county).await;
    // Services: a list of maps; by XML, `services/service`.
    let got = county.get(None, "/open311/v2/services.json?jurisdiction_id=429997").await;
    let services = json(&got);
    assert_eq!(services.as_array().unwrap().len(), 52);
    assert_eq!(
        (services[0]["service_code"].as_str(), services[0]["metadata"].as_bool()),
        (Some("0101"), Some(true))
    );
    let xml = county.get(None, "/open311/v2/services.xml").await.body;
    assert!(xml.starts_with("<?xml") && xml.matches("<service>").count() == 52);
    // The definition that a client checks its answers against.
    let got = json(&county.get(None, "/open311/v2/services/0106.json").await);
    let keys: Vec<_> = got["attributes"][0]["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["key"].as_str().unwrap())
        .collect();
    assert!(
        got["service_code"] == "0106"
            && keys.contains(&"complaint")
            && got["attributes"][0]["variable"] == true
    );
    let xml = county.get(None, "/open311/v2/services/0106.xml").await.body;
    assert!(xml.contains("<service_definition><service_code>0106</service_code><attributes><attribute>"));

    let number = posted(&county, &key).await;
    let got = county.get(None, &format!("/open311/v2/requests/{number}.json")).await;
    let request = json(&got)[0].clone();
    assert_eq!(
        (request["service_request_id"].as_str(), request["status"].as_str()),
        (Some(number.as_str()), Some("open"))
    );
    assert_eq!(request["requested_datetime"], "2025-03-03T09:00:00+08:00");
    assert!(
        request["description"].is_null() && request["lat"].is_null(),
        "nothing is public before it was read by the hotline"
    );
    let xml = county.get(None, &format!("/open311/v2/requests/{number}.xml")).await.body;
    assert!(
        xml.contains(&format!(
            "<service_requests><request><service_request_id>{number}</service_request_id>"
        ))
    );

    // The list has what was published, with a coarse place and the moderator's words.
    let list =
        "/open311/v2/requests.json?status=open&start_date=2025-03-01T00:00:00Z&end_date=2025-03-31T00:00:00Z";
    assert_eq!(json(&county.get(None, list).await), serde_json::json!([]));
    let keeper = county.sign_in("keeper").await;
    let id = county.app.order_numbered(&number).await.unwrap().unwrap().0.id;
    let publish = [("title", "路灯"), ("text", "路灯坏了 <隐去>")];
    county
        .multipart(&keeper, &format!("/desk/orders/{id}/acts/Publish"), &publish, None)
        .await;
    let got = json(&county.get(None, list).await);
    assert_eq!(got.as_array().unwrap().len(), 1);
    assert_eq!((got[0]["lat"].as_f64(), got[0]["long"].as_f64()), (Some(29.83), Some(115.21)));
    assert_eq!(got[0]["description"], "路灯坏了 <隐去>");
    assert!(!got.to_string().contains("13900004321") && !got.to_string().contains("一周"));
    let xml = county.get(None, "/open311/v2/requests.xml").await.body;
    assert!(xml.contains("路灯坏了 &lt;隐去&gt;") && xml.contains("<lat>29.830000</lat>"));
    for (query, n) in [
        ("status=closed", 0),
        ("status=open,closed", 1),
        ("service_code=0106,0101", 1),
        ("service_code=0101", 0),
        ("start_date=2025-03-03T01:00:00Z", 1),
        ("start_date=2025-03-03T01:00:01Z", 0),
        ("end_date=2025-03-03T00:59:59Z", 0),
        ("page=2", 0),
        ("page_size=1", 1),
    ] {
        let got = json(&county.get(None, &format!("/open311/v2/requests.json?{query}")).await);
        assert_eq!(got.as_array().unwrap().len(), n, "{query}");
    }
    let both = format!("/open311/v2/requests.json?service_request_id={number},G0&service_code=0101");
    assert_eq!(
        json(&county.get(None, &both).await).as_array().unwrap().len(),
        1,
        "numbers override the rest"
    );
    // A list kept in memory is not shown after it was withdrawn.
    county
        .multipart(&keeper, &format!("/desk/orders/{id}/acts/Unpublish"), &[("reason", "误公开")], None)
        .await;
    assert_eq!(json(&county.get(None, list).await), serde_json::json!([]));

    // By token: the matter and its code.
    let code = county.app.keys.track_code(id);
    let got = json(&county.get(None, &format!("/open311/v2/tokens/{id}-{code}.json")).await);
    assert_eq!(got[0]["service_request_id"].as_str(), Some(number.as_str()));
    assert_eq!(
        county
            .get(None, &format!("/open311/v2/tokens/{id}-AAAAAAAAAAAA.json"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    // What the notice says leads to the caller's own page, where they follow and rate.
    assert_eq!(county.get(None, &format!("/12345/{id}/{code}")).await.status, StatusCode::OK);
    let entry = &county.app.store.entries_of(county.app.region, id).await.unwrap()[0];
    assert!(entry.actor.starts_with("key-"), "the ledger names the key");
    let got = json(&county.get(None, "/open311/discovery.json").await);
    assert_eq!(got["endpoints"][0]["url"], "http://localhost/open311/v2");
    assert!(
        county
            .get(None, "/open311/v2/discovery.xml")
            .await
            .body
            .contains("<format>application/json</format>")
    );
}

#[tokio::test]
async fn a_wrong_call_is_told_in_its_own_format() {
    let county = county().await;
    let key = key(&county).await;
    let long = "长".repeat(17_000);
    // A key that is wrong in its last digit alone.
    let last = if key.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &key[..key.len() - 1]);
    let rows: Vec<(Pairs<'_>, u16, &str)> = vec![
        (form("", &[]), 403, "api_key"),
        (form("fadu_x_y", &[]), 403, "api_key"),
        (form(&wrong, &[("description", "x")]), 403, "api_key"),
        (form(&key, &[("service_code", "")]), 400, "service_code was not provided"),
        (form(&key, &[("service_code", "9999")]), 404, "service_code"),
        (form(&key, &[("service_code", "0909")]), 404, "service_code"),
        (form(&key, &[("description", "")]), 400, "description"),
        (form(&key, &[("description", &long)]), 400, "10000"),
        (form(&key, &[("lat", "north")]), 400, "lat"),
        (form(&key, &[("lat", ""), ("long", "")]), 400, "address"),
        (form(&key, &[("attribute[kind]", "gift")]), 400, "kind"),
        (form(&key, &[("phone", "none")]), 400, "caller_phone"),
        (form(&key, &[("jurisdiction_id", "110101")]), 404, "jurisdiction_id"),
        (form(&key, &[("media_url", "file:///etc/passwd")]), 400, "media_url"),
        (form(&key, &[("email", "nowhere")]), 400, "caller_mail"),
    ];
    for (form, status, says) in rows {
        let told = county.post(None, "/open311/v2/requests.json", &form).await;
        assert_eq!(told.status.as_u16(), status, "{says}: {}", told.body);
        let error = json(&told)[0].clone();
        assert_eq!(error["code"].as_u64(), Some(u64::from(status)));
        assert!(error["description"].as_str().unwrap().contains(says), "{says}: {error}");
        let told = county.post(None, "/open311/v2/requests.xml", &form).await;
        assert!(
            told.body
                .contains(&format!("<errors><error><code>{status}</code><description>")),
            "{}",
            told.body
        );
    }
    for (path, status) in [
        ("/open311/v2/services/9999.json", 404),
        ("/open311/v2/requests/G0.xml", 404),
        ("/open311/v2/moons.json", 404),
        ("/open311/v2/services.csv", 404),
        ("/open311/v2/services", 404),
        ("/open311/v2/requests.json?status=lost", 400),
        ("/open311/v2/requests.json?page=0", 400),
        ("/open311/v2/requests.json?bbox=1,2,3", 400),
        ("/open311/v2/requests.json?updated_after=gestern", 400),
        ("/open311/v2/servicerequestupdates.json?status=lost", 400),
        ("/open311/v2/servicerequestupdates.xml?jurisdiction_id=x", 404),
        ("/open311/v2/requests.json?start_date=gestern", 400),
        ("/open311/v2/requests.json?start_date=2024-01-01&end_date=2025-01-01", 400),
        ("/open311/v2/services.xml?jurisdiction_id=x", 404),
        ("/open311/v2/tokens/nonsense.json", 404),
    ] {
        assert_eq!(county.get(None, path).await.status.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn a_key_is_slowed_down_closed_and_no_password() {
    let county = county().await;
    let key = key(&county).await;
    let mut slowed = 0;
    for _ in 0..1000 {
        let got = county
            .post(None, "/open311/v2/requests.json", &form(&key, &[("description", "")]))
            .await;
        slowed += u32::from(got.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(slowed, 940, "a thousand in one moment: sixty are looked at, and then one a second");
    let another = self::key(&county).await;
    posted(&county, &another).await;
    county.clock.set(start_of(date(2025, 3, 3)) + 10 * 3_600_000);
    posted(&county, &key).await;
    let client = key.split('_').nth(1).unwrap();
    let account: Account = county.app.account(&format!("key-{client}")).await.unwrap().unwrap();
    let secret = key.rsplit('_').next().unwrap();
    assert!(!account.password.contains(secret));
    let got = county
        .post(None, "/sign-in", &[("username", &account.person), ("password", secret)])
        .await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "a key opens no session");
    let keeper = county.sign_in("keeper").await;
    let officer = county.sign_in("officer").await;
    assert_eq!(county.get(Some(&officer), "/desk/hotline/keys").await.status, StatusCode::NOT_FOUND);
    county
        .post(Some(&keeper), &format!("/desk/hotline/keys/{}/close", account.person), &[])
        .await;
    let got = county.post(None, "/open311/v2/requests.json", &form(&key, &[])).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    let agent = county.post(Some(&keeper), "/desk/hotline/keys/agent/close", &[]).await;
    assert_eq!(agent.status, StatusCode::NOT_FOUND, "only keys are closed there");
}
