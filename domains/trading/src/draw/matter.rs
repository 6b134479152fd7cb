//! 抽取作为一件事。 Frozen, committed, revealed, concluded; declines with substitutes; void only on a ground.
//!
//! The id of a draw follows from what it is for and how many times it was needed: a second draw for the same need has no
//! other place to stand than after a first that was made void. The roster itself is a public file; its root is the fact.

use super::record::is_secret;
use super::{Line, Rules, is_hash, take};
use crate::rules::{self, tl, tr};
use crate::{act, need, opening};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Role, Rule, Stamp, Task,
};
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// 抽什么。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 评标专家
    #[default]
    Experts,
    /// 检查人员
    Inspectors,
    /// 检查对象
    Objects,
}

impl Purpose {
    pub fn zh(self) -> &'static str {
        match self {
            Purpose::Experts => "评标专家抽取",
            Purpose::Inspectors => "检查人员抽取",
            Purpose::Objects => "检查对象抽取",
        }
    }
}

/// 不得担任的情形 (评标委员会和评标方法暂行规定 12)。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    /// 投标人或者其负责人的近亲属
    Relative,
    /// 项目主管部门或者行政监督部门的人员
    Authority,
    /// 有经济利益关系
    Interest,
    /// 曾因招标投标违法受过处罚
    Punished,
}

/// 名单上的一人（一户）, as the list's keeper states it. Of all this only the line is made public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    pub line: Line,
    #[serde(default)]
    pub employer: OrgId,
    /// 从事相关领域工作年数
    #[serde(default)]
    pub years: u8,
    /// 高级职称或者同等专业水平
    #[serde(default)]
    pub senior: bool,
    /// 执法证号
    #[serde(default)]
    pub certificate: String,
    #[serde(default)]
    pub bars: Vec<Bar>,
}

/// 作废、重新抽取的事由。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoidGround {
    /// 名单有误，查实
    WrongList,
    /// 依次抽尽仍不足
    Exhausted,
    /// 公共随机数没有出现
    NoPublicValue,
    /// 监督机关或者法院决定
    Ordered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// 回避
    Interest,
    /// 不能参加
    Unavailable,
    /// 联系不上
    NotReached,
    /// 健康
    Health,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draw {
    pub number: String,
    pub subject: Option<MatterId>,
    pub purpose: Purpose,
    pub need: u16,
    /// 第几次招标: a new round of the project is a new need.
    pub round: u16,
    pub org: OrgId,
    pub rules: Rules,
    pub root: String,
    /// 评标专家库的摘要; empty in draws for an inspection, and of before a library was registered.
    #[serde(default)]
    pub library: String,
    pub n_lines: usize,
    pub n_excluded: usize,
    pub frozen: Option<Date>,
    pub reveal_by: Option<DateTime>,
    pub public_source: String,
    pub public_at: Option<DateTime>,
    /// Party, commit, secret once revealed.
    pub secrets: Vec<(OrgId, String, Option<String>)>,
    pub concluded: Option<Date>,
    pub public_value: String,
    /// Those who may sit, in order: enough of each specialty for many declines.
    pub line_up: Vec<Line>,
    pub declined: Vec<String>,
    pub disclosed: Vec<String>,
    pub voided: Option<VoidGround>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 冻结名单
    Freeze {
        subject: MatterId,
        purpose: Purpose,
        /// 第几次需要，从0起
        need: u16,
        rules: Rules,
        roster: Vec<Candidate>,
        #[schemars(with = "String", extend("format" = "date-time"))]
        reveal_by: DateTime,
        public_source: String,
        #[schemars(with = "String", extend("format" = "date-time"))]
        public_at: DateTime,
    },
    /// 提交摘要
    Commit { commit: String },
    /// 公开随机数
    Reveal { secret: String },
    /// 排序: the roster is given again and held against the root.
    Conclude { public_value: String, roster: Vec<Line> },
    /// 不能参加
    Excuse { leaf: String, reason: DeclineReason },
    /// 公布抽中人员的盐值
    Disclose { members: Vec<Opened> },
    /// 作废
    Void { ground: VoidGround, document: String },
}

/// 抽中的一人: the id is checked and not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Opened {
    pub leaf: String,
    pub salt: String,
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Frozen {
        number: String,
        subject: MatterId,
        purpose: Purpose,
        need: u16,
        round: u16,
        rules: Rules,
        root: String,
        #[serde(default)]
        library: String,
        n_lines: usize,
        n_excluded: usize,
        reveal_by: DateTime,
        public_source: String,
        public_at: DateTime,
    },
    Committed {
        party: OrgId,
        commit: String,
    },
    Revealed {
        party: OrgId,
        secret: String,
    },
    Concluded {
        public_value: String,
        seed: String,
        line_up: Vec<Line>,
        seats: Vec<String>,
        /// Who committed and did not reveal: public, to be asked why.
        silent: Vec<OrgId>,
        noted: bool,
    },
    Declined {
        leaf: String,
        reason: DeclineReason,
        substitute: Option<String>,
        noted: bool,
    },
    /// Leaf and salt; the names come from the paper that the salt opens.
    Disclosed {
        salts: Vec<(String, String)>,
    },
    Voided {
        ground: VoidGround,
        document: String,
    },
}

/// 抽取编号: allotted by the need itself, before anybody commits.
pub fn draw_id(subject: MatterId, purpose: Purpose, need: u16) -> MatterId {
    let text = format!("fadu-draw\n{subject}\n{purpose:?}\n{need}\n");
    MatterId::named(Sha256::digest(text).first_chunk::<8>().copied().unwrap_or_default())
}

impl Draw {
    pub fn status(&self) -> &'static str {
        match self {
            Draw { voided: Some(_), .. } => "void",
            Draw { concluded: Some(_), .. } => "concluded",
            Draw { secrets, .. } if secrets.iter().any(|(_, _, secret)| secret.is_some()) => "revealing",
            Draw { frozen: Some(_), .. } => "frozen",
            Draw { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "void" => "已作废",
            "concluded" => "已抽取",
            "revealing" => "正在公开随机数",
            "frozen" => "名单已冻结",
            _ => "未开始",
        }
    }

    /// Who sits now, in the order of the draw.
    pub fn seats(&self) -> Vec<String> {
        let order: Vec<&Line> = self.line_up.iter().collect();
        let declined = self.declined.iter().map(String::as_str).collect();
        take(&self.rules, &order, &declined)
            .iter()
            .map(|line| line.leaf.clone())
            .collect()
    }
}

const DRAW: &[Basis] = &[tl(37), tr(46), Basis::article("优化营商环境条例", 54)];

impl Matter for Draw {
    const KIND: &'static str = "draw";
    const ZH: &'static str = "随机抽取";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Freeze { subject, purpose, need, .. } => Some(draw_id(*subject, *purpose, *need)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Freeze", "冻结名单", DRAW),
            act("Commit", "提交随机数摘要", DRAW),
            act("Reveal", "公开随机数", DRAW),
            act("Conclude", "按公共随机数抽取", DRAW),
            act("Excuse", "不能参加", DRAW),
            act("Disclose", "公布抽中人员的盐值", DRAW),
            act("Void", "作废", DRAW),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Freeze Commit Reveal Conclude Excuse Disclose Void)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Frozen Committed Revealed Concluded Declined Disclosed Voided)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let wrong = match act {
            Act::Freeze { rules, .. } => {
                rules.clone().checked().err().map(|bad| Invalid::new("rules", bad.to_string()))
            }
            Act::Commit { commit } if !is_hash(commit) => {
                Some(Invalid::new("commit", "摘要应为64位小写十六进制"))
            }
            Act::Reveal { secret } if !is_secret(secret) => {
                Some(Invalid::new("secret", "随机数应为至少32位小写十六进制"))
            }
            Act::Conclude { public_value, .. }
                if public_value.trim().is_empty()
                    || !public_value
                        .bytes()
                        .all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\\')) =>
            {
                Some(Invalid::new("public_value", "公共随机数应为一行字母、数字和空格"))
            }
            _ => None,
        };
        wrong.map_or(Ok(()), |wrong| Err(vec![wrong]))
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if !matches!(act, Act::Freeze { .. }) {
            need(self.frozen.is_some(), &rules::DRAW_ORDER, || "名单还没有冻结".into())?;
            need(self.voided.is_none(), &rules::DRAW_ONCE, || "这次抽取已经作废".into())?;
        }
        match act {
            Act::Freeze { .. } => self.freeze(act, ctx),
            Act::Commit { commit } => self.commit(commit, ctx),
            Act::Reveal { secret } => self.reveal(secret, ctx),
            Act::Conclude { public_value, roster } => self.conclude(public_value, roster, ctx),
            Act::Excuse { leaf, reason } => self.decline(leaf, *reason, ctx),
            Act::Disclose { members } => self.disclose(members, ctx),
            Act::Void { ground, document } => self.void(*ground, document, ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Frozen {
                number,
                subject,
                purpose,
                need,
                round,
                rules,
                root,
                library,
                n_lines,
                n_excluded,
                reveal_by,
                public_source,
                public_at,
            } => {
                *self = Draw {
                    number: number.clone(),
                    subject: Some(*subject),
                    purpose: *purpose,
                    need: *need,
                    round: *round,
                    org: stamp.org.clone(),
                    rules: rules.clone(),
                    root: root.clone(),
                    library: library.clone(),
                    n_lines: *n_lines,
                    n_excluded: *n_excluded,
                    frozen: Some(stamp.day),
                    reveal_by: Some(*reveal_by),
                    public_source: public_source.clone(),
                    public_at: Some(*public_at),
                    ..Draw::default()
                };
            }
            Fact::Committed { party, commit } => {
                self.secrets.push((party.clone(), commit.clone(), None));
            }
            Fact::Revealed { party, secret } => {
                if let Some(row) = self.secrets.iter_mut().find(|(org, _, _)| org == party) {
                    row.2 = Some(secret.clone());
                }
            }
            Fact::Concluded { public_value, line_up, .. } => {
                self.concluded = Some(stamp.day);
                self.public_value.clone_from(public_value);
                self.line_up.clone_from(line_up);
            }
            Fact::Declined { leaf, .. } => self.declined.push(leaf.clone()),
            Fact::Disclosed { salts } => self.disclosed.extend(salts.iter().map(|(leaf, _)| leaf.clone())),
            Fact::Voided { ground, .. } => self.voided = Some(*ground),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let due = self
            .public_at
            .map(|at| at.date())
            .filter(|_| self.concluded.is_none() && self.voided.is_none());
        let tasks = due.map(|due| Task {
            name: "conclude".to_owned(),
            role: Role::Officer,
            org: self.org.clone(),
            due: Some(due),
        });
        let mut facets = vec![("number".to_owned(), self.number.clone())];
        facets.extend(self.subject.map(|subject| ("subject".to_owned(), subject.to_string())));
        Docket {
            number: self.number.clone(),
            title: self.purpose.zh().to_owned(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due,
            closed: self.concluded.is_some() || self.voided.is_some(),
            facets,
            tasks: tasks.into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
