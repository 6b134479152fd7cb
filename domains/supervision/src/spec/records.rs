//! 规格：信用记录、责任清单、交易场所。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::credit::{self, Credit, Entry};
use crate::duties::{self, Duty, DutyList};
use crate::venue::{self, Batch, Level, Place, Venue};
use fadu_kernel::{Actor, Basis, OrgId};
use std::collections::BTreeMap;

fn enter(w: &mut World, change: fn(&mut Entry)) -> Answer {
    let mut entry = Entry {
        code: CODE.into(),
        name: "乙代理公司（演示）".into(),
        violation: "出借资格（演示）".into(),
        clause: Basis::article("招标投标法实施条例", 13),
        document: "模罚1号".into(),
        decided_on: day(3, 3),
        cause: "抽查1号".into(),
    };
    change(&mut entry);
    w.act::<Credit>(ONE, "03-04", &supervisor(), credit::Act::Enter { entry: Box::new(entry) })
}

fn published(w: &mut World, digest: String) -> Answer {
    enter(w, |_| {})?;
    let publish = credit::Act::Publish { address: "/credit/1".into(), digest };
    w.act::<Credit>(ONE, "03-05", &supervisor(), publish)
}

fn withdrawn(w: &mut World, when: &str) -> Answer {
    published(w, digest())?;
    let note = credit::Act::NoteVoid { document: "模复决1号".into(), on: day(3, 10) };
    w.act::<Credit>(ONE, "03-10", &supervisor(), note)?;
    w.act::<Credit>(ONE, when, &supervisor(), credit::Act::Withdraw { reason: "决定被撤销".into() })
}

fn list(w: &mut World, change: fn(&mut Duty)) -> Answer {
    let duty = |step: &str, article| Duty {
        step: step.into(),
        duty: "按期办理（演示）".into(),
        clause: Basis::article("招标投标法实施条例", article),
    };
    let mut items = vec![duty("异议处理", 22), duty("合同履约", 57)];
    change(&mut items[0]);
    let publish = duties::Act::Publish { version: "2025-1".into(), items, document: "模发1号".into() };
    w.act::<DutyList>(ONE, "03-03", &supervisor(), publish)
}

fn sign(w: &mut World) -> Answer {
    let signed = duties::Act::NoteSigned { project: "P1".into(), source: "trading:9".into() };
    w.act::<DutyList>(ONE, "03-05", &Actor::clock(), signed)
}

fn place(w: &mut World, change: fn(&mut Place)) -> Answer {
    let mut place = Place {
        name: "市公共资源交易中心（演示）".into(),
        level: Level::Prefecture,
        under: Some(OrgId::new("市人民政府")),
        for_profit: false,
        supervisors: vec![OrgId::new("住建局"), OrgId::new("财政局")],
        key: "fadu/420222+0+key".into(),
    };
    change(&mut place);
    w.act::<Venue>(ONE, "03-03", &supervisor(), venue::Act::Register { place: Box::new(place) })
}

fn receive(w: &mut World, from: i64, to: i64, n: u32, by: &Actor) -> Answer {
    let count = |n| BTreeMap::from([("project".to_owned(), n)]);
    let batch = Batch { from, to, root: digest(), shown: count(n), withheld: BTreeMap::new() };
    w.act::<Venue>(ONE, "03-03", by, venue::Act::Receive { batch: Box::new(batch) })
}

fn broken(w: &mut World) -> Answer {
    place(w, |_| {})?;
    let because = "根与检查点不一致".to_owned();
    w.act::<Venue>(ONE, "03-03", &Actor::clock(), venue::Act::NoteBreak { at: 4, because })
}

pub fn rows() -> Vec<Row> {
    [crediting(), listing(), receiving()].concat()
}

fn crediting() -> Vec<Row> {
    vec![
        ("a decision entered and announced (TND-71)", Passes, |w| published(w, digest())),
        ("announced without its text (TND-71)", Refused("TND-71"), |w| published(w, String::new())),
        ("entered without a decision (TND-71)", Refused("TND-71"), |w| {
            enter(w, |entry| entry.document.clear())
        }),
        ("entered without a clause (TND-71)", Refused("TND-71"), |w| {
            enter(w, |entry| entry.clause = Basis::article("", 0))
        }),
        ("withdrawn on working day 3 (PEN-10)", Passes, |w| withdrawn(w, "03-13")),
        ("on working day 4 (PEN-10)", Noted, |w| withdrawn(w, "03-14")),
        ("withdrawn though the decision stands (PEN-10)", Refused("PEN-10"), |w| {
            published(w, digest())?;
            w.act::<Credit>(ONE, "03-11", &supervisor(), credit::Act::Withdraw { reason: "请托".into() })
        }),
    ]
}

fn listing() -> Vec<Row> {
    vec![
        ("every duty with step and clause (TND-83)", Passes, |w| list(w, |_| {})),
        ("a duty without a clause (TND-83)", Refused("TND-83"), |w| {
            list(w, |duty| duty.clause = Basis::article("", 0))
        }),
        ("a duty of no step (TND-83)", Refused("TND-83"), |w| list(w, |duty| duty.step.clear())),
        ("a project signs the list in force (TND-83)", Passes, |w| {
            list(w, |_| {})?;
            sign(w)
        }),
        ("one that was repealed (TND-83)", Refused("TND-83"), |w| {
            list(w, |_| {})?;
            let repeal = duties::Act::Repeal { document: "模废1号".into() };
            w.act::<DutyList>(ONE, "03-04", &supervisor(), repeal)?;
            sign(w)
        }),
    ]
}

fn receiving() -> Vec<Row> {
    vec![
        ("a venue of the prefecture under its government (TND-69)", Passes, |w| place(w, |_| {})),
        ("a venue of the county (TND-69)", Refused("TND-69"), |w| {
            place(w, |place| place.level = Level::County)
        }),
        ("one under a supervisor (TND-69)", Refused("TND-69"), |w| {
            place(w, |place| place.under = Some(OrgId::new("财政局")))
        }),
        ("one for profit (TND-69)", Refused("TND-69"), |w| place(w, |place| place.for_profit = true)),
        ("received from the first entry on (SUP-03, SUP-04)", Passes, |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 5, &Actor::relay())?;
            receive(w, 5, 8, 3, &Actor::relay())
        }),
        ("with one entry left out (SUP-03)", Refused("SUP-03"), |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 5, &Actor::relay())?;
            receive(w, 6, 8, 2, &Actor::relay())
        }),
        ("with entries of no kind (SUP-03)", Refused("SUP-03"), |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 4, &Actor::relay())
        }),
        ("entered by a person (SUP-04)", Refused("SUP-04"), |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 5, &supervisor())
        }),
        ("received on while a break is open (SUP-03)", Refused("SUP-03"), |w| {
            broken(w)?;
            receive(w, 0, 5, 5, &Actor::relay())
        }),
        ("received again once it is settled by a person (SUP-03)", Passes, |w| {
            broken(w)?;
            let (reason, document) = ("复核后重传".to_owned(), "模核1号".to_owned());
            w.act::<Venue>(ONE, "03-03", &supervisor(), venue::Act::SettleBreak { reason, document })?;
            receive(w, 0, 5, 5, &Actor::relay())
        }),
        ("silent the day after the last day allowed (SUP-03)", Passes, |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 5, &Actor::relay())?;
            w.sweep::<Venue>(ONE, "03-05")
        }),
        ("not silent on it (SUP-03)", Refused("SUP-03"), |w| {
            place(w, |_| {})?;
            receive(w, 0, 5, 5, &Actor::relay())?;
            w.act::<Venue>(ONE, "03-04", &Actor::clock(), venue::Act::TurnSilent)
        }),
    ]
}

#[test]
fn an_entry_that_is_not_what_was_declared_is_a_break() {
    let mut w = World::default();
    place(&mut w, |_| {}).unwrap();
    receive(&mut w, 0, 5, 5, &Actor::relay()).unwrap();
    let audit = |held| venue::Act::Audit { seq: 3, declared: "case".into(), held, digest: digest() };
    w.act::<Venue>(ONE, "03-03", &supervisor(), audit(true)).unwrap();
    assert_eq!(w.state::<Venue>(ONE).status(), "receiving");
    w.act::<Venue>(ONE, "03-03", &supervisor(), audit(false)).unwrap();
    assert_eq!(w.state::<Venue>(ONE).status(), "broken");
    assert!(w.sweep::<Venue>(ONE, "03-04").is_ok_and(|facts| facts == "[]"));
}
