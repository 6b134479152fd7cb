//! 规则总表。 Every rule that some `decide` may refuse by, and how each rule of the book stands.

use crate::registry::{self, KINDS, Kind, Runs};
use fadu_kernel::Rule;
use fadu_kernel::counting::COUNTING;
use fadu_kernel::rows::{self, Kept, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Where the catalogue of items meets the power list.
pub const POWER_LIST: Kept =
    Kept { rules: &[&crate::relays::LISTED_POWER], rows: include_str!("../rows.tsv") };

/// As each domain declares them: two may refuse by one rule of the book, each with the articles of its own matter. The
/// kinds of one domain share its list.
pub fn declared() -> impl Iterator<Item = &'static Rule> {
    distinct(KINDS.iter())
}

/// Those of the businesses that a county runs: what it must hold the law for.
pub fn declared_for(runs: &Runs) -> impl Iterator<Item = &'static Rule> + use<> {
    let runs = runs.clone();
    distinct(KINDS.iter().filter(move |kind| runs.kind(kind.name)))
}

fn distinct<'a>(kinds: impl Iterator<Item = &'a Kind>) -> impl Iterator<Item = &'static Rule> {
    let mut seen = BTreeSet::new();
    let rules = kinds
        .flat_map(|kind| (kind.rules)())
        .chain(COUNTING.rules)
        .chain(POWER_LIST.rules)
        .copied();
    rules.filter(move |rule| {
        seen.insert((rule.id, rule.basis.iter().map(fadu_kernel::Basis::key).collect::<Vec<_>>()))
    })
}

/// Each id once.
pub fn built() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = declared().collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules
}

/// The rule of this id, also that of the authority, which no domain declares.
pub fn find(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<BTreeMap<&str, &Rule>> = LazyLock::new(|| {
        let rules = built().into_iter().chain([&crate::act::NO_POWER]);
        rules.map(|rule| (rule.id, rule)).collect()
    });
    BY_ID.get(id).copied()
}

const BOOK: &str = include_str!("../data/rulebook.tsv");
const NOT_APPLICABLE: &str = include_str!("../data/not-applicable.tsv");

fn cells(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

/// Every id of the rule book, built or not.
pub fn book() -> impl Iterator<Item = &'static str> {
    cells(BOOK).map(|(id, _)| id)
}

/// How a rule stands in this program.
#[derive(Debug)]
pub enum Standing {
    Built(&'static Rule),
    /// With the reason.
    NotApplicable(&'static str),
    NotBuilt,
}

#[derive(Debug)]
pub struct Told {
    pub id: &'static str,
    pub standing: Standing,
    /// What the domains' specifications show of it, as their tests run it.
    pub rows: Vec<Row<'static>>,
}

/// The rules of the book and those of our own, by id; `more` are kept by parts of the house that the acts do not know.
pub fn all(more: &[Kept]) -> Vec<Told> {
    let reasons: BTreeMap<_, _> = cells(NOT_APPLICABLE).collect();
    let kept = || [COUNTING, POWER_LIST].into_iter().chain(more.iter().copied());
    let rows = registry::rows().chain(kept().map(|kept| kept.rows));
    let rows: Vec<Row<'static>> = rows.flat_map(rows::read).collect();
    let mut built = built();
    built.extend(more.iter().flat_map(|kept| kept.rules).copied());
    let ids: BTreeSet<&'static str> = book().chain(built.iter().map(|rule| rule.id)).collect();
    let told = |id: &'static str| Told {
        id,
        standing: match (built.iter().find(|rule| rule.id == id), reasons.get(id)) {
            (Some(rule), _) => Standing::Built(rule),
            (None, Some(reason)) => Standing::NotApplicable(reason),
            (None, None) => Standing::NotBuilt,
        },
        rows: rows.iter().filter(|row| row.rule == id).copied().collect(),
    };
    ids.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_names_every_rule_once() {
        let ids: BTreeSet<&str> = book().collect();
        assert_eq!((book().count(), ids.len()), (415, 415));
        assert!(cells(NOT_APPLICABLE).all(|(id, reason)| ids.contains(id) && !reason.is_empty()));
    }

    #[test]
    fn a_rule_is_built_when_both_its_sides_are_shown() {
        for rule in all(&[]) {
            let passes = rule.rows.iter().filter(|row| row.outcome == rows::Outcome::Passes).count();
            let shown = passes > 0 && passes < rule.rows.len();
            assert_eq!(shown, matches!(rule.standing, Standing::Built(_)), "{rule:?}");
        }
    }
}
