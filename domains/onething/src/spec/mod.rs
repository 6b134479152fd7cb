//! 规格表。 One row, one rule; dates on both sides of every edge. Rows name their rules at their end, and the list that
//! ships says exactly what is run here.

mod cases;
mod checks;
mod engine;
mod figures;
mod limits;
mod themes;

use crate::acts::{Act, Fact, Paper};
use crate::child::Step as Moved;
use crate::definition::{
    Baseline, Channel, Choice, Definition, Field, List, Material, Member, Mode, Need, NeedKind, Origin,
    Promise, Question, Source, StopRule,
};
use crate::joint::Joint;
use crate::theme::{Guide, Theme, Version};
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{
    Actor, Basis, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Shelf(pub Arc<dyn Any + Send + Sync>);

impl Catalogue for Shelf {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        (kind == "theme" && id == MatterId(1)).then_some(&self.0)
    }
}

/// Performs an act and folds what it left behind.
pub fn act_on<M: Matter>(
    state: &mut M,
    act: &M::Act,
    actor: &Actor,
    day: Date,
    shelf: &dyn Catalogue,
    sealed: &Sealed,
) -> Result<Vec<M::Fact>, Refusal> {
    act_under(&Calendar::shipped(), state, act, actor, day, shelf, sealed)
}

/// The same as this calendar counts.
pub fn act_under<M: Matter>(
    calendar: &Calendar,
    state: &mut M,
    act: &M::Act,
    actor: &Actor,
    day: Date,
    shelf: &dyn Catalogue,
    sealed: &Sealed,
) -> Result<Vec<M::Fact>, Refusal> {
    let ctx = Ctx {
        region: Region(420_222),
        moment: Moment { ms: 0, today: day },
        actor,
        matter: MatterId(9),
        calendar,
        catalogue: shelf,
        sealed,
    };
    let facts = state.decide(act, &ctx)?;
    assert!(!facts.is_empty(), "an act that is allowed leaves something behind");
    let stamp = Stamp { day, ms: 0, person: actor.person.clone(), role: actor.role, org: actor.org.clone() };
    facts.iter().for_each(|fact| state.evolve(fact, &stamp));
    Ok(facts)
}

pub fn person(role: Role) -> Actor {
    Actor { person: PersonId::new(role.name()), role, org: OrgId::new("牵头局") }
}

fn from(items: &[&str]) -> Vec<Source> {
    items.iter().map(|item| Source { item: (*item).to_owned(), id: None }).collect()
}

fn member(item: &str, permit: bool, needs: Vec<Need>) -> Member {
    Member {
        item: item.into(),
        name: format!("事项{item}"),
        department: format!("{item}局"),
        permit,
        statutory_days: Some(20),
        needs,
        ..Member::default()
    }
}

pub fn need(item: &str, kind: NeedKind) -> Need {
    let basis = Some(Basis::item("建筑法", 8, 1, 1));
    Need { item: item.into(), kind, why: format!("先取得{item}的结果"), basis, simulated: false }
}

/// Three permits of three departments and a service: A and B side by side, C on A's grant, D after C whatever becomes of it.
pub fn joint_theme() -> Definition {
    let paper = |id: &str, items: &[&str], shared: Option<&str>| Material {
        id: id.into(),
        name: format!("材料{id}"),
        sources: from(items),
        required: true,
        shared: shared.map(str::to_owned),
    };
    let choice = |id: &str, items: &[&str]| Choice {
        id: id.into(),
        text: id.into(),
        next: None,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
    };
    let mut only_a = paper("pa", &["A"], None);
    only_a.sources[0].id = Some("m1".into());
    Definition {
        code: "test".into(),
        name: "一件事".into(),
        origin: Origin { list: List::Local, source: "县清单".into() },
        sources: vec!["牵头部门核定".into()],
        lead: "牵头局".into(),
        mode: Mode::Joint,
        stop: Some(StopRule { stops: true, source: "县政府文件".into() }),
        channels: vec![Channel::Online, Channel::Window, Channel::Post],
        baseline: Some(Baseline {
            days: 60,
            trips: 6,
            materials: 12,
            source: "改革前实测".into(),
            as_of: date(2024, 12, 31),
            simulated: false,
        }),
        members: vec![
            member("A", true, vec![]),
            member("B", true, vec![]),
            member("C", true, vec![need("A", NeedKind::Granted)]),
            member("D", false, vec![need("C", NeedKind::Settled)]),
        ],
        questions: vec![Question {
            id: "size".into(),
            text: "多大规模".into(),
            options: vec![choice("large", &["A", "B", "C", "D"]), choice("small", &["A"])],
        }],
        form: vec![
            Field {
                id: "fa".into(),
                label: "名称".into(),
                sources: from(&["A", "B"]),
                required: true,
                shared: None,
            },
            Field {
                id: "code".into(),
                label: "信用代码".into(),
                sources: from(&["A"]),
                required: true,
                shared: Some("登记数据".into()),
            },
        ],
        materials: vec![
            only_a,
            paper("pb", &["B"], None),
            paper("pab", &["A", "B"], None),
            paper("licence", &["A", "B"], Some("电子证照库")),
        ],
        ..Definition::default()
    }
}

pub fn promised(days: u16) -> Definition {
    let promised = Some(Promise { days, source: "公开承诺".into() });
    Definition { promised, ..joint_theme() }
}

pub fn separate_theme() -> Definition {
    Definition { mode: Mode::Separate, stop: None, ..joint_theme() }
}

pub fn in_force(definition: Definition) -> Theme {
    let version = Version {
        from: date(2025, 1, 2),
        definition,
        document: "县政府文件".into(),
        guide: Guide { address: "/themes/test".into(), digest: "00".into() },
    };
    Theme { versions: vec![version], ..Theme::default() }
}

/// 一件事的经过: acts with who and when, folded one after another.
pub struct Story {
    pub joint: Joint,
    pub shelf: Shelf,
    pub sealed: Sealed,
}

impl Story {
    pub fn of(definition: Definition) -> Story {
        Story::under(in_force(definition))
    }

    pub fn under(theme: Theme) -> Story {
        let sealed =
            ["applicant_name", "applicant_number", "fa"].map(|field| (field.to_owned(), "00".to_owned()));
        Story { joint: Joint::default(), shelf: Shelf(Arc::new(theme)), sealed: sealed.into() }
    }

    pub fn then(&mut self, ((month, day), role, act): Step) -> Result<Vec<Fact>, Refusal> {
        let sealed = match act {
            Act::Receive { .. } => self.sealed.clone(),
            _ => Sealed::new(),
        };
        act_on(&mut self.joint, &act, &person(role), date(2025, month, day), &self.shelf, &sealed)
    }

    pub fn all(&mut self, steps: Vec<Step>) -> Vec<Fact> {
        let go = |step| {
            self.then(step)
                .unwrap_or_else(|refusal| panic!("the way there was refused: {refusal}"))
        };
        steps.into_iter().flat_map(go).collect()
    }
}

pub type Step = ((i8, i8), Role, Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
pub type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);
/// The rows of the theme they run under.
pub type Table = (fn() -> Definition, Vec<Row>);

pub fn receive(size: &str, papers: &[&str]) -> Act {
    Act::Receive {
        theme: MatterId(1),
        channel: Channel::Window,
        answers: [("size".to_owned(), size.to_owned())].into(),
        materials: these(papers),
    }
}

pub fn these(papers: &[&str]) -> BTreeMap<String, Paper> {
    papers.iter().map(|id| ((*id).to_owned(), Paper::default())).collect()
}

pub const ALL_PAPERS: [&str; 3] = ["pa", "pb", "pab"];

pub fn received() -> Vec<Step> {
    vec![((3, 3), Role::WindowClerk, receive("large", &ALL_PAPERS))]
}

pub fn open(day: (i8, i8), item: &str) -> Step {
    let (case, on) = (MatterId(i64::from(item.as_bytes()[0])), date(2025, day.0, day.1));
    (day, Role::Clock, Act::OpenChild { item_code: item.into(), case, number: format!("20250303{item}"), on })
}

/// Told on the day it happened.
pub fn moved(day: (i8, i8), item: &str, step: Moved) -> Step {
    let on = date(2025, day.0, day.1);
    (day, Role::Clock, Act::ChildMoved { item_code: item.into(), on, step })
}

pub fn accepted(day: (i8, i8), item: &str) -> Step {
    moved(day, item, Moved::Accepted { from: date(2025, day.0, day.1), due: None })
}

pub fn granted(day: (i8, i8), item: &str) -> Step {
    let (reason, remedy) = (String::new(), String::new());
    moved(day, item, Moved::Decided { granted: true, reason, remedy, document: format!("{item}-准") })
}

pub fn refused(day: (i8, i8), item: &str, reason: &str, remedy: &str) -> Step {
    let (reason, remedy) = (reason.to_owned(), remedy.to_owned());
    moved(day, item, Moved::Decided { granted: false, reason, remedy, document: format!("{item}-不") })
}

/// Opened and accepted on one day.
pub fn under_way(day: (i8, i8), items: &[&str]) -> Vec<Step> {
    items.iter().flat_map(|item| [open(day, item), accepted(day, item)]).collect()
}

/// A and B under review since 3 March.
pub fn running() -> Vec<Step> {
    [received(), under_way((3, 3), &["A", "B"])].concat()
}

/// All four granted, the last on this day.
pub fn all_granted(day: (i8, i8)) -> Vec<Step> {
    let mut steps = running();
    steps.extend([granted((3, 4), "A"), granted((3, 4), "B")]);
    steps.extend(under_way((3, 5), &["C"]));
    steps.push(granted((3, 6), "C"));
    steps.extend(under_way((3, 7), &["D"]));
    steps.push(granted(day, "D"));
    steps
}

pub fn run((definition, rows): Table) {
    for (name, given, last, expected) in rows {
        let mut story = Story::of(definition());
        story.all(given);
        let answer = story.then(last).err().map(|refusal| refusal.rule.id);
        assert_eq!(answer, expected, "{name}");
    }
}

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn the_rows_that_ship_are_these() {
    let told = |expected: Option<&str>| if expected.is_some() { Outcome::Refused } else { Outcome::Passes };
    let tables = cases::tables().into_iter().chain(limits::tables());
    let mut shown: Vec<(&str, Outcome)> = Vec::new();
    for (_, table) in tables {
        shown.extend(table.into_iter().map(|(name, _, _, expected)| (name, told(expected))));
    }
    shown.extend(themes::table().into_iter().map(|(name, _, _, expected)| (name, told(expected))));
    shown.extend(
        limits::noted()
            .into_iter()
            .map(|(name, _, kept)| (name, if kept { Outcome::Passes } else { Outcome::Noted })),
    );
    let written = rows::write(shown);
    assert!(written == crate::ROWS, "rows.tsv is to say exactly this:\n{written}");
    for rule in crate::rules::ALL {
        let of_rule = |refused: bool| {
            let mut all = rows::read(crate::ROWS);
            all.any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        assert!(of_rule(false) && of_rule(true), "{} lacks a row that passes or one that does not", rule.id);
    }
}
