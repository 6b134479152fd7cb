//! 推演。 A hall day under another policy: what a manager looks at before moving people.

use crate::calendar::read_date;
use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use fadu_hall::queue::{Arrival, Chance, Day, Desk, Policy, arrivals, simulate};
use fadu_hall::{Ticket, ticket};
use fadu_kernel::Matter;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(clap::Subcommand)]
pub enum Simulate {
    /// Waiting in a hall: mean, and what 95 of 100 do not exceed
    Hall(HallDay),
}

#[derive(clap::Args)]
pub struct HallDay {
    /// Windows that are staffed all day
    #[arg(long, value_name = "N")]
    windows: u16,
    /// Without it all three are run through
    #[arg(long, value_enum)]
    policy: Option<Word>,
    /// People who come in the day
    #[arg(long, value_name = "N", default_value_t = 1000)]
    tickets: u32,
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The arrivals and services of a day in the ledger instead of drawn ones
    #[arg(long, value_name = "DAY", conflicts_with = "tickets")]
    recorded: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Word {
    /// One line, every window takes everybody
    Pooled,
    /// A line for each department
    Dedicated,
    /// One line, questions go to the back office, which also relieves a long line
    FrontBack,
}

const OPEN_SECONDS: u32 = 8 * 3600;
const MEAN_SERVICE: u32 = 480;
const DEPARTMENTS: u16 = 8;
/// Per mille of the arrivals that need the back office, and the seconds its answer takes.
const QUESTIONS: u64 = 80;
const ANSWER: u32 = 300;
const LINE: u32 = 10;
/// One of the back office for so many windows.
const RELIEF_PER: u16 = 6;

impl Word {
    const ALL: [Word; 3] = [Word::Pooled, Word::Dedicated, Word::FrontBack];

    fn name(self) -> &'static str {
        match self {
            Word::Pooled => "pooled",
            Word::Dedicated => "dedicated",
            Word::FrontBack => "front-back",
        }
    }

    fn policy(self, windows: u16) -> Policy {
        match self {
            Word::Pooled => Policy::Pooled { answer: ANSWER },
            Word::Dedicated => Policy::Dedicated { answer: ANSWER },
            Word::FrontBack => {
                Policy::FrontBack { answer: ANSWER, line: LINE, relief: windows.div_ceil(RELIEF_PER) }
            }
        }
    }
}

pub async fn run(place: &Place, command: Simulate) -> Answer {
    let Simulate::Hall(asked) = command;
    if !(1..=1000).contains(&asked.windows) {
        return Err(Usage(format!("--windows {}: from 1 to 1000", asked.windows)).into());
    }
    if !(1..=1_000_000).contains(&asked.tickets) {
        return Err(Usage(format!("--tickets {}: from 1 to 1000000", asked.tickets)).into());
    }
    let people = match &asked.recorded {
        Some(text) => recorded(place, read_date("--recorded", text)?, asked.seed).await?,
        None => {
            let gap = u64::from(OPEN_SECONDS) * 1000 / u64::from(asked.tickets);
            arrivals(asked.tickets, gap, MEAN_SERVICE, DEPARTMENTS, QUESTIONS, asked.seed)
        }
    };
    if people.is_empty() {
        say(place, json!({"tickets": 0, "policies": []}), || "nobody was served on this day".to_owned());
        return Ok(false);
    }
    let groups = people.iter().map(|person| person.group + 1).max().unwrap_or(1);
    // As long as people came, and at least a whole day.
    let closes = people.iter().map(|person| person.at + 1).max().unwrap_or(0).max(OPEN_SECONDS);
    let desks: Vec<Desk> = (0..asked.windows)
        .map(|n| Desk { group: n % groups, opens: 0, closes })
        .collect();
    let mut values = Vec::new();
    let mut lines = vec![format!("{} people, {} windows", people.len(), asked.windows)];
    for word in Word::ALL
        .into_iter()
        .filter(|word| asked.policy.is_none_or(|only| only == *word))
    {
        let day = simulate(&people, &desks, word.policy(asked.windows), asked.seed);
        lines.push(line(word, &day));
        values.push(value(word, &day));
    }
    let of = asked.recorded.as_deref();
    let answer = json!({"tickets": people.len(), "windows": asked.windows, "recorded": of, "seed": asked.seed, "policies": values});
    say(place, answer, || lines.join("\n"));
    Ok(true)
}

fn mean(day: &Day) -> Option<i64> {
    let mean = day.mean_wait();
    mean.part.checked_div(mean.whole)
}

fn value(word: Word, day: &Day) -> serde_json::Value {
    let served = day.waits.iter().flatten().count();
    json!({
        "policy": word.name(), "mean_wait_seconds": mean(day), "p95_wait_seconds": day.percentile(95), "served": served,
        "not_served": day.waits.len() - served, "longest_line": day.longest_line, "helped": day.helped,
    })
}

fn line(word: Word, day: &Day) -> String {
    let clock = |seconds: i64| format!("{}:{:02}", seconds / 60, seconds % 60);
    let told = |seconds: Option<i64>| seconds.map_or_else(|| "—".to_owned(), clock);
    format!(
        "{:<11} mean wait {:>7}  95 of 100 within {:>7}  longest line {:>4}  not served {:>4}",
        word.name(),
        told(mean(day)),
        told(day.percentile(95).map(i64::from)),
        day.longest_line,
        day.waits.iter().filter(|wait| wait.is_none()).count()
    )
}

/// What an entry of a ticket says.
#[derive(Deserialize)]
struct Said {
    data: ticket::Fact,
}

/// Who came on this day, when, and how long the service took; a group for each zone. Whether there was a question is
/// not recorded: it is drawn.
async fn recorded(place: &Place, day: Date, seed: u64) -> anyhow::Result<Vec<Arrival>> {
    let home = Home::open(place).await?;
    let rows = home
        .store
        .entries_of_day(home.region()?, &day.to_string(), u32::MAX >> 1)
        .await?;
    let mut queued = BTreeMap::new();
    let mut served = Vec::new();
    for row in rows.iter().filter(|row| row.kind == Ticket::KIND) {
        let said: Said = serde_json::from_str(&row.body)?;
        match said.data {
            ticket::Fact::Queued { zone, from_ms, .. } => {
                queued.entry(row.matter).or_insert((zone, from_ms));
            }
            ticket::Fact::Finished { took, .. } => {
                if let Some((zone, from)) = queued.get(&row.matter) {
                    served.push((*from, took, zone.clone()));
                }
            }
            _ => {}
        }
    }
    served.sort();
    let first = served.first().map_or(0, |(from, _, _)| *from);
    let mut zones: Vec<String> = served.iter().map(|(_, _, zone)| zone.clone()).collect();
    zones.sort();
    zones.dedup();
    let mut chance = Chance::new(seed);
    Ok(served
        .into_iter()
        .map(|(from, service, zone)| Arrival {
            at: u32::try_from((from - first) / 1000).unwrap_or(u32::MAX),
            service,
            group: zones.iter().position(|known| *known == zone).unwrap_or(0) as u16,
            question: chance.below(1000) < QUESTIONS,
        })
        .collect())
}
