//! 计数。 What one thread has seen: fractions of organisations, values of processes, flags. Tallies of threads are added
//! up in the end; what a later line overwrites bears the number of its line, so that the sum is the same in any order.

use super::Shared;
use super::prepare::prepare;
use super::read;
use super::results::Maps;
use hashbrown::HashMap;
use std::collections::BTreeSet;

/// An organisation by its number in [`Tally::names`].
pub type Who = u32;

#[derive(Default)]
pub struct Tally {
    pub names: Names,
    pub orgs: Vec<Org>,
    pub processes: HashMap<String, Process>,
    pub maps: Maps,
    pub notes: Notes,
    /// Kept from release to release for its memory alone.
    pub named: Named,
}

/// The tenderers of each bid of one release, by number.
#[derive(Default)]
pub struct Named {
    ids: Vec<Who>,
    bids: Vec<NamedBid>,
}

#[derive(Clone, Copy)]
struct NamedBid {
    start: usize,
    end: usize,
    /// The list has one entry, and it has an id.
    sole: Option<Who>,
}

impl Named {
    /// Those of the `n`th bid that have an id, in their order.
    pub fn ids(&self, n: usize) -> &[Who] {
        &self.ids[self.bids[n].start..self.bids[n].end]
    }

    pub fn sole(&self, n: usize) -> Option<Who> {
        self.bids[n].sole
    }
}

/// 略去的。 Lines and bids that were left out, so that nobody takes silence for a clean file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Line numbers from 1, each with the reason.
    pub unreadable: Vec<(u64, String)>,
    /// Bids whose price is not in the main currency.
    pub n_other_currency: u64,
}

#[derive(Default)]
pub struct Names {
    numbers: HashMap<String, Who>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Fraction {
    pub part: u64,
    pub whole: u64,
}

impl Fraction {
    pub fn add(&mut self, part: u64, whole: u64) {
        self.part += part;
        self.whole += whole;
    }

    pub fn ratio(self) -> f64 {
        self.part as f64 / self.whole as f64
    }
}

/// What is known of an organisation in each of its roles.
#[derive(Default)]
pub struct Org {
    /// Won among the processes it validly bid for (R025).
    pub won: Fraction,
    /// Disqualified among submitted bids (R038), as tenderer, buyer and procuring entity.
    pub disqualified: Fraction,
    pub disqualified_as_buyer: Fraction,
    pub disqualified_as_entity: Fraction,
    pub supplies: Option<Box<Supplies>>,
    /// R028, R030, R035.
    pub flags: u8,
}

/// Processes in which it supplied classified items, and the beginnings of their codes (R048).
#[derive(Default)]
pub struct Supplies {
    pub n_processes: usize,
    pub codes: BTreeSet<Box<str>>,
}

pub const R003: u8 = 1;
pub const R018: u8 = 2;
pub const R028: u8 = 4;
pub const R030: u8 = 8;
pub const R035: u8 = 16;
pub const R036: u8 = 32;

#[derive(Default)]
pub struct Process {
    pub flags: u8,
    /// R035: how many tenderers were disqualified; with the line that said so.
    pub n_disqualified: Option<(u64, usize)>,
    pub second_lowest: Option<SecondLowest>,
}

/// How far the lowest loser was above the winner (R024, R058).
#[derive(Clone, Copy, Debug)]
pub struct SecondLowest {
    pub line: u64,
    pub ratio: f64,
    pub winner: Who,
    pub lowest_loser: Who,
}

impl Names {
    fn number(&mut self, name: &str) -> Who {
        let next = self.numbers.len() as Who;
        *self.numbers.entry_ref(name).or_insert(next)
    }

    /// Every name under its number.
    pub fn list(&self) -> Vec<&str> {
        let mut names = vec![""; self.numbers.len()];
        for (name, number) in &self.numbers {
            names[*number as usize] = name;
        }
        names
    }
}

impl Tally {
    pub fn add_block(&mut self, block: &[u8], first_line: u64, shared: &Shared) {
        // One look at the whole block spares one at every line.
        if let Ok(text) = std::str::from_utf8(block) {
            for (line, text) in (first_line..).zip(text.split('\n')) {
                self.add_line(text, line, shared);
            }
            return;
        }
        for (line, bytes) in (first_line..).zip(block.split(|byte| *byte == b'\n')) {
            match std::str::from_utf8(bytes) {
                Ok(text) => self.add_line(text, line, shared),
                Err(error) => self.notes.unreadable.push((line, error.to_string())),
            }
        }
    }

    fn add_line(&mut self, text: &str, line: u64, shared: &Shared) {
        match read::release(text) {
            Ok(Some(mut release)) => {
                if shared.how.prepare {
                    prepare(&mut release, &shared.settings.prepare);
                }
                self.fold(&release, line, shared);
            }
            // JSON, but not a release.
            Ok(None) => {}
            Err(_) if text.bytes().all(|byte| byte.is_ascii_whitespace()) => {}
            Err(why) => self.notes.unreadable.push((line, why)),
        }
    }

    /// Numbers the tenderers of a release once for all indicators.
    pub fn name(&mut self, details: &[read::Bid]) -> Named {
        let mut named = std::mem::take(&mut self.named);
        named.ids.clear();
        named.bids.clear();
        for bid in details {
            let (start, tenderers) = (named.ids.len(), bid.tenderers().unwrap_or_default());
            let ids = tenderers.iter().filter_map(|tenderer| tenderer.id.text());
            named.ids.extend(ids.map(|id| self.who(id)));
            let end = named.ids.len();
            let sole = (tenderers.len() == 1 && end == start + 1).then(|| named.ids[start]);
            named.bids.push(NamedBid { start, end, sole });
        }
        named
    }

    pub fn at(&mut self, who: Who) -> &mut Org {
        &mut self.orgs[who as usize]
    }

    pub fn who(&mut self, name: &str) -> Who {
        let who = self.names.number(name);
        if who as usize == self.orgs.len() {
            self.orgs.push(Org::default());
        }
        who
    }

    pub fn org(&mut self, name: &str) -> &mut Org {
        let who = self.who(name);
        &mut self.orgs[who as usize]
    }

    /// What one release says of its process, added to what earlier lines said of it.
    pub fn add_process(&mut self, ocid: &str, process: Process) {
        if process.flags != 0 || process.n_disqualified.is_some() || process.second_lowest.is_some() {
            self.processes.entry_ref(ocid).or_default().merge(process);
        }
    }

    pub fn merge(&mut self, other: Tally) {
        let Tally { names, orgs, processes, maps, notes, named: _ } = other;
        let mut mine = vec![0; orgs.len()];
        for (name, number) in names.numbers {
            mine[number as usize] = self.who(&name);
        }
        for (org, who) in orgs.into_iter().zip(&mine) {
            self.orgs[*who as usize].merge(org);
        }
        for (ocid, mut process) in processes {
            if let Some(second) = &mut process.second_lowest {
                second.winner = mine[second.winner as usize];
                second.lowest_loser = mine[second.lowest_loser as usize];
            }
            self.processes.entry(ocid).or_default().merge(process);
        }
        self.maps.merge(maps);
        self.notes.unreadable.extend(notes.unreadable);
        self.notes.n_other_currency += notes.n_other_currency;
    }
}

impl Org {
    fn merge(&mut self, other: Org) {
        for (mine, theirs) in [
            (&mut self.won, other.won),
            (&mut self.disqualified, other.disqualified),
            (&mut self.disqualified_as_buyer, other.disqualified_as_buyer),
            (&mut self.disqualified_as_entity, other.disqualified_as_entity),
        ] {
            mine.add(theirs.part, theirs.whole);
        }
        self.flags |= other.flags;
        if let Some(theirs) = other.supplies {
            let mine = self.supplies.get_or_insert_default();
            mine.n_processes += theirs.n_processes;
            mine.codes.extend(theirs.codes);
        }
    }
}

impl Process {
    /// The later line overwrites.
    fn merge(&mut self, other: Process) {
        self.flags |= other.flags;
        self.n_disqualified = self.n_disqualified.max(other.n_disqualified);
        let line = |second: &Option<SecondLowest>| second.as_ref().map(|second| second.line);
        if line(&self.second_lowest) < line(&other.second_lowest) {
            self.second_lowest = other.second_lowest;
        }
    }
}
