//! 嵌入式存储。 SQLite: one file, WAL, `synchronous=FULL`, one writer thread that puts many acts under one fsync.

use crate::*;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, oneshot};

/// At most this many jobs share one commit: bounds the wait of the first and the size of a lost batch.
const BATCH: usize = 512;
const READERS: usize = 4;

type Write = Box<dyn FnOnce(&Connection) -> Result<(), Fault> + Send>;

enum Job {
    Append(Box<Append>, oneshot::Sender<Result<Outcome, Fault>>),
    /// Anything rarer than an act: runs inside the same shared transaction.
    Other(Write, oneshot::Sender<Result<(), Fault>>),
}

pub struct Sqlite {
    path: PathBuf,
    jobs: mpsc::UnboundedSender<Job>,
    readers: Mutex<Vec<Connection>>,
}

/// How a store is opened; the defaults are the only lawful setting for official acts.
#[derive(Clone, Debug, Default)]
pub struct SqliteOptions {
    /// A registered VFS by name, for the power-cut tests.
    pub vfs: Option<String>,
    /// `OFF` exists to prove that the power-cut test can fail.
    pub synchronous_off: bool,
}

impl Sqlite {
    pub fn open(path: &Path) -> Result<Arc<Sqlite>, Fault> {
        Sqlite::open_with(path, SqliteOptions::default())
    }

    pub fn open_with(path: &Path, options: SqliteOptions) -> Result<Arc<Sqlite>, Fault> {
        let writer = connect(path, &options)?;
        migrate(&writer)?;
        let (jobs, queue) = mpsc::unbounded_channel();
        std::thread::Builder::new()
            .name("fadu-writer".to_owned())
            .spawn(move || write_loop(writer, queue))
            .map_err(|error| Fault::Engine(error.to_string()))?;
        let readers = (0..READERS).map(|_| connect(path, &options)).collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(Sqlite { path: path.to_owned(), jobs, readers: Mutex::new(readers) }))
    }

    /// Reads run on the caller's thread: in WAL mode a reader never waits for the writer, and a point read
    /// costs less than a hop to another thread.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
        let pooled = self.readers.lock().map_err(|_| Fault::Stopped)?.pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => connect(&self.path, &SqliteOptions::default())?,
        };
        let answer = query(&connection).map_err(fault);
        let mut readers = self.readers.lock().map_err(|_| Fault::Stopped)?;
        if readers.len() < READERS * 2 {
            readers.push(connection);
        }
        answer
    }

    async fn write(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), Fault> {
        let (reply, answer) = oneshot::channel();
        let write: Write = Box::new(move |connection| write(connection).map_err(fault));
        self.jobs.send(Job::Other(write, reply)).map_err(|_| Fault::Stopped)?;
        answer.await.map_err(|_| Fault::Stopped)?
    }
}

fn connect(path: &Path, options: &SqliteOptions) -> Result<Connection, Fault> {
    let flags = OpenFlags::default();
    let connection = match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
        None => Connection::open_with_flags(path, flags),
    }
    .map_err(fault)?;
    let synchronous = if options.synchronous_off { "OFF" } else { "FULL" };
    // secure_delete: what erasure removes must not linger in free pages.
    connection
        .execute_batch(&format!(
            "pragma page_size=4096; pragma journal_mode=WAL; pragma synchronous={synchronous}; pragma secure_delete=ON;
             pragma cache_size=-65536; pragma busy_timeout=5000; pragma wal_autocheckpoint=8000; pragma temp_store=MEMORY;"
        ))
        .map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(connection)
}

/// Forward only: each file runs once, in order, inside one transaction.
fn migrate(connection: &Connection) -> Result<(), Fault> {
    const STEPS: [&str; 2] = [
        include_str!("../migrations/0001_house.sqlite.sql"),
        include_str!("../migrations/0002_rows.sqlite.sql"),
    ];
    let done: i64 = connection
        .query_row("pragma user_version", [], |row| row.get(0))
        .map_err(fault)?;
    let done = done.max(0) as usize;
    if done > STEPS.len() {
        return Err(Fault::Corrupt(format!(
            "the store has schema {done}, this program knows {}",
            STEPS.len()
        )));
    }
    for (i, step) in STEPS.iter().enumerate().skip(done) {
        connection
            .execute_batch(&format!("begin immediate; {step}; pragma user_version={}; commit;", i + 1))
            .map_err(fault)?;
    }
    Ok(())
}

fn write_loop(connection: Connection, mut queue: mpsc::UnboundedReceiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = queue.blocking_recv() {
        batch.push(first);
        while batch.len() < BATCH {
            match queue.try_recv() {
                Ok(job) => batch.push(job),
                Err(_) => break,
            }
        }
        run_batch(&connection, &mut batch);
    }
    // Best effort: an orderly stop leaves one file behind instead of three.
    let _ = connection.execute_batch("pragma wal_checkpoint(TRUNCATE)");
}

/// Acts under one commit, then whatever is rarer under another.
fn run_batch(connection: &Connection, batch: &mut Vec<Job>) {
    let (mut acts, mut others) = (Vec::with_capacity(batch.len()), Vec::new());
    for job in batch.drain(..) {
        match job {
            Job::Append(append, reply) => acts.push((append, reply)),
            Job::Other(write, reply) => others.push((write, reply)),
        }
    }
    if !acts.is_empty() {
        settle(connection, acts);
    }
    if !others.is_empty() {
        run_others(connection, others);
    }
}

type ActJob = (Box<Append>, oneshot::Sender<Result<Outcome, Fault>>);

/// Answers every act. An act is judged before its first row is written, so a lost race leaves nothing to undo and
/// no savepoint is needed: one would copy every page an act touches. If a row itself cannot be written the batch is
/// undone and its acts are done again one by one, so that one bad act never fails the others.
fn settle(connection: &Connection, acts: Vec<ActJob>) {
    let outcomes = transaction(connection, |c| {
        let mut heads = Heads::default();
        let outcomes = acts
            .iter()
            .map(|(act, _)| write_append(c, &mut heads, act))
            .collect::<Result<Vec<_>, Fault>>()?;
        heads.save(c)?;
        Ok(outcomes)
    });
    match outcomes {
        Ok(outcomes) => {
            for ((_, reply), outcome) in acts.into_iter().zip(outcomes) {
                // The receiver may have gone away; what is durable stays durable.
                let _ = reply.send(outcome);
            }
        }
        Err(Fault::Engine(error)) if acts.len() > 1 => {
            tracing::warn!(error, acts = acts.len(), "a batch failed; its acts are tried one by one");
            acts.into_iter().for_each(|act| settle(connection, vec![act]));
        }
        Err(error) => {
            for (_, reply) in acts {
                let _ = reply.send(Err(again(&error)));
            }
        }
    }
}

fn run_others(connection: &Connection, others: Vec<(Write, oneshot::Sender<Result<(), Fault>>)>) {
    let (writes, replies): (Vec<_>, Vec<_>) = others.into_iter().unzip();
    let outcomes = transaction(connection, |c| {
        Ok(writes.into_iter().map(|write| guarded(c, write)).collect::<Vec<_>>())
    });
    match outcomes {
        Ok(outcomes) => replies
            .into_iter()
            .zip(outcomes)
            .for_each(|(reply, outcome)| drop(reply.send(outcome))),
        Err(error) => replies.into_iter().for_each(|reply| drop(reply.send(Err(again(&error))))),
    }
}

/// Nobody hears of success before the commit returned.
fn transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let cannot = |error: rusqlite::Error| Fault::CannotWrite(error.to_string());
    connection.execute_batch("begin immediate").map_err(cannot)?;
    let done =
        work(connection).and_then(|done| connection.execute_batch("commit").map_err(cannot).map(|()| done));
    if done.is_err() {
        // Fails only where the engine has rolled back by itself.
        let _ = connection.execute_batch("rollback");
    }
    done
}

/// The same fault for each job of a batch.
fn again(fault: &Fault) -> Fault {
    match fault {
        Fault::Engine(text) => Fault::Engine(text.clone()),
        Fault::CannotWrite(text) => Fault::CannotWrite(text.clone()),
        Fault::Corrupt(text) => Fault::Corrupt(text.clone()),
        Fault::Stopped => Fault::Stopped,
    }
}

/// A failed job must not leave half of itself in the others' transaction.
fn guarded(connection: &Connection, write: Write) -> Result<(), Fault> {
    connection.execute_batch("savepoint job").map_err(fault)?;
    let answer = write(connection);
    let close = if answer.is_ok() { "release job" } else { "rollback to job; release job" };
    connection.execute_batch(close).map_err(fault)?;
    answer
}

/// The heads touched by a batch: read once, written once.
#[derive(Default)]
struct Heads(Vec<(i32, Head, bool)>);

impl Heads {
    fn of(&mut self, connection: &Connection, region: i32) -> Result<&mut (i32, Head, bool), Fault> {
        let found = self.0.iter().position(|(r, _, _)| *r == region);
        let i = match found {
            Some(i) => i,
            None => {
                self.0.push((region, read_head(connection, region).map_err(fault)?, false));
                self.0.len() - 1
            }
        };
        Ok(&mut self.0[i])
    }

    fn save(&self, connection: &Connection) -> Result<(), Fault> {
        for (region, head, changed) in &self.0 {
            if *changed {
                connection
                    .prepare_cached("insert into head (region, next_seq, epoch) values (?1, ?2, ?3) on conflict (region) do update set next_seq = ?2, epoch = ?3")
                    .and_then(|mut s| s.execute(params![region, head.next_seq, head.epoch]))
                    .map_err(fault)?;
            }
        }
        Ok(())
    }
}

fn read_head(connection: &Connection, region: i32) -> rusqlite::Result<Head> {
    let row = connection
        .prepare_cached("select next_seq, epoch from head where region = ?1")?
        .query_row([region], |row| Ok(Head { next_seq: row.get(0)?, epoch: row.get(1)? }))
        .optional()?;
    Ok(row.unwrap_or(Head { next_seq: 0, epoch: 0 }))
}

/// The outer error undoes the batch, the inner answer is this act's alone.
fn write_append(c: &Connection, heads: &mut Heads, append: &Append) -> Result<Result<Outcome, Fault>, Fault> {
    let outcome = judge(c, heads, append);
    if let Ok(Outcome::Done(done)) = &outcome {
        write_rows(c, append, done).map_err(fault)?;
    }
    Ok(outcome)
}

/// Reads only; takes the act's ledger numbers when it may be done.
fn judge(c: &Connection, heads: &mut Heads, append: &Append) -> Result<Outcome, Fault> {
    let region = append.region.0;
    let Some(main) = append.writes.first() else {
        return Err(Fault::Engine("an act must write a matter".to_owned()));
    };
    if let Some(key) = &append.key {
        let earlier = c
            .prepare_cached(
                "select matter, version, seq, entries from receipt where region = ?1 and key = ?2",
            )
            .and_then(|mut s| s.query_row(params![region, key], done_row).optional())
            .map_err(fault)?;
        if let Some(done) = earlier {
            return Ok(Outcome::Replayed(done));
        }
    }
    let head = heads.of(c, region)?;
    if head.1.epoch != append.epoch {
        return Ok(Outcome::EpochMoved);
    }
    if let Some((seq, n)) = append.carries_out {
        let waits = c
            .prepare_cached("select 1 from outbox where region = ?1 and seq = ?2 and n = ?3")
            .and_then(|mut s| s.exists(params![region, seq, n]))
            .map_err(fault)?;
        if !waits {
            return Ok(Outcome::CarriedOut);
        }
    }
    let current = |id: MatterId| -> Result<i64, Fault> {
        c.prepare_cached("select version from matter where region = ?1 and id = ?2")
            .and_then(|mut s| s.query_row(params![region, id.0], |row| row.get(0)).optional())
            .map(|version| version.unwrap_or(0))
            .map_err(fault)
    };
    for (id, version) in append
        .reads
        .iter()
        .copied()
        .chain(append.writes.iter().map(|write| (write.id, write.expected)))
    {
        if current(id)? != version {
            if append.carries_out.is_some() {
                return Err(Fault::Engine(
                    "an outbox effect lost a race; it stays for the next run".to_owned(),
                ));
            }
            return Ok(Outcome::Raced);
        }
    }
    let first = head.1.next_seq;
    head.1.next_seq += append.entries.len() as i64;
    head.1.epoch += i64::from(append.raises_epoch);
    head.2 = true;
    let done =
        Done { matter: main.id, version: main.version, seq: first, entries: append.entries.len() as i64 };
    Ok(Outcome::Done(done))
}

fn write_rows(c: &Connection, append: &Append, done: &Done) -> rusqlite::Result<()> {
    let region = append.region.0;
    if let Some((seq, n)) = append.carries_out {
        c.prepare_cached("delete from outbox where region = ?1 and seq = ?2 and n = ?3")?
            .execute(params![region, seq, n])?;
    }
    for (i, entry) in append.entries.iter().enumerate() {
        let seq = done.seq + i as i64;
        let (body, leaf) = finish_entry(seq, &entry.tail);
        c.prepare_cached("insert into entry (region, seq, matter, kind, fact, day, ms, actor, leaf, body) values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")?
            .execute(params![region, seq, entry.matter.0, entry.kind, entry.fact, entry.day, entry.ms, entry.actor, &leaf[..], body])?;
        if let Some(effect) = &entry.effect {
            c.prepare_cached("insert into outbox (region, seq, n, effect) values (?1, ?2, 0, ?3)")?
                .execute(params![region, seq, effect])?;
        }
    }
    for write in &append.writes {
        write_matter(c, region, write)?;
    }
    for (subject, key) in &append.person_keys {
        c.prepare_cached(
            "insert into person_key (region, subject, key) values (?1, ?2, ?3) on conflict do nothing",
        )?
        .execute(params![region, subject, key])?;
    }
    for row in &append.private {
        c.prepare_cached("insert into private (region, matter, field, subject, sealed) values (?1,?2,?3,?4,?5) on conflict (region, matter, field) do update set subject = ?4, sealed = ?5")?
            .execute(params![region, row.matter.0, row.field, row.subject, row.sealed])?;
    }
    if let Some(key) = &append.key {
        c.prepare_cached(
            "insert into receipt (region, key, matter, version, seq, entries) values (?1,?2,?3,?4,?5,?6)",
        )?
        .execute(params![region, key, done.matter.0, done.version, done.seq, done.entries])?;
    }
    Ok(())
}

fn write_matter(c: &Connection, region: i32, m: &MatterWrite) -> rusqlite::Result<()> {
    if m.expected == 0 {
        c.prepare_cached(
            "insert into matter (region, id, kind, version, number, title, status, org, due, amber, closed, opened_day, state)
             values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        )?
        .execute(params![region, m.id.0, m.kind, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.opened_day, m.state])?;
    } else {
        c.prepare_cached(
            "update matter set version=?3, number=?4, title=?5, status=?6, org=?7, due=?8, amber=?9, closed=?10, state=?11 where region=?1 and id=?2",
        )?
        .execute(params![region, m.id.0, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.state])?;
    }
    for (name, value) in &m.facets_gone {
        c.prepare_cached("delete from facet where region=?1 and name=?2 and value=?3 and matter=?4")?
            .execute(params![region, name, value, m.id.0])?;
    }
    for (name, value) in &m.facets_new {
        c.prepare_cached(
            "insert into facet (region, name, value, matter) values (?1,?2,?3,?4) on conflict do nothing",
        )?
        .execute(params![region, name, value, m.id.0])?;
    }
    for name in &m.tasks_gone {
        c.prepare_cached("delete from task where region=?1 and matter=?2 and name=?3")?
            .execute(params![region, m.id.0, name])?;
    }
    for task in &m.tasks_put {
        c.prepare_cached(
            "insert into task (region, matter, name, role, org, due) values (?1,?2,?3,?4,?5,?6) on conflict (region, matter, name) do update set role=?4, org=?5, due=?6",
        )?
        .execute(params![region, m.id.0, task.name, task.role, task.org, task.due])?;
    }
    Ok(())
}

fn done_row(row: &Row) -> rusqlite::Result<Done> {
    Ok(Done { matter: MatterId(row.get(0)?), version: row.get(1)?, seq: row.get(2)?, entries: row.get(3)? })
}

const MATTER: &str =
    "m.id, m.kind, m.version, m.number, m.title, m.status, m.org, m.due, m.amber, m.closed, m.opened_day";

fn matter_row(row: &Row) -> rusqlite::Result<MatterRow> {
    Ok(MatterRow {
        id: MatterId(row.get(0)?),
        kind: row.get(1)?,
        version: row.get(2)?,
        number: row.get(3)?,
        title: row.get(4)?,
        status: row.get(5)?,
        org: row.get(6)?,
        due: row.get(7)?,
        amber: row.get(8)?,
        closed: row.get(9)?,
        opened_day: row.get(10)?,
        state: row.get(11)?,
    })
}

const ENTRY: &str = "seq, matter, kind, fact, day, ms, actor, leaf, body";

fn entry_row(row: &Row) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow {
        seq: row.get(0)?,
        matter: MatterId(row.get(1)?),
        kind: row.get(2)?,
        fact: row.get(3)?,
        day: row.get(4)?,
        ms: row.get(5)?,
        actor: row.get(6)?,
        leaf: row.get(7)?,
        body: row.get(8)?,
    })
}

fn rows<T>(
    c: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: fn(&Row) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = c.prepare_cached(sql)?;
    statement.query_map(parameters, read)?.collect()
}

fn fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode::*;
    match error.sqlite_error_code() {
        Some(DiskFull | ReadOnly | SystemIoFailure | CannotOpen) => Fault::CannotWrite(error.to_string()),
        Some(DatabaseCorrupt | NotADatabase) => Fault::Corrupt(error.to_string()),
        _ => Fault::Engine(error.to_string()),
    }
}

#[async_trait]
impl Store for Sqlite {
    fn engine(&self) -> &'static str {
        "sqlite"
    }

    async fn append(&self, append: Append) -> Result<Outcome, Fault> {
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(Job::Append(Box::new(append), reply))
            .map_err(|_| Fault::Stopped)?;
        answer.await.map_err(|_| Fault::Stopped)?
    }

    async fn head(&self, region: Region) -> Result<Head, Fault> {
        self.read(|c| read_head(c, region.0))
    }

    async fn matter(&self, region: Region, id: MatterId) -> Result<Option<MatterRow>, Fault> {
        self.read(|c| {
            c.prepare_cached(&format!(
                "select {MATTER}, m.state from matter m where m.region = ?1 and m.id = ?2"
            ))?
            .query_row(params![region.0, id.0], matter_row)
            .optional()
        })
    }

    async fn all_of_kind(&self, region: Region, kind: &str) -> Result<Vec<MatterRow>, Fault> {
        self.read(|c| {
            rows(
                c,
                &format!(
                    "select {MATTER}, m.state from matter m where m.region = ?1 and m.kind = ?2 order by m.id"
                ),
                params![region.0, kind],
                matter_row,
            )
        })
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
             where f.region = ?1 and f.name = ?2 and f.value = ?3 order by f.matter desc limit ?4"
        );
        self.read(|c| rows(c, &sql, params![region.0, name, value, limit], matter_row))
    }

    async fn tasks(&self, region: Region, query: TaskQuery) -> Result<Vec<TaskRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '', t.name, t.role, t.due from task t join matter m on m.region = t.region and m.id = t.matter
             where t.region = ?1 and t.org = ?2 and t.role = ?3 and t.due <= ?4 and (t.due, t.matter, t.name) > (?5, ?6, ?7)
             order by t.due, t.matter, t.name limit ?8"
        );
        let (due, matter, name) = query.after.unwrap_or((String::new(), MatterId(-1), String::new()));
        let due_by = query.due_by.unwrap_or_else(|| "9999".to_owned());
        self.read(|c| {
            rows(
                c,
                &sql,
                params![region.0, query.org, query.role, due_by, due, matter.0, name, query.limit],
                |row| {
                    Ok(TaskRow {
                        matter: matter_row(row)?,
                        task: row.get(12)?,
                        role: row.get(13)?,
                        due: row.get(14)?,
                    })
                },
            )
        })
    }

    async fn open_counts(&self, region: Region, kind: &str, day: &str) -> Result<Vec<OpenCount>, Fault> {
        let sql = "select org, status, count(*), sum(coalesce(amber <= ?3 and due >= ?3, 0)), sum(coalesce(due < ?3, 0))
                   from matter where region = ?1 and kind = ?2 and closed = 0 group by org, status order by org, status";
        self.read(|c| {
            rows(c, sql, params![region.0, kind, day], |row| {
                Ok(OpenCount {
                    org: row.get(0)?,
                    status: row.get(1)?,
                    open: row.get(2)?,
                    amber: row.get(3)?,
                    overdue: row.get(4)?,
                })
            })
        })
    }

    async fn overdue(
        &self,
        region: Region,
        kind: &str,
        day: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = ?1 and m.kind = ?2 and m.closed = 0 and m.due < ?3 order by m.due, m.id limit ?4"
        );
        self.read(|c| rows(c, &sql, params![region.0, kind, day, limit], matter_row))
    }

    async fn entries(&self, region: Region, from: i64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = ?1 and seq >= ?2 order by seq limit ?3");
        self.read(|c| rows(c, &sql, params![region.0, from, limit], entry_row))
    }

    async fn entries_at(&self, region: Region, seqs: &[i64]) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!(
            "select {ENTRY} from entry where region = ?1 and seq in (select value from json_each(?2)) order by seq"
        );
        let list = serde_json::to_string(seqs).map_err(|error| Fault::Engine(error.to_string()))?;
        self.read(|c| rows(c, &sql, params![region.0, list], entry_row))
    }

    async fn entries_of(&self, region: Region, matter: MatterId) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = ?1 and matter = ?2 order by seq");
        self.read(|c| rows(c, &sql, params![region.0, matter.0], entry_row))
    }

    async fn entries_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql =
            format!("select {ENTRY} from entry where region = ?1 and day = ?2 order by seq desc limit ?3");
        self.read(|c| rows(c, &sql, params![region.0, day, limit], entry_row))
    }

    async fn leaves(&self, region: Region, from: i64, to: i64) -> Result<Vec<[u8; 32]>, Fault> {
        let sql = "select leaf from entry where region = ?1 and seq >= ?2 and seq < ?3 order by seq";
        self.read(|c| rows(c, sql, params![region.0, from, to], |row| row.get(0)))
    }

    async fn last_checkpoint(&self, region: Region) -> Result<Option<CheckpointRow>, Fault> {
        let sql = "select size, note, frontier from checkpoint where region = ?1 order by size desc limit 1";
        self.read(|c| Ok(rows(c, sql, [region.0], checkpoint_row)?.pop()))
    }

    async fn checkpoints(&self, region: Region) -> Result<Vec<CheckpointRow>, Fault> {
        self.read(|c| {
            rows(
                c,
                "select size, note, frontier from checkpoint where region = ?1 order by size",
                [region.0],
                checkpoint_row,
            )
        })
    }

    async fn put_checkpoint(
        &self,
        region: Region,
        row: CheckpointRow,
        tiles: Vec<(i64, i64, Vec<u8>)>,
    ) -> Result<(), Fault> {
        self.write(move |c| {
            c.execute("insert into checkpoint (region, size, note, frontier) values (?1,?2,?3,?4) on conflict do nothing", params![region.0, row.size, row.note, row.frontier])?;
            let mut put = c.prepare_cached("insert into tile (region, level, n, hashes) values (?1,?2,?3,?4) on conflict (region, level, n) do update set hashes = ?4")?;
            for (level, n, hashes) in tiles {
                put.execute(params![region.0, level, n, hashes])?;
            }
            Ok(())
        })
        .await
    }

    async fn tile(&self, region: Region, level: i64, n: i64) -> Result<Option<Vec<u8>>, Fault> {
        self.read(|c| {
            c.prepare_cached("select hashes from tile where region = ?1 and level = ?2 and n = ?3")?
                .query_row(params![region.0, level, n], |row| row.get(0))
                .optional()
        })
    }

    async fn private_of(&self, region: Region, matter: MatterId) -> Result<Vec<PrivatePut>, Fault> {
        let sql = "select matter, field, subject, sealed from private where region = ?1 and matter = ?2 order by field";
        self.read(|c| {
            rows(c, sql, params![region.0, matter.0], |row| {
                Ok(PrivatePut {
                    matter: MatterId(row.get(0)?),
                    field: row.get(1)?,
                    subject: row.get(2)?,
                    sealed: row.get(3)?,
                })
            })
        })
    }

    async fn person_key(&self, region: Region, subject: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.read(|c| {
            c.prepare_cached("select key from person_key where region = ?1 and subject = ?2")?
                .query_row(params![region.0, subject], |row| row.get(0))
                .optional()
        })
    }

    async fn erase_person(&self, region: Region, subject: &str) -> Result<Option<u64>, Fault> {
        let subject = subject.to_owned();
        let (tell, told) = oneshot::channel();
        self.write(move |c| {
            let frozen: Option<bool> = c
                .query_row(
                    "select frozen from person_key where region = ?1 and subject = ?2",
                    params![region.0, subject],
                    |row| row.get(0),
                )
                .optional()?;
            let gone = if frozen == Some(true) {
                None
            } else {
                c.execute(
                    "delete from person_key where region = ?1 and subject = ?2",
                    params![region.0, subject],
                )?;
                Some(c.execute(
                    "delete from private where region = ?1 and subject = ?2",
                    params![region.0, subject],
                )? as u64)
            };
            let _ = tell.send(gone);
            Ok(())
        })
        .await?;
        // The log of pages not yet moved into the file still holds the old ones: move them and cut it off.
        self.read(|c| c.query_row("pragma wal_checkpoint(TRUNCATE)", [], |_| Ok(())))?;
        told.await.map_err(|_| Fault::Stopped)
    }

    async fn freeze_person(&self, region: Region, subject: &str, frozen: bool) -> Result<(), Fault> {
        let subject = subject.to_owned();
        self.write(move |c| {
            c.execute(
                "update person_key set frozen = ?3 where region = ?1 and subject = ?2",
                params![region.0, subject, frozen],
            )
            .map(drop)
        })
        .await
    }

    async fn outbox(&self, region: Region, limit: u32) -> Result<Vec<OutboxRow>, Fault> {
        let sql =
            "select seq, n, effect, tries from outbox where region = ?1 order by tries, seq, n limit ?2";
        self.read(|c| {
            rows(c, sql, params![region.0, limit], |row| {
                Ok(OutboxRow { seq: row.get(0)?, n: row.get(1)?, effect: row.get(2)?, tries: row.get(3)? })
            })
        })
    }

    async fn outbox_failed(&self, region: Region, seq: i64, n: i64, error: &str) -> Result<(), Fault> {
        let error = error.to_owned();
        self.write(move |c| {
            c.execute(
                "update outbox set tries = tries + 1, error = ?4 where region = ?1 and seq = ?2 and n = ?3",
                params![region.0, seq, n, error],
            )
            .map(drop)
        })
        .await
    }

    async fn figure_cursor(&self, region: Region, name: &str) -> Result<Option<(i64, String)>, Fault> {
        self.read(|c| {
            c.prepare_cached("select seq, definition from figure_cursor where region = ?1 and name = ?2")?
                .query_row(params![region.0, name], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    async fn put_contributions(
        &self,
        region: Region,
        rows: Vec<Contribution>,
        cursors: Vec<(String, i64, String)>,
        reset: Vec<String>,
    ) -> Result<(), Fault> {
        self.write(move |c| {
            for name in &reset {
                for table in ["figure", "figure_day", "figure_cursor"] {
                    c.execute(&format!("delete from {table} where region = ?1 and name = ?2"), params![region.0, name])?;
                }
            }
            let mut put = c.prepare_cached("insert into figure (region, name, part, day, seq, key, quantity) values (?1,?2,?3,?4,?5,?6,?7) on conflict do nothing")?;
            let mut days: std::collections::BTreeMap<(&str, i64, &str), (i64, i64)> = Default::default();
            for row in &rows {
                if put.execute(params![region.0, row.name, row.part, row.day, row.seq, row.key, row.quantity])? == 1 {
                    let day = days.entry((&row.name, row.part, &row.day)).or_default();
                    day.0 += 1;
                    day.1 += row.quantity;
                }
            }
            let mut roll = c.prepare_cached(
                "insert into figure_day (region, name, part, day, n, quantity) values (?1,?2,?3,?4,?5,?6)
                 on conflict (region, name, part, day) do update set n = n + ?5, quantity = quantity + ?6",
            )?;
            for ((name, part, day), (n, quantity)) in days {
                roll.execute(params![region.0, name, part, day, n, quantity])?;
            }
            let mut cursor = c.prepare_cached(
                "insert into figure_cursor (region, name, seq, definition) values (?1,?2,?3,?4) on conflict (region, name) do update set seq = ?3, definition = ?4",
            )?;
            for (name, seq, definition) in &cursors {
                cursor.execute(params![region.0, name, seq, definition])?;
            }
            Ok(())
        })
        .await
    }

    async fn figure_sum(&self, region: Region, q: &FigureQuery) -> Result<Sum, Fault> {
        let read = |row: &Row| Ok(Sum { n: row.get(0)?, quantity: row.get(1)? });
        self.read(|c| match q.at_seq {
            None => c
                .prepare_cached("select coalesce(sum(n),0), coalesce(sum(quantity),0) from figure_day where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5")?
                .query_row(params![region.0, q.name, q.part, q.from, q.to], read),
            Some(seq) => c
                .prepare_cached("select count(*), coalesce(sum(quantity),0) from figure where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6")?
                .query_row(params![region.0, q.name, q.part, q.from, q.to, seq], read),
        })
    }

    async fn figure_distinct(&self, region: Region, q: &FigureQuery) -> Result<i64, Fault> {
        // A key counts while what entered under it outweighs what left.
        let sql = "select count(*) from (select key from figure where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6 group by key having sum(quantity) > 0)";
        self.read(|c| {
            c.prepare_cached(sql)?.query_row(
                params![region.0, q.name, q.part, q.from, q.to, q.at_seq.unwrap_or(i64::MAX)],
                |row| row.get(0),
            )
        })
    }

    async fn figure_entries(
        &self,
        region: Region,
        q: &FigureQuery,
        after_seq: i64,
        limit: u32,
    ) -> Result<Vec<Contribution>, Fault> {
        let sql = "select name, part, day, seq, key, quantity from figure
                   where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6 and seq>?7 order by seq limit ?8";
        self.read(|c| {
            rows(
                c,
                sql,
                params![
                    region.0,
                    q.name,
                    q.part,
                    q.from,
                    q.to,
                    q.at_seq.unwrap_or(i64::MAX),
                    after_seq,
                    limit
                ],
                |row| {
                    Ok(Contribution {
                        name: row.get(0)?,
                        part: row.get(1)?,
                        day: row.get(2)?,
                        seq: row.get(3)?,
                        key: row.get(4)?,
                        quantity: row.get(5)?,
                    })
                },
            )
        })
    }

    async fn put_account(&self, region: Region, person: &str, record: &str) -> Result<(), Fault> {
        let (person, record) = (person.to_owned(), record.to_owned());
        self.write(move |c| {
            c.execute("insert into account (region, person, record) values (?1,?2,?3) on conflict (region, person) do update set record = ?3", params![region.0, person, record]).map(drop)
        })
        .await
    }

    async fn account(&self, region: Region, person: &str) -> Result<Option<String>, Fault> {
        self.read(|c| {
            c.prepare_cached("select record from account where region = ?1 and person = ?2")?
                .query_row(params![region.0, person], |row| row.get(0))
                .optional()
        })
    }

    async fn accounts(&self, region: Region) -> Result<Vec<String>, Fault> {
        self.read(|c| {
            rows(c, "select record from account where region = ?1 order by person", [region.0], |row| {
                row.get(0)
            })
        })
    }

    async fn put_session(
        &self,
        region: Region,
        id: &str,
        record: &str,
        expires_ms: i64,
    ) -> Result<(), Fault> {
        let (id, record) = (id.to_owned(), record.to_owned());
        self.write(move |c| {
            c.execute(
                "insert into session (region, id, record, expires) values (?1,?2,?3,?4) on conflict (region, id) do update set record = ?3, expires = ?4",
                params![region.0, id, record, expires_ms],
            )
            .map(drop)
        })
        .await
    }

    async fn session(&self, region: Region, id: &str, now_ms: i64) -> Result<Option<String>, Fault> {
        self.read(|c| {
            c.prepare_cached("select record from session where region = ?1 and id = ?2 and expires > ?3")?
                .query_row(params![region.0, id, now_ms], |row| row.get(0))
                .optional()
        })
    }

    async fn delete_session(&self, region: Region, id: &str) -> Result<(), Fault> {
        let id = id.to_owned();
        self.write(move |c| {
            c.execute("delete from session where region = ?1 and id = ?2", params![region.0, id])
                .map(drop)
        })
        .await
    }

    async fn put_blob(&self, region: Region, digest: &str, media: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let (digest, media) = (digest.to_owned(), media.to_owned());
        self.write(move |c| {
            c.execute(
                "insert into blob (region, digest, media, bytes) values (?1,?2,?3,?4) on conflict do nothing",
                params![region.0, digest, media, bytes],
            )
            .map(drop)
        })
        .await
    }

    async fn blob(&self, region: Region, digest: &str) -> Result<Option<(String, Vec<u8>)>, Fault> {
        self.read(|c| {
            c.prepare_cached("select media, bytes from blob where region = ?1 and digest = ?2")?
                .query_row(params![region.0, digest], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    async fn put_text(
        &self,
        region: Region,
        kind: &str,
        texts: Vec<(String, String, String)>,
    ) -> Result<(), Fault> {
        let kind = kind.to_owned();
        self.write(move |c| {
            c.execute("delete from text where region = ?1 and kind = ?2", params![region.0, kind])?;
            let mut put = c.prepare_cached(
                "insert into text (region, kind, id, title, words) values (?1,?2,?3,?4,?5)",
            )?;
            for (id, title, words) in &texts {
                put.execute(params![region.0, kind, id, title, words])?;
            }
            Ok(())
        })
        .await
    }

    async fn search_text(
        &self,
        region: Region,
        kind: &str,
        words: &[String],
        limit: u32,
    ) -> Result<Vec<TextHit>, Fault> {
        // Each word quoted: the reader's text is never query syntax.
        let query = words
            .iter()
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(" ");
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "select kind, id, title from text where words match ?1 and region = ?2 and kind = ?3 order by rank limit ?4";
        self.read(|c| {
            rows(c, sql, params![query, region.0, kind, limit], |row| {
                Ok(TextHit { kind: row.get(0)?, id: row.get(1)?, title: row.get(2)? })
            })
        })
    }

    async fn backup(&self, to: &Path) -> Result<(), Fault> {
        let to = to.to_owned();
        self.read(|c| {
            let mut copy = Connection::open(&to)?;
            rusqlite::backup::Backup::new(c, &mut copy)?.run_to_completion(
                2000,
                std::time::Duration::ZERO,
                None,
            )
        })
    }
}

fn checkpoint_row(row: &Row) -> rusqlite::Result<CheckpointRow> {
    Ok(CheckpointRow { size: row.get(0)?, note: row.get(1)?, frontier: row.get(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::append;

    const R: Region = Region(420222);

    #[tokio::test]
    async fn a_store_of_the_first_schema_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fadu.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(include_str!("../migrations/0001_house.sqlite.sql")).unwrap();
        old.execute_batch(
            "pragma user_version=1;
             insert into head values (420222, 1, 0);
             insert into entry values (420222, 0, 7, 'case', 'Received', '2025-03-03', 1, 'p', zeroblob(32), '{}');
             insert into matter values (420222, 7, 'case', 1, 'N7', 't', 'received', 'd', null, null, 0, '2025-03-03', '{\"v\":1}');
             insert into blob values (420222, 'digest', 'text/plain', x'61');
             insert into tile values (420222, 0, 0, zeroblob(32));",
        )
        .unwrap();
        drop(old);
        let store = Sqlite::open(&path).unwrap();
        assert_eq!(store.entries(R, 0, 9).await.unwrap().len(), 1);
        assert_eq!(store.matter(R, MatterId(7)).await.unwrap().unwrap().state, "{\"v\":1}");
        assert_eq!(store.blob(R, "digest").await.unwrap().unwrap().1, b"a");
        assert_eq!(store.tile(R, 0, 0).await.unwrap().unwrap().len(), 32);
        assert!(
            matches!(store.append(append(7, 1, None, 0)).await.unwrap(), Outcome::Done(done) if done.seq == 1)
        );
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
}
