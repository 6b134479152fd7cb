//! 时刻。 The civil day of an instant, and the instant at which the last day of a period is over.

use crate::calendar::{days_between, offset};
use crate::matter::Moment;
use jiff::civil::{Date, Time, date};

/// China has kept one offset, without summer time, since 1991.
pub const SHANGHAI_MS: i64 = 8 * 3600 * 1000;
const DAY_MS: i64 = 86_400_000;

/// The day of what entered the system at this instant, whoever looks at it when (电子签名法 11).
pub fn moment(ms: i64) -> Moment {
    let days = (ms + SHANGHAI_MS).div_euclid(DAY_MS);
    Moment { ms, today: offset(date(1970, 1, 1), days) }
}

/// Midnight in Shanghai that begins `day`, in milliseconds.
pub fn start_of(day: Date) -> i64 {
    days_between(date(1970, 1, 1), day) * DAY_MS - SHANGHAI_MS
}

/// 截止时刻。 The first instant that is too late: 24:00 of the last day online; where there are business hours, the minute
/// at which they end on that day.
/// Unit: milliseconds since 1970-01-01T00:00:00Z. Source: 民法典 art. 203.
pub fn cutoff(last: Date, closes: Option<Time>) -> i64 {
    match closes {
        None => start_of(offset(last, 1)),
        Some(at) => start_of(last) + (i64::from(at.hour()) * 60 + i64::from(at.minute())) * 60_000,
    }
}
