//! 排队。 What the citizen is told about waiting, and a hall day run through under another policy before people are moved.
//! All in whole seconds; the same seed gives the same day on every machine.

pub mod chance;
pub mod day;
pub mod forecast;
#[cfg(test)]
mod tests;

pub use chance::{Chance, arrivals};
pub use day::{Arrival, Day, Desk, Policy, simulate};
pub use forecast::forecast;
