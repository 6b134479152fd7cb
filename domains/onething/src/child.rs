//! 子件。 What the joint case knows of one of its items: planned, opened as a case of its own, ended in one way.

use crate::definition::NeedKind;
use fadu_kernel::clock::Stop;
use fadu_kernel::{Basis, MatterId, OrgId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 计划: what the theme's version said of the item when the joint case was received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub item_code: String,
    pub item_name: String,
    pub department: OrgId,
    pub permit: bool,
    /// Only those on items that take part in this situation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Awaited>,
}

/// 前置: which item it waits for, how, and by which article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    pub item_code: String,
    pub kind: NeedKind,
    pub why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Child {
    pub plan: Planned,
    /// All it waits for is there and its papers are complete: the case is being opened.
    pub ready: Option<Date>,
    /// 未能转交: since then it waits for the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    pub opened: Option<Opened>,
    pub accepted: Option<Date>,
    /// As its department reckoned it last.
    pub due: Option<Date>,
    pub stops: Vec<Stop>,
    pub stopped_for: Option<Suspension>,
    pub ended: Option<Ended>,
    pub delivered: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub on: Date,
    pub case: MatterId,
    pub number: String,
}

/// 未能转交: what stood in the way of its case, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub on: Date,
    pub rule: String,
    pub reason: String,
}

/// 结果。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Ended {
    /// 准予
    Granted { on: Date, document: String },
    /// 不予许可: with its own reason and remedy.
    Refused { on: Date, document: String, reason: String, remedy: String },
    /// 不予受理
    Declined { on: Date, reason: String, remedy: String },
    /// 撤回
    Withdrawn { on: Date },
    /// 前置未成，依法不能办: which item it waited for, and why.
    Blocked { on: Date, by: String, reason: String },
}

impl Ended {
    pub fn on(&self) -> Date {
        match self {
            Ended::Granted { on, .. }
            | Ended::Refused { on, .. }
            | Ended::Declined { on, .. }
            | Ended::Withdrawn { on }
            | Ended::Blocked { on, .. } => *on,
        }
    }

    pub fn zh(&self) -> &'static str {
        match self {
            Ended::Granted { .. } => "准予",
            Ended::Refused { .. } => "不予许可",
            Ended::Declined { .. } => "不予受理",
            Ended::Withdrawn { .. } => "已撤回",
            Ended::Blocked { .. } => "因前置事项未办成而不能办",
        }
    }

    pub fn is_granted(&self) -> bool {
        matches!(self, Ended::Granted { .. })
    }

    /// Is there a document to hand over?
    pub fn is_decision(&self) -> bool {
        matches!(self, Ended::Granted { .. } | Ended::Refused { .. } | Ended::Declined { .. })
    }
}

/// 特别程序。 The closed list of 行政许可法 45; no other word can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suspension {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Testing,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
}

impl Suspension {
    pub fn zh(self) -> &'static str {
        match self {
            Suspension::Hearing => "听证",
            Suspension::Tender => "招标",
            Suspension::Auction => "拍卖",
            Suspension::Inspection => "检验",
            Suspension::Testing => "检测",
            Suspension::Quarantine => "检疫",
            Suspension::Appraisal => "鉴定",
            Suspension::ExpertReview => "专家评审",
        }
    }
}

/// 子件的进展: one fact of the child's own case, as the relay brings it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Step {
    /// 受理: `from` is the day it counts from, earlier than the report where silence accepted.
    Accepted {
        #[schemars(with = "String", extend("format" = "date"))]
        from: Date,
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        due: Option<Date>,
    },
    Declined {
        reason: String,
        remedy: String,
    },
    Stopped {
        kind: Suspension,
        days: u16,
    },
    Resumed {
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        due: Option<Date>,
    },
    /// 延长: of a child on its own limit.
    Extended {
        #[schemars(with = "Option<String>", extend("format" = "date"))]
        due: Option<Date>,
    },
    Decided {
        granted: bool,
        reason: String,
        remedy: String,
        document: String,
    },
    Withdrawn,
    Delivered,
}

impl Child {
    pub fn planned(plan: Planned) -> Child {
        Child { plan, ..Child::default() }
    }

    /// Stable word for a page to translate.
    pub fn status(&self) -> &'static str {
        match self {
            Child { ended: Some(ended), delivered, .. } => match (ended, delivered) {
                (Ended::Granted { .. }, Some(_)) => "delivered",
                (Ended::Granted { .. }, None) => "granted",
                (Ended::Refused { .. }, _) => "refused",
                (Ended::Declined { .. }, _) => "declined",
                (Ended::Withdrawn { .. }, _) => "withdrawn",
                (Ended::Blocked { .. }, _) => "blocked",
            },
            Child { stopped_for: Some(_), .. } => "stopped",
            Child { accepted: Some(_), .. } => "accepted",
            Child { opened: Some(_), .. } => "received",
            Child { held: Some(_), .. } => "held",
            Child { ready: Some(_), .. } => "opening",
            Child { .. } => "waiting",
        }
    }

    /// 进度行: what the applicant reads of it.
    pub fn status_zh(&self) -> String {
        match (self.status(), &self.ended, self.stopped_for) {
            (_, Some(ended), _) if self.delivered.is_some() => format!("{}，已送达", ended.zh()),
            (_, Some(ended), _) => ended.zh().to_owned(),
            (_, None, Some(kind)) => format!("{}中，不计入期限", kind.zh()),
            ("accepted", None, None) => "已受理，审查中".to_owned(),
            ("received", None, None) => "已收件，待受理".to_owned(),
            ("held", None, None) => "未能转交，牵头部门处理中".to_owned(),
            ("opening", None, None) => "正在转交".to_owned(),
            (_, None, None) => "等待前一事项或者补正".to_owned(),
        }
    }

    /// Why it was not granted, in the words of whoever decided or of the theme.
    pub fn reason(&self) -> Option<&str> {
        match self.ended.as_ref()? {
            Ended::Refused { reason, .. }
            | Ended::Declined { reason, .. }
            | Ended::Blocked { reason, .. } => Some(reason),
            Ended::Granted { .. } | Ended::Withdrawn { .. } => None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// 转交中: its case was asked for and is not there yet.
    pub fn is_on_its_way(&self) -> bool {
        self.is_open() && self.ready.is_some() && self.opened.is_none() && self.held.is_none()
    }

    /// What stands in the way of its case now.
    pub fn held(&self) -> Option<&Held> {
        self.held.as_ref().filter(|_| self.is_open())
    }

    pub(crate) fn open(&mut self, on: Date, case: MatterId, number: &str) {
        self.opened = Some(Opened { on, case, number: number.to_owned() });
    }

    pub(crate) fn stop(&mut self, on: Date, kind: Suspension) {
        self.stopped_for = Some(kind);
        self.stops.push(Stop { from: on, until: None });
    }

    pub(crate) fn resume(&mut self, on: Date) {
        self.stopped_for = None;
        if let Some(stop) = self.stops.last_mut() {
            stop.until = stop.until.or(Some(on));
        }
    }

    /// A case that ends while it stands still stands still no longer.
    pub(crate) fn end(&mut self, ended: Ended) {
        self.resume(ended.on());
        self.ended = Some(ended);
    }
}

/// 并集。 Days on which at least one of these stops runs, as stops that neither touch nor overlap. One that is still
/// open takes in all that begins after it.
pub fn union(stops: impl IntoIterator<Item = Stop>) -> Vec<Stop> {
    let mut all: Vec<Stop> = stops.into_iter().collect();
    all.sort_by_key(|stop| stop.from);
    let mut merged: Vec<Stop> = Vec::new();
    for stop in all {
        match merged.last_mut() {
            Some(last) if last.until.is_none_or(|until| stop.from <= until) => {
                last.until = last.until.zip(stop.until).map(|(one, other)| one.max(other));
            }
            _ => merged.push(stop),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::calendar::offset;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn stop((from, length): (i64, Option<i64>)) -> Stop {
        let from = offset(date(2025, 3, 3), from);
        Stop { from, until: length.map(|days| offset(from, days)) }
    }

    fn any_stops() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
        prop::collection::vec((0_i64..60, prop::option::weighted(0.9, 0_i64..20)), 0..8)
    }

    /// The day itself is not stopped on the day it stops: days after `from` up to `until` are.
    fn stopped(stops: &[Stop], day: Date) -> bool {
        stops
            .iter()
            .any(|stop| stop.from < day && stop.until.is_none_or(|until| day <= until))
    }

    proptest! {
        #[test]
        fn a_day_is_stopped_when_some_child_stands_still_on_it(given in any_stops()) {
            let given: Vec<Stop> = given.into_iter().map(stop).collect();
            let merged = union(given.clone());
            for day in (0..100).map(|days| offset(date(2025, 3, 3), days)) {
                prop_assert_eq!(stopped(&given, day), stopped(&merged, day), "{}", day);
            }
        }

        #[test]
        fn merged_stops_neither_touch_nor_overlap_and_only_the_last_is_open(given in any_stops()) {
            let merged = union(given.into_iter().map(stop));
            for pair in merged.windows(2) {
                prop_assert!(pair[0].until.is_some_and(|until| until < pair[1].from));
            }
        }
    }
}
