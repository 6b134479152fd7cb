//! 没有送出的办件。 The manager sees what could not be sent, the oldest first, and has it sent again on the case's page.

use crate::county::{County, county, number};
use axum::http::StatusCode;
use fadu_app::Call;
use fadu_app::now::start_of;
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::outside::Fault;
use fadu_service::{Case, CaseAct, Item, Listing};
use jiff::civil::date;
use std::collections::BTreeMap;

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

/// The county's item as a version that a system outside handles too.
async fn publish(county: &County) {
    let id: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let item = catalogue.one::<Item>(id).unwrap();
    let mut definition = item.current().unwrap().1.clone();
    definition.outside = "provincial".into();
    let listing = Listing {
        code: item.code.clone(),
        name: item.name.clone(),
        department: item.department.clone(),
        task_type: item.task_type,
        findings: vec![],
    };
    county.app.play_publication(id, &listing, &definition).await.unwrap();
}

/// A case accepted on this day of March, and its number.
async fn accepted(county: &County, day: i8) -> (MatterId, String) {
    county.clock.set(start_of(date(2025, 3, day)) + 9 * 3_600_000);
    let item: MatterId = county.item.parse().unwrap();
    let catalogue = county.app.catalogue();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let materials = definition
        .asked()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect();
    let receive = CaseAct::Receive { item, channel: Channel::Window, materials };
    let case = act(county, &actor("clerk", Role::WindowClerk, "hall"), None, receive).await;
    act(county, &actor("officer", Role::Officer, &county.department), Some(case), CaseAct::Accept).await;
    let row = county.app.store.matter(county.app.region, case).await.unwrap().unwrap();
    (case, row.number)
}

#[tokio::test]
async fn the_oldest_that_could_not_be_sent_comes_first() {
    let county = county().await;
    publish(&county).await;
    let manager = county.sign_in("manager").await;
    let (_, html) = manager.page("/desk/outside").await;
    assert!(html.contains("没有送不出的办件"), "{html}");

    let (first, second) = (accepted(&county, 3).await, accepted(&county, 4).await);
    let clock = Actor::clock();
    for (case, fault) in [(second.0, Fault::Outage), (first.0, Fault::Rejected)] {
        act(&county, &clock, Some(case), CaseAct::NoteUnsent { fault }).await;
    }
    // A day later the session is another one.
    let manager = county.sign_in("manager").await;
    let (_, html) = manager.page("/desk/outside").await;
    let place = |number: &str| html.find(number).unwrap_or_else(|| panic!("{number}: {html}"));
    assert!(place(&first.1) < place(&second.1));
    assert!(html.contains("对方拒收") && html.contains("等人处理后重送"), "{html}");
    assert!(html.contains("连接不上") && html.contains("下次自动再送"), "{html}");

    let desk = format!("/desk/cases/{}", first.0);
    let (status, _, _) = manager.send(&desk, &format!("{desk}/acts/SendAgain"), &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, html) = manager.page("/desk/outside").await;
    assert!(!html.contains(&first.1) && html.contains(&second.1), "{html}");
}
