//! 提示。 What the words of a text speak for, by a plain table of words: a category, a kind, an urgency. It is shown, never
//! taken by itself; what was shown is kept beside what the person chose.

use crate::categories::Categories;
use crate::order::act::Suggestion;
use crate::words::{Kind, Urgency};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const SHIPPED: &str = include_str!("../data/hints.toml");
/// Categories proposed at most.
const TOP: usize = 5;

#[derive(Debug, Default, Deserialize)]
struct Table {
    kind: Vec<OfKind>,
    urgency: Vec<OfUrgency>,
    emergency: Words,
}

#[derive(Debug, Deserialize)]
struct OfKind {
    kind: Kind,
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct OfUrgency {
    urgency: Urgency,
    words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    words: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Codes with their share in thousandths, best first; empty where no word is known.
    pub categories: Vec<(String, u16)>,
    pub kind: Option<Kind>,
    pub urgency: Option<Urgency>,
    /// It may be happening now: to be transferred at once (HOT-05).
    pub emergency: bool,
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(SHIPPED).unwrap_or_default());
    &TABLE
}

/// Which table spoke: its digest, so that a changed word is a new model.
pub fn model() -> String {
    let digest = Sha256::new()
        .chain_update(SHIPPED)
        .chain_update(crate::categories::SHIPPED)
        .finalize();
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("keywords-{hex}")
}

/// Categories that `fit` a code, with what the words of the text give each, best first; those with nothing left out.
fn scores(text: &str, fit: impl Fn(&str) -> bool) -> Vec<(i64, &'static str)> {
    let mut scores: Vec<(i64, &str)> = Categories::shipped()
        .items()
        .filter(|(_, item)| !item.emergency && fit(&item.code))
        .map(|(_, item)| {
            let words = item.about.split('、').chain([item.name.as_str()]);
            // A longer word says more than a short one.
            let score = words
                .filter(|word| text.contains(word))
                .map(|word| word.chars().count() as i64)
                .sum();
            (score, item.code.as_str())
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scores.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    scores
}

/// The best few with their share of the whole in thousandths.
fn shares(scores: Vec<(i64, &str)>) -> Vec<(String, u16)> {
    let whole: i64 = scores.iter().map(|(score, _)| score).sum();
    let share = |score: i64| u16::try_from(score * 1000 / whole.max(1)).unwrap_or(1000);
    scores
        .into_iter()
        .take(TOP)
        .map(|(score, code)| (code.to_owned(), share(score)))
        .collect()
}

pub fn hints(text: &str) -> Hints {
    let has = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
    let table = table();
    Hints {
        categories: shares(scores(text, |_| true)),
        kind: table.kind.iter().find(|row| has(&row.words)).map(|row| row.kind),
        urgency: table.urgency.iter().find(|row| has(&row.words)).map(|row| row.urgency),
        emergency: has(&table.emergency.words),
    }
}

/// Which categories of one group the words speak for, where the group itself is known by other means.
pub fn within(text: &str, group: &str) -> Vec<(String, u16)> {
    shares(scores(text, |code| code.starts_with(group)))
}

/// For the record beside the person's choice; `None` where nothing was proposed.
pub fn suggestion(text: &str) -> Option<Suggestion> {
    let top = hints(text).categories;
    (!top.is_empty()).then(|| Suggestion { model: model(), top })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_speak_for_a_category_a_kind_and_an_urgency() {
        let told = hints("小区停水三天，水压也低，投诉物业");
        assert_eq!(told.categories[0].0, "0101");
        assert_eq!((told.kind, told.urgency), (Some(Kind::Complaint), Some(Urgency::Urgent)));
        assert_eq!(hints("请问社保几点开门").kind, Some(Kind::Consult));
        assert!(hints("隔壁楼着火了").emergency);
        assert_eq!(hints("你好"), Hints::default());
        assert_eq!(suggestion("你好"), None);
        assert_eq!(suggestion("噪声太大，施工到半夜").unwrap().rank("0301"), Some(1));
        let codes = |told: Vec<(String, u16)>| told.into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        assert_eq!(codes(within("停水，施工噪声也大", "03")), ["0301"]);
        assert_eq!(codes(within("停水，施工噪声也大", "01")), ["0101"]);
        assert!(within("停水", "05").is_empty());
        let groups = Suggestion { model: "模型".into(), top: vec![("03".into(), 700), ("01".into(), 200)] };
        assert_eq!((groups.rank("0101"), groups.rank("0301"), groups.rank("0402")), (Some(2), Some(1), None));
        assert!(model().len() == 21 && !table().kind.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn shares_never_exceed_the_whole(text in "\\PC{0,80}|(停水|噪声|公交|投诉|物业|食堂){0,8}") {
            let told = hints(&text);
            proptest::prop_assert!(told.categories.iter().map(|(_, share)| u32::from(*share)).sum::<u32>() <= 1000);
            proptest::prop_assert!(told.categories.is_sorted_by(|a, b| a.1 >= b.1));
        }
    }
}
