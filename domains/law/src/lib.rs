//! 法。 Statutes as texts and as an index of facts, citations that must resolve, and what an article carries.
//!
//! Reads no files and no clock: whoever calls it opens the folder of texts.

pub mod check;
pub mod shelf;
pub mod text;
pub mod touch;

pub use check::Cited;
pub use shelf::{Shelf, Standing};
