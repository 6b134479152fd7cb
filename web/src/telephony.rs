//! 电话。 The exchange's connector posts what happens (`/cti/events`) and asks what to do (`/cti/commands`), signed in with the
//! operator's account; a seat sees its calls beside the form and connects, hangs up, transfers or calls back. What was
//! typed lies in the form and in no call: a line that breaks takes nothing with it.
//!
//! In a simulated county a simulated exchange obeys at once.

use crate::api::{No, who};
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::hotline_desk::agent;
use crate::session::{Visit, random};
use crate::view::tag;
use crate::{Fail, Web};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use fadu_app::private::mask;
use fadu_app::{Call, Problem};
use fadu_hotline::calls::Record;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::telephony::{Board, Command, End, Event, Live, Simulated};
use fadu_hotline::{Calls, CallsAct, Order, OrderAct};
use fadu_kernel::{Actor, Matter, Role};
use fadu_ledger::note::hex;
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Mutex;

/// Commands that a connector has not fetched: an exchange that is away is not flooded when it comes back.
const WAITING: usize = 1000;
/// Events in one post.
const EVENTS: usize = 1000;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/cti/events", post(events))
        .route("/cti/commands", get(commands))
        .route("/desk/hotline/calls", post(simulate))
        .route("/desk/hotline/calls/{call}/{command}", post(control))
}

#[derive(Clone, Debug, Serialize)]
struct Numbered {
    n: u64,
    #[serde(flatten)]
    command: Command,
}

#[derive(Default)]
struct Switch {
    board: Board,
    commands: VecDeque<Numbered>,
    n: u64,
    simulated: Simulated,
}

/// What the hotline's telephones are doing now; the figures are counted from the exchange's own record.
#[derive(Default)]
pub struct Telephony(Mutex<Switch>);

impl Telephony {
    fn with<T>(&self, work: impl FnOnce(&mut Switch) -> T) -> T {
        // A thread that panicked while it held the board leaves the board: calls go on.
        let mut switch = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&mut switch)
    }

    pub fn call(&self, call: &str) -> Option<Live> {
        self.with(|switch| switch.board.call(call).cloned())
    }

    fn command(&self, command: Command, simulated: bool, ms: i64) {
        self.with(|switch| {
            if simulated {
                for event in switch.simulated.obey(&command, ms) {
                    switch.board.tell(&event);
                }
                return;
            }
            switch.n += 1;
            switch.commands.push_back(Numbered { n: switch.n, command });
            if switch.commands.len() > WAITING {
                switch.commands.pop_front();
            }
        });
    }
}

/// What a connector posts: what happened, and once an hour what the exchange wrote down of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Told {
    events: Vec<Event>,
    records: Vec<HourOf>,
    recordings: Vec<RecordingOf>,
}

/// The SHA-256 of what was recorded of a call.
#[derive(Debug, Deserialize)]
struct RecordingOf {
    call: String,
    digest: String,
}

#[derive(Debug, Deserialize)]
struct HourOf {
    day: Date,
    record: Record,
}

async fn operator(visit: &Visit, headers: &HeaderMap) -> Result<Actor, No> {
    let actor = who(visit, headers).await?;
    if actor.role == Role::Operator { Ok(actor) } else { Err(No::NotFound) }
}

async fn events(
    visit: Visit,
    State(web): State<Web>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, No> {
    let actor = operator(&visit, &headers).await?;
    let unread = |why: String| No::Problem(Problem::Unreadable(why));
    let told: Told = serde_json::from_slice(&body).map_err(|error| unread(error.to_string()))?;
    if told.events.len() > EVENTS {
        return Err(unread(format!("at most {EVENTS} events in one post")));
    }
    let taken = web
        .telephony
        .with(|switch| told.events.iter().filter(|event| switch.board.tell(event)).count());
    let mut recorded = 0;
    for HourOf { day, record } in told.records {
        let key = format!("hour-{day}-{}-{}", record.hour, record.digest);
        let act = CallsAct::Record { day, record };
        // A day's record is one matter, found by its day.
        let known = web.app.store.by_facet(web.app.region, "day", &day.to_string(), 10).await;
        let known = known.map_err(|fault| No::Problem(Problem::Fault(fault)))?;
        let matter = known.into_iter().find(|row| row.kind == "calls").map(|row| row.id);
        let call = Call { actor: &actor, matter, act, private: BTreeMap::new(), key: Some(key) };
        web.app.act::<Calls>(call).await.map_err(No::Problem)?;
        recorded += 1;
    }
    let mut waiting = Vec::new();
    for RecordingOf { call, digest } in told.recordings {
        if !keep_recording(&web, &actor, &call, &digest).await.map_err(No::Problem)? {
            waiting.push(call);
        }
    }
    // No request is of these calls yet: the connector tells them again later, as long as it likes.
    Ok(Json(serde_json::json!({"taken": taken, "recorded": recorded, "waiting": waiting})).into_response())
}

/// Of every request that was said in the call; `false` where there is none yet.
async fn keep_recording(web: &Web, actor: &Actor, call: &str, digest: &str) -> Result<bool, Problem> {
    let found = web.app.store.by_facet(web.app.region, "call", call, 10).await?;
    let orders: Vec<_> = found.iter().filter(|row| row.kind == Order::KIND).collect();
    for row in &orders {
        let act = OrderAct::KeepRecording { call: call.to_owned(), digest: digest.to_owned() };
        let key = Some(format!("recording-{}-{digest}", row.id));
        let asked = Call { actor, matter: Some(row.id), act, private: BTreeMap::new(), key };
        match web.app.act::<Order>(asked).await {
            // The first that was told stands.
            Ok(_) | Err(Problem::Refused(_)) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(!orders.is_empty())
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

/// What the seats asked for since the command of that number, which is done with.
async fn commands(
    visit: Visit,
    State(web): State<Web>,
    headers: HeaderMap,
    Query(After { after }): Query<After>,
) -> Result<Response, No> {
    operator(&visit, &headers).await?;
    let waiting: Vec<Numbered> = web.telephony.with(|switch| {
        switch.commands.retain(|command| command.n > after);
        switch.commands.iter().cloned().collect()
    });
    Ok(Json(waiting).into_response())
}

/// 话务栏 of a seat: who waits, what it has on, and what broke off.
pub(crate) fn panel(visit: &Visit, seat: &str) -> Value {
    let now = visit.web.app.moment().ms;
    let seconds = |from: i64| (now - from).max(0) / 1000;
    visit.web.telephony.with(|switch| {
        let action = |call: &str, command: &str| format!("/desk/hotline/calls/{call}/{command}");
        let waiting: Vec<Value> = switch
            .board
            .waiting()
            .into_iter()
            .map(|(call, live)| context! { caller => mask(&live.caller), line => live.line.clone(), waited => seconds(live.rang_ms), connect_url => action(call, "connect") })
            .collect();
        let own: Vec<Value> = switch
            .board
            .of_seat(seat)
            .into_iter()
            .map(|(call, live)| {
                let (kind, said) = match live.ended {
                    None => ("on", "通话中"),
                    Some((_, End::Dropped)) => ("stop", "线路中断"),
                    Some(_) => ("off", "已结束"),
                };
                let broken = matches!(live.ended, Some((_, End::Dropped)));
                context! {
                    caller => mask(&live.caller), line => live.line.clone(), status => tag(kind, said), write_url => format!("/desk/hotline/new?call={call}"),
                    hang_up_url => live.ended.is_none().then(|| action(call, "hang-up")), transfer_url => action(call, "transfer"), call_back_url => broken.then(|| action(call, "call-back")),
                }
            })
            .collect();
        context! { waiting => waiting, own => own, seats => switch.board.n_seats(), simulate_url => visit.web.site.simulated.then_some("/desk/hotline/calls") }
    })
}

fn back() -> Response {
    Redirect::to("/desk/hotline/new").into_response()
}

type Form = HashMap<String, String>;

async fn control(
    visit: Visit,
    Path((call, command)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let actor = agent(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let telephony = &visit.web.telephony;
    // Over and forgotten meanwhile: the page shows how it stands.
    let Some(live) = telephony.call(&call) else { return Ok(back()) };
    let seat = actor.person.to_string();
    let own = live.seat.as_deref() == Some(seat.as_str());
    let asked = match command.as_str() {
        "connect" if live.seat.is_none() => Command::Connect { call: call.clone(), seat },
        "hang-up" if own => Command::HangUp { call: call.clone() },
        "transfer" if own => {
            // Without a number there is nowhere to transfer it to: the call goes on.
            let to = form.get("to").map_or("", |to| to.trim()).to_owned();
            if to.is_empty() {
                return Ok(back());
            }
            Command::Transfer { call: call.clone(), to }
        }
        "call-back" if own => Command::CallBack { caller: live.caller, line: live.line, seat },
        "connect" | "hang-up" | "transfer" | "call-back" => return Ok(back()),
        _ => return Err(Fail::NotFound(visit)),
    };
    let connects = matches!(asked, Command::Connect { .. });
    telephony.command(asked, visit.web.site.simulated, visit.web.app.moment().ms);
    match connects {
        true => Ok(Redirect::to(&format!("/desk/hotline/new?call={call}")).into_response()),
        false => Ok(back()),
    }
}

/// A call of the simulated exchange, from a number that nobody has.
async fn simulate(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let actor = agent(&visit)?;
    visit.own_form(form.get("csrf"))?;
    if !visit.web.site.simulated {
        return Err(Fail::NotFound(visit));
    }
    let ms = visit.web.app.moment().ms;
    let digits: u32 = u32::from_str_radix(&hex(&random::<3>()), 16).unwrap_or_default();
    let caller = format!("199{digits:08}");
    visit.web.telephony.with(|switch| {
        let seat = switch.simulated.seat_in(actor.person.as_str(), ms);
        switch.board.tell(&seat);
        let (_, ringing) = switch.simulated.ring(&caller, OWN_LINE, ms);
        switch.board.tell(&ringing);
    });
    Ok(back())
}
