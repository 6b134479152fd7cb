//! 电子证照。 A licence that somebody shows is checked with the public key alone: no county, no store, no network.

use fadu_app::licences::address;
use fadu_ledger::Signer;
use fadu_proof::{Revocations, Statement};
use jiff::civil::date;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn fadu(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fadu"))
        .args(["--json", "licence", "verify"])
        .args(args)
        .args(["--data", "/nonexistent-county"])
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

pub(crate) fn statement() -> Statement {
    Statement {
        origin: "fadu/429997".into(),
        number: "E20250303ABCDEFGH".into(),
        version: 1,
        name: "营业执照".into(),
        item: "个体工商户设立登记".into(),
        department: "区市场监管局".into(),
        holder: "模拟商行".into(),
        holder_number: "91429997MA00000001".into(),
        issued: date(2025, 3, 5),
        until: Some(date(2026, 3, 4)),
        entry: 42,
        stated: date(2025, 3, 12),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

/// What is asked, the exit code, and the standing that is answered.
#[test]
fn a_licence_is_valid_on_its_days_and_not_on_others() {
    let folder = tempfile::tempdir().unwrap();
    let signer = Signer::new("fadu/429997", &[7; 32]);
    let (key, other) = (signer.verify_key().to_string(), Signer::new("fadu/429997", &[8; 32]));
    let note = signer.sign_text(&statement().text());
    let list = Revocations {
        origin: "fadu/429997".into(),
        stated: date(2025, 3, 12),
        least: [("E20250303ABCDEFGH".to_owned(), None)].into(),
    };
    let file = |name: &str, text: &str| write(folder.path(), name, text);
    let licence = file("licence.txt", &note);
    let scanned = file("scanned.txt", &address("https://county.example", &note));
    let forged = file("forged.txt", &note.replace("2026-03-04", "2036-03-04"));
    let foreign = file("foreign.txt", &other.sign_text(&statement().text()));
    let revoked = file("revoked.txt", &signer.sign_text(&list.text()));
    let key_file = file("public.key", &key);
    let rows: Vec<(&str, Vec<&str>, i32, &str)> = vec![
        ("valid", vec![&licence, "--key", &key, "--on", "2025-03-12"], 0, "\"standing\":\"valid\""),
        ("the key in a file", vec![&licence, "--key", &key_file, "--on", "2025-03-12"], 0, "\"valid\":true"),
        ("as scanned", vec![&scanned, "--key", &key, "--on", "2025-03-12"], 0, "模拟商行"),
        ("on its last day", vec![&licence, "--key", &key, "--on", "2026-03-04"], 0, "\"valid\":true"),
        ("a day later", vec![&licence, "--key", &key, "--on", "2026-03-05"], 1, "\"standing\":\"expired\""),
        ("before it was stated", vec![&licence, "--key", &key, "--on", "2025-03-11"], 1, "not_yet"),
        (
            "on the list",
            vec![&licence, "--key", &key, "--on", "2025-03-12", "--revoked", &revoked],
            1,
            "\"standing\":\"revoked\"",
        ),
        ("changed", vec![&forged, "--key", &key, "--on", "2025-03-12"], 1, "\"valid\":false"),
        ("another's", vec![&foreign, "--key", &key, "--on", "2025-03-12"], 1, "\"valid\":false"),
        ("a list that is none", vec![&licence, "--key", &key, "--revoked", &licence], 1, "\"valid\":false"),
        ("no key", vec![&licence], 2, "error"),
        ("no such day", vec![&licence, "--key", &key, "--on", "2025-02-30"], 2, "error"),
        ("no such file", vec!["/nonexistent", "--key", &key], 2, "error"),
    ];
    for (name, args, code, says) in rows {
        let output = fadu(&args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{name}: {text}");
        assert!(text.contains(says), "{name}: {text}");
    }
}
