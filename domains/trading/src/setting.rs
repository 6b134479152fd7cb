//! 交易参数。 A number that no held text gives, or a threshold that a province sets, as this county adopted it: with its
//! source, from a day on, in versions. Without one the value that ships is used, which is for demonstration.

use crate::parameters::{is_in_bounds, named, settable};
use crate::rules;
use crate::{need, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Catalogue, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub value: i64,
    pub source: String,
    /// 演示值: for a county that does not exist.
    pub demonstration: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Setting {
    pub name: String,
    pub org: OrgId,
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 确定参数
    Adopt {
        /// 参数名
        name: String,
        /// 数值，金额以分计
        value: i64,
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
    Adopted { name: String, value: i64, source: String, demonstration: bool, from: Date, org: OrgId },
}

impl Setting {
    /// One for each name of `data/parameters.toml`.
    pub fn id(name: &str) -> MatterId {
        let text = format!("trading-setting\n{name}\n");
        MatterId::named(Sha256::digest(text).first_chunk::<8>().copied().unwrap_or_default())
    }

    /// The version in force on a day: of those that began by then the one that was adopted last.
    pub fn on(&self, day: Date) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.from <= day)
    }

    /// As this county has it on a day.
    pub fn known<'a>(catalogue: &'a dyn Catalogue, name: &str, day: Date) -> Option<&'a Version> {
        catalogue
            .get(Setting::KIND, Setting::id(name))?
            .downcast_ref::<Setting>()?
            .on(day)
    }
}

const ADOPT: &[Basis] = &[Basis::article("立法法", 104)];

impl Matter for Setting {
    const KIND: &'static str = "setting";
    const ZH: &'static str = "交易参数";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let Act::Adopt { name, .. } = act;
        Some(Setting::id(name))
    }

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[opening("Adopt", "确定参数", ADOPT)];
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
                Some(Invalid::new("name", format!("没有这项参数。可以确定的有：{}", all.join("、"))))
            }
            Some(zh) if !is_in_bounds(name, *value) => {
                Some(Invalid::new("value", format!("{zh}不能是{value}")))
            }
            Some(_) => None,
        };
        wrong.map_or(Ok(()), |wrong| Err(vec![wrong]))
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let Act::Adopt { name, value, source, demonstration, from } = act;
        let rule = &rules::DATED_SETTINGS;
        need(ctx.matter == Setting::id(name), &rules::ORDER, || "编号和名称不一致".into())?;
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
