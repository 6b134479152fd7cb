//! 大厅的此刻。 Today's tickets, front calls and evaluations as the ledger tells them, kept in memory: a forecast, the next
//! ticket and a board are read from here, without a query for each ticket.
//!
//! It follows the ledger, so that several servers see the same line. It decides nothing: whoever acts on what stands
//! here goes through `act`, and meets there whoever was faster.

use crate::{App, Problem};
use fadu_hall::call::Call;
use fadu_hall::evaluation::{Fact as EvaluationFact, Said as Evaluated};
use fadu_hall::hall::Window;
use fadu_hall::outlier::Recent;
use fadu_hall::queue::forecast;
use fadu_hall::ticket::{Fact as TicketFact, Forecast};
use fadu_hall::{Evaluation, Hall, Roster, Ticket};
use fadu_kernel::{Matter, MatterId, OrgId, PersonId, Ratio, Role, Stamp};
use fadu_onething::Joint;
use fadu_service::Case;
use fadu_store::EntryRef;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const PAGE: u32 = 1000;
/// A hall's numbers of one day, and more than any day of a county has entries.
pub(crate) const MOST: u32 = 1_000_000;
/// How many days back a time of service is looked for, before anybody was served today.
const LOOK_BACK: i64 = 7;
/// So many services say more about today than the days before do.
const ENOUGH: i64 = 5;

/// A matter folded from today's facts; `stored` is the version it was read at where its first facts are older.
#[derive(Debug, Default)]
struct Followed<M> {
    stored: i64,
    /// Ledger number of its first fact seen here: who came first within one millisecond.
    seq: i64,
    state: M,
}

#[derive(Debug)]
pub struct HallDay {
    pub day: Date,
    /// The first entry not yet seen.
    next: i64,
    tickets: BTreeMap<MatterId, Followed<Ticket>>,
    calls: BTreeMap<MatterId, Followed<Call>>,
    /// The case that each clerk received last today, and when.
    received: BTreeMap<String, (i64, MatterId)>,
    /// What was said today, and at which millisecond.
    evaluated: Vec<(Box<Evaluated>, i64)>,
    /// Seconds served and tickets served, of today and of the days before.
    today: (i64, i64),
    before: (i64, i64),
}

/// What somebody in the line is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub ahead: u32,
    /// Absent where no window is open that may take them, or nobody was served lately.
    pub minutes: Option<u32>,
}

impl Told {
    pub fn forecast(self) -> Option<Forecast> {
        self.minutes.map(|minutes| Forecast { ahead: self.ahead, minutes })
    }
}

/// The part of an entry that a fold needs beside its columns.
#[derive(Deserialize)]
struct Said<F> {
    version: i64,
    role: Role,
    org: OrgId,
    data: F,
}

impl HallDay {
    fn new(day: Date, next: i64) -> HallDay {
        HallDay {
            day,
            next,
            tickets: BTreeMap::new(),
            calls: BTreeMap::new(),
            received: BTreeMap::new(),
            evaluated: Vec::new(),
            today: (0, 0),
            before: (0, 0),
        }
    }

    /// Folds one entry of the ledger; those of other matters change nothing.
    fn see(&mut self, entry: EntryRef<'_>) {
        let seen = match entry.kind {
            Ticket::KIND => fold(&mut self.tickets, entry).map(|fact| {
                if let Some(TicketFact::Finished { took, .. }) = fact {
                    self.today = (self.today.0 + i64::from(took), self.today.1 + 1);
                }
            }),
            Call::KIND => fold(&mut self.calls, entry).map(drop),
            Evaluation::KIND => read::<EvaluationFact>(entry).map_err(Into::into).map(|said| {
                if let EvaluationFact::Evaluated { said, .. } = said.data {
                    self.evaluated.push((said, entry.ms));
                }
            }),
            Case::KIND | Joint::KIND if entry.fact == "Received" => {
                self.received.insert(entry.actor.to_owned(), (entry.ms, entry.matter));
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = seen {
            tracing::error!(seq = entry.seq, %error, "an entry of the hall cannot be read; the line goes on without it");
        }
        self.next = self.next.max(entry.seq + 1);
    }

    /// All tickets of this hall for today, whatever became of them.
    pub fn tickets(&self, hall: &str) -> impl Iterator<Item = (MatterId, &Ticket)> {
        let own = self.tickets.iter().map(|(id, followed)| (*id, &followed.state));
        own.filter(move |(_, ticket)| ticket.hall == hall && ticket.day == Some(self.day))
    }

    pub fn ticket(&self, id: MatterId) -> Option<&Ticket> {
        self.tickets.get(&id).map(|followed| &followed.state)
    }

    /// Who waits, as they joined the line or booked.
    pub fn waiting(&self, hall: &str) -> Vec<(MatterId, &Ticket)> {
        let own = self.tickets.iter().filter(|(_, followed)| {
            let ticket = &followed.state;
            ticket.hall == hall && ticket.day == Some(self.day) && ticket.status() == "waiting"
        });
        let mut line: Vec<_> = own.collect();
        line.sort_by_key(|(_, followed)| (followed.state.place(), followed.state.queued, followed.seq));
        line.into_iter().map(|(id, followed)| (*id, &followed.state)).collect()
    }

    /// Who waits whom this window may take, in the same order.
    pub fn line(&self, hall: &str, window: &Window) -> Vec<(MatterId, &Ticket)> {
        let mut line = self.waiting(hall);
        line.retain(|(_, ticket)| window.may_take(&ticket.zone, ticket.item.as_deref()));
        line
    }

    /// The ticket that is called to this window or served there.
    pub fn at_window(&self, hall: &str, window: &str) -> Option<(MatterId, &Ticket)> {
        self.tickets(hall)
            .find(|(_, ticket)| at_a_window(ticket) && ticket.window() == Some(window))
    }

    /// Every ticket that stands at some window, by window.
    pub fn at_windows(&self, hall: &str) -> BTreeMap<&str, (MatterId, &Ticket)> {
        let there = self.tickets(hall).filter(|(_, ticket)| at_a_window(ticket));
        there
            .filter_map(|(id, ticket)| Some((ticket.window()?, (id, ticket))))
            .collect()
    }

    /// Open front calls of this hall.
    pub fn calls(&self, hall: &str) -> impl Iterator<Item = (MatterId, &Call)> {
        let all = self.calls.iter().map(|(id, followed)| (*id, &followed.state));
        all.filter(move |(_, call)| {
            call.closed.is_none() && call.ask.as_ref().is_some_and(|ask| ask.hall == hall)
        })
    }

    /// Today's evaluations of the window that served, for the look at what is unusual; where none served, those of the same
    /// body: strangers who write to other bodies in the same minute have nothing to do with one another.
    pub fn evaluated(&self, said: &Evaluated) -> Vec<Recent> {
        let same = |other: &Evaluated| {
            let place = (&said.hall, &said.window) == (&other.hall, &other.window);
            place && (!said.window.is_empty() || said.department == other.department)
        };
        let own = self.evaluated.iter().filter(|(other, _)| same(other));
        own.map(|(other, ms)| Recent { ms: *ms, device: other.device.clone() })
            .collect()
    }

    /// What this clerk received last since that moment: who is served now has just handed it in.
    pub fn received_by(&self, person: &PersonId, since_ms: i64) -> Option<MatterId> {
        let (_, id) = self.received.get(person.as_str()).filter(|(ms, _)| *ms >= since_ms)?;
        Some(*id)
    }

    /// Seconds at the window: of today once enough people were served, else of the days before as well.
    pub fn service(&self) -> Ratio {
        let (seconds, n) = self.today;
        if n >= ENOUGH {
            return Ratio::new(seconds, n);
        }
        Ratio::new(seconds + self.before.0, n + self.before.1)
    }

    /// What a person for this zone and item is told who stands behind everybody, or behind those before `ticket`.
    pub fn told(
        &self,
        hall: &Hall,
        roster: Option<&Roster>,
        zone: &str,
        item: Option<&str>,
        ticket: Option<MatterId>,
        minute: u16,
    ) -> Told {
        let staffed: Vec<&str> = roster
            .map(|roster| roster.staffed(self.day, minute).collect())
            .unwrap_or_default();
        let windows: Vec<_> = hall
            .windows
            .values()
            .filter(|window| staffed.contains(&window.number.as_str()) && window.may_take(zone, item))
            .collect();
        let line = self.waiting(&hall.number);
        let before = line.iter().take_while(|(id, _)| Some(*id) != ticket);
        // With no window open, everybody who waits in the same zone is ahead.
        let meets = |other: &Ticket| match &windows[..] {
            [] => other.zone == zone,
            windows => windows.iter().any(|window| window.may_take(&other.zone, other.item.as_deref())),
        };
        let ahead = before.filter(|(_, other)| meets(other)).count() as u32;
        let busy = self.at_windows(&hall.number);
        let idle = windows
            .iter()
            .filter(|window| !busy.contains_key(window.number.as_str()))
            .count();
        let said = forecast(ahead, windows.len() as u32, idle as u32, self.service());
        Told { ahead, minutes: said.map(|said| said.minutes) }
    }
}

fn at_a_window(ticket: &Ticket) -> bool {
    matches!(ticket.status(), "called" | "serving")
}

fn read<F: DeserializeOwned>(entry: EntryRef<'_>) -> Result<Said<F>, serde_json::Error> {
    serde_json::from_slice(entry.body)
}

fn fold<M: Matter>(
    known: &mut BTreeMap<MatterId, Followed<M>>,
    entry: EntryRef<'_>,
) -> Result<Option<M::Fact>, Box<dyn std::error::Error>> {
    let said = read::<M::Fact>(entry)?;
    let followed = known.entry(entry.matter).or_insert_with(|| Followed {
        stored: 0,
        seq: entry.seq,
        state: M::default(),
    });
    if said.version <= followed.stored {
        return Ok(None);
    }
    let stamp = Stamp {
        day: entry.day.parse()?,
        ms: entry.ms,
        person: PersonId::new(entry.actor),
        role: said.role,
        org: said.org,
    };
    followed.state.evolve(&said.data, &stamp);
    Ok(Some(said.data))
}

/// Who holds the day in memory, and who may take a turn at the line.
#[derive(Default)]
pub(crate) struct Lines {
    day: tokio::sync::Mutex<Option<HallDay>>,
    /// One after the other within this server: numbers come without gaps. Between servers the store decides.
    pub turn: tokio::sync::Mutex<()>,
}

impl App {
    /// The hall's day as the ledger stands now.
    pub async fn hall_day<T>(&self, look: impl FnOnce(&HallDay) -> T) -> Result<T, Problem> {
        let mut held = self.lines.day.lock().await;
        let today = self.moment().today;
        let mut day = match held.take().filter(|held| held.day == today) {
            Some(day) => day,
            None => self.begin_day(today).await?,
        };
        loop {
            let from = day.next;
            if self.store.scan(self.region, from, PAGE, &mut |entry| day.see(entry)).await? < PAGE {
                break;
            }
        }
        Ok(look(held.insert(day)))
    }

    /// Today's entries from the first on, and what is older and still open: appointments and unanswered calls.
    async fn begin_day(&self, today: Date) -> Result<HallDay, Problem> {
        let next = self.store.head(self.region).await?.next_seq;
        let mut day = HallDay::new(today, next);
        for row in self.store.entries_of_day(self.region, &today.to_string(), MOST).await? {
            if row.seq < next {
                day.see(EntryRef {
                    seq: row.seq,
                    matter: row.matter,
                    kind: &row.kind,
                    fact: &row.fact,
                    day: &row.day,
                    ms: row.ms,
                    actor: &row.actor,
                    leaf: &row.leaf,
                    body: row.body.as_bytes(),
                });
            }
        }
        day.next = next;
        for (_, hall) in self.catalogue().all::<Hall>() {
            let line = format!("{}/{today}", hall.number);
            for row in self.store.by_facet(self.region, "line", &line, MOST).await? {
                if row.opened_day < today.to_string() {
                    let (stored, state) = self.stored::<Ticket>(row.id).await?;
                    day.tickets.insert(row.id, Followed { stored, seq: 0, state });
                }
            }
        }
        for id in self.waiting_calls(today).await? {
            let (stored, state) = self.stored::<Call>(id).await?;
            day.calls.insert(id, Followed { stored, seq: 0, state });
        }
        for back in 1..=LOOK_BACK {
            let earlier = fadu_kernel::calendar::offset(today, -back).to_string();
            for row in self.store.entries_of_day(self.region, &earlier, MOST).await? {
                if (row.kind.as_str(), row.fact.as_str()) == (Ticket::KIND, "Finished")
                    && let Ok(Said { data: TicketFact::Finished { took, .. }, .. }) =
                        serde_json::from_str(&row.body)
                {
                    day.before = (day.before.0 + i64::from(took), day.before.1 + 1);
                }
            }
            if day.before.1 >= ENOUGH {
                break;
            }
        }
        Ok(day)
    }
}
