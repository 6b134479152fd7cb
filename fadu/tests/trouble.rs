//! 磁盘满了，数据库断了。 What people see of it, from outside the program: the page, the interface, `/health` and `/ready`, and the
//! log; it goes on by itself when disk or database are there again, and nothing that was answered is lost.

use crate::commands::{Served, code, text};
use crate::crash::{People, application};
use crate::engines::{County, Database};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Bytes: the largest file that the program may write while its disk is full.
const FULL: &str = "1048576";

/// What the store of a county suffers.
struct Outage<'a> {
    county: &'a County,
    pid: u32,
}

impl Outage<'_> {
    fn set(&self, on: bool) {
        match &self.county.database {
            Some(database) => database.accepts_connections(!on),
            None => {
                let limit = format!("--fsize={}:", if on { FULL } else { "unlimited" });
                let mut prlimit = Command::new("prlimit");
                prlimit.args(["--pid", &self.pid.to_string(), &limit]);
                assert!(prlimit.status().unwrap().success(), "prlimit sets {limit}");
            }
        }
    }
}

fn head_and_body(answer: &str) -> (&str, &str) {
    answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no whole answer: {answer}"))
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// Asks until the answer is this one; not longer than half a minute.
fn until(what: &str, mut asked: impl FnMut() -> bool) {
    for _ in 0..300 {
        if asked() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what}: not within half a minute");
}

fn clear_answers_and_nothing_lost(county: &County) {
    let on_postgres = county.database.is_some();
    let log_file = county.folder.path().join("log");
    let log = std::fs::File::create(&log_file).unwrap();
    let served = Served::outlasting_limits(&county.data(), &county.place(), Stdio::from(log));
    let people = People::signed_in(&served);
    let item = people.open_item(&served);
    let outage = Outage { county, pid: served.pid() };

    let take = |n: usize| {
        let head = format!(
            "POST /api/cases HTTP/1.1\r\nContent-Type: application/json\r\nCookie: {}\r\nIdempotency-Key: t{n}",
            people.firm
        );
        let answer = served.ask(&head, &application(&item, 100 + n % 800));
        match status(&answer) {
            "201" => Ok(serde_json::from_str::<Value>(head_and_body(&answer).1).unwrap()),
            _ => Err(answer),
        }
    };
    let mut answered: Vec<Value> = (0..3).map(|n| take(n).unwrap()).collect();
    outage.set(true);
    let mut refused = None;
    for n in 3..5000 {
        match take(n) {
            Ok(answer) => answered.push(answer),
            Err(answer) => {
                refused = Some((n, answer));
                break;
            }
        }
    }
    let (refused, answer) = refused.expect("acts go on as if nothing were");

    // A program: when to come again, and how.
    let (head, body) = head_and_body(&answer);
    assert_eq!(status(head), "503", "{answer}");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("retry-after: 30"), "{head}");
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    let problem: Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["type"], "urn:fadu:problem:fault");
    assert!(problem["detail"].as_str().unwrap().contains("Idempotency-Key"), "{problem}");

    // A person: whose fault it is, what became of it, what to do, and a number to give on the telephone.
    let written: String = "路灯坏了一周没有人修".bytes().map(|byte| format!("%{byte:02X}")).collect();
    let write = |n: usize| {
        let form = format!("kind=help&category=0106&idem=form{n}&text={written}");
        served.ask("POST /12345 HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded", &form)
    };
    // A smaller act may still find room where a larger one did not.
    let mut pages = (0..1000).map(|n| (n, write(n)));
    let (unsent, page) = pages
        .find(|(_, page)| status(page) != "303")
        .expect("forms go on as if nothing were");
    assert_eq!(status(&page), "503", "{page}");
    assert!(page.to_ascii_lowercase().contains("retry-after: 30"), "{page}");
    for said in ["data-not-done", "不是您填错了", "没有丢", "留在浏览器的这个标签页里", "再试一次"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("没有保存") || page.contains("还不知道"), "{page}");
    assert!(page.contains("href=\"&#x2f;12345\">再试一次"), "the way back to the form: {page}");
    let reference = page.split("panel-number\">").nth(1).unwrap().split('<').next().unwrap();
    // Who is signed in is not taken for a stranger.
    let desk = || served.ask(&format!("GET /desk HTTP/1.1\r\nCookie: {}", people.clerk), "");
    let expected = if on_postgres { "503" } else { "200" };
    assert_eq!(status(&desk()), expected, "a full disk is still read");

    // A load balancer, and whoever is woken.
    let ready = served.get("/ready");
    assert_eq!(status(&ready), "503", "{ready}");
    let health = served.get("/health");
    let told: Value = serde_json::from_str(head_and_body(&health).1).unwrap();
    let reason = match on_postgres {
        true => ("503", "reason", "the database does not answer"),
        false => ("200", "writing", "the disk is full or the database cannot be written"),
    };
    assert_eq!((status(&health), told[reason.1].as_str()), (reason.0, Some(reason.2)), "{health}");
    let log = std::fs::read_to_string(&log_file).unwrap();
    let line = log.lines().find(|line| line.contains(reference));
    let line = line.unwrap_or_else(|| panic!("{reference} is not told: {log}"));
    assert!(line.contains("ERROR") && line.contains("a request failed"), "{line}");
    assert!(line.contains("the database"), "it says what: {line}");

    // Nobody restarts anything.
    outage.set(false);
    until("the same request once more", || match take(refused) {
        Ok(answer) => {
            answered.push(answer);
            true
        }
        Err(_) => false,
    });
    until("/ready says yes", || status(&served.get("/ready")) == "200");
    assert!(served.get("/health").contains("\"writing\":\"ok\""));
    assert_eq!(status(&desk()), "200", "still signed in");
    until("the form once more", || status(&write(unsent)) == "303");
    assert_eq!(take(refused).unwrap()["replayed"], true);
    drop(served);

    let written = county.entries_from(county.entries);
    let received: Vec<String> = written
        .iter()
        .filter(|entry| entry.fact == "Received" && entry.actor == "firm")
        .map(|entry| entry.matter.to_string())
        .collect();
    let once: BTreeSet<&str> = received.iter().map(String::as_str).collect();
    // One more was asked for to find an item that is open.
    assert_eq!((received.len(), once.len()), (answered.len() + 1, answered.len() + 1));
    for answer in &answered {
        assert!(once.contains(answer["matter"].as_str().unwrap()), "answered and not there: {answer}");
    }
    let verified = county.fadu(&["ledger", "verify"]);
    assert_eq!(code(&verified), 0, "{}", text(&verified));
}

#[test]
fn a_full_disk_is_told_and_passes() {
    clear_answers_and_nothing_lost(&County::demonstration(None));
}

#[test]
fn a_database_that_goes_away_is_told_and_comes_back() {
    if let Some(database) = Database::new("away") {
        clear_answers_and_nothing_lost(&County::demonstration(Some(database)));
    }
}
