//! 期限与投标。 What a tender's own dates and prices say.

use super::parameters::EVEN;
use super::{LAW, REGULATION, deemed, percent, tl, tr, yuan};
use crate::rule::{Applies, Evidence, Input, Rule, Seen};
use crate::tender::{Bid, BidStatus};
use fadu_kernel::calendar::days_between;
use fadu_trading::time::civil_time;

/// 招标投标法 24.
const LEAST_DAYS: i64 = 20;

pub const RULES: &[Rule] = &[
    Rule {
        id: "short-period",
        zh: "投标准备期过短",
        basis: &[tl(24)],
        formula: "招标文件开始发出之日至投标截止之日的日历天数 < 20",
        from: LAW,
        until: None,
        applies: Applies::MustTender,
        inputs: &[Input::Issued, Input::Deadline],
        check: short_period,
    },
    Rule {
        id: "opened-below-three",
        zh: "投标人少于三个仍然开标",
        basis: &[tr(44)],
        formula: "开标，且截止时投标人数 < 3",
        from: REGULATION,
        until: None,
        applies: Applies::Tendering,
        inputs: &[Input::Opened, Input::Bids],
        check: opened_below_three,
    },
    Rule {
        id: "valid-below-three",
        zh: "有效投标不足三个，请核对是否明显缺乏竞争",
        basis: &[tl(42)],
        formula: "确定了中标人，且有效投标数 < 3",
        from: LAW,
        until: None,
        applies: Applies::Tendering,
        inputs: &[Input::Bids, Input::Award],
        check: valid_below_three,
    },
    Rule {
        id: "single-bid",
        zh: "只有一个投标人而仍然确定中标人",
        basis: &[],
        formula: "投标名单中不同投标人数 = 1（按名单数，不按自报的人数），且确定了中标人",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Award],
        check: single_bid,
    },
    Rule {
        id: "late-bid-won",
        zh: "截止后收到的投标中标",
        basis: &[tl(28)],
        formula: "中标的投标收到时刻 > 投标截止时刻（按时刻比较）",
        from: LAW,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Deadline, Input::Received, Input::Award],
        check: late_bid_won,
    },
    Rule {
        id: "patterned-prices",
        zh: "报价呈规律性差异",
        basis: &[deemed(4)],
        formula: "有效报价从低到高，相邻差额或者相邻比值的变异系数 < 0.02（演示参数），至少三个报价",
        from: REGULATION,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices],
        check: patterned_prices,
    },
    Rule {
        id: "identical-prices",
        zh: "不同投标人报价相同",
        basis: &[deemed(4)],
        formula: "两个不同投标人的报价一分不差",
        from: REGULATION,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices],
        check: identical_prices,
    },
    Rule {
        id: "all-but-winner-out",
        zh: "除中标人外全部被否决",
        basis: &[],
        formula: "有效投标人只有中标人一个，其余至少一个被否决",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Award],
        check: all_but_winner_out,
    },
    Rule {
        id: "lowest-out",
        zh: "最低报价被否决",
        basis: &[],
        formula: "确定了中标人，且全部报价中最低的一个被否决",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices, Input::Award],
        check: lowest_out,
    },
    Rule {
        id: "award-departs",
        zh: "选定的候选人各项最差而没有写明理由",
        // 地方规则: which text asks for the reasons differs from county to county.
        basis: &[],
        formula: "选定者在候选人中报价最高且得分最低，候选人不止一个，没有理由",
        from: None,
        until: None,
        applies: Applies::All,
        inputs: &[Input::Bids, Input::Prices, Input::Points, Input::Candidates],
        check: award_departs,
    },
];

fn short_period(seen: &Seen) -> Option<Evidence> {
    let issued = seen.tender.issued?;
    let deadline = civil_time(seen.tender.deadline_ms?)?.date();
    let days = days_between(issued, deadline);
    (days < LEAST_DAYS).then(|| {
        Evidence::new(["项", "本项目", "应有"])
            .row(["开始发出".into(), issued.to_string(), String::new()])
            .row(["投标截止".into(), deadline.to_string(), String::new()])
            .row(["日历天数".into(), days.to_string(), format!("至少{LEAST_DAYS}")])
    })
}

fn bid_rows<'s>(heads: [&str; 3], bids: impl Iterator<Item = &'s Bid>) -> Evidence {
    bids.fold(Evidence::new(heads), |evidence, bid| {
        let status = match bid.status {
            BidStatus::Valid => "有效",
            BidStatus::Rejected => "被否决",
            BidStatus::Withdrawn => "已撤回",
            BidStatus::Pending => "未评审",
        };
        let price = bid.price_fen.map_or("—".to_owned(), yuan);
        evidence.row([bid.bidder.clone(), price, status.to_owned()])
    })
}

const BIDS: [&str; 3] = ["投标人", "报价", "结果"];

fn opened_below_three(seen: &Seen) -> Option<Evidence> {
    let n = bidders(seen.tender.submitted()).len();
    (n < 3).then(|| {
        let rows = bid_rows(BIDS, seen.tender.submitted());
        rows.row(["投标人数".into(), n.to_string(), "不得开标，应当重新招标".into()])
    })
}

fn valid_below_three(seen: &Seen) -> Option<Evidence> {
    let n = bidders(seen.tender.valid()).len();
    (n < 3).then(|| {
        let rows = bid_rows(BIDS, seen.tender.submitted());
        rows.row(["有效投标人数".into(), n.to_string(), String::new()])
    })
}

fn single_bid(seen: &Seen) -> Option<Evidence> {
    let alone = bidders(seen.tender.submitted()).len() == 1;
    alone.then(|| bid_rows(BIDS, seen.tender.submitted()))
}

fn bidders<'s>(bids: impl Iterator<Item = &'s Bid>) -> std::collections::BTreeSet<&'s str> {
    bids.map(|bid| bid.bidder.as_str()).collect()
}

fn late_bid_won(seen: &Seen) -> Option<Evidence> {
    let deadline = seen.tender.deadline_ms?;
    let time = |ms: i64| civil_time(ms).map_or_else(|| ms.to_string(), |at| at.to_string().replace('T', " "));
    let winners = seen.tender.award.iter().flat_map(|award| &award.bids);
    let late = winners.filter_map(|id| seen.tender.bid(id)).filter_map(|bid| {
        let received = bid.received_ms.filter(|received| *received > deadline)?;
        Some([bid.bidder.clone(), time(received), time(deadline)])
    });
    late.fold(Evidence::new(["中标人", "收到", "截止"]), Evidence::row).found()
}

/// Valid prices from the lowest, with their bidders.
fn prices<'s>(seen: &'s Seen) -> Vec<(i64, &'s str)> {
    let priced = seen
        .tender
        .valid()
        .filter_map(|bid| Some((bid.price_fen?, bid.bidder.as_str())));
    let mut prices: Vec<(i64, &str)> = priced.filter(|(price, _)| *price > 0).collect();
    prices.sort_unstable();
    prices
}

fn patterned_prices(seen: &Seen) -> Option<Evidence> {
    let prices = prices(seen);
    if prices.len() < 3 {
        return None;
    }
    let pairs = || prices.windows(2).map(|pair| (pair[0].0, pair[1].0));
    let differences: Vec<f64> = pairs().map(|(low, high)| (high - low) as f64).collect();
    let ratios: Vec<f64> = pairs().map(|(low, high)| high as f64 / low as f64 - 1.0).collect();
    // Prices that are all the same are another rule's matter.
    let spread = variation(&differences)?.min(variation(&ratios)?);
    (spread < EVEN).then(|| {
        let rows = prices.iter().scan(None, |before: &mut Option<i64>, (price, bidder)| {
            let step = before.map_or("—".to_owned(), |before| yuan(price - before));
            *before = Some(*price);
            Some([(*bidder).to_owned(), yuan(*price), step])
        });
        rows.fold(Evidence::new(["投标人", "报价", "比前一个高"]), Evidence::row).row([
            "变异系数".into(),
            format!("{spread:.4}"),
            format!("小于{EVEN}"),
        ])
    })
}

/// 变异系数: standard deviation over mean. `None` where the mean is nothing.
fn variation(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    (mean > 0.0).then(|| variance.sqrt() / mean)
}

fn identical_prices(seen: &Seen) -> Option<Evidence> {
    let prices = prices(seen);
    let same = prices
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1);
    let rows = same.map(|pair| [yuan(pair[0].0), pair[0].1.to_owned(), pair[1].1.to_owned()]);
    rows.fold(Evidence::new(["报价", "投标人", "投标人"]), Evidence::row).found()
}

fn all_but_winner_out(seen: &Seen) -> Option<Evidence> {
    let (winner, valid) = (seen.tender.winner()?, bidders(seen.tender.valid()));
    let out = seen.tender.submitted().filter(|bid| bid.status == BidStatus::Rejected);
    let out = out.filter(|bid| bid.bidder != winner.bidder).count();
    let alone = valid.len() == 1 && valid.contains(winner.bidder.as_str());
    (alone && out > 0).then(|| bid_rows(BIDS, seen.tender.submitted()))
}

fn lowest_out(seen: &Seen) -> Option<Evidence> {
    seen.tender.award.as_ref()?;
    let priced = seen.tender.submitted().filter(|bid| bid.price_fen.is_some());
    let lowest = priced.min_by_key(|bid| (bid.price_fen, bid.status == BidStatus::Rejected))?;
    let any_valid = seen.tender.valid().next().is_some();
    (lowest.status == BidStatus::Rejected && any_valid).then(|| {
        let over = seen.tender.winner().and_then(|winner| winner.price_fen).zip(lowest.price_fen);
        let over = over.map_or("—".to_owned(), |(winner, low)| percent(winner - low, low));
        bid_rows(BIDS, seen.tender.submitted()).row(["中标价比最低报价高".into(), over, String::new()])
    })
}

fn award_departs(seen: &Seen) -> Option<Evidence> {
    let award = seen.tender.award.as_ref()?;
    let chosen = seen.tender.winner()?;
    let candidates: Vec<&Bid> = award.candidates.iter().filter_map(|id| seen.tender.bid(id)).collect();
    let others = || candidates.iter().filter(|bid| bid.id != chosen.id);
    let worst = others().count() > 0
        && others().all(|bid| bid.price_fen < chosen.price_fen && bid.points > chosen.points);
    let unexplained = award.reason.as_deref().is_none_or(|reason| reason.trim().is_empty());
    (worst && unexplained).then(|| {
        candidates
            .iter()
            .fold(Evidence::new(["候选人", "报价", "得分"]), |evidence, bid| {
                let points = bid
                    .points
                    .map_or("—".to_owned(), |points| format!("{}.{:02}", points / 100, points % 100));
                evidence.row([bid.bidder.clone(), bid.price_fen.map_or("—".to_owned(), yuan), points])
            })
    })
}
