//! 办件的事实。 Each carries what a figure, a notice or a relay needs of it.

use super::{Against, Channel, DeclineGround, Missing, Paper};
use crate::definition::{ClockFrom, SpecialKind};
use crate::fee::PayWay;
use crate::outside;
use crate::parcel::EventKind;
use crate::part::Parent;
use fadu_kernel::{Basis, Limit, MatterId, OrgId, PersonId, Sealed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
        /// 决定机关, where `department` reviews it first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decides: Option<OrgId>,
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
        /// Nothing was told that could not have been corrected on the spot.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        all_on_the_spot: bool,
    },
    Supplemented {
        materials: BTreeMap<String, Paper>,
        notice_due: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice_limit: Option<Limit>,
        /// 没有要求的补充: nothing was awaited when it came, as of what is corrected on the spot. What was received stays
        /// received, and no silence is counted anew.
        #[serde(default, alias = "corrected", skip_serializing_if = "std::ops::Not::not")]
        unasked: bool,
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
        /// 指派检验、检测、检疫人员的期限, where the permit is granted on an inspection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assign_within: Option<Limit>,
        /// 初审期限, where an organ below reviews it first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_review: Option<Limit>,
    },
    /// 报送: the case is from then on that of the organ that decides, and its limits run.
    Forwarded {
        from: OrgId,
        to: OrgId,
        favourable: bool,
        opinion: String,
        /// 全部申请材料, by the names that the guide gives them.
        materials: Vec<String>,
        in_time: Option<bool>,
        statutory: Option<Limit>,
        promised: Option<Limit>,
        /// As reckoned that day; absent while provisional.
        due: Option<Date>,
    },
    Declined {
        ground: DeclineGround,
        reason: String,
        target: Option<String>,
        department: OrgId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barred_until: Option<Date>,
        /// Said on the day of receipt; absent on the grounds that may be said later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
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
    InspectorsAssigned {
        inspectors: Vec<PersonId>,
        /// Absent of whoever takes another's place, and while provisional.
        in_time: Option<bool>,
    },
    AssignmentPassed {
        due: Date,
    },
    CheckConfirmed {
        agrees: bool,
        note: String,
    },
    Extended {
        by: Limit,
        reason: String,
        /// The last day that the law's limit now has, as reckoned that day; absent while provisional, and in what was
        /// extended before it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Date>,
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
        /// 二十个工作日内 after somebody asked; absent where nobody did, and while provisional.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_time: Option<bool>,
    },
    HearingRecorded {
        /// Its words, as they were kept before the record was a sealed file.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        transcript: String,
        /// 听证笔录
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<Paper>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<String>,
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
        /// 依据的证据
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<String>,
        /// On the day on which the file was complete; absent of what need not be decided then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
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
        /// 更正的个人信息
        #[serde(default, skip_serializing_if = "Sealed::is_empty")]
        sealed: Sealed,
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
        /// 多收 that goes back: what was paid as owed stays paid.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        surplus: bool,
        department: OrgId,
    },
    SurplusNoted {
        code: String,
        name: String,
        reference: String,
        amount_fen: i64,
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
