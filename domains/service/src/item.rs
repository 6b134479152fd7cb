//! 政务服务事项。 Claimed by the department, drafted, reviewed by three hands, published as a version with its day; revised by
//! another round, suspended, cancelled. Cases go on under the version they began with.

use crate::case::Mark;
use crate::code_list::{BodyKind, PowerSource, UseLevel};
use crate::counted::Counted;
use crate::definition::Definition;
use crate::item_decide::{ACTS, decide};
use crate::rules;
use crate::spared::Spared;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Calendar, Ctx, Docket, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 事项状态 of the exchange code list: 1 in use, 2 suspended, 3 cancelled; before that a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Draft,
    InUse,
    Suspended,
    Cancelled,
}

impl Standing {
    pub fn zh(self) -> &'static str {
        match self {
            Standing::Draft => "未开放",
            Standing::InUse => "在用",
            Standing::Suspended => "暂停",
            Standing::Cancelled => "取消",
        }
    }
}

/// 哪一道审核。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// 实施部门
    #[default]
    Department,
    /// 审改机构
    Reform,
    /// 司法行政部门
    Basis,
}

impl Desk {
    pub const ALL: [Desk; 3] = [Desk::Department, Desk::Reform, Desk::Basis];

    pub fn zh(self) -> &'static str {
        match self {
            Desk::Department => "部门审核",
            Desk::Reform => "审改审核",
            Desk::Basis => "依据审核",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Desk::Department => "department",
            Desk::Reform => "reform",
            Desk::Basis => "basis",
        }
    }
}

/// 认领: on what the department exercises the item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    pub source: PowerSource,
    pub body_kind: BodyKind,
    pub level: UseLevel,
    /// 实施主体的统一社会信用代码; empty where it is not known yet.
    #[serde(default)]
    pub body_code: String,
}

/// 审核的进度。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub submitted: Mark,
    #[serde(default)]
    pub department: Option<Mark>,
    #[serde(default)]
    pub reform: Option<Mark>,
    #[serde(default)]
    pub basis: Option<Mark>,
}

impl Review {
    pub fn at(&self, desk: Desk) -> Option<&Mark> {
        match desk {
            Desk::Department => self.department.as_ref(),
            Desk::Reform => self.reform.as_ref(),
            Desk::Basis => self.basis.as_ref(),
        }
    }

    /// Desks that have not passed it.
    pub fn waiting(&self) -> Vec<Desk> {
        Desk::ALL.into_iter().filter(|desk| self.at(*desk).is_none()).collect()
    }
}

/// 退回。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    pub desk: Desk,
    pub by: Mark,
    pub note: String,
}

/// 改革前基线: what the item took before the reform, frozen once with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Working days.
    pub days: u16,
    pub visits: u8,
    pub materials: u16,
    #[schemars(with = "String", extend("format" = "date"))]
    pub as_of: Date,
    pub source: String,
    /// 演示值
    #[serde(default)]
    pub demonstration: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Item {
    pub code: String,
    pub name: String,
    pub department: String,
    pub task_type: u8,
    pub standing: Standing,
    /// What the import found wrong with the code; kept, not dropped.
    pub findings: Vec<String>,
    pub draft: Option<Definition>,
    pub versions: Vec<Version>,
    pub suspended: Option<String>,
    #[serde(default)]
    pub claim: Option<(Mark, Claim)>,
    #[serde(default)]
    pub disclaimed: Option<String>,
    #[serde(default)]
    pub review: Option<Review>,
    #[serde(default)]
    pub returned: Option<Returned>,
    /// Published, in force from a later day.
    #[serde(default)]
    pub scheduled: Option<Version>,
    #[serde(default)]
    pub baseline: Option<Baseline>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub definition: Definition,
    /// Who let it pass; absent in what was published before reviews were acts.
    #[serde(default)]
    pub review: Option<Review>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 录入
    Enter { code: String, name: String, department: String, task_type: u8, findings: Vec<String> },
    /// 认领
    Claim { claim: Claim },
    /// 不认领
    Disclaim { reason: String },
    /// 填报要素
    Complete { definition: Box<Definition> },
    /// 提交审核
    Submit,
    /// 部门审核
    Endorse { passed: bool, note: String },
    /// 审改审核
    ReviewReform { passed: bool, note: String },
    /// 依据审核
    ReviewBasis { passed: bool, note: String },
    /// 发布
    Publish {
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
    },
    /// 施行: the day of a version that was published ahead has come.
    TakeEffect,
    /// 暂停
    Suspend { reason: String },
    /// 恢复
    Resume { reason: String },
    /// 临时性许可期满: what a provincial rule set has been carried out for a year.
    Lapse,
    /// 取消
    Cancel { reason: String },
    /// 免交材料: what the list of proofs decided, from the next version on. The system alone brings it.
    Spare { subject: String, spared: Spared },
    /// 恢复要求: the list of proofs no longer spares it.
    AskAgain { subject: String, reason: String },
    /// 冻结基线
    FreezeBaseline { baseline: Baseline },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Entered {
        code: String,
        name: String,
        department: String,
        task_type: u8,
        findings: Vec<String>,
    },
    Claimed {
        claim: Claim,
    },
    Disclaimed {
        reason: String,
    },
    Completed {
        definition: Box<Definition>,
    },
    Submitted,
    Reviewed {
        desk: Desk,
        passed: bool,
        note: String,
        /// 审核提示: what the reviewer had before them to judge, and their opinion answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        prompts: Vec<String>,
    },
    /// Published ahead of its day.
    Scheduled {
        version: u32,
        from: Date,
    },
    Published {
        version: u32,
        code: String,
        task_type: u8,
        department: String,
        #[serde(flatten)]
        counted: Counted,
        /// Does an earlier version of this item count already? It ceases to with a `Retired` of its own.
        again: bool,
        /// Absent in what was published before a version had a day of its own: then the day of the fact.
        #[serde(default)]
        from: Option<Date>,
    },
    /// The version that was in use counts no more.
    Retired {
        version: u32,
        #[serde(flatten)]
        counted: Counted,
    },
    Suspended {
        reason: String,
        was_in_use: bool,
    },
    /// The last version counts again.
    Resumed {
        reason: String,
        version: u32,
        #[serde(flatten)]
        counted: Counted,
    },
    Cancelled {
        reason: String,
        was_in_use: bool,
    },
    Spared {
        version: u32,
        code: String,
        department: String,
        subject: String,
        name: String,
        spared: Spared,
        /// A paper; otherwise a field of the form.
        is_material: bool,
        /// The first thing spared of this item: from now on it counts as 免证明.
        first: bool,
        /// It was spared in another way before.
        again: bool,
    },
    AskedAgain {
        version: u32,
        code: String,
        department: String,
        subject: String,
        reason: String,
        is_material: bool,
        /// Nothing is spared of this item any more.
        last: bool,
    },
    BaselineFrozen {
        baseline: Baseline,
        baseline_days: u16,
        /// Of the version in use, if there is one.
        promised_days: Option<u16>,
    },
}

/// A fixed id from a name: the same on every machine (FNV-1a, 64 bits).
pub(crate) fn named(name: &str) -> MatterId {
    let digest = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    MatterId::named(digest.to_be_bytes())
}

impl Item {
    /// The item's fixed id, from its code.
    pub fn id(code: &str) -> MatterId {
        named(code)
    }

    /// The version in force, with its number counted from 1.
    pub fn current(&self) -> Option<(u32, &Definition)> {
        let version = self.versions.last()?;
        Some((self.versions.len() as u32, &version.definition))
    }

    pub fn version(&self, number: u32) -> Option<&Definition> {
        self.versions
            .get(number.checked_sub(1)? as usize)
            .map(|version| &version.definition)
    }

    /// The version that applies on a day, with its number: as it stood, and for days to come as it was published ahead. Of
    /// two from one day the later applies. Whether the item took applications that day is another question.
    pub fn on(&self, day: Date) -> Option<(u32, &Version)> {
        let published = (1_u32..).zip(self.versions.iter().chain(&self.scheduled));
        published.filter(|(_, version)| version.from <= day).last()
    }

    /// The version under which an application of that day is handled, though its case be opened later; the one in force
    /// where the day is not known, or was before the first.
    pub fn applied_for(&self, day: Option<Date>) -> Option<(u32, &Definition)> {
        let numbered = (1_u32..).zip(&self.versions);
        let then = day.and_then(|day| numbered.filter(|(_, version)| version.from <= day).last());
        then.map(|(number, version)| (number, &version.definition))
            .or_else(|| self.current())
    }

    pub fn is_open(&self) -> bool {
        self.standing == Standing::InUse
    }

    /// What is in force, to be changed, and the number that it then has.
    pub(crate) fn next(&self) -> Result<(Definition, u32), Refusal> {
        let current = self.current().map(|(number, definition)| (definition.clone(), number + 1));
        current.ok_or_else(|| {
            let because = format!("“{}”还没有发布", self.name);
            Refusal::new(&rules::ORDER, Help::CatalogueManager, because)
        })
    }

    fn become_version(&mut self, subject: &str, spared: Option<&Spared>, from: Date) {
        let Some(mut definition) = self.versions.last().map(|version| version.definition.clone()) else {
            return;
        };
        if let Some((held, _, _)) = definition.spared_mut(subject) {
            *held = spared.cloned();
        }
        self.versions.push(Version { from, definition, review: None });
    }

    /// 修订稿: a draft that says something else than the version in force.
    pub fn revision(&self) -> Option<&Definition> {
        let published = self.current().map(|(_, definition)| definition);
        self.draft.as_ref().filter(|draft| Some(*draft) != published)
    }

    /// What people are working on: the draft, else the version in force.
    pub fn shown(&self) -> Option<&Definition> {
        self.revision()
            .or(self.current().map(|(_, definition)| definition))
            .or(self.draft.as_ref())
    }

    /// What keeps the item closed, in words for a page.
    pub fn lacks(&self) -> Vec<&'static str> {
        match self.shown() {
            Some(definition) => definition.lacks(),
            None => Definition { name: self.name.clone(), ..Definition::default() }.lacks(),
        }
    }

    /// What figures count of the version in use, with its number.
    pub(crate) fn counting(&self) -> Option<(u32, Counted)> {
        let (version, definition) = self.current().filter(|_| self.is_open())?;
        Some((version, Counted::of(definition, self.baseline.as_ref())))
    }

    /// The day on which time itself must act next. A version published ahead waits while the item is suspended.
    pub(crate) fn clock_day(&self) -> Option<Date> {
        let waits = self.standing == Standing::Suspended;
        let begins = self.scheduled.as_ref().filter(|_| !waits).map(|version| version.from);
        let ends = self
            .current()
            .filter(|_| self.is_open())
            .and_then(|(_, definition)| definition.permit_ends_on());
        begins.into_iter().chain(ends).min()
    }

    /// What the list of proofs spares stays spared in the next version.
    fn put_in_force(&mut self, mut version: Version) {
        if let Some(before) = self.versions.last() {
            version.definition.keep_spared(&before.definition);
        }
        self.versions.push(version);
        self.standing = Standing::InUse;
        self.suspended = None;
        self.returned = None;
    }
}

impl Matter for Item {
    const KIND: &'static str = "item";
    const ZH: &'static str = "政务服务事项";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Enter { code, .. } => Some(Item::id(code)),
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
            Act::Enter { .. } => "Enter",
            Act::Claim { .. } => "Claim",
            Act::Disclaim { .. } => "Disclaim",
            Act::Complete { .. } => "Complete",
            Act::Submit => "Submit",
            Act::Endorse { .. } => "Endorse",
            Act::ReviewReform { .. } => "ReviewReform",
            Act::ReviewBasis { .. } => "ReviewBasis",
            Act::Publish { .. } => "Publish",
            Act::TakeEffect => "TakeEffect",
            Act::Suspend { .. } => "Suspend",
            Act::Resume { .. } => "Resume",
            Act::Lapse => "Lapse",
            Act::Cancel { .. } => "Cancel",
            Act::Spare { .. } => "Spare",
            Act::AskAgain { .. } => "AskAgain",
            Act::FreezeBaseline { .. } => "FreezeBaseline",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Entered { .. } => "Entered",
            Fact::Claimed { .. } => "Claimed",
            Fact::Disclaimed { .. } => "Disclaimed",
            Fact::Completed { .. } => "Completed",
            Fact::Submitted => "Submitted",
            Fact::Reviewed { .. } => "Reviewed",
            Fact::Scheduled { .. } => "Scheduled",
            Fact::Published { .. } => "Published",
            Fact::Retired { .. } => "Retired",
            Fact::Suspended { .. } => "Suspended",
            Fact::Resumed { .. } => "Resumed",
            Fact::Cancelled { .. } => "Cancelled",
            Fact::Spared { .. } => "Spared",
            Fact::AskedAgain { .. } => "AskedAgain",
            Fact::BaselineFrozen { .. } => "BaselineFrozen",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let empty = |field: &str, text: &str, zh: &str| {
            text.trim().is_empty().then(|| Invalid::new(field, format!("请填写{zh}")))
        };
        let wrong: Vec<Invalid> = match act {
            Act::Enter { code, name, department, .. } => [
                empty("code", code, "事项编码"),
                empty("name", name, "事项名称"),
                empty("department", department, "实施部门"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Act::Claim { claim } if !claim.body_code.is_empty() => {
                let found = fadu_kernel::codes::credit_code(&claim.body_code).err();
                let wrong =
                    found.map(|error| Invalid::new("body_code", format!("统一社会信用代码不对：{error}")));
                wrong.into_iter().collect()
            }
            Act::Endorse { note, .. } | Act::ReviewReform { note, .. } | Act::ReviewBasis { note, .. } => {
                empty("note", note, "审核意见").into_iter().collect()
            }
            Act::Disclaim { reason }
            | Act::Suspend { reason }
            | Act::Resume { reason }
            | Act::Cancel { reason } => empty("reason", reason, "理由").into_iter().collect(),
            Act::Claim { .. }
            | Act::Complete { .. }
            | Act::Submit
            | Act::Publish { .. }
            | Act::TakeEffect
            | Act::Lapse
            | Act::Spare { .. }
            | Act::AskAgain { .. }
            | Act::FreezeBaseline { .. } => Vec::new(),
        };
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Mark { on: stamp.day, by: stamp.person.clone() };
        match fact {
            Fact::Entered { code, name, department, task_type, findings } => {
                self.code.clone_from(code);
                self.name.clone_from(name);
                self.department.clone_from(department);
                self.task_type = *task_type;
                self.findings.clone_from(findings);
            }
            Fact::Claimed { claim } => {
                self.claim = Some((mark(), claim.clone()));
                self.disclaimed = None;
            }
            Fact::Disclaimed { reason } => {
                self.claim = None;
                self.disclaimed = Some(reason.clone());
            }
            Fact::Completed { definition } => {
                self.draft = Some((**definition).clone());
                self.review = None;
            }
            Fact::Submitted => {
                self.review = Some(Review { submitted: mark(), department: None, reform: None, basis: None });
                self.returned = None;
            }
            Fact::Reviewed { desk, passed: false, note, .. } => {
                self.review = None;
                self.returned = Some(Returned { desk: *desk, by: mark(), note: note.clone() });
            }
            Fact::Reviewed { desk, passed: true, .. } => {
                if let Some(review) = &mut self.review {
                    let place = match desk {
                        Desk::Department => &mut review.department,
                        Desk::Reform => &mut review.reform,
                        Desk::Basis => &mut review.basis,
                    };
                    *place = Some(mark());
                }
            }
            Fact::Scheduled { from, .. } => {
                let review = self.review.take();
                self.scheduled =
                    self.draft.take().map(|definition| Version { from: *from, definition, review });
            }
            // As it was before a version had a day of its own: the draft stays where it is, to be published again.
            Fact::Published { from: None, .. } => {
                if let Some(definition) = self.draft.clone() {
                    self.put_in_force(Version { from: stamp.day, definition, review: None });
                }
                self.standing = Standing::InUse;
                self.suspended = None;
            }
            Fact::Published { from: Some(from), .. } => {
                let ahead = self.scheduled.take_if(|version| version.from <= *from);
                let version = match ahead {
                    Some(version) => Some(version),
                    None => {
                        let review = self.review.take();
                        self.draft.take().map(|definition| Version { from: *from, definition, review })
                    }
                };
                if let Some(version) = version {
                    self.put_in_force(version);
                }
            }
            Fact::Retired { .. } => {}
            Fact::Suspended { reason, .. } => {
                self.standing = Standing::Suspended;
                self.suspended = Some(reason.clone());
            }
            Fact::Resumed { .. } => {
                self.standing = Standing::InUse;
                self.suspended = None;
            }
            Fact::Cancelled { reason, .. } => {
                self.standing = Standing::Cancelled;
                self.suspended = Some(reason.clone());
                self.scheduled = None;
                self.review = None;
            }
            Fact::Spared { subject, spared, .. } => self.become_version(subject, Some(spared), stamp.day),
            Fact::AskedAgain { subject, .. } => self.become_version(subject, None, stamp.day),
            Fact::BaselineFrozen { baseline, .. } => self.baseline = Some(baseline.clone()),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.code.clone(),
            title: self.name.clone(),
            status: match self.standing {
                Standing::Draft => "draft",
                Standing::InUse => "in_use",
                Standing::Suspended => "suspended",
                Standing::Cancelled => "cancelled",
            }
            .to_owned(),
            org: OrgId::new(&self.department),
            closed: self.standing == Standing::Cancelled,
            tasks: self.tasks(),
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        match (self.clock_day(), &self.scheduled) {
            (Some(next), _) if next > day => Vec::new(),
            (Some(_), Some(version)) if version.from <= day => vec![Act::TakeEffect],
            (Some(_), _) => vec![Act::Lapse],
            (None, _) => Vec::new(),
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: OrgId::new(&self.department), applicants: vec![] }
    }
}

impl Item {
    /// Who must do what next. The two desks outside the department look by their own list: which body sits at one is
    /// another matter.
    fn tasks(&self) -> Vec<Task> {
        if self.standing == Standing::Cancelled {
            return Vec::new();
        }
        let own = OrgId::new(&self.department);
        let task = |name: &str, role| Task { name: name.to_owned(), role, org: own.clone(), due: None };
        let mut tasks = Vec::new();
        match &self.review {
            Some(review) if review.department.is_none() => tasks.push(task("endorse", Role::AgencyHead)),
            Some(review) if review.waiting().is_empty() => {
                tasks.push(task("publish", Role::CatalogueManager));
            }
            Some(_) => {}
            None if self.returned.is_some() => tasks.push(task("redraft", Role::Officer)),
            None => {}
        }
        if let Some(day) = self.clock_day() {
            let org = OrgId::new("system");
            tasks.push(Task { name: "clock".to_owned(), role: Role::Clock, org, due: Some(day) });
        }
        tasks
    }
}
