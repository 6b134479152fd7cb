//! 规格表之二：办理、催办督办、回访办结、评价公开。

use super::acts::*;
use super::world::*;
use crate::order::Act;
use crate::words::{Channel, Contact, Kind, Nature, Urgency};
use fadu_kernel::{MatterId, Role};
use jiff::civil::date;

pub fn handling() -> Vec<Row> {
    let help = || dispatched(Kind::Help);
    let told = Some(date(2025, 3, 6));
    let asked = || with(help(), ((3, 6), HEAD, extend(5, basis())));
    let web = || {
        let taken = take_with(Kind::Help, |intake| intake.channel = Channel::Web);
        vec![((3, 3), AGENT, taken), ((3, 3), AGENT, to("住建局"))]
    };
    let own = || {
        let steps = vec![((3, 3), Who("officer", Role::Citizen, ""), take(Kind::Help))];
        with(steps, ((3, 3), AGENT, to("住建局")))
    };
    vec![
        (
            "an extension asked for on the last day (HOT-08B)",
            help(),
            ((3, 6), HEAD, extend(10, basis())),
            None,
        ),
        (
            "an extension asked for a day late (HOT-08B)",
            help(),
            ((3, 7), HEAD, extend(10, basis())),
            Some("HOT-08B"),
        ),
        ("extended on the last day (HOT-08B)", asked(), ((3, 6), DISPATCHER, grant(told)), None),
        ("extended a day late (HOT-08B)", asked(), ((3, 7), DISPATCHER, grant(told)), Some("HOT-08B")),
        (
            "an extension not granted (HOT-08B)",
            asked(),
            (
                (3, 6),
                DISPATCHER,
                Act::SettleExtension { granted: false, reason: "没有客观原因".into(), told_on: None },
            ),
            None,
        ),
        (
            "an extension asked for again before the first is answered (HOT-08B)",
            asked(),
            ((3, 6), HEAD, extend(5, basis())),
            Some("HOT-08B"),
        ),
        ("extended though nobody asked (HOT-03)", help(), ((3, 6), DISPATCHER, grant(told)), Some("HOT-03")),
        (
            "extended, whoever wrote on the web reading it on the page",
            with(web(), ((3, 6), HEAD, extend(5, basis()))),
            ((3, 6), DISPATCHER, grant(None)),
            None,
        ),
        (
            "extended by more than is set (HOT-08B)",
            help(),
            ((3, 6), HEAD, extend(11, basis())),
            Some("HOT-08B"),
        ),
        ("extended without a basis (HOT-08B)", help(), ((3, 6), HEAD, extend(5, None)), Some("HOT-08B")),
        (
            "extended without telling the caller (HOT-08B)",
            asked(),
            ((3, 6), DISPATCHER, grant(None)),
            Some("HOT-08B"),
        ),
        (
            "extended a second time (HOT-08B)",
            extended(help(), (3, 6), 5),
            ((3, 7), HEAD, extend(5, basis())),
            Some("HOT-08B"),
        ),
        ("replied with evidence (HOT-08A, PET-09)", help(), ((3, 5), OFFICER, reply(evidence())), None),
        ("replied without evidence (HOT-08A)", help(), ((3, 5), OFFICER, reply(vec![])), Some("HOT-08A")),
        (
            "a suggestion is answered in words",
            dispatched(Kind::Suggestion),
            ((3, 5), OFFICER, reply(vec![])),
            None,
        ),
        ("replied by who asked (PET-09)", own(), ((3, 5), OFFICER, reply(evidence())), Some("PET-09")),
        ("replied by a bought-in agent (HOT-04)", help(), ((3, 5), AGENT, reply(evidence())), Some("HOT-04")),
        ("replied twice (HOT-03)", replied(), ((3, 6), OFFICER, reply(evidence())), Some("HOT-03")),
    ]
}

pub fn pressing() -> Vec<Row> {
    let help = || dispatched(Kind::Help);
    let issue =
        |nature| Act::IssueSupervision {
            nature, document: "督〔2025〕1号".into(), text: "请答复".into()
        };
    let name = |nature| Act::NameUnit {
        nature, document: "通〔2025〕1号".into(), text: "逾期未答复".into()
    };
    let drafted = || with(help(), ((3, 13), CLOCK, Act::DraftSupervision));
    let issued = || with(drafted(), ((3, 13), SUPERVISOR, issue(Nature::Internal)));
    vec![
        (
            "reminded a day before four fifths (HOT-08)",
            dispatched(Kind::Complaint),
            ((3, 17), CLOCK, Act::TurnAmber),
            Some("HOT-08"),
        ),
        (
            "reminded at 11 of 13 (HOT-08)",
            dispatched(Kind::Complaint),
            ((3, 18), CLOCK, Act::TurnAmber),
            None,
        ),
        ("past due on the last day (HOT-08)", help(), ((3, 6), CLOCK, Act::PassDue), Some("HOT-08")),
        ("past due the day after (HOT-08)", help(), ((3, 7), CLOCK, Act::PassDue), None),
        ("urged on the last day (HOT-08)", help(), ((3, 6), CLOCK, Act::Urge), Some("HOT-08")),
        ("urged the day after (HOT-08, HOT-03B)", help(), ((3, 7), CLOCK, Act::Urge), None),
        ("urged by hand (HOT-03B)", help(), ((3, 7), DISPATCHER, Act::Urge), Some("HOT-03B")),
        ("urged after the reply (HOT-08)", replied(), ((3, 7), CLOCK, Act::Urge), Some("HOT-08")),
        (
            "drafted four working days after (HOT-08)",
            help(),
            ((3, 12), CLOCK, Act::DraftSupervision),
            Some("HOT-08"),
        ),
        ("drafted five working days after (HOT-08)", help(), ((3, 13), CLOCK, Act::DraftSupervision), None),
        (
            "supervised by who is appointed (SUP-01)",
            drafted(),
            ((3, 13), SUPERVISOR, issue(Nature::Internal)),
            None,
        ),
        (
            "supervised by somebody else (SUP-01)",
            drafted(),
            ((3, 13), DISPATCHER, issue(Nature::Internal)),
            Some("SUP-01"),
        ),
        (
            "called government supervision without the government's word (SUP-01)",
            drafted(),
            ((3, 13), SUPERVISOR, issue(Nature::Government)),
            Some("SUP-01"),
        ),
        (
            "government supervision by who the government named (SUP-01)",
            drafted(),
            ((3, 13), GOVERNOR, issue(Nature::Government)),
            None,
        ),
        (
            "supervised before time drafted it (HOT-03)",
            help(),
            ((3, 13), SUPERVISOR, issue(Nature::Internal)),
            Some("HOT-03"),
        ),
        ("named after supervision (SUP-01)", issued(), ((3, 14), SUPERVISOR, name(Nature::Internal)), None),
        (
            "named by who is not appointed (SUP-01)",
            issued(),
            ((3, 14), REVIEWER, name(Nature::Internal)),
            Some("SUP-01"),
        ),
        (
            "named without supervision (HOT-03)",
            drafted(),
            ((3, 14), SUPERVISOR, name(Nature::Internal)),
            Some("HOT-03"),
        ),
    ]
}

pub fn closing() -> Vec<Row> {
    let called = |call| with(replied(), ((3, 6), REVIEWER, call));
    let tried = |days: &[i8]| {
        let call = |steps, day: &i8| with(steps, ((3, *day), REVIEWER, not_reached()));
        days.iter().fold(replied(), call)
    };
    let major = || {
        let mut steps =
            vec![((3, 3), AGENT, take_with(Kind::Help, |intake| intake.urgency = Urgency::Major))];
        steps.extend([
            ((3, 3), AGENT, to("住建局")),
            ((3, 3), OFFICER, reply(evidence())),
            ((3, 3), REVIEWER, answered(true, true)),
        ]);
        steps
    };
    let up = Act::ReportUp { to: "县委、县政府".into(), document: "专报1号".into() };
    let redo = || Act::Redo { reason: "没有清完".into() };
    vec![
        (
            "called back by another person (HOT-08C)",
            replied(),
            ((3, 6), REVIEWER, answered(true, true)),
            None,
        ),
        (
            "called back by the handler (HOT-08C)",
            replied(),
            ((3, 6), OFFICER, answered(true, true)),
            Some("HOT-08C"),
        ),
        (
            "called back by the handler's unit (HOT-08C)",
            replied(),
            ((3, 6), HEAD, answered(true, true)),
            Some("HOT-08C"),
        ),
        (
            "called back before the reply (HOT-03)",
            dispatched(Kind::Help),
            ((3, 4), REVIEWER, not_reached()),
            Some("HOT-03"),
        ),
        (
            "closed on the caller's answer (HOT-08A)",
            called(answered(true, true)),
            ((3, 6), DISPATCHER, close("")),
            None,
        ),
        (
            "closed without asking the caller (HOT-08A)",
            replied(),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed without a reply (HOT-08A)",
            dispatched(Kind::Help),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed after three calls nobody took (HOT-08A)",
            tried(&[6, 7, 10]),
            ((3, 10), DISPATCHER, close("")),
            None,
        ),
        (
            "closed after two calls nobody took (HOT-08A)",
            tried(&[6, 7]),
            ((3, 10), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed after three calls in one hour (HOT-08A)",
            tried(&[6, 6, 6]),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed though the caller would not rate",
            called(call(Contact::WillNotRate, None, None)),
            ((3, 6), DISPATCHER, close("")),
            None,
        ),
        (
            "closed unsolved, saying why (HOT-08A)",
            called(answered(false, false)),
            ((3, 6), DISPATCHER, close("诉求没有依据")),
            None,
        ),
        (
            "closed unsolved without a word (HOT-08A)",
            called(answered(false, true)),
            ((3, 6), DISPATCHER, close("")),
            Some("HOT-08A"),
        ),
        (
            "closed by a bought-in agent (HOT-04)",
            called(answered(true, true)),
            ((3, 6), AGENT, close("")),
            Some("HOT-04"),
        ),
        (
            "major, closed before it was reported (PET-11)",
            major(),
            ((3, 3), DISPATCHER, close("")),
            Some("PET-11"),
        ),
        (
            "major, reported and closed (PET-11)",
            with(major(), ((3, 3), DISPATCHER, up)),
            ((3, 3), DISPATCHER, close("")),
            None,
        ),
        (
            "done again because the caller says no (HOT-03)",
            called(answered(false, false)),
            ((3, 6), DISPATCHER, redo()),
            None,
        ),
        (
            "done again though the caller is content (HOT-03)",
            called(answered(true, true)),
            ((3, 6), DISPATCHER, redo()),
            Some("HOT-03"),
        ),
    ]
}

pub fn afterwards() -> Vec<Row> {
    let evaluate = || Act::Evaluate { grade: 5, text: String::new() };
    let merged = || {
        let merge = Act::Merge { into: MatterId(5), alike: Some(900) };
        vec![((3, 3), AGENT, take(Kind::Help)), ((3, 4), DISPATCHER, merge)]
    };
    let linked = || with(taken(Kind::Help), ((3, 3), AGENT, Act::LinkCall { call: "C1".into() }));
    let recording = |call: &str| Act::KeepRecording { call: call.into(), digest: "0a".repeat(32) };
    let follow = || Act::FollowParent { parent: "G1".into(), reply: "已修复".into() };
    let publish =
        || Act::Publish { title: "垃圾清运".into(), text: "某小区垃圾没有及时清运".into() };
    let open = |kind| vec![((3, 3), AGENT, take_with(kind, |intake| intake.public = true))];
    vec![
        (
            "judged unlawful by three (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "c"], basis())),
            None,
        ),
        (
            "judged after closing (HOT-08D)",
            closed(),
            ((3, 7), DISPATCHER, judge(&["a", "b", "c"], basis())),
            None,
        ),
        (
            "confirmed by a member of the panel (HOT-08D)",
            with(replied(), ((3, 6), DISPATCHER, judge(&["a", "b", "c"], basis()))),
            ((3, 6), member("a"), Act::ConfirmPanel),
            None,
        ),
        (
            "confirmed by who handled it meanwhile (HOT-08D)",
            with(
                with(dispatched(Kind::Help), ((3, 4), DISPATCHER, judge(&["officer", "b", "c"], basis()))),
                ((3, 4), OFFICER, Act::Sign),
            ),
            ((3, 5), OFFICER, Act::ConfirmPanel),
            Some("HOT-08D"),
        ),
        (
            "judged by two and one of them twice (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "b"], basis())),
            Some("HOT-08D"),
        ),
        (
            "the handler judges (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "officer"], basis())),
            Some("HOT-08D"),
        ),
        (
            "judged without a basis (HOT-08D)",
            replied(),
            ((3, 6), DISPATCHER, judge(&["a", "b", "c"], None)),
            Some("HOT-08D"),
        ),
        (
            "a recording told of the call in which it was said (HTL-04)",
            linked(),
            ((3, 3), OPERATOR, recording("C1")),
            None,
        ),
        (
            "a second recording told of one call (HTL-04)",
            with(linked(), ((3, 3), OPERATOR, recording("C1"))),
            ((3, 4), OPERATOR, recording("C1")),
            Some("HTL-04"),
        ),
        (
            "a recording told of another call (HOT-03)",
            linked(),
            ((3, 3), OPERATOR, recording("C2")),
            Some("HOT-03"),
        ),
        (
            "a lead joined to the call (PET-08)",
            vec![(
                (3, 3),
                AGENT,
                take_with(Kind::Report, |intake| (intake.lead, intake.text) = (true, String::new())),
            )],
            ((3, 3), AGENT, Act::LinkCall { call: "C1".into() }),
            Some("PET-08"),
        ),
        ("rated once it is over (HTL-05)", closed(), ((3, 7), CITIZEN, evaluate()), None),
        ("rated before it is over (HTL-05)", replied(), ((3, 6), CITIZEN, evaluate()), Some("HTL-05")),
        (
            "a merged request rated after its parent (HTL-05)",
            with(merged(), ((3, 7), CLOCK, follow())),
            ((3, 8), CITIZEN, evaluate()),
            None,
        ),
        (
            "a merged request rated before its parent is over (HTL-05)",
            merged(),
            ((3, 8), CITIZEN, evaluate()),
            Some("HTL-05"),
        ),
        (
            "rated twice (HTL-05)",
            with(closed(), ((3, 7), CITIZEN, evaluate())),
            ((3, 8), CITIZEN, evaluate()),
            Some("HTL-05"),
        ),
        ("shown with the caller's consent (HTL-01)", open(Kind::Help), ((3, 3), DISPATCHER, publish()), None),
        (
            "shown without the caller's consent (HTL-01)",
            taken(Kind::Help),
            ((3, 3), DISPATCHER, publish()),
            Some("HTL-01"),
        ),
        ("a report shown (HTL-01)", open(Kind::Report), ((3, 3), DISPATCHER, publish()), Some("HTL-01")),
        ("archived once closed (HOT-03A)", closed(), ((3, 10), DISPATCHER, Act::Archive), None),
        ("changed once closed (HOT-03A)", closed(), ((3, 10), OFFICER, reply(evidence())), Some("HOT-03A")),
        (
            "archived before it is closed (HOT-03)",
            replied(),
            ((3, 10), DISPATCHER, Act::Archive),
            Some("HOT-03"),
        ),
    ]
}
