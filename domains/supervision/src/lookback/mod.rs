//! 回头看。 Past projects as lists tell of them, matched with approvals and payments, since a list of tenders hides what was
//! never tendered. Nothing here is an act of this county's ledger: what a list says is data, with what cannot be read
//! and what is missing named.

pub mod judge;
pub mod matching;
pub mod ocds;
pub mod tables;

pub use judge::judge;
pub use matching::{Together, matched};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 类别, as the thresholds tell contracts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// 工程施工
    Works,
    /// 与工程有关的货物
    Goods,
    /// 与工程有关的服务
    Services,
    /// 政府采购
    Procurement,
}

impl What {
    pub fn read(text: &str) -> Option<What> {
        Some(match text.trim() {
            "工程" | "施工" | "工程施工" | "works" => What::Works,
            "货物" | "工程货物" | "goods" => What::Goods,
            "服务" | "工程服务" | "监理" | "设计" | "勘察" | "services" => What::Services,
            "政府采购" | "采购" => What::Procurement,
            _ => return None,
        })
    }

    pub fn zh(self) -> &'static str {
        match self {
            What::Works => "工程",
            What::Goods => "货物",
            What::Services => "服务",
            What::Procurement => "政府采购",
        }
    }
}

/// 一个历史项目。 What is absent was not in the list, or could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Past {
    pub id: String,
    pub title: String,
    /// 行业
    pub sector: String,
    #[serde(default)]
    pub what: Option<What>,
    /// 招标人
    #[serde(default)]
    pub tenderer: String,
    /// 投资项目代码
    #[serde(default)]
    pub code: String,
    /// 估算价
    #[serde(default)]
    pub estimate_fen: Option<i64>,
    /// 中标或者合同金额
    #[serde(default)]
    pub price_fen: Option<i64>,
    /// 币种
    #[serde(default)]
    pub currency: String,
    /// 公告日期
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub announced: Option<Date>,
    /// 投标截止日期
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub deadline: Option<Date>,
    /// 中标日期
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub awarded: Option<Date>,
    /// 合同日期
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub contracted: Option<Date>,
    /// 投标人数
    #[serde(default)]
    pub n_bidders: Option<u32>,
    /// 在招标清单里; otherwise an approval or a payment told of it.
    pub listed: bool,
    /// 读不出来的
    #[serde(default)]
    pub unreadable: Vec<String>,
}

impl Past {
    /// The year whose rules hold: of the announcement, else of the earliest day that is known.
    pub fn day(&self) -> Option<Date> {
        let known = [self.deadline, self.awarded, self.contracted];
        self.announced.or_else(|| known.into_iter().flatten().min())
    }

    pub fn year(&self) -> Option<i16> {
        self.day().map(Date::year)
    }
}

/// 一份批准文件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// 批准文号
    pub document: String,
    #[serde(default)]
    pub code: String,
    pub title: String,
    pub owner: String,
    #[serde(default)]
    pub what: Option<What>,
    #[serde(default)]
    pub sector: String,
    #[serde(default)]
    pub investment_fen: Option<i64>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub on: Option<Date>,
    #[serde(default)]
    pub unreadable: Vec<String>,
}

/// 一笔付款。 Whoever was paid stays in the table: it may be a natural person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    /// 凭证号
    pub voucher: String,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub title: String,
    pub payer: String,
    #[serde(default)]
    pub amount_fen: Option<i64>,
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub on: Option<Date>,
    #[serde(default)]
    pub unreadable: Vec<String>,
}

/// 对应情况。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Matched {
    /// 对应的批准文件
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// 对应的付款
    #[serde(default)]
    pub payments: Vec<Payment>,
    /// 几个项目共用一个代码、付款分不到标段
    #[serde(default)]
    pub shared: bool,
    /// 审批清单、付款清单都在手
    #[serde(default)]
    pub has_approvals: bool,
    #[serde(default)]
    pub has_payments: bool,
}

impl Matched {
    /// `None` where one amount cannot be read.
    pub fn paid_fen(&self) -> Option<i64> {
        self.payments
            .iter()
            .map(|one| one.amount_fen)
            .try_fold(0_i64, |sum, one| sum.checked_add(one?))
    }

    pub fn approved_on(&self) -> Option<Date> {
        self.approvals.iter().filter_map(|one| one.on).min()
    }
}
