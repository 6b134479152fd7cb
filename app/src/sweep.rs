//! 定时巡查。 Time is an actor like any other: it goes through `act`, in pages ordered by due day, may run
//! twice, and one bad matter never stops the rest.

use crate::registry;
use crate::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId, Role};
use fadu_store::{TaskQuery, TaskRow};
use jiff::civil::Date;
use std::collections::BTreeMap;

const PAGE: u32 = 200;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    pub seen: u64,
    pub acted: u64,
    pub failed: u64,
}

impl App {
    /// Does everything that earlier facts ask for, and that time must do on or before `as_of`.
    pub async fn sweep(&self, as_of: Date) -> Result<Swept, Problem> {
        let relayed = self.relay().await?;
        let mut report = Swept { seen: relayed.seen, acted: relayed.acted, failed: relayed.failed };
        let mut after = None;
        loop {
            let query = TaskQuery {
                org: "system".into(),
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
                _ => return Ok(report),
            }
        }
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
        let state: M = serde_json::from_str(&row.state)
            .map_err(|error| fadu_store::Fault::Corrupt(error.to_string()))?;
        Ok(state.due_acts(as_of, &self.calendar()).into_iter().next())
    }
}
