//! 办件。 One application on one item: received, accepted or declined, reviewed, decided, delivered, closed.
//!
//! A state is the presence of an act: there is no status flag to set wrongly.

pub mod act;
mod check;
mod docket;
mod evolve;
pub mod fact;
mod limits;
mod matter;
mod parts;

pub use act::Act;
pub use fact::Fact;
pub use limits::{Against, Recorded};
pub use parts::*;

use crate::definition::{Material, SpecialKind};
use crate::fee::Charge;
use crate::first_review::Below;
use crate::inspection::Inspection;
use crate::intermediary::Intermediary;
use crate::outside::Outside;
use crate::parcel::Parcel;
use crate::part::Parent;
use crate::renewal::Renewal;
use crate::signature::Signature;
use fadu_kernel::{Clock, MatterId, OrgId, PersonId, Sealed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    pub number: String,
    pub item: MatterId,
    /// The version of the item it was received under.
    pub item_version: u32,
    pub item_code: String,
    pub item_name: String,
    pub task_type: u8,
    pub org: OrgId,
    pub channel: Option<Channel>,
    pub applicant: Option<PersonId>,
    pub sealed: Sealed,
    pub received: Option<Mark>,
    pub materials: BTreeMap<String, Paper>,
    /// 验签: what the last check of a signed file found, by material.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signatures: BTreeMap<String, Signature>,
    /// 出具材料的中介机构, by material.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intermediaries: BTreeMap<String, Intermediary>,
    /// 一次告知
    pub notice: Option<Notice>,
    /// 补正: of what was awaited. Silence counts from it.
    pub supplemented: Option<Mark>,
    /// 补来: when last a paper came that was not there, asked for or not. Absent where that was before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought: Option<Date>,
    /// 待更正: told of while they lay there, and not brought anew since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub to_mend: BTreeSet<String>,
    /// 告知期限: silence after it is acceptance, unless no statute says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_clock: Option<Clock>,
    /// Its last day as it was reckoned on the day of receipt: all that is known where no clock was kept.
    pub notice_due: Option<Date>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silence_means_nothing: bool,
    pub accepted: Option<Accepted>,
    pub declined: Option<Declined>,
    pub statutory: Option<Clock>,
    pub promised: Option<Clock>,
    pub extension: Option<Mark>,
    pub stopped_for: Option<SpecialKind>,
    /// 书面告知的所需时间, of the stop that is open; absent where it was stopped before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_told: Option<Clock>,
    /// On which day it was recorded that this time had passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_passed: Option<Date>,
    /// 初审: absent where the organ that decides reviews by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_review: Option<Below>,
    pub verified: Option<Verified>,
    /// 检验、检测、检疫, from acceptance on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Inspection>,
    pub hearing: Hearing,
    pub decided: Option<Decided>,
    pub delivery: Option<Clock>,
    pub delivered: Option<Mark>,
    pub withdrawn: Option<Mark>,
    pub archived: Option<Mark>,
    /// 黄色预警、超期: the day on which each was recorded of the limit that is shown.
    pub amber: Option<Date>,
    pub overdue: Option<Date>,
    /// The same of the limits beside it: the law's under a promise, and of delivery.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub beside: BTreeMap<Against, Recorded>,
    pub explained: Option<String>,
    pub corrections: Vec<String>,
    /// Who read the personal data on a recorded reason, on the last day somebody did.
    #[serde(default)]
    pub consulted: Vec<Mark>,
    /// 所属联办件
    #[serde(default)]
    pub parent: Option<Parent>,
    /// 本件免交: beside what the item spares everybody, by material, with the reason.
    #[serde(default)]
    pub spared: BTreeMap<String, String>,
    /// 本件仍需提交: the item spares it, yet whoever holds it could not give it.
    #[serde(default)]
    pub after_all: BTreeMap<String, String>,
    /// 再到现场的日子: on which papers were brought later.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub visited: BTreeSet<Date>,
    /// 已制作的文书: the SHA-256 of each, by the ledger number of the fact it tells of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub documents: BTreeMap<i64, String>,
    /// 到此日为止不得再次申请: what was handed in was false, and the permit concerns safety.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred_until: Option<Date>,
    /// 延续的许可
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renewal>,
    /// 收费, by the code of the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fees: BTreeMap<String, Charge>,
    /// 邮件, one after the other: one that came back may be sent again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parcels: Vec<Parcel>,
    /// 转外部系统
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Outside>,
}

impl Case {
    pub fn is_closed(&self) -> bool {
        self.declined.is_some() || self.withdrawn.is_some() || self.delivered.is_some()
    }

    /// Something was recorded that is to be explained: an overrun, or a stop longer than told.
    pub fn is_late(&self) -> bool {
        self.stop_passed.is_some() || self.overruns().next().is_some()
    }

    /// Whether this applicant may be asked for it: what is held elsewhere only where nobody could give it.
    pub fn may_ask(&self, material: &Material) -> bool {
        !self.spared.contains_key(&material.id)
            && (!material.is_spared() || self.after_all.contains_key(&material.id))
    }

    /// 不再要求提交，因为…
    pub fn not_asked_because(&self, material: &Material) -> Option<String> {
        let here = self.spared.get(&material.id).cloned();
        here.or_else(|| material.not_asked_because().filter(|_| !self.may_ask(material)))
    }

    pub fn status(&self) -> &'static str {
        match self {
            Case { archived: Some(_), .. } => "archived",
            Case { declined: Some(_), .. } => "declined",
            Case { withdrawn: Some(_), .. } => "withdrawn",
            Case { delivered: Some(_), .. } => "closed",
            Case { decided: Some(_), .. } => "decided",
            Case { stopped_for: Some(_), .. } => "stopped",
            Case { accepted: Some(_), .. } => "accepted",
            Case { received: Some(_), .. } if self.awaits_supplement() => "waiting",
            Case { received: Some(_), .. } => "received",
            Case { .. } => "new",
        }
    }

    pub fn status_zh(status: &str) -> &'static str {
        match status {
            "archived" => "已归档",
            "declined" => "不予受理",
            "withdrawn" => "已撤回",
            "closed" => "已办结",
            "decided" => "已决定，待送达",
            "stopped" => "特别程序中",
            "accepted" => "已受理，审查中",
            "waiting" => "待补正",
            "received" => "已收件，待受理",
            _ => "未提交",
        }
    }

    /// It has not come, or was told of as it lies there and was not brought anew.
    pub fn lacks(&self, material: &str) -> bool {
        !self.materials.contains_key(material) || self.to_mend.contains(material)
    }

    /// 还要补正的: what the notice told of and has not come since, each with its own words.
    pub fn awaited(&self) -> impl Iterator<Item = &Missing> {
        let told = self.notice.iter().flat_map(|notice| &notice.missing);
        told.filter(|line| !self.spared.contains_key(&line.material) && self.lacks(&line.material))
    }

    /// 随件保管的文件: what was handed in, and the record of its hearing.
    pub fn holds(&self, digest: &str) -> bool {
        let mut papers = self.materials.values().chain(&self.hearing.record);
        papers.any(|paper| paper.digest == digest)
    }

    /// 待补正: something that the notice told of has not come. Only all of it binds the organ to accept
    /// (行政许可法 32(5)), so that a part of it starts no silence.
    pub(crate) fn awaits_supplement(&self) -> bool {
        self.notice.is_some() && (self.supplemented.is_none() || self.awaited().next().is_some())
    }

    /// Nothing was said yet of the papers as they lie there now, and a statute makes something of that.
    pub(crate) fn is_silent(&self) -> bool {
        self.status() == "received" && !self.silence_means_nothing
    }
}
