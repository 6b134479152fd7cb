//! 被检查的一次招标。 What is told of a tender, whether by the ledger or by a file. What nobody told is absent, and a rule
//! that needs it says so; nothing is guessed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use fadu_trading::regime::Regime;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tender {
    pub id: String,
    pub title: String,
    /// The day whose law measures it: of the announcement, else of the registration.
    pub day: Option<Date>,
    pub regime: Option<Regime>,
    /// 依法必须招标
    pub must: Option<bool>,
    /// 公开招标
    pub open: Option<bool>,
    /// 招标人
    pub owner: Option<String>,
    /// 招标代理机构
    pub agency: Option<String>,
    /// 投资项目统一代码, or the budget item of a purchase.
    pub part_of: Option<String>,
    /// 品目, 行业
    pub category: Option<String>,
    pub estimate_fen: Option<i64>,
    /// 规模标准 of its kind of contract in its year.
    pub threshold_fen: Option<i64>,
    /// 招标文件开始发出之日
    pub issued: Option<Date>,
    /// 投标截止, milliseconds since 1970.
    pub deadline_ms: Option<i64>,
    /// 开标
    pub opened: Option<Date>,
    /// Known only once the opening has begun (招标投标法 22).
    pub bids: Option<Vec<Bid>>,
    pub award: Option<Award>,
    pub contract: Option<Contract>,
    pub draws: Option<Vec<Draw>>,
    pub scores: Option<Vec<Score>>,
    /// 异议、投诉 with the last day of their term.
    pub terms: Option<Vec<Term>>,
    /// 核查结论: violations that people confirmed; `None` while nobody has looked.
    pub n_confirmed: Option<u32>,
    /// 整改期限
    pub repairs: Option<Vec<Term>>,
    /// 暂停: no clock runs.
    pub suspended: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bid {
    pub id: String,
    /// 统一社会信用代码, or what else identifies the bidder.
    pub bidder: String,
    pub price_fen: Option<i64>,
    pub received_ms: Option<i64>,
    pub status: BidStatus,
    /// Total of all score sheets, hundredths of a point.
    pub points: Option<i64>,
    /// Keyed digests of what a bid was made with and by whom; equal digests, equal origins.
    pub marks: BTreeMap<Mark, Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BidStatus {
    #[default]
    Valid,
    /// 被否决, 无效
    Rejected,
    Withdrawn,
    /// Neither valid nor out: not evaluated yet.
    Pending,
}

/// 来源标记。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Author,
    /// Serial of processor, disk or network card.
    Machine,
    /// 计价软件加密锁
    CostLock,
    /// 办理投标事宜的单位或者个人
    Agent,
    /// 项目管理成员
    Manager,
    /// 保证金转出账户
    Account,
    /// 上传地址
    Address,
}

impl Mark {
    pub const ALL: [Mark; 7] = [
        Mark::Author,
        Mark::Machine,
        Mark::CostLock,
        Mark::Agent,
        Mark::Manager,
        Mark::Account,
        Mark::Address,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Mark::Author => "文件创建者",
            Mark::Machine => "机器码",
            Mark::CostLock => "计价软件锁号",
            Mark::Agent => "投标经办人",
            Mark::Manager => "项目管理成员",
            Mark::Account => "保证金转出账户",
            Mark::Address => "上传地址",
        }
    }

    pub fn named(name: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Mark::Author => "author",
            Mark::Machine => "machine",
            Mark::CostLock => "cost_lock",
            Mark::Agent => "agent",
            Mark::Manager => "manager",
            Mark::Account => "account",
            Mark::Address => "address",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Award {
    pub on: Option<Date>,
    /// [`Bid::id`] of each winner.
    pub bids: Vec<String>,
    pub price_fen: Option<i64>,
    pub notice: Option<Date>,
    /// The candidates among whom was chosen, by [`Bid::id`].
    pub candidates: Vec<String>,
    /// Why this one, where the choice was free (评定分离).
    pub reason: Option<String>,
    /// Votes for the chosen one and votes cast, where there were any.
    pub votes: Option<(u32, u32)>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contract {
    pub on: Option<Date>,
    pub price_fen: Option<i64>,
    pub changes_fen: Option<i64>,
    pub paid_fen: Option<i64>,
}

/// 一次抽取专家。
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Draw {
    /// Which of the draws for the same need, from 0.
    pub need: u32,
    pub ground: String,
    pub on: Option<Date>,
    pub n_asked: u32,
    pub n_declined: u32,
    /// Those who sat, by digest.
    pub seated: Vec<String>,
}

/// 一名评委给一份投标的总分, hundredths of a point.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Score {
    pub seat: String,
    pub bid: String,
    pub total: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Term {
    pub what: String,
    pub due: Option<Date>,
    pub done: Option<Date>,
}

impl Tender {
    /// 递交了的投标.
    pub fn submitted(&self) -> impl Iterator<Item = &Bid> {
        self.bids.iter().flatten().filter(|bid| bid.status != BidStatus::Withdrawn)
    }

    pub fn valid(&self) -> impl Iterator<Item = &Bid> {
        self.bids.iter().flatten().filter(|bid| bid.status == BidStatus::Valid)
    }

    pub fn bid(&self, id: &str) -> Option<&Bid> {
        self.bids.iter().flatten().find(|bid| bid.id == id)
    }

    /// The winning bid, where there is exactly one.
    pub fn winner(&self) -> Option<&Bid> {
        match self.award.as_ref()?.bids.as_slice() {
            [winner] => self.bid(winner),
            _ => None,
        }
    }
}
