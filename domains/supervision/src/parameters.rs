//! 参数。 Numbers that no held text gives, with their source; a demonstration value says which rule it blocks.

use crate::deadline::Deadline;
use fadu_kernel::{Catalogue, Ctx};
use jiff::civil::Date;
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

/// Everything that may be set: its name, and what it is called.
pub fn settable() -> impl Iterator<Item = (&'static str, &'static str)> {
    PARAMETERS
        .iter()
        .map(|parameter| (parameter.name.as_str(), parameter.zh.as_str()))
}

/// What it is called; none where nothing of this name may be set.
pub fn named(name: &str) -> Option<&'static str> {
    settable().find(|(known, _)| *known == name).map(|(_, zh)| zh)
}

/// The value of the day: as it was adopted here, else as it ships.
pub fn value_in(name: &str, ctx: &Ctx) -> Option<u16> {
    let adopted = Deadline::known(ctx.catalogue, name, ctx.today());
    adopted.map(|version| version.value).or_else(|| value(name))
}

/// 上线障碍。 Rule and what it lacks on a day.
pub fn lacking(catalogue: &dyn Catalogue, day: Date) -> Vec<(String, String)> {
    let real =
        |name: &str| Deadline::known(catalogue, name, day).is_some_and(|version| !version.demonstration);
    let lacking = PARAMETERS
        .iter()
        .filter(|parameter| parameter.value.is_none() || parameter.demonstration)
        .filter(|parameter| !real(&parameter.name));
    lacking
        .map(|parameter| (parameter.rule.clone(), format!("{}（{}）", parameter.zh, parameter.name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::MatterId;
    use jiff::civil::date;
    use std::any::Any;
    use std::sync::Arc;

    /// Where nothing was adopted.
    struct Nothing;

    impl Catalogue for Nothing {
        fn get(&self, _kind: &str, _id: MatterId) -> Option<&Arc<dyn Any + Send + Sync>> {
            None
        }
    }

    #[test]
    fn what_is_only_demonstrated_blocks_a_real_county() {
        assert_eq!(value("alert_workdays"), Some(10));
        let lacking = lacking(&Nothing, date(2025, 3, 3));
        assert!(lacking.iter().any(|(rule, _)| rule == "TRD-11"));
        assert_eq!(lacking.len(), settable().count());
        assert_eq!(value("unheard_of"), None);
    }
}
