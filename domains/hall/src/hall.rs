//! 大厅。 One hall: its zones, its windows with what each may take, its kiosks with the numbers reserved for them.

use crate::mark::{Mark, checked, is_plain, named, texts};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, Refusal, Rule,
    Stamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// 县镇两级。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// 县级大厅
    #[default]
    County,
    /// 乡镇（街道）便民服务中心
    Township,
}

/// 取号渠道。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 网上预约
    Appointment,
    /// 自助取号机
    Kiosk,
    /// 手机取号或者电话预约
    Phone,
    /// 现场（导办台）
    Door,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WindowKind {
    /// 综合窗口
    Comprehensive,
    /// 专业窗口
    Specialised,
    /// 出件窗口
    Issuing,
    /// 办不成事窗口
    Stuck,
}

/// 授权清单。 What a window may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// 无差别受理
    All,
    /// Item codes.
    Items(BTreeSet<String>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    pub number: String,
    /// Letter of its zone.
    pub zone: String,
    pub kind: WindowKind,
    pub takes: Takes,
    /// 低位服务台或者无障碍窗口
    #[serde(default)]
    pub accessible: bool,
    /// Digest of the evaluation device that stands there; empty without one.
    #[serde(default)]
    pub device: String,
}

impl Window {
    /// A ticket with an item goes where the item is authorised, one without to its zone.
    pub fn may_take(&self, zone: &str, item: Option<&str>) -> bool {
        match (&self.takes, item) {
            (Takes::All, _) => true,
            (Takes::Items(codes), Some(item)) => codes.contains(item),
            (Takes::Items(_), None) => self.zone == zone,
        }
    }
}

/// 自助机。 The serial numbers `first..=last` of every zone and day are its own, online or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kiosk {
    pub number: String,
    pub first: u32,
    pub last: u32,
}

/// 开放时间和预约名额, on working days. Every time of a day has numbers of its own in each zone, as many as it has places: a
/// number is given out once, and so no time is booked beyond its places, whichever server is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hours {
    /// 开门，当天第几分钟
    pub from: u16,
    /// 关门，当天第几分钟
    pub until: u16,
    /// 每个预约时段的分钟数
    pub every: u16,
    /// 每个时段每个区域的名额
    pub places: u16,
    /// 最多提前几天预约
    pub days_ahead: u16,
    /// 预约号的第一个号码
    pub first: u32,
    /// 公布的文件
    pub source: String,
}

impl Hours {
    /// The minutes at which a time begins that ends before the hall closes.
    pub fn times(&self) -> impl Iterator<Item = u16> {
        let times = self.until.saturating_sub(self.from) / self.every.max(1);
        (0..times).map(|n| self.from + n * self.every)
    }

    /// The numbers of the time that begins at this minute.
    pub fn serials(&self, minute: u16) -> Option<RangeInclusive<u32>> {
        let n = self.times().position(|time| time == minute)? as u32;
        let first = self.first + n * u32::from(self.places);
        Some(first..=first + u32::from(self.places) - 1)
    }

    /// The numbers of all times.
    pub fn block(&self) -> RangeInclusive<u32> {
        self.first..=self.first + self.times().count() as u32 * u32::from(self.places) - 1
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Hall {
    pub number: String,
    pub name: String,
    pub place: Place,
    /// Empty for the county's hall.
    pub township: String,
    pub org: OrgId,
    /// Letter → name.
    pub zones: BTreeMap<String, String>,
    pub windows: BTreeMap<String, Window>,
    pub kiosks: BTreeMap<String, Kiosk>,
    pub channels: BTreeSet<Channel>,
    /// Until they are announced nobody can book.
    #[serde(default)]
    pub hours: Option<Hours>,
    pub opened: Option<Mark>,
    pub closed: Option<Mark>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 设立大厅
    Open { number: String, name: String, place: Place, township: String, channels: BTreeSet<Channel> },
    /// 划分区域
    DrawZone { letter: String, name: String },
    /// 设置窗口: a new one, or what it is from now on.
    PlaceWindow { window: Window },
    /// 撤销窗口
    RemoveWindow { number: String, reason: String },
    /// 设置自助机
    PlaceKiosk { kiosk: Kiosk },
    /// 调整取号渠道
    SetChannels { channels: BTreeSet<Channel> },
    /// 公布开放时间
    SetHours {
        /// 开放时间
        hours: Hours,
    },
    /// 关闭大厅
    Close { reason: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened {
        number: String,
        name: String,
        place: Place,
        township: String,
        org: OrgId,
        channels: BTreeSet<Channel>,
    },
    ZoneDrawn {
        letter: String,
        name: String,
    },
    WindowPlaced {
        window: Window,
        again: bool,
    },
    WindowRemoved {
        number: String,
        reason: String,
        kind: WindowKind,
    },
    KioskPlaced {
        kiosk: Kiosk,
    },
    ChannelsSet {
        channels: BTreeSet<Channel>,
    },
    HoursSet {
        hours: Hours,
    },
    Closed {
        reason: String,
    },
}

impl Hall {
    pub fn id(number: &str) -> MatterId {
        named(&["hall", number])
    }

    pub fn is_open(&self) -> bool {
        self.opened.is_some() && self.closed.is_none()
    }

    /// The kiosk that alone may issue this serial number.
    pub fn reserved_for(&self, serial: u32) -> Option<&Kiosk> {
        self.kiosks.values().find(|kiosk| (kiosk.first..=kiosk.last).contains(&serial))
    }

    /// Is it a number of an appointment?
    pub fn is_booked(&self, serial: u32) -> bool {
        self.hours.as_ref().is_some_and(|hours| hours.block().contains(&serial))
    }
}

const MANAGE: Ground = Ground::Law(&[
    Basis::article("优化营商环境条例", 36),
    Basis::article("优化营商环境条例", 37),
    Basis::article("无障碍环境建设法", 40),
]);

impl Matter for Hall {
    const KIND: &'static str = "hall";
    const ZH: &'static str = "政务大厅";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: jiff::civil::Date) -> Option<MatterId> {
        match act {
            Act::Open { number, .. } => Some(Hall::id(number)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Open", zh: "设立大厅", ground: MANAGE, opens: true },
            ActKind { name: "DrawZone", zh: "划分区域", ground: MANAGE, opens: false },
            ActKind { name: "PlaceWindow", zh: "设置窗口", ground: MANAGE, opens: false },
            ActKind { name: "RemoveWindow", zh: "撤销窗口", ground: MANAGE, opens: false },
            ActKind { name: "PlaceKiosk", zh: "设置自助机", ground: MANAGE, opens: false },
            ActKind { name: "SetChannels", zh: "调整取号渠道", ground: MANAGE, opens: false },
            ActKind { name: "SetHours", zh: "公布开放时间", ground: MANAGE, opens: false },
            ActKind { name: "Close", zh: "关闭大厅", ground: MANAGE, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Open, DrawZone, PlaceWindow, RemoveWindow, PlaceKiosk, SetChannels, SetHours, Close)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Opened, ZoneDrawn, WindowPlaced, WindowRemoved, KioskPlaced, ChannelsSet, HoursSet, Closed)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let plain = |field: &str, text: &str| {
            (!is_plain(text)).then(|| Invalid::new(field, "只用字母、数字和连字符"))
        };
        checked(match act {
            Act::Open { number, name, place, township, .. } => {
                let mut wrong = texts(&[("name", name, "大厅名称")]);
                wrong.extend(plain("number", number));
                if (*place == Place::Township) == township.trim().is_empty() {
                    wrong.push(Invalid::new("township", "乡镇大厅要写明乡镇，县级大厅不写"));
                }
                wrong
            }
            Act::DrawZone { letter, name } => {
                let mut wrong = texts(&[("name", name, "区域名称")]);
                if letter.len() != 1 || !letter.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    wrong.push(Invalid::new("letter", "区域代号是一个大写字母"));
                }
                wrong
            }
            Act::PlaceWindow { window } => {
                let nothing = matches!(&window.takes, Takes::Items(codes) if codes.is_empty());
                let mut wrong: Vec<Invalid> = plain("number", &window.number).into_iter().collect();
                if nothing {
                    wrong.push(Invalid::new("takes", "请写明窗口能办的事项"));
                }
                wrong
            }
            Act::PlaceKiosk { kiosk } => {
                let mut wrong: Vec<Invalid> = plain("number", &kiosk.number).into_iter().collect();
                if kiosk.first == 0 || kiosk.last < kiosk.first || kiosk.last > 9999 {
                    wrong.push(Invalid::new("first", "号段在1到9999之间，起号不大于止号"));
                }
                wrong
            }
            Act::RemoveWindow { reason, .. } | Act::Close { reason } => texts(&[("reason", reason, "理由")]),
            Act::SetChannels { .. } => Vec::new(),
            Act::SetHours { hours } => {
                let mut wrong = texts(&[("hours.source", &hours.source, "公布开放时间的文件")]);
                if hours.from >= hours.until || hours.until > 1440 || !(5..=240).contains(&hours.every) {
                    wrong.push(Invalid::new("hours.from", "先开门后关门，每个时段5到240分钟"));
                } else if hours.places == 0
                    || !(1..=9999).contains(&hours.first)
                    || hours.times().next().is_none()
                    || *hours.block().end() > 9999
                {
                    wrong.push(Invalid::new("hours.places", "每个时段至少一个名额，号码在1到9999之间"));
                }
                wrong
            }
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        if let Act::Open { number, name, place, township, channels } = act {
            return self.open(number, name, *place, township, channels, ctx);
        }
        if !self.is_open() {
            return no(&rules::ORDER, Help::CatalogueManager, "大厅还没有设立，或者已经关闭");
        }
        match act {
            Act::Open { .. } => Ok(Vec::new()),
            Act::DrawZone { letter, name } => {
                Ok(vec![Fact::ZoneDrawn { letter: letter.clone(), name: name.clone() }])
            }
            Act::PlaceWindow { window } if !self.zones.contains_key(&window.zone) => {
                no(&rules::ORDER, Help::CatalogueManager, format!("还没有划分区域{}", window.zone))
            }
            Act::PlaceWindow { window } => {
                let others = self.windows.values().filter(|other| other.number != window.number);
                self.stays_accessible(others.chain([window]))?;
                let again = self.windows.contains_key(&window.number);
                Ok(vec![Fact::WindowPlaced { window: window.clone(), again }])
            }
            Act::RemoveWindow { number, reason } => {
                let Some(window) = self.windows.get(number) else {
                    return no(&rules::ORDER, Help::CatalogueManager, format!("没有窗口{number}"));
                };
                self.stays_accessible(self.windows.values().filter(|other| other.number != *number))?;
                let (number, reason) = (number.clone(), reason.clone());
                Ok(vec![Fact::WindowRemoved { number, reason, kind: window.kind }])
            }
            Act::PlaceKiosk { kiosk } => {
                let overlaps = |other: &&Kiosk| {
                    other.number != kiosk.number && other.first <= kiosk.last && kiosk.first <= other.last
                };
                let booked = self.hours.as_ref().map(Hours::block);
                match self.kiosks.values().find(overlaps) {
                    _ if booked.as_ref().is_some_and(|block| meets(block, kiosk)) => {
                        no(&rules::OWN_BLOCK, Help::CatalogueManager, "号段与预约号重叠")
                    }
                    Some(other) => no(
                        &rules::OWN_BLOCK,
                        Help::CatalogueManager,
                        format!("号段与自助机{}的{}至{}重叠", other.number, other.first, other.last),
                    ),
                    None => Ok(vec![Fact::KioskPlaced { kiosk: kiosk.clone() }]),
                }
            }
            Act::SetHours { hours } => {
                match self.kiosks.values().find(|kiosk| meets(&hours.block(), kiosk)) {
                    Some(kiosk) => {
                        let because = format!("预约号与自助机{}的号段重叠", kiosk.number);
                        no(&rules::OWN_BLOCK, Help::CatalogueManager, because)
                    }
                    None => Ok(vec![Fact::HoursSet { hours: hours.clone() }]),
                }
            }
            Act::SetChannels { channels } => {
                at_the_door(channels)?;
                Ok(vec![Fact::ChannelsSet { channels: channels.clone() }])
            }
            Act::Close { reason } => {
                let gone = |window: &Window| Fact::WindowRemoved {
                    number: window.number.clone(),
                    reason: reason.clone(),
                    kind: window.kind,
                };
                let windows = self.windows.values().map(gone);
                Ok(windows.chain([Fact::Closed { reason: reason.clone() }]).collect())
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Opened { number, name, place, township, org, channels } => {
                self.number.clone_from(number);
                self.name.clone_from(name);
                self.place = *place;
                self.township.clone_from(township);
                self.org = org.clone();
                self.channels.clone_from(channels);
                self.opened = Some(Mark::of(stamp));
            }
            Fact::ZoneDrawn { letter, name } => {
                self.zones.insert(letter.clone(), name.clone());
            }
            Fact::WindowPlaced { window, .. } => {
                self.windows.insert(window.number.clone(), window.clone());
            }
            Fact::WindowRemoved { number, .. } => {
                self.windows.remove(number);
            }
            Fact::KioskPlaced { kiosk } => {
                self.kiosks.insert(kiosk.number.clone(), kiosk.clone());
            }
            Fact::ChannelsSet { channels } => self.channels.clone_from(channels),
            Fact::HoursSet { hours } => self.hours = Some(hours.clone()),
            Fact::Closed { .. } => self.closed = Some(Mark::of(stamp)),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.number.clone(),
            title: self.name.clone(),
            status: if self.is_open() { "open" } else { "closed" }.to_owned(),
            org: self.org.clone(),
            closed: self.closed.is_some(),
            facets: vec![("number".to_owned(), self.number.clone())],
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

impl Hall {
    fn open(
        &self,
        number: &str,
        name: &str,
        place: Place,
        township: &str,
        channels: &BTreeSet<Channel>,
        ctx: &Ctx,
    ) -> Decision<Fact> {
        if self.opened.is_some() || ctx.matter != Hall::id(number) {
            return no(&rules::ORDER, Help::CatalogueManager, format!("大厅编号{number}已经用过"));
        }
        at_the_door(channels)?;
        Ok(vec![Fact::Opened {
            number: number.to_owned(),
            name: name.to_owned(),
            place,
            township: township.to_owned(),
            org: ctx.actor.org.clone(),
            channels: channels.clone(),
        }])
    }

    /// Held against the windows as they would stand: the first window placed is an accessible one.
    fn stays_accessible<'a>(&self, after: impl Iterator<Item = &'a Window>) -> Result<(), Refusal> {
        let after: Vec<&Window> = after.collect();
        if after.is_empty() || after.iter().any(|window| window.accessible) {
            return Ok(());
        }
        let because = format!("{}没有低位或者无障碍窗口", self.name);
        Err(Refusal::new(&rules::ACCESSIBLE, Help::CatalogueManager, because))
    }
}

fn meets(block: &RangeInclusive<u32>, kiosk: &Kiosk) -> bool {
    *block.start() <= kiosk.last && kiosk.first <= *block.end()
}

/// Who has neither telephone nor card still gets a number.
fn at_the_door(channels: &BTreeSet<Channel>) -> Result<(), Refusal> {
    if channels.contains(&Channel::Door) && channels.len() > 1 {
        return Ok(());
    }
    let because = "要保留现场取号，并且不止一个渠道";
    Err(Refusal::new(&rules::ANY_CHANNEL, Help::CatalogueManager, because))
}
