//! What only this engine must show: old files migrate, one bad row fails one act.

use super::*;
use crate::contract::append;

const R: Region = Region(420222);

#[tokio::test]
async fn a_store_of_the_first_schema_keeps_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../migrations/0001_house.sqlite.sql"))
        .unwrap();
    old.execute_batch(
        "pragma user_version=1;
         insert into head values (420222, 3, 0);
         insert into entry values (420222, 0, 7, 'case', 'Received', '2025-03-03', 1, 'p', zeroblob(32), '{\"version\":1}');
         insert into entry values (420222, 1, 7, 'case', 'Accepted', '2025-03-03', 1, 'p', zeroblob(32), '{\"version\":2}');
         insert into entry values (420222, 2, 7, 'case', 'Amber', '2025-03-03', 1, 'p', zeroblob(32), '{\"version\":2}');
         insert into receipt values (420222, 'opened', 7, 1, 0, 1), (420222, 'accepted', 7, 2, 1, 2);
         insert into task values (420222, 7, 'decide', 'officer', 'd', '2025-03-31');
         insert into matter values (420222, 7, 'case', 2, 'N7', 't', 'received', 'd', null, null, 0, '2025-03-03', '{\"v\":1}');
         insert into blob values (420222, 'digest', 'text/plain', x'61');
         insert into tile values (420222, 0, 0, zeroblob(32));",
    )
    .unwrap();
    drop(old);
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(store.entries(R, 0, 9).await.unwrap().len(), 3);
    assert_eq!(store.entries_of(R, MatterId(7)).await.unwrap().len(), 3);
    let accepted = Done { matter: MatterId(7), version: 2, seq: 1, entries: 2 };
    assert_eq!(store.done_before(R, Some(MatterId(7)), "accepted").await.unwrap(), Some(accepted));
    assert!(store.done_before(R, None, "opened").await.unwrap().is_some());
    let query = TaskQuery {
        orgs: vec!["d".into()],
        role: "officer",
        due_by: None,
        after: None,
        kinds: vec![],
        limit: 9,
    };
    assert_eq!(store.tasks(R, query).await.unwrap().len(), 1);
    assert_eq!(store.matter(R, MatterId(7)).await.unwrap().unwrap().state, "{\"v\":1}");
    assert_eq!(store.blob(R, "digest").await.unwrap().unwrap().1, b"a");
    assert_eq!(store.tile(R, 0, 0).await.unwrap().unwrap().len(), 32);
    assert!(
        matches!(store.append(append(7, 2, None, 0)).await.unwrap(), Outcome::Done(done) if done.seq == 3)
    );
}

#[test]
fn every_primary_key_begins_with_the_region() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    drop(Sqlite::open(&path).unwrap());
    let connection = Connection::open(&path).unwrap();
    // The full-text index keeps its rows in tables of its own, `text_…`, which have no key of ours.
    let sql = "select m.name, k.name from sqlite_master m left join pragma_table_info(m.name) k on k.pk = 1
        where m.type = 'table' and m.sql not like 'create virtual%' and m.name not like 'text_%' and m.name not like 'sqlite_%'";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let keys: Vec<(String, Option<String>)> = rows.collect::<Result<_, _>>().unwrap();
    assert_eq!(keys.len(), 18, "{keys:?}");
    for (table, first) in keys {
        assert_eq!(first.as_deref(), Some("region"), "the primary key of {table}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_written_fails_its_own_act_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let store = Sqlite::open(&path).unwrap();
    let forbid = "create trigger forbid before insert on task when new.matter = 2 begin select raise(abort, 'no'); end";
    Connection::open(&path).unwrap().execute_batch(forbid).unwrap();
    // All three are in the writer's queue before it wakes, or come one by one: the answers are the same.
    let (first, bad, last) = tokio::join!(
        store.append(append(1, 0, None, 0)),
        store.append(append(2, 0, Some("again"), 0)),
        store.append(append(3, 0, None, 0)),
    );
    assert!(matches!(bad, Err(Fault::Engine(_))), "{bad:?}");
    let mut seqs: Vec<i64> = [first, last]
        .into_iter()
        .filter_map(|outcome| if let Ok(Outcome::Done(done)) = outcome { Some(done.seq) } else { None })
        .collect();
    seqs.sort_unstable();
    assert_eq!(seqs, [0, 1], "the failed act took no number");
    assert!(store.matter(R, MatterId(2)).await.unwrap().is_none(), "nothing of it is left");
    assert_eq!(store.entries(R, 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_full_disk_fails_acts_clearly_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fadu.db");
    let small = SqliteOptions { max_pages: Some(120), ..SqliteOptions::default() };
    let store = Sqlite::open_with(&path, small).unwrap();
    let mut kept = 0;
    let full = loop {
        match store.append(append(kept + 1, 0, None, 0)).await {
            Ok(Outcome::Done(done)) => {
                assert_eq!(done.seq, kept);
                kept += 1;
            }
            other => break other,
        }
        assert!(kept < 100_000, "the quota never came into force");
    };
    assert!(matches!(full, Err(Fault::CannotWrite(_))), "{full:?}");
    let again = store.append(append(kept + 1, 0, None, 0)).await;
    assert!(matches!(again, Err(Fault::CannotWrite(_))), "still full: {again:?}");
    assert_eq!(store.entries(R, 0, u32::MAX).await.unwrap().len() as i64, kept, "reading goes on");
    drop(store);
    // The operator makes room.
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(store.entries(R, 0, u32::MAX).await.unwrap().len() as i64, kept);
    let next = store.append(append(kept + 1, 0, None, 0)).await.unwrap();
    assert!(
        matches!(next, Outcome::Done(done) if done.seq == kept),
        "the ledger goes on where it stood: {next:?}"
    );
}
