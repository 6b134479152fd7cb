//! 规格表。 One row, one rule; dates on both sides of every edge; the rule stands in brackets at the row's end.

mod alerts;
mod campaigns;
mod handovers;
mod penalties;
mod records;
mod world;

use fadu_kernel::rows::{self, Outcome};
use world::{Answer, World};

/// How the last act of a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Passes,
    /// Done, and the fact says that a limit was not kept or that somebody is to look.
    Noted,
    Refused(&'static str),
}

type Row = (&'static str, Ends, fn(&mut World) -> Answer);

fn tables() -> Vec<Row> {
    [alerts::rows(), handovers::rows(), records::rows(), campaigns::rows(), penalties::rows()].concat()
}

fn end(answer: Answer) -> Result<Ends, String> {
    match answer {
        Err(refusal) => Ok(Ends::Refused(refusal.rule.id)),
        Ok(facts) if facts.contains("\"in_time\":false") || facts.contains("\"noted\":true") => {
            Ok(Ends::Noted)
        }
        Ok(facts) if facts == "[]" => Err("no fact".to_owned()),
        Ok(_) => Ok(Ends::Passes),
    }
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    let mut wrong = Vec::new();
    for (name, expected, run) in tables() {
        let answer = run(&mut World::default());
        let said = answer.as_ref().err().map(ToString::to_string);
        let found = end(answer);
        if found != Ok(expected) {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?} {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn the_rows_that_ship_are_these() {
    let outcome = |ends| match ends {
        Ends::Passes => Outcome::Passes,
        Ends::Noted => Outcome::Noted,
        Ends::Refused(_) => Outcome::Refused,
    };
    let found = rows::write(tables().into_iter().map(|(name, ends, _)| (name, outcome(ends))));
    let mut lacking = Vec::new();
    for rule in crate::rules::ALL {
        let of_rule = |refused: bool| {
            rows::read(&found).any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        if !of_rule(false) || !of_rule(true) {
            lacking.push(rule.id);
        }
    }
    assert!(lacking.is_empty(), "without a row that passes or one that does not: {lacking:?}");
    for (name, ends, _) in tables() {
        if let Ends::Refused(id) = ends {
            assert!(name.contains(id), "“{name}” is refused by {id} and does not say so");
        }
    }
    assert_eq!(found, crate::ROWS, "rows.tsv is to say exactly this");
}
