//! 近事。 The states this process wrote last, so that the next act on a matter need not read and parse it again.
//! A memory only: an act decided from it is appended under the version it bears, and whenever the answer is not
//! "done" the act is decided once more on what the store holds.

use crate::act::Listed;
use fadu_kernel::{Matter, MatterId};
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// States of one generation; two are kept, some tens of megabytes when every one is a long case.
const GENERATION: usize = 4096;

type Known = HashMap<MatterId, (i64, Arc<dyn Any + Send + Sync>, Arc<Listed>)>;

/// A matter as its last act left it.
pub(crate) struct Last<M> {
    pub version: i64,
    pub state: Arc<M>,
    pub listed: Arc<Listed>,
}

#[derive(Default)]
pub(crate) struct Recent(Mutex<Generations>);

/// What is written goes to the young; when they are full the old go, and the young become the old.
#[derive(Default)]
struct Generations {
    young: Known,
    old: Known,
}

impl Recent {
    pub fn get<M: Matter>(&self, id: MatterId) -> Option<Last<M>> {
        let known = self.0.lock().ok()?;
        let (version, state, listed) = known.young.get(&id).or_else(|| known.old.get(&id))?;
        Some(Last {
            version: *version,
            state: Arc::clone(state).downcast().ok()?,
            listed: Arc::clone(listed),
        })
    }

    /// Of two acts that ended together the later version stays.
    pub fn keep<M: Matter>(&self, id: MatterId, version: i64, state: M, listed: Arc<Listed>) {
        let Ok(mut known) = self.0.lock() else { return };
        let held = known
            .young
            .get(&id)
            .or_else(|| known.old.get(&id))
            .map_or(0, |(held, _, _)| *held);
        if held > version {
            return;
        }
        if known.young.len() >= GENERATION {
            known.old = std::mem::take(&mut known.young);
        }
        known.young.insert(id, (version, Arc::new(state), listed));
    }

    pub fn forget(&self, id: MatterId) {
        if let Ok(mut known) = self.0.lock() {
            known.young.remove(&id);
            known.old.remove(&id);
        }
    }
}
