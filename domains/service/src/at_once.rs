//! 当场。 What the licensing law wants done while the applicant is still there (行政许可法 32, 34, 56). A case keeps the day
//! on which something came and not its hour: here it is the day, for what came on a day off the next working day.

use fadu_kernel::Ctx;
use jiff::civil::Date;

/// Whether it is still the day of what came on `from`; `None` where the calendar has ended.
pub(crate) fn on_the_day(from: Date, ctx: &Ctx) -> Option<bool> {
    ctx.calendar.roll_forward(from).ok().map(|last| ctx.today() <= last)
}
