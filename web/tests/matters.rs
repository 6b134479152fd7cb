//! 任何一件事的页面。 Every kind is drawn for every post; a form leads through the one door, is refused with its rule, or comes
//! back with what was typed.

use crate::county::{County, county, terminal};
use axum::http::StatusCode;
use fadu_app::Call;
use fadu_app::registry::KINDS;
use fadu_kernel::{Actor, OrgId, PersonId, Role};
use fadu_trading::bid::{self, Bid, SEALED};

const POSTS: [(&str, Role); 7] = [
    ("clerk", Role::WindowClerk),
    ("officer", Role::Officer),
    ("head", Role::AgencyHead),
    ("manager", Role::CatalogueManager),
    ("government", Role::Government),
    ("inspector", Role::Inspector),
    ("operator", Role::Operator),
];

#[tokio::test]
async fn every_kind_has_its_pages_for_every_post() {
    every_kind_of(county().await).await;
}

#[tokio::test]
async fn so_has_every_kind_of_the_terminal_of_supervision() {
    every_kind_of(terminal().await).await;
}

async fn every_kind_of(county: County) {
    let runs = &county.app.runs;
    for (person, role) in POSTS {
        let session = county.sign_in(person).await;
        let (status, menu) = session.page("/desk/matters").await;
        assert_eq!(status, StatusCode::OK, "{person}");
        for business in runs.all() {
            assert!(menu.contains(business.zh), "{person}: {}", business.zh);
        }
        for business in runs.left_out() {
            assert!(!menu.contains(&format!("<h2>{}</h2>", business.zh)), "{person}: {}", business.zh);
        }
        for kind in KINDS.iter().filter(|kind| !runs.kind(kind.name)) {
            let (status, _) = session.page(&format!("/desk/matters/{}", kind.word)).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{} is run by others", kind.word);
        }
        for kind in KINDS.iter().filter(|kind| runs.kind(kind.name)) {
            for path in [format!("/desk/matters/{}", kind.word), format!("/desk/matters/{}/new", kind.word)] {
                let (status, html) = session.page(&path).await;
                let expected = if kind.readable_by(role) { StatusCode::OK } else { StatusCode::NOT_FOUND };
                assert_eq!(status, expected, "{person} {path}");
                assert_eq!(html.matches("<h1").count(), 1, "{person} {path}");
            }
        }
    }
    let officer = county.sign_in("officer").await;
    assert_eq!(officer.page("/desk/matters/leads").await.0, StatusCode::NOT_FOUND, "sealed leads, or none");
    let firm = county.sign_in("firm").await;
    assert_eq!(firm.page("/desk/matters").await.0, StatusCode::SEE_OTHER, "the desk is for staff");
}

#[tokio::test]
async fn sealed_bids_stand_in_no_list_of_any_post() {
    let county = county().await;
    let bidder = Actor { person: PersonId::new("sealed-1"), role: Role::FirmAgent, org: OrgId::new(SEALED) };
    let (nonce, digest) = ("ab".repeat(16), "cd".repeat(32));
    let act = bid::Act::Deposit { project: None, nonce, digest, ticket: None };
    let call = Call { actor: &bidder, matter: None, act, private: Default::default(), key: None };
    let id = county.app.act::<Bid>(call).await.unwrap().matter;
    let row = county.app.store.matter(county.app.region, id).await.unwrap().unwrap();
    assert!(!row.number.is_empty() && !row.closed);
    for (person, _) in POSTS {
        let (status, html) = county.sign_in(person).await.page("/desk/matters/bids").await;
        assert_eq!(status, StatusCode::OK, "{person}");
        assert!(!html.contains(&row.number) && !html.contains(&id.to_string()), "{person}");
    }
}

#[tokio::test]
async fn a_hall_is_opened_on_a_drawn_form() {
    let county = county().await;
    let manager = county.sign_in("manager").await;
    let (page, action) = ("/desk/matters/halls/new", "/desk/matters/halls/new/acts/Open");
    let (status, _, html) = manager.send(page, action, &[("name", "市民之家（模拟）")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("市民之家（模拟）"), "what was typed is there");
    assert!(
        html.contains("id=\"Open-place\"") && html.contains("id=\"Open-place-error\""),
        "the field is named"
    );

    let fields = [
        ("number", "H1"),
        ("name", "市民之家（模拟）"),
        ("place", "county"),
        ("township", ""),
        ("channels", "door\nphone"),
    ];
    let (status, to, html) = manager.send(page, action, &fields).await;
    let errors = html
        .split("error-summary")
        .nth(1)
        .and_then(|rest| rest.split("</div>").next())
        .unwrap_or_default();
    assert_eq!(status, StatusCode::SEE_OTHER, "{errors}");
    let hall = to.unwrap();
    let (status, html) = manager.page(&hall).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("市民之家（模拟）") && html.contains("台账"), "its timeline with ledger numbers");
    assert!(html.contains("开放中") && manager.page("/desk/matters/halls").await.1.contains("开放中"));
    let (_, html) = manager.page("/desk/search?q=h1").await;
    assert!(
        html.contains("市民之家（模拟）") && html.contains("政务大厅：开放中"),
        "in the words of its kind: {html}"
    );

    let (status, _, html) = manager.send(page, action, &fields).await;
    assert_eq!(status, StatusCode::CONFLICT, "there is only one of that name");
    assert!(html.contains("HAL-"), "with its rule: {html}");

    let (status, _, _) = county.sign_in("officer").await.send("/desk", action, &fields).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "no post for it");
}
