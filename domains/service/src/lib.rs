//! 政务服务。 Items of the catalogue, and the cases that citizens and firms open on them.
//!
//! An [`Item`] is published, revised and suspended; a [`Case`] is pinned to the version it was received under.
//! Law: 行政许可法, 优化营商环境条例; the rules stand in [`rules`].

pub mod case;
pub mod decide;
pub mod definition;
pub mod item;
pub mod listing;
pub mod part;
pub mod rules;
pub mod spared;
#[cfg(test)]
mod spec;

pub use case::{Act as CaseAct, Case, Fact as CaseFact};
pub use definition::Definition;
pub use item::{Act as ItemAct, Fact as ItemFact, Item, Standing};
pub use listing::Listing;
pub use part::Parent;
pub use spared::{Spared, Way};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// The items completed from the statutes; what had to be invented is marked in the file.
pub const ITEMS: &str = include_str!("../data/items.toml");
