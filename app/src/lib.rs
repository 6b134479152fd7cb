//! 应用。 `act` is the one door: nothing changes any other way, not for a page, a sweep or a simulation.

pub mod accounts;
mod act;
mod again;
pub mod archives;
pub mod attachments;
pub mod bids;
pub mod catalogue;
pub mod couriers;
mod elsewhere;
mod fields;
mod flags;
pub mod hall;
pub mod hall_day;
pub mod hall_lists;
pub mod hotline;
pub mod import;
pub mod items;
pub mod licences;
pub mod log;
pub mod now;
pub mod outside;
pub mod payments;
pub mod private;
mod recent;
pub mod refusals;
pub mod registry;
pub mod related;
pub mod relays;
pub mod rules;
pub mod sources;
pub mod supervision;
pub mod sweep;
pub mod themes;
mod trading;

use crate::catalogue::Shelves;
use crate::now::Now;
use crate::private::Keys;
use crate::registry::Runs;
use fadu_authority::Authority;
use fadu_kernel::{Calendar, Invalid, Matter, MatterId, Moment, Refusal, Region};
use fadu_store::{Fault, Store};
use prometheus_client::metrics::{counter::Counter, family::Family};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

pub use act::{Call, Committed};
/// For the faces, which link no SQL of their own.
pub use fadu_store as store;

pub struct App {
    pub region: Region,
    pub runs: Runs,
    pub store: Arc<dyn Store>,
    pub keys: Keys,
    pub(crate) authority: Authority,
    pub(crate) shelves: Shelves,
    recent: recent::Recent,
    /// 共享来源: who is asked for what an applicant need not bring.
    pub sources: sources::Sources,
    /// 网上支付: whoever takes the money, where the county has somebody.
    pub payments: payments::Payments,
    /// 承运单位: whose systems tell where a parcel is.
    pub couriers: couriers::Couriers,
    /// 外部系统: provincial and vertical systems that cases are handed over to.
    pub outside: outside::Systems,
    pub(crate) lines: hall_day::Lines,
    /// Acts asked for, by kind of matter and outcome.
    pub acts: Family<refusals::Outcome, Counter>,
    /// Why the last act could not be written; `None` once one is written again.
    unwritten: Mutex<Option<&'static str>>,
    /// Wakes whoever carries out effects.
    pub(crate) effects: tokio::sync::Notify,
    /// Turns of those whose passwords are looked at.
    pub(crate) hashing: Arc<Semaphore>,
    now: Box<dyn Now>,
    tip: Mutex<Tip>,
}

/// 台账之末, as pages show it in their footer; kept in memory so that a page costs no query for it.
#[derive(Clone, Debug, Default)]
pub struct Tip {
    pub entries: i64,
    /// The first hex digits of the last signed root; empty before the first checkpoint.
    pub root_short: String,
}

/// Three kinds of no, three answers; and the two that are nobody's fault.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("填写有误")]
    Invalid(Vec<Invalid>),
    /// Not this act's fields at all: a program's mistake, not a person's.
    #[error("请求读不出来：{0}")]
    Unreadable(String),
    #[error("{0}")]
    Refused(Refusal),
    /// The post has no power for this act here.
    #[error("{0}")]
    NoAuthority(Refusal),
    #[error("没有这件事")]
    NotFound,
    /// A business that this county leaves to others, by its name.
    #[error("本县没有开办{0}")]
    NotRun(&'static str),
    #[error("他人刚刚办理过这件事，请看过最新情况再办")]
    Raced,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl App {
    /// Loads the catalogue of the day; the store must be migrated.
    /// A county that runs every business.
    pub async fn open(
        region: Region,
        store: Arc<dyn Store>,
        keys: Keys,
        now: Box<dyn Now>,
    ) -> Result<Arc<App>, Problem> {
        App::open_for(Runs::default(), region, store, keys, now).await
    }

    pub async fn open_for(
        runs: Runs,
        region: Region,
        store: Arc<dyn Store>,
        keys: Keys,
        now: Box<dyn Now>,
    ) -> Result<Arc<App>, Problem> {
        let authority = Authority::shipped().map_err(|error| Fault::Corrupt(error.to_string()))?;
        let app = App {
            region,
            runs,
            store,
            keys,
            authority,
            shelves: Shelves::default(),
            recent: recent::Recent::default(),
            sources: sources::Sources::default(),
            payments: payments::Payments::default(),
            couriers: couriers::Couriers::default(),
            outside: outside::Systems::default(),
            lines: hall_day::Lines::default(),
            acts: Family::default(),
            unwritten: Mutex::default(),
            effects: tokio::sync::Notify::new(),
            hashing: Arc::new(Semaphore::new(accounts::AT_ONCE)),
            now,
            tip: Mutex::default(),
        };
        app.reload_catalogue().await?;
        app.advance_tip(app.store.head(region).await?.next_seq);
        if let Some(row) = app.store.last_checkpoint(region).await? {
            app.show_root(&row.note);
        }
        Ok(Arc::new(app))
    }

    /// The state of a matter of this kind, if it is there. Errors: the store cannot be read, or holds what is no such state.
    pub async fn state_of<M: Matter>(&self, id: MatterId) -> Result<Option<M>, Fault> {
        Ok(self.versioned(id).await?.map(|(_, state)| state))
    }

    /// The version and state of a matter that must be there.
    pub(crate) async fn stored<M: Matter>(&self, id: MatterId) -> Result<(i64, M), Problem> {
        self.versioned(id).await?.ok_or(Problem::NotFound)
    }

    /// The state of a matter that must be there, as this process remembers it or as it is stored: for what, once written,
    /// no later act changes.
    pub(crate) async fn remembered<M: Matter>(&self, id: MatterId) -> Result<Arc<M>, Problem> {
        match self.recent.get::<M>(id) {
            Some(last) => Ok(last.state),
            None => Ok(Arc::new(self.stored::<M>(id).await?.1)),
        }
    }

    async fn versioned<M: Matter>(&self, id: MatterId) -> Result<Option<(i64, M)>, Fault> {
        let row = self.store.matter(self.region, id).await?.filter(|row| row.kind == M::KIND);
        row.map(|row| Ok((row.version, registry::state(&row.state)?))).transpose()
    }

    pub fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.catalogue().calendar)
    }

    pub fn tip(&self) -> Tip {
        self.tip.lock().map(|tip| tip.clone()).unwrap_or_default()
    }

    fn advance_tip(&self, entries: i64) {
        if let Ok(mut tip) = self.tip.lock() {
            tip.entries = tip.entries.max(entries);
        }
    }

    fn show_root(&self, note: &str) {
        if let (Ok(mut tip), Ok(signed)) = (self.tip.lock(), self.signer().verify_key().verify(note)) {
            tip.root_short = fadu_ledger::note::hex(&signed.checkpoint.root[..6]);
        }
    }

    /// The moment of an act: read once, civil day in Asia/Shanghai.
    pub fn moment(&self) -> Moment {
        now::moment(self.now.ms())
    }
}
