//! 收费目录清单。 One fee or deposit that the county may take at all: its basis, its standard, and whom it is remitted. What is
//! not on the list is not charged (优化营商环境条例 25), and the list is open to everybody.

use crate::code_list::Level;
use crate::rules;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Fen, Ground, Help, Invalid, Matter, MatterId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FeeItem {
    pub code: String,
    /// As it was listed last. What a case was charged by stands in the case.
    pub entry: Option<Entry>,
    pub document: String,
    pub since: Option<Date>,
    pub removed: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// 收费项目编码
    pub code: String,
    /// 收费或者保证金
    #[serde(default)]
    pub kind: Kind,
    /// 收费项目名称
    pub name: String,
    /// 收费依据
    pub basis: Basis,
    /// 依据的层级
    pub level: Level,
    /// 收费标准
    #[serde(default)]
    pub standard: Standard,
    /// 减免规定
    #[serde(default)]
    pub exemptions: Vec<Exemption>,
    /// 先缴费后决定的依据： only where a law says so does a decision wait for the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Basis>,
    /// 模拟： invented for a county that does not exist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

/// 收费或者保证金。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 行政事业性收费
    #[default]
    Fee,
    /// 保证金
    Deposit,
}

impl Kind {
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Fee => "行政事业性收费",
            Kind::Deposit => "保证金",
        }
    }
}

/// 收费标准。 A sum for each case, and one for each unit beyond those that it includes. Where others set the sum and it is not
/// held, nothing is set: an item may name the line, and no case is charged by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standard {
    /// 每件收费（分）
    pub base_fen: u32,
    /// 计量单位
    #[serde(default)]
    pub unit: String,
    /// 每件已含数量
    #[serde(default)]
    pub included: u32,
    /// 超出部分每单位收费（分）
    #[serde(default)]
    pub unit_fen: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exemption {
    /// 减免编码
    pub id: String,
    /// 减免对象
    pub name: String,
    /// 减免依据
    pub basis: Basis,
    /// 减免比例（%）
    pub per_cent: u8,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 列入或者修订收费目录
    List { entry: Box<Entry>, document: String },
    /// 移出收费目录
    Remove { reason: String, document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Listed { entry: Box<Entry>, document: String },
    Removed { reason: String, document: String },
}

impl Standard {
    pub fn is_set(&self) -> bool {
        self.base_fen > 0 || self.unit_fen > 0
    }

    /// 应收。 The sum is reckoned and never typed in.
    pub fn amount(&self, quantity: u32) -> Fen {
        let beyond = quantity.saturating_sub(self.included);
        Fen(i64::from(self.base_fen) + i64::from(self.unit_fen) * i64::from(beyond))
    }

    /// `每件10.00元，超过1本的，每本2.00元`
    pub fn zh(&self) -> String {
        if !self.is_set() {
            return "标准另行公布".to_owned();
        }
        let base = Fen(i64::from(self.base_fen));
        match (self.unit_fen, self.unit.as_str()) {
            (0, _) => format!("每件{base}元"),
            (fen, unit) if self.base_fen == 0 && self.included == 0 => {
                format!("每{unit}{}元", Fen(i64::from(fen)))
            }
            (fen, unit) => {
                let each = Fen(i64::from(fen));
                format!("每件{base}元，超过{}{unit}的，每{unit}{each}元", self.included)
            }
        }
    }
}

impl Exemption {
    /// 减免额。
    pub fn remits(&self, amount: Fen) -> Fen {
        Fen(amount.0 * i64::from(self.per_cent) / 100)
    }

    pub fn zh(&self) -> String {
        match self.per_cent {
            100 => format!("{}免收（{}）", self.name, self.basis),
            per_cent => format!("{}减收{per_cent}%（{}）", self.name, self.basis),
        }
    }
}

impl Entry {
    /// Reads a file of `[[fee]]` tables. The error names the line.
    pub fn read_all(text: &str) -> Result<Vec<Entry>, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            fee: Vec<Entry>,
        }
        toml::from_str::<File>(text).map(|file| file.fee)
    }

    pub fn exemption(&self, id: &str) -> Option<&Exemption> {
        self.exemptions.iter().find(|exemption| exemption.id == id)
    }

    /// 听证费用: by its name, which is all that a line of the list says of what is paid for.
    pub fn pays_for_a_hearing(&self) -> bool {
        self.name.contains("听证")
    }

    /// 法律、行政法规: what alone may let a permit cost anything (行政许可法 58).
    pub fn rests_on_law(&self) -> bool {
        matches!(self.level, Level::Law | Level::AdministrativeRegulation)
    }
}

impl FeeItem {
    pub fn id(code: &str) -> MatterId {
        crate::item::named(&format!("fee:{code}"))
    }

    /// While it is on the list.
    pub fn current(&self) -> Option<&Entry> {
        self.entry.as_ref().filter(|_| self.removed.is_none())
    }

    /// The fee of this code as the list has it today.
    pub fn listed<'a>(code: &str, ctx: &'a Ctx<'_>) -> Option<&'a Entry> {
        ctx.look::<FeeItem>(FeeItem::id(code))?.current()
    }
}

const LIST: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 25), Basis::article("行政许可法", 59)]);

impl Matter for FeeItem {
    const KIND: &'static str = "fee";
    const ZH: &'static str = "收费目录";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::List { entry, .. } => Some(FeeItem::id(&entry.code)),
            Act::Remove { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "List", zh: "列入或者修订收费目录", ground: LIST, opens: true },
            ActKind { name: "Remove", zh: "移出收费目录", ground: LIST, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::List { .. } => "List",
            Act::Remove { .. } => "Remove",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Listed { .. } => "Listed",
            Fact::Removed { .. } => "Removed",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut filled = |field: &str, text: &str| {
            if text.trim().is_empty() {
                wrong.push(Invalid::new(field, "请填写"));
            }
        };
        match act {
            Act::List { entry, document } => {
                filled("entry.code", &entry.code);
                filled("entry.name", &entry.name);
                filled("document", document);
                if entry.standard.unit_fen > 0 {
                    filled("entry.standard.unit", &entry.standard.unit);
                }
                let ids: BTreeSet<&str> = entry.exemptions.iter().map(|one| one.id.as_str()).collect();
                let percents = entry.exemptions.iter().all(|one| (1..=100).contains(&one.per_cent));
                if !percents || ids.len() != entry.exemptions.len() {
                    wrong.push(Invalid::new("entry.exemptions", "编码不能重复，比例是1至100"));
                }
            }
            Act::Remove { reason, document } => {
                filled("reason", reason);
                filled("document", document);
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: &str| Err(Refusal::new(rule, Help::CatalogueManager, because));
        match act {
            Act::List { entry, .. } if ctx.matter != FeeItem::id(&entry.code) => {
                no(&rules::ORDER, "编号和收费项目编码不一致")
            }
            Act::List { entry, .. }
                if !entry.rests_on_law() && entry.level != Level::StateCouncilDecision =>
            {
                no(&rules::LISTED_CHARGES, "收费没有法律、行政法规依据，也没有经国务院批准")
            }
            Act::List { entry, document } => {
                Ok(vec![Fact::Listed { entry: entry.clone(), document: document.clone() }])
            }
            Act::Remove { .. } if self.current().is_none() => no(&rules::ORDER, "没有列入，或者已经移出"),
            Act::Remove { reason, document } => {
                Ok(vec![Fact::Removed { reason: reason.clone(), document: document.clone() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Listed { entry, document } => {
                self.code.clone_from(&entry.code);
                self.entry = Some((**entry).clone());
                self.document.clone_from(document);
                self.since = Some(stamp.day);
                self.removed = None;
            }
            Fact::Removed { .. } => self.removed = Some(stamp.day),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.code.clone(),
            title: self.entry.as_ref().map(|entry| entry.name.clone()).unwrap_or_default(),
            status: if self.removed.is_some() { "removed" } else { "in_force" }.to_owned(),
            closed: self.removed.is_some(),
            ..Docket::default()
        }
    }
}
