//! 内核。 The words every part of Fadu speaks: matter, act, fact, refusal, rule, basis, clock, calendar.
//!
//! The kernel knows no database, no HTTP, no async, no clock and no randomness. Whatever a decision needs
//! arrives in a [`Ctx`]; whatever it leaves behind is a fact.

pub mod basis;
pub mod calendar;
pub mod clock;
pub mod codes;
pub mod counting;
pub mod ids;
pub mod instant;
pub mod matter;
pub mod money;
pub mod refusal;
pub mod rows;

pub use basis::{Basis, Rule};
pub use calendar::{Calendar, CalendarEnds, DayStatus};
pub use clock::{Clock, DaysOf, Due, Limit, Unit};
pub use ids::{MatterId, MatterKind, OrgId, PersonId, Region};
pub use matter::{ActKind, Actor, Catalogue, Ctx, Docket, Ground, Matter, Moment, Role, Sealed, Stamp, Task};
pub use money::{Fen, Ratio};
pub use refusal::{Help, Invalid, Refusal};
