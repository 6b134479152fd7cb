//! 历史工单。 A table of earlier requests, held against the limits of the demonstration.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn tickets(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fadu"))
        .args(["import", "tickets"])
        .args(args)
        .args(["--data", "/nonexistent-county"])
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_table_by_its_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let table = "号,说,问,答,类\n1,停水了,2025/3/3 9:00:00,2025/3/6 9:00:00,供水\n2,停水了,2025-03-03,2025-03-07,供水\n3,噪声,昨天,2025-03-07,噪声\n";
    let mapping =
        "id = '号'\ntext = '说'\nasked = '问'\nreplied = '答'\ncategory = '类'\ndefault_kind = 'help'\n";
    let (table, mapping) = (at("a.csv", table), at("a.toml", mapping));
    let output = tickets(&[&table, "--mapping", &mapping, "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let told = json(&output);
    assert_eq!(
        (told["in_time"].as_i64(), told["counted"].as_i64(), told["left_out"].as_i64()),
        (Some(1), Some(2), Some(1))
    );
    assert_eq!(told["categories"][0], serde_json::json!(["供水", 2]));
    assert_eq!(
        (told["findings"][0]["line"].as_i64(), told["demonstration_limits"].as_bool()),
        (Some(4), Some(true))
    );
    // Without its mapping the columns are not there, and the answer is how to ask.
    assert_eq!(tickets(&[&table]).status.code(), Some(2));
    assert_eq!(tickets(&["/nonexistent.csv"]).status.code(), Some(2));
    let text = String::from_utf8(tickets(&[&table, "--mapping", &mapping]).stdout).unwrap();
    assert!(text.contains("in time 1 / 2 (50.0 %)") && text.contains("演示"), "{text}");
}

/// The messages lie beside the repository, where they are at all.
#[test]
fn the_messages_with_replies() {
    let beside = std::env::var("FADU_MESSAGES")
        .unwrap_or_else(|_| "../../shared/data/hotline/messages_with_replies.csv".to_owned());
    if !Path::new(&beside).exists() {
        println!("skipped: no table of messages; FADU_MESSAGES names one");
        return;
    }
    let told = json(&tickets(&[&beside, "--json"]));
    assert_eq!((told["rows"].as_i64(), told["counted"].as_i64()), (Some(1408), Some(1408)));
    assert!(told["in_time"].as_i64().is_some_and(|n| (1..1408).contains(&n)));
    assert_eq!(told["by_weekdays"].as_i64(), Some(1408), "2019 and 2020 are not in the calendar");
    assert_eq!(told["categories"].as_array().map(Vec::len), Some(10));
}
