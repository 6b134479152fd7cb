//! 上级事项。 An item as the level above sent it, batch by batch: what our own is held against, so that the two cannot drift
//! apart unnoticed.

use crate::definition::Definition;
use crate::rules;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Matter, MatterId, OrgId, Refusal, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Upstream {
    /// 基本编码
    pub code: String,
    pub name: String,
    pub department: String,
    /// The body that received the last batch; empty where it came before this was kept.
    #[serde(default)]
    pub org: OrgId,
    pub batches: Vec<Batch>,
    pub cancelled: Option<Date>,
}

/// 一批下发的内容。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Batch {
    pub number: String,
    pub on: Date,
    pub definition: Definition,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 接收下发
    Receive { code: String, batch: String, definition: Box<Definition> },
    /// 上级取消
    Withdraw { batch: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Received { code: String, batch: String, definition: Box<Definition>, again: bool },
    Withdrawn { batch: String },
}

impl Upstream {
    pub fn id(code: &str) -> MatterId {
        crate::item::named(&format!("upstream:{code}"))
    }

    /// As last sent, while the level above has not cancelled it.
    pub fn current(&self) -> Option<&Batch> {
        self.batches.last().filter(|_| self.cancelled.is_none())
    }
}

const RECEIVE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 35), Basis::article("优化营商环境条例", 37)]);

impl Matter for Upstream {
    const KIND: &'static str = "upstream";
    const ZH: &'static str = "上级下发事项";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Receive { code, .. } => Some(Upstream::id(code)),
            Act::Withdraw { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Receive", zh: "接收下发", ground: RECEIVE, opens: true },
            ActKind { name: "Withdraw", zh: "记录上级取消", ground: RECEIVE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Receive { .. } => "Receive",
            Act::Withdraw { .. } => "Withdraw",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Received { .. } => "Received",
            Fact::Withdrawn { .. } => "Withdrawn",
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |because: &str| Err(Refusal::new(&rules::ORDER, Help::CatalogueManager, because));
        match act {
            Act::Receive { code, .. } if ctx.matter != Upstream::id(code) => no("编号和基本编码不一致"),
            Act::Receive { definition, .. }
                if self.current().is_some_and(|batch| batch.definition == **definition) =>
            {
                no("和上一批相同")
            }
            Act::Receive { code, batch, definition } => Ok(vec![Fact::Received {
                code: code.clone(),
                batch: batch.clone(),
                definition: definition.clone(),
                again: !self.batches.is_empty(),
            }]),
            Act::Withdraw { .. } if self.current().is_none() => no("没有下发，或者已经取消"),
            Act::Withdraw { batch } => Ok(vec![Fact::Withdrawn { batch: batch.clone() }]),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Received { code, batch, definition, .. } => {
                self.code.clone_from(code);
                self.name.clone_from(&definition.name);
                self.department.clone_from(&definition.department);
                self.org = stamp.org.clone();
                self.cancelled = None;
                let (number, definition) = (batch.clone(), (**definition).clone());
                self.batches.push(Batch { number, on: stamp.day, definition });
            }
            Fact::Withdrawn { .. } => self.cancelled = Some(stamp.day),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.code.clone(),
            title: self.name.clone(),
            status: if self.cancelled.is_some() { "cancelled" } else { "in_force" }.to_owned(),
            closed: self.cancelled.is_some(),
            ..Docket::default()
        }
    }
}
