//! 决定。 Whether a complaint came in time, and after an objection where the law asks for one; what each step leaves.

use super::{About, Act, Complaint, Fact, Outcome, StopKind};
use crate::draw::is_hash;
use crate::project::{Project, Stage};
use crate::regime::Regime;
use crate::time::within;
use crate::{need, no, rules};
use fadu_kernel::clock::Stop;
use fadu_kernel::{Calendar, Clock, Ctx, Help, Limit, Refusal, Rule};
use jiff::civil::Date;

type Decision = Result<Vec<Fact>, Refusal>;

impl Complaint {
    pub(super) fn answer(&self, act: &Act, ctx: &Ctx) -> Decision {
        match act {
            Act::Lodge { .. } => return self.lodge(act, ctx),
            Act::Publish { address, digest } => {
                need(self.decided.is_some(), &rules::ANNOUNCE_DECISIONS, || "还没有处理决定".into())?;
                need(self.published.is_none(), &rules::ANNOUNCE_DECISIONS, || "已经公告".into())?;
                return Ok(vec![Fact::Published { address: address.clone(), digest: digest.clone() }]);
            }
            // A notice is made once; everybody gets that one.
            Act::IssueNotice { seq, digest } => {
                crate::only_clock(ctx)?;
                need(!self.documents.contains_key(seq) && is_hash(digest), &rules::ORDER, || {
                    "这份文书已经制作，或者没有它的摘要".into()
                })?;
                return Ok(vec![Fact::NoticeIssued { seq: *seq, digest: digest.clone() }]);
            }
            _ => self.open()?,
        }
        match act {
            Act::Lodge { .. } | Act::Publish { .. } | Act::IssueNotice { .. } => Ok(Vec::new()),
            Act::Accept => {
                need(self.accepted.is_none(), self.clock_rule(), || "已经受理".into())?;
                let in_time = self.accept_by.map(|due| ctx.today() <= due);
                Ok(vec![Fact::Accepted { in_time }])
            }
            Act::Decline { reason } => {
                need(self.accepted.is_none(), self.clock_rule(), || "已经受理".into())?;
                need(!reason.trim().is_empty(), self.clock_rule(), || "没有写明不予受理的理由".into())?;
                let in_time = self.accept_by.map(|due| ctx.today() <= due);
                Ok(vec![Fact::Declined { reason: reason.clone(), in_time }])
            }
            Act::Transfer { to } => {
                need(self.accepted.is_none(), &rules::FIRST_RECEIVER, || "已经受理".into())?;
                need(*to != self.org, &rules::FIRST_RECEIVER, || "本部门就是最先收到的部门".into())?;
                Ok(vec![Fact::Transferred { to: to.clone() }])
            }
            Act::Stop { kind } => self.stop(*kind),
            Act::Continue { result } => {
                let stopped = self.clock.as_ref().is_some_and(Clock::is_stopped);
                need(stopped, self.clock_rule(), || "期限没有停止".into())?;
                Ok(vec![Fact::Continued { result: result.clone() }])
            }
            Act::OrderSuspension { document } => {
                let Some(project) = self.project.filter(|_| self.accepted.is_some()) else {
                    return no(&rules::STOPPED, Help::Officer, "还没有受理");
                };
                need(!document.trim().is_empty(), &rules::STOPPED, || "没有写明暂停文书".into())?;
                need(!self.suspended, &rules::STOPPED, || "已经通知暂停".into())?;
                Ok(vec![Fact::SuspensionOrdered { project, document: document.clone() }])
            }
            Act::Decide { outcome, digest } => self.decide_it(*outcome, digest, ctx),
            Act::Withdraw { statement } => {
                need(!statement.trim().is_empty(), &rules::ORDER, || "没有书面撤回申请".into())?;
                Ok(vec![Fact::Withdrawn { statement: statement.clone() }])
            }
            Act::TurnOverdue => {
                crate::only_clock(ctx)?;
                match self.due(ctx.calendar) {
                    Some(due) if ctx.today() > due && self.overdue.is_none() => {
                        Ok(vec![Fact::TurnedOverdue { due }])
                    }
                    _ => no(self.clock_rule(), Help::Officer, "期限还没有过"),
                }
            }
        }
    }

    fn lodge(&self, act: &Act, ctx: &Ctx) -> Decision {
        let Act::Lodge { project: id, about, known_on, objection, request, evidence, received_before } = act
        else {
            return Ok(Vec::new());
        };
        need(self.received.is_none(), &rules::ORDER, || "已经提出".into())?;
        let Some(project) = ctx.look::<Project>(*id) else {
            return no(&rules::ORDER, Help::Window, "没有这个招标项目");
        };
        if project.takes_bids() {
            // Whoever complains before the opening may be a bidder.
            crate::bid::need_sealed(ctx)?;
        }
        let regime = project.regime();
        let rule = match regime {
            Regime::Tendering => &rules::COMPLAIN_IN_TEN,
            Regime::Procurement => &rules::PROCUREMENT_REMEDIES,
        };
        let grounded = !request.trim().is_empty() && evidence.iter().any(|paper| is_hash(paper));
        need(grounded, rule, || "没有明确的请求或者证明材料".into())?;
        need(*known_on <= ctx.today(), rule, || "知道之日在今天之后".into())?;
        if let Some(first) = received_before {
            need(*first == project.registration.supervisor, &rules::FIRST_RECEIVER, || {
                format!("同一事项由最先收到的{first}处理")
            })?;
        }
        let in_time = match regime {
            Regime::Tendering => in_ten_days(project, *about, *objection, *known_on, ctx)?,
            Regime::Procurement => after_query(project, *objection, ctx)?,
        };
        need(in_time, rule, || match regime {
            Regime::Tendering => format!("{known_on}已经知道，超过十日"),
            Regime::Procurement => "答复期满后超过十五个工作日".into(),
        })?;
        let accept_by = match regime {
            Regime::Tendering => Limit::workdays(3).end(ctx.today(), ctx.calendar).ok(),
            Regime::Procurement => None,
        };
        Ok(vec![Fact::Lodged {
            number: crate::number(ctx),
            project: *id,
            project_number: project.number.clone(),
            regime,
            org: project.registration.supervisor.clone(),
            about: *about,
            objection: *objection,
            request: request.clone(),
            evidence: evidence.clone(),
            accept_by,
        }])
    }

    pub(super) fn open(&self) -> Result<(), Refusal> {
        let why = match self {
            Complaint { received: None, .. } => "还没有提出投诉",
            Complaint { declined: Some(_), .. } => "已经不予受理",
            Complaint { transferred: Some(_), .. } => "已经移交",
            Complaint { decided: Some(_), .. } => "已经作出处理决定",
            Complaint { withdrawn: Some(_), .. } => "已经撤回",
            Complaint { .. } => return Ok(()),
        };
        no(&rules::ORDER, Help::Officer, why)
    }

    /// The clock of the decision and its rule: from acceptance under the tendering regulation, from receipt under the
    /// procurement law.
    fn clock_rule(&self) -> &'static Rule {
        match self.regime {
            Regime::Tendering => &rules::COMPLAINT_CLOCKS,
            Regime::Procurement => &rules::PROCUREMENT_REMEDIES,
        }
    }

    fn stop(&self, kind: StopKind) -> Decision {
        need(self.accepted.is_some(), self.clock_rule(), || "还没有受理".into())?;
        let stopped = self.clock.as_ref().is_some_and(Clock::is_stopped);
        need(!stopped, self.clock_rule(), || "期限已经停止".into())?;
        let lawful = kind != StopKind::Supplement || self.regime == Regime::Procurement;
        need(lawful, self.clock_rule(), || "只有检验、检测、鉴定、专家评审的时间不计算在内".into())?;
        Ok(vec![Fact::Stopped { kind }])
    }

    fn decide_it(&self, outcome: Outcome, digest: &str, ctx: &Ctx) -> Decision {
        need(self.accepted.is_some(), self.clock_rule(), || "还没有受理".into())?;
        let running = self.clock.as_ref().filter(|clock| !clock.is_stopped());
        let Some(clock) = running else {
            return no(self.clock_rule(), Help::Officer, "检验、鉴定等还没有结束");
        };
        need(is_hash(digest), self.clock_rule(), || "没有书面处理决定的摘要".into())?;
        Ok(vec![Fact::Decided {
            outcome,
            upheld: outcome == Outcome::Upheld,
            digest: digest.to_owned(),
            about_regime: self.regime,
            project: self.project,
            about: self.about,
            in_time: clock.due(ctx.calendar).fixed().map(|due| ctx.today() <= due),
            suspended: self.suspended,
        }])
    }

    pub(super) fn due(&self, calendar: &Calendar) -> Option<Date> {
        if self.open().is_err() {
            return None;
        }
        match (&self.clock, self.accepted) {
            (Some(clock), _) => clock.due(calendar).fixed(),
            (None, None) => self.accept_by,
            (None, Some(_)) => None,
        }
    }
}

/// 十日 (实施条例 60): the time in which an objection was being answered does not count.
fn in_ten_days(
    project: &Project,
    about: About,
    objection: Option<u32>,
    known_on: Date,
    ctx: &Ctx,
) -> Result<bool, Refusal> {
    let stages: &[Stage] = match about {
        About::File => &[Stage::File, Stage::Prequalification],
        About::Opening => &[Stage::Opening],
        About::Result => &[Stage::Result],
        About::Other => &[],
    };
    let mut clock = Clock::start(known_on, Limit::days(10));
    if !stages.is_empty() {
        let first = project.objections.iter().find(|each| {
            Some(each.n) == objection && stages.contains(&each.stage) && each.withdrawn.is_none()
        });
        let Some(first) = first else {
            return no(&rules::OBJECT_BEFORE, Help::Officer, "应当先向招标人提出异议");
        };
        // An answer that never came does not shut the way: then the time of answering ends with its term.
        let Some(until) = first.answered.or(first.due.filter(|due| *due < ctx.today())) else {
            return no(&rules::OBJECT_BEFORE, Help::Officer, format!("第{}号异议还在答复期内", first.n));
        };
        clock
            .stops
            .push(Stop { from: first.on.max(known_on), until: Some(until.max(known_on)) });
    }
    Ok(clock.due(ctx.calendar).fixed().is_none_or(|due| ctx.today() <= due))
}

/// 答复期满后十五个工作日内 (采购法 55).
fn after_query(project: &Project, objection: Option<u32>, ctx: &Ctx) -> Result<bool, Refusal> {
    let query = project
        .objections
        .iter()
        .find(|each| Some(each.n) == objection && each.withdrawn.is_none());
    let Some(query) = query else {
        return no(&rules::PROCUREMENT_REMEDIES, Help::Officer, "应当先提出质疑");
    };
    let over = query.answered.is_some() || query.due.is_none_or(|due| due < ctx.today());
    need(over, &rules::PROCUREMENT_REMEDIES, || format!("第{}号质疑还在答复期内", query.n))?;
    // From the end of the term of answering, also when the answer came before it.
    let from = query.due.or(query.answered).unwrap_or(query.on);
    Ok(within(Limit::workdays(15), from, ctx.today(), ctx.calendar) != Some(false))
}
