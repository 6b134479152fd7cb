//! 行政处罚。 From filing to service, with the clocks of 行政处罚法: 2, 3, 5 and 7 days are working days, ninety are not.

mod decide;

use crate::rules::{self, pen};
use crate::{act, last_day, opening, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, DaysOf, Docket, Invalid, Limit, Matter, OrgId, Refusal, Role, Rule, Stamp,
    Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NINETY: Limit = DaysOf::Penalty.limit(90);
const SEVEN: Limit = DaysOf::Penalty.limit(7);
const FIVE: Limit = DaysOf::Penalty.limit(5);

/// 立案内容。 Firms and agencies alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// 统一社会信用代码
    pub code: String,
    /// 单位名称
    pub name: String,
    /// 违法行为
    pub violation: String,
    pub clause: Basis,
    /// 违法行为发生之日，有连续或者继续状态的为终了之日
    #[schemars(with = "String", extend("format" = "date"))]
    pub committed: Date,
    /// 被发现之日
    #[schemars(with = "String", extend("format" = "date"))]
    pub found: Date,
    /// 涉及公民生命健康安全、金融安全且有危害后果
    #[serde(default)]
    pub grave: bool,
    /// 行政主体资格的依据; an institution of the bureau has none.
    #[serde(default)]
    pub qualification: String,
    /// 起因
    pub cause: String,
}

/// 从轻、不罚的情节。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Circumstances {
    /// 轻微
    pub minor: bool,
    /// 及时改正
    pub corrected: bool,
    /// 有危害后果
    pub harmful: bool,
    /// 初次违法
    pub first: bool,
}

/// 决定的内容。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// 处罚种类; empty: 不予处罚.
    pub kind: String,
    /// 罚款金额（分）
    #[serde(default)]
    pub fine_fen: i64,
    pub circumstances: Circumstances,
    pub reason: String,
    pub document: String,
    /// 计入的考核指标: must be empty.
    #[serde(default)]
    pub counted_in: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Penalty {
    pub number: String,
    pub org: OrgId,
    pub case: Option<Case>,
    pub filed: Option<Date>,
    /// 先行登记保存: when, and when it was decided what becomes of it.
    pub preserved: Vec<(Date, Option<Date>)>,
    pub told: Option<(Date, Date)>,
    pub defended: Option<Date>,
    pub hearing_asked: Option<Date>,
    pub hearing_on: Option<Date>,
    pub heard: Option<Date>,
    pub decided: Option<(Date, bool)>,
    pub served: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 立案
    File { case: Box<Case> },
    /// 先行登记保存证据
    Preserve { list: String },
    /// 处理保存的证据
    SettleEvidence { n: u32, decision: String },
    /// 采用电子监控证据
    AdmitDevice { digest: String, reviewed: bool, place_published: bool },
    /// 告知
    Tell {
        digest: String,
        /// 陈述申辩的期限
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    /// 登记陈述申辩
    RecordDefence { digest: String },
    /// 登记听证要求
    RecordHearingAsked {
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
    },
    /// 通知听证
    NotifyHearing {
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
        place: String,
    },
    /// 登记听证笔录
    RecordHearing { digest: String },
    /// 作出决定
    Decide { decision: Box<Decision> },
    /// 送达
    Serve { receipt: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Filed { number: String, case: Box<Case>, org: OrgId },
    Preserved { n: u32, list: String, due: Option<Date> },
    EvidenceSettled { n: u32, decision: String, in_time: Option<bool> },
    DeviceAdmitted { digest: String },
    Told { digest: String, until: Date },
    DefenceRecorded { digest: String },
    HearingAskedRecorded { on: Date },
    HearingNotified { on: Date, place: String },
    HearingRecorded { digest: String },
    Decided { decision: Box<Decision>, punished: bool, in_time: Option<bool>, noted: bool },
    Served { receipt: String, in_time: Option<bool> },
}

const FILE: &[Basis] = &[pen(54)];
const EVIDENCE: &[Basis] = &[pen(56)];
const DEVICE: &[Basis] = &[pen(41)];
const TELL: &[Basis] = &[pen(44), pen(45)];
const HEAR: &[Basis] = &[pen(63), pen(64)];
const DECIDE: &[Basis] = &[pen(57), pen(60)];
const SERVE: &[Basis] = &[pen(61)];

impl Penalty {
    pub fn status(&self) -> &'static str {
        match self {
            Penalty { served: Some(_), .. } => "served",
            Penalty { decided: Some(_), .. } => "decided",
            Penalty { hearing_asked: Some(_), heard: None, .. } => "hearing",
            Penalty { told: Some(_), .. } => "told",
            Penalty { filed: Some(_), .. } => "filed",
            Penalty { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "served" => "已送达",
            "decided" => "已决定，待送达",
            "hearing" => "待听证",
            "told" => "已告知",
            "filed" => "已立案",
            _ => "",
        }
    }
}

impl Matter for Penalty {
    const KIND: &'static str = "penalty";
    const ZH: &'static str = "行政处罚";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("File", "立案", FILE),
            act("Preserve", "先行登记保存证据", EVIDENCE),
            act("SettleEvidence", "处理保存的证据", EVIDENCE),
            act("AdmitDevice", "采用电子监控证据", DEVICE),
            act("Tell", "告知", TELL),
            act("RecordDefence", "登记陈述申辩", TELL),
            act("RecordHearingAsked", "登记听证要求", HEAR),
            act("NotifyHearing", "通知听证", HEAR),
            act("RecordHearing", "登记听证笔录", HEAR),
            act("Decide", "作出处罚决定", DECIDE),
            act("Serve", "送达", SERVE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act:
            File Preserve SettleEvidence AdmitDevice Tell RecordDefence RecordHearingAsked NotifyHearing
            RecordHearing Decide Serve)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact:
            Filed Preserved EvidenceSettled DeviceAdmitted Told DefenceRecorded HearingAskedRecorded
            HearingNotified HearingRecorded Decided Served)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::File { case } => {
                if fadu_kernel::codes::credit_code(&case.code).is_err() {
                    wrong.push(Invalid::new("case.code", "统一社会信用代码不对"));
                }
                if case.violation.trim().is_empty() {
                    wrong.push(Invalid::new("case.violation", "请填写违法行为"));
                }
            }
            Act::Decide { decision } if decision.fine_fen < 0 => {
                wrong.push(Invalid::new("decision.fine_fen", "罚款不能小于零"));
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
            Fact::Filed { number, case, org } => {
                self.number.clone_from(number);
                self.case = Some((**case).clone());
                self.org = org.clone();
                self.filed = Some(stamp.day);
            }
            Fact::Preserved { .. } => self.preserved.push((stamp.day, None)),
            Fact::EvidenceSettled { n, .. } => {
                let at = n.checked_sub(1).map(|at| at as usize);
                if let Some((_, settled)) = at.and_then(|at| self.preserved.get_mut(at)) {
                    *settled = Some(stamp.day);
                }
            }
            Fact::DeviceAdmitted { .. } => {}
            Fact::Told { until, .. } => self.told = Some((stamp.day, *until)),
            Fact::DefenceRecorded { .. } => self.defended = Some(stamp.day),
            Fact::HearingAskedRecorded { on } => self.hearing_asked = Some(*on),
            Fact::HearingNotified { on, .. } => self.hearing_on = Some(*on),
            Fact::HearingRecorded { .. } => self.heard = Some(stamp.day),
            Fact::Decided { punished, .. } => self.decided = Some((stamp.day, *punished)),
            Fact::Served { .. } => self.served = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let end = |limit: Limit, from: Option<Date>| from.and_then(|from| last_day(limit, from, calendar));
        let officer = |name: &str, due| task(name, Role::Officer, &self.org, due);
        let mut tasks: Vec<Task> = self
            .preserved
            .iter()
            .enumerate()
            .filter(|(_, (_, settled))| settled.is_none())
            .map(|(n, (on, _))| officer(&format!("evidence:{}", n + 1), end(SEVEN, Some(*on))))
            .collect();
        match self.status() {
            "filed" => tasks.push(officer("tell", end(NINETY, self.filed))),
            "hearing" => tasks.push(officer("hearing", self.hearing_on)),
            "told" => tasks.push(task("decide", Role::AgencyHead, &self.org, end(NINETY, self.filed))),
            "decided" => tasks.push(officer("serve", end(SEVEN, self.decided.map(|(on, _)| on)))),
            _ => {}
        }
        Docket {
            number: self.number.clone(),
            title: self.case.as_ref().map(|case| case.name.clone()).unwrap_or_default(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due: tasks.iter().filter_map(|task| task.due).min(),
            closed: self.served.is_some(),
            tasks,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
