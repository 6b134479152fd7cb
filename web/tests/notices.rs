//! 文书。 What is made once stays as it was made: two downloads are the same bytes, and the ledger names their digest.

use crate::county::{County, county, terminal};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_figures::Figures;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_law::Shelf;
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Item};
use fadu_supervision::HandOver;
use fadu_supervision::handover::{self, Material, Report};
use fadu_supervision::parts::Subject;
use fadu_web::{Site, Web, make_due, router};
use http_body_util::BodyExt;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

async fn apply(county: &County) -> MatterId {
    apply_for(county, county.item.parse().unwrap()).await
}

async fn apply_for(county: &County, item: MatterId) -> MatterId {
    let catalogue = county.app.catalogue();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let materials = definition
        .asked()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect();
    let firm = Actor { person: PersonId::new("firm"), role: Role::FirmAgent, org: OrgId::new("public") };
    let private = [
        ("applicant_name", "模拟商行".to_owned()),
        ("applicant_number", crate::county::number()),
        ("applicant_phone", "19900000001".to_owned()),
    ];
    let private = private.map(|(field, value)| (field.to_owned(), value)).into();
    let act = CaseAct::Receive { item, channel: Channel::Online, materials };
    let call = Call { actor: &firm, matter: None, act, private, key: None };
    county.app.act::<Case>(call).await.unwrap().matter
}

async fn pdf(router: &Router, cookie: &str, path: &str) -> Vec<u8> {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes().to_vec();
    assert!(bytes.starts_with(b"%PDF-"), "{path}");
    bytes
}

/// The same county after it got another telephone, which stands on every notice that is set from now on.
fn with_another_telephone(county: &County) -> Router {
    router(pages_of(county))
}

fn pages_of(county: &County) -> Web {
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "0710-0000000".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
    Web::new(Arc::clone(&county.app), figures, Shelf::from_index(), site)
}

async fn documents(county: &County, case: MatterId) -> Vec<String> {
    let row = county.app.store.matter(county.app.region, case).await.unwrap().unwrap();
    let case: Case = serde_json::from_str(&row.state).unwrap();
    case.documents.into_values().collect()
}

#[tokio::test]
async fn a_notice_is_made_once_and_the_ledger_names_its_digest() {
    let county = county().await;
    let case = apply(&county).await;
    let region = county.app.region;
    let seq = county.app.store.entries_of(region, case).await.unwrap()[0].seq;
    let desk = format!("/desk/cases/{case}/notices/{seq}");
    let track = format!("/track/{case}/{}/notices/{seq}", county.app.keys.track_code(case));
    let (officer, inspector) = (county.sign_in("officer").await, county.sign_in("inspector").await);

    let masked = pdf(&county.router, inspector.cookie(), &desk).await;
    assert!(documents(&county, case).await.is_empty(), "who reads masked makes no notice");

    let first = pdf(&county.router, officer.cookie(), &desk).await;
    let digest = fadu_ledger::note::hex(&Sha256::digest(&first));
    assert_eq!(documents(&county, case).await, std::slice::from_ref(&digest));
    let entries = county.app.store.entries_of(region, case).await.unwrap();
    let named: Vec<_> = entries.iter().filter(|entry| entry.fact == "NoticeIssued").collect();
    assert!(named.len() == 1 && named[0].body.contains(&digest), "{named:?}");

    let later = with_another_telephone(&county);
    assert_eq!(
        pdf(&later, officer.cookie(), &desk).await,
        first,
        "the second download, set anew, would differ"
    );
    assert_eq!(pdf(&later, "", &track).await, first, "the applicant gets the same");
    assert_ne!(pdf(&later, inspector.cookie(), &desk).await, masked, "a masked copy is set anew");
    let entries = county.app.store.entries_of(region, case).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.fact == "NoticeIssued").count(), 1);
    for page in [format!("/desk/cases/{case}"), track.replace(&format!("/notices/{seq}"), "")] {
        let (status, html) = officer.page(&page).await;
        assert!(status == StatusCode::OK && html.contains(&digest), "{page} shows the digest");
    }

    // In the store it cannot be read without the person's key, and not at all once that is destroyed.
    let kept = county
        .app
        .store
        .blob(region, &format!("sealed/{digest}"))
        .await
        .unwrap()
        .unwrap()
        .1;
    assert!(!kept.windows(5).any(|bytes| bytes == b"%PDF-"));
    let applicant = county.app.keys.subject(&crate::county::number());
    county
        .app
        .store
        .erase_person(county.app.region, &applicant, false)
        .await
        .unwrap()
        .unwrap();
    assert_ne!(pdf(&county.router, officer.cookie(), &desk).await, first, "a copy without the name");
}

/// Nobody answered and nobody opened the case: what silence did is written, sealed and in the ledger all the same.
#[tokio::test]
async fn what_silence_accepted_is_written_though_nobody_asks() {
    let county = county().await;
    let web = pages_of(&county);
    let before = apply(&county).await;
    assert_eq!(make_due(&web).await.unwrap(), 0, "the first look only begins");
    let catalogue = county.app.catalogue();
    let (permit, _) = catalogue
        .all::<Item>()
        .find(|(_, item)| {
            item.current()
                .is_some_and(|(_, definition)| definition.id == "temporary-land-use")
        })
        .unwrap();
    let case = apply_for(&county, permit).await;
    let later = date(2025, 3, 12);
    county.clock.set(start_of(later) + 9 * 3_600_000);
    county.app.sweep(later).await.unwrap();

    assert!(make_due(&web).await.unwrap() >= 2, "of its receipt and of its acceptance");
    let entries = county.app.store.entries_of(county.app.region, case).await.unwrap();
    let written = |title: &str| {
        let made = entries.iter().filter(|entry| entry.fact == "NoticeIssued");
        made.filter(|entry| entry.body.contains(title)).count()
    };
    assert_eq!((written("受理通知书"), documents(&county, case).await.len()), (1, 2), "{entries:?}");
    assert_eq!(make_due(&web).await.unwrap(), 0, "each is made once");
    // Of a case from before the first look nothing is made until something happens on it, or somebody asks.
    let silent = county.app.state_of::<Case>(before).await.unwrap().unwrap();
    assert_eq!(silent.documents.is_empty(), silent.accepted.is_none());
}

/// A paper with an error that can be corrected on the spot: the window takes it without a notice; told of all the same, it
/// is asked for again.
#[tokio::test]
async fn an_error_that_can_be_corrected_on_the_spot_is_told_as_one() {
    let county = county().await;
    let case = apply(&county).await;
    let catalogue = county.app.catalogue();
    let (_, definition) = catalogue.one::<Item>(county.item.parse().unwrap()).unwrap().current().unwrap();
    let paper = definition.asked().next().unwrap().id.as_str();
    let (officer, clerk) = (county.sign_in("officer").await, county.sign_in("clerk").await);
    let desk = format!("/desk/cases/{case}");
    assert!(clerk.page(&desk).await.1.contains("act-Supplement"));
    assert!(!officer.page(&desk).await.1.contains("act-Supplement"));

    let tell = format!("{desk}/acts/GiveNotice");
    let (status, _, page) = officer.send(&desk, &tell, &[("wrong", paper), ("spot", paper)]).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("同一份材料只勾选一处"), "{page}");
    assert_eq!(officer.send(&desk, &tell, &[("spot", paper)]).await.0, StatusCode::SEE_OTHER);
    let flagged = officer.page(&desk).await.1.contains("都可以当场更正");
    assert_eq!(flagged, definition.is_permit());
    // A slip in what was filled in does not wait for the paper.
    let slip = [("what", "经营地址"), ("from", "模拟路1号"), ("to", "模拟路11号")];
    assert!(officer.page(&desk).await.1.contains("act-Correct"));
    let (status, ..) = officer.send(&desk, &format!("{desk}/acts/Correct"), &slip).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let track = format!("/track/{case}/{}", county.app.keys.track_code(case));
    let (_, page) = county.sign_in("firm").await.page(&track).await;
    assert!(page.contains(&format!("file_{paper}")), "{page}");
}

async fn hand_over(county: &County) -> MatterId {
    let by = |person: &str, role| Actor {
        person: PersonId::new(person),
        role,
        org: OrgId::new(county.department.as_str()),
    };
    let (officer, head) = (by("officer", Role::Officer), by("head", Role::AgencyHead));
    let report = Report {
        subject: Subject { id: "P1".into(), title: "县道改造（模拟）".into(), ..Subject::default() },
        to: OrgId::new("县财政局（模拟）"),
        cause: "核查1号".into(),
        digest: "ab".repeat(32),
        ..Report::default()
    };
    let mut matter = None;
    for (actor, act) in [
        (&officer, handover::Act::Report { report: Box::new(report) }),
        (&head, handover::Act::Decide { approved: true, reason: String::new() }),
        (&officer, handover::Act::Send { document: "模移1号".into(), materials: vec![Material::Letter] }),
    ] {
        let call = Call { actor, matter, act, private: BTreeMap::new(), key: None };
        matter = Some(county.app.act::<HandOver>(call).await.unwrap().matter);
    }
    matter.unwrap()
}

#[tokio::test]
async fn a_letter_of_supervision_is_made_once_too() {
    let county = terminal().await;
    let id = hand_over(&county).await;
    let region = county.app.region;
    let entries = county.app.store.entries_of(region, id).await.unwrap();
    let sent = entries.iter().find(|entry| entry.fact == "Sent").unwrap().seq;
    let path = format!("/desk/notices/{id}/{sent}");
    let (officer, inspector) = (county.sign_in("officer").await, county.sign_in("inspector").await);
    let issued = async || {
        let entries = county.app.store.entries_of(region, id).await.unwrap();
        entries
            .into_iter()
            .filter(|entry| entry.fact == "NoticeIssued")
            .collect::<Vec<_>>()
    };

    pdf(&county.router, inspector.cookie(), &path).await;
    assert!(issued().await.is_empty(), "nothing shows whom an inspector looks into");

    let first = pdf(&county.router, officer.cookie(), &path).await;
    let digest = fadu_ledger::note::hex(&Sha256::digest(&first));
    let named = issued().await;
    assert!(named.len() == 1 && named[0].body.contains(&digest), "{named:?}");

    let later = with_another_telephone(&county);
    assert_eq!(pdf(&later, officer.cookie(), &path).await, first, "set anew it would differ");
    assert_eq!(pdf(&later, inspector.cookie(), &path).await, first, "everybody gets what was made");
    assert_eq!(issued().await.len(), 1);
}
