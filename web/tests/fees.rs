//! 收费和邮寄的页面。 The list is open to everybody; whoever follows a case sees what it is charged, pays it and gets a receipt.

use crate::county::{County, county, number};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::Call;
use fadu_app::payments::Simulated;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::fee_item::Entry;
use fadu_service::{Case, CaseAct, FeeAct, FeeItem, Item, Listing};
use std::collections::BTreeMap;
use std::sync::Arc;

const FEE: &str = "MN-0001";

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn act(county: &County, who: &Actor, id: Option<MatterId>, act: CaseAct) -> MatterId {
    let mut private = BTreeMap::new();
    if id.is_none() {
        private.insert("applicant_name".to_owned(), "模拟申请人".to_owned());
        private.insert("applicant_number".to_owned(), number());
        private.insert("applicant_phone".to_owned(), "19900000001".to_owned());
    }
    let call = Call { actor: who, matter: id, act, private, key: None };
    county.app.act::<Case>(call).await.unwrap().matter
}

/// The shipped list, and the county's item as a version that charges its first fee; a case of it, received at the window
/// and accepted.
async fn accepted(county: &County) -> MatterId {
    let manager = actor("manager", Role::CatalogueManager, "bureau");
    for entry in Entry::read_all(fadu_service::FEES).unwrap() {
        let act =
            FeeAct::List { entry: Box::new(entry), document: "模财〔2025〕1号（模拟）".into() };
        let call = Call { actor: &manager, matter: None, act, private: BTreeMap::new(), key: None };
        county.app.act::<FeeItem>(call).await.unwrap();
    }
    let id: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let item = catalogue.one::<Item>(id).unwrap();
    let mut definition = item.current().unwrap().1.clone();
    definition.fee.charged = true;
    definition.fee.basis = Some(fadu_kernel::Basis::article("模拟证件收费条例（模拟）", 3));
    definition.fee.codes = vec![FEE.into()];
    let listing = Listing {
        code: item.code.clone(),
        name: item.name.clone(),
        department: item.department.clone(),
        task_type: item.task_type,
        findings: vec![],
    };
    county.app.play_publication(id, &listing, &definition).await.unwrap();
    let materials = definition
        .asked()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect();
    let clerk = actor("clerk", Role::WindowClerk, "hall");
    let receive = CaseAct::Receive { item: id, channel: Channel::Window, materials };
    let case = act(county, &clerk, None, receive).await;
    act(county, &actor("officer", Role::Officer, &county.department), Some(case), CaseAct::Accept).await;
    case
}

/// 邮寄: the window hands it over, whoever follows the case sees where it is, the day on the receipt is that of delivery.
#[tokio::test]
async fn a_posted_result_is_followed_on_the_applicants_page() {
    let county = county().await;
    let case = accepted(&county).await;
    let (officer, head) = (
        actor("officer", Role::Officer, &county.department),
        actor("head", Role::AgencyHead, &county.department),
    );
    let checkers = vec![PersonId::new("officer"), PersonId::new("head")];
    let verify = CaseAct::Verify { checkers, passed: true, note: "符合".into(), interested: false };
    act(&county, &officer, Some(case), verify).await;
    let held = county.app.state_of::<Case>(case).await.unwrap().unwrap();
    if held.verified.is_some_and(|verified| !verified.is_done()) {
        let confirm = CaseAct::ConfirmCheck { agrees: true, note: String::new() };
        act(&county, &head, Some(case), confirm).await;
    }
    let decide =
        CaseAct::Decide { granted: true, reason: String::new(), false_material: false, evidence: Vec::new() };
    act(&county, &head, Some(case), decide).await;

    let clerk = county.sign_in("clerk").await;
    let (desk, track) =
        (format!("/desk/cases/{case}"), format!("/track/{case}/{}", county.app.keys.track_code(case)));
    let parcel = [("carrier", "模拟速递"), ("number", "M0001")];
    let (status, _, _) = clerk.send(&desk, &format!("{desk}/acts/Consign"), &parcel).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    // 查办件: by the number of the case, of its decision and other papers, of the parcel, and by its own id.
    let held = county.app.state_of::<Case>(case).await.unwrap().unwrap();
    let document = held.decided.map(|decided| decided.document).unwrap();
    for number in
        [held.number.clone(), document, format!("{}-1", held.number), "m0001".into(), case.to_string()]
    {
        let asked: String = number.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let (_, html) = clerk.page(&format!("/desk/search?q={asked}")).await;
        let listed = html.replace("&#x2f;", "/").matches(&format!("href=\"{desk}\"")).count();
        assert_eq!(listed, 1, "{number}: {html}");
    }
    let firm = county.sign_in("firm").await;
    let (_, html) = firm.page(&track).await;
    assert!(html.contains("<b>M0001</b>") && html.contains("2025-03-03 交寄"), "{html}");

    let note = format!("{desk}/acts/NoteParcel");
    let (status, _, _) = clerk.send(&desk, &note, &[("kind", "signed"), ("on", "2025-03-04")]).await;
    assert_eq!(status, StatusCode::CONFLICT, "a day to come");
    let (status, _, _) = clerk.send(&desk, &note, &[("kind", "signed"), ("on", "2025-03-03")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, html) = firm.page(&track).await;
    assert!(html.contains("2025-03-03 已经签收") && html.contains("已办结"), "{html}");
}

/// 代缴: nothing but number and code is asked for, of nobody an account.
#[tokio::test]
async fn whoever_holds_number_and_code_pays_without_an_account() {
    let county = county().await;
    let case = accepted(&county).await;
    county.app.payments.connect(Arc::new(Simulated));
    let officer = actor("officer", Role::Officer, &county.department);
    act(&county, &officer, Some(case), CaseAct::ChargeFee { code: FEE.into(), quantity: 1 }).await;
    let track = format!("/track/{case}/{}", county.app.keys.track_code(case));
    let (_, _, html) = county.ask(Request::get(&track).body(Body::empty()).unwrap()).await;
    assert!(html.contains("网上缴纳（模拟支付平台）"), "{html}");
    let pay = async |track: &str| {
        let request = Request::post(format!("{track}/pay/{FEE}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, headers, _) = county.ask(request.body(Body::from("csrf=")).unwrap()).await;
        let to = headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        (status, to)
    };
    let wrong = format!("/track/{case}/000000000000");
    assert_eq!(pay(&wrong).await.0, StatusCode::NOT_FOUND, "without the code");
    assert_eq!(pay(&track).await, (StatusCode::SEE_OTHER, track.clone()));
    let held = county.app.state_of::<Case>(case).await.unwrap().unwrap();
    assert!(held.fees[FEE].paid.is_some(), "{:?}", held.fees);
}

#[tokio::test]
async fn a_fee_is_notified_paid_online_and_receipted() {
    let county = county().await;
    let case = accepted(&county).await;
    let (desk, track) =
        (format!("/desk/cases/{case}"), format!("/track/{case}/{}", county.app.keys.track_code(case)));

    let (status, _, list) = county.ask(Request::get("/fees").body(Body::empty()).unwrap()).await;
    assert!(status == StatusCode::OK && list.contains("证件工本费（模拟）"), "{list}");
    for kind in ["行政事业性收费", "保证金"] {
        assert!(list.contains(&format!("<td data-label=\"种类\">{kind}</td>")), "{kind}: {list}");
    }
    let (_, _, item) = county
        .ask(Request::get(format!("/items/{}", county.item)).body(Body::empty()).unwrap())
        .await;
    assert!(item.contains("每件10.00元"), "the guide says what it costs: {item}");

    let officer = county.sign_in("officer").await;
    let charge = format!("{desk}/acts/ChargeFee");
    let (status, _, html) = officer.send(&desk, &charge, &[("code", FEE), ("quantity", "one")]).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && html.contains("请填写整数"), "{html}");
    let (status, _, _) = officer.send(&desk, &charge, &[("code", FEE), ("quantity", "1")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, html) = officer.page(&desk).await;
    assert!(html.contains("10.00元，待缴10.00元"), "{html}");

    // Nobody takes it online: the window does, and there is no button.
    let firm = county.sign_in("firm").await;
    let (_, html) = firm.page(&track).await;
    assert!(html.contains("待缴10.00元") && !html.contains("网上缴纳"), "{html}");
    county.app.payments.connect(Arc::new(Simulated));
    let (_, html) = firm.page(&track).await;
    assert!(html.contains("网上缴纳（模拟支付平台）"), "{html}");
    let (status, to, _) = firm.send(&track, &format!("{track}/pay/{FEE}"), &[]).await;
    assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some(track.as_str())));
    let (_, html) = firm.page(&track).await;
    assert!(html.contains("网上支付（模拟）已缴") && html.contains("缴费凭证"), "{html}");
    let (status, _) = firm.page(&format!("{track}/pay/{FEE}")).await;
    assert_ne!(status, StatusCode::OK, "a payment is never a link");

    let entries = county.app.store.entries_of(county.app.region, case).await.unwrap();
    let paid = entries.iter().find(|entry| entry.fact == "FeePaid").unwrap();
    let request = Request::get(format!("{track}/notices/{}", paid.seq));
    let (status, headers, _) = county.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
    let row = county.app.store.matter(county.app.region, case).await.unwrap().unwrap();
    let held: Case = serde_json::from_str(&row.state).unwrap();
    assert!(held.documents.contains_key(&paid.seq), "made once, under its digest");
}
