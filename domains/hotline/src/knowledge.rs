//! 知识条目。 A department's answer with its articles and its last day: drafted, reviewed by another, published, revised,
//! withdrawn. What an agent tells a caller comes from here and is counted there.

use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, OrgId, PersonId, Refusal, Role,
    Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 问答。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    pub question: String,
    pub answer: String,
    pub category: String,
    pub bases: Vec<Basis>,
    /// 主管部门
    pub owner: OrgId,
    /// 有效期至
    #[schemars(with = "String", extend("format" = "date"))]
    pub valid_until: Date,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub text: Text,
    pub by: PersonId,
    /// Who passed it; absent before a review.
    pub reviewed: Option<PersonId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub text: Text,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Knowledge {
    pub owner: OrgId,
    pub draft: Option<Draft>,
    pub versions: Vec<Version>,
    pub withdrawn: Option<(Date, String)>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 起草 or 修订
    Draft { text: Box<Text> },
    /// 审核
    Review { passed: bool, note: String },
    /// 发布
    Publish,
    /// 撤下
    Withdraw { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Drafted { text: Box<Text> },
    Reviewed { passed: bool, note: String },
    Published { version: u32, category: String, owner: OrgId, valid_until: Date, again: bool },
    Withdrawn { reason: String, was_published: bool },
}

impl Knowledge {
    /// The version an agent may answer from on a day, with its number counted from 1.
    pub fn in_force(&self, day: Date) -> Option<(u32, &Text)> {
        let version = self.versions.last().filter(|_| self.withdrawn.is_none())?;
        (version.from <= day && day <= version.text.valid_until)
            .then_some((self.versions.len() as u32, &version.text))
    }

    fn shown(&self) -> Option<&Text> {
        self.draft
            .as_ref()
            .map(|draft| &draft.text)
            .or(self.versions.last().map(|version| &version.text))
    }

    fn status(&self) -> &'static str {
        match self {
            Knowledge { withdrawn: Some(_), .. } => "withdrawn",
            Knowledge { draft: Some(Draft { reviewed: Some(_), .. }), .. } => "reviewed",
            Knowledge { draft: Some(_), .. } => "draft",
            Knowledge { versions, .. } if versions.is_empty() => "new",
            Knowledge { .. } => "published",
        }
    }
}

const KEEP: Ground =
    Ground::Law(&[Basis::article("政府信息公开条例", 6), Basis::article("政府信息公开条例", 10)]);

const ACTS: &[ActKind] = &[
    ActKind { name: "Draft", zh: "起草知识条目", ground: KEEP, opens: true },
    ActKind { name: "Review", zh: "审核知识条目", ground: KEEP, opens: false },
    ActKind { name: "Publish", zh: "发布知识条目", ground: KEEP, opens: false },
    ActKind { name: "Withdraw", zh: "撤下知识条目", ground: KEEP, opens: false },
];

impl Matter for Knowledge {
    const KIND: &'static str = "knowledge";
    const ZH: &'static str = "知识条目";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Draft { .. } => "Draft",
            Act::Review { .. } => "Review",
            Act::Publish => "Publish",
            Act::Withdraw { .. } => "Withdraw",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Drafted { .. } => "Drafted",
            Fact::Reviewed { .. } => "Reviewed",
            Fact::Published { .. } => "Published",
            Fact::Withdrawn { .. } => "Withdrawn",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let Act::Draft { text } = act else { return Ok(()) };
        let mut wrong = Vec::new();
        for (field, value, zh) in [("question", &text.question, "问题"), ("answer", &text.answer, "答复")]
        {
            if value.trim().is_empty() {
                wrong.push(Invalid::new(field, format!("请填写{zh}")));
            }
            if value.chars().count() > 5000 {
                wrong.push(Invalid::new(field, "不能超过5000字"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if let Some((on, reason)) = &self.withdrawn {
            return no(&rules::REVIEWED_FIRST, format!("{on}已经撤下：{reason}"));
        }
        match act {
            Act::Draft { text } => {
                let another = !self.owner.as_str().is_empty() && self.owner != text.owner;
                if another || text.owner != ctx.actor.org {
                    return no(
                        &rules::OWN_ENTRY,
                        format!("条目属于{}，起草的是{}", text.owner, ctx.actor.org),
                    );
                }
                Ok(vec![Fact::Drafted { text: text.clone() }])
            }
            Act::Review { passed, note } => match &self.draft {
                None => no(&rules::REVIEWED_FIRST, "没有待审核的稿子".to_owned()),
                Some(draft) if draft.by == ctx.actor.person => {
                    no(&rules::REVIEWED_FIRST, format!("{}是起草人", draft.by))
                }
                Some(_) => Ok(vec![Fact::Reviewed { passed: *passed, note: note.clone() }]),
            },
            Act::Publish => self.publish(ctx),
            Act::Withdraw { reason } => {
                Ok(vec![Fact::Withdrawn { reason: reason.clone(), was_published: !self.versions.is_empty() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Drafted { text } => {
                self.owner = text.owner.clone();
                self.draft = Some(Draft { text: (**text).clone(), by: stamp.person.clone(), reviewed: None });
            }
            Fact::Reviewed { passed, .. } => {
                if let Some(draft) = &mut self.draft {
                    draft.reviewed = passed.then(|| stamp.person.clone());
                }
            }
            Fact::Published { .. } => {
                if let Some(draft) = self.draft.take() {
                    self.versions.push(Version { from: stamp.day, text: draft.text });
                }
            }
            Fact::Withdrawn { reason, .. } => self.withdrawn = Some((stamp.day, reason.clone())),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let status = self.status();
        let task = |name: &str, role| Task { name: name.into(), role, org: self.owner.clone(), due: None };
        let tasks = match status {
            "draft" => vec![task("review", Role::AgencyHead)],
            "reviewed" => vec![task("publish", Role::CatalogueManager)],
            _ => Vec::new(),
        };
        Docket {
            title: self.shown().map(|text| text.question.clone()).unwrap_or_default(),
            status: status.to_owned(),
            org: self.owner.clone(),
            // The day it is to be looked at again.
            due: self.versions.last().map(|version| version.text.valid_until),
            closed: self.withdrawn.is_some(),
            facets: self
                .shown()
                .map(|text| ("category".to_owned(), text.category.clone()))
                .into_iter()
                .collect(),
            tasks,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.owner.clone(), applicants: Vec::new() }
    }
}

impl Knowledge {
    fn publish(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        let Some(draft) = &self.draft else {
            return no(&rules::REVIEWED_FIRST, "没有待发布的稿子".to_owned());
        };
        if draft.reviewed.is_none() {
            return no(&rules::REVIEWED_FIRST, "还没有审核通过".to_owned());
        }
        if draft.text.bases.is_empty() {
            return no(&rules::ON_LAW, "没有写明依据".to_owned());
        }
        if draft.text.valid_until < ctx.today() {
            return no(&rules::ON_LAW, format!("有效期至{}，已经过了", draft.text.valid_until));
        }
        Ok(vec![Fact::Published {
            version: self.versions.len() as u32 + 1,
            category: draft.text.category.clone(),
            owner: draft.text.owner.clone(),
            valid_until: draft.text.valid_until,
            again: !self.versions.is_empty(),
        }])
    }
}
