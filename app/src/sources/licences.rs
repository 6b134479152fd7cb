//! 本平台的电子证照。 The first source: what this county itself issued to the same person, and what still holds.

use super::{Given, Silence, Source};
use crate::App;
use async_trait::async_trait;
use fadu_kernel::Matter;
use fadu_proof::answer::Found;
use fadu_proof::{Licence, Question};

/// Matters looked at under one person: more than any firm of a county has.
const OF_ONE_PERSON: u32 = 500;

pub struct Licences;

#[async_trait]
impl Source for Licences {
    fn id(&self) -> &str {
        "licences"
    }

    fn name(&self) -> &str {
        "本县电子证照库"
    }

    /// By the holder's number through the blind index, so that two people of one name are never taken for each other;
    /// the latest that holds today.
    async fn ask(&self, app: &App, question: &Question) -> Result<Given, Silence> {
        let today = app.moment().today;
        let who = app.keys.blind(&question.holder_number);
        let outage = |fault: fadu_store::Fault| Silence::Outage(fault.to_string());
        let rows = app
            .store
            .by_facet(app.region, "who", &who, OF_ONE_PERSON)
            .await
            .map_err(outage)?;
        let named = rows.iter().filter(|row| {
            row.kind == Licence::KIND && row.title == question.proof && row.status == "in_force"
        });
        let mut ids: Vec<_> = named.map(|row| row.id).collect();
        ids.sort_unstable();
        let mut latest: Option<Licence> = None;
        for id in ids {
            let row = app.store.matter(app.region, id).await.map_err(outage)?;
            let held = row.and_then(|row| serde_json::from_str::<Licence>(&row.state).ok());
            let holds = held.filter(|licence| licence.is_valid(today));
            if holds
                .as_ref()
                .is_some_and(|licence| latest.as_ref().is_none_or(|latest| licence.issued >= latest.issued))
            {
                latest = holds;
            }
        }
        let found = latest.map(|licence| Found {
            reference: format!("{} 第{}版", licence.number, licence.version),
            issued: licence.issued,
            until: licence.grant.until,
            digest: String::new(),
        });
        Ok(Given { found, ..Given::default() })
    }
}
