//! 规格：抽取。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::draw::matter::{Act, Bar, Candidate, DeclineReason, Draw, Opened, Purpose, VoidGround, draw_id};
use crate::draw::{Record, sha256};
use fadu_kernel::{MatterId, OrgId};

fn id() -> MatterId {
    draw_id(P, Purpose::Experts, 0)
}

fn frozen(w: &mut World, change: fn(&mut Vec<Candidate>)) -> Answer {
    w.announced(registration(), file());
    let mut roster = roster();
    change(&mut roster);
    w.listed(P, 0, 4, &roster)?;
    w.draw(id(), "03-20T09:00:00", &tenderer(), freeze(P, Purpose::Experts, 0, 4, roster))
}

fn commit(w: &mut World, when: &str, party: &fadu_kernel::Actor, n: u32) -> Answer {
    w.draw(id(), when, party, Act::Commit { commit: sha256(&secret(n)) })
}

fn committed(w: &mut World) {
    frozen(w, |_| {}).unwrap();
    commit(w, "03-20T10:00:00", &tenderer(), 1).unwrap();
    commit(w, "03-20T10:00:00", &supervisor(), 2).unwrap();
}

fn reveal(w: &mut World, when: &str, secret: String) -> Answer {
    w.draw(id(), when, &tenderer(), Act::Reveal { secret })
}

fn drawn(w: &mut World) -> MatterId {
    w.announced(registration(), file());
    w.drawn(P, Purpose::Experts, 4)
}

fn void(w: &mut World, ground: VoidGround, document: &str) -> Answer {
    drawn(w);
    w.draw(id(), "03-22T09:00:00", &supervisor(), Act::Void { ground, document: document.into() })
}

fn again(w: &mut World) -> Answer {
    w.listed(P, 1, 4, &roster())?;
    let next = draw_id(P, Purpose::Experts, 1);
    let act = freeze(P, Purpose::Experts, 1, 4, roster());
    w.draw(next, "03-20T12:00:00", &tenderer(), act)
}

/// The member on the first seat, by the number that its salt belongs to.
fn opened(w: &World, salt: &str) -> Vec<Opened> {
    let leaf = w.state::<Draw>(id()).seats()[0].clone();
    let n = roster().iter().position(|candidate| candidate.line.leaf == leaf).unwrap();
    vec![Opened { leaf, salt: format!("{salt}{n}"), id: format!("E{n}") }]
}

pub fn rows() -> Vec<Row> {
    vec![
        (
            "frozen: eight years, senior, none of the supervisor's, nobody barred (TND-37, TND-40, TND-82, TRD-08)",
            Passes,
            |w| frozen(w, |_| {}),
        ),
        ("an expert with seven years (TND-37)", Refused("TND-37"), |w| frozen(w, |r| r[0].years = 7)),
        ("an expert without a senior title (TND-37)", Refused("TND-37"), |w| {
            frozen(w, |r| r[0].senior = false)
        }),
        ("one with seven years who is excluded, and the reason is public (TND-37)", Passes, |w| {
            frozen(w, |r| (r[0].years, r[0].line.exclusion) = (7, Some("years".into())))
        }),
        ("one of the supervisor's staff (TND-40)", Refused("TND-40"), |w| {
            frozen(w, |r| r[0].employer = OrgId::new("住建局"))
        }),
        ("a bidder's near relative (TND-82)", Refused("TND-82"), |w| {
            frozen(w, |r| r[0].bars = vec![Bar::Relative])
        }),
        ("too few on the list (TRD-08)", Refused("TRD-08"), |w| frozen(w, |r| r.truncate(3))),
        ("frozen twice (TRD-09)", Refused("TRD-09"), |w| {
            frozen(w, |_| {})?;
            w.draw(id(), "03-20T09:10:00", &tenderer(), freeze(P, Purpose::Experts, 0, 4, roster()))
        }),
        ("under an id of its own choice (TRD-09)", Refused("TRD-09"), |w| {
            w.announced(registration(), file());
            let act = freeze(P, Purpose::Experts, 0, 4, roster());
            w.draw(MatterId(77), "03-20T09:00:00", &tenderer(), act)
        }),
        ("a commit after somebody has revealed (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            reveal(w, "03-20T11:00:00", secret(1))?;
            commit(w, "03-20T12:00:00", &centre(), 3)
        }),
        ("another's commit copied (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            commit(w, "03-20T11:00:00", &centre(), 1)
        }),
        ("a bidder takes part before the opening (TRD-02)", Refused("TRD-02"), |w| {
            frozen(w, |_| {})?;
            commit(w, "03-20T10:00:00", &firm(1), 3)
        }),
        ("revealed at the last second (TRD-08)", Passes, |w| {
            committed(w);
            reveal(w, "03-21T12:00:00", secret(1))
        }),
        ("revealed a second later (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            reveal(w, "03-21T12:00:01", secret(1))
        }),
        ("another secret revealed (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            reveal(w, "03-21T09:00:00", secret(3))
        }),
        ("concluded before the public value appears (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            w.draw(id(), "03-21T20:59:59", &tenderer(), conclude(&roster()))
        }),
        ("concluded by a value spelled in another way (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            let roster = roster().into_iter().map(|candidate| candidate.line).collect();
            let public_value = "01 02 03 04 05 06 + 07 ".into();
            w.draw(id(), "03-21T21:00:00", &tenderer(), Act::Conclude { public_value, roster })
        }),
        ("frozen on a source that is on no list (TRD-08)", Refused("TRD-08"), |w| {
            w.announced(registration(), file());
            let mut act = freeze(P, Purpose::Experts, 0, 4, roster());
            if let Act::Freeze { public_source, .. } = &mut act {
                *public_source = "一期尚未开奖的彩票".into();
            }
            w.draw(id(), "03-20T09:00:00", &tenderer(), act)
        }),
        ("concluded with a secret missing: done, and noted (TRD-08)", Noted, |w| {
            committed(w);
            reveal(w, "03-21T09:00:00", secret(1))?;
            w.draw(id(), "03-21T21:00:00", &tenderer(), conclude(&roster()))
        }),
        ("concluded on another list (TRD-08)", Refused("TRD-08"), |w| {
            committed(w);
            let mut other = roster();
            other[0].line.exclusion = Some("relative".into());
            w.draw(id(), "03-21T21:00:00", &tenderer(), conclude(&other))
        }),
        ("a member declines and the next in order steps in (TRD-08)", Passes, |w| {
            drawn(w);
            let leaf = w.state::<Draw>(id()).seats()[0].clone();
            let reason = DeclineReason::Unavailable;
            w.draw(id(), "03-22T09:00:00", &supervisor(), Act::Excuse { leaf, reason })
        }),
        ("a member declines from the seat's own account (TRD-08)", Passes, |w| {
            drawn(w);
            let leaf = w.state::<Draw>(id()).seats()[0].clone();
            let reason = DeclineReason::Unavailable;
            w.draw(id(), "03-22T09:00:00", &seat(&leaf), Act::Excuse { leaf, reason })
        }),
        ("a member is excused by the tenderer (TRD-04)", Refused("TRD-04"), |w| {
            drawn(w);
            let leaf = w.state::<Draw>(id()).seats()[0].clone();
            let reason = DeclineReason::Unavailable;
            w.draw(id(), "03-22T09:00:00", &tenderer(), Act::Excuse { leaf, reason })
        }),
        ("a member is excused by another (TRD-04)", Refused("TRD-04"), |w| {
            drawn(w);
            let seats = w.state::<Draw>(id()).seats();
            let (leaf, reason) = (seats[0].clone(), DeclineReason::Unavailable);
            w.draw(id(), "03-22T09:00:00", &seat(&seats[1]), Act::Excuse { leaf, reason })
        }),
        ("names disclosed before the award (TND-41)", Refused("TND-41"), |w| {
            drawn(w);
            let members = opened(w, "salt");
            w.draw(id(), "03-22T09:00:00", &tenderer(), Act::Disclose { members })
        }),
        ("names disclosed once the award is fixed (TND-41)", Passes, |w| {
            w.awarded(registration());
            let members = opened(w, "salt");
            w.draw(id(), "03-31T12:00:00", &tenderer(), Act::Disclose { members })
        }),
        ("a salt that does not fit (TRD-08)", Refused("TRD-08"), |w| {
            w.awarded(registration());
            let members = opened(w, "pepper");
            w.draw(id(), "03-31T12:00:00", &tenderer(), Act::Disclose { members })
        }),
        ("drawn again after the first was made void by order (TRD-09)", Passes, |w| {
            void(w, VoidGround::Ordered, "模住建决1号")?;
            again(w)
        }),
        ("drawn again without that (TRD-09)", Refused("TRD-09"), |w| {
            drawn(w);
            again(w)
        }),
        ("drawn again for a new round of the tender (TRD-09)", Passes, |w| {
            w.with_bids(registration(), 2);
            w.looked_through();
            w.drawn(P, Purpose::Experts, 4);
            let ground = crate::project::RetenderGround::TooFewBidders;
            let act = crate::project::Act::Retender { ground, reason: String::new(), fell: None };
            w.project("03-25T09:40:00", &tenderer(), act)?;
            again(w)
        }),
        ("void by the tenderer (TRD-04)", Refused("TRD-04"), |w| {
            drawn(w);
            let act = Act::Void { ground: VoidGround::WrongList, document: "模1号".into() };
            w.draw(id(), "03-22T09:00:00", &tenderer(), act)
        }),
        ("experts drawn by another than the tenderer (TRD-04)", Refused("TRD-04"), |w| {
            w.announced(registration(), file());
            w.draw(id(), "03-20T09:00:00", &centre(), freeze(P, Purpose::Experts, 0, 4, roster()))
        }),
        ("the list that the keeper of the library drew up (TND-38)", Passes, |w| frozen(w, |_| {})),
        (
            "a list of the tenderer's own, one expert of the library's left out (TND-38)",
            Refused("TND-38"),
            |w| {
                w.announced(registration(), file());
                w.listed(P, 0, 4, &roster())?;
                let mut own = roster();
                own.pop();
                w.draw(id(), "03-20T09:00:00", &tenderer(), freeze(P, Purpose::Experts, 0, 4, own))
            },
        ),
        ("before the keeper drew up a list (TND-38)", Refused("TND-38"), |w| {
            w.announced(registration(), file());
            w.library(&manager(), publish_library())?;
            w.draw(id(), "03-20T09:00:00", &tenderer(), freeze(P, Purpose::Experts, 0, 4, roster()))
        }),
        ("where no library is registered (TND-38)", Refused("TND-38"), |w| {
            w.announced(registration(), file());
            w.draw(id(), "03-20T09:00:00", &tenderer(), freeze(P, Purpose::Experts, 0, 4, roster()))
        }),
        ("the list drawn up by another than the library's keeper (TRD-04)", Refused("TRD-04"), |w| {
            w.announced(registration(), file());
            w.library(&manager(), publish_library())?;
            w.library(&tenderer(), draw_up(P, 0, 4, &roster()))
        }),
        ("a list for a project that nobody registered (TRD-03)", Refused("TRD-03"), |w| {
            w.listed(P, 0, 4, &roster())
        }),
        ("a list drawn up anew after it was frozen (TRD-09)", Refused("TRD-09"), |w| {
            frozen(w, |_| {})?;
            w.listed(P, 0, 4, &roster())
        }),
        ("void without a document (TRD-09)", Refused("TRD-09"), |w| void(w, VoidGround::WrongList, " ")),
        ("void as exhausted while there are names (TRD-09)", Refused("TRD-09"), |w| {
            void(w, VoidGround::Exhausted, "模1号")
        }),
        ("inspectors with certificates (INS-10)", Passes, |w| {
            super::inspections::approved(w);
            let act = freeze(CHECK, Purpose::Inspectors, 0, 4, roster());
            w.draw(draw_id(CHECK, Purpose::Inspectors, 0), "03-20T09:00:00", &supervisor(), act)
        }),
        ("an inspector without one (INS-10)", Refused("INS-10"), |w| {
            super::inspections::approved(w);
            let mut roster = roster();
            roster[0].certificate.clear();
            let act = freeze(CHECK, Purpose::Inspectors, 0, 4, roster);
            w.draw(draw_id(CHECK, Purpose::Inspectors, 0), "03-20T09:00:00", &supervisor(), act)
        }),
    ]
}

/// The public record of what the matter did draws the same people: the file is checked by other code than drew it.
#[test]
fn the_public_record_of_a_draw_verifies() {
    let mut w = World::default();
    drawn(&mut w);
    let draw: Draw = w.state(id());
    let seats = draw.seats();
    let gone = seats[1].clone();
    let decline = Act::Excuse { leaf: gone.clone(), reason: DeclineReason::Health };
    w.draw(id(), "03-22T09:00:00", &supervisor(), decline).unwrap();
    let draw: Draw = w.state(id());
    let line = |candidate: &Candidate| candidate.line.to_string();
    let time = |when: jiff::civil::DateTime| format!("{when}+08:00");
    let record = Record {
        format: crate::draw::record::FORMAT.into(),
        draw: id().to_string(),
        purpose: "评标专家".into(),
        frozen_at: time(at("03-20T09:00:00")),
        rules: draw.rules.lines(),
        roster: roster().iter().map(line).collect(),
        root: draw.root.clone(),
        commits: draw
            .secrets
            .iter()
            .map(|(party, commit, _)| format!("{party} {commit} {}", time(at("03-20T10:00:00"))))
            .collect(),
        reveal_by: time(draw.reveal_by.unwrap()),
        reveals: draw
            .secrets
            .iter()
            .map(|(_, _, secret)| secret.clone().unwrap_or("-".into()))
            .collect(),
        public_source: draw.public_source.clone(),
        public_at: time(draw.public_at.unwrap()),
        public_value: draw.public_value.clone(),
        declined: vec![format!("{gone} health")],
        seats: draw.seats().iter().map(|leaf| format!("{leaf} 建筑")).collect(),
        disclosed: Vec::new(),
    };
    let verified = Record::read(&record.write()).unwrap().verify().unwrap();
    assert_eq!(verified.seats, record.seats);
    assert!(!draw.seats().contains(&gone) && draw.seats().len() == 4);
}
