//! 规格：投标期间到开标。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::bid::{self, Bid, Ticket, join, ticket_leaf};
use crate::project::file::Prequalification;
use crate::project::{
    Act, Disposition, Marks, Project, Reading, Registration, RetenderGround, SharePurpose, Stage, TenderFile,
    UnreadableFault,
};
use crate::regime::Kind;
use fadu_kernel::{Actor, MatterId};
use jiff::civil::Date;

fn clarify(w: &mut World, when: &str, affects_bids: bool) -> Answer {
    w.announced(registration(), file());
    let act = Act::Clarify { digest: digest(), affects_bids, of_prequalification: false };
    w.project(when, &tenderer(), act)
}

fn confirm_clarification(w: &mut World, by: &Actor, reason: &str) -> Answer {
    let act = Act::ConfirmClarification { digest: digest(), reason: reason.into() };
    w.project("03-20T10:00:00", by, act)
}

/// Announced with a prequalification: applications until 17 March.
fn prequalified(w: &mut World) {
    let submit_by = at("03-17T17:00:00");
    let first = Prequalification { sale_from: day(3, 4), sale_to: day(3, 11), submit_by };
    w.announced(registration(), TenderFile { prequalification: Some(first), ..file() });
}

fn clarify_first(w: &mut World, when: &str) -> Answer {
    prequalified(w);
    let act = Act::Clarify { digest: digest(), affects_bids: true, of_prequalification: true };
    w.project(when, &tenderer(), act)
}

fn object(w: &mut World, when: &str, stage: Stage, by: &Actor) -> Answer {
    object_known(w, when, stage, by, at(when).date())
}

fn object_known(w: &mut World, when: &str, stage: Stage, by: &Actor, known_on: Date) -> Answer {
    w.project(when, by, Act::Object { stage, known_on, digest: digest() })
}

fn objected(w: &mut World, when: &str) -> Answer {
    w.announced(registration(), file());
    object(w, when, Stage::File, &sealed(9))
}

fn answer(w: &mut World, when: &str) -> Answer {
    w.project(when, &tenderer(), Act::AnswerObjection { n: 1, upheld: false, digest: digest() })
}

/// A bid at this moment, on a project whose deadline is 25 March, 09:30:00.
fn deposit(w: &mut World, when: &str) -> Answer {
    w.announced(registration(), file());
    w.deposit(0, when)
}

fn unreadable(bid: MatterId, fault: UnreadableFault, ground: &str) -> Act {
    Act::NoteUnreadable { bid, fault, ground: ground.into() }
}

fn begin(w: &mut World, when: &str) -> Answer {
    w.project(when, &tenderer(), Act::BeginOpening)
}

fn retender(w: &mut World, when: &str, ground: RetenderGround) -> Answer {
    w.project(when, &tenderer(), Act::Retender { ground, reason: String::new(), fell: None })
}

/// One of three holders looks whose the unrevealed envelopes are.
fn one_looks(w: &mut World) -> Answer {
    let act = Act::Contribute { holder: 1, purpose: SharePurpose::Label, digest: digest() };
    w.project("03-25T09:30:00", &tenderer(), act)
}

fn absent(w: &mut World, by: &Actor, when: &str) -> Answer {
    w.project(when, by, Act::NoteAbsence { document: "模住建认〔2025〕1号".into() })
}

fn file_upheld(w: &mut World) -> Answer {
    objected(w, "03-10T09:00:00")?;
    let act = Act::AnswerObjection { n: 1, upheld: true, digest: digest() };
    w.project("03-11T09:00:00", &tenderer(), act)
}

fn three_come(w: &mut World) -> Answer {
    for n in 0..3 {
        w.deposit(n, "03-20T09:00:00")?;
        w.admit(n)?;
    }
    w.looked_through();
    Ok(String::new())
}

/// One firm has handed in three envelopes.
fn one_firm_closed(w: &mut World) -> Answer {
    w.opening(registration());
    for n in 0..3 {
        w.read(n, reading(0))?;
    }
    w.close_opening()
}

/// The opening of three bids, of which the third reads so.
fn third_reads(w: &mut World, reading: Reading) -> Answer {
    w.opening(registration());
    w.read(0, super::world::reading(0))?;
    w.read(1, super::world::reading(1))?;
    w.read(2, reading)
}

fn closed_with(w: &mut World, reading: Reading) -> Answer {
    third_reads(w, reading)?;
    w.close_opening()
}

/// The first and the third bid bear these marks.
fn marked(w: &mut World, change: fn(&mut Marks)) -> Answer {
    let mut marks = Marks::default();
    change(&mut marks);
    w.opening(registration());
    w.read(0, Reading { marks: marks.clone(), ..reading(0) })?;
    w.read(1, reading(1))?;
    w.read(2, Reading { marks, ..third() })?;
    w.close_opening()
}

fn third() -> Reading {
    reading(2)
}

/// A ticket tree of two who passed, padded to 1,024 places.
fn tickets() -> (String, Ticket) {
    let mut level: Vec<String> = (0..1 << bid::TICKET_LEVELS)
        .map(|n| crate::draw::sha256(&format!("pad {n}")))
        .collect();
    let (secret, place) = (nonce(50), 700_u16);
    level[usize::from(place)] = ticket_leaf(P, &secret);
    let (mut path, mut at) = (Vec::new(), usize::from(place));
    while level.len() > 1 {
        path.push(level[at ^ 1].clone());
        level = level.chunks(2).map(|pair| join(&pair[0], &pair[1])).collect();
        at /= 2;
    }
    (level.remove(0), Ticket { secret, place, path })
}

fn deposit_with(w: &mut World, ticket: Option<Ticket>) -> Answer {
    prequalified(w);
    w.project("03-18T09:00:00", &tenderer(), Act::Qualify { root: tickets().0 })?;
    let act = bid::Act::Deposit { project: Some(P), nonce: nonce(0), digest: digest(), ticket };
    w.bid(0, "03-20T09:00:00", &sealed(0), act)
}

fn withdraw(w: &mut World, when: &str) -> Answer {
    deposit(w, "03-19T09:00:00")?;
    w.bid(0, when, &sealed(0), bid::Act::Withdraw { project: P, nonce: nonce(0) })
}

fn return_bond(w: &mut World, when: &str) -> Answer {
    withdraw(w, "03-20T09:00:00")?;
    w.bid(0, when, &centre(), bid::Act::ReturnBond)
}

fn terminate(w: &mut World, announcement: &str, refund: bool) -> Answer {
    w.announced(registration(), file());
    let act = Act::Terminate { reason: "规划调整".into(), announcement: announcement.into(), refund };
    w.project("03-10T09:00:00", &tenderer(), act)
}

/// The supervisor says that this rule was broken, and confirms it.
fn confirmed(w: &mut World, rule: &str) -> Answer {
    let (rule, evidence) = (rule.into(), vec!["第3条".into()]);
    let alert = Act::RaiseAlert { rule, evidence, note: String::new() };
    w.project("03-10T09:00:00", &supervisor(), alert)?;
    let disposition = Disposition::Confirmed;
    let act = Act::DisposeAlert { n: 1, disposition, reason: "已经查实".into() };
    w.project("03-11T09:00:00", &supervisor(), act)
}

fn stop(w: &mut World, when: &str) -> Answer {
    w.project(when, &supervisor(), Act::Suspend { document: "模住建停1号".into() })
}

pub fn rows() -> Vec<Row> {
    [clarifying(), objecting(), receiving(), opening(), reading_out(), again()].concat()
}

fn clarifying() -> Vec<Row> {
    vec![
        ("clarified with fifteen clear days left: the deadline stays (TND-13)", Passes, |w| {
            clarify(w, "03-09T09:00:00", true)
        }),
        ("with fourteen: the deadline moves by itself (TND-13)", Noted, |w| {
            clarify(w, "03-10T09:00:00", true)
        }),
        ("what does not touch the bids moves nothing (TND-13)", Passes, |w| {
            clarify(w, "03-09T09:00:00", false)
        }),
        ("so late, what is said to touch no bid moves nothing and is noted (TND-13)", Noted, |w| {
            clarify(w, "03-20T09:00:00", false)
        }),
        ("a second person confirms that it touches no bid (TND-13)", Passes, |w| {
            clarify(w, "03-20T09:00:00", false)?;
            confirm_clarification(w, &head(), "更正联系电话")
        }),
        ("whoever sent it confirms it (TRD-04)", Refused("TRD-04"), |w| {
            clarify(w, "03-20T09:00:00", false)?;
            confirm_clarification(w, &tenderer(), "更正联系电话")
        }),
        ("confirmed without saying why (TND-13)", Refused("TND-13"), |w| {
            clarify(w, "03-20T09:00:00", false)?;
            confirm_clarification(w, &head(), " ")
        }),
        ("opened before a second person has looked at it (TND-13)", Refused("TND-13"), |w| {
            clarify(w, "03-20T09:00:00", false)?;
            three_come(w)?;
            begin(w, "03-25T09:30:00")
        }),
        ("opened after that (TND-13)", Passes, |w| {
            clarify(w, "03-20T09:00:00", false)?;
            confirm_clarification(w, &head(), "更正联系电话")?;
            three_come(w)?;
            begin(w, "03-25T09:30:00")
        }),
        ("clarified when the deadline is reached (TND-13)", Refused("TND-13"), |w| {
            clarify(w, "03-25T09:30:00", true)
        }),
        ("prequalification: three clear days left (TND-13)", Passes, |w| clarify_first(w, "03-13T09:00:00")),
        ("prequalification: two, and it moves (TND-13)", Noted, |w| clarify_first(w, "03-14T09:00:00")),
    ]
}

fn objecting() -> Vec<Row> {
    vec![
        ("an objection ten days before the deadline (TND-14)", Passes, |w| objected(w, "03-15T09:00:00")),
        ("nine days before (TND-14)", Refused("TND-14"), |w| objected(w, "03-16T09:00:00")),
        ("to the prequalification, two days before (TND-14)", Passes, |w| {
            prequalified(w);
            object(w, "03-15T09:00:00", Stage::Prequalification, &sealed(9))
        }),
        ("to the prequalification, one day before (TND-14)", Refused("TND-14"), |w| {
            prequalified(w);
            object(w, "03-16T09:00:00", Stage::Prequalification, &sealed(9))
        }),
        ("answered on the third day (TND-15)", Passes, |w| {
            objected(w, "03-11T09:00:00")?;
            answer(w, "03-14T09:00:00")
        }),
        ("answered on the fourth (TND-15)", Noted, |w| {
            objected(w, "03-10T09:00:00")?;
            answer(w, "03-14T09:00:00")
        }),
        ("the activity stands still until it is answered (TND-15)", Refused("TND-15"), |w| {
            objected(w, "03-06T09:00:00")?;
            let act = Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false };
            w.project("03-07T09:00:00", &tenderer(), act)
        }),
        ("and goes on once it is taken back (TND-15)", Passes, |w| {
            objected(w, "03-06T09:00:00")?;
            w.project("03-07T09:00:00", &sealed(9), Act::WithdrawObjection { n: 1 })?;
            let act = Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false };
            w.project("03-07T10:00:00", &tenderer(), act)
        }),
        ("taken back by somebody else (TRD-04)", Refused("TRD-04"), |w| {
            objected(w, "03-11T09:00:00")?;
            w.project("03-12T09:00:00", &sealed(8), Act::WithdrawObjection { n: 1 })
        }),
        ("procurement: a query on working day 7 (TND-75)", Passes, |w| {
            w.announced(procurement(), file());
            object_known(w, "03-13T09:00:00", Stage::File, &sealed(9), day(3, 4))
        }),
        ("procurement: on working day 8 (TND-75)", Refused("TND-75"), |w| {
            w.announced(procurement(), file());
            object_known(w, "03-14T09:00:00", Stage::File, &sealed(9), day(3, 4))
        }),
        ("procurement: answered on working day 7 (TND-75)", Passes, |w| {
            w.announced(procurement(), file());
            object(w, "03-10T09:00:00", Stage::File, &sealed(9))?;
            answer(w, "03-19T09:00:00")
        }),
        ("procurement: answered on working day 8 (TND-75)", Noted, |w| {
            w.announced(procurement(), file());
            object(w, "03-10T09:00:00", Stage::File, &sealed(9))?;
            answer(w, "03-20T09:00:00")
        }),
        ("a question under a firm's name before the opening (TRD-02)", Refused("TRD-02"), |w| {
            w.announced(registration(), file());
            w.project("03-10T09:00:00", &firm(0), Act::Ask { digest: digest() })
        }),
        ("a question under a sealed account (TRD-02)", Passes, |w| {
            w.announced(registration(), file());
            w.project("03-10T09:00:00", &sealed(9), Act::Ask { digest: digest() })
        }),
        ("the deadline put off for a fault of the platform", Passes, |w| {
            w.announced(registration(), file());
            let act = Act::Postpone { deadline: at("03-28T09:30:00"), reason: "平台故障".into() };
            w.project("03-24T20:00:00", &tenderer(), act)
        }),
        ("a deadline brought forward (TND-12)", Refused("TND-12"), |w| {
            w.announced(registration(), file());
            let act = Act::Postpone { deadline: at("03-24T09:30:00"), reason: "提前".into() };
            w.project("03-20T09:00:00", &tenderer(), act)
        }),
    ]
}

fn receiving() -> Vec<Row> {
    vec![
        ("received at the very second of the deadline (TND-28, TRD-02)", Passes, |w| {
            deposit(w, "03-25T09:30:00")
        }),
        ("one second late (TND-28)", Refused("TND-28"), |w| deposit(w, "03-25T09:30:01")),
        ("a bid under a firm's own name (TRD-02)", Refused("TRD-02"), |w| {
            w.announced(registration(), file());
            let act = bid::Act::Deposit { project: Some(P), nonce: nonce(0), digest: digest(), ticket: None };
            w.bid(0, "03-20T09:00:00", &firm(0), act)
        }),
        ("a second version in time replaces the first", Passes, |w| {
            deposit(w, "03-19T09:00:00")?;
            let act = bid::Act::Replace { project: P, nonce: nonce(0), digest: "cd".repeat(32) };
            w.bid(0, "03-25T09:30:00", &sealed(0), act)
        }),
        ("a second version one second late (TND-28)", Refused("TND-28"), |w| {
            deposit(w, "03-19T09:00:00")?;
            let act = bid::Act::Replace { project: P, nonce: nonce(0), digest: "cd".repeat(32) };
            w.bid(0, "03-25T09:30:01", &sealed(0), act)
        }),
        ("with a ticket of the prequalification (TND-28, TND-11)", Passes, |w| {
            deposit_with(w, Some(tickets().1))
        }),
        ("without one (TND-28)", Refused("TND-28"), |w| deposit_with(w, None)),
        ("with one of another place (TND-28)", Refused("TND-28"), |w| {
            deposit_with(w, Some(Ticket { place: 701, ..tickets().1 }))
        }),
        ("withdrawn, the bond back on the fifth day (TND-27)", Passes, |w| return_bond(w, "03-25T09:00:00")),
        ("withdrawn, the bond back on the sixth (TND-27)", Noted, |w| return_bond(w, "03-26T09:00:00")),
        ("a bond given back though nothing was withdrawn (TND-27)", Refused("TND-27"), |w| {
            deposit(w, "03-19T09:00:00")?;
            w.bid(0, "03-20T09:00:00", &centre(), bid::Act::ReturnBond)
        }),
        ("withdrawn with another's nonce (TRD-04)", Refused("TRD-04"), |w| {
            deposit(w, "03-19T09:00:00")?;
            w.bid(0, "03-20T09:00:00", &sealed(0), bid::Act::Withdraw { project: P, nonce: nonce(1) })
        }),
        ("revealed a second before the deadline (TND-32)", Refused("TND-32"), |w| {
            deposit(w, "03-19T09:00:00")?;
            w.bid(0, "03-25T09:29:59", &centre(), bid::Act::Reveal { project: P, nonce: nonce(0) })
        }),
        ("revealed at the deadline (TND-32)", Passes, |w| {
            deposit(w, "03-19T09:00:00")?;
            w.bid(0, "03-25T09:30:00", &centre(), bid::Act::Reveal { project: P, nonce: nonce(0) })
        }),
        ("admitted before the deadline (TRD-02)", Refused("TRD-02"), |w| {
            deposit(w, "03-19T09:00:00")?;
            let act = Act::Admit { bid: BIDS[0], digest: digest(), received_ms: 0 };
            w.project("03-25T09:29:59", &Actor::relay(), act)
        }),
        ("admitted by a person (TRD-10)", Refused("TRD-10"), |w| {
            deposit(w, "03-19T09:00:00")?;
            let act = Act::Admit { bid: BIDS[0], digest: digest(), received_ms: 0 };
            w.project("03-25T09:30:00", &tenderer(), act)
        }),
        ("admitted by the relay (TRD-10)", Passes, |w| {
            deposit(w, "03-19T09:00:00")?;
            w.admit(0)
        }),
    ]
}

fn opening() -> Vec<Row> {
    vec![
        ("opened at the deadline with three bids (TND-33, TND-34)", Passes, |w| {
            w.with_bids(registration(), 3);
            w.looked_through();
            begin(w, "03-25T09:30:00")
        }),
        (
            "an objection to the file was upheld and nothing changed: not opened (TRD-12)",
            Refused("TRD-12"),
            |w| {
                file_upheld(w)?;
                three_come(w)?;
                begin(w, "03-25T09:30:00")
            },
        ),
        ("the file was changed after it: opened (TRD-12)", Passes, |w| {
            file_upheld(w)?;
            let act = Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false };
            w.project("03-11T10:00:00", &tenderer(), act)?;
            confirm_clarification(w, &head(), "按异议更正，不影响编制")?;
            three_come(w)?;
            begin(w, "03-25T09:30:00")
        }),
        ("three bids, and nobody has looked for others (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 3);
            begin(w, "03-25T09:30:00")
        }),
        ("three bids, and one holder alone has looked for others (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 3);
            one_looks(w)?;
            begin(w, "03-25T09:30:00")
        }),
        ("too few holders come, as the supervisor finds: opened (TND-34)", Passes, |w| {
            w.with_bids(registration(), 3);
            one_looks(w)?;
            absent(w, &supervisor(), "03-25T09:50:00")?;
            begin(w, "03-25T09:51:00")
        }),
        ("the supervisor's finding of it is looked at", Noted, |w| {
            w.with_bids(registration(), 3);
            absent(w, &supervisor(), "03-25T10:30:00")
        }),
        ("the tenderer finds that holders stay away (TRD-04)", Refused("TRD-04"), |w| {
            w.with_bids(registration(), 3);
            absent(w, &tenderer(), "03-25T10:30:00")
        }),
        ("holders found absent before the deadline (TRD-02)", Refused("TRD-02"), |w| {
            w.announced(registration(), file());
            absent(w, &supervisor(), "03-25T09:29:59")
        }),
        ("holders found absent while enough have come (TRD-03)", Refused("TRD-03"), |w| {
            w.with_bids(registration(), 3);
            w.looked_through();
            absent(w, &supervisor(), "03-25T10:30:00")
        }),
        ("opened a second before (TND-33)", Refused("TND-33"), |w| {
            w.announced(registration(), file());
            begin(w, "03-25T09:29:59")
        }),
        ("opened thirty minutes after the deadline (TND-33)", Passes, |w| {
            w.with_bids(registration(), 3);
            w.looked_through();
            begin(w, "03-25T10:00:00")
        }),
        ("opened a second later than that (TND-33)", Noted, |w| {
            w.with_bids(registration(), 3);
            w.looked_through();
            begin(w, "03-25T10:00:01")
        }),
        ("opened within the minutes that the county adopted (TND-33)", Passes, |w| {
            w.adopt("03-03T08:00:00", "opening_minutes", 60, day(3, 3))?;
            w.with_bids(registration(), 3);
            w.looked_through();
            begin(w, "03-25T10:30:00")
        }),
        ("opened on the next day (TND-33)", Noted, |w| {
            w.with_bids(registration(), 3);
            w.looked_through();
            begin(w, "03-26T09:30:00")
        }),
        ("two bids (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 2);
            begin(w, "03-25T09:30:00")
        }),
        ("two bids: tendered again (TND-34, TND-68)", Passes, |w| {
            w.with_bids(registration(), 2);
            w.looked_through();
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)
        }),
        ("two bids, and nobody has looked whose the sealed ones are (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 2);
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)
        }),
        ("two bids, and one holder alone has looked (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 2);
            one_looks(w)?;
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)
        }),
        ("three bids: not tendered again for want of bidders (TND-34)", Refused("TND-34"), |w| {
            w.with_bids(registration(), 3);
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)
        }),
        ("procurement: two bids are not opened (TRD-14)", Refused("TRD-14"), |w| {
            w.with_bids(procurement(), 2);
            w.looked_through();
            begin(w, "03-25T09:30:00")
        }),
        ("procurement: two bids, and it is tendered again (TRD-14)", Passes, |w| {
            w.with_bids(procurement(), 2);
            w.looked_through();
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)
        }),
        ("one firm's three envelopes: nothing is evaluated (TND-34)", Refused("TND-34"), |w| {
            one_firm_closed(w)?;
            let draw = w.drawn(P, crate::draw::matter::Purpose::Experts, 4);
            w.seat(Some(draw), vec![member(1, "教育局")])?;
            w.report(&[0])
        }),
        ("one firm's three envelopes: tendered again (TND-34, TND-68)", Passes, |w| {
            one_firm_closed(w)?;
            retender(w, "03-25T11:00:00", RetenderGround::TooFewBidders)
        }),
        ("three bidders read out: not tendered again for want of them (TND-34)", Refused("TND-34"), |w| {
            w.opened(registration());
            retender(w, "03-25T11:00:00", RetenderGround::TooFewBidders)
        }),
        ("an objection at the opening, answered on the spot (TND-35)", Passes, |w| {
            w.opening(registration());
            for n in 0..3 {
                w.read(n, reading(n))?;
            }
            object(w, "03-25T09:45:00", Stage::Opening, &firm(0))?;
            answer(w, "03-25T09:50:00")?;
            w.close_opening()
        }),
        ("closed over an unanswered objection (TND-35)", Refused("TND-35"), |w| {
            w.opening(registration());
            for n in 0..3 {
                w.read(n, reading(n))?;
            }
            object(w, "03-25T09:45:00", Stage::Opening, &firm(0))?;
            w.close_opening()
        }),
        ("an objection to the opening after it is over (TND-35)", Refused("TND-35"), |w| {
            w.opened(registration());
            object(w, "03-25T11:00:00", Stage::Opening, &firm(0))
        }),
    ]
}

fn reading_out() -> Vec<Row> {
    vec![
        (
            "three bids that have nothing to do with each other (TND-18, TND-25, TND-26, TND-29, TND-70)",
            Passes,
            |w| closed_with(w, Reading { bond_from_basic_account: Some(true), ..third() }),
        ),
        ("a price with commas is a price", Passes, |w| {
            third_reads(w, Reading { price: "9,200,000.00".into(), ..third() })
        }),
        ("a price of zero is read out and noted", Noted, |w| {
            third_reads(w, Reading { price: "0".into(), ..third() })
        }),
        ("a price of a thousand million million yuan too", Noted, |w| {
            third_reads(w, Reading { price: "1000000000000000".into(), ..third() })
        }),
        ("what is no price is not (TRD-03)", Refused("TRD-03"), |w| {
            third_reads(w, Reading { price: "九百万".into(), ..third() })
        }),
        ("a bond from another account is noted (TND-18)", Noted, |w| {
            third_reads(w, Reading { bond_from_basic_account: Some(false), ..third() })
        }),
        ("an interest in the tenderer is noted (TND-26)", Noted, |w| {
            third_reads(w, Reading { interested: true, ..third() })
        }),
        ("two bids that one author wrote: a lead is raised (TND-31a)", Noted, |w| {
            marked(w, |marks| marks.author.push("kd1".into()))
        }),
        ("two bids that one agent handled: a lead is raised (TND-31b)", Noted, |w| {
            marked(w, |marks| marks.agent.push("kd2".into()))
        }),
        ("two bids with one manager: a lead is raised (TND-31c)", Noted, |w| {
            marked(w, |marks| marks.managers.push("kd3".into()))
        }),
        ("another bidder's code inside a file: a lead is raised (TND-31e)", Noted, |w| {
            marked(w, |marks| marks.named.push(FIRMS[0].1.into()))
        }),
        ("two bonds from one account: a lead is raised (TND-31f)", Noted, |w| {
            marked(w, |marks| marks.account.push("kd4".into()))
        }),
        ("marks that are empty are none (TND-31a, TND-31b, TND-31c, TND-31e, TND-31f)", Passes, |w| {
            marked(w, |marks| marks.author.push(" ".into()))
        }),
        ("the same responsible person twice: both are void (TND-25)", Noted, |w| {
            w.opening(registration());
            w.read(0, Reading { head: "kd1".into(), ..reading(0) })?;
            w.read(1, reading(1))?;
            w.read(2, Reading { head: "kd1".into(), ..third() })?;
            w.close_opening()
        }),
        ("a bidder that controls another (TND-25)", Noted, |w| {
            closed_with(w, Reading { controlled_by: vec![FIRMS[0].1.into()], ..third() })
        }),
        ("a member of a consortium that also bids alone (TND-29)", Noted, |w| {
            closed_with(w, Reading { consortium: vec![FIRMS[0].1.into()], ..third() })
        }),
        (
            "the project's own agency bids: read out, the opening goes on, and it is void (TND-70)",
            Noted,
            |w| {
                w.opening(Registration { agency: Some(FIRMS[0].1.into()), ..registration() });
                for n in 0..3 {
                    w.read(n, reading(n))?;
                }
                w.close_opening()
            },
        ),
        ("the agency in a consortium (TND-70)", Noted, |w| {
            w.opening(Registration { agency: Some(FIRMS[3].1.into()), ..registration() });
            w.read(0, reading(0))?;
            w.read(1, reading(1))?;
            w.read(2, Reading { consortium: vec![FIRMS[3].1.into()], ..third() })?;
            w.close_opening()
        }),
        ("one bid cannot be decrypted, the others go on (TND-90)", Passes, |w| {
            w.opening(registration());
            let act = unreadable(BIDS[2], UnreadableFault::Unknown, "份额合不成密钥");
            w.project("03-25T09:40:00", &tenderer(), act)?;
            w.read(0, reading(0))?;
            w.read(1, reading(1))?;
            w.close_opening()
        }),
        ("what was read out is not unreadable (TND-90)", Refused("TND-90"), |w| {
            w.opening(registration());
            w.read(0, reading(0))?;
            let act = unreadable(BIDS[0], UnreadableFault::Bidder, "密文不完整");
            w.project("03-25T09:45:00", &tenderer(), act)
        }),
        ("closed with a bid unread (TND-33)", Refused("TND-33"), |w| {
            w.opening(registration());
            w.read(0, reading(0))?;
            w.close_opening()
        }),
        ("read before the opening (TND-32)", Refused("TND-32"), |w| {
            w.with_bids(registration(), 3);
            w.read(0, reading(0))
        }),
    ]
}

fn again() -> Vec<Row> {
    vec![
        ("ended, announced, everything paid back (TND-22)", Passes, |w| terminate(w, &digest(), true)),
        ("ended without an announcement (TND-22)", Refused("TND-22"), |w| terminate(w, "", true)),
        ("ended and nothing paid back (TND-22)", Refused("TND-22"), |w| terminate(w, &digest(), false)),
        ("a bid of the first round in the second (TRD-03)", Refused("TRD-03"), |w| {
            w.with_bids(registration(), 2);
            w.looked_through();
            retender(w, "03-25T09:40:00", RetenderGround::TooFewBidders)?;
            let again = TenderFile {
                sale_from: day(3, 26),
                sale_to: day(4, 2),
                deadline: at("04-16T09:30:00"),
                opening: at("04-16T09:30:00"),
                ..file()
            };
            w.project("03-25T15:00:00", &tenderer(), Act::PrepareFile { file: Box::new(again) })?;
            w.project("03-26T09:00:00", &tenderer(), Act::Announce { publications: publications() })?;
            let act = Act::Admit {
                bid: BIDS[3],
                digest: digest(),
                received_ms: crate::time::instant_ms(at("03-20T09:00:00")),
            };
            w.project("04-16T09:30:00", &Actor::relay(), act)
        }),
        ("tendered again while bids still stand (TND-68)", Refused("TND-68"), |w| {
            w.opened(registration());
            retender(w, "03-25T11:00:00", RetenderGround::AllRejected)
        }),
        ("an unlawful file, found so: tendered again (TND-68)", Passes, |w| {
            w.announced(registration(), file());
            confirmed(w, "TND-23")?;
            retender(w, "03-12T09:00:00", RetenderGround::UnlawfulFile)
        }),
        (
            "something else than the file was found: not tendered again for it (TND-68)",
            Refused("TND-68"),
            |w| {
                w.announced(registration(), file());
                confirmed(w, "TND-67")?;
                retender(w, "03-12T09:00:00", RetenderGround::UnlawfulFile)
            },
        ),
        ("the file of an earlier round was unlawful (TND-68)", Refused("TND-68"), |w| {
            w.announced(registration(), file());
            confirmed(w, "TND-23")?;
            retender(w, "03-12T09:00:00", RetenderGround::UnlawfulFile)?;
            let again = TenderFile {
                sale_from: day(3, 13),
                sale_to: day(3, 20),
                deadline: at("04-16T09:30:00"),
                opening: at("04-16T09:30:00"),
                ..file()
            };
            w.project("03-12T15:00:00", &tenderer(), Act::PrepareFile { file: Box::new(again) })?;
            w.project("03-13T09:00:00", &tenderer(), Act::Announce { publications: publications() })?;
            retender(w, "03-14T09:00:00", RetenderGround::UnlawfulFile)
        }),
        ("an objection to the file that is upheld: tendered again (TND-68)", Passes, |w| {
            objected(w, "03-11T09:00:00")?;
            let act = Act::AnswerObjection { n: 1, upheld: true, digest: digest() };
            w.project("03-12T09:00:00", &tenderer(), act)?;
            retender(w, "03-12T10:00:00", RetenderGround::UnlawfulFile)
        }),
        ("one that is rejected: not tendered again for it (TND-68)", Refused("TND-68"), |w| {
            objected(w, "03-11T09:00:00")?;
            answer(w, "03-12T09:00:00")?;
            retender(w, "03-12T10:00:00", RetenderGround::UnlawfulFile)
        }),
        ("one that is taken back: not tendered again for it (TND-68)", Refused("TND-68"), |w| {
            objected(w, "03-11T09:00:00")?;
            w.project("03-12T09:00:00", &sealed(9), Act::WithdrawObjection { n: 1 })?;
            retender(w, "03-12T10:00:00", RetenderGround::UnlawfulFile)
        }),
        (
            "an objection to the result that is upheld says nothing of the file (TND-68)",
            Refused("TND-68"),
            |w| {
                w.published(registration());
                object(w, "03-27T09:00:00", Stage::Result, &firm(1))?;
                let act = Act::AnswerObjection { n: 1, upheld: true, digest: digest() };
                w.project("03-28T09:00:00", &tenderer(), act)?;
                retender(w, "03-28T10:00:00", RetenderGround::UnlawfulFile)
            },
        ),
        (
            "a prequalification that has its result: tendered again for want of qualified (TND-68)",
            Passes,
            |w| {
                prequalified(w);
                w.project("03-18T09:00:00", &tenderer(), Act::Qualify { root: tickets().0 })?;
                retender(w, "03-18T10:00:00", RetenderGround::TooFewQualified)
            },
        ),
        ("a prequalification without a result (TND-68)", Refused("TND-68"), |w| {
            prequalified(w);
            retender(w, "03-18T10:00:00", RetenderGround::TooFewQualified)
        }),
        ("tendered again before the objection is answered (TND-15)", Refused("TND-15"), |w| {
            objected(w, "03-11T09:00:00")?;
            retender(w, "03-12T10:00:00", RetenderGround::UnlawfulFile)
        }),
        ("tendered again while it is stopped (TRD-05)", Refused("TRD-05"), |w| {
            w.announced(registration(), file());
            confirmed(w, "TND-23")?;
            stop(w, "03-11T10:00:00")?;
            retender(w, "03-12T09:00:00", RetenderGround::UnlawfulFile)
        }),
        ("ended while it is stopped (TRD-05)", Refused("TRD-05"), |w| {
            w.announced(registration(), file());
            stop(w, "03-11T10:00:00")?;
            let announcement = digest();
            let act = Act::Terminate { reason: "规划调整".into(), announcement, refund: true };
            w.project("03-12T09:00:00", &tenderer(), act)
        }),
    ]
}

#[test]
fn the_moved_deadline_keeps_its_hour_and_leaves_fifteen_clear_days() {
    let mut w = World::default();
    clarify(&mut w, "03-10T09:00:00", true).unwrap();
    assert_eq!(w.state::<Project>(P).tender.deadline, Some(at("03-26T09:30:00")));
    let mut w = World::default();
    clarify(&mut w, "03-20T09:00:00", true).unwrap();
    let moved = w.state::<Project>(P).tender.deadline;
    assert_eq!(moved, Some(at("04-07T09:30:00")), "5 April is 清明, 6 April a Sunday: the next working day");
}

#[test]
fn the_last_version_in_time_is_the_bid() {
    let mut w = World::default();
    deposit(&mut w, "03-19T09:00:00").unwrap();
    let act = bid::Act::Replace { project: P, nonce: nonce(0), digest: "cd".repeat(32) };
    w.bid(0, "03-20T09:00:00", &sealed(0), act).unwrap();
    w.admit(0).unwrap();
    let project: Project = w.state(P);
    assert_eq!(project.tender.bids[0].digest, "cd".repeat(32));
    assert_eq!(w.state::<Bid>(BIDS[0]).replaced, [digest()]);
    assert_eq!(project.registration.kind, Kind::Works);
}

#[test]
fn a_new_round_begins_anew_and_keeps_what_was_approved() {
    let mut w = World::default();
    w.with_bids(registration(), 2);
    w.looked_through();
    retender(&mut w, "03-25T09:40:00", RetenderGround::TooFewBidders).unwrap();
    let project: Project = w.state(P);
    assert_eq!((project.round, project.status()), (2, "registered"));
    assert!(project.confirmed.is_some() && project.tender.bids.is_empty());
}

#[test]
fn a_lead_from_the_bids_themselves_keeps_the_committee_from_reporting() {
    let mut w = World::default();
    marked(&mut w, |marks| {
        marks.author.push("kd1".into());
        marks.account.push("kd4".into());
    })
    .unwrap();
    let project: Project = w.state(P);
    let leads: Vec<(u32, &str)> = project.alerts.iter().map(|alert| (alert.n, alert.rule.as_str())).collect();
    assert_eq!(leads, [(1, "TND-31a"), (2, "TND-31f")]);
    assert!(project.alerts.iter().all(|alert| alert.round == 1 && alert.disposed.is_none()));
}
