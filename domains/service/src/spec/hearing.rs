//! 听证: by when it is held after somebody asked, and what its record binds.

use super::*;

/// Told on 5 March and asked for on Thursday the 6th: working day 20 is 3 April, the 4th to the 6th are a holiday.
fn asked_for() -> Vec<Step> {
    let told = with(verified(), ((3, 5), Officer, Act::TellHearing));
    with(told, ((3, 6), Citizen, Act::AskHearing))
}

fn held_on(month: i8, day: i8) -> Act {
    let Act::ScheduleHearing { time, place, chair, .. } = schedule("c", 1) else { unreachable!() };
    Act::ScheduleHearing { on: date(2025, month, day), time, place, chair }
}

pub(super) fn record(evidence: &[&str]) -> Act {
    let evidence = evidence.iter().map(|one| (*one).to_owned()).collect();
    let transcript = Paper { digest: "ab".repeat(32), file_name: "听证笔录.pdf".into(), signed: false };
    Act::RecordHearing { transcript, evidence }
}

fn grant_on(evidence: &[&str]) -> Step {
    let evidence = evidence.iter().map(|one| (*one).to_owned()).collect();
    let act = Act::Decide { granted: true, reason: String::new(), false_material: false, evidence };
    ((3, 18), AgencyHead, act)
}

pub(super) fn rows() -> Vec<Row> {
    let notified = || with(asked_for(), ((3, 6), Officer, schedule("c", 17)));
    let heard = |evidence: &[&str]| with(notified(), ((3, 17), Officer, record(evidence)));
    let listed = || heard(&["检测报告J-1", "现场照片"]);
    let only_said = Act::RecordHearing { transcript: Paper::default(), evidence: Vec::new() };
    vec![
        (
            "decided on evidence that the record of the hearing lists (LIC-27)",
            listed(),
            grant_on(&["检测报告J-1"]),
            None,
        ),
        (
            "a hearing recorded without its record (SVC-01)",
            notified(),
            ((3, 17), Officer, only_said),
            Some("SVC-01"),
        ),
        (
            "decided on evidence that the record does not contain (LIC-27)",
            listed(),
            grant_on(&["勘验笔录K-2"]),
            Some("LIC-27"),
        ),
        (
            "decided on evidence of the record and on some that came later (LIC-27)",
            listed(),
            grant_on(&["现场照片", "听证后补交的合同"]),
            Some("LIC-27"),
        ),
        ("decided on evidence where no hearing was held (LIC-27)", verified(), grant_on(&["现场照片"]), None),
    ]
}

pub(super) fn noted() -> Vec<at_once::Noted> {
    let hold = |month, day| ((3, 7), Officer, held_on(month, day));
    vec![
        ("held on working day 20 after it was asked for (LIC-24)", permit, asked_for(), hold(4, 3), true),
        ("held on working day 21 after it was asked for (LIC-24)", permit, asked_for(), hold(4, 7), false),
    ]
}

#[test]
fn whoever_asked_is_waited_for_by_a_task() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in asked_for() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let due = |story: &Story| -> Vec<Option<Date>> {
        let docket = story.case.docket(&story.calendar);
        let tasks = docket.tasks.into_iter().filter(|task| task.name == "schedule_hearing");
        tasks.map(|task| task.due).collect()
    };
    assert_eq!(due(&story), [Some(date(2025, 4, 3))]);
    story.then(date(2025, 3, 7), Officer, held_on(4, 3)).unwrap();
    assert!(due(&story).is_empty() && story.case.hearing.in_time == Some(true));
}

/// Told on 29 December 2026: while the next year has no notice nothing has run out; then the 6th of January is the last day.
#[test]
fn the_days_to_ask_are_reckoned_once_the_calendar_has_them() {
    let mut story = Story::of(permit());
    let late = date(2026, 12, 29);
    story.then(date(2026, 12, 21), Citizen, receive()).unwrap();
    story.then(date(2026, 12, 21), Officer, Act::Accept).unwrap();
    story.then(late, Officer, verify(&["officer", "agency_head"])).unwrap();
    story.then(late, AgencyHead, confirm(true, "")).unwrap();
    story.then(late, Officer, Act::TellHearing).unwrap();
    let refused = |story: &mut Story, day, role, act| story.then(day, role, act).unwrap_err().rule.id;
    assert_eq!(refused(&mut story, date(2027, 6, 1), AgencyHead, decide(true, "")), "LIC-23");
    assert!(story.case.may_ask_hearing(date(2027, 6, 1), &story.calendar));

    story.load_next_year();
    let (last, after) = (date(2027, 1, 6), date(2027, 1, 7));
    assert_eq!(story.case.ask_hearing_by(&story.calendar), Some(last));
    assert_eq!(refused(&mut story, last, AgencyHead, decide(true, "")), "LIC-23");
    assert_eq!(refused(&mut story, after, Citizen, Act::AskHearing), "LIC-23");
    story.then(after, AgencyHead, decide(true, "")).unwrap();
    assert_eq!(refused(&mut story, after, Citizen, Act::AskHearing), "SVC-01");
}

/// From 23 December 2026 six working days are left of the year, from the 28th three, from the 31st none.
#[test]
fn a_hearing_at_the_end_of_the_calendar_is_not_called_for_tomorrow() {
    let dec = |day| date(2026, 12, day);
    let jan = |day| date(2027, 1, day);
    // (notified on, held on, whether it may be)
    let table = [
        (dec(22), dec(31), true),
        (dec(22), dec(30), false),
        (dec(23), dec(24), false),
        (dec(23), dec(31), false),
        (dec(23), jan(1), true),
        (dec(28), jan(3), false),
        (dec(28), jan(4), true),
        (dec(31), jan(6), false),
        (dec(31), jan(7), true),
        (jan(4), jan(10), false),
        (jan(4), jan(11), true),
    ];
    for (today, on, may) in table {
        let mut story = Story::of(permit());
        story.then(dec(21), Citizen, receive()).unwrap();
        story.then(dec(21), Officer, Act::Accept).unwrap();
        let Act::ScheduleHearing { time, place, chair, .. } = schedule("c", 1) else { unreachable!() };
        let answer = story.then(today, Officer, Act::ScheduleHearing { on, time, place, chair });
        let refused = answer.err().map(|refusal| refusal.rule.id);
        assert_eq!(refused, (!may).then_some("LIC-25"), "{today}, held on {on}");
    }
}

/// A hearing that the law wants anyway has no day from which twenty are counted.
#[test]
fn a_hearing_nobody_asked_for_is_held_against_no_day() {
    let mut story = Story::of(permit());
    for ((month, day), role, act) in verified() {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    story.then(date(2025, 3, 7), Officer, held_on(4, 30)).unwrap();
    assert_eq!((story.case.hearing_asked(), story.case.hearing.in_time), (None, None));
}

/// What was said there stands in no entry and in no state: the record is known by its digest.
#[test]
fn the_ledger_holds_no_word_of_a_hearing() {
    let mut story = Story::of(permit());
    let notified = with(asked_for(), ((3, 6), Officer, schedule("c", 17)));
    for ((month, day), role, act) in with(notified, ((3, 17), Officer, record(&["现场照片"]))) {
        story.then(date(2025, month, day), role, act).unwrap();
    }
    let hearing = &story.case.hearing;
    assert!(hearing.transcript.is_none() && hearing.is_recorded());
    assert!(story.case.holds(&"ab".repeat(32)) && !story.case.holds("cd"));
}

/// Kept in words before it was a file, and before its evidence was listed.
#[test]
fn records_and_decisions_before_evidence_was_listed_are_read() {
    let old = r#"{"HearingRecorded":{"transcript":"双方质证了勘验笔录K-2"}}"#;
    let old: Fact = serde_json::from_str(old).unwrap();
    let mut story = Story::of(permit());
    story.case.evolve(&old, &stamp(&person("officer", Officer), date(2025, 3, 17)));
    assert!(story.case.hearing.is_recorded());
    let rests = |on: &str| crate::hearing::rests_on_its_record(&story.case, &[on.to_owned()]);
    assert!(rests("勘验笔录K-2").is_ok() && rests("现场照片").is_err());
    let old = r#"{"Decide":{"granted":true,"reason":""}}"#;
    assert!(matches!(serde_json::from_str(old), Ok(Act::Decide { evidence, .. }) if evidence.is_empty()));
    let blank = crate::hearing::named(&[" ".to_owned(), " 现场照片 ".to_owned()]);
    assert_eq!(blank, ["现场照片"]);
}
