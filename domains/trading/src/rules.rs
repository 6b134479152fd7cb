//! 规则。 What an act of trading may be refused by, each with its id in the rule book and its article.

use fadu_kernel::Basis;

/// 招标投标法
pub(crate) const fn tl(article: u16) -> Basis {
    Basis::article("招标投标法", article)
}

/// 招标投标法实施条例
pub(crate) const fn tr(article: u16) -> Basis {
    Basis::article("招标投标法实施条例", article)
}

/// 政府采购法
pub(crate) const fn pl(article: u16) -> Basis {
    Basis::article("政府采购法", article)
}

/// 政府采购法实施条例
pub(crate) const fn pr(article: u16) -> Basis {
    Basis::article("政府采购法实施条例", article)
}

const ORDER_16: &str = "必须招标的工程项目规定";
const COMMITTEE: &str = "评标委员会和评标方法暂行规定";
const PURCHASING: &str = "政府采购货物和服务招标投标管理办法";
const ENFORCEMENT: &str = "行政执法监督条例";
const RETENTION: &str = "机关文件材料归档范围和文书档案保管期限规定";
const DUTIES: &str = "招标人主体责任履行指引";
const SEPARATION: &str = "黄石市评定分离指导规则（试行）";
const LIBRARIES: &str = "市场监管总局关于全面推进“双随机、一公开”监管工作的通知";
const INSPECTIONS: &str = "国务院办公厅关于严格规范涉企行政检查的意见";

fadu_kernel::rules! {
    MUST_TENDER = "TND-01", "属于必须招标范围、达到规模标准的项目，必须招标", [tl(3)];
    NO_SPLITTING = "TND-02", "不得把必须招标的项目化整为零；同一项目可以合并的部分合计达到标准的，一并招标", [tl(4)];
    APPROVED_AND_FUNDED = "TND-03", "招标之前，审批手续要履行完，资金要落实", [tl(9)];
    OPEN_FIRST = "TND-04", "国有资金控股或者主导的必须招标项目应当公开招标；邀请招标只限两种情形，并须经认定", [tr(8)];
    EXEMPTIONS = "TND-05", "不招标只限法定的几种情形，并须经审批、核准部门确定", [tr(9), tl(66)];
    THREE_INVITED = "TND-06", "邀请招标应当向三个以上的法人或者其他组织发出投标邀请书", [tl(17)];
    SAME_TEXT = "TND-07", "在不同媒介发布的公告内容应当一致，不得收费", [tr(15)];
    STANDARD_TEXT = "TND-08", "必须招标的项目应当使用标准文本编制招标文件", [tr(15)];
    SALE_PERIOD = "TND-09", "资格预审文件或者招标文件的发售期不得少于五日", [tr(16)];
    NO_PROFIT = "TND-10", "发售文件只能收取印刷、邮寄成本；电子文件没有这项成本", [tr(16)];
    PREQUALIFICATION_TIME = "TND-11", "提交资格预审申请文件的时间，自停止发售之日起不得少于五日", [tr(17)];
    TWENTY_DAYS = "TND-12", "自招标文件开始发出到投标截止，最短不得少于二十日", [tl(24)];
    FIFTEEN_DAYS = "TND-13", "影响投标的澄清或者修改应当在截止前十五日作出，不足的顺延截止时间；预审为三日", [tr(21), tl(23)];
    OBJECT_TO_FILE = "TND-14", "对招标文件有异议的，应当在投标截止十日前提出；预审文件为二日前", [tr(22)];
    ANSWER_FIRST = "TND-15", "收到异议三日内答复；答复之前暂停招标投标活动", [tr(22)];
    VALIDITY = "TND-16", "招标文件应当载明投标有效期，自投标截止之日起算", [tr(25)];
    BID_BOND = "TND-17", "投标保证金不得超过招标项目估算价的百分之二，有效期与投标有效期一致", [tr(26)];
    BASIC_ACCOUNT = "TND-18", "以现金或者支票提交的投标保证金应当从基本账户转出", [tr(26)];
    NO_FLOOR = "TND-19", "标底只能有一个并须保密；不得规定最低投标限价", [tr(27)];
    ALL_OR_NONE = "TND-20", "不得组织单个或者部分潜在投标人踏勘现场", [tr(28)];
    PROVISIONAL_SUMS = "TND-21", "达到规模标准的暂估价部分应当依法招标", [tr(29)];
    REFUND_ON_END = "TND-22", "终止招标的应当及时公告，退还文件费用、保证金和银行同期存款利息", [tr(31)];
    NO_SHUTTING_OUT = "TND-23", "不得以不合理的条件限制、排斥潜在投标人；检查提示应当逐条处理", [tr(32), tl(18)];
    NO_LOCAL_POINTS = "TND-24", "不得以特定行政区域或者特定行业的业绩、奖项作为加分条件", [tr(32)];
    RELATED_BIDDERS = "TND-25", "负责人为同一人或者有控股、管理关系的单位，不得参加同一标段投标，相关投标无效", [tr(34)];
    INTERESTED_BIDDERS = "TND-26", "与招标人有利害关系、可能影响公正的，不得参加投标", [tr(34)];
    BOND_ON_WITHDRAWAL = "TND-27", "撤回投标的，自收到书面撤回通知之日起五日内退还保证金", [tr(35)];
    LATE_BIDS = "TND-28", "逾期送达、未按要求密封或者未通过预审的投标文件应当拒收", [tr(36), tl(28)];
    CONSORTIUM = "TND-29", "联合体各方不得在同一项目中单独投标或者参加其他联合体", [tr(37)];
    COLLUSION = "TND-30", "以串通投标为由否决的，要有证据", [tr(39)];
    PRESUMED_COLLUSION = "TND-31", "出现视为串通投标的线索，要先由评标委员会处理再提出评标报告", [tr(40)];
    SAME_AUTHOR = "TND-31a", "不同投标人的投标文件由同一单位或者个人编制的，视为串通投标，先由评标委员会处理", [tr(40)];
    SAME_AGENT = "TND-31b", "不同投标人委托同一单位或者个人办理投标事宜的，视为串通投标，先由评标委员会处理", [tr(40)];
    SAME_MANAGER = "TND-31c", "不同投标人的项目管理成员为同一人的，视为串通投标，先由评标委员会处理", [tr(40)];
    ALIKE = "TND-31d", "不同投标人的投标文件异常一致或者投标报价呈规律性差异的，视为串通投标，先由评标委员会处理", [tr(40)];
    MIXED_FILES = "TND-31e", "不同投标人的投标文件相互混装的，视为串通投标，先由评标委员会处理", [tr(40)];
    SAME_ACCOUNT = "TND-31f", "不同投标人的投标保证金从同一单位或者个人的账户转出的，视为串通投标，先由评标委员会处理", [tr(40)];
    NO_EARLY_LOOK = "TND-32", "开标之前不得开启投标文件", [tr(41), tl(28)];
    OPENING_TIME = "TND-33", "开标应当在投标截止的同一时间公开进行", [tl(34)];
    THREE_BIDDERS = "TND-34", "投标人少于三个的，不得开标，应当重新招标", [tr(44), tl(28)];
    OPENING_OBJECTION = "TND-35", "对开标有异议的当场提出，当场答复，并制作记录", [tr(44)];
    COMMITTEE_OF_FIVE = "TND-36", "评标委员会五人以上单数，专家不得少于三分之二", [tl(37)];
    EXPERT_STANDING = "TND-37", "专家应当从事相关领域工作满八年并具有高级职称或者同等专业水平", [tl(37)];
    RANDOM_EXPERTS = "TND-38", "专家应当从专家库中随机抽取，不得指定；特殊项目除外", [tr(46), tr(47)];
    NO_REPLACEMENT = "TND-39", "非因法定事由，不得更换评标委员会成员", [tr(46), tr(48)];
    NO_SUPERVISORS = "TND-40", "行政监督部门的工作人员不得担任本部门监督项目的评标委员会成员", [tr(46)];
    SECRET_MEMBERS = "TND-41", "评标委员会成员名单在中标结果确定前保密", [tl(37)];
    MORE_TIME = "TND-42", "超过三分之一的成员认为评标时间不够的，应当适当延长", [tr(48)];
    EVALUATE_AGAIN = "TND-43", "被更换成员的评审结论无效，由更换后的成员重新评审", [tr(48)];
    STATED_CRITERIA = "TND-44", "招标文件没有规定的标准和方法不得作为评标依据", [tr(49)];
    BASE_PRICE = "TND-45", "不得以报价是否接近标底作为中标条件", [tr(50)];
    REJECTION_GROUNDS = "TND-46", "否决投标要有法定的或者招标文件载明的事由", [tr(51)];
    ASKED_ONLY = "TND-47", "只有评标委员会书面要求的澄清才能接受", [tr(52)];
    THREE_RANKED = "TND-48", "中标候选人应当不超过三个，并标明排序", [tr(53)];
    ALL_SIGN = "TND-49", "评标报告由全体成员签字；不同意见书面说明；拒签又不说明的视为同意", [tr(53)];
    PUBLISH_IN_THREE = "TND-50", "自收到评标报告之日起三日内公示中标候选人", [tr(54)];
    PUBLICITY = "TND-51", "中标候选人公示期不得少于三日", [tr(54)];
    PUBLICITY_ENDS = "CAL-91", "中标候选人公示期的最后一日是休假日的，不算违法，但要记明并在公示页写明", [Basis::article("民法典", 203), tr(54)];
    RESULT_OBJECTION = "TND-52", "对评标结果的异议在公示期间提出，三日内答复；答复之前暂停", [tr(54)];
    FIRST_WINS = "TND-53", "国有资金控股或者主导的必须招标项目，排名第一的候选人中标；依次替补只限法定情形", [tr(55), tl(57)];
    NO_BARGAINING = "TND-54", "确定中标人之前，不得就价格、方案等实质性内容谈判", [tl(43)];
    TELL_EVERYBODY = "TND-55", "发出中标通知书，并同时通知所有未中标的投标人", [tl(45)];
    THIRTY_DAYS = "TND-56", "自中标通知书发出之日起三十日内，按招标文件和投标文件订立合同", [tl(46), tr(57)];
    REPORT = "TND-57", "自确定中标人之日起十五日内向行政监督部门提交书面报告", [tl(47)];
    PERFORMANCE_BOND = "TND-60", "履约保证金不得超过中标合同金额的百分之十", [tr(58)];
    BONDS_BACK = "TND-61", "书面合同签订后五日内，向中标人和未中标人退还投标保证金及利息", [tr(57)];
    SUBCONTRACTS = "TND-62", "不得转让中标项目；只能分包非主体、非关键性工作，不得再次分包", [tr(59), tl(48)];
    COMPLAIN_IN_TEN = "TND-63", "自知道或者应当知道之日起十日内投诉，有明确的请求和必要的证明材料", [tr(60)];
    OBJECT_BEFORE = "TND-64", "就招标文件、开标、评标结果投诉的，应当先提出异议；异议答复期间不计算在内", [tr(60)];
    COMPLAINT_CLOCKS = "TND-65", "自收到投诉之日起三个工作日内决定是否受理，自受理起三十个工作日内书面决定", [tr(61)];
    FIRST_RECEIVER = "TND-66", "向两个以上部门投诉的，由最先收到的部门处理", [tr(61)];
    INTERVENTIONS = "TND-67", "禁止非法干涉招标投标活动；过问、插手要登记，写明凭据", [tr(80), tr(6)];
    TENDER_AGAIN = "TND-68", "所有投标被否决的，应当重新招标；否决之外不得自行重新招标", [tl(42), tr(55)];
    AGENCY_APART = "TND-70", "招标代理机构不得在所代理的项目中投标、代理投标或者为投标人提供咨询", [tr(13)];
    ANNOUNCE_DECISIONS = "TND-71", "违法行为的行政处理决定应当依法公告", [tr(78)];
    PROCUREMENT_TWENTY_DAYS = "TRD-13", "政府采购自招标文件开始发出之日起至提交投标文件截止之日止，不得少于二十日", [pl(35)];
    PROCUREMENT_VOID = "TRD-14", "政府采购符合条件或者作实质响应的供应商不足三家等情形，应予废标；除采购任务取消外，重新组织招标", [pl(36), pl(37)];
    PROCUREMENT_OPEN = "TRD-15", "达到公开招标数额标准的货物、服务应当公开招标；采用其他方式的，在采购活动开始前经设区的市级以上人民政府财政部门批准", [pl(27), pl(29), pr(23)];
    PROCUREMENT_INVITED = "TRD-16", "政府采购邀请招标应当从符合资格条件的供应商中随机选择三家以上，发出投标邀请书", [pl(34)];
    PROCUREMENT_EXPERTS = "TRD-17", "政府采购评审专家应当从政府采购评审专家库中随机抽取", [pr(39)];
    PROCUREMENT_COMMITTEE = "TRD-18", "政府采购评标委员会五人以上单数，评审专家不得少于三分之二", [Basis::article(PURCHASING, 47)];
    PROCUREMENT_SPLITTING = "TRD-19", "不得将应当公开招标的货物、服务化整为零，规避公开招标采购", [pl(28), pr(28)];
    DATED_SETTINGS = "TRD-20", "交易参数要写明来源，自确定之日起施行，不得倒签", [Basis::article("立法法", 104)];
    PROCUREMENT_FILE = "TND-72", "政府采购招标文件的提供期限不得少于五个工作日", [pr(31)];
    PROCUREMENT_BOND = "TND-73", "政府采购投标保证金不得超过预算金额的百分之二；按期分别退还", [pr(33)];
    PROCUREMENT_AWARD = "TND-74", "政府采购收到评审报告后五个工作日内按顺序确定中标人，二个工作日内通知并公告", [pr(43), pr(50)];
    PROCUREMENT_REMEDIES = "TND-75", "政府采购质疑七个工作日内提出，七个工作日内答复，十五个工作日内投诉，三十个工作日内决定", [pl(52), pl(53), pl(55), pl(56)];
    PROCUREMENT_SUSPENSION = "TND-76", "政府采购活动的暂停时间最长不得超过三十日", [pl(57)];
    PROCUREMENT_RECORDS = "TND-77", "政府采购文件从采购结束之日起至少保存十五年", [pl(42)];
    PROCUREMENT_COPY = "TND-78", "政府采购合同签订之日起七个工作日内报财政部门备案", [pl(47)];
    KEPT_TEN_YEARS = "ARC-10", "文书档案的保管期限为永久或者定期，定期不少于十年", [Basis::article(RETENTION, 6)];
    STATE_MONEY = "TND-80", "预算资金二百万元以上并占投资额百分之十以上，或者国有企业资金控股主导的，属于必须招标的范围", [tl(3), Basis::article(ORDER_16, 2)];
    THRESHOLDS = "TND-81", "规模标准没有载入的，不能认定可以不招标", [tl(3), Basis::article(ORDER_16, 5)];
    MEMBER_BARS = "TND-82", "投标人的近亲属、监督部门人员、有经济利害关系或者受过处罚的人，不得担任评标委员会成员", [tl(37), Basis::article(COMMITTEE, 12)];
    DUTIES_SIGNED = "TND-83", "招标人对招标投标活动负主体责任，责任清单逐项目签署", [Basis::article(DUTIES, 3)];
    REPORT_INTERVENTIONS = "TND-84", "过问打探、插手干预应当登记报告", [Basis::article(DUTIES, 6)];
    STATE_THE_GROUND = "TND-85", "不招标的，要说明具体范围和事由", [Basis::article(DUTIES, 8)];
    SEPARATION_GATE = "TND-86", "评定分离须附地方依据；依法须排名第一者中标的项目，还须有法律顾问意见", [tr(53), tr(55), Basis::article(SEPARATION, 0)];
    UNREADABLE = "TND-90", "解密不成的投标文件如何处理，未载入依据前只作记录，不作认定", [tl(36)];
    TWO_OFFICERS = "INS-06", "检查由具有资格的执法人员实施，不得少于两人", [Basis::article("行政处罚法", 42)];
    CERTIFICATES = "INS-05", "检查时应当主动出示执法证件，记录要有证件号", [Basis::article("行政处罚法", 55)];
    DOUBLE_RANDOM = "INS-01", "检查对象随机抽取，检查人员随机选派，事项和结果公开", [Basis::article("优化营商环境条例", 54)];
    MERGE_VISITS = "INS-02", "同一对象的多个检查事项应当合并", [Basis::article("优化营商环境条例", 54)];
    MERGE_ITEMS = "INS-03", "对民营经济组织的多个检查事项应当尽可能合并，或者纳入跨部门联合检查", [Basis::article("民营经济促进法", 52), Basis::article("优化营商环境条例", 54)];
    SMALL_MERGED = "INS-04", "同一部门对中小企业的多项监督检查能够合并进行的，应当合并进行", [Basis::article("中小企业促进法", 56)];
    ENFORCEMENT_SUPERVISED = "INS-15", "本级人民政府的行政执法监督机构监督行政执法，抽查结果公开后把检查记录报送司法行政部门", [Basis::article(ENFORCEMENT, 6)];
    WHOLE_RECORD = "INS-07", "行政执法全过程留痕：没有全过程记录的检查表不能填写", [Basis::article("优化营商环境条例", 58)];
    TWO_LIBRARIES = "INS-14", "检查对象名录库和执法检查人员名录库都要建立，抽查计划写明所用的版本", [Basis::article(LIBRARIES, 0)];
    CERTIFIED_ONLY = "INS-10", "没有执法资格的人员、外包的机构不得实施检查", [Basis::article("行政处罚法", 42), Basis::article(INSPECTIONS, 0)];
    VISIT_CAP = "INS-11", "同一对象的年度检查次数不得超过公布的上限", [Basis::article(INSPECTIONS, 0)];
    APPROVED_VISIT = "INS-12", "检查须先经批准并通知", [Basis::article(INSPECTIONS, 0)];
    PUBLISHED_ITEMS = "INS-13", "检查事项未经公布的，不得实施", [Basis::article(INSPECTIONS, 0)];
    PUBLISH_RESULTS = "INS-90", "抽查结果应当按期公开", [Basis::article("优化营商环境条例", 54)];
    ORDER_TO_CORRECT = "PEN-01", "责令改正要写明违法行为、条款、期限和复查日期", [Basis::article("行政处罚法", 28)];
    KIND_HELD = "TRD-01", "本类交易的规则尚未载入，不能办理", [tr(83), pl(2)];
    SECRET_BIDDERS = "TRD-02", "开标之前，不得让任何人知道潜在投标人的名称和数量", [tl(22), tl(52)];
    ORDER = "TRD-03", "这一步要在规定的前一步之后做", [tl(5)];
    OWN_SIDE = "TRD-04", "这一步由法定的一方办理", [tr(4), tl(7)];
    STOPPED = "TRD-05", "监督部门责令暂停期间，不得继续招标投标活动", [tr(62)];
    REDRESS = "TRD-12", "异议、投诉成立的，没有改正、重新评标或者重新招标以前，不能继续到确定中标人、签订合同", [tr(81), pr(71)];
    CONTRACT_SUM = "TRD-07", "政府采购追加的金额合计不得超过原合同的百分之十；付款不得超过合同价款", [pl(49), tl(46)];
    DRAW_ORDER = "TRD-08", "名单先冻结，再提交、公开随机数，最后按公共随机数排序；随机数出现之后什么都不能改", [tr(46)];
    DRAW_ONCE = "TRD-09", "一次需要只抽取一次；重新抽取要有法定事由和文书", [tr(46)];
    CLOCK_ONLY = "TRD-10", "期限届满的后果只能由系统时钟记录", [tl(5)];
    ALERTS_END = "TRD-11", "每条风险提示都要有处理结果、日期和理由", [tl(7)];
}

/// 招标文件内容的规则: what an alert about the file itself is raised under, besides the review of fair competition.
static OF_FILE: [&fadu_kernel::Rule; 15] = [
    &STANDARD_TEXT,
    &SALE_PERIOD,
    &NO_PROFIT,
    &PREQUALIFICATION_TIME,
    &TWENTY_DAYS,
    &VALIDITY,
    &BID_BOND,
    &NO_FLOOR,
    &PROVISIONAL_SUMS,
    &NO_SHUTTING_OUT,
    &NO_LOCAL_POINTS,
    &PERFORMANCE_BOND,
    &PROCUREMENT_FILE,
    &PROCUREMENT_TWENTY_DAYS,
    &PROCUREMENT_BOND,
];

/// Whether a rule, as an alert names it, is one of the file's content.
pub(crate) fn is_of_file(rule: &str) -> bool {
    rule.starts_with("FCR-") || OF_FILE.iter().any(|of| rule.starts_with(of.id))
}

/// 视为串通的六种情形, as a lead names them; one that names none of them is of all.
pub(crate) fn presumption(rule: &str) -> &'static fadu_kernel::Rule {
    let six = [&SAME_AUTHOR, &SAME_AGENT, &SAME_MANAGER, &ALIKE, &MIXED_FILES, &SAME_ACCOUNT];
    six.into_iter().find(|known| known.id == rule).unwrap_or(&PRESUMED_COLLUSION)
}

/// Statutes that the rules above name and of which no text is held: the shelf lists them as such.
pub const NOT_HELD: [&str; 9] =
    [ORDER_16, COMMITTEE, PURCHASING, RETENTION, ENFORCEMENT, DUTIES, SEPARATION, LIBRARIES, INSPECTIONS];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_is_declared_once_with_a_sentence_and_a_basis() {
        let ids: BTreeSet<&str> = super::ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), super::ALL.len());
        assert!(
            super::ALL
                .iter()
                .all(|rule| !rule.basis.is_empty() && !rule.sentence.is_empty())
        );
    }
}
