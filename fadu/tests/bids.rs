//! 密封投标的命令。 Three holders make their keys, a bidder seals, two of the holders open; each with the program alone.

use serde_json::{Value, json};
use sha2::Digest;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const PROJECT: &str = "0000000000011";

fn fadu(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fadu"));
    command
        .args(args)
        .args(["--json", "--data", "/nonexistent-county"])
        .stdin(Stdio::null());
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn yes(args: &[&str]) -> Value {
    let output = fadu(args);
    assert_eq!(code(&output), 0, "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// Three keys, and the project's file of them.
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        let holder = |n: usize| {
            let said = yes(&["bid", "keygen", "--out", &desk.at(&format!("key{n}"))]);
            json!({"org": format!("第{n}方"), "key": said["public"]})
        };
        let holders: Vec<Value> = (1..=3).map(holder).collect();
        let keys =
            json!({"format": "fadu-bid-keys-1", "project": PROJECT, "threshold": 2, "holders": holders});
        desk.write("keys.json", keys.to_string().as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn seal(&self, out: &str, price: &str, file: &str) -> Output {
        let (keys, out, file) = (self.at("keys.json"), self.at(out), self.at(file));
        fadu(&[
            "bid",
            "seal",
            "--keys",
            &keys,
            "--bidder",
            "甲公司（演示）",
            "--code",
            "91350100M000100Y43",
            "--price",
            price,
            "--file",
            &file,
            "--out",
            &out,
        ])
    }

    /// What the opening room gives out to one holder.
    fn headers(&self, holder: u8, purpose: &str) -> String {
        let envelope = std::fs::read(self.path("bid")).unwrap();
        let header: String = envelope[..fadu_bids::envelope::HEADER]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let list = json!({
            "format": "fadu-bid-headers-1", "project": PROJECT, "purpose": purpose, "slot": holder,
            "envelopes": [{"bid": "b1", "header": header}],
        });
        let name = format!("headers-{holder}-{purpose}");
        self.write(&name, list.to_string().as_bytes());
        self.at(&name)
    }

    fn share(&self, key: u8, holder: u8) -> (i32, String) {
        let (identity, headers) = (self.at(&format!("key{key}")), self.headers(holder, "content"));
        let out = self.at(&format!("shares{key}"));
        let output = fadu(&["bid", "share", "--identity", &identity, "--headers", &headers, "--out", &out]);
        (code(&output), out)
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn sealed_by_one_opened_by_two() {
    let desk = Desk::new();
    // 5 MB: several pieces, and no multiple of anything.
    let file: Vec<u8> = (0..5_000_003u32).map(|n| (n * 31 % 251) as u8).collect();
    desk.write("drawing.pdf", &file);
    let sealed = desk.seal("bid", "9,876,543.21", "drawing.pdf");
    assert_eq!(code(&sealed), 0, "{}", String::from_utf8_lossy(&sealed.stderr));
    let said: Value = serde_json::from_slice(&sealed.stdout).unwrap();
    let envelope = std::fs::read(desk.path("bid")).unwrap();
    assert_eq!(said["digest"], fadu_ledger::note::hex(&sha2::Sha256::digest(&envelope)));
    for needle in ["9,876,543.21".as_bytes(), "甲公司".as_bytes(), &file[..64]] {
        assert!(!envelope.windows(needle.len()).any(|window| window == needle), "nothing shows through");
    }
    #[cfg(unix)]
    assert_eq!((mode(&desk.path("key1")), mode(&desk.path("bid.key"))), (0o600, 0o600));

    let ((one, first), (two, second)) = (desk.share(1, 1), desk.share(3, 3));
    assert_eq!((one, two), (0, 0));
    let (bid, out) = (desk.at("bid"), desk.at("opened.pdf"));
    let opened = yes(&["bid", "open", &bid, "--shares", &first, "--shares", &second, "--out", &out]);
    assert_eq!(opened["reading"]["price"], "9,876,543.21");
    assert_eq!((&opened["file_name"], &opened["nonce"]), (&json!("drawing.pdf"), &said["nonce"]));
    assert!(std::fs::read(desk.path("opened.pdf")).unwrap() == file, "the file is the file");

    assert_eq!(code(&fadu(&["bid", "open", &bid, "--shares", &first])), 1, "one holder alone");
    assert_eq!(desk.share(2, 1).0, 1, "a holder in another's place opens nothing");
    let kept = yes(&["bid", "open", &bid, "--key", &desk.at("bid.key")]);
    assert_eq!(kept["reading"], opened["reading"], "too few came: the bidder's own key");
}

#[test]
fn mistakes_are_said_before_anything_is_sealed() {
    let desk = Desk::new();
    desk.write("a.pdf", b"%PDF");
    assert_eq!(code(&desk.seal("bid", "about nine million", "a.pdf")), 2, "a price that is none");
    assert_eq!(code(&desk.seal("bid", "9000000", "missing.pdf")), 2);
    assert_eq!(code(&desk.seal("bid", "9000000", "a.pdf")), 0);
    assert_eq!(code(&desk.seal("bid", "9000000", "a.pdf")), 2, "nothing is overwritten");
    let key = desk.at("key1");
    assert_eq!(code(&fadu(&["bid", "keygen", "--out", &key])), 2, "a key least of all");
    let bid = desk.at("a.pdf");
    assert_eq!(code(&fadu(&["bid", "open", &bid, "--key", &desk.at("bid.key")])), 1, "no envelope");
    assert_eq!(code(&fadu(&["bid", "open", &bid])), 2, "with what?");
    let mut changed = std::fs::read(desk.path("bid")).unwrap();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    desk.write("changed", &changed);
    assert_eq!(code(&fadu(&["bid", "open", &desk.at("changed"), "--key", &desk.at("bid.key")])), 1);
}

#[test]
fn tickets_of_a_prequalification_lead_to_one_root() {
    let desk = Desk::new();
    let ask = |passed: &str, out: &str| {
        fadu(&["bid", "tickets", "--project", PROJECT, "--passed", passed, "--out", &desk.at(out)])
    };
    let said: Value = serde_json::from_slice(&ask("2", "tickets").stdout).unwrap();
    let hash = |text: String| -> String {
        sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    for n in 1..=2 {
        let text = std::fs::read_to_string(desk.path(&format!("tickets/ticket-000{n}.json"))).unwrap();
        let ticket: Value = serde_json::from_str(&text).unwrap();
        // As the note on tickets says, and by other code than made them.
        let secret = ticket["secret"].as_str().unwrap();
        let mut node = hash(format!("fadu-ticket\n{PROJECT}\n{secret}\n"));
        let mut place = ticket["place"].as_u64().unwrap();
        let path = ticket["path"].as_array().unwrap();
        assert_eq!(path.len(), 10, "always as long, however few passed");
        for sibling in path {
            let sibling = sibling.as_str().unwrap();
            let (left, right) =
                if place % 2 == 1 { (sibling, node.as_str()) } else { (node.as_str(), sibling) };
            node = hash(format!("{left}\n{right}\n"));
            place /= 2;
        }
        assert_eq!(said["root"], node.as_str());
    }
    assert!(!desk.path("tickets/ticket-0003.json").exists());
    assert_eq!(code(&ask("2", "tickets")), 2, "nothing is overwritten");
    assert_eq!(code(&ask("2000", "more")), 2, "more than the tree holds");
}
