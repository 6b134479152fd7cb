//! 工单之间。 A parent counts what is merged into it and takes it along at its end, once, whatever stops in between; a text
//! being typed finds the open orders like it.

use crate::needles::nothing_is_left;
use fadu_app::accounts::Account;
use fadu_app::hotline::{PUBLISHED, Published, Sought};
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, Call, Problem};
use fadu_hotline::desk::parameters::demonstration;
use fadu_hotline::desk::register::{Route, Shift, Unit};
use fadu_hotline::disclosure::{Outcome, Way};
use fadu_hotline::order::act::Evidence;
use fadu_hotline::place::Place;
use fadu_hotline::words::{
    Channel, Contact, Emergency, Exclusion, HandlingResult, Kind, Lane, Level, Urgency,
};
use fadu_hotline::{
    Calls, Desk, DeskAct, Disclosure, DisclosureAct, Intake, Lead, LeadAct, Order, OrderAct, Petition,
    PetitionAct,
};
use fadu_kernel::{Actor, Basis, MatterId, OrgId, PersonId, Region, Role};
use fadu_store::{Append, MatterWrite, NewEntry, Sqlite, Store};
use fadu_understand::orders_like;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const R: Region = Region(429_995);
const DESK: &str = "热线办";
const UNIT: &str = "住建局";

async fn open(folder: &std::path::Path, clock: &Movable) -> Arc<App> {
    let store: Arc<dyn Store> = Sqlite::open(&folder.join("fadu.db")).unwrap();
    App::open(R, store, Keys::new([3; 32]), Box::new(clock.clone())).await.unwrap()
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

async fn desk(app: &App, act: DeskAct) {
    let keeper = actor("keeper", Role::CatalogueManager, DESK);
    let call = Call { actor: &keeper, matter: Some(Desk::id()), act, private: BTreeMap::new(), key: None };
    app.act::<Desk>(call).await.unwrap();
}

async fn open_hotline(app: &App) {
    let route = |group: u8| Route {
        category: format!("{group:02}"),
        area: String::new(),
        unit: OrgId::new(UNIT),
        assisting: vec![],
        power: None,
    };
    let shift = |from_hour, to_hour| Shift {
        name: "班".into(),
        weekdays: (1..=7).collect(),
        from_hour,
        to_hour,
        seats: 2,
    };
    desk(app, DeskAct::Open { name: "模拟县12345".into() }).await;
    desk(app, DeskAct::SetUnits { units: vec![Unit { org: OrgId::new(UNIT), level: Level::Department }] })
        .await;
    desk(app, DeskAct::SetRoutes { routes: (1..=9).map(route).collect() }).await;
    desk(app, DeskAct::SetRoster { shifts: vec![shift(8, 20), shift(20, 8)] }).await;
    for (name, value) in demonstration().unwrap() {
        desk(app, DeskAct::SetParameter { name, value }).await;
    }
    desk(app, DeskAct::GoLive { demonstration: true }).await;
    // The first day of its calls is opened.
    assert_eq!(app.relay().await.unwrap().acted, 1);
}

async fn order(
    app: &App,
    who: (&str, Role, &str),
    id: Option<MatterId>,
    act: OrderAct,
) -> Result<MatterId, Problem> {
    let actor = actor(who.0, who.1, who.2);
    let private = match &act {
        OrderAct::Take(_) => BTreeMap::from([("caller_phone".to_owned(), "13900000001".to_owned())]),
        _ => BTreeMap::new(),
    };
    let call = Call { actor: &actor, matter: id, act, private, key: None };
    app.act::<Order>(call).await.map(|done| done.matter)
}

const AGENT: (&str, Role, &str) = ("agent", Role::WindowClerk, DESK);
const KEEPER: (&str, Role, &str) = ("keeper", Role::CatalogueManager, DESK);
const OFFICER: (&str, Role, &str) = ("officer", Role::Officer, UNIT);

const TEXT: &str = "阳光小区三期从昨天晚上开始停水，物业说是管道爆裂，到现在还没有修好，请尽快处理。";
const AGAIN: &str = "阳光小区三期从昨天晚上开始停水，物业说管道爆裂，到现在还没修好，请尽快派人处理！";

fn here() -> Place {
    Place { address: "429995001001".into(), point: None }
}

fn take(text: &str) -> OrderAct {
    OrderAct::Take(Box::new(Intake {
        channel: Channel::Telephone,
        line: "12345".into(),
        kind: Kind::Help,
        text: text.into(),
        category: "0101".into(),
        place: here(),
        urgency: Urgency::Ordinary,
        lane: Lane::General,
        prefecture: None,
        repeat_of: None,
        against: None,
        none_named: false,
        public: false,
        lead: false,
        suggestion: None,
        proposed: None,
        persons: 1,
        attachments: Vec::new(),
    }))
}

async fn close(app: &App, id: MatterId) {
    let dispatch = OrderAct::Dispatch {
        unit: OrgId::new(UNIT),
        assisting: vec![],
        officer: None,
        category: None,
        against: None,
        none_named: false,
        reason: String::new(),
    };
    let evidence = vec![Evidence { digest: "00".into(), name: "照片".into() }];
    let steps = [
        (AGENT, dispatch),
        (OFFICER, OrderAct::Sign),
        (OFFICER, OrderAct::Reply { result: HandlingResult::Solved, text: "已修好".into(), evidence }),
        (
            AGENT,
            OrderAct::CallBack {
                contact: Contact::Answered,
                solved: Some(true),
                satisfied: Some(true),
                note: String::new(),
            },
        ),
        (KEEPER, OrderAct::Close { reason: String::new() }),
    ];
    for (who, act) in steps {
        order(app, who, Some(id), act).await.unwrap();
    }
}

async fn child_of(app: &App, parent: MatterId) -> MatterId {
    let child = order(app, AGENT, None, take(AGAIN)).await.unwrap();
    order(app, KEEPER, Some(child), OrderAct::Merge { into: parent, alike: Some(800) })
        .await
        .unwrap();
    child
}

async fn facts(app: &App, id: MatterId, name: &str) -> usize {
    let entries = app.store.entries_of(R, id).await.unwrap();
    entries.iter().filter(|entry| entry.fact == name).count()
}

#[tokio::test]
async fn children_follow_their_parent_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let parent = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    let children = [child_of(&app, parent).await, child_of(&app, parent).await];
    assert_eq!(app.relay().await.unwrap().acted, 2);
    assert_eq!(app.order(parent).await.unwrap().unwrap().1.n_children, 2);
    close(&app, parent).await;
    // Merged on the very day, and heard of only after the end.
    let late = child_of(&app, parent).await;
    drop(app);

    // The server stopped before anything was carried out; two start at once.
    let (one, other) = (open(folder.path(), &clock).await, open(folder.path(), &clock).await);
    let (a, b) = tokio::join!(one.relay(), other.relay());
    assert_eq!((a.unwrap().failed, b.unwrap().failed), (0, 0));
    one.relay().await.unwrap();
    one.relay().await.unwrap();
    assert!(one.store.outbox(R, 9).await.unwrap().is_empty());
    for child in children.into_iter().chain([late]) {
        assert_eq!(facts(&one, child, "ParentClosed").await, 1, "{child}");
    }
    assert_eq!(facts(&one, parent, "Adopted").await, 3);
    // Into what is no order nothing is merged: it would wait for ever.
    let alone = order(&one, AGENT, None, take(AGAIN)).await.unwrap();
    for into in [MatterId(77), Desk::id()] {
        let merge = OrderAct::Merge { into, alike: Some(800) };
        let refused = order(&one, KEEPER, Some(alone), merge).await;
        assert!(matches!(refused, Err(Problem::Refused(refusal)) if refusal.rule.id == "HOT-07"));
    }
    assert_eq!(one.order(alone).await.unwrap().unwrap().1.status(), "taken");
    one.verify_ledger(None).await.unwrap().unwrap();
}

/// What was merged by mistake goes on by itself: its parent counts it no more and takes it along no more.
#[tokio::test]
async fn what_was_merged_by_mistake_is_taken_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let parent = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    let (stays, other) = (child_of(&app, parent).await, child_of(&app, parent).await);
    let unmerge = || OrderAct::Unmerge { reason: "不是同一处".into() };
    order(&app, KEEPER, Some(other), unmerge()).await.unwrap();
    // Adopted and disowned in this order, though both were asked for before either was carried out.
    app.relay().await.unwrap();
    assert_eq!(app.order(parent).await.unwrap().unwrap().1.n_children, 1);
    close(&app, parent).await;
    app.relay().await.unwrap();
    let status = async |id| app.order(id).await.unwrap().unwrap().1.status();
    assert_eq!((status(stays).await, status(other).await), ("merged", "taken"));
    assert_eq!((facts(&app, stays, "ParentClosed").await, facts(&app, other, "ParentClosed").await), (1, 0));
    close(&app, other).await;
    assert_eq!(status(other).await, "closed");
    // Found out after the end, it goes on as well.
    order(&app, KEEPER, Some(stays), unmerge()).await.unwrap();
    app.relay().await.unwrap();
    assert_eq!((status(stays).await, facts(&app, parent, "Disowned").await), ("taken", 2));
    app.verify_ledger(None).await.unwrap().unwrap();
}

/// A request for disclosure is late by the sweep once its twenty working days are over; who asked does not answer it.
#[tokio::test]
async fn a_request_for_disclosure_has_its_clock() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    let officer = actor(OFFICER.0, OFFICER.1, OFFICER.2);
    let act = DisclosureAct::Receive {
        way: Way::InPerson,
        wanted: "某小区的竣工验收材料".into(),
        came_on: date(2025, 3, 3),
        applicant: Some(PersonId::new("asker")),
    };
    let private = BTreeMap::from([("applicant_name".to_owned(), "模拟某人".to_owned())]);
    let call = Call::<Disclosure> { actor: &officer, matter: None, act, private, key: None };
    let id = app.act(call).await.unwrap().matter;
    for (day, n) in [(date(2025, 3, 31), 0), (date(2025, 4, 1), 1), (date(2025, 4, 2), 1)] {
        clock.set(start_of(day) + 9 * 3_600_000);
        app.sweep(day).await.unwrap();
        assert_eq!(facts(&app, id, "AnswerOverdue").await, n, "{day}");
    }
    let asker = actor("asker", OFFICER.1, OFFICER.2);
    for (who, done) in [(&asker, false), (&officer, true)] {
        let act = DisclosureAct::Answer {
            outcome: Outcome::Disclosed,
            reasons: String::new(),
            withheld: None,
            separable: false,
            must_be_public: false,
            remedy_told: false,
            fee_fen: 0,
            excessive: false,
        };
        let call =
            Call::<Disclosure> { actor: who, matter: Some(id), act, private: BTreeMap::new(), key: None };
        assert_eq!(app.act(call).await.is_ok(), done);
    }
    app.verify_ledger(None).await.unwrap().unwrap();
    nothing_is_left("disclosure", &app, folder.path().join("fadu.db").to_str().unwrap()).await;
}

/// Every day counts from the one after the hotline went live, though the exchange never tells anything.
#[tokio::test]
async fn every_day_of_calls_is_counted_whether_or_not_anything_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    // Two days on which the server was down are caught up with, one a sweep.
    for day in [4, 5, 8, 8, 8, 8] {
        let day = date(2025, 3, day);
        clock.set(start_of(day) + 9 * 3_600_000);
        app.sweep(day).await.unwrap();
    }
    app.relay().await.unwrap();
    for day in 4..=8 {
        let calls = app.calls_of_day(date(2025, 3, day)).await.unwrap().unwrap();
        assert_eq!((calls.hours.len(), calls.closed), if day < 8 { (24, true) } else { (0, false) }, "{day}");
        assert_eq!(facts(&app, Calls::id(date(2025, 3, day)), "DayOpened").await, 1);
    }
    assert!(app.calls_of_day(date(2025, 3, 3)).await.unwrap().is_none(), "the day it went live on is none");
    assert!(app.calls_of_day(date(2025, 3, 9)).await.unwrap().is_none());
    app.verify_ledger(None).await.unwrap().unwrap();
}

/// A report ends with no order that the unit it is about may get, and goes to nobody of that unit (信访工作条例 30).
#[tokio::test]
async fn a_report_is_kept_from_whom_it_is_about() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let others = vec![Unit { org: OrgId::new("交通局"), level: Level::Department }];
    desk(&app, DeskAct::SetUnits { units: others }).await;
    let report = |against: &str| {
        let OrderAct::Take(intake) = take(TEXT) else { panic!("taken") };
        let against = Some(OrgId::new(against));
        OrderAct::Take(Box::new(Intake { kind: Kind::Report, against, ..*intake }))
    };
    let help = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    let [one, same, other] = [UNIT, UNIT, "交通局"].map(report);
    let one = order(&app, AGENT, None, one).await.unwrap();
    let same = order(&app, AGENT, None, same).await.unwrap();
    let other = order(&app, AGENT, None, other).await.unwrap();
    let rule = |answer: Result<MatterId, Problem>| match answer {
        Err(Problem::Refused(refusal)) => Some(refusal.rule.id),
        Err(problem) => panic!("{problem:?}"),
        Ok(_) => None,
    };
    for (into, expected) in [(help, Some("PET-08")), (other, Some("PET-08")), (same, None)] {
        let merge = OrderAct::Merge { into, alike: None };
        assert_eq!(rule(order(&app, KEEPER, Some(one), merge).await), expected);
    }
    for (person, org) in [("inside", UNIT), ("outside", "交通局")] {
        let account = Account {
            person: person.into(),
            name: person.into(),
            role: Role::Officer,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        app.save_account(&account).await.unwrap();
    }
    for (officer, expected) in [("inside", Some("PET-08")), ("outside", None)] {
        let act = OrderAct::Dispatch {
            unit: OrgId::new("交通局"),
            assisting: vec![],
            officer: Some(PersonId::new(officer)),
            category: None,
            against: None,
            none_named: false,
            reason: "被举报单位回避".into(),
        };
        assert_eq!(rule(order(&app, KEEPER, Some(same), act).await), expected, "{officer}");
    }
}

#[tokio::test]
async fn children_follow_a_parent_whichever_way_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let exclude = |ground| OrderAct::Exclude { ground, told: "由主管部门接续处理".into() };
    let hand_over = OrderAct::HandOver { office: UNIT.into(), receipt: "信收〔2025〕1号".into() };
    let unlawful = OrderAct::JudgeUnlawful {
        panel: ["a", "b", "c"].map(PersonId::new).to_vec(),
        basis: Some(Basis::article("信访工作条例", 26)),
        reason: "以诉求为名牟取不法利益".into(),
    };
    let endings = [
        vec![exclude(Exclusion::Litigation)],
        vec![exclude(Exclusion::Petition), hand_over],
        vec![OrderAct::PassUp { prefecture: "S1".into(), reason: "由市级办理".into() }],
        vec![OrderAct::TransferEmergency { to: Emergency::Fire, note: String::new() }],
        [vec![unlawful], vec![OrderAct::ConfirmPanel; 3]].concat(),
    ];
    for acts in endings {
        let parent = order(&app, AGENT, None, take(TEXT)).await.unwrap();
        let child = child_of(&app, parent).await;
        app.relay().await.unwrap();
        let end = format!("{acts:?}");
        let mut members = ["a", "b", "c"].into_iter();
        for act in acts {
            assert_eq!(facts(&app, child, "ParentClosed").await, 0, "before {act:?}");
            let who = match act {
                OrderAct::ConfirmPanel => (members.next().unwrap(), Role::Officer, "司法局"),
                _ => KEEPER,
            };
            order(&app, who, Some(parent), act).await.unwrap();
            app.relay().await.unwrap();
        }
        // Merged on the very day, and heard of only after the end.
        let late = child_of(&app, parent).await;
        app.relay().await.unwrap();
        app.relay().await.unwrap();
        for child in [child, late] {
            assert_eq!(facts(&app, child, "ParentClosed").await, 1, "{end}");
        }
    }
    assert!(app.store.outbox(R, 9).await.unwrap().is_empty());
}

/// Of two mergers at once the second may reach an order that is merged itself: it waits for the first of them all.
#[tokio::test]
async fn a_child_of_a_child_follows_the_first_parent() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let first = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    let second = child_of(&app, first).await;
    let third = child_of(&app, second).await;
    app.relay().await.unwrap();
    assert_eq!(facts(&app, third, "ParentClosed").await, 0, "the second is merged, not over");
    close(&app, first).await;
    for _ in 0..3 {
        app.relay().await.unwrap();
    }
    for child in [second, third] {
        assert_eq!(facts(&app, child, "ParentClosed").await, 1, "{child}");
        // Each caller is told what the first one was, along the whole way.
        let entries = app.store.entries_of(R, child).await.unwrap();
        let ended = entries.iter().find(|entry| entry.fact == "ParentClosed").unwrap();
        assert!(ended.body.contains("已修好"), "{}", ended.body);
    }
}

/// More are published than one page holds: an older span, what is closed behind a page of open ones, and the last of all
/// are found, each once.
#[tokio::test]
async fn what_lies_behind_a_page_of_published_orders_is_found() {
    const N: i64 = 2 * PUBLISHED as i64 + 5;
    const OLD: i64 = 7;
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 31)));
    let app = open(folder.path(), &clock).await;
    let from_ms = start_of(date(2025, 3, 3));
    let at = |n: i64| from_ms + n * 60_000;
    let write = |n: i64| MatterWrite {
        id: MatterId::opened_at(at(n), 1),
        kind: "order",
        expected: 0,
        version: 1,
        number: format!("G{n}"),
        title: String::new(),
        status: "signed".into(),
        org: UNIT.into(),
        due: None,
        amber: None,
        closed: n < OLD,
        opened_day: "2025-03-03".into(),
        state: "{}".into(),
        listed: String::new(),
        facets_gone: vec![],
        facets_new: vec![("published".into(), "2025-03".into()), ("public".into(), "0101".into())],
        tasks_gone: vec![],
        tasks_put: vec![],
    };
    let entry = NewEntry {
        matter: write(0).id,
        kind: "order",
        fact: "Published",
        day: "2025-03-03".into(),
        ms: from_ms,
        actor: "a".into(),
        tail: format!(
            "\"matter\":\"{}\",\"org\":\"o\",\"role\":\"clock\",\"data\":\"Archived\"}}",
            write(0).id
        ),
        effects: vec![],
    };
    let append = Append {
        region: R,
        key: None,
        epoch: 0,
        raises_epoch: false,
        reads: vec![],
        writes: (0..N).map(write).collect(),
        entries: vec![entry],
        private: vec![],
        person_keys: vec![],
        sealed_under: vec![],
        carries_out: vec![],
    };
    app.store.append(append).await.unwrap();
    let published = Published::default();
    let sought = |categories: &[&str], to: i64, open| Sought {
        from_ms,
        to_ms: at(to),
        categories: categories.iter().map(|category| (*category).to_owned()).collect(),
        open,
        ..Sought::default()
    };
    for categories in [&["0101"][..], &[]] {
        for (to, open, n) in [
            (N, None, N),
            (N, Some(false), OLD),
            (OLD - 1, None, OLD),
            (N, Some(true), N - OLD),
            (-1, None, 0),
        ] {
            let rows = published.all(&app, sought(categories, to, open)).await.unwrap();
            let ids: BTreeSet<MatterId> = rows.iter().map(|row| row.id).collect();
            assert_eq!((ids.len(), rows.len()), (n as usize, n as usize), "{categories:?} {to} {open:?}");
        }
        let page = published.rows(&app, &sought(categories, N, None)).await.unwrap();
        assert_eq!(page.len(), PUBLISHED);
        assert_eq!(page[0].number, format!("G{}", N - 1), "the latest first");
    }
}

#[tokio::test]
async fn a_text_finds_open_orders_like_it_and_a_telephone_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let first = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    order(
        &app,
        AGENT,
        None,
        take("人民路与建设路交叉口的信号灯坏了，早高峰堵得很厉害，希望交警来指挥一下。"),
    )
    .await
    .unwrap();
    let like = orders_like(&*app.store, app.region, AGAIN, &here(), date(2025, 3, 5))
        .await
        .unwrap();
    assert_eq!(like.iter().map(|like| like.row.id).collect::<Vec<_>>(), [first]);
    assert!(like[0].alike > 500, "{}", like[0].alike);
    assert!(
        orders_like(&*app.store, app.region, "停水", &here(), date(2025, 3, 5))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(app.orders_of_caller("13900000001", 9).await.unwrap().len(), 2);
    assert!(app.orders_of_caller("13900000002", 9).await.unwrap().is_empty());
    assert!(app.orders_of_caller("", 9).await.unwrap().is_empty());
    close(&app, first).await;
    assert!(
        orders_like(&*app.store, app.region, AGAIN, &here(), date(2025, 3, 5))
            .await
            .unwrap()
            .is_empty(),
        "it is over"
    );
}

#[tokio::test]
async fn what_is_handed_over_is_registered_once_with_its_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
    let app = open(folder.path(), &clock).await;
    open_hotline(&app).await;
    let id = order(&app, AGENT, None, take(TEXT)).await.unwrap();
    let told = "由信访部门接续处理".to_owned();
    order(&app, KEEPER, Some(id), OrderAct::Exclude { ground: Exclusion::Petition, told })
        .await
        .unwrap();
    let hand_over = OrderAct::HandOver { office: UNIT.into(), receipt: "信收〔2025〕1号".into() };
    order(&app, KEEPER, Some(id), hand_over).await.unwrap();
    drop(app);
    // The server stopped before anything was carried out; two start at once.
    let (one, other) = (open(folder.path(), &clock).await, open(folder.path(), &clock).await);
    let (a, b) = tokio::join!(one.relay(), other.relay());
    assert_eq!((a.unwrap().failed, b.unwrap().failed), (0, 0));
    let petition = Petition::id(id);
    assert_eq!(facts(&one, petition, "Registered").await, 1);
    let row = one.store.matter(R, petition).await.unwrap().unwrap();
    let state: Petition = serde_json::from_str(&row.state).unwrap();
    assert_eq!((state.receipt.as_str(), state.unit.as_str()), ("信收〔2025〕1号", UNIT));
    let sealed = one.store.private_of(R, petition).await.unwrap();
    assert_eq!(sealed.len(), 1, "the caller's number goes along, sealed anew");

    // Its clocks are its own: sixty days from acceptance, and the sweep says when they are over.
    let officer = actor(OFFICER.0, OFFICER.1, OFFICER.2);
    let call = Call::<Petition> {
        actor: &officer,
        matter: Some(petition),
        act: PetitionAct::Accept,
        private: BTreeMap::new(),
        key: None,
    };
    one.act(call).await.unwrap();
    for (day, n) in [(date(2025, 5, 6), 0), (date(2025, 5, 7), 1)] {
        clock.set(start_of(day) + 9 * 3_600_000);
        one.sweep(day).await.unwrap();
        assert_eq!(facts(&one, petition, "AnswerOverdue").await, n, "{day}");
    }

    let keeper = actor(KEEPER.0, KEEPER.1, KEEPER.2);
    let propose = LeadAct::Propose {
        accused_units: vec![],
        accused_persons: vec![],
        release_by: PersonId::new("second"),
        to: OrgId::new("县纪委监委"),
        receiver: PersonId::new("inspector"),
    };
    let private = [("lead_text", "模拟线索：收受礼金两千元"), ("lead_accused", "模拟被反映人某甲")];
    let private = private.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
    let call = Call::<Lead> { actor: &keeper, matter: None, act: propose, private, key: None };
    one.act(call).await.unwrap();
    let place = folder.path().join("fadu.db");
    nothing_is_left("hotline", &one, place.to_str().unwrap()).await;
}
