//! 办理时的备份。 `fadu backup` beside a server that takes acts all the while: each copy is of one moment, verifies when it is
//! restored, and holds every act that was answered before it began.

use crate::commands::{code, json};
use crate::crash::{Asked, LANES, Log, People, press};
use crate::engines::{County, Database};
use serde_json::Value;
use std::sync::Mutex;
use std::time::Duration;

const COPIES: usize = 3;

/// What had been answered when a copy was asked for.
fn answered(log: &Mutex<Log>) -> Vec<(Asked, Value)> {
    let log = log.lock().unwrap();
    let with_answer = |asked: &Asked| Some((asked.clone(), log.answers.get(&asked.key)?.clone()));
    log.asked.iter().filter_map(with_answer).collect()
}

fn copy_again_and_again(county: &County, elsewhere: impl Fn(usize) -> Option<Database>) {
    let served = county.serve();
    let people = People::signed_in(&served);
    let item = people.open_item(&served);
    let log = Mutex::new(Log::default());
    let address = served.address.clone();
    let to = |n: usize| county.folder.path().join(format!("copy-{n}"));
    let until = |n: usize| {
        for waited in 0.. {
            if log.lock().unwrap().answers.len() >= n {
                break;
            }
            assert!(waited < 3000, "the program does nothing");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let copies = std::thread::scope(|scope| {
        // The server ends with this block, whatever becomes of it, and with the server those who ask.
        let _served = served;
        for lane in 0..LANES {
            let (address, people, item, log) = (&address, &people, &item, &log);
            scope.spawn(move || press(address, people, item, 0, lane, log));
        }
        let mut copies = Vec::new();
        for n in 0..COPIES {
            until((n + 1) * 20);
            let before = answered(&log);
            let made = county.fadu(&["backup", to(n).to_str().unwrap(), "--json"]);
            assert_eq!(code(&made), 0, "{}", String::from_utf8_lossy(&made.stderr));
            assert!(answered(&log).len() > before.len(), "acts went on beside it");
            copies.push(before);
        }
        copies
    });

    for (n, before) in copies.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let restored = County { folder, database: elsewhere(n), entries: 0 };
        let back = restored.fadu(&["restore", to(n).to_str().unwrap(), "--json"]);
        assert_eq!(code(&back), 0, "copy {n}: {}", String::from_utf8_lossy(&back.stderr));
        let entries = restored.entries_from(0);
        assert_eq!(json(&back)["entries"].as_u64(), Some(entries.len() as u64), "copy {n}");
        for (asked, answer) in before {
            let seq = answer["seq"].as_u64().unwrap() as usize;
            let entry = entries
                .get(seq)
                .unwrap_or_else(|| panic!("copy {n}: {} is not in it", asked.key));
            assert_eq!(entry.matter.to_string(), answer["matter"].as_str().unwrap(), "{}", asked.key);
            assert_eq!(entry.fact, answer["facts"][0].as_str().unwrap(), "{}", asked.key);
        }
        // States and keys of requests are of the same moment as the ledger: what was answered is known as done.
        let served = restored.serve();
        for (asked, answer) in before {
            let again = asked.send(&served.address).unwrap();
            assert_eq!(again["replayed"], true, "copy {n}: {} is done again", asked.key);
            assert_eq!(again["seq"], answer["seq"], "copy {n}: {}", asked.key);
        }
        drop(served);
        assert_eq!(code(&restored.fadu(&["ledger", "verify"])), 0, "copy {n}");
    }
    // And nothing of it hurt the county that was copied.
    assert_eq!(code(&county.fadu(&["ledger", "verify"])), 0);
    let all = county.entries_from(0);
    for (asked, answer) in answered(&log) {
        let seq = answer["seq"].as_u64().unwrap() as usize;
        assert_eq!(all[seq].matter.to_string(), answer["matter"].as_str().unwrap(), "{}", asked.key);
    }
    println!("{COPIES} copies beside {} acts answered", answered(&log).len());
}

#[test]
fn a_copy_beside_a_busy_server_is_whole_on_sqlite() {
    copy_again_and_again(&County::demonstration(None), |_| None);
}

#[test]
fn a_copy_beside_a_busy_server_is_whole_on_postgres() {
    if let Some(database) = Database::new("backup") {
        let county = County::demonstration(Some(database));
        copy_again_and_again(&county, |n| Database::new(&format!("backup_{n}")));
    }
}

/// Of the county or of its terminal of supervision: the database takes the next copy, as a folder does.
#[test]
fn a_copy_that_does_not_verify_leaves_a_database_empty() {
    let Some(database) = Database::new("copied") else { return };
    let county = County::demonstration(Some(database));
    let copy = county.folder.path().join("copy");
    let from = copy.to_str().unwrap();
    let made = county.fadu(&["backup", from]);
    assert_eq!(code(&made), 0, "{}", String::from_utf8_lossy(&made.stderr));
    let folder = tempfile::tempdir().unwrap();
    let restored = County { folder, database: Database::new("damaged"), entries: 0 };
    let config = restored.data().join("fadu.toml");
    for (store, needle) in
        [("store/entry.jsonl", r#"{\"seq\":0,\"v\":1"#), ("supervision/store", r#"{"seq":0,"v":1"#)]
    {
        let file = copy.join(store);
        let whole = std::fs::read(&file).unwrap();
        let needle = needle.as_bytes();
        let place = whole.windows(needle.len()).position(|window| window == needle).unwrap();
        let mut changed = whole.clone();
        changed[place + needle.len() - 1] = b'2';
        std::fs::write(&file, changed).unwrap();
        let refused = restored.fadu(&["restore", from]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!((code(&refused), said.contains("does not verify")), (1, true), "{store}: {said}");
        assert!(!config.exists(), "{store}: no county");
        assert!(restored.entries_from(0).is_empty(), "{store}");
        std::fs::write(&file, whole).unwrap();
    }
    let mended = restored.fadu(&["restore", from]);
    assert_eq!(code(&mended), 0, "{}", String::from_utf8_lossy(&mended.stderr));
    let entries = restored.entries_from(0);
    assert_eq!(json(&restored.fadu(&["ledger", "verify", "--json"]))["entries"], entries.len());
    // What is refused because a county is there takes nothing from it.
    std::fs::remove_file(&config).unwrap();
    let refused = restored.fadu(&["restore", from]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!((code(&refused), said.contains("is not empty")), (1, true), "{said}");
    assert_eq!(restored.entries_from(0), entries);
}
