//! 时限参数。 Limits that no statute held numbers: each with its source, in versions, and empty until somebody adopts one.
//! An empty parameter stops no citizen; it keeps a real county from going live.

use crate::mark::{checked, named};
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
    /// 办不成事答复时限
    #[default]
    StuckAnswer,
    /// 差评回访时限
    BadCallBack,
    /// 差评整改时限: one city uses 15 working days; that is an example, not a rule.
    BadRepair,
}

impl Name {
    pub const ALL: [Name; 3] = [Name::StuckAnswer, Name::BadCallBack, Name::BadRepair];

    pub fn zh(self) -> &'static str {
        match self {
            Name::StuckAnswer => "办不成事答复时限",
            Name::BadCallBack => "差评回访时限",
            Name::BadRepair => "差评整改时限",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Name::StuckAnswer => "stuck_answer",
            Name::BadCallBack => "bad_call_back",
            Name::BadRepair => "bad_repair",
        }
    }

    /// The rule that cannot be kept, and so blocks going live, while this is empty.
    pub fn blocks(self) -> &'static Rule {
        match self {
            Name::StuckAnswer => &rules::SAY_WHY,
            Name::BadCallBack | Name::BadRepair => &rules::ANSWER_THE_BAD,
        }
    }
}

/// 一个值。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Value {
    pub days: u16,
    /// Working days of the county's calendar, else days.
    pub working: bool,
    pub source: String,
    /// 演示值: for a county that does not exist.
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
pub struct Parameter {
    pub name: Name,
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 确定时限
    Adopt {
        name: Name,
        value: Value,
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { name: Name, value: Value, from: Date, org: OrgId },
}

impl Parameter {
    pub fn id(name: Name) -> MatterId {
        named(&["parameter", name.word()])
    }

    pub fn on(&self, day: Date) -> Option<&Value> {
        let version = self.versions.iter().rev().find(|version| version.from <= day)?;
        Some(&version.value)
    }

    /// The limit in force today, if the county has adopted one.
    pub fn limit(name: Name, ctx: &Ctx) -> Option<Limit> {
        let parameter = ctx.look::<Parameter>(Parameter::id(name))?;
        parameter.on(ctx.today()).map(Value::limit)
    }

    /// What a real county still lacks on a day: no value, or only one for demonstration.
    pub fn lacking(catalogue: &dyn Catalogue, day: Date) -> Vec<Name> {
        let real = |name: &Name| {
            let held = catalogue.get(Parameter::KIND, Parameter::id(*name));
            let held = held.and_then(|any| any.downcast_ref::<Parameter>());
            held.and_then(|parameter| parameter.on(day))
                .is_some_and(|value| !value.demonstration)
        };
        Name::ALL.into_iter().filter(|name| !real(name)).collect()
    }
}

const ADOPT: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 36), Basis::article("优化营商环境条例", 49)]);

impl Matter for Parameter {
    const KIND: &'static str = "parameter";
    const ZH: &'static str = "时限参数";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Adopt { name, .. } = act;
        Some(Parameter::id(*name))
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
        let none = (value.days == 0).then(|| Invalid::new("days", "天数不能为零"));
        checked(none.into_iter().collect())
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        let Act::Adopt { name, value, from } = act;
        if ctx.matter != Parameter::id(*name) {
            return no(&rules::ORDER, Help::CatalogueManager, "编号和名称不一致");
        }
        if value.source.trim().is_empty() {
            let because = format!("{}没有写明来源文件", name.zh());
            return no(&rules::WITH_SOURCE, Help::CatalogueManager, because);
        }
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
