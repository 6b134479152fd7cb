//! 个人信息的删除与冻结。 That somebody's personal values are to be destroyed, or only kept: by whom, why, on which ground of
//! the law. The values themselves are nowhere here; the relay of the fact destroys them.

use crate::rules;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role,
    Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 删除的情形 (个人信息保护法 47).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// 处理目的已实现、无法实现或者不再必要
    Purpose,
    /// 停止提供服务，或者保存期限已届满
    Term,
    /// 个人撤回同意
    Consent,
    /// 违法或者违反约定处理
    Unlawful,
    /// 法律、行政法规规定的其他情形
    Law,
}

impl Cause {
    pub const ALL: [Cause; 5] = [Cause::Purpose, Cause::Term, Cause::Consent, Cause::Unlawful, Cause::Law];

    pub fn word(self) -> &'static str {
        match self {
            Cause::Purpose => "purpose",
            Cause::Term => "term",
            Cause::Consent => "consent",
            Cause::Unlawful => "unlawful",
            Cause::Law => "law",
        }
    }
}

/// What became of the values of one person, who is known here by a keyed digest alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Personal {
    pub whose: String,
    pub org: OrgId,
    pub frozen: Option<Date>,
    pub erased: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 冻结
    Freeze { whose: String, reason: String },
    /// 删除
    Erase {
        whose: String,
        cause: Cause,
        reason: String,
        /// 销毁批准文件: the document that approves the disposal of what was kept.
        #[serde(default)]
        disposal: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Frozen { whose: String, reason: String },
    Erased { whose: String, cause: Cause, reason: String, disposal: String },
}

impl Personal {
    /// By the digest under which the values are kept.
    pub fn id(whose: &str) -> MatterId {
        crate::item::named(&format!("personal:{whose}"))
    }
}

const DELETION: Ground = Ground::Law(&[Basis::article("个人信息保护法", 47)]);
const KEEPING: Ground = Ground::Law(&[Basis::article("个人信息保护法", 47), Basis::article("档案法", 21)]);

impl Matter for Personal {
    const KIND: &'static str = "personal";
    const ZH: &'static str = "个人信息的删除与冻结";
    const NAMED: bool = true;
    const READERS: &'static [Role] = &[Role::Inspector, Role::Operator];
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        let (Act::Freeze { whose, .. } | Act::Erase { whose, .. }) = act;
        Some(Personal::id(whose))
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Freeze", zh: "冻结个人信息", ground: KEEPING, opens: true },
            ActKind { name: "Erase", zh: "删除个人信息", ground: DELETION, opens: true },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Freeze { .. } => "Freeze",
            Act::Erase { .. } => "Erase",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Frozen { .. } => "Frozen",
            Fact::Erased { .. } => "Erased",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let (Act::Freeze { whose, reason } | Act::Erase { whose, reason, .. }) = act;
        let mut wrong = Vec::new();
        // A number or a name typed here would stand in the ledger for ever.
        if whose.len() != 32 || !whose.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            wrong.push(Invalid::new("whose", "个人标识是32位十六进制数，不是姓名或者号码"));
        }
        if reason.trim().is_empty() {
            wrong.push(Invalid::new("reason", "请填写理由"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let (Act::Freeze { whose, .. } | Act::Erase { whose, .. }) = act;
        if ctx.matter != Personal::id(whose) {
            return Err(Refusal::new(&rules::ORDER, Help::Operator, "这是另一个人的记录"));
        }
        match act {
            Act::Freeze { whose, reason } => match self.frozen {
                Some(on) => Err(Refusal::new(&rules::ORDER, Help::Operator, format!("{on}已经冻结"))),
                None => Ok(vec![Fact::Frozen { whose: whose.clone(), reason: reason.clone() }]),
            },
            Act::Erase { whose, cause, reason, disposal } => match self.frozen {
                Some(on) if disposal.trim().is_empty() => {
                    let because = format!("{on}已经冻结，没有销毁批准文件");
                    Err(Refusal::new(&rules::KEPT_UNTIL_DISPOSAL, Help::Operator, because))
                }
                _ => Ok(vec![Fact::Erased {
                    whose: whose.clone(),
                    cause: *cause,
                    reason: reason.clone(),
                    disposal: disposal.trim().to_owned(),
                }]),
            },
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        self.org = stamp.org.clone();
        match fact {
            Fact::Frozen { whose, .. } => {
                self.whose.clone_from(whose);
                self.frozen = Some(stamp.day);
            }
            // Whoever applies again later is kept and erased anew.
            Fact::Erased { whose, .. } => {
                self.whose.clone_from(whose);
                self.frozen = None;
                self.erased = Some(stamp.day);
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let status = if self.frozen.is_some() { "frozen" } else { "erased" };
        Docket {
            number: self.whose.chars().take(8).collect(),
            title: Personal::ZH.to_owned(),
            status: status.to_owned(),
            org: self.org.clone(),
            closed: self.frozen.is_none(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}
