//! 热线的联动与查找。 What one order asks of another, who called before, and what the public reads.

use crate::relays::Effect;
use crate::{App, Call, Problem};
use fadu_hotline::lead::{AWAY_FROM_PERSONS, AWAY_FROM_UNITS};
use fadu_hotline::order::LEAD_TEXT;
use fadu_hotline::place::Bbox;
use fadu_hotline::words::Kind;
use fadu_hotline::{
    Calls, CallsAct, CallsFact, Desk, DeskFact, Lead, LeadAct, Order, OrderAct, OrderFact, Petition,
    PetitionAct,
};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, Help, Matter, MatterId, OrgId, Refusal, Rule};
use fadu_store::{EntryRow, Fault, MatterRow, OutboxRow};
use jiff::civil::Date;
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

/// Orders merged into one parent: more than a county's callers would ever be.
const CHILDREN: u32 = 100_000;
/// What the fact just folded into an order asks of others.
pub(crate) fn asked(id: MatterId, state: &dyn Any, fact: &dyn Any) -> Vec<Effect> {
    if let Some(day) = day_to_open(state, fact) {
        return vec![Effect::OpenCalls { day }];
    }
    let (Some(order), Some(fact)) = (state.downcast_ref::<Order>(), fact.downcast_ref::<OrderFact>()) else {
        return Vec::new();
    };
    match fact {
        OrderFact::Merged { into, .. } => vec![Effect::AdoptOrder { parent: *into, child: id }],
        OrderFact::Unmerged { from, .. } => vec![Effect::DisownOrder { parent: *from, child: id }],
        OrderFact::HandedOver { office, receipt, .. } => {
            let (office, receipt) = (OrgId::new(office), receipt.clone());
            let petition = Effect::RegisterPetition { order: id, office, receipt };
            std::iter::once(petition).chain(followed(id, order)).collect()
        }
        // Whatever ends an order ends what was merged into it. A petition that is still to be handed over is not over.
        OrderFact::Closed { .. }
        | OrderFact::Excluded { .. }
        | OrderFact::PassedUp { .. }
        | OrderFact::EmergencyTransferred { .. }
        | OrderFact::LeadReleased
        | OrderFact::JudgedUnlawful { was_closed: false, .. }
        | OrderFact::ParentClosed { .. } => followed(id, order).into_iter().collect(),
        // Merged into an order that was over before it heard of it.
        OrderFact::Adopted { child } if is_over(order) => {
            vec![Effect::FollowParent { parent: id, child: Some(*child) }]
        }
        _ => Vec::new(),
    }
}

/// 话务日 that begins of itself: the one after the hotline went live, and the one after each that is closed.
fn day_to_open(state: &dyn Any, fact: &dyn Any) -> Option<Date> {
    if let Some(DeskFact::WentLive { .. }) = fact.downcast_ref::<DeskFact>() {
        let (live, _) = state.downcast_ref::<Desk>()?.live?;
        return Some(offset(live, 1));
    }
    match fact.downcast_ref::<CallsFact>() {
        Some(CallsFact::DayClosed { .. }) => Some(offset(state.downcast_ref::<Calls>()?.day?, 1)),
        _ => None,
    }
}

/// A merged order ends with the order that it was merged into.
fn is_over(order: &Order) -> bool {
    order.is_closed() && (order.merged.is_none() || order.parent_closed.is_some())
}

fn followed(id: MatterId, order: &Order) -> Option<Effect> {
    (order.n_children > 0 && is_over(order)).then_some(Effect::FollowParent { parent: id, child: None })
}

/// What the caller was told at the end: the unit's reply, where to go instead, or what a parent's caller was told.
fn told(entries: &[EntryRow]) -> String {
    let said = |entry: &EntryRow| {
        let field = match entry.fact.as_str() {
            "Replied" => "text",
            "Excluded" => "told",
            "ParentClosed" => "reply",
            _ => return None,
        };
        let body: serde_json::Value = serde_json::from_str(&entry.body).ok()?;
        body["data"][&entry.fact][field].as_str().map(str::to_owned)
    };
    entries.iter().rev().find_map(said).unwrap_or_default()
}

/// 上线障碍。 The limits of the hotline that no source gave yet.
pub(crate) fn lacks(app: &App) -> Vec<(String, String)> {
    let set = app.hotline().map(|desk| desk.parameters).unwrap_or_default();
    let missing = set.missing(false).into_iter();
    missing
        .map(|name| (fadu_hotline::rules::PARAMETERS.id.to_owned(), name.to_owned()))
        .collect()
}

fn refused(rule: &'static Rule, because: String) -> Result<(), Problem> {
    Err(Problem::Refused(Refusal::new(rule, Help::CatalogueManager, because)))
}

impl App {
    /// An order that nothing could end would wait for ever, so its parent must be there. What a lead is about stays sealed,
    /// and a report ends with no order that the unit it is about may get (PET-08).
    pub(crate) async fn may_merge(&self, id: MatterId, act: &(dyn Any + Send + Sync)) -> Result<(), Problem> {
        let Some(&OrderAct::Merge { into, .. }) = act.downcast_ref::<OrderAct>() else { return Ok(()) };
        let Some((_, parent)) = self.order(into).await?.filter(|(_, parent)| !parent.is_lead()) else {
            let because = "要并入的主单不存在，或者走另外的渠道";
            return refused(&fadu_hotline::rules::MERGE_ALIKE, because.to_owned());
        };
        let Some((_, child)) = self.order(id).await?.filter(|(_, child)| child.kind() == Some(Kind::Report))
        else {
            return Ok(());
        };
        match child.accused() {
            _ if parent.kind() != Some(Kind::Report) => {
                refused(&fadu_hotline::rules::NEVER_TO_ACCUSED, "举报只能并入举报".to_owned())
            }
            Some(accused) if parent.accused() != Some(accused) => {
                let because = format!("这件举报的是{accused}，要并入的不是");
                refused(&fadu_hotline::rules::NEVER_TO_ACCUSED, because)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// PET-08: nobody accused is put in the place of who was to have a lead. The reason names nobody: a refusal is noted too.
    pub(crate) async fn may_readdress(
        &self,
        id: MatterId,
        act: &(dyn Any + Send + Sync),
    ) -> Result<(), Problem> {
        let Some(LeadAct::Readdress { release_by, to, receiver, .. }) = act.downcast_ref::<LeadAct>() else {
            return Ok(());
        };
        let (_, lead) = self.stored::<Lead>(id).await?;
        let sealed = self.unseal(id, &lead.sealed).await?;
        let accused = |field: &str, name: &str| {
            sealed
                .get(field)
                .is_some_and(|names| names.lines().any(|accused| accused == name))
        };
        let unit = accused(AWAY_FROM_UNITS, to.as_str());
        let hands = [release_by, receiver];
        if unit || hands.iter().any(|person| accused(AWAY_FROM_PERSONS, person.as_str())) {
            let because = "经手的单位或者人员与被反映的相同，请另行指定".to_owned();
            return refused(&fadu_hotline::rules::NEVER_TO_ACCUSED, because);
        }
        Ok(())
    }

    /// PET-08: the officer named is no person of the unit that a report is about.
    pub(crate) async fn may_dispatch(
        &self,
        id: MatterId,
        act: &(dyn Any + Send + Sync),
    ) -> Result<(), Problem> {
        let Some(OrderAct::Dispatch { officer: Some(officer), against, .. }) = act.downcast_ref::<OrderAct>()
        else {
            return Ok(());
        };
        let Some((_, order)) = self.order(id).await?.filter(|(_, order)| order.kind() == Some(Kind::Report))
        else {
            return Ok(());
        };
        let Some(accused) = against.as_ref().or(order.accused()) else { return Ok(()) };
        match self.account(officer.as_str()).await? {
            Some(account) if account.org == accused.as_str() => {
                let because = format!("{officer}是被举报的{accused}的人");
                refused(&fadu_hotline::rules::NEVER_TO_ACCUSED, because)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// `false`: the parent is no order, and there is nothing to count.
    pub(crate) async fn adopt_order(
        &self,
        parent: MatterId,
        child: MatterId,
        row: &OutboxRow,
    ) -> Result<bool, Problem> {
        match self.of_orders(parent, OrderAct::Adopt { child }, Some((row.seq, row.n))).await {
            Ok(acted) => Ok(acted),
            Err(Problem::NotFound) => {
                tracing::warn!(%parent, %child, "an order was merged into nothing");
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                Ok(false)
            }
            Err(problem) => Err(problem),
        }
    }

    /// A parent that is no order has nothing to count.
    pub(crate) async fn disown_order(
        &self,
        parent: MatterId,
        child: MatterId,
        row: &OutboxRow,
    ) -> Result<bool, Problem> {
        match self.of_orders(parent, OrderAct::Disown { child }, Some((row.seq, row.n))).await {
            Err(Problem::NotFound) => {
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                Ok(false)
            }
            answer => answer,
        }
    }

    /// Once an order: what was registered by hand meanwhile stands.
    pub(crate) async fn register_petition(
        &self,
        id: MatterId,
        unit: OrgId,
        receipt: String,
        row: &OutboxRow,
    ) -> Result<bool, Problem> {
        let Some((_, order)) = self.order(id).await? else {
            self.store.outbox_settled(self.region, row.seq, row.n).await?;
            return Ok(false);
        };
        let private = self.unseal(id, &order.sealed).await?;
        let act = PetitionAct::Register {
            order: id,
            order_number: order.number.clone(),
            unit,
            receipt,
            persons: order.entry.as_ref().map_or(1, |entry| entry.persons),
            applicant: order.applicant.clone(),
            against: order.accused().cloned(),
        };
        let relay = Actor::relay();
        let call = Call::<Petition> { actor: &relay, matter: None, act, private, key: None };
        match self.carry_out(call, Some((row.seq, row.n))).await {
            Err(Problem::Refused(_)) => {
                self.store.outbox_settled(self.region, row.seq, row.n).await?;
                Ok(false)
            }
            done => Ok(done?.is_some()),
        }
    }

    /// Once a day: one that the exchange's first record opened is open.
    pub(crate) async fn open_calls(&self, day: Date, row: &OutboxRow) -> Result<bool, Problem> {
        let relay = Actor::relay();
        let act = CallsAct::Open { day };
        let call = Call::<Calls> { actor: &relay, matter: None, act, private: BTreeMap::new(), key: None };
        // Days of before bear no name.
        if self.calls_of_day(day).await?.is_none() {
            match self.carry_out(call, Some((row.seq, row.n))).await {
                Err(Problem::Refused(_)) => {}
                done => return Ok(done?.is_some()),
            }
        }
        self.store.outbox_settled(self.region, row.seq, row.n).await?;
        Ok(false)
    }

    /// Each child follows once: one that has followed says so by its state, whatever stopped in between.
    pub(crate) async fn follow_parent(
        &self,
        parent: MatterId,
        child: Option<MatterId>,
        row: &OutboxRow,
    ) -> Result<bool, Problem> {
        let number = self.order(parent).await?.map(|(_, order)| order.number).unwrap_or_default();
        let reply = told(&self.store.entries_of(self.region, parent).await?);
        let children = match child {
            Some(child) => vec![child],
            None => {
                let merged = self
                    .store
                    .by_facet(self.region, "parent", &parent.to_string(), CHILDREN)
                    .await?;
                merged.iter().map(|row| row.id).collect()
            }
        };
        let mut acted = false;
        for child in children {
            let act = OrderAct::FollowParent { parent: number.clone(), reply: reply.clone() };
            match self.of_orders(child, act, None).await {
                Ok(_) => acted = true,
                Err(Problem::Refused(_) | Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
        self.store.outbox_settled(self.region, row.seq, row.n).await?;
        Ok(acted)
    }

    /// 待告知的来信人: orders by letter with something that their writer was not written yet, and where to write; without an
    /// address where the person's data are gone.
    pub async fn untold_by_mail(
        &self,
        limit: u32,
    ) -> Result<Vec<(MatterId, Order, Option<String>)>, Problem> {
        let mut found = Vec::new();
        for row in self.store.by_facet(self.region, "tell", "mail", limit).await? {
            let Some((_, order)) = self.order(row.id).await? else { continue };
            let mail = self.unseal(row.id, &order.sealed).await?.remove("caller_mail");
            found.push((row.id, order, mail));
        }
        Ok(found)
    }

    /// The letter has left, or nobody lives at its address. Errors: those of the store.
    pub async fn caller_told(&self, id: MatterId) -> Result<(), Problem> {
        match self.of_orders(id, OrderAct::TellCaller, None).await {
            // Another server wrote it meanwhile.
            Ok(_) | Err(Problem::Refused(_)) => Ok(()),
            Err(problem) => Err(problem),
        }
    }

    async fn of_orders(
        &self,
        id: MatterId,
        act: OrderAct,
        effect: Option<(i64, i64)>,
    ) -> Result<bool, Problem> {
        let actor = Actor::relay();
        let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
        Ok(self.carry_out::<Order>(call, effect).await?.is_some())
    }

    /// The order and its row.
    pub async fn order(&self, id: MatterId) -> Result<Option<(MatterRow, Order)>, Fault> {
        let row = self.store.matter(self.region, id).await?.filter(|row| row.kind == Order::KIND);
        row.map(|row| {
            let order =
                serde_json::from_str(&row.state).map_err(|error| Fault::Corrupt(error.to_string()))?;
            Ok((row, order))
        })
        .transpose()
    }

    /// By its number, as a citizen or a client of the open interface knows it.
    pub async fn order_numbered(&self, number: &str) -> Result<Option<(MatterRow, Order)>, Fault> {
        let number = number.trim().to_ascii_uppercase();
        let found = self.store.by_facet(self.region, "number", &number, 4).await?;
        match found.into_iter().find(|row| row.kind == Order::KIND) {
            Some(row) => self.order(row.id).await,
            None => Ok(None),
        }
    }

    /// 坐席封存的线索: its words, for sealing them anew in the lead that is proposed of it; no page shows them.
    /// `None` where no lead has this number. Errors: those of the store.
    pub async fn lead_words(&self, number: &str) -> Result<Option<String>, Problem> {
        let Some((row, order)) = self.order_numbered(number).await?.filter(|(_, order)| order.is_lead())
        else {
            return Ok(None);
        };
        Ok(self.unseal(row.id, &order.sealed).await?.remove(LEAD_TEXT))
    }

    /// 市级工单编号 → our order.
    pub async fn order_of_prefecture(&self, number: &str) -> Result<Option<MatterRow>, Fault> {
        let found = self.store.by_facet(self.region, "prefecture", number.trim(), 4).await?;
        Ok(found.into_iter().find(|row| row.kind == Order::KIND))
    }

    /// The register, once it is set up; `live` says whether the hotline is open.
    pub fn hotline(&self) -> Option<Desk> {
        self.catalogue().one::<Desk>(Desk::id()).cloned()
    }

    /// 一天的话务, as the exchange's record tells it; `None` where nothing was recorded.
    pub async fn calls_of_day(&self, day: Date) -> Result<Option<Calls>, Fault> {
        let found = self.store.by_facet(self.region, "day", &day.to_string(), 4).await?;
        let Some(row) = found.into_iter().find(|row| row.kind == Calls::KIND) else { return Ok(None) };
        let row = self.store.matter(self.region, row.id).await?;
        row.map(|row| serde_json::from_str(&row.state).map_err(|error| Fault::Corrupt(error.to_string())))
            .transpose()
    }

    /// 来电人的历史诉求, the latest first, by telephone or name through the blind index.
    pub async fn orders_of_caller(&self, who: &str, limit: u32) -> Result<Vec<MatterRow>, Fault> {
        if who.trim().is_empty() {
            return Ok(Vec::new());
        }
        let found = self.store.by_facet(self.region, "who", &self.keys.blind(who), limit).await?;
        Ok(found.into_iter().filter(|row| row.kind == Order::KIND).collect())
    }
}

/// 公开的诉求要看什么, by the moment an order was taken.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    pub from_ms: i64,
    pub to_ms: i64,
    /// Only narrows what is looked up: whoever shows the orders holds each against it.
    pub bbox: Option<Bbox>,
    /// Empty: any.
    pub categories: Vec<String>,
    pub open: Option<bool>,
    /// Only what comes after this one in the list, which has the latest first.
    pub after: Option<MatterId>,
}

/// So many published orders are one page of the list. A page that is full may have another behind it.
pub const PUBLISHED: usize = 1000;
/// States of published orders that stay in memory.
const KEPT: usize = 4096;

type Version = (MatterId, i64);
/// Ledger number, moment and name of each fact of an order.
pub type History = Arc<Vec<(i64, i64, String)>>;

/// 已读的公开诉求。 A published order is read once for each of its versions.
#[derive(Default)]
pub struct Published {
    orders: Mutex<HashMap<Version, Arc<Order>>>,
    histories: Mutex<HashMap<Version, History>>,
}

impl Published {
    /// All pages of `rows`.
    pub async fn all(&self, app: &App, mut sought: Sought) -> Result<Vec<MatterRow>, Fault> {
        let mut all = Vec::new();
        loop {
            let page = self.rows(app, &sought).await?;
            let full = page.len() == PUBLISHED;
            all.extend(page);
            sought.after = all.last().map(|row: &MatterRow| row.id);
            if !full {
                return Ok(all);
            }
        }
    }

    /// The rows of what was published, the latest first, one page of them. Only the index is read.
    pub async fn rows(&self, app: &App, sought: &Sought) -> Result<Vec<MatterRow>, Fault> {
        let mut all = Vec::new();
        let cells = sought.bbox.filter(|_| sought.categories.is_empty()).and_then(Bbox::wide_cells);
        if let Some(cells) = cells {
            for cell in cells {
                self.look(app, "public_cell", &cell, sought, &mut all).await?;
            }
        } else if sought.categories.is_empty() {
            let first = crate::now::moment(sought.from_ms).today.first_of_month();
            let mut month = crate::now::moment(sought.to_ms).today.first_of_month();
            while month >= first && all.len() < PUBLISHED {
                self.look(app, "published", &month.strftime("%Y-%m").to_string(), sought, &mut all)
                    .await?;
                let Ok(before) = month.yesterday() else { break };
                month = before.first_of_month();
            }
        }
        for category in &sought.categories {
            self.look(app, "public", category, sought, &mut all).await?;
        }
        all.sort_by_key(|row| std::cmp::Reverse(row.id));
        all.dedup_by_key(|row| row.id);
        all.truncate(PUBLISHED);
        Ok(all)
    }

    async fn look(
        &self,
        app: &App,
        facet: &str,
        value: &str,
        sought: &Sought,
        all: &mut Vec<MatterRow>,
    ) -> Result<(), Fault> {
        let (first, mut last) = span(sought);
        let mut fitting = 0;
        // What is closed or open is not in the index: pages are turned until enough fit.
        while fitting < PUBLISHED && first <= last {
            let page = app
                .store
                .by_facet_between(app.region, facet, value, (first, last), PUBLISHED as u32)
                .await?;
            let full = page.len() == PUBLISHED;
            let Some(oldest) = page.last().map(|row| row.id).filter(|_| full) else {
                all.extend(page.into_iter().filter(|row| fits(row, sought)));
                break;
            };
            let before = all.len();
            all.extend(page.into_iter().filter(|row| fits(row, sought)));
            fitting += all.len() - before;
            last = MatterId(oldest.0 - 1);
        }
        Ok(())
    }

    pub async fn order(&self, app: &App, row: &MatterRow) -> Result<Option<Arc<Order>>, Fault> {
        let key = (row.id, row.version);
        let known = self.orders.lock().ok().and_then(|kept| kept.get(&key).cloned());
        if known.is_some() {
            return Ok(known);
        }
        // Withdrawn from view since the row was read: it is not shown from memory either.
        let Some((row, order)) = app.order(row.id).await? else { return Ok(None) };
        let order = Arc::new(order);
        keep(&self.orders, (row.id, row.version), Arc::clone(&order));
        Ok(order.published.is_some().then_some(order))
    }

    /// What happened to it, oldest first.
    pub async fn history(&self, app: &App, row: &MatterRow) -> Result<History, Fault> {
        let key = (row.id, row.version);
        let known = self.histories.lock().ok().and_then(|kept| kept.get(&key).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let entries = app.store.entries_of(app.region, row.id).await?;
        let history = Arc::new(entries.into_iter().map(|entry| (entry.seq, entry.ms, entry.fact)).collect());
        keep(&self.histories, key, Arc::clone(&history));
        Ok(history)
    }
}

fn keep<T>(kept: &Mutex<HashMap<Version, T>>, key: Version, value: T) {
    if let Ok(mut kept) = kept.lock() {
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, value);
    }
}

/// Identifiers sort by the moment of their opening, so the moment is compared without reading the order.
fn span(sought: &Sought) -> (MatterId, MatterId) {
    let last = MatterId::opened_at(sought.to_ms, u32::MAX);
    let before = sought.after.map(|after| MatterId(after.0 - 1));
    (MatterId::opened_at(sought.from_ms, 0), before.map_or(last, |before| before.min(last)))
}

fn fits(row: &MatterRow, sought: &Sought) -> bool {
    row.kind == Order::KIND && sought.open.is_none_or(|open| open != row.closed)
}
