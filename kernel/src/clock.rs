//! 时限。 A running limit: statutory, promised or baseline; stopped only where the statute stops it.

use crate::calendar::{Calendar, CalendarEnds, days_between, offset};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 计时单位。 The unit belongs to the statute, and sometimes to the number within it (RULEBOOK CAL-06 to 09).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 工作日
    Workday,
    /// 日（自然日）: rolls forward when it ends on a day off.
    Calendar,
    /// 月: ends on the corresponding day, else the last of the month (民法典 202).
    Month,
    /// 年
    Year,
}

impl Unit {
    pub fn zh(self) -> &'static str {
        match self {
            Unit::Workday => "个工作日",
            Unit::Calendar => "日",
            Unit::Month => "个月",
            Unit::Year => "年",
        }
    }

    /// 所计单位: what is used up and left over of such a limit. Months and years are counted by days once they stop.
    pub fn counted(self) -> Unit {
        match self {
            Unit::Workday => Unit::Workday,
            Unit::Calendar | Unit::Month | Unit::Year => Unit::Calendar,
        }
    }
}

/// 期限。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    pub n: u16,
    pub unit: Unit,
}

impl Limit {
    pub const fn workdays(n: u16) -> Limit {
        Limit { n, unit: Unit::Workday }
    }

    pub const fn days(n: u16) -> Limit {
        Limit { n, unit: Unit::Calendar }
    }

    /// The last day of the period that starts on `from`, which is not counted (民法典 201).
    /// Errors: [`CalendarEnds`] when the answer lies beyond the loaded notices.
    pub fn end(self, from: Date, calendar: &Calendar) -> Result<Date, CalendarEnds> {
        match self.unit {
            Unit::Workday => calendar.after(from, u32::from(self.n)),
            Unit::Calendar | Unit::Month | Unit::Year => calendar.roll_forward(self.plus(from)),
        }
    }

    /// The corresponding day, before it rolls. A limit of days is extended by days: working days count as such here.
    fn plus(self, from: Date) -> Date {
        let n = i64::from(self.n);
        match self.unit {
            Unit::Workday | Unit::Calendar => offset(from, n),
            Unit::Month => from.saturating_add(jiff::Span::new().months(n)),
            Unit::Year => from.saturating_add(jiff::Span::new().years(n.min(9999))),
        }
    }

    pub fn zh(self) -> String {
        format!("{}{}", self.n, self.unit.zh())
    }
}

/// 计日规则。 A statute that counts certain numbers of 日 in working days, and the others as the calendar does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaysOf {
    /// 行政处罚法: two, three, five and seven (85).
    Penalty,
    /// 行政复议法: three, five, seven and ten (88).
    Reconsideration,
}

impl DaysOf {
    /// `n`日 as this statute counts them: a limit in working days for the numbers it names, else in calendar days.
    pub const fn limit(self, n: u16) -> Limit {
        match (self, n) {
            (DaysOf::Penalty, 2 | 3 | 5 | 7) | (DaysOf::Reconsideration, 3 | 5 | 7 | 10) => {
                Limit::workdays(n)
            }
            (DaysOf::Penalty | DaysOf::Reconsideration, _) => Limit::days(n),
        }
    }
}

/// 中止。 Days after `from` up to and including `until` do not count; open while `until` is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// 到期日。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// 确定
    Fixed(Date),
    /// 暂定: the calendar ends first. `counted` working days of the limit lie within it. Never overdue.
    Provisional { beyond: Date, counted: u32 },
    /// 中止中: `left` of the unit that is counted ([`Unit::counted`]) remain when it runs again.
    Stopped { left: u32 },
}

impl Due {
    pub fn fixed(self) -> Option<Date> {
        match self {
            Due::Fixed(date) => Some(date),
            Due::Provisional { .. } | Due::Stopped { .. } => None,
        }
    }
}

/// 一只钟。 A limit that runs from a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub from: Date,
    pub limit: Limit,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Limit>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<Stop>,
}

impl Clock {
    pub fn start(from: Date, limit: Limit) -> Clock {
        Clock { from, limit, extension: None, stops: Vec::new() }
    }

    pub fn is_stopped(&self) -> bool {
        self.stops.last().is_some_and(|stop| stop.until.is_none())
    }

    pub fn due(&self, calendar: &Calendar) -> Due {
        if let Some(stop) = self.stops.last().filter(|stop| stop.until.is_none()) {
            let used = self.used(stop.from, calendar).unwrap_or(0);
            return Due::Stopped { left: self.length().saturating_sub(used) };
        }
        match self.end(calendar) {
            Ok(date) => Due::Fixed(date),
            Err(ends) => Due::Provisional { beyond: ends.last, counted: ends.counted },
        }
    }

    /// The whole limit in the unit that is counted. Months and years have as many days as there are up to the
    /// corresponding day.
    fn length(&self) -> u32 {
        let parts = || [Some(self.limit), self.extension].into_iter().flatten();
        match self.limit.unit {
            Unit::Workday => parts().map(|part| u32::from(part.n)).sum(),
            Unit::Calendar | Unit::Month | Unit::Year => {
                let last = parts().fold(self.from, |day, part| part.plus(day));
                days_between(self.from, last).max(0) as u32
            }
        }
    }

    fn end(&self, calendar: &Calendar) -> Result<Date, CalendarEnds> {
        let mut skipped: u32 = 0;
        for stop in &self.stops {
            if let Some(until) = stop.until {
                skipped += match self.limit.unit {
                    Unit::Workday => calendar.between(stop.from, until)?,
                    Unit::Calendar | Unit::Month | Unit::Year => days_between(stop.from, until).max(0) as u32,
                };
            }
        }
        match self.limit.unit {
            Unit::Workday => calendar.after(self.from, self.length() + skipped),
            Unit::Calendar | Unit::Month | Unit::Year => {
                calendar.roll_forward(offset(self.from, i64::from(self.length() + skipped)))
            }
        }
    }

    /// How much of the unit that is counted is used up to and including `on`, stops left out.
    pub fn used(&self, on: Date, calendar: &Calendar) -> Result<u32, CalendarEnds> {
        let span = |from: Date, to: Date| match self.limit.unit {
            Unit::Workday => calendar.between(from, to),
            Unit::Calendar | Unit::Month | Unit::Year => Ok(days_between(from, to).max(0) as u32),
        };
        let mut used = span(self.from, on)?;
        for stop in &self.stops {
            let until = stop.until.unwrap_or(on).min(on);
            used = used.saturating_sub(span(stop.from.max(self.from), until)?);
        }
        Ok(used)
    }

    /// 黄色预警日。 The first day on which at least 80 % of the limit is used (RULEBOOK LIC-14).
    pub fn amber(&self, calendar: &Calendar) -> Option<Date> {
        let due = self.due(calendar).fixed()?;
        let spare = self.length() / 5;
        if self.limit.unit != Unit::Workday {
            return Some(offset(due, -i64::from(spare)));
        }
        let used_by_due = calendar.between(self.from, due).ok()?;
        calendar.after(self.from, used_by_due.saturating_sub(spare)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn limits_end_where_a_lawyer_counts_them() {
        let calendar = Calendar::shipped();
        let month = |n| Limit { n, unit: Unit::Month };
        // (limit, from, last day, source)
        let rows = [
            (Limit::workdays(20), date(2025, 3, 3), date(2025, 3, 31), "行政许可法 42, 82"),
            (
                Limit::workdays(5),
                date(2025, 9, 26),
                date(2025, 10, 10),
                "28 to 30 September count, 1 to 8 October do not",
            ),
            (Limit::days(10), date(2025, 3, 3), date(2025, 3, 13), "plain calendar days"),
            (
                Limit::days(5),
                date(2025, 9, 28),
                date(2025, 10, 9),
                "ends in a holiday: the day after it ends, 民法典 203",
            ),
            (
                Limit::days(5),
                date(2025, 9, 23),
                date(2025, 9, 28),
                "ends on a make-up Sunday, a working day: stays",
            ),
            (Limit::days(5), date(2025, 3, 10), date(2025, 3, 17), "ends on a Saturday: Monday"),
            (month(1), date(2025, 1, 31), date(2025, 2, 28), "no 31 February: last of the month, 民法典 202"),
            (month(6), date(2025, 3, 14), date(2025, 9, 15), "14 September 2025 is a Sunday"),
        ];
        for (limit, from, last, source) in rows {
            assert_eq!(limit.end(from, &calendar), Ok(last), "{source}");
        }
    }

    #[test]
    fn a_stop_gives_back_its_days() {
        let calendar = Calendar::shipped();
        let mut clock = Clock::start(date(2025, 3, 3), Limit::workdays(20));
        assert_eq!(clock.due(&calendar), Due::Fixed(date(2025, 3, 31)));
        clock.stops.push(Stop { from: date(2025, 3, 10), until: None });
        assert_eq!(clock.due(&calendar), Due::Stopped { left: 15 }, "five days used by 10 March");
        clock.stops[0].until = Some(date(2025, 3, 17));
        assert_eq!(clock.due(&calendar), Due::Fixed(date(2025, 4, 8)), "five days back, 4 to 6 April off");
        clock.extension = Some(Limit::workdays(10));
        assert_eq!(clock.due(&calendar), Due::Fixed(date(2025, 4, 22)));
        assert_eq!(clock.used(date(2025, 3, 18), &calendar), Ok(6));
    }

    #[test]
    fn amber_at_four_fifths() {
        let calendar = Calendar::shipped();
        let clock = Clock::start(date(2025, 3, 3), Limit::workdays(20));
        assert_eq!(clock.amber(&calendar), Some(date(2025, 3, 25)), "16 of 20 used on 25 March");
    }

    /// Months and years stop, run on, are extended and turn amber by days.
    #[test]
    fn months_and_years_are_not_mixed_with_days() {
        let calendar = Calendar::shipped();
        let (months, years) = (|n| Limit { n, unit: Unit::Month }, |n| Limit { n, unit: Unit::Year });
        let stop = |from, until| vec![Stop { from, until }];
        let (mar, apr) = (|day| date(2025, 3, day), |day| date(2025, 4, day));
        let fixed = |month, day| Due::Fixed(date(2025, month, day));
        // (limit from 3 March 2025, extension, stops, due, amber, why)
        let table = [
            (
                months(2),
                None,
                vec![],
                fixed(5, 6),
                Some(date(2025, 4, 24)),
                "61 days, rolled from 3 May; 12 to spare",
            ),
            (months(3), None, vec![], fixed(6, 3), Some(date(2025, 5, 16)), "92 days, 18 to spare"),
            (
                years(1),
                None,
                vec![],
                Due::Fixed(date(2026, 3, 3)),
                Some(date(2025, 12, 20)),
                "365 days, 73 to spare",
            ),
            (months(2), None, stop(mar(13), None), Due::Stopped { left: 51 }, None, "10 of 61 days used"),
            (years(1), None, stop(mar(13), None), Due::Stopped { left: 355 }, None, "10 of 365 days used"),
            (
                months(2),
                None,
                stop(mar(13), Some(apr(2))),
                fixed(5, 23),
                Some(date(2025, 5, 11)),
                "20 days given back to 3 May itself, not to the day it rolls to",
            ),
            (months(2), Some(months(1)), vec![], fixed(6, 3), Some(date(2025, 5, 16)), "as three months"),
            (
                months(2),
                Some(Limit::days(30)),
                vec![],
                fixed(6, 3),
                Some(date(2025, 5, 16)),
                "to 2 June, a holiday",
            ),
            (Limit::days(60), None, stop(mar(13), None), Due::Stopped { left: 50 }, None, "days as before"),
            (
                Limit::days(60),
                Some(Limit::days(30)),
                vec![],
                fixed(6, 3),
                Some(date(2025, 5, 16)),
                "90 days, 18 to spare",
            ),
        ];
        for (limit, extension, stops, due, amber, why) in table {
            let clock = Clock { from: date(2025, 3, 3), limit, extension, stops };
            assert_eq!(clock.due(&calendar), due, "{why}");
            assert_eq!(clock.amber(&calendar), amber, "{why}");
            assert_eq!(limit.unit.counted(), Unit::Calendar, "what is left is told in days: {why}");
        }
        assert_eq!(Unit::Workday.counted(), Unit::Workday);
    }

    #[test]
    fn beyond_the_notices_a_limit_is_provisional() {
        let calendar = Calendar::shipped();
        let clock = Clock::start(date(2026, 12, 25), Limit::workdays(20));
        assert_eq!(clock.due(&calendar), Due::Provisional { beyond: date(2026, 12, 31), counted: 4 });
        assert_eq!(clock.amber(&calendar), None);
    }
}
