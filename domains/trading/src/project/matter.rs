//! 招标项目作为一件事: grounds of its acts, form checks, what lists show, what time does.

use super::{Act, Fact, Project, decide, evolve};
use crate::rules::{self, pl, tl, tr};
use crate::time::instant_ms;
use crate::{act, opening};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Invalid, Limit, Matter, OrgId, Refusal, Role, Rule, Stamp, Task,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

const REGISTER: &[Basis] = &[tl(8), tl(9)];
const METHOD: &[Basis] = &[tl(10), tr(7), tr(8)];
const FILE: &[Basis] = &[tl(19), tr(15)];
const ANNOUNCE: &[Basis] = &[tl(16), tl(17), tr(15)];
const CLARIFY: &[Basis] = &[tl(23), tr(21)];
const OBJECT: &[Basis] = &[tl(65), tr(22), tr(44), tr(54), pl(52), pl(53)];
const SUSPEND: &[Basis] = &[tr(62), pl(57)];
const OPEN: &[Basis] = &[tl(34), tl(35), tl(36), tr(44)];
const RETENDER: &[Basis] = &[tl(28), tl(42), tr(44)];
const COMMITTEE: &[Basis] = &[tl(37), tr(46), tr(48)];
const EVALUATE: &[Basis] = &[tl(40), tr(49), tr(51), tr(52)];
const REPORT: &[Basis] = &[tl(40), tr(53)];
const AWARD: &[Basis] = &[tl(40), tl(45), tr(54), tr(55)];
const CONTRACT: &[Basis] = &[tl(46), tr(57), tr(58), pl(46)];
const PERFORM: &[Basis] = &[tl(48), pl(41), pl(49)];
const KEEP: &[Basis] = &[pl(42), Basis::article("档案法", 14)];
const OVERSEE: &[Basis] = &[tl(7), tr(4), pl(59)];

const NOTICES: &[Basis] = &[tl(16), tl(45)];

const ON_TL_5_TL_8: &[Basis] = &[tl(5), tl(8)];
const ON_TL_40: &[Basis] = &[tl(40)];
const ON_TR_18_TR_19: &[Basis] = &[tr(18), tr(19)];
const ON_TL_28_TR_36: &[Basis] = &[tl(28), tr(36)];
const ON_TR_31: &[Basis] = &[tr(31)];
const ON_TR_81: &[Basis] = &[tr(81)];
const ON_TR_48: &[Basis] = &[tr(48)];
const ON_TL_47: &[Basis] = &[tl(47)];
const ON_PL_47: &[Basis] = &[pl(47)];
const ON_PR_50: &[Basis] = &[rules::pr(50)];
const ON_TR_6_TR_80: &[Basis] = &[tr(6), tr(80)];

const ACTS: &[ActKind] = &[
    opening("Register", "登记招标项目", REGISTER),
    act("ProposeMethod", "申报招标方式", METHOD),
    act("ConfirmMethod", "核定招标方式", METHOD),
    act("SignDuties", "签署主体责任清单", ON_TL_5_TL_8),
    act("Separate", "确定评定分离", ON_TL_40),
    act("PrepareFile", "编制招标文件", FILE),
    act("AnswerFlag", "处理检查提示", FILE),
    act("Announce", "发布招标公告", ANNOUNCE),
    act("Invite", "发出投标邀请书", ANNOUNCE),
    act("Qualify", "确定资格预审结果", ON_TR_18_TR_19),
    act("Ask", "提问", CLARIFY),
    act("Clarify", "澄清、修改招标文件", CLARIFY),
    act("ConfirmClarification", "复核澄清不影响投标", CLARIFY),
    act("Postpone", "推迟投标截止时间", CLARIFY),
    act("Object", "提出异议", OBJECT),
    act("AnswerObjection", "答复异议", OBJECT),
    act("WithdrawObjection", "撤回异议", OBJECT),
    act("Suspend", "责令暂停", SUSPEND),
    act("Resume", "恢复招标投标活动", SUSPEND),
    act("LapseSuspension", "暂停期满", SUSPEND),
    act("Admit", "投标文件入册", ON_TL_28_TR_36),
    act("BeginOpening", "开标", OPEN),
    act("Contribute", "交出开标份额", OPEN),
    act("NoteAbsence", "认定密钥持有方缺席", OPEN),
    act("ReadBid", "唱标", OPEN),
    act("NoteUnreadable", "记录解密不成", OPEN),
    act("CloseOpening", "结束开标", OPEN),
    act("Retender", "重新招标", RETENDER),
    act("Terminate", "终止招标", ON_TR_31),
    act("SeatCommittee", "组建评标委员会", COMMITTEE),
    act("ReplaceMember", "更换评标委员会成员", COMMITTEE),
    act("SayTimeShort", "认为评标时间不够", ON_TR_48),
    act("DeclareInterest", "声明回避情况", COMMITTEE),
    act("Score", "评分", EVALUATE),
    act("SignSheets", "签署评分", EVALUATE),
    act("OpenSheets", "启封评分", EVALUATE),
    act("VoteRejection", "投票否决投标", EVALUATE),
    act("AskBidder", "要求投标人澄清", EVALUATE),
    act("AnswerCommittee", "投标人澄清", EVALUATE),
    act("SignReport", "签署评标报告", REPORT),
    act("StateDissent", "写明不同意见", REPORT),
    act("ReportEvaluation", "提出评标报告", REPORT),
    act("Reevaluate", "重新评标", ON_TR_81),
    act("NoteUpheld", "记录投诉成立", ON_TR_81),
    act("PublishCandidates", "公示中标候选人", AWARD),
    act("ReportClearing", "提出清标报告", ON_TL_40),
    act("Choose", "定标", ON_TL_40),
    act("Award", "确定中标人", AWARD),
    act("SendNotice", "发出中标通知书", AWARD),
    act("ReportToSupervisor", "报告招标投标情况", ON_TL_47),
    act("SignContract", "签订合同", CONTRACT),
    act("ReturnBonds", "退还投标保证金", CONTRACT),
    act("FileContract", "合同备案", ON_PL_47),
    act("PublishContract", "合同公告", ON_PR_50),
    act("ChangeContract", "变更合同", PERFORM),
    act("Pay", "支付价款", PERFORM),
    act("AcceptWork", "验收", PERFORM),
    act("Archive", "归档", KEEP),
    act("RegisterIntervention", "登记插手干预", ON_TR_6_TR_80),
    act("NoteOffline", "记录线下办理", KEEP),
    act("RaiseAlert", "提示风险", OVERSEE),
    act("DisposeAlert", "处理风险提示", OVERSEE),
    act("IssueNotice", "制作文书", NOTICES),
];

impl Matter for Project {
    const KIND: &'static str = "project";
    const ZH: &'static str = "招标项目";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        name_of!(act, Act:
            Register ProposeMethod ConfirmMethod SignDuties Separate PrepareFile AnswerFlag Announce Invite
            Qualify Ask Clarify ConfirmClarification Postpone Object AnswerObjection WithdrawObjection Suspend Resume
            LapseSuspension Admit BeginOpening Contribute NoteAbsence ReadBid NoteUnreadable CloseOpening Retender Terminate
            SeatCommittee ReplaceMember SayTimeShort DeclareInterest Score SignSheets OpenSheets VoteRejection AskBidder
            AnswerCommittee SignReport StateDissent
            ReportEvaluation Reevaluate NoteUpheld PublishCandidates ReportClearing Choose Award SendNotice ReportToSupervisor
            SignContract ReturnBonds FileContract PublishContract ChangeContract Pay AcceptWork Archive
            RegisterIntervention NoteOffline RaiseAlert DisposeAlert IssueNotice)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        name_of!(fact, Fact:
            Registered MethodProposed MethodConfirmed DutiesSigned SeparationGranted FilePrepared
            FlagAnswered Announced Invited Qualified Asked Clarified ClarificationConfirmed Postponed Objected ObjectionAnswered
            ObjectionWithdrawn Suspended Resumed SuspensionLapsed BidAdmitted OpeningBegun SharesContributed AbsenceNoted BidRead
            UnreadableNoted OpeningClosed Retendered Terminated CommitteeSeated MemberReplaced
            TimeShortSaid EvaluationExtended InterestDeclared SheetSealed SheetsSigned Scored RejectionVoted BidRejected BidderAsked
            CommitteeAnswered ReportSigned DissentStated Reevaluated ComplaintUpheld EvaluationReported CandidatesPublished ClearingReported Chosen Awarded NoticeSent
            SupervisorTold ContractSigned BondsReturned ContractFiled ContractPublished ContractChanged
            Paid WorkAccepted Archived InterventionRegistered OfflineNoted AlertRaised AlertDisposed
            NoticeIssued)
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let wrong = check(act, private);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide::decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        evolve::evolve(self, fact, stamp);
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        docket(self, calendar)
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let lapsed = self
            .suspended
            .as_ref()
            .and_then(|suspension| suspension.until)
            .is_some_and(|until| day > until);
        if lapsed { vec![Act::LapseSuspension] } else { Vec::new() }
    }

    /// Bidders are no parties of the record: before the opening nobody knows them, after it they act as firms.
    fn parties(&self) -> Parties {
        Parties { org: self.tenderer.clone(), applicants: Vec::new() }
    }
}

/// 金额上限: so that sums of whole fen never leave their type.
const MOST_FEN: i64 = 100_000_000_000_000_000;

fn check(act: &Act, private: &BTreeMap<String, String>) -> Vec<Invalid> {
    let mut wrong = Vec::new();
    let mut say = |holds: bool, field: &str, message: &str| {
        if !holds {
            wrong.push(Invalid::new(field, message));
        }
    };
    let money = |fen: i64| (0..=MOST_FEN).contains(&fen);
    match act {
        Act::Register { registration } => {
            say(!registration.title.trim().is_empty(), "title", "请填写项目名称");
            say(!registration.sector.trim().is_empty(), "sector", "请选择行业");
            say(registration.title.chars().count() <= 200, "title", "不能超过200字");
            say(!registration.supervisor.as_str().is_empty(), "supervisor", "请选择行政监督部门");
            say(
                registration.estimate_fen > 0 && money(registration.estimate_fen),
                "estimate_fen",
                "估算价应大于零",
            );
            say(money(registration.together_fen), "together_fen", "金额超出范围");
            let agency = registration.agency.as_deref();
            let right = agency.is_none_or(|code| fadu_kernel::codes::credit_code(code).is_ok());
            say(right, "agency", "代理机构的统一社会信用代码不对");
        }
        Act::PrepareFile { file } => {
            say(money(file.bond_fen), "bond_fen", "金额超出范围");
            say(!file.criteria.is_empty(), "criteria", "请填写评标标准");
            let most: u64 = file.criteria.iter().map(|criterion| u64::from(criterion.most)).sum();
            say(most <= 100_000, "criteria", "总分不能超过1000分");
            say(file.deadline.subsec_nanosecond() == 0, "deadline", "截止时间写到秒");
        }
        Act::Score { points, nonce, .. } => {
            let reasoned = points.iter().all(|one| !one.reason.trim().is_empty());
            say(reasoned, "points", "每项评分都要写明理由");
            let short = points.iter().all(|one| one.reason.chars().count() <= 500);
            say(short, "points", "每条理由不能超过500字");
            say(nonce.len() >= 32, "nonce", "随机数至少32位");
        }
        Act::VoteRejection { reason, .. } | Act::StateDissent { reason } => {
            say(!reason.trim().is_empty(), "reason", "请写明理由");
            say(reason.chars().count() <= 2000, "reason", "理由不能超过2000字");
        }
        Act::ReadBid { reading, .. } => {
            say(!reading.bidder.trim().is_empty(), "bidder", "请填写投标人名称");
            let price = fadu_kernel::Fen::parse(&reading.price);
            say(price.is_some(), "price", "报价应为金额，如 1,234,567.80");
            say(price.is_none_or(|price| price.0.abs() <= MOST_FEN), "price", "金额超出范围");
            let code = fadu_kernel::codes::credit_code(&reading.code);
            say(code.is_ok(), "code", "投标人的统一社会信用代码不对");
        }
        Act::SignContract { contract } => {
            say(money(contract.price_fen), "price_fen", "金额超出范围");
            say(money(contract.performance_bond_fen), "performance_bond_fen", "金额超出范围");
        }
        Act::Pay { amount_fen, .. } => say(money(*amount_fen), "amount_fen", "金额超出范围"),
        Act::ChangeContract { amount_fen, .. } => {
            say(money(amount_fen.saturating_abs()), "amount_fen", "金额超出范围");
        }
        Act::Postpone { deadline, .. } => {
            say(deadline.subsec_nanosecond() == 0, "deadline", "截止时间写到秒");
        }
        _ => {}
    }
    for (field, value) in private {
        say(value.chars().count() <= 2000, field, "不能超过2000字");
    }
    wrong
}

/// Not a word of bidders: neither their number nor whether there are any shows in status, tasks or facets before the
/// deadline, since the state itself does not hold it.
fn docket(p: &Project, calendar: &Calendar) -> Docket {
    let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: p.tenderer.clone(), due };
    let supervisor =
        |name: &str, role, due| Task { org: p.registration.supervisor.clone(), ..task(name, role, due) };
    let mut tasks = Vec::new();
    for objection in p.objections.iter().filter(|objection| objection.is_open()) {
        tasks.push(task(&format!("answer:{}", objection.n), Role::Officer, objection.due));
    }
    for alert in p.alerts.iter().filter(|alert| alert.disposed.is_none()) {
        tasks.push(supervisor(&format!("alert:{}", alert.n), Role::Officer, None));
    }
    if let Some(until) = p.suspended.as_ref().and_then(|suspension| suspension.until) {
        let due = Some(offset(until, 1));
        tasks.push(Task { name: "clock".to_owned(), role: Role::Clock, org: OrgId::new("system"), due });
    }
    let next = next_step(p, calendar);
    let due = next.and_then(|(_, due)| due);
    tasks.extend(next.map(|(name, due)| task(name, Role::Officer, due)));
    let mut facets = vec![
        ("number".to_owned(), p.number.clone()),
        ("sector".to_owned(), p.registration.sector.clone()),
        ("kind".to_owned(), p.registration.kind.zh().to_owned()),
        ("supervisor".to_owned(), p.registration.supervisor.to_string()),
    ];
    if p.separation.is_some() {
        facets.push(("separated".to_owned(), "yes".to_owned()));
    }
    Docket {
        number: p.number.clone(),
        title: p.registration.title.clone(),
        status: p.status().to_owned(),
        org: p.tenderer.clone(),
        due,
        amber: None,
        closed: p.archived.is_some() || p.terminated.is_some(),
        facets,
        tasks,
    }
}

/// What the tenderer has to do next, and by when.
fn next_step(p: &Project, calendar: &Calendar) -> Option<(&'static str, Option<Date>)> {
    let limit = |limit: Limit, from: Option<Date>| from.and_then(|from| limit.end(from, calendar).ok());
    let tender = &p.tender;
    Some(match p.status() {
        "registered" => ("file", None),
        "file" => ("announce", None),
        "announced" => ("open", tender.deadline.filter(|at| instant_ms(*at) > 0).map(|at| at.date())),
        "opening" => ("close_opening", tender.opening),
        "evaluating" => ("evaluate", None),
        "reported" => ("publish", limit(Limit::days(3), tender.report.as_ref().map(|report| report.on))),
        "publicity" => ("award", tender.publicity.map(|(_, until)| offset(until, 1))),
        "awarded" => ("notice", None),
        "noticed" => ("contract", limit(Limit::days(30), p.award.as_ref().and_then(|award| award.notice))),
        "performing" => ("accept", None),
        "accepted" => ("archive", None),
        _ => return None,
    })
}
