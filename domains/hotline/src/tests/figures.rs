//! 指标按事实算出来: the expressions of `figures.toml` are run over facts in the form the ledger keeps them.

use super::acts::*;
use super::registers::{hour, propose};
use super::world::*;
use crate::order::act::{Alike, Proposed, Suggestion};
use crate::order::{Act, Intake, Order};
use crate::place::Place;
use crate::words::{Channel, Contact, Exclusion, Kind, Lane, Mode, Settlement};
use crate::{Calls, CallsAct, Desk, DeskAct, FIGURES, Lead, LeadAct};
use fadu_kernel::{Matter, MatterId, OrgId, PersonId};
use jiff::civil::{Date, date};
use minijinja::value::{Value, ValueKind};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct File {
    figure: Vec<Figure>,
}

#[derive(Deserialize)]
struct Figure {
    id: String,
    on: String,
    #[serde(default)]
    off: String,
    when: Option<String>,
    off_when: Option<String>,
    adds: String,
    part: Option<String>,
    whole: Option<String>,
    quantity: Option<String>,
    due: Option<String>,
    key: Option<String>,
}

/// A fact as it lies in the ledger.
struct Kept {
    kind: &'static str,
    name: &'static str,
    matter: String,
    day: Date,
    data: Value,
}

#[derive(Default)]
struct Ledger(Vec<Kept>);

impl Ledger {
    fn keep<M: Matter>(&mut self, id: MatterId, day: Date, facts: &[M::Fact]) {
        for fact in facts {
            let json = serde_json::to_value(fact).unwrap();
            let inner = json.as_object().and_then(|object| object.values().next()).cloned();
            let data = serde_json::from_value(inner.unwrap_or_default()).unwrap();
            let (name, matter) = (M::fact_name(fact), id.to_string());
            self.0.push(Kept { kind: M::KIND, name, matter, day, data });
        }
    }

    /// Part and whole (whole is 0 for what has none), as the program that counts does it.
    fn value(&self, id: &str) -> (i64, i64) {
        self.value_between(id, Date::MIN, Date::MAX)
    }

    fn value_between(&self, id: &str, from: Date, to: Date) -> (i64, i64) {
        let file: File = toml::from_str(FIGURES).unwrap();
        let figure = file
            .figure
            .iter()
            .find(|figure| figure.id == id)
            .unwrap_or_else(|| panic!("{id}"));
        let environment = minijinja::Environment::new();
        let (mut part, mut whole, mut keys) = (0, 0, BTreeSet::new());
        let mut once: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for kept in self.0.iter().filter(|kept| (from..=to).contains(&kept.day)) {
            let names = |list: &str| {
                list.split(',')
                    .any(|fact| fact.trim() == format!("{}.{}", kept.kind, kept.name))
            };
            let (counts_in, counts_out) = (names(&figure.on), names(&figure.off));
            let scope = minijinja::context! { fact => kept.data.clone(), name => kept.name, matter => kept.matter.as_str() };
            let value = |text: &Option<String>| {
                let expression = environment.compile_expression(text.as_ref().unwrap()).unwrap();
                expression.eval(&scope).unwrap_or_else(|error| panic!("{id}: {error}"))
            };
            let when = if counts_in { &figure.when } else { &figure.off_when };
            if !(counts_in || counts_out) || when.is_some() && !value(when).is_true() {
                continue;
            }
            match figure.adds.as_str() {
                "count" => part += 1,
                "stock" => part += if counts_in { 1 } else { -1 },
                "sum" => part += number(&value(&figure.quantity)),
                "distinct" => {
                    keys.insert(value(&figure.key).to_string());
                }
                "mean" => {
                    part += number(&value(&figure.quantity));
                    whole += 1;
                }
                "distinct_ratio" => {
                    let (part, whole) = once.entry(value(&figure.key).to_string()).or_default();
                    *part += number(&value(&figure.part));
                    *whole += number(&value(&figure.whole));
                }
                _ => {
                    let of = number(&value(&figure.whole));
                    part += if of == 0 { 0 } else { number(&value(&figure.part)) };
                    whole += of;
                }
            }
        }
        let parts = once.values().filter(|(part, _)| *part > 0).count();
        let wholes = once.values().filter(|(_, whole)| *whole > 0).count();
        (part + (keys.len() + parts) as i64, whole + wholes as i64)
    }

    /// The dates in force under a figure of what may be past due: of each matter the last that was told, if any.
    fn in_force(&self, id: &str) -> BTreeSet<String> {
        let file: File = toml::from_str(FIGURES).unwrap();
        let figure = file.figure.iter().find(|figure| figure.id == id).unwrap();
        let environment = minijinja::Environment::new();
        let due = environment.compile_expression(figure.due.as_ref().unwrap()).unwrap();
        let mut told = BTreeMap::new();
        for kept in &self.0 {
            let fact = format!("{}.{}", kept.kind, kept.name);
            let names = |list: &str| list.split(',').any(|name| name.trim() == fact);
            if names(&figure.on) {
                let date = due.eval(minijinja::context! { fact => kept.data.clone() }).unwrap();
                told.insert(&kept.matter, date.as_str().map(str::to_owned));
            } else if names(&figure.off) {
                told.insert(&kept.matter, None);
            }
        }
        told.into_values().flatten().collect()
    }
}

fn number(value: &Value) -> i64 {
    match value.kind() {
        ValueKind::Bool => i64::from(value.is_true()),
        ValueKind::Number => i64::try_from(value.clone()).unwrap_or(0),
        _ => 0,
    }
}

/// A county with its ledger, in which orders live.
struct County {
    world: World,
    ledger: Ledger,
    next: i64,
}

impl County {
    fn new() -> County {
        County { world: World::open(), ledger: Ledger::default(), next: 100 }
    }

    /// One matter's life; what time does comes before each act, and once more on `until`.
    fn life<M: Matter>(&mut self, steps: Vec<(Date, Who, M::Act)>, until: Option<Date>) -> M {
        self.next += 1;
        let (id, mut state) = (MatterId(self.next), M::default());
        let time = |county: &mut County, state: &mut M, day| {
            for act in state.due_acts(day, &county.world.calendar) {
                let facts = county.world.act(state, id, CLOCK, day, &act).unwrap();
                county.ledger.keep::<M>(id, day, &facts);
            }
        };
        for (day, who, act) in steps {
            time(self, &mut state, day);
            let facts = self
                .world
                .act(&mut state, id, who, day, &act)
                .unwrap_or_else(|refusal| panic!("the way there was refused: {refusal}"));
            self.ledger.keep::<M>(id, day, &facts);
        }
        if let Some(day) = until {
            time(self, &mut state, day);
        }
        state
    }

    fn order(&mut self, steps: Vec<Step>) -> Order {
        self.order_until(steps, None)
    }

    fn order_until(&mut self, steps: Vec<Step>, until: Option<Date>) -> Order {
        let dated = |((month, day), who, act): Step| (date(2025, month, day), who, act);
        self.life::<Order>(steps.into_iter().map(dated).collect(), until)
    }

    fn values<const N: usize>(&self, ids: [&str; N]) -> [(i64, i64); N] {
        ids.map(|id| self.ledger.value(id))
    }
}

const RATES: [&str; 4] = ["hot.close_rate", "hot.ontime_rate", "hot.satisfaction", "hot.issues_solved"];

fn ends(call: Act) -> Vec<Step> {
    let mut steps = dispatched(Kind::Help);
    steps.extend([
        ((3, 5), OFFICER, reply(evidence())),
        ((3, 6), REVIEWER, call),
        ((3, 6), DISPATCHER, close("诉求没有依据")),
    ]);
    steps
}

#[test]
fn an_order_stands_in_the_rates_once_it_is_due_or_closed() {
    let mut county = County::new();
    county.order_until(dispatched(Kind::Help), Some(date(2025, 3, 6)));
    assert_eq!(county.values(RATES), [(0, 0), (0, 0), (0, 0), (0, 0)], "not due yet");
    county.order_until(dispatched(Kind::Help), Some(date(2025, 3, 7)));
    assert_eq!(county.values(RATES), [(0, 1), (0, 1), (0, 0), (0, 0)], "past due and not closed");
    county.order(closed());
    assert_eq!(county.values(RATES), [(1, 2), (1, 2), (1, 1), (1, 0)]);
    let mut late = dispatched(Kind::Help);
    late.extend([
        ((3, 10), OFFICER, reply(evidence())),
        ((3, 11), REVIEWER, answered(true, false)),
        ((3, 11), DISPATCHER, close("")),
    ]);
    county.order(late);
    assert_eq!(county.values(RATES), [(2, 3), (1, 3), (1, 2), (2, 0)], "closed late: in the whole once");
}

/// A bulletin cuts a week out: what passed due in the one before and closed in this one is in the whole of both, late.
#[test]
fn no_week_closes_more_than_it_had_to() {
    let mut county = County::new();
    // Time comes before each act: that a day passed is told on the seventh.
    let past_due = with(dispatched(Kind::Help), ((3, 7), AGENT, Act::Supplement { text: "又来催问".into() }));
    let mut late = past_due.clone();
    late.extend([
        ((3, 10), OFFICER, reply(evidence())),
        ((3, 11), REVIEWER, answered(true, true)),
        ((3, 11), DISPATCHER, close("")),
    ]);
    county.order(late.clone());
    county.order(judged(late, (3, 18)));
    county.order(judged(past_due, (3, 10)));
    let weeks =
        [(3, 9, (0, 3), (0, 3)), (10, 16, (2, 2), (0, 2)), (17, 23, (0, 0), (0, 0)), (3, 23, (1, 1), (0, 1))];
    for (from, to, closed, on_time) in weeks {
        let (from, to) = (date(2025, 3, from), date(2025, 3, to));
        let told = ["hot.close_rate", "hot.ontime_rate"].map(|id| county.ledger.value_between(id, from, to));
        assert_eq!(told, [closed, on_time], "{from} to {to}");
    }
}

/// A consult answered at the first call is closed and in time by itself: the dispatched stand apart, and without it.
#[test]
fn what_is_answered_at_once_lifts_no_rate_of_the_dispatched() {
    const APART: [&str; 2] = ["hot.dispatched_close_rate", "hot.dispatched_ontime_rate"];
    let mut county = County::new();
    county.order(closed());
    county.order_until(dispatched(Kind::Help), Some(date(2025, 3, 10)));
    let answer = Act::Answer { knowledge: ANSWER, also: vec![], satisfied: None };
    let consult = vec![((3, 3), AGENT, take(Kind::Consult)), ((3, 3), AGENT, answer)];
    county.order(consult.clone());
    assert_eq!(county.values(RATES)[..2], [(2, 3), (2, 3)]);
    assert_eq!(county.values(APART), [(1, 2), (1, 2)]);
    // Taken out by a panel, it was in neither.
    county.order(judged(consult, (3, 4)));
    county.order(judged(closed(), (3, 7)));
    assert_eq!(county.values(APART), [(1, 2), (1, 2)]);
}

#[test]
fn a_slow_call_back_is_no_fault_of_the_unit() {
    let mut county = County::new();
    let mut steps = dispatched(Kind::Help);
    steps.push(((3, 5), OFFICER, reply(evidence())));
    county.order_until(steps.clone(), Some(date(2025, 3, 10)));
    assert_eq!(county.values(RATES)[..2], [(0, 1), (0, 0)], "not closed, but replied in time");
    steps.extend([((3, 11), REVIEWER, answered(true, true)), ((3, 11), DISPATCHER, close(""))]);
    county.order(steps);
    assert_eq!(county.values(RATES)[..2], [(1, 2), (1, 1)]);
}

#[test]
fn the_date_in_force_is_the_one_told_last() {
    let mut county = County::new();
    let mut redone = replied();
    redone.push(((3, 6), REVIEWER, answered(false, false)));
    redone.push(((3, 6), DISPATCHER, Act::Redo { reason: "没有清完".into() }));
    let open = [dispatched(Kind::Help), extended(dispatched(Kind::Help), (3, 6), 10), redone];
    let due = open.map(|steps| {
        let order = county.order(steps);
        order.due(&county.world.calendar).unwrap().to_string()
    });
    assert_eq!(due[..2], ["2025-03-06", "2025-03-20"]);
    county.order(replied());
    county.order(closed());
    county.order(judged(dispatched(Kind::Help), (3, 4)));
    assert_eq!(county.ledger.in_force("hot.past_due"), BTreeSet::from(due));
}

#[test]
fn what_a_panel_takes_out_leaves_both_numbers() {
    let mut county = County::new();
    county.order(closed());
    county.order(judged(closed(), (3, 7)));
    county.order(judged(dispatched(Kind::Help), (3, 10)));
    assert_eq!(county.values(RATES), [(1, 1), (1, 1), (1, 1), (1, 0)]);
    assert_eq!(county.ledger.value("hot.unlawful"), (2, 0), "and is seen to be taken out");
    assert_eq!(county.ledger.value("hot.solved_rate"), (1, 1));
}

#[test]
fn what_is_led_elsewhere_late_leaves_the_rates_once() {
    let mut county = County::new();
    let petition = Act::Exclude { ground: Exclusion::Petition, told: "由信访部门接续".into() };
    let mut steps = dispatched(Kind::Help);
    steps.extend([((3, 5), DISPATCHER, recall()), ((3, 10), DISPATCHER, petition)]);
    county.order(steps.clone());
    assert_eq!(county.values(RATES)[..2], [(0, 0), (0, 0)]);
    county.order(judged(steps, (3, 10)));
    assert_eq!(county.values(RATES)[..2], [(0, 0), (0, 0)]);
}

#[test]
fn who_was_not_reached_has_not_said_no() {
    let mut county = County::new();
    county.order(ends(answered(true, true)));
    county.order(ends(answered(false, false)));
    county.order(ends(call(Contact::WillNotRate, Some(true), None)));
    let mut steps = dispatched(Kind::Help);
    steps.push(((3, 5), OFFICER, reply(evidence())));
    steps.extend([6, 7, 10].map(|day| ((3, day), REVIEWER, not_reached())));
    steps.push(((3, 10), DISPATCHER, close("")));
    county.order(steps);
    let ids = ["hot.satisfaction", "hot.unreachable_rate", "hot.unrated_rate", "hot.solved_rate"];
    assert_eq!(county.values(ids), [(1, 2), (1, 4), (1, 4), (2, 3)]);
    assert_eq!(county.ledger.value("hot.issues_solved"), (2, 0));
    assert_eq!(county.ledger.value("hot.mean_days"), (8, 4), "two working days each");
}

#[test]
fn a_merged_order_is_a_contact_and_nothing_more() {
    let mut county = County::new();
    county.order(closed());
    let mut merged = dispatched(Kind::Help);
    merged.push(((3, 10), DISPATCHER, Act::Merge { into: MatterId(5), alike: Some(950) }));
    county.order(merged);
    let members = (1..=10).map(MatterId).collect();
    county.order(vec![((3, 3), DISPATCHER, Act::Raise { intake: Box::new(intake(Kind::Help)), members })]);
    let ids = ["hot.taken", "hot.merged", "hot.close_rate", "hot.calls"];
    assert_eq!(county.values(ids), [(2, 0), (1, 0), (1, 1), (0, 0)], "calls are counted by the exchange");
    // What was merged ends with its parent and is counted apart, by whether its caller was told anything.
    for reply in ["已修复", ""] {
        let mut merged = dispatched(Kind::Help);
        merged.push(((3, 10), DISPATCHER, Act::Merge { into: MatterId(5), alike: Some(950) }));
        merged.push(((3, 11), CLOCK, Act::FollowParent { parent: "G1".into(), reply: reply.into() }));
        county.order(merged);
    }
    assert_eq!(county.values(["hot.merged_told_rate", "hot.close_rate"]), [(1, 2), (1, 1)]);
}

#[test]
fn consults_repeats_and_lanes() {
    let mut county = County::new();
    let answer = |satisfied| Act::Answer { knowledge: ANSWER, also: vec![], satisfied };
    county.order(vec![((3, 3), AGENT, take(Kind::Consult)), ((3, 3), AGENT, answer(Some(true)))]);
    county.order(vec![((3, 3), AGENT, take(Kind::Consult)), ((3, 3), AGENT, answer(None))]);
    county.order(dispatched(Kind::Consult));
    let again = Intake {
        repeat_of: Some(MatterId(1)),
        channel: Channel::Web,
        lane: Lane::Enterprise,
        category: "0802".into(),
        ..intake(Kind::Help)
    };
    let to_officer = Act::Dispatch {
        unit: OrgId::new("数据局"),
        assisting: vec![],
        officer: Some(PersonId::new("zhuan")),
        category: None,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    county.order(vec![((3, 3), AGENT, Act::Take(Box::new(again))), ((3, 3), AGENT, to_officer)]);
    let ids = ["hot.first_answer_rate", "hot.repeat_rate", "hot.enterprise", "hot.property", "hot.calls"];
    assert_eq!(county.values(ids), [(2, 3), (1, 4), (1, 0), (3, 0), (1, 0)]);
    let ids = [
        "hot.knowledge_answers",
        "hot.knowledge_used",
        "hot.close_rate",
        "hot.satisfaction",
        "hot.unreachable_rate",
    ];
    assert_eq!(county.values(ids), [(2, 0), (1, 0), (2, 2), (1, 1), (0, 1)]);
    assert_eq!(
        county.values(["hot.dispatched", "hot.catalogue_rate", "hot.links"]),
        [(2, 0), (2, 2), (2, 0)]
    );
    let lead = [(DISPATCHER, propose(&[], &[])), (REVIEWER, LeadAct::Release)];
    county.life::<Lead>(lead.into_iter().map(|(who, act)| (date(2025, 3, 3), who, act)).collect(), None);
    assert_eq!(county.values(["hot.links", "hot.discipline_leads"]), [(3, 0), (1, 0)], "three parties");
}

#[test]
fn returns_and_arbitration() {
    let mut county = County::new();
    let mut steps = dispatched(Kind::Help);
    steps.extend([((3, 4), OFFICER, hand_back(basis())), ((3, 4), DISPATCHER, settle(Settlement::Referred))]);
    steps = arbitrated(steps, (3, 5), "住建局");
    steps.extend([
        ((3, 6), OFFICER, reply(evidence())),
        ((3, 6), REVIEWER, answered(true, true)),
        ((3, 6), DISPATCHER, close("")),
    ]);
    county.order(steps);
    county.order(closed());
    let ids = [
        "hot.return_rate",
        "hot.returns",
        "hot.arbitrations",
        "hot.arbitration_ontime",
        "hot.call_back_ontime",
    ];
    assert_eq!(county.values(ids), [(1, 2), (1, 0), (1, 0), (1, 1), (2, 2)]);
    assert_eq!(county.values(["hot.returns_settled_ontime", "hot.unit_ontime_rate"]), [(1, 1), (2, 2)]);
    assert_eq!(county.values(["hot.unit_solved_rate", "hot.unit_satisfaction"]), [(2, 2), (2, 2)]);
}

#[test]
fn a_year_of_the_exchange() {
    let mut county = County::new();
    let day = date(2025, 3, 3);
    let record = |hour| (day, OPERATOR, CallsAct::Record { day, record: hour });
    let mut empty = hour(3, 0);
    (empty.staffed, empty.lines) = (0, vec![]);
    let correct = CallsAct::Correct { record: hour(9, 20), reason: "漏计".into() };
    let steps = vec![record(hour(9, 10)), record(hour(10, 30)), record(empty), (day, OPERATOR, correct)];
    county.life::<Calls>(steps, Some(date(2025, 3, 4)));
    // Two hours of two lines: 20 + 1 and 30 + 1 answered, of 23 + 4 and 33 + 4, four and four hung up early.
    let ids = ["hot.answered", "hot.connect_rate", "hot.staffed_hours", "hot.staffed_rate", "hot.calls"];
    assert_eq!(county.values(ids), [(52, 0), (52, 56), (2, 0), (2, 24), (52, 0)]);
    // An hour in which nothing was answered is outside the whole, and so is what was waited in it.
    assert_eq!(county.ledger.value("hot.mean_wait"), (12 * 52, 5200), "12 seconds");
}

#[test]
fn the_register() {
    let mut county = County::new();
    let leave = DeskAct::LeaveLine { code: "12315".into(), reason: "单独设置".into() };
    let seats = |seats| DeskAct::SetSeats { seats, residents: 1_000_000, source: "统计公报".into() };
    let mut acts = prepared();
    acts.extend([
        (DISPATCHER, DeskAct::MergeLine { line: line("12333", Mode::Branch, "模办〔2025〕1号") }),
        (DISPATCHER, leave),
        (DISPATCHER, seats(20)),
        (DISPATCHER, seats(23)),
    ]);
    let steps = acts.into_iter().map(|(who, act)| (date(2025, 1, 2), who, act)).collect();
    county.life::<Desk>(steps, None);
    assert_eq!(county.values(["hot.lines", "hot.seats_per_100k"]), [(2, 0), (23_000, 1_000_000)]);
}

/// Every figure names facts that exist, and every expression can be read.
#[test]
fn every_figure_counts_facts_that_exist() {
    let source = [
        include_str!("../order/fact.rs"),
        include_str!("../calls.rs"),
        include_str!("../desk/mod.rs"),
        include_str!("../knowledge.rs"),
        include_str!("../lead.rs"),
        include_str!("../petition.rs"),
    ]
    .concat();
    let file: File = toml::from_str(FIGURES).unwrap();
    let environment = minijinja::Environment::new();
    let ids: BTreeSet<&str> = file.figure.iter().map(|figure| figure.id.as_str()).collect();
    assert_eq!(ids.len(), file.figure.len(), "each once");
    for figure in &file.figure {
        for fact in figure
            .on
            .split(',')
            .chain(figure.off.split(','))
            .map(str::trim)
            .filter(|fact| !fact.is_empty())
        {
            let (kind, name) = fact.split_once('.').unwrap();
            assert!(["order", "calls", "desk", "knowledge", "lead", "petition"].contains(&kind), "{fact}");
            assert!(source.contains(&format!("    {name}")), "{}: there is no fact {fact}", figure.id);
        }
        for text in [
            &figure.when,
            &figure.off_when,
            &figure.part,
            &figure.whole,
            &figure.quantity,
            &figure.due,
            &figure.key,
        ]
        .into_iter()
        .flatten()
        {
            environment
                .compile_expression(text)
                .unwrap_or_else(|error| panic!("{}: {error}", figure.id));
        }
    }
    for id in [
        "hot.lines",
        "hot.calls",
        "hot.connect_rate",
        "hot.seats_per_100k",
        "hot.dispatched",
        "hot.close_rate",
        "hot.satisfaction",
        "hot.discipline_leads",
        "hot.issues_solved",
    ] {
        assert!(ids.contains(id), "the indicator list asks for {id}");
    }
}

/// The rows of a bulletin and of the map of heat: how often each thing was asked for, where, and who was given it.
#[test]
fn what_is_asked_for_is_counted_under_its_kind_its_place_and_its_unit() {
    let mut county = County::new();
    const KEYED: [&str; 4] = ["hot.kinds", "hot.channels", "hot.spots", "hot.units"];
    assert_eq!(county.values(KEYED), [(0, 0), (0, 0), (0, 0), (0, 0)]);
    county.order(dispatched(Kind::Help));
    county.order(dispatched(Kind::Help));
    assert_eq!(county.values(KEYED), [(1, 0), (1, 0), (1, 0), (1, 0)], "the same twice is one");
    county.order(dispatched(Kind::Complaint));
    assert_eq!(county.values(KEYED)[0], (2, 0));
    let at = |place: Place| Intake { place, ..intake(Kind::Help) };
    let point = |lat| {
        Some(crate::place::Point { lat: crate::place::Micro(lat), long: crate::place::Micro(115_211_000) })
    };
    for (place, spots) in [
        (Place { address: "429997001001002003".into(), point: None }, 2),
        (Place { address: "429997001001999".into(), point: None }, 2), // another door of the same village
        (Place { address: String::new(), point: point(29_839_000) }, 3),
        (Place { address: String::new(), point: point(29_831_000) }, 3), // the same cell of a hundredth of a degree
        (Place { address: String::new(), point: point(-1) }, 4),
        (Place::default(), 4), // nowhere is no spot
    ] {
        county.order(vec![((3, 3), AGENT, Act::Take(Box::new(at(place.clone()))))]);
        assert_eq!(county.values(["hot.spots"])[0], (spots, 0), "{place:?}");
    }
}

/// What came unread is judged where it is dispatched for the first time, and counted there alone.
#[test]
fn a_suggestion_nobody_judged_is_counted_at_the_dispatch() {
    let mut county = County::new();
    let groups = || Suggestion { model: "模型".into(), top: vec![("01".into(), 700), ("02".into(), 200)] };
    let by = |channel, suggestion| Act::Take(Box::new(Intake { channel, suggestion, ..intake(Kind::Help) }));
    let ids = ["hot.suggestion_followed", "hot.suggestion_followed_unread"];
    for (channel, suggestion, category, expected) in [
        (Channel::Telephone, Some(groups()), None, [(1, 1), (0, 0)]),
        (Channel::Mail, None, None, [(1, 1), (0, 0)]),
        (Channel::Mail, Some(groups()), None, [(1, 1), (1, 1)]),
        (Channel::Wechat, Some(groups()), Some("0201"), [(1, 1), (1, 2)]),
    ] {
        let unit = if category.is_some() { "交通局" } else { "住建局" };
        let dispatch = Act::Dispatch {
            unit: OrgId::new(unit),
            assisting: vec![],
            officer: None,
            category: category.map(str::to_owned),
            against: None,
            none_named: false,
            reason: "经研究".into(),
        };
        county.order(vec![((3, 3), AGENT, by(channel, suggestion)), ((3, 3), DISPATCHER, dispatch)]);
        assert_eq!(county.values(ids), expected, "{channel:?}");
    }
    // Who chose without having seen the proposal neither followed it nor left it: that they agreed is counted apart.
    let agreed = ["hot.suggestion_followed", "hot.suggestion_followed_unread", "hot.suggestion_agreed"];
    let other = || Suggestion { top: vec![("02".into(), 700)], ..groups() };
    for (channel, suggestion, expected) in [
        (Channel::Web, groups(), (1, 1)),
        (Channel::Open311, other(), (1, 2)),
        (Channel::PhonePage, groups(), (2, 3)),
    ] {
        county.order(vec![((3, 3), AGENT, by(channel, Some(suggestion)))]);
        assert_eq!(county.values(agreed), [(1, 1), (1, 2), expected], "{channel:?}");
    }
}

/// A merger into what was proposed says how much alike it was; into anything else it says nothing.
#[test]
fn a_merger_says_what_was_proposed() {
    let like = Alike { order: MatterId(5), thousandths: 940 };
    let proposed = Proposed { like: vec![like], ..Proposed::default() }.some();
    for (into, expected) in [(5, Some(940)), (6, None)] {
        let mut county = County::new();
        let taken = Intake { proposed: proposed.clone(), ..intake(Kind::Help) };
        let merge = Act::Merge { into: MatterId(into), alike: None };
        county.order(vec![((3, 3), AGENT, Act::Take(Box::new(taken))), ((3, 3), DISPATCHER, merge)]);
        let merged = county.ledger.0.iter().find(|kept| kept.name == "Merged").unwrap();
        let alike = merged.data.get_attr("alike").unwrap();
        assert_eq!(i64::try_from(alike).ok(), expected);
    }
}
