//! 门前。 Every act of every kind of matter, asked of the door by every kind of person, on a matter of their own body on which
//! nothing has happened: the door answers what the policies answer, before anything is decided. What the policies answer
//! stands in the table of `tests/authority.rs`.

use super::*;
use crate::private::Keys;
use crate::registry::{KINDS, Kind};
use fadu_kernel::{PersonId, Region};
use fadu_store::Sqlite;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Whether the act comes past the question of authority; what is decided then does not matter. Its form was read before
/// that, whoever sent it, and is left out: the fields are of the right types and say nothing sensible.
pub(crate) async fn lets_in<M: Matter>(app: &App, role: Role, act: Value) -> Result<bool, Problem> {
    let act: M::Act = serde_json::from_value(act).map_err(|error| Problem::Unreadable(error.to_string()))?;
    let state = M::default();
    let actor = Actor { person: PersonId::new("somebody"), role, org: state.parties().org };
    let known = Last { version: 0, state: Arc::new(state), listed: Arc::default() };
    let call = Call { actor: &actor, matter: Some(MatterId(1)), act, private: BTreeMap::new(), key: None };
    let answer = app.try_act(&call, &[], &[], &SealedValues::default(), Some(known), 0).await;
    Ok(!matches!(answer, Err(Problem::NoAuthority(_))))
}

/// Some act of each name of a kind that its type reads, drawn from how its fields are described.
fn some_acts(kind: &Kind) -> Vec<(&'static str, Value)> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let schema = (kind.schema)(&mut generator).to_value();
    let defined = Value::Object(generator.take_definitions(true));
    let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let some = |name: &'static str| {
        let fields = variants.iter().find_map(|variant| variant["properties"].get(name));
        let act = match fields {
            Some(fields) => {
                Value::Object([(name.to_owned(), some_value(fields, &defined))].into_iter().collect())
            }
            None => Value::String(name.to_owned()),
        };
        (name, act)
    };
    (kind.acts)().iter().map(|act| some(act.name)).collect()
}

/// Only what must be there: no optional value, no row of a list.
fn some_value(schema: &Value, defined: &Value) -> Value {
    let some = |part: &Value| some_value(part, defined);
    if let Some(reference) = schema["$ref"].as_str() {
        return some(&defined[reference.rsplit('/').next().unwrap()]);
    }
    if let Some(one) = schema.get("const").or(schema["enum"].get(0)) {
        return one.clone();
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let nullable = schema["anyOf"]
        .as_array()
        .is_some_and(|any| any.iter().any(|one| one["type"] == "null"));
    if nullable || types.contains(&"null") {
        return Value::Null;
    }
    let choices: Vec<&Value> = ["oneOf", "anyOf"].iter().filter_map(|word| schema[word].get(0)).collect();
    match types.first() {
        Some(&"object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let mut fields: Map<String, Value> = required
                .map(|name| (name.to_owned(), some(&schema["properties"][name])))
                .collect();
            // Flattened parts.
            for part in choices.into_iter().chain(schema["allOf"].as_array().into_iter().flatten()) {
                if let Value::Object(more) = some(part) {
                    fields.extend(more);
                }
            }
            Value::Object(fields)
        }
        Some(&"array") => match schema["prefixItems"].as_array() {
            Some(items) => items.iter().map(some).collect(),
            None => (0..schema["minItems"].as_u64().unwrap_or(0))
                .map(|_| some(&schema["items"]))
                .collect(),
        },
        Some(&"string") => match (schema["format"].as_str(), schema["pattern"].is_string()) {
            (Some("date"), _) => json!("2025-03-03"),
            (Some("date-time"), _) => json!("2025-03-03T09:00:00"),
            // The one pattern there is: a matter's id.
            (_, true) => json!(MatterId(1)),
            _ => json!("模拟"),
        },
        Some(&"integer" | &"number") => json!(1),
        Some(&"boolean") => json!(false),
        _ => choices.first().map_or(Value::Null, |part| some(part)),
    }
}

#[tokio::test]
async fn the_door_lets_in_whom_the_policies_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let clock = now::Movable::default();
    clock.set(now::start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    let app = App::open(Region(429_981), store, Keys::new([3; 32]), Box::new(clock))
        .await
        .unwrap();
    let (mut asked, mut kept_out) = (0, 0);
    for kind in KINDS {
        for (name, act) in some_acts(kind) {
            // One of those who may do it is enough: what they do is decided, and some of it is written.
            let mut somebody = false;
            for role in Role::ALL {
                let question = Question { kind: kind.name, act: name, role, same_org: true, own: false };
                let may = app.authority.allows(question);
                if may && std::mem::replace(&mut somebody, true) {
                    continue;
                }
                let let_in = (kind.lets_in)(&app, role, act.clone()).await;
                let let_in =
                    let_in.unwrap_or_else(|problem| panic!("{}.{name} {act}: {problem:?}", kind.name));
                assert_eq!(let_in, may, "{}.{name} by {}", kind.name, role.zh());
                asked += 1;
                kept_out += usize::from(!let_in);
            }
        }
    }
    assert!(asked > 3_000 && kept_out > 2_500, "{kept_out} of {asked} were kept out");
}
