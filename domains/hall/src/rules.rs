//! 规则。 What an act of the hall may be refused by. LIC ids are those of the rule book; HAL ids are our own, each with
//! the article it serves.

use fadu_kernel::{Basis, Ctx, Help, Refusal, Role, Rule};

const fn business(article: u16) -> Basis {
    Basis::article("优化营商环境条例", article)
}

const fn permit(article: u16) -> Basis {
    Basis::article("行政许可法", article)
}

fadu_kernel::rules! {
    ONE_UNIT = "LIC-39", "部门进驻要确定一个机构统一受理、统一送达", [permit(26)];
    SAME_SERVICE = "LIC-46", "本窗口能办的，不能让办事人另行排队", [business(35)];
    ENTER_HALL = "LIC-49", "事项一般应当进驻大厅；不进驻的列入例外清单，写明理由和文件", [business(36)];
    ANY_CHANNEL = "LIC-50", "办理渠道由申请人选择，不能只有一个渠道", [business(37)];
    ORDER = "HAL-01", "这一步要在规定的前一步之后做", [business(34)];
    ONE_NUMBER = "HAL-02", "一个大厅一天之内，一个号码只能有一张票", [permit(5)];
    OWN_BLOCK = "HAL-03", "自助机只能发本机预留号段里的号，别处不能发这些号", [permit(5)];
    ON_SHIFT = "HAL-04", "当班人员才能在自己的窗口叫号", [business(35)];
    AUTHORITY_MATRIX = "HAL-05", "窗口只叫授权清单之内的号", [permit(26)];
    TWICE_CALLED = "HAL-06", "叫过两次没有应答，才能过号", [permit(6)];
    ACCESSIBLE = "HAL-07", "大厅至少有一个低位服务台或者无障碍窗口", [Basis::article("无障碍环境建设法", 40)];
    BY_THE_MECHANISM = "HAL-08", "前呼后应按通过的办法办理，没有施行的办法不能呼叫", [business(35)];
    OVER_THE_LINE = "HAL-09", "等候人数超过办法规定的线，才能以拥堵为由呼叫", [business(35)];
    CLOCK_ONLY = "HAL-10", "期限届满的后果由系统时钟记录，到时才记", [business(36)];
    WITH_SOURCE = "HAL-11", "办法和时限要有来源文件，自公布之日起往后施行", [business(35)];
    FROZEN = "HAL-12", "改革前的基线冻结以后不能改", [Basis::article("档案法实施条例", 39)];
    SAY_WHY = "HAL-13", "办不成的要说明原因，并告诉办事人怎么办", [permit(30), business(49)];
    OWN_WORD = "HAL-14", "评价由办事人自己作出，没有默认评价，工作人员不能代评", [business(8)];
    ONE_EVALUATION = "HAL-15", "一次办事评价一次", [business(8)];
    BOUND_DEVICE = "HAL-16", "窗口评价器只评它所在的窗口", [business(8)];
    ANSWER_THE_BAD = "HAL-17", "差评要先回访、再核实、后整改，一件不漏", [business(49)];
    OTHER_JUDGE = "HAL-18", "被评价的单位不能裁定自己的申诉", [Basis::article("公务员法", 76)];
    CONTRACTED = "HAL-19", "购买服务的窗口人员要有在期的书面合同", [Basis::article("政府采购法", 44)];
    DOCUMENTED = "HAL-20", "登记要附文件，登记过的不能重复登记", [Basis::article("档案法", 14)];
    ONE_PLACE = "HAL-21", "一人一时只在一个窗口，一个窗口一时只有一人", [business(35)];
    CLOSED = "HAL-22", "已经办完，不能再改动", [business(34)];
    REPORTERS_WORD = "HAL-23", "还能请上一级答复的，反映人说到此为止，或者一个答复时限内没有提出，窗口才能办结", [permit(7), business(49)];
    NEXT_LEVEL = "HAL-24", "交到上一级的，由上一级的负责人答复；没有交办的，也由其交办", [permit(7), business(49)];
    OPENING_HOURS = "HAL-25", "预约限于工作日公布的开放时间和名额之内", [business(34)];
    DRAWN = "HAL-26", "退件抽查在月份过完以后按台账所定的种子抽取，名单不能增减，抽哪一件不能挑选", [business(34)];
}

pub type Decision<F> = Result<Vec<F>, Refusal>;

pub fn no<F>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Decision<F> {
    Err(Refusal::new(rule, help, because))
}

/// Time alone may say that time has passed.
pub fn only_clock(ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        Ok(())
    } else {
        Err(Refusal::new(&CLOCK_ONLY, Help::Operator, "这一步由系统时钟记录"))
    }
}
