//! 清单与时限。 What may stand on the list of proofs, how each may be spared, and where a limit comes from.

use super::*;
use crate::limit::Value;
use crate::proof::{Act, Entry, Form, Plan, Proof, Risk, Way};
use fadu_kernel::Basis;

fn entry(risks: Vec<Risk>) -> Entry {
    Entry {
        item_code: "C1".into(),
        item_name: "食品经营许可".into(),
        subject: "m2".into(),
        name: "营业执照".into(),
        is_field: false,
        department: "market".into(),
        issuer: "市场监督管理局".into(),
        bases: vec![Basis::article("优化营商环境条例", 44)],
        risks,
    }
}

pub(super) fn plan(way: Way) -> Plan {
    let form = Form {
        version: "告知书-1".into(),
        conditions: "应当有营业执照".into(),
        liability: "不实的，撤销决定".into(),
    };
    Plan {
        way,
        source: "licences".into(),
        source_name: "市场监督管理局".into(),
        form: Some(form),
        document: "模政数〔2025〕1号".into(),
    }
}

fn list(entry: Entry) -> Step<Proof> {
    ((3, 3), MANAGER, Act::List { entry: Box::new(entry) })
}

fn spare(plan: Plan) -> Step<Proof> {
    ((3, 4), MANAGER, Act::Spare { plan })
}

fn restore() -> Step<Proof> {
    ((3, 5), MANAGER, Act::Restore { reason: "来源停用".into(), document: "模政数〔2025〕2号".into() })
}

fn proofs() -> Vec<Row<Proof>> {
    let listed = || vec![list(entry(vec![]))];
    let without = |change: fn(&mut Plan)| {
        let mut plan = plan(Way::Shared);
        change(&mut plan);
        plan
    };
    vec![
        ("a proof that a law sets up is listed (LIC-56)", vec![], list(entry(vec![])), None),
        (
            "one that no law sets up (LIC-56)",
            vec![],
            list(Entry { bases: vec![], ..entry(vec![]) }),
            Some("LIC-56"),
        ),
        ("listed twice (PRF-01)", listed(), list(entry(vec![])), Some("PRF-01")),
        ("a listed proof is shared from now on (LIC-57, PRF-04)", listed(), spare(plan(Way::Shared)), None),
        ("spared before it is listed (LIC-57)", vec![], spare(plan(Way::Shared)), Some("LIC-57")),
        (
            "shared, nobody knows from whom (PRF-04)",
            listed(),
            spare(without(|plan| plan.source.clear())),
            Some("PRF-04"),
        ),
        (
            "spared on no document (PRF-04)",
            listed(),
            spare(without(|plan| plan.document.clear())),
            Some("PRF-04"),
        ),
        (
            "cancelled, which needs no source",
            listed(),
            spare(Plan { source: String::new(), ..plan(Way::Cancelled) }),
            None,
        ),
        ("a harmless condition is promised (LIC-53, LIC-70)", listed(), spare(plan(Way::Commitment)), None),
        (
            "promised without a form of what is told (LIC-53)",
            listed(),
            spare(Plan { form: None, ..plan(Way::Commitment) }),
            Some("LIC-53"),
        ),
        (
            "promised where life and property are at stake (LIC-70)",
            vec![list(entry(vec![Risk::LifeAndProperty]))],
            spare(plan(Way::Commitment)),
            Some("LIC-70"),
        ),
        (
            "the same shared instead (LIC-70)",
            vec![list(entry(vec![Risk::LifeAndProperty]))],
            spare(plan(Way::Shared)),
            None,
        ),
        (
            "the same way once more (PRF-01)",
            then(listed(), spare(plan(Way::Check))),
            spare(plan(Way::Check)),
            Some("PRF-01"),
        ),
        ("another way (PRF-01)", then(listed(), spare(plan(Way::Check))), spare(plan(Way::Licence)), None),
        (
            "asked for again once the source is gone (LIC-57)",
            then(listed(), spare(plan(Way::Shared))),
            restore(),
            None,
        ),
        (
            "a cancelled proof asked for again (LIC-57)",
            then(listed(), spare(plan(Way::Cancelled))),
            restore(),
            Some("LIC-57"),
        ),
        ("asked for again though it is asked for (PRF-01)", listed(), restore(), Some("PRF-01")),
    ]
}

fn limits() -> Vec<Row<Limits>> {
    let value =
        Value { days: 3, working: true, source: "模政办〔2025〕3号".into(), demonstration: false };
    let adopt = |from| limit::Act::Adopt { name: Name::CheckAnswer, value: value.clone(), from };
    vec![
        ("adopted from today on (PRF-08)", vec![], ((3, 3), MANAGER, adopt(date(2025, 3, 3))), None),
        (
            "adopted from yesterday on (PRF-08)",
            vec![],
            ((3, 3), MANAGER, adopt(date(2025, 3, 2))),
            Some("PRF-08"),
        ),
    ]
}

pub(super) fn rows() -> Told {
    let world = World::default();
    [world.run::<Proof>(MatterId(1), proofs()), world.run::<Limits>(Limits::id(Name::CheckAnswer), limits())]
        .concat()
}

#[test]
fn a_limit_holds_from_its_day() {
    let world = World::with_limits();
    let limits: &Arc<dyn std::any::Any + Send + Sync> =
        world.get(Limits::KIND, Limits::id(Name::CheckAnswer)).unwrap();
    let limits = limits.downcast_ref::<Limits>().unwrap();
    assert!(limits.on(date(2025, 1, 1)).is_none());
    assert_eq!(limits.on(date(2025, 1, 2)).unwrap().days, 3);
}

#[test]
fn a_form_that_cannot_be_read_names_its_field() {
    let long = "长".repeat(1001);
    let wrong = Proof::check(&Act::Restore { reason: long, document: String::new() }, &BTreeMap::new());
    let fields: Vec<String> = wrong.unwrap_err().into_iter().map(|invalid| invalid.field).collect();
    assert_eq!(fields, ["reason", "document"]);
}
