//! 时刻之源。 The only place that reads the machine's clock.

use fadu_kernel::instant::SHANGHAI_MS;
pub use fadu_kernel::instant::{moment, start_of};
use std::sync::atomic::{AtomicI64, Ordering};

pub trait Now: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn ms(&self) -> i64;
}

/// The machine's clock, moved by a fixed number of milliseconds (0 in production; a demonstration goes on
/// from the end of its simulated year). It never steps back: a later act must not bear an earlier time.
pub struct System {
    offset_ms: i64,
    last: AtomicI64,
}

impl System {
    pub fn new(offset_ms: i64) -> System {
        System { offset_ms, last: AtomicI64::new(i64::MIN) }
    }

    pub fn machine_ms() -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the one door through which time comes in")]
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_millis() as i64)
    }
}

impl Now for System {
    fn ms(&self) -> i64 {
        let ms = System::machine_ms() + self.offset_ms;
        ms.max(self.last.fetch_max(ms, Ordering::Relaxed))
    }
}

/// A clock that stands where it was put: for the simulation and for tests.
#[derive(Clone, Default)]
pub struct Movable(std::sync::Arc<AtomicI64>);

impl Movable {
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::Relaxed);
    }
}

impl Now for Movable {
    fn ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// `2025-03-03T09:00:00+08:00`, for entries.
pub fn instant(ms: i64) -> String {
    let seconds = (ms + SHANGHAI_MS).rem_euclid(86_400_000) / 1000;
    format!("{}T{:02}:{:02}:{:02}+08:00", moment(ms).today, seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// `2025-03-03 09:00`, for pages.
pub fn clock_text(ms: i64) -> String {
    instant(ms)[..16].replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_begin_at_midnight_in_shanghai() {
        let midnight = start_of(date(2025, 3, 3));
        assert_eq!(moment(midnight).today, date(2025, 3, 3));
        assert_eq!(moment(midnight - 1).today, date(2025, 3, 2));
        assert_eq!(instant(midnight + 9 * 3_600_000), "2025-03-03T09:00:00+08:00");
        assert_eq!(instant(1_741_000_000_000), "2025-03-03T19:06:40+08:00");
    }

    #[test]
    fn a_clock_that_steps_back_is_not_followed() {
        let clock = System::new(0);
        let later = System::machine_ms() + 60_000;
        clock.last.store(later, Ordering::Relaxed);
        assert_eq!(clock.ms(), later);
    }
}
