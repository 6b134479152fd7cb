//! 命令。 What the README promises of the program, asked of the program itself.

use fadu_report::structure::NO_EVIDENCE;
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

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub(crate) fn json(output: &Output) -> Value {
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
        (&["calendar", "add", "2025-03-03", "5", "--closes", "17:30"], 0, "2025-03-10 17:30"),
        (&["calendar", "add", "2025-03-03", "5", "--closes", "25:00"], 2, ""),
        (&["calendar", "add", "2025-02-30", "1"], 2, ""),
        (
            &["calendar", "add", "2026-12-30", "30"],
            1,
            "to 2026-12-31; the notice for that year is not loaded",
        ),
        (
            &["calendar", "status", "2025-09-28"],
            0,
            "2025-09-28 国庆节、中秋节调休上班（国办发明电〔2024〕12号）",
        ),
        (&["calendar", "status", "2025-10-01"], 0, "2025-10-01 国庆节、中秋节放假（国办发明电〔2024〕12号）"),
        (&["calendar", "status", "2025-10-08"], 0, "放假"),
        (&["calendar", "status", "2025-10-09"], 0, "2025-10-09 工作日"),
        (&["calendar", "status", "2025-10-12"], 0, "2025-10-12 周末"),
        (&["calendar", "status", "2024-01-01"], 0, "元旦放假"),
        (&["calendar", "status", "2026-12-31"], 0, "工作日"),
        (&["calendar", "status", "2023-12-31"], 1, "runs from 2024-01-01"),
        (&["calendar", "add", "2023-05-04", "3"], 1, "runs from 2024-01-01"),
        (&["calendar", "status", "2027-01-01"], 1, "to 2026-12-31; the notice for that year is not loaded"),
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
    // A part that promises more than the whole is told at the whole, too.
    let whole = line_of(&long, "promised = ") as u64;
    let laed = line_of(shipped, "lead =") as u64;
    assert_eq!(found, [("laed", laed), ("members[0].promised_days", members), ("promised.days", whole)]);
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
    // As the ledger stood at an entry that counts, and just before it.
    let counted: Vec<i64> = figure["entries"].as_array().unwrap().iter().filter_map(Value::as_i64).collect();
    let half = counted.len() / 2;
    let seq = counted[half];
    let stood = |name: &str, seq: i64, more: &[&str]| {
        let seq = seq.to_string();
        fadu(&data, &[&["figure", name, "--json", "--at", seq.as_str()][..], more].concat())
    };
    let then = json(&stood("svc.cases", seq, &["--entries"]));
    assert_eq!(then["entries"], serde_json::json!(&counted[..=half]), "{then}");
    assert_eq!((then["value"].as_u64(), then["position"].as_i64()), (Some(half as u64 + 1), Some(seq + 1)));
    let just_before = json(&stood("svc.cases", seq - 1, &["--as-of", "2025-12-31"]));
    assert_eq!(just_before["value"], half);
    let seconds = json(&stood("hall.window_seconds", seq, &["--by-key"]));
    let parts = seconds["by_key"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["part"].as_i64().unwrap());
    assert_eq!(Some(parts.sum::<i64>()), seconds["value"].as_i64(), "its parts are of the same entries");
    assert_eq!(code(&stood("svc.cases", entries, &[])), 2, "no entry bears this number yet");
    let powers = json(&fadu(&data, &["figure", "pow.items", "--json"]));
    assert!(powers["value"].as_i64().is_some_and(|n| n >= 25), "{powers}");

    for format in ["html", "pdf", "docx", "json"] {
        let out = at(&format!("report.{format}"));
        assert_eq!(code(&fadu(&data, &["report", "--year", "2025", "--format", format, "--out", &out])), 0);
        assert!(std::fs::metadata(&out).unwrap().len() > 2000, "{format}");
    }
    the_report_says_what_the_figures_say(&data, &at("report.json"));
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
    for (id, both) in [
        ("LIC-08", ["passes", "refused"]),
        ("LIC-21", ["passes", "noted"]),
        ("RPT-01", ["refused", "noted"]),
        ("RPT-02", ["refused", "noted"]),
        ("RPT-03", ["refused", "noted"]),
        ("RPT-04", ["refused", "noted"]),
    ] {
        assert!(
            both.iter().all(|outcome| outcomes(id).contains(&(*outcome).to_owned())),
            "{id}: {}",
            rule(id)
        );
    }
    assert_eq!(rule("ARC-07")["state"], "not_built");
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

    let outside = folder.path().join("smtp.password");
    write_beside(&data, &outside);
    let copied = fadu(&data, &["backup", &at("copy"), "--json"]);
    assert_eq!(code(&copied), 0, "{}", String::from_utf8_lossy(&copied.stderr));
    assert_eq!(json(&copied)["outside"], serde_json::json!([outside]));
    let restored = folder.path().join("restored");
    let back = fadu(&restored, &["restore", &at("copy")]);
    assert_eq!(code(&back), 0, "{}", String::from_utf8_lossy(&back.stderr));
    let entries_in = |data: &Path| json(&fadu(data, &["ledger", "verify", "--json"]))["entries"].clone();
    assert_eq!(entries_in(&restored), entries);
    assert_eq!(entries_in(&restored.join("supervision")), entries_in(&data.join("supervision")));
    for name in [
        "fadu.toml",
        "secret.key",
        "public.key",
        "demo.json",
        "mail.toml",
        "imap.password",
        "wechat.toml",
        "understand/card.json",
        "understand/model.bin",
        "demo-keys/holder-1.json",
        "supervision/fadu.toml",
        "supervision/secret.key",
    ] {
        let held = |data: &Path| {
            let path = data.join(name);
            let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (bytes, std::fs::metadata(&path).unwrap().permissions())
        };
        assert_eq!(held(&restored), held(&data), "{name}");
    }

    let served = folder.path().join("served");
    assert_eq!(code(&fadu(&served, &["restore", &at("copy")])), 0);
    // Its letters lie at a server that does not exist.
    std::fs::remove_file(served.join("mail.toml")).unwrap();
    a_log_for_a_collector_holds_nothing_of_an_application(&served);

    // A copy with one byte changed makes no county, and leaves the folder to the one that is whole.
    let damaged = folder.path().join("damaged");
    for store in ["copy/store", "copy/supervision/store"] {
        let file = folder.path().join(store);
        let whole = std::fs::read(&file).unwrap();
        let needle = b"{\"seq\":0,\"v\":1";
        let place = whole.windows(needle.len()).position(|window| window == needle).unwrap();
        let mut changed = whole.clone();
        changed[place + needle.len() - 1] = b'2';
        std::fs::write(&file, changed).unwrap();
        let refused = fadu(&damaged, &["restore", &at("copy")]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!((code(&refused), said.contains("does not verify")), (1, true), "{store}: {said}");
        for config in ["fadu.toml", "supervision/fadu.toml"] {
            assert!(!damaged.join(config).exists(), "{store}: {config}");
        }
        assert_eq!(code(&fadu(&damaged, &["ledger", "verify"])), 2, "{store}: no county");
        std::fs::write(&file, whole).unwrap();
    }
    let mended = fadu(&damaged, &["restore", &at("copy")]);
    assert_eq!(code(&mended), 0, "{}", String::from_utf8_lossy(&mended.stderr));
    assert_eq!(entries_in(&damaged), entries);

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

    // Right by itself, and of another department than the county's catalogue says.
    let beside = |file: &str| fadu(&data, &["theme", "check", "--catalogue", file, "--json"]);
    assert_eq!(code(&beside(&theme)), 0, "{}", text(&beside(&theme)));
    let foreign = at("foreign.toml");
    let own = std::fs::read_to_string(&theme).unwrap();
    std::fs::write(&foreign, own.replace("department = \"区消防大队\"", "department = \"区应急局\""))
        .unwrap();
    assert_eq!(code(&fadu(&data, &["theme", "check", &foreign])), 0);
    let found = beside(&foreign);
    assert_eq!(code(&found), 1);
    assert_eq!(json(&found)["findings"][0]["field"], "members[1].department", "{}", text(&found));

    // However late it is read, it is the end of its year: nothing has become overdue meanwhile.
    let overdue = || json(&fadu(&data, &["figure", "svc.overdue", "--json"]));
    let at_the_end = overdue();
    assert_eq!(at_the_end["as_of"], "2025-12-31");
    // Beside a server, which holds this lock, nothing is counted again; when it has stopped, the same comes out.
    let lock = std::fs::File::create(data.join("lock")).unwrap();
    lock.lock().unwrap();
    let refused = fadu(&data, &["figure", "rebuild"]);
    assert_eq!(code(&refused), 1);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("in use by another fadu"));
    assert_eq!(overdue(), at_the_end, "it is read all the same");
    drop(lock);
    assert_eq!(code(&fadu(&data, &["figure", "rebuild"])), 0);
    assert_eq!(overdue(), at_the_end);
    assert_eq!(code(&fadu(&data, &["sweep"])), 0);
    assert_eq!(overdue()["value"], at_the_end["value"]);

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
    std::fs::write(&forged, note.replacen(&format!("\n{entries}\n"), &format!("\n{}\n", entries - 1), 1))
        .unwrap();
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
    let root = json(&ledger(&restored, &["verify", "--json"]))["root"].clone();
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
    let (before, after) = (hash(&root), hash(&whole["root"]));
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

    // One byte of one entry, changed in the file itself: a letter, or no UTF-8 in the entry that a demonstration's clock
    // begins at.
    let file = restored.join("fadu.db");
    let sound = std::fs::read(&file).unwrap();
    let last = a - 1;
    for (needle, at, byte, named) in [
        ("\"act\":\"Enter\"".to_owned(), 7, b'X', "entry ".to_owned()),
        (format!("{{\"seq\":{last},\"v\":1"), 2, 0xFF, format!("entry {last} ")),
    ] {
        let mut bytes = sound.clone();
        let place = bytes
            .windows(needle.len())
            .position(|window| window == needle.as_bytes())
            .unwrap();
        bytes[place + at] = byte;
        std::fs::write(&file, bytes).unwrap();
        let broken = fadu(&restored, &["ledger", "verify"]);
        assert_eq!(code(&broken), 1, "{needle}: {}", text(&broken));
        assert!(text(&broken).starts_with(&named), "{needle}: {}", text(&broken));
    }

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
    a_person_is_frozen_and_erased(&data);

    // Demonstration accounts serve nowhere but in a demonstration.
    std::fs::remove_file(data.join("demo.json")).unwrap();
    let served = fadu(&data, &["serve", "--port", "0"]);
    assert_eq!(code(&served), 1);
    assert!(String::from_utf8_lossy(&served.stderr).contains("demonstration account"));
}

/// What the yearly report has to say of service items, by the row of the list of promised figures.
const PROMISED: [(&str, &str); 9] = [
    ("28 无差别受理", "svc.items_undifferentiated"),
    ("29 进驻率", "svc.entry_rate"),
    ("46 马上办", "svc.instant_ratio"),
    ("47 一次办", "svc.once_rate"),
    ("48 网上办", "svc.online_rate"),
    ("49 就近办", "svc.nearby_rate"),
    ("按时办结率", "svc.ontime_rate"),
    ("压减法定时限", "svc.time_cut"),
    ("压减改革前时限", "svc.time_cut_baseline"),
];

fn the_report_says_what_the_figures_say(data: &Path, written: &str) {
    let report: Value = serde_json::from_slice(&std::fs::read(written).unwrap()).unwrap();
    let parts = report["parts"].as_array().unwrap();
    let spans = |part: &Value| -> Vec<Value> {
        let paragraphs = part["paragraphs"].as_array().cloned().unwrap_or_default();
        let spans = paragraphs.iter().filter_map(|para| para["spans"].as_array());
        spans.flatten().cloned().collect()
    };
    let all: Vec<Value> = parts.iter().flat_map(&spans).collect();
    for (row, id) in PROMISED {
        let said = all.iter().map(|span| &span["figure"]).find(|figure| figure["id"] == id);
        let said = said.unwrap_or_else(|| panic!("{row}: {id} does not stand in the report"));
        let printed = said["printed"].as_str().unwrap();
        let counted = text(&fadu(data, &["figure", id, "--as-of", "2025-12-31"]));
        let told = format!(" = {printed} (as of 2025-12-31, ");
        assert!(counted.contains(&told), "{row}: the report says {printed}, the figure {counted}");
        assert_eq!(said["href"], format!("http://127.0.0.1:8420/figures/{id}?as_of=2025-12-31"));
    }

    let checked = fadu(data, &["report", "--year", "2025", "--check", "--json"]);
    assert_eq!(code(&checked), 1, "parts without evidence are listed");
    let missing = json(&checked)["missing"].clone();
    assert_eq!(missing, report["missing"]);
    let silent = |part: &&Value| spans(part).iter().any(|span| span["text"] == NO_EVIDENCE);
    let line = |part: &Value| format!("“{}”没有可以说明的记录。", part["heading"].as_str().unwrap());
    let without: Vec<String> = parts.iter().filter(silent).map(line).collect();
    let lines = missing.as_array().unwrap().iter().filter_map(Value::as_str);
    let listed: Vec<&str> = lines.filter(|line| line.ends_with("没有可以说明的记录。")).collect();
    assert_eq!(listed, without);
    let names = |what: &str| listed.iter().any(|line| line.contains(what));
    assert!(names("惠企政策兑现") && !names("一窗通办"), "{listed:?}");
}

/// Applied for at the interface, and sent once more from another site to a case's own address, which is logged.
fn a_log_for_a_collector_holds_nothing_of_an_application(data: &Path) {
    let served = Served::logging(data, &["--log-format", "json"], Stdio::piped());
    let number = fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap();
    let personal = ["模拟申请人甲", number.as_str(), "19900000007"];
    // `firm` with the password of demonstrations.
    let head = "POST /api/cases HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Basic ZmlybTpmYWR1LWRlbW8=";
    let application = |item: &str| {
        let [name, number, phone] = personal;
        serde_json::json!({
            "act": "Receive", "fields": {"item": item, "channel": "online", "materials": {}},
            "private": {"applicant_name": name, "applicant_number": number, "applicant_phone": phone},
        })
        .to_string()
    };
    let list = served.get("/items?open=1");
    let mut items = list
        .split("href=\"&#x2f;items&#x2f;")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let taken = items.find(|item| served.ask(head, &application(item)).starts_with("HTTP/1.1 201"));
    let again = application(taken.expect("some item can be applied for online"));
    let head = "POST /track/0000000000007/ABCDEFGHJKLM/acts/Withdraw HTTP/1.1\r\nSec-Fetch-Site: cross-site";
    let foreign = served.ask(head, &again);
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");

    let log = served.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert!(
        lines
            .iter()
            .all(|line| line["level"].is_string() && line["timestamp"].is_string()),
        "{log}"
    );
    let told = "a request from another site was turned away";
    let told = lines.iter().find(|line| line["fields"]["message"] == told);
    let told = told.unwrap_or_else(|| panic!("it is not told: {log}"));
    assert_eq!(told["fields"]["route"], "/track/{matter}/{code}/acts/{act}");
    for value in personal.into_iter().chain(["ABCDEFGHJKLM"]) {
        assert!(!log.contains(value), "{value} in {log}");
    }
}

/// What a county may have beside its store, passwords readable by nobody else; one of them lies outside the folder.
fn write_beside(data: &Path, outside: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mail = fadu_mail::config::EXAMPLE.replacen("\"smtp.password\"", &format!("{outside:?}"), 1);
    std::fs::write(outside, "a password").unwrap();
    std::fs::create_dir(data.join("understand")).unwrap();
    for (name, text, mode) in [
        ("mail.toml", mail.as_str(), 0o640),
        ("imap.password", "another password", 0o600),
        ("wechat.toml", fadu_web::wechat::EXAMPLE, 0o600),
        ("understand/card.json", "{}", 0o644),
        ("understand/model.bin", "a model", 0o644),
    ] {
        let path = data.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// Through a matter that holds their values.
fn a_person_is_frozen_and_erased(data: &Path) {
    use fadu_store::Store;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let region = fadu_sim::REGION;
    let held = |case| {
        runtime.block_on(async {
            let store = fadu_store::Sqlite::open(&data.join("fadu.db")).unwrap();
            store.private_of(region, case).await.unwrap().len()
        })
    };
    let case = runtime.block_on(async {
        let store = fadu_store::Sqlite::open(&data.join("fadu.db")).unwrap();
        let entries = store.entries(region, 0, 100_000).await.unwrap();
        let received = entries.iter().find(|row| row.kind == "case" && row.fact == "Received");
        received.unwrap().matter
    });
    assert!(held(case) > 0);
    let id = case.to_string();
    let asked = |by: &str, more: &[&str]| {
        let person = ["person", more[0], "--as", by, "--reason", "本人申请"];
        fadu(data, &[&person[..], &more[1..]].concat())
    };
    let of = ["erase", "--cause", "purpose", "--matter", id.as_str()];
    assert_eq!(code(&asked("nobody", &of)), 2);
    assert_eq!(code(&asked("officer", &of)), 1, "a post without the power");
    assert_eq!(code(&asked("operator", &["erase", "--cause", "whim", "--matter", &id])), 2);
    assert_eq!(code(&asked("operator", &["erase", "--cause", "purpose"])), 2, "nobody is named");
    assert!(held(case) > 0, "none of these erased anything");
    let frozen = asked("operator", &["freeze", "--matter", &id]);
    assert_eq!(code(&frozen), 0, "{}", String::from_utf8_lossy(&frozen.stderr));
    let kept = asked("operator", &of);
    assert_eq!(code(&kept), 1);
    assert!(String::from_utf8_lossy(&kept.stderr).contains("DAT-20"));
    let disposed = [&of[..], &["--disposal", "模档〔2025〕1号", "--json"]].concat();
    let erased = asked("operator", &disposed);
    assert_eq!(code(&erased), 0, "{}", String::from_utf8_lossy(&erased.stderr));
    assert_eq!(json(&erased)["entries"].as_array().map(Vec::len), Some(1));
    assert_eq!(held(case), 0);
    assert_eq!(code(&asked("operator", &of)), 1, "nothing is kept any more");
    assert_eq!(code(&fadu(data, &["ledger", "verify"])), 0);
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
fn what_the_county_says_of_validity_decides_what_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (data, texts) = (folder.path().join("county"), folder.path().join("texts"));
    let init = ["init", "--region", "420222", "--region-name", "示例县", "--bureau", "示例局"];
    assert_eq!(code(&fadu(&data, &init)), 0);
    assert_eq!(code(&fadu(&data, &["law", "check"])), 0);
    std::fs::create_dir(&texts).unwrap();
    let table = "statute\tversion\tfrom\tended\tby\n行政许可法\t\t\t2020-01-01\t废止决定\n行政处罚法\t\t\t昨天\t废止决定\n";
    std::fs::write(texts.join("validity.tsv"), table).unwrap();
    let imported = json(&fadu(&data, &["law", "import", texts.to_str().unwrap(), "--json"]));
    assert_eq!(imported["texts"], 0, "{imported}");
    assert_eq!(imported["validity"], 1, "{imported}");
    assert!(imported["left_out"][0].as_str().unwrap().contains("line 3"), "{imported}");
    let checked = fadu(&data, &["law", "check"]);
    assert_eq!(code(&checked), 1);
    let wrong = text(&checked);
    assert!(wrong.contains("行政许可法自2020-01-01起失效（废止决定）"), "{wrong}");
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
pub(crate) struct Served {
    child: std::process::Child,
    pub(crate) address: String,
}

/// The whole answer to a request with these first lines. Errors: nobody answers, or no longer.
pub(crate) fn ask(address: &str, head: &str, body: &str) -> std::io::Result<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address)?;
    let length = body.len();
    let request =
        format!("{head}\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

impl Served {
    pub(crate) fn start(data: &Path, more: &[&str]) -> Served {
        Served::logging(data, more, Stdio::inherit())
    }

    fn logging(data: &Path, more: &[&str], to: Stdio) -> Served {
        Served::by(Command::new(env!("CARGO_BIN_EXE_fadu")), data, more, to)
    }

    /// A write past the limit on the size of its files is an error to it, as on a full disk, and not its end.
    pub(crate) fn outlasting_limits(data: &Path, more: &[&str], to: Stdio) -> Served {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_fadu")]);
        Served::by(shell, data, more, to)
    }

    fn by(mut program: Command, data: &Path, more: &[&str], to: Stdio) -> Served {
        let mut child = program
            .args(["serve", "--json", "--port", "0", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(to)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("it does not serve: {line}"));
        let address = said["listening"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Served { child, address }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1"), "")
    }

    /// The whole answer to a request with these first lines.
    pub(crate) fn ask(&self, head: &str, body: &str) -> String {
        ask(&self.address, head, body).unwrap()
    }

    /// Ends the server. What it logged, where it was to be read.
    fn log(mut self) -> String {
        self.child.kill().unwrap();
        let mut text = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        std::io::Read::read_to_string(&mut stderr, &mut text).unwrap();
        text
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
    add_account(data, "admin", "operator", password)
}

fn add_account(data: &Path, person: &str, role: &str, password: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fadu"))
        .args(["account", "add", person, "--role", role, "--data"])
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A county that runs nothing yet, with a manager of the catalogue and an officer.
fn county_with_a_keeper(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("county");
    let init = ["init", "--region", "420222", "--region-name", "示例县", "--bureau", "示例局"];
    assert_eq!(code(&fadu(&data, &init)), 0);
    for (person, role) in [("keeper", "catalogue_manager"), ("clerk", "officer")] {
        assert_eq!(code(&add_account(&data, person, role, "long-enough\n")), 0);
    }
    data
}

#[test]
fn a_list_of_items_is_entered_by_somebody_who_answers_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = county_with_a_keeper(folder.path());
    let list = |name: &str, rows: &[&str]| {
        let file = folder.path().join(name);
        let head = r#""department","main_item","name","item_code","task_type","link""#;
        std::fs::write(&file, [&[head][..], rows].concat().join("\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let rows = [
        r#""示例住建局","未分类","建筑工程施工许可证核发","000117005000","1","http://example.invalid/1""#,
        r#""示例档案局","未分类","示例档案查询","512099001000","20","http://example.invalid/2""#,
        // The body in this code has nine characters.
        r#""示例民政局","未分类","示例救助给付","512B0099900006-420222000000-000-083372204-1-00","5","http://example.invalid/3""#,
    ];
    let good = list("good.csv", &rows);
    let bad =
        list("bad.csv", &[rows[0], r#""示例档案局","未分类","示例档案查询","512099001000","公共服务","""#]);
    let import = |file: &str, keeper: &str| fadu(&data, &["import", "items", file, "--as", keeper, "--json"]);

    let table =
        [(good.as_str(), "nobody", 2), ("/nonexistent.csv", "keeper", 2), (bad.as_str(), "keeper", 2)];
    for (file, keeper, status) in table {
        let output = import(file, keeper);
        assert_eq!(code(&output), status, "{file} {keeper} {}", String::from_utf8_lossy(&output.stderr));
    }
    let refused = list("refused.csv", &rows[..1]);
    assert_eq!(code(&import(&refused, "clerk")), 1, "an officer does not enter another department's item");

    let entered = json(&import(&good, "keeper"));
    let counts = |answer: &Value| {
        ["items", "open", "drafts", "with_findings", "kept"].map(|name| answer[name].as_u64().unwrap())
    };
    assert_eq!(counts(&entered), [3, 0, 1, 1, 0], "nothing of the bad list was entered: {entered}");
    let by_code = |answer: &Value, code: &str| {
        let rows = answer["rows"].as_array().unwrap();
        rows.iter().find(|row| row["code"] == code).unwrap().clone()
    };
    let n = |row: &Value, name: &str| row[name].as_array().unwrap().len();
    let completed = by_code(&entered, "000117005000");
    assert_eq!(completed["open"], false, "a draft is for the keeper to read: {completed}");
    assert_eq!((n(&completed, "lacks"), n(&completed, "findings")), (0, 0), "{completed}");
    let bare = by_code(&entered, "512099001000");
    assert!(n(&bare, "lacks") > 0 && n(&bare, "findings") == 0, "{bare}");
    let wrong = by_code(&entered, "512B0099900006-420222000000-000-083372204-1-00");
    assert_eq!((n(&wrong, "findings"), &wrong["department"]), (1, &Value::from("示例民政局")), "{wrong}");

    assert_eq!(counts(&json(&import(&good, "keeper"))), [3, 0, 0, 1, 3], "what is there already stays");
    let verified = json(&fadu(&data, &["ledger", "verify", "--json"]));
    assert_eq!(verified["entries"], 4, "three entered, one of them completed: {verified}");
}

/// The reference county's own list, where this machine has it.
#[test]
fn a_real_list_of_items_is_entered_whole() {
    let items = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/service-items/guangan_511602_items.csv");
    if !items.exists() {
        println!("skipped: the real list of items is not on this machine");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = county_with_a_keeper(folder.path());
    let listings = fadu_service::Listing::read_all(&std::fs::read_to_string(&items).unwrap()).unwrap();
    let definitions = fadu_service::Definition::read_all(fadu_service::ITEMS).unwrap();
    let drafts = listings
        .iter()
        .filter(|listing| listing.completed_by(&definitions).is_some())
        .count();
    let with_findings = listings.iter().filter(|listing| !listing.findings.is_empty()).count();
    let output = fadu(&data, &["import", "items", items.to_str().unwrap(), "--as", "keeper", "--json"]);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    let entered = json(&output);
    let counts = ["items", "open", "drafts", "with_findings", "kept"]
        .map(|name| entered[name].as_u64().unwrap() as usize);
    assert_eq!((listings.len(), drafts), (1135, 30));
    assert_eq!(counts, [1135, 0, 30, with_findings, 0]);
    assert_eq!(entered["rows"].as_array().map(Vec::len), Some(1135));
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
    let sent = folder.path().join("items.json");
    let sent = json(&fadu(&data, &["items", "export", sent.to_str().unwrap(), "--json"]));
    // Beside them two services of the simulated year: one that is charged for, one that is handled outside.
    assert_eq!(sent["directory"], 1135 + invented + 2);
    for figure in ["svc.items", "svc.items_open"] {
        let counted = json(&fadu(&data, &["figure", figure, "--json"]));
        assert_eq!(counted["value"], 30 + opened + 2, "{figure}: in use, not only listed");
    }
    assert!(text(&fadu(&data, &["law", "show", "行政许可法#32"])).contains("五日内一次告知"));
    assert!(text(&fadu(&data, &["law", "search", "一次告知", "补正"])).contains("行政许可法第三十二条"));
}
