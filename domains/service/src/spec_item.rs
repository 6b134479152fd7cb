//! 事项的规格表。 An item on its way to the public: who may, in which order, from which day.

use crate::code_list::Level;
use crate::counted::Counted;
use crate::definition::Definition;
use crate::duty::{Act as DutyAct, Duty};
use crate::fee_item::FeeItem;
use crate::item::{Act, Baseline, Claim, Desk, Fact, Item, Standing};
use fadu_kernel::{
    Actor, Basis, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use Role::{AgencyHead, CatalogueManager, Government, Officer};

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::shipped);

/// The duties that the government has assigned, and the fees that are listed.
#[derive(Default)]
pub(crate) struct Shelf(BTreeMap<MatterId, Arc<dyn Any + Send + Sync>>);

impl Catalogue for Shelf {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.0.get(&id).filter(|_| [Duty::KIND, FeeItem::KIND].contains(&kind))
    }
}

impl Shelf {
    fn assigned() -> Shelf {
        let government = who("government", Government, "府");
        let mut shelf = Shelf(crate::spec::on_publication());
        for (desk, body) in [(Desk::Reform, "审改办"), (Desk::Basis, "司法局")] {
            let mut duty = Duty::default();
            let act =
                DutyAct::Assign { desk, body: OrgId::new(body), document: "模政办〔2025〕1号".into() };
            perform(&mut duty, Duty::id(desk), date(2025, 1, 2), &government, &act, &shelf).unwrap();
            shelf.0.insert(Duty::id(desk), Arc::new(duty));
        }
        shelf
    }
}

pub(crate) fn who(name: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new(org) }
}

pub(crate) fn perform<M: Matter>(
    state: &mut M,
    matter: MatterId,
    day: Date,
    actor: &Actor,
    act: &M::Act,
    shelf: &Shelf,
) -> Result<Vec<M::Fact>, Refusal> {
    let sealed = Sealed::new();
    let ctx = Ctx {
        region: Region(420222),
        moment: Moment { ms: 0, today: day },
        actor,
        matter,
        calendar: &CALENDAR,
        catalogue: shelf,
        sealed: &sealed,
    };
    let facts = state.decide(act, &ctx)?;
    let stamp = Stamp { day, ms: 0, person: actor.person.clone(), role: actor.role, org: actor.org.clone() };
    facts.iter().for_each(|fact| state.evolve(fact, &stamp));
    Ok(facts)
}

#[derive(Clone)]
struct Step {
    day: Date,
    actor: Actor,
    act: Act,
}

fn step(day: Date, actor: Actor, act: Act) -> Step {
    Step { day, actor, act }
}

const D: Date = date(2025, 3, 3);

fn enter() -> Step {
    let (name, department) = ("临时用地审批".into(), "dept".into());
    let act = Act::Enter { code: "C1".into(), name, department, task_type: 1, findings: vec![] };
    step(D, who("keeper", CatalogueManager, "局"), act)
}

fn claim() -> Step {
    step(D, who("officer", Officer, "dept"), Act::Claim { claim: Claim::default() })
}

fn complete(definition: Definition) -> Step {
    step(D, who("officer", Officer, "dept"), Act::Complete { definition: Box::new(definition) })
}

fn submit() -> Step {
    step(D, who("officer", Officer, "dept"), Act::Submit)
}

fn endorse(passed: bool) -> Step {
    step(D, who("head", AgencyHead, "dept"), Act::Endorse { passed, note: "要素齐全".into() })
}

fn reform(passed: bool) -> Step {
    step(D, who("reformer", Officer, "审改办"), Act::ReviewReform { passed, note: "没有增设环节".into() })
}

fn basis(passed: bool) -> Step {
    step(D, who("lawyer", Officer, "司法局"), Act::ReviewBasis { passed, note: "依据核对一致".into() })
}

fn publish_from(day: Date, from: Date) -> Step {
    step(day, who("keeper", CatalogueManager, "局"), Act::Publish { from })
}

fn keeper(day: Date, act: Act) -> Step {
    step(day, who("keeper", CatalogueManager, "局"), act)
}

fn clock(day: Date, act: Act) -> Step {
    step(day, Actor::clock(), act)
}

/// Everything up to the last review.
fn reviewed(definition: Definition) -> Vec<Step> {
    vec![enter(), claim(), complete(definition), submit(), endorse(true), reform(true), basis(true)]
}

fn on(day: Date, steps: Vec<Step>) -> Vec<Step> {
    steps.into_iter().map(|step| Step { day, ..step }).collect()
}

fn go(item: &mut Item, step: &Step, shelf: &Shelf) -> Result<Vec<Fact>, Refusal> {
    perform(item, Item::id("C1"), step.day, &step.actor, &step.act, shelf)
}

/// The whole way on one day; the id of the rule that refused a step of it.
pub(crate) fn publish(definition: Definition, day: Date) -> Result<Item, &'static str> {
    let (mut item, shelf) = (Item::default(), Shelf::assigned());
    let steps = [on(day, reviewed(definition)), vec![publish_from(day, day)]].concat();
    for step in &steps {
        go(&mut item, step, &shelf).map_err(|refusal| refusal.rule.id)?;
    }
    Ok(item)
}

/// Another round on the same day: what was revised comes into force as the next version.
pub(crate) fn publish_again(item: &mut Item, definition: Definition, day: Date) {
    let shelf = Shelf::assigned();
    let round = reviewed(definition).split_off(2);
    for step in on(day, [round, vec![publish_from(day, day)]].concat()) {
        go(item, &step, &shelf).unwrap();
    }
}

pub(crate) fn published(definition: Definition, day: Date) -> Item {
    publish(definition, day).unwrap()
}

fn permit() -> Definition {
    let mut items = Definition::read_all(crate::ITEMS).unwrap();
    items.retain(|item| item.id == "temporary-land-use");
    items.remove(0)
}

/// Set by this alone, of this level, in force since.
fn set_by(level: Option<Level>, since: Option<Date>) -> Definition {
    let mut definition = permit();
    for support in definition.bases.iter_mut().filter(|support| support.sets()) {
        support.basis = Basis::article("某规定", 3);
        (support.level, support.since) = (level, since);
    }
    definition
}

fn frozen(source: &str) -> Act {
    let baseline = Baseline {
        days: 30,
        visits: 3,
        materials: 9,
        as_of: date(2023, 12, 31),
        source: source.into(),
        demonstration: true,
    };
    Act::FreezeBaseline { baseline }
}

/// Steps that must go through, the last one, and the id of the rule that refuses it.
type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

fn way() -> Vec<Row> {
    let before = |n: usize| reviewed(permit())[..n].to_vec();
    let foreign =
        |step: Step, org: &str| Step { actor: Actor { org: OrgId::new(org), ..step.actor }, ..step };
    let own_entry = Step { actor: who("officer", Officer, "dept"), ..enter() };
    let self_endorsed = Step { actor: who("officer", AgencyHead, "dept"), ..endorse(true) };
    let live = || [reviewed(permit()), vec![publish_from(D, D)]].concat();
    let suspended = || [live(), vec![keeper(D, Act::Suspend { reason: "依据修改".into() })]].concat();
    let revised = || Definition { visits: 0, ..permit() };
    let resume = || keeper(D, Act::Resume { reason: "依据核对完毕".into() });
    vec![
        ("entered by the department that carries it out (SVC-06)", vec![], own_entry.clone(), None),
        ("entered by another department (SVC-06)", vec![], foreign(own_entry, "乙局"), Some("SVC-06")),
        ("submitted once claimed (SVC-06)", before(3), submit(), None),
        ("submitted without a claim (SVC-06)", vec![enter(), complete(permit())], submit(), Some("SVC-06")),
        ("claimed twice", before(2), claim(), Some("SVC-01")),
        ("submitted twice", before(4), submit(), Some("SVC-01")),
        (
            "submitted without its conditions (LIC-02)",
            vec![enter(), claim(), complete(Definition { conditions: vec![], ..permit() })],
            submit(),
            Some("LIC-02"),
        ),
        ("its own department reviews first (SVC-07)", before(4), endorse(true), None),
        ("reviewed before it is submitted (SVC-07)", before(3), endorse(true), Some("SVC-07")),
        ("the reform office before the department (SVC-07)", before(4), reform(true), Some("SVC-07")),
        ("the basis before the reform office, after the department (SVC-07)", before(5), basis(true), None),
        ("published after all three reviews (SVC-07, SVC-09)", before(7), publish_from(D, D), None),
        ("published without the review of its basis (SVC-07)", before(6), publish_from(D, D), Some("SVC-07")),
        (
            "a failed review is no review (SVC-07)",
            [before(5), vec![reform(false)]].concat(),
            publish_from(D, D),
            Some("SVC-07"),
        ),
        (
            "a draft changed under review is reviewed anew (SVC-07)",
            [before(7), vec![complete(revised())]].concat(),
            publish_from(D, D),
            Some("SVC-07"),
        ),
        ("reviewed by the body the government named (SVC-08)", before(5), reform(true), None),
        ("by another body (SVC-08)", before(5), foreign(reform(true), "乙局"), Some("SVC-08")),
        ("by whoever submitted it (SVC-08)", before(4), self_endorsed, Some("SVC-08")),
        ("from tomorrow (SVC-09)", before(7), publish_from(D, date(2025, 3, 4)), None),
        ("from yesterday (SVC-09)", before(7), publish_from(D, date(2025, 3, 2)), Some("SVC-09")),
        ("the same text once more", live(), submit(), Some("SVC-01")),
        ("resumed after a suspension", suspended(), resume(), None),
        ("resumed while in use", live(), resume(), Some("SVC-01")),
        ("a baseline with its source (SVC-10)", live(), keeper(D, frozen("2023年事项库（演示）")), None),
        ("a baseline without a source (SVC-10)", live(), keeper(D, frozen(" ")), Some("SVC-10")),
        (
            "a baseline frozen twice (SVC-10)",
            [live(), vec![keeper(D, frozen("2023年事项库（演示）"))]].concat(),
            keeper(D, frozen("另一个来源")),
            Some("SVC-10"),
        ),
    ]
}

/// 行政许可法 14, 15, 17: what a permit may stand on, and until when.
fn grounds() -> Vec<Row> {
    let row = |name, level, since, from: Date, expected| -> Row {
        (name, vec![], publish_from(from, from), expected).with(set_by(level, since))
    };
    let since = Some(date(2024, 3, 1));
    let mut rows = vec![
        row("set by a law (LIC-01)", Some(Level::Law), None, D, None),
        row(
            "set by an administrative regulation (LIC-01)",
            Some(Level::AdministrativeRegulation),
            None,
            D,
            None,
        ),
        row("set by a local regulation (LIC-01)", Some(Level::LocalRegulation), None, D, None),
        row(
            "set by a decision of the State Council (LIC-01)",
            Some(Level::StateCouncilDecision),
            None,
            D,
            None,
        ),
        row("set by a ministry's rule (LIC-01)", Some(Level::DepartmentRule), None, D, Some("LIC-01")),
        row("set by a city's rule (LIC-01)", Some(Level::CityRule), None, D, Some("LIC-01")),
        row("set by a document (LIC-01)", Some(Level::Document), None, D, Some("LIC-01")),
        row("set by something of no stated level (LIC-01)", None, None, D, Some("LIC-01")),
        row(
            "set by a provincial rule of no stated day (LIC-01)",
            Some(Level::ProvincialRule),
            None,
            D,
            Some("LIC-01"),
        ),
        row(
            "by a provincial rule on its first day (LIC-01)",
            Some(Level::ProvincialRule),
            since,
            date(2024, 3, 1),
            None,
        ),
        row(
            "the day before it is in force (LIC-01)",
            Some(Level::ProvincialRule),
            since,
            date(2024, 2, 29),
            Some("LIC-01"),
        ),
        row(
            "by a provincial rule on the last day of its year (LIC-01)",
            Some(Level::ProvincialRule),
            since,
            date(2025, 2, 28),
            None,
        ),
        row(
            "by a provincial rule a year old (LIC-01)",
            Some(Level::ProvincialRule),
            since,
            date(2025, 3, 1),
            Some("LIC-01"),
        ),
    ];
    let lapsing = || {
        let began = date(2024, 3, 1);
        let steps = on(began, reviewed(set_by(Some(Level::ProvincialRule), since)));
        [steps, vec![publish_from(began, began)]].concat()
    };
    rows.push(("ends when its year is over (LIC-01)", lapsing(), clock(date(2025, 3, 1), Act::Lapse), None));
    rows.push((
        "not a day earlier (LIC-01)",
        lapsing(),
        clock(date(2025, 2, 28), Act::Lapse),
        Some("LIC-01"),
    ));
    let ended = [lapsing(), vec![clock(date(2025, 3, 1), Act::Lapse)]].concat();
    let resume = keeper(date(2025, 3, 2), Act::Resume { reason: "继续实施".into() });
    rows.push(("nor resumed afterwards (LIC-01)", ended, resume, Some("LIC-01")));
    rows
}

/// Puts the whole way before the last step, on its day. A basis that carries nothing is refused at its review already.
trait With {
    fn with(self, definition: Definition) -> Row;
}

impl With for Row {
    fn with(self, definition: Definition) -> Row {
        let (name, _, last, expected) = self;
        let steps = on(last.day, reviewed(definition));
        match expected {
            None => (name, steps, last, None),
            Some(_) => (name, steps[..6].to_vec(), steps[6].clone(), expected),
        }
    }
}

/// 审核提示: a word of what the fact of a review says of an item of this kind, if it says something. Nothing is refused: a
/// person judges, and says why.
pub(crate) fn prompted() -> Vec<(&'static str, Definition, Option<&'static str>)> {
    let filing = |level| Definition { task_type: 10, ..set_by(level, None) };
    let on_paper = |basis| {
        let mut definition = permit();
        definition.materials[0].form = "paper".into();
        definition.materials[0].basis = basis;
        definition
    };
    let by_law = Some(Basis::article("土地管理法", 57));
    let on_condition = |text: &str| {
        let mut definition = permit();
        definition.conditions[0].text = text.into();
        definition
    };
    vec![
        ("a filing that a document sets, reviewed (LIC-52)", filing(Some(Level::Document)), Some("备案")),
        ("a filing that a law sets (LIC-52)", filing(Some(Level::Law)), None),
        ("a permit of such a name that a law sets (LIC-52)", set_by(Some(Level::Law), None), None),
        ("a paper that no law wants on paper, reviewed (LIC-45)", on_paper(None), Some("纸质")),
        ("a paper that a law wants on paper (LIC-45)", on_paper(by_law), None),
        ("a condition to buy goods, reviewed (LIC-34)", on_condition("购买指定品牌的密码器"), Some("购买")),
        ("a condition that asks to buy nothing (LIC-34)", on_condition("用地符合规划"), None),
    ]
}

#[test]
fn a_review_says_what_was_to_be_judged() {
    let shelf = Shelf::assigned();
    for (name, definition, expected) in prompted() {
        let mut item = Item::default();
        for step in &reviewed(definition)[..5] {
            go(&mut item, step, &shelf).unwrap();
        }
        item.name = "临时用地备案".into();
        let facts = go(&mut item, &reform(true), &shelf).unwrap();
        let Fact::Reviewed { prompts, .. } = &facts[0] else { panic!("{name}: {facts:?}") };
        assert_eq!(prompts.len(), usize::from(expected.is_some()), "{name}: {prompts:?}");
        assert!(expected.is_none_or(|word| prompts[0].contains(word)), "{name}: {prompts:?}");
    }
    let old = r#"{"Reviewed":{"desk":"reform","passed":true,"note":"没有增设环节"}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Fact::Reviewed { prompts, .. }) if prompts.is_empty()));
}

pub(crate) fn rows() -> Vec<(&'static str, Option<&'static str>)> {
    let all = way().into_iter().chain(grounds());
    all.map(|(name, _, _, expected)| (name, expected)).collect()
}

#[test]
fn an_item_goes_its_way_and_no_other() {
    let shelf = Shelf::assigned();
    for (name, given, last, expected) in way().into_iter().chain(grounds()) {
        let mut item = Item::default();
        for step in &given {
            go(&mut item, step, &shelf)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = go(&mut item, &last, &shelf).err().map(|refusal| refusal.rule.id);
        assert_eq!(answer, expected, "{name}");
    }
}

#[test]
fn nobody_reviews_while_the_government_has_named_nobody() {
    let (mut item, nobody) = (Item::default(), Shelf::default());
    for step in &reviewed(permit())[..5] {
        go(&mut item, step, &nobody).unwrap();
    }
    let refusal = go(&mut item, &reform(true), &nobody).unwrap_err();
    assert_eq!((refusal.rule.id, refusal.help), ("SVC-08", fadu_kernel::Help::Government));
}

#[test]
fn a_version_published_ahead_begins_on_its_day_and_the_old_one_ends() {
    let (mut item, shelf) = (published(permit(), D), Shelf::assigned());
    let revision =
        Definition { promised: crate::definition::LimitWith { days: 5, ..permit().promised }, ..permit() };
    let round = [complete(revision), submit(), endorse(true), reform(true), basis(true)];
    for step in &round {
        go(&mut item, step, &shelf).unwrap();
    }
    let (begins, calendar) = (date(2025, 4, 1), Calendar::shipped());
    go(&mut item, &publish_from(D, begins), &shelf).unwrap();
    assert_eq!(item.current().unwrap().0, 1, "until its day the first version is in force");
    assert!(item.due_acts(date(2025, 3, 31), &calendar).is_empty());
    assert!(matches!(item.due_acts(begins, &calendar)[..], [Act::TakeEffect]));
    assert_eq!(
        go(&mut item, &clock(date(2025, 3, 31), Act::TakeEffect), &shelf)
            .unwrap_err()
            .rule
            .id,
        "SVC-09"
    );
    let facts = go(&mut item, &clock(begins, Act::TakeEffect), &shelf).unwrap();
    let counts = |fact: &Fact| match fact {
        Fact::Retired { counted, .. } => (-1, counted.promised_days),
        Fact::Published { counted, again: true, .. } => (1, counted.promised_days),
        other => panic!("{other:?}"),
    };
    assert_eq!(facts.iter().map(counts).collect::<Vec<_>>(), [(-1, permit_days()), (1, Some(5))]);
    let (number, definition) = item.current().unwrap();
    assert_eq!((number, definition.promised.days, item.versions[1].from), (2, 5, begins));
    assert_eq!(item.version(1), Some(&permit()), "cases of the first version still find it");
    assert!(item.due_acts(begins, &calendar).is_empty());
}

#[test]
fn an_item_is_seen_as_of_a_day() {
    let (mut item, shelf) = (published(permit(), D), Shelf::assigned());
    let revised = |visits| Definition { visits, ..permit() };
    let april = date(2025, 4, 1);
    let round = [complete(revised(7)), submit(), endorse(true), reform(true), basis(true)];
    for step in round.iter().chain([&publish_from(D, april)]) {
        go(&mut item, step, &shelf).unwrap();
    }
    let seen = |item: &Item| {
        [date(2025, 3, 2), D, date(2025, 3, 31), april, date(2026, 1, 1)]
            .map(|day| item.on(day).map(|(number, version)| (number, version.definition.visits)))
    };
    let (first, second) = (Some((1, permit().visits)), Some((2, 7)));
    assert_eq!(seen(&item), [None, first, first, second, second], "published ahead");
    go(&mut item, &clock(april, Act::TakeEffect), &shelf).unwrap();
    assert_eq!(seen(&item), [None, first, first, second, second], "and the same once it is in force");
    publish_again(&mut item, revised(8), april);
    let third = Some((3, 8));
    assert_eq!(seen(&item), [None, first, first, third, third], "of two from one day the later");
    assert!(Item::default().on(D).is_none(), "nothing was published");
}

fn permit_days() -> Option<u16> {
    Some(permit().promised.days)
}

#[test]
fn a_suspended_item_waits_with_its_next_version() {
    let (mut item, shelf) = (published(permit(), D), Shelf::assigned());
    let round = [
        complete(Definition { visits: 0, ..permit() }),
        submit(),
        endorse(true),
        reform(true),
        basis(true),
        publish_from(D, date(2025, 4, 1)),
        keeper(date(2025, 3, 20), Act::Suspend { reason: "依据修改".into() }),
    ];
    for step in &round {
        go(&mut item, step, &shelf).unwrap();
    }
    let calendar = Calendar::shipped();
    assert!(item.due_acts(date(2025, 4, 2), &calendar).is_empty());
    go(&mut item, &keeper(date(2025, 4, 3), Act::Resume { reason: "可以办".into() }), &shelf).unwrap();
    assert!(matches!(item.due_acts(date(2025, 4, 3), &calendar)[..], [Act::TakeEffect]));
}

/// What was stored before reviews were acts: entered, completed, published, suspended, published once more.
#[test]
fn stored_facts_still_evolve() {
    let definition = serde_json::to_string(&permit()).unwrap();
    let published = r#"{"Published":{"version":1,"code":"C1","task_type":1,"department":"dept","instant":false,"at_most_one_visit":true,"online":true,"nearby":false,"in_hall":true,"undifferentiated":true,"statutory_days":20,"promised_days":10,"again":false}}"#;
    let stored = [
        r#"{"Entered":{"code":"C1","name":"事项","department":"dept","task_type":1,"findings":[]}}"#
            .to_owned(),
        format!(r#"{{"Completed":{{"definition":{definition}}}}}"#),
        published.to_owned(),
        r#"{"Suspended":{"reason":"依据修改","was_in_use":true}}"#.to_owned(),
        published.replace("\"version\":1", "\"version\":2"),
    ];
    let stamp = |day| Stamp {
        day,
        ms: 0,
        person: PersonId::new("keeper"),
        role: CatalogueManager,
        org: OrgId::new("局"),
    };
    let mut item = Item::default();
    for (fact, day) in stored.iter().zip(1..) {
        item.evolve(&serde_json::from_str(fact).unwrap(), &stamp(date(2025, 1, day)));
    }
    assert_eq!((item.versions.len(), item.standing), (2, Standing::InUse), "as it was pinned then");
    assert_eq!(item.versions[1].from, date(2025, 1, 5), "the day of the fact");
    assert!(item.revision().is_none(), "what is published is no revision");
    // A state as it was stored then.
    let mut state = serde_json::to_value(&item).unwrap();
    for new in ["claim", "disclaimed", "review", "returned", "scheduled", "baseline"] {
        state.as_object_mut().unwrap().remove(new);
    }
    let mut item: Item = serde_json::from_value(state).unwrap();
    let shelf = Shelf::assigned();
    let round = [
        claim(),
        complete(Definition { visits: 0, ..permit() }),
        submit(),
        endorse(true),
        reform(true),
        basis(true),
        publish_from(D, D),
    ];
    for step in &round {
        go(&mut item, step, &shelf).unwrap();
    }
    assert_eq!(item.versions.len(), 3);
}

#[test]
fn a_fact_is_written_as_before() {
    let counted = Counted { instant: true, promised_days: Some(1), ..Counted::default() };
    let fact = Fact::Published {
        version: 1,
        code: "C1".into(),
        task_type: 1,
        department: "dept".into(),
        counted,
        again: false,
        from: Some(D),
    };
    let written = serde_json::to_value(&fact).unwrap();
    let inner = &written["Published"];
    assert_eq!(
        (&inner["instant"], &inner["promised_days"]),
        (&true.into(), &1.into()),
        "figures read them there"
    );
    let back: Fact = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&back).unwrap(), written);
}
