//! 随机抽查（双随机、一公开）。 Plan, two draws, visits by two certified officers, results made public, corrections with a
//! deadline and proof, checked again.

mod decide;

use crate::rules::{self, tr};
use crate::{act, opening};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Matter, MatterId, OrgId, PersonId, Refusal, Role, Rule,
    Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 抽查对象。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// 招标代理机构
    #[default]
    Agencies,
    /// 招标项目
    Projects,
}

/// 抽查事项。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    pub code: String,
    pub title: String,
    /// 公布的地址; empty: not published, and so not to be checked.
    #[serde(default)]
    pub published: String,
}

/// 被检查单位的类型, where the law asks for fewer visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    #[default]
    /// 其他
    Other,
    /// 民营经济组织，不属于中小企业
    Private,
    /// 中小企业
    Small,
}

/// 一户的检查。
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Visit {
    /// The object's leaf in its draw.
    pub object: String,
    pub inspectors: Vec<String>,
    /// 被检查单位, as the notice names it.
    #[serde(default)]
    pub unit: String,
    pub notified: Option<Date>,
    pub visited: Option<Date>,
    pub recorded: Option<Date>,
    pub findings: Vec<String>,
}

/// 检查表的一行。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SheetLine {
    pub item: String,
    pub compliant: bool,
    #[serde(default)]
    pub note: String,
    /// 证据 digests; asked for where something is found.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// 整改通知: what was violated, by which clause, until when, checked again on which day (行政处罚法 28).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Order {
    pub object: String,
    /// 被检查单位: a firm or an agency, as the notice is addressed.
    #[serde(default)]
    pub unit: String,
    /// 被检查单位的办事账号: who may prove the repair. Without one the body that inspects puts on record what was handed in.
    #[serde(default)]
    pub agent: Option<PersonId>,
    pub item: String,
    pub violation: String,
    pub clause: Basis,
    #[schemars(with = "String", extend("format" = "date"))]
    pub deadline: Date,
    #[schemars(with = "String", extend("format" = "date"))]
    pub recheck_on: Date,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Correction {
    pub n: u32,
    pub order: Order,
    pub proof: Option<(Date, String)>,
    pub overdue: Option<Date>,
    /// Repaired or not, as checked again.
    pub rechecked: Option<(Date, bool)>,
    pub in_credit_record: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Inspection {
    pub number: String,
    pub title: String,
    pub org: OrgId,
    pub target: Target,
    pub items: Vec<Item>,
    #[serde(default)]
    pub objects_library: String,
    #[serde(default)]
    pub inspectors_library: String,
    pub until: Option<Date>,
    pub planned: Option<Date>,
    pub approved: Option<String>,
    pub draws: Option<(MatterId, MatterId)>,
    pub visits: Vec<Visit>,
    pub published: Option<Date>,
    /// 检查记录报送行政执法监督机构
    #[serde(default)]
    pub reported: Option<Date>,
    pub corrections: Vec<Correction>,
    /// 文书: the entry that each tells of, and the digest of what was made.
    #[serde(default)]
    pub documents: BTreeMap<i64, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 制定计划
    Plan {
        title: String,
        target: Target,
        items: Vec<Item>,
        /// 检查对象名录库的摘要 ([`crate::draw::library`]): what is drawn from is this list and no other.
        #[serde(default)]
        objects_library: String,
        /// 执法检查人员名录库的摘要
        #[serde(default)]
        inspectors_library: String,
        /// 实施期限
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    /// 批准计划
    Approve { document: String },
    /// 派出: objects and inspectors as they were drawn.
    Assign { objects: MatterId, inspectors: MatterId },
    /// 通知检查对象
    Notify {
        object: String,
        document: String,
        /// 被检查单位
        #[serde(default)]
        unit: String,
    },
    /// 现场检查
    Visit {
        object: String,
        inspectors: Vec<String>,
        /// 出示的执法证号: numbers that 行政执法公示 makes public.
        certificates: Vec<String>,
        /// 本年度已经检查的次数，各部门合计: what the county's own records show of it counts whatever is typed.
        visits_this_year: u16,
        /// 其中本部门检查的次数
        #[serde(default)]
        ours_this_year: u16,
        /// 被检查单位的类型
        #[serde(default)]
        kind: Unit,
        /// 没有合并、没有纳入联合检查的理由
        #[serde(default)]
        why_apart: String,
    },
    /// 检查表
    Record {
        object: String,
        lines: Vec<SheetLine>,
        /// 全过程记录（音像、文字）的摘要
        #[serde(default)]
        recording: String,
    },
    /// 公开抽查结果
    Publish { address: String, digest: String },
    /// 报送检查记录: what the body that supervises enforcement got, by the digest of the file.
    ReportRecords {
        /// 行政执法监督机构
        to: OrgId,
        /// 检查记录文件的摘要
        digest: String,
    },
    /// 责令改正
    OrderCorrection { order: Box<Order> },
    /// 提交整改证明
    SubmitProof { n: u32, digest: String },
    /// 复查
    Recheck { n: u32, repaired: bool, digest: String },
    /// 记入信用记录
    RecordCredit { n: u32, document: String },
    /// 整改超期
    TurnOverdue { n: u32 },
    /// 制作文书: the notice of the fact `seq` was made and is kept under its digest. The system alone brings it.
    IssueNotice { seq: i64, digest: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Planned {
        number: String,
        title: String,
        target: Target,
        items: Vec<Item>,
        until: Date,
        org: OrgId,
        #[serde(default)]
        objects_library: String,
        #[serde(default)]
        inspectors_library: String,
    },
    Approved {
        document: String,
    },
    Assigned {
        objects: MatterId,
        inspectors: MatterId,
        visits: Vec<(String, Vec<String>)>,
    },
    Notified {
        object: String,
        document: String,
        #[serde(default)]
        unit: String,
    },
    Visited {
        object: String,
        inspectors: Vec<String>,
        certificates: Vec<String>,
        visits_this_year: u16,
        #[serde(default)]
        kind: Unit,
        #[serde(default)]
        why_apart: String,
        noted: bool,
    },
    Recorded {
        object: String,
        lines: Vec<SheetLine>,
        n_findings: usize,
        #[serde(default)]
        recording: String,
    },
    Published {
        address: String,
        digest: String,
        n_objects: usize,
        n_with_findings: usize,
        in_time: Option<bool>,
    },
    RecordsReported {
        to: OrgId,
        digest: String,
    },
    CorrectionOrdered {
        n: u32,
        order: Box<Order>,
        target: Target,
    },
    ProofSubmitted {
        n: u32,
        digest: String,
        in_time: bool,
    },
    Rechecked {
        n: u32,
        target: Target,
        repaired: bool,
        digest: String,
        in_time: bool,
    },
    CreditRecorded {
        n: u32,
        document: String,
    },
    CorrectionOverdue {
        n: u32,
        due: Date,
    },
    NoticeIssued {
        seq: i64,
        digest: String,
    },
}

impl Inspection {
    pub fn visit(&self, object: &str) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.object == object)
    }

    pub fn status(&self) -> &'static str {
        match self {
            Inspection { published: Some(_), corrections, .. }
                if corrections.iter().all(|one| self.settled(one)) =>
            {
                "closed"
            }
            Inspection { published: Some(_), .. } => "correcting",
            Inspection { draws: Some(_), .. } => "visiting",
            Inspection { approved: Some(_), .. } => "approved",
            Inspection { planned: Some(_), .. } => "planned",
            Inspection { .. } => "new",
        }
    }

    /// Repaired, or checked again without success and ordered anew.
    fn settled(&self, one: &Correction) -> bool {
        let anew = |later: &Correction| {
            later.n > one.n && later.order.object == one.order.object && later.order.item == one.order.item
        };
        match one.rechecked {
            Some((_, true)) => true,
            Some((_, false)) => self.corrections.iter().any(anew),
            None => false,
        }
    }

    /// The correction whose deadline passed without proof and was not yet noted.
    fn late(&self, day: Date) -> impl Iterator<Item = &Correction> {
        let open =
            |one: &&Correction| one.proof.is_none() && one.overdue.is_none() && one.rechecked.is_none();
        self.corrections.iter().filter(open).filter(move |one| day > one.order.deadline)
    }
}

const RANDOM: &[Basis] = &[Basis::article("优化营商环境条例", 54), tr(4)];
const VISIT: &[Basis] = &[Basis::article("行政处罚法", 42), Basis::article("行政处罚法", 55)];
const CORRECT: &[Basis] = &[Basis::article("行政处罚法", 28)];

const SUPERVISED: &[Basis] = &[Basis::article("行政执法监督条例", 6)];

const ON_TR_78: &[Basis] = &[tr(78)];

impl Matter for Inspection {
    const KIND: &'static str = "inspection";
    const ZH: &'static str = "随机抽查";
    /// Draws are held against it.
    const CATALOGUE: bool = true;
    const NAMED: bool = false;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Plan", "制定抽查计划", RANDOM),
            act("Approve", "批准抽查计划", RANDOM),
            act("Assign", "派出检查", RANDOM),
            act("Notify", "通知检查对象", RANDOM),
            act("Visit", "现场检查", VISIT),
            act("Record", "填写检查表", VISIT),
            act("Publish", "公开抽查结果", RANDOM),
            act("ReportRecords", "报送检查记录", SUPERVISED),
            act("OrderCorrection", "责令改正", CORRECT),
            act("SubmitProof", "提交整改证明", CORRECT),
            act("Recheck", "复查", CORRECT),
            act("RecordCredit", "记入信用记录", ON_TR_78),
            act("TurnOverdue", "整改超期", CORRECT),
            act("IssueNotice", "制作文书", RANDOM),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act:
            Plan Approve Assign Notify Visit Record Publish ReportRecords OrderCorrection SubmitProof Recheck RecordCredit
            TurnOverdue IssueNotice)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact:
            Planned Approved Assigned Notified Visited Recorded Published RecordsReported CorrectionOrdered
            ProofSubmitted Rechecked CreditRecorded CorrectionOverdue NoticeIssued)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::Plan { title, items, .. } => {
                if title.trim().is_empty() {
                    wrong.push(Invalid::new("title", "请填写计划名称"));
                }
                if items.is_empty() {
                    wrong.push(Invalid::new("items", "请选择抽查事项"));
                }
            }
            Act::OrderCorrection { order } if order.violation.chars().count() > 2000 => {
                wrong.push(Invalid::new("violation", "不能超过2000字"));
            }
            _ => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide::decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Planned {
                number,
                title,
                target,
                items,
                until,
                org,
                objects_library,
                inspectors_library,
            } => {
                self.objects_library.clone_from(objects_library);
                self.inspectors_library.clone_from(inspectors_library);
                self.number.clone_from(number);
                self.title.clone_from(title);
                self.target = *target;
                self.items.clone_from(items);
                self.until = Some(*until);
                self.org = org.clone();
                self.planned = Some(stamp.day);
            }
            Fact::Approved { document } => self.approved = Some(document.clone()),
            Fact::Assigned { objects, inspectors, visits } => {
                self.draws = Some((*objects, *inspectors));
                let visit = |(object, inspectors): &(String, Vec<String>)| Visit {
                    object: object.clone(),
                    inspectors: inspectors.clone(),
                    ..Visit::default()
                };
                self.visits = visits.iter().map(visit).collect();
            }
            Fact::Notified { object, unit, .. } => self.change(object, |visit| {
                visit.notified = Some(stamp.day);
                visit.unit.clone_from(unit);
            }),
            Fact::Visited { object, .. } => self.change(object, |visit| visit.visited = Some(stamp.day)),
            Fact::Recorded { object, lines, .. } => self.change(object, |visit| {
                visit.recorded = Some(stamp.day);
                let found = lines.iter().filter(|line| !line.compliant);
                visit.findings = found.map(|line| line.item.clone()).collect();
            }),
            Fact::Published { .. } => self.published = Some(stamp.day),
            Fact::CorrectionOrdered { n, order, .. } => self.corrections.push(Correction {
                n: *n,
                order: (**order).clone(),
                proof: None,
                overdue: None,
                rechecked: None,
                in_credit_record: false,
            }),
            Fact::RecordsReported { .. } => self.reported = Some(stamp.day),
            Fact::ProofSubmitted { n, digest, .. } => {
                self.correct(*n, |one| one.proof = Some((stamp.day, digest.clone())));
            }
            Fact::Rechecked { n, repaired, .. } => {
                self.correct(*n, |one| one.rechecked = Some((stamp.day, *repaired)));
            }
            Fact::CreditRecorded { n, .. } => self.correct(*n, |one| one.in_credit_record = true),
            Fact::CorrectionOverdue { n, .. } => self.correct(*n, |one| one.overdue = Some(stamp.day)),
            Fact::NoticeIssued { seq, digest } => {
                self.documents.insert(*seq, digest.clone());
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let task = |name: String, role, due| Task { name, role, org: self.org.clone(), due };
        let mut tasks = Vec::new();
        match self.status() {
            "planned" => tasks.push(task("approve".to_owned(), Role::AgencyHead, None)),
            "approved" => tasks.push(task("assign".to_owned(), Role::Officer, self.until)),
            "visiting" => tasks.push(task("visit".to_owned(), Role::Officer, self.until)),
            _ => {}
        }
        let open = self.corrections.iter().filter(|one| !self.settled(one));
        for one in open {
            tasks.push(task(format!("recheck:{}", one.n), Role::Officer, Some(one.order.recheck_on)));
            if one.proof.is_none() && one.overdue.is_none() {
                tasks.push(Task {
                    name: format!("clock:{}", one.n),
                    role: Role::Clock,
                    org: OrgId::new("system"),
                    due: Some(offset(one.order.deadline, 1)),
                });
            }
        }
        Docket {
            number: self.number.clone(),
            title: self.title.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due: tasks.iter().filter_map(|task| task.due).min(),
            closed: self.status() == "closed",
            facets: vec![("number".to_owned(), self.number.clone())],
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        self.late(day).map(|one| Act::TurnOverdue { n: one.n }).collect()
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}

impl Inspection {
    fn change(&mut self, object: &str, change: impl FnOnce(&mut Visit)) {
        if let Some(visit) = self.visits.iter_mut().find(|visit| visit.object == object) {
            change(visit);
        }
    }

    fn correct(&mut self, n: u32, change: impl FnOnce(&mut Correction)) {
        if let Some(one) = self.corrections.iter_mut().find(|one| one.n == n) {
            change(one);
        }
    }
}
