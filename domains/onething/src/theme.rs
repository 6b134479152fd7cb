//! 一件事主题。 drafted → baseline frozen → approved → published, revised by a new round, suspended, ended.
//!
//! Every publication is a version with the day from which it holds; a joint case ends under the version it began
//! with. The baseline is frozen before the first opening and never moves again: all cuts are reckoned against it.

use crate::check::{Finding, Kind, check};
use crate::definition::{Baseline, Definition, List, Mode};
pub use crate::published::Published;
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

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Theme {
    /// On its way: drafted, perhaps approved, not yet published.
    pub draft: Option<Definition>,
    pub approved: Option<Approved>,
    pub baseline: Option<Frozen>,
    pub versions: Vec<Version>,
    pub suspended: Option<(Date, String)>,
    pub ended: Option<(Date, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    pub on: Date,
    pub by: PersonId,
    /// 县政府的决定: under which document the departments handle it together.
    pub document: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frozen {
    pub on: Date,
    pub by: PersonId,
    pub baseline: Baseline,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub definition: Definition,
    pub document: String,
    pub guide: Guide,
}

/// 办事指南: where the public reads it, and the digest of what was made public.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Guide {
    pub address: String,
    pub digest: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 起草
    Draft { definition: Box<Definition> },
    /// 冻结基线: the one the draft carries.
    FreezeBaseline,
    /// 批准
    Approve { document: String },
    /// 公布
    Publish {
        guide: Guide,
        /// First day of the version; today or later.
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
    /// 修订: a new round for a theme that is in use.
    Revise { definition: Box<Definition> },
    /// 暂停: no new case; running ones go on.
    Suspend { reason: String },
    /// 恢复
    Resume { reason: String },
    /// 下线
    End { reason: String },
    /// 期满: the last day of a theme that was opened for a time only has passed.
    Lapse,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Drafted {
        definition: Box<Definition>,
    },
    BaselineFrozen {
        code: String,
        baseline: Baseline,
    },
    Approved {
        code: String,
        version: u32,
        mode: Mode,
        document: String,
    },
    Published(Box<Published>),
    /// What was published last counts no more: another version does, or none.
    Retired(Box<Published>),
    /// It counts again.
    Restored(Box<Published>),
    Revised {
        definition: Box<Definition>,
    },
    Suspended {
        code: String,
        origin: List,
        reason: String,
        was_open: bool,
    },
    Resumed {
        code: String,
        origin: List,
        reason: String,
    },
    Ended {
        code: String,
        origin: List,
        reason: String,
        was_open: bool,
    },
}

impl Theme {
    /// The version in force on a day, with its number counted from 1; none while suspended or after the end.
    pub fn on(&self, day: Date) -> Option<(u32, &Definition)> {
        if self.suspended.is_some() || self.ended.is_some() {
            return None;
        }
        let at = self.versions.iter().rposition(|version| version.from <= day)?;
        let definition = &self.versions[at].definition;
        let over = definition.until.is_some_and(|until| until < day);
        (!over).then_some((at as u32 + 1, definition))
    }

    pub fn version(&self, number: u32) -> Option<&Definition> {
        self.versions
            .get(number.checked_sub(1)? as usize)
            .map(|version| &version.definition)
    }

    /// What is wrong with the draft; empty when there is none.
    pub fn findings(&self) -> Vec<Finding> {
        self.draft.as_ref().map(check).unwrap_or_default()
    }

    /// Published, not suspended and not ended: it counts as live.
    pub fn is_live(&self) -> bool {
        !self.versions.is_empty() && self.suspended.is_none() && self.ended.is_none()
    }

    fn shown(&self) -> Option<&Definition> {
        self.versions.last().map(|version| &version.definition).or(self.draft.as_ref())
    }
}

const GUIDE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 35), Basis::article("优化营商环境条例", 36)]);
const ARRANGE: Ground = Ground::Law(&[rules::second_paragraph(26), Basis::article("优化营商环境条例", 35)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground, opens: bool) -> ActKind {
    ActKind { name, zh, ground, opens }
}

const ACTS: &[ActKind] = &[
    act("Draft", "起草主题", GUIDE, true),
    act("FreezeBaseline", "冻结基线", GUIDE, false),
    act("Approve", "批准", ARRANGE, false),
    act("Publish", "公布", GUIDE, false),
    act("Revise", "修订", GUIDE, false),
    act("Suspend", "暂停", GUIDE, false),
    act("Resume", "恢复", GUIDE, false),
    act("End", "下线", ARRANGE, false),
    act("Lapse", "期满", GUIDE, false),
];

impl Matter for Theme {
    const KIND: &'static str = "theme";
    const ZH: &'static str = "一件事主题";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<fadu_kernel::MatterId> {
        match act {
            Act::Draft { definition } => Some(definition.id()),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Draft { .. } => "Draft",
            Act::FreezeBaseline => "FreezeBaseline",
            Act::Approve { .. } => "Approve",
            Act::Publish { .. } => "Publish",
            Act::Revise { .. } => "Revise",
            Act::Suspend { .. } => "Suspend",
            Act::Resume { .. } => "Resume",
            Act::End { .. } => "End",
            Act::Lapse => "Lapse",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Drafted { .. } => "Drafted",
            Fact::BaselineFrozen { .. } => "BaselineFrozen",
            Fact::Approved { .. } => "Approved",
            Fact::Published(_) => "Published",
            Fact::Retired(_) => "Retired",
            Fact::Restored(_) => "Restored",
            Fact::Revised { .. } => "Revised",
            Fact::Suspended { .. } => "Suspended",
            Fact::Resumed { .. } => "Resumed",
            Fact::Ended { .. } => "Ended",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut filled = |field: &str, text: &str, message: &str| {
            if text.trim().is_empty() {
                wrong.push(Invalid::new(field, message));
            }
        };
        match act {
            Act::Draft { definition } | Act::Revise { definition } => {
                filled("code", &definition.code, "请填写主题编码");
                filled("name", &definition.name, "请填写主题名称");
                filled("lead", &definition.lead, "请填写牵头部门");
            }
            Act::Suspend { reason } | Act::Resume { reason } | Act::End { reason } => {
                filled("reason", reason, "请写明理由");
            }
            Act::FreezeBaseline | Act::Approve { .. } | Act::Publish { .. } | Act::Lapse => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if let Some((on, _)) = &self.ended {
            return no(&rules::CLOSED, format!("{on}已经下线"));
        }
        match act {
            Act::Draft { .. } if !self.versions.is_empty() => {
                no(&rules::ORDER, "已经公布过，请用修订".to_owned())
            }
            Act::Revise { .. } if self.versions.is_empty() => {
                no(&rules::ORDER, "还没有公布过，请用起草".to_owned())
            }
            Act::Draft { definition } | Act::Revise { definition } => self.drafted(act, definition),
            Act::FreezeBaseline => self.freeze(),
            Act::Approve { document } => self.approve(document, ctx),
            Act::Publish { guide, from } => self.publish(guide, *from, ctx),
            Act::Suspend { reason } => match self.shown() {
                Some(shown) if self.is_live() => {
                    let suspended = Fact::Suspended {
                        code: shown.code.clone(),
                        origin: shown.origin.list,
                        reason: reason.clone(),
                        was_open: true,
                    };
                    Ok(self.retired().into_iter().chain([suspended]).collect())
                }
                _ => no(&rules::ORDER, "没有在实施".to_owned()),
            },
            Act::Resume { reason } => match (&self.suspended, self.shown()) {
                (Some(_), Some(shown)) => {
                    let resumed = Fact::Resumed {
                        code: shown.code.clone(),
                        origin: shown.origin.list,
                        reason: reason.clone(),
                    };
                    let restored = self.last_published().map(Fact::Restored);
                    Ok(restored.into_iter().chain([resumed]).collect())
                }
                _ => no(&rules::ORDER, "没有暂停".to_owned()),
            },
            Act::End { reason } => Ok(self.ends(reason)),
            Act::Lapse if ctx.actor.role != Role::Clock => {
                no(&rules::AS_REPORTED, "期满由系统时钟记录".to_owned())
            }
            Act::Lapse => match self.last_day() {
                Some(last) if ctx.today() > last => Ok(self.ends(&format!("施行到{last}，已经期满"))),
                _ => no(&rules::ORDER, "还没有期满".to_owned()),
            },
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Drafted { definition } | Fact::Revised { definition } => {
                self.draft = Some((**definition).clone());
                self.approved = None;
            }
            Fact::BaselineFrozen { baseline, .. } => {
                let (on, by) = (stamp.day, stamp.person.clone());
                self.baseline = Some(Frozen { on, by, baseline: baseline.clone() });
            }
            Fact::Approved { document, .. } => {
                let (on, by) = (stamp.day, stamp.person.clone());
                self.approved = Some(Approved { on, by, document: document.clone() });
            }
            Fact::Published(published) => {
                if let Some(definition) = self.draft.take() {
                    self.versions.push(Version {
                        from: published.from,
                        definition,
                        document: published.document.clone(),
                        guide: published.guide.clone(),
                    });
                }
                self.approved = None;
                self.suspended = None;
            }
            Fact::Retired(_) | Fact::Restored(_) => {}
            Fact::Suspended { reason, .. } => self.suspended = Some((stamp.day, reason.clone())),
            Fact::Resumed { .. } => self.suspended = None,
            Fact::Ended { reason, .. } => self.ended = Some((stamp.day, reason.clone())),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let Some(shown) = self.shown() else { return Docket::default() };
        let task =
            |name: &str, role| Task { name: name.to_owned(), role, org: OrgId::new(&shown.lead), due: None };
        let mut tasks = match (&self.draft, &self.baseline, &self.approved) {
            _ if self.ended.is_some() => vec![],
            (None, _, _) => vec![],
            (Some(_), None, _) => vec![task("freeze", Role::CatalogueManager)],
            (Some(_), Some(_), None) => vec![task("approve", Role::Government)],
            (Some(_), Some(_), Some(_)) => vec![task("publish", Role::CatalogueManager)],
        };
        let lapses = self.last_day().map(|last| fadu_kernel::calendar::offset(last, 1));
        tasks.extend(lapses.map(|due| Task {
            name: "clock".to_owned(),
            role: Role::Clock,
            org: OrgId::new("system"),
            due: Some(due),
        }));
        let status = match self {
            Theme { ended: Some(_), .. } => "ended",
            Theme { suspended: Some(_), .. } => "suspended",
            Theme { versions, .. } if !versions.is_empty() => "in_use",
            Theme { .. } => "draft",
        };
        Docket {
            number: shown.code.clone(),
            title: shown.name.clone(),
            status: status.to_owned(),
            org: OrgId::new(&shown.lead),
            closed: self.ended.is_some(),
            facets: vec![
                ("number".to_owned(), shown.code.clone()),
                ("origin".to_owned(), shown.origin.list.word().to_owned()),
            ],
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        self.last_day()
            .filter(|last| day > *last)
            .map(|_| Act::Lapse)
            .into_iter()
            .collect()
    }

    fn parties(&self) -> Parties {
        let org = self.shown().map(|shown| OrgId::new(&shown.lead)).unwrap_or_default();
        Parties { org, applicants: vec![] }
    }
}

impl Theme {
    /// 施行的最后一日, where the version in hand was opened for a time only.
    fn last_day(&self) -> Option<Date> {
        self.versions
            .last()
            .and_then(|version| version.definition.until)
            .filter(|_| self.ended.is_none())
    }

    /// What the version in hand said of itself when it was published.
    fn last_published(&self) -> Option<Box<Published>> {
        let (last, frozen) = (self.versions.last()?, self.baseline.as_ref()?);
        Some(Box::new(Published {
            from: last.from,
            guide: last.guide.clone(),
            document: last.document.clone(),
            ..Published::of(&last.definition, self.versions.len() as u32, &frozen.baseline)
        }))
    }

    /// Of a theme that counts as live.
    fn retired(&self) -> Option<Fact> {
        self.last_published().filter(|_| self.is_live()).map(Fact::Retired)
    }

    fn ends(&self, reason: &str) -> Vec<Fact> {
        self.retired().into_iter().chain([self.ended(reason)]).collect()
    }

    fn ended(&self, reason: &str) -> Fact {
        let shown = self.shown();
        Fact::Ended {
            code: shown.map(|shown| shown.code.clone()).unwrap_or_default(),
            origin: shown.map(|shown| shown.origin.list).unwrap_or_default(),
            reason: reason.to_owned(),
            was_open: self.is_live(),
        }
    }

    /// A revision keeps the code and the frozen baseline: otherwise every cut would be reckoned against another past.
    fn drafted(&self, act: &Act, definition: &Definition) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if let Some(shown) = self.shown().filter(|shown| shown.code != definition.code) {
            return no(&rules::ORDER, format!("主题编码是{}，不能改为{}", shown.code, definition.code));
        }
        if let Some(frozen) = &self.baseline
            && definition.baseline.as_ref() != Some(&frozen.baseline)
        {
            return no(&rules::BASELINE_FROZEN, format!("{}已经冻结，草稿里的基线与它不同", frozen.on));
        }
        let definition = Box::new(definition.clone());
        Ok(vec![match act {
            Act::Revise { .. } => Fact::Revised { definition },
            _ => Fact::Drafted { definition },
        }])
    }

    fn freeze(&self) -> Result<Vec<Fact>, Refusal> {
        let no =
            |because: String| Err(Refusal::new(&rules::BASELINE_FROZEN, Help::CatalogueManager, because));
        if let Some(frozen) = &self.baseline {
            return no(format!("{}已经冻结", frozen.on));
        }
        match self.draft.as_ref().map(|draft| (&draft.code, &draft.baseline)) {
            Some((code, Some(baseline))) if !baseline.source.trim().is_empty() => {
                Ok(vec![Fact::BaselineFrozen { code: code.clone(), baseline: baseline.clone() }])
            }
            Some(_) => no("草稿里没有写明来源的基线".to_owned()),
            None => no("没有草稿".to_owned()),
        }
    }

    fn approve(&self, document: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: &str| Err(Refusal::new(rule, Help::Government, because));
        if ctx.actor.role != Role::Government {
            return no(&rules::GOVERNMENT_ARRANGES, "主题由县政府批准");
        }
        match &self.draft {
            None => no(&rules::ORDER, "没有草稿"),
            Some(_) if self.baseline.is_none() => no(&rules::BASELINE_FROZEN, "基线还没有冻结"),
            Some(draft) if draft.mode == Mode::Joint && document.trim().is_empty() => {
                no(&rules::GOVERNMENT_ARRANGES, "没有写明县政府组织联合办理的文件")
            }
            Some(draft) => Ok(vec![Fact::Approved {
                code: draft.code.clone(),
                version: self.versions.len() as u32 + 1,
                mode: draft.mode,
                document: document.to_owned(),
            }]),
        }
    }

    fn publish(&self, guide: &Guide, from: Date, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        let Some(draft) = &self.draft else {
            return no(&rules::ORDER, "没有待公布的草稿".to_owned());
        };
        let Some(frozen) = &self.baseline else {
            return no(&rules::BASELINE_FROZEN, "基线还没有冻结".to_owned());
        };
        if let [first, ..] = &self.findings()[..] {
            return no(rule_of(first.kind), first.to_string());
        }
        let Some(approved) = &self.approved else {
            return no(&rules::ORDER, "县政府还没有批准".to_owned());
        };
        if guide.address.trim().is_empty() || guide.digest.trim().is_empty() {
            return no(&rules::THEME_CHECKED, "没有写明办事指南的地址和摘要".to_owned());
        }
        if from < ctx.today() {
            return no(&rules::ORDER, format!("{from}已经过去，新版本不能倒签"));
        }
        if let Some(last) = self.versions.last().filter(|last| from <= last.from) {
            return no(&rules::ORDER, format!("上一版自{}起施行，新版本要在它之后", last.from));
        }
        let number = self.versions.len() as u32 + 1;
        let before = self.shown().filter(|_| self.is_live()).map(|shown| shown.origin.list);
        let published = Published {
            from,
            guide: guide.clone(),
            document: approved.document.clone(),
            again: before.is_some(),
            retires: before.is_some(),
            moved_from: before.filter(|list| *list != draft.origin.list),
            ..Published::of(draft, number, &frozen.baseline)
        };
        Ok(self
            .retired()
            .into_iter()
            .chain([Fact::Published(Box::new(published))])
            .collect())
    }
}

/// Which rule a finding breaks: most make the guide unusable, some have an article of their own.
pub fn rule_of(kind: Kind) -> &'static Rule {
    match kind {
        Kind::PromiseBeyondLaw => &rules::PROMISE_WITHIN_LAW,
        Kind::Channel => &rules::ANY_CHANNEL,
        Kind::Joint => &rules::GOVERNMENT_ARRANGES,
        Kind::StopRule => &rules::STOP_RULE_SOURCED,
        Kind::MaterialWithoutSource | Kind::FieldWithoutSource => &rules::RELATED_MATERIAL,
        Kind::Empty
        | Kind::DuplicateId
        | Kind::UnknownItem
        | Kind::Cycle
        | Kind::PromiseBelowParts
        | Kind::PathWithoutResult
        | Kind::Question
        | Kind::UnusedItem
        | Kind::Unsourced
        | Kind::Catalogue => &rules::THEME_CHECKED,
    }
}
