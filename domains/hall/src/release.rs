//! 好差评月报。 The published monthly form: total, five grades by seven channels, valid bad ones, top tags, call-backs and
//! repairs on time, the mean out of ten and the share of contacts that were evaluated at all. No names, no windows.

use crate::evaluation::{Channel, Evaluation, Grade};
use fadu_kernel::Ratio;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Tags that the release names.
const TOP: usize = 10;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Release {
    pub year: i16,
    pub month: i8,
    pub total: u64,
    /// Rows in the order of [`Grade::ALL`], columns in that of [`Channel::ALL`].
    pub table: [[u64; 7]; 5],
    /// 基本满意及以上
    pub satisfied: Ratio,
    /// 主动评价率: evaluations to contacts of the month.
    pub active: Ratio,
    /// Points doubled to evaluations: out of ten.
    pub mean: Ratio,
    pub bad: u64,
    /// 有效差评: not set aside on appeal.
    pub valid_bad: u64,
    pub called_back: Ratio,
    /// Of the valid bad ones with a limit.
    pub on_time: Ratio,
    /// 标签 of bad ones, most frequent first, ties by their words.
    pub tags: Vec<(String, u64)>,
    pub outliers: u64,
}

/// The month's evaluations out of any, as they stand today. `contacts` are those of the month that could be evaluated.
pub fn month<'a>(
    all: impl IntoIterator<Item = &'a Evaluation>,
    contacts: u64,
    year: i16,
    month: i8,
) -> Release {
    let mut release = Release { year, month, active: Ratio::new(0, contacts as i64), ..Release::default() };
    let mut tags: BTreeMap<&str, u64> = BTreeMap::new();
    for evaluation in all {
        let (Some(said), Some(on)) = (&evaluation.said, &evaluation.on) else { continue };
        if !within(on.on, year, month) {
            continue;
        }
        release.total += 1;
        release.active.part += 1;
        release.mean.whole += 1;
        release.mean.part += 2 * i64::from(said.grade.points());
        release.satisfied.whole += 1;
        release.satisfied.part += i64::from(!said.grade.is_bad());
        release.outliers += u64::from(evaluation.outlier.is_some());
        let row = Grade::ALL.iter().position(|grade| *grade == said.grade).unwrap_or_default();
        let column = Channel::ALL
            .iter()
            .position(|channel| *channel == said.channel)
            .unwrap_or_default();
        release.table[row][column] += 1;
        if said.grade.is_bad() {
            release.count_bad(evaluation);
            said.tags.iter().for_each(|tag| *tags.entry(tag).or_default() += 1);
        }
    }
    let mut tags: Vec<(String, u64)> = tags.into_iter().map(|(tag, n)| (tag.to_owned(), n)).collect();
    tags.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    tags.truncate(TOP);
    release.tags = tags;
    release
}

fn within(day: Date, year: i16, month: i8) -> bool {
    (day.year(), day.month()) == (year, month)
}

impl Release {
    fn count_bad(&mut self, evaluation: &Evaluation) {
        let Some(open) = &evaluation.rectification else { return };
        self.bad += 1;
        self.called_back.whole += 1;
        self.called_back.part += i64::from(open.called_back.is_some());
        if !evaluation.is_valid_bad() {
            return;
        }
        self.valid_bad += 1;
        // One that is not repaired yet is in the whole once its limit has passed, not before.
        let in_time = open
            .repaired
            .as_ref()
            .map_or(open.overdue.map(|_| false), |(_, in_time)| *in_time);
        if let Some(in_time) = in_time {
            self.on_time.whole += 1;
            self.on_time.part += i64::from(in_time);
        }
    }

    /// `9.7`, to one decimal, half up; `—` in a month without evaluations.
    pub fn mean_out_of_ten(&self) -> String {
        if self.mean.whole == 0 {
            return "—".to_owned();
        }
        let tenths = (self.mean.part * 20 + self.mean.whole) / (2 * self.mean.whole);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// The sentences of the release: the whole, by grade, by channel, what was thought of it, bad ones, their tags.
    pub fn lines(&self) -> [String; 6] {
        let share = |ratio: Ratio| format!("{}（{}/{}）", ratio.percent(), ratio.part, ratio.whole);
        let grades = Grade::ALL
            .iter()
            .zip(self.table)
            .map(|(grade, row)| format!("{}{}个", grade.zh(), row.iter().sum::<u64>()));
        let channels = (0..7).map(|at| {
            format!("{}{}个", Channel::ALL[at].zh(), self.table.iter().map(|row| row[at]).sum::<u64>())
        });
        let tags = self.tags.iter().map(|(tag, n)| format!("{tag}{n}次"));
        let list = |words: Vec<String>| if words.is_empty() { "无".to_owned() } else { words.join("、") };
        [
            format!(
                "{}年{}月，收到评价{}个，主动评价率{}。",
                self.year,
                self.month,
                self.total,
                share(self.active)
            ),
            format!("按等级：{}。", list(grades.collect())),
            format!("按渠道：{}。", list(channels.collect())),
            format!("满意率{}，平均{}分（十分制）。", share(self.satisfied), self.mean_out_of_ten()),
            format!(
                "差评{}个，有效差评{}个，回访率{}，按时整改率{}。",
                self.bad,
                self.valid_bad,
                share(self.called_back),
                share(self.on_time)
            ),
            format!("差评标签：{}。", list(tags.collect())),
        ]
    }
}
