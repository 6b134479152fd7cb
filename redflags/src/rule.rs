//! 规则。 A rule is its article, its dates, its formula and what it needs to be told; its outcome is one of four. What
//! cannot be computed is counted and names what is missing: a look-back over old projects lives on it.

use crate::market::Market;
use crate::tender::{Bid, BidStatus, Regime, Tender};
use fadu_kernel::Basis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy)]
pub struct Rule {
    pub id: &'static str,
    pub zh: &'static str,
    /// Empty for a signal that no article names.
    pub basis: &'static [Basis],
    pub formula: &'static str,
    /// First and, once it is repealed, last day of the law it rests on.
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub applies: Applies,
    pub inputs: &'static [Input],
    /// `Ok(None)`: looked and found nothing.
    pub check: fn(&Seen) -> Option<Evidence>,
}

/// 适用范围。 A tender outside it has no outcome for the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    All,
    Tendering,
    /// 依法必须进行招标的项目
    MustTender,
    Procurement,
    /// A running term, which stands still while the tender is suspended.
    Clock,
}

/// 所需信息。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    Day,
    Must,
    Owner,
    Agency,
    PartOf,
    Estimate,
    Threshold,
    Issued,
    Deadline,
    Opened,
    Bids,
    /// A price of every valid bid.
    Prices,
    Received,
    Marks,
    Points,
    Award,
    AwardPrice,
    Candidates,
    Notice,
    Contract,
    ContractPrice,
    Changes,
    Paid,
    Draws,
    Scores,
    Votes,
    Terms,
    Checked,
}

impl Input {
    pub fn zh(self) -> &'static str {
        match self {
            Input::Day => "公告或者登记日期",
            Input::Must => "是否依法必须招标",
            Input::Owner => "招标人",
            Input::Agency => "招标代理机构",
            Input::PartOf => "投资项目代码或者预算项目",
            Input::Estimate => "估算价或者预算",
            Input::Threshold => "当年的规模标准",
            Input::Issued => "招标文件开始发出的日期",
            Input::Deadline => "投标截止时间",
            Input::Opened => "开标日期",
            Input::Bids => "投标名单",
            Input::Prices => "各有效投标的报价",
            Input::Received => "投标收到时间",
            Input::Marks => "投标文件来源标记",
            Input::Points => "各投标得分",
            Input::Award => "中标人",
            Input::AwardPrice => "中标价",
            Input::Candidates => "中标候选人",
            Input::Notice => "中标通知书日期",
            Input::Contract => "合同签订日期",
            Input::ContractPrice => "合同价",
            Input::Changes => "合同变更金额",
            Input::Paid => "付款金额",
            Input::Draws => "专家抽取记录",
            Input::Scores => "评委评分",
            Input::Votes => "定标表决",
            Input::Terms => "异议、投诉的期限",
            Input::Checked => "核查结论",
        }
    }

    pub fn is_told(self, tender: &Tender) -> bool {
        let bids = tender.bids.as_deref();
        let every = |has: fn(&Bid) -> bool| bids.is_some_and(|bids| bids.iter().all(has));
        let award = tender.award.as_ref();
        let contract = tender.contract.as_ref();
        match self {
            Input::Day => tender.day.is_some(),
            Input::Must => tender.must.is_some(),
            Input::Owner => tender.owner.is_some(),
            Input::Agency => tender.agency.is_some(),
            Input::PartOf => tender.part_of.is_some(),
            Input::Estimate => tender.estimate_fen.is_some(),
            Input::Threshold => tender.threshold_fen.is_some(),
            Input::Issued => tender.issued.is_some(),
            Input::Deadline => tender.deadline_ms.is_some(),
            Input::Opened => tender.opened.is_some(),
            Input::Bids => bids.is_some(),
            Input::Prices => every(|bid| bid.status != BidStatus::Valid || bid.price_fen.is_some()),
            Input::Received => every(|bid| bid.received_ms.is_some()),
            Input::Marks => bids.is_some_and(|bids| bids.iter().any(|bid| !bid.marks.is_empty())),
            Input::Points => every(|bid| bid.status != BidStatus::Valid || bid.points.is_some()),
            Input::Award => award.is_some(),
            Input::AwardPrice => award.is_some_and(|award| award.price_fen.is_some()),
            Input::Candidates => award.is_some_and(|award| !award.candidates.is_empty()),
            Input::Notice => award.is_some_and(|award| award.notice.is_some()),
            Input::Contract => contract.is_some_and(|contract| contract.on.is_some()),
            Input::ContractPrice => contract.is_some_and(|contract| contract.price_fen.is_some()),
            Input::Changes => contract.is_some_and(|contract| contract.changes_fen.is_some()),
            Input::Paid => contract.is_some_and(|contract| contract.paid_fen.is_some()),
            Input::Draws => tender.draws.is_some(),
            Input::Scores => tender.scores.is_some(),
            Input::Votes => award.is_some_and(|award| award.votes.is_some()),
            Input::Terms => tender.terms.is_some(),
            Input::Checked => tender.n_confirmed.is_some(),
        }
    }
}

/// What a rule looks at: one tender, the others beside it, and the day on which it is asked.
pub struct Seen<'m> {
    pub tender: &'m Tender,
    pub market: &'m Market<'m>,
    pub today: Date,
}

/// 证据。 A table: what was compared, side by side, in the columns of `heads`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Evidence {
    pub fn new<const N: usize>(heads: [&str; N]) -> Evidence {
        Evidence { heads: heads.map(str::to_owned).to_vec(), rows: Vec::new() }
    }

    pub fn row<const N: usize>(mut self, cells: [String; N]) -> Evidence {
        self.rows.push(cells.to_vec());
        self
    }

    /// `None` when no row was found.
    pub fn found(self) -> Option<Evidence> {
        (!self.rows.is_empty()).then_some(self)
    }
}

/// 结论。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// 发现
    Found { evidence: Evidence },
    /// 未发现
    NotFound,
    /// 不能计算
    NotComputable { missing: Vec<Input> },
    /// 冻结: the tender is suspended and its terms stand still.
    Frozen,
}

impl Rule {
    /// `None`: the rule does not apply to this tender.
    pub fn run(&self, seen: &Seen) -> Option<Outcome> {
        let tender = seen.tender;
        let regime = tender.regime.unwrap_or_default();
        let applies = match self.applies {
            Applies::All | Applies::Clock => true,
            Applies::Tendering => regime == Regime::Tendering,
            Applies::MustTender => regime == Regime::Tendering && tender.must != Some(false),
            Applies::Procurement => regime == Regime::Procurement,
        };
        if !applies {
            return None;
        }
        let mut missing: Vec<Input> =
            self.inputs.iter().copied().filter(|input| !input.is_told(tender)).collect();
        if self.applies == Applies::MustTender && tender.must.is_none() {
            missing.push(Input::Must);
        }
        if let Some(from) = self.from {
            match tender.day {
                // The law of the tender's own day measures it, and nothing else does.
                Some(day) if day < from || self.until.is_some_and(|until| day > until) => return None,
                Some(_) => {}
                None => missing.push(Input::Day),
            }
        }
        if !missing.is_empty() {
            return Some(Outcome::NotComputable { missing });
        }
        if self.applies == Applies::Clock && tender.suspended {
            return Some(Outcome::Frozen);
        }
        Some((self.check)(seen).map_or(Outcome::NotFound, |evidence| Outcome::Found { evidence }))
    }

    /// 信号: nothing in the law makes of it more than a reason to look.
    pub fn is_signal(&self) -> bool {
        self.basis.is_empty()
    }
}
