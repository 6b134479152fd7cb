//! 法规架。 The texts that are held, and an index of facts about those the release knows by name only.

use crate::text::citation::short_name;
use crate::text::{Article, ArticleNo, Citation, Statute, Unresolved};
use fadu_kernel::Basis;
use jiff::civil::Date;
use serde::Serialize;

/// Facts only: title, version, number of articles, validity. Texts are imported by the county.
const INDEX: &str = include_str!("../data/index.tsv");

/// 索引行。 What the release knows of one statute without holding its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    pub short: String,
    pub title: String,
    pub version: Option<Date>,
    /// 0 when the number of articles is not known.
    pub last_article: u32,
    pub in_force_from: Option<Date>,
    /// 法律, 行政法规, 部门规章 and so on.
    pub level: String,
    /// Empty, or why the row is not the whole truth.
    pub note: String,
}

#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Every version held, in order of import.
    pub statutes: Vec<Statute>,
    pub index: Vec<Known>,
}

/// 引用的状态。
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// The text is held, the place exists and no later version is known.
    Resolves { version: Option<Date> },
    /// The text is not held: named, not hidden. `known` when the index has the statute and, as far as it counts them, the article.
    NotHeld { known: bool, note: String },
    /// The place does not exist, or the version held was superseded.
    Wrong { why: String },
}

impl Shelf {
    /// The shelf as it ships: names and numbers, no text.
    pub fn from_index() -> Shelf {
        let rows = INDEX
            .lines()
            .filter(|line| !line.starts_with('#') && !line.starts_with("short\t"));
        let mut index: Vec<Known> = Vec::new();
        for row in rows.filter_map(known) {
            // The parts of one statute are one row of the index.
            match index.iter_mut().find(|known| known.short == row.short) {
                Some(known) => known.last_article = known.last_article.max(row.last_article),
                None => index.push(row),
            }
        }
        Shelf { statutes: Vec::new(), index }
    }

    pub fn with(mut self, statutes: Vec<Statute>) -> Shelf {
        self.statutes.extend(statutes);
        self
    }

    pub fn known(&self, name: &str) -> Option<&Known> {
        let short = short_name(name);
        self.index.iter().find(|known| known.short == short || known.title == name)
    }

    /// The latest version held of every text that answers to a name; more than one when it came in parts.
    pub fn held(&self, name: &str) -> Vec<&Statute> {
        let mut latest: Vec<&Statute> = Vec::new();
        for statute in self.statutes.iter().filter(|statute| statute.answers_to(name)) {
            match latest.iter_mut().find(|kept| kept.file_stem == statute.file_stem) {
                Some(kept) if kept.version < statute.version => *kept = statute,
                Some(_) => {}
                None => latest.push(statute),
            }
        }
        latest
    }

    pub fn article(&self, name: &str, no: ArticleNo) -> Option<(&Statute, &Article)> {
        self.held(name)
            .into_iter()
            .find_map(|statute| Some((statute, statute.article(no)?)))
    }

    /// Does the place exist, in the latest version that is held?
    pub fn find(&self, basis: &Basis) -> Standing {
        let held = self.held(&basis.statute);
        if held.is_empty() {
            return self.find_in_index(basis);
        }
        if basis.article == 0 {
            return Standing::Resolves { version: held[0].version };
        }
        let mut why = String::new();
        for statute in &held {
            match statute.resolve(&citation(basis)) {
                Ok(_) => return Standing::Resolves { version: statute.version },
                // A number outside this part may stand in another one.
                Err(Unresolved::NoArticle) if why.is_empty() => {
                    why = format!("{}没有第{}条", statute.title, basis.article)
                }
                Err(Unresolved::NoArticle) => {}
                Err(other) => why = format!("{basis}：{}", said(other)),
            }
        }
        let in_parts = held.iter().any(|statute| statute.part.is_some());
        match self.known(&basis.statute) {
            Some(known) if in_parts && u32::from(basis.article) <= known.last_article => {
                Standing::NotHeld { known: true, note: known.note.clone() }
            }
            _ => Standing::Wrong { why },
        }
    }

    fn find_in_index(&self, basis: &Basis) -> Standing {
        match self.known(&basis.statute) {
            Some(known) if known.last_article > 0 && u32::from(basis.article) > known.last_article => {
                Standing::Wrong { why: format!("{}只有{}条", known.title, known.last_article) }
            }
            Some(known) => Standing::NotHeld { known: true, note: known.note.clone() },
            None => Standing::NotHeld { known: false, note: String::new() },
        }
    }
}

pub(crate) fn citation(basis: &Basis) -> Citation {
    Citation {
        statute: short_name(&basis.statute).to_owned(),
        version_year: None,
        article: ArticleNo::new(u32::from(basis.article)),
        paragraph: basis.paragraph.map(u32::from),
        item: basis.item.map(u32::from),
    }
}

impl Citation {
    /// As rules and items keep it. None for a number that no statute reaches.
    pub fn basis(&self) -> Option<Basis> {
        let small = |n: Option<u32>| n.and_then(|n| u16::try_from(n).ok());
        let article = u16::try_from(self.article.main).ok()?;
        let (paragraph, item) = (small(self.paragraph), small(self.item));
        Some(Basis { statute: self.statute.clone().into(), article, paragraph, item })
    }
}

fn said(unresolved: Unresolved) -> String {
    match unresolved {
        Unresolved::OtherStatute => "不是这部法规".to_owned(),
        Unresolved::OtherVersion => "不是这一版".to_owned(),
        Unresolved::NoArticle => "没有这一条".to_owned(),
        Unresolved::NoParagraph { n_paragraphs } => format!("这一条只有{n_paragraphs}款"),
        Unresolved::NoItem { n_items } => format!("这一款只有{n_items}项"),
        Unresolved::ParagraphNeeded => "有几款都列了项，须写明第几款".to_owned(),
    }
}

fn known(line: &str) -> Option<Known> {
    let mut cells = line.split('\t');
    let mut cell = || cells.next();
    let (short, _part, title) = (cell()?, cell()?, cell()?);
    let (version, _articles, _first, last) = (cell()?, cell()?, cell()?, cell()?);
    let (force, level, note) = (cell()?, cell()?, cell().unwrap_or_default());
    Some(Known {
        short: short.to_owned(),
        title: title.to_owned(),
        version: version.parse().ok(),
        last_article: last.parse().ok()?,
        in_force_from: force.parse().ok(),
        level: level.to_owned(),
        note: note.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    const LAW: &str = "# 中华人民共和国模拟法\n\n（2024年1月2日通过）\n\n<!-- INFO END -->\n\n## 第一章 总则\n\n第一条 为了测试，制定本法。\n\n第二条 下列情形适用本法：\n\n（一）甲；\n\n（二）乙。\n";

    #[test]
    fn a_place_resolves_is_not_held_or_is_wrong() {
        let shelf =
            Shelf::from_index().with(vec![parse("中华人民共和国模拟法(2024-01-02).md", LAW).unwrap()]);
        let standing = |basis: Basis| match shelf.find(&basis) {
            Standing::Resolves { .. } => "resolves",
            Standing::NotHeld { known: true, .. } => "known",
            Standing::NotHeld { known: false, .. } => "unknown",
            Standing::Wrong { .. } => "wrong",
        };
        let table = [
            (Basis::article("模拟法", 2), "resolves"),
            (Basis::item("模拟法", 2, 1, 2), "resolves"),
            (Basis::item("模拟法", 2, 1, 3), "wrong"),
            (Basis::item("模拟法", 2, 2, 1), "wrong"),
            (Basis::article("模拟法", 3), "wrong"),
            (Basis::article("行政许可法", 83), "known"),
            (Basis::article("行政许可法", 84), "wrong"),
            (Basis::article("城镇燃气管理条例", 15), "known"),
            (Basis::article("没有听说过的办法", 1), "unknown"),
        ];
        for (basis, then) in table {
            assert_eq!(standing(basis.clone()), then, "{basis}");
        }
    }

    #[test]
    fn the_index_is_one_row_a_statute() {
        let shelf = Shelf::from_index();
        assert!(shelf.index.len() >= 60, "{} statutes", shelf.index.len());
        assert_eq!(shelf.known("民法典").map(|known| known.last_article), Some(1260));
        assert_eq!(shelf.known("中华人民共和国行政许可法").map(|known| known.last_article), Some(83));
    }
}
