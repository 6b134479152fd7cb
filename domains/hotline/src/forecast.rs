//! 话务预测。 Tomorrow's load by the hour: the mean of the same hour on the same weekday in the last weeks, as an exact
//! fraction. Simple enough to be checked by hand, and held against the naive answer (yesterday's same hour).

use fadu_kernel::Ratio;
use fadu_kernel::calendar::offset;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Calls by day and hour; an hour that was not counted is absent, not nought.
#[derive(Clone, Debug, Default)]
pub struct History(BTreeMap<Date, [Option<u32>; 24]>);

impl History {
    /// Hours beyond 23 are no hours and are left out.
    pub fn record(&mut self, day: Date, hour: u8, calls: u32) {
        let hours = self.0.entry(day).or_insert([None; 24]);
        if let Some(slot) = hours.get_mut(usize::from(hour)) {
            *slot = Some(calls);
        }
    }

    pub fn at(&self, day: Date, hour: usize) -> Option<u32> {
        self.0.get(&day)?.get(hour).copied().flatten()
    }

    /// Of `day`, from what was counted on its weekday in the `weeks` before it. A whole of 0 says that nothing is known.
    pub fn seasonal(&self, day: Date, weeks: u16) -> [Ratio; 24] {
        std::array::from_fn(|hour| {
            let known = (1..=i64::from(weeks)).filter_map(|week| self.at(offset(day, -7 * week), hour));
            known.fold(Ratio::new(0, 0), |mean, calls| {
                Ratio::new(mean.part + i64::from(calls), mean.whole + 1)
            })
        })
    }

    /// Yesterday's same hour.
    pub fn naive(&self, day: Date) -> [Ratio; 24] {
        std::array::from_fn(|hour| match self.at(offset(day, -1), hour) {
            Some(calls) => Ratio::new(i64::from(calls), 1),
            None => Ratio::new(0, 0),
        })
    }

    /// 平均绝对误差 of a forecast for `day`, over the hours that were both forecast and counted.
    pub fn error(&self, day: Date, forecast: &[Ratio; 24]) -> Exact {
        let mut sum = Exact::default();
        for (hour, said) in forecast.iter().enumerate() {
            if let Some(calls) = self.at(day, hour).filter(|_| said.whole > 0) {
                let off = (i128::from(calls) * i128::from(said.whole) - i128::from(said.part)).abs();
                sum = sum.plus(Exact { part: off, whole: i128::from(said.whole) });
            }
        }
        sum
    }
}

/// An exact sum of fractions, kept reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    pub part: i128,
    pub whole: i128,
}

impl Default for Exact {
    fn default() -> Exact {
        Exact { part: 0, whole: 1 }
    }
}

impl Exact {
    pub fn plus(self, other: Exact) -> Exact {
        let part = self.part * other.whole + other.part * self.whole;
        let whole = self.whole * other.whole;
        let common = divisor(part.unsigned_abs(), whole.unsigned_abs()).max(1) as i128;
        Exact { part: part / common, whole: whole / common }
    }

    pub fn is_less_than(self, other: Exact) -> bool {
        self.part * other.whole < other.part * self.whole
    }
}

fn divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A county that calls on weekdays, by day more than by night, with noise that repeats for nobody.
    fn year() -> History {
        let (mut history, mut noise) = (History::default(), 12_345u64);
        for i in 0..364 {
            let day = offset(date(2025, 1, 6), i);
            let weekday = i % 7 < 5;
            for hour in 0..24u8 {
                noise = noise
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let base = match (weekday, hour) {
                    (_, 0..7) => 1,
                    (true, 9..12 | 14..18) => 24,
                    (true, _) => 9,
                    (false, 9..18) => 8,
                    (false, _) => 4,
                };
                history.record(day, hour, base + (noise >> 33) as u32 % 5);
            }
        }
        history
    }

    #[test]
    fn means_are_exact() {
        let mut history = History::default();
        for (week, calls) in [(1, 10), (2, 11), (3, 13)] {
            history.record(offset(date(2025, 3, 3), -7 * week), 9, calls);
        }
        let said = history.seasonal(date(2025, 3, 3), 8);
        assert_eq!(said[9], Ratio::new(34, 3), "three Mondays are known of eight");
        assert_eq!(said[10], Ratio::new(0, 0), "nothing is known, which is not nought");
        history.record(date(2025, 3, 3), 9, 12);
        assert_eq!(history.error(date(2025, 3, 3), &said), Exact { part: 2, whole: 3 });
        history.record(date(2025, 3, 3), 24, 7);
        assert_eq!(history.at(date(2025, 3, 3), 24), None);
    }

    #[test]
    fn the_season_beats_yesterday_over_a_year() {
        let history = year();
        let (mut seasonal, mut naive) = (Exact::default(), Exact::default());
        for i in 56..364 {
            let day = offset(date(2025, 1, 6), i);
            seasonal = seasonal.plus(history.error(day, &history.seasonal(day, 8)));
            naive = naive.plus(history.error(day, &history.naive(day)));
        }
        assert!(seasonal.is_less_than(naive), "{seasonal:?} against {naive:?}");
        let half = Exact { part: naive.part, whole: naive.whole * 2 };
        assert!(seasonal.is_less_than(half), "by more than half here: a Monday is no Sunday");
    }
}
