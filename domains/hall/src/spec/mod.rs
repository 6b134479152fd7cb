//! 规格表。 One row, one rule; both sides of every edge; what a row needs stands in the row.

mod calling;
mod evaluating;
mod figures;
mod register;
mod sampling;
mod stuck;
mod ticketing;

use crate::baseline::Baseline;
use crate::clerk::{self, Clerk};
use crate::entry::Entry;
use crate::hall::{self, Channel, Hall, Hours, Kiosk, Place, Takes, Window, WindowKind};
use crate::mechanism::{self, Definition, Mechanism, Trigger};
use crate::parameter::{self, Name, Parameter};
use crate::record::{self, Kind, Paper, Record};
use crate::roster::{self, Roster, Shift};
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp, calendar::days_between,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Month and day of 2025, hour and minute in the hall.
type When = (i8, i8, u8, u8);
/// Each row with the kind it is about, and how it ended.
type Told = Vec<(String, Outcome)>;
/// Role, account and body.
type Who = (Role, &'static str, &'static str);
type Step<M> = (When, Who, <M as Matter>::Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
type Row<M> = (&'static str, Vec<Step<M>>, Step<M>, Option<&'static str>);

const MANAGER: Who = (Role::CatalogueManager, "manager", "bureau");
const CLERK: Who = (Role::WindowClerk, "wang", "bureau");
const OTHER_CLERK: Who = (Role::WindowClerk, "li", "bureau");
const DESK: Who = (Role::WindowClerk, "kiosk-1", "bureau");
const CITIZEN: Who = (Role::Citizen, "citizen", "");
const OFFICER: Who = (Role::Officer, "officer", "housing");
const HEAD: Who = (Role::AgencyHead, "head", "housing");
const CLOCK: Who = (Role::Clock, "clock", "system");

/// What is in force: the catalogue as it would lie in memory.
#[derive(Default)]
struct World {
    shelf: BTreeMap<(&'static str, MatterId), Arc<dyn Any + Send + Sync>>,
    /// Every fact that any act left behind, as the ledger would keep it: kind, name, data.
    facts: Vec<(&'static str, &'static str, serde_json::Value)>,
}

impl Catalogue for World {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.shelf
            .iter()
            .find(|((held, at), _)| *held == kind && *at == id)
            .map(|(_, state)| state)
    }
}

fn day((month, day, _, _): When) -> Date {
    date(2025, month, day)
}

/// Asia/Shanghai is eight hours ahead.
fn ms(when: When) -> i64 {
    let days = days_between(date(1970, 1, 1), day(when));
    (days * 1440 + i64::from(when.2) * 60 + i64::from(when.3) - 480) * 60_000
}

impl World {
    fn act<M: Matter>(
        &mut self,
        state: &mut M,
        id: MatterId,
        (when, who, act): Step<M>,
    ) -> Result<Vec<M::Fact>, Refusal> {
        self.act_at(state, id, ms(when), day(when), who, &act)
    }

    fn act_at<M: Matter>(
        &mut self,
        state: &mut M,
        id: MatterId,
        ms: i64,
        today: Date,
        (role, person, org): Who,
        act: &M::Act,
    ) -> Result<Vec<M::Fact>, Refusal> {
        M::check(act, &BTreeMap::new()).unwrap_or_else(|wrong| panic!("the form is wrong: {wrong:?}"));
        let actor = Actor { person: PersonId::new(person), role, org: OrgId::new(org) };
        let calendar = Calendar::shipped();
        let sealed = Sealed::from([("applicant_name".to_owned(), "digest".to_owned())]);
        let ctx = Ctx {
            region: Region(429_997),
            moment: Moment { ms, today },
            actor: &actor,
            matter: id,
            calendar: &calendar,
            catalogue: self,
            sealed: &sealed,
        };
        let facts = state.decide(act, &ctx)?;
        let stamp = Stamp { day: today, ms, person: actor.person.clone(), role, org: actor.org.clone() };
        for fact in &facts {
            state.evolve(fact, &stamp);
            let data = serde_json::to_value(fact).unwrap();
            let inner = data.as_object().and_then(|object| object.values().next()).cloned();
            self.facts.push((M::KIND, M::fact_name(fact), inner.unwrap_or_default()));
        }
        // Every state is read back from the store before the next act.
        let text = serde_json::to_string(state).unwrap();
        *state = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(state).unwrap(), text);
        Ok(facts)
    }

    /// Performs acts on a catalogue matter and puts it on the shelf.
    fn stand<M: Matter>(&mut self, id: MatterId, steps: Vec<Step<M>>) {
        let mut state = M::default();
        for step in steps {
            self.act(&mut state, id, step)
                .unwrap_or_else(|refusal| panic!("{} could not be set up: {refusal}", M::KIND));
        }
        self.shelf.insert((M::KIND, id), Arc::new(state));
    }

    fn run<M: Matter>(&mut self, id: MatterId, rows: Vec<Row<M>>) -> Told {
        let mut told = Vec::new();
        for (name, given, last, expected) in rows {
            let mut state = M::default();
            for step in given {
                self.act(&mut state, id, step)
                    .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
            }
            let answer = self.act(&mut state, id, last).err().map(|refusal| refusal.rule.id);
            assert_eq!(answer, expected, "{name}");
            told.push((
                format!("{}: {name}", M::KIND),
                if expected.is_some() { Outcome::Refused } else { Outcome::Passes },
            ));
        }
        told
    }
}

fn window(number: &str, zone: &str, takes: Takes, accessible: bool) -> Window {
    let kind = match takes {
        Takes::All => WindowKind::Comprehensive,
        Takes::Items(_) => WindowKind::Specialised,
    };
    Window {
        number: number.into(),
        zone: zone.into(),
        kind,
        takes,
        accessible,
        device: format!("device-{number}"),
    }
}

fn codes(list: &[&str]) -> Takes {
    Takes::Items(list.iter().map(|code| (*code).to_owned()).collect())
}

fn channels() -> BTreeSet<Channel> {
    [Channel::Door, Channel::Kiosk, Channel::Appointment].into()
}

fn open_hall() -> hall::Act {
    hall::Act::Open {
        number: "H1".into(),
        name: "模拟市民之家".into(),
        place: Place::County,
        township: String::new(),
        channels: channels(),
    }
}

/// Nine to five, two places each half hour: half past nine has the third and the fourth number.
fn hours(first: u32) -> Hours {
    let (from, until, every) = (NINE, FIVE, 30);
    Hours {
        from, until, every, places: 2, days_ahead: 10, first, source: "大厅公告〔2025〕1号".into()
    }
}

fn hall_steps() -> Vec<Step<Hall>> {
    let zone = |letter: &str, name: &str| hall::Act::DrawZone { letter: letter.into(), name: name.into() };
    let acts = [
        open_hall(),
        zone("A", "综合区"),
        zone("B", "社保区"),
        hall::Act::PlaceWindow { window: window("1", "A", Takes::All, true) },
        hall::Act::PlaceWindow { window: window("2", "B", codes(&["pension"]), false) },
        hall::Act::PlaceKiosk { kiosk: Kiosk { number: "K1".into(), first: 501, last: 600 } },
        hall::Act::SetHours { hours: hours(6001) },
    ];
    acts.into_iter().map(|act| ((3, 3, 8, 0), MANAGER, act)).collect()
}

fn paper(kind: Kind, number: &str) -> Paper {
    Paper {
        kind,
        number: number.into(),
        title: format!("{}{number}", kind.zh()),
        by: "模拟单位".into(),
        from: date(2025, 1, 1),
        until: (kind == Kind::ServiceContract).then(|| date(2025, 12, 31)),
        digest: "ab".repeat(32),
        people: if kind == Kind::Visit { 12 } else { 0 },
    }
}

fn definition() -> Definition {
    Definition {
        triggers: [Trigger::Question, Trigger::Queue].into(),
        queue_line: 10,
        answer_minutes: 5,
        opinion_minutes: 15,
        climb_minutes: 10,
        source: "模拟县一窗通办管理规范（演示）".into(),
        demonstration: true,
    }
}

fn adopt_limit(name: Name, days: u16) -> parameter::Act {
    let value = parameter::Value {
        days,
        working: true,
        source: "某市办法的示例值（演示）".into(),
        demonstration: true,
    };
    parameter::Act::Adopt { name, value, from: date(2025, 3, 3) }
}

fn join(person: &str) -> clerk::Act {
    clerk::Act::Join {
        person: PersonId::new(person),
        place: Place::County,
        township: String::new(),
        contract: "C1".into(),
    }
}

fn shift(window: &str, person: &str, from: u16, until: u16) -> Shift {
    Shift { window: window.into(), person: PersonId::new(person), from, until }
}

fn post(day: Date, shifts: Vec<Shift>) -> roster::Act {
    roster::Act::Post { hall: "H1".into(), day, shifts }
}

const NINE: u16 = 540;
const FIVE: u16 = 1020;

/// A hall with two staffed windows, a definition and its limits. Monday 3 March 2025.
fn world() -> World {
    let mut world = World::default();
    let morning = |act| ((3, 3, 8, 0), MANAGER, act);
    world.stand::<Hall>(Hall::id("H1"), hall_steps());
    let contract = paper(Kind::ServiceContract, "C1");
    world.stand::<Record>(
        Record::id(Kind::ServiceContract, "C1"),
        vec![morning_of(record::Act::Enter { paper: contract })],
    );
    for person in ["wang", "li"] {
        world.stand::<Clerk>(Clerk::id(&PersonId::new(person)), vec![((3, 3, 8, 0), MANAGER, join(person))]);
    }
    let shifts = vec![shift("1", "wang", NINE, FIVE), shift("2", "li", NINE, FIVE)];
    world.stand::<Roster>(Roster::id("H1"), vec![((3, 3, 8, 0), MANAGER, post(date(2025, 3, 3), shifts))]);
    world.stand::<Mechanism>(
        Mechanism::id(),
        vec![(
            (3, 3, 8, 0),
            MANAGER,
            mechanism::Act::Adopt { definition: definition(), from: date(2025, 3, 3) },
        )],
    );
    for (name, days) in [(Name::StuckAnswer, 5), (Name::BadCallBack, 1), (Name::BadRepair, 15)] {
        world.stand::<Parameter>(Parameter::id(name), vec![morning(adopt_limit(name, days))]);
    }
    world
}

fn morning_of(act: record::Act) -> Step<Record> {
    ((3, 3, 8, 0), MANAGER, act)
}

fn with<S>(mut steps: Vec<S>, step: S) -> Vec<S> {
    steps.push(step);
    steps
}

fn all_rows(world: &mut World) -> Told {
    let mut told = register::run(world);
    told.extend(ticketing::run(world));
    told.extend(calling::run(world));
    told.extend(stuck::run(world));
    told.extend(evaluating::run(world));
    told.extend(sampling::run(world));
    told
}

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn every_row_is_answered_as_it_says_and_the_rows_that_ship_are_these() {
    let told = all_rows(&mut world());
    let written = rows::write(told.iter().map(|(name, outcome)| (name.as_str(), *outcome)));
    for rule in crate::rules::ALL {
        let of_rule = |refused: bool| {
            let mut all = rows::read(&written);
            all.any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        assert!(of_rule(false) && of_rule(true), "{} lacks a row that passes or one that does not", rule.id);
    }
    assert_eq!(written, crate::ROWS, "rows.tsv is to say exactly this");
}

#[test]
fn every_act_has_its_ground_and_every_kind_its_name() {
    fn kind<M: Matter>(seen: &mut BTreeSet<&'static str>) {
        assert!(seen.insert(M::KIND), "{} twice", M::KIND);
        assert!(M::acts().iter().any(|act| act.opens), "{} can be opened", M::KIND);
        let names: BTreeSet<&str> = M::acts().iter().map(|act| act.name).collect();
        assert_eq!(names.len(), M::acts().len());
    }
    let mut seen = BTreeSet::new();
    kind::<Hall>(&mut seen);
    kind::<Roster>(&mut seen);
    kind::<Clerk>(&mut seen);
    kind::<Entry>(&mut seen);
    kind::<Record>(&mut seen);
    kind::<Baseline>(&mut seen);
    kind::<Mechanism>(&mut seen);
    kind::<Parameter>(&mut seen);
    kind::<crate::Ticket>(&mut seen);
    kind::<crate::Call>(&mut seen);
    kind::<crate::Stuck>(&mut seen);
    kind::<crate::Evaluation>(&mut seen);
    kind::<crate::Sampling>(&mut seen);
}
