//! 微信。 Signed calls become orders; unsigned, old and repeated ones do not; a person follows their own alone.

use super::done;
use crate::hotline_county::{County, Got, county};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fadu_figures::Figures;
use fadu_hotline::words::{Channel, Urgency};
use fadu_law::Shelf;
use fadu_ledger::note::hex;
use fadu_web::wechat::{Config, EXAMPLE};
use fadu_web::{Site, Web, router};
use sha1::{Digest, Sha1};
use std::sync::Arc;

const TOKEN: &str = "ChangeMe0123456789";

async fn open() -> County {
    let mut county = county().await;
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&[fadu_hotline::FIGURES]).unwrap();
    let web = Web::new(Arc::clone(&county.app), figures, Shelf::from_index(), site);
    assert!(web.open_wechat(Config::read(EXAMPLE).unwrap()));
    county.router = router(web);
    county
}

fn query(token: &str, seconds: i64, nonce: &str) -> String {
    let seconds = seconds.to_string();
    let mut parts = [token, &seconds, nonce];
    parts.sort_unstable();
    format!("signature={}&timestamp={seconds}&nonce={nonce}", hex(&Sha1::digest(parts.concat())))
}

fn text(from: &str, id: &str, text: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{from}]]></FromUserName><CreateTime>1</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content><MsgId>{id}</MsgId></xml>"
    )
}

async fn send(county: &County, query: &str, body: String) -> Got {
    county
        .send(Request::post(format!("/wechat?{query}")).body(Body::from(body)).unwrap())
        .await
}

#[tokio::test]
async fn a_signed_message_becomes_an_order_once() {
    let county = open().await;
    let now = county.app.moment().ms / 1000;
    let got = county
        .get(None, &format!("/wechat?{}&echostr=hello", query(TOKEN, now, "a")))
        .await;
    assert_eq!((got.status, got.body.as_str()), (StatusCode::OK, "hello"));
    let forged = county
        .get(None, &format!("/wechat?{}&echostr=hello", query("x", now, "a")))
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);

    let words = "建设路的路灯坏了一周 😀";
    let first = send(&county, &query(TOKEN, now, "b"), text("openid-1", "77", words)).await;
    assert!(first.body.contains("已经登记，编号 G"), "{}", first.body);
    let number = first.body.split("编号 ").nth(1).unwrap().split('，').next().unwrap().to_owned();
    let (row, order) = county.app.order_numbered(&number).await.unwrap().unwrap();
    let entry = order.entry.unwrap();
    assert_eq!(
        (entry.channel, entry.text.as_str(), entry.category.as_str()),
        (Channel::Wechat, words, "0106")
    );
    assert!(!row.state.contains("openid-1"), "who wrote is a pseudonym");
    // The same call again, and the same message under a new signature: one order.
    let again = send(&county, &query(TOKEN, now, "b"), text("openid-1", "77", words)).await;
    assert_eq!(again.body, "success");
    let repeated = send(&county, &query(TOKEN, now, "c"), text("openid-1", "77", words)).await;
    assert!(repeated.body.contains(&number));
    for (query, says) in [(query(TOKEN, now - 301, "d"), "old"), (query("x", now, "e"), "forged")] {
        let got = send(&county, &query, text("openid-1", "78", words)).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{says}");
    }
    // Asked for by its number, it is told to whose it is.
    let own = send(&county, &query(TOKEN, now, "f"), text("openid-1", "79", &number)).await;
    assert!(own.body.contains("已受理，待派单"), "{}", own.body);
    let other = send(&county, &query(TOKEN, now, "g"), text("openid-2", "80", &number)).await;
    assert!(other.body.contains("没有找到"));
    let path = first.body.split("http://localhost").nth(1).unwrap().split('<').next().unwrap();
    assert!(county.get(None, path).await.body.contains("补充"), "and followed from the address it was told");
}

/// What the machine proposed of a message is on record; who dispatches it is the first to choose.
#[tokio::test]
async fn a_message_bears_what_was_proposed_until_somebody_chooses() {
    let county = open().await;
    let now = county.app.moment().ms / 1000;
    let words = "河口镇桥头村停水三天，水压也低，请尽快派人处理";
    let mut ids = Vec::new();
    for (n, from) in ["openid-1", "openid-2"].into_iter().enumerate() {
        let nonce = format!("p{n}");
        let got = send(&county, &query(TOKEN, now, &nonce), text(from, &nonce, words)).await;
        let number = got.body.split("编号 ").nth(1).unwrap().split('，').next().unwrap().to_owned();
        ids.push(county.app.order_numbered(&number).await.unwrap().unwrap().0.id);
    }
    let order = county.app.order(ids[1]).await.unwrap().unwrap().1;
    let proposed = order.proposed.unwrap();
    assert_eq!((proposed.urgency, proposed.alike(ids[0])), (Some(Urgency::Urgent), Some(1000)));
    assert_eq!(proposed.place.unwrap().rank("429997002003"), Some(1));
    let (keeper, page) = (county.sign_in("keeper").await, format!("/desk/orders/{}", ids[1]));
    let shown = county.get(Some(&keeper), &page).await.body;
    assert!(shown.contains("分类词表：还没有人选过") && shown.contains("相似100%"), "{shown}");
    let wish = [("unit", "区住建局"), ("category", "0101"), ("reason", "经研究")];
    done(&county.multipart(&keeper, &format!("{page}/acts/Dispatch"), &wish, None).await);
    let entries = county.app.store.entries_of(county.app.region, ids[1]).await.unwrap();
    let dispatched = &entries.iter().find(|entry| entry.fact == "Dispatched").unwrap().body;
    assert!(
        dispatched.contains("\"suggested\":true") && dispatched.contains("\"followed\":1"),
        "{dispatched}"
    );
    assert!(county.get(Some(&keeper), &page).await.body.contains("采用了第1条"));
}

#[tokio::test]
async fn what_is_no_request_is_no_order() {
    let county = open().await;
    let now = county.app.moment().ms / 1000;
    let bomb = "<!DOCTYPE x [<!ENTITY a \"lol\">]><xml><FromUserName>&a;</FromUserName></xml>".to_owned();
    let rows = [
        (text("o", "1", ""), StatusCode::OK, "请用一段文字"),
        (text("o", "2", "你好"), StatusCode::OK, "请用一段文字"),
        (text("o", "3", "一张照片").replace("[text]", "[image]"), StatusCode::OK, "请用一段文字"),
        (text("o", "4", &"长".repeat(12_000)), StatusCode::OK, "请分几次发送"),
        (text("o", "5", &"长".repeat(30_000)), StatusCode::PAYLOAD_TOO_LARGE, ""),
        (bomb, StatusCode::BAD_REQUEST, ""),
        ("no xml".to_owned(), StatusCode::BAD_REQUEST, ""),
    ];
    for (n, (body, status, says)) in rows.into_iter().enumerate() {
        let got = send(&county, &query(TOKEN, now, &format!("n{n}")), body).await;
        assert_eq!(got.status, status, "{n}: {}", got.body);
        assert!(got.body.contains(says), "{n}: {}", got.body);
    }
    let mut slowed = 0;
    for n in 0..70 {
        let body = text("o", &format!("m{n}"), &format!("第{n}盏路灯坏了"));
        slowed += u32::from(
            send(&county, &query(TOKEN, now, &format!("m{n}")), body)
                .await
                .body
                .contains("发得太快"),
        );
    }
    assert_eq!(slowed, 10, "sixty at once, then one a second");
    // An account that nobody configured is not there.
    let plain = super::real().await;
    assert_eq!(
        send(&plain, &query(TOKEN, now, "z"), text("o", "1", "x")).await.status,
        StatusCode::NOT_FOUND
    );
}
