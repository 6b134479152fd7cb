//! 忙闲。 Whether idle and crowded windows even out: cases per window-hour, their spread, in exact fractions.

use fadu_kernel::Ratio;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 一个窗口的负荷。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    pub window: String,
    pub cases: u32,
    /// Seconds somebody stood there.
    pub seconds: u32,
}

/// 忙闲差距。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Cases per hour of the busiest window, and of the idlest.
    pub most: Ratio,
    pub least: Ratio,
    /// 基尼系数, 0 when all windows carry the same and near 1 when one carries all; in millionths.
    pub gini_ppm: u32,
}

/// `None` when no window was staffed. Windows that nobody stood at are left out.
pub fn spread(loads: &[Load]) -> Option<Spread> {
    let mut rates: Vec<(u128, Ratio)> = loads
        .iter()
        .filter(|load| load.seconds > 0)
        .map(|load| {
            let per_hour = Ratio::new(i64::from(load.cases) * 3600, i64::from(load.seconds));
            // Rates of different denominators compare as millionths of a case an hour.
            (u128::from(load.cases) * 3_600_000_000 / u128::from(load.seconds), per_hour)
        })
        .collect();
    rates.sort_by_key(|(scaled, _)| *scaled);
    let (first, last) = (rates.first()?, rates.last()?);
    Some(Spread { most: last.1, least: first.1, gini_ppm: gini(rates.iter().map(|(scaled, _)| *scaled)) })
}

/// Of values in rising order: Σ(2i − n − 1)·xᵢ ÷ (n·Σxᵢ).
fn gini(rising: impl ExactSizeIterator<Item = u128> + Clone) -> u32 {
    let n = rising.len() as i128;
    let sum: u128 = rising.clone().sum();
    if sum == 0 {
        return 0;
    }
    let weighted: i128 = (1..).zip(rising).map(|(i, x)| (2 * i - n - 1) * x as i128).sum();
    (weighted * 1_000_000 / (n * sum as i128)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(cases: u32, hours: u32) -> Load {
        Load { window: cases.to_string(), cases, seconds: hours * 3600 }
    }

    #[test]
    fn the_spread_of_windows() {
        let even = spread(&[load(40, 8), load(35, 7), load(5, 1)]).unwrap();
        assert_eq!(
            (even.gini_ppm, even.most.per_mille(), even.least.per_mille()),
            (0, Some(5000), Some(5000))
        );
        let one_does_all = spread(&[load(0, 8), load(0, 8), load(0, 8), load(80, 8)]).unwrap();
        assert_eq!(one_does_all.gini_ppm, 750_000, "(n − 1) ÷ n");
        assert_eq!(spread(&[load(10, 1), load(20, 1)]).unwrap().gini_ppm, 166_666, "by hand: 1 ÷ 6");
        assert_eq!(spread(&[load(3, 0)]), None, "nobody stood there");
        assert_eq!(spread(&[load(0, 8)]).unwrap().gini_ppm, 0, "no cases are evenly spread");
    }

    proptest::proptest! {
        /// Between 0 and (n − 1)/n whatever the load, and unmoved when every window does twice as much.
        #[test]
        fn it_stays_in_its_bounds(cases in proptest::collection::vec(0u32..500, 1..40)) {
            let loads = |times: u32| cases.iter().map(|n| load(n * times, 4)).collect::<Vec<_>>();
            let (once, twice) = (spread(&loads(1)).unwrap(), spread(&loads(2)).unwrap());
            let n = cases.len() as u32;
            proptest::prop_assert!(once.gini_ppm <= 1_000_000 * (n - 1) / n);
            proptest::prop_assert_eq!(once.gini_ppm, twice.gini_ppm);
        }
    }
}
