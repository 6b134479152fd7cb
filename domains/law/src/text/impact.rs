//! 修改影响。 What a new version of a statute did to the articles of the old one.
//!
//! An amendment renumbers: after 2025-10-28 nearly every article of 网络安全法 stands at another
//! number, and whatever cites it must follow. Articles are matched by what they say:
//!
//! 1. the same normalised text is the same article, wherever it stands;
//! 2. of the rest, the pairs that share most neighbouring characters are taken, best first, down to
//!    [`BOUND_PER_MILLE`];
//! 3. what is left was added or removed.
//!
//! It is a proposal for a lawyer to confirm. Two short articles that say different things in similar
//! words may be paired, and one article split into two shows as an amendment and an addition.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::normalise::normalise;
use super::statute::{Article, ArticleNo, Statute};

/// 条文变动。 What happened to one article; an article unchanged at its number is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArticleChange {
    /// 移号。 The same text at another number.
    Same { old: ArticleNo, new: ArticleNo },
    /// 修改。 Another text, at the same or another number. 1000 would be the same text.
    Amended { old: ArticleNo, new: ArticleNo, similarity_per_mille: u16 },
    /// 新增。
    Added(ArticleNo),
    /// 删去。
    Removed(ArticleNo),
}

impl fmt::Display for ArticleChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same { old, new } => write!(f, "{old}移到{new}"),
            Self::Amended { old, new, .. } if old == new => write!(f, "{old}修改"),
            Self::Amended { old, new, .. } => write!(f, "{old}修改并移到{new}"),
            Self::Added(new) => write!(f, "新增{new}"),
            Self::Removed(old) => write!(f, "{old}删去"),
        }
    }
}

/// 相似下限。 The least similarity, per mille, at which two different texts are one article amended.
///
/// Chosen by reading the doubtful pairs of four amendments (网络安全法 2025, 反不正当竞争法 2025,
/// 统计法 2024, 行政复议法 2023): the five between 500 and 600 were one provision before and after;
/// of the six between 400 and 500 three were not, for the articles on penalties share their
/// formulas. A missed pair shows as one removal and one addition, which a lawyer will look at; a
/// wrong pair would quietly move a citation.
pub const BOUND_PER_MILLE: u16 = 500;

/// 比较两个版本。 The changes from `old` to `new`, in the order of the new text, removals last.
///
/// Both must be versions of one statute; the function does not ask. Numbers of paragraphs and items
/// are not followed: a citation below the article needs reading when its article is `Amended`.
pub fn compare(old: &Statute, new: &Statute) -> Vec<ArticleChange> {
    let (olds, news) = (readings(old), readings(new));
    let mut partner: Vec<Option<(usize, u16)>> = vec![None; news.len()];
    let mut taken = vec![false; olds.len()];
    pair_same(&olds, &news, &mut partner, &mut taken);
    pair_similar(&olds, &news, &mut partner, &mut taken);

    let mut changes = vec![];
    for (reading, partner) in news.iter().zip(&partner) {
        let new = reading.no;
        match *partner {
            None => changes.push(ArticleChange::Added(new)),
            Some((i, SAME)) if olds[i].no == new => {}
            Some((i, SAME)) => changes.push(ArticleChange::Same { old: olds[i].no, new }),
            Some((i, similarity_per_mille)) => {
                changes.push(ArticleChange::Amended { old: olds[i].no, new, similarity_per_mille });
            }
        }
    }
    let left = olds.iter().zip(&taken).filter(|(_, taken)| !**taken);
    changes.extend(left.map(|(reading, _)| ArticleChange::Removed(reading.no)));
    changes
}

const SAME: u16 = 1000;

/// One article as comparison sees it.
struct Reading {
    no: ArticleNo,
    text: String,
    /// Neighbouring characters, sorted, repetitions kept.
    bigrams: Vec<(char, char)>,
}

fn readings(statute: &Statute) -> Vec<Reading> {
    statute.articles.iter().map(reading).collect()
}

fn reading(article: &Article) -> Reading {
    let text = normalise(&article.text());
    let mut bigrams: Vec<_> = text.chars().zip(text.chars().skip(1)).collect();
    bigrams.sort_unstable();
    Reading { no: article.no, text, bigrams }
}

type Partners = [Option<(usize, u16)>];

/// Equal texts. A text that occurs twice is paired at its own number first, then in order.
fn pair_same(olds: &[Reading], news: &[Reading], partner: &mut Partners, taken: &mut [bool]) {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, old) in olds.iter().enumerate() {
        places.entry(&old.text).or_default().push(i);
    }
    for at_own_number in [true, false] {
        for (new, slot) in news.iter().zip(partner.iter_mut()).filter(|(_, slot)| slot.is_none()) {
            let candidates = places.get(new.text.as_str()).into_iter().flatten().copied();
            let mut fits = candidates.filter(|&i| !taken[i] && (!at_own_number || olds[i].no == new.no));
            if let Some(i) = fits.next() {
                *slot = Some((i, SAME));
                taken[i] = true;
            }
        }
    }
}

/// Similar texts, the most similar pair first; of equals the one that moved least.
fn pair_similar(olds: &[Reading], news: &[Reading], partner: &mut Partners, taken: &mut [bool]) {
    let mut pairs = vec![];
    for (j, new) in news.iter().enumerate().filter(|(j, _)| partner[*j].is_none()) {
        for (i, old) in olds.iter().enumerate().filter(|(i, _)| !taken[*i]) {
            let likeness = similarity_per_mille(old, new);
            if likeness >= BOUND_PER_MILLE {
                let moved = old.no.main.abs_diff(new.no.main);
                pairs.push((Reverse(likeness), moved, i, j));
            }
        }
    }
    pairs.sort_unstable();
    for (Reverse(likeness), _, i, j) in pairs {
        if partner[j].is_none() && !taken[i] {
            // Different texts can still have the same bigrams; only equal texts are `SAME`.
            partner[j] = Some((i, likeness.min(SAME - 1)));
            taken[i] = true;
        }
    }
}

/// Twice the shared bigrams over all bigrams of both (Dice), in thousandths rounded down.
fn similarity_per_mille(a: &Reading, b: &Reading) -> u16 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.bigrams.get(i), b.bigrams.get(j)) {
        shared += usize::from(x == y);
        (i, j) = (i + usize::from(x <= y), j + usize::from(y <= x));
    }
    let all = a.bigrams.len() + b.bigrams.len();
    let per_mille = (2000 * shared).checked_div(all).unwrap_or(0);
    u16::try_from(per_mille).unwrap_or(SAME)
}

#[cfg(test)]
mod tests {
    use super::ArticleChange::{Added, Amended, Removed, Same};
    use super::*;

    /// A statute whose articles are 第一条, 第二条 … with these texts.
    fn statute(texts: &[&str]) -> Statute {
        let article = |(i, text): (usize, &&str)| {
            let no = ArticleNo::new(u32::try_from(i + 1).unwrap());
            format!("{no} {text}\n\n")
        };
        let body: String = texts.iter().enumerate().map(article).collect();
        super::super::parse("某法.md", &format!("# 某法\n\n<!-- INFO END -->\n\n{body}")).unwrap()
    }

    const AIM: &str = "为了保障网络安全，制定本法。";
    const SCOPE: &str = "在境内建设、运营网络，适用本法。";
    const DUTY: &str = "网络运营者应当制定网络安全事件应急预案，及时处置系统漏洞。";
    const DUTY_AMENDED: &str = "网络运营者应当制定网络安全事件应急预案，及时处置系统漏洞和计算机病毒。";
    const PARTY: &str = "国家坚持统筹发展和安全的方针。";

    /// why, old texts, new texts, changes
    type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [ArticleChange]);

    const fn no(n: u32) -> ArticleNo {
        ArticleNo::new(n)
    }

    const fn amended(old: u32, new: u32) -> ArticleChange {
        Amended { old: no(old), new: no(new), similarity_per_mille: 870 }
    }

    #[test]
    fn follows_articles_by_what_they_say() {
        let rows: &[Row] = &[
            ("unchanged", &[AIM, SCOPE], &[AIM, SCOPE], &[]),
            ("only the print differs", &["甲（乙）：“丙”。"], &["甲(乙):\"丙\"。"], &[]),
            (
                "an insertion moves the rest",
                &[AIM, SCOPE, DUTY],
                &[AIM, PARTY, SCOPE, DUTY],
                &[Added(no(2)), Same { old: no(2), new: no(3) }, Same { old: no(3), new: no(4) }],
            ),
            (
                "a removal moves the rest back",
                &[AIM, PARTY, SCOPE],
                &[AIM, SCOPE],
                &[Same { old: no(3), new: no(2) }, Removed(no(2))],
            ),
            ("amended in place", &[AIM, DUTY], &[AIM, DUTY_AMENDED], &[amended(2, 2)]),
            ("amended and moved", &[AIM, DUTY], &[AIM, PARTY, DUTY_AMENDED], &[Added(no(2)), amended(2, 3)]),
            ("replaced by something else", &[AIM, SCOPE], &[AIM, PARTY], &[Added(no(2)), Removed(no(2))]),
            (
                "a text that stands twice keeps its own number",
                &[SCOPE, AIM, SCOPE],
                &[AIM, SCOPE, SCOPE],
                &[Same { old: no(2), new: no(1) }, Same { old: no(1), new: no(2) }],
            ),
            ("from nothing", &[], &[AIM], &[Added(no(1))]),
        ];
        for (why, old, new, want) in rows {
            assert_eq!(&compare(&statute(old), &statute(new)), want, "{why}");
        }
    }

    #[test]
    fn likeness_is_a_whole_number_of_thousandths() {
        let rows = [
            ("甲乙丙", "甲乙丙", 1000),
            ("甲乙丙丁", "甲乙丙戊", 666), // 2 of 3 shared on both sides
            ("甲乙甲乙", "甲乙", 500),     // repetitions count
            ("甲乙丙", "丁戊己", 0),
            ("甲", "甲", 0), // no neighbours; equal texts never come here
        ];
        for (a, b, want) in rows {
            let of = |text: &str| reading(&statute(&[text]).articles[0]);
            assert_eq!(similarity_per_mille(&of(a), &of(b)), want, "{a} {b}");
        }
    }
}
