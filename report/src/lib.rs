//! 文书与报告。 Official documents, QR codes and the annual rule-of-law report.
//!
//! Plain structs in, bytes out. Nothing here reads a clock, a database or another crate of the
//! workspace, so the same input gives the same bytes: a document can be printed again years later
//! and compared with its digest in the ledger.
//!
//! - [`notice`] prints the documents of a case (收件凭证, 受理通知书, 不予许可决定书 …) as PDF.
//! - [`guide`] prints what the public is told of one item (办事指南), short and full.
//! - [`annual`] prints the yearly report as PDF, DOCX, HTML and JSON.
//! - [`bulletin`] prints a day's, week's or month's bulletin with charts as PDF and DOCX.
//! - [`structure`] is the catalogue of what that report must contain (RPT-04).
//! - [`qr`] draws an address as an SVG QR code.

pub mod annual;
pub mod bulletin;
pub mod guide;
pub mod notice;
pub mod qr;
pub mod seal;
pub mod structure;

mod docx;
mod error;
mod fonts;
mod html;
mod typeset;
mod wording;

pub use error::RenderError;
pub use fonts::ready as fonts_ready;
pub use seal::{NoSeals, SealCommand, Seals, TestSeals, sealed_pdf};
pub use wording::{CivilDate, about};
