//! 异常评价。 A flag for people to look at, without legal effect: the grade counts until somebody judges otherwise.
//!
//! Whoever performs the act hands over the recent evaluations of the window, or of the body online; nothing here reads a list by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many from one device on one day are unusual, and so many within one minute for one window or body. The program's own
/// thresholds: they flag, they do not refuse.
pub const SAME_DEVICE: u32 = 3;
pub const SAME_MINUTE: u32 = 3;

/// 近期的一次评价。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recent {
    pub ms: i64,
    pub device: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlier {
    /// 同一设备当日多次: how many, this one included.
    SameDevice(u32),
    /// 同一窗口（网上的为同一单位）一分钟内多次
    SameMinute(u32),
}

/// `recent` are those of the same window, or of the same body online, of this day. A counter's own device serves everybody and is no sign.
pub fn outlier(recent: &[Recent], device: &str, personal: bool, ms: i64) -> Option<Outlier> {
    let count = |like: &dyn Fn(&Recent) -> bool| recent.iter().filter(|other| like(other)).count() as u32 + 1;
    let same_device = count(&|other| !device.is_empty() && other.device == device);
    let same_minute = count(&|other| (ms - other.ms).abs() < 60_000);
    if personal && same_device >= SAME_DEVICE {
        Some(Outlier::SameDevice(same_device))
    } else if same_minute >= SAME_MINUTE {
        Some(Outlier::SameMinute(same_minute))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_both_sides_of_each_line() {
        let at = |ms, device: &str| Recent { ms, device: device.to_owned() };
        let hour = 3_600_000;
        // (recent, device, personal, now, flag)
        let rows = [
            (vec![at(0, "a"), at(hour, "b")], "a", true, 2 * hour, None),
            (vec![at(0, "a"), at(hour, "a")], "a", true, 2 * hour, Some(Outlier::SameDevice(3))),
            (vec![at(0, "a"), at(hour, "a")], "a", false, 2 * hour, None),
            (vec![at(0, "a"), at(59_999, "b")], "c", true, 59_999, Some(Outlier::SameMinute(3))),
            (vec![at(0, "a"), at(59_999, "b")], "c", true, 60_000, None),
            (vec![at(0, ""), at(hour, "")], "", true, 2 * hour, None),
        ];
        for (recent, device, personal, now, flag) in rows {
            assert_eq!(outlier(&recent, device, personal, now), flag, "{recent:?} then {device} at {now}");
        }
    }
}
