//! 存储。 The only crate that knows SQL. One trait, two engines, one contract.
//!
//! An [`Append`] is everything one act leaves behind; it is durable or it never happened. Many of them share
//! one commit. Dates travel as ISO text; `region` leads every key.

use async_trait::async_trait;
use fadu_kernel::{MatterId, Region};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod contract;
pub mod peer;
mod postgres;
mod sqlite;
mod trace;

pub use postgres::Postgres;
pub use sqlite::Sqlite;

/// 故障。 Our own trouble: the chain goes to the log once, the reader gets a reference number.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    #[error("the database did not answer as it must: {0}")]
    Engine(String),
    #[error("the disk is full or the database cannot be written: {0}")]
    CannotWrite(String),
    /// 结果不明。 The connection was lost before the commit was confirmed: it may have arrived.
    #[error("whether the commit arrived is unknown: {0}")]
    InDoubt(String),
    #[error("the store has stopped")]
    Stopped,
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

impl Fault {
    /// What an operator looks at first, in words that tell nobody else anything.
    pub fn reason(&self) -> &'static str {
        match self {
            Fault::Engine(_) => "the database does not answer",
            Fault::CannotWrite(_) => "the disk is full or the database cannot be written",
            Fault::InDoubt(_) => "the connection to the database was lost",
            Fault::Stopped => "the store has stopped",
            Fault::Corrupt(_) => "stored data cannot be read",
        }
    }

    /// It passes by itself once disk and database are there again.
    pub fn passes(&self) -> bool {
        !matches!(self, Fault::Corrupt(_))
    }
}

/// One row of a task list: who must do what by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPut {
    pub name: String,
    pub role: &'static str,
    pub org: String,
    /// ISO date; empty when there is no due day.
    pub due: String,
}

/// The new state of one matter and what lists show of it.
#[derive(Clone, Debug)]
pub struct MatterWrite {
    pub id: MatterId,
    pub kind: &'static str,
    /// 0 opens the matter; otherwise the version that was read.
    pub expected: i64,
    pub version: i64,
    pub number: String,
    pub title: String,
    pub status: String,
    pub org: String,
    pub due: Option<String>,
    pub amber: Option<String>,
    pub closed: bool,
    pub opened_day: String,
    pub state: String,
    /// Its rows in lists, as they are once this is written: what the next act must take out of them.
    pub listed: String,
    pub facets_gone: Vec<(String, String)>,
    pub facets_new: Vec<(String, String)>,
    /// As they were put.
    pub tasks_gone: Vec<TaskPut>,
    pub tasks_put: Vec<TaskPut>,
}

/// A fact on its way into the ledger. `tail` is the canonical entry after `{"seq":N,`.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub matter: MatterId,
    pub kind: &'static str,
    pub fact: &'static str,
    pub day: String,
    pub ms: i64,
    pub actor: String,
    pub tail: String,
    /// Effects to be carried out once each, such as an act on another matter; JSON.
    pub effects: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct PrivatePut {
    pub matter: MatterId,
    pub field: String,
    pub subject: String,
    /// Ciphertext of salt and value under the subject's key.
    pub sealed: Vec<u8>,
}

/// Everything one act leaves behind.
#[derive(Clone, Debug)]
pub struct Append {
    pub region: Region,
    /// Replaying the same key answers what the first did.
    pub key: Option<String>,
    /// The catalogue the decision was made under.
    pub epoch: i64,
    pub raises_epoch: bool,
    /// Other matters the decision read, with the versions read.
    pub reads: Vec<(MatterId, i64)>,
    pub writes: Vec<MatterWrite>,
    pub entries: Vec<NewEntry>,
    pub private: Vec<PrivatePut>,
    pub person_keys: Vec<(String, Vec<u8>)>,
    /// The kept keys, as they were read, that `private` is sealed under.
    pub sealed_under: Vec<(String, Vec<u8>)>,
    /// The outbox effects this act carries out; they leave the outbox in the same commit, all or none.
    pub carries_out: Vec<(i64, i64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub matter: MatterId,
    pub version: i64,
    /// Ledger number of the first entry.
    pub seq: i64,
    pub entries: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done(Done),
    /// The same idempotency key was used before: this is what it did.
    Replayed(Done),
    /// A version read is no longer current: someone else acted first.
    Raced,
    /// The catalogue moved on: decide again.
    EpochMoved,
    /// The outbox effect was carried out already.
    CarriedOut,
    /// A person for whom this act brings a key has one by now: seal again, under that.
    KeyKnown,
    /// A key that this act is sealed under was destroyed meanwhile, and may have been replaced: seal again.
    KeyGone,
}

/// 已归档。 The status of what was archived, of whatever kind: it is kept until its disposal is approved (档案法 21).
pub const ARCHIVED: &str = "archived";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterRow {
    pub id: MatterId,
    pub kind: String,
    pub version: i64,
    pub number: String,
    pub title: String,
    pub status: String,
    pub org: String,
    pub due: Option<String>,
    pub amber: Option<String>,
    pub closed: bool,
    pub opened_day: String,
    /// Empty in lists.
    pub state: String,
    /// As it was written with the state; empty in lists, and before the first act that wrote it.
    pub listed: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    pub seq: i64,
    pub matter: MatterId,
    pub kind: String,
    pub fact: String,
    pub day: String,
    pub ms: i64,
    pub actor: String,
    pub leaf: [u8; 32],
    pub body: String,
}

/// An entry as it lies in the engine's own memory, for those who read all of them.
#[derive(Clone, Copy, Debug)]
pub struct EntryRef<'a> {
    pub seq: i64,
    pub matter: MatterId,
    pub kind: &'a str,
    pub fact: &'a str,
    pub day: &'a str,
    pub ms: i64,
    pub actor: &'a str,
    pub leaf: &'a [u8],
    /// JSON in UTF-8, as it is hashed.
    pub body: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRow {
    pub task: String,
    pub role: String,
    pub due: String,
    pub matter: MatterRow,
}

/// Which tasks: of a role at these bodies, due on or before a day, after a cursor; in order of day, matter and name, whichever
/// body has them.
#[derive(Clone, Debug, Default)]
pub struct TaskQuery {
    /// Each named once.
    pub orgs: Vec<String>,
    pub role: &'static str,
    /// Of matters of these kinds only; empty is every kind.
    pub kinds: Vec<&'static str>,
    /// ISO day, inclusive; `None` lists every task.
    pub due_by: Option<String>,
    /// `(due, matter, task)` of the last row of the page before.
    pub after: Option<(String, MatterId, String)>,
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub next_seq: i64,
    pub epoch: i64,
}

/// One count of a board: body, status, how many, how many amber and overdue on the day asked, and how many have no day yet
/// because it lies beyond the loaded calendar (their facet `clock` is `provisional`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenCount {
    pub org: String,
    pub status: String,
    pub open: i64,
    pub amber: i64,
    pub overdue: i64,
    pub provisional: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub name: String,
    /// 0 the part (numerator) or the plain quantity, 1 the whole (denominator).
    pub part: i64,
    pub day: String,
    pub seq: i64,
    pub key: String,
    pub quantity: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub n: i64,
    pub quantity: i64,
}

/// A figure's cursor, moved over what this commit counts. It never passes what was not counted: where somebody else forgot
/// the figure meanwhile, or counts it by another definition, it stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorMove {
    pub name: String,
    /// Every entry from here to `to` is counted by what is put beside it; 0 where the figure was never counted.
    pub from: i64,
    pub to: i64,
    pub definition: String,
}

/// How much of a figure: days in `[from, to]`, optionally only entries up to a ledger number.
#[derive(Clone, Debug)]
pub struct FigureQuery {
    pub name: String,
    pub part: i64,
    pub from: String,
    pub to: String,
    pub at_seq: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    pub size: i64,
    pub note: String,
    pub frontier: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub seq: i64,
    pub n: i64,
    pub effect: String,
    pub tries: i64,
}

/// 拒绝执行。 An act that a rule stood in the way of; no fact, kept beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    pub ms: i64,
    pub day: String,
    pub kind: String,
    pub act: String,
    /// `None` when a matter was to be opened.
    pub matter: Option<MatterId>,
    pub actor: String,
    pub role: String,
    pub org: String,
    pub rule: String,
    pub because: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextHit {
    pub kind: String,
    pub id: String,
    pub title: String,
}

#[async_trait]
pub trait Store: Send + Sync + 'static {
    fn engine(&self) -> &'static str;

    /// Durable on return. Many callers share one commit.
    async fn append(&self, append: Append) -> Result<Outcome, Fault>;

    /// What the act with this key did, if it was done: on `matter`, or in opening one.
    async fn done_before(
        &self,
        region: Region,
        matter: Option<MatterId>,
        key: &str,
    ) -> Result<Option<Done>, Fault>;

    async fn head(&self, region: Region) -> Result<Head, Fault>;
    async fn matter(&self, region: Region, id: MatterId) -> Result<Option<MatterRow>, Fault>;
    /// Whole states of a catalogue kind, in order of id.
    async fn all_of_kind(&self, region: Region, kind: &str) -> Result<Vec<MatterRow>, Fault>;
    async fn by_facet(
        &self,
        region: Region,
        name: &str,
        value: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault>;
    /// As `by_facet`, of the matters from `span.0` to `span.1` alone, both counted, the latest first.
    async fn by_facet_between(
        &self,
        region: Region,
        name: &str,
        value: &str,
        span: (MatterId, MatterId),
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault>;
    async fn tasks(&self, region: Region, query: TaskQuery) -> Result<Vec<TaskRow>, Fault>;
    /// What is not closed of a kind: the earliest due first, then what has no due day; without states.
    async fn open_of_kind(&self, region: Region, kind: &str, limit: u32) -> Result<Vec<MatterRow>, Fault>;
    async fn open_counts(&self, region: Region, kind: &str, day: &str) -> Result<Vec<OpenCount>, Fault>;
    /// Open matters of a kind that were due before the day, the longest late first; of one body, or of all where `org` is
    /// empty.
    async fn overdue(
        &self,
        region: Region,
        kind: &str,
        day: &str,
        org: &str,
        limit: u32,
    ) -> Result<Vec<MatterRow>, Fault>;

    async fn entries(&self, region: Region, from: i64, limit: u32) -> Result<Vec<EntryRow>, Fault>;
    /// Shows up to `limit` entries from `from` on, in order and without copying them. Returns how many.
    /// Errors: `Fault::Corrupt` at the first that cannot be read, once those before it were shown.
    async fn scan(
        &self,
        region: Region,
        from: i64,
        limit: u32,
        see: &mut (dyn for<'a> FnMut(EntryRef<'a>) + Send),
    ) -> Result<u32, Fault>;
    /// The entries of these ledger numbers that are there, in order.
    async fn entries_at(&self, region: Region, seqs: &[i64]) -> Result<Vec<EntryRow>, Fault>;
    async fn entries_of(&self, region: Region, matter: MatterId) -> Result<Vec<EntryRow>, Fault>;
    async fn entries_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<EntryRow>, Fault>;
    async fn leaves(&self, region: Region, from: i64, to: i64) -> Result<Vec<[u8; 32]>, Fault>;

    async fn last_checkpoint(&self, region: Region) -> Result<Option<CheckpointRow>, Fault>;
    async fn checkpoints(&self, region: Region) -> Result<Vec<CheckpointRow>, Fault>;
    /// The checkpoint and the tiles it completes, in one commit.
    async fn put_checkpoint(
        &self,
        region: Region,
        row: CheckpointRow,
        tiles: Vec<(i64, i64, Vec<u8>)>,
    ) -> Result<(), Fault>;
    async fn tile(&self, region: Region, level: i64, n: i64) -> Result<Option<Vec<u8>>, Fault>;

    async fn private_of(&self, region: Region, matter: MatterId) -> Result<Vec<PrivatePut>, Fault>;
    /// The matters that hold values of a person, in order of id; without states.
    async fn matters_about(&self, region: Region, subject: &str) -> Result<Vec<MatterRow>, Fault>;
    async fn person_key(&self, region: Region, subject: &str) -> Result<Option<Vec<u8>>, Fault>;
    /// Destroys the key and every sealed value of a person, and the `who` facets of the matters that held one: these do not
    /// say whose they are, so a matter of several people is no longer found by any of them. Returns how many values went;
    /// `None` when they are kept: frozen, or held by a matter that was archived, and no disposal was approved.
    async fn erase_person(&self, region: Region, subject: &str, disposed: bool)
    -> Result<Option<u64>, Fault>;
    async fn freeze_person(&self, region: Region, subject: &str, frozen: bool) -> Result<(), Fault>;

    async fn outbox(&self, region: Region, limit: u32) -> Result<Vec<OutboxRow>, Fault>;
    async fn outbox_failed(&self, region: Region, seq: i64, n: i64, error: &str) -> Result<(), Fault>;
    /// Takes an effect out for which nothing is left to do.
    async fn outbox_settled(&self, region: Region, seq: i64, n: i64) -> Result<(), Fault>;

    async fn note_refusal(&self, region: Region, row: RefusalRow) -> Result<(), Fault>;
    /// The latest first, like those of a matter.
    async fn refusals_of_day(&self, region: Region, day: &str, limit: u32) -> Result<Vec<RefusalRow>, Fault>;
    async fn refusals_of(
        &self,
        region: Region,
        matter: MatterId,
        limit: u32,
    ) -> Result<Vec<RefusalRow>, Fault>;

    async fn figure_cursor(&self, region: Region, name: &str) -> Result<Option<(i64, String)>, Fault>;
    /// How far every figure has counted, by name.
    async fn figure_cursors(&self, region: Region) -> Result<Vec<(String, i64)>, Fault>;
    /// Contributions, day roll-ups and cursors in one commit; `reset` forgets these figures first.
    async fn put_contributions(
        &self,
        region: Region,
        rows: Vec<Contribution>,
        cursors: Vec<CursorMove>,
        reset: Vec<String>,
    ) -> Result<(), Fault>;
    async fn figure_sum(&self, region: Region, query: &FigureQuery) -> Result<Sum, Fault>;
    /// As `figure_sum` of each, in the order asked, in one pass.
    async fn figure_sums(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<Sum>, Fault>;
    async fn figure_distinct(&self, region: Region, query: &FigureQuery) -> Result<i64, Fault>;
    /// As `figure_distinct` of each, in the order asked, in one pass.
    async fn figure_distincts(&self, region: Region, queries: &[FigureQuery]) -> Result<Vec<i64>, Fault>;
    /// The sum of each key, by key.
    async fn figure_by_key(&self, region: Region, query: &FigureQuery) -> Result<Vec<(String, Sum)>, Fault>;
    /// Of each key its last contribution, by ledger number.
    async fn figure_last(&self, region: Region, query: &FigureQuery) -> Result<Vec<Contribution>, Fault>;
    async fn figure_entries(
        &self,
        region: Region,
        query: &FigureQuery,
        after_seq: i64,
        limit: u32,
    ) -> Result<Vec<Contribution>, Fault>;

    async fn put_account(&self, region: Region, person: &str, record: &str) -> Result<(), Fault>;
    async fn account(&self, region: Region, person: &str) -> Result<Option<String>, Fault>;
    async fn accounts(&self, region: Region) -> Result<Vec<String>, Fault>;
    async fn put_session(&self, region: Region, id: &str, record: &str, expires_ms: i64)
    -> Result<(), Fault>;
    async fn session(&self, region: Region, id: &str, now_ms: i64) -> Result<Option<String>, Fault>;
    async fn delete_session(&self, region: Region, id: &str) -> Result<(), Fault>;

    /// Under the digest of its bytes, or under a name whose bytes the last writer settles.
    async fn put_blob(&self, region: Region, digest: &str, media: &str, bytes: Vec<u8>) -> Result<(), Fault>;
    async fn blob(&self, region: Region, digest: &str) -> Result<Option<(String, Vec<u8>)>, Fault>;

    /// Replaces the indexed words of one kind: `(id, title, segmented words)`.
    async fn put_text(
        &self,
        region: Region,
        kind: &str,
        rows: Vec<(String, String, String)>,
    ) -> Result<(), Fault>;
    /// Every word must occur; best first.
    async fn search_text(
        &self,
        region: Region,
        kind: &str,
        words: &[String],
        limit: u32,
    ) -> Result<Vec<TextHit>, Fault>;

    /// A consistent copy into a file or folder of the engine's own form.
    async fn backup(&self, to: &std::path::Path) -> Result<(), Fault>;
}

/// The canonical entry and its leaf hash, once the ledger number is known.
fn finish_entry(seq: i64, tail: &str) -> (String, [u8; 32]) {
    let body = format!("{{\"seq\":{seq},{tail}");
    let leaf = fadu_ledger::leaf_hash(body.as_bytes());
    (body, leaf)
}
