//! 定时巡查。 One bad matter never stops the rest, and what is due goes on beyond the first page of two hundred.

use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::sweep::Swept;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::Channel;
use fadu_service::{Case, CaseAct, Definition, Listing};
use fadu_store::{Append, MatterWrite, Outcome, Sqlite, Store};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

const R: Region = Region(429_995);
/// More than two pages, the last of them not full.
const CASES: u64 = 405;

async fn receive(app: &App, item: MatterId, n: u64) -> MatterId {
    let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
    let private: BTreeMap<String, String> =
        [("applicant_name", "模拟申请人"), ("applicant_number", &number), ("applicant_phone", "19900000000")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into();
    let applicant =
        Actor { person: PersonId::new(&format!("c{n}")), role: Role::Citizen, org: OrgId::new("public") };
    let act = CaseAct::Receive { item, channel: Channel::Online, materials: BTreeMap::new() };
    let call = Call { actor: &applicant, matter: None, act, private, key: None };
    app.act::<Case>(call).await.unwrap().matter
}

/// What no program wrote: a state that cannot be read. Its rows in lists stay.
async fn spoil(store: &Arc<dyn Store>, id: MatterId) {
    let row = store.matter(R, id).await.unwrap().unwrap();
    let write = MatterWrite {
        id,
        kind: "case",
        expected: row.version,
        version: row.version + 1,
        number: row.number,
        title: row.title,
        status: row.status,
        org: row.org,
        due: row.due,
        amber: row.amber,
        closed: row.closed,
        opened_day: row.opened_day,
        state: "{".to_owned(),
        listed: row.listed,
        facets_gone: vec![],
        facets_new: vec![],
        tasks_gone: vec![],
        tasks_put: vec![],
    };
    let append = Append {
        region: R,
        key: Some("spoilt".to_owned()),
        epoch: store.head(R).await.unwrap().epoch,
        raises_epoch: false,
        reads: vec![],
        writes: vec![write],
        entries: vec![],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    };
    assert!(matches!(store.append(append).await.unwrap(), Outcome::Done(_)));
}

#[tokio::test]
async fn one_bad_matter_stops_neither_its_page_nor_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let clock = Movable::default();
    let at = |day: Date| clock.set(start_of(day) + 9 * 3_600_000);
    at(date(2025, 3, 3));
    let app = App::open(R, Arc::clone(&store), Keys::new([7; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let mut shipped = Definition::read_all(fadu_service::ITEMS).unwrap();
    shipped.retain(|item| item.id == "temporary-land-use");
    let definition = shipped.remove(0);
    let listing = Listing {
        department: definition.department.clone(),
        name: definition.name.clone(),
        code: "C1".to_owned(),
        task_type: definition.task_type,
        findings: vec![],
    };
    app.play_publication(listing.id(), &listing, &definition).await.unwrap();
    let mut cases = Vec::new();
    for n in 0..CASES {
        cases.push(receive(&app, listing.id(), n).await);
    }
    cases.sort_unstable();
    // What the receipts asked for is out of the way.
    assert_eq!(app.sweep(date(2025, 3, 3)).await.unwrap().failed, 0);
    spoil(&store, cases[0]).await;

    // Five working days to answer in: nothing is to be done on the last of them.
    at(date(2025, 3, 10));
    let quiet = app.sweep(date(2025, 3, 10)).await.unwrap();
    assert_eq!(quiet.acted, 0, "{quiet:?}");
    at(date(2025, 3, 11));
    let swept = app.sweep(date(2025, 3, 11)).await.unwrap();
    assert_eq!(swept, Swept { seen: CASES, acted: CASES - 1, failed: 1 });
    for case in &cases[1..] {
        let state = app.state_of::<Case>(*case).await.unwrap().unwrap();
        assert!(state.accepted.is_some_and(|accepted| accepted.deemed), "{case}");
    }
    let again = app.sweep(date(2025, 3, 11)).await.unwrap();
    assert_eq!((again.acted, again.failed), (0, 1), "it may run twice, and says what is left");
}
