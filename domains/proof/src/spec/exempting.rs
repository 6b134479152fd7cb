//! 免证办理与协查。 The source first, then the other department, the paper last; a promise with its verification and what
//! follows when it was not true.

use super::*;
use crate::answer::Found;
use crate::check::{self, Check, Outcome as Answer, Request};
use crate::exemption::{About, Act, Exemption, Fact};
use crate::line::{Fault, How, Measure, Wanted};
use crate::proof::Way;
use fadu_kernel::Basis;

const SIGNED: &str = "ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11ab11";

fn wanted(subject: &str, way: Way) -> Wanted {
    Wanted {
        subject: subject.into(),
        name: format!("证明{subject}"),
        is_field: false,
        way,
        basis: Some(Basis::article("优化营商环境条例", 44)),
        source: "licences".into(),
        source_name: "公安局".into(),
        form: super::listing::plan(way).form,
        brought: false,
    }
}

fn open_with(barred: Option<&str>) -> Step<Exemption> {
    let about = About {
        case: CASE,
        case_number: "20250303ABCDEFGH".into(),
        item_code: "C1".into(),
        item_name: "食品经营许可".into(),
        department: OrgId::new("market"),
        applicant: Some(PersonId::new("citizen")),
        barred: barred.map(str::to_owned),
    };
    let wanted = vec![
        wanted("shared", Way::Shared),
        wanted("promise", Way::Commitment),
        wanted("check", Way::Check),
        wanted("cancelled", Way::Cancelled),
        Wanted { brought: true, ..wanted("brought", Way::Shared) },
    ];
    ((3, 3), CLOCK, Act::Open { about: Box::new(about), wanted })
}

fn open() -> Vec<Step<Exemption>> {
    vec![open_with(None)]
}

fn obtain(subject: &str) -> Step<Exemption> {
    let found = Found { reference: "E1".into(), ..Found::default() };
    ((3, 3), CLOCK, Act::Obtain { subject: subject.into(), found })
}

fn fail(why: Fault) -> Step<Exemption> {
    ((3, 3), CLOCK, Act::Fail { subject: "shared".into(), why, lie: None, tries: 3 })
}

fn promise(version: &str, signed: &str) -> Step<Exemption> {
    let act = Act::Promise { subject: "promise".into(), version: version.into(), signed: signed.into() };
    ((3, 3), CITIZEN, act)
}

fn ask(subject: &str, to: &str, question: &str) -> Step<Exemption> {
    let act = Act::AskCheck { subject: subject.into(), to: OrgId::new(to), question: question.into() };
    ((3, 4), OFFICER, act)
}

fn answered(confirmed: Option<bool>) -> Step<Exemption> {
    let act = Act::CheckAnswered { subject: "shared".into(), confirmed, note: "已核".into() };
    ((3, 5), CLOCK, act)
}

fn paper(subject: &str) -> Step<Exemption> {
    ((3, 6), OFFICER, Act::AskPaper { subject: subject.into(), reason: "来源取不到".into() })
}

fn verify(when: When, kept: bool) -> Step<Exemption> {
    let act =
        Act::Verify { subject: "promise".into(), kept, how: How::OnSite, note: "到现场看过".into() };
    (when, OFFICER, act)
}

fn dispose() -> Step<Exemption> {
    let act = Act::Dispose {
        subject: "promise".into(),
        measure: Measure::Annul,
        reason: "承诺不实".into(),
        document: "模市监撤〔2025〕1号".into(),
    };
    ((3, 20), HEAD, act)
}

fn repair() -> Step<Exemption> {
    ((3, 25), HEAD, Act::Repair { subject: "promise".into(), document: "模信修〔2025〕1号".into() })
}

fn table() -> Vec<Row<Exemption>> {
    let promised = || then(open(), promise("告知书-1", SIGNED));
    let failed = || then(open(), fail(Fault::Timeout));
    let asked = || then(failed(), ask("shared", "police", "营业执照是否有效"));
    let broken = || then(promised(), verify((3, 10), false));
    let overdue = |when| (when, CLOCK, Act::TurnOverdue { subject: "promise".into() });
    let again = |subject: &str| ((3, 4), OFFICER, Act::TryAgain { subject: subject.into() });
    let by_hand = ((3, 3), OFFICER, obtain("shared").2);
    let long = "问".repeat(201);
    let longest = "问".repeat(200);
    let opened_by_hand = ((3, 3), OFFICER, open_with(None).2);
    vec![
        ("what the item spares is opened by the system (PRF-05)", vec![], open_with(None), None),
        ("opened by hand (PRF-05)", vec![], opened_by_hand, Some("PRF-05")),
        ("opened twice (PRF-01)", open(), open_with(None), Some("PRF-01")),
        ("the source gives it (LIC-40)", open(), obtain("shared"), None),
        ("an officer says so instead of the source (PRF-05)", open(), by_hand, Some("PRF-05")),
        ("given twice (PRF-01)", then(open(), obtain("shared")), obtain("shared"), Some("PRF-01")),
        ("what the applicant brought is not fetched (PRF-01)", open(), obtain("brought"), Some("PRF-01")),
        ("what the item does not spare (LIC-57)", open(), obtain("other"), Some("LIC-57")),
        ("the source is down, and asked again (PRF-01)", failed(), again("shared"), None),
        ("asked again though it waits (PRF-01)", open(), again("shared"), Some("PRF-01")),
        ("then it gives it (PRF-01)", then(failed(), again("shared")), obtain("shared"), None),
        (
            "checked once the source gave nothing (LIC-40, PRF-07)",
            failed(),
            ask("shared", "police", "是否有效"),
            None,
        ),
        (
            "checked before the source was asked (LIC-40)",
            open(),
            ask("shared", "police", "是否有效"),
            Some("LIC-40"),
        ),
        ("checked where checking is the way (LIC-40)", open(), ask("check", "police", "是否有效"), None),
        ("checked with oneself (PRF-07)", failed(), ask("shared", "market", "是否有效"), Some("PRF-07")),
        ("asked in 200 characters (LIC-41)", failed(), ask("shared", "police", &longest), None),
        ("asked in 201 (LIC-41)", failed(), ask("shared", "police", &long), Some("LIC-41")),
        ("asked while a check runs (PRF-01)", asked(), ask("shared", "police", "是否有效"), Some("PRF-01")),
        ("the paper while a check runs (LIC-40)", asked(), paper("shared"), Some("LIC-40")),
        (
            "the paper once the department cannot tell (LIC-40)",
            then(asked(), answered(None)),
            paper("shared"),
            None,
        ),
        (
            "the paper once it is confirmed (LIC-40)",
            then(asked(), answered(Some(true))),
            paper("shared"),
            Some("LIC-40"),
        ),
        ("the paper before the source was asked (LIC-40)", open(), paper("shared"), Some("LIC-40")),
        ("the paper once the source gave nothing (LIC-40)", failed(), paper("shared"), None),
        ("the paper of a cancelled proof (LIC-57)", open(), paper("cancelled"), Some("LIC-57")),
        ("promised and signed (LIC-53, LIC-70, LIC-71, SIG-01)", open(), promise("告知书-1", SIGNED), None),
        ("promised on another form (LIC-53)", open(), promise("告知书-0", SIGNED), Some("LIC-53")),
        ("promised and not signed (SIG-01)", open(), promise("告知书-1", "图片"), Some("SIG-01")),
        ("promised twice (PRF-01)", promised(), promise("告知书-1", SIGNED), Some("PRF-01")),
        (
            "promised where the source is to give it (LIC-70)",
            open(),
            (
                (3, 3),
                CITIZEN,
                Act::Promise {
                    subject: "shared".into(), version: "告知书-1".into(), signed: SIGNED.into()
                },
            ),
            Some("LIC-70"),
        ),
        (
            "promised by one whose promise was not true (LIC-71)",
            vec![open_with(Some("20250101AAAAAAAA"))],
            promise("告知书-1", SIGNED),
            Some("LIC-71"),
        ),
        ("verified on site (PRF-06)", promised(), verify((3, 10), true), None),
        (
            "verified twice (PRF-01)",
            then(promised(), verify((3, 10), true)),
            verify((3, 11), true),
            Some("PRF-01"),
        ),
        ("verified though nobody promised (PRF-01)", open(), verify((3, 10), true), Some("PRF-01")),
        ("not verified on the last day (PRF-06)", promised(), overdue((3, 31)), Some("PRF-06")),
        ("not verified a day later (PRF-06)", promised(), overdue((4, 1)), None),
        ("said twice (PRF-06)", then(promised(), overdue((4, 1))), overdue((4, 2)), Some("PRF-06")),
        (
            "verified late all the same (PRF-06)",
            then(promised(), overdue((4, 1))),
            verify((4, 7), true),
            None,
        ),
        ("an untrue promise is disposed of (PRF-06)", broken(), dispose(), None),
        ("a true one (PRF-06)", then(promised(), verify((3, 10), true)), dispose(), Some("PRF-06")),
        ("disposed of twice (PRF-06)", then(broken(), dispose()), dispose(), Some("PRF-06")),
        ("made good once disposed of (LIC-71)", then(broken(), dispose()), repair(), None),
        ("made good before (LIC-71)", broken(), repair(), Some("LIC-71")),
        ("made good twice (LIC-71)", then(then(broken(), dispose()), repair()), repair(), Some("LIC-71")),
    ]
}

fn request() -> Request {
    Request {
        exemption: Exemption::id(CASE),
        subject: "shared".into(),
        proof: "营业执照".into(),
        case_number: "20250303ABCDEFGH".into(),
        item_name: "食品经营许可".into(),
        from: OrgId::new("market"),
        to: OrgId::new("police"),
        question: "是否有效".into(),
        round: 1,
    }
}

fn checks() -> Vec<Row<Check>> {
    let open = || vec![((3, 4), CLOCK, check::Act::Open { request: Box::new(request()) })];
    let answer =
        |when: When, who| (when, who, check::Act::Answer { outcome: Answer::Confirmed, note: "有效".into() });
    let overdue = |when: When| (when, CLOCK, check::Act::TurnOverdue);
    vec![
        ("answered by the department that was asked (PRF-07)", open(), answer((3, 7), OTHER), None),
        ("answered by the one that asks (PRF-07)", open(), answer((3, 7), OFFICER), Some("PRF-07")),
        (
            "answered twice (PRF-01)",
            then(open(), answer((3, 6), OTHER)),
            answer((3, 7), OTHER),
            Some("PRF-01"),
        ),
        ("not answered on working day 3 (PRF-01)", open(), overdue((3, 7)), Some("PRF-01")),
        ("not answered on working day 4 (PRF-01)", open(), overdue((3, 10)), None),
        ("overdue by hand (PRF-05)", open(), ((3, 10), OTHER, check::Act::TurnOverdue), Some("PRF-05")),
    ]
}

pub(super) fn rows() -> Told {
    let world = World::with_limits();
    [world.run::<Exemption>(Exemption::id(CASE), table()), world.run::<Check>(MatterId(3), checks())].concat()
}

#[test]
fn each_line_says_why_it_is_not_asked_for() {
    let world = World::with_limits();
    let steps = then(then(open(), obtain("shared")), promise("告知书-1", SIGNED));
    let exemption: Exemption = world.story(Exemption::id(CASE), steps);
    let because = |subject: &str| exemption.lines[subject].because();
    assert_eq!(because("shared").as_deref(), Some("公安局已经提供"));
    assert_eq!(because("promise").as_deref(), Some("已经书面承诺"));
    assert_eq!(because("check").as_deref(), Some("公安局已有，由承办机关取得"));
    assert_eq!(because("cancelled").as_deref(), Some("这份证明已经取消"));
    assert_eq!(because("brought"), None);
    let tasks = exemption.docket(&Calendar::shipped()).tasks;
    let due: Vec<_> = tasks.iter().map(|task| (task.name.as_str(), task.due)).collect();
    assert_eq!(due, [("verify:promise", Some(date(2025, 3, 31))), ("clock", Some(date(2025, 4, 1)))]);
}

#[test]
fn a_promise_that_was_not_true_bars_until_it_is_made_good() {
    let world = World::with_limits();
    let broken = then(then(open(), promise("告知书-1", SIGNED)), verify((3, 10), false));
    let mut exemption: Exemption = world.story(Exemption::id(CASE), broken);
    assert!(exemption.bars());
    assert!(
        exemption
            .docket(&Calendar::shipped())
            .facets
            .contains(&("promise".into(), "broken".into()))
    );
    for step in [dispose(), repair()] {
        assert!(exemption.bars());
        world.act(&mut exemption, Exemption::id(CASE), step).unwrap();
    }
    assert!(!exemption.bars());
}

#[test]
fn without_a_limit_nothing_is_called_late() {
    let world = World::default();
    let mut exemption: Exemption =
        world.story(Exemption::id(CASE), then(open(), promise("告知书-1", SIGNED)));
    assert!(exemption.due_acts(date(2026, 3, 3), &Calendar::shipped()).is_empty());
    let facts = world.act(&mut exemption, Exemption::id(CASE), verify((12, 1), true)).unwrap();
    assert!(matches!(facts[..], [Fact::Verified { in_time: None, .. }]));
    let open = ((3, 4), CLOCK, check::Act::Open { request: Box::new(request()) });
    let check: Check = world.story(MatterId(3), vec![open]);
    assert!(check.due_acts(date(2026, 3, 3), &Calendar::shipped()).is_empty());
}

#[test]
fn an_overdue_check_is_the_heads_task() {
    let world = World::with_limits();
    let open = ((3, 4), CLOCK, check::Act::Open { request: Box::new(request()) });
    let mut check: Check = world.story(MatterId(3), vec![open]);
    assert!(check.due_acts(date(2025, 3, 7), &Calendar::shipped()).is_empty());
    assert_eq!(check.due_acts(date(2025, 3, 10), &Calendar::shipped()).len(), 1);
    world
        .act(&mut check, MatterId(3), ((3, 10), CLOCK, check::Act::TurnOverdue))
        .unwrap();
    let tasks = check.docket(&Calendar::shipped()).tasks;
    assert_eq!((tasks.len(), tasks[0].role), (1, Role::AgencyHead));
}
