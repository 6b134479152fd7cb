//! 联动。 What a fact of one matter asks of another: the one file in which two domains meet.
//!
//! An effect is written with the fact that asks for it and leaves the outbox in the same commit as the act it
//! becomes. So each is carried out once, whatever stops in between and however many servers try.

use crate::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId};
use fadu_law::Power;
use fadu_law::power::{Ending, Fact as PowerFact};
use fadu_service::{Item, ItemAct};
use fadu_store::{Fault, OutboxRow};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const PAGE: u32 = 200;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
enum Effect {
    /// 职权不在，事项暂停: an item that no power in force covers any more takes no new application.
    SuspendItem { item: String, reason: String },
}

/// What the fact just folded into `state` asks of other matters, as they are kept in the outbox.
pub(crate) fn asked(state: &dyn Any, fact: &dyn Any) -> Vec<String> {
    let (Some(power), Some(fact)) = (state.downcast_ref::<Power>(), fact.downcast_ref::<PowerFact>()) else {
        return Vec::new();
    };
    let effects = of_power(power, fact);
    effects.iter().filter_map(|effect| serde_json::to_string(effect).ok()).collect()
}

/// A power that ends leaves all its items, one that is adjusted those which its new version does not name.
fn of_power(power: &Power, fact: &PowerFact) -> Vec<Effect> {
    let Some((last, earlier)) = power.versions.split_last() else { return Vec::new() };
    let (left, what) = match fact {
        PowerFact::Ended { ending, reason, .. } => {
            let ending = match ending {
                Ending::Recalled => "收回",
                Ending::Repealed => "取消",
            };
            (last.entry.items.iter().collect::<Vec<_>>(), format!("已经{ending}：{reason}"))
        }
        PowerFact::Approved { .. } => {
            let before = earlier.last().into_iter().flat_map(|version| &version.entry.items);
            let dropped = before.filter(|item| !last.entry.items.contains(item)).collect();
            (dropped, "调整后不再包括这个事项".to_owned())
        }
        _ => return Vec::new(),
    };
    let reason = format!("职权“{}”（{}）{what}", last.entry.name, last.entry.code);
    left.into_iter()
        .map(|item| Effect::SuspendItem { item: item.clone(), reason: reason.clone() })
        .collect()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    pub seen: u64,
    pub acted: u64,
    pub failed: u64,
}

impl App {
    /// Carries out what waits in the outbox. One that fails stays, is logged, and never stops the rest.
    pub async fn relay(&self) -> Result<Relayed, Problem> {
        let mut report = Relayed::default();
        loop {
            let page = self.store.outbox(self.region, PAGE).await?;
            let tried_before = page.first().is_none_or(|row| row.tries > 0);
            if tried_before && report.seen > 0 {
                return Ok(report);
            }
            if !page.is_empty() {
                // Another server may have moved the catalogue; what to do is decided on today's.
                self.reload_catalogue().await?;
            }
            for row in &page {
                report.seen += 1;
                match self.relay_one(row).await {
                    Ok(acted) => report.acted += u64::from(acted),
                    Err(error) => {
                        report.failed += 1;
                        tracing::error!(seq = row.seq, n = row.n, tries = row.tries, %error, "an effect could not be carried out; it stays");
                        let why = error.to_string();
                        self.store.outbox_failed(self.region, row.seq, row.n, &why).await?;
                    }
                }
            }
            if page.len() < PAGE as usize {
                return Ok(report);
            }
        }
    }

    /// `false`: there was nothing left to do.
    async fn relay_one(&self, row: &OutboxRow) -> Result<bool, Problem> {
        let effect = serde_json::from_str(&row.effect)
            .map_err(|error| Fault::Corrupt(format!("effect {}/{}: {error}", row.seq, row.n)))?;
        match effect {
            Effect::SuspendItem { item, reason } => match self.without_power(&item) {
                Some(id) => {
                    let (relay, act) = (Actor::relay(), ItemAct::Suspend { reason });
                    let call =
                        Call { actor: &relay, matter: Some(id), act, private: BTreeMap::new(), key: None };
                    let committed = self.carry_out::<Item>(call, Some((row.seq, row.n))).await?;
                    Ok(committed.is_some())
                }
                None => {
                    self.store.outbox_settled(self.region, row.seq, row.n).await?;
                    Ok(false)
                }
            },
        }
    }

    /// The item of this code, if it is open and no power in force covers it.
    fn without_power(&self, code: &str) -> Option<MatterId> {
        let catalogue = self.catalogue();
        let (id, _) = catalogue.all::<Item>().find(|(_, item)| item.code == code && item.is_open())?;
        let covered = catalogue
            .all::<Power>()
            .filter_map(|(_, power)| power.current())
            .any(|version| version.entry.items.iter().any(|item| item == code));
        (!covered).then_some(id)
    }
}

/// Carries out effects as they come; once in a while it looks by itself, for those of another server that stopped.
pub async fn keep_relaying(app: Arc<App>, look_every: Duration) {
    loop {
        if let Err(error) = app.relay().await {
            tracing::error!(%error, "the outbox could not be read; the next attempt follows");
        }
        let _ = tokio::time::timeout(look_every, app.effects.notified()).await;
    }
}
