//! 一个行为的路。 moment → authority → decide → append, in one pass for every kind of matter.

use crate::catalogue::Snapshot;
use crate::recent::Last;
use crate::registry::Typed;
use crate::{App, Problem, attachments, now, private, registry, relays};
use fadu_authority::Question;
use fadu_kernel::{
    Actor, Calendar, Ctx, Docket, Ground, Help, Matter, MatterId, Moment, Refusal, Role, Rule, Sealed, Stamp,
    Task, matter::Parties,
};
use fadu_store::{Append, Done, Fault, MatterWrite, NewEntry, Outcome, PrivatePut, TaskPut};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

#[cfg(test)]
pub(crate) mod tests;

/// 盲索引: by whose name, number or address a matter is found.
const INDEXED: [&str; 6] =
    ["applicant_name", "applicant_number", "applicant_phone", "caller_name", "caller_phone", "caller_mail"];
const WHO: &str = "who";

/// How often a decision is taken again when the catalogue or another act moved under it.
const TRIES: usize = 6;

pub struct Call<'a, M: Matter> {
    pub actor: &'a Actor,
    /// `None` opens a new matter.
    pub matter: Option<MatterId>,
    pub act: M::Act,
    /// Personal data, by field; a number, else a telephone among them says whose they are ([`private::whose`]).
    pub private: BTreeMap<String, String>,
    /// Idempotency key: the same key by the same actor is the same act.
    pub key: Option<String>,
}

/// What an allowed act left behind.
#[derive(Clone, Debug, Serialize)]
pub struct Committed {
    pub matter: MatterId,
    pub version: i64,
    /// Ledger number of the first fact.
    pub seq: i64,
    pub facts: Vec<&'static str>,
    /// This key was used before; nothing new happened.
    pub replayed: bool,
}

pub(crate) static NO_POWER: Rule = Rule {
    id: "AUTH-01",
    sentence: "这个岗位没有权力在这里做这件事",
    basis: &[fadu_kernel::Basis::article("行政许可法", 24), fadu_kernel::Basis::article("行政许可法", 26)],
};

/// The canonical entry, in this order, after its number.
#[derive(Serialize)]
struct Entry<'a, F> {
    v: u8,
    region: fadu_kernel::Region,
    at: &'a str,
    kind: &'static str,
    matter: MatterId,
    version: i64,
    act: &'static str,
    fact: &'static str,
    actor: &'a str,
    role: &'static str,
    org: &'a str,
    ground: String,
    data: &'a F,
}

impl App {
    /// 办理。 The one door.
    /// Errors: `Invalid` (form), `NoAuthority`, `Refused` (rule with its article), `NotFound`, `Raced`, `Fault`.
    pub async fn act<M: Matter>(&self, call: Call<'_, M>) -> Result<Committed, Problem> {
        let Some(kind) = registry::kind(M::KIND) else { return Err(Problem::NotRun(M::ZH)) };
        let Call { actor, matter, act, private, key } = call;
        (kind.door)(self, Typed { actor, matter, act: Box::new(act), private, key }).await
    }

    /// What stands behind the door of this kind.
    pub(crate) async fn through<M: Matter>(&self, call: Typed<'_>) -> Result<Committed, Problem> {
        let Typed { actor, matter, act, private, key } = call;
        let Ok(act) = act.downcast::<M::Act>() else {
            return Err(Problem::Fault(Fault::Engine(format!("no act of {}", M::KIND))));
        };
        let call: Call<'_, M> = Call { actor, matter, act: *act, private, key };
        let name = M::act_name(&call.act);
        // Without an effect to carry out, none was carried out before.
        let answer = self
            .carry_out(call, None)
            .await
            .and_then(|committed| committed.ok_or(Problem::Raced));
        self.note_outcome(M::KIND, name, matter, actor, &answer).await;
        answer
    }

    /// `effect` leaves the outbox in the same commit; `None` says that it had left before and nothing was done.
    pub(crate) async fn carry_out<M: Matter>(
        &self,
        call: Call<'_, M>,
        effect: Option<(i64, i64)>,
    ) -> Result<Option<Committed>, Problem> {
        self.carry_together(call, &[], effect.as_slice()).await
    }

    /// 同办。 Several acts of one actor on one matter, each allowed and decided for itself, in one commit with the effects that
    /// they carry out: all of them or none.
    pub(crate) async fn carry_together<M: Matter>(
        &self,
        call: Call<'_, M>,
        then: &[M::Act],
        effects: &[(i64, i64)],
    ) -> Result<Option<Committed>, Problem> {
        if !self.runs.kind(M::KIND) {
            return Err(Problem::NotRun(
                registry::business_of(M::KIND).map_or(M::ZH, |business| business.zh),
            ));
        }
        let written = attachments::written(&call.private);
        for act in std::iter::once(&call.act).chain(then) {
            M::check(act, &written).map_err(Problem::Invalid)?;
        }
        // A named matter is opened under its name, whoever asks and whether or not they know it.
        let named = M::NAMED.then(|| M::name_of(&call.act, self.moment().today)).flatten();
        let call = Call { matter: call.matter.or(named), ..call };
        let corrects = private::corrects(&call.act);
        let mut sealed = self.seal(call.matter, &call.private, corrects).await?;
        for attempt in 0..TRIES {
            let known = call.matter.and_then(|id| self.recent.get::<M>(id));
            let remembered = call.matter.filter(|_| known.is_some());
            let answer = self.try_act(&call, then, effects, &sealed, known, attempt as u32).await;
            match (answer, remembered) {
                (Ok(Attempt::Done(committed)), _) => return Ok(Some(committed)),
                (Ok(Attempt::CarriedOut), _) => return Ok(None),
                (Ok(Attempt::EpochMoved), _) => self.reload_catalogue().await?,
                // Two first acts of one person at once: what is sealed under a key that is not kept could never be read.
                (Ok(Attempt::KeyKnown), _) => {
                    sealed = self.seal(call.matter, &call.private, corrects).await?
                }
                // Erased meanwhile. What the system brought from another matter went with it, and is not brought back.
                (Ok(Attempt::KeyGone), _) if call.actor.role == Role::Clock => return Err(Problem::Raced),
                (Ok(Attempt::KeyGone), _) => sealed = self.seal(call.matter, &call.private, corrects).await?,
                // Another server may have moved the matter since: no refusal and no race is told from memory.
                (
                    Ok(Attempt::Raced)
                    | Err(Problem::Refused(_) | Problem::NoAuthority(_) | Problem::NotFound),
                    Some(id),
                ) => self.recent.forget(id),
                (Ok(Attempt::Raced), None) if call.matter.is_none() => {}
                // Time may have acted first; a person's act is only repeated for them if they saw what happened.
                (Ok(Attempt::Raced), None) if call.actor.role == Role::Clock => {}
                (Ok(Attempt::Raced), None) => return Err(Problem::Raced),
                // Whether a faulted append is in the store is not known: it is never sent twice.
                (Err(problem), remembered) => {
                    if let Some(id) = remembered {
                        self.recent.forget(id);
                    }
                    return match self.done_before(&call, &problem).await? {
                        Some(done) => Ok(Some(committed(done, Vec::new(), true))),
                        None => Err(problem),
                    };
                }
            }
        }
        Err(Problem::Raced)
    }

    /// Asked for a second time under its key, an act may well be refused: it is done already, and that is the answer.
    async fn done_before<M: Matter>(
        &self,
        call: &Call<'_, M>,
        problem: &Problem,
    ) -> Result<Option<Done>, Problem> {
        match (&call.key, problem) {
            (Some(key), Problem::Refused(_) | Problem::NoAuthority(_)) => {
                let key = digest_key(call.actor, key);
                Ok(self.store.done_before(self.region, call.matter, &key).await?)
            }
            _ => Ok(None),
        }
    }

    async fn try_act<M: Matter>(
        &self,
        call: &Call<'_, M>,
        then: &[M::Act],
        effects: &[(i64, i64)],
        sealed: &SealedValues,
        known: Option<Last<M>>,
        attempt: u32,
    ) -> Result<Attempt, Problem> {
        let moment = self.moment();
        let catalogue = self.shelves.snapshot();
        let calendar = Arc::clone(&catalogue.calendar);
        let name = M::act_name(&call.act);
        let Some(kind) = M::acts().iter().find(|kind| kind.name == name) else {
            return Err(Problem::Fault(Fault::Engine(format!(
                "the act {}.{name} has no ground and is not registered",
                M::KIND
            ))));
        };
        let key = call.key.as_ref().map(|key| digest_key(call.actor, key));
        let (id, version, mut state, before) = match (call.matter, known) {
            (Some(id), Some(last)) => (id, last.version, (*last.state).clone(), Some(last.listed)),
            (Some(id), None) => {
                let row = self.store.matter(self.region, id).await?.filter(|row| row.kind == M::KIND);
                match row {
                    Some(row) => {
                        let state: M = serde_json::from_str(&row.state)
                            .map_err(|error| Fault::Corrupt(format!("{id}: {error}")))?;
                        // A row of an older store does not say what lists hold of it: what would be put there today.
                        let listed = serde_json::from_str(&row.listed)
                            .unwrap_or_else(|_| Listed::from(&state.docket(&calendar)));
                        (id, row.version, state, Some(Arc::new(listed)))
                    }
                    // Only a named matter (an item of the catalogue, a ticket of a day) is opened under its own fixed id.
                    None if kind.opens && M::NAMED => (id, 0, M::default(), None),
                    None => return Err(Problem::NotFound),
                }
            }
            (None, _) if kind.opens => (self.new_id(moment, key.as_deref(), attempt)?, 0, M::default(), None),
            (None, _) => return Err(Problem::NotFound),
        };
        let mut deed = Deed {
            app: self,
            moment,
            calendar: &calendar,
            catalogue: &catalogue,
            id,
            version: version + 1,
            sealed: &sealed.digests,
            entries: vec![],
        };
        let clock = Actor::clock();
        if version > 0 && call.actor.role != Role::Clock {
            // What the law says time has done comes first, in the same append.
            for act in state.due_acts(moment.today, &calendar) {
                deed.perform(&mut state, &act, &clock).map_err(Problem::Refused)?;
            }
        }
        let (mut facts, mut reads) = (Vec::new(), Vec::new());
        for act in std::iter::once(&call.act).chain(then) {
            let name = M::act_name(act);
            if !self.may::<M>(call.actor, name, &state.parties()) {
                let zh = M::acts().iter().find(|kind| kind.name == name).map_or(name, |kind| kind.zh);
                let because = format!("{}不能“{zh}”（{}）", call.actor.role.zh(), M::ZH);
                return Err(Problem::NoAuthority(Refusal::new(&NO_POWER, Help::AgencyHead, because)));
            }
            if let Some(refusal) = relays::barred(&state, act, &catalogue, moment.today) {
                return Err(Problem::Refused(refusal));
            }
            reads.extend(self.look_elsewhere(call.actor, id, act, &call.private).await?);
            facts.extend(deed.perform(&mut state, act, call.actor).map_err(Problem::Refused)?);
        }
        let entries = deed.entries;
        let asks = entries.iter().any(|entry| !entry.effects.is_empty());
        let docket = state.docket(&calendar);
        let listed = Arc::new(Listed::from(&docket));
        let append = Append {
            region: self.region,
            key,
            epoch: catalogue.epoch,
            raises_epoch: M::CATALOGUE,
            reads,
            writes: vec![matter_write::<M>(
                id,
                version,
                &state,
                before.as_deref().unwrap_or(&Listed::default()),
                &listed,
                docket,
                moment,
                self,
                &call.private,
                &sealed.unlisted,
            )?],
            entries,
            private: sealed.rows.iter().map(|row| PrivatePut { matter: id, ..row.clone() }).collect(),
            person_keys: sealed.new_key.iter().cloned().collect(),
            sealed_under: sealed.under.iter().cloned().collect(),
            carries_out: effects.to_vec(),
        };
        Ok(match self.store.append(append).await? {
            Outcome::Done(done) => {
                self.advance_tip(done.seq + done.entries);
                if asks {
                    self.effects.notify_one();
                }
                if M::CATALOGUE {
                    self.shelves.advance(catalogue.epoch, id, done.version, state);
                } else {
                    self.recent.keep(id, done.version, state, listed);
                }
                Attempt::Done(committed(done, facts, false))
            }
            Outcome::Replayed(done) => Attempt::Done(committed(done, Vec::new(), true)),
            Outcome::EpochMoved => Attempt::EpochMoved,
            Outcome::Raced => Attempt::Raced,
            Outcome::CarriedOut => Attempt::CarriedOut,
            Outcome::KeyKnown => Attempt::KeyKnown,
            Outcome::KeyGone => Attempt::KeyGone,
        })
    }

    /// 重列。 Writes what lists show of a matter as the calendar of this epoch has it. Its state stays, and no fact is left:
    /// the fact was the notice. The key tells one calendar's listing from the next. `false`: nothing was to be written.
    pub(crate) async fn relist_one<M: Matter>(&self, id: MatterId, key: &str) -> Result<bool, Problem> {
        for _ in 0..TRIES {
            let catalogue = self.shelves.snapshot();
            let Some(row) = self.store.matter(self.region, id).await? else { return Ok(false) };
            let state: M = serde_json::from_str(&row.state)
                .map_err(|error| Fault::Corrupt(format!("{} {id}: {error}", M::KIND)))?;
            // A row of an older store does not say what lists hold of it: what the shipped calendar put there.
            let before = serde_json::from_str(&row.listed)
                .unwrap_or_else(|_| Listed::from(&state.docket(&Calendar::shipped())));
            let docket = state.docket(&catalogue.calendar);
            let listed = Listed::from(&docket);
            let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
            if listed == before && day(docket.due) == row.due && day(docket.amber) == row.amber {
                return Ok(false);
            }
            let nobody = BTreeMap::new();
            let moment = self.moment();
            let write = matter_write::<M>(
                id,
                row.version,
                &state,
                &before,
                &listed,
                docket,
                moment,
                self,
                &nobody,
                &[],
            )?;
            let append = Append {
                region: self.region,
                key: Some(key.to_owned()),
                epoch: catalogue.epoch,
                raises_epoch: false,
                reads: vec![],
                writes: vec![write],
                entries: vec![],
                private: vec![],
                person_keys: vec![],
                sealed_under: vec![],
                carries_out: vec![],
            };
            match self.store.append(append).await? {
                Outcome::Done(_) => {
                    self.recent.forget(id);
                    return Ok(true);
                }
                Outcome::Replayed(_) | Outcome::CarriedOut | Outcome::KeyKnown | Outcome::KeyGone => {
                    return Ok(false);
                }
                Outcome::EpochMoved => self.reload_catalogue().await?,
                Outcome::Raced => {}
            }
        }
        Err(Problem::Raced)
    }

    /// Does the post hold the power here? Avoidance is part of the question.
    pub fn may<M: Matter>(&self, actor: &Actor, act: &'static str, parties: &Parties) -> bool {
        self.may_do(M::KIND, actor, act, parties)
    }

    /// The same for a kind of matter by its name.
    pub fn may_do(&self, kind: &'static str, actor: &Actor, act: &'static str, parties: &Parties) -> bool {
        let own = parties.applicants.contains(&actor.person);
        let same_org = parties.org == actor.org;
        self.authority.allows(Question { kind, act, role: actor.role, same_org, own })
    }

    /// The id that a keyed opening act bears at this moment; the same key at the same moment is the same matter.
    pub fn id_for(&self, actor: &Actor, key: &str) -> Result<MatterId, Problem> {
        self.new_id(self.moment(), Some(&digest_key(actor, key)), 0)
    }

    /// Two matters opened in one millisecond may draw the same low bits: the next attempt takes the next number.
    fn new_id(&self, moment: Moment, key: Option<&str>, attempt: u32) -> Result<MatterId, Problem> {
        let low = match key {
            Some(key) => u32::from_str_radix(&key[..6], 16).unwrap_or(0),
            None => u32::from_be_bytes(private::random()?),
        };
        Ok(MatterId::opened_at(moment.ms, low.wrapping_add(attempt)))
    }

    /// Seals personal data before anything is decided; nothing is written yet.
    async fn seal(
        &self,
        matter: Option<MatterId>,
        private: &BTreeMap<String, String>,
        corrects: bool,
    ) -> Result<SealedValues, Problem> {
        let mut sealed = SealedValues::default();
        if private.is_empty() {
            return Ok(sealed);
        }
        // A value put right stays with those whose values the matter holds, whatever number it brings: they are read and
        // erased together.
        let subject = match private::whose(private).filter(|_| !corrects) {
            Some(known) => self.keys.subject(known),
            // Nobody says whose they are. What comes later is theirs whose values the matter holds, and is erased with
            // them; what comes first has a key of its own, found again through the matter.
            None => match self.subject_of(matter).await? {
                Some(subject) => subject,
                None => fadu_ledger::note::hex(&private::random::<16>()?),
            },
        };
        let wrapped = match self.store.person_key(self.region, &subject).await? {
            Some(wrapped) => {
                sealed.under = Some((subject.clone(), wrapped.clone()));
                wrapped
            }
            None => {
                let wrapped = self.keys.new_person_key()?;
                sealed.new_key = Some((subject.clone(), wrapped.clone()));
                wrapped
            }
        };
        if corrects {
            sealed.unlisted = self.replaced(matter, &subject, &wrapped, private).await?;
        }
        for (field, value) in private {
            let (digest, bytes) = self.keys.seal_value(&wrapped, field, value)?;
            // A file is proved by its own digest, which its fact names; among the answers its key would be one too many.
            if !attachments::opens_a_file(field) {
                sealed.digests.insert(field.clone(), digest);
            }
            sealed.rows.push(PrivatePut {
                matter: MatterId(0),
                field: field.clone(),
                subject: subject.clone(),
                sealed: bytes,
            });
        }
        Ok(sealed)
    }

    /// By what the blind index finds the matter no more: the values of this person that these take the place of.
    async fn replaced(
        &self,
        matter: Option<MatterId>,
        subject: &str,
        wrapped: &[u8],
        private: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, Problem> {
        let Some(matter) = matter else { return Ok(Vec::new()) };
        let held = self.store.private_of(self.region, matter).await?;
        let own = held
            .iter()
            .filter(|row| row.subject == subject && INDEXED.contains(&row.field.as_str()));
        let mut gone = Vec::new();
        for row in own {
            let Some(value) = private.get(&row.field) else { continue };
            let (was, _) = self.keys.open_value(wrapped, &row.field, &row.sealed)?;
            let (was, now) = (self.keys.blind(&was), self.keys.blind(value));
            if was != now {
                gone.push(was);
            }
        }
        Ok(gone)
    }

    async fn subject_of(&self, matter: Option<MatterId>) -> Result<Option<String>, Problem> {
        let Some(matter) = matter else { return Ok(None) };
        let held = self.store.private_of(self.region, matter).await?;
        Ok(held.into_iter().next().map(|row| row.subject))
    }
}

/// 在列。 A matter's rows in lists as they were written, kept with its state: what lists show depends on the calendar and
/// on the program, and a row can only be taken out as it was put in.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listed {
    facets: Vec<(String, String)>,
    tasks: Vec<Task>,
}

impl From<&Docket> for Listed {
    fn from(docket: &Docket) -> Listed {
        Listed { facets: docket.facets.clone(), tasks: docket.tasks.clone() }
    }
}

enum Attempt {
    Done(Committed),
    EpochMoved,
    Raced,
    CarriedOut,
    KeyKnown,
    KeyGone,
}

#[derive(Default)]
struct SealedValues {
    digests: Sealed,
    rows: Vec<PrivatePut>,
    new_key: Option<(String, Vec<u8>)>,
    /// The key that was there, where it is no new one.
    under: Option<(String, Vec<u8>)>,
    /// What the blind index held of values that are put right.
    unlisted: Vec<String>,
}

/// The facts gathered on one pass, the clock's first.
struct Deed<'a> {
    app: &'a App,
    moment: Moment,
    calendar: &'a Calendar,
    catalogue: &'a Snapshot,
    id: MatterId,
    version: i64,
    sealed: &'a Sealed,
    entries: Vec<NewEntry>,
}

impl Deed<'_> {
    fn perform<M: Matter>(
        &mut self,
        state: &mut M,
        act: &M::Act,
        actor: &Actor,
    ) -> Result<Vec<&'static str>, Refusal> {
        let ctx = Ctx {
            region: self.app.region,
            moment: self.moment,
            actor,
            matter: self.id,
            calendar: self.calendar,
            catalogue: self.catalogue,
            sealed: self.sealed,
        };
        let facts = state.decide(act, &ctx)?;
        let stamp = Stamp {
            day: self.moment.today,
            ms: self.moment.ms,
            person: actor.person.clone(),
            role: actor.role,
            org: actor.org.clone(),
        };
        let act_name = M::act_name(act);
        let at = now::instant(self.moment.ms);
        let told = relays::Told {
            matter: self.id,
            stamp: &stamp,
            calendar: self.calendar,
            catalogue: self.catalogue,
        };
        let mut names = Vec::with_capacity(facts.len());
        for fact in &facts {
            state.evolve(fact, &stamp);
            let name = M::fact_name(fact);
            names.push(name);
            let entry = Entry {
                v: 1,
                region: self.app.region,
                at: &at,
                kind: M::KIND,
                matter: self.id,
                version: self.version,
                act: act_name,
                fact: name,
                actor: actor.person.as_str(),
                role: actor.role.name(),
                org: actor.org.as_str(),
                ground: ground::<M>(act_name),
                data: fact,
            };
            // The number is known only at the append: the text after its comma is what is kept here.
            let text = serde_json::to_string(&entry).unwrap_or_default();
            self.entries.push(NewEntry {
                matter: self.id,
                kind: M::KIND,
                fact: name,
                day: self.moment.today.to_string(),
                ms: self.moment.ms,
                actor: actor.person.to_string(),
                tail: text.get(1..).unwrap_or_default().to_owned(),
                effects: relays::asked(state, fact, &told),
            });
        }
        Ok(names)
    }
}

fn ground<M: Matter>(act: &str) -> String {
    match M::acts().iter().find(|kind| kind.name == act).map(|kind| kind.ground) {
        Some(Ground::Law(bases)) => bases.iter().map(|basis| basis.key()).collect::<Vec<_>>().join(" "),
        Some(Ground::Measure(name)) => name.to_owned(),
        None => String::new(),
    }
}

fn committed(done: Done, facts: Vec<&'static str>, replayed: bool) -> Committed {
    Committed { matter: done.matter, version: done.version, seq: done.seq, facts, replayed }
}

fn digest_key(actor: &Actor, key: &str) -> String {
    let digest = Sha256::new()
        .chain_update(actor.person.as_str())
        .chain_update([0])
        .chain_update(key)
        .finalize();
    fadu_ledger::note::hex(&digest[..16])
}

/// The state and only what changed of its rows in lists.
fn matter_write<M: Matter>(
    id: MatterId,
    expected: i64,
    state: &M,
    before: &Listed,
    after: &Listed,
    docket: Docket,
    moment: Moment,
    app: &App,
    private: &BTreeMap<String, String>,
    unlisted: &[String],
) -> Result<MatterWrite, Problem> {
    let text = serde_json::to_string(state).map_err(|error| Fault::Corrupt(error.to_string()))?;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let blind = INDEXED.iter().filter_map(|field| private.get(*field));
    let facets_new = after.facets.iter().filter(|facet| !before.facets.contains(facet)).cloned();
    Ok(MatterWrite {
        id,
        kind: M::KIND,
        expected,
        version: expected + 1,
        status: docket.status,
        org: docket.org.to_string(),
        due: day(docket.due),
        amber: day(docket.amber),
        closed: docket.closed,
        opened_day: moment.today.to_string(),
        state: text,
        listed: serde_json::to_string(after).map_err(|error| Fault::Corrupt(error.to_string()))?,
        facets_gone: before
            .facets
            .iter()
            .filter(|facet| !after.facets.contains(facet))
            .cloned()
            .chain(unlisted.iter().map(|value| (WHO.to_owned(), value.clone())))
            .collect(),
        facets_new: facets_new
            .chain(blind.map(|value| (WHO.to_owned(), app.keys.blind(value))))
            .collect(),
        tasks_gone: task_rows(&before.tasks, &after.tasks),
        tasks_put: task_rows(&after.tasks, &before.tasks),
        number: docket.number,
        title: docket.title,
    })
}

/// The rows of those tasks that the others are without.
fn task_rows(tasks: &[Task], others: &[Task]) -> Vec<TaskPut> {
    let row = |task: &Task| TaskPut {
        name: task.name.clone(),
        role: task.role.name(),
        org: task.org.to_string(),
        due: task.due.map(|due| due.to_string()).unwrap_or_default(),
    };
    tasks.iter().filter(|task| !others.contains(task)).map(row).collect()
}
