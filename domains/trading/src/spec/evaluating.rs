//! 规格：评标。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::bid;
use crate::draw::matter::{Act as DrawAct, Bar, DeclineReason, Draw, Purpose, draw_id};
use crate::project::file::Scoring;
use crate::project::{
    Act, Disposition, Member, OpenedSheet, Points, Project, Reading, Registration, RejectGround,
    ReplaceGround, RetenderGround, TenderFile,
};

/// A committee of so many drawn experts and so many of the tenderer.
fn committee(w: &mut World, experts: u16, representatives: u32) -> Answer {
    committee_of(w, registration(), experts, representatives)
}

fn committee_of(w: &mut World, registration: Registration, experts: u16, representatives: u32) -> Answer {
    w.opened(registration);
    let draw = w.drawn(P, Purpose::Experts, experts);
    w.seat(Some(draw), (0..representatives).map(|n| member(n, "教育局")).collect())
}

fn appointed(w: &mut World, ground: &str) -> Answer {
    appointed_to(w, registration(), ground)
}

fn appointed_to(w: &mut World, registration: Registration, ground: &str) -> Answer {
    w.opened(registration);
    let act = Act::SeatCommittee {
        draw: None,
        appointed: (10..14).map(|n| member(n, "设计院")).collect(),
        special_ground: ground.into(),
        representatives: vec![member(1, "教育局")],
    };
    w.project("03-25T10:30:00", &tenderer(), act)
}

/// The first seat declines in the draw, and the next of the order replaces it.
fn replace_first(w: &mut World, ground: ReplaceGround, take_next: bool) -> Answer {
    w.scored(registration());
    replace(w, &supervisor(), ground, take_next)
}

fn replace(w: &mut World, by: &fadu_kernel::Actor, ground: ReplaceGround, take_next: bool) -> Answer {
    let gone = w.seats()[0].clone();
    let id = draw_id(P, Purpose::Experts, 0);
    let decline = DrawAct::Excuse { leaf: gone.clone(), reason: DeclineReason::Health };
    w.draw(id, "03-25T15:00:00", &supervisor(), decline)?;
    let seats = w.state::<Draw>(id).seats();
    let next = seats.last().cloned().unwrap_or_default();
    let leaf = if take_next { next } else { member(77, "").leaf };
    let substitute = Member { leaf, employer: "设计院".into_org() };
    w.project("03-25T15:30:00", by, Act::ReplaceMember { seat: gone, ground, substitute })
}

/// The member whom nobody drew.
fn replace_own(w: &mut World, by: &fadu_kernel::Actor) -> Answer {
    let (seat, substitute) = (member(1, "教育局").leaf, member(2, "教育局"));
    w.project("03-25T15:30:00", by, Act::ReplaceMember { seat, ground: ReplaceGround::Health, substitute })
}

trait IntoOrg {
    fn into_org(self) -> fadu_kernel::OrgId;
}

impl IntoOrg for &str {
    fn into_org(self) -> fadu_kernel::OrgId {
        fadu_kernel::OrgId::new(self)
    }
}

fn score(w: &mut World, points: Vec<Points>) -> Answer {
    w.seated(registration());
    let leaf = w.seats()[0].clone();
    w.declare(&leaf)?;
    w.project("03-25T14:00:00", &seat(&leaf), Act::Score { bid: BIDS[0], points, nonce: nonce(0) })
}

/// The first member declares these grounds, and scores.
fn declared(w: &mut World, bars: Vec<Bar>) -> Answer {
    w.seated(registration());
    let leaf = w.seats()[0].clone();
    w.project("03-25T11:00:00", &seat(&leaf), Act::DeclareInterest { bars })?;
    let act = Act::Score { bid: BIDS[0], points: points(6000, 4000), nonce: nonce(0) };
    w.project("03-25T14:00:00", &seat(&leaf), act)
}

/// All members but so many have scored three bids and signed.
fn signed_but(w: &mut World, n_missing: usize) -> &mut World {
    w.seated(registration());
    let seats = w.seats();
    for leaf in &seats[..seats.len() - n_missing] {
        for n in 0..3 {
            w.score_as(leaf, n, 6000 - 500 * n as u32).unwrap();
        }
        w.sign_sheets(leaf).unwrap();
    }
    w
}

fn vote(w: &mut World, by: &fadu_kernel::Actor, n: usize, ground: RejectGround, evidence: &str) -> Answer {
    let (bid, evidence) = (BIDS[n], evidence.to_owned());
    let act = Act::VoteRejection { bid, ground, reason: "见评审意见".into(), evidence };
    w.project("03-25T13:00:00", by, act)
}

fn reject(w: &mut World, n: usize, ground: RejectGround, evidence: &str, votes: usize) -> Answer {
    let mut last = String::new();
    for leaf in w.seats().into_iter().take(votes) {
        w.declare(&leaf)?;
        last = vote(w, &seat(&leaf), n, ground, evidence)?;
    }
    Ok(last)
}

fn rejected(w: &mut World, ground: RejectGround, evidence: &str, votes: usize) -> Answer {
    w.seated(registration());
    reject(w, 2, ground, evidence, votes)
}

fn say_short(w: &mut World, n: usize) -> Answer {
    w.seated(registration());
    let seats = w.seats();
    for leaf in &seats[..n - 1] {
        w.project("03-25T15:00:00", &seat(leaf), Act::SayTimeShort)?;
    }
    w.project("03-25T15:00:00", &seat(&seats[n - 1]), Act::SayTimeShort)
}

fn signed(w: &mut World, n: usize) -> Answer {
    w.scored(registration());
    w.report_signed("03-25T17:00:00", &[0], n)
}

fn dissent(w: &mut World, leaf: &str) -> Answer {
    let act = Act::StateDissent { reason: "技术得分没有对照招标文件".into() };
    w.project("03-25T16:30:00", &seat(leaf), act)
}

/// The first member asks the first bidder, to be answered on that day.
fn ask(w: &mut World, when: &str) -> Answer {
    let leaf = w.seats()[0].clone();
    let act = Act::AskBidder { bid: BIDS[0], digest: digest(), answer_by: at(when).date() };
    w.project(when, &seat(&leaf), act)
}

/// The first bidder, from the account under which the bid was handed in.
fn explain(w: &mut World) -> Answer {
    w.bid(0, "03-25T14:00:00", &sealed(0), bid::Act::Explain { digest: digest() })
}

fn answered(w: &mut World, by: &fadu_kernel::Actor) -> Answer {
    w.project("03-25T14:00:00", by, Act::AnswerCommittee { bid: BIDS[0], digest: digest() })
}

fn alert(w: &mut World) -> Answer {
    lead(w, "TND-31")
}

fn lead(w: &mut World, rule: &str) -> Answer {
    let (rule, evidence) = (rule.into(), vec!["评审中发现".into()]);
    let act = Act::RaiseAlert { rule, evidence, note: String::new() };
    w.project("03-25T11:00:00", &supervisor(), act)
}

/// Everything is scored, and a lead of this presumption is open.
fn reported_over(w: &mut World, rule: &str) -> Answer {
    w.scored(registration());
    lead(w, rule)?;
    w.report(&[0, 1, 2])
}

fn reported_after(w: &mut World, rule: &str) -> Answer {
    w.scored(registration());
    lead(w, rule)?;
    let disposition = Disposition::Explained;
    let act = Act::DisposeAlert { n: 1, disposition, reason: "已由评标委员会核实".into() };
    w.project("03-25T16:00:00", &supervisor(), act)?;
    w.report(&[0, 1, 2])
}

pub fn rows() -> Vec<Row> {
    [seating(), replacing(), scoring(), rejecting(), reporting()].concat()
}

fn seating() -> Vec<Row> {
    vec![
        ("five members, four of them experts (TND-36, TND-38, TND-40, TND-41)", Passes, |w| {
            committee(w, 4, 1)
        }),
        ("five members, three of them experts (TND-36)", Refused("TND-36"), |w| committee(w, 3, 2)),
        ("seven members, five of them experts (TND-36)", Passes, |w| committee(w, 5, 2)),
        ("seven members, four of them experts (TND-36)", Refused("TND-36"), |w| committee(w, 4, 3)),
        ("procurement: five members, four of them drawn (TRD-17, TRD-18)", Passes, |w| {
            committee_of(w, procurement(), 4, 1)
        }),
        ("procurement: five members, three of them experts (TRD-18)", Refused("TRD-18"), |w| {
            committee_of(w, procurement(), 3, 2)
        }),
        ("procurement: experts named by hand (TRD-17)", Refused("TRD-17"), |w| {
            appointed_to(w, procurement(), "")
        }),
        ("six members (TND-36)", Refused("TND-36"), |w| committee(w, 5, 1)),
        ("three members (TND-36)", Refused("TND-36"), |w| committee(w, 3, 0)),
        ("experts named by hand (TND-38)", Refused("TND-38"), |w| appointed(w, "")),
        ("experts of a special project (TND-38)", Passes, |w| appointed(w, "国家有特殊要求")),
        ("a draw that was made for another project (TND-38)", Refused("TND-38"), |w| {
            w.opened(registration());
            let act = Act::Register { registration: Box::new(registration()) };
            let other = fadu_kernel::MatterId(2);
            w.act::<Project>(other, at("03-03T09:00:00"), &tenderer(), &act)?;
            let draw = w.drawn(other, Purpose::Experts, 4);
            w.seat(Some(draw), vec![member(1, "教育局")])
        }),
        ("a member of the supervisor's staff (TND-40)", Refused("TND-40"), |w| {
            w.opened(registration());
            let draw = w.drawn(P, Purpose::Experts, 4);
            w.seat(Some(draw), vec![member(1, "住建局")])
        }),
        ("a name instead of a leaf (TND-41)", Refused("TND-41"), |w| {
            w.opened(registration());
            let draw = w.drawn(P, Purpose::Experts, 4);
            w.seat(Some(draw), vec![Member { leaf: "某某".into(), ..member(1, "教育局") }])
        }),
    ]
}

fn replacing() -> Vec<Row> {
    vec![
        ("a member falls ill before scoring and the next in order sits down (TND-39, TND-43)", Passes, |w| {
            w.seated(registration());
            replace(w, &tenderer(), ReplaceGround::Health, true)
        }),
        ("a member replaced while it is stopped (TRD-05)", Refused("TRD-05"), |w| {
            w.seated(registration());
            let document = "模住建停1号".into();
            w.project("03-25T14:50:00", &supervisor(), Act::Suspend { document })?;
            replace(w, &tenderer(), ReplaceGround::Health, true)
        }),
        ("replaced by the tenderer once the scores are open (TRD-04)", Refused("TRD-04"), |w| {
            w.scored(registration());
            replace(w, &tenderer(), ReplaceGround::Health, true)
        }),
        (
            "the tenderer's own member replaced by it once the scores are open (TRD-04)",
            Refused("TRD-04"),
            |w| {
                w.scored(registration());
                replace_own(w, &tenderer())
            },
        ),
        ("replaced by the supervisor: the sheets are void, and that is noted (TND-43)", Noted, |w| {
            w.scored(registration());
            replace_own(w, &supervisor())
        }),
        ("one who has scored falls ill: the sheets are void, and that is noted (TND-43)", Noted, |w| {
            replace_first(w, ReplaceGround::Health, true)
        }),
        ("replaced on no ground of the law (TND-39)", Refused("TND-39"), |w| {
            replace_first(w, ReplaceGround::Other, true)
        }),
        ("replaced by somebody who was not drawn (TND-38)", Refused("TND-38"), |w| {
            replace_first(w, ReplaceGround::Interest, false)
        }),
        ("reported before the successor has evaluated (TND-43)", Refused("TND-43"), |w| {
            replace_first(w, ReplaceGround::Health, true)?;
            w.report(&[0, 1, 2])
        }),
        ("reported after the successor has evaluated again (TND-43)", Passes, |w| {
            replace_first(w, ReplaceGround::Health, true)?;
            let leaf = w.seats().last().cloned().unwrap();
            for n in 0..3 {
                w.score_as(&leaf, n, 5000 - 100 * n as u32)?;
            }
            w.sign_sheets(&leaf)?;
            w.open_sheets()?;
            w.report(&[0, 1, 2])
        }),
    ]
}

fn scoring() -> Vec<Row> {
    vec![
        ("scored by the stated criteria, to the last point (TND-44)", Passes, |w| {
            score(w, points(6000, 4000))
        }),
        ("a hundredth above the most (TND-44)", Refused("TND-44"), |w| score(w, points(6001, 4000))),
        ("by a criterion that was not stated (TND-44)", Refused("TND-44"), |w| {
            let mut points = points(6000, 4000);
            points.push(Points { criterion: "印象".into(), hundredths: 1, reason: String::new() });
            score(w, points)
        }),
        ("with a criterion left out (TND-44)", Refused("TND-44"), |w| {
            let mut points = points(6000, 4000);
            points.truncate(1);
            score(w, points)
        }),
        ("scored by one who has no seat (TRD-04)", Refused("TRD-04"), |w| {
            w.seated(registration());
            w.score_as(&member(99, "").leaf, 0, 1)
        }),
        ("scored by one who declared that nothing keeps the seat away (TND-82)", Passes, |w| {
            declared(w, Vec::new())
        }),
        ("by one who has not declared (TND-82)", Refused("TND-82"), |w| {
            w.seated(registration());
            let leaf = w.seats()[0].clone();
            let act = Act::Score { bid: BIDS[0], points: points(6000, 4000), nonce: nonce(0) };
            w.project("03-25T14:00:00", &seat(&leaf), act)
        }),
        ("by one who declared an interest (TND-82)", Refused("TND-82"), |w| declared(w, vec![Bar::Interest])),
        ("a declared interest taken back (TND-82)", Refused("TND-82"), |w| {
            w.seated(registration());
            let leaf = w.seats()[0].clone();
            let act = Act::DeclareInterest { bars: vec![Bar::Relative] };
            w.project("03-25T11:00:00", &seat(&leaf), act)?;
            w.declare(&leaf)
        }),
        ("a declared interest is looked at", Noted, |w| {
            w.seated(registration());
            let leaf = w.seats()[0].clone();
            let act = Act::DeclareInterest { bars: vec![Bar::Relative] };
            w.project("03-25T11:00:00", &seat(&leaf), act)
        }),
        ("signed with all bids scored (TRD-03)", Passes, |w| {
            signed_but(w, 1);
            let leaf = w.seats().last().cloned().unwrap();
            for n in 0..3 {
                w.score_as(&leaf, n, 5000)?;
            }
            w.sign_sheets(&leaf)
        }),
        ("signed with one bid not scored (TRD-03)", Refused("TRD-03"), |w| {
            signed_but(w, 1);
            let leaf = w.seats().last().cloned().unwrap();
            for n in 0..2 {
                w.score_as(&leaf, n, 5000)?;
            }
            w.sign_sheets(&leaf)
        }),
        ("scored again after signing (TND-43)", Refused("TND-43"), |w| {
            signed_but(w, 1);
            let leaf = w.seats()[0].clone();
            let act = Act::Score { bid: BIDS[0], points: points(1, 1), nonce: nonce(0) };
            w.project("03-25T15:00:00", &seat(&leaf), act)
        }),
        ("the sheets are opened once all have signed (TRD-03)", Passes, |w| signed_but(w, 0).open_sheets()),
        ("opened while one has not signed (TRD-03)", Refused("TRD-03"), |w| signed_but(w, 1).open_sheets()),
        ("opened with other points than were sealed (TRD-03)", Refused("TRD-03"), |w| {
            let sheet = OpenedSheet { bid: BIDS[0], points: points(6000, 4000), nonce: nonce(0) };
            signed_but(w, 0).project(
                "03-25T14:31:00",
                &fadu_kernel::Actor::relay(),
                Act::OpenSheets { sheets: vec![sheet] },
            )
        }),
        ("opened by a person (TRD-10)", Refused("TRD-10"), |w| {
            signed_but(w, 0).project("03-25T14:31:00", &tenderer(), Act::OpenSheets { sheets: Vec::new() })
        }),
        ("two of five say that time is short: it is longer (TND-42)", Passes, |w| say_short(w, 2)),
        ("one says it twice (TND-42)", Refused("TND-42"), |w| {
            say_short(w, 1)?;
            let leaf = w.seats()[0].clone();
            w.project("03-25T15:10:00", &seat(&leaf), Act::SayTimeShort)
        }),
        ("the committee asks, the bidder answers (TND-47)", Passes, |w| {
            w.scored(registration());
            ask(w, "03-25T13:00:00")?;
            explain(w)?;
            answered(w, &fadu_kernel::Actor::relay())?;
            w.report(&[0, 1, 2])
        }),
        ("a bidder explains unasked (TND-47)", Refused("TND-47"), |w| {
            w.seated(registration());
            explain(w)
        }),
        ("a bidder's unasked answer is put on record (TND-47)", Refused("TND-47"), |w| {
            w.seated(registration());
            answered(w, &fadu_kernel::Actor::relay())
        }),
        ("the tenderer answers in the bidder's place (TRD-10)", Refused("TRD-10"), |w| {
            w.scored(registration());
            ask(w, "03-25T13:00:00")?;
            answered(w, &tenderer())
        }),
        ("reported while there is time for the answer (TND-47)", Refused("TND-47"), |w| {
            w.scored(registration());
            ask(w, "03-25T13:00:00")?;
            w.report(&[0, 1, 2])
        }),
        ("reported on the day after the last for an answer that did not come (TND-47)", Passes, |w| {
            w.scored(registration());
            ask(w, "03-25T13:00:00")?;
            w.report_signed("03-26T00:00:00", &[0, 1, 2], 5)
        }),
        ("to be answered by yesterday (TND-47)", Refused("TND-47"), |w| {
            w.scored(registration());
            let leaf = w.seats()[0].clone();
            let act = Act::AskBidder { bid: BIDS[0], digest: digest(), answer_by: day(3, 24) };
            w.project("03-25T13:00:00", &seat(&leaf), act)
        }),
        ("asked while the evaluation goes on (TND-54)", Passes, |w| {
            w.scored(registration());
            ask(w, "03-25T13:00:00")
        }),
        ("asked between report and award (TND-54)", Refused("TND-54"), |w| {
            w.reported(registration());
            ask(w, "03-26T09:00:00")
        }),
        ("the tenderer asks in the committee's place (TRD-04)", Refused("TRD-04"), |w| {
            w.scored(registration());
            let act = Act::AskBidder { bid: BIDS[0], digest: digest(), answer_by: day(3, 25) };
            w.project("03-25T13:00:00", &tenderer(), act)
        }),
    ]
}

fn rejecting() -> Vec<Row> {
    vec![
        ("rejected by three of five on a ground of the regulation (TND-46)", Passes, |w| {
            rejected(w, RejectGround::NotSigned, "", 3)
        }),
        ("two votes of one member (TND-46)", Refused("TND-46"), |w| {
            rejected(w, RejectGround::NotSigned, "", 1)?;
            reject(w, 2, RejectGround::NotSigned, "", 1)
        }),
        ("rejected by the tenderer (TRD-04)", Refused("TRD-04"), |w| {
            w.seated(registration());
            vote(w, &tenderer(), 2, RejectGround::NotSigned, "")
        }),
        ("a vote of one who has not declared (TND-82)", Refused("TND-82"), |w| {
            w.seated(registration());
            let leaf = w.seats()[0].clone();
            vote(w, &seat(&leaf), 2, RejectGround::NotSigned, "")
        }),
        ("rejected before the last member has signed the scores (TRD-03)", Passes, |w| {
            signed_but(w, 1);
            reject(w, 2, RejectGround::NotSigned, "", 3)
        }),
        ("rejected once the scores are known (TRD-03)", Refused("TRD-03"), |w| {
            signed_but(w, 0);
            reject(w, 2, RejectGround::NotSigned, "", 1)
        }),
        ("on the one ground that the file adds (TND-46)", Passes, |w| {
            rejected(w, RejectGround::OfFile(1), "", 3)
        }),
        ("on a second, which it does not have (TND-46)", Refused("TND-46"), |w| {
            rejected(w, RejectGround::OfFile(2), "", 3)
        }),
        ("for collusion, with evidence (TND-30)", Passes, |w| {
            rejected(w, RejectGround::Unlawful, &digest(), 3)
        }),
        ("for collusion, without (TND-30)", Refused("TND-30"), |w| {
            rejected(w, RejectGround::Unlawful, "", 5)
        }),
        ("two bids of one bidder are rejected, not void", Passes, |w| {
            w.with_bids(registration(), 4);
            w.looked_through();
            w.then("03-25T09:30:00", &tenderer(), Act::BeginOpening);
            for n in 0..3 {
                w.read(n, reading(n))?;
            }
            w.read(3, Reading { price: "8900000".into(), ..reading(0) })?;
            w.close_opening()?;
            let draw = w.drawn(P, Purpose::Experts, 4);
            w.seat(Some(draw), vec![member(1, "教育局")])?;
            reject(w, 3, RejectGround::TwoBids, "", 3)
        }),
        ("all rejected: tendered again (TND-68)", Passes, |w| {
            w.seated(registration());
            for n in 0..3 {
                reject(w, n, RejectGround::NotResponsive, "", 3)?;
            }
            let act =
                Act::Retender { ground: RetenderGround::AllRejected, reason: String::new(), fell: None };
            w.project("03-25T16:00:00", &tenderer(), act)
        }),
        ("all rejected: no report names a winner (TND-68)", Refused("TND-68"), |w| {
            w.seated(registration());
            for n in 0..3 {
                reject(w, n, RejectGround::NotResponsive, "", 3)?;
            }
            w.report(&[])
        }),
    ]
}

/// Three bids of which the third is void: the first and it have one responsible person.
fn with_void(w: &mut World) -> Answer {
    w.opening(registration());
    w.read(0, Reading { head: "kd1".into(), ..reading(0) })?;
    w.read(1, reading(1))?;
    w.read(2, Reading { head: "kd1".into(), ..reading(2) })?;
    w.close_opening()?;
    let draw = w.drawn(P, Purpose::Experts, 4);
    w.seat(Some(draw), vec![member(1, "教育局")])?;
    let leaf = w.seats()[0].clone();
    w.score_as(&leaf, 2, 100)
}

fn by_price(w: &mut World, candidates: &[usize]) -> Answer {
    w.with_bids_on(registration(), TenderFile { scoring: Scoring::LowestPrice, ..file() }, 3);
    w.looked_through();
    w.then("03-25T09:30:00", &tenderer(), Act::BeginOpening);
    for n in 0..3 {
        w.read(n, reading(n))?;
    }
    w.close_opening()?;
    let draw = w.drawn(P, Purpose::Experts, 4);
    w.seat(Some(draw), vec![member(1, "教育局")])?;
    for leaf in w.seats() {
        w.declare(&leaf)?;
    }
    w.report(candidates)
}

fn reporting() -> Vec<Row> {
    vec![
        ("three candidates in the order of their points (TND-48)", Passes, |w| {
            w.scored(registration());
            w.report(&[0, 1, 2])
        }),
        ("in another order (TND-48)", Refused("TND-48"), |w| {
            w.scored(registration());
            w.report(&[1, 0, 2])
        }),
        ("by the lowest price (TND-48)", Passes, |w| by_price(w, &[0, 1])),
        ("not the lowest price first (TND-48)", Refused("TND-48"), |w| by_price(w, &[1, 0])),
        ("a void bid is scored (TND-25)", Refused("TND-25"), with_void),
        ("a bid of the project's agency is scored (TND-70)", Refused("TND-70"), |w| {
            w.seated(Registration { agency: Some(FIRMS[0].1.into()), ..registration() });
            let leaf = w.seats()[0].clone();
            w.score_as(&leaf, 0, 100)
        }),
        ("signed by four, the fifth silent: agrees (TND-49)", Passes, |w| signed(w, 4)),
        ("signed by three of five (TND-49)", Passes, |w| signed(w, 3)),
        ("signed by two of five (TND-49)", Refused("TND-49"), |w| signed(w, 2)),
        ("signed by four, the fifth says why not (TND-49)", Passes, |w| {
            w.scored(registration());
            let seats = w.seats();
            w.sign_report("03-25T16:00:00", &seats[0], &[0])?;
            dissent(w, &seats[4])?;
            w.report_signed("03-25T17:00:00", &[0], 4)
        }),
        ("one says why not before anybody has signed (TND-49)", Refused("TND-49"), |w| {
            w.scored(registration());
            let leaf = w.seats()[4].clone();
            dissent(w, &leaf)
        }),
        ("signed by nobody (TND-49)", Refused("TND-49"), |w| signed(w, 0)),
        ("two have signed another list than the three (TND-49)", Refused("TND-49"), |w| {
            w.scored(registration());
            let seats = w.seats();
            for leaf in &seats[3..] {
                w.sign_report("03-25T16:00:00", leaf, &[0, 1])?;
            }
            w.report_signed("03-25T17:00:00", &[0], 3)
        }),
        ("signed by one who does not sit (TRD-04)", Refused("TRD-04"), |w| {
            w.scored(registration());
            let stranger = member(99, "").leaf;
            w.sign_report("03-25T16:00:00", &stranger, &[0])
        }),
        ("brought by the tenderer in the committee's place (TRD-04)", Refused("TRD-04"), |w| {
            w.scored(registration());
            let act = Act::ReportEvaluation { candidates: vec![BIDS[0]], digest: digest() };
            w.project("03-25T17:00:00", &tenderer(), act)
        }),
        ("reported over an open lead of presumed collusion (TND-31)", Refused("TND-31"), |w| {
            w.scored(registration());
            alert(w)?;
            w.report(&[0, 1, 2])
        }),
        ("reported once the lead was dealt with (TND-31, TRD-11)", Passes, |w| {
            w.scored(registration());
            alert(w)?;
            let disposition = Disposition::Explained;
            let act = Act::DisposeAlert { n: 1, disposition, reason: "同一定额软件所致".into() };
            w.project("03-25T16:00:00", &supervisor(), act)?;
            w.report(&[0, 1, 2])
        }),
        ("reported over an open lead of one author (TND-31a)", Refused("TND-31a"), |w| {
            reported_over(w, "TND-31a")
        }),
        ("reported once the lead of one author was dealt with (TND-31a)", Passes, |w| {
            reported_after(w, "TND-31a")
        }),
        ("reported over an open lead of one agent (TND-31b)", Refused("TND-31b"), |w| {
            reported_over(w, "TND-31b")
        }),
        ("reported once the lead of one agent was dealt with (TND-31b)", Passes, |w| {
            reported_after(w, "TND-31b")
        }),
        ("reported over an open lead of one manager (TND-31c)", Refused("TND-31c"), |w| {
            reported_over(w, "TND-31c")
        }),
        ("reported once the lead of one manager was dealt with (TND-31c)", Passes, |w| {
            reported_after(w, "TND-31c")
        }),
        ("reported over an open lead of texts alike (TND-31d)", Refused("TND-31d"), |w| {
            reported_over(w, "TND-31d")
        }),
        ("reported once the lead of texts alike was dealt with (TND-31d)", Passes, |w| {
            reported_after(w, "TND-31d")
        }),
        ("reported over an open lead of files mixed (TND-31e)", Refused("TND-31e"), |w| {
            reported_over(w, "TND-31e")
        }),
        ("reported once the lead of files mixed was dealt with (TND-31e)", Passes, |w| {
            reported_after(w, "TND-31e")
        }),
        ("reported over an open lead of one account (TND-31f)", Refused("TND-31f"), |w| {
            reported_over(w, "TND-31f")
        }),
        ("reported once the lead of one account was dealt with (TND-31f)", Passes, |w| {
            reported_after(w, "TND-31f")
        }),
        ("a lead put away without a reason (TRD-11)", Refused("TRD-11"), |w| {
            w.scored(Registration { ..registration() });
            alert(w)?;
            let act = Act::DisposeAlert { n: 1, disposition: Disposition::Explained, reason: String::new() };
            w.project("03-25T16:00:00", &supervisor(), act)
        }),
    ]
}

#[test]
fn more_than_half_of_the_votes_reject() {
    for (votes, rejected_with) in [(2, None), (3, Some(RejectGround::NotSigned))] {
        let mut w = World::default();
        rejected(&mut w, RejectGround::NotSigned, "", votes).unwrap();
        let project = w.state::<Project>(P);
        assert_eq!(project.bid(BIDS[2]).unwrap().rejected, rejected_with, "{votes} of five (TND-46)");
    }
    // Votes on two grounds are not added up.
    let mut w = World::default();
    rejected(&mut w, RejectGround::NotSigned, "", 2).unwrap();
    let third = w.seats()[2].clone();
    w.declare(&third).unwrap();
    vote(&mut w, &seat(&third), 2, RejectGround::NotQualified, "").unwrap();
    assert_eq!(w.state::<Project>(P).bid(BIDS[2]).unwrap().rejected, None);
}

#[test]
fn who_says_why_not_is_counted_and_is_not_silent() {
    let mut w = World::default();
    w.scored(registration());
    let seats = w.seats();
    w.sign_report("03-25T16:00:00", &seats[0], &[0]).unwrap();
    dissent(&mut w, &seats[3]).unwrap();
    let said = w.report_signed("03-25T17:00:00", &[0], 3).unwrap();
    assert!(said.contains("\"n_signed\":3,\"n_dissents\":1"), "{said}");
    assert!(said.contains(&format!("\"silent\":[\"{}\"]", seats[4])), "{said}");
}

/// What is kept and said of a project while one member has not signed holds no score.
#[test]
fn no_score_is_on_record_before_the_last_signature() {
    let mut w = World::default();
    signed_but(&mut w, 1);
    let before = serde_json::to_string(&w.state::<Project>(P)).unwrap();
    assert!(!before.contains("hundredths") && !before.contains("total"), "{before}");
    let leaf = w.seats().last().cloned().unwrap();
    let said = w.score_as(&leaf, 0, 5000).unwrap();
    assert!(said.contains("SheetSealed") && !said.contains("hundredths"), "{said}");
}

#[test]
fn more_than_a_third_make_the_evaluation_longer() {
    for (n, longer) in [(1, false), (2, true)] {
        let mut w = World::default();
        say_short(&mut w, n).unwrap();
        assert_eq!(w.state::<Project>(P).tender.extended, longer, "{n} of five (TND-42)");
    }
}
