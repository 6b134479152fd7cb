//! 命令。 What the README promises of the program, asked of the program itself.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn fadu(data: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fadu"))
        .args(args)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", text(output), String::from_utf8_lossy(&output.stderr))
    })
}

#[test]
fn the_calendar_answers_without_a_county() {
    let nowhere = Path::new("/nonexistent-county");
    let table = [
        (&["calendar", "add", "2025-09-26", "3"][..], 0, "2025-09-30"),
        (&["calendar", "add", "2025-09-26", "0"], 0, "2025-09-26"),
        (&["calendar", "add", "2025-09-27", "1"], 0, "2025-09-28"),
        (&["calendar", "add", "2025-02-30", "1"], 2, ""),
        (&["calendar", "add", "2026-12-30", "30"], 1, "calendar ends on 2026-12-31"),
        (&["calendar", "status", "2025-09-28"], 0, "2025-09-28 国庆节、中秋节调休上班（国办发明电〔2024〕12号）"),
        (&["calendar", "status", "2025-10-01"], 0, "2025-10-01 国庆节、中秋节放假（国办发明电〔2024〕12号）"),
        (&["calendar", "status", "2025-10-08"], 0, "放假"),
        (&["calendar", "status", "2025-10-09"], 0, "2025-10-09 工作日"),
        (&["calendar", "status", "2025-10-12"], 0, "2025-10-12 周末"),
        (&["calendar", "status", "2024-01-01"], 0, "元旦放假"),
        (&["calendar", "status", "2026-12-31"], 0, "工作日"),
        (&["calendar", "status", "2023-12-31"], 1, "calendar ends on"),
        (&["calendar", "status", "2027-01-01"], 1, "calendar ends on 2026-12-31"),
        (&["calendar", "status", "2025-02-30"], 2, ""),
        (&["law", "show", "行政许可法#999"], 1, "行政许可法"),
        (&["law", "show", "不是引用"], 2, ""),
        (&["figure", "no.such"], 2, ""),
        (&["nothing"], 2, ""),
    ];
    for (args, status, says) in table {
        let output = fadu(nowhere, args);
        assert_eq!(code(&output), status, "{args:?} {}", String::from_utf8_lossy(&output.stderr));
        assert!(text(&output).contains(says), "{args:?} says `{}`", text(&output));
    }
    // (day, working, why, by which notice)
    let days = [
        ("2025-09-28", true, "国庆节、中秋节调休上班", Some("国办发明电〔2024〕12号")),
        ("2025-10-08", false, "国庆节、中秋节放假", Some("国办发明电〔2024〕12号")),
        ("2025-10-09", true, "工作日", None),
        ("2025-10-12", false, "周末", None),
    ];
    for (day, working, why, notice) in days {
        let said = json(&fadu(nowhere, &["calendar", "status", day, "--json"]));
        assert_eq!(said["working"], working, "{day}");
        assert_eq!(said["why"], why, "{day}");
        assert_eq!(said["notice"].as_str(), notice, "{day}");
    }
}

#[test]
fn a_theme_file_is_checked_without_a_county() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = Path::new("/nonexistent-county");
    let shipped = fadu_onething::THEMES[1].1;
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let line_of = |text: &str, what: &str| text[..text.find(what).unwrap()].matches('\n').count() + 1;
    let good = write("good.toml", shipped);
    let unread = write("unread.toml", &shipped.replacen("lead =", "laed =", 1));
    let long = shipped.replacen("promised_days = 10", "promised_days = 21", 1);
    let late = write("late.toml", &long);

    let output = fadu(nowhere, &["theme", "check", &good]);
    assert_eq!((code(&output), text(&output).as_str()), (0, "1 themes read, 0 findings"));
    let output = fadu(nowhere, &["theme", "check", "--json", &good, &unread, &late]);
    assert_eq!(code(&output), 1);
    let answer = json(&output);
    let found: Vec<(&str, u64)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["field"].as_str().unwrap(), row["line"].as_u64().unwrap()))
        .collect();
    let members = line_of(&long, "[[members]]") as u64;
    assert_eq!(found, [("laed", line_of(shipped, "lead =") as u64), ("members[0].promised_days", members)]);
    assert_eq!(code(&fadu(nowhere, &["theme", "check", "/no/such/file"])), 2);
    assert_eq!(
        code(&fadu(nowhere, &["theme", "load", &late, "--as", "manager"])),
        1,
        "not while it is wrong"
    );
}

#[test]
fn a_county_from_nothing_to_a_restored_copy() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let made = fadu(&data, &["demo", "--no-serve", "--scale", "0.01", "--json"]);
    assert_eq!(code(&made), 0, "{}", String::from_utf8_lossy(&made.stderr));
    let entries = json(&made)["ledger_entries"].as_i64().unwrap();
    let again = fadu(&data, &["demo", "--no-serve", "--scale", "0.01", "--json"]);
    assert_eq!(json(&again)["ledger_entries"], entries, "the second run goes on from what is there");
    assert!(!String::from_utf8_lossy(&again.stderr).contains("ignored"), "asked for the same");
    let again = |more: &[&str]| fadu(&data, &[&["demo", "--no-serve"][..], more].concat());
    std::fs::write(at("items.csv"), "department,name,item_code,task_type\n").unwrap();
    let listed = at("items.csv");
    for (options, ignored) in [
        (
            &["--scale", "0.01", "--seed", "2", "--year", "2024", "--items", listed.as_str()][..],
            "ignored: --year 2024, --seed 2, --items\n",
        ),
        (&[], "ignored: --scale 1\n"),
    ] {
        let again = again(options);
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        assert_eq!(code(&again), 0, "{said}");
        assert!(said.contains(ignored), "{options:?}: {said}");
        assert!(text(&again).contains("the simulated year 2025 is there already; going on"), "{options:?}");
    }
    // In the middle of its year a folder takes no other plan.
    let record = data.join("demo.json");
    let whole = std::fs::read_to_string(&record).unwrap();
    let mut half: Value = serde_json::from_str(&whole).unwrap();
    half["ended_ms"] = Value::Null;
    std::fs::write(&record, half.to_string()).unwrap();
    let refused = again(&["--scale", "0.01", "--items", listed.as_str()]);
    assert_eq!(code(&refused), 2, "{}", text(&refused));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("asked for now: --items"));
    std::fs::write(&record, whole).unwrap();

    let figure = json(&fadu(&data, &["figure", "svc.cases", "--as-of", "2025-12-31", "--json", "--entries"]));
    for key in ["name", "value", "unit", "part", "whole", "as_of", "entries"] {
        assert!(figure.get(key).is_some(), "{key}");
    }
    assert_eq!(figure["entries"].as_array().map(Vec::len), figure["value"].as_u64().map(|n| n as usize));
    let before = json(&fadu(&data, &["figure", "svc.cases", "--as-of", "2024-12-31", "--json"]));
    assert_eq!(before["value"], 0);
    let powers = json(&fadu(&data, &["figure", "pow.items", "--json"]));
    assert!(powers["value"].as_i64().is_some_and(|n| n >= 25), "{powers}");

    for format in ["html", "pdf", "docx", "json"] {
        let out = at(&format!("report.{format}"));
        assert_eq!(code(&fadu(&data, &["report", "--year", "2025", "--format", format, "--out", &out])), 0);
        assert!(std::fs::metadata(&out).unwrap().len() > 2000, "{format}");
    }
    assert_eq!(
        code(&fadu(&data, &["report", "--year", "2025", "--check"])),
        1,
        "parts without evidence are listed"
    );
    assert_eq!(code(&fadu(&data, &["law", "check"])), 0);
    assert_eq!(code(&fadu(&data, &["law", "check", "--live"])), 1, "texts are not held");
    assert!(text(&fadu(&data, &["law", "impact", "行政许可法#42"])).contains("LIC-14"));
    let rules = json(&fadu(&data, &["law", "rules", "--json"]));
    let rule = |id: &str| {
        let found = rules["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id);
        found.unwrap_or_else(|| panic!("{id} is not listed")).clone()
    };
    let outcomes = |id: &str| -> Vec<String> {
        let rows = rule(id)["rows"].as_array().cloned().unwrap_or_default();
        rows.iter()
            .map(|row| row["outcome"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    for (id, both) in [("LIC-08", ["passes", "refused"]), ("LIC-21", ["passes", "noted"])] {
        assert!(
            both.iter().all(|outcome| outcomes(id).contains(&(*outcome).to_owned())),
            "{id}: {}",
            rule(id)
        );
    }
    assert_eq!(rule("ARC-01")["state"], "not_built");
    assert!(rule("LIC-33")["reason"].is_string(), "not applicable, with the reason");

    // A receipt is checked with no database: only the public key is needed.
    std::fs::write(at("receipt.json"), fadu(&data, &["ledger", "prove", "30"]).stdout).unwrap();
    let key = text(&fadu(&data, &["ledger", "key"]));
    let nowhere = folder.path().join("nowhere");
    assert_eq!(code(&fadu(&nowhere, &["receipt", "verify", &at("receipt.json"), "--key", &key])), 0);
    // Another person is said to have done it.
    let genuine = std::fs::read_to_string(at("receipt.json")).unwrap();
    let forged = genuine.replacen(r#""actor\":\""#, r#""actor\":\"x"#, 1);
    assert_ne!(forged, genuine);
    std::fs::write(at("forged.json"), forged).unwrap();
    assert_eq!(code(&fadu(&nowhere, &["receipt", "verify", &at("forged.json"), "--key", &key])), 1);

    assert_eq!(code(&fadu(&data, &["backup", &at("copy")])), 0);
    let restored = folder.path().join("restored");
    assert_eq!(code(&fadu(&restored, &["restore", &at("copy")])), 0);
    let verified = json(&fadu(&restored, &["ledger", "verify", "--json"]));
    assert_eq!(verified["entries"], entries);

    let theme = at("own.toml");
    let own = fadu_onething::THEMES[1]
        .1
        .replacen("code = \"restaurant-opening\"", "code = \"own\"", 1);
    std::fs::write(&theme, own).unwrap();
    let load = |keeper: &str| fadu(&data, &["theme", "load", &theme, "--as", keeper, "--json"]);
    assert_eq!(code(&load("nobody")), 2);
    assert_eq!(code(&load("officer")), 1, "a post without the power");
    let loaded = load("manager");
    assert_eq!(code(&loaded), 0, "{}", String::from_utf8_lossy(&loaded.stderr));
    assert_eq!(json(&loaded)["drafts"].as_array().map(Vec::len), Some(1));
    assert_eq!(json(&loaded)["notes"].as_array().map(Vec::len), Some(0), "{}", text(&loaded));

    // The county went on; the restored copy is its ledger without the last entries. A checkpoint kept outside tells.
    let ledger = |data: &Path, more: &[&str]| fadu(data, &[&["ledger"][..], more].concat());
    let keep = |name: &str, data: &Path| {
        let signed = ledger(data, &["checkpoint"]);
        assert_eq!(code(&signed), 0, "{name}");
        std::fs::write(at(name), signed.stdout).unwrap();
        at(name)
    };
    let (early, late) = (keep("early.note", &restored), keep("late.note", &data));
    let forged = at("forged.note");
    let note = std::fs::read_to_string(&early).unwrap();
    std::fs::write(&forged, note.replacen(&format!("\n{entries}\n"), &format!("\n{}\n", entries - 1), 1)).unwrap();
    // (ledger, checkpoint, exit code, what is said)
    for (of, checkpoint, status, says) in [
        (&restored, &early, 0, "every one as it was"),
        (&restored, &late, 1, "entries were dropped"),
        (&restored, &forged, 1, "cannot be trusted"),
        (&data, &early, 0, "every one as it was"),
        (&data, &late, 0, "every one as it was"),
    ] {
        let checked = ledger(of, &["verify", "--checkpoint", checkpoint.as_str()]);
        assert_eq!(code(&checked), status, "{checkpoint}: {}", text(&checked));
        assert!(text(&checked).contains(says), "{checkpoint}: {}", text(&checked));
    }
    let whole = json(&ledger(&data, &["verify", "--json"]));
    let (a, b) = (entries, whole["entries"].as_i64().unwrap());
    assert!(a < b, "themes were loaded since");
    let hash = |said: &Value| -> fadu_ledger::Hash {
        let bytes = fadu_ledger::note::unhex(said.as_str().unwrap()).unwrap();
        bytes.try_into().unwrap()
    };
    let (old, new) = (a.to_string(), b.to_string());
    let said = json(&ledger(&data, &["consistency", &old, &new, "--json"]));
    let mut proof: Vec<fadu_ledger::Hash> = said["proof"].as_array().unwrap().iter().map(hash).collect();
    let (before, after) = (hash(&verified["root"]), hash(&whole["root"]));
    let holds = |proof: &[fadu_ledger::Hash]| {
        fadu_ledger::verify_consistency(a as u64, b as u64, &before, &after, proof)
    };
    assert!(holds(&proof), "{said}");
    proof.reverse();
    assert!(proof.len() < 2 || !holds(&proof), "in another order");
    let beyond = (b + 1).to_string();
    for [from, to] in [[&new, &old], [&old, &beyond]] {
        assert_eq!(code(&ledger(&data, &["consistency", from, to])), 2, "{from} to {to}");
    }

    // One letter of one entry, changed in the file itself.
    let file = restored.join("fadu.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let needle = b"\"act\":\"Enter\"";
    let place = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[place + 7] = b'X';
    std::fs::write(&file, bytes).unwrap();
    let broken = fadu(&restored, &["ledger", "verify"]);
    assert_eq!(code(&broken), 1, "{}", text(&broken));
    assert!(text(&broken).starts_with("entry "), "{}", text(&broken));

    // The record opens no store but its own: neither one that is empty nor one with a county in it.
    let beside = folder.path().join("beside");
    std::fs::create_dir_all(&beside).unwrap();
    for name in ["demo.json", "fadu.toml", "secret.key"] {
        std::fs::copy(data.join(name), beside.join(name)).unwrap();
    }
    let refused = |says: &str| {
        let served = fadu(&beside, &["serve", "--port", "0"]);
        let said = String::from_utf8_lossy(&served.stderr).into_owned();
        assert_eq!(code(&served), 1, "{said}");
        assert!(said.contains("record of another store") && said.contains(says), "{said}");
    };
    refused("first administrator");
    assert_eq!(code(&add_operator(&beside, "long-enough\n")), 0);
    refused("law import");
    let taken = fadu(&beside, &["demo", "--no-serve", "--scale", "0.01"]);
    assert_eq!(code(&taken), 2, "{}", text(&taken));
    let own = Served::start(&data, &[]);
    assert_eq!(own.status("/"), 200, "beside its own store it opens");
    drop(own);

    // Demonstration accounts serve nowhere but in a demonstration.
    std::fs::remove_file(data.join("demo.json")).unwrap();
    let served = fadu(&data, &["serve", "--port", "0"]);
    assert_eq!(code(&served), 1);
    assert!(String::from_utf8_lossy(&served.stderr).contains("demonstration account"));
}

#[test]
fn a_new_county_asks_for_an_administrator_and_for_texts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    let names = ["--region-name", "示例县", "--bureau", "示例局"];
    let wrong = fadu(&data, &[&["init", "--region", "42022"][..], &names].concat());
    assert_eq!(code(&wrong), 2, "a region code has six digits");
    assert_eq!(code(&fadu(&data, &[&["init", "--region", "420222"][..], &names].concat())), 0);
    let served = fadu(&data, &["serve", "--port", "0"]);
    assert!(String::from_utf8_lossy(&served.stderr).contains("first administrator"));
    assert_eq!(code(&served), 1);
    assert_eq!(code(&add_operator(&data, "short\n")), 2);
    assert_eq!(code(&add_operator(&data, "long-enough\n")), 0);
    let served = fadu(&data, &["serve", "--port", "0"]);
    let said = String::from_utf8_lossy(&served.stderr);
    assert!(said.contains("law import") && said.contains("seal_command"), "all at once: {said}");
    assert!(!said.contains("first administrator"), "{said}");
    assert!(said.contains("HOT-90") && said.contains("--prepare"), "limits without a source: {said}");

    let preparing = Served::start(&data, &["--prepare"]);
    assert_eq!(preparing.status("/"), 503, "the public is told to come back");
    assert_eq!(preparing.status("/sign-in"), 200, "the staff may come in");
}

#[test]
fn a_county_loads_the_notice_of_the_next_year() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    let init = ["init", "--region", "420222", "--region-name", "示例县", "--bureau", "示例局"];
    assert_eq!(code(&fadu(&data, &init)), 0);
    assert_eq!(code(&add_operator(&data, "long-enough\n")), 0);
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let next = "notice 测试〔2025〕1号 issued 2025-12-01 for 2027\noff 2027-01-01 2027-01-03 元旦\n";
    let good = write("2027.txt", next);
    let twice = write("twice.txt", &format!("{next}off 2027-01-03 2027-01-04 元旦\n"));
    let later = write("2029.txt", &next.replace("2027", "2029"));
    let day = ["calendar", "add", "2026-12-31", "1"];
    assert_eq!(code(&fadu(&data, &day)), 1, "not known yet");
    // (file, account, exit code, what is said)
    let table = [
        (good.as_str(), "nobody", 2, "no such account"),
        ("/no/such/file", "admin", 2, ""),
        (twice.as_str(), "admin", 2, "第3行：2027-01-03写了两次"),
        (later.as_str(), "admin", 1, "CAL-13"),
        (good.as_str(), "admin", 0, ""),
        (good.as_str(), "admin", 1, "CAL-13"),
    ];
    for (file, person, status, says) in table {
        let loaded = fadu(&data, &["calendar", "load", file, "--as", person]);
        let said = String::from_utf8_lossy(&loaded.stderr).into_owned();
        assert_eq!(code(&loaded), status, "{file} as {person}: {said}");
        assert!(said.contains(says), "{file} as {person}: {said}");
    }
    assert_eq!(text(&fadu(&data, &day)), "2027-01-04", "counted by what the county loaded");
    let status = text(&fadu(&data, &["calendar", "status", "2027-01-01"]));
    assert!(status.contains("元旦放假（测试〔2025〕1号）"), "{status}");
    assert_eq!(code(&fadu(Path::new("/nonexistent-county"), &day)), 1, "no other county knows it");
}

#[test]
fn a_county_goes_live_with_what_it_runs() {
    let statutes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/statutes");
    if !statutes.exists() {
        println!("skipped: the real statutes are not on this machine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    let init = ["init", "--region", "420222", "--region-name", "示例县", "--bureau", "示例局"];
    assert_eq!(code(&fadu(&data, &[&init[..], &["--businesses", "servce"]].concat())), 2);
    let init = [&init[..], &["--businesses", "service,onething"]].concat();
    assert_eq!(code(&fadu(&data, &init)), 0);
    assert_eq!(code(&add_operator(&data, "long-enough\n")), 0);
    assert_eq!(code(&fadu(&data, &["law", "import", statutes.to_str().unwrap()])), 0);
    assert_eq!(
        code(&fadu(&data, &["law", "check", "--live"])),
        0,
        "every basis of what it runs is read in its text"
    );
    let config = data.join("fadu.toml");
    let mut text = std::fs::read_to_string(&config).unwrap();
    text.push_str("seal_command = [\"cat\"]\n");
    std::fs::write(&config, text).unwrap();

    let live = Served::start(&data, &[]);
    for (path, status) in [
        ("/", 200),
        ("/themes", 200),
        ("/12345", 404),
        ("/open311/v2/services.json", 404),
        ("/trading", 404),
        ("/hall", 404),
    ] {
        assert_eq!(live.status(path), status, "{path}");
    }
    assert!(!live.get("/").contains("href=\"/12345\""), "nothing leads to what is not run");
}

/// A running server; it ends with the test.
struct Served {
    child: std::process::Child,
    address: String,
}

impl Served {
    fn start(data: &Path, more: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fadu"))
            .args(["serve", "--json", "--port", "0", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it does not serve: {line}"));
        let address = said["listening"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Served { child, address }
    }

    fn get(&self, path: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn status(&self, path: &str) -> u16 {
        self.get(path).split(' ').nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn add_operator(data: &Path, password: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fadu"))
        .args(["account", "add", "admin", "--role", "operator", "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The real statutes and the real catalogue, where this machine has them.
#[test]
fn real_statutes_and_a_real_catalogue() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let (statutes, items) = (shared.join("statutes"), shared.join("service-items/guangan_511602_items.csv"));
    if !statutes.exists() || !items.exists() {
        println!("skipped: the real statutes and items are not on this machine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("county");
    let (statutes, items) = (statutes.to_str().unwrap(), items.to_str().unwrap());
    let made = fadu(
        &data,
        &["demo", "--no-serve", "--scale", "0.01", "--json", "--statutes", statutes, "--items", items],
    );
    assert_eq!(code(&made), 0, "{}", String::from_utf8_lossy(&made.stderr));
    let law = &json(&made)["law"];
    assert_eq!(law["wrong"], 0, "{law}");
    assert!(
        law["resolves"].as_i64().is_some_and(|n| n > 350) && law["texts"].as_i64().is_some_and(|n| n >= 67),
        "{law}"
    );
    // The county's own list, and the members of the example themes: those it has and those that were invented.
    let listings = fadu_service::Listing::read_all(&std::fs::read_to_string(items).unwrap()).unwrap();
    let definitions = fadu_service::Definition::read_all(fadu_service::ITEMS).unwrap();
    let themes = fadu_onething::THEMES.map(|(_, text)| fadu_onething::read(text).unwrap());
    let members: std::collections::BTreeSet<_> = themes
        .iter()
        .flat_map(|theme| theme.members.iter().map(|member| &member.item))
        .collect();
    let listed = |code: &&&String| listings.iter().find(|listing| listing.code == ***code);
    let invented = members.iter().filter(|code| listed(code).is_none()).count();
    let opened =
        |code: &&&String| listed(code).is_none_or(|listing| listing.completed_by(&definitions).is_none());
    let opened = members.iter().filter(opened).count();
    assert!(invented > 0 && opened > invented);
    assert_eq!(json(&fadu(&data, &["figure", "svc.items", "--json"]))["value"], 1135 + invented);
    assert_eq!(json(&fadu(&data, &["figure", "svc.items_open", "--json"]))["value"], 30 + opened);
    assert!(text(&fadu(&data, &["law", "show", "行政许可法#32"])).contains("五日内一次告知"));
    assert!(text(&fadu(&data, &["law", "search", "一次告知", "补正"])).contains("行政许可法第三十二条"));
}
