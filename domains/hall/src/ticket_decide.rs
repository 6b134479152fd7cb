//! 排队号的决定。 What each act on a ticket leaves behind, or the rule that forbids it.

use crate::hall::{Channel, Hall, Kiosk, Window};
use crate::mark::{day_of, minute_of_day, seconds};
use crate::roster::Roster;
use crate::rules::{self, Decision, no, only_clock};
use crate::ticket::{Act, Fact, Forecast, Outcome, Slip, Ticket};
use fadu_kernel::calendar::days_between;
use fadu_kernel::{Ctx, Help, Refusal};
use jiff::civil::Date;

pub fn decide(ticket: &Ticket, act: &Act, ctx: &Ctx) -> Decision<Fact> {
    match act {
        Act::Issue { slip, channel, kiosk, slot, forecast } => {
            return issue(ticket, slip, *channel, kiosk.as_deref(), *slot, *forecast, ctx);
        }
        Act::ReconcileOffline { slip, kiosk, issued_ms } => {
            return reconcile(ticket, slip, kiosk, *issued_ms, ctx);
        }
        _ => {}
    }
    if ticket.issued.is_none() {
        return no(&rules::ORDER, Help::Window, "还没有取号");
    }
    if ticket.ended.is_some() {
        return no(&rules::CLOSED, Help::Window, format!("{}已经用过或者作废", ticket.number));
    }
    match act {
        Act::Issue { .. } | Act::ReconcileOffline { .. } => Ok(Vec::new()),
        Act::Arrive { forecast } => arrive(ticket, *forecast, ctx),
        Act::Call { window } => call(ticket, window, ctx),
        Act::Recall => recall(ticket, ctx),
        Act::Skip => {
            let window = at_my_window(ticket, ctx)?;
            match ticket.calls.len() {
                _ if ticket.serving.is_some() => no(&rules::ORDER, Help::Window, "已经在办理"),
                n if n < 2 => no(&rules::TWICE_CALLED, Help::Window, format!("只叫过{n}次")),
                n => Ok(vec![Fact::Skipped { window, calls: n as u32 }]),
            }
        }
        Act::Transfer { zone, item, reason } => transfer(ticket, zone, item.as_deref(), reason, ctx),
        Act::Serve => {
            let window = at_my_window(ticket, ctx)?;
            match ticket.serving {
                Some(_) => no(&rules::ORDER, Help::Window, "已经在办理"),
                None => Ok(vec![Fact::Served { hall: ticket.hall.clone(), window }]),
            }
        }
        Act::Finish { outcome, case, reason } => finish(ticket, *outcome, case.as_deref(), reason, ctx),
        Act::Leave if ticket.serving.is_some() => no(&rules::ORDER, Help::Window, "正在办理，请由窗口办完"),
        Act::Leave => {
            let waited = ticket.queued.map_or(0, |from| seconds(from, ctx.moment.ms));
            Ok(vec![Fact::Left { waited }])
        }
        Act::Lapse => {
            only_clock(ctx)?;
            match ticket.day {
                Some(day) if day < ctx.today() => Ok(vec![Fact::Lapsed]),
                _ => no(&rules::CLOCK_ONLY, Help::Window, "票的当日还没有过"),
            }
        }
    }
}

fn open_hall<'a>(number: &str, zone: &str, ctx: &'a Ctx) -> Result<&'a Hall, Refusal> {
    let hall = ctx.look::<Hall>(Hall::id(number)).filter(|hall| hall.is_open());
    hall.filter(|hall| hall.zones.contains_key(zone)).ok_or_else(|| {
        Refusal::new(&rules::ORDER, Help::Window, format!("没有开放的大厅{number}或者区域{zone}"))
    })
}

/// The number belongs to this ticket's own id, and nobody has taken it.
fn free(ticket: &Ticket, slip: &Slip, day: Date, ctx: &Ctx) -> Result<(), Refusal> {
    let number = slip.number();
    let taken = ticket.issued.is_some();
    if taken || ctx.matter != Ticket::id(&slip.hall, day, &number) {
        let because = if taken {
            format!("{day}的{number}已经发出")
        } else {
            format!("这张票不是{day}的{number}")
        };
        return Err(Refusal::new(&rules::ONE_NUMBER, Help::Window, because));
    }
    Ok(())
}

/// A reserved number is given out by its kiosk alone, and a kiosk gives out no other.
fn in_block(hall: &Hall, serial: u32, kiosk: Option<&str>) -> Result<(), Refusal> {
    let owner = hall.reserved_for(serial).map(|kiosk: &Kiosk| kiosk.number.as_str());
    if owner == kiosk {
        return Ok(());
    }
    let because = match owner {
        Some(owner) => format!("{serial}是自助机{owner}的预留号"),
        None => format!("{serial}不在自助机{}的号段里", kiosk.unwrap_or_default()),
    };
    Err(Refusal::new(&rules::OWN_BLOCK, Help::Operator, because))
}

fn issue(
    ticket: &Ticket,
    slip: &Slip,
    channel: Channel,
    kiosk: Option<&str>,
    slot: Option<(Date, u16)>,
    forecast: Option<Forecast>,
    ctx: &Ctx,
) -> Decision<Fact> {
    let hall = open_hall(&slip.hall, &slip.zone, ctx)?;
    let day = slot.map_or(ctx.today(), |(day, _)| day);
    if day < ctx.today() {
        return no(&rules::ORDER, Help::Window, format!("{day}已经过去"));
    }
    if !hall.channels.contains(&channel) {
        return no(&rules::ANY_CHANNEL, Help::Window, "本大厅没有开通这个取号渠道");
    }
    let slot = match slot {
        Some((day, minute)) => Some(bookable(hall, slip.serial, day, minute, ctx)?),
        None if hall.is_booked(slip.serial) => {
            let because = format!("{}是留给预约的号", slip.serial);
            return no(&rules::OWN_BLOCK, Help::Operator, because);
        }
        None => None,
    };
    free(ticket, slip, day, ctx)?;
    in_block(hall, slip.serial, kiosk)?;
    let mut facts = vec![issued(hall, slip, channel, kiosk, day, slot, false)];
    if slot.is_none() {
        facts.push(queued(&slip.hall, &slip.zone, ctx.moment.ms, forecast));
    }
    Ok(facts)
}

/// The time booked, from when and until when: one that the hall announced, on a working day, with a number that is that time's.
fn bookable(hall: &Hall, serial: u32, day: Date, minute: u16, ctx: &Ctx) -> Result<(u16, u16), Refusal> {
    let refuse = |because: String| Err(Refusal::new(&rules::OPENING_HOURS, Help::Window, because));
    let Some(hours) = &hall.hours else {
        return refuse("大厅还没有公布开放时间和预约名额".to_owned());
    };
    let Some(serials) = hours.serials(minute) else {
        return refuse(format!("{:02}:{:02}不是可以预约的时间", minute / 60, minute % 60));
    };
    if !ctx.calendar.is_working(day).unwrap_or(false) {
        return refuse(format!("{day}不是工作日，或者日历还没有公布"));
    }
    if days_between(ctx.today(), day) > i64::from(hours.days_ahead) {
        return refuse(format!("最多提前{}天预约", hours.days_ahead));
    }
    if day == ctx.today() && minute <= minute_of_day(ctx.moment.ms) {
        return refuse("这个时间已经过去".to_owned());
    }
    if !serials.contains(&serial) {
        return refuse(format!("{day}{:02}:{:02}的名额已经约满", minute / 60, minute % 60));
    }
    Ok((minute, minute + hours.every))
}

/// A ticket that exists is refused, whoever sends it: a kiosk that sends its block twice leaves nothing behind.
fn reconcile(ticket: &Ticket, slip: &Slip, kiosk: &str, issued_ms: i64, ctx: &Ctx) -> Decision<Fact> {
    let hall = open_hall(&slip.hall, &slip.zone, ctx)?;
    let day = day_of(issued_ms);
    free(ticket, slip, day, ctx)?;
    in_block(hall, slip.serial, Some(kiosk))?;
    if issued_ms > ctx.moment.ms {
        return no(&rules::ORDER, Help::Operator, "离线取号的时间不在此刻之前");
    }
    Ok(vec![
        issued(hall, slip, Channel::Kiosk, Some(kiosk), day, None, true),
        queued(&slip.hall, &slip.zone, issued_ms, None),
    ])
}

fn issued(
    hall: &Hall,
    slip: &Slip,
    channel: Channel,
    kiosk: Option<&str>,
    day: Date,
    slot: Option<(u16, u16)>,
    offline: bool,
) -> Fact {
    Fact::Issued {
        hall: slip.hall.clone(),
        org: hall.org.clone(),
        number: slip.number(),
        zone: slip.zone.clone(),
        item: slip.item.clone(),
        channel,
        kiosk: kiosk.map(str::to_owned),
        day,
        slot: slot.map(|(from, _)| from),
        slot_until: slot.map(|(_, until)| until),
        offline,
    }
}

fn queued(hall: &str, zone: &str, from_ms: i64, forecast: Option<Forecast>) -> Fact {
    Fact::Queued {
        hall: hall.to_owned(),
        zone: zone.to_owned(),
        from_ms,
        ahead: forecast.map(|forecast| forecast.ahead),
        minutes: forecast.map(|forecast| forecast.minutes),
    }
}

fn arrive(ticket: &Ticket, forecast: Option<Forecast>, ctx: &Ctx) -> Decision<Fact> {
    if ticket.queued.is_some() {
        return no(&rules::ORDER, Help::Window, "已经报到");
    }
    if let Some(day) = ticket.day.filter(|day| *day != ctx.today()) {
        return no(&rules::ORDER, Help::Window, format!("预约的是{day}"));
    }
    Ok(vec![queued(&ticket.hall, &ticket.zone, ctx.moment.ms, forecast)])
}

/// The window, if the actor stands there now.
fn my_window<'a>(ticket: &Ticket, window: &str, ctx: &'a Ctx) -> Result<&'a Window, Refusal> {
    let hall = open_hall(&ticket.hall, &ticket.zone, ctx)?;
    let Some(standing) = hall.windows.get(window) else {
        return Err(Refusal::new(&rules::ORDER, Help::Window, format!("没有窗口{window}")));
    };
    let minute = minute_of_day(ctx.moment.ms);
    let roster = ctx.look::<Roster>(Roster::id(&ticket.hall));
    if roster.is_some_and(|roster| roster.on_shift(&ctx.actor.person, window, ctx.today(), minute)) {
        return Ok(standing);
    }
    let because = format!("{:02}:{:02}，{}不在窗口{window}当班", minute / 60, minute % 60, ctx.actor.person);
    Err(Refusal::new(&rules::ON_SHIFT, Help::CatalogueManager, because))
}

fn at_my_window(ticket: &Ticket, ctx: &Ctx) -> Result<String, Refusal> {
    let Some(window) = ticket.window().filter(|_| ticket.skipped.is_none()) else {
        return Err(Refusal::new(&rules::ORDER, Help::Window, "还没有叫号，或者已经过号"));
    };
    my_window(ticket, window, ctx)?;
    Ok(window.to_owned())
}

fn call(ticket: &Ticket, window: &str, ctx: &Ctx) -> Decision<Fact> {
    let Some(from) = ticket.queued else {
        return no(&rules::ORDER, Help::Window, "预约的办事人还没有报到");
    };
    if ticket.serving.is_some() || (!ticket.calls.is_empty() && ticket.skipped.is_none()) {
        return no(
            &rules::ORDER,
            Help::Window,
            format!("窗口{}已经叫了这个号", ticket.window().unwrap_or("")),
        );
    }
    let standing = my_window(ticket, window, ctx)?;
    if !standing.may_take(&ticket.zone, ticket.item.as_deref()) {
        let what = ticket.item.as_deref().unwrap_or(&ticket.zone);
        let because = format!("窗口{window}的授权清单里没有{what}");
        return no(&rules::AUTHORITY_MATRIX, Help::CatalogueManager, because);
    }
    Ok(vec![called(ticket, window, from, ctx)])
}

fn called(ticket: &Ticket, window: &str, from: i64, ctx: &Ctx) -> Fact {
    let waited = seconds(from, ctx.moment.ms);
    let expected = ticket.forecast.map(|forecast| forecast.minutes.saturating_mul(60));
    Fact::Called {
        hall: ticket.hall.clone(),
        window: window.to_owned(),
        waited,
        expected,
        error: expected.map(|expected| expected.abs_diff(waited)),
        again: !ticket.calls.is_empty(),
    }
}

fn recall(ticket: &Ticket, ctx: &Ctx) -> Decision<Fact> {
    let window = at_my_window(ticket, ctx)?;
    match (ticket.queued, &ticket.serving) {
        (Some(from), None) => Ok(vec![called(ticket, &window, from, ctx)]),
        _ => no(&rules::ORDER, Help::Window, "已经在办理"),
    }
}

/// A window that may do it does it; only what lies outside its authority goes elsewhere.
fn transfer(ticket: &Ticket, zone: &str, item: Option<&str>, reason: &str, ctx: &Ctx) -> Decision<Fact> {
    let from = at_my_window(ticket, ctx)?;
    let hall = open_hall(&ticket.hall, zone, ctx)?;
    if hall.windows.get(&from).is_some_and(|window| window.may_take(zone, item)) {
        let because = format!("窗口{from}能办{}，不用转窗", item.unwrap_or(zone));
        return no(&rules::SAME_SERVICE, Help::CatalogueManager, because);
    }
    if !hall.windows.values().any(|window| window.may_take(zone, item)) {
        let because = format!("没有窗口能办{}", item.unwrap_or(zone));
        return no(&rules::AUTHORITY_MATRIX, Help::CatalogueManager, because);
    }
    Ok(vec![Fact::Transferred {
        from,
        zone: zone.to_owned(),
        item: item.map(str::to_owned),
        reason: reason.to_owned(),
    }])
}

fn finish(ticket: &Ticket, outcome: Outcome, case: Option<&str>, reason: &str, ctx: &Ctx) -> Decision<Fact> {
    let window = at_my_window(ticket, ctx)?;
    let Some((_, began)) = &ticket.serving else {
        return no(&rules::ORDER, Help::Window, "还没有开始办理");
    };
    if outcome == Outcome::NotDone && reason.trim().is_empty() {
        return no(&rules::SAY_WHY, Help::Window, "没有办成，没有写明原因和去处");
    }
    let with_case = matches!(outcome, Outcome::Received | Outcome::HandedOver);
    if with_case && case.is_none_or(|case| case.trim().is_empty()) {
        return no(&rules::ORDER, Help::Window, "收件和出件要写明办件编号");
    }
    Ok(vec![Fact::Finished {
        hall: ticket.hall.clone(),
        window,
        outcome,
        case: case.map(str::to_owned),
        item: ticket.item.clone(),
        took: seconds(began.ms, ctx.moment.ms),
        reason: reason.to_owned(),
    }])
}
