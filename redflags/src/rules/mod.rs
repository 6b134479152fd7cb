//! 规则表。 Every rule, in the order of a tender's life.

mod after;
mod bids;
mod committee;
mod market;
mod marks;

use crate::rule::Rule;
use fadu_kernel::Basis;
use jiff::civil::{Date, date};

pub fn all() -> impl Iterator<Item = &'static Rule> {
    [bids::RULES, marks::RULES, market::RULES, committee::RULES, after::RULES]
        .into_iter()
        .flatten()
}

pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// 招标投标法 68, 实施条例 84, 采购法实施条例 79: the days from which they hold. What later amendments left unchanged holds from then.
const LAW: Option<Date> = Some(date(2000, 1, 1));
const REGULATION: Option<Date> = Some(date(2012, 2, 1));
const PROCUREMENT_REGULATION: Option<Date> = Some(date(2015, 3, 1));

const fn tl(article: u16) -> Basis {
    Basis::article("招标投标法", article)
}

const fn tr(article: u16) -> Basis {
    Basis::article("招标投标法实施条例", article)
}

/// 视为串通: one item of 实施条例 40.
const fn deemed(item: u16) -> Basis {
    Basis::item("招标投标法实施条例", 40, 1, item)
}

/// 演示参数。 No text gives these numbers; a county sets them.
pub mod parameters {
    /// Successive differences of prices this even are a pattern: their deviation over their mean.
    pub const EVEN: f64 = 0.02;
    /// Bids from one address this close in time count as one sitting.
    pub const WINDOW_MS: i64 = 60 * 60 * 1000;
    /// So far below a threshold, in percent of it, is just under it.
    pub const JUST_UNDER_PERCENT: i64 = 10;
    /// Deviations from the median at which a score stands out.
    pub const OUTLYING: i64 = 3;
    /// Changes beyond this share of the contract, in percent (采购法 49 gives it for procurement).
    pub const CHANGES_PERCENT: i64 = 10;
    /// Experts who decline, in percent of those asked.
    pub const DECLINED_PERCENT: i64 = 50;
}

/// `4,350,000.00元`
pub(crate) fn yuan(fen: i64) -> String {
    let plain = fadu_kernel::Fen(fen.saturating_abs()).to_string();
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
    let first = whole.len() % 3;
    let (head, rest) = whole.split_at(first);
    let groups = rest
        .as_bytes()
        .chunks(3)
        .map(|group| String::from_utf8_lossy(group).into_owned());
    let groups: Vec<String> = (!head.is_empty()).then(|| head.to_owned()).into_iter().chain(groups).collect();
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{cents}元", groups.join(","))
}

pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole == 0 { "—".to_owned() } else { format!("{:.2}%", part as f64 / whole as f64 * 100.0) }
}

#[cfg(test)]
mod tests;
