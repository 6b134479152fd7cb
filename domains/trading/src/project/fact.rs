//! 招标项目的事实。 Each carries what a figure needs, and nothing that names a bidder before bids are opened.

use super::file::{Separation, TenderFile};
use super::parts::*;
use super::{Candidate, Seat, act::Registration};
use crate::complaint::About;
use crate::draw::matter::Bar;
use crate::regime::{Kind, MustTender, Regime};
use crate::terms::Flag;
use fadu_kernel::{MatterId, OrgId};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// `in_time` is absent where no limit applies or the calendar does not reach; `noted` is true where what was done has
/// to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Registered {
        number: String,
        registration: Box<Registration>,
        regime: Regime,
        must: MustTender,
        sector: String,
        kind: Kind,
        tenderer: OrgId,
    },
    MethodProposed {
        method: Method,
    },
    MethodConfirmed {
        document: String,
    },
    DutiesSigned {
        version: String,
        digest: String,
    },
    SeparationGranted {
        separation: Separation,
        first_must_win: bool,
    },
    FilePrepared {
        file: Box<TenderFile>,
        flags: Vec<Flag>,
    },
    FlagAnswered {
        flag: String,
        reason: String,
    },
    Announced {
        deadline: DateTime,
        digest: String,
        media: Vec<String>,
        open: bool,
        separated: bool,
        duties_signed: bool,
        kind: Kind,
        sector: String,
        round: u16,
        noted: bool,
    },
    Invited {
        root: String,
    },
    Qualified {
        root: String,
    },
    Asked {
        n: u32,
        digest: String,
    },
    Clarified {
        digest: String,
        affects_bids: bool,
        of_prequalification: bool,
        from: DateTime,
        deadline: DateTime,
        moved: bool,
        noted: bool,
    },
    ClarificationConfirmed {
        digest: String,
        reason: String,
    },
    Postponed {
        from: DateTime,
        deadline: DateTime,
        reason: String,
    },
    Objected {
        n: u32,
        stage: Stage,
        digest: String,
        due: Option<Date>,
    },
    ObjectionAnswered {
        n: u32,
        stage: Stage,
        upheld: bool,
        digest: String,
        in_time: Option<bool>,
    },
    ObjectionWithdrawn {
        n: u32,
    },
    Suspended {
        document: String,
        until: Option<Date>,
    },
    Resumed {
        document: String,
        /// The order that is lifted; empty where there could be one only.
        #[serde(default)]
        suspension: String,
    },
    SuspensionLapsed,
    BidAdmitted {
        bid: MatterId,
        digest: String,
        received_ms: i64,
    },
    OpeningBegun {
        n_bids: usize,
        in_time: bool,
    },
    SharesContributed {
        holder: u8,
        purpose: SharePurpose,
        org: OrgId,
        digest: String,
    },
    AbsenceNoted {
        document: String,
        n_looked: usize,
        of: usize,
        noted: bool,
    },
    BidRead {
        bid: MatterId,
        reading: Box<Reading>,
        price_fen: i64,
        noted: bool,
    },
    UnreadableNoted {
        bid: MatterId,
        fault: UnreadableFault,
        #[serde(default)]
        ground: String,
        /// 1 撤销, 2 撤回; absent while no held text says.
        treated_as: Option<i64>,
    },
    OpeningClosed {
        record: String,
        n_bids: usize,
        /// Bids that are void, each with the rule.
        void: Vec<(MatterId, String)>,
        noted: bool,
    },
    Retendered {
        ground: RetenderGround,
        reason: String,
        round: u16,
        /// How the candidate whose turn it was fell away.
        #[serde(default)]
        fell: Option<SkipGround>,
    },
    Terminated {
        reason: String,
        announcement: String,
    },
    CommitteeSeated {
        draw: Option<MatterId>,
        special_ground: String,
        seats: Vec<Seat>,
        n_experts: usize,
    },
    MemberReplaced {
        seat: String,
        ground: ReplaceGround,
        substitute: Seat,
        void_sheets: usize,
        noted: bool,
    },
    TimeShortSaid {
        seat: String,
    },
    EvaluationExtended {
        n_short: usize,
        n: usize,
    },
    InterestDeclared {
        seat: String,
        bars: Vec<Bar>,
        noted: bool,
    },
    SheetSealed {
        seat: String,
        bid: MatterId,
        digest: String,
    },
    SheetsSigned {
        seat: String,
        /// Every member has signed now.
        last: bool,
    },
    Scored {
        seat: String,
        bid: MatterId,
        points: Vec<Points>,
        total: u32,
    },
    RejectionVoted {
        seat: String,
        bid: MatterId,
        ground: RejectGround,
        reason: String,
        evidence: String,
    },
    BidRejected {
        bid: MatterId,
        ground: RejectGround,
        reason: String,
        evidence: String,
        n_votes: usize,
    },
    BidderAsked {
        bid: MatterId,
        digest: String,
        /// Who of the committee wrote it; empty and without a day where the tenderer did, before members asked themselves.
        #[serde(default)]
        seat: String,
        #[serde(default)]
        answer_by: Option<Date>,
    },
    CommitteeAnswered {
        bid: MatterId,
        digest: String,
    },
    ReportSigned {
        seat: String,
        candidates: Vec<MatterId>,
        digest: String,
    },
    DissentStated {
        seat: String,
        reason: String,
    },
    EvaluationReported {
        candidates: Vec<Candidate>,
        ranked: bool,
        digest: String,
        n_signed: usize,
        n_dissents: usize,
        /// 拒签又不说明，视为同意
        silent: Vec<String>,
    },
    Reevaluated {
        reason: String,
    },
    ComplaintUpheld {
        complaint: MatterId,
        about: About,
    },
    CandidatesPublished {
        from: Date,
        until: Date,
        in_time: Option<bool>,
        /// It ends on a day off.
        #[serde(default)]
        noted: bool,
    },
    ClearingReported {
        digest: String,
    },
    Chosen {
        meeting: Box<Meeting>,
    },
    Awarded {
        bid: MatterId,
        bidder: String,
        code: String,
        price_fen: i64,
        estimate_fen: i64,
        rank: Option<usize>,
        separated: bool,
        ground: Option<SkipGround>,
        reason: String,
        in_time: Option<bool>,
    },
    NoticeSent {
        n_told: usize,
        in_time: Option<bool>,
    },
    SupervisorTold {
        digest: String,
        in_time: Option<bool>,
    },
    ContractSigned {
        contract: Box<Contract>,
        estimate_fen: i64,
        saving_fen: i64,
        sector: String,
        in_time: Option<bool>,
        noted: bool,
    },
    BondsReturned {
        to: BondsTo,
        in_time: Option<bool>,
    },
    ContractFiled {
        digest: String,
        in_time: Option<bool>,
    },
    ContractPublished {
        digest: String,
        in_time: Option<bool>,
    },
    ContractChanged {
        amount_fen: i64,
        total_fen: i64,
        reason: String,
        digest: String,
    },
    Paid {
        amount_fen: i64,
        total_fen: i64,
        voucher: String,
    },
    WorkAccepted {
        passed: bool,
        digest: String,
    },
    Archived {
        index: String,
        keep_until: Date,
        steps: u32,
        steps_online: u32,
    },
    InterventionRegistered {
        n: u32,
        digest: String,
        reported_to: String,
    },
    OfflineNoted {
        step: String,
        reason: String,
    },
    AlertRaised {
        n: u32,
        rule: String,
        evidence: Vec<String>,
        note: String,
    },
    AlertDisposed {
        n: u32,
        rule: String,
        disposition: Disposition,
        reason: String,
    },
    NoticeIssued {
        seq: i64,
        digest: String,
    },
}
