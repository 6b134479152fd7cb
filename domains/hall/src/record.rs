//! 台账。 What a figure may only claim with the paper beside it: service contracts, management rules, visits, honours.

use crate::mark::{Mark, checked, named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 购买服务合同
    ServiceContract,
    /// 管理规范
    Rules,
    /// 来访交流
    Visit,
    /// 荣誉推广
    Honour,
}

impl Kind {
    pub fn zh(self) -> &'static str {
        match self {
            Kind::ServiceContract => "购买服务合同",
            Kind::Rules => "管理规范",
            Kind::Visit => "来访交流",
            Kind::Honour => "荣誉推广",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Kind::ServiceContract => "service_contract",
            Kind::Rules => "rules",
            Kind::Visit => "visit",
            Kind::Honour => "honour",
        }
    }
}

/// 一笔登记。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paper {
    pub kind: Kind,
    /// Number of the contract, document or certificate; of a visit, its letter.
    pub number: String,
    pub title: String,
    /// Who made it out, or who came.
    pub by: String,
    /// The day it takes effect, was awarded, or they came.
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: Date,
    /// The last day it holds; absent where it holds until ended.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// SHA-256 of the document, in hex.
    pub digest: String,
    /// People who came; 0 where nobody did.
    #[serde(default)]
    pub people: u32,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    pub org: OrgId,
    pub paper: Option<Paper>,
    pub entered: Option<Mark>,
    pub ended: Option<(Mark, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记
    Enter { paper: Paper },
    /// 终止或者撤销
    End { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Entered { kind: Kind, paper: Paper, org: OrgId },
    Ended { kind: Kind, reason: String },
}

impl Record {
    pub fn id(kind: Kind, number: &str) -> MatterId {
        named(&["record", kind.word(), number])
    }

    pub fn in_force(&self, day: Date) -> bool {
        self.ended.is_none()
            && self
                .paper
                .as_ref()
                .is_some_and(|paper| paper.from <= day && paper.until.is_none_or(|until| day <= until))
    }
}

const FILE: Ground = Ground::Law(&[Basis::article("档案法", 14), Basis::article("档案法实施条例", 39)]);

impl Matter for Record {
    const KIND: &'static str = "record";
    const ZH: &'static str = "大厅台账";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Enter { paper } => Some(Record::id(paper.kind, &paper.number)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Enter", zh: "登记", ground: FILE, opens: true },
            ActKind { name: "End", zh: "终止", ground: FILE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Enter, End)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Entered, Ended)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Enter { paper } => {
                let mut wrong = texts(&[
                    ("number", &paper.number, "编号"),
                    ("title", &paper.title, "名称"),
                    ("by", &paper.by, "来源单位"),
                ]);
                if paper.until.is_some_and(|until| until < paper.from) {
                    wrong.push(Invalid::new("until", "止日不能早于起日"));
                }
                if (paper.kind == Kind::Visit) == (paper.people == 0) {
                    wrong.push(Invalid::new("people", "来访要写明人数，其他登记不写"));
                }
                wrong
            }
            Act::End { reason } => texts(&[("reason", reason, "理由")]),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match (act, &self.paper) {
            (Act::Enter { paper }, _) if ctx.matter != Record::id(paper.kind, &paper.number) => {
                no(&rules::ORDER, Help::CatalogueManager, "编号和登记不一致")
            }
            (Act::Enter { .. }, Some(held)) => {
                no(&rules::DOCUMENTED, Help::CatalogueManager, format!("“{}”已经登记", held.title))
            }
            (Act::Enter { paper }, None) if !is_digest(&paper.digest) => {
                no(&rules::DOCUMENTED, Help::CatalogueManager, format!("“{}”没有附文件", paper.title))
            }
            (Act::Enter { paper }, None) => {
                Ok(vec![Fact::Entered { kind: paper.kind, paper: paper.clone(), org: ctx.actor.org.clone() }])
            }
            (Act::End { .. }, None) => no(&rules::ORDER, Help::CatalogueManager, "还没有登记"),
            (Act::End { .. }, Some(_)) if self.ended.is_some() => {
                no(&rules::CLOSED, Help::CatalogueManager, "已经终止")
            }
            (Act::End { reason }, Some(paper)) => {
                Ok(vec![Fact::Ended { kind: paper.kind, reason: reason.clone() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Entered { paper, org, .. } => {
                self.org = org.clone();
                self.paper = Some(paper.clone());
                self.entered = Some(Mark::of(stamp));
            }
            Fact::Ended { reason, .. } => self.ended = Some((Mark::of(stamp), reason.clone())),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let Some(paper) = &self.paper else { return Docket::default() };
        Docket {
            number: paper.number.clone(),
            title: paper.title.clone(),
            status: if self.ended.is_some() { "ended" } else { "entered" }.to_owned(),
            org: self.org.clone(),
            closed: self.ended.is_some(),
            facets: vec![("kind".to_owned(), paper.kind.word().to_owned())],
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

/// SHA-256 in hex.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
