//! PostgreSQL against the contract, under a lost connection, and with the plans of its act path.

use super::copy::table_file;
use super::writer::act_path_sql;
use super::*;
use std::sync::atomic::{AtomicU32, Ordering};

const R: Region = Region(420222);

/// Runs `body` on a database of its own, which is dropped afterwards, whatever became of it.
pub(crate) async fn with_database<F>(body: impl FnOnce(String) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(url) = std::env::var("FADU_TEST_PG") else {
        println!("skipped: FADU_TEST_PG is not set");
        return;
    };
    let name = format!("fadu_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (server, _) = url.rsplit_once('/').unwrap();
    let admin = plain(&url).await;
    admin
        .batch_execute(&format!("drop database if exists {name} with (force)"))
        .await
        .unwrap();
    admin.batch_execute(&format!("create database {name}")).await.unwrap();
    let ended = tokio::spawn(body(format!("{server}/{name}"))).await;
    admin
        .batch_execute(&format!("drop database {name} with (force)"))
        .await
        .unwrap();
    ended.unwrap();
}

async fn plain(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn writer(url: &str) -> Writer {
    drop(Postgres::connect(url).await.unwrap());
    Writer { config: configure(url).unwrap(), client: None, retry_at: Instant::now(), pause: FIRST_PAUSE }
}

/// Settles these acts as one batch.
async fn together(writer: &mut Writer, acts: Vec<Append>) -> Vec<Result<Outcome, Fault>> {
    let (jobs, answers): (Vec<_>, Vec<_>) = acts
        .into_iter()
        .map(|append| {
            let (reply, answer) = oneshot::channel();
            (Job { append: Box::new(append), reply }, answer)
        })
        .unzip();
    writer.settle(jobs).await;
    let mut outcomes = Vec::new();
    for answer in answers {
        outcomes.push(answer.await.unwrap());
    }
    outcomes
}

fn task(n: i64) -> TaskPut {
    TaskPut { name: format!("t{n}"), role: "officer", org: "dept".to_owned(), due: String::new() }
}

fn act(id: i64, expected: i64, key: Option<&str>) -> Append {
    let write = MatterWrite {
        id: MatterId(id),
        kind: "case",
        expected,
        version: expected + 1,
        number: format!("N{id}"),
        title: "模拟".to_owned(),
        status: format!("s{}", expected + 1),
        org: "dept".to_owned(),
        due: None,
        amber: None,
        closed: false,
        opened_day: "2025-03-03".to_owned(),
        state: "{}".to_owned(),
        facets_gone: vec![("at".to_owned(), expected.to_string())],
        facets_new: vec![("at".to_owned(), (expected + 1).to_string())],
        listed: String::new(),
        tasks_gone: vec![task(expected)],
        tasks_put: vec![task(expected + 1)],
    };
    let tail = format!("\"matter\":{id}}}");
    let entry = NewEntry {
        matter: MatterId(id),
        kind: "case",
        fact: "Moved",
        day: "2025-03-03".to_owned(),
        ms: 1,
        actor: "p".to_owned(),
        tail,
        effects: vec![],
    };
    Append {
        region: R,
        key: key.map(str::to_owned),
        epoch: 0,
        raises_epoch: false,
        reads: vec![],
        writes: vec![write],
        entries: vec![entry],
        private: vec![],
        person_keys: vec![],
        carries_out: vec![],
    }
}

fn seq(outcome: &Result<Outcome, Fault>) -> i64 {
    let Ok(Outcome::Done(done)) = outcome else { panic!("{outcome:?}") };
    done.seq
}

#[tokio::test]
async fn acts_of_one_batch_see_each_other() {
    with_database(async |url: String| {
        let store = Postgres::connect(&url).await.unwrap();
        let mut writer = writer(&url).await;
        let mut sending = act(9, 0, None);
        sending.entries[0].effects = vec!["{}".to_owned()];
        let mut late = act(5, 0, None);
        late.epoch = 3;
        let mut raising = act(6, 0, None);
        raising.raises_epoch = true;
        let batch = vec![
            act(1, 0, Some("k")),
            act(1, 0, Some("k")),
            act(1, 0, None),
            act(1, 1, None),
            sending,
            late,
            raising,
            act(7, 0, None),
        ];
        let outcomes = together(&mut writer, batch).await;
        let first = Done { matter: MatterId(1), version: 1, seq: 0, entries: 1 };
        assert_eq!(outcomes[0].as_ref().unwrap(), &Outcome::Done(first));
        assert_eq!(
            outcomes[1].as_ref().unwrap(),
            &Outcome::Replayed(first),
            "the same key twice in one batch"
        );
        assert_eq!(outcomes[2].as_ref().unwrap(), &Outcome::Raced, "opened by the act before");
        assert_eq!(seq(&outcomes[3]), 1, "moved on from the version the act before left");
        assert_eq!(seq(&outcomes[4]), 2);
        assert_eq!(outcomes[5].as_ref().unwrap(), &Outcome::EpochMoved);
        assert_eq!(seq(&outcomes[6]), 3);
        assert_eq!(
            outcomes[7].as_ref().unwrap(),
            &Outcome::EpochMoved,
            "the catalogue moved within the batch"
        );
        assert_eq!(store.head(R).await.unwrap(), Head { next_seq: 4, epoch: 1 });
        let row = store.matter(R, MatterId(1)).await.unwrap().unwrap();
        assert_eq!((row.version, row.status.as_str()), (2, "s2"));
        assert!(store.by_facet(R, "at", "0", 9).await.unwrap().is_empty());
        assert_eq!(
            store.by_facet(R, "at", "1", 9).await.unwrap().len(),
            2,
            "matters 6 and 9; matter 1 moved on"
        );
        assert_eq!(store.by_facet(R, "at", "2", 9).await.unwrap().len(), 1);

        let carrying =
            |id, expected| Append { epoch: 1, carries_out: vec![(2, 0)], ..act(id, expected, None) };
        let outcomes = together(&mut writer, vec![carrying(1, 7), carrying(10, 0), carrying(11, 0)]).await;
        assert!(
            matches!(outcomes[0], Err(Fault::Engine(_))),
            "a lost race leaves the effect for the next run"
        );
        assert_eq!(seq(&outcomes[1]), 4);
        assert_eq!(outcomes[2].as_ref().unwrap(), &Outcome::CarriedOut);
        assert!(store.outbox(R, 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn one_bad_act_fails_alone() {
    with_database(async |url: String| {
        let mut writer = writer(&url).await;
        let mut bad = act(2, 0, None);
        // PostgreSQL keeps no NUL in text.
        bad.writes[0].title = "\0".to_owned();
        let outcomes = together(&mut writer, vec![act(1, 0, None), bad, act(3, 0, None)]).await;
        assert_eq!((seq(&outcomes[0]), seq(&outcomes[2])), (0, 1), "no gap where the bad one stood");
        assert!(matches!(outcomes[1], Err(Fault::Engine(_))), "{:?}", outcomes[1]);
    })
    .await;
}

#[tokio::test]
async fn two_processes_share_a_region() {
    with_database(async |url: String| {
        // Started together on an empty database: one of them lays the schema.
        let (one, two) = tokio::try_join!(Postgres::connect(&url), Postgres::connect(&url)).unwrap();
        let acts: Vec<_> = (0..400)
            .map(|i| {
                let store = if i % 2 == 0 { one.clone() } else { two.clone() };
                tokio::spawn(async move { store.append(act(i / 2, 0, None)).await })
            })
            .collect();
        let (mut seqs, mut raced) = (Vec::new(), 0);
        for act in acts {
            match act.await.unwrap() {
                Ok(Outcome::Raced) => raced += 1,
                outcome => seqs.push(seq(&outcome)),
            }
        }
        seqs.sort_unstable();
        assert_eq!(seqs, (0..200).collect::<Vec<_>>(), "no gap and no twin");
        assert_eq!(raced, 200);
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_never_success() {
    with_database(async |url: String| {
        let store = Postgres::connect(&url).await.unwrap();
        assert_eq!(seq(&store.append(act(1, 0, None)).await), 0);
        let admin = plain(&url).await;
        // The head is held, so the act waits inside its transaction when its connection is cut.
        admin.batch_execute("begin; select 1 from head for update").await.unwrap();
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { store.append(act(2, 0, Some("k"))).await }
        });
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while admin.query(cut, &[]).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(matches!(waiting.await.unwrap(), Err(Fault::InDoubt(_))), "it may have arrived");
        admin.batch_execute("commit").await.unwrap();
        assert_eq!(seq(&store.append(act(2, 0, Some("k"))).await), 1, "the next act finds a new connection");
    })
    .await;
}

#[tokio::test]
async fn a_forgetful_server_is_refused() {
    with_database(async |url: String| {
        let name = url.rsplit_once('/').unwrap().1;
        plain(&url)
            .await
            .batch_execute(&format!("alter database {name} set synchronous_commit = off"))
            .await
            .unwrap();
        let refused = Postgres::connect(&url).await.err().unwrap().to_string();
        assert!(refused.contains("synchronous_commit"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_copy_restores_whole() {
    with_database(async |url: String| {
        let folder = tempfile::tempdir().unwrap();
        let store = Postgres::connect(&url).await.unwrap();
        for i in 0..1500 {
            store
                .put_account(R, &format!("p{i}"), "换行\n\"引号\" \\ \u{1F4DC}")
                .await
                .unwrap();
        }
        let mut sealed = act(1, 0, Some("k"));
        sealed.private = vec![PrivatePut {
            matter: MatterId(1),
            field: "name".into(),
            subject: "s".into(),
            sealed: (0..=255).collect(),
        }];
        store.append(sealed).await.unwrap();
        store.put_blob(R, "d", "application/pdf", vec![0, 255, 7]).await.unwrap();
        store
            .put_text(R, "article", vec![("a".into(), "第一条".into(), "行政 许可".into())])
            .await
            .unwrap();
        store.backup(folder.path()).await.unwrap();
        assert!(
            matches!(store.backup(folder.path()).await, Err(Fault::CannotWrite(_))),
            "a copy is not overwritten"
        );
        assert!(store.restore(folder.path()).await.is_err(), "the database is not empty");

        let (server, name) = url.rsplit_once('/').unwrap();
        let admin = plain(&url).await;
        admin.batch_execute(&format!("create database {name}_copy")).await.unwrap();
        let copy = Postgres::connect(&format!("{server}/{name}_copy")).await.unwrap();
        copy.restore(folder.path()).await.unwrap();
        assert_eq!(copy.accounts(R).await.unwrap(), store.accounts(R).await.unwrap());
        assert_eq!(copy.entries(R, 0, 9).await.unwrap(), store.entries(R, 0, 9).await.unwrap());
        let sealed = &copy.private_of(R, MatterId(1)).await.unwrap()[0].sealed;
        assert_eq!(*sealed, (0..=255).collect::<Vec<u8>>());
        assert_eq!(copy.blob(R, "d").await.unwrap().unwrap().1, [0, 255, 7]);
        assert_eq!(copy.search_text(R, "article", &["许可".into()], 9).await.unwrap().len(), 1);
        assert!(matches!(copy.append(act(1, 0, Some("k"))).await, Ok(Outcome::Replayed(_))));
        assert_eq!(seq(&copy.append(act(2, 0, None)).await), 1, "the ledger goes on where it stood");
        admin
            .batch_execute(&format!("drop database {name}_copy with (force)"))
            .await
            .unwrap();

        // A copy made before the list of refusals was there.
        let path = folder.path().join("manifest.json");
        let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        manifest["schema"] = 1.into();
        let tables = manifest["tables"].as_array_mut().unwrap();
        tables.retain(|table| table["name"] != "refusal");
        std::fs::write(&path, manifest.to_string()).unwrap();
        admin.batch_execute(&format!("create database {name}_older")).await.unwrap();
        let older = Postgres::connect(&format!("{server}/{name}_older")).await.unwrap();
        older.restore(folder.path()).await.unwrap();
        assert_eq!(older.entries(R, 0, 9).await.unwrap(), store.entries(R, 0, 9).await.unwrap());
        admin
            .batch_execute(&format!("drop database {name}_older with (force)"))
            .await
            .unwrap();

        std::fs::write(table_file(folder.path(), "account"), "").unwrap();
        assert!(
            matches!(store.restore(folder.path()).await, Err(Fault::Corrupt(_)) | Err(Fault::Engine(_))),
            "a short file"
        );
    })
    .await;
}

/// Literal arguments for each statement of the act path; they write real rows, undone by a rollback.
fn arguments(name: &str) -> &'static str {
    match name {
        "lock_head" | "open_head" => "",
        "receipts" | "keyed" => ", '{k}'",
        "versions" => ", '{1}', '{1}'",
        "effects" | "take_effects" => ", '{1}', '{0}'",
        "save_head" => ", 7, 0",
        "put_entries" => {
            ", '{5}', '{1}', '{case}', '{f}', '{2025-03-03}', '{1}', '{p}', array['\\x00'::bytea], '{b}'"
        }
        "open_matters" => {
            ", '{5}', '{case}', '{1}', '{n}', '{t}', '{s}', '{o}', '{null}', '{null}', '{f}', '{2025-03-03}', '{s}', '{5+1}', '{l}'"
        }
        "move_matters" => {
            ", '{1}', '{1}', '{2}', '{n}', '{t}', '{s}', '{o}', '{null}', '{null}', '{f}', '{s}', '{5+1}', '{l}'"
        }
        "drop_facets" | "put_facets" => ", '{at}', '{1}', '{1}'",
        "drop_tasks" | "put_tasks" => ", '{dept}', '{officer}', '{2025-03-03}', '{1}', '{t1}'",
        "put_person_keys" => ", '{s}', array['\\x00'::bytea]",
        "put_private" => ", '{1}', '{name}', '{s}', array['\\x00'::bytea]",
        "put_receipts" => ", '{k2}', '{1}', '{1}', '{0}', '{1}'",
        "put_effects" => ", '{5}', '{0}', '{e}'",
        other => panic!("no arguments for {other}"),
    }
}

#[tokio::test]
async fn the_act_path_touches_one_partition() {
    with_database(async |url: String| {
        let store = Postgres::connect(&url).await.unwrap();
        let admin = plain(&url).await;
        for table in TABLES {
            admin.batch_execute(&format!("create table {table}_{R} partition of {table} for values in ({R})")).await.unwrap();
        }
        // Both partitions hold rows, so that leaving one out is the planner's doing, not emptiness.
        for region in [R, Region(1)] {
            store.append(Append { region, ..act(1, 0, Some("k")) }).await.unwrap();
        }
        admin.batch_execute("set plan_cache_mode = force_custom_plan").await.unwrap();
        let mut reached = HashSet::new();
        for (name, sql) in act_path_sql() {
            let plan = format!("explain (analyze, costs off) execute act ({R}{})", arguments(name));
            admin.batch_execute(&format!("prepare act as {sql}; begin")).await.unwrap();
            let plan: Vec<String> = admin.query(&format!("{plan} "), &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
            // The plan of an insert does not say where its rows went; the locks do.
            let locks = "select relation::regclass::text from pg_locks where pid = pg_backend_pid() and relation is not null";
            let locks: Vec<String> = admin.query(locks, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
            admin.batch_execute("rollback; deallocate act").await.unwrap();
            for line in plan.iter().chain(&locks) {
                assert!(!line.contains("_rest"), "{name} touches another partition: {line}\n{}", plan.join("\n"));
            }
            assert!(locks.iter().any(|lock| lock.contains("_420222")), "{name} touches no partition: {locks:?}");
            reached.extend(locks.into_iter().filter(|lock| lock.ends_with("_420222")));
        }
        assert_eq!(reached.len(), 9, "head, entry, matter, facet, task, receipt, private, person_key, outbox: {reached:?}");
    })
    .await;
}
