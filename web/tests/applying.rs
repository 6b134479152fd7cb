//! 申请中的意外。 A file too large, one of the wrong kind, a session that ends, a form that is sent again, a clock that steps back:
//! each is told, and nothing typed is lost.

use crate::county::{County, county, mark_of, number};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::now::start_of;
use fadu_kernel::MatterId;
use fadu_service::{Case, Definition, Item};

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

/// Everything that the form asks for, as somebody fills it in.
fn answers(county: &County) -> Vec<(String, String)> {
    let own = definition(county).fields.into_iter();
    let own = own.filter(|field| field.required && !field.id.starts_with("applicant_"));
    let answer = |field: fadu_service::definition::Field| {
        let value = match field.kind.as_str() {
            "number" => "120".to_owned(),
            "date" => "2025-03-20".to_owned(),
            "citizen_id" => number(),
            "credit_code" => fadu_kernel::codes::complete_credit_code("91429997MA0000001").unwrap(),
            "phone" => "19900000001".to_owned(),
            "choice" => field.options[0].clone(),
            _ => "模拟填写".to_owned(),
        };
        (field.id, value)
    };
    let applicant = [
        ("applicant_name", "模拟商行".to_owned()),
        ("applicant_number", number()),
        ("applicant_phone", "19900000001".to_owned()),
    ];
    let applicant = applicant.map(|(id, value)| (id.to_owned(), value));
    own.map(answer).chain(applicant).collect()
}

#[tokio::test]
async fn what_was_filled_in_with_an_account_is_never_filed_without_it() {
    let county = county().await;
    let path = format!("/items/{}/apply", county.item);
    let typed = answers(&county);
    let send = async |session: &crate::county::Session<'_>, mark: &str| {
        let typed = typed.iter().map(|(id, value)| (id.as_str(), None, value.as_bytes()));
        let parts: Vec<Part<'_>> = typed.chain([("csrf", None, mark.as_bytes())]).collect();
        post(&county, session.cookie(), &path, &parts).await
    };
    let size = async || county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
    let firm = county.sign_in("firm").await;
    let before = size().await;
    let drawn = mark_of(&firm.page(&path).await.1).to_owned();
    // The session ends while the form is being filled in.
    county.clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 20 * 3_600_000);
    let (status, to, _) = send(&firm, &drawn).await;
    let sign_in = format!("/sign-in?return_to=%2Fitems%2F{}%2Fapply", county.item);
    assert_eq!((status, to), (StatusCode::SEE_OTHER, sign_in), "to the sign-in and back");
    assert_eq!(size().await, before, "nothing is filed under nobody");

    let firm = county.sign_in("firm").await;
    let drawn = mark_of(&firm.page(&path).await.1).to_owned();
    let (status, to, page) = send(&firm, &drawn).await;
    assert!(status == StatusCode::SEE_OTHER && to.starts_with("/submitted/"), "{status} {to} {page}");
    let id: MatterId = to.split('/').nth(2).unwrap().parse().unwrap();
    let row = county.app.store.matter(fadu_sim::REGION, id).await.unwrap().unwrap();
    let case: Case = serde_json::from_str(&row.state).unwrap();
    assert_eq!(case.applicant.unwrap().as_str(), "firm");
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

#[tokio::test]
async fn a_file_of_the_wrong_kind_is_told_at_its_field_at_home_and_at_the_window() {
    let county = county().await;
    let field = file_field(&county);
    let clerk = county.sign_in("clerk").await;
    let mark = mark_of(&clerk.page("/desk").await.1).to_owned();
    let doors = [
        (format!("/items/{}/apply", county.item), "", ""),
        (format!("/desk/new-case/{}", county.item), clerk.cookie(), mark.as_str()),
    ];
    let before = county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
    // Known by what it holds, not by its name.
    let files: [(&str, &[u8]); 2] = [("图纸.exe", b"MZ\x90\x00"), ("图纸.pdf", "一段文字".as_bytes())];
    for (path, cookie, mark) in &doors {
        for (file_name, bytes) in files {
            let typed = answers(&county);
            let typed = typed.iter().map(|(id, value)| (id.as_str(), None, value.as_bytes()));
            let rest = [("csrf", None, mark.as_bytes()), (field.as_str(), Some(file_name), bytes)];
            let parts: Vec<Part<'_>> = typed.chain(rest).collect();
            let (status, _, page) = post(&county, cookie, path, &parts).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {file_name}");
            let says = format!("“{file_name}”不是 PDF、JPG 或者 PNG 文件");
            let place =
                [format!("href=\"#{field}\""), format!("id=\"{field}\""), format!("id=\"{field}-error\"")];
            for said in place.iter().map(String::as_str).chain([says.as_str(), "value=\"模拟商行\""]) {
                assert!(page.contains(said), "{path} {file_name}: {said}");
            }
        }
    }
    let after = county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
    assert_eq!(after, before, "nothing is received of it");
}

/// The key under which a drawn form is sent.
fn idem_of(html: &str) -> &str {
    let idem = html.split("name=\"idem\" value=\"").nth(1);
    idem.and_then(|rest| rest.split('"').next()).unwrap()
}

/// The form of the item as it was drawn, filled in and sent.
async fn file(county: &County, cookie: &str, drawn: &str) -> (StatusCode, String) {
    let typed = answers(county);
    let typed = typed.iter().map(|(id, value)| (id.as_str(), None, value.as_bytes()));
    let own = [("csrf", None, mark_of(drawn).as_bytes()), ("idem", None, idem_of(drawn).as_bytes())];
    let parts: Vec<Part<'_>> = typed.chain(own).collect();
    let (status, to, _) = post(county, cookie, &format!("/items/{}/apply", county.item), &parts).await;
    (status, to)
}

#[tokio::test]
async fn a_form_that_is_sent_again_is_the_same_application() {
    let county = county().await;
    let path = format!("/items/{}/apply", county.item);
    let size = async || county.app.store.head(fadu_sim::REGION).await.unwrap().next_seq;
    let firm = county.sign_in("firm").await;
    let nobody = async || {
        let (_, _, page) = county.ask(Request::get(&path).body(Body::empty()).unwrap()).await;
        page
    };
    for (who, cookie, drawn) in
        [("signed in", firm.cookie(), firm.page(&path).await.1), ("nobody", "", nobody().await)]
    {
        let before = size().await;
        // A double click, and the form once more when its answer did not come.
        let (one, other) = tokio::join!(file(&county, cookie, &drawn), file(&county, cookie, &drawn));
        let filed = size().await;
        assert!(one.0 == StatusCode::SEE_OTHER && one.1.starts_with("/submitted/"), "{who}: {one:?}");
        assert_eq!(one, other, "{who}");
        assert_eq!(file(&county, cookie, &drawn).await, one, "{who}: a minute later");
        assert_eq!(size().await, filed, "{who}: nothing is filed again");
        assert!(filed > before, "{who}: it is filed");
        let fresh = if cookie.is_empty() { nobody().await } else { firm.page(&path).await.1 };
        let next = file(&county, cookie, &fresh).await;
        assert!(
            next.0 == StatusCode::SEE_OTHER && next.1 != one.1,
            "{who}: a form drawn anew is another one"
        );
    }
    // Whoever has recorded what was sent does nothing with it once the session is over.
    let drawn = firm.page(&path).await.1;
    let request = Request::post("/sign-out")
        .header(header::COOKIE, firm.cookie())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mark = mark_of(&drawn);
    let (status, ..) = county.ask(request.body(Body::from(format!("csrf={mark}"))).unwrap()).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let before = size().await;
    let (status, to) = file(&county, firm.cookie(), &drawn).await;
    assert!(status == StatusCode::SEE_OTHER && to.starts_with("/sign-in?"), "{status} {to}");
    assert_eq!(size().await, before);
}

/// 补正: a paper that was brought and told of as wrong is handed in anew on a phone, as told in its own words.
#[tokio::test]
async fn a_paper_told_of_as_wrong_is_supplemented_without_an_account() {
    let county = county().await;
    let path = format!("/items/{}/apply", county.item);
    let (_, _, drawn) = county.ask(Request::get(&path).body(Body::empty()).unwrap()).await;
    let (typed, asked) = (answers(&county), definition(&county));
    let files: Vec<String> = asked.asked().map(|material| format!("file_{}", material.id)).collect();
    let typed = typed.iter().map(|(id, value)| (id.as_str(), None, value.as_bytes()));
    let came = files
        .iter()
        .map(|field| (field.as_str(), Some("scan.pdf"), &b"%PDF-1.7 sample"[..]));
    let own = [("idem", None, idem_of(&drawn).as_bytes())];
    let parts: Vec<Part<'_>> = typed.chain(came).chain(own).collect();
    let (status, to, page) = post(&county, "", &path, &parts).await;
    assert!(status == StatusCode::SEE_OTHER && to.starts_with("/submitted/"), "{status} {page}");
    let (track, case) = (to.replace("/submitted/", "/track/"), to.split('/').nth(2).unwrap());
    let id: MatterId = case.parse().unwrap();
    let held = async || county.app.state_of::<Case>(id).await.unwrap().unwrap();

    let officer = county.sign_in("officer").await;
    let (desk, field) = (format!("/desk/cases/{case}"), file_field(&county));
    let paper = field.trim_start_matches("file_");
    let words = format!("what_{paper}");
    let tell = format!("{desk}/acts/GiveNotice");
    let (status, _, page) = officer.send(&desk, &tell, &[(words.as_str(), "没有盖章")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is ticked");
    assert!(page.contains("value=\"没有盖章\""), "what was typed is kept");
    let told = [("wrong", paper), (words.as_str(), "没有盖章")];
    assert_eq!(officer.send(&desk, &tell, &told).await.0, StatusCode::SEE_OTHER);
    assert_eq!(held().await.status(), "waiting");

    let look = async || county.ask(Request::get(&track).body(Body::empty()).unwrap()).await.2;
    let page = look().await;
    assert!(page.contains("（没有盖章）。补齐以后即予受理"), "{page}");
    assert_eq!(page.matches("type=\"file\"").count(), 1, "that paper and no other: {page}");
    let supplement = format!("{track}/acts/Supplement");
    let nothing: [Part<'_>; 1] = [("csrf", None, b"")];
    let (status, _, page) = post(&county, "", &supplement, &nothing).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains(&field), "{page}");
    let anew: [Part<'_>; 1] = [(&field, Some("scan.pdf"), b"%PDF-1.7 sealed")];
    let (status, to, page) = post(&county, "", &supplement, &anew).await;
    assert_eq!((status, to), (StatusCode::SEE_OTHER, track.clone()), "{page}");
    let case = held().await;
    assert!(case.status() == "received" && case.to_mend.is_empty(), "{}", case.status());
    assert!(!look().await.contains("请您做"), "nothing is left to do");
}

#[tokio::test]
async fn a_clock_that_steps_back_is_told_and_costs_nothing() {
    let county = county().await;
    let path = format!("/items/{}/apply", county.item);
    let nine = start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000;
    let firm = county.sign_in("firm").await;
    let ready = async || {
        let (status, said) = county.get("", "/ready").await;
        (status, said["reason"].as_str().unwrap_or_default().to_owned())
    };
    let (_, first) = file(&county, firm.cookie(), &firm.page(&path).await.1).await;
    // (seconds from the last entry on, whether people may be sent here)
    for (seconds, expected) in [(0, true), (-60, true), (-61, false), (-86_400, false)] {
        county.clock.set(nine + seconds * 1000);
        let (status, reason) = ready().await;
        assert_eq!(status == StatusCode::OK, expected, "{seconds} s: {reason}");
        assert_eq!(
            reason.contains(&format!("stands {} s before", -seconds)),
            !expected,
            "{seconds} s: {reason}"
        );
    }
    county.clock.set(nine - 120_000);
    // Who is there meanwhile loses neither session nor form nor what was filed; the ledger goes on.
    assert_eq!(firm.page(&first).await.0, StatusCode::OK);
    let drawn = firm.page(&path).await.1;
    let (status, second) = file(&county, firm.cookie(), &drawn).await;
    assert!(status == StatusCode::SEE_OTHER && second.starts_with("/submitted/"), "{status} {second}");
    county.clock.set(nine + 60_000);
    assert_eq!(ready().await.0, StatusCode::OK, "set right again");
    assert_eq!(file(&county, firm.cookie(), &drawn).await.1, second, "filed once");
    for page in [&first, &second] {
        assert_eq!(firm.page(page).await.0, StatusCode::OK, "{page}");
    }
    county.app.verify_ledger(None).await.unwrap().unwrap();
}

/// 公司注销: which papers are needed depends on the procedure (市场主体登记管理条例 33).
#[tokio::test]
async fn the_window_asks_for_the_situation_before_it_looks_at_papers() {
    let county = county().await;
    let catalogue = county.app.catalogue();
    let (id, _) = catalogue.all::<Item>().find(|(_, item)| item.name == "公司注销登记").unwrap();
    let clerk = county.sign_in("clerk").await;
    let page = async |query: &str| clerk.page(&format!("/desk/new-case/{id}{query}")).await.1;
    let open = page("").await;
    assert!(open.contains("走哪种注销程序？") && !open.contains("这种情形必要"));
    let simple = page("?situation_0=%E7%AE%80%E6%98%93&applicant_name=somebody").await;
    assert_eq!(simple.matches("这种情形必要").count(), 1, "the promise of all investors");
    assert!(simple.contains("type=\"hidden\" name=\"situation_0\" value=\"简易\""), "a mistake keeps it");
    assert!(!simple.contains("somebody"), "an address fills in nothing of the form");
    let ordinary = page("?situation_0=%E6%99%AE%E9%80%9A").await;
    assert_eq!(ordinary.matches("这种情形必要").count(), 3, "resolution, liquidation and tax");
}
