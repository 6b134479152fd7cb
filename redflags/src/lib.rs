//! 风险提示。 Red flags over tenders. It reads facts and files and decides nothing: a flag is a signal with its evidence,
//! a right to explain and a decision by people. The committee rejects a bid, on the grounds of 实施条例 51; no flag does.
//!
//! [`compat`] gives the same answers as Cardinal, so that a county can be compared with others.

pub mod compat;
