//! 断电式终止，从外面看。 The program itself is killed under load over HTTP, again and again, with its sweep, its relay, its
//! signing and its count of figures running: what it answered as done is there once, whatever it was that was asked, no
//! effect is left over, the figures are those that are counted anew, and the ledger verifies.

use crate::commands::{Served, ask, code, text};
use crate::engines::{County, Database};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

const ROUNDS: usize = 50;
pub(crate) const LANES: usize = 6;

/// One request under its key: by whom, where to and with what.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) key: String,
    cookie: String,
    path: String,
    body: String,
    fact: &'static str,
}

impl Asked {
    /// The answer of an act that was done; `None` when the server was gone before it had answered whole, or somebody else
    /// had moved the catalogue too often.
    pub(crate) fn send(&self, address: &str) -> Option<Value> {
        let Asked { key, cookie, path, body, .. } = self;
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nCookie: {cookie}\r\nIdempotency-Key: {key}"
        );
        let answer = ask(address, &head, body).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let answer: Value = serde_json::from_str(body).ok()?;
        if answer["type"] == "urn:fadu:problem:raced" {
            return None;
        }
        let done = head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.1 201");
        assert!(done, "{key}: {head}\n{answer}");
        Some(answer)
    }
}

/// What was asked, in the order of asking, and what was answered, by key.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) asked: Vec<Asked>,
    pub(crate) answers: BTreeMap<String, Value>,
}

pub(crate) struct People {
    pub(crate) firm: String,
    pub(crate) clerk: String,
    government: String,
    operator: String,
}

impl People {
    pub(crate) fn signed_in(served: &Served) -> People {
        People {
            firm: sign_in(served, "firm"),
            clerk: sign_in(served, "clerk"),
            government: sign_in(served, "government"),
            operator: sign_in(served, "operator"),
        }
    }

    /// An item that the firm can apply for online without a paper.
    pub(crate) fn open_item(&self, served: &Served) -> String {
        let list = served.get("/items?open=1");
        let items = list
            .split("href=\"&#x2f;items&#x2f;")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let firm = &self.firm;
        let head = format!("POST /api/cases HTTP/1.1\r\nContent-Type: application/json\r\nCookie: {firm}");
        let mut taken =
            items.filter(|item| served.ask(&head, &application(item, 900)).starts_with("HTTP/1.1 201"));
        taken.next().expect("some item can be applied for online").to_owned()
    }
}

fn sign_in(served: &Served, person: &str) -> String {
    let head = "POST /sign-in HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    let answer = served.ask(head, &format!("demo={person}"));
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.unwrap_or_else(|| panic!("{person} is not let in: {answer}"));
    cookie.split(';').next().unwrap().to_owned()
}

pub(crate) fn application(item: &str, lane: usize) -> String {
    let number = fadu_kernel::codes::complete_citizen_number(&format!("42998119900101{lane:03}")).unwrap();
    json!({
        "act": "Receive", "fields": {"item": item, "channel": "online", "materials": {}},
        "private": {"applicant_name": "模拟商行", "applicant_number": number, "applicant_phone": "19900000007"},
    })
    .to_string()
}

/// Asks until the server is gone: what opens a matter, what moves one, what ends one, what moves the catalogue, and what has
/// an effect beside its fact.
pub(crate) fn press(address: &str, people: &People, item: &str, round: usize, lane: usize, log: &Mutex<Log>) {
    let deed = |key: String, cookie: &str, path: String, body: String, fact: &'static str| {
        let asked = Asked { key: key.clone(), cookie: cookie.to_owned(), path, body, fact };
        log.lock().unwrap().asked.push(asked.clone());
        let answer = asked.send(address)?;
        log.lock().unwrap().answers.insert(key, answer.clone());
        Some(answer)
    };
    let gone = || ask(address, "GET /health HTTP/1.1", "").is_err();
    for n in 0.. {
        let key = format!("{round}-{lane}-{n}");
        if lane == 0 {
            let fields = json!({"desk": "reform", "body": "模拟审改办", "document": key});
            let body = json!({"act": "Assign", "fields": fields}).to_string();
            let path = "/api/item-duties".to_owned();
            let done = deed(format!("{key}-assign"), &people.government, path, body, "Assigned");
            if done.is_none() && gone() {
                return;
            }
            let whose = format!("{round:016x}{n:016x}");
            let fields = json!({"whose": whose, "reason": key});
            let body = json!({"act": "Freeze", "fields": fields}).to_string();
            let path = "/api/personal-data".to_owned();
            let done = deed(format!("{key}-freeze"), &people.operator, path, body, "Frozen");
            if done.is_none() && gone() {
                return;
            }
            // Every such act has all others decided again.
            std::thread::sleep(Duration::from_millis(300));
            continue;
        }
        let work = || {
            let body = application(item, lane);
            let opened =
                deed(format!("{key}-receive"), &people.firm, "/api/cases".to_owned(), body, "Received")?;
            let acts = format!("/api/cases/{}/acts", opened["matter"].as_str()?);
            let fields = json!({"fields": {"what": "经营地址", "from": "模拟路", "to": key}}).to_string();
            deed(format!("{key}-correct"), &people.clerk, format!("{acts}/Correct"), fields, "Corrected")?;
            let fields = json!({"fields": {"reason": key, "statement": ""}}).to_string();
            deed(format!("{key}-withdraw"), &people.firm, format!("{acts}/Withdraw"), fields, "Withdrawn")
        };
        if work().is_none() && gone() {
            return;
        }
    }
}

fn kill_again_and_again(county: &County) {
    let served = county.serve();
    let people = People::signed_in(&served);
    let item = people.open_item(&served);
    drop(served);
    let before = county
        .entries_from(county.entries)
        .last()
        .map_or(county.entries, |entry| entry.seq + 1);

    let log = Mutex::new(Log::default());
    for round in 0..ROUNDS {
        let served = county.serve();
        let address = served.address.clone();
        // A different moment every round, from the first commits on.
        let until = log.lock().unwrap().answers.len() + 5 + round * 7 % 60;
        std::thread::scope(|scope| {
            for lane in 0..LANES {
                let (address, people, item, log) = (&address, &people, &item, &log);
                scope.spawn(move || press(address, people, item, round, lane, log));
            }
            for waited in 0.. {
                if log.lock().unwrap().answers.len() >= until {
                    break;
                }
                assert!(waited < 3000, "the program does nothing");
                std::thread::sleep(Duration::from_millis(10));
            }
            // SIGKILL: it is not asked to stop.
            drop(served);
        });
    }
    let log = log.into_inner().unwrap();

    // Asked once more under the same keys: what was answered is the same act, and what was not is done once.
    let served = county.serve();
    for asked in &log.asked {
        let again = asked.send(&served.address).unwrap();
        if let Some(first) = log.answers.get(&asked.key) {
            assert_eq!(again["replayed"], true, "{}: done twice: {first} {again}", asked.key);
            assert_eq!((&again["matter"], &again["seq"]), (&first["matter"], &first["seq"]), "{}", asked.key);
        }
    }
    // What an effect was still waited for is done by the relay of whoever serves last.
    for waited in 0.. {
        let left = county.outbox();
        if left.is_empty() {
            break;
        }
        assert!(waited < 300, "effects are left over: {left:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(served);
    let swept = county.fadu(&["sweep"]);
    assert_eq!(code(&swept), 0, "{}", text(&swept));
    // Counted in pieces, each broken off somewhere, and counted in one piece.
    let figures = || {
        ["svc.received", "svc.cases"]
            .map(|name| crate::commands::json(&county.fadu(&["figure", name, "--json"])))
    };
    let in_pieces = figures();
    assert_eq!(code(&county.fadu(&["figure", "rebuild"])), 0);
    assert_eq!(in_pieces, figures());
    let written = county.entries_from(before);
    for (key, answer) in &log.answers {
        let entry = written.iter().find(|entry| Some(entry.seq) == answer["seq"].as_i64());
        let entry = entry.unwrap_or_else(|| panic!("{key} was answered and is not there: {answer}"));
        assert_eq!(entry.matter.to_string(), answer["matter"].as_str().unwrap(), "{key}");
        assert_eq!(entry.fact, answer["facts"][0].as_str().unwrap(), "{key}");
    }
    for (fact, by) in [
        ("Received", "firm"),
        ("Corrected", "clerk"),
        ("Withdrawn", "firm"),
        ("Assigned", "government"),
        ("Frozen", "operator"),
    ] {
        let there = written.iter().filter(|entry| entry.fact == fact && entry.actor == by).count();
        let asked = log.asked.iter().filter(|asked| asked.fact == fact).count();
        assert_eq!(there, asked, "{fact}: each that was asked for once");
        assert!(log.answers.values().any(|answer| answer["facts"][0] == fact), "{fact} was under way");
    }
    let verified = county.fadu(&["ledger", "verify"]);
    assert_eq!(code(&verified), 0, "{}", text(&verified));
    println!("{ROUNDS} kills, {} acts answered, {} asked for", log.answers.len(), log.asked.len());
}

#[test]
fn the_program_keeps_what_it_answered_on_sqlite() {
    kill_again_and_again(&County::demonstration(None));
}

#[test]
fn the_program_keeps_what_it_answered_on_postgres() {
    if let Some(database) = Database::new("crash") {
        kill_again_and_again(&County::demonstration(Some(database)));
    }
}
