//! 退件抽查。 Of the cases received at windows that a month saw sent back, a few are looked into: could the window have seen it?
//! They are drawn, not chosen: by a seed that nobody knew before the month was over, which anybody can draw by again. A
//! finding says where the cause lies; one that lies at the window ends in training. It ranks nobody.

use crate::clerk::Clerk;
use crate::mark::{Mark, checked, named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, PersonId, Role,
    Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// 原因在哪里。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// 窗口收件时能看出
    Window,
    /// 办事指南没有写清
    Guide,
    /// 部门在指南之外提出要求
    Department,
    /// 申请人没有按指南准备
    Applicant,
}

impl Cause {
    pub fn zh(self) -> &'static str {
        match self {
            Cause::Window => "窗口收件时能看出",
            Cause::Guide => "办事指南没有写清",
            Cause::Department => "部门在指南之外提出要求",
            Cause::Applicant => "申请人没有按指南准备",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sampling {
    pub org: OrgId,
    /// The first day of the month.
    pub month: Option<Date>,
    pub seed: String,
    /// How many were sent back.
    pub of: u32,
    /// The cases drawn, with what was found of each.
    pub drawn: BTreeMap<String, Option<Finding>>,
}

/// 一件的发现。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub cause: Cause,
    pub note: String,
    pub by: Mark,
    /// Who was trained for it, and on what.
    #[serde(default)]
    pub trained: Option<(PersonId, String)>,
}

impl Finding {
    fn asks_for_training(&self) -> bool {
        self.cause == Cause::Window && self.trained.is_none()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 抽取: list and seed are what the ledger says of the month.
    Draw {
        #[schemars(with = "String", extend("format" = "date"))]
        month: Date,
        size: u16,
        seed: String,
        sent_back: Vec<String>,
    },
    /// 写明发现
    Find { case: String, cause: Cause, note: String },
    /// 关联培训: the person was trained after the finding.
    Train { case: String, person: PersonId },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Drawn { org: OrgId, month: Date, seed: String, sent_back: Vec<String>, drawn: Vec<String> },
    Found { case: String, cause: Cause, note: String },
    Trained { case: String, person: PersonId, topic: String },
}

impl Sampling {
    /// One for each month; any day of it names it.
    pub fn id(month: Date) -> MatterId {
        named(&["sampling", &month.first_of_month().to_string()])
    }

    fn is_done(&self) -> bool {
        let done = |found: &Option<Finding>| found.as_ref().is_some_and(|found| !found.asks_for_training());
        self.month.is_some() && self.drawn.values().all(done)
    }
}

/// The first `size` of the list by the digest of seed and case: whoever has both draws the same.
pub fn draw(seed: &str, sent_back: &[String], size: u16) -> Vec<String> {
    let mut ranked: Vec<_> = sent_back
        .iter()
        .map(|case| (Sha256::digest(format!("{seed}\n{case}\n")), case))
        .collect();
    ranked.sort();
    ranked
        .into_iter()
        .take(usize::from(size))
        .map(|(_, case)| case.clone())
        .collect()
}

const SAMPLE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 34)]);

impl Matter for Sampling {
    const KIND: &'static str = "sampling";
    const ZH: &'static str = "退件抽查";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Draw { month, .. } => Some(Sampling::id(*month)),
            Act::Find { .. } | Act::Train { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Draw", zh: "抽取", ground: SAMPLE, opens: true },
            ActKind { name: "Find", zh: "写明发现", ground: SAMPLE, opens: false },
            ActKind { name: "Train", zh: "关联培训", ground: SAMPLE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Draw, Find, Train)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Drawn, Found, Trained)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Draw { size: 0, .. } => vec![Invalid::new("size", "至少抽取一件")],
            Act::Draw { sent_back, .. } if sent_back.is_empty() => {
                vec![Invalid::new("month", "这个月没有从窗口收件后退回的办件")]
            }
            Act::Draw { .. } => Vec::new(),
            Act::Find { case, note, .. } => texts(&[("case", case, "办件编号"), ("note", note, "发现")]),
            Act::Train { case, person } => {
                texts(&[("case", case, "办件编号"), ("person", person.as_str(), "人员账号")])
            }
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Draw { .. } if self.month.is_some() => {
                no(&rules::ORDER, Help::CatalogueManager, "这个月已经抽取过")
            }
            Act::Draw { month, size, seed, sent_back } => {
                if ctx.matter != Sampling::id(*month) || month.last_of_month() >= ctx.today() {
                    return no(&rules::DRAWN, Help::CatalogueManager, "这个月还没有过完");
                }
                let listed_once = sent_back.windows(2).all(|pair| pair[0] < pair[1]);
                if !listed_once || !crate::record::is_digest(seed) {
                    return no(&rules::DRAWN, Help::CatalogueManager, "名单有重复或者没有排序，或者种子不对");
                }
                Ok(vec![Fact::Drawn {
                    org: ctx.actor.org.clone(),
                    month: month.first_of_month(),
                    seed: seed.clone(),
                    sent_back: sent_back.clone(),
                    drawn: draw(seed, sent_back, *size),
                }])
            }
            Act::Find { case, cause, note } => match self.drawn.get(case) {
                Some(None) => Ok(vec![Fact::Found { case: case.clone(), cause: *cause, note: note.clone() }]),
                Some(Some(_)) => no(&rules::ORDER, Help::CatalogueManager, format!("{case}已经写明发现")),
                None => no(&rules::ORDER, Help::CatalogueManager, format!("{case}没有抽到")),
            },
            Act::Train { case, person } => self.train(case, person, ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Drawn { org, month, seed, sent_back, drawn } => {
                self.org = org.clone();
                self.month = Some(*month);
                self.seed.clone_from(seed);
                self.of = sent_back.len() as u32;
                self.drawn = drawn.iter().map(|case| (case.clone(), None)).collect();
            }
            Fact::Found { case, cause, note } => {
                let (note, by) = (note.clone(), Mark::of(stamp));
                let found = Finding { cause: *cause, note, by, trained: None };
                self.drawn.insert(case.clone(), Some(found));
            }
            Fact::Trained { case, person, topic } => {
                if let Some(Some(found)) = self.drawn.get_mut(case) {
                    found.trained = Some((person.clone(), topic.clone()));
                }
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let Some(month) = self.month else { return Docket::default() };
        let task = |name: &str| Task {
            name: name.to_owned(),
            role: Role::CatalogueManager,
            org: self.org.clone(),
            due: None,
        };
        let mut tasks = Vec::new();
        if self.drawn.values().any(Option::is_none) {
            tasks.push(task("find"));
        }
        if self.drawn.values().flatten().any(Finding::asks_for_training) {
            tasks.push(task("train"));
        }
        Docket {
            number: format!("{:04}-{:02}", month.year(), month.month()),
            title: format!(
                "{}年{}月退件抽查，{}件中{}件",
                month.year(),
                month.month(),
                self.of,
                self.drawn.len()
            ),
            status: if self.is_done() { "done" } else { "drawn" }.to_owned(),
            org: self.org.clone(),
            closed: self.is_done(),
            tasks,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

impl Sampling {
    /// What the staff register holds of the person since the finding.
    fn train(&self, case: &str, person: &PersonId, ctx: &Ctx) -> Decision<Fact> {
        let Some(found) = self
            .drawn
            .get(case)
            .and_then(Option::as_ref)
            .filter(|found| found.asks_for_training())
        else {
            return no(&rules::ORDER, Help::CatalogueManager, format!("{case}没有等待培训的发现"));
        };
        let clerk = ctx.look::<Clerk>(Clerk::id(person));
        let since = |clerk: &Clerk| {
            let after = clerk.trained.iter().rev().find(|training| training.noted.ms >= found.by.ms)?;
            Some(after.topic.clone())
        };
        match clerk.and_then(since) {
            Some(topic) => Ok(vec![Fact::Trained { case: case.to_owned(), person: person.clone(), topic }]),
            None => {
                let because = format!("发现之后还没有给{person}登记培训");
                no(&rules::ORDER, Help::CatalogueManager, because)
            }
        }
    }
}
