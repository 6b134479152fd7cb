//! 市场。 All tenders beside one another, with what a rule asks of the others counted once.

use crate::compat::{Quartiles, quantile};
use crate::graph::{marks, pairs};
use crate::tender::{BidStatus, Mark, Tender};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};

pub struct Market<'m> {
    pub tenders: &'m [Tender],
    /// 共用网络: digests of addresses that many honestly share.
    pub shared_networks: BTreeSet<String>,
    /// Tender and bidder under each mark.
    marks: HashMap<(Mark, &'m str), BTreeSet<(&'m str, &'m str)>>,
    /// How often an expert scored a bidder, and how often above all others.
    favours: HashMap<(&'m str, &'m str), (u32, u32)>,
    sat: HashMap<(&'m str, &'m str), u32>,
    agencies: HashMap<&'m str, Vec<&'m Tender>>,
    parts: HashMap<(&'m str, &'m str), Vec<&'m Tender>>,
    owners: HashMap<&'m str, Vec<&'m Tender>>,
    met: HashMap<(&'m str, &'m str), Vec<&'m Tender>>,
    records: HashMap<(&'m str, &'m str), Record>,
    closeness: Option<Quartiles>,
    rejected_fence: Option<f64>,
    none: BTreeSet<(&'m str, &'m str)>,
}

/// Bids and wins of one bidder in one category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub n_bids: u32,
    pub n_won: u32,
}

/// 代理机构信用.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgencyRecord {
    pub n_checked: u32,
    pub n_confirmed: u32,
    pub n_overdue: u32,
}

impl<'m> Market<'m> {
    pub fn new(tenders: &'m [Tender]) -> Market<'m> {
        let mut market = Market {
            tenders,
            shared_networks: BTreeSet::new(),
            marks: HashMap::new(),
            favours: HashMap::new(),
            sat: HashMap::new(),
            agencies: HashMap::new(),
            parts: HashMap::new(),
            owners: HashMap::new(),
            met: HashMap::new(),
            records: HashMap::new(),
            closeness: None,
            rejected_fence: None,
            none: BTreeSet::new(),
        };
        for tender in tenders {
            market.add(tender);
        }
        // A log has no lower bound: on the plain ratio the fence of a right-skewed market is below nothing.
        let logs: Vec<f64> = tenders.iter().filter_map(closeness).map(f64::ln).collect();
        let rejected = market
            .owners
            .keys()
            .map(|owner| market.rejected(owner))
            .filter(|(_, bids)| *bids >= 10);
        let shares: Vec<f64> = rejected.map(|(out, bids)| out as f64 / bids as f64).collect();
        market.rejected_fence = (shares.len() >= 8).then(|| Quartiles::of(shares).upper_fence());
        market.closeness = (logs.len() >= 20).then(|| Quartiles::of(logs));
        market
    }

    fn add(&mut self, tender: &'m Tender) {
        for (mark, digest, bid) in tender.submitted().flat_map(marks) {
            self.marks.entry((mark, digest)).or_default().insert((&tender.id, &bid.bidder));
        }
        for draw in tender.draws.iter().flatten() {
            let seated: BTreeSet<&str> = draw.seated.iter().map(String::as_str).collect();
            for pair in pairs(&seated) {
                *self.sat.entry(pair).or_default() += 1;
            }
        }
        for score in tender.scores.iter().flatten() {
            let Some(bid) = tender.bid(&score.bid) else { continue };
            let others = tender
                .scores
                .iter()
                .flatten()
                .filter(|other| other.bid == score.bid && other.seat != score.seat);
            let mut others = others.peekable();
            let highest = others.peek().is_some() && others.all(|other| other.total < score.total);
            let (times, above) = self.favours.entry((&score.seat, &bid.bidder)).or_default();
            *times += 1;
            *above += u32::from(highest);
        }
        if let Some(agency) = &tender.agency {
            self.agencies.entry(agency).or_default().push(tender);
        }
        if let Some(owner) = &tender.owner {
            self.owners.entry(owner).or_default().push(tender);
            if let Some(part_of) = &tender.part_of {
                self.parts.entry((owner, part_of)).or_default().push(tender);
            }
        }
        let bidders: BTreeSet<&str> = tender.submitted().map(|bid| bid.bidder.as_str()).collect();
        let category = tender.category.as_deref().unwrap_or_default();
        let winner = tender.winner().map(|bid| bid.bidder.as_str());
        for bidder in &bidders {
            let record = self.records.entry((category, bidder)).or_default();
            record.n_bids += 1;
            record.n_won += u32::from(winner == Some(bidder));
        }
        for pair in pairs(&bidders) {
            self.met.entry(pair).or_default().push(tender);
        }
    }

    pub fn bearers<'s>(&'s self, mark: Mark, digest: &'s str) -> &'s BTreeSet<(&'s str, &'s str)> {
        self.marks.get(&(mark, digest)).unwrap_or(&self.none)
    }

    /// How many committees two experts sat on together.
    pub fn sat_together(&self, one: &str, other: &str) -> u32 {
        let pair = if one < other { (one, other) } else { (other, one) };
        self.sat.get(&pair).copied().unwrap_or_default()
    }

    /// How often an expert scored a bidder, and how often above all other experts.
    pub fn favours(&self, seat: &str, bidder: &str) -> (u32, u32) {
        self.favours.get(&(seat, bidder)).copied().unwrap_or_default()
    }

    /// Rejected and submitted bids of all tenders of an owner.
    pub fn rejected(&self, owner: &str) -> (usize, usize) {
        let bids = || self.of_owner(owner).iter().flat_map(|tender| tender.submitted());
        (bids().filter(|bid| bid.status == BidStatus::Rejected).count(), bids().count())
    }

    /// Beyond it an owner's share of rejected bids stands out among owners of ten bids or more; `None` below eight.
    pub fn rejected_fence(&self) -> Option<f64> {
        self.rejected_fence
    }

    pub fn agency(&self, agency: &str, today: Date) -> AgencyRecord {
        let mut record = AgencyRecord::default();
        for tender in self.agencies.get(agency).into_iter().flatten() {
            let mut repairs = tender.repairs.iter().flatten();
            record.n_checked += u32::from(tender.n_confirmed.is_some());
            record.n_confirmed += u32::from(tender.n_confirmed.is_some_and(|n| n > 0));
            let overdue = repairs.any(|term| term.due.is_some_and(|due| term.done.unwrap_or(today) > due));
            record.n_overdue += u32::from(overdue);
        }
        record
    }

    pub fn parts<'s>(&'s self, owner: &'s str, part_of: &'s str) -> &'s [&'s Tender] {
        self.parts.get(&(owner, part_of)).map_or(&[], Vec::as_slice)
    }

    pub fn of_owner(&self, owner: &str) -> &[&Tender] {
        self.owners.get(owner).map_or(&[], Vec::as_slice)
    }

    /// Tenders in which both bid, in the order of their days.
    pub fn met<'s>(&'s self, one: &'s str, other: &'s str) -> Vec<&'s Tender> {
        let pair = if one < other { (one, other) } else { (other, one) };
        let mut met = self.met.get(&pair).cloned().unwrap_or_default();
        met.sort_by_key(|tender| (tender.deadline_ms, &tender.id));
        met
    }

    pub fn record(&self, category: &str, bidder: &str) -> Record {
        self.records.get(&(category, bidder)).copied().unwrap_or_default()
    }

    /// The share of wins that one in twenty of the busiest quarter of a category does not reach, and how many bids make
    /// one busy; `None` below twenty busy bidders.
    pub fn seldom(&self, category: &str) -> Option<(f64, f64)> {
        let of_category = || {
            self.records
                .iter()
                .filter(|((of, _), _)| *of == category)
                .map(|(_, record)| record)
        };
        let mut counts: Vec<f64> = of_category().map(|record| f64::from(record.n_bids)).collect();
        counts.sort_by(f64::total_cmp);
        let busy = quantile(&counts, 0.75);
        let frequent = of_category().filter(|record| f64::from(record.n_bids) >= busy);
        let mut shares: Vec<f64> = frequent
            .map(|record| f64::from(record.n_won) / f64::from(record.n_bids))
            .collect();
        shares.sort_by(f64::total_cmp);
        (shares.len() >= 20).then(|| (busy, quantile(&shares, 0.05)))
    }

    /// Below this ratio the lowest loser is suspiciously near; beyond the other the winner is suspiciously low.
    pub fn fences(&self) -> Option<(f64, f64)> {
        self.closeness
            .map(|quartiles| (quartiles.lower_fence().exp(), quartiles.upper_fence().exp()))
    }
}

/// How far the lowest loser was above the winner, where prices decided; a tie has no logarithm.
pub fn closeness(tender: &Tender) -> Option<f64> {
    let winner = tender.winner()?;
    let price = winner.price_fen.filter(|price| *price > 0)?;
    let losers = tender
        .valid()
        .filter(|bid| bid.bidder != winner.bidder)
        .filter_map(|bid| bid.price_fen);
    let lowest = losers.min().filter(|lowest| *lowest > price)?;
    Some((lowest - price) as f64 / price as f64)
}
