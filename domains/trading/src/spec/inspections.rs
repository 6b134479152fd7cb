//! 规格：双随机、一公开。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::draw::library;
use crate::draw::matter::{Candidate, Purpose, draw_id};
use crate::inspection::{Act, Inspection, Item, Order, SheetLine, Target, Unit};
use crate::rules;
use fadu_kernel::{Actor, Basis, OrgId};

fn items(published: &str) -> Vec<Item> {
    vec![Item { code: "A1".into(), title: "代理业务档案".into(), published: published.into() }]
}

fn digest_of(list: &[Candidate]) -> String {
    library(list.iter().map(|candidate| &candidate.line))
}

fn plan(w: &mut World, published: &str) -> Answer {
    plan_with(w, published, digest_of(&roster()))
}

fn plan_with(w: &mut World, published: &str, inspectors_library: String) -> Answer {
    let act = Act::Plan {
        title: "2025年代理机构抽查".into(),
        target: Target::Agencies,
        items: items(published),
        objects_library: digest_of(&objects()),
        inspectors_library,
        until: day(6, 30),
    };
    w.check("03-03T09:00:00", &supervisor(), act)
}

pub(super) fn approved(w: &mut World) {
    plan(w, "/checks/items").unwrap();
    w.check("03-04T09:00:00", &supervisor(), Act::Approve { document: "模批1号".into() })
        .unwrap();
}

fn freeze_objects(w: &mut World, by: &Actor, list: Vec<Candidate>) -> Answer {
    let act = freeze(CHECK, Purpose::Objects, 0, 2, list);
    w.draw(draw_id(CHECK, Purpose::Objects, 0), "03-20T09:00:00", by, act)
}

fn assign(w: &mut World) -> Answer {
    let objects = w.drawn(CHECK, Purpose::Objects, 2);
    let inspectors = w.drawn(CHECK, Purpose::Inspectors, 4);
    w.check("03-24T09:00:00", &supervisor(), Act::Assign { objects, inspectors })
}

/// The first object drawn.
fn object(w: &World) -> String {
    w.state::<Inspection>(CHECK).visits[0].object.clone()
}

fn sent(w: &World) -> Vec<String> {
    w.state::<Inspection>(CHECK).visits[0].inspectors.clone()
}

fn notified(w: &mut World) {
    approved(w);
    assign(w).unwrap();
    for visit in w.state::<Inspection>(CHECK).visits {
        let act = Act::Notify { object: visit.object, document: "模通1号".into(), unit: String::new() };
        w.check("03-25T09:00:00", &supervisor(), act).unwrap();
    }
}

fn visit(w: &mut World, inspectors: Vec<String>, certificates: &[&str], visits_this_year: u16) -> Answer {
    let certificates = certificates.iter().map(|one| (*one).to_owned()).collect();
    let act = Act::Visit {
        object: object(w),
        inspectors,
        certificates,
        visits_this_year,
        ours_this_year: 0,
        kind: Unit::Other,
        why_apart: String::new(),
    };
    w.check("03-26T09:00:00", &supervisor(), act)
}

/// A visit to a firm of this kind that was visited before, by all bodies and by this one.
fn again(w: &mut World, kind: Unit, visits_this_year: u16, ours_this_year: u16, why_apart: &str) -> Answer {
    notified(w);
    let (object, inspectors, why_apart) = (object(w), sent(w), why_apart.into());
    let certificates = vec!["Z1".into(), "Z2".into()];
    let act =
        Act::Visit { object, inspectors, certificates, visits_this_year, ours_this_year, kind, why_apart };
    w.check("03-26T09:00:00", &supervisor(), act)
}

fn visited(w: &mut World) {
    notified(w);
    for (n, one) in w.state::<Inspection>(CHECK).visits.into_iter().enumerate() {
        let certificates = vec![format!("Z{n}1"), format!("Z{n}2")];
        let act = Act::Visit {
            object: one.object,
            inspectors: one.inspectors,
            certificates,
            visits_this_year: 0,
            ours_this_year: 0,
            kind: Unit::Other,
            why_apart: String::new(),
        };
        w.check("03-26T09:00:00", &supervisor(), act).unwrap();
    }
}

fn record(w: &mut World, n: usize, item: &str, evidence: Vec<String>) -> Answer {
    record_with(w, n, item, evidence, digest())
}

fn record_with(w: &mut World, n: usize, item: &str, evidence: Vec<String>, recording: String) -> Answer {
    let object = w.state::<Inspection>(CHECK).visits[n].object.clone();
    let line = SheetLine { item: item.into(), compliant: n == 1, note: String::new(), evidence };
    w.check("03-27T09:00:00", &supervisor(), Act::Record { object, lines: vec![line], recording })
}

fn recorded(w: &mut World) {
    visited(w);
    record(w, 0, "A1", vec![digest()]).unwrap();
    record(w, 1, "A1", vec![]).unwrap();
}

fn publish(w: &mut World, when: &str) -> Answer {
    let act = Act::Publish { address: "/checks/1".into(), digest: digest() };
    w.check(when, &supervisor(), act)
}

fn report_records(w: &mut World, to: &str) -> Answer {
    let act = Act::ReportRecords { to: OrgId::new(to), digest: digest() };
    w.check("04-02T09:00:00", &supervisor(), act)
}

fn order(w: &mut World, change: fn(&mut Order)) -> Answer {
    recorded(w);
    let mut order = Order {
        object: object(w),
        unit: "乙代理公司（演示）".into(),
        agent: Some(firm(1).person),
        item: "A1".into(),
        violation: "代理业务档案缺开标记录".into(),
        clause: Basis::article("招标投标法", 36),
        deadline: day(4, 15),
        recheck_on: day(4, 16),
    };
    change(&mut order);
    w.check("03-28T09:00:00", &supervisor(), Act::OrderCorrection { order: Box::new(order) })
}

fn prove(w: &mut World, when: &str) -> Answer {
    order(w, |_| {})?;
    w.check(when, &firm(1), Act::SubmitProof { n: 1, digest: digest() })
}

fn recheck(w: &mut World) -> Answer {
    let act = Act::Recheck { n: 1, repaired: true, digest: digest() };
    w.check("04-17T09:00:00", &supervisor(), act)
}

pub fn rows() -> Vec<Row> {
    [drawing(), visiting(), correcting()].concat()
}

fn drawing() -> Vec<Row> {
    vec![
        ("items that are published (INS-13)", Passes, |w| plan(w, "/checks/items")),
        ("both libraries named (INS-14)", Passes, |w| plan(w, "/checks/items")),
        ("one library for objects and officers (INS-14)", Refused("INS-14"), |w| {
            plan_with(w, "/checks/items", digest_of(&objects()))
        }),
        ("no library of officers (INS-14)", Refused("INS-14"), |w| {
            plan_with(w, "/checks/items", String::new())
        }),
        ("an item that is not (INS-13)", Refused("INS-13"), |w| plan(w, "")),
        ("objects and inspectors both drawn (INS-01, INS-12)", Passes, |w| {
            approved(w);
            assign(w)
        }),
        ("assigned before the plan is approved (INS-12)", Refused("INS-12"), |w| {
            plan(w, "/checks/items")?;
            let (objects, inspectors) =
                (draw_id(CHECK, Purpose::Objects, 0), draw_id(CHECK, Purpose::Inspectors, 0));
            w.check("03-24T09:00:00", &supervisor(), Act::Assign { objects, inspectors })
        }),
        ("frozen before the plan is approved (INS-12)", Refused("INS-12"), |w| {
            plan(w, "/checks/items")?;
            freeze_objects(w, &supervisor(), objects())
        }),
        ("frozen by another body than the one that inspects (TRD-04)", Refused("TRD-04"), |w| {
            approved(w);
            freeze_objects(w, &tenderer(), objects())
        }),
        ("frozen for an inspection that nobody planned (INS-01)", Refused("INS-01"), |w| {
            freeze_objects(w, &supervisor(), objects())
        }),
        ("the whole library frozen, one of it excluded with the reason (INS-14)", Passes, |w| {
            approved(w);
            let mut list = objects();
            list[0].line.exclusion = Some("cancelled".into());
            freeze_objects(w, &supervisor(), list)
        }),
        ("one of the library left out (INS-14)", Refused("INS-14"), |w| {
            approved(w);
            let mut list = objects();
            list.remove(0);
            freeze_objects(w, &supervisor(), list)
        }),
        ("one of the library weighted otherwise (INS-14)", Refused("INS-14"), |w| {
            approved(w);
            let mut list = objects();
            list[0].line.weight = 1000;
            freeze_objects(w, &supervisor(), list)
        }),
        ("inspectors taken from a draw of objects (INS-01)", Refused("INS-01"), |w| {
            approved(w);
            let objects = w.drawn(CHECK, Purpose::Objects, 2);
            w.check("03-24T09:00:00", &supervisor(), Act::Assign { objects, inspectors: objects })
        }),
        ("one inspector drawn (INS-06)", Refused("INS-06"), |w| {
            approved(w);
            let objects = w.drawn(CHECK, Purpose::Objects, 2);
            let inspectors = w.drawn(CHECK, Purpose::Inspectors, 1);
            w.check("03-24T09:00:00", &supervisor(), Act::Assign { objects, inspectors })
        }),
    ]
}

fn visiting() -> Vec<Row> {
    vec![
        (
            "two officers, two certificates, the first visit of the year (INS-02, INS-05, INS-06, INS-11)",
            Passes,
            |w| {
                notified(w);
                let pair = sent(w);
                visit(w, pair, &["Z1", "Z2"], 0)
            },
        ),
        ("a second visit of the year is noted (INS-02)", Noted, |w| {
            notified(w);
            let pair = sent(w);
            visit(w, pair, &["Z1", "Z2"], 1)
        }),
        ("a third is above the cap (INS-11)", Refused("INS-11"), |w| {
            notified(w);
            let pair = sent(w);
            visit(w, pair, &["Z1", "Z2"], 2)
        }),
        ("the same object twice in one round (INS-02)", Refused("INS-02"), |w| {
            notified(w);
            let pair = sent(w);
            visit(w, pair.clone(), &["Z1", "Z2"], 0)?;
            visit(w, pair, &["Z1", "Z2"], 1)
        }),
        ("the first visit of the year to a private firm (INS-03)", Passes, |w| {
            again(w, Unit::Private, 0, 0, "")
        }),
        ("the second, and nobody says why they were not one (INS-03)", Refused("INS-03"), |w| {
            again(w, Unit::Private, 1, 0, " ")
        }),
        ("the second, and why they were not one (INS-03)", Noted, |w| {
            again(w, Unit::Private, 1, 0, "投诉举报核查，不能等待联合检查")
        }),
        ("the first visit of the year to a small firm (INS-04)", Passes, |w| again(w, Unit::Small, 0, 0, "")),
        ("the same department again, and nobody says why (INS-04)", Refused("INS-04"), |w| {
            again(w, Unit::Small, 1, 1, "")
        }),
        ("the same department again, and why (INS-04)", Noted, |w| {
            again(w, Unit::Small, 1, 1, "整改后的复查事项不同，不能合并")
        }),
        ("more visits of the department than of all together (TRD-03)", Refused("TRD-03"), |w| {
            again(w, Unit::Small, 0, 1, "x")
        }),
        ("one officer (INS-06)", Refused("INS-06"), |w| {
            notified(w);
            let mut pair = sent(w);
            pair.truncate(1);
            visit(w, pair, &["Z1", "Z2"], 0)
        }),
        ("one certificate twice (INS-05)", Refused("INS-05"), |w| {
            notified(w);
            let pair = sent(w);
            visit(w, pair, &["Z1", "Z1"], 0)
        }),
        ("an officer who was not drawn for it (INS-01)", Refused("INS-01"), |w| {
            notified(w);
            let mut pair = sent(w);
            pair[1] = member(5, "").leaf;
            visit(w, pair, &["Z1", "Z2"], 0)
        }),
        ("unannounced (INS-12)", Refused("INS-12"), |w| {
            approved(w);
            assign(w)?;
            let pair = sent(w);
            visit(w, pair, &["Z1", "Z2"], 0)
        }),
        ("a sheet with an item outside the plan (INS-13)", Refused("INS-13"), |w| {
            visited(w);
            record(w, 0, "B7", vec![digest()])
        }),
        ("a sheet with the record of the whole visit (INS-07)", Passes, |w| {
            visited(w);
            record(w, 0, "A1", vec![digest()])
        }),
        ("a sheet without it (INS-07)", Refused("INS-07"), |w| {
            visited(w);
            record_with(w, 0, "A1", vec![digest()], String::new())
        }),
        ("a finding without evidence (TRD-03)", Refused("TRD-03"), |w| {
            visited(w);
            record(w, 0, "A1", vec![])
        }),
        ("results made public on working day 20 (INS-90, INS-01)", Passes, |w| {
            recorded(w);
            publish(w, "04-25T09:00:00")
        }),
        ("on working day 21 (INS-90)", Noted, |w| {
            recorded(w);
            publish(w, "04-27T09:00:00")
        }),
        ("with one object still open (INS-01)", Refused("INS-01"), |w| {
            visited(w);
            record(w, 0, "A1", vec![digest()])?;
            publish(w, "03-28T09:00:00")
        }),
        ("the records reported to the justice bureau once the results are public (INS-15)", Passes, |w| {
            recorded(w);
            publish(w, "04-01T09:00:00")?;
            report_records(w, "司法局")
        }),
        ("reported before the results are public (INS-15)", Refused("INS-15"), |w| {
            recorded(w);
            report_records(w, "司法局")
        }),
        ("reported to a body that does not supervise enforcement (INS-15)", Refused("INS-15"), |w| {
            recorded(w);
            publish(w, "04-01T09:00:00")?;
            report_records(w, "发改局")
        }),
        ("made public twice (INS-90)", Refused("INS-90"), |w| {
            recorded(w);
            publish(w, "04-01T09:00:00")?;
            publish(w, "04-02T09:00:00")
        }),
    ]
}

fn correcting() -> Vec<Row> {
    vec![
        ("ordered to correct: act, clause, deadline, day of the next check (PEN-01)", Passes, |w| {
            order(w, |_| {})
        }),
        ("without the clause (PEN-01)", Refused("PEN-01"), |w| {
            order(w, |o| o.clause = Basis::article("", 0))
        }),
        ("without what was violated (PEN-01)", Refused("PEN-01"), |w| order(w, |o| o.violation.clear())),
        ("with a deadline of today (PEN-01)", Refused("PEN-01"), |w| order(w, |o| o.deadline = day(3, 28))),
        ("checked again before the deadline (PEN-01)", Refused("PEN-01"), |w| {
            order(w, |o| o.recheck_on = day(4, 14))
        }),
        ("of something that the sheet does not show (PEN-01)", Refused("PEN-01"), |w| {
            order(w, |o| o.item = "A2".into())
        }),
        ("proof on the last day (PEN-01)", Passes, |w| prove(w, "04-15T23:00:00")),
        ("proof a day late (PEN-01)", Noted, |w| prove(w, "04-16T09:00:00")),
        ("proof of the unit that was ordered to correct (TRD-04)", Passes, |w| prove(w, "04-15T09:00:00")),
        ("proof by another firm (TRD-04)", Refused("TRD-04"), |w| {
            order(w, |_| {})?;
            w.check("04-15T09:00:00", &firm(2), Act::SubmitProof { n: 1, digest: digest() })
        }),
        ("proof on paper, put on record by the body that inspects (TRD-04)", Passes, |w| {
            order(w, |o| o.agent = None)?;
            w.check("04-15T09:00:00", &supervisor(), Act::SubmitProof { n: 1, digest: digest() })
        }),
        ("proof by any firm where no account is named (TRD-04)", Refused("TRD-04"), |w| {
            order(w, |o| o.agent = None)?;
            w.check("04-15T09:00:00", &firm(1), Act::SubmitProof { n: 1, digest: digest() })
        }),
        ("closed on proof in time (PEN-01)", Passes, |w| {
            prove(w, "04-15T09:00:00")?;
            recheck(w)
        }),
        ("closed without proof (PEN-01)", Refused("PEN-01"), |w| {
            order(w, |_| {})?;
            recheck(w)
        }),
        ("overdue the day after the deadline (PEN-01)", Passes, |w| {
            order(w, |_| {})?;
            w.check("04-16T00:00:00", &Actor::clock(), Act::TurnOverdue { n: 1 })
        }),
        ("not overdue on it (PEN-01)", Refused("PEN-01"), |w| {
            order(w, |_| {})?;
            w.check("04-15T00:00:00", &Actor::clock(), Act::TurnOverdue { n: 1 })
        }),
        ("into the credit record once overdue (TND-71)", Passes, |w| {
            order(w, |_| {})?;
            w.check("04-16T00:00:00", &Actor::clock(), Act::TurnOverdue { n: 1 })?;
            w.check("04-17T09:00:00", &supervisor(), Act::RecordCredit { n: 1, document: "模决1号".into() })
        }),
        ("into the credit record while the time to correct runs (TND-71)", Refused("TND-71"), |w| {
            order(w, |_| {})?;
            w.check("04-01T09:00:00", &supervisor(), Act::RecordCredit { n: 1, document: "模决1号".into() })
        }),
        ("a notice of the inspection made by the system (TRD-10)", Passes, |w| {
            notified(w);
            w.check("03-26T09:00:00", &Actor::clock(), issue())
        }),
        ("a notice of the inspection made by hand (TRD-10)", Refused("TRD-10"), |w| {
            notified(w);
            w.check("03-26T09:00:00", &supervisor(), issue())
        }),
        ("a notice of the inspection made a second time (TRD-03)", Refused("TRD-03"), |w| {
            notified(w);
            w.check("03-26T09:00:00", &Actor::clock(), issue())?;
            w.check("03-27T09:00:00", &Actor::clock(), issue())
        }),
    ]
}

fn issue() -> Act {
    Act::IssueNotice { seq: 7, digest: digest() }
}

#[test]
fn a_round_closes_when_everything_found_is_repaired() {
    let mut w = World::default();
    prove(&mut w, "04-15T09:00:00").unwrap();
    publish(&mut w, "04-15T10:00:00").unwrap();
    assert_eq!(w.state::<Inspection>(CHECK).status(), "correcting");
    recheck(&mut w).unwrap();
    assert_eq!(w.state::<Inspection>(CHECK).status(), "closed");
    assert_eq!(rules::PUBLISH_RESULTS.id, "INS-90");
}
