//! 专项核查。 A list of past projects, matched with approvals and payments, each looked through in a review of its own;
//! what became of them is counted here as the reviews tell it.

use crate::rules::{self, tl, tr};
use crate::{act, is_hash, named, need, only_clock, opening, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Matter, MatterId, OrgId, Refusal, Role, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 核查方案。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// 名称
    pub title: String,
    /// 范围
    pub scope: String,
    /// 专项: one field turned over whole, such as funeral services; otherwise a look-back over all fields.
    #[serde(default)]
    pub special: bool,
    /// 项目清单的摘要
    pub list: String,
    /// 审批清单的摘要
    #[serde(default)]
    pub approvals: String,
    /// 付款清单的摘要
    #[serde(default)]
    pub payments: String,
    /// 清单项目数
    pub n_listed: u32,
    /// 清单以外、有审批或者付款的项目数
    #[serde(default)]
    pub n_unlisted: u32,
    /// 模拟
    #[serde(default)]
    pub simulated: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Campaign {
    pub number: String,
    pub org: OrgId,
    pub plan: Plan,
    pub opened: Option<Date>,
    pub entered: BTreeSet<MatterId>,
    pub concluded: BTreeSet<MatterId>,
    pub n_clean: u32,
    pub closed: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 制定核查方案
    Open { plan: Box<Plan> },
    /// 列入一个项目
    Enter { review: MatterId },
    /// 一个项目有了结论
    Count { review: MatterId, clean: bool },
    /// 结束核查
    Close { digest: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened { number: String, plan: Box<Plan>, org: OrgId },
    Entered { review: MatterId },
    Counted { review: MatterId, clean: bool },
    Closed { digest: String, n: usize, n_clean: u32, special: bool },
}

const OVERSEE: &[Basis] = &[tl(7), tr(4)];

impl Campaign {
    pub fn id(title: &str) -> MatterId {
        named("campaign", &[title])
    }

    pub fn n(&self) -> u32 {
        self.plan.n_listed + self.plan.n_unlisted
    }

    pub fn status(&self) -> &'static str {
        match self {
            Campaign { closed: Some(_), .. } => "closed",
            Campaign { opened: Some(_), .. } => "open",
            Campaign { .. } => "new",
        }
    }
}

impl Matter for Campaign {
    const KIND: &'static str = "campaign";
    const ZH: &'static str = "专项核查";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Open", "制定核查方案", OVERSEE),
            act("Enter", "列入项目", OVERSEE),
            act("Count", "登记项目结论", OVERSEE),
            act("Close", "结束核查", OVERSEE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Open Enter Count Close)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Opened Entered Counted Closed)
    }

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { plan } => Some(Campaign::id(&plan.title)),
            _ => None,
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Open { plan } if plan.title.trim().is_empty() => {
                Err(vec![Invalid::new("plan.title", "请填写名称")])
            }
            _ => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Open { plan } = act {
            need(self.opened.is_none(), &rules::ORDER, || format!("“{}”已经开始", self.plan.title))?;
            need(is_hash(&plan.list) && plan.n_listed > 0, &rules::ORDER, || "没有项目清单".into())?;
            let (number, org) = (crate::number(ctx), ctx.actor.org.clone());
            return Ok(vec![Fact::Opened { number, plan: plan.clone(), org }]);
        }
        need(self.opened.is_some() && self.closed.is_none(), &rules::ORDER, || {
            "没有开始，或者已经结束".into()
        })?;
        match act {
            Act::Open { .. } => Ok(Vec::new()),
            Act::Enter { review } => {
                only_clock(ctx)?;
                need(!self.entered.contains(review), &rules::ORDER, || "已经列入".into())?;
                Ok(vec![Fact::Entered { review: *review }])
            }
            Act::Count { review, clean } => {
                only_clock(ctx)?;
                let open = self.entered.contains(review) && !self.concluded.contains(review);
                need(open, &rules::ORDER, || "没有列入，或者已经登记".into())?;
                Ok(vec![Fact::Counted { review: *review, clean: *clean }])
            }
            Act::Close { digest } => {
                let n = self.concluded.len();
                let all = n == self.n() as usize;
                need(all, &rules::FINDINGS_WORKED, || format!("{}个项目里{n}个有结论", self.n()))?;
                need(is_hash(digest), &rules::ORDER, || "没有核查报告的摘要".into())?;
                let (n_clean, special) = (self.n_clean, self.plan.special);
                Ok(vec![Fact::Closed { digest: digest.clone(), n, n_clean, special }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Opened { number, plan, org } => {
                self.number.clone_from(number);
                self.plan = (**plan).clone();
                self.org = org.clone();
                self.opened = Some(stamp.day);
            }
            Fact::Entered { review } => {
                self.entered.insert(*review);
            }
            Fact::Counted { review, clean } => {
                self.concluded.insert(*review);
                self.n_clean += u32::from(*clean);
            }
            Fact::Closed { .. } => self.closed = Some(stamp.day),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let open = self.closed.is_none();
        Docket {
            number: self.number.clone(),
            title: self.plan.title.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            closed: !open,
            tasks: open
                .then(|| task("close", Role::AgencyHead, &self.org, None))
                .into_iter()
                .collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
