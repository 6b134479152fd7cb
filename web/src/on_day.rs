//! 某一天。 The day that a reader asks a page for: nothing written is today, and what is no day is said on the page.

use crate::Fail;
use crate::session::Visit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use minijinja::{Value, context};

pub(crate) struct OnDay {
    pub day: Date,
    text: String,
    wrong: bool,
}

impl OnDay {
    pub fn read(text: &str, today: Date) -> OnDay {
        let text = text.trim();
        let day = text.parse::<Date>();
        OnDay {
            wrong: !text.is_empty() && day.is_err(),
            day: day.unwrap_or(today),
            text: text.chars().take(40).collect(),
        }
    }

    /// A day was asked for and understood.
    pub fn asked(&self) -> bool {
        !self.text.is_empty() && !self.wrong
    }

    /// What leads on to pages of the same day.
    pub fn query(&self) -> String {
        if self.asked() { format!("?on={}", self.day) } else { String::new() }
    }

    /// The field of the page with the answer kept; `note` says what the page shows.
    pub fn field(&self, note: &str) -> Value {
        let error = || {
            let text = format!("“{}”不是一个日期，请写成 {} 的样子", self.text, self.day);
            context! { id => "on", text => text }
        };
        let errors: Vec<Value> = self.wrong.then(error).into_iter().collect();
        context! { text => self.text.clone(), errors => errors, note => note }
    }

    pub fn answer(&self, page: Response) -> Response {
        if self.wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
    }
}

/// 截至某日 or 某日, on a page that has no field for errors.
/// Errors: `Unreadable`, where the address names no day: a figure of today would pass for that of another day.
pub(crate) fn as_of(visit: &Visit, text: &str) -> Result<Date, Fail> {
    match text.trim() {
        "" => Ok(visit.web.app.moment().today),
        text => text.parse().map_err(|_| Fail::Unreadable(visit.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::OnDay;
    use jiff::civil::date;

    #[test]
    fn a_day_is_today_unless_one_is_written() {
        let today = date(2025, 3, 3);
        let table = [
            ("", today, false, ""),
            (" 2024-02-29 ", date(2024, 2, 29), false, "?on=2024-02-29"),
            ("2025-02-29", today, true, ""),
            ("昨天", today, true, ""),
        ];
        for (text, day, wrong, query) in table {
            let on = OnDay::read(text, today);
            assert_eq!((on.day, on.wrong, on.query().as_str()), (day, wrong, query), "{text}");
        }
    }
}
