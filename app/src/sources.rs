//! 共享来源。 Where what an applicant need not bring is fetched from: the platform's own e-licences, and sources of other
//! agencies. One contract for all: a question about one person, one proof and one case; an answer that can be believed,
//! or the reason why there is none. There is always a lawful way on: another department is asked, or the paper.

mod agency;
mod licences;

pub use agency::Agency;
pub(crate) use agency::{LONGEST, agent, silence};
pub use licences::Licences;

use crate::App;
use async_trait::async_trait;
use fadu_proof::answer::Found;
use fadu_proof::line::Fault;
use fadu_proof::{Lie, Limits, Question};
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// For so long a source that did not answer is not asked again: whoever waits is told at once.
const REST_MS: i64 = 30_000;

/// What a source gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Nothing where the source answers that it holds no such proof.
    pub found: Option<Found>,
    /// Values of fields of the form; personal data.
    pub values: BTreeMap<String, String>,
}

/// Why a source gave nothing to rely on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    #[error("no answer in time")]
    Timeout,
    #[error("not reachable: {0}")]
    Outage(String),
    #[error("an answer that cannot be read: {0}")]
    Wrong(String),
    #[error("an answer that cannot be believed: {}", .0.zh())]
    Untrusted(Lie),
}

impl Silence {
    /// Whether asking again may help. Who lies once is not asked a second time.
    pub fn may_pass(&self) -> bool {
        matches!(self, Silence::Timeout | Silence::Outage(_))
    }

    pub fn fault(&self) -> (Fault, Option<Lie>) {
        match self {
            Silence::Timeout => (Fault::Timeout, None),
            Silence::Outage(_) => (Fault::Outage, None),
            Silence::Wrong(_) => (Fault::Wrong, None),
            Silence::Untrusted(lie) => (Fault::Untrusted, Some(*lie)),
        }
    }
}

#[async_trait]
pub trait Source: Send + Sync {
    /// As the list of proofs names it.
    fn id(&self) -> &str;
    /// 名称, as the public reads it.
    fn name(&self) -> &str;
    async fn ask(&self, app: &App, question: &Question) -> Result<Given, Silence>;
}

struct Connected {
    source: Arc<dyn Source>,
    /// Not asked before this moment.
    rests_until_ms: i64,
}

/// 已接入的来源。 The platform's own e-licences are always among them.
pub struct Sources(RwLock<BTreeMap<String, Connected>>);

impl Default for Sources {
    fn default() -> Sources {
        let sources = Sources(RwLock::default());
        sources.connect(Arc::new(Licences));
        sources
    }
}

impl Sources {
    /// Takes the place of one of the same id.
    pub fn connect(&self, source: Arc<dyn Source>) {
        if let Ok(mut connected) = self.0.write() {
            connected.insert(source.id().to_owned(), Connected { source, rests_until_ms: 0 });
        }
    }

    /// Id and name of each, and whether it is asked at this moment.
    pub fn list(&self, now_ms: i64) -> Vec<(String, String, bool)> {
        let Ok(connected) = self.0.read() else { return Vec::new() };
        let row = |(id, held): (&String, &Connected)| {
            (id.clone(), held.source.name().to_owned(), held.rests_until_ms <= now_ms)
        };
        connected.iter().map(row).collect()
    }

    fn get(&self, id: &str) -> Option<(Arc<dyn Source>, i64)> {
        let connected = self.0.read().ok()?;
        connected.get(id).map(|held| (Arc::clone(&held.source), held.rests_until_ms))
    }

    fn rest(&self, id: &str, until_ms: i64) {
        if let Ok(mut connected) = self.0.write()
            && let Some(held) = connected.get_mut(id)
        {
            held.rests_until_ms = until_ms;
        }
    }
}

/// 上线障碍。 The limits that this county has not adopted.
pub(crate) fn lacks(app: &App) -> Vec<(String, String)> {
    let lacking = Limits::lacking(&*app.catalogue(), app.moment().today).into_iter();
    lacking
        .map(|name| (name.blocks().id.to_owned(), name.zh().to_owned()))
        .collect()
}

impl App {
    /// Asks a source; `None` where no such source is connected. One that did not answer rests for half a minute.
    pub async fn ask_source(&self, question: &Question) -> Option<Result<Given, Silence>> {
        let (source, rests_until_ms) = self.sources.get(&question.source)?;
        let now = self.moment().ms;
        // A clock that was set back does not keep a source silent.
        if now < rests_until_ms && rests_until_ms - now <= REST_MS {
            return Some(Err(Silence::Outage("it did not answer a moment ago".to_owned())));
        }
        let answer = source.ask(self, question).await;
        if let Err(silence) = &answer {
            tracing::warn!(source = question.source, %silence, "a source gave nothing to rely on");
            if silence.may_pass() {
                self.sources.rest(&question.source, self.moment().ms + REST_MS);
            }
        }
        Some(answer)
    }
}
