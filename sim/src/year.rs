//! 模拟的一年。 Arrivals by season and hour; what happens to each case is its own seeded story.

use crate::chance::Chance;
use crate::hall;
use crate::hotline_year::HotlineYear;
use crate::lanes::side_by_side;
use crate::proofs;
use crate::queue;
use crate::records;
use crate::services::THEME;
use crate::story::{Story, Subject, tell};
use crate::stuck;
use fadu_app::now::{Movable, start_of};
use fadu_app::{App, Call, Problem};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Calendar, MatterId};
use fadu_service::fee_item::Standard;
use fadu_service::{Case, CaseAct, Definition, FeeItem, Item};
use jiff::civil::{Date, date};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Cases of a year at scale 1.
const CASES: u64 = 6000;
const HOUR_MS: i64 = 3_600_000;
pub(crate) const MINUTE_MS: i64 = 60_000;

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub year: i16,
    pub seed: u64,
    pub scale_per_mille: u32,
    /// Days up to this one are in the ledger already, from an earlier run with the same plan.
    pub done_until: Option<Date>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    pub cases: u64,
    /// One thing: what was applied for together, apart from the cases of its items.
    pub joints: u64,
    /// Requests to 12345.
    pub orders: u64,
    pub acts: u64,
    pub facts: u64,
    /// What time itself did.
    pub swept: u64,
    /// Acts of the story that the law refused, by rule.
    pub refused: BTreeMap<String, u64>,
}

struct Open {
    item: MatterId,
    definition: Arc<Definition>,
    department: String,
    /// What it is charged by, where its guide names a fee.
    fee: Option<(String, Standard)>,
}

/// Lives through the year, or the rest of it. `on_day` is told of every day that is wholly in the ledger.
pub async fn run_year(
    app: &Arc<App>,
    clock: &Movable,
    plan: Plan,
    on_day: &mut dyn FnMut(Date, &Tally),
) -> Result<Tally, Problem> {
    // Who carries the year's parcels, and who handles what the county does not.
    crate::connect(app);
    crate::connect_platform(app, Box::new(clock.clone()));
    let open = open_items(app);
    let calendar = app.calendar();
    let mut tally = Tally::default();
    let mut agenda: BTreeMap<(Date, u8), Vec<Story>> = BTreeMap::new();
    let (mut day, last) = (date(plan.year, 1, 1), date(plan.year, 12, 31));
    let mut hotline = HotlineYear::new(app, plan);
    let mut n = 0;
    while day <= last {
        let done = plan.done_until.is_some_and(|until| day <= until);
        if calendar.is_working(day).unwrap_or(false) {
            for hour in arrivals(plan, day, working_days(&calendar, plan.year)) {
                if let Some(subject) = choose(&open, plan.seed, n) {
                    let subject = Subject {
                        item: subject.item,
                        definition: &subject.definition,
                        department: &subject.department,
                        fee: subject.fee.as_ref(),
                    };
                    agenda
                        .entry((day, hour))
                        .or_default()
                        .push(tell(plan.seed, n, app.region, day, hour, &subject, &calendar));
                    n += 1;
                }
            }
        }
        if !done {
            clock.set(start_of(day) + HOUR_MS / 2);
            tally.swept += app.sweep(day).await?.acted;
            tally.swept += app.follow_parcels().await?.acted;
        }
        let resumed = plan
            .done_until
            .is_some_and(|until| day > until && fadu_kernel::calendar::days_between(until, day) <= 1);
        // The hotline has a night; the offices open after it.
        hotline.until(app, clock, (day, 8), done, resumed, &mut tally).await?;
        if !done {
            crate::trading_day(app, clock, plan.year, day).await?;
            crate::joint_year::joint_day(app, clock, plan, day, &mut tally).await?;
            if calendar.is_working(day).unwrap_or(false) {
                clock.set(start_of(day) + 8 * HOUR_MS + 55 * MINUTE_MS);
                hall::begin(app, day).await?;
                records::day(app, day).await?;
                stuck::day(app, plan, day, resumed, &mut tally).await?;
                hotline.offices(app, day, resumed, &mut tally).await?;
            }
        }
        while let Some((&(at, hour), _)) = agenda.first_key_value().filter(|((at, _), _)| *at <= day) {
            hotline.until(app, clock, (day, hour), done, resumed, &mut tally).await?;
            let stories = agenda.remove(&(at, hour)).unwrap_or_default();
            clock.set(start_of(day) + i64::from(hour) * HOUR_MS);
            let gone_on = if done {
                let (numbered, others) = queue::with_numbers(app, stories);
                let mut gone_on: Vec<Story> =
                    others.into_iter().filter_map(|story| pass_by(app, plan, story)).collect();
                gone_on.extend(queue::pass_hour(app, clock, plan, (day, hour), numbered));
                gone_on.sort_by_key(|story| story.n);
                gone_on
            } else {
                let delivered = hall::delivering(app, &stories);
                let (numbered, others) = queue::with_numbers(app, stories);
                let mut gone_on = perform(app, plan, others, resumed, &mut tally).await?;
                hall::evaluate(app, plan, &delivered, &gone_on, resumed, &mut tally).await?;
                gone_on.extend(
                    queue::serve_hour(app, clock, plan, (day, hour), numbered, resumed, &mut tally).await?,
                );
                gone_on.sort_by_key(|story| story.n);
                tally.acts += proofs::hour(app, &gone_on).await?;
                gone_on
            };
            for story in gone_on {
                if let Some(next) = story.steps.front() {
                    // Two steps within the same hour happen one after the other.
                    let key = if (next.day, next.hour) <= (at, hour) {
                        (at, hour + 1)
                    } else {
                        (next.day, next.hour)
                    };
                    agenda.entry(key).or_default().push(story);
                }
            }
        }
        if !done && calendar.is_working(day).unwrap_or(false) {
            tally.acts += proofs::day(app, plan.seed, day).await?;
        }
        if !done {
            // After the offices have closed: a day that is walked through again has nothing more to hand over.
            tally.swept += app.hand_over_outside().await?.acted;
        }
        let evening = if day == last { 17 } else { 23 };
        hotline.until(app, clock, (day, evening), done, resumed, &mut tally).await?;
        hotline.night(app, clock, day, done, &mut tally).await?;
        if !done {
            if day.day() == day.days_in_month() {
                app.checkpoint().await?;
            }
            on_day(day, &tally);
        }
        day = fadu_kernel::calendar::offset(day, 1);
    }
    clock.set(start_of(last) + 18 * HOUR_MS);
    Ok(tally)
}

fn open_items(app: &App) -> Vec<Open> {
    let catalogue = app.catalogue();
    let items = catalogue.all::<Item>().filter(|(_, item)| item.is_open());
    let mut open: Vec<Open> = items
        .filter_map(|(id, item)| {
            let definition = item.current()?.1;
            let listed = |code: &String| {
                let entry = catalogue.one::<FeeItem>(FeeItem::id(code)).and_then(FeeItem::current)?;
                Some((code.clone(), entry.standard.clone()))
            };
            crate::stands_alone(definition).then(|| Open {
                fee: definition.fee.codes.first().and_then(listed),
                item: id,
                definition: Arc::new(definition.clone()),
                department: item.department.clone(),
            })
        })
        .collect();
    open.sort_by_key(|open| (open.definition.theme == THEME, open.item));
    open
}

/// A few items are asked for every day, most of them rarely.
fn choose(open: &[Open], seed: u64, n: u64) -> Option<&Open> {
    let weight = |rank: usize| 1000 / (rank as u64 + 3);
    let whole: u64 = (0..open.len()).map(weight).sum();
    let mut left = Chance::new(seed ^ 0x17EA, n).below(whole);
    open.iter()
        .enumerate()
        .find(|(rank, _)| {
            let reached = left < weight(*rank);
            left = left.saturating_sub(weight(*rank));
            reached
        })
        .map(|(_, open)| open)
}

/// Over so many days the year's arrivals are spread, as the notice of that year has it: 251 in 2024, 248 in 2025.
/// At least one; in a year without a notice nobody comes.
fn working_days(calendar: &Calendar, year: i16) -> u64 {
    let eve = offset(date(year, 1, 1), -1);
    u64::from(calendar.between(eve, date(year, 12, 31)).unwrap_or(0)).max(1)
}

/// Which working day of its year a day is, counted from 1, and of how many.
pub(crate) fn place_in_year(calendar: &Calendar, day: Date) -> (u64, u64) {
    let eve = offset(date(day.year(), 1, 1), -1);
    (u64::from(calendar.between(eve, day).unwrap_or(0)), working_days(calendar, day.year()))
}

/// Of so many in a year, the numbers of those that fall on its `n`th working day of `days`: all of them together, none twice.
pub(crate) fn part_of_day(whole: u64, (n, days): (u64, u64)) -> Range<u64> {
    whole * n.saturating_sub(1) / days..whole * n / days
}

/// The hours of the day's arrivals: quiet around the new year, busy in spring and autumn, a peak in the morning.
fn arrivals(plan: Plan, day: Date, working_days: u64) -> Vec<u8> {
    const MONTHS: [u64; 12] = [80, 60, 115, 110, 105, 100, 95, 95, 115, 105, 110, 110];
    const HOURS: [(u8, u64); 9] =
        [(9, 18), (10, 20), (11, 13), (12, 3), (13, 5), (14, 15), (15, 14), (16, 9), (17, 3)];
    let mut chance =
        Chance::new(plan.seed ^ 0xDA7, fadu_kernel::calendar::days_between(date(1970, 1, 1), day) as u64);
    let month = MONTHS[(day.month() - 1) as usize];
    // A day's number swings by a fifth around its mean, and the fraction is drawn.
    let mean = CASES * u64::from(plan.scale_per_mille) * month * (800 + chance.below(401))
        / working_days
        / 100
        / 1000;
    let count = mean / 1000 + u64::from(chance.below(1000) < mean % 1000);
    let hour = |chance: &mut Chance| {
        let mut left = chance.below(100);
        HOURS
            .iter()
            .find(|(_, share)| {
                let reached = left < *share;
                left = left.saturating_sub(*share);
                reached
            })
            .map_or(9, |(hour, _)| *hour)
    };
    (0..count).map(|_| hour(&mut chance)).collect()
}

fn key(plan: Plan, story: &Story) -> String {
    format!("sim-{}-{}-{}-{}", plan.year, plan.seed, story.n, story.done)
}

/// The step is in the ledger already: only the story goes on.
pub(crate) fn pass_by(app: &App, plan: Plan, mut story: Story) -> Option<Story> {
    let visit = story.steps.pop_front()?;
    if story.id.is_none() {
        story.id = app.id_for(&visit.actor, &key(plan, &story)).ok();
    }
    story.done += 1;
    Some(story)
}

pub(crate) enum Step {
    Done { facts: u64 },
    Refused { rule: &'static str },
}

async fn perform(
    app: &Arc<App>,
    plan: Plan,
    stories: Vec<Story>,
    resumed: bool,
    tally: &mut Tally,
) -> Result<Vec<Story>, Problem> {
    let app = Arc::clone(app);
    let steps = side_by_side(stories, move |mut story| {
        let app = Arc::clone(&app);
        async move { one(&app, plan, &mut story).await.map(|step| (story, step)) }
    });
    let mut gone_on = Vec::new();
    for (story, step) in steps.await? {
        match step {
            Step::Done { facts } => {
                tally.acts += 1;
                tally.facts += facts;
                tally.cases += u64::from(story.done == 1);
                gone_on.push(story);
            }
            // On the day where an earlier run broke off, a refusal means that the step is done.
            Step::Refused { .. } if resumed => gone_on.push(story),
            Step::Refused { rule } => *tally.refused.entry(rule.to_owned()).or_default() += 1,
        }
    }
    gone_on.sort_by_key(|story| story.n);
    Ok(gone_on)
}

pub(crate) async fn one(app: &App, plan: Plan, story: &mut Story) -> Result<Step, Problem> {
    let Some(visit) = story.steps.pop_front() else { return Ok(Step::Done { facts: 0 }) };
    let opens = matches!(visit.act, CaseAct::Receive { .. });
    let private = if opens { std::mem::take(&mut story.private) } else { BTreeMap::new() };
    let key = key(plan, story);
    story.done += 1;
    match app
        .act::<Case>(Call { actor: &visit.actor, matter: story.id, act: visit.act, private, key: Some(key) })
        .await
    {
        Ok(committed) => {
            story.id = Some(committed.matter);
            Ok(Step::Done { facts: committed.facts.len() as u64 })
        }
        Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => {
            Ok(Step::Refused { rule: refusal.rule.id })
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 国办发明电〔2023〕7号、〔2024〕12号 and that for 2026: weekdays, less the days off, and the make-up days.
    #[test]
    fn a_year_has_the_working_days_of_its_notice() {
        let calendar = Calendar::shipped();
        for (year, days) in [(2024, 251), (2025, 248), (2026, 248), (2027, 1)] {
            assert_eq!(working_days(&calendar, year), days, "{year}");
        }
    }

    #[test]
    fn the_parts_of_the_days_are_the_whole() {
        for whole in [0, 3, 43, 801] {
            let all: Vec<u64> = (1..=248).flat_map(|n| part_of_day(whole, (n, 248))).collect();
            assert_eq!(all, (0..whole).collect::<Vec<_>>());
        }
        let calendar = Calendar::shipped();
        assert_eq!(place_in_year(&calendar, date(2025, 1, 2)), (1, 248), "New Year's Day is none");
        assert_eq!(place_in_year(&calendar, date(2025, 12, 31)), (248, 248));
    }

    #[test]
    fn the_days_of_a_year_bring_as_many_cases_as_it_is_to_have() {
        let calendar = Calendar::shipped();
        for year in [2024, 2025, 2026] {
            let plan = Plan { year, seed: 7, scale_per_mille: 1000, done_until: None };
            let days = working_days(&calendar, year);
            let working = (0..366)
                .map(|n| offset(date(year, 1, 1), n))
                .filter(|day| day.year() == year && calendar.is_working(*day).unwrap_or(false));
            let cases: usize = working.map(|day| arrivals(plan, day, days).len()).sum();
            assert!((CASES * 97 / 100..=CASES * 103 / 100).contains(&(cases as u64)), "{year}: {cases}");
        }
    }
}
