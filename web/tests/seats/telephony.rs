//! 电话。 A simulated exchange at the other end of the interface: it rings, obeys, loses a line in the middle of a call, and
//! starts anew; what was typed at the seat is not lost with it.

use super::{done, person, program, real};
use crate::hotline_county::{County, Got, county};
use axum::http::StatusCode;
use fadu_hotline::telephony::{Command, End, Event, Simulated};
use fadu_kernel::Role;
use serde_json::{Value, json};

/// `exchange:a-long-password`
const EXCHANGE: &str = "ZXhjaGFuZ2U6YS1sb25nLXBhc3N3b3Jk";
/// `officer:a-long-password`
const OFFICER: &str = "b2ZmaWNlcjphLWxvbmctcGFzc3dvcmQ=";

async fn tell(county: &County, events: &[Event]) -> Value {
    let got = program(county, "POST", "/cti/events", EXCHANGE, json!({ "events": events }).to_string()).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

/// What the seats asked for, carried out.
async fn obey(county: &County, exchange: &mut Simulated, after: u64) -> u64 {
    let got = program(county, "GET", &format!("/cti/commands?after={after}"), EXCHANGE, String::new()).await;
    let commands: Vec<Value> = serde_json::from_str(&got.body).unwrap();
    let mut last = after;
    for numbered in commands {
        last = numbered["n"].as_u64().unwrap();
        let command: Command = serde_json::from_value(numbered).unwrap();
        let events = exchange.obey(&command, county.app.moment().ms);
        tell(county, &events).await;
    }
    last
}

#[tokio::test]
async fn a_line_that_breaks_takes_no_word_with_it() {
    let county = real().await;
    person(&county, "exchange", Role::Operator, fadu_sim::BUREAU).await;
    let agent = county.sign_in("agent").await;
    let mut exchange = Simulated::default();
    let ms = county.app.moment().ms;
    let seat = exchange.seat_in("agent", ms);
    let (call, ringing) = exchange.ring("13900001234", "12315", ms);
    let told = tell(&county, &[seat.clone(), ringing.clone()]).await;
    assert_eq!(told["taken"], 2);
    assert_eq!(tell(&county, &[seat, ringing]).await["taken"], 0, "told twice, it rings once");

    let page = county.get(Some(&agent), "/desk/hotline/new").await.body;
    assert!(page.contains("139*****234") && page.contains("接听") && !page.contains("模拟一个来电"));
    let got = county
        .post(Some(&agent), &format!("/desk/hotline/calls/{call}/connect"), &[])
        .await;
    done(&got);
    let last = obey(&county, &mut exchange, 0).await;
    let page = county.get(Some(&agent), got.to.trim()).await.body;
    assert!(
        page.contains(&format!("name=\"call\" value=\"{call}\""))
            && page.contains("value=\"13900001234\"")
            && page.contains("value=\"12315\"")
            && page.contains("通话中")
    );

    // The line breaks while they speak. The form is still the agent's, the number is still known.
    let dropped = exchange.end(&call, End::Dropped, county.app.moment().ms + 60_000).unwrap();
    tell(&county, &[dropped]).await;
    let typed = [
        ("caller_phone", "13900001234"),
        ("line", "12315"),
        ("text", "商家不退押金，说到一半线断了"),
        ("kind", "complaint"),
        ("category", "0701"),
        ("urgency", "ordinary"),
        ("do", "take"),
        ("idem", "call-1"),
        ("call", call.as_str()),
    ];
    let got = county.post(Some(&agent), "/desk/hotline/new", &typed).await;
    done(&got);
    let id = got.to.trim().trim_start_matches("/desk/orders/").to_owned();
    let page = county.get(Some(&agent), "/desk/hotline/new").await.body;
    assert!(page.contains("线路中断") && page.contains("回拨"));
    done(
        &county
            .post(Some(&agent), &format!("/desk/hotline/calls/{call}/call-back"), &[])
            .await,
    );
    obey(&county, &mut exchange, last).await;
    assert!(county.get(Some(&agent), "/desk/hotline/new").await.body.contains("通话中"));

    // The recording comes when it is ready: of this call, once; of one that no request is of, it waits.
    let digest = |n: u8| format!("{n:02x}").repeat(32);
    let recordings = json!({ "recordings": [
        { "call": call, "digest": digest(1) }, { "call": call, "digest": digest(2) }, { "call": "S999", "digest": digest(3) },
    ] });
    let got = program(&county, "POST", "/cti/events", EXCHANGE, recordings.to_string()).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    assert_eq!(serde_json::from_str::<Value>(&got.body).unwrap()["waiting"], json!(["S999"]));
    let order = county.app.order(id.parse().unwrap()).await.unwrap().unwrap().1;
    assert_eq!((order.calls.len(), &order.calls[0].call), (1, &call));
    assert_eq!(order.calls[0].recording.as_deref(), Some(digest(1).as_str()), "the first that was told");
    let page = county.get(Some(&agent), &format!("/desk/orders/{id}")).await.body;
    assert!(page.contains(&call) && page.contains("010101010101"), "{page}");

    // What the exchange wrote down of the hour: one call in, answered and broken; ours back is no call of the public's.
    let hour_ms = ms - ms.rem_euclid(3_600_000);
    let record = exchange.record(9, hour_ms, 5_000);
    let tally = record.lines[0].clone();
    assert_eq!((record.lines.len(), tally.inbound, tally.answered, tally.dropped), (1, 1, 1, 1));
    let body = json!({ "records": [{ "day": "2025-03-03", "record": record }] }).to_string();
    for _ in 0..2 {
        let got = program(&county, "POST", "/cti/events", EXCHANGE, body.clone()).await;
        assert_eq!(got.status, StatusCode::OK, "told twice, it is counted once: {}", got.body);
    }
    let days = county
        .app
        .store
        .by_facet(county.app.region, "day", "2025-03-03", 5)
        .await
        .unwrap();
    assert_eq!(days.iter().filter(|row| row.kind == "calls").count(), 1);

    // It starts anew: nothing is on any more.
    tell(&county, &[exchange.crash(county.app.moment().ms + 120_000)]).await;
    assert!(!county.get(Some(&agent), "/desk/hotline/new").await.body.contains("通话中"));
}

#[tokio::test]
async fn only_the_exchange_tells_and_only_a_seat_commands() {
    let county = real().await;
    person(&county, "exchange", Role::Operator, fadu_sim::BUREAU).await;
    let none = json!({ "events": [] }).to_string();
    let refused = program(&county, "POST", "/cti/events", OFFICER, none.clone()).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let unknown = program(&county, "POST", "/cti/events", "eDp5", none).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    for body in ["", "3", "{\"events\": 3}", "{\"moons\": []}"] {
        let got: Got = program(&county, "POST", "/cti/events", EXCHANGE, body.to_owned()).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let officer = county.sign_in("officer").await;
    let got = county.post(Some(&officer), "/desk/hotline/calls/S000001/connect", &[]).await;
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    let agent = county.sign_in("agent").await;
    done(&county.post(Some(&agent), "/desk/hotline/calls/S000001/connect", &[]).await);
    assert_eq!(county.post(Some(&agent), "/desk/hotline/calls", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_simulated_county_has_an_exchange_that_obeys_at_once() {
    let county = county().await;
    let agent = county.sign_in("agent").await;
    done(&county.post(Some(&agent), "/desk/hotline/calls", &[]).await);
    // Templates write a slash of a value as its character reference.
    let page = county.get(Some(&agent), "/desk/hotline/new").await.body.replace("&#x2f;", "/");
    let address = page
        .split("action=\"/desk/hotline/calls/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let got = county.post(Some(&agent), &format!("/desk/hotline/calls/{address}"), &[]).await;
    done(&got);
    assert!(county.get(Some(&agent), got.to.trim()).await.body.contains("通话中"));
    let transfer = address.replace("connect", "transfer");
    done(
        &county
            .post(Some(&agent), &format!("/desk/hotline/calls/{transfer}"), &[("to", " ")])
            .await,
    );
    assert!(county.get(Some(&agent), "/desk/hotline/new").await.body.contains("通话中"), "nowhere to go");
    let hang_up = address.replace("connect", "hang-up");
    done(&county.post(Some(&agent), &format!("/desk/hotline/calls/{hang_up}"), &[]).await);
    assert!(!county.get(Some(&agent), "/desk/hotline/new").await.body.contains("通话中"));
    done(
        &county
            .post(Some(&agent), &format!("/desk/hotline/calls/{transfer}"), &[("to", "12315")])
            .await,
    );
}
