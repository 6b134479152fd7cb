//! 计入指标的要素。 What figures count of a version while it is in use: left by the fact with which it begins to count, and
//! again by the one with which it ceases to, so that a figure can be read as of any day.

use crate::definition::{Definition, LimitWith};
use crate::item::Baseline;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub instant: bool,
    pub at_most_one_visit: bool,
    /// 到办事现场次数; absent in what was published before it was counted.
    #[serde(default)]
    pub visits: Option<u8>,
    pub online: bool,
    pub nearby: bool,
    pub in_hall: bool,
    pub undifferentiated: bool,
    /// Working days; both absent where no statutory limit is known.
    pub statutory_days: Option<u16>,
    pub promised_days: Option<u16>,
    /// Working days before the reform, where a baseline was frozen.
    #[serde(default)]
    pub baseline_days: Option<u16>,
}

impl Counted {
    pub fn of(definition: &Definition, baseline: Option<&Baseline>) -> Counted {
        Counted {
            instant: definition.project_type == "instant",
            at_most_one_visit: definition.visits <= 1,
            visits: Some(definition.visits),
            online: definition.online,
            nearby: definition.nearby,
            in_hall: definition.in_hall,
            undifferentiated: definition.undifferentiated,
            statutory_days: workdays(&definition.statutory),
            promised_days: workdays(&definition.promised),
            baseline_days: baseline.map(|baseline| baseline.days),
        }
    }
}

/// Days of another unit are never added to working days.
pub fn workdays(limit: &LimitWith) -> Option<u16> {
    (limit.unit == "workday").then_some(limit.days)
}
