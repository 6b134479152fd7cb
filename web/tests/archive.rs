//! 归档数据包。 A closed case leaves as one file that says of itself what it holds.

use crate::county::{County, county};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_ledger::Receipt;
use fadu_ledger::note::{Signer, hex};
use fadu_service::case::{Channel, Paper};
use fadu_service::retention::Line;
use fadu_service::{Case, CaseAct, Item, Retention, RetentionAct};
use http_body_util::BodyExt;
use jiff::civil::date;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tower::ServiceExt;

const SCAN: &[u8] = b"%PDF-1.7 <</Type/Sig/ByteRange[0 1 2 3]>>";

fn firm() -> Actor {
    Actor { person: PersonId::new("firm"), role: Role::FirmAgent, org: OrgId::new("public") }
}

/// An application with one signed scan.
async fn apply(county: &County) -> MatterId {
    let item: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let asked = definition.asked().next().unwrap().id.clone();
    let mut private: BTreeMap<String, String> = [
        ("applicant_name", "模拟商行".to_owned()),
        ("applicant_number", crate::county::number()),
        ("applicant_phone", "19900000001".to_owned()),
    ]
    .map(|(field, value)| (field.to_owned(), value))
    .into();
    let digest = county.app.seal_file(SCAN, &mut private).await.unwrap();
    let paper = Paper { digest, file_name: format!("{asked}.pdf"), signed: true };
    let act = CaseAct::Receive { item, channel: Channel::Online, materials: [(asked, paper)].into() };
    let call = Call { actor: &firm(), matter: None, act, private, key: None };
    county.app.act::<Case>(call).await.unwrap().matter
}

async fn withdraw(county: &County, case: MatterId) {
    let act = CaseAct::Withdraw { reason: "不办了".into(), statement: String::new() };
    let call = Call { actor: &firm(), matter: Some(case), act, private: BTreeMap::new(), key: None };
    county.app.act::<Case>(call).await.unwrap();
}

async fn ask(county: &County, cookie: &str, case: MatterId) -> (StatusCode, Vec<u8>) {
    let request = Request::get(format!("/desk/cases/{case}/archive")).header(header::COOKIE, cookie);
    let answer = county
        .router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let status = answer.status();
    (status, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

/// The files of a tar archive by name.
fn unpacked(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8(bytes[..end].to_vec()).unwrap()
    };
    let (mut files, mut rest) = (BTreeMap::new(), tar);
    while rest[0] != 0 {
        let (head, after) = rest.split_at(512);
        let sum: u32 = head
            .iter()
            .enumerate()
            .map(|(i, byte)| u32::from(if (148..156).contains(&i) { b' ' } else { *byte }))
            .sum();
        assert_eq!(u32::from_str_radix(text(&head[148..156]).trim(), 8), Ok(sum));
        let size = usize::from_str_radix(&text(&head[124..136]), 8).unwrap();
        files.insert(text(&head[..100]), after[..size].to_vec());
        rest = &after[size.next_multiple_of(512)..];
    }
    assert_eq!(rest.len(), 1024, "two empty blocks end it");
    files
}

#[tokio::test]
async fn a_closed_case_leaves_as_a_package() {
    let county = county().await;
    let case = apply(&county).await;
    let (officer, inspector) = (county.sign_in("officer").await, county.sign_in("inspector").await);
    assert_eq!(ask(&county, officer.cookie(), case).await.0, StatusCode::NOT_FOUND, "while it is open");
    withdraw(&county, case).await;
    assert_eq!(ask(&county, inspector.cookie(), case).await.0, StatusCode::NOT_FOUND, "papers in clear");
    let (_, page) = officer.page(&format!("/desk/cases/{case}")).await;
    let page = page.replace("&#x2f;", "/");
    assert!(page.contains(&format!("/desk/cases/{case}/archive")), "{page}");

    let (status, tar) = ask(&county, officer.cookie(), case).await;
    assert_eq!(status, StatusCode::OK);
    let files = unpacked(&tar);
    let index: Value = serde_json::from_slice(&files["index.json"]).unwrap();
    let lines = |name: &str| index[name].as_array().unwrap().clone();
    for line in ["entries", "materials", "documents"]
        .into_iter()
        .flat_map(lines)
        .chain([index["form"].clone()])
    {
        let file = &files[line["path"].as_str().unwrap()];
        assert_eq!(line["sha256"], hex(&Sha256::digest(file)), "{line}");
    }
    let entries = county.app.store.entries_of(county.app.region, case).await.unwrap();
    assert_eq!(lines("entries").len(), entries.len(), "with those of the documents made just now");
    let key = county.app.signer().verify_key();
    for line in lines("entries") {
        let text = String::from_utf8(files[line["path"].as_str().unwrap()].clone()).unwrap();
        assert!(Receipt::parse(&text).unwrap().verify(&key).is_ok(), "{line}");
    }
    let materials = lines("materials");
    assert_eq!(files[materials[0]["path"].as_str().unwrap()], SCAN);
    assert_eq!(materials[0]["signed"], true);
    let names: Vec<_> = lines("documents").iter().map(|line| line["name"].clone()).collect();
    assert_eq!(names.len(), 2, "收件凭证 and 撤回: {names:?}");
    assert!(lines("documents").iter().all(|line| line["seal"] == county.department.as_str()));
    let form: Value = serde_json::from_slice(&files["form.json"]).unwrap();
    assert_eq!(form["申请人"], "模拟商行");
    assert!(files["form.json"].windows(8).all(|bytes| bytes != b"file_key"), "what opens files stays here");
}

#[tokio::test]
async fn what_was_archived_is_listed_until_it_is_handed_over() {
    let county = county().await;
    let manager =
        Actor { person: PersonId::new("manager"), role: Role::CatalogueManager, org: OrgId::new("bureau") };
    let source = "国家档案局令第8号".to_owned();
    let act = RetentionAct::Adopt {
        lines: vec![Line { kind: "case".into(), years: Some(30), source }],
        approval: "模档〔2025〕1号".into(),
        from: date(2025, 3, 3),
    };
    let call = Call { actor: &manager, matter: None, act, private: BTreeMap::new(), key: None };
    county.app.act::<Retention>(call).await.unwrap();
    let case = apply(&county).await;
    withdraw(&county, case).await;
    assert!(county.app.filed(None).await.unwrap().is_empty(), "closed, and not archived");
    let officer =
        Actor { person: PersonId::new("officer"), role: Role::Officer, org: OrgId::new(&county.department) };
    let call = Call {
        actor: &officer,
        matter: Some(case),
        act: CaseAct::Archive,
        private: BTreeMap::new(),
        key: None,
    };
    county.app.act::<Case>(call).await.unwrap();
    // (due by, how many)
    for (day, n) in [(None, 1), (Some(date(2035, 3, 3)), 0), (Some(date(2035, 3, 4)), 1)] {
        assert_eq!(county.app.filed(day).await.unwrap().len(), n, "{day:?}");
    }
    let filed = county.app.filed(None).await.unwrap().remove(0);
    assert_eq!((filed.kind.as_str(), filed.matter, filed.on), ("case", case, date(2025, 3, 3)));
    assert_eq!(filed.kept, Some(("30年".to_owned(), "模档〔2025〕1号".to_owned())));
    assert_eq!((filed.open, filed.appraise), (date(2050, 3, 4), Some(date(2055, 3, 4))));

    county.clock.set(start_of(date(2035, 3, 4)) + 9 * 3_600_000);
    let act = RetentionAct::HandOver {
        through: date(2025, 3, 3),
        receiver: "县档案馆".into(),
        document: "模档移〔2035〕1号".into(),
        consent: String::new(),
    };
    let call =
        Call { actor: &manager, matter: Some(Retention::id()), act, private: BTreeMap::new(), key: None };
    county.app.act::<Retention>(call).await.unwrap();
    assert!(county.app.filed(None).await.unwrap().is_empty(), "it lies in the archive now");
}

/// One text for another of its length; all else stays in its place.
fn with(tar: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = tar.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
    [&tar[..at], to.as_bytes(), &tar[at + from.len()..]].concat()
}

#[tokio::test]
async fn a_package_is_checked_without_the_county() {
    let county = county().await;
    let case = apply(&county).await;
    let officer = county.sign_in("officer").await;
    let (open, _) = ask(&county, officer.cookie(), case).await;
    withdraw(&county, case).await;
    let (closed, tar) = ask(&county, officer.cookie(), case).await;
    let (own, other) = (county.app.signer().verify_key(), Signer::new("fadu/420222", &[9; 32]).verify_key());
    let given = |status| if status == StatusCode::OK { None } else { Some("ARC-03") };
    let checked = |tar: &[u8], key| fadu_web::check_archive(tar, key).err().map(|bad| bad.rule.id);
    let changed = |from: &str, to: &str| checked(&with(&tar, from, to), &own);
    // (what is at hand, how it ends, the rule it breaks)
    let table = [
        ("办结的办件整件导出 (ARC-03)", given(closed), None),
        ("没有办结的办件不导出 (ARC-03)", given(open), Some("ARC-03")),
        ("原样的数据包 (ARC-02, ARC-08)", checked(&tar, &own), None),
        (
            "材料改了一个字节 (ARC-02)",
            changed("%PDF-1.7 <</Type/Sig", "%PDF-1.8 <</Type/Sig"),
            Some("ARC-02"),
        ),
        (
            "索引写明的材料不在包里 (ARC-02)",
            changed("\"path\": \"materials/1", "\"path\": \"materials/9"),
            Some("ARC-02"),
        ),
        ("文件没有传完 (ARC-02)", checked(&tar[..tar.len() - 2048], &own), Some("ARC-02")),
        ("记录不是本县台账签署的 (ARC-02)", checked(&tar, &other), Some("ARC-02")),
        (
            "索引写明的日期与记录不一致 (ARC-08)",
            changed("\"day\": \"2025-03-03\"", "\"day\": \"2025-03-02\""),
            Some("ARC-08"),
        ),
    ];
    for (name, ended, rule) in table {
        assert_eq!(ended, rule, "{name}");
    }
    let told =
        table.map(|(name, _, rule)| (name, if rule.is_some() { Outcome::Refused } else { Outcome::Passes }));
    assert_eq!(rows::write(told), fadu_web::ARCHIVING.rows, "archive-rows.tsv is to say exactly this");
}
