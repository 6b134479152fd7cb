//! 热线登记册。 One a county: the merged lines, the units and the dispatch catalogue, the parameters, the roster and the
//! appointments. Catalogue data, so that an order is taken and dispatched by what was in force that day.

pub mod parameters;
pub mod register;

use crate::categories::{Categories, Edited};
use crate::rules;
use crate::words::{Level, Mode, Nature};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Basis, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, PersonId, Refusal,
    Role, Rule, Stamp,
};
use jiff::civil::Date;
use parameters::{Parameter, Parameters, required};
use register::{Appointment, Line, Route, Shift, Unit, best, hours_of_week};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The hotline's own number; every other line of origin must have been merged.
pub const OWN_LINE: &str = "12345";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Desk {
    pub name: String,
    pub org: OrgId,
    pub parameters: Parameters,
    pub lines: BTreeMap<String, Line>,
    pub units: BTreeMap<OrgId, Level>,
    pub routes: Vec<Route>,
    pub shifts: Vec<Shift>,
    pub seats: Option<Seats>,
    pub appointments: Vec<Appointment>,
    /// What the county says of its categories beside the shipped list, by code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub edits: BTreeMap<String, Edited>,
    /// Since when it is open, and whether as a demonstration.
    pub live: Option<(Date, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    pub seats: i64,
    pub residents: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 设立
    Open { name: String },
    /// 设定参数
    SetParameter { name: String, value: Parameter },
    /// 归并热线
    MergeLine { line: Line },
    /// 撤回归并
    LeaveLine { code: String, reason: String },
    /// 登记承办单位
    SetUnits { units: Vec<Unit> },
    /// 编入派单目录
    SetRoutes { routes: Vec<Route> },
    /// 移出派单目录
    DropRoute { category: String, area: String, reason: String },
    /// 排班
    SetRoster { shifts: Vec<Shift> },
    /// 登记座席数
    SetSeats { seats: u32, residents: u32, source: String },
    /// 指定督办人
    Appoint { appointment: Appointment },
    /// 设定派单小类: renamed, described anew, or added to its group
    SetCategory { code: String, name: String, about: String, reason: String },
    /// 停用派单小类
    RetireCategory { code: String, reason: String },
    /// 撤销指定
    Dismiss { person: PersonId, nature: Nature, reason: String },
    /// 开通
    GoLive { demonstration: bool },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Opened {
        name: String,
        org: OrgId,
    },
    ParameterSet {
        name: String,
        value: Parameter,
    },
    LineMerged {
        line: Line,
        mode: Mode,
    },
    LineLeft {
        code: String,
        mode: Mode,
        reason: String,
    },
    UnitsSet {
        units: Vec<Unit>,
    },
    RoutesSet {
        routes: Vec<Route>,
    },
    RouteDropped {
        category: String,
        area: String,
        reason: String,
    },
    /// `uncovered` hours of the 168 of a week have no seat.
    RosterSet {
        shifts: Vec<Shift>,
        uncovered: u16,
    },
    SeatsSet {
        seats: i64,
        residents: i64,
        source: String,
    },
    /// What was set before no longer counts; negative, so that a sum comes right.
    SeatsStruck {
        seats: i64,
        residents: i64,
    },
    Appointed {
        appointment: Appointment,
    },
    CategorySet {
        code: String,
        name: String,
        about: String,
        reason: String,
        /// Not in the list before.
        added: bool,
    },
    CategoryRetired {
        code: String,
        name: String,
        about: String,
        reason: String,
    },
    Dismissed {
        person: PersonId,
        nature: Nature,
        reason: String,
    },
    WentLive {
        demonstration: bool,
        n_lines: u16,
        n_routes: u16,
    },
}

impl Desk {
    /// One a county: the same id on every machine.
    pub fn id() -> MatterId {
        MatterId::named(Sha256::digest("hotline-desk").first_chunk::<8>().copied().unwrap_or_default())
    }

    /// The register of the day, if the hotline is open.
    pub fn open<'a>(ctx: &Ctx<'a>) -> Option<&'a Desk> {
        let desk = ctx.catalogue.get(Desk::KIND, Desk::id())?.downcast_ref::<Desk>()?;
        desk.live.is_some().then_some(desk)
    }

    /// Who is competent for a category at a place, as the dispatch catalogue says.
    pub fn route(&self, category: &str, address: &str) -> Option<&Route> {
        best(&self.routes, category, address)
    }

    /// 派单分类 of this county.
    pub fn categories(&self) -> Categories {
        Categories::edited(&self.edits)
    }

    /// Whether a new request may come under it; looked up without drawing the whole list.
    pub fn has_category(&self, code: &str) -> bool {
        match self.edits.get(code) {
            Some(edited) => !edited.retired && Categories::shipped().group(code).is_some(),
            None => Categories::shipped().item(code).is_some(),
        }
    }

    /// Its name where it is another than the shipped list's.
    pub fn own_name(&self, code: &str) -> Option<&str> {
        let edited = self.edits.get(code)?;
        (Categories::shipped().name(code) != edited.name).then_some(edited.name.as_str())
    }

    /// How a line of origin was merged; the hotline's own number has no mode.
    pub fn knows(&self, line: &str) -> bool {
        line == OWN_LINE || self.lines.contains_key(line)
    }

    pub fn appointment(&self, person: &PersonId, nature: Nature, day: Date) -> Option<&Appointment> {
        self.appointments
            .iter()
            .find(|appointment| appointment.covers(person, nature, day))
    }

    /// Hours of a week in which nobody sits.
    pub fn uncovered(shifts: &[Shift]) -> u16 {
        hours_of_week(shifts).iter().filter(|seats| **seats == 0).count() as u16
    }

    /// Groups of the list with an item that no row of the dispatch catalogue names.
    pub fn unrouted(&self) -> Vec<&'static str> {
        Categories::shipped()
            .items()
            .filter(|(_, item)| !item.emergency && self.route(&item.code, "").is_none())
            .map(|(_, item)| item.name.as_str())
            .collect()
    }
}

const RUN: Ground = Ground::Law(&[
    Basis::article("国务院办公厅关于进一步优化地方政务服务便民热线的指导意见", 0),
    Basis::article("国务院办公厅关于进一步规范和提升12345热线服务的意见", 0),
]);
const APPOINT: Ground = Ground::Law(&[Basis::article("政府督查工作条例", 7)]);

const fn act(name: &'static str, zh: &'static str, ground: Ground) -> ActKind {
    ActKind { name, zh, ground, opens: false }
}

const ACTS: &[ActKind] = &[
    ActKind { name: "Open", zh: "设立热线登记册", ground: RUN, opens: true },
    act("SetParameter", "设定参数", RUN),
    act("MergeLine", "归并热线", RUN),
    act("LeaveLine", "撤回归并", RUN),
    act("SetUnits", "登记承办单位", RUN),
    act("SetRoutes", "编入派单目录", RUN),
    act("DropRoute", "移出派单目录", RUN),
    act("SetRoster", "排班", RUN),
    act("SetSeats", "登记座席数", RUN),
    act("Appoint", "指定督办人", APPOINT),
    act("SetCategory", "设定派单小类", RUN),
    act("RetireCategory", "停用派单小类", RUN),
    act("Dismiss", "撤销指定", APPOINT),
    act("GoLive", "开通热线", RUN),
];

impl Matter for Desk {
    const KIND: &'static str = "desk";
    const ZH: &'static str = "热线登记册";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Open { .. } => Some(Desk::id()),
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
        match act {
            Act::Open { .. } => "Open",
            Act::SetParameter { .. } => "SetParameter",
            Act::MergeLine { .. } => "MergeLine",
            Act::LeaveLine { .. } => "LeaveLine",
            Act::SetUnits { .. } => "SetUnits",
            Act::SetRoutes { .. } => "SetRoutes",
            Act::DropRoute { .. } => "DropRoute",
            Act::SetRoster { .. } => "SetRoster",
            Act::SetSeats { .. } => "SetSeats",
            Act::Appoint { .. } => "Appoint",
            Act::SetCategory { .. } => "SetCategory",
            Act::RetireCategory { .. } => "RetireCategory",
            Act::Dismiss { .. } => "Dismiss",
            Act::GoLive { .. } => "GoLive",
        }
    }

    fn fact_name(fact: &Fact) -> &'static str {
        match fact {
            Fact::Opened { .. } => "Opened",
            Fact::ParameterSet { .. } => "ParameterSet",
            Fact::LineMerged { .. } => "LineMerged",
            Fact::LineLeft { .. } => "LineLeft",
            Fact::UnitsSet { .. } => "UnitsSet",
            Fact::RoutesSet { .. } => "RoutesSet",
            Fact::RouteDropped { .. } => "RouteDropped",
            Fact::RosterSet { .. } => "RosterSet",
            Fact::SeatsSet { .. } => "SeatsSet",
            Fact::SeatsStruck { .. } => "SeatsStruck",
            Fact::Appointed { .. } => "Appointed",
            Fact::CategorySet { .. } => "CategorySet",
            Fact::CategoryRetired { .. } => "CategoryRetired",
            Fact::Dismissed { .. } => "Dismissed",
            Fact::WentLive { .. } => "WentLive",
        }
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut filled = |field: &str, text: &str, zh: &str| {
            if text.trim().is_empty() {
                wrong.push(Invalid::new(field, format!("请填写{zh}")));
            }
        };
        match act {
            Act::Open { name } => filled("name", name, "热线名称"),
            Act::SetParameter { name, value } => {
                filled("source", &value.source, "来源文件和条款");
                match required().iter().find(|(known, _, _)| known == name) {
                    None => wrong.push(Invalid::new("name", "没有这项参数")),
                    Some((_, zh, days)) if *days != value.limit().is_some() => {
                        let unit = if *days { "日或者工作日" } else { "件、次、小时或者秒" };
                        wrong.push(Invalid::new("unit", format!("{zh}以{unit}计")));
                    }
                    Some(_) => {}
                }
            }
            Act::MergeLine { line } => {
                filled("code", &line.code, "热线号码");
                filled("name", &line.name, "热线名称");
            }
            Act::SetRoutes { routes } => {
                let list = Categories::shipped();
                let unknown = routes
                    .iter()
                    .find(|route| list.item(&route.category).is_none() && !is_group(&route.category));
                if let Some(route) = unknown {
                    wrong.push(Invalid::new("category", format!("分类里没有“{}”", route.category)));
                }
            }
            Act::SetRoster { shifts } => {
                let bad = |shift: &&Shift| {
                    shift.from_hour > 23
                        || shift.to_hour > 24
                        || shift.weekdays.iter().any(|day| !(1..=7).contains(day))
                };
                if let Some(shift) = shifts.iter().find(bad) {
                    wrong.push(Invalid::new("shifts", format!("“{}”的钟点或者星期不对", shift.name)));
                }
            }
            Act::SetSeats { residents, source, .. } => {
                filled("source", source, "常住人口的来源");
                if *residents == 0 {
                    wrong.push(Invalid::new("residents", "请填写常住人口"));
                }
            }
            Act::Appoint { appointment } => {
                filled("document", &appointment.document, "指定文件");
                if appointment.until < appointment.from {
                    wrong.push(Invalid::new("until", "止日在起日之前"));
                }
            }
            Act::SetCategory { code, name, about, reason } => {
                filled("name", name, "小类名称");
                filled("about", about, "小类说明");
                filled("reason", reason, "理由");
                if name.chars().count() > 30 || about.chars().count() > 200 {
                    wrong.push(Invalid::new("name", "名称不超过30字，说明不超过200字"));
                }
                let digits = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
                if !digits || Categories::shipped().group(code).is_none() {
                    wrong.push(Invalid::new("code", "编码是四位数字，前两位是已有的大类"));
                }
            }
            Act::RetireCategory { reason, .. } => filled("reason", reason, "理由"),
            Act::LeaveLine { reason, .. } | Act::DropRoute { reason, .. } | Act::Dismiss { reason, .. } => {
                filled("reason", reason, "理由");
            }
            Act::SetUnits { .. } | Act::GoLive { .. } => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Result<Vec<Fact>, Refusal> {
        if let Act::Open { name } = act {
            return match self.name.as_str() {
                "" => Ok(vec![Fact::Opened { name: name.clone(), org: ctx.actor.org.clone() }]),
                known => no(&rules::LOOP, format!("“{known}”已经设立")),
            };
        }
        if self.name.is_empty() {
            return no(&rules::LOOP, "还没有设立热线登记册");
        }
        match act {
            Act::Open { .. } => Ok(Vec::new()),
            Act::SetParameter { name, value } => {
                if value.simulated && self.live.is_some_and(|(_, demonstration)| !demonstration) {
                    return no(&rules::PARAMETERS, "正式运行的热线不能改用演示参数");
                }
                Ok(vec![Fact::ParameterSet { name: name.clone(), value: value.clone() }])
            }
            Act::MergeLine { line } => self.merge_line(line),
            Act::LeaveLine { code, reason } => match self.lines.get(code) {
                Some(line) => {
                    Ok(vec![Fact::LineLeft { code: code.clone(), mode: line.mode, reason: reason.clone() }])
                }
                None => no(&rules::KNOWN_LINE, format!("归并清单里没有{code}")),
            },
            Act::SetUnits { units } => Ok(vec![Fact::UnitsSet { units: units.clone() }]),
            Act::SetRoutes { routes } => self.set_routes(routes),
            Act::DropRoute { category, area, reason } => {
                if !self
                    .routes
                    .iter()
                    .any(|route| route.category == *category && route.area == *area)
                {
                    return no(&rules::BY_CATALOGUE, "派单目录里没有这一行");
                }
                Ok(vec![Fact::RouteDropped {
                    category: category.clone(),
                    area: area.clone(),
                    reason: reason.clone(),
                }])
            }
            Act::SetRoster { shifts } => {
                let uncovered = Desk::uncovered(shifts);
                if uncovered > 0 && self.live.is_some() {
                    return no(&rules::ALWAYS_STAFFED, format!("一周里有{uncovered}个小时没有人值守"));
                }
                Ok(vec![Fact::RosterSet { shifts: shifts.clone(), uncovered }])
            }
            Act::SetSeats { seats, residents, source } => {
                let struck = self
                    .seats
                    .map(|old| Fact::SeatsStruck { seats: -old.seats, residents: -old.residents });
                let set = Fact::SeatsSet {
                    seats: i64::from(*seats),
                    residents: i64::from(*residents),
                    source: source.clone(),
                };
                Ok(struck.into_iter().chain([set]).collect())
            }
            Act::Appoint { appointment } => {
                if appointment.nature == Nature::Government && ctx.actor.role != Role::Government {
                    return no(&rules::APPOINTED, "政府督查由本级人民政府指定");
                }
                // 7: appointed is who was told to by somebody else.
                if appointment.person == ctx.actor.person {
                    return no(&rules::APPOINTED, "不能指定自己签发督办和通报，由另一人指定");
                }
                Ok(vec![Fact::Appointed { appointment: appointment.clone() }])
            }
            Act::SetCategory { code, name, about, reason } => self.set_category(code, name, about, reason),
            Act::RetireCategory { code, reason } => self.retire_category(code, reason),
            Act::Dismiss { person, nature, reason } => {
                let held = |known: &Appointment| known.person == *person && known.nature == *nature;
                if !self.appointments.iter().any(held) {
                    return no(&rules::APPOINTED, format!("{person}没有受{}的指定", nature.zh()));
                }
                Ok(vec![Fact::Dismissed { person: person.clone(), nature: *nature, reason: reason.clone() }])
            }
            Act::GoLive { demonstration } => self.go_live(*demonstration),
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Opened { name, org } => {
                self.name.clone_from(name);
                self.org = org.clone();
            }
            Fact::ParameterSet { name, value } => {
                self.parameters.0.insert(name.clone(), value.clone());
            }
            Fact::LineMerged { line, .. } => {
                self.lines.insert(line.code.clone(), line.clone());
            }
            Fact::LineLeft { code, .. } => {
                self.lines.remove(code);
            }
            Fact::UnitsSet { units } => {
                self.units.extend(units.iter().map(|unit| (unit.org.clone(), unit.level)));
            }
            Fact::RoutesSet { routes } => {
                for route in routes {
                    self.routes
                        .retain(|old| old.category != route.category || old.area != route.area);
                    self.routes.push(route.clone());
                }
            }
            Fact::RouteDropped { category, area, .. } => {
                self.routes.retain(|old| old.category != *category || old.area != *area);
            }
            Fact::RosterSet { shifts, .. } => self.shifts.clone_from(shifts),
            Fact::SeatsSet { seats, residents, .. } => {
                self.seats = Some(Seats { seats: *seats, residents: *residents });
            }
            Fact::SeatsStruck { .. } => self.seats = None,
            Fact::Appointed { appointment } => self.appointments.push(appointment.clone()),
            Fact::CategorySet { code, name, about, .. } => {
                let edited = Edited { name: name.clone(), about: about.clone(), retired: false };
                self.edits.insert(code.clone(), edited);
            }
            Fact::CategoryRetired { code, name, about, .. } => {
                let edited = Edited { name: name.clone(), about: about.clone(), retired: true };
                self.edits.insert(code.clone(), edited);
            }
            Fact::Dismissed { person, nature, .. } => {
                self.appointments
                    .retain(|known| known.person != *person || known.nature != *nature);
            }
            Fact::WentLive { demonstration, .. } => self.live = Some((stamp.day, *demonstration)),
        }
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: OWN_LINE.to_owned(),
            title: self.name.clone(),
            status: if self.live.is_some() { "live" } else { "draft" }.to_owned(),
            org: self.org.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: Vec::new() }
    }
}

fn no<T>(rule: &'static Rule, because: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, Help::CatalogueManager, because))
}

fn is_group(code: &str) -> bool {
    Categories::shipped().groups.iter().any(|group| group.code == code)
}

impl Desk {
    fn merge_line(&self, line: &Line) -> Result<Vec<Fact>, Refusal> {
        if line.document.trim().is_empty() {
            return no(&rules::KNOWN_LINE, format!("{}没有写明归并文件", line.code));
        }
        if self.knows(&line.code) {
            return no(&rules::KNOWN_LINE, format!("{}已经在归并清单里", line.code));
        }
        Ok(vec![Fact::LineMerged { line: line.clone(), mode: line.mode }])
    }

    fn set_routes(&self, routes: &[Route]) -> Result<Vec<Fact>, Refusal> {
        for route in routes {
            let Some(level) = self.units.get(&route.unit) else {
                return no(&rules::BY_CATALOGUE, format!("“{}”没有登记为承办单位", route.unit));
            };
            let power = route.power.as_deref().unwrap_or_default().trim();
            if *level == Level::Township && power.is_empty() {
                let because = format!("{}在职权清单里没有“{}”对应的职权", route.unit, route.category);
                return no(&rules::NOT_TO_TOWNSHIP, because);
            }
        }
        Ok(vec![Fact::RoutesSet { routes: routes.to_vec() }])
    }

    fn set_category(&self, code: &str, name: &str, about: &str, reason: &str) -> Result<Vec<Fact>, Refusal> {
        if Categories::shipped().item(code).is_some_and(|(_, item)| item.emergency) {
            return no(&rules::AT_ONCE, "正在发生的险情即时转紧急热线，不能改成派单的小类");
        }
        if self.live.is_some() && self.route(code, "").is_none() {
            return no(&rules::BY_CATALOGUE, format!("派单目录里没有{code}的承办单位，先编入派单目录"));
        }
        let list = self.categories();
        if let Some((_, other)) = list.items().find(|(_, item)| item.name == name && item.code != code) {
            return no(&rules::BY_CATALOGUE, format!("“{name}”已经是{}的名称", other.code));
        }
        let (added, reason) = (list.item(code).is_none(), reason.to_owned());
        let (code, name, about) = (code.to_owned(), name.to_owned(), about.to_owned());
        Ok(vec![Fact::CategorySet { code, name, about, reason, added }])
    }

    fn retire_category(&self, code: &str, reason: &str) -> Result<Vec<Fact>, Refusal> {
        let list = self.categories();
        match list.item(code) {
            None => no(&rules::BY_CATALOGUE, format!("分类里没有“{code}”，或者已经停用")),
            Some((_, item)) if item.emergency => no(&rules::AT_ONCE, "正在发生的险情不能停用"),
            Some((group, _)) if group.items.iter().filter(|item| !item.emergency).count() == 1 => {
                no(&rules::BY_CATALOGUE, format!("“{}”只剩这一个小类", group.name))
            }
            Some((_, item)) => Ok(vec![Fact::CategoryRetired {
                code: code.to_owned(),
                name: item.name.clone(),
                about: item.about.clone(),
                reason: reason.to_owned(),
            }]),
        }
    }

    fn go_live(&self, demonstration: bool) -> Result<Vec<Fact>, Refusal> {
        let missing = self.parameters.missing(demonstration);
        if !missing.is_empty() {
            return no(&rules::PARAMETERS, format!("还缺：{}", missing.join("、")));
        }
        let uncovered = Desk::uncovered(&self.shifts);
        if uncovered > 0 {
            return no(&rules::ALWAYS_STAFFED, format!("一周里有{uncovered}个小时没有人值守"));
        }
        let unrouted = self.unrouted();
        if !unrouted.is_empty() {
            return no(&rules::BY_CATALOGUE, format!("派单目录还缺：{}", unrouted.join("、")));
        }
        Ok(vec![Fact::WentLive {
            demonstration,
            n_lines: self.lines.len() as u16,
            n_routes: self.routes.len() as u16,
        }])
    }
}
