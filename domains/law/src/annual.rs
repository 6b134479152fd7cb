//! 法治政府建设年度报告。 Opened for a year and an organ, drafted in five parts once the year is over, approved, handed up before
//! 1 March, published before 1 April. Time records what was missed.
//!
//! The days are fixed by name ("before 1 March"), not counted as periods: they do not roll past a holiday.

use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role,
    Rule, Stamp, Task,
};
use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const STATUTE: &str = "法治政府建设与责任落实督察工作规定";

/// The rule book knows RPT-01 and RPT-02 by a provincial guide that restates these regulations.
pub static DEPARTMENT_REPORTS: Rule = Rule {
    id: "RPT-01",
    sentence: "县级政府部门在3月1日之前向本级党委和政府、上一级政府有关部门报告上一年度法治政府建设情况，抄送法治建设议事协调机构的办事机构",
    basis: &[Basis::article(STATUTE, 24)],
};
pub static GOVERNMENT_REPORTS: Rule = Rule {
    id: "RPT-02",
    sentence: "县级人民政府在3月1日之前向同级党委、人大常委会和上一级政府报告上一年度法治政府建设情况",
    basis: &[Basis::article(STATUTE, 24)],
};
pub static PUBLISHED: Rule = Rule {
    id: "RPT-03",
    sentence: "年度报告经过批准和保密审查，在4月1日之前向社会公开",
    basis: &[Basis::article(STATUTE, 24)],
};
/// What the report must hold; drawn reports name what they lack, an approved one lacks nothing.
pub static FIVE_PARTS: Rule = Rule {
    id: "RPT-04",
    sentence: "年度报告写明五项：举措和成效，不足和原因，主要负责人履行第一责任人职责情况，下一年度安排，其他情况",
    basis: &[Basis::article(STATUTE, 24), Basis::article(STATUTE, 25)],
};
static ALL: &[&Rule] = &[&DEPARTMENT_REPORTS, &GOVERNMENT_REPORTS, &PUBLISHED, &FIVE_PARTS];

/// 报告主体。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 县级政府部门
    #[default]
    Department,
    /// 县级人民政府
    Government,
}

impl Tier {
    fn rule(self) -> &'static Rule {
        match self {
            Tier::Department => &DEPARTMENT_REPORTS,
            Tier::Government => &GOVERNMENT_REPORTS,
        }
    }

    /// To whom the report must go.
    pub fn recipients(self) -> &'static [Recipient] {
        use Recipient::*;
        match self {
            Tier::Department => &[PartyCommittee, Government, UpperDepartment, LawOffice],
            Tier::Government => &[PartyCommittee, CongressCommittee, UpperGovernment],
        }
    }

    fn drafter(self) -> Role {
        match self {
            Tier::Department => Role::Officer,
            Tier::Government => Role::Government,
        }
    }

    fn approver(self) -> Role {
        match self {
            Tier::Department => Role::AgencyHead,
            Tier::Government => Role::Government,
        }
    }
}

/// 报送对象。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// 同级党委
    PartyCommittee,
    /// 本级人民政府
    Government,
    /// 同级人大常委会
    CongressCommittee,
    /// 上一级政府有关部门
    UpperDepartment,
    /// 上一级人民政府
    UpperGovernment,
    /// 法治建设议事协调机构办公室
    LawOffice,
}

impl Recipient {
    pub fn zh(self) -> &'static str {
        match self {
            Recipient::PartyCommittee => "同级党委",
            Recipient::Government => "本级人民政府",
            Recipient::CongressCommittee => "同级人大常委会",
            Recipient::UpperDepartment => "上一级政府有关部门",
            Recipient::UpperGovernment => "上一级人民政府",
            Recipient::LawOffice => "法治建设议事协调机构办公室",
        }
    }
}

/// 哪一项。 What has a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 报送
    Submission,
    /// 公开
    Publication,
}

impl Step {
    const BOTH: [Step; 2] = [Step::Submission, Step::Publication];

    /// The last day for the report on `year`: before 1 March, before 1 April.
    pub fn last_day(self, year: i16) -> Date {
        let month = match self {
            Step::Submission => 3,
            Step::Publication => 4,
        };
        offset(date(year.saturating_add(1), month, 1), -1)
    }
}

/// 五项内容。 As drafted, with the SHA-256 of the document that says them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub measures: String,
    pub shortcomings: String,
    pub first_responsible: String,
    pub next_year: String,
    pub other_matters: String,
    pub digest: String,
}

impl Draft {
    fn missing(&self) -> Vec<&'static str> {
        let parts = [
            (&self.measures, "举措和成效"),
            (&self.shortcomings, "不足和原因"),
            (&self.first_responsible, "主要负责人履行第一责任人职责情况"),
            (&self.next_year, "下一年度安排"),
            (&self.other_matters, "其他情况"),
        ];
        parts
            .into_iter()
            .filter(|(text, _)| text.trim().is_empty())
            .map(|(_, zh)| zh)
            .collect()
    }
}

/// 报送记录。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    pub on: Date,
    pub document: String,
    pub to: Vec<Recipient>,
}

/// 公开记录: where and when, and the digest of what was made public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    pub on: Date,
    pub ms: i64,
    pub address: String,
    pub digest: String,
    pub secrecy_review: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub year: i16,
    pub organ: OrgId,
    pub tier: Tier,
    pub opened: Option<Date>,
    pub draft: Option<Draft>,
    /// The day the draft that stands was approved.
    pub approved: Option<Date>,
    pub submitted: Option<Submitted>,
    pub published: Option<Publication>,
    /// What time has recorded as missed.
    pub missed: Vec<Step>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 立项
    Open {
        /// 报告年度
        year: i16,
        /// 报告机关
        organ: OrgId,
        /// 报告主体
        tier: Tier,
    },
    /// 起草
    Draft {
        /// 举措和成效
        #[serde(default)]
        measures: String,
        /// 不足和原因
        #[serde(default)]
        shortcomings: String,
        /// 第一责任人履职情况
        #[serde(default)]
        first_responsible: String,
        /// 下一年度安排
        #[serde(default)]
        next_year: String,
        /// 其他情况
        #[serde(default)]
        other_matters: String,
        /// 报告文件的摘要
        digest: String,
    },
    /// 批准
    Approve,
    /// 报送
    Submit {
        /// 送同级党委
        #[serde(default)]
        party_committee: bool,
        /// 送本级人民政府
        #[serde(default)]
        government: bool,
        /// 送同级人大常委会
        #[serde(default)]
        congress_committee: bool,
        /// 送上一级政府有关部门
        #[serde(default)]
        upper_department: bool,
        /// 送上一级人民政府
        #[serde(default)]
        upper_government: bool,
        /// 抄送法治建设议事协调机构办公室
        #[serde(default)]
        law_office: bool,
        /// 报送文号
        document: String,
    },
    /// 公开
    Publish {
        /// 公开地址
        address: String,
        /// 公开文件的摘要
        digest: String,
        /// 保密审查意见的文号
        #[serde(default)]
        secrecy_review: String,
    },
    /// 记录逾期
    PassDue {
        /// 哪一项
        step: Step,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened { year: i16, organ: OrgId, tier: Tier, submit_by: Date, publish_by: Date },
    Drafted { draft: Box<Draft> },
    Approved { digest: String },
    Submitted { to: Vec<Recipient>, document: String, in_time: bool },
    Published { address: String, digest: String, secrecy_review: String, in_time: bool },
    Missed { year: i16, organ: OrgId, step: Step, due: Date },
}

impl Report {
    /// One report a year and organ.
    pub fn id(organ: &OrgId, year: i16) -> MatterId {
        let digest = Sha256::digest(format!("annual-report\u{1f}{organ}\u{1f}{year}"));
        MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
    }

    fn is_done(&self, step: Step) -> bool {
        match step {
            Step::Submission => self.submitted.is_some(),
            Step::Publication => self.published.is_some(),
        }
    }

    /// What is still to be done, with its last day; the nearest first.
    fn open_steps(&self) -> impl Iterator<Item = (Step, Date)> {
        let open = Step::BOTH
            .into_iter()
            .filter(move |step| self.opened.is_some() && !self.is_done(*step));
        open.map(move |step| (step, step.last_day(self.year)))
    }

    /// Those that time has not recorded as missed.
    fn unrecorded(&self) -> impl Iterator<Item = (Step, Date)> {
        self.open_steps().filter(move |(step, _)| !self.missed.contains(step))
    }

    fn open(&self, year: i16, organ: &OrgId, tier: Tier, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |because: String| Err(Refusal::new(tier.rule(), Help::AgencyHead, because));
        if self.opened.is_some() || ctx.matter != Report::id(organ, year) {
            return no(format!("{organ}{year}年度的报告已经立项"));
        }
        if *organ != ctx.actor.org {
            return no(format!("报告机关是{organ}，不能由{}立项", ctx.actor.org));
        }
        if (tier == Tier::Government) != (ctx.actor.role == Role::Government) {
            return no("县级人民政府的报告由县级人民政府立项，部门的由部门立项".to_owned());
        }
        if year > ctx.today().year() {
            return no(format!("{year}年还没有开始"));
        }
        let (submit_by, publish_by) = (Step::Submission.last_day(year), Step::Publication.last_day(year));
        Ok(vec![Fact::Opened { year, organ: organ.clone(), tier, submit_by, publish_by }])
    }

    fn approve(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::Officer, because));
        let Some(draft) = &self.draft else { return no(&FIVE_PARTS, "还没有起草".to_owned()) };
        if self.approved.is_some() {
            return no(self.tier.rule(), "这一稿已经批准".to_owned());
        }
        if ctx.actor.role != self.tier.approver() {
            let because = "县级人民政府的报告由县级人民政府批准，部门的由部门负责人批准";
            return no(self.tier.rule(), because.to_owned());
        }
        let missing = draft.missing();
        if !missing.is_empty() {
            return no(&FIVE_PARTS, format!("没有写：{}", missing.join("、")));
        }
        Ok(vec![Fact::Approved { digest: draft.digest.clone() }])
    }

    fn submit(&self, to: &[Recipient], document: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |because: String| Err(Refusal::new(self.tier.rule(), Help::AgencyHead, because));
        if self.approved.is_none() {
            return no("报告还没有批准".to_owned());
        }
        if self.submitted.is_some() {
            return no("已经报送".to_owned());
        }
        let required = self.tier.recipients().iter();
        let left: Vec<_> = required
            .filter(|recipient| !to.contains(recipient))
            .map(|recipient| recipient.zh())
            .collect();
        if !left.is_empty() {
            return no(format!("还应当报送：{}", left.join("、")));
        }
        let in_time = ctx.today() <= Step::Submission.last_day(self.year);
        Ok(vec![Fact::Submitted { to: to.to_vec(), document: document.to_owned(), in_time }])
    }

    fn publish(
        &self,
        address: &str,
        digest: &str,
        secrecy_review: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let no = |because: &str| Err(Refusal::new(&PUBLISHED, Help::AgencyHead, because));
        let approved = self.draft.as_ref().filter(|_| self.approved.is_some());
        let Some(approved) = approved else { return no("报告还没有批准") };
        if self.published.is_some() {
            return no("已经公开");
        }
        if secrecy_review.trim().is_empty() {
            return no("没有写明保密审查意见：涉及党和国家秘密的不公开");
        }
        // The public reads what was approved.
        if approved.digest != digest {
            return no("公开文件的摘要与批准的这一稿不一致");
        }
        Ok(vec![Fact::Published {
            address: address.to_owned(),
            digest: digest.to_owned(),
            secrecy_review: secrecy_review.to_owned(),
            in_time: ctx.today() <= Step::Publication.last_day(self.year),
        }])
    }

    fn pass_due(&self, step: Step, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let rule = match step {
            Step::Submission => self.tier.rule(),
            Step::Publication => &PUBLISHED,
        };
        let no = |because: &str| Err(Refusal::new(rule, Help::AgencyHead, because));
        if ctx.actor.role != Role::Clock {
            return no("逾期由系统时钟记录");
        }
        match self.unrecorded().find(|(open, due)| *open == step && ctx.today() > *due) {
            Some((step, due)) => {
                Ok(vec![Fact::Missed { year: self.year, organ: self.organ.clone(), step, due }])
            }
            None => no("没有逾期，或者已经记录"),
        }
    }
}

const REPORT: Ground = Ground::Law(&[Basis::article(STATUTE, 24)]);

impl Matter for Report {
    const KIND: &'static str = "report";
    const ZH: &'static str = "法治政府建设年度报告";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { year, organ, .. } => Some(Report::id(organ, *year)),
            Act::Draft { .. }
            | Act::Approve
            | Act::Submit { .. }
            | Act::Publish { .. }
            | Act::PassDue { .. } => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Open", zh: "立项", ground: REPORT, opens: true },
            ActKind { name: "Draft", zh: "起草", ground: REPORT, opens: false },
            ActKind { name: "Approve", zh: "批准", ground: REPORT, opens: false },
            ActKind { name: "Submit", zh: "报送", ground: REPORT, opens: false },
            ActKind { name: "Publish", zh: "公开", ground: REPORT, opens: false },
            ActKind { name: "PassDue", zh: "记录逾期", ground: REPORT, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Open { .. } => "Open",
            Act::Draft { .. } => "Draft",
            Act::Approve => "Approve",
            Act::Submit { .. } => "Submit",
            Act::Publish { .. } => "Publish",
            Act::PassDue { .. } => "PassDue",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Opened { .. } => "Opened",
            Fact::Drafted { .. } => "Drafted",
            Fact::Approved { .. } => "Approved",
            Fact::Submitted { .. } => "Submitted",
            Fact::Published { .. } => "Published",
            Fact::Missed { .. } => "Missed",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let is_digest = |text: &str| {
            text.len() == 64
                && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        };
        let mut wrong = Vec::new();
        let mut hold = |holds: bool, field: &str, message: &str| {
            if !holds {
                wrong.push(Invalid::new(field, message));
            }
        };
        match act {
            Act::Open { year, organ, .. } => {
                hold((2000..=2999).contains(year), "year", "报告年度是四位数的年份");
                hold(!organ.as_str().trim().is_empty(), "organ", "请填写报告机关");
            }
            Act::Draft { digest, .. } => {
                hold(is_digest(digest), "digest", "摘要是64位小写十六进制的SHA-256");
            }
            Act::Submit { document, .. } => {
                hold(!document.trim().is_empty(), "document", "请填写报送文号");
            }
            Act::Publish { address, digest, .. } => {
                hold(!address.trim().is_empty(), "address", "请填写公开地址");
                hold(is_digest(digest), "digest", "摘要是64位小写十六进制的SHA-256");
            }
            Act::Approve | Act::PassDue { .. } => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let no = |rule, because: String| Err(Refusal::new(rule, Help::AgencyHead, because));
        let own = self.organ == ctx.actor.org;
        match act {
            Act::Open { year, organ, tier } => self.open(*year, organ, *tier, ctx),
            Act::PassDue { step } => self.pass_due(*step, ctx),
            Act::Draft { .. } | Act::Approve | Act::Submit { .. } | Act::Publish { .. } if !own => {
                no(self.tier.rule(), format!("这是{}的报告", self.organ))
            }
            Act::Draft { .. } if self.published.is_some() || self.submitted.is_some() => {
                no(self.tier.rule(), "已经报送或者公开的报告不能另行起草".to_owned())
            }
            // The figures are those of the whole year.
            Act::Draft { .. } if ctx.today() <= date(self.year, 12, 31) => {
                no(self.tier.rule(), format!("数据截至{}年12月31日，年度还没有结束", self.year))
            }
            Act::Draft { measures, shortcomings, first_responsible, next_year, other_matters, digest } => {
                Ok(vec![Fact::Drafted {
                    draft: Box::new(Draft {
                        measures: measures.clone(),
                        shortcomings: shortcomings.clone(),
                        first_responsible: first_responsible.clone(),
                        next_year: next_year.clone(),
                        other_matters: other_matters.clone(),
                        digest: digest.clone(),
                    }),
                }])
            }
            Act::Approve => self.approve(ctx),
            Act::Submit {
                party_committee,
                government,
                congress_committee,
                upper_department,
                upper_government,
                law_office,
                document,
            } => {
                let ticked = [
                    (*party_committee, Recipient::PartyCommittee),
                    (*government, Recipient::Government),
                    (*congress_committee, Recipient::CongressCommittee),
                    (*upper_department, Recipient::UpperDepartment),
                    (*upper_government, Recipient::UpperGovernment),
                    (*law_office, Recipient::LawOffice),
                ];
                let to: Vec<Recipient> =
                    ticked.into_iter().filter(|(sent, _)| *sent).map(|(_, to)| to).collect();
                self.submit(&to, document, ctx)
            }
            Act::Publish { address, digest, secrecy_review } => {
                self.publish(address, digest, secrecy_review, ctx)
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Opened { year, organ, tier, .. } => {
                self.year = *year;
                self.organ = organ.clone();
                self.tier = *tier;
                self.opened = Some(stamp.day);
            }
            Fact::Drafted { draft } => {
                self.draft = Some((**draft).clone());
                self.approved = None;
            }
            Fact::Approved { .. } => self.approved = Some(stamp.day),
            Fact::Submitted { to, document, .. } => {
                self.submitted =
                    Some(Submitted { on: stamp.day, document: document.clone(), to: to.clone() });
            }
            Fact::Published { address, digest, secrecy_review, .. } => {
                self.published = Some(Publication {
                    on: stamp.day,
                    ms: stamp.ms,
                    address: address.clone(),
                    digest: digest.clone(),
                    secrecy_review: secrecy_review.clone(),
                });
            }
            Fact::Missed { step, .. } => self.missed.push(*step),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        if self.opened.is_none() {
            return Docket::default();
        }
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: self.organ.clone(), due };
        let next = self.open_steps().next().map(|(_, due)| due);
        let mut tasks: Vec<Task> = match (&self.draft, self.approved) {
            (None, _) => vec![task("draft", self.tier.drafter(), next)],
            (Some(_), None) => vec![task("approve", self.tier.approver(), next)],
            (Some(_), Some(_)) => {
                let name = |step| match step {
                    Step::Submission => "submit",
                    Step::Publication => "publish",
                };
                self.open_steps()
                    .map(|(step, due)| task(name(step), self.tier.drafter(), Some(due)))
                    .collect()
            }
        };
        tasks.extend(self.unrecorded().next().map(|(_, last)| Task {
            name: "clock".to_owned(),
            role: Role::Clock,
            org: OrgId::new("system"),
            due: Some(offset(last, 1)),
        }));
        let status = match (&self.published, self.approved, &self.draft) {
            (Some(_), _, _) => "published",
            (None, Some(_), _) => "approved",
            (None, None, Some(_)) => "drafted",
            (None, None, None) => "opened",
        };
        Docket {
            number: self.year.to_string(),
            title: format!("{}{}年度法治政府建设情况报告", self.organ, self.year),
            status: status.to_owned(),
            org: self.organ.clone(),
            due: next,
            closed: next.is_none(),
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let passed = self.unrecorded().filter(|(_, due)| day > *due);
        passed.map(|(step, _)| Act::PassDue { step }).collect()
    }

    fn parties(&self) -> Parties {
        Parties { org: self.organ.clone(), applicants: vec![] }
    }
}

#[cfg(test)]
mod tests;
