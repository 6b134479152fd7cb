//! 证明事项。 One paper or field that an item asks for: who asks, who issues it, on what basis; and in which way it is spared.
//! All of them together are the published list (优化营商环境条例 44): what is not on it nobody may ask for.

use crate::mark::{named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 免交的方式 (优化营商环境条例 44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 直接取消
    Cancelled,
    /// 数据共享
    Shared,
    /// 电子证照
    Licence,
    /// 书面告知承诺
    Commitment,
    /// 部门核查
    Check,
}

impl Way {
    pub const ALL: [Way; 5] = [Way::Cancelled, Way::Shared, Way::Licence, Way::Commitment, Way::Check];

    pub fn zh(self) -> &'static str {
        match self {
            Way::Cancelled => "直接取消",
            Way::Shared => "数据共享",
            Way::Licence => "电子证照",
            Way::Commitment => "书面告知承诺",
            Way::Check => "部门核查",
        }
    }

    /// Whether a connected source is asked for it.
    pub fn is_fetched(self) -> bool {
        matches!(self, Way::Shared | Way::Licence)
    }
}

/// 不适用告知承诺的情形: the closed list of 国办发〔2020〕42号, as its briefing tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// 国家安全、国家秘密
    StateSecurity,
    /// 公共安全
    PublicSafety,
    /// 金融业审慎监管
    Finance,
    /// 生态环境保护
    Environment,
    /// 直接关系人身健康、生命财产安全
    LifeAndProperty,
    /// 重要涉外
    ForeignAffairs,
    /// 风险较大、损害难以挽回
    Irreparable,
}

impl Risk {
    pub fn zh(self) -> &'static str {
        match self {
            Risk::StateSecurity => "国家安全、国家秘密",
            Risk::PublicSafety => "公共安全",
            Risk::Finance => "金融业审慎监管",
            Risk::Environment => "生态环境保护",
            Risk::LifeAndProperty => "直接关系人身健康、生命财产安全",
            Risk::ForeignAffairs => "重要涉外",
            Risk::Irreparable => "风险较大、损害难以挽回",
        }
    }
}

/// 告知书: what the applicant is told before promising.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    /// 告知书版本。
    pub version: String,
    /// 应当具备的条件。
    pub conditions: String,
    /// 承诺不实的后果。
    pub liability: String,
}

impl Form {
    fn is_complete(&self) -> bool {
        [&self.version, &self.conditions, &self.liability]
            .iter()
            .all(|text| !text.trim().is_empty())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// 事项编码。
    pub item_code: String,
    /// 事项名称。
    pub item_name: String,
    /// 材料或者栏目的编号。 As the item's guide knows it.
    pub subject: String,
    /// 证明名称。
    pub name: String,
    /// 是申请表的栏目。 A field of the form, not a paper.
    #[serde(default)]
    pub is_field: bool,
    /// 索要单位。
    pub department: String,
    /// 开具单位。
    pub issuer: String,
    /// 设定依据。
    pub bases: Vec<Basis>,
    /// 不适用承诺的情形。 Empty where none applies; known before anybody promises.
    #[serde(default)]
    pub risks: Vec<Risk>,
}

/// 免交: one way, until another takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// 免交方式。
    pub way: Way,
    /// 由谁提供。 The source's id for sharing and e-licences; the department's name for a check.
    #[serde(default)]
    pub source: String,
    /// 提供者名称。 As the public reads it.
    #[serde(default)]
    pub source_name: String,
    /// 告知书。 For a commitment.
    #[serde(default)]
    pub form: Option<Form>,
    /// 免交的文件。
    pub document: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Proof {
    pub entry: Entry,
    pub listed: Option<Date>,
    pub plan: Option<Plan>,
    pub since: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 列入清单
    List { entry: Box<Entry> },
    /// 决定免交
    Spare { plan: Plan },
    /// 恢复要求
    Restore { reason: String, document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Listed {
        entry: Box<Entry>,
    },
    Spared {
        item_code: String,
        department: String,
        subject: String,
        name: String,
        is_field: bool,
        plan: Plan,
        /// It was spared in another way before.
        again: bool,
    },
    Restored {
        item_code: String,
        department: String,
        subject: String,
        way: Way,
        reason: String,
        document: String,
    },
}

impl Proof {
    pub fn id(item_code: &str, subject: &str) -> MatterId {
        named(&["proof", item_code, subject])
    }
}

const LIST: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 44)]);
const SPARE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

impl Matter for Proof {
    const KIND: &'static str = "proof";
    const ZH: &'static str = "证明事项";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::List { entry } => Some(Proof::id(&entry.item_code, &entry.subject)),
            Act::Spare { .. } | Act::Restore { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "List", zh: "列入证明事项清单", ground: LIST, opens: true },
            ActKind { name: "Spare", zh: "决定免交", ground: SPARE, opens: false },
            ActKind { name: "Restore", zh: "恢复要求", ground: LIST, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: List, Spare, Restore)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Listed, Spared, Restored)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::List { entry } => texts(&[
                ("entry.item_code", &entry.item_code, "事项编码"),
                ("entry.subject", &entry.subject, "材料或者栏目的编号"),
                ("entry.name", &entry.name, "证明名称"),
                ("entry.department", &entry.department, "索要单位"),
                ("entry.issuer", &entry.issuer, "开具单位"),
            ]),
            Act::Spare { .. } => Ok(()),
            Act::Restore { reason, document } => {
                texts(&[("reason", reason, "理由"), ("document", document, "文件")])
            }
        }
    }

    fn decide(&self, act: &Act, _ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::List { entry } => self.list(entry),
            Act::Spare { plan } => self.spare(plan),
            Act::Restore { reason, document } => self.restore(reason, document),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Listed { entry } => {
                self.entry = (**entry).clone();
                self.listed = Some(stamp.day);
            }
            Fact::Spared { plan, .. } => {
                self.plan = Some(plan.clone());
                self.since = Some(stamp.day);
            }
            Fact::Restored { .. } => (self.plan, self.since) = (None, None),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let way = self.plan.as_ref().map_or("要求提交", |plan| plan.way.zh());
        Docket {
            number: format!("{}-{}", self.entry.item_code, self.entry.subject),
            title: format!("{}：{}（{way}）", self.entry.item_name, self.entry.name),
            status: if self.plan.is_some() { "spared" } else { "asked" }.to_owned(),
            org: OrgId::new(&self.entry.department),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: OrgId::new(&self.entry.department), applicants: vec![] }
    }
}

impl Proof {
    fn list(&self, entry: &Entry) -> Decision<Fact> {
        if self.listed.is_some() {
            return no(&rules::ORDER, Help::CatalogueManager, format!("“{}”已经在清单上", self.entry.name));
        }
        if entry.bases.is_empty() {
            return no(
                &rules::PROOF_BY_LAW,
                Help::CatalogueManager,
                format!("“{}”没有写明设定依据", entry.name),
            );
        }
        Ok(vec![Fact::Listed { entry: Box::new(entry.clone()) }])
    }

    fn spare(&self, plan: &Plan) -> Decision<Fact> {
        let entry = &self.entry;
        if self.listed.is_none() {
            return no(&rules::OUTSIDE_THE_LIST, Help::CatalogueManager, "还没有列入清单");
        }
        if self.plan.as_ref() == Some(plan) {
            return no(&rules::ORDER, Help::CatalogueManager, format!("“{}”已经这样免交", entry.name));
        }
        if plan.document.trim().is_empty() {
            return no(&rules::NAMED_SOURCE, Help::CatalogueManager, "没有写明免交的文件");
        }
        let unnamed = plan.source.trim().is_empty() || plan.source_name.trim().is_empty();
        if unnamed && !matches!(plan.way, Way::Cancelled | Way::Commitment) {
            let because = format!("{}没有写明由谁提供", plan.way.zh());
            return no(&rules::NAMED_SOURCE, Help::CatalogueManager, because);
        }
        if plan.way == Way::Commitment {
            if let Some(risk) = entry.risks.first() {
                let because = format!("“{}”涉及{}", entry.name, risk.zh());
                return no(&rules::NO_COMMITMENT, Help::CatalogueManager, because);
            }
            if entry.is_field || !plan.form.as_ref().is_some_and(Form::is_complete) {
                return no(&rules::COMMITMENT_FORM, Help::CatalogueManager, "没有写全告知书");
            }
        }
        Ok(vec![Fact::Spared {
            item_code: entry.item_code.clone(),
            department: entry.department.clone(),
            subject: entry.subject.clone(),
            name: entry.name.clone(),
            is_field: entry.is_field,
            plan: plan.clone(),
            again: self.plan.is_some(),
        }])
    }

    fn restore(&self, reason: &str, document: &str) -> Decision<Fact> {
        let Some(plan) = &self.plan else {
            return no(&rules::ORDER, Help::CatalogueManager, "没有免交，不用恢复");
        };
        if plan.way == Way::Cancelled {
            let because = format!("“{}”已经取消；要再设定，须有新的法律、法规依据", self.entry.name);
            return no(&rules::OUTSIDE_THE_LIST, Help::CatalogueManager, because);
        }
        Ok(vec![Fact::Restored {
            item_code: self.entry.item_code.clone(),
            department: self.entry.department.clone(),
            subject: self.entry.subject.clone(),
            way: plan.way,
            reason: reason.to_owned(),
            document: document.to_owned(),
        }])
    }
}
