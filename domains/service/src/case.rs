//! 办件。 One application on one item: received, accepted or declined, reviewed, decided, delivered, closed.
//!
//! A state is the presence of an act: there is no status flag to set wrongly.

use crate::decide::decide;
use crate::definition::{ClockFrom, Material, SpecialKind};
use crate::fee::{self, Charge, PayWay};
use crate::interested::Interested;
use crate::intermediary::Intermediary;
use crate::outside::{self, Outside};
use crate::parcel::{Event, EventKind, Parcel};
use crate::part::Parent;
use crate::renewal::Renewal;
use crate::rules;
use crate::signature::Signature;
use fadu_kernel::calendar::offset;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Clock, Ctx, Docket, Due, Ground, Invalid, Limit, Matter, MatterId, OrgId,
    PersonId, Refusal, Role, Rule, Sealed, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    pub number: String,
    pub item: MatterId,
    /// The version of the item it was received under.
    pub item_version: u32,
    pub item_code: String,
    pub item_name: String,
    pub task_type: u8,
    pub org: OrgId,
    pub channel: Option<Channel>,
    pub applicant: Option<PersonId>,
    pub sealed: Sealed,
    pub received: Option<Mark>,
    pub materials: BTreeMap<String, Paper>,
    /// 验签: what the last check of a signed file found, by material.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signatures: BTreeMap<String, Signature>,
    /// 出具材料的中介机构, by material.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intermediaries: BTreeMap<String, Intermediary>,
    /// 一次告知
    pub notice: Option<Notice>,
    pub supplemented: Option<Mark>,
    /// 待更正: told of while they lay there, and not brought anew since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub to_mend: BTreeSet<String>,
    /// 告知期限: silence after it is acceptance, unless no statute says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_clock: Option<Clock>,
    /// Its last day as it was reckoned on the day of receipt: all that is known where no clock was kept.
    pub notice_due: Option<Date>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silence_means_nothing: bool,
    pub accepted: Option<Accepted>,
    pub declined: Option<Declined>,
    pub statutory: Option<Clock>,
    pub promised: Option<Clock>,
    pub extension: Option<Mark>,
    pub stopped_for: Option<SpecialKind>,
    /// 书面告知的所需时间, of the stop that is open; absent where it was stopped before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_told: Option<Clock>,
    /// On which day it was recorded that this time had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_passed: Option<Date>,
    pub verified: Option<Verified>,
    pub hearing: Hearing,
    pub decided: Option<Decided>,
    pub delivery: Option<Clock>,
    pub delivered: Option<Mark>,
    pub withdrawn: Option<Mark>,
    pub archived: Option<Mark>,
    /// 黄色预警、超期: the day on which each was recorded of the limit that is shown.
    pub amber: Option<Date>,
    pub overdue: Option<Date>,
    /// The same of the limits beside it: the law's under a promise, and of delivery.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beside: BTreeMap<Against, Recorded>,
    pub explained: Option<String>,
    pub corrections: Vec<String>,
    /// Who read the personal data on a recorded reason, on the last day somebody did.
    #[serde(default)]
    pub consulted: Vec<Mark>,
    /// 所属联办件
    #[serde(default)]
    pub parent: Option<Parent>,
    /// 本件免交: beside what the item spares everybody, by material, with the reason.
    #[serde(default)]
    pub spared: BTreeMap<String, String>,
    /// 本件仍需提交: the item spares it, yet whoever holds it could not give it.
    #[serde(default)]
    pub after_all: BTreeMap<String, String>,
    /// 再到现场的日子: on which papers were brought later.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub visited: BTreeSet<Date>,
    /// 已制作的文书: the SHA-256 of each, by the ledger number of the fact it tells of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub documents: BTreeMap<i64, String>,
    /// 到此日为止不得再次申请: what was handed in was false, and the permit concerns safety.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred_until: Option<Date>,
    /// 延续的许可
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renewal>,
    /// 收费, by the code of the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fees: BTreeMap<String, Charge>,
    /// 邮件, one after the other: one that came back may be sent again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<Parcel>,
    /// 转外部系统
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
}

/// 何人何日。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    pub by: PersonId,
}

/// 一个期限的记录: each is written once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub amber: Option<Date>,
    pub overdue: Option<Date>,
}

/// 收到的一份材料: its digest and form; the bytes lie in the blob store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paper {
    /// Keyed digest in hex, of SHA-256's length; empty for paper that was seen at the window.
    #[serde(default)]
    pub digest: String,
    #[serde(default)]
    pub file_name: String,
    /// 带有电子签名或者电子印章: found in the file itself when it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    pub material: String,
    pub what: String,
    /// 可以当场更正
    #[serde(default)]
    pub on_the_spot: bool,
    /// 要求交纸质件: of what came as a file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_paper: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    pub on: Date,
    pub by: PersonId,
    pub missing: Vec<Missing>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accepted {
    /// The day it counts from: of receipt, when silence made it (行政许可法 32).
    pub from: Date,
    pub on: Date,
    pub by: PersonId,
    pub deemed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineGround {
    /// 依法不需要取得许可
    NotNeeded,
    /// 不属于本机关职权
    OtherAgency,
    /// 材料不全且未补正
    NotSupplemented,
    /// 隐瞒情况或者提供虚假材料
    FalseMaterial,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Declined {
    pub on: Date,
    pub by: PersonId,
    pub ground: DeclineGround,
    pub reason: String,
    pub target: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verified {
    pub on: Date,
    pub checkers: Vec<PersonId>,
    pub passed: bool,
    pub note: String,
    #[serde(default)]
    pub interested: bool,
    /// 各自确认: which of the checkers said so by an act of their own; whoever recorded the check has.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub confirmed: BTreeSet<PersonId>,
    /// How many must have; nobody where it was recorded before each confirmed.
    #[serde(default)]
    pub needed: u8,
}

impl Verified {
    /// Two or more checked, and each of them says so (行政许可法 34).
    pub fn is_done(&self) -> bool {
        self.confirmed.len() >= usize::from(self.needed)
    }

    /// Is this person named as a checker and has not confirmed yet?
    pub fn awaits(&self, person: &PersonId) -> bool {
        self.checkers.contains(person) && !self.confirmed.contains(person)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    pub on: Date,
    pub by: PersonId,
    pub granted: bool,
    pub reason: String,
    pub document: String,
}

/// 听证。
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Hearing {
    /// Told of the right, with the last day to ask.
    pub told: Option<(Date, Option<Date>)>,
    pub waived: Option<Date>,
    pub asked: Option<Date>,
    /// Day of the hearing and who chairs it.
    pub scheduled: Option<(Date, PersonId)>,
    /// 几时何地; empty where it was scheduled before they were kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    pub transcript: Option<String>,
    /// 利害关系人: told by name, by account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub interested: BTreeMap<PersonId, Interested>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网上
    Online,
    /// 县级大厅窗口
    Window,
    /// 乡镇（街道）、村（社区）窗口
    Nearby,
}

/// 窗口领取: what a delivery at a window is called.
pub const AT_WINDOW: &str = "窗口领取";
/// The facet by which parcels are found that somebody waits for.
pub const ON_ITS_WAY: &str = "on_its_way";
/// 邮件号码: the facet by which a case is found under the number of a parcel, in capitals.
pub const CONSIGNED: &str = "consigned";

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    Receive {
        item: MatterId,
        channel: Channel,
        materials: BTreeMap<String, Paper>,
    },
    /// 转入联办事项: one item of a joint case that can begin. The system alone brings it.
    ReceivePart {
        item: MatterId,
        channel: Channel,
        materials: BTreeMap<String, Paper>,
        parent: Box<Parent>,
        /// The day from which silence counts: its papers complete, what it waits for there.
        #[schemars(with = "String", extend("format" = "date"))]
        received_on: Date,
    },
    GiveNotice {
        missing: Vec<Missing>,
    },
    Supplement {
        materials: BTreeMap<String, Paper>,
    },
    /// 验签: whether the electronic signature or seal on this file is valid.
    CheckSignature {
        material: String,
        valid: bool,
        #[serde(default)]
        note: String,
    },
    /// 登记中介机构: whose paper the applicant handed in.
    NameIntermediary {
        material: String,
        name: String,
        /// 统一社会信用代码
        code: String,
    },
    Accept,
    Decline {
        ground: DeclineGround,
        reason: String,
        target: Option<String>,
    },
    Stop {
        kind: SpecialKind,
        days: u16,
    },
    Resume {
        result: String,
    },
    Verify {
        checkers: Vec<PersonId>,
        passed: bool,
        note: String,
        /// 直接关系他人重大利益: then they are told and heard before the decision (行政许可法 36).
        #[serde(default)]
        interested: bool,
    },
    /// 确认核查: a checker who did not record the check says by an act of their own what they found.
    ConfirmCheck {
        agrees: bool,
        #[serde(default)]
        note: String,
    },
    Extend {
        reason: String,
    },
    TellHearing,
    AskHearing,
    WaiveHearing,
    /// 告知利害关系人: somebody beside the applicant is told, by name, of the right to a hearing.
    TellInterested {
        person: PersonId,
        how: String,
    },
    /// 利害关系人申请听证: by whoever was told so.
    AskHearingAsInterested,
    WaiveHearingAsInterested,
    ScheduleHearing {
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
        /// Hour and minute, such as 09:30.
        time: String,
        place: String,
        chair: PersonId,
    },
    RecordHearing {
        transcript: String,
    },
    Decide {
        granted: bool,
        reason: String,
        /// 隐瞒情况或者提供虚假材料。 认定有的，不能准予（行政许可法78）。
        #[serde(default)]
        false_material: bool,
    },
    Deliver {
        way: String,
    },
    Withdraw {
        reason: String,
        /// 书面撤回申请: what the applicant signed, where somebody else records it.
        #[serde(default)]
        statement: String,
    },
    Correct {
        what: String,
        from: String,
        to: String,
    },
    /// 写明延续的许可
    Renew {
        /// 证照编号。 要延续的许可证件上的编号。
        number: String,
        /// 有效期止。 证件上写的最后一日；届满三十日前申请的，逾期未决定视为准予延续（行政许可法50）。
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    ExplainDelay {
        reason: String,
    },
    /// 调阅: personal data in clear, for a stated reason and under a document that permits it.
    Consult {
        reason: String,
        authorisation: String,
    },
    Archive,
    /// 本件免交: the applicant promised in writing, or somebody who holds it gave it. The system alone brings it.
    Spare {
        material: String,
        because: String,
    },
    /// 本件仍需提交: sharing and checking gave nothing; now it may be asked for.
    AskAfterAll {
        material: String,
        because: String,
    },
    /// 制作文书: the notice of the fact `seq` was made and is kept under its digest. The system alone brings it.
    IssueNotice {
        seq: i64,
        kind: String,
        digest: String,
    },
    ChargeFee {
        code: String,
        quantity: u32,
    },
    ExemptFee {
        code: String,
        /// 减免编码, as the list of fees has it.
        ground: String,
    },
    PayFee {
        code: String,
        way: PayWay,
        amount_fen: i64,
        /// 凭证号
        reference: String,
        /// 模拟支付: no money moved.
        #[serde(default)]
        simulated: bool,
    },
    RefundFee {
        code: String,
        reason: String,
    },
    Consign {
        /// 承运单位
        carrier: String,
        /// 邮件号码
        number: String,
    },
    NoteParcel {
        /// 物流状态
        kind: EventKind,
        /// 回执或者物流信息上的日期
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
        /// 模拟物流
        #[serde(default)]
        simulated: bool,
    },
    /// 送出外部系统: the system alone brings it, as all that it hears from there.
    NoteSent {
        /// 对方编号
        number: String,
    },
    NoteUnsent {
        /// 没有送出的原因
        fault: outside::Fault,
    },
    NoteOutside {
        /// 对方答复
        state: outside::State,
        /// 答复日期
        #[schemars(with = "String", extend("format" = "date"))]
        on: Date,
    },
    SendAgain,
    DeemAccepted,
    /// 视为准予延续: the permit's last day has passed without a decision.
    DeemRenewed,
    TurnAmber,
    TurnOverdue,
    PassStop,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Received {
        number: String,
        item: MatterId,
        item_version: u32,
        item_code: String,
        item_name: String,
        task_type: u8,
        department: OrgId,
        channel: Channel,
        materials: BTreeMap<String, Paper>,
        sealed: Sealed,
        /// As reckoned that day; absent while provisional.
        notice_due: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice_limit: Option<Limit>,
        /// No statute makes silence acceptance of this item.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        silence_means_nothing: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Box<Parent>>,
        /// Where it counts as received before the day of the fact.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_on: Option<Date>,
    },
    NoticeGiven {
        missing: Vec<Missing>,
        days_used: u32,
    },
    Supplemented {
        materials: BTreeMap<String, Paper>,
        notice_due: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice_limit: Option<Limit>,
    },
    SignatureChecked {
        material: String,
        valid: bool,
        note: String,
    },
    IntermediaryNamed {
        material: String,
        name: String,
        code: String,
        item_code: String,
    },
    Accepted {
        from: Date,
        deemed: bool,
        item_code: String,
        task_type: u8,
        department: OrgId,
        clock_from: ClockFrom,
        statutory: Option<Limit>,
        promised: Option<Limit>,
        /// As reckoned that day; absent while provisional.
        due: Option<Date>,
        /// The system outside that is to have it too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outside: Option<String>,
    },
    Declined {
        ground: DeclineGround,
        reason: String,
        target: Option<String>,
        department: OrgId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barred_until: Option<Date>,
    },
    Stopped {
        kind: SpecialKind,
        days: u16,
    },
    Resumed {
        kind: SpecialKind,
        result: String,
    },
    Verified {
        checkers: Vec<PersonId>,
        passed: bool,
        note: String,
        #[serde(default)]
        interested: bool,
        /// How many of the checkers must say so themselves.
        #[serde(default)]
        needed: u8,
    },
    CheckConfirmed {
        agrees: bool,
        note: String,
    },
    Extended {
        by: Limit,
        reason: String,
    },
    HearingTold {
        last_day: Option<Date>,
    },
    HearingAsked,
    HearingWaived,
    InterestedTold {
        person: PersonId,
        how: String,
    },
    InterestedAsked,
    InterestedWaived,
    HearingScheduled {
        on: Date,
        #[serde(default)]
        time: String,
        #[serde(default)]
        place: String,
        chair: PersonId,
    },
    HearingRecorded {
        transcript: String,
    },
    Decided {
        granted: bool,
        reason: String,
        document: String,
        item_code: String,
        task_type: u8,
        department: OrgId,
        /// Within the statutory limit and within the promise; absent without such a limit or while provisional.
        in_law: Option<bool>,
        in_promise: Option<bool>,
        /// Units of the limit used, stops left out.
        used: Option<u32>,
        statutory_days: Option<u16>,
        promised_days: Option<u16>,
        delivery: Option<Limit>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        false_material: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barred_until: Option<Date>,
    },
    Delivered {
        way: String,
        in_time: Option<bool>,
        /// 到现场次数; absent for an item of a joint case, whose visits are those of the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trips: Option<u16>,
        /// 收件日期, of what was posted: delivered as of that day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Date>,
    },
    Withdrawn {
        reason: String,
        #[serde(default)]
        statement: String,
    },
    Corrected {
        what: String,
        from: String,
        to: String,
    },
    RenewalNamed {
        number: String,
        until: Date,
        /// Thirty days before its last day (行政许可法 50).
        in_time: bool,
    },
    /// A grant that time made: its day is the one after the permit's last.
    DeemedRenewed {
        number: String,
        from: Date,
        reason: String,
        document: String,
        item_code: String,
        department: OrgId,
        delivery: Option<Limit>,
    },
    DelayExplained {
        reason: String,
    },
    Consulted {
        reason: String,
        authorisation: String,
    },
    Archived,
    Spared {
        material: String,
        because: String,
    },
    AskedAfterAll {
        material: String,
        because: String,
    },
    NoticeIssued {
        seq: i64,
        kind: String,
        digest: String,
    },
    FeeCharged {
        code: String,
        name: String,
        basis: Basis,
        /// The standard in words, for the notice.
        standard: String,
        quantity: u32,
        amount_fen: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits: Option<Basis>,
        department: OrgId,
    },
    FeeExempted {
        code: String,
        name: String,
        ground: String,
        basis: Basis,
        amount_fen: i64,
        department: OrgId,
    },
    FeePaid {
        code: String,
        name: String,
        way: PayWay,
        reference: String,
        amount_fen: i64,
        #[serde(default)]
        simulated: bool,
        department: OrgId,
    },
    FeeRefunded {
        code: String,
        name: String,
        amount_fen: i64,
        reason: String,
        /// 模拟支付 that is undone.
        #[serde(default)]
        simulated: bool,
        department: OrgId,
    },
    Consigned {
        carrier: String,
        number: String,
        /// After one that came back.
        again: bool,
        department: OrgId,
    },
    ParcelNoted {
        number: String,
        kind: EventKind,
        on: Date,
        #[serde(default)]
        simulated: bool,
        department: OrgId,
    },
    SentOutside {
        system: String,
        number: String,
        department: OrgId,
    },
    NotSent {
        system: String,
        fault: outside::Fault,
        /// Nothing had failed before.
        first: bool,
        department: OrgId,
    },
    OutsideTold {
        system: String,
        number: String,
        state: outside::State,
        on: Date,
        department: OrgId,
    },
    SendingAgain {
        system: String,
    },
    TurnedAmber {
        due: Date,
        /// Absent where the limit that is shown was the only one to be warned of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        against: Option<Against>,
    },
    TurnedOverdue {
        due: Date,
        against: Against,
        /// Another limit of the case was overrun before: as a case it is counted already.
        #[serde(default)]
        again: bool,
    },
    /// The time told for a special procedure has passed; nothing resumes by itself.
    StopPassed {
        kind: SpecialKind,
        due: Date,
    },
}

/// 哪一个期限。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    Law,
    Promise,
    /// From the decision on (行政许可法 44).
    Delivery,
    /// The last day of the permit that is renewed (行政许可法 50).
    Expiry,
}

impl Against {
    pub fn zh(self) -> &'static str {
        match self {
            Against::Law => "法定期限",
            Against::Promise => "承诺期限",
            Against::Delivery => "送达期限",
            Against::Expiry => "许可有效期",
        }
    }
}

impl Case {
    pub fn is_closed(&self) -> bool {
        self.declined.is_some() || self.withdrawn.is_some() || self.delivered.is_some()
    }

    /// The clock that a reader is shown and a colour is taken from: the promise where there is one.
    pub fn shown_clock(&self) -> Option<&Clock> {
        self.promised.as_ref().or(self.statutory.as_ref())
    }

    fn shown_limit(&self) -> Against {
        if self.promised.is_some() { Against::Promise } else { Against::Law }
    }

    /// The clock that lists and colours follow now: the one shown until the decision, then that of delivery.
    pub fn running_clock(&self) -> Option<&Clock> {
        if self.decided.is_some() { self.delivery.as_ref() } else { self.shown_clock() }
    }

    /// The limits that run now, the promise first: it is never longer than the law's.
    fn running(&self) -> impl Iterator<Item = (Against, &Clock)> {
        let limits = match (&self.decided, self.is_closed()) {
            (_, true) => [None, None],
            (Some(_), false) => [self.delivery.as_ref().map(|clock| (Against::Delivery, clock)), None],
            (None, false) => [
                self.promised.as_ref().map(|clock| (Against::Promise, clock)),
                self.statutory.as_ref().map(|clock| (Against::Law, clock)),
            ],
        };
        limits.into_iter().flatten()
    }

    fn recorded(&self, against: Against) -> Recorded {
        if against == self.shown_limit() {
            return Recorded { amber: self.amber, overdue: self.overdue };
        }
        self.beside.get(&against).copied().unwrap_or_default()
    }

    /// The warning to be recorded next: from which day, the last day of the limit, and which it is.
    pub(crate) fn next_amber(&self, calendar: &Calendar) -> Option<(Date, Date, Against)> {
        self.running()
            .filter(|(against, _)| self.recorded(*against).amber.is_none())
            .filter_map(|(against, clock)| {
                Some((clock.amber(calendar)?, clock.due(calendar).fixed()?, against))
            })
            .chain(self.expiry_to_warn_of(calendar))
            .min_by_key(|(day, _, _)| *day)
    }

    fn expiry_to_warn_of(&self, calendar: &Calendar) -> Option<(Date, Date, Against)> {
        let (warned, until) = self.near_expiry(calendar)?;
        let new = self.recorded(Against::Expiry).amber.is_none();
        new.then_some((warned, until, Against::Expiry))
    }

    /// The overrun to be recorded next: the last day of the limit, and which it is.
    pub(crate) fn next_overdue(&self, calendar: &Calendar) -> Option<(Date, Against)> {
        self.running()
            .filter(|(against, _)| self.recorded(*against).overdue.is_none())
            .filter_map(|(against, clock)| Some((clock.due(calendar).fixed()?, against)))
            .min_by_key(|(due, _)| *due)
    }

    /// 超期记录: which limits were overrun, and on which day each was recorded.
    pub fn overruns(&self) -> impl Iterator<Item = (Against, Date)> {
        let shown = self.overdue.map(|on| (self.shown_limit(), on));
        let beside = self.beside.iter();
        shown
            .into_iter()
            .chain(beside.filter_map(|(against, recorded)| Some((*against, recorded.overdue?))))
    }

    /// The last day told for the special procedure that is open.
    pub fn stop_ends(&self, calendar: &Calendar) -> Option<Date> {
        self.stop_told.as_ref()?.due(calendar).fixed()
    }

    /// 告知的最后一日; none where there is no limit, or while the calendar ends before it.
    pub fn notice_last(&self, calendar: &Calendar) -> Option<Date> {
        match &self.notice_clock {
            Some(clock) => clock.due(calendar).fixed(),
            None => self.notice_due,
        }
    }

    /// Something was recorded that is to be explained: an overrun, or a stop longer than told.
    pub fn is_late(&self) -> bool {
        self.stop_passed.is_some() || self.overruns().next().is_some()
    }

    /// Whether this applicant may be asked for it: what is held elsewhere only where nobody could give it.
    pub fn may_ask(&self, material: &Material) -> bool {
        !self.spared.contains_key(&material.id)
            && (!material.is_spared() || self.after_all.contains_key(&material.id))
    }

    /// 不再要求提交，因为…
    pub fn not_asked_because(&self, material: &Material) -> Option<String> {
        let here = self.spared.get(&material.id).cloned();
        here.or_else(|| material.not_asked_because().filter(|_| !self.may_ask(material)))
    }

    pub fn status(&self) -> &'static str {
        match self {
            Case { archived: Some(_), .. } => "archived",
            Case { declined: Some(_), .. } => "declined",
            Case { withdrawn: Some(_), .. } => "withdrawn",
            Case { delivered: Some(_), .. } => "closed",
            Case { decided: Some(_), .. } => "decided",
            Case { stopped_for: Some(_), .. } => "stopped",
            Case { accepted: Some(_), .. } => "accepted",
            Case { received: Some(_), .. } if self.awaits_supplement() => "waiting",
            Case { received: Some(_), .. } => "received",
            Case { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "archived" => "已归档",
            "declined" => "不予受理",
            "withdrawn" => "已撤回",
            "closed" => "已办结",
            "decided" => "已决定，待送达",
            "stopped" => "特别程序中",
            "accepted" => "已受理，审查中",
            "waiting" => "待补正",
            "received" => "已收件，待受理",
            _ => "未提交",
        }
    }

    fn clocks_mut(&mut self) -> impl Iterator<Item = &mut Clock> {
        [self.statutory.as_mut(), self.promised.as_mut()].into_iter().flatten()
    }

    /// 待补正: something that the notice told of has not come. Only all of it binds the organ to accept
    /// (行政许可法 32(5)), so that a part of it starts no silence.
    pub(crate) fn awaits_supplement(&self) -> bool {
        let Some(notice) = &self.notice else { return false };
        let lacks = |id: &String| {
            !self.spared.contains_key(id) && (!self.materials.contains_key(id) || self.to_mend.contains(id))
        };
        self.supplemented.is_none() || notice.missing.iter().any(|line| lacks(&line.material))
    }

    /// Nothing was said yet of the papers as they lie there now, and a statute makes something of that.
    pub(crate) fn is_silent(&self) -> bool {
        self.status() == "received" && !self.silence_means_nothing
    }

    /// What time itself must do next, and on which day.
    fn next_by_time(&self, calendar: &Calendar) -> Option<(Date, Act)> {
        if self.is_closed() {
            return None;
        }
        let renewed = self.silence_renews_on().map(|day| (day, Act::DeemRenewed));
        if self.accepted.is_none() {
            let silent = self.notice_last(calendar).filter(|_| self.is_silent());
            let accepted = silent.map(|day| (offset(day, 1), Act::DeemAccepted));
            return [accepted, renewed].into_iter().flatten().min_by_key(|(day, _)| *day);
        }
        let amber = self.next_amber(calendar).map(|(day, _, _)| (day, Act::TurnAmber));
        let overdue = self.next_overdue(calendar).map(|(due, _)| (offset(due, 1), Act::TurnOverdue));
        let stop = self.stop_ends(calendar).filter(|_| self.stop_passed.is_none());
        let passed = stop.map(|last| (offset(last, 1), Act::PassStop));
        [amber, overdue, passed, renewed]
            .into_iter()
            .flatten()
            .min_by_key(|(day, _)| *day)
    }
}

const APPLY: Ground =
    Ground::Law(&[Basis::article("行政许可法", 29), Basis::article("优化营商环境条例", 37)]);
const JOIN: Ground = Ground::Law(&[rules::second_paragraph(26), Basis::article("优化营商环境条例", 37)]);
const ACCEPT: Ground =
    Ground::Law(&[Basis::article("行政许可法", 32), Basis::article("优化营商环境条例", 36)]);
const SIGNED: Ground =
    Ground::Law(&[Basis::article("国务院关于在线政务服务的若干规定", 8), Basis::article("电子签名法", 13)]);
const BOUGHT: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 43)]);
const EXAMINE: Ground = Ground::Law(&[Basis::article("行政许可法", 34)]);
const HEAR: Ground = Ground::Law(&[
    Basis::article("行政许可法", 46),
    Basis::article("行政许可法", 47),
    Basis::article("行政许可法", 48),
]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}
const LIMIT: Ground = Ground::Law(&[Basis::article("行政许可法", 42)]);
const SPECIAL: Ground = Ground::Law(&[Basis::article("行政许可法", 45)]);
const RENEW: Ground = Ground::Law(&[Basis::article("行政许可法", 50)]);
const DECIDE: Ground = Ground::Law(&[Basis::article("行政许可法", 34), Basis::article("行政许可法", 38)]);
const DELIVER: Ground = Ground::Law(&[Basis::article("行政许可法", 44)]);
const EXPLAIN: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 36)]);
const CONSULT: Ground = Ground::Law(&[Basis::article("监察法", 18), Basis::article("个人信息保护法", 34)]);
const ARCHIVE: Ground =
    Ground::Law(&[Basis::article("档案法", 14), Basis::article("国务院关于在线政务服务的若干规定", 12)]);

const SPARE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 44),
    Basis::article("国务院关于在线政务服务的若干规定", 7),
]);

/// 跨地区、跨部门、跨层级业务协同。
const SHARE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 37)]);

/// 按照公布的法定项目和标准收费。
const CHARGE: Ground =
    Ground::Law(&[Basis::article("优化营商环境条例", 25), Basis::article("行政许可法", 59)]);
const REFUND: Ground = Ground::Law(&[Basis::article("行政许可法", 59), Basis::article("行政许可法", 75)]);

/// 书面凭证。
const ISSUE: Ground = Ground::Law(&[rules::second_paragraph(32)]);

const ACTS: &[ActKind] = &[
    ActKind { name: "Receive", zh: "提交申请", ground: APPLY, opens: true },
    ActKind { name: "ReceivePart", zh: "转入联办事项", ground: JOIN, opens: true },
    act("GiveNotice", "一次性告知", ACCEPT),
    act("Supplement", "补正材料", APPLY),
    act("CheckSignature", "验签", SIGNED),
    act("NameIntermediary", "登记中介机构", BOUGHT),
    act("Accept", "受理", ACCEPT),
    act("Decline", "不予受理", ACCEPT),
    act("Stop", "进入特别程序", SPECIAL),
    act("Resume", "结束特别程序", SPECIAL),
    act("Verify", "核查", EXAMINE),
    act("ConfirmCheck", "确认核查", EXAMINE),
    act("Extend", "延长期限", LIMIT),
    act("TellHearing", "告知听证权利", HEAR),
    act("AskHearing", "申请听证", HEAR),
    act("WaiveHearing", "放弃听证", HEAR),
    act("TellInterested", "告知利害关系人听证权利", HEAR),
    act("AskHearingAsInterested", "利害关系人申请听证", HEAR),
    act("WaiveHearingAsInterested", "利害关系人放弃听证", HEAR),
    act("ScheduleHearing", "通知听证时间地点", HEAR),
    act("RecordHearing", "听证笔录", HEAR),
    act("Decide", "作出决定", DECIDE),
    act("Deliver", "送达", DELIVER),
    act("Withdraw", "撤回申请", APPLY),
    act("Correct", "更正笔误", Ground::Measure("窗口收件与文书更正规定（模拟）")),
    act("Renew", "写明延续的许可", RENEW),
    act("ExplainDelay", "说明超期理由", EXPLAIN),
    act("Consult", "调阅个人信息", CONSULT),
    act("Archive", "归档", ARCHIVE),
    act("Spare", "本件免交材料", SPARE),
    act("AskAfterAll", "本件仍需提交材料", SPARE),
    act("IssueNotice", "制作文书", ISSUE),
    act("ChargeFee", "通知缴费", CHARGE),
    act("ExemptFee", "减免费用", CHARGE),
    act("PayFee", "记录缴费", CHARGE),
    act("RefundFee", "退费", REFUND),
    act("Consign", "交寄", DELIVER),
    act("NoteParcel", "记录物流", DELIVER),
    act("NoteSent", "送出外部系统", SHARE),
    act("NoteUnsent", "记录没有送出", SHARE),
    act("NoteOutside", "记录对方答复", SHARE),
    act("SendAgain", "重送外部系统", SHARE),
    act("DeemAccepted", "视为受理", ACCEPT),
    act("DeemRenewed", "视为准予延续", RENEW),
    act("TurnAmber", "黄色预警", LIMIT),
    act("TurnOverdue", "超期记录", LIMIT),
    act("PassStop", "特别程序时间届满", SPECIAL),
];

impl Matter for Case {
    const KIND: &'static str = "case";
    const ZH: &'static str = "办件";
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
            Act::ReceivePart { .. } => "ReceivePart",
            Act::GiveNotice { .. } => "GiveNotice",
            Act::Supplement { .. } => "Supplement",
            Act::CheckSignature { .. } => "CheckSignature",
            Act::NameIntermediary { .. } => "NameIntermediary",
            Act::Accept => "Accept",
            Act::Decline { .. } => "Decline",
            Act::Stop { .. } => "Stop",
            Act::Resume { .. } => "Resume",
            Act::Verify { .. } => "Verify",
            Act::ConfirmCheck { .. } => "ConfirmCheck",
            Act::Extend { .. } => "Extend",
            Act::TellHearing => "TellHearing",
            Act::AskHearing => "AskHearing",
            Act::WaiveHearing => "WaiveHearing",
            Act::TellInterested { .. } => "TellInterested",
            Act::AskHearingAsInterested => "AskHearingAsInterested",
            Act::WaiveHearingAsInterested => "WaiveHearingAsInterested",
            Act::ScheduleHearing { .. } => "ScheduleHearing",
            Act::RecordHearing { .. } => "RecordHearing",
            Act::Decide { .. } => "Decide",
            Act::Deliver { .. } => "Deliver",
            Act::Withdraw { .. } => "Withdraw",
            Act::Correct { .. } => "Correct",
            Act::Renew { .. } => "Renew",
            Act::ExplainDelay { .. } => "ExplainDelay",
            Act::Consult { .. } => "Consult",
            Act::Archive => "Archive",
            Act::Spare { .. } => "Spare",
            Act::AskAfterAll { .. } => "AskAfterAll",
            Act::IssueNotice { .. } => "IssueNotice",
            Act::ChargeFee { .. } => "ChargeFee",
            Act::ExemptFee { .. } => "ExemptFee",
            Act::PayFee { .. } => "PayFee",
            Act::RefundFee { .. } => "RefundFee",
            Act::Consign { .. } => "Consign",
            Act::NoteParcel { .. } => "NoteParcel",
            Act::NoteSent { .. } => "NoteSent",
            Act::NoteUnsent { .. } => "NoteUnsent",
            Act::NoteOutside { .. } => "NoteOutside",
            Act::SendAgain => "SendAgain",
            Act::DeemAccepted => "DeemAccepted",
            Act::DeemRenewed => "DeemRenewed",
            Act::TurnAmber => "TurnAmber",
            Act::TurnOverdue => "TurnOverdue",
            Act::PassStop => "PassStop",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Received { .. } => "Received",
            Fact::NoticeGiven { .. } => "NoticeGiven",
            Fact::Supplemented { .. } => "Supplemented",
            Fact::SignatureChecked { .. } => "SignatureChecked",
            Fact::IntermediaryNamed { .. } => "IntermediaryNamed",
            Fact::Accepted { .. } => "Accepted",
            Fact::Declined { .. } => "Declined",
            Fact::Stopped { .. } => "Stopped",
            Fact::Resumed { .. } => "Resumed",
            Fact::Verified { .. } => "Verified",
            Fact::CheckConfirmed { .. } => "CheckConfirmed",
            Fact::Extended { .. } => "Extended",
            Fact::HearingTold { .. } => "HearingTold",
            Fact::HearingAsked => "HearingAsked",
            Fact::HearingWaived => "HearingWaived",
            Fact::InterestedTold { .. } => "InterestedTold",
            Fact::InterestedAsked => "InterestedAsked",
            Fact::InterestedWaived => "InterestedWaived",
            Fact::HearingScheduled { .. } => "HearingScheduled",
            Fact::HearingRecorded { .. } => "HearingRecorded",
            Fact::Decided { .. } => "Decided",
            Fact::Delivered { .. } => "Delivered",
            Fact::Withdrawn { .. } => "Withdrawn",
            Fact::Corrected { .. } => "Corrected",
            Fact::RenewalNamed { .. } => "RenewalNamed",
            Fact::DeemedRenewed { .. } => "DeemedRenewed",
            Fact::DelayExplained { .. } => "DelayExplained",
            Fact::Consulted { .. } => "Consulted",
            Fact::Archived => "Archived",
            Fact::Spared { .. } => "Spared",
            Fact::AskedAfterAll { .. } => "AskedAfterAll",
            Fact::NoticeIssued { .. } => "NoticeIssued",
            Fact::FeeCharged { .. } => "FeeCharged",
            Fact::FeeExempted { .. } => "FeeExempted",
            Fact::FeePaid { .. } => "FeePaid",
            Fact::FeeRefunded { .. } => "FeeRefunded",
            Fact::Consigned { .. } => "Consigned",
            Fact::ParcelNoted { .. } => "ParcelNoted",
            Fact::SentOutside { .. } => "SentOutside",
            Fact::NotSent { .. } => "NotSent",
            Fact::OutsideTold { .. } => "OutsideTold",
            Fact::SendingAgain { .. } => "SendingAgain",
            Fact::TurnedAmber { .. } => "TurnedAmber",
            Fact::TurnedOverdue { .. } => "TurnedOverdue",
            Fact::StopPassed { .. } => "StopPassed",
        }
    }

    fn check(act: &Act, private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let long = |field: &str, text: &str, wrong: &mut Vec<Invalid>| {
            if text.chars().count() > 2000 {
                wrong.push(Invalid::new(field, "不能超过2000字"));
            }
        };
        if let Act::Receive { .. } | Act::ReceivePart { .. } = act {
            let value = |name: &str| private.get(name).map_or("", String::as_str);
            if value("applicant_name").trim().is_empty() {
                wrong.push(Invalid::new("applicant_name", "请填写申请人姓名或者名称"));
            }
            let number = value("applicant_number");
            let checked = match number.len() {
                0 => Err("请填写公民身份号码或者统一社会信用代码".to_owned()),
                _ if fadu_kernel::codes::citizen_number(number).is_ok() => Ok(()),
                _ => fadu_kernel::codes::credit_code(number).map_err(|_| {
                    let citizen =
                        number.bytes().filter(u8::is_ascii_digit).count() >= 17 && !number.starts_with('9');
                    let error = if citizen {
                        fadu_kernel::codes::citizen_number(number)
                    } else {
                        fadu_kernel::codes::credit_code(number)
                    };
                    format!(
                        "证件号码不对：{}",
                        error.err().map(|error| error.to_string()).unwrap_or_default()
                    )
                }),
            };
            if let Err(message) = checked {
                wrong.push(Invalid::new("applicant_number", message));
            }
            // Whoever applied together at a window may have no telephone.
            let none_given = matches!(act, Act::ReceivePart { .. }) && value("applicant_phone").is_empty();
            if let Err(error) = fadu_kernel::codes::phone(value("applicant_phone"))
                && !none_given
            {
                wrong.push(Invalid::new("applicant_phone", format!("联系电话不对：{error}")));
            }
        }
        match act {
            Act::Decline { reason, .. }
            | Act::Extend { reason }
            | Act::Decide { reason, .. }
            | Act::Withdraw { reason, .. }
            | Act::ExplainDelay { reason } => {
                long("reason", reason, &mut wrong);
            }
            Act::Consult { reason, authorisation } => {
                if reason.trim().is_empty() {
                    wrong.push(Invalid::new("reason", "请写明调阅事由"));
                }
                long("reason", reason, &mut wrong);
                long("authorisation", authorisation, &mut wrong);
            }
            Act::NameIntermediary { name, code, .. } => {
                if name.trim().is_empty() {
                    wrong.push(Invalid::new("name", "请填写中介机构的名称"));
                }
                if let Err(error) = fadu_kernel::codes::credit_code(code) {
                    wrong.push(Invalid::new("code", format!("统一社会信用代码不对：{error}")));
                }
            }
            Act::ScheduleHearing { time, place, .. } => {
                if jiff::civil::Time::strptime("%H:%M", time).is_err() {
                    wrong.push(Invalid::new("time", "请填写像 09:30 这样的时间"));
                }
                long("place", place, &mut wrong);
            }
            Act::RecordHearing { transcript } => long("transcript", transcript, &mut wrong),
            Act::Renew { number, .. } => {
                if number.trim().is_empty() {
                    wrong.push(Invalid::new("number", "请填写要延续的许可证件的编号"));
                }
                long("number", number, &mut wrong);
            }
            Act::ChargeFee { quantity: 0, .. } => wrong.push(Invalid::new("quantity", "数量至少是1")),
            Act::PayFee { reference, .. } if reference.trim().is_empty() => {
                wrong.push(Invalid::new("reference", "请填写收据或者流水的编号"));
            }
            Act::PayFee { reference, .. } => long("reference", reference, &mut wrong),
            Act::RefundFee { reason, .. } if reason.trim().is_empty() => {
                wrong.push(Invalid::new("reason", "请写明退费的理由"));
            }
            Act::RefundFee { reason, .. } => long("reason", reason, &mut wrong),
            Act::Consign { carrier, number } => {
                for (field, text) in [("carrier", carrier), ("number", number)] {
                    if text.trim().is_empty() {
                        wrong.push(Invalid::new(field, "请填写"));
                    }
                    long(field, text, &mut wrong);
                }
            }
            _ => {}
        }
        for (field, value) in private {
            long(field, value, &mut wrong);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        let mark = || Some(Mark { on: stamp.day, by: stamp.person.clone() });
        match fact {
            Fact::Received {
                number,
                item,
                item_version,
                item_code,
                item_name,
                task_type,
                department,
                channel,
                materials,
                sealed,
                notice_due,
                notice_limit,
                silence_means_nothing,
                parent,
                received_on,
            } => {
                self.number.clone_from(number);
                self.item = *item;
                self.item_version = *item_version;
                self.item_code.clone_from(item_code);
                self.item_name.clone_from(item_name);
                self.task_type = *task_type;
                self.org = department.clone();
                self.channel = Some(*channel);
                self.materials.clone_from(materials);
                self.sealed.clone_from(sealed);
                self.notice_due = *notice_due;
                let came = received_on.unwrap_or(stamp.day);
                self.notice_clock = notice_limit.map(|limit| Clock::start(came, limit));
                self.silence_means_nothing = *silence_means_nothing;
                self.received = Some(Mark { on: came, by: stamp.person.clone() });
                self.parent = parent.as_deref().cloned();
                let joint = self.parent.as_ref().and_then(|parent| parent.applicant.clone());
                // At the window the applicant has no account: whoever holds number and code acts for the case.
                self.applicant = Some(match stamp.role {
                    Role::Citizen | Role::FirmAgent => stamp.person.clone(),
                    _ => joint.unwrap_or_else(|| PersonId::new(&format!("form-{number}"))),
                });
            }
            Fact::NoticeGiven { missing, .. } => {
                let told = missing.iter().map(|line| &line.material);
                self.to_mend = told.filter(|id| self.materials.contains_key(*id)).cloned().collect();
                self.notice =
                    Some(Notice { on: stamp.day, by: stamp.person.clone(), missing: missing.clone() });
            }
            Fact::Supplemented { materials, notice_due, notice_limit } => {
                self.signatures.retain(|id, _| !materials.contains_key(id));
                self.to_mend.retain(|id| !materials.contains_key(id));
                self.materials.extend(materials.clone());
                self.notice_due = *notice_due;
                self.notice_clock = notice_limit.map(|limit| Clock::start(stamp.day, limit));
                self.supplemented = mark();
                if stamp.role == Role::WindowClerk {
                    self.visited.insert(stamp.day);
                }
            }
            Fact::SignatureChecked { material, valid, note } => {
                let checked = Signature { on: stamp.day, valid: *valid, note: note.clone() };
                self.signatures.insert(material.clone(), checked);
            }
            Fact::IntermediaryNamed { material, name, code, .. } => {
                let made = Intermediary { name: name.clone(), code: code.clone() };
                self.intermediaries.insert(material.clone(), made);
            }
            Fact::Accepted { from, deemed, clock_from, statutory, promised, outside, .. } => {
                self.outside = outside.as_ref().map(|system| Outside::new(system, stamp.day));
                let start = match clock_from {
                    ClockFrom::Acceptance => *from,
                    ClockFrom::Receipt => self.received.as_ref().map_or(*from, |mark| mark.on),
                };
                self.accepted =
                    Some(Accepted { from: *from, on: stamp.day, by: stamp.person.clone(), deemed: *deemed });
                self.statutory = statutory.map(|limit| Clock::start(start, limit));
                self.promised = promised.map(|limit| Clock::start(start, limit));
            }
            Fact::Declined { ground, reason, target, barred_until, .. } => {
                self.barred_until = *barred_until;
                self.declined = Some(Declined {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    ground: *ground,
                    reason: reason.clone(),
                    target: target.clone(),
                });
            }
            Fact::Stopped { kind, days } => {
                self.stopped_for = Some(*kind);
                // The notice tells working days.
                self.stop_told = Some(Clock::start(stamp.day, Limit::workdays(*days)));
                self.clocks_mut().for_each(|clock| {
                    clock.stops.push(fadu_kernel::clock::Stop { from: stamp.day, until: None })
                });
            }
            Fact::Resumed { .. } => {
                self.stopped_for = None;
                self.stop_told = None;
                self.stop_passed = None;
                self.clocks_mut()
                    .filter_map(|clock| clock.stops.last_mut())
                    .for_each(|stop| stop.until = Some(stamp.day));
            }
            Fact::Verified { checkers, passed, note, interested, needed } => {
                self.verified = Some(Verified {
                    on: stamp.day,
                    checkers: checkers.clone(),
                    passed: *passed,
                    note: note.clone(),
                    interested: *interested,
                    confirmed: checkers.iter().filter(|person| **person == stamp.person).cloned().collect(),
                    needed: *needed,
                });
            }
            Fact::CheckConfirmed { agrees: true, .. } => {
                if let Some(verified) = &mut self.verified {
                    verified.confirmed.insert(stamp.person.clone());
                }
            }
            // Two who do not find the same have not checked it: it is checked anew.
            Fact::CheckConfirmed { agrees: false, .. } => self.verified = None,
            Fact::Extended { by, .. } => {
                self.extension = mark();
                // What is longer is warned of anew; the law's limit has not ended, or it could not be extended.
                self.amber = None;
                self.beside.remove(&Against::Law);
                self.clocks_mut().for_each(|clock| clock.extension = Some(*by));
            }
            Fact::HearingTold { last_day } => self.hearing.told = Some((stamp.day, *last_day)),
            Fact::HearingAsked => self.hearing.asked = Some(stamp.day),
            Fact::Consulted { .. } => {
                self.consulted.retain(|mark| mark.on == stamp.day);
                self.consulted.extend(mark());
            }
            Fact::HearingWaived => self.hearing.waived = Some(stamp.day),
            Fact::InterestedTold { person, how } => {
                let told = Interested { told: stamp.day, how: how.clone(), asked: None, waived: None };
                self.hearing.interested.insert(person.clone(), told);
            }
            Fact::InterestedAsked => {
                if let Some(told) = self.hearing.interested.get_mut(&stamp.person) {
                    told.asked = Some(stamp.day);
                }
            }
            Fact::InterestedWaived => {
                if let Some(told) = self.hearing.interested.get_mut(&stamp.person) {
                    told.waived = Some(stamp.day);
                }
            }
            Fact::HearingScheduled { on, time, place, chair } => {
                self.hearing.scheduled = Some((*on, chair.clone()));
                self.hearing.time.clone_from(time);
                self.hearing.place.clone_from(place);
            }
            Fact::HearingRecorded { transcript } => self.hearing.transcript = Some(transcript.clone()),
            Fact::Decided { granted, reason, document, delivery, barred_until, .. } => {
                self.barred_until = *barred_until;
                self.decided = Some(Decided {
                    on: stamp.day,
                    by: stamp.person.clone(),
                    granted: *granted,
                    reason: reason.clone(),
                    document: document.clone(),
                });
                self.delivery = delivery.map(|limit| Clock::start(stamp.day, limit));
            }
            Fact::Delivered { on, .. } => {
                self.delivered = Some(Mark { on: on.unwrap_or(stamp.day), by: stamp.person.clone() });
            }
            Fact::Withdrawn { .. } => self.withdrawn = mark(),
            Fact::Corrected { what, from, to } => {
                self.corrections.push(format!("{}：{what}由“{from}”更正为“{to}”", stamp.day))
            }
            Fact::RenewalNamed { number, until, in_time } => {
                self.renews = Some(Renewal { number: number.clone(), until: *until, in_time: *in_time });
            }
            Fact::DeemedRenewed { from, reason, document, delivery, .. } => {
                self.decided = Some(Decided {
                    on: *from,
                    by: stamp.person.clone(),
                    granted: true,
                    reason: reason.clone(),
                    document: document.clone(),
                });
                self.delivery = delivery.map(|limit| Clock::start(*from, limit));
                self.stopped_for = None;
                self.stop_told = None;
                self.stop_passed = None;
            }
            Fact::DelayExplained { reason } => self.explained = Some(reason.clone()),
            Fact::Archived => self.archived = mark(),
            Fact::Spared { material, because } => {
                self.after_all.remove(material);
                self.spared.insert(material.clone(), because.clone());
            }
            Fact::AskedAfterAll { material, because } => {
                self.spared.remove(material);
                self.after_all.insert(material.clone(), because.clone());
            }
            Fact::TurnedAmber { against, .. } => match against {
                Some(against) if *against != self.shown_limit() => {
                    self.beside.entry(*against).or_default().amber = Some(stamp.day);
                }
                Some(_) | None => self.amber = Some(stamp.day),
            },
            Fact::TurnedOverdue { against, .. } => {
                // What was explained before does not explain this.
                self.explained = None;
                if *against == self.shown_limit() {
                    self.overdue = Some(stamp.day);
                } else {
                    self.beside.entry(*against).or_default().overdue = Some(stamp.day);
                }
            }
            Fact::StopPassed { .. } => {
                self.explained = None;
                self.stop_passed = Some(stamp.day);
            }
            Fact::NoticeIssued { seq, digest, .. } => {
                self.documents.insert(*seq, digest.clone());
            }
            Fact::FeeCharged { code, name, basis, quantity, amount_fen, waits, .. } => {
                let charge = Charge {
                    name: name.clone(),
                    basis: basis.clone(),
                    quantity: *quantity,
                    amount_fen: *amount_fen,
                    on: stamp.day,
                    waits: waits.clone(),
                    exempted: None,
                    paid: None,
                    refunded: None,
                };
                self.fees.insert(code.clone(), charge);
            }
            Fact::FeeExempted { code, amount_fen, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    charge.exempted = Some(fee::Exempted { on: stamp.day, amount_fen: *amount_fen });
                }
            }
            Fact::FeePaid { code, way, reference, amount_fen, simulated, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    charge.paid = Some(fee::Paid {
                        on: stamp.day,
                        way: *way,
                        reference: reference.clone(),
                        amount_fen: *amount_fen,
                        simulated: *simulated,
                    });
                }
            }
            Fact::Consigned { carrier, number, .. } => self.parcels.push(Parcel {
                carrier: carrier.clone(),
                number: number.clone(),
                consigned: Mark { on: stamp.day, by: stamp.person.clone() },
                events: Vec::new(),
            }),
            Fact::ParcelNoted { kind, on, simulated, .. } => {
                if let Some(parcel) = self.parcels.last_mut() {
                    parcel.events.push(Event { kind: *kind, on: *on, simulated: *simulated });
                }
            }
            Fact::SentOutside { number, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.number = Some(number.clone());
                    outside.fault = None;
                }
            }
            Fact::NotSent { fault, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.fault = Some(*fault);
                }
            }
            Fact::OutsideTold { state, on, .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.told = Some(outside::Told { state: *state, on: *on });
                }
            }
            Fact::SendingAgain { .. } => {
                if let Some(outside) = &mut self.outside {
                    outside.fault = None;
                }
            }
            Fact::FeeRefunded { code, .. } => {
                if let Some(charge) = self.fees.get_mut(code) {
                    charge.refunded = Some(stamp.day);
                }
            }
        }
    }

    fn docket(&self, calendar: &Calendar) -> Docket {
        let clock = self.running_clock();
        let expiry = self.near_expiry(calendar);
        let due = match &self.accepted {
            Some(_) => clock.and_then(|clock| clock.due(calendar).fixed()),
            // While the applicant is waited for, no limit of the organ runs.
            None => self.notice_last(calendar).filter(|_| self.status() == "received"),
        };
        let due = due.into_iter().chain(expiry.map(|(_, until)| until)).min();
        let amber = clock.and_then(|clock| clock.amber(calendar));
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: self.org.clone(), due };
        let mut tasks = Vec::new();
        match self.status() {
            "received" => tasks.push(task("accept", Role::Officer, self.notice_last(calendar))),
            "accepted" => {
                let (name, role) = match &self.verified {
                    Some(verified) if verified.is_done() => ("decide", Role::AgencyHead),
                    Some(_) => ("confirm_check", Role::Officer),
                    None => ("review", Role::Officer),
                };
                tasks.push(task(name, role, due));
            }
            "stopped" => {
                let told = self.stop_ends(calendar);
                tasks.push(task("resume", Role::Officer, told));
                if self.stop_passed.is_some() && self.explained.is_none() {
                    tasks.push(task("explain", Role::Officer, told));
                }
            }
            // What came back is to be handed over again.
            "decided" => {
                let name = if self.on_its_way().is_some() { "follow" } else { "deliver" };
                tasks.push(task(name, Role::WindowClerk, due));
            }
            "closed" | "declined" | "withdrawn" => tasks.push(task("archive", Role::Officer, None)),
            _ => {}
        }
        if let Some((day, _)) = self.next_by_time(calendar) {
            tasks.push(Task {
                name: "clock".to_owned(),
                role: Role::Clock,
                org: OrgId::new("system"),
                due: Some(day),
            });
        }
        // A row without a day has no limit, or one whose day nobody knows yet: boards tell them apart by this.
        let beyond = clock.is_some_and(|clock| matches!(clock.due(calendar), Due::Provisional { .. }));
        let provisional =
            (beyond && !self.is_closed()).then(|| ("clock".to_owned(), "provisional".to_owned()));
        Docket {
            number: self.number.clone(),
            title: self.item_name.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due,
            amber: amber.into_iter().chain(expiry.map(|(warned, _)| warned)).min(),
            closed: self.is_closed(),
            facets: vec![("number".to_owned(), self.number.clone())]
                .into_iter()
                .chain(self.applicant.iter().map(|person| ("applicant".to_owned(), person.to_string())))
                .chain(self.parent.iter().map(|parent| ("joint".to_owned(), parent.joint.to_string())))
                .chain(self.barred_until.iter().map(|_| ("barred".to_owned(), self.item_code.clone())))
                .chain(
                    self.hearing
                        .interested
                        .keys()
                        .map(|who| ("interested".to_owned(), who.to_string())),
                )
                .chain(provisional)
                .chain(self.outside.iter().filter(|_| !self.is_closed()).flat_map(Outside::facets))
                .chain(self.on_its_way().map(|_| ("parcel".to_owned(), ON_ITS_WAY.to_owned())))
                .chain(
                    self.parcels
                        .iter()
                        .map(|parcel| (CONSIGNED.to_owned(), parcel.number.trim().to_ascii_uppercase())),
                )
                .collect(),
            tasks,
        }
    }

    fn due_acts(&self, day: Date, calendar: &Calendar) -> Vec<Act> {
        self.next_by_time(calendar)
            .filter(|(next, _)| *next <= day)
            .map(|(_, act)| act)
            .into_iter()
            .collect()
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.applicant.iter().cloned().collect() }
    }
}
