//! 登记册、知识、话务和线索的规格表。

use super::world::*;
use crate::calls::{Record, Tally};
use crate::desk::parameters::demonstration;
use crate::desk::register::Shift;
use crate::knowledge::Text;
use crate::words::{Mode, Nature};
use crate::{Calls, CallsAct, CallsFact, Desk, DeskAct, Knowledge, KnowledgeAct, Lead, LeadAct, LeadFact};
use fadu_kernel::{Matter, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};

pub type Step<A> = ((i8, i8), Who, A);
pub type Row<A> = (&'static str, Vec<Step<A>>, Step<A>, Option<&'static str>);

/// Every row with the rule that refused it, if one did.
pub fn run<M: Matter>(
    world: &World,
    rows: Vec<Row<M::Act>>,
) -> Vec<(&'static str, Option<&'static str>, Option<&'static str>)> {
    let day = |(month, day): (i8, i8)| date(2025, month, day);
    rows.into_iter()
        .map(|(name, given, (on, who, act), expected)| {
            let mut state = M::default();
            for (on, who, act) in given {
                world
                    .act(&mut state, OWN, who, day(on), &act)
                    .unwrap_or_else(|refusal| panic!("{name}: the way there was refused: {refusal}"));
            }
            let answer = world.act(&mut state, OWN, who, day(on), &act).err();
            (name, answer.map(|refusal| refusal.rule.id), expected)
        })
        .collect()
}

fn all() -> Vec<(&'static str, Option<&'static str>, Option<&'static str>)> {
    let world = World::open();
    let mut all = run::<Desk>(&world, desk());
    all.extend(run::<Knowledge>(&world, knowledge()));
    all.extend(run::<Calls>(&world, calls()));
    all.extend(run::<Lead>(&world, leads()));
    all.extend(run::<crate::Petition>(&world, super::petitions::table()));
    all.extend(run::<crate::Disclosure>(&world, super::disclosures::table()));
    all
}

/// Name and the rule that refused it, as they came out.
pub fn outcomes() -> Vec<(&'static str, Option<&'static str>)> {
    all().into_iter().map(|(name, answer, _)| (name, answer)).collect()
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, answer, expected) in all() {
        assert_eq!(answer, expected, "{name}");
    }
}

fn steps(acts: Vec<(Who, DeskAct)>) -> Vec<Step<DeskAct>> {
    acts.into_iter().map(|(who, act)| ((1, 2), who, act)).collect()
}

fn on_day(who: Who, act: DeskAct) -> Step<DeskAct> {
    ((1, 2), who, act)
}

/// All but the opening, with one parameter left out where it is named.
fn ready_without(missing: &str) -> Vec<Step<DeskAct>> {
    let mut acts = prepared();
    let parameters = demonstration().unwrap();
    acts.extend(
        parameters
            .iter()
            .filter(|(name, _)| name != missing)
            .map(|(name, value)| set(name, value)),
    );
    steps(acts)
}

fn with_roster(shifts: Vec<Shift>) -> Vec<Step<DeskAct>> {
    let mut ready = ready_without("");
    ready.push(on_day(DISPATCHER, DeskAct::SetRoster { shifts }));
    ready
}

fn desk() -> Vec<Row<DeskAct>> {
    let live = |demonstration| on_day(DISPATCHER, DeskAct::GoLive { demonstration });
    let days_only = || whole_week().into_iter().take(1).collect::<Vec<_>>();
    let opened = || steps(opened());
    let merge =
        |code, document| on_day(DISPATCHER, DeskAct::MergeLine { line: line(code, Mode::Full, document) });
    let appoint = |who, nature| on_day(who, DeskAct::Appoint { appointment: appointment("x", nature) });
    let category = |code: &str, name: &str| {
        let (code, name) = (code.to_owned(), name.to_owned());
        on_day(
            DISPATCHER,
            DeskAct::SetCategory { code, name, about: "说明".into(), reason: "按年度目录".into() },
        )
    };
    let retire = |code: &str| {
        on_day(DISPATCHER, DeskAct::RetireCategory { code: code.into(), reason: "并入其他类".into() })
    };
    let to = |unit: &str, power: Option<&str>| {
        let mut route = routes().remove(0);
        route.unit = OrgId::new(unit);
        route.power = power.map(str::to_owned);
        on_day(DISPATCHER, DeskAct::SetRoutes { routes: vec![route] })
    };
    let mut gap = ready_without("");
    gap.push(on_day(
        DISPATCHER,
        DeskAct::DropRoute { category: "03".into(), area: String::new(), reason: "机构改革".into() },
    ));
    vec![
        (
            "opened for demonstration, every parameter set (HOT-90, HOT-01)",
            ready_without(""),
            live(true),
            None,
        ),
        (
            "opened without a limit for arbitration (HOT-90)",
            ready_without("arbitration"),
            live(true),
            Some("HOT-90"),
        ),
        (
            "opened for a county on demonstration values (HOT-90)",
            ready_without(""),
            live(false),
            Some("HOT-90"),
        ),
        ("opened with nobody at night (HOT-01)", with_roster(days_only()), live(true), Some("HOT-01")),
        (
            "the roster of an open hotline changed, leaving the night empty (HOT-01)",
            opened(),
            on_day(DISPATCHER, DeskAct::SetRoster { shifts: days_only() }),
            Some("HOT-01"),
        ),
        ("opened with a group that nobody is competent for (HOT-06)", gap, live(true), Some("HOT-06")),
        ("a line merged under its document (HTL-03)", opened(), merge("12345-1", "模办〔2025〕1号"), None),
        ("a line merged under no document (HTL-03)", opened(), merge("12333", " "), Some("HTL-03")),
        ("a line merged twice (HTL-03)", opened(), merge("12315", "模办〔2025〕1号"), Some("HTL-03")),
        (
            "a township entered with a power of its own (HOT-06A)",
            opened(),
            to("甲镇", Some("4299970990100100")),
            None,
        ),
        ("a township entered without one (HOT-06A)", opened(), to("甲镇", None), Some("HOT-06A")),
        ("a body entered that nobody registered (HOT-06)", opened(), to("某公司", None), Some("HOT-06")),
        ("a category renamed and described anew (HOT-06)", opened(), category("0103", "物业与业委会"), None),
        (
            "a category added to a group somebody is competent for (HOT-06)",
            opened(),
            category("0110", "电梯"),
            None,
        ),
        ("two categories of one name (HOT-06)", opened(), category("0110", "物业服务"), Some("HOT-06")),
        (
            "what is happening now made a category to dispatch (HOT-05)",
            opened(),
            category("0909", "险情"),
            Some("HOT-05"),
        ),
        ("a category retired (HOT-06)", opened(), retire("0103"), None),
        ("a category retired that is not there (HOT-06)", opened(), retire("0199"), Some("HOT-06")),
        (
            "appointed for government supervision by the government (SUP-01)",
            opened(),
            appoint(GOVERNOR, Nature::Government),
            None,
        ),
        (
            "appointed for it by the hotline itself (SUP-01)",
            opened(),
            appoint(DISPATCHER, Nature::Government),
            Some("SUP-01"),
        ),
        (
            "appointed for supervision by a colleague (SUP-01)",
            opened(),
            appoint(DISPATCHER, Nature::Internal),
            None,
        ),
        (
            "appointed by oneself (SUP-01)",
            opened(),
            appoint(Who("x", Role::CatalogueManager, DESK), Nature::Internal),
            Some("SUP-01"),
        ),
    ]
}

fn knowledge() -> Vec<Row<KnowledgeAct>> {
    const DRAFTER: Who = Who("drafter", Role::Officer, "住建局");
    let until = date(2025, 3, 31);
    let draft = |text: Text| ((3, 3), DRAFTER, KnowledgeAct::Draft { text: Box::new(text) });
    let review = |who| ((3, 3), who, KnowledgeAct::Review { passed: true, note: String::new() });
    let publish = |month, day| ((month, day), DISPATCHER, KnowledgeAct::Publish);
    let bare = || Text { bases: vec![], ..text(until) };
    let foreign = || Text { owner: OrgId::new("交通局"), ..text(until) };
    let failed = ((3, 3), HEAD, KnowledgeAct::Review { passed: false, note: "依据有误".into() });
    vec![
        ("an entry drafted by its own department (KNO-02)", vec![], draft(text(until)), None),
        ("an entry drafted for another department (KNO-02)", vec![], draft(foreign()), Some("KNO-02")),
        ("an entry reviewed by another person (KNO-03)", vec![draft(text(until))], review(HEAD), None),
        (
            "an entry reviewed by its drafter (KNO-03)",
            vec![draft(text(until))],
            review(DRAFTER),
            Some("KNO-03"),
        ),
        (
            "published on its last day (KNO-01, KNO-03)",
            vec![draft(text(until)), review(HEAD)],
            publish(3, 31),
            None,
        ),
        (
            "published the day after (KNO-01)",
            vec![draft(text(until)), review(HEAD)],
            publish(4, 1),
            Some("KNO-01"),
        ),
        (
            "published without a basis (KNO-01)",
            vec![draft(bare()), review(HEAD)],
            publish(3, 3),
            Some("KNO-01"),
        ),
        ("published without a review (KNO-03)", vec![draft(text(until))], publish(3, 3), Some("KNO-03")),
        (
            "published after a failed review (KNO-03)",
            vec![draft(text(until)), failed],
            publish(3, 3),
            Some("KNO-03"),
        ),
    ]
}

pub fn hour(hour: u8, answered: u32) -> Record {
    let tally = |line: &str, answered| Tally {
        line: line.into(),
        inbound: answered + 3,
        answered,
        abandoned_early: 2,
        abandoned_late: 1,
        dropped: 0,
    };
    Record {
        hour,
        staffed: 3,
        lines: vec![tally("12345", answered), tally("12315", 1)],
        wait_seconds: 12 * (answered + 1),
        talk_seconds: 150 * (answered + 1),
        digest: "ab".repeat(32),
    }
}

fn calls() -> Vec<Row<CallsAct>> {
    let record = |on, of: Date, record: Record| (on, OPERATOR, CallsAct::Record { day: of, record });
    let third = date(2025, 3, 3);
    let once = || vec![record((3, 3), third, hour(9, 10))];
    let open = |day| CallsAct::Open { day };
    let correct =
        |reason: &str| ((3, 3), OPERATOR, CallsAct::Correct { record: hour(9, 11), reason: reason.into() });
    let mut elsewhere = hour(9, 10);
    elsewhere.lines[1].line = "12333".into();
    vec![
        ("an hour recorded from the exchange (HTL-04)", vec![], record((3, 3), third, hour(9, 10)), None),
        ("the same hour recorded again (HTL-04)", once(), record((3, 3), third, hour(9, 10)), Some("HTL-04")),
        ("an hour of tomorrow recorded (HTL-04)", vec![], record((3, 2), third, hour(9, 10)), Some("HTL-04")),
        (
            "an hour of another day recorded here (HTL-04)",
            once(),
            record((3, 4), date(2025, 3, 4), hour(9, 10)),
            Some("HTL-04"),
        ),
        ("an hour corrected with a reason (HTL-04)", once(), correct("漏计一条线路"), None),
        ("an hour corrected without one (HTL-04)", once(), correct(""), Some("HTL-04")),
        ("calls of a line nobody merged (HTL-03)", vec![], record((3, 3), third, elsewhere), Some("HTL-03")),
        ("a day opened by time on its eve (HTL-04)", vec![], ((3, 2), CLOCK, open(third)), None),
        ("a day opened before its eve (HTL-04)", vec![], ((3, 1), CLOCK, open(third)), Some("HTL-04")),
        ("a day opened that has its records (HTL-04)", once(), ((3, 3), CLOCK, open(third)), Some("HTL-04")),
        ("a day opened by hand (HOT-03B)", vec![], ((3, 3), OPERATOR, open(third)), Some("HOT-03B")),
        (
            "an hour recorded of a day that time opened (HTL-04)",
            vec![((3, 2), CLOCK, open(third))],
            record((3, 3), third, hour(9, 10)),
            None,
        ),
        (
            "the day closed by time when it is over (HOT-03B)",
            once(),
            ((3, 4), CLOCK, CallsAct::CloseDay),
            None,
        ),
        ("the day closed by hand (HOT-03B)", once(), ((3, 4), OPERATOR, CallsAct::CloseDay), Some("HOT-03B")),
        (
            "the day closed before it is over (HTL-04)",
            once(),
            ((3, 3), CLOCK, CallsAct::CloseDay),
            Some("HTL-04"),
        ),
    ]
}

pub fn propose(units: &[&str], persons: &[&str]) -> LeadAct {
    LeadAct::Propose {
        accused_units: units.iter().map(|unit| OrgId::new(unit)).collect(),
        accused_persons: persons.iter().map(|person| PersonId::new(person)).collect(),
        release_by: PersonId::new("reviewer"),
        to: OrgId::new("纪委监委"),
        receiver: PersonId::new("inspector"),
    }
}

fn leads() -> Vec<Row<LeadAct>> {
    const ANOTHER: Who = Who("inspector-2", Role::Inspector, "纪委监委");
    let by = |who, act| ((3, 3), who, act);
    let proposed = || vec![by(DISPATCHER, propose(&["住建局"], &["official"]))];
    let released = || [proposed(), vec![by(REVIEWER, LeadAct::Release)]].concat();
    let receive = || LeadAct::Receive { receipt: "收2025-1".into() };
    let readdress = |release_by: &str| LeadAct::Readdress {
        release_by: PersonId::new(release_by),
        to: OrgId::new("纪委监委"),
        receiver: PersonId::new("inspector-2"),
        reason: "原接收人调离".into(),
    };
    let alone = || match propose(&[], &[]) {
        LeadAct::Propose { accused_units, accused_persons, to, receiver, .. } => LeadAct::Propose {
            accused_units,
            accused_persons,
            to,
            receiver,
            release_by: PersonId::new("dispatcher"),
        },
        other => other,
    };
    vec![
        (
            "a lead proposed, its hands named and none of them accused (PET-08, SUP-04)",
            vec![],
            by(DISPATCHER, propose(&["住建局"], &["official"])),
            None,
        ),
        (
            "a lead against the inspectors it would go to (PET-08)",
            vec![],
            by(DISPATCHER, propose(&["纪委监委"], &[])),
            Some("PET-08"),
        ),
        (
            "a lead against the inspector named to receive it (PET-08)",
            vec![],
            by(DISPATCHER, propose(&[], &["inspector"])),
            Some("PET-08"),
        ),
        (
            "a lead against the person named to release it (PET-08)",
            vec![],
            by(DISPATCHER, propose(&[], &["reviewer"])),
            Some("PET-08"),
        ),
        (
            "a lead against the hotline's own bureau (PET-08)",
            vec![],
            by(DISPATCHER, propose(&[DESK], &[])),
            Some("PET-08"),
        ),
        (
            "a lead that one person would release alone (SUP-04)",
            vec![],
            by(DISPATCHER, alone()),
            Some("SUP-04"),
        ),
        ("released by the second person named (SUP-04)", proposed(), by(REVIEWER, LeadAct::Release), None),
        (
            "released by who proposed it (SUP-04)",
            proposed(),
            by(DISPATCHER, LeadAct::Release),
            Some("SUP-04"),
        ),
        (
            "released by somebody nobody looked at (PET-08)",
            proposed(),
            by(SUPERVISOR, LeadAct::Release),
            Some("PET-08"),
        ),
        (
            "received by the inspector named, with a receipt (SUP-04, PET-08)",
            released(),
            by(INSPECTOR, receive()),
            None,
        ),
        (
            "addressed anew by who proposed it (SUP-04)",
            released(),
            by(DISPATCHER, readdress("supervisor")),
            None,
        ),
        (
            "addressed anew and released by the same person (SUP-04)",
            released(),
            by(DISPATCHER, readdress("dispatcher")),
            Some("SUP-04"),
        ),
        (
            "addressed anew, received by who it was first for (PET-08)",
            [released(), vec![by(DISPATCHER, readdress("supervisor")), by(SUPERVISOR, LeadAct::Release)]]
                .concat(),
            by(INSPECTOR, receive()),
            Some("PET-08"),
        ),
        (
            "addressed anew, released by another and received (SUP-04)",
            [released(), vec![by(DISPATCHER, readdress("supervisor")), by(SUPERVISOR, LeadAct::Release)]]
                .concat(),
            by(ANOTHER, receive()),
            None,
        ),
        (
            "addressed anew, received before it was released again (SUP-04)",
            [released(), vec![by(DISPATCHER, readdress("supervisor"))]].concat(),
            by(ANOTHER, receive()),
            Some("SUP-04"),
        ),
        (
            "addressed anew by who has no hand in it (PET-08)",
            released(),
            by(SUPERVISOR, readdress("reviewer")),
            Some("PET-08"),
        ),
        (
            "addressed anew once it was received (SUP-04)",
            [released(), vec![by(INSPECTOR, receive())]].concat(),
            by(DISPATCHER, readdress("supervisor")),
            Some("SUP-04"),
        ),
        ("received by another inspector (PET-08)", released(), by(ANOTHER, receive()), Some("PET-08")),
        ("received before it was released (SUP-04)", proposed(), by(INSPECTOR, receive()), Some("SUP-04")),
    ]
}

#[test]
fn no_fact_of_a_lead_says_whom_it_names() {
    let world = World::open();
    let mut lead = Lead::default();
    let acts = [
        (DISPATCHER, propose(&["住建局"], &["official"])),
        (REVIEWER, LeadAct::Release),
        (INSPECTOR, LeadAct::Receive { receipt: "收2025-1".into() }),
        (INSPECTOR, LeadAct::Conclude),
    ];
    let mut told = String::new();
    for (who, act) in acts {
        let facts = world.act(&mut lead, OWN, who, date(2025, 3, 3), &act).unwrap();
        told += &serde_json::to_string(&facts).unwrap();
    }
    told += &serde_json::to_string(&lead).unwrap();
    assert!(!told.contains("住建局") && !told.contains("official"), "{told}");
    let docket = lead.docket(&world.calendar);
    assert_eq!((docket.title.as_str(), docket.facets.len(), docket.closed), ("线索（封存）", 0, true));
    assert!(Lead::check(&propose(&[], &[]), &[].into()).is_err(), "a lead without words is none");
}

#[test]
fn a_refused_lead_names_nobody_either() {
    let world = World::open();
    for act in [propose(&["纪委监委"], &[]), propose(&[], &["inspector"]), propose(&[DESK], &[])] {
        let refusal = world
            .act(&mut Lead::default(), OWN, DISPATCHER, date(2025, 3, 3), &act)
            .unwrap_err();
        for name in ["纪委监委", "inspector", DESK] {
            assert!(!refusal.because.contains(name), "{}", refusal.because);
        }
    }
}

#[test]
fn a_correction_strikes_what_was_said_and_a_missing_hour_is_counted() {
    let world = World::open();
    let (mut calls, third) = (Calls::default(), date(2025, 3, 3));
    let mut facts = Vec::new();
    let mut go = |calls: &mut Calls, who, day, act: CallsAct| {
        facts.extend(world.act(calls, MatterId(1), who, day, &act).unwrap());
    };
    go(&mut calls, OPERATOR, third, CallsAct::Record { day: third, record: hour(9, 10) });
    go(&mut calls, OPERATOR, third, CallsAct::Correct { record: hour(9, 12), reason: "漏计".into() });
    assert_eq!(calls.due_acts(third, &world.calendar).len(), 0);
    assert!(matches!(calls.due_acts(date(2025, 3, 4), &world.calendar)[..], [CallsAct::CloseDay]));
    go(&mut calls, CLOCK, date(2025, 3, 4), CallsAct::CloseDay);
    // A record that comes after the day was closed takes the place of the missing one.
    go(
        &mut calls,
        OPERATOR,
        date(2025, 3, 5),
        CallsAct::Correct { record: hour(10, 5), reason: "迟到".into() },
    );
    let sum = facts.iter().fold((0, 0, 0), |(hours, covered, answered), fact| match fact {
        CallsFact::HourRecorded { sum, .. }
        | CallsFact::HourStruck { sum, .. }
        | CallsFact::HourMissed { sum, .. } => {
            (hours + sum.hours, covered + sum.covered, answered + sum.answered)
        }
        CallsFact::DayOpened { .. } | CallsFact::DayClosed { .. } => (hours, covered, answered),
    });
    assert_eq!(sum, (24, 2, 13 + 6));
}

/// A day of which the exchange tells nothing has its twenty-four hours in the whole.
#[test]
fn a_day_without_a_record_is_missed_whole() {
    let world = World::open();
    let (mut calls, third) = (Calls::default(), date(2025, 3, 3));
    world
        .act(&mut calls, MatterId(1), CLOCK, date(2025, 3, 2), &CallsAct::Open { day: third })
        .unwrap();
    assert_eq!((calls.org.as_str(), calls.due_acts(third, &world.calendar).len()), (DESK, 0));
    let facts = world
        .act(&mut calls, MatterId(1), CLOCK, date(2025, 3, 4), &CallsAct::CloseDay)
        .unwrap();
    let missed = facts.iter().filter(|fact| matches!(fact, CallsFact::HourMissed { .. })).count();
    assert_eq!((missed, calls.hours.len(), calls.closed), (24, 24, true));
}

#[test]
fn an_exchange_record_that_does_not_add_up_is_no_record() {
    let mut record = hour(9, 10);
    record.lines[0].abandoned_late = 7;
    record.digest = "xyz".into();
    let act = CallsAct::Record { day: date(2025, 3, 3), record };
    let fields: Vec<String> = Calls::check(&act, &[].into())
        .unwrap_err()
        .into_iter()
        .map(|wrong| wrong.field)
        .collect();
    assert_eq!(fields, ["digest", "inbound"]);
}

#[test]
fn an_entry_can_be_revised_while_the_old_one_answers() {
    let world = World::open();
    let mut entry = Knowledge::default();
    const DRAFTER: Who = Who("drafter", Role::Officer, "住建局");
    let mut go = |entry: &mut Knowledge, day, who, act: KnowledgeAct| {
        world.act(entry, OWN, who, day, &act).unwrap();
    };
    let round = |go: &mut dyn FnMut(&mut Knowledge, Date, Who, KnowledgeAct), entry: &mut Knowledge, day| {
        go(entry, day, DRAFTER, KnowledgeAct::Draft { text: Box::new(text(date(2025, 12, 31))) });
        go(entry, day, HEAD, KnowledgeAct::Review { passed: true, note: String::new() });
        go(entry, day, DISPATCHER, KnowledgeAct::Publish);
    };
    round(&mut go, &mut entry, date(2025, 3, 3));
    go(
        &mut entry,
        date(2025, 4, 1),
        DRAFTER,
        KnowledgeAct::Draft { text: Box::new(text(date(2026, 12, 31))) },
    );
    assert_eq!(entry.in_force(date(2025, 4, 2)).map(|(version, _)| version), Some(1));
    round(&mut go, &mut entry, date(2025, 5, 6));
    assert_eq!(entry.in_force(date(2025, 5, 6)).map(|(version, _)| version), Some(2));
    go(&mut entry, date(2025, 6, 3), DISPATCHER, KnowledgeAct::Withdraw { reason: "政策废止".into() });
    assert_eq!(entry.in_force(date(2025, 6, 3)), None);
}

#[test]
fn a_new_number_of_seats_takes_the_place_of_the_old() {
    let world = World::with_desk(opened());
    let mut desk = Desk::default();
    let mut sum = (0, 0);
    let mut acts = vec![DeskAct::Open { name: "热线".into() }];
    acts.extend([20, 24].map(|seats| DeskAct::SetSeats {
        seats,
        residents: 1_000_000,
        source: "统计公报".into(),
    }));
    for act in acts {
        for fact in world.act(&mut desk, Desk::id(), DISPATCHER, date(2025, 3, 3), &act).unwrap() {
            if let crate::DeskFact::SeatsSet { seats, residents, .. }
            | crate::DeskFact::SeatsStruck { seats, residents } = fact
            {
                sum = (sum.0 + seats, sum.1 + residents);
            }
        }
    }
    assert_eq!(sum, (24, 1_000_000));
}

#[test]
fn transfers_are_counted_and_nothing_else_is_shown() {
    let world = World::open();
    let mut lead = Lead::default();
    world
        .act(&mut lead, OWN, DISPATCHER, date(2025, 3, 3), &propose(&[], &[]))
        .unwrap();
    let facts = world
        .act(&mut lead, OWN, REVIEWER, date(2025, 3, 4), &LeadAct::Release)
        .unwrap();
    assert!(matches!(&facts[..], [LeadFact::Transferred { to, .. }] if to.as_str() == "纪委监委"));
}
