//! 指标。 A figure is a few lines of data: which fact it counts, on what condition, how it adds up.
//!
//! The tailer reads the ledger forward and writes contributions; a value is a sum over them, so it opens to
//! its entries. Quantities are whole numbers; a mean or a rate is an exact fraction.

mod declare;
mod tail;
mod value;

pub use declare::{Adds, BadFigure, Declaration, Figures, Period};
pub use tail::{FigureFault, rebuild, tail};
pub use value::{
    Split, Value, by_key, entries, entries_between, split, value, value_between, values, values_between,
};

#[cfg(test)]
mod tests;
