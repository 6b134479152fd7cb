//! 政府信息公开申请。 What somebody asks an organ to disclose, from its receipt to one of the answers that the law knows, with the
//! clocks of the regulation: received when both sides know it, supplemented once, stopped while others are asked, extended
//! once (政府信息公开条例 30 to 42). A limit that runs past the loaded calendar is never over.

use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::clock::Stop;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Ground, Help, Invalid, Limit, Matter, OrgId, PersonId,
    Refusal, Role, Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 政府信息公开条例 30: seven working days to say what is unclear.
const ASK: Limit = Limit::workdays(7);
/// 33: twenty working days to answer, and at most twenty more.
const ANSWER: Limit = Limit::workdays(20);
const LONGEST_EXTENSION: u16 = 20;
/// 32 and 34: fifteen working days for who is asked.
const OPINION: Limit = Limit::workdays(15);

/// 29: who asks, how they prove it, and how to reach them.
pub const PRIVATE: [(&str, &str); 4] = [
    ("applicant_name", "姓名或者名称"),
    ("applicant_number", "证件号码"),
    ("applicant_phone", "联系电话"),
    ("applicant_address", "联系地址"),
];

/// 提交方式。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// 当面提交
    InPerson,
    /// 需签收的邮寄
    SignedPost,
    /// 平常信函
    PlainMail,
    /// 互联网或者传真
    Online,
}

/// 征求谁的意见。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// 合法权益会受损害的第三方
    ThirdParty,
    /// 共同制作的机关
    CoAuthor,
}

/// 答复。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 已经主动公开，告知获取途径
    AlreadyPublic,
    /// 予以公开
    Disclosed,
    /// 部分公开
    PartlyDisclosed,
    /// 不予公开
    Withheld,
    /// 信息不存在
    DoesNotExist,
    /// 不属于本机关负责公开
    NotOurs,
    /// 重复申请，不予重复处理
    Repeated,
    /// 依照特别规定办理
    OtherRoad,
}

impl Outcome {
    pub fn zh(self) -> &'static str {
        match self {
            Outcome::AlreadyPublic => "已经主动公开，告知获取途径",
            Outcome::Disclosed => "予以公开",
            Outcome::PartlyDisclosed => "部分公开",
            Outcome::Withheld => "不予公开",
            Outcome::DoesNotExist => "信息不存在",
            Outcome::NotOurs => "不属于本机关负责公开",
            Outcome::Repeated => "重复申请，不予重复处理",
            Outcome::OtherRoad => "依照特别规定办理",
        }
    }

    /// Something that was asked for is not given: with reasons, and with the remedy.
    fn denies(self) -> bool {
        match self {
            Outcome::AlreadyPublic | Outcome::Disclosed => false,
            Outcome::PartlyDisclosed
            | Outcome::Withheld
            | Outcome::DoesNotExist
            | Outcome::NotOurs
            | Outcome::Repeated
            | Outcome::OtherRoad => true,
        }
    }
}

/// 不予公开的理由。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// 国家秘密
    Secret,
    /// 危及国家安全、公共安全、经济安全、社会稳定
    Safety,
    /// 商业秘密、个人隐私
    ThirdParty,
    /// 内部事务信息
    Internal,
    /// 过程性信息
    Process,
    /// 行政执法案卷信息
    CaseFile,
}

/// 补正。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supplement {
    pub by: Date,
    #[serde(default)]
    pub given: Option<Date>,
}

/// 征求意见。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consult {
    pub whom: String,
    pub asked: Asked,
    pub sent: Date,
    #[serde(default)]
    pub settled: Option<Date>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Disclosure {
    pub number: String,
    pub agency: OrgId,
    pub applicant: Option<PersonId>,
    pub sealed: Sealed,
    pub came: Option<Date>,
    /// 收到申请之日; absent until both sides have confirmed it, where that is needed.
    pub received: Option<Date>,
    pub supplement: Option<Supplement>,
    pub clock: Option<Clock>,
    pub consults: Vec<Consult>,
    pub passed_due: Option<Date>,
    pub answered: Option<(Date, Outcome)>,
    pub abandoned: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记申请
    Receive {
        /// 提交方式
        way: Way,
        /// 申请公开的信息
        wanted: String,
        /// 到达日期: handed in, signed for, or seen.
        #[schemars(with = "String", extend("format" = "date"))]
        came_on: Date,
        /// 申请人的账号
        #[serde(default)]
        applicant: Option<PersonId>,
    },
    /// 提交申请: by whoever asks, online, to the organ that they name (29).
    Submit {
        /// 向哪个机关申请
        agency: OrgId,
        /// 申请公开的信息
        wanted: String,
        /// 获取信息的方式和途径
        manner: String,
    },
    /// 补正申请内容, by whoever asked.
    AddSupplement {
        /// 补正的内容
        text: String,
    },
    /// 与申请人确认收到
    Confirm {
        /// 双方确认日期
        #[schemars(with = "String", extend("format" = "date"))]
        confirmed_on: Date,
    },
    /// 告知补正
    AskSupplement {
        /// 需要补正的事项
        what: String,
        /// 补正期限
        #[schemars(with = "String", extend("format" = "date"))]
        last_day: Date,
    },
    /// 收到补正
    Supplement,
    /// 逾期不补正，视为放弃
    Abandon,
    /// 征求意见
    Consult {
        /// 征求谁的意见
        whom: String,
        /// 是什么人
        asked: Asked,
    },
    /// 收到意见
    NoteOpinion {
        /// 谁的意见
        whom: String,
        /// 同意公开
        agrees: bool,
        #[serde(default)]
        reason: String,
    },
    /// 逾期未提出意见
    LapseOpinion,
    /// 延长答复期限
    Extend {
        days: u16,
        reason: String,
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        told_on: Option<Date>,
    },
    /// 答复
    Answer {
        /// 答复类型
        outcome: Outcome,
        /// 说明理由
        #[serde(default)]
        reasons: String,
        /// 不予公开的理由
        #[serde(default)]
        withheld: Option<Withheld>,
        /// 能够作区分处理
        #[serde(default)]
        separable: bool,
        /// 法律、法规、规章规定应当公开
        #[serde(default)]
        must_be_public: bool,
        /// 已告知复议和诉讼途径
        #[serde(default)]
        remedy_told: bool,
        /// 信息处理费（分）
        #[serde(default)]
        fee_fen: u32,
        /// 数量、频次明显超过合理范围
        #[serde(default)]
        excessive: bool,
    },
    /// 到期未答复
    PassDue,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Received {
        number: String,
        agency: OrgId,
        way: Way,
        wanted: String,
        /// 获取信息的方式和途径
        #[serde(default, skip_serializing_if = "String::is_empty")]
        manner: String,
        came_on: Date,
        /// Absent: the clock waits for both sides to confirm.
        received_on: Option<Date>,
        answer_by: Option<Date>,
        applicant: Option<PersonId>,
        sealed: Sealed,
    },
    Confirmed {
        received_on: Date,
        answer_by: Option<Date>,
    },
    SupplementAsked {
        what: String,
        last_day: Date,
    },
    Supplemented {
        /// Absent where it came on paper.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        answer_by: Option<Date>,
    },
    Abandoned {
        last_day: Date,
    },
    Consulted {
        whom: String,
        asked: Asked,
        opinion_by: Option<Date>,
    },
    OpinionNoted {
        whom: String,
        asked: Asked,
        agrees: bool,
        reason: String,
    },
    /// `agrees`: silence is consent of who made it together with the organ, and says nothing of a third party's.
    OpinionLapsed {
        whom: String,
        asked: Asked,
        agrees: Option<bool>,
    },
    Extended {
        days: u16,
        reason: String,
        told_on: Date,
        answer_by: Option<Date>,
    },
    Answered {
        outcome: Outcome,
        reasons: String,
        withheld: Option<Withheld>,
        fee_fen: u32,
        in_time: Option<bool>,
    },
    AnswerOverdue {
        due: Date,
    },
}

const fn regulation(article: u16) -> Basis {
    Basis::article("政府信息公开条例", article)
}

const ASKED: Ground = Ground::Law(&[regulation(27), regulation(29)]);
const RECEIVE: Ground = Ground::Law(&[regulation(31)]);
const SUPPLEMENT: Ground = Ground::Law(&[regulation(30)]);
const CONSULT: Ground = Ground::Law(&[regulation(32), regulation(34)]);
const LIMIT: Ground = Ground::Law(&[regulation(33)]);
const REPLY: Ground = Ground::Law(&[regulation(36), regulation(37)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

const ACTS: &[ActKind] = &[
    ActKind { name: "Receive", zh: "登记信息公开申请", ground: RECEIVE, opens: true },
    ActKind { name: "Submit", zh: "提交信息公开申请", ground: ASKED, opens: true },
    act("AddSupplement", "补正申请内容", SUPPLEMENT),
    act("Confirm", "与申请人确认收到", RECEIVE),
    act("AskSupplement", "一次性告知补正", SUPPLEMENT),
    act("Supplement", "收到补正", SUPPLEMENT),
    act("Abandon", "逾期不补正视为放弃", SUPPLEMENT),
    act("Consult", "征求意见", CONSULT),
    act("NoteOpinion", "收到意见", CONSULT),
    act("LapseOpinion", "逾期未提出意见", CONSULT),
    act("Extend", "延长答复期限", LIMIT),
    act("Answer", "答复信息公开申请", REPLY),
    act("PassDue", "信息公开申请到期未答复", LIMIT),
];

impl Disclosure {
    pub fn status(&self) -> &'static str {
        match self {
            Disclosure { came: None, .. } => "new",
            Disclosure { answered: Some(_), .. } => "answered",
            Disclosure { abandoned: Some(_), .. } => "abandoned",
            Disclosure { received: None, .. } => "unconfirmed",
            Disclosure { .. } if self.waits_for_supplement().is_some() => "supplementing",
            Disclosure { .. } if self.open_consult().is_some() => "consulting",
            Disclosure { .. } => "handling",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "answered" => "已经答复",
            "abandoned" => "逾期不补正，视为放弃",
            "unconfirmed" => "待与申请人确认收到",
            "supplementing" => "待申请人补正",
            "consulting" => "正在征求意见",
            "handling" => "办理中",
            _ => "未登记",
        }
    }

    fn is_over(&self) -> bool {
        self.answered.is_some() || self.abandoned.is_some()
    }

    /// 补正: what was asked for and is not there yet; meanwhile no day of the answer counts.
    pub fn waits_for_supplement(&self) -> Option<&Supplement> {
        self.supplement.as_ref().filter(|supplement| supplement.given.is_none())
    }

    fn open_consult(&self) -> Option<&Consult> {
        self.consults.iter().find(|consult| consult.settled.is_none())
    }

    /// The first of those asked whose fifteen working days are over.
    fn lapsed(&self, day: Date, calendar: &Calendar) -> Option<&Consult> {
        let over = |consult: &&Consult| OPINION.end(consult.sent, calendar).is_ok_and(|last| last < day);
        let mut open = self.consults.iter().filter(|consult| consult.settled.is_none());
        open.find(over)
    }

    /// 答复的最后一日; none while a supplement or an opinion is waited for.
    pub fn due(&self, calendar: &Calendar) -> Option<Date> {
        let waits = self.is_over() || self.waits_for_supplement().is_some();
        self.clock.as_ref().filter(|_| !waits)?.due(calendar).fixed()
    }

    fn settle(&mut self, whom: &str, day: Date) {
        let open = self
            .consults
            .iter_mut()
            .find(|consult| consult.settled.is_none() && consult.whom == whom);
        if let Some(consult) = open {
            consult.settled = Some(day);
        }
        let all = self.open_consult().is_none();
        let stop = self.clock.as_mut().and_then(|clock| clock.stops.last_mut());
        if let Some(stop) = stop.filter(|stop| all && stop.until.is_none()) {
            stop.until = Some(day);
        }
    }
}

impl Matter for Disclosure {
    const KIND: &'static str = "disclosure";
    const ZH: &'static str = "政府信息公开申请";
    const READERS: &'static [Role] = &[Role::Officer, Role::AgencyHead, Role::Government, Role::Inspector];
    type Act = Act;
    type Fact = Fact;

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Receive { .. } => "Receive",
            Act::Submit { .. } => "Submit",
            Act::AddSupplement { .. } => "AddSupplement",
            Act::Confirm { .. } => "Confirm",
            Act::AskSupplement { .. } => "AskSupplement",
            Act::Supplement => "Supplement",
            Act::Abandon => "Abandon",
            Act::Consult { .. } => "Consult",
            Act::NoteOpinion { .. } => "NoteOpinion",
            Act::LapseOpinion => "LapseOpinion",
            Act::Extend { .. } => "Extend",
            Act::Answer { .. } => "Answer",
            Act::PassDue => "PassDue",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Received { .. } => "Received",
            Fact::Confirmed { .. } => "Confirmed",
            Fact::SupplementAsked { .. } => "SupplementAsked",
            Fact::Supplemented { .. } => "Supplemented",
            Fact::Abandoned { .. } => "Abandoned",
            Fact::Consulted { .. } => "Consulted",
            Fact::OpinionNoted { .. } => "OpinionNoted",
            Fact::OpinionLapsed { .. } => "OpinionLapsed",
            Fact::Extended { .. } => "Extended",
            Fact::Answered { .. } => "Answered",
            Fact::AnswerOverdue { .. } => "AnswerOverdue",
        }
    }

    fn private_fields(act: &str) -> &'static [(&'static str, &'static str)] {
        if matches!(act, "Receive" | "Submit") { &PRIVATE } else { &[] }
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        for field in private
            .keys()
            .filter(|field| !PRIVATE.iter().any(|(known, _)| *known == field.as_str()))
        {
            wrong.push(Invalid::new(field, "信息公开申请不收这一项个人信息"));
        }
        let mut filled = |field: &str, text: &str, zh: &str| {
            if text.trim().is_empty() {
                wrong.push(Invalid::new(field, format!("请填写{zh}")));
            } else if text.chars().count() > 2000 {
                wrong.push(Invalid::new(field, "不能超过2000字"));
            }
        };
        match act {
            Act::Receive { wanted, .. } => filled("wanted", wanted, "申请公开的信息"),
            Act::Submit { agency, wanted, manner } => {
                filled("agency", agency.as_str(), "向哪个机关申请");
                filled("wanted", wanted, "申请公开的信息");
                filled("manner", manner, "获取信息的方式和途径");
            }
            Act::AddSupplement { text } => filled("text", text, "补正的内容"),
            Act::AskSupplement { what, .. } => filled("what", what, "需要补正的事项"),
            Act::Consult { whom, .. } | Act::NoteOpinion { whom, .. } => filled("whom", whom, "征求谁的意见"),
            Act::Extend { reason, .. } => filled("reason", reason, "理由"),
            Act::Confirm { .. }
            | Act::Supplement
            | Act::Abandon
            | Act::LapseOpinion
            | Act::Answer { .. }
            | Act::PassDue => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Receive { way, wanted, came_on, applicant } = act {
            return self.receive(*way, wanted, *came_on, applicant.as_ref(), ctx);
        }
        if let Act::Submit { agency, wanted, manner } = act {
            return self.submit(agency, wanted, manner, ctx);
        }
        if let Act::Confirm { confirmed_on } = act {
            return self.confirm(*confirmed_on, ctx);
        }
        if self.is_over() {
            return no(&rules::DISCLOSURE_ANSWERED, "已经答复或者视为放弃");
        }
        let Some(received) = self.received else {
            return no(&rules::DISCLOSURE_RECEIVED, "还没有与申请人确认收到，期限还没有起算");
        };
        match act {
            Act::Receive { .. } | Act::Submit { .. } | Act::Confirm { .. } => Ok(Vec::new()),
            Act::AskSupplement { what, last_day } => self.ask_supplement(received, what, *last_day, ctx),
            Act::Supplement => self.supplement("", ctx),
            Act::AddSupplement { text } => self.supplement(text, ctx),
            Act::Abandon => self.abandon(ctx),
            Act::Consult { whom, asked } => self.consult(whom, *asked, ctx),
            Act::NoteOpinion { whom, agrees, reason } => {
                let open = |consult: &&Consult| consult.settled.is_none() && consult.whom == *whom;
                match self.consults.iter().find(open) {
                    Some(consult) => Ok(vec![Fact::OpinionNoted {
                        whom: whom.clone(),
                        asked: consult.asked,
                        agrees: *agrees,
                        reason: reason.clone(),
                    }]),
                    None => no(&rules::OPINIONS_NOT_COUNTED, format!("没有在征求{whom}的意见")),
                }
            }
            Act::LapseOpinion => self.lapse_opinion(ctx),
            Act::Extend { days, reason, told_on } => self.extend(*days, reason, *told_on, ctx),
            Act::Answer {
                outcome,
                reasons,
                withheld,
                separable,
                must_be_public,
                remedy_told,
                fee_fen,
                excessive,
            } => {
                if *fee_fen > 0 && !excessive {
                    return no(&rules::DISCLOSED_FREE, "没有明显超过合理的数量、频次，不能收费");
                }
                let reasoned = Reasoned {
                    outcome: *outcome,
                    reasons,
                    withheld: *withheld,
                    separable: *separable,
                    must_be_public: *must_be_public,
                    remedy_told: *remedy_told,
                };
                self.answer(&reasoned, *fee_fen, ctx)
            }
            Act::PassDue => self.pass_due(ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Received { number, agency, came_on, received_on, applicant, sealed, .. } => {
                self.number.clone_from(number);
                self.agency = agency.clone();
                self.came = Some(*came_on);
                self.received = *received_on;
                self.clock = received_on.map(|day| Clock::start(day, ANSWER));
                self.applicant.clone_from(applicant);
                self.sealed.clone_from(sealed);
            }
            Fact::Confirmed { received_on, .. } => {
                self.received = Some(*received_on);
                self.clock = Some(Clock::start(*received_on, ANSWER));
            }
            Fact::SupplementAsked { last_day, .. } => {
                self.supplement = Some(Supplement { by: *last_day, given: None });
            }
            Fact::Supplemented { .. } => {
                if let Some(supplement) = &mut self.supplement {
                    supplement.given = Some(stamp.day);
                }
                self.clock = Some(Clock::start(stamp.day, ANSWER));
            }
            Fact::Abandoned { .. } => self.abandoned = Some(stamp.day),
            Fact::Consulted { whom, asked, .. } => {
                let stopped = self.open_consult().is_some();
                self.consults.push(Consult {
                    whom: whom.clone(),
                    asked: *asked,
                    sent: stamp.day,
                    settled: None,
                });
                if let Some(clock) = self.clock.as_mut().filter(|_| !stopped) {
                    clock.stops.push(Stop { from: stamp.day, until: None });
                }
            }
            Fact::OpinionNoted { whom, .. } | Fact::OpinionLapsed { whom, .. } => {
                self.settle(whom, stamp.day);
            }
            Fact::Extended { days, .. } => {
                if let Some(clock) = &mut self.clock {
                    clock.extension = Some(Limit::workdays(*days));
                }
            }
            Fact::Answered { outcome, .. } => self.answered = Some((stamp.day, *outcome)),
            Fact::AnswerOverdue { .. } => self.passed_due = Some(stamp.day),
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let status = self.status();
        let due = self.due(calendar);
        let opinion_by = || OPINION.end(self.open_consult()?.sent, calendar).ok();
        let last_day = self.waits_for_supplement().map(|supplement| supplement.by);
        let (name, by) = match status {
            "unconfirmed" => ("confirm", self.came),
            "supplementing" => ("supplement", last_day),
            "consulting" => ("note_opinion", opinion_by()),
            "handling" => ("answer", due),
            _ => ("", None),
        };
        let task =
            |name: &str, role, org: &OrgId, due| Task { name: name.into(), role, org: org.clone(), due };
        let mut tasks = Vec::new();
        if !name.is_empty() {
            tasks.push(task(name, Role::Officer, &self.agency, by));
        }
        let next = match status {
            "supplementing" => last_day,
            "consulting" => opinion_by(),
            "handling" => due.filter(|_| self.passed_due.is_none()),
            _ => None,
        };
        let clock = OrgId::new("system");
        tasks.extend(next.map(|last| task("clock", Role::Clock, &clock, Some(offset(last, 1)))));
        Docket {
            number: self.number.clone(),
            title: "政府信息公开申请".to_owned(),
            status: status.to_owned(),
            org: self.agency.clone(),
            due,
            closed: self.is_over(),
            facets: vec![("number".to_owned(), self.number.clone())],
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        if self.is_over() {
            return Vec::new();
        }
        if let Some(supplement) = self.waits_for_supplement() {
            return if supplement.by < day { vec![Act::Abandon] } else { Vec::new() };
        }
        if self.lapsed(day, calendar).is_some() {
            return vec![Act::LapseOpinion];
        }
        let over = self.due(calendar).is_some_and(|due| due < day) && self.passed_due.is_none();
        if over { vec![Act::PassDue] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.agency.clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}

fn no<T>(rule: &'static Rule, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, Help::AgencyHead, because))
}

fn only_time(ctx: &Ctx) -> Result<(), Refusal> {
    match ctx.actor.role {
        Role::Clock => Ok(()),
        _ => no(&rules::CLOCK_ONLY, "这一步由系统时钟记录"),
    }
}

fn answer_by(from: Date, ctx: &Ctx) -> Option<Date> {
    ANSWER.end(from, ctx.calendar).ok()
}

/// 答复及其理由。
struct Reasoned<'a> {
    outcome: Outcome,
    reasons: &'a str,
    withheld: Option<Withheld>,
    separable: bool,
    must_be_public: bool,
    remedy_told: bool,
}

impl Disclosure {
    fn receive(
        &self,
        way: Way,
        wanted: &str,
        came_on: Date,
        applicant: Option<&PersonId>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        if self.came.is_some() {
            return no(&rules::DISCLOSURE_RECEIVED, format!("{} 已经登记过", self.number));
        }
        if came_on > ctx.today() {
            return no(&rules::DISCLOSURE_RECEIVED, format!("{came_on}还没有到"));
        }
        let received_on = match way {
            Way::InPerson | Way::SignedPost => Some(came_on),
            Way::PlainMail | Way::Online => None,
        };
        Ok(vec![Fact::Received {
            number: format!("K{}", &ctx.matter.to_string()[5..]),
            agency: ctx.actor.org.clone(),
            way,
            wanted: wanted.to_owned(),
            manner: String::new(),
            came_on,
            received_on,
            answer_by: received_on.and_then(|day| answer_by(day, ctx)),
            applicant: applicant.cloned(),
            sealed: ctx.sealed.clone(),
        }])
    }

    /// 31: what comes online is received on the day that both sides confirm.
    fn submit(&self, agency: &OrgId, wanted: &str, manner: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if self.came.is_some() {
            return no(&rules::DISCLOSURE_RECEIVED, format!("{} 已经登记过", self.number));
        }
        Ok(vec![Fact::Received {
            number: format!("K{}", &ctx.matter.to_string()[5..]),
            agency: agency.clone(),
            way: Way::Online,
            wanted: wanted.to_owned(),
            manner: manner.to_owned(),
            came_on: ctx.today(),
            received_on: None,
            answer_by: None,
            applicant: Some(ctx.actor.person.clone()),
            sealed: ctx.sealed.clone(),
        }])
    }

    fn supplement(&self, text: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match self.waits_for_supplement() {
            Some(_) => {
                Ok(vec![Fact::Supplemented { text: text.to_owned(), answer_by: answer_by(ctx.today(), ctx) }])
            }
            None => no(&rules::SUPPLEMENTED_ONCE, "没有告知申请人补正"),
        }
    }

    fn confirm(&self, on: Date, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match (self.came, self.received) {
            (None, _) => no(&rules::DISCLOSURE_RECEIVED, "还没有登记"),
            (_, Some(day)) => no(&rules::DISCLOSURE_RECEIVED, format!("收到之日是{day}，不能改动")),
            (Some(came), None) if on < came || on > ctx.today() => {
                no(&rules::DISCLOSURE_RECEIVED, "双方确认的日期不在到达之后、今天以前")
            }
            (Some(_), None) => Ok(vec![Fact::Confirmed { received_on: on, answer_by: answer_by(on, ctx) }]),
        }
    }

    fn ask_supplement(
        &self,
        received: Date,
        what: &str,
        last_day: Date,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let asked_by = ASK.end(received, ctx.calendar).ok();
        let because = match (&self.supplement, asked_by) {
            (Some(_), _) => "已经告知过一次补正".to_owned(),
            (None, Some(last)) if last < ctx.today() => format!("补正应当在{last}以前告知"),
            (None, _) if last_day <= ctx.today() => "没有给申请人合理的补正期限".to_owned(),
            (None, _) => return Ok(vec![Fact::SupplementAsked { what: what.to_owned(), last_day }]),
        };
        no(&rules::SUPPLEMENTED_ONCE, because)
    }

    fn abandon(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        only_time(ctx)?;
        match self.waits_for_supplement().filter(|supplement| supplement.by < ctx.today()) {
            Some(supplement) => Ok(vec![Fact::Abandoned { last_day: supplement.by }]),
            None => no(&rules::SUPPLEMENTED_ONCE, "补正期限还没有过"),
        }
    }

    fn consult(&self, whom: &str, asked: Asked, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if self.waits_for_supplement().is_some() {
            return no(&rules::SUPPLEMENTED_ONCE, "申请人还没有补正");
        }
        if self.consults.iter().any(|consult| consult.whom == whom) {
            return no(&rules::OPINIONS_NOT_COUNTED, format!("已经征求过{whom}的意见"));
        }
        Ok(vec![Fact::Consulted {
            whom: whom.to_owned(),
            asked,
            opinion_by: OPINION.end(ctx.today(), ctx.calendar).ok(),
        }])
    }

    fn lapse_opinion(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        only_time(ctx)?;
        if let Some(consult) = self.lapsed(ctx.today(), ctx.calendar) {
            let agrees = match consult.asked {
                Asked::ThirdParty => None,
                Asked::CoAuthor => Some(true),
            };
            return Ok(vec![Fact::OpinionLapsed {
                whom: consult.whom.clone(),
                asked: consult.asked,
                agrees,
            }]);
        }
        match self.open_consult().map(|consult| consult.asked) {
            Some(Asked::CoAuthor) => no(&rules::SILENCE_CONSENTS, "提出意见的期限还没有过"),
            Some(Asked::ThirdParty) | None => no(&rules::SILENCE_DECIDES_NOTHING, "提出意见的期限还没有过"),
        }
    }

    fn extend(
        &self,
        days: u16,
        reason: &str,
        told_on: Option<Date>,
        ctx: &Ctx,
    ) -> Result<Vec<Fact>, Refusal> {
        let refuse = |because: &str| no(&rules::EXTENDED_BY_TWENTY, because);
        let Some(clock) = self.clock.as_ref().filter(|_| self.waits_for_supplement().is_none()) else {
            return no(&rules::SUPPLEMENTED_ONCE, "申请人还没有补正");
        };
        if clock.extension.is_some() {
            return refuse("已经延长过一次");
        }
        if !(1..=LONGEST_EXTENSION).contains(&days) {
            return refuse("延长不能超过二十个工作日");
        }
        if self.due(ctx.calendar).is_some_and(|due| due < ctx.today()) {
            return refuse("答复期限已经届满");
        }
        let Some(told_on) = told_on.filter(|day| *day <= ctx.today()) else {
            return refuse("没有告知申请人延长");
        };
        let longer = Clock { extension: Some(Limit::workdays(days)), ..clock.clone() };
        Ok(vec![Fact::Extended {
            days,
            reason: reason.to_owned(),
            told_on,
            answer_by: longer.due(ctx.calendar).fixed(),
        }])
    }

    /// What is late is answered all the same, and says so.
    fn answer(&self, reasoned: &Reasoned, fee_fen: u32, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if self.waits_for_supplement().is_some() {
            return no(&rules::SUPPLEMENTED_ONCE, "申请人还没有补正");
        }
        if let Some(consult) = self.open_consult() {
            return no(&rules::OPINIONS_NOT_COUNTED, format!("{}的意见还没有收到", consult.whom));
        }
        let &Reasoned { outcome, reasons, withheld, separable, must_be_public, remedy_told } = reasoned;
        if outcome.denies() && (reasons.trim().is_empty() || !remedy_told) {
            return no(&rules::DISCLOSURE_ANSWERED, "没有说明理由，或者没有告知复议和诉讼途径");
        }
        let keeps_back = matches!(outcome, Outcome::Withheld | Outcome::PartlyDisclosed);
        if keeps_back && withheld.is_none() {
            return no(&rules::DISCLOSURE_ANSWERED, "没有写明依据哪一项不予公开");
        }
        if outcome == Outcome::Withheld && separable {
            return no(&rules::DISCLOSED_IN_PART, "能够作区分处理的，可以公开的内容应当提供");
        }
        let inside = matches!(withheld, Some(Withheld::Internal | Withheld::Process | Withheld::CaseFile));
        if keeps_back && inside && must_be_public {
            return no(&rules::INSIDE_MAY_BE_WITHHELD, "法律、法规、规章规定应当公开的，不能以此为由不公开");
        }
        Ok(vec![Fact::Answered {
            outcome,
            reasons: reasons.to_owned(),
            withheld: withheld.filter(|_| keeps_back),
            fee_fen,
            in_time: self.due(ctx.calendar).map(|due| ctx.today() <= due),
        }])
    }

    fn pass_due(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        only_time(ctx)?;
        let due = self.due(ctx.calendar).filter(|due| *due < ctx.today());
        match due.filter(|_| self.passed_due.is_none()) {
            Some(due) => Ok(vec![Fact::AnswerOverdue { due }]),
            None => no(&rules::ANSWERED_IN_TWENTY, "答复期限还没有过"),
        }
    }
}
