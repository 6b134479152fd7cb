//! 规则。 What a service act may be refused by, each with its id in the rule book and its article.

use crate::definition::Definition;
use fadu_kernel::{Basis, Rule};
use std::borrow::Cow;

const fn permit(article: u16) -> Basis {
    Basis::article("行政许可法", article)
}

/// 第二款: of article 26 on two or more departments, of article 32 on written receipts, of article 34 on
/// decisions on the spot, of article 42 on the limit of joint handling, of article 48 on the record of a hearing.
pub(crate) const fn second_paragraph(article: u16) -> Basis {
    Basis { statute: Cow::Borrowed("行政许可法"), article, paragraph: Some(2), item: None }
}

const fn business(article: u16) -> Basis {
    Basis::article("优化营商环境条例", article)
}

const fn registration(article: u16, paragraph: u16) -> Basis {
    Basis {
        statute: Cow::Borrowed("市场主体登记管理条例"), article, paragraph: Some(paragraph), item: None
    }
}

fadu_kernel::rules! {
    SET_BY_LAW = "LIC-01", "许可事项必须由法律、法规、国务院决定设定，或者由省级规章设定不超过一年，县里的文件不能设定", [permit(14), permit(15), permit(17)];
    EIGHT_FIELDS = "LIC-02", "依据、条件、数量、程序、期限、材料目录、示范文本等没有填全的事项，不能开放办理", [permit(30)];
    RELATED_MATERIAL = "LIC-03", "只能要求公布的办事指南列出、并与申请条件有关的材料", [permit(31)];
    SAID_AT_ONCE = "LIC-04", "依法不需要许可的，收到当日告知不受理；不受理、转告有权机关、当场更正、一次告知和受理，必居其一，不能搁置", [Basis::item("行政许可法", 32, 1, 1)];
    NAME_THE_AGENCY = "LIC-05", "不属于本机关职权而不予受理的，要告诉申请人应当找哪个机关", [Basis::item("行政许可法", 32, 1, 2)];
    CORRECTED_ON_THE_SPOT = "LIC-06", "可以当场更正的错误，允许申请人当场更正；一次告知的全部都是这种错误的，记明并要看到", [Basis::item("行政许可法", 32, 1, 3)];
    ONE_NOTICE = "LIC-07", "材料不齐的，五个工作日内一次告知全部内容；同一次提交不能再告知第二次", [Basis::item("行政许可法", 32, 1, 4)];
    DEEMED_ACCEPTED = "LIC-08", "逾期不告知的，收到材料之日就是受理之日", [Basis::item("行政许可法", 32, 1, 4)];
    COMPLETE_IS_ACCEPTED = "LIC-09", "材料齐全，或者已按告知补齐的，应当受理，不能再提新的要求", [Basis::item("行政许可法", 32, 1, 5)];
    DECIDED_ON_THE_SPOT = "LIC-11", "材料齐全、能够当场决定的，当场作出书面决定；即办件当日没有决定的，记明并要看到", [second_paragraph(34)];
    TWO_CHECKERS = "LIC-12", "需要核实材料实质内容的，由两名以上工作人员核查", [permit(34)];
    HEAR_INTERESTED = "LIC-13", "事项直接关系他人重大利益的，决定之前要告知并听取意见", [permit(36)];
    IN_TIME = "LIC-14", "许可决定自受理之日起二十个工作日内作出", [permit(42)];
    ONE_EXTENSION = "LIC-15", "到期之前经本机关负责人批准可以延长一次，并把理由告诉申请人", [permit(42)];
    GOVERNMENT_EXTENDS = "LIC-17", "联合办理到期之前，经本级人民政府负责人批准可以延长一次、十五个工作日，并把理由告诉申请人", [second_paragraph(42)];
    REVIEWED_BELOW_FIRST = "LIC-18", "依法先经下级机关审查的，下级机关自受理之日起二十个工作日内审查完毕，把初审意见和全部申请材料报送上级机关；上级机关不得要求申请人重复提供材料", [permit(43), permit(35)];
    ONLY_THESE_STOP = "LIC-19", "只有听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的时间不计入期限", [permit(45)];
    TELL_THE_TIME = "LIC-20", "不计入期限的时间要书面告诉申请人", [permit(45)];
    DELIVER = "LIC-21", "作出准予决定后十个工作日内送达", [permit(44)];
    MANDATORY_HEARING = "LIC-22", "应当听证的事项，没有听证笔录不能决定", [permit(46)];
    RIGHT_TO_HEARING = "LIC-23", "事关重大利益的，告知听证权利后满五个工作日或者放弃之前不能决定", [permit(47)];
    HEARING_IS_FREE = "LIC-24", "申请听证的，二十个工作日内组织；申请人、利害关系人不承担组织听证的费用", [permit(47)];
    SEVEN_DAYS_AHEAD = "LIC-25", "举行听证的时间地点要提前七个工作日通知", [permit(48)];
    OTHER_CHAIR = "LIC-26", "审查申请的人不能主持听证", [permit(48)];
    RESTS_ON_THE_RECORD = "LIC-27", "举行过听证的，根据听证笔录决定；笔录里没有的证据不能作为依据", [second_paragraph(48)];
    REASONS = "LIC-28", "不予许可要说明理由，并告知复议和诉讼的权利", [permit(38)];
    GRANTS_ARE_PUBLIC = "LIC-29", "准予行政许可的决定应当公开，公众有权查阅；商业秘密和个人的信息除外", [permit(40), permit(5)];
    RENEWED_BY_SILENCE = "LIC-30", "许可有效期届满三十日前申请延续的，届满之前作出决定；逾期没有决定的，视为准予延续", [permit(50)];
    FEE_BY_LAW = "LIC-32", "没有法律、行政法规规定，不得收费", [permit(58)];
    NO_PAID_SERVICE = "LIC-34", "不得要求申请人购买指定商品、接受有偿服务；第三方有偿服务没有法律、法规或者国务院决定依据的，不能作为办理的一步", [permit(27)];
    HELD_ALREADY = "LIC-40", "通过数据共享能够获得的信息，不得要求申请人另行提交", [Basis::article("国务院关于在线政务服务的若干规定", 7)];
    SIGNED_AS_BY_HAND = "LIC-42", "可靠的电子签名与手写签名或者盖章同等有效，带有有效电子签名的材料不得再要求纸质件", [Basis::article("国务院关于在线政务服务的若干规定", 8)];
    SEALED_AS_IN_INK = "LIC-43", "电子印章与实物印章同等有效，加盖电子印章的材料不得再要求纸质件", [Basis::article("国务院关于在线政务服务的若干规定", 9)];
    ELECTRONIC_FILES = "LIC-45", "电子文件以电子形式归档，除法律、行政法规另有规定外不再要求纸质件；要求纸质的，审核时要看到并写明判断", [Basis::article("国务院关于在线政务服务的若干规定", 12)];
    PROMISE_WITHIN_LAW = "LIC-47", "承诺期限不能比法定期限长；超过期限要公开说明理由", [business(36)];
    TOLD_ONCE = "LIC-48", "许可以外的事项需要补正的，也要一次性告知全部内容", [business(36)];
    ANY_CHANNEL = "LIC-50", "办理渠道由申请人选择，不能只有一个渠道", [business(37)];
    TWO_INSPECTORS = "LIC-35", "须经检验、检测、检疫的许可，自受理之日起五个工作日内指派两名以上工作人员，根据他们的结果决定", [permit(55)];
    REGISTERED_ON_THE_SPOT = "LIC-36", "确定主体资格的登记，材料齐全的当场登记；当日没有登记的，记明并要看到", [permit(56)];
    FALSE_MATERIAL = "LIC-37", "隐瞒情况或者提供虚假材料申请的，不予受理或者不予许可；直接关系公共安全、人身健康、生命财产安全的许可，一年内不得再次申请，以欺骗、贿赂等取得的三年内不得再次申请", [permit(78), permit(79)];
    OFFICER_DECIDES = "LIC-38", "受理、不予受理和决定由有权机关的工作人员作出，购买服务的窗口人员只负责收件和移交", [permit(24)];
    OPEN_ITEM = "LIC-51", "清单之内、已经公布并开放的事项才能办理", [business(40)];
    NO_DISGUISED_PERMIT = "LIC-52", "不能以备案、登记、注册、目录、规划、年检、年报、监制、认定、认证、审定等形式变相设定许可；可能是的，审核时要看到并写明判断", [business(39)];
    NO_BOUGHT_CONDITION = "LIC-54", "中介服务要有法律、法规或者国务院决定依据，才能作为办理的条件", [business(43)];
    NO_DESIGNATED_INTERMEDIARY = "LIC-55", "不得为市场主体指定或者变相指定中介服务机构；一个事项的材料集中出自一家的，要看到并核实", [business(43)];
    LISTED_CHARGES = "LIC-58", "收费和保证金限于公布的目录清单，列入的要有法律、行政法规依据或者经国务院批准，清单之外的一律不得执行", [business(25)];
    REGISTERED_IN_THREE_DAYS = "LIC-59", "市场主体登记不能当场办的，三个工作日内登记；情形复杂的，经负责人批准可以再延长三个工作日", [registration(19, 1)];
    REGISTRY_KNOWS = "LIC-60", "登记机关通过政务信息共享平台能够获取的登记信息，不得要求申请人重复提供", [registration(16, 3)];
    BY_PROJECT_CODE = "LIC-63", "政府投资项目的审批手续，使用投资项目在线审批监管平台生成的项目代码办理，涉及国家秘密的项目除外", [Basis::article("政府投资条例", 10)];
    OWN_CASE = "LIC-26A", "不能经办与自己有关的事项，应当回避", [permit(5)];
    NO_MORE_THAN_NEEDED = "DAT-16", "查看个人信息不能超出履行法定职责所必需的范围，须有批准文书", [Basis::article("个人信息保护法", 34)];
    FILED = "ARC-01", "反映主要职能活动的材料应当归档；办结以后没有归档的，一直列为待办，任何人不得拒绝归档", [Basis::article("档案法", 14)];
    HANDED_OVER = "ARC-04", "属于县级档案馆接收范围的，自形成之日起满十年即移交；提前移交要经档案馆同意", [Basis::article("档案法实施条例", 20), Basis::article("档案法", 15)];
    APPROVED_SCHEDULE = "ARC-05", "归档范围和保管期限经同级档案主管部门审核同意后施行；没有批准文件的，不施行，也不销毁", [Basis::article("档案法实施条例", 19), Basis::article("档案法实施条例", 24)];
    OPENED = "ARC-06", "档案自形成之日起满二十五年向社会开放", [Basis::article("档案法", 27)];
    PERIODS = "ARC-10", "保管期限是永久，或者定期三十年、十年", [Basis::article("档案法实施条例", 19)];
    KEPT_UNTIL_DISPOSAL = "DAT-20", "归档的、保存期限未届满的个人信息只冻结；批准销毁以后才能删除", [Basis::article("个人信息保护法", 47), Basis::article("档案法", 21)];
    ORDER = "SVC-01", "这一步要在规定的前一步之后做", [permit(32), permit(34)];
    CLOSED = "SVC-02", "这件事已经办结，不能再改动", [permit(38)];
    SIGNED_WITHDRAWAL = "SVC-04", "窗口人员代为记录撤回的，要有申请人签名的撤回申请", [permit(29)];
    PART_OF_JOINT = "SVC-05", "系统只替联办件的子件撤回和送达；单独的办件由申请人和承办机关自己办", [second_paragraph(26)];
    CLAIM_FIRST = "SVC-06", "事项由实施部门认领、由它自己申报", [permit(22), business(35)];
    REVIEWED_FIRST = "SVC-07", "发布之前要先后通过实施部门审核、审改审核和依据审核", [business(39)];
    OWN_DESK = "SVC-08", "审核由县政府确定的机关作出，提交的人不审核自己的稿", [business(39)];
    FEE_AS_PUBLISHED = "SVC-21", "收多少、减免谁只按公布的项目、标准和规定，不能自定", [permit(59)];
    PAID_FIRST = "SVC-22", "法律规定先缴费的，缴清以后才能决定；法律没有规定的，决定不等缴费", [permit(42), permit(59)];
    SIGNED_FOR = "SVC-23", "邮寄送达的，以回执上注明的收件日期为送达日期；交寄还不是送达", [Basis::article("民事诉讼法", 91), permit(44)];
    NOT_BACKDATED = "SVC-09", "版本自公布之日或者以后的某日起施行，不能倒签", [Basis { statute: Cow::Borrowed("行政许可法"), article: 5, paragraph: Some(2), item: None }];
    FROZEN_ONCE = "SVC-10", "改革前的基线写明来源，只冻结一次", [Basis::article("档案法实施条例", 39)];
    CLOCK_ONLY = "SVC-03", "期限届满的后果由法律规定，只能由系统时钟记录", [Basis::item("行政许可法", 32, 1, 4)];
}

/// Why a second notice is none: a permit has the licensing law, every other item the regulation on the business environment.
pub(crate) fn one_notice(item: &Definition) -> &'static Rule {
    if item.is_permit() { &ONE_NOTICE } else { &TOLD_ONCE }
}

/// Why nobody is asked for what an agency holds: the registration of businesses has a rule of its own.
pub(crate) fn held_already(item: &Definition) -> &'static Rule {
    if item.registers_a_business() { &REGISTRY_KNOWS } else { &HELD_ALREADY }
}
