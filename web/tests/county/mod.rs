//! 试验县。 One county on a fresh embedded store for the tests of this folder, and how its people ask for things.

#![allow(dead_code, reason = "no test uses all of it")]

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::Engine;
use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::registry::Runs;
use fadu_app::{App, store::Store};
use fadu_figures::Figures;
use fadu_kernel::Role;
use fadu_law::Shelf;
use fadu_service::{Definition, Item};
use fadu_store::Sqlite;
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

pub const PASSWORD: &str = "a-long-password";

pub struct County {
    _folder: tempfile::TempDir,
    pub router: Router,
    pub app: Arc<App>,
    pub clock: Movable,
    pub item: String,
    pub department: String,
}

/// A store that runs these businesses, on Monday 3 March 2025 at nine.
async fn store(runs: Runs) -> (tempfile::TempDir, Movable, Arc<App>) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let keys = Keys::new([if runs.is_apart() { 2 } else { 1 }; 32]);
    let app = App::open_for(runs, fadu_sim::REGION, store, keys, Box::new(clock.clone()))
        .await
        .unwrap();
    (folder, clock, app)
}

/// The terminal of supervision, with the same people as the county: their accounts there are others.
pub async fn terminal() -> County {
    let (folder, clock, app) = store(Runs::apart()).await;
    peopled(folder, clock, app, String::new(), "县住建局（模拟）".into(), "http://localhost").await
}

pub async fn county() -> County {
    county_at("http://localhost").await
}

/// The same county, reached by the public at this address.
pub async fn county_at(base_url: &str) -> County {
    let (folder, clock, app) = store(Runs::default()).await;
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions)
        .await
        .unwrap();
    let catalogue = app.catalogue();
    let (item, department) = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.is_open())
        .filter(|(_, item)| {
            item.current().is_some_and(|(_, definition)| {
                let asks = definition.online && definition.asked().next().is_some();
                // It ends in a paper that somebody shows.
                asks && matches!(definition.result.kind.as_str(), "certificate" | "approval")
            })
        })
        .min_by_key(|(id, _)| *id)
        .map(|(id, item)| (id.to_string(), item.department.clone()))
        .unwrap();
    peopled(folder, clock, app, item, department, base_url).await
}

async fn peopled(
    folder: tempfile::TempDir,
    clock: Movable,
    app: Arc<App>,
    item: String,
    department: String,
    base_url: &str,
) -> County {
    let people = [
        ("firm", Role::FirmAgent, "public"),
        ("clerk", Role::WindowClerk, "hall"),
        ("officer", Role::Officer, department.as_str()),
        ("head", Role::AgencyHead, department.as_str()),
        ("reform", Role::Officer, fadu_app::import::REFORM_OFFICE),
        ("justice", Role::Officer, fadu_app::import::JUSTICE_BUREAU),
        ("manager", Role::CatalogueManager, "bureau"),
        ("government", Role::Government, "government"),
        ("operator", Role::Operator, "bureau"),
        ("inspector", Role::Inspector, "bureau"),
    ];
    for (person, role, org) in people {
        let account = Account {
            person: person.into(),
            name: person.into(),
            role,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        app.put_account(account, PASSWORD).await.unwrap();
    }
    County { _folder: folder, router: router(web(&app, base_url)), app, clock, item, department }
}

pub fn figures() -> Figures {
    Figures::load(&fadu_app::registry::figures()).unwrap()
}

fn web(app: &Arc<App>, base_url: &str) -> Web {
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: base_url.into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    Web::new(Arc::clone(app), figures(), Shelf::from_index(), site)
}

impl County {
    /// Serves from now on with this terminal beside it.
    pub fn beside(&mut self, terminal: &County) {
        let web = web(&self.app, "http://localhost");
        web.stand_beside(Arc::clone(&terminal.app), "http://localhost:8421".into());
        self.router = router(web);
    }

    pub async fn post(
        &self,
        person: &str,
        password: &str,
        path: &str,
        key: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{person}:{password}"));
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        if !person.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Basic {basic}"));
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            serde_json::from_slice(&bytes)
                .unwrap_or(Value::String(String::from_utf8_lossy(&bytes).into_owned())),
        )
    }

    /// The answer as it came. A stream that does not end is not waited for: its head says who gets past the door.
    pub async fn ask(&self, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let stream = headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|media| media == "text/event-stream");
        if stream {
            return (status, headers, String::new());
        }
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Sends a form with a file, of somebody who is signed in or of nobody.
    pub async fn multipart(
        &self,
        who: Option<&Session<'_>>,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<&[u8]>,
    ) -> (StatusCode, String) {
        let mut body = Vec::new();
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        let mut marked = fields.to_vec();
        let page = match who {
            Some(session) => {
                request = request.header(header::COOKIE, session.cookie());
                session.page("/").await.1
            }
            None => String::new(),
        };
        marked.push(("csrf", mark_of(&page)));
        for (name, value) in marked {
            let part = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        if let Some(file) = file {
            body.extend(b"--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
            body.extend(file);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let (status, _, text) = self.ask(request.body(Body::from(body)).unwrap()).await;
        (status, text)
    }

    pub async fn get(&self, person: &str, path: &str) -> (StatusCode, Value) {
        let mut request = Request::get(path);
        if !person.is_empty() {
            let basic = base64::engine::general_purpose::STANDARD.encode(format!("{person}:{PASSWORD}"));
            request = request.header(header::AUTHORIZATION, format!("Basic {basic}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Somebody of this post in this body, signed in.
    pub async fn person<'a>(&'a self, name: &str, role: Role, org: &str) -> Session<'a> {
        let account = Account {
            person: name.into(),
            name: name.into(),
            role,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        self.app.put_account(account, PASSWORD).await.unwrap();
        self.sign_in(name).await
    }

    pub fn application(&self, number: &str) -> Value {
        json!({
            "act": "Receive", "fields": {"item": self.item, "channel": "online", "materials": {}},
            "private": {"applicant_name": "模拟商行", "applicant_number": number, "applicant_phone": "19900000001"},
        })
    }

    /// Signs in on the page, as a browser does.
    pub async fn sign_in(&self, person: &str) -> Session<'_> {
        let form = format!("username={person}&password={PASSWORD}&return_to=");
        let request =
            Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self
            .router
            .clone()
            .oneshot(request.body(Body::from(form)).unwrap())
            .await
            .unwrap();
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        Session { county: self, cookie: cookie.split(';').next().unwrap().to_owned() }
    }
}

/// A person at their pages.
pub struct Session<'a> {
    county: &'a County,
    cookie: String,
}

impl Session<'_> {
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The same session, shown to another program under the name that it looks for.
    pub fn shown_to<'b>(&self, other: &'b County) -> Session<'b> {
        let id = self.cookie.split_once('=').map_or("", |(_, id)| id);
        let name = if other.app.runs.is_apart() { "fadu-supervision" } else { "fadu" };
        Session { county: other, cookie: format!("{name}={id}") }
    }

    pub async fn page(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .body(Body::empty())
            .unwrap();
        let (status, _, text) = self.county.ask(request).await;
        (status, text)
    }

    /// Sends a form of this page with the page's own mark. Where it leads to, and the page it answers with.
    pub async fn send(
        &self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> (StatusCode, Option<String>, String) {
        let (_, html) = self.page(page).await;
        let csrf = mark_of(&html);
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let mut body = format!("csrf={csrf}");
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encode(name), encode(value)));
        }
        let request = Request::post(action)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, headers, text) = self.county.ask(request.body(Body::from(body)).unwrap()).await;
        let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        (status, to, text)
    }

    /// The same form with a file.
    pub async fn send_file(
        &self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
        (field, file): (&str, &str),
    ) -> (StatusCode, String) {
        let (_, html) = self.page(page).await;
        let part = |head: &str, value: &str| {
            format!("--edge\r\nContent-Disposition: form-data; name={head}\r\n\r\n{value}\r\n")
        };
        let mut body = part("\"csrf\"", mark_of(&html));
        for (name, value) in fields {
            body.push_str(&part(&format!("\"{name}\""), value));
        }
        body.push_str(&part(&format!("\"{field}\"; filename=\"scan.pdf\""), file));
        body.push_str("--edge--\r\n");
        let request = Request::post(action)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        let (status, _, text) = self.county.ask(request.body(Body::from(body)).unwrap()).await;
        (status, text)
    }
}

/// The mark of the first form of a page; empty where nobody is signed in.
pub fn mark_of(html: &str) -> &str {
    let mark = html.split("name=\"csrf\" value=\"").nth(1);
    mark.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

pub fn number() -> String {
    fadu_kernel::codes::complete_citizen_number("42999719900101001").unwrap()
}
