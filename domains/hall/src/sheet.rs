//! 成批登记。 Rosters, staff and placings as a manager has them in a spreadsheet: a line a row, cells apart by commas or, as they
//! are pasted, by tabs. All lines are read before anything is done; each that cannot be read is named.

use crate::entry::{Placing, Scope, Standing};
use crate::hall::Place;
use crate::roster::Shift;
use fadu_kernel::{OrgId, PersonId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// 读不懂的一行, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub line: usize,
    pub why: String,
}

/// 一名窗口人员。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    pub person: PersonId,
    pub place: Place,
    pub township: String,
    pub contract: String,
}

/// The placings of one agreement or list.
pub type Listed = ((Scope, OrgId), Vec<Placing>);

/// Reads every line that is not empty, each with its number. A first line without a letter or digit of ASCII is a heading.
fn rows<T>(text: &str, read: impl Fn(&[&str]) -> Result<T, String>) -> Result<Vec<(usize, T)>, Vec<Unread>> {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for (n, line) in text.lines().enumerate() {
        let heading = n == 0 && !line.chars().any(|c| c.is_ascii_alphanumeric());
        if line.trim().is_empty() || heading {
            continue;
        }
        let cells: Vec<&str> = match line.contains('\t') {
            true => line.split('\t').map(str::trim).collect(),
            false => line.split([',', '，']).map(str::trim).collect(),
        };
        match read(&cells) {
            Ok(row) => found.push((n + 1, row)),
            Err(why) => wrong.push(Unread { line: n + 1, why }),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// `9:00` as the minute of the day; `24:00` ends it.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once([':', '：'])?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
}

/// 日期, 窗口, 人员账号, 起, 止: `2025-03-03,A01,账号,9:00,12:00`. By day; times become minutes of the day.
/// Errors: every line that cannot be read, and then nothing is read.
pub fn shifts(text: &str) -> Result<BTreeMap<Date, Vec<Shift>>, Vec<Unread>> {
    let read = |cells: &[&str]| {
        let &[day, window, person, from, until] = cells else {
            return Err("应当是五栏：日期、窗口、人员账号、起、止".to_owned());
        };
        let day: Date = day.parse().map_err(|_| format!("“{day}”不是像2025-03-03这样的日期"))?;
        let time = |text: &str| minute(text).ok_or_else(|| format!("“{text}”不是像9:00这样的时间"));
        if window.is_empty() || person.is_empty() {
            return Err("没有写窗口或者人员账号".to_owned());
        }
        let (window, person) = (window.to_owned(), PersonId::new(person));
        Ok((day, Shift { window, person, from: time(from)?, until: time(until)? }))
    };
    let mut days: BTreeMap<Date, Vec<Shift>> = BTreeMap::new();
    for (_, (day, shift)) in rows(text, read)? {
        days.entry(day).or_default().push(shift);
    }
    Ok(days)
}

/// 人员账号, 县级或者乡镇, 乡镇名, 合同编号. Errors: as of `shifts`.
pub fn joining(text: &str) -> Result<Vec<Joining>, Vec<Unread>> {
    let read = |cells: &[&str]| {
        let &[person, place, township, contract] = cells else {
            return Err("应当是四栏：人员账号、县级或者乡镇、乡镇名、合同编号".to_owned());
        };
        let place = match place {
            "县级" => Place::County,
            "乡镇" => Place::Township,
            other => return Err(format!("“{other}”应当是县级或者乡镇")),
        };
        if person.is_empty() || contract.is_empty() || (place == Place::Township) == township.is_empty() {
            return Err("账号和合同编号必填；乡镇岗位写乡镇名，县级岗位不写".to_owned());
        }
        let (township, contract) = (township.to_owned(), contract.to_owned());
        Ok(Joining { person: PersonId::new(person), place, township, contract })
    };
    Ok(rows(text, read)?.into_iter().map(|(_, joining)| joining).collect())
}

/// 部门或者乡镇, 单位, 事项编码, 事项名称, 进驻、未进驻或者例外, 理由, 文件. Gathered by agreement or list, in the order of their
/// first lines. Errors: as of `shifts`.
pub fn placings(text: &str) -> Result<Vec<Listed>, Vec<Unread>> {
    let read = |cells: &[&str]| {
        let [scope, body, code, name, standing, more @ ..] = cells else {
            return Err("至少五栏：部门或者乡镇、单位、事项编码、事项名称、进驻情况".to_owned());
        };
        let scope = match *scope {
            "部门" => Scope::Department,
            "乡镇" => Scope::Township,
            other => return Err(format!("“{other}”应当是部门或者乡镇")),
        };
        if body.is_empty() || code.is_empty() || name.is_empty() {
            return Err("没有写单位、事项编码或者名称".to_owned());
        }
        let standing = match (*standing, more) {
            ("进驻", _) => Standing::Inside,
            ("未进驻", _) => Standing::Pending,
            ("例外", [reason, document]) if !reason.is_empty() && !document.is_empty() => {
                Standing::Excepted { reason: (*reason).to_owned(), document: (*document).to_owned() }
            }
            ("例外", _) => return Err("例外要写明理由和文件".to_owned()),
            (other, _) => return Err(format!("“{other}”应当是进驻、未进驻或者例外")),
        };
        let placing = Placing { code: (*code).to_owned(), name: (*name).to_owned(), standing };
        Ok(((scope, OrgId::new(body)), placing))
    };
    let mut listed: Vec<Listed> = Vec::new();
    let mut seen = BTreeSet::new();
    for (line, (at, placing)) in rows(text, read)? {
        // Placed twice at once, an item would be counted twice.
        if !seen.insert((at.0 == Scope::Township, at.1.to_string(), placing.code.clone())) {
            let why = format!("{}的{}写了两次", at.1, placing.code);
            return Err(vec![Unread { line, why }]);
        }
        match listed.iter_mut().find(|(held, _)| *held == at) {
            Some((_, items)) => items.push(placing),
            None => listed.push((at, vec![placing])),
        }
    }
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_roster_is_read_as_it_is_pasted() {
        let text = "日期,窗口,人员,起,止\n2025-03-03,1,wang,9:00,17:00\n\n2025-03-03\t2\tli\t09:00\t24:00\n2025-03-04，1，wang，9:00，12:00\n";
        let days = shifts(text).unwrap();
        let shift = |window: &str, person: &str, from, until| Shift {
            window: window.into(),
            person: PersonId::new(person),
            from,
            until,
        };
        let monday = vec![shift("1", "wang", 540, 1020), shift("2", "li", 540, 1440)];
        let tuesday = vec![shift("1", "wang", 540, 720)];
        assert_eq!(days, BTreeMap::from([(date(2025, 3, 3), monday), (date(2025, 3, 4), tuesday)]));
        let wrong = shifts("2025-03-03,1,wang,9:00,17:00\n2025-13-03,1,wang,9,17\n2025-03-03,1,wang,9:00\n")
            .unwrap_err();
        assert_eq!(wrong.iter().map(|wrong| wrong.line).collect::<Vec<_>>(), [2, 3], "{wrong:?}");
    }

    #[test]
    fn staff_and_placings_say_what_is_wrong_with_a_line() {
        let staff = joining("sun,县级,,HT-1\nqian,乡镇,甲镇,HT-1").unwrap();
        assert_eq!((staff[0].place, staff[1].township.as_str()), (Place::County, "甲镇"));
        for wrong in ["sun,县级,甲镇,HT-1", "sun,乡镇,,HT-1", "sun,省级,,HT-1", "sun,县级,,", "sun,县级"]
        {
            assert_eq!(joining(wrong).unwrap_err().len(), 1, "{wrong}");
        }
        let text = "部门,甲局,C1,甲事项,进驻\n部门,甲局,C2,乙事项,例外,涉密,模政〔2025〕1号\n乡镇,甲镇,C1,甲事项,未进驻";
        let listed = placings(text).unwrap();
        assert_eq!(listed.iter().map(|(_, items)| items.len()).collect::<Vec<_>>(), [2, 1]);
        for wrong in [
            "部门,甲局,C1,甲事项,例外,,模政〔2025〕1号",
            "部门,甲局,C1,甲事项,进入",
            "单位,甲局,C1,甲事项,进驻",
            "部门,甲局,,甲事项1,进驻",
            "部门,甲局,C1,甲事项,进驻\n部门,甲局,C1,甲事项,未进驻",
        ] {
            assert_eq!(placings(wrong).unwrap_err().len(), 1, "{wrong}");
        }
    }
}
