//! 现成的客户端。 Two clients that other people wrote and that know nothing of us, `georeport` and `civicbot` from PyPI, make
//! all their calls against a listening server. `cargo xtask test` installs them and names their interpreter in
//! `FADU_TEST_PYTHON`; without it this is skipped.

use super::{key, posted};
use crate::hotline_county::county;
use std::process::Command;

async fn calls(client: &'static str, script: &'static str) -> Option<String> {
    let Ok(python) = std::env::var("FADU_TEST_PYTHON") else {
        println!("skipped: FADU_TEST_PYTHON is not set, so {client} made no calls");
        return None;
    };
    let county = county().await;
    let key = key(&county).await;
    let number = posted(&county, &key).await;
    let keeper = county.sign_in("keeper").await;
    let id = county.app.order_numbered(&number).await.unwrap().unwrap().0.id;
    let publish = [("title", "路灯"), ("text", "路灯坏了")];
    county
        .multipart(&keeper, &format!("/desk/orders/{id}/acts/Publish"), &publish, None)
        .await;
    let token = format!("{id}-{}", county.app.keys.track_code(id));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/open311/v2", listener.local_addr().unwrap());
    let router = county.router.clone();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let run = tokio::task::spawn_blocking(move || {
        Command::new(python)
            .args(["-c", script, &address, &key, &number, &token])
            .output()
    });
    let output = run.await.unwrap().unwrap();
    server.abort();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(output.status.success(), "{client}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}

#[tokio::test]
async fn georeport_makes_eight_calls_of_eight() {
    if let Some(said) = calls("georeport", include_str!("georeport_calls.py")).await {
        assert_eq!(said, "8/8");
    }
}

#[tokio::test]
async fn civicbot_makes_seven_calls_of_seven() {
    if let Some(said) = calls("civicbot", include_str!("civicbot_calls.py")).await {
        assert_eq!(said, "7/7");
    }
}
