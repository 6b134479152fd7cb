//! 办事指南。 What the public is told of one item, on paper: sections of rows, the address where it stands today, and its version.

use serde::{Deserialize, Serialize};

use crate::typeset::{self, Template};
use crate::wording::{CivilDate, full_width};
use crate::{RenderError, qr};

/// 一份指南。 Text may use half-width punctuation: it is set full-width.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// 实施部门
    pub organ: String,
    /// 事项名称
    pub heading: String,
    /// 办事指南, or 一页指南.
    pub kind: String,
    /// Code, version and its day, in one line.
    pub number: String,
    pub sections: Vec<Section>,
    /// What a reader must know before the rest: closed, simulated.
    pub notes: Vec<String>,
    /// Where the guide stands as of today; printed with a code.
    pub address: String,
    /// The day of the version: the PDF's own date.
    pub dated: CivilDate,
    pub simulated: bool,
}

/// 一节。 A section without rows is printed as not published, never left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub rows: Vec<Row>,
}

/// 一行。 Without a label it is one of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub label: String,
    pub text: String,
}

/// Errors: `Incomplete` without a name or a department; what typesetting says.
pub fn pdf(guide: &Guide) -> Result<Vec<u8>, RenderError> {
    let lacks = |what, basis| RenderError::Incomplete { kind: "办事指南", what, basis };
    if guide.heading.trim().is_empty() {
        return Err(lacks("the name of the item", "行政许可法 Art. 30"));
    }
    if guide.organ.trim().is_empty() {
        return Err(lacks("the name of the department", "行政许可法 Art. 30"));
    }
    let guide = tidy(guide);
    let data = serde_json::json!({ "guide": guide, "qr_svg": qr::svg(&guide.address) });
    typeset::pdf(Template::Guide, &data, guide.dated).map(|set| set.bytes)
}

fn tidy(guide: &Guide) -> Guide {
    let mut guide = guide.clone();
    let rows = guide.sections.iter_mut().flat_map(|section| &mut section.rows);
    for text in rows.map(|row| &mut row.text).chain(&mut guide.notes) {
        *text = full_width(text.trim());
    }
    guide
}

/// 样例。 An ordinary one, one that lacks everything, and one with very long names and lists.
pub fn samples() -> Vec<(&'static str, Guide)> {
    let row = |label: &str, text: &str| Row { label: label.into(), text: text.into() };
    let ordinary = Guide {
        organ: "法度县自然资源和规划局（模拟）".into(),
        heading: "临时用地审批".into(),
        kind: "办事指南".into(),
        number: "编码 000115001000，第2版，2025-04-01起施行".into(),
        sections: vec![
            Section {
                title: "一、事项".into(),
                rows: vec![row("事项类型", "行政许可"), row("服务对象", "企业法人")],
            },
            Section {
                title: "二、依据".into(),
                rows: vec![row("", "设定依据：《土地管理法》第五十七条第一款（法律）")],
            },
            Section {
                title: "三、申请条件".into(),
                rows: vec![row("", "建设项目施工或者地质勘查需要临时使用土地")],
            },
        ],
        notes: vec!["本指南中有模拟内容，以网页上的标注为准。".into()],
        address: "http://127.0.0.1:8420/items/1".into(),
        dated: CivilDate { year: 2025, month: 4, day: 1 },
        simulated: true,
    };
    let empty = Guide {
        sections: vec![Section { title: "一、事项".into(), rows: vec![] }],
        notes: vec![],
        ..ordinary.clone()
    };
    let long = Guide {
        heading: "建设工程（含临时建设以及利用地下空间的建设）规划许可证核发、变更、延续和补办".repeat(2),
        sections: (1..=8)
            .map(|n| Section {
                title: format!("第{n}部分"),
                rows: (1..=14)
                    .map(|m| {
                        row(
                            if m % 2 == 0 { "很长的项目名称很长的项目名称" } else { "" },
                            &format!("第{m}项，{}", "内容较多的文字".repeat(9)),
                        )
                    })
                    .collect(),
            })
            .collect(),
        ..ordinary.clone()
    };
    vec![("办事指南", ordinary), ("指南为空", empty), ("指南很长", long)]
}
