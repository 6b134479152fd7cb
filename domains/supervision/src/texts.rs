//! 没有载入的文本。 A finding that rests on a text nobody holds here is blocked with the text's name, never approximated.

use crate::rules::{self, EXPERTS, NOTICES, ORDER_16};
use fadu_kernel::{Basis, Rule};
use jiff::civil::Date;

/// The version of 招标投标法 that is held: what was passed later is not.
const TENDERING_LAW: Date = Date::constant(2017, 12, 27);

/// The rule that blocks a finding on this article, in this version of its text; `None` where it may be made.
pub fn not_held(law: &Basis, version: Option<Date>) -> Option<&'static Rule> {
    match law.statute.as_ref() {
        ORDER_16 => Some(&rules::ORDER_16_HELD),
        EXPERTS => Some(&rules::EXPERTS_HELD),
        NOTICES => Some(&rules::NOTICES_HELD),
        "招标投标法" if version.is_some_and(|version| version > TENDERING_LAW) => {
            Some(&rules::AMENDMENT_HELD)
        }
        _ => None,
    }
}
