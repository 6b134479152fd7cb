//! 逐份计算。 One release, asked by every indicator that is enabled.

use super::Shared;
use super::instant::{rfc3339, whole_days};
use super::read::{Award, Bid, Org, Release, Tender};
use super::tally::{Named, Process, R003, R018, R028, R030, R035, R036, SecondLowest, Tally, Who};
use std::collections::BTreeSet;

impl Tally {
    pub fn fold(&mut self, release: &Release, line: u64, shared: &Shared) {
        let settings = shared.settings;
        let Some(ocid) = release.ocid.text() else { return };
        let details = release.tender().and_then(|tender| tender.details.text());
        let excluded = details.is_some_and(|details| settings.excluded.contains(details));
        if excluded || release.tender().is_some_and(|tender| tender.status.is("cancelled")) {
            return;
        }
        let compares_prices = match (settings.price_comparison.is_empty(), details) {
            (true, Some(details)) => !settings.no_price_comparison.contains(details),
            (false, Some(details)) => settings.price_comparison.contains(details),
            (only_excludes, None) => only_excludes,
        };
        if shared.how.map && (settings.r025.is_some() || settings.r038.is_some() || settings.r048.is_some()) {
            self.map_tenderers(ocid, release);
        }
        let mut process = Process::default();
        let named = self.name(release.details().unwrap_or_default());
        if settings.compares_winner() && compares_prices {
            process.second_lowest = self.second_lowest(release, &named, line, shared);
        }
        if short_period(release, shared) {
            process.flags |= R003;
        }
        if single_tenderer(release, shared) {
            process.flags |= R018;
        }
        if settings.r025.is_some() {
            self.count_wins(release, &named);
        }
        if settings.r028 && compares_prices && self.same_price(ocid, release, &named, shared) {
            process.flags |= R028;
        }
        if settings.r030 && self.late_winner(ocid, release, shared) {
            process.flags |= R030;
        }
        if let Some(r035) = &settings.r035 {
            let n = self.all_but_winner_disqualified(ocid, release, &named, r035.threshold, shared);
            process.n_disqualified = n.map(|n| (line, n));
        }
        if settings.r036 && compares_prices && self.lowest_disqualified(release, shared) {
            process.flags |= R036;
        }
        if settings.r038.is_some() {
            self.count_disqualified(ocid, release, &named, shared);
        }
        if let Some(r048) = &settings.r048 {
            self.count_supplies(release, r048.digits);
        }
        self.add_process(ocid, process);
        self.named = named;
    }

    fn map_tenderers(&mut self, ocid: &str, release: &Release) {
        for (_, bid) in submitted(release) {
            for id in ids(bid.tenderers().unwrap_or_default()) {
                self.maps.tenderer.add(ocid, id);
            }
        }
    }

    /// How far the lowest loser is above the winner, where prices decide: one award in force to one supplier, who bid
    /// no more than anybody else. Each valid bid of one tenderer counts.
    fn second_lowest(
        &mut self,
        release: &Release,
        named: &Named,
        line: u64,
        shared: &Shared,
    ) -> Option<SecondLowest> {
        let (supplier, details) = sole_winner(release)?;
        let supplier = self.who(supplier);
        let (mut winner, mut lowest_loser): (Option<f64>, Option<(f64, Who)>) = (None, None);
        for (n, bid) in details.iter().enumerate().filter(|(_, bid)| bid.status.is("valid")) {
            let (Some(tenderer), Some((amount, currency))) = (named.sole(n), bid.amount_and_currency())
            else {
                continue;
            };
            if !self.is_main_currency(currency, shared) {
                continue;
            }
            if tenderer == supplier {
                winner = Some(winner.map_or(amount, |lowest| if amount < lowest { amount } else { lowest }));
            } else if lowest_loser.is_none_or(|(lowest, _)| amount < lowest) {
                lowest_loser = Some((amount, tenderer));
            }
        }
        let (amount, (loser, lowest_loser)) = (winner?, lowest_loser?);
        let ratio = (loser - amount) / amount;
        (loser >= amount).then_some(SecondLowest { line, ratio, winner: supplier, lowest_loser })
    }

    fn is_main_currency(&mut self, currency: &str, shared: &Shared) -> bool {
        let is_main = shared.currency.get_or_init(|| currency.to_owned()) == currency;
        self.notes.n_other_currency += u64::from(!is_main);
        is_main
    }

    /// Each tenderer counts once a process, however many bids it made.
    fn count_wins(&mut self, release: &Release, named: &Named) {
        let Some((supplier, details)) = sole_winner(release) else { return };
        let supplier = self.who(supplier);
        let valid = details.iter().enumerate().filter(|(_, bid)| bid.status.is("valid"));
        for tenderer in distinct(valid.filter_map(|(n, _)| named.sole(n))) {
            self.at(tenderer).won.add(u64::from(tenderer == supplier), 1);
        }
    }

    /// Both sides of a pair with one price are flagged; one tenderer may bid the same price again.
    fn same_price(&mut self, ocid: &str, release: &Release, named: &Named, shared: &Shared) -> bool {
        let priced = submitted(release).filter_map(|(n, bid)| {
            let (amount, currency) = bid.amount_and_currency()?;
            // Zero has one sign here.
            (!named.ids(n).is_empty()).then_some((amount + 0.0, currency, n))
        });
        let mut bids: Vec<(f64, &str, usize)> = priced.collect();
        bids.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let mut found = false;
        for pair in bids.windows(2) {
            let ((amount, currency, one), (other_amount, other_currency, other)) = (pair[0], pair[1]);
            if amount != other_amount || currency != other_currency {
                continue;
            }
            let (one, other) = (named.ids(one), named.ids(other));
            if distinct(one.iter().copied()) == distinct(other.iter().copied()) {
                continue;
            }
            found = true;
            for tenderer in one.iter().chain(other) {
                self.at(*tenderer).flags |= R028;
            }
        }
        if found && shared.how.map {
            self.map_same_price(ocid, release, &bids);
        }
        found
    }

    fn map_same_price(&mut self, ocid: &str, release: &Release, bids: &[(f64, &str, usize)]) {
        let details = release.details().unwrap_or_default();
        let tenderers =
            |n: usize| ids(details[n].tenderers().unwrap_or_default()).collect::<BTreeSet<&str>>();
        for pair in bids.windows(2).filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            let (one, other) = (tenderers(pair[0].2), tenderers(pair[1].2));
            for tenderer in one.iter().chain(&other).filter(|_| one != other) {
                self.maps.r028.add(ocid, tenderer);
            }
        }
    }

    /// The dates are compared as they are written, as the peer does; our own rules compare instants.
    fn late_winner(&mut self, ocid: &str, release: &Release, shared: &Shared) -> bool {
        let period = release.tender().and_then(|tender| tender.period.0.as_ref());
        let end = period.and_then(|period| period.end.text());
        let (Some(end), Some(awards), Some(details)) = (end, release.awards(), release.details()) else {
            return false;
        };
        let active = awards.iter().filter(|award| award.status.is("active"));
        let suppliers: BTreeSet<&str> = active
            .flat_map(|award| ids(award.suppliers.many().unwrap_or_default()))
            .collect();
        let late = |bid: &&Bid| bid.status.is("valid") && bid.date.text().is_some_and(|date| date > end);
        let mut found = false;
        for bid in details.iter().filter(late) {
            for id in ids(bid.tenderers().unwrap_or_default()).filter(|id| suppliers.contains(id)) {
                found = true;
                self.org(id).flags |= R030;
                if shared.how.map {
                    self.maps.r030.add(ocid, id);
                }
            }
        }
        found
    }

    fn all_but_winner_disqualified(
        &mut self,
        ocid: &str,
        release: &Release,
        named: &Named,
        threshold: usize,
        shared: &Shared,
    ) -> Option<usize> {
        let (awards, details) = final_awards(release)?;
        let of = |status: &'static str| {
            let bids = details.iter().enumerate().filter(move |(_, bid)| bid.status.is(status));
            distinct(bids.flat_map(|(n, _)| named.ids(n).iter().copied()))
        };
        let valid = of("valid");
        let [winner] = valid.as_slice() else { return None };
        let n = of("disqualified").iter().filter(|tenderer| *tenderer != winner).count();
        let suppliers = awards.iter().flat_map(|award| ids(award.suppliers.many().unwrap_or_default()));
        let suppliers = distinct(suppliers.map(|id| self.who(id)));
        if suppliers != valid || n < threshold {
            return None;
        }
        self.at(*winner).flags |= R035;
        if shared.how.map {
            for id in awards.iter().flat_map(|award| ids(award.suppliers.many().unwrap_or_default())) {
                self.maps.r035.add(ocid, id);
            }
        }
        Some(n)
    }

    fn lowest_disqualified(&mut self, release: &Release, shared: &Shared) -> bool {
        if !release
            .awards()
            .unwrap_or_default()
            .iter()
            .any(|award| award.status.is("active"))
        {
            return false;
        }
        let mut lowest: Option<(f64, bool)> = None;
        let mut any_valid = false;
        for (_, bid) in submitted(release) {
            let Some((amount, currency)) = bid.amount_and_currency() else { continue };
            if !self.is_main_currency(currency, shared) {
                continue;
            }
            if lowest.is_none_or(|(least, _)| amount < least) {
                lowest = Some((amount, bid.status.is("disqualified")));
            }
            any_valid |= bid.status.is("valid");
        }
        any_valid && lowest.is_some_and(|(_, disqualified)| disqualified)
    }

    fn count_disqualified(&mut self, ocid: &str, release: &Release, named: &Named, shared: &Shared) {
        let (mut n, mut n_disqualified) = (0, 0);
        for (bid_n, bid) in submitted(release) {
            let disqualified = u64::from(bid.status.is("disqualified"));
            n += 1;
            n_disqualified += disqualified;
            for who in named.ids(bid_n) {
                self.at(*who).disqualified.add(disqualified, 1);
            }
        }
        if n == 0 {
            return;
        }
        let mapped = shared.how.map && n_disqualified > 0;
        if let Some(id) = release.buyer.0.as_ref().and_then(|buyer| buyer.id.text()) {
            self.org(id).disqualified_as_buyer.add(n_disqualified, n);
            if mapped {
                self.maps.buyer.insert(ocid.to_owned(), id.to_owned());
            }
        }
        let entity = release.tender().and_then(|tender| tender.entity.0.as_ref());
        if let Some(id) = entity.and_then(|entity| entity.id.text()) {
            self.org(id).disqualified_as_entity.add(n_disqualified, n);
            if mapped {
                self.maps.entity.insert(ocid.to_owned(), id.to_owned());
            }
        }
    }

    /// Only awards to one supplier: of several nobody says who supplied what.
    fn count_supplies(&mut self, release: &Release, digits: usize) {
        let mut counted = BTreeSet::new();
        for award in release
            .awards()
            .unwrap_or_default()
            .iter()
            .filter(|award| award.status.is("active"))
        {
            let Some(supplier) = sole(award.suppliers.many()) else { continue };
            for item in award.items.0.as_deref().unwrap_or_default() {
                let classification = item.classification.0.as_ref();
                let Some(code) = classification.and_then(|classification| classification.id.text()) else {
                    continue;
                };
                let supplies = self.org(supplier).supplies.get_or_insert_default();
                supplies.n_processes += usize::from(counted.insert(supplier));
                let end = code.char_indices().nth(digits).map_or(code.len(), |(end, _)| end);
                if !supplies.codes.contains(&code[..end]) {
                    supplies.codes.insert(code[..end].into());
                }
            }
        }
    }
}

fn short_period(release: &Release, shared: &Shared) -> bool {
    let (Some(r003), Some(tender)) = (&shared.settings.r003, release.tender()) else { return false };
    let Some(period) = tender.period.0.as_ref().filter(|_| fits_method(tender, &r003.methods)) else {
        return false;
    };
    let instant = |field: &super::read::Field| field.text().and_then(rfc3339);
    let (Some(start), Some(end)) = (instant(&period.start), instant(&period.end)) else { return false };
    let own = tender.details.text().and_then(|details| r003.method_details.get(details));
    whole_days(start, end) < own.copied().unwrap_or(r003.threshold)
}

/// By the number that is told, not by the bids; only a whole number counts.
fn single_tenderer(release: &Release, shared: &Shared) -> bool {
    let (Some(r018), Some(tender)) = (&shared.settings.r018, release.tender()) else { return false };
    fits_method(tender, &r018.methods) && tender.n_tenderers == super::read::Field::Number("1")
}

fn fits_method(tender: &Tender, methods: &BTreeSet<String>) -> bool {
    methods.is_empty() || tender.method.text().is_some_and(|method| methods.contains(method))
}

/// 递交了的投标, each with its place in the list.
fn submitted<'r, 'a>(release: &'r Release<'a>) -> impl Iterator<Item = (usize, &'r Bid<'a>)> {
    release
        .details()
        .unwrap_or_default()
        .iter()
        .enumerate()
        .filter(|(_, bid)| bid.is_submitted())
}

/// Each once, in the order of their numbers.
fn distinct(all: impl Iterator<Item = Who>) -> Vec<Who> {
    let mut all: Vec<Who> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn ids<'r>(orgs: &'r [Org]) -> impl Iterator<Item = &'r str> {
    orgs.iter().filter_map(|org| org.id.text())
}

/// The only one of a list.
fn sole<'r>(orgs: Option<&'r [Org]>) -> Option<&'r str> {
    match orgs {
        Some([org]) => org.id.text(),
        _ => None,
    }
}

/// The awards in force and all bids, once no award is pending; an award without a status is passed over.
fn final_awards<'r, 'a>(release: &'r Release<'a>) -> Option<(Vec<&'r Award<'a>>, &'r [Bid<'a>])> {
    let (awards, details) = (release.awards()?, release.details()?);
    let mut active = Vec::new();
    for award in awards {
        match award.status.text() {
            Some("active") => active.push(award),
            None | Some("cancelled" | "unsuccessful") => {}
            Some(_) => return None,
        }
    }
    Some((active, details))
}

/// One award in force to one supplier: several would need lots to say which bids compete.
fn sole_winner<'r, 'a>(release: &'r Release<'a>) -> Option<(&'r str, &'r [Bid<'a>])> {
    let (awards, details) = final_awards(release)?;
    match awards.as_slice() {
        [award] => Some((sole(award.suppliers.many())?, details)),
        _ => None,
    }
}
