//! 规则总表。 Every rule that some `decide` may refuse by.

use fadu_kernel::{Matter, Rule};

pub fn built() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = fadu_service::Case::rules().to_vec();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules
}
