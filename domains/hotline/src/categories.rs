//! 派单分类。 Two levels in our own words, shipped as data; the codes are those of the open interface too.

use crate::words::Lane;
use serde::Deserialize;
use std::sync::LazyLock;

pub(crate) const SHIPPED: &str = include_str!("../data/categories.toml");

/// 大类。
#[derive(Clone, Debug, Deserialize)]
pub struct Group {
    pub code: String,
    pub name: String,
    /// The kind of body that usually has the power.
    pub body: String,
    #[serde(default = "general")]
    pub lane: Lane,
    pub items: Vec<Item>,
}

/// 小类。
#[derive(Clone, Debug, Deserialize)]
pub struct Item {
    pub code: String,
    pub name: String,
    pub about: String,
    /// 即时转110、119、120、122
    #[serde(default)]
    pub emergency: bool,
}

fn general() -> Lane {
    Lane::General
}

#[derive(Debug, Default, Deserialize)]
pub struct Categories {
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

impl Categories {
    pub fn read(text: &str) -> Result<Categories, toml::de::Error> {
        toml::from_str(text)
    }

    /// The list that ships; a test reads it, so a release cannot come without one.
    pub fn shipped() -> &'static Categories {
        static LIST: LazyLock<Categories> = LazyLock::new(|| Categories::read(SHIPPED).unwrap_or_default());
        &LIST
    }

    /// By the four digits of an item.
    pub fn item(&self, code: &str) -> Option<(&Group, &Item)> {
        let group = self.group(code)?;
        Some((group, group.items.iter().find(|item| item.code == code)?))
    }

    /// The group of an item or of itself.
    pub fn group(&self, code: &str) -> Option<&Group> {
        let head = code.get(..2)?;
        self.groups.iter().find(|group| group.code == head)
    }

    pub fn items(&self) -> impl Iterator<Item = (&Group, &Item)> {
        self.groups
            .iter()
            .flat_map(|group| group.items.iter().map(move |item| (group, item)))
    }

    /// `物业服务`, or the code itself where the list does not have it.
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.item(code).map_or(code, |(_, item)| &item.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_shipped_list_is_whole() {
        let list = Categories::read(SHIPPED).unwrap();
        let codes: BTreeSet<&str> = list.items().map(|(_, item)| item.code.as_str()).collect();
        assert_eq!((list.groups.len(), list.items().count(), codes.len()), (9, 53, 53));
        for (group, item) in list.items() {
            assert!(item.code.starts_with(&group.code) && item.code.len() == 4, "{}", item.code);
            assert!(!item.about.is_empty() && !group.body.is_empty(), "{}", item.code);
        }
        assert_eq!(list.name("0103"), "物业服务");
        assert_eq!(list.name("9999"), "9999");
        assert_eq!(list.group("08").unwrap().lane, Lane::Enterprise);
        assert_eq!(list.items().filter(|(_, item)| item.emergency).count(), 1);
    }
}
