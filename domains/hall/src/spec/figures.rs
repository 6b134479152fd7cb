//! The figures name facts that exist and values that these facts carry.

use super::*;

#[derive(serde::Deserialize)]
struct File {
    figure: Vec<BTreeMap<String, toml::Value>>,
}

/// Words after `fact.` in an expression.
fn fields(expression: &str) -> impl Iterator<Item = &str> {
    expression.split("fact.").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn every_figure_counts_facts_that_carry_what_it_asks() {
    let mut world = world();
    all_rows(&mut world);
    let file: File = toml::from_str(crate::FIGURES).unwrap();
    let mut ids = BTreeSet::new();
    for figure in &file.figure {
        let get = |key: &str| figure.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        assert!(ids.insert(get("id")), "{} twice", get("id"));
        for (on, expressions) in
            [("on", ["when", "part", "whole", "quantity", "due", "key"].as_slice()), ("off", &["off_when"])]
        {
            let counted: Vec<&str> = get(on).split(", ").filter(|fact| !fact.is_empty()).collect();
            let samples: Vec<&serde_json::Value> = world
                .facts
                .iter()
                .filter(|(kind, name, _)| counted.contains(&format!("{kind}.{name}").as_str()))
                .map(|(_, _, data)| data)
                .collect();
            for fact in &counted {
                let seen = world.facts.iter().any(|(kind, name, _)| format!("{kind}.{name}") == **fact);
                assert!(seen, "{}: no act of the tables leaves {fact} behind", get("id"));
            }
            for field in expressions.iter().flat_map(|key| fields(get(key))) {
                let carried = samples.iter().any(|data| data.get(field).is_some());
                assert!(carried, "{}: `{field}` is in none of {counted:?}", get("id"));
            }
        }
    }
    assert!(ids.len() > 30);
}

/// Windows of two halls bear the same numbers.
#[test]
fn windows_are_counted_by_hall_and_window() {
    let file: File = toml::from_str(crate::FIGURES).unwrap();
    for id in ["hall.served", "hall.window_seconds"] {
        let figure = file.figure.iter().find(|figure| figure["id"].as_str() == Some(id)).unwrap();
        let key = figure["key"].as_str().unwrap();
        assert_eq!(fields(key).collect::<Vec<_>>(), ["hall", "window"], "{id}");
    }
}

/// Figures count facts by words of the wire form: these are the words.
#[test]
fn facts_are_written_in_the_words_that_figures_read() {
    let mut world = world();
    all_rows(&mut world);
    let has = |kind: &str, name: &str, field: &str, word: &str| {
        world
            .facts
            .iter()
            .any(|(k, n, data)| *k == kind && *n == name && data[field] == word)
    };
    for (kind, name, field, word) in [
        ("entry", "Agreed", "scope", "department"),
        ("entry", "ItemPlaced", "scope", "township"),
        ("clerk", "Joined", "place", "county"),
        ("clerk", "Placed", "place", "township"),
        ("record", "Entered", "kind", "visit"),
        ("record", "Entered", "kind", "honour"),
        ("record", "Entered", "kind", "rules"),
        ("record", "Entered", "kind", "service_contract"),
        ("ticket", "Finished", "outcome", "not_done"),
        ("call", "Raised", "trigger", "queue"),
    ] {
        assert!(has(kind, name, field, word), "{kind}.{name}.{field} = {word}");
    }
}

/// No name, number or telephone is a field of any fact; what is personal is a digest among the sealed values.
#[test]
fn no_fact_carries_personal_data() {
    let mut world = world();
    all_rows(&mut world);
    let personal = ["phone", "applicant_name", "id_number", "citizen", "comment"];
    for (kind, name, data) in &world.facts {
        let open = data.as_object().into_iter().flatten().filter(|(field, _)| *field != "sealed");
        for (field, _) in open {
            assert!(!personal.contains(&field.as_str()), "{kind}.{name} carries {field}");
        }
    }
}
