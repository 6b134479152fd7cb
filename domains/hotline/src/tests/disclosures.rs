//! 政府信息公开申请的规格表。 Every limit with the day on either side of its edge; 2025 as the State Council's notice has it.

use super::registers::{Row, Step, run};
use super::world::*;
use crate::Disclosure;
use crate::disclosure::{Act, Asked, Outcome, Way, Withheld};
use fadu_kernel::{Matter, OrgId, PersonId};
use jiff::civil::{Date, date};

fn receive(way: Way) -> Step<Act> {
    let act = Act::Receive {
        way,
        wanted: "某小区的竣工验收材料".into(),
        came_on: date(2025, 3, 3),
        applicant: Some(PersonId::new("citizen")),
    };
    ((3, 3), OFFICER, act)
}

fn submit() -> Step<Act> {
    let act = Act::Submit {
        agency: OrgId::new("住建局"),
        wanted: "某小区的竣工验收材料".into(),
        manner: "电子邮件".into(),
    };
    ((3, 3), CITIZEN, act)
}

/// Handed in on Monday 3 March: seven working days end on the 12th, twenty on the 31st.
fn received() -> Vec<Step<Act>> {
    vec![receive(Way::InPerson)]
}

fn confirm(on: (i8, i8), of: Date) -> Step<Act> {
    (on, OFFICER, Act::Confirm { confirmed_on: of })
}

fn supplement(on: (i8, i8)) -> Step<Act> {
    (on, OFFICER, Act::AskSupplement { what: "写明哪一期".into(), last_day: date(2025, 3, 26) })
}

/// On 5 March: fifteen working days end on the 26th.
fn consult(asked: Asked) -> Step<Act> {
    ((3, 5), OFFICER, Act::Consult { whom: "某公司".into(), asked })
}

fn extend(on: (i8, i8), days: u16, told_on: Option<Date>) -> Step<Act> {
    (on, HEAD, Act::Extend { days, reason: "材料多".into(), told_on })
}

/// What was asked for is given.
fn given() -> Act {
    Act::Answer {
        outcome: Outcome::Disclosed,
        reasons: String::new(),
        withheld: None,
        separable: false,
        must_be_public: false,
        remedy_told: false,
        fee_fen: 0,
        excessive: false,
    }
}

fn kept_back(change: fn(&mut Kept)) -> Act {
    let mut kept =
        Kept { reasons: "属于讨论记录", withheld: Some(Withheld::Process), ..Kept::default() };
    change(&mut kept);
    Act::Answer {
        outcome: kept.outcome.unwrap_or(Outcome::Withheld),
        reasons: kept.reasons.into(),
        withheld: kept.withheld,
        separable: kept.separable,
        must_be_public: kept.must_be_public,
        remedy_told: !kept.silent_of_remedy,
        fee_fen: 0,
        excessive: false,
    }
}

#[derive(Default)]
struct Kept {
    outcome: Option<Outcome>,
    reasons: &'static str,
    withheld: Option<Withheld>,
    separable: bool,
    must_be_public: bool,
    silent_of_remedy: bool,
}

fn charged(excessive: bool) -> Act {
    match given() {
        Act::Answer { outcome, reasons, withheld, separable, must_be_public, remedy_told, .. } => {
            Act::Answer {
                outcome,
                reasons,
                withheld,
                separable,
                must_be_public,
                remedy_told,
                fee_fen: 1000,
                excessive,
            }
        }
        other => other,
    }
}

pub fn table() -> Vec<Row<Act>> {
    let by_time = |on, act| (on, CLOCK, act);
    let answer = |on, act| (on, OFFICER, act);
    let online = || vec![receive(Way::Online)];
    let asked = || [received(), vec![supplement((3, 12))]].concat();
    let consulted = |of| [received(), vec![consult(of)]].concat();
    let lapsed = |of| [consulted(of), vec![by_time((3, 27), Act::LapseOpinion)]].concat();
    let opinion = (
        (3, 10),
        OFFICER,
        Act::NoteOpinion { whom: "某公司".into(), agrees: false, reason: "商业秘密".into() },
    );
    let told = Some(date(2025, 3, 31));
    vec![
        (
            "what came online counts from the day both sides confirmed (GOI-09)",
            online(),
            confirm((3, 5), date(2025, 3, 5)),
            None,
        ),
        (
            "what came online answered before both sides confirmed it (GOI-09)",
            online(),
            answer((3, 5), given()),
            Some("GOI-09"),
        ),
        (
            "submitted online and confirmed by the organ asked (GOI-09)",
            vec![submit()],
            confirm((3, 4), date(2025, 3, 4)),
            None,
        ),
        (
            "submitted online and answered before both sides confirmed it (GOI-09)",
            vec![submit()],
            answer((3, 5), given()),
            Some("GOI-09"),
        ),
        ("submitted a second time (GOI-09)", vec![submit()], submit(), Some("GOI-09")),
        (
            "supplemented online by who asked (GOI-03)",
            asked(),
            ((3, 13), CITIZEN, Act::AddSupplement { text: "三期".into() }),
            None,
        ),
        (
            "supplemented online without being asked (GOI-03)",
            received(),
            ((3, 13), CITIZEN, Act::AddSupplement { text: "三期".into() }),
            Some("GOI-03"),
        ),
        ("confirmed before it came (GOI-09)", online(), confirm((3, 5), date(2025, 3, 2)), Some("GOI-09")),
        (
            "the day of what was handed in moved by a confirmation (GOI-09)",
            received(),
            confirm((3, 5), date(2025, 3, 5)),
            Some("GOI-09"),
        ),
        ("what is unclear told on working day 7 (GOI-03)", received(), supplement((3, 12)), None),
        ("what is unclear told on working day 8 (GOI-03)", received(), supplement((3, 13)), Some("GOI-03")),
        (
            "what is unclear told a second time (GOI-03)",
            [asked(), vec![((3, 12), OFFICER, Act::Supplement)]].concat(),
            supplement((3, 12)),
            Some("GOI-03"),
        ),
        (
            "taken as abandoned on the last day to supplement it (GOI-03)",
            asked(),
            by_time((3, 26), Act::Abandon),
            Some("GOI-03"),
        ),
        ("taken as abandoned the day after (GOI-03)", asked(), by_time((3, 27), Act::Abandon), None),
        (
            "not answered, and not late on working day 20 (GOI-04)",
            received(),
            by_time((3, 31), Act::PassDue),
            Some("GOI-04"),
        ),
        (
            "not answered, and late on working day 21 (GOI-04)",
            received(),
            by_time((4, 1), Act::PassDue),
            None,
        ),
        // Supplemented on 14 March: twenty working days from then end on 14 April.
        (
            "not late on working day 20 from its supplement (GOI-03, GOI-04)",
            [asked(), vec![((3, 14), OFFICER, Act::Supplement)]].concat(),
            by_time((4, 14), Act::PassDue),
            Some("GOI-04"),
        ),
        (
            "extended by twenty working days on the last day (GOI-05)",
            received(),
            extend((3, 31), 20, told),
            None,
        ),
        ("extended by twenty-one (GOI-05)", received(), extend((3, 31), 21, told), Some("GOI-05")),
        ("extended the day after (GOI-05)", received(), extend((4, 1), 20, told), Some("GOI-05")),
        (
            "extended without telling the applicant (GOI-05)",
            received(),
            extend((3, 31), 20, None),
            Some("GOI-05"),
        ),
        (
            "extended twice (GOI-05)",
            [received(), vec![extend((3, 31), 5, told)]].concat(),
            extend((3, 31), 5, told),
            Some("GOI-05"),
        ),
        (
            "answered before the opinion that was asked for (GOI-06)",
            consulted(Asked::ThirdParty),
            answer((3, 10), given()),
            Some("GOI-06"),
        ),
        (
            "answered once the opinion is there (GOI-06)",
            [consulted(Asked::ThirdParty), vec![opinion]].concat(),
            answer((3, 10), given()),
            None,
        ),
        // The sixteen working days from 6 to 27 March do not count: the last day is 23 April.
        (
            "not late on the last day, the time of an opinion left out (GOI-06, GOI-04)",
            lapsed(Asked::ThirdParty),
            by_time((4, 23), Act::PassDue),
            Some("GOI-04"),
        ),
        (
            "late the day after, the time of an opinion left out (GOI-06)",
            lapsed(Asked::ThirdParty),
            by_time((4, 24), Act::PassDue),
            None,
        ),
        (
            "a third party's silence noted on working day 15 (GOI-07)",
            consulted(Asked::ThirdParty),
            by_time((3, 26), Act::LapseOpinion),
            Some("GOI-07"),
        ),
        (
            "a third party's silence noted the day after (GOI-07)",
            consulted(Asked::ThirdParty),
            by_time((3, 27), Act::LapseOpinion),
            None,
        ),
        (
            "a co-author's silence taken as consent on working day 15 (GOI-08)",
            consulted(Asked::CoAuthor),
            by_time((3, 26), Act::LapseOpinion),
            Some("GOI-08"),
        ),
        (
            "a co-author's silence taken as consent the day after (GOI-08)",
            consulted(Asked::CoAuthor),
            by_time((3, 27), Act::LapseOpinion),
            None,
        ),
        ("answered free of charge (GOI-10)", received(), answer((3, 10), given()), None),
        ("charged for (GOI-10)", received(), answer((3, 10), charged(false)), Some("GOI-10")),
        ("charged for as clearly excessive (GOI-10)", received(), answer((3, 10), charged(true)), None),
        (
            "withheld with its reason and the remedy (GOI-11, GOI-15)",
            received(),
            answer((3, 10), kept_back(|_| {})),
            None,
        ),
        (
            "withheld without a reason (GOI-11)",
            received(),
            answer((3, 10), kept_back(|kept| kept.reasons = " ")),
            Some("GOI-11"),
        ),
        (
            "withheld without the remedy (GOI-11)",
            received(),
            answer((3, 10), kept_back(|kept| kept.silent_of_remedy = true)),
            Some("GOI-11"),
        ),
        (
            "withheld under no head of the law (GOI-11)",
            received(),
            answer((3, 10), kept_back(|kept| kept.withheld = None)),
            Some("GOI-11"),
        ),
        (
            "withheld whole what can be separated (GOI-12)",
            received(),
            answer((3, 10), kept_back(|kept| kept.separable = true)),
            Some("GOI-12"),
        ),
        (
            "disclosed in part (GOI-12)",
            received(),
            answer(
                (3, 10),
                kept_back(|kept| (kept.separable, kept.outcome) = (true, Some(Outcome::PartlyDisclosed))),
            ),
            None,
        ),
        (
            "withheld as a draft what a rule makes public (GOI-15)",
            received(),
            answer((3, 10), kept_back(|kept| kept.must_be_public = true)),
            Some("GOI-15"),
        ),
        ("late said by a person (HOT-03B)", received(), ((4, 1), OFFICER, Act::PassDue), Some("HOT-03B")),
    ]
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    for (name, answer, expected) in run::<Disclosure>(&World::open(), table()) {
        assert_eq!(answer, expected, "{name}");
    }
}

/// Opposite things of the same silence, each by itself, and the clock goes on where it stood.
#[test]
fn time_does_what_the_law_says_of_silence() {
    let world = World::open();
    for (asked, agrees, last) in
        [(Asked::ThirdParty, "null", date(2025, 4, 23)), (Asked::CoAuthor, "true", date(2025, 4, 23))]
    {
        let mut disclosure = Disclosure::default();
        let mut told = String::new();
        for (on, who, act) in [receive(Way::InPerson), consult(asked)] {
            world.act(&mut disclosure, OWN, who, date(2025, on.0, on.1), &act).unwrap();
        }
        assert_eq!((disclosure.status(), disclosure.docket(&world.calendar).due), ("consulting", None));
        assert!(disclosure.due_acts(date(2025, 3, 26), &world.calendar).is_empty());
        for act in disclosure.due_acts(date(2025, 3, 27), &world.calendar) {
            let facts = world.act(&mut disclosure, OWN, CLOCK, date(2025, 3, 27), &act).unwrap();
            told += &serde_json::to_string(&facts).unwrap();
        }
        assert!(told.contains(&format!("\"agrees\":{agrees}")), "{told}");
        assert_eq!(disclosure.docket(&world.calendar).due, Some(last));
        assert_eq!(disclosure.parties().org, OrgId::new("住建局"));
        let text = serde_json::to_string(&disclosure).unwrap();
        let back: Disclosure = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
