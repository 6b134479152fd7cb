//! 相似诉求。 A MinHash signature over pairs of characters; its bands, with place and fortnight, become facets, so that
//! the store finds like orders by an index and nothing is compared with everything.
//!
//! Eighteen hashes in six bands of three: two texts that share four fifths of their pairs meet in a band in 98 of 100
//! cases, three tenths in 15. What meets is then compared whole ([`Signature::alike`]).

use crate::place::Place;
use fadu_kernel::Ratio;
use fadu_kernel::calendar::days_between;
use jiff::civil::Date;

const BANDS: usize = 6;
const ROWS: usize = 3;
/// The span in which two requests may be about the same thing; the bucket before is looked in as well.
const BUCKET_DAYS: i64 = 14;
/// Texts with fewer pairs of characters than this are like everything, and are not indexed.
const SHORTEST: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u32; BANDS * ROWS]);

impl Signature {
    /// `None` for a text too short to say anything.
    pub fn of(text: &str) -> Option<Signature> {
        let letters: Vec<char> = text
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if letters.len() <= SHORTEST {
            return None;
        }
        let mut least = [u32::MAX; BANDS * ROWS];
        for pair in letters.windows(2) {
            let shingle = u64::from(u32::from(pair[0])) << 32 | u64::from(u32::from(pair[1]));
            for (i, slot) in least.iter_mut().enumerate() {
                *slot = (*slot).min((mix(shingle ^ seed(i)) >> 32) as u32);
            }
        }
        Some(Signature(least))
    }

    /// How many of the eighteen agree: an estimate of the share of pairs that both texts have.
    pub fn alike(&self, other: &Signature) -> Ratio {
        let same = self.0.iter().zip(other.0).filter(|(a, b)| **a == *b).count();
        Ratio::new(same as i64, self.0.len() as i64)
    }

    fn bands(&self, area: &str, bucket: i64) -> impl Iterator<Item = String> {
        let place = area.bytes().fold(mix(bucket as u64), |hash, byte| mix(hash ^ u64::from(byte)));
        (0..BANDS).map(move |band| {
            let rows = &self.0[band * ROWS..(band + 1) * ROWS];
            let hash = rows.iter().fold(place, |hash, row| mix(hash ^ u64::from(*row)));
            format!("{band}{:08x}", (hash >> 32) as u32)
        })
    }
}

/// Under which keys an order is found.
pub fn keys(text: &str, place: &Place, day: Date) -> Vec<String> {
    let Some(signature) = Signature::of(text) else { return Vec::new() };
    signature.bands(&place.area(), bucket(day)).collect()
}

/// Under which keys to look for orders like this one: near areas, this fortnight and the one before.
pub fn probes(text: &str, place: &Place, day: Date) -> Vec<String> {
    let Some(signature) = Signature::of(text) else { return Vec::new() };
    let mut all = Vec::new();
    for area in place.areas_near() {
        for bucket in [bucket(day), bucket(day) - 1] {
            all.extend(signature.bands(&area, bucket));
        }
    }
    all
}

fn bucket(day: Date) -> i64 {
    days_between(Date::constant(2020, 1, 1), day).div_euclid(BUCKET_DAYS)
}

fn seed(i: usize) -> u64 {
    mix(0x9E37_79B9_7F4A_7C15u64.wrapping_mul(i as u64 + 1))
}

/// The finalising steps of a 64-bit generator: every bit of the input moves every bit of the answer.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FIRST: &str = "阳光小区三期从昨天晚上开始停水，物业说是管道爆裂，到现在还没有修好，请尽快处理。";
    const AGAIN: &str = "阳光小区三期从昨天晚上开始停水，物业说管道爆裂，到现在还没修好，请尽快派人处理！";
    const OTHER: &str = "人民路与建设路交叉口的信号灯坏了，早高峰堵得很厉害，希望交警来指挥一下。";

    fn here() -> Place {
        Place { address: "429997001005".into(), point: None }
    }

    fn meets(a: &[String], b: &[String]) -> bool {
        a.iter().any(|key| b.contains(key))
    }

    #[test]
    fn like_texts_meet_and_others_do_not() {
        let day = date(2025, 3, 3);
        let kept = keys(FIRST, &here(), day);
        assert_eq!(kept.len(), 6);
        assert!(meets(&kept, &probes(AGAIN, &here(), day)));
        assert!(!meets(&kept, &probes(OTHER, &here(), day)));
        let (first, again, other) =
            (Signature::of(FIRST).unwrap(), Signature::of(AGAIN).unwrap(), Signature::of(OTHER).unwrap());
        assert!(first.alike(&again).part > 12 && first.alike(&other).part < 4);
        assert_eq!(first.alike(&first), Ratio::new(18, 18));
    }

    #[test]
    fn place_and_time_are_part_of_likeness() {
        let day = date(2025, 3, 3);
        let kept = keys(FIRST, &here(), day);
        let elsewhere = Place { address: "429997002001".into(), point: None };
        assert!(!meets(&kept, &probes(FIRST, &elsewhere, day)), "another village");
        assert!(meets(&kept, &probes(FIRST, &here(), date(2025, 3, 16))), "a fortnight later");
        assert!(!meets(&kept, &probes(FIRST, &here(), date(2025, 4, 10))), "next month");
    }

    #[test]
    fn short_or_empty_text_is_like_nothing() {
        for text in ["", "停水", "！！！。。。，，，、、、", "😀😀😀😀😀😀😀😀"]
        {
            assert!(keys(text, &here(), date(2025, 3, 3)).is_empty(), "{text}");
        }
    }

    proptest::proptest! {
        /// What is written twice the same is always found again within the fortnight, whatever the characters.
        #[test]
        fn the_same_text_finds_itself(text in "\\PC{0,200}", later in 0i64..14) {
            let day = date(2025, 3, 3);
            let kept = keys(&text, &here(), day);
            let sought = probes(&text, &here(), fadu_kernel::calendar::offset(day, later));
            proptest::prop_assert!(kept.is_empty() || meets(&kept, &sought));
        }
    }
}
