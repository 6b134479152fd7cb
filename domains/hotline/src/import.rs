//! 历史工单导入。 A table of earlier requests and replies, read by a mapping file: each row becomes a record beside the
//! orders, with what would have been in time under the limits that are set. No row is dropped; what is wrong with one
//! stands in its findings.

use crate::desk::parameters::Parameters;
use crate::words::{Kind, Urgency};
use fadu_kernel::calendar::days_between;
use fadu_kernel::{Calendar, Due, Limit, Ratio, Unit};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A mapping to start from.
pub const EXAMPLE: &str = include_str!("../data/mapping.example.toml");

/// 列的对应。 Which column says what; what a table has no column for is taken as the mapping says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub id: String,
    pub text: String,
    pub asked: String,
    /// When it was answered.
    pub replied: String,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub kind: Option<String>,
    /// Words of the kind column, where there is one.
    #[serde(default)]
    pub kinds: BTreeMap<String, Kind>,
    /// Of every row without a word of its own.
    pub default_kind: Kind,
}

#[derive(Debug, thiserror::Error)]
pub enum BadTable {
    #[error("对应表读不出来：{0}")]
    Mapping(#[from] toml::de::Error),
    #[error("第{line}行读不出来：{why}")]
    Line { line: u64, why: String },
    #[error("没有列“{0}”")]
    Column(String),
}

/// 一件历史工单。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    pub line: u64,
    pub id: String,
    pub text: String,
    pub kind: Kind,
    pub category: String,
    pub asked: Option<Date>,
    pub replied: Option<Date>,
    pub findings: Vec<String>,
}

impl Mapping {
    pub fn read(text: &str) -> Result<Mapping, BadTable> {
        Ok(toml::from_str(text)?)
    }

    /// Reads a CSV file with a heading row; other columns are ignored.
    pub fn rows(&self, table: &str) -> Result<Vec<Past>, BadTable> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(table.trim_start_matches('\u{feff}').as_bytes());
        let bad = |error: csv::Error| BadTable::Line {
            line: error.position().map_or(0, csv::Position::line),
            why: error.to_string(),
        };
        let heads = reader.headers().map_err(bad)?.clone();
        let column = |name: &str| {
            heads
                .iter()
                .position(|head| head == name)
                .ok_or_else(|| BadTable::Column(name.to_owned()))
        };
        let (id, text) = (column(&self.id)?, column(&self.text)?);
        let (asked, replied) = (column(&self.asked)?, column(&self.replied)?);
        let category = self.category.as_deref().map(column).transpose()?;
        let kind = self.kind.as_deref().map(column).transpose()?;
        let mut all = Vec::new();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let mut findings = Vec::new();
            let mut day = |at: usize, what: &str| {
                let day = civil_day(cell(at));
                if day.is_none() {
                    findings.push(format!("{what}“{}”读不出来", cell(at)));
                }
                day
            };
            let (asked, replied) = (day(asked, "提出时间"), day(replied, "答复时间"));
            if let (Some(asked), Some(replied)) = (asked, replied)
                && replied < asked
            {
                findings.push("答复在提出之前".to_owned());
            }
            let word = kind.map_or("", cell);
            if !word.is_empty() && !self.kinds.contains_key(word) {
                findings.push(format!("类型“{word}”没有对应，按{}计", self.default_kind.zh()));
            }
            all.push(Past {
                line: record.position().map_or(0, csv::Position::line),
                id: cell(id).to_owned(),
                text: cell(text).to_owned(),
                kind: self.kinds.get(word).copied().unwrap_or(self.default_kind),
                category: category.map_or("", cell).to_owned(),
                asked,
                replied,
                findings,
            });
        }
        Ok(all)
    }
}

/// The day of `2019/4/25 9:32:09`, `2019-04-25` or `2019-04-25T09:32:09`; the hour does not matter to a limit in days.
fn civil_day(text: &str) -> Option<Date> {
    let day = text.split([' ', 'T']).next()?;
    let mut parts = day.split(['/', '-', '.']);
    let (year, month, of_month) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, of_month.parse().ok()?).ok()
}

/// By what the days were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reckoning {
    /// 按放假通知
    Calendar,
    /// 按周一至周五: the notice of that year is not loaded, so holidays count as working days and the answer is the
    /// stricter one.
    Weekdays,
}

/// `None`: without both days, or without a limit, nothing is said.
pub fn in_time(past: &Past, parameters: &Parameters, calendar: &Calendar) -> Option<(bool, Reckoning)> {
    let (asked, replied) = (past.asked?, past.replied.filter(|replied| Some(*replied) >= past.asked)?);
    let limit = parameters.handling(past.kind, Urgency::Ordinary)?;
    match fadu_kernel::Clock::start(asked, limit).due(calendar) {
        Due::Fixed(due) => Some((replied <= due, Reckoning::Calendar)),
        Due::Provisional { .. } | Due::Stopped { .. } => {
            let used = match limit.unit {
                Unit::Workday => weekdays_between(asked, replied),
                Unit::Calendar | Unit::Month | Unit::Year => days_between(asked, replied),
            };
            Some((used <= units(limit), Reckoning::Weekdays))
        }
    }
}

fn units(limit: Limit) -> i64 {
    match limit.unit {
        Unit::Workday | Unit::Calendar => i64::from(limit.n),
        Unit::Month => i64::from(limit.n) * 30,
        Unit::Year => i64::from(limit.n) * 365,
    }
}

/// Mondays to Fridays in `(from, to]`.
fn weekdays_between(from: Date, to: Date) -> i64 {
    let days = days_between(from, to).max(0);
    let weeks = days / 7;
    let mut day = from;
    let rest = (0..days % 7)
        .filter(|_| {
            day = day.tomorrow().unwrap_or(Date::MAX);
            !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
        })
        .count();
    weeks * 5 + rest as i64
}

/// 导入小结: what share would have been in time, how it was reckoned, and what was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub rows: i64,
    pub in_time: Ratio,
    /// Of the whole above, those counted by weekdays only.
    pub by_weekdays: i64,
    /// Rows without both days or with an answer before its question.
    pub left_out: i64,
    /// Categories as the table names them, most frequent first.
    pub categories: Vec<(String, i64)>,
}

pub fn summary(rows: &[Past], parameters: &Parameters, calendar: &Calendar) -> Summary {
    let mut sum = Summary { rows: rows.len() as i64, ..Summary::default() };
    let mut categories: BTreeMap<&str, i64> = BTreeMap::new();
    for past in rows {
        *categories.entry(&past.category).or_default() += 1;
        match in_time(past, parameters, calendar) {
            Some((kept, reckoning)) => {
                sum.in_time.part += i64::from(kept);
                sum.in_time.whole += 1;
                sum.by_weekdays += i64::from(reckoning == Reckoning::Weekdays);
            }
            None => sum.left_out += 1,
        }
    }
    sum.categories = categories
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .map(|(name, n)| (name.to_owned(), n))
        .collect();
    sum.categories.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::parameters::demonstration;
    use jiff::civil::date;

    const MAPPING: &str = "id = '编号'\ntext = '内容'\nasked = '提出'\nreplied = '答复'\ncategory = '类别'\n\
                           kind = '类型'\ndefault_kind = 'help'\n[kinds]\n'咨询' = 'consult'\n'投诉' = 'complaint'\n";
    const TABLE: &str = "\u{feff}编号,类型,内容,提出,答复,类别,别的\n\
        1,求助,\"停水，怎么办\",2025/3/3 9:32:09,2025/3/6 17:00:00,供水,x\n\
        2,投诉,噪声,2025/3/3 9:32:09,2025/3/21 9:00:00,噪声,x\n\
        3,咨询,几点开门,2019/4/25 9:32:09,2019/5/10 14:56:53,政务,x\n\
        4,咨询,几点开门,昨天,2019/5/10 14:56:53,政务,x\n\
        5,咨询,几点开门,2025/3/6 9:00:00,2025/3/3 9:00:00,供水,x\n";

    fn read() -> Vec<Past> {
        Mapping::read(MAPPING).unwrap().rows(TABLE).unwrap()
    }

    #[test]
    fn no_row_is_dropped_and_findings_say_what_is_wrong() {
        let rows = read();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[0].text, "停水，怎么办");
        assert_eq!(rows[0].findings, ["类型“求助”没有对应，按求助计"]);
        assert_eq!((rows[1].kind, rows[1].asked), (Kind::Complaint, Some(date(2025, 3, 3))));
        assert_eq!(rows[3].findings, ["提出时间“昨天”读不出来"]);
        assert_eq!(rows[4].findings, ["答复在提出之前"]);
    }

    #[test]
    fn what_would_have_been_in_time() {
        let parameters = Parameters(demonstration().unwrap().into_iter().collect());
        let calendar = Calendar::shipped();
        let answers: Vec<_> = read().iter().map(|past| in_time(past, &parameters, &calendar)).collect();
        assert_eq!(answers[0], Some((true, Reckoning::Calendar)), "on the third working day");
        assert_eq!(answers[1], Some((false, Reckoning::Calendar)), "on the fourteenth of thirteen");
        assert_eq!(answers[2], Some((false, Reckoning::Weekdays)), "2019 is not loaded");
        assert_eq!((answers[3], answers[4]), (None, None));
        let sum = summary(&read(), &parameters, &calendar);
        assert_eq!((sum.in_time, sum.by_weekdays, sum.left_out), (Ratio::new(1, 3), 1, 2));
        assert_eq!(sum.categories[0], ("供水".to_owned(), 2));
    }

    #[test]
    fn weekdays_are_counted_without_a_calendar() {
        for (from, to, n) in [
            (date(2019, 4, 25), date(2019, 4, 26), 1),
            (date(2019, 4, 26), date(2019, 4, 28), 0),
            (date(2019, 4, 25), date(2019, 5, 10), 11),
            (date(2019, 4, 25), date(2019, 4, 25), 0),
        ] {
            assert_eq!(weekdays_between(from, to), n, "{from} {to}");
        }
    }

    #[test]
    fn a_missing_column_is_named() {
        let mapping = Mapping::read(MAPPING).unwrap();
        assert!(matches!(mapping.rows("编号,内容\n"), Err(BadTable::Column(name)) if name == "提出"));
        assert!(Mapping::read("id = 'x'").is_err());
        let example = Mapping::read(EXAMPLE).unwrap();
        let table = "留言编号,留言详情,留言时间,答复时间\n1,路灯坏了,2025/3/3 9:00:00,2025/3/4 9:00:00\n";
        assert_eq!(example.rows(table).unwrap()[0].findings, [""; 0]);
    }
}
