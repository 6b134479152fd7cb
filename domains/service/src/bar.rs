//! 不得再次申请。 Who hid facts or handed in false papers, or got a permit by fraud, waits before applying for the same permit
//! again, where it concerns safety directly (行政许可法 78, 79).

use crate::definition::Definition;
use crate::rules;
use fadu_kernel::{Help, Refusal};
use jiff::Span;
use jiff::civil::Date;

/// 行政许可法 78.
const AFTER_FALSE_MATERIAL: i64 = 1;

impl Definition {
    /// A permit for what concerns safety directly.
    pub fn bars_again(&self) -> bool {
        self.is_permit() && self.public_safety
    }

    /// The last day on which nobody answered that day for false material may apply again; that day itself is not counted.
    pub(crate) fn barred_after_false_material(&self, on: Date) -> Option<Date> {
        on.checked_add(Span::new().years(AFTER_FALSE_MATERIAL))
            .ok()
            .filter(|_| self.bars_again())
    }
}

/// Asked of each earlier matter of the same applicant and item that bars until some day: `number` names it.
pub fn may_apply_again(number: &str, until: Date, today: Date) -> Result<(), Refusal> {
    if today > until {
        return Ok(());
    }
    let because =
        format!("{number} 已认定隐瞒情况、提供虚假材料或者以不正当手段取得，到{until}为止不得再次申请");
    Err(Refusal::new(&rules::FALSE_MATERIAL, Help::Officer, because))
}
