//! 当日目录。 Catalogue matters in memory, keyed by the region's epoch: an act is decided under one epoch and
//! appended only while that epoch stands.

use crate::registry::KINDS;
use crate::{App, Problem};
use fadu_kernel::{Calendar, Catalogue, Matter, MatterId};
use fadu_law::{Arrangement, Power};
use fadu_store::Fault;
use std::any::Any;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock, RwLock};

type Shelf = HashMap<MatterId, (i64, Arc<dyn Any + Send + Sync>)>;

/// One epoch's catalogue. Never changed in place.
#[derive(Clone)]
pub struct Snapshot {
    pub epoch: i64,
    /// 工作日历: what the release ships and what the county loaded. Of the same epoch as the rest, so that no act is
    /// decided under a notice and appended under another.
    pub calendar: Arc<Calendar>,
    shelves: HashMap<&'static str, Shelf>,
    /// Powers by the code of each item that a version of them lists: asked of every case, drawn up once.
    covering: Arc<OnceLock<HashMap<String, Vec<MatterId>>>>,
}

impl Default for Snapshot {
    fn default() -> Snapshot {
        Snapshot {
            epoch: 0,
            calendar: Arc::new(Calendar::shipped()),
            shelves: HashMap::new(),
            covering: Arc::default(),
        }
    }
}

impl Catalogue for Snapshot {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.shelves.get(kind)?.get(&id).map(|(_, state)| state)
    }
}

impl Snapshot {
    pub fn all<M: Matter>(&self) -> impl Iterator<Item = (MatterId, &M)> {
        let shelf = self.shelves.get(M::KIND).into_iter().flatten();
        shelf.filter_map(|(id, (_, state))| Some((*id, state.downcast_ref::<M>()?)))
    }

    pub fn one<M: Matter>(&self, id: MatterId) -> Option<&M> {
        self.get(M::KIND, id)?.downcast_ref()
    }

    /// 列出这个事项的职权: in some version of theirs. Which version is in force on a day, the power says.
    pub fn powers_over(&self, code: &str) -> impl Iterator<Item = &Power> {
        let covering = self.covering.get_or_init(|| {
            let mut covering: HashMap<String, Vec<MatterId>> = HashMap::new();
            for (id, power) in self.all::<Power>() {
                let codes: BTreeSet<&String> =
                    power.versions.iter().flat_map(|version| &version.entry.items).collect();
                codes
                    .into_iter()
                    .for_each(|code| covering.entry(code.clone()).or_default().push(id));
            }
            covering
        });
        let ids = covering.get(code).into_iter().flatten();
        ids.filter_map(|id| self.one::<Power>(*id))
    }

    /// Counts the days again, after a notice was loaded.
    fn recount(&mut self) {
        let loaded: Vec<_> = self.all::<Arrangement>().flat_map(|(_, year)| year.notices.clone()).collect();
        if !loaded.is_empty() {
            let shipped = Calendar::shipped();
            let notices = shipped.notices().iter().cloned().chain(loaded).collect();
            self.calendar = Arc::new(Calendar::from_notices(notices));
        }
    }
}

#[derive(Default)]
pub struct Shelves(RwLock<Arc<Snapshot>>);

impl Shelves {
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0
            .read()
            .map(|shelves| Arc::clone(&shelves))
            .unwrap_or_else(|poisoned| Arc::clone(&poisoned.into_inner()))
    }

    /// After our own append raised the epoch. If another one came between, the next act finds out and reloads.
    pub(crate) fn advance<M: Matter>(&self, from: i64, id: MatterId, version: i64, state: M) {
        if let Ok(mut current) = self.0.write()
            && current.epoch == from
        {
            let snapshot = Arc::make_mut(&mut current);
            snapshot.epoch = from + 1;
            snapshot
                .shelves
                .entry(M::KIND)
                .or_default()
                .insert(id, (version, Arc::new(state)));
            if M::KIND == Arrangement::KIND {
                snapshot.recount();
            }
            if M::KIND == Power::KIND {
                snapshot.covering = Arc::default();
            }
        }
    }
}

impl App {
    pub fn catalogue(&self) -> Arc<Snapshot> {
        self.shelves.snapshot()
    }

    /// Reads the catalogue only where its epoch moved.
    pub(crate) async fn refresh_catalogue(&self) -> Result<(), Problem> {
        let epoch = self.store.head(self.region).await?.epoch;
        if self.catalogue().epoch == epoch { Ok(()) } else { self.reload_catalogue().await }
    }

    pub async fn reload_catalogue(&self) -> Result<(), Problem> {
        // The epoch is read first: a change in between makes the snapshot look older than it is, never newer.
        let epoch = self.store.head(self.region).await?.epoch;
        let mut snapshot = Snapshot { epoch, ..Snapshot::default() };
        for kind in KINDS.iter().filter(|kind| kind.catalogue) {
            (kind.load)(self, &mut snapshot).await?;
        }
        snapshot.recount();
        if let Ok(mut current) = self.shelves.0.write() {
            *current = Arc::new(snapshot);
        }
        Ok(())
    }
}

pub(crate) async fn load<M: Matter>(app: &App, snapshot: &mut Snapshot) -> Result<(), Problem> {
    let shelf = snapshot.shelves.entry(M::KIND).or_default();
    for row in app.store.all_of_kind(app.region, M::KIND).await? {
        let state: M = serde_json::from_str(&row.state)
            .map_err(|error| Fault::Corrupt(format!("{} {}: {error}", M::KIND, row.id)))?;
        shelf.insert(row.id, (row.version, Arc::new(state)));
    }
    Ok(())
}
