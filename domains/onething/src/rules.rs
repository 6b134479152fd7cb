//! 规则。 What an act on a theme or a joint case may be refused by, each with its id and its article.

use fadu_kernel::Basis;
use std::borrow::Cow;

const fn permit(article: u16) -> Basis {
    Basis::article("行政许可法", article)
}

const fn business(article: u16) -> Basis {
    Basis::article("优化营商环境条例", article)
}

/// 第二款: of article 26 on two or more departments, of article 42 on the limit of joint handling.
pub const fn second_paragraph(article: u16) -> Basis {
    Basis { statute: Cow::Borrowed("行政许可法"), article, paragraph: Some(2), item: None }
}

fadu_kernel::rules! {
    RELATED_MATERIAL = "LIC-03", "只能要求公布的办事指南列出、并与申请条件有关的材料", [permit(31)];
    ONE_NOTICE = "LIC-07", "材料不齐的，五个工作日内一次告知全部内容；同一次提交不能再告知第二次", [Basis::item("行政许可法", 32, 1, 4)];
    DEEMED = "LIC-08", "逾期不告知的，收到材料之日就是受理之日", [Basis::item("行政许可法", 32, 1, 4)];
    COMPLETE_IS_ACCEPTED = "LIC-09", "材料齐全，或者已按告知补齐的，应当受理，不能再提新的要求", [Basis::item("行政许可法", 32, 1, 5)];
    JOINT_CLOCK = "LIC-16", "联合办理的，各部门合计不超过四十五个工作日", [second_paragraph(42)];
    GOVERNMENT_EXTENDS = "LIC-17", "联合办理到期之前，经本级人民政府负责人批准可以延长一次、十五个工作日，并把理由告诉申请人", [second_paragraph(42)];
    DELIVER = "LIC-21", "作出准予决定后十个工作日内送达", [permit(44)];
    REASONS = "LIC-28", "不予许可要说明理由，并告知复议和诉讼的权利", [permit(38)];
    NOT_ASKED_AGAIN = "LIC-40", "通过数据共享能够得到的信息，不得要求申请人另行提供", [Basis::article("国务院关于在线政务服务的若干规定", 7)];
    PROMISE_WITHIN_LAW = "LIC-47", "承诺期限不能比法定期限长；超过期限要公开说明理由", [business(36)];
    ANY_CHANNEL = "LIC-50", "办理渠道由申请人选择，不能只有一个渠道", [business(37)];
    THEME_OPEN = "ONE-01", "已经公布并在实施的主题才能联办", [business(35)];
    THEME_CHECKED = "ONE-02", "检查还有问题、没有办事指南的主题不能公布", [business(35)];
    BASELINE_FROZEN = "ONE-03", "改革前的基线要在主题开放之前冻结，冻结以后不能再改", [business(35)];
    GOVERNMENT_ARRANGES = "ONE-04", "联合办理的许可属于两个以上部门，由本级人民政府组织", [second_paragraph(26)];
    STOP_RULE_SOURCED = "ONE-05", "联合办理要先定明：一个部门依法中止时，联办期限是否同时中止，并写明来源", [permit(45)];
    SITUATION_ANSWERED = "ONE-06", "按情形确定要办的事项和材料，情形要先答清", [permit(30)];
    IN_ORDER = "ONE-07", "依法以前一事项为前提的，前一事项办成以后才开始；不以它为前提的，不受影响", [second_paragraph(26)];
    ORDER = "ONE-08", "这一步要在规定的前一步之后做", [second_paragraph(26)];
    CLOSED = "ONE-09", "这件事已经办结，不能再改动", [permit(38)];
    AS_REPORTED = "ONE-10", "子件的进展和期限届满由系统如实记录，不能手工填写", [permit(5)];
    SIGNED_WITHDRAWAL = "ONE-11", "窗口人员代为记录撤回的，要有申请人签名的撤回申请", [permit(29)];
}
