//! 参数。 Numbers that no held text gives, with their source; a demonstration value says which rule it blocks.

use serde::Deserialize;
use std::sync::LazyLock;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    pub name: String,
    pub rule: String,
    pub zh: String,
    pub value: Option<u16>,
    pub source: String,
    #[serde(default)]
    pub demonstration: bool,
}

#[derive(Deserialize)]
struct File {
    parameter: Vec<Parameter>,
}

/// A file that cannot be read leaves no value: what needs one goes without its limit, never with a guessed one.
static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/parameters.toml"))
        .map_or_else(|_| Vec::new(), |file: File| file.parameter)
});

pub fn value(name: &str) -> Option<u16> {
    PARAMETERS
        .iter()
        .find(|parameter| parameter.name == name)
        .and_then(|parameter| parameter.value)
}

/// 上线障碍。 Rule and what it lacks.
pub fn blocks_go_live() -> Vec<(String, String)> {
    let lacking = PARAMETERS
        .iter()
        .filter(|parameter| parameter.value.is_none() || parameter.demonstration);
    lacking
        .map(|parameter| (parameter.rule.clone(), parameter.zh.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_demonstrated_blocks_a_real_county() {
        assert_eq!(value("alert_workdays"), Some(10));
        assert!(blocks_go_live().iter().any(|(rule, _)| rule == "TRD-11"));
        assert_eq!(value("unheard_of"), None);
    }
}
