//! 结果。 Groups of results, the quartiles and fences they rest on, and on request the organisations behind them.

use super::Shared;
use super::fence::{Quartiles, quantile};
use super::tally::{Fraction, Notes, Org, Process, R003, R018, R028, R030, R035, R036, SecondLowest, Tally};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// Identifier → indicator → value.
pub type Group = BTreeMap<String, BTreeMap<&'static str, f64>>;

/// Groups without a result are left out. A value that is not finite is written as null.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    #[serde(rename = "OCID", skip_serializing_if = "Group::is_empty")]
    pub ocid: Group,
    #[serde(rename = "Buyer", skip_serializing_if = "Group::is_empty")]
    pub buyer: Group,
    #[serde(rename = "ProcuringEntity", skip_serializing_if = "Group::is_empty")]
    pub procuring_entity: Group,
    #[serde(rename = "Tenderer", skip_serializing_if = "Group::is_empty")]
    pub tenderer: Group,
    /// Quartiles and fences, rounded to four decimals when written.
    #[serde(rename = "Meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    #[serde(rename = "Maps", skip_serializing_if = "Option::is_none")]
    pub maps: Option<Maps>,
    #[serde(skip)]
    pub notes: Notes,
}

#[derive(Clone, Debug, Default)]
pub struct Meta(pub BTreeMap<&'static str, BTreeMap<String, f64>>);

/// Which organisations stand behind each process.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Maps {
    #[serde(rename = "ocid_buyer_r038")]
    pub buyer: BTreeMap<String, String>,
    #[serde(rename = "ocid_procuringentity_r038")]
    pub entity: BTreeMap<String, String>,
    #[serde(rename = "ocid_tenderer")]
    pub tenderer: Behind,
    #[serde(rename = "ocid_tenderer_r024")]
    pub r024: Behind,
    #[serde(rename = "ocid_tenderer_r028")]
    pub r028: Behind,
    #[serde(rename = "ocid_tenderer_r030")]
    pub r030: Behind,
    #[serde(rename = "ocid_tenderer_r035")]
    pub r035: Behind,
    #[serde(rename = "ocid_tenderer_r058")]
    pub r058: Behind,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Behind(pub BTreeMap<String, BTreeSet<String>>);

impl Behind {
    pub fn add(&mut self, ocid: &str, id: &str) {
        self.0.entry(ocid.to_owned()).or_default().insert(id.to_owned());
    }

    fn merge(&mut self, other: Behind) {
        for (ocid, ids) in other.0 {
            self.0.entry(ocid).or_default().extend(ids);
        }
    }
}

impl Maps {
    pub fn merge(&mut self, other: Maps) {
        self.buyer.extend(other.buyer);
        self.entity.extend(other.entity);
        let Maps { tenderer, r024, r028, r030, r035, r058, .. } = other;
        self.tenderer.merge(tenderer);
        self.r024.merge(r024);
        self.r028.merge(r028);
        self.r030.merge(r030);
        self.r035.merge(r035);
        self.r058.merge(r058);
    }
}

impl Serialize for Meta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let round = |value: &f64| (value * 10_000.0).round() / 10_000.0;
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (indicator, values) in &self.0 {
            let rounded: BTreeMap<&String, f64> =
                values.iter().map(|(name, value)| (name, round(value))).collect();
            map.serialize_entry(indicator, &rounded)?;
        }
        map.end()
    }
}

impl Results {
    /// How many identifiers of each group have a result, in the order in which groups are written.
    pub fn counts(&self) -> [(&'static str, usize); 4] {
        [
            ("OCID", self.ocid.len()),
            ("Buyer", self.buyer.len()),
            ("ProcuringEntity", self.procuring_entity.len()),
            ("Tenderer", self.tenderer.len()),
        ]
    }

    fn note(&mut self, indicator: &'static str, name: &str, value: f64) {
        let meta = self.meta.get_or_insert_default();
        meta.0.entry(indicator).or_default().insert(name.to_owned(), value);
    }

    fn note_quartiles(&mut self, indicator: &'static str, group: &str, values: Vec<f64>) -> Quartiles {
        let quartiles = Quartiles::of(values);
        self.note(indicator, &format!("{group}q1"), quartiles.q1);
        self.note(indicator, &format!("{group}q3"), quartiles.q3);
        quartiles
    }
}

fn set(group: &mut Group, id: &str, indicator: &'static str, value: f64) {
    if !group.contains_key(id) {
        group.insert(id.to_owned(), BTreeMap::new());
    }
    if let Some(results) = group.get_mut(id) {
        results.insert(indicator, value);
    }
}

/// The fences are drawn when everything has been counted.
pub fn finish(mut tally: Tally, shared: &Shared) -> Results {
    let mut results = Results { meta: Some(Meta::default()), ..Results::default() };
    results.notes = std::mem::take(&mut tally.notes);
    results.notes.unreadable.sort();
    results.maps = shared.how.map.then(|| std::mem::take(&mut tally.maps));
    let names = tally.names.list();
    for (ocid, process) in &tally.processes {
        flags_of_process(&mut results, ocid, process);
    }
    for (name, org) in names.iter().zip(&tally.orgs) {
        for (flag, indicator, value) in [(R028, "R028", 1.0), (R030, "R030", 1.0), (R035, "R035", 0.0)] {
            if org.flags & flag != 0 {
                set(&mut results.tenderer, name, indicator, value);
            }
        }
    }
    let seconds = tally.processes.iter();
    let seconds: Vec<(&str, SecondLowest)> = seconds
        .filter_map(|(ocid, process)| Some((ocid.as_ref(), process.second_lowest?)))
        .collect();
    close_to_winner(&mut results, &seconds, &names, shared);
    seldom_won(&mut results, &names, &tally.orgs, shared);
    often_disqualified(&mut results, &names, &tally.orgs, shared);
    supplies_everything(&mut results, &names, &tally.orgs, shared);
    heavily_discounted(&mut results, &seconds, &names, shared);
    results
}

fn flags_of_process(results: &mut Results, ocid: &str, process: &Process) {
    for (flag, indicator) in [(R003, "R003"), (R018, "R018"), (R028, "R028"), (R030, "R030"), (R036, "R036")]
    {
        if process.flags & flag != 0 {
            set(&mut results.ocid, ocid, indicator, 1.0);
        }
    }
    if let Some((_, n)) = process.n_disqualified {
        set(&mut results.ocid, ocid, "R035", n as f64);
    }
}

fn ratios(seconds: &[(&str, SecondLowest)]) -> Vec<f64> {
    seconds.iter().map(|(_, second)| second.ratio).collect()
}

/// R024. A first quartile or a fence of nothing would flag most of the processes, so it flags none.
fn close_to_winner(results: &mut Results, seconds: &[(&str, SecondLowest)], names: &[&str], shared: &Shared) {
    let Some(r024) = &shared.settings.r024 else { return };
    let (fence, q1) = r024.threshold.map_or_else(
        || {
            let quartiles = results.note_quartiles("R024", "", ratios(seconds));
            (quartiles.lower_fence(), quartiles.q1)
        },
        |threshold| (threshold, 1.0),
    );
    results.note("R024", "lower_fence", fence);
    if !(q1 > 0.0 && fence > 0.0) {
        return;
    }
    for (ocid, second) in seconds.iter().filter(|(_, second)| second.ratio <= fence) {
        set(&mut results.ocid, ocid, "R024", second.ratio);
        for who in [second.winner, second.lowest_loser] {
            set(&mut results.tenderer, names[who as usize], "R024", 0.0);
            if let Some(maps) = &mut results.maps {
                maps.r024.add(ocid, names[who as usize]);
            }
        }
    }
}

/// R058.
fn heavily_discounted(
    results: &mut Results,
    seconds: &[(&str, SecondLowest)],
    names: &[&str],
    shared: &Shared,
) {
    let Some(r058) = &shared.settings.r058 else { return };
    let fence = r058
        .threshold
        .unwrap_or_else(|| results.note_quartiles("R058", "", ratios(seconds)).upper_fence());
    results.note("R058", "upper_fence", fence);
    if fence.is_nan() || fence <= 0.0 {
        return;
    }
    for (ocid, second) in seconds.iter().filter(|(_, second)| second.ratio >= fence) {
        let winner = names[second.winner as usize];
        set(&mut results.ocid, ocid, "R058", second.ratio);
        set(&mut results.tenderer, winner, "R058", 0.0);
        if let Some(maps) = &mut results.maps {
            maps.r058.add(ocid, winner);
        }
    }
}

/// R025. Of those who bid most, whoever wins remarkably little.
fn seldom_won(results: &mut Results, names: &[&str], orgs: &[Org], shared: &Shared) {
    let Some(r025) = &shared.settings.r025 else { return };
    let bidders = || {
        names
            .iter()
            .zip(orgs)
            .map(|(name, org)| (name, org.won))
            .filter(|(_, won)| won.whole > 0)
    };
    let mut counts: Vec<f64> = bidders().map(|(_, won)| won.whole as f64).collect();
    counts.sort_by(f64::total_cmp);
    let many = quantile(&counts, f64::from(r025.percentile) / 100.0);
    let (fence, q1) = r025.threshold.map_or_else(
        || {
            let quartiles =
                results.note_quartiles("R025", "", bidders().map(|(_, won)| won.ratio()).collect());
            (quartiles.lower_fence(), quartiles.q1)
        },
        |threshold| (threshold, 1.0),
    );
    results.note("R025", "upper_fence", many);
    results.note("R025", "lower_fence", fence);
    if !(q1 > 0.0 && fence > 0.0) {
        return;
    }
    for (name, won) in bidders().filter(|(_, won)| won.whole as f64 >= many && won.ratio() <= fence) {
        set(&mut results.tenderer, name, "R025", won.ratio());
    }
}

/// R038, for each of three roles: enough processes or bids, and a share of disqualified ones above the fence.
fn often_disqualified(results: &mut Results, names: &[&str], orgs: &[Org], shared: &Shared) {
    let Some(r038) = &shared.settings.r038 else { return };
    type Role = fn(&Org) -> Fraction;
    let roles: [(&str, usize, Role); 3] = [
        ("Buyer", r038.minimum_contracting_processes, |org| org.disqualified_as_buyer),
        ("ProcuringEntity", r038.minimum_contracting_processes, |org| org.disqualified_as_entity),
        ("Tenderer", r038.minimum_submitted_bids, |org| org.disqualified),
    ];
    for (role, least, fraction) in roles {
        let counted = names.iter().zip(orgs).map(|(name, org)| (name, fraction(org)));
        let counted: Vec<(&&str, f64)> = counted
            .filter(|(_, fraction)| fraction.whole > 0 && fraction.whole >= least as u64)
            .map(|(name, fraction)| (name, fraction.ratio()))
            .collect();
        if counted.is_empty() {
            continue;
        }
        let fence = r038.threshold.unwrap_or_else(|| {
            let ratios = counted.iter().map(|(_, ratio)| *ratio).collect();
            results.note_quartiles("R038", &format!("{role}_"), ratios).upper_fence()
        });
        results.note("R038", &format!("{role}_upper_fence"), fence);
        if fence <= 0.0 {
            continue;
        }
        let group = match role {
            "Buyer" => &mut results.buyer,
            "ProcuringEntity" => &mut results.procuring_entity,
            _ => &mut results.tenderer,
        };
        for (name, ratio) in counted.iter().filter(|(_, ratio)| *ratio >= fence) {
            set(group, name, "R038", *ratio);
        }
    }
}

/// R048.
fn supplies_everything(results: &mut Results, names: &[&str], orgs: &[Org], shared: &Shared) {
    let Some(r048) = &shared.settings.r048 else { return };
    let suppliers = names
        .iter()
        .zip(orgs)
        .filter_map(|(name, org)| Some((name, org.supplies.as_ref()?)));
    let kinds: Vec<(&&str, f64)> = suppliers
        .filter(|(_, supplies)| supplies.n_processes >= r048.minimum_contracting_processes)
        .map(|(name, supplies)| (name, supplies.codes.len() as f64))
        .collect();
    let fence = r048.threshold.map_or_else(
        || {
            let numbers = kinds.iter().map(|(_, n)| *n).collect();
            results.note_quartiles("R048", "", numbers).upper_fence()
        },
        |threshold| threshold as f64,
    );
    results.note("R048", "upper_fence", fence);
    for (name, n) in kinds.iter().filter(|(_, n)| *n >= fence) {
        set(&mut results.tenderer, name, "R048", *n);
    }
}
