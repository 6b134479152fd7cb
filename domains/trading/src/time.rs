//! 法定时间。 Civil time in Asia/Shanghai (eight hours ahead, no summer time since 1992), to the second.

use fadu_kernel::{Calendar, CalendarEnds, Limit};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz};

/// The instant of a civil time, in milliseconds since 1970.
pub fn instant_ms(at: DateTime) -> i64 {
    tz::offset(8).to_timestamp(at).map_or(i64::MAX, Timestamp::as_millisecond)
}

/// The civil time of an instant.
pub fn civil_time(ms: i64) -> Option<DateTime> {
    Timestamp::from_millisecond(ms).ok().map(|at| tz::offset(8).to_datetime(at))
}

/// 至少n日前。 Whether `today` leaves `n` clear days before the day of `event`: of two readings the stricter for
/// whoever must give the notice.
pub fn clear_days_before(today: Date, event: Date, n: i64) -> bool {
    fadu_kernel::calendar::days_between(today, event) > n
}

/// Whether `today` is within the limit that runs from `from`; `None` while the calendar does not reach so far.
pub fn within(limit: Limit, from: Date, today: Date, calendar: &Calendar) -> Option<bool> {
    limit.end(from, calendar).ok().map(|last| today <= last)
}

/// Whether `to` lies at least the period after `from`, which is not counted.
/// Errors: [`CalendarEnds`] for working days beyond the loaded notices. Calendar days are counted bare: a period that
/// must be *at least* so long is not shortened or lengthened by a day off.
pub fn at_least(limit: Limit, from: Date, to: Date, calendar: &Calendar) -> Result<bool, CalendarEnds> {
    match limit.unit {
        fadu_kernel::Unit::Workday => calendar.after(from, u32::from(limit.n)).map(|earliest| to >= earliest),
        _ => Ok(fadu_kernel::calendar::days_between(from, to) >= i64::from(limit.n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn civil_time_is_eight_hours_ahead() {
        assert_eq!(instant_ms(date(1970, 1, 1).at(8, 0, 0, 0)), 0);
        assert_eq!(instant_ms(date(2025, 3, 24).at(9, 30, 0, 0)), 1_742_779_800_000);
    }

    #[test]
    fn periods_at_their_edges() {
        let calendar = Calendar::shipped();
        let (from, day) = (date(2025, 3, 3), |d| date(2025, 3, d));
        assert_eq!(at_least(Limit::days(5), from, day(7), &calendar), Ok(false));
        assert_eq!(
            at_least(Limit::days(5), from, day(8), &calendar),
            Ok(true),
            "a Saturday stays a Saturday"
        );
        assert_eq!(at_least(Limit::workdays(5), from, day(9), &calendar), Ok(false));
        assert_eq!(at_least(Limit::workdays(5), from, day(10), &calendar), Ok(true));
        assert!(!clear_days_before(day(3), day(18), 15) && clear_days_before(day(2), day(18), 15));
    }
}
