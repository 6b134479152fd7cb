//! 专家与评分。

use super::parameters::{DECLINED_PERCENT, OUTLYING};
use super::{REGULATION, percent, tr};
use crate::rule::{Applies, Evidence, Input, Rule, Seen};
use crate::tender::Score;
use fadu_trading::time::civil_time;
use std::collections::BTreeMap;

pub const RULES: &[Rule] = &[
    Rule {
        id: "redrawn",
        zh: "同一需要多次抽取专家而没有写明事由",
        basis: &[tr(46)],
        formula: "第二次以后的抽取没有法定事由",
        from: REGULATION,
        until: None,
        applies: Applies::Tendering,
        inputs: &[Input::Draws],
        check: redrawn,
    },
    Rule {
        id: "experts-decline",
        zh: "抽到的专家半数以上不参加",
        basis: &[],
        formula: "不参加人数 / 抽到人数 ≥ 50%（演示参数），至少四人",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Draws],
        check: experts_decline,
    },
    Rule {
        id: "drawn-early",
        zh: "专家抽取过早",
        basis: &[],
        formula: "抽取日早于投标截止前一日（演示参数）",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Draws, Input::Deadline],
        check: drawn_early,
    },
    Rule {
        id: "experts-sit-together",
        zh: "同样的专家多次同席",
        basis: &[],
        formula: "两名专家在三个以上项目中同席，而抽取应当随机",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Draws],
        check: sit_together,
    },
    Rule {
        id: "score-outlier",
        zh: "评分明显偏离",
        basis: &[],
        formula: "|评分 − 中位数| / 绝对中位差 > 3，至少五名评委",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Scores],
        check: score_outlier,
    },
    Rule {
        id: "expert-favours",
        zh: "同一评委总给同一投标人最高分",
        basis: &[],
        formula: "评委在四个以上项目中给同一投标人打分，每次都高于其他评委",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Scores],
        check: expert_favours,
    },
];

fn redrawn(seen: &Seen) -> Option<Evidence> {
    let again = seen
        .tender
        .draws
        .iter()
        .flatten()
        .filter(|draw| draw.need > 0 && draw.ground.trim().is_empty());
    let rows = again.map(|draw| {
        let on = draw.on.map_or("—".to_owned(), |on| on.to_string());
        [format!("第{}次", draw.need + 1), on, "没有写明".to_owned()]
    });
    rows.fold(Evidence::new(["抽取", "日期", "事由"]), Evidence::row).found()
}

fn experts_decline(seen: &Seen) -> Option<Evidence> {
    let many = |asked: u32, declined: u32| i64::from(declined) * 100 >= i64::from(asked) * DECLINED_PERCENT;
    let draws = seen.tender.draws.iter().flatten();
    let rows = draws
        .filter(|draw| draw.n_asked >= 4 && many(draw.n_asked, draw.n_declined))
        .map(|draw| {
            let (declined, asked) = (i64::from(draw.n_declined), i64::from(draw.n_asked));
            [format!("第{}次", draw.need + 1), format!("{declined}/{asked}"), percent(declined, asked)]
        });
    rows.fold(Evidence::new(["抽取", "不参加/抽到", "占比"]), Evidence::row).found()
}

fn drawn_early(seen: &Seen) -> Option<Evidence> {
    let deadline = civil_time(seen.tender.deadline_ms?)?.date();
    let draws = seen.tender.draws.iter().flatten().filter_map(|draw| draw.on);
    let rows = draws
        .filter(|on| fadu_kernel::calendar::days_between(*on, deadline) > 1)
        .map(|on| [on.to_string(), deadline.to_string()]);
    rows.fold(Evidence::new(["抽取", "投标截止"]), Evidence::row).found()
}

fn sit_together(seen: &Seen) -> Option<Evidence> {
    let seated: Vec<&str> = seen
        .tender
        .draws
        .iter()
        .flatten()
        .flat_map(|draw| &draw.seated)
        .map(String::as_str)
        .collect();
    let mut evidence = Evidence::new(["专家", "专家", "同席项目"]);
    for (n, one) in seated.iter().enumerate() {
        for other in &seated[n + 1..] {
            let together = seen.market.sat_together(one, other);
            if together >= 3 {
                evidence = evidence.row([(*one).to_owned(), (*other).to_owned(), together.to_string()]);
            }
        }
    }
    evidence.found()
}

fn expert_favours(seen: &Seen) -> Option<Evidence> {
    let scores = seen.tender.scores.iter().flatten();
    let rows = scores.filter_map(|score| {
        let bidder = seen.tender.bid(&score.bid)?.bidder.as_str();
        let (times, highest) = seen.market.favours(&score.seat, bidder);
        let always = times >= 4 && highest == times;
        always.then(|| [score.seat.clone(), bidder.to_owned(), times.to_string()])
    });
    rows.fold(Evidence::new(["评委", "投标人", "项目"]), Evidence::row).found()
}

fn median(values: &mut [i64]) -> i64 {
    values.sort_unstable();
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2 }
}

fn score_outlier(seen: &Seen) -> Option<Evidence> {
    let mut of_bid: BTreeMap<&str, Vec<&Score>> = BTreeMap::new();
    for score in seen.tender.scores.iter().flatten() {
        of_bid.entry(&score.bid).or_default().push(score);
    }
    let mut evidence = Evidence::new(["投标", "评委", "评分", "中位数", "绝对中位差"]);
    for (bid, scores) in of_bid.into_iter().filter(|(_, scores)| scores.len() >= 5) {
        let centre = median(&mut scores.iter().map(|score| score.total).collect::<Vec<i64>>());
        let far = |score: &Score| (score.total - centre).abs();
        let spread = median(&mut scores.iter().map(|score| far(score)).collect::<Vec<i64>>());
        let points = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        for score in scores.iter().filter(|score| spread > 0 && far(score) > OUTLYING * spread) {
            let bidder = seen.tender.bid(bid).map_or(bid, |bid| bid.bidder.as_str());
            evidence = evidence.row([
                bidder.to_owned(),
                score.seat.clone(),
                points(score.total),
                points(centre),
                points(spread),
            ]);
        }
    }
    evidence.found()
}
