//! 效力表。 What no text says of itself: when a version began, and when it or the whole statute ended. The county keeps it.

use crate::text::citation::short_name;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The table lies under this name beside the texts that are imported.
pub const FILE: &str = "validity.tsv";

/// 效力。 One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// 简称。
    pub statute: String,
    /// 文本日期。 None: every version of the statute; the beginning is then that of a text without a date.
    pub version: Option<Date>,
    /// 施行日期。
    pub from: Option<Date>,
    /// 失效日期。 The first day on which it is no longer in force.
    pub ended: Option<Date>,
    /// 依据。 The decision or the notice that says so.
    pub by: String,
}

/// Five columns, parted by tabs: statute, version, from, ended, by. Returns the lines, and those it cannot read with the
/// reason.
pub fn read(text: &str) -> (Vec<Validity>, Vec<String>) {
    let (mut rows, mut left_out) = (Vec::new(), Vec::new());
    for (i, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') || line.starts_with("statute\t") {
            continue;
        }
        match row(line) {
            Ok(row) => rows.push(row),
            Err(why) => left_out.push(format!("{FILE}, line {}: {why}", i + 1)),
        }
    }
    (rows, left_out)
}

fn row(line: &str) -> Result<Validity, String> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let [statute, version, from, ended, by] = cells[..] else {
        return Err(format!("{} columns and not five", cells.len()));
    };
    let day = |text: &str| match text {
        "" => Ok(None),
        text => text.parse::<Date>().map(Some).map_err(|error| error.to_string()),
    };
    let (version, from, ended) = (day(version)?, day(from)?, day(ended)?);
    let statute = short_name(statute.trim_start_matches('《').trim_end_matches('》')).to_owned();
    if statute.is_empty() || by.is_empty() {
        return Err("it names no statute or nothing that says so".to_owned());
    }
    if from.or(ended).is_none() {
        return Err("it says neither when it began nor when it ended".to_owned());
    }
    Ok(Validity { statute, version, from, ended, by: by.to_owned() })
}

/// What was kept with what came in: a new line takes the place of the one for the same statute and version.
pub fn renewed(kept: Vec<Validity>, new: Vec<Validity>) -> Vec<Validity> {
    let replaced = |row: &Validity| {
        new.iter()
            .any(|other| other.statute == row.statute && other.version == row.version)
    };
    let mut rows: Vec<Validity> = kept.into_iter().filter(|row| !replaced(row)).collect();
    rows.extend(new);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_renewed_and_named_where_they_cannot_be() {
        let text = "statute\tversion\tfrom\tended\tby\n# 注\n《中华人民共和国模拟法》\t2024-01-02\t2024-07-01\t\t修改决定\n模拟条例\t\t\t2025-05-01\t废止决定\n模拟法\t2024-02-30\t\t2025-01-01\t决定\n模拟法\t\t\t\t决定\n模拟法\t\t\t2025-01-01\n";
        let (rows, left_out) = read(text);
        let names: Vec<&str> = rows.iter().map(|row| row.statute.as_str()).collect();
        assert_eq!(names, ["模拟法", "模拟条例"]);
        let lines: Vec<&str> = left_out.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(lines, ["validity.tsv, line 5", "validity.tsv, line 6", "validity.tsv, line 7"]);
        let later = Validity { ended: Some(Date::constant(2025, 6, 1)), ..rows[1].clone() };
        let renewed = renewed(rows.clone(), vec![later.clone()]);
        assert_eq!(renewed, [rows[0].clone(), later]);
    }
}
