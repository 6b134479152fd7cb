//! 法规的结构。 The shape of a statute that was read: 编章节, 条, 款, 项, 目, and what looked wrong.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::numerals::to_chinese;

/// 法规。 One version of one statute, as one file holds it.
///
/// The 民法典 comes in several files whose numbering runs on; each is a `Statute` with the same
/// `title` and `short`, told apart by `part`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statute {
    /// 全称。 From the first `#` line, 中华人民共和国 kept.
    pub title: String,
    /// 简称。 The title without 中华人民共和国: the name that citations use.
    pub short: String,
    /// 编。 Which part of the statute this file holds, when a second `#` line says so (总则).
    pub part: Option<String>,
    /// 文件名所载名称。 The file name without source mark and version: `行政许可法`, `民法典_总则`.
    pub file_stem: String,
    /// 版本日期。 From the file name: promulgation or the *last* amendment, not entry into force.
    pub version: Option<Date>,
    /// 沿革。 Adoption, promulgation and amendments, in the order printed.
    pub history: Vec<HistoryLine>,
    /// 编、章、节。 Headings in the order printed.
    pub divisions: Vec<Division>,
    /// 条。 Articles in the order printed, whatever their numbers.
    pub articles: Vec<Article>,
    /// 序言。 Text before the first article that is no heading; the whole body if there is none.
    pub preamble: String,
    /// 附件。 What follows the last article under 附, 附件 or 附表; tables stay as text.
    pub attachments: String,
    /// 施行日期。 As the text itself states it; for an amended statute this is the *first* entry
    /// into force (see [`Statute::states_first_force_only`]).
    pub in_force_from: Option<Date>,
    /// 疑点。 What a person should look at before relying on this reading; empty for a clean file.
    pub findings: Vec<Finding>,
}

/// 沿革行。 One line of history, wrapped lines joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// The first date in the line.
    pub date: Option<Date>,
    /// The whole line, date included.
    pub text: String,
}

/// 编、章、节。 One heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Division {
    /// Depth in this statute, 1 outermost; 章 is 1 in a short law and 2 under 编.
    pub level: u8,
    /// `第一章 总则`, without the spaces that spread it.
    pub title: String,
    /// The first article that follows; shared with the outer division that begins at the same place.
    pub first_article: Option<ArticleNo>,
}

/// 条文编号。 第一百二十条之一 is `main: 120, sub: 1`; an ordinary article has `sub: 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArticleNo {
    pub main: u32,
    pub sub: u32,
}

/// 条。 One article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub no: ArticleNo,
    /// 款。 At least one.
    pub paragraphs: Vec<Paragraph>,
    /// 所在编章节。 Headings from the outermost inwards, joined by ` / `; empty without headings.
    pub division: String,
}

/// 款。 A paragraph with the items that hang on it. Numbers are not printed; they are positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Without the article marker. Lines of a table that interrupts the text follow a line feed.
    pub text: String,
    pub items: Vec<Item>,
}

/// 项。 （一）; `text` is without the marker, which [`Item::marker`] writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub no: u32,
    pub text: String,
    /// 目。 Usually none.
    pub points: Vec<Point>,
}

/// 目。 1. inside an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub no: u32,
    pub text: String,
}

/// 疑点。 Something a reader of the file should know. No finding ever drops text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// 没有条文。 No article marker: a reply, or a decision written in 一、二、.
    NoArticles,
    /// 首条不是第一条。 The numbering starts late and the file does not say which part it is.
    StartsAt { first: ArticleNo },
    /// 编号跳跃。 Numbers are missing between two neighbours.
    Gap { after: ArticleNo, found: ArticleNo },
    /// 编号倒退。 A number not above its predecessor, seen for the first time.
    OutOfOrder { after: ArticleNo, found: ArticleNo },
    /// 编号重复。 The same number again; both articles are kept, the first one answers.
    Duplicate { no: ArticleNo },
    /// 一行多条。 An article began in the middle of a line and was split off.
    SplitInline { no: ArticleNo },
    /// 项号不连续。 An item does not follow the one before it (0: none) in its paragraph.
    ItemOutOfOrder { article: ArticleNo, paragraph: u32, after: u32, found: u32 },
    /// 段落未完。 A line that does not end as a sentence does: perhaps one paragraph on two lines.
    Unfinished { article: ArticleNo, paragraph: u32 },
    /// 标题下有非条文文字。 Text between a heading and an article; it is kept in the preamble.
    TextUnderHeading { heading: String },
    /// 字符损坏。 A replacement or private-use character; counted from the first line of the file.
    DamagedCharacter { line: u32, character: char },
    /// 未载施行日期。 Neither the last articles nor the history say when it began.
    NoForceDate,
    /// 施行日期须推算。 The text counts from promulgation (公布之日起三十日后); not computed here.
    RelativeForceDate { article: ArticleNo },
    /// 日期有误。 The date in the file name does not exist.
    BadVersion { written: String },
}

impl Statute {
    /// 取条文。 The article with this number; the first of them if the file repeats it.
    pub fn article(&self, no: ArticleNo) -> Option<&Article> {
        self.articles.iter().find(|a| a.no == no)
    }

    /// 名称是否指本法。 Does `name` (full or short title, or file name, 《》 or not) mean this statute?
    pub fn answers_to(&self, name: &str) -> bool {
        let name = name.trim();
        let inner = name.strip_prefix('《').and_then(|n| n.strip_suffix('》')).unwrap_or(name);
        [&self.title, &self.short, &self.file_stem].into_iter().any(|n| n == inner)
    }

    /// 施行日期仅为首次施行。 True when the version is later than the date the text states: the
    /// statute was amended and the date tells when it *first* began, not when this version did.
    ///
    /// 网络安全法 as amended on 2025-10-28 still says 2017-06-01. Never use `in_force_from` as the
    /// beginning of a version for which this is true; ask the table of validity.
    pub fn states_first_force_only(&self) -> bool {
        matches!((self.version, self.in_force_from), (Some(v), Some(f)) if f < v)
    }
}

impl ArticleNo {
    pub const fn new(main: u32) -> Self {
        Self { main, sub: 0 }
    }

    /// 第X条之一。 `ArticleNo::inserted(120, 1)`.
    pub const fn inserted(main: u32, sub: u32) -> Self {
        Self { main, sub }
    }
}

impl fmt::Display for ArticleNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第{}条", to_chinese(self.main))?;
        if self.sub > 0 {
            write!(f, "之{}", to_chinese(self.sub))?;
        }
        Ok(())
    }
}

impl Article {
    /// 款。 The `n`-th paragraph, counted from 1.
    pub fn paragraph(&self, n: u32) -> Option<&Paragraph> {
        self.paragraphs.get(usize::try_from(n).ok()?.checked_sub(1)?)
    }

    /// 条文全文。 Without the article number: one line a paragraph, item or point, as printed.
    pub fn text(&self) -> String {
        self.paragraphs.iter().map(Paragraph::full_text).collect::<Vec<_>>().join("\n")
    }
}

impl Paragraph {
    /// 项。 The item that carries this number, which need not be its position.
    pub fn item(&self, no: u32) -> Option<&Item> {
        self.items.iter().find(|i| i.no == no)
    }

    /// The paragraph with its items and points, one line each.
    pub fn full_text(&self) -> String {
        let own = (!self.text.is_empty()).then(|| self.text.clone());
        own.into_iter()
            .chain(self.items.iter().map(Item::full_text))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Item {
    /// `（三）`, in the width that gazettes print.
    pub fn marker(&self) -> String {
        format!("（{}）", to_chinese(self.no))
    }

    /// The item with its marker and points, one line each.
    pub fn full_text(&self) -> String {
        let mut out = format!("{}{}", self.marker(), self.text);
        for point in &self.points {
            out.push_str(&format!("\n{}.{}", point.no, point.text));
        }
        out
    }
}

impl Finding {
    /// 编号问题。 Findings about numbering, which make citations into this statute unsafe.
    pub fn is_about_numbering(&self) -> bool {
        match self {
            Self::NoArticles
            | Self::StartsAt { .. }
            | Self::Gap { .. }
            | Self::OutOfOrder { .. }
            | Self::Duplicate { .. }
            | Self::ItemOutOfOrder { .. } => true,
            Self::SplitInline { .. }
            | Self::Unfinished { .. }
            | Self::TextUnderHeading { .. }
            | Self::DamagedCharacter { .. }
            | Self::NoForceDate
            | Self::RelativeForceDate { .. }
            | Self::BadVersion { .. } => false,
        }
    }
}

/// 疑点说明。 One line for the import report.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoArticles => write!(f, "没有条文标记"),
            Self::StartsAt { first } => write!(f, "从{first}开始，未说明是哪一部分"),
            Self::Gap { after, found } => write!(f, "{after}之后是{found}，中间缺号"),
            Self::OutOfOrder { after, found } => write!(f, "{after}之后是{found}，次序颠倒"),
            Self::Duplicate { no } => write!(f, "{no}重复出现"),
            Self::SplitInline { no } => write!(f, "{no}与前一条同在一行，已分开"),
            Self::ItemOutOfOrder { article, paragraph, after: 0, found } => {
                let (p, b) = (to_chinese(*paragraph), to_chinese(*found));
                write!(f, "{article}第{p}款的首项是第{b}项")
            }
            Self::ItemOutOfOrder { article, paragraph, after, found } => {
                let (p, a, b) = (to_chinese(*paragraph), to_chinese(*after), to_chinese(*found));
                write!(f, "{article}第{p}款第{a}项之后是第{b}项")
            }
            Self::Unfinished { article, paragraph } => {
                write!(f, "{article}第{}款没有句末标点，可能被断行", to_chinese(*paragraph))
            }
            Self::TextUnderHeading { heading } => write!(f, "“{heading}”之下有条文以外的文字"),
            Self::DamagedCharacter { line, character } => {
                write!(f, "第{line}行有损坏字符 U+{:04X}", u32::from(*character))
            }
            Self::NoForceDate => write!(f, "未载施行日期"),
            Self::RelativeForceDate { article } => write!(f, "{article}的施行日期须自公布之日推算"),
            Self::BadVersion { written } => write!(f, "文件名中的日期不存在：{written}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_numbers_print_and_sort() {
        let rows = [
            (ArticleNo::new(1), "第一条"),
            (ArticleNo::new(42), "第四十二条"),
            (ArticleNo::new(120), "第一百二十条"),
            (ArticleNo::inserted(120, 1), "第一百二十条之一"),
            (ArticleNo::inserted(120, 6), "第一百二十条之六"),
            (ArticleNo::new(121), "第一百二十一条"),
        ];
        for (no, printed) in rows {
            assert_eq!(no.to_string(), printed);
        }
        assert!(rows.is_sorted_by_key(|(no, _)| *no), "inserted articles stand after their own");
    }

    #[test]
    fn paragraphs_count_from_one_and_items_by_number() {
        let item = |no, text: &str| Item { no, text: text.into(), points: vec![] };
        let mut second = item(2, "乙。");
        second.points = vec![Point { no: 1, text: "丙。".into() }];
        let listed = Paragraph { text: "下列情形：".into(), items: vec![item(1, "甲；"), second] };
        let plain = Paragraph { text: "前款另有规定的除外。".into(), items: vec![] };
        let article =
            Article { no: ArticleNo::new(7), paragraphs: vec![listed, plain], division: String::new() };
        assert_eq!(article.paragraph(0), None);
        assert_eq!(article.paragraph(2).map(|p| p.text.as_str()), Some("前款另有规定的除外。"));
        assert_eq!(article.paragraph(3), None);
        let items = &article.paragraphs[0];
        assert_eq!(items.item(2).map(|i| i.text.as_str()), Some("乙。"));
        assert_eq!(items.item(3), None);
        assert_eq!(article.text(), "下列情形：\n（一）甲；\n（二）乙。\n1.丙。\n前款另有规定的除外。");
    }
}
