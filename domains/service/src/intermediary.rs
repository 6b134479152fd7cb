//! 中介机构。 Whose paper an applicant handed in, and how the papers of one item spread over those who make them: no organ
//! may name one to go to, openly or not (优化营商环境条例 43), and one that makes nearly all of them is worth a look.

use crate::case::{Case, Fact};
use crate::definition::{Definition, Material};
use crate::rules;
use fadu_kernel::money::Ratio;
use fadu_kernel::{Help, Refusal};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 出具材料的中介机构。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intermediary {
    pub name: String,
    /// 统一社会信用代码
    pub code: String,
}

impl Case {
    /// Papers of intermediaries that came and of which nobody said yet who made them.
    pub fn unnamed<'a>(&'a self, definition: &'a Definition) -> impl Iterator<Item = &'a Material> {
        definition.materials.iter().filter(|material| {
            material.origin == "intermediary"
                && self.materials.contains_key(&material.id)
                && !self.intermediaries.contains_key(&material.id)
        })
    }
}

pub(crate) fn name(
    case: &Case,
    id: &str,
    name: &str,
    code: &str,
    item: &Definition,
) -> Result<Vec<Fact>, Refusal> {
    if !case.unnamed(item).any(|material| material.id == id) {
        let because = format!("“{id}”不是收到的中介机构出具的材料，或者已经登记是哪一家");
        return Err(Refusal::new(&rules::ORDER, Help::Window, because));
    }
    Ok(vec![Fact::IntermediaryNamed {
        material: id.to_owned(),
        name: name.to_owned(),
        code: code.to_owned(),
        item_code: case.item_code.clone(),
    }])
}

/// 集中度: of the papers of one item, those that its most frequent intermediary made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concentration {
    pub item_code: String,
    /// Of the most frequent one.
    pub code: String,
    pub share: Ratio,
}

impl Concentration {
    /// More than so many percent. Which number is worth a look, whoever looks says: no law gives one.
    pub fn is_over(&self, percent: i64) -> bool {
        self.share.part * 100 > percent * self.share.whole
    }
}

/// From papers counted by `item|intermediary`, an item each, the most concentrated first.
pub fn concentrations(counts: &[(String, i64)]) -> Vec<Concentration> {
    let mut items: BTreeMap<&str, (i64, i64, &str)> = BTreeMap::new();
    for (item, code, n) in counts.iter().filter_map(|(key, n)| {
        let (item, code) = key.split_once('|')?;
        Some((item, code, *n))
    }) {
        let (whole, most, of) = items.entry(item).or_default();
        *whole += n;
        if n > *most {
            (*most, *of) = (n, code);
        }
    }
    let mut all: Vec<Concentration> = items
        .into_iter()
        .map(|(item, (whole, most, code))| Concentration {
            item_code: item.to_owned(),
            code: code.to_owned(),
            share: Ratio::new(most, whole),
        })
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.share.per_mille(), one.share.whole)));
    all
}
