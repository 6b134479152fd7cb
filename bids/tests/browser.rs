//! 浏览器里的封标。 The page's script, run by node, and this crate: what one seals the other opens. Without node the test
//! says so and stops; the same in a real browser is a journey in islands/browser.

use fadu_bids::{
    ContentKey, Header, Headers, Holder, Identity, Keys, Label, Opener, Purpose, Shares, envelope, seal,
    system_rng,
};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

const PROJECT: &str = "0000000000p01";
const SCRIPT: &str = r#"
import { readFileSync, writeFileSync } from "node:fs";
const [, page, work] = process.argv;
const bid = await import("data:text/javascript;base64," + readFileSync(page).toString("base64"));
const order = JSON.parse(readFileSync(work + "/order.json", "utf8"));
if (order.seal) {
  const file = new File([readFileSync(work + "/file")], order.file_name);
  const { envelope, kept } = await bid.seal(order.keys, order.reading, file);
  writeFileSync(work + "/envelope", new Uint8Array(await envelope.arrayBuffer()));
  writeFileSync(work + "/answer.json", JSON.stringify(kept));
} else {
  writeFileSync(work + "/answer.json", JSON.stringify(await bid.shares(order.identity, order.headers)));
}
"#;

/// The page's script on an order; `None` where there is no node.
fn script(work: &Path, order: &Value) -> Option<Value> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/static/bid.js");
    std::fs::write(work.join("order.json"), order.to_string()).unwrap();
    let run = Command::new("node")
        .args(["--input-type=module", "--eval", SCRIPT])
        .args([&page, work])
        .stdin(Stdio::null())
        .output();
    let Ok(run) = run else {
        eprintln!("node is not here: the page's script was not held against the crate");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    Some(serde_json::from_slice(&std::fs::read(work.join("answer.json")).unwrap()).unwrap())
}

fn people() -> (Vec<Identity>, Keys) {
    let identities: Vec<Identity> = (0..3).map(|_| Identity::generate(&mut system_rng())).collect();
    let holder = |identity: &Identity| Holder { org: "一方".to_owned(), key: identity.public.clone() };
    let holders = identities.iter().map(holder).collect();
    let keys = Keys { format: Keys::FORMAT.to_owned(), project: PROJECT.to_owned(), threshold: 2, holders };
    (identities, keys)
}

#[test]
fn what_the_page_seals_the_program_opens() {
    let work = tempfile::tempdir().unwrap();
    let (identities, keys) = people();
    // Nothing, less than a chunk, exactly to its end with the letter's length, and several of the script's reads.
    for size in [0usize, 1000, 64 * 1024, 9_000_001] {
        let file: Vec<u8> = (0..size).map(|n| (n * 31 % 251) as u8).collect();
        std::fs::write(work.path().join("file"), &file).unwrap();
        let reading =
            json!({"bidder": "甲公司（演示）", "code": "91350100M000100Y43", "price": "9,876,543.21"});
        let order = json!({"seal": true, "keys": keys, "reading": reading, "file_name": "图纸.pdf"});
        let Some(kept) = script(work.path(), &order) else { return };
        let sealed = std::fs::read(work.path().join("envelope")).unwrap();
        let header = Header::read(&sealed).unwrap();
        let shares = |purpose| {
            let own = |slot: u8| {
                header
                    .share(&identities[usize::from(slot) - 1], PROJECT, slot, purpose)
                    .unwrap()
            };
            [own(1), own(3)]
        };
        assert_eq!(header.label(&shares(Purpose::Label)).unwrap().text(), kept["nonce"].as_str().unwrap());
        let key = header.content_key(&shares(Purpose::Content)).unwrap();
        assert_eq!(key.text().as_str(), kept["key"].as_str().unwrap());
        let (mut opener, mut out) = (Opener::new(&header, &key).unwrap(), Vec::new());
        opener.push(&sealed[envelope::HEADER..], &mut out).unwrap();
        let letter: Value = serde_json::from_slice(&opener.finish(&mut out).unwrap()).unwrap();
        assert!(out == file, "{size} bytes");
        assert_eq!((&letter["reading"], &letter["nonce"]), (&reading, &kept["nonce"]));
        assert_eq!((&letter["project"], &letter["file_name"]), (&json!(PROJECT), &json!("图纸.pdf")));
    }
}

#[test]
fn what_the_program_seals_the_page_opens() {
    let work = tempfile::tempdir().unwrap();
    let (identities, keys) = people();
    let envelopes: Vec<(String, Header, ContentKey)> = (0..3)
        .map(|n| {
            // The last one is another project's.
            let project = if n == 2 { "0000000000p02".to_owned() } else { PROJECT.to_owned() };
            let (keys, label, mut out) =
                (Keys { project, ..keys.clone() }, Label::random(&mut system_rng()), Vec::new());
            let sealed =
                seal(&keys, &label, b"{}", &mut [].as_slice(), 0, &mut out, &mut system_rng()).unwrap();
            (format!("b{n}"), Header::read(&out).unwrap(), sealed.key)
        })
        .collect();
    let listed: Vec<(String, Header)> =
        envelopes.iter().map(|(bid, header, _)| (bid.clone(), header.clone())).collect();
    for purpose in [Purpose::Label, Purpose::Content] {
        let mut files = Vec::new();
        for slot in [1u8, 3] {
            let identity: Value =
                serde_json::from_str(&identities[usize::from(slot) - 1].write().unwrap()).unwrap();
            let headers = Headers::new(PROJECT.to_owned(), purpose, slot, &listed);
            let Some(shares) = script(work.path(), &json!({"identity": identity, "headers": headers})) else {
                return;
            };
            files.push(Shares::read(&shares.to_string()).unwrap());
        }
        for (bid, header, kept) in &envelopes[..2] {
            let shares: Vec<_> = files.iter().map(|file| file.of(bid).unwrap()).collect();
            assert!(
                files
                    .iter()
                    .zip(&shares)
                    .all(|(file, share)| header.fits(share, file.slot, purpose))
            );
            if purpose == Purpose::Content {
                assert_eq!(header.content_key(&shares).unwrap().text(), kept.text());
            }
        }
        assert!(files.iter().all(|file| file.of("b2").is_none()), "another project's stays shut");
    }
}
