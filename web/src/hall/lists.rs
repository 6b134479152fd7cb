//! 成批登记的页面。 The week's roster as a grid, and three boxes into which a manager pastes a spreadsheet: shifts, staff and
//! placings. Nothing is done while a line cannot be read.

use super::{hall_of, new_idem};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::filled;
use crate::view::{Field, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use fadu_app::Problem;
use fadu_app::hall_lists::Listing;
use fadu_hall::roster::Shift;
use fadu_hall::sheet::{self, Unread};
use fadu_hall::{Hall, Roster};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Invalid, Role};
use jiff::civil::{Date, Weekday};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hall-lists/{id}", get(page))
        .route("/desk/hall-lists/{id}/{list}", post(enter))
}

/// Name in the address, what it is called, and its columns.
const LISTS: [(&str, &str, &str); 3] = [
    ("roster", "排班", "日期、窗口、人员账号、起、止，例如“2025-03-03,1,wang,9:00,17:00”。"),
    ("clerks", "上岗登记", "人员账号、县级或者乡镇、乡镇名、合同编号，例如“wang,县级,,模采〔2025〕1号”。"),
    (
        "entries",
        "进驻和下沉的事项",
        "部门或者乡镇、单位、事项编码、事项名称、进驻情况（进驻、未进驻、例外），例外再写理由、文件。",
    ),
];

fn manager(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    match actor.role {
        Role::CatalogueManager => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn page(visit: Visit, Path(id): Path<String>, Query(query): Query<BTreeMap<String, String>>) -> Page {
    manager(&visit)?;
    let day = query.get("day").and_then(|day| day.parse().ok());
    show(&visit, &id, day, &Said::default())
}

/// What was sent, and what came of it.
#[derive(Default)]
struct Said<'a> {
    list: &'a str,
    text: &'a str,
    wrong: Vec<Unread>,
    done: Option<Listing>,
}

fn show(visit: &Visit, id: &str, day: Option<Date>, said: &Said<'_>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (hall, roster) = hall_of(visit, &catalogue, id)?;
    let day = day.unwrap_or(visit.web.app.moment().today);
    let monday = offset(day, -i64::from(day.weekday().since(Weekday::Monday)));
    let days: Vec<Date> = (0..7).map(|n| offset(monday, n)).collect();
    let list = |(name, zh, columns): &(&str, &str, &str)| {
        let field = Field::text(name, zh, true)
            .kind("long_text")
            .hint(format!("一行一条，逗号或者制表符分栏：{columns}"));
        let own = said.list == *name;
        let answers = HashMap::from([((*name).to_owned(), said.text.to_owned())]);
        let wrong: Vec<Invalid> = said.wrong.iter().map(|wrong| told(name, wrong)).take(1).collect();
        let fields = if own { filled(vec![field], &answers, &wrong) } else { vec![field] };
        context! { action => format!("/desk/hall-lists/{id}/{name}"), idem => new_idem(), fields => fields, label => *zh }
    };
    let step = |day: Date| format!("/desk/hall-lists/{id}?day={day}");
    let page = visit.page("desk/hall_lists.html", &format!("{}排班和名册", hall.name), context! {
        crumbs => vec![link("看板", &format!("/desk/board/{id}"))],
        errors => said.wrong.iter().map(|wrong| context! { id => said.list, text => told(said.list, wrong).message }).collect::<Vec<_>>(),
        done => said.done.map(|done| context! { entered => done.entered, there => done.there }),
        days => days.iter().map(|day| format!("{}月{}日", day.month(), day.day())).collect::<Vec<_>>(),
        rows => hall.windows.keys().map(|window| row(window, &days, roster)).collect::<Vec<_>>(), lines => lines(hall, &days, roster),
        before_href => step(offset(monday, -7)), after_href => step(offset(monday, 7)), lists => LISTS.iter().map(list).collect::<Vec<_>>(),
    });
    Ok(if said.wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

fn told(list: &str, wrong: &Unread) -> Invalid {
    Invalid::new(list, format!("第{}行：{}", wrong.line, wrong.why))
}

fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

fn posted<'a>(roster: Option<&'a Roster>, day: Date, window: &'a str) -> impl Iterator<Item = &'a Shift> {
    let shifts = roster.and_then(|roster| roster.days.get(&day)).into_iter().flatten();
    shifts.filter(move |shift| shift.window == window)
}

fn row(window: &str, days: &[Date], roster: Option<&Roster>) -> Value {
    let told = |shift: &Shift| format!("{} {}–{}", shift.person, clock(shift.from), clock(shift.until));
    let cell = |day: &Date| posted(roster, *day, window).map(told).collect::<Vec<_>>();
    context! { window => window, cells => days.iter().map(cell).collect::<Vec<_>>() }
}

/// The week as it would be pasted: next week is this one with other days.
fn lines(hall: &Hall, days: &[Date], roster: Option<&Roster>) -> String {
    let line = |day: &Date, shift: &Shift| {
        format!("{day},{},{},{},{}\n", shift.window, shift.person, clock(shift.from), clock(shift.until))
    };
    let mut text = String::new();
    for day in days {
        for window in hall.windows.keys() {
            posted(roster, *day, window).for_each(|shift| text.push_str(&line(day, shift)));
        }
    }
    text
}

async fn enter(
    visit: Visit,
    Path((id, list)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    visit.own_form(form.get("csrf"))?;
    let actor = manager(&visit)?;
    let text = form.get(&list).map_or("", String::as_str);
    let app = &visit.web.app;
    let nothing = || vec![Unread { line: 1, why: "请填写要登记的内容".to_owned() }];
    let answer: Result<Result<Listing, Problem>, Vec<Unread>> = match list.as_str() {
        _ if text.trim().is_empty() && LISTS.iter().any(|(name, _, _)| *name == list) => Err(nothing()),
        "roster" => match sheet::shifts(text) {
            Ok(days) => Ok(app.post_shifts(&actor, &id, days).await),
            Err(wrong) => Err(wrong),
        },
        "clerks" => match sheet::joining(text) {
            Ok(staff) => Ok(app.join_clerks(&actor, staff).await),
            Err(wrong) => Err(wrong),
        },
        "entries" => match sheet::placings(text) {
            Ok(listed) => Ok(app.place_items(&actor, listed).await),
            Err(wrong) => Err(wrong),
        },
        _ => return Err(Fail::NotFound(visit)),
    };
    match answer {
        Ok(Ok(done)) => show(&visit, &id, None, &Said { done: Some(done), ..Said::default() }),
        Ok(Err(problem)) => {
            Err(Fail::from_problem(&visit, problem, "成批登记", &format!("/desk/hall-lists/{id}")))
        }
        Err(wrong) => show(&visit, &id, None, &Said { list: &list, text, wrong, done: None }),
    }
}
