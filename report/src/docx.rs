//! Word 文件。 The annual report and bulletins for further drafting, in the styles a drafting office expects.

mod bulletin;

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, Footer, Header, Hyperlink, HyperlinkData, LineSpacing, LineSpacingType, PageMargin,
    PageNum, Paragraph, Run, RunFonts, SpecialIndentType, Style, StyleType, Table, TableCell,
    TableLayoutType, TableRow, WidthType,
};

pub(crate) use bulletin::bulletin;

use crate::RenderError;
use crate::annual::{Printed, PrintedFigure, PrintedPart, PrintedSpan};

/// Millimetres to twentieths of a point, the unit of the format.
const fn twips(millimetres: i32) -> i32 {
    millimetres * 1440 * 10 / 254
}

/// 29 pt, the line of GB/T 9704.
const LINE: i32 = 580;
/// Half points: 二号, 三号, 小四.
const SIZE_2: usize = 44;
const SIZE_3: usize = 32;
const SIZE_S4: usize = 24;
/// Two characters of 三号.
const INDENT: i32 = 640;
const FAINT: &str = "6B6B6B";

const TITLE: &str = "FaduTitle";
const BODY: &str = "FaduBody";
const NOTE: &str = "FaduNote";

/// Widths of the list of figures, together the 156 mm of the type area.
const COLUMNS: [i32; 4] = [twips(12), twips(40), twips(64), twips(40)];

pub(crate) fn annual(report: &Printed) -> Result<Vec<u8>, RenderError> {
    let mut pen = Pen::default();
    let mut docx = framed(&mut pen, report.simulated)
        .add_paragraph(pen.plain(TITLE, &report.title))
        .add_paragraph(pen.plain(NOTE, &report.as_of_text).align(AlignmentType::Center));
    for part in &report.parts {
        docx = add_part(docx, part, &mut pen);
    }
    if !report.missing.is_empty() {
        docx = docx.add_paragraph(pen.plain("Heading1", "尚缺的内容"));
        for line in &report.missing {
            docx = docx.add_paragraph(pen.plain(BODY, line));
        }
    }
    docx = docx.add_paragraph(pen.plain(BODY, &report.organ).align(AlignmentType::Right));
    if !report.figures.is_empty() {
        docx = docx
            .add_paragraph(pen.plain("Heading1", "附件　指标清单").page_break_before(true))
            .add_table(list(&report.figures, &mut pen));
    }
    for (label, value) in report.source.iter().filter(|(_, value)| !value.is_empty()) {
        docx = docx.add_paragraph(pen.plain(NOTE, &format!("{label}：{value}")));
    }
    finished(docx)
}

/// Page, styles, page numbers, and the mark of what is simulated.
fn framed(pen: &mut Pen, simulated: bool) -> Docx {
    let docx = styled(Docx::new()).footer(Footer::new().add_paragraph(page_number(pen)));
    if !simulated {
        return docx;
    }
    let mark = pen
        .paragraph()
        .style(NOTE)
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text("模拟数据，不具有法律效力"));
    docx.header(Header::new().add_paragraph(mark))
}

fn finished(docx: Docx) -> Result<Vec<u8>, RenderError> {
    let mut file = Cursor::new(Vec::new());
    let mut package = docx.build();
    package.document_rels = in_order(&package.document_rels);
    package.pack(&mut file).map_err(|error| RenderError::Docx(error.to_string()))?;
    Ok(file.into_inner())
}

fn styled(docx: Docx) -> Docx {
    let line = || LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE);
    let style = |id: &str, name: &str, font: &str, size: usize| {
        Style::new(id, StyleType::Paragraph)
            .name(name)
            .fonts(face(font))
            .size(size)
            .line_spacing(line())
            .q_format(true)
    };
    let heading = |level: usize, font: &str| {
        style(&format!("Heading{level}"), &format!("heading {level}"), font, SIZE_3)
            .outline_lvl(level - 1)
            .next(BODY)
            .indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
    };
    docx.page_size(twips(210) as u32, twips(297) as u32)
        .page_margin(PageMargin {
            top: twips(37),
            left: twips(28),
            right: twips(26),
            bottom: twips(35),
            header: twips(20),
            footer: twips(25),
            gutter: 0,
        })
        .default_fonts(face("仿宋"))
        .default_size(SIZE_3)
        .add_style(style(TITLE, "报告标题", "宋体", SIZE_2).bold().align(AlignmentType::Center))
        .add_style(style(BODY, "报告正文", "仿宋", SIZE_3).align(AlignmentType::Both).indent(
            None,
            Some(SpecialIndentType::FirstLine(INDENT)),
            None,
            None,
        ))
        .add_style(style(NOTE, "报告附注", "仿宋", SIZE_S4).color(FAINT))
        .add_style(heading(1, "黑体"))
        .add_style(heading(2, "楷体"))
        .add_style(heading(3, "仿宋").bold())
}

fn face(east_asia: &str) -> RunFonts {
    RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .east_asia(east_asia)
}

fn add_part(mut docx: Docx, part: &PrintedPart, pen: &mut Pen) -> Docx {
    if !part.heading.is_empty() {
        docx =
            docx.add_paragraph(pen.plain(&format!("Heading{}", part.level), &part.heading).keep_next(true));
    }
    for spans in &part.paragraphs {
        let empty = pen.paragraph().style(BODY);
        let paragraph = spans.iter().fold(empty, |paragraph, span| match span {
            PrintedSpan::Text(text) => paragraph.add_run(Run::new().add_text(text)),
            PrintedSpan::Figure(figure) => pen.link(paragraph, figure.href.as_deref(), &figure.printed),
        });
        docx = docx.add_paragraph(paragraph);
    }
    docx
}

fn list(figures: &[PrintedFigure], pen: &mut Pen) -> Table {
    let row = |cells: [Paragraph; 4]| {
        let cells = cells.into_iter().zip(COLUMNS).map(|(paragraph, width)| {
            TableCell::new()
                .width(width as usize, WidthType::Dxa)
                .add_paragraph(paragraph.size(SIZE_S4).line_spacing(LineSpacing::new().line(300)))
        });
        TableRow::new(cells.collect()).cant_split()
    };
    let mut rows = vec![row(["序号", "指标", "数值", "标识"].map(|head| pen.word(head)))];
    for figure in figures {
        let cell = pen.paragraph();
        let id = pen.link(cell, figure.href.as_deref(), &figure.id);
        rows.push(row([
            pen.word(&figure.number.to_string()),
            pen.word(&figure.name),
            pen.word(&figure.printed),
            id,
        ]));
    }
    Table::new(rows)
        .layout(TableLayoutType::Fixed)
        .set_grid(COLUMNS.map(|width| width as usize).to_vec())
}

fn page_number(pen: &mut Pen) -> Paragraph {
    pen.paragraph()
        .align(AlignmentType::Center)
        .add_run(Run::new().size(28).add_text("— "))
        .add_page_num(PageNum::new())
        .add_run(Run::new().size(28).add_text(" —"))
}

/// Numbers the paragraphs and links of one document. docx-rs numbers them for the whole process,
/// which would give the second printing of a report other bytes than the first.
#[derive(Default)]
struct Pen {
    paragraphs: u32,
    links: u32,
}

impl Pen {
    fn paragraph(&mut self) -> Paragraph {
        self.paragraphs += 1;
        Paragraph::new().id(format!("{:08X}", self.paragraphs))
    }

    fn plain(&mut self, style: &str, text: &str) -> Paragraph {
        self.paragraph().style(style).add_run(Run::new().add_text(text))
    }

    fn word(&mut self, text: &str) -> Paragraph {
        self.paragraph().add_run(Run::new().size(SIZE_S4).add_text(text))
    }

    fn link(&mut self, paragraph: Paragraph, href: Option<&str>, text: &str) -> Paragraph {
        let run = Run::new().add_text(text);
        let Some(href) = href else {
            return paragraph.add_run(run);
        };
        self.links += 1;
        let path = href
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let link = HyperlinkData::External { rid: format!("rIdFigure{}", self.links), path };
        paragraph.add_hyperlink(
            Hyperlink { link, history: None, children: vec![] }
                .add_run(run.color("1F4E8C").underline("single")),
        )
    }
}

/// docx-rs writes the relationships of a document in the order of a hash map: here, by name.
fn in_order(relationships: &[u8]) -> Vec<u8> {
    const OPEN: &str = "<Relationship ";
    const CLOSE: &str = "</Relationships>";
    let text = String::from_utf8_lossy(relationships);
    let Some((body, _)) = text.split_once(CLOSE) else {
        return relationships.to_vec();
    };
    let mut pieces = body.split(OPEN);
    let head = pieces.next().unwrap_or_default();
    let mut entries: Vec<&str> = pieces.collect();
    entries.sort_unstable();
    let entries: String = entries.into_iter().map(|entry| format!("{OPEN}{entry}")).collect();
    format!("{head}{entries}{CLOSE}").into_bytes()
}
