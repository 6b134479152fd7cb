//! 招标准备。 Registration, method, duties, tender file, announcement.

use super::decide::Decision;
use super::file::{self, Separation, TenderFile};
use super::{ExemptGround, Fact, Method, Project, Publication, Registration};
use crate::draw::{is_hash, sha256};
use crate::parameters::{competence_on, threshold_in};
use crate::regime::{MustTender, Regime, must_buy_openly, must_tender};
use crate::{need, no, rules};
use fadu_kernel::{Ctx, Help, OrgId};

pub(super) fn register(p: &Project, registration: &Registration, ctx: &Ctx) -> Decision {
    need(p.registered.is_none(), &rules::ORDER, || format!("{}已经登记", p.number))?;
    let Some(regime) = registration.kind.regime() else {
        let because = format!("“{}”的规则没有载入，不以相近的规则代替", registration.kind.zh());
        return no(&rules::KIND_HELD, Help::Operator, because);
    };
    let supervisor = &registration.supervisor;
    need(*supervisor != ctx.actor.org, &rules::OWN_SIDE, || "招标人不能监督自己的项目".into())?;
    // 采购法 13, 55: complaints about a procurement go to the finance department, which bodies are told by their name.
    let finance = regime != Regime::Procurement || supervisor.as_str().contains("财政");
    need(finance, &rules::PROCUREMENT_REMEDIES, || {
        format!("政府采购由财政部门监督、处理投诉，{supervisor}不是财政部门")
    })?;
    check_competence(registration, ctx)?;
    let estimate = registration.estimate_fen;
    let together = registration.together_fen.max(estimate);
    let threshold = threshold_in(ctx);
    let threshold = threshold.as_ref();
    let must = match regime {
        Regime::Procurement => must_buy_openly(estimate, together, threshold),
        Regime::Tendering => {
            must_tender(registration.kind, estimate, together, &registration.funding, threshold)
        }
    };
    // 实施条例 7: what the state pays for is approved in scope and method by another than the tenderer. A procurement has its
    // budget instead (政府采购法 33).
    let needs_approver = regime == Regime::Tendering && must.must() && registration.funding.state_controls();
    need(!needs_approver || registration.approver.is_some(), &rules::APPROVED_AND_FUNDED, || {
        "国有资金控股或者主导、依法必须招标的项目，没有写明审批、核准部门".into()
    })?;
    Ok(vec![Fact::Registered {
        number: crate::number(ctx),
        registration: Box::new(registration.clone()),
        regime,
        must,
        sector: registration.sector.clone(),
        kind: registration.kind,
        tenderer: ctx.actor.org.clone(),
    }])
}

/// A tenderer does not choose who supervises it: the division of the day does, where a row of it covers the sector.
fn check_competence(registration: &Registration, ctx: &Ctx) -> Result<(), fadu_kernel::Refusal> {
    let (kind, sector) = (registration.kind, &registration.sector);
    let Some(row) = competence_on(ctx.today(), kind, sector) else { return Ok(()) };
    let told = |body: &OrgId, does: &str, words: &[String]| {
        format!("{sector}（{}）的项目由{}部门{does}，{body}不是", kind.zh(), words.join("、"))
    };
    let supervisor = &registration.supervisor;
    need(row.supervises(supervisor), &rules::OWN_SIDE, || told(supervisor, "监督", &row.supervisor))?;
    match &registration.approver {
        Some(approver) => {
            need(row.approves(approver), &rules::OWN_SIDE, || told(approver, "审批、核准", &row.approver))
        }
        None => Ok(()),
    }
}

pub(super) fn propose_method(p: &Project, method: &Method) -> Decision {
    need(p.tender.announced.is_none(), &rules::ORDER, || "已经公告，不能再改招标方式".into())?;
    if let Method::NotTendered { ground, scope, reason } = method {
        let stated = !scope.trim().is_empty() && !reason.trim().is_empty();
        need(stated, &rules::STATE_THE_GROUND, || "没有写明不招标的范围和事由".into())?;
        if *ground == ExemptGround::NotRequired {
            not_required(p)?;
        }
    }
    Ok(vec![Fact::MethodProposed { method: method.clone() }])
}

/// 自认为不属于必须招标: held against the test made at registration.
fn not_required(p: &Project) -> Result<(), fadu_kernel::Refusal> {
    let estimate = fadu_kernel::Fen(p.registration.estimate_fen);
    if p.regime() == Regime::Procurement {
        return below_standard(p, estimate);
    }
    match p.must {
        Some(MustTender::Must) => {
            let funding = &p.registration.funding;
            let by_budget = !funding.state_enterprise && !funding.foreign_loan && !funding.public_interest;
            let rule = if by_budget { &rules::STATE_MONEY } else { &rules::MUST_TENDER };
            no(rule, Help::Officer, format!("估算价{estimate}元，达到规模标准"))
        }
        Some(MustTender::MustTogether) => {
            let together = fadu_kernel::Fen(p.registration.together_fen);
            no(&rules::NO_SPLITTING, Help::Officer, format!("本合同{estimate}元，可以合并的合计{together}元"))
        }
        Some(MustTender::NotComputable) | None => {
            no(&rules::THRESHOLDS, Help::Operator, "登记之日的规模标准没有载入")
        }
        Some(MustTender::OutsideClasses | MustTender::BelowThreshold) => Ok(()),
    }
}

/// 未达到公开招标数额标准, as a procurement is measured (政府采购法 27).
fn below_standard(p: &Project, estimate: fadu_kernel::Fen) -> Result<(), fadu_kernel::Refusal> {
    let open = &rules::PROCUREMENT_OPEN;
    match p.must {
        Some(MustTender::Must) => {
            no(open, Help::Officer, format!("预算金额{estimate}元，达到公开招标数额标准"))
        }
        Some(MustTender::MustTogether) => {
            let together = fadu_kernel::Fen(p.registration.together_fen);
            let because = format!("本次{estimate}元，同一项目同类合计{together}元，达到公开招标数额标准");
            no(&rules::PROCUREMENT_SPLITTING, Help::Officer, because)
        }
        Some(MustTender::NotComputable) | None => {
            no(open, Help::Operator, "登记之日的公开招标数额标准没有载入")
        }
        // Outside the classes was every procurement that was registered before its standard was asked for.
        Some(MustTender::OutsideClasses | MustTender::BelowThreshold) => Ok(()),
    }
}

/// 核定 (实施条例 7): by another body than the tenderer.
pub(super) fn confirm_method(p: &Project, document: &str, ctx: &Ctx) -> Decision {
    need(p.method.is_some(), &rules::ORDER, || "还没有申报招标方式".into())?;
    need(ctx.actor.org != p.tenderer, &rules::OWN_SIDE, || "招标人不能核定自己的招标方式".into())?;
    need(!document.trim().is_empty(), &rules::ORDER, || "没有写明核定文号".into())?;
    Ok(vec![Fact::MethodConfirmed { document: document.to_owned() }])
}

pub(super) fn sign_duties(p: &Project, version: &str, digest: &str) -> Decision {
    need(p.archived.is_none(), &rules::ORDER, || "已经归档".into())?;
    let signed = !version.trim().is_empty() && is_hash(digest);
    need(signed, &rules::DUTIES_SIGNED, || "没有清单版本或者签署件摘要".into())?;
    Ok(vec![Fact::DutiesSigned { version: version.to_owned(), digest: digest.to_owned() }])
}

pub(super) fn separate(p: &Project, separation: &Separation, ctx: &Ctx) -> Decision {
    need(p.tender.file.is_none(), &rules::ORDER, || "评定分离应在编制招标文件之前确定".into())?;
    file::check_separation(p, separation, ctx)?;
    Ok(vec![Fact::SeparationGranted { separation: separation.clone(), first_must_win: p.first_must_win() }])
}

pub(super) fn prepare_file(p: &Project, file: &TenderFile, ctx: &Ctx) -> Decision {
    need(p.tender.announced.is_none(), &rules::ORDER, || "已经公告，修改应以澄清发出".into())?;
    need(is_hash(&file.digest), &rules::ORDER, || "没有招标文件的摘要".into())?;
    file::check(p, file, ctx)?;
    let flags = file::flags(file, p.registration.kind, threshold_in(ctx).as_ref());
    // The clauses are in the document, whose digest stands here; the flags keep the sentences they are about.
    let kept = TenderFile { clauses: Vec::new(), ..file.clone() };
    Ok(vec![Fact::FilePrepared { file: Box::new(kept), flags }])
}

pub(super) fn answer_flag(p: &Project, flag: &str, reason: &str) -> Decision {
    let open = p.tender.flags.iter().any(|open| open.flag.id == flag);
    need(open, &rules::ORDER, || format!("没有编号为{flag}的提示"))?;
    need(!reason.trim().is_empty(), &rules::NO_SHUTTING_OUT, || "没有写明保留这一条款的理由".into())?;
    Ok(vec![Fact::FlagAnswered { flag: flag.to_owned(), reason: reason.to_owned() }])
}

pub(super) fn announce(p: &Project, publications: &[Publication], ctx: &Ctx) -> Decision {
    need(p.tender.announced.is_none(), &rules::ORDER, || "已经公告".into())?;
    let (Some(file), Some(method)) = (&p.tender.file, &p.method) else {
        return no(&rules::ORDER, Help::Officer, "还没有招标方式和招标文件");
    };
    let funding = &p.registration.funding;
    let approved = p.registration.approver.is_none() || !p.registration.approval.trim().is_empty();
    need(approved, &rules::APPROVED_AND_FUNDED, || "审批、核准手续还没有履行".into())?;
    let funded = !funding.source.trim().is_empty();
    need(funded, &rules::APPROVED_AND_FUNDED, || "资金来源还没有落实".into())?;
    check_method(p, method)?;
    if let Some(open) = p.tender.flags.iter().find(|open| open.answer.is_none()) {
        let local = open.flag.rule == rules::NO_LOCAL_POINTS.id;
        let rule = if local { &rules::NO_LOCAL_POINTS } else { &rules::NO_SHUTTING_OUT };
        return no(rule, Help::Officer, format!("提示还没有处理：{}“{}”", open.flag.zh, open.flag.clause));
    }
    let issued = file.prequalification.as_ref().map_or(file.sale_from, |first| first.sale_from);
    let twenty = p.regime().rule(&rules::TWENTY_DAYS, &rules::PROCUREMENT_TWENTY_DAYS);
    need(issued >= ctx.today(), twenty, || format!("文件写自{issued}发出，今天才公告"))?;
    let Some(first) = publications.first() else {
        return no(&rules::SAME_TEXT, Help::Officer, "没有公告的媒介");
    };
    let same = publications
        .iter()
        .all(|each| each.digest == first.digest && is_hash(&each.digest));
    need(same, &rules::SAME_TEXT, || "各媒介的公告内容不一致".into())?;
    need(publications.iter().all(|each| each.fee_fen == 0), &rules::SAME_TEXT, || "媒介收取了费用".into())?;
    Ok(vec![Fact::Announced {
        deadline: file.deadline,
        digest: first.digest.clone(),
        media: publications.iter().map(|each| each.medium.clone()).collect(),
        open: *method == Method::Open,
        separated: p.separation.is_some(),
        duties_signed: p.duties.is_some(),
        kind: p.registration.kind,
        sector: p.registration.sector.clone(),
        round: p.round,
        noted: p.duties.is_none() || p.tender.flags.iter().any(|open| open.flag.id == "provisional"),
    }])
}

/// Scope and method need the approver where there is one; an invitation and an exemption always need somebody else.
fn check_method(p: &Project, method: &Method) -> Result<(), fadu_kernel::Refusal> {
    let confirmed = p.confirmed.is_some();
    let open = p.regime().rule(&rules::OPEN_FIRST, &rules::PROCUREMENT_OPEN);
    match method {
        Method::Open => need(confirmed || p.registration.approver.is_none(), open, || {
            "招标范围、方式、组织形式还没有核定".into()
        }),
        Method::Invited { .. } => {
            // Below the standard a procurement needs nobody's approval for it (政府采购法 27).
            let free = p.regime() == Regime::Procurement && p.must == Some(MustTender::BelowThreshold);
            need(confirmed || free, open, || "邀请招标还没有认定、批准".into())?;
            let invited = p.regime().rule(&rules::THREE_INVITED, &rules::PROCUREMENT_INVITED);
            need(p.tender.invited.is_some(), invited, || "还没有发出投标邀请书".into())
        }
        Method::NotTendered { .. } => {
            let rule = p.regime().rule(&rules::EXEMPTIONS, &rules::PROCUREMENT_OPEN);
            no(rule, Help::Officer, "申报的是不招标，不能公告招标")
        }
    }
}

/// 投标邀请书: how many and to whom stays with the tenderer; the fact keeps a root of the letters alone.
pub(super) fn invite(p: &Project, letters: &[String]) -> Decision {
    let invited = matches!(p.method, Some(Method::Invited { .. }));
    need(invited, &rules::ORDER, || "申报的不是邀请招标".into())?;
    let mut letters: Vec<&str> =
        letters.iter().map(String::as_str).filter(|letter| is_hash(letter)).collect();
    letters.sort_unstable();
    letters.dedup();
    let three = p.regime().rule(&rules::THREE_INVITED, &rules::PROCUREMENT_INVITED);
    need(letters.len() >= 3, three, || "邀请书不足三份".into())?;
    Ok(vec![Fact::Invited { root: sha256(&letters.join("\n")) }])
}
