//! 群体诉求。 Many requests about one thing at one place within hours: found by counting, raised by a person.

use crate::categories::Categories;
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;

/// What is looked at: when, about what, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub at_ms: i64,
    pub category: String,
    /// As [`crate::place::Place::area`] says; without one nothing is at the same place as anything.
    pub area: String,
}

/// 达到标准的一组。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burst {
    pub category: String,
    pub area: String,
    pub first_ms: i64,
    pub last_ms: i64,
    /// Places in the list that was given, in order of time.
    pub members: Vec<usize>,
}

impl Burst {
    /// What the parent is called: `供水：同一片区10件`.
    pub fn title(&self) -> String {
        let name = Categories::shipped().name(&self.category);
        format!("{name}：同一片区{}件", self.members.len())
    }
}

/// Groups that reach `orders` within `hours`, each grown for as long as the window that ends at its next member still
/// reaches them. A sighting belongs to one group at most.
pub fn bursts(sightings: &[Sighting], orders: u16, hours: u16) -> Vec<Burst> {
    let (needed, span) = (usize::from(orders.max(1)), i64::from(hours) * HOUR_MS);
    let mut by_place: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, sighting) in sightings.iter().enumerate().filter(|(_, sighting)| !sighting.area.is_empty()) {
        by_place.entry((&sighting.category, &sighting.area)).or_default().push(i);
    }
    let mut found = Vec::new();
    for ((category, area), mut members) in by_place {
        members.sort_by_key(|i| sightings[*i].at_ms);
        let at = |i: usize| sightings[members[i]].at_ms;
        // The open group, as a run of places in `members`.
        let mut open: Option<(usize, usize)> = None;
        let mut start = 0;
        let mut close = |run: Option<(usize, usize)>| {
            if let Some((from, to)) = run {
                found.push(Burst {
                    category: category.to_owned(),
                    area: area.to_owned(),
                    first_ms: at(from),
                    last_ms: at(to),
                    members: members[from..=to].to_vec(),
                });
            }
        };
        for end in 0..members.len() {
            while at(end).saturating_sub(at(start)) > span {
                start += 1;
            }
            if end + 1 - start < needed {
                continue;
            }
            open = match open {
                Some((from, to)) if start <= to => Some((from, end)),
                other => {
                    close(other);
                    Some((start, end))
                }
            };
        }
        close(open);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(minutes: i64, category: &str, area: &str) -> Sighting {
        Sighting { at_ms: minutes * 60_000, category: category.into(), area: area.into() }
    }

    #[test]
    fn a_burst_is_many_of_one_kind_at_one_place_in_time() {
        let three_in_an_hour = [0, 30, 60].map(|minutes| seen(minutes, "0101", "甲"));
        assert_eq!(bursts(&three_in_an_hour, 3, 1).len(), 1, "on the last minute");
        let three_in_more = [0, 30, 61].map(|minutes| seen(minutes, "0101", "甲"));
        assert!(bursts(&three_in_more, 3, 1).is_empty(), "a minute later");
        let elsewhere = [seen(0, "0101", "甲"), seen(1, "0101", "乙"), seen(2, "0102", "甲")];
        assert!(bursts(&elsewhere, 2, 24).is_empty());
        let nowhere = [0, 1, 2].map(|minutes| seen(minutes, "0101", ""));
        assert!(bursts(&nowhere, 2, 24).is_empty(), "without a place nothing is at the same place");
    }

    #[test]
    fn a_long_burst_is_one_and_two_are_two() {
        let long: Vec<Sighting> = (0..20).map(|i| seen(i * 20, "0101", "甲")).collect();
        let found = bursts(&long, 3, 1);
        assert_eq!((found.len(), found[0].members.len()), (1, 20));
        assert_eq!(found[0].title(), "供水：同一片区20件");
        let twice: Vec<Sighting> = [0, 10, 20, 600, 610, 620]
            .into_iter()
            .map(|minutes| seen(minutes, "0101", "甲"))
            .collect();
        let found = bursts(&twice, 3, 1);
        assert_eq!(found.iter().map(|burst| burst.members.len()).collect::<Vec<_>>(), [3, 3]);
    }

    proptest::proptest! {
        /// In whatever order they come, nobody stands in two groups and every group reaches the number.
        #[test]
        fn nobody_is_counted_twice(minutes in proptest::collection::vec(0i64..3000, 0..60)) {
            let all: Vec<Sighting> = minutes.iter().map(|minute| seen(*minute, "0101", "甲")).collect();
            let found = bursts(&all, 4, 2);
            let mut members: Vec<usize> = found.iter().flat_map(|burst| burst.members.clone()).collect();
            proptest::prop_assert!(found.iter().all(|burst| burst.members.len() >= 4));
            let n = members.len();
            members.sort_unstable();
            members.dedup();
            proptest::prop_assert_eq!(n, members.len());
        }
    }
}
