//! 规格：投诉。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::complaint::{About, Act, Outcome, StopKind};
use crate::project::{Act as ProjectAct, Registration, Stage};
use fadu_kernel::{Actor, OrgId};
use jiff::civil::Date;

fn lodge_act(about: About, known_on: Date, objection: Option<u32>) -> Act {
    Act::Lodge {
        project: P,
        about,
        known_on,
        objection,
        request: "重新评标".into(),
        evidence: vec![digest()],
        received_before: None,
    }
}

fn lodge(w: &mut World, when: &str, about: About, known_on: Date, objection: Option<u32>) -> Answer {
    w.complain(when, &firm(1), lodge_act(about, known_on, objection))
}

/// Of something for which no objection is asked: known on 26 March.
fn other(w: &mut World, when: &str) -> Answer {
    w.published(registration());
    lodge(w, when, About::Other, day(3, 26), None)
}

/// Of the result: known on 26 March, objected on 28 March, answered on 31 March.
fn of_result(w: &mut World, when: &str) -> Answer {
    objected(w, registration(), "03-28T09:00:00");
    let act = ProjectAct::AnswerObjection { n: 1, upheld: false, digest: digest() };
    w.then("03-31T09:00:00", &tenderer(), act);
    lodge(w, when, About::Result, day(3, 26), Some(1))
}

fn objected(w: &mut World, registration: Registration, when: &str) {
    w.published(registration);
    let act = ProjectAct::Object { stage: Stage::Result, known_on: at(when).date(), digest: digest() };
    w.then(when, &firm(1), act);
}

fn lodged(w: &mut World) {
    other(w, "03-31T09:00:00").unwrap();
}

fn accept(w: &mut World, when: &str) -> Answer {
    lodged(w);
    w.complain(when, &supervisor(), Act::Accept)
}

fn decide(w: &mut World, when: &str) -> Answer {
    let outcome = Outcome::Unfounded;
    w.complain(when, &supervisor(), Act::Decide { outcome, digest: digest() })
}

fn decided(w: &mut World, when: &str) -> Answer {
    accept(w, "04-01T09:00:00")?;
    decide(w, when)
}

/// Procurement: a query of 26 March, to be answered by 7 April.
fn queried(w: &mut World, when: &str) -> Answer {
    objected(w, procurement(), "03-26T10:00:00");
    lodge(w, when, About::Result, day(3, 26), Some(1))
}

pub fn rows() -> Vec<Row> {
    [lodging(), handling(), procuring()].concat()
}

fn lodging() -> Vec<Row> {
    vec![
        ("a complaint on the last day of ten, which a weekend moves (TND-63)", Passes, |w| {
            other(w, "04-07T23:00:00")
        }),
        ("on the day after (TND-63)", Refused("TND-63"), |w| other(w, "04-08T09:00:00")),
        ("without a paper that shows it (TND-63)", Refused("TND-63"), |w| {
            w.published(registration());
            let Act::Lodge { project, about, known_on, objection, request, received_before, .. } =
                lodge_act(About::Other, day(3, 26), None)
            else {
                unreachable!()
            };
            let bare = Act::Lodge {
                project,
                about,
                known_on,
                objection,
                request,
                evidence: vec![],
                received_before,
            };
            w.complain("03-31T09:00:00", &firm(1), bare)
        }),
        ("of the result, after an objection whose three days do not count (TND-64)", Passes, |w| {
            of_result(w, "04-08T09:00:00")
        }),
        ("of the result, later than that (TND-63)", Refused("TND-63"), |w| of_result(w, "04-09T09:00:00")),
        ("of the result, without an objection (TND-64)", Refused("TND-64"), |w| {
            w.published(registration());
            lodge(w, "03-31T09:00:00", About::Result, day(3, 26), None)
        }),
        ("of the result, while the objection waits for its answer (TND-64)", Refused("TND-64"), |w| {
            objected(w, registration(), "03-28T09:00:00");
            lodge(w, "03-29T09:00:00", About::Result, day(3, 26), Some(1))
        }),
        ("of the result, when no answer came in its term (TND-64)", Passes, |w| {
            objected(w, registration(), "03-26T10:00:00");
            lodge(w, "04-01T09:00:00", About::Result, day(3, 26), Some(1))
        }),
        ("first received by this supervisor (TND-66)", Passes, |w| {
            lodged(w);
            w.complain("04-01T09:00:00", &supervisor(), Act::Transfer { to: OrgId::new("交通局") })
        }),
        ("another received it first (TND-66)", Refused("TND-66"), |w| {
            w.published(registration());
            let Act::Lodge { project, about, known_on, objection, request, evidence, .. } =
                lodge_act(About::Other, day(3, 26), None)
            else {
                unreachable!()
            };
            let received_before = Some(OrgId::new("交通局"));
            let act = Act::Lodge { project, about, known_on, objection, request, evidence, received_before };
            w.complain("03-31T09:00:00", &firm(1), act)
        }),
        ("before the opening, under a firm's own name (TRD-02)", Refused("TRD-02"), |w| {
            w.announced(registration(), file());
            lodge(w, "03-10T09:00:00", About::Other, day(3, 10), None)
        }),
        ("before the opening, under a sealed account (TRD-02)", Passes, |w| {
            w.announced(registration(), file());
            w.complain("03-10T09:00:00", &sealed(9), lodge_act(About::Other, day(3, 10), None))
        }),
    ]
}

fn handling() -> Vec<Row> {
    vec![
        ("accepted on working day 3 (TND-65)", Passes, |w| accept(w, "04-03T09:00:00")),
        ("accepted on working day 4, after the holiday (TND-65)", Noted, |w| accept(w, "04-07T09:00:00")),
        ("declined without a reason (TND-65)", Refused("TND-65"), |w| {
            lodged(w);
            w.complain("04-01T09:00:00", &supervisor(), Act::Decline { reason: " ".into() })
        }),
        ("decided on working day 30 (TND-65)", Passes, |w| decided(w, "05-16T09:00:00")),
        ("decided on working day 31 (TND-65)", Noted, |w| decided(w, "05-19T09:00:00")),
        ("decided before it is accepted (TND-65)", Refused("TND-65"), |w| {
            lodged(w);
            decide(w, "04-01T09:00:00")
        }),
        ("an appraisal gives its five working days back (TND-65)", Passes, |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("04-08T09:00:00", &supervisor(), Act::Stop { kind: StopKind::Appraisal })?;
            w.complain("04-15T09:00:00", &supervisor(), Act::Continue { result: "完成".into() })?;
            decide(w, "05-23T09:00:00")
        }),
        ("waiting for the complainant's papers stops no clock here (TND-65)", Refused("TND-65"), |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("04-08T09:00:00", &supervisor(), Act::Stop { kind: StopKind::Supplement })
        }),
        ("decided while an appraisal goes on (TND-65)", Refused("TND-65"), |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("04-08T09:00:00", &supervisor(), Act::Stop { kind: StopKind::Appraisal })?;
            decide(w, "04-10T09:00:00")
        }),
        ("overdue the day after working day 30 (TND-65)", Passes, |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("05-17T00:00:00", &Actor::clock(), Act::TurnOverdue)
        }),
        ("not overdue on it (TND-65)", Refused("TND-65"), |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("05-16T00:00:00", &Actor::clock(), Act::TurnOverdue)
        }),
        ("the decision is announced (TND-71)", Passes, |w| {
            decided(w, "05-16T09:00:00")?;
            let act = Act::Publish { address: "/complaints/1".into(), digest: digest() };
            w.complain("05-19T09:00:00", &supervisor(), act)
        }),
        ("announced before there is one (TND-71)", Refused("TND-71"), |w| {
            lodged(w);
            let act = Act::Publish { address: "/complaints/1".into(), digest: digest() };
            w.complain("04-01T09:00:00", &supervisor(), act)
        }),
        ("the activity is stopped on a complaint that was accepted (TRD-05)", Passes, |w| {
            accept(w, "04-01T09:00:00")?;
            let document = "模住建停2号".into();
            w.complain("04-02T09:00:00", &supervisor(), Act::OrderSuspension { document })
        }),
        ("taken back in writing (TRD-03)", Passes, |w| {
            accept(w, "04-01T09:00:00")?;
            w.complain("04-02T09:00:00", &firm(1), Act::Withdraw { statement: "撤回函".into() })
        }),
        ("nothing follows a decision (TRD-03)", Refused("TRD-03"), |w| {
            decided(w, "05-16T09:00:00")?;
            w.complain("05-19T09:00:00", &firm(1), Act::Withdraw { statement: "撤回函".into() })
        }),
    ]
}

fn procuring() -> Vec<Row> {
    vec![
        ("procurement: complained of on working day 15 after the term of the answer (TND-75)", Passes, |w| {
            queried(w, "04-27T09:00:00")
        }),
        ("procurement: on working day 16 (TND-75)", Refused("TND-75"), |w| queried(w, "04-28T09:00:00")),
        ("procurement: before the term of the answer is over (TND-75)", Refused("TND-75"), |w| {
            queried(w, "04-07T09:00:00")
        }),
        ("procurement: without a query (TND-75)", Refused("TND-75"), |w| {
            w.published(procurement());
            lodge(w, "04-01T09:00:00", About::Result, day(3, 26), None)
        }),
        ("procurement: decided on working day 30 from receipt (TND-75)", Passes, |w| {
            queried(w, "04-08T09:00:00")?;
            w.complain("04-09T09:00:00", &supervisor(), Act::Accept)?;
            decide(w, "05-22T09:00:00")
        }),
        ("procurement: decided on working day 31 (TND-75)", Noted, |w| {
            queried(w, "04-08T09:00:00")?;
            w.complain("04-09T09:00:00", &supervisor(), Act::Accept)?;
            decide(w, "05-23T09:00:00")
        }),
        ("procurement: papers to be supplied stop the clock (TND-75)", Passes, |w| {
            queried(w, "04-08T09:00:00")?;
            w.complain("04-09T09:00:00", &supervisor(), Act::Accept)?;
            w.complain("04-10T09:00:00", &supervisor(), Act::Stop { kind: StopKind::Supplement })
        }),
    ]
}
