//! 初审。 A permit that an organ of the level below reviews before the one that decides: within twenty working days of
//! acceptance it sends up its opinion and the whole file, and the applicant is not asked for anything again (行政许可法 35, 43).

use crate::case::{Case, Fact};
use crate::definition::Definition;
use crate::rules;
use fadu_kernel::{Clock, Ctx, Help, OrgId, PersonId, Refusal};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 先经下级机关审查的办件。 Until it is sent up the case is the organ's below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Below {
    /// 决定机关
    pub decides: OrgId,
    /// 初审期限, from acceptance on.
    #[serde(default)]
    pub clock: Option<Clock>,
    #[serde(default)]
    pub forwarded: Option<Forwarded>,
}

/// 报送。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    pub on: Date,
    pub by: PersonId,
    pub organ: OrgId,
    pub favourable: bool,
    pub opinion: String,
}

impl Case {
    /// What the organ below has still to send up.
    pub fn reviewed_below(&self) -> Option<&Below> {
        self.first_review.as_ref().filter(|below| below.forwarded.is_none())
    }
}

fn no<T>(help: Help, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(&rules::REVIEWED_BELOW_FIRST, help, because))
}

/// 报送初审意见: the whole file goes with it. The limits of whoever decides run from the day on which it is there.
pub(crate) fn forward(
    case: &Case,
    favourable: bool,
    opinion: &str,
    item: &Definition,
    ctx: &Ctx,
) -> Result<Vec<Fact>, Refusal> {
    let Some(below) = case.reviewed_below() else {
        let because = "本件不需要先经下级机关审查，或者已经报送";
        return Err(Refusal::new(&rules::ORDER, Help::Officer, because));
    };
    if opinion.trim().is_empty() {
        return no(Help::Officer, "没有写明初审意见");
    }
    let statutory = item.statutory.limit().filter(|_| !case.is_on_one_clock());
    let promised = item.promised.limit();
    let last = below.clock.as_ref().and_then(|clock| clock.due(ctx.calendar).fixed());
    Ok(vec![Fact::Forwarded {
        from: case.org.clone(),
        to: below.decides.clone(),
        favourable,
        opinion: opinion.to_owned(),
        materials: case.materials.keys().cloned().collect(),
        in_time: last.map(|last| ctx.today() <= last),
        statutory,
        promised,
        due: promised
            .or(statutory)
            .and_then(|limit| limit.end(ctx.today(), ctx.calendar).ok()),
    }])
}

/// Whoever decides has the opinion and the file.
pub(crate) fn is_there(case: &Case) -> Result<(), Refusal> {
    match case.reviewed_below() {
        Some(below) => {
            let because =
                format!("由{}作出决定，{}还没有报送初审意见和全部申请材料", below.decides, case.org);
            no(Help::Officer, because)
        }
        None => Ok(()),
    }
}

/// What was sent up is not asked of the applicant again (行政许可法 35).
pub(crate) fn not_asked_again(case: &Case) -> Result<(), Refusal> {
    let sent = case.first_review.as_ref().and_then(|below| below.forwarded.as_ref());
    match sent {
        Some(sent) => {
            let because = format!("{}{}已经报送全部申请材料，不能要求申请人重复提供", sent.on, sent.organ);
            no(Help::Officer, because)
        }
        None => Ok(()),
    }
}
