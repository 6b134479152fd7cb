//! 模型卡。 What a model was trained from and what it gets right: every number is counted on requests that the training
//! never saw, beside the answer of always naming the most frequent class.

use crate::lessons::Level;
use fadu_kernel::Ratio;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 训练的来源。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the file, or the county's own orders.
    pub name: String,
    /// SHA-256 of the file in hex; of the county's own orders, of their texts and codes.
    pub digest: String,
    pub rows: usize,
}

/// 学习的设置, as the library was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub dimensions: u16,
    pub rounds: u16,
    /// In thousandths.
    pub rate: u16,
    /// A word that was used less often is not learnt.
    pub least_often: u16,
}

/// 一档把握, and how often the first proposal was right in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confidence {
    /// In thousandths, inclusive.
    pub from: u16,
    pub n: u32,
    pub right: u32,
}

/// 把握的分档.
const STEPS: [u16; 4] = [0, 500, 800, 950];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Digest of the model's own bytes.
    pub model: String,
    pub level: Level,
    pub sources: Vec<Source>,
    pub settings: Settings,
    /// Requests learnt from, by code.
    pub learnt: BTreeMap<String, u32>,
    /// Requests measured on, by code.
    pub held_out: BTreeMap<String, u32>,
    /// Where the first proposal was right.
    pub top1: u32,
    /// Where the right one was among the first three.
    pub top3: u32,
    /// The most frequent class of the training, and where always naming it was right.
    pub majority: String,
    pub majority_top1: u32,
    /// The same for always naming the three most frequent.
    pub majority_top3: u32,
    /// Right code, first proposal, how often.
    pub confusion: Vec<(String, String, u32)>,
    pub confidence: Vec<Confidence>,
}

/// What was proposed for one request that the training never saw.
pub(crate) struct Answer<'a> {
    pub right: &'a str,
    pub proposed: Vec<(String, u16)>,
}

/// The counted part of a card.
#[derive(Default)]
pub(crate) struct Measured {
    pub held_out: BTreeMap<String, u32>,
    pub top1: u32,
    pub top3: u32,
    pub majority: String,
    pub majority_top1: u32,
    pub majority_top3: u32,
    pub confusion: Vec<(String, String, u32)>,
    pub confidence: Vec<Confidence>,
}

pub(crate) fn measure(learnt: &BTreeMap<String, u32>, answers: &[Answer<'_>]) -> Measured {
    let mut frequent: Vec<(&String, &u32)> = learnt.iter().collect();
    frequent.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let frequent: Vec<&str> = frequent.into_iter().take(3).map(|(code, _)| code.as_str()).collect();
    let mut measured = Measured {
        majority: frequent.first().map(|code| (*code).to_owned()).unwrap_or_default(),
        confidence: STEPS.map(|from| Confidence { from, n: 0, right: 0 }).to_vec(),
        ..Measured::default()
    };
    let mut confusion: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for answer in answers {
        let (said, share) = answer.proposed.first().map_or(("", 0), |(code, share)| (code.as_str(), *share));
        let right = said == answer.right;
        *measured.held_out.entry(answer.right.to_owned()).or_default() += 1;
        measured.top1 += u32::from(right);
        measured.top3 += u32::from(answer.proposed.iter().take(3).any(|(code, _)| code == answer.right));
        measured.majority_top1 += u32::from(frequent.first() == Some(&answer.right));
        measured.majority_top3 += u32::from(frequent.contains(&answer.right));
        *confusion.entry((answer.right, said)).or_default() += 1;
        if let Some(step) = measured.confidence.iter_mut().rev().find(|step| share >= step.from) {
            step.n += 1;
            step.right += u32::from(right);
        }
    }
    measured.confusion = confusion
        .into_iter()
        .map(|((right, said), n)| (right.to_owned(), said.to_owned(), n))
        .collect();
    measured
}

impl Card {
    pub fn n_learnt(&self) -> u32 {
        self.learnt.values().sum()
    }

    pub fn n_held_out(&self) -> u32 {
        self.held_out.values().sum()
    }

    fn of_held_out(&self, part: u32) -> Ratio {
        Ratio::new(i64::from(part), i64::from(self.n_held_out()))
    }

    /// 首位准确率
    pub fn accuracy(&self) -> Ratio {
        self.of_held_out(self.top1)
    }

    /// 前三准确率
    pub fn accuracy_of_three(&self) -> Ratio {
        self.of_held_out(self.top3)
    }

    /// 总猜最多的一类
    pub fn baseline(&self) -> Ratio {
        self.of_held_out(self.majority_top1)
    }

    /// 总猜最多的三类
    pub fn baseline_of_three(&self) -> Ratio {
        self.of_held_out(self.majority_top3)
    }

    /// How often a proposal made with this much confidence was right.
    pub fn at(&self, share: u16) -> Option<Ratio> {
        let step = self.confidence.iter().rev().find(|step| share >= step.from)?;
        (step.n > 0).then(|| Ratio::new(i64::from(step.right), i64::from(step.n)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_right_is_counted_beside_the_most_frequent_class() {
        let learnt = [("01", 9), ("02", 5), ("03", 5), ("04", 1)]
            .map(|(code, n)| (code.to_owned(), n))
            .into();
        let answer = |right, proposed: &[(&str, u16)]| Answer {
            right,
            proposed: proposed.iter().map(|(code, share)| ((*code).to_owned(), *share)).collect(),
        };
        let answers = [
            answer("01", &[("01", 960), ("02", 30)]),
            answer("02", &[("01", 500), ("03", 300), ("02", 200)]),
            answer("04", &[("03", 499), ("02", 300), ("01", 100), ("04", 50)]),
            answer("04", &[]),
        ];
        let measured = measure(&learnt, &answers);
        assert_eq!((measured.top1, measured.top3), (1, 2));
        assert_eq!(
            (measured.majority.as_str(), measured.majority_top1, measured.majority_top3),
            ("01", 1, 2)
        );
        let steps: Vec<_> = measured.confidence.iter().map(|step| (step.from, step.n, step.right)).collect();
        assert_eq!(steps, [(0, 2, 0), (500, 1, 0), (800, 0, 0), (950, 1, 1)]);
        assert_eq!(measured.confusion.iter().map(|row| row.2).sum::<u32>(), 4);
    }
}
