//! 离线号入账。 What a kiosk gave out of its own numbers while it could not be reached: sent by the kiosk as soon as it can, or
//! typed off the slips. Sent twice, nothing is entered twice.

use super::{hall_of, new_idem};
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::filled;
use crate::view::{Field, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_app::hall::{Offline, Reconciled};
use fadu_app::now::start_of;
use fadu_hall::hall::Kiosk;
use fadu_kernel::{Actor, Invalid, Role};
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::HashMap;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/kiosks/{id}/{kiosk}", get(page).post(reconcile))
}

fn clerk(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    if actor.role == Role::WindowClerk { Ok(actor) } else { Err(Fail::NotFound(visit.clone())) }
}

/// The hall's name and the kiosk.
fn standing(visit: &Visit, hall: &str, kiosk: &str) -> Result<(String, Kiosk), Fail> {
    let catalogue = visit.web.app.catalogue();
    let (found, _) = hall_of(visit, &catalogue, hall)?;
    let kiosk = found.kiosks.get(kiosk).cloned().ok_or_else(|| Fail::NotFound(visit.clone()))?;
    Ok((found.name.clone(), kiosk))
}

async fn page(visit: Visit, Path((hall, kiosk)): Path<(String, String)>) -> Page {
    clerk(&visit)?;
    let (name, kiosk) = standing(&visit, &hall, &kiosk)?;
    Ok(show(&visit, (&hall, &name), &kiosk, &HashMap::new(), &[], None))
}

fn show(
    visit: &Visit,
    (hall, name): (&str, &str),
    kiosk: &Kiosk,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
    done: Option<&Reconciled>,
) -> axum::response::Response {
    let numbers = Field::text("numbers", "离线发出的号", true)
        .kind("long_text")
        .hint("一行一个：号码、空格、取号时间，例如“A0501 09:05”；不是今天的写上日期，例如“A0501 2025-03-03 16:50”。");
    let refused = |done: &Reconciled| -> Vec<Value> {
        let row = |(number, refusal): &(String, fadu_kernel::Refusal)| {
            context! { number => number.clone(), because => refusal.because.clone() }
        };
        done.refused.iter().map(row).collect()
    };
    visit.page("desk/kiosk.html", &format!("自助机{}离线号入账", kiosk.number), context! {
        crumbs => vec![link("看板", &format!("/desk/board/{hall}"))], hall => name, first => kiosk.first, last => kiosk.last,
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        form => context! { action => format!("/desk/kiosks/{hall}/{}", kiosk.number), idem => new_idem() },
        fields => filled(vec![numbers], answers, wrong),
        done => done.map(|done| context! { entered => done.entered.len(), there => done.there, refused => refused(done) }),
    })
}

async fn reconcile(
    visit: Visit,
    Path((hall, kiosk)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    visit.own_form(form.get("csrf"))?;
    let actor = clerk(&visit)?;
    let (name, kiosk) = standing(&visit, &hall, &kiosk)?;
    let text = form.get("numbers").map_or("", String::as_str);
    let numbers = match read(text, visit.web.app.moment().today) {
        Ok(numbers) => numbers,
        Err(wrong) => {
            let page = show(&visit, (&hall, &name), &kiosk, &form, &[wrong], None);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let done = visit
        .web
        .app
        .reconcile_offline(&actor, &hall, &kiosk.number, numbers)
        .await
        .map_err(|problem| {
            Fail::from_problem(
                &visit,
                problem,
                "离线号入账",
                &format!("/desk/kiosks/{hall}/{}", kiosk.number),
            )
        })?;
    Ok(show(&visit, (&hall, &name), &kiosk, &HashMap::new(), &[], Some(&done)))
}

/// Each line with something in it is one number; the first that cannot be read is named.
fn read(text: &str, today: Date) -> Result<Vec<Offline>, Invalid> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let numbers = lines.map(|line| {
        let said = || Invalid::new("numbers", format!("“{line}”应当像“A0501 09:05”这样写"));
        read_line(line, today).ok_or_else(said)
    });
    let numbers: Vec<Offline> = numbers.collect::<Result<_, _>>()?;
    if numbers.is_empty() {
        return Err(Invalid::new("numbers", "请填写离线发出的号"));
    }
    Ok(numbers)
}

/// `A0501 09:05`, `A0501 2025-03-03 16:50`, or, as the kiosk itself writes, `A0501 1741000000000` in milliseconds.
fn read_line(line: &str, today: Date) -> Option<Offline> {
    let mut words = line.split_whitespace();
    let number = words.next()?;
    let digits = number.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let zone = number.strip_suffix(digits).filter(|zone| zone.len() == 1)?;
    let serial: u32 = digits.parse().ok()?;
    let (when, more) = (words.next()?, words.next());
    let issued_ms = match more {
        None if !when.contains(':') => when.parse().ok()?,
        None => start_of(today) + minutes(when)? * 60_000,
        Some(time) => start_of(when.parse().ok()?) + minutes(time)? * 60_000,
    };
    let zone = zone.to_owned();
    words
        .next()
        .is_none()
        .then_some(Offline { zone, serial, item: None, issued_ms })
}

fn minutes(time: &str) -> Option<i64> {
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_line_is_a_number_and_when_it_was_given_out() {
        let today = date(2025, 3, 3);
        let nine = start_of(today) + 9 * 3_600_000;
        for (line, expected) in [
            ("A0501 09:00", Some(("A", 501, nine))),
            ("B0502  2025-03-02 09:00", Some(("B", 502, nine - 86_400_000))),
            ("A0501 1740963600000", Some(("A", 501, 1_740_963_600_000))),
            ("A0501", None),
            ("0501 09:00", None),
            ("A0501 24:00", None),
            ("A0501 2025-03-02 09:00 x", None),
        ] {
            let read = read_line(line, today);
            let read = read.as_ref().map(|read| (read.zone.as_str(), read.serial, read.issued_ms));
            assert_eq!(read, expected, "{line}");
        }
        assert!(read("\n \n", today).is_err() && read("A0501 09:00\n\nB0501 09:01", today).is_ok());
    }
}
