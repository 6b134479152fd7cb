//! 台账里的招标。 A project with its complaints and draws as the rules see it. Before the opening it has no bids here either
//! (招标投标法 22).

use crate::tender::{Award, Bid, BidStatus, Contract, Draw as Drawn, Mark, Score, Tender, Term};
use fadu_kernel::MatterId;
use fadu_trading::draw::matter::Purpose;
use fadu_trading::parameters::threshold_on;
use fadu_trading::project::{BidRow, Project, Reading, Stage};
use fadu_trading::regime::{MustTender, Regime};
use fadu_trading::{Complaint, Draw};
use std::collections::BTreeMap;

pub fn tender(id: MatterId, project: &Project, complaints: &[&Complaint], draws: &[&Draw]) -> Tender {
    let (registration, round) = (&project.registration, &project.tender);
    let day = round.announced.or(project.registered);
    let threshold = day.and_then(threshold_on).and_then(|row| row.contract_fen(registration.kind));
    let bids = round.opening.map(|_| round.bids.iter().map(|row| bid(row, project)).collect());
    Tender {
        id: id.to_string(),
        title: registration.title.clone(),
        day,
        regime: Some(project.regime),
        // 依法必须招标 is the tendering law's; what must be bought openly is another thing.
        must: match project.regime {
            Regime::Procurement => Some(false),
            Regime::Tendering => {
                let known = project.must.filter(|must| *must != MustTender::NotComputable);
                known.map(MustTender::must)
            }
        },
        open: project
            .method
            .as_ref()
            .map(|method| *method == fadu_trading::project::Method::Open),
        owner: Some(project.tenderer.to_string()),
        agency: registration.agency.clone(),
        part_of: (!registration.code.is_empty()).then(|| registration.code.clone()),
        category: Some(registration.sector.clone()),
        estimate_fen: Some(registration.estimate_fen),
        threshold_fen: threshold,
        issued: round.file.as_ref().map(|file| file.sale_from),
        deadline_ms: project.deadline_ms(),
        opened: round.opening,
        bids,
        award: award(project),
        contract: project.contract.as_ref().map(|signed| Contract {
            on: Some(signed.on),
            price_fen: Some(signed.contract.price_fen),
            changes_fen: Some(signed.changes_fen),
            paid_fen: Some(signed.paid_fen),
        }),
        draws: Some(
            draws
                .iter()
                .filter(|draw| is_of_round(draw, project))
                .map(|draw| drawn(draw))
                .collect(),
        ),
        scores: (!round.sheets.is_empty()).then(|| {
            let sheets = round.sheets.iter();
            sheets
                .map(|sheet| Score {
                    seat: sheet.seat.clone(),
                    bid: sheet.bid.to_string(),
                    total: i64::from(sheet.total),
                })
                .collect()
        }),
        terms: Some(terms(project, complaints)),
        // Whether somebody looked, and what was confirmed, stands in the store of supervision, not in trading's.
        n_confirmed: None,
        repairs: None,
        suspended: project.suspended.is_some(),
    }
}

fn bid(row: &BidRow, project: &Project) -> Bid {
    let read = row.read.as_ref();
    let sheets = project.tender.sheets.iter().filter(|sheet| sheet.bid == row.bid);
    let points: i64 = sheets.clone().map(|sheet| i64::from(sheet.total)).sum();
    Bid {
        id: row.bid.to_string(),
        bidder: read
            .map(|(reading, _)| reading.code.clone())
            .unwrap_or_else(|| row.bid.to_string()),
        price_fen: read.map(|(_, price)| *price),
        received_ms: Some(row.received_ms),
        status: match row {
            BidRow { void: Some(_), .. } | BidRow { rejected: Some(_), .. } => BidStatus::Rejected,
            BidRow { unreadable: Some(_), .. } => BidStatus::Withdrawn,
            BidRow { .. } if project.tender.report.is_some() => BidStatus::Valid,
            BidRow { .. } => BidStatus::Pending,
        },
        points: (sheets.count() > 0).then_some(points),
        marks: read.map(|(reading, _)| marks(reading)).unwrap_or_default(),
    }
}

/// What the letter bears: of which there is nothing, nothing can be computed.
fn marks(reading: &Reading) -> BTreeMap<Mark, Vec<String>> {
    let of = &reading.marks;
    let all = [
        (Mark::Author, &of.author),
        (Mark::Agent, &of.agent),
        (Mark::Manager, &of.managers),
        (Mark::Account, &of.account),
    ];
    let told = all.into_iter().filter(|(_, digests)| !digests.is_empty());
    told.map(|(mark, digests)| (mark, digests.clone())).collect()
}

fn award(project: &Project) -> Option<Award> {
    let award = project.award.as_ref()?;
    let meeting = project.tender.meeting.as_ref();
    Some(Award {
        on: Some(award.on),
        bids: vec![award.bid.to_string()],
        price_fen: Some(award.price_fen),
        notice: award.notice,
        candidates: project.candidates().iter().map(|candidate| candidate.bid.to_string()).collect(),
        reason: meeting.map(|meeting| meeting.reasons.clone()),
        votes: meeting.map(|meeting| {
            let chosen = meeting.votes.iter().filter(|vote| vote.bid == meeting.chosen).count();
            (chosen as u32, meeting.votes.len() as u32)
        }),
    })
}

fn is_of_round(draw: &Draw, project: &Project) -> bool {
    draw.purpose == Purpose::Experts && draw.round == project.round
}

fn drawn(draw: &Draw) -> Drawn {
    let taken = usize::from(draw.rules.take);
    let sits = draw
        .line_up
        .iter()
        .filter(|line| !draw.declined.contains(&line.leaf))
        .take(taken);
    Drawn {
        need: u32::from(draw.need),
        ground: draw.voided.map(|ground| format!("{ground:?}")).unwrap_or_default(),
        on: draw.concluded,
        n_asked: (taken + draw.declined.len()) as u32,
        n_declined: draw.declined.len() as u32,
        seated: sits.map(|line| line.leaf.clone()).collect(),
    }
}

fn terms(project: &Project, complaints: &[&Complaint]) -> Vec<Term> {
    let stage = |stage: Stage| match stage {
        Stage::Prequalification => "对资格预审文件的异议",
        Stage::File => "对招标文件的异议",
        Stage::Opening => "对开标的异议",
        Stage::Result => "对评标结果的异议",
    };
    let objections = project.objections.iter().map(|one| Term {
        what: format!("{}（第{}件）", stage(one.stage), one.n),
        due: one.due,
        done: one.answered.or(one.withdrawn),
    });
    let answered = |one: &Complaint| one.accepted.or(one.declined).or(one.withdrawn);
    let accepting = complaints.iter().map(|one| Term {
        what: format!("投诉{}：是否受理", one.number),
        due: one.accept_by,
        done: answered(one).or(one.transferred.as_ref().and(one.received)),
    });
    // The sweep marks a decision that is overdue by its own clock, stops included.
    let deciding = complaints.iter().filter(|one| one.overdue.is_some()).map(|one| Term {
        what: format!("投诉{}：处理决定", one.number),
        due: one.overdue.map(|overdue| fadu_kernel::calendar::offset(overdue, -1)),
        done: one.decided.map(|(on, _)| on).or(one.withdrawn),
    });
    objections.chain(accepting).chain(deciding).collect()
}
