//! 政务服务。 Items of the catalogue, and the cases that citizens and firms open on them.
//!
//! An [`Item`] is published, revised and suspended; a [`Case`] is pinned to the version it was received under.
//! Law: 行政许可法, 优化营商环境条例; the rules stand in [`rules`].

mod at_once;
pub mod bar;
pub mod case;
pub mod code_list;
pub mod comparison;
pub mod counted;
pub mod decide;
pub mod definition;
pub mod diff;
pub mod duty;
pub mod exchange;
pub mod exchange_csv;
pub mod exchange_text;
pub mod fee;
pub mod fee_item;
pub mod first_review;
pub mod hearing;
pub mod inspection;
pub mod interested;
pub mod intermediary;
pub mod item;
mod item_decide;
pub mod listing;
pub mod outside;
pub mod parcel;
pub mod part;
pub mod personal;
pub mod publication;
pub mod publicity;
pub mod quality;
pub mod renewal;
pub mod retention;
pub mod rules;
pub mod signature;
pub mod spared;
#[cfg(test)]
mod spec;
#[cfg(test)]
mod spec_item;
pub mod upstream;

pub use case::{Act as CaseAct, Case, Fact as CaseFact};
pub use comparison::{Act as ComparisonAct, Comparison};
pub use definition::Definition;
pub use duty::{Act as DutyAct, Duty};
pub use fee_item::{Act as FeeAct, FeeItem};
pub use item::{Act as ItemAct, Fact as ItemFact, Item, Standing};
pub use listing::Listing;
pub use part::Parent;
pub use personal::{Act as PersonalAct, Fact as PersonalFact, Personal};
pub use retention::{Act as RetentionAct, Retention};
pub use spared::{Spared, Way};
pub use upstream::{Act as UpstreamAct, Upstream};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// 收费目录 of a county that does not exist: no statute that is held sets a sum.
pub const FEES: &str = include_str!("../data/fees.toml");
/// The items completed from the statutes; what had to be invented is marked in the file.
pub const ITEMS: &str = include_str!("../data/items.toml");
