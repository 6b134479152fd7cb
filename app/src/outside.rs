//! 外部系统。 Cases whose items are handled in a provincial or vertical system are handed over to it, by the contract of
//! `docs/outside-contract.md`: our number goes there, theirs comes back, and what they tell of it is read into the case. A
//! run sends what waits and asks after what was sent; one system that is down keeps nobody else waiting for long.

use crate::sources::{LONGEST, Silence, agent, silence};
use crate::sweep::Swept;
use crate::{App, Call, Problem};
use async_trait::async_trait;
use fadu_kernel::{Actor, MatterId};
use fadu_service::outside::{FACET, Fault, OPEN, Outside, State, TO_SEND, Told};
use fadu_service::{Case, CaseAct};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};
use std::time::Duration;

/// Cases of one run; the rest waits for the next.
const AT_MOST: u32 = 1000;

/// 转交的内容。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// `fadu-dossier-1`
    pub format: String,
    /// 本县编号: sent again under the same number, it is the same case.
    pub number: String,
    pub item_code: String,
    pub item_name: String,
    pub department: String,
    pub accepted: Date,
    /// What the applicant wrote, by field; personal data.
    pub values: BTreeMap<String, String>,
}

#[async_trait]
pub trait System: Send + Sync {
    /// As items name it.
    fn id(&self) -> &str;
    /// Answers their number.
    async fn send(&self, dossier: &Dossier) -> Result<String, Fault>;
    /// What they tell of this number of theirs.
    async fn ask(&self, number: &str) -> Result<Told, Fault>;
}

/// 已接入的外部系统, by id.
#[derive(Default)]
pub struct Systems(RwLock<BTreeMap<String, Arc<dyn System>>>);

impl Systems {
    /// Takes the place of one of the same id.
    pub fn connect(&self, system: Arc<dyn System>) {
        if let Ok(mut connected) = self.0.write() {
            connected.insert(system.id().to_owned(), system);
        }
    }

    fn get(&self, id: &str) -> Option<Arc<dyn System>> {
        self.0.read().ok()?.get(id).cloned()
    }
}

/// One over HTTP.
pub struct Http {
    id: String,
    url: String,
    token: String,
    agent: ureq::Agent,
}

#[derive(Deserialize)]
struct Numbered {
    number: String,
}

#[derive(Deserialize)]
struct Answered {
    state: State,
    on: Date,
}

impl Http {
    /// `url` without a slash at its end; `token` is shown with every request.
    pub fn new(id: &str, url: &str, token: &str, patience: Duration) -> Http {
        let url = url.trim_end_matches('/').to_owned();
        Http { id: id.to_owned(), url, token: format!("Bearer {token}"), agent: agent(patience) }
    }

    /// `None` asks, a body sends.
    async fn exchange(&self, url: String, body: Option<String>) -> Result<String, Fault> {
        let (agent, token) = (self.agent.clone(), self.token.clone());
        let exchanged = tokio::task::spawn_blocking(move || {
            let answered = match body {
                Some(body) => agent
                    .post(&url)
                    .header("authorization", &token)
                    .header("content-type", "application/json")
                    .send(body.as_str()),
                None => agent.get(&url).header("authorization", &token).call(),
            };
            let mut answered = answered.map_err(fault)?;
            if answered.status().as_u16() != 200 {
                return Err(Fault::Wrong);
            }
            let body = answered.body_mut().with_config().limit(LONGEST);
            body.read_to_string().map_err(fault)
        });
        exchanged.await.map_err(|_| Fault::Outage)?
    }
}

fn fault(error: ureq::Error) -> Fault {
    if let ureq::Error::StatusCode(400..=499) = error {
        return Fault::Rejected;
    }
    match silence(error) {
        Silence::Timeout => Fault::Timeout,
        Silence::Outage(_) => Fault::Outage,
        Silence::Wrong(_) | Silence::Untrusted(_) => Fault::Wrong,
    }
}

/// A number stands in the ledger and in an address: letters, digits and hyphens, and no more than those.
fn is_number(number: &str) -> bool {
    (1..=64).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[async_trait]
impl System for Http {
    fn id(&self) -> &str {
        &self.id
    }

    async fn send(&self, dossier: &Dossier) -> Result<String, Fault> {
        let body = serde_json::to_string(dossier).map_err(|_| Fault::Wrong)?;
        let said = self.exchange(self.url.clone(), Some(body)).await?;
        let answer: Numbered = serde_json::from_str(&said).map_err(|_| Fault::Wrong)?;
        if is_number(&answer.number) { Ok(answer.number) } else { Err(Fault::Wrong) }
    }

    async fn ask(&self, number: &str) -> Result<Told, Fault> {
        let said = self.exchange(format!("{}/{number}", self.url), None).await?;
        let answer: Answered = serde_json::from_str(&said).map_err(|_| Fault::Wrong)?;
        Ok(Told { state: answer.state, on: answer.on })
    }
}

impl App {
    /// Sends what waits and asks after what was sent. One case that fails never stops the rest; a system that does not
    /// answer in time is left alone until the next run.
    pub async fn hand_over_outside(&self) -> Result<Swept, Problem> {
        let mut report = Swept::default();
        let mut down = BTreeSet::new();
        for value in [TO_SEND, OPEN] {
            for row in self.store.by_facet(self.region, FACET, value, AT_MOST).await? {
                report.seen += 1;
                match self.hand_over_one(row.id, &mut down).await {
                    Ok(acted) => report.acted += u64::from(acted),
                    Err(error) => {
                        report.failed += 1;
                        tracing::error!(matter = %row.id, %error, "a case could not be handed over");
                    }
                }
            }
        }
        Ok(report)
    }

    async fn hand_over_one(&self, id: MatterId, down: &mut BTreeSet<String>) -> Result<bool, Problem> {
        let case = self.state_of::<Case>(id).await?.ok_or(Problem::NotFound)?;
        let Some(outside) = &case.outside else { return Ok(false) };
        if down.contains(&outside.system) {
            return Ok(false);
        }
        let act = match (self.outside.get(&outside.system), &outside.number) {
            (None, Some(_)) => None,
            (None, None) => unsent(outside, Fault::NotConnected),
            (Some(system), None) => match system.send(&self.dossier(id, &case).await?).await {
                Ok(number) => Some(CaseAct::NoteSent { number }),
                Err(fault) => {
                    rest(outside, fault, down);
                    unsent(outside, fault)
                }
            },
            (Some(system), Some(number)) => match system.ask(number).await {
                Ok(told) if outside.told == Some(told) => None,
                Ok(Told { state, on }) => Some(CaseAct::NoteOutside { state, on }),
                Err(fault) => {
                    rest(outside, fault, down);
                    tracing::warn!(matter = %id, system = outside.system, ?fault, "nothing is told of a case outside");
                    None
                }
            },
        };
        let Some(act) = act else { return Ok(false) };
        let clock = Actor::clock();
        let call = Call { actor: &clock, matter: Some(id), act, private: BTreeMap::new(), key: None };
        self.act::<Case>(call).await.map(|_| true)
    }

    async fn dossier(&self, id: MatterId, case: &Case) -> Result<Dossier, Problem> {
        Ok(Dossier {
            format: "fadu-dossier-1".to_owned(),
            number: case.number.clone(),
            item_code: case.item_code.clone(),
            item_name: case.item_name.clone(),
            department: case.org.to_string(),
            accepted: case.accepted.as_ref().map_or(self.moment().today, |accepted| accepted.from),
            values: self.unseal(id, &case.sealed).await?,
        })
    }
}

fn rest(outside: &Outside, fault: Fault, down: &mut BTreeSet<String>) {
    if matches!(fault, Fault::Timeout | Fault::Outage) {
        down.insert(outside.system.clone());
    }
}

/// What is known already is not written down again.
fn unsent(outside: &Outside, fault: Fault) -> Option<CaseAct> {
    (outside.fault != Some(fault)).then_some(CaseAct::NoteUnsent { fault })
}
