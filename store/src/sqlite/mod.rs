//! 嵌入式存储。 SQLite: one file, WAL, `synchronous=FULL`, one writer thread that puts many acts under one fsync.

#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod tests;
mod writer;

use self::writer::{earlier, read_head, traced, write_loop};
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
    Append(Box<Append>, oneshot::Sender<Settled>),
    /// Anything rarer than an act: runs inside the same shared transaction.
    Other(Write, oneshot::Sender<Result<(), Fault>>),
}

/// The act goes back with its answer: memory is given back on the threads it was taken on, and not by the writer, for
/// which every act waits.
type Settled = (Result<Outcome, Fault>, Box<Append>);

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
    /// A quota in pages of 4 KiB: what a full disk does, made to happen.
    pub max_pages: Option<u32>,
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
    // cache_size: a commit after a page was split walks the whole cache, so a large one costs more than it saves.
    connection
        .execute_batch(&format!(
            "pragma page_size=4096; pragma journal_mode=WAL; pragma synchronous={synchronous}; pragma secure_delete=ON;
             pragma cache_size=-16384; pragma busy_timeout=5000; pragma wal_autocheckpoint=8000; pragma temp_store=MEMORY;"
        ))
        .map_err(fault)?;
    if let Some(pages) = options.max_pages {
        connection
            .execute_batch(&format!("pragma max_page_count={pages}"))
            .map_err(fault)?;
    }
    connection.set_prepared_statement_cache_capacity(96);
    Ok(connection)
}

/// Forward only: each file runs once, in order, inside one transaction.
fn migrate(connection: &Connection) -> Result<(), Fault> {
    const STEPS: [&str; 4] = [
        include_str!("../../migrations/0001_house.sqlite.sql"),
        include_str!("../../migrations/0002_rows.sqlite.sql"),
        include_str!("../../migrations/0003_refusals.sqlite.sql"),
        include_str!("../../migrations/0004_trace.sqlite.sql"),
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
        listed: String::new(),
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

fn entry_ref<'a>(row: &'a Row) -> rusqlite::Result<EntryRef<'a>> {
    let text = |i: usize| -> rusqlite::Result<&'a str> { Ok(row.get_ref(i)?.as_str()?) };
    Ok(EntryRef {
        seq: row.get(0)?,
        matter: MatterId(row.get(1)?),
        kind: text(2)?,
        fact: text(3)?,
        day: text(4)?,
        ms: row.get(5)?,
        actor: text(6)?,
        leaf: row.get_ref(7)?.as_blob()?,
        body: row.get_ref(8)?.as_bytes()?,
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
        // A value that is not what its column holds: another type, or text that is no UTF-8.
        None if is_misread(&error) => Fault::Corrupt(error.to_string()),
        _ => Fault::Engine(error.to_string()),
    }
}

fn is_misread(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::*;
    matches!(
        error,
        Utf8Error(..) | InvalidColumnType(..) | FromSqlConversionFailure(..) | IntegralValueOutOfRange(..)
    )
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
        let (outcome, _) = answer.await.map_err(|_| Fault::Stopped)?;
        outcome
    }

    async fn done_before(
        &self,
        region: Region,
        matter: Option<MatterId>,
        key: &str,
    ) -> Result<Option<Done>, Fault> {
        match matter {
            Some(id) => trace::done(&self.read(|c| traced(c, region.0, id))?, id, key),
            None => self.read(|c| earlier(c, region.0, key)),
        }
    }

    async fn head(&self, region: Region) -> Result<Head, Fault> {
        self.read(|c| read_head(c, region.0))
    }

    async fn matter(&self, region: Region, id: MatterId) -> Result<Option<MatterRow>, Fault> {
        self.read(|c| {
            c.prepare_cached(&format!(
                "select {MATTER}, m.state, coalesce(m.listed, '') from matter m where m.region = ?1 and m.id = ?2"
            ))?
            .query_row(params![region.0, id.0], |row| Ok(MatterRow { listed: row.get(12)?, ..matter_row(row)? }))
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
             where f.region = ?1 and f.name = ?2 and f.value = ?3 and f.matter between ?4 and ?5
             order by f.matter desc limit ?6"
        );
        self.read(|c| rows(c, &sql, params![region.0, name, value, span.0.0, span.1.0, limit], matter_row))
    }

    async fn tasks(&self, region: Region, query: TaskQuery) -> Result<Vec<TaskRow>, Fault> {
        // A page of each body's own list, which the key has in this order, and of these the first: sorting all that all of
        // them have takes as long as it is long.
        let sql = format!(
            "select {MATTER}, '', t.name, t.role, t.due from (
                 select n.due, n.matter, n.name, n.role from json_each(?2) o
                 cross join task n on n.region = ?1 and n.org = o.value and n.role = ?3 and (n.due, n.matter, n.name) in (
                     select w.due, w.matter, w.name from task w
                     where w.region = ?1 and w.org = o.value and w.role = ?3 and w.due <= ?4 and (w.due, w.matter, w.name) > (?5, ?6, ?7)
                       and (?9 = '[]' or (select k.kind from matter k where k.region = ?1 and k.id = w.matter) in (select value from json_each(?9)))
                     order by w.due, w.matter, w.name limit ?8)
                 order by n.due, n.matter, n.name limit ?8) t
             join matter m on m.region = ?1 and m.id = t.matter order by t.due, t.matter, t.name"
        );
        let (due, matter, name) = query.after.unwrap_or((String::new(), MatterId(-1), String::new()));
        let due_by = query.due_by.unwrap_or_else(|| "9999".to_owned());
        let kinds = serde_json::to_string(&query.kinds).map_err(|error| Fault::Engine(error.to_string()))?;
        let orgs = serde_json::to_string(&query.orgs).map_err(|error| Fault::Engine(error.to_string()))?;
        self.read(|c| {
            rows(
                c,
                &sql,
                params![region.0, orgs, query.role, due_by, due, matter.0, name, query.limit, kinds],
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

    async fn open_of_kind(&self, region: Region, kind: &str, limit: u32) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = ?1 and m.kind = ?2 and m.closed = 0 order by coalesce(m.due, '9999'), m.id limit ?3"
        );
        self.read(|c| rows(c, &sql, params![region.0, kind, limit], matter_row))
    }

    async fn open_counts(&self, region: Region, kind: &str, day: &str) -> Result<Vec<OpenCount>, Fault> {
        let sql = "select org, status, count(*), sum(coalesce(amber <= ?3 and due >= ?3, 0)), sum(coalesce(due < ?3, 0)),
                          sum(due is null and exists (select 1 from facet f where f.region = ?1 and f.name = 'clock' and f.value = 'provisional' and f.matter = m.id))
                   from matter m where region = ?1 and kind = ?2 and closed = 0 group by org, status order by org, status";
        self.read(|c| {
            rows(c, sql, params![region.0, kind, day], |row| {
                Ok(OpenCount {
                    org: row.get(0)?,
                    status: row.get(1)?,
                    open: row.get(2)?,
                    amber: row.get(3)?,
                    overdue: row.get(4)?,
                    provisional: row.get(5)?,
                })
            })
        })
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
            "select {MATTER}, '' from matter m where m.region = ?1 and m.kind = ?2 and m.closed = 0 and m.due < ?3 and (?4 = '' or m.org = ?4) order by m.due, m.id limit ?5"
        );
        self.read(|c| rows(c, &sql, params![region.0, kind, day, org, limit], matter_row))
    }

    async fn entries(&self, region: Region, from: i64, limit: u32) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!("select {ENTRY} from entry where region = ?1 and seq >= ?2 order by seq limit ?3");
        self.read(|c| rows(c, &sql, params![region.0, from, limit], entry_row))
    }

    async fn scan(
        &self,
        region: Region,
        from: i64,
        limit: u32,
        see: &mut (dyn for<'a> FnMut(EntryRef<'a>) + Send),
    ) -> Result<u32, Fault> {
        let sql = format!("select {ENTRY} from entry where region = ?1 and seq >= ?2 order by seq limit ?3");
        self.read(|c| {
            let mut statement = c.prepare_cached(&sql)?;
            let mut rows = statement.query(params![region.0, from, limit])?;
            let mut seen = 0;
            while let Some(row) = rows.next()? {
                see(entry_ref(row)?);
                seen += 1;
            }
            Ok(seen)
        })
    }

    async fn entries_at(&self, region: Region, seqs: &[i64]) -> Result<Vec<EntryRow>, Fault> {
        let sql = format!(
            "select {ENTRY} from entry where region = ?1 and seq in (select value from json_each(?2)) order by seq"
        );
        let list = serde_json::to_string(seqs).map_err(|error| Fault::Engine(error.to_string()))?;
        self.read(|c| rows(c, &sql, params![region.0, list], entry_row))
    }

    async fn entries_of(&self, region: Region, matter: MatterId) -> Result<Vec<EntryRow>, Fault> {
        let wanted = trace::seqs(&self.read(|c| traced(c, region.0, matter))?)?;
        trace::whole(matter, &wanted, self.entries_at(region, &wanted).await?)
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
            // Two programs may sign at once, such as a server and a backup beside it: the one that saw less takes nothing away.
            let mut put = c.prepare_cached("insert into tile (region, level, n, hashes) values (?1,?2,?3,?4) on conflict (region, level, n) do update set hashes = excluded.hashes where length(excluded.hashes) >= length(tile.hashes)")?;
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

    async fn matters_about(&self, region: Region, subject: &str) -> Result<Vec<MatterRow>, Fault> {
        let sql = format!(
            "select {MATTER}, '' from matter m where m.region = ?1
             and m.id in (select matter from private where region = ?1 and subject = ?2) order by m.id"
        );
        self.read(|c| rows(c, &sql, params![region.0, subject], matter_row))
    }

    async fn person_key(&self, region: Region, subject: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.read(|c| {
            c.prepare_cached("select key from person_key where region = ?1 and subject = ?2")?
                .query_row(params![region.0, subject], |row| row.get(0))
                .optional()
        })
    }

    async fn erase_person(
        &self,
        region: Region,
        subject: &str,
        disposed: bool,
    ) -> Result<Option<u64>, Fault> {
        let subject = subject.to_owned();
        let (tell, told) = oneshot::channel();
        self.write(move |c| {
            let kept: bool = c.query_row(
                "select exists (select 1 from person_key where region = ?1 and subject = ?2 and frozen = 1)
                     or exists (select 1 from private p join matter m on m.region = p.region and m.id = p.matter
                                where p.region = ?1 and p.subject = ?2 and m.status = ?3)",
                params![region.0, subject, ARCHIVED],
                |row| row.get(0),
            )?;
            let gone = if kept && !disposed {
                None
            } else {
                c.execute(
                    "delete from person_key where region = ?1 and subject = ?2",
                    params![region.0, subject],
                )?;
                c.execute(
                    "delete from facet where region = ?1 and name = 'who' and matter in (select matter from private where region = ?1 and subject = ?2)",
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

    async fn outbox_settled(&self, region: Region, seq: i64, n: i64) -> Result<(), Fault> {
        self.write(move |c| {
            c.execute(
                "delete from outbox where region = ?1 and seq = ?2 and n = ?3",
                params![region.0, seq, n],
            )?;
            Ok(())
        })
        .await
    }

    async fn note_refusal(&self, region: Region, row: RefusalRow) -> Result<(), Fault> {
        self.write(move |c| {
            let matter = row.matter.map_or(0, |id| id.0);
            c.execute(
                "insert into refusal (region, ms, actor, kind, act, day, matter, role, org, rule, because) values (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) on conflict do nothing",
                params![region.0, row.ms, row.actor, row.kind, row.act, row.day, matter, row.role, row.org, row.rule, row.because],
            )
            .map(drop)
        })
        .await
    }

    async fn refusals_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<RefusalRow>, Fault> {
        let sql =
            format!("select {REFUSAL} from refusal where region=?1 and day=?2 order by ms desc limit ?3");
        self.read(|c| rows(c, &sql, params![region.0, day, limit], refusal_row))
    }

    async fn refusals_of(
        &self,
        region: Region,
        matter: MatterId,
        limit: u32,
    ) -> Result<Vec<RefusalRow>, Fault> {
        let sql =
            format!("select {REFUSAL} from refusal where region=?1 and matter=?2 order by ms desc limit ?3");
        self.read(|c| rows(c, &sql, params![region.0, matter.0, limit], refusal_row))
    }

    async fn figure_cursor(&self, region: Region, name: &str) -> Result<Option<(i64, String)>, Fault> {
        self.read(|c| {
            c.prepare_cached("select seq, definition from figure_cursor where region = ?1 and name = ?2")?
                .query_row(params![region.0, name], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
    }

    async fn figure_cursors(&self, region: Region) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select name, seq from figure_cursor where region = ?1 order by name";
        self.read(|c| rows(c, sql, params![region.0], |row| Ok((row.get(0)?, row.get(1)?))))
    }

    async fn put_contributions(
        &self,
        region: Region,
        rows: Vec<Contribution>,
        cursors: Vec<CursorMove>,
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
                "insert into figure_cursor (region, name, seq, definition)
                 select ?1, ?2, ?3, ?4 where ?5 = 0 or exists (select 1 from figure_cursor where region = ?1 and name = ?2)
                 on conflict (region, name) do update set seq = excluded.seq
                 where figure_cursor.seq >= ?5 and figure_cursor.definition = excluded.definition",
            )?;
            for moved in &cursors {
                cursor.execute(params![region.0, moved.name, moved.to, moved.definition, moved.from])?;
            }
            Ok(())
        })
        .await
    }

    async fn figure_sum(&self, region: Region, q: &FigureQuery) -> Result<Sum, Fault> {
        self.read(|c| sum(c, region, q))
    }

    async fn figure_sums(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<Sum>, Fault> {
        self.read(|c| queries.iter().map(|q| sum(c, region, q)).collect())
    }

    async fn figure_distinct(&self, region: Region, q: &FigureQuery) -> Result<i64, Fault> {
        self.read(|c| distinct(c, region, q))
    }

    async fn figure_distincts(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<i64>, Fault> {
        self.read(|c| queries.iter().map(|q| distinct(c, region, q)).collect())
    }

    async fn figure_by_key(&self, region: Region, q: &FigureQuery) -> Result<Vec<(String, Sum)>, Fault> {
        let sql = "select key, count(*), coalesce(sum(quantity),0) from figure
                   where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6 group by key order by key";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        self.read(|c| {
            rows(c, sql, params![region.0, q.name, q.part, q.from, q.to, at_seq], |row| {
                Ok((row.get(0)?, Sum { n: row.get(1)?, quantity: row.get(2)? }))
            })
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
                contribution_row,
            )
        })
    }

    async fn figure_last(&self, region: Region, q: &FigureQuery) -> Result<Vec<Contribution>, Fault> {
        let sql = "select name, part, day, seq, key, quantity from (
                       select name, part, day, seq, key, quantity, row_number() over (partition by key order by seq desc) as place from figure
                       where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6) as told
                   where place = 1 order by seq";
        let at_seq = q.at_seq.unwrap_or(i64::MAX);
        self.read(|c| rows(c, sql, params![region.0, q.name, q.part, q.from, q.to, at_seq], contribution_row))
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
                "insert into blob (region, digest, media, bytes) values (?1,?2,?3,?4)
                 on conflict (region, digest) do update set media = excluded.media, bytes = excluded.bytes",
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
            // All in one step, which reads one moment: between two steps a server's commit would begin the copy anew, and
            // under load it would never end. In WAL mode the writer does not wait for it.
            rusqlite::backup::Backup::new(c, &mut copy)?.run_to_completion(
                i32::MAX,
                std::time::Duration::ZERO,
                None,
            )
        })
    }
}

const REFUSAL: &str = "ms, day, kind, act, matter, actor, role, org, rule, because";

fn sum(c: &Connection, region: Region, q: &FigureQuery) -> rusqlite::Result<Sum> {
    let read = |row: &Row| Ok(Sum { n: row.get(0)?, quantity: row.get(1)? });
    match q.at_seq {
        None => c
            .prepare_cached("select coalesce(sum(n),0), coalesce(sum(quantity),0) from figure_day where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5")?
            .query_row(params![region.0, q.name, q.part, q.from, q.to], read),
        Some(seq) => c
            .prepare_cached("select count(*), coalesce(sum(quantity),0) from figure where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6")?
            .query_row(params![region.0, q.name, q.part, q.from, q.to, seq], read),
    }
}

fn distinct(c: &Connection, region: Region, q: &FigureQuery) -> rusqlite::Result<i64> {
    // A key counts while what entered under it outweighs what left.
    let sql = "select count(*) from (select key from figure where region=?1 and name=?2 and part=?3 and day>=?4 and day<=?5 and seq<=?6 group by key having sum(quantity) > 0)";
    let at_seq = q.at_seq.unwrap_or(i64::MAX);
    c.prepare_cached(sql)?
        .query_row(params![region.0, q.name, q.part, q.from, q.to, at_seq], |row| row.get(0))
}

fn contribution_row(row: &Row) -> rusqlite::Result<Contribution> {
    Ok(Contribution {
        name: row.get(0)?,
        part: row.get(1)?,
        day: row.get(2)?,
        seq: row.get(3)?,
        key: row.get(4)?,
        quantity: row.get(5)?,
    })
}

fn refusal_row(row: &Row) -> rusqlite::Result<RefusalRow> {
    let matter: i64 = row.get(4)?;
    Ok(RefusalRow {
        ms: row.get(0)?,
        day: row.get(1)?,
        kind: row.get(2)?,
        act: row.get(3)?,
        matter: (matter != 0).then_some(MatterId(matter)),
        actor: row.get(5)?,
        role: row.get(6)?,
        org: row.get(7)?,
        rule: row.get(8)?,
        because: row.get(9)?,
    })
}

fn checkpoint_row(row: &Row) -> rusqlite::Result<CheckpointRow> {
    Ok(CheckpointRow { size: row.get(0)?, note: row.get(1)?, frontier: row.get(2)? })
}
