//! 派单分类。 Two levels in our own words, shipped as data; the codes are those of the open interface too.

use crate::words::Lane;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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

#[derive(Clone, Debug, Default, Deserialize)]
pub struct Categories {
    #[serde(rename = "group")]
    pub groups: Vec<Group>,
}

/// 改过的小类: what the county's register says of an item, in place of the shipped list or beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edited {
    pub name: String,
    pub about: String,
    /// No new request comes under it; those that did keep its name.
    #[serde(default)]
    pub retired: bool,
}

impl Categories {
    /// The shipped list with what the register changed, added and retired. Groups are nobody's to change: rows of the
    /// dispatch catalogue and figures stand on them.
    pub fn edited(edits: &BTreeMap<String, Edited>) -> Categories {
        let mut list = Categories::shipped().clone();
        for group in &mut list.groups {
            for (code, edited) in edits.iter().filter(|(code, _)| code.starts_with(&group.code)) {
                let at = group.items.iter().position(|item| item.code == *code);
                let item = Item {
                    code: code.clone(),
                    name: edited.name.clone(),
                    about: edited.about.clone(),
                    emergency: false,
                };
                match (at, edited.retired) {
                    (Some(at), true) => drop(group.items.remove(at)),
                    (Some(at), false) => group.items[at] = item,
                    (None, true) => {}
                    (None, false) => group.items.push(item),
                }
            }
        }
        list
    }

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

    /// The name of a category or, by its two digits, of a whole group; otherwise the code itself.
    pub fn title<'a>(&'a self, code: &'a str) -> &'a str {
        let group = self.groups.iter().find(|group| group.code == code);
        group.map_or_else(|| self.name(code), |group| &group.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_edited_list_changes_adds_and_retires() {
        let edit = |name: &str, retired| Edited { name: name.into(), about: "说明".into(), retired };
        let edits = BTreeMap::from([
            ("0103".to_owned(), edit("物业与业委会", false)),
            ("0104".to_owned(), edit("房屋质量与交付", true)),
            ("0110".to_owned(), edit("电梯", false)),
            ("9901".to_owned(), edit("没有这一大类", false)),
        ]);
        let list = Categories::edited(&edits);
        assert_eq!(
            (list.name("0103"), list.name("0110"), list.name("0104")),
            ("物业与业委会", "电梯", "0104")
        );
        assert_eq!(list.items().count(), 53, "one added, one retired");
        assert!(list.item("9901").is_none());
        assert_eq!(Categories::edited(&BTreeMap::new()).items().count(), 53);
    }

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
