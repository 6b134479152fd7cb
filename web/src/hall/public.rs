//! 取号和等候。 Which halls there are and who waits there; a number from a phone or a kiosk; one page for each number that
//! tells how it stands and refreshes itself.

use super::{hall_of, minutes_zh, new_idem, open_halls, sender, ticket_of};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::statuses::status_zh;
use crate::submission::filled;
use crate::view::{Field, encode, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::hall::Wanted;
use fadu_app::hall_day::Told;
use fadu_app::{Call, Problem};
use fadu_hall::hall::{Channel, Kiosk, Place};
use fadu_hall::mark::minute_of_day;
use fadu_hall::ticket::Act;
use fadu_hall::{Hall, Roster, Ticket};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, Role};
use fadu_service::Item;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const REFRESH: HeaderName = HeaderName::from_static("refresh");
/// Seconds between two looks at one's own number; a kiosk goes back to its first page.
const LOOK_AGAIN: u32 = 20;
const KIOSK_RESTS: u32 = 20;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/hall", get(halls))
        .route("/hall/{id}/ticket", get(take_page).post(take))
        .route("/tickets/{id}", get(ticket_page))
        .route("/tickets/{id}/acts/{act}", post(do_act))
}

/// People and minutes for each line of a hall.
async fn lines(
    visit: &Visit,
    hall: &Hall,
    roster: Option<&Roster>,
) -> Result<Vec<(String, String, Told)>, Fail> {
    let app = &visit.web.app;
    let minute = minute_of_day(app.moment().ms);
    app.hall_day(|day| {
        let told = |zone: &str| day.told(hall, roster, zone, None, None, minute);
        hall.zones
            .iter()
            .map(|(zone, name)| (zone.clone(), name.clone(), told(zone)))
            .collect()
    })
    .await
    .map_err(|problem| Fail::from_problem(visit, problem, "查看等候", "/hall"))
}

async fn halls(visit: Visit) -> Page {
    let catalogue = visit.web.app.catalogue();
    let mut shown = Vec::new();
    for hall in open_halls(&catalogue) {
        let roster = catalogue.one::<Roster>(Roster::id(&hall.number));
        let lines: Vec<Value> = lines(&visit, hall, roster)
            .await?
            .into_iter()
            .map(|(zone, name, told)| context! { zone => zone, name => name, ahead => told.ahead, minutes => minutes_zh(told.minutes) })
            .collect();
        shown.push(context! {
            name => hall.name.clone(), place => if hall.place == Place::County { "县级大厅".to_owned() } else { hall.township.clone() }, lines => lines,
            take_href => format!("/hall/{}/ticket", hall.number), board_href => format!("/boards/hall/{}", hall.number),
        });
    }
    let page = visit.page(
        "portal/halls.html",
        "大厅排队",
        context! { halls => shown, help_phone => visit.web.site.help_phone.clone() },
    );
    Ok(([(REFRESH, "60")], page).into_response())
}

#[derive(Deserialize, Default)]
struct TakeQuery {
    #[serde(default)]
    kiosk: String,
}

/// Where a number is asked for.
struct Spot<'a> {
    hall: &'a Hall,
    /// The kiosk of this number in the hall.
    kiosk: Option<&'a str>,
}

impl<'a> Spot<'a> {
    fn of(hall: &'a Hall, kiosk: &str) -> Spot<'a> {
        Spot { hall, kiosk: hall.kiosks.get(kiosk).map(|kiosk| kiosk.number.as_str()) }
    }

    fn address(&self) -> String {
        let own = self.kiosk.map(|kiosk| format!("?kiosk={}", encode(kiosk))).unwrap_or_default();
        format!("/hall/{}/ticket{own}", self.hall.number)
    }
}

async fn take_page(mut visit: Visit, Path(id): Path<String>, Query(query): Query<TakeQuery>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (hall, roster) = hall_of(&visit, &catalogue, &id)?;
    let place = Spot::of(hall, &query.kiosk);
    visit.large |= place.kiosk.is_some();
    show(&visit, &place, roster, &HashMap::new(), &[]).await
}

fn fields(visit: &Visit, hall: &Hall) -> Vec<Field> {
    let catalogue = visit.web.app.catalogue();
    let mut items: Vec<(String, String)> = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.is_open())
        .map(|(_, item)| (item.code.clone(), item.name.clone()))
        .collect();
    items.sort_by(|a, b| a.1.cmp(&b.1));
    let zones = hall.zones.iter().map(|(zone, name)| (zone.clone(), format!("{zone} {name}")));
    let mut fields = vec![Field::text("zone", "办什么", true).kind("choice").options(zones)];
    if !items.is_empty() {
        fields.push(
            Field::text("item", "具体事项", false)
                .kind("choice")
                .options(items)
                .hint("知道就选上，会叫到能办的窗口。"),
        );
    }
    if let Some(hours) = hall.hours.as_ref().filter(|_| hall.channels.contains(&Channel::Appointment)) {
        let times = hours.times().map(|minute| (minute.to_string(), clock(minute)));
        let hint = format!(
            "不填就是现在取号。工作日{}至{}，最多提前{}天。按时到的按预约的时间排队。",
            clock(hours.from),
            clock(hours.until),
            hours.days_ahead
        );
        fields.push(Field::text("day", "预约日期", false).kind("date").hint(hint));
        fields.push(Field::text("time", "预约时间", false).kind("choice").options(times));
    }
    fields
}

/// In each zone the kiosk's next number of today: from there it goes on by itself while it cannot reach us.
async fn next_of(visit: &Visit, hall: &Hall, kiosk: Option<&Kiosk>) -> Result<BTreeMap<String, u32>, Fail> {
    let Some(kiosk) = kiosk else { return Ok(BTreeMap::new()) };
    let mut next: BTreeMap<String, u32> = hall.zones.keys().map(|zone| (zone.clone(), kiosk.first)).collect();
    visit
        .web
        .app
        .hall_day(|day| {
            for (_, ticket) in day.tickets(&hall.number) {
                // Transferred or not, a number keeps the letter that it was given out under.
                let Some((letter, digits)) = ticket.number.split_at_checked(1) else { continue };
                let serial = digits.parse::<u32>().ok().filter(|n| (kiosk.first..=kiosk.last).contains(n));
                if let Some((own, serial)) = next.get_mut(letter).zip(serial) {
                    *own = (*own).max(serial + 1);
                }
            }
        })
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "取号", "/hall"))?;
    Ok(next)
}

/// `9:30`
fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

async fn show(
    visit: &Visit,
    place: &Spot<'_>,
    roster: Option<&Roster>,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
) -> Page {
    let block = place.kiosk.and_then(|number| place.hall.kiosks.get(number));
    let next = next_of(visit, place.hall, block).await?;
    let lines: Vec<Value> = lines(visit, place.hall, roster)
        .await?
        .into_iter()
        .map(|(zone, name, told)| context! { next => next.get(&zone), zone => zone, name => name, ahead => told.ahead, minutes => minutes_zh(told.minutes) })
        .collect();
    let idem = answers
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(new_idem);
    let fields =
        if place.kiosk.is_some() { Vec::new() } else { filled(fields(visit, place.hall), answers, wrong) };
    let page = visit.page("portal/take.html", &format!("{}取号", place.hall.name), context! {
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        kiosk => place.kiosk.is_some(), offline => block.map(|kiosk| context! {
            key => format!("kiosk/{}/{}", place.hall.number, kiosk.number), first => kiosk.first, last => kiosk.last, day => visit.web.app.moment().today.to_string(),
            send => format!("/desk/kiosks/{}/{}", place.hall.number, kiosk.number), rests => KIOSK_RESTS,
        }),
        form => context! { action => place.address(), idem => idem }, fields => fields, lines => lines,
        help_phone => visit.web.site.help_phone.clone(),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn take(
    mut visit: Visit,
    Path(id): Path<String>,
    Query(query): Query<TakeQuery>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let catalogue = visit.web.app.catalogue();
    let (hall, roster) = hall_of(&visit, &catalogue, &id)?;
    let place = Spot::of(hall, &query.kiosk);
    visit.large |= place.kiosk.is_some();
    // A number that a clerk takes is for who stands at the desk; everybody else holds their own telephone.
    let at_the_desk = visit.account.as_ref().is_some_and(|account| account.role == Role::WindowClerk);
    let wanted = match read(&place, &form, at_the_desk) {
        Ok(wanted) => wanted,
        Err(wrong) => return show(&visit, &place, roster, &form, &wrong).await,
    };
    let idem = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(new_idem);
    let actor = sender(&visit, &[Role::Citizen, Role::FirmAgent, Role::WindowClerk], &idem);
    let app = &visit.web.app;
    match app.take_ticket(&actor, wanted, Some(idem)).await {
        Ok(taken) => {
            let kiosk = place.kiosk.map(|kiosk| format!("&kiosk={}", encode(kiosk))).unwrap_or_default();
            let code = app.keys.track_code(taken.matter);
            Ok(Redirect::to(&format!("/tickets/{}?code={code}{kiosk}", taken.matter)).into_response())
        }
        Err(Problem::Invalid(wrong)) => show(&visit, &place, roster, &form, &wrong).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "取号", &place.address())),
    }
}

fn read(place: &Spot<'_>, form: &HashMap<String, String>, at_the_desk: bool) -> Result<Wanted, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim()).filter(|value| !value.is_empty());
    let mut wrong = Vec::new();
    let zone = text("zone").filter(|zone| place.hall.zones.contains_key(*zone));
    if zone.is_none() {
        wrong.push(Invalid::new("zone", "请选择办什么"));
    }
    let slot = match (text("day"), text("time")) {
        (None, None) => None,
        (Some(day), Some(time)) => match (day.parse(), time.parse()) {
            (Ok(day), Ok(time)) => Some((day, time)),
            _ => {
                wrong.push(Invalid::new("day", "预约日期应当是像 2025-03-03 这样的日期"));
                None
            }
        },
        (Some(_), None) => {
            wrong.push(Invalid::new("time", "请选择预约时间"));
            None
        }
        (None, Some(_)) => {
            wrong.push(Invalid::new("day", "请填写预约日期"));
            None
        }
    };
    let channel = match (place.kiosk, slot) {
        (Some(_), _) => Channel::Kiosk,
        (None, Some(_)) => Channel::Appointment,
        (None, None) if at_the_desk => Channel::Door,
        (None, None) => Channel::Phone,
    };
    if wrong.is_empty() && channel == Channel::Phone && !place.hall.channels.contains(&channel) {
        wrong.push(Invalid::new("zone", "本大厅没有开通手机取号，请预约，或者到大厅取号"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Wanted {
        hall: place.hall.number.clone(),
        zone: zone.unwrap_or_default().to_owned(),
        item: text("item").map(str::to_owned),
        channel,
        kiosk: place.kiosk.map(str::to_owned),
        slot: slot.filter(|_| place.kiosk.is_none()),
    })
}

#[derive(Deserialize, Default)]
struct TicketQuery {
    #[serde(default)]
    code: String,
    #[serde(default)]
    kiosk: String,
}

/// Who may act on the ticket: its holder's account, or whoever holds its code.
fn holder(visit: &Visit, id: MatterId, ticket: &Ticket, code: &str) -> Option<Actor> {
    let person = ticket.holder.clone()?;
    let signed_in = visit.actor().filter(|actor| actor.person == person);
    let fits = code.trim().eq_ignore_ascii_case(&visit.web.app.keys.track_code(id));
    let by_code = fits && person.as_str().starts_with("form-");
    signed_in.or_else(|| by_code.then(|| Actor { person, role: Role::Citizen, org: OrgId::new("public") }))
}

async fn ticket_page(mut visit: Visit, Path(id): Path<String>, Query(query): Query<TicketQuery>) -> Page {
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    visit.large |= !query.kiosk.is_empty();
    let ticket = ticket_of(&visit, id).await?;
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let (hall, roster) = hall_of(&visit, &catalogue, &ticket.hall)?;
    let moment = app.moment();
    let status = ticket.status();
    let waits = status == "waiting" && ticket.day == Some(moment.today);
    let told = app
        .hall_day(|day| {
            let minute = minute_of_day(moment.ms);
            day.told(hall, roster, &ticket.zone, ticket.item.as_deref(), Some(id), minute)
        })
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "查看排队号", "/hall"))?;
    let code = app.keys.track_code(id);
    let known = query.code.trim().eq_ignore_ascii_case(&code);
    let may = holder(&visit, id, &ticket, &query.code).is_some();
    let form = |act: &str, label: &str| context! { action => format!("/tickets/{id}/acts/{act}?code={}", encode(&query.code)), label => label, idem => new_idem() };
    let acts: Vec<Value> = match status {
        "booked" if may && ticket.day == Some(moment.today) => {
            vec![form("Arrive", "我到了，开始排队"), form("Leave", "取消预约")]
        }
        "waiting" | "called" | "booked" | "skipped" if may => vec![form("Leave", "不等了")],
        _ => Vec::new(),
    };
    let slot = ticket.slot.map(clock);
    let page = visit.page("portal/ticket.html", &format!("排队号 {}", ticket.number), context! {
        ticket => context! {
            number => ticket.number.clone(), hall => hall.name.clone(), zone => hall.zones.get(&ticket.zone).cloned().unwrap_or_default(), day => ticket.day.map(|day| day.to_string()),
            slot => slot, status => tag(if ticket.ended.is_some() { "off" } else { "on" }, status_zh(Ticket::KIND, status)), waits => waits,
            ahead => told.ahead, minutes => minutes_zh(told.minutes),
            window => matches!(status, "called" | "serving").then(|| ticket.window().map(str::to_owned)).flatten(), skipped => status == "skipped",
            qr => known.then(|| fadu_report::qr::svg(&format!("{}/tickets/{id}?code={code}", visit.web.site.base_url))),
        },
        acts => acts, evaluate_href => (known && status == "finished").then(|| format!("/evaluate/{id}/{code}")),
        kiosk => !query.kiosk.is_empty(), back => link("再取一个号", &format!("/hall/{}/ticket?kiosk={}", ticket.hall, encode(&query.kiosk))), as_of => fadu_app::now::clock_text(moment.ms),
    });
    Ok(refreshing(page, &ticket, &query.kiosk))
}

/// Looks again by itself, with or without a script; a kiosk makes room for the next person.
fn refreshing(page: Response, ticket: &Ticket, kiosk: &str) -> Response {
    let refresh = match (kiosk, ticket.ended.is_some()) {
        ("", true) => return page,
        ("", false) => LOOK_AGAIN.to_string(),
        (kiosk, _) => format!("{KIOSK_RESTS}; url=/hall/{}/ticket?kiosk={}", ticket.hall, encode(kiosk)),
    };
    ([(REFRESH, refresh)], page).into_response()
}

async fn do_act(
    visit: Visit,
    Path((id, name)): Path<(String, String)>,
    Query(query): Query<TicketQuery>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let ticket = ticket_of(&visit, id).await?;
    let here = format!("/tickets/{id}?code={}", encode(&query.code));
    let Some(actor) = holder(&visit, id, &ticket, &query.code) else { return Err(Fail::NotFound(visit)) };
    let app = &visit.web.app;
    let (act, zh) = match name.as_str() {
        "Leave" => (Act::Leave, "放弃"),
        "Arrive" => {
            let catalogue = app.catalogue();
            let (hall, roster) = hall_of(&visit, &catalogue, &ticket.hall)?;
            let minute = minute_of_day(app.moment().ms);
            let told = app
                .hall_day(|day| day.told(hall, roster, &ticket.zone, ticket.item.as_deref(), None, minute))
                .await
                .map_err(|problem| Fail::from_problem(&visit, problem, "报到", &here))?;
            (Act::Arrive { forecast: told.forecast() }, "报到")
        }
        _ => return Err(Fail::NotFound(visit)),
    };
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key };
    match app.act::<Ticket>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &here)),
    }
}
