//! 规格表。 One row, one rule; both sides of every edge; what a row needs stands in the row.

mod answering;
mod exempting;
mod licensing;
mod listing;

use crate::limit::{self, Limits, Name};
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::date;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Month and day of 2025.
type When = (i8, i8);
/// Each row and how it ended.
type Told = Vec<(String, Outcome)>;
/// Role, account and body.
type Who = (Role, &'static str, &'static str);
type Step<M> = (When, Who, <M as Matter>::Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
type Row<M> = (&'static str, Vec<Step<M>>, Step<M>, Option<&'static str>);

const MANAGER: Who = (Role::CatalogueManager, "manager", "bureau");
const CITIZEN: Who = (Role::Citizen, "citizen", "public");
const OFFICER: Who = (Role::Officer, "officer", "market");
const HEAD: Who = (Role::AgencyHead, "head", "market");
const OTHER: Who = (Role::Officer, "other", "police");
const CLOCK: Who = (Role::Clock, "relay", "system");

const CASE: MatterId = MatterId(7);

/// What is in force: the catalogue as it would lie in memory.
#[derive(Default)]
struct World {
    shelf: BTreeMap<(&'static str, MatterId), Arc<dyn Any + Send + Sync>>,
}

impl Catalogue for World {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.shelf
            .iter()
            .find(|((held, at), _)| *held == kind && *at == id)
            .map(|(_, state)| state)
    }
}

impl World {
    /// With both limits of the shipped demonstration: 3 working days to answer, 20 to verify.
    fn with_limits() -> World {
        let mut world = World::default();
        let shipped = crate::demonstration::Demonstration::read(crate::DEMONSTRATION).unwrap();
        for limit in shipped.limit {
            let (name, value) = (limit.name, limit.value);
            let adopt = limit::Act::Adopt { name, value, from: date(2025, 1, 2) };
            let mut state = Limits::default();
            world.act(&mut state, Limits::id(name), ((1, 2), MANAGER, adopt)).unwrap();
            world.shelf.insert((Limits::KIND, Limits::id(name)), Arc::new(state));
        }
        world
    }

    fn act<M: Matter>(
        &self,
        state: &mut M,
        id: MatterId,
        ((month, day), (role, person, org), act): Step<M>,
    ) -> Result<Vec<M::Fact>, Refusal> {
        M::check(&act, &BTreeMap::new()).unwrap_or_else(|wrong| panic!("the form is wrong: {wrong:?}"));
        let actor = Actor { person: PersonId::new(person), role, org: OrgId::new(org) };
        let calendar = Calendar::shipped();
        let sealed = Sealed::from([("applicant_name".to_owned(), "digest".to_owned())]);
        let today = date(2025, month, day);
        let ctx = Ctx {
            region: Region(429_997),
            moment: Moment { ms: 0, today },
            actor: &actor,
            matter: id,
            calendar: &calendar,
            catalogue: self,
            sealed: &sealed,
        };
        let facts = state.decide(&act, &ctx)?;
        let stamp = Stamp { day: today, ms: 0, person: actor.person.clone(), role, org: actor.org.clone() };
        facts.iter().for_each(|fact| state.evolve(fact, &stamp));
        // Every state is read back from the store before the next act.
        let text = serde_json::to_string(state).unwrap();
        *state = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(state).unwrap(), text);
        Ok(facts)
    }

    fn story<M: Matter>(&self, id: MatterId, steps: Vec<Step<M>>) -> M {
        let mut state = M::default();
        for step in steps {
            self.act(&mut state, id, step)
                .unwrap_or_else(|refusal| panic!("{} was refused: {refusal}", M::KIND));
        }
        state
    }

    fn run<M: Matter>(&self, id: MatterId, rows: Vec<Row<M>>) -> Told {
        let told = |(name, given, last, expected): Row<M>| {
            let mut state = M::default();
            for step in given {
                self.act(&mut state, id, step)
                    .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
            }
            let answer = self.act(&mut state, id, last).err().map(|refusal| refusal.rule.id);
            assert_eq!(answer, expected, "{name}");
            let outcome = if expected.is_some() { Outcome::Refused } else { Outcome::Passes };
            (name.to_owned(), outcome)
        };
        rows.into_iter().map(told).collect()
    }
}

fn then<S>(mut steps: Vec<S>, step: S) -> Vec<S> {
    steps.push(step);
    steps
}

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn the_rows_that_ship_are_these() {
    let told: Told = [listing::rows(), licensing::rows(), exempting::rows()].concat();
    let told: Vec<(&str, Outcome)> = told.iter().map(|(name, outcome)| (name.as_str(), *outcome)).collect();
    assert_eq!(rows::write(told), crate::ROWS, "rows.tsv is to say exactly this");
    for rule in crate::rules::ALL {
        let of_rule = |refused: bool| {
            let mut all = rows::read(crate::ROWS);
            all.any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        assert!(of_rule(false) && of_rule(true), "{} lacks a row that passes or one that does not", rule.id);
    }
}

#[test]
fn a_real_county_lacks_what_is_only_demonstrated() {
    let world = World::with_limits();
    assert_eq!(Limits::lacking(&world, date(2025, 3, 3)), Name::ALL, "演示 is no value");
    assert_eq!(Limits::lacking(&World::default(), date(2025, 3, 3)), Name::ALL);
}
