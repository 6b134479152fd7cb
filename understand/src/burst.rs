//! 群体诉求的发现。 Looks through the orders of the last days for many of one kind at one place within hours.

use fadu_hotline::Order;
use fadu_hotline::burst::{Sighting, bursts};
use fadu_hotline::categories::Categories;
use fadu_hotline::place::Place;
use fadu_hotline::words::{Channel, Kind};
use fadu_kernel::MatterId;

/// 看到的一件工单。
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: MatterId,
    pub number: String,
    pub text: String,
    pub at_ms: i64,
    pub kind: Kind,
    pub category: String,
    pub area: String,
    pub place: Place,
    /// A parent that was raised, not somebody's request.
    pub parent: bool,
}

impl Seen {
    /// `None` for what stands in no burst: over, merged, sealed, or without a place; and a report, whose words might
    /// reach the unit that it is about by way of the parent.
    pub fn of(id: MatterId, order: &Order) -> Option<Seen> {
        let entry = order
            .entry
            .as_ref()
            .filter(|entry| !entry.lead && entry.kind != Kind::Report && !order.is_closed())?;
        let area = entry.place.area();
        let open = order.merged.is_none() && !area.is_empty();
        open.then(|| Seen {
            id,
            number: order.number.clone(),
            text: entry.text.clone(),
            at_ms: order.taken.as_ref().map_or(0, |mark| mark.ms),
            kind: entry.kind,
            category: order.category().to_owned(),
            area,
            place: entry.place.clone(),
            parent: entry.channel == Channel::Burst,
        })
    }
}

/// 一起群体诉求。
#[derive(Clone, Debug)]
pub struct Found {
    /// In order of time, at least one; all of one category and place.
    pub members: Vec<Seen>,
    /// The open parent of the same category and place, where one was raised already.
    pub parent: Option<Seen>,
}

impl Found {
    fn of(members: Vec<Seen>, parent: Option<Seen>) -> Option<Found> {
        (!members.is_empty()).then_some(Found { members, parent })
    }

    pub fn category(&self) -> &str {
        self.members.first().map_or("", |seen| &seen.category)
    }

    pub fn area(&self) -> &str {
        self.members.first().map_or("", |seen| &seen.area)
    }

    /// What the parent is called: `供水：同一片区10件`.
    pub fn title(&self, list: &Categories) -> String {
        format!("{}：同一片区{}件", list.name(self.category()), self.members.len())
    }
}

/// Groups that reach the county's own number within its own hours, the largest first. What is like an open parent joins
/// it whatever its number, from those hours before the parent was raised.
pub fn find(seen: Vec<Seen>, orders: u16, hours: u16) -> Vec<Found> {
    let (parents, mut requests): (Vec<Seen>, Vec<Seen>) = seen.into_iter().partition(|seen| seen.parent);
    requests.sort_by_key(|seen| seen.at_ms);
    let mut all = Vec::new();
    for parent in parents {
        let from = parent.at_ms.saturating_sub(i64::from(hours) * 3_600_000);
        let joins =
            |seen: &Seen| seen.category == parent.category && seen.area == parent.area && seen.at_ms >= from;
        let (members, rest): (Vec<Seen>, Vec<Seen>) = requests.into_iter().partition(joins);
        requests = rest;
        all.extend(Found::of(members, Some(parent)));
    }
    let sightings: Vec<Sighting> = requests
        .iter()
        .map(|seen| Sighting { at_ms: seen.at_ms, category: seen.category.clone(), area: seen.area.clone() })
        .collect();
    for burst in bursts(&sightings, orders, hours) {
        all.extend(Found::of(burst.members.iter().map(|i| requests[*i].clone()).collect(), None));
    }
    all.sort_by_key(|found| {
        (std::cmp::Reverse(found.members.len()), found.members.first().map(|seen| seen.at_ms))
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: u64, minutes: i64, area: &str) -> Seen {
        Seen {
            id: MatterId::opened_at(minutes * 60_000, id as u32),
            number: format!("G{id}"),
            text: "停水".into(),
            at_ms: minutes * 60_000,
            kind: Kind::Help,
            category: "0101".into(),
            area: area.into(),
            place: Place::default(),
            parent: false,
        }
    }

    #[test]
    fn a_burst_is_found_once_and_later_calls_join_its_parent() {
        let mut all: Vec<Seen> = (0..5).map(|i| seen(i, i as i64 * 10, "甲")).collect();
        all.push(seen(9, 0, "乙"));
        let found = find(all.clone(), 5, 1);
        assert_eq!((found.len(), found[0].members.len(), found[0].parent.is_some()), (1, 5, false));
        assert_eq!(found[0].title(Categories::shipped()), "供水：同一片区5件");
        assert!(find(all[..4].to_vec(), 5, 1).is_empty(), "one too few");
        // Raised at 41 minutes: the five were merged, and two more call.
        let parent = Seen { parent: true, ..seen(20, 41, "甲") };
        let later = vec![parent, seen(21, 60, "甲"), seen(22, 300, "甲"), seen(23, 60, "乙")];
        let found = find(later, 5, 1);
        assert_eq!((found.len(), found[0].members.len()), (1, 2));
        assert_eq!(found[0].parent.as_ref().map(|parent| parent.number.as_str()), Some("G20"));
    }
}
