//! 试验来源。 A small server that speaks the contract of `docs/source-contract.md` as another agency would, and all the ways
//! in which such a server can be slow, down, wrong or dishonest.

use fadu_ledger::{Signer, VerifyKey};
use fadu_proof::answer::{Answer, Question, about};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Honest,
    /// Answers when nobody waits any more.
    Slow,
    /// 503
    Busy,
    HangsUp,
    /// 400
    Rejects,
    /// Sends elsewhere.
    Redirects,
    TalksNonsense,
    Endless,
    ForgedSignature,
    /// Says again what it said to an earlier question.
    Replays,
    AnotherPerson,
    AnotherName,
    Contradicts,
}

struct Inner {
    mood: Mood,
    known: BTreeMap<String, String>,
    asked: Vec<Question>,
    said: String,
}

pub struct TestAgency {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

fn signer() -> Signer {
    Signer::new("agency.example", &[9; 32])
}

impl TestAgency {
    pub async fn start() -> TestAgency {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/answers", listener.local_addr().unwrap());
        let inner = Inner { mood: Mood::Honest, known: BTreeMap::new(), asked: vec![], said: String::new() };
        let inner = Arc::new(Mutex::new(inner));
        let shared = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        TestAgency { url, inner }
    }

    pub fn key(&self) -> VerifyKey {
        signer().verify_key()
    }

    pub fn knows(&self, name: &str, number: &str) {
        self.inner.lock().unwrap().known.insert(number.to_owned(), name.to_owned());
    }

    pub fn be(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    pub fn asked(&self) -> Vec<Question> {
        self.inner.lock().unwrap().asked.clone()
    }
}

async fn serve(mut stream: TcpStream, inner: Arc<Mutex<Inner>>) {
    let Some(body) = request(&mut stream).await else { return };
    let question: Question = serde_json::from_slice(&body).unwrap();
    let (mood, known, said) = {
        let mut inner = inner.lock().unwrap();
        inner.asked.push(question.clone());
        (inner.mood, inner.known.get(&question.holder_number).cloned(), inner.said.clone())
    };
    let answer = match (mood, known) {
        (Mood::Replays, _) => said,
        (Mood::TalksNonsense, _) => "<html>欢迎</html>".to_owned(),
        (Mood::ForgedSignature, known) => {
            Signer::new("agency.example", &[8; 32]).sign_text(&answer(&question, mood, known).text())
        }
        (_, known) => signer().sign_text(&answer(&question, mood, known).text()),
    };
    inner.lock().unwrap().said.clone_from(&answer);
    let written = match mood {
        Mood::Slow => {
            tokio::time::sleep(Duration::from_secs(5)).await;
            String::new()
        }
        Mood::HangsUp => return,
        Mood::Busy => "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        Mood::Rejects => "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        Mood::Redirects => "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        Mood::Endless => ok(&"x".repeat(1 << 20)),
        _ => ok(&answer),
    };
    let _ = stream.write_all(written.as_bytes()).await;
}

fn ok(body: &str) -> String {
    let n = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {n}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn answer(question: &Question, mood: Mood, known: Option<String>) -> Answer {
    let found = known.is_some();
    let mut answer = Answer {
        source: question.source.clone(),
        request: question.request.clone(),
        proof: question.proof.clone(),
        about: question.about(),
        found,
        holder: known.unwrap_or_default(),
        reference: if found { "模-0001".to_owned() } else { String::new() },
        issued: found.then(|| date(2020, 1, 1)),
        until: None,
        said: question.asked,
        values: BTreeMap::new(),
    };
    if found {
        answer.values.insert("address".to_owned(), "模拟路1号".to_owned());
    }
    match mood {
        Mood::AnotherPerson => answer.about = about(&question.request, "91429995MA00000009"),
        Mood::AnotherName => answer.holder = "别的商行".to_owned(),
        Mood::Contradicts => answer.until = Some(date(2019, 1, 1)),
        _ => {}
    }
    answer
}

/// The body of one request: until its announced length is there.
async fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.ok().filter(|n| *n > 0)?;
        read.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&read).into_owned();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let start = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        if read.len() >= start + length? {
            return Some(read[start..].to_vec());
        }
    }
}
