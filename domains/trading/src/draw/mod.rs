//! 可验证抽取。 A list frozen before any randomness exists, secrets committed and revealed, a public value that nobody
//! controls, and an order that anyone can compute again with `sha256sum` and `sort` (`data/draw-recipe.sh`).
//!
//! All of it is text, joined by single spaces and ended by single line feeds, so that a shell hashes the same bytes:
//!
//! | what | text that is hashed |
//! |---|---|
//! | leaf | `salt\|id\|specialty` |
//! | root | the rules, then the roster's lines in byte order, each with a line feed |
//! | commit | the secret |
//! | seed | draw id, root, each reveal (or `-`), public value, each with a line feed |
//! | ticket | `seed leaf j` for j = 1 … weight; the smallest hash of a leaf is its ticket |
//!
//! It does not prove whether an exclusion is true, or who was telephoned.

mod decide;
pub mod matter;
mod publish;
pub mod record;
pub mod roster;
mod source;

pub use matter::Draw;
pub use record::{Fault, Record};
pub use roster::{BadLine, Line, Rules};

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// SHA-256 in lower-case hex, as `sha256sum` prints it.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// 名单叶。 Keeps a name secret until its salt is published.
pub fn leaf(salt: &str, id: &str, specialty: &str) -> String {
    sha256(&format!("{salt}|{id}|{specialty}"))
}

/// 名单根。 Binds list, exclusions, weights, quotas and number before the first secret is committed.
pub fn root(rules: &Rules, roster: &[Line]) -> String {
    sha256(&root_text(rules, roster))
}

/// What the root is the hash of: the rules and the roster as they are kept and given out.
pub fn root_text(rules: &Rules, roster: &[Line]) -> String {
    let mut lines: Vec<String> = roster.iter().map(Line::to_string).collect();
    lines.sort_unstable();
    let rules = rules.lines();
    rules.iter().chain(&lines).map(|line| format!("{line}\n")).collect()
}

/// 名录库的摘要: who is listed, of which specialty and weight. An exclusion is of one draw and not of the library.
pub fn library<'a>(listed: impl IntoIterator<Item = &'a Line>) -> String {
    let line = |line: &Line| format!("{} {} {}\n", line.leaf, line.specialty, line.weight);
    let mut lines: Vec<String> = listed.into_iter().map(line).collect();
    lines.sort_unstable();
    sha256(&lines.concat())
}

/// 种子。 A missing reveal is a hyphen: it is public and recorded, and the draw goes on without it.
pub fn seed(draw: &str, root: &str, reveals: &[Option<String>], public_value: &str) -> String {
    let mut text = format!("{draw}\n{root}\n");
    for reveal in reveals {
        text.push_str(reveal.as_deref().unwrap_or("-"));
        text.push('\n');
    }
    text.push_str(public_value);
    text.push('\n');
    sha256(&text)
}

/// 次序。 Every line of the roster by its ticket: whole numbers compared, so there is no modulo and no bias.
pub fn order<'a>(seed: &str, roster: &'a [Line]) -> Vec<&'a Line> {
    let ticket = |line: &Line| {
        let tries = (1..=line.weight).map(|j| Sha256::digest(format!("{seed} {} {j}", line.leaf)));
        tries.min().unwrap_or_default()
    };
    let mut tickets: Vec<_> = roster.iter().map(|line| (ticket(line), line)).collect();
    tickets.sort_unstable_by(|a, b| (a.0, &a.1.leaf).cmp(&(b.0, &b.1.leaf)));
    tickets.into_iter().map(|(_, line)| line).collect()
}

/// 依次入选。 Walks the order and takes whom the frozen rules allow. Whoever declined is passed over, and so the next
/// of the same specialty steps in: the order is the list of substitutes.
pub fn take<'a>(rules: &Rules, order: &[&'a Line], declined: &BTreeSet<&str>) -> Vec<&'a Line> {
    let mut left: BTreeMap<&str, u16> =
        rules.quotas.iter().map(|(specialty, n)| (specialty.as_str(), *n)).collect();
    let mut seats = Vec::new();
    for line in order {
        if seats.len() == usize::from(rules.take) {
            break;
        }
        if line.exclusion.is_some() || declined.contains(line.leaf.as_str()) {
            continue;
        }
        match left.get_mut(line.specialty.as_str()) {
            Some(0) => continue,
            Some(n) => *n -= 1,
            // Quotas that are stated are the whole rule; without any, every specialty may serve.
            None if !rules.quotas.is_empty() => continue,
            None => {}
        }
        seats.push(*line);
    }
    seats
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn roster(n: usize, weights: &[u16]) -> Vec<Line> {
        (0..n)
            .map(|i| Line {
                leaf: leaf("salt", &format!("e{i}"), "x"),
                specialty: ["cost", "works", "law"][i % 3].into(),
                exclusion: (i % 7 == 3).then(|| "employer".to_owned()),
                weight: weights[i % weights.len()],
            })
            .collect()
    }

    #[test]
    fn hashes_are_those_of_sha256sum() {
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    proptest! {
        /// The list may be written in any order: root, seed and result are the same.
        #[test]
        fn the_order_of_the_file_does_not_matter(n in 3usize..60, turn in 0usize..60, value in "[0-9]{6}") {
            let rules = Rules { take: 3, quotas: BTreeMap::new() };
            let first = roster(n, &[1, 2]);
            let mut turned = first.clone();
            turned.rotate_left(turn % n);
            prop_assert_eq!(root(&rules, &first), root(&rules, &turned));
            let seed = seed("d", &root(&rules, &first), &[None], &value);
            let leaves = |lines: &[Line]| -> Vec<String> {
                order(&seed, lines).iter().map(|line| line.leaf.clone()).collect()
            };
            prop_assert_eq!(leaves(&first), leaves(&turned));
        }

        /// Nobody who is excluded or declined sits, no quota is passed, and a decline moves nobody else.
        #[test]
        fn a_decline_moves_nobody_else(n in 12usize..80, take_n in 1u16..5, value in "[0-9]{6}", who in 0usize..5) {
            let rules = Rules {
                take: take_n + 1,
                quotas: [("cost".to_owned(), take_n), ("works".to_owned(), 1)].into(),
            };
            let lines = roster(n, &[1]);
            let order = order(&seed("d", "r", &[], &value), &lines);
            let before = take(&rules, &order, &BTreeSet::new());
            prop_assert!(before.iter().all(|line| line.exclusion.is_none()));
            prop_assert!(before.iter().filter(|line| line.specialty == "works").count() <= 1);
            prop_assume!(who < before.len());
            let gone = before[who].leaf.as_str();
            let after = take(&rules, &order, &[gone].into());
            prop_assert!(after.iter().all(|line| line.leaf != gone));
            for line in &before {
                prop_assert!(line.leaf == gone || after.contains(line));
            }
        }

        /// A changed secret, value or exclusion changes root or seed.
        #[test]
        fn nothing_can_be_changed_unseen(n in 2usize..20, at in 0usize..20) {
            let rules = Rules { take: 1, quotas: BTreeMap::new() };
            let first = roster(n, &[1]);
            let mut changed = first.clone();
            let line = &mut changed[at % n];
            line.exclusion = match line.exclusion {
                Some(_) => None,
                None => Some("other".into()),
            };
            prop_assert_ne!(root(&rules, &first), root(&rules, &changed));
            prop_assert_ne!(seed("d", "r", &[Some("a".into())], "1"), seed("d", "r", &[None], "1"));
        }
    }
}
