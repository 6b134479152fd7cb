//! 外部门的来源。 Another agency's source over HTTP, by the contract of `docs/source-contract.md`: the question is posted as
//! JSON, the answer is a note that the agency signs. Nothing that comes back is believed before its signature, and not
//! then where it is no answer to this question, about this person, of today.

use super::{Given, Silence, Source};
use crate::App;
use async_trait::async_trait;
use fadu_ledger::VerifyKey;
use fadu_proof::{Answer, Lie, Question};
use std::time::Duration;

/// An answer is a few lines; more is not read.
pub(crate) const LONGEST: u64 = 64 * 1024;

pub struct Agency {
    id: String,
    name: String,
    url: String,
    key: VerifyKey,
    agent: ureq::Agent,
}

impl Agency {
    /// `patience` bounds the whole exchange, from finding the host to the last byte.
    pub fn new(id: &str, name: &str, url: &str, key: VerifyKey, patience: Duration) -> Agency {
        let agent = agent(patience);
        Agency { id: id.to_owned(), name: name.to_owned(), url: url.to_owned(), key, agent }
    }
}

/// For whoever speaks to another body over HTTP: it waits no longer than this, and goes nowhere else.
pub(crate) fn agent(patience: Duration) -> ureq::Agent {
    let roots = ureq::tls::RootCerts::PlatformVerifier;
    ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .tls_config(ureq::tls::TlsConfig::builder().root_certs(roots).build())
        .build()
        .new_agent()
}

#[async_trait]
impl Source for Agency {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    async fn ask(&self, app: &App, question: &Question) -> Result<Given, Silence> {
        let body = serde_json::to_string(question).map_err(|error| Silence::Wrong(error.to_string()))?;
        let (agent, url) = (self.agent.clone(), self.url.clone());
        let said = tokio::task::spawn_blocking(move || post(&agent, &url, &body))
            .await
            .map_err(|error| Silence::Outage(error.to_string()))??;
        let text = self.key.open(&said).map_err(|_| Silence::Untrusted(Lie::Signature))?;
        let answer = Answer::parse(&text).map_err(Silence::Untrusted)?;
        let found = answer.to(question, app.moment().today).map_err(Silence::Untrusted)?;
        let values = if found.is_some() { answer.values } else { Default::default() };
        Ok(Given { found, values })
    }
}

fn post(agent: &ureq::Agent, url: &str, body: &str) -> Result<String, Silence> {
    let answered = agent.post(url).header("content-type", "application/json").send(body);
    let mut answered = answered.map_err(silence)?;
    let status = answered.status().as_u16();
    if status != 200 {
        return Err(Silence::Wrong(format!("status {status}")));
    }
    answered
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_string()
        .map_err(silence)
}

pub(crate) fn silence(error: ureq::Error) -> Silence {
    match error {
        ureq::Error::Timeout(_) => Silence::Timeout,
        // Its own trouble passes; what it does not understand of us does not.
        ureq::Error::StatusCode(status) if status >= 500 => Silence::Outage(format!("status {status}")),
        ureq::Error::StatusCode(status) => Silence::Wrong(format!("status {status}")),
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Silence::Wrong(error.to_string())
        }
        ureq::Error::Io(error) => Silence::Outage(error.to_string()),
        ureq::Error::BodyExceedsLimit(_) | ureq::Error::Protocol(_) => Silence::Wrong(error.to_string()),
        other => Silence::Outage(other.to_string()),
    }
}
