//! 定时巡查。 Time is an actor like any other: it goes through `act`, in pages ordered by due day, may run
//! twice, and one bad matter never stops the rest.

use crate::registry;
use crate::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, Role};
use fadu_ledger::note::hex;
use fadu_store::{Fault, TaskQuery, TaskRow};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const PAGE: u32 = 200;
/// A blob of this name and the digest of the notices says that what is open was listed under them.
const LISTED_UNDER: &str = "calendar/listed";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    pub seen: u64,
    pub acted: u64,
    pub failed: u64,
}

impl App {
    /// Does everything that earlier facts ask for, and that time must do on or before `as_of`.
    pub async fn sweep(&self, as_of: Date) -> Result<Swept, Problem> {
        // Another server may have loaded a notice.
        self.refresh_catalogue().await?;
        let unlisted = self.relist().await?;
        let relayed = self.relay().await?;
        let mut report =
            Swept { seen: relayed.seen, acted: relayed.acted, failed: relayed.failed + unlisted };
        let mut after = None;
        loop {
            let query = TaskQuery {
                orgs: vec!["system".into()],
                kinds: vec![],
                role: Role::Clock.name(),
                due_by: Some(as_of.to_string()),
                after: after.clone(),
                limit: PAGE,
            };
            let page = self.store.tasks(self.region, query).await?;
            for row in &page {
                report.seen += 1;
                let Some(kind) = registry::kind(&row.matter.kind) else { continue };
                match (kind.sweep)(self, row, as_of).await {
                    Ok(acts) => report.acted += acts,
                    Err(error) => {
                        report.failed += 1;
                        tracing::error!(matter = %row.matter.id, %error, "the sweep could not act on a matter");
                    }
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => {
                    after = Some((last.due.clone(), last.matter.id, last.task.clone()))
                }
                _ => break,
            }
        }
        if self.runs.business("service") {
            report.acted += self.compare_nightly().await?;
        }
        if self.runs.business("hall") {
            report.acted += self.measure_loads().await?;
        }
        Ok(report)
    }

    /// 重列。 Once the calendar says something else, by a notice or by a release, what is open is listed under it: a limit
    /// that ran past its end has its day now, and time's acts on it their turn. Returns how many could not be listed;
    /// then the next sweep tries again.
    async fn relist(&self) -> Result<u64, Problem> {
        let notices = serde_json::to_vec(self.calendar().notices())
            .map_err(|error| Fault::Corrupt(error.to_string()))?;
        let under = hex(&Sha256::digest(&notices)[..16]);
        let done = format!("{LISTED_UNDER}/{under}");
        if self.store.blob(self.region, &done).await?.is_some() {
            return Ok(0);
        }
        let (mut listed, mut failed) = (0u64, 0u64);
        for kind in registry::KINDS.iter().filter(|kind| self.runs.kind(kind.name)) {
            for row in self.store.open_of_kind(self.region, kind.name, u32::MAX).await? {
                match (kind.relist)(self, row.id, &under).await {
                    Ok(changed) => listed += u64::from(changed),
                    Err(error) => {
                        failed += 1;
                        tracing::error!(matter = %row.id, %error, "a matter could not be listed under the new calendar");
                    }
                }
            }
        }
        if listed > 0 {
            tracing::info!(listed, "listed again under the calendar of today");
        }
        if failed == 0 {
            self.store
                .put_blob(self.region, &done, "text/plain", under.into_bytes())
                .await?;
        }
        Ok(failed)
    }

    pub(crate) async fn sweep_one<M: Matter>(&self, row: &TaskRow, as_of: Date) -> Result<u64, Problem> {
        let mut acts = 0;
        // One act may bring the next within reach (amber, then overdue): bounded, since each state allows few.
        for _ in 0..8 {
            let Some(due) = self.due_act::<M>(row.matter.id, as_of).await? else { return Ok(acts) };
            self.act::<M>(Call {
                actor: &Actor::clock(),
                matter: Some(row.matter.id),
                act: due,
                private: BTreeMap::new(),
                key: None,
            })
            .await?;
            acts += 1;
        }
        Ok(acts)
    }

    async fn due_act<M: Matter>(&self, id: MatterId, as_of: Date) -> Result<Option<M::Act>, Problem> {
        let Some(row) = self.store.matter(self.region, id).await? else { return Ok(None) };
        let state: M = serde_json::from_str(&row.state).map_err(|error| Fault::Corrupt(error.to_string()))?;
        Ok(state.due_acts(as_of, &self.calendar()).into_iter().next())
    }
}
