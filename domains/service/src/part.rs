//! 联办的一项。 A case that is one item of a joint case, and what it leaves to the whole: the applicant's one form, the
//! telling of what is missing, the limit over all departments.

use crate::case::Case;
use crate::rules;
use fadu_kernel::{Ctx, Help, MatterId, PersonId, Refusal, Role};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 所属联办件。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parent {
    pub joint: MatterId,
    pub number: String,
    /// Under which the joint case knows this one.
    pub item_code: String,
    /// 联合办理: one limit over all departments, so that this case has none of its own (行政许可法 42).
    pub one_clock: bool,
    /// 已经一次告知: told by the joint case; nobody tells a second time.
    pub told: bool,
    /// Who applied there. Absent on a case whose applicant has no account and holds number and code.
    pub applicant: Option<PersonId>,
    /// 申请之日: when the whole was received. The guide of that day holds for every part of it, whenever its case is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub applied_on: Option<Date>,
}

impl Case {
    pub fn is_on_one_clock(&self) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.one_clock)
    }

    pub fn was_told_together(&self) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.told)
    }
}

/// The system withdraws and hands over what the joint case does, and nothing else.
pub fn for_the_whole(case: &Case, ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock && case.parent.is_none() {
        return Err(Refusal::new(&rules::PART_OF_JOINT, Help::Operator, "这是单独申请的办件"));
    }
    Ok(())
}
