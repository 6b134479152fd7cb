//! 工单的行为。 What may be asked of an order, from the first word of a call to the archive.

use crate::place::Place;
use crate::words::{
    Capacity, Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, Nature, ReturnGround,
    Settlement, Urgency,
};
use fadu_kernel::{Basis, MatterId, OrgId, PersonId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 受理登记。 The caller's name, phone and address are sealed fields beside it, never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Intake {
    pub channel: Channel,
    /// The number that was dialled: `12345` or a merged line.
    pub line: String,
    pub kind: Kind,
    pub text: String,
    /// Four digits of the dispatch categories.
    pub category: String,
    #[serde(default)]
    pub place: Place,
    pub urgency: Urgency,
    pub lane: Lane,
    /// 市级工单编号
    #[serde(default)]
    pub prefecture: Option<String>,
    /// An earlier order of the same caller on the same thing.
    #[serde(default)]
    pub repeat_of: Option<MatterId>,
    /// 被反映单位
    #[serde(default)]
    pub against: Option<OrgId>,
    /// 没有指明单位: a report that names no unit.
    #[serde(default)]
    pub none_named: bool,
    /// 来电人同意公开
    #[serde(default)]
    pub public: bool,
    /// 涉嫌职务违法的线索: its words go into the sealed ledger, none of them here.
    #[serde(default)]
    pub lead: bool,
    /// What the machine proposed, for the record beside what the person chose.
    #[serde(default)]
    pub suggestion: Option<Suggestion>,
    /// What it proposed of the rest.
    #[serde(default)]
    pub proposed: Option<Proposed>,
    /// How many people it speaks for.
    #[serde(default = "one")]
    pub persons: u16,
    /// What the caller sent along: photos, documents.
    #[serde(default)]
    pub attachments: Vec<Evidence>,
}

fn one() -> u16 {
    1
}

/// 机器建议。 Which model, and what it thought of the categories, best first, in thousandths. A model that knows groups
/// alone proposes their two digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// Digest of the model that spoke.
    pub model: String,
    pub top: Vec<(String, u16)>,
}

impl Suggestion {
    /// The place of what was chosen in what was proposed, 1 for the first. A group is followed by any category of it.
    pub fn rank(&self, chosen: &str) -> Option<u8> {
        let follows = |code: &str| !code.is_empty() && chosen.starts_with(code);
        let at = self.top.iter().take(200).position(|(code, _)| follows(code))?;
        Some(at as u8 + 1)
    }
}

/// 机器对其余各项的建议, beside the one for the category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Proposed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Standard addresses that the text names, by the digest of their register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Suggestion>,
    /// 相似的未结工单, most alike first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub like: Vec<Alike>,
}

/// 一件相似的工单。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Alike {
    pub order: MatterId,
    /// 相似度: in thousandths.
    pub thousandths: u16,
}

impl Proposed {
    /// Nothing was proposed, and nothing is written down.
    pub fn some(self) -> Option<Proposed> {
        (self != Proposed::default()).then_some(self)
    }

    /// The rank of the place that was chosen; a village follows the proposal of its town.
    pub fn place_rank(&self, address: &str) -> Option<u8> {
        self.place.as_ref()?.rank(address)
    }

    /// How much alike an order is that was proposed.
    pub fn alike(&self, order: MatterId) -> Option<u16> {
        self.like.iter().find(|like| like.order == order).map(|like| like.thousandths)
    }
}

/// 凭证: a photo, a record, a document; the bytes lie in the blob store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// In hex: of the bytes, or keyed where the file is sealed.
    pub digest: String,
    pub name: String,
}

/// 裁定人。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Arbiter {
    pub person: PersonId,
    pub capacity: Capacity,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 受理
    Take(Box<Intake>),
    /// 转紧急热线: on an order taken, or at once and without a form.
    TransferEmergency {
        to: Emergency,
        #[serde(default)]
        note: String,
    },
    /// 群体诉求合并立单
    Raise { intake: Box<Intake>, members: Vec<MatterId> },
    /// 补充
    Supplement { text: String },
    /// 当场答复
    Answer {
        knowledge: MatterId,
        #[serde(default)]
        also: Vec<MatterId>,
        /// What the caller said at the end of the call, if anything.
        #[serde(default)]
        satisfied: Option<bool>,
    },
    /// 不予受理并告知渠道
    Exclude { ground: Exclusion, told: String },
    /// 移交信访
    HandOver { office: String, receipt: String },
    /// 转市级平台办理: the prefecture's own number is kept beside ours.
    PassUp {
        #[schemars(length(max = 40))]
        prefecture: String,
        reason: String,
    },
    /// 线索另行封存
    ReleaseLead,
    /// 关联来电: the call, as the exchange names it, in which it was said.
    LinkCall {
        #[schemars(length(max = 64))]
        call: String,
    },
    /// 登记录音: what the exchange recorded of a call, by its digest; the recording stays with the exchange.
    KeepRecording { call: String, digest: String },
    /// 查看来电人信息
    OpenCaller { reason: String },
    /// 派单
    Dispatch {
        unit: OrgId,
        #[serde(default)]
        assisting: Vec<OrgId>,
        /// 企业服务专员
        #[serde(default)]
        officer: Option<PersonId>,
        /// Where the category was found to be another.
        #[serde(default)]
        category: Option<String>,
        /// 被举报单位: whom a report is about, where that was left open when it was taken, or is found to be another.
        #[serde(default)]
        against: Option<OrgId>,
        /// 没有指明单位: the report names none.
        #[serde(default)]
        none_named: bool,
        /// Why, where the dispatch catalogue says otherwise or nothing.
        #[serde(default)]
        reason: String,
    },
    /// 签收
    Sign,
    /// 退单
    Return { ground: ReturnGround, basis: Option<Basis>, explanation: String },
    /// 处理退单
    SettleReturn { settlement: Settlement, reason: String },
    /// 收回重派: dispatched wrongly, or the unit is no more.
    Recall { reason: String },
    /// 裁定
    Arbitrate { unit: OrgId, panel: Vec<Arbiter>, reason: String },
    /// 协办意见
    Assist { text: String, evidence: Vec<Evidence> },
    /// 联席会议
    Meet { units: Vec<OrgId>, minutes: Evidence, conclusion: String },
    /// 申请延期
    Extend { n: u16, reason: String, basis: Option<Basis> },
    /// 审批延期
    SettleExtension {
        granted: bool,
        #[serde(default)]
        reason: String,
        /// 告知来电人的日期: asked for where the caller reads no page and no letter of ours.
        #[serde(default)]
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        told_on: Option<Date>,
    },
    /// 报告本级党委和政府
    ReportUp { to: String, document: String },
    /// 答复
    Reply { result: HandlingResult, text: String, evidence: Vec<Evidence> },
    /// 回访
    CallBack {
        contact: Contact,
        solved: Option<bool>,
        satisfied: Option<bool>,
        #[serde(default)]
        note: String,
    },
    /// 退回重办
    Redo { reason: String },
    /// 办结
    Close {
        /// Why, where it was not solved.
        #[serde(default)]
        reason: String,
    },
    /// 认定恶意或者违法诉求
    JudgeUnlawful { panel: Vec<PersonId>, basis: Option<Basis>, reason: String },
    /// 合议人确认: an arbiter's or a panel member's own act.
    ConfirmPanel,
    /// 合议人不同意
    DeclinePanel { reason: String },
    /// 并单
    Merge {
        into: MatterId,
        /// Of how many thousandths alike, where the machine proposed it.
        #[serde(default)]
        alike: Option<u16>,
    },
    /// 记下并入的工单: what a merger asks of the parent.
    Adopt { child: MatterId },
    /// 撤销并单: it was not the same, and goes on where it was.
    Unmerge { reason: String },
    /// 记下撤出的工单: what that asks of the parent.
    Disown { child: MatterId },
    /// 主单办结: what its end asks of those merged into it.
    FollowParent {
        parent: String,
        /// What the caller of the parent was told.
        #[serde(default)]
        reply: String,
    },
    /// 告知来信人: a letter left that says what there is to read.
    TellCaller,
    /// 到期提醒
    TurnAmber,
    /// 到期未办结
    PassDue,
    /// 催办
    Urge,
    /// 拟督办单
    DraftSupervision,
    /// 签发督办单
    IssueSupervision { nature: Nature, document: String, text: String },
    /// 通报
    NameUnit { nature: Nature, document: String, text: String },
    /// 评价
    Evaluate {
        grade: u8,
        #[serde(default)]
        text: String,
    },
    /// 公开
    Publish { title: String, text: String },
    /// 撤下公开
    Unpublish { reason: String },
    /// 归档
    Archive,
}
