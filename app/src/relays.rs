//! 联动。 What a fact of one matter asks of another: the one file in which two domains meet.
//!
//! An effect is written with the fact that asks for it and leaves the outbox in the same commit as the act it
//! becomes. So each is carried out once, whatever stops in between and however many servers try.

mod onething;
mod proof;

use crate::catalogue::Snapshot;
use crate::{App, Call, Problem, private, supervision, themes, trading};
use fadu_hall::entry::{Act as EntryAct, Placing, Scope};
use fadu_hall::roster::Act as RosterAct;
use fadu_hall::{Clerk, Entry, Roster, clerk};
use fadu_hotline::DeskAct;
use fadu_hotline::desk::register::Route;
use fadu_kernel::{Actor, Basis, Calendar, Help, Matter, MatterId, OrgId, PersonId, Refusal, Rule, Stamp};
use fadu_law::Power;
use fadu_law::power::Fact as PowerFact;
use fadu_onething::{Joint, JointFact, Theme, ThemeAct};
use fadu_service::item::Fact as ItemFact;
use fadu_service::{Case, CaseAct, CaseFact, Item, ItemAct, PersonalFact};
use fadu_store::{Fault, OutboxRow};
use futures_util::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

const PAGE: u32 = 500;
/// Lanes under way at once: as many as share one commit.
const AT_ONCE: usize = 256;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub(crate) enum Effect {
    /// 职权不在，事项暂停: an item that no power in force covers any more takes no new application.
    SuspendItem { item: String, reason: String },
    /// 事项公布，列入进驻协议: it should be in the hall and is not there until the keeper says so.
    PlaceItem { department: OrgId, code: String, name: String },
    /// 事项暂停或者取消，退出进驻协议
    DropItem {
        department: OrgId,
        code: String,
        reason: String,
        /// Suspended: it comes back as it stood.
        #[serde(default)]
        set_aside: bool,
    },
    /// 人员离岗，撤班
    WithdrawShifts { hall: String, day: Date, person: PersonId, reason: String },
    /// 一件事
    OneThing { asks: onething::Effect },
    /// 免证办
    Proof { asks: proof::Effect },
    /// 公共资源交易
    Trading { asks: trading::Effect },
    /// 公共资源交易监督
    Supervision { asks: supervision::Effect },
    /// 冻结个人信息
    FreezePerson { whose: String },
    /// 删除个人信息
    ErasePerson {
        whose: String,
        /// A document approved the disposal of what was kept, says the fact.
        #[serde(default)]
        disposed: bool,
    },
    /// 并入主单: the parent counts what was merged into it.
    AdoptOrder { parent: MatterId, child: MatterId },
    /// 撤出主单: the parent counts one less.
    DisownOrder { parent: MatterId, child: MatterId },
    /// 移交信访，登记: the petition of an order that was handed over.
    RegisterPetition { order: MatterId, office: OrgId, receipt: String },
    /// 开始一日话务: whether or not the exchange tells anything of it.
    OpenCalls { day: Date },
    /// 随主单办结: one order merged into a parent that is over, or, without `child`, all of them.
    FollowParent {
        parent: MatterId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        child: Option<MatterId>,
    },
}

/// Of what, when and by whom a fact was left, and the catalogue under which it was decided.
pub(crate) struct Told<'a> {
    pub matter: MatterId,
    pub stamp: &'a Stamp,
    pub calendar: &'a Calendar,
    pub catalogue: &'a Snapshot,
}

/// What the fact just folded into `state` asks of other matters, as they are kept in the outbox.
pub(crate) fn asked(state: &dyn Any, fact: &dyn Any, told: &Told<'_>) -> Vec<String> {
    let one_thing = |asks: Vec<onething::Effect>| asks.into_iter().map(|asks| Effect::OneThing { asks });
    let effects: Vec<Effect> = if let (Some(power), Some(fact)) = (state.downcast_ref(), fact.downcast_ref())
    {
        of_power(power, fact)
    } else if let (Some(item), Some(fact)) = (state.downcast_ref(), fact.downcast_ref()) {
        of_item(item, fact, told)
    } else if let (Some(clerk), Some(fact)) = (state.downcast_ref(), fact.downcast_ref()) {
        of_clerk(clerk, fact, told.catalogue, told.stamp.day)
    } else if let (Some(case), Some(fact)) = (state.downcast_ref::<Case>(), fact.downcast_ref::<CaseFact>()) {
        let of_proof = proof::of_case(case, fact, told).map(|asks| Effect::Proof { asks });
        one_thing(onething::of_case(case, fact, told)).chain(of_proof).collect()
    } else if let (Some(joint), Some(fact)) =
        (state.downcast_ref::<Joint>(), fact.downcast_ref::<JointFact>())
    {
        one_thing(onething::of_joint(joint, fact, told)).collect()
    } else if let Some(fact) = fact.downcast_ref() {
        of_personal(fact)
    } else {
        let of_hotline = crate::hotline::asked(told.matter, state, fact);
        let of_trading = trading::asked(told.matter, fact).map(|asks| Effect::Trading { asks });
        let of_proof = proof::asked(state, fact, told).into_iter().map(|asks| Effect::Proof { asks });
        let of_supervision = supervision::asked(told.matter, fact).map(|asks| Effect::Supervision { asks });
        of_hotline
            .into_iter()
            .chain(of_trading)
            .chain(of_proof)
            .chain(of_supervision)
            .collect()
    };
    effects.iter().filter_map(|effect| serde_json::to_string(effect).ok()).collect()
}

/// 职权法定。
pub(crate) static LISTED_POWER: Rule = Rule {
    id: "AUTH-02",
    sentence: "公共服务以外的事项，权责清单里有一项在用的职权列出它，才能对外办理；收件和决定的机关要持有这项职权",
    basis: &[Basis::article("行政许可法", 22), Basis::article("政府信息公开条例", 20)],
};

/// What this act needs of another matter and does not find there: an item that opens its power, an organ that receives or
/// decides a case a power of its own over the item, a theme items that are as it says.
pub(crate) fn barred(state: &dyn Any, act: &dyn Any, catalogue: &Snapshot, today: Date) -> Option<Refusal> {
    if let (Some(case), Some(act)) = (state.downcast_ref::<Case>(), act.downcast_ref::<CaseAct>()) {
        return barred_case(case, act, catalogue, today);
    }
    if let (Some(theme), Some(act)) = (state.downcast_ref::<Theme>(), act.downcast_ref::<ThemeAct>()) {
        return themes::barred(theme, act, catalogue);
    }
    if let Some(DeskAct::SetRoutes { routes }) = act.downcast_ref::<DeskAct>() {
        return routes.iter().find_map(|route| barred_route(route, catalogue, today));
    }
    let (item, act) = (state.downcast_ref::<Item>()?, act.downcast_ref::<ItemAct>()?);
    let day = match act {
        ItemAct::Publish { from } => *from,
        ItemAct::Resume { .. } => today,
        _ => return None,
    };
    is_uncovered(item, catalogue, day).then(|| {
        let because = format!("到{day}，权责清单里没有一项在用的职权列出“{}”（{}）", item.name, item.code);
        Refusal::new(&LISTED_POWER, Help::Government, because)
    })
}

/// 派单目录按权责清单编制: the power that a row names is in force and its unit's own, once the county has such a list.
fn barred_route(route: &Route, catalogue: &Snapshot, today: Date) -> Option<Refusal> {
    let code = route.power.as_deref().map(str::trim).filter(|code| !code.is_empty())?;
    let mut in_force = catalogue.all::<Power>().filter_map(|(_, power)| power.on(today)).peekable();
    in_force.peek()?;
    let own =
        in_force.any(|version| version.entry.code == code && version.entry.department == route.unit.as_str());
    (!own).then(|| {
        let because = format!("权责清单里，{}没有在用的职权{code}", route.unit);
        Refusal::new(&fadu_hotline::rules::BY_CATALOGUE, Help::CatalogueManager, because)
    })
}

fn barred_case(case: &Case, act: &CaseAct, catalogue: &Snapshot, today: Date) -> Option<Refusal> {
    let (item, organ) = match act {
        // A closed item says so itself.
        CaseAct::Receive { item, .. } | CaseAct::ReceivePart { item, .. } => {
            let item = catalogue.one::<Item>(*item).filter(|item| item.is_open())?;
            (item, item.department.as_str())
        }
        CaseAct::Decide { .. } => (catalogue.one::<Item>(case.item)?, case.org.as_str()),
        _ => return None,
    };
    let holds = |power: &Power| {
        power.on(today).is_some_and(|version| {
            version.entry.department == organ && version.entry.items.contains(&item.code)
        })
    };
    let held = item.task_type == 20
        || catalogue.powers_over(&item.code).any(holds)
        || !catalogue.all::<Power>().any(|(_, power)| power.on(today).is_some());
    (!held).then(|| {
        let because =
            format!("到{today}，{organ}在权责清单里没有一项在用的职权列出“{}”（{}）", item.name, item.code);
        Refusal::new(&LISTED_POWER, Help::Government, because)
    })
}

/// No power in force on that day lists it. A public service needs none. Where the county has no power in force at all,
/// its list is not drawn up yet and nothing can be held against it.
fn is_uncovered(item: &Item, catalogue: &Snapshot, day: Date) -> bool {
    let mut in_force = catalogue.all::<Power>().filter_map(|(_, power)| power.on(day)).peekable();
    item.task_type != 20
        && in_force.peek().is_some()
        && !in_force.any(|version| version.entry.items.contains(&item.code))
}

/// A version published ahead begins by itself, whatever became of its power since then.
fn of_item(item: &Item, fact: &ItemFact, told: &Told<'_>) -> Vec<Effect> {
    let mut effects = in_the_hall(item, fact, told.catalogue);
    if matches!(fact, ItemFact::Published { .. }) && is_uncovered(item, told.catalogue, told.stamp.day) {
        let reason = "版本施行时，权责清单里没有一项在用的职权列出这个事项".to_owned();
        effects.push(Effect::SuspendItem { item: item.code.clone(), reason });
    }
    effects
}

fn of_personal(fact: &PersonalFact) -> Vec<Effect> {
    vec![match fact {
        PersonalFact::Frozen { whose, .. } => Effect::FreezePerson { whose: whose.clone() },
        PersonalFact::Erased { whose, disposal, .. } => {
            Effect::ErasePerson { whose: whose.clone(), disposed: !disposal.is_empty() }
        }
    }]
}

/// The agreement of the item's department follows the item, where there is one.
fn in_the_hall(item: &Item, fact: &ItemFact, catalogue: &Snapshot) -> Vec<Effect> {
    let (department, code) = (OrgId::new(&item.department), item.code.clone());
    let Some(entry) = agreement(catalogue, &department) else { return Vec::new() };
    match fact {
        ItemFact::Published { .. } | ItemFact::Resumed { .. } if !entry.items.contains_key(&code) => {
            vec![Effect::PlaceItem { department, code, name: item.name.clone() }]
        }
        ItemFact::Suspended { reason, .. } | ItemFact::Cancelled { reason, .. }
            if entry.items.contains_key(&code) =>
        {
            let set_aside = matches!(fact, ItemFact::Suspended { .. });
            vec![Effect::DropItem { department, code, reason: reason.clone(), set_aside }]
        }
        _ => Vec::new(),
    }
}

/// Who has left stands at no window from today on.
fn of_clerk(clerk: &Clerk, fact: &clerk::Fact, catalogue: &Snapshot, today: Date) -> Vec<Effect> {
    let (clerk::Fact::Left { reason, .. }, Some(person)) = (fact, &clerk.person) else { return Vec::new() };
    let mut effects = Vec::new();
    for (_, roster) in catalogue.all::<Roster>() {
        let days = roster.days.range(today..).filter(|(_, shifts)| posted(shifts, person));
        effects.extend(days.map(|(day, _)| Effect::WithdrawShifts {
            hall: roster.hall.clone(),
            day: *day,
            person: person.clone(),
            reason: format!("离岗：{reason}"),
        }));
    }
    effects
}

fn posted(shifts: &[fadu_hall::roster::Shift], person: &PersonId) -> bool {
    shifts.iter().any(|shift| shift.person == *person)
}

/// The department's agreement with the county's hall, while it stands.
fn agreement<'a>(catalogue: &'a Snapshot, department: &OrgId) -> Option<&'a Entry> {
    catalogue
        .one::<Entry>(Entry::id(Scope::Department, department))
        .filter(|entry| entry.agreed.is_some() && entry.left.is_none())
}

/// A power that ends leaves all its items, one that is adjusted those which its new version does not name.
fn of_power(power: &Power, fact: &PowerFact) -> Vec<Effect> {
    let Some((last, earlier)) = power.versions.split_last() else { return Vec::new() };
    let (left, what) = match fact {
        PowerFact::Ended { ending, reason, .. } => {
            (last.entry.items.iter().collect::<Vec<_>>(), format!("已经{}：{reason}", ending.zh()))
        }
        PowerFact::Approved { .. } => {
            let before = earlier.last().into_iter().flat_map(|version| &version.entry.items);
            let dropped = before.filter(|item| !last.entry.items.contains(item)).collect();
            (dropped, "调整后不再包括这个事项".to_owned())
        }
        _ => return Vec::new(),
    };
    let reason = format!("职权“{}”（{}）{what}", last.entry.name, last.entry.code);
    left.into_iter()
        .map(|item| Effect::SuspendItem { item: item.clone(), reason: reason.clone() })
        .collect()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    pub seen: u64,
    pub acted: u64,
    pub failed: u64,
}

/// A row with the effect that was read from it.
type Read = (OutboxRow, Result<Effect, Fault>);

/// Who waits for whom.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    /// Who touches the catalogue, for whoever did so before.
    Catalogue,
    /// Who acts on a matter, for whoever acts on it before.
    On(MatterId),
    /// Who opens a matter of their own, for nobody.
    Alone(i64, i64),
}

/// Effects in the order in which they were asked for, those that need not wait for each other apart.
fn lanes(rows: Vec<OutboxRow>) -> BTreeMap<Lane, Vec<Read>> {
    let mut lanes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rows {
        let effect = serde_json::from_str::<Effect>(&row.effect)
            .map_err(|error| Fault::Corrupt(format!("effect {}/{}: {error}", row.seq, row.n)));
        let lane = match &effect {
            Ok(Effect::OneThing { asks }) => asks.on().map_or(Lane::Alone(row.seq, row.n), Lane::On),
            Ok(Effect::Proof { asks }) => asks.on().map_or(Lane::Catalogue, Lane::On),
            Ok(
                Effect::AdoptOrder { parent, .. }
                | Effect::DisownOrder { parent, .. }
                | Effect::FollowParent { parent, .. },
            ) => Lane::On(*parent),
            _ => Lane::Catalogue,
        };
        lanes.entry(lane).or_default().push((row, effect));
    }
    lanes
}

impl App {
    /// Carries out what waits in the outbox, and what that asks for in turn. One that fails stays, is logged, and never
    /// stops the rest.
    pub async fn relay(&self) -> Result<Relayed, Problem> {
        let mut report = Relayed::default();
        loop {
            let page = self.store.outbox(self.region, PAGE).await?;
            // What failed in this run waits for the next.
            let once = report.seen > 0;
            let rows: Vec<OutboxRow> = page.into_iter().filter(|row| !once || row.tries == 0).collect();
            if rows.is_empty() {
                return Ok(report);
            }
            // Another server may have moved the catalogue; what to do is decided on today's.
            self.refresh_catalogue().await?;
            report.seen += rows.len() as u64;
            let lanes = futures_util::stream::iter(lanes(rows))
                .map(|(lane, reads)| self.relay_lane(lane, reads))
                .buffer_unordered(AT_ONCE);
            for lane in lanes.try_collect::<Vec<_>>().await? {
                report.acted += lane.acted;
                report.failed += lane.failed;
            }
        }
    }

    /// What is asked of one matter, one after the other; other lanes share the commits.
    async fn relay_lane(&self, lane: Lane, reads: Vec<Read>) -> Result<Relayed, Problem> {
        let mut report = Relayed::default();
        // What several children tell their joint case at once is one commit; if not all of it can be, each is tried alone.
        if let Lane::On(matter) = lane
            && self.relay_told(matter, &reads).await
        {
            report.acted = reads.len() as u64;
            return Ok(report);
        }
        for (row, effect) in reads {
            let carried = match effect {
                Ok(effect) => self.relay_one(&row, effect).await,
                Err(fault) => Err(fault.into()),
            };
            match carried {
                Ok(acted) => report.acted += u64::from(acted),
                Err(error) => {
                    report.failed += 1;
                    tracing::error!(seq = row.seq, n = row.n, tries = row.tries, %error, "an effect could not be carried out; it stays");
                    let why = error.to_string();
                    self.store.outbox_failed(self.region, row.seq, row.n, &why).await?;
                }
            }
        }
        Ok(report)
    }

    /// `false`: there was nothing left to do.
    async fn relay_one(&self, row: &OutboxRow, effect: Effect) -> Result<bool, Problem> {
        let catalogue = self.catalogue();
        match effect {
            Effect::SuspendItem { item, reason } => {
                let open = self.without_power(&item);
                self.carry::<Item>(row, open.map(|id| (id, ItemAct::Suspend { reason }))).await
            }
            Effect::PlaceItem { department, code, name } => {
                let lacks =
                    agreement(&catalogue, &department).filter(|entry| !entry.items.contains_key(&code));
                let act = lacks.map(|entry| {
                    let standing = entry.standing_before(&code);
                    EntryAct::Place { items: vec![Placing { code, name, standing }] }
                });
                let id = Entry::id(Scope::Department, &department);
                self.carry::<Entry>(row, act.map(|act| (id, act))).await
            }
            Effect::DropItem { department, code, reason, set_aside } => {
                let has = agreement(&catalogue, &department).filter(|entry| entry.items.contains_key(&code));
                let id = Entry::id(Scope::Department, &department);
                let act = EntryAct::Drop { codes: vec![code], reason, set_aside };
                self.carry::<Entry>(row, has.map(|_| (id, act))).await
            }
            Effect::WithdrawShifts { hall, day, person, reason } => {
                let id = Roster::id(&hall);
                let shifts = catalogue.one::<Roster>(id).and_then(|roster| roster.days.get(&day));
                let stands = shifts.filter(|shifts| posted(shifts, &person));
                let act = RosterAct::Withdraw { day, person: person.clone(), reason };
                self.carry::<Roster>(row, stands.map(|_| (id, act))).await
            }
            Effect::FreezePerson { whose } => {
                self.store.freeze_person(self.region, &whose, true).await?;
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                Ok(true)
            }
            // Stopped between these, it is done once more: there is nothing left to destroy a second time.
            Effect::ErasePerson { whose, disposed } => {
                if self.store.erase_person(self.region, &whose, disposed).await?.is_none() {
                    return Err(private::kept("决定删除以后有事项归档".to_owned()));
                }
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                Ok(true)
            }
            Effect::Proof { asks } => self.relay_proof(row, asks).await,
            Effect::OneThing { asks } => self.relay_onething(row, asks).await,
            Effect::Trading { asks } => self.relay_trading(row, asks).await,
            Effect::Supervision { asks } => self.relay_supervision(row, asks).await,
            Effect::AdoptOrder { parent, child } => self.adopt_order(parent, child, row).await,
            Effect::DisownOrder { parent, child } => self.disown_order(parent, child, row).await,
            Effect::RegisterPetition { order, office, receipt } => {
                self.register_petition(order, office, receipt, row).await
            }
            Effect::OpenCalls { day } => self.open_calls(day, row).await,
            Effect::FollowParent { parent, child } => self.follow_parent(parent, child, row).await,
        }
    }

    /// Performs the act in the commit in which the effect leaves the outbox; without an act it only leaves.
    pub(crate) async fn carry<M: Matter>(
        &self,
        row: &OutboxRow,
        wanted: Option<(MatterId, M::Act)>,
    ) -> Result<bool, Problem> {
        let Some((id, act)) = wanted else {
            return self.nothing_left(row).await;
        };
        let relay = Actor::relay();
        let call = Call { actor: &relay, matter: Some(id), act, private: BTreeMap::new(), key: None };
        let committed = self.carry_out::<M>(call, Some((row.seq, row.n))).await?;
        Ok(committed.is_some())
    }

    async fn nothing_left(&self, row: &OutboxRow) -> Result<bool, Problem> {
        self.store.outbox_settled(self.region, row.seq, row.n).await?;
        Ok(false)
    }

    /// The item of this code, if it is open and no power in force covers it.
    fn without_power(&self, code: &str) -> Option<MatterId> {
        let catalogue = self.catalogue();
        let (id, _) = catalogue.all::<Item>().find(|(_, item)| item.code == code && item.is_open())?;
        let covered = catalogue
            .all::<Power>()
            .filter_map(|(_, power)| power.current())
            .any(|version| version.entry.items.iter().any(|item| item == code));
        (!covered).then_some(id)
    }
}

/// Carries out effects as they come; once in a while it looks by itself, for those of another server that stopped.
pub async fn keep_relaying(app: Arc<App>, look_every: Duration) {
    loop {
        if let Err(error) = app.relay().await {
            tracing::error!(%error, "the outbox could not be read; the next attempt follows");
        }
        let _ = tokio::time::timeout(look_every, app.effects.notified()).await;
    }
}
