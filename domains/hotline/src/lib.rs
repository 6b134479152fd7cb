//! 12345热线。 One number, one clock: requests are taken, answered or dispatched, called back and counted.
//!
//! An [`Order`] is one request; [`Knowledge`] is what an agent answers from; the [`Desk`] is the register that says
//! which lines were merged, who is competent and which limits hold; [`Calls`] counts the telephone by the hour; a
//! [`Lead`] is sealed. Beside the matters stand plain functions on numbers: likeness, bursts, the load of tomorrow.

pub mod addresses;
pub mod burst;
pub mod calls;
pub mod categories;
pub mod desk;
pub mod disclosure;
pub mod forecast;
pub mod hints;
pub mod import;
pub mod knowledge;
pub mod lead;
pub mod near;
pub mod open311;
pub mod order;
pub mod petition;
pub mod place;
pub mod rules;
pub mod telephony;
pub mod words;

#[cfg(test)]
mod tests;

pub use calls::{Act as CallsAct, Calls, Fact as CallsFact};
pub use desk::{Act as DeskAct, Desk, Fact as DeskFact};
pub use disclosure::{Act as DisclosureAct, Disclosure, Fact as DisclosureFact};
pub use knowledge::{Act as KnowledgeAct, Fact as KnowledgeFact, Knowledge};
pub use lead::{Act as LeadAct, Fact as LeadFact, Lead};
pub use order::{Act as OrderAct, Fact as OrderFact, Intake, Order};
pub use petition::{Act as PetitionAct, Fact as PetitionFact, Petition};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
