//! 公开合同数据 OCDS 1.1 with its bid extension: our tenders out, anybody's releases in.

mod export;
mod files;
mod import;

pub use export::{BID_EXTENSION, Export, Package, compiled, is_prefix, package, records};
pub use files::releases;
pub use import::{Imported, Note, Options, import};
