//! 工作日历。

use crate::{Answer, Place, Usage, say};
use fadu_kernel::Calendar as Days;
use jiff::civil::Date;
use serde_json::json;

#[derive(clap::Subcommand)]
pub enum Calendar {
    /// The N-th working day after DATE, which is not counted
    Add { date: String, days: u32 },
    /// What kind of day DATE is, and by which notice
    Status { date: String },
}

pub fn run(place: &Place, command: Calendar) -> Answer {
    let calendar = Days::shipped();
    match command {
        Calendar::Add { date, days } => {
            let from = read_date("DATE", &date)?;
            match calendar.after(from, days) {
                Ok(day) => say(place, json!({"date": day}), || day.to_string()),
                Err(ends) => {
                    say(place, json!({"error": ends.to_string()}), || ends.to_string());
                    return Ok(false);
                }
            }
        }
        Calendar::Status { date } => match calendar.status(read_date("DATE", &date)?) {
            Ok(status) => say(
                place,
                json!({"date": status.date, "working": status.working, "why": status.why, "notice": status.notice, "known_since": status.known_since}),
                || match &status.notice {
                    Some(notice) => format!("{} {}（{notice}）", status.date, status.why),
                    None => format!("{} {}", status.date, status.why),
                },
            ),
            Err(ends) => {
                say(place, json!({"error": ends.to_string()}), || ends.to_string());
                return Ok(false);
            }
        },
    }
    Ok(true)
}

pub fn read_date(field: &str, text: &str) -> Result<Date, Usage> {
    text.parse()
        .map_err(|_| Usage(format!("{field}: `{text}` is no date of the form 2025-09-26")))
}
