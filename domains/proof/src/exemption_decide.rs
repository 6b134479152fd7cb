//! 免证办理的决定。 In which order a paper may be fetched, promised, checked or asked for, and who must do what about a
//! promise that was not true.

use crate::exemption::{Act, Exemption, Fact};
use crate::limit::{Limits, Name};
use crate::line::{Line, Wanted};
use crate::mark::is_digest;
use crate::proof::Way;
use crate::rules::{self, Decision, no, only_system};
use fadu_kernel::{Ctx, Help, OrgId, Refusal};

pub fn decide(exemption: &Exemption, act: &Act, ctx: &Ctx) -> Decision<Fact> {
    if let Act::Open { about, wanted } = act {
        only_system(ctx)?;
        return match (exemption.opened, wanted.is_empty()) {
            (Some(on), _) => no(&rules::ORDER, Help::Officer, format!("{on}已经登记")),
            (None, true) => no(&rules::ORDER, Help::Officer, "没有免交的材料"),
            (None, false) => {
                let (about, wanted, sealed) = (about.clone(), wanted.clone(), ctx.sealed.clone());
                Ok(vec![Fact::Opened { about, wanted, sealed }])
            }
        };
    }
    let subject = subject_of(act);
    let Some(line) = exemption.lines.get(subject) else {
        return no(&rules::OUTSIDE_THE_LIST, Help::Officer, format!("本件没有免交“{subject}”"));
    };
    match act {
        Act::Obtain { found, .. } => {
            only_system(ctx)?;
            waits(line)?;
            let Wanted { subject, way, source, is_field, .. } = line.wanted.clone();
            let item_code = exemption.about.item_code.clone();
            let (found, sealed) = (found.clone(), ctx.sealed.clone());
            Ok(vec![Fact::Obtained { subject, way, source, item_code, is_field, found, sealed }])
        }
        Act::Fail { why, lie, tries, .. } => {
            only_system(ctx)?;
            waits(line)?;
            let Wanted { subject, way, source, .. } = line.wanted.clone();
            Ok(vec![Fact::NotObtained { subject, way, source, why: *why, lie: *lie, tries: *tries }])
        }
        Act::TryAgain { .. } if line.status() == "failed" && line.wanted.way.is_fetched() => {
            Ok(vec![Fact::TriedAgain { subject: subject.to_owned() }])
        }
        Act::TryAgain { .. } => no(&rules::ORDER, Help::Officer, status(line)),
        Act::Promise { version, signed, .. } => promise(exemption, line, version, signed, ctx),
        Act::AskCheck { to, question, .. } => ask_check(exemption, line, to, question),
        Act::CheckOpened { check, .. } => {
            only_system(ctx)?;
            match line.status() {
                "checking" => Ok(vec![Fact::CheckOpened { subject: subject.to_owned(), check: *check }]),
                _ => no(&rules::ORDER, Help::Officer, status(line)),
            }
        }
        Act::CheckAnswered { confirmed, note, .. } => {
            only_system(ctx)?;
            if line.status() != "checking" {
                return no(&rules::ORDER, Help::Officer, status(line));
            }
            let item_code = exemption.about.item_code.clone();
            let (subject, note) = (subject.to_owned(), note.clone());
            Ok(vec![Fact::CheckAnswered { subject, item_code, confirmed: *confirmed, note }])
        }
        Act::AskPaper { reason, .. } => ask_paper(line, reason),
        Act::Verify { kept, how, note, .. } => {
            if !matches!(line.status(), "promised" | "unverified") {
                return no(&rules::ORDER, Help::Officer, status(line));
            }
            let in_time = line.verify_due(ctx.calendar).map(|due| ctx.today() <= due);
            let (subject, note) = (subject.to_owned(), note.clone());
            Ok(vec![Fact::Verified { subject, kept: *kept, how: *how, note, in_time }])
        }
        Act::TurnOverdue { .. } => {
            only_system(ctx)?;
            match line.verify_due(ctx.calendar) {
                Some(due) if line.turns_overdue(ctx.today(), ctx.calendar) => {
                    Ok(vec![Fact::TurnedOverdue { subject: subject.to_owned(), due }])
                }
                _ => no(&rules::VERIFY_LATER, Help::Officer, "核查期限还没有过"),
            }
        }
        Act::Dispose { measure, reason, document, .. } => match line.status() {
            "false" => Ok(vec![Fact::Disposed {
                subject: subject.to_owned(),
                measure: *measure,
                reason: reason.clone(),
                document: document.clone(),
            }]),
            _ => no(&rules::VERIFY_LATER, Help::Officer, "没有待处置的不实承诺"),
        },
        Act::Repair { document, .. } => match (&line.disposed, line.bars()) {
            (Some(_), true) => {
                Ok(vec![Fact::Repaired { subject: subject.to_owned(), document: document.clone() }])
            }
            _ => no(&rules::APPLICANT_CHOOSES, Help::AgencyHead, "没有已经处置、尚未修复的不实承诺"),
        },
        Act::Open { .. } => Ok(Vec::new()),
    }
}

fn subject_of(act: &Act) -> &str {
    match act {
        Act::Open { .. } => "",
        Act::Obtain { subject, .. }
        | Act::Fail { subject, .. }
        | Act::TryAgain { subject }
        | Act::Promise { subject, .. }
        | Act::AskCheck { subject, .. }
        | Act::CheckOpened { subject, .. }
        | Act::CheckAnswered { subject, .. }
        | Act::AskPaper { subject, .. }
        | Act::Verify { subject, .. }
        | Act::TurnOverdue { subject }
        | Act::Dispose { subject, .. }
        | Act::Repair { subject, .. } => subject,
    }
}

fn status(line: &Line) -> String {
    format!("“{}”{}", line.wanted.name, Line::status_zh(line.status()))
}

fn waits(line: &Line) -> Result<(), Refusal> {
    match (line.status(), line.wanted.way.is_fetched()) {
        ("waiting", true) => Ok(()),
        _ => Err(Refusal::new(&rules::ORDER, Help::Officer, status(line))),
    }
}

fn promise(exemption: &Exemption, line: &Line, version: &str, signed: &str, ctx: &Ctx) -> Decision<Fact> {
    if line.wanted.way != Way::Commitment {
        let because = format!("“{}”不适用告知承诺", line.wanted.name);
        return no(&rules::NO_COMMITMENT, Help::Officer, because);
    }
    if line.status() != "may_promise" {
        return no(&rules::ORDER, Help::Officer, status(line));
    }
    if let Some(number) = &exemption.about.barred {
        let because = format!("{number} 的承诺不实，还没有修复；请提交材料");
        return no(&rules::APPLICANT_CHOOSES, Help::Window, because);
    }
    let told = line.wanted.form.as_ref().map_or("", |form| form.version.as_str());
    if version != told || told.is_empty() {
        return no(&rules::COMMITMENT_FORM, Help::Window, format!("承诺所依据的告知书应当是“{told}”"));
    }
    if !is_digest(signed) {
        return no(&rules::RELIABLE_SIGNATURE, Help::Window, "承诺书没有签署");
    }
    Ok(vec![Fact::Promised {
        subject: line.wanted.subject.clone(),
        item_code: exemption.about.item_code.clone(),
        department: exemption.about.department.clone(),
        version: version.to_owned(),
        signed: signed.to_owned(),
        limit: Limits::today(Name::CommitmentVerification, ctx),
    }])
}

/// The source first; who is asked is another body; what is asked is no more than this case needs.
fn ask_check(exemption: &Exemption, line: &Line, to: &OrgId, question: &str) -> Decision<Fact> {
    match line.status() {
        "failed" => {}
        "waiting" if line.wanted.way == Way::Check => {}
        "waiting" => return no(&rules::SHARED_FIRST, Help::Officer, "先由已接入的来源提供，取不到再协查"),
        _ => return no(&rules::ORDER, Help::Officer, status(line)),
    }
    if *to == exemption.about.department {
        return no(&rules::OTHER_DEPARTMENT, Help::Officer, format!("{to}就是承办部门，应当自行核查"));
    }
    if question.chars().count() > LONGEST_QUESTION {
        let because = format!("协查内容超过{LONGEST_QUESTION}字，请只写办理本件要核实的");
        return no(&rules::PURPOSE, Help::Officer, because);
    }
    let (subject, question) = (line.wanted.subject.clone(), question.to_owned());
    Ok(vec![Fact::CheckAsked { subject, to: to.clone(), question }])
}

/// A question that needs more words asks for more than one proof.
pub const LONGEST_QUESTION: usize = 200;

fn ask_paper(line: &Line, reason: &str) -> Decision<Fact> {
    let Wanted { way, is_field, .. } = line.wanted;
    match (way, line.gave_nothing()) {
        (Way::Cancelled, _) => {
            no(&rules::OUTSIDE_THE_LIST, Help::CatalogueManager, "这份证明已经取消，不能恢复要求")
        }
        (_, true) => Ok(vec![Fact::PaperAsked {
            subject: line.wanted.subject.clone(),
            way,
            is_field,
            reason: reason.to_owned(),
        }]),
        (_, false) => no(&rules::SHARED_FIRST, Help::Officer, status(line)),
    }
}
