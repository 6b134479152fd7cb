//! 好差评。 One evaluation of one contact, in five grades over seven channels, by the person served and nobody else; a bad one
//! opens its rectification: called back, verified, repaired within the county's limit, appealed and judged.
//!
//! Its id is made of the contact, so that a case, a joint case or a ticket cannot be evaluated twice. Who evaluated is sealed.

use crate::evaluation_decide::decide;
use crate::mark::{Mark, checked, named, texts};
use crate::outlier::{Outlier, Recent};
use crate::rules::{self, Decision};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Due, Ground, Invalid, Limit, Matter, MatterId, OrgId, Role,
    Rule, Sealed, Stamp, Task, calendar::offset,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 五级。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 非常不满意
    VeryBad,
    /// 不满意
    Bad,
    /// 基本满意
    Fair,
    /// 满意
    Good,
    /// 非常满意
    VeryGood,
}

impl Grade {
    pub const ALL: [Grade; 5] = [Grade::VeryGood, Grade::Good, Grade::Fair, Grade::Bad, Grade::VeryBad];

    pub fn zh(self) -> &'static str {
        match self {
            Grade::VeryGood => "非常满意",
            Grade::Good => "满意",
            Grade::Fair => "基本满意",
            Grade::Bad => "不满意",
            Grade::VeryBad => "非常不满意",
        }
    }

    /// 1 to 5.
    pub fn points(self) -> u32 {
        self as u32 + 1
    }

    pub fn is_bad(self) -> bool {
        self <= Grade::Bad
    }
}

/// 七个渠道。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网站
    Web,
    /// 移动端
    App,
    /// 二维码
    Qr,
    /// 窗口评价器
    Counter,
    /// 自助终端
    Kiosk,
    /// 短信
    Sms,
    /// 12345热线
    Hotline,
}

impl Channel {
    pub const ALL: [Channel; 7] = [
        Channel::Web,
        Channel::App,
        Channel::Qr,
        Channel::Counter,
        Channel::Kiosk,
        Channel::Sms,
        Channel::Hotline,
    ];

    pub fn zh(self) -> &'static str {
        match self {
            Channel::Web => "网站",
            Channel::App => "移动端",
            Channel::Qr => "二维码",
            Channel::Counter => "窗口评价器",
            Channel::Kiosk => "自助终端",
            Channel::Sms => "短信",
            Channel::Hotline => "12345热线",
        }
    }

    /// Is the device the evaluator's own?
    pub fn personal(self) -> bool {
        !matches!(self, Channel::Counter | Channel::Kiosk | Channel::Hotline)
    }
}

/// 谁按下的。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pressed {
    /// 办事人
    Person,
    /// 到时没有人评价
    Timeout,
    /// 工作人员
    Staff,
}

/// 一次办事。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// 办件编号: 一事一评
    Case(String),
    /// 联办件编号: one application, whatever the number of its items
    Joint(String),
    /// Hall, day and number of a ticket: 一次一评
    Ticket(String),
}

impl Contact {
    fn words(&self) -> [&str; 2] {
        match self {
            Contact::Case(number) => ["case", number],
            Contact::Joint(number) => ["joint", number],
            Contact::Ticket(number) => ["ticket", number],
        }
    }
}

/// 一次评价。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    pub contact: Contact,
    pub grade: Grade,
    pub channel: Channel,
    pub pressed: Pressed,
    /// The body evaluated.
    pub department: OrgId,
    /// Hall and window that served; both empty for what was done online.
    pub hall: String,
    #[serde(default)]
    pub window: String,
    #[serde(default)]
    pub item: Option<String>,
    /// Digest of the device: of a window's own, or of a browser's for this day alone. Empty where a browser keeps no mark.
    #[serde(default)]
    pub device: String,
    #[serde(default)]
    pub tags: BTreeSet<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Evaluation {
    pub number: String,
    pub said: Option<Said>,
    pub on: Option<Mark>,
    pub bureau: OrgId,
    /// Name, telephone and words of the evaluator: the organ that calls back may read them, no list shows them.
    pub sealed: Sealed,
    pub outlier: Option<Outlier>,
    pub rectification: Option<Rectification>,
}

/// 差评整改。
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rectification {
    /// Absent while the county has adopted no limit.
    pub clock: Option<Clock>,
    pub call_back_by: Option<Clock>,
    pub called_back: Option<Mark>,
    /// Does it hold? With the mark of who looked into it.
    pub verified: Option<(bool, Mark)>,
    pub repaired: Option<(Mark, Option<bool>)>,
    pub appealed: Option<Mark>,
    /// Was the appeal upheld? Then the grade was a mistake and leaves the valid bad ones.
    pub judged: Option<(bool, Mark)>,
    pub overdue: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 评价
    Evaluate {
        said: Box<Said>,
        /// The evaluations of the same window, or of the same body online, of this day, as the caller read them; looked at for the flag and not kept.
        #[serde(default)]
        recent: Vec<Recent>,
    },
    /// 回访
    CallBack { reached: bool, note: String },
    /// 核实
    Verify { holds: bool, note: String },
    /// 整改
    Repair { what: String },
    /// 申诉: the body evaluated says that the grade is mistaken or false.
    Appeal { reason: String },
    /// 裁定申诉
    Judge { upheld: bool, reason: String },
    /// 超期记录
    TurnOverdue,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Evaluated {
        number: String,
        said: Box<Said>,
        grade: Grade,
        points: u32,
        channel: Channel,
        department: OrgId,
        window: String,
        bureau: OrgId,
        bad: bool,
        outlier: Option<Outlier>,
        sealed: Sealed,
    },
    Tagged {
        tag: String,
        bad: bool,
    },
    RectificationOpened {
        department: OrgId,
        call_back: Option<Limit>,
        limit: Option<Limit>,
    },
    CalledBack {
        department: OrgId,
        reached: bool,
        note: String,
        in_time: Option<bool>,
    },
    Verified {
        department: OrgId,
        holds: bool,
        note: String,
    },
    Repaired {
        department: OrgId,
        what: String,
        in_time: Option<bool>,
    },
    Appealed {
        department: OrgId,
        reason: String,
    },
    Judged {
        department: OrgId,
        upheld: bool,
        reason: String,
    },
    TurnedOverdue {
        department: OrgId,
        due: Date,
    },
}

impl Evaluation {
    /// The only id that the evaluation of this contact may have.
    pub fn id(contact: &Contact) -> MatterId {
        let [kind, number] = contact.words();
        named(&["evaluation", kind, number])
    }

    /// A bad grade that no judgement has set aside.
    pub fn is_valid_bad(&self) -> bool {
        self.rectification
            .as_ref()
            .is_some_and(|open| open.judged.as_ref().is_none_or(|(upheld, _)| !upheld))
    }

    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        let clock = self.rectification.as_ref()?.clock.as_ref()?;
        match clock.due(calendar) {
            Due::Fixed(day) => Some(day),
            Due::Provisional { .. } | Due::Stopped { .. } => None,
        }
    }

    /// Nothing remains to be put right.
    pub fn settled(&self) -> bool {
        self.rectification
            .as_ref()
            .is_none_or(|open| open.repaired.is_some() || matches!(open.judged, Some((true, _))))
    }

    pub fn late(&self, day: Date, calendar: &Calendar) -> bool {
        let noted = self.rectification.as_ref().is_none_or(|open| open.overdue.is_some());
        !noted && !self.settled() && self.due(calendar).is_some_and(|due| day > due)
    }

    pub fn status(&self) -> &'static str {
        match (&self.said, &self.rectification) {
            (None, _) => "new",
            (Some(_), None) => "evaluated",
            (Some(_), Some(_)) if self.settled() => "settled",
            (Some(_), Some(Rectification { appealed: Some(_), judged: None, .. })) => "appealed",
            (Some(_), Some(Rectification { verified: Some(_), .. })) => "verified",
            (Some(_), Some(Rectification { called_back: Some(_), .. })) => "called_back",
            (Some(_), Some(_)) => "bad",
        }
    }
}

const EVALUATE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 8)]);
const ANSWER: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 8), Basis::article("优化营商环境条例", 49)]);

impl Matter for Evaluation {
    const KIND: &'static str = "evaluation";
    const ZH: &'static str = "好差评";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Evaluate { said, .. } => Some(Evaluation::id(&said.contact)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Evaluate", zh: "评价", ground: EVALUATE, opens: true },
            ActKind { name: "CallBack", zh: "回访", ground: ANSWER, opens: false },
            ActKind { name: "Verify", zh: "核实", ground: ANSWER, opens: false },
            ActKind { name: "Repair", zh: "整改", ground: ANSWER, opens: false },
            ActKind { name: "Appeal", zh: "申诉", ground: ANSWER, opens: false },
            ActKind { name: "Judge", zh: "裁定申诉", ground: ANSWER, opens: false },
            ActKind { name: "TurnOverdue", zh: "超期记录", ground: ANSWER, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Evaluate, CallBack, Verify, Repair, Appeal, Judge, TurnOverdue)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Evaluated, Tagged, RectificationOpened, CalledBack, Verified, Repaired, Appealed, Judged, TurnedOverdue)
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = match act {
            Act::Evaluate { said, .. } => {
                let [_, number] = said.contact.words();
                let mut wrong = texts(&[
                    ("contact", number, "办件编号或者票号"),
                    ("department", said.department.as_str(), "被评价的单位"),
                ]);
                if said.tags.len() > 10 || said.tags.iter().any(|tag| tag.chars().count() > 20) {
                    wrong.push(Invalid::new("tags", "标签不超过10个，每个不超过20字"));
                }
                wrong
            }
            Act::CallBack { note, .. } | Act::Verify { note, .. } => texts(&[("note", note, "记录")]),
            Act::Repair { what } => texts(&[("what", what, "整改措施")]),
            Act::Appeal { reason } | Act::Judge { reason, .. } => texts(&[("reason", reason, "理由")]),
            Act::TurnOverdue => Vec::new(),
        };
        if private.get("comment").is_some_and(|comment| comment.chars().count() > 500) {
            wrong.push(Invalid::new("comment", "评语不能超过500字"));
        }
        checked(wrong)
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Mark::of(stamp);
        if let Fact::Evaluated { number, said, bureau, outlier, sealed, .. } = fact {
            self.number.clone_from(number);
            self.said = Some((**said).clone());
            self.on = Some(mark());
            self.bureau = bureau.clone();
            self.outlier = *outlier;
            self.sealed.clone_from(sealed);
        }
        if let Fact::RectificationOpened { call_back, limit, .. } = fact {
            let clock = |limit: &Option<Limit>| limit.map(|limit| Clock::start(stamp.day, limit));
            self.rectification = Some(Rectification {
                clock: clock(limit),
                call_back_by: clock(call_back),
                ..Rectification::default()
            });
        }
        let Some(open) = &mut self.rectification else { return };
        match fact {
            Fact::Evaluated { .. } | Fact::Tagged { .. } | Fact::RectificationOpened { .. } => {}
            Fact::CalledBack { .. } => open.called_back = Some(mark()),
            Fact::Verified { holds, .. } => open.verified = Some((*holds, mark())),
            Fact::Repaired { in_time, .. } => open.repaired = Some((mark(), *in_time)),
            Fact::Appealed { .. } => open.appealed = Some(mark()),
            Fact::Judged { upheld, .. } => open.judged = Some((*upheld, mark())),
            Fact::TurnedOverdue { .. } => open.overdue = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let Some(said) = &self.said else { return Docket::default() };
        let due = self.due(calendar).filter(|_| !self.settled());
        let task =
            |name: &str, role, org: &OrgId| Task { name: name.to_owned(), role, org: org.clone(), due };
        let mut tasks = Vec::new();
        match self.status() {
            "bad" => tasks.push(task("call_back", Role::Officer, &said.department)),
            "called_back" => tasks.push(task("verify", Role::Officer, &said.department)),
            "verified" => tasks.push(task("repair", Role::Officer, &said.department)),
            "appealed" => tasks.push(task("judge", Role::CatalogueManager, &self.bureau)),
            _ => {}
        }
        let noted = self.rectification.as_ref().is_some_and(|open| open.overdue.is_some());
        if let Some(due) = due.filter(|_| !noted) {
            let (org, due) = (OrgId::new("system"), Some(offset(due, 1)));
            tasks.push(Task { name: "clock".to_owned(), role: Role::Clock, org, due });
        }
        Docket {
            number: self.number.clone(),
            title: format!("{}：{}", self.number, said.grade.zh()),
            status: self.status().to_owned(),
            org: said.department.clone(),
            due,
            amber: None,
            closed: self.settled(),
            facets: vec![("window".to_owned(), said.window.clone())],
            tasks,
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        if self.late(day, calendar) { vec![Act::TurnOverdue] } else { Vec::new() }
    }

    /// The evaluator stays out of the parties: who evaluated is nobody's business in a list.
    fn parties(&self) -> Parties {
        Parties {
            org: self.said.as_ref().map(|said| said.department.clone()).unwrap_or_default(),
            applicants: vec![],
        }
    }
}
