//! 公布。 The public file of a draw, put together from its facts and the frozen list, and from nothing else.

use super::matter::{DeclineReason, Fact};
use super::record::{FORMAT, Record, UNTOLD};
use crate::time::civil_time;
use fadu_kernel::{MatterId, OrgId};

impl Record {
    /// `facts` with their instants in the order of the ledger; `list` is the text whose hash is the root.
    /// `None` before the draw is concluded: until then there is nothing to compute again.
    pub fn of(draw: MatterId, facts: &[(i64, Fact)], list: &str) -> Option<Record> {
        let mut record = Record { format: FORMAT.to_owned(), draw: draw.to_string(), ..Record::default() };
        let mut parties: Vec<OrgId> = Vec::new();
        let mut concluded = None;
        for (ms, fact) in facts {
            match fact {
                Fact::Frozen {
                    number, purpose, rules, root, reveal_by, public_source, public_at, ..
                } => {
                    record.purpose = format!("{}（{number}）", purpose.zh());
                    record.frozen_at = instant(*ms);
                    record.rules = rules.lines();
                    record.root.clone_from(root);
                    record.reveal_by = format!("{reveal_by}+08:00");
                    record.public_source.clone_from(public_source);
                    record.public_at = format!("{public_at}+08:00");
                }
                Fact::Committed { party, commit } => {
                    record
                        .commits
                        .push(format!("{} {commit} {}", word(party.as_str()), instant(*ms)));
                    record.reveals.push("-".to_owned());
                    parties.push(party.clone());
                }
                Fact::Revealed { party, secret } => {
                    let place = parties.iter().position(|known| known == party)?;
                    record.reveals.get_mut(place)?.clone_from(secret);
                }
                Fact::Concluded { public_value, line_up, .. } => {
                    record.public_value.clone_from(public_value);
                    concluded = Some(line_up);
                }
                Fact::Declined { leaf, reason, .. } => {
                    record.declined.push(format!("{leaf} {}", reason.word()));
                }
                // The ledger keeps no number of a person: who knows it from the notice opens the leaf with the salt.
                Fact::Disclosed { salts } => {
                    let rows = salts.iter().map(|(leaf, salt)| format!("{leaf} {} {UNTOLD}", word(salt)));
                    record.disclosed.extend(rows);
                }
                Fact::Voided { .. } => {}
            }
        }
        let lines = list.lines().map(str::to_owned);
        record.roster = lines.skip(record.rules.len()).collect();
        record.seats = seats(&record, concluded?);
        // Of whoever declined afterwards nothing more is told.
        let seats = &record.seats;
        let leaf = |row: &str| row.split(' ').next().unwrap_or_default().to_owned();
        record.disclosed.retain(|row| seats.iter().any(|seat| leaf(seat) == leaf(row)));
        Some(record)
    }
}

/// As the facts left them, not as they are computed again: otherwise the file would agree with itself.
fn seats(record: &Record, line_up: &[super::Line]) -> Vec<String> {
    let gone = record.declined.iter().filter_map(|row| row.split(' ').next()).collect();
    let order: Vec<&super::Line> = line_up.iter().collect();
    let rules = super::Rules::read(&record.rules).unwrap_or_default();
    let seats = super::take(&rules, &order, &gone);
    seats.iter().map(|line| format!("{} {}", line.leaf, line.specialty)).collect()
}

fn instant(ms: i64) -> String {
    civil_time(ms).map_or_else(String::new, |at| format!("{at}+08:00"))
}

/// One word of the file: a shell splits at white space.
fn word(text: &str) -> String {
    let plain = |letter: char| super::roster::is_word(&letter.to_string());
    text.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect()
}

impl DeclineReason {
    fn word(self) -> &'static str {
        match self {
            DeclineReason::Interest => "interest",
            DeclineReason::Unavailable => "unavailable",
            DeclineReason::NotReached => "not_reached",
            DeclineReason::Health => "health",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::matter::Purpose;
    use crate::draw::{Line, Rules, order, root, root_text, seed, sha256, take};
    use std::collections::{BTreeMap, BTreeSet};

    const VALUE: &str = "01 02 03 04 05 06 + 07";

    fn drawn() -> (Vec<(i64, Fact)>, String) {
        let list: Vec<Line> = (0..6)
            .map(|n| Line {
                leaf: crate::draw::leaf("s", &format!("E{n}"), "土建"),
                specialty: "土建".into(),
                exclusion: (n == 1).then(|| "employer".to_owned()),
                weight: 1,
            })
            .collect();
        let rules = Rules { take: 3, quotas: BTreeMap::new() };
        let at = |text: &str| format!("2025-03-{text}").parse().unwrap();
        let ms = |text: &str| crate::time::instant_ms(at(text));
        let secret = "ab".repeat(16);
        let reveals = [Some(secret.clone()), None];
        let seed = seed(&MatterId(9).to_string(), &root(&rules, &list), &reveals, VALUE);
        let line_up: Vec<Line> = order(&seed, &list)
            .into_iter()
            .filter(|line| line.exclusion.is_none())
            .cloned()
            .collect();
        let seats = take(&rules, &line_up.iter().collect::<Vec<_>>(), &BTreeSet::new());
        let leaves: Vec<String> = seats.iter().map(|line| line.leaf.clone()).collect();
        let first = leaves[0].clone();
        let frozen = Fact::Frozen {
            number: "N".into(),
            subject: MatterId(1),
            purpose: Purpose::Experts,
            need: 0,
            round: 1,
            root: root(&rules, &list),
            library: String::new(),
            n_lines: 6,
            n_excluded: 1,
            reveal_by: at("05T12:00:00"),
            public_source: "演示彩票，第2025064期".into(),
            public_at: at("05T21:00:00"),
            rules: rules.clone(),
        };
        let committed = |party: &str, commit: String| Fact::Committed { party: OrgId::new(party), commit };
        let facts = vec![
            (ms("03T09:00:00"), frozen),
            (ms("03T10:00:00"), committed("教育局 本级", sha256(&secret))),
            (ms("03T10:00:00") + 7, committed("住建局", sha256("x"))),
            (ms("04T10:00:00"), Fact::Revealed { party: OrgId::new("教育局 本级"), secret }),
            (
                ms("05T21:00:00"),
                Fact::Concluded {
                    public_value: VALUE.into(),
                    seed,
                    line_up,
                    seats: leaves,
                    silent: vec![],
                    noted: true,
                },
            ),
            (
                ms("06T09:00:00"),
                Fact::Declined { leaf: first, reason: DeclineReason::Health, substitute: None, noted: false },
            ),
        ];
        (facts, root_text(&rules, &list))
    }

    #[test]
    fn the_file_holds_and_a_decline_has_its_substitute() {
        let (facts, list) = drawn();
        let record = Record::of(MatterId(9), &facts, &list).unwrap();
        let verified = Record::read(&record.write()).unwrap().verify().unwrap();
        assert_eq!(verified.silent, ["住建局"]);
        assert!(record.commits[0].starts_with("教育局_本级 "), "{:?}", record.commits);
        assert!(record.declined[0].ends_with(" health") && record.seats.len() == 3);
        assert!(!record.seats.iter().any(|seat| record.declined[0].starts_with(&seat[..64])));
    }

    #[test]
    fn the_salts_of_those_who_sit_stand_in_the_file_and_open_their_leaves() {
        let (mut facts, list) = drawn();
        let before = Record::of(MatterId(9), &facts[..5], &list).unwrap();
        assert!(before.disclosed.is_empty());
        let leaf_of = |seat: &String| seat.split(' ').next().unwrap_or_default().to_owned();
        // All three are disclosed; the first of them has declined.
        let salts = before.seats.iter().map(|seat| (leaf_of(seat), "s".to_owned())).collect();
        facts.push((facts[5].0 + 1, Fact::Disclosed { salts }));
        let record = Record::of(MatterId(9), &facts, &list).unwrap();
        assert_eq!(record.disclosed.len(), 2, "{:?}", record.disclosed);
        for row in &record.disclosed {
            let parts: Vec<&str> = row.split(' ').collect();
            let ids = (0..6).map(|n| format!("E{n}"));
            let known = ids.filter(|id| crate::draw::leaf(parts[1], id, "土建") == parts[0]);
            assert_eq!(known.count(), 1, "whoever knows the number opens the leaf: {row}");
        }
        Record::read(&record.write()).unwrap().verify().unwrap();
        let mut other = record.clone();
        other.disclosed[0].replace_range(..64, &"0".repeat(64));
        assert!(other.verify().is_err(), "nobody who was not drawn is disclosed");
    }

    #[test]
    fn before_the_end_there_is_no_file_and_another_list_does_not_hold() {
        let (facts, list) = drawn();
        assert_eq!(Record::of(MatterId(9), &facts[..4], &list), None);
        let other = Record::of(MatterId(9), &facts, &list.replace("employer", "-")).unwrap();
        assert!(other.verify().is_err());
        let elsewhere = Record::of(MatterId(8), &facts, &list).unwrap();
        assert!(elsewhere.verify().is_err(), "the id of the draw is in its seed");
    }
}
