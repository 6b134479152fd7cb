//! 规则。 What an act of this domain may be refused by. LIC, DAT and SIG ids are those of the rule book; PRF ids are our
//! own, each with the article it serves.

use fadu_kernel::{Basis, Ctx, Help, Refusal, Role, Rule};
use std::borrow::Cow;

const fn business(article: u16) -> Basis {
    Basis::article("优化营商环境条例", article)
}

/// 第二款: for what no proof may be set up at all.
const fn second_paragraph(article: u16) -> Basis {
    Basis { statute: Cow::Borrowed("优化营商环境条例"), article, paragraph: Some(2), item: None }
}

const fn permit(article: u16) -> Basis {
    Basis::article("行政许可法", article)
}

const fn online(article: u16) -> Basis {
    Basis::article("国务院关于在线政务服务的若干规定", article)
}

fadu_kernel::rules! {
    SHARED_FIRST = "LIC-40", "通过数据共享能够获得的信息，不得要求申请人另行提交", [online(7)];
    PURPOSE = "LIC-41", "协查只问办理本件要核实的内容，不得用于别的用途", [online(7), Basis::article("个人信息保护法", 34)];
    EQUAL_FORCE = "LIC-44", "电子证照与纸质证照有同等效力，只根据已经送达的准予决定签发", [online(10), permit(39)];
    COMMITMENT_FORM = "LIC-53", "告知承诺要有告知书：办什么、要具备什么、承诺不实的后果", [business(40)];
    PROOF_BY_LAW = "LIC-56", "证明事项应当有法律、法规或者国务院决定依据", [business(44)];
    OUTSIDE_THE_LIST = "LIC-57", "证明事项清单之外，不得索要证明", [business(44)];
    NO_COMMITMENT = "LIC-70", "涉及国家安全、公共安全、金融审慎监管、生态环境、生命健康等、损害难以挽回的，不适用告知承诺", [business(40), second_paragraph(44)];
    APPLICANT_CHOOSES = "LIC-71", "是否承诺由申请人自己选择；承诺不实的，修复之前不再适用", [business(40)];
    RELIABLE_SIGNATURE = "SIG-01", "承诺书要由承诺人签署，签署后改动能够被发现", [Basis::article("电子签名法", 13)];
    ORDER = "PRF-01", "这一步要在规定的前一步之后做", [business(44)];
    REVOKED_BY_DECISION = "PRF-02", "证照的撤回、撤销、注销、吊销和换发要有理由和文书", [permit(8), permit(69), permit(70)];
    NO_LONGER_VALID = "PRF-03", "已经失效的证照不能再用，也不能换发", [permit(70)];
    NAMED_SOURCE = "PRF-04", "免交要写明由谁提供和免交的文件", [second_paragraph(44)];
    CLOCK_ONLY = "PRF-05", "这一步由系统记录", [online(7)];
    VERIFY_LATER = "PRF-06", "承诺要按期核查；不实的，由本机关负责人依法处置", [business(40), permit(69), permit(78)];
    OTHER_DEPARTMENT = "PRF-07", "协查由被请求的部门答复，不能自己答复自己", [second_paragraph(44)];
    WITH_SOURCE = "PRF-08", "时限要有来源文件，自公布之日起往后施行", [business(36)];
}

pub type Decision<F> = Result<Vec<F>, Refusal>;

pub fn no<F>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Decision<F> {
    Err(Refusal::new(rule, help, because))
}

/// What time has done, or what a fact of another matter asks for.
pub fn only_system(ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        Ok(())
    } else {
        Err(Refusal::new(&CLOCK_ONLY, Help::Operator, "这一步由系统记录"))
    }
}
