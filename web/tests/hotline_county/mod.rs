//! 有12345的模拟县, for the tests of its pages and of the open interface.

// Each test file uses what it needs of it.
#![allow(dead_code)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fadu_app::accounts::Account;
use fadu_app::now::{Movable, start_of};
use fadu_app::private::Keys;
use fadu_app::{App, store::Store};
use fadu_figures::Figures;
use fadu_kernel::Role;
use fadu_law::Shelf;
use fadu_service::Definition;
use fadu_store::Sqlite;
use fadu_web::{Site, Web, router};
use http_body_util::BodyExt;
use std::sync::Arc;
use tower::ServiceExt;

const PASSWORD: &str = "a-long-password";

pub struct County {
    /// Holds the store; what a model is learnt into lies beside it.
    pub folder: tempfile::TempDir,
    pub figures: Figures,
    pub app: Arc<App>,
    pub router: Router,
    pub clock: Movable,
}

/// What a browser got: status, where it is sent, the page.
pub struct Got {
    pub status: StatusCode,
    pub to: String,
    pub body: String,
}

pub struct Session {
    pub cookie: String,
    pub csrf: String,
}

pub fn encode(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

pub async fn county() -> County {
    county_with(Shelf::from_index()).await
}

pub async fn county_with(shelf: Shelf) -> County {
    made(shelf, true).await
}

/// The same before anybody set the hotline up.
pub async fn not_set_up() -> County {
    made(Shelf::from_index(), false).await
}

async fn made(shelf: Shelf, open: bool) -> County {
    let folder = tempfile::tempdir().unwrap();
    let clock = Movable::default();
    clock.set(start_of(jiff::civil::date(2025, 3, 3)) + 9 * 3_600_000);
    let store: Arc<dyn Store> = Sqlite::open(&folder.path().join("fadu.db")).unwrap();
    let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock.clone()))
        .await
        .unwrap();
    let definitions = Definition::read_all(fadu_service::ITEMS).unwrap();
    fadu_sim::enter_catalogue(&app, &fadu_sim::generated(&definitions), &definitions)
        .await
        .unwrap();
    if open {
        assert!(fadu_sim::enter_hotline(&app, 2025).await.unwrap());
    }
    let people = [
        ("agent", Role::WindowClerk, fadu_sim::BUREAU),
        ("reviewer", Role::WindowClerk, fadu_sim::BUREAU),
        ("keeper", Role::CatalogueManager, fadu_sim::BUREAU),
        ("officer", Role::Officer, "区住建局"),
        ("water", Role::Officer, "区水务局"),
        ("inspector", Role::Inspector, "县纪委监委"),
    ];
    for (person, role, org) in people {
        let account = Account {
            person: person.into(),
            name: format!("模拟{person}"),
            role,
            org: org.into(),
            password: String::new(),
            demonstration: false,
            closed: false,
        };
        app.put_account(account, PASSWORD).await.unwrap();
    }
    let web = web_of(&app, shelf);
    web.learn_from(&folder.path().join("understand"));
    County { folder, figures: figures(), app, router: router(web), clock }
}

fn figures() -> Figures {
    Figures::load(&fadu_app::registry::figures()).unwrap()
}

fn web_of(app: &Arc<App>, shelf: Shelf) -> Web {
    let site = Site {
        bureau: "模拟局".into(),
        region_name: "模拟县".into(),
        simulated: true,
        demonstration_password: None,
        base_url: "http://localhost".into(),
        help_phone: "12345".into(),
        seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
    };
    Web::new(Arc::clone(app), figures(), shelf, site)
}

impl County {
    /// Pages anew over the same store, to be set up otherwise.
    pub fn web(&self) -> Web {
        web_of(&self.app, Shelf::from_index())
    }

    pub async fn send(&self, request: Request<Body>) -> Got {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let text = |name| {
            answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned()
        };
        let (to, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Got {
            status,
            to: if to.is_empty() { cookie } else { format!("{to} {cookie}").trim().to_owned() },
            body,
        }
    }

    pub async fn get(&self, session: Option<&Session>, path: &str) -> Got {
        let mut request = Request::get(path);
        if let Some(session) = session {
            request = request.header(header::COOKIE, &session.cookie);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it; a signed-in one with its mark.
    pub async fn post(&self, session: Option<&Session>, path: &str, pairs: &[(&str, &str)]) -> Got {
        let mut all = pairs.to_vec();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(session) = session {
            request = request.header(header::COOKIE, &session.cookie);
            all.push(("csrf", &session.csrf));
        }
        self.send(request.body(Body::from(encode(&all))).unwrap()).await
    }

    /// The same with files: the order page's forms.
    pub async fn multipart(
        &self,
        session: &Session,
        path: &str,
        pairs: &[(&str, &str)],
        file: Option<&[u8]>,
    ) -> Got {
        let mut body = Vec::new();
        for (name, value) in pairs.iter().chain([&("csrf", session.csrf.as_str())]) {
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        if let Some(bytes) = file {
            body.extend(
                b"--b\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"photo.pdf\"\r\n\r\n",
            );
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header(header::COOKIE, &session.cookie);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn sign_in(&self, person: &str) -> Session {
        let got = self
            .post(None, "/sign-in", &[("username", person), ("password", PASSWORD)])
            .await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{person}: {}", got.body);
        let cookie = got.to.split("fadu=").nth(1).unwrap().split(';').next().unwrap();
        let cookie = format!("fadu={cookie}");
        let mut session = Session { cookie, csrf: String::new() };
        let page = self.get(Some(&session), "/desk/hotline").await.body;
        let mark = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
        session.csrf = mark.split('"').next().unwrap().to_owned();
        session
    }
}
