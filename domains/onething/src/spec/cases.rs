//! 联办件的规格: received, told once, handled in order, refused each on its own, delivered together.

use super::*;
use crate::acts::Lacking;
use crate::child::Suspension;
use Role::{AgencyHead, Citizen, Clock, Officer, WindowClerk};

pub fn tables() -> Vec<Table> {
    vec![
        (joint_theme, receiving()),
        (joint_theme, telling_once()),
        (joint_theme, in_order()),
        (joint_theme, held_back()),
        (joint_theme, closing()),
    ]
}

#[test]
fn every_row_is_answered_as_the_table_says() {
    tables().into_iter().for_each(run);
}

fn lacking(ids: &[&str]) -> Vec<Lacking> {
    ids.iter()
        .map(|id| Lacking { id: (*id).to_owned(), what: "缺".into() })
        .collect()
}

fn notice(day: (i8, i8), ids: &[&str]) -> Step {
    (day, Officer, Act::GiveNotice { missing: lacking(ids) })
}

fn supplement(day: (i8, i8), papers: &[&str]) -> Step {
    (day, Citizen, Act::Supplement { channel: Channel::Online, materials: these(papers) })
}

fn decline(day: (i8, i8), reason: &str) -> Step {
    (
        day,
        Officer,
        Act::Decline {
            reason: reason.into(), remedy: "可以申请行政复议或者提起行政诉讼".into()
        },
    )
}

fn withdraw(role: Role, statement: &str) -> Step {
    ((3, 5), role, Act::Withdraw { reason: "不办了".into(), statement: statement.into() })
}

/// B's own paper is not there.
fn incomplete() -> Vec<Step> {
    vec![((3, 3), WindowClerk, receive("large", &["pa", "pab"]))]
}

/// Told of three papers, of which one came.
fn in_part() -> Vec<Step> {
    vec![
        ((3, 3), WindowClerk, receive("large", &[])),
        notice((3, 4), &["pa", "pb", "pab"]),
        supplement((3, 6), &["pb"]),
    ]
}

fn with(mut steps: Vec<Step>, more: impl IntoIterator<Item = Step>) -> Vec<Step> {
    steps.extend(more);
    steps
}

fn receiving() -> Vec<Row> {
    let at = |act: Act| ((3, 3), WindowClerk, act);
    let other_theme = Act::Receive {
        theme: MatterId(2),
        channel: Channel::Window,
        answers: BTreeMap::new(),
        materials: BTreeMap::new(),
    };
    let at_home = Act::Receive {
        theme: MatterId(1),
        channel: Channel::HomeVisit,
        answers: [("size".to_owned(), "small".to_owned())].into(),
        materials: BTreeMap::new(),
    };
    vec![
        ("an incomplete application is received", vec![], at(receive("large", &[])), None),
        (
            "a complete one, of a theme in force, its situation told (LIC-03, ONE-01, ONE-06)",
            vec![],
            at(receive("large", &ALL_PAPERS)),
            None,
        ),
        (
            "what others hold is not asked for, and not missing (LIC-40)",
            vec![],
            at(receive("small", &["pa", "pab"])),
            None,
        ),
        (
            "a paper that this situation does not ask for (LIC-03)",
            vec![],
            at(receive("small", &["pb"])),
            Some("LIC-03"),
        ),
        ("a paper that no guide lists (LIC-03)", vec![], at(receive("large", &["never"])), Some("LIC-03")),
        ("a theme that is not there (ONE-01)", vec![], at(other_theme), Some("ONE-01")),
        ("by a channel that the theme does not have (ONE-01)", vec![], at(at_home), Some("ONE-01")),
        ("without saying which situation (ONE-06)", vec![], at(receive("huge", &[])), Some("ONE-06")),
        ("received a second time (ONE-08)", received(), at(receive("large", &ALL_PAPERS)), Some("ONE-08")),
        ("withdrawn before it was received (ONE-08)", vec![], withdraw(Citizen, ""), Some("ONE-08")),
    ]
}

fn telling_once() -> Vec<Row> {
    let noticed = || with(incomplete(), [notice((3, 10), &["pb"])]);
    let deem = |day| (day, Clock, Act::DeemComplete);
    vec![
        ("told of everything on working day 5 (LIC-07)", incomplete(), notice((3, 10), &["pb"]), None),
        ("told on working day 6 (LIC-08)", incomplete(), notice((3, 11), &["pb"]), Some("LIC-08")),
        ("silence after working day 5 completes it (LIC-08)", incomplete(), deem((3, 11)), None),
        ("silence on working day 5 does not yet (LIC-08)", incomplete(), deem((3, 10)), Some("LIC-08")),
        ("told in time, silence means nothing (LIC-08)", noticed(), deem((3, 11)), Some("LIC-08")),
        (
            "nobody but time says so (ONE-10)",
            incomplete(),
            ((3, 11), Officer, Act::DeemComplete),
            Some("ONE-10"),
        ),
        ("a notice that names nothing (LIC-07)", incomplete(), notice((3, 4), &[]), Some("LIC-07")),
        (
            "a notice that leaves one out (LIC-07)",
            vec![((3, 3), WindowClerk, receive("large", &[]))],
            notice((3, 4), &["pa", "pb"]),
            Some("LIC-07"),
        ),
        ("a second notice (LIC-07)", noticed(), notice((3, 10), &["pb"]), Some("LIC-07")),
        (
            "a notice of a paper outside the guide (LIC-03)",
            incomplete(),
            notice((3, 4), &["pb", "never"]),
            Some("LIC-03"),
        ),
        (
            "a notice of what others hold (LIC-40)",
            incomplete(),
            notice((3, 4), &["pb", "licence"]),
            Some("LIC-40"),
        ),
        (
            "a notice for an item whose papers were complete and passed on (LIC-09)",
            incomplete(),
            notice((3, 4), &["pb", "pa"]),
            Some("LIC-09"),
        ),
        (
            "what was asked for came: the item is passed on (LIC-09)",
            noticed(),
            supplement((3, 12), &["pb"]),
            None,
        ),
        (
            "a supplement without what is missing (ONE-08)",
            noticed(),
            supplement((3, 12), &["pa"]),
            Some("ONE-08"),
        ),
        ("a supplement to complete papers (ONE-08)", received(), supplement((3, 4), &["pa"]), Some("ONE-08")),
        (
            "declined after a notice that nobody answered (LIC-28)",
            noticed(),
            decline((4, 10), "未补正"),
            None,
        ),
        ("silence after a part of what was told came (LIC-08)", in_part(), deem((3, 14)), Some("LIC-08")),
        (
            "declined, a part of what was told having come (LIC-07)",
            in_part(),
            decline((3, 7), "未补齐"),
            None,
        ),
        (
            "declined, all that was told having come (LIC-07)",
            with(in_part(), [supplement((3, 7), &["pa", "pab"])]),
            decline((3, 10), "未补齐"),
            Some("LIC-07"),
        ),
        ("declined without a reason (LIC-28)", noticed(), decline((4, 10), " "), Some("LIC-28")),
        ("declined without a notice (LIC-07)", incomplete(), decline((3, 4), "材料不全"), Some("LIC-07")),
    ]
}

fn hold(day: (i8, i8), role: Role, item: &str) -> Step {
    let (item_code, reason) = (item.into(), "“事项A”暂停".into());
    (day, role, Act::ChildHeld { item_code, rule: "LIC-51".into(), reason })
}

fn open_again(day: (i8, i8), item: &str) -> Step {
    (day, Officer, Act::OpenAgain { item_code: item.into() })
}

fn decline_held(day: (i8, i8), reason: &str, remedy: &str) -> Step {
    let (item_code, reason, remedy) = ("A".into(), reason.into(), remedy.into());
    (day, Officer, Act::DeclineChild { item_code, reason, remedy })
}

/// A was to be passed on and its organ could not take it.
fn a_held() -> Vec<Step> {
    with(received(), [hold((3, 3), Clock, "A")])
}

fn held_back() -> Vec<Row> {
    let remedy = "可以申请行政复议";
    vec![
        (
            "a part that its organ cannot take, told by the system (ONE-10)",
            received(),
            hold((3, 3), Clock, "A"),
            None,
        ),
        (
            "a part that its organ cannot take, said by an officer (ONE-10)",
            received(),
            hold((3, 3), Officer, "A"),
            Some("ONE-10"),
        ),
        (
            "held back after it was opened (ONE-08)",
            with(received(), [open((3, 3), "A")]),
            hold((3, 4), Clock, "A"),
            Some("ONE-08"),
        ),
        ("held back twice (ONE-08)", a_held(), hold((3, 4), Clock, "A"), Some("ONE-08")),
        ("passed on again once it can be taken (ONE-08)", a_held(), open_again((3, 6), "A"), None),
        (
            "opened once it was passed on again (ONE-08)",
            with(a_held(), [open_again((3, 6), "A")]),
            open((3, 6), "A"),
            None,
        ),
        (
            "passed on again though nothing held it back (ONE-08)",
            a_held(),
            open_again((3, 6), "B"),
            Some("ONE-08"),
        ),
        (
            "what its organ cannot take, declined with reason and remedy (LIC-28)",
            a_held(),
            decline_held((3, 6), "事项已经取消", remedy),
            None,
        ),
        (
            "what its organ cannot take, declined without a reason (LIC-28)",
            a_held(),
            decline_held((3, 6), " ", remedy),
            Some("LIC-28"),
        ),
        (
            "what its organ cannot take, declined without a remedy (LIC-28)",
            a_held(),
            decline_held((3, 6), "事项已经取消", ""),
            Some("LIC-28"),
        ),
        (
            "declined though nothing held it back (ONE-08)",
            received(),
            decline_held((3, 6), "事项已经取消", remedy),
            Some("ONE-08"),
        ),
    ]
}

#[test]
fn what_is_held_back_is_a_task_until_it_is_passed_on_declined_or_withdrawn() {
    let waits = |story: &Story| {
        let tasks = story.joint.docket(&Calendar::shipped()).tasks;
        let task = tasks.into_iter().find(|task| task.name == "open_again");
        task.map(|task| (task.role, task.due))
    };
    let mut story = Story::of(joint_theme());
    story.all(a_held());
    assert_eq!(waits(&story), Some((Officer, Some(date(2025, 3, 10)))));
    let a = story.joint.child("A").unwrap();
    assert_eq!((a.status(), a.held().unwrap().rule.as_str()), ("held", "LIC-51"));

    let facts = story.then(open_again((3, 6), "A")).unwrap();
    let [Fact::ChildReady(ready)] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!(ready.received_on, date(2025, 3, 6), "nobody could be silent about it before");
    assert_eq!((story.joint.child("A").unwrap().status(), waits(&story)), ("opening", None));

    let mut story = Story::of(joint_theme());
    story.all(a_held());
    story.then(decline_held((3, 6), "事项已经取消", "可以申请行政复议")).unwrap();
    let status = |item: &str| story.joint.child(item).unwrap().status();
    assert_eq!((status("A"), status("B"), status("C")), ("declined", "opening", "blocked"));
    assert_eq!(waits(&story), None);

    let mut story = Story::of(joint_theme());
    story.all(a_held());
    story.then(withdraw(Citizen, "")).unwrap();
    assert_eq!((story.joint.child("A").unwrap().status(), waits(&story)), ("withdrawn", None));
    story.then(hold((3, 6), Clock, "B")).unwrap();
    assert_eq!(story.joint.child("B").unwrap().status(), "withdrawn", "it was on its way when they withdrew");
    assert!(story.joint.settled.is_some());
}

/// What was stored before parts were held back.
#[test]
fn a_child_of_old_is_read() {
    let mut stored = serde_json::to_value(crate::Child::default()).unwrap();
    stored.as_object_mut().unwrap().remove("held");
    let child: crate::Child = serde_json::from_value(stored).unwrap();
    assert!(child.held().is_none());
}

fn in_order() -> Vec<Row> {
    let stopped = moved((3, 5), "A", Moved::Stopped { kind: Suspension::ExpertReview, days: 10 });
    let remedy = "六十日内申请行政复议，或者六个月内提起行政诉讼";
    let a_refused = || with(running(), [refused((3, 6), "A", "场地不合要求", remedy)]);
    let by_officer = |(day, _, act): Step| (day, Officer, act);
    let early = (
        (3, 6),
        Clock,
        Act::ChildMoved { item_code: "A".into(), on: date(2025, 3, 7), step: Moved::Withdrawn },
    );
    vec![
        ("what waits for nothing is opened at once (ONE-07)", received(), open((3, 3), "A"), None),
        ("what waits for another's grant is not (ONE-07)", running(), open((3, 4), "C"), Some("ONE-07")),
        (
            "opened once it is granted (ONE-07)",
            with(running(), [granted((3, 4), "A")]),
            open((3, 4), "C"),
            None,
        ),
        ("a refusal leaves what does not depend on it (ONE-07)", a_refused(), granted((3, 7), "B"), None),
        ("a refusal ends what depends on it (ONE-07)", a_refused(), open((3, 7), "C"), Some("ONE-07")),
        ("what only comes after a refused item may begin (ONE-07)", a_refused(), open((3, 7), "D"), None),
        (
            "told the day after, with its own day (ONE-10)",
            received(),
            ((3, 4), Clock, open((3, 3), "A").2),
            None,
        ),
        ("opened tomorrow (ONE-08)", received(), ((3, 3), Clock, open((3, 4), "A").2), Some("ONE-08")),
        ("opened twice (ONE-08)", running(), open((3, 4), "A"), Some("ONE-08")),
        ("told of a child before it was opened (ONE-08)", received(), accepted((3, 4), "A"), Some("ONE-08")),
        ("told of an item that takes no part (ONE-08)", running(), granted((3, 4), "Z"), Some("ONE-08")),
        ("told of tomorrow (ONE-08)", running(), early, Some("ONE-08")),
        (
            "decided while it stands still (ONE-08)",
            with(running(), [stopped]),
            granted((3, 6), "A"),
            Some("ONE-08"),
        ),
        (
            "decided twice (ONE-08)",
            with(running(), [granted((3, 4), "A")]),
            granted((3, 5), "A"),
            Some("ONE-08"),
        ),
        ("told by the system (ONE-10)", running(), granted((3, 4), "A"), None),
        ("told by an officer (ONE-10)", running(), by_officer(granted((3, 4), "A")), Some("ONE-10")),
        ("a child opened by an officer (ONE-10)", received(), by_officer(open((3, 3), "A")), Some("ONE-10")),
        (
            "refused with reason and remedy (LIC-28)",
            running(),
            refused((3, 6), "A", "场地不合要求", remedy),
            None,
        ),
        ("refused without a reason (LIC-28)", running(), refused((3, 6), "A", "", remedy), Some("LIC-28")),
        (
            "refused without a remedy (LIC-28)",
            running(),
            refused((3, 6), "A", "场地不合要求", ""),
            Some("LIC-28"),
        ),
    ]
}

fn closing() -> Vec<Row> {
    let deliver = || ((3, 11), WindowClerk, Act::Deliver { way: Channel::Post });
    let close = || ((3, 12), Officer, Act::Close);
    let done = || with(all_granted((3, 10)), [deliver()]);
    let late_word = moved((3, 12), "A", Moved::Delivered);
    vec![
        ("delivered when all have a result (ONE-08)", all_granted((3, 10)), deliver(), None),
        ("delivered before (ONE-08)", running(), deliver(), Some("ONE-08")),
        ("delivered twice (ONE-09)", done(), deliver(), Some("ONE-09")),
        ("closed once delivered (ONE-09)", done(), close(), None),
        ("closed before (ONE-08)", all_granted((3, 10)), close(), Some("ONE-08")),
        ("closed twice (ONE-09)", with(done(), [close()]), close(), Some("ONE-09")),
        ("nothing changes what is over (ONE-09)", done(), withdraw(Citizen, ""), Some("ONE-09")),
        ("a delivery told twice (ONE-08)", done(), late_word, Some("ONE-08")),
        ("withdrawn by the applicant", running(), withdraw(Citizen, ""), None),
        (
            "recorded at the window on the applicant's signed word (ONE-11)",
            running(),
            withdraw(WindowClerk, "签名件"),
            None,
        ),
        (
            "recorded at the window on nobody's word (ONE-11)",
            running(),
            withdraw(WindowClerk, ""),
            Some("ONE-11"),
        ),
        (
            "withdrawn twice (ONE-08)",
            with(running(), [withdraw(Citizen, "")]),
            withdraw(Citizen, ""),
            Some("ONE-08"),
        ),
        (
            "withdrawn when all have a result (ONE-08)",
            all_granted((3, 10)),
            ((3, 11), Citizen, Act::Withdraw { reason: "不办了".into(), statement: String::new() }),
            Some("ONE-08"),
        ),
        (
            "a lead that heads the joint case does not extend it (LIC-17)",
            running(),
            ((3, 5), AgencyHead, Act::Extend { reason: "情况复杂".into() }),
            Some("LIC-17"),
        ),
    ]
}

fn ready(facts: &[Fact]) -> Vec<&crate::acts::Ready> {
    facts
        .iter()
        .filter_map(|fact| if let Fact::ChildReady(ready) = fact { Some(&**ready) } else { None })
        .collect()
}

#[test]
fn a_ready_child_carries_what_its_case_needs() {
    let mut story = Story::of(joint_theme());
    let facts = story.all(received());
    let ready = ready(&facts);
    assert_eq!(ready.iter().map(|ready| ready.item_code.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    let names = |ready: &crate::acts::Ready| ready.materials.keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(ready[0]), "m1 pab", "under the item's own names, and nothing of B's");
    assert_eq!(names(ready[1]), "pab pb");
    assert_eq!(ready[0].fields, [("fa".to_owned(), "fa".to_owned())].into());
    assert_eq!((ready[0].received_on, ready[0].deemed), (date(2025, 3, 3), false));
    let spared: Vec<_> = story
        .joint
        .spared
        .iter()
        .map(|spared| format!("{}：{}", spared.what, spared.held_by))
        .collect();
    assert_eq!(spared, ["信用代码：登记数据", "材料licence：电子证照库"], "not asked because …");
}

/// The five days end beyond the calendar; once the next year's notice is loaded they end on 6 January.
#[test]
fn silence_waits_for_the_calendar() {
    let shipped = Calendar::shipped();
    let next = "notice 测试〔2026〕1号 issued 2026-11-05 for 2027\noff 2027-01-01 2027-01-03 元旦";
    let next = fadu_kernel::calendar::Notice::parse(next).unwrap();
    let longer = Calendar::from_notices(shipped.notices().iter().cloned().chain([next]).collect());
    let mut story = Story::of(joint_theme());
    let (clerk, came) = (person(WindowClerk), date(2026, 12, 29));
    let receive = receive("large", &["pa", "pab"]);
    act_on(&mut story.joint, &receive, &clerk, came, &story.shelf, &story.sealed).unwrap();
    assert_eq!(story.joint.notice_last(&shipped), None);
    assert!(story.joint.due_acts(date(2027, 6, 1), &shipped).is_empty());
    // As it was stored, before and since.
    let text = serde_json::to_string(&story.joint).unwrap();
    let mut joint: Joint = serde_json::from_str(&text.replacen('{', r#"{"notice_due":null,"#, 1)).unwrap();
    assert_eq!(joint.notice_last(&longer), Some(date(2027, 1, 6)));
    assert!(joint.due_acts(date(2027, 1, 6), &longer).is_empty());
    assert!(matches!(joint.due_acts(date(2027, 1, 7), &longer)[..], [Act::DeemComplete]));
    let (clock, nobody) = (person(Clock), Sealed::new());
    for (day, passes) in [(6, false), (7, true)] {
        let on = date(2027, 1, day);
        let answer = act_under(&longer, &mut joint, &Act::DeemComplete, &clock, on, &story.shelf, &nobody);
        assert_eq!(answer.is_ok(), passes, "{on}");
    }
    assert_eq!(joint.deemed, Some(came), "dated back");
}

#[test]
fn what_is_missing_holds_up_only_the_item_that_asks_for_it() {
    let mut story = Story::of(joint_theme());
    let codes = |facts: &[Fact]| ready(facts).iter().map(|ready| ready.item_code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&story.all(incomplete())), ["A"]);
    story.all(vec![notice((3, 10), &["pb"])]);
    assert_eq!(codes(&story.all(vec![supplement((3, 12), &["pb"])])), ["B"]);
    assert_eq!(story.joint.trips, 1, "one at the window, none from home");

    let mut silent = Story::of(joint_theme());
    silent.all(incomplete());
    let facts = silent.all(vec![((3, 11), Clock, Act::DeemComplete)]);
    assert_eq!(
        (ready(&facts)[0].received_on, ready(&facts)[0].deemed),
        (date(2025, 3, 3), true),
        "dated back"
    );
}

#[test]
fn a_refusal_ends_what_depends_on_it_each_for_its_own_reason() {
    let mut story = Story::of(joint_theme());
    story.all(running());
    let facts = story.all(vec![refused((3, 6), "A", "场地不合要求", "复议或者诉讼")]);
    let blocked: Vec<_> = facts
        .iter()
        .filter_map(|fact| {
            if let Fact::ChildBlocked { item_code, by, reason, .. } = fact {
                Some((item_code.as_str(), by.as_str(), reason.as_str()))
            } else {
                None
            }
        })
        .collect();
    let because = "“事项A”不予许可；先取得A的结果（《建筑法》第八条第一款第一项）";
    assert_eq!(blocked, [("C", "A", because)]);
    assert_eq!(ready(&facts).iter().map(|ready| ready.item_code.as_str()).collect::<Vec<_>>(), ["D"]);
    story.all([under_way((3, 7), &["D"]), vec![granted((3, 10), "D")]].concat());
    let facts = story.all(vec![refused((3, 11), "B", "噪声超标", "复议或者诉讼")]);
    let Some(Fact::Settled(settled)) = facts.last() else { panic!("all have a result") };
    assert_eq!((settled.granted, settled.refused, settled.blocked, settled.children), (1, 2, 1, 4));
    let facts = story.all(vec![((3, 12), WindowClerk, Act::Deliver { way: Channel::Window })]);
    let [Fact::Delivered(delivered)] = &facts[..] else { panic!("one delivery") };
    assert_eq!(
        delivered.items,
        ["A", "B", "D"],
        "refusals are handed over too; what was never decided is not"
    );
    assert_eq!((delivered.trips, delivered.materials, delivered.baseline_trips), (2, 3, Some(6)));
    let lines: Vec<String> = story.joint.children.iter().map(crate::Child::status_zh).collect();
    assert_eq!(lines, ["不予许可，已送达", "不予许可，已送达", "因前置事项未办成而不能办", "准予，已送达"]);
}

#[test]
fn a_withdrawal_recalls_what_runs_and_what_was_just_being_opened() {
    let mut story = Story::of(joint_theme());
    story.all([received(), under_way((3, 3), &["A"])].concat());
    let facts = story.all(vec![withdraw(Citizen, "")]);
    let recalled = |facts: &[Fact]| {
        facts
            .iter()
            .filter_map(|fact| {
                if let Fact::ChildRecalled { item_code, .. } = fact { Some(item_code.clone()) } else { None }
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(recalled(&facts), ["A"]);
    assert_eq!(recalled(&story.all(vec![open((3, 5), "B")])), ["B"], "its case was on the way");
    story.all(vec![moved((3, 5), "A", Moved::Withdrawn)]);
    assert_eq!(story.joint.status(), "withdrawing");
    story.all(vec![moved((3, 6), "B", Moved::Withdrawn)]);
    assert_eq!((story.joint.status(), story.joint.is_closed()), ("ended", true));
    story.all(vec![((3, 7), Officer, Act::Close)]);

    let mut crossed = Story::of(joint_theme());
    crossed
        .all([running(), vec![withdraw(Citizen, "")], vec![moved((3, 6), "B", Moved::Withdrawn)]].concat());
    crossed.all(vec![granted((3, 6), "A")]);
    assert_eq!(
        crossed.joint.status(),
        "settled",
        "a decision that crossed the withdrawal stands and is delivered"
    );
}

/// Two papers and a form of one situation: a field left empty is named like a paper.
#[test]
fn a_field_left_empty_is_missing_and_one_nobody_asked_for_is_refused() {
    let mut story = Story::of(joint_theme());
    story.sealed.remove("fa");
    story.all(vec![((3, 3), WindowClerk, receive("small", &["pa", "pab"]))]);
    assert_eq!(
        story
            .joint
            .missing
            .iter()
            .map(|lacking| lacking.id.as_str())
            .collect::<Vec<_>>(),
        ["fa"]
    );
    let mut other = Story::of(joint_theme());
    other.sealed.insert("blood_group".into(), "00".into());
    let refusal = other.then(((3, 3), WindowClerk, receive("small", &["pa", "pab"]))).unwrap_err();
    assert_eq!(refusal.rule.id, "LIC-03");
}

#[test]
fn a_case_ends_under_the_version_it_began_under() {
    let mut theme = in_force(joint_theme());
    let mut story = Story::under(theme.clone());
    story.all(running());
    let mut other = joint_theme();
    other.members.retain(|member| member.item != "C");
    other.members[2].needs.clear();
    theme
        .versions
        .push(Version { from: date(2025, 3, 4), definition: other, ..theme.versions[0].clone() });
    theme.suspended = Some((date(2025, 3, 4), "停用".into()));
    story.shelf = Shelf(Arc::new(theme.clone()));
    story.all(vec![granted((3, 4), "A")]);
    story.all(vec![open((3, 4), "C")]);
    assert_eq!(story.joint.theme_version, 1, "C is handled, though the new version knows no C");
    let refusal = Story::under(theme.clone()).then(received().remove(0)).unwrap_err();
    assert_eq!(refusal.rule.id, "ONE-01", "no new case while suspended");
    theme.suspended = None;
    let mut new = Story::under(theme);
    new.then(((3, 4), WindowClerk, receive("large", &ALL_PAPERS))).unwrap();
    assert_eq!((new.joint.theme_version, new.joint.children.len()), (2, 3));
}

#[test]
fn one_department_alone_keeps_its_own_limit() {
    let mut story = Story::of(joint_theme());
    story.all(vec![((3, 3), WindowClerk, receive("small", &["pa", "pab"]))]);
    assert_eq!(
        (story.joint.mode, story.joint.statutory),
        (Mode::Separate, None),
        "forty-five days would be longer"
    );
}

#[test]
fn a_state_is_read_as_it_was_written() {
    let mut story = Story::of(joint_theme());
    let facts = story.all(all_granted((3, 10)));
    let text = serde_json::to_string(&story.joint).unwrap();
    assert_eq!(serde_json::to_string(&serde_json::from_str::<Joint>(&text).unwrap()).unwrap(), text);
    for fact in facts {
        let value = serde_json::to_value(&fact).unwrap();
        assert!(
            value.get(Joint::fact_name(&fact)).is_some_and(serde_json::Value::is_object),
            "figures read {value}"
        );
        serde_json::from_value::<Fact>(value).unwrap();
    }
    let docket = story.joint.docket(&Calendar::shipped());
    assert_eq!(
        (docket.status.as_str(), docket.due),
        ("settled", Some(date(2025, 3, 18))),
        "ten days after 4 March"
    );
    let cases: Vec<_> = docket.facets.iter().filter(|(name, _)| name == "child").collect();
    assert_eq!(cases.len(), 4, "found again by the case of a child");
}
