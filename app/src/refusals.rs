//! 拒绝执行。 What became of each act asked for: counted for the operator, and kept, when a rule stood in the way,
//! for those who oversee. A refusal is no fact and stays out of the ledger.

use crate::{App, Committed, Problem};
use fadu_kernel::{Actor, MatterId, Role};
use fadu_store::{Fault, RefusalRow};
use prometheus_client::encoding::EncodeLabelSet;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Outcome {
    pub kind: &'static str,
    pub outcome: &'static str,
}

impl App {
    /// Never changes the answer: a refusal that cannot be noted goes to the log.
    pub(crate) async fn note_outcome(
        &self,
        kind: &'static str,
        act: &'static str,
        matter: Option<MatterId>,
        actor: &Actor,
        answer: &Result<Committed, Problem>,
    ) {
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
