//! 规格：公示到归档，监督。

use super::Ends::{Noted, Passes, Refused};
use super::Row;
use super::world::*;
use crate::project::{
    Act, BondsTo, ChoiceMethod, Contract, Disposition, Meeting, Registration, RetenderGround, Separation,
    SkipGround, Stage, TenderFile, Vote,
};
use fadu_kernel::Actor;
use jiff::civil::Date;

fn publish(w: &mut World, when: &str, until: Date) -> Answer {
    w.reported(registration());
    w.project(when, &tenderer(), Act::PublishCandidates { until })
}

fn object(w: &mut World, when: &str) -> Answer {
    w.published(registration());
    w.project(
        when,
        &firm(1),
        Act::Object { stage: Stage::Result, known_on: at(when).date(), digest: digest() },
    )
}

/// An objection to the result of 28 March, upheld on the 31st.
fn upheld(w: &mut World) -> Answer {
    object(w, "03-28T09:00:00")?;
    let act = Act::AnswerObjection { n: 1, upheld: true, digest: digest() };
    w.project("03-31T09:00:00", &tenderer(), act)
}

fn told_of_complaint() -> Act {
    Act::NoteUpheld { complaint: COMPLAINT, about: crate::complaint::About::Result }
}

fn clarification() -> Act {
    Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false }
}

fn stop(w: &mut World, when: &str, by: &Actor, document: &str) -> Answer {
    w.project(when, by, Act::Suspend { document: document.into() })
}

fn resume(w: &mut World, when: &str, by: &Actor, suspension: &str) -> Answer {
    let document = "模复1号".into();
    w.project(when, by, Act::Resume { document, suspension: suspension.into() })
}

/// Two complaints, two orders.
fn stopped_twice(w: &mut World) -> Answer {
    w.announced(registration(), file());
    stop(w, "03-05T09:00:00", &supervisor(), "模住建停1号")?;
    stop(w, "03-06T09:00:00", &Actor::relay(), "模住建停2号")
}

/// Procurement: it stood still from 10 to 30 March.
fn stood_still(w: &mut World) -> Answer {
    w.announced(procurement(), file());
    stop(w, "03-10T09:00:00", &finance(), "模财暂1号")?;
    resume(w, "03-30T09:00:00", &finance(), "")
}

fn second(w: &mut World, n: usize, ground: Option<SkipGround>) -> Answer {
    let act = Act::Award { bid: BIDS[n], ground, reason: "放弃函".into() };
    w.project("04-02T09:00:00", &tenderer(), act)
}

fn told(w: &mut World, told: &[usize]) -> Answer {
    w.awarded(registration());
    w.notify("03-31T10:00:00", told)
}

fn sign(w: &mut World, when: &str, change: fn(&mut Contract)) -> Answer {
    w.noticed(registration());
    let mut contract = contract();
    change(&mut contract);
    w.sign(when, contract)
}

fn bonds(w: &mut World, registration: Registration, when: &str, to: BondsTo, with_interest: bool) -> Answer {
    w.contracted(registration);
    w.project(when, &tenderer(), Act::ReturnBonds { to, with_interest })
}

fn back(w: &mut World, to: BondsTo, with_interest: bool) -> Answer {
    w.project("04-15T09:00:00", &tenderer(), Act::ReturnBonds { to, with_interest })
}

/// Ended while three bids were being evaluated.
fn ended(w: &mut World) {
    w.opened(registration());
    let act = Act::Terminate { reason: "规划调整".into(), announcement: digest(), refund: true };
    w.then("03-26T09:00:00", &tenderer(), act);
}

/// The losers had theirs back after the notice; then nobody would sign.
fn tendered_again(w: &mut World) -> Answer {
    w.noticed(registration());
    w.project("04-01T09:00:00", &tenderer(), Act::ReturnBonds { to: BondsTo::Losers, with_interest: true })?;
    let ground = RetenderGround::NoCandidateFit;
    let act =
        Act::Retender {
            ground, reason: "三名候选人先后放弃中标".into(), fell: Some(SkipGround::GaveUp)
        };
    w.project("04-02T09:00:00", &tenderer(), act)
}

fn none_fits(w: &mut World, reason: &str, fell: Option<SkipGround>) -> Answer {
    w.noticed(registration());
    let act = Act::Retender { ground: RetenderGround::NoCandidateFit, reason: reason.into(), fell };
    w.project("04-02T09:00:00", &tenderer(), act)
}

fn report_to_supervisor(w: &mut World, when: &str) -> Answer {
    w.awarded(registration());
    w.project(when, &tenderer(), Act::ReportToSupervisor { digest: digest() })
}

/// Procurement: the report came on 25 March, a Tuesday.
fn procured(w: &mut World, when: &str) -> Answer {
    w.reported(procurement());
    w.award(when, 0)
}

fn procured_notice(w: &mut World, when: &str) -> Answer {
    procured(w, "03-31T09:00:00")?;
    w.notify(when, &[1, 2])
}

fn of_contract(w: &mut World, when: &str, act: Act) -> Answer {
    w.contracted(procurement());
    w.project(when, &tenderer(), act)
}

fn change(w: &mut World, registration: Registration, amount_fen: i64) -> Answer {
    w.contracted(registration);
    let act = Act::ChangeContract { amount_fen, reason: "追加".into(), digest: digest() };
    w.project("05-06T09:00:00", &tenderer(), act)
}

fn pay(w: &mut World, amount_fen: i64) -> Answer {
    w.contracted(registration());
    w.project("05-06T09:00:00", &tenderer(), Act::Pay { amount_fen, voucher: "模支1号".into() })
}

fn archive(w: &mut World, keep_until: Date) -> Answer {
    w.contracted(procurement());
    w.then("09-01T09:00:00", &tenderer(), Act::AcceptWork { passed: true, digest: digest() });
    w.project("09-02T09:00:00", &tenderer(), Act::Archive { index: digest(), keep_until })
}

fn archive_ended(w: &mut World, keep_until: Date) -> Answer {
    w.project("04-16T09:00:00", &tenderer(), Act::Archive { index: digest(), keep_until })
}

pub fn rows() -> Vec<Row> {
    [publicity(), winning(), notices(), contracts(), procuring(), performing(), apart(), overseeing()]
        .concat()
}

fn publicity() -> Vec<Row> {
    vec![
        ("published on the third day after the report (TND-50)", Passes, |w| {
            publish(w, "03-28T09:00:00", day(3, 31))
        }),
        ("on the day after the weekend that ends the term (TND-50)", Noted, |w| {
            publish(w, "03-31T09:00:00", day(4, 3))
        }),
        ("published for three days (TND-51, CAL-91)", Passes, |w| publish(w, "03-25T18:00:00", day(3, 28))),
        ("for three days that end on a Saturday (CAL-91)", Noted, |w| {
            publish(w, "03-26T09:00:00", day(3, 29))
        }),
        ("for two (TND-51)", Refused("TND-51"), |w| publish(w, "03-26T09:00:00", day(3, 28))),
        ("awarded on the day after the publicity (TND-51, TND-53)", Passes, |w| {
            w.published(registration());
            w.award("03-30T09:00:00", 0)
        }),
        ("on its last day (TND-51)", Refused("TND-51"), |w| {
            w.published(registration());
            w.award("03-29T09:00:00", 0)
        }),
        ("without any publicity (TND-51)", Refused("TND-51"), |w| {
            w.reported(registration());
            w.award("03-31T09:00:00", 0)
        }),
        ("an objection on the last day of the publicity (TND-52)", Passes, |w| object(w, "03-29T23:00:00")),
        ("on the day after (TND-52)", Refused("TND-52"), |w| object(w, "03-30T09:00:00")),
        ("awarded over an open objection (TND-52)", Refused("TND-52"), |w| {
            object(w, "03-28T09:00:00")?;
            w.award("03-31T09:00:00", 0)
        }),
        ("awarded once it is answered (TND-52)", Passes, |w| {
            object(w, "03-28T09:00:00")?;
            let act = Act::AnswerObjection { n: 1, upheld: false, digest: digest() };
            w.project("03-31T09:00:00", &tenderer(), act)?;
            w.award("03-31T10:00:00", 0)
        }),
        ("an objection to the result answered after its term (TND-52)", Noted, |w| {
            object(w, "03-26T10:00:00")?;
            let act = Act::AnswerObjection { n: 1, upheld: true, digest: digest() };
            w.project("04-01T09:00:00", &tenderer(), act)
        }),
        ("an objection was upheld and nothing put right: not awarded (TRD-12)", Refused("TRD-12"), |w| {
            upheld(w)?;
            w.award("04-02T09:00:00", 0)
        }),
        ("the next in rank, because of what was found (TRD-12)", Passes, |w| {
            upheld(w)?;
            second(w, 1, Some(SkipGround::Unlawful))
        }),
        ("the first in rank, on that ground (TRD-12)", Refused("TRD-12"), |w| {
            upheld(w)?;
            second(w, 0, Some(SkipGround::Unlawful))
        }),
        ("evaluated again, published, awarded (TRD-12)", Passes, |w| {
            upheld(w)?;
            w.project("03-31T11:00:00", &tenderer(), Act::Reevaluate { reason: "技术得分计算有误".into() })?;
            for leaf in w.seats() {
                for n in 0..3 {
                    w.score_as(&leaf, n, 5000 + 300 * n as u32)?;
                }
                w.sign_sheets(&leaf)?;
            }
            w.open_sheets()?;
            w.report(&[2, 1, 0])?;
            w.project("04-01T09:00:00", &tenderer(), Act::PublishCandidates { until: day(4, 8) })?;
            w.award("04-09T09:00:00", 2)
        }),
        ("evaluated again for no reason that was upheld (TND-54)", Refused("TND-54"), |w| {
            w.published(registration());
            w.project("03-31T11:00:00", &tenderer(), Act::Reevaluate { reason: "再评一次".into() })
        }),
        ("a complaint was upheld, as its relay says: not awarded (TRD-12)", Refused("TRD-12"), |w| {
            w.published(registration());
            w.project("03-31T09:00:00", &Actor::relay(), told_of_complaint())?;
            w.award("03-31T10:00:00", 0)
        }),
        ("a person says that a complaint was upheld (TRD-10)", Refused("TRD-10"), |w| {
            w.published(registration());
            w.project("03-31T09:00:00", &supervisor(), told_of_complaint())
        }),
    ]
}

fn winning() -> Vec<Row> {
    vec![
        ("the second wins without a ground (TND-53)", Refused("TND-53"), |w| {
            w.published(registration());
            w.award("03-31T09:00:00", 1)
        }),
        ("the first gives up: the second wins (TND-53)", Passes, |w| {
            w.noticed(registration());
            second(w, 1, Some(SkipGround::GaveUp))
        }),
        ("the first gives up: the third does not (TND-53)", Refused("TND-53"), |w| {
            w.noticed(registration());
            second(w, 2, Some(SkipGround::GaveUp))
        }),
        ("no state control: another candidate may win (TND-53)", Passes, |w| {
            w.published(free());
            w.award("03-31T09:00:00", 1)
        }),
        ("a fen more than half is budget money, and nobody ticked it (TND-53)", Refused("TND-53"), |w| {
            w.published(unticked(500_000_001));
            w.award("03-31T09:00:00", 1)
        }),
        ("no candidate fits, and why: tendered again (TND-68)", Passes, |w| {
            none_fits(w, "三名候选人先后放弃中标", Some(SkipGround::GaveUp))
        }),
        ("no candidate fits, on no ground of the law: the notice binds (TND-68)", Refused("TND-68"), |w| {
            none_fits(w, "价格偏高", None)
        }),
        ("no candidate fits, and nobody says why (TND-68)", Refused("TND-68"), |w| {
            none_fits(w, "", Some(SkipGround::GaveUp))
        }),
        ("one who is no candidate never (TND-53)", Refused("TND-53"), |w| {
            w.published(free());
            w.award("03-31T09:00:00", 3)
        }),
    ]
}

fn notices() -> Vec<Row> {
    vec![
        ("the winner and both others are told at once (TND-55)", Passes, |w| told(w, &[1, 2])),
        ("one of the others is not (TND-55)", Refused("TND-55"), |w| told(w, &[1])),
        ("reported to the supervisor on day 15 (TND-57)", Passes, |w| {
            report_to_supervisor(w, "04-15T09:00:00")
        }),
        ("on day 16 (TND-57)", Noted, |w| report_to_supervisor(w, "04-16T09:00:00")),
        ("reported without the paper (TND-57)", Refused("TND-57"), |w| {
            w.awarded(registration());
            w.project("04-15T09:00:00", &tenderer(), Act::ReportToSupervisor { digest: String::new() })
        }),
    ]
}

fn contracts() -> Vec<Row> {
    vec![
        ("signed on day 30 (TND-56)", Passes, |w| sign(w, "04-30T09:00:00", |_| {})),
        ("signed after it: day 30 is no holiday (TND-56)", Noted, |w| sign(w, "05-06T09:00:00", |_| {})),
        ("terms that differ from the bid are noted (TND-56)", Noted, |w| {
            sign(w, "04-10T09:00:00", |c| c.differences.push("工期延长30日".into()))
        }),
        ("another price than the bid's (TND-56)", Refused("TND-56"), |w| {
            sign(w, "04-10T09:00:00", |c| c.price_fen += 1)
        }),
        ("a second contract (TND-56)", Refused("TND-56"), |w| {
            w.contracted(registration());
            w.sign("04-11T09:00:00", contract())
        }),
        ("a performance bond of 10 % (TND-60)", Passes, |w| sign(w, "04-10T09:00:00", |_| {})),
        ("a fen more (TND-60)", Refused("TND-60"), |w| {
            sign(w, "04-10T09:00:00", |c| c.performance_bond_fen += 1)
        }),
        ("the main part is subcontracted (TND-62)", Refused("TND-62"), |w| {
            sign(w, "04-10T09:00:00", |c| c.transfers_main_part = true)
        }),
        ("bonds back with interest on day 5 (TND-61)", Passes, |w| {
            bonds(w, registration(), "04-15T09:00:00", BondsTo::Winner, true)
        }),
        ("on day 6 (TND-61)", Noted, |w| bonds(w, registration(), "04-16T09:00:00", BondsTo::Losers, true)),
        ("without interest (TND-61)", Refused("TND-61"), |w| {
            bonds(w, registration(), "04-15T09:00:00", BondsTo::Winner, false)
        }),
        ("the tender was ended: bonds back to all who bid (TND-61)", Passes, |w| {
            ended(w);
            back(w, BondsTo::Losers, true)
        }),
        ("the tender was ended: to all who bid, without interest (TND-61)", Refused("TND-61"), |w| {
            ended(w);
            back(w, BondsTo::Losers, false)
        }),
        ("the tender was ended: there is no winner (TND-61)", Refused("TND-61"), |w| {
            ended(w);
            back(w, BondsTo::Winner, true)
        }),
        ("tendered again: the bonds of the first round back (TND-61)", Passes, |w| {
            tendered_again(w)?;
            back(w, BondsTo::Earlier, true)
        }),
        ("tendered again: twice (TND-61)", Refused("TND-61"), |w| {
            tendered_again(w)?;
            back(w, BondsTo::Earlier, true)?;
            back(w, BondsTo::Earlier, true)
        }),
        ("not tendered again: nothing of an earlier round (TND-61)", Refused("TND-61"), |w| {
            ended(w);
            back(w, BondsTo::Earlier, true)
        }),
        ("before there is a contract or a notice (TND-61)", Refused("TND-61"), |w| {
            w.awarded(registration());
            let act = Act::ReturnBonds { to: BondsTo::Winner, with_interest: true };
            w.project("03-31T11:00:00", &tenderer(), act)
        }),
    ]
}

fn procuring() -> Vec<Row> {
    vec![
        ("procurement: awarded on working day 5 after the report (TND-74)", Passes, |w| {
            procured(w, "04-01T09:00:00")
        }),
        ("procurement: on working day 6 (TND-74)", Noted, |w| procured(w, "04-02T09:00:00")),
        ("procurement: the second without a ground (TND-74)", Refused("TND-74"), |w| {
            w.reported(procurement());
            w.award("03-31T09:00:00", 1)
        }),
        ("procurement: noticed on working day 2 (TND-74)", Passes, |w| procured_notice(w, "04-02T09:00:00")),
        ("procurement: on working day 3 (TND-74)", Noted, |w| procured_notice(w, "04-03T09:00:00")),
        ("procurement: the contract made public on working day 2 (TND-74)", Passes, |w| {
            of_contract(w, "04-14T09:00:00", Act::PublishContract { digest: digest() })
        }),
        ("procurement: the contract made public on working day 3 (TND-74)", Noted, |w| {
            of_contract(w, "04-15T09:00:00", Act::PublishContract { digest: digest() })
        }),
        ("procurement: a copy to finance on working day 7 (TND-78)", Passes, |w| {
            of_contract(w, "04-21T09:00:00", Act::FileContract { digest: digest() })
        }),
        ("procurement: on working day 8 (TND-78)", Noted, |w| {
            of_contract(w, "04-22T09:00:00", Act::FileContract { digest: digest() })
        }),
        ("procurement: a second copy (TND-78)", Refused("TND-78"), |w| {
            of_contract(w, "04-21T09:00:00", Act::FileContract { digest: digest() })?;
            w.project("04-22T09:00:00", &tenderer(), Act::FileContract { digest: digest() })
        }),
        ("procurement: the losers' bonds on working day 5 after the notice (TND-73)", Passes, |w| {
            w.noticed(procurement());
            let act = Act::ReturnBonds { to: BondsTo::Losers, with_interest: false };
            w.project("04-08T09:00:00", &tenderer(), act)
        }),
        ("procurement: the losers' bonds on working day 6 (TND-73)", Noted, |w| {
            w.noticed(procurement());
            let act = Act::ReturnBonds { to: BondsTo::Losers, with_interest: false };
            w.project("04-09T09:00:00", &tenderer(), act)
        }),
        ("procurement: the winner's on working day 5 after the contract (TND-73)", Passes, |w| {
            bonds(w, procurement(), "04-17T09:00:00", BondsTo::Winner, false)
        }),
        ("procurement: no contract while a query is open (TND-75)", Refused("TND-75"), |w| {
            w.noticed(procurement());
            let act = Act::Object { stage: Stage::Result, known_on: day(3, 31), digest: digest() };
            w.project("04-01T09:00:00", &firm(1), act)?;
            w.sign("04-02T09:00:00", contract())
        }),
        ("procurement: suspended, and after thirty days it lapses (TND-76)", Passes, |w| {
            w.announced(procurement(), file());
            w.project("03-10T09:00:00", &finance(), Act::Suspend { document: "模财暂1号".into() })?;
            w.project("04-10T00:00:00", &Actor::clock(), Act::LapseSuspension)
        }),
        ("procurement: not on the thirtieth day (TND-76)", Refused("TND-76"), |w| {
            w.announced(procurement(), file());
            w.project("03-10T09:00:00", &finance(), Act::Suspend { document: "模财暂1号".into() })?;
            w.project("04-09T23:00:00", &Actor::clock(), Act::LapseSuspension)
        }),
        ("procurement: kept for fifteen years (TND-77)", Passes, |w| {
            archive(w, jiff::civil::date(2040, 9, 2))
        }),
        ("procurement: a day less (TND-77)", Refused("TND-77"), |w| {
            archive(w, jiff::civil::date(2040, 9, 1))
        }),
    ]
}

fn performing() -> Vec<Row> {
    vec![
        ("procurement: additions of 10 % in all (TRD-07)", Passes, |w| change(w, procurement(), 90_000_000)),
        ("procurement: a fen more (TRD-07)", Refused("TRD-07"), |w| change(w, procurement(), 90_000_001)),
        ("paid to the last fen of the contract (TRD-07)", Passes, |w| pay(w, 900_000_000)),
        ("paid a fen more (TRD-07)", Refused("TRD-07"), |w| pay(w, 900_000_001)),
        ("a step on paper is told, with its reason (TRD-03)", Passes, |w| {
            w.registered(registration());
            let act = Act::NoteOffline { step: "踏勘".into(), reason: "现场进行".into() };
            w.project("03-10T09:00:00", &tenderer(), act)
        }),
        ("a tender that was ended, its bonds back, archived for ten years (ARC-10, TND-22)", Passes, |w| {
            ended(w);
            back(w, BondsTo::Losers, true)?;
            archive_ended(w, jiff::civil::date(2035, 4, 16))
        }),
        ("archived for a day less (ARC-10)", Refused("ARC-10"), |w| {
            ended(w);
            back(w, BondsTo::Losers, true)?;
            archive_ended(w, jiff::civil::date(2035, 4, 15))
        }),
        ("a tender that was ended, archived with its bonds still out (TND-22)", Refused("TND-22"), |w| {
            ended(w);
            archive_ended(w, jiff::civil::date(2035, 4, 16))
        }),
        ("archived a second time (TRD-03)", Refused("TRD-03"), |w| {
            ended(w);
            back(w, BondsTo::Losers, true)?;
            archive_ended(w, jiff::civil::date(2035, 4, 16))?;
            archive_ended(w, jiff::civil::date(2035, 4, 16))
        }),
        ("archived before it is accepted (TRD-03)", Refused("TRD-03"), |w| {
            w.contracted(registration());
            let act = Act::Archive { index: digest(), keep_until: day(12, 31) };
            w.project("09-02T09:00:00", &tenderer(), act)
        }),
    ]
}

fn separated(w: &mut World) {
    w.confirmed(registration());
    let separation = Separation {
        authority: "模〔2025〕评定分离规则".into(),
        authority_digest: digest(),
        counsel_digest: digest(),
        candidates: 3,
        method: ChoiceMethod::Ballot,
        factors: vec!["信用".into()],
    };
    w.then("03-03T14:00:00", &tenderer(), Act::Separate { separation });
    w.prepare(TenderFile { ..file() }).unwrap();
    w.announce().unwrap();
    for n in 0..3 {
        w.deposit(n, "03-20T09:00:00").unwrap();
        w.admit(n).unwrap();
    }
    w.looked_through();
    w.then("03-25T09:30:00", &tenderer(), Act::BeginOpening);
    for n in 0..3 {
        w.read(n, reading(n)).unwrap();
    }
    w.close_opening().unwrap();
    let draw = w.drawn(P, crate::draw::matter::Purpose::Experts, 4);
    w.seat(Some(draw), vec![member(1, "教育局")]).unwrap();
    for leaf in w.seats() {
        for n in 0..3 {
            w.score_as(&leaf, n, 6000 - 500 * n as u32).unwrap();
        }
        w.sign_sheets(&leaf).unwrap();
    }
    w.open_sheets().unwrap();
    // In any order: unranked.
    w.report(&[2, 0, 1]).unwrap();
    w.then("03-26T09:00:00", &tenderer(), Act::PublishCandidates { until: day(3, 29) });
    w.then("03-30T09:00:00", &tenderer(), Act::ReportClearing { digest: digest() });
}

fn meeting(chosen: usize, votes: &[usize]) -> Meeting {
    let members: Vec<String> = (0..votes.len()).map(|n| format!("定标{n}")).collect();
    let vote = |(n, bid): (usize, &usize)| Vote {
        seat: format!("定标{n}"),
        bid: BIDS[*bid],
        reason: "履约信用好".into(),
    };
    Meeting {
        members,
        method: ChoiceMethod::Ballot,
        votes: votes.iter().enumerate().map(vote).collect(),
        chosen: BIDS[chosen],
        reasons: "按信用择优".into(),
        supervision: "监督小组全程在场".into(),
        digest: digest(),
    }
}

fn choose(w: &mut World, meeting: Meeting) -> Answer {
    separated(w);
    w.project("03-31T09:00:00", &tenderer(), Act::Choose { meeting: Box::new(meeting) })
}

fn apart() -> Vec<Row> {
    vec![
        ("an award committee of three chooses the second by vote (TND-86)", Passes, |w| {
            choose(w, meeting(1, &[1, 1, 0]))
        }),
        ("and it is awarded to whom they chose (TND-86)", Passes, |w| {
            choose(w, meeting(1, &[1, 1, 0]))?;
            w.award("03-31T10:00:00", 1)
        }),
        ("not to another (TND-86)", Refused("TND-86"), |w| {
            choose(w, meeting(1, &[1, 1, 0]))?;
            w.award("03-31T10:00:00", 0)
        }),
        ("an even committee (TND-86)", Refused("TND-86"), |w| choose(w, meeting(1, &[1, 1, 1, 0]))),
        ("one with fewer votes is chosen (TND-86)", Refused("TND-86"), |w| choose(w, meeting(0, &[1, 1, 0]))),
        ("without written reasons (TND-86)", Refused("TND-86"), |w| {
            choose(w, Meeting { reasons: String::new(), ..meeting(1, &[1, 1, 0]) })
        }),
        ("a member votes twice (TND-86)", Refused("TND-86"), |w| {
            let mut twice = meeting(1, &[1, 1, 0]);
            twice.votes[2].seat = "定标0".into();
            choose(w, twice)
        }),
        ("by another method than the file's (TND-86)", Refused("TND-86"), |w| {
            choose(w, Meeting { method: ChoiceMethod::Price, ..meeting(0, &[0, 0, 0]) })
        }),
        ("one who is no candidate (TND-53)", Refused("TND-53"), |w| choose(w, meeting(3, &[3, 3, 3]))),
        ("chosen where evaluation and award are not apart (TND-86)", Refused("TND-86"), |w| {
            w.published(registration());
            let act = Act::Choose { meeting: Box::new(meeting(1, &[1, 1, 0])) };
            w.project("03-31T09:00:00", &tenderer(), act)
        }),
    ]
}

fn intervention(w: &mut World, digest: &str, reported_to: &str) -> Answer {
    w.registered(registration());
    let act = Act::RegisterIntervention { digest: digest.into(), reported_to: reported_to.into() };
    w.project("03-05T09:00:00", &tenderer(), act)
}

fn overseeing() -> Vec<Row> {
    vec![
        ("stopped by order of the supervisor, resumed by order (TRD-05)", Passes, |w| {
            w.announced(registration(), file());
            w.project("03-10T09:00:00", &supervisor(), Act::Suspend { document: "模住建停1号".into() })?;
            resume(w, "03-12T09:00:00", &supervisor(), "")
        }),
        ("stopped for two causes, and both are lifted (TRD-05)", Passes, |w| {
            stopped_twice(w)?;
            resume(w, "03-07T09:00:00", &supervisor(), "模住建停1号")?;
            resume(w, "03-07T10:00:00", &supervisor(), "模住建停2号")?;
            w.project("03-07T11:00:00", &tenderer(), clarification())
        }),
        ("stopped for two causes, and one is lifted: it stands still (TRD-05)", Refused("TRD-05"), |w| {
            stopped_twice(w)?;
            resume(w, "03-12T09:00:00", &supervisor(), "模住建停1号")?;
            w.project("03-12T11:00:00", &tenderer(), clarification())
        }),
        ("stopped for two causes, lifted without saying which (TRD-05)", Refused("TRD-05"), |w| {
            stopped_twice(w)?;
            resume(w, "03-12T09:00:00", &supervisor(), "")
        }),
        ("stopped twice by one document (TRD-05)", Refused("TRD-05"), |w| {
            stopped_twice(w)?;
            stop(w, "03-12T09:00:00", &supervisor(), "模住建停1号")
        }),
        (
            "procurement: suspended again, on the last of the ten days that are left of thirty (TND-76)",
            Refused("TND-76"),
            |w| {
                stood_still(w)?;
                stop(w, "04-01T09:00:00", &finance(), "模财暂2号")?;
                w.project("04-11T23:00:00", &Actor::clock(), Act::LapseSuspension)
            },
        ),
        ("procurement: the ten days are over, and it lapses (TND-76)", Passes, |w| {
            stood_still(w)?;
            stop(w, "04-01T09:00:00", &finance(), "模财暂2号")?;
            w.project("04-12T00:00:00", &Actor::clock(), Act::LapseSuspension)
        }),
        ("procurement: suspended once more after thirty days (TND-76)", Refused("TND-76"), |w| {
            w.announced(procurement(), file());
            stop(w, "03-10T09:00:00", &finance(), "模财暂1号")?;
            w.project("04-10T00:00:00", &Actor::clock(), Act::LapseSuspension)?;
            stop(w, "04-11T09:00:00", &finance(), "模财暂2号")
        }),
        ("stopped by the relay of a complaint (TRD-05)", Passes, |w| {
            w.announced(registration(), file());
            w.project("03-10T09:00:00", &Actor::relay(), Act::Suspend { document: "模住建停2号".into() })
        }),
        ("nothing goes on while it is stopped (TRD-05)", Refused("TRD-05"), |w| {
            w.announced(registration(), file());
            w.project("03-10T09:00:00", &supervisor(), Act::Suspend { document: "模住建停1号".into() })?;
            let act = Act::Clarify { digest: digest(), affects_bids: false, of_prequalification: false };
            w.project("03-11T09:00:00", &tenderer(), act)
        }),
        ("an intervention is registered and reported (TND-67, TND-84)", Passes, |w| {
            intervention(w, &digest(), "县纪委监委")
        }),
        ("registered without its paper (TND-67)", Refused("TND-67"), |w| intervention(w, "", "县纪委监委")),
        ("registered and reported to nobody (TND-84)", Refused("TND-84"), |w| intervention(w, &digest(), "")),
        ("the clock's own act by a person (TRD-10)", Refused("TRD-10"), |w| {
            w.announced(procurement(), file());
            w.project("03-10T09:00:00", &finance(), Act::Suspend { document: "模财暂1号".into() })?;
            w.project("04-10T09:00:00", &supervisor(), Act::LapseSuspension)
        }),
        ("a lead put away with its reason (TRD-11)", Passes, |w| {
            w.announced(registration(), file());
            let evidence = vec!["x".into()];
            let alert = Act::RaiseAlert { rule: "TND-12".into(), evidence, note: String::new() };
            w.project("03-10T09:00:00", &supervisor(), alert)?;
            let disposition = Disposition::Corrected;
            let act = Act::DisposeAlert { n: 1, disposition, reason: "已顺延".into() };
            w.project("03-11T09:00:00", &supervisor(), act)
        }),
    ]
}
