//! 服务器存储。 PostgreSQL: many processes on one database, each with one writer that puts many acts under one commit.
//!
//! Ledger numbers come from the region's row of `head`. Whoever holds its lock is alone in writing acts of the
//! region, so a batch reads what it needs once, decides in memory and writes with one statement a table.

mod copy;
#[cfg(test)]
pub(crate) mod tests;
mod writer;

use self::writer::{Writer, write_loop};
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
static TABLES: [&str; 19] = [
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
    "refusal",
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
        let config = by_key_alone(config);
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

    /// One row for each query, which the statement takes as columns.
    async fn of_each<T>(
        &self,
        sql: &str,
        region: Region,
        queries: &[FigureQuery],
        read: fn(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let parameters: Parameters = &[
            &region.0,
            &column(queries, |q| q.name.as_str()),
            &column(queries, |q| q.part),
            &column(queries, |q| q.from.as_str()),
            &column(queries, |q| q.to.as_str()),
            &column(queries, |q| q.at_seq.unwrap_or(i64::MAX)),
        ];
        self.rows(sql, parameters, read).await
    }

    async fn row<T>(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        read: fn(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(sql, parameters, read).await?.pop())
    }

    /// The trace of a matter; empty where there is no such matter.
    async fn traced(&self, region: Region, id: MatterId) -> Result<String, Fault> {
        let sql = "select coalesce(trace, '') from matter where region = $1 and id = $2";
        Ok(self.row(sql, &[&region.0, &id.0], |row| get(row, 0)).await?.unwrap_or_default())
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

/// Every row of the act path is reached by its whole key, whatever the statistics say: before the first ones, and
/// whenever they are behind, the planner would rather read a table it takes for small.
fn by_key_alone(mut config: Config) -> Config {
    let mut options = config.get_options().unwrap_or_default().to_owned();
    for way in ["bitmapscan", "seqscan"] {
        options.push_str(&format!(" -c enable_{way}=off"));
    }
    config.options(options);
    config
}

/// The traces of matters that have none yet.
const TRACES: &str = include_str!("../../migrations/traces.postgres.sql");

const STEPS: [&str; 3] = [
    include_str!("../../migrations/0001_house.postgres.sql"),
    include_str!("../../migrations/0002_refusals.postgres.sql"),
    concat!(
        include_str!("../../migrations/0003_trace.postgres.sql"),
        include_str!("../../migrations/traces.postgres.sql")
    ),
];

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
        listed: String::new(),
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

fn entry_ref(row: &Row) -> Result<EntryRef<'_>, Fault> {
    Ok(EntryRef {
        seq: get(row, 0)?,
        matter: MatterId(get(row, 1)?),
        kind: get(row, 2)?,
        fact: get(row, 3)?,
        day: get(row, 4)?,
        ms: get(row, 5)?,
        actor: get(row, 6)?,
        leaf: get(row, 7)?,
        body: get::<&str>(row, 8)?.as_bytes(),
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
        provisional: get(row, 5)?,
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

const REFUSAL: &str = "ms, day, kind, act, matter, actor, role, org, rule, because";

fn refusal_row(row: &Row) -> Result<RefusalRow, Fault> {
    let matter: i64 = get(row, 4)?;
    Ok(RefusalRow {
        ms: get(row, 0)?,
        day: get(row, 1)?,
        kind: get(row, 2)?,
        act: get(row, 3)?,
        matter: (matter != 0).then_some(MatterId(matter)),
        actor: get(row, 5)?,
        role: get(row, 6)?,
        org: get(row, 7)?,
        rule: get(row, 8)?,
        because: get(row, 9)?,
    })
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

    async fn done_before(
        &self,
        region: Region,
        matter: Option<MatterId>,
        key: &str,
    ) -> Result<Option<Done>, Fault> {
        match matter {
            Some(id) => trace::done(&self.traced(region, id).await?, id, key),
            None => {
                let sql = "select matter, version, seq, entries from receipt where region = $1 and key = $2";
                self.row(sql, &[&region.0, &key], done_row).await
            }
        }
    }

    async fn head(&self, region: Region) -> Result<Head, Fault> {
        let head = self
            .row("select next_seq, epoch from head where region = $1", &[&region.0], head_row)
            .await?;
        Ok(head.unwrap_or(Head { next_seq: 0, epoch: 0 }))
    }

    async fn matter(&self, region: Region, id: MatterId) -> Result<Option<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, m.state, coalesce(m.listed, '') from matter m where m.region = $1 and m.id = $2"
        );
        let whole = |row: &Row| Ok(MatterRow { listed: get(row, 12)?, ..matter_row(row)? });
        self.row(&sql, &[&region.0, &id.0], whole).await
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

    async fn by_facet_between(
        &self,
        region: Region,
        name: &str,
        value: &str,
        span: (MatterId, MatterId),
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from facet f join matter m on m.region = f.region and m.id = f.matter
             where f.region = $1 and f.name = $2 and f.value = $3 and f.matter between $4 and $5
             order by f.matter desc limit $6"
        );
        let limit = i64::from(limit);
        self.rows(&sql, &[&region.0, &name, &value, &span.0.0, &span.1.0, &limit], matter_row)
            .await
    }

    async fn tasks(&self, region: Region, query: TaskQuery) -> Result<Vec<TaskRow>, Fault> {
        let of_kinds = match query.kinds.is_empty() {
            true => "",
            false => "join matter k on k.region = $1 and k.id = w.matter and k.kind = any($9)",
        };
        // A page of each body's own list, which the key has in this order, and of these the first: sorting all that all of
        // them have takes as long as it is long.
        let sql = format!(
            "select {MATTER}, '', t.name, t.role, t.due from (
                 select n.due, n.matter, n.name, n.role from unnest($2::text[]) as o (org) cross join lateral (
                     select w.due, w.matter, w.name, w.role from task w {of_kinds}
                     where w.region = $1 and w.org = o.org and w.role = $3 and w.due <= $4 and (w.due, w.matter, w.name) > ($5, $6, $7)
                     order by w.due, w.matter, w.name limit $8) n
                 order by n.due, n.matter, n.name limit $8) t
             join matter m on m.region = $1 and m.id = t.matter order by t.due, t.matter, t.name"
        );
        let (due, matter, name) = query.after.unwrap_or((String::new(), MatterId(-1), String::new()));
        let due_by = query.due_by.unwrap_or_else(|| "9999".to_owned());
        let limit = i64::from(query.limit);
        let mut parameters: Vec<&(dyn ToSql + Sync)> =
            vec![&region.0, &query.orgs, &query.role, &due_by, &due, &matter.0, &name, &limit];
        if !query.kinds.is_empty() {
            parameters.push(&query.kinds);
        }
        self.rows(&sql, &parameters, task_row).await
    }

    async fn open_of_kind(&self, region: Region, kind: &str, limit: u32) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = $1 and m.kind = $2 and not m.closed order by coalesce(m.due, '9999'), m.id limit $3"
        );
        self.rows(&sql, &[&region.0, &kind, &i64::from(limit)], matter_row).await
    }

    async fn open_counts(&self, region: Region, kind: &str, day: &str) -> Result<Vec<OpenCount>, Fault> {
        let sql = "select org, status, count(*), count(*) filter (where amber <= $3 and due >= $3), count(*) filter (where due < $3),
                          count(*) filter (where due is null and exists (select 1 from facet f where f.region = $1 and f.name = 'clock' and f.value = 'provisional' and f.matter = m.id))
                   from matter m where region = $1 and kind = $2 and not closed group by org, status order by org, status";
        self.rows(sql, &[&region.0, &kind, &day], open_count_row).await
    }

    async fn overdue(
        &self,
        region: Region,
        kind: &str,
        day: &str,
        org: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = $1 and m.kind = $2 and not m.closed and m.due < $3 and ($4 = '' or m.org = $4) order by m.due, m.id limit $5"
        );
        self.rows(&sql, &[&region.0, &kind, &day, &org, &i64::from(limit)], matter_row)
            .await
    }

    async fn entries(&self, region: Region, from: i64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and seq >= $2 order by seq limit $3");
        self.rows(&sql, &[&region.0, &from, &i64::from(limit)], entry_row).await
    }

    async fn scan(
        &self,
        region: Region,
        from: i64,
        limit: u32,
        see: &mut (dyn for<'a> FnMut(EntryRef<'a>) + Send),
    ) -> Result<u32, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and seq >= $2 order by seq limit $3");
        let client = self.client().await?;
        let rows = query(&client, &sql, &[&region.0, &from, &i64::from(limit)])
            .await
            .map_err(fault)?;
        for row in &rows {
            see(entry_ref(row)?);
        }
        Ok(rows.len() as u32)
    }

    async fn entries_at(&self, region: Region, seqs: &[i64]) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = $1 and seq = any($2) order by seq");
        self.rows(&sql, &[&region.0, &seqs], entry_row).await
    }

    async fn entries_of(&self, region: Region, matter: MatterId) -> Result<Vec<EntryRow>, Fault> {
        let wanted = trace::seqs(&self.traced(region, matter).await?)?;
        trace::whole(matter, &wanted, self.entries_at(region, &wanted).await?)
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
        // Two programs may sign at once, such as a server and a backup beside it: the one that saw less takes nothing away.
        let sql = "insert into tile (region, level, n, hashes) select $1, u.* from unnest($2::bigint[], $3::bigint[], $4::bytea[]) as u
                   on conflict (region, level, n) do update set hashes = excluded.hashes
                   where length(excluded.hashes) >= length(tile.hashes)";
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

    async fn matters_about(&self, region: Region, subject: &str) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = $1
             and m.id in (select matter from private where region = $1 and subject = $2) order by m.id"
        );
        self.rows(&sql, &[&region.0, &subject], matter_row).await
    }

    async fn person_key(&self, region: Region, subject: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.row(
            "select key from person_key where region = $1 and subject = $2",
            &[&region.0, &subject],
            |row| get(row, 0),
        )
        .await
    }

    async fn erase_person(
        &self,
        region: Region,
        subject: &str,
        disposed: bool,
    ) -> Result<Option<u64>, Fault> {
        let mut client = self.client().await?;
        let change = client.transaction().await.map_err(fault)?;
        let sql = "select frozen from person_key where region = $1 and subject = $2 for update";
        let frozen = change.query_opt(sql, &[&region.0, &subject]).await.map_err(fault)?;
        let frozen = frozen.map(|row| get(&row, 0)).transpose()? == Some(true);
        let sql = "select 1 from private p join matter m on m.region = p.region and m.id = p.matter
                   where p.region = $1 and p.subject = $2 and m.status = $3 limit 1";
        let archived = change.query_opt(sql, &[&region.0, &subject, &ARCHIVED]).await.map_err(fault)?;
        if (frozen || archived.is_some()) && !disposed {
            return Ok(None);
        }
        // One statement, one view: an act that commits meanwhile is erased whole or left whole. Dead rows wait
        // for autovacuum: they are ciphertext.
        let sql = "with gone as (delete from person_key where region = $1 and subject = $2),
            unfound as (delete from facet where region = $1 and name = 'who' and matter in (select matter from private where region = $1 and subject = $2))
            delete from private where region = $1 and subject = $2";
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

    async fn outbox_settled(&self, region: Region, seq: i64, n: i64) -> Result<(), Fault> {
        let sql = "delete from outbox where region = $1 and seq = $2 and n = $3";
        self.execute(sql, &[&region.0, &seq, &n]).await
    }

    async fn note_refusal(&self, region: Region, row: RefusalRow) -> Result<(), Fault> {
        let matter = row.matter.map_or(0, |id| id.0);
        self.execute(
            "insert into refusal (region, ms, actor, kind, act, day, matter, role, org, rule, because) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11) on conflict do nothing",
            &[&region.0, &row.ms, &row.actor, &row.kind, &row.act, &row.day, &matter, &row.role, &row.org, &row.rule, &row.because],
        )
        .await
    }

    async fn refusals_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<RefusalRow>, Fault> {
        let sql =
            format!("select {REFUSAL} from refusal where region = $1 and day = $2 order by ms desc limit $3");
        self.rows(&sql, &[&region.0, &day, &i64::from(limit)], refusal_row).await
    }

    async fn refusals_of(
        &self,
        region: Region,
        matter: MatterId,
        limit: u32,
    ) -> Result<Vec<RefusalRow>, Fault> {
        let sql = format!(
            "select {REFUSAL} from refusal where region = $1 and matter = $2 order by ms desc limit $3"
        );
        self.rows(&sql, &[&region.0, &matter.0, &i64::from(limit)], refusal_row).await
    }

    async fn figure_cursor(&self, region: Region, name: &str) -> Result<Option<(i64, String)>, Fault> {
        self.row(
            "select seq, definition from figure_cursor where region = $1 and name = $2",
            &[&region.0, &name],
            pair,
        )
        .await
    }

    async fn figure_cursors(&self, region: Region) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select name, seq from figure_cursor where region = $1 order by name";
        self.rows(sql, &[&region.0], pair).await
    }

    async fn put_contributions(
        &self,
        region: Region,
        rows: Vec<Contribution>,
        cursors: Vec<CursorMove>,
        reset: Vec<String>,
    ) -> Result<(), Fault> {
        let cursors: BTreeMap<&str, &CursorMove> =
            cursors.iter().map(|moved| (moved.name.as_str(), moved)).collect();
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
        let sql = "insert into figure_cursor (region, name, seq, definition)
                   select $1::integer, $2::text, $3::bigint, $4::text
                   where $5::bigint = 0 or exists (select 1 from figure_cursor where region = $1 and name = $2)
                   on conflict (region, name) do update set seq = excluded.seq
                   where figure_cursor.seq >= $5 and figure_cursor.definition = excluded.definition";
        for moved in cursors.into_values() {
            within(&change, sql, &[&region.0, &moved.name, &moved.to, &moved.definition, &moved.from])
                .await?;
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

    async fn figure_sums(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<Sum>, Fault> {
        // What a day adds up to is what its rows do: once one is asked for as of a ledger number, all are read from the rows.
        let days = "select found.n, found.quantity
                    from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[]) with ordinality
                         as asked (name, part, since, until, at_seq, place),
                    lateral (select coalesce(sum(n), 0)::bigint as n, coalesce(sum(quantity), 0)::bigint as quantity from figure_day
                             where region = $1 and name = asked.name and part = asked.part and day >= asked.since and day <= asked.until) as found
                    order by asked.place";
        let rows = "select found.n, found.quantity
                    from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[]) with ordinality
                         as asked (name, part, since, until, at_seq, place),
                    lateral (select count(*) as n, coalesce(sum(quantity), 0)::bigint as quantity from figure
                             where region = $1 and name = asked.name and part = asked.part and day >= asked.since and day <= asked.until
                             and seq <= asked.at_seq) as found
                    order by asked.place";
        let sql = if queries.iter().any(|q| q.at_seq.is_some()) { rows } else { days };
        self.of_each(sql, region, queries, |row| Ok(Sum { n: get(row, 0)?, quantity: get(row, 1)? }))
            .await
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

    async fn figure_distincts(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<i64>, Fault> {
        let sql = "select found.n
                   from unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[]) with ordinality
                        as asked (name, part, since, until, at_seq, place),
                   lateral (select count(*) as n from (
                                select key from figure
                                where region = $1 and name = asked.name and part = asked.part and day >= asked.since and day <= asked.until
                                and seq <= asked.at_seq group by key having sum(quantity) > 0) as present) as found
                   order by asked.place";
        self.of_each(sql, region, queries, |row| get(row, 0)).await
    }

    async fn figure_by_key(&self, region: Region, q: &FigureQuery) -> Result<Vec<(String, Sum)>, Fault> {
        let sql = "select key, count(*), coalesce(sum(quantity), 0)::bigint from figure
                   where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5 and seq <= $6
                   group by key order by key";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        let read = |row: &Row| Ok((get(row, 0)?, Sum { n: get(row, 1)?, quantity: get(row, 2)? }));
        self.rows(sql, &[&region.0, &q.name, &q.part, &q.from, &q.to, &at_seq], read)
            .await
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

    async fn figure_last(&self, region: Region, q: &FigureQuery) -> Result<Vec<Contribution>, Fault> {
        let sql = "select name, part, day, seq, key, quantity from (
                       select name, part, day, seq, key, quantity, row_number() over (partition by key order by seq desc) as place from figure
                       where region = $1 and name = $2 and part = $3 and day >= $4 and day <= $5 and seq <= $6) as told
                   where place = 1 order by seq";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        self.rows(sql, &[&region.0, &q.name, &q.part, &q.from, &q.to, &at_seq], contribution_row)
            .await
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
        let sql = "insert into blob (region, digest, media, bytes) values ($1, $2, $3, $4)
             on conflict (region, digest) do update set media = excluded.media, bytes = excluded.bytes";
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
