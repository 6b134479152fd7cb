//! 模拟的一年里的12345。 Requests by day and hour, each with a seeded story: departments that sign late, return, stall and
//! answer, callers who are reached or not, and the exchange's record of some days.

use crate::chance::Chance;
use crate::county::{BUREAU, manager};
use crate::hotline::agent;
use crate::year::{Plan, Tally};
use fadu_app::now::{Movable, start_of};
use fadu_app::{App, Call, Problem};
use fadu_hotline::calls::{Record, Tally as Line};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::order::act::Evidence;
use fadu_hotline::place::Place;
use fadu_hotline::words::{
    Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, ReturnGround, Settlement, Urgency,
};
use fadu_hotline::{Calls, CallsAct, Desk, Intake, Knowledge, Order, OrderAct};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Actor, Basis, Calendar, MatterId, OrgId, PersonId, Role};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Requests of a year at scale 1.
const ORDERS: u64 = 4000;
/// Below scale 1 the exchange's record is kept for one day in so many.
const ONE_DAY_IN: i64 = 14;
const HOUR_MS: i64 = 3_600_000;

#[derive(Clone, Debug)]
struct Step {
    day: Date,
    hour: u8,
    actor: Actor,
    act: OrderAct,
}

#[derive(Clone, Debug)]
struct Told {
    n: u64,
    id: Option<MatterId>,
    done: u32,
    steps: VecDeque<Step>,
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
                true => stories.into_iter().filter_map(|told| self.pass_by(app, told)).collect(),
                false => perform(app, self.plan, stories, resumed, tally).await?,
            };
            for told in gone_on {
                if let Some(next) = told.steps.front() {
                    self.agenda.entry((next.day, next.hour).max((at, of))).or_default().push(told);
                }
            }
        }
        Ok(())
    }

    /// The exchange's record, late in the evening. The year ends on its last afternoon: that day has none.
    pub async fn night(
        &self,
        app: &App,
        clock: &Movable,
        day: Date,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        if self.desk.is_some() && day != date(self.plan.year, 12, 31) && self.counted(day) {
            clock.set(start_of(day) + 24 * HOUR_MS - HOUR_MS / 4);
            self.count_calls(app, day, tally).await?;
        }
        Ok(())
    }

    fn counted(&self, day: Date) -> bool {
        self.plan.scale_per_mille >= 1000 || days_between(date(2020, 1, 1), day) % ONE_DAY_IN == 0
    }

    fn pass_by(&self, app: &App, mut told: Told) -> Option<Told> {
        let step = told.steps.pop_front()?;
        if told.id.is_none() {
            told.id = app.id_for(&step.actor, &key(self.plan, &told)).ok();
        }
        told.done += 1;
        Some(told)
    }

    /// Fewer on days of rest, as everywhere.
    fn arrive(&mut self, day: Date) {
        let mut chance = Chance::new(self.plan.seed ^ 0x1_2345, days_between(date(1970, 1, 1), day) as u64);
        let share = if self.calendar.is_working(day).unwrap_or(false) { 1150 } else { 650 };
        let mean = ORDERS * u64::from(self.plan.scale_per_mille) * share * (700 + chance.below(601))
            / 365
            / 1_000_000;
        let count = mean / 1000 + u64::from(chance.below(1000) < mean % 1000);
        for _ in 0..count {
            let hour = chance.between(8, 17) as u8;
            if let Some(told) = self.tell(day, hour) {
                self.agenda.entry((day, hour)).or_default().push(told);
            }
            self.n += 1;
        }
    }

    fn tell(&self, day: Date, hour: u8) -> Option<Told> {
        let desk = self.desk.as_ref()?;
        let chance = Chance::new(self.plan.seed ^ 0x5_4321, self.n);
        let mut teller = Teller {
            chance,
            calendar: &self.calendar,
            desk,
            answers: &self.answers,
            n: self.n,
            day,
            hour,
            steps: VecDeque::new(),
        };
        teller.tell();
        Some(Told { n: self.n, id: None, done: 0, steps: teller.steps })
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
        let mut id = None;
        for hour in 0..24u8 {
            let record = record(hour, &merged, &mut chance);
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

/// One in eight calls comes over a merged line.
fn record(hour: u8, merged: &[&str], chance: &mut Chance) -> Record {
    let busy = if (9..=17).contains(&hour) { 22 } else { 3 };
    let inbound = chance.between(busy / 2, busy * 3 / 2);
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    for _ in 0..inbound {
        let pick = chance.below(8 * merged.len().max(1) as u64) as usize;
        let code = merged.get(pick).copied().unwrap_or(OWN_LINE);
        let line = lines.entry(code).or_insert_with(|| Line {
            line: code.to_owned(),
            inbound: 0,
            answered: 0,
            abandoned_early: 0,
            abandoned_late: 0,
            dropped: 0,
        });
        line.inbound += 1;
        match chance.below(1000) {
            0..18 => line.abandoned_late += 1,
            18..28 => line.abandoned_early += 1,
            _ => line.answered += 1,
        }
    }
    let answered: u32 = lines.values().map(|line| line.answered).sum();
    Record {
        hour,
        staffed: if (8..20).contains(&hour) { 6 } else { 2 },
        lines: lines.into_values().collect(),
        wait_seconds: inbound * 9,
        talk_seconds: answered * 180,
        digest: format!(
            "{:016x}{:016x}{:016x}{:016x}",
            chance.draw(),
            chance.draw(),
            chance.draw(),
            chance.draw()
        ),
    }
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

/// 一件诉求的故事。
struct Teller<'a> {
    chance: Chance,
    calendar: &'a Calendar,
    desk: &'a Desk,
    answers: &'a [(MatterId, String)],
    n: u64,
    day: Date,
    hour: u8,
    steps: VecDeque<Step>,
}

impl Teller<'_> {
    fn step(&mut self, actor: Actor, act: OrderAct) {
        self.steps.push_back(Step { day: self.day, hour: self.hour, actor, act });
    }

    /// An hour later, of the same day.
    fn soon(&mut self) {
        self.hour = (self.hour + 1).min(17);
    }

    fn later(&mut self, workdays: u32) {
        match self.calendar.after(self.day, workdays.max(1)) {
            Ok(day) => self.day = day,
            // Beyond the loaded calendar the story goes on by plain days.
            Err(_) => self.day = offset(self.day, i64::from(workdays.max(1))),
        }
        self.hour = self.chance.between(9, 16) as u8;
    }

    fn tell(&mut self) {
        let by_phone = self.chance.per_mille(700);
        let seat = agent(self.chance.below(6));
        let citizen = actor(&format!("form-sim-{}", self.n), Role::Citizen, "public");
        if by_phone && self.chance.per_mille(10) {
            let to = [Emergency::Police, Emergency::Fire, Emergency::Medical, Emergency::Traffic];
            let to = to[self.chance.below(4) as usize];
            self.step(seat, OrderAct::TransferEmergency { to, note: "模拟险情".to_owned() });
            return;
        }
        let known = (!self.answers.is_empty() && self.chance.per_mille(150))
            .then(|| self.answers[self.chance.below(self.answers.len() as u64) as usize].clone());
        let intake = self.intake(by_phone, known.as_ref().map(|(_, category)| category.as_str()));
        let (kind, urgency, lane) = (intake.kind, intake.urgency, intake.lane);
        let (category, public) = (intake.category.clone(), intake.public);
        self.step(if by_phone { seat.clone() } else { citizen.clone() }, OrderAct::Take(Box::new(intake)));
        if let Some((knowledge, _)) = known {
            let satisfied = self.chance.per_mille(600).then_some(true);
            return self.step(seat, OrderAct::Answer { knowledge, also: vec![], satisfied });
        }
        if self.chance.per_mille(30) {
            let ground = Exclusion::ALL[self.chance.below(Exclusion::ALL.len() as u64) as usize];
            self.step(manager(), OrderAct::Exclude { ground, told: ground.where_to_go().to_owned() });
            if ground == Exclusion::Petition {
                self.later(3);
                let office = "县信访局（模拟）".to_owned();
                self.step(
                    manager(),
                    OrderAct::HandOver { office, receipt: format!("模拟回执{:06}", self.n) },
                );
            }
            return;
        }
        if urgency == Urgency::Major {
            let to = "县委县政府值班室（模拟）".to_owned();
            self.step(manager(), OrderAct::ReportUp { to, document: format!("模拟专报{:06}", self.n) });
        }
        let Some(unit) = self.desk.route(&category, "").map(|route| route.unit.clone()) else { return };
        let unit = self.dispatch(seat, unit, lane);
        self.handle(&unit, kind, urgency);
        self.afterwards(by_phone, citizen, public);
    }

    fn merged_line(&mut self) -> String {
        let pick = self.chance.below(self.desk.lines.len().max(1) as u64) as usize;
        self.desk
            .lines
            .keys()
            .nth(pick)
            .map_or_else(|| OWN_LINE.to_owned(), String::clone)
    }

    fn intake(&mut self, by_phone: bool, category: Option<&str>) -> Intake {
        let items: Vec<_> = Categories::shipped().items().filter(|(_, item)| !item.emergency).collect();
        let pick = self.chance.below(items.len() as u64).min(self.chance.below(items.len() as u64));
        let found = category.and_then(|code| Categories::shipped().item(code));
        let (group, item) = found.unwrap_or(items[pick as usize]);
        let kind = match self.chance.below(1000) {
            _ if category.is_some() => Kind::Consult,
            0..350 => Kind::Help,
            350..550 => Kind::Consult,
            550..880 => Kind::Complaint,
            880..940 => Kind::Suggestion,
            940..975 => Kind::Report,
            _ => Kind::Praise,
        };
        let urgency = match self.chance.below(1000) {
            0..8 => Urgency::Major,
            8..60 => Urgency::Urgent,
            _ => Urgency::Ordinary,
        };
        let about: Vec<&str> = item.about.split('、').collect();
        let about = about[self.chance.below(about.len() as u64) as usize];
        let village = self.chance.between(1, 60);
        Intake {
            channel: if by_phone { Channel::Telephone } else { Channel::Web },
            line: if by_phone && self.chance.per_mille(120) {
                self.merged_line()
            } else {
                OWN_LINE.to_owned()
            },
            kind,
            text: format!(
                "模拟诉求{:06}：第{village}村（社区）反映{}的{about}问题，请给予答复。",
                self.n, item.name
            ),
            category: item.code.clone(),
            // Eight villages to a town, as the simulated list of addresses has them.
            place: Place {
                address: format!("{}{:03}{:03}", crate::REGION, (village - 1) / 8 + 1, (village - 1) % 8 + 1),
                point: None,
            },
            urgency,
            lane: group.lane,
            prefecture: None,
            repeat_of: None,
            against: None,
            none_named: kind == Kind::Report,
            public: kind != Kind::Report && self.chance.per_mille(250),
            lead: false,
            suggestion: None,
            proposed: None,
            persons: 1,
            attachments: Vec::new(),
        }
    }

    /// To the unit of the catalogue; some return it, and the hotline sends it on or leaves it there.
    fn dispatch(&mut self, seat: Actor, unit: OrgId, lane: Lane) -> OrgId {
        let officer = (lane == Lane::Enterprise).then(|| PersonId::new("sim-enterprise-officer"));
        let to = |unit: &OrgId, reason: &str| OrderAct::Dispatch {
            unit: unit.clone(),
            assisting: vec![],
            officer: officer.clone(),
            category: None,
            against: None,
            none_named: false,
            reason: reason.to_owned(),
        };
        self.soon();
        self.step(seat, to(&unit, ""));
        if !self.chance.per_mille(70) {
            return unit;
        }
        self.soon();
        let explanation = "按三定规定由别的部门主管（模拟）".to_owned();
        let basis = Some(Basis::article("行政许可法", 24));
        let hand_back = OrderAct::Return { ground: ReturnGround::NotOurPower, basis, explanation };
        self.step(officer_of(&unit), hand_back);
        self.soon();
        let others: Vec<OrgId> = self.desk.units.keys().filter(|other| **other != unit).cloned().collect();
        let granted = !others.is_empty() && self.chance.per_mille(500);
        let settlement = if granted { Settlement::Granted } else { Settlement::Refused };
        self.step(
            manager(),
            OrderAct::SettleReturn { settlement, reason: "核对职责后处理（模拟）".to_owned() },
        );
        if !granted {
            return unit;
        }
        let other = others[self.chance.below(others.len() as u64) as usize].clone();
        self.soon();
        self.step(manager(), to(&other, "退单属实，另派（模拟）"));
        other
    }

    fn handle(&mut self, unit: &OrgId, kind: Kind, urgency: Urgency) {
        let limit = self
            .desk
            .parameters
            .handling(kind, urgency)
            .map_or(3, |limit| u32::from(limit.n));
        let reply = |solved: bool| OrderAct::Reply {
            result: if solved { HandlingResult::Solved } else { HandlingResult::Explained },
            text: if solved { "已经处理完毕（模拟）" } else { "已经解释说明（模拟）" }.to_owned(),
            evidence: vec![Evidence { digest: "0".repeat(64), name: "模拟照片".to_owned() }],
        };
        let solved = self.chance.per_mille(880);
        let stalls = self.chance.per_mille(60);
        self.soon();
        self.step(officer_of(unit), OrderAct::Sign);
        if limit == 0 && !stalls {
            self.soon();
        } else {
            let days =
                if stalls { limit + self.chance.between(1, 9) } else { self.chance.between(1, limit.max(1)) };
            self.later(days);
        }
        self.step(officer_of(unit), reply(solved));
        if !solved && self.chance.per_mille(400) {
            self.later(1);
            let said = OrderAct::CallBack {
                contact: Contact::Answered,
                solved: Some(false),
                satisfied: Some(false),
                note: String::new(),
            };
            self.step(agent(9), said);
            self.soon();
            self.step(manager(), OrderAct::Redo { reason: "来电人说没有解决（模拟）".to_owned() });
            let days = self.chance.between(1, 5);
            self.later(days);
            self.step(officer_of(unit), reply(true));
        }
        let contact = match self.chance.below(1000) {
            0..820 => Contact::Answered,
            820..900 => Contact::WillNotRate,
            _ => Contact::NotReached,
        };
        let times = if contact == Contact::NotReached { 3 } else { 1 };
        let pleased = self.chance.per_mille(960);
        for _ in 0..times {
            self.later(1);
            let said = |value: bool| (contact == Contact::Answered).then_some(value);
            let call = OrderAct::CallBack {
                contact,
                solved: said(pleased),
                satisfied: said(pleased),
                note: String::new(),
            };
            self.step(agent(9), call);
        }
        self.soon();
        let reason =
            if pleased { String::new() } else { "受条件限制，已说明原因（模拟）".to_owned() };
        self.step(manager(), OrderAct::Close { reason });
    }

    fn afterwards(&mut self, by_phone: bool, citizen: Actor, public: bool) {
        if !by_phone && self.chance.per_mille(400) {
            self.later(1);
            let grade = if self.chance.per_mille(900) { 5 } else { 2 };
            self.step(citizen, OrderAct::Evaluate { grade, text: String::new() });
        }
        if public {
            self.later(1);
            let title = format!("模拟诉求{:06}", self.n);
            self.step(manager(), OrderAct::Publish { title, text: "一件模拟的诉求，已经答复。".to_owned() });
        }
        if self.chance.per_mille(600) {
            self.later(20);
            self.step(manager(), OrderAct::Archive);
        }
    }
}

fn officer_of(unit: &OrgId) -> Actor {
    Actor { person: PersonId::new("sim-order-officer"), role: Role::Officer, org: unit.clone() }
}

fn key(plan: Plan, told: &Told) -> String {
    format!("sim-order-{}-{}-{}-{}", plan.year, plan.seed, told.n, told.done)
}

/// Stories of one hour, side by side: as many as come share a commit.
async fn perform(
    app: &Arc<App>,
    plan: Plan,
    stories: Vec<Told>,
    resumed: bool,
    tally: &mut Tally,
) -> Result<Vec<Told>, Problem> {
    let mut tasks = JoinSet::new();
    for mut told in stories {
        let app = Arc::clone(app);
        tasks.spawn(async move {
            let Some(step) = told.steps.pop_front() else { return Ok((told, Ok(0))) };
            let key = Some(key(plan, &told));
            told.done += 1;
            let private = match &step.act {
                OrderAct::Take(_) => caller(told.n),
                _ => BTreeMap::new(),
            };
            let call = Call { actor: &step.actor, matter: told.id, act: step.act, private, key };
            match app.act::<Order>(call).await {
                Ok(done) => {
                    told.id = Some(done.matter);
                    Ok((told, Ok(done.facts.len() as u64)))
                }
                Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => {
                    Ok((told, Err(refusal.rule.id)))
                }
                Err(problem) => Err(problem),
            }
        });
    }
    let mut gone_on = Vec::new();
    while let Some(one) = tasks.join_next().await {
        let (told, step) = one.map_err(|error| fadu_app::store::Fault::Engine(error.to_string()))??;
        match step {
            Ok(facts) => {
                tally.acts += 1;
                tally.facts += facts;
                tally.orders += u64::from(told.done == 1);
                gone_on.push(told);
            }
            // On the day where an earlier run broke off, a refusal means that the step is done.
            Err(_) if resumed => gone_on.push(told),
            Err(rule) => *tally.refused.entry(rule.to_owned()).or_default() += 1,
        }
    }
    // Tasks finish in any order; the year must not depend on it.
    gone_on.sort_by_key(|told| told.n);
    Ok(gone_on)
}

/// A caller who does not exist: named so, with a telephone of a range that is not in use.
fn caller(n: u64) -> BTreeMap<String, String> {
    // A tenth of the callers call again.
    let who = if n.is_multiple_of(10) { n / 10 } else { n };
    [("caller_name", format!("模拟来电人{who:06}")), ("caller_phone", format!("199{:08}", who % 100_000_000))]
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}
