//! 信用记录。 A decision on a violation, entered and announced (实施条例 78); withdrawn within three working days when the
//! decision no longer stands (行政处罚法 48).

use crate::rules::{self, pen, tr};
use crate::{act, in_time, is_hash, last_day, need, opening, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Limit, Matter, OrgId, Refusal, Role, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const THREE: Limit = Limit::workdays(3);

/// 记录内容。 Firms and agencies alone; no natural person is recorded here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// 统一社会信用代码
    pub code: String,
    /// 单位名称
    pub name: String,
    /// 违法事实
    pub violation: String,
    pub clause: Basis,
    /// 处理决定文号
    pub document: String,
    #[schemars(with = "String", extend("format" = "date"))]
    pub decided_on: Date,
    /// 起因
    pub cause: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Credit {
    pub number: String,
    pub org: OrgId,
    pub entry: Option<Entry>,
    pub published: Option<(Date, String)>,
    /// The day on which the decision was changed or annulled.
    pub void_on: Option<Date>,
    pub withdrawn: Option<Date>,
    pub repaired: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 记入
    Enter { entry: Box<Entry> },
    /// 公告
    Publish { address: String, digest: String },
    /// 登记决定被变更、撤销
    NoteVoid {
        document: String,
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
    },
    /// 撤回公开
    Withdraw { reason: String },
    /// 信用修复
    Repair { document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Entered { number: String, entry: Box<Entry>, org: OrgId },
    Published { address: String, digest: String },
    VoidNoted { document: String, on: Date },
    Withdrawn { reason: String, in_time: Option<bool> },
    Repaired { document: String },
}

const ANNOUNCE: &[Basis] = &[tr(78)];
const WITHDRAW: &[Basis] = &[pen(48)];

impl Credit {
    pub fn status(&self) -> &'static str {
        match self {
            Credit { withdrawn: Some(_), .. } => "withdrawn",
            Credit { void_on: Some(_), .. } => "void",
            Credit { repaired: Some(_), .. } => "repaired",
            Credit { published: Some(_), .. } => "published",
            Credit { entry: Some(_), .. } => "entered",
            Credit { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "withdrawn" => "已撤回",
            "void" => "决定已不成立，待撤回",
            "repaired" => "已修复",
            "published" => "公告中",
            "entered" => "已记入，待公告",
            _ => "",
        }
    }
}

impl Matter for Credit {
    const KIND: &'static str = "credit";
    const ZH: &'static str = "信用记录";
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Enter", "记入信用记录", ANNOUNCE),
            act("Publish", "公告违法行为处理决定", ANNOUNCE),
            act("NoteVoid", "登记决定被变更、撤销", WITHDRAW),
            act("Withdraw", "撤回公开", WITHDRAW),
            act("Repair", "信用修复", ANNOUNCE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Enter Publish NoteVoid Withdraw Repair)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Entered Published VoidNoted Withdrawn Repaired)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        if let Act::Enter { entry } = act {
            if fadu_kernel::codes::credit_code(&entry.code).is_err() {
                wrong.push(Invalid::new("entry.code", "统一社会信用代码不对"));
            }
            if entry.name.trim().is_empty() {
                wrong.push(Invalid::new("entry.name", "请填写单位名称"));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let rule = &rules::ANNOUNCE_DECISIONS;
        if let Act::Enter { entry } = act {
            need(self.entry.is_none(), &rules::ORDER, || "已经记入".into())?;
            let told = !entry.document.trim().is_empty() && !entry.violation.trim().is_empty();
            need(told && entry.clause.article > 0, rule, || "没有写明处理决定、违法事实或者条款".into())?;
            need(entry.decided_on <= ctx.today(), rule, || "决定的日期在今天之后".into())?;
            let (number, org) = (crate::number(ctx), ctx.actor.org.clone());
            return Ok(vec![Fact::Entered { number, entry: entry.clone(), org }]);
        }
        need(self.entry.is_some(), &rules::ORDER, || "没有这条记录".into())?;
        need(self.withdrawn.is_none(), &rules::ORDER, || "已经撤回".into())?;
        match act {
            Act::Enter { .. } => Ok(Vec::new()),
            Act::Publish { address, digest } => {
                need(self.published.is_none() && self.void_on.is_none(), rule, || {
                    "已经公告，或者决定已经不成立".into()
                })?;
                let told = !address.trim().is_empty() && is_hash(digest);
                need(told, rule, || "没有公告的地址或者摘要".into())?;
                Ok(vec![Fact::Published { address: address.clone(), digest: digest.clone() }])
            }
            Act::NoteVoid { document, on } => {
                let withdraw = &rules::WITHDRAW_IN_THREE;
                need(self.void_on.is_none(), withdraw, || "已经登记".into())?;
                let told = !document.trim().is_empty() && *on <= ctx.today();
                need(told, withdraw, || "没有写明文书，或者日期在今天之后".into())?;
                Ok(vec![Fact::VoidNoted { document: document.clone(), on: *on }])
            }
            Act::Withdraw { reason } => {
                let withdraw = &rules::WITHDRAW_IN_THREE;
                let on = self.void_on.filter(|_| !reason.trim().is_empty());
                need(on.is_some(), withdraw, || "决定没有被变更、撤销，或者没有公开说明理由".into())?;
                let in_time = on.and_then(|on| in_time(THREE, on, ctx));
                Ok(vec![Fact::Withdrawn { reason: reason.clone(), in_time }])
            }
            Act::Repair { document } => {
                need(self.published.is_some() && self.repaired.is_none(), &rules::ORDER, || {
                    "还没有公告，或者已经修复".into()
                })?;
                need(!document.trim().is_empty(), &rules::ORDER, || "没有写明修复文书".into())?;
                Ok(vec![Fact::Repaired { document: document.clone() }])
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Entered { number, entry, org } => {
                self.number.clone_from(number);
                self.entry = Some((**entry).clone());
                self.org = org.clone();
            }
            Fact::Published { address, .. } => self.published = Some((stamp.day, address.clone())),
            Fact::VoidNoted { on, .. } => self.void_on = Some(*on),
            Fact::Withdrawn { .. } => self.withdrawn = Some(stamp.day),
            Fact::Repaired { .. } => self.repaired = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let withdraw_by = self.void_on.and_then(|on| last_day(THREE, on, calendar));
        let next = match self.status() {
            "entered" => Some(task("publish", Role::Officer, &self.org, None)),
            "void" => Some(task("withdraw", Role::Officer, &self.org, withdraw_by)),
            _ => None,
        };
        let code = self.entry.as_ref().map(|entry| entry.code.clone()).unwrap_or_default();
        Docket {
            number: self.number.clone(),
            title: self.entry.as_ref().map(|entry| entry.name.clone()).unwrap_or_default(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due: next.as_ref().and_then(|task| task.due),
            closed: matches!(self.status(), "withdrawn" | "repaired"),
            facets: vec![("code".to_owned(), code)],
            tasks: next.into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}
