//! 演示值。 What a simulated county adopts on its first day, read from the shipped file.

use crate::limit::{Name, Value};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demonstration {
    pub limit: Vec<Limit>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub name: Name,
    pub value: Value,
}

impl Demonstration {
    /// The error names the line.
    pub fn read(text: &str) -> Result<Demonstration, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_complete_and_marked() {
        let shipped = Demonstration::read(crate::DEMONSTRATION).unwrap();
        let names: Vec<Name> = shipped.limit.iter().map(|limit| limit.name).collect();
        assert_eq!(names, Name::ALL);
        for limit in &shipped.limit {
            assert!(limit.value.demonstration && limit.value.source.contains("演示"));
        }
    }
}
