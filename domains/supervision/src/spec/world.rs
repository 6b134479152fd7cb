//! 一个县的监督。 Matters in memory and acts at a civil time.

use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, DateTime, date};
use jiff::tz;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The facts of an act as they are stored.
pub type Answer = Result<String, Refusal>;

pub const ONE: MatterId = MatterId(1);
pub const CODE: &str = "91420222MA000AA10A";

pub fn digest() -> String {
    "ab".repeat(32)
}

pub fn day(month: i8, day: i8) -> Date {
    date(2025, month, day)
}

pub fn person(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

pub fn supervisor() -> Actor {
    person("s", Role::Officer, "住建局")
}

pub fn head() -> Actor {
    person("h", Role::AgencyHead, "住建局")
}

pub fn finance() -> Actor {
    person("f", Role::Officer, "财政局")
}

pub struct World {
    matters: BTreeMap<(&'static str, MatterId), Arc<dyn Any + Send + Sync>>,
    calendar: Calendar,
}

impl Default for World {
    fn default() -> World {
        World { matters: BTreeMap::new(), calendar: Calendar::shipped() }
    }
}

impl Catalogue for World {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.matters
            .iter()
            .find(|((known, of), _)| *known == kind && *of == id)
            .map(|(_, state)| state)
    }
}

impl World {
    pub fn state<M: Matter>(&self, id: MatterId) -> M {
        self.get(M::KIND, id)
            .and_then(|state| state.downcast_ref::<M>())
            .cloned()
            .unwrap_or_default()
    }

    /// `when` is `03-03` or `03-03T09:00:00`, of 2025.
    pub fn act<M: Matter>(&mut self, id: MatterId, when: &str, actor: &Actor, act: M::Act) -> Answer {
        let clock = if when.contains('T') { String::new() } else { "T09:00:00".to_owned() };
        let at: DateTime = format!("2025-{when}{clock}").parse().unwrap();
        let ms = tz::offset(8).to_timestamp(at).unwrap().as_millisecond();
        let mut state: M = self.state(id);
        let sealed = Sealed::new();
        let moment = Moment { ms, today: at.date() };
        let ctx = Ctx {
            region: Region(420222),
            moment,
            actor,
            matter: id,
            calendar: &self.calendar,
            catalogue: self,
            sealed: &sealed,
        };
        let facts = state.decide(&act, &ctx)?;
        let (person, org) = (actor.person.clone(), actor.org.clone());
        let stamp = Stamp { day: moment.today, ms, person, role: actor.role, org };
        facts.iter().for_each(|fact| state.evolve(fact, &stamp));
        // What is kept is what is read back.
        let text = serde_json::to_string(&state).unwrap();
        let kept: M = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), text, "a state survives storage");
        let _ = kept.docket(&self.calendar);
        self.matters.insert((M::KIND, id), Arc::new(kept));
        Ok(serde_json::to_string(&facts).unwrap())
    }

    /// What time does on this day.
    pub fn sweep<M: Matter>(&mut self, id: MatterId, when: &str) -> Answer {
        let at: Date = format!("2025-{when}").parse().unwrap();
        let due = self.state::<M>(id).due_acts(at, &self.calendar).into_iter().next();
        match due {
            Some(act) => self.act::<M>(id, when, &Actor::clock(), act),
            None => Ok("[]".to_owned()),
        }
    }
}
