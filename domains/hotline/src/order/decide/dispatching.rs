//! 派单与退单。 By the catalogue, once back with a legal ground, and at the second return to the arbiters.

use super::{Decision, no, not_the_accused, own_unit, panel, undisputed};
use crate::desk::Desk;
use crate::desk::register::Route;
use crate::order::act::Arbiter;
use crate::order::fact::Entry;
use crate::order::{Fact, Order, Question, decide::intake::at_once};
use crate::rules;
use crate::words::{Capacity, Kind, Lane, Level, ReturnGround, Settlement};
use fadu_kernel::{Basis, Ctx, Help, OrgId, PersonId, Refusal, Role};
use std::collections::BTreeSet;

/// Two returns, whichever units they came from, are for the arbiters.
const RETURNS_TO_ARBITRATION: usize = 2;

/// 派单的意向。
pub struct Wish<'a> {
    pub unit: &'a OrgId,
    pub assisting: &'a [OrgId],
    pub officer: Option<&'a PersonId>,
    pub category: Option<&'a str>,
    pub against: Option<&'a OrgId>,
    pub none_named: bool,
    pub reason: &'a str,
}

pub fn dispatch(order: &Order, wish: &Wish, ctx: &Ctx) -> Decision {
    let Some(entry) = order.entry.as_ref().filter(|entry| !entry.lead) else {
        return no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, "线索只走封存渠道，不派单");
    };
    if order.excluded.is_some() {
        return no(&rules::LOOP, Help::CatalogueManager, "已经告知渠道，不再派单");
    }
    if order.dispatch.as_ref().is_some_and(|dispatch| !dispatch.released) {
        return no(&rules::LOOP, Help::CatalogueManager, "已经派单，变更承办单位须先退单");
    }
    let category = wish.category.unwrap_or(&entry.category);
    at_once(category)?;
    let Some(desk) = Desk::open(ctx) else {
        return no(&rules::PARAMETERS, Help::CatalogueManager, "热线还没有开通");
    };
    let accused = accused(entry, wish, desk, ctx)?;
    let everybody: Vec<&OrgId> = wish.assisting.iter().chain([wish.unit]).collect();
    not_the_accused(accused, &everybody)?;
    if wish.category.is_some_and(|category| !desk.has_category(category)) {
        let because = format!("分类里没有“{category}”，或者已经停用");
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, because);
    }
    let route = desk.route(category, &entry.place.address);
    let by_catalogue = route.is_some_and(|route| route.unit == *wish.unit);
    competent(desk, route, wish, by_catalogue, ctx)?;
    if entry.lane == Lane::Enterprise && wish.officer.is_none() {
        return no(&rules::OWN_OFFICER, Help::CatalogueManager, "没有指定企业服务专员");
    }
    let Some(terms) = desk.parameters.terms(entry.kind, entry.urgency) else {
        return no(&rules::PARAMETERS, Help::CatalogueManager, "这一类诉求的时限没有设定");
    };
    // What an order is held to, and since when, was settled by its first dispatch.
    let (first, terms, due) = match &order.dispatch {
        None => (true, terms, terms.due(ctx.today(), ctx.calendar)),
        Some(dispatch) => (false, dispatch.terms, order.due(ctx.calendar)),
    };
    // What came unread was under the machine's own category until now: the dispatch is the first to choose one.
    let suggestion = order.suggestion.as_ref().filter(|_| first && entry.channel.unread());
    Ok(vec![Fact::Dispatched {
        unit: wish.unit.clone(),
        assisting: wish.assisting.to_vec(),
        officer: wish.officer.cloned(),
        kind: entry.kind,
        category: category.to_owned(),
        category_name: desk.own_name(category).map(str::to_owned),
        suggested: suggestion.is_some(),
        followed: suggestion.and_then(|suggestion| suggestion.rank(category)),
        against: accused.filter(|unit| entry.against.as_ref() != Some(*unit)).cloned(),
        none_named: entry.kind == Kind::Report && accused.is_none() && !entry.none_named,
        urgency: entry.urgency,
        lane: entry.lane,
        first,
        by_catalogue,
        power: route.filter(|_| by_catalogue).and_then(|route| route.power.clone()),
        reason: wish.reason.to_owned(),
        terms,
        due,
        return_by: terms.returning.end(ctx.today(), ctx.calendar).ok(),
    }])
}

/// Whom a report is about, a unit of the register, or that it names none: known before it goes anywhere, whichever way it
/// came. A name that no unit bears was a slip of the pen and is asked for again.
fn accused<'a>(
    entry: &'a Entry,
    wish: &Wish<'a>,
    desk: &Desk,
    ctx: &Ctx,
) -> Result<Option<&'a OrgId>, Refusal> {
    if entry.kind != Kind::Report {
        return Ok(None);
    }
    let refuse = |because: String| no(&rules::NEVER_TO_ACCUSED, Help::CatalogueManager, because);
    if let Some(unit) = wish.against.filter(|unit| !desk.units.contains_key(*unit)) {
        return refuse(format!("“{unit}”没有登记为承办单位，被举报的单位要从名录里选"));
    }
    let known = entry.against.as_ref().filter(|unit| desk.units.contains_key(*unit));
    match (wish.against, known) {
        (Some(_), _) if wish.none_named => refuse("写了被举报的单位，又写没有指明单位".to_owned()),
        (unit, Some(known)) if !wish.none_named && unit.is_none_or(|unit| unit == known) => Ok(Some(known)),
        (_, Some(known)) if ctx.actor.role == Role::WindowClerk || wish.reason.trim().is_empty() => {
            refuse(format!("登记的被举报单位是{known}，由热线工作机构写明理由才能改"))
        }
        (Some(unit), _) => Ok(Some(unit)),
        (None, _) if wish.none_named || entry.none_named => Ok(None),
        (None, _) => refuse("还没有写明举报的是哪个单位，没有指明单位的也要写明".to_owned()),
    }
}

/// Is the unit the one that the catalogue names, or one that the hotline may settle on with a reason?
fn competent(
    desk: &Desk,
    route: Option<&Route>,
    wish: &Wish,
    by_catalogue: bool,
    ctx: &Ctx,
) -> Result<(), Refusal> {
    let unknown = wish
        .assisting
        .iter()
        .chain([wish.unit])
        .find(|unit| !desk.units.contains_key(*unit));
    if let Some(unit) = unknown {
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, format!("“{unit}”没有登记为承办单位"));
    }
    if by_catalogue {
        return Ok(());
    }
    let named = route.map_or_else(|| "没有这一类".to_owned(), |route| format!("写的是{}", route.unit));
    if desk.units.get(wish.unit) == Some(&Level::Township) {
        let because = format!("派单目录{named}，{}没有这项职权", wish.unit);
        return no(&rules::NOT_TO_TOWNSHIP, Help::CatalogueManager, because);
    }
    if ctx.actor.role == Role::WindowClerk {
        let because = format!("派单目录{named}，派给别的单位由热线工作机构确定");
        return no(&rules::NOT_BOUGHT_IN, Help::CatalogueManager, because);
    }
    if wish.reason.trim().is_empty() {
        let because = format!("派单目录{named}，派给{}要写明理由", wish.unit);
        return no(&rules::BY_CATALOGUE, Help::CatalogueManager, because);
    }
    Ok(())
}

/// A signature says that the order was seen. The clock does not look at it.
pub fn sign(order: &Order, ctx: &Ctx) -> Decision {
    let dispatch = own_unit(order, ctx)?;
    undisputed(order)?;
    if let Some(mark) = &dispatch.signed {
        return no(&rules::LOOP, Help::AgencyHead, format!("{}已经签收", mark.on));
    }
    let days = fadu_kernel::calendar::days_between(dispatch.on, ctx.today()).max(0) as u32;
    Ok(vec![Fact::Signed { unit: dispatch.unit.clone(), days }])
}

pub fn hand_back(
    order: &Order,
    ground: ReturnGround,
    basis: Option<&Basis>,
    explanation: &str,
    ctx: &Ctx,
) -> Decision {
    let dispatch = own_unit(order, ctx)?;
    undisputed(order)?;
    let unit = &dispatch.unit;
    if order.reply.is_some() || order.n_replies > 0 {
        return no(&rules::LOOP, Help::AgencyHead, "已经答复过，不能再退单");
    }
    if order.review.arbitration.is_some() {
        return no(&rules::ARBITERS, Help::AgencyHead, "承办单位已经裁定，不能再退");
    }
    if order.review.returned_by.contains(unit) {
        return no(&rules::GROUND_TO_RETURN, Help::AgencyHead, format!("{unit}已经退过一次"));
    }
    let Some(basis) = basis.filter(|basis| !basis.statute.trim().is_empty()) else {
        return no(&rules::GROUND_TO_RETURN, Help::AgencyHead, "没有写明退单的法定依据");
    };
    if let Some(by) = dispatch.return_by.filter(|by| ctx.today() > *by) {
        return no(&rules::GROUND_TO_RETURN, Help::AgencyHead, format!("退单的最后一日是{by}"));
    }
    let n = order.review.returned_by.len() + 1;
    let returned = Fact::Returned {
        unit: unit.clone(),
        ground,
        basis: basis.clone(),
        explanation: explanation.to_owned(),
        n: n as u16,
        settle_by: dispatch
            .terms
            .settling
            .filter(|_| n < RETURNS_TO_ARBITRATION)
            .and_then(|limit| limit.end(ctx.today(), ctx.calendar).ok()),
    };
    let opened = (n >= RETURNS_TO_ARBITRATION).then(|| to_arbiters(dispatch, true, ctx));
    Ok([returned].into_iter().chain(opened).collect())
}

fn to_arbiters(dispatch: &crate::order::Dispatch, by_rule: bool, ctx: &Ctx) -> Fact {
    let due = dispatch.terms.arbitration.end(ctx.today(), ctx.calendar).ok();
    Fact::ArbitrationOpened { by_rule, due }
}

pub fn settle_return(order: &Order, settlement: Settlement, reason: &str, ctx: &Ctx) -> Decision {
    let Some(dispatch) = order.dispatch.as_ref().filter(|_| order.review.open) else {
        return no(&rules::LOOP, Help::CatalogueManager, "没有待处理的退单");
    };
    let settled = Fact::ReturnSettled {
        unit: dispatch.unit.clone(),
        settlement,
        reason: reason.to_owned(),
        in_time: order.review.settle_by.map(|by| ctx.today() <= by),
    };
    let opened = (settlement == Settlement::Referred).then(|| to_arbiters(dispatch, false, ctx));
    Ok([settled].into_iter().chain(opened).collect())
}

/// The hotline takes an order back that it gave to the wrong unit, or whose unit is no more. The clock goes on.
pub fn recall(order: &Order, reason: &str) -> Decision {
    let Some(dispatch) = order.dispatch.as_ref().filter(|dispatch| !dispatch.released) else {
        return no(&rules::LOOP, Help::CatalogueManager, "还没有派单");
    };
    undisputed(order)?;
    if order.review.arbitration.is_some() {
        return no(&rules::ARBITERS, Help::CatalogueManager, "承办单位已经裁定，不能收回");
    }
    if order.reply.is_some() {
        return no(&rules::LOOP, Help::CatalogueManager, "已经答复，不能收回重派");
    }
    Ok(vec![Fact::Recalled { unit: dispatch.unit.clone(), reason: reason.to_owned() }])
}

/// Put to the three, if what it would come to is lawful.
pub fn arbitrate(order: &Order, unit: &OrgId, arbiters: &[Arbiter], reason: &str, ctx: &Ctx) -> Decision {
    arbitrated(order, unit, arbiters, reason, ctx)?;
    panel::convene(Question::Unit { unit: unit.clone(), panel: arbiters.to_vec() }, reason)
}

/// 裁定, once the last arbiter has confirmed: which unit it is. Asked beforehand too, so that nobody is called for what would
/// be refused. Refuses while nothing is disputed, a capacity lacks its person, or one of them handled the order.
pub fn arbitrated(order: &Order, unit: &OrgId, panel: &[Arbiter], reason: &str, ctx: &Ctx) -> Decision {
    let open = order.review.arbitration.as_ref().filter(|open| open.decided.is_none());
    let (Some(open), Some(dispatch)) = (open, &order.dispatch) else {
        return no(&rules::ARBITERS, Help::CatalogueManager, "没有待裁定的派单争议");
    };
    let persons: BTreeSet<&PersonId> = panel.iter().map(|arbiter| &arbiter.person).collect();
    let capacities: BTreeSet<Capacity> = panel.iter().map(|arbiter| arbiter.capacity).collect();
    if persons.len() != panel.len() || capacities.len() < Capacity::ALL.len() {
        let because = "裁定要有热线工作机构、编制、司法三方各一人，不能兼任";
        return no(&rules::ARBITERS, Help::CatalogueManager, because);
    }
    if let Some(person) = persons.iter().find(|person| order.handlers.contains(**person)) {
        return no(&rules::KEEP_AWAY, Help::CatalogueManager, format!("{person}办理过这件工单"));
    }
    not_the_accused(order.accused(), &[unit])?;
    let Some(desk) = Desk::open(ctx) else {
        return no(&rules::PARAMETERS, Help::CatalogueManager, "热线还没有开通");
    };
    let address = order.entry.as_ref().map_or("", |entry| &entry.place.address);
    let by_catalogue = desk.route(order.category(), address).is_some_and(|route| route.unit == *unit);
    match desk.units.get(unit) {
        None => {
            return no(&rules::BY_CATALOGUE, Help::CatalogueManager, format!("“{unit}”没有登记为承办单位"));
        }
        Some(Level::Township) if !by_catalogue => {
            let because = format!("{unit}没有这项职权，裁定也不能把部门的事交给它");
            return no(&rules::NOT_TO_TOWNSHIP, Help::CatalogueManager, because);
        }
        Some(_) => {}
    }
    Ok(vec![Fact::Arbitrated {
        unit: unit.clone(),
        from: dispatch.unit.clone(),
        panel: panel.to_vec(),
        reason: reason.to_owned(),
        in_time: open.due.map(|due| ctx.today() <= due),
    }])
}
