//! 等候预测。 People ahead and expected minutes, in exact whole numbers.

use crate::ticket::Forecast;
use fadu_kernel::Ratio;

/// `ahead` people wait that the same windows will take; `open` of these windows are staffed, `idle` of them free;
/// `service` is seconds served ÷ tickets served of the recent past. Minutes are rounded up.
/// `None` where no window is open: nothing can be promised.
///
/// With every window busy the next one falls free after service ÷ windows on average, and that must happen once for
/// each person ahead and once for oneself.
pub fn forecast(ahead: u32, open: u32, idle: u32, service: Ratio) -> Option<Forecast> {
    if open == 0 || service.whole <= 0 || service.part < 0 {
        return None;
    }
    if idle > ahead {
        return Some(Forecast { ahead, minutes: 0 });
    }
    let turns = i128::from(ahead - idle) + 1;
    let per_minute = i128::from(service.whole) * i128::from(open) * 60;
    let minutes = (turns * i128::from(service.part) + per_minute - 1) / per_minute;
    Some(Forecast { ahead, minutes: u32::try_from(minutes).unwrap_or(u32::MAX) })
}
