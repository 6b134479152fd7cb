//! 一个模拟的县: its open register, one valid knowledge entry and one that ends in March, and the people who act.

use crate::desk::parameters::{Parameter, demonstration};
use crate::desk::register::{Appointment, Line, Route, Shift, Unit};
use crate::knowledge::Text;
use crate::words::{Level, Mode, Nature};
use crate::{Desk, DeskAct, Knowledge, KnowledgeAct};
use fadu_kernel::{
    Actor, Basis, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

pub const DESK: &str = "热线办";
pub const ANSWER: MatterId = MatterId(7);
/// Valid until 31 March 2025.
pub const EXPIRING: MatterId = MatterId(8);
pub const OWN: MatterId = MatterId(9);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who(pub &'static str, pub Role, pub &'static str);

pub const AGENT: Who = Who("agent", Role::WindowClerk, DESK);
pub const DISPATCHER: Who = Who("dispatcher", Role::CatalogueManager, DESK);
pub const REVIEWER: Who = Who("reviewer", Role::CatalogueManager, DESK);
pub const OFFICER: Who = Who("officer", Role::Officer, "住建局");
pub const HEAD: Who = Who("head", Role::AgencyHead, "住建局");
pub const TRAFFIC: Who = Who("traffic", Role::Officer, "交通局");
pub const CITIZEN: Who = Who("citizen", Role::Citizen, "");
pub const SUPERVISOR: Who = Who("supervisor", Role::CatalogueManager, DESK);
pub const MAYOR: Who = Who("mayor", Role::Government, "县政府");
pub const GOVERNOR: Who = Who("governor", Role::Government, "县政府");
pub const INSPECTOR: Who = Who("inspector", Role::Inspector, "纪委监委");
pub const OPERATOR: Who = Who("exchange", Role::Operator, DESK);
pub const CLOCK: Who = Who("clock", Role::Clock, "system");

impl Who {
    pub fn actor(self) -> Actor {
        Actor { person: PersonId::new(self.0), role: self.1, org: OrgId::new(self.2) }
    }
}

#[derive(Clone, Default)]
pub struct Shelf(pub BTreeMap<(&'static str, MatterId), Arc<dyn Any + Send + Sync>>);

impl Catalogue for Shelf {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.0
            .iter()
            .find(|((known, at), _)| *known == kind && *at == id)
            .map(|(_, state)| state)
    }
}

pub struct World {
    pub shelf: Shelf,
    pub calendar: Calendar,
}

pub fn moment(day: Date) -> Moment {
    Moment { ms: fadu_kernel::calendar::days_between(date(1970, 1, 1), day) * 86_400_000, today: day }
}

impl World {
    /// Performs the act as the door does: form, decision, folding.
    pub fn act<M: Matter>(
        &self,
        state: &mut M,
        id: MatterId,
        who: Who,
        day: Date,
        act: &M::Act,
    ) -> Result<Vec<M::Fact>, Refusal> {
        let (actor, sealed) = (who.actor(), Sealed::new());
        let private = match M::KIND {
            "lead" => BTreeMap::from([("lead_text".to_owned(), "内容".to_owned())]),
            _ => BTreeMap::new(),
        };
        M::check(act, &private).unwrap_or_else(|wrong| panic!("the form: {wrong:?}"));
        let moment = moment(day);
        let ctx = Ctx {
            region: Region(429_997),
            moment,
            actor: &actor,
            matter: id,
            calendar: &self.calendar,
            catalogue: &self.shelf,
            sealed: &sealed,
        };
        let facts = state.decide(act, &ctx)?;
        let stamp =
            Stamp { day, ms: moment.ms, person: actor.person.clone(), role: actor.role, org: actor.org };
        facts.iter().for_each(|fact| state.evolve(fact, &stamp));
        Ok(facts)
    }

    pub fn keep<M: Matter>(&mut self, id: MatterId, state: M) {
        self.shelf.0.insert((M::KIND, id), Arc::new(state));
    }

    /// The register as `acts` leave it, and nothing else on the shelf.
    pub fn with_desk(acts: Vec<(Who, DeskAct)>) -> World {
        let mut world = World { shelf: Shelf::default(), calendar: Calendar::shipped() };
        let mut desk = Desk::default();
        for (who, act) in acts {
            world
                .act(&mut desk, Desk::id(), who, date(2025, 1, 2), &act)
                .unwrap_or_else(|refusal| panic!("the register: {refusal}"));
        }
        world.keep(Desk::id(), desk);
        world
    }

    /// An open hotline with its knowledge.
    pub fn open() -> World {
        let mut world = World::with_desk(opened());
        for (id, until) in [(ANSWER, date(2026, 12, 31)), (EXPIRING, date(2025, 3, 31))] {
            let mut knowledge = Knowledge::default();
            let owner = Who("drafter", Role::Officer, "住建局");
            for (who, act) in [
                (owner, KnowledgeAct::Draft { text: Box::new(text(until)) }),
                (HEAD, KnowledgeAct::Review { passed: true, note: String::new() }),
                (DISPATCHER, KnowledgeAct::Publish),
            ] {
                world.act(&mut knowledge, id, who, date(2025, 1, 2), &act).unwrap();
            }
            world.keep(id, knowledge);
        }
        world
    }
}

pub fn text(valid_until: Date) -> Text {
    Text {
        question: "物业费怎么收".into(),
        answer: "按合同约定收取".into(),
        category: "0103".into(),
        bases: vec![Basis::article("民法典", 509)],
        owner: OrgId::new("住建局"),
        valid_until,
    }
}

pub fn whole_week() -> Vec<Shift> {
    let shift = |name: &str, from_hour, to_hour| Shift {
        name: name.into(),
        weekdays: (1..=7).collect(),
        from_hour,
        to_hour,
        seats: 3,
    };
    vec![shift("白班", 8, 20), shift("夜班", 20, 8)]
}

pub fn routes() -> Vec<Route> {
    let route = |category: &str, area: &str, unit: &str, power: Option<&str>| Route {
        category: category.into(),
        area: area.into(),
        unit: OrgId::new(unit),
        assisting: vec![],
        power: power.map(str::to_owned),
    };
    let mut all: Vec<Route> = [
        ("01", "住建局"),
        ("02", "交通局"),
        ("03", "环保局"),
        ("04", "人社局"),
        ("05", "教育局"),
        ("06", "卫健局"),
        ("07", "市监局"),
        ("08", "数据局"),
        ("09", "农业局"),
    ]
    .into_iter()
    .map(|(category, unit)| route(category, "", unit, None))
    .collect();
    all.push(route("0903", "429997001", "甲镇", Some("4299970990100100")));
    all
}

pub fn units() -> Vec<Unit> {
    let departments =
        ["住建局", "交通局", "环保局", "人社局", "教育局", "卫健局", "市监局", "数据局", "农业局"];
    let unit = |name: &str, level| Unit { org: OrgId::new(name), level };
    departments
        .into_iter()
        .map(|name| unit(name, Level::Department))
        .chain([unit("甲镇", Level::Township)])
        .collect()
}

pub fn line(code: &str, mode: Mode, document: &str) -> Line {
    Line {
        code: code.into(),
        name: format!("{code}热线"),
        mode,
        document: document.into(),
        department: OrgId::new("市监局"),
    }
}

pub fn appointment(person: &str, nature: Nature) -> Appointment {
    Appointment {
        person: PersonId::new(person),
        nature,
        document: format!("模〔2025〕{}号", if nature == Nature::Internal { 1 } else { 2 }),
        scope: "热线工单".into(),
        from: date(2025, 1, 1),
        until: date(2025, 12, 31),
    }
}

pub fn set(name: &str, value: &Parameter) -> (Who, DeskAct) {
    (DISPATCHER, DeskAct::SetParameter { name: name.to_owned(), value: value.clone() })
}

/// Everything but the parameters.
pub fn prepared() -> Vec<(Who, DeskAct)> {
    vec![
        (DISPATCHER, DeskAct::Open { name: "模拟县12345热线".into() }),
        (DISPATCHER, DeskAct::MergeLine { line: line("12315", Mode::Full, "模办〔2024〕9号") }),
        (DISPATCHER, DeskAct::MergeLine { line: line("12328", Mode::Dual, "模办〔2024〕9号") }),
        (DISPATCHER, DeskAct::SetUnits { units: units() }),
        (DISPATCHER, DeskAct::SetRoutes { routes: routes() }),
        (DISPATCHER, DeskAct::SetRoster { shifts: whole_week() }),
        (DISPATCHER, DeskAct::Appoint { appointment: appointment("supervisor", Nature::Internal) }),
        (MAYOR, DeskAct::Appoint { appointment: appointment("governor", Nature::Government) }),
    ]
}

pub fn opened() -> Vec<(Who, DeskAct)> {
    let parameters = demonstration().unwrap();
    let mut acts = prepared();
    acts.extend(parameters.iter().map(|(name, value)| set(name, value)));
    acts.push((DISPATCHER, DeskAct::GoLive { demonstration: true }));
    acts
}
