//! 模拟县的大厅。 One hall with its windows and people, entered by the manager; evaluations of some whose result was delivered.

use crate::chance::Chance;
use crate::county::manager;
use crate::queue::perform;
use crate::records::{CONTRACT, enter_records};
use crate::story::Story;
use crate::year::{Plan, Tally};
use fadu_app::hall::Wanted;
use fadu_app::{App, Call, Problem};
use fadu_hall::demonstration::Demonstration;
use fadu_hall::entry::{Act as EntryAct, Placing, Scope, Standing};
use fadu_hall::evaluation::{Act as EvaluationAct, Channel as By, Contact, Grade, Pressed, Said};
use fadu_hall::hall::{Act as HallAct, Channel, Hours, Kiosk, Place, Takes, Window, WindowKind};
use fadu_hall::load::Load;
use fadu_hall::roster::{Act as RosterAct, Shift};
use fadu_hall::{
    Baseline, Clerk, Entry, Evaluation, Hall, Mechanism, Parameter, Roster, baseline, clerk, mechanism,
    parameter,
};
use fadu_kernel::{Actor, Matter, MatterId, OrgId, PersonId, Role};
use fadu_service::{CaseAct, Item};
use fadu_store::Fault;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

pub const HALL: &str = "H1";
/// The window at which the demonstration's clerk stands.
pub const DEMONSTRATION_WINDOW: &str = "13";
/// As many simulated clerks as receive in the stories, each at a window of their own.
pub(crate) const CLERKS: u64 = 12;
/// 进驻率: beside so many items that are in the hall one should be and is not yet.
const INSIDE_FOR_ONE_PENDING: usize = 11;
/// Of a thousand delivered results.
const EVALUATED: u64 = 120;

pub(crate) async fn act<M: Matter>(app: &App, id: MatterId, act: M::Act) -> Result<(), Problem> {
    let manager = manager();
    let call = Call { actor: &manager, matter: Some(id), act, private: BTreeMap::new(), key: None };
    app.act::<M>(call).await.map(drop)
}

/// The hall, its rules and people. What is there already stays. `clerks` are accounts beside the simulated ones.
pub async fn enter_hall(app: &App, clerks: &[&str]) -> Result<(), Problem> {
    let today = app.moment().today;
    let shipped = Demonstration::read(fadu_hall::DEMONSTRATION);
    let shipped = shipped.map_err(|error| Fault::Corrupt(format!("the shipped demonstration: {error}")))?;
    let catalogue = app.catalogue();
    for row in shipped.parameter {
        let id = Parameter::id(row.name);
        if catalogue.one::<Parameter>(id).is_none() {
            let adopt = parameter::Act::Adopt { name: row.name, value: row.value, from: today };
            act::<Parameter>(app, id, adopt).await?;
        }
    }
    if catalogue.one::<Mechanism>(Mechanism::id()).is_none() {
        let adopt = mechanism::Act::Adopt { definition: shipped.mechanism, from: today };
        act::<Mechanism>(app, Mechanism::id(), adopt).await?;
    }
    enter_records(app).await?;
    let simulated = (0..CLERKS).map(|n| format!("sim-clerk-{n}"));
    for person in simulated.chain(clerks.iter().map(|person| (*person).to_owned())) {
        enter_clerk(app, &person, (Place::County, "")).await?;
    }
    if catalogue.one::<Hall>(Hall::id(HALL)).is_none() {
        for step in hall() {
            act::<Hall>(app, Hall::id(HALL), step).await?;
        }
    }
    if catalogue.one::<Baseline>(Baseline::id(HALL)).is_none() {
        act::<Baseline>(app, Baseline::id(HALL), before(today.year() - 1)).await?;
    }
    enter_departments(app).await
}

/// The year before the reform: every department called at its own window, so that one of them had what four others had.
fn before(year: i16) -> baseline::Act {
    const WORKED_SECONDS: u32 = 250 * 8 * 3600;
    let load = |n: u64| Load {
        window: window_of(n),
        cases: if n.is_multiple_of(5) { 4_800 } else { 1_200 },
        seconds: WORKED_SECONDS,
    };
    baseline::Act::Freeze {
        hall: HALL.to_owned(),
        from: date(year, 1, 1),
        until: date(year, 12, 31),
        loads: (0..CLERKS).map(load).collect(),
        source: "演示：改革前各部门窗口一年的叫号记录（模拟）".to_owned(),
        demonstration: true,
    }
}

/// Into the staff register. Who is there already stays.
pub(crate) async fn enter_clerk(
    app: &App,
    person: &str,
    (place, township): (Place, &str),
) -> Result<(), Problem> {
    let person = PersonId::new(person);
    let id = Clerk::id(&person);
    if app.catalogue().one::<Clerk>(id).is_some() {
        return Ok(());
    }
    let (township, contract) = (township.to_owned(), CONTRACT.to_owned());
    act::<Clerk>(app, id, clerk::Act::Join { person, place, township, contract }).await
}

fn hall() -> Vec<HallAct> {
    let channels = BTreeSet::from([Channel::Appointment, Channel::Kiosk, Channel::Phone, Channel::Door]);
    let (number, name) = (HALL.to_owned(), "法度县政务服务大厅（模拟）".to_owned());
    let mut steps =
        vec![HallAct::Open { number, name, place: Place::County, township: String::new(), channels }];
    for (letter, name) in [("A", "综合服务"), ("B", "企业和工程"), ("C", "出件")] {
        steps.push(HallAct::DrawZone { letter: letter.to_owned(), name: name.to_owned() });
    }
    steps.extend((1..=13).map(|n| {
        let window = Window {
            number: format!("{n:02}"),
            zone: if (9..=12).contains(&n) { "B" } else { "A" }.to_owned(),
            kind: WindowKind::Comprehensive,
            takes: Takes::All,
            accessible: n == 1 || n == 13,
            device: format!("device-{n:02}"),
        };
        HallAct::PlaceWindow { window }
    }));
    steps.push(HallAct::PlaceKiosk { kiosk: Kiosk { number: "1".to_owned(), first: 501, last: 999 } });
    let hours = Hours {
        from: 9 * 60,
        until: 17 * 60,
        every: 30,
        places: 6,
        days_ahead: 15,
        first: 6001,
        source: "演示：模拟县政务服务大厅公告".to_owned(),
    };
    steps.push(HallAct::SetHours { hours });
    steps
}

/// Every department with an open item has entered with all of them. Of what it has claimed and not opened, some should be
/// in the hall and are not yet, and one stays outside by a document.
async fn enter_departments(app: &App) -> Result<(), Problem> {
    let catalogue = app.catalogue();
    let mut open: BTreeMap<&str, Vec<Placing>> = BTreeMap::new();
    let mut claimed: BTreeMap<&str, Vec<Placing>> = BTreeMap::new();
    for (_, item) in catalogue.all::<Item>() {
        let (list, standing) = match item.is_open() {
            true => (&mut open, Standing::Inside),
            false if is_claimed(item) => (&mut claimed, Standing::Pending),
            false => continue,
        };
        let placing = Placing { code: item.code.clone(), name: item.name.clone(), standing };
        list.entry(&item.department).or_default().push(placing);
    }
    for (n, (department, mut items)) in open.into_iter().enumerate() {
        let body = OrgId::new(department);
        let id = Entry::id(Scope::Department, &body);
        if catalogue.one::<Entry>(id).is_some() {
            continue;
        }
        let mut outside = claimed.remove(department).unwrap_or_default();
        outside.sort_by(|a, b| a.code.cmp(&b.code));
        outside.truncate(items.len().div_ceil(INSIDE_FOR_ONE_PENDING) + 1);
        if let Some(excepted) = outside.first_mut() {
            excepted.standing = Standing::Excepted {
                reason: "必须在现场办理，不适合进驻（模拟）".to_owned(),
                document: format!("模政例外〔2025〕{}号", n + 1),
            };
        }
        items.append(&mut outside);
        items.sort_by(|a, b| a.code.cmp(&b.code));
        let document = format!("模政协〔2025〕{}号", n + 1);
        let (name, unit) = (department.to_owned(), format!("{department}行政审批股"));
        act::<Entry>(app, id, EntryAct::Agree { scope: Scope::Department, body, name, unit, document })
            .await?;
        act::<Entry>(app, id, EntryAct::Place { items }).await?;
    }
    Ok(())
}

/// On the department's own list and not open yet.
pub(crate) fn is_claimed(item: &Item) -> bool {
    item.standing == fadu_service::item::Standing::Draft && item.disclaimed.is_none()
}

pub(crate) fn is_there(app: &App) -> bool {
    app.catalogue().one::<Hall>(Hall::id(HALL)).is_some()
}

pub(crate) fn window_of(n: u64) -> String {
    format!("{:02}", n % CLERKS + 1)
}

async fn post(app: &App, day: Date, shifts: Vec<Shift>) -> Result<(), Problem> {
    let id = Roster::id(HALL);
    let catalogue = app.catalogue();
    let posted = catalogue.one::<Roster>(id).and_then(|roster| roster.days.get(&day));
    let new = |shift: &Shift| !posted.is_some_and(|posted| posted.contains(shift));
    let shifts: Vec<Shift> = shifts.into_iter().filter(new).collect();
    if shifts.is_empty() {
        return Ok(());
    }
    act::<Roster>(app, id, RosterAct::Post { hall: HALL.to_owned(), day, shifts }).await
}

/// A working day begins: every simulated clerk at their own window.
pub(crate) async fn begin(app: &App, day: Date) -> Result<(), Problem> {
    if !is_there(app) {
        return Ok(());
    }
    let shift = |n| Shift {
        window: window_of(n),
        person: PersonId::new(&format!("sim-clerk-{n}")),
        from: 9 * 60,
        until: 18 * 60,
    };
    post(app, day, (0..CLERKS).map(shift).collect()).await
}

/// Who waits when the simulated year ends and real people take over, and a clerk at their window day and night.
pub async fn hand_over(app: &App, clerk: &str) -> Result<(), Problem> {
    let today = app.moment().today;
    for ahead in 0..=30 {
        let window = DEMONSTRATION_WINDOW.to_owned();
        let shift = Shift { window, person: PersonId::new(clerk), from: 0, until: 24 * 60 };
        post(app, fadu_kernel::calendar::offset(today, ahead), vec![shift]).await?;
    }
    for (n, zone) in ["A", "A", "B", "A"].into_iter().enumerate() {
        let visitor = citizen(&format!("sim-visitor-{n}"));
        app.take_ticket(&visitor, at_the_door(zone, None), Some(format!("sim-visitor-{today}-{n}")))
            .await?;
    }
    Ok(())
}

pub(crate) fn citizen(person: &str) -> Actor {
    Actor { person: PersonId::new(person), role: Role::Citizen, org: OrgId::new("public") }
}

fn at_the_door(zone: &str, item: Option<String>) -> Wanted {
    let (hall, zone) = (HALL.to_owned(), zone.to_owned());
    Wanted { hall, zone, item, channel: Channel::Door, kiosk: None, slot: None }
}

/// Stories whose next step delivers the result.
pub(crate) fn delivering(app: &App, stories: &[Story]) -> BTreeSet<u64> {
    if !is_there(app) {
        return BTreeSet::new();
    }
    let next =
        |story: &&Story| matches!(story.steps.front().map(|visit| &visit.act), Some(CaseAct::Deliver { .. }));
    stories.iter().filter(next).map(|story| story.n).collect()
}

/// Some say how it was. A bad word is followed up on the same day in four of five; the others become late by themselves.
pub(crate) async fn evaluate(
    app: &App,
    plan: Plan,
    delivered: &BTreeSet<u64>,
    stories: &[Story],
    resumed: bool,
    tally: &mut Tally,
) -> Result<(), Problem> {
    for story in stories.iter().filter(|story| delivered.contains(&story.n)) {
        let mut chance = Chance::new(plan.seed ^ 0xE7A1, story.n);
        let Some(id) = story.id.filter(|_| chance.per_mille(EVALUATED)) else { continue };
        let Some(row) = app.store.matter(app.region, id).await? else { continue };
        let grade = match chance.below(1000) {
            0..880 => Grade::VeryGood,
            880..965 => Grade::Good,
            965..985 => Grade::Fair,
            985..995 => Grade::Bad,
            _ => Grade::VeryBad,
        };
        let tags = if grade.is_bad() { "多次跑动" } else { "服务效率" };
        let department = OrgId::new(&row.org);
        let said = Said {
            contact: Contact::Case(row.number),
            grade,
            channel: if chance.per_mille(500) { By::Qr } else { By::Web },
            pressed: Pressed::Person,
            department: department.clone(),
            hall: String::new(),
            window: String::new(),
            item: None,
            device: String::new(),
            tags: BTreeSet::from([tags.to_owned()]),
        };
        let id = Evaluation::id(&said.contact);
        let officer = Actor {
            person: PersonId::new(&format!("sim-officer-{}-{}", story.n % 3, row.org)),
            role: Role::Officer,
            org: department,
        };
        let who = citizen(&format!("sim-citizen-{}", story.n));
        let mut steps = vec![(who, EvaluationAct::Evaluate { said: Box::new(said), recent: Vec::new() })];
        if grade.is_bad() && chance.per_mille(800) {
            let note = || "（模拟）".to_owned();
            steps.extend([
                (officer.clone(), EvaluationAct::CallBack { reached: true, note: note() }),
                (officer.clone(), EvaluationAct::Verify { holds: true, note: note() }),
                (officer, EvaluationAct::Repair { what: "一次告知单改版（模拟）".to_owned() }),
            ]);
        }
        for (n, (actor, act)) in steps.into_iter().enumerate() {
            let key = Some(format!("sim-{}-{}-{}-evaluation-{n}", plan.year, plan.seed, story.n));
            perform::<Evaluation>(app, &actor, Some(id), act, key, resumed, tally).await?;
        }
    }
    Ok(())
}
