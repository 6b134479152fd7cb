//! 演示值。 What a simulated county adopts on its first day, read from the shipped file.

use crate::mechanism::Definition;
use crate::parameter::{Name, Value};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demonstration {
    pub mechanism: Definition,
    pub parameter: Vec<Parameter>,
    pub tags: Tags,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: Name,
    pub value: Value,
}

/// 评价标签, in a version of its own. Pages offer them; an evaluation may say other words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    pub version: String,
    pub online: Vec<String>,
    pub offline: Vec<String>,
    pub bad: Vec<String>,
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
        let names: Vec<Name> = shipped.parameter.iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, Name::ALL);
        for parameter in &shipped.parameter {
            assert!(parameter.value.demonstration && parameter.value.source.contains("演示"));
        }
        assert!(shipped.mechanism.demonstration && shipped.mechanism.source.contains("演示"));
        assert!(shipped.tags.version.contains("演示") && !shipped.tags.bad.is_empty());
        let all = shipped.tags.online.iter().chain(&shipped.tags.offline).chain(&shipped.tags.bad);
        assert!(all.clone().all(|tag| (2..=20).contains(&tag.chars().count())));
    }
}
