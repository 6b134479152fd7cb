//! 监督期限。 A number of days that no held text gives, as it was adopted here: with its source, from a day on, in versions.
//! Without one the value that ships is used, which is for demonstration. What began under one keeps it.

use crate::parameters::{named, settable};
use crate::rules;
use crate::{need, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Catalogue, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub value: u16,
    pub source: String,
    /// 演示值: for a county that does not exist.
    pub demonstration: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Deadline {
    pub name: String,
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 确定期限
    Adopt {
        /// 期限名
        name: String,
        /// 日数
        value: u16,
        /// 来源文件和条款
        source: String,
        /// 演示值
        #[serde(default)]
        demonstration: bool,
        /// 施行日期
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Adopted { name: String, value: u16, source: String, demonstration: bool, from: Date, org: OrgId },
}

impl Deadline {
    /// One for each name of `data/parameters.toml`.
    pub fn id(name: &str) -> MatterId {
        crate::named("deadline", &[name])
    }

    /// The version in force on a day: of those that began by then the one that was adopted last.
    pub fn on(&self, day: Date) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.from <= day)
    }

    /// As this county has it on a day.
    pub fn known<'a>(catalogue: &'a dyn Catalogue, name: &str, day: Date) -> Option<&'a Version> {
        catalogue
            .get(Deadline::KIND, Deadline::id(name))?
            .downcast_ref::<Deadline>()?
            .on(day)
    }
}

const ADOPT: &[Basis] = &[Basis::article("立法法", 104)];

impl Matter for Deadline {
    const KIND: &'static str = "deadline";
    const ZH: &'static str = "监督期限";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Adopt { name, .. } = act;
        Some(Deadline::id(name))
    }

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[opening("Adopt", "确定期限", ADOPT)];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Adopt)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Adopted)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Adopt { name, value, .. } = act;
        let wrong = match named(name) {
            None => {
                let all: Vec<String> = settable().map(|(name, zh)| format!("{name}（{zh}）")).collect();
                Some(Invalid::new("name", format!("没有这项期限。可以确定的有：{}", all.join("、"))))
            }
            Some(zh) if *value == 0 => Some(Invalid::new("value", format!("{zh}不能是零"))),
            Some(_) => None,
        };
        wrong.map_or(Ok(()), |wrong| Err(vec![wrong]))
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Adopt { name, value, source, demonstration, from } = act;
        let rule = &rules::DATED;
        need(ctx.matter == Deadline::id(name), &rules::ORDER, || "编号和名称不一致".into())?;
        need(!source.trim().is_empty(), rule, || "没有写明来源文件".into())?;
        need(*from >= ctx.today(), rule, || format!("{from}已经过去，不能倒签"))?;
        Ok(vec![Fact::Adopted {
            name: name.clone(),
            value: *value,
            source: source.clone(),
            demonstration: *demonstration,
            from: *from,
            org: ctx.actor.org.clone(),
        }])
    }

    fn evolve(&mut self, fact: &Fact, _stamp: &Stamp) {
        let Fact::Adopted { name, value, source, demonstration, from, org } = fact;
        self.name.clone_from(name);
        self.org = org.clone();
        let (from, value, source, demonstration) = (*from, *value, source.clone(), *demonstration);
        self.versions.push(Version { from, value, source, demonstration });
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let last = self.versions.last().map(|version| version.value.to_string());
        Docket {
            number: self.name.clone(),
            title: format!(
                "{}：{}",
                named(&self.name).unwrap_or(&self.name),
                last.unwrap_or_else(|| "未定".to_owned())
            ),
            status: "in_force".to_owned(),
            org: self.org.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
