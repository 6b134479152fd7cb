//! 文件雷同。 How much two bids say alike beyond what the tender file made everybody say: character 5-grams, Jaccard,
//! exact within a tender, by MinHash across an archive.

use std::collections::{BTreeSet, HashMap, HashSet};

/// Characters of a piece.
const GRAM: usize = 5;
/// Minima kept of each document; the estimate is off by about 1/√128, nine hundredths.
const MINIMA: usize = 128;
/// Minima that must agree in a row for two documents to be compared at all; 32 rows of four find seven of ten pairs
/// that are alike by 0.43, and practically all that are by 0.7.
const ROW: usize = 4;

/// 片段. Hashes of all pieces of a text that the tender file does not hold; spaces and punctuation count for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces(HashSet<u64>);

/// A text that everybody copies from.
#[derive(Clone, Debug, Default)]
pub struct Template(HashSet<u64>);

impl Template {
    pub fn new(tender_file: &str) -> Template {
        Template(grams(tender_file).into_iter().map(|(_, hash)| hash).collect())
    }
}

impl Pieces {
    pub fn of(text: &str, template: &Template) -> Pieces {
        let grams = grams(text).into_iter().map(|(_, hash)| hash);
        Pieces(grams.filter(|hash| !template.0.contains(hash)).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Pieces in both over pieces in either; nothing is like nothing by 0.
    pub fn likeness(&self, other: &Pieces) -> f64 {
        let both = self.0.intersection(&other.0).count();
        let either = self.0.len() + other.0.len() - both;
        if either == 0 { 0.0 } else { both as f64 / either as f64 }
    }

    fn minima(&self) -> [u64; MINIMA] {
        let mut minima = [u64::MAX; MINIMA];
        for hash in &self.0 {
            for (n, least) in minima.iter_mut().enumerate() {
                *least = (*least).min(mix(hash ^ (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            }
        }
        minima
    }
}

/// 相同段落. Passages of at least `least` characters that both texts have and the tender file has not, longest first:
/// what is shown side by side. Rare mistakes, such as one wrong word or one wrong unit price in both, stand out in them.
pub fn common_passages(one: &str, other: &str, template: &Template, least: usize) -> Vec<String> {
    let (a, b) = (letters(one), letters(other));
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, hash) in grams_of(&b) {
        places.entry(hash).or_default().push(at);
    }
    let mut passages = BTreeSet::new();
    let mut at = 0;
    for (start, hash) in grams_of(&a) {
        if start < at || template.0.contains(&hash) {
            continue;
        }
        let length = |place: &usize| a[start..].iter().zip(&b[*place..]).take_while(|(x, y)| x == y).count();
        // A few places are enough to find the longest of a passage that repeats itself.
        let longest = places
            .get(&hash)
            .into_iter()
            .flatten()
            .take(64)
            .map(length)
            .max()
            .unwrap_or_default();
        if longest >= least.max(GRAM) {
            passages
                .insert((std::cmp::Reverse(longest), a[start..start + longest].iter().collect::<String>()));
            at = start + longest;
        }
    }
    passages.into_iter().map(|(_, passage)| passage).collect()
}

/// 档案. Documents by their minima: finds those like a new one without comparing it with all.
#[derive(Default)]
pub struct Archive {
    documents: Vec<(String, Box<[u64; MINIMA]>)>,
    rows: HashMap<(usize, u64), Vec<u32>>,
}

/// A document of the archive and how like the new one it is estimated to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    pub document: String,
    pub likeness: f64,
}

impl Archive {
    pub fn add(&mut self, document: &str, pieces: &Pieces) {
        let minima = Box::new(pieces.minima());
        for row in rows(&minima) {
            self.rows.entry(row).or_default().push(self.documents.len() as u32);
        }
        self.documents.push((document.to_owned(), minima));
    }

    pub fn len(&self) -> usize {
        self.documents.len()
    }

    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Those at least so like, the most like first. An estimate: who acts on one compares the texts.
    pub fn like(&self, pieces: &Pieces, least: f64) -> Vec<Like> {
        if pieces.is_empty() {
            return Vec::new();
        }
        let minima = pieces.minima();
        let near: BTreeSet<u32> =
            rows(&minima).filter_map(|row| self.rows.get(&row)).flatten().copied().collect();
        let mut found: Vec<Like> = near
            .into_iter()
            .map(|n| &self.documents[n as usize])
            .map(|(document, theirs)| {
                let equal = minima.iter().zip(theirs.iter()).filter(|(a, b)| a == b).count();
                Like { document: document.clone(), likeness: equal as f64 / MINIMA as f64 }
            })
            .filter(|like| like.likeness >= least)
            .collect();
        found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then_with(|| a.document.cmp(&b.document)));
        found
    }
}

fn rows(minima: &[u64; MINIMA]) -> impl Iterator<Item = (usize, u64)> {
    minima
        .chunks(ROW)
        .enumerate()
        .map(|(n, row)| (n, row.iter().fold(0, |hash, least| mix(hash ^ least))))
}

/// Letters and digits alone: layout is no likeness.
fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn grams(text: &str) -> Vec<(usize, u64)> {
    grams_of(&letters(text)).collect()
}

fn grams_of(letters: &[char]) -> impl Iterator<Item = (usize, u64)> {
    let hash = |gram: &[char]| gram.iter().fold(0_u64, |hash, letter| mix(hash ^ u64::from(*letter)));
    letters.windows(GRAM).enumerate().map(move |(at, gram)| (at, hash(gram)))
}

/// The finisher of SplitMix64 (Steele, Lea, Flood 2014): every bit in moves every bit out.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30))
        .wrapping_add(0x9e37_79b9_7f4a_7c15)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests;
