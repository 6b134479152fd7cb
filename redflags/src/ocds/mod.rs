//! 公开合同数据 OCDS 1.1 with its bid extension: our tenders out, anybody's releases in.

mod export;
mod import;

pub use export::{Export, Package, compiled, package, records};
pub use import::{Imported, Note, Options, import};
