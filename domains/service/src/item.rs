//! 政务服务事项。 draft → published → suspended → cancelled; every publication is a version with its day.

use crate::definition::Definition;
use crate::rules;
use crate::spared::Spared;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub definition: Definition,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 录入
    Enter { code: String, name: String, department: String, task_type: u8, findings: Vec<String> },
    /// 补全要素
    Complete { definition: Box<Definition> },
    /// 发布
    Publish,
    /// 暂停
    Suspend { reason: String },
    /// 取消
    Cancel { reason: String },
    /// 免交材料: what the list of proofs decided, from the next version on. The system alone brings it.
    Spare { subject: String, spared: Spared },
    /// 恢复要求: the list of proofs no longer spares it.
    AskAgain { subject: String, reason: String },
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
    Completed {
        definition: Box<Definition>,
    },
    Published {
        version: u32,
        code: String,
        task_type: u8,
        department: String,
        instant: bool,
        at_most_one_visit: bool,
        online: bool,
        nearby: bool,
        in_hall: bool,
        undifferentiated: bool,
        /// Working days; both absent where no statutory limit is known.
        statutory_days: Option<u16>,
        promised_days: Option<u16>,
        /// Does an earlier version of this item count already?
        again: bool,
    },
    Suspended {
        reason: String,
        was_in_use: bool,
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
}

const MANAGE: Ground =
    Ground::Law(&[Basis::article("行政许可法", 30), Basis::article("优化营商环境条例", 35)]);
const SPARE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

impl Item {
    /// The item's fixed id, from its code: the same on every machine (FNV-1a, 64 bits).
    pub fn id(code: &str) -> MatterId {
        let digest = code.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        MatterId::named(digest.to_be_bytes())
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

    pub fn is_open(&self) -> bool {
        self.standing == Standing::InUse
    }

    /// What is in force, to be changed, and the number that it then has.
    fn next(&self) -> Result<(Definition, u32), Refusal> {
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
        self.versions.push(Version { from, definition });
    }

    /// What keeps the item closed, in words for a page.
    pub fn lacks(&self) -> Vec<&'static str> {
        match &self.draft {
            Some(draft) => draft.lacks(),
            None => vec![
                "设定依据",
                "申请条件",
                "数量限制说明",
                "办理程序",
                "办理期限",
                "全部材料目录",
                "申请书示范文本",
            ],
        }
    }
}

impl Matter for Item {
    const KIND: &'static str = "item";
    const ZH: &'static str = "政务服务事项";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<fadu_kernel::MatterId> {
        match act {
            Act::Enter { code, .. } => Some(Item::id(code)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Enter", zh: "录入事项", ground: MANAGE, opens: true },
            ActKind { name: "Complete", zh: "补全要素", ground: MANAGE, opens: false },
            ActKind { name: "Publish", zh: "发布", ground: MANAGE, opens: false },
            ActKind { name: "Suspend", zh: "暂停", ground: MANAGE, opens: false },
            ActKind { name: "Cancel", zh: "取消", ground: MANAGE, opens: false },
            ActKind { name: "Spare", zh: "免交材料", ground: SPARE, opens: false },
            ActKind { name: "AskAgain", zh: "恢复要求", ground: SPARE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Enter { .. } => "Enter",
            Act::Complete { .. } => "Complete",
            Act::Publish => "Publish",
            Act::Suspend { .. } => "Suspend",
            Act::Cancel { .. } => "Cancel",
            Act::Spare { .. } => "Spare",
            Act::AskAgain { .. } => "AskAgain",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Entered { .. } => "Entered",
            Fact::Completed { .. } => "Completed",
            Fact::Published { .. } => "Published",
            Fact::Suspended { .. } => "Suspended",
            Fact::Cancelled { .. } => "Cancelled",
            Fact::Spared { .. } => "Spared",
            Fact::AskedAgain { .. } => "AskedAgain",
        }
    }

    fn decide(&self, act: &Act, _ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if self.standing == Standing::Cancelled {
            return no(&rules::CLOSED, format!("“{}”已经取消", self.name));
        }
        let was_in_use = self.is_open();
        match act {
            Act::Enter { code, name, department, task_type, findings } => Ok(vec![Fact::Entered {
                code: code.clone(),
                name: name.clone(),
                department: department.clone(),
                task_type: *task_type,
                findings: findings.clone(),
            }]),
            Act::Complete { definition } => Ok(vec![Fact::Completed { definition: definition.clone() }]),
            Act::Publish => {
                let Some(draft) = &self.draft else {
                    return no(&rules::EIGHT_FIELDS, format!("“{}”还没有填写要素", self.name));
                };
                publishable(draft)?;
                let days =
                    |limit: &crate::definition::LimitWith| (limit.unit == "workday").then_some(limit.days);
                Ok(vec![Fact::Published {
                    version: self.versions.len() as u32 + 1,
                    code: self.code.clone(),
                    task_type: self.task_type,
                    department: self.department.clone(),
                    instant: draft.project_type == "instant",
                    at_most_one_visit: draft.visits <= 1,
                    online: draft.online,
                    nearby: draft.nearby,
                    in_hall: draft.in_hall,
                    undifferentiated: draft.undifferentiated,
                    statutory_days: days(&draft.statutory),
                    promised_days: days(&draft.promised),
                    again: was_in_use,
                }])
            }
            Act::Suspend { reason } => Ok(vec![Fact::Suspended { reason: reason.clone(), was_in_use }]),
            Act::Cancel { reason } => Ok(vec![Fact::Cancelled { reason: reason.clone(), was_in_use }]),
            Act::Spare { subject, spared } => {
                let (mut next, version) = self.next()?;
                let n_before = next.n_spared();
                let Some((held, name, is_material)) = next.spared_mut(subject) else {
                    return no(&rules::RELATED_MATERIAL, format!("办事指南里没有“{subject}”"));
                };
                if held.as_ref() == Some(spared) {
                    return no(&rules::HELD_ALREADY, format!("“{name}”已经免交"));
                }
                Ok(vec![Fact::Spared {
                    version,
                    code: self.code.clone(),
                    department: self.department.clone(),
                    subject: subject.clone(),
                    name: name.to_owned(),
                    spared: spared.clone(),
                    is_material,
                    first: n_before == 0,
                    again: held.is_some(),
                }])
            }
            Act::AskAgain { subject, reason } => {
                let (mut next, version) = self.next()?;
                let n_before = next.n_spared();
                let Some((Some(_), _, is_material)) = next.spared_mut(subject) else {
                    return no(&rules::ORDER, format!("“{subject}”没有免交"));
                };
                Ok(vec![Fact::AskedAgain {
                    version,
                    code: self.code.clone(),
                    department: self.department.clone(),
                    subject: subject.clone(),
                    reason: reason.clone(),
                    is_material,
                    last: n_before == 1,
                }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Entered { code, name, department, task_type, findings } => {
                self.code.clone_from(code);
                self.name.clone_from(name);
                self.department.clone_from(department);
                self.task_type = *task_type;
                self.findings.clone_from(findings);
            }
            Fact::Completed { definition } => self.draft = Some((**definition).clone()),
            Fact::Published { .. } => {
                if let Some(mut definition) = self.draft.clone() {
                    if let Some(before) = self.versions.last() {
                        definition.keep_spared(&before.definition);
                    }
                    self.versions.push(Version { from: stamp.day, definition });
                }
                self.standing = Standing::InUse;
                self.suspended = None;
            }
            Fact::Suspended { reason, .. } => {
                self.standing = Standing::Suspended;
                self.suspended = Some(reason.clone());
            }
            Fact::Cancelled { reason, .. } => {
                self.standing = Standing::Cancelled;
                self.suspended = Some(reason.clone());
            }
            Fact::Spared { subject, spared, .. } => self.become_version(subject, Some(spared), stamp.day),
            Fact::AskedAgain { subject, .. } => self.become_version(subject, None, stamp.day),
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
            ..Docket::default()
        }
    }
}

/// Every hard stop between a draft and the public.
fn publishable(draft: &Definition) -> Result<(), Refusal> {
    let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
    let lacks = draft.lacks();
    if !lacks.is_empty() {
        return no(&rules::EIGHT_FIELDS, format!("还缺：{}", lacks.join("、")));
    }
    let set_by_document =
        |name: &str| ["通知", "意见", "方案", "细则（试行）"].iter().any(|word| name.ends_with(word));
    let setting = draft.bases.iter().filter(|support| support.supports == "setting");
    if draft.is_permit() && setting.clone().all(|support| set_by_document(&support.basis.statute)) {
        return no(&rules::SET_BY_LAW, "设定依据里没有法律、法规或者省级规章".to_owned());
    }
    let unrelated = draft
        .materials
        .iter()
        .find(|material| !draft.conditions.iter().any(|condition| condition.id == material.condition));
    if let Some(material) = unrelated {
        return no(&rules::RELATED_MATERIAL, format!("材料“{}”没有对应的申请条件", material.name));
    }
    if draft.fee.charged && draft.fee.basis.is_none() {
        return no(&rules::FEE_BY_LAW, "写明收费而没有依据".to_owned());
    }
    if !draft.online && !draft.in_hall {
        return no(&rules::ANY_CHANNEL, "既不能网上办，也不能在大厅办".to_owned());
    }
    if let (Some(statutory), Some(promised)) = (draft.statutory.limit(), draft.promised.limit())
        && statutory.unit == promised.unit
        && promised.n > statutory.n
    {
        return no(&rules::PROMISE_WITHIN_LAW, format!("承诺{}，法定{}", promised.zh(), statutory.zh()));
    }
    Ok(())
}
