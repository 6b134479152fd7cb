//! Tickets: numbers, kiosks, calling within shift and authority.

use super::*;
use crate::ticket::{Act, Ending, Fact, Forecast, Outcome as Result, Slip, Ticket};

pub fn run(world: &mut World) -> Told {
    let mut told = world.run::<Ticket>(id(7), at_the_hall());
    told.extend(world.run::<Ticket>(id(501), kiosks()));
    let booked = Ticket::id("H1", date(2025, 3, 4), "A6003");
    told.extend(world.run::<Ticket>(booked, appointments()));
    told
}

fn id(serial: u32) -> MatterId {
    Ticket::id("H1", date(2025, 3, 3), &slip(serial, None).number())
}

fn slip(serial: u32, item: Option<&str>) -> Slip {
    Slip { hall: "H1".into(), zone: "A".into(), serial, item: item.map(str::to_owned) }
}

fn issue_for(serial: u32, item: Option<&str>) -> Act {
    let forecast = Some(Forecast { ahead: 3, minutes: 12 });
    Act::Issue { slip: slip(serial, item), channel: Channel::Door, kiosk: None, slot: None, forecast }
}

fn issue(serial: u32) -> Act {
    issue_for(serial, None)
}

fn call(window: &str) -> Act {
    Act::Call { window: window.into() }
}

fn at(hour: u8, minute: u8, who: Who, act: Act) -> Step<Ticket> {
    ((3, 3, hour, minute), who, act)
}

fn finish(outcome: Result, case: Option<&str>, reason: &str) -> Act {
    Act::Finish { outcome, case: case.map(str::to_owned), reason: reason.into() }
}

fn transfer(zone: &str, item: Option<&str>) -> Act {
    Act::Transfer { zone: zone.into(), item: item.map(str::to_owned), reason: "属社保专业事项".into() }
}

fn waiting() -> Vec<Step<Ticket>> {
    vec![at(9, 0, CITIZEN, issue(7))]
}

fn called() -> Vec<Step<Ticket>> {
    with(waiting(), at(9, 10, CLERK, call("1")))
}

fn serving() -> Vec<Step<Ticket>> {
    with(called(), at(9, 11, CLERK, Act::Serve))
}

fn at_the_hall() -> Vec<Row<Ticket>> {
    let pension = || vec![at(9, 0, CITIZEN, issue_for(7, Some("pension")))];
    let recalled = || with(called(), at(9, 12, CLERK, Act::Recall));
    let skipped = || with(recalled(), at(9, 13, CLERK, Act::Skip));
    // A window whose authority is a list, for what it may not take.
    let at_two = || with(pension(), at(9, 10, OTHER_CLERK, call("2")));
    let done = || with(serving(), at(9, 30, CLERK, finish(Result::Received, Some("20250303X"), "")));
    vec![
        (
            "a number at the door, without telephone or card (LIC-50, HAL-02)",
            vec![],
            at(9, 0, CITIZEN, issue(7)),
            None,
        ),
        ("the same number again (HAL-02)", waiting(), at(9, 1, CITIZEN, issue(7)), Some("HAL-02")),
        ("another number under this one's id (HAL-02)", vec![], at(9, 0, CITIZEN, issue(8)), Some("HAL-02")),
        ("called by who stands there (HAL-04, HAL-05)", waiting(), at(9, 10, CLERK, call("1")), None),
        (
            "called on the shift's first minute (HAL-04)",
            vec![at(8, 50, CITIZEN, issue(7))],
            at(9, 0, CLERK, call("1")),
            None,
        ),
        (
            "called a minute before (HAL-04)",
            vec![at(8, 50, CITIZEN, issue(7))],
            at(8, 59, CLERK, call("1")),
            Some("HAL-04"),
        ),
        ("called on the shift's last minute (HAL-04)", waiting(), at(16, 59, CLERK, call("1")), None),
        ("called when the shift is over (HAL-04)", waiting(), at(17, 0, CLERK, call("1")), Some("HAL-04")),
        (
            "called to a colleague's window (HAL-04)",
            waiting(),
            at(9, 10, OTHER_CLERK, call("1")),
            Some("HAL-04"),
        ),
        ("an item on the window's list (HAL-05)", pension(), at(9, 10, OTHER_CLERK, call("2")), None),
        ("one that is not (HAL-05)", waiting(), at(9, 10, OTHER_CLERK, call("2")), Some("HAL-05")),
        ("called while another has called (HAL-01)", called(), at(9, 11, CLERK, call("1")), Some("HAL-01")),
        ("skipped after one call (HAL-06)", called(), at(9, 12, CLERK, Act::Skip), Some("HAL-06")),
        ("skipped after two (HAL-06)", recalled(), at(9, 13, CLERK, Act::Skip), None),
        ("called again when they come back", skipped(), at(9, 40, CLERK, call("1")), None),
        ("served though skipped (HAL-01)", skipped(), at(9, 40, CLERK, Act::Serve), Some("HAL-01")),
        (
            "skipped while being served (HAL-01)",
            with(recalled(), at(9, 13, CLERK, Act::Serve)),
            at(9, 14, CLERK, Act::Skip),
            Some("HAL-01"),
        ),
        (
            "sent on though the window may do it (LIC-46)",
            called(),
            at(9, 15, CLERK, transfer("B", Some("pension"))),
            Some("LIC-46"),
        ),
        (
            "sent on for what the window may not do (LIC-46)",
            at_two(),
            at(9, 15, OTHER_CLERK, transfer("A", Some("housing"))),
            None,
        ),
        ("served (HAL-01)", called(), at(9, 11, CLERK, Act::Serve), None),
        ("served without a call (HAL-01)", waiting(), at(9, 11, CLERK, Act::Serve), Some("HAL-01")),
        (
            "finished with its case (HAL-01)",
            serving(),
            at(9, 30, CLERK, finish(Result::Received, Some("20250303X"), "")),
            None,
        ),
        (
            "received, and no case number (HAL-01)",
            serving(),
            at(9, 30, CLERK, finish(Result::Received, None, "")),
            Some("HAL-01"),
        ),
        (
            "not done, with the reason (HAL-13)",
            serving(),
            at(9, 30, CLERK, finish(Result::NotDone, None, "缺授权书，已引导到办不成事窗口")),
            None,
        ),
        (
            "not done, and no reason (HAL-13)",
            serving(),
            at(9, 30, CLERK, finish(Result::NotDone, None, " ")),
            Some("HAL-13"),
        ),
        (
            "finished before it began (HAL-01)",
            called(),
            at(9, 30, CLERK, finish(Result::Advised, None, "")),
            Some("HAL-01"),
        ),
        (
            "finished twice (HAL-22)",
            done(),
            at(9, 31, CLERK, finish(Result::Advised, None, "")),
            Some("HAL-22"),
        ),
        ("given up", waiting(), at(9, 20, CITIZEN, Act::Leave), None),
        ("given up while being served (HAL-01)", serving(), at(9, 20, CITIZEN, Act::Leave), Some("HAL-01")),
        (
            "called after it was given up (HAL-22)",
            with(waiting(), at(9, 20, CITIZEN, Act::Leave)),
            at(9, 21, CLERK, call("1")),
            Some("HAL-22"),
        ),
        ("lapses on the next day (HAL-10)", waiting(), ((3, 4, 0, 0), CLOCK, Act::Lapse), None),
        ("lapses on its own day (HAL-10)", waiting(), at(23, 59, CLOCK, Act::Lapse), Some("HAL-10")),
        ("a clerk lets it lapse (HAL-10)", waiting(), ((3, 4, 9, 0), CLERK, Act::Lapse), Some("HAL-10")),
    ]
}

fn offline(serial: u32, kiosk: &str, hour: u8, minute: u8) -> Act {
    Act::ReconcileOffline {
        slip: slip(serial, None),
        kiosk: kiosk.into(),
        issued_ms: ms((3, 3, hour, minute)),
    }
}

fn from_kiosk(serial: u32, kiosk: &str) -> Act {
    Act::Issue {
        slip: slip(serial, None),
        channel: Channel::Kiosk,
        kiosk: Some(kiosk.into()),
        slot: None,
        forecast: None,
    }
}

fn kiosks() -> Vec<Row<Ticket>> {
    vec![
        ("a kiosk gives out its own number (HAL-03)", vec![], at(9, 0, DESK, from_kiosk(501, "K1")), None),
        (
            "another kiosk gives it out (HAL-03)",
            vec![],
            at(9, 0, DESK, from_kiosk(501, "K2")),
            Some("HAL-03"),
        ),
        ("the door gives it out (HAL-03)", vec![], at(9, 0, CITIZEN, issue(501)), Some("HAL-03")),
        (
            "an hour offline, then entered (HAL-02, HAL-03)",
            vec![],
            at(10, 0, DESK, offline(501, "K1", 9, 5)),
            None,
        ),
        (
            "entered a second time (HAL-02)",
            vec![at(10, 0, DESK, offline(501, "K1", 9, 5))],
            at(10, 1, DESK, offline(501, "K1", 9, 5)),
            Some("HAL-02"),
        ),
        (
            "entered though it was issued online (HAL-02)",
            vec![at(9, 0, DESK, from_kiosk(501, "K1"))],
            at(10, 0, DESK, offline(501, "K1", 9, 5)),
            Some("HAL-02"),
        ),
        (
            "entered for another kiosk (HAL-03)",
            vec![],
            at(10, 0, DESK, offline(501, "K2", 9, 5)),
            Some("HAL-03"),
        ),
        (
            "entered with a time to come (HAL-01)",
            vec![],
            at(10, 0, DESK, offline(501, "K1", 10, 1)),
            Some("HAL-01"),
        ),
        ("entered at the minute it was given out", vec![], at(10, 0, DESK, offline(501, "K1", 10, 0)), None),
    ]
}

#[test]
fn an_hour_offline_is_waited_all_the_same() {
    let (mut world, mut ticket) = (world(), Ticket::default());
    world
        .act(&mut ticket, id(501), at(10, 0, DESK, offline(501, "K1", 9, 5)))
        .unwrap();
    let facts = world.act(&mut ticket, id(501), at(10, 20, CLERK, call("1"))).unwrap();
    assert!(matches!(
        facts[..],
        [Fact::Called { waited: 4500, expected: None, error: None, again: false, .. }]
    ));
    // Sent after midnight, it is a number of the day it was given out on, and of no other.
    let yesterday =
        || Act::ReconcileOffline { slip: slip(501, None), kiosk: "K1".into(), issued_ms: ms((3, 2, 23, 59)) };
    let refused = world.act(&mut Ticket::default(), id(501), at(0, 1, DESK, yesterday()));
    assert_eq!(refused.unwrap_err().rule.id, "HAL-02", "yesterday's numbers are yesterday's");
    let (own, mut late) = (Ticket::id("H1", date(2025, 3, 2), "A0501"), Ticket::default());
    world.act(&mut late, own, at(0, 1, DESK, yesterday())).unwrap();
    assert_eq!(late.day, Some(date(2025, 3, 2)));
    assert_eq!(late.due_acts(date(2025, 3, 3), &Calendar::shipped()).len(), 1, "its day is over");
    let midnight =
        Act::ReconcileOffline { slip: slip(501, None), kiosk: "K1".into(), issued_ms: ms((3, 3, 0, 0)) };
    assert!(world.act(&mut Ticket::default(), id(501), at(0, 1, DESK, midnight)).is_ok());
}

fn book(month: i8, day: i8) -> Act {
    book_at(month, day, 9 * 60 + 30, 6003)
}

fn book_at(month: i8, day: i8, minute: u16, serial: u32) -> Act {
    let slot = Some((date(2025, month, day), minute));
    Act::Issue { slip: slip(serial, None), channel: Channel::Appointment, kiosk: None, slot, forecast: None }
}

fn arrive() -> Act {
    Act::Arrive { forecast: Some(Forecast { ahead: 0, minutes: 2 }) }
}

fn appointments() -> Vec<Row<Ticket>> {
    let booked = || vec![at(10, 0, CITIZEN, book(3, 4))];
    let tomorrow = |hour, minute, who, act| ((3, 4, hour, minute), who, act);
    vec![
        ("booked for tomorrow (LIC-50, HAL-25)", vec![], at(10, 0, CITIZEN, book(3, 4)), None),
        ("booked for a Sunday (HAL-25)", vec![], at(10, 0, CITIZEN, book(3, 9)), Some("HAL-25")),
        (
            "booked for more days ahead than are open (HAL-25)",
            vec![],
            at(10, 0, CITIZEN, book(3, 14)),
            Some("HAL-25"),
        ),
        ("booked for an hour that is over (HAL-25)", vec![], at(9, 30, CITIZEN, book(3, 3)), Some("HAL-25")),
        (
            "booked for when the hall closes (HAL-25)",
            vec![],
            at(10, 0, CITIZEN, book_at(3, 4, FIVE, 6003)),
            Some("HAL-25"),
        ),
        (
            "booked between two times (HAL-25)",
            vec![],
            at(10, 0, CITIZEN, book_at(3, 4, 580, 6003)),
            Some("HAL-25"),
        ),
        (
            "booked beyond the places of the time (HAL-25)",
            vec![],
            at(10, 0, CITIZEN, book_at(3, 4, 540, 6003)),
            Some("HAL-25"),
        ),
        (
            "a number of appointments at the door (HAL-03)",
            vec![],
            at(10, 0, CITIZEN, issue(6003)),
            Some("HAL-03"),
        ),
        (
            "booked for a day that is over (HAL-01)",
            vec![],
            ((3, 5, 9, 0), CITIZEN, book(3, 4)),
            Some("HAL-01"),
        ),
        (
            "booked by a channel the hall has not opened (LIC-50)",
            vec![],
            at(
                10,
                0,
                CITIZEN,
                Act::Issue {
                    slip: slip(7, None),
                    channel: Channel::Phone,
                    kiosk: None,
                    slot: Some((date(2025, 3, 4), 570)),
                    forecast: None,
                },
            ),
            Some("LIC-50"),
        ),
        ("arrives on the day (HAL-01)", booked(), tomorrow(9, 25, CITIZEN, arrive()), None),
        ("arrives a day early (HAL-01)", booked(), at(9, 25, CITIZEN, arrive()), Some("HAL-01")),
        (
            "arrives twice (HAL-01)",
            with(booked(), tomorrow(9, 25, CITIZEN, arrive())),
            tomorrow(9, 26, CITIZEN, arrive()),
            Some("HAL-01"),
        ),
        ("called before arriving (HAL-01)", booked(), tomorrow(9, 30, CLERK, call("1")), Some("HAL-01")),
    ]
}

/// Minute of arrival on the day booked for half past nine, and the minute whose place it gets.
#[test]
fn who_booked_goes_by_the_time_booked_until_it_is_over() {
    let rows = [((9, 10), (9, 30)), ((9, 30), (9, 30)), ((9, 59), (9, 30)), ((10, 0), (10, 0))];
    for ((hour, minute), (place_hour, place_minute)) in rows {
        let (mut world, mut ticket) = (world(), Ticket::default());
        let id = Ticket::id("H1", date(2025, 3, 4), "A6003");
        world.act(&mut ticket, id, at(10, 0, CITIZEN, book(3, 4))).unwrap();
        assert_eq!(ticket.place(), None, "not there yet");
        world.act(&mut ticket, id, ((3, 4, hour, minute), CITIZEN, arrive())).unwrap();
        assert_eq!(ticket.place(), Some(ms((3, 4, place_hour, place_minute))), "{hour}:{minute}");
        assert_eq!(ticket.queued, Some(ms((3, 4, hour, minute))), "the wait is counted from arriving");
    }
}

#[test]
fn the_wait_and_the_forecast_are_held_against_each_other() {
    let (mut world, mut ticket) = (world(), Ticket::default());
    let mut go = |ticket: &mut Ticket, step| world.act(ticket, id(7), step).unwrap();
    go(&mut ticket, at(9, 0, CITIZEN, issue(7)));
    let facts = go(&mut ticket, at(9, 10, CLERK, call("1")));
    assert!(
        matches!(
            facts[..],
            [Fact::Called { waited: 600, expected: Some(720), error: Some(120), again: false, .. }]
        ),
        "twelve minutes were said, ten it was: {facts:?}"
    );
    let facts = go(&mut ticket, at(9, 12, CLERK, Act::Recall));
    assert!(matches!(facts[..], [Fact::Called { again: true, .. }]), "a second call is in no mean");
    go(&mut ticket, at(9, 13, CLERK, Act::Serve));
    let facts = go(&mut ticket, at(9, 30, CLERK, finish(Result::Advised, None, "")));
    assert!(matches!(facts[..], [Fact::Finished { took: 1020, .. }]));
    assert!(matches!(ticket.ended, Some((Ending::Finished, _))));
    assert_eq!(ticket.docket(&Calendar::shipped()).status, "finished");
}

#[test]
fn time_lets_a_ticket_lapse_and_then_is_silent() {
    let (mut world, mut ticket, calendar) = (world(), Ticket::default(), Calendar::shipped());
    world.act(&mut ticket, id(7), at(9, 0, CITIZEN, issue(7))).unwrap();
    assert!(ticket.due_acts(date(2025, 3, 3), &calendar).is_empty());
    let clock = ticket.docket(&calendar).tasks.into_iter().find(|task| task.role == Role::Clock);
    assert_eq!(clock.and_then(|task| task.due), Some(date(2025, 3, 4)));
    for act in ticket.due_acts(date(2025, 3, 4), &calendar) {
        world
            .act_at(&mut ticket, id(7), ms((3, 4, 0, 0)), date(2025, 3, 4), CLOCK, &act)
            .unwrap();
    }
    assert_eq!(ticket.status(), "lapsed");
    assert!(ticket.due_acts(date(2025, 3, 5), &calendar).is_empty());
}

#[test]
fn a_ticket_shows_no_person() {
    let (mut world, mut ticket) = (world(), Ticket::default());
    world.act(&mut ticket, id(7), at(9, 0, DESK, issue(7))).unwrap();
    assert_eq!(ticket.holder, None, "a number from the desk belongs to whoever holds the paper");
    assert!(ticket.parties().applicants.is_empty());
}

proptest::proptest! {
    /// Two kiosks, the door and replays in any order: a number is given out once, and by nobody but its owner.
    #[test]
    fn no_number_is_given_out_twice(tries in proptest::collection::vec((495u32..510, 0u8..4), 1..60)) {
        let mut world = world();
        let mut tickets: BTreeMap<MatterId, Ticket> = BTreeMap::new();
        let mut given: BTreeMap<u32, u32> = BTreeMap::new();
        for (serial, by) in tries {
            let act = match by {
                0 => issue(serial),
                1 => from_kiosk(serial, "K1"),
                2 => from_kiosk(serial, "K2"),
                _ => offline(serial, "K1", 9, 0),
            };
            let ticket = tickets.entry(id(serial)).or_default();
            if world.act(ticket, id(serial), at(9, 30, DESK, act)).is_ok() {
                *given.entry(serial).or_default() += 1;
                proptest::prop_assert_eq!(serial >= 501, matches!(by, 1 | 3), "{} by {}", serial, by);
            }
        }
        proptest::prop_assert!(given.values().all(|times| *times == 1));
    }
}
