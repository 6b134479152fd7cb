//! 开标之前谁也看不到报价。 A real server, bids handed in over HTTP; its folder, its database and its memory are searched
//! for a price before the opening and after it. The holders' keys are kept elsewhere, as they would be.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// What no bid may be found by: its price in words of the letter and in fen, its bidder, a line of its file.
const PRICE: &str = "7,654,321.09";
const FEN: &str = "765432109";
const BIDDER: &str = "某某封标建设公司（模拟）";
const LINE: &str = "施工组织设计第七章的一句话（模拟）";

fn fadu(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fadu"));
    command.args(args).stdin(Stdio::null()).output().unwrap()
}

fn yes(args: &[&str]) -> Value {
    let output = fadu(&[args, &["--json"]].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// A server of the demonstration, stopped when it is dropped.
struct Server {
    process: Child,
    address: String,
    cookie: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Server {
    fn start(data: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fadu"));
        command.args(["serve", "--port", "0", "--json", "--data"]).arg(data);
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (mut line, mut byte) = (Vec::new(), [0]);
        let mut said = process.stdout.take().unwrap();
        while byte != *b"\n" {
            said.read_exact(&mut byte).unwrap();
            line.push(byte[0]);
        }
        let said: Value = serde_json::from_slice(&line).unwrap();
        let address = said["listening"].as_str().unwrap().replace("http://", "");
        Server { process, address, cookie: String::new() }
    }

    /// Status, headers and body of one request.
    fn ask(&self, method: &str, path: &str, media: &str, body: &[u8]) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {}\r\ncontent-type: {media}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        (head[9..12].parse().unwrap(), head.to_owned(), body.replace("&#x2f;", "/"))
    }

    fn page(&self, path: &str) -> String {
        let (status, _, body) = self.ask("GET", path, "text/plain", b"");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    fn sign_in(&mut self, person: &str) {
        self.cookie.clear();
        let form = format!("demo={person}");
        let (_, head, _) = self.ask("POST", "/sign-in", "application/x-www-form-urlencoded", form.as_bytes());
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// The mark of the forms of a page.
    fn csrf(&self, path: &str) -> String {
        let page = self.page(path);
        let from = page.find("name=\"csrf\" value=\"").unwrap() + 19;
        page[from..].split('"').next().unwrap().to_owned()
    }

    fn form(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (u16, String) {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        if let Some((name, bytes)) = file {
            let part =
                format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n");
            body.extend(part.as_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let (status, _, body) = self.ask("POST", path, "multipart/form-data; boundary=x", &body);
        (status, body)
    }

    fn press(&self, room: &str, deed: &str, bid: &str) -> (u16, String) {
        let form = format!("csrf={}&bid={bid}", self.csrf(room));
        let path = format!("{room}/{deed}");
        let (status, _, body) = self.ask("POST", &path, "application/x-www-form-urlencoded", form.as_bytes());
        (status, body)
    }

    /// Everything the server has in memory, written beside: readable pieces that are not empty.
    fn dump(&self, to: &Path) {
        let id = self.process.id();
        let maps = std::fs::read_to_string(format!("/proc/{id}/maps")).unwrap();
        let mut memory = File::open(format!("/proc/{id}/mem")).unwrap();
        let mut out = File::create(to).unwrap();
        let (mut piece, zeros) = (vec![0; 1 << 20], vec![0; 1 << 20]);
        for line in maps.lines() {
            let mut words = line.split(' ');
            let (range, mode) = (words.next().unwrap(), words.next().unwrap());
            if !mode.starts_with('r') || line.ends_with("[vvar]") || line.ends_with("[vsyscall]") {
                continue;
            }
            let (from, end) = range.split_once('-').unwrap();
            let [mut at, end] = [from, end].map(|text| u64::from_str_radix(text, 16).unwrap());
            while at < end {
                let n = (end - at).min(piece.len() as u64) as usize;
                let read = memory
                    .seek(SeekFrom::Start(at))
                    .and_then(|_| memory.read_exact(&mut piece[..n]));
                if read.is_ok() && piece[..n] != zeros[..n] {
                    out.write_all(&piece[..n]).unwrap();
                }
                at += n as u64;
            }
        }
    }
}

/// In which files of these folders a word stands.
fn found(word: &str, places: &[&Path]) -> Vec<String> {
    let mut grep = Command::new("grep");
    grep.env("LC_ALL", "C").args(["-rlaF", "-e", word]).args(places);
    let output = grep.output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "the search itself failed");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

struct County {
    folder: tempfile::TempDir,
    project: String,
}

impl County {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("county");
        fadu(&["demo", "--no-serve", "--scale", "0.005", "--data", data.to_str().unwrap()]);
        // The holders take their keys away.
        std::fs::rename(data.join("demo-keys"), folder.path().join("keys")).unwrap();
        County { folder, project: String::new() }
    }

    /// Sealed on the bidder's own machine; what the envelope is, and what to hand it in with.
    fn seal(&self, n: usize, bidder: &str, price: &str) -> (Vec<u8>, Value) {
        let out = self.text(&format!("bid{n}"));
        let code = fadu_kernel::codes::complete_credit_code(&format!("91429900MA000AA{n}0")).unwrap();
        let (keys, file) = (self.text("keys.json"), self.text("plan.txt"));
        let told = yes(&[
            "bid", "seal", "--keys", &keys, "--bidder", bidder, "--code", &code, "--price", price, "--file",
            &file, "--out", &out,
        ]);
        (std::fs::read(&out).unwrap(), told)
    }

    /// Nothing of a bid in the county's folder or in the server's memory; and the search is not blind.
    fn look(&self, server: &Server) -> BTreeMap<&'static str, usize> {
        let memory = self.at("memory");
        server.dump(&memory);
        let data = self.at("county");
        let sees = found("模拟中心小学操场", &[&memory, &data]);
        assert!(sees.len() >= 2, "what is public is found in memory and on disk: {sees:?}");
        [PRICE, FEN, BIDDER, LINE]
            .map(|word| (word, found(word, &[&memory, &data]).len()))
            .into()
    }

    fn move_clock(&self, ms: i64) {
        let path = self.at("county").join("demo.json");
        let mut record: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        record["ended_ms"] = ms.into();
        std::fs::write(&path, record.to_string()).unwrap();
    }
}

/// The first text between two others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = &text[text.find(from).unwrap() + from.len()..];
    &rest[..rest.find(to).unwrap()]
}

#[test]
fn no_dump_tells_a_price_before_the_opening() {
    if !Path::new("/proc/self/mem").exists() {
        eprintln!("no /proc here: the memory of the server was not searched");
        return;
    }
    let mut county = County::new();
    let data = county.at("county");
    let server = Server::start(&data);
    let list = server.page("/trading?step=announced");
    county.project = between(&list, "/trading/projects/", "\"").to_owned();
    let id = county.project.clone();
    let tender = server.page(&format!("/trading/projects/{id}"));
    assert!(tender.contains("模拟中心小学操场"), "{tender}");
    std::fs::write(county.at("keys.json"), server.page(&format!("/trading/projects/{id}/keys"))).unwrap();
    std::fs::write(county.at("plan.txt"), format!("{LINE}\n").repeat(200_000)).unwrap();

    let bids =
        [(BIDDER, PRICE), ("乙封标公司（模拟）", "8,000,000.00"), ("丙封标公司（模拟）", "8,100,000.00")];
    let mut handed = Vec::new();
    for (n, (bidder, price)) in bids.into_iter().enumerate() {
        let (envelope, told) = county.seal(n, bidder, price);
        let (nonce, secret) = (told["nonce"].as_str().unwrap(), format!("{n:032}"));
        let fields =
            [("deed", "deposit"), ("project", &id), ("nonce", nonce), ("secret", &secret), ("bid", "")];
        let (status, page) = server.form("/trading/submit", &fields, Some(("ciphertext", &envelope)));
        assert_eq!(status, 200, "{page}");
        assert!(page.contains(told["digest"].as_str().unwrap()), "the ledger holds the envelope's digest");
        let bid = between(&page[page.find("投标编号").unwrap()..], "<dd>", "</dd>").to_owned();
        handed.push((bid, nonce.to_owned(), secret));
    }
    // A file that nobody sealed is turned away and leaves nothing.
    let fields = [
        ("deed", "deposit"),
        ("project", &id),
        ("nonce", &"5a".repeat(32)),
        ("secret", &"1".repeat(32)),
        ("bid", ""),
    ];
    let (status, page) =
        server.form("/trading/submit", &fields, Some(("ciphertext", b"%PDF-1.7 in the clear 7,000,000.77")));
    assert!(status == 422 && page.contains("没有加密"), "{page}");
    assert_eq!(found("7,000,000.77", &[&data]), Vec::<String>::new(), "what was not sealed is not kept");

    let nothing: BTreeMap<&str, usize> = [PRICE, FEN, BIDDER, LINE].map(|word| (word, 0)).into();
    assert_eq!(county.look(&server), nothing, "while bids come in");
    drop(server);

    // The deadline, twenty-one days later. The third bidder does not come.
    let deadline = between(&tender, "投标截止并开标</dt><dd>", "</dd>").replace(' ', "T");
    let deadline: jiff::civil::DateTime = deadline.parse().unwrap();
    county.move_clock(fadu_trading::time::instant_ms(deadline) + 1000);
    let mut server = Server::start(&data);
    for (bid, nonce, secret) in &handed[..2] {
        let fields =
            [("deed", "reveal"), ("project", &id), ("nonce", nonce), ("secret", secret), ("bid", bid)];
        let (status, page) = server.form("/trading/submit", &fields, None);
        assert_eq!(status, 200, "{page}");
    }
    let room = format!("/desk/openings/{id}");
    let share = |server: &mut Server, person: &str, holder: u8, purpose: &str| {
        server.sign_in(person);
        let headers = server.page(&format!("{room}/headers/{purpose}/{holder}"));
        let name = |what: &str| county.text(&format!("{what}-{purpose}-{holder}"));
        std::fs::write(name("headers"), headers).unwrap();
        let identity = county.at("keys").join(format!("holder-{holder}.json"));
        yes(&[
            "bid",
            "share",
            "--identity",
            identity.to_str().unwrap(),
            "--headers",
            &name("headers"),
            "--out",
            &name("shares"),
        ]);
        let (csrf, shares) = (server.csrf(&room), std::fs::read(name("shares")).unwrap());
        let (status, page) =
            server.form(&format!("{room}/shares"), &[("csrf", &csrf)], Some(("shares", &shares)));
        assert_eq!(status, 303, "{page}");
    };
    server.sign_in("officer");
    let (status, page) = server.press(&room, "begin", "");
    assert!(status == 409 && page.contains("TND-34"), "two bidders came: {page}");
    share(&mut server, "officer", 1, "label");
    share(&mut server, "centre", 2, "label");
    server.sign_in("officer");
    assert!(server.page(&room).contains("3份"), "two holders find the envelope of the third");
    assert_eq!(county.look(&server), nothing, "past the deadline, before the opening");

    let (status, page) = server.press(&room, "begin", "");
    assert_eq!(status, 303, "{page}");
    share(&mut server, "centre", 2, "content");
    server.sign_in("officer");
    let (status, page) = server.press(&room, "read", &handed[0].0);
    assert!(status == 422 && page.contains("份额还不够"), "one holder alone opens nothing: {page}");
    assert_eq!(county.look(&server), nothing, "one holder's shares are in");
    share(&mut server, "overseer", 3, "content");
    server.sign_in("officer");
    for (bid, ..) in &handed {
        let (status, page) = server.press(&room, "read", bid);
        assert_eq!(status, 303, "{page}");
    }
    let (status, page) = server.press(&room, "close", "");
    assert_eq!(status, 303, "{page}");
    let record = server.page(&format!("/trading/projects/{id}/record"));
    assert!(record.contains(PRICE) && record.contains("丙封标公司"), "{record}");
    assert!(server.page(&format!("{room}/bids/{}/file", handed[0].0)).contains(LINE));

    county.look(&server);
    for word in [PRICE, BIDDER] {
        assert!(!found(word, &[&county.at("memory")]).is_empty(), "now it is in memory: {word}");
        assert!(!found(word, &[&data]).is_empty(), "and on disk: {word}");
    }
    assert!(!found(FEN, &[&data]).is_empty(), "and the fact counts it in fen");
    // Late reveal: the opening is over.
    let mark = server.csrf("/trading/submit");
    let again = [
        ("csrf", mark.as_str()),
        ("deed", "reveal"),
        ("project", id.as_str()),
        ("nonce", &handed[2].1),
        ("secret", &handed[2].2),
        ("bid", &handed[2].0),
    ];
    assert_eq!(server.form("/trading/submit", &again, None).0, 409);
    drop(server);
    let verified = fadu(&["ledger", "verify", "--data", data.to_str().unwrap()]);
    assert!(verified.status.success());
}
