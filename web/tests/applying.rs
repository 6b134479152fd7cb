//! 申请中的意外。 A file too large, one of the wrong kind, a session that ends: each is told, and nothing typed is lost.

mod county;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use county::{County, county};
use fadu_kernel::MatterId;
use fadu_service::{Definition, Item};

fn definition(county: &County) -> Definition {
    let id: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    catalogue.one::<Item>(id).unwrap().current().unwrap().1.clone()
}

/// The field of the first file that the item asks for.
fn file_field(county: &County) -> String {
    format!("file_{}", definition(county).asked().next().unwrap().id)
}

/// One part of a form: its field, the name of the file if it is one, and what it holds.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// Status, where it leads, and the page.
async fn post(county: &County, cookie: &str, path: &str, parts: &[Part<'_>]) -> (StatusCode, String, String) {
    let mut body = Vec::new();
    for (name, file_name, bytes) in parts {
        let file = file_name.map_or_else(String::new, |file_name| format!("; filename=\"{file_name}\""));
        body.extend(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    let (status, headers, page) = county.ask(request.body(Body::from(body)).unwrap()).await;
    let to = headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap());
    (status, to.to_owned(), page)
}

#[tokio::test]
async fn a_file_too_large_is_told_at_its_field_and_costs_nothing_that_was_typed() {
    let county = county().await;
    let (path, field) = (format!("/items/{}/apply", county.item), file_field(&county));
    let large = vec![b'x'; 11 * 1024 * 1024];
    let parts: [Part<'_>; 3] = [
        ("applicant_name", None, "模拟商行".as_bytes()),
        (&field, Some("图纸.pdf"), &large),
        ("applicant_phone", None, b"19900000001"),
    ];
    let (status, _, page) = post(&county, "", &path, &parts).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let at_field = [format!("href=\"#{field}\""), format!("id=\"{field}-error\"")];
    let kept = ["value=\"模拟商行\"", "value=\"19900000001\"", "“图纸.pdf”放不下"];
    for said in at_field.iter().map(String::as_str).chain(kept) {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("请填写申请人姓名"), "what did arrive is not asked for again");
}
