//! 招标项目的行为。 What tenderer, approver, supervisor, committee and bidders may ask for.

use super::file::{Separation, TenderFile};
use super::parts::*;
use crate::complaint::About;
use crate::draw::matter::Bar;
use crate::regime::{Funding, Kind};
use fadu_kernel::{MatterId, OrgId};
use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 登记
    Register { registration: Box<Registration> },
    /// 申报招标方式
    ProposeMethod { method: Method },
    /// 核定招标范围、方式、组织形式
    ConfirmMethod { document: String },
    /// 签署主体责任清单
    SignDuties { version: String, digest: String },
    /// 申请评定分离
    Separate { separation: Separation },
    /// 编制招标文件
    PrepareFile { file: Box<TenderFile> },
    /// 处理检查提示: why a flagged clause may stand. One that may not is taken out by a new file.
    AnswerFlag { flag: String, reason: String },
    /// 发布公告
    Announce { publications: Vec<Publication> },
    /// 发出投标邀请书: digests of the letters; the names stay with the tenderer.
    Invite { letters: Vec<String> },
    /// 资格预审结果: the root of the ticket tree, which hides names and number alike.
    Qualify { root: String },
    /// 提问
    Ask { digest: String },
    /// 澄清或者修改
    Clarify { digest: String, affects_bids: bool, of_prequalification: bool },
    /// 复核澄清: a second person finds that a change so near the deadline does not touch the bids.
    ConfirmClarification {
        /// 澄清文件的摘要
        digest: String,
        reason: String,
    },
    /// 推迟投标截止
    Postpone {
        #[schemars(with = "String", extend("format" = "date-time"))]
        deadline: DateTime,
        reason: String,
    },
    /// 提出异议（质疑）
    Object {
        stage: Stage,
        /// 知道或者应当知道之日: counts in government procurement.
        #[schemars(with = "String", extend("format" = "date"))]
        known_on: Date,
        digest: String,
    },
    /// 答复异议
    AnswerObjection { n: u32, upheld: bool, digest: String },
    /// 撤回异议
    WithdrawObjection { n: u32 },
    /// 责令暂停
    Suspend { document: String },
    /// 恢复
    Resume {
        document: String,
        /// 恢复所针对的暂停文书; without it, the only one in force.
        #[serde(default)]
        suspension: String,
    },
    /// 暂停期满
    LapseSuspension,
    /// 投标文件入册: what a sealed bid asks once it may be known.
    Admit { bid: MatterId, digest: String, received_ms: i64 },
    /// 开标
    BeginOpening,
    /// 交出份额: what a key holder opened on its own machine; `digest` is of the file handed in.
    Contribute {
        /// 第几方，从1起
        holder: u8,
        /// 份额用途
        purpose: SharePurpose,
        digest: String,
    },
    /// 认定密钥持有方缺席: what the supervisor finds where too few of them come.
    NoteAbsence { document: String },
    /// 唱标
    ReadBid { bid: MatterId, reading: Box<Reading> },
    /// 解密不成
    NoteUnreadable {
        bid: MatterId,
        fault: UnreadableFault,
        /// 当场查明的情况, as it goes into the opening record.
        ground: String,
    },
    /// 结束开标
    CloseOpening { record: String },
    /// 重新招标
    Retender {
        ground: RetenderGround,
        reason: String,
        /// 候选人不符合中标条件的情形
        #[serde(default)]
        fell: Option<SkipGround>,
    },
    /// 终止招标
    Terminate { reason: String, announcement: String, refund: bool },
    /// 组建评标委员会
    SeatCommittee {
        /// 专家抽取; absent only for a special project (实施条例 47).
        draw: Option<MatterId>,
        /// 特殊项目直接确定的专家
        appointed: Vec<Member>,
        special_ground: String,
        representatives: Vec<Member>,
    },
    /// 更换成员
    ReplaceMember { seat: String, ground: ReplaceGround, substitute: Member },
    /// 认为评标时间不够
    SayTimeShort,
    /// 声明回避情况: before anything is scored; without a ground, that there is none.
    DeclareInterest { bars: Vec<Bar> },
    /// 评分: what is scored stays sealed until every member has signed. The nonce keeps its digest from being guessed.
    Score { bid: MatterId, points: Vec<Points>, nonce: String },
    /// 签署评分: after it the member scores no more.
    SignSheets,
    /// 启封评分: what the last signature asks for.
    OpenSheets { sheets: Vec<OpenedSheet> },
    /// 投票否决: what more than half of the members vote for is done with the last of their votes.
    VoteRejection { bid: MatterId, ground: RejectGround, reason: String, evidence: String },
    /// 要求澄清: in writing, to be answered by the end of that day.
    AskBidder {
        bid: MatterId,
        digest: String,
        #[schemars(with = "String", extend("format" = "date"))]
        answer_by: Date,
    },
    /// 投标人澄清: what the holder of the bid asks.
    AnswerCommittee { bid: MatterId, digest: String },
    /// 签署评标报告
    SignReport { candidates: Vec<MatterId>, digest: String },
    /// 写明不同意见
    StateDissent { reason: String },
    /// 提出评标报告: what more than half of the members signed.
    ReportEvaluation { candidates: Vec<MatterId>, digest: String },
    /// 重新评标: after an objection to the result or a complaint was upheld; the committee evaluates from the beginning.
    Reevaluate { reason: String },
    /// 投诉成立: what the decision of a complaint asks.
    NoteUpheld { complaint: MatterId, about: About },
    /// 公示中标候选人
    PublishCandidates {
        #[schemars(with = "String", extend("format" = "date"))]
        until: Date,
    },
    /// 清标报告
    ReportClearing { digest: String },
    /// 定标
    Choose { meeting: Box<Meeting> },
    /// 确定中标人
    Award { bid: MatterId, ground: Option<SkipGround>, reason: String },
    /// 发出中标通知书
    SendNotice { told: Vec<MatterId> },
    /// 向监督部门报告
    ReportToSupervisor { digest: String },
    /// 签订合同
    SignContract { contract: Box<Contract> },
    /// 退还保证金
    ReturnBonds { to: BondsTo, with_interest: bool },
    /// 合同备案
    FileContract { digest: String },
    /// 合同公告
    PublishContract { digest: String },
    /// 合同变更
    ChangeContract { amount_fen: i64, reason: String, digest: String },
    /// 付款
    Pay { amount_fen: i64, voucher: String },
    /// 验收
    AcceptWork { passed: bool, digest: String },
    /// 归档
    Archive {
        index: String,
        #[schemars(with = "String", extend("format" = "date"))]
        keep_until: Date,
    },
    /// 插手干预登记: never changed and never taken back; who it was stays in the sealed paper.
    RegisterIntervention { digest: String, reported_to: String },
    /// 线下办理: a step that was done on paper, and why.
    NoteOffline { step: String, reason: String },
    /// 风险提示
    RaiseAlert { rule: String, evidence: Vec<String>, note: String },
    /// 提示处理
    DisposeAlert { n: u32, disposition: Disposition, reason: String },
    /// 制作文书: the notice of the fact `seq` was made and is kept under its digest. The system alone brings it.
    IssueNotice { seq: i64, digest: String },
}

/// 登记内容。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Registration {
    pub title: String,
    pub kind: Kind,
    /// 行业
    pub sector: String,
    /// 投资项目统一代码
    #[serde(default)]
    pub code: String,
    pub supervisor: OrgId,
    /// 项目审批、核准部门
    #[serde(default)]
    pub approver: Option<OrgId>,
    /// 批准文号; empty while there is none.
    #[serde(default)]
    pub approval: String,
    /// 招标代理机构的统一社会信用代码
    #[serde(default)]
    pub agency: Option<String>,
    /// 招标项目估算价; for procurement the budget of the purchase.
    pub estimate_fen: i64,
    /// 同一项目可以合并的部分合计，含本合同
    #[serde(default)]
    pub together_fen: i64,
    pub funding: Funding,
}
