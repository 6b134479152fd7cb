//! 模拟的一年里的一件事。 Joint cases by day: applied for, told once what is missing, taken on by each department, handed over
//! together. What is due is read from the stored state and the seed, so that a year that broke off goes on as it was.

use crate::chance::Chance;
use crate::lanes::side_by_side;
use crate::story::applicant;
use crate::year::{Plan, Tally};
use fadu_app::now::{Movable, start_of};
use fadu_app::store::MatterRow;
use fadu_app::{App, Call, Problem, registry};
use fadu_kernel::calendar::{days_between, offset};
use fadu_kernel::{Actor, Calendar, Matter, MatterId, OrgId, PersonId, Role};
use fadu_onething::acts::{Lacking, Paper};
use fadu_onething::child::Child;
use fadu_onething::definition::{Audience, Channel, Mode, serves};
use fadu_onething::{Definition, Joint, JointAct, Theme};
use fadu_service::{Case, CaseAct};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Joint cases of a year at scale 1: a twentieth of the reference county's 16,020.
const JOINTS: u64 = 801;
/// Open joint cases looked at on one day: more than a county has.
const OPEN: u32 = 20_000;
/// Before the offices open to others.
const MINUTE: i64 = 8 * 60 + 50;
const STREAM: u64 = 0x10_17;

/// One working day of the joint cases. A county without themes has none.
pub(crate) async fn joint_day(
    app: &Arc<App>,
    clock: &Movable,
    plan: Plan,
    day: Date,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let catalogue = app.catalogue();
    let mut themes: Vec<(MatterId, &Definition)> = catalogue
        .all::<Theme>()
        .filter_map(|(id, theme)| Some((id, theme.on(day)?.1)))
        .collect();
    themes.sort_by_key(|(id, _)| *id);
    if themes.is_empty() || !app.calendar().is_working(day).unwrap_or(false) {
        return Ok(());
    }
    clock.set(start_of(day) + MINUTE * 60_000);
    for n in applications(plan, day, &app.calendar()) {
        apply(app, plan, n, &themes, tally).await?;
    }
    app.relay().await?;
    let open = app.store.open_of_kind(app.region, Joint::KIND, OPEN).await?;
    let lanes = Arc::clone(app);
    let went_on = side_by_side(open, move |row| {
        let app = Arc::clone(&lanes);
        async move { go_on(&app, plan, &row, day).await }
    });
    for done in went_on.await? {
        tally.acts += done.acts;
        tally.facts += done.facts;
        for rule in done.refused {
            *tally.refused.entry(rule.to_owned()).or_default() += 1;
        }
    }
    app.relay().await?;
    Ok(())
}

/// The numbers of the joint cases that are applied for on a working day. A day's part swings by a fifth around the mean; the
/// days of the year together have them all.
fn applications(plan: Plan, day: Date, calendar: &Calendar) -> impl Iterator<Item = u64> + use<> {
    let ordinal = |day: Date| days_between(date(1970, 1, 1), day) as u64;
    let weight = |day: Date| 800 + Chance::new(plan.seed ^ STREAM, ordinal(day)).below(401);
    let year = (0..).map(|n| offset(date(plan.year, 1, 1), n));
    let year = year.take_while(|other| other.year() == plan.year);
    let (mut before, mut all) = (0, 0);
    for other in year.filter(|other| calendar.is_working(*other).unwrap_or(false)) {
        all += weight(other);
        before += if other < day { weight(other) } else { 0 };
    }
    let whole = JOINTS * u64::from(plan.scale_per_mille) / 1000;
    let until = |weights: u64| whole * weights / all.max(1);
    let (count, first) = (until(before + weight(day)) - until(before), ordinal(day) * 1000);
    (0..count).map(move |i| first + i)
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn apply(
    app: &App,
    plan: Plan,
    n: u64,
    themes: &[(MatterId, &Definition)],
    tally: &mut Tally,
) -> Result<(), Problem> {
    let mut chance = Chance::new(plan.seed ^ STREAM, n);
    let Some((id, theme)) = themes.get(chance.below(themes.len() as u64) as usize) else { return Ok(()) };
    let answers = answered(theme, &mut chance);
    let Ok(situation) = theme.situation(&answers) else { return Ok(()) };
    let firm = theme.audience == Audience::Firm;
    let online = theme.channels.contains(&Channel::Online) && chance.per_mille(700);
    let who = match (online, firm) {
        (true, true) => actor(&format!("sim-firm-{n}"), Role::FirmAgent, "public"),
        (true, false) => actor(&format!("sim-citizen-{n}"), Role::Citizen, "public"),
        (false, _) => actor(&format!("sim-clerk-{}", n % 12), Role::WindowClerk, "政务服务大厅"),
    };
    let asked = theme
        .materials
        .iter()
        .filter(|paper| paper.shared.is_none() && serves(&paper.sources, &situation.items));
    let forgets = chance.per_mille(120);
    let materials = asked
        .skip(usize::from(forgets))
        .map(|paper| (paper.id.clone(), Paper::default()));
    let act = JointAct::Receive {
        theme: *id,
        channel: if online { Channel::Online } else { Channel::Window },
        answers: situation.answers.clone(),
        materials: materials.collect(),
    };
    let mut private = applicant(app.region, n, firm, &mut chance);
    let fields = theme
        .form
        .iter()
        .filter(|field| field.shared.is_none() && serves(&field.sources, &situation.items));
    private.extend(fields.map(|field| (field.id.clone(), "模拟填写".to_owned())));
    let key = Some(format!("sim-joint-{}-{}-{n}", plan.year, plan.seed));
    match app.act::<Joint>(Call { actor: &who, matter: None, act, private, key }).await {
        Ok(committed) if !committed.replayed => {
            tally.joints += 1;
            tally.acts += 1;
            tally.facts += committed.facts.len() as u64;
        }
        Ok(_) => {}
        Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => {
            *tally.refused.entry(refusal.rule.id.to_owned()).or_default() += 1;
        }
        Err(other) => return Err(other),
    }
    Ok(())
}

/// One way through the situation tree.
fn answered(theme: &Definition, chance: &mut Chance) -> BTreeMap<String, String> {
    let questions = theme.questions.iter();
    questions
        .filter_map(|question| {
            let option = question.options.get(chance.below(question.options.len() as u64) as usize)?;
            Some((question.id.clone(), option.id.clone()))
        })
        .collect()
}

#[derive(Default)]
struct Done {
    acts: u64,
    facts: u64,
    refused: Vec<&'static str>,
}

impl Done {
    fn note(&mut self, answer: Result<fadu_app::Committed, Problem>) -> Result<(), Problem> {
        match answer {
            Ok(committed) => {
                self.acts += 1;
                self.facts += committed.facts.len() as u64;
                Ok(())
            }
            Err(Problem::Refused(refusal) | Problem::NoAuthority(refusal)) => {
                self.refused.push(refusal.rule.id);
                Ok(())
            }
            Err(other) => Err(other),
        }
    }
}

/// A joint case on one day: what its people do about it.
struct Walk<'a> {
    app: &'a App,
    id: MatterId,
    joint: &'a Joint,
    calendar: Arc<Calendar>,
    day: Date,
    chance: Chance,
    done: Done,
}

async fn go_on(app: &App, plan: Plan, row: &MatterRow, day: Date) -> Result<Done, Problem> {
    // A list has no states.
    let Some(whole) = app.store.matter(app.region, row.id).await? else { return Ok(Done::default()) };
    let joint: Joint = registry::state(&whole.state)?;
    let chance = Chance::new(plan.seed ^ STREAM, row.id.0 as u64);
    let calendar = app.calendar();
    let mut walk = Walk { app, id: row.id, joint: &joint, calendar, day, chance, done: Done::default() };
    walk.papers().await?;
    for (i, child) in joint.children.iter().enumerate() {
        walk.child(i as u64, child).await?;
    }
    walk.hand_over().await?;
    Ok(walk.done)
}

impl Walk<'_> {
    /// Working days from then until today.
    fn since(&self, then: Date) -> u32 {
        self.calendar.between(then, self.day).unwrap_or(0)
    }

    async fn of_joint(&mut self, who: &Actor, act: JointAct) -> Result<(), Problem> {
        let call = Call { actor: who, matter: Some(self.id), act, private: BTreeMap::new(), key: None };
        let answer = self.app.act::<Joint>(call).await;
        self.done.note(answer)
    }

    async fn of_case(&mut self, who: &Actor, case: MatterId, act: CaseAct) -> Result<(), Problem> {
        let call = Call { actor: who, matter: Some(case), act, private: BTreeMap::new(), key: None };
        let answer = self.app.act::<Case>(call).await;
        self.done.note(answer)
    }

    fn lead(&self) -> Actor {
        actor(&format!("sim-officer-{}", self.joint.org.as_str()), Role::Officer, self.joint.org.as_str())
    }

    /// What is missing is told once, within days; the applicant brings it some days later.
    async fn papers(&mut self) -> Result<(), Problem> {
        let (tells, brings) = (self.chance.between(1, 4), self.chance.between(1, 6));
        let Some(received) = &self.joint.received else { return Ok(()) };
        if self.joint.missing.is_empty() || self.joint.deemed.is_some() {
            return Ok(());
        }
        match &self.joint.notice {
            None if self.since(received.on) >= tells => {
                let missing: Vec<Lacking> = self.joint.missing.clone();
                self.of_joint(&self.lead(), JointAct::GiveNotice { missing }).await
            }
            Some(notice) if self.joint.supplemented.is_none() && self.since(notice.on) >= brings => {
                let papers = notice.missing.iter().map(|lacking| (lacking.id.clone(), Paper::default()));
                let act = JointAct::Supplement { channel: Channel::Window, materials: papers.collect() };
                let clerk = actor("sim-clerk-1", Role::WindowClerk, "政务服务大厅");
                self.of_joint(&clerk, act).await
            }
            _ => Ok(()),
        }
    }

    async fn child(&mut self, i: u64, child: &Child) -> Result<(), Problem> {
        let mut chance = Chance::new(self.chance.clone().draw(), i);
        let (accepts, swift, late) = (chance.below(3) as u32, chance.below(7) as u32, chance.per_mille(15));
        let grants = !chance.per_mille(25);
        let Some(opened) = child.opened.as_ref().filter(|_| child.is_open()) else { return Ok(()) };
        let org = child.plan.department.as_str();
        let officer = actor(&format!("sim-officer-{org}"), Role::Officer, org);
        match child.accepted {
            None if self.since(opened.on) >= accepts => {
                self.of_case(&officer, opened.case, CaseAct::Accept).await
            }
            Some(from) if self.since(from) >= self.takes(from, child, swift, late) => {
                let second = actor(&format!("sim-second-{org}"), Role::Officer, org);
                let checkers = vec![officer.person.clone(), second.person.clone()];
                let note = if grants {
                    "相符（模拟）"
                } else {
                    "现场核查不符合法定条件（模拟）"
                };
                let verify =
                    CaseAct::Verify { checkers, passed: grants, note: note.to_owned(), interested: false };
                self.of_case(&officer, opened.case, verify).await?;
                let confirm = CaseAct::ConfirmCheck { agrees: true, note: String::new() };
                self.of_case(&second, opened.case, confirm).await?;
                let head = actor(&format!("sim-head-{org}"), Role::AgencyHead, org);
                let reason = if grants { String::new() } else { note.to_owned() };
                self.of_case(
                    &head,
                    opened.case,
                    CaseAct::Decide { granted: grants, reason, false_material: false, evidence: Vec::new() },
                )
                .await
            }
            _ => Ok(()),
        }
    }

    /// Working days until the decision: within the department's own limit, but for a few.
    fn takes(&self, from: Date, child: &Child, swift: u32, late: bool) -> u32 {
        let room = child.due.and_then(|due| self.calendar.between(from, due).ok()).unwrap_or(swift);
        if late { room + 2 } else { swift.min(room) }
    }

    /// All results in one delivery, a day or two after the last.
    async fn hand_over(&mut self) -> Result<(), Problem> {
        let waits = self.chance.below(3) as u32;
        let Some(settled) = &self.joint.settled else { return Ok(()) };
        if self.joint.delivered.is_some() {
            return self.of_joint(&self.lead(), JointAct::Close).await;
        }
        if self.since(settled.on) < waits || self.joint.withdrawn.is_some() {
            return Ok(());
        }
        let way = if self.joint.mode == Mode::Joint { Channel::Window } else { Channel::Online };
        self.of_joint(&self.lead(), JointAct::Deliver { way }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_as_large_as_the_reference_has_as_many_joint_cases() {
        let calendar = Calendar::shipped();
        for (year, seed) in [(2024, 1), (2025, 7)] {
            let plan = Plan { year, seed, scale_per_mille: 20_000, done_until: None };
            let days = (0..366).map(|n| offset(date(year, 1, 1), n));
            let days = days.filter(|day| day.year() == year && calendar.is_working(*day).unwrap_or(false));
            let each: Vec<usize> = days.map(|day| applications(plan, day, &calendar).count()).collect();
            assert_eq!(each.iter().sum::<usize>(), 16_020, "{year}");
            assert!(each.iter().all(|n| (40..90).contains(n)), "{each:?}");
        }
    }
}
