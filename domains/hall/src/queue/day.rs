//! 大厅的一天。 Recorded or drawn arrivals run through the windows under a policy: who waits how long, which window works
//! how much. A discrete-event simulation; service times are given, so the engine draws nothing but which idle window calls.

use super::chance::Chance;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// 一位办事人。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Seconds since opening.
    pub at: u32,
    /// Seconds at the window.
    pub service: u32,
    /// Department or zone that it is for.
    pub group: u16,
    /// Does the window need the back office's answer?
    pub question: bool,
}

/// 一个窗口。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The group it serves where windows are dedicated.
    pub group: u16,
    /// Seconds since opening; people are called from `opens` until before `closes`.
    pub opens: u32,
    pub closes: u32,
}

/// 办法。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// 综合窗口: one line, every window takes everybody; with a question the window waits `answer` seconds.
    Pooled { answer: u32 },
    /// 部门分设: a line for each group, and only its windows take it; questions as above.
    Dedicated { answer: u32 },
    /// 前呼后应: one line; a question goes to the back office while the window calls the next; when more than `line`
    /// wait, up to `relief` people of the back office open a window each until nobody waits.
    FrontBack { answer: u32, line: u32, relief: u16 },
}

/// 结果。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Seconds from arrival to the call, in the order of the arrivals; absent for who was not called before closing.
    pub waits: Vec<Option<u32>>,
    /// Seconds that each window worked, those of the back office behind the windows.
    pub worked: Vec<u32>,
    pub served: Vec<u32>,
    /// Most people that waited at once.
    pub longest_line: u32,
    /// How often somebody came from the back office.
    pub helped: u32,
}

impl Day {
    /// Seconds waited by all who were called, and how many they are.
    pub fn mean_wait(&self) -> fadu_kernel::Ratio {
        let called = self.waits.iter().flatten();
        fadu_kernel::Ratio::new(called.clone().map(|wait| i64::from(*wait)).sum(), called.count() as i64)
    }

    /// The wait that this many of a hundred do not exceed.
    pub fn percentile(&self, percent: u32) -> Option<u32> {
        let mut waits: Vec<u32> = self.waits.iter().flatten().copied().collect();
        waits.sort_unstable();
        let rank = (waits.len() as u64 * u64::from(percent)).div_ceil(100).max(1);
        waits.get(rank as usize - 1).copied()
    }
}

/// What happens next, by second, then by kind (a window falls free before the next person arrives), then by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Free(u32),
    Opens(u32),
    /// The back office has answered for this person, who is called back first of all.
    Answered(u32),
    Arrives(u32),
}

struct Run<'a> {
    arrivals: &'a [Arrival],
    desks: Vec<Desk>,
    /// How many are windows of the hall; those behind are the relief.
    windows: usize,
    policy: Policy,
    events: BinaryHeap<Reverse<(u32, Event)>>,
    /// One line, or one for each group.
    lines: Vec<VecDeque<u32>>,
    /// People whose question is answered: they have waited and go first.
    back: VecDeque<u32>,
    idle: Vec<Vec<u32>>,
    relief_away: Vec<u32>,
    /// Whose question is already answered.
    answered: Vec<bool>,
    chance: Chance,
    day: Day,
}

/// Runs the day. Windows call nobody after closing; who waits then is not served. Arrivals may come in any order.
pub fn simulate(arrivals: &[Arrival], windows: &[Desk], policy: Policy, seed: u64) -> Day {
    let mut run = Run::new(arrivals, windows, policy, seed);
    while let Some(Reverse((now, event))) = run.events.pop() {
        run.step(now, event);
    }
    run.day
}

impl<'a> Run<'a> {
    fn new(arrivals: &'a [Arrival], windows: &[Desk], policy: Policy, seed: u64) -> Run<'a> {
        let relief = match policy {
            Policy::FrontBack { relief, .. } => usize::from(relief),
            Policy::Pooled { .. } | Policy::Dedicated { .. } => 0,
        };
        let hours = Desk {
            group: 0,
            opens: windows.iter().map(|desk| desk.opens).min().unwrap_or(0),
            closes: windows.iter().map(|desk| desk.closes).max().unwrap_or(0),
        };
        let desks: Vec<Desk> = windows.iter().copied().chain(std::iter::repeat_n(hours, relief)).collect();
        let groups = match policy {
            Policy::Dedicated { .. } => {
                let of_desks = windows.iter().map(|desk| desk.group);
                let largest = arrivals.iter().map(|person| person.group).chain(of_desks).max();
                usize::from(largest.unwrap_or(0)) + 1
            }
            Policy::Pooled { .. } | Policy::FrontBack { .. } => 1,
        };
        let opening = windows.iter().zip(0..).map(|(desk, n)| Reverse((desk.opens, Event::Opens(n))));
        let coming = arrivals
            .iter()
            .zip(0..)
            .map(|(person, n)| Reverse((person.at, Event::Arrives(n))));
        Run {
            arrivals,
            windows: windows.len(),
            policy,
            events: opening.chain(coming).collect(),
            lines: vec![VecDeque::new(); groups],
            back: VecDeque::new(),
            idle: vec![Vec::new(); groups],
            relief_away: (windows.len() as u32..desks.len() as u32).rev().collect(),
            answered: vec![false; arrivals.len()],
            chance: Chance::new(seed),
            day: Day {
                waits: vec![None; arrivals.len()],
                worked: vec![0; desks.len()],
                served: vec![0; desks.len()],
                ..Day::default()
            },
            desks,
        }
    }

    fn step(&mut self, now: u32, event: Event) {
        match event {
            Event::Free(desk) | Event::Opens(desk) => {
                let line = self.line_of(self.desks[desk as usize].group);
                if desk as usize >= self.windows && self.lines[line].is_empty() {
                    self.relief_away.push(desk);
                } else {
                    self.idle[line].push(desk);
                }
                self.call(now, line);
            }
            Event::Answered(person) => {
                self.answered[person as usize] = true;
                self.back.push_back(person);
                self.call(now, 0);
            }
            Event::Arrives(person) => {
                let line = self.line_of(self.arrivals[person as usize].group);
                self.lines[line].push_back(person);
                self.call(now, line);
                self.day.longest_line = self.day.longest_line.max(self.lines[line].len() as u32);
                self.send_help(now);
            }
        }
    }

    fn line_of(&self, group: u16) -> usize {
        match self.policy {
            Policy::Dedicated { .. } => usize::from(group),
            Policy::Pooled { .. } | Policy::FrontBack { .. } => 0,
        }
    }

    /// Idle windows of a line take who waits, until one of both runs out.
    fn call(&mut self, now: u32, line: usize) {
        while !self.back.is_empty() || !self.lines[line].is_empty() {
            // A window that has closed calls nobody any more.
            let desks = &self.desks;
            self.idle[line].retain(|desk| now < desks[*desk as usize].closes);
            if self.idle[line].is_empty() {
                return;
            }
            let at = self.chance.below(self.idle[line].len() as u64) as usize;
            let desk = self.idle[line].swap_remove(at);
            if let Some(person) = self.back.pop_front().or_else(|| self.lines[line].pop_front()) {
                self.serve(now, desk, person);
            }
        }
    }

    fn serve(&mut self, now: u32, desk: u32, person: u32) {
        let Arrival { at, service, question, .. } = self.arrivals[person as usize];
        let wait = &mut self.day.waits[person as usize];
        let first = wait.is_none();
        wait.get_or_insert(now - at);
        let takes = match self.policy {
            Policy::Pooled { answer } | Policy::Dedicated { answer } => {
                service.saturating_add(if question { answer } else { 0 })
            }
            // Half of the service before the question, half when it is answered.
            Policy::FrontBack { answer, .. } if question && !self.answered[person as usize] => {
                let before = service / 2;
                let back_at = now.saturating_add(before).saturating_add(answer);
                self.events.push(Reverse((back_at, Event::Answered(person))));
                before
            }
            Policy::FrontBack { .. } if question => service - service / 2,
            Policy::FrontBack { .. } => service,
        };
        self.day.worked[desk as usize] = self.day.worked[desk as usize].saturating_add(takes);
        self.day.served[desk as usize] += u32::from(first);
        self.events.push(Reverse((now.saturating_add(takes), Event::Free(desk))));
    }

    /// 拥堵呼叫: one person for each arrival that finds the line too long.
    fn send_help(&mut self, now: u32) {
        let Policy::FrontBack { line, .. } = self.policy else { return };
        if self.lines[0].len() as u32 <= line {
            return;
        }
        if let Some(relief) = self.relief_away.pop() {
            self.day.helped += 1;
            self.idle[0].push(relief);
            self.call(now, 0);
        }
    }
}
