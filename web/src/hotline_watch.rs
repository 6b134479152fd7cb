//! 12345 研判。 Bursts with a parent raised by a person, where and about what people call, tomorrow's load beside the
//! roster, and which answers rest on articles that have changed.

use crate::extract::{self, Query};
use crate::fail::Page;
use crate::hotline::categories;
use crate::hotline_map::draw;
use crate::session::{Visit, random};
use crate::view::{Field, basis_href, basis_links, fact, fact_link, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::now::{clock_text, start_of};
use fadu_app::private::mask_within;
use fadu_app::{Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::OWN_LINE;
use fadu_hotline::desk::register::hours_of_week;
use fadu_hotline::forecast::{Exact, History};
use fadu_hotline::place::Place;
use fadu_hotline::words::{Channel, Kind, Lane, Urgency};
use fadu_hotline::{Intake, Knowledge, Order, OrderAct};
use fadu_kernel::calendar::offset;
use fadu_kernel::{Actor, MatterId, Ratio, Role};
use fadu_law::check::Cited;
use fadu_law::touch::amended_since;
use fadu_ledger::note::hex;
use fadu_understand::burst::{Found, Seen, find};
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hotline/bursts", get(bursts).post(raise))
        .route("/desk/hotline/heat", get(heat))
        .route("/desk/hotline/load", get(load))
        .route("/desk/hotline/knowledge", get(knowledge))
        .route("/12345/heat", get(public_heat))
}

type Form = HashMap<String, String>;

/// Requests of the last days that are looked through for bursts.
const LOOKED_AT: u32 = 2000;
/// Of one burst shown by name.
const SHOWN: usize = 20;
/// Rows of a table of places.
const AREAS: usize = 40;

/// Orders taken since the hours of the county's own standard began, and the two days before for parents already raised.
async fn seen(visit: &Visit, hours: u16) -> Result<Vec<Seen>, Fail> {
    let app = &visit.web.app;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(visit, fault);
    let from = fadu_app::now::moment(app.moment().ms - i64::from(hours) * 3_600_000).today;
    let (mut found, mut day) = (Vec::new(), offset(from, -2));
    while day <= app.moment().today {
        let entries = app
            .store
            .entries_of_day(app.region, &day.to_string(), LOOKED_AT * 4)
            .await
            .map_err(fault)?;
        for entry in entries
            .into_iter()
            .filter(|entry| entry.fact == "Taken")
            .take(LOOKED_AT as usize)
        {
            let Some((_, order)) = app.order(entry.matter).await.map_err(fault)? else { continue };
            found.extend(Seen::of(entry.matter, &order));
        }
        day = offset(day, 1);
    }
    Ok(found)
}

/// The standard of this county: so many within so many hours.
fn standard(visit: &Visit) -> Option<(u16, u16)> {
    let desk = visit.web.app.hotline()?;
    Some((desk.parameters.count("burst_orders")?, desk.parameters.count("burst_hours")?))
}

async fn found(visit: &Visit) -> Result<Vec<Found>, Fail> {
    let Some((orders, hours)) = standard(visit) else { return Ok(Vec::new()) };
    Ok(find(seen(visit, hours).await?, orders, hours))
}

/// What callers said is read by the hotline's own people alone: a unit sees the orders that it was given.
fn of_the_hotline(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    match visit.web.app.hotline().is_some_and(|desk| desk.org == actor.org) {
        true => Ok(actor),
        false => Err(Fail::NotFound(visit.clone())),
    }
}

async fn bursts(visit: Visit) -> Page {
    let may = of_the_hotline(&visit)?.role == Role::CatalogueManager;
    let member = |seen: &Seen| context! { number => seen.number.clone(), href => format!("/desk/orders/{}", seen.id), when => clock_text(seen.at_ms), text => mask_within(&seen.text).chars().take(60).collect::<String>() };
    let list = categories(&visit.web);
    let row = |found: &Found| {
        let mut facts = vec![
            fact("类别", list.title(found.category())),
            fact("片区", visit.web.addresses().told(found.area())),
        ];
        facts.push(fact("件数", format!("{}件", found.members.len())));
        facts.extend(found.members.first().map(|seen| fact("最早", clock_text(seen.at_ms))));
        facts.extend(found.members.last().map(|seen| fact("最近", clock_text(seen.at_ms))));
        facts.extend(
            found.parent.as_ref().map(|parent| {
                fact_link("主单", parent.number.clone(), &format!("/desk/orders/{}", parent.id))
            }),
        );
        context! {
            title => found.title(&list), facts => facts, members => found.members.iter().take(SHOWN).map(member).collect::<Vec<_>>(), more => found.members.len().saturating_sub(SHOWN),
            category => found.category(), area => found.area(), parent => found.parent.as_ref().map(|parent| parent.number.clone()), may => may, idem => hex(&random::<12>()),
        }
    };
    let all = found(&visit).await?;
    let rule = standard(&visit).map(|(orders, hours)| {
        format!("同一片区、同一类别，{hours}小时之内达到{orders}件的，算一起群体诉求，立一件主单合并办理。由程序数出来，由人决定。")
    });
    Ok(visit.page("desk/hotline_bursts.html", "群体诉求", context! {
        crumbs => vec![link("12345", "/desk/hotline")], rule => rule, bursts => all.iter().map(row).collect::<Vec<_>>(),
    }))
}

/// Raises the parent where there is none and merges the members one by one. Whatever stops in between, the same button
/// finishes it: what is merged already is no member any more.
async fn raise(visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    let actor = of_the_hotline(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let value = |name: &str| form.get(name).map_or("", String::as_str);
    let here = "/desk/hotline/bursts";
    let all = found(&visit).await?;
    let same = |found: &&Found| found.category() == value("category") && found.area() == value("area");
    let Some(burst) = all.iter().find(same) else { return Ok(Redirect::to(here).into_response()) };
    let refused = |problem| Fail::from_problem(&visit, problem, "群体诉求立主单", here);
    let parent = match &burst.parent {
        Some(parent) => parent.id,
        None => {
            let members = burst.members.iter().map(|seen| seen.id).collect();
            let act =
                OrderAct::Raise { intake: Box::new(parent_of(&categories(&visit.web), burst)), members };
            act_on(&visit, &actor, None, act, value("idem")).await.map_err(refused)?
        }
    };
    for seen in &burst.members {
        let act = OrderAct::Merge { into: parent, alike: None };
        let key = format!("{}-{}", value("idem"), seen.id);
        match act_on(&visit, &actor, Some(seen.id), act, &key).await {
            // Answered or closed by somebody in the meantime: it is no member any more.
            Ok(_) | Err(Problem::Refused(_)) => {}
            Err(problem) => return Err(refused(problem)),
        }
    }
    Ok(Redirect::to(&format!("/desk/orders/{parent}")).into_response())
}

async fn act_on(
    visit: &Visit,
    actor: &Actor,
    matter: Option<MatterId>,
    act: OrderAct,
    key: &str,
) -> Result<MatterId, Problem> {
    let key = Some(key.to_owned()).filter(|key| !key.is_empty());
    let call = Call { actor, matter, act, private: BTreeMap::new(), key };
    visit.web.app.act::<Order>(call).await.map(|done| done.matter)
}

/// The order that stands for all: their category and place, and the words of the first.
fn parent_of(list: &Categories, burst: &Found) -> Intake {
    let first = burst.members.first();
    let group = list.group(burst.category());
    Intake {
        channel: Channel::Burst,
        line: OWN_LINE.to_owned(),
        kind: first.map_or(Kind::Help, |seen| seen.kind),
        // One caller's number is no part of what all of them ask for.
        text: format!(
            "{}。最早一件：{}",
            burst.title(list),
            first.map_or(String::new(), |seen| mask_within(&seen.text))
        ),
        category: burst.category().to_owned(),
        place: first.map(|seen| seen.place.clone()).unwrap_or_default(),
        urgency: Urgency::Urgent,
        lane: group.map_or(Lane::General, |group| group.lane),
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        suggestion: None,
        proposed: None,
        persons: u16::try_from(burst.members.len()).unwrap_or(u16::MAX),
        attachments: Vec::new(),
    }
}

/// Requests of each area, whatever they are about.
fn by_area(counts: &BTreeMap<(String, String), i64>) -> BTreeMap<String, i64> {
    let mut areas: BTreeMap<String, i64> = BTreeMap::new();
    for ((area, _), n) in counts {
        *areas.entry(area.clone()).or_default() += n;
    }
    areas
}

/// Rows of places by groups of categories, those with most first; a shade of five for each quantity. A place that the
/// list of addresses names bears that name.
fn table(web: &Web, counts: &BTreeMap<(String, String), i64>) -> (Vec<String>, Vec<Value>) {
    let list = &categories(web);
    let groups: Vec<&str> = list.groups.iter().map(|group| group.code.as_str()).collect();
    let mut areas: BTreeMap<&str, i64> = BTreeMap::new();
    for ((area, _), n) in counts {
        *areas.entry(area).or_default() += n;
    }
    let most = counts.values().copied().max().unwrap_or(0).max(1);
    let mut areas: Vec<(&str, i64)> = areas.into_iter().collect();
    areas.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let row = |(area, total): (&str, i64)| {
        let cell = |group: &&str| {
            let n = counts.get(&(area.to_owned(), (*group).to_owned())).copied().unwrap_or(0);
            context! { n => n, heat => if n == 0 { 0 } else { (n * 5 + most - 1) / most } }
        };
        context! { area => web.addresses().told(area), total => total, cells => groups.iter().map(cell).collect::<Vec<_>>() }
    };
    let names = groups.iter().map(|group| list.title(group).to_owned()).collect();
    (names, areas.into_iter().take(AREAS).map(row).collect())
}

/// All requests with a place, for staff.
async fn heat(visit: Visit, Query(query): Query<Form>) -> Page {
    visit.staff()?;
    let web = &visit.web;
    let today = web.app.moment().today;
    let day = |name: &str| query.get(name).and_then(|day| day.parse::<Date>().ok());
    let to = day("to").unwrap_or(today).min(today);
    let from = day("from").unwrap_or_else(|| offset(to, -29)).min(to);
    let spots =
        fadu_figures::by_key(&*web.app.store, web.app.region, &web.figures, "hot.spots", from, to).await;
    let spots = spots.map_err(|error| Fail::fault(&visit, error))?;
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (key, n) in &spots {
        if let Some((category, area)) = key.split_once('|')
            && let Some(group) = category.get(..2)
        {
            *counts.entry((area.to_owned(), group.to_owned())).or_default() += n;
        }
    }
    let (groups, rows) = table(&visit.web, &counts);
    let whole: i64 = spots.iter().map(|(_, n)| n).sum();
    Ok(visit.page("desk/hotline_heat.html", "诉求热力", context! {
        crumbs => vec![link("12345", "/desk/hotline")], groups => groups, rows => rows, map => draw(web, &by_area(&counts)),
        caption => format!("{from}至{to}，写明地点的诉求{whole}件，颜色越深件数越多"),
        note => format!("片区是标准地址的前十二位，或者百分之一度的方格；最多列出{AREAS}处。没有写明地点的不在这里。"), figure_href => format!("/figures/hot.spots?as_of={to}"),
        fields => vec![Field::text("from", "从", true).kind("date").value(&from.to_string()), Field::text("to", "到", true).kind("date").value(&to.to_string())],
    }))
}

/// A township is the first nine digits of an address code; a point is told by its cell of a hundredth of a degree.
fn coarse(place: &Place) -> Option<String> {
    match (place.address.get(..9), place.point) {
        (Some(township), _) => Some(township.to_owned()),
        (None, Some(point)) => {
            let corner = point.coarse();
            let two = |degrees: String| degrees.trim_end_matches("0000").to_owned();
            Some(format!("{}, {}", two(corner.lat.to_string()), two(corner.long.to_string())))
        }
        (None, None) => None,
    }
}

/// What callers agreed to have read and a person released, of the last year.
async fn public_heat(visit: Visit) -> Page {
    let app = &visit.web.app;
    let sought = fadu_app::hotline::Sought {
        from_ms: start_of(offset(app.moment().today, -365)),
        to_ms: app.moment().ms,
        bbox: None,
        categories: Vec::new(),
        open: None,
        after: None,
    };
    let published = &visit.web.hotline.published;
    let fault = |fault: fadu_app::store::Fault| Fail::fault(&visit, fault);
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in published.all(app, sought).await.map_err(fault)? {
        let Some(order) = published.order(app, &row).await.map_err(fault)? else { continue };
        let group = order.category().get(..2).map(str::to_owned);
        let area = order.entry.as_ref().and_then(|entry| coarse(&entry.place));
        if let Some(key) = area.zip(group) {
            *counts.entry(key).or_default() += 1;
        }
    }
    let (groups, rows) = table(&visit.web, &counts);
    let whole: i64 = counts.values().sum();
    Ok(visit.page("portal/hotline_heat.html", "公开诉求的分布", context! {
        crumbs => vec![link("12345", "/12345")], groups => groups, rows => rows, map => draw(&visit.web, &by_area(&counts)), caption => format!("最近一年公开的诉求，写明地方的{whole}件，颜色越深件数越多"),
    }))
}

/// Weeks that a forecast looks back, and days on which it is held against what came.
const WEEKS: u16 = 8;
const HELD_AGAINST: i64 = 28;

async fn history(visit: &Visit, from: Date, to: Date) -> Result<History, Fail> {
    let (mut history, mut day) = (History::default(), from);
    while day <= to {
        let calls = visit
            .web
            .app
            .calls_of_day(day)
            .await
            .map_err(|fault| Fail::fault(visit, fault))?;
        for (hour, sum) in calls.iter().flat_map(|calls| &calls.hours) {
            // An hour without a record is not an hour without calls.
            if sum.covered > 0 || sum.inbound > 0 {
                history.record(day, *hour, u32::try_from(sum.inbound).unwrap_or(0));
            }
        }
        day = offset(day, 1);
    }
    Ok(history)
}

/// `12.3`, of an exact fraction.
fn tenths(part: i128, whole: i128) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let tenths = (part * 20 + whole) / (2 * whole);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn of(ratio: Ratio) -> String {
    tenths(i128::from(ratio.part), i128::from(ratio.whole))
}

/// 明日话务: the same hour of the same weekday, beside the seats of the roster and yesterday's answer.
async fn load(visit: Visit, Query(query): Query<Form>) -> Page {
    visit.staff()?;
    let today = visit.web.app.moment().today;
    let day = query
        .get("day")
        .and_then(|day| day.parse::<Date>().ok())
        .unwrap_or_else(|| offset(today, 1));
    // Known is what was counted before today: tomorrow's naive answer is therefore the last whole day.
    let last = offset(day.min(today), -1);
    let history = history(&visit, offset(last, -(7 * i64::from(WEEKS) + HELD_AGAINST)), last).await?;
    let (expected, naive) = (history.seasonal(day, WEEKS), history.naive(offset(last, 1)));
    let (mut ours, mut theirs, mut hours) = (Exact::default(), Exact::default(), 0i128);
    for back in 0..HELD_AGAINST {
        let past = offset(last, -back);
        let (seasonal, yesterday) = (history.seasonal(past, WEEKS), history.naive(past));
        // Held against the same hours: those of which both say something.
        let both: [bool; 24] = std::array::from_fn(|hour| {
            seasonal[hour].whole > 0 && yesterday[hour].whole > 0 && history.at(past, hour).is_some()
        });
        let only = |said: [Ratio; 24]| {
            std::array::from_fn(|hour| if both[hour] { said[hour] } else { Ratio::new(0, 0) })
        };
        ours = ours.plus(history.error(past, &only(seasonal)));
        theirs = theirs.plus(history.error(past, &only(yesterday)));
        hours += both.iter().filter(|both| **both).count() as i128;
    }
    let desk = visit.web.app.hotline();
    let seats = desk.as_ref().map(|desk| hours_of_week(&desk.shifts)).unwrap_or([0; 168]);
    let since = day.weekday().to_monday_zero_offset() as usize * 24;
    let most = expected
        .iter()
        .filter(|said| said.whole > 0)
        .map(|said| said.part / said.whole + 1)
        .max()
        .unwrap_or(1);
    let rows: Vec<Value> = (0..24)
        .map(|hour| {
            let (said, on) = (expected[hour], i64::from(seats[since + hour]));
            let each = Ratio::new(said.part, said.whole * on);
            context! { hour => hour, expected => of(said), width => if said.whole > 0 { said.part * 100 / (said.whole * most) } else { 0 }, naive => of(naive[hour]), seats => on, each => of(each) }
        })
        .collect();
    let whole = expected.iter().fold(Exact::default(), |sum, said| match said.whole {
        0 => sum,
        whole => sum.plus(Exact { part: i128::from(said.part), whole: i128::from(whole) }),
    });
    let error = |sum: Exact| tenths(sum.part, sum.whole * hours);
    let measured = (hours > 0).then(|| {
        let verdict = if ours.is_less_than(theirs) {
            "比照搬前一天准"
        } else {
            "不比照搬前一天准，请谨慎使用"
        };
        fact(
            "测过的误差",
            format!(
                "最近{HELD_AGAINST}天里，每小时平均差{}次；照搬前一天差{}次：{verdict}",
                error(ours),
                error(theirs)
            ),
        )
    });
    let facts: Vec<Value> =
        std::iter::once(fact("全天预计", format!("{}次", tenths(whole.part, whole.whole))))
            .chain(measured)
            .collect();
    let shifts = desk.iter().flat_map(|desk| &desk.shifts);
    let shift = |shift: &fadu_hotline::desk::register::Shift| {
        format!(
            "{}：{}时至{}时，{}席，每周{}天",
            shift.name,
            shift.from_hour,
            shift.to_hour,
            shift.seats,
            shift.weekdays.len()
        )
    };
    Ok(visit.page("desk/hotline_load.html", "话务预计", context! {
        crumbs => vec![link("12345", "/desk/hotline")], known => expected.iter().any(|said| said.whole > 0), rows => rows, facts => facts,
        how => format!("{day}各小时的来电，按前{WEEKS}周同一星期几、同一钟点呼入的平均数预计，可以手工核对。只供排班参考。"),
        caption => format!("{day}各小时预计来电和班表席位"), shifts => shifts.map(shift).collect::<Vec<_>>(),
    }))
}

/// Answers with their articles; those whose articles changed since they were published come first.
async fn knowledge(visit: Visit) -> Page {
    visit.staff()?;
    let web = &visit.web;
    let today = web.app.moment().today;
    let first = Date::new(today.year(), 1, 1).unwrap_or(today);
    let used = fadu_figures::by_key(
        &*web.app.store,
        web.app.region,
        &web.figures,
        "hot.knowledge_used",
        first,
        today,
    )
    .await;
    let used: HashMap<String, i64> = used.map_err(|error| Fail::fault(&visit, error))?.into_iter().collect();
    let shelf = visit.shelf().await?;
    let (catalogue, list) = (web.app.catalogue(), categories(web));
    let mut rows = Vec::new();
    let (mut touched, mut over) = (0, 0);
    for (id, entry) in catalogue.all::<Knowledge>().filter(|(_, entry)| entry.withdrawn.is_none()) {
        let Some(version) = entry.versions.last() else { continue };
        let text = &version.text;
        let flag = |basis: &fadu_kernel::Basis| {
            let cited = Cited { what: text.question.clone(), href: String::new(), basis: basis.clone() };
            let (on, change) = amended_since(&shelf, &cited, version.from, today)?;
            let how = match change {
                fadu_law::text::ArticleChange::Removed(_) => "删去了这一条",
                fadu_law::text::ArticleChange::Same { .. } => "这一条的条号变了",
                fadu_law::text::ArticleChange::Amended { .. } | fadu_law::text::ArticleChange::Added(_) => {
                    "修改了这一条"
                }
            };
            Some(
                context! { text => format!("{on}的文本{how}，请{}复核：", text.owner), basis => basis.to_string(), href => basis_href(basis) },
            )
        };
        let flags: Vec<Value> = text.bases.iter().filter_map(flag).collect();
        let expired = text.valid_until < today;
        let status = match (flags.is_empty(), expired) {
            (false, _) => tag("stop", "依据有变"),
            (true, true) => tag("off", "过了有效期"),
            (true, false) => tag("on", "在用"),
        };
        touched += usize::from(!flags.is_empty());
        over += usize::from(expired);
        let order = (flags.is_empty(), !expired, id);
        rows.push((order, context! {
            id => id.to_string(), href => format!("/desk/matters/knowledge/{id}"), question => text.question.clone(), category => list.title(&text.category), owner => text.owner.to_string(),
            until => text.valid_until.to_string(), status => status, flags => flags, bases => basis_links(&text.bases), used => used.get(&id.to_string()).copied().unwrap_or(0),
        }));
    }
    rows.sort_by_key(|(order, _)| *order);
    let tally = |label: &str, count: usize, state: Option<&str>| context! { label => label, count => count, unit => "条", state => state, href => () };
    Ok(visit.page("desk/hotline_knowledge.html", "12345 知识库", context! {
        crumbs => vec![link("12345", "/desk/hotline")],
        tally => vec![tally("已发布", rows.len(), None), tally("依据有变", touched, (touched > 0).then_some("red")), tally("过了有效期", over, (over > 0).then_some("amber"))],
        rows => rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_hotline::place::{Micro, Point};

    #[test]
    fn the_public_sees_a_township_or_a_cell() {
        let point = Point { lat: Micro(29_839_123), long: Micro(115_211_999) };
        for (place, told) in [
            (Place { address: "429997001005001002".into(), point: Some(point) }, Some("429997001")),
            (Place { address: String::new(), point: Some(point) }, Some("29.83, 115.21")),
            (Place { address: "4299".into(), point: None }, None),
            (Place::default(), None),
        ] {
            assert_eq!(coarse(&place).as_deref(), told, "{place:?}");
        }
    }

    #[test]
    fn fractions_are_told_to_a_tenth() {
        assert_eq!(
            (of(Ratio::new(34, 3)), of(Ratio::new(1, 20)), of(Ratio::new(0, 0))),
            ("11.3".into(), "0.1".into(), "—".into())
        );
    }
}
