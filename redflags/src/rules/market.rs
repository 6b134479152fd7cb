//! 跨项目。 What shows only beside other tenders.

use super::parameters::JUST_UNDER_PERCENT;
use super::{LAW, PROCUREMENT_REGULATION, percent, tl, yuan};
use crate::market::closeness;
use crate::rule::{Applies, Evidence, Input, Rule, Seen};
use crate::tender::Tender;
use fadu_kernel::Basis;
use std::collections::{BTreeMap, BTreeSet};

pub const RULES: &[Rule] = &[
    Rule {
        id: "splitting",
        zh: "化整为零",
        basis: &[tl(4)],
        formula: "同一招标人、同一投资项目代码的各部分都低于规模标准，合计达到规模标准",
        from: LAW,
        until: None,
        applies: Applies::Tendering,
        inputs: &[Input::Owner, Input::PartOf, Input::Estimate, Input::Threshold],
        check: splitting,
    },
    Rule {
        id: "splitting-purchase",
        zh: "同一预算项目多次不公开采购",
        basis: &[Basis::article("政府采购法实施条例", 28)],
        formula: "同一采购人、同一预算项目、同一财政年度内以公开招标以外的方式多次采购，合计超过公开招标数额标准",
        from: PROCUREMENT_REGULATION,
        until: None,
        applies: Applies::Procurement,
        inputs: &[Input::Owner, Input::PartOf, Input::Estimate, Input::Threshold],
        check: splitting_purchase,
    },
    Rule {
        id: "just-under",
        zh: "估算价扎堆在规模标准之下",
        basis: &[],
        formula: "同一招标人在标准以下10%内的项目至少三个，且多于标准以上10%内的两倍（演示参数）",
        from: None,
        until: None,
        applies: Applies::Tendering,
        inputs: &[Input::Owner, Input::Estimate, Input::Threshold],
        check: just_under,
    },
    Rule {
        id: "many-out",
        zh: "招标人否决的投标特别多",
        basis: &[],
        formula: "招标人全部项目中被否决的投标 / 递交的投标 ≥ Q3 + 1.5·IQR，在投标不少于十份的招标人之间，至少八个招标人",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Owner, Input::Bids],
        check: many_out,
    },
    Rule {
        id: "always-unanimous",
        zh: "招标人的定标表决次次一致",
        basis: &[],
        formula: "同一招标人五次以上定标表决，每次全票",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Owner, Input::Votes],
        check: always_unanimous,
    },
    Rule {
        id: "close-second",
        zh: "次低报价异常接近中标价",
        basis: &[],
        formula: "ln((次低报价 − 中标价) / 中标价) ≤ Q1 − 1.5·IQR，全部项目中",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices, Input::Award],
        check: close_second,
    },
    Rule {
        id: "deep-discount",
        zh: "中标价异常低于次低报价",
        basis: &[],
        formula: "ln((次低报价 − 中标价) / 中标价) ≥ Q3 + 1.5·IQR，全部项目中",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices, Input::Award],
        check: deep_discount,
    },
    Rule {
        id: "seldom-wins",
        zh: "投标很多而极少中标",
        basis: &[],
        formula: "同一类别投标次数在前四分之一，中标率不高于其中第5百分位",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids],
        check: seldom_wins,
    },
    Rule {
        id: "rotation",
        zh: "同一批投标人轮流中标",
        basis: &[],
        formula: "三个以上投标人五次以上一同投标，中标人相邻重复的次数少于打乱顺序的99%",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Award],
        check: rotation,
    },
    Rule {
        id: "repeated-order",
        zh: "同一批投标人报价次序反复相同",
        basis: &[],
        formula: "三个投标人五次以上一同投标，报价次序相同的占八成以上",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices],
        check: repeated_order,
    },
];

/// Parts with what each is estimated at, and the sum.
fn parts_evidence(parts: &[&Tender], threshold: i64) -> Evidence {
    let rows = parts.iter().map(|part| {
        let day = part.day.map_or("—".to_owned(), |day| day.to_string());
        [part.id.clone(), part.title.clone(), day, yuan(part.estimate_fen.unwrap_or_default())]
    });
    let sum: i64 = parts.iter().filter_map(|part| part.estimate_fen).sum();
    rows.fold(Evidence::new(["项目", "名称", "日期", "估算价"]), Evidence::row)
        .row(["合计".into(), format!("规模标准{}", yuan(threshold)), String::new(), yuan(sum)])
}

fn splitting(seen: &Seen) -> Option<Evidence> {
    let tender = seen.tender;
    let threshold = tender.threshold_fen?;
    let parts = seen.market.parts(tender.owner.as_deref()?, tender.part_of.as_deref()?);
    let below: Vec<&Tender> = parts
        .iter()
        .copied()
        .filter(|part| part.estimate_fen.is_some_and(|fen| fen < threshold))
        .collect();
    let sum: i64 = below.iter().filter_map(|part| part.estimate_fen).sum();
    let split = tender.estimate_fen? < threshold && below.len() > 1 && sum >= threshold;
    split.then(|| parts_evidence(&below, threshold))
}

fn splitting_purchase(seen: &Seen) -> Option<Evidence> {
    let tender = seen.tender;
    let (threshold, year) = (tender.threshold_fen?, tender.day?.year());
    if tender.open == Some(true) {
        return None;
    }
    let parts = seen.market.parts(tender.owner.as_deref()?, tender.part_of.as_deref()?);
    let same_year =
        |part: &&Tender| part.day.is_some_and(|day| day.year() == year) && part.open != Some(true);
    let parts: Vec<&Tender> = parts.iter().copied().filter(same_year).collect();
    let sum: i64 = parts.iter().filter_map(|part| part.estimate_fen).sum();
    (parts.len() > 1 && sum > threshold).then(|| parts_evidence(&parts, threshold))
}

fn just_under(seen: &Seen) -> Option<Evidence> {
    let owned = seen.market.of_owner(seen.tender.owner.as_deref()?);
    let near = |part: &&&Tender, under: bool| {
        let (Some(fen), Some(threshold)) = (part.estimate_fen, part.threshold_fen) else { return false };
        let margin = threshold / 100 * JUST_UNDER_PERCENT;
        if under {
            (threshold - margin..threshold).contains(&fen)
        } else {
            (threshold..threshold + margin).contains(&fen)
        }
    };
    let under: Vec<&Tender> = owned.iter().filter(|part| near(part, true)).copied().collect();
    let over = owned.iter().filter(|part| near(part, false)).count();
    let among = under.iter().any(|part| part.id == seen.tender.id);
    (among && under.len() >= 3 && under.len() > 2 * over)
        .then(|| parts_evidence(&under, seen.tender.threshold_fen.unwrap_or_default()))
}

fn many_out(seen: &Seen) -> Option<Evidence> {
    let owner = seen.tender.owner.as_deref()?;
    let ((out, bids), fence) = (seen.market.rejected(owner), seen.market.rejected_fence()?);
    let share = out as f64 / bids as f64;
    (bids >= 10 && share > 0.0 && share >= fence).then(|| {
        Evidence::new(["招标人", "被否决", "递交", "占比", "围栏"]).row([
            owner.to_owned(),
            out.to_string(),
            bids.to_string(),
            percent(out as i64, bids as i64),
            format!("{:.2}%", fence * 100.0),
        ])
    })
}

fn always_unanimous(seen: &Seen) -> Option<Evidence> {
    let owned = seen.market.of_owner(seen.tender.owner.as_deref()?).iter();
    let votes = owned.filter_map(|tender| Some((*tender, tender.award.as_ref()?.votes?)));
    let votes: Vec<(&Tender, (u32, u32))> = votes.filter(|(_, (_, cast))| *cast > 1).collect();
    let always = votes.len() >= 5 && votes.iter().all(|(_, (given, cast))| given == cast);
    always.then(|| {
        let rows = votes.iter().map(|(tender, (given, cast))| {
            [tender.id.clone(), tender.title.clone(), format!("{given}/{cast}")]
        });
        rows.fold(Evidence::new(["项目", "名称", "得票/票数"]), Evidence::row)
    })
}

fn distance(seen: &Seen, outlying: impl Fn(f64, (f64, f64)) -> bool) -> Option<Evidence> {
    let (ratio, fences) = (closeness(seen.tender)?, seen.market.fences()?);
    let winner = seen.tender.winner()?;
    let shown = |ratio: f64| format!("{:.3}%", ratio * 100.0);
    outlying(ratio, fences).then(|| {
        let price = winner.price_fen.unwrap_or_default();
        Evidence::new(["中标人", "中标价", "次低高出", "下围栏", "上围栏"]).row([
            winner.bidder.clone(),
            yuan(price),
            shown(ratio),
            shown(fences.0),
            shown(fences.1),
        ])
    })
}

fn close_second(seen: &Seen) -> Option<Evidence> {
    distance(seen, |ratio, (low, _)| ratio <= low)
}

fn deep_discount(seen: &Seen) -> Option<Evidence> {
    distance(seen, |ratio, (_, high)| ratio >= high)
}

fn seldom_wins(seen: &Seen) -> Option<Evidence> {
    let category = seen.tender.category.as_deref().unwrap_or_default();
    let (busy, seldom) = seen.market.seldom(category)?;
    let mut evidence = Evidence::new(["投标人", "投标", "中标", "中标率"]);
    for bid in seen.tender.submitted() {
        let record = seen.market.record(category, &bid.bidder);
        let (bids, won) = (f64::from(record.n_bids), f64::from(record.n_won));
        if bids >= busy && won / bids <= seldom {
            let share = percent(i64::from(record.n_won), i64::from(record.n_bids));
            evidence = evidence.row([
                bid.bidder.clone(),
                record.n_bids.to_string(),
                record.n_won.to_string(),
                share,
            ]);
        }
    }
    evidence.found()
}

/// 一同投标的三人: every three bidders of this tender who met five times or more, with those tenders in order.
fn trios<'s>(seen: &'s Seen) -> Vec<([&'s str; 3], Vec<&'s Tender>)> {
    let bidders: BTreeSet<&str> = seen.tender.submitted().map(|bid| bid.bidder.as_str()).collect();
    // Beyond a dozen bidders the trios are many and say little.
    let bidders: Vec<&str> = bidders.into_iter().take(12).collect();
    let mut trios = Vec::new();
    for (n, one) in bidders.iter().enumerate() {
        for (m, other) in bidders.iter().enumerate().skip(n + 1) {
            let met = seen.market.met(one, other);
            if met.len() < 5 {
                continue;
            }
            for third in &bidders[m + 1..] {
                let bids = |tender: &&&Tender| tender.submitted().any(|bid| bid.bidder == *third);
                let all: Vec<&Tender> = met.iter().filter(bids).copied().collect();
                if all.len() >= 5 {
                    trios.push(([*one, *other, *third], all));
                }
            }
        }
    }
    trios
}

fn rotation(seen: &Seen) -> Option<Evidence> {
    let mut evidence = Evidence::new(["投标人", "一同投标", "中标次序"]);
    for (trio, tenders) in trios(seen) {
        let winners = tenders
            .iter()
            .filter_map(|tender| tender.winner())
            .filter_map(|winner| trio.iter().position(|bidder| *bidder == winner.bidder));
        let winners: Vec<usize> = winners.collect();
        if winners.len() >= 5 && takes_turns(&winners) {
            let order: Vec<&str> = winners.iter().map(|winner| trio[*winner]).collect();
            evidence = evidence.row([trio.join("、"), tenders.len().to_string(), order.join(" → ")]);
        }
    }
    evidence.found()
}

/// Fewer neighbours alike than in 99 of a hundred shuffles. The shuffles are always the same, so is the answer.
fn takes_turns(winners: &[usize]) -> bool {
    const SHUFFLES: usize = 999;
    let alike = |order: &[usize]| order.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let (seen, mut order, mut as_few) = (alike(winners), winners.to_vec(), 0);
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..SHUFFLES {
        for n in (1..order.len()).rev() {
            // Marsaglia's xorshift: plain, and the same everywhere.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            order.swap(n, (state % (n as u64 + 1)) as usize);
        }
        as_few += usize::from(alike(&order) <= seen);
    }
    (as_few + 1) * 100 <= SHUFFLES + 1
}

fn repeated_order(seen: &Seen) -> Option<Evidence> {
    let mut evidence = Evidence::new(["报价次序（低到高）", "一同投标", "同一次序"]);
    for (trio, tenders) in trios(seen) {
        let mut orders: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
        let mut n = 0;
        for tender in &tenders {
            let mut priced: Vec<(i64, &str)> = tender
                .valid()
                .filter_map(|bid| Some((bid.price_fen?, *trio.iter().find(|bidder| **bidder == bid.bidder)?)))
                .collect();
            priced.sort_unstable();
            if priced.len() == 3 {
                n += 1;
                *orders
                    .entry(priced.into_iter().map(|(_, bidder)| bidder).collect())
                    .or_default() += 1;
            }
        }
        let most = orders.into_iter().max_by_key(|(_, times)| *times);
        if let Some((order, times)) = most.filter(|(_, times)| n >= 5 && times * 10 >= n * 8) {
            evidence = evidence.row([order.join(" < "), n.to_string(), times.to_string()]);
        }
    }
    evidence.found()
}
