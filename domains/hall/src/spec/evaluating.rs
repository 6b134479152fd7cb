//! Evaluations: whose word, once, from which device; what a bad one opens. Repair in fifteen working days (演示) from
//! Monday 3 March 2025: Monday 24 March.

use super::*;
use crate::evaluation::Channel as Way;
use crate::evaluation::{Act, Contact, Evaluation, Fact, Grade, Pressed, Said};
use crate::outlier::{Outlier, Recent};
use crate::release;

pub fn run(world: &mut World) -> Told {
    world.run::<Evaluation>(id(), rows())
}

fn contact() -> Contact {
    Contact::Case("20250303ABC".into())
}

fn id() -> MatterId {
    Evaluation::id(&contact())
}

fn said(grade: Grade, channel: Way) -> Said {
    Said {
        contact: contact(),
        grade,
        channel,
        pressed: Pressed::Person,
        department: OrgId::new("housing"),
        hall: "H1".into(),
        window: "1".into(),
        item: None,
        device: if channel == Way::Counter { "device-1".into() } else { "phone".into() },
        tags: ["等候时间长".to_owned()].into(),
    }
}

fn evaluate(said: Said) -> Act {
    Act::Evaluate { said: Box::new(said), recent: vec![] }
}

fn on(day: i8, who: Who, act: Act) -> Step<Evaluation> {
    ((3, day, 10, 0), who, act)
}

fn note(text: &str) -> String {
    text.to_owned()
}

fn bad() -> Vec<Step<Evaluation>> {
    vec![on(3, CITIZEN, evaluate(said(Grade::Bad, Way::App)))]
}

fn call_back() -> Act {
    Act::CallBack { reached: true, note: note("本人称等了两小时") }
}

fn verify(holds: bool) -> Act {
    Act::Verify { holds, note: note("查叫号记录") }
}

fn repair() -> Act {
    Act::Repair { what: note("增开一个窗口") }
}

fn appeal() -> Act {
    Act::Appeal { reason: note("当日没有这次办理") }
}

fn judge(upheld: bool) -> Act {
    Act::Judge { upheld, reason: note("与记录不符") }
}

fn verified(holds: bool) -> Vec<Step<Evaluation>> {
    with(with(bad(), on(3, OFFICER, call_back())), on(4, OFFICER, verify(holds)))
}

fn rows() -> Vec<Row<Evaluation>> {
    let good = || evaluate(said(Grade::VeryGood, Way::Counter));
    let pressed = |pressed| evaluate(Said { pressed, ..said(Grade::VeryGood, Way::Counter) });
    let moved = evaluate(Said { window: "2".into(), ..said(Grade::VeryGood, Way::Counter) });
    let elsewhere = evaluate(Said { contact: Contact::Case("other".into()), ..said(Grade::Good, Way::Web) });
    let appealed = || with(verified(false), on(5, OFFICER, appeal()));
    let own_manager: Who = (Role::CatalogueManager, "manager", "housing");
    vec![
        (
            "by who was served, at the window's device (HAL-14, HAL-15, HAL-16)",
            vec![],
            on(3, CITIZEN, good()),
            None,
        ),
        (
            "nobody pressed anything (HAL-14)",
            vec![],
            on(3, CITIZEN, pressed(Pressed::Timeout)),
            Some("HAL-14"),
        ),
        ("the clerk pressed it (HAL-14)", vec![], on(3, CITIZEN, pressed(Pressed::Staff)), Some("HAL-14")),
        ("from a clerk's account (HAL-14)", vec![], on(3, CLERK, good()), Some("HAL-14")),
        ("a second time (HAL-15)", vec![on(3, CITIZEN, good())], on(4, CITIZEN, good()), Some("HAL-15")),
        ("another case under this one's id (HAL-15)", vec![], on(3, CITIZEN, elsewhere), Some("HAL-15")),
        ("the device of another window (HAL-16)", vec![], on(3, CITIZEN, moved), Some("HAL-16")),
        (
            "by telephone, bound to no window (HAL-16)",
            vec![],
            on(3, CITIZEN, evaluate(said(Grade::Fair, Way::Hotline))),
            None,
        ),
        (
            "a good one is not called back (HAL-01)",
            vec![on(3, CITIZEN, good())],
            on(3, OFFICER, call_back()),
            Some("HAL-01"),
        ),
        (
            "a bad one is called back, verified and repaired (HAL-17)",
            verified(true),
            on(24, OFFICER, repair()),
            None,
        ),
        ("verified before the call back (HAL-17)", bad(), on(3, OFFICER, verify(true)), Some("HAL-17")),
        (
            "repaired before it is verified (HAL-17)",
            with(bad(), on(3, OFFICER, call_back())),
            on(4, OFFICER, repair()),
            Some("HAL-17"),
        ),
        ("an appeal against what holds (HAL-17)", verified(true), on(5, OFFICER, appeal()), Some("HAL-17")),
        ("an appeal before anybody looked (HAL-17)", bad(), on(5, OFFICER, appeal()), Some("HAL-17")),
        ("an appeal against what does not hold (HAL-17)", verified(false), on(5, OFFICER, appeal()), None),
        ("a second appeal (HAL-01)", appealed(), on(6, OFFICER, appeal()), Some("HAL-01")),
        ("judged by the bureau (HAL-18)", appealed(), on(6, MANAGER, judge(true)), None),
        (
            "judged by the body evaluated (HAL-18)",
            appealed(),
            on(6, own_manager, judge(true)),
            Some("HAL-18"),
        ),
        ("judged without an appeal (HAL-01)", verified(false), on(6, MANAGER, judge(true)), Some("HAL-01")),
        (
            "not upheld: repaired after all",
            with(appealed(), on(6, MANAGER, judge(false))),
            on(7, OFFICER, repair()),
            None,
        ),
        (
            "repaired though the appeal was upheld (HAL-22)",
            with(appealed(), on(6, MANAGER, judge(true))),
            on(7, OFFICER, repair()),
            Some("HAL-22"),
        ),
        (
            "repaired twice (HAL-22)",
            with(verified(true), on(7, OFFICER, repair())),
            on(8, OFFICER, repair()),
            Some("HAL-22"),
        ),
        ("late on working day sixteen (HAL-10)", bad(), on(25, CLOCK, Act::TurnOverdue), None),
        ("late on working day fifteen (HAL-10)", bad(), on(24, CLOCK, Act::TurnOverdue), Some("HAL-10")),
        (
            "an officer says that it is late (HAL-10)",
            bad(),
            on(25, OFFICER, Act::TurnOverdue),
            Some("HAL-10"),
        ),
        (
            "late twice (HAL-10)",
            with(bad(), on(25, CLOCK, Act::TurnOverdue)),
            on(26, CLOCK, Act::TurnOverdue),
            Some("HAL-10"),
        ),
    ]
}

#[test]
fn a_bad_grade_opens_its_rectification_and_no_other_does() {
    for grade in Grade::ALL {
        let (mut world, mut evaluation) = (world(), Evaluation::default());
        world
            .act(&mut evaluation, id(), on(3, CITIZEN, evaluate(said(grade, Way::Web))))
            .unwrap();
        let bad = matches!(grade, Grade::Bad | Grade::VeryBad);
        assert_eq!(evaluation.rectification.is_some(), bad, "{}", grade.zh());
        assert_eq!(
            evaluation.docket(&Calendar::shipped()).due,
            bad.then(|| date(2025, 3, 24)),
            "{}",
            grade.zh()
        );
        assert!(evaluation.parties().applicants.is_empty(), "nobody reads from a list who evaluated");
    }
    assert_eq!(Grade::ALL.map(Grade::points), [5, 4, 3, 2, 1]);
}

#[test]
fn what_was_done_online_has_no_hall_and_its_appeal_goes_to_whoever_adopted_the_limit() {
    let (mut world, mut evaluation) = (world(), Evaluation::default());
    let at = |hall: &str| Said { hall: hall.into(), window: String::new(), ..said(Grade::Bad, Way::Web) };
    let refusal = world
        .act(&mut evaluation, id(), on(3, CITIZEN, evaluate(at("H9"))))
        .unwrap_err();
    assert_eq!(refusal.rule.id, "HAL-01", "a hall that is named is one that there is");
    world.act(&mut evaluation, id(), on(3, CITIZEN, evaluate(at("")))).unwrap();
    for step in [on(3, OFFICER, call_back()), on(4, OFFICER, verify(false)), on(5, OFFICER, appeal())] {
        world.act(&mut evaluation, id(), step).unwrap();
    }
    let tasks = evaluation.docket(&Calendar::shipped()).tasks;
    let judge = tasks.iter().find(|task| task.name == "judge").unwrap();
    assert_eq!(judge.org, OrgId::new("bureau"));
}

#[test]
fn a_repair_is_in_time_until_its_last_day() {
    for (day, kept) in [(24, true), (25, false)] {
        let (mut world, mut evaluation) = (world(), Evaluation::default());
        for step in verified(true) {
            world.act(&mut evaluation, id(), step).unwrap();
        }
        let facts = world.act(&mut evaluation, id(), on(day, OFFICER, repair())).unwrap();
        assert!(matches!(facts[..], [Fact::Repaired { in_time: Some(found), .. }] if found == kept), "{day}");
    }
    let (mut world, mut evaluation) = (world(), Evaluation::default());
    world.shelf.remove(&(Parameter::KIND, Parameter::id(Name::BadRepair)));
    for step in verified(true) {
        world.act(&mut evaluation, id(), step).unwrap();
    }
    assert!(evaluation.due_acts(date(2026, 1, 5), &Calendar::shipped()).is_empty(), "no limit, nothing late");
    let facts = world.act(&mut evaluation, id(), on(31, OFFICER, repair())).unwrap();
    assert!(matches!(facts[..], [Fact::Repaired { in_time: None, .. }]));
}

#[test]
fn what_looks_odd_is_flagged_and_counts() {
    let (mut world, mut evaluation) = (world(), Evaluation::default());
    let now = ms((3, 3, 10, 0));
    let recent = vec![
        Recent { ms: now - 7_200_000, device: "phone".into() },
        Recent { ms: now - 3_600_000, device: "phone".into() },
    ];
    let act = Act::Evaluate { said: Box::new(said(Grade::VeryGood, Way::Qr)), recent };
    world.act(&mut evaluation, id(), on(3, CITIZEN, act)).unwrap();
    assert_eq!(evaluation.outlier, Some(Outlier::SameDevice(3)));
    assert!(evaluation.said.is_some());
}

/// Performs a story and hands back the evaluation.
fn story(world: &mut World, number: &str, grade: Grade, way: Way, rest: Vec<Step<Evaluation>>) -> Evaluation {
    let contact = Contact::Case(number.into());
    let id = Evaluation::id(&contact);
    let mut evaluation = Evaluation::default();
    let said = Said { contact, ..said(grade, way) };
    for step in std::iter::once(on(3, CITIZEN, evaluate(said))).chain(rest) {
        world.act(&mut evaluation, id, step).unwrap();
    }
    evaluation
}

#[test]
fn the_monthly_release_is_counted_from_the_evaluations() {
    let mut world = world();
    let seen = || vec![on(3, OFFICER, call_back()), on(4, OFFICER, verify(true))];
    let false_one = vec![
        on(3, OFFICER, call_back()),
        on(4, OFFICER, verify(false)),
        on(5, OFFICER, appeal()),
        on(6, MANAGER, judge(true)),
    ];
    let all = [
        story(&mut world, "1", Grade::VeryGood, Way::Counter, vec![]),
        story(&mut world, "2", Grade::Fair, Way::Web, vec![]),
        story(&mut world, "3", Grade::Bad, Way::App, with(seen(), on(24, OFFICER, repair()))),
        story(&mut world, "4", Grade::VeryBad, Way::App, vec![on(25, CLOCK, Act::TurnOverdue)]),
        story(&mut world, "5", Grade::Bad, Way::Sms, false_one),
        Evaluation::default(),
    ];
    let release = release::month(&all, 20, 2025, 3);
    assert_eq!((release.total, release.bad, release.valid_bad), (5, 3, 2));
    assert_eq!(
        release.lines(),
        [
            "2025年3月，收到评价5个，主动评价率25.0%（5/20）。",
            "按等级：非常满意1个、满意0个、基本满意1个、不满意2个、非常不满意1个。",
            "按渠道：网站1个、移动端2个、二维码0个、窗口评价器1个、自助终端0个、短信1个、12345热线0个。",
            "满意率40.0%（2/5），平均5.2分（十分制）。",
            "差评3个，有效差评2个，回访率66.7%（2/3），按时整改率50.0%（1/2）。",
            "差评标签：等候时间长3次。",
        ]
    );
    let empty = release::month(&all, 0, 2025, 4);
    assert_eq!((empty.total, empty.mean_out_of_ten().as_str()), (0, "—"), "another month");
    assert_eq!(empty.lines()[5], "差评标签：无。");
}
