//! 登记册的内容。 Merged lines, units, the dispatch catalogue, the roster and who is appointed.

use crate::words::{Level, Mode, Nature};
use fadu_kernel::{OrgId, PersonId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 归并的热线。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The number people used to dial, such as `12315`.
    pub code: String,
    pub name: String,
    pub mode: Mode,
    /// 归并文件
    pub document: String,
    pub department: OrgId,
}

/// One line of the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Merged {
    pub code: String,
    pub name: String,
    pub mode: Mode,
}

/// 演示的归并清单: thirty-six lines and how each was merged, all simulated.
/// Errors: a list that cannot be read; a test reads the one that ships.
pub fn demonstration_lines() -> Result<Vec<Merged>, toml::de::Error> {
    #[derive(Deserialize)]
    struct List {
        line: Vec<Merged>,
    }
    toml::from_str::<List>(include_str!("../../data/lines.toml")).map(|list| list.line)
}

/// 承办单位。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    pub org: OrgId,
    pub level: Level,
}

/// 派单目录的一行: category and place say who is competent, on which power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    /// Two digits for a whole group, four for an item.
    pub category: String,
    /// The front of a standard address code; empty for the whole county.
    #[serde(default)]
    pub area: String,
    pub unit: OrgId,
    #[serde(default)]
    pub assisting: Vec<OrgId>,
    /// 职权编码 in the power list; a township needs one of its own.
    #[serde(default)]
    pub power: Option<String>,
}

impl Route {
    /// How closely the row fits: the item before its group, the longer area before the shorter.
    fn fit(&self, category: &str, address: &str) -> Option<(usize, usize)> {
        let fits = category.starts_with(&self.category) && address.starts_with(&self.area);
        fits.then_some((self.category.len(), self.area.len()))
    }
}

/// The row of the dispatch catalogue that fits best.
pub fn best<'a>(routes: &'a [Route], category: &str, address: &str) -> Option<&'a Route> {
    routes
        .iter()
        .filter_map(|route| Some((route.fit(category, address)?, route)))
        .max_by_key(|(fit, _)| *fit)
        .map(|(_, route)| route)
}

/// 班次: so many seats from one hour to another on these weekdays (1 is Monday).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    pub name: String,
    pub weekdays: Vec<u8>,
    pub from_hour: u8,
    /// 24 for midnight; smaller than `from_hour` when it ends the next morning.
    pub to_hour: u8,
    pub seats: u16,
}

/// Seats in each hour of the week, Monday 0:00 first.
pub fn hours_of_week(shifts: &[Shift]) -> [u32; 168] {
    let mut hours = [0u32; 168];
    for shift in shifts {
        let length = match (shift.from_hour, shift.to_hour) {
            (from, to) if to > from => u32::from(to - from),
            (from, to) => 24 + u32::from(to) - u32::from(from.min(24)),
        };
        for weekday in &shift.weekdays {
            let start = u32::from(weekday.saturating_sub(1)) * 24 + u32::from(shift.from_hour);
            for i in 0..length {
                hours[((start + i) % 168) as usize] += u32::from(shift.seats);
            }
        }
    }
    hours
}

/// 指定。 Who may issue supervision or a public naming, on which document, until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appointment {
    pub person: PersonId,
    pub nature: Nature,
    pub document: String,
    /// 指定的事项和范围
    pub scope: String,
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: Date,
    #[schemars(with = "String", extend("format" = "date"))]
    pub until: Date,
}

impl Appointment {
    pub fn covers(&self, person: &PersonId, nature: Nature, day: Date) -> bool {
        self.person == *person && self.nature == nature && self.from <= day && day <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(category: &str, area: &str, unit: &str) -> Route {
        Route {
            category: category.into(),
            area: area.into(),
            unit: OrgId::new(unit),
            assisting: vec![],
            power: None,
        }
    }

    #[test]
    fn thirty_six_lines_each_merged_in_its_way() {
        let lines = demonstration_lines().unwrap();
        let codes: std::collections::BTreeSet<&str> = lines.iter().map(|line| line.code.as_str()).collect();
        assert_eq!((lines.len(), codes.len()), (36, 36));
        for mode in Mode::ALL {
            assert!(lines.iter().any(|line| line.mode == *mode), "{}", mode.zh());
        }
        assert!(lines.iter().all(|line| line.name.ends_with("（模拟归并）")));
        assert!(!codes.contains(crate::desk::OWN_LINE));
    }

    #[test]
    fn the_closest_row_of_the_catalogue_wins() {
        let routes = [
            route("01", "", "住建局"),
            route("0103", "", "物业办"),
            route("0103", "429997001", "甲镇"),
            route("02", "", "交通局"),
        ];
        let unit = |category: &str, address: &str| {
            best(&routes, category, address).map(|route| route.unit.as_str().to_owned())
        };
        assert_eq!(unit("0103", "429997001005").as_deref(), Some("甲镇"));
        assert_eq!(unit("0103", "429997002").as_deref(), Some("物业办"));
        assert_eq!(unit("0104", "").as_deref(), Some("住建局"));
        assert_eq!(unit("0301", ""), None, "nobody is named: the hotline settles it");
    }

    #[test]
    fn a_roster_shows_its_gaps() {
        let shift = |weekdays: &[u8], from_hour, to_hour| Shift {
            name: "班".into(),
            weekdays: weekdays.to_vec(),
            from_hour,
            to_hour,
            seats: 2,
        };
        let whole = [shift(&[1, 2, 3, 4, 5, 6, 7], 8, 20), shift(&[1, 2, 3, 4, 5, 6, 7], 20, 8)];
        assert!(hours_of_week(&whole).iter().all(|seats| *seats == 2));
        let gap = [shift(&[1, 2, 3, 4, 5, 6, 7], 8, 20), shift(&[1, 2, 3, 4, 5, 6], 20, 8)];
        let empty: Vec<usize> = (0..168).filter(|hour| hours_of_week(&gap)[*hour] == 0).collect();
        assert_eq!(empty.len(), 12, "Sunday night until Monday morning");
        assert!(empty.contains(&(6 * 24 + 20)) && empty.contains(&7) && !empty.contains(&8));
    }
}
