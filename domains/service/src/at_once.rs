//! 当场。 What the licensing law wants done while the applicant is still there (行政许可法 32, 34, 56). A case keeps the day
//! on which something came and not its hour: here it is the day, for what came on a day off the next working day.

use crate::case::Case;
use crate::definition::Definition;
use fadu_kernel::Ctx;
use jiff::civil::Date;

/// Whether it is still the day of what came on `from`; `None` where the calendar has ended.
pub(crate) fn on_the_day(from: Date, ctx: &Ctx) -> Option<bool> {
    ctx.calendar.roll_forward(from).ok().map(|last| ctx.today() <= last)
}

/// Whether it is still the day on which the file was complete; `None` of what need not be decided then, and where a special
/// procedure took its time.
pub(crate) fn decided_on_the_spot(case: &Case, item: &Definition, ctx: &Ctx) -> Option<bool> {
    let stopped = case.shown_clock().is_some_and(|clock| !clock.stops.is_empty());
    let came = case.supplemented.as_ref().or(case.received.as_ref());
    let complete = case.brought.or(came.map(|mark| mark.on));
    let complete = complete.filter(|_| item.is_decided_on_the_spot() && !stopped)?;
    on_the_day(complete, ctx)
}
