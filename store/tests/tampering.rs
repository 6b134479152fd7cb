//! 篡改与删除。 Whoever changes, drops or swaps entries is found; whoever is erased leaves a tree that verifies.

use fadu_app::log::Broken;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::{Case, CaseAct, Definition, Item, Listing};
use fadu_store::{Sqlite, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const R: Region = Region(429_997);
const NAME: &str = "模拟申请人甲乙丙";
const PHONE: &str = "19912345678";
const SCAN: &[u8] = b"%PDF-1.7 a scan of somebody's papers";
const OLD: &[u8] = b"%PDF-1.4 a file from before files were sealed";

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn open(path: &Path) -> Arc<App> {
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(path).unwrap();
    App::open(R, store, Keys::new([7; 32]), Box::new(clock)).await.unwrap()
}

/// One open item, and `n` applications on it.
async fn county(path: &Path, n: usize) -> Arc<App> {
    let app = open(path).await;
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
    let id = listing.id();
    app.play_publication(id, &listing, &definition).await.unwrap();
    for i in 0..n {
        apply(&app, id, i).await;
    }
    app
}

async fn apply(app: &App, item: MatterId, i: usize) -> MatterId {
    let number = fadu_kernel::codes::complete_citizen_number(&format!("42999719900101{:03}", i % 3)).unwrap();
    let private =
        [("applicant_name", NAME), ("applicant_number", number.as_str()), ("applicant_phone", PHONE)];
    let private = private
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .collect();
    let citizen = actor("citizen", Role::Citizen, "public");
    let catalogue = app.catalogue();
    let (_, definition) = catalogue.one::<Item>(item).unwrap().current().unwrap();
    let materials = definition
        .asked()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect();
    let act = CaseAct::Receive { item, channel: Channel::Online, materials };
    app.act::<Case>(Call { actor: &citizen, matter: None, act, private, key: Some(format!("apply-{i}")) })
        .await
        .unwrap()
        .matter
}

/// A scan that comes later, with nobody's number beside it.
async fn supplement(app: &App, case: MatterId) -> String {
    let catalogue = app.catalogue();
    let (_, item) = catalogue.all::<Item>().next().unwrap();
    let material = item.current().unwrap().1.asked().next().unwrap().id.clone();
    let mut private = BTreeMap::new();
    let digest = app.seal_file(SCAN, &mut private).await.unwrap();
    let paper = Paper { digest: digest.clone(), file_name: format!("{material}.pdf"), signed: false };
    let act = CaseAct::Supplement { materials: [(material, paper)].into() };
    let citizen = actor("citizen", Role::Citizen, "public");
    app.act::<Case>(Call { actor: &citizen, matter: Some(case), act, private, key: None })
        .await
        .unwrap();
    digest
}

/// Entries before the first case: two duties assigned, and the item's way from its entry to its publication.
const PUBLICATION: i64 = 10;

fn sql(path: &Path, text: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
}

#[tokio::test]
async fn the_first_bad_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let app = county(&path, 40).await;
    let kept = app.checkpoint().await.unwrap().unwrap();
    let key = app.signer().verify_key();
    let sound = app.verify_ledger(Some((&key, &kept.note))).await.unwrap().unwrap();
    assert_eq!(sound.entries, PUBLICATION + 40);
    drop(app);
    let backup = folder.path().join("sound.db");
    sql(&path, &format!("vacuum into '{}'", backup.display()));
    let flip = |seq: i64, at: i64| {
        format!(
            "update entry set body = substr(body,1,{at}) || case when substr(body,{0},1) = 'x' then 'y' else 'x' end || substr(body,{0}+1) where seq = {seq}",
            at + 1
        )
    };
    let swap = "update entry set seq = -1 where seq = 15; update entry set seq = 15 where seq = 19; update entry set seq = 19 where seq = -1;";
    let table = [
        (flip(0, 0), 0),
        (flip(17, 30), 17),
        (flip(49, 200), 49),
        ("delete from entry where seq = 12".to_owned(), 12),
        ("delete from entry where seq >= 41".to_owned(), 41),
        ("delete from entry where seq = 49; update head set next_seq = 49; delete from checkpoint; delete from tile".to_owned(), 49),
        (swap.to_owned(), 15),
        // The text and the tree stand; only what lists and figures read was turned.
        ("update entry set day = '2024-12-31' where seq = 17".to_owned(), 17),
        ("update entry set fact = 'Decided' where seq = 17".to_owned(), 17),
        ("update entry set kind = 'item' where seq = 17".to_owned(), 17),
        ("update entry set matter = matter + 1 where seq = 17".to_owned(), 17),
        ("update entry set actor = 'nobody' where seq = 17".to_owned(), 17),
        ("update entry set ms = ms + 1000 where seq = 17".to_owned(), 17),
        // What its column cannot hold is no entry, and those before it are.
        ("update entry set ms = 'noon' where seq = 17".to_owned(), 17),
        ("update entry set leaf = 'text' where seq = 17".to_owned(), 17),
        ("update entry set kind = cast(x'ff' as text) where seq in (17, 20)".to_owned(), 17),
        ("delete from entry where seq = 16; update entry set kind = cast(x'ff' as text) where seq = 17".to_owned(), 16),
    ];
    for (tampering, first) in table {
        let damaged = folder.path().join("damaged.db");
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", damaged.display()));
        }
        std::fs::copy(&backup, &damaged).unwrap();
        sql(&damaged, &tampering);
        let app = open(&damaged).await;
        let broken = app
            .verify_ledger(Some((&key, &kept.note)))
            .await
            .unwrap()
            .expect_err(&tampering);
        assert_eq!(named(&broken), Some(first), "{tampering}: {broken}");
    }
}

/// The number of the entry that is told of.
fn named(broken: &Broken) -> Option<i64> {
    match broken {
        Broken::Missing { seq }
        | Broken::Changed { seq }
        | Broken::Misplaced { seq }
        | Broken::Misfiled { seq }
        | Broken::Unreadable { seq }
        | Broken::NotOfTree { seq } => Some(*seq),
        Broken::Shorter { found, .. } => Some(*found),
        Broken::Root { .. } | Broken::Checkpoint(_) => None,
    }
}

/// Four hundred bytes of an entry's texts and of its leaf hash, each turned into another; every second into one that stands
/// nowhere in UTF-8.
#[tokio::test]
async fn a_turned_byte_names_its_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let app = county(&path, 20).await;
    app.checkpoint().await.unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("pragma synchronous = off").unwrap();
    // Knuth's multiplier: the same bytes on every run.
    let mut state = 20_250_303_u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..400 {
        let seq = draw((PUBLICATION + 20) as usize) as i64;
        let column = ["kind", "fact", "day", "actor", "leaf", "body"][draw(6)];
        let read = format!("select cast({column} as blob) from entry where seq = ?1");
        let was: Vec<u8> = connection.query_row(&read, [seq], |row| row.get(0)).unwrap();
        let put = |bytes: &[u8]| {
            let value = if column == "leaf" { "?1" } else { "cast(?1 as text)" };
            let write = format!("update entry set {column} = {value} where seq = ?2");
            connection.execute(&write, rusqlite::params![bytes, seq]).unwrap();
        };
        let (at, other) = (draw(was.len()), draw(255) as u8 + 1);
        let mut turned = was.clone();
        turned[at] = if round % 2 == 0 && was[at] != 0xFF { 0xFF } else { was[at].wrapping_add(other) };
        put(&turned);
        let broken = app.verify_ledger(None).await.unwrap().err();
        let told = format!("{column} of {seq}, byte {at}: {broken:?}");
        assert_eq!(broken.as_ref().and_then(named), Some(seq), "{told}");
        put(&was);
    }
    assert!(app.verify_ledger(None).await.unwrap().is_ok(), "as it was");
}

/// A forger who recomputes the leaf hash and the columns is caught by the stored tree, and by a signed root if they rewrite that too.
#[tokio::test]
async fn a_careful_forger_is_caught() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let app = county(&path, 10).await;
    app.checkpoint().await.unwrap();
    let body = app.store.entries(R, 14, 1).await.unwrap()[0].body.replace("citizen", "citizeN");
    drop(app);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let leaf = fadu_ledger::leaf_hash(body.as_bytes());
    connection
        .execute(
            "update entry set body = ?1, leaf = ?2, actor = 'citizeN' where seq = 14",
            rusqlite::params![body, leaf.to_vec()],
        )
        .unwrap();
    drop(connection);
    let app = open(&path).await;
    assert_eq!(app.verify_ledger(None).await.unwrap().unwrap_err(), Broken::NotOfTree { seq: 14 });
    sql(&path, "delete from tile");
    assert!(matches!(app.verify_ledger(None).await.unwrap(), Err(Broken::Root { .. })));
}

/// No file of the store holds the value in a readable form before, and nobody can open it after.
#[tokio::test]
async fn an_erased_person_cannot_be_read_and_the_tree_still_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let app = county(&path, 3).await;
    let case = app.store.by_facet(R, "who", &app.keys.blind(NAME), 10).await.unwrap();
    assert_eq!(case.len(), 3);
    let sealed = app.store.private_of(R, case[0].id).await.unwrap();
    let subject = sealed[0].subject.clone();
    let wrapped = app.store.person_key(R, &subject).await.unwrap().unwrap();
    let row = sealed.iter().find(|row| row.field == "applicant_phone").unwrap();
    assert_eq!(app.keys.open_value(&wrapped, "applicant_phone", &row.sealed).unwrap().0, PHONE);
    let scan = supplement(&app, case[0].id).await;
    let (media, bytes) = app.open_file(case[0].id, &scan).await.unwrap().unwrap();
    assert_eq!((media.as_str(), bytes.as_slice()), ("application/pdf", SCAN));
    assert!(app.open_file(case[1].id, &scan).await.unwrap().is_none(), "another case's");
    app.store.put_blob(R, "old", "application/pdf", OLD.to_vec()).await.unwrap();
    assert_eq!(app.open_file(case[0].id, "old").await.unwrap().unwrap().1, OLD);

    app.store.freeze_person(R, &subject, true).await.unwrap();
    assert_eq!(
        app.store.erase_person(R, &subject, false).await.unwrap(),
        None,
        "what archives law keeps is frozen"
    );
    app.store.freeze_person(R, &subject, false).await.unwrap();
    assert!(
        app.store
            .erase_person(R, &subject, false)
            .await
            .unwrap()
            .is_some_and(|values| values > 0)
    );
    assert_eq!(app.store.person_key(R, &subject).await.unwrap(), None);
    assert!(app.store.private_of(R, case[0].id).await.unwrap().is_empty(), "what opens the scan as well");
    assert!(app.open_file(case[0].id, &scan).await.unwrap().is_none());
    assert_eq!(app.verify_ledger(None).await.unwrap().unwrap().entries, PUBLICATION + 4);
    // While the store is open, its log and its index of the log are looked through too.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for needle in [NAME.as_bytes(), PHONE.as_bytes(), b"42999719900101", SCAN] {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{} holds `{}`", path.display(), String::from_utf8_lossy(needle));
        }
    }
    drop(app);
}

#[tokio::test]
async fn a_replayed_form_opens_one_case() {
    let folder = tempfile::tempdir().unwrap();
    let app = county(&folder.path().join("fadu.db"), 1).await;
    let item = app.catalogue().all::<Item>().next().unwrap().0;
    let before = app.store.head(R).await.unwrap().next_seq;
    let again = apply(&app, item, 0).await;
    assert_eq!(app.store.head(R).await.unwrap().next_seq, before);
    assert!(app.store.matter(R, again).await.unwrap().is_some());
}

/// What a server remembers of a matter never answers for what another server did to it since.
#[tokio::test]
async fn two_servers_on_one_store_see_each_others_acts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let one = county(&path, 0).await;
    let other = open(&path).await;
    let catalogue = one.catalogue();
    let (id, item) = catalogue.all::<Item>().next().unwrap();
    let officer = actor("officer", Role::Officer, &item.department);
    let case = apply(&one, id, 0).await;
    let act = |act| Call { actor: &officer, matter: Some(case), act, private: BTreeMap::new(), key: None };
    other.act::<Case>(act(CaseAct::Accept)).await.unwrap();
    let twice = one.act::<Case>(act(CaseAct::Accept)).await.unwrap_err();
    assert!(matches!(twice, Problem::Refused(_)), "decided on what the other did: {twice:?}");
    let note = "相符".to_owned();
    let verify =
        CaseAct::Verify { checkers: vec![officer.person.clone()], passed: true, note, interested: false };
    one.act::<Case>(act(verify)).await.unwrap();
    let row = one.store.matter(R, case).await.unwrap().unwrap();
    assert_eq!(row.version, 3, "received here, accepted there, verified here");
}
