//! 附件与读不懂的内容。 Photos beside a post, and bodies that are no form at all.

use super::{form, json, key};
use crate::hotline_county::{County, Got, county};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a small picture";

async fn send(county: &County, media: &str, body: Vec<u8>) -> Got {
    let request = Request::post("/open311/v2/requests.json").header(header::CONTENT_TYPE, media);
    county.send(request.body(Body::from(body)).unwrap()).await
}

async fn multipart(county: &County, pairs: &[(&str, &str)], files: &[(&str, &[u8])]) -> Got {
    let mut body = Vec::new();
    for (name, value) in pairs {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    for (name, bytes) in files {
        let head =
            format!("--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--b--\r\n");
    send(county, "multipart/form-data; boundary=b", body).await
}

#[tokio::test]
async fn photos_go_to_who_handles_the_request_and_to_nobody_else() {
    let county = county().await;
    let key = key(&county).await;
    let got =
        multipart(&county, &form(&key, &[("media_url", "https://example.cn/1.jpg")]), &[("灯.png", PNG)])
            .await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    let number = json(&got)[0]["service_request_id"].as_str().unwrap().to_owned();
    let (row, order) = county.app.order_numbered(&number).await.unwrap().unwrap();
    let file = order.entry.unwrap().attachments.remove(0);
    assert_eq!(file.name, "附件1.png", "the name it had may name its sender");
    let agent = county.sign_in("agent").await;
    let page = county.get(Some(&agent), &format!("/desk/orders/{}", row.id)).await.body;
    assert!(
        page.contains("附件1.png") && !page.contains("https://example.cn/1.jpg"),
        "an address may name its sender"
    );
    let kept = county
        .get(Some(&agent), &format!("/desk/orders/{}/files/{}", row.id, file.digest))
        .await;
    assert_eq!((kept.status, kept.body.contains("a small picture")), (StatusCode::OK, true));
    let water = county.sign_in("water").await;
    let other = county
        .get(Some(&water), &format!("/desk/orders/{}/files/{}", row.id, file.digest))
        .await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let told = json(&county.get(None, &format!("/open311/v2/requests/{number}.json")).await);
    assert!(told[0]["media_url"].is_null());

    // Kept sealed, and gone with who sent it.
    let (_, kept) = county.app.store.blob(county.app.region, &file.digest).await.unwrap().unwrap();
    assert!(!kept.windows(PNG.len()).any(|window| window == PNG));
    let caller = county.app.keys.subject("13900004321");
    let erased = county.app.store.erase_person(county.app.region, &caller, false).await.unwrap();
    assert!(erased.is_some_and(|values| values > 0));
    let gone = county
        .get(Some(&agent), &format!("/desk/orders/{}/files/{}", row.id, file.digest))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_too_much_or_no_form_is_told_so() {
    let county = county().await;
    let key = key(&county).await;
    let program = multipart(&county, &form(&key, &[]), &[("virus.png", b"MZ\x90\x00")]).await;
    assert_eq!(
        (program.status, program.body.contains("virus.png")),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, true)
    );
    let many = vec![("a.png", PNG); 6];
    assert_eq!(multipart(&county, &form(&key, &[]), &many).await.status, StatusCode::BAD_REQUEST);
    let big = vec![0u8; 11 * 1024 * 1024];
    let got = multipart(&county, &form(&key, &[]), &[("big.png", &big)]).await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", got.body);
    // An XML bomb is neither read nor unfolded; as somebody's words it is text like any other.
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><l>&b;</l>";
    for media in ["text/xml", "application/xml"] {
        let got = send(&county, media, bomb.as_bytes().to_vec()).await;
        assert_eq!(got.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media}: {}", got.body);
    }
    let words = format!("{bomb}😀👨‍👩‍👧\u{1}\u{feff}结束");
    let got = county
        .post(None, "/open311/v2/requests.json", &form(&key, &[("description", &words)]))
        .await;
    let number = json(&got)[0]["service_request_id"].as_str().unwrap().to_owned();
    let (row, order) = county.app.order_numbered(&number).await.unwrap().unwrap();
    assert_eq!(order.entry.unwrap().text, words, "as it was said");
    let keeper = county.sign_in("keeper").await;
    let publish = [("title", "一"), ("text", words.as_str())];
    county
        .multipart(&keeper, &format!("/desk/orders/{}/acts/Publish", row.id), &publish, None)
        .await;
    let xml = county.get(None, &format!("/open311/v2/requests/{number}.xml")).await.body;
    assert!(
        xml.contains("&lt;!ENTITY a") && xml.contains("😀👨‍👩‍👧\u{FFFD}\u{feff}结束") && !xml.contains("lollol")
    );
}
