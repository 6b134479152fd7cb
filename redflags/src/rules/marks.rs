//! 同源。 Equal keyed digests of author, machine, lock, agent, manager and account: within one tender the presumptions of
//! 实施条例 40, across tenders a signal. A processor's serial alone proves nothing.

use super::parameters::WINDOW_MS;
use super::{REGULATION, deemed};
use crate::rule::{Applies, Evidence, Input, Rule, Seen};
use crate::tender::{Bid, Mark};
use fadu_kernel::Basis;
use std::collections::{BTreeMap, BTreeSet};

const AUTHOR: &[Basis] = &[deemed(1)];
const AGENT: &[Basis] = &[deemed(2)];
const MANAGER: &[Basis] = &[deemed(3)];
const ACCOUNT: &[Basis] = &[deemed(6)];

const fn within(
    id: &'static str,
    zh: &'static str,
    basis: &'static [Basis],
    check: fn(&Seen) -> Option<Evidence>,
) -> Rule {
    Rule {
        id,
        zh,
        basis,
        formula: "同一项目内不同投标人的标记摘要相等",
        from: REGULATION,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Marks],
        check,
    }
}

pub const RULES: &[Rule] = &[
    within("same-author", "投标文件由同一单位或者个人编制", AUTHOR, |seen| {
        shared(seen, &[Mark::Author, Mark::Machine, Mark::CostLock])
    }),
    within("same-agent", "委托同一单位或者个人办理投标", AGENT, |seen| {
        shared(seen, &[Mark::Agent])
    }),
    within("same-manager", "项目管理成员为同一人", MANAGER, |seen| shared(seen, &[Mark::Manager])),
    within("same-account", "保证金从同一账户转出", ACCOUNT, |seen| shared(seen, &[Mark::Account])),
    Rule {
        id: "same-address",
        zh: "一小时内从同一地址上传",
        basis: &[],
        formula: "上传地址摘要相等，收到时间相差不超过一小时（演示参数）；登记的共用网络除外",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Marks, Input::Received],
        check: same_address,
    },
    Rule {
        id: "same-origin-elsewhere",
        zh: "其他项目的另一投标人有相同来源",
        basis: &[],
        formula: "不同项目、不同投标人的创建者、机器码、锁号、经办人、管理成员或者账户摘要相等",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Marks],
        check: elsewhere,
    },
];

fn digests(bid: &Bid, mark: Mark) -> impl Iterator<Item = &str> {
    bid.marks.get(&mark).into_iter().flatten().map(String::as_str)
}

/// Bidders under each digest that more than one of them bears.
fn shared(seen: &Seen, marks: &[Mark]) -> Option<Evidence> {
    let mut evidence = Evidence::new(["标记", "摘要", "投标人"]);
    for mark in marks {
        let mut bearers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for bid in seen.tender.submitted() {
            for digest in digests(bid, *mark) {
                bearers.entry(digest).or_default().insert(&bid.bidder);
            }
        }
        for (digest, bidders) in bearers.into_iter().filter(|(_, bidders)| bidders.len() > 1) {
            let bidders: Vec<&str> = bidders.into_iter().collect();
            evidence = evidence.row([mark.zh().to_owned(), digest.to_owned(), bidders.join("、")]);
        }
    }
    evidence.found()
}

fn same_address(seen: &Seen) -> Option<Evidence> {
    let mut uploads: Vec<(&str, i64, &str)> = seen
        .tender
        .submitted()
        .filter_map(|bid| Some((bid, bid.received_ms?)))
        .flat_map(|(bid, ms)| {
            digests(bid, Mark::Address).map(move |digest| (digest, ms, bid.bidder.as_str()))
        })
        .filter(|(digest, _, _)| !seen.market.shared_networks.contains(*digest))
        .collect();
    uploads.sort_unstable();
    let close = uploads.windows(2).filter(|pair| {
        let ((one, from, a), (other, to, b)) = (pair[0], pair[1]);
        one == other && a != b && to - from <= WINDOW_MS
    });
    let minutes = |pair: &[(&str, i64, &str)]| format!("{}分钟", (pair[1].1 - pair[0].1) / 60_000);
    let rows =
        close.map(|pair| [pair[0].0.to_owned(), pair[0].2.to_owned(), pair[1].2.to_owned(), minutes(pair)]);
    rows.fold(Evidence::new(["地址摘要", "投标人", "投标人", "相隔"]), Evidence::row)
        .found()
}

fn elsewhere(seen: &Seen) -> Option<Evidence> {
    let mut evidence = Evidence::new(["标记", "本项目投标人", "另一投标人", "另一项目"]);
    for bid in seen.tender.submitted() {
        for mark in Mark::ALL.into_iter().filter(|mark| *mark != Mark::Address) {
            for digest in digests(bid, mark) {
                let bearers = seen.market.bearers(mark, digest).iter();
                for (tender, other) in
                    bearers.filter(|(tender, other)| *tender != seen.tender.id && *other != bid.bidder)
                {
                    evidence = evidence.row([
                        mark.zh().to_owned(),
                        bid.bidder.clone(),
                        (*other).to_owned(),
                        (*tender).to_owned(),
                    ]);
                }
            }
        }
    }
    evidence.found()
}
