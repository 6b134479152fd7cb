//! 视为串通投标的线索 (实施条例 40)。 What the bids themselves bear on each other: equal marks of author, agent, manager and
//! account, and another bidder's code inside a file. A lead for the committee, never a finding. Whether texts are alike or
//! prices regular needs a look at all of them, and is raised by whoever looked.

use super::{BidRow, Marks, Reading};
use crate::rules;
use fadu_kernel::Rule;
use std::collections::BTreeSet;

type Shares = fn(&Reading, &Reading) -> bool;

/// One lead for each presumption that holds between any two bidders, with who they are.
pub(super) fn leads(bids: &[BidRow]) -> Vec<(&'static Rule, Vec<String>)> {
    let read: Vec<&Reading> = bids
        .iter()
        .filter_map(|row| row.read.as_ref().map(|(reading, _)| reading))
        .collect();
    let presumptions: [(&'static Rule, Shares); 5] = [
        (&rules::SAME_AUTHOR, |a, b| equal(a, b, |marks| &marks.author)),
        (&rules::SAME_AGENT, |a, b| equal(a, b, |marks| &marks.agent)),
        (&rules::SAME_MANAGER, |a, b| equal(a, b, |marks| &marks.managers)),
        (&rules::MIXED_FILES, |a, b| a.marks.named.contains(&b.code) || b.marks.named.contains(&a.code)),
        (&rules::SAME_ACCOUNT, |a, b| equal(a, b, |marks| &marks.account)),
    ];
    let mut leads = Vec::new();
    for (rule, shares) in presumptions {
        let mut between = BTreeSet::new();
        for (n, one) in read.iter().enumerate() {
            // Two envelopes of one bidder are for the committee by another ground (实施条例 51(4)).
            let others = read.iter().skip(n + 1).filter(|other| other.code != one.code);
            for other in others.filter(|other| shares(one, other)) {
                between.insert(format!("{}、{}", one.bidder, other.bidder));
            }
        }
        if !between.is_empty() {
            leads.push((rule, between.into_iter().collect()));
        }
    }
    leads
}

fn equal(one: &Reading, other: &Reading, of: fn(&Marks) -> &Vec<String>) -> bool {
    of(&one.marks)
        .iter()
        .any(|mark| !mark.trim().is_empty() && of(&other.marks).contains(mark))
}
