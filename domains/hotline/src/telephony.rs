//! 电话接口。 What the exchange tells (a call rings, is answered, ends) and what it is told (connect, hang up, transfer, call
//! back), and the board of calls that are on now. The exchange itself stays outside; [`Simulated`] is one for tests and
//! for a county that does not exist.
//!
//! The board counts nothing: how many calls there were is what the exchange's own record says, by the hour ([`crate::calls`]).
//! So a board that lost its memory loses no figure.

use crate::calls::{Record, Tally};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A call as the exchange names it.
pub type CallId = String;

/// 为什么结束。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Somebody put the receiver down.
    HungUp,
    /// The caller gave up waiting.
    Abandoned,
    /// The line broke while they spoke.
    Dropped,
    Transferred,
}

/// 交换机的通知。 Each has its place in the exchange's own order; what arrives twice or too late changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub seq: u64,
    /// Milliseconds since 1970.
    pub ms: i64,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    Ringing {
        call: CallId,
        line: String,
        caller: String,
    },
    Answered {
        call: CallId,
        seat: String,
    },
    Ended {
        call: CallId,
        end: End,
    },
    SeatIn {
        seat: String,
    },
    SeatOut {
        seat: String,
    },
    /// The exchange started anew: whatever was on is gone.
    Restarted,
}

/// 话务控制。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    Connect {
        call: CallId,
        seat: String,
    },
    HangUp {
        call: CallId,
    },
    Transfer {
        call: CallId,
        to: String,
    },
    /// A call from the seat to a number, such as back to one whose line broke.
    CallBack {
        caller: String,
        line: String,
        seat: String,
    },
}

/// 一个来电的现状。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub line: String,
    pub caller: String,
    pub rang_ms: i64,
    pub seat: Option<String>,
    pub answered_ms: Option<i64>,
    /// How it ended: kept while the seat still writes down what was said.
    pub ended: Option<(i64, End)>,
}

/// Calls that were over so long ago are nobody's any more.
const KEPT_MS: i64 = 30 * 60_000;
/// A call that rang so long ago and never ended was lost by the exchange.
const LOST_MS: i64 = 12 * 3_600_000;
/// More calls at once than any county's exchange carries: a broken one does not fill the memory.
const MOST: usize = 10_000;

/// 话务台。
#[derive(Clone, Debug, Default)]
pub struct Board {
    last: u64,
    calls: BTreeMap<CallId, Live>,
    seats: BTreeMap<String, i64>,
}

impl Board {
    /// `false` where it was known already or fits nothing that is on.
    pub fn tell(&mut self, event: &Event) -> bool {
        let restarted = matches!(event.what, What::Restarted);
        if event.seq <= self.last && !restarted {
            return false;
        }
        self.last = event.seq;
        self.calls.retain(|_, live| match live.ended {
            Some((ms, _)) => ms + KEPT_MS > event.ms,
            None => live.rang_ms + LOST_MS > event.ms,
        });
        match &event.what {
            What::Ringing { call, line, caller } if self.calls.len() < MOST => {
                let live = Live {
                    line: line.clone(),
                    caller: caller.clone(),
                    rang_ms: event.ms,
                    seat: None,
                    answered_ms: None,
                    ended: None,
                };
                self.calls.insert(call.clone(), live);
                true
            }
            What::Ringing { .. } => false,
            What::Answered { call, seat } => self.running(call).is_some_and(|live| {
                live.seat = Some(seat.clone());
                live.answered_ms = Some(event.ms);
                true
            }),
            What::Ended { call, end } => self.running(call).is_some_and(|live| {
                live.ended = Some((event.ms, *end));
                true
            }),
            What::SeatIn { seat } => self.seats.insert(seat.clone(), event.ms).is_none(),
            What::SeatOut { seat } => self.seats.remove(seat).is_some(),
            What::Restarted => {
                self.seats.clear();
                let open = self.calls.values_mut().filter(|live| live.ended.is_none());
                open.for_each(|live| {
                    let end = if live.answered_ms.is_some() { End::Dropped } else { End::Abandoned };
                    live.ended = Some((event.ms, end));
                });
                true
            }
        }
    }

    fn running(&mut self, call: &str) -> Option<&mut Live> {
        self.calls.get_mut(call).filter(|live| live.ended.is_none())
    }

    pub fn call(&self, call: &str) -> Option<&Live> {
        self.calls.get(call)
    }

    /// Waiting for a seat, the longest wait first.
    pub fn waiting(&self) -> Vec<(&CallId, &Live)> {
        let mut waiting: Vec<_> = self
            .calls
            .iter()
            .filter(|(_, live)| live.seat.is_none() && live.ended.is_none())
            .collect();
        waiting.sort_by_key(|(_, live)| live.rang_ms);
        waiting
    }

    /// What a seat has on, or has just had: the latest first.
    pub fn of_seat(&self, seat: &str) -> Vec<(&CallId, &Live)> {
        let mut own: Vec<_> = self
            .calls
            .iter()
            .filter(|(_, live)| live.seat.as_deref() == Some(seat))
            .collect();
        own.sort_by_key(|(_, live)| std::cmp::Reverse(live.answered_ms));
        own
    }

    pub fn n_seats(&self) -> usize {
        self.seats.len()
    }
}

/// 模拟交换机。 Takes calls, obeys commands, loses a line when it is told to, and writes its record by the hour.
#[derive(Clone, Debug, Default)]
pub struct Simulated {
    seq: u64,
    n_calls: u64,
    on: BTreeMap<CallId, Spoken>,
    done: Vec<Spoken>,
    seats: Vec<String>,
    written: Vec<String>,
}

#[derive(Clone, Debug)]
struct Spoken {
    line: String,
    rang_ms: i64,
    answered_ms: Option<i64>,
    ended_ms: Option<i64>,
    end: Option<End>,
}

impl Simulated {
    fn event(&mut self, ms: i64, what: What) -> Event {
        self.seq += 1;
        let event = Event { seq: self.seq, ms, what };
        self.written.push(format!("{event:?}"));
        event
    }

    pub fn seat_in(&mut self, seat: &str, ms: i64) -> Event {
        self.seats.push(seat.to_owned());
        self.event(ms, What::SeatIn { seat: seat.to_owned() })
    }

    /// Somebody calls.
    pub fn ring(&mut self, caller: &str, line: &str, ms: i64) -> (CallId, Event) {
        self.n_calls += 1;
        let call = format!("S{:06}", self.n_calls);
        let spoken =
            Spoken { line: line.to_owned(), rang_ms: ms, answered_ms: None, ended_ms: None, end: None };
        self.on.insert(call.clone(), spoken);
        let what = What::Ringing { call: call.clone(), line: line.to_owned(), caller: caller.to_owned() };
        let event = self.event(ms, what);
        (call, event)
    }

    pub fn end(&mut self, call: &str, end: End, ms: i64) -> Option<Event> {
        let mut spoken = self.on.remove(call)?;
        spoken.ended_ms = Some(ms);
        spoken.end = Some(end);
        self.done.push(spoken);
        Some(self.event(ms, What::Ended { call: call.to_owned(), end }))
    }

    /// What it does on a command; nothing where the call is gone.
    pub fn obey(&mut self, command: &Command, ms: i64) -> Vec<Event> {
        match command {
            Command::Connect { call, seat } => {
                let Some(spoken) = self.on.get_mut(call).filter(|spoken| spoken.answered_ms.is_none()) else {
                    return Vec::new();
                };
                spoken.answered_ms = Some(ms);
                vec![self.event(ms, What::Answered { call: call.clone(), seat: seat.clone() })]
            }
            Command::HangUp { call } => self.end(call, End::HungUp, ms).into_iter().collect(),
            Command::Transfer { call, .. } => self.end(call, End::Transferred, ms).into_iter().collect(),
            Command::CallBack { caller, line, seat } => {
                let (call, ringing) = self.ring(caller, line, ms);
                // A call of ours is no call of the public's: it is not in the record.
                self.on.get_mut(&call).into_iter().for_each(|spoken| spoken.line.clear());
                let mut events = vec![ringing];
                events.extend(self.obey(&Command::Connect { call, seat: seat.clone() }, ms));
                events
            }
        }
    }

    /// The power goes: it starts anew and knows of no call.
    pub fn crash(&mut self, ms: i64) -> Event {
        let on = std::mem::take(&mut self.on);
        self.done.extend(on.into_values().map(|spoken| {
            let end = if spoken.answered_ms.is_some() { End::Dropped } else { End::Abandoned };
            Spoken { ended_ms: Some(ms), end: Some(end), ..spoken }
        }));
        self.seats.clear();
        self.event(ms, What::Restarted)
    }

    /// 一小时的记录 of the calls that rang in it and are over; what was abandoned within `early_ms` counts apart.
    pub fn record(&mut self, hour: u8, from_ms: i64, early_ms: i64) -> Record {
        let until = from_ms + 3_600_000;
        let within = |spoken: &Spoken| (from_ms..until).contains(&spoken.rang_ms) && !spoken.line.is_empty();
        let mut lines: BTreeMap<String, Tally> = BTreeMap::new();
        let (mut wait, mut talk) = (0, 0);
        for spoken in self.done.iter().filter(|spoken| within(spoken)) {
            let tally = lines.entry(spoken.line.clone()).or_insert_with(|| Tally {
                line: spoken.line.clone(),
                inbound: 0,
                answered: 0,
                abandoned_early: 0,
                abandoned_late: 0,
                dropped: 0,
            });
            tally.inbound += 1;
            let ended = spoken.ended_ms.unwrap_or(spoken.rang_ms);
            match spoken.answered_ms {
                Some(answered) => {
                    tally.answered += 1;
                    tally.dropped += u32::from(spoken.end == Some(End::Dropped));
                    wait += answered - spoken.rang_ms;
                    talk += ended - answered;
                }
                None if ended - spoken.rang_ms < early_ms => tally.abandoned_early += 1,
                None => tally.abandoned_late += 1,
            }
        }
        let seconds = |ms: i64| u32::try_from(ms / 1000).unwrap_or(0);
        let digest = Sha256::digest(self.written.join("\n"));
        self.written.clear();
        Record {
            hour,
            staffed: u16::try_from(self.seats.len()).unwrap_or(u16::MAX),
            lines: lines.into_values().collect(),
            wait_seconds: seconds(wait),
            talk_seconds: seconds(talk),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn board(events: &[Event]) -> Board {
        let mut board = Board::default();
        events.iter().for_each(|event| {
            board.tell(event);
        });
        board
    }

    #[test]
    fn a_call_rings_is_answered_and_breaks() {
        let mut exchange = Simulated::default();
        let mut events = vec![exchange.seat_in("agent", 0)];
        let (call, ringing) = exchange.ring("13900001234", "12315", 1_000);
        events.push(ringing);
        assert_eq!(board(&events).waiting().len(), 1);
        events.extend(exchange.obey(&Command::Connect { call: call.clone(), seat: "agent".into() }, 5_000));
        assert!(
            exchange
                .obey(&Command::Connect { call: call.clone(), seat: "other".into() }, 6_000)
                .is_empty()
        );
        let spoken = board(&events);
        assert_eq!((spoken.waiting().len(), spoken.of_seat("agent").len(), spoken.n_seats()), (0, 1, 1));
        // The line breaks: the seat still sees who it was.
        events.extend(exchange.end(&call, End::Dropped, 65_000));
        let broken = board(&events);
        let live = broken.of_seat("agent")[0].1;
        assert_eq!((live.ended, live.caller.as_str()), (Some((65_000, End::Dropped)), "13900001234"));
        // Called back on a line of ours; the record has the broken call once, and the call back not at all.
        let back =
            Command::CallBack { caller: live.caller.clone(), line: live.line.clone(), seat: "agent".into() };
        events.extend(exchange.obey(&back, 70_000));
        let (_, again) = board(&events).of_seat("agent")[0]
            .1
            .clone()
            .answered_ms
            .map(|ms| (ms, true))
            .unwrap();
        assert!(again);
        let record = exchange.record(0, 0, 5_000);
        let tally = &record.lines[0];
        assert_eq!((record.lines.len(), tally.line.as_str()), (1, "12315"));
        assert_eq!((tally.inbound, tally.answered, tally.dropped), (1, 1, 1));
        assert_eq!((record.wait_seconds, record.talk_seconds, record.digest.len()), (4, 60, 64));
    }

    #[test]
    fn an_exchange_that_starts_anew_leaves_no_call_open() {
        let mut exchange = Simulated::default();
        let mut events = vec![exchange.seat_in("agent", 0)];
        let (first, ringing) = exchange.ring("1", "12345", 0);
        events.push(ringing);
        events.extend(exchange.obey(&Command::Connect { call: first.clone(), seat: "agent".into() }, 1_000));
        let (_, waiting) = exchange.ring("2", "12345", 2_000);
        events.push(waiting);
        events.push(exchange.crash(60_000));
        let board = board(&events);
        assert_eq!(board.call(&first).unwrap().ended, Some((60_000, End::Dropped)));
        assert!(board.waiting().is_empty() && board.n_seats() == 0);
        let tally = exchange.record(0, 0, 5_000).lines.remove(0);
        assert_eq!((tally.inbound, tally.answered, tally.dropped, tally.abandoned_late), (2, 1, 1, 1));
        // What never ended is forgotten after half a day: a board of lost calls takes new ones.
        let mut late = Board::default();
        let rings = |seq, ms, call: &str| Event {
            seq,
            ms,
            what: What::Ringing { call: call.into(), line: "12345".into(), caller: "4".into() },
        };
        late.tell(&rings(1, 0, "lost"));
        late.tell(&rings(2, LOST_MS, "new"));
        assert!(late.call("lost").is_none() && late.call("new").is_some());
        // An exchange that counts from one again is believed after it said that it started anew.
        let mut fresh = board.clone();
        assert!(fresh.tell(&Event { seq: 1, ms: 61_000, what: What::Restarted }));
        let ring = What::Ringing { call: "n".into(), line: "12345".into(), caller: "3".into() };
        assert!(fresh.tell(&Event { seq: 2, ms: 62_000, what: ring }));
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let call = "[ab]";
        let what = prop_oneof![
            call.prop_map(|call| What::Ringing { call, line: "12345".into(), caller: "1".into() }),
            call.prop_map(|call| What::Answered { call, seat: "agent".into() }),
            (call, prop_oneof![Just(End::HungUp), Just(End::Dropped), Just(End::Abandoned)])
                .prop_map(|(call, end)| What::Ended { call, end }),
            Just(What::SeatIn { seat: "agent".into() }),
            Just(What::SeatOut { seat: "agent".into() }),
            Just(What::Restarted),
        ];
        (0..40u64, 0..1_000_000i64, what).prop_map(|(seq, ms, what)| Event { seq, ms, what })
    }

    proptest! {
        /// In whatever order and however often an exchange tells it, no call is waiting and over, or on at two seats.
        #[test]
        fn the_board_stays_in_order(events in proptest::collection::vec(any_event(), 0..60)) {
            let once = board(&events);
            for (_, live) in once.waiting() {
                prop_assert!(live.ended.is_none() && live.seat.is_none());
            }
            let twice: Vec<Event> = events.iter().filter(|event| event.what != What::Restarted).flat_map(|event| [event.clone(), event.clone()]).collect();
            let plain: Vec<Event> = events.iter().filter(|event| event.what != What::Restarted).cloned().collect();
            prop_assert_eq!(board(&twice).calls, board(&plain).calls);
            for event in &events {
                let text = serde_json::to_string(event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Event>(&text).unwrap(), event);
            }
        }
    }
}
