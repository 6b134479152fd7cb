//! 邮寄送达。 The result handed to a carrier, what the carrier tells of it, and the day on which it was signed for.
//!
//! The licensing law says 送达 and not how its day is found; here it is the day on the receipt, as with papers of a court
//! (民事诉讼法 91): the limit of delivery runs until somebody signed, and a parcel that comes back was not delivered.
//! An event is a kind and a day: what a carrier writes beside them may name people, and is not kept.

use crate::case::{Case, Fact, Mark};
use crate::decide::trips;
use crate::rules;
use fadu_kernel::{Ctx, Help, Refusal, Role, Rule};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a delivery by post is called.
pub const BY_POST: &str = "邮寄";

/// 一件邮件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub carrier: String,
    pub number: String,
    pub consigned: Mark,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub kind: EventKind,
    pub on: Date,
    /// As a simulated carrier told it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// 运输途中
    InTransit,
    /// 已经签收
    Signed,
    /// 退回
    Returned,
}

impl EventKind {
    pub const ALL: [EventKind; 3] = [EventKind::InTransit, EventKind::Signed, EventKind::Returned];

    pub fn zh(self) -> &'static str {
        match self {
            EventKind::InTransit => "运输途中",
            EventKind::Signed => "已经签收",
            EventKind::Returned => "退回",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            EventKind::InTransit => "in_transit",
            EventKind::Signed => "signed",
            EventKind::Returned => "returned",
        }
    }
}

impl Parcel {
    /// How it ended, if it did.
    pub fn ended(&self) -> Option<&Event> {
        self.events.iter().find(|event| event.kind != EventKind::InTransit)
    }

    /// How it stands, as a page says it.
    pub fn zh(&self) -> String {
        let stands = match self.events.last() {
            Some(event) => {
                let simulated = if event.simulated { "（模拟）" } else { "" };
                format!("{}{}{simulated}", event.on, event.kind.zh())
            }
            None => format!("{}交寄", self.consigned.on),
        };
        format!("{} {}，{stands}", self.carrier, self.number)
    }
}

impl Case {
    /// 在途邮件。
    pub fn on_its_way(&self) -> Option<&Parcel> {
        self.parcels
            .last()
            .filter(|parcel| parcel.ended().is_none() && !self.is_closed())
    }
}

type Decision = Result<Vec<Fact>, Refusal>;

fn no(rule: &'static Rule, because: impl Into<String>) -> Decision {
    Err(Refusal::new(rule, Help::Window, because))
}

/// 交寄。
pub(crate) fn consign(case: &Case, carrier: &str, number: &str) -> Decision {
    match (&case.decided, case.on_its_way()) {
        (None, _) => no(&rules::ORDER, "还没有作出决定"),
        (Some(_), Some(parcel)) => no(&rules::ORDER, format!("已经交寄：{}", parcel.zh())),
        (Some(_), None) => Ok(vec![Fact::Consigned {
            carrier: carrier.to_owned(),
            number: number.to_owned(),
            again: !case.parcels.is_empty(),
            department: case.org.clone(),
        }]),
    }
}

/// 物流信息. Signed for, it is delivered as of the day on the receipt, whenever that became known.
pub(crate) fn note(case: &Case, kind: EventKind, on: Date, simulated: bool, ctx: &Ctx) -> Decision {
    let Some(parcel) = case.on_its_way() else {
        return no(&rules::ORDER, "没有在途的邮件");
    };
    let earliest = parcel.events.last().map_or(parcel.consigned.on, |event| event.on);
    if on < earliest || on > ctx.today() {
        let because = format!("日期应在{earliest}和{}之间", ctx.today());
        return no(&rules::ORDER, because);
    }
    let noted = Fact::ParcelNoted {
        number: parcel.number.clone(),
        kind,
        on,
        simulated,
        department: case.org.clone(),
    };
    if kind != EventKind::Signed {
        return Ok(vec![noted]);
    }
    let due = case.delivery.as_ref().and_then(|clock| clock.due(ctx.calendar).fixed());
    let delivered = Fact::Delivered {
        way: BY_POST.to_owned(),
        in_time: due.map(|due| on <= due),
        trips: trips(case, BY_POST, ctx),
        on: Some(on),
    };
    Ok(vec![noted, delivered])
}

/// What was only posted is not delivered. The system hands over for a joint case, which knows how.
pub(crate) fn not_merely_posted(case: &Case, way: &str, ctx: &Ctx) -> Result<(), Refusal> {
    if ctx.actor.role == Role::Clock {
        return Ok(());
    }
    let refused = |because: String| Err(Refusal::new(&rules::SIGNED_FOR, Help::Window, because));
    match case.on_its_way() {
        Some(parcel) => refused(format!("邮件在途：{}；等待签收或者退回", parcel.zh())),
        None if way == BY_POST => refused("先记录交寄，签收的那一天才是送达".to_owned()),
        None => Ok(()),
    }
}
