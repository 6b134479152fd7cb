//! 个人信息的删除与冻结。 By whom the act allows, with its entry, on both engines; what was archived not before its disposal is
//! approved.

use fadu_app::now::{Movable, start_of};
use fadu_app::private::{Keys, Whose};
use fadu_app::registry::{self, Asked};
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::Channel;
use fadu_service::personal::Cause;
use fadu_service::{Case, CaseAct, Definition, Listing, Personal};
use fadu_store::{Postgres, Sqlite, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_981);
const PHONE: &str = "19912345678";

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

fn number(n: usize) -> String {
    fadu_kernel::codes::complete_citizen_number(&format!("42998119900101{n:03}")).unwrap()
}

async fn open(place: &str) -> Arc<App> {
    let store: Arc<dyn Store> = match place.starts_with("postgres") {
        true => Postgres::connect(place).await.unwrap(),
        false => Sqlite::open(place.as_ref()).unwrap(),
    };
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    App::open(R, store, Keys::new([3; 32]), Box::new(clock)).await.unwrap()
}

async fn act(app: &App, by: &Actor, case: MatterId, act: CaseAct) {
    let call = Call::<Case> { actor: by, matter: Some(case), act, private: BTreeMap::new(), key: None };
    app.act(call).await.unwrap();
}

fn refused_by<T: std::fmt::Debug>(answer: Result<T, Problem>) -> &'static str {
    match answer.unwrap_err() {
        Problem::Refused(refusal) | Problem::NoAuthority(refusal) => refusal.rule.id,
        other => panic!("{other:?}"),
    }
}

async fn erased_by_the_door(place: &str) {
    let app = open(place).await;
    let definition = Definition::read_all(fadu_service::ITEMS)
        .unwrap()
        .into_iter()
        .find(|item| item.online)
        .unwrap();
    let listing = Listing {
        department: definition.department.clone(),
        name: definition.name.clone(),
        code: "000120007000".into(),
        task_type: definition.task_type,
        findings: vec![],
    };
    let item = listing.id();
    app.play_publication(item, &listing, &definition).await.unwrap();
    let citizen = actor("citizen", Role::Citizen, "public");
    let apply = async |n: usize| {
        let private = [
            ("applicant_name", format!("模拟甲{n}")),
            ("applicant_number", number(n)),
            ("applicant_phone", if n < 3 { PHONE.to_owned() } else { format!("1991234{n:04}") }),
        ];
        let private = private.map(|(field, value)| (field.to_owned(), value)).into();
        let act = CaseAct::Receive { item, channel: Channel::Online, materials: BTreeMap::new() };
        let call = Call::<Case> { actor: &citizen, matter: None, act, private, key: None };
        app.act(call).await.unwrap().matter
    };
    let (one, other) = tokio::join!(apply(3), apply(3));
    for case in [one, other] {
        let row = app.store.private_of(R, case).await.unwrap().remove(0);
        let key = app.store.person_key(R, &row.subject).await.unwrap().unwrap();
        app.keys
            .open_value(&key, &row.field, &row.sealed)
            .expect("two first cases of one person at once are both sealed under the key that is kept");
    }
    let gone = app.keys.subject(&number(3));
    let (erased, during) = tokio::join!(app.store.erase_person(R, &gone, false), apply(3));
    assert!(erased.unwrap().is_some_and(|values| values > 0));
    for row in app.store.private_of(R, during).await.unwrap() {
        let key = app.store.person_key(R, &row.subject).await.unwrap().unwrap();
        app.keys
            .open_value(&key, &row.field, &row.sealed)
            .expect("what was sealed while the key was destroyed is sealed again");
    }
    let (first, second) = (apply(1).await, apply(2).await);
    let operator = actor("operator", Role::Operator, "bureau");
    let erase = async |by: &Actor, known: &str, disposal: &str| {
        app.erase_personal(by, Whose::Known(known), Cause::Purpose, "本人申请", disposal)
            .await
    };

    // By whose post it is, and of whom something is kept.
    let manager = actor("manager", Role::CatalogueManager, "bureau");
    assert_eq!(refused_by(erase(&manager, &number(1), "").await), "AUTH-01");
    assert!(!app.store.private_of(R, first).await.unwrap().is_empty());
    assert!(matches!(erase(&operator, "13800000000", "").await, Err(Problem::NotFound)));

    // Entry, values, key and blind index, and nobody else's.
    let done = erase(&operator, &number(1), "").await.unwrap();
    let entry = &app.store.entries(R, done[0].seq, 1).await.unwrap()[0];
    assert!(entry.body.contains("本人申请") && entry.body.contains("purpose"), "{}", entry.body);
    assert!(!entry.body.contains(&number(1)) && entry.body.contains("个人信息保护法"), "{}", entry.body);
    assert!(app.store.private_of(R, first).await.unwrap().is_empty());
    assert_eq!(app.store.person_key(R, &app.keys.subject(&number(1))).await.unwrap(), None);
    let found = async |known: &str| {
        let rows = app.store.by_facet(R, "who", &app.keys.blind(known), 9).await.unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!((found(&number(1)).await, found("模拟甲1").await), (vec![], vec![]));
    assert_eq!(found(PHONE).await, [second], "one telephone of two people: the other is still found");

    // What was archived is kept from then on, whoever asks and by whatever door, until the disposal is approved.
    act(&app, &citizen, second, CaseAct::Withdraw { reason: "不办了".into(), statement: String::new() })
        .await;
    act(&app, &actor("officer", Role::Officer, &definition.department), second, CaseAct::Archive).await;
    let subject = app.keys.subject(&number(2));
    let third = apply(2).await;
    let through = app.erase_personal(&operator, Whose::Of(third), Cause::Purpose, "本人申请", "");
    assert_eq!(refused_by(through.await), "DAT-20", "found through a case that is under way");
    let by_form = async |by: &Actor, disposal: &str| {
        let fields = serde_json::json!({"whose": subject, "cause": "purpose", "reason": "本人申请", "disposal": disposal});
        let asked = Asked { act: "Erase".to_owned(), fields: Some(fields), ..Asked::default() };
        (registry::word("personal-data").unwrap().act)(&app, by, asked).await
    };
    assert_eq!(refused_by(by_form(&operator, "").await), "DAT-20", "as any program or form asks");
    assert_eq!(refused_by(by_form(&operator, " ").await), "DAT-20");
    assert_eq!(
        refused_by(by_form(&manager, "").await),
        "AUTH-01",
        "nobody else learns that there is anything"
    );
    assert!(
        app.state_of::<Personal>(Personal::id(&subject)).await.unwrap().is_none(),
        "no fact of any of these"
    );
    assert_eq!(app.store.erase_person(R, &subject, false).await.unwrap(), None, "the store keeps it too");
    assert!(!app.store.private_of(R, second).await.unwrap().is_empty());
    app.freeze_personal(&operator, Whose::Of(second), "审计").await.unwrap();
    assert_eq!(refused_by(app.freeze_personal(&operator, Whose::Of(second), "又一次").await), "SVC-01");
    assert_eq!(refused_by(erase(&operator, &number(2), " ").await), "DAT-20");
    let of = Whose::Of(second);
    app.erase_personal(&operator, of, Cause::Term, "保管期满", "模档〔2035〕1号")
        .await
        .unwrap();
    assert!(app.store.private_of(R, second).await.unwrap().is_empty());
    assert!(found(PHONE).await.is_empty());
    assert!(app.store.outbox(R, 9).await.unwrap().is_empty());
    app.verify_ledger(None).await.unwrap().unwrap();
}

#[tokio::test]
async fn erased_by_the_door_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    erased_by_the_door(folder.path().join("fadu.db").to_str().unwrap()).await;
}

#[tokio::test]
async fn erased_by_the_door_on_postgres() {
    let Ok(url) = std::env::var("FADU_TEST_PG") else {
        println!("skipped: FADU_TEST_PG is not set");
        return;
    };
    erased_by_the_door(&url).await;
}
