//! 坐席与封存台账。 Calls of an exchange that may break off, categories that the county edits, leads that one inspector opens and
//! nobody else.

mod addresses;
mod categories;
mod disclosures;
mod faults;
mod leads;
mod setup;
mod telephony;
mod wechat;

use crate::hotline_county::{County, Got, Session};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_figures::Figures;
use fadu_kernel::Role;
use fadu_law::Shelf;
use fadu_web::{Site, Web, router};
use std::sync::Arc;

/// The same county without the word 模拟: its exchange is somebody else's machine.
pub async fn real() -> County {
    let mut county = crate::hotline_county::county().await;
    let site = Site {
        bureau: "某局".into(),
        region_name: "某县".into(),
        simulated: false,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&[fadu_hotline::FIGURES]).unwrap();
    let web = Web::new(Arc::clone(&county.app), figures, Shelf::from_index(), site);
    county.router = router(web);
    county
}

/// One more person, with the password of all the others.
pub async fn person(county: &County, person: &str, role: Role, org: &str) {
    let account = Account {
        person: person.into(),
        name: format!("模拟{person}"),
        role,
        org: org.into(),
        password: String::new(),
        demonstration: false,
        closed: false,
    };
    county.app.put_account(account, "a-long-password").await.unwrap();
}

/// What an open form says its session's mark is; an inspector's menu has no hotline form to read it from.
pub async fn session(county: &County, person: &str, path: &str) -> Session {
    let body = [("username", person), ("password", "a-long-password")];
    let got = county.post(None, "/sign-in", &body).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{person}: {}", got.body);
    let cookie = got.to.split("fadu=").nth(1).unwrap().split(';').next().unwrap();
    let mut session = Session { cookie: format!("fadu={cookie}"), csrf: String::new() };
    let page = county.get(Some(&session), path).await.body;
    let mark = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    session.csrf = mark.split('"').next().unwrap().to_owned();
    session
}

/// A program, signed in with HTTP Basic.
pub async fn program(county: &County, method: &str, path: &str, basic: &str, body: String) -> Got {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Basic {basic}"))
        .header(header::CONTENT_TYPE, "application/json");
    county.send(request.body(Body::from(body)).unwrap()).await
}

#[track_caller]
pub fn done(got: &Got) {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.body);
}
