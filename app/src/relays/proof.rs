//! 免证办的联动。 What the list of proofs decides goes to the items, what an item spares goes to its cases, what a source
//! gives or cannot give goes to the case, what is handed over becomes an e-licence.
//!
//! Questions to sources leave the outbox with the fact that their answer becomes: a source that is down is asked again
//! by the next run, a few times, and then the case goes on without it.

use super::Told;
use crate::{App, Problem};
use fadu_kernel::{Matter, MatterId};
use fadu_proof::answer::Found;
use fadu_proof::check::Request;
use fadu_proof::exemption::About;
use fadu_proof::licence::{Grant, RevokeGround};
use fadu_proof::line::{Fault, Line, Measure, Wanted};
use fadu_proof::proof::Plan;
use fadu_proof::{
    Check, CheckAct, CheckFact, Exemption, ExemptionAct, ExemptionFact, Licence, LicenceAct, Proof,
    ProofFact, Question, Way,
};
use fadu_service::spared::{Spared, Way as ItemWay};
use fadu_service::{Case, CaseAct, CaseFact, Definition, Item, ItemAct};
use fadu_store::{Fault as StoreFault, OutboxRow};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

/// How often a source that does not answer is asked before the case goes on without it.
const TRIES: i64 = 3;
/// Promises that were not true and not made good: a county has a handful.
const BROKEN: u32 = 1000;
const OF_ONE_PERSON: u32 = 500;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// 事项免交
    SpareItem { item_code: String, subject: String, spared: Spared },
    /// 事项恢复要求
    AskItemAgain { item_code: String, subject: String, reason: String },
    /// 登记免交
    OpenExemption { case: MatterId },
    /// 向来源取得
    Obtain { exemption: MatterId, subject: String },
    /// 本件免交
    SpareCase { case: MatterId, material: String, because: String },
    /// 本件仍需提交
    AskAfterAll { case: MatterId, material: String, because: String },
    /// 提出协查
    OpenCheck { exemption: MatterId, subject: String },
    /// 协查已提出
    CheckOpened { exemption: MatterId, subject: String, check: MatterId },
    /// 协查答复
    CheckAnswered { exemption: MatterId, subject: String, confirmed: Option<bool>, note: String },
    /// 签发证照
    IssueLicence { case: MatterId },
    /// 撤销证照
    RevokeLicence { case: MatterId, reason: String, document: String },
}

impl Effect {
    /// The matter that is asked; none where it is the catalogue. A source that is slow keeps nobody else waiting.
    pub(super) fn on(&self) -> Option<MatterId> {
        match self {
            Effect::SpareItem { .. } | Effect::AskItemAgain { .. } => None,
            Effect::OpenExemption { case }
            | Effect::SpareCase { case, .. }
            | Effect::AskAfterAll { case, .. }
            | Effect::IssueLicence { case }
            | Effect::RevokeLicence { case, .. } => Some(*case),
            Effect::Obtain { exemption, .. }
            | Effect::OpenCheck { exemption, .. }
            | Effect::CheckOpened { exemption, .. }
            | Effect::CheckAnswered { exemption, .. } => Some(*exemption),
        }
    }
}

pub(super) fn of_case<'a>(
    case: &'a Case,
    fact: &'a CaseFact,
    told: &Told<'_>,
) -> impl Iterator<Item = Effect> + use<'a> {
    let definition = || told.catalogue.one::<Item>(case.item)?.version(case.item_version);
    let asks = match fact {
        CaseFact::Received { .. } if definition().is_some_and(|item| item.n_spared() > 0) => {
            Some(Effect::OpenExemption { case: told.matter })
        }
        // Renewed by silence it holds from that day on, whenever it is handed over.
        CaseFact::Delivered { .. } | CaseFact::DeemedRenewed { .. }
            if definition().is_some_and(|item| certifies(case, item)) =>
        {
            Some(Effect::IssueLicence { case: told.matter })
        }
        _ => None,
    };
    asks.into_iter()
}

/// Granted, and the item ends in a paper that somebody shows.
fn certifies(case: &Case, item: &Definition) -> bool {
    let granted = case.decided.as_ref().is_some_and(|decided| decided.granted);
    granted && matches!(item.result.kind.as_str(), "certificate" | "approval")
}

pub(super) fn asked(state: &dyn Any, fact: &dyn Any, told: &Told<'_>) -> Vec<Effect> {
    if let Some(fact) = fact.downcast_ref::<ProofFact>() {
        return of_proof(fact).into_iter().collect();
    }
    if let (Some(exemption), Some(fact)) = (state.downcast_ref::<Exemption>(), fact.downcast_ref()) {
        return of_exemption(exemption, fact, told.matter);
    }
    if let (Some(check), Some(fact)) = (state.downcast_ref::<Check>(), fact.downcast_ref()) {
        return of_check(check, fact, told.matter).into_iter().collect();
    }
    Vec::new()
}

fn of_proof(fact: &ProofFact) -> Option<Effect> {
    match fact {
        ProofFact::Spared { item_code, subject, plan, .. } => Some(Effect::SpareItem {
            item_code: item_code.clone(),
            subject: subject.clone(),
            spared: spared(plan),
        }),
        ProofFact::Restored { item_code, subject, reason, .. } => Some(Effect::AskItemAgain {
            item_code: item_code.clone(),
            subject: subject.clone(),
            reason: reason.clone(),
        }),
        ProofFact::Listed { .. } => None,
    }
}

fn spared(plan: &Plan) -> Spared {
    let way = match plan.way {
        Way::Cancelled => ItemWay::Cancelled,
        Way::Shared => ItemWay::Shared,
        Way::Licence => ItemWay::Licence,
        Way::Commitment => ItemWay::Commitment,
        Way::Check => ItemWay::Check,
    };
    let basis = Some(fadu_kernel::Basis::article("优化营商环境条例", 44));
    Spared { way, basis, source: plan.source_name.clone() }
}

fn of_exemption(exemption: &Exemption, fact: &ExemptionFact, id: MatterId) -> Vec<Effect> {
    let case = exemption.about.case;
    let obtain = |subject: &String| Effect::Obtain { exemption: id, subject: subject.clone() };
    match fact {
        ExemptionFact::Opened { wanted, .. } => {
            let fetched = wanted.iter().filter(|wanted| wanted.way.is_fetched() && !wanted.brought);
            fetched.map(|wanted| obtain(&wanted.subject)).collect()
        }
        ExemptionFact::TriedAgain { subject } => vec![obtain(subject)],
        ExemptionFact::Promised { subject, version, .. } => vec![Effect::SpareCase {
            case,
            material: subject.clone(),
            because: format!("申请人已按{version}书面承诺"),
        }],
        ExemptionFact::PaperAsked { subject, is_field: false, reason, .. } => {
            vec![Effect::AskAfterAll { case, material: subject.clone(), because: reason.clone() }]
        }
        ExemptionFact::CheckAsked { subject, .. } => {
            vec![Effect::OpenCheck { exemption: id, subject: subject.clone() }]
        }
        ExemptionFact::Disposed { measure: Measure::Annul, reason, document, .. } => {
            vec![Effect::RevokeLicence { case, reason: reason.clone(), document: document.clone() }]
        }
        _ => Vec::new(),
    }
}

fn of_check(check: &Check, fact: &CheckFact, id: MatterId) -> Option<Effect> {
    let (exemption, subject) = (check.request.exemption, check.request.subject.clone());
    match fact {
        CheckFact::Opened { .. } => Some(Effect::CheckOpened { exemption, subject, check: id }),
        CheckFact::Answered { outcome, note, .. } => Some(Effect::CheckAnswered {
            exemption,
            subject,
            confirmed: outcome.confirms(),
            note: note.clone(),
        }),
        CheckFact::TurnedOverdue { .. } => None,
    }
}

impl App {
    /// `false`: there was nothing left to do.
    pub(super) async fn relay_proof(&self, row: &OutboxRow, effect: Effect) -> Result<bool, Problem> {
        if !self.runs.kind(Exemption::KIND) {
            return self.nothing_left(row).await;
        }
        match effect {
            Effect::SpareItem { item_code, subject, spared } => {
                let id = self.published(&item_code).filter(|(_, item)| {
                    let held = held(item, &subject);
                    held.is_some_and(|held| held != Some(&spared))
                });
                self.carry::<Item>(row, id.map(|(id, _)| (id, ItemAct::Spare { subject, spared })))
                    .await
            }
            Effect::AskItemAgain { item_code, subject, reason } => {
                let id = self
                    .published(&item_code)
                    .filter(|(_, item)| held(item, &subject).flatten().is_some());
                self.carry::<Item>(row, id.map(|(id, _)| (id, ItemAct::AskAgain { subject, reason })))
                    .await
            }
            Effect::OpenExemption { case } => self.open_exemption(row, case).await,
            Effect::Obtain { exemption, subject } => self.obtain(row, exemption, subject).await,
            Effect::SpareCase { case, material, because } => {
                let (_, state) = self.stored::<Case>(case).await?;
                let wanted = !state.is_closed() && !state.spared.contains_key(&material);
                let act = CaseAct::Spare { material, because };
                self.carry::<Case>(row, wanted.then_some((case, act))).await
            }
            Effect::AskAfterAll { case, material, because } => {
                let (_, state) = self.stored::<Case>(case).await?;
                // Accepted or told what is missing meanwhile: then it may not be asked for, and the check remains.
                let wanted = !state.is_closed() && state.accepted.is_none() && state.notice.is_none();
                let act = CaseAct::AskAfterAll { material, because };
                self.carry::<Case>(row, wanted.then_some((case, act))).await
            }
            Effect::OpenCheck { exemption, subject } => self.open_check(row, exemption, &subject).await,
            Effect::CheckOpened { exemption, subject, check } => {
                let (_, state) = self.stored::<Exemption>(exemption).await?;
                let runs = state.lines.get(&subject).is_some_and(|line| line.status() == "checking");
                let act = ExemptionAct::CheckOpened { subject, check };
                self.carry::<Exemption>(row, runs.then_some((exemption, act))).await
            }
            Effect::CheckAnswered { exemption, subject, confirmed, note } => {
                let (_, state) = self.stored::<Exemption>(exemption).await?;
                let runs = state.lines.get(&subject).is_some_and(|line| line.status() == "checking");
                let act = ExemptionAct::CheckAnswered { subject, confirmed, note };
                self.carry::<Exemption>(row, runs.then_some((exemption, act))).await
            }
            Effect::IssueLicence { case } => self.issue_licence(row, case).await,
            Effect::RevokeLicence { case, reason, document } => {
                let id = Licence::id(case);
                let licence = self.state_of::<Licence>(id).await?;
                let holds = licence.is_some_and(|licence| licence.status() == "in_force");
                let act = LicenceAct::Revoke { ground: RevokeGround::Annulled, reason, document };
                self.carry::<Licence>(row, holds.then_some((id, act))).await
            }
        }
    }

    fn published(&self, code: &str) -> Option<(MatterId, Item)> {
        let catalogue = self.catalogue();
        let (id, item) = catalogue.all::<Item>().find(|(_, item)| item.code == code)?;
        item.current().map(|_| (id, item.clone()))
    }

    async fn open_exemption(&self, row: &OutboxRow, id: MatterId) -> Result<bool, Problem> {
        if self.state_of::<Exemption>(Exemption::id(id)).await?.is_some() {
            return self.nothing_left(row).await;
        }
        let (_, case) = self.stored::<Case>(id).await?;
        let wanted = self.wanted(&case);
        if wanted.is_empty() {
            return self.nothing_left(row).await;
        }
        let values = self.unseal(id, &case.sealed).await?;
        let about = About {
            case: id,
            case_number: case.number.clone(),
            item_code: case.item_code.clone(),
            item_name: case.item_name.clone(),
            department: case.org.clone(),
            applicant: case.applicant.clone(),
            barred: self.broken_promise_of(values.get("applicant_number")).await?,
        };
        let act = ExemptionAct::Open { about: Box::new(about), wanted };
        self.relay_act::<Exemption>(row, None, act, identity(&values)).await
    }

    /// What the version of the item spares this case of, with what the list of proofs knows about each.
    fn wanted(&self, case: &Case) -> Vec<Wanted> {
        let catalogue = self.catalogue();
        let definition = catalogue
            .one::<Item>(case.item)
            .and_then(|item| item.version(case.item_version));
        let Some(definition) = definition else { return Vec::new() };
        let papers = definition.materials.iter().filter(|material| material.required);
        let papers = papers
            .filter_map(|material| Some((&material.id, &material.name, material.spared.as_ref()?, false)));
        let fields = definition
            .fields
            .iter()
            .filter_map(|field| Some((&field.id, &field.label, field.spared.as_ref()?, true)));
        papers
            .chain(fields)
            .map(|(subject, name, spared, is_field)| {
                let plan = catalogue
                    .one::<Proof>(Proof::id(&case.item_code, subject))
                    .and_then(|proof| Some((proof.plan.as_ref()?, &proof.entry.name)));
                Wanted {
                    subject: subject.clone(),
                    name: plan.map_or(name, |(_, name)| name).clone(),
                    is_field,
                    way: match spared.way {
                        ItemWay::Cancelled => Way::Cancelled,
                        ItemWay::Shared => Way::Shared,
                        ItemWay::Licence => Way::Licence,
                        ItemWay::Commitment => Way::Commitment,
                        ItemWay::Check => Way::Check,
                    },
                    basis: spared.basis.clone(),
                    source: plan.map(|(plan, _)| plan.source.clone()).unwrap_or_default(),
                    source_name: spared.source.clone(),
                    form: plan.and_then(|(plan, _)| plan.form.clone()),
                    brought: case.materials.contains_key(subject),
                }
            })
            .collect()
    }

    /// The case in which this person's promise was not true and was not made good (LIC-71).
    async fn broken_promise_of(&self, number: Option<&String>) -> Result<Option<String>, Problem> {
        let Some(number) = number else { return Ok(None) };
        let broken = self.store.by_facet(self.region, "promise", "broken", BROKEN).await?;
        if broken.is_empty() {
            return Ok(None);
        }
        let who = self.keys.blind(number);
        let own = self.store.by_facet(self.region, "who", &who, OF_ONE_PERSON).await?;
        let own: BTreeSet<MatterId> = own.iter().map(|row| row.id).collect();
        let met = broken.into_iter().find(|row| own.contains(&row.id));
        Ok(met.map(|row| row.number.trim_start_matches('M').to_owned()))
    }

    async fn obtain(&self, row: &OutboxRow, id: MatterId, subject: String) -> Result<bool, Problem> {
        let (_, exemption) = self.stored::<Exemption>(id).await?;
        let Some(line) = exemption.lines.get(&subject).filter(|line| line.status() == "waiting") else {
            return self.nothing_left(row).await;
        };
        let values = self.unseal(id, &exemption.sealed).await?;
        let question = self.question(&exemption, line, &values)?;
        let fail = |why, lie| {
            let (subject, tries) = (subject.clone(), u32::try_from(row.tries + 1).unwrap_or(1));
            ExemptionAct::Fail { subject, why, lie, tries }
        };
        let (act, private) = match self.ask_source(&question).await {
            None => (fail(Fault::Unknown, None), BTreeMap::new()),
            Some(Ok(given)) => match given.found {
                Some(found) => self.obtained(&subject, found, given.values, &values),
                None => (fail(Fault::NotFound, None), BTreeMap::new()),
            },
            Some(Err(silence)) if silence.may_pass() && row.tries + 1 < TRIES => {
                let why = format!("the source {}: {silence}", question.source);
                return Err(Problem::Fault(StoreFault::Engine(why)));
            }
            Some(Err(silence)) => {
                let (why, lie) = silence.fault();
                (fail(why, lie), BTreeMap::new())
            }
        };
        self.relay_act::<Exemption>(row, Some(id), act, private).await
    }

    /// What a source tells of a field is the applicant's own: sealed under their key, read by who may read the rest.
    fn obtained(
        &self,
        subject: &str,
        found: Found,
        given: BTreeMap<String, String>,
        values: &BTreeMap<String, String>,
    ) -> (ExemptionAct, BTreeMap<String, String>) {
        let mut private: BTreeMap<String, String> = given
            .into_iter()
            .map(|(field, value)| (format!("given_{field}"), value))
            .collect();
        if !private.is_empty() {
            private.extend(identity(values));
        }
        (ExemptionAct::Obtain { subject: subject.to_owned(), found }, private)
    }

    fn question(
        &self,
        exemption: &Exemption,
        line: &Line,
        values: &BTreeMap<String, String>,
    ) -> Result<Question, Problem> {
        let value = |field: &str| values.get(field).cloned().unwrap_or_default();
        Ok(Question {
            format: "fadu-question-1".to_owned(),
            request: fadu_ledger::note::hex(&crate::private::random::<16>()?),
            source: line.wanted.source.clone(),
            proof: line.wanted.name.clone(),
            holder_name: value("applicant_name"),
            holder_number: value("applicant_number"),
            purpose: format!("{} {}", exemption.about.item_code, exemption.about.case_number),
            asked: self.moment().today,
        })
    }

    async fn open_check(&self, row: &OutboxRow, id: MatterId, subject: &str) -> Result<bool, Problem> {
        let (_, exemption) = self.stored::<Exemption>(id).await?;
        let line = exemption.lines.get(subject).filter(|line| line.status() == "checking");
        let Some((line, checking)) = line.and_then(|line| Some((line, line.checking.as_ref()?))) else {
            return self.nothing_left(row).await;
        };
        let request = Request {
            exemption: id,
            subject: subject.to_owned(),
            proof: line.wanted.name.clone(),
            case_number: exemption.about.case_number.clone(),
            item_name: exemption.about.item_name.clone(),
            from: exemption.about.department.clone(),
            to: checking.to.clone(),
            question: checking.question.clone(),
            round: line.rounds,
        };
        if self.state_of::<Check>(Check::id(&request)).await?.is_some() {
            return self.nothing_left(row).await;
        }
        let values = self.unseal(id, &exemption.sealed).await?;
        let act = CheckAct::Open { request: Box::new(request) };
        self.relay_act::<Check>(row, None, act, identity(&values)).await
    }

    async fn issue_licence(&self, row: &OutboxRow, id: MatterId) -> Result<bool, Problem> {
        if self.state_of::<Licence>(Licence::id(id)).await?.is_some() {
            return self.nothing_left(row).await;
        }
        let (_, case) = self.stored::<Case>(id).await?;
        let catalogue = self.catalogue();
        let definition = catalogue
            .one::<Item>(case.item)
            .and_then(|item| item.version(case.item_version));
        let (Some(definition), Some(decided)) = (definition, &case.decided) else {
            return self.nothing_left(row).await;
        };
        let months = i64::from(definition.result.valid_months);
        // What is renewed early loses nothing of what was left.
        let old = case.renews.as_ref().map(|renewal| renewal.until.saturating_add(1.day()));
        let from = old.map_or(decided.on, |old| old.max(decided.on));
        let until = (months > 0).then(|| from.saturating_add(months.months()));
        let until = until.and_then(|day| day.yesterday().ok());
        if until.is_some_and(|until| until < self.moment().today) {
            return self.nothing_left(row).await;
        }
        let grant = Grant {
            case: id,
            case_number: case.number.clone(),
            item_code: case.item_code.clone(),
            item_name: case.item_name.clone(),
            name: definition.result.name.clone(),
            department: case.org.clone(),
            document: decided.document.clone(),
            holder: case.applicant.clone(),
            until,
            public_safety: definition.bars_again(),
        };
        let values = self.unseal(id, &case.sealed).await?;
        let act = LicenceAct::Issue { grant: Box::new(grant) };
        self.relay_act::<Licence>(row, None, act, identity(&values)).await
    }
}

/// Whose it is; nothing else of the case goes along.
fn identity(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    ["applicant_name", "applicant_number"]
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), values.get(field)?.clone())))
        .collect()
}

/// How a paper or field is spared in the version in force; `None` where the guide has no such thing.
fn held<'a>(item: &'a Item, subject: &str) -> Option<Option<&'a Spared>> {
    let (_, definition) = item.current()?;
    let material = definition.material(subject).map(|material| material.spared.as_ref());
    material.or_else(|| {
        let field = definition.fields.iter().find(|field| field.id == subject);
        field.map(|field| field.spared.as_ref())
    })
}
