//! 招标项目的组成。 Values that acts, facts and the state share.

use fadu_kernel::{MatterId, OrgId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 招标方式。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 公开招标
    Open,
    /// 邀请招标
    Invited { ground: InviteGround, reason: String },
    /// 不招标
    NotTendered { ground: ExemptGround, scope: String, reason: String },
}

/// 邀请招标的两种情形 (实施条例 8)。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InviteGround {
    /// 技术复杂、有特殊要求或者受自然环境限制，只有少量潜在投标人
    FewCandidates,
    /// 公开招标费用占合同金额比例过大
    CostTooHigh,
}

/// 可以不招标的情形 (实施条例 9; 招标投标法 66): a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExemptGround {
    /// 未达到必须招标的范围或者标准
    NotRequired,
    /// 不可替代的专利或者专有技术
    Patent,
    /// 采购人依法能够自行建设、生产或者提供
    OwnCapacity,
    /// 特许经营项目投资人依法能够自行建设
    Concession,
    /// 需要向原中标人采购，否则影响功能配套
    OriginalSupplier,
    /// 国家规定的其他特殊情形
    OtherByState,
    /// 涉及国家安全、国家秘密
    StateSecret,
    /// 抢险救灾
    DisasterRelief,
    /// 以工代赈
    WorkRelief,
}

/// 一处公告: where it appeared, the digest of its text, and what was charged for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Publication {
    pub medium: String,
    pub digest: String,
    #[serde(default)]
    pub fee_fen: i64,
}

/// 异议的阶段。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 资格预审文件
    Prequalification,
    /// 招标文件
    File,
    /// 开标
    Opening,
    /// 评标结果（采购：中标结果）
    Result,
}

impl Stage {
    /// About what is published for bidders: 资格预审文件, 招标文件.
    pub fn is_of_file(self) -> bool {
        matches!(self, Stage::Prequalification | Stage::File)
    }
}

/// 唱标内容: what is read out from an opened bid. Firms are named; no person is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    pub bidder: String,
    /// 统一社会信用代码
    pub code: String,
    /// 投标报价, as written: `1,234,567.80`.
    pub price: String,
    /// 联合体其他成员的信用代码
    #[serde(default)]
    pub consortium: Vec<String>,
    /// Keyed digest of the responsible person's number: equal digests, equal persons.
    #[serde(default)]
    pub head: String,
    /// Credit codes that control or manage the bidder.
    #[serde(default)]
    pub controlled_by: Vec<String>,
    /// 与招标人有利害关系
    #[serde(default)]
    pub interested: bool,
    /// 保证金从基本账户转出; absent for a guarantee or where none was asked for.
    #[serde(default)]
    pub bond_from_basic_account: Option<bool>,
    #[serde(default)]
    pub marks: Marks,
}

/// 同源标记: as the bidder's own program wrote them into the letter. Keyed digests but for the last: equal digests, the same
/// source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Marks {
    /// 编制文件的单位、个人、机器、计价软件锁
    #[serde(default)]
    pub author: Vec<String>,
    /// 办理投标事宜的单位、个人
    #[serde(default)]
    pub agent: Vec<String>,
    /// 项目管理成员
    #[serde(default)]
    pub managers: Vec<String>,
    /// 保证金转出账户
    #[serde(default)]
    pub account: Vec<String>,
    /// 文件中出现的其他单位的信用代码
    #[serde(default)]
    pub named: Vec<String>,
}

/// 解密不成的原因，按当场查明的。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableFault {
    Bidder,
    Platform,
    Unknown,
}

/// 份额是做什么用的。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SharePurpose {
    /// 归属: whose project an envelope of an absent bidder is; after the deadline.
    Label,
    /// 内容: what was bid; after the opening has begun.
    Content,
}

/// 重新招标的事由。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetenderGround {
    /// 投标人少于三个
    TooFewBidders,
    /// 通过资格预审的申请人少于三个（实施条例 19）
    TooFewQualified,
    /// 所有投标被否决
    AllRejected,
    /// 招标文件违法，修改后重新招标（实施条例 23）
    UnlawfulFile,
    /// 应当中标的候选人不符合中标条件（实施条例 55）
    NoCandidateFit,
}

/// 委员会成员: a leaf instead of a name until the award is fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    pub leaf: String,
    /// 工作单位
    pub employer: OrgId,
}

/// 更换成员的法定事由 (招标投标法 37; 实施条例 48): a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplaceGround {
    /// 有回避事由
    Interest,
    /// 擅离职守
    LeftPost,
    /// 健康等原因不能继续
    Health,
    /// 其他: named so that the refusal can say that it is none.
    Other,
}

/// 一项评分, in hundredths of a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Points {
    pub criterion: String,
    pub hundredths: u32,
    #[serde(default)]
    pub reason: String,
}

/// 启封的评分表: what opens the digest of a sealed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenedSheet {
    pub bid: MatterId,
    pub points: Vec<Points>,
    pub nonce: String,
}

impl OpenedSheet {
    /// What the ledger holds of it while it is sealed.
    pub fn digest(&self) -> String {
        let points: String = self
            .points
            .iter()
            .map(|one| format!("{}|{}|{}\n", one.criterion, one.hundredths, one.reason))
            .collect();
        crate::draw::sha256(&format!("fadu-sheet\n{}\n{}\n{points}", self.nonce, self.bid))
    }
}

/// 否决事由 (实施条例 51): seven of the regulation, and those of the tender file by their number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RejectGround {
    /// 未盖章和签字
    NotSigned,
    /// 没有共同投标协议
    NoConsortiumAgreement,
    /// 不符合资格条件
    NotQualified,
    /// 两个以上不同的投标文件或者报价
    TwoBids,
    /// 低于成本或者高于最高投标限价
    PriceOutOfBounds,
    /// 没有响应实质性要求
    NotResponsive,
    /// 串通投标、弄虚作假、行贿
    Unlawful,
    /// 招标文件载明的第几项
    OfFile(u16),
}

/// 一票否决意见, the last of a seat about a bid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectionVote {
    pub seat: String,
    pub bid: MatterId,
    pub ground: RejectGround,
}

/// 要求投标人作出的澄清; its text and its answer are kept under their digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub bid: MatterId,
    pub seat: String,
    pub digest: String,
    /// The last day on which it may be answered.
    pub answer_by: Date,
    pub answer: Option<String>,
}

/// 评标报告上的签字: of which report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub seat: String,
    pub candidates: Vec<MatterId>,
    pub digest: String,
}

/// 不同意见。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dissent {
    pub seat: String,
    pub reason: String,
}

/// 定标会议 (评定分离)。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Meeting {
    /// 定标委员会成员, by seat.
    pub members: Vec<String>,
    pub method: ChoiceMethod,
    /// 每人一票
    pub votes: Vec<Vote>,
    pub chosen: MatterId,
    /// 书面理由
    pub reasons: String,
    /// 监督小组记录
    pub supervision: String,
    pub digest: String,
}

/// 定标方法。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceMethod {
    /// 票决
    #[default]
    Ballot,
    /// 票决抽签
    BallotThenLot,
    /// 价格竞争
    Price,
    /// 集体议事
    Discussion,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vote {
    pub seat: String,
    pub bid: MatterId,
    pub reason: String,
}

/// 依次确定其他候选人的情形 (实施条例 55)。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SkipGround {
    /// 放弃中标
    GaveUp,
    /// 因不可抗力不能履行合同
    ForceMajeure,
    /// 不按要求提交履约保证金
    NoPerformanceBond,
    /// 被查实存在影响中标结果的违法行为
    Unlawful,
}

/// 合同。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contract {
    pub price_fen: i64,
    pub digest: String,
    pub performance_bond_fen: i64,
    /// 与招标文件、投标文件不一致的条款
    #[serde(default)]
    pub differences: Vec<String>,
    /// 转让，或者分包主体、关键性工作
    #[serde(default)]
    pub transfers_main_part: bool,
}

/// 退还给谁。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BondsTo {
    /// 中标人
    Winner,
    /// 未中标的投标人；终止的，全部投标人
    Losers,
    /// 重新招标以前的全部投标人
    Earlier,
}

/// 提示的处理结果。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// 解释成立
    Explained,
    /// 已经改正
    Corrected,
    /// 查实，依法处理
    Confirmed,
    /// 移送
    HandedOver,
}
