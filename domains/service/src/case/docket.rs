//! 办件在目录里的样子。 Its row in lists, how it is found, and who has to do what by when.

use super::{Case, ON_ITS_WAY};
use crate::outside::Outside;
use fadu_kernel::{Calendar, Docket, Due, OrgId, Role, Task};
use std::collections::BTreeSet;

impl Case {
    pub(super) fn listed(&self, calendar: &Calendar) -> Docket {
        let clock = self.running_clock();
        let expiry = self.near_expiry(calendar);
        let due = match &self.accepted {
            Some(_) => clock.and_then(|clock| clock.due(calendar).fixed()),
            // While the applicant is waited for, no limit of the organ runs.
            None => self.notice_last(calendar).filter(|_| self.status() == "received"),
        };
        let due = due.into_iter().chain(expiry.map(|(_, until)| until)).min();
        let amber = clock.and_then(|clock| clock.amber(calendar));
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: self.org.clone(), due };
        let mut tasks = Vec::new();
        match self.status() {
            "received" => tasks.push(task("accept", Role::Officer, self.notice_last(calendar))),
            "accepted" if self.reviewed_below().is_some() => {
                tasks.push(task("forward", Role::Officer, due));
            }
            "accepted" => {
                let (name, role) = match &self.verified {
                    Some(verified) if verified.is_done() => ("decide", Role::AgencyHead),
                    Some(_) => ("confirm_check", Role::Officer),
                    None => ("review", Role::Officer),
                };
                tasks.push(task(name, role, due));
            }
            "stopped" => {
                let told = self.stop_ends(calendar);
                tasks.push(task("resume", Role::Officer, told));
                if self.stop_passed.is_some() && self.explained.is_none() {
                    tasks.push(task("explain", Role::Officer, told));
                }
            }
            // What came back is to be handed over again.
            "decided" => {
                let name = if self.on_its_way().is_some() { "follow" } else { "deliver" };
                tasks.push(task(name, Role::WindowClerk, due));
            }
            "closed" | "declined" | "withdrawn" => tasks.push(task("archive", Role::Officer, None)),
            _ => {}
        }
        if self.fees.values().any(|charge| charge.surplus().is_some()) {
            tasks.push(task("refund_fee", Role::AgencyHead, None));
        }
        if let Some((day, _)) = self.next_by_time(calendar) {
            tasks.push(Task {
                name: "clock".to_owned(),
                role: Role::Clock,
                org: OrgId::new("system"),
                due: Some(day),
            });
        }
        if self.awaits_hearing() {
            tasks.push(task("schedule_hearing", Role::Officer, self.hearing_by(calendar)));
        }
        if let Some(inspection) = self.unassigned() {
            tasks.push(task("assign_inspectors", Role::AgencyHead, inspection.due(calendar)));
        }
        // A row without a day has no limit, or one whose day nobody knows yet: boards tell them apart by this.
        let beyond = clock.is_some_and(|clock| matches!(clock.due(calendar), Due::Provisional { .. }));
        let provisional =
            (beyond && !self.is_closed()).then(|| ("clock".to_owned(), "provisional".to_owned()));
        Docket {
            number: self.number.clone(),
            title: self.item_name.clone(),
            status: self.status().to_owned(),
            org: self.org.clone(),
            due,
            amber: amber.into_iter().chain(expiry.map(|(warned, _)| warned)).min(),
            closed: self.is_closed(),
            facets: vec![("number".to_owned(), self.number.clone())]
                .into_iter()
                .chain(self.applicant.iter().map(|person| ("applicant".to_owned(), person.to_string())))
                .chain(self.parent.iter().map(|parent| ("joint".to_owned(), parent.joint.to_string())))
                .chain(self.barred_until.iter().map(|_| ("barred".to_owned(), self.item_code.clone())))
                .chain(
                    self.hearing
                        .interested
                        .keys()
                        .map(|who| ("interested".to_owned(), who.to_string())),
                )
                .chain(provisional)
                .chain(self.outside.iter().filter(|_| !self.is_closed()).flat_map(Outside::facets))
                .chain(self.on_its_way().map(|_| ("parcel".to_owned(), ON_ITS_WAY.to_owned())))
                .chain(self.other_numbers().into_iter().map(|number| ("reference".to_owned(), number)))
                .collect(),
            tasks,
        }
    }
}

impl Case {
    /// What others number it by, in capitals as it is asked for: whoever rings with a parcel's number is found by it.
    fn other_numbers(&self) -> BTreeSet<String> {
        let outside = self.outside.iter().filter_map(|outside| outside.number.as_deref());
        let parcels = self.parcels.iter().map(|parcel| parcel.number.as_str());
        let renewed = self.renews.iter().map(|renewal| renewal.number.as_str());
        let paid = self.fees.values().flat_map(|charge| {
            charge.paid.iter().chain(charge.surpluses.iter().map(|surplus| &surplus.paid))
        });
        let all = outside
            .chain(parcels)
            .chain(renewed)
            .chain(paid.map(|paid| paid.reference.as_str()));
        all.map(|number| number.trim().to_ascii_uppercase())
            .filter(|number| !number.is_empty())
            .collect()
    }
}
