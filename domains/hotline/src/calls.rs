//! 话务日。 One matter a day; one fact an hour, taken from the exchange's record and held against it by its digest.
//!
//! Not one fact a call: a county's 85,000 calls leave 8,760 facts a year this way, and the connect rate still has its
//! numerator, denominator and exclusions. Time opens every day from the one after the hotline went live, and an hour without
//! a record is itself recorded when the day is closed, so that neither an hour nor a whole day falls out of the 24-hour
//! figure unseen. A correction strikes the old numbers and sets new ones: sums come right.

use crate::desk::Desk;
use crate::rules;
use fadu_kernel::calendar::offset;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Role,
    Rule, Stamp, Task,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// 一条线路一个小时的话务。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    pub line: String,
    /// 呼入
    pub inbound: u32,
    /// 接听
    pub answered: u32,
    /// 在规定的秒数之内挂断: not in the denominator.
    pub abandoned_early: u32,
    /// 等待之后挂断
    pub abandoned_late: u32,
    /// 接听后因线路中断: they stay among the answered.
    #[serde(default)]
    pub dropped: u32,
}

/// 一个小时的交换机记录。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    pub hour: u8,
    /// Seats signed in during the hour.
    pub staffed: u16,
    pub lines: Vec<Tally>,
    pub wait_seconds: u32,
    pub talk_seconds: u32,
    /// SHA-256 of the exchange's record, in hex.
    pub digest: String,
}

/// What figures add up: an hour's numbers, or the same negative where they were struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// 1, or −1 where struck.
    pub hours: i64,
    pub covered: i64,
    pub inbound: i64,
    pub answered: i64,
    pub abandoned_early: i64,
    pub abandoned_late: i64,
    pub dropped: i64,
    pub wait_seconds: i64,
    pub talk_seconds: i64,
}

impl Sum {
    fn of(record: &Record) -> Sum {
        let add = |of: fn(&Tally) -> u32| record.lines.iter().map(|tally| i64::from(of(tally))).sum();
        Sum {
            hours: 1,
            covered: i64::from(record.staffed > 0),
            inbound: add(|tally| tally.inbound),
            answered: add(|tally| tally.answered),
            abandoned_early: add(|tally| tally.abandoned_early),
            abandoned_late: add(|tally| tally.abandoned_late),
            dropped: add(|tally| tally.dropped),
            wait_seconds: i64::from(record.wait_seconds),
            talk_seconds: i64::from(record.talk_seconds),
        }
    }

    fn struck(self) -> Sum {
        Sum {
            hours: -self.hours,
            covered: -self.covered,
            inbound: -self.inbound,
            answered: -self.answered,
            abandoned_early: -self.abandoned_early,
            abandoned_late: -self.abandoned_late,
            dropped: -self.dropped,
            wait_seconds: -self.wait_seconds,
            talk_seconds: -self.talk_seconds,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Calls {
    pub day: Option<Date>,
    pub org: OrgId,
    pub hours: BTreeMap<u8, Sum>,
    pub closed: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 开始一日: whether or not the exchange tells anything of it.
    Open {
        #[schemars(with = "String", extend("format" = "date"))]
        day: Date,
    },
    /// 记录一小时话务; the first opens the day, where time has not.
    Record {
        #[schemars(with = "String", extend("format" = "date"))]
        day: Date,
        record: Record,
    },
    /// 更正
    Correct { record: Record, reason: String },
    /// 日结
    CloseDay,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    DayOpened {
        day: Date,
        /// The hotline whose day it is.
        org: OrgId,
    },
    HourRecorded {
        day: Date,
        hour: u8,
        staffed: u16,
        #[serde(flatten)]
        sum: Sum,
        /// The threshold of the day, in seconds.
        threshold: u16,
        lines: Vec<Tally>,
        digest: String,
        corrected: bool,
    },
    /// Negative numbers: what was said of the hour before no longer counts.
    HourStruck {
        day: Date,
        hour: u8,
        #[serde(flatten)]
        sum: Sum,
        reason: String,
    },
    /// No record came: an hour that counts in the whole and is not covered.
    HourMissed {
        day: Date,
        hour: u8,
        #[serde(flatten)]
        sum: Sum,
    },
    DayClosed {
        recorded: u8,
        missed: u8,
    },
}

const COUNT: Ground = Ground::Law(&[Basis::article("统计法", 24)]);

const ACTS: &[ActKind] = &[
    ActKind { name: "Open", zh: "话务日开始", ground: COUNT, opens: true },
    ActKind { name: "Record", zh: "记录一小时话务", ground: COUNT, opens: true },
    ActKind { name: "Correct", zh: "更正话务记录", ground: COUNT, opens: false },
    ActKind { name: "CloseDay", zh: "话务日结", ground: COUNT, opens: false },
];

impl Matter for Calls {
    const KIND: &'static str = "calls";
    const ZH: &'static str = "话务日";
    const NAMED: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { day } | Act::Record { day, .. } => Some(Calls::id(*day)),
            Act::Correct { .. } | Act::CloseDay => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        ACTS
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        match act {
            Act::Open { .. } => "Open",
            Act::Record { .. } => "Record",
            Act::Correct { .. } => "Correct",
            Act::CloseDay => "CloseDay",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::DayOpened { .. } => "DayOpened",
            Fact::HourRecorded { .. } => "HourRecorded",
            Fact::HourStruck { .. } => "HourStruck",
            Fact::HourMissed { .. } => "HourMissed",
            Fact::DayClosed { .. } => "DayClosed",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let (Act::Record { record, .. } | Act::Correct { record, .. }) = act else { return Ok(()) };
        let mut wrong = Vec::new();
        if record.hour > 23 {
            wrong.push(Invalid::new("hour", "钟点是0到23"));
        }
        if record.digest.len() != 64 || !record.digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            wrong.push(Invalid::new("digest", "交换机记录的摘要是64位十六进制"));
        }
        for tally in &record.lines {
            let parts = [tally.answered, tally.abandoned_early, tally.abandoned_late];
            let sum: u64 = parts.into_iter().map(u64::from).sum();
            if sum != u64::from(tally.inbound) {
                let message =
                    format!("{}呼入{}，接听、挂断合计{sum}，两者应当相等", tally.line, tally.inbound);
                wrong.push(Invalid::new("inbound", message));
            }
            if tally.dropped > tally.answered {
                wrong.push(Invalid::new("dropped", format!("{}中断的比接听的多", tally.line)));
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        match act {
            Act::Open { day } => self.open(*day, ctx),
            Act::Record { day, record } => self.record(*day, record, ctx),
            Act::Correct { record, reason } => self.correct(record, reason, ctx),
            Act::CloseDay => self.close_day(ctx),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::DayOpened { day, org } => {
                self.day = Some(*day);
                self.org = org.clone();
            }
            Fact::HourRecorded { day, hour, sum, .. } => {
                self.day = Some(*day);
                self.org = stamp.org.clone();
                self.hours.insert(*hour, *sum);
            }
            Fact::HourStruck { hour, .. } => {
                self.hours.remove(hour);
            }
            Fact::HourMissed { hour, sum, .. } => {
                self.hours.insert(*hour, *sum);
            }
            Fact::DayClosed { .. } => self.closed = true,
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        let day = self.day.map(|day| day.to_string()).unwrap_or_default();
        let close = self.day.filter(|_| !self.closed).map(|day| Task {
            name: "clock".to_owned(),
            role: Role::Clock,
            org: OrgId::new("system"),
            due: Some(offset(day, 1)),
        });
        Docket {
            number: day.clone(),
            title: format!("{day}话务，已记{}小时", self.hours.len()),
            status: if self.closed { "closed" } else { "counting" }.to_owned(),
            org: self.org.clone(),
            closed: self.closed,
            facets: vec![("day".to_owned(), day)],
            tasks: close.into_iter().collect(),
            ..Docket::default()
        }
    }

    fn due_acts(&self, day: Date, _calendar: &Calendar) -> Vec<Act> {
        let over = self.day.is_some_and(|own| own < day) && !self.closed;
        if over { vec![Act::CloseDay] } else { Vec::new() }
    }
}

fn no(because: impl Into<String>) -> Result<Vec<Fact>, Refusal> {
    Err(Refusal::new(&rules::COUNTED_ONCE, Help::Operator, because))
}

impl Calls {
    /// One a day, whoever opens it.
    pub fn id(day: Date) -> MatterId {
        let digest = Sha256::digest(format!("calls {day}"));
        MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
    }

    /// On its eve at the earliest: the first is opened on the day on which the hotline goes live.
    fn open(&self, day: Date, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if ctx.actor.role != Role::Clock {
            return Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "话务日由系统时钟开始"));
        }
        match (self.day, Desk::open(ctx)) {
            (Some(own), _) => no(format!("{own}的话务已经开始记")),
            (None, _) if day > offset(ctx.today(), 1) => no(format!("{day}还没有到")),
            (None, None) => no("热线还没有开通"),
            (None, Some(desk)) => Ok(vec![Fact::DayOpened { day, org: desk.org.clone() }]),
        }
    }

    fn record(&self, day: Date, record: &Record, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Some(own) = self.day.filter(|own| *own != day) {
            return no(format!("这里记的是{own}的话务"));
        }
        if day > ctx.today() {
            return no(format!("{day}还没有到"));
        }
        if self.hours.contains_key(&record.hour) {
            return no(format!("{day} {}时已经记过，请用更正", record.hour));
        }
        if let Some(because) = unknown_line(record, ctx) {
            return Err(Refusal::new(&rules::KNOWN_LINE, Help::CatalogueManager, because));
        }
        Ok(vec![recorded(day, record, false, ctx)])
    }

    fn correct(&self, record: &Record, reason: &str, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        let (Some(day), Some(old)) = (self.day, self.hours.get(&record.hour)) else {
            return no(format!("{}时还没有记录，请直接记录", record.hour));
        };
        if reason.trim().is_empty() {
            return no("没有写明更正的理由");
        }
        if let Some(because) = unknown_line(record, ctx) {
            return Err(Refusal::new(&rules::KNOWN_LINE, Help::CatalogueManager, because));
        }
        let struck =
            Fact::HourStruck { day, hour: record.hour, sum: old.struck(), reason: reason.to_owned() };
        Ok(vec![struck, recorded(day, record, true, ctx)])
    }

    fn close_day(&self, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if ctx.actor.role != Role::Clock {
            return Err(Refusal::new(&rules::CLOCK_ONLY, Help::Operator, "日结由系统时钟记录"));
        }
        let Some(day) = self.day.filter(|day| *day < ctx.today() && !self.closed) else {
            return no("这一天还没有过完，或者已经日结");
        };
        let missed: Vec<u8> = (0..24).filter(|hour| !self.hours.contains_key(hour)).collect();
        let sum = Sum { hours: 1, ..Sum::default() };
        let closed = Fact::DayClosed { recorded: 24 - missed.len() as u8, missed: missed.len() as u8 };
        Ok(missed
            .into_iter()
            .map(|hour| Fact::HourMissed { day, hour, sum })
            .chain([closed])
            .collect())
    }
}

fn recorded(day: Date, record: &Record, corrected: bool, ctx: &Ctx) -> Fact {
    Fact::HourRecorded {
        day,
        hour: record.hour,
        staffed: record.staffed,
        sum: Sum::of(record),
        threshold: Desk::open(ctx)
            .and_then(|desk| desk.parameters.count("abandon_seconds"))
            .unwrap_or_default(),
        lines: record.lines.clone(),
        digest: record.digest.clone(),
        corrected,
    }
}

fn unknown_line(record: &Record, ctx: &Ctx) -> Option<String> {
    let Some(desk) = Desk::open(ctx) else { return Some("热线还没有开通".to_owned()) };
    let unknown = record.lines.iter().find(|tally| !desk.knows(&tally.line))?;
    Some(format!("归并清单里没有{}", unknown.line))
}
