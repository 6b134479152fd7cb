//! 电子证照。 Issued on a decision that was handed over, in versions; revoked by a decision with its document. Of a case
//! there is one licence: it bears the case's name, so that no case issues two.

use crate::mark::{Mark, named, texts};
use crate::rules::{self, Decision, no, only_system};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, PersonId, Rule,
    Sealed, Stamp,
};
use jiff::Span;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 失效的原因。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokeGround {
    /// 撤回
    Withdrawn,
    /// 撤销
    Annulled,
    /// 以欺骗、贿赂等手段取得而撤销
    Fraud,
    /// 注销
    Cancelled,
    /// 吊销
    Punished,
}

impl RevokeGround {
    /// With the article of 行政许可法 that it rests on.
    pub fn zh(self) -> &'static str {
        match self {
            RevokeGround::Withdrawn => "撤回（行政许可法第八条）",
            RevokeGround::Annulled => "撤销（行政许可法第六十九条）",
            RevokeGround::Fraud => "以欺骗、贿赂等不正当手段取得，撤销（行政许可法第六十九条第二款）",
            RevokeGround::Cancelled => "注销（行政许可法第七十条）",
            RevokeGround::Punished => "吊销（依法给予的行政处罚）",
        }
    }
}

/// What a licence says beside whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// 办件。
    pub case: MatterId,
    /// 办件编号。
    pub case_number: String,
    /// 事项编码。
    pub item_code: String,
    /// 事项名称。
    pub item_name: String,
    /// 证照名称。
    pub name: String,
    /// 发证机关。
    pub department: OrgId,
    /// 决定文书。
    pub document: String,
    /// 申请人账号。 Absent where nobody has one.
    pub holder: Option<PersonId>,
    /// 有效期止。 The last day; absent where the law sets none.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// 直接关系公共安全、人身健康、生命财产安全
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public_safety: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    pub by: Mark,
    pub ground: RevokeGround,
    pub reason: String,
    pub document: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Licence {
    pub number: String,
    pub grant: Grant,
    pub sealed: Sealed,
    pub issued: Option<Date>,
    /// Counted from 1; every earlier version is replaced.
    pub version: u32,
    pub reissued: Vec<(Mark, String)>,
    pub revoked: Option<Revoked>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 签发
    Issue { grant: Box<Grant> },
    /// 换发
    Reissue { reason: String, document: String },
    /// 撤回、撤销、注销、吊销
    Revoke {
        /// 失效的原因。
        ground: RevokeGround,
        reason: String,
        document: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Granted {
        number: String,
        grant: Box<Grant>,
        sealed: Sealed,
    },
    Reissued {
        number: String,
        department: OrgId,
        version: u32,
        reason: String,
        document: String,
    },
    Revoked {
        number: String,
        department: OrgId,
        version: u32,
        ground: RevokeGround,
        reason: String,
        document: String,
    },
}

impl Licence {
    pub fn id(case: MatterId) -> MatterId {
        named(&["licence", &case.to_string()])
    }

    /// On this day: issued, not revoked, not past its last day.
    pub fn is_valid(&self, day: Date) -> bool {
        self.issued.is_some() && self.revoked.is_none() && !self.is_expired(day)
    }

    pub fn is_expired(&self, day: Date) -> bool {
        self.grant.until.is_some_and(|until| day > until)
    }

    /// The last day on which whoever got it by fraud may not apply for it again, where it concerns safety; three years, the day
    /// it was taken is not counted (行政许可法 79).
    pub fn barred_until(&self) -> Option<Date> {
        let revoked = self.revoked.as_ref()?;
        let bars = revoked.ground == RevokeGround::Fraud && self.grant.public_safety;
        revoked.by.on.checked_add(Span::new().years(3)).ok().filter(|_| bars)
    }

    /// Whatever its days say: they are read beside it.
    pub fn status(&self) -> &'static str {
        match self {
            Licence { revoked: Some(_), .. } => "revoked",
            Licence { issued: Some(_), .. } => "in_force",
            Licence { .. } => "new",
        }
    }
}

const ISSUE: Ground =
    Ground::Law(&[Basis::article("行政许可法", 39), Basis::article("国务院关于在线政务服务的若干规定", 10)]);
const REVOKE: Ground = Ground::Law(&[
    Basis::article("行政许可法", 8),
    Basis::article("行政许可法", 69),
    Basis::article("行政许可法", 70),
]);

impl Matter for Licence {
    const KIND: &'static str = "licence";
    const ZH: &'static str = "电子证照";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Issue { grant } => Some(Licence::id(grant.case)),
            Act::Reissue { .. } | Act::Revoke { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Issue", zh: "签发电子证照", ground: ISSUE, opens: true },
            ActKind { name: "Reissue", zh: "换发", ground: ISSUE, opens: false },
            ActKind {
                name: "Revoke", zh: "撤回、撤销、注销或者吊销", ground: REVOKE, opens: false
            },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Issue, Reissue, Revoke)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Granted, Reissued, Revoked)
    }

    fn private_fields(act: &str) -> &'static [(&'static str, &'static str)] {
        match act {
            "Issue" => &[("applicant_name", "持证人"), ("applicant_number", "证件号码")],
            _ => &[],
        }
    }

    /// Missing reasons and documents are the law's business, not the form's.
    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::Issue { grant } => texts(&[("grant.name", &grant.name, "证照名称")]),
            Act::Reissue { reason, .. } | Act::Revoke { reason, .. } if reason.chars().count() > 1000 => {
                Err(vec![Invalid::new("reason", "理由不能超过1000字")])
            }
            Act::Reissue { .. } | Act::Revoke { .. } => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        if let Act::Issue { grant } = act {
            return self.issue(grant, ctx);
        }
        if self.issued.is_none() {
            return no(&rules::ORDER, Help::Officer, "还没有签发");
        }
        if let Some(revoked) = &self.revoked {
            let because = format!("{}已经{}", revoked.by.on, revoked.ground.zh());
            return no(&rules::NO_LONGER_VALID, Help::AgencyHead, because);
        }
        let (number, department) = (self.number.clone(), self.grant.department.clone());
        match act {
            Act::Reissue { reason, document } | Act::Revoke { reason, document, .. }
                if reason.trim().is_empty() || document.trim().is_empty() =>
            {
                no(&rules::REVOKED_BY_DECISION, Help::AgencyHead, "没有写明理由和文书")
            }
            Act::Reissue { .. } if self.is_expired(ctx.today()) => {
                let until = self.grant.until.map(|until| until.to_string()).unwrap_or_default();
                no(&rules::NO_LONGER_VALID, Help::Officer, format!("有效期到{until}为止，应当申请延续"))
            }
            Act::Reissue { reason, document } => {
                let (reason, document) = (reason.clone(), document.clone());
                Ok(vec![Fact::Reissued { number, department, version: self.version + 1, reason, document }])
            }
            Act::Revoke { ground, reason, document } => {
                let (ground, reason, document) = (*ground, reason.clone(), document.clone());
                Ok(vec![Fact::Revoked {
                    number,
                    department,
                    version: self.version,
                    ground,
                    reason,
                    document,
                }])
            }
            Act::Issue { .. } => Ok(Vec::new()),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Granted { number, grant, sealed } => {
                self.number.clone_from(number);
                self.grant = (**grant).clone();
                self.sealed.clone_from(sealed);
                self.issued = Some(stamp.day);
                self.version = 1;
            }
            Fact::Reissued { version, reason, .. } => {
                self.version = *version;
                self.reissued.push((Mark::of(stamp), reason.clone()));
            }
            Fact::Revoked { ground, reason, document, .. } => {
                self.revoked = Some(Revoked {
                    by: Mark::of(stamp),
                    ground: *ground,
                    reason: reason.clone(),
                    document: document.clone(),
                });
            }
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let mut facets = vec![
            ("number".to_owned(), self.number.clone()),
            ("licence".to_owned(), self.status().to_owned()),
        ];
        if self.revoked.is_none() && self.version > 1 {
            facets.push(("licence".to_owned(), "reissued".to_owned()));
        }
        facets.extend(self.barred_until().map(|_| ("barred".to_owned(), self.grant.item_code.clone())));
        facets.extend(
            self.grant
                .holder
                .iter()
                .map(|holder| ("applicant".to_owned(), holder.to_string())),
        );
        Docket {
            number: self.number.clone(),
            title: self.grant.name.clone(),
            status: self.status().to_owned(),
            org: self.grant.department.clone(),
            due: None,
            closed: self.revoked.is_some(),
            facets,
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties {
            org: self.grant.department.clone(),
            applicants: self.grant.holder.iter().cloned().collect(),
        }
    }
}

impl Licence {
    fn issue(&self, grant: &Grant, ctx: &Ctx) -> Decision<Fact> {
        only_system(ctx)?;
        if self.issued.is_some() {
            return no(&rules::ORDER, Help::Officer, format!("{}已经签发", self.number));
        }
        if grant.document.trim().is_empty() || grant.case_number.trim().is_empty() {
            return no(&rules::EQUAL_FORCE, Help::Officer, "没有准予决定的文书");
        }
        if grant.until.is_some_and(|until| until < ctx.today()) {
            return no(&rules::NO_LONGER_VALID, Help::Officer, "有效期已经过去");
        }
        let number = format!("E{}", grant.case_number);
        Ok(vec![Fact::Granted { number, grant: Box::new(grant.clone()), sealed: ctx.sealed.clone() }])
    }
}
