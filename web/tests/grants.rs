//! 行政许可公示。 Whoever comes sees what was granted to whom, a natural person only in part, and what was annulled since.

use crate::county::{County, county, number};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fadu_app::Call;
use fadu_figures::Figures;
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role};
use fadu_proof::licence::RevokeGround;
use fadu_proof::{Licence, LicenceAct};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Item};
use std::collections::BTreeMap;

const FIRM: &str = "模拟商行000001号";
const PERSON: &str = "王模拟";

async fn act<M: Matter>(
    county: &County,
    (role, org): (Role, &str),
    id: Option<MatterId>,
    act: M::Act,
    private: &[(&str, &str)],
) -> MatterId {
    let actor = Actor { person: PersonId::new(role.name()), role, org: OrgId::new(org) };
    let private = private.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned()));
    let call = Call { actor: &actor, matter: id, act, private: private.collect(), key: None };
    county.app.act::<M>(call).await.unwrap().matter
}

/// A permit that is decided on its papers.
fn permit(county: &County) -> (MatterId, Item) {
    let catalogue = county.app.catalogue();
    let mut items = catalogue.all::<Item>();
    let found = items.find(|(_, item)| {
        item.current()
            .is_some_and(|(_, definition)| definition.id == "construction-permit")
    });
    let (id, item) = found.unwrap();
    (id, item.clone())
}

async fn decided(county: &County, name: &str, number: &str, granted: bool) -> MatterId {
    let (id, item) = permit(county);
    let papers = item
        .current()
        .unwrap()
        .1
        .asked()
        .map(|paper| (paper.id.clone(), Paper::default()));
    let receive = CaseAct::Receive {
        item: id,
        channel: Channel::Window,
        materials: papers.collect::<BTreeMap<_, _>>(),
    };
    let who = [("applicant_name", name), ("applicant_number", number), ("applicant_phone", "19900000001")];
    let case = act::<Case>(county, (Role::WindowClerk, "hall"), None, receive, &who).await;
    let organ = item.department.as_str();
    act::<Case>(county, (Role::Officer, organ), Some(case), CaseAct::Accept, &[]).await;
    let reason = "申请材料齐全".to_owned();
    let decide = CaseAct::Decide { granted, reason, false_material: false, evidence: Vec::new() };
    act::<Case>(county, (Role::AgencyHead, organ), Some(case), decide, &[]).await;
    let deliver = CaseAct::Deliver { way: "电子送达".into() };
    act::<Case>(county, (Role::Officer, organ), Some(case), deliver, &[]).await;
    county.app.relay().await.unwrap();
    case
}

async fn look(county: &County, path: &str) -> String {
    let (status, page) = county.send(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    page.as_str().unwrap().replace("&#x2f;", "/")
}

#[tokio::test]
async fn whoever_comes_sees_what_was_granted_and_what_was_annulled() {
    let county = county().await;
    let code = fadu_kernel::codes::complete_credit_code(&format!("91{}000000001", fadu_sim::REGION)).unwrap();
    let firm = decided(&county, FIRM, &code, true).await;
    decided(&county, PERSON, &number(), true).await;
    let refused = decided(&county, "模拟商行000002号", &code, false).await;
    let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
    fadu_figures::tail(&*county.app.store, county.app.region, &figures)
        .await
        .unwrap();

    let page = look(&county, "/permits").await;
    assert!(page.contains("<b>2</b> 件") && page.contains(FIRM), "{page}");
    assert!(page.contains("王**") && !page.contains(PERSON) && !page.contains(&number()), "{page}");
    assert!(!page.contains("模拟商行000002号"), "what was refused is nobody else's business: {page}");
    assert!(!page.contains("申请材料齐全"), "nor is what the organ wrote to the applicant: {page}");
    assert!(look(&county, "/permits?department=%E4%B9%99").await.contains("没有找到"), "of another organ");
    assert!(look(&county, "/permits?month=2025-02").await.contains("没有找到"), "of another month");

    let case: Case = county.app.state_of(firm).await.unwrap().unwrap();
    let page = look(&county, &format!("/permits?q={}-%E5%87%86", case.number)).await;
    assert!(page.contains("<b>1</b> 件") && page.contains(FIRM) && page.contains(">有效<"), "{page}");
    let other: Case = county.app.state_of(refused).await.unwrap().unwrap();
    let page = look(&county, &format!("/permits?q={}", other.number)).await;
    assert!(page.contains("没有找到"), "{page}");

    let revoke = LicenceAct::Revoke {
        ground: RevokeGround::Annulled,
        reason: "承诺不实".into(),
        document: "模撤〔2025〕1号".into(),
    };
    let organ = permit(&county).1.department;
    act::<Licence>(&county, (Role::AgencyHead, &organ), Some(Licence::id(firm)), revoke, &[]).await;
    let page = look(&county, &format!("/permits?q={}", case.number)).await;
    assert!(page.contains("撤销（行政许可法第六十九条）") && page.contains("模撤〔2025〕1号"), "{page}");
}
