//! 归档范围和保管期限表。 Which kinds of matter are filed and for how long: the county's table in versions, each approved by
//! the archive authority before it counts; and what the law counts from the day on which a file came to be.

use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Rule,
    Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 满十年移交县级档案馆 (档案法实施条例 20).
const HANDED_OVER_AFTER: u16 = 10;
/// 满二十五年向社会开放 (档案法 27).
const OPENED_AFTER: u16 = 25;
/// 定期分为三十年、十年 (机关文件材料归档范围和文书档案保管期限规定 6, whose text is not held).
const FIXED: [u16; 2] = [10, 30];

/// 一类档案。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The kind of matter, as the ledger names it: `case`, `order`, `project`.
    pub kind: String,
    /// 保管年限; absent: 永久.
    #[serde(default)]
    pub years: Option<u16>,
    /// 来源文件
    pub source: String,
}

impl Line {
    pub fn zh(&self) -> String {
        self.years.map_or_else(|| "永久".to_owned(), |years| format!("{years}年"))
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub approval: String,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Retention {
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 施行保管期限表
    Adopt {
        lines: Vec<Line>,
        /// 同级档案主管部门审核同意的文号
        approval: String,
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { lines: Vec<Line>, approval: String, from: Date, org: OrgId },
}

/// 从形成之日算起的日子。 Each is the first day after so many full years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// 移交
    pub transfer: Date,
    /// 开放
    pub open: Date,
    /// 鉴定: kept on or approved for disposal; never for what is kept for ever.
    pub appraise: Option<Date>,
}

impl Term {
    pub fn of(formed: Date, years: Option<u16>) -> Term {
        let after = |years: u16| offset(formed.saturating_add(jiff::Span::new().years(years)), 1);
        Term { transfer: after(HANDED_OVER_AFTER), open: after(OPENED_AFTER), appraise: years.map(after) }
    }
}

impl Retention {
    /// The county has one.
    pub fn id() -> MatterId {
        crate::item::named("retention")
    }

    /// The line of a kind as the table stood on a day, and the document that approved it.
    pub fn on(&self, kind: &str, day: Date) -> Option<(&Line, &str)> {
        let version = self.versions.iter().rev().find(|version| version.from <= day)?;
        let line = version.lines.iter().find(|line| line.kind == kind)?;
        Some((line, &version.approval))
    }
}

const SCHEDULE: Ground = Ground::Law(&[Basis::article("档案法", 13), Basis::article("档案法实施条例", 19)]);

impl Matter for Retention {
    const KIND: &'static str = "retention";
    const ZH: &'static str = "归档范围和保管期限表";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(_act: &Act, _today: Date) -> Option<MatterId> {
        Some(Retention::id())
    }

    fn acts() -> &'static [ActKind] {
        &[ActKind { name: "Adopt", zh: "施行保管期限表", ground: SCHEDULE, opens: true }]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        let Act::Adopt { .. } = act;
        "Adopt"
    }

    fn fact_name(fact: &Fact) -> &'static str {
        let Fact::Adopted { .. } = fact;
        "Adopted"
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Adopt { lines, .. } = act;
        let mut kinds = BTreeSet::new();
        let mut wrong = Vec::new();
        if lines.is_empty() {
            wrong.push(Invalid::new("lines", "至少写一类档案"));
        }
        for line in lines {
            if line.kind.trim().is_empty() {
                wrong.push(Invalid::new("kind", "请填写种类"));
            } else if !kinds.insert(&line.kind) {
                wrong.push(Invalid::new("kind", format!("{}写了两次", line.kind)));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Adopt { lines, approval, from } = act;
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if approval.trim().is_empty() {
            return no(&rules::APPROVED_SCHEDULE, "没有档案主管部门审核同意的文件".to_owned());
        }
        if *from < ctx.today() {
            return no(&rules::APPROVED_SCHEDULE, format!("{from}已经过去，不能倒签"));
        }
        if let Some(line) = lines.iter().find(|line| line.source.trim().is_empty()) {
            return no(&rules::APPROVED_SCHEDULE, format!("{}没有写明来源文件", line.kind));
        }
        let odd = |line: &&Line| line.years.is_some_and(|years| !FIXED.contains(&years));
        if let Some(line) = lines.iter().find(odd) {
            return no(&rules::PERIODS, format!("{}的保管期限是{}", line.kind, line.zh()));
        }
        Ok(vec![Fact::Adopted {
            lines: lines.clone(),
            approval: approval.trim().to_owned(),
            from: *from,
            org: ctx.actor.org.clone(),
        }])
    }

    fn evolve(&mut self, fact: &Fact, _stamp: &Stamp) {
        let Fact::Adopted { lines, approval, from, org } = fact;
        self.org = org.clone();
        self.versions
            .push(Version { from: *from, approval: approval.clone(), lines: lines.clone() });
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.versions.last().map(|version| version.approval.clone()).unwrap_or_default(),
            title: Retention::ZH.to_owned(),
            status: "in_force".to_owned(),
            org: self.org.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}
