//! 电子签名和电子印章。 A file that came with one is as good as paper, until somebody has checked the signature, found it
//! invalid and said why.

use crate::case::{Case, Fact, Missing};
use crate::definition::{Definition, Material};
use crate::rules;
use fadu_kernel::{Help, Refusal, Rule};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 验签的结果。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub on: Date,
    pub valid: bool,
    pub note: String,
}

impl Case {
    /// Whether the file of this material came with a signature that nobody has found invalid.
    pub fn is_signed(&self, material: &str) -> bool {
        let came = self.materials.get(material).is_some_and(|paper| paper.signed);
        came && self.signatures.get(material).is_none_or(|checked| checked.valid)
    }
}

impl Missing {
    /// Does this line ask for a copy on paper? Also where only its words do.
    fn asks_for_paper(&self) -> bool {
        self.on_paper || self.what.contains("纸质")
    }
}

/// What the applicant made bears a signature, what a body made for them a seal.
fn rule_of(material: &Material) -> &'static Rule {
    if material.origin == "applicant" { &rules::SIGNED_AS_BY_HAND } else { &rules::SEALED_AS_IN_INK }
}

/// Refuses a notice that wants on paper what came with a signature. Any other defect of it may be told.
pub(crate) fn no_paper_copy(case: &Case, missing: &[Missing], item: &Definition) -> Result<(), Refusal> {
    let wanted = missing
        .iter()
        .filter(|line| line.asks_for_paper() && case.is_signed(&line.material))
        .find_map(|line| item.material(&line.material));
    match wanted {
        Some(material) => {
            let because = format!("“{}”带有电子签名或者电子印章，没有验签不通过的记录", material.name);
            Err(Refusal::new(rule_of(material), Help::Officer, because))
        }
        None => Ok(()),
    }
}

pub(crate) fn check(
    case: &Case,
    id: &str,
    valid: bool,
    note: &str,
    item: &Definition,
) -> Result<Vec<Fact>, Refusal> {
    let came = case.materials.get(id).is_some_and(|paper| paper.signed);
    let Some(material) = item.material(id).filter(|_| came) else {
        let because = format!("没有收到带有电子签名的材料“{id}”");
        return Err(Refusal::new(&rules::ORDER, Help::Officer, because));
    };
    if !valid && note.trim().is_empty() {
        let because = format!("没有写明“{}”的签名为什么无效", material.name);
        return Err(Refusal::new(rule_of(material), Help::Officer, because));
    }
    Ok(vec![Fact::SignatureChecked { material: id.to_owned(), valid, note: note.to_owned() }])
}
