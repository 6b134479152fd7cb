//! 规则。 What an act of supervision may be refused by, each with its id and its article.

use fadu_kernel::Basis;

/// 招标投标法
pub(crate) const fn tl(article: u16) -> Basis {
    Basis::article("招标投标法", article)
}

/// 招标投标法实施条例
pub(crate) const fn tr(article: u16) -> Basis {
    Basis::article("招标投标法实施条例", article)
}

/// 行政处罚法
pub(crate) const fn pen(article: u16) -> Basis {
    Basis::article("行政处罚法", article)
}

/// 行政执法机关移送涉嫌犯罪案件的规定
pub(crate) const fn crime(article: u16) -> Basis {
    Basis::article("行政执法机关移送涉嫌犯罪案件的规定", article)
}

const DUTIES: &str = "招标人主体责任履行指引";
pub(crate) const ORDER_16: &str = "招标投标领域公平竞争审查规则";
pub(crate) const EXPERTS: &str = "评标专家和评标专家库管理办法";
pub(crate) const NOTICES: &str = "招标公告和公示信息发布管理办法";

fadu_kernel::rules! {
    ALERTS_END = "TRD-11", "每条风险提示都要由人作出处理结果，写明日期和理由", [tl(7), tr(4)];
    HEARD = "SUP-01", "认定违法之前，要听取当事人的解释，或者给过解释的期限", [pen(45), pen(44)];
    COMPUTABLE = "SUP-02", "事实没有查清、缺少资料无法计算的，不能认定，先补齐资料", [pen(40)];
    MACHINE_SIGNS = "TND-87", "只有一种机器标识相同的，是线索，不能据以认定", [tr(40)];
    ORDER_16_HELD = "TND-91", "《招标投标领域公平竞争审查规则》文本没有载入，不能据以提示；先按公平竞争审查条例", [Basis::article(ORDER_16, 0), Basis::article("公平竞争审查条例", 8)];
    EXPERTS_HELD = "TND-92", "《评标专家和评标专家库管理办法》文本没有载入，不能据以提示；先按招标投标法及其实施条例", [Basis::article(EXPERTS, 0), tr(45)];
    NOTICES_HELD = "TND-93", "《招标公告和公示信息发布管理办法》文本没有载入，不能据以提示；先按实施条例", [Basis::article(NOTICES, 0), tr(15)];
    AMENDMENT_HELD = "TND-94", "招标投标法2017年之后的修正文本没有载入，不能按修正后的条款提示", [tl(68)];
    VENUE_APART = "TND-69", "交易场所由设区的市级以上设立，不得隶属于行政监督部门，不得营利；县级系统是其终端", [tr(5)];
    FEED_WHOLE = "SUP-03", "交易台账要从上次收到的地方连续接收，与签名的检查点一致，不得中断、遗漏", [tl(7), tr(5)];
    CLOCK_ONLY = "SUP-04", "期限届满和系统接收只能由系统记录", [tl(7)];
    HAND_OVER_CRIMES = "TRD-06", "涉嫌犯罪的，两名以上人员核实并书面报告，正职负责人三日内决定；批准的二十四小时内移送", [crime(5)];
    MATERIALS = "SUP-05", "移送涉嫌犯罪案件要附移送书和调查报告", [crime(6)];
    RECEIPT = "SUP-06", "移送要有接收单位的回执，由接收单位签收", [crime(7)];
    POLICE_ANSWER = "SUP-07", "接受移送之日起三日内审查并书面通知是否立案；不予立案的说明理由", [crime(8)];
    REVIEW_IN_THREE = "SUP-08", "不服不予立案的，自接到通知书之日起三日内提请复议", [crime(9)];
    ITEMS_IN_THREE = "SUP-09", "立案的，自接到立案通知书之日起三日内移交涉案物品和材料", [crime(12)];
    NO_PENALTY_INSTEAD = "SUP-10", "应当移送的，不得以行政处罚代替移送；没有结果的移送不能办结", [crime(11), crime(10)];
    ANNOUNCE_DECISIONS = "TND-71", "违法行为的行政处理决定应当依法公告，记入信用记录", [tr(78)];
    WITHDRAW_IN_THREE = "PEN-10", "处罚决定被变更、撤销、确认违法或者无效的，三个工作日内撤回公开的信息并说明理由", [pen(48), pen(85)];
    DUTIES_SIGNED = "TND-83", "招标人主体责任清单每一项都有环节和依据，逐项目签署", [Basis::article(DUTIES, 3)];
    FINDINGS_WORKED = "SUP-11", "查出的问题都有处理结果，才能得出核查结论", [tl(7), tr(4)];
    OWN_YEAR = "SUP-12", "历史项目按当年的规定和标准核查；没有载入当年标准的只记为无法计算，写明缺什么", [Basis::article("立法法", 104)];
    ORDER = "SUP-13", "这一步要在规定的前一步之后做，写明文书", [tl(7)];
    DATED = "SUP-14", "监督期限要写明来源，自确定之日起施行，不得倒签", [Basis::article("立法法", 104)];
    MINOR = "PEN-02", "违法行为轻微并及时改正、没有危害后果的，不予处罚；初次、轻微并及时改正的，可以不予处罚", [pen(33)];
    TOLD_BEFORE = "PEN-03", "处罚之前告知拟处罚的内容、事实、理由、依据和权利，并给陈述申辩的时间", [pen(44), pen(45)];
    HEARING = "PEN-04", "被告知后五个工作日内要求听证的，应当听证；听证七个工作日前通知", [pen(63), pen(64)];
    NINETY_DAYS = "PEN-05", "自立案之日起九十日内作出处罚决定", [pen(60)];
    SERVE_IN_SEVEN = "PEN-06", "决定书当场交付；当事人不在场的，七个工作日内送达", [pen(61)];
    TWO_YEARS = "PEN-07", "二年内未被发现的违法行为不再处罚；涉及生命健康安全、金融安全且有危害后果的为五年", [pen(36)];
    PRESERVED_SEVEN = "PEN-08", "先行登记保存的证据，七个工作日内作出处理决定", [pen(56)];
    DAYS_OF_PENALTIES = "PEN-09", "本法二日、三日、五日、七日是工作日；九十日是自然日", [pen(85)];
    DEVICES = "PEN-11", "电子监控收集的证据，设备要经法制和技术审核，地点要公布，未经审核不得作为证据", [pen(41)];
    NO_QUOTAS = "PEN-12", "不得以罚没数额考核、考评", [pen(74)];
    QUALIFIED = "PEN-13", "没有行政主体资格的，不得实施处罚", [pen(38), pen(17)];
}

/// Statutes that the rules above name and of which no text is held.
pub const NOT_HELD: [&str; 4] = [DUTIES, ORDER_16, EXPERTS, NOTICES];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_is_declared_once_with_a_sentence_and_a_basis() {
        let ids: BTreeSet<&str> = super::ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), super::ALL.len());
        let whole = |rule: &&&fadu_kernel::Rule| !rule.basis.is_empty() && !rule.sentence.is_empty();
        assert!(super::ALL.iter().all(|rule| whole(&rule)));
    }
}
