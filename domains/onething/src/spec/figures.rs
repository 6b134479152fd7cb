//! 指标的规格: every figure counts a fact that really comes about, by values which that fact carries.

use super::*;
use crate::theme::Act as ThemeAct;
use std::collections::{BTreeMap, BTreeSet};

/// Fact → the keys it carries, of cases and themes that were played to their end.
fn happened() -> BTreeMap<String, BTreeSet<String>> {
    let remedy = "复议或者诉讼";
    let extend = ((3, 10), Role::Government, Act::Extend { reason: "情况复杂".into() });
    let late = ((5, 30), Role::Clock, Act::TurnOverdue);
    let deliver = ((3, 11), Role::WindowClerk, Act::Deliver { way: Channel::Window });
    let stories = [
        [all_granted((3, 10)), vec![deliver]].concat(),
        [running(), vec![extend, late]].concat(),
        [running(), vec![refused((3, 6), "A", "场地不合要求", remedy)]].concat(),
    ];
    let mut seen = BTreeMap::new();
    let mut keep = |kind: &str, value: serde_json::Value| {
        let (name, inner) = value.as_object().and_then(|fact| fact.iter().next()).unwrap();
        seen.insert(format!("{kind}.{name}"), inner.as_object().unwrap().keys().cloned().collect());
    };
    for steps in stories {
        let facts = Story::of(joint_theme()).all(steps);
        facts.iter().for_each(|fact| keep("joint", serde_json::to_value(fact).unwrap()));
    }
    let guide = Guide { address: "/themes/test".into(), digest: "00".into() };
    let acts = [
        (Role::CatalogueManager, ThemeAct::Draft { definition: Box::new(joint_theme()) }),
        (Role::CatalogueManager, ThemeAct::FreezeBaseline),
        (Role::Government, ThemeAct::Approve { document: "县政府文件".into() }),
        (Role::CatalogueManager, ThemeAct::Publish { guide, from: date(2025, 3, 3) }),
        (Role::CatalogueManager, ThemeAct::Suspend { reason: "停用".into() }),
        (Role::CatalogueManager, ThemeAct::Resume { reason: "恢复".into() }),
        (Role::Government, ThemeAct::End { reason: "并入他项".into() }),
    ];
    let (mut theme, nothing) = (Theme::default(), Shelf(Arc::new(())));
    for (role, act) in acts {
        let facts =
            act_on(&mut theme, &act, &person(role), date(2025, 3, 3), &nothing, &Sealed::new()).unwrap();
        facts.iter().for_each(|fact| keep("theme", serde_json::to_value(fact).unwrap()));
    }
    seen
}

/// The names after `fact.` in an expression.
fn read_by(expression: &str) -> Vec<String> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let parts = expression.split("fact.").skip(1);
    parts
        .map(|rest| rest.split(ends).next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_figure_counts_what_its_facts_carry() {
    let happened = happened();
    let file: toml::Table = toml::from_str(crate::FIGURES).unwrap();
    let mut ids = BTreeSet::new();
    for figure in file["figure"].as_array().unwrap() {
        let text = |key: &str| figure.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let id = text("id");
        assert!(ids.insert(id) && (id.starts_with("ot.") || id.starts_with("svc.")), "{id}");
        let facts = |key: &'static str| text(key).split(',').map(str::trim).filter(|name| !name.is_empty());
        for name in facts("on").chain(facts("off")) {
            assert!(happened.contains_key(name), "{id} counts {name}, which never comes about");
        }
        let carried: BTreeSet<&str> = facts("on")
            .chain(facts("off"))
            .flat_map(|name| happened[name].iter().map(String::as_str))
            .collect();
        for key in ["when", "off_when", "part", "whole", "quantity", "due", "key"] {
            for read in read_by(text(key)) {
                assert!(carried.contains(read.as_str()), "{id}, {key}: no fact carries `{read}`");
            }
        }
    }
}
