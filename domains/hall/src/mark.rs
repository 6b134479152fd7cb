//! 印记与名号。 Who did something when, and the fixed ids of matters that are known by a name.

use fadu_kernel::calendar::offset;
use fadu_kernel::{Ctx, Invalid, MatterId, PersonId, Stamp};
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// 何人何时。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    /// Milliseconds since 1970: waiting and answering are counted in seconds.
    pub ms: i64,
    pub by: PersonId,
}

impl Mark {
    pub fn of(stamp: &Stamp) -> Mark {
        Mark { on: stamp.day, ms: stamp.ms, by: stamp.person.clone() }
    }
}

/// The id of a matter that its name gives: whoever opens the name again meets the same matter.
pub fn named(words: &[&str]) -> MatterId {
    let digest = Sha256::digest(words.join("\u{1f}"));
    MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
}

/// 编号: the day and the end of the matter's own id, so that no counter is shared.
pub fn number(prefix: &str, ctx: &Ctx) -> String {
    let (day, id) = (ctx.today(), ctx.matter.to_string());
    format!("{prefix}{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &id[5..])
}

/// Whole seconds from one moment to another; never below zero, whatever a kiosk's clock says.
pub fn seconds(from_ms: i64, to_ms: i64) -> u32 {
    u32::try_from((to_ms - from_ms).max(0) / 1000).unwrap_or(u32::MAX)
}

/// The minute of the civil day in Asia/Shanghai, which has one offset all year.
pub fn minute_of_day(ms: i64) -> u16 {
    ((ms.div_euclid(60_000) + 480).rem_euclid(1440)) as u16
}

/// The civil day in Asia/Shanghai.
pub fn day_of(ms: i64) -> Date {
    offset(date(1970, 1, 1), (ms + 8 * 3_600_000).div_euclid(86_400_000))
}

/// One message for each text that is empty, and for each that is too long.
pub fn texts(fields: &[(&str, &str, &str)]) -> Vec<Invalid> {
    let wrong = |(field, text, zh): &(&str, &str, &str)| match text.trim().chars().count() {
        0 => Some(Invalid::new(*field, format!("请填写{zh}"))),
        1..=2000 => None,
        _ => Some(Invalid::new(*field, format!("{zh}不能超过2000字"))),
    };
    fields.iter().filter_map(wrong).collect()
}

pub fn checked(wrong: Vec<Invalid>) -> Result<(), Vec<Invalid>> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Only the characters that stand in a document's number, a device's digest or a ticket.
pub fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_those_of_the_hall_clock() {
        // 2025-03-03 09:30:59 in Shanghai.
        assert_eq!(minute_of_day(1_740_965_459_000), 9 * 60 + 30);
        assert_eq!(minute_of_day(-1), 7 * 60 + 59, "one millisecond before eight o'clock of 1970-01-01");
    }

    #[test]
    fn a_name_is_one_matter_and_its_parts_do_not_run_together() {
        assert_eq!(named(&["ticket", "H1", "A0001"]), named(&["ticket", "H1", "A0001"]));
        assert_ne!(named(&["ticket", "H1", "A0001"]), named(&["ticket", "H", "1A0001"]));
        assert_eq!(seconds(5_000, 1_000), 0, "a clock that ran backwards waits no negative time");
    }
}
