//! 工单的事实。 Each carries every value that a figure needs, so that no figure looks anywhere else.

use crate::desk::parameters::Terms;
use crate::order::Question;
use crate::order::act::{Arbiter, Evidence, Proposed, Suggestion};
use crate::place::{Place, Point};
use crate::words::{
    Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, Mode, Nature, News, ReturnGround,
    Settlement, Urgency,
};
use fadu_kernel::{Basis, Limit, MatterId, OrgId, PersonId, Sealed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 登记的内容。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub number: String,
    pub desk: OrgId,
    pub line: String,
    /// Of the line of origin; absent for the hotline's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    pub channel: Channel,
    pub kind: Kind,
    pub text: String,
    pub category: String,
    /// Where the county calls it otherwise than the shipped list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_name: Option<String>,
    pub place: Place,
    pub urgency: Urgency,
    pub lane: Lane,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefecture: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_of: Option<MatterId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<OrgId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub none_named: bool,
    pub public: bool,
    pub lead: bool,
    pub persons: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Evidence>,
    /// Keys by which like orders are found.
    pub near: Vec<String>,
}

/// 办结。 What the last state of an order contributes; the same values are struck where a panel takes it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Within its limit; absent where none ran or it was provisional.
    pub in_time: Option<bool>,
    /// By the call-back, or by the caller at the end of the first call; absent where nobody was asked.
    pub contact: Option<Contact>,
    pub solved: Option<bool>,
    pub satisfied: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Taken {
        #[serde(flatten)]
        entry: Box<Entry>,
        sealed: Sealed,
        suggestion: Option<Suggestion>,
        /// Place of the chosen category in the suggestion, 1 for the first.
        followed: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposed: Option<Proposed>,
        /// Place of the chosen address in what was proposed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place_followed: Option<u8>,
        /// The parent of so many like orders.
        members: u32,
        repeat: bool,
    },
    EmergencyTransferred {
        number: String,
        desk: OrgId,
        to: Emergency,
        note: String,
        /// Since it was taken; 0 where it never was.
        after_seconds: i64,
    },
    Supplemented {
        text: String,
    },
    Answered {
        knowledge: MatterId,
        version: u32,
        also: Vec<MatterId>,
        kind: Kind,
        category: String,
    },
    Excluded {
        ground: Exclusion,
        told: String,
        hand_over_by: Option<Date>,
    },
    HandedOver {
        office: String,
        receipt: String,
        in_time: Option<bool>,
    },
    /// Both numbers, so that it is found under either.
    PassedUp {
        number: String,
        prefecture: String,
        reason: String,
    },
    LeadReleased,
    CallLinked {
        call: String,
    },
    /// `digest`: SHA-256 of the recording, in hex.
    RecordingKept {
        call: String,
        digest: String,
    },
    CallerOpened {
        reason: String,
    },
    Dispatched {
        unit: OrgId,
        assisting: Vec<OrgId>,
        officer: Option<PersonId>,
        kind: Kind,
        category: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category_name: Option<String>,
        /// A category was proposed that nobody had judged before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        suggested: bool,
        /// Place of this category in that suggestion, 1 for the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        followed: Option<u8>,
        /// Whom a report is about, as it was settled by this dispatch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        against: Option<OrgId>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        none_named: bool,
        urgency: Urgency,
        lane: Lane,
        /// Only the first starts the clock.
        first: bool,
        by_catalogue: bool,
        power: Option<String>,
        reason: String,
        terms: Terms,
        due: Option<Date>,
        /// 退单截止
        return_by: Option<Date>,
    },
    Signed {
        unit: OrgId,
        days: u32,
    },
    Returned {
        unit: OrgId,
        ground: ReturnGround,
        basis: Basis,
        explanation: String,
        /// Counted on this order, over all units.
        n: u16,
        /// 退单处理截止; absent where it goes to the arbiters by itself.
        #[serde(default)]
        settle_by: Option<Date>,
    },
    ReturnSettled {
        unit: OrgId,
        settlement: Settlement,
        reason: String,
        #[serde(default)]
        in_time: Option<bool>,
    },
    Recalled {
        unit: OrgId,
        reason: String,
    },
    /// `by_rule`: the second return went there by itself.
    ArbitrationOpened {
        by_rule: bool,
        due: Option<Date>,
    },
    Arbitrated {
        unit: OrgId,
        from: OrgId,
        panel: Vec<Arbiter>,
        reason: String,
        in_time: Option<bool>,
    },
    Assisted {
        unit: OrgId,
        text: String,
        evidence: Vec<Evidence>,
    },
    Met {
        units: Vec<OrgId>,
        minutes: Evidence,
        conclusion: String,
    },
    ExtensionAsked {
        unit: OrgId,
        by: Limit,
        reason: String,
        basis: Basis,
    },
    ExtensionRefused {
        unit: OrgId,
        reason: String,
    },
    Extended {
        by: Limit,
        reason: String,
        basis: Basis,
        told_on: Date,
        due: Option<Date>,
        unit: OrgId,
    },
    ReportedUp {
        to: String,
        document: String,
        same_day: bool,
    },
    Replied {
        unit: OrgId,
        result: HandlingResult,
        text: String,
        evidence: Vec<Evidence>,
        in_time: Option<bool>,
        /// By the unit's own clock, which counts neither the time of another unit nor that of a return.
        #[serde(default)]
        unit_in_time: Option<bool>,
        call_back_by: Option<Date>,
        n: u16,
    },
    CalledBack {
        contact: Contact,
        solved: Option<bool>,
        satisfied: Option<bool>,
        note: String,
        in_time: Option<bool>,
        unit: OrgId,
    },
    Redone {
        reason: String,
        unit: OrgId,
        due: Option<Date>,
        limit: Limit,
    },
    /// The order no longer stands among those past due: it is closed, merged or taken out now.
    DueSettled {
        unit: OrgId,
        replied: bool,
    },
    Closed {
        #[serde(flatten)]
        ending: Ending,
        kind: Kind,
        category: String,
        lane: Lane,
        unit: Option<OrgId>,
        repeat: bool,
        returns: u16,
        redone: u16,
        /// Working days from dispatch to the last reply.
        days: Option<u32>,
        /// 首次来电当场办结
        first_call: bool,
        reason: String,
    },
    /// 提请合议: decided when the last of those named has confirmed.
    PanelConvened {
        question: Question,
        reason: String,
    },
    /// By the member who acted: the `n`th `of` so many.
    PanelConfirmed {
        n: u16,
        of: u16,
    },
    PanelDeclined {
        reason: String,
    },
    /// `was_closed`: its numbers are struck from every rate it stood in.
    JudgedUnlawful {
        panel: Vec<PersonId>,
        basis: Basis,
        reason: String,
        was_closed: bool,
        #[serde(flatten)]
        ending: Ending,
        kind: Kind,
    },
    Merged {
        into: MatterId,
        alike: Option<u16>,
        was_dispatched: bool,
    },
    Adopted {
        child: MatterId,
    },
    /// `due`: of the clock that went on meanwhile.
    Unmerged {
        from: MatterId,
        reason: String,
        due: Option<Date>,
    },
    Disowned {
        child: MatterId,
    },
    ParentClosed {
        parent: String,
        /// 主单的答复, which this caller is told as well; absent where the parent was not answered in words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reply: String,
    },
    CallerTold {
        news: Vec<News>,
    },
    TurnedAmber {
        due: Date,
        unit: OrgId,
    },
    /// `unit`: who had it that day; the hotline, where a return or the arbiters were waited for.
    PassedDue {
        due: Date,
        unit: OrgId,
        replied: bool,
    },
    Urged {
        unit: OrgId,
        due: Date,
    },
    SupervisionDrafted {
        unit: OrgId,
        due: Date,
    },
    SupervisionIssued {
        unit: OrgId,
        nature: Nature,
        document: String,
        appointment: String,
        text: String,
    },
    UnitNamed {
        unit: OrgId,
        nature: Nature,
        document: String,
        appointment: String,
        text: String,
    },
    Evaluated {
        grade: u8,
        text: String,
        unit: Option<OrgId>,
    },
    /// `original`: the digest of the words as they were taken, which stay in their own fact.
    Published {
        title: String,
        text: String,
        point: Option<Point>,
        original: String,
    },
    Unpublished {
        reason: String,
    },
    Archived,
}
