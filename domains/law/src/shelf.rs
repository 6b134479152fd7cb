//! 法规架。 The texts that are held, and an index of facts about those the release knows by name only.

use crate::text::citation::short_name;
use crate::text::{Article, ArticleNo, Citation, Statute, Unresolved};
use crate::validity::Validity;
use fadu_kernel::Basis;
use jiff::civil::Date;
use serde::Serialize;

/// Facts only: title, version, number of articles, validity. Texts are imported by the county.
const INDEX: &str = include_str!("../data/index.tsv");
/// How the note of the index begins where a later text is in force that nobody holds.
const SUPERSEDED: &str = "superseded";

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
    /// The county's own table.
    pub validity: Vec<Validity>,
}

/// 引用的状态。
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// The place exists in the version in force on the day, and no later one is known.
    Resolves { version: Option<Date> },
    /// The text in force is not held: named, not hidden. `known` when the index has the statute and, as far as it counts them, the article.
    NotHeld { known: bool, note: String },
    /// The place does not exist, or nothing that was in force on the day has it.
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
        Shelf { statutes: Vec::new(), index, validity: Vec::new() }
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

    /// When a version began: as the county's table has it, else as the text states it. An amended text goes on stating
    /// the first entry into force; it cannot have begun before the day of its amendment. None: the text has no date.
    pub fn begins(&self, statute: &Statute) -> Option<Date> {
        self.begins_on(&statute.short, statute.version, statute.in_force_from)
    }

    fn begins_on(&self, short: &str, version: Option<Date>, stated: Option<Date>) -> Option<Date> {
        let own = |row: &&Validity| row.statute == short && row.version == version;
        let table = self.validity.iter().filter(own).find_map(|row| row.from);
        let stated = stated.filter(|from| version.is_none_or(|version| *from >= version));
        table.or(stated).or(version)
    }

    /// The line by which a version, alone or with the whole statute, is no longer in force on a day.
    fn ended(&self, short: &str, version: Option<Date>, day: Date) -> Option<&Validity> {
        self.validity.iter().find(|row| {
            row.statute == short
                && (row.version.is_none() || row.version == version)
                && row.ended.is_some_and(|ended| ended <= day)
        })
    }

    /// The version in force on a day of every text that answers to a name; more than one when it came in parts.
    pub fn in_force(&self, name: &str, day: Date) -> Vec<&Statute> {
        let order = |statute: &Statute| (self.begins(statute), statute.version);
        let mut latest: Vec<&Statute> = Vec::new();
        for statute in self.statutes.iter().filter(|statute| statute.answers_to(name)) {
            if self.begins(statute).is_some_and(|from| from > day) {
                continue;
            }
            match latest.iter().position(|kept| kept.file_stem == statute.file_stem) {
                Some(at) if order(latest[at]) < order(statute) => latest[at] = statute,
                Some(_) => {}
                None => latest.push(statute),
            }
        }
        // A version that ended does not bring the one before it back.
        latest.retain(|statute| self.ended(&statute.short, statute.version, day).is_none());
        latest
    }

    /// 有效期间。 The first day of a version, and the first on which it is in force no longer: as the county's table has it, or
    /// because a later version began that is held or that the index knows. None: nobody knows of such a day.
    pub fn period(&self, statute: &Statute) -> (Option<Date>, Option<Date>) {
        let from = self.begins(statute);
        let own = |row: &&Validity| {
            row.statute == statute.short && (row.version.is_none() || row.version == statute.version)
        };
        let table = self.validity.iter().filter(own).filter_map(|row| row.ended);
        let is_later = |other: &&Statute| {
            other.file_stem == statute.file_stem
                && (self.begins(other), other.version) > (from, statute.version)
        };
        let later = self.statutes.iter().filter(is_later).filter_map(|other| self.begins(other));
        let known = self.known(&statute.short);
        let indexed = known
            .filter(|known| statute.version.is_some() && known.version > statute.version)
            .and_then(|known| self.begins_on(&known.short, known.version, known.in_force_from));
        (from, table.chain(later).chain(indexed).min())
    }

    /// Does the place exist in what is in force on this day?
    pub fn find(&self, basis: &Basis, day: Date) -> Standing {
        let held = self.held(&basis.statute);
        let Some(newest) = held.first() else { return self.find_in_index(basis, day) };
        let texts = self.in_force(&basis.statute, day);
        let Some(first) = texts.first() else {
            return Standing::Wrong { why: self.not_in_force(newest, day) };
        };
        if let Some(standing) = self.superseded(first, day) {
            return standing;
        }
        if basis.article == 0 {
            return Standing::Resolves { version: first.version };
        }
        let mut why = String::new();
        for statute in &texts {
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
        let in_parts = texts.iter().any(|statute| statute.part.is_some());
        match self.known(&basis.statute) {
            Some(known) if in_parts && u32::from(basis.article) <= known.last_article => {
                Standing::NotHeld { known: true, note: known.note.clone() }
            }
            _ => Standing::Wrong { why },
        }
    }

    fn not_in_force(&self, newest: &Statute, day: Date) -> String {
        match (self.ended(&newest.short, newest.version, day), self.begins(newest)) {
            (Some(row), _) => no_longer(&newest.title, row),
            (None, Some(from)) => format!("{}自{from}起施行，{day}尚未施行", newest.title),
            (None, None) => format!("{}在{day}没有施行的文本", newest.title),
        }
    }

    /// Held, and yet not what is in force: the index knows of a later version. Where it has that one's date, the text
    /// held is the wrong one; where it only has heard of it, nobody can say what the place reads now.
    fn superseded(&self, statute: &Statute, day: Date) -> Option<Standing> {
        let known = self.known(&statute.short)?;
        let (held, latest) = (statute.version?, known.version?);
        if held < latest {
            let from = self.begins_on(&known.short, known.version, known.in_force_from)?;
            let why = format!("{}导入的是{held}文本，{from}起施行的是{latest}文本", known.title);
            return (from <= day).then_some(Standing::Wrong { why });
        }
        let heard_of = held == latest && known.note.starts_with(SUPERSEDED);
        heard_of.then(|| Standing::NotHeld { known: true, note: known.note.clone() })
    }

    fn find_in_index(&self, basis: &Basis, day: Date) -> Standing {
        let known = self.known(&basis.statute);
        let version = known.and_then(|known| known.version);
        if let Some(row) = self.ended(short_name(&basis.statute), version, day) {
            return Standing::Wrong { why: no_longer(&basis.statute, row) };
        }
        let Some(known) = known else { return Standing::NotHeld { known: false, note: String::new() } };
        // The first entry into force: an older text than the one indexed may have the place, none has it before that.
        if let Some(from) = known.in_force_from.filter(|from| *from > day) {
            return Standing::Wrong { why: format!("{}自{from}起施行，{day}尚未施行", known.title) };
        }
        if known.last_article > 0 && u32::from(basis.article) > known.last_article {
            return Standing::Wrong { why: format!("{}只有{}条", known.title, known.last_article) };
        }
        Standing::NotHeld { known: true, note: known.note.clone() }
    }
}

fn no_longer(title: &str, row: &Validity) -> String {
    let ended = row.ended.map_or_else(String::new, |ended| format!("自{ended}起"));
    format!("{title}{ended}失效（{}）", row.by)
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
    use jiff::civil::date;

    const LAW: &str = "# 中华人民共和国模拟法\n\n（2024年1月2日通过）\n\n<!-- INFO END -->\n\n## 第一章 总则\n\n第一条 为了测试，制定本法。\n\n第二条 下列情形适用本法：\n\n（一）甲；\n\n（二）乙。\n";

    #[test]
    fn a_place_resolves_is_not_held_or_is_wrong() {
        let shelf =
            Shelf::from_index().with(vec![parse("中华人民共和国模拟法(2024-01-02).md", LAW).unwrap()]);
        let standing = |basis: Basis| match shelf.find(&basis, date(2025, 3, 3)) {
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

    /// A version of 模拟条例 with so many articles, the last of which says when it begins.
    fn version(day: &str, n_articles: usize, begins: &str) -> Statute {
        let number = ["一", "二", "三"];
        let body: String = (1..n_articles).map(|n| format!("第{}条 条文。\n\n", number[n - 1])).collect();
        let last = format!("第{}条 本条例自{begins}起施行。\n\n", number[n_articles - 1]);
        let text = format!("# 模拟条例\n\n（{day}公布）\n\n<!-- INFO END -->\n\n{body}{last}");
        parse(&format!("模拟条例({day}).md"), &text).unwrap()
    }

    #[test]
    fn a_basis_resolves_in_what_is_in_force_on_the_day() {
        let table = "模拟条例\t2022-05-01\t2022-09-01\t\t修改决定\n模拟条例\t\t\t2025-05-01\t废止决定\n城镇燃气管理条例\t\t\t2025-05-01\t废止决定\n";
        let (validity, left_out) = crate::validity::read(table);
        assert_eq!(left_out, Vec::<String>::new());
        let old_permit = "# 中华人民共和国行政许可法\n\n<!-- INFO END -->\n\n第一条 条文。\n\n第二条 本法自2004年7月1日起施行。\n";
        let old_registry = "# 不动产登记暂行条例\n\n<!-- INFO END -->\n\n第一条 条文。\n\n第二条 本条例自2015年3月1日起施行。\n";
        let texts = vec![
            version("2020-01-01", 2, "2020年3月1日"),
            // Amended: it goes on stating the first day, and the county's table has its own.
            version("2022-05-01", 3, "2020年3月1日"),
            // Revised whole: it states its own day.
            version("2024-01-01", 1, "2024年3月1日"),
            parse("行政许可法(2003-08-27).md", old_permit).unwrap(),
            parse("不动产登记暂行条例(2019-03-24).md", old_registry).unwrap(),
        ];
        let shelf = Shelf { validity, ..Shelf::from_index().with(texts) };
        let rows = [
            ("模拟条例", 1, date(2020, 2, 29), "尚未施行"),
            ("模拟条例", 1, date(2020, 3, 1), "2020-01-01"),
            ("模拟条例", 3, date(2022, 8, 31), "没有第3条"),
            ("模拟条例", 3, date(2022, 9, 1), "2022-05-01"),
            ("模拟条例", 3, date(2024, 2, 29), "2022-05-01"),
            ("模拟条例", 3, date(2024, 3, 1), "没有第3条"),
            ("模拟条例", 0, date(2025, 4, 30), "2024-01-01"),
            ("模拟条例", 0, date(2025, 5, 1), "自2025-05-01起失效（废止决定）"),
            // Held in an older version than the index knows.
            ("行政许可法", 1, date(2019, 4, 22), "2003-08-27"),
            ("行政许可法", 1, date(2019, 4, 23), "2019-04-23起施行的是2019-04-23文本"),
            // A later version that the index has only heard of.
            ("不动产登记暂行条例", 1, date(2025, 3, 3), "superseded"),
            // Known by name only.
            ("城镇燃气管理条例", 15, date(2025, 4, 30), "text not held"),
            ("城镇燃气管理条例", 15, date(2025, 5, 1), "失效"),
            ("行政复议法", 1, date(2023, 12, 31), "尚未施行"),
            ("行政复议法", 1, date(2024, 1, 1), ""),
        ];
        for (statute, article, day, then) in rows {
            let told = match shelf.find(&Basis::article(statute, article), day) {
                Standing::Resolves { version } => {
                    version.map(|version| version.to_string()).unwrap_or_default()
                }
                Standing::NotHeld { note, .. } => note,
                Standing::Wrong { why } => why,
            };
            assert!(told.contains(then), "{statute} {article} on {day}: {told}");
        }
    }

    #[test]
    fn a_version_is_in_force_until_the_next_begins_or_it_is_repealed() {
        let table = "模拟条例\t\t\t2025-05-01\t废止决定\n";
        let old_permit =
            "# 中华人民共和国行政许可法\n\n<!-- INFO END -->\n\n第一条 本法自2004年7月1日起施行。\n";
        let texts = vec![
            version("2020-01-01", 2, "2020年3月1日"),
            version("2024-01-01", 1, "2024年3月1日"),
            parse("行政许可法(2003-08-27).md", old_permit).unwrap(),
        ];
        let validity = crate::validity::read(table).0;
        let shelf = Shelf { validity, ..Shelf::from_index().with(texts) };
        let periods: Vec<_> = shelf.statutes.iter().map(|statute| shelf.period(statute)).collect();
        let expected = [
            (date(2020, 3, 1), date(2024, 3, 1)),
            (date(2024, 3, 1), date(2025, 5, 1)),
            // The index knows of the version of 2019.
            (date(2004, 7, 1), date(2019, 4, 23)),
        ];
        assert_eq!(periods, expected.map(|(from, until)| (Some(from), Some(until))));
    }

    #[test]
    fn the_index_is_one_row_a_statute() {
        let shelf = Shelf::from_index();
        assert!(shelf.index.len() >= 60, "{} statutes", shelf.index.len());
        assert_eq!(shelf.known("民法典").map(|known| known.last_article), Some(1260));
        assert_eq!(shelf.known("中华人民共和国行政许可法").map(|known| known.last_article), Some(83));
    }
}
