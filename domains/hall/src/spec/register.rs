//! Halls, clerks, rosters, entries, records, baseline, definition and parameters.

use super::*;
use crate::baseline;
use crate::entry::{self, Placing, Scope, Standing};
use crate::load::Load;

pub fn run(world: &mut World) -> Told {
    let mut told = world.run::<Hall>(Hall::id("H1"), halls());
    told.extend(world.run::<Record>(Record::id(Kind::Visit, "V1"), records()));
    told.extend(world.run::<Clerk>(Clerk::id(&PersonId::new("zhao")), clerks()));
    told.extend(world.run::<Roster>(Roster::id("H1"), rosters()));
    told.extend(world.run::<Entry>(Entry::id(Scope::Department, &OrgId::new("housing")), entries()));
    told.extend(world.run::<Entry>(Entry::id(Scope::Township, &OrgId::new("fuchi")), sinking()));
    told.extend(world.run::<Baseline>(Baseline::id("H1"), baselines()));
    told.extend(world.run::<Mechanism>(Mechanism::id(), mechanisms()));
    told.extend(world.run::<Parameter>(Parameter::id(Name::BadRepair), parameters()));
    for kind in [Kind::Rules, Kind::Honour] {
        let act = record::Act::Enter { paper: paper(kind, "X1") };
        world.stand::<Record>(Record::id(kind, "X1"), vec![morning_of(act)]);
    }
    told
}

fn manager<A>(act: A) -> (When, Who, A) {
    ((3, 3, 9, 0), MANAGER, act)
}

fn halls() -> Vec<Row<Hall>> {
    use hall::Act;
    let opened = |channels: &[Channel]| {
        let hall::Act::Open { number, name, place, township, .. } = open_hall() else { unreachable!() };
        Act::Open { number, name, place, township, channels: channels.iter().copied().collect() }
    };
    let place = |window| manager(Act::PlaceWindow { window });
    let kiosk = |number: &str, first, last| {
        manager(Act::PlaceKiosk { kiosk: Kiosk { number: number.into(), first, last } })
    };
    let remove =
        |number: &str| manager(Act::RemoveWindow { number: number.into(), reason: "调整布局".into() });
    let first = || hall_steps()[..3].to_vec();
    let close = || manager(Act::Close { reason: "搬迁".into() });
    let set_hours = |first| manager(Act::SetHours { hours: hours(first) });
    vec![
        (
            "a hall with a door and a kiosk (LIC-50)",
            vec![],
            manager(opened(&[Channel::Door, Channel::Kiosk])),
            None,
        ),
        (
            "by appointment and telephone alone (LIC-50)",
            vec![],
            manager(opened(&[Channel::Appointment, Channel::Phone])),
            Some("LIC-50"),
        ),
        ("at the door alone (LIC-50)", vec![], manager(opened(&[Channel::Door])), Some("LIC-50")),
        (
            "the door is closed later (LIC-50)",
            hall_steps(),
            manager(Act::SetChannels { channels: [Channel::Kiosk, Channel::Appointment].into() }),
            Some("LIC-50"),
        ),
        (
            "channels are widened",
            hall_steps(),
            manager(Act::SetChannels { channels: [Channel::Door, Channel::Phone].into() }),
            None,
        ),
        (
            "a window in a zone that is not there (HAL-01)",
            first(),
            place(window("3", "Z", Takes::All, true)),
            Some("HAL-01"),
        ),
        (
            "the first window is an accessible one (HAL-07)",
            first(),
            place(window("1", "A", Takes::All, true)),
            None,
        ),
        (
            "the first window is not (HAL-07)",
            first(),
            place(window("1", "A", Takes::All, false)),
            Some("HAL-07"),
        ),
        ("the only accessible window goes (HAL-07)", hall_steps(), remove("1"), Some("HAL-07")),
        (
            "the only accessible window loses its low desk (HAL-07)",
            hall_steps(),
            place(window("1", "A", Takes::All, false)),
            Some("HAL-07"),
        ),
        (
            "it goes once there is another (HAL-07)",
            with(hall_steps(), place(window("3", "A", Takes::All, true))),
            remove("1"),
            None,
        ),
        ("another kiosk with numbers of its own (HAL-03)", hall_steps(), kiosk("K2", 601, 700), None),
        (
            "a kiosk whose block begins in another's (HAL-03)",
            hall_steps(),
            kiosk("K2", 600, 700),
            Some("HAL-03"),
        ),
        ("a kiosk whose own block is moved", hall_steps(), kiosk("K1", 500, 620), None),
        (
            "a kiosk whose block meets the numbers of appointments (HAL-03)",
            hall_steps(),
            kiosk("K2", 6032, 6100),
            Some("HAL-03"),
        ),
        ("a kiosk behind them (HAL-03)", hall_steps(), kiosk("K2", 6033, 6100), None),
        ("hours whose numbers are a kiosk's (HAL-03)", hall_steps(), set_hours(580), Some("HAL-03")),
        ("hours with numbers of their own (HAL-03)", hall_steps(), set_hours(601), None),
        ("a closed hall places nothing (HAL-01)", with(hall_steps(), close()), remove("2"), Some("HAL-01")),
        ("a hall is closed", hall_steps(), close(), None),
    ]
}

fn records() -> Vec<Row<Record>> {
    let enter = |paper| morning_of(record::Act::Enter { paper });
    let visit = || paper(Kind::Visit, "V1");
    let bare = Paper { digest: String::new(), ..visit() };
    let end = || morning_of(record::Act::End { reason: "登记有误".into() });
    vec![
        ("a visit with its letter (HAL-20)", vec![], enter(visit()), None),
        ("a visit without a paper (HAL-20)", vec![], enter(bare), Some("HAL-20")),
        ("the same visit twice (HAL-20)", vec![enter(visit())], enter(visit()), Some("HAL-20")),
        (
            "another number under this one's id (HAL-01)",
            vec![],
            enter(paper(Kind::Visit, "V2")),
            Some("HAL-01"),
        ),
        ("ended once (HAL-22)", vec![enter(visit())], end(), None),
        ("ended twice (HAL-22)", vec![enter(visit()), end()], end(), Some("HAL-22")),
    ]
}

fn clerks() -> Vec<Row<Clerk>> {
    use clerk::Act;
    let on = |month, day| ((month, day, 9, 0), MANAGER, join("zhao"));
    let to_town = || manager(Act::Move { place: Place::Township, township: "模拟镇".into() });
    let leave = || manager(Act::Leave { reason: "合同期满".into() });
    let other = {
        let Act::Join { person, place, township, .. } = join("zhao") else { unreachable!() };
        manager(Act::Join { person, place, township, contract: "C9".into() })
    };
    vec![
        ("joins on the contract's last day (HAL-19)", vec![], on(12, 31), None),
        ("joins under a contract nobody recorded (HAL-19)", vec![], other, Some("HAL-19")),
        ("joins twice (HAL-20)", vec![on(3, 3)], on(3, 4), Some("HAL-20")),
        ("joins again after leaving", vec![on(3, 3), leave()], on(3, 4), None),
        ("moves to a township", vec![on(3, 3)], to_town(), None),
        ("moves before joining (HAL-01)", vec![], to_town(), Some("HAL-01")),
        (
            "is trained after leaving (HAL-01)",
            vec![on(3, 3), leave()],
            manager(Act::Train { topic: "事项".into(), hours: 4 }),
            Some("HAL-01"),
        ),
        ("is trained (HAL-01)", vec![on(3, 3)], manager(Act::Train { topic: "事项".into(), hours: 4 }), None),
    ]
}

#[test]
fn a_contract_ends_with_its_last_day() {
    let mut world = world();
    let id = Clerk::id(&PersonId::new("zhao"));
    let mut clerk = Clerk::default();
    let late = world.act_at(&mut clerk, id, 0, date(2026, 1, 1), MANAGER, &join("zhao"));
    assert_eq!(late.unwrap_err().rule.id, "HAL-19", "the day after");
}

fn rosters() -> Vec<Row<Roster>> {
    let today = date(2025, 3, 4);
    let put = |shifts| manager(post(today, shifts));
    let wang = || put(vec![shift("1", "wang", NINE, 720)]);
    let withdraw = || {
        manager(roster::Act::Withdraw { day: today, person: PersonId::new("wang"), reason: "请假".into() })
    };
    vec![
        (
            "two clerks at two windows (HAL-21)",
            vec![],
            put(vec![shift("1", "wang", NINE, FIVE), shift("2", "li", NINE, FIVE)]),
            None,
        ),
        (
            "one hands over to the other at noon (HAL-21)",
            vec![wang()],
            put(vec![shift("1", "li", 720, FIVE)]),
            None,
        ),
        (
            "both stand there for a minute (HAL-21)",
            vec![wang()],
            put(vec![shift("1", "li", 719, FIVE)]),
            Some("HAL-21"),
        ),
        (
            "one clerk at two windows (HAL-21)",
            vec![wang()],
            put(vec![shift("2", "wang", 700, FIVE)]),
            Some("HAL-21"),
        ),
        (
            "twice within one list (HAL-21)",
            vec![],
            put(vec![shift("1", "wang", NINE, FIVE), shift("2", "wang", NINE, FIVE)]),
            Some("HAL-21"),
        ),
        (
            "somebody without a contract (HAL-19)",
            vec![],
            put(vec![shift("1", "stranger", NINE, FIVE)]),
            Some("HAL-19"),
        ),
        ("somebody under contract (HAL-19)", vec![], wang(), None),
        (
            "a window that is not there (HAL-01)",
            vec![],
            put(vec![shift("9", "wang", NINE, FIVE)]),
            Some("HAL-01"),
        ),
        ("a shift is withdrawn", vec![wang()], withdraw(), None),
        ("a shift that was never posted (HAL-01)", vec![], withdraw(), Some("HAL-01")),
    ]
}

#[test]
fn a_roster_forgets_old_days_and_only_they() {
    let (mut world, mut roster) = (world(), Roster::default());
    for (month, at) in [(3, 4), (4, 13), (4, 14)] {
        let on = date(2025, month, at);
        let step = ((month, at, 8, 0), MANAGER, post(on, vec![shift("1", "wang", NINE, FIVE)]));
        world.act(&mut roster, Roster::id("H1"), step).unwrap();
    }
    let kept: Vec<Date> = roster.days.keys().copied().collect();
    assert_eq!(kept, [date(2025, 4, 13), date(2025, 4, 14)], "4 March is 41 days before 14 April");
    let wang = PersonId::new("wang");
    for (minute, there) in [(NINE - 1, false), (NINE, true), (FIVE - 1, true), (FIVE, false)] {
        assert_eq!(roster.on_shift(&wang, "1", date(2025, 4, 14), minute), there, "minute {minute}");
    }
    assert_eq!(roster.staffed(date(2025, 4, 14), NINE).collect::<Vec<_>>(), ["1"]);
}

fn agree(scope: Scope, body: &str, unit: &str) -> entry::Act {
    entry::Act::Agree {
        scope,
        body: OrgId::new(body),
        name: "模拟单位".into(),
        unit: unit.into(),
        document: "模政务〔2025〕1号".into(),
    }
}

fn placing(code: &str, standing: Standing) -> Placing {
    Placing { code: code.into(), name: format!("事项{code}"), standing }
}

fn excepted(reason: &str, document: &str) -> Standing {
    Standing::Excepted { reason: reason.into(), document: document.into() }
}

fn entries() -> Vec<Row<Entry>> {
    let agreed = || manager(agree(Scope::Department, "housing", "政务服务股"));
    let place = |items: &[Placing]| manager(entry::Act::Place { items: items.to_vec() });
    let drop = |code: &str| {
        manager(entry::Act::Drop { codes: vec![code.into()], reason: "取消".into(), set_aside: false })
    };
    let leave = || manager(entry::Act::Leave { reason: "机构改革".into() });
    vec![
        ("enters with one unit that receives (LIC-39)", vec![], agreed(), None),
        (
            "enters with no such unit (LIC-39)",
            vec![],
            manager(agree(Scope::Department, "housing", " ")),
            Some("LIC-39"),
        ),
        ("enters twice (HAL-01)", vec![agreed()], agreed(), Some("HAL-01")),
        (
            "an exception with reason and document (LIC-49)",
            vec![agreed()],
            place(&[
                placing("1", excepted("涉及国家安全", "模府〔2025〕2号")),
                placing("2", Standing::Inside),
            ]),
            None,
        ),
        (
            "an exception without a reason (LIC-49)",
            vec![agreed()],
            place(&[placing("1", excepted("", "模府〔2025〕2号"))]),
            Some("LIC-49"),
        ),
        (
            "an exception without a document (LIC-49)",
            vec![agreed()],
            place(&[placing("1", excepted("涉密", " "))]),
            Some("LIC-49"),
        ),
        (
            "items before the agreement (HAL-01)",
            vec![],
            place(&[placing("1", Standing::Inside)]),
            Some("HAL-01"),
        ),
        ("an item is dropped", vec![agreed(), place(&[placing("1", Standing::Inside)])], drop("1"), None),
        ("one that is not on the list (HAL-01)", vec![agreed()], drop("1"), Some("HAL-01")),
        ("leaves with its items", vec![agreed(), place(&[placing("1", Standing::Inside)])], leave(), None),
        ("comes back after leaving", vec![agreed(), leave()], agreed(), None),
    ]
}

fn sinking() -> Vec<Row<Entry>> {
    let agreed = || manager(agree(Scope::Township, "fuchi", "便民服务中心"));
    let place = |standing| manager(entry::Act::Place { items: vec![placing("pension", standing)] });
    vec![
        ("a township's list", vec![agreed(), place(Standing::Pending)], place(Standing::Inside), None),
        (
            "a department's agreement under a township's id (HAL-01)",
            vec![],
            manager(agree(Scope::Department, "fuchi", "股")),
            Some("HAL-01"),
        ),
    ]
}

/// Part and whole as the figure adds them up.
fn rate(facts: &[entry::Fact]) -> (i64, i64) {
    facts.iter().fold((0, 0), |(part, whole), fact| match fact {
        entry::Fact::ItemPlaced { inside, due, .. } => {
            (part + i64::from(*due && *inside), whole + i64::from(*due))
        }
        entry::Fact::ItemDropped { inside, due, .. } => {
            (part - i64::from(*due && *inside), whole - i64::from(*due))
        }
        entry::Fact::Agreed { .. } | entry::Fact::Left { .. } => (part, whole),
    })
}

proptest::proptest! {
    /// However items come, move and go, the facts add up to what the list says.
    #[test]
    fn the_entry_rate_is_what_the_list_says(moves in proptest::collection::vec((0u8..6, 0u8..4), 1..40)) {
        let (mut world, mut entry) = (World::default(), Entry::default());
        let id = Entry::id(Scope::Department, &OrgId::new("housing"));
        let mut facts = world.act(&mut entry, id, manager(agree(Scope::Department, "housing", "股"))).unwrap();
        for (code, to) in moves {
            let code = code.to_string();
            let standing = [Standing::Inside, Standing::Pending, excepted("涉密", "文")].get(usize::from(to)).cloned();
            let act = match standing {
                Some(standing) => entry::Act::Place { items: vec![placing(&code, standing)] },
                None if entry.items.contains_key(&code) => entry::Act::Drop { codes: vec![code], reason: "取消".into(), set_aside: false },
                None => continue,
            };
            facts.extend(world.act(&mut entry, id, manager(act)).unwrap());
        }
        let inside = entry.items.values().filter(|item| item.standing == Standing::Inside).count() as i64;
        let due = (entry.items.len() - entry.exceptions().count()) as i64;
        proptest::prop_assert_eq!(rate(&facts), (inside, due));
        facts.extend(world.act(&mut entry, id, manager(entry::Act::Leave { reason: "改革".into() })).unwrap());
        proptest::prop_assert_eq!(rate(&facts), (0, 0));
    }
}

fn baselines() -> Vec<Row<Baseline>> {
    let freeze = |source: &str| {
        manager(baseline::Act::Freeze {
            hall: "H1".into(),
            from: date(2024, 1, 1),
            until: date(2024, 12, 31),
            loads: vec![
                Load { window: "1".into(), cases: 100, seconds: 36_000 },
                Load { window: "2".into(), cases: 10, seconds: 36_000 },
            ],
            source: source.into(),
            demonstration: true,
        })
    };
    // March, told on a day of April.
    let (from, until) = (date(2025, 3, 1), date(2025, 3, 31));
    let loads = vec![
        Load { window: "1".into(), cases: 60, seconds: 36_000 },
        Load { window: "2".into(), cases: 50, seconds: 36_000 },
    ];
    let march =
        |day, who| ((4, day, 0, 30), who, baseline::Act::Measure { from, until, loads: loads.clone() });
    let early = ((3, 31, 0, 30), CLOCK, baseline::Act::Measure { from, until, loads: loads.clone() });
    vec![
        ("frozen with its source (HAL-12, HAL-11)", vec![], freeze("2024年叫号记录（演示）"), None),
        ("frozen without one (HAL-11)", vec![], freeze(""), Some("HAL-11")),
        ("frozen again with better numbers (HAL-12)", vec![freeze("演示")], freeze("演示"), Some("HAL-12")),
        ("a month that is over is measured (HAL-10)", vec![freeze("演示")], march(1, CLOCK), None),
        ("on the last day of the month (HAL-10)", vec![freeze("演示")], early, Some("HAL-10")),
        ("measured by a manager (HAL-10)", vec![freeze("演示")], march(1, MANAGER), Some("HAL-10")),
        (
            "a month measured twice (HAL-10)",
            vec![freeze("演示"), march(1, CLOCK)],
            march(2, CLOCK),
            Some("HAL-10"),
        ),
        ("measured against nothing (HAL-10)", vec![], march(1, CLOCK), Some("HAL-10")),
    ]
}

/// By hand: one window 100 and one 10 cases in as many hours is 90 ÷ 220; 60 and 50 is 10 ÷ 220.
#[test]
fn a_month_is_held_against_what_was_frozen() {
    let (mut world, mut baseline) = (world(), Baseline::default());
    let rows = baselines();
    let [.., (_, given, last, _), _, _, _, _] = &rows[..] else {
        panic!("the rows of the month are the last")
    };
    let mut told = Vec::new();
    for step in given.iter().chain([last]) {
        told = world.act(&mut baseline, Baseline::id("H1"), step.clone()).unwrap();
    }
    let [baseline::Fact::Measured { cases, gini_ppm, before_ppm, .. }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((*cases, *gini_ppm, *before_ppm), (110, 45_454, 409_090));
}

fn mechanisms() -> Vec<Row<Mechanism>> {
    use mechanism::Act;
    let adopt = |definition, from| manager(Act::Adopt { definition, from });
    let nameless = Definition { source: String::new(), ..definition() };
    let repeal = || manager(Act::Repeal { reason: "修订".into() });
    let first = || adopt(definition(), date(2025, 3, 3));
    vec![
        ("adopted from today (HAL-11)", vec![], first(), None),
        ("adopted from yesterday (HAL-11)", vec![], adopt(definition(), date(2025, 3, 2)), Some("HAL-11")),
        ("adopted without a document (HAL-11)", vec![], adopt(nameless, date(2025, 3, 3)), Some("HAL-11")),
        (
            "a version that begins before the last one (HAL-11)",
            vec![adopt(definition(), date(2025, 6, 1))],
            first(),
            Some("HAL-11"),
        ),
        ("repealed (HAL-01)", vec![first()], repeal(), None),
        ("repealed twice (HAL-01)", vec![first(), repeal()], repeal(), Some("HAL-01")),
    ]
}

#[test]
fn a_definition_is_read_as_it_stood() {
    let (mut world, mut mechanism) = (World::default(), Mechanism::default());
    let adopt = |answer_minutes, from| {
        manager(mechanism::Act::Adopt { definition: Definition { answer_minutes, ..definition() }, from })
    };
    let id = Mechanism::id();
    world.act(&mut mechanism, id, adopt(5, date(2025, 3, 3))).unwrap();
    world.act(&mut mechanism, id, adopt(3, date(2025, 6, 1))).unwrap();
    let repeal = ((9, 1, 8, 0), MANAGER, mechanism::Act::Repeal { reason: "修订".into() });
    world.act(&mut mechanism, id, repeal).unwrap();
    world.act(&mut mechanism, id, adopt(4, date(2025, 10, 9))).unwrap();
    let rows = [
        (date(2025, 3, 2), None),
        (date(2025, 3, 3), Some((1, 5))),
        (date(2025, 5, 31), Some((1, 5))),
        (date(2025, 6, 1), Some((2, 3))),
        (date(2025, 8, 31), Some((2, 3))),
        (date(2025, 9, 1), None),
        (date(2025, 10, 8), None),
        (date(2025, 10, 9), Some((3, 4))),
    ];
    for (on, version) in rows {
        let found = mechanism
            .on(on)
            .map(|(version, definition)| (version, definition.answer_minutes));
        assert_eq!(found, version, "{on}");
    }
}

fn parameters() -> Vec<Row<Parameter>> {
    let value = |source: &str| parameter::Value {
        days: 15,
        working: true,
        source: source.into(),
        demonstration: false,
    };
    let adopt = |source: &str, from| {
        manager(parameter::Act::Adopt { name: Name::BadRepair, value: value(source), from })
    };
    vec![
        ("a limit with its document (HAL-11)", vec![], adopt("模府办〔2025〕3号", date(2025, 3, 3)), None),
        ("a limit out of the air (HAL-11)", vec![], adopt(" ", date(2025, 3, 3)), Some("HAL-11")),
        (
            "a limit from last month (HAL-11)",
            vec![],
            adopt("模府办〔2025〕3号", date(2025, 2, 28)),
            Some("HAL-11"),
        ),
    ]
}

#[test]
fn an_empty_or_demonstration_parameter_keeps_a_real_county_closed() {
    let mut world = World::default();
    let today = date(2025, 3, 3);
    assert_eq!(Parameter::lacking(&world, today), Name::ALL);
    world.stand::<Parameter>(Parameter::id(Name::BadRepair), vec![manager(adopt_limit(Name::BadRepair, 15))]);
    assert_eq!(Parameter::lacking(&world, today), Name::ALL, "演示 is no value");
    let value = parameter::Value {
        days: 15,
        working: true,
        source: "模府办〔2025〕3号".into(),
        demonstration: false,
    };
    let act = parameter::Act::Adopt { name: Name::BadRepair, value, from: today };
    world.stand::<Parameter>(Parameter::id(Name::BadRepair), vec![manager(act)]);
    assert_eq!(Parameter::lacking(&world, today), [Name::StuckAnswer, Name::BadCallBack]);
    assert_eq!(Parameter::lacking(&world, date(2025, 3, 2)), Name::ALL, "not in force the day before");
    assert!(
        Name::ALL
            .iter()
            .all(|name| !name.blocks().basis.is_empty() && !name.zh().is_empty())
    );
}

#[test]
fn forms_name_the_field() {
    let field = |result: Result<(), Vec<fadu_kernel::Invalid>>| {
        result.unwrap_err().into_iter().map(|wrong| wrong.field).collect::<Vec<_>>()
    };
    let none = BTreeMap::new();
    let nameless = hall::Act::Open {
        number: "大厅".into(),
        name: String::new(),
        place: Place::Township,
        township: String::new(),
        channels: channels(),
    };
    assert_eq!(field(Hall::check(&nameless, &none)), ["name", "number", "township"]);
    let zone = hall::Act::DrawZone { letter: "a".into(), name: "综合区".into() };
    assert_eq!(field(Hall::check(&zone, &none)), ["letter"]);
    let nothing = hall::Act::PlaceWindow { window: window("1", "A", codes(&[]), true) };
    assert_eq!(field(Hall::check(&nothing, &none)), ["takes"]);
    let backwards = post(date(2025, 3, 3), vec![shift("1", "wang", 600, 600)]);
    assert_eq!(field(Roster::check(&backwards, &none)), ["shifts"]);
    let nobody = Paper { people: 0, ..paper(Kind::Visit, "V1") };
    assert_eq!(field(Record::check(&record::Act::Enter { paper: nobody }, &none)), ["people"]);
    let instant = Definition { opinion_minutes: 4, ..definition() };
    let act = mechanism::Act::Adopt { definition: instant, from: date(2025, 3, 3) };
    assert_eq!(field(Mechanism::check(&act, &none)), ["opinion_minutes"]);
    assert_eq!(field(Parameter::check(&adopt_limit(Name::BadRepair, 0), &none)), ["days"]);
}
