//! 免证办理。 What became of each paper and field that one case does not ask for: fetched from its source, promised and later
//! verified, checked with another department; or, where all of it gave nothing, asked for after all. There is one for a
//! case that anything is spared in, and it bears the case's name.

use crate::answer::{Found, Lie};
use crate::exemption_decide::decide;
use crate::line::{Checking, Failed, Fault, How, Line, Measure, Obtained, Promised, Verified, Wanted};
use crate::mark::{Mark, named, texts};
use crate::proof::Way;
use crate::rules::{self, Decision};
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Ground, Invalid, Limit, Matter, MatterId, OrgId, PersonId,
    Role, Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 哪一件。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// 办件。
    pub case: MatterId,
    /// 办件编号。
    pub case_number: String,
    /// 事项编码。
    pub item_code: String,
    /// 事项名称。
    pub item_name: String,
    /// 承办部门。
    pub department: OrgId,
    /// 申请人账号。
    pub applicant: Option<PersonId>,
    /// 不适用承诺的原因。 Number of the case in which a promise was not true and not made good.
    #[serde(default)]
    pub barred: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Exemption {
    pub about: About,
    pub opened: Option<Date>,
    pub sealed: Sealed,
    pub lines: BTreeMap<String, Line>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记免交
    Open { about: Box<About>, wanted: Vec<Wanted> },
    /// 取得
    Obtain { subject: String, found: Found },
    /// 没有取得
    Fail { subject: String, why: Fault, lie: Option<Lie>, tries: u32 },
    /// 再次取得
    TryAgain { subject: String },
    /// 书面承诺
    Promise {
        /// 材料。
        subject: String,
        /// 告知书版本。
        version: String,
        /// 签署文件摘要。 Keyed, of the signed commitment, in hex; older ones signed online are plain SHA-256.
        signed: String,
    },
    /// 请部门核查
    AskCheck {
        /// 材料。
        subject: String,
        /// 请哪个部门核查。
        to: OrgId,
        /// 要核实什么。
        question: String,
    },
    /// 核查已送出
    CheckOpened { subject: String, check: MatterId },
    /// 核查答复
    CheckAnswered { subject: String, confirmed: Option<bool>, note: String },
    /// 改为提交
    AskPaper { subject: String, reason: String },
    /// 核查承诺
    Verify {
        /// 材料。
        subject: String,
        /// 承诺属实。
        kept: bool,
        /// 核查方式。
        how: How,
        /// 核查情况。
        note: String,
    },
    /// 承诺逾期未核查
    TurnOverdue { subject: String },
    /// 处置不实承诺
    Dispose {
        /// 材料。
        subject: String,
        /// 处置。
        measure: Measure,
        reason: String,
        document: String,
    },
    /// 信用修复
    Repair { subject: String, document: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened {
        about: Box<About>,
        wanted: Vec<Wanted>,
        sealed: Sealed,
    },
    Obtained {
        subject: String,
        way: Way,
        source: String,
        item_code: String,
        is_field: bool,
        found: Found,
        /// Values of fields, where the source gave any.
        #[serde(default, skip_serializing_if = "Sealed::is_empty")]
        sealed: Sealed,
    },
    NotObtained {
        subject: String,
        way: Way,
        source: String,
        why: Fault,
        lie: Option<Lie>,
        tries: u32,
    },
    TriedAgain {
        subject: String,
    },
    Promised {
        subject: String,
        item_code: String,
        department: OrgId,
        version: String,
        signed: String,
        limit: Option<Limit>,
    },
    CheckAsked {
        subject: String,
        to: OrgId,
        question: String,
    },
    CheckOpened {
        subject: String,
        check: MatterId,
    },
    CheckAnswered {
        subject: String,
        item_code: String,
        confirmed: Option<bool>,
        note: String,
    },
    PaperAsked {
        subject: String,
        way: Way,
        is_field: bool,
        reason: String,
    },
    Verified {
        subject: String,
        kept: bool,
        how: How,
        note: String,
        /// Absent without a limit, or while it is provisional.
        in_time: Option<bool>,
    },
    TurnedOverdue {
        subject: String,
        due: Date,
    },
    Disposed {
        subject: String,
        measure: Measure,
        reason: String,
        document: String,
    },
    Repaired {
        subject: String,
        document: String,
    },
}

impl Exemption {
    pub fn id(case: MatterId) -> MatterId {
        named(&["exemption", &case.to_string()])
    }

    /// A promise in this case was not true and was not made good.
    pub fn bars(&self) -> bool {
        self.lines.values().any(Line::bars)
    }

    /// Something is still to be done.
    pub fn is_open(&self) -> bool {
        let over =
            ["brought", "paper", "disposed", "verified", "obtained", "confirmed", "denied", "cancelled"];
        self.lines
            .values()
            .any(|line| !over.contains(&line.status()) && line.status() != "may_promise")
    }

    fn tasks(&self, calendar: &Calendar) -> Vec<Task> {
        let department = &self.about.department;
        let mut tasks = Vec::new();
        for (subject, line) in &self.lines {
            let mut task = |name: &str, role, due| {
                let name = format!("{name}:{subject}");
                tasks.push(Task { name, role, org: department.clone(), due });
            };
            match line.status() {
                "failed" => task("ask_check", Role::Officer, None),
                "promised" => task("verify", Role::Officer, line.verify_due(calendar)),
                "unverified" => task("verify", Role::AgencyHead, line.verify_due(calendar)),
                "false" => task("dispose", Role::AgencyHead, None),
                _ => {}
            }
        }
        let waits = self.lines.values().filter(|line| line.status() == "promised");
        if let Some(due) = waits.filter_map(|line| line.verify_due(calendar)).min() {
            let (role, org) = (Role::Clock, OrgId::new("system"));
            tasks.push(Task { name: "clock".to_owned(), role, org, due: Some(offset(due, 1)) });
        }
        tasks
    }
}

const SHARE: Ground = Ground::Law(&[
    Basis::article("国务院关于在线政务服务的若干规定", 7),
    Basis::article("优化营商环境条例", 44),
]);
const PROMISE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 40), Basis::article("电子签名法", 13)]);
const CHECK: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 44)]);
const DISPOSE: Ground = Ground::Law(&[Basis::article("行政许可法", 69), Basis::article("行政许可法", 78)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground, opens: bool) -> ActKind {
    ActKind { name, zh, ground, opens }
}

const ACTS: &[ActKind] = &[
    act("Open", "登记免交材料", SHARE, true),
    act("Obtain", "取得", SHARE, false),
    act("Fail", "没有取得", SHARE, false),
    act("TryAgain", "再次取得", SHARE, false),
    act("Promise", "书面承诺", PROMISE, false),
    act("AskCheck", "请部门核查", CHECK, false),
    act("CheckOpened", "核查已送出", CHECK, false),
    act("CheckAnswered", "核查答复", CHECK, false),
    act("AskPaper", "改为提交", SHARE, false),
    act("Verify", "核查承诺", PROMISE, false),
    act("TurnOverdue", "承诺逾期未核查", PROMISE, false),
    act("Dispose", "处置不实承诺", DISPOSE, false),
    act("Repair", "信用修复", PROMISE, false),
];

impl Matter for Exemption {
    const KIND: &'static str = "exemption";
    const ZH: &'static str = "免证办理";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { about, .. } => Some(Exemption::id(about.case)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Open, Obtain, Fail, TryAgain, Promise, AskCheck, CheckOpened, CheckAnswered, AskPaper,
            Verify, TurnOverdue, Dispose, Repair)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Opened, Obtained, NotObtained, TriedAgain, Promised, CheckAsked, CheckOpened,
            CheckAnswered, PaperAsked, Verified, TurnedOverdue, Disposed, Repaired)
    }

    fn private_fields(act: &str) -> &'static [(&'static str, &'static str)] {
        match act {
            "Open" => &[("applicant_name", "申请人"), ("applicant_number", "证件号码")],
            _ => &[],
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        match act {
            Act::AskCheck { to, question, .. } => {
                texts(&[("to", to.as_str(), "请哪个部门核查"), ("question", question, "要核实什么")])
            }
            Act::AskPaper { reason, .. } => texts(&[("reason", reason, "理由")]),
            Act::Verify { note, .. } => texts(&[("note", note, "核查情况")]),
            Act::Dispose { reason, document, .. } => {
                texts(&[("reason", reason, "理由"), ("document", document, "文书")])
            }
            Act::Repair { document, .. } => texts(&[("document", document, "文书")]),
            Act::Open { .. }
            | Act::Obtain { .. }
            | Act::Fail { .. }
            | Act::TryAgain { .. }
            | Act::Promise { .. }
            | Act::CheckOpened { .. }
            | Act::CheckAnswered { .. }
            | Act::TurnOverdue { .. } => Ok(()),
        }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        if let Fact::Opened { about, wanted, sealed } = fact {
            self.about = (**about).clone();
            self.opened = Some(stamp.day);
            self.sealed.clone_from(sealed);
            self.lines = wanted
                .iter()
                .map(|wanted| (wanted.subject.clone(), Line::of(wanted.clone())))
                .collect();
            return;
        }
        if let Fact::Obtained { sealed, .. } = fact {
            self.sealed.extend(sealed.clone());
        }
        let Some(line) = subject_of(fact).and_then(|subject| self.lines.get_mut(subject)) else { return };
        fold(line, fact, stamp);
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let tasks = self.tasks(calendar);
        let due = tasks
            .iter()
            .filter(|task| task.role != Role::Clock)
            .filter_map(|task| task.due)
            .min();
        let mut facets = vec![("exempted".to_owned(), self.about.case_number.clone())];
        facets.extend(
            self.about
                .applicant
                .iter()
                .map(|person| ("applicant".to_owned(), person.to_string())),
        );
        if self.bars() {
            facets.push(("promise".to_owned(), "broken".to_owned()));
        }
        Docket {
            number: format!("M{}", self.about.case_number),
            title: self.about.item_name.clone(),
            status: if self.is_open() { "open" } else { "done" }.to_owned(),
            org: self.about.department.clone(),
            due,
            closed: !self.is_open(),
            facets,
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        let late = self.lines.iter().filter(|(_, line)| line.turns_overdue(day, calendar));
        late.map(|(subject, _)| Act::TurnOverdue { subject: subject.clone() }).collect()
    }

    fn parties(&self) -> Parties {
        Parties {
            org: self.about.department.clone(),
            applicants: self.about.applicant.iter().cloned().collect(),
        }
    }
}

fn subject_of(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::Opened { .. } => None,
        Fact::Obtained { subject, .. }
        | Fact::NotObtained { subject, .. }
        | Fact::TriedAgain { subject }
        | Fact::Promised { subject, .. }
        | Fact::CheckAsked { subject, .. }
        | Fact::CheckOpened { subject, .. }
        | Fact::CheckAnswered { subject, .. }
        | Fact::PaperAsked { subject, .. }
        | Fact::Verified { subject, .. }
        | Fact::TurnedOverdue { subject, .. }
        | Fact::Disposed { subject, .. }
        | Fact::Repaired { subject, .. } => Some(subject),
    }
}

fn fold(line: &mut Line, fact: &Fact, stamp: &Stamp) {
    match fact {
        Fact::Opened { .. } => {}
        Fact::Obtained { found, .. } => {
            line.failed = None;
            line.obtained = Some(Obtained { on: stamp.day, found: found.clone() });
        }
        Fact::NotObtained { why, lie, tries, .. } => {
            line.failed = Some(Failed { on: stamp.day, why: *why, lie: *lie, tries: *tries });
        }
        Fact::TriedAgain { .. } => line.failed = None,
        Fact::Promised { version, signed, limit, .. } => {
            line.promised = Some(Promised {
                by: Mark::of(stamp),
                version: version.clone(),
                signed: signed.clone(),
                clock: limit.map(|limit| Clock::start(stamp.day, limit)),
                overdue: None,
            });
        }
        Fact::CheckAsked { to, question, .. } => {
            line.rounds += 1;
            line.checking = Some(Checking {
                by: Mark::of(stamp),
                to: to.clone(),
                question: question.clone(),
                check: None,
                answered: None,
            });
        }
        Fact::CheckOpened { check, .. } => {
            if let Some(checking) = &mut line.checking {
                checking.check = Some(*check);
            }
        }
        Fact::CheckAnswered { confirmed, .. } => {
            if let Some(checking) = &mut line.checking {
                checking.answered = Some((stamp.day, *confirmed));
            }
            if confirmed.is_none() {
                let why = Fault::Unanswered;
                line.failed = Some(Failed { on: stamp.day, why, lie: None, tries: 1 });
                line.checking = None;
            }
        }
        Fact::PaperAsked { reason, .. } => line.paper = Some((Mark::of(stamp), reason.clone())),
        Fact::Verified { kept, how, note, .. } => {
            line.verified =
                Some(Verified { by: Mark::of(stamp), kept: *kept, how: *how, note: note.clone() });
        }
        Fact::TurnedOverdue { .. } => {
            if let Some(promised) = &mut line.promised {
                promised.overdue = Some(stamp.day);
            }
        }
        Fact::Disposed { measure, document, .. } => {
            line.disposed = Some((Mark::of(stamp), *measure, document.clone()));
        }
        Fact::Repaired { .. } => line.repaired = Some(Mark::of(stamp)),
    }
}
