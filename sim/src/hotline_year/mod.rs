//! 模拟的一年里的12345。 Requests by day and hour, each with a seeded story: departments that sign late, return, stall and
//! answer, callers who come back, are reached or not, days on which many ask for the same, what the prefecture sends and takes
//! over, petitions that go on, leads that nobody else may read, and the exchange's record of the hours.

mod exchange;
mod leads;
mod petitions;
mod teller;

use crate::chance::Chance;
use crate::county::BUREAU;
use crate::lanes::side_by_side;
use crate::year::{Plan, Tally};
use fadu_app::now::{Movable, start_of};
use fadu_app::{App, Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::words::Channel;
use fadu_hotline::{Calls, CallsAct, Desk, Knowledge, Order, OrderAct};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Actor, Calendar, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use teller::{Burst, Teller};

/// Requests of a year at scale 1: a twentieth of the reference county's calls.
pub const ORDERS: u64 = 4250;
/// Below scale 1 the exchange's record is kept for one day in so many.
const ONE_DAY_IN: i64 = 14;
const HOUR_MS: i64 = 3_600_000;
/// The year ends on its last afternoon.
const LAST_HOUR: u8 = 17;
/// Requests that a caller may come back to.
const RECENT: usize = 400;
/// One day in so many has a burst.
const BURSTS: u64 = 30;

#[derive(Clone, Debug)]
enum Deed {
    Act(Box<OrderAct>),
    /// 并单, into the request of that number, whose matter is known once it was taken.
    MergeInto(u64),
}

#[derive(Clone, Debug)]
struct Step {
    day: Date,
    hour: u8,
    actor: Actor,
    deed: Deed,
}

#[derive(Clone, Debug)]
struct Told {
    n: u64,
    /// Whose telephone it was.
    who: u64,
    id: Option<MatterId>,
    done: u32,
    steps: VecDeque<Step>,
}

/// A request that was taken.
#[derive(Clone, Debug)]
struct Known {
    id: MatterId,
    who: u64,
    category: String,
}

/// A year of requests to 12345 and nothing else, as `run_year` has it among everything else. Needs a hotline that is open.
pub async fn run_hotline_year(app: &Arc<App>, clock: &Movable, plan: Plan) -> Result<Tally, Problem> {
    let mut hotline = HotlineYear::new(app, plan);
    let mut tally = Tally::default();
    let mut day = date(plan.year, 1, 1);
    while day <= date(plan.year, 12, 31) {
        clock.set(start_of(day) + HOUR_MS / 2);
        tally.swept += app.sweep(day).await?.acted;
        hotline.until(app, clock, (day, 8), false, false, &mut tally).await?;
        clock.set(start_of(day) + 8 * HOUR_MS + HOUR_MS / 2);
        hotline.offices(app, day, false, &mut tally).await?;
        hotline.until(app, clock, (day, 23), false, false, &mut tally).await?;
        app.relay().await?;
        hotline.night(app, clock, day, false, &mut tally).await?;
        day = offset(day, 1);
    }
    Ok(tally)
}

/// What is still to happen.
pub struct HotlineYear {
    plan: Plan,
    desk: Option<Desk>,
    answers: Vec<(MatterId, String)>,
    calendar: Arc<Calendar>,
    agenda: BTreeMap<(Date, u8), Vec<Told>>,
    /// The day whose requests are in the agenda.
    told: Option<Date>,
    n: u64,
    /// Requests by telephone of that day, by hour and line.
    phoned: BTreeMap<(u8, String), u32>,
    /// Taken before that day, the latest last.
    recent: Vec<Known>,
    /// Taken on that day.
    fresh: Vec<Known>,
    /// What bursts of that day are merged into.
    parents: BTreeMap<u64, Option<MatterId>>,
    leads: BTreeMap<Date, Vec<MatterId>>,
}

impl HotlineYear {
    pub fn new(app: &App, plan: Plan) -> HotlineYear {
        let desk = app.hotline().filter(|desk| desk.live.is_some());
        let catalogue = app.catalogue();
        let mut answers: Vec<(MatterId, String)> = catalogue
            .all::<Knowledge>()
            .filter_map(|(id, known)| Some((id, known.versions.last()?.text.category.clone())))
            .collect();
        answers.sort();
        HotlineYear {
            plan,
            desk,
            answers,
            calendar: app.calendar(),
            agenda: BTreeMap::new(),
            told: None,
            n: 0,
            phoned: BTreeMap::new(),
            recent: Vec::new(),
            fresh: Vec::new(),
            parents: BTreeMap::new(),
            leads: BTreeMap::new(),
        }
    }

    /// Everything up to this hour. `done`: it is in the ledger already; `resumed`: some of the day may be.
    pub async fn until(
        &mut self,
        app: &Arc<App>,
        clock: &Movable,
        (day, hour): (Date, u8),
        done: bool,
        resumed: bool,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        if self.desk.is_none() {
            return Ok(());
        }
        if self.told != Some(day) {
            self.told = Some(day);
            self.arrive(day);
        }
        while let Some((&(at, of), _)) = self.agenda.first_key_value().filter(|(key, _)| **key <= (day, hour))
        {
            let stories = self.agenda.remove(&(at, of)).unwrap_or_default();
            clock.set(start_of(day) + i64::from(of) * HOUR_MS);
            let gone_on = match done {
                true => stories.into_iter().map(|told| self.pass_by(app, told, (at, of))).collect(),
                false => perform(app, self.plan, stories, ((at, of), &self.parents), resumed, tally).await?,
            };
            for (told, steps) in gone_on {
                for step in &steps {
                    self.note(&told, step);
                }
                if let Some(next) = told.steps.front() {
                    self.agenda.entry((next.day, next.hour).max((at, of))).or_default().push(told);
                }
            }
        }
        Ok(())
    }

    /// What other stories need to know of a step that is in the ledger.
    fn note(&mut self, told: &Told, step: &Step) {
        let (Some(id), Deed::Act(act)) = (told.id, &step.deed) else { return };
        if let OrderAct::Take(intake) = &**act {
            if let Some(parent) = self.parents.get_mut(&told.n) {
                *parent = Some(id);
            }
            if intake.channel == Channel::Telephone {
                self.fresh.push(Known { id, who: told.who, category: intake.category.clone() });
            }
        }
    }

    /// What the offices do on a working day about what was handed over to them.
    pub async fn offices(
        &self,
        app: &App,
        day: Date,
        resumed: bool,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        let Some(desk) = self.desk.as_ref().filter(|_| self.calendar.is_working(day).unwrap_or(false)) else {
            return Ok(());
        };
        petitions::day(app, self.plan, desk, day, resumed, tally).await
    }

    /// Leads and the exchange's record, late in the evening. The year ends on its last afternoon: that day has none.
    pub async fn night(
        &mut self,
        app: &App,
        clock: &Movable,
        day: Date,
        done: bool,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        if self.desk.is_none() || day == date(self.plan.year, 12, 31) {
            return Ok(());
        }
        clock.set(start_of(day) + 24 * HOUR_MS - HOUR_MS / 4);
        if done {
            leads::pass_day(app, self.plan, day, &mut self.leads);
            return Ok(());
        }
        leads::day(app, self.plan, day, &mut self.leads, tally).await?;
        if self.counted(day) {
            self.count_calls(app, day, tally).await?;
        }
        Ok(())
    }

    fn counted(&self, day: Date) -> bool {
        self.plan.scale_per_mille >= 1000 || days_between(date(2020, 1, 1), day) % ONE_DAY_IN == 0
    }

    fn pass_by(&self, app: &App, mut told: Told, now: (Date, u8)) -> (Told, Vec<Step>) {
        let mut steps = Vec::new();
        while let Some(step) = told.steps.pop_front_if(|next| (next.day, next.hour) <= now) {
            if told.id.is_none() {
                told.id = app.id_for(&step.actor, &key(self.plan, &told)).ok();
            }
            told.done += 1;
            steps.push(step);
        }
        (told, steps)
    }

    /// Fewer on days of rest, as everywhere.
    fn arrive(&mut self, day: Date) {
        self.recent.append(&mut self.fresh);
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        (self.phoned, self.parents) = Default::default();
        let mut chance = Chance::new(self.plan.seed ^ 0x1_2345, days_between(date(1970, 1, 1), day) as u64);
        let share = if self.calendar.is_working(day).unwrap_or(false) { 1150 } else { 650 };
        let season = exchange::MONTHS[usize::from(day.month().unsigned_abs()) - 1];
        let mean = ORDERS * u64::from(self.plan.scale_per_mille) * share * season / 1000
            * (700 + chance.below(601))
            / 365
            / 1_000_000;
        let count = mean / 1000 + u64::from(chance.below(1000) < mean % 1000);
        for _ in 0..count {
            let hour = hour(&mut chance);
            self.add(day, hour, None);
        }
        if self.plan.scale_per_mille >= 1000 && chance.below(BURSTS) == 0 {
            let (hour, village) = (chance.between(9, 15) as u8, chance.between(1, 60));
            let items: Vec<_> = Categories::shipped().items().filter(|(_, item)| !item.emergency).collect();
            let category = items[chance.below(items.len() as u64) as usize].1.code.clone();
            let burst = Burst { parent: self.n, category, village };
            self.parents.insert(self.n, None);
            for n in 0..u64::from(chance.between(4, 9)) {
                self.add(day, hour + u8::from(n > 0), Some(&burst));
            }
        }
    }

    fn add(&mut self, day: Date, hour: u8, burst: Option<&Burst>) {
        // Not in the small hour in which the day is swept, nor after the year's last afternoon.
        let hour = if day == date(self.plan.year, 12, 31) { hour.min(LAST_HOUR) } else { hour }.max(1);
        if let Some((told, line)) = self.tell(day, hour, burst) {
            if let Some(line) = line {
                *self.phoned.entry((hour, line)).or_default() += 1;
            }
            self.agenda.entry((day, hour)).or_default().push(told);
        }
        self.n += 1;
    }

    /// The story, and the line over which it was telephoned.
    fn tell(&self, day: Date, hour: u8, burst: Option<&Burst>) -> Option<(Told, Option<String>)> {
        let desk = self.desk.as_ref()?;
        let chance = Chance::new(self.plan.seed ^ 0x5_4321, self.n);
        let mut teller = Teller {
            chance,
            calendar: &self.calendar,
            desk,
            answers: &self.answers,
            recent: &self.recent,
            burst,
            n: self.n,
            day,
            hour,
            steps: VecDeque::new(),
        };
        let came = teller.tell();
        let told = Told { n: self.n, who: came.who, id: None, done: 0, steps: teller.steps };
        Some((told, (came.channel == Channel::Telephone).then_some(came.line)))
    }

    /// One record an hour, from the exchange of a county that does not exist.
    async fn count_calls(&self, app: &App, day: Date, tally: &mut Tally) -> Result<(), Problem> {
        let exchange = actor("sim-exchange", Role::Operator, BUREAU);
        let mut chance = Chance::new(self.plan.seed ^ 0xCA11, days_between(date(1970, 1, 1), day) as u64);
        let merged: Vec<&str> = self
            .desk
            .iter()
            .flat_map(|desk| desk.lines.keys())
            .map(String::as_str)
            .collect();
        let per_mille = u64::from(self.plan.scale_per_mille);
        let mut id = None;
        for hour in 0..24u8 {
            let answered: exchange::Answered = self
                .phoned
                .iter()
                .filter(|((of, _), _)| *of == hour)
                .map(|((_, line), n)| (line.as_str(), *n))
                .collect();
            let at = (usize::from(day.month().unsigned_abs()), hour);
            let record = exchange::record(at, per_mille, &answered, &merged, &mut chance);
            let key = Some(format!("sim-calls-{}-{day}-{hour}", self.plan.seed));
            let act = CallsAct::Record { day, record };
            let call = Call { actor: &exchange, matter: id, act, private: BTreeMap::new(), key };
            match app.act::<Calls>(call).await {
                Ok(done) => {
                    id = Some(done.matter);
                    tally.acts += 1;
                    tally.facts += done.facts.len() as u64;
                }
                Err(Problem::Refused(_)) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(())
    }
}

/// The hour of a request, as the hours of the day have them.
fn hour(chance: &mut Chance) -> u8 {
    let mut left = chance.below(exchange::HOURS.iter().sum());
    let found = exchange::HOURS.iter().position(|share| {
        let reached = left < *share;
        left = left.saturating_sub(*share);
        reached
    });
    found.map_or(9, |hour| hour as u8)
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

fn key(plan: Plan, told: &Told) -> String {
    format!("sim-order-{}-{}-{}-{}", plan.year, plan.seed, told.n, told.done)
}

/// What came of a step: how many facts it made, or the rule that refused it.
type Came = Result<u64, &'static str>;

/// Stories of one hour, side by side: as many as come share a commit. What each did goes along.
async fn perform(
    app: &Arc<App>,
    plan: Plan,
    stories: Vec<Told>,
    (now, parents): ((Date, u8), &BTreeMap<u64, Option<MatterId>>),
    resumed: bool,
    tally: &mut Tally,
) -> Result<Vec<(Told, Vec<Step>)>, Problem> {
    let (app, parents) = (Arc::clone(app), Arc::new(parents.clone()));
    let told = side_by_side(stories, move |mut told: Told| {
        let (app, parents) = (Arc::clone(&app), Arc::clone(&parents));
        async move {
            let mut came: Vec<(Step, Came)> = Vec::new();
            // What one after the other does within the hour waits for nobody else.
            while let Some(step) = told.steps.pop_front_if(|next| (next.day, next.hour) <= now) {
                let one = one(&app, plan, &mut told, &step, &parents).await?;
                let goes_on = one.is_ok() || resumed;
                came.push((step, one));
                if !goes_on {
                    break;
                }
            }
            Ok((told, came))
        }
    });
    let mut gone_on = Vec::new();
    for (told, came) in told.await? {
        let first = told.done == u32::try_from(came.len()).unwrap_or_default();
        tally.orders += u64::from(first && came.first().is_some_and(|(_, came)| came.is_ok()));
        let mut steps = Vec::with_capacity(came.len());
        let mut ended = false;
        for (step, came) in came {
            match came {
                Ok(facts) => {
                    tally.acts += 1;
                    tally.facts += facts;
                }
                // On the day where an earlier run broke off, a refusal means that the step is done.
                Err(_) if resumed => {}
                Err(rule) => {
                    *tally.refused.entry(rule.to_owned()).or_default() += 1;
                    ended = true;
                    continue;
                }
            }
            steps.push(step);
        }
        // A story that the law ended is not gone on with; what it did before is.
        let told = if ended { Told { steps: VecDeque::new(), ..told } } else { told };
        gone_on.push((told, steps));
    }
    gone_on.sort_by_key(|(told, _)| told.n);
    Ok(gone_on)
}

/// The next step of a story: how many facts it made, or the rule that refused it.
async fn one(
    app: &App,
    plan: Plan,
    told: &mut Told,
    step: &Step,
    parents: &BTreeMap<u64, Option<MatterId>>,
) -> Result<Result<u64, &'static str>, Problem> {
    let key = Some(key(plan, told));
    told.done += 1;
    let act = match &step.deed {
        Deed::Act(act) => (**act).clone(),
        // Whoever it was to be merged into was never taken: it stays with the hotline.
        Deed::MergeInto(n) => match parents.get(n).copied().flatten() {
            Some(into) => OrderAct::Merge { into, alike: None },
            None => return Ok(Ok(0)),
        },
    };
    let private = match &act {
        OrderAct::Take(_) => caller(told.who),
        _ => BTreeMap::new(),
    };
    let call = Call { actor: &step.actor, matter: told.id, act, private, key };
    match app.act::<Order>(call).await {
        Ok(done) => {
            told.id = Some(done.matter);
            Ok(Ok(done.facts.len() as u64))
        }
        Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => Ok(Err(refusal.rule.id)),
        Err(problem) => Err(problem),
    }
}

/// A caller who does not exist: named so, with a telephone of a range that is not in use.
fn caller(who: u64) -> BTreeMap<String, String> {
    [("caller_name", format!("模拟来电人{who:06}")), ("caller_phone", format!("199{:08}", who % 100_000_000))]
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}
