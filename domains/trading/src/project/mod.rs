//! 招标项目。 One tender from registration to archive. A state is the presence of an act; a new round begins anew.
//!
//! Kept in memory by epoch, so that a bid can be held against its deadline at the door, and a draw or a complaint
//! against its project. Nothing here names or counts bidders before the deadline: sealed bids are matters of their own
//! ([`crate::Bid`]) which do not say whose they are nor for which project, until they are admitted after it.

pub mod act;
mod award;
mod bidding;
mod collusion;
mod decide;
mod evaluate;
mod evolve;
pub mod fact;
pub mod file;
mod matter;
mod opening;
mod oversee;
pub mod parts;
mod perform;
mod prepare;

pub use act::{Act, Registration};
pub use fact::Fact;
pub use file::{KeyHolder, OpeningKeys, Separation, TenderFile};
pub use parts::*;

use crate::complaint::About;
use crate::draw::matter::Bar;
use crate::regime::{MustTender, Regime};
use crate::terms::Flag;
use crate::time::instant_ms;
use fadu_kernel::{MatterId, OrgId, PersonId};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Project {
    pub number: String,
    pub tenderer: OrgId,
    pub registration: Registration,
    pub regime: Regime,
    pub must: Option<MustTender>,
    pub registered: Option<Date>,
    pub method: Option<Method>,
    pub confirmed: Option<Date>,
    pub duties: Option<String>,
    pub separation: Option<Separation>,
    /// 第几次招标，从1起
    pub round: u16,
    pub tender: Tender,
    pub objections: Vec<Objection>,
    #[serde(default)]
    pub upheld_complaints: Vec<UpheldComplaint>,
    /// The first of the orders in force.
    pub suspended: Option<Suspension>,
    /// 同时有效的其他暂停: each cause has its own order, and the activity goes on when the last of them is lifted.
    #[serde(default)]
    pub also_suspended: Vec<Suspension>,
    /// Since when it stands still without a break.
    #[serde(default)]
    pub still_since: Option<Date>,
    /// 已经暂停的日数, of the times that are over.
    #[serde(default)]
    pub days_suspended: i64,
    pub award: Option<Award>,
    pub contract: Option<SignedContract>,
    pub bonds_returned: Vec<BondsTo>,
    /// 重新招标以前的各次招标 whose bonds have not gone back yet, each with the day on which it was over.
    #[serde(default)]
    pub rounds_over: Vec<(u16, Date)>,
    pub terminated: Option<Date>,
    pub archived: Option<Date>,
    pub n_interventions: u32,
    pub alerts: Vec<Alert>,
    pub n_steps: u32,
    pub n_offline: u32,
    /// 制作的文书, by the fact that each tells of.
    #[serde(default)]
    pub documents: BTreeMap<i64, String>,
}

/// 一次招标: what a new round begins anew.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tender {
    pub file: Option<TenderFile>,
    pub flags: Vec<OpenFlag>,
    pub announced: Option<Date>,
    /// The instant of it: what was received before belongs to an earlier round.
    pub announced_ms: i64,
    pub invited: Option<String>,
    /// Root of the ticket tree of those who passed the prequalification.
    pub qualified: Option<String>,
    pub submit_by: Option<DateTime>,
    pub deadline: Option<DateTime>,
    pub n_questions: u32,
    /// 临近截止而称不影响投标的澄清, each until a second person has looked at it.
    #[serde(default)]
    pub unconfirmed: Vec<Unconfirmed>,
    /// Filled only once the deadline has passed.
    pub bids: Vec<BidRow>,
    /// What key holders handed in, the last of each.
    #[serde(default)]
    pub shares: Vec<Contribution>,
    /// 密钥持有方缺席: the supervisor's document that says so.
    #[serde(default)]
    pub absence: Option<String>,
    pub opening: Option<Date>,
    pub opened: Option<Date>,
    /// Digest of the opening record.
    #[serde(default)]
    pub record: String,
    pub committee: Vec<Seat>,
    pub draw: Option<MatterId>,
    /// What each member declared of grounds to keep away, the last of each.
    #[serde(default)]
    pub declared: Vec<Declaration>,
    /// Scored and not opened yet.
    #[serde(default)]
    pub sealed: Vec<SealedSheet>,
    /// Seats that have signed what they scored.
    #[serde(default)]
    pub signed: Vec<String>,
    pub sheets: Vec<Sheet>,
    pub short: Vec<String>,
    pub extended: bool,
    /// Whose bidders have not answered yet.
    pub asked: Vec<MatterId>,
    #[serde(default)]
    pub questions: Vec<Question>,
    #[serde(default)]
    pub rejections: Vec<RejectionVote>,
    /// The last of each seat.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    #[serde(default)]
    pub dissents: Vec<Dissent>,
    pub report: Option<Report>,
    pub publicity: Option<(Date, Date)>,
    pub clearing: Option<String>,
    pub meeting: Option<Meeting>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenFlag {
    #[serde(flatten)]
    pub flag: Flag,
    pub answer: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unconfirmed {
    pub digest: String,
    pub by: PersonId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Objection {
    pub n: u32,
    pub stage: Stage,
    pub round: u16,
    pub on: Date,
    pub by: PersonId,
    pub due: Option<Date>,
    pub answered: Option<Date>,
    /// 异议成立: the answer says so.
    #[serde(default)]
    pub upheld: bool,
    /// What was upheld was put right: the file changed, the bids evaluated again, another awarded.
    #[serde(default)]
    pub redressed: Option<Date>,
    pub withdrawn: Option<Date>,
}

/// 成立的投诉。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpheldComplaint {
    pub complaint: MatterId,
    pub about: About,
    pub round: u16,
    pub redressed: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Suspension {
    pub document: String,
    pub until: Option<Date>,
}

/// 一方交出的份额。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contribution {
    /// The holder's place among the tender's keys, from 1.
    pub holder: u8,
    pub purpose: SharePurpose,
    pub digest: String,
    pub at_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BidRow {
    pub bid: MatterId,
    pub digest: String,
    pub received_ms: i64,
    pub read: Option<(Reading, i64)>,
    pub unreadable: Option<UnreadableFault>,
    /// Why it could not be opened, as it was found on the spot.
    #[serde(default)]
    pub ground: String,
    /// The rule by which it is void.
    pub void: Option<String>,
    pub rejected: Option<RejectGround>,
}

impl BidRow {
    /// 参加评审: read out, and neither void nor rejected.
    pub fn live(&self) -> Option<(&Reading, i64)> {
        let out = self.void.is_some() || self.rejected.is_some();
        self.read.as_ref().filter(|_| !out).map(|(reading, price)| (reading, *price))
    }
}

/// 评标委员会一席。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub leaf: String,
    pub expert: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<ReplaceGround>,
}

impl Seat {
    /// The account under which the member scores: a seat, not a name.
    pub fn account(&self) -> PersonId {
        seat_account(&self.leaf)
    }
}

pub fn seat_account(leaf: &str) -> PersonId {
    PersonId::new(&format!("seat-{}", leaf.get(..16).unwrap_or(leaf)))
}

/// 回避声明。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Declaration {
    pub seat: String,
    pub bars: Vec<Bar>,
}

/// 封存的评分表。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SealedSheet {
    pub seat: String,
    pub bid: MatterId,
    pub digest: String,
}

/// 评分表。
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sheet {
    pub seat: String,
    pub bid: MatterId,
    pub total: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub on: Date,
    pub candidates: Vec<Candidate>,
}

/// 中标候选人; unranked candidates (评定分离) bear no rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub rank: Option<usize>,
    pub bid: MatterId,
    pub bidder: String,
    pub price_fen: i64,
    /// Sum of all sheets, in hundredths of a point.
    pub total: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Award {
    pub on: Date,
    pub bid: MatterId,
    pub price_fen: i64,
    pub notice: Option<Date>,
    pub reported: Option<Date>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedContract {
    pub on: Date,
    pub contract: Contract,
    pub filed: bool,
    pub published: bool,
    pub changes_fen: i64,
    pub paid_fen: i64,
    pub accepted: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alert {
    pub n: u32,
    pub rule: String,
    /// 第几次招标时提示的; 0 of one that was raised before this was kept.
    #[serde(default)]
    pub round: u16,
    pub disposed: Option<Disposition>,
}

impl Project {
    pub fn regime(&self) -> Regime {
        self.regime
    }

    pub fn must(&self) -> bool {
        self.must.is_some_and(MustTender::must)
    }

    /// 依法由排名第一的候选人中标 (实施条例 55; 采购法实施条例 43).
    pub fn first_must_win(&self) -> bool {
        match self.regime {
            Regime::Tendering => self.must() && self.registration.funding.state_controls(),
            Regime::Procurement => true,
        }
    }

    pub fn deadline_ms(&self) -> Option<i64> {
        self.tender.deadline.map(instant_ms)
    }

    /// 正在接收投标: announced, neither ended nor opened. The deadline is held against the moment at the door.
    pub fn takes_bids(&self) -> bool {
        self.tender.announced.is_some() && self.terminated.is_none() && self.tender.opening.is_none()
    }

    pub fn open_objection(&self, stage: Stage) -> Option<&Objection> {
        self.objections
            .iter()
            .find(|objection| objection.stage == stage && objection.is_open())
    }

    /// 有效的暂停决定。
    pub fn suspensions(&self) -> impl Iterator<Item = &Suspension> {
        self.suspended.iter().chain(&self.also_suspended)
    }

    /// 成立而没有改正的异议或者投诉, of this round; of the file alone, or of anything. What an objection at the opening finds
    /// is put right on the spot.
    pub fn unredressed(&self, of_file: bool) -> Option<String> {
        let mut objections = self.objections.iter().filter(|one| one.round == self.round && one.upheld);
        let objection = objections.find(|one| {
            let counts = one.stage.is_of_file() || (!of_file && one.stage == Stage::Result);
            counts && one.redressed.is_none()
        });
        let mut complaints = self.upheld_complaints.iter().filter(|one| one.round == self.round);
        let complaint =
            complaints.find(|one| (!of_file || one.about == About::File) && one.redressed.is_none());
        objection
            .map(|one| format!("第{}号异议成立", one.n))
            .or_else(|| complaint.map(|one| format!("投诉{}成立", one.complaint)))
    }

    /// 开标密钥, once a file names them.
    pub fn keys(&self) -> Option<&OpeningKeys> {
        self.tender.file.as_ref()?.keys.as_ref()
    }

    pub fn bid(&self, bid: MatterId) -> Option<&BidRow> {
        self.tender.bids.iter().find(|row| row.bid == bid)
    }

    /// 投标人的个数: of envelopes until the opening is over, since nobody knows whose they are; from then on of those who
    /// were read out, each once, however many envelopes it handed in.
    pub fn n_bidders(&self) -> usize {
        if self.tender.opened.is_some() { self.n_bidders_read() } else { self.tender.bids.len() }
    }

    /// 唱读过的投标人. An envelope that does not open is nobody's.
    pub fn n_bidders_read(&self) -> usize {
        let read = self.tender.bids.iter().filter_map(|row| row.read.as_ref());
        let codes: BTreeSet<&str> = read.map(|(reading, _)| reading.code.as_str()).collect();
        codes.len()
    }

    /// Members who sit now.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.tender.committee.iter().filter(|seat| seat.out.is_none())
    }

    pub fn declaration(&self, seat: &str) -> Option<&Declaration> {
        self.tender.declared.iter().find(|declared| declared.seat == seat)
    }

    pub fn has_signed(&self, seat: &str) -> bool {
        self.tender.signed.iter().any(|signed| signed == seat)
    }

    /// 全体签署: from here on the sheets may be seen.
    pub fn all_signed(&self) -> bool {
        let mut seats = self.seats().peekable();
        seats.peek().is_some() && seats.all(|seat| self.has_signed(&seat.leaf))
    }

    /// 评分已经启封, or about to be by the relay: also after a successor has yet to score.
    pub fn scores_open(&self) -> bool {
        !self.tender.sheets.is_empty() || self.all_signed()
    }

    /// 现任成员中赞成以这一事由否决的人数.
    pub fn n_votes(&self, bid: MatterId, ground: RejectGround) -> usize {
        let voted = |seat: &&Seat| {
            let mut votes = self.tender.rejections.iter();
            votes.any(|vote| vote.seat == seat.leaf && (vote.bid, vote.ground) == (bid, ground))
        };
        self.seats().filter(voted).count()
    }

    /// 应当推荐的候选人, as many as the file lets be named; `None` while sheets are missing.
    pub fn proposed(&self) -> Option<Vec<MatterId>> {
        let file = self.tender.file.as_ref()?;
        let ranking = evaluate::ranking(self, file).ok()?;
        Some(
            ranking
                .into_iter()
                .take(usize::from(file.candidates))
                .map(|(bid, _)| bid)
                .collect(),
        )
    }

    /// Bids that take part and that this seat has not scored.
    pub fn unscored(&self, seat: &str) -> usize {
        let tender = &self.tender;
        let sealed = |bid: MatterId| tender.sealed.iter().any(|sheet| sheet.seat == seat && sheet.bid == bid);
        let opened = |bid: MatterId| tender.sheets.iter().any(|sheet| sheet.seat == seat && sheet.bid == bid);
        let live = tender.bids.iter().filter(|row| row.live().is_some());
        live.filter(|row| !sealed(row.bid) && !opened(row.bid)).count()
    }

    pub fn candidates(&self) -> &[Candidate] {
        self.tender.report.as_ref().map_or(&[], |report| &report.candidates)
    }

    pub fn status(&self) -> &'static str {
        let tender = &self.tender;
        match self {
            Project { archived: Some(_), .. } => "archived",
            Project { terminated: Some(_), .. } => "terminated",
            Project { suspended: Some(_), .. } => "suspended",
            Project { contract: Some(contract), .. } if contract.accepted == Some(true) => "accepted",
            Project { contract: Some(_), .. } => "performing",
            Project { award: Some(award), .. } if award.notice.is_some() => "noticed",
            Project { award: Some(_), .. } => "awarded",
            _ if tender.publicity.is_some() => "publicity",
            _ if tender.report.is_some() => "reported",
            _ if tender.opened.is_some() => "evaluating",
            _ if tender.opening.is_some() => "opening",
            _ if tender.announced.is_some() => "announced",
            _ if tender.file.is_some() => "file",
            Project { registered: Some(_), .. } => "registered",
            Project { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "archived" => "已归档",
            "terminated" => "已终止",
            "suspended" => "已暂停",
            "accepted" => "已验收",
            "performing" => "履约中",
            "noticed" => "已发中标通知，待签合同",
            "awarded" => "已确定中标人",
            "publicity" => "中标候选人公示",
            "reported" => "已提出评标报告",
            "evaluating" => "评标中",
            "opening" => "开标中",
            "announced" => "已公告，投标中",
            "file" => "招标文件编制中",
            "registered" => "已登记",
            _ => "未登记",
        }
    }
}

impl Objection {
    pub fn is_open(&self) -> bool {
        self.answered.is_none() && self.withdrawn.is_none()
    }
}
