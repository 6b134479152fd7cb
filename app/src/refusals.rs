//! 拒绝执行。 What became of each act asked for: counted for the operator, and kept, when a rule stood in the way,
//! for those who oversee. A refusal is no fact and stays out of the ledger.

use crate::{App, Committed, Problem};
use fadu_kernel::{Actor, MatterId, Role};
use fadu_store::{Fault, RefusalRow};
use prometheus_client::encoding::EncodeLabelSet;
use std::sync::PoisonError;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Outcome {
    pub kind: &'static str,
    pub outcome: &'static str,
}

/// Larger than what a store that is full still has room for in pages it holds already.
const TRIAL_BYTES: usize = 256 * 1024;
const TRIAL: &str = "writing-trial";

impl App {
    fn note_writing(&self, trouble: Option<&'static str>) {
        *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Why the last act could not be written, if it could not.
    pub fn unwritten(&self) -> Option<&'static str> {
        *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After an act that could not be written: whether another could. Nobody need act first for the answer to be yes again.
    /// Errors: why not.
    pub async fn try_writing(&self) -> Result<(), &'static str> {
        if self.unwritten().is_none() {
            return Ok(());
        }
        for bytes in [vec![0; TRIAL_BYTES], Vec::new()] {
            let put = self.store.put_blob(self.region, TRIAL, "application/octet-stream", bytes).await;
            put.map_err(|fault| fault.reason())?;
        }
        self.note_writing(None);
        Ok(())
    }

    /// Never changes the answer: a refusal that cannot be noted goes to the log.
    pub(crate) async fn note_outcome(
        &self,
        kind: &'static str,
        act: &'static str,
        matter: Option<MatterId>,
        actor: &Actor,
        answer: &Result<Committed, Problem>,
    ) {
        match answer {
            Ok(Committed { replayed: false, .. }) => self.note_writing(None),
            Err(Problem::Fault(fault)) => self.note_writing(Some(fault.reason())),
            _ => {}
        }
        let (outcome, refusal) = match answer {
            Ok(Committed { replayed: true, .. }) => ("replayed", None),
            Ok(_) => ("done", None),
            Err(Problem::Invalid(_) | Problem::Unreadable(_)) => ("invalid", None),
            Err(Problem::Refused(refusal)) => ("refused", Some(refusal)),
            Err(Problem::NoAuthority(refusal)) => ("no_authority", Some(refusal)),
            Err(Problem::NotFound | Problem::NotRun(_)) => ("not_found", None),
            Err(Problem::Raced) => ("raced", None),
            Err(Problem::Fault(_)) => ("fault", None),
        };
        self.acts.get_or_create(&Outcome { kind, outcome }).inc();
        let Some(refusal) = refusal.filter(|_| actor.role != Role::Clock) else { return };
        let moment = self.moment();
        let row = RefusalRow {
            ms: moment.ms,
            day: moment.today.to_string(),
            kind: kind.to_owned(),
            act: act.to_owned(),
            matter,
            actor: actor.person.to_string(),
            role: actor.role.name().to_owned(),
            org: actor.org.to_string(),
            rule: refusal.rule.id.to_owned(),
            because: refusal.because.clone(),
        };
        if let Err(error) = self.store.note_refusal(self.region, row).await {
            tracing::error!(%error, kind, act, rule = refusal.rule.id, "a refusal could not be noted");
        }
    }

    /// Refused on a day, the latest first.
    pub async fn refused_on(&self, day: jiff::civil::Date, limit: u32) -> Result<Vec<RefusalRow>, Fault> {
        self.store.refusals_of_day(self.region, &day.to_string(), limit).await
    }

    /// Refused on a matter, the latest first.
    pub async fn refused_at(&self, matter: MatterId, limit: u32) -> Result<Vec<RefusalRow>, Fault> {
        self.store.refusals_of(self.region, matter, limit).await
    }
}
