//! 标识。 Two identifiers that must not be confused are two types.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// 行政区划。 A six-digit county-level code (GB/T 2260); the shard key of every table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Region(pub i32);

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

impl FromStr for Region {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Region, BadId> {
        let digits =
            text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        digits
            .then(|| text.parse().ok())
            .flatten()
            .map(Region)
            .ok_or_else(|| BadId(text.to_owned()))
    }
}

/// 事的种类。 A short stable name such as `case` or `item`.
pub type MatterKind = &'static str;

/// 事的标识。 63 bits: milliseconds of the opening moment above, a digest below, so that ids sort by time
/// and new rows land at the end of the index. Printed as thirteen letters and digits without look-alikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatterId(pub i64);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 2020-01-01T00:00:00Z in milliseconds: 41 bits last until 2089.
const EPOCH_MS: i64 = 1_577_836_800_000;

impl MatterId {
    /// `low` supplies 22 bits that tell apart matters opened in the same millisecond.
    pub fn opened_at(ms: i64, low: u32) -> MatterId {
        let high = (ms - EPOCH_MS).clamp(0, (1 << 41) - 1);
        MatterId((high << 22) | i64::from(low & 0x3F_FFFF))
    }

    /// A fixed id for matters that are known by a name (an item code, a statute): the same on every machine.
    pub fn named(digest: [u8; 8]) -> MatterId {
        MatterId(i64::from_be_bytes(digest) & i64::MAX)
    }
}

impl fmt::Display for MatterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: Vec<u8> = (0..13)
            .rev()
            .map(|i| ALPHABET[(self.0 as u64 >> (5 * i) & 31) as usize])
            .collect();
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid identifier")]
pub struct BadId(pub String);

impl FromStr for MatterId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<MatterId, BadId> {
        let bad = || BadId(text.to_owned());
        if text.len() != 13 {
            return Err(bad());
        }
        let mut value: u64 = 0;
        for byte in text.to_ascii_uppercase().bytes() {
            let digit = ALPHABET.iter().position(|letter| *letter == byte).ok_or_else(bad)?;
            value = value.checked_mul(32).ok_or_else(bad)? | digit as u64;
        }
        i64::try_from(value).map(MatterId).map_err(|_| bad())
    }
}

/// As text everywhere outside the database, so that no reader rounds it to a double.
impl Serialize for MatterId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for MatterId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MatterId".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{13}$"})
    }
}

impl<'de> Deserialize<'de> for MatterId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<MatterId, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(transparent)]
        pub struct $name(#[schemars(with = "String")] pub std::sync::Arc<str>);

        impl $name {
            pub fn new(text: &str) -> $name {
                $name(text.into())
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// 机构。
    OrgId
}
text_id! {
    /// 人员。 An account or, for the system's own acts, `clock`.
    PersonId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matter_ids_print_and_read_back_in_order() {
        let (a, b) = (MatterId::opened_at(1_740_000_000_000, 5), MatterId::opened_at(1_740_000_000_001, 0));
        assert!(a < b && a.to_string() < b.to_string());
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!(serde_json::from_str::<MatterId>(&serde_json::to_string(&a).unwrap()).unwrap(), a);
        assert!("IIIIIIIIIIIII".parse::<MatterId>().is_err(), "I is left out of the alphabet");
        assert_eq!("420222".parse(), Ok(Region(420222)));
        assert!("42022".parse::<Region>().is_err());
    }
}
