//! 回头看。 A campaign out of lists: each project matched, judged by the threshold of its own year, entered with every
//! result. Run again it enters only what is not there.

use crate::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId};
use fadu_store::Fault;
use fadu_supervision::campaign::{self, Plan};
use fadu_supervision::lookback::{Approval, Past, Payment, Together, What, judge, matched};
use fadu_supervision::parts::{Finding, Outcome};
use fadu_supervision::review::{Act, Entered};
use fadu_supervision::{Campaign, Review};
use fadu_trading::parameters::threshold_on;
use fadu_trading::regime::Kind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 核查所据的清单。
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub title: String,
    pub scope: String,
    pub special: bool,
    pub simulated: bool,
    pub projects: Vec<Past>,
    pub approvals: Option<Vec<Approval>>,
    pub payments: Option<Vec<Payment>>,
    /// Results that others computed, by the project's id.
    pub results: Vec<ResultOf>,
    /// SHA-256 of the files, in the order of projects, approvals, payments.
    pub digests: [String; 3],
}

/// 他处算出的结果。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultOf {
    pub project: String,
    #[serde(flatten)]
    pub finding: Finding,
}

/// 规则结果的计数: found, not found, not computable.
pub type Counts = BTreeMap<String, [usize; 3]>;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Ran {
    pub listed: usize,
    pub unlisted: usize,
    /// Entered by this run; the others were there.
    pub entered: usize,
    pub by_sector: BTreeMap<String, usize>,
    pub by_rule: Counts,
    /// What is missing, and for how many results.
    pub missing: BTreeMap<String, usize>,
    /// Results of projects that the lists do not know.
    pub strays: Vec<String>,
}

/// 规模标准 as trading holds it, dated.
pub fn threshold(what: What, day: Date) -> Option<i64> {
    let kind = match what {
        What::Works => Kind::Works,
        What::Goods => Kind::WorksGoods,
        What::Services => Kind::WorksServices,
        What::Procurement => Kind::Procurement,
    };
    threshold_on(day).and_then(|row| row.contract_fen(kind))
}

/// Every project with every result, before anything is entered.
pub fn examine(lists: &Lists) -> (Vec<(Together, Vec<Finding>)>, Ran) {
    let together = matched(&lists.projects, lists.approvals.as_deref(), lists.payments.as_deref());
    let mut ran = Ran::default();
    let mut others: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for one in &lists.results {
        others.entry(one.project.as_str()).or_default().push(&one.finding);
    }
    let mut examined = Vec::with_capacity(together.len());
    for one in together {
        let mut findings = judge(&one.project, &one.matched, &threshold);
        findings.extend(others.remove(one.project.id.as_str()).into_iter().flatten().cloned());
        match one.project.listed {
            true => {
                ran.listed += 1;
                *ran.by_sector.entry(one.project.sector.clone()).or_default() += 1;
            }
            false => ran.unlisted += 1,
        }
        for finding in &findings {
            let counts = ran.by_rule.entry(finding.rule.clone()).or_default();
            let at = Outcome::ALL.iter().position(|outcome| *outcome == finding.outcome);
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
            for missing in &finding.missing {
                *ran.missing.entry(missing.clone()).or_default() += 1;
            }
        }
        examined.push((one, findings));
    }
    ran.strays = others.into_keys().map(str::to_owned).collect();
    (examined, ran)
}

impl App {
    /// 开展核查。 Errors: those of any act; a refusal of the campaign itself stops it.
    pub async fn run_lookback(&self, actor: &Actor, lists: &Lists) -> Result<Ran, Problem> {
        let (examined, mut ran) = examine(lists);
        let id = Campaign::id(&lists.title);
        if self.catalogue().one::<Campaign>(id).is_none() {
            let [list, approvals, payments] = lists.digests.clone();
            let plan = Plan {
                title: lists.title.clone(),
                scope: lists.scope.clone(),
                special: lists.special,
                list,
                approvals,
                payments,
                n_listed: u32::try_from(ran.listed).unwrap_or(u32::MAX),
                n_unlisted: u32::try_from(ran.unlisted).unwrap_or(u32::MAX),
                simulated: lists.simulated,
            };
            let act = campaign::Act::Open { plan: Box::new(plan) };
            let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
            self.act::<Campaign>(call).await?;
        }
        for (one, findings) in examined {
            let review = Review::id(&lists.title, &one.project.id);
            if self.store.matter(self.region, review).await?.is_some() {
                continue;
            }
            let campaign = lists.title.clone();
            let entry = Entered { campaign, project: one.project, matched: one.matched, findings };
            let act = Act::Enter { entry: Box::new(entry) };
            let call = Call { actor, matter: Some(review), act, private: BTreeMap::new(), key: None };
            self.act::<Review>(call).await?;
            ran.entered += 1;
        }
        self.relay().await?;
        Ok(ran)
    }

    /// 一次核查的各项目, in the order of their ids.
    pub async fn reviews(&self, campaign: &str) -> Result<Vec<(MatterId, Review)>, Problem> {
        let rows = self.store.all_of_kind(self.region, "review").await?;
        let read = |row: fadu_store::MatterRow| {
            let state: Result<Review, _> = serde_json::from_str(&row.state);
            state
                .map(|state| (row.id, state))
                .map_err(|error| Fault::Corrupt(error.to_string()))
        };
        let mut all = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        all.retain(|(_, review): &(MatterId, Review)| review.campaign == campaign);
        all.sort_by(|(_, a), (_, b)| a.project.id.cmp(&b.project.id));
        Ok(all)
    }
}
