//! 外部系统。 Both numbers are kept, what cannot be sent is kept with its reason, what they tell is read back into the case.

use fadu_app::now::{Movable, start_of};
use fadu_app::outside::{Dossier, Http};
use fadu_app::private::Keys;
use fadu_app::{App, Call};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_service::case::{Channel, Paper};
use fadu_service::outside::{Fault, Outside, State};
use fadu_service::{Case, CaseAct, Definition, Item, Listing};
use fadu_store::{Sqlite, Store};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const R: Region = Region(429_992);
const DEPARTMENT: &str = "甲局";
const SYSTEM: &str = "provincial";

/// 试验系统: what it answers with, and what it was sent.
#[derive(Clone, Default)]
struct TestSystem(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    status: u16,
    body: String,
    asked: Vec<(String, String)>,
}

impl TestSystem {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/cases", listener.local_addr().unwrap());
        let system = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, system.clone()));
            }
        });
        url
    }

    fn answers(&self, status: u16, body: &str) {
        let mut inner = self.0.lock().unwrap();
        inner.status = status;
        inner.body = body.to_owned();
    }

    /// First line with the token, and body, of each request since the last look.
    fn asked(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }
}

async fn serve(mut stream: TcpStream, system: TestSystem) {
    let mut read = Vec::new();
    let (head, body) = loop {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.unwrap();
        read.extend_from_slice(&chunk[..n]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().filter_map(|line| line.split_once(':'));
            let length = length
                .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .find_map(|(_, value)| value.trim().parse::<usize>().ok());
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        }
        if n == 0 {
            return;
        }
    };
    let token = head
        .lines()
        .any(|line| line.eq_ignore_ascii_case("authorization: Bearer secret"));
    let line = format!("{}{}", head.lines().next().unwrap(), if token { "" } else { " without token" });
    let answer = {
        let mut inner = system.0.lock().unwrap();
        inner.asked.push((line, body));
        let (status, body) = (inner.status, &inner.body);
        let n = body.len();
        format!("HTTP/1.1 {status} X\r\ncontent-length: {n}\r\nconnection: close\r\n\r\n{body}")
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn actor(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

struct County {
    app: Arc<App>,
    _folder: tempfile::TempDir,
}

impl County {
    async fn new() -> County {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
        let clock = Movable::default();
        clock.set(start_of(date(2025, 3, 3)) + 9 * 3_600_000);
        let app = App::open(R, store, Keys::new([8; 32]), Box::new(clock)).await.unwrap();
        let mut definitions = Definition::read_all(fadu_service::ITEMS).unwrap().into_iter();
        let mut definition = definitions.find(|item| item.verification == "document").unwrap();
        definition.department = DEPARTMENT.into();
        definition.outside = SYSTEM.into();
        let listing = Listing {
            code: "C1".into(),
            name: definition.name.clone(),
            department: DEPARTMENT.into(),
            task_type: definition.task_type,
            findings: vec![],
        };
        app.play_publication(listing.id(), &listing, &definition).await.unwrap();
        County { app, _folder: folder }
    }

    async fn act(&self, who: &Actor, id: Option<MatterId>, act: CaseAct) -> MatterId {
        let mut private = BTreeMap::new();
        if id.is_none() {
            let number = fadu_kernel::codes::complete_credit_code(&format!("91{R}000000001")).unwrap();
            private.insert("applicant_name".to_owned(), "模拟商行000001号".to_owned());
            private.insert("applicant_number".to_owned(), number);
            private.insert("applicant_phone".to_owned(), "19900000001".to_owned());
        }
        let call = Call { actor: who, matter: id, act, private, key: None };
        self.app.act::<Case>(call).await.unwrap().matter
    }

    async fn accepted(&self) -> MatterId {
        let clerk = actor("clerk", Role::WindowClerk, "hall");
        let catalogue = self.app.catalogue();
        let (_, definition) = catalogue.one::<Item>(Item::id("C1")).unwrap().current().unwrap();
        let materials = definition
            .asked()
            .map(|material| (material.id.clone(), Paper::default()))
            .collect();
        let receive = CaseAct::Receive { item: Item::id("C1"), channel: Channel::Window, materials };
        let case = self.act(&clerk, None, receive).await;
        self.act(&actor("officer", Role::Officer, DEPARTMENT), Some(case), CaseAct::Accept)
            .await;
        case
    }

    /// How it stands after another run.
    async fn run(&self, id: MatterId) -> Outside {
        assert_eq!(self.app.hand_over_outside().await.unwrap().failed, 0);
        self.app.state_of::<Case>(id).await.unwrap().unwrap().outside.unwrap()
    }
}

#[tokio::test]
async fn a_case_is_handed_over_and_its_answer_read_back() {
    let county = County::new().await;
    let case = county.accepted().await;
    assert_eq!(county.run(case).await.fault, Some(Fault::NotConnected));

    let system = TestSystem::default();
    let http = Http::new(SYSTEM, &system.start().await, "secret", Duration::from_secs(5));
    county.app.outside.connect(Arc::new(http));
    for (status, body, fault) in [(503, "", Fault::Outage), (200, "<html>欢迎</html>", Fault::Wrong)] {
        system.answers(status, body);
        assert_eq!(county.run(case).await.fault, Some(fault), "{status} {body}");
        assert_eq!(system.asked().len(), 1);
    }
    // What they cannot have understood is not sent again by itself.
    system.answers(400, "");
    county.run(case).await;
    assert!(system.asked().is_empty());
    let manager = actor("manager", Role::CatalogueManager, "bureau");
    county.act(&manager, Some(case), CaseAct::SendAgain).await;
    assert_eq!(county.run(case).await.fault, Some(Fault::Rejected));
    system.asked();

    county.act(&manager, Some(case), CaseAct::SendAgain).await;
    system.answers(200, r#"{"number":"S-0001"}"#);
    let sent = county.run(case).await;
    assert_eq!((sent.number.as_deref(), sent.fault), (Some("S-0001"), None));
    let asked = system.asked();
    let ours = county.app.state_of::<Case>(case).await.unwrap().unwrap().number;
    let dossier: Dossier = serde_json::from_str(&asked[0].1).unwrap();
    assert_eq!((asked[0].0.as_str(), &dossier.number), ("POST /cases HTTP/1.1", &ours));
    assert_eq!(dossier.values["applicant_name"], "模拟商行000001号");

    for (body, state) in [
        (r#"{"state":"in_progress","on":"2025-03-04"}"#, State::InProgress),
        (r#"{"state":"granted","on":"2025-03-05"}"#, State::Granted),
    ] {
        system.answers(200, body);
        assert_eq!(county.run(case).await.told.map(|told| told.state), Some(state));
        assert_eq!(system.asked()[0].0, "GET /cases/S-0001 HTTP/1.1");
    }
    county.run(case).await;
    assert!(system.asked().is_empty(), "their last word is not asked for again");

    // Nothing of the applicant's, and nothing that they wrote beside it, stands in the ledger.
    let entries = county.app.store.entries_of(R, case).await.unwrap();
    assert!(
        !entries
            .iter()
            .any(|entry| entry.body.contains("模拟商行") || entry.body.contains("欢迎"))
    );
}
