//! 规格：移送。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::handover::{Act, HandOver, Material, Nature, Report};
use crate::parts::Subject;
use fadu_kernel::{Actor, MatterId, OrgId, Refusal};

fn report(nature: Nature) -> Report {
    Report {
        nature,
        subject: Subject { id: "P1".into(), title: "县道改造（演示）".into(), ..Subject::default() },
        to: OrgId::new(if nature == Nature::Department { "财政局" } else { "公安局" }),
        cause: "核查1号".into(),
        digest: digest(),
        officers: vec!["Z1".into(), "Z2".into()],
    }
}

fn act(w: &mut World, when: &str, act: Act) -> Answer {
    w.act::<HandOver>(ONE, when, &supervisor(), act)
}

fn reported(w: &mut World, nature: Nature) -> Answer {
    act(w, "03-03", Act::Report { report: Box::new(report(nature)) })
}

fn decided(w: &mut World, nature: Nature, when: &str) -> Answer {
    reported(w, nature)?;
    let decide = Act::Decide { approved: true, reason: String::new() };
    w.act::<HandOver>(ONE, when, &head(), decide)
}

const ALL: [Material; 2] = [Material::Letter, Material::Investigation];

fn sent(w: &mut World, nature: Nature, when: &str) -> Answer {
    decided(w, nature, "03-04T09:00:00")?;
    act(w, when, Act::Send { document: "模移1号".into(), materials: ALL.into() })
}

fn received(w: &mut World) -> Answer {
    sent(w, Nature::Crime, "03-04T10:00:00")?;
    act(w, "03-05", Act::Receive { receipt: "回执1号".into() })
}

fn answer(w: &mut World, when: &str, filed: bool, reason: &str) -> Answer {
    received(w)?;
    let (document, reason) = ("模公立1号".into(), reason.into());
    act(w, when, Act::RecordAnswer { filed, document, reason })
}

/// A hand-over to another department that is under way, for findings that end in it.
pub fn sent_to_finance(w: &mut World) -> Result<MatterId, Refusal> {
    sent(w, Nature::Department, "03-04T10:00:00")?;
    Ok(ONE)
}

pub fn rows() -> Vec<Row> {
    [deciding(), receiving(), answering()].concat()
}

fn deciding() -> Vec<Row> {
    vec![
        ("a suspected crime, reported by two officers (TRD-06)", Passes, |w| reported(w, Nature::Crime)),
        ("by one officer (TRD-06)", Refused("TRD-06"), |w| {
            let one = Report { officers: vec!["Z1".into()], ..report(Nature::Crime) };
            act(w, "03-03", Act::Report { report: Box::new(one) })
        }),
        ("decided on the third day (TRD-06)", Passes, |w| decided(w, Nature::Crime, "03-06")),
        ("decided on the fourth (TRD-06)", Noted, |w| decided(w, Nature::Crime, "03-07")),
        ("declined without a reason (TRD-06)", Refused("TRD-06"), |w| {
            reported(w, Nature::Crime)?;
            let decide = Act::Decide { approved: false, reason: String::new() };
            w.act::<HandOver>(ONE, "03-04", &head(), decide)
        }),
        ("sent twenty-four hours after the decision (TRD-06, SUP-05)", Passes, |w| {
            sent(w, Nature::Crime, "03-05T09:00:00")
        }),
        ("sent a second later (TRD-06)", Noted, |w| sent(w, Nature::Crime, "03-05T09:00:01")),
        ("sent before it was approved (TRD-06)", Refused("TRD-06"), |w| {
            reported(w, Nature::Crime)?;
            act(w, "03-04", Act::Send { document: "模移1号".into(), materials: ALL.into() })
        }),
        ("sent without the report of the investigation (SUP-05)", Refused("SUP-05"), |w| {
            decided(w, Nature::Crime, "03-04")?;
            let materials = vec![Material::Letter];
            act(w, "03-04", Act::Send { document: "模移1号".into(), materials })
        }),
    ]
}

fn receiving() -> Vec<Row> {
    vec![
        ("a department signs for itself on working day 3 (SUP-06)", Passes, |w| {
            sent_to_finance(w)?;
            w.act::<HandOver>(ONE, "03-07", &finance(), Act::Receive { receipt: "财收1号".into() })
        }),
        ("on working day 4 (SUP-06)", Noted, |w| {
            sent_to_finance(w)?;
            w.act::<HandOver>(ONE, "03-10", &finance(), Act::Receive { receipt: "财收1号".into() })
        }),
        ("the sender signs for the department (SUP-06)", Refused("SUP-06"), |w| {
            sent_to_finance(w)?;
            act(w, "03-05", Act::Receive { receipt: "财收1号".into() })
        }),
        ("the receipt of the police is entered (SUP-06)", Passes, received),
        ("closed without a receipt (SUP-06)", Refused("SUP-06"), |w| {
            sent_to_finance(w)?;
            act(w, "03-05", Act::Close { result: "已处理".into() })
        }),
        ("a department's result closes it (SUP-10)", Passes, |w| {
            sent_to_finance(w)?;
            w.act::<HandOver>(ONE, "03-07", &finance(), Act::Receive { receipt: "财收1号".into() })?;
            act(w, "03-20", Act::Close { result: "追回资金（演示）".into() })
        }),
        ("a letter made by the system (SUP-04)", Passes, |w| {
            sent_to_finance(w)?;
            w.act::<HandOver>(ONE, "03-05", &Actor::clock(), issue())
        }),
        ("a letter made by hand (SUP-04)", Refused("SUP-04"), |w| {
            sent_to_finance(w)?;
            act(w, "03-05", issue())
        }),
        ("a letter made a second time (SUP-13)", Refused("SUP-13"), |w| {
            sent_to_finance(w)?;
            w.act::<HandOver>(ONE, "03-05", &Actor::clock(), issue())?;
            w.act::<HandOver>(ONE, "03-06", &Actor::clock(), issue())
        }),
    ]
}

fn issue() -> Act {
    Act::IssueNotice { seq: 7, digest: digest() }
}

fn answering() -> Vec<Row> {
    vec![
        ("answered on the third day (SUP-07)", Passes, |w| answer(w, "03-08", true, "")),
        // The third day is a Saturday, and the period rolls over the Sunday.
        ("answered on the Monday after it (SUP-07)", Passes, |w| answer(w, "03-10", true, "")),
        ("answered a day later (SUP-07)", Noted, |w| answer(w, "03-11", true, "")),
        ("not filed and no reason given (SUP-07)", Refused("SUP-07"), |w| answer(w, "03-06", false, "")),
        ("closed before the police answered (SUP-10)", Refused("SUP-10"), |w| {
            received(w)?;
            act(w, "03-06", Act::Close { result: "罚款了事".into() })
        }),
        ("a review asked for on the third day (SUP-08)", Passes, |w| {
            answer(w, "03-06", false, "没有犯罪事实")?;
            act(w, "03-10", Act::AskReview { document: "模复1号".into() })
        }),
        ("on the day after (SUP-08)", Refused("SUP-08"), |w| {
            answer(w, "03-06", false, "没有犯罪事实")?;
            act(w, "03-11", Act::AskReview { document: "模复1号".into() })
        }),
        ("of a case that was filed (SUP-08)", Refused("SUP-08"), |w| {
            answer(w, "03-06", true, "")?;
            act(w, "03-07", Act::AskReview { document: "模复1号".into() })
        }),
        ("items given on the third day (SUP-09)", Passes, |w| {
            answer(w, "03-06", true, "")?;
            act(w, "03-10", Act::GiveItems { list: digest() })
        }),
        ("items given a day later (SUP-09)", Noted, |w| {
            answer(w, "03-06", true, "")?;
            act(w, "03-11", Act::GiveItems { list: digest() })
        }),
        ("closed with the items still here (SUP-09)", Refused("SUP-09"), |w| {
            answer(w, "03-06", true, "")?;
            act(w, "03-07", Act::Close { result: "已立案".into() })
        }),
        ("closed once filed and given (SUP-10)", Passes, |w| {
            answer(w, "03-06", true, "")?;
            act(w, "03-07", Act::GiveItems { list: digest() })?;
            act(w, "03-07", Act::Close { result: "已立案".into() })
        }),
    ]
}
