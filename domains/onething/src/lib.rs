//! 高效办成一件事。 Several items of several departments that a citizen sees as one: one notice, one form, one set of
//! materials, one window or net.
//!
//! A [`Theme`] says as data which items belong together and in what order; a [`Joint`] is one application under one
//! version of it. Each item keeps its own case in the service domain: the joint case plans them, hears of their
//! progress and delivers the results together. It counts once; its children count for their items.
//! Law: 行政许可法 26, 42, 45; 优化营商环境条例 35, 36, 37; the rules stand in [`rules`].

pub mod acts;
pub mod check;
pub mod child;
mod decide;
pub mod definition;
mod form;
pub mod graph;
pub mod joint;
pub mod load;
mod published;
mod report;
pub mod rules;
pub mod situation;
#[cfg(test)]
mod spec;
pub mod theme;
mod time;

pub use acts::{Act as JointAct, Fact as JointFact};
pub use check::{Finding, check};
pub use child::{Child, Step};
pub use definition::Definition;
pub use form::CORE;
pub use joint::Joint;
pub use load::{Unreadable, read};
pub use theme::{Act as ThemeAct, Fact as ThemeFact, Theme};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");

/// 示例主题。 File name and text; what had to be invented is marked in each.
pub const THEMES: [(&str, &str); 10] = [
    ("company-opening.toml", include_str!("../data/themes/company-opening.toml")),
    ("restaurant-opening.toml", include_str!("../data/themes/restaurant-opening.toml")),
    ("newborn.toml", include_str!("../data/themes/newborn.toml")),
    ("company-closing.toml", include_str!("../data/themes/company-closing.toml")),
    ("retirement.toml", include_str!("../data/themes/retirement.toml")),
    ("utilities.toml", include_str!("../data/themes/utilities.toml")),
    ("enrolment.toml", include_str!("../data/themes/enrolment.toml")),
    ("real-estate.toml", include_str!("../data/themes/real-estate.toml")),
    ("construction.toml", include_str!("../data/themes/construction.toml")),
    ("last-affairs.toml", include_str!("../data/themes/last-affairs.toml")),
];
