//! PostgreSQL against the contract, under a lost connection, and with the plans of its act path.

use super::copy::table_file;
use super::writer::act_path_sql;
use super::*;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

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
        sealed_under: vec![],
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
async fn an_act_waits_for_an_erasure_that_has_begun() {
    with_database(async |url: String| {
        let store = Postgres::connect(&url).await.unwrap();
        let mut first = act(1, 0, None);
        first.person_keys = vec![("s".to_owned(), vec![1; 32])];
        assert_eq!(seq(&store.append(first).await), 0);
        let admin = plain(&url).await;
        admin
            .batch_execute("begin; select frozen from person_key for update; delete from person_key")
            .await
            .unwrap();
        let mut late = act(2, 0, None);
        late.sealed_under = vec![("s".to_owned(), vec![1; 32])];
        let waiting = tokio::spawn({
            let store = store.clone();
            async move { store.append(late).await }
        });
        let held =
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while admin.query(held, &[]).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        admin.batch_execute("commit").await.unwrap();
        assert_eq!(waiting.await.unwrap().unwrap(), Outcome::KeyGone);
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

/// Nobody switches it off on a server that other tests use: what is asked is changed on its way there.
#[tokio::test]
async fn a_server_that_does_not_sync_is_refused() {
    with_database(async |url: String| {
        let told = |answer| Some(("show fsync", answer));
        let off = tap(&url, Heard::default(), told("select 'off'::text")).await;
        let refused = Postgres::connect(&off).await.err().unwrap().to_string();
        assert!(refused.contains("fsync=off"), "{refused}");
        let on = tap(&url, Heard::default(), told("select 'on'::text")).await;
        assert!(Postgres::connect(&on).await.is_ok());
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

#[tokio::test]
async fn a_copy_that_is_taken_back_leaves_the_database_empty() {
    with_database(async |url: String| {
        let folder = tempfile::tempdir().unwrap();
        let store = Postgres::connect(&url).await.unwrap();
        store.append(act(1, 0, Some("k"))).await.unwrap();
        store.put_account(R, "p", "{}").await.unwrap();
        store.backup(folder.path()).await.unwrap();
        store.append(act(2, 0, None)).await.unwrap();
        let refused = store.take_back(folder.path()).await.err().unwrap().to_string();
        assert!(refused.contains("the database has 2 entries"), "{refused}");
        assert_eq!(store.entries(R, 0, 9).await.unwrap().len(), 2, "what was acted since stays");

        let (server, name) = url.rsplit_once('/').unwrap();
        let admin = plain(&url).await;
        admin.batch_execute(&format!("create database {name}_back")).await.unwrap();
        let back = format!("{server}/{name}_back");
        let copy = Postgres::connect(&back).await.unwrap();
        let look = plain(&back).await;
        for attempt in ["first", "second"] {
            copy.restore(folder.path()).await.unwrap();
            assert_eq!(copy.entries(R, 0, 9).await.unwrap().len(), 1, "{attempt}");
            assert_eq!(copy.accounts(R).await.unwrap().len(), 1, "{attempt}");
            copy.take_back(folder.path()).await.unwrap();
            for table in TABLES {
                let sql = format!("select count(*) from {table}");
                let rows: i64 = look.query_one(&sql, &[]).await.unwrap().get(0);
                assert_eq!(rows, 0, "{attempt}: {table}");
            }
        }
        admin
            .batch_execute(&format!("drop database {name}_back with (force)"))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn every_primary_key_begins_with_the_region() {
    with_database(async |url: String| {
        drop(Postgres::connect(&url).await.unwrap());
        // `schema_version` says which schema was laid; it holds no row of any region.
        let sql = "select c.relname::text, a.attname::text from pg_class c
            left join pg_index i on i.indrelid = c.oid and i.indisprimary
            left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'schema_version'";
        let rows = plain(&url).await.query(sql, &[]).await.unwrap();
        let keys: BTreeMap<String, Option<String>> =
            rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        for table in TABLES {
            assert!(keys.contains_key(table), "{table} is not there");
        }
        for (table, first) in keys {
            assert_eq!(first.as_deref(), Some("region"), "the primary key of {table}");
        }
    })
    .await;
}

/// The texts of statements, as they passed.
type Heard = Arc<Mutex<BTreeSet<String>>>;

/// A text that is asked, and what is asked in its place.
type Retold = Option<(&'static str, &'static str)>;

/// 旁听。 Stands between a store and its server and writes down the text of every statement that is prepared or sent: what
/// reaches the server passes here. Returns the address for the store.
async fn tap(url: &str, heard: Heard, retold: Retold) -> String {
    let (server, name) = url.rsplit_once('/').unwrap();
    let (front, address) = server.split_at(server.rfind(['@', '/']).unwrap() + 1);
    let address = address.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(&address).await.unwrap();
            tokio::spawn(pass(near, far, Arc::clone(&heard), retold));
        }
    });
    format!("{front}127.0.0.1:{port}/{name}")
}

/// One connection, until either side closes it.
async fn pass(near: TcpStream, far: TcpStream, heard: Heard, retold: Retold) -> std::io::Result<()> {
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((asking, mut told), (mut answering, mut asked)) = (near.into_split(), far.into_split());
    tokio::spawn(async move { tokio::io::copy(&mut answering, &mut told).await });
    let mut asking = BufReader::new(asking);
    // The first message of a connection has no letter before its length.
    let mut letter = None;
    loop {
        let length = asking.read_u32().await?;
        let mut body = vec![0; (length as usize).saturating_sub(4)];
        asking.read_exact(&mut body).await?;
        // Parse bears a name and a text, Query a text alone, each ended by a NUL.
        let mut words = body.split(|byte| *byte == 0);
        let text = match letter {
            Some(b'P') => words.nth(1),
            Some(b'Q') => words.next(),
            _ => None,
        };
        if let Some(text) = text {
            heard.lock().unwrap().insert(String::from_utf8_lossy(text).into_owned());
        }
        let body = match retold {
            Some((from, to)) => retell(body, from.as_bytes(), to.as_bytes()),
            None => body,
        };
        let length = body.len() as u32 + 4;
        let message: Vec<u8> = letter.into_iter().chain(length.to_be_bytes()).chain(body).collect();
        asked.write_all(&message).await?;
        letter = Some(asking.read_u8().await?);
    }
}

fn retell(body: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    match body.windows(from.len()).position(|part| part == from) {
        Some(at) => [&body[..at], to, &body[at + from.len()..]].concat(),
        None => body,
    }
}

/// A literal of each type of parameter. A region is the only whole number of four bytes.
fn sample(kind: &str) -> &'static str {
    match kind {
        "integer" => "420222",
        "bigint" => "7777777",
        "boolean" => "false",
        "text" => "'x'",
        "bytea" => "'\\x00'",
        "bigint[]" => "'{7777777}'",
        "text[]" | "bytea[]" => "'{x}'",
        "boolean[]" => "'{f}'",
        other => panic!("no sample of type {other}"),
    }
}

/// What the contract does not call is not heard below.
#[test]
fn the_contract_calls_all_that_a_store_can_do() {
    let (promised, called) = (include_str!("../lib.rs"), include_str!("../contract.rs"));
    let names: Vec<&str> = promised
        .lines()
        .filter_map(|line| line.trim().strip_prefix("async fn "))
        .filter_map(|rest| rest.split('(').next())
        .collect();
    assert!(names.contains(&"append"), "{names:?}");
    // A copy is of every region.
    for name in names.into_iter().filter(|name| *name != "backup") {
        assert!(called.contains(&format!(".{name}(")), "the contract never calls {name}");
    }
}

/// All that an act reads and writes goes through the trait, and the contract calls all of it on rows of several regions: each
/// statement heard is planned and run on the partitioned schema with the values of one region. What it runs is undone.
#[tokio::test]
async fn every_statement_touches_one_partition() {
    with_database(async |url: String| {
        drop(Postgres::connect(&url).await.unwrap());
        let admin = plain(&url).await;
        for table in TABLES {
            admin.batch_execute(&format!("create table {table}_{R} partition of {table} for values in ({R})")).await.unwrap();
        }
        let heard = Heard::default();
        let store = Postgres::connect(&tap(&url, Arc::clone(&heard), None).await).await.unwrap();
        crate::contract::run(&*store).await;
        let heard = heard.lock().unwrap().clone();
        for (name, sql) in act_path_sql() {
            assert!(heard.contains(sql), "{name} was not heard");
        }
        admin.batch_execute("set plan_cache_mode = force_custom_plan").await.unwrap();
        let mut reached = HashSet::new();
        for sql in &heard {
            let verb = sql.split_whitespace().next().unwrap_or_default().to_lowercase();
            match verb.as_str() {
                "select" | "insert" | "update" | "delete" | "with" => {}
                "begin" | "start" | "commit" | "rollback" | "show" => continue,
                _ => {
                    assert!(sql.contains("schema_version"), "a statement of no known kind: {sql}");
                    continue;
                }
            }
            admin.batch_execute(&format!("prepare heard as {sql}; begin")).await.unwrap();
            let types = "select parameter_types::text[] from pg_prepared_statements where name = 'heard'";
            let types: Vec<String> = admin.query_one(types, &[]).await.unwrap().get(0);
            let values: Vec<&str> = types.iter().map(|kind| sample(kind)).collect();
            let given = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
            let plan = format!("explain (analyze, costs off) execute heard{given}");
            let plan = admin.query(&plan, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
            let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
            // The plan of an insert does not say where its rows went; the locks do.
            let locks = "select relation::regclass::text from pg_locks where pid = pg_backend_pid() and relation is not null";
            let locks: Vec<String> = admin.query(locks, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
            admin.batch_execute("rollback; deallocate heard").await.unwrap();
            for line in plan.iter().chain(&locks) {
                assert!(!line.contains("_rest"), "another partition, {line}, is touched by {sql}\n{}", plan.join("\n"));
            }
            let here: Vec<String> = locks.iter().filter(|lock| lock.ends_with("_420222")).cloned().collect();
            let table = locks.iter().find(|lock| TABLES.contains(&lock.as_str()));
            assert!(table.is_none() || !here.is_empty(), "no partition of {table:?} is touched by {sql}: {locks:?}");
            reached.extend(here);
        }
        assert_eq!(reached.len(), TABLES.len(), "{reached:?}");
    })
    .await;
}
