//! 免证办。 Which proofs an item may ask for and in which way each is spared; what became of each in a case; e-licences that
//! are checked without a database; commitments that are verified later; checks between departments.
//!
//! Law: 优化营商环境条例 40, 44; 国务院关于在线政务服务的若干规定 7 to 10; 行政许可法 8, 69, 70, 78; the rules stand in [`rules`].
//! What no statute numbers (how long a department may take to answer, within how long a commitment is verified) is a
//! limit with its source, never a constant.

/// The name of the variant, exhaustively: a new variant that is not listed does not compile.
macro_rules! names {
    ($value:expr, $kind:ident: $($variant:ident),* $(,)?) => {
        match $value { $($kind::$variant { .. } => stringify!($variant)),* }
    };
}

pub mod answer;
pub mod check;
pub mod commitment;
pub mod demonstration;
pub mod exemption;
pub mod exemption_decide;
pub mod licence;
pub mod limit;
pub mod line;
pub mod mark;
pub mod proof;
pub mod rules;
#[cfg(test)]
mod spec;
pub mod statement;

pub use answer::{Answer, Lie, Question};
pub use check::{Act as CheckAct, Check, Fact as CheckFact};
pub use exemption::{Act as ExemptionAct, Exemption, Fact as ExemptionFact};
pub use licence::{Act as LicenceAct, Fact as LicenceFact, Licence};
pub use limit::Limits;
pub use line::Line;
pub use proof::{Act as ProofAct, Fact as ProofFact, Proof, Way};
pub use statement::{Revocations, Statement};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// Values for a county that does not exist: every one is marked 演示.
pub const DEMONSTRATION: &str = include_str!("../data/demonstration.toml");
