//! 模拟县的排队。 Those who bring their papers to a window: how each takes a number, waits, is called and received, minute by
//! minute through the hour; and what a window asks of a department while somebody stands at it.

use crate::chance::Chance;
use crate::hall::{CLERKS, HALL, citizen, is_there, window_of};
use crate::story::Story;
use crate::year::{MINUTE_MS, Plan, Step, Tally, one, pass_by};
use fadu_app::hall::Wanted;
use fadu_app::now::{Movable, start_of};
use fadu_app::{App, Call, Problem};
use fadu_hall::call::{Act as CallAct, Ask, Outcome as Answered};
use fadu_hall::hall::Channel;
use fadu_hall::mechanism::Trigger;
use fadu_hall::ticket::{Act as TicketAct, Outcome};
use fadu_hall::{Call as FrontCall, Hall, Ticket};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role};
use fadu_service::case::Channel as CaseChannel;
use fadu_service::{CaseAct, Item};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// At one window in one hour; who comes beside them is served without a number.
const AN_HOUR: usize = 3;
/// Of a thousand who stand at a window, those about whom it has to ask the department.
const ASKED_ABOUT: u64 = 80;

/// Of this hour's stories those that take a number: the first at each window. The others go on without.
pub(crate) fn with_numbers(app: &App, stories: Vec<Story>) -> (Vec<Story>, Vec<Story>) {
    if !is_there(app) {
        return (Vec::new(), stories);
    }
    let mut at_window: BTreeMap<u64, usize> = BTreeMap::new();
    stories.into_iter().partition(|story| {
        let receives = story.steps.front().is_some_and(|visit| {
            // Who goes to a township takes no number in the county's hall.
            visit.actor.role == Role::WindowClerk
                && matches!(visit.act, CaseAct::Receive { channel: CaseChannel::Window, .. })
        });
        let there = at_window.entry(story.n % CLERKS).or_default();
        *there += usize::from(receives);
        receives && *there <= AN_HOUR
    })
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Books,
    Comes,
    IsCalled,
    IsAskedAbout,
    IsAnswered,
    IsDone,
}

/// The minutes of the hour at which one visitor comes, is called and is done.
#[derive(Clone, Copy)]
struct Turn {
    comes: u32,
    called: u32,
    /// Asked of the department, and answered by it.
    asked: Option<(u32, u32)>,
    done: u32,
}

impl Turn {
    fn moments(self) -> impl Iterator<Item = (u32, Moment)> {
        let plain = [
            (0, Moment::Books),
            (self.comes, Moment::Comes),
            (self.called, Moment::IsCalled),
            (self.done, Moment::IsDone),
        ];
        let asked = self
            .asked
            .map(|(asked, answered)| [(asked, Moment::IsAskedAbout), (answered, Moment::IsAnswered)]);
        plain.into_iter().chain(asked.into_iter().flatten())
    }
}

/// Three an hour at a window, each within eighteen minutes and a little: nobody is served past the hour.
fn turns(plan: Plan, stories: &[Story]) -> Vec<Turn> {
    let mut free: BTreeMap<u64, (u32, u32)> = BTreeMap::new();
    let one = |story: &Story| {
        let mut chance = Chance::new(plan.seed ^ 0x4A11, story.n);
        let (before, free_from) = free.get(&(story.n % CLERKS)).copied().unwrap_or((0, 0));
        let comes = before * 18 + chance.between(0, 8);
        let called = (comes + chance.between(0, 4)).max(free_from);
        let done = called + chance.between(3, 10);
        free.insert(story.n % CLERKS, (before + 1, done));
        let asked = chance.per_mille(ASKED_ABOUT).then(|| {
            let asked = called + 1;
            (asked, asked + chance.between(1, done - asked - 1))
        });
        Turn { comes, called, asked, done }
    };
    stories.iter().map(one).collect()
}

fn at(day: Date, hour: u8, minute: u32) -> i64 {
    start_of(day) + (i64::from(hour) * 60 + i64::from(minute)) * MINUTE_MS
}

/// The hour is in the ledger already: each story goes on from the minute at which it was received.
pub(crate) fn pass_hour(
    app: &App,
    clock: &Movable,
    plan: Plan,
    (day, hour): (Date, u8),
    stories: Vec<Story>,
) -> Vec<Story> {
    let turns = turns(plan, &stories);
    let passed = stories.into_iter().zip(turns).filter_map(|(story, turn)| {
        clock.set(at(day, hour, turn.done));
        pass_by(app, plan, story)
    });
    passed.collect()
}

/// Takes a number, is called, is received, goes: minute by minute through the hour.
pub(crate) async fn serve_hour(
    app: &App,
    clock: &Movable,
    plan: Plan,
    (day, hour): (Date, u8),
    stories: Vec<Story>,
    resumed: bool,
    tally: &mut Tally,
) -> Result<Vec<Story>, Problem> {
    let turns = turns(plan, &stories);
    let visitors = stories.into_iter().zip(turns);
    let mut places = places(app, half_past(hour));
    let mut visitors: Vec<Visitor> = visitors
        .map(|(story, turn)| Visitor::new(app, plan, (day, hour), story, turn, &mut places))
        .collect();
    let moments = visitors.iter().enumerate().flat_map(|(which, visitor)| {
        visitor.turn.moments().map(move |(minute, moment)| (minute, moment, which))
    });
    let mut moments: Vec<(u32, Moment, usize)> = moments.collect();
    moments.sort_unstable();
    let mut window = Window { app, plan, resumed, tally };
    let mut gone_on = Vec::new();
    for (minute, moment, which) in moments {
        clock.set(at(day, hour, minute));
        let visitor = &mut visitors[which];
        match moment {
            Moment::Books if visitor.wanted.slot.is_some() => window.take(visitor).await?,
            Moment::Books => {}
            Moment::Comes if visitor.wanted.slot.is_some() => {
                let who = visitor.who();
                window
                    .of_ticket(visitor, &who, "arrive", TicketAct::Arrive { forecast: None })
                    .await?;
            }
            Moment::Comes => window.take(visitor).await?,
            Moment::IsCalled => {
                let (clerk, number) = (visitor.clerk(), window_of(visitor.story.n));
                window
                    .of_ticket(visitor, &clerk, "call", TicketAct::Call { window: number })
                    .await?;
                window.of_ticket(visitor, &clerk, "serve", TicketAct::Serve).await?;
            }
            Moment::IsAskedAbout => window.ask(visitor).await?,
            Moment::IsAnswered => window.answer(visitor).await?,
            Moment::IsDone => {
                if window.finish(visitor).await? {
                    gone_on.push(visitor.story.clone());
                }
            }
        }
    }
    gone_on.sort_by_key(|story| story.n);
    Ok(gone_on)
}

/// The time that is booked in an hour.
fn half_past(hour: u8) -> u16 {
    u16::from(hour) * 60 + 30
}

/// How many may book that time.
fn places(app: &App, minute: u16) -> u16 {
    let catalogue = app.catalogue();
    let hours = catalogue.one::<Hall>(Hall::id(HALL)).and_then(|hall| hall.hours.as_ref());
    hours
        .filter(|hours| hours.serials(minute).is_some())
        .map_or(0, |hours| hours.places)
}

/// Somebody with a number, and what is in the ledger of it so far.
struct Visitor {
    story: Story,
    turn: Turn,
    wanted: Wanted,
    /// Whose answer the window may need, and about which item.
    department: OrgId,
    about: String,
    ticket: Option<MatterId>,
    call: Option<MatterId>,
}

impl Visitor {
    /// Most take their number at the door or at the machine, some on their own telephone; some have booked, while there
    /// are places.
    fn new(
        app: &App,
        plan: Plan,
        (day, hour): (Date, u8),
        story: Story,
        turn: Turn,
        places: &mut u16,
    ) -> Visitor {
        let catalogue = app.catalogue();
        let item = match story.steps.front().map(|visit| &visit.act) {
            Some(CaseAct::Receive { item, .. }) => catalogue.one::<Item>(*item),
            _ => None,
        };
        let for_firms = item
            .and_then(Item::current)
            .is_some_and(|(_, definition)| !definition.audience.iter().any(|kind| kind == "person"));
        let channel = match Chance::new(plan.seed ^ 0xC4A1, story.n).below(1000) {
            0..600 => Channel::Door,
            600..850 => Channel::Kiosk,
            850..950 if *places > 0 => Channel::Appointment,
            850..950 => Channel::Door,
            _ => Channel::Phone,
        };
        let booked = channel == Channel::Appointment;
        *places -= u16::from(booked);
        let wanted = Wanted {
            hall: HALL.to_owned(),
            zone: if for_firms { "B" } else { "A" }.to_owned(),
            item: item.map(|item| item.code.clone()),
            channel,
            kiosk: (channel == Channel::Kiosk).then(|| "1".to_owned()),
            slot: booked.then_some((day, half_past(hour))),
        };
        let department = OrgId::new(item.map_or("", |item| item.department.as_str()));
        let about = item.map_or_else(String::new, |item| item.name.clone());
        Visitor { story, turn, wanted, department, about, ticket: None, call: None }
    }

    fn who(&self) -> Actor {
        citizen(&format!("sim-visitor-{}", self.story.n))
    }

    fn clerk(&self) -> Actor {
        Actor {
            person: PersonId::new(&format!("sim-clerk-{}", self.story.n % CLERKS)),
            role: Role::WindowClerk,
            org: OrgId::new("政务服务大厅"),
        }
    }

    /// The officer at the department's back desk.
    fn officer(&self) -> Actor {
        Actor {
            person: PersonId::new(&format!("sim-officer-{}-{}", self.story.n % 3, self.department)),
            role: Role::Officer,
            org: self.department.clone(),
        }
    }
}

/// What the windows of this hour do.
struct Window<'a> {
    app: &'a App,
    plan: Plan,
    resumed: bool,
    tally: &'a mut Tally,
}

impl Window<'_> {
    fn key(&self, visitor: &Visitor, step: &str) -> Option<String> {
        Some(format!("sim-{}-{}-{}-{step}", self.plan.year, self.plan.seed, visitor.story.n))
    }

    async fn take(&mut self, visitor: &mut Visitor) -> Result<(), Problem> {
        let key = self.key(visitor, "take");
        let taken = self.app.take_ticket(&visitor.who(), visitor.wanted.clone(), key).await?;
        self.tally.acts += 1;
        self.tally.facts += taken.facts.len() as u64;
        visitor.ticket = Some(taken.matter);
        Ok(())
    }

    async fn of_ticket(
        &mut self,
        visitor: &Visitor,
        who: &Actor,
        step: &str,
        act: TicketAct,
    ) -> Result<(), Problem> {
        let key = self.key(visitor, step);
        let Some(ticket) = visitor.ticket else { return Ok(()) };
        perform::<Ticket>(self.app, who, Some(ticket), act, key, self.resumed, self.tally)
            .await
            .map(drop)
    }

    async fn of_call(
        &mut self,
        visitor: &Visitor,
        who: &Actor,
        step: &str,
        act: CallAct,
    ) -> Result<Option<MatterId>, Problem> {
        let key = self.key(visitor, step);
        perform::<FrontCall>(self.app, who, visitor.call, act, key, self.resumed, self.tally).await
    }

    /// 前呼: a question beyond the window's authority, while the citizen waits.
    async fn ask(&mut self, visitor: &mut Visitor) -> Result<(), Problem> {
        let ask = Ask {
            hall: HALL.to_owned(),
            window: window_of(visitor.story.n),
            trigger: Trigger::Question,
            department: visitor.department.clone(),
            about: number(self.app, visitor.ticket).await?.unwrap_or_default(),
            question: format!("“{}”的一份材料能不能用电子证照代替（模拟）", visitor.about),
            waiting: 0,
        };
        visitor.call = self.of_call(visitor, &visitor.clerk(), "ask", CallAct::Raise { ask }).await?;
        Ok(())
    }

    /// 后应: the back office takes it, says what it thinks, and the window goes on.
    async fn answer(&mut self, visitor: &Visitor) -> Result<(), Problem> {
        if visitor.call.is_none() {
            return Ok(());
        }
        let (officer, clerk) = (visitor.officer(), visitor.clerk());
        let opinion = "可以，按共享核验的结果收件（模拟）".to_owned();
        let close = CallAct::Close { outcome: Answered::Solved, note: String::new() };
        self.of_call(visitor, &officer, "answer", CallAct::Answer).await?;
        self.of_call(visitor, &officer, "opinion", CallAct::GiveOpinion { opinion })
            .await?;
        self.of_call(visitor, &clerk, "close", close).await.map(drop)
    }

    /// The papers are received and the number is done with. Does the story go on?
    async fn finish(&mut self, visitor: &mut Visitor) -> Result<bool, Problem> {
        let step = one(self.app, self.plan, &mut visitor.story).await?;
        let goes_on = self.resumed || matches!(step, Step::Done { .. });
        let finish = match step {
            Step::Done { facts } => {
                self.tally.acts += 1;
                self.tally.facts += facts;
                self.tally.cases += 1;
                TicketAct::Finish {
                    outcome: Outcome::Received,
                    case: number(self.app, visitor.story.id).await?,
                    reason: String::new(),
                }
            }
            Step::Refused { rule } => {
                if !self.resumed {
                    *self.tally.refused.entry(rule.to_owned()).or_default() += 1;
                }
                TicketAct::Finish {
                    outcome: Outcome::NotDone,
                    case: None,
                    reason: "依法不能收件（模拟）".to_owned(),
                }
            }
        };
        let clerk = visitor.clerk();
        self.of_ticket(visitor, &clerk, "finish", finish).await?;
        Ok(goes_on)
    }
}

/// An act under its key: the matter, unless it was refused. On a day that is walked through again a refusal means that it
/// is done.
pub(crate) async fn perform<M: Matter>(
    app: &App,
    actor: &Actor,
    matter: Option<MatterId>,
    act: M::Act,
    key: Option<String>,
    resumed: bool,
    tally: &mut Tally,
) -> Result<Option<MatterId>, Problem> {
    match app.act::<M>(Call { actor, matter, act, private: BTreeMap::new(), key }).await {
        Ok(committed) => {
            tally.acts += 1;
            tally.facts += committed.facts.len() as u64;
            Ok(Some(committed.matter))
        }
        Err(Problem::Refused(_) | Problem::NoAuthority(_)) if resumed => Ok(matter),
        Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => {
            *tally.refused.entry(refusal.rule.id.to_owned()).or_default() += 1;
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

async fn number(app: &App, id: Option<MatterId>) -> Result<Option<String>, Problem> {
    let Some(id) = id else { return Ok(None) };
    Ok(app.store.matter(app.region, id).await?.map(|row| row.number))
}
