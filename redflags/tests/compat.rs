//! The compatible mode on real auctions, held against what the peer answered for them.

use fadu_redflags::compat::{How, Settings, run};
use serde_json::Value;
use std::fs::File;
use std::path::PathBuf;

fn data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/procurement")
        .join(name);
    if !path.exists() {
        println!("skipped: ../shared/data/procurement/{name} is not there");
        return None;
    }
    Some(path)
}

fn answer(file: &str, how: How) -> Option<Value> {
    let settings = Settings::read(&std::fs::read_to_string(data("settings.ini")?).unwrap()).unwrap();
    let results = run(File::open(data(file)?).unwrap(), &settings, how).unwrap();
    assert_eq!(results.notes.unreadable, []);
    // Numbers are compared as they are written.
    Some(serde_json::from_str(&serde_json::to_string(&results).unwrap()).unwrap())
}

/// Identifiers with another result; the whole answers would fill the screen.
fn different(ours: &Value, peer: &Value) -> Vec<String> {
    let groups = ["OCID", "Buyer", "ProcuringEntity", "Tenderer", "Meta"];
    let ids = |group: &str| {
        let of = |answer: &Value| answer[group].as_object().cloned().unwrap_or_default();
        let (ours, peer) = (of(ours), of(peer));
        let all = ours.keys().chain(peer.keys()).filter(|id| ours.get(*id) != peer.get(*id));
        all.map(|id| format!("{group} {id}")).collect::<Vec<String>>()
    };
    groups.into_iter().flat_map(ids).collect()
}

#[test]
fn real_auctions_get_the_peers_results() {
    let peer: Value = serde_json::from_str(include_str!("data/tsuchiura-cardinal.json")).unwrap();
    for threads in [1, 2, 5] {
        for prepare in [false, true] {
            let how = How { prepare, threads, map: false };
            let Some(ours) = answer("tsuchiura_ocds.jsonl", how) else { return };
            assert_eq!(different(&ours, &peer), Vec::<String>::new(), "{how:?}");
        }
    }
}

#[test]
fn messy_releases_of_seventeen_publishers_are_read_to_the_end() {
    let how = |threads| How { prepare: true, threads, map: true };
    let Some(one) = answer("real_releases.jsonl", how(1)) else { return };
    let three = answer("real_releases.jsonl", how(3));
    assert!(three == Some(one), "threads change nothing");
}
