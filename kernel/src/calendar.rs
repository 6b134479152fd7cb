//! 工作日历。 Which civil days are working days, and since which notice that was known.
//!
//! Source: 全国年节及纪念日放假办法(2024) arts 2, 6, 7 and the yearly notice of the State Council's General Office.
//! A weekday rule alone is wrong twelve or more times a year: a Sunday can be a working day.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 放假安排通知。 One year's notice: days off and make-up working days, each with its occasion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub number: String,
    pub issued: Date,
    pub year: i16,
    /// First day, last day, occasion.
    pub off: Vec<(Date, Date, String)>,
    pub work: Vec<(Date, String)>,
}

/// 日历到此为止。 The question reaches past the loaded notices, on either side. It stops a calculation, never an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("the working-day calendar runs from {first} to {last}; the notice for that year is not loaded")]
pub struct CalendarEnds {
    pub first: Date,
    pub last: Date,
    /// Working days counted before the end was reached.
    pub counted: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("第{line}行：{what}")]
pub struct UnreadableNotice {
    pub line: usize,
    pub what: String,
}

/// 某日的状态。
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayStatus {
    pub date: Date,
    pub working: bool,
    /// Why: `工作日`, `周末`, or the occasion of the notice.
    pub why: String,
    /// The notice that says so, if one names the day.
    pub notice: Option<String>,
    /// Since when this was known.
    pub known_since: Option<Date>,
}

/// Rank and select tables over a contiguous run of days: "the n-th working day after" costs two look-ups.
#[derive(Clone, Debug)]
pub struct Calendar {
    notices: Vec<Notice>,
    first: Date,
    /// Working days up to and including day `i`.
    rank: Vec<u32>,
    /// Day index of the `i`-th working day.
    select: Vec<u32>,
}

impl Calendar {
    /// The arrangements this release ships: 2024, 2025, 2026.
    pub fn shipped() -> Calendar {
        let texts = [
            include_str!("../calendar/2024.txt"),
            include_str!("../calendar/2025.txt"),
            include_str!("../calendar/2026.txt"),
        ];
        let notices = texts.iter().filter_map(|text| Notice::parse(text).ok()).collect();
        Calendar::from_notices(notices)
    }

    /// Builds the table from notices; where two name the same day, the later issued wins.
    /// Only an unbroken run of years counts: a gap would let a guess pass for a date.
    pub fn from_notices(mut notices: Vec<Notice>) -> Calendar {
        notices.sort_by_key(|notice| (notice.issued, notice.year));
        let mut years: Vec<i16> = notices.iter().map(|notice| notice.year).collect();
        years.sort_unstable();
        years.dedup();
        let start = years.first().copied().unwrap_or(1970);
        let run = years
            .iter()
            .enumerate()
            .take_while(|(i, year)| **year == start + *i as i16)
            .count() as i16;
        let first = Date::constant(start, 1, 1);
        let days: i64 = (0..run)
            .map(|i| i64::from(Date::constant(start + i, 1, 1).days_in_year()))
            .sum();
        let mut working = Vec::with_capacity(days as usize);
        let mut day = first;
        for _ in 0..days {
            working.push(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
            day = next(day);
        }
        let mut set = |date: Date, value: bool| {
            if let Some(slot) = index(first, date).and_then(|i| working.get_mut(i)) {
                *slot = value;
            }
        };
        for notice in &notices {
            for (from, to, _) in &notice.off {
                let mut day = *from;
                while day <= *to {
                    set(day, false);
                    day = next(day);
                }
            }
            for (day, _) in &notice.work {
                set(*day, true);
            }
        }
        let mut rank = Vec::with_capacity(working.len());
        let mut select = Vec::new();
        for (i, is_working) in working.iter().enumerate() {
            if *is_working {
                select.push(i as u32);
            }
            rank.push(select.len() as u32);
        }
        Calendar { notices, first, rank, select }
    }

    /// The calendar as it was known on a day: later notices left out.
    pub fn known_on(&self, day: Date) -> Calendar {
        Calendar::from_notices(self.notices.iter().filter(|notice| notice.issued <= day).cloned().collect())
    }

    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub fn first(&self) -> Date {
        self.first
    }

    /// The last day that a loaded notice covers.
    pub fn last(&self) -> Date {
        offset(self.first, self.rank.len() as i64 - 1)
    }

    fn ends(&self, counted: u32) -> CalendarEnds {
        CalendarEnds { first: self.first, last: self.last(), counted }
    }

    /// Working days from the first loaded day up to and including `date`.
    fn rank_of(&self, date: Date) -> Result<u32, CalendarEnds> {
        match index(self.first, date) {
            Some(i) => self.rank.get(i).copied().ok_or_else(|| self.ends(self.select.len() as u32)),
            None if offset(date, 1) == self.first => Ok(0),
            None => Err(self.ends(0)),
        }
    }

    /// Is this a working day? Errors: [`CalendarEnds`] outside the loaded years.
    pub fn is_working(&self, date: Date) -> Result<bool, CalendarEnds> {
        let i = index(self.first, date)
            .filter(|i| *i < self.rank.len())
            .ok_or_else(|| self.ends(0))?;
        let before = if i == 0 { 0 } else { self.rank[i - 1] };
        Ok(self.rank[i] > before)
    }

    /// 顺延。 The `n`-th working day after `from`; `from` itself is not counted.
    /// Unit: working days. Source: 行政许可法 art. 82, 民法典 art. 201.
    /// Errors: [`CalendarEnds`], with the days that could be counted.
    pub fn after(&self, from: Date, n: u32) -> Result<Date, CalendarEnds> {
        let done = self.rank_of(from)?;
        if n == 0 {
            return Ok(from);
        }
        match self.select.get((done + n - 1) as usize) {
            Some(i) => Ok(offset(self.first, i64::from(*i))),
            None => Err(self.ends(self.select.len() as u32 - done)),
        }
    }

    /// Working days in `(from, to]`; zero when `to` is not after `from`.
    pub fn between(&self, from: Date, to: Date) -> Result<u32, CalendarEnds> {
        if to <= from {
            return Ok(0);
        }
        let before = self.rank_of(from)?;
        self.rank_of(to)
            .map(|rank| rank - before)
            .map_err(|_| self.ends(self.select.len() as u32 - before))
    }

    /// 顺延至休假日结束的次日。 `date` itself when it is a working day, else the next one.
    /// Source: 民法典 art. 203. For calendar-day periods only.
    pub fn roll_forward(&self, date: Date) -> Result<Date, CalendarEnds> {
        if self.is_working(date)? { Ok(date) } else { self.after(date, 1) }
    }

    pub fn status(&self, date: Date) -> Result<DayStatus, CalendarEnds> {
        let working = self.is_working(date)?;
        let named = self.notices.iter().rev().find_map(|notice| {
            let off = notice
                .off
                .iter()
                .find(|(from, to, _)| *from <= date && date <= *to)
                .map(|(_, _, why)| why);
            let work = notice.work.iter().find(|(day, _)| *day == date).map(|(_, why)| why);
            match (work, off) {
                (Some(why), _) => Some((format!("{why}调休上班"), notice)),
                (None, Some(why)) => Some((format!("{why}放假"), notice)),
                (None, None) => None,
            }
        });
        Ok(match named {
            Some((why, notice)) => DayStatus {
                date,
                working,
                why,
                notice: Some(notice.number.clone()),
                known_since: Some(notice.issued),
            },
            None => {
                let why = if working { "工作日" } else { "周末" };
                DayStatus { date, working, why: why.to_owned(), notice: None, known_since: None }
            }
        })
    }
}

impl Notice {
    /// Reads the plain form of the files in `kernel/calendar/`: `notice`, `off`, `work` and `#` lines.
    /// Errors: the line that cannot be read, names a day twice or one of another year, or makes a weekday a make-up day.
    pub fn parse(text: &str) -> Result<Notice, UnreadableNotice> {
        let mut notice: Option<Notice> = None;
        let mut named = BTreeSet::new();
        for (i, line) in text.lines().enumerate() {
            let fail = |what: &str| UnreadableNotice { line: i + 1, what: what.to_owned() };
            let date = |word: Option<&&str>| -> Result<Date, UnreadableNotice> {
                let word = word.ok_or_else(|| fail("缺少日期"))?;
                word.parse().map_err(|_| fail(&format!("“{word}”不是2025-10-01这样的日期")))
            };
            // New Year's bridge may begin in the December before: that of 2024 did.
            let of_year = |day: Date, year: i16| match day.year() == year
                || (day.year() == year - 1 && day.month() == 12)
            {
                true => Ok(()),
                false => Err(fail(&format!("{day}不在{year}年的安排之内"))),
            };
            let words: Vec<&str> = line.split_whitespace().collect();
            match (words.first().copied(), notice.as_mut()) {
                (None, _) => {}
                (Some(word), _) if word.starts_with('#') => {}
                (Some("notice"), None) if words.len() == 6 && words[2] == "issued" && words[4] == "for" => {
                    // Yearly arrangements began in 1999.
                    let year = words[5].parse::<i16>().ok().filter(|year| (1999..2999).contains(year));
                    let year = year.ok_or_else(|| fail("年份不是四位数字"))?;
                    let issued = date(words.get(3))?;
                    notice =
                        Some(Notice { number: words[1].to_owned(), issued, year, off: vec![], work: vec![] });
                }
                (Some("off"), Some(notice)) => {
                    let (from, to) = (date(words.get(1))?, date(words.get(2))?);
                    if to < from {
                        return Err(fail("最后一天早于第一天"));
                    }
                    of_year(from, notice.year)?;
                    of_year(to, notice.year)?;
                    let mut day = from;
                    while day <= to {
                        if !named.insert(day) {
                            return Err(fail(&format!("{day}写了两次")));
                        }
                        day = next(day);
                    }
                    notice
                        .off
                        .push((from, to, words.get(3).copied().unwrap_or_default().to_owned()));
                }
                (Some("work"), Some(notice)) => {
                    let day = date(words.get(1))?;
                    of_year(day, notice.year)?;
                    if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                        return Err(fail(&format!("{day}不是周末，不能是调休上班日")));
                    }
                    if !named.insert(day) {
                        return Err(fail(&format!("{day}写了两次")));
                    }
                    notice.work.push((day, words.get(2).copied().unwrap_or_default().to_owned()));
                }
                _ => {
                    return Err(fail(
                        "应为“notice 文号 issued 日期 for 年份”（只有一行，在最前面）、“off 起 止 节日”或者“work 日期 节日”",
                    ));
                }
            }
        }
        notice.ok_or(UnreadableNotice { line: 1, what: "没有notice行".to_owned() })
    }
}

fn index(first: Date, date: Date) -> Option<usize> {
    usize::try_from(day_number(date) - day_number(first)).ok()
}

/// Days since an arbitrary fixed day; plain arithmetic, since this stands on the path of every clock.
fn day_number(date: Date) -> i64 {
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    // Proleptic Gregorian day count with March as the first month, so that leap days fall at year's end.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day
}

/// Calendar days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    day_number(to) - day_number(from)
}

/// `date` moved by calendar days; stays at jiff's own bounds (years −9999 to 9999) instead of failing.
pub fn offset(date: Date, days: i64) -> Date {
    date.saturating_add(jiff::Span::new().days(days.clamp(-7_000_000, 7_000_000)))
}

fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_years_have_the_working_days_of_their_notices() {
        let calendar = Calendar::shipped();
        assert_eq!((calendar.first(), calendar.last()), (date(2024, 1, 1), date(2026, 12, 31)));
        for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
            let from = offset(date(year, 1, 1), -1);
            assert_eq!(calendar.between(from, date(year, 12, 31)), Ok(expected), "{year}");
        }
    }

    #[test]
    fn counts_from_the_day_after() {
        let calendar = Calendar::shipped();
        // (from, n, expected, why)
        let rows = [
            ((2025, 9, 26), 3, (2025, 9, 30), "Sunday 28 September is a make-up working day"),
            ((2025, 3, 3), 3, (2025, 3, 6), "an ordinary week"),
            ((2025, 9, 30), 1, (2025, 10, 9), "the holiday of 1 to 8 October lies between"),
            ((2025, 10, 10), 1, (2025, 10, 11), "Saturday 11 October is a make-up working day"),
            ((2025, 10, 11), 1, (2025, 10, 13), "Sunday 12 October is not"),
            ((2025, 1, 25), 1, (2025, 1, 26), "Sunday before Spring Festival works"),
            ((2025, 1, 27), 1, (2025, 2, 5), "Spring Festival 28 January to 4 February"),
            ((2024, 12, 31), 1, (2025, 1, 2), "the year turns, New Year's Day is off"),
            ((2026, 2, 13), 2, (2026, 2, 24), "Saturday 14 February works, then nine days off"),
            ((2025, 5, 31), 0, (2025, 5, 31), "no days: the day itself"),
        ];
        for ((y, m, d), n, (ey, em, ed), why) in rows {
            assert_eq!(calendar.after(date(y, m, d), n), Ok(date(ey, em, ed)), "{why}");
        }
    }

    #[test]
    fn says_so_when_the_notices_end() {
        let calendar = Calendar::shipped();
        assert_eq!(
            calendar.after(date(2026, 12, 31), 1),
            Err(CalendarEnds { first: date(2024, 1, 1), last: date(2026, 12, 31), counted: 0 })
        );
        assert_eq!(
            calendar.after(date(2026, 12, 30), 5),
            Err(CalendarEnds { first: date(2024, 1, 1), last: date(2026, 12, 31), counted: 1 })
        );
        assert!(calendar.is_working(date(2027, 1, 4)).is_err());
        assert!(
            calendar.after(date(2023, 6, 1), 1).is_err(),
            "before the first notice nothing is known either"
        );
    }

    #[test]
    fn remembers_since_when_a_day_was_known() {
        let calendar = Calendar::shipped();
        let then = calendar.known_on(date(2025, 11, 3));
        assert_eq!(then.last(), date(2025, 12, 31), "the notice for 2026 is of 4 November 2025");
        assert_eq!(calendar.known_on(date(2025, 11, 4)).last(), date(2026, 12, 31));
        let status = calendar.status(date(2025, 9, 28)).unwrap();
        assert!(status.working);
        assert_eq!(status.notice.as_deref(), Some("国办发明电〔2024〕12号"));
    }

    #[test]
    fn a_later_notice_changes_an_earlier_day() {
        let mut notices = Calendar::shipped().notices().to_vec();
        let longer = "notice 测试〔2025〕1号 issued 2025-02-03 for 2025\noff 2025-02-05 2025-02-07 延长";
        notices.push(Notice::parse(longer).unwrap());
        let calendar = Calendar::from_notices(notices);
        assert_eq!(
            calendar.after(date(2025, 1, 27), 1),
            Ok(date(2025, 2, 8)),
            "Saturday 8 February was a make-up day"
        );
        assert_eq!(calendar.known_on(date(2025, 2, 2)).after(date(2025, 1, 27), 1), Ok(date(2025, 2, 5)));
    }

    #[test]
    fn an_unreadable_notice_names_its_line() {
        let head = "notice 甲 issued 2025-02-03 for 2025";
        // (lines after the first, the line that is wrong and what is said of it; None where nothing is)
        let table = [
            ("off 2025-02-05 2025-02-07 春节\nwork 2025-02-08 春节", None),
            ("off 2024-12-30 2025-01-01 元旦", None),
            ("off 2024-11-30 2025-01-01 元旦", Some((2, "不在2025年"))),
            ("off 2025-12-31 2026-01-01 元旦", Some((2, "不在2025年"))),
            ("off 2025-02-30 2025-03-01 x", Some((2, "不是2025-10-01这样的日期"))),
            ("off 2025-02-07 2025-02-05 x", Some((2, "早于"))),
            ("off 2025-02-05 2025-02-07 x\noff 2025-02-07 2025-02-08 y", Some((3, "写了两次"))),
            ("off 2025-02-05 2025-02-08 x\nwork 2025-02-08 x", Some((3, "写了两次"))),
            ("work 2025-02-08 x\nwork 2025-02-08 x", Some((3, "写了两次"))),
            ("# a weekday\nwork 2025-02-07 x", Some((3, "不是周末"))),
            ("work 2026-02-07 x", Some((2, "不在2025年"))),
            ("notice 乙 issued 2025-02-03 for 2025", Some((2, "notice"))),
        ];
        for (lines, wrong) in table {
            match (Notice::parse(&format!("{head}\n{lines}")), wrong) {
                (Ok(_), None) => {}
                (Err(error), Some((line, what))) => {
                    assert_eq!(error.line, line, "{lines}");
                    assert!(error.what.contains(what), "{lines}: {error}");
                }
                (read, _) => panic!("{lines}: {read:?}"),
            }
        }
        assert!(Notice::parse("notice 甲 issued 2025-02-03 for 32767").is_err(), "no year of a calendar");
        assert!(Notice::parse("# nothing").is_err());
    }

    proptest::proptest! {
        #[test]
        fn after_and_between_agree(start in 0i64..900, n in 1u32..60) {
            let calendar = Calendar::shipped();
            let from = offset(date(2024, 1, 1), start);
            if let Ok(end) = calendar.after(from, n) {
                proptest::prop_assert_eq!(calendar.between(from, end), Ok(n));
                proptest::prop_assert_eq!(calendar.is_working(end), Ok(true));
                proptest::prop_assert_eq!(days_between(from, offset(from, 17)), 17);
            }
        }
    }
}
