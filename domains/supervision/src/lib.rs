//! 公共资源交易监督。 A domain apart from trading, in a store of its own under keys of its own (实施条例 5): what is
//! received from the trading venue, alerts and what became of each, hand-overs with receipt, credit records, look-back
//! campaigns over past projects.
//!
//! Red flags are computed elsewhere and come as data ([`parts::Finding`]): rule, outcome, evidence, missing fields. Here
//! somebody hears the explanation and disposes of them.

/// The name of an act or a fact is the name of its variant.
macro_rules! name_of {
    ($value:expr, $kind:ident: $($variant:ident)*) => {
        match $value {
            $($kind::$variant { .. } => stringify!($variant),)*
        }
    };
}

pub mod alert;
pub mod campaign;
pub mod credit;
pub mod deadline;
pub mod duties;
pub mod handover;
pub mod lookback;
pub mod parameters;
pub mod parts;
pub mod penalty;
pub mod review;
pub mod rules;
#[cfg(test)]
mod spec;
pub mod texts;
pub mod venue;

pub use alert::Alert;
pub use campaign::Campaign;
pub use credit::Credit;
pub use deadline::Deadline;
pub use duties::DutyList;
pub use handover::HandOver;
pub use penalty::Penalty;
pub use review::Review;
pub use venue::Venue;

use fadu_kernel::calendar::offset;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Ground, Help, Limit, MatterId, OrgId, Refusal, Role, Rule, Task,
};
use jiff::civil::Date;

/// The rows of its specification, as its tests run them.
pub const ROWS: &str = include_str!("../rows.tsv");
/// The figures this domain declares.
pub const FIGURES: &str = include_str!("../figures.toml");

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

/// What time records is recorded by time.
pub(crate) fn only_clock(ctx: &Ctx) -> Result<(), Refusal> {
    need(ctx.actor.role == Role::Clock, &rules::CLOCK_ONLY, || "这一步由系统时钟或者系统联动记录".to_owned())
}

/// A judgement is a person's.
pub(crate) fn only_person(ctx: &Ctx, rule: &'static Rule) -> Result<(), Refusal> {
    need(ctx.actor.role != Role::Clock, rule, || "处理结果由人作出，系统不能代替".to_owned())
}

/// The day and the end of the matter's own id, so that no counter is shared.
pub(crate) fn number(ctx: &Ctx) -> String {
    let day = ctx.today();
    format!("{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &ctx.matter.to_string()[5..])
}

/// Whether today is within the limit that runs from `from`; `None` while the calendar does not reach so far.
pub(crate) fn in_time(limit: Limit, from: Date, ctx: &Ctx) -> Option<bool> {
    limit.end(from, ctx.calendar).ok().map(|last| ctx.today() <= last)
}

/// A SHA-256 in hexadecimal.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The id of what is known by its names: the same on every machine.
pub(crate) fn named(kind: &str, names: &[&str]) -> MatterId {
    use sha2::{Digest, Sha256};
    let mut text = kind.to_owned();
    for name in names {
        text.push('\0');
        text.push_str(name.trim());
    }
    let digest = Sha256::digest(text);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    MatterId::named(first)
}

pub(crate) fn task(name: impl Into<String>, role: Role, org: &OrgId, due: Option<Date>) -> Task {
    Task { name: name.into(), role, org: org.clone(), due }
}

/// Acts on the first sweep after `last`.
pub(crate) fn clock_task(name: &str, last: Date) -> Task {
    task(name, Role::Clock, &OrgId::new("system"), Some(offset(last, 1)))
}

pub(crate) fn last_day(limit: Limit, from: Date, calendar: &Calendar) -> Option<Date> {
    limit.end(from, calendar).ok()
}

pub(crate) const fn act(name: &'static str, zh: &'static str, basis: &'static [Basis]) -> ActKind {
    ActKind { name, zh, ground: Ground::Law(basis), opens: false }
}

pub(crate) const fn opening(name: &'static str, zh: &'static str, basis: &'static [Basis]) -> ActKind {
    ActKind { name, zh, ground: Ground::Law(basis), opens: true }
}
