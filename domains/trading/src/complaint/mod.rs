//! 投诉。 Received, accepted or not within three working days, decided within thirty; under the procurement law decided
//! within thirty of receipt by finance. The objection comes first where the regulation says so.

mod decide;

use crate::regime::Regime;
use crate::rules::{self, pl, tl, tr};
use crate::{act, opening};
use fadu_kernel::calendar::offset;
use fadu_kernel::clock::Stop;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Invalid, Limit, Matter, MatterId, OrgId, PersonId, Refusal,
    Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 投诉的是什么。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// 资格预审文件、招标文件（采购文件）: objection first
    File,
    /// 开标: objection first
    Opening,
    /// 评标（中标）结果: objection first
    Result,
    /// 其他: in procurement too a query comes first (采购法 55)
    Other,
}

/// 检验、检测、鉴定、专家评审: their time does not count (实施条例 61; 采购法实施条例 58).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    Inspection,
    Testing,
    Appraisal,
    ExpertReview,
    /// 需要投诉人补正材料 (procurement alone)
    Supplement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 投诉成立
    Upheld,
    /// 驳回：缺乏事实依据
    Unfounded,
    /// 驳回：捏造事实、伪造材料或者以非法手段取得证明材料
    Fabricated,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Complaint {
    pub number: String,
    pub project: Option<MatterId>,
    pub project_number: String,
    #[serde(default)]
    pub about: Option<About>,
    pub regime: Regime,
    pub org: OrgId,
    pub complainant: Option<PersonId>,
    pub received: Option<Date>,
    pub accept_by: Option<Date>,
    pub accepted: Option<Date>,
    pub declined: Option<Date>,
    pub transferred: Option<OrgId>,
    pub clock: Option<Clock>,
    pub suspended: bool,
    pub decided: Option<(Date, Outcome)>,
    pub published: Option<Date>,
    pub withdrawn: Option<Date>,
    pub overdue: Option<Date>,
    /// 制作的文书, by the fact that each tells of.
    #[serde(default)]
    pub documents: BTreeMap<i64, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    Lodge {
        project: MatterId,
        about: About,
        /// 知道或者应当知道之日
        #[schemars(with = "String", extend("format" = "date"))]
        known_on: Date,
        /// The objection (query) that came first.
        objection: Option<u32>,
        /// 明确的请求
        request: String,
        /// 证明材料 digests
        evidence: Vec<String>,
        /// 同一事项先收到的部门, where there was one.
        received_before: Option<OrgId>,
    },
    Accept,
    Decline {
        reason: String,
    },
    /// 移交最先收到的部门
    Transfer {
        to: OrgId,
    },
    Stop {
        kind: StopKind,
    },
    Continue {
        result: String,
    },
    /// 通知暂停招标投标（采购）活动
    OrderSuspension {
        document: String,
    },
    Decide {
        outcome: Outcome,
        digest: String,
    },
    /// 公告处理决定
    Publish {
        address: String,
        digest: String,
    },
    Withdraw {
        statement: String,
    },
    TurnOverdue,
    /// 制作文书: the notice of the fact `seq` was made and is kept under its digest. The system alone brings it.
    IssueNotice {
        seq: i64,
        digest: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Lodged {
        number: String,
        project: MatterId,
        project_number: String,
        regime: Regime,
        org: OrgId,
        about: About,
        objection: Option<u32>,
        request: String,
        evidence: Vec<String>,
        accept_by: Option<Date>,
    },
    Accepted {
        in_time: Option<bool>,
    },
    Declined {
        reason: String,
        in_time: Option<bool>,
    },
    Transferred {
        to: OrgId,
    },
    Stopped {
        kind: StopKind,
    },
    Continued {
        result: String,
    },
    /// Asks the project to suspend (a relay).
    SuspensionOrdered {
        project: MatterId,
        document: String,
    },
    Decided {
        outcome: Outcome,
        upheld: bool,
        digest: String,
        about_regime: Regime,
        #[serde(default)]
        project: Option<MatterId>,
        #[serde(default)]
        about: Option<About>,
        in_time: Option<bool>,
        suspended: bool,
    },
    Published {
        address: String,
        digest: String,
    },
    Withdrawn {
        statement: String,
    },
    TurnedOverdue {
        due: Date,
    },
    NoticeIssued {
        seq: i64,
        digest: String,
    },
}

const COMPLAIN: &[Basis] = &[tl(65), tr(60), pl(55)];
const HANDLE: &[Basis] = &[tr(61), pl(56)];

const ON_TR_62_PL_57: &[Basis] = &[tr(62), pl(57)];
const ON_TR_78_PR_58: &[Basis] = &[tr(78), rules::pr(58)];

impl Matter for Complaint {
    const KIND: &'static str = "complaint";
    const ZH: &'static str = "招标投标投诉";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Lodge", "提出投诉", COMPLAIN),
            act("Accept", "受理投诉", HANDLE),
            act("Decline", "不予受理投诉", HANDLE),
            act("Transfer", "移交最先收到的部门", HANDLE),
            act("Stop", "停止计算期限", HANDLE),
            act("Continue", "继续计算期限", HANDLE),
            act("OrderSuspension", "通知暂停活动", ON_TR_62_PL_57),
            act("Decide", "作出处理决定", HANDLE),
            act("Publish", "公告处理决定", ON_TR_78_PR_58),
            act("Withdraw", "撤回投诉", COMPLAIN),
            act("TurnOverdue", "超期记录", HANDLE),
            act("IssueNotice", "制作文书", HANDLE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act:
            Lodge Accept Decline Transfer Stop Continue OrderSuspension Decide Publish Withdraw TurnOverdue
            IssueNotice)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact:
            Lodged Accepted Declined Transferred Stopped Continued SuspensionOrdered Decided Published
            Withdrawn TurnedOverdue NoticeIssued)
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        if let Act::Lodge { request, .. } = act {
            if request.chars().count() > 2000 {
                wrong.push(Invalid::new("request", "不能超过2000字"));
            }
            let value = |name: &str| private.get(name).map_or("", String::as_str);
            if value("applicant_name").trim().is_empty() {
                wrong.push(Invalid::new("applicant_name", "请填写投诉人名称"));
            }
            let number = value("applicant_number");
            let known = fadu_kernel::codes::credit_code(number).is_ok()
                || fadu_kernel::codes::citizen_number(number).is_ok();
            if !known {
                wrong.push(Invalid::new("applicant_number", "统一社会信用代码或者证件号码不对"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        self.answer(act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Lodged { number, project, project_number, about, regime, org, accept_by, .. } => {
                self.about = Some(*about);
                self.number.clone_from(number);
                self.project = Some(*project);
                self.project_number.clone_from(project_number);
                self.regime = *regime;
                self.org = org.clone();
                self.accept_by = *accept_by;
                self.received = Some(stamp.day);
                self.complainant = Some(stamp.person.clone());
                if *regime == Regime::Procurement {
                    self.clock = Some(Clock::start(stamp.day, Limit::workdays(30)));
                }
            }
            Fact::Accepted { .. } => {
                self.accepted = Some(stamp.day);
                self.overdue = None;
                if self.regime == Regime::Tendering {
                    self.clock = Some(Clock::start(stamp.day, Limit::workdays(30)));
                }
            }
            Fact::Declined { .. } => self.declined = Some(stamp.day),
            Fact::Transferred { to } => self.transferred = Some(to.clone()),
            Fact::Stopped { .. } => {
                let stop = Stop { from: stamp.day, until: None };
                self.clock.iter_mut().for_each(|clock| clock.stops.push(stop));
            }
            Fact::Continued { .. } => {
                let stops = self.clock.iter_mut().filter_map(|clock| clock.stops.last_mut());
                stops.for_each(|stop| stop.until = Some(stamp.day));
            }
            Fact::SuspensionOrdered { .. } => self.suspended = true,
            Fact::Decided { outcome, .. } => self.decided = Some((stamp.day, *outcome)),
            Fact::Published { .. } => self.published = Some(stamp.day),
            Fact::Withdrawn { .. } => self.withdrawn = Some(stamp.day),
            Fact::TurnedOverdue { .. } => self.overdue = Some(stamp.day),
            Fact::NoticeIssued { seq, digest } => {
                self.documents.insert(*seq, digest.clone());
            }
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let status = match self {
            Complaint { published: Some(_), .. } => "published",
            Complaint { decided: Some(_), .. } => "decided",
            Complaint { withdrawn: Some(_), .. } => "withdrawn",
            Complaint { transferred: Some(_), .. } => "transferred",
            Complaint { declined: Some(_), .. } => "declined",
            Complaint { clock: Some(clock), .. } if clock.is_stopped() => "stopped",
            Complaint { accepted: Some(_), .. } => "accepted",
            Complaint { received: Some(_), .. } => "received",
            Complaint { .. } => "new",
        };
        let due = self.due(calendar);
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: self.org.clone(), due };
        let mut tasks = Vec::new();
        match status {
            "received" => tasks.push(task("accept", Role::Officer, due)),
            "accepted" => tasks.push(task("decide", Role::AgencyHead, due)),
            "stopped" => tasks.push(task("continue", Role::Officer, None)),
            "decided" => tasks.push(task("publish", Role::Officer, None)),
            _ => {}
        }
        if let Some(due) = due.filter(|_| self.overdue.is_none()) {
            tasks.push(Task {
                name: "clock".to_owned(),
                role: Role::Clock,
                org: OrgId::new("system"),
                due: Some(offset(due, 1)),
            });
        }
        Docket {
            number: self.number.clone(),
            title: format!("投诉：项目{}", self.project_number),
            status: status.to_owned(),
            org: self.org.clone(),
            due,
            amber: self.clock.as_ref().and_then(|clock| clock.amber(calendar)),
            closed: self.received.is_some() && self.open().is_err(),
            facets: vec![
                ("number".to_owned(), self.number.clone()),
                ("project".to_owned(), self.project.map(|id| id.to_string()).unwrap_or_default()),
            ],
            tasks,
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        let late = self.overdue.is_none() && self.due(calendar).is_some_and(|due| day > due);
        if late { vec![Act::TurnOverdue] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.complainant.iter().cloned().collect() }
    }
}
