//! 规格表。 One row, one rule; dates on both sides of every edge; the source stands in the row.

mod at_once;
mod false_material;
mod fees;
mod first_review;
mod hearing;
mod inspection;
mod interested;
mod intermediary;
mod limits;
mod outside;
mod parcels;
mod personal;
mod publicity;
mod renewing;
mod retention;
mod signature;
mod silence;
mod spared;

pub(crate) use fees::on_publication;

use crate::case::{Act, Case, Channel, DeclineGround, Fact, Missing, Paper};
use crate::definition::{Definition, LimitWith, Special, SpecialKind};
use crate::item::Item;
use crate::part::Parent;
use fadu_kernel::rows::Outcome;
use fadu_kernel::{
    Actor, Calendar, Catalogue, Ctx, Matter, MatterId, Moment, OrgId, PersonId, Refusal, Region, Role,
    Sealed, Stamp,
};
use jiff::civil::{Date, date};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

type Held = Arc<dyn Any + Send + Sync>;

struct Shelf {
    item: Held,
    fees: BTreeMap<MatterId, Held>,
}

impl Shelf {
    fn of(item: impl Any + Send + Sync) -> Shelf {
        Shelf { item: Arc::new(item), fees: fees::listed() }
    }
}

impl Catalogue for Shelf {
    fn get(&self, kind: &str, id: MatterId) -> Option<&Held> {
        match kind {
            "item" => (id == MatterId(1)).then_some(&self.item),
            "fee" => self.fees.get(&id),
            _ => None,
        }
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
    crate::spec_item::published(definition, date(2025, 1, 2))
}

impl Story {
    fn of(definition: Definition) -> Story {
        Story {
            case: Case::default(),
            shelf: Shelf::of(published(definition)),
            calendar: Calendar::shipped(),
        }
    }

    /// The next year's notice is loaded, and the case read again as it was stored.
    fn load_next_year(&mut self) {
        let next = "notice 测试〔2026〕1号 issued 2026-11-05 for 2027\noff 2027-01-01 2027-01-03 元旦";
        let next = fadu_kernel::calendar::Notice::parse(next).unwrap();
        let notices = self.calendar.notices().iter().cloned().chain([next]);
        self.calendar = Calendar::from_notices(notices.collect());
        self.case = serde_json::from_str(&serde_json::to_string(&self.case).unwrap()).unwrap();
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
    let line = Missing { material: id.into(), what: "缺".into(), on_the_spot: false, on_paper: false };
    Act::GiveNotice { missing: vec![line] }
}

fn supplement(id: &str) -> Act {
    Act::Supplement { materials: [(id.to_owned(), Paper::default())].into() }
}

fn verify(checkers: &[&str]) -> Act {
    Act::Verify {
        checkers: checkers.iter().map(|name| PersonId::new(name)).collect(),
        passed: true,
        note: "符合".into(),
        interested: false,
    }
}

fn confirm(agrees: bool, note: &str) -> Act {
    Act::ConfirmCheck { agrees, note: note.into() }
}

fn schedule(chair: &str, day: i8) -> Act {
    Act::ScheduleHearing {
        on: date(2025, 3, day),
        time: "09:30".into(),
        place: "政务服务大厅三楼会议室".into(),
        chair: PersonId::new(chair),
    }
}

fn interested() -> Act {
    let Act::Verify { checkers, passed, note, .. } = verify(&["officer", "agency_head"]) else {
        unreachable!()
    };
    Act::Verify { checkers, passed, note, interested: true }
}

fn extend(reason: &str) -> Act {
    Act::Extend { reason: reason.into() }
}

fn decide(granted: bool, reason: &str) -> Act {
    Act::Decide { granted, reason: reason.into(), false_material: false, evidence: Vec::new() }
}

fn stop(kind: SpecialKind, days: u16) -> Act {
    Act::Stop { kind, days }
}

fn decline(ground: DeclineGround, reason: &str, target: Option<&str>) -> Act {
    Act::Decline { ground, reason: reason.into(), target: target.map(str::to_owned) }
}

fn correct() -> Act {
    Act::Correct { what: "经营地址".into(), from: "模拟路1号".into(), to: "模拟路11号".into() }
}

fn withdraw(statement: &str) -> Act {
    Act::Withdraw { reason: "不办了".into(), statement: statement.into() }
}

use Role::{AgencyHead, Citizen, Clock, Inspector, Officer, WindowClerk};

type Step = ((i8, i8), Role, Act);
/// Steps that must go through, the last act, and `None` (done) or the id of the rule that refuses it.
type Row = (&'static str, Vec<Step>, Step, Option<&'static str>);

/// The rows of the definition they run on.
type Table = (fn() -> Definition, Vec<Row>);

fn tables() -> Vec<Table> {
    vec![
        (permit, receiving_and_accepting()),
        (permit, reviewing_and_deciding()),
        (permit, confirming_the_check()),
        (permit, interested::rows()),
        (permit, hearing::rows()),
        (inspection::inspected, inspection::rows()),
        (first_review::below, first_review::rows()),
        (permit, first_review::of_one_organ()),
        (permit, inspection::of_no_inspection()),
        (permit, closing()),
        (permit, limits::rows()),
        (silence::no_permit, silence::of_no_permit()),
        (silence::at_once, silence::not_told_on_the_spot()),
        (silence::by_the_calendar, silence::after_days_of_the_calendar()),
        (silence::without_a_consequence, silence::after_days_without_a_consequence()),
        (permit, consulting()),
        (permit, issuing_notices()),
        (heard, with_a_hearing()),
        (permit, in_a_joint_case()),
        (spared::by_a_source, spared::with_a_source()),
        (spared::by_a_promise, spared::with_a_promise()),
        (spared::cancelled, spared::with_a_cancelled_proof()),
        (spared::registration, spared::of_a_registration()),
        (service, telling_once()),
        (permit, renewing::rows()),
        (false_material::concerns_safety, false_material::of_what_concerns_safety()),
        (permit, signature::of_the_applicant()),
        (signature::sealed, signature::of_another_body()),
        (intermediary::bought, intermediary::rows()),
        (permit, parcels::rows()),
        (outside::handled_elsewhere, outside::rows()),
        (fees::of_a_service, fees::charging()),
        (fees::of_a_service, fees::paying()),
        (fees::of_a_permit, fees::of_permits()),
    ]
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (definition, rows) in tables() {
        for (name, given, ((month, day), role, act), expected) in rows {
            let mut story = Story::of(definition());
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
}

/// What was done and is held against a limit: the fact says that the limit was not kept.
fn noted() -> Vec<(&'static str, Vec<Step>, Step, bool)> {
    let decided = || with(verified(), ((3, 5), AgencyHead, decide(true, "")));
    let deliver = || Act::Deliver { way: "窗口".into() };
    vec![
        ("delivered on working day 10 (LIC-21)", decided(), ((3, 19), Officer, deliver()), true),
        ("delivered on working day 11 (LIC-21)", decided(), ((3, 20), Officer, deliver()), false),
        (
            "decided on the last day promised (LIC-14)",
            verified(),
            ((3, 17), AgencyHead, decide(true, "")),
            true,
        ),
        (
            "signed for on working day 10, known two days later (LIC-21, SVC-23)",
            parcels::posted(),
            ((3, 21), Clock, parcels::signed(19)),
            true,
        ),
        (
            "posted in time, signed for on working day 11 (LIC-21, SVC-23)",
            parcels::posted(),
            ((3, 20), Clock, parcels::signed(20)),
            false,
        ),
        ("decided on working day 21 (LIC-14)", verified(), ((4, 1), AgencyHead, decide(true, "")), false),
        renewing::asked_for("renewal asked 30 days before expiry (LIC-30, CAL-09)", (4, 2), true),
        renewing::asked_for("renewal asked 29 days before expiry (LIC-30, CAL-09)", (4, 1), false),
    ]
}

#[test]
fn what_is_late_is_done_and_says_so() {
    for (name, given, ((month, day), role, act), in_time) in noted() {
        let mut story = Story::of(permit());
        for ((month, day), role, act) in given {
            story.then(date(2025, month, day), role, act).unwrap();
        }
        let actor = person(role.name(), role);
        let facts =
            act_on(&mut story.case, &act, &actor, date(2025, month, day), &story.shelf, &story.calendar)
                .unwrap();
        let kept = facts.iter().all(|fact| {
            matches!(
                fact,
                Fact::Delivered { in_time: Some(true), .. }
                    | Fact::Decided { in_law: Some(true), .. }
                    | Fact::RenewalNamed { in_time: true, .. }
                    | Fact::ParcelNoted { .. }
            )
        });
        assert_eq!(kept, in_time, "{name}");
    }
}

/// What `fadu law rules` shows is what is run here, and every rule is shown from both sides.
#[test]
fn the_rows_that_ship_are_these() {
    let row = |expected: Option<&str>| if expected.is_some() { Outcome::Refused } else { Outcome::Passes };
    let mut rows: Vec<(&str, Outcome)> = Vec::new();
    for (_, table) in tables() {
        rows.extend(table.into_iter().map(|(name, _, _, expected)| (name, row(expected))));
    }
    rows.extend(publications().into_iter().map(|(name, _, expected)| (name, row(expected))));
    rows.extend(
        crate::spec_item::rows()
            .into_iter()
            .chain(personal::rows())
            .chain(retention::rows())
            .chain(false_material::again())
            .chain(fees::rows())
            .map(|(name, expected)| (name, row(expected))),
    );
    rows.extend(
        noted()
            .into_iter()
            .map(|(name, _, _, kept)| (name, if kept { Outcome::Passes } else { Outcome::Noted })),
    );
    rows.extend(
        crate::spec_item::prompted()
            .into_iter()
            .map(|(name, _, said)| (name, if said.is_some() { Outcome::Noted } else { Outcome::Passes })),
    );
    rows.extend(
        at_once::noted()
            .into_iter()
            .chain(inspection::noted())
            .chain(hearing::noted())
            .map(|(name, _, _, _, kept)| (name, if kept { Outcome::Passes } else { Outcome::Noted })),
    );
    rows.extend(
        intermediary::noted()
            .into_iter()
            .map(|(name, _, shown)| (name, if shown { Outcome::Noted } else { Outcome::Passes })),
    );
    rows.extend(
        first_review::noted()
            .into_iter()
            .map(|(name, _, kept)| (name, if kept { Outcome::Passes } else { Outcome::Noted })),
    );
    rows.extend(
        retention::noted()
            .into_iter()
            .map(|(name, kept)| (name, if kept { Outcome::Passes } else { Outcome::Noted })),
    );
    let named = publicity::named();
    rows.extend(
        named
            .iter()
            .map(|(name, _, held)| (*name, if *held { Outcome::Noted } else { Outcome::Passes })),
    );
    assert_eq!(fadu_kernel::rows::write(rows), crate::ROWS, "rows.tsv is to say exactly this");
    for rule in crate::rules::ALL {
        let of_rule = |refused: bool| {
            let mut all = fadu_kernel::rows::read(crate::ROWS);
            all.any(|row| row.rule == rule.id && (row.outcome != Outcome::Passes) == refused)
        };
        assert!(of_rule(false) && of_rule(true), "{} lacks a row that passes or one that does not", rule.id);
    }
}

/// A permit that the law makes subject to a hearing.
fn heard() -> Definition {
    Definition { hearing: "mandatory".into(), ..permit() }
}

fn with_a_hearing() -> Vec<Row> {
    let chair = schedule("c", 20);
    let told = with(verified(), ((3, 5), Officer, Act::TellHearing));
    let held = with(with(told, ((3, 6), Officer, chair)), ((3, 20), Officer, hearing::record(&[])));
    vec![
        (
            "decided without the record of a hearing that must be held (LIC-22)",
            verified(),
            ((3, 5), AgencyHead, decide(true, "")),
            Some("LIC-22"),
        ),
        ("decided on its record (LIC-22)", held, ((3, 21), AgencyHead, decide(true, "")), None),
    ]
}

/// The same without a permit.
fn service() -> Definition {
    Definition { task_type: 20, ..permit() }
}

fn telling_once() -> Vec<Row> {
    let (asked, got) = (asked(), vec![((3, 3), Citizen, receive_without(&asked()))]);
    let told = with(got.clone(), ((3, 4), Officer, missing(&asked)));
    let nothing = || Act::GiveNotice { missing: Vec::new() };
    vec![
        (
            "no permit, told of what is missing (LIC-48)",
            got.clone(),
            ((3, 4), Officer, missing(&asked)),
            None,
        ),
        ("no permit, told a second time (LIC-48)", told, ((3, 5), Officer, missing(&asked)), Some("LIC-48")),
        ("no permit, told of nothing (LIC-48)", got.clone(), ((3, 4), Officer, nothing()), Some("LIC-48")),
        (
            "no permit, declined without having been told (LIC-48)",
            got,
            ((3, 4), Officer, decline(DeclineGround::NotSupplemented, "材料不全", None)),
            Some("LIC-48"),
        ),
    ]
}

/// 市场主体登记, as its regulation has it.
fn registers(item: &mut Definition) {
    let workdays = |days| LimitWith { days, unit: "workday".into(), basis: None, simulated: false };
    item.bases[0].basis = fadu_kernel::Basis::article("市场主体登记管理条例", 3);
    item.bases[0].supports = "setting".into();
    item.bases[0].level = Some(crate::code_list::Level::AdministrativeRegulation);
    item.promised = workdays(1);
    item.statutory = workdays(3);
    item.extension = Some(workdays(3));
}

fn public_investment(item: &mut Definition) {
    item.bases[0].basis = fadu_kernel::Basis::article("政府投资条例", 9);
    item.bases[0].supports = "setting".into();
    item.bases[0].level = Some(crate::code_list::Level::AdministrativeRegulation);
    let code = item.fields.iter_mut().find(|field| field.id == "project_code");
    code.unwrap().required = true;
}

/// Whoever applies without the code is sent to get one; an item of another kind takes it or leaves it.
#[test]
fn a_government_investment_is_dealt_with_by_its_code() {
    let mut definition = permit();
    public_investment(&mut definition);
    for (definition, sealed, rule) in [
        (definition.clone(), Sealed::new(), Some("LIC-63")),
        (definition, Sealed::from([("project_code".to_owned(), "ab".repeat(32))]), None),
        (permit(), Sealed::new(), None),
    ] {
        let story = Story::of(definition);
        let ctx = Ctx {
            region: Region(420222),
            moment: Moment { ms: 0, today: date(2025, 3, 3) },
            actor: &person("citizen", Citizen),
            matter: MatterId(9),
            calendar: &story.calendar,
            catalogue: &story.shelf,
            sealed: &sealed,
        };
        let answer = Case::default().decide(&receive(), &ctx);
        assert_eq!(answer.err().map(|refusal| refusal.rule.id), rule);
    }
}

#[test]
fn the_hour_of_a_hearing_is_an_hour() {
    let at = |time: &str| Act::ScheduleHearing {
        on: date(2025, 3, 17),
        time: time.into(),
        place: "政务服务大厅三楼会议室".into(),
        chair: PersonId::new("c"),
    };
    assert!(Case::check(&at("09:30"), &BTreeMap::new()).is_ok());
    for wrong in ["", "上午", "25:00"] {
        assert_eq!(Case::check(&at(wrong), &BTreeMap::new()).unwrap_err()[0].field, "time", "{wrong}");
    }
    let old = r#"{"HearingScheduled":{"on":"2025-03-17","chair":"c"}}"#;
    assert!(
        matches!(serde_json::from_str(old), Ok(Fact::HearingScheduled { place, .. }) if place.is_empty())
    );
}

fn accepted() -> Vec<Step> {
    vec![((3, 3), Citizen, receive()), ((3, 3), Officer, Act::Accept)]
}

fn verified() -> Vec<Step> {
    confirmed(with(accepted(), ((3, 4), Officer, verify(&["officer", "agency_head"]))))
}

/// The second checker says so too, on the day of the check.
fn confirmed(mut steps: Vec<Step>) -> Vec<Step> {
    let day = steps[steps.len() - 1].0;
    steps.push((day, AgencyHead, confirm(true, "")));
    steps
}

fn with(mut steps: Vec<Step>, step: Step) -> Vec<Step> {
    steps.push(step);
    steps
}

fn missing_two(id: &str, other: &str) -> Act {
    let line = |id: &str| {
        let what = "缺".into();
        Missing { material: id.into(), what, on_the_spot: false, on_paper: false }
    };
    Act::GiveNotice { missing: vec![line(id), line(other)] }
}

/// Two papers are not there.
fn told_of_two() -> Vec<Step> {
    let mut materials = all_papers();
    materials.retain(|id, _| *id != asked() && id != "m4");
    let receive = Act::Receive { item: MatterId(1), channel: Channel::Online, materials };
    vec![((3, 3), Citizen, receive), ((3, 4), Officer, missing_two(&asked(), "m4"))]
}

/// One paper is not there, the other is not as the law has it.
fn told_of_one_wrong() -> Vec<Step> {
    vec![((3, 3), Citizen, receive_without("m4")), ((3, 4), Officer, missing_two(&asked(), "m4"))]
}

fn receiving_and_accepting() -> Vec<Row> {
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
    vec![
        ("an incomplete application is received", vec![], ((3, 3), Citizen, receive_without(&asked)), None),
        ("a paper outside the guide is not (LIC-03)", vec![], ((3, 3), Citizen, extra), Some("LIC-03")),
        ("an item outside the list (LIC-51)", vec![], ((3, 3), Citizen, unknown), Some("LIC-51")),
        (
            "a complete file of an open item is accepted (LIC-09, LIC-51)",
            got(receive()),
            ((3, 3), Officer, Act::Accept),
            None,
        ),
        (
            "an incomplete one is not yet (SVC-01)",
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
            "silence after one told paper of two came (LIC-08)",
            with(told_of_two(), ((3, 6), Citizen, supplement(&asked))),
            ((3, 14), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "silence after both told papers came, the last on its own day (LIC-08)",
            with(
                with(told_of_two(), ((3, 6), Citizen, supplement(&asked))),
                ((3, 7), Citizen, supplement("m4")),
            ),
            ((3, 17), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "silence after a paper told of as wrong was not brought anew (LIC-08)",
            with(told_of_one_wrong(), ((3, 6), Citizen, supplement("m4"))),
            ((3, 14), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "declined, one told paper of two having come (LIC-07)",
            with(told_of_two(), ((3, 6), Citizen, supplement(&asked))),
            ((3, 7), Officer, decline(DeclineGround::NotSupplemented, "未按告知补齐", None)),
            None,
        ),
        (
            "declined as not supplemented, all told papers having come (LIC-07)",
            with(noticed(4), ((3, 6), Citizen, supplement(&asked))),
            ((3, 7), Officer, decline(DeclineGround::NotSupplemented, "未按告知补齐", None)),
            Some("LIC-07"),
        ),
        (
            "silence on working day 5 is not yet acceptance",
            got(receive()),
            ((3, 10), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "silence after working day 5 is (LIC-04, LIC-08, SVC-03)",
            got(receive()),
            ((3, 11), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "silence counts from receipt, whatever was corrected on the spot since (LIC-08)",
            with(got(receive()), ((3, 5), WindowClerk, supplement(&asked))),
            ((3, 11), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "silence counts from receipt, whatever was brought unasked since (LIC-08)",
            with(got(receive_without(&asked)), ((3, 7), Citizen, supplement(&asked))),
            ((3, 11), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "silence on working day 5, whatever was brought unasked before it (LIC-08)",
            with(got(receive_without(&asked)), ((3, 7), Citizen, supplement(&asked))),
            ((3, 10), Clock, Act::DeemAccepted),
            Some("LIC-08"),
        ),
        (
            "silence counts from what the notice asked for, whatever was brought unasked since (LIC-08)",
            with(
                with(noticed(4), ((3, 6), Citizen, supplement(&asked))),
                ((3, 10), Citizen, supplement(&asked)),
            ),
            ((3, 14), Clock, Act::DeemAccepted),
            None,
        ),
        (
            "silence on working day 5 after what the notice asked for came (LIC-08)",
            with(noticed(4), ((3, 6), Citizen, supplement(&asked))),
            ((3, 13), Clock, Act::DeemAccepted),
            Some("LIC-08"),
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
            "put away with nothing said of it (LIC-04)",
            got(receive()),
            ((3, 4), Officer, Act::Archive),
            Some("LIC-04"),
        ),
        (
            "declined after acceptance (LIC-09)",
            accepted(),
            ((3, 4), Officer, decline(DeclineGround::NotNeeded, "x", None)),
            Some("LIC-09"),
        ),
    ]
}

fn reviewing_and_deciding() -> Vec<Row> {
    let stopped = with(accepted(), ((3, 10), Officer, stop(SpecialKind::ExpertReview, 15)));
    let once = with(verified(), ((3, 10), AgencyHead, extend("情况复杂")));
    let told = with(verified(), ((3, 5), Officer, Act::TellHearing));
    let chair = schedule;
    // Told and scheduled before anybody checked.
    let ahead = |role, name: &str| {
        let told = with(accepted(), ((3, 4), Officer, Act::TellHearing));
        with(told, ((3, 5), role, schedule(name, 17)))
    };
    let nowhere = Act::ScheduleHearing {
        on: date(2025, 3, 17),
        time: "09:30".into(),
        place: " ".into(),
        chair: PersonId::new("c"),
    };
    vec![
        (
            "two checkers, neither of them interested (LIC-12, LIC-26A)",
            accepted(),
            ((3, 4), Officer, verify(&["a", "b"])),
            None,
        ),
        ("one checker twice (LIC-12)", accepted(), ((3, 4), Officer, verify(&["a", "a"])), Some("LIC-12")),
        (
            "the applicant checks (LIC-26A)",
            accepted(),
            ((3, 4), Officer, verify(&["a", "citizen"])),
            Some("LIC-26A"),
        ),
        ("granted after verification (SVC-01)", verified(), ((3, 5), AgencyHead, decide(true, "")), None),
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
            "a listed procedure of the length told stops the clock (LIC-19, LIC-20)",
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
        (
            "no decision while stopped (SVC-01)",
            stopped,
            ((3, 11), AgencyHead, decide(true, "")),
            Some("SVC-01"),
        ),
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
            "asked for on working day 5 (LIC-23, CAL-09)",
            told.clone(),
            ((3, 12), Citizen, Act::AskHearing),
            None,
        ),
        (
            "asked for a day too late (LIC-23, CAL-09)",
            told.clone(),
            ((3, 13), Citizen, Act::AskHearing),
            Some("LIC-23"),
        ),
        (
            "told of the right to a hearing a second time (SVC-01)",
            told.clone(),
            ((3, 6), Officer, Act::TellHearing),
            Some("SVC-01"),
        ),
        (
            "a hearing asked for by the applicant a second time (SVC-01)",
            with(told.clone(), ((3, 6), Citizen, Act::AskHearing)),
            ((3, 7), Citizen, Act::AskHearing),
            Some("SVC-01"),
        ),
        (
            "a hearing waived after it was asked for (SVC-01)",
            with(told.clone(), ((3, 6), Citizen, Act::AskHearing)),
            ((3, 7), Citizen, Act::WaiveHearing),
            Some("SVC-01"),
        ),
        (
            "a hearing seven working days ahead, chaired by another (LIC-25, LIC-26)",
            told.clone(),
            ((3, 6), Officer, chair("c", 17)),
            None,
        ),
        ("six working days ahead (LIC-25)", told.clone(), ((3, 6), Officer, chair("c", 14)), Some("LIC-25")),
        ("notified without its place (LIC-25)", told.clone(), ((3, 6), Officer, nowhere), Some("LIC-25")),
        (
            "checked by two who do not chair its hearing (LIC-26)",
            ahead(Officer, "c"),
            ((3, 6), Officer, verify(&["a", "b"])),
            None,
        ),
        (
            "checked by the chair of its hearing (LIC-26)",
            ahead(Officer, "c"),
            ((3, 6), Officer, verify(&["a", "c"])),
            Some("LIC-26"),
        ),
        (
            "the check recorded by the chair of its hearing (LIC-26)",
            ahead(AgencyHead, "officer"),
            ((3, 6), Officer, verify(&["a", "b"])),
            Some("LIC-26"),
        ),
        ("chaired by a checker (LIC-26)", told, ((3, 6), Officer, chair("agency_head", 20)), Some("LIC-26")),
        (
            "of interest to others, who were told and let the time pass (LIC-13)",
            with(
                confirmed(with(accepted(), ((3, 4), Officer, interested()))),
                ((3, 5), Officer, Act::TellHearing),
            ),
            ((3, 13), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "of interest to others, who were not told (LIC-13)",
            confirmed(with(accepted(), ((3, 4), Officer, interested()))),
            ((3, 13), AgencyHead, decide(true, "")),
            Some("LIC-13"),
        ),
        (
            "decided by the head of the organ (LIC-38)",
            verified(),
            ((3, 5), AgencyHead, decide(true, "")),
            None,
        ),
        (
            "decided by bought-in window staff (LIC-38)",
            verified(),
            ((3, 5), WindowClerk, decide(true, "")),
            Some("LIC-38"),
        ),
        ("withdrawn before the decision", accepted(), ((3, 5), Citizen, withdraw("")), None),
        (
            "recorded at the window on the applicant's signed word (SVC-04)",
            accepted(),
            ((3, 5), WindowClerk, withdraw("3月5日申请人签名的撤回申请")),
            None,
        ),
        (
            "recorded at the window on nobody's word (SVC-04)",
            accepted(),
            ((3, 5), WindowClerk, withdraw(" ")),
            Some("SVC-04"),
        ),
        ("amber a day before 80 % (LIC-14)", accepted(), ((3, 12), Clock, Act::TurnAmber), Some("LIC-14")),
        ("amber at 8 of 10 (LIC-14)", accepted(), ((3, 13), Clock, Act::TurnAmber), None),
        ("overdue on the last day (LIC-14)", accepted(), ((3, 17), Clock, Act::TurnOverdue), Some("LIC-14")),
        ("overdue the day after (LIC-14, LIC-47)", accepted(), ((3, 18), Clock, Act::TurnOverdue), None),
    ]
}

/// 行政许可法 34: two or more check, and each of them says so.
fn confirming_the_check() -> Vec<Row> {
    let checked = || with(accepted(), ((3, 4), Officer, verify(&["officer", "agency_head"])));
    let by_others = || with(accepted(), ((3, 4), Officer, verify(&["agency_head", "b"])));
    let disagreed = || with(checked(), ((3, 4), AgencyHead, confirm(false, "现场与记录不符")));
    let grant = || ((3, 5), AgencyHead, decide(true, ""));
    vec![
        ("the second checker confirms (LIC-12)", checked(), ((3, 4), AgencyHead, confirm(true, "")), None),
        ("granted before the second checker confirmed (LIC-12)", checked(), grant(), Some("LIC-12")),
        (
            "confirmed by whoever recorded it (LIC-12)",
            checked(),
            ((3, 4), Officer, confirm(true, "")),
            Some("LIC-12"),
        ),
        (
            "confirmed by somebody who did not check (LIC-12)",
            by_others(),
            ((3, 4), Officer, confirm(true, "")),
            Some("LIC-12"),
        ),
        (
            "recorded by a third, confirmed by one of two (LIC-12)",
            with(by_others(), ((3, 4), AgencyHead, confirm(true, ""))),
            grant(),
            Some("LIC-12"),
        ),
        ("confirmed twice (LIC-12)", verified(), ((3, 4), AgencyHead, confirm(true, "")), Some("LIC-12")),
        (
            "the second checker disagrees without saying why (LIC-12)",
            checked(),
            ((3, 4), AgencyHead, confirm(false, " ")),
            Some("LIC-12"),
        ),
        ("granted though the second checker disagreed (LIC-12)", disagreed(), grant(), Some("LIC-12")),
        (
            "checked anew after the second checker disagreed (LIC-12)",
            confirmed(with(disagreed(), ((3, 5), Officer, verify(&["officer", "agency_head"])))),
            grant(),
            None,
        ),
        (
            "confirmed before anybody checked (SVC-01)",
            accepted(),
            ((3, 4), AgencyHead, confirm(true, "")),
            Some("SVC-01"),
        ),
    ]
}

#[test]
fn a_check_recorded_before_each_confirmed_is_done() {
    let old = r#"{"Verified":{"checkers":["a","b"],"passed":true,"note":"符合"}}"#;
    let mut story = Story::of(permit());
    for ((month, day), role, act) in accepted() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let officer = person("officer", Officer);
    story
        .case
        .evolve(&serde_json::from_str(old).unwrap(), &stamp(&officer, date(2025, 3, 4)));
    story.then(date(2025, 3, 5), AgencyHead, decide(true, "")).unwrap();
    let state = r#"{"on":"2025-03-04","checkers":["a","b"],"passed":true,"note":"符合"}"#;
    let old: crate::case::Verified = serde_json::from_str(state).unwrap();
    assert!(old.is_done());
}

#[test]
fn the_second_checker_has_a_task() {
    let mut story = Story::of(permit());
    let tasks = |story: &Story| -> Vec<String> {
        let docket = story.case.docket(&story.calendar);
        let of_staff = docket.tasks.into_iter().filter(|task| task.role != Clock);
        of_staff.map(|task| task.name).collect()
    };
    let mut seen = Vec::new();
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
        seen.extend(tasks(&story));
    }
    assert_eq!(seen, ["accept", "review", "confirm_check", "decide"]);
}

fn closing() -> Vec<Row> {
    let decided = || with(verified(), ((3, 5), AgencyHead, decide(true, "")));
    let delivered = with(decided(), ((3, 6), Officer, Act::Deliver { way: "窗口".into() }));
    vec![
        (
            "delivered after the decision (LIC-21)",
            decided(),
            ((3, 19), Officer, Act::Deliver { way: "窗口".into() }),
            None,
        ),
        (
            "not delivered before it is decided (SVC-01)",
            verified(),
            ((3, 5), Officer, Act::Deliver { way: "窗口".into() }),
            Some("SVC-01"),
        ),
        ("archived once closed (SVC-02)", delivered.clone(), ((3, 7), Officer, Act::Archive), None),
        (
            "not archived before it is closed (SVC-01)",
            decided(),
            ((3, 7), Officer, Act::Archive),
            Some("SVC-01"),
        ),
        (
            "a slip corrected while the case is open (SVC-01, SVC-02)",
            decided(),
            ((3, 6), Officer, correct()),
            None,
        ),
        (
            "a slip corrected before there is a case (SVC-01)",
            vec![],
            ((3, 3), Officer, correct()),
            Some("SVC-01"),
        ),
        (
            "a slip corrected once the case is closed (SVC-02)",
            delivered.clone(),
            ((3, 8), Officer, correct()),
            Some("SVC-02"),
        ),
        (
            "nothing changes a closed case (SVC-02)",
            delivered,
            ((3, 8), AgencyHead, decide(false, "x")),
            Some("SVC-02"),
        ),
        (
            "not withdrawn after the decision (SVC-01)",
            decided(),
            ((3, 6), Citizen, withdraw("")),
            Some("SVC-01"),
        ),
    ]
}

/// 联办的一项: opened by the system on 7 March, its papers having come on the 3rd.
fn part(one_clock: bool, told: bool) -> Act {
    let parent = Parent { joint: MatterId(7), item_code: "C1".into(), one_clock, told, ..Parent::default() };
    Act::ReceivePart {
        item: MatterId(1),
        channel: Channel::Online,
        materials: all_papers(),
        parent: Box::new(parent),
        received_on: date(2025, 3, 3),
    }
}

fn in_a_joint_case() -> Vec<Row> {
    let got = |one_clock, told| vec![((3, 7), Clock, part(one_clock, told))];
    let reviewed = |one_clock| {
        confirmed(with(
            with(got(one_clock, false), ((3, 7), Officer, Act::Accept)),
            ((3, 10), Officer, verify(&["officer", "agency_head"])),
        ))
    };
    let deliver = || Act::Deliver { way: "窗口".into() };
    let decided = with(reviewed(true), ((3, 11), AgencyHead, decide(true, "")));
    vec![
        (
            "an item of a joint case whose permits keep their own limits, extended by its organ (LIC-17)",
            reviewed(false),
            ((3, 11), AgencyHead, extend("情况复杂")),
            None,
        ),
        (
            "one under the limit over all departments (LIC-17)",
            reviewed(true),
            ((3, 11), AgencyHead, extend("情况复杂")),
            Some("LIC-17"),
        ),
        (
            "told by its organ on working day 5 after the papers came, the joint case having told nothing (LIC-07)",
            got(true, false),
            ((3, 10), Officer, missing(&asked())),
            None,
        ),
        (
            "told once by the joint case (LIC-07)",
            got(true, true),
            ((3, 7), Officer, missing(&asked())),
            Some("LIC-07"),
        ),
        (
            "silence counts from the day its papers came (LIC-08)",
            got(true, false),
            ((3, 11), Clock, Act::DeemAccepted),
            None,
        ),
        ("withdrawn with the whole (SVC-05)", got(true, false), ((3, 7), Clock, withdraw("")), None),
        ("handed over with the whole (SVC-05)", decided, ((3, 12), Clock, deliver()), None),
        (
            "a case of its own, withdrawn by the system (SVC-05)",
            accepted(),
            ((3, 5), Clock, withdraw("")),
            Some("SVC-05"),
        ),
        (
            "a case of its own, handed over by the system (SVC-05)",
            with(verified(), ((3, 5), AgencyHead, decide(true, ""))),
            ((3, 6), Clock, deliver()),
            Some("SVC-05"),
        ),
    ]
}

#[test]
fn a_part_has_no_limit_by_law_of_its_own_and_counts_from_the_day_its_papers_came() {
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 7), Clock, part(true, false)).unwrap();
    assert_eq!(story.case.received.as_ref().unwrap().on, date(2025, 3, 3));
    assert_eq!(story.case.notice_due, Some(date(2025, 3, 10)));
    story.then(date(2025, 3, 7), Officer, Act::Accept).unwrap();
    assert!(story.case.statutory.is_none() && story.case.promised.is_some());
    assert_eq!(story.case.applicant, Some(PersonId::new(&format!("form-{}", story.case.number))));
}

/// The item was revised on 5 March, between the application for the whole and the opening of this part.
#[test]
fn a_part_is_handled_under_the_version_of_the_day_of_application() {
    let mut item = published(permit());
    crate::spec_item::publish_again(&mut item, Definition { visits: 2, ..permit() }, date(2025, 3, 5));
    let day = |month: i8, day: i8| Some(date(2025, month, day));
    let before_the_first = day(1, 1);
    for (applied_on, version) in [(day(3, 4), 1), (day(3, 5), 2), (before_the_first, 2), (None, 2)] {
        let mut story = Story::of(permit());
        story.shelf = Shelf::of(item.clone());
        let mut act = part(true, true);
        if let Act::ReceivePart { parent, .. } = &mut act {
            parent.applied_on = applied_on;
        }
        story.then(date(2025, 3, 7), Clock, act).unwrap();
        assert_eq!(story.case.item_version, version, "{applied_on:?}");
        story.then(date(2025, 3, 7), Officer, Act::Accept).unwrap();
    }
}

#[test]
fn whoever_applied_together_at_a_window_may_have_no_telephone() {
    let private: BTreeMap<String, String> =
        [("applicant_name", "甲"), ("applicant_number", "11010519491231002X")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into();
    assert!(Case::check(&part(true, false), &private).is_ok());
    assert_eq!(Case::check(&receive(), &private).unwrap_err()[0].field, "applicant_phone");
    let wrong = [("applicant_phone".to_owned(), "1".to_owned())]
        .into_iter()
        .chain(private)
        .collect();
    assert_eq!(Case::check(&part(true, false), &wrong).unwrap_err()[0].field, "applicant_phone");
}

fn consulting() -> Vec<Row> {
    let consult = |authorisation: &str| Act::Consult {
        reason: "核查群众反映的问题".into(),
        authorisation: authorisation.into(),
    };
    let delivered = with(
        with(verified(), ((3, 5), AgencyHead, decide(true, ""))),
        ((3, 6), Officer, Act::Deliver { way: "窗口".into() }),
    );
    vec![
        ("under a document (DAT-16)", accepted(), ((3, 4), Inspector, consult("模监〔2025〕3号")), None),
        ("without one (DAT-16)", accepted(), ((3, 4), Inspector, consult(" ")), Some("DAT-16")),
        ("of a closed case too", delivered, ((3, 9), Inspector, consult("模监〔2025〕3号")), None),
        (
            "not before there is a case (SVC-01)",
            vec![],
            ((3, 4), Inspector, consult("模监〔2025〕3号")),
            Some("SVC-01"),
        ),
    ]
}

fn issuing_notices() -> Vec<Row> {
    let issue = || Act::IssueNotice { seq: 7, kind: "受理通知书".into(), digest: "0".repeat(64) };
    let declined = with(
        vec![((3, 3), Citizen, receive())],
        ((3, 4), Officer, decline(DeclineGround::NotNeeded, "x", None)),
    );
    vec![
        ("a notice made by the system (SVC-03)", accepted(), ((3, 4), Clock, issue()), None),
        ("a notice made by hand (SVC-03)", accepted(), ((3, 4), Officer, issue()), Some("SVC-03")),
        ("a notice of a closed case (SVC-01)", declined, ((3, 5), Clock, issue()), None),
        (
            "a notice made a second time (SVC-01)",
            with(accepted(), ((3, 4), Clock, issue())),
            ((3, 5), Clock, issue()),
            Some("SVC-01"),
        ),
        ("a notice before there is a case (SVC-01)", vec![], ((3, 4), Clock, issue()), Some("SVC-01")),
    ]
}

#[test]
fn the_state_keeps_the_last_day_of_consulting() {
    let consult = || Act::Consult {
        reason: "核查群众反映的问题".into(),
        authorisation: "模监〔2025〕3号".into(),
    };
    let mut story = Story::of(permit());
    story.then(date(2025, 3, 3), Citizen, receive()).unwrap();
    for day in [4, 5, 5] {
        story.then(date(2025, 3, day), Inspector, consult()).unwrap();
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

type Publication = (&'static str, fn(&mut Definition), Option<&'static str>);

fn publications() -> Vec<Publication> {
    fn by_circular(item: &mut Definition) {
        item.task_type = 1;
        item.bases
            .iter_mut()
            .for_each(|support| support.basis.statute = "某县关于加强管理的通知".into());
    }
    fn from_an_intermediary(item: &mut Definition, statute: Option<&'static str>) {
        item.materials[0].origin = "intermediary".into();
        item.materials[0].basis = statute.map(|statute| fadu_kernel::Basis::article(statute, 7));
    }
    fn paid(item: &mut Definition, statute: Option<&'static str>) {
        let basis = statute.map(|statute| fadu_kernel::Basis::article(statute, 7));
        let post = crate::definition::Step::PAID.to_owned();
        item.steps.push(crate::definition::Step { name: "检测".into(), post, basis });
    }
    fn reviewed(item: &mut Definition, organ: &str, days: u16, statute: Option<&'static str>) {
        let basis = statute.map(|statute| fadu_kernel::Basis::article(statute, 43));
        item.first_review = Some(crate::definition::FirstReview { organ: organ.into(), days, basis });
    }
    fn named(item: &mut Definition, service: &str) {
        item.extended.intermediary = service.into();
    }
    fn charge(item: &mut Definition, codes: &[&str]) {
        let basis = item.bases.first().map(|support| support.basis.clone());
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        item.fee = crate::definition::Fee { charged: true, basis, codes };
    }
    vec![
        (
            "published: set by a law, complete, each paper with its condition (LIC-01, LIC-02, LIC-03)",
            |_| {},
            None,
        ),
        ("set by a county's circular (LIC-01)", by_circular, Some("LIC-01")),
        ("published without its conditions (LIC-02)", |item| item.conditions.clear(), Some("LIC-02")),
        (
            "a paper that serves no condition (LIC-03)",
            |item| item.materials[0].condition = "none".into(),
            Some("LIC-03"),
        ),
        ("promised in 20 days where the law has 20 (LIC-47)", |item| item.promised.days = 20, None),
        ("promised in 21 (LIC-47)", |item| item.promised.days = 21, Some("LIC-47")),
        ("in the hall only (LIC-50)", |item| (item.online, item.in_hall) = (false, true), None),
        ("through no channel (LIC-50)", |item| (item.online, item.in_hall) = (false, false), Some("LIC-50")),
        (
            "a paper from an intermediary that a law asks for (LIC-54)",
            |item| from_an_intermediary(item, Some("建筑法")),
            None,
        ),
        (
            "a paper from an intermediary that nothing asks for (LIC-54)",
            |item| from_an_intermediary(item, None),
            Some("LIC-54"),
        ),
        (
            "a paper from an intermediary that a circular asks for (LIC-54)",
            |item| from_an_intermediary(item, Some("某县关于加强管理的通知")),
            Some("LIC-54"),
        ),
        (
            "a paid service of a third party that a law asks for (LIC-34)",
            |item| paid(item, Some("建筑法")),
            None,
        ),
        (
            "a paid service of a third party that nothing asks for (LIC-34)",
            |item| paid(item, None),
            Some("LIC-34"),
        ),
        (
            "a paid service of a third party that a circular asks for (LIC-34)",
            |item| paid(item, Some("某县关于加强管理的通知")),
            Some("LIC-34"),
        ),
        (
            "reviewed below first, as a law has it (LIC-18)",
            |item| reviewed(item, "镇人民政府", 20, Some("行政许可法")),
            None,
        ),
        (
            "reviewed below first in 30 days by another law (LIC-18)",
            |item| reviewed(item, "镇人民政府", 30, Some("某条例")),
            None,
        ),
        (
            "reviewed below first in 21 days by the licensing law (LIC-18)",
            |item| reviewed(item, "镇人民政府", 21, Some("行政许可法")),
            Some("LIC-18"),
        ),
        (
            "reviewed below first, as nothing has it (LIC-18)",
            |item| reviewed(item, "镇人民政府", 20, None),
            Some("LIC-18"),
        ),
        (
            "reviewed below first, as a circular has it (LIC-18)",
            |item| reviewed(item, "镇人民政府", 20, Some("某县关于加强管理的通知")),
            Some("LIC-18"),
        ),
        (
            "reviewed below first by nobody in particular (LIC-18)",
            |item| reviewed(item, " ", 20, Some("行政许可法")),
            Some("LIC-18"),
        ),
        ("no intermediary named (LIC-34)", |item| named(item, "无"), None),
        (
            "an intermediary's service that no step and no paper shows (LIC-34)",
            |item| named(item, "委托测绘机构测量"),
            Some("LIC-34"),
        ),
        (
            "an intermediary's service whose step a law asks for (LIC-34)",
            |item| {
                named(item, "委托测绘机构测量");
                paid(item, Some("建筑法"));
            },
            None,
        ),
        ("a business registered in three working days, or three more (LIC-59)", registers, None),
        (
            "a business registered in four (LIC-59)",
            |item| {
                registers(item);
                item.statutory.days = 4;
            },
            Some("LIC-59"),
        ),
        (
            "a business registered in three calendar days (LIC-59)",
            |item| {
                registers(item);
                item.statutory.unit = "calendar".into();
            },
            Some("LIC-59"),
        ),
        (
            "a business registered with four more (LIC-59)",
            |item| {
                registers(item);
                item.extension = Some(LimitWith { days: 4, ..item.statutory.clone() });
            },
            Some("LIC-59"),
        ),
        ("a government investment whose form asks for the project code (LIC-63)", public_investment, None),
        (
            "a government investment whose form leaves the project code open (LIC-63)",
            |item| {
                public_investment(item);
                item.fields.iter_mut().for_each(|field| field.required = false);
            },
            Some("LIC-63"),
        ),
        (
            "a government investment whose form has no project code (LIC-63)",
            |item| {
                public_investment(item);
                item.fields.retain(|field| field.id != "project_code");
            },
            Some("LIC-63"),
        ),
        ("a fee without a law (LIC-32)", |item| item.fee.charged = true, Some("LIC-32")),
        ("a fee with its law, from the published list (LIC-32, LIC-58)", |item| charge(item, &["F1"]), None),
        ("a deposit from the published list (LIC-58)", |item| charge(item, &["F4"]), None),
        ("a fee that names no line of the list (LIC-58)", |item| charge(item, &[]), Some("LIC-58")),
        ("a permit that charges for its hearing (LIC-24)", |item| charge(item, &["F5"]), Some("LIC-24")),
        ("a fee outside the list (LIC-58)", |item| charge(item, &["F1", "F7"]), Some("LIC-58")),
    ]
}

#[test]
fn what_may_not_be_published() {
    for (name, change, expected) in publications() {
        let mut definition = permit();
        change(&mut definition);
        let answer = crate::spec_item::publish(definition, date(2025, 1, 2)).err();
        assert_eq!(answer, expected, "{name}");
    }
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

/// An answer of the window's questions names an option, and papers that are not always needed.
#[test]
fn what_a_situation_needs_is_on_the_list() {
    let items = Definition::read_all(crate::ITEMS).unwrap();
    let mut named = 0;
    for (item, situation) in items.iter().flat_map(|item| item.situations.iter().map(move |row| (item, row)))
    {
        for (option, papers) in &situation.needs {
            assert!(situation.options.contains(option), "{}: {option}", item.id);
            for paper in papers {
                assert!(
                    item.material(paper).is_some_and(|material| !material.required),
                    "{}: {paper}",
                    item.id
                );
                named += 1;
            }
        }
    }
    assert_eq!(named, 6);
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
