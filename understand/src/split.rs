//! 留出。 Which requests the training never sees. Copies and near copies stand on one side together: a text that was
//! learnt almost word for word would be no test.

use crate::lessons::Lesson;
use fadu_hotline::near;
use fadu_hotline::place::Place;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// One in so many is held out.
const ONE_IN: usize = 5;

/// Least digest of the texts of a group, by which groups are put in order, and their places in the list.
type Likes = ([u8; 32], Vec<usize>);

/// Places in the list: to learn from, and to be measured on. Depends on the texts alone, not on their order.
pub fn split(lessons: &[Lesson]) -> (Vec<usize>, Vec<usize>) {
    let mut by_label: BTreeMap<&str, Vec<Likes>> = BTreeMap::new();
    for group in alike(lessons) {
        let first = group
            .iter()
            .map(|i| (digest(&lessons[*i].text), lessons[*i].code.as_str()))
            .min();
        if let Some((first, label)) = first {
            by_label.entry(label).or_default().push((first, group));
        }
    }
    let (mut learnt, mut held_out) = (Vec::new(), Vec::new());
    for groups in by_label.values_mut() {
        groups.sort();
        let n: usize = groups.iter().map(|(_, group)| group.len()).sum();
        let mut left = n / ONE_IN;
        for (_, group) in groups {
            // The class keeps most of its own, even where nearly all of it is one text over and over.
            if group.len() <= left {
                left -= group.len();
                held_out.append(group);
            } else {
                learnt.append(group);
            }
        }
    }
    learnt.sort_unstable();
    held_out.sort_unstable();
    (learnt, held_out)
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Groups of lessons that meet under a key of likeness, place and time left aside.
fn alike(lessons: &[Lesson]) -> Vec<Vec<usize>> {
    let day = Date::constant(2020, 1, 1);
    let mut leader: Vec<usize> = (0..lessons.len()).collect();
    let mut met: HashMap<String, usize> = HashMap::new();
    for (i, lesson) in lessons.iter().enumerate() {
        let mut keys = near::keys(&lesson.text, &Place::default(), day);
        // Too short for a signature: alike is only what is the same.
        if keys.is_empty() {
            keys.push(lesson.text.clone());
        }
        for key in keys {
            match met.get(&key) {
                Some(other) => {
                    let (a, b) = (root(&leader, i), root(&leader, *other));
                    leader[a.max(b)] = a.min(b);
                }
                None => {
                    met.insert(key, i);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..lessons.len() {
        groups.entry(root(&leader, i)).or_default().push(i);
    }
    groups.into_values().collect()
}

fn root(leader: &[usize], mut i: usize) -> usize {
    while leader[i] != i {
        i = leader[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(text: &str, code: &str) -> Lesson {
        Lesson { text: text.into(), code: code.into() }
    }

    #[test]
    fn copies_stand_together() {
        let said = "阳光小区三期从昨天晚上开始停水，物业说是管道爆裂，到现在还没有修好，请尽快处理";
        let mut lessons: Vec<Lesson> = (0..40)
            .map(|i| lesson(&format!("第{i}号楼的电梯坏了{}天没有人来修", i * 7), "01"))
            .collect();
        lessons.push(lesson(said, "01"));
        lessons.push(lesson(&format!("{said}！"), "01"));
        lessons.push(lesson(&format!("您好，{said}。"), "01"));
        let groups = alike(&lessons);
        let group = groups.iter().find(|group| group.contains(&40)).unwrap();
        assert!(group.contains(&41) && group.contains(&42), "{groups:?}");
    }

    proptest::proptest! {
        /// Nobody is on both sides or on none, and the order of the table does not matter.
        #[test]
        fn every_lesson_stands_on_one_side(texts in proptest::collection::vec("[停水电路灯公交医院学校噪声]{3,12}", 0..60)) {
            let lessons: Vec<Lesson> = texts.iter().enumerate().map(|(i, text)| lesson(text, if i % 3 == 0 { "01" } else { "02" })).collect();
            let (learnt, held_out) = split(&lessons);
            let mut all: Vec<usize> = learnt.iter().chain(&held_out).copied().collect();
            all.sort_unstable();
            proptest::prop_assert_eq!(all, (0..lessons.len()).collect::<Vec<_>>());
            proptest::prop_assert!(held_out.len() * ONE_IN <= lessons.len());
            for i in &held_out {
                proptest::prop_assert!(learnt.iter().all(|j| lessons[*j].text != lessons[*i].text));
            }
        }
    }
}
