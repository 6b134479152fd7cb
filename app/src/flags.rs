//! 交易的风险提示。 The red flags of a live tender, looked at beside all others, and raised as alerts when it has come to a step at
//! which they say something new. An alert is a lead for the supervisor: nothing of the tender waits for it.

use crate::bids::Unsealed;
use crate::{App, Call, Problem};
use fadu_kernel::{Actor, Matter, MatterId};
use fadu_redflags::market::Market;
use fadu_redflags::rule::{Evidence, Outcome, Rule};
use fadu_redflags::tender::Tender;
use fadu_redflags::{ledger, look};
use fadu_trading::draw::sha256;
use fadu_trading::project::{Act, Fact};
use fadu_trading::{Complaint, Draw, Project};
use std::collections::{BTreeMap, HashMap};

/// Bytes of a text that is compared.
const MOST_TEXT: usize = 4 * 1024 * 1024;
/// Complaints of one tender that are read.
const MOST_COMPLAINTS: u32 = 200;

/// Once the committee has reported, so that no flag lies on its table; then at the steps that bring new numbers.
pub(crate) fn ask_for_a_look(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::EvaluationReported { .. }
            | Fact::Awarded { .. }
            | Fact::ContractSigned { .. }
            | Fact::ContractChanged { .. }
            | Fact::Paid { .. }
    )
}

impl App {
    /// Every rule that applies to a tender, with its outcome today. Errors: `NotFound`, and those of the store.
    pub async fn flags_of(&self, id: MatterId) -> Result<Vec<(&'static Rule, Outcome)>, Problem> {
        let complaints = self.complaints_of(id).await?;
        let complaints: Vec<&Complaint> = complaints.iter().collect();
        let catalogue = self.catalogue();
        let project = catalogue.one::<Project>(id).ok_or(Problem::NotFound)?;
        // Some rules look at a tender beside all others: all are read out of memory once.
        let mut draws: HashMap<MatterId, Vec<&Draw>> = HashMap::new();
        for (_, draw) in catalogue.all::<Draw>() {
            if let Some(subject) = draw.subject {
                draws.entry(subject).or_default().push(draw);
            }
        }
        let drawn = |id: MatterId| draws.get(&id).map_or(&[][..], Vec::as_slice);
        let beside = catalogue.all::<Project>();
        let tenders: Vec<Tender> = beside
            .map(|(other, project)| ledger::tender(other, project, &[], drawn(other)))
            .collect();
        let tender = ledger::tender(id, project, &complaints, drawn(id));
        Ok(look(&Market::new(&tenders), &tender, self.moment().today).collect())
    }

    async fn complaints_of(&self, id: MatterId) -> Result<Vec<Complaint>, Problem> {
        let rows = self
            .store
            .by_facet(self.region, "project", &id.to_string(), MOST_COMPLAINTS)
            .await?;
        let mut complaints = Vec::new();
        // A list holds no states; of one tender there are few.
        for row in rows.iter().filter(|row| row.kind == Complaint::KIND) {
            complaints.extend(self.state_of::<Complaint>(row.id).await?);
        }
        Ok(complaints)
    }

    /// 提示风险: each flag that is found and was not raised in this round, under a key of its own, so that a look that was
    /// broken off is not done twice. The evidence stays on its page, where only those read it who may; the fact holds its
    /// digest. `false`: there was nothing new.
    pub(crate) async fn raise_flags(&self, id: MatterId) -> Result<bool, Problem> {
        let catalogue = self.catalogue();
        let Some(project) = catalogue.one::<Project>(id) else { return Ok(false) };
        let (round, known) = (project.round, &project.alerts);
        let mut raised = false;
        for (rule, outcome) in self.flags_of(id).await? {
            let Outcome::Found { evidence } = outcome else { continue };
            if known.iter().any(|alert| alert.rule == rule.id && alert.round == round) {
                continue;
            }
            let act = Act::RaiseAlert {
                rule: rule.id.to_owned(),
                evidence: vec![format!("证据摘要（SHA-256）{}", digest(&evidence))],
                note: rule.zh.to_owned(),
            };
            let relay = Actor::relay();
            let key = Some(format!("flag-{id}-{round}-{}", rule.id));
            let call = Call { actor: &relay, matter: Some(id), act, private: BTreeMap::new(), key };
            self.act::<Project>(call).await?;
            raised = true;
        }
        Ok(raised)
    }
}

impl App {
    /// 投标文件的文字: of each bid that was read out, its text where the opened file is one; `None` for any other file, and
    /// for one that is too long. Errors: those of the store.
    pub async fn bid_texts(&self, id: MatterId) -> Result<Vec<(MatterId, Option<String>)>, Problem> {
        let catalogue = self.catalogue();
        let project = catalogue.one::<Project>(id).ok_or(Problem::NotFound)?;
        let mut texts = Vec::new();
        for row in project.tender.bids.iter().filter(|row| row.read.is_some()) {
            let (mut bytes, mut too_long) = (Vec::new(), false);
            let mut see = |part: &[u8]| {
                too_long |= bytes.len() + part.len() > MOST_TEXT;
                if !too_long {
                    bytes.extend_from_slice(part);
                }
            };
            let opened = self.open_bid(id, row.bid, &mut see).await?;
            let whole = matches!(opened, Unsealed::Letter(_)) && !too_long;
            let text = String::from_utf8(bytes).ok().filter(|text| whole && !text.contains('\0'));
            texts.push((row.bid, text));
        }
        Ok(texts)
    }
}

/// Of the table as the page shows it, row by row.
fn digest(evidence: &Evidence) -> String {
    let rows = [&evidence.heads].into_iter().chain(&evidence.rows);
    let lines: Vec<String> = rows.map(|cells| cells.join("\t")).collect();
    sha256(&lines.join("\n"))
}
