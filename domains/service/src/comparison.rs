//! 夜间比对。 Each night our items are held against what the level above sent: the counts stay as a fact, and while something
//! differs that nobody has answered for, it is a task of the body that receives.

use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role,
    Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 比对结果。 How many items, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// 上级下发
    pub above: u32,
    /// 同源
    pub same: u32,
    /// 要素不同
    pub differs: u32,
    /// 上级有、本县没有在用
    pub only_above: u32,
    /// 上级已取消、本县还在用
    pub cancelled_above: u32,
    /// 本县独有
    pub only_here: u32,
}

impl Counts {
    /// What the county has to answer for: its own items beside those sent down are none of it.
    pub fn drifting(self) -> u32 {
        self.differs + self.only_above + self.cancelled_above
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Comparison {
    pub org: OrgId,
    /// The last night, and what was found.
    pub on: Option<Date>,
    pub counts: Counts,
    /// 处理说明, of these counts and no others.
    pub settled: Option<(Counts, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 比对
    Compare { org: OrgId, counts: Counts },
    /// 说明处理
    Settle { note: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Compared { org: OrgId, counts: Counts, drifting: u32 },
    Settled { note: String, drifting: u32 },
}

impl Comparison {
    /// The county has one.
    pub fn id() -> MatterId {
        crate::item::named("comparison")
    }

    /// Something differs, and it is not what somebody has answered for.
    pub fn is_open(&self) -> bool {
        let answered = self.settled.as_ref().is_some_and(|(counts, _)| *counts == self.counts);
        self.counts.drifting() > 0 && !answered
    }
}

const COMPARE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 35), Basis::article("优化营商环境条例", 37)]);

impl Matter for Comparison {
    const KIND: &'static str = "comparison";
    const ZH: &'static str = "与上级事项的夜间比对";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Compare { .. } => Some(Comparison::id()),
            Act::Settle { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Compare", zh: "比对", ground: COMPARE, opens: true },
            ActKind { name: "Settle", zh: "说明处理", ground: COMPARE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Compare { .. } => "Compare",
            Act::Settle { .. } => "Settle",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Compared { .. } => "Compared",
            Fact::Settled { .. } => "Settled",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Settle { note } if note.trim().is_empty() => {
                Err(vec![Invalid::new("note", "请写明这些差异怎样处理")])
            }
            Act::Settle { .. } | Act::Compare { .. } => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match act {
            Act::Compare { .. } if ctx.actor.role != Role::Clock || ctx.matter != Comparison::id() => {
                Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "比对由系统时钟记录"))
            }
            Act::Compare { .. } if self.on >= Some(ctx.today()) => {
                Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "今天已经比对过"))
            }
            Act::Compare { org, counts } => {
                Ok(vec![Fact::Compared { org: org.clone(), counts: *counts, drifting: counts.drifting() }])
            }
            Act::Settle { .. } if !self.is_open() => {
                Err(Refusal::new(&rules::ORDER, Help::CatalogueManager, "没有要说明的差异"))
            }
            Act::Settle { note } => {
                Ok(vec![Fact::Settled { note: note.clone(), drifting: self.counts.drifting() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Compared { org, counts, .. } => {
                self.org = org.clone();
                self.on = Some(stamp.day);
                self.counts = *counts;
            }
            Fact::Settled { note, .. } => self.settled = Some((self.counts, note.clone())),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let task = || Task {
            name: "settle".to_owned(),
            role: Role::CatalogueManager,
            org: self.org.clone(),
            due: None,
        };
        Docket {
            number: self.on.map(|on| on.to_string()).unwrap_or_default(),
            title: format!("与上级事项不同{}项", self.counts.drifting()),
            status: if self.is_open() { "differs" } else { "settled" }.to_owned(),
            org: self.org.clone(),
            tasks: self.is_open().then(task).into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec_item::{Shelf, perform, who};
    use fadu_kernel::Actor;
    use jiff::civil::date;

    /// Day, who, the act, the rule that refuses it, and whether a task stands afterwards.
    #[test]
    fn a_difference_is_a_task_until_somebody_answers_for_it_and_again_when_it_changes() {
        let (clock, keeper) = (Actor::clock(), who("keeper", Role::CatalogueManager, "局"));
        let found = |differs| Act::Compare {
            org: OrgId::new("局"),
            counts: Counts { above: 9, same: 9 - differs, differs, ..Counts::default() },
        };
        let settle = || Act::Settle { note: "已报省里".to_owned() };
        let table = [
            ("by hand", 3, &keeper, found(0), Some("SVC-03"), false),
            ("nothing differs", 3, &clock, found(0), None, false),
            ("nothing to answer for", 3, &keeper, settle(), Some("SVC-01"), false),
            ("twice a night", 3, &clock, found(1), Some("SVC-03"), false),
            ("one differs", 4, &clock, found(1), None, true),
            ("answered for", 4, &keeper, settle(), None, false),
            ("answered for twice", 4, &keeper, settle(), Some("SVC-01"), false),
            ("the same one the night after", 5, &clock, found(1), None, false),
            ("another one", 6, &clock, found(2), None, true),
            ("none any more", 7, &clock, found(0), None, false),
        ];
        let mut comparison = Comparison::default();
        for (name, day, actor, act, refused, open) in table {
            let on = date(2025, 3, day);
            let answer = perform(&mut comparison, Comparison::id(), on, actor, &act, &Shelf::default());
            assert_eq!(answer.err().map(|refusal| refusal.rule.id), refused, "{name}");
            let tasks = comparison.docket(&Calendar::shipped()).tasks;
            assert_eq!(tasks.iter().any(|task| task.name == "settle"), open, "{name}");
        }
    }
}
