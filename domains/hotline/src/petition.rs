//! 信访事项。 What the hotline handed over to the petition road, with its receipt and its own clocks: the forwarding by the
//! petition office, the objection of who was wrongly named, the handling opinion, the review and the second review, after which it is over (信访工作条例 22 to 36).
//!
//! Its clocks have nothing to do with the order's: they count from registration, acceptance and delivery here. A limit that
//! runs past the loaded calendar is never over.

use crate::desk::Desk;
use crate::order::LONGEST;
use crate::order::act::Evidence;
use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Ground, Help, Invalid, Limit, Matter, MatterId, OrgId,
    PersonId, Refusal, Role, Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// 信访工作条例 22 and 23: fifteen days, for the petition office to forward it and for the unit to say that it takes it on.
const TAKE_ON: Limit = Limit::days(15);
/// 23: five working days to object.
const OBJECT: Limit = Limit::workdays(5);
/// 34: sixty days from acceptance, and at most thirty more.
const HANDLE: Limit = Limit::days(60);
const LONGEST_EXTENSION: u16 = 30;
/// 35 and 36: thirty days to ask for a review, thirty to answer.
const ASK: Limit = Limit::days(30);
const ANSWER: Limit = Limit::days(30);
/// 20: representatives of a group.
const MOST_REPRESENTATIVES: u16 = 5;

/// 办理、复查、复核。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Handling,
    Review,
    SecondReview,
}

impl Stage {
    pub fn zh(self) -> &'static str {
        match self {
            Stage::Handling => "办理",
            Stage::Review => "复查",
            Stage::SecondReview => "复核",
        }
    }

    fn next(self) -> Option<Stage> {
        match self {
            Stage::Handling => Some(Stage::Review),
            Stage::Review => Some(Stage::SecondReview),
            Stage::SecondReview => None,
        }
    }
}

/// One body's turn: when it began, until when it answers, and since when the petitioner has the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub stage: Stage,
    pub body: OrgId,
    pub clock: Clock,
    #[serde(default)]
    pub passed_due: Option<Date>,
    #[serde(default)]
    pub delivered: Option<Date>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Petition {
    pub number: String,
    pub order: Option<MatterId>,
    pub desk: OrgId,
    /// 承办单位 as it stands now.
    pub unit: OrgId,
    /// 信访部门 that forwarded it; absent until then, and where it was handed to who handles it.
    pub office: Option<OrgId>,
    /// 被举报单位: the report is never forwarded there.
    pub against: Option<OrgId>,
    pub receipt: String,
    pub applicant: Option<PersonId>,
    pub persons: u16,
    pub representatives: Option<u16>,
    pub sealed: Sealed,
    pub registered: Option<Date>,
    /// Since when the unit has it: its five days to object count from there.
    pub received: Option<Date>,
    /// When time found that who has it neither forwarded it nor took it on.
    pub not_taken_on: Option<Date>,
    /// An objection that nobody answered yet.
    pub objection: Option<Date>,
    pub rounds: Vec<Round>,
    /// Who opened the petitioner's data, on the last day somebody did.
    pub opened: Vec<(Date, PersonId)>,
    pub closed: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记移交, with the receipt of the petition office.
    Register {
        order: MatterId,
        order_number: String,
        unit: OrgId,
        receipt: String,
        persons: u16,
        #[serde(default)]
        applicant: Option<PersonId>,
        /// 被举报单位
        #[serde(default)]
        against: Option<OrgId>,
    },
    /// 转送有权处理的机关、单位
    Forward { unit: OrgId },
    /// 查看信访人信息
    OpenPetitioner { reason: String },
    /// 推选代表
    NameRepresentatives { count: u16 },
    /// 提出异议: it was routed wrongly.
    Object { reason: String },
    /// 处理异议: upheld, it goes to another unit, whose days begin anew.
    SettleObjection {
        upheld: bool,
        #[serde(default)]
        unit: Option<OrgId>,
        reason: String,
    },
    /// 受理
    Accept,
    /// 延长办理期限
    Extend {
        days: u16,
        reason: String,
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        told_on: Option<Date>,
    },
    /// 出具书面答复 of handling, review or second review.
    Reply {
        document: String,
        /// 送达日期
        #[schemars(with = "String", extend("format" = "date"))]
        delivered_on: Date,
        /// 答复内容, as the petitioner reads it.
        text: String,
        /// 答复原件
        #[serde(default)]
        evidence: Vec<Evidence>,
    },
    /// 请求复查或者复核
    AskReview {
        body: OrgId,
        reason: String,
        /// 交邮日期, of a request that came by post: written down by whoever registers it, from the postmark.
        #[serde(default)]
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        posted_on: Option<Date>,
    },
    /// 到期未答复
    PassDue,
    /// 期满未请求复查复核，终结
    Lapse,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Registered {
        number: String,
        order: MatterId,
        /// The hotline that handed it over.
        desk: OrgId,
        unit: OrgId,
        receipt: String,
        persons: u16,
        applicant: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        against: Option<OrgId>,
        sealed: Sealed,
        object_by: Option<Date>,
    },
    Forwarded {
        office: OrgId,
        unit: OrgId,
        in_time: Option<bool>,
        object_by: Option<Date>,
        /// 受理告知截止
        take_on_by: Option<Date>,
    },
    /// `forwarded`: by the unit that it was forwarded to; otherwise by who was to forward it.
    NotTakenOn {
        body: OrgId,
        due: Date,
        forwarded: bool,
    },
    PetitionerOpened {
        reason: String,
    },
    RepresentativesNamed {
        count: u16,
        /// More than five: flagged, for a petition is registered whoever brings it.
        too_many: bool,
    },
    Objected {
        unit: OrgId,
        reason: String,
    },
    ObjectionSettled {
        upheld: bool,
        unit: OrgId,
        reason: String,
        object_by: Option<Date>,
    },
    Accepted {
        unit: OrgId,
        due: Option<Date>,
        /// Within fifteen days of its receipt.
        #[serde(default)]
        in_time: Option<bool>,
    },
    HandlingExtended {
        unit: OrgId,
        days: u16,
        reason: String,
        told_on: Date,
        due: Option<Date>,
    },
    Answered {
        stage: Stage,
        body: OrgId,
        document: String,
        delivered_on: Date,
        /// Absent where only the document's number was kept.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Evidence>,
        in_time: Option<bool>,
        /// Last day to ask for the next review; absent after the last.
        ask_by: Option<Date>,
    },
    ReviewAsked {
        stage: Stage,
        body: OrgId,
        reason: String,
        due: Option<Date>,
        #[serde(default)]
        posted_on: Option<Date>,
    },
    AnswerOverdue {
        stage: Stage,
        body: OrgId,
        due: Date,
    },
    Concluded {
        stage: Stage,
        /// Nobody asked for a review in time.
        by_time: bool,
    },
}

const fn regulation(article: u16) -> Basis {
    Basis::article("信访工作条例", article)
}

const FORWARD: Ground = Ground::Law(&[regulation(22)]);
const PETITIONER: Ground = Ground::Law(&[Basis::article("个人信息保护法", 34)]);
const HAND_OVER: Ground = Ground::Law(&[regulation(21), regulation(23)]);
const GROUP: Ground = Ground::Law(&[regulation(20)]);
const HANDLING: Ground = Ground::Law(&[regulation(34)]);
const REVIEWS: Ground = Ground::Law(&[regulation(35), regulation(36)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

const ACTS: &[ActKind] = &[
    ActKind { name: "Register", zh: "登记移交的信访事项", ground: HAND_OVER, opens: true },
    act("Forward", "转送有权处理的机关、单位", FORWARD),
    act("OpenPetitioner", "查看信访人信息", PETITIONER),
    act("NameRepresentatives", "登记推选的代表", GROUP),
    act("Object", "对转送提出异议", HAND_OVER),
    act("SettleObjection", "处理转送异议", HAND_OVER),
    act("Accept", "受理信访事项", HANDLING),
    act("Extend", "延长信访办理期限", HANDLING),
    act("Reply", "出具书面答复", HANDLING),
    act("AskReview", "请求复查复核", REVIEWS),
    act("PassDue", "信访事项到期未答复", HANDLING),
    act("Lapse", "期满终结", REVIEWS),
];

impl Petition {
    /// One for each order, whoever registers it.
    pub fn id(order: MatterId) -> MatterId {
        let digest = Sha256::digest(format!("petition {order}"));
        MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
    }

    pub fn status(&self) -> &'static str {
        match self {
            Petition { registered: None, .. } => "new",
            Petition { closed: Some(_), .. } => "concluded",
            Petition { objection: Some(_), .. } => "objected",
            Petition { office: Some(_), rounds, .. } if rounds.is_empty() => "forwarded",
            Petition { rounds, .. } if rounds.is_empty() => "registered",
            Petition { rounds, .. } => match rounds.last() {
                Some(Round { delivered: Some(_), .. }) => "answered",
                Some(Round { stage: Stage::Handling, .. }) => "handling",
                Some(Round { stage: Stage::Review, .. }) => "review",
                Some(Round { stage: Stage::SecondReview, .. }) | None => "second_review",
            },
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "registered" => "信访部门已登记，待转送或者受理",
            "forwarded" => "信访部门已转送，待受理",
            "objected" => "正在确定承办单位",
            "handling" => "已受理，办理中",
            "answered" => "已经书面答复",
            "review" => "复查中",
            "second_review" => "复核中",
            "concluded" => "已经终结",
            _ => "未登记",
        }
    }

    fn round(&self) -> Option<&Round> {
        self.rounds.last()
    }

    /// The body whose turn it is, and until when.
    fn waits_for(&self) -> Option<&Round> {
        self.round().filter(|round| round.delivered.is_none())
    }

    /// 各项期限: what is still open to somebody, and its last day as far as it can be reckoned.
    pub fn limits(&self, calendar: &Calendar) -> Vec<(&'static str, Date)> {
        if self.closed.is_some() {
            return Vec::new();
        }
        let taking_on = if self.office.is_some() { "告知是否受理" } else { "转送或者受理" };
        let objecting = self.rounds.is_empty() && self.objection.is_none();
        let answering = self.waits_for();
        let review = self.round().is_some_and(|round| round.stage == Stage::Handling);
        [
            ("提出异议", self.object_by(calendar).filter(|_| objecting)),
            (taking_on, self.take_on_by(calendar)),
            (
                answering.map_or("", |round| round.stage.zh()),
                answering.and_then(|round| round.clock.due(calendar).fixed()),
            ),
            (if review { "请求复查" } else { "请求复核" }, self.ask_by(calendar)),
        ]
        .into_iter()
        .filter_map(|(what, last)| Some((what, last?)))
        .collect()
    }

    fn object_by(&self, calendar: &Calendar) -> Option<Date> {
        OBJECT.end(self.received?, calendar).ok()
    }

    /// Last day to forward it or to say that it is taken on, while that is open.
    fn take_on_by(&self, calendar: &Calendar) -> Option<Date> {
        let open = self.rounds.is_empty() && self.objection.is_none();
        TAKE_ON.end(self.received.filter(|_| open)?, calendar).ok()
    }

    /// Last day to ask for the next review of what was delivered.
    fn ask_by(&self, calendar: &Calendar) -> Option<Date> {
        ASK.end(self.round()?.delivered?, calendar).ok()
    }
}

impl Matter for Petition {
    const KIND: &'static str = "petition";
    const ZH: &'static str = "信访事项";
    const NAMED: bool = true;
    const READERS: &'static [Role] =
        &[Role::CatalogueManager, Role::Officer, Role::AgencyHead, Role::Government, Role::Inspector];
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Register { order, .. } => Some(Petition::id(*order)),
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
        match act {
            Act::Register { .. } => "Register",
            Act::Forward { .. } => "Forward",
            Act::OpenPetitioner { .. } => "OpenPetitioner",
            Act::NameRepresentatives { .. } => "NameRepresentatives",
            Act::Object { .. } => "Object",
            Act::SettleObjection { .. } => "SettleObjection",
            Act::Accept => "Accept",
            Act::Extend { .. } => "Extend",
            Act::Reply { .. } => "Reply",
            Act::AskReview { .. } => "AskReview",
            Act::PassDue => "PassDue",
            Act::Lapse => "Lapse",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Registered { .. } => "Registered",
            Fact::Forwarded { .. } => "Forwarded",
            Fact::NotTakenOn { .. } => "NotTakenOn",
            Fact::PetitionerOpened { .. } => "PetitionerOpened",
            Fact::RepresentativesNamed { .. } => "RepresentativesNamed",
            Fact::Objected { .. } => "Objected",
            Fact::ObjectionSettled { .. } => "ObjectionSettled",
            Fact::Accepted { .. } => "Accepted",
            Fact::HandlingExtended { .. } => "HandlingExtended",
            Fact::Answered { .. } => "Answered",
            Fact::ReviewAsked { .. } => "ReviewAsked",
            Fact::AnswerOverdue { .. } => "AnswerOverdue",
            Fact::Concluded { .. } => "Concluded",
        }
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        for field in private.keys().filter(|field| !crate::order::PRIVATE.contains(&field.as_str())) {
            wrong.push(Invalid::new(field, "信访事项不收这一项个人信息"));
        }
        let mut filled = |field: &str, text: &str, zh: &str| {
            let longest = if field == "text" { LONGEST } else { 2000 };
            if text.trim().is_empty() {
                wrong.push(Invalid::new(field, format!("请填写{zh}")));
            } else if text.chars().count() > longest {
                wrong.push(Invalid::new(field, format!("不能超过{longest}字")));
            }
        };
        match act {
            Act::Register { order_number, unit, .. } => {
                filled("order_number", order_number, "工单编号");
                filled("unit", unit.as_str(), "承办单位");
            }
            Act::Forward { unit } => filled("unit", unit.as_str(), "承办单位"),
            Act::OpenPetitioner { reason } => filled("reason", reason, "查看的事由"),
            Act::Reply { document, text, .. } => {
                filled("document", document, "答复的文号");
                filled("text", text, "答复内容");
            }
            Act::AskReview { body, .. } => filled("body", body.as_str(), "复查或者复核机关"),
            Act::NameRepresentatives { count: 0 } => wrong.push(Invalid::new("count", "至少一人")),
            Act::NameRepresentatives { .. }
            | Act::Object { .. }
            | Act::SettleObjection { .. }
            | Act::Accept
            | Act::Extend { .. }
            | Act::PassDue
            | Act::Lapse => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Register { order, order_number, unit, receipt, persons, applicant, against } = act {
            let (applicant, against) = (applicant.as_ref(), against.as_ref());
            return self.register(*order, order_number, unit, receipt, *persons, applicant, against, ctx);
        }
        if self.registered.is_none() {
            return no(&rules::HANDED_OVER, "还没有登记");
        }
        if let Some(on) = self.closed.filter(|_| !matches!(act, Act::AskReview { .. })) {
            return no(&rules::CLOSED, format!("{on}已经终结"));
        }
        let of_petitioner = matches!(act, Act::AskReview { .. } | Act::NameRepresentatives { .. });
        if !of_petitioner && self.applicant.as_ref() == Some(&ctx.actor.person) {
            return no(&rules::KEEP_AWAY, format!("{}是信访人", ctx.actor.person));
        }
        match act {
            Act::Register { .. } => Ok(Vec::new()),
            Act::Forward { unit } => self.forward(unit, ctx),
            Act::OpenPetitioner { reason } => Ok(vec![Fact::PetitionerOpened { reason: reason.clone() }]),
            Act::NameRepresentatives { count } => Ok(vec![Fact::RepresentativesNamed {
                count: *count,
                too_many: *count > MOST_REPRESENTATIVES,
            }]),
            Act::Object { reason } => self.object(reason, ctx),
            Act::SettleObjection { upheld, unit, reason } => self.settle(*upheld, unit.as_ref(), reason, ctx),
            Act::Accept => self.accept(ctx),
            Act::Extend { days, reason, told_on } => self.extend(*days, reason, *told_on, ctx),
            Act::Reply { document, delivered_on, text, evidence } => {
                self.reply(document, *delivered_on, text, evidence, ctx)
            }
            Act::AskReview { body, reason, posted_on } => self.ask_review(body, reason, *posted_on, ctx),
            Act::PassDue => self.pass_due(ctx),
            Act::Lapse => self.lapse(ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Registered {
                number,
                order,
                desk,
                unit,
                receipt,
                persons,
                applicant,
                against,
                sealed,
                ..
            } => {
                self.number.clone_from(number);
                self.order = Some(*order);
                self.desk = desk.clone();
                self.unit = unit.clone();
                self.receipt.clone_from(receipt);
                self.persons = *persons;
                self.applicant.clone_from(applicant);
                self.against.clone_from(against);
                self.sealed.clone_from(sealed);
                self.registered = Some(stamp.day);
                self.received = Some(stamp.day);
            }
            Fact::Forwarded { office, unit, .. } => {
                self.office = Some(office.clone());
                self.unit = unit.clone();
                self.received = Some(stamp.day);
                self.not_taken_on = None;
            }
            Fact::NotTakenOn { .. } => self.not_taken_on = Some(stamp.day),
            Fact::PetitionerOpened { .. } => {
                self.opened.retain(|(on, _)| *on == stamp.day);
                self.opened.push((stamp.day, stamp.person.clone()));
            }
            Fact::RepresentativesNamed { count, .. } => self.representatives = Some(*count),
            Fact::Objected { .. } => self.objection = Some(stamp.day),
            Fact::ObjectionSettled { upheld, unit, .. } => {
                self.objection = None;
                self.unit = unit.clone();
                if *upheld {
                    self.received = Some(stamp.day);
                    self.not_taken_on = None;
                }
            }
            Fact::Accepted { unit, .. } => self.rounds.push(round(Stage::Handling, unit, stamp.day, HANDLE)),
            Fact::HandlingExtended { days, .. } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.clock.extension = Some(Limit::days(*days));
                }
            }
            Fact::Answered { delivered_on, .. } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.delivered = Some(*delivered_on);
                }
            }
            Fact::ReviewAsked { stage, body, .. } => {
                // Posted in time, it may come after time found that nobody had asked.
                self.closed = None;
                self.rounds.push(round(*stage, body, stamp.day, ANSWER));
            }
            Fact::AnswerOverdue { .. } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.passed_due = Some(stamp.day);
                }
            }
            Fact::Concluded { .. } => self.closed = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let status = self.status();
        let turn = self.waits_for();
        let due = turn.and_then(|round| round.clock.due(calendar).fixed());
        let (role, name, org, due) = match status {
            "registered" => (Role::Officer, "forward", &self.unit, self.take_on_by(calendar)),
            "forwarded" => (Role::Officer, "accept", &self.unit, self.take_on_by(calendar)),
            "objected" => match &self.office {
                Some(office) => (Role::Officer, "settle_objection", office, None),
                None => (Role::CatalogueManager, "settle_objection", &self.desk, None),
            },
            "handling" | "review" | "second_review" => {
                (Role::AgencyHead, "reply", turn.map_or(&self.unit, |round| &round.body), due)
            }
            _ => (Role::Clock, "", &self.unit, None),
        };
        let mut tasks = Vec::new();
        if !name.is_empty() {
            tasks.push(Task { name: name.to_owned(), role, org: org.clone(), due });
        }
        let clock = match turn {
            Some(round) if round.passed_due.is_none() => due.map(|due| offset(due, 1)),
            Some(_) => None,
            None if self.rounds.is_empty() => self
                .take_on_by(calendar)
                .filter(|_| self.not_taken_on.is_none())
                .map(|last| offset(last, 1)),
            None => self
                .ask_by(calendar)
                .filter(|_| self.closed.is_none())
                .map(|last| offset(last, 1)),
        };
        tasks.extend(clock.map(|day| Task {
            name: "clock".to_owned(),
            role: Role::Clock,
            org: OrgId::new("system"),
            due: Some(day),
        }));
        Docket {
            number: self.number.clone(),
            title: match self.representatives.filter(|count| *count > MOST_REPRESENTATIVES) {
                Some(count) => format!("信访事项（代表{count}人，超过5人，请重新推选）"),
                None => "信访事项".to_owned(),
            },
            status: status.to_owned(),
            org: org.clone(),
            due,
            closed: self.closed.is_some(),
            facets: self
                .order
                .iter()
                .map(|order| ("petition_of".to_owned(), order.to_string()))
                .collect(),
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        if self.closed.is_some() {
            return Vec::new();
        }
        let over = |last: Option<Date>| last.is_some_and(|last| last < day);
        match self.round() {
            None if self.not_taken_on.is_none() && over(self.take_on_by(calendar)) => vec![Act::PassDue],
            Some(Round { delivered: Some(_), .. }) if over(self.ask_by(calendar)) => vec![Act::Lapse],
            Some(Round { delivered: None, passed_due: None, clock, .. })
                if over(clock.due(calendar).fixed()) =>
            {
                vec![Act::PassDue]
            }
            _ => Vec::new(),
        }
    }

    fn parties(&self) -> Parties {
        let holder = self.waits_for().map_or(&self.unit, |round| &round.body);
        // Who forwarded it answers the objection to that.
        let org = self.office.as_ref().filter(|_| self.objection.is_some()).unwrap_or(holder);
        Parties { org: org.clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}

fn no<T>(rule: &'static Rule, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, Help::CatalogueManager, because))
}

fn round(stage: Stage, body: &OrgId, from: Date, limit: Limit) -> Round {
    Round { stage, body: body.clone(), clock: Clock::start(from, limit), passed_due: None, delivered: None }
}

impl Petition {
    #[allow(clippy::too_many_arguments)]
    fn register(
        &self,
        order: MatterId,
        order_number: &str,
        unit: &OrgId,
        receipt: &str,
        persons: u16,
        applicant: Option<&PersonId>,
        against: Option<&OrgId>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.registered.is_some() {
            return no(&rules::HANDED_OVER, format!("{} 已经登记过", self.number));
        }
        if receipt.trim().is_empty() {
            return no(&rules::HANDED_OVER, "没有写明信访部门的登记回执");
        }
        Ok(vec![Fact::Registered {
            number: format!("X{}", order_number.trim_start_matches('G')),
            order,
            desk: Desk::open(ctx).map_or_else(|| ctx.actor.org.clone(), |desk| desk.org.clone()),
            unit: unit.clone(),
            receipt: receipt.to_owned(),
            persons,
            applicant: applicant.cloned(),
            against: against.cloned(),
            sealed: ctx.sealed.clone(),
            object_by: OBJECT.end(ctx.today(), ctx.calendar).ok(),
        }])
    }

    /// The unit that has it now, and that it is the actor's.
    fn own_unit(&self, ctx: &Ctx) -> Result<(), Refusal> {
        match self.unit == ctx.actor.org {
            true => Ok(()),
            false => no(&rules::HANDED_OVER, format!("承办单位是{}", self.unit)),
        }
    }

    /// PET-08: not to whom the report is about.
    fn not_the_accused(&self, unit: &OrgId) -> Result<(), Refusal> {
        match self.against.as_ref() == Some(unit) {
            true => no(&rules::NEVER_TO_ACCUSED, format!("{unit}是被举报的单位，不能转送给它")),
            false => Ok(()),
        }
    }

    fn forward(&self, unit: &OrgId, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        self.own_unit(ctx)?;
        self.not_the_accused(unit)?;
        let because = match (self.round(), &self.office) {
            (Some(round), _) => format!("{}已经受理，不能再转送", round.clock.from),
            (None, Some(office)) => format!("{office}已经转送；不属于本单位职权范围的，说明理由提出异议"),
            (None, None) if *unit == self.unit => "没有写明转送给哪个机关、单位".to_owned(),
            (None, None) if self.objection.is_some() => "异议还没有处理".to_owned(),
            (None, None) => {
                return Ok(vec![Fact::Forwarded {
                    office: self.unit.clone(),
                    unit: unit.clone(),
                    in_time: self.take_on_by(ctx.calendar).map(|last| ctx.today() <= last),
                    object_by: OBJECT.end(ctx.today(), ctx.calendar).ok(),
                    take_on_by: TAKE_ON.end(ctx.today(), ctx.calendar).ok(),
                }]);
            }
        };
        no(&rules::FORWARDED, because)
    }

    fn object(&self, reason: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        self.own_unit(ctx)?;
        if let Some(round) = self.round() {
            return no(&rules::OBJECT_IN_FIVE, format!("{}已经受理，不能再提异议", round.clock.from));
        }
        if self.objection.is_some() {
            return no(&rules::OBJECT_IN_FIVE, "异议还没有处理");
        }
        if reason.trim().is_empty() {
            return no(&rules::OBJECT_IN_FIVE, "没有说明理由");
        }
        match self.object_by(ctx.calendar).filter(|last| *last < ctx.today()) {
            Some(last) => no(&rules::OBJECT_IN_FIVE, format!("异议应当在{last}以前提出")),
            None => Ok(vec![Fact::Objected { unit: self.unit.clone(), reason: reason.to_owned() }]),
        }
    }

    fn settle(
        &self,
        upheld: bool,
        unit: Option<&OrgId>,
        reason: &str,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.objection.is_none() {
            return no(&rules::OBJECT_IN_FIVE, "没有人提出异议");
        }
        // 23: verified by the petition office that forwarded it.
        let settles = self.office.as_ref().unwrap_or(&self.desk);
        if *settles != ctx.actor.org {
            return no(&rules::OBJECT_IN_FIVE, format!("异议由{settles}核实处理"));
        }
        if reason.trim().is_empty() {
            return no(&rules::OBJECT_IN_FIVE, "没有说明理由");
        }
        let to = match (upheld, unit.filter(|unit| !unit.as_str().trim().is_empty())) {
            (true, Some(unit)) if *unit != self.unit => unit,
            (true, _) => return no(&rules::OBJECT_IN_FIVE, "异议成立的，要写明改由哪个单位承办"),
            (false, _) => &self.unit,
        };
        if upheld {
            self.not_the_accused(to)?;
        }
        let object_by = upheld.then(|| OBJECT.end(ctx.today(), ctx.calendar).ok()).flatten();
        Ok(vec![Fact::ObjectionSettled { upheld, unit: to.clone(), reason: reason.to_owned(), object_by }])
    }

    fn accept(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        self.own_unit(ctx)?;
        match (self.objection, self.round()) {
            (Some(_), _) => no(&rules::OBJECT_IN_FIVE, "异议还没有处理"),
            (None, Some(round)) => no(&rules::SIXTY_DAYS, format!("{}已经受理", round.clock.from)),
            (None, None) => Ok(vec![Fact::Accepted {
                unit: self.unit.clone(),
                due: HANDLE.end(ctx.today(), ctx.calendar).ok(),
                in_time: self.take_on_by(ctx.calendar).map(|last| ctx.today() <= last),
            }]),
        }
    }

    fn extend(
        &self,
        days: u16,
        reason: &str,
        told_on: Option<Date>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        self.own_unit(ctx)?;
        let Some(round) = self.waits_for().filter(|round| round.stage == Stage::Handling) else {
            return no(&rules::SIXTY_DAYS, "只有正在办理的信访事项可以延长");
        };
        let because = match (&round.clock.extension, told_on) {
            (Some(_), _) => "已经延长过一次".to_owned(),
            _ if !(1..=LONGEST_EXTENSION).contains(&days) => format!("延长不能超过{LONGEST_EXTENSION}日"),
            _ if reason.trim().is_empty() => "没有写明情况复杂的理由".to_owned(),
            (None, None) => "没有告知信访人延期的理由".to_owned(),
            (None, Some(told)) if told > ctx.today() => format!("告知的日期{told}还没有到"),
            _ if round.clock.due(ctx.calendar).fixed().is_some_and(|due| due < ctx.today()) => {
                "期限已经届满".to_owned()
            }
            (None, Some(told_on)) => {
                let mut clock = round.clock.clone();
                clock.extension = Some(Limit::days(days));
                let due = clock.due(ctx.calendar).fixed();
                let unit = self.unit.clone();
                return Ok(vec![Fact::HandlingExtended {
                    unit,
                    days,
                    reason: reason.to_owned(),
                    told_on,
                    due,
                }]);
            }
        };
        no(&rules::SIXTY_DAYS, because)
    }

    /// What is late is answered all the same, and says so.
    fn reply(
        &self,
        document: &str,
        delivered_on: Date,
        text: &str,
        evidence: &[Evidence],
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let Some(round) = self.waits_for() else {
            return no(&rules::SIXTY_DAYS, "还没有受理，或者已经答复");
        };
        if round.body != ctx.actor.org {
            return no(&rules::HANDED_OVER, format!("由{}答复", round.body));
        }
        if delivered_on < round.clock.from || delivered_on > ctx.today() {
            return no(&rules::REVIEW_IN_THIRTY, "送达日期不在受理之后、今天以前");
        }
        let in_time = round.clock.due(ctx.calendar).fixed().map(|due| ctx.today() <= due);
        let answered = Fact::Answered {
            stage: round.stage,
            body: round.body.clone(),
            document: document.to_owned(),
            delivered_on,
            text: text.to_owned(),
            evidence: evidence.to_vec(),
            in_time,
            ask_by: round.stage.next().and_then(|_| ASK.end(delivered_on, ctx.calendar).ok()),
        };
        let over = round.stage.next().is_none();
        let concluded = over.then_some(Fact::Concluded { stage: round.stage, by_time: false });
        Ok([answered].into_iter().chain(concluded).collect())
    }

    fn ask_review(
        &self,
        body: &OrgId,
        reason: &str,
        posted_on: Option<Date>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let Some(round) = self.round().filter(|round| round.delivered.is_some()) else {
            return no(&rules::REVIEW_IN_THIRTY, "还没有收到书面答复");
        };
        let Some(stage) = round.stage.next() else {
            return no(&rules::NO_THIRD_ROUND, "复核意见已经作出");
        };
        if let Some(on) = self.closed.filter(|_| posted_on.is_none()) {
            return no(&rules::REVIEW_IN_THIRTY, format!("{on}已经期满终结"));
        }
        if *body == round.body {
            return no(&rules::REVIEW_IN_THIRTY, format!("{body}作出的意见不能由它自己{}", stage.zh()));
        }
        if reason.trim().is_empty() {
            return no(&rules::REVIEW_IN_THIRTY, "没有写明理由");
        }
        if let Some(posted) = posted_on
            && (ctx.actor.role != Role::CatalogueManager || posted > ctx.today())
        {
            return no(&rules::POSTED, format!("交邮日期{posted}由登记的人按邮戳填写，不能晚于登记之日"));
        }
        let handed_in = posted_on.unwrap_or(ctx.today());
        match self.ask_by(ctx.calendar).filter(|last| *last < handed_in) {
            Some(last) => {
                let rule = if posted_on.is_some() { &rules::POSTED } else { &rules::REVIEW_IN_THIRTY };
                no(rule, format!("{}应当在{last}以前请求", stage.zh()))
            }
            None => Ok(vec![Fact::ReviewAsked {
                stage,
                body: body.clone(),
                reason: reason.to_owned(),
                due: ANSWER.end(ctx.today(), ctx.calendar).ok(),
                posted_on,
            }]),
        }
    }

    fn pass_due(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        only_time(ctx)?;
        if self.rounds.is_empty() {
            return self.pass_taking_on(ctx);
        }
        let over = self.waits_for().filter(|round| round.passed_due.is_none()).and_then(|round| {
            let due = round.clock.due(ctx.calendar).fixed()?;
            (due < ctx.today()).then_some((round, due))
        });
        match over {
            Some((round, due)) => {
                Ok(vec![Fact::AnswerOverdue { stage: round.stage, body: round.body.clone(), due }])
            }
            None => no(&rules::SIXTY_DAYS, "没有到期未答复的"),
        }
    }

    /// Neither forwarded nor taken on by its last day.
    fn pass_taking_on(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let over = self
            .take_on_by(ctx.calendar)
            .filter(|due| self.not_taken_on.is_none() && *due < ctx.today());
        let forwarded = self.office.is_some();
        match over {
            Some(due) => Ok(vec![Fact::NotTakenOn { body: self.unit.clone(), due, forwarded }]),
            None if forwarded => no(&rules::TOLD_IN_FIFTEEN, "告知受理情况的期限还没有过"),
            None => no(&rules::FORWARDED, "转送的期限还没有过"),
        }
    }

    fn lapse(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        only_time(ctx)?;
        match (self.round(), self.ask_by(ctx.calendar)) {
            (Some(round), Some(last)) if last < ctx.today() => {
                Ok(vec![Fact::Concluded { stage: round.stage, by_time: true }])
            }
            _ => no(&rules::REVIEW_IN_THIRTY, "请求复查复核的期限还没有届满"),
        }
    }
}

fn only_time(ctx: &Ctx) -> Result<(), Refusal> {
    match ctx.actor.role {
        Role::Clock => Ok(()),
        _ => no(&rules::CLOCK_ONLY, "这一步由系统时钟记录"),
    }
}
