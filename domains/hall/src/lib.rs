//! 政务大厅。 Halls and who stands at which window, the queue, front calls that the back office answers, the window for
//! what cannot be done, and the evaluation of every contact.
//!
//! Law: 优化营商环境条例 8, 34 to 37, 49; 无障碍环境建设法 40; 行政许可法 26, 30; the rules stand in [`rules`].
//! What no statute numbers (minutes, days, a line) is a definition or parameter with its source, never a constant.

/// The name of the variant, exhaustively: a new variant that is not listed does not compile.
macro_rules! names {
    ($value:expr, $kind:ident: $($variant:ident),* $(,)?) => {
        match $value { $($kind::$variant { .. } => stringify!($variant)),* }
    };
}

pub mod baseline;
pub mod call;
pub mod call_decide;
pub mod clerk;
pub mod demonstration;
pub mod entry;
pub mod evaluation;
pub mod evaluation_decide;
pub mod hall;
pub mod load;
pub mod mark;
pub mod mechanism;
pub mod outlier;
pub mod parameter;
pub mod queue;
pub mod record;
pub mod release;
pub mod roster;
pub mod rules;
pub mod sampling;
pub mod sheet;
#[cfg(test)]
mod spec;
pub mod stuck;
pub mod stuck_decide;
pub mod ticket;
pub mod ticket_decide;

pub use baseline::Baseline;
pub use call::Call;
pub use clerk::Clerk;
pub use entry::Entry;
pub use evaluation::Evaluation;
pub use hall::Hall;
pub use mechanism::Mechanism;
pub use parameter::Parameter;
pub use record::Record;
pub use roster::Roster;
pub use sampling::Sampling;
pub use stuck::Stuck;
pub use ticket::Ticket;

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// Values for a county that does not exist: every one is marked 演示.
pub const DEMONSTRATION: &str = include_str!("../data/demonstration.toml");
