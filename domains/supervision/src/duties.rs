//! 招标人主体责任清单。 The list of what a tenderer answers for, step by step, in versions; each project signs a version at
//! the trading venue, and what was signed comes with the feed.

use crate::rules::{self, tl};
use crate::{act, named, need, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 一项责任。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// 环节
    pub step: String,
    /// 责任内容
    pub duty: String,
    pub clause: Basis,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DutyList {
    pub version: String,
    pub org: OrgId,
    pub items: Vec<Duty>,
    pub published: Option<Date>,
    pub repealed: Option<Date>,
    /// 签署的项目: as the feed told.
    pub signed: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 公布清单
    Publish { version: String, items: Vec<Duty>, document: String },
    /// 登记项目签署
    NoteSigned { project: String, source: String },
    /// 废止清单
    Repeal { document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Published { version: String, items: Vec<Duty>, document: String, n_steps: usize, org: OrgId },
    SignedNoted { version: String, project: String, source: String },
    Repealed { version: String, document: String },
}

const LIST: &[Basis] = &[tl(5), tl(8)];

impl DutyList {
    pub fn id(version: &str) -> MatterId {
        named("duties", &[version])
    }

    pub fn in_force(&self) -> bool {
        self.published.is_some() && self.repealed.is_none()
    }

    pub fn steps(&self) -> std::collections::BTreeSet<&str> {
        self.items.iter().map(|item| item.step.trim()).collect()
    }
}

impl Matter for DutyList {
    const KIND: &'static str = "duties";
    const ZH: &'static str = "主体责任清单";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Publish", "公布主体责任清单", LIST),
            act("NoteSigned", "登记项目签署", LIST),
            act("Repeal", "废止主体责任清单", LIST),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Publish NoteSigned Repeal)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Published SignedNoted Repealed)
    }

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Publish { version, .. } => Some(DutyList::id(version)),
            _ => None,
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Publish { version, .. } if version.trim().is_empty() => {
                Err(vec![Invalid::new("version", "请填写清单版本")])
            }
            _ => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let rule = &rules::DUTIES_SIGNED;
        match act {
            Act::Publish { version, items, document } => {
                need(self.published.is_none(), &rules::ORDER, || format!("{version}已经公布"))?;
                let whole = |item: &Duty| {
                    let named = !item.step.trim().is_empty() && !item.duty.trim().is_empty();
                    named && !item.clause.statute.trim().is_empty() && item.clause.article > 0
                };
                need(!items.is_empty() && items.iter().all(whole), rule, || {
                    "清单是空的，或者有一项没有环节、内容、条款".into()
                })?;
                need(!document.trim().is_empty(), rule, || "没有写明文号".into())?;
                let list = DutyList { items: items.clone(), ..DutyList::default() };
                Ok(vec![Fact::Published {
                    version: version.clone(),
                    items: items.clone(),
                    document: document.clone(),
                    n_steps: list.steps().len(),
                    org: ctx.actor.org.clone(),
                }])
            }
            Act::NoteSigned { project, source } => {
                need(self.in_force(), rule, || format!("清单{}没有公布或者已经废止", self.version))?;
                need(!self.signed.contains(project), &rules::ORDER, || "已经登记".into())?;
                let version = self.version.clone();
                Ok(vec![Fact::SignedNoted { version, project: project.clone(), source: source.clone() }])
            }
            Act::Repeal { document } => {
                let told = self.in_force() && !document.trim().is_empty();
                need(told, &rules::ORDER, || "清单不在施行，或者没有写明文号".into())?;
                Ok(vec![Fact::Repealed { version: self.version.clone(), document: document.clone() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Published { version, items, org, .. } => {
                self.version.clone_from(version);
                self.items.clone_from(items);
                self.org = org.clone();
                self.published = Some(stamp.day);
            }
            Fact::SignedNoted { project, .. } => self.signed.push(project.clone()),
            Fact::Repealed { .. } => self.repealed = Some(stamp.day),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.version.clone(),
            title: format!("招标人主体责任清单 {}", self.version),
            status: if self.in_force() { "in_force" } else { "repealed" }.to_owned(),
            org: self.org.clone(),
            closed: self.repealed.is_some(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
