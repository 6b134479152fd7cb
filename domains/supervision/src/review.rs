//! 项目核查。 One past project of a campaign: what every rule says of it by the rules of its own year, what was explained,
//! how each finding was disposed of, and the conclusion.

use crate::alert::{is_reasoned, may_confirm};
use crate::lookback::{Matched, Past};
use crate::parts::{Disposition, Finding, Outcome, Ruling};
use crate::rules::{self, tl, tr};
use crate::{Campaign, act, is_hash, named, need, no, opening, task};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role, Rule, Stamp,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 列入核查的项目。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entered {
    /// 专项核查的名称
    pub campaign: String,
    pub project: Past,
    /// 与审批、付款的对应
    pub matched: Matched,
    pub findings: Vec<Finding>,
}

/// 一条结果及其处理。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    pub finding: Finding,
    pub explained: Option<(Date, String)>,
    pub explain_by: Option<Date>,
    pub ruled: Option<(Date, Ruling)>,
}

impl Row {
    fn new(finding: &Finding) -> Row {
        Row { finding: finding.clone(), explained: None, explain_by: None, ruled: None }
    }

    /// Something was found and nobody has said yet what becomes of it.
    pub fn is_open(&self) -> bool {
        self.finding.outcome == Outcome::Found && self.ruled.is_none()
    }

    fn is_confirmed(&self) -> bool {
        let confirmed =
            |ruling: &Ruling| matches!(ruling.disposition, Disposition::Confirmed | Disposition::HandedOver);
        self.ruled.as_ref().is_some_and(|(_, ruling)| confirmed(ruling))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Review {
    pub number: String,
    pub org: OrgId,
    pub campaign: String,
    pub project: Past,
    pub matched: Matched,
    pub entered: Option<Date>,
    pub rows: Vec<Row>,
    pub concluded: Option<(Date, bool)>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 列入核查
    Enter { entry: Box<Entered> },
    /// 要求解释
    AskExplanation {
        /// 第几条结果，从1起
        n: u32,
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    /// 登记解释
    RecordExplanation { n: u32, digest: String },
    /// 处理一条结果
    Dispose { n: u32, ruling: Ruling },
    /// 补齐资料后重新计算: results of the rules that could not be computed.
    Recompute { findings: Vec<Finding>, document: String },
    /// 核查结论
    Conclude { digest: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Entered {
        number: String,
        entry: Box<Entered>,
        campaign: String,
        sector: String,
        listed: bool,
        /// 属于专项起底
        #[serde(default)]
        special: bool,
        org: OrgId,
        n_found: usize,
        n_not_found: usize,
        n_not_computable: usize,
    },
    ExplanationAsked {
        n: u32,
        until: Date,
    },
    ExplanationRecorded {
        n: u32,
        digest: String,
    },
    Disposed {
        n: u32,
        rule: String,
        ruling: Ruling,
        campaign: String,
        disposition: Disposition,
    },
    Recomputed {
        findings: Vec<Finding>,
        document: String,
    },
    Concluded {
        campaign: String,
        special: bool,
        /// 在清单上; what was found beside the list is counted apart.
        #[serde(default)]
        listed: bool,
        sector: String,
        n_found: usize,
        n_confirmed: usize,
        n_not_computable: usize,
        /// 没有查实的问题
        clean: bool,
        /// 每条规则都能计算
        whole: bool,
        /// 至少一条规则能够计算: of a project that nothing could be computed of nobody says that it complied.
        #[serde(default)]
        computable: bool,
        digest: String,
    },
}

const OVERSEE: &[Basis] = &[tl(7), tr(4)];
const HEAR: &[Basis] = &[rules::pen(44), rules::pen(45)];
const PAST: &[Basis] = &[Basis::article("立法法", 104), tl(7)];

impl Review {
    /// One project of one campaign is looked through once.
    pub fn id(campaign: &str, project: &str) -> MatterId {
        named("review", &[campaign, project])
    }

    pub fn n(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.finding.outcome == outcome).count()
    }

    pub fn n_confirmed(&self) -> usize {
        self.rows.iter().filter(|row| row.is_confirmed()).count()
    }

    pub fn status(&self) -> &'static str {
        match self {
            Review { concluded: Some((_, true)), .. } => "clean",
            Review { concluded: Some((_, false)), .. } => "confirmed",
            Review { entered: Some(_), .. } if self.rows.iter().any(Row::is_open) => "found",
            Review { entered: Some(_), .. } => "worked",
            Review { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "clean" => "没有查实的问题",
            "confirmed" => "查实",
            "found" => "有问题待处理",
            "worked" => "待作结论",
            _ => "",
        }
    }

    fn row(&self, n: u32) -> Result<&Row, Refusal> {
        let row = n.checked_sub(1).and_then(|at| self.rows.get(at as usize));
        match row {
            Some(row) => Ok(row),
            None => no(&rules::ORDER, Help::Officer, format!("没有第{n}条结果")),
        }
    }

    fn change(&mut self, n: u32, change: impl FnOnce(&mut Row)) {
        if let Some(row) = n.checked_sub(1).and_then(|at| self.rows.get_mut(at as usize)) {
            change(row);
        }
    }
}

impl Matter for Review {
    const KIND: &'static str = "review";
    const ZH: &'static str = "项目核查";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        const ACTS: &[ActKind] = &[
            opening("Enter", "列入核查", PAST),
            act("AskExplanation", "要求解释", HEAR),
            act("RecordExplanation", "登记解释", HEAR),
            act("Dispose", "处理核查发现", OVERSEE),
            act("Recompute", "补齐资料后重新计算", PAST),
            act("Conclude", "作出核查结论", OVERSEE),
        ];
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act: Enter AskExplanation RecordExplanation Dispose Recompute Conclude)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact: Entered ExplanationAsked ExplanationRecorded Disposed Recomputed Concluded)
    }

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Enter { entry } => Some(Review::id(&entry.campaign, &entry.project.id)),
            _ => None,
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        match act {
            Act::Enter { entry } => {
                if entry.project.id.trim().is_empty() {
                    wrong.push(Invalid::new("entry.project.id", "请填写项目编码"));
                }
                if !entry.findings.iter().all(Finding::is_whole) {
                    wrong.push(Invalid::new("entry.findings", "发现的写明证据，无法计算的写明缺什么"));
                }
            }
            Act::Recompute { findings, .. } if !findings.iter().all(Finding::is_whole) => {
                wrong.push(Invalid::new("findings", "发现的写明证据，无法计算的写明缺什么"));
            }
            _ => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Enter { entry } = act {
            return enter(self, entry, ctx);
        }
        need(self.entered.is_some(), &rules::ORDER, || "没有列入核查".into())?;
        need(self.concluded.is_none(), &rules::ORDER, || "已经作出结论".into())?;
        match act {
            Act::Enter { .. } => Ok(Vec::new()),
            Act::AskExplanation { n, until } => {
                self.row(*n)?;
                need(*until > ctx.today(), &rules::HEARD, || format!("解释的期限{until}不在今天之后"))?;
                Ok(vec![Fact::ExplanationAsked { n: *n, until: *until }])
            }
            Act::RecordExplanation { n, digest } => {
                self.row(*n)?;
                need(is_hash(digest), &rules::HEARD, || "没有解释材料的摘要".into())?;
                Ok(vec![Fact::ExplanationRecorded { n: *n, digest: digest.clone() }])
            }
            Act::Dispose { n, ruling } => {
                let row = self.row(*n)?;
                need(row.ruled.is_none(), &rules::ALERTS_END, || "已经处理".into())?;
                is_reasoned(ruling, ctx)?;
                if ruling.disposition == Disposition::Confirmed {
                    let heard =
                        row.explained.is_some() || row.explain_by.is_some_and(|until| ctx.today() > until);
                    may_confirm(&row.finding, heard)?;
                }
                Ok(vec![Fact::Disposed {
                    n: *n,
                    rule: row.finding.rule.clone(),
                    ruling: ruling.clone(),
                    campaign: self.campaign.clone(),
                    disposition: ruling.disposition,
                }])
            }
            Act::Recompute { findings, document } => {
                let rule = &rules::OWN_YEAR;
                need(!document.trim().is_empty(), rule, || "没有写明补齐的资料".into())?;
                let open = |finding: &Finding| {
                    self.rows.iter().any(|row| {
                        row.finding.rule == finding.rule && row.finding.outcome == Outcome::NotComputable
                    })
                };
                need(!findings.is_empty() && findings.iter().all(open), rule, || {
                    "只能重新计算原来无法计算的规则".into()
                })?;
                Ok(vec![Fact::Recomputed { findings: findings.clone(), document: document.clone() }])
            }
            Act::Conclude { digest } => conclude(self, digest, ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Entered { number, entry, org, .. } => {
                self.number.clone_from(number);
                self.org = org.clone();
                self.campaign.clone_from(&entry.campaign);
                self.project = entry.project.clone();
                self.matched = entry.matched.clone();
                self.rows = entry.findings.iter().map(Row::new).collect();
                self.entered = Some(stamp.day);
            }
            Fact::ExplanationAsked { n, until } => self.change(*n, |row| row.explain_by = Some(*until)),
            Fact::ExplanationRecorded { n, digest } => {
                self.change(*n, |row| row.explained = Some((stamp.day, digest.clone())));
            }
            Fact::Disposed { n, ruling, .. } => {
                self.change(*n, |row| row.ruled = Some((stamp.day, ruling.clone())));
            }
            Fact::Recomputed { findings, .. } => {
                for finding in findings {
                    let same = |row: &&mut Row| row.finding.rule == finding.rule;
                    if let Some(row) = self.rows.iter_mut().find(same) {
                        *row = Row::new(finding);
                    }
                }
            }
            Fact::Concluded { clean, .. } => self.concluded = Some((stamp.day, *clean)),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let open = self.concluded.is_none();
        let next = if self.rows.iter().any(Row::is_open) { "dispose" } else { "conclude" };
        let facet = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Docket {
            number: self.number.clone(),
            title: self.project.title.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            closed: !open,
            facets: vec![
                facet("campaign", &self.campaign),
                facet("sector", &self.project.sector),
                facet("project", &self.project.id),
            ],
            tasks: open.then(|| task(next, Role::Officer, &self.org, None)).into_iter().collect(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}

fn enter(review: &Review, entry: &Entered, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    need(review.entered.is_none(), &rules::ORDER, || "已经列入".into())?;
    let campaign = ctx.look::<Campaign>(Campaign::id(&entry.campaign));
    let open = campaign.is_some_and(|campaign| campaign.opened.is_some() && campaign.closed.is_none());
    need(open, &rules::ORDER, || format!("没有正在进行的“{}”", entry.campaign))?;
    // A past project without its year can be measured by no year's rules.
    let measured = entry.findings.iter().any(|one| one.outcome != Outcome::NotComputable);
    need(entry.project.year().is_some() || !measured, &rules::OWN_YEAR, || {
        "项目没有年份，却有计算出的结果".into()
    })?;
    let n = |outcome| entry.findings.iter().filter(|one| one.outcome == outcome).count();
    Ok(vec![Fact::Entered {
        number: crate::number(ctx),
        campaign: entry.campaign.clone(),
        sector: entry.project.sector.clone(),
        listed: entry.project.listed,
        special: campaign.is_some_and(|campaign| campaign.plan.special),
        org: ctx.actor.org.clone(),
        n_found: n(Outcome::Found),
        n_not_found: n(Outcome::NotFound),
        n_not_computable: n(Outcome::NotComputable),
        entry: Box::new(entry.clone()),
    }])
}

fn conclude(review: &Review, digest: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
    let open = review.rows.iter().filter(|row| row.is_open()).count();
    need(open == 0, &rules::FINDINGS_WORKED, || format!("还有{open}条发现没有处理"))?;
    need(is_hash(digest), &rules::ORDER, || "没有核查结论的摘要".into())?;
    let special = ctx
        .look::<Campaign>(Campaign::id(&review.campaign))
        .is_some_and(|campaign| campaign.plan.special);
    let (n_confirmed, n_not_computable) = (review.n_confirmed(), review.n(Outcome::NotComputable));
    Ok(vec![Fact::Concluded {
        campaign: review.campaign.clone(),
        special,
        listed: review.project.listed,
        sector: review.project.sector.clone(),
        n_found: review.n(Outcome::Found),
        n_confirmed,
        n_not_computable,
        clean: n_confirmed == 0,
        whole: n_not_computable == 0,
        computable: n_not_computable < review.rows.len(),
        digest: digest.to_owned(),
    }])
}
