//! 大厅的联系。 What a page asks of the line as a whole: the next number, the next ticket that a window may take, calls
//! that climb by the minute. Each ends in `act`; what another server did first is looked at again, not done twice.

use crate::hall_day::MOST;
use crate::{App, Call, Committed, Problem};
use fadu_hall::baseline::Act as BaselineAct;
use fadu_hall::call::Act as CallAct;
use fadu_hall::hall::Channel;
use fadu_hall::load::Load;
use fadu_hall::mark::{day_of, minute_of_day};
use fadu_hall::mechanism::Trigger;
use fadu_hall::roster::KEPT_DAYS;
use fadu_hall::sampling::Act as SamplingAct;
use fadu_hall::ticket::{Act, Fact, Slip};
use fadu_hall::{Baseline, Call as FrontCall, Hall, Parameter, Roster, Ticket, rules};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Actor, Help, Matter, MatterId, Refusal, Role};
use fadu_ledger::note::hex;
use fadu_service::Case;
use fadu_service::case::Channel as By;
use fadu_store::{Fault, TaskQuery};
use jiff::civil::Date;
use serde::Deserialize;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// How often another server may be faster before we say so.
const TRIES: usize = 16;
const PAGE: u32 = 200;
/// More numbers than a hall gives out on one day.
const NUMBERS: u32 = 100_000;

/// 上线障碍。 The limits of the hall that this county has not adopted.
pub(crate) fn lacks(app: &App) -> Vec<(String, String)> {
    let lacking = Parameter::lacking(&*app.catalogue(), app.moment().today).into_iter();
    lacking
        .map(|name| (name.blocks().id.to_owned(), name.zh().to_owned()))
        .collect()
}

/// 取号。
#[derive(Clone, Debug)]
pub struct Wanted {
    pub hall: String,
    pub zone: String,
    pub item: Option<String>,
    pub channel: Channel,
    /// The kiosk that issues it, from its own numbers.
    pub kiosk: Option<String>,
    pub slot: Option<(Date, u16)>,
}

/// What became of calling the next.
#[derive(Debug)]
pub enum Next {
    Called(Committed),
    /// This ticket stands at the window already.
    Busy(MatterId),
    /// Nobody waits whom this window may take.
    Nobody,
}

/// A number that a kiosk gave out while it could not be reached.
#[derive(Clone, Debug)]
pub struct Offline {
    pub zone: String,
    pub serial: u32,
    pub item: Option<String>,
    pub issued_ms: i64,
}

#[derive(Debug, Default)]
pub struct Reconciled {
    pub entered: Vec<MatterId>,
    /// Numbers that were there already.
    pub there: u32,
    /// Number and reason.
    pub refused: Vec<(String, Refusal)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Climbed {
    pub seen: u64,
    pub acted: u64,
    pub failed: u64,
}

fn without_private<M: Matter>(
    actor: &Actor,
    matter: MatterId,
    act: M::Act,
    key: Option<String>,
) -> Call<'_, M> {
    Call { actor, matter: Some(matter), act, private: BTreeMap::new(), key }
}

impl App {
    /// 取号。 The next free number outside every kiosk's block, or inside the kiosk's own, with what the citizen is told.
    pub async fn take_ticket(
        &self,
        actor: &Actor,
        wanted: Wanted,
        key: Option<String>,
    ) -> Result<Committed, Problem> {
        let _turn = self.lines.turn.lock().await;
        for _ in 0..TRIES {
            let (matter, act) = self.next_number(&wanted).await?;
            let answer = self
                .carry_out(without_private::<Ticket>(actor, matter, act, key.clone()), None)
                .await;
            let answer = answer.and_then(|committed| committed.ok_or(Problem::Raced));
            if !faster_elsewhere(&answer, rules::ONE_NUMBER.id) {
                self.note_outcome(Ticket::KIND, "Issue", Some(matter), actor, &answer).await;
                return answer;
            }
        }
        Err(Problem::Raced)
    }

    async fn next_number(&self, wanted: &Wanted) -> Result<(MatterId, Act), Problem> {
        let catalogue = self.catalogue();
        let moment = self.moment();
        let Some(hall) = catalogue.one::<Hall>(Hall::id(&wanted.hall)) else { return Err(Problem::NotFound) };
        let roster = catalogue.one::<Roster>(Roster::id(&wanted.hall));
        let day = wanted.slot.map_or(moment.today, |(day, _)| day);
        let serial_of = |number: &str| number.strip_prefix(&wanted.zone)?.parse::<u32>().ok();
        let (mut taken, told) = self
            .hall_day(|now| {
                let own = now.tickets(&wanted.hall).filter_map(|(_, ticket)| serial_of(&ticket.number));
                let minute = minute_of_day(moment.ms);
                let told = now.told(hall, roster, &wanted.zone, wanted.item.as_deref(), None, minute);
                (own.collect::<BTreeSet<u32>>(), told)
            })
            .await?;
        if day != moment.today {
            let line = format!("{}/{day}", wanted.hall);
            let rows = self.store.by_facet(self.region, "line", &line, NUMBERS).await?;
            taken = rows.iter().filter_map(|row| serial_of(&row.number)).collect();
        }
        // Of a time that is no time of this hall the act is told so, under whichever number.
        let booked = wanted.slot.and_then(|(_, minute)| hall.hours.as_ref()?.serials(minute));
        let serial = match booked {
            Some(mut serials) => Some(serials.find(|serial| !taken.contains(serial)).ok_or_else(|| {
                let because = format!("{}区{day}这个时间的名额已经约满", wanted.zone);
                Problem::Refused(Refusal::new(&rules::OPENING_HOURS, Help::Window, because))
            })?),
            None => free_serial(hall, wanted.kiosk.as_deref(), &taken),
        };
        let serial = serial.ok_or_else(|| {
            let because = format!("{}区{day}的号已经发完", wanted.zone);
            Problem::Refused(Refusal::new(&rules::OWN_BLOCK, Help::Window, because))
        })?;
        let slip =
            Slip { hall: wanted.hall.clone(), zone: wanted.zone.clone(), serial, item: wanted.item.clone() };
        let matter = Ticket::id(&wanted.hall, day, &slip.number());
        let forecast = told.forecast().filter(|_| wanted.slot.is_none());
        let (channel, kiosk, slot) = (wanted.channel, wanted.kiosk.clone(), wanted.slot);
        Ok((matter, Act::Issue { slip, channel, kiosk, slot, forecast }))
    }

    /// 叫下一位。 The first of the line whom this window's authority covers, while nobody else stands at the window.
    pub async fn call_next(
        &self,
        actor: &Actor,
        hall: &str,
        window: &str,
        key: Option<String>,
    ) -> Result<Next, Problem> {
        let _turn = self.lines.turn.lock().await;
        for _ in 0..TRIES {
            let catalogue = self.catalogue();
            let standing = catalogue
                .one::<Hall>(Hall::id(hall))
                .and_then(|hall| hall.windows.get(window))
                .ok_or(Problem::NotFound)?;
            let (there, first) = self
                .hall_day(|now| {
                    let first = now.line(hall, standing).first().map(|(id, _)| *id);
                    (now.at_window(hall, window).map(|(id, _)| id), first)
                })
                .await?;
            if let Some(there) = there {
                return Ok(Next::Busy(there));
            }
            let Some(first) = first else { return Ok(Next::Nobody) };
            let act = Act::Call { window: window.to_owned() };
            let answer = self
                .carry_out(without_private::<Ticket>(actor, first, act, key.clone()), None)
                .await;
            let answer = answer.and_then(|committed| committed.ok_or(Problem::Raced));
            if !faster_elsewhere(&answer, rules::ORDER.id) && !faster_elsewhere(&answer, rules::CLOSED.id) {
                self.note_outcome(Ticket::KIND, "Call", Some(first), actor, &answer).await;
                return answer.map(Next::Called);
            }
        }
        Err(Problem::Raced)
    }

    /// 拥堵呼叫。 A window that calls because of its line names no longer one than waits for it: through the interface the
    /// number is whatever the caller writes.
    pub(crate) async fn may_call_for_line(&self, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        let Some(CallAct::Raise { ask }) = act.downcast_ref::<CallAct>() else { return Ok(()) };
        if ask.trigger != Trigger::Queue {
            return Ok(());
        }
        let catalogue = self.catalogue();
        let hall = catalogue.one::<Hall>(Hall::id(&ask.hall));
        // Nobody is on shift at a window that is not there: the act is refused for that.
        let Some(window) = hall.and_then(|hall| hall.windows.get(&ask.window)) else { return Ok(()) };
        let waiting = self.hall_day(|day| day.line(&ask.hall, window).len()).await?;
        if usize::from(ask.waiting) > waiting {
            let because = format!("写明等候{}人，本窗口此刻等候{waiting}人", ask.waiting);
            return Err(Problem::Refused(Refusal::new(&rules::OVER_THE_LINE, Help::Window, because)));
        }
        Ok(())
    }

    /// 退件名单。 The cases received at a window that were told of something missing or declined in a month, in the order of
    /// their numbers; and the seed by which they are drawn: the last leaf that the ledger took in that month, in hex,
    /// empty where it took none. Errors: those of the store.
    pub async fn sent_back(&self, month: Date) -> Result<(String, Vec<String>), Problem> {
        let (mut day, until) = (month.first_of_month(), month.last_of_month());
        let (mut seed, mut cases) = (String::new(), BTreeSet::new());
        while day <= until {
            let rows = self.store.entries_of_day(self.region, &day.to_string(), MOST).await?;
            if let Some(last) = rows.iter().max_by_key(|row| row.seq) {
                seed = hex(&last.leaf);
            }
            let back = rows.iter().filter(|row| row.kind == Case::KIND);
            let back = back.filter(|row| ["NoticeGiven", "Declined"].contains(&row.fact.as_str()));
            cases.extend(back.map(|row| row.matter));
            day = offset(day, 1);
        }
        let mut numbers = Vec::new();
        for id in cases {
            let case = self.state_of::<Case>(id).await?;
            let at_a_window = |case: &Case| matches!(case.channel, Some(By::Window | By::Nearby));
            numbers.extend(case.filter(at_a_window).map(|case| case.number));
        }
        numbers.sort();
        Ok((seed, numbers))
    }

    /// Through the interface list and seed are whatever the caller writes: here they are what the ledger says.
    pub(crate) async fn may_sample(&self, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        let Some(SamplingAct::Draw { month, seed, sent_back, .. }) = act.downcast_ref::<SamplingAct>() else {
            return Ok(());
        };
        let own = self.sent_back(*month).await?;
        if own == (seed.clone(), sent_back.clone()) {
            return Ok(());
        }
        let because = "名单或者种子不是台账上这个月的".to_owned();
        Err(Problem::Refused(Refusal::new(&rules::DRAWN, Help::CatalogueManager, because)))
    }

    /// 离线号入账。 What a kiosk sends when it is reached again. Sent twice, it enters nothing twice.
    pub async fn reconcile_offline(
        &self,
        actor: &Actor,
        hall: &str,
        kiosk: &str,
        numbers: Vec<Offline>,
    ) -> Result<Reconciled, Problem> {
        let _turn = self.lines.turn.lock().await;
        let mut report = Reconciled::default();
        for Offline { zone, serial, item, issued_ms } in numbers {
            let slip = Slip { hall: hall.to_owned(), zone, serial, item };
            let number = slip.number();
            let matter = Ticket::id(hall, day_of(issued_ms), &number);
            let act = Act::ReconcileOffline { slip, kiosk: kiosk.to_owned(), issued_ms };
            match self.carry_out(without_private::<Ticket>(actor, matter, act, None), None).await {
                Ok(_) => report.entered.push(matter),
                Err(Problem::Refused(refusal)) if refusal.rule.id == rules::ONE_NUMBER.id => {
                    report.there += 1
                }
                Err(Problem::Raced) => report.there += 1,
                Err(Problem::Refused(refusal)) => report.refused.push((number, refusal)),
                Err(other) => return Err(other),
            }
        }
        Ok(report)
    }

    /// Front calls that the clock may still have to move, by the tasks that they list for it.
    pub(crate) async fn waiting_calls(&self, today: Date) -> Result<Vec<MatterId>, Problem> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let query = TaskQuery {
                orgs: vec!["system".into()],
                kinds: vec![],
                role: Role::Clock.name(),
                due_by: Some(today.to_string()),
                after: after.clone(),
                limit: PAGE,
            };
            let page = self.store.tasks(self.region, query).await?;
            let calls = page.iter().filter(|row| row.matter.kind == FrontCall::KIND);
            found.extend(calls.map(|row| row.matter.id));
            match page.last() {
                Some(last) if page.len() == PAGE as usize => {
                    after = Some((last.due.clone(), last.matter.id, last.task.clone()))
                }
                _ => return Ok(found),
            }
        }
    }

    /// 对照负荷。 What each window carried in the month that is over, where a baseline was frozen: measured once, while the
    /// roster of the whole month is still kept. Returns how many halls.
    pub(crate) async fn measure_loads(&self) -> Result<u64, Problem> {
        let today = self.moment().today;
        let until = offset(today.first_of_month(), -1);
        let from = until.first_of_month();
        let mut measured = 0;
        if days_between(from, today) > KEPT_DAYS {
            return Ok(measured);
        }
        let catalogue = self.catalogue();
        for (id, baseline) in catalogue.all::<Baseline>().filter(|(_, baseline)| baseline.awaits(from)) {
            let Some(roster) = catalogue.one::<Roster>(Roster::id(&baseline.hall)) else { continue };
            let loads = self.loads(&baseline.hall, roster, from, until).await?;
            if loads.iter().all(|load| load.seconds == 0) {
                continue;
            }
            let act = BaselineAct::Measure { from, until, loads };
            let clock = Actor::clock();
            match self.act(without_private::<Baseline>(&clock, id, act, None)).await {
                Ok(_) => measured += 1,
                // Another server was faster.
                Err(Problem::Refused(_) | Problem::Raced) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(measured)
    }

    /// Cases and seconds of each window that somebody was posted at on these days, as the roster has them.
    async fn loads(
        &self,
        hall: &str,
        roster: &Roster,
        from: Date,
        until: Date,
    ) -> Result<Vec<Load>, Problem> {
        let mut loads: BTreeMap<String, Load> = BTreeMap::new();
        for shift in roster.days.range(from..=until).flat_map(|(_, shifts)| shifts) {
            let none = || Load { window: shift.window.clone(), cases: 0, seconds: 0 };
            loads.entry(shift.window.clone()).or_insert_with(none).seconds += shift.seconds();
        }
        let mut day = if loads.is_empty() { offset(until, 1) } else { from };
        while day <= until {
            for row in self.store.entries_of_day(self.region, &day.to_string(), MOST).await? {
                if (row.kind.as_str(), row.fact.as_str()) != (Ticket::KIND, "Finished") {
                    continue;
                }
                let told: Told =
                    serde_json::from_str(&row.body).map_err(|error| Fault::Corrupt(error.to_string()))?;
                if let Fact::Finished { hall: at, window, .. } = told.data
                    && at == hall
                    && let Some(load) = loads.get_mut(&window)
                {
                    load.cases += 1;
                }
            }
            day = offset(day, 1);
        }
        Ok(loads.into_values().collect())
    }

    /// 升级。 Every front call whose minutes are over climbs one level. Done twice, or by two servers at once, each
    /// climbs once: its minutes begin anew on the next level.
    pub async fn climb(&self) -> Result<Climbed, Problem> {
        let mut report = Climbed::default();
        let moment = self.moment();
        for id in self.waiting_calls(moment.today).await? {
            report.seen += 1;
            let climbed = match self.stored::<FrontCall>(id).await {
                Ok((_, call)) if call.climbs_at().is_some_and(|at| moment.ms > at) => {
                    let clock = Actor::clock();
                    self.act(without_private::<FrontCall>(&clock, id, CallAct::Climb, None)).await
                }
                Ok(_) => continue,
                Err(error) => Err(error),
            };
            match climbed {
                Ok(_) => report.acted += 1,
                // Answered or moved up meanwhile.
                Err(Problem::Refused(_) | Problem::Raced) => {}
                Err(error) => {
                    report.failed += 1;
                    tracing::error!(call = %id, %error, "a front call could not climb");
                }
            }
        }
        Ok(report)
    }
}

/// Of an entry of a ticket, its fact.
#[derive(Deserialize)]
struct Told {
    data: Fact,
}

/// Another server took this number or called this ticket between our look and our act.
fn faster_elsewhere(answer: &Result<Committed, Problem>, rule: &str) -> bool {
    match answer {
        Err(Problem::Raced) => true,
        Err(Problem::Refused(refusal)) => refusal.rule.id == rule,
        _ => false,
    }
}

/// The number after the last one given out, of those that are this kiosk's or nobody's; none of appointments.
fn free_serial(hall: &Hall, kiosk: Option<&str>, taken: &BTreeSet<u32>) -> Option<u32> {
    let own = |serial: &u32| {
        !hall.is_booked(*serial) && hall.reserved_for(*serial).map(|kiosk| kiosk.number.as_str()) == kiosk
    };
    let last = taken.iter().copied().filter(own).max().unwrap_or(0);
    (last + 1..=9999).find(own)
}

/// Beside the sweep: the minutes of front calls are looked at as often as this.
pub async fn keep_climbing(app: Arc<App>, every: Duration) {
    loop {
        match app.climb().await {
            Ok(report) if report.acted + report.failed > 0 => {
                tracing::info!(acted = report.acted, failed = report.failed, "front calls climbed")
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "front calls could not be looked at; the next look follows")
            }
        }
        tokio::time::sleep(every).await;
    }
}
