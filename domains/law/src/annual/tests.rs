//! 规格表。 One row, one rule; both sides of every edge.

use super::*;
use fadu_kernel::rows::{self, Outcome};
use fadu_kernel::{Actor, Catalogue, Moment, PersonId, Region};
use std::any::Any;
use std::sync::Arc;

struct Nothing;
impl Catalogue for Nothing {
    fn get(&self, _: &str, _: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
        None
    }
}

type Deed = (Date, Role, &'static str, Act);
/// Deeds that must go through, the last one, and how it ends: done, done and late, or refused by a rule.
type Row = (&'static str, Vec<Deed>, Deed, Result<Outcome, &'static str>);

const OFFICE: &str = "甲局";
const COUNTY: &str = "县人民政府";

fn perform(report: &mut Report, (day, role, org, act): Deed) -> Result<Vec<Fact>, &'static str> {
    let actor = Actor { person: PersonId::new("p"), role, org: OrgId::new(org) };
    let named = Report::name_of(&act, day);
    let ctx = Ctx {
        region: Region(429_997),
        moment: Moment { ms: 7, today: day },
        actor: &actor,
        matter: named.unwrap_or(Report::id(&report.organ, report.year)),
        calendar: &Calendar::shipped(),
        catalogue: &Nothing,
        sealed: &BTreeMap::new(),
    };
    let facts = report.decide(&act, &ctx).map_err(|refusal| refusal.rule.id)?;
    let stamp = Stamp { day, ms: 7, person: actor.person.clone(), role, org: actor.org.clone() };
    facts.iter().for_each(|fact| report.evolve(fact, &stamp));
    Ok(facts)
}

fn open_for(year: i16, organ: &str, tier: Tier) -> Act {
    Act::Open { year, organ: OrgId::new(organ), tier }
}

fn open() -> Deed {
    (date(2025, 12, 1), Role::Officer, OFFICE, open_for(2025, OFFICE, Tier::Department))
}

fn open_county() -> Deed {
    (date(2025, 12, 1), Role::Government, COUNTY, open_for(2025, COUNTY, Tier::Government))
}

/// Without the part of this number; none is left out for 5.
fn draft_without(part: usize) -> Act {
    let text = |n: usize| if n == part { " ".to_owned() } else { "正文".to_owned() };
    Act::Draft {
        measures: text(0),
        shortcomings: text(1),
        first_responsible: text(2),
        next_year: text(3),
        other_matters: text(4),
        digest: "a".repeat(64),
    }
}

fn drafted(part: usize) -> Vec<Deed> {
    vec![open(), (date(2026, 1, 5), Role::Officer, OFFICE, draft_without(part))]
}

fn approve() -> Deed {
    (date(2026, 2, 2), Role::AgencyHead, OFFICE, Act::Approve)
}

fn approved() -> Vec<Deed> {
    [drafted(5), vec![approve()]].concat()
}

fn approved_by_the_county() -> Vec<Deed> {
    let day = date(2026, 1, 5);
    vec![
        open_county(),
        (day, Role::Government, COUNTY, draft_without(5)),
        (day, Role::Government, COUNTY, Act::Approve),
    ]
}

fn submit(month: i8, day: i8, tier: Tier, left_out: Option<Recipient>) -> Deed {
    let to = |one: Recipient| tier.recipients().contains(&one) && left_out != Some(one);
    let (role, org) = match tier {
        Tier::Department => (Role::Officer, OFFICE),
        Tier::Government => (Role::Government, COUNTY),
    };
    let submitted = Act::Submit {
        party_committee: to(Recipient::PartyCommittee),
        government: to(Recipient::Government),
        congress_committee: to(Recipient::CongressCommittee),
        upper_department: to(Recipient::UpperDepartment),
        upper_government: to(Recipient::UpperGovernment),
        law_office: to(Recipient::LawOffice),
        document: "甲局〔2026〕1号".into(),
    };
    (date(2026, month, day), role, org, submitted)
}

fn publish_as(digest: &str, secrecy_review: &str, month: i8, day: i8) -> Deed {
    let act = Act::Publish {
        address: "/report/2025".into(),
        digest: digest.repeat(64),
        secrecy_review: secrecy_review.into(),
    };
    (date(2026, month, day), Role::Officer, OFFICE, act)
}

fn publish(month: i8, day: i8) -> Deed {
    publish_as("a", "保密审查〔2026〕1号", month, day)
}

fn pass_due(step: Step, month: i8, day: i8) -> Deed {
    (date(2026, month, day), Role::Clock, "system", Act::PassDue { step })
}

fn table() -> Vec<Row> {
    use Outcome::{Noted, Passes};
    use Step::{Publication, Submission};
    use Tier::{Department, Government};
    let foreign = (date(2025, 12, 1), Role::Officer, "乙局", open_for(2025, OFFICE, Department));
    let early = (date(2025, 12, 1), Role::Officer, OFFICE, open_for(2026, OFFICE, Department));
    let usurped = (date(2025, 12, 1), Role::Officer, COUNTY, open_for(2025, COUNTY, Government));
    let drafted_on = |day| (day, Role::Officer, OFFICE, draft_without(5));
    let by_officer = (date(2026, 2, 2), Role::Officer, OFFICE, Act::Approve);
    let by_hand = (date(2026, 3, 1), Role::Officer, OFFICE, Act::PassDue { step: Submission });
    let on_its_day = |deed: Deed| [approved(), vec![deed]].concat();
    vec![
        ("opened by its own department (RPT-01)", vec![], open(), Ok(Passes)),
        ("opened by another department (RPT-01)", vec![], foreign, Err("RPT-01")),
        ("opened twice (RPT-01)", vec![open()], open(), Err("RPT-01")),
        ("opened for a year that has not begun (RPT-01)", vec![], early, Err("RPT-01")),
        (
            "drafted on the first day of the year after (RPT-01)",
            vec![open()],
            drafted_on(date(2026, 1, 1)),
            Ok(Passes),
        ),
        (
            "drafted before the year is over (RPT-01)",
            vec![open()],
            drafted_on(date(2025, 12, 31)),
            Err("RPT-01"),
        ),
        ("approved by an officer (RPT-01)", drafted(5), by_officer, Err("RPT-01")),
        ("approved in its five parts (RPT-04)", drafted(5), approve(), Ok(Passes)),
        ("approved without a draft (RPT-04)", vec![open()], approve(), Err("RPT-04")),
        ("approved without results (RPT-04)", drafted(0), approve(), Err("RPT-04")),
        ("approved without shortcomings and causes (RPT-04)", drafted(1), approve(), Err("RPT-04")),
        ("approved without the first responsible persons (RPT-04)", drafted(2), approve(), Err("RPT-04")),
        ("approved without a plan for the next year (RPT-04)", drafted(3), approve(), Err("RPT-04")),
        ("approved without what else there is (RPT-04)", drafted(4), approve(), Err("RPT-04")),
        (
            "handed up on the last day of February (RPT-01)",
            approved(),
            submit(2, 28, Department, None),
            Ok(Passes),
        ),
        ("handed up on 1 March (RPT-01)", approved(), submit(3, 1, Department, None), Ok(Noted)),
        (
            "handed up without a copy to the law office (RPT-01)",
            approved(),
            submit(2, 28, Department, Some(Recipient::LawOffice)),
            Err("RPT-01"),
        ),
        (
            "handed up before it is approved (RPT-01)",
            drafted(5),
            submit(2, 28, Department, None),
            Err("RPT-01"),
        ),
        (
            "handed up twice (RPT-01)",
            on_its_day(submit(2, 27, Department, None)),
            submit(2, 28, Department, None),
            Err("RPT-01"),
        ),
        (
            "recorded as missed on the last day of February (RPT-01)",
            approved(),
            pass_due(Submission, 2, 28),
            Err("RPT-01"),
        ),
        ("recorded as missed on 1 March (RPT-01)", vec![open()], pass_due(Submission, 3, 1), Ok(Passes)),
        (
            "recorded as missed twice (RPT-01)",
            vec![open(), pass_due(Submission, 3, 1)],
            pass_due(Submission, 3, 2),
            Err("RPT-01"),
        ),
        ("recorded as missed by hand (RPT-01)", approved(), by_hand, Err("RPT-01")),
        (
            "recorded as missed once handed up (RPT-01)",
            on_its_day(submit(2, 28, Department, None)),
            pass_due(Submission, 3, 1),
            Err("RPT-01"),
        ),
        ("opened by the county government (RPT-02)", vec![], open_county(), Ok(Passes)),
        ("the county's report opened by an officer (RPT-02)", vec![], usurped, Err("RPT-02")),
        (
            "the county's report handed up on the last day of February (RPT-02)",
            approved_by_the_county(),
            submit(2, 28, Government, None),
            Ok(Passes),
        ),
        (
            "the county's report handed up on 1 March (RPT-02)",
            approved_by_the_county(),
            submit(3, 1, Government, None),
            Ok(Noted),
        ),
        (
            "the county's report not handed to the people's congress (RPT-02)",
            approved_by_the_county(),
            submit(2, 28, Government, Some(Recipient::CongressCommittee)),
            Err("RPT-02"),
        ),
        ("published on 31 March (RPT-03)", approved(), publish(3, 31), Ok(Passes)),
        ("published on 1 April (RPT-03)", approved(), publish(4, 1), Ok(Noted)),
        ("published before it is approved (RPT-03)", drafted(5), publish(3, 31), Err("RPT-03")),
        (
            "published without a review for secrets (RPT-03)",
            approved(),
            publish_as("a", "", 3, 31),
            Err("RPT-03"),
        ),
        (
            "another text published than the approved one (RPT-03)",
            approved(),
            publish_as("b", "保密审查〔2026〕1号", 3, 31),
            Err("RPT-03"),
        ),
        ("published twice (RPT-03)", on_its_day(publish(3, 30)), publish(3, 31), Err("RPT-03")),
        (
            "recorded as unpublished on 31 March (RPT-03)",
            approved(),
            pass_due(Publication, 3, 31),
            Err("RPT-03"),
        ),
        ("recorded as unpublished on 1 April (RPT-03)", approved(), pass_due(Publication, 4, 1), Ok(Passes)),
    ]
}

#[test]
fn a_report_goes_its_way_and_no_other() {
    for (name, given, last, expected) in table() {
        let mut report = Report::default();
        for deed in given {
            perform(&mut report, deed)
                .unwrap_or_else(|rule| panic!("{name}: the way there was refused: {rule}"));
        }
        let ended = perform(&mut report, last).map(|facts| {
            let late = facts.iter().any(|fact| {
                matches!(
                    fact,
                    Fact::Submitted { in_time: false, .. } | Fact::Published { in_time: false, .. }
                )
            });
            if late { Outcome::Noted } else { Outcome::Passes }
        });
        assert_eq!(ended, expected, "{name}");
    }
}

#[test]
fn the_rows_that_ship_are_these() {
    let table = table();
    let rows = table
        .iter()
        .map(|(name, _, _, ended)| (*name, ended.unwrap_or(Outcome::Refused)));
    assert_eq!(rows::write(rows), crate::REPORT_ROWS, "report-rows.tsv is to say exactly this");
}

#[test]
fn the_days_are_fixed_by_name() {
    for (year, submit, publish) in [
        (2023, date(2024, 2, 29), date(2024, 3, 31)),
        (2024, date(2025, 2, 28), date(2025, 3, 31)),
        // 28 February 2026 is a Saturday that works, 28 February 2027 a Sunday: neither day rolls.
        (2025, date(2026, 2, 28), date(2026, 3, 31)),
        (2026, date(2027, 2, 28), date(2027, 3, 31)),
    ] {
        assert_eq!(Step::Submission.last_day(year), submit);
        assert_eq!(Step::Publication.last_day(year), publish);
    }
}

#[test]
fn the_clock_is_called_once_for_each_day_missed() {
    let calendar = Calendar::shipped();
    let mut report = Report::default();
    perform(&mut report, open()).unwrap();
    let clock = |report: &Report| {
        let tasks = report.docket(&calendar).tasks;
        let clock = tasks.into_iter().find(|task| task.role == Role::Clock);
        clock.and_then(|task| task.due)
    };
    assert_eq!(clock(&report), Some(date(2026, 3, 1)));
    assert!(report.due_acts(date(2026, 2, 28), &calendar).is_empty());
    for (day, next) in [(date(2026, 3, 1), Some(date(2026, 4, 1))), (date(2026, 4, 1), None)] {
        let due = report.due_acts(day, &calendar);
        assert_eq!(due.len(), 1, "{day}");
        for act in due {
            perform(&mut report, (day, Role::Clock, "system", act)).unwrap();
        }
        assert_eq!(clock(&report), next, "{day}");
    }
    assert_eq!(report.missed, Step::BOTH);
    assert!(report.due_acts(date(2026, 9, 1), &calendar).is_empty());
    // What was missed is still to be done; then the matter is over, and its publication bears address, time and digest.
    for deed in [&approved()[1..], &[submit(4, 2, Tier::Department, None), publish(4, 3)]].concat() {
        assert!(!report.docket(&calendar).closed);
        perform(&mut report, deed).unwrap();
    }
    let docket = report.docket(&calendar);
    assert!(docket.closed && docket.tasks.is_empty());
    let published = report.published.unwrap();
    assert_eq!((published.address.as_str(), published.ms, published.digest.len()), ("/report/2025", 7, 64));
}

#[test]
fn a_new_draft_is_approved_anew() {
    let mut report = Report::default();
    for deed in approved() {
        perform(&mut report, deed).unwrap();
    }
    perform(&mut report, (date(2026, 2, 3), Role::Officer, OFFICE, draft_without(5))).unwrap();
    assert_eq!(perform(&mut report, publish(3, 1)).err(), Some("RPT-03"));
}
