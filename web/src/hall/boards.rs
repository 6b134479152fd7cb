//! 看板。 The hall's big screen and the manager's board, drawn by one source for each hall and sent to every board as it
//! changes. A board that lost its connection asks again by itself and gets the whole picture; without script the page
//! refreshes.

use super::{hall_of, minutes_zh, open_halls};
use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::{Fail, Web};
use axum::Router;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::Problem;
use fadu_app::hall_day::HallDay;
use fadu_hall::load::{Load, Spread, spread};
use fadu_hall::mark::minute_of_day;
use fadu_hall::{Baseline, Hall, Roster};
use fadu_kernel::{Moment, Role};
use futures_util::stream;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;

/// How soon a call is on the screens, and how often the source looks for acts of other servers and for the minute.
const LOOK: Duration = Duration::from_millis(40);
const LOOKS_A_SECOND: u32 = 25;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/boards/hall/{id}", get(screen))
        .route("/boards/hall/{id}/events", get(events))
        .route("/desk/board", get(choose))
        .route("/desk/board/{id}", get(manager))
}

/// What both boards show now, as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    screen: String,
    manager: String,
}

type Source = watch::Receiver<Arc<Shown>>;

/// 看板之源。 One for each hall that somebody watches.
pub(crate) struct Boards {
    sources: Mutex<HashMap<String, Source>>,
    ending: watch::Sender<bool>,
}

impl Default for Boards {
    fn default() -> Boards {
        Boards { sources: Mutex::default(), ending: watch::channel(false).0 }
    }
}

impl Boards {
    fn sources(&self) -> MutexGuard<'_, HashMap<String, Source>> {
        self.sources.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Ends every stream, so that a server that stops does not wait for its boards.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// How many halls are drawn now.
    pub(crate) fn n_sources(&self) -> usize {
        self.sources().len()
    }
}

/// The source of this hall; the first board starts it.
fn watch_hall(web: &Web, hall: &str) -> Source {
    let mut sources = web.boards.sources();
    if let Some(source) = sources.get(hall) {
        return source.clone();
    }
    let (sender, source) = watch::channel(Arc::new(Shown::default()));
    sources.insert(hall.to_owned(), source.clone());
    tokio::spawn(keep_drawing(web.clone(), hall.to_owned(), sender));
    source
}

async fn keep_drawing(web: Web, number: String, sender: watch::Sender<Arc<Shown>>) {
    let (mut seen, mut looks) = (-1, 0u32);
    loop {
        {
            // Nobody watches but the list itself.
            let mut sources = web.boards.sources();
            if sender.receiver_count() <= 1 {
                sources.remove(&number);
                return;
            }
        }
        let entries = web.app.tip().entries;
        if entries != seen || looks.is_multiple_of(LOOKS_A_SECOND) {
            seen = entries;
            match draw(&web, &number).await {
                Ok(shown) => {
                    sender.send_if_modified(|last| {
                        let new = **last != shown;
                        if new {
                            *last = Arc::new(shown);
                        }
                        new
                    });
                }
                Err(error) => {
                    tracing::error!(hall = number, error, "a board could not be drawn; the next look follows")
                }
            }
        }
        looks = looks.wrapping_add(1);
        tokio::time::sleep(LOOK).await;
    }
}

async fn draw(web: &Web, number: &str) -> Result<Shown, String> {
    let (screen, manager) = values(web, number).await.map_err(|problem| problem.to_string())?;
    let render = |name: &str, values: Value| {
        let page = web.pages.get_template(name).and_then(|page| page.render(values));
        page.map_err(|error| format!("{error:#}"))
    };
    Ok(Shown {
        screen: render("portal/board_lines.html", screen)?,
        manager: render("desk/board_lines.html", manager)?,
    })
}

async fn values(web: &Web, number: &str) -> Result<(Value, Value), Problem> {
    let catalogue = web.app.catalogue();
    let Some(hall) = catalogue.one::<Hall>(Hall::id(number)) else { return Err(Problem::NotFound) };
    let roster = catalogue.one::<Roster>(Roster::id(number));
    let baseline = catalogue.one::<Baseline>(Baseline::id(number));
    let moment = web.app.moment();
    web.app
        .hall_day(|day| {
            let manager = manager_values(day, hall, roster, moment);
            let compared = context! { before => before(baseline), last => last_month(baseline), ..manager };
            (screen_values(day, hall, roster, moment), compared)
        })
        .await
}

/// The load that was frozen before the reform.
fn before(baseline: Option<&Baseline>) -> Option<Value> {
    let frozen = baseline?.frozen.as_ref()?;
    let shown = spread_value(spread(&frozen.loads)?);
    Some(context! { from => frozen.from.to_string(), until => frozen.until.to_string(), ..shown })
}

/// The load of the last month that was measured against it.
fn last_month(baseline: Option<&Baseline>) -> Option<Value> {
    let last = baseline?.measured.as_ref()?;
    let shown = spread_value(spread(&last.loads)?);
    Some(context! { from => last.from.to_string(), until => last.until.to_string(), ..shown })
}

fn spread_value(even: Spread) -> Value {
    let gini = format!("{}.{:02}", even.gini_ppm / 1_000_000, even.gini_ppm / 10_000 % 100);
    context! { most => tenths(even.most), least => tenths(even.least), gini => gini }
}

/// A summons is shown for as long as somebody may be on the way.
fn screen_values(day: &HallDay, hall: &Hall, roster: Option<&Roster>, moment: Moment) -> Value {
    let minute = minute_of_day(moment.ms);
    let mut there: Vec<_> = day.at_windows(&hall.number).into_iter().collect();
    there.sort_by_key(|(_, (_, ticket))| std::cmp::Reverse(ticket.calls.last().map(|call| call.by.ms)));
    let called: Vec<Value> = there
        .iter()
        .map(|(window, (_, ticket))| context! { window => *window, number => ticket.number.clone(), now => ticket.serving.is_none() })
        .collect();
    let lines: Vec<Value> = hall
        .zones
        .iter()
        .map(|(zone, name)| {
            let told = day.told(hall, roster, zone, None, None, minute);
            let own = day.waiting(&hall.number).iter().filter(|(_, ticket)| ticket.zone == *zone).count();
            context! { zone => zone.clone(), name => name.clone(), waiting => own, minutes => minutes_zh(told.minutes) }
        })
        .collect();
    context! { name => hall.name.clone(), called => called, lines => lines }
}

fn manager_values(day: &HallDay, hall: &Hall, roster: Option<&Roster>, moment: Moment) -> Value {
    let minute = minute_of_day(moment.ms);
    let staffed: Vec<&str> = roster
        .map(|roster| roster.staffed(day.day, minute).collect())
        .unwrap_or_default();
    let mut served: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, ticket) in day.tickets(&hall.number).filter(|(_, ticket)| ticket.status() == "finished") {
        if let Some((window, _)) = &ticket.serving {
            *served.entry(window).or_default() += 1;
        }
    }
    let there = day.at_windows(&hall.number);
    let loads: Vec<Load> = hall
        .windows
        .keys()
        .map(|window| Load {
            window: window.clone(),
            cases: served.get(window.as_str()).copied().unwrap_or(0),
            seconds: stood(roster, day, window, minute),
        })
        .collect();
    let windows: Vec<Value> = loads
        .iter()
        .map(|load| {
            let per_hour = fadu_kernel::Ratio::new(i64::from(load.cases) * 3600, i64::from(load.seconds));
            context! {
                number => load.window.clone(), staffed => staffed.contains(&load.window.as_str()), served => load.cases,
                current => there.get(load.window.as_str()).map(|(_, ticket)| ticket.number.clone()), per_hour => tenths(per_hour),
            }
        })
        .collect();
    let calls: Vec<Value> = day
        .calls(&hall.number)
        .filter_map(|(id, call)| {
            let (ask, raised) = (call.ask.as_ref()?, call.raised.as_ref()?);
            let climbs = call.climbs_at().is_some_and(|at| moment.ms > at);
            Some(context! {
                number => call.number.clone(), href => format!("/desk/calls/call/{id}"), window => ask.window.clone(), department => ask.department.as_str(), level => call.level.zh(),
                minutes => (moment.ms - raised.ms) / 60_000, late => climbs, answered => call.answered.is_some(),
            })
        })
        .collect();
    let even = spread(&loads);
    let mean = day.service();
    context! {
        name => hall.name.clone(), waiting => day.waiting(&hall.number).len(), n_calls => calls.len(), windows => windows, calls => calls,
        n_open => staffed.len(), served => served.values().sum::<u32>(),
        mean_minutes => (mean.whole > 0).then(|| tenths(fadu_kernel::Ratio::new(mean.part, mean.whole * 60))),
        spread => even.map(spread_value),
    }
}

/// Seconds until now that somebody was posted at this window today.
fn stood(roster: Option<&Roster>, day: &HallDay, window: &str, minute: u16) -> u32 {
    let shifts = roster.and_then(|roster| roster.days.get(&day.day)).into_iter().flatten();
    let until_now =
        |shift: &fadu_hall::roster::Shift| u32::from(shift.until.min(minute).saturating_sub(shift.from)) * 60;
    shifts.filter(|shift| shift.window == window).map(until_now).sum()
}

/// `3.4`, cut; a dash where nothing was counted.
fn tenths(ratio: fadu_kernel::Ratio) -> String {
    match ratio.part.checked_mul(10).and_then(|part| part.checked_div(ratio.whole)) {
        Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        None => "—".to_owned(),
    }
}

async fn screen(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (hall, _) = hall_of(&visit, &catalogue, &id)?;
    let (now, _) = values(&visit.web, &id)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "看板", "/hall"))?;
    let title = format!("{}叫号", hall.name);
    Ok(visit.page(
        "portal/board.html",
        &title,
        context! { events => format!("/boards/hall/{id}/events"), ..now },
    ))
}

/// Those who answer for the hall, and those who oversee it.
fn watcher(visit: &Visit) -> Result<(), Fail> {
    let (_, actor) = visit.staff()?;
    match actor.role {
        Role::CatalogueManager
        | Role::AgencyHead
        | Role::Government
        | Role::Inspector
        | Role::WindowClerk => Ok(()),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn choose(visit: Visit) -> Page {
    watcher(&visit)?;
    let catalogue = visit.web.app.catalogue();
    match open_halls(&catalogue).first() {
        Some(hall) => Ok(Redirect::to(&format!("/desk/board/{}", hall.number)).into_response()),
        None => Err(Fail::NotFound(visit)),
    }
}

async fn manager(visit: Visit, Path(id): Path<String>) -> Page {
    watcher(&visit)?;
    let catalogue = visit.web.app.catalogue();
    let (hall, _) = hall_of(&visit, &catalogue, &id)?;
    let (_, now) = values(&visit.web, &id)
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "看板", "/desk"))?;
    let others: Vec<Value> = open_halls(&catalogue)
        .into_iter()
        .filter(|other| other.number != hall.number)
        .map(|other| crate::view::link(other.name.clone(), &format!("/desk/board/{}", other.number)))
        .collect();
    let kiosks: Vec<Value> = hall
        .kiosks
        .keys()
        .map(|kiosk| {
            crate::view::link(format!("自助机{kiosk}离线号入账"), &format!("/desk/kiosks/{id}/{kiosk}"))
        })
        .collect();
    let manages = visit
        .account
        .as_ref()
        .is_some_and(|account| account.role == Role::CatalogueManager);
    let at_desk = visit.account.as_ref().is_some_and(|account| account.role == Role::WindowClerk);
    let title = format!("{}看板", hall.name);
    let page = context! { samples => manages, lists_href => format!("/desk/hall-lists/{id}"), kiosks => if at_desk { kiosks } else { Vec::new() }, events => format!("/boards/hall/{id}/events?view=manager"), screen_href => format!("/boards/hall/{id}"), others => others, ..now };
    Ok(visit.page("desk/board.html", &title, page))
}

#[derive(Deserialize, Default)]
struct View {
    #[serde(default)]
    view: String,
}

async fn events(visit: Visit, Path(id): Path<String>, Query(query): Query<View>) -> Page {
    let catalogue = visit.web.app.catalogue();
    hall_of(&visit, &catalogue, &id)?;
    let for_manager = query.view == "manager";
    if for_manager {
        watcher(&visit)?;
    }
    let source = watch_hall(&visit.web, &id);
    let ending = visit.web.boards.ending.subscribe();
    // The picture as it stands is sent at once, then each that differs from the one sent last.
    let stream =
        stream::unfold((source, ending, String::new()), move |(mut source, mut ending, sent)| async move {
            loop {
                if *ending.borrow() {
                    return None;
                }
                let shown = Arc::clone(&source.borrow_and_update());
                let html = if for_manager { &shown.manager } else { &shown.screen };
                if *html != sent {
                    let event = Event::default().data(html);
                    return Some((Ok::<_, Infallible>(event), (source, ending, html.clone())));
                }
                tokio::select! {
                    changed = source.changed() => if changed.is_err() { return None },
                    _ = ending.changed() => return None,
                }
            }
        });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}
