//! 听证。 Interested parties, told by name at the desk, find the case at their own account and ask for a hearing there; the
//! decision rests on its record.

use crate::county::{County, PASSWORD, county};
use axum::http::StatusCode;
use fadu_app::Call;
use fadu_app::accounts::Account;
use fadu_app::now::start_of;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Item};
use jiff::civil::date;
use std::collections::BTreeMap;

async fn act(county: &County, who: (&str, Role, &str), case: Option<MatterId>, act: CaseAct) -> MatterId {
    let (person, role, org) = who;
    let actor = Actor { person: PersonId::new(person), role, org: OrgId::new(org) };
    let private: BTreeMap<String, String> = match case {
        Some(_) => BTreeMap::new(),
        None => [
            ("applicant_name", "模拟商行".to_owned()),
            ("applicant_number", crate::county::number()),
            ("applicant_phone", "19900000001".to_owned()),
        ]
        .map(|(field, value)| (field.to_owned(), value))
        .into(),
    };
    let call = Call { actor: &actor, matter: case, act, private, key: None };
    county.app.act::<Case>(call).await.unwrap().matter
}

/// An application of the firm, accepted.
async fn accepted(county: &County) -> MatterId {
    let item: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let papers = definition.asked().map(|material| (material.id.clone(), Paper::default()));
    let receive = CaseAct::Receive { item, channel: Channel::Online, materials: papers.collect() };
    let case = act(county, ("firm", Role::FirmAgent, "public"), None, receive).await;
    act(county, ("officer", Role::Officer, &county.department), Some(case), CaseAct::Accept).await
}

#[tokio::test]
async fn whoever_was_told_asks_at_their_own_account() {
    let county = county().await;
    let citizen = Account {
        person: "citizen".into(),
        name: "citizen".into(),
        role: Role::Citizen,
        org: "public".into(),
        password: String::new(),
        demonstration: false,
        closed: false,
    };
    county.app.put_account(citizen, PASSWORD).await.unwrap();
    let case = accepted(&county).await;
    let (officer, citizen, firm) =
        (county.sign_in("officer").await, county.sign_in("citizen").await, county.sign_in("firm").await);
    let desk = format!("/desk/cases/{case}");
    let tell = |person: &'static str| [("person", person), ("how", "书面送达")];
    for (person, expected) in [
        ("nobody", StatusCode::UNPROCESSABLE_ENTITY),
        ("head", StatusCode::UNPROCESSABLE_ENTITY),
        ("citizen", StatusCode::SEE_OTHER),
    ] {
        let to = format!("{desk}/acts/TellInterested");
        assert_eq!(officer.send(&desk, &to, &tell(person)).await.0, expected, "{person}");
    }

    let (status, page) = citizen.page("/hearings").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("2025-03-10") && page.contains("可以申请"), "{page}");
    assert!(!page.contains("模拟商行"), "of the applicant nothing is shown: {page}");
    assert!(
        firm.page("/hearings").await.1.contains("没有告知您的听证"),
        "the applicant has a page of the case"
    );
    let ask = format!("/hearings/{case}/acts/AskHearingAsInterested");
    assert_eq!(firm.send("/hearings", &ask, &[]).await.0, StatusCode::CONFLICT, "was not told");
    let (status, to, _) = citizen.send("/hearings", &ask, &[]).await;
    assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/hearings")));
    let (_, page) = citizen.page("/hearings").await;
    assert!(page.contains("2025-03-03已经申请听证") && !page.contains("利害关系人申请听证"), "{page}");
    assert!(officer.page(&desk).await.1.contains("2025-03-03申请听证"));
}

/// Of whichever item: where substance is checked, two check.
#[tokio::test]
async fn what_the_record_does_not_contain_is_refused_with_its_article() {
    let county = county().await;
    let case = accepted(&county).await;
    let desk = format!("/desk/cases/{case}");
    let to = |act: &str| format!("{desk}/acts/{act}");
    let officer = county.sign_in("officer").await;
    let notice = [("on", "2025-03-12"), ("time", "09:30"), ("place", "三楼会议室"), ("chair", "chair")];
    assert_eq!(officer.send(&desk, &to("ScheduleHearing"), &notice).await.0, StatusCode::SEE_OTHER);

    county.clock.set(start_of(date(2025, 3, 12)) + 10 * 3_600_000);
    let (officer, head) = (county.sign_in("officer").await, county.sign_in("head").await);
    let listed = [("evidence", "检测报告J-1\n现场照片\n")];
    let record = format!("{desk}/transcript");
    let (status, page) = officer.send_file(&desk, &record, &listed, ("transcript", "")).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && page.contains("请附上听证笔录"), "{page}");
    let signed = "%PDF-1.7 双方陈述完毕";
    let (status, page) = officer.send_file(&desk, &record, &listed, ("transcript", signed)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let check = [("checkers", "officer、head"), ("passed", "yes"), ("note", "符合")];
    assert_eq!(officer.send(&desk, &to("Verify"), &check).await.0, StatusCode::SEE_OTHER);
    let confirm = [("agrees", "yes")];
    assert_eq!(head.send(&desk, &to("ConfirmCheck"), &confirm).await.0, StatusCode::SEE_OTHER);
    let (_, page) = head.page(&desk).await;
    assert!(page.contains("只能依据听证笔录载明的：检测报告J-1、现场照片"), "{page}");
    assert!(
        page.contains("不予许可的必填。") && !page.contains("必填）"),
        "optional or not, not both: {page}"
    );

    let came_later = [("granted", "yes"), ("evidence", "听证后补交的合同")];
    let (status, _, page) = head.send(&desk, &to("Decide"), &came_later).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("LIC-27") && page.contains("听证后补交的合同"), "{page}");
    let listed = [("granted", "yes"), ("evidence", "检测报告J-1")];
    assert_eq!(head.send(&desk, &to("Decide"), &listed).await.0, StatusCode::SEE_OTHER);
    assert!(officer.page(&desk).await.1.contains("依据：检测报告J-1"));
}

/// The ledger knows the record by its digest. Whoever answers for the case opens it, and it goes with the applicant's data.
#[tokio::test]
async fn the_record_of_a_hearing_is_a_sealed_file() {
    let county = county().await;
    let case = accepted(&county).await;
    let desk = format!("/desk/cases/{case}");
    let officer = county.sign_in("officer").await;
    let notice = [("on", "2025-03-12"), ("time", "09:30"), ("place", "三楼会议室"), ("chair", "chair")];
    let schedule = format!("{desk}/acts/ScheduleHearing");
    assert_eq!(officer.send(&desk, &schedule, &notice).await.0, StatusCode::SEE_OTHER);
    county.clock.set(start_of(date(2025, 3, 12)) + 10 * 3_600_000);
    let officer = county.sign_in("officer").await;
    let signed = "%PDF-1.7 邻居王某说夜间有噪声";
    let record = format!("{desk}/transcript");
    let (status, page) = officer.send_file(&desk, &record, &[], ("transcript", signed)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");

    let region = county.app.region;
    let entries = county.app.store.entries_of(region, case).await.unwrap();
    assert!(entries.iter().any(|entry| entry.fact == "HearingRecorded"));
    assert!(entries.iter().all(|entry| !entry.body.contains("王某")), "no word of it in the ledger");
    let row = county.app.store.matter(region, case).await.unwrap().unwrap();
    assert!(!row.state.contains("王某"), "{}", row.state);
    let held = county.app.state_of::<Case>(case).await.unwrap().unwrap();
    let digest = held.hearing.record.unwrap().digest;
    let file = format!("{desk}/files/{digest}");
    let page = officer.page(&desk).await.1.replace("&#x2f;", "/");
    assert!(page.contains(&file), "the page leads to it: {page}");
    assert_eq!(officer.page(&file).await, (StatusCode::OK, signed.to_owned()));
    let inspector = county.sign_in("inspector").await;
    assert_eq!(inspector.page(&file).await.0, StatusCode::NOT_FOUND);

    let applicant = county.app.keys.subject(&crate::county::number());
    county.app.store.erase_person(region, &applicant, false).await.unwrap().unwrap();
    assert!(county.app.open_file(case, &digest).await.unwrap().is_none(), "gone with the applicant's data");
}

#[tokio::test]
async fn inspectors_are_people_of_the_organ() {
    let county = county().await;
    let case = accepted(&county).await;
    let head = county.sign_in("head").await;
    let desk = format!("/desk/cases/{case}");
    let assign = format!("{desk}/acts/AssignInspectors");
    for (people, expected) in [
        ("officer、nobody", StatusCode::UNPROCESSABLE_ENTITY),
        ("officer、clerk", StatusCode::UNPROCESSABLE_ENTITY),
        // Of the organ both; the item is none that is granted on an inspection.
        ("officer、head", StatusCode::CONFLICT),
    ] {
        assert_eq!(head.send(&desk, &assign, &[("inspectors", people)]).await.0, expected, "{people}");
    }
}
