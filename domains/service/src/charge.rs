//! 收费目录清单。 The fees and deposits that exist here at all, as data with their bases; an item charges what it names
//! from this list and nothing else (优化营商环境条例 25).

use fadu_kernel::Basis;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// 收费或者保证金。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 行政事业性收费
    Fee,
    /// 保证金
    Deposit,
}

impl Kind {
    pub fn zh(self) -> &'static str {
        match self {
            Kind::Fee => "行政事业性收费",
            Kind::Deposit => "保证金",
        }
    }
}

/// 清单的一项。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    pub code: String,
    pub kind: Kind,
    pub name: String,
    pub basis: Basis,
    #[serde(default)]
    pub simulated: bool,
}

#[derive(Deserialize)]
struct File {
    charge: Vec<Charge>,
}

/// The list, in the order of its file. A file that cannot be read lists nothing: then nothing may be charged.
pub fn listed() -> &'static [Charge] {
    static LIST: LazyLock<Vec<Charge>> = LazyLock::new(|| {
        let file: Result<File, toml::de::Error> = toml::from_str(include_str!("../data/charges.toml"));
        file.map(|file| file.charge).unwrap_or_default()
    });
    LIST.as_slice()
}

/// The line of this code, if the list has one.
pub fn of_code(code: &str) -> Option<&'static Charge> {
    listed().iter().find(|charge| charge.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_names_each_charge_once_with_its_basis() {
        let codes: BTreeSet<&str> = listed().iter().map(|charge| charge.code.as_str()).collect();
        assert_eq!((listed().len(), codes.len()), (5, 5));
        let deposits = listed().iter().filter(|charge| charge.kind == Kind::Deposit);
        assert_eq!(deposits.count(), 2);
        assert_eq!(of_code("SF-01").map(|charge| charge.basis.key()).as_deref(), Some("土地管理法#30.2"));
        assert!(of_code("SF-99").is_none());
    }
}
