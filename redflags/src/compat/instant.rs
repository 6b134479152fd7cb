//! RFC 3339, as strictly as the peer reads it: a date alone, a missing zone or `+0800` is no instant.

use jiff::civil::{Date, DateTime, Time};

/// Nanoseconds since 1970; `None` for anything that is not an instant of RFC 3339.
pub fn rfc3339(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !bytes[..19].is_ascii() {
        return None;
    }
    let number = |from: usize, n: usize| -> Option<i16> {
        let digits = &bytes[from..from + n];
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then(|| digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
    };
    let stands = |at: usize, one_of: &[u8]| one_of.contains(&bytes[at]);
    let marks =
        stands(4, b"-") && stands(7, b"-") && stands(10, b"tT ") && stands(13, b":") && stands(16, b":");
    if !marks {
        return None;
    }
    let small = |from| number(from, 2).and_then(|number| i8::try_from(number).ok());
    let date = Date::new(number(0, 4)?, small(5)?, small(8)?).ok()?;
    // A leap second is the instant at which the next minute begins.
    let (second, leap) = match small(17)? {
        60 => (59, 1),
        second => (second, 0),
    };
    let time = Time::new(small(11)?, small(14)?, second, 0).ok()?;
    let (nanoseconds, zone) = fraction(&text[19..])?;
    let days = i128::from(days_since_1970(date));
    let seconds = days * 86_400
        + i128::from(time.hour()) * 3600
        + i128::from(time.minute()) * 60
        + i128::from(time.second())
        + leap
        - i128::from(offset(zone)?);
    Some(seconds * 1_000_000_000 + i128::from(nanoseconds))
}

/// Milliseconds since 1970 of an instant of RFC 3339.
pub fn instant_ms(text: &str) -> Option<i64> {
    rfc3339(text).and_then(|at| i64::try_from(at.div_euclid(1_000_000)).ok())
}

/// `2020-01-31` and nothing else.
pub fn is_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok())?
}

/// Whole days from one instant to another, cut towards zero.
pub fn whole_days(from: i128, to: i128) -> i64 {
    ((to - from) / 86_400_000_000_000) as i64
}

fn days_since_1970(date: Date) -> i64 {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).date();
    i64::from(epoch.until(date).map_or(0, |span| span.get_days()))
}

/// Nine digits count, further ones are passed over.
fn fraction(rest: &str) -> Option<(u32, &str)> {
    let Some(digits) = rest.strip_prefix('.') else { return Some((0, rest)) };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 {
        return None;
    }
    let nanoseconds = format!("{:0<9}", &digits[..end.min(9)]).parse().ok()?;
    Some((nanoseconds, &digits[end..]))
}

/// Seconds east of Greenwich.
fn offset(zone: &str) -> Option<i32> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = match zone.chars().next()? {
        '+' => (1, &zone[1..]),
        '-' => (-1, &zone[1..]),
        '\u{2212}' => (-1, &zone['\u{2212}'.len_utf8()..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let two = |text: &str| -> Option<i32> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_instants_are_read() {
        let seconds = |text| rfc3339(text).map(|at| at / 1_000_000_000);
        for (text, expected) in [
            ("1970-01-02T00:00:00Z", Some(86_400)),
            ("1970-01-01T08:00:01+08:00", Some(1)),
            ("1970-01-01 00:00:00.999999999999z", Some(0)),
            ("1970-01-01t00:00:00\u{2212}01:00", Some(3600)),
            ("2007-05-28T09:00:00Z", Some(1_180_342_800)),
            ("1969-12-31T23:59:60Z", Some(0)),
            ("1970-01-01", None),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01T00:00:00+0800", None),
            ("1970-01-01T00:00:00+24:00", None),
            ("1970-01-01T00:00:00.Z", None),
            ("1970-02-30T00:00:00Z", None),
            ("1970-01-01T24:00:00Z", None),
            ("1970-01-01T00:00Z", None),
            ("1970-01-01T00:00:00Z ", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_period_is_cut_to_whole_days() {
        let at = |text| rfc3339(text).unwrap();
        let (from, day) = (at("2020-01-01T00:00:00Z"), at("2020-01-16T00:00:00Z"));
        assert_eq!(whole_days(from, day), 15);
        assert_eq!(whole_days(from, day - 1), 14);
        assert_eq!(whole_days(day, from + 1), -14);
    }
}
