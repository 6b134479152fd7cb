//! 主题检查的规格: what is wrong is found, named and placed.

use super::*;
use crate::check::{Kind, check};

type Change = fn(&mut Definition);

#[test]
fn what_is_wrong_is_found_where_it_is() {
    let rows: Vec<(&str, Change, Kind, &str)> = vec![
        (
            "a cycle",
            |theme| theme.members[0].needs.push(need("D", NeedKind::Settled)),
            Kind::Cycle,
            "members.needs",
        ),
        (
            "waits for itself",
            |theme| theme.members[1].needs.push(need("B", NeedKind::Granted)),
            Kind::Cycle,
            "members.needs",
        ),
        (
            "waits for a stranger",
            |theme| theme.members[1].needs.push(need("Z", NeedKind::Granted)),
            Kind::UnknownItem,
            "members[1].needs",
        ),
        (
            "a field nobody asks for",
            |theme| theme.form[0].sources.clear(),
            Kind::FieldWithoutSource,
            "form[0]",
        ),
        (
            "a material nobody asks for",
            |theme| theme.materials[1].sources.clear(),
            Kind::MaterialWithoutSource,
            "materials[1]",
        ),
        (
            "a field of a stranger",
            |theme| theme.form[0].sources[0].item = "Z".into(),
            Kind::UnknownItem,
            "form[0]",
        ),
        ("shared from nowhere", |theme| theme.form[1].shared = Some(" ".into()), Kind::Unsourced, "form[1]"),
        (
            "two members of one code",
            |theme| theme.members[1].item = "A".into(),
            Kind::DuplicateId,
            "members[1]",
        ),
        ("two fields of one name", |theme| theme.form[1].id = "fa".into(), Kind::DuplicateId, "form[1]"),
        (
            "two materials of one name",
            |theme| theme.materials[2].id = "pa".into(),
            Kind::DuplicateId,
            "materials[2]",
        ),
        (
            "two options of one name",
            |theme| theme.questions[0].options[1].id = "large".into(),
            Kind::DuplicateId,
            "questions[0].options[1]",
        ),
        (
            "an option without a result",
            |theme| theme.questions[0].options[1].items.clear(),
            Kind::PathWithoutResult,
            "questions",
        ),
        (
            "a question without options",
            |theme| theme.questions[0].options.clear(),
            Kind::PathWithoutResult,
            "questions[0].options",
        ),
        (
            "an option that leads nowhere",
            |theme| {
                theme.questions[0].options[1].items.clear();
                theme.questions[0].options[1].next = Some("nowhere".into());
            },
            Kind::PathWithoutResult,
            "questions",
        ),
        (
            "questions in a circle",
            |theme| {
                theme.questions[0].options[1].items.clear();
                theme.questions[0].options[1].next = Some("size".into());
            },
            Kind::Question,
            "questions",
        ),
        (
            "a question never reached",
            |theme| {
                let other = Question { id: "other".into(), ..theme.questions[0].clone() };
                theme.questions.push(other);
            },
            Kind::Question,
            "questions",
        ),
        (
            "result and question at once",
            |theme| theme.questions[0].options[0].next = Some("size".into()),
            Kind::Question,
            "questions[0].options",
        ),
        (
            "a result of a stranger",
            |theme| theme.questions[0].options[0].items.push("Z".into()),
            Kind::UnknownItem,
            "questions[0].options",
        ),
        (
            "an item no situation needs",
            |theme| theme.questions[0].options[0].items.retain(|item| item != "D"),
            Kind::UnusedItem,
            "questions",
        ),
        (
            "promised beyond forty-five days",
            |theme| *theme = promised(46),
            Kind::PromiseBeyondLaw,
            "promised.days",
        ),
        (
            "promised beyond an item's own law",
            |theme| theme.members[0].promised_days = Some(21),
            Kind::PromiseBeyondLaw,
            "members[0].promised_days",
        ),
        (
            "a promise without a source",
            |theme| theme.promised = Some(Promise { days: 5, source: String::new() }),
            Kind::Unsourced,
            "promised.source",
        ),
        ("a list without a source", |theme| theme.origin.source.clear(), Kind::Unsourced, "origin.source"),
        ("members from nowhere", |theme| theme.sources.clear(), Kind::Unsourced, "sources"),
        (
            "a baseline without a source",
            |theme| theme.baseline.as_mut().unwrap().source.clear(),
            Kind::Unsourced,
            "baseline.source",
        ),
        ("stopping not settled", |theme| theme.stop = None, Kind::StopRule, "stop"),
        (
            "stopping settled by nobody",
            |theme| theme.stop.as_mut().unwrap().source.clear(),
            Kind::Unsourced,
            "stop.source",
        ),
        (
            "one permit only",
            |theme| theme.members[1..].iter_mut().for_each(|member| member.permit = false),
            Kind::Joint,
            "mode",
        ),
        ("no channel", |theme| theme.channels.clear(), Kind::Channel, "channels"),
        ("one channel", |theme| theme.channels.truncate(1), Kind::Channel, "channels"),
        ("no name", |theme| theme.name.clear(), Kind::Empty, "name"),
        (
            "an item without a department",
            |theme| theme.members[2].department.clear(),
            Kind::Empty,
            "members[2]",
        ),
        ("no members", |theme| theme.members.clear(), Kind::Empty, "members"),
    ];
    assert!(check(&joint_theme()).is_empty());
    for (name, change, kind, at) in rows {
        let mut theme = joint_theme();
        change(&mut theme);
        let findings = check(&theme);
        assert!(
            findings.iter().any(|finding| finding.kind == kind && finding.at == at),
            "{name}: {findings:?}"
        );
    }
}

/// A, C, D one after the other, five days each; B runs beside them.
#[test]
fn a_promise_of_the_whole_leaves_its_parts_their_own() {
    for (days, last, below) in [(14, Some(5), true), (15, Some(5), false), (1, None, false)] {
        let mut theme = Definition { promised: promised(days).promised, ..separate_theme() };
        theme.members.iter_mut().for_each(|member| member.promised_days = Some(5));
        theme.members[3].promised_days = last;
        let found = check(&theme).iter().any(|finding| finding.kind == Kind::PromiseBelowParts);
        assert_eq!(found, below, "{days} {last:?}: where a part promises nothing, nothing is said");
    }
}

#[test]
fn a_cycle_is_told_by_the_names_of_its_items() {
    let mut theme = joint_theme();
    theme.members[0].needs.push(need("D", NeedKind::Settled));
    let found: Vec<String> = check(&theme).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["members.needs：互相等待，谁也不能先办：事项A → 事项D → 事项C → 事项A"]);
}

/// Each for itself: the slowest chain is what the law allows (A, C, D: three times twenty days); B runs beside it.
#[test]
fn a_promise_is_held_against_the_slowest_chain() {
    for (days, law, beyond) in [(60, Some(20), false), (61, Some(20), true), (500, None, false)] {
        let mut theme = Definition { promised: promised(days).promised, ..separate_theme() };
        theme.members[2].statutory_days = law;
        let found = check(&theme).iter().any(|finding| finding.kind == Kind::PromiseBeyondLaw);
        assert_eq!(
            found, beyond,
            "{days} {law:?}: where one item has no limit, the law has none for the whole"
        );
    }
}
