//! 风险提示。 Red flags over tenders. It reads facts and files and decides nothing: a flag is a signal with its evidence,
//! a right to explain and a decision by people. The committee rejects a bid, on the grounds of 实施条例 51; no flag does.
//!
//! [`compat`] gives the same answers as Cardinal, so that a county can be compared with others.

pub mod compat;
pub mod graph;
pub mod ledger;
pub mod market;
pub mod ocds;
pub mod report;
pub mod rule;
pub mod rules;
pub mod similar;
pub mod tender;

use market::Market;
use rule::{Outcome, Rule, Seen};

/// Every rule that applies to a tender, with its outcome, in the order of the table.
pub fn look<'m>(
    market: &'m Market<'m>,
    tender: &'m tender::Tender,
    today: jiff::civil::Date,
) -> impl Iterator<Item = (&'static Rule, Outcome)> + 'm {
    rules::all().filter_map(move |rule| Some((rule, rule.run(&Seen { tender, market, today })?)))
}
