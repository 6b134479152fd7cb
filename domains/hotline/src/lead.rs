//! 线索。 What a caller tells about the misconduct of officials: sealed from its first moment, released by two persons,
//! received by the inspectors with a receipt, counted without being shown.
//!
//! No fact says what it is about, whom it names or which order it came from: those stand in the sealed fields
//! `lead_text`, `lead_accused` and `lead_order`, which inspectors alone may open. So that nothing ever reaches the
//! accused, everybody who will touch the lead is named at its opening, while the accused are at hand (信访工作条例 30).
//! Before it is received, who proposed or releases it may address it anew, to be released by another person once more; those
//! put in the place of the first are held against the accused, whose names are sealed beside the words for that alone.

use crate::desk::Desk;
use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, OrgId, PersonId, Refusal, Role,
    Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sealed fields of a lead.
pub const PRIVATE: [&str; 5] =
    ["lead_text", "lead_accused", "lead_order", AWAY_FROM_UNITS, AWAY_FROM_PERSONS];
/// 回避的单位和账号, one a line: nobody ever reads them, whoever is named afresh is held against them.
pub const AWAY_FROM_UNITS: &str = "lead_away_from_units";
pub const AWAY_FROM_PERSONS: &str = "lead_away_from_persons";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lead {
    pub number: String,
    pub sealed: Sealed,
    pub proposed: Option<(Date, PersonId)>,
    pub release_by: PersonId,
    /// 接收机关 and the one inspector who receives.
    pub to: OrgId,
    pub receiver: PersonId,
    pub desk: OrgId,
    pub transferred: Option<(Date, PersonId)>,
    pub receipt: Option<(Date, String)>,
    pub concluded: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 提出移送。 The units and accounts accused are looked at once and left behind in no fact.
    Propose {
        accused_units: Vec<OrgId>,
        accused_persons: Vec<PersonId>,
        release_by: PersonId,
        to: OrgId,
        receiver: PersonId,
    },
    /// 复核放行: the second person.
    Release,
    /// 改送: its receiver has left, or who was to release it.
    Readdress { release_by: PersonId, to: OrgId, receiver: PersonId, reason: String },
    /// 接收, with the receipt's number.
    Receive { receipt: String },
    /// 反馈办理完毕
    Conclude,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Proposed {
        number: String,
        release_by: PersonId,
        to: OrgId,
        receiver: PersonId,
        desk: OrgId,
        sealed: Sealed,
    },
    Transferred {
        number: String,
        to: OrgId,
    },
    Readdressed {
        release_by: PersonId,
        to: OrgId,
        receiver: PersonId,
        reason: String,
    },
    Received {
        receipt: String,
        days: u32,
    },
    Concluded,
}

impl Lead {
    pub fn status(&self) -> &'static str {
        match self {
            Lead { concluded: Some(_), .. } => "concluded",
            Lead { receipt: Some(_), .. } => "received",
            Lead { transferred: Some(_), .. } => "transferred",
            Lead { proposed: Some(_), .. } => "proposed",
            Lead { .. } => "new",
        }
    }
}

const TRANSFER: Ground = Ground::Law(&[Basis::article("监察法", 37), Basis::article("政府督查工作条例", 23)]);
const RECEIVE: Ground = Ground::Law(&[Basis::article("监察法", 38)]);

const ACTS: &[ActKind] = &[
    ActKind { name: "Propose", zh: "提出移送线索", ground: TRANSFER, opens: true },
    ActKind { name: "Release", zh: "复核放行线索", ground: TRANSFER, opens: false },
    ActKind { name: "Readdress", zh: "改送线索", ground: TRANSFER, opens: false },
    ActKind { name: "Receive", zh: "接收线索", ground: RECEIVE, opens: false },
    ActKind { name: "Conclude", zh: "反馈线索办理完毕", ground: RECEIVE, opens: false },
];

impl Matter for Lead {
    const KIND: &'static str = "lead";
    const ZH: &'static str = "线索";
    /// Who releases it sees that it is there; what it says is sealed from everybody but the inspectors.
    const READERS: &'static [Role] = &[Role::Inspector, Role::CatalogueManager];
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Propose { .. } => "Propose",
            Act::Release => "Release",
            Act::Readdress { .. } => "Readdress",
            Act::Receive { .. } => "Receive",
            Act::Conclude => "Conclude",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Proposed { .. } => "Proposed",
            Fact::Transferred { .. } => "Transferred",
            Fact::Readdressed { .. } => "Readdressed",
            Fact::Received { .. } => "Received",
            Fact::Concluded => "Concluded",
        }
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::Propose { .. } => {
                if private.get("lead_text").is_none_or(|text| text.trim().is_empty()) {
                    wrong.push(Invalid::new("lead_text", "请填写线索内容"));
                }
                if private.get("lead_text").is_some_and(|text| text.chars().count() > 20_000) {
                    wrong.push(Invalid::new("lead_text", "不能超过20000字"));
                }
            }
            Act::Receive { receipt } if receipt.trim().is_empty() => {
                wrong.push(Invalid::new("receipt", "请填写回执编号"));
            }
            Act::Readdress { reason, .. } if reason.trim().is_empty() || reason.chars().count() > 2000 => {
                wrong.push(Invalid::new("reason", "请填写改送的理由，不超过2000字，不要写线索的内容"));
            }
            Act::Release | Act::Readdress { .. } | Act::Receive { .. } | Act::Conclude => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match act {
            Act::Propose { accused_units, accused_persons, release_by, to, receiver } => {
                let chain = Chain { release_by, to, receiver };
                self.propose(accused_units, accused_persons, &chain, ctx)
            }
            Act::Release => self.release(ctx),
            Act::Readdress { release_by, to, receiver, reason } => {
                self.readdress(&Chain { release_by, to, receiver }, reason, ctx)
            }
            Act::Receive { receipt } => self.receive(receipt, ctx),
            Act::Conclude => match (&self.receipt, self.concluded) {
                (Some(_), None) if ctx.actor.person == self.receiver => Ok(vec![Fact::Concluded]),
                (Some(_), None) => no(&rules::NEVER_TO_ACCUSED, "只有指定的接收人可以反馈"),
                (None, _) => no(&rules::LEADS_TO_SUPERVISION, "还没有接收"),
                (_, Some(on)) => no(&rules::CLOSED, format!("{on}已经反馈")),
            },
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Proposed { number, release_by, to, receiver, desk, sealed } => {
                self.number.clone_from(number);
                self.sealed.clone_from(sealed);
                self.proposed = Some((stamp.day, stamp.person.clone()));
                self.release_by = release_by.clone();
                self.to = to.clone();
                self.receiver = receiver.clone();
                self.desk = desk.clone();
            }
            Fact::Transferred { .. } => self.transferred = Some((stamp.day, stamp.person.clone())),
            Fact::Readdressed { release_by, to, receiver, .. } => {
                self.proposed = Some((stamp.day, stamp.person.clone()));
                self.release_by = release_by.clone();
                self.to = to.clone();
                self.receiver = receiver.clone();
                self.transferred = None;
            }
            Fact::Received { receipt, .. } => self.receipt = Some((stamp.day, receipt.clone())),
            Fact::Concluded => self.concluded = Some(stamp.day),
        }
    }

    /// Nothing to search it by: a number, and that it is sealed.
    fn docket(&self, _calendar: &Calendar) -> Docket {
        let status = self.status();
        let task =
            |name: &str, role, org: &OrgId| Task { name: name.into(), role, org: org.clone(), due: None };
        let tasks = match status {
            "proposed" => vec![task("release", Role::CatalogueManager, &self.desk)],
            "transferred" => vec![task("receive", Role::Inspector, &self.to)],
            "received" => vec![task("conclude", Role::Inspector, &self.to)],
            _ => Vec::new(),
        };
        Docket {
            number: self.number.clone(),
            title: "线索（封存）".to_owned(),
            status: status.to_owned(),
            org: if self.transferred.is_some() { self.to.clone() } else { self.desk.clone() },
            closed: self.concluded.is_some(),
            tasks,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.to.clone(), applicants: Vec::new() }
    }
}

fn no(rule: &'static Rule, because: impl Into<String>) -> Result<Vec<Fact>, Refusal> {
    Err(Refusal::new(rule, Help::Government, because))
}

/// 经手人。 Everybody the lead will pass through.
struct Chain<'a> {
    release_by: &'a PersonId,
    to: &'a OrgId,
    receiver: &'a PersonId,
}

impl Chain<'_> {
    /// Why fewer persons than the law asks for would have a hand in it, if so.
    fn alone(&self, ctx: &Ctx) -> Option<&'static str> {
        if *self.release_by == ctx.actor.person || self.release_by == self.receiver {
            return Some("放行的要是提出人和接收人之外的另一人");
        }
        (*self.receiver == ctx.actor.person).then_some("接收的不能是提出人自己")
    }
}

impl Lead {
    fn propose(
        &self,
        units: &[OrgId],
        persons: &[PersonId],
        chain: &Chain,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.proposed.is_some() {
            return no(&rules::LOOP, format!("{} 已经提出过", self.number));
        }
        let Some(desk) = Desk::open(ctx) else {
            return no(&rules::PARAMETERS, "热线还没有开通");
        };
        // The reason names nobody: a refusal is noted too.
        if units.contains(&desk.org) || units.contains(&ctx.actor.org) {
            let because = "反映的是热线工作机构自己：请告诉来电人直接拨打12388，不在这里留下内容";
            return no(&rules::NEVER_TO_ACCUSED, because);
        }
        let hands = [&ctx.actor.person, chain.release_by, chain.receiver];
        if units.contains(chain.to) || hands.iter().any(|hand| persons.contains(hand)) {
            return no(&rules::NEVER_TO_ACCUSED, "经手的单位或者人员与被反映的相同，请另行指定");
        }
        if let Some(because) = chain.alone(ctx) {
            return no(&rules::LEADS_TO_SUPERVISION, because);
        }
        Ok(vec![Fact::Proposed {
            number: format!("X{}", &ctx.matter.to_string()[5..]),
            release_by: chain.release_by.clone(),
            to: chain.to.clone(),
            receiver: chain.receiver.clone(),
            desk: desk.org.clone(),
            sealed: ctx.sealed.clone(),
        }])
    }

    fn release(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match (&self.proposed, &self.transferred) {
            (None, _) => no(&rules::LOOP, "还没有提出"),
            (_, Some((on, _))) => no(&rules::LEADS_TO_SUPERVISION, format!("{on}已经移送")),
            (Some((_, by)), None) if *by == ctx.actor.person => {
                no(&rules::LEADS_TO_SUPERVISION, "提出人不能自己放行")
            }
            (Some(_), None) if self.release_by != ctx.actor.person => {
                no(&rules::NEVER_TO_ACCUSED, "只有提出时指定的人可以放行")
            }
            (Some(_), None) => {
                Ok(vec![Fact::Transferred { number: self.number.clone(), to: self.to.clone() }])
            }
        }
    }

    /// By who knows of it already; the accused were held against both when it was opened.
    fn readdress(&self, chain: &Chain, reason: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Some((_, by)) = &self.proposed else {
            return no(&rules::LOOP, "还没有提出");
        };
        if let Some((on, _)) = &self.receipt {
            return no(&rules::LEADS_TO_SUPERVISION, format!("{on}已经接收，不能改送"));
        }
        if *by != ctx.actor.person && self.release_by != ctx.actor.person {
            return no(&rules::NEVER_TO_ACCUSED, "只有提出的人和指定放行的人可以改送");
        }
        if let Some(because) = chain.alone(ctx) {
            return no(&rules::LEADS_TO_SUPERVISION, because);
        }
        Ok(vec![Fact::Readdressed {
            release_by: chain.release_by.clone(),
            to: chain.to.clone(),
            receiver: chain.receiver.clone(),
            reason: reason.to_owned(),
        }])
    }

    fn receive(&self, receipt: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match (&self.transferred, &self.receipt) {
            (None, _) => no(&rules::LEADS_TO_SUPERVISION, "还没有放行"),
            (_, Some((on, _))) => no(&rules::LEADS_TO_SUPERVISION, format!("{on}已经接收")),
            (Some(_), None) if self.receiver != ctx.actor.person || self.to != ctx.actor.org => {
                no(&rules::NEVER_TO_ACCUSED, "只有指定的接收人可以接收")
            }
            (Some((on, _)), None) => {
                let days = fadu_kernel::calendar::days_between(*on, ctx.today());
                Ok(vec![Fact::Received { receipt: receipt.to_owned(), days: days.max(0) as u32 }])
            }
        }
    }
}
