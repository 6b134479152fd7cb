//! 免交。 What a source holds is not asked for; what nobody can give may be; a promise stands in for a paper.

use super::*;
use crate::ItemAct;
use crate::spared::{Spared, Way};
use fadu_kernel::Basis;

fn spared(way: Way) -> Spared {
    let source = "模拟共享平台".to_owned();
    Spared { way, basis: Some(Basis::article("优化营商环境条例", 44)), source }
}

fn first(way: Way) -> Definition {
    let mut definition = permit();
    let id = asked();
    let held = definition.materials.iter_mut().find(|material| material.id == id).unwrap();
    held.spared = Some(spared(way));
    definition
}

pub(super) fn by_a_source() -> Definition {
    first(Way::Shared)
}

/// 市场主体登记, with the same paper held by a source.
pub(super) fn registration() -> Definition {
    let mut definition = by_a_source();
    registers(&mut definition);
    definition
}

pub(super) fn of_a_registration() -> Vec<Row> {
    let got = || vec![((3, 3), Citizen, receive_without(&asked()))];
    vec![
        (
            "a registration for which a paper is asked that the platform holds (LIC-60)",
            got(),
            ((3, 4), Officer, missing(&asked())),
            Some("LIC-60"),
        ),
        (
            "a registration for which a paper is asked that nobody could give (LIC-60)",
            with(got(), ((3, 4), Clock, after_all())),
            ((3, 5), Officer, missing(&asked())),
            None,
        ),
    ]
}

pub(super) fn by_a_promise() -> Definition {
    first(Way::Commitment)
}

pub(super) fn cancelled() -> Definition {
    first(Way::Cancelled)
}

fn after_all() -> Act {
    Act::AskAfterAll { material: asked(), because: "来源没有应答，部门也查不到".into() }
}

fn here() -> Act {
    Act::Spare { material: asked(), because: "申请人已经书面承诺".into() }
}

pub(super) fn with_a_source() -> Vec<Row> {
    let got = || vec![((3, 3), Citizen, receive_without(&asked()))];
    let silent = || with(got(), ((3, 4), Clock, after_all()));
    vec![
        (
            "a paper that a source holds is asked for (LIC-40)",
            got(),
            ((3, 4), Officer, missing(&asked())),
            Some("LIC-40"),
        ),
        (
            "a file is complete without what a source holds (LIC-40)",
            got(),
            ((3, 4), Officer, Act::Accept),
            None,
        ),
        (
            "asked for, nobody who holds it being able to give it (LIC-40)",
            silent(),
            ((3, 5), Officer, missing(&asked())),
            None,
        ),
        (
            "then the file is not complete without it (SVC-01)",
            silent(),
            ((3, 5), Officer, Act::Accept),
            Some("SVC-01"),
        ),
        (
            "an officer says that it is asked for after all (LIC-40)",
            got(),
            ((3, 4), Officer, after_all()),
            Some("LIC-40"),
        ),
        (
            "asked for after all once accepted (LIC-09)",
            with(got(), ((3, 4), Officer, Act::Accept)),
            ((3, 5), Clock, after_all()),
            Some("LIC-09"),
        ),
        (
            "asked for after all once told what is missing (LIC-07)",
            with(silent(), ((3, 5), Officer, missing(&asked()))),
            ((3, 6), Clock, after_all()),
            Some("LIC-07"),
        ),
        (
            "found after all (SVC-01)",
            with(silent(), ((3, 5), Clock, here())),
            ((3, 5), Officer, Act::Accept),
            None,
        ),
        (
            "a paper outside the guide is spared (LIC-03)",
            got(),
            ((3, 4), Clock, Act::Spare { material: "x".into(), because: "无".into() }),
            Some("LIC-03"),
        ),
        (
            "spared twice (SVC-01)",
            with(got(), ((3, 4), Clock, here())),
            ((3, 4), Clock, here()),
            Some("SVC-01"),
        ),
    ]
}

pub(super) fn with_a_promise() -> Vec<Row> {
    let got = || vec![((3, 3), Citizen, receive_without(&asked()))];
    vec![
        ("neither brought nor promised (SVC-01)", got(), ((3, 4), Officer, Act::Accept), Some("SVC-01")),
        (
            "promised in writing (SVC-01)",
            with(got(), ((3, 3), Clock, here())),
            ((3, 4), Officer, Act::Accept),
            None,
        ),
        (
            "a paper that was promised is asked for (LIC-40)",
            with(got(), ((3, 3), Clock, here())),
            ((3, 4), Officer, missing(&asked())),
            Some("LIC-40"),
        ),
        (
            "what is asked for anyway is asked for after all (SVC-01)",
            got(),
            ((3, 4), Clock, after_all()),
            Some("SVC-01"),
        ),
    ]
}

pub(super) fn with_a_cancelled_proof() -> Vec<Row> {
    let got = vec![((3, 3), Citizen, receive_without(&asked()))];
    vec![("a cancelled proof comes back (LIC-40)", got, ((3, 4), Clock, after_all()), Some("LIC-40"))]
}

fn on_item(item: &mut Item, act: ItemAct) -> Result<Vec<crate::ItemFact>, &'static str> {
    let (calendar, nothing) = (Calendar::shipped(), Shelf::of(()));
    let relay = person("relay", Clock);
    act_on(item, &act, &relay, date(2025, 3, 3), &nothing, &calendar).map_err(|refusal| refusal.rule.id)
}

#[test]
fn an_item_is_spared_in_versions_and_counts_once() {
    use crate::ItemFact::{AskedAgain, Spared as SparedFact};
    let mut item = published(permit());
    let (paper, field) = (asked(), permit().fields[0].id.clone());
    let spare = |subject: &str, way| ItemAct::Spare { subject: subject.into(), spared: spared(way) };
    let facts = on_item(&mut item, spare(&paper, Way::Shared)).unwrap();
    assert!(matches!(
        facts[..],
        [SparedFact { version: 2, first: true, again: false, is_material: true, .. }]
    ));
    let facts = on_item(&mut item, spare(&field, Way::Shared)).unwrap();
    assert!(matches!(facts[..], [SparedFact { version: 3, first: false, is_material: false, .. }]));
    let facts = on_item(&mut item, spare(&paper, Way::Licence)).unwrap();
    assert!(matches!(facts[..], [SparedFact { version: 4, first: false, again: true, .. }]), "another way");
    assert_eq!(on_item(&mut item, spare(&paper, Way::Licence)).unwrap_err(), "LIC-40", "already so");
    assert_eq!(on_item(&mut item, spare("x", Way::Licence)).unwrap_err(), "LIC-03");
    assert!(
        item.version(1).unwrap().material(&paper).unwrap().spared.is_none(),
        "what holds for older cases"
    );

    // A revision that knows of nothing spared is published: what is spared stays spared.
    let revised = Definition { visits: 2, ..permit() };
    crate::spec_item::publish_again(&mut item, revised, date(2025, 3, 3));
    let (number, current) = item.current().unwrap();
    assert_eq!((number, current.n_spared()), (5, 2));
    assert!(current.asked().all(|material| material.id != paper));
    assert_eq!(
        current.material(&paper).unwrap().not_asked_because().as_deref(),
        Some("模拟共享平台的电子证照可以代替")
    );
    let again = |subject: &str| ItemAct::AskAgain { subject: subject.into(), reason: "来源停用".into() };
    assert!(matches!(on_item(&mut item, again(&field)).unwrap()[..], [AskedAgain { last: false, .. }]));
    assert!(matches!(
        on_item(&mut item, again(&paper)).unwrap()[..],
        [AskedAgain { version: 7, last: true, .. }]
    ));
    assert_eq!(on_item(&mut item, again(&paper)).unwrap_err(), "SVC-01");
    assert_eq!(
        on_item(&mut Item::default(), spare(&paper, Way::Shared)).unwrap_err(),
        "SVC-01",
        "not published"
    );
}

/// Cases and items of an earlier program are read as they are.
#[test]
fn older_states_are_read() {
    let mut item = serde_json::to_value(published(permit())).unwrap();
    assert!(!item.to_string().contains("\"spared\""), "what is not spared is not written");
    item["versions"][0]["definition"]["materials"][0]
        .as_object_mut()
        .unwrap()
        .remove("spared");
    assert!(serde_json::from_value::<Item>(item).is_ok());
    let mut case = serde_json::to_value(Case::default()).unwrap();
    for field in ["spared", "after_all"] {
        case.as_object_mut().unwrap().remove(field);
    }
    assert!(serde_json::from_value::<Case>(case).is_ok());
}
