//! 有标注的诉求。 A table in which people have said what each request is about.

use fadu_hotline::categories::Categories;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Columns to start from.
pub const EXAMPLE: &str = include_str!("../data/columns.example.toml");

/// 列的对应。
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Joined in this order.
    pub text: Vec<String>,
    pub label: String,
    /// What the table calls a class, and its code here; codes and names of the dispatch categories need no row.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// 学到哪一级。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 大类, two digits
    Group,
    /// 小类, four digits
    Item,
}

/// 一件有标注的诉求。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    pub text: String,
    /// Of the dispatch categories.
    pub code: String,
}

/// What was read. No row is dropped unseen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lessons {
    pub rows: Vec<Lesson>,
    /// Labels that are no category here, with their rows.
    pub unknown: BTreeMap<String, u32>,
    /// Rows without text.
    pub empty: u32,
    /// Rows named less closely than the level asks for.
    pub too_coarse: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum BadLessons {
    #[error("the columns cannot be read: {0}")]
    Columns(#[from] toml::de::Error),
    #[error("line {line} cannot be read: {why}")]
    Line { line: u64, why: String },
    #[error("there is no column `{0}`")]
    Column(String),
    #[error("`{0}` is no code of the dispatch categories")]
    Code(String),
}

impl Columns {
    /// Errors: `Columns` for a text that is no mapping, `Code` for a label that leads nowhere.
    pub fn read(text: &str) -> Result<Columns, BadLessons> {
        let columns: Columns = toml::from_str(text)?;
        match columns.labels.values().find(|code| !is_code(code)) {
            Some(code) => Err(BadLessons::Code(code.clone())),
            None => Ok(columns),
        }
    }

    /// Reads a CSV table with a heading row; other columns are ignored.
    pub fn lessons(&self, table: &str, level: Level) -> Result<Lessons, BadLessons> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        let bad = |error: csv::Error| BadLessons::Line {
            line: error.position().map_or(0, csv::Position::line),
            why: error.to_string(),
        };
        let heads = reader.headers().map_err(bad)?.clone();
        let column = |name: &String| {
            let found = heads.iter().position(|head| head == name);
            found.ok_or_else(|| BadLessons::Column(name.clone()))
        };
        let texts = self.text.iter().map(column).collect::<Result<Vec<usize>, _>>()?;
        let label = column(&self.label)?;
        let mut lessons = Lessons::default();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let text = texts.iter().map(|at| cell(*at)).collect::<Vec<_>>().join("\n");
            match self.code(cell(label)) {
                Some(code) => lessons.add(&text, &code, level),
                None => *lessons.unknown.entry(cell(label).to_owned()).or_default() += 1,
            }
        }
        Ok(lessons)
    }

    fn code(&self, label: &str) -> Option<String> {
        if let Some(code) = self.labels.get(label) {
            return Some(code.clone());
        }
        if is_code(label) {
            return Some(label.to_owned());
        }
        let list = Categories::shipped();
        let group = list.groups.iter().find(|group| group.name == label).map(|group| &group.code);
        let item = || list.items().find(|(_, item)| item.name == label).map(|(_, item)| &item.code);
        group.or_else(item).cloned()
    }
}

impl Lessons {
    /// One more, at the level that is learnt.
    pub fn add(&mut self, text: &str, code: &str, level: Level) {
        match (level, code.get(..2)) {
            _ if text.trim().is_empty() => self.empty += 1,
            (Level::Group, Some(group)) => {
                self.rows.push(Lesson { text: text.to_owned(), code: group.to_owned() });
            }
            (Level::Item, _) if code.len() == 4 => {
                self.rows.push(Lesson { text: text.to_owned(), code: code.to_owned() });
            }
            (Level::Group | Level::Item, _) => self.too_coarse += 1,
        }
    }

    pub fn join(&mut self, other: Lessons) {
        self.rows.extend(other.rows);
        self.empty += other.empty;
        self.too_coarse += other.too_coarse;
        for (label, n) in other.unknown {
            *self.unknown.entry(label).or_default() += n;
        }
    }
}

fn is_code(code: &str) -> bool {
    let list = Categories::shipped();
    list.item(code).is_some() || list.groups.iter().any(|group| group.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_codes_names_or_the_tables_own() {
        let columns = Columns::read(EXAMPLE).unwrap();
        let table = "留言主题,留言详情,一级分类\n停水,三天了,城乡建设\n占道,天天,0107\n公交,不来,交通出行\n物业,不管,物业服务\n外星人,来了,天文\n,,城乡建设\n";
        let groups = columns.lessons(table, Level::Group).unwrap();
        let codes: Vec<&str> = groups.rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["01", "01", "02", "01"]);
        assert_eq!(groups.rows[0].text, "停水\n三天了");
        assert_eq!((groups.empty, groups.unknown.get("天文")), (1, Some(&1)));
        let items = columns.lessons(table, Level::Item).unwrap();
        let codes: Vec<&str> = items.rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!((codes, items.too_coarse), (vec!["0107", "0103"], 2));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let wrong = EXAMPLE.replace("\"01\"", "\"99\"");
        assert!(matches!(Columns::read(&wrong), Err(BadLessons::Code(code)) if code == "99"));
        let columns = Columns::read(EXAMPLE).unwrap();
        let lacks = columns.lessons("留言主题,一级分类\n", Level::Group);
        assert!(matches!(lacks, Err(BadLessons::Column(name)) if name == "留言详情"));
        let ragged = columns.lessons("留言主题,留言详情,一级分类\n一,二\n", Level::Group);
        assert!(matches!(ragged, Err(BadLessons::Line { line: 2, .. })));
    }
}
