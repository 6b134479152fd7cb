//! 法规文本。 Statute texts: reading them, citing them, and seeing what an amendment moved.
//!
//! A text comes in as a file name and its content and goes out as a [`Statute`]: divisions
//! (编、章、节), articles (条), paragraphs (款), items (项) and points (目). Everything in this
//! module is a pure function of its arguments; whoever calls it opens the files.
//!
//! | file | noun |
//! |---|---|
//! | `numerals` | Chinese numerals as statutes write them |
//! | `normalise` | what counts as the same text |
//! | `statute` | the shape of a text that was read |
//! | `parse` | from file to shape, with findings instead of guesses |
//! | `citation` | 《行政许可法》第四十二条第一款第三项 and `行政许可法#42.1.3` |
//! | `impact` | which articles a new version moved, amended, added or removed |
//!
//! Two things a text cannot tell, and this module therefore does not claim: whether the version is
//! still in force (nothing in a text says that a later one replaced it), and when an *amended*
//! version began (its last article goes on stating the first entry into force). Both belong to the
//! county's own table of validity.

pub mod citation;
pub mod impact;
pub mod normalise;
pub mod numerals;
pub mod parse;
pub mod statute;

pub use citation::{Citation, CitationError, Cited, Unresolved};
pub use impact::{ArticleChange, compare};
pub use parse::{Unreadable, parse};
pub use statute::{Article, ArticleNo, Division, Finding, HistoryLine, Item, Paragraph, Point, Statute};
