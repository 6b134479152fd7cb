//! 金额与比率。 Whole fen, exact fractions. No floating point: three runs of one sum must give one answer.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// 分。 Money in fen (1 yuan = 100 fen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fen(pub i64);

impl Fen {
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// Reads `1234.56`, `1,234.5` or `1234`; `None` for anything else, more than two decimals included.
    pub fn parse(text: &str) -> Option<Fen> {
        let text = text.trim().replace(',', "");
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let (yuan, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if yuan.is_empty() || cents.len() > 2 || !all_digits(yuan) || !all_digits(cents) {
            return None;
        }
        let cents: i64 = if cents.is_empty() { 0 } else { format!("{cents:0<2}").parse().ok()? };
        yuan.parse::<i64>()
            .ok()?
            .checked_mul(100)?
            .checked_add(cents)
            .map(|fen| Fen(sign * fen))
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

impl Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}

impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen(0), Add::add)
    }
}

/// 比率。 An exact fraction that is never reduced: its two numbers are what gets checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    pub part: i64,
    pub whole: i64,
}

impl Ratio {
    pub const fn new(part: i64, whole: i64) -> Ratio {
        Ratio { part, whole }
    }

    /// Per mille, rounded half away from zero; `None` without a whole (no cases is not 0 %).
    pub fn per_mille(self) -> Option<i64> {
        if self.whole == 0 {
            return None;
        }
        let (part, whole) = (i128::from(self.part) * 1000, i128::from(self.whole));
        let half = whole.abs() / 2;
        let rounded = if (part < 0) == (whole < 0) {
            (part.abs() + half) / whole.abs()
        } else {
            -((part.abs() + half) / whole.abs())
        };
        i64::try_from(rounded).ok()
    }

    /// `98.2%`; a part below the whole never prints as 100.0 %, nor one above zero as 0.0 %.
    pub fn percent(self) -> String {
        match self.per_mille() {
            None => "—".to_owned(),
            Some(1000) if self.part < self.whole => "99.9%".to_owned(),
            Some(0) if self.part > 0 => "0.1%".to_owned(),
            Some(value) => {
                format!("{}{}.{}%", if value < 0 { "-" } else { "" }, value.abs() / 10, value.abs() % 10)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_money() {
        for (text, fen) in [
            ("0", Some(0)),
            ("12.3", Some(1230)),
            ("1,234.56", Some(123_456)),
            ("-0.05", Some(-5)),
            ("1.234", None),
            ("x", None),
            ("", None),
            (".5", None),
        ] {
            assert_eq!(Fen::parse(text), fen.map(Fen), "{text}");
        }
        assert_eq!(Fen(-5).to_string(), "-0.05");
        assert_eq!([Fen::yuan(1), Fen(5)].into_iter().sum::<Fen>().to_string(), "1.05");
    }

    #[test]
    fn prints_exact_percentages() {
        for (part, whole, text) in [
            (982, 1000, "98.2%"),
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (9999, 10_000, "99.9%"),
            (1, 10_000, "0.1%"),
            (0, 5, "0.0%"),
            (5, 5, "100.0%"),
            (0, 0, "—"),
            (-1, 2, "-50.0%"),
        ] {
            assert_eq!(Ratio::new(part, whole).percent(), text);
        }
    }
}
