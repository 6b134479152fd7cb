//! 权责事项。 drafted → reviewed → approved → published, adjusted by a new round, at the end recalled or repealed, which is
//! proposed, reviewed, approved and published as any other change.
//!
//! A power stands on law or it does not stand: every entry names its bases, and the list as it stood on any day
//! can be read from the versions.

use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Limit, Matter, MatterId, OrgId, PersonId,
    Refusal, Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub static ON_LAW: Rule = Rule {
    id: "POW-01",
    sentence: "没有法律、法规、规章依据的职权不能列入清单",
    basis: &[Basis::article("行政许可法", 4), Basis::article("行政处罚法", 38)],
};
pub static OWN_POWER: Rule =
    Rule {
        id: "POW-02", sentence: "部门只能申报自己行使的职权", basis: &[Basis::article("行政许可法", 22)]
    };
pub static REVIEWED_FIRST: Rule = Rule {
    id: "POW-03",
    sentence: "清单公开之前要经过审核和批准",
    basis: &[Basis::article("政府信息公开条例", 17)],
};
pub static PUBLISHED_IN_TIME: Rule = Rule {
    id: "GOI-01",
    sentence: "清单形成或者变更之日起二十个工作日内公开",
    basis: &[Basis::article("政府信息公开条例", 26)],
};
static ALL: &[&Rule] = &[&ON_LAW, &OWN_POWER, &REVIEWED_FIRST, &PUBLISHED_IN_TIME];

const PUBLISHED_WITHIN: Limit = Limit::workdays(20);

/// 职权类型。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Permit,
    Penalty,
    Coercion,
    Levy,
    Payment,
    Inspection,
    Confirmation,
    Reward,
    Adjudication,
    Filing,
    #[default]
    Other,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::Permit,
        Kind::Penalty,
        Kind::Coercion,
        Kind::Levy,
        Kind::Payment,
        Kind::Inspection,
        Kind::Confirmation,
        Kind::Reward,
        Kind::Adjudication,
        Kind::Filing,
        Kind::Other,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Kind::Permit => "行政许可",
            Kind::Penalty => "行政处罚",
            Kind::Coercion => "行政强制",
            Kind::Levy => "行政征收",
            Kind::Payment => "行政给付",
            Kind::Inspection => "行政检查",
            Kind::Confirmation => "行政确认",
            Kind::Reward => "行政奖励",
            Kind::Adjudication => "行政裁决",
            Kind::Filing => "行政备案",
            Kind::Other => "其他职权",
        }
    }
}

/// 清单要素: what the public reads of one power.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Sixteen digits: region 6, body 3, type 2, item 3, sub-item 2.
    pub code: String,
    pub name: String,
    pub kind: Kind,
    pub department: String,
    pub bases: Vec<Basis>,
    /// 责任事项
    pub responsibilities: Vec<String>,
    /// 流程
    pub flow: Vec<String>,
    /// 监督电话
    pub phone: String,
    /// Codes of the service items that exercise it.
    #[serde(default)]
    pub items: Vec<String>,
}

impl Entry {
    /// A power is named by its code: whoever drafts that code again adjusts the same power.
    pub fn id(&self) -> MatterId {
        MatterId::named(Sha256::digest(&self.code).first_chunk::<8>().copied().unwrap_or_default())
    }

    /// What the record of publication holds the published text against.
    pub fn digest(&self) -> String {
        digest_of(self)
    }
}

fn digest_of(published: &impl Serialize) -> String {
    Sha256::digest(serde_json::to_vec(published).unwrap_or_default())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    pub from: Date,
    pub entry: Entry,
    pub published: Option<Published>,
}

/// 公开记录: where and when, and the digest of what was made public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub on: Date,
    pub address: String,
    pub digest: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 收回
    Recalled,
    /// 取消
    Repealed,
}

impl Ending {
    pub fn zh(self) -> &'static str {
        match self {
            Ending::Recalled => "收回",
            Ending::Repealed => "取消",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Power {
    /// On its way: drafted, perhaps reviewed, not yet approved.
    pub draft: Option<Entry>,
    pub reviewed: Option<PersonId>,
    pub versions: Vec<Version>,
    /// 申请收回或者取消: on its way, perhaps reviewed, not yet approved.
    #[serde(default)]
    pub ending: Option<(Ending, String)>,
    /// 逾期未公开: the last day of the latest change, once the clock has recorded that it passed unpublished.
    #[serde(default)]
    pub overdue: Option<Date>,
    pub ended: Option<(Date, Ending, String)>,
    #[serde(default)]
    pub ending_published: Option<Published>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    Draft {
        entry: Box<Entry>,
    },
    Review {
        passed: bool,
        note: String,
    },
    Approve,
    Publish {
        address: String,
        digest: String,
    },
    /// 申请收回或者取消
    ProposeEnd {
        ending: Ending,
        reason: String,
    },
    End,
    /// 逾期未公开
    PassDue,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Drafted {
        entry: Box<Entry>,
    },
    Reviewed {
        passed: bool,
        note: String,
    },
    Approved {
        code: String,
        kind: Kind,
        department: String,
        again: bool,
        /// As reckoned that day; absent while the calendar ended before it.
        publish_by: Option<Date>,
    },
    Published {
        address: String,
        digest: String,
        in_time: Option<bool>,
        again: bool,
        /// Of the ending, and of no version.
        #[serde(default)]
        ending: bool,
    },
    EndProposed {
        ending: Ending,
        reason: String,
    },
    Ended {
        ending: Ending,
        reason: String,
        kind: Kind,
        was_in_force: bool,
        #[serde(default)]
        publish_by: Option<Date>,
    },
    PublicationOverdue {
        code: String,
        department: String,
        due: Date,
    },
}

impl Power {
    /// The list as it stood: the version in force on a day.
    pub fn on(&self, day: Date) -> Option<&Version> {
        if self.ended.as_ref().is_some_and(|(on, _, _)| *on <= day) {
            return None;
        }
        self.versions.iter().rev().find(|version| version.from <= day)
    }

    /// 公众看到的那一版: the latest in force on a day that is published. A later one may stand that is not.
    pub fn public_on(&self, day: Date) -> Option<&Version> {
        self.on(day)?;
        self.versions
            .iter()
            .rev()
            .find(|version| version.from <= day && version.published.is_some())
    }

    /// What the public reads; none while nothing was published.
    pub fn last_published(&self) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.published.is_some())
    }

    /// 待公开内容的摘要: of the ending, else of the latest version, while its publication is not recorded. That of an ending is
    /// taken of code, day, kind and reason as one list in JSON.
    pub fn unpublished(&self) -> Option<String> {
        self.unpublished_since()?;
        let entry = &self.versions.last()?.entry;
        Some(match &self.ended {
            Some((on, ending, reason)) => digest_of(&(&entry.code, on, ending, reason)),
            None => entry.digest(),
        })
    }

    /// 形成或者变更之日: of the ending, else of the latest version, while its publication is not recorded.
    pub fn unpublished_since(&self) -> Option<Date> {
        let version = self.versions.last()?;
        match &self.ended {
            Some((on, _, _)) => Some(*on).filter(|_| self.ending_published.is_none()),
            None => Some(version.from).filter(|_| version.published.is_none()),
        }
    }

    /// The last working day to publish it; none while the calendar ends before it.
    pub fn publish_by(&self, calendar: &Calendar) -> Option<Date> {
        PUBLISHED_WITHIN.end(self.unpublished_since()?, calendar).ok()
    }

    /// The first day on which this version stood no longer: a later one began, or the power ended.
    pub fn stood_until(&self, version: &Version) -> Option<Date> {
        let later = self.versions.iter().map(|later| later.from).filter(|from| *from > version.from);
        later.chain(self.ended.as_ref().map(|(on, _, _)| *on)).min()
    }

    pub fn current(&self) -> Option<&Version> {
        if self.ended.is_some() { None } else { self.versions.last() }
    }

    /// The last day of a change that is not published, while nobody has recorded that it passed.
    fn unrecorded(&self, calendar: &Calendar) -> Option<Date> {
        self.publish_by(calendar).filter(|_| self.overdue.is_none())
    }

    fn shown(&self) -> Option<&Entry> {
        self.versions.last().map(|version| &version.entry).or(self.draft.as_ref())
    }
}

const LIST: Ground =
    Ground::Law(&[Basis::article("政府信息公开条例", 20), Basis::article("政府信息公开条例", 26)]);

impl Matter for Power {
    const KIND: &'static str = "power";
    const ZH: &'static str = "权责事项";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Draft { entry } => Some(entry.id()),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Draft", zh: "申报", ground: LIST, opens: true },
            ActKind { name: "Review", zh: "合法性审核", ground: LIST, opens: false },
            ActKind { name: "Approve", zh: "批准", ground: LIST, opens: false },
            ActKind { name: "Publish", zh: "公开", ground: LIST, opens: false },
            ActKind { name: "ProposeEnd", zh: "申请收回或者取消", ground: LIST, opens: false },
            ActKind { name: "End", zh: "批准收回或者取消", ground: LIST, opens: false },
            ActKind { name: "PassDue", zh: "记录逾期未公开", ground: LIST, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Draft { .. } => "Draft",
            Act::Review { .. } => "Review",
            Act::Approve => "Approve",
            Act::Publish { .. } => "Publish",
            Act::ProposeEnd { .. } => "ProposeEnd",
            Act::End => "End",
            Act::PassDue => "PassDue",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Drafted { .. } => "Drafted",
            Fact::Reviewed { .. } => "Reviewed",
            Fact::Approved { .. } => "Approved",
            Fact::Published { .. } => "Published",
            Fact::EndProposed { .. } => "EndProposed",
            Fact::Ended { .. } => "Ended",
            Fact::PublicationOverdue { .. } => "PublicationOverdue",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let entry = match act {
            Act::Draft { entry } => entry,
            Act::Publish { address, .. } if address.trim().is_empty() => {
                return Err(vec![Invalid::new("address", "请填写公开地址")]);
            }
            Act::ProposeEnd { reason, .. } if reason.trim().is_empty() => {
                return Err(vec![Invalid::new("reason", "请填写理由")]);
            }
            Act::Publish { .. }
            | Act::Review { .. }
            | Act::Approve
            | Act::ProposeEnd { .. }
            | Act::End
            | Act::PassDue => return Ok(()),
        };
        let mut wrong = Vec::new();
        if entry.code.len() != 16 || !entry.code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            wrong.push(Invalid::new("code", "职权编码是16位：区划6、部门3、类型2、事项3、子项2"));
        }
        let filled = [
            ("name", &entry.name, "职权名称"),
            ("department", &entry.department, "行权部门"),
            ("phone", &entry.phone, "监督电话"),
        ];
        wrong.extend(
            filled
                .into_iter()
                .filter(|(_, text, _)| text.trim().is_empty())
                .map(|(field, _, zh)| Invalid::new(field, format!("请填写{zh}"))),
        );
        if entry.responsibilities.is_empty() {
            wrong.push(Invalid::new("responsibilities", "有权必有责：请填写责任事项"));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::CatalogueManager, because));
        if let Some((on, _, _)) = &self.ended
            && !matches!(act, Act::Publish { .. } | Act::PassDue)
        {
            return no(&REVIEWED_FIRST, format!("{on}已经不在清单中，要恢复须另行申报"));
        }
        match act {
            Act::Draft { .. } | Act::ProposeEnd { .. } if self.ending.is_some() => {
                no(&REVIEWED_FIRST, "已经申请收回或者取消，审核、批准以后才能另行申报".to_owned())
            }
            Act::Draft { entry } if entry.department != ctx.actor.org.as_str() => {
                no(&OWN_POWER, format!("申报部门是{}，职权属于{}", ctx.actor.org, entry.department))
            }
            Act::Draft { entry } => match entry.bases.first() {
                None => no(&ON_LAW, format!("“{}”没有写明依据", entry.name)),
                Some(_) => Ok(vec![Fact::Drafted { entry: entry.clone() }]),
            },
            Act::Review { .. } if self.draft.is_none() && self.ending.is_none() => {
                no(&REVIEWED_FIRST, "没有待审核的申报".to_owned())
            }
            Act::Review { passed, note } => Ok(vec![Fact::Reviewed { passed: *passed, note: note.clone() }]),
            Act::Approve => match (&self.draft, &self.reviewed) {
                (Some(entry), Some(_)) if self.ending.is_none() => Ok(vec![Fact::Approved {
                    code: entry.code.clone(),
                    kind: entry.kind,
                    department: entry.department.clone(),
                    again: !self.versions.is_empty(),
                    publish_by: PUBLISHED_WITHIN.end(ctx.today(), ctx.calendar).ok(),
                }]),
                _ => no(&REVIEWED_FIRST, "还没有通过合法性审核".to_owned()),
            },
            Act::Publish { address, digest } => match self.unpublished() {
                // The record of publication says that the public reads what was approved.
                Some(awaited) if awaited != *digest => {
                    no(&REVIEWED_FIRST, "公开内容的摘要与批准的内容不一致".to_owned())
                }
                Some(_) => Ok(vec![Fact::Published {
                    address: address.clone(),
                    digest: digest.clone(),
                    in_time: self.publish_by(ctx.calendar).map(|last| ctx.today() <= last),
                    again: self.versions.len() > 1,
                    ending: self.ended.is_some(),
                }]),
                None if self.versions.is_empty() => no(&REVIEWED_FIRST, "还没有批准".to_owned()),
                None => no(&REVIEWED_FIRST, "已经公开".to_owned()),
            },
            Act::ProposeEnd { ending, reason } => {
                Ok(vec![Fact::EndProposed { ending: *ending, reason: reason.clone() }])
            }
            Act::End => match (&self.ending, &self.reviewed) {
                (Some((ending, reason)), Some(_)) => Ok(vec![Fact::Ended {
                    ending: *ending,
                    reason: reason.clone(),
                    kind: self.shown().map(|entry| entry.kind).unwrap_or_default(),
                    was_in_force: !self.versions.is_empty(),
                    // What was never on the list leaves nothing to publish.
                    publish_by: (!self.versions.is_empty())
                        .then(|| PUBLISHED_WITHIN.end(ctx.today(), ctx.calendar).ok())
                        .flatten(),
                }]),
                (Some(_), None) => no(&REVIEWED_FIRST, "收回或者取消还没有通过合法性审核".to_owned()),
                (None, _) => no(&REVIEWED_FIRST, "没有申请收回或者取消".to_owned()),
            },
            Act::PassDue if ctx.actor.role != Role::Clock => {
                no(&PUBLISHED_IN_TIME, "逾期由系统时钟记录".to_owned())
            }
            Act::PassDue => match (self.unrecorded(ctx.calendar), self.versions.last()) {
                (Some(due), Some(version)) if ctx.today() > due => Ok(vec![Fact::PublicationOverdue {
                    code: version.entry.code.clone(),
                    department: version.entry.department.clone(),
                    due,
                }]),
                _ => no(&PUBLISHED_IN_TIME, "没有逾期未公开的版本，或者已经记录".to_owned()),
            },
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Drafted { entry } => {
                self.draft = Some((**entry).clone());
                self.reviewed = None;
            }
            Fact::Reviewed { passed, .. } => {
                self.reviewed = passed.then(|| stamp.person.clone());
                // A draft is mended and handed in again; an ending that review turns down is off the table.
                if !passed {
                    self.ending = None;
                }
            }
            Fact::Approved { .. } => {
                if let Some(entry) = self.draft.take() {
                    self.versions.push(Version { from: stamp.day, entry, published: None });
                }
                self.reviewed = None;
                self.overdue = None;
            }
            Fact::Published { address, digest, ending, .. } => {
                let published =
                    Some(Published { on: stamp.day, address: address.clone(), digest: digest.clone() });
                if *ending {
                    self.ending_published = published;
                } else if let Some(version) = self.versions.last_mut() {
                    version.published = published;
                }
            }
            Fact::EndProposed { ending, reason } => {
                self.ending = Some((*ending, reason.clone()));
                self.reviewed = None;
            }
            Fact::Ended { ending, reason, .. } => {
                self.ended = Some((stamp.day, *ending, reason.clone()));
                (self.ending, self.reviewed) = (None, None);
                self.overdue = None;
            }
            Fact::PublicationOverdue { due, .. } => self.overdue = Some(*due),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let Some(entry) = self.shown() else { return Docket::default() };
        let org = OrgId::new(&entry.department);
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: org.clone(), due };
        let mut tasks = match (&self.ending, &self.draft, &self.reviewed) {
            _ if self.ended.is_some() => vec![],
            (Some(_), _, None) | (None, Some(_), None) => vec![task("review", Role::CatalogueManager, None)],
            (Some(_), _, Some(_)) => vec![task("end", Role::Government, None)],
            (None, Some(_), Some(_)) => vec![task("approve", Role::Government, None)],
            (None, None, _) => vec![],
        };
        let (awaited, publish_by) = (self.unpublished_since().is_some(), self.publish_by(calendar));
        if tasks.is_empty() && awaited {
            tasks.push(task("publish", Role::CatalogueManager, publish_by));
        }
        tasks.extend(self.unrecorded(calendar).map(|last| Task {
            name: "clock".to_owned(),
            role: Role::Clock,
            org: OrgId::new("system"),
            due: Some(offset(last, 1)),
        }));
        let status = match (&self.ended, self.versions.is_empty()) {
            (Some(_), _) => "ended",
            (None, true) => "draft",
            (None, false) => "in_force",
        };
        Docket {
            number: entry.code.clone(),
            title: entry.name.clone(),
            status: status.to_owned(),
            org: org.clone(),
            due: publish_by,
            closed: self.ended.is_some() && !awaited,
            facets: vec![("number".to_owned(), entry.code.clone())],
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        let passed = self.unrecorded(calendar).is_some_and(|last| day > last);
        if passed { vec![Act::PassDue] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties {
            org: self.shown().map(|entry| OrgId::new(&entry.department)).unwrap_or_default(),
            applicants: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::{Actor, Catalogue, Moment, Region};
    use jiff::civil::date;
    use std::any::Any;
    use std::sync::Arc;

    struct Nothing;
    impl Catalogue for Nothing {
        fn get(&self, _: &str, _: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
            None
        }
    }

    fn entry() -> Entry {
        Entry {
            code: "4299970010100100".into(),
            name: "模拟许可".into(),
            kind: Kind::Permit,
            department: "甲局".into(),
            bases: vec![Basis::article("行政许可法", 12)],
            responsibilities: vec!["公示".into()],
            flow: vec!["受理".into()],
            phone: "12345".into(),
            items: vec![],
        }
    }

    /// Performs the act on a day; the rule id if it is refused.
    fn perform(
        power: &mut Power,
        day: Date,
        role: Role,
        org: &str,
        act: &Act,
    ) -> Result<Vec<Fact>, &'static str> {
        perform_under(&Calendar::shipped(), power, day, role, org, act)
    }

    fn perform_under(
        calendar: &Calendar,
        power: &mut Power,
        day: Date,
        role: Role,
        org: &str,
        act: &Act,
    ) -> Result<Vec<Fact>, &'static str> {
        let actor = Actor { person: PersonId::new("p"), role, org: OrgId::new(org) };
        let ctx = Ctx {
            region: Region(429_997),
            moment: Moment { ms: 0, today: day },
            actor: &actor,
            matter: MatterId(1),
            calendar,
            catalogue: &Nothing,
            sealed: &BTreeMap::new(),
        };
        let facts = power.decide(act, &ctx).map_err(|refusal| refusal.rule.id)?;
        let stamp = Stamp { day, ms: 0, person: actor.person.clone(), role, org: actor.org.clone() };
        facts.iter().for_each(|fact| power.evolve(fact, &stamp));
        Ok(facts)
    }

    use Role::{CatalogueManager, Government, Officer};
    use fadu_kernel::rows::{self, Outcome};

    type Step = ((i8, i8), Role, &'static str, Act);
    /// Steps that must go through, the last act, and the id of the rule that refuses it.
    type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

    fn draft(entry: Entry) -> Step {
        ((3, 3), Officer, "甲局", Act::Draft { entry: Box::new(entry) })
    }

    fn review(passed: bool) -> Step {
        ((3, 3), CatalogueManager, "局", Act::Review { passed, note: "意见".into() })
    }

    fn approve() -> Step {
        ((3, 3), Government, "府", Act::Approve)
    }

    fn publish(month: i8, day: i8) -> Step {
        let act = Act::Publish { address: "/powers/x".into(), digest: entry().digest() };
        ((month, day), CatalogueManager, "局", act)
    }

    fn propose_end() -> Step {
        let act = Act::ProposeEnd { ending: Ending::Repealed, reason: "依据废止".into() };
        ((4, 1), Officer, "甲局", act)
    }

    fn reviewed_end(passed: bool) -> Step {
        let (_, role, org, act) = review(passed);
        ((4, 1), role, org, act)
    }

    fn end() -> Step {
        ((4, 1), Government, "府", Act::End)
    }

    /// Published on 31 March, repealed on 1 April.
    fn repealed() -> Vec<Step> {
        vec![
            draft(entry()),
            review(true),
            approve(),
            publish(3, 31),
            propose_end(),
            reviewed_end(true),
            end(),
        ]
    }

    fn publish_end(month: i8, day: i8) -> Step {
        let digest = digest_of(&(entry().code, date(2025, 4, 1), Ending::Repealed, "依据废止"));
        ((month, day), CatalogueManager, "局", Act::Publish { address: "/powers/x".into(), digest })
    }

    fn pass_due(month: i8, day: i8) -> Step {
        ((month, day), Role::Clock, "system", Act::PassDue)
    }

    fn table() -> Vec<Row> {
        let mut changed = publish(3, 31);
        changed.3 = Act::Publish {
            address: "/powers/x".into(),
            digest: Entry { items: vec!["A1".into()], ..entry() }.digest(),
        };
        let by_hand = ((4, 1), CatalogueManager, "局", Act::PassDue);
        let bare = Entry { bases: vec![], ..entry() };
        let mut foreign = draft(entry());
        foreign.2 = "乙局";
        let approved = || vec![draft(entry()), review(true), approve()];
        let published = || [approved(), vec![publish(3, 31)]].concat();
        vec![
            ("drafted by its own department, on law (POW-01, POW-02)", vec![], draft(entry()), None),
            ("drafted without a basis (POW-01)", vec![], draft(bare), Some("POW-01")),
            ("drafted by another department (POW-02)", vec![], foreign, Some("POW-02")),
            ("reviewed without a draft (POW-03)", vec![], review(true), Some("POW-03")),
            ("approved after a review (POW-03)", vec![draft(entry()), review(true)], approve(), None),
            ("approved without one (POW-03)", vec![draft(entry())], approve(), Some("POW-03")),
            (
                "a failed review is no review (POW-03)",
                vec![draft(entry()), review(false)],
                approve(),
                Some("POW-03"),
            ),
            (
                "published before it is approved (POW-03)",
                vec![draft(entry()), review(true)],
                publish(3, 3),
                Some("POW-03"),
            ),
            ("published once approved (POW-03)", approved(), publish(3, 31), None),
            ("published twice (POW-03)", published(), publish(4, 1), Some("POW-03")),
            ("another text published than the approved one (POW-03)", approved(), changed, Some("POW-03")),
            ("recorded as overdue on working day 20 (GOI-01)", approved(), pass_due(3, 31), Some("GOI-01")),
            ("recorded as overdue on working day 21 (GOI-01)", approved(), pass_due(4, 1), None),
            (
                "recorded as overdue twice (GOI-01)",
                [approved(), vec![pass_due(4, 1)]].concat(),
                pass_due(4, 2),
                Some("GOI-01"),
            ),
            ("recorded as overdue by hand (GOI-01)", approved(), by_hand, Some("GOI-01")),
            ("recorded as overdue once published (GOI-01)", published(), pass_due(4, 1), Some("GOI-01")),
            (
                "repealed after a review (POW-03)",
                [published(), vec![propose_end(), reviewed_end(true)]].concat(),
                end(),
                None,
            ),
            (
                "repealed without a review (POW-03)",
                [published(), vec![propose_end()]].concat(),
                end(),
                Some("POW-03"),
            ),
            (
                "repealed though review turned it down (POW-03)",
                [published(), vec![propose_end(), reviewed_end(false)]].concat(),
                end(),
                Some("POW-03"),
            ),
            ("repealed though nobody proposed it (POW-03)", published(), end(), Some("POW-03")),
            (
                "adjusted while a repeal is on its way (POW-03)",
                [published(), vec![propose_end()]].concat(),
                ((4, 1), Officer, "甲局", Act::Draft { entry: Box::new(entry()) }),
                Some("POW-03"),
            ),
            (
                "another text published than the approved repeal (POW-03)",
                repealed(),
                publish(4, 29),
                Some("POW-03"),
            ),
            (
                "a repeal published twice (POW-03)",
                [repealed(), vec![publish_end(4, 29)]].concat(),
                publish_end(4, 30),
                Some("POW-03"),
            ),
            (
                "a repeal recorded as overdue on working day 20 (GOI-01)",
                repealed(),
                pass_due(4, 29),
                Some("GOI-01"),
            ),
            ("a repeal recorded as overdue on working day 21 (GOI-01)", repealed(), pass_due(4, 30), None),
        ]
    }

    fn go(power: &mut Power, ((month, day), role, org, act): Step) -> Result<Vec<Fact>, &'static str> {
        perform(power, date(2025, month, day), role, org, &act)
    }

    #[test]
    fn a_power_goes_its_way_and_no_other() {
        for (name, given, last, expected) in table() {
            let mut power = Power::default();
            for step in given {
                go(&mut power, step)
                    .unwrap_or_else(|rule| panic!("{name}: the way there was refused: {rule}"));
            }
            assert_eq!(go(&mut power, last).err(), expected, "{name}");
        }
    }

    /// Twenty working days from 3 March 2025 and, past two holidays and a make-up Sunday, from 1 April.
    fn publications() -> [(&'static str, Vec<Step>, Step, bool); 4] {
        let approved = || vec![draft(entry()), review(true), approve()];
        [
            ("published on working day 20 (GOI-01)", approved(), publish(3, 31), true),
            ("published on working day 21 (GOI-01)", approved(), publish(4, 1), false),
            ("a repeal published on working day 20 (GOI-01)", repealed(), publish_end(4, 29), true),
            ("a repeal published on working day 21 (GOI-01)", repealed(), publish_end(4, 30), false),
        ]
    }

    #[test]
    fn publication_is_in_time_until_the_twentieth_working_day() {
        for (name, given, step, in_time) in publications() {
            let mut power = Power::default();
            for step in given {
                go(&mut power, step).unwrap();
            }
            let facts = go(&mut power, step).unwrap();
            assert!(
                matches!(facts[..], [Fact::Published { in_time: Some(found), .. }] if found == in_time),
                "{name}"
            );
            assert_eq!((power.unpublished_since(), power.unpublished()), (None, None), "{name}");
        }
    }

    #[test]
    fn the_public_reads_what_is_published() {
        let mut power = Power::default();
        let next = |(_, role, org, act): Step| ((4, 1), role, org, act);
        for step in [draft(entry()), review(true), approve()] {
            go(&mut power, step).unwrap();
        }
        assert!(power.on(date(2025, 3, 3)).is_some() && power.public_on(date(2025, 3, 3)).is_none());
        let renamed = draft(Entry { name: "新名".into(), ..entry() });
        for step in [publish(3, 31), next(renamed), next(review(true)), next(approve())] {
            go(&mut power, step).unwrap();
        }
        let names = |day| {
            [power.on(day), power.public_on(day)]
                .map(|version| version.map(|found| found.entry.name.as_str()))
        };
        assert_eq!(names(date(2025, 3, 3)), [Some("模拟许可"); 2]);
        assert_eq!(names(date(2025, 4, 1)), [Some("新名"), Some("模拟许可")]);
    }

    #[test]
    fn the_clock_is_called_once_for_what_was_not_published() {
        let calendar = Calendar::shipped();
        let mut power = Power::default();
        for step in [draft(entry()), review(true), approve()] {
            go(&mut power, step).unwrap();
        }
        let clock = |power: &Power| {
            let tasks = power.docket(&calendar).tasks;
            tasks
                .into_iter()
                .find(|task| task.role == Role::Clock)
                .and_then(|task| task.due)
        };
        assert_eq!(clock(&power), Some(date(2025, 4, 1)));
        assert!(power.due_acts(date(2025, 3, 31), &calendar).is_empty());
        assert!(matches!(power.due_acts(date(2025, 4, 1), &calendar)[..], [Act::PassDue]));
        go(&mut power, pass_due(4, 1)).unwrap();
        assert_eq!((clock(&power), power.due_acts(date(2025, 6, 1), &calendar).len()), (None, 0));
        // Publishing late is still due, and a new version has its own twenty days.
        go(&mut power, publish(4, 2)).unwrap();
        let next = [draft(entry()), review(true), approve()];
        for (_, role, org, act) in next {
            go(&mut power, ((5, 6), role, org, act)).unwrap();
        }
        assert!(clock(&power).is_some_and(|due| due > date(2025, 6, 1)));
        // A state as it was kept before.
        let mut old = serde_json::to_value(&power).unwrap();
        old.as_object_mut().unwrap().remove("overdue");
        old["publish_by"] = "2025-06-04".into();
        assert!(serde_json::from_value::<Power>(old).unwrap().overdue.is_none());
        // The ending has twenty days of its own.
        end_on(&mut power, date(2025, 5, 7), Ending::Repealed);
        let by_hand = power.docket(&calendar).tasks.into_iter().find(|task| task.name == "publish");
        assert_eq!(by_hand.and_then(|task| task.due), power.publish_by(&calendar));
        assert_eq!(power.due_acts(date(2025, 9, 1), &calendar).len(), 1);
        let publish = Act::Publish { address: "/powers/x".into(), digest: power.unpublished().unwrap() };
        perform(&mut power, date(2025, 5, 8), CatalogueManager, "局", &publish).unwrap();
        assert_eq!((clock(&power), power.due_acts(date(2025, 9, 1), &calendar).len()), (None, 0));
        assert!(power.docket(&calendar).closed);
    }

    /// Twenty working days from 10 December 2026 and from the 11th: fifteen and fourteen of them lie in that year.
    #[test]
    fn a_day_beyond_the_calendar_is_reckoned_once_the_notice_is_there() {
        let shipped = Calendar::shipped();
        let mut power = Power::default();
        for (_, role, org, act) in [draft(entry()), review(true), approve()] {
            perform(&mut power, date(2026, 12, 10), role, org, &act).unwrap();
        }
        let mut ended = power.clone();
        end_on(&mut ended, date(2026, 12, 11), Ending::Repealed);
        let next = fadu_kernel::calendar::Notice {
            number: "测试〔2026〕1号".into(),
            issued: date(2026, 11, 5),
            year: 2027,
            off: vec![(date(2027, 1, 1), date(2027, 1, 3), "元旦".into())],
            work: vec![],
        };
        let notices = shipped.notices().iter().cloned().chain([next]);
        let longer = Calendar::from_notices(notices.collect());
        let publishing = |power: &Power, calendar: &Calendar| -> Vec<Option<Date>> {
            let tasks = power.docket(calendar).tasks.into_iter();
            tasks.filter(|task| task.name == "publish").map(|task| task.due).collect()
        };
        let on_time = [(power, date(2027, 1, 8)), (ended, date(2027, 1, 11))];
        for (mut power, last) in on_time {
            let docket = power.docket(&shipped);
            assert_eq!((publishing(&power, &shipped), docket.closed), (vec![None], false), "{last}");
            assert!(power.due_acts(date(2027, 6, 1), &shipped).is_empty(), "never taken as passed");
            let early = perform(&mut power, date(2027, 6, 1), Role::Clock, "system", &Act::PassDue);
            assert_eq!(early.unwrap_err(), "GOI-01");
            assert_eq!(publishing(&power, &longer), [Some(last)]);
            assert!(power.due_acts(last, &longer).is_empty());
            assert!(matches!(power.due_acts(offset(last, 1), &longer)[..], [Act::PassDue]));
            let publish = Act::Publish { address: "/powers/x".into(), digest: power.unpublished().unwrap() };
            for (calendar, day, expected) in
                [(&shipped, last, None), (&longer, last, Some(true)), (&longer, offset(last, 1), Some(false))]
            {
                let mut power = power.clone();
                let facts =
                    perform_under(calendar, &mut power, day, CatalogueManager, "局", &publish).unwrap();
                assert!(
                    matches!(facts[..], [Fact::Published { in_time, .. }] if in_time == expected),
                    "{day}"
                );
            }
        }
    }

    /// Proposed, reviewed and approved on one day.
    fn end_on(power: &mut Power, day: Date, ending: Ending) {
        let propose = Act::ProposeEnd { ending, reason: "上收".into() };
        perform(power, day, Officer, "甲局", &propose).unwrap();
        let review = Act::Review { passed: true, note: String::new() };
        perform(power, day, CatalogueManager, "局", &review).unwrap();
        perform(power, day, Government, "府", &Act::End).unwrap();
    }

    #[test]
    fn the_rows_that_ship_are_these() {
        let told = |refused: bool, word| if refused { word } else { Outcome::Passes };
        let acts = table();
        let acts = acts
            .iter()
            .map(|(name, _, _, expected)| (*name, told(expected.is_some(), Outcome::Refused)));
        let late = publications().map(|(name, _, _, in_time)| (name, told(!in_time, Outcome::Noted)));
        let rows = acts.chain(late).chain(crate::arrangement::tests::rows());
        assert_eq!(rows::write(rows), crate::ROWS, "rows.tsv is to say exactly this");
    }

    #[test]
    fn the_list_can_be_read_as_it_stood() {
        let mut power = Power::default();
        let round = |power: &mut Power, day, name: &str| {
            let entry = Entry { name: name.into(), ..entry() };
            perform(power, day, Role::Officer, "甲局", &Act::Draft { entry: Box::new(entry) }).unwrap();
            perform(
                power,
                day,
                Role::CatalogueManager,
                "局",
                &Act::Review { passed: true, note: String::new() },
            )
            .unwrap();
            perform(power, day, Role::Government, "府", &Act::Approve).unwrap();
        };
        round(&mut power, date(2025, 3, 3), "旧名");
        round(&mut power, date(2025, 6, 2), "新名");
        end_on(&mut power, date(2025, 9, 1), Ending::Recalled);
        let table = [
            (date(2025, 3, 2), None),
            (date(2025, 3, 3), Some("旧名")),
            (date(2025, 6, 1), Some("旧名")),
            (date(2025, 6, 2), Some("新名")),
            (date(2025, 8, 31), Some("新名")),
            (date(2025, 9, 1), None),
        ];
        for (day, name) in table {
            assert_eq!(power.on(day).map(|version| version.entry.name.as_str()), name, "{day}");
        }
        let until: Vec<_> = power.versions.iter().map(|version| power.stood_until(version)).collect();
        assert_eq!(until, [Some(date(2025, 6, 2)), Some(date(2025, 9, 1))]);
        assert_eq!(
            perform(&mut power, date(2025, 9, 2), Role::Government, "府", &Act::Approve).unwrap_err(),
            "POW-03"
        );
    }
}
