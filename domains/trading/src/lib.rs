//! 公共资源交易。 Tenders from registration to archive, sealed bids, verifiable draws, complaints and random inspections.
//!
//! A [`Project`] is one tender, [`Bid`] one sealed envelope, [`Draw`] one verifiable draw, [`Complaint`] one complaint,
//! [`Inspection`] one round of random inspection, [`Library`] the library that experts are drawn from. Law: 招标投标法 and its 实施条例, 政府采购法 and its 实施条例; the rules
//! stand in [`rules`].

/// The name of an act or a fact is the name of its variant.
macro_rules! name_of {
    ($value:expr, $kind:ident: $($variant:ident)*) => {
        match $value {
            $($kind::$variant { .. } => stringify!($variant),)*
        }
    };
}

pub mod bid;
pub mod complaint;
pub mod draw;
pub mod inspection;
pub mod letter;
pub mod library;
pub mod parameters;
pub mod project;
pub mod regime;
pub mod rules;
pub mod setting;
#[cfg(test)]
mod spec;
pub mod terms;
pub mod time;

pub use bid::Bid;
pub use complaint::Complaint;
pub use draw::Draw;
pub use inspection::Inspection;
pub use library::Library;
pub use project::Project;
pub use setting::Setting;

use fadu_kernel::{ActKind, Basis, Ctx, Ground, Help, Refusal, Role, Rule};

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");
/// The public record of a draw, computed by the shell recipe: what a reader may check the program by.
pub const DRAW_EXAMPLE: &str = include_str!("../data/draw-example.json");
/// 手工重算的办法, as it stands beside every draw.
pub const DRAW_RECIPE: &str = include_str!("../data/draw-recipe.sh");

pub(crate) fn no<T>(rule: &'static Rule, help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, help, because))
}

/// Refuses by `rule` unless it holds.
pub(crate) fn need(
    holds: bool,
    rule: &'static Rule,
    because: impl FnOnce() -> String,
) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(rule, Help::Officer, because())) }
}

/// Time, or a relay of what another matter's fact asks.
pub(crate) fn only_clock(ctx: &Ctx) -> Result<(), Refusal> {
    need(ctx.actor.role == Role::Clock, &rules::CLOCK_ONLY, || "这一步由系统时钟或者系统联动记录".to_owned())
}

/// The day and the end of the matter's own id, so that no counter is shared.
pub(crate) fn number(ctx: &Ctx) -> String {
    let day = ctx.today();
    format!("{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &ctx.matter.to_string()[5..])
}

pub(crate) const fn act(name: &'static str, zh: &'static str, basis: &'static [Basis]) -> ActKind {
    ActKind { name, zh, ground: Ground::Law(basis), opens: false }
}

pub(crate) const fn opening(name: &'static str, zh: &'static str, basis: &'static [Basis]) -> ActKind {
    ActKind { name, zh, ground: Ground::Law(basis), opens: true }
}
