//! 一件事的联动。 A joint case asks for a case of each item that can begin, and for its end; such a case tells what
//! becomes of it.
//!
//! The applicant's values are unsealed and sealed anew for the item's case inside the process: what lies in the outbox
//! is what the ledger holds too.

use super::Told;
use crate::{App, Call, Problem, attachments};
use fadu_kernel::{Actor, Matter, MatterId, Role};
use fadu_onething::acts::Ready;
use fadu_onething::child::Suspension;
use fadu_onething::definition::{Channel as Way, Mode};
use fadu_onething::{CORE, Child, Joint, JointAct, JointFact, Step};
use fadu_service::case::{Channel, Paper};
use fadu_service::definition::SpecialKind;
use fadu_service::{Case, CaseAct, CaseFact, Item, Parent};
use fadu_store::OutboxRow;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// 转入: a case of its own for an item that can begin.
    ReceivePart { joint: MatterId, ready: Box<Ready> },
    /// 子件已立
    OpenChild { joint: MatterId, item_code: String, case: MatterId, number: String, on: Date },
    /// 子件进展
    ChildMoved { joint: MatterId, item_code: String, on: Date, step: Step },
    /// 撤子件
    WithdrawPart { case: MatterId, reason: String, statement: String },
    /// 统一送达
    DeliverPart { case: MatterId, way: String },
}

impl Effect {
    /// The matter that is asked: a joint case, or the case of an item. A case that is yet to be opened waits for nothing.
    pub(super) fn on(&self) -> Option<MatterId> {
        match self {
            Effect::ReceivePart { .. } => None,
            Effect::OpenChild { joint, .. } | Effect::ChildMoved { joint, .. } => Some(*joint),
            Effect::WithdrawPart { case, .. } | Effect::DeliverPart { case, .. } => Some(*case),
        }
    }

    /// The act on the joint case that this news of a child is, whatever else the case has become.
    fn told(&self) -> Option<JointAct> {
        match self {
            Effect::OpenChild { item_code, case, number, on, .. } => Some(JointAct::OpenChild {
                item_code: item_code.clone(),
                case: *case,
                number: number.clone(),
                on: *on,
            }),
            // Whether a handing over is news depends on who handed over.
            Effect::ChildMoved { step: Step::Delivered, .. } => None,
            Effect::ChildMoved { item_code, on, step, .. } => {
                Some(JointAct::ChildMoved { item_code: item_code.clone(), on: *on, step: step.clone() })
            }
            _ => None,
        }
    }
}

pub(super) fn of_joint(joint: &Joint, fact: &JointFact, told: &Told<'_>) -> Vec<Effect> {
    match fact {
        JointFact::ChildReady(ready) => {
            vec![Effect::ReceivePart { joint: told.matter, ready: ready.clone() }]
        }
        JointFact::ChildRecalled { case, reason, statement, .. } => {
            vec![Effect::WithdrawPart { case: *case, reason: reason.clone(), statement: statement.clone() }]
        }
        JointFact::Delivered(delivered) => {
            // What was declined is over with its own notice; only a decision is handed over.
            let decided = delivered.items.iter().filter_map(|item| joint.child(item));
            let decided =
                decided.filter(|child| matches!(child.status(), "delivered" | "granted" | "refused"));
            let way = delivered.way.zh().to_owned();
            decided
                .filter_map(|child| child.opened.as_ref())
                .map(|opened| Effect::DeliverPart { case: opened.case, way: way.clone() })
                .collect()
        }
        _ => Vec::new(),
    }
}

pub(super) fn of_case(case: &Case, fact: &CaseFact, told: &Told<'_>) -> Vec<Effect> {
    let Some(parent) = &case.parent else { return Vec::new() };
    let (joint, item_code, on) = (parent.joint, parent.item_code.clone(), told.stamp.day);
    if let CaseFact::Received { number, .. } = fact {
        let (case, number) = (told.matter, number.clone());
        return vec![Effect::OpenChild { joint, item_code, case, number, on }];
    }
    let step = step(case, fact, told);
    step.map(|step| Effect::ChildMoved { joint, item_code, on, step })
        .into_iter()
        .collect()
}

fn step(case: &Case, fact: &CaseFact, told: &Told<'_>) -> Option<Step> {
    let due = || case.shown_clock().and_then(|clock| clock.due(told.calendar).fixed());
    match fact {
        CaseFact::Accepted { from, .. } => Some(Step::Accepted { from: *from, due: due() }),
        CaseFact::Declined { reason, .. } => {
            Some(Step::Declined { reason: reason.clone(), remedy: RECONSIDERATION_FIRST.to_owned() })
        }
        CaseFact::Stopped { kind, days } => Some(Step::Stopped { kind: suspension(*kind), days: *days }),
        CaseFact::Resumed { .. } => Some(Step::Resumed { due: due() }),
        CaseFact::Extended { .. } => Some(Step::Extended { due: due() }),
        CaseFact::Decided { granted, reason, document, .. } => Some(Step::Decided {
            granted: *granted,
            reason: reason.clone(),
            remedy: if *granted { String::new() } else { EITHER_ROAD.to_owned() },
            document: document.clone(),
        }),
        CaseFact::DeemedRenewed { reason, document, .. } => Some(Step::Decided {
            granted: true,
            reason: reason.clone(),
            remedy: String::new(),
            document: document.clone(),
        }),
        CaseFact::Withdrawn { .. } => Some(Step::Withdrawn),
        // Handed over by the joint case, which knows it; not what a carrier told, which the system writes down too.
        CaseFact::Delivered { on: None, .. } if told.stamp.role == Role::Clock => None,
        CaseFact::Delivered { .. } => Some(Step::Delivered),
        _ => None,
    }
}

/// As the notice of a refusal tells it (行政复议法 20, 行政诉讼法 46).
const EITHER_ROAD: &str = "对本决定不服的，可以自知道之日起六十日内向本级人民政府申请行政复议，\
    也可以自知道之日起六个月内直接向有管辖权的人民法院提起行政诉讼。";
/// Refusing to act goes to reconsideration first (行政复议法 23, 行政诉讼法 45).
const RECONSIDERATION_FIRST: &str = "对不予受理不服的，应当自知道之日起六十日内，先向本级人民政府申请行政复议；\
    对行政复议决定仍不服的，可以自收到复议决定书之日起十五日内，向有管辖权的人民法院提起行政诉讼。";

fn suspension(kind: SpecialKind) -> Suspension {
    match kind {
        SpecialKind::Hearing => Suspension::Hearing,
        SpecialKind::Tender => Suspension::Tender,
        SpecialKind::Auction => Suspension::Auction,
        SpecialKind::Inspection => Suspension::Inspection,
        SpecialKind::Testing => Suspension::Testing,
        SpecialKind::Quarantine => Suspension::Quarantine,
        SpecialKind::Appraisal => Suspension::Appraisal,
        SpecialKind::ExpertReview => Suspension::ExpertReview,
    }
}

impl App {
    /// `false`: this lane is no news of children alone, or not all of it could be taken in together.
    pub(super) async fn relay_told(&self, joint: MatterId, lane: &[super::Read]) -> bool {
        let told = lane.iter().map(|(_, effect)| match effect {
            Ok(super::Effect::OneThing { asks }) => asks.told(),
            _ => None,
        });
        let Some(acts) = told.collect::<Option<Vec<JointAct>>>().filter(|acts| acts.len() > 1) else {
            return false;
        };
        let Some((act, then)) = acts.split_first() else { return false };
        let effects: Vec<(i64, i64)> = lane.iter().map(|(row, _)| (row.seq, row.n)).collect();
        let relay = Actor::relay();
        let call = Call {
            actor: &relay,
            matter: Some(joint),
            act: act.clone(),
            private: BTreeMap::new(),
            key: None,
        };
        matches!(self.carry_together::<Joint>(call, then, &effects).await, Ok(Some(_)))
    }

    /// `false`: there was nothing left to do.
    pub(super) async fn relay_onething(&self, row: &OutboxRow, effect: Effect) -> Result<bool, Problem> {
        match effect {
            Effect::ReceivePart { joint, ready } => self.receive_part(row, joint, *ready).await,
            Effect::OpenChild { joint, item_code, case, number, on } => {
                let act = JointAct::OpenChild { item_code, case, number, on };
                self.relay_act::<Joint>(row, Some(joint), act, BTreeMap::new()).await
            }
            Effect::ChildMoved { joint, item_code, on, step } => {
                if step == Step::Delivered {
                    let (_, state) = self.stored::<Joint>(joint).await?;
                    if state.child(&item_code).is_some_and(|child| child.delivered.is_some()) {
                        return self.nothing_left(row).await;
                    }
                }
                let act = JointAct::ChildMoved { item_code, on, step };
                self.relay_act::<Joint>(row, Some(joint), act, BTreeMap::new()).await
            }
            Effect::WithdrawPart { case, reason, statement } => {
                let (_, state) = self.stored::<Case>(case).await?;
                // What was decided meanwhile stands; the joint case hears of it from there.
                if state.decided.is_some() || state.is_closed() {
                    return self.nothing_left(row).await;
                }
                let act = CaseAct::Withdraw { reason, statement };
                self.relay_act::<Case>(row, Some(case), act, BTreeMap::new()).await
            }
            Effect::DeliverPart { case, way } => {
                let (_, state) = self.stored::<Case>(case).await?;
                if state.delivered.is_some() {
                    return self.nothing_left(row).await;
                }
                let act = CaseAct::Deliver { way };
                self.relay_act::<Case>(row, Some(case), act, BTreeMap::new()).await
            }
        }
    }

    async fn receive_part(&self, row: &OutboxRow, id: MatterId, ready: Ready) -> Result<bool, Problem> {
        let joint = self.remembered::<Joint>(id).await?;
        let values = self.unseal_all(id, &joint.sealed).await?;
        let item = Item::id(&ready.item_code);
        let parent = Parent {
            joint: id,
            number: ready.number.clone(),
            item_code: ready.item_code.clone(),
            one_clock: ready.mode == Mode::Joint,
            told: ready.told,
            applicant: joint.applicant.clone(),
            applied_on: joint.received.as_ref().map(|mark| mark.on),
        };
        let act = CaseAct::ReceivePart {
            item,
            channel: match ready.channel {
                Way::Online => Channel::Online,
                Way::Window | Way::Post | Way::HomeVisit => Channel::Window,
            },
            materials: self.listed(item, &ready, parent.applied_on),
            parent: Box::new(parent),
            received_on: ready.received_on,
        };
        let answer = self.relay_act::<Case>(row, None, act, named(&ready, &values)).await;
        match answer {
            Err(Problem::Refused(refusal)) => {
                self.hold_part(row, id, ready.item_code, refusal.rule.id, refusal.because).await
            }
            Err(Problem::Invalid(wrong)) => {
                let reasons: Vec<String> = wrong.into_iter().map(|invalid| invalid.message).collect();
                self.hold_part(row, id, ready.item_code, "", reasons.join("；")).await
            }
            answer => answer,
        }
    }

    /// 未能转交: the joint case hears of it in the commit in which what asked for the case leaves the outbox.
    async fn hold_part(
        &self,
        row: &OutboxRow,
        joint: MatterId,
        item_code: String,
        rule: &str,
        reason: String,
    ) -> Result<bool, Problem> {
        let (_, state) = self.stored::<Joint>(joint).await?;
        // Another server was faster.
        if !state.child(&item_code).is_some_and(Child::is_on_its_way) {
            return self.nothing_left(row).await;
        }
        let act = JointAct::ChildHeld { item_code, rule: rule.to_owned(), reason };
        self.relay_act::<Joint>(row, Some(joint), act, BTreeMap::new()).await
    }

    /// The papers that the item's guide listed when the whole was applied for: it may say other than the theme does.
    fn listed(&self, item: MatterId, ready: &Ready, applied_on: Option<Date>) -> BTreeMap<String, Paper> {
        let catalogue = self.catalogue();
        let definition = catalogue
            .one::<Item>(item)
            .and_then(|item| item.applied_for(applied_on))
            .map(|(_, definition)| definition);
        let papers = ready.materials.iter();
        papers
            .filter(|(id, _)| definition.is_some_and(|definition| definition.material(id).is_some()))
            .map(|(id, paper)| {
                let (digest, file_name) = (paper.digest.clone(), paper.file_name.clone());
                (id.clone(), Paper { digest, file_name, signed: paper.signed })
            })
            .collect()
    }

    pub(super) async fn relay_act<M: Matter>(
        &self,
        row: &OutboxRow,
        matter: Option<MatterId>,
        act: M::Act,
        private: BTreeMap<String, String>,
    ) -> Result<bool, Problem> {
        let relay = Actor::relay();
        let call = Call { actor: &relay, matter, act, private, key: None };
        Ok(self.carry_out::<M>(call, Some((row.seq, row.n))).await?.is_some())
    }
}

/// Who applies, the fields of the one form under the names that the item gives them, and what opens its papers.
fn named(ready: &Ready, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let core = CORE.iter().map(|field| (*field, *field));
    let own = ready.fields.iter().map(|(own, form)| (own.as_str(), form.as_str()));
    let fields = core
        .chain(own)
        .filter_map(|(own, form)| Some((own.to_owned(), values.get(form)?.clone())));
    let papers = ready.materials.values().filter_map(|paper| {
        let field = attachments::key_of(&paper.digest);
        let key = values.get(&field)?.clone();
        Some((field, key))
    });
    fields.chain(papers).collect()
}
