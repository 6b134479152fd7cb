//! 服务器存储。 PostgreSQL: many processes on one database, each with one writer that puts many acts under one commit.
//!
//! Ledger numbers come from the region's row of `head`. Whoever holds its lock is alone in writing acts of the
//! region, so a batch reads what it needs once, decides in memory and writes with one statement a table.

use crate::*;
use deadpool_postgres::{
    ClientWrapper, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts, Transaction,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_postgres::types::{FromSql, ToSql};
use tokio_postgres::{Config, IsolationLevel, NoTls, Row};

/// At most this many acts share one commit: bounds the wait of the first and the size of a lost batch.
const BATCH: usize = 256;
const CONNECTIONS: usize = 16;
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A commit that takes longer is given up: its acts may or may not be durable, and are never called done.
const COMMIT_WITHIN: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Every table of the schema; what a copy holds.
const TABLES: [&str; 18] = [
    "head",
    "entry",
    "matter",
    "facet",
    "task",
    "receipt",
    "private",
    "person_key",
    "outbox",
    "checkpoint",
    "tile",
    "figure",
    "figure_day",
    "figure_cursor",
    "account",
    "session",
    "blob",
    "text",
];

type Answer<T> = Result<T, tokio_postgres::Error>;
type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

pub struct Postgres {
    pool: Pool,
    jobs: mpsc::UnboundedSender<Job>,
}

struct Job {
    append: Box<Append>,
    reply: oneshot::Sender<Result<Outcome, Fault>>,
}

impl Postgres {
    /// `url` is a libpq address, `postgres://user:secret@host:port/database`.
    /// Errors: `Fault::Engine` when the server cannot be reached or is set up so that a commit may be lost.
    pub async fn connect(url: &str) -> Result<Arc<Postgres>, Fault> {
        let config = configure(url)?;
        let setting = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = Pool::builder(Manager::from_config(config.clone(), NoTls, setting))
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(COMMIT_WITHIN),
                create: Some(CONNECT_WITHIN),
                recycle: Some(CONNECT_WITHIN),
            })
            .build()
            .map_err(|error| Fault::Engine(error.to_string()))?;
        let (jobs, queue) = mpsc::unbounded_channel();
        let store = Arc::new(Postgres { pool, jobs });
        migrate(&mut *store.client().await?).await?;
        let mut writer = Writer { config, client: None, retry_at: Instant::now(), pause: FIRST_PAUSE };
        writer.client().await?;
        tokio::spawn(write_loop(writer, queue));
        Ok(store)
    }

    async fn client(&self) -> Result<Object, Fault> {
        self.pool.get().await.map_err(|error| Fault::Engine(error.to_string()))
    }

    async fn rows<T>(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        read: fn(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let client = self.client().await?;
        query(&client, sql, parameters).await.map_err(fault)?.iter().map(read).collect()
    }

    async fn row<T>(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        read: fn(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(sql, parameters, read).await?.pop())
    }

    async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> Result<(), Fault> {
        let client = self.client().await?;
        execute(&client, sql, parameters).await.map(drop).map_err(fault)
    }
}

fn configure(url: &str) -> Result<Config, Fault> {
    let mut config: Config = url.parse().map_err(fault)?;
    // Planned with the values in hand, a statement opens and locks the one partition of its region; a generic
    // plan locks every partition first, and guesses the length of an array. A stopped process must not keep
    // a region's head locked.
    let options = "-c plan_cache_mode=force_custom_plan -c idle_in_transaction_session_timeout=30s";
    let options = config
        .get_options()
        .map_or(options.to_owned(), |given| format!("{options} {given}"));
    config.options(options).application_name("fadu").connect_timeout(CONNECT_WITHIN);
    config.keepalives_idle(Duration::from_secs(15)).tcp_user_timeout(COMMIT_WITHIN);
    Ok(config)
}

const STEPS: [&str; 1] = [include_str!("../migrations/0001_house.postgres.sql")];

/// Forward only: each file runs once, in order. The lock lets several processes start at once; it goes with
/// the transaction.
async fn migrate(client: &mut ClientWrapper) -> Result<(), Fault> {
    const LOCK: &str = "select pg_advisory_xact_lock(x'66616475'::int)";
    let change = client.transaction().await.map_err(fault)?;
    change.batch_execute(LOCK).await.map_err(fault)?;
    change
        .batch_execute("create table if not exists schema_version (version integer primary key)")
        .await
        .map_err(fault)?;
    let row = change
        .query_one("select coalesce(max(version), 0) from schema_version", &[])
        .await
        .map_err(fault)?;
    let done = get::<i32>(&row, 0)?.max(0) as usize;
    if done > STEPS.len() {
        return Err(Fault::Corrupt(format!(
            "the store has schema {done}, this program knows {}",
            STEPS.len()
        )));
    }
    for (i, step) in STEPS.iter().enumerate().skip(done) {
        change.batch_execute(step).await.map_err(fault)?;
        change
            .execute("insert into schema_version (version) values ($1)", &[&(i as i32 + 1)])
            .await
            .map_err(fault)?;
    }
    change.commit().await.map_err(fault)
}

/// An act is acknowledged only after it is durable: a server that may forget a commit is refused.
async fn check_durable(client: &ClientWrapper) -> Result<(), Fault> {
    for setting in ["fsync", "synchronous_commit"] {
        let row = client.query_one(&format!("show {setting}"), &[]).await.map_err(fault)?;
        if get::<String>(&row, 0)? == "off" {
            return Err(Fault::Engine(format!(
                "the server runs with {setting}=off and may lose acts already answered"
            )));
        }
    }
    // Holds for as long as this connection, whatever the server is told later.
    let pin = "select set_config('synchronous_commit', current_setting('synchronous_commit'), false)";
    client.batch_execute(pin).await.map_err(fault)
}

// ---- The writer ----

/// The one connection acts are written through, and when to try again after it was lost.
struct Writer {
    config: Config,
    client: Option<ClientWrapper>,
    retry_at: Instant,
    pause: Duration,
}

impl Writer {
    async fn client(&mut self) -> Result<&ClientWrapper, Fault> {
        if self.client.as_ref().is_some_and(|client| client.is_closed()) {
            self.client = None;
        }
        if self.client.is_none() {
            if Instant::now() < self.retry_at {
                return Err(Fault::CannotWrite("the connection to the database was lost".to_owned()));
            }
            match self.open().await {
                Ok(client) => (self.client, self.pause) = (Some(client), FIRST_PAUSE),
                Err(error) => {
                    tracing::warn!(%error, "the database cannot be reached for writing");
                    self.retry_at = Instant::now() + self.pause;
                    self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                    return Err(error);
                }
            }
        }
        self.client.as_ref().ok_or(Fault::Stopped)
    }

    async fn open(&self) -> Result<ClientWrapper, Fault> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(fault)?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = describe(&error), "the writer's connection to the database ended");
            }
        });
        let client = ClientWrapper::new(client, task);
        check_durable(&client).await?;
        // Prepared beforehand, so that the statements of a batch go out back to back in the order written.
        for (_, sql) in act_path_sql() {
            client.prepare_cached(sql).await.map_err(fault)?;
        }
        Ok(client)
    }

    /// Answers every job. One bad job never fails the others: a batch that fails is done again one by one.
    async fn settle(&mut self, jobs: Vec<Job>) {
        let error = match self.commit(&jobs).await {
            Ok(outcomes) => {
                return jobs.into_iter().zip(outcomes).for_each(|(job, outcome)| job.answer(outcome));
            }
            Err(error) => error,
        };
        if self.client.is_none() {
            // Whether the commit arrived is unknown; a caller that repeats its key learns it.
            let text = error.to_string();
            jobs.into_iter()
                .for_each(|job| job.answer(Err(Fault::CannotWrite(text.clone()))));
        } else if jobs.len() == 1 {
            tracing::warn!(%error, "an act could not be written");
            let mut error = Some(error);
            jobs.into_iter()
                .for_each(|job| job.answer(Err(error.take().unwrap_or(Fault::Stopped))));
        } else {
            tracing::warn!(%error, acts = jobs.len(), "a batch failed; its acts are tried one by one");
            for job in jobs {
                Box::pin(self.settle(vec![job])).await;
            }
        }
    }

    /// After a failure `client` is `None` unless the transaction is known to be undone.
    async fn commit(&mut self, jobs: &[Job]) -> Result<Vec<Result<Outcome, Fault>>, Fault> {
        let client = self.client().await?;
        let (error, undone) = match timeout(COMMIT_WITHIN, commit_group(client, jobs)).await {
            Ok(Ok(outcomes)) => return Ok(outcomes),
            Ok(Err(error)) => {
                (error, matches!(timeout(CONNECT_WITHIN, client.batch_execute("rollback")).await, Ok(Ok(()))))
            }
            Err(_) => (Fault::CannotWrite("the database took too long to commit".to_owned()), false),
        };
        if !undone {
            self.client = None;
        }
        Err(error)
    }
}

impl Job {
    /// The receiver may have gone away; what is durable stays durable.
    fn answer(self, outcome: Result<Outcome, Fault>) {
        let _ = self.reply.send(outcome);
    }
}

/// While one batch commits, the next gathers.
async fn write_loop(mut writer: Writer, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let mut regions: BTreeMap<Region, Vec<Job>> = BTreeMap::new();
        for job in batch.drain(..) {
            regions.entry(job.append.region).or_default().push(job);
        }
        for jobs in regions.into_values() {
            writer.settle(jobs).await;
        }
    }
}

/// One transaction for acts of one region. Nobody hears of success before the commit returned.
async fn commit_group(client: &ClientWrapper, jobs: &[Job]) -> Result<Vec<Result<Outcome, Fault>>, Fault> {
    let Some(region) = jobs.first().map(|job| job.append.region.0) else { return Ok(Vec::new()) };
    let mut ledger = lock_ledger(client, region, jobs).await?;
    let mut changes = Changes::default();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let outcome = ledger.decide(&job.append);
        if let Ok(Outcome::Done(done)) = &outcome {
            changes.take(&job.append, done);
        }
        outcomes.push(outcome);
    }
    if changes.matters.is_empty() {
        client.batch_execute("rollback").await.map_err(fault)?;
        return Ok(outcomes);
    }
    changes.write(client, region, ledger.head).await?;
    client.batch_execute("commit").await.map_err(fault)?;
    Ok(outcomes)
}

/// What the acts of a batch are decided on; current, and the writer's alone, while the head is locked.
#[derive(Debug)]
struct Ledger {
    head: Head,
    receipts: HashMap<String, Done>,
    versions: HashMap<i64, i64>,
    effects: HashSet<(i64, i64)>,
}

/// Begins the transaction. The reads go out behind the lock in one round trip: the server runs them in order
/// and, in `read committed`, each sees what was committed before it began, so all that earlier holders wrote.
async fn lock_ledger(client: &ClientWrapper, region: i32, jobs: &[Job]) -> Result<Ledger, Fault> {
    let acts = || jobs.iter().map(|job| &*job.append);
    let keys: Vec<&str> = acts().filter_map(|act| act.key.as_deref()).collect();
    let effects: Vec<(i64, i64)> = acts().filter_map(|act| act.carries_out).collect();
    let ids: HashSet<i64> = acts()
        .flat_map(|act| {
            act.reads
                .iter()
                .map(|read| read.0.0)
                .chain(act.writes.iter().map(|write| write.id.0))
        })
        .collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let (seqs, ns) = (column(&effects, |effect| effect.0), column(&effects, |effect| effect.1));
    let (here, keyed, named, sent): (Parameters, Parameters, Parameters, Parameters) =
        (&[&region], &[&region, &keys], &[&region, &ids], &[&region, &seqs, &ns]);
    loop {
        let (_, head, receipts, versions, effects) = tokio::try_join!(
            biased;
            client.batch_execute("begin isolation level read committed"),
            query(client, LOCK_HEAD, here),
            query_unless(keys.is_empty(), client, RECEIPTS, keyed),
            query_unless(ids.is_empty(), client, VERSIONS, named),
            query_unless(seqs.is_empty(), client, EFFECTS, sent),
        )
        .map_err(fault)?;
        let Some(head) = head.first() else {
            // The region's first act: there was no row to lock, so what was read is worth nothing.
            client.batch_execute("rollback").await.map_err(fault)?;
            execute(client, OPEN_HEAD, here).await.map_err(fault)?;
            continue;
        };
        let receipt = |row: &Row| Ok((get(row, 4)?, done_row(row)?));
        return Ok(Ledger {
            head: head_row(head)?,
            receipts: receipts.iter().map(receipt).collect::<Result<_, Fault>>()?,
            versions: versions.iter().map(pair).collect::<Result<_, Fault>>()?,
            effects: effects.iter().map(pair).collect::<Result<_, Fault>>()?,
        });
    }
}

impl Ledger {
    /// The same questions in the same order as the embedded engine asks. An act that is done counts for the
    /// next one of the batch.
    fn decide(&mut self, act: &Append) -> Result<Outcome, Fault> {
        let Some(main) = act.writes.first() else {
            return Err(Fault::Engine("an act must write a matter".to_owned()));
        };
        if let Some(done) = act.key.as_ref().and_then(|key| self.receipts.get(key)) {
            return Ok(Outcome::Replayed(*done));
        }
        if self.head.epoch != act.epoch {
            return Ok(Outcome::EpochMoved);
        }
        if act.carries_out.is_some_and(|effect| !self.effects.contains(&effect)) {
            return Ok(Outcome::CarriedOut);
        }
        let current = |id: MatterId| self.versions.get(&id.0).copied().unwrap_or(0);
        let mut known = act
            .reads
            .iter()
            .copied()
            .chain(act.writes.iter().map(|write| (write.id, write.expected)));
        if known.any(|(id, version)| current(id) != version) {
            if act.carries_out.is_some() {
                return Err(Fault::Engine(
                    "an outbox effect lost a race; it stays for the next run".to_owned(),
                ));
            }
            return Ok(Outcome::Raced);
        }
        let done = Done {
            matter: main.id,
            version: main.version,
            seq: self.head.next_seq,
            entries: act.entries.len() as i64,
        };
        self.head.next_seq += done.entries;
        self.head.epoch += i64::from(act.raises_epoch);
        self.versions.extend(act.writes.iter().map(|write| (write.id.0, write.version)));
        self.receipts.extend(act.key.clone().map(|key| (key, done)));
        if let Some(effect) = &act.carries_out {
            self.effects.remove(effect);
        }
        Ok(Outcome::Done(done))
    }
}

/// All that the acts of a batch leave behind, one row a key: where two acts write the same row, the later wins.
#[derive(Default)]
struct Changes<'a> {
    entries: Vec<EntryPut<'a>>,
    matters: BTreeMap<i64, MatterPut<'a>>,
    /// Present or gone afterwards.
    facets: BTreeMap<(&'a str, &'a str, i64), bool>,
    tasks: BTreeMap<(i64, &'a str), Option<&'a TaskPut>>,
    person_keys: Vec<(&'a str, &'a [u8])>,
    private: BTreeMap<(i64, &'a str), &'a PrivatePut>,
    receipts: Vec<(&'a str, Done)>,
    carried_out: Vec<(i64, i64)>,
}

struct EntryPut<'a> {
    seq: i64,
    entry: &'a NewEntry,
    body: String,
    leaf: [u8; 32],
}

/// A matter as the first act of the batch found it and as the last one leaves it.
struct MatterPut<'a> {
    first: &'a MatterWrite,
    last: &'a MatterWrite,
}

impl<'a> Changes<'a> {
    fn take(&mut self, act: &'a Append, done: &Done) {
        for (seq, entry) in (done.seq..).zip(&act.entries) {
            let (body, leaf) = finish_entry(seq, &entry.tail);
            self.entries.push(EntryPut { seq, entry, body, leaf });
        }
        for write in &act.writes {
            let id = write.id.0;
            self.matters.entry(id).or_insert(MatterPut { first: write, last: write }).last = write;
            self.facets.extend(
                write
                    .facets_gone
                    .iter()
                    .map(|(name, value)| ((name.as_str(), value.as_str(), id), false)),
            );
            self.facets.extend(
                write
                    .facets_new
                    .iter()
                    .map(|(name, value)| ((name.as_str(), value.as_str(), id), true)),
            );
            self.tasks
                .extend(write.tasks_gone.iter().map(|name| ((id, name.as_str()), None)));
            self.tasks
                .extend(write.tasks_put.iter().map(|task| ((id, task.name.as_str()), Some(task))));
        }
        self.person_keys
            .extend(act.person_keys.iter().map(|(subject, key)| (subject.as_str(), key.as_slice())));
        self.private
            .extend(act.private.iter().map(|row| ((row.matter.0, row.field.as_str()), row)));
        self.receipts.extend(act.key.as_deref().map(|key| (key, *done)));
        self.carried_out.extend(act.carries_out);
    }

    /// The statements go out back to back and are answered together; they touch different rows.
    async fn write(&self, client: &ClientWrapper, region: i32, head: Head) -> Result<(), Fault> {
        let (opened, moved): (Vec<_>, Vec<_>) =
            self.matters.values().partition(|put| put.first.expected == 0);
        let saved: Parameters = &[&region, &head.next_seq, &head.epoch];
        let (_, _, _, updated, _, _, _, _, _, taken, _) = tokio::try_join!(
            biased;
            execute(client, SAVE_HEAD, saved),
            self.write_entries(client, region),
            open_matters(client, region, &opened),
            move_matters(client, region, &moved),
            self.write_facets(client, region),
            self.write_tasks(client, region),
            self.write_person_keys(client, region),
            self.write_private(client, region),
            self.write_receipts(client, region),
            self.take_effects(client, region),
            self.put_effects(client, region),
        )
        .map_err(fault)?;
        // Cannot be while every writer takes the head first; a hand at the database ends here, not in a wrong success.
        if updated != moved.len() as u64 || taken != self.carried_out.len() as u64 {
            return Err(Fault::Engine(
                "a matter or an effect moved although the region was locked".to_owned(),
            ));
        }
        Ok(())
    }

    async fn write_entries(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.entries;
        let parameters: Parameters = &[
            &region,
            &column(rows, |row| row.seq),
            &column(rows, |row| row.entry.matter.0),
            &column(rows, |row| row.entry.kind),
            &column(rows, |row| row.entry.fact),
            &column(rows, |row| row.entry.day.as_str()),
            &column(rows, |row| row.entry.ms),
            &column(rows, |row| row.entry.actor.as_str()),
            &column(rows, |row| &row.leaf[..]),
            &column(rows, |row| row.body.as_str()),
        ];
        execute_unless(rows.is_empty(), client, PUT_ENTRIES, parameters).await
    }

    async fn write_facets(&self, client: &ClientWrapper, region: i32) -> Answer<()> {
        let (put, gone): (Vec<_>, Vec<_>) = self.facets.iter().partition(|(_, present)| **present);
        let gone_parameters: Parameters = &[
            &region,
            &column(&gone, |row| row.0.0),
            &column(&gone, |row| row.0.1),
            &column(&gone, |row| row.0.2),
        ];
        let put_parameters: Parameters = &[
            &region,
            &column(&put, |row| row.0.0),
            &column(&put, |row| row.0.1),
            &column(&put, |row| row.0.2),
        ];
        tokio::try_join!(
            execute_unless(gone.is_empty(), client, DROP_FACETS, gone_parameters),
            execute_unless(put.is_empty(), client, PUT_FACETS, put_parameters),
        )
        .map(drop)
    }

    async fn write_tasks(&self, client: &ClientWrapper, region: i32) -> Answer<()> {
        let gone: Vec<_> = self
            .tasks
            .iter()
            .filter(|(_, put)| put.is_none())
            .map(|(key, _)| *key)
            .collect();
        let put: Vec<_> = self
            .tasks
            .iter()
            .filter_map(|((matter, _), put)| put.map(|task| (*matter, task)))
            .collect();
        let gone_parameters: Parameters =
            &[&region, &column(&gone, |row| row.0), &column(&gone, |row| row.1)];
        let put_parameters: Parameters = &[
            &region,
            &column(&put, |row| row.0),
            &column(&put, |row| row.1.name.as_str()),
            &column(&put, |row| row.1.role),
            &column(&put, |row| row.1.org.as_str()),
            &column(&put, |row| row.1.due.as_str()),
        ];
        tokio::try_join!(
            execute_unless(gone.is_empty(), client, DROP_TASKS, gone_parameters),
            execute_unless(put.is_empty(), client, PUT_TASKS, put_parameters),
        )
        .map(drop)
    }

    async fn write_person_keys(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.person_keys;
        let parameters: Parameters = &[&region, &column(rows, |row| row.0), &column(rows, |row| row.1)];
        execute_unless(rows.is_empty(), client, PUT_PERSON_KEYS, parameters).await
    }

    async fn write_private(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows: Vec<_> = self.private.values().collect();
        let parameters: Parameters = &[
            &region,
            &column(&rows, |row| row.matter.0),
            &column(&rows, |row| row.field.as_str()),
            &column(&rows, |row| row.subject.as_str()),
            &column(&rows, |row| row.sealed.as_slice()),
        ];
        execute_unless(rows.is_empty(), client, PUT_PRIVATE, parameters).await
    }

    async fn write_receipts(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.receipts;
        let parameters: Parameters = &[
            &region,
            &column(rows, |row| row.0),
            &column(rows, |row| row.1.matter.0),
            &column(rows, |row| row.1.version),
            &column(rows, |row| row.1.seq),
            &column(rows, |row| row.1.entries),
        ];
        execute_unless(rows.is_empty(), client, PUT_RECEIPTS, parameters).await
    }

    async fn take_effects(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows = &self.carried_out;
        let parameters: Parameters = &[&region, &column(rows, |row| row.0), &column(rows, |row| row.1)];
        execute_unless(rows.is_empty(), client, TAKE_EFFECTS, parameters).await
    }

    async fn put_effects(&self, client: &ClientWrapper, region: i32) -> Answer<u64> {
        let rows: Vec<_> = self
            .entries
            .iter()
            .filter_map(|row| Some((row.seq, row.entry.effect.as_deref()?)))
            .collect();
        let parameters: Parameters = &[&region, &column(&rows, |row| row.0), &column(&rows, |row| row.1)];
        execute_unless(rows.is_empty(), client, PUT_EFFECTS, parameters).await
    }
}

async fn open_matters(client: &ClientWrapper, region: i32, rows: &[&MatterPut<'_>]) -> Answer<u64> {
    let parameters: Parameters = &[
        &region,
        &column(rows, |row| row.first.id.0),
        &column(rows, |row| row.first.kind),
        &column(rows, |row| row.last.version),
        &column(rows, |row| row.last.number.as_str()),
        &column(rows, |row| row.last.title.as_str()),
        &column(rows, |row| row.last.status.as_str()),
        &column(rows, |row| row.last.org.as_str()),
        &column(rows, |row| row.last.due.as_deref()),
        &column(rows, |row| row.last.amber.as_deref()),
        &column(rows, |row| row.last.closed),
        &column(rows, |row| row.first.opened_day.as_str()),
        &column(rows, |row| row.last.state.as_str()),
    ];
    execute_unless(rows.is_empty(), client, OPEN_MATTERS, parameters).await
}

async fn move_matters(client: &ClientWrapper, region: i32, rows: &[&MatterPut<'_>]) -> Answer<u64> {
    let parameters: Parameters = &[
        &region,
        &column(rows, |row| row.first.id.0),
        &column(rows, |row| row.first.expected),
        &column(rows, |row| row.last.version),
        &column(rows, |row| row.last.number.as_str()),
        &column(rows, |row| row.last.title.as_str()),
        &column(rows, |row| row.last.status.as_str()),
        &column(rows, |row| row.last.org.as_str()),
        &column(rows, |row| row.last.due.as_deref()),
        &column(rows, |row| row.last.amber.as_deref()),
        &column(rows, |row| row.last.closed),
        &column(rows, |row| row.last.state.as_str()),
    ];
    execute_unless(rows.is_empty(), client, MOVE_MATTERS, parameters).await
}

// ---- The statements of an act. `$1` is the region in every one of them; rows arrive as arrays, one a column. ----

const LOCK_HEAD: &str = "select next_seq, epoch from head where region = $1 for update";
const OPEN_HEAD: &str = "insert into head (region, next_seq, epoch) values ($1, 0, 0) on conflict do nothing";
const RECEIPTS: &str =
    "select matter, version, seq, entries, key from receipt where region = $1 and key = any($2)";
const VERSIONS: &str = "select id, version from matter where region = $1 and id = any($2)";
const EFFECTS: &str = "select o.seq, o.n from outbox o join unnest($2::bigint[], $3::bigint[]) as u (seq, n) on o.seq = u.seq and o.n = u.n where o.region = $1";
const SAVE_HEAD: &str = "update head set next_seq = $2, epoch = $3 where region = $1";
const PUT_ENTRIES: &str = "insert into entry (region, seq, matter, kind, fact, day, ms, actor, leaf, body)
    select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bytea[], $10::text[]) as u";
const OPEN_MATTERS: &str = "insert into matter (region, id, kind, version, number, title, status, org, due, amber, closed, opened_day, state)
    select $1, u.* from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::text[], $13::text[]) as u";
const MOVE_MATTERS: &str = "update matter m
    set version = u.version, number = u.number, title = u.title, status = u.status, org = u.org, due = u.due, amber = u.amber, closed = u.closed, state = u.state
    from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::boolean[], $12::text[])
        as u (id, expected, version, number, title, status, org, due, amber, closed, state)
    where m.region = $1 and m.id = u.id and m.version = u.expected";
const DROP_FACETS: &str =
    "delete from facet f using unnest($2::text[], $3::text[], $4::bigint[]) as u (name, value, matter)
    where f.region = $1 and f.name = u.name and f.value = u.value and f.matter = u.matter";
const PUT_FACETS: &str = "insert into facet (region, name, value, matter)
    select $1, u.* from unnest($2::text[], $3::text[], $4::bigint[]) as u on conflict do nothing";
const DROP_TASKS: &str = "delete from task t using unnest($2::bigint[], $3::text[]) as u (matter, name)
    where t.region = $1 and t.matter = u.matter and t.name = u.name";
const PUT_TASKS: &str = "insert into task (region, matter, name, role, org, due)
    select $1, u.* from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) as u
    on conflict (region, matter, name) do update set role = excluded.role, org = excluded.org, due = excluded.due";
const PUT_PERSON_KEYS: &str = "insert into person_key (region, subject, key) select $1, u.* from unnest($2::text[], $3::bytea[]) as u on conflict do nothing";
const PUT_PRIVATE: &str = "insert into private (region, matter, field, subject, sealed)
    select $1, u.* from unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[]) as u
    on conflict (region, matter, field) do update set subject = excluded.subject, sealed = excluded.sealed";
const PUT_RECEIPTS: &str = "insert into receipt (region, key, matter, version, seq, entries)
    select $1, u.* from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) as u";
const TAKE_EFFECTS: &str = "delete from outbox o using unnest($2::bigint[], $3::bigint[]) as u (seq, n)
    where o.region = $1 and o.seq = u.seq and o.n = u.n";
const PUT_EFFECTS: &str = "insert into outbox (region, seq, n, effect) select $1, u.seq, 0, u.effect from unnest($2::bigint[], $3::text[]) as u (seq, effect)";

/// Every statement of the append path by name, in the order it is sent.
pub fn act_path_sql() -> Vec<(&'static str, &'static str)> {
    vec![
        ("lock_head", LOCK_HEAD),
        ("open_head", OPEN_HEAD),
        ("receipts", RECEIPTS),
        ("versions", VERSIONS),
        ("effects", EFFECTS),
        ("save_head", SAVE_HEAD),
        ("put_entries", PUT_ENTRIES),
        ("open_matters", OPEN_MATTERS),
        ("move_matters", MOVE_MATTERS),
        ("drop_facets", DROP_FACETS),
        ("put_facets", PUT_FACETS),
        ("drop_tasks", DROP_TASKS),
        ("put_tasks", PUT_TASKS),
        ("put_person_keys", PUT_PERSON_KEYS),
        ("put_private", PUT_PRIVATE),
        ("put_receipts", PUT_RECEIPTS),
        ("take_effects", TAKE_EFFECTS),
        ("put_effects", PUT_EFFECTS),
    ]
}

// ---- Small helpers ----

async fn query(client: &ClientWrapper, sql: &str, parameters: Parameters<'_>) -> Answer<Vec<Row>> {
    let statement = client.prepare_cached(sql).await?;
    client.query(&statement, parameters).await
}

async fn query_unless(
    idle: bool,
    client: &ClientWrapper,
    sql: &str,
    parameters: Parameters<'_>,
) -> Answer<Vec<Row>> {
    if idle { Ok(Vec::new()) } else { query(client, sql, parameters).await }
}

async fn execute(client: &ClientWrapper, sql: &str, parameters: Parameters<'_>) -> Answer<u64> {
    let statement = client.prepare_cached(sql).await?;
    client.execute(&statement, parameters).await
}

async fn execute_unless(
    idle: bool,
    client: &ClientWrapper,
    sql: &str,
    parameters: Parameters<'_>,
) -> Answer<u64> {
    if idle { Ok(0) } else { execute(client, sql, parameters).await }
}

/// A statement within a transaction of several.
async fn within(change: &Transaction<'_>, sql: &str, parameters: Parameters<'_>) -> Result<u64, Fault> {
    let statement = change.prepare_cached(sql).await.map_err(fault)?;
    change.execute(&statement, parameters).await.map_err(fault)
}

fn column<'a, R, T>(rows: &'a [R], get: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(get).collect()
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, i: usize) -> Result<T, Fault> {
    row.try_get(i).map_err(|error| Fault::Corrupt(describe(&error)))
}

fn pair<A, B>(row: &Row) -> Result<(A, B), Fault>
where
    A: for<'a> FromSql<'a>,
    B: for<'a> FromSql<'a>,
{
    Ok((get(row, 0)?, get(row, 1)?))
}

fn fault(error: tokio_postgres::Error) -> Fault {
    let text = describe(&error);
    match error.code().map(|code| code.code()) {
        // Out of disk, memory or connections; the system's own errors; a server that only reads.
        Some(code) if code.starts_with("53") || code.starts_with("58") || code == "25006" => {
            Fault::CannotWrite(text)
        }
        Some("XX001" | "XX002") => Fault::Corrupt(text),
        _ => Fault::Engine(text),
    }
}

/// The whole chain, but of the server's own report only code and message: its detail may quote a row.
fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(report) = error.as_db_error() {
        return format!("{} ({})", report.message(), report.code().code());
    }
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(|error| error.to_string()).collect::<Vec<_>>().join(": ")
}

fn file_fault(error: std::io::Error) -> Fault {
    Fault::CannotWrite(error.to_string())
}

fn head_row(row: &Row) -> Result<Head, Fault> {
    Ok(Head { next_seq: get(row, 0)?, epoch: get(row, 1)? })
}

fn done_row(row: &Row) -> Result<Done, Fault> {
    Ok(Done {
        matter: MatterId(get(row, 0)?),
        version: get(row, 1)?,
        seq: get(row, 2)?,
        entries: get(row, 3)?,
    })
}

const MATTER: &str =
    "m.id, m.kind, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.opened_day";

fn matter_row(row: &Row) -> Result<MatterRow, Fault> {
    Ok(MatterRow {
        id: MatterId(get(row, 0)?),
        kind: get(row, 1)?,
        version: get(row, 2)?,
        number: get(row, 3)?,
        title: get(row, 4)?,
        status: get(row, 5)?,
        org: get(row, 6)?,
        due: get(row, 7)?,
        amber: get(row, 8)?,
        closed: get(row, 9)?,
        opened_day: get(row, 10)?,
        state: get(row, 11)?,
    })
}

const ENTRY: &str = "seq, matter, kind, fact, day, ms, actor, leaf, body";

fn entry_row(row: &Row) -> Result<EntryRow, Fault> {
    Ok(EntryRow {
        seq: get(row, 0)?,
        matter: MatterId(get(row, 1)?),
        kind: get(row, 2)?,
        fact: get(row, 3)?,
        day: get(row, 4)?,
        ms: get(row, 5)?,
        actor: get(row, 6)?,
        leaf: leaf(row, 7)?,
        body: get(row, 8)?,
    })
}

fn leaf(row: &Row, i: usize) -> Result<[u8; 32], Fault> {
    get::<&[u8]>(row, i)?
        .try_into()
        .map_err(|_| Fault::Corrupt("a leaf hash is not 32 bytes long".to_owned()))
}

fn task_row(row: &Row) -> Result<TaskRow, Fault> {
    Ok(TaskRow { matter: matter_row(row)?, task: get(row, 12)?, role: get(row, 13)?, due: get(row, 14)? })
}

fn open_count_row(row: &Row) -> Result<OpenCount, Fault> {
    Ok(OpenCount {
        org: get(row, 0)?,
        status: get(row, 1)?,
        open: get(row, 2)?,
        amber: get(row, 3)?,
        overdue: get(row, 4)?,
    })
}

fn checkpoint_row(row: &Row) -> Result<CheckpointRow, Fault> {
    Ok(CheckpointRow { size: get(row, 0)?, note: get(row, 1)?, frontier: get(row, 2)? })
}

fn private_row(row: &Row) -> Result<PrivatePut, Fault> {
    Ok(PrivatePut {
        matter: MatterId(get(row, 0)?),
        field: get(row, 1)?,
        subject: get(row, 2)?,
        sealed: get(row, 3)?,
    })
}

fn outbox_row(row: &Row) -> Result<OutboxRow, Fault> {
    Ok(OutboxRow { seq: get(row, 0)?, n: get(row, 1)?, effect: get(row, 2)?, tries: get(row, 3)? })
}

fn contribution_row(row: &Row) -> Result<Contribution, Fault> {
    Ok(Contribution {
        name: get(row, 0)?,
        part: get(row, 1)?,
        day: get(row, 2)?,
        seq: get(row, 3)?,
        key: get(row, 4)?,
        quantity: get(row, 5)?,
    })
}

#[async_trait]
impl Store for Postgres {
    fn engine(&self) -> &'static str {
        "postgres"
    }

    async fn append(&self, append: Append) -> Result<Outcome, Fault> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job { append: Box::new(append), reply })
            .map_err(|_| Fault::Stopped)?;
        answer.await.map_err(|_| Fault::Stopped)?
    }

    async fn head(&self, region: Region) -> Result<Head, Fault> {
        let head = self
            .row("select next_seq, epoch from head where region = $1", &[&region.0], head_row)
            .await?;
        Ok(head.unwrap_or(Head { next_seq: 0, epoch: 0 }))
    }

    async fn matter(&self, region: Region, id: MatterId) -> Result<Option<MatterRow>, Fault> {
        let sql = format!("select {MATTER}, m.state from matter m where m.region = $1 and m.id = $2");
        self.row(&sql, &[&region.0, &id.0], matter_row).await
    }

    async fn all_of_kind(&self, region: Region, kind: &str) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, m.state from matter m where m.region = $1 and m.kind = $2 order by m.id"
        );
        self.rows(&sql, &[&region.0, &kind], matter_row).await
    }

    async fn by_facet(
        &self,
        region: Region,
        name: &str,
        value: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from facet f join matter m on m.region = f.region and m.id = f.matter
             where f.region = $1 and f.name = $2 and f.value = $3 order by f.matter desc limit $4"
        );
        self.rows(&sql, &[&region.0, &name, &value, &i64::from(limit)], matter_row)
            .await
    }

    async fn tasks(&self, region: Region, query: TaskQuery) -> Result<Vec<TaskRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '', t.name, t.role, t.due from task t join matter m on m.region = t.region and m.id = t.matter
             where t.region = $1 and t.org = $2 and t.role = $3 and t.due <= $4 and (t.due, t.matter, t.name) > ($5, $6, $7)
             order by t.due, t.matter, t.name limit $8"
        );
        let (due, matter, name) = query.after.unwrap_or((String::new(), MatterId(-1), String::new()));
        let due_by = query.due_by.unwrap_or_else(|| "9999".to_owned());
        let limit = i64::from(query.limit);
        self.rows(
            &sql,
            &[&region.0, &query.org, &query.role, &due_by, &due, &matter.0, &name, &limit],
            task_row,
        )
        .await
    }

    async fn open_counts(&self, region: Region, kind: &str, day: &str) -> Result<Vec<OpenCount>, Fault> {
        let sql = "select org, status, count(*), count(*) filter (where amber <= $3 and due >= $3), count(*) filter (where due < $3)
                   from matter where region = $1 and kind = $2 and not closed group by org, status order by org, status";
        self.rows(sql, &[&region.0, &kind, &day], open_count_row).await
    }

    async fn overdue(
        &self,
        region: Region,
        kind: &str,
        day: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = $1 and m.kind = $2 and not m.closed and m.due < $3 order by m.due, m.id limit $4"
        );
        self.rows(&sql, &[&region.0, &kind, &day, &i64::from(limit)], matter_row).await
    }

    async fn entries(&self, region: Region, from: i64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and seq >= $2 order by seq limit $3");
        self.rows(&sql, &[&region.0, &from, &i64::from(limit)], entry_row).await
    }

    async fn entries_at(&self, region: Region, seqs: &[i64]) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and seq = any($2) order by seq");
        self.rows(&sql, &[&region.0, &seqs], entry_row).await
    }

    async fn entries_of(&self, region: Region, matter: MatterId) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and matter = $2 order by seq");
        self.rows(&sql, &[&region.0, &matter.0], entry_row).await
    }

    async fn entries_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql =
            format!("select {ENTRY} from entry where region = $1 and day = $2 order by seq desc limit $3");
        self.rows(&sql, &[&region.0, &day, &i64::from(limit)], entry_row).await
    }

    async fn leaves(&self, region: Region, from: i64, to: i64) -> Result<Vec<[u8; 32]>, Fault> {
        let sql = "select leaf from entry where region = $1 and seq >= $2 and seq < $3 order by seq";
        self.rows(sql, &[&region.0, &from, &to], |row| leaf(row, 0)).await
    }

    async fn last_checkpoint(&self, region: Region) -> Result<Option<CheckpointRow>, Fault> {
        let sql = "select size, note, frontier from checkpoint where region = $1 order by size desc limit 1";
        self.row(sql, &[&region.0], checkpoint_row).await
    }

    async fn checkpoints(&self, region: Region) -> Result<Vec<CheckpointRow>, Fault> {
        self.rows(
            "select size, note, frontier from checkpoint where region = $1 order by size",
            &[&region.0],
            checkpoint_row,
        )
        .await
    }

    async fn put_checkpoint(
        &self,
        region: Region,
        row: CheckpointRow,
        tiles: Vec<(i64, i64, Vec<u8>)>,
    ) -> Result<(), Fault> {
        // One row a key: a single statement may not update a row twice.
        let tiles: BTreeMap<(i64, i64), Vec<u8>> =
            tiles.into_iter().map(|(level, n, hashes)| ((level, n), hashes)).collect();
        let keys: Vec<(i64, i64)> = tiles.keys().copied().collect();
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        let sql = "insert into checkpoint (region, size, note, frontier) values ($1, $2, $3, $4) on conflict do nothing";
        within(&change, sql, &[&region.0, &row.size, &row.note, &row.frontier]).await?;
        let sql = "insert into tile (region, level, n, hashes) select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::bytea[]) as u
                   on conflict (region, level, n) do update set hashes = excluded.hashes";
        let hashes: Vec<&[u8]> = tiles.values().map(Vec::as_slice).collect();
        within(&change, sql, &[&region.0, &column(&keys, |key| key.0), &column(&keys, |key| key.1), &hashes])
            .await?;
        change.commit().await.map_err(fault)
    }

    async fn tile(&self, region: Region, level: i64, n: i64) -> Result<Option<Vec<u8>>, Fault> {
        self.row(
            "select hashes from tile where region = $1 and level = $2 and n = $3",
            &[&region.0, &level, &n],
            |row| get(row, 0),
        )
        .await
    }

    async fn private_of(&self, region: Region, matter: MatterId) -> Result<Vec<PrivatePut>, Fault> {
        let sql = "select matter, field, subject, sealed from private where region = $1 and matter = $2 order by field";
        self.rows(sql, &[&region.0, &matter.0], private_row).await
    }

    async fn person_key(&self, region: Region, subject: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.row(
            "select key from person_key where region = $1 and subject = $2",
            &[&region.0, &subject],
            |row| get(row, 0),
        )
        .await
    }

    async fn erase_person(&self, region: Region, subject: &str) -> Result<Option<u64>, Fault> {
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        let sql = "select frozen from person_key where region = $1 and subject = $2 for update";
        let frozen = change.query_opt(sql, &[&region.0, &subject]).await.map_err(fault)?;
        if frozen.map(|row| get(&row, 0)).transpose()? == Some(true) {
            return Ok(None);
        }
        // One statement, one view: an act that commits meanwhile is erased whole or left whole. Dead rows wait
        // for autovacuum: they are ciphertext.
        let sql = "with gone as (delete from person_key where region = $1 and subject = $2) delete from private where region = $1 and subject = $2";
        let gone = within(&change, sql, &[&region.0, &subject]).await?;
        change.commit().await.map_err(fault)?;
        Ok(Some(gone))
    }

    async fn freeze_person(&self, region: Region, subject: &str, frozen: bool) -> Result<(), Fault> {
        self.execute(
            "update person_key set frozen = $3 where region = $1 and subject = $2",
            &[&region.0, &subject, &frozen],
        )
        .await
    }

    async fn outbox(&self, region: Region, limit: u32) -> Result<Vec<OutboxRow>, Fault> {
        let sql =
            "select seq, n, effect, tries from outbox where region = $1 order by tries, seq, n limit $2";
        self.rows(sql, &[&region.0, &i64::from(limit)], outbox_row).await
    }

    async fn outbox_failed(&self, region: Region, seq: i64, n: i64, error: &str) -> Result<(), Fault> {
        let sql = "update outbox set tries = tries + 1, error = $4 where region = $1 and seq = $2 and n = $3";
        self.execute(sql, &[&region.0, &seq, &n, &error]).await
    }

    async fn figure_cursor(&self, region: Region, name: &str) -> Result<Option<(i64, String)>, Fault> {
        self.row(
            "select seq, definition from figure_cursor where region = $1 and name = $2",
            &[&region.0, &name],
            pair,
        )
        .await
    }

    async fn put_contributions(
        &self,
        region: Region,
        rows: Vec<Contribution>,
        cursors: Vec<(String, i64, String)>,
        reset: Vec<String>,
    ) -> Result<(), Fault> {
        let cursors: BTreeMap<&str, (i64, &str)> = cursors
            .iter()
            .map(|(name, seq, definition)| (name.as_str(), (*seq, definition.as_str())))
            .collect();
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        if !reset.is_empty() {
            for table in ["figure", "figure_day", "figure_cursor"] {
                within(
                    &change,
                    &format!("delete from {table} where region = $1 and name = any($2)"),
                    &[&region.0, &reset],
                )
                .await?;
            }
        }
        // Only rows that were new roll up: what is put twice counts once.
        let sql = "with put as (
                       insert into figure (region, name, part, day, seq, key, quantity)
                       select $1, u.* from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[]) as u
                       on conflict do nothing returning name, part, day, quantity)
                   insert into figure_day (region, name, part, day, n, quantity)
                   select $1, name, part, day, count(*), sum(quantity)::bigint from put group by name, part, day order by name, part, day
                   on conflict (region, name, part, day) do update set n = figure_day.n + excluded.n, quantity = figure_day.quantity + excluded.quantity";
        let parameters: Parameters = &[
            &region.0,
            &column(&rows, |row| row.name.as_str()),
            &column(&rows, |row| row.part),
            &column(&rows, |row| row.day.as_str()),
            &column(&rows, |row| row.seq),
            &column(&rows, |row| row.key.as_str()),
            &column(&rows, |row| row.quantity),
        ];
        if !rows.is_empty() {
            within(&change, sql, parameters).await?;
        }
        let sql = "insert into figure_cursor (region, name, seq, definition) values ($1, $2, $3, $4)
                   on conflict (region, name) do update set seq = excluded.seq, definition = excluded.definition";
        for (name, (seq, definition)) in cursors {
            within(&change, sql, &[&region.0, &name, &seq, &definition]).await?;
        }
        change.commit().await.map_err(fault)
    }

    async fn figure_sum(&self, region: Region, q: &FigureQuery) -> Result<Sum, Fault> {
        let read = |row: &Row| Ok(Sum { n: get(row, 0)?, quantity: get(row, 1)? });
        let days = "select coalesce(sum(n), 0)::bigint, coalesce(sum(quantity), 0)::bigint from figure_day
                    where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5";
        let rows = "select count(*), coalesce(sum(quantity), 0)::bigint from figure
                    where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5 and seq <= $6";
        let sum = match q.at_seq {
            None => self.row(days, &[&region.0, &q.name, &q.part, &q.from, &q.to], read).await?,
            Some(seq) => {
                self.row(rows, &[&region.0, &q.name, &q.part, &q.from, &q.to, &seq], read)
                    .await?
            }
        };
        Ok(sum.unwrap_or_default())
    }

    async fn figure_distinct(&self, region: Region, q: &FigureQuery) -> Result<i64, Fault> {
        // A key counts while what entered under it outweighs what left.
        let sql = "select count(*) from (select key from figure
                   where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5 and seq <= $6
                   group by key having sum(quantity) > 0) as present";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        Ok(self
            .row(sql, &[&region.0, &q.name, &q.part, &q.from, &q.to, &at_seq], |row| get(row, 0))
            .await?
            .unwrap_or(0))
    }

    async fn figure_entries(
        &self,
        region: Region,
        q: &FigureQuery,
        after_seq: i64,
        limit: u32,
    ) -> Result<Vec<Contribution>, Fault> {
        let sql = "select name, part, day, seq, key, quantity from figure
                   where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5 and seq <= $6 and seq > $7 order by seq limit $8";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        let parameters: Parameters =
            &[&region.0, &q.name, &q.part, &q.from, &q.to, &at_seq, &after_seq, &i64::from(limit)];
        self.rows(sql, parameters, contribution_row).await
    }

    async fn put_account(&self, region: Region, person: &str, record: &str) -> Result<(), Fault> {
        let sql = "insert into account (region, person, record) values ($1, $2, $3) on conflict (region, person) do update set record = excluded.record";
        self.execute(sql, &[&region.0, &person, &record]).await
    }

    async fn account(&self, region: Region, person: &str) -> Result<Option<String>, Fault> {
        self.row(
            "select record from account where region = $1 and person = $2",
            &[&region.0, &person],
            |row| get(row, 0),
        )
        .await
    }

    async fn accounts(&self, region: Region) -> Result<Vec<String>, Fault> {
        self.rows("select record from account where region = $1 order by person", &[&region.0], |row| {
            get(row, 0)
        })
        .await
    }

    async fn put_session(
        &self,
        region: Region,
        id: &str,
        record: &str,
        expires_ms: i64,
    ) -> Result<(), Fault> {
        let sql = "insert into session (region, id, record, expires) values ($1, $2, $3, $4)
                   on conflict (region, id) do update set record = excluded.record, expires = excluded.expires";
        self.execute(sql, &[&region.0, &id, &record, &expires_ms]).await
    }

    async fn session(&self, region: Region, id: &str, now_ms: i64) -> Result<Option<String>, Fault> {
        self.row(
            "select record from session where region = $1 and id = $2 and expires > $3",
            &[&region.0, &id, &now_ms],
            |row| get(row, 0),
        )
        .await
    }

    async fn delete_session(&self, region: Region, id: &str) -> Result<(), Fault> {
        self.execute("delete from session where region = $1 and id = $2", &[&region.0, &id])
            .await
    }

    async fn put_blob(&self, region: Region, digest: &str, media: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let sql =
            "insert into blob (region, digest, media, bytes) values ($1, $2, $3, $4) on conflict do nothing";
        self.execute(sql, &[&region.0, &digest, &media, &bytes]).await
    }

    async fn blob(&self, region: Region, digest: &str) -> Result<Option<(String, Vec<u8>)>, Fault> {
        self.row(
            "select media, bytes from blob where region = $1 and digest = $2",
            &[&region.0, &digest],
            pair,
        )
        .await
    }

    async fn put_text(
        &self,
        region: Region,
        kind: &str,
        rows: Vec<(String, String, String)>,
    ) -> Result<(), Fault> {
        // An id names one text: given twice, the later stands.
        let texts: BTreeMap<&str, (&str, &str)> = rows
            .iter()
            .map(|(id, title, words)| (id.as_str(), (title.as_str(), words.as_str())))
            .collect();
        let ids: Vec<&str> = texts.keys().copied().collect();
        let titles: Vec<&str> = texts.values().map(|text| text.0).collect();
        let words: Vec<&str> = texts.values().map(|text| text.1).collect();
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        within(&change, "delete from text where region = $1 and kind = $2", &[&region.0, &kind]).await?;
        let sql = "insert into text (region, kind, id, title, words) select $1, $2, u.* from unnest($3::text[], $4::text[], $5::text[]) as u";
        within(&change, sql, &[&region.0, &kind, &ids, &titles, &words]).await?;
        change.commit().await.map_err(fault)
    }

    async fn search_text(
        &self,
        region: Region,
        kind: &str,
        words: &[String],
        limit: u32,
    ) -> Result<Vec<TextHit>, Fault> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        // Each word a phrase of its own, given as a value: the reader's text is never query syntax.
        let every = (4..4 + words.len())
            .map(|i| format!("phraseto_tsquery('simple', ${i})"))
            .collect::<Vec<_>>()
            .join(" && ");
        let sql = format!(
            "select t.kind, t.id, t.title from text t, (select {every} as q) as asked
             where t.region = $1 and t.kind = $2 and t.tsv @@ asked.q order by ts_rank(t.tsv, asked.q) desc, t.id limit $3"
        );
        let limit = i64::from(limit);
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&region.0, &kind, &limit];
        parameters.extend(words.iter().map(|word| word as &(dyn ToSql + Sync)));
        self.rows(&sql, &parameters, |row| {
            Ok(TextHit { kind: get(row, 0)?, id: get(row, 1)?, title: get(row, 2)? })
        })
        .await
    }

    async fn backup(&self, to: &Path) -> Result<(), Fault> {
        self.copy_out(to).await
    }
}

// ---- Backup ----

/// What a copy holds; written last, so that a folder without it is not a copy.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    schema: usize,
    tables: Vec<TableFile>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct TableFile {
    name: String,
    rows: u64,
    bytes: u64,
}

const MANIFEST: &str = "manifest.json";
/// Rows fetched or inserted at once: few where a row is a whole attachment.
const ROWS_AT_ONCE: i32 = 1000;
const BLOBS_AT_ONCE: i32 = 2;
const BYTES_AT_ONCE: usize = 8 << 20;

impl Postgres {
    /// One file a table, one JSON object a row, all of one moment: the ledger and its head agree.
    /// Plain text, because a copy must be readable when this program no longer is.
    async fn copy_out(&self, to: &Path) -> Result<(), Fault> {
        tokio::fs::create_dir_all(to).await.map_err(file_fault)?;
        if tokio::fs::try_exists(to.join(MANIFEST)).await.map_err(file_fault)? {
            return Err(Fault::CannotWrite("the folder holds a copy already".to_owned()));
        }
        let mut client = self.client().await?;
        let moment = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .map_err(fault)?;
        let mut manifest = Manifest { schema: STEPS.len(), tables: Vec::new() };
        for table in TABLES {
            manifest.tables.push(copy_table(&moment, table, &table_file(to, table)).await?);
        }
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Fault::Engine(error.to_string()))?;
        let mut file = tokio::fs::File::create(to.join(MANIFEST)).await.map_err(file_fault)?;
        file.write_all(&text).await.map_err(file_fault)?;
        file.sync_all().await.map_err(file_fault)?;
        tokio::fs::File::open(to)
            .await
            .map_err(file_fault)?
            .sync_all()
            .await
            .map_err(file_fault)
    }

    /// Puts a copy made by `backup` into this database, which must be empty; all of it or nothing.
    /// Errors: `Fault::Corrupt` when the copy is incomplete or of another schema.
    pub async fn restore(&self, from: &Path) -> Result<(), Fault> {
        let text = tokio::fs::read(from.join(MANIFEST))
            .await
            .map_err(|error| Fault::Corrupt(format!("no {MANIFEST}: {error}")))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| Fault::Corrupt(error.to_string()))?;
        if manifest.schema != STEPS.len()
            || !manifest.tables.iter().map(|table| table.name.as_str()).eq(TABLES)
        {
            return Err(Fault::Corrupt(format!(
                "the copy has schema {}, this program knows {}",
                manifest.schema,
                STEPS.len()
            )));
        }
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        // No act may slip in between the look and the copy.
        change
            .batch_execute("lock table head in access exclusive mode")
            .await
            .map_err(fault)?;
        for table in &manifest.tables {
            restore_table(&change, table, &table_file(from, &table.name)).await?;
        }
        change.commit().await.map_err(fault)
    }
}

fn table_file(folder: &Path, table: &str) -> std::path::PathBuf {
    folder.join(format!("{table}.jsonl"))
}

async fn copy_table(moment: &Transaction<'_>, table: &str, path: &Path) -> Result<TableFile, Fault> {
    let (names, _) = columns(moment, table).await?;
    let at_once = if table == "blob" { BLOBS_AT_ONCE } else { ROWS_AT_ONCE };
    let select = format!("select row_to_json(r)::text from (select {names} from {table}) as r");
    let statement = moment.prepare(&select).await.map_err(fault)?;
    let portal = moment.bind(&statement, &[]).await.map_err(fault)?;
    let mut file = BufWriter::new(tokio::fs::File::create(path).await.map_err(file_fault)?);
    let mut copied = TableFile { name: table.to_owned(), rows: 0, bytes: 0 };
    loop {
        let rows = moment.query_portal(&portal, at_once).await.map_err(fault)?;
        for row in &rows {
            let line = format!("{}\n", get::<&str>(row, 0)?);
            file.write_all(line.as_bytes()).await.map_err(file_fault)?;
            copied.rows += 1;
            copied.bytes += line.len() as u64;
        }
        if rows.len() < at_once as usize {
            break;
        }
    }
    file.flush().await.map_err(file_fault)?;
    file.get_ref().sync_all().await.map_err(file_fault)?;
    Ok(copied)
}

async fn restore_table(change: &Transaction<'_>, table: &TableFile, path: &Path) -> Result<(), Fault> {
    let TableFile { name, rows, bytes } = table;
    if change
        .query_opt(&format!("select 1 from {name} limit 1"), &[])
        .await
        .map_err(fault)?
        .is_some()
    {
        return Err(Fault::Engine(format!("the database is not empty: {name} has rows")));
    }
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|error| Fault::Corrupt(format!("no file for {name}: {error}")))?;
    if file.metadata().await.map_err(file_fault)?.len() != *bytes {
        return Err(Fault::Corrupt(format!("the file for {name} has not the length its manifest says")));
    }
    let (names, typed) = columns(change, name).await?;
    let insert = format!(
        "insert into {name} ({names}) select {names} from json_to_recordset($1::text::json) as r ({typed})"
    );
    let statement = change.prepare(&insert).await.map_err(fault)?;
    let mut lines = BufReader::new(file).lines();
    let (mut restored, mut at_once, mut more) = (0, Vec::new(), true);
    while more {
        let mut size = 0;
        while at_once.len() < ROWS_AT_ONCE as usize && size < BYTES_AT_ONCE {
            match lines.next_line().await.map_err(file_fault)? {
                Some(line) => {
                    size += line.len();
                    at_once.push(line);
                }
                None => {
                    more = false;
                    break;
                }
            }
        }
        restored += change
            .execute(&statement, &[&format!("[{}]", at_once.join(","))])
            .await
            .map_err(fault)?;
        at_once.clear();
    }
    if restored != *rows {
        return Err(Fault::Corrupt(format!("{name} has {restored} rows, its manifest says {rows}")));
    }
    Ok(())
}

/// The stored columns of a table, once as a list and once with their types; generated ones are left out.
async fn columns(change: &Transaction<'_>, table: &str) -> Result<(String, String), Fault> {
    let sql = "select string_agg(quote_ident(attname), ', ' order by attnum), string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
               from pg_attribute where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''";
    pair(&change.query_one(sql, &[&table]).await.map_err(fault)?)
}

#[cfg(test)]
pub(crate) mod tests {
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
            tasks_gone: vec![format!("t{expected}")],
            tasks_put: vec![TaskPut {
                name: format!("t{}", expected + 1),
                role: "officer",
                org: "dept".to_owned(),
                due: String::new(),
            }],
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
            effect: None,
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
            carries_out: None,
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
            sending.entries[0].effect = Some("{}".to_owned());
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
                |id, expected| Append { epoch: 1, carries_out: Some((2, 0)), ..act(id, expected, None) };
            let outcomes =
                together(&mut writer, vec![carrying(1, 7), carrying(10, 0), carrying(11, 0)]).await;
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
            assert!(matches!(waiting.await.unwrap(), Err(Fault::CannotWrite(_))));
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
            "receipts" => ", '{k}'",
            "versions" => ", '{1}'",
            "effects" | "take_effects" => ", '{1}', '{0}'",
            "save_head" => ", 7, 0",
            "put_entries" => {
                ", '{5}', '{1}', '{case}', '{f}', '{2025-03-03}', '{1}', '{p}', array['\\x00'::bytea], '{b}'"
            }
            "open_matters" => {
                ", '{5}', '{case}', '{1}', '{n}', '{t}', '{s}', '{o}', '{null}', '{null}', '{f}', '{2025-03-03}', '{s}'"
            }
            "move_matters" => {
                ", '{1}', '{1}', '{2}', '{n}', '{t}', '{s}', '{o}', '{null}', '{null}', '{f}', '{s}'"
            }
            "drop_facets" | "put_facets" => ", '{at}', '{1}', '{1}'",
            "drop_tasks" => ", '{1}', '{t1}'",
            "put_tasks" => ", '{1}', '{t1}', '{officer}', '{dept}', '{2025-03-03}'",
            "put_person_keys" => ", '{s}', array['\\x00'::bytea]",
            "put_private" => ", '{1}', '{name}', '{s}', array['\\x00'::bytea]",
            "put_receipts" => ", '{k2}', '{1}', '{1}', '{0}', '{1}'",
            "put_effects" => ", '{5}', '{e}'",
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
}
