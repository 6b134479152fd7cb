//! 年度报告。 The yearly report on rule-of-law work, with every figure open to its evidence.
//!
//! The four forms say the same: [`pdf`] for filing, [`docx`] for the drafting office, [`html`] for
//! the page (a fragment without page furniture), [`json`] for machines.

use serde::{Deserialize, Serialize};

use crate::structure::{Level, NO_EVIDENCE};
use crate::typeset::{self, Template};
use crate::wording::{CivilDate, full_width};
use crate::{RenderError, docx, html};

/// 年度报告。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnualReport {
    pub title: String,
    /// 报告机关。 Full name.
    pub organ: String,
    pub year: i16,
    /// 数据截止, such as 数据截至2025年12月31日.
    pub as_of_text: String,
    /// In printing order; a section follows the part that it belongs to.
    pub parts: Vec<Part>,
    /// The ledger entry the figures are true to.
    pub ledger_position: u64,
    /// Merkle root at that position, hexadecimal.
    pub root_hex: String,
    /// 生成说明。 From what, by whom and when this was generated.
    pub generated_from_text: String,
    /// 模拟。 Of the simulated county: every page says so.
    pub simulated: bool,
    /// 尚缺。 What the report should contain and does not, in words.
    pub missing: Vec<String>,
}

/// 一节。 A heading and what stands under it. An empty heading is a preamble. A heading with
/// nothing under it, neither paragraphs nor lower headings, is printed with [`NO_EVIDENCE`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    #[serde(default)]
    pub level: Level,
    /// With its number: （二）政务服务改革.
    pub heading: String,
    pub paragraphs: Vec<Para>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Para {
    pub spans: Vec<Span>,
}

/// 文字或指标。 In JSON: `{"text": "…"}` or `{"figure": {"id": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Text(String),
    Figure {
        id: String,
        name: String,
        /// As computed, such as 98.2%（83470/85000，截至2025年12月31日）.
        printed: String,
        /// The page that opens the figure to its ledger entries.
        href: String,
    },
}

impl AnnualReport {
    /// The same report to be read away from the site: an address of our own begins with the site's, since a file has none.
    pub fn with_links_to(mut self, site: &str) -> AnnualReport {
        let spans = self
            .parts
            .iter_mut()
            .flat_map(|part| &mut part.paragraphs)
            .flat_map(|para| &mut para.spans);
        for span in spans {
            if let Span::Figure { href, .. } = span
                && is_own(href)
            {
                href.insert_str(0, site);
            }
        }
        self
    }
}

impl Para {
    /// A paragraph of words only.
    pub fn text(text: impl Into<String>) -> Para {
        Para { spans: vec![Span::Text(text.into())] }
    }
}

/// The report as PDF/A-2b. The same report is always the same bytes. Errors: `Fonts`, `Typeset`.
pub fn pdf(report: &AnnualReport) -> Result<Vec<u8>, RenderError> {
    // Frozen at the end of the year it reports on (RPT-01).
    let dated = CivilDate { year: report.year.into(), month: 12, day: 31 };
    Ok(typeset::pdf(Template::Annual, &serde_json::to_value(Printed::of(report))?, dated)?.bytes)
}

/// The report as a Word file for further drafting. Errors: `Docx`.
pub fn docx(report: &AnnualReport) -> Result<Vec<u8>, RenderError> {
    docx::annual(&Printed::of(report))
}

/// The report as an HTML fragment, one `<article>`; each figure is a link to its evidence.
pub fn html(report: &AnnualReport) -> String {
    html::annual(&Printed::of(report))
}

/// The report as JSON: its fields, as they came. Errors: `Data`.
pub fn json(report: &AnnualReport) -> Result<String, RenderError> {
    Ok(serde_json::to_string_pretty(report)?)
}

/// What the three printed forms share: tidied words, numbered figures, honest empty sections.
#[derive(Serialize)]
pub(crate) struct Printed {
    pub(crate) title: String,
    pub(crate) organ: String,
    pub(crate) as_of_text: String,
    pub(crate) parts: Vec<PrintedPart>,
    pub(crate) figures: Vec<PrintedFigure>,
    pub(crate) missing: Vec<String>,
    /// 出处。 The ledger position, the root and how the report was made.
    pub(crate) source: Vec<(String, String)>,
    pub(crate) simulated: bool,
}

#[derive(Serialize)]
pub(crate) struct PrintedPart {
    pub(crate) level: u8,
    pub(crate) heading: String,
    pub(crate) paragraphs: Vec<Vec<PrintedSpan>>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PrintedSpan {
    Text(String),
    Figure(PrintedFigure),
}

/// A figure with its number in the list at the end: paper cannot be clicked.
#[derive(Serialize, Clone)]
pub(crate) struct PrintedFigure {
    pub(crate) number: usize,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) printed: String,
    /// `None` when the address is not one we link to.
    pub(crate) href: Option<String>,
}

impl Printed {
    fn of(report: &AnnualReport) -> Printed {
        let mut figures = Vec::new();
        let parts = report
            .parts
            .iter()
            .enumerate()
            .map(|(at, part)| PrintedPart {
                level: part.level as u8 + 1,
                heading: full_width(&part.heading),
                paragraphs: paragraphs(part, report.parts.get(at + 1), &mut figures),
            })
            .collect();
        Printed {
            title: full_width(&report.title),
            organ: full_width(&report.organ),
            as_of_text: full_width(&report.as_of_text),
            parts,
            figures,
            missing: report.missing.iter().map(|text| full_width(text)).collect(),
            source: vec![
                ("生成说明".into(), full_width(&report.generated_from_text)),
                ("台账位置".into(), format!("第{}条", report.ledger_position)),
                ("台账树根".into(), report.root_hex.clone()),
            ],
            simulated: report.simulated,
        }
    }
}

fn paragraphs(part: &Part, next: Option<&Part>, figures: &mut Vec<PrintedFigure>) -> Vec<Vec<PrintedSpan>> {
    let has_lower = next.is_some_and(|next| next.level > part.level);
    let said: Vec<_> = part.paragraphs.iter().filter(|para| !para.spans.is_empty()).collect();
    if said.is_empty() && !has_lower && !part.heading.is_empty() {
        return vec![vec![PrintedSpan::Text(NO_EVIDENCE.to_owned())]];
    }
    said.into_iter()
        .map(|para| para.spans.iter().map(|span| printed_span(span, figures)).collect())
        .collect()
}

fn printed_span(span: &Span, figures: &mut Vec<PrintedFigure>) -> PrintedSpan {
    let (id, name, printed, href) = match span {
        Span::Text(text) => return PrintedSpan::Text(full_width(text)),
        Span::Figure { id, name, printed, href } => (id, name, full_width(printed), href),
    };
    // A figure cited twice keeps its number; the same figure with another value is another line.
    let seen = figures
        .iter()
        .find(|figure| &figure.id == id && figure.printed == printed)
        .cloned();
    PrintedSpan::Figure(seen.unwrap_or_else(|| {
        let figure = PrintedFigure {
            number: figures.len() + 1,
            id: id.clone(),
            name: full_width(name),
            printed,
            href: linkable(href),
        };
        figures.push(figure.clone());
        figure
    }))
}

/// A page of the site itself, named without the site.
fn is_own(href: &str) -> bool {
    href.starts_with('/') && !href.starts_with("//")
}

/// Our own pages and web addresses. Anything else (`javascript:` for one) is printed, not linked.
fn linkable(href: &str) -> Option<String> {
    let local = is_own(href) || href.starts_with('#');
    (local || href.starts_with("https://") || href.starts_with("http://")).then(|| href.to_owned())
}

/// 样例。 An ordinary year, an empty ledger, and very long names.
pub fn samples() -> Vec<(&'static str, AnnualReport)> {
    vec![("年度报告", ordinary()), ("年度报告-无记录", empty()), ("年度报告-名称很长", long_names())]
}

fn ordinary() -> AnnualReport {
    let mut report = empty();
    let figure = |id: &str, name: &str, printed: &str| Span::Figure {
        id: id.into(),
        name: name.into(),
        printed: printed.into(),
        href: format!("https://fadu.example.gov.cn/figures/{id}?at=184213"),
    };
    let text = |text: &str| Span::Text(text.into());
    let mut say = |heading: &str, spans: Vec<Span>| {
        let part = report
            .parts
            .iter_mut()
            .find(|part| part.heading.contains(heading))
            .expect("a heading of the outline");
        part.paragraphs.push(Para { spans });
    };
    say(
        "学法用法",
        vec![
            text("本年度学习计划列入法律法规"),
            figure("study.statutes", "列入学习计划的法律法规", "24部"),
            text(",举办专题学习"),
            figure("study.sessions", "专题学习次数", "10次"),
            text("。干部职工参加在线考试的比例为"),
            figure("study.exam_rate", "在线考试参考率", "100%（126/126，截至2025年12月31日）"),
            text(",人均学时"),
            figure("study.hours", "人均学时", "41.5小时"),
            text("。"),
        ],
    );
    say(
        "制度建设与权责清单",
        vec![
            text("制定和修订制度"),
            figure("rules.issued", "制定和修订的制度", "12项"),
            text("，公开行政权力和责任事项"),
            figure("law.powers", "公开的权责事项", "1998项"),
            text("。提交集体讨论的重大事项全部先经合法性审查和公平竞争审查。"),
        ],
    );
    say(
        "一窗通办",
        vec![
            text("县政务服务大厅进驻部门"),
            figure("service.departments", "进驻部门", "33个"),
            text("，综合窗口可以受理的事项占"),
            figure(
                "service.integrated_rate",
                "综合窗口可受理事项占比",
                "91.5%（1617/1767，截至2025年12月31日）",
            ),
            text("。法定期限内办结率为"),
            figure("service.on_time", "法定期限内办结率", "99.7%（48211/48356，截至2025年12月31日）"),
            text("，其余145件的超期原因逐件记录在案。"),
        ],
    );
    say(
        "高效办成一件事",
        vec![
            text("上线主题"),
            figure("onething.themes", "上线的主题", "52个"),
            text("，办件"),
            figure("onething.cases", "一件事办件", "16020件"),
            text("。"),
        ],
    );
    say(
        "12345热线",
        vec![
            text("全年接听来电"),
            figure("hotline.calls", "接听来电", "85000次"),
            text("，办结率"),
            figure("hotline.closed_rate", "工单办结率", "98.2%（83470/85000，截至2025年12月31日）"),
            text("，满意率"),
            figure("hotline.satisfied_rate", "回访满意率", "97.8%（62105/63502，截至2025年12月31日）"),
            text("。办结率与上文同口径，即"),
            figure("hotline.closed_rate", "工单办结率", "98.2%（83470/85000，截至2025年12月31日）"),
            text("。"),
        ],
    );
    say(
        "主要不足",
        vec![
            text("超过承诺时限办结的工单有"),
            figure("hotline.late", "超期办结工单", "1530件"),
            text("，集中在物业和供水两类；部门间退回两次以上的工单有"),
            figure("hotline.bounced", "多次退回工单", "212件"),
            text("。"),
        ],
    );
    say(
        "带头学法和述法",
        vec![
            text("主要负责人参加专题学习"),
            figure("study.leader_sessions", "主要负责人参加专题学习", "10次"),
            text("，述法报告已经公开。"),
        ],
    );
    report.parts.insert(0, Part {
        paragraphs: vec![Para::text("本报告由台账中的公务行为记录汇总而成。文中每一个数字都可以打开，看到它所计入的每一条记录；没有记录支持的内容不写入报告。")],
        ..Part::default()
    });
    report.missing =
        vec!["“原因分析”由本机关研究后填写。".into(), "“2026年的工作安排”尚未经局务会讨论。".into()];
    report
}

fn empty() -> AnnualReport {
    AnnualReport {
        title: "示范县政务服务和数据管理局2025年度法治政府建设情况报告".into(),
        organ: "示范县政务服务和数据管理局".into(),
        year: 2025,
        as_of_text: "数据截至2025年12月31日".into(),
        parts: crate::structure::outline(2025)
            .into_iter()
            .map(|part| Part { level: part.level, heading: part.heading, paragraphs: vec![] })
            .collect(),
        ledger_position: 184_213,
        root_hex: "9f31c2d47ab05e6819f31c2d47ab05e6819f31c2d47ab05e6819f31c2d47ab05".into(),
        generated_from_text: "根据示范县台账的全部记录自动汇总，文字经本机关审定".into(),
        simulated: true,
        missing: vec![],
    }
}

fn long_names() -> AnnualReport {
    let mut report = ordinary();
    report.organ =
        "某某土家族苗族自治州某某土家族自治县政务服务和大数据管理局（行政审批局、公共资源交易监督管理局）"
            .into();
    report.title = format!("{}2025年度法治政府建设情况报告", report.organ);
    report
}
