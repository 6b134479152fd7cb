//! 规则总表。 Every rule that some `decide` may refuse by.

use fadu_kernel::{Matter, Rule};

pub fn built() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = [fadu_service::Case::rules(), fadu_law::Power::rules()].concat();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules
}

/// The rule of this id, also that of the authority, which no domain declares.
pub fn find(id: &str) -> Option<&'static Rule> {
    built().into_iter().chain([&crate::act::NO_POWER]).find(|rule| rule.id == id)
}

const BOOK: &str = include_str!("../data/rulebook.tsv");

/// Every id of the rule book, built or not.
pub fn book() -> impl Iterator<Item = &'static str> {
    BOOK.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_names_every_rule_once() {
        let mut ids: Vec<&str> = book().collect();
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((n, ids.len()), (415, 415));
    }
}
