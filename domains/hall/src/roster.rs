//! 排班。 Who stands at which window of a hall, from which minute of the day until which.

use crate::clerk::Clerk;
use crate::hall::Hall;
use crate::hall::Place;
use crate::mark::{checked, named};
use crate::rules::{self, Decision, no};
use fadu_kernel::matter::Parties;
use fadu_kernel::{
    ActKind, Calendar, Ctx, Docket, Ground, Help, Invalid, Matter, MatterId, OrgId, PersonId, Rule, Stamp,
    calendar::offset,
};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days that stay in the state; the ledger keeps them all.
pub const KEPT_DAYS: i64 = 40;

/// 一班。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    pub window: String,
    pub person: PersonId,
    /// Minutes of the day, `540` for nine o'clock; `until` is not included.
    pub from: u16,
    pub until: u16,
}

impl Shift {
    pub fn seconds(&self) -> u32 {
        u32::from(self.until.saturating_sub(self.from)) * 60
    }

    fn overlaps(&self, other: &Shift) -> bool {
        self.from < other.until && other.from < self.until
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Roster {
    pub hall: String,
    pub org: OrgId,
    pub days: BTreeMap<Date, Vec<Shift>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub enum Act {
    /// 排班
    Post {
        hall: String,
        #[schemars(with = "String", extend("format" = "date"))]
        day: Date,
        shifts: Vec<Shift>,
    },
    /// 撤班
    Withdraw {
        #[schemars(with = "String", extend("format" = "date"))]
        day: Date,
        person: PersonId,
        reason: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Fact {
    Posted {
        hall: String,
        day: Date,
        shift: Shift,
        window: String,
        seconds: u32,
        place: Place,
        org: OrgId,
    },
    Withdrawn {
        /// Absent where it was not kept.
        #[serde(default)]
        hall: String,
        day: Date,
        shift: Shift,
        window: String,
        seconds: u32,
        place: Place,
        reason: String,
    },
}

impl Roster {
    pub fn id(hall: &str) -> MatterId {
        named(&["roster", hall])
    }

    /// Does this person stand at this window at that minute?
    pub fn on_shift(&self, person: &PersonId, window: &str, day: Date, minute: u16) -> bool {
        let shifts = self.days.get(&day).into_iter().flatten();
        shifts
            .filter(|shift| shift.person == *person && shift.window == window)
            .any(|shift| (shift.from..shift.until).contains(&minute))
    }

    /// Windows that somebody stands at in that minute.
    pub fn staffed(&self, day: Date, minute: u16) -> impl Iterator<Item = &str> {
        let shifts = self.days.get(&day).into_iter().flatten();
        shifts
            .filter(move |shift| (shift.from..shift.until).contains(&minute))
            .map(|shift| shift.window.as_str())
    }
}

const ROSTER: Ground = Ground::Measure("综合窗口排班规定（演示）");

impl Matter for Roster {
    const KIND: &'static str = "roster";
    const ZH: &'static str = "排班表";
    const CATALOGUE: bool = true;
    type Act = Act;
    type Fact = Fact;

    fn name_of(act: &Act, _today: Date) -> Option<MatterId> {
        match act {
            Act::Post { hall, .. } => Some(Roster::id(hall)),
            _ => None,
        }
    }

    fn acts() -> &'static [ActKind] {
        &[
            ActKind { name: "Post", zh: "排班", ground: ROSTER, opens: true },
            ActKind { name: "Withdraw", zh: "撤班", ground: ROSTER, opens: false },
        ]
    }

    fn rules() -> &'static [&'static Rule] {
        rules::ALL
    }

    fn act_name(act: &Act) -> &'static str {
        names!(act, Act: Post, Withdraw)
    }

    fn fact_name(fact: &Fact) -> &'static str {
        names!(fact, Fact: Posted, Withdrawn)
    }

    fn check(act: &Act, _private: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
        checked(match act {
            Act::Post { shifts, .. } if shifts.is_empty() => vec![Invalid::new("shifts", "请填写班次")],
            Act::Post { shifts, .. } => {
                let bad = shifts.iter().filter(|shift| shift.from >= shift.until || shift.until > 1440);
                bad.map(|shift| {
                    Invalid::new("shifts", format!("窗口{}：起止分钟在0到1440之间，先起后止", shift.window))
                })
                .collect()
            }
            Act::Withdraw { reason, .. } => crate::mark::texts(&[("reason", reason, "撤班原因")]),
        })
    }

    fn decide(&self, act: &Act, ctx: &Ctx) -> Decision<Fact> {
        match act {
            Act::Post { hall, day, shifts } => self.post(hall, *day, shifts, ctx),
            Act::Withdraw { day, person, reason } => {
                let posted = self.days.get(day).into_iter().flatten();
                let place = ctx.look::<Hall>(Hall::id(&self.hall)).map(|hall| hall.place);
                let facts: Vec<Fact> = posted
                    .filter(|shift| shift.person == *person)
                    .map(|shift| Fact::Withdrawn {
                        hall: self.hall.clone(),
                        day: *day,
                        shift: shift.clone(),
                        window: shift.window.clone(),
                        seconds: shift.seconds(),
                        place: place.unwrap_or_default(),
                        reason: reason.clone(),
                    })
                    .collect();
                if facts.is_empty() {
                    return no(&rules::ORDER, Help::CatalogueManager, format!("{person}{day}没有班"));
                }
                Ok(facts)
            }
        }
    }

    fn evolve(&mut self, fact: &Fact, stamp: &Stamp) {
        match fact {
            Fact::Posted { hall, day, shift, org, .. } => {
                self.hall.clone_from(hall);
                self.org = org.clone();
                self.days.entry(*day).or_default().push(shift.clone());
            }
            Fact::Withdrawn { day, shift, .. } => {
                if let Some(shifts) = self.days.get_mut(day) {
                    shifts.retain(|posted| posted != shift);
                }
            }
        }
        let oldest = offset(stamp.day, -KEPT_DAYS);
        self.days.retain(|day, shifts| *day >= oldest && !shifts.is_empty());
    }

    fn docket(&self, _calendar: &Calendar) -> Docket {
        Docket {
            number: self.hall.clone(),
            title: format!("{}排班表", self.hall),
            status: "in_use".to_owned(),
            org: self.org.clone(),
            ..Docket::default()
        }
    }

    fn parties(&self) -> Parties {
        Parties { org: self.org.clone(), applicants: vec![] }
    }
}

impl Roster {
    fn post(&self, number: &str, day: Date, shifts: &[Shift], ctx: &Ctx) -> Decision<Fact> {
        let hall = ctx.look::<Hall>(Hall::id(number)).filter(|hall| hall.is_open());
        let Some(hall) = hall.filter(|_| ctx.matter == Roster::id(number)) else {
            return no(&rules::ORDER, Help::CatalogueManager, format!("没有开放的大厅{number}"));
        };
        let mut standing: Vec<&Shift> = self.days.get(&day).into_iter().flatten().collect();
        for shift in shifts {
            if !hall.windows.contains_key(&shift.window) {
                return no(&rules::ORDER, Help::CatalogueManager, format!("没有窗口{}", shift.window));
            }
            if !ctx.look::<Clerk>(Clerk::id(&shift.person)).is_some_and(Clerk::in_post) {
                let because = format!("{}没有上岗登记", shift.person);
                return no(&rules::CONTRACTED, Help::CatalogueManager, because);
            }
            let meets = |other: &&&Shift| {
                shift.overlaps(other) && (other.window == shift.window || other.person == shift.person)
            };
            if let Some(other) = standing.iter().find(meets) {
                let because = format!("{}已经排在窗口{}", other.person, other.window);
                return no(&rules::ONE_PLACE, Help::CatalogueManager, because);
            }
            standing.push(shift);
        }
        let posted = shifts.iter().map(|shift| Fact::Posted {
            hall: number.to_owned(),
            day,
            shift: shift.clone(),
            window: shift.window.clone(),
            seconds: shift.seconds(),
            place: hall.place,
            org: hall.org.clone(),
        });
        Ok(posted.collect())
    }
}
