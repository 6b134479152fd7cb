//! 规格。 The tables that a lawyer can check, the properties that no history may break, and the figures run over facts.

mod acts;
mod closing_table;
mod disclosures;
mod dispatch_table;
mod figures;
mod history;
mod orders;
mod petitions;
mod registers;
mod world;

use crate::{ROWS, rules};
use fadu_kernel::rows::{self, Outcome};

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn the_rows_that_ship_are_these() {
    let orders = orders::tables();
    let told = |refused: bool, word| if refused { word } else { Outcome::Passes };
    let mut all: Vec<(&str, Outcome)> = Vec::new();
    all.extend(orders.iter().map(|row| (row.0, told(row.3.is_some(), Outcome::Refused))));
    let noted = orders::noted();
    all.extend(noted.iter().map(|row| (row.0, told(!row.3, Outcome::Noted))));
    let registers = registers::outcomes();
    all.extend(
        registers
            .iter()
            .map(|(name, refused)| (*name, told(refused.is_some(), Outcome::Refused))),
    );
    let of_petitions = petitions::noted();
    all.extend(
        of_petitions
            .iter()
            .map(|(name, unmarked)| (*name, told(!unmarked, Outcome::Noted))),
    );
    assert_eq!(rows::write(all), ROWS, "rows.tsv is to say exactly this");
    for rule in rules::ALL {
        let of_rule = |refused: bool| {
            rows::read(ROWS).any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        assert!(of_rule(false) && of_rule(true), "{} lacks a row that passes or one that does not", rule.id);
    }
}
