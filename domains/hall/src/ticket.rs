//! 排队号。 One number of one hall on one day: issued, waiting, called, served, finished, or left.
//!
//! A ticket's id is made of hall, day and number, so that two tickets with one number cannot exist: whoever issues it
//! again meets the first one. Waiting is counted from joining the line to the first call.

use crate::hall::{Channel, Hall};
use crate::mark::{Mark, checked, day_of, minute_of_day, named, texts};
use crate::rules::{self, Decision};
use crate::ticket_decide::decide;
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Invalid, Matter, MatterId, OrgId, PersonId, Role, Rule,
    Stamp, Task, calendar::offset,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 等候预测, as the citizen was shown it; made by [`crate::queue::forecast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// People ahead.
    pub ahead: u32,
    pub minutes: u32,
}

/// 办理结果 at the window. A clerk receives and hands over; accepting and deciding are the organ's (行政许可法 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 收件
    Received,
    /// 出件
    HandedOver,
    /// 咨询
    Advised,
    /// 没有办成
    NotDone,
}

/// 从哪张票上来。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slip {
    pub hall: String,
    /// Letter of the zone.
    pub zone: String,
    /// 1 to 9999; printed `A0007`.
    pub serial: u32,
    /// Item code, where the citizen named one.
    #[serde(default)]
    pub item: Option<String>,
}

impl Slip {
    pub fn number(&self) -> String {
        format!("{}{:04}", self.zone, self.serial)
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ticket {
    pub number: String,
    pub hall: String,
    pub org: OrgId,
    pub zone: String,
    pub item: Option<String>,
    /// The day it is good for.
    pub day: Option<Date>,
    pub channel: Option<Channel>,
    /// The account that took it, if one did.
    pub holder: Option<PersonId>,
    pub issued: Option<Mark>,
    /// Minute of the day of an appointment.
    pub slot: Option<u16>,
    /// The minute at which that time is over; absent once it was sent on to another window, and where it was not kept.
    #[serde(default)]
    pub slot_until: Option<u16>,
    /// Milliseconds when it joined the line.
    pub queued: Option<i64>,
    pub forecast: Option<Forecast>,
    pub calls: Vec<Called>,
    pub skipped: Option<Mark>,
    /// Window and when service began.
    pub serving: Option<(String, Mark)>,
    pub ended: Option<(Ending, Mark)>,
    pub case: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    pub window: String,
    pub by: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Finished,
    Left,
    Lapsed,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 取号: for today, or for a minute of a coming day.
    Issue {
        slip: Slip,
        channel: Channel,
        /// The kiosk that issues it, by its number.
        #[serde(default)]
        kiosk: Option<String>,
        /// Day and minute of an appointment.
        #[serde(default)]
        #[schemars(with = "Option<(String, u16)>")]
        slot: Option<(Date, u16)>,
        /// What the citizen is shown; absent for an appointment, which joins the line on arrival.
        #[serde(default)]
        forecast: Option<Forecast>,
    },
    /// 预约报到
    Arrive { forecast: Option<Forecast> },
    /// 离线号入账: a number that a kiosk gave out while it could not be reached, on the day on which it did.
    ReconcileOffline { slip: Slip, kiosk: String, issued_ms: i64 },
    /// 叫号
    Call { window: String },
    /// 重叫
    Recall,
    /// 过号
    Skip,
    /// 转窗: to another zone or item, where it waits anew; both waits are counted.
    Transfer { zone: String, item: Option<String>, reason: String },
    /// 开始办理
    Serve,
    /// 办完
    Finish {
        outcome: Outcome,
        /// Number of the case that was received or handed over.
        #[serde(default)]
        case: Option<String>,
        /// Why not, and where the citizen was shown to.
        #[serde(default)]
        reason: String,
    },
    /// 放弃
    Leave,
    /// 当日作废
    Lapse,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Issued {
        hall: String,
        org: OrgId,
        number: String,
        zone: String,
        item: Option<String>,
        channel: Channel,
        kiosk: Option<String>,
        day: Date,
        slot: Option<u16>,
        #[serde(default)]
        slot_until: Option<u16>,
        offline: bool,
    },
    Queued {
        hall: String,
        zone: String,
        from_ms: i64,
        ahead: Option<u32>,
        minutes: Option<u32>,
    },
    Called {
        hall: String,
        window: String,
        /// Seconds since joining the line.
        waited: u32,
        /// Seconds that the forecast had said, and how far it was off; absent without one.
        expected: Option<u32>,
        error: Option<u32>,
        /// Was it called before? Then it is in no mean.
        again: bool,
    },
    Skipped {
        window: String,
        calls: u32,
    },
    Transferred {
        from: String,
        zone: String,
        item: Option<String>,
        reason: String,
    },
    Served {
        hall: String,
        window: String,
    },
    Finished {
        hall: String,
        window: String,
        outcome: Outcome,
        case: Option<String>,
        item: Option<String>,
        /// Seconds at the window.
        took: u32,
        reason: String,
    },
    Left {
        waited: u32,
    },
    Lapsed,
}

impl Ticket {
    /// The only id that this number of this hall may have on this day.
    pub fn id(hall: &str, day: Date, number: &str) -> MatterId {
        named(&["ticket", hall, &day.to_string(), number])
    }

    pub fn status(&self) -> &'static str {
        match self {
            Ticket { ended: Some((Ending::Finished, _)), .. } => "finished",
            Ticket { ended: Some((Ending::Left, _)), .. } => "left",
            Ticket { ended: Some((Ending::Lapsed, _)), .. } => "lapsed",
            Ticket { serving: Some(_), .. } => "serving",
            Ticket { skipped: Some(_), .. } => "skipped",
            Ticket { queued: Some(_), calls, .. } if !calls.is_empty() => "called",
            Ticket { queued: Some(_), .. } => "waiting",
            Ticket { issued: Some(_), .. } => "booked",
            Ticket { .. } => "new",
        }
    }

    /// Its place in the line: the moment of joining it, or, for who booked and came before that time was over, the time
    /// that was booked.
    pub fn place(&self) -> Option<i64> {
        let queued = self.queued?;
        match self.slot.zip(self.slot_until) {
            Some((slot, until)) if minute_of_day(queued) < until => {
                let midnight = queued - i64::from(minute_of_day(queued)) * 60_000 - queued.rem_euclid(60_000);
                Some(midnight + i64::from(slot) * 60_000)
            }
            _ => Some(queued),
        }
    }

    /// The window that called it last, while the citizen is on the way or there.
    pub fn window(&self) -> Option<&str> {
        self.calls.last().map(|call| call.window.as_str())
    }
}

const QUEUE: Ground = Ground::Law(&[Basis::article("优化营商环境条例", 34), Basis::article("行政许可法", 6)]);

const fn act(name: &'static str, zh: &'static str) -> ActKind {
    ActKind { name, zh, ground: QUEUE, opens: false }
}

const ACTS: &[ActKind] = &[
    ActKind { name: "Issue", zh: "取号", ground: QUEUE, opens: true },
    act("Arrive", "预约报到"),
    ActKind { name: "ReconcileOffline", zh: "离线号入账", ground: QUEUE, opens: true },
    act("Call", "叫号"),
    act("Recall", "重叫"),
    act("Skip", "过号"),
    act("Transfer", "转窗"),
    act("Serve", "开始办理"),
    act("Finish", "办完"),
    act("Leave", "放弃"),
    act("Lapse", "当日作废"),
];

impl Matter for Ticket {
    const KIND: &'static str = "ticket";
    const ZH: &'static str = "排队号";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, today: Date) -> Option<MatterId> {
        match act {
            Act::Issue { slip, slot, .. } => {
                Some(Ticket::id(&slip.hall, slot.map_or(today, |(day, _)| day), &slip.number()))
            }
            Act::ReconcileOffline { slip, issued_ms, .. } => {
                Some(Ticket::id(&slip.hall, day_of(*issued_ms), &slip.number()))
            }
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Issue, Arrive, ReconcileOffline, Call, Recall, Skip, Transfer, Serve, Finish, Leave, Lapse)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Issued, Queued, Called, Skipped, Transferred, Served, Finished, Left, Lapsed)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let serial = |slip: &Slip| {
            (!(1..=9999).contains(&slip.serial)).then(|| Invalid::new("serial", "号码在1到9999之间"))
        };
        checked(match act {
            Act::Issue { slip, channel, kiosk, slot, .. } => {
                let mut wrong: Vec<Invalid> = serial(slip).into_iter().collect();
                if (*channel == Channel::Kiosk) != kiosk.is_some() {
                    wrong.push(Invalid::new("kiosk", "自助机取号要写明是哪一台"));
                }
                // By telephone one books, or takes a number for now.
                let booked = match channel {
                    Channel::Appointment => slot.is_some(),
                    Channel::Phone => true,
                    Channel::Kiosk | Channel::Door => slot.is_none(),
                };
                if !booked {
                    wrong.push(Invalid::new("slot", "预约要写明日期和时间，现场取号不写"));
                }
                if slot.is_some_and(|(_, minute)| minute >= 1440) {
                    wrong.push(Invalid::new("slot", "预约时间在一天之内"));
                }
                wrong
            }
            Act::ReconcileOffline { slip, .. } => serial(slip).into_iter().collect(),
            Act::Transfer { reason, .. } => texts(&[("reason", reason, "转窗原因")]),
            Act::Finish { reason, .. } if reason.chars().count() > 2000 => {
                vec![Invalid::new("reason", "原因不能超过2000字")]
            }
            Act::Arrive { .. }
            | Act::Call { .. }
            | Act::Recall
            | Act::Skip
            | Act::Serve
            | Act::Finish { .. }
            | Act::Leave
            | Act::Lapse => Vec::new(),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        decide(self, act, ctx)
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Issued { hall, org, number, zone, item, channel, day, slot, slot_until, .. } => {
                self.number.clone_from(number);
                self.hall.clone_from(hall);
                self.org = org.clone();
                self.zone.clone_from(zone);
                self.item.clone_from(item);
                self.day = Some(*day);
                self.channel = Some(*channel);
                self.slot = *slot;
                self.slot_until = *slot_until;
                self.issued = Some(Mark::of(stamp));
                self.holder =
                    matches!(stamp.role, Role::Citizen | Role::FirmAgent).then(|| stamp.person.clone());
            }
            Fact::Queued { from_ms, ahead, minutes, .. } => {
                self.queued = Some(*from_ms);
                self.forecast = ahead.zip(*minutes).map(|(ahead, minutes)| Forecast { ahead, minutes });
            }
            Fact::Called { window, .. } => {
                self.calls.push(Called { window: window.clone(), by: Mark::of(stamp) });
                self.skipped = None;
            }
            Fact::Skipped { .. } => self.skipped = Some(Mark::of(stamp)),
            Fact::Transferred { zone, item, .. } => {
                self.zone.clone_from(zone);
                self.item.clone_from(item);
                self.calls.clear();
                self.serving = None;
                self.forecast = None;
                self.slot_until = None;
                self.queued = Some(stamp.ms);
            }
            Fact::Served { window, .. } => self.serving = Some((window.clone(), Mark::of(stamp))),
            Fact::Finished { case, .. } => {
                self.case.clone_from(case);
                self.ended = Some((Ending::Finished, Mark::of(stamp)));
            }
            Fact::Left { .. } => self.ended = Some((Ending::Left, Mark::of(stamp))),
            Fact::Lapsed => self.ended = Some((Ending::Lapsed, Mark::of(stamp))),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let org = self.org.clone();
        let task = |name: &str, role, due| Task { name: name.to_owned(), role, org: org.clone(), due };
        let mut tasks = Vec::new();
        match self.status() {
            "waiting" => tasks.push(task("call", Role::WindowClerk, self.day)),
            "called" => tasks.push(task("serve", Role::WindowClerk, self.day)),
            "serving" => tasks.push(task("finish", Role::WindowClerk, self.day)),
            _ => {}
        }
        if let (Some(day), None) = (self.day, &self.ended) {
            let due = Some(offset(day, 1));
            tasks.push(Task { name: "clock".to_owned(), role: Role::Clock, org: OrgId::new("system"), due });
        }
        let mut facets = vec![
            (
                "line".to_owned(),
                format!("{}/{}", self.hall, self.day.map_or_else(String::new, |day| day.to_string())),
            ),
            ("number".to_owned(), self.number.clone()),
        ];
        facets.extend(self.holder.iter().map(|person| ("applicant".to_owned(), person.to_string())));
        Docket {
            number: self.number.clone(),
            title: format!("{}{}", Hall::ZH, self.number),
            status: self.status().to_owned(),
            org: self.org.clone(),
            closed: self.ended.is_some(),
            facets,
            tasks,
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let over = self.issued.is_some() && self.ended.is_none() && self.day.is_some_and(|own| own < day);
        if over { vec![Act::Lapse] } else { Vec::new() }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: self.holder.iter().cloned().collect() }
    }
}
