//! 报告结构。 What a yearly rule-of-law report must contain.
//!
//! Five parts are required (RPT-04; 法治政府建设与责任落实督察工作规定 Art. 24 and 25). The third,
//! how the first responsible persons did their duty, is the one most often left out: it stands in
//! the outline so that leaving it out is seen.

use serde::{Deserialize, Serialize};

/// 层次。 一、 then （一） then 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 一、
    #[default]
    Part,
    /// （一）
    Section,
    /// 1.
    Point,
}

/// 提纲一项。 One heading of the report and where its evidence comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlinePart {
    /// Stable name, such as `1.2.3`: templates and figures are bound to it, not to the wording.
    pub id: &'static str,
    pub level: Level,
    /// With its number, as it is printed: （二）政务服务改革.
    pub heading: String,
    /// 写什么。 What the reader expects to find here; shown to the drafter, never printed.
    pub asks: &'static str,
    /// The domains whose ledger entries are the evidence. Empty: this one is written by people.
    pub domains: &'static [&'static str],
}

/// 无据可述。 Printed under a heading that has nothing to show. Silence would look like success.
pub const NO_EVIDENCE: &str = "截至报告所依据的台账位置，没有可以说明本项情况的记录，本项暂不作结论。";

/// 提纲。 The five required parts of the report on `year`, with their sections, in printing order.
pub fn outline(year: i16) -> Vec<OutlinePart> {
    let next = year.saturating_add(1);
    let mut parts: Vec<OutlinePart> = ROWS
        .iter()
        .map(|row| OutlinePart {
            id: row.0,
            level: row.1,
            heading: row.2.to_owned(),
            asks: row.3,
            domains: row.4,
        })
        .collect();
    for part in &mut parts {
        part.heading = part.heading.replace("{next}", &next.to_string());
    }
    parts
}

type Row = (&'static str, Level, &'static str, &'static str, &'static [&'static str]);

use Level::{Part, Point, Section};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("1",     Part,    "一、法治建设的主要举措和成效", "本年度做了什么、做成了什么，逐项以台账数字说明", &[]),
    ("1.1",   Section, "（一）依法履职的基础工作", "人、制度和社会三方面的法治基础", &[]),
    ("1.1.1", Point,   "1. 学法用法", "学法计划、专题学习、在线考试、人均学时", &["study"]),
    ("1.1.2", Point,   "2. 制度建设与权责清单", "制度立改废、权责事项公开、重大事项审查、法律顾问意见", &["rules", "law"]),
    ("1.1.3", Point,   "3. 普法宣传", "线上内容、线下活动、覆盖人次", &["outreach"]),
    ("1.2",   Section, "（二）政务服务改革", "企业和群众办事是否更便利、更合规", &[]),
    ("1.2.1", Point,   "1. 一窗通办", "进驻部门和事项、窗口人员、前呼后应", &["service", "hall"]),
    ("1.2.2", Point,   "2. 高效办成一件事", "主题、办件、时限压减、免证明", &["onething", "service"]),
    ("1.2.3", Point,   "3. 惠企政策兑现", "政策、惠及企业、兑付资金和用时、监督抽查", &["policy"]),
    ("1.3",   Section, "（三）公共资源交易监管", "交易全过程是否依法、公开、可追溯", &[]),
    ("1.3.1", Point,   "1. 全流程电子化与主体责任", "各环节在线率、评定分离、异议投诉处理、合规率", &["trading"]),
    ("1.3.2", Point,   "2. 突出问题治理", "随机检查、整改通知、专项起底", &["trading"]),
    ("1.4",   Section, "（四）数字政府建设", "数据、设施和热线是否在法治轨道上运行", &[]),
    ("1.4.1", Point,   "1. 数据资源与数据安全", "资源登记、共享授权、分级防护、场景评估、安全事件", &["data"]),
    ("1.4.2", Point,   "2. 数字基础设施", "政务外网、云资产、城市信息模型和标准地址", &["data", "city"]),
    ("1.4.3", Point,   "3. 12345热线", "来电、办结、满意、线索移送和三方联动", &["hotline"]),
    ("1.5",   Section, "（五）重点项目服务", "项目从落地到竣工得到了哪些服务", &[]),
    ("1.5.1", Point,   "1. 全周期服务", "项目秘书、现场走访、中介名录、服务专区", &["projects"]),
    ("1.5.2", Point,   "2. 协调机制", "周例会闭环、督办报告、通报、企业接待日", &["projects"]),
    ("2",     Part,    "二、存在的不足和原因", "数字反映出的短板，以及造成短板的原因", &[]),
    ("2.1",   Section, "（一）主要不足", "超期、退回、投诉成立、被纠正和未达标的事项", &["service", "hotline", "trading", "data", "projects"]),
    ("2.2",   Section, "（二）原因分析", "由本机关研究后填写", &[]),
    ("3",     Part,    "三、党政主要负责人履行法治建设第一责任人职责情况", "本部分不可省略", &[]),
    ("3.1",   Section, "（一）带头学法和述法", "主要负责人参加学习、讲法和述法的记录", &["study"]),
    ("3.2",   Section, "（二）研究部署和依法决策", "听取汇报、专题研究、重大决策程序和集体讨论记录", &["rules"]),
    ("3.3",   Section, "（三）支持监督和解决问题", "批办督办、出庭应诉、整改落实的记录", &["rules", "projects"]),
    ("4",     Part,    "四、{next}年的工作安排", "由本机关研究后填写；可以引用台账中已立项的计划", &["study", "rules", "outreach", "projects"]),
    ("5",     Part,    "五、其他需要报告的情况", "行政复议和诉讼、上级交办事项、需要说明的统计口径", &["law"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_required_parts_are_there() {
        let outline = outline(2025);
        let parts: Vec<&str> = outline.iter().filter(|part| part.level == Part).map(|part| part.id).collect();
        assert_eq!(parts, ["1", "2", "3", "4", "5"]);
        assert!(outline.iter().any(|part| part.heading.contains("第一责任人")), "RPT-04");
        assert!(outline.iter().any(|part| part.heading.contains("2026年")));
    }

    #[test]
    fn levels_follow_their_ids() {
        for part in outline(2025) {
            let depth = part.id.split('.').count();
            let level = [Part, Section, Point][depth - 1];
            assert_eq!(part.level, level, "{}", part.id);
        }
    }
}
