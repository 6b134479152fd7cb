//! 法。 Statutes as texts and as an index of facts, citations that must resolve, and what an article carries.
//!
//! Statutes are texts; the power and duty list ([`power`]) is a matter with acts of its own.
//! Reads no files and no clock: whoever calls it opens the folder of texts.

pub mod annual;
pub mod arrangement;
pub mod check;
pub mod power;
pub mod shelf;
pub mod text;
pub mod touch;
pub mod validity;

pub use annual::{Act as ReportAct, Report};
pub use arrangement::{Act as ArrangementAct, Arrangement};
pub use check::Cited;
pub use power::{Act as PowerAct, Power};
pub use shelf::{Shelf, Standing};
pub use validity::Validity;

/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// Those of the yearly report, which a county may leave out.
pub const REPORT_ROWS: &str = include_str!("../report-rows.tsv");
