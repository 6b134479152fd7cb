//! 交换机的记录。 What the exchange of a county that does not exist writes down of an hour: the calls that became requests,
//! and those that did not.

use crate::chance::Chance;
use crate::digest;
use fadu_hotline::calls::{Record, Tally as Line};
use fadu_hotline::desk::OWN_LINE;
use std::collections::BTreeMap;

/// Answered calls of a year. Some become requests, most ask and are told.
const CALLS: u64 = 85_000;
/// 话务的小时分布: calls of each hour in 1,436, as the messages of a real county's board fall over the hours of a day, with
/// its evenings thinned by a telephone that most people leave alone at night.
pub(super) const HOURS: [u64; 24] =
    [14, 9, 4, 3, 3, 4, 8, 20, 84, 122, 156, 143, 76, 83, 136, 141, 117, 102, 60, 49, 42, 29, 19, 12];
/// 季节: messages of the same board by month, in thousandths of the mean.
pub(super) const MONTHS: [u64; 12] = [699, 708, 1109, 989, 1083, 981, 836, 1083, 1057, 998, 1203, 1254];

/// How many answered calls of one line an hour has, at least; a caller whom a seat wrote down was answered.
pub(super) type Answered<'a> = BTreeMap<&'a str, u32>;

/// One in eight of the other calls comes over a merged line.
pub(super) fn record(
    (month, hour): (usize, u8),
    per_mille: u64,
    written_down: &Answered<'_>,
    merged: &[&str],
    chance: &mut Chance,
) -> Record {
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    let mut line = |code: &str, add: &mut dyn FnMut(&mut Line)| {
        let code = if code == OWN_LINE {
            OWN_LINE
        } else {
            merged.iter().find(|known| **known == code).unwrap_or(&OWN_LINE)
        };
        let line = lines.entry(code).or_insert_with(|| Line {
            line: code.to_owned(),
            inbound: 0,
            answered: 0,
            abandoned_early: 0,
            abandoned_late: 0,
            dropped: 0,
        });
        line.inbound += 1;
        add(line);
    };
    for (code, n) in written_down {
        for _ in 0..*n {
            line(code, &mut |line| line.answered += 1);
        }
    }
    let whole: u64 = HOURS.iter().sum();
    let mean = CALLS
        * per_mille.min(1000)
        * MONTHS[month - 1]
        * HOURS[usize::from(hour)]
        * (800 + chance.below(401))
        / whole
        / 365
        / 1_000_000;
    let expected = mean / 1000 + u64::from(chance.below(1000) < mean % 1000);
    let others = expected.saturating_sub(written_down.values().map(|n| u64::from(*n)).sum());
    for _ in 0..others {
        let pick = chance.below(8 * merged.len().max(1) as u64) as usize;
        let code = merged.get(pick).copied().unwrap_or(OWN_LINE);
        let fate = chance.below(1000);
        line(code, &mut |line| match fate {
            0..18 => line.abandoned_late += 1,
            18..28 => line.abandoned_early += 1,
            _ => line.answered += 1,
        });
    }
    let lines: Vec<Line> = lines.into_values().collect();
    let add = |of: fn(&Line) -> u32| lines.iter().map(of).sum::<u32>();
    let (inbound, answered) = (add(|line| line.inbound), add(|line| line.answered));
    // By the roster; now and then somebody of the night shift falls ill.
    let rostered = if (8..20).contains(&hour) { 6 } else { 2 };
    let staffed = rostered - u16::from(chance.per_mille(5));
    let (wait_seconds, talk_seconds) = (inbound * chance.between(5, 14), answered * chance.between(150, 210));
    let said = format!("{hour} {staffed} {lines:?} {wait_seconds} {talk_seconds}");
    Record { hour, staffed, lines, wait_seconds, talk_seconds, digest: digest(&said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over a year as many calls are answered as the county is to have, the requests among them.
    #[test]
    fn a_year_of_records_holds_the_calls_that_became_requests() {
        let mut chance = Chance::new(3, 3);
        let merged: Vec<String> = (0..35).map(|n| format!("L{n}")).collect();
        let merged: Vec<&str> = merged.iter().map(String::as_str).collect();
        let one: Answered = [(OWN_LINE, 1), ("L4", 2)].into();
        let mut answered = 0;
        for day in 0..365 {
            for hour in 0..24 {
                let record = record((day / 31 + 1, hour), 1000, &one, &merged, &mut chance);
                let of = |line: &Line| line.answered;
                assert!(record.lines.iter().map(of).sum::<u32>() >= 3, "{record:?}");
                assert!(record.lines.iter().any(|line| line.line == "L4" && line.answered >= 2));
                answered += record.lines.iter().map(of).sum::<u32>();
            }
        }
        assert!((80_000..100_000).contains(&answered), "{answered}");
    }
}
