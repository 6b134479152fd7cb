//! 引用。 A citation of an article, as rules declare it and as documents print it.
//!
//! | written | read as |
//! |---|---|
//! | `行政许可法#42` | 《行政许可法》第四十二条 |
//! | `行政许可法#42.1.3` | 《行政许可法》第四十二条第一款第三项 |
//! | `行政许可法#32..4` | 《行政许可法》第三十二条第四项 (paragraph left open) |
//! | `刑法#120之1` | 《刑法》第一百二十条之一 |
//! | `行政许可法(2019)#42` | 《行政许可法》（2019年版）第四十二条 |
//!
//! The long forms on the right are read too, with Chinese or Arabic numerals and with or without
//! 《》. 中华人民共和国 before a name is dropped, so that both ways of naming a law are equal. A
//! citation says nothing about whether the article exists; [`Statute::resolve`] answers that.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::numerals::{from_chinese, is_numeral, to_chinese};
use super::statute::{Article, ArticleNo, Item, Paragraph, Statute};

/// 引用。 Statute, article, and as much of 款 and 项 as was given.
///
/// In data files it is the short string of [`Citation::key`], and any readable form is accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Citation {
    /// Short title, without 《》 and 中华人民共和国.
    pub statute: String,
    /// 版本年份。 The year of the version meant; `None` leaves it to the date of the act.
    pub version_year: Option<i16>,
    pub article: ArticleNo,
    /// 款。 Counted from 1.
    pub paragraph: Option<u32>,
    /// 项。 The printed number.
    pub item: Option<u32>,
}

/// 引用无法读出。 Which part of the citation could not be read; the text is the part at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CitationError {
    /// No name before the article.
    NoStatute,
    /// 《 without its 》.
    UnclosedTitle(String),
    /// Neither `#` nor 第…条 after the name.
    NoArticle(String),
    Version(String),
    Article(String),
    Paragraph(String),
    Item(String),
    /// Something follows that belongs to no part (目 are not cited by rules).
    Trailing(String),
}

/// 引用所指。 What a citation found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cited<'a> {
    pub article: &'a Article,
    pub paragraph: Option<&'a Paragraph>,
    pub item: Option<&'a Item>,
}

/// 引用落空。 Why a readable citation points at nothing in this statute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// It names another statute.
    OtherStatute,
    /// It names another year's version of this statute.
    OtherVersion,
    NoArticle,
    NoParagraph {
        n_paragraphs: usize,
    },
    NoItem {
        n_items: usize,
    },
    /// An item was cited without its paragraph, and several paragraphs have items.
    ParagraphNeeded,
}

impl Citation {
    /// 整条引用。 A whole article.
    pub fn article(statute: &str, article: ArticleNo) -> Self {
        let statute = short_name(statute).to_string();
        Self { statute, version_year: None, article, paragraph: None, item: None }
    }

    /// 短式。 The `#` form, stable enough to be a key; reading it gives the same citation.
    pub fn key(&self) -> String {
        let mut out = self.statute.clone();
        if let Some(year) = self.version_year {
            out.push_str(&format!("({year})"));
        }
        out.push_str(&format!("#{}", self.article.main));
        if self.article.sub > 0 {
            out.push_str(&format!("之{}", self.article.sub));
        }
        match (self.paragraph, self.item) {
            (None, None) => {}
            (Some(p), None) => out.push_str(&format!(".{p}")),
            (Some(p), Some(i)) => out.push_str(&format!(".{p}.{i}")),
            (None, Some(i)) => out.push_str(&format!("..{i}")),
        }
        out
    }
}

impl Statute {
    /// 查引用。 What the citation points at in this statute, or why it points at nothing.
    ///
    /// An item cited without its paragraph is found when only one paragraph has items, which is how
    /// such citations are meant. The year is compared with the version in the file name.
    pub fn resolve(&self, citation: &Citation) -> Result<Cited<'_>, Unresolved> {
        if !self.answers_to(&citation.statute) {
            return Err(Unresolved::OtherStatute);
        }
        let other_year = |year| self.version.map(|v| v.year()) != Some(year);
        if citation.version_year.is_some_and(other_year) {
            return Err(Unresolved::OtherVersion);
        }
        let article = self.article(citation.article).ok_or(Unresolved::NoArticle)?;
        let paragraph = match (citation.paragraph, citation.item) {
            (Some(n), _) => {
                let missing = Unresolved::NoParagraph { n_paragraphs: article.paragraphs.len() };
                Some(article.paragraph(n).ok_or(missing)?)
            }
            (None, Some(_)) => Some(only_list(article)?),
            (None, None) => None,
        };
        let item = match (paragraph, citation.item) {
            (Some(p), Some(n)) => Some(p.item(n).ok_or(Unresolved::NoItem { n_items: p.items.len() })?),
            (_, _) => None,
        };
        Ok(Cited { article, paragraph, item })
    }
}

fn only_list(article: &Article) -> Result<&Paragraph, Unresolved> {
    let mut lists = article.paragraphs.iter().filter(|p| !p.items.is_empty());
    match (lists.next(), lists.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(Unresolved::ParagraphNeeded),
        (None, _) => Err(Unresolved::NoItem { n_items: 0 }),
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "《{}》", self.statute)?;
        if let Some(year) = self.version_year {
            write!(f, "（{year}年版）")?;
        }
        write!(f, "{}", self.article)?;
        if let Some(n) = self.paragraph {
            write!(f, "第{}款", to_chinese(n))?;
        }
        if let Some(n) = self.item {
            write!(f, "第{}项", to_chinese(n))?;
        }
        Ok(())
    }
}

impl FromStr for Citation {
    type Err = CitationError;

    fn from_str(s: &str) -> Result<Self, CitationError> {
        let s: String = s.chars().filter(|c| !c.is_whitespace()).collect();
        let (name, place) = split_name(&s)?;
        let (name, version_year) = split_version(name)?;
        if name.is_empty() {
            return Err(CitationError::NoStatute);
        }
        let (article, paragraph, item) = match place.strip_prefix('#') {
            Some(numbers) => read_key(numbers)?,
            None => read_official(place)?,
        };
        let statute = short_name(&name).to_string();
        Ok(Self { statute, version_year, article, paragraph, item })
    }
}

impl TryFrom<String> for Citation {
    type Error = CitationError;

    fn try_from(s: String) -> Result<Self, CitationError> {
        s.parse()
    }
}

impl From<Citation> for String {
    fn from(citation: Citation) -> Self {
        citation.key()
    }
}

/// 去国名。 The name without 中华人民共和国, unless nothing else is left.
pub(crate) fn short_name(title: &str) -> &str {
    match title.strip_prefix("中华人民共和国") {
        Some(rest) if !rest.is_empty() => rest,
        _ => title,
    }
}

/// Cuts before the `#` or the 第…条 that ends the name.
fn split_name(s: &str) -> Result<(&str, &str), CitationError> {
    if s.starts_with('《') {
        let end = title_end(s).ok_or_else(|| CitationError::UnclosedTitle(s.to_string()))?;
        // A version in brackets may stand between 》 and the place.
        let cut = s[end..].find(['#', '第']).map(|i| end + i);
        let cut = cut.ok_or_else(|| CitationError::NoArticle(s.to_string()))?;
        return Ok(s.split_at(cut));
    }
    if let Some(cut) = s.find('#') {
        return Ok(s.split_at(cut));
    }
    // A name may itself hold 第 (第十四届…), so the first 第 that begins 第…条 ends it.
    let begins_article =
        |&(i, _): &(usize, &str)| read_ordinal(&s[i..]).is_some_and(|(_, rest)| rest.starts_with('条'));
    let cut = s.match_indices('第').find(begins_article).map(|(i, _)| i);
    cut.map(|i| s.split_at(i))
        .ok_or_else(|| CitationError::NoArticle(s.to_string()))
}

/// The byte after the 》 that closes the first 《; titles inside titles are counted.
fn title_end(s: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in s.char_indices() {
        match c {
            '《' => depth += 1,
            '》' if depth == 1 => return Some(i + c.len_utf8()),
            '》' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Takes 《》 and a year in brackets off the name; other brackets, as in （试行）, are part of it.
fn split_version(name: &str) -> Result<(String, Option<i16>), CitationError> {
    let (name, outside) = take_year(name)?;
    let inner = name.strip_prefix('《').and_then(|n| n.strip_suffix('》'));
    let Some(inner) = inner else {
        if name.starts_with('《') {
            return Err(CitationError::Version(name.to_string()));
        }
        return Ok((name.to_string(), outside));
    };
    let (inner, inside) = take_year(inner)?;
    Ok((inner.to_string(), outside.or(inside)))
}

/// `行政许可法(2019)` → `行政许可法`, 2019; also （2019年版）, （2019年修正）, （2019修订）.
fn take_year(name: &str) -> Result<(&str, Option<i16>), CitationError> {
    let Some(body) = name.strip_suffix([')', '）']) else {
        return Ok((name, None));
    };
    let Some((before, written)) = body.rsplit_once(['(', '（']) else {
        return Ok((name, None));
    };
    if !written.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok((name, None));
    }
    let digits = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (year, word) = written.split_at(digits);
    let known = matches!(word, "" | "年" | "年版" | "版" | "年修正" | "修正" | "年修订" | "修订");
    match year.parse() {
        Ok(year @ 1900..=2999) if known => Ok((before, Some(year))),
        _ => Err(CitationError::Version(written.to_string())),
    }
}

type Place = (ArticleNo, Option<u32>, Option<u32>);

/// `42`, `42.1`, `42.1.3`, `42..3`, `120之1.2`.
fn read_key(numbers: &str) -> Result<Place, CitationError> {
    let mut parts = numbers.splitn(4, '.');
    let written = parts.next().unwrap_or_default();
    let unreadable = || CitationError::Article(written.to_string());
    let (main, sub) = match written.split_once('之') {
        Some((main, sub)) => (number(main), number(sub)),
        None => (number(written), Some(0)),
    };
    let article = ArticleNo { main: main.ok_or_else(unreadable)?, sub: sub.ok_or_else(unreadable)? };
    let item_follows = numbers.matches('.').count() >= 2;
    let paragraph = match parts.next() {
        None => None,
        Some("") if item_follows => None,
        Some(n) => Some(number(n).ok_or_else(|| CitationError::Paragraph(n.to_string()))?),
    };
    let item = match parts.next() {
        None => None,
        Some(n) => Some(number(n).ok_or_else(|| CitationError::Item(n.to_string()))?),
    };
    match parts.next() {
        Some(rest) => Err(CitationError::Trailing(rest.to_string())),
        None => Ok((article, paragraph, item)),
    }
}

/// `第四十二条之一第一款第（三）项`, in Chinese or Arabic numerals.
fn read_official(place: &str) -> Result<Place, CitationError> {
    let unreadable = || CitationError::Article(place.to_string());
    let (main, rest) = read_ordinal(place).ok_or_else(unreadable)?;
    let mut rest = rest.strip_prefix('条').ok_or_else(unreadable)?;
    let mut article = ArticleNo::new(main);
    if let Some(after) = rest.strip_prefix('之') {
        let (sub, after) = read_number(after).ok_or_else(unreadable)?;
        (article.sub, rest) = (sub, after);
    }
    let (mut paragraph, mut item) = (None, None);
    if !rest.is_empty() {
        let (n, after) = read_ordinal(rest).ok_or_else(|| wrong_part(rest))?;
        if let Some(after) = after.strip_prefix('款') {
            (paragraph, rest) = (Some(n), after);
        }
    }
    if !rest.is_empty() {
        let (n, after) = read_ordinal(rest).ok_or_else(|| wrong_part(rest))?;
        if let Some(after) = after.strip_prefix('项') {
            (item, rest) = (Some(n), after);
        }
    }
    if rest.is_empty() { Ok((article, paragraph, item)) } else { Err(wrong_part(rest)) }
}

/// Names the part at fault by the word that was to close it.
fn wrong_part(rest: &str) -> CitationError {
    let rest = rest.to_string();
    if !rest.starts_with('第') {
        CitationError::Trailing(rest)
    } else if rest.contains('款') {
        CitationError::Paragraph(rest)
    } else if rest.contains('项') {
        CitationError::Item(rest)
    } else {
        CitationError::Trailing(rest)
    }
}

/// 第N or 第（N）: the number and what follows it.
fn read_ordinal(s: &str) -> Option<(u32, &str)> {
    let s = s.strip_prefix('第')?;
    let Some(inner) = s.strip_prefix(['（', '(']) else {
        return read_number(s);
    };
    let (n, rest) = read_number(inner)?;
    Some((n, rest.strip_prefix(['）', ')'])?))
}

/// The longest numeral at the start of `s`, and what follows it.
fn read_number(s: &str) -> Option<(u32, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit() && !is_numeral(c)).unwrap_or(s.len());
    Some((number(&s[..end])?, &s[end..]))
}

/// A number above zero in either script; the two are never mixed.
fn number(s: &str) -> Option<u32> {
    let value = match s.bytes().all(|b| b.is_ascii_digit()) {
        true => s.parse().ok()?,
        false => from_chinese(s)?,
    };
    (value > 0).then_some(value)
}

impl fmt::Display for CitationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStatute => write!(f, "引用没有写明法规名称 (no statute is named)"),
            Self::UnclosedTitle(s) => write!(f, "书名号没有合上 (title not closed): {s}"),
            Self::NoArticle(s) => write!(f, "没有写明条 (no article is named): {s}"),
            Self::Version(s) => write!(f, "版本年份无法读出 (version year): {s}"),
            Self::Article(s) => write!(f, "条无法读出 (article): {s}"),
            Self::Paragraph(s) => write!(f, "款无法读出 (paragraph): {s}"),
            Self::Item(s) => write!(f, "项无法读出 (item): {s}"),
            Self::Trailing(s) => write!(f, "引用之后有多余文字 (left over): {s}"),
        }
    }
}

impl std::error::Error for CitationError {}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherStatute => write!(f, "引用的是另一部法规 (another statute)"),
            Self::OtherVersion => write!(f, "引用的是另一版本 (another version)"),
            Self::NoArticle => write!(f, "没有这一条 (no such article)"),
            Self::NoParagraph { n_paragraphs } => {
                write!(f, "没有这一款，该条共{n_paragraphs}款 (no such paragraph)")
            }
            Self::NoItem { n_items } => write!(f, "没有这一项，该款共{n_items}项 (no such item)"),
            Self::ParagraphNeeded => write!(f, "多款有项，须写明款 (name the paragraph)"),
        }
    }
}

impl std::error::Error for Unresolved {}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, &'static str, &'static str);

    /// written, official form, key
    const READ: &[Row] = &[
        ("行政许可法#42", "《行政许可法》第四十二条", "行政许可法#42"),
        ("行政许可法#42.1", "《行政许可法》第四十二条第一款", "行政许可法#42.1"),
        ("行政许可法#42.1.3", "《行政许可法》第四十二条第一款第三项", "行政许可法#42.1.3"),
        ("行政许可法#32..4", "《行政许可法》第三十二条第四项", "行政许可法#32..4"),
        ("刑法#120之1", "《刑法》第一百二十条之一", "刑法#120之1"),
        ("刑法#120之1.2.1", "《刑法》第一百二十条之一第二款第一项", "刑法#120之1.2.1"),
        (
            "《行政许可法》第四十二条第一款第（三）项",
            "《行政许可法》第四十二条第一款第三项",
            "行政许可法#42.1.3",
        ),
        (
            "《行政许可法》第四十二条第一款第(三)项",
            "《行政许可法》第四十二条第一款第三项",
            "行政许可法#42.1.3",
        ),
        ("《行政许可法》第四十二条第一款第三项", "《行政许可法》第四十二条第一款第三项", "行政许可法#42.1.3"),
        ("行政许可法第42条", "《行政许可法》第四十二条", "行政许可法#42"),
        ("行政许可法 第 42 条 第 1 款", "《行政许可法》第四十二条第一款", "行政许可法#42.1"),
        ("中华人民共和国行政许可法第四十二条", "《行政许可法》第四十二条", "行政许可法#42"),
        ("《中华人民共和国行政许可法》第四十二条", "《行政许可法》第四十二条", "行政许可法#42"),
        ("《刑法》第一百二十条之一", "《刑法》第一百二十条之一", "刑法#120之1"),
        ("行政许可法(2019)#42", "《行政许可法》（2019年版）第四十二条", "行政许可法(2019)#42"),
        (
            "《行政许可法》（2019年修正）第四十二条",
            "《行政许可法》（2019年版）第四十二条",
            "行政许可法(2019)#42",
        ),
        ("《行政许可法（2019）》第42条", "《行政许可法》（2019年版）第四十二条", "行政许可法(2019)#42"),
        ("民事诉讼法（试行）#3", "《民事诉讼法（试行）》第三条", "民事诉讼法（试行）#3"),
        ("民法典第一千二百六十条", "《民法典》第一千二百六十条", "民法典#1260"),
        ("关于修改《统计法》的决定#2", "《关于修改《统计法》的决定》第二条", "关于修改《统计法》的决定#2"),
        (
            "第十四届全国人大第一次会议决定第三条",
            "《第十四届全国人大第一次会议决定》第三条",
            "第十四届全国人大第一次会议决定#3",
        ),
    ];

    #[test]
    fn reads_every_form_and_writes_two() {
        for &(written, official, key) in READ {
            let citation: Citation = written.parse().unwrap_or_else(|e| panic!("{written}: {e}"));
            assert_eq!(citation.to_string(), official, "{written}");
            assert_eq!(citation.key(), key, "{written}");
            assert_eq!(official.parse(), Ok(citation.clone()), "reading back {official}");
            assert_eq!(key.parse(), Ok(citation), "reading back {key}");
        }
    }

    #[test]
    fn says_which_part_it_could_not_read() {
        use CitationError as E;
        let rows = [
            ("", E::NoArticle("".into())),
            ("#42", E::NoStatute),
            ("第四十二条", E::NoStatute),
            ("《》第四十二条", E::NoStatute),
            ("行政许可法", E::NoArticle("行政许可法".into())),
            ("《行政许可法》", E::NoArticle("《行政许可法》".into())),
            ("《行政许可法第四十二条", E::UnclosedTitle("《行政许可法第四十二条".into())),
            ("行政许可法(19)#42", E::Version("19".into())),
            ("行政许可法(2019草案)#42", E::Version("2019草案".into())),
            ("行政许可法#", E::Article("".into())),
            ("行政许可法#0", E::Article("0".into())),
            ("行政许可法#4二", E::Article("4二".into())),
            ("刑法#120之", E::Article("120之".into())),
            ("《行政许可法》第一百五条", E::Article("第一百五条".into())),
            ("行政许可法#42.x", E::Paragraph("x".into())),
            ("行政许可法#42.", E::Paragraph("".into())),
            ("行政许可法#42.0", E::Paragraph("0".into())),
            ("《行政许可法》第四十二条第某款", E::Paragraph("第某款".into())),
            ("行政许可法#42.1.x", E::Item("x".into())),
            ("行政许可法#42..", E::Item("".into())),
            ("《行政许可法》第四十二条第一款第某项", E::Item("第某项".into())),
            ("行政许可法#42.1.3.1", E::Trailing("1".into())),
            ("《行政许可法》第四十二条的规定", E::Trailing("的规定".into())),
            ("《行政许可法》第四十二条第一款第三项第1目", E::Trailing("第1目".into())),
        ];
        for (written, want) in rows {
            assert_eq!(written.parse::<Citation>(), Err(want), "{written}");
        }
    }

    #[test]
    fn resolves_or_says_why_not() {
        let body = "# 中华人民共和国某法\n\n<!-- INFO END -->\n\n第一条 有下列情形之一的：\n\n\
                    （一）甲；\n\n（二）乙。\n\n丙。\n\n第二条 丁：\n\n（一）戊。\n\n己：\n\n（一）庚。\n";
        let statute = super::super::parse("某法(2020-01-01).md", body).unwrap();
        let rows = [
            ("某法#1", Ok("有下列情形之一的：")),
            ("某法#1.2", Ok("丙。")),
            ("某法#1.1.2", Ok("乙。")),
            ("某法#1..2", Ok("乙。")),
            ("某法(2020)#1..1", Ok("甲；")),
            ("某法(2019)#1", Err(Unresolved::OtherVersion)),
            ("别法#1", Err(Unresolved::OtherStatute)),
            ("某法#3", Err(Unresolved::NoArticle)),
            ("某法#1.3", Err(Unresolved::NoParagraph { n_paragraphs: 2 })),
            ("某法#1.1.3", Err(Unresolved::NoItem { n_items: 2 })),
            ("某法#1.2.1", Err(Unresolved::NoItem { n_items: 0 })),
            ("某法#2..1", Err(Unresolved::ParagraphNeeded)),
        ];
        for (written, want) in rows {
            let citation = written.parse().unwrap();
            let found = statute.resolve(&citation).map(|cited| {
                let paragraph = cited.paragraph.unwrap_or(&cited.article.paragraphs[0]);
                cited.item.map_or(paragraph.text.as_str(), |i| i.text.as_str())
            });
            assert_eq!(found, want, "{written}");
        }
    }
}
