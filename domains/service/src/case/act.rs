//! 办件的行为。 What applicants, windows, officers, the system and time ask for.

use super::{Channel, DeclineGround, Missing, Paper};
use crate::definition::SpecialKind;
use crate::fee::PayWay;
use crate::outside;
use crate::parcel::EventKind;
use crate::part::Parent;
use fadu_kernel::{MatterId, PersonId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// 指派检验、检测、检疫人员: two or more of the organ.
    AssignInspectors {
        /// 检验、检测、检疫人员
        inspectors: Vec<PersonId>,
    },
    /// 确认核查: a checker who did not record the check says by an act of their own what they found.
    ConfirmCheck {
        agrees: bool,
        #[serde(default)]
        note: String,
    },
    /// 报送初审意见: with the whole file, to the organ that decides.
    Forward {
        /// 是否符合条件
        favourable: bool,
        /// 初审意见
        opinion: String,
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
        /// 听证笔录: a sealed file like what is handed in; what was said there is personal.
        transcript: Paper,
        /// 笔录载明的证据
        #[serde(default)]
        evidence: Vec<String>,
    },
    Decide {
        granted: bool,
        reason: String,
        /// 隐瞒情况或者提供虚假材料。 认定有的，不能准予（行政许可法78）。
        #[serde(default)]
        false_material: bool,
        /// 依据的证据。 举行过听证的，只能依据笔录载明的（行政许可法48）。
        #[serde(default)]
        evidence: Vec<String>,
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
    /// 更正笔误。 Of what the applicant filled in the new value comes with the personal data, and neither it nor the old one
    /// stands here.
    Correct {
        what: String,
        #[serde(default)]
        from: String,
        #[serde(default)]
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
    /// 记录多收: a provider took what was not owed any more. The system alone brings it.
    NoteSurplus {
        code: String,
        amount_fen: i64,
        reference: String,
        #[serde(default)]
        simulated: bool,
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
    /// 逾期没有指派: the days to assign inspectors have passed.
    PassAssignment,
}
