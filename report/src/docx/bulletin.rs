//! 通报的 Word 文件。 A chart is a table whose cells are filled: whoever drafts on can change a number or a name.

use docx_rs::{
    AlignmentType, BorderType, Docx, LineSpacing, Run, Shading, ShdType, Table, TableBorder,
    TableBorderPosition, TableBorders, TableCell, TableCellBorder, TableCellBorderPosition, TableLayoutType,
    TableRow, WidthType,
};

use super::{BODY, NOTE, Pen, SIZE_S4, TITLE, finished, framed, twips};
use crate::RenderError;
use crate::bulletin::{Chart, Counted, Printed};

const RED: &str = "C8161D";
const BLUE: &str = "1F4E8C";
/// 小五 and 一号.
const SIZE_S5: usize = 18;
const SIZE_1: usize = 52;
/// Cells that a whole bar is made of.
const CELLS: u64 = 40;
/// Label, cells of the bar, quantity: together the 156 mm of the type area.
const LABEL: i32 = twips(46);
const CELL: i32 = twips(88) / CELLS as i32;
const NUMBER: i32 = twips(22);
const COLUMNS: [i32; 5] = [twips(40), twips(24), twips(20), twips(20), twips(52)];

pub(crate) fn bulletin(bulletin: &Printed) -> Result<Vec<u8>, RenderError> {
    let mut pen = Pen::default();
    let mut docx = framed(&mut pen, bulletin.simulated);
    let letterhead = pen
        .paragraph()
        .style(TITLE)
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text(&bulletin.organ).color(RED).size(SIZE_1));
    docx = docx
        .add_paragraph(letterhead)
        .add_table(rule(&mut pen))
        .add_paragraph(pen.plain(BODY, ""))
        .add_paragraph(pen.plain(TITLE, &bulletin.title))
        .add_paragraph(pen.plain(BODY, ""));
    for part in &bulletin.parts {
        if !part.heading.is_empty() {
            docx = docx.add_paragraph(pen.plain("Heading1", &part.heading).keep_next(true));
        }
        for text in &part.paragraphs {
            docx = docx.add_paragraph(pen.plain(BODY, text));
        }
        for chart in &part.charts {
            docx = add_chart(docx, chart, &mut pen);
        }
    }
    docx = docx
        .add_paragraph(pen.plain(BODY, ""))
        .add_paragraph(pen.plain(BODY, &bulletin.organ).align(AlignmentType::Right))
        .add_paragraph(pen.plain(BODY, &bulletin.date_text).align(AlignmentType::Right));
    if !bulletin.figures.is_empty() {
        let heading = format!("附件　指标口径（{}）", bulletin.period_text);
        docx = docx
            .add_paragraph(pen.plain("Heading1", &heading).page_break_before(true))
            .add_table(list(&bulletin.figures, &mut pen));
    }
    for (label, value) in bulletin.source.iter().filter(|(_, value)| !value.is_empty()) {
        docx = docx.add_paragraph(pen.plain(NOTE, &format!("{label}：{value}")));
    }
    finished(docx)
}

/// The red rule under the name of the organ.
fn rule(pen: &mut Pen) -> Table {
    let line = TableBorder::new(TableBorderPosition::Top)
        .color(RED)
        .size(12)
        .border_type(BorderType::Single);
    let whole = twips(156) as usize;
    let cell = TableCell::new()
        .width(whole, WidthType::Dxa)
        .add_paragraph(pen.word("").line_spacing(LineSpacing::new().line(120)));
    Table::without_borders(vec![TableRow::new(vec![cell])])
        .set_borders(TableBorders::with_empty().set(line))
        .layout(TableLayoutType::Fixed)
        .set_grid(vec![whole])
}

fn add_chart(docx: Docx, chart: &Chart, pen: &mut Pen) -> Docx {
    let title = format!("{}（{}）", chart.title, chart.unit);
    let title = pen
        .paragraph()
        .align(AlignmentType::Center)
        .keep_next(true)
        .line_spacing(LineSpacing::new().before(160).after(80))
        .add_run(Run::new().add_text(title).size(SIZE_S4).fonts(super::face("黑体")));
    let most = chart.bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let rows = chart.bars.iter().map(|(label, n)| bar(label, *n, most, pen)).collect();
    let mut grid = vec![LABEL as usize];
    grid.extend(std::iter::repeat_n(CELL as usize, CELLS as usize));
    grid.push(NUMBER as usize);
    let table = Table::without_borders(rows).layout(TableLayoutType::Fixed).set_grid(grid);
    docx.add_paragraph(title).add_table(table).add_paragraph(pen.plain(BODY, ""))
}

/// What is not nought is seen: a bar has one cell at least.
fn bar(label: &str, n: u64, most: u64, pen: &mut Pen) -> TableRow {
    let filled = ((u128::from(n) * u128::from(CELLS)).div_ceil(u128::from(most))) as u64;
    let mut word = |text: &str, align: AlignmentType| {
        pen.paragraph()
            .align(align)
            .line_spacing(LineSpacing::new().line(250))
            .add_run(Run::new().add_text(text).size(SIZE_S5))
    };
    let cell = |span: u64, width: i32| {
        TableCell::new()
            .width((width * span as i32) as usize, WidthType::Dxa)
            .grid_span(span as usize)
    };
    let white = |cell: TableCell| {
        // A white edge keeps the bars of two rows apart, and no bar has a line of its own.
        let edge = |position| {
            TableCellBorder::new(position)
                .color("FFFFFF")
                .size(36)
                .border_type(BorderType::Single)
        };
        cell.clear_all_border()
            .set_border(edge(TableCellBorderPosition::Top))
            .set_border(edge(TableCellBorderPosition::Bottom))
    };
    let mut cells = vec![cell(1, LABEL).add_paragraph(word(label, AlignmentType::Right))];
    if filled > 0 {
        let fill = Shading::new().shd_type(ShdType::Clear).color("auto").fill(BLUE);
        cells.push(white(cell(filled, CELL).shading(fill).add_paragraph(word("", AlignmentType::Left))));
    }
    // The quantity stands right after its bar.
    let rest = CELLS - filled + 1;
    let width = CELL * (CELLS - filled) as i32 + NUMBER;
    let last = TableCell::new().width(width as usize, WidthType::Dxa).grid_span(rest as usize);
    cells.push(last.add_paragraph(word(&n.to_string(), AlignmentType::Left)));
    TableRow::new(cells).cant_split()
}

fn list(figures: &[Counted], pen: &mut Pen) -> Table {
    let row = |cells: [(String, AlignmentType); 5], pen: &mut Pen| {
        let cells = cells.into_iter().zip(COLUMNS).map(|((text, align), width)| {
            let paragraph = pen
                .paragraph()
                .align(align)
                .line_spacing(LineSpacing::new().line(280))
                .add_run(Run::new().add_text(text).size(SIZE_S5 + 2));
            TableCell::new().width(width as usize, WidthType::Dxa).add_paragraph(paragraph)
        });
        TableRow::new(cells.collect()).cant_split()
    };
    let heads = ["指标", "数值", "分子", "分母", "不计的"];
    let mut rows = vec![row(heads.map(|head| (head.to_owned(), AlignmentType::Center)), pen)];
    for figure in figures {
        let whole = figure.whole.map(|whole| whole.to_string()).unwrap_or_default();
        rows.push(row(
            [
                (figure.name.clone(), AlignmentType::Left),
                (figure.value.clone(), AlignmentType::Right),
                (figure.part.to_string(), AlignmentType::Right),
                (whole, AlignmentType::Right),
                (figure.exclusions.clone(), AlignmentType::Left),
            ],
            pen,
        ));
    }
    Table::new(rows)
        .layout(TableLayoutType::Fixed)
        .set_grid(COLUMNS.map(|width| width as usize).to_vec())
}
