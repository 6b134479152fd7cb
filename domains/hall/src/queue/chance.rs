//! 机遇。 SplitMix64 and exponential times in whole numbers: small, seeded, and the same on every machine for ever.

use super::day::Arrival;

#[derive(Clone, Debug)]
pub struct Chance(u64);

/// Binary places of a logarithm.
const PLACES: u32 = 24;
/// ln 2 with 32 binary places.
const LN_2: u128 = 2_977_044_472;

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In `0..n`; 0 for an empty range.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.draw() % n }
    }

    /// An exponential time of this mean, in the same unit, rounded to the nearest whole.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        let nats = minus_log2(self.draw() | 1) * LN_2;
        ((u128::from(mean) * nats + (1 << (PLACES + 31))) >> (PLACES + 32)) as u64
    }
}

/// −log₂(u ÷ 2⁶⁴) with 24 binary places: each squaring of the mantissa yields one.
fn minus_log2(u: u64) -> u128 {
    let zeros = u.leading_zeros();
    let mut mantissa = u128::from(u << zeros);
    let mut fraction: u128 = 0;
    for _ in 0..PLACES {
        mantissa = (mantissa * mantissa) >> 63;
        fraction <<= 1;
        if mantissa >= 1 << 64 {
            fraction |= 1;
            mantissa >>= 1;
        }
    }
    (u128::from(zeros + 1) << PLACES) - fraction
}

/// 模拟的到达。 `n` people with exponential gaps and service times, thousandths of seconds kept between them so that
/// short gaps do not round away. Groups come up at random in `0..groups`; `questions` per mille need the back office.
pub fn arrivals(
    n: u32,
    mean_gap_ms: u64,
    mean_service: u32,
    groups: u16,
    questions: u64,
    seed: u64,
) -> Vec<Arrival> {
    let mut chance = Chance::new(seed);
    let mut at_ms: u64 = 0;
    (0..n)
        .map(|_| {
            at_ms += chance.exponential(mean_gap_ms);
            Arrival {
                at: u32::try_from(at_ms / 1000).unwrap_or(u32::MAX),
                service: chance.exponential(u64::from(mean_service)) as u32,
                group: chance.below(u64::from(groups.max(1))) as u16,
                question: chance.below(1000) < questions,
            }
        })
        .collect()
}
