//! 物流。 What carriers tell of parcels, one contract for all: asked for a number, a carrier answers the events of that parcel,
//! the earliest first, each a kind and a day. A carrier that does not answer is asked again by the next run; one that nobody
//! connected tells nothing, and the window writes down what the paper receipt says.

use crate::sweep::Swept;
use crate::{App, Call, Problem};
use async_trait::async_trait;
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, MatterId};
use fadu_service::case::ON_ITS_WAY;
use fadu_service::parcel::{Event, EventKind};
use fadu_service::{Case, CaseAct};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// Parcels on their way at once; a county has a few hundred.
const AT_MOST: u32 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the carrier did not answer: {0}")]
pub struct Silent(pub String);

#[async_trait]
pub trait Carrier: Send + Sync {
    /// 名称, as the window chooses it.
    fn name(&self) -> &str;
    /// What has happened to this parcel, consigned on that day, until today.
    async fn events(&self, number: &str, consigned: Date, today: Date) -> Result<Vec<Event>, Silent>;
}

/// 模拟速递。 On its way the next day and signed for on the day after; numbers that end in 7 come back on the third day.
pub struct Simulated;

#[async_trait]
impl Carrier for Simulated {
    fn name(&self) -> &str {
        "模拟速递"
    }

    async fn events(&self, number: &str, consigned: Date, today: Date) -> Result<Vec<Event>, Silent> {
        let end = if number.ends_with('7') { (EventKind::Returned, 3) } else { (EventKind::Signed, 2) };
        let told = [(EventKind::InTransit, 1), end].map(|(kind, days)| Event {
            kind,
            on: offset(consigned, days),
            simulated: true,
        });
        Ok(told.into_iter().filter(|event| event.on <= today).collect())
    }
}

/// 已接入的承运单位, by name.
#[derive(Default)]
pub struct Couriers(RwLock<BTreeMap<String, Arc<dyn Carrier>>>);

impl Couriers {
    /// Takes the place of one of the same name.
    pub fn connect(&self, carrier: Arc<dyn Carrier>) {
        if let Ok(mut connected) = self.0.write() {
            connected.insert(carrier.name().to_owned(), carrier);
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.0
            .read()
            .map(|connected| connected.keys().cloned().collect())
            .unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<Arc<dyn Carrier>> {
        self.0.read().ok()?.get(name).cloned()
    }
}

impl App {
    /// Writes down what carriers tell of the parcels on their way. One that cannot be followed never stops the rest.
    pub async fn follow_parcels(&self) -> Result<Swept, Problem> {
        let mut report = Swept::default();
        if self.couriers.names().is_empty() {
            return Ok(report);
        }
        for row in self.store.by_facet(self.region, "parcel", ON_ITS_WAY, AT_MOST).await? {
            report.seen += 1;
            match self.follow_parcel(row.id).await {
                Ok(acts) => report.acted += acts,
                Err(error) => {
                    report.failed += 1;
                    tracing::error!(matter = %row.id, %error, "a parcel could not be followed");
                }
            }
        }
        Ok(report)
    }

    async fn follow_parcel(&self, id: MatterId) -> Result<u64, Problem> {
        let state = self.state_of::<Case>(id).await?.ok_or(Problem::NotFound)?;
        let Some(parcel) = state.on_its_way() else { return Ok(0) };
        let Some(carrier) = self.couriers.get(&parcel.carrier) else { return Ok(0) };
        let told = carrier.events(&parcel.number, parcel.consigned.on, self.moment().today).await;
        let events = match told {
            Ok(events) => events,
            Err(silent) => {
                tracing::warn!(matter = %id, carrier = carrier.name(), %silent, "nothing is known of a parcel");
                return Ok(0);
            }
        };
        let known = |event: &Event| {
            let mut known = parcel.events.iter();
            known.any(|known| (known.kind, known.on) == (event.kind, event.on))
        };
        let mut acts = 0;
        for event in events.into_iter().filter(|event| !known(event)) {
            let Event { kind, on, simulated } = event;
            let clock = Actor::clock();
            let act = CaseAct::NoteParcel { kind, on, simulated };
            // Two servers that ask at once write it down once.
            let key = Some(format!("parcel-{}-{}-{on}", parcel.number, kind.word()));
            let call = Call { actor: &clock, matter: Some(id), act, private: BTreeMap::new(), key };
            self.act::<Case>(call).await?;
            acts += 1;
        }
        Ok(acts)
    }
}
