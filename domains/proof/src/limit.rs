//! 免证时限。 How long a department may take to answer a check, and within how long a commitment is verified: numbers that
//! no statute held gives. Each has its source, in versions, and stays empty until somebody adopts one. An empty limit
//! stops no citizen; it keeps a real county from going live.

use crate::mark::{named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Catalogue, Ctx, Docket, Ground, Help, Invalid, Limit, Matter, MatterId, OrgId,
    Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 哪一个时限。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// 部门协查答复时限
    #[default]
    CheckAnswer,
    /// 承诺核查时限
    CommitmentVerification,
}

impl Name {
    pub const ALL: [Name; 2] = [Name::CheckAnswer, Name::CommitmentVerification];

    pub fn zh(self) -> &'static str {
        match self {
            Name::CheckAnswer => "部门协查答复时限",
            Name::CommitmentVerification => "承诺核查时限",
        }
    }

    /// The rule that cannot be kept, and so blocks going live, while this is empty.
    pub fn blocks(self) -> &'static Rule {
        match self {
            Name::CheckAnswer => &rules::SHARED_FIRST,
            Name::CommitmentVerification => &rules::VERIFY_LATER,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Name::CheckAnswer => "check_answer",
            Name::CommitmentVerification => "commitment_verification",
        }
    }
}

/// 一个值。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Value {
    /// 天数。
    pub days: u16,
    /// 工作日。 Working days of the county's calendar, else days.
    pub working: bool,
    /// 来源文件。
    pub source: String,
    /// 演示值。 For a county that does not exist.
    #[serde(default)]
    pub demonstration: bool,
}

impl Value {
    pub fn limit(&self) -> Limit {
        if self.working { Limit::workdays(self.days) } else { Limit::days(self.days) }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub value: Value,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Limits {
    pub name: Name,
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 确定时限
    Adopt {
        /// 时限。
        name: Name,
        value: Value,
        /// 施行日期。
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { name: Name, value: Value, from: Date, org: OrgId },
}

impl Limits {
    pub fn id(name: Name) -> MatterId {
        named(&["proof-limit", name.word()])
    }

    pub fn on(&self, day: Date) -> Option<&Value> {
        let version = self.versions.iter().rev().find(|version| version.from <= day)?;
        Some(&version.value)
    }

    /// The limit in force today, if the county has adopted one.
    pub fn today(name: Name, ctx: &Ctx) -> Option<Limit> {
        let limits = ctx.look::<Limits>(Limits::id(name))?;
        limits.on(ctx.today()).map(Value::limit)
    }

    /// What a real county still lacks on a day: no value, or only one for demonstration.
    pub fn lacking(catalogue: &dyn Catalogue, day: Date) -> Vec<Name> {
        let real = |name: &Name| {
            let held = catalogue.get(Limits::KIND, Limits::id(*name));
            let held = held.and_then(|any| any.downcast_ref::<Limits>());
            held.and_then(|limits| limits.on(day)).is_some_and(|value| !value.demonstration)
        };
        Name::ALL.into_iter().filter(|name| !real(name)).collect()
    }
}

const ADOPT: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 36), Basis::article("优化营商环境条例", 44)]);

impl Matter for Limits {
    const KIND: &'static str = "limit";
    const ZH: &'static str = "免证时限";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Adopt { name, .. } = act;
        Some(Limits::id(*name))
    }

    fn acts() -> &'static [ActKind] {
        &[ActKind { name: "Adopt", zh: "确定时限", ground: ADOPT, opens: true }]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Adopt)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Adopted)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Adopt { value, .. } = act;
        if value.days == 0 {
            return Err(vec![Invalid::new("value.days", "天数不能为零")]);
        }
        texts(&[("value.source", &value.source, "来源文件")])
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        let Act::Adopt { name, value, from } = act;
        if *from < ctx.today() {
            return no(&rules::WITH_SOURCE, Help::CatalogueManager, format!("{from}已经过去，不能倒签"));
        }
        let (name, value, from) = (*name, value.clone(), *from);
        Ok(vec![Fact::Adopted { name, value, from, org: ctx.actor.org.clone() }])
    }

    fn evolve(&mut self, fact: &Fact, _stamp: &Stamp) {
        let Fact::Adopted { name, value, from, org } = fact;
        self.name = *name;
        self.org = org.clone();
        self.versions.push(Version { from: *from, value: value.clone() });
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let said = self.versions.last().map(|version| version.value.limit().zh());
        Docket {
            number: self.name.word().to_owned(),
            title: format!("{}：{}", self.name.zh(), said.unwrap_or_else(|| "未定".to_owned())),
            status: "in_force".to_owned(),
            org: self.org.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}
