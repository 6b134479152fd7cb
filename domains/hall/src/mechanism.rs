//! 前呼后应办法。 What a front call is, in versions: its triggers, its line, its minutes, where unanswered calls climb.
//!
//! No statute defines it and no published text was found, so nothing of it is hard-coded: the bureau adopts a
//! definition with its source, and every call is bound to the version in force on its day.

use crate::mark::{checked, named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 触发情形。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// 疑难: a question beyond the window's authority.
    Question,
    /// 拥堵: more people wait than the line allows.
    Queue,
}

/// 办法的内容。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    pub triggers: BTreeSet<Trigger>,
    /// People waiting; a queue call needs more than this.
    pub queue_line: u16,
    /// Minutes to take the call.
    pub answer_minutes: u16,
    /// Minutes from the call to the opinion.
    pub opinion_minutes: u16,
    /// Minutes that each further step has before the call climbs again.
    pub climb_minutes: u16,
    /// The document that says so.
    pub source: String,
    /// 演示值
    #[serde(default)]
    pub demonstration: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    /// The day of its repeal: from then on it does not hold.
    pub until: Option<Date>,
    pub definition: Definition,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mechanism {
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 通过办法
    Adopt {
        definition: Definition,
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
    /// 废止
    Repeal { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { version: u32, definition: Definition, from: Date, org: OrgId },
    Repealed { reason: String },
}

impl Mechanism {
    /// A region has one.
    pub fn id() -> MatterId {
        named(&["mechanism"])
    }

    /// The version in force on a day, counted from 1.
    pub fn on(&self, day: Date) -> Option<(u32, &Definition)> {
        let at = self.versions.iter().rposition(|version| version.from <= day)?;
        let version =
            Some(&self.versions[at]).filter(|version| version.until.is_none_or(|until| day < until));
        version.map(|version| (at as u32 + 1, &version.definition))
    }

    fn stands(&self) -> bool {
        self.versions.last().is_some_and(|version| version.until.is_none())
    }
}

const ADOPT: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 35)]);

impl Matter for Mechanism {
    const KIND: &'static str = "mechanism";
    const ZH: &'static str = "前呼后应办法";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Adopt { .. } => Some(Mechanism::id()),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Adopt", zh: "通过办法", ground: ADOPT, opens: true },
            ActKind { name: "Repeal", zh: "废止办法", ground: ADOPT, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Adopt, Repeal)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Adopted, Repealed)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Adopt { definition, .. } => {
                let mut wrong = Vec::new();
                if definition.triggers.is_empty() {
                    wrong.push(Invalid::new("triggers", "请写明哪些情形可以呼叫"));
                }
                if definition.answer_minutes == 0 || definition.climb_minutes == 0 {
                    wrong.push(Invalid::new("answer_minutes", "应答和升级的分钟数不能为零"));
                }
                if definition.opinion_minutes < definition.answer_minutes {
                    wrong.push(Invalid::new("opinion_minutes", "答复时限不能短于应答时限"));
                }
                wrong
            }
            Act::Repeal { reason } => texts(&[("reason", reason, "理由")]),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Adopt { .. } if ctx.matter != Mechanism::id() => {
                no(&rules::ORDER, Help::CatalogueManager, "一个县只有一个前呼后应办法")
            }
            Act::Adopt { definition, .. } if definition.source.trim().is_empty() => {
                no(&rules::WITH_SOURCE, Help::CatalogueManager, "没有写明来源文件")
            }
            Act::Adopt { from, .. } if *from < ctx.today() => {
                no(&rules::WITH_SOURCE, Help::CatalogueManager, format!("{from}已经过去，不能倒签"))
            }
            Act::Adopt { from, .. } if self.versions.last().is_some_and(|last| *from < last.from) => {
                no(&rules::WITH_SOURCE, Help::CatalogueManager, "比上一版更早施行")
            }
            Act::Adopt { definition, from } => Ok(vec![Fact::Adopted {
                version: self.versions.len() as u32 + 1,
                definition: definition.clone(),
                from: *from,
                org: ctx.actor.org.clone(),
            }]),
            Act::Repeal { .. } if !self.stands() => {
                no(&rules::ORDER, Help::CatalogueManager, "没有施行的办法")
            }
            Act::Repeal { reason } => Ok(vec![Fact::Repealed { reason: reason.clone() }]),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Adopted { definition, from, org, .. } => {
                self.org = org.clone();
                self.versions
                    .push(Version { from: *from, until: None, definition: definition.clone() });
            }
            Fact::Repealed { .. } => {
                let standing = self.versions.iter_mut().filter(|version| version.until.is_none());
                standing.for_each(|version| version.until = Some(stamp.day));
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: format!("第{}版", self.versions.len()),
            title: "前呼后应办法".to_owned(),
            status: if self.stands() { "in_force" } else { "repealed" }.to_owned(),
            org: self.org.clone(),
            closed: !self.stands(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}
