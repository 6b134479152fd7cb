//! 门卫。 What every answer bears, and what is turned away before anybody reads it.

use crate::county::{PASSWORD, county, county_at, mark_of};
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn every_answer_bears_its_headers() {
    let county = county().await;
    for path in ["/", "/desk", "/no-such-page", "/public.key", "/static/fadu.css", "/api/openapi.json"] {
        let (_, headers, _) = county.ask(Request::get(path).body(Body::empty()).unwrap()).await;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = text("content-security-policy");
        for part in ["default-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"]
        {
            assert!(policy.split("; ").any(|own| own == part), "{path} lacks {part}: {policy}");
        }
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("referrer-policy"), "same-origin", "{path}");
    }
}

/// The people of a county, with the bodies that they belong to: the public belongs to none.
#[tokio::test]
async fn accounts_name_no_body_of_the_public() {
    let county = county().await;
    let (status, page) = county.sign_in("manager").await.page("/desk/accounts").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("企业经办人") && page.contains("<td data-label=\"部门\">—</td>"), "{page}");
    assert!(!page.contains(">public<"), "{page}");
}

#[tokio::test]
async fn what_another_site_sends_is_not_done() {
    let county = county().await;
    let officer = county.sign_in("officer").await;
    let mark = mark_of(&officer.page("/desk").await.1).to_owned();
    let signed_in = |request: Builder| {
        let request = request
            .header(header::COOKIE, officer.cookie())
            .header(header::CONTENT_TYPE, FORM);
        request.body(Body::from(format!("csrf={mark}"))).unwrap()
    };
    let table = [
        (&[("sec-fetch-site", "cross-site")][..], true),
        (&[("origin", "https://elsewhere.example")], true),
        (&[("sec-fetch-site", "same-site")], true),
        (&[("origin", "https://elsewhere.example"), ("host", "localhost")], true),
        (&[("origin", "http://localhost.elsewhere.example"), ("host", "localhost")], true),
        (&[("origin", "null"), ("host", "localhost")], true),
        (
            &[
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://elsewhere.example"),
                ("host", "localhost"),
            ],
            true,
        ),
        (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost"), ("host", "localhost")], false),
    ];
    for (from, turned_away) in table {
        let request = from
            .iter()
            .fold(Request::post("/sign-out"), |request, (name, value)| request.header(*name, *value));
        let (status, ..) = county.ask(signed_in(request)).await;
        let expected = if turned_away { StatusCode::FORBIDDEN } else { StatusCode::SEE_OTHER };
        assert_eq!(status, expected, "{from:?}");
        let (status, _) = officer.page("/desk").await;
        assert_eq!(status == StatusCode::OK, turned_away, "signed in as long as nothing was done: {from:?}");
    }
    // A program is told in its own words.
    let request = Request::post("/api/cases")
        .header("sec-fetch-site", "cross-site")
        .header(header::COOKIE, officer.cookie());
    let (status, headers, text) = county.ask(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    assert!(text.contains("urn:fadu:problem:other-site"), "{text}");
    let link = Request::get("/items").header("sec-fetch-site", "cross-site");
    let (status, ..) = county.ask(link.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "another site may link to a page");
}

#[tokio::test]
async fn a_session_insists_on_tls_where_the_public_comes_under_it() {
    for (base_url, tls) in [("http://localhost", false), ("https://fadu.example.gov.cn", true)] {
        let county = county_at(base_url).await;
        let form = format!("username=officer&password={PASSWORD}&return_to=");
        let request = Request::post("/sign-in").header(header::CONTENT_TYPE, FORM);
        let (status, headers, _) = county.ask(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let cookie = headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(cookie.contains("; Secure"), tls, "{base_url}: {cookie}");
        assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), tls, "{base_url}");
    }
}
