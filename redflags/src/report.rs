//! 检查结果。 All rules over all tenders: what was found with its evidence, what was not, and what could not be computed and
//! why. Where labels are given it says how well a rule tells them, since most screens tell nothing.

use crate::market::Market;
use crate::rule::{Evidence, Input, Outcome, Rule};
use crate::tender::Tender;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub n_tenders: usize,
    pub rules: Vec<Row>,
    pub findings: Vec<Finding>,
}

/// 一条规则的计数。
#[derive(Debug, Serialize)]
pub struct Row {
    pub rule: &'static str,
    pub zh: &'static str,
    /// 《招标投标法》第二十四条; empty for a signal.
    pub basis: String,
    pub formula: &'static str,
    pub n_found: usize,
    pub n_not_found: usize,
    pub n_not_computable: usize,
    pub n_frozen: usize,
    /// Fields that were missing, and for how many tenders.
    pub missing: BTreeMap<Input, usize>,
    /// Area under the curve against the labels: 0.5 tells nothing.
    pub auc: Option<f64>,
}

#[derive(Debug, Serialize)]
pub struct Finding {
    pub tender: String,
    pub title: String,
    pub rule: &'static str,
    pub evidence: Evidence,
}

impl Report {
    /// `labels`: by [`Tender::id`], whether it is one of those that a rule would have to find.
    pub fn of(market: &Market, today: Date, labels: &HashMap<String, bool>) -> Report {
        let mut report = Report { n_tenders: market.tenders.len(), ..Report::default() };
        let mut tallies: BTreeMap<&str, (usize, Labelled)> = BTreeMap::new();
        for (n, rule) in crate::rules::all().enumerate() {
            tallies.insert(rule.id, (n, Labelled::default()));
            report.rules.push(Row::of(rule));
        }
        for tender in market.tenders {
            for (rule, outcome) in crate::look(market, tender, today) {
                let Some((n, labelled)) = tallies.get_mut(rule.id) else { continue };
                labelled.add(&outcome, labels.get(&tender.id).copied());
                report.rules[*n].add(&outcome);
                report.find(rule, tender, outcome);
            }
        }
        for (n, labelled) in tallies.into_values() {
            report.rules[n].auc = labelled.auc();
        }
        report
    }

    fn find(&mut self, rule: &'static Rule, tender: &Tender, outcome: Outcome) {
        if let Outcome::Found { evidence } = outcome {
            let (tender, title) = (tender.id.clone(), tender.title.clone());
            self.findings.push(Finding { tender, title, rule: rule.id, evidence });
        }
    }
}

impl Row {
    fn of(rule: &'static Rule) -> Row {
        let basis: Vec<String> = rule.basis.iter().map(ToString::to_string).collect();
        Row {
            rule: rule.id,
            zh: rule.zh,
            basis: basis.join("、"),
            formula: rule.formula,
            n_found: 0,
            n_not_found: 0,
            n_not_computable: 0,
            n_frozen: 0,
            missing: BTreeMap::new(),
            auc: None,
        }
    }

    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Found { .. } => self.n_found += 1,
            Outcome::NotFound => self.n_not_found += 1,
            Outcome::Frozen => self.n_frozen += 1,
            Outcome::NotComputable { missing } => {
                self.n_not_computable += 1;
                for input in missing {
                    *self.missing.entry(*input).or_default() += 1;
                }
            }
        }
    }
}

/// Found and looked at, among the labelled and among the others.
#[derive(Default)]
struct Labelled {
    positive: (usize, usize),
    negative: (usize, usize),
}

impl Labelled {
    fn add(&mut self, outcome: &Outcome, label: Option<bool>) {
        let found = match outcome {
            Outcome::Found { .. } => 1,
            Outcome::NotFound => 0,
            Outcome::Frozen | Outcome::NotComputable { .. } => return,
        };
        match label {
            Some(true) => self.positive = (self.positive.0 + found, self.positive.1 + 1),
            Some(false) => self.negative = (self.negative.0 + found, self.negative.1 + 1),
            None => {}
        }
    }

    /// Of a yes-or-no screen the curve has one corner: half of one plus the share it finds less the share it wrongs.
    fn auc(&self) -> Option<f64> {
        let share = |(found, all): (usize, usize)| (all > 0).then(|| found as f64 / all as f64);
        Some((1.0 + share(self.positive)? - share(self.negative)?) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tender::{Bid, Regime};
    use jiff::civil::date;

    fn tender(id: &str, prices: &[i64]) -> Tender {
        let bid = |(n, price): (usize, &i64)| Bid {
            id: n.to_string(),
            bidder: n.to_string(),
            price_fen: Some(*price),
            ..Bid::default()
        };
        let (day, regime) = (Some(date(2025, 3, 3)), Some(Regime::Tendering));
        Tender {
            id: id.into(),
            day,
            regime,
            bids: Some(prices.iter().enumerate().map(bid).collect()),
            ..Tender::default()
        }
    }

    #[test]
    fn every_tender_counts_once_for_each_rule_that_applies() {
        let tenders = [tender("a", &[5, 5, 9]), tender("b", &[5, 6, 9]), tender("c", &[5, 5])];
        let labels = [("a".to_owned(), true), ("b".to_owned(), false), ("c".to_owned(), false)].into();
        let report = Report::of(&Market::new(&tenders), date(2025, 6, 1), &labels);
        let row = |id: &str| report.rules.iter().find(|row| row.rule == id).unwrap();
        let same = row("identical-prices");
        assert_eq!((same.n_found, same.n_not_found, same.n_not_computable), (2, 1, 0));
        assert_eq!(same.auc, Some(0.75), "all that are labelled, and half of those that are not");
        let late = row("late-bid-won");
        assert_eq!(late.n_not_computable, 3);
        assert_eq!(late.missing[&Input::Deadline], 3);
        assert_eq!(report.findings.iter().filter(|found| found.rule == "identical-prices").count(), 2);
    }
}
