//! 接口与坏输入。 Each wrong request has one clear answer, and nothing acknowledged is lost or done twice.

use crate::county::{PASSWORD, county, number};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base64::Engine;
use fadu_kernel::{Matter, MatterId};
use fadu_service::{Case, Personal};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_wrong_request_has_its_answer() {
    let county = county().await;
    let good = county.application(&number());
    let wrong_digit = county.application("429997199001010010");
    let no_item = {
        let mut body = good.clone();
        body["fields"]["item"] = json!("0000000000001");
        body
    };
    let extra = {
        let mut body = good.clone();
        body["fields"]["materials"] = json!({"a-paper-nobody-asked-for": {}});
        body
    };
    // Nobody chooses the id of a new case.
    let receive = json!({"fields": good["fields"], "private": good["private"]});
    let table = [
        ("", PASSWORD, "/api/cases", good.to_string(), 401, "sign-in", ""),
        ("firm", "a-wrong-password", "/api/cases", good.to_string(), 401, "sign-in", ""),
        ("firm", PASSWORD, "/api/cases", "{\"act\": ".to_owned(), 400, "unreadable", ""),
        ("firm", PASSWORD, "/api/cases", "{\"act\": \"Dance\"}".to_owned(), 400, "unreadable", ""),
        (
            "firm",
            PASSWORD,
            "/api/cases",
            "{\"act\": \"Accept\", \"more\": 1}".to_owned(),
            400,
            "unreadable",
            "",
        ),
        ("firm", PASSWORD, "/api/moons", good.to_string(), 404, "not-found", ""),
        ("firm", PASSWORD, "/api/cases/0000000000009/acts/Accept", "{}".to_owned(), 404, "not-found", ""),
        ("firm", PASSWORD, "/api/cases", wrong_digit.to_string(), 422, "invalid", ""),
        (
            "firm",
            PASSWORD,
            "/api/cases",
            r#"{"act": "Accept", "private": {"applicant_name": "甲"}}"#.to_owned(),
            404,
            "not-found",
            "",
        ),
        (
            "firm",
            PASSWORD,
            "/api/cases/0000000000009/acts/Receive",
            receive.to_string(),
            404,
            "not-found",
            "",
        ),
        ("firm", PASSWORD, "/api/cases", no_item.to_string(), 409, "refused", "LIC-51"),
        ("firm", PASSWORD, "/api/cases", extra.to_string(), 409, "refused", "LIC-03"),
        ("officer", PASSWORD, "/api/cases", good.to_string(), 403, "no-authority", "AUTH-01"),
    ];
    for (person, password, path, body, status, kind, rule) in table {
        let (found, answer) = county.post(person, password, path, "", &body).await;
        assert_eq!(found.as_u16(), status, "{path} {body} {answer}");
        assert_eq!(answer["type"], format!("urn:fadu:problem:{kind}"), "{answer}");
        if !rule.is_empty() {
            assert_eq!(answer["rule"], rule, "{answer}");
            assert!(
                answer["basis"][0]["text"].as_str().is_some_and(|text| text.starts_with('《')),
                "{answer}"
            );
        }
    }
    let (_, answer) = county.post("firm", PASSWORD, "/api/cases", "", &wrong_digit.to_string()).await;
    assert_eq!(answer["errors"][0]["field"], "applicant_number");
}

#[tokio::test]
async fn a_repeated_request_is_the_same_act_and_the_law_answers_the_next() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (first, opened) = county.post("firm", PASSWORD, "/api/cases", "key-1", &body).await;
    let (again, replayed) = county.post("firm", PASSWORD, "/api/cases", "key-1", &body).await;
    assert_eq!((first, again), (StatusCode::CREATED, StatusCode::CREATED), "{opened} {replayed}");
    assert_eq!((&opened["matter"], &opened["seq"]), (&replayed["matter"], &replayed["seq"]));
    assert_eq!(replayed["replayed"], true);
    let matter = opened["matter"].as_str().unwrap();
    let accept = format!("/api/cases/{matter}/acts/Accept");
    let (status, answer) = county.post("officer", PASSWORD, &accept, "", "{}").await;
    assert_eq!(
        (status, &answer["rule"]),
        (StatusCode::CONFLICT, &json!("SVC-01")),
        "papers are missing in {}",
        county.department
    );
    let (status, answer) = county.post("clerk", PASSWORD, &accept, "", "{}").await;
    assert_eq!((status, &answer["rule"]), (StatusCode::FORBIDDEN, &json!("AUTH-01")), "行政许可法 24");
}

/// Who checked a case is no free text: (by whom, checkers, answer).
#[tokio::test]
async fn checkers_are_staff_of_the_organ() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let verify = format!("/api/cases/{}/acts/Verify", opened["matter"].as_str().unwrap());
    let table = [
        ("officer", ["officer", "nobody"], 422),
        ("officer", ["officer", "firm"], 422),
        ("officer", ["officer", "justice"], 422),
        ("officer", ["officer", " head"], 422),
        // Both are; what it lacks now is that the case was accepted.
        ("officer", ["officer", "head"], 409),
        ("clerk", ["officer", "nobody"], 403),
    ];
    for (person, checkers, expected) in table {
        let fields = json!({"fields": {"checkers": checkers, "passed": true, "note": "相符"}}).to_string();
        let (status, answer) = county.post(person, PASSWORD, &verify, "", &fields).await;
        assert_eq!(status.as_u16(), expected, "{person} {checkers:?} {answer}");
        if expected == 422 {
            assert_eq!(answer["errors"][0]["field"], "checkers", "{answer}");
            let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(checkers[1]) && !message.contains("officer、"), "{message}");
        }
    }
}

#[tokio::test]
async fn refusals_are_counted_and_kept_and_consulting_is_told_to_inspectors_only() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let matter = opened["matter"].as_str().unwrap().to_owned();
    let accept = format!("/api/cases/{matter}/acts/Accept");
    let (status, _) = county.post("clerk", PASSWORD, &accept, "", "{}").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let consult = format!("/api/cases/{matter}/acts/Consult");
    let fields = json!({"fields": {"reason": "核查", "authorisation": "模监〔2025〕3号"}}).to_string();
    let table = [("officer", 403), ("inspector", 200), ("firm", 403)];
    for (person, expected) in table {
        let (status, answer) = county.post(person, PASSWORD, &consult, "", &fields).await;
        assert_eq!(status.as_u16(), expected, "{person} {answer}");
    }
    let empty = json!({"fields": {"reason": " ", "authorisation": "x"}}).to_string();
    let (status, answer) = county.post("inspector", PASSWORD, &consult, "", &empty).await;
    assert_eq!((status.as_u16(), &answer["errors"][0]["field"]), (422, &json!("reason")));

    let (status, _) = county.get("", "/metrics").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = county.get("officer", "/metrics").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, text) = county.get("operator", "/metrics").await;
    let text = text.as_str().unwrap_or_default().to_owned();
    assert_eq!(status, StatusCode::OK);
    for line in [
        "fadu_acts_total{kind=\"case\",outcome=\"done\"} 2",
        "fadu_acts_total{kind=\"case\",outcome=\"no_authority\"} 3",
        "fadu_acts_total{kind=\"case\",outcome=\"invalid\"} 1",
        "route=\"/api/{kind}/{id}/acts/{act}\",status=\"403\"",
        "fadu_ledger_unsigned_entries ",
        "fadu_cases_open{department=",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains(&matter), "no address of a matter is told");
    let (status, answer) = county.get("", "/ready").await;
    assert_eq!((status, &answer["ready"]), (StatusCode::OK, &json!(true)), "{answer}");
    let (_, health) = county.get("", "/health").await;
    assert_eq!(answer["uncounted_entries"], health["ledger_entries"], "nothing is counted yet");
    let figures = fadu_figures::Figures::load(&fadu_app::registry::figures()).unwrap();
    fadu_figures::tail(&*county.app.store, county.app.region, &figures)
        .await
        .unwrap();
    let (_, answer) = county.get("", "/ready").await;
    assert_eq!(answer["uncounted_entries"], 0, "{answer}");

    let (_, state) = county.get("officer", &format!("/api/cases/{matter}")).await;
    assert!(state["state"]["consulted"].is_null(), "{state}");
    let (_, state) = county.get("inspector", &format!("/api/cases/{matter}")).await;
    assert_eq!(state["state"]["consulted"][0]["by"], "inspector", "{state}");
    let (seq, _) = (opened["seq"].as_i64().unwrap(), ());
    let (status, _) = county.get("", &format!("/receipts/{seq}")).await;
    assert_eq!(status, StatusCode::OK);
    for file in ["", "/file"] {
        let (status, _) = county.get("", &format!("/receipts/{}{file}", seq + 1)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "the receipt of a consultation is not public");
    }
}

/// 归档即冻结, at the interface as at the command: (by whom, address, document, status, rule).
#[tokio::test]
async fn what_was_archived_is_erased_by_no_program_before_its_disposal_is_approved() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let case: MatterId = opened["matter"].as_str().unwrap().parse().unwrap();
    let withdraw = json!({"fields": {"reason": "不办了", "statement": ""}}).to_string();
    for (person, act, fields) in [("firm", "Withdraw", withdraw.as_str()), ("officer", "Archive", "{}")] {
        let path = format!("/api/cases/{case}/acts/{act}");
        let (status, answer) = county.post(person, PASSWORD, &path, "", fields).await;
        assert_eq!(status, StatusCode::OK, "{act} {answer}");
    }
    let whose = county.app.keys.subject(&number());
    let by_address = format!("/api/personal-data/{}/acts/Erase", Personal::id(&whose));
    let held = async || county.app.store.private_of(county.app.region, case).await.unwrap().len();
    let before = held().await;
    assert!(before > 0);
    let table = [
        ("officer", "/api/personal-data", "", 403, "AUTH-01"),
        ("operator", "/api/personal-data", "", 409, "DAT-20"),
        ("operator", by_address.as_str(), " ", 409, "DAT-20"),
        ("operator", "/api/personal-data", "模档〔2035〕1号", 201, ""),
    ];
    for (person, path, disposal, expected, rule) in table {
        assert_eq!(held().await, before, "{person} {path}");
        let fields = json!({"whose": whose, "cause": "term", "reason": "保管期满", "disposal": disposal});
        let body = match path == by_address {
            true => json!({"fields": fields}),
            false => json!({"act": "Erase", "fields": fields}),
        };
        let (status, answer) = county.post(person, PASSWORD, path, "", &body.to_string()).await;
        assert_eq!(status.as_u16(), expected, "{person} {path} {answer}");
        assert_eq!(answer["rule"].as_str().unwrap_or_default(), rule, "{person} {path} {answer}");
    }
    county.app.relay().await.unwrap();
    assert_eq!(held().await, 0);
}

#[tokio::test]
async fn what_was_corrected_stands_on_the_page_of_the_desk_and_of_the_applicant() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let matter = opened["matter"].as_str().unwrap();
    let fields = json!({"fields": {"what": "经营地址", "from": "模拟路1号", "to": "模拟路11号"}}).to_string();
    let correct = format!("/api/cases/{matter}/acts/Correct");
    let (status, answer) = county.post("officer", PASSWORD, &correct, "", &fields).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let said = "2025-03-03：经营地址由“模拟路1号”更正为“模拟路11号”";
    let (_, desk) = county.sign_in("officer").await.page(&format!("/desk/cases/{matter}")).await;
    assert!(desk.contains(said), "{desk}");
    let code = county.app.keys.track_code(matter.parse().unwrap());
    let (_, page) = county.get("", &format!("/track/{matter}/{code}")).await;
    assert!(page.as_str().is_some_and(|page| page.contains(said)), "{page}");
}

/// 更正个人信息: the commonest slip is a name or a number. The new value is sealed like the old one, the ledger says which it
/// is and no more, and whoever bore the wrong one is not found by it any longer.
#[tokio::test]
async fn a_misspelt_name_or_number_is_corrected_without_a_word_of_it_in_the_ledger() {
    let county = county().await;
    let body = county.application(&number()).to_string();
    let (_, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body).await;
    let matter: fadu_kernel::MatterId = opened["matter"].as_str().unwrap().parse().unwrap();
    let other = fadu_kernel::codes::complete_citizen_number("42999719900101003").unwrap();
    let (desk, officer) = (format!("/desk/cases/{matter}"), county.sign_in("officer").await);
    let to = format!("{desk}/acts/Correct");
    let correct = async |field: &str, value: &str| {
        officer.send(&desk, &to, &[("personal", field), ("corrected", value)]).await
    };
    let (status, _, page) = correct("applicant_number", "429997199001010010").await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("证件号码不对"), "{page}");
    assert_eq!(correct("nobody_asked", "x").await.0, StatusCode::CONFLICT);
    let in_words = json!({"fields": {"what": "申请人", "from": "模拟商行", "to": "模似商行"}, "private": {"applicant_name": "模似商行"}});
    let path = format!("/api/cases/{matter}/acts/Correct");
    let (status, answer) = county.post("officer", PASSWORD, &path, "", &in_words.to_string()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    for (field, value) in [("applicant_name", "ALPHA"), ("applicant_number", other.as_str())] {
        assert_eq!(correct(field, value).await.0, StatusCode::SEE_OTHER, "{field}");
    }

    let (_, page) = officer.page(&desk).await;
    assert!(page.contains("ALPHA") && page.contains(&other), "{page}");
    assert!(page.contains("2025-03-03：申请人已经更正"), "{page}");
    let region = county.app.region;
    let entries = county.app.store.entries_of(region, matter).await.unwrap();
    for word in ["ALPHA", "模拟商行", "模似商行", other.as_str(), number().as_str()] {
        assert!(entries.iter().all(|entry| !entry.body.contains(word)), "{word}");
    }
    let case: Case = county.app.state_of(matter).await.unwrap().unwrap();
    let link = format!("href=\"{desk}\"");
    for (asked, found) in [("ALPHA", true), (other.as_str(), true), (number().as_str(), false)] {
        let (_, page) = officer.page(&format!("/desk/search?q={asked}")).await;
        assert_eq!(page.replace("&#x2f;", "/").contains(&link), found, "{asked} {}", case.number);
    }
    // All of it is still one person's: read and erased together.
    let held = county.app.store.private_of(region, matter).await.unwrap();
    let whose: BTreeSet<&str> = held.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(whose.len(), 1);
}

#[tokio::test]
async fn guessing_passwords_ends_after_five_at_either_door() {
    let county = county().await;
    for _ in 0..5 {
        let (status, _) = county.post("firm", "guess", "/api/cases", "", "{\"act\":\"Accept\"}").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let (status, _) = county.post("firm", PASSWORD, "/api/cases", "", "{\"act\":\"Accept\"}").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "even the right one rests");
}

#[tokio::test]
async fn guesses_sent_at_once_are_as_many_as_guesses_sent_one_after_another() {
    let county = county().await;
    let tries = (0..20).map(|_| county.post("firm", "guess", "/api/cases", "", "{\"act\":\"Accept\"}"));
    let answers = join_all(tries).await;
    let n = |wanted: StatusCode| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!((n(StatusCode::UNAUTHORIZED), n(StatusCode::TOO_MANY_REQUESTS)), (5, 15));
    // A program that knows its password may ask as much at once as it likes.
    let answers = join_all((0..20).map(|_| county.get("officer", "/api/cases/0000000000001"))).await;
    assert!(answers.iter().all(|(status, _)| *status == StatusCode::NOT_FOUND), "{answers:?}");
}

#[tokio::test]
async fn the_description_names_every_act() {
    let county = county().await;
    let (status, document) = county
        .send(Request::get("/api/openapi.json").body(Body::empty()).unwrap())
        .await;
    assert_eq!(status, StatusCode::OK);
    for act in Case::acts() {
        assert!(
            document["paths"][format!("/api/cases/{{id}}/acts/{}", act.name)]["post"]["summary"].is_string(),
            "{}",
            act.name
        );
    }
    let asked = |path: &str| {
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"].clone()
    };
    let verify = asked("/api/cases/{id}/acts/Verify");
    assert_eq!(verify["properties"]["fields"]["properties"]["passed"]["type"], "boolean", "{verify}");
    assert_eq!(verify["required"], json!(["fields"]));
    assert!(asked("/api/cases/{id}/acts/Accept")["properties"]["fields"].is_null(), "an act without fields");
    assert_eq!(asked("/api/cases")["oneOf"][0]["properties"]["act"]["const"], "Receive");
    let mut unread = vec![&document];
    let mut references = 0;
    while let Some(value) = unread.pop() {
        if let Some(reference) = value["$ref"].as_str() {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            references += 1;
        }
        match value {
            Value::Object(members) => unread.extend(members.values()),
            Value::Array(members) => unread.extend(members),
            _ => {}
        }
    }
    assert!(references > 50, "{references}");
}

/// The addresses of the table that answer programs in JSON; Open311 describes itself.
fn written() -> BTreeSet<(String, String)> {
    let for_programs = |address: &str| {
        address.starts_with("/api/")
            || address.starts_with("/cti/")
            || ["/health", "/ready"].contains(&address)
    };
    let lines = include_str!("routes.tsv").lines();
    let routes = lines.filter_map(|line| {
        line.split_once('\t')
            .and_then(|(method, rest)| Some((method, rest.split_once('\t')?.0)))
    });
    routes
        .filter(|(_, address)| for_programs(address))
        .map(|(method, address)| (method.to_lowercase(), address.to_owned()))
        .collect()
}

#[tokio::test]
async fn the_description_and_the_table_of_addresses_name_the_same() {
    let county = county().await;
    let (_, document) = county.get("", "/api/openapi.json").await;
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let mut parts: Vec<&str> = path.split('/').collect();
        if parts[1] == "api" && fadu_app::registry::word(parts[2]).is_some() {
            parts[2] = "{kind}";
        }
        if parts.get(4) == Some(&"acts") {
            parts[5] = "{act}";
        }
        let is_api = parts[1] == "api" && parts[2] != "openapi.json";
        for (method, operation) in methods.as_object().unwrap() {
            described.insert((method.clone(), parts.join("/")));
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path}");
            for status in ["401", "429", "503"].iter().filter(|_| is_api) {
                let schema = &answers[*status]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Problem", "{method} {path} {status}");
            }
        }
    }
    assert_eq!(described, written());
}

/// Sent as its first bytes say: (by whom, body, answer).
#[tokio::test]
async fn a_file_is_uploaded_first_and_named_by_the_act() {
    let county = county().await;
    let upload = async |person: &str, path: &str, body: Vec<u8>| {
        let mut request = Request::post(path);
        if !person.is_empty() {
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("{person}:{PASSWORD}"));
            request = request.header("authorization", format!("Basic {basic}"));
        }
        county.send(request.body(Body::from(body)).unwrap()).await
    };
    let scan = b"%PDF-1.7 a scan".to_vec();
    let large = [b"%PDF-".to_vec(), vec![b'x'; 11 * 1024 * 1024]].concat();
    let table = [
        ("", scan.clone(), 401, "sign-in"),
        ("firm", b"MZ\x90\x00".to_vec(), 415, "wrong-type"),
        ("firm", Vec::new(), 415, "wrong-type"),
        ("firm", large, 413, "too-large"),
    ];
    for (person, body, status, kind) in table {
        let (found, answer) = upload(person, "/api/files", body).await;
        assert_eq!((found.as_u16(), &answer["type"]), (status, &json!(format!("urn:fadu:problem:{kind}"))));
    }
    let (status, file) = upload("firm", "/api/files", scan.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{file}");
    assert_eq!((&file["file_name"], &file["media"]), (&json!("附件.pdf"), &json!("application/pdf")));
    let digest = file["digest"].as_str().unwrap();
    let id: fadu_kernel::MatterId = county.item.parse().unwrap();
    let material = {
        let catalogue = county.app.catalogue();
        let item = catalogue.one::<fadu_service::Item>(id).unwrap();
        let (_, definition) = item.current().unwrap();
        definition.asked().next().unwrap().id.clone()
    };
    let mut body = county.application(&number());
    body["fields"]["materials"] = json!({material: {"digest": digest, "file_name": file["file_name"]}});
    for (field, key) in file["private"].as_object().unwrap() {
        body["private"][field] = key.clone();
    }
    let (status, opened) = county.post("firm", PASSWORD, "/api/cases", "", &body.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    let path = format!("/desk/cases/{}/files/{digest}", opened["matter"].as_str().unwrap());
    let (status, read) = county.sign_in("officer").await.page(&path).await;
    assert_eq!(
        (status, read.as_bytes()),
        (StatusCode::OK, &scan[..]),
        "the officer reads what the firm sent"
    );
    // An organ's own lies in clear; a firm's never does, whatever it asks for.
    for (person, sealed) in [("officer", false), ("firm", true)] {
        let (_, file) = upload(person, "/api/files?own=true", scan.clone()).await;
        let digest = file["digest"].as_str().unwrap();
        let (_, kept) = county.app.store.blob(fadu_sim::REGION, digest).await.unwrap().unwrap();
        assert_eq!(kept != scan, sealed, "{person}");
        assert_eq!(file["private"].as_object().unwrap().is_empty(), !sealed, "{person}");
    }
}

#[tokio::test]
async fn pages_answer_bad_requests_plainly() {
    let county = county().await;
    let table = [
        ("/items/not-an-id", 404),
        ("/items/0000000000001", 404),
        ("/desk", 303),
        ("/oversight", 303),
        ("/desk/cases/0000000000001", 303),
        ("/figures/no.such", 404),
        ("/report?year=1066", 404),
        ("/statutes/没有的法", 404),
        ("/health", 200),
        ("/checkpoint", 404),
        ("/public.key", 200),
    ];
    for (path, status) in table {
        let path = path.replace("没有的法", "%E6%B2%A1%E6%9C%89");
        let (found, _) = county.send(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(found.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_on_our_own_page() {
    let county = county().await;
    let asked = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let posted = |path: &str| {
        let request = Request::post(path).header("content-type", "application/json");
        request.body(Body::from("{}")).unwrap()
    };
    let table = [
        asked("/items?page=abc"),
        asked("/receipts/abc"),
        asked("/receipts/abc/file"),
        asked("/items/%FF"),
        posted("/desk/cases/0000000000001/acts/Accept"),
        posted("/sign-in"),
    ];
    for request in table {
        let path = request.uri().to_string();
        let (status, headers, page) = county.ask(request).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{path}");
        assert!(page.contains("读不出来") && page.contains("</html>"), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_program_is_told_of_a_wrong_address_in_its_own_words() {
    let county = county().await;
    let table = [
        (Request::get("/api/moons/of/no/kind"), 404, "not-found"),
        (Request::post("/api/cases/0000000000009/acts/Accept/now"), 404, "not-found"),
        (Request::post("/api/%FF"), 400, "unreadable"),
    ];
    for (request, status, kind) in table {
        let request = request.body(Body::empty()).unwrap();
        let path = request.uri().to_string();
        let (found, headers, text) = county.ask(request).await;
        assert_eq!(found.as_u16(), status, "{path}");
        assert_eq!(headers["content-type"], "application/problem+json", "{path}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["type"], format!("urn:fadu:problem:{kind}"), "{path}");
    }
}

/// A clone without texts says what is known of each statute, and how its text comes in.
#[tokio::test]
async fn a_statute_without_its_text_shows_the_facts_of_the_index_and_how_to_import_it() {
    let county = county().await;
    let permits = "%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF%E6%B3%95";
    for (path, told) in [
        (
            format!("/statutes?q={permits}"),
            &["2019-04-23", "首次施行 2004-07-01", "共 83 条，未持有", "法律"][..],
        ),
        (
            format!("/statutes/{permits}"),
            &["2019-04-23", "首次施行 2004-07-01", "83 条", "fadu law import DIR"][..],
        ),
    ] {
        let (status, _, page) = county.ask(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(status.as_u16(), 200, "{path}");
        for told in told {
            assert!(page.contains(told), "{path}: {told}: {page}");
        }
    }
}
