//! 规则。 What a hotline act may be refused by, each with its id in the rule book and where it stands.
//!
//! The two opinions of the State Council's General Office have no numbered articles, so they are named as a whole. A
//! letter behind an id marks one of several sentences under the same row of the rule book; `HTL` are the house's own.

use fadu_kernel::Basis;

/// 国办发〔2020〕53号
const MERGING: Basis = Basis::article("国务院办公厅关于进一步优化地方政务服务便民热线的指导意见", 0);
/// Of 25 June 2025.
const RAISING: Basis = Basis::article("国务院办公厅关于进一步规范和提升12345热线服务的意见", 0);

const fn petition(article: u16) -> Basis {
    Basis::article("信访工作条例", article)
}

const fn disclosure(article: u16) -> Basis {
    Basis::article("政府信息公开条例", article)
}

fadu_kernel::rules! {
    ALWAYS_STAFFED = "HOT-01", "12345全天二十四小时有人接听，班表不能有空档", [MERGING];
    ANSWER_GENERAL = "HOT-02", "热线凭有效的知识条目当场解答一般咨询；其他诉求交有职权的单位办理，不能代替部门", [MERGING];
    LOOP = "HOT-03", "工单按受理、派单、办理、答复、督办、办结、回访、评价的次序进行，不能跳步", [MERGING];
    CLOSED = "HOT-03A", "工单已经结束，不能再改动", [MERGING];
    CLOCK_ONLY = "HOT-03B", "期限届满和联动的后果只能由系统时钟记录", [MERGING];
    NOT_BOUGHT_IN = "HOT-04", "购买服务的话务人员只接听、解答、登记和照目录派单，不办理诉求", [RAISING];
    AT_ONCE = "HOT-05", "属于110、119、120、122的，即时转至相应热线，不作工单派发", [RAISING];
    WHERE_TO_GO = "HOT-05A", "不属于热线受理范围的，告诉来电人应当走什么渠道", [RAISING];
    BY_CATALOGUE = "HOT-06", "按派单目录派给有职权的单位；目录里没有的，由热线工作机构研究确定并写明理由", [RAISING];
    NOT_TO_TOWNSHIP = "HOT-06A", "应由职能部门办理的诉求，不得分派给乡镇街道", [RAISING];
    MERGE_ALIKE = "HOT-07", "重复诉求并单处理；并入的工单不能再被并入，群体诉求达到标准才合并立单", [RAISING];
    GROUND_TO_RETURN = "HOT-07A", "退单要有法定依据，每个单位只能退一次，并且在退单期限之内", [RAISING];
    ARBITERS = "HOT-07B", "派单争议由热线工作机构、编制和司法三方共同裁定，裁定后不能再退", [RAISING];
    IN_TIME = "HOT-08", "在规定的时限内答复，时限从派单次日起算，签收和退单都不重新起算", [RAISING];
    CLOSING_STANDARD = "HOT-08A", "没有办理凭证、没有来电人的答复，不能办结；没有解决的要写明原因", [RAISING];
    EXTEND_BEFORE = "HOT-08B", "延期要在到期之前提出，有依据、不超过上限、已告知来电人，只能一次", [RAISING];
    OTHER_PERSON = "HOT-08C", "回访由办理人以外的人进行", [RAISING];
    PANEL = "HOT-08D", "恶意或者违法的诉求由三人以上合议认定，办理人不参加，认定后从分子分母同时剔除", [RAISING];
    PARAMETERS = "HOT-90", "时限、退单、裁定、回访、群体诉求等参数没有填写来源和数值的，热线不能开通", [RAISING];
    HANDED_OVER = "PET-01", "信访事项移交信访部门登记，取得回执", [petition(21)];
    FORWARDED = "PET-02", "信访部门收到信访事项，应当登记，并在十五日内转送有权处理的机关、单位", [petition(22)];
    TOLD_IN_FIFTEEN = "PET-03", "自收到信访事项之日起十五日内告知去向", [petition(23)];
    OBJECT_IN_FIVE = "PET-04", "对转送的信访事项有异议的，自收到之日起五个工作日内说明理由提出", [petition(23)];
    SIXTY_DAYS = "PET-05", "自受理之日起六十日内办结；情况复杂的，经批准可以延长不超过三十日，一次，并告知信访人", [petition(34)];
    REVIEW_IN_THIRTY = "PET-06", "自收到书面答复之日起三十日内，可以请求上一级机关复查、再请求复核", [petition(35), petition(36)];
    POSTED = "CAL-10", "期间不包括在途时间，期满之前交邮的不算过期，以邮戳为准", [Basis::article("民事诉讼法", 85)];
    NO_THIRD_ROUND = "PET-06A", "对复核意见不服，以同一事实和理由再提出的，不再受理", [petition(36)];
    LED_THERE = "PET-07", "应当通过诉讼、仲裁、复议解决的，导入相应程序，不能当作办结", [petition(31)];
    NEVER_TO_ACCUSED = "PET-08", "不得把检举、揭发的材料和情况透露或者转给被检举、揭发的人员或者单位", [petition(30)];
    KEEP_AWAY = "PET-09", "与诉求有直接利害关系的人应当回避", [petition(28)];
    FIVE_REPRESENTATIVES = "PET-10", "多人提出共同信访事项的，推选的代表不超过五人；超过的照样登记，另行标注", [petition(20)];
    REPORT_UP = "PET-11", "重大紧急的诉求要及时报告本级党委和政府", [petition(25)];
    SUPPLEMENTED_ONCE = "GOI-03", "申请内容不明确的，自收到之日起七个工作日内一次性告知补正；逾期不补正的，视为放弃", [disclosure(30)];
    ANSWERED_IN_TWENTY = "GOI-04", "不能当场答复的，自收到申请之日起二十个工作日内答复", [disclosure(33)];
    EXTENDED_BY_TWENTY = "GOI-05", "延长答复期限经信息公开工作机构负责人同意并告知申请人，最长二十个工作日", [disclosure(33)];
    OPINIONS_NOT_COUNTED = "GOI-06", "征求第三方和其他机关意见所需时间不计算在答复期限内，收到意见之前不答复", [disclosure(33)];
    SILENCE_DECIDES_NOTHING = "GOI-07", "第三方自收到征求意见书之日起十五个工作日内提出意见，逾期未提出的由行政机关决定", [disclosure(32)];
    SILENCE_CONSENTS = "GOI-08", "共同制作的机关自收到征求意见书之日起十五个工作日内提出意见，逾期未提出的视为同意公开", [disclosure(34)];
    DISCLOSURE_RECEIVED = "GOI-09", "当面提交的以提交之日、邮寄的以签收之日、网上和传真以及平常信函的以双方确认之日为收到申请之日", [disclosure(31)];
    DISCLOSED_FREE = "GOI-10", "依申请提供政府信息不收取费用，数量、频次明显超过合理范围的除外", [disclosure(42)];
    DISCLOSURE_ANSWERED = "GOI-11", "按法定的种类答复一次，不予公开的说明理由并告知救济途径", [disclosure(36), disclosure(51)];
    DISCLOSED_IN_PART = "GOI-12", "能够作区分处理的，提供可以公开的内容，并对不予公开的说明理由", [disclosure(37)];
    INSIDE_MAY_BE_WITHHELD = "GOI-15", "内部事务信息、过程性信息、行政执法案卷信息可以不予公开；规定应当公开的从其规定", [disclosure(16)];
    NO_MORE_THAN_NEEDED = "DAT-16", "查看来电人信息不能超出履行职责所必需的范围", [Basis::article("个人信息保护法", 34)];
    APPOINTED = "SUP-01", "督办和通报由受指定的人签发；未经本级人民政府指定，不得开展政府督查", [Basis::article("政府督查工作条例", 7)];
    LEADS_TO_SUPERVISION = "SUP-04", "工作中发现的职务违法犯罪线索移送监察机关，双人放行并取得回执", [Basis::article("政府督查工作条例", 23), Basis::article("监察法", 37)];
    OWN_CONSENT = "HTL-01", "公开诉求须经来电人单独同意，举报一律不公开", [Basis::article("个人信息保护法", 25)];
    OWN_OFFICER = "HTL-02", "企业诉求要指定服务专员", [Basis::article("优化营商环境条例", 48)];
    KNOWN_LINE = "HTL-03", "来源热线要在归并清单里，有归并文件", [MERGING];
    COUNTED_ONCE = "HTL-04", "话务量取自交换机记录，一个小时记一次；改正另记，原数保留", [Basis::article("统计法", 24)];
    RATED_ONCE = "HTL-05", "结束之后由来电人评价一次，不设默认评价", [Basis::article("优化营商环境条例", 49)];
    BOTH_NUMBERS = "HTL-06", "市县两级之间流转的诉求保留两个编号，转来的不能原路转回", [MERGING];
    ON_LAW = "KNO-01", "知识条目要写明依据和有效期，过期的不能用来答复", [Basis::article("政府信息公开条例", 6)];
    OWN_ENTRY = "KNO-02", "知识条目由主管部门自己起草和修订", [Basis::article("政府信息公开条例", 10)];
    REVIEWED_FIRST = "KNO-03", "知识条目由另一人审核通过之后才能发布", [Basis::article("政府信息公开条例", 17)];
}
