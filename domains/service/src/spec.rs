//! 规格表。 One row, one rule; dates on both sides of every edge; the source stands in the row.

use crate::case::{Act, Case, Channel, DeclineGround, Missing, Paper};
use crate::definition::{Definition, LimitWith, Special, SpecialKind};
use crate::item::{Act as ItemAct, Item};
use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

struct Shelf(Arc<dyn Any + Send + Sync>);

impl Catalogue for Shelf {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        (kind == "item" && id == MatterId(1)).then_some(&self.0)
    }
}

/// 一件事的经过: acts with who and when, folded one after another.
struct Story {
    case: Case,
    shelf: Shelf,
    calendar: Calendar,
}

/// A permit of twenty working days by the licensing law alone, with all that can be switched on.
fn permit() -> Definition {
    let mut definition = Definition::read_all(crate::ITEMS)
        .unwrap()
        .into_iter()
        .find(|item| item.id == "temporary-land-use")
        .unwrap();
    definition.statutory = LimitWith { days: 20, unit: "workday".into(), basis: None, simulated: false };
    definition.promised = LimitWith { days: 10, unit: "workday".into(), basis: None, simulated: true };
    definition.extension =
        Some(LimitWith { days: 10, unit: "workday".into(), basis: None, simulated: false });
    definition.special =
        vec![Special { kind: SpecialKind::ExpertReview, days: 15, basis: None, simulated: true }];
    definition.verification = "substantive".into();
    definition.hearing = "none".into();
    definition
}

fn stamp(actor: &Actor, day: Date) -> Stamp {
    Stamp { day, ms: 0, person: actor.person.clone(), role: actor.role, org: actor.org.clone() }
}

fn act_on<M: Matter>(
    state: &mut M,
    act: &M::Act,
    actor: &Actor,
    day: Date,
    shelf: &dyn Catalogue,
    calendar: &Calendar,
) -> Result<Vec<M::Fact>, Refusal> {
    let sealed = Sealed::new();
    let ctx = Ctx {
        region: Region(420222),
        moment: Moment { ms: 0, today: day },
        actor,
        matter: MatterId(9),
        calendar,
        catalogue: shelf,
        sealed: &sealed,
    };
    let facts = state.decide(act, &ctx)?;
    facts.iter().for_each(|fact| state.evolve(fact, &stamp(actor, day)));
    Ok(facts)
}

fn published(definition: Definition) -> Item {
    let (calendar, nothing) = (Calendar::shipped(), Shelf(Arc::new(())));
    let manager = person("manager", Role::CatalogueManager);
    let mut item = Item::default();
    let enter = ItemAct::Enter {
        code: "C1".into(),
        name: definition.name.clone(),
        department: "dept".into(),
        task_type: definition.task_type,
        findings: vec![],
    };
    for act in [enter, ItemAct::Complete { definition: Box::new(definition) }, ItemAct::Publish] {
        act_on(&mut item, &act, &manager, date(2025, 1, 2), &nothing, &calendar).unwrap();
    }
    item
}

impl Story {
    fn of(definition: Definition) -> Story {
        Story {
            case: Case::default(),
            shelf: Shelf(Arc::new(published(definition))),
            calendar: Calendar::shipped(),
        }
    }

    fn then(&mut self, day: Date, role: Role, act: Act) -> Result<(), Refusal> {
        let actor = person(role.name(), role);
        act_on(&mut self.case, &act, &actor, day, &self.shelf, &self.calendar).map(drop)
    }
}

fn person(name: &str, role: Role) -> Actor {
    Actor { person: PersonId::new(name), role, org: OrgId::new("dept") }
}

fn all_papers() -> BTreeMap<String, Paper> {
    permit()
        .materials
        .iter()
        .map(|material| (material.id.clone(), Paper::default()))
        .collect()
}

fn receive() -> Act {
    Act::Receive { item: MatterId(1), channel: Channel::Online, materials: all_papers() }
}

fn receive_without(id: &str) -> Act {
    let mut materials = all_papers();
    materials.remove(id);
    Act::Receive { item: MatterId(1), channel: Channel::Online, materials }
}

fn asked() -> String {
    permit().asked().next().unwrap().id.clone()
}

fn missing(id: &str) -> Act {
    Act::GiveNotice { missing: vec![Missing { material: id.into(), what: "缺".into(), on_the_spot: false }] }
}

fn supplement(id: &str) -> Act {
    Act::Supplement { materials: [(id.to_owned(), Paper::default())].into() }
}

fn verify(checkers: &[&str]) -> Act {
    Act::Verify {
        checkers: checkers.iter().map(|name| PersonId::new(name)).collect(),
        passed: true,
        note: "符合".into(),
    }
}

fn extend(reason: &str) -> Act {
    Act::Extend { reason: reason.into() }
}

fn decide(granted: bool, reason: &str) -> Act {
    Act::Decide { granted, reason: reason.into() }
}

fn stop(kind: SpecialKind, days: u16) -> Act {
    Act::Stop { kind, days }
}

fn decline(ground: DeclineGround, reason: &str, target: Option<&str>) -> Act {
    Act::Decline { ground, reason: reason.into(), target: target.map(str::to_owned) }
}

use Role::{AgencyHead, Citizen, Clock, Inspector, Officer};

type Step = ((i8, i8), Role, Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

fn check(rows: Vec<Row>) {
    for (name, given, ((month, day), role, act), expected) in rows {
        let mut story = Story::of(permit());
        for ((month, day), role, act) in given {
            story
                .then(date(2025, month, day), role, act)
                .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
        }
        let answer = story
            .then(date(2025, month, day), role, act)
            .err()
            .map(|refusal| refusal.rule.id);
        assert_eq!(answer, expected, "{name}");
    }
}

fn accepted() -> Vec<Step> {
    vec![((3, 3), Citizen, receive()), ((3, 3), Officer, Act::Accept)]
}

fn verified() -> Vec<Step> {
    let mut steps = accepted();
    steps.push(((3, 4), Officer, verify(&["a", "b"])));
    steps
}

fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}

#[test]
fn receiving_and_accepting() {
    let asked = asked();
    let extra = Act::Receive {
        item: MatterId(1),
        channel: Channel::Online,
        materials: [("never-published".to_owned(), Paper::default())].into(),
    };
    let unknown = Act::Receive { item: MatterId(5), channel: Channel::Online, materials: BTreeMap::new() };
    let got = |act: Act| vec![((3, 3), Citizen, act)];
    let noticed =
        |day| vec![((3, 3), Citizen, receive_without(&asked)), ((3, day), Officer, missing(&asked))];
    check(vec![
        ("an incomplete application is received", vec![], ((3, 3), Citizen, receive_without(&asked)), None),
        ("a paper outside the guide is not (LIC-03)", vec![], ((3, 3), Citizen, extra), Some("LIC-03")),
        ("an item outside the list (LIC-51)", vec![], ((3, 3), Citizen, unknown), Some("LIC-51")),
        ("a complete file is accepted (LIC-09)", got(receive()), ((3, 3), Officer, Act::Accept), None),
        (
            "an incomplete one is not yet",
            got(receive_without(&asked)),
            ((3, 3), Officer, Act::Accept),
            Some("SVC-01"),
        ),
        (
            "notice on working day 5 (LIC-07)",
            got(receive_without(&asked)),
            ((3, 10), Officer, missing(&asked)),
            None,
        ),
        (
            "notice on working day 6 (LIC-08)",
            got(receive_without(&asked)),
            ((3, 11), Officer, missing(&asked)),
            Some("LIC-08"),
        ),
        ("a second notice (LIC-07)", noticed(4), ((3, 5), Officer, missing(&asked)), Some("LIC-07")),
        (
            "notice of a paper outside the guide (LIC-03)",
            got(receive_without(&asked)),
            ((3, 4), Officer, missing("x")),
            Some("LIC-03"),
        ),
        (
            "accepted once supplied (LIC-09)",
            with(noticed(4), ((3, 6), Citizen, supplement(&asked))),
            ((3, 7), Officer, Act::Accept),
            None,
        ),
        (
            "a new demand after the supplement (LIC-07)",
            with(noticed(4), ((3, 6), Citizen, supplement(&asked))),
            ((3, 7), Officer, missing(&asked)),
            Some("LIC-07"),
        ),
        (
            "silence on working day 5 is not yet acceptance",
            got(receive()),
            ((3, 10), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "silence after working day 5 is (LIC-08)",
            got(receive()),
            ((3, 11), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "nobody but time says so (SVC-03)",
            got(receive()),
            ((3, 11), Officer, Act::DeemAccepted),
            Some("SVC-03"),
        ),
        (
            "another agency, named (LIC-05)",
            got(receive()),
            ((3, 3), Officer, decline(DeclineGround::OtherAgency, "由水利部门办理", Some("水利局"))),
            None,
        ),
        (
            "another agency, not named (LIC-05)",
            got(receive()),
            ((3, 3), Officer, decline(DeclineGround::OtherAgency, "不归我们", None)),
            Some("LIC-05"),
        ),
        (
            "declined without a reason (LIC-28)",
            got(receive()),
            ((3, 3), Officer, decline(DeclineGround::NotNeeded, " ", None)),
            Some("LIC-28"),
        ),
        (
            "declined after acceptance (LIC-09)",
            accepted(),
            ((3, 4), Officer, decline(DeclineGround::NotNeeded, "x", None)),
            Some("LIC-09"),
        ),
    ]);
}

#[test]
fn reviewing_and_deciding() {
    let stopped = with(accepted(), ((3, 10), Officer, stop(SpecialKind::ExpertReview, 15)));
    let once = with(verified(), ((3, 10), AgencyHead, extend("情况复杂")));
    let told = with(verified(), ((3, 5), Officer, Act::TellHearing));
    let chair = |name: &str, day| Act::ScheduleHearing { on: date(2025, 3, day), chair: PersonId::new(name) };
    check(vec![
        ("two checkers (LIC-12)", accepted(), ((3, 4), Officer, verify(&["a", "b"])), None),
        ("one checker twice (LIC-12)", accepted(), ((3, 4), Officer, verify(&["a", "a"])), Some("LIC-12")),
        (
            "the applicant checks (回避)",
            accepted(),
            ((3, 4), Officer, verify(&["a", "citizen"])),
            Some("LIC-26A"),
        ),
        ("granted after verification", verified(), ((3, 5), AgencyHead, decide(true, "")), None),
        (
            "granted without verification (LIC-12)",
            accepted(),
            ((3, 5), AgencyHead, decide(true, "")),
            Some("LIC-12"),
        ),
        (
            "refused without a reason (LIC-28)",
            verified(),
            ((3, 5), AgencyHead, decide(false, " ")),
            Some("LIC-28"),
        ),
        ("refused with one (LIC-28)", verified(), ((3, 5), AgencyHead, decide(false, "不符合条件c1")), None),
        (
            "a listed procedure stops the clock (LIC-19)",
            accepted(),
            ((3, 10), Officer, stop(SpecialKind::ExpertReview, 15)),
            None,
        ),
        (
            "one the guide does not list (LIC-19)",
            accepted(),
            ((3, 10), Officer, stop(SpecialKind::Auction, 5)),
            Some("LIC-19"),
        ),
        (
            "longer than told (LIC-20)",
            accepted(),
            ((3, 10), Officer, stop(SpecialKind::ExpertReview, 16)),
            Some("LIC-20"),
        ),
        ("no decision while stopped", stopped, ((3, 11), AgencyHead, decide(true, "")), Some("SVC-01")),
        ("extended on the last day (LIC-15)", verified(), ((3, 31), AgencyHead, extend("情况复杂")), None),
        ("a day late (LIC-15)", verified(), ((4, 1), AgencyHead, extend("情况复杂")), Some("LIC-15")),
        ("without a reason (LIC-15)", verified(), ((3, 10), AgencyHead, extend("")), Some("LIC-15")),
        ("a second time (LIC-15)", once, ((3, 11), AgencyHead, extend("再来")), Some("LIC-15")),
        (
            "decided while the right to a hearing runs (LIC-23)",
            told.clone(),
            ((3, 12), AgencyHead, decide(true, "")),
            Some("LIC-23"),
        ),
        (
            "decided the day after it ran out (LIC-23)",
            told.clone(),
            ((3, 13), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "decided after a waiver (LIC-23)",
            with(told.clone(), ((3, 6), Citizen, Act::WaiveHearing)),
            ((3, 6), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "decided though a hearing was asked for (LIC-23)",
            with(told.clone(), ((3, 6), Citizen, Act::AskHearing)),
            ((3, 20), AgencyHead, decide(true, "")),
            Some("LIC-23"),
        ),
        (
            "asked for a day too late (LIC-23)",
            told.clone(),
            ((3, 13), Citizen, Act::AskHearing),
            Some("LIC-23"),
        ),
        (
            "a hearing seven working days ahead (LIC-25)",
            told.clone(),
            ((3, 6), Officer, chair("c", 17)),
            None,
        ),
        ("six working days ahead (LIC-25)", told.clone(), ((3, 6), Officer, chair("c", 14)), Some("LIC-25")),
        ("chaired by a checker (LIC-26)", told, ((3, 6), Officer, chair("a", 20)), Some("LIC-26")),
        (
            "withdrawn before the decision",
            accepted(),
            ((3, 5), Citizen, Act::Withdraw { reason: "不办了".into() }),
            None,
        ),
        ("amber a day before 80 % (LIC-14)", accepted(), ((3, 12), Clock, Act::TurnAmber), Some("LIC-14")),
        ("amber at 8 of 10 (LIC-14)", accepted(), ((3, 13), Clock, Act::TurnAmber), None),
        ("overdue on the last day", accepted(), ((3, 17), Clock, Act::TurnOverdue), Some("LIC-14")),
        ("overdue the day after (LIC-47)", accepted(), ((3, 18), Clock, Act::TurnOverdue), None),
    ]);
}

#[test]
fn closing() {
    let decided = || with(verified(), ((3, 5), AgencyHead, decide(true, "")));
    let delivered = with(decided(), ((3, 6), Officer, Act::Deliver { way: "邮寄".into() }));
    check(vec![
        (
            "delivered after the decision (LIC-21)",
            decided(),
            ((3, 19), Officer, Act::Deliver { way: "窗口".into() }),
            None,
        ),
        ("not before", verified(), ((3, 5), Officer, Act::Deliver { way: "窗口".into() }), Some("SVC-01")),
        ("archived once closed (ARC-01)", delivered.clone(), ((3, 7), Officer, Act::Archive), None),
        ("not before it is closed", decided(), ((3, 7), Officer, Act::Archive), Some("SVC-01")),
        (
            "nothing changes a closed case",
            delivered,
            ((3, 8), AgencyHead, decide(false, "x")),
            Some("SVC-02"),
        ),
        (
            "not withdrawn after the decision",
            decided(),
            ((3, 6), Citizen, Act::Withdraw { reason: "x".into() }),
            Some("SVC-01"),
        ),
    ]);
}

#[test]
fn consulting() {
    let consult = |authorisation: &str| Act::Consult {
        reason: "核查群众反映的问题".into(),
        authorisation: authorisation.into(),
    };
    let delivered = with(
        with(verified(), ((3, 5), AgencyHead, decide(true, ""))),
        ((3, 6), Officer, Act::Deliver { way: "邮寄".into() }),
    );
    check(vec![
        ("under a document (DAT-16)", accepted(), ((3, 4), Inspector, consult("模监〔2025〕3号")), None),
        ("without one (DAT-16)", accepted(), ((3, 4), Inspector, consult(" ")), Some("DAT-16")),
        ("of a closed case too", delivered, ((3, 9), Inspector, consult("模监〔2025〕3号")), None),
        (
            "not before there is a case",
            vec![],
            ((3, 4), Inspector, consult("模监〔2025〕3号")),
            Some("SVC-01"),
        ),
    ]);
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    for day in [4, 5, 5] {
        story.then(date(2025, 3, day), Inspector, consult("模监〔2025〕3号")).unwrap();
    }
    let days: Vec<Date> = story.case.consulted.iter().map(|mark| mark.on).collect();
    assert_eq!(days, [date(2025, 3, 5); 2], "the ledger keeps all of them, the state the last day's");
}

#[test]
fn silence_dates_acceptance_back_to_receipt() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    assert_eq!(story.case.due_acts(date(2025, 3, 10), &story.calendar).len(), 0);
    assert!(matches!(story.case.due_acts(date(2025, 3, 11), &story.calendar)[..], [Act::DeemAccepted]));
    story.then(date(2025, 3, 11), Clock, Act::DeemAccepted).unwrap();
    let accepted = story.case.accepted.as_ref().unwrap();
    assert_eq!((accepted.from, accepted.on, accepted.deemed), (date(2025, 3, 3), date(2025, 3, 11), true));
    assert_eq!(
        story.case.docket(&story.calendar).due,
        Some(date(2025, 3, 17)),
        "ten working days from receipt, not from the silence"
    );
}

#[test]
fn a_special_procedure_gives_its_days_back() {
    let mut story = Story::of(permit());
    for (day, act) in [
        (3, receive()),
        (3, Act::Accept),
        (10, stop(SpecialKind::ExpertReview, 15)),
        (17, Act::Resume { result: "通过".into() }),
    ] {
        story.then(date(2025, 3, day), Officer, act).unwrap();
    }
    assert_eq!(
        story.case.docket(&story.calendar).due,
        Some(date(2025, 3, 24)),
        "five working days later than 17 March"
    );
}

#[test]
fn a_limit_beyond_the_calendar_is_provisional_and_never_overdue() {
    let mut story = Story::of(permit());
    story.then(date(2026, 12, 25), Citizen, receive()).unwrap();
    story.then(date(2026, 12, 28), Officer, Act::Accept).unwrap();
    assert_eq!(story.case.docket(&story.calendar).due, None);
    assert!(story.case.due_acts(date(2027, 6, 1), &story.calendar).is_empty());
    assert_eq!(story.then(date(2027, 6, 1), Clock, Act::TurnOverdue).unwrap_err().rule.id, "LIC-14");
}

#[test]
fn what_may_not_be_published() {
    let refuse = |change: fn(&mut Definition)| {
        let (calendar, nothing) = (Calendar::shipped(), Shelf(Arc::new(())));
        let manager = person("manager", Role::CatalogueManager);
        let mut definition = permit();
        change(&mut definition);
        let mut item = Item::default();
        let complete = ItemAct::Complete { definition: Box::new(definition) };
        act_on(&mut item, &complete, &manager, date(2025, 1, 2), &nothing, &calendar).unwrap();
        act_on(&mut item, &ItemAct::Publish, &manager, date(2025, 1, 2), &nothing, &calendar)
            .err()
            .map(|refusal| refusal.rule.id)
    };
    assert_eq!(refuse(|_| {}), None);
    assert_eq!(refuse(|item| item.conditions.clear()), Some("LIC-02"), "行政许可法 30");
    assert_eq!(refuse(|item| item.materials[0].condition = "none".into()), Some("LIC-03"), "行政许可法 31");
    assert_eq!(refuse(|item| item.promised.days = 21), Some("LIC-47"), "优化营商环境条例 36");
    assert_eq!(refuse(|item| item.promised.days = 20), None, "as long as the law is allowed");
    assert_eq!(refuse(|item| (item.online, item.in_hall) = (false, false)), Some("LIC-50"));
    assert_eq!(refuse(|item| item.fee.charged = true), Some("LIC-02"), "a fee needs its basis");
    let by_circular = |item: &mut Definition| {
        item.task_type = 1;
        item.bases
            .iter_mut()
            .for_each(|support| support.basis.statute = "某县关于加强管理的通知".into());
    };
    assert_eq!(refuse(by_circular), Some("LIC-01"), "行政许可法 17");
}

#[test]
fn every_shipped_item_can_be_published_and_applied_for() {
    let items = Definition::read_all(crate::ITEMS).unwrap();
    assert_eq!(items.len(), 30);
    for definition in items {
        let id = definition.id.clone();
        let instant = definition.project_type == "instant";
        assert!(instant || definition.project_type == "commitment", "{id}");
        published(definition);
    }
}

#[test]
fn states_survive_storage() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let text = serde_json::to_string(&story.case).unwrap();
    let back: Case = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
}
