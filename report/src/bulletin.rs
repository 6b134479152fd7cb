//! 通报。 A day's, week's or month's bulletin: what was counted in these days, with charts, and below it how each figure is
//! counted: numerator, denominator, and what is left out.
//!
//! [`pdf`] is for filing and sending, [`docx`] for further drafting.

use serde::{Deserialize, Serialize};

use crate::typeset::{self, Template};
use crate::wording::{CivilDate, full_width};
use crate::{RenderError, docx};

/// 通报。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// 发文机关, in red at the head.
    pub organ: String,
    pub title: String,
    /// The days it tells of, such as 2025年3月3日至2025年3月9日.
    pub period_text: String,
    pub parts: Vec<Part>,
    /// 指标口径, in the order in which they are told.
    pub figures: Vec<Counted>,
    /// 成文日期: the last of the days it tells of, never the day of printing; such as 2025年3月9日.
    pub date_text: String,
    /// The ledger entry the figures are true to.
    pub ledger_position: u64,
    /// 生成说明。
    pub generated_from_text: String,
    /// 模拟。 Every page says so.
    pub simulated: bool,
}

/// 一节。 A heading, what is said, and charts that show it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    pub heading: String,
    pub paragraphs: Vec<String>,
    pub charts: Vec<Chart>,
}

/// 图。 The title answers the question that the bars were drawn for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Chart {
    pub title: String,
    pub unit: String,
    pub form: Form,
    /// Label and quantity, in the order in which they are drawn; quantities below nought count as nought.
    pub bars: Vec<(String, u64)>,
}

/// 图的样子。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Bars beside their names: kinds of things.
    #[default]
    Bars,
    /// Columns over a row of short labels: hours or days.
    Columns,
}

/// 指标口径。
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counted {
    pub id: String,
    pub name: String,
    /// With its unit; — where there is nothing to divide by.
    pub value: String,
    /// 分子
    pub part: i64,
    /// 分母, for a rate or a mean.
    pub whole: Option<i64>,
    /// 不计的
    pub exclusions: String,
}

/// The bulletin as PDF/A-2b. The same bulletin is always the same bytes. Errors: `Fonts`, `Typeset`.
pub fn pdf(bulletin: &Bulletin) -> Result<Vec<u8>, RenderError> {
    let data = serde_json::to_value(Printed::of(bulletin))?;
    let dated = CivilDate::read(&bulletin.date_text).unwrap_or(CivilDate::UNKNOWN);
    Ok(typeset::pdf(Template::Bulletin, &data, dated)?.bytes)
}

/// The bulletin as a Word file; its charts are rows of a table, so that they can be changed there. Errors: `Docx`.
pub fn docx(bulletin: &Bulletin) -> Result<Vec<u8>, RenderError> {
    docx::bulletin(&Printed::of(bulletin))
}

/// What both forms share.
#[derive(Serialize)]
pub(crate) struct Printed {
    pub(crate) organ: String,
    pub(crate) title: String,
    pub(crate) period_text: String,
    pub(crate) parts: Vec<Part>,
    pub(crate) figures: Vec<Counted>,
    pub(crate) date_text: String,
    pub(crate) source: Vec<(String, String)>,
    pub(crate) simulated: bool,
}

impl Printed {
    fn of(bulletin: &Bulletin) -> Printed {
        let part = |part: &Part| Part {
            heading: full_width(&part.heading),
            paragraphs: part.paragraphs.iter().map(|text| full_width(text)).collect(),
            // A chart of nothing answers nothing.
            charts: part
                .charts
                .iter()
                .filter(|chart| chart.bars.iter().any(|(_, n)| *n > 0))
                .cloned()
                .collect(),
        };
        let counted = |counted: &Counted| Counted {
            name: full_width(&counted.name),
            exclusions: full_width(&counted.exclusions),
            ..counted.clone()
        };
        Printed {
            organ: full_width(&bulletin.organ),
            title: full_width(&bulletin.title),
            period_text: full_width(&bulletin.period_text),
            parts: bulletin.parts.iter().map(part).collect(),
            figures: bulletin.figures.iter().map(counted).collect(),
            date_text: bulletin.date_text.clone(),
            source: vec![
                ("生成说明".into(), full_width(&bulletin.generated_from_text)),
                ("台账位置".into(), format!("第{}条", bulletin.ledger_position)),
            ],
            simulated: bulletin.simulated,
        }
    }
}

/// 样例。 An ordinary day, a day of which nothing is known, and very long names.
pub fn samples() -> Vec<(&'static str, Bulletin)> {
    vec![("通报", ordinary()), ("通报-无记录", empty()), ("通报-名称很长", long_names())]
}

fn empty() -> Bulletin {
    Bulletin {
        organ: "示范县12345政务服务便民热线".into(),
        title: "关于2025年3月3日热线运行情况的通报".into(),
        period_text: "2025年3月3日".into(),
        parts: vec![Part {
            heading: "一、来电和受理".into(),
            paragraphs: vec!["本期没有可计的记录。".into()],
            charts: vec![],
        }],
        figures: vec![],
        date_text: "2025年3月3日".into(),
        ledger_position: 184_213,
        generated_from_text: "根据示范县台账的记录自动汇总".into(),
        simulated: true,
    }
}

fn ordinary() -> Bulletin {
    let hours = (0..24u64)
        .map(|hour| (hour.to_string(), [1, 1, 0, 0, 1, 2, 4, 9, 18, 24, 22, 17][hour as usize / 2]));
    let categories = [
        ("供水", 31),
        ("物业服务", 27),
        ("噪声", 19),
        ("工资与劳动合同", 12),
        ("公交与客运", 8),
        ("路灯与井盖", 3),
    ];
    let counted = |id: &str, name: &str, value: &str, part, whole, exclusions: &str| Counted {
        id: id.into(),
        name: name.into(),
        value: value.into(),
        part,
        whole,
        exclusions: exclusions.into(),
    };
    Bulletin {
        parts: vec![
            Part {
                heading: "一、来电和受理".into(),
                paragraphs: vec![
                    "接听群众来电233次，接通率98.7%（233/236）。受理诉求100件，比上一日增加12件。".into(),
                ],
                charts: vec![Chart {
                    title: "什么时候来电多（按小时）".into(),
                    unit: "次".into(),
                    form: Form::Columns,
                    bars: hours.collect(),
                }],
            },
            Part {
                heading: "二、反映的问题".into(),
                paragraphs: vec!["诉求最多的三类是供水、物业服务和噪声。".into()],
                charts: vec![Chart {
                    title: "反映最多的问题".into(),
                    unit: "件".into(),
                    form: Form::Bars,
                    bars: categories.map(|(name, n)| (name.to_owned(), n)).to_vec(),
                }],
            },
        ],
        figures: vec![
            counted("hot.answered", "接听群众来电", "233次", 233, None, ""),
            counted("hot.connect_rate", "接通率", "98.7%", 233, Some(236), "在规定秒数之内挂断的不在分母里"),
            counted(
                "hot.satisfaction",
                "回访满意率",
                "—",
                0,
                Some(0),
                "未联系上和不愿评价的不在分母里,另见未联系上率、不愿评价率",
            ),
        ],
        ..empty()
    }
}

fn long_names() -> Bulletin {
    let mut bulletin = ordinary();
    let long =
        "某某土家族苗族自治州某某土家族自治县政务服务和大数据管理局（行政审批局）12345政务服务便民热线";
    bulletin.organ = long.into();
    bulletin.title = format!("关于{long}2025年3月3日运行情况的通报");
    for chart in bulletin.parts.iter_mut().flat_map(|part| &mut part.charts) {
        for (label, n) in chart.bars.iter_mut().filter(|_| chart.form == Form::Bars) {
            *label = format!("{label}（含历史遗留的和跨片区需要多个部门一起办理的）");
            *n *= 100_000;
        }
    }
    bulletin
}
