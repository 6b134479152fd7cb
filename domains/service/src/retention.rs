//! 归档范围和保管期限表。 Which kinds of matter are filed and for how long: the county's table in versions, each approved by
//! the archive authority before it counts; what the law counts from the day on which a file came to be; and up to which day
//! the files were handed over to the county's archive.

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

/// 移交。 Everything that was archived up to a day, that day included.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandedOver {
    pub through: Date,
    pub on: Date,
    pub receiver: String,
    pub document: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Retention {
    pub org: OrgId,
    pub versions: Vec<Version>,
    #[serde(default)]
    pub handed_over: Vec<HandedOver>,
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
    /// 移交档案
    HandOver {
        /// 归档之日截至
        #[schemars(with = "String", extend("format" = "date"))]
        through: Date,
        /// 接收的档案馆
        receiver: String,
        /// 移交和接收的文据
        document: String,
        /// 提前移交的同意文件, before ten years have passed.
        #[serde(default)]
        consent: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { lines: Vec<Line>, approval: String, from: Date, org: OrgId },
    HandedOver { through: Date, receiver: String, document: String, consent: String },
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
    /// From the day on which it was formed; `years` is how long it is kept, none for ever.
    /// Source: 档案法实施条例 20 (hand-over), 档案法 27 (opening).
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

    /// What was archived up to this day lies in the archive.
    pub fn handed_over_through(&self) -> Option<Date> {
        self.handed_over.last().map(|handed| handed.through)
    }

    fn hand_over(
        &self,
        through: Date,
        receiver: &str,
        document: &str,
        consent: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let no = |because: String| Err(Refusal::new(&rules::HANDED_OVER, Help::CatalogueManager, because));
        if let Some(last) = self.handed_over_through().filter(|last| through <= *last) {
            return no(format!("{last}以前归档的已经移交"));
        }
        if through >= ctx.today() {
            return no(format!("{through}还没有过去"));
        }
        let due = Term::of(through, None).transfer;
        if ctx.today() < due && consent.trim().is_empty() {
            return no(format!("{through}归档的到{due}才满十年，提前移交要有档案馆同意的文件"));
        }
        Ok(vec![Fact::HandedOver {
            through,
            receiver: receiver.to_owned(),
            document: document.to_owned(),
            consent: consent.trim().to_owned(),
        }])
    }

    fn adopt(&self, lines: &[Line], approval: &str, from: Date, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if approval.trim().is_empty() {
            return no(&rules::APPROVED_SCHEDULE, "没有档案主管部门审核同意的文件".to_owned());
        }
        if from < ctx.today() {
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
            lines: lines.to_vec(),
            approval: approval.trim().to_owned(),
            from,
            org: ctx.actor.org.clone(),
        }])
    }
}

const TRANSFER: Ground = Ground::Law(&[Basis::article("档案法", 15), Basis::article("档案法实施条例", 20)]);
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
        &[
            ActKind { name: "Adopt", zh: "施行保管期限表", ground: SCHEDULE, opens: true },
            ActKind { name: "HandOver", zh: "移交档案", ground: TRANSFER, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Adopt { .. } => "Adopt",
            Act::HandOver { .. } => "HandOver",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Adopted { .. } => "Adopted",
            Fact::HandedOver { .. } => "HandedOver",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let lines = match act {
            Act::Adopt { lines, .. } => lines,
            Act::HandOver { receiver, document, .. } => {
                let named = [("receiver", receiver, "接收的档案馆"), ("document", document, "移交文据")];
                let empty = named.into_iter().filter(|(_, text, _)| text.trim().is_empty());
                wrong.extend(empty.map(|(field, _, zh)| Invalid::new(field, format!("请填写{zh}"))));
                return if wrong.is_empty() { Ok(()) } else { Err(wrong) };
            }
        };
        let mut kinds = BTreeSet::new();
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
        match act {
            Act::Adopt { lines, approval, from } => self.adopt(lines, approval, *from, ctx),
            Act::HandOver { through, receiver, document, consent } => {
                self.hand_over(*through, receiver, document, consent, ctx)
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Adopted { lines, approval, from, org } => {
                self.org = org.clone();
                let (approval, lines) = (approval.clone(), lines.clone());
                self.versions.push(Version { from: *from, approval, lines });
            }
            Fact::HandedOver { through, receiver, document, .. } => self.handed_over.push(HandedOver {
                through: *through,
                on: stamp.day,
                receiver: receiver.clone(),
                document: document.clone(),
            }),
        }
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
