//! 会话。 Sign-in, the visitor of a request, and the two guards of every POST: same site, and the form's own mark.

use crate::api::{No, is_for_programs};
use crate::extract::{self, Query};
use crate::meter::route;
use crate::view::{Field, site_context};
use crate::{Fail, Web};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use fadu_app::Problem;
use fadu_app::accounts::{AT_ONCE, Account};
use fadu_app::store::Fault;
use fadu_kernel::{Actor, Matter, MatterId, Role};
use fadu_law::Shelf;
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock, PoisonError};

/// Two programs on one machine share a browser's cookies: a terminal of supervision signs nobody out of the county.
fn cookie_name(web: &Web) -> &'static str {
    if web.app.runs.is_apart() { "fadu-supervision" } else { "fadu" }
}

/// A clerk's shift.
const HOURS: i64 = 10;
/// After so many wrong passwords an account name rests for as many minutes.
const TRIES: u32 = 5;
/// Right passwords that a program sends at once are not taken for guesses.
const _: () = assert!(AT_ONCE < TRIES as usize);
const REST_MINUTES: i64 = 5;

#[derive(Clone, Serialize, Deserialize)]
struct Record {
    person: String,
    csrf: String,
}

/// 来访。 Who asks for which page, in which print size.
#[derive(Clone)]
pub struct Visit {
    pub web: Web,
    pub account: Option<Account>,
    pub csrf: String,
    pub path: String,
    /// `?on=2025-03-03`: what a page may print behind its address. The page itself says so, since the queries of others hold
    /// names or codes.
    pub query: String,
    pub large: bool,
    /// Where to return to after signing in: this page, or the one whose form was sent.
    back: String,
    session: Session,
    typed: Typed,
}

#[derive(Clone)]
enum Session {
    None,
    Open(Box<str>),
    /// The store could not say whose it is. Nobody is taken for a stranger because of that.
    Unread(Box<Fault>),
}

/// 所填内容。 What the form of this request says, once it was read: for a page that tells it was not done.
#[derive(Clone, Default)]
struct Typed(Arc<OnceLock<Vec<(String, String)>>>);

impl Visit {
    /// 程序自身: nobody's visit, for what is done because time has come.
    pub(crate) fn of_the_program(web: &Web) -> Visit {
        Visit {
            web: web.clone(),
            account: None,
            csrf: String::new(),
            path: "/".to_owned(),
            query: String::new(),
            large: false,
            back: "/".to_owned(),
            session: Session::None,
            typed: Typed::default(),
        }
    }

    pub fn actor(&self) -> Option<Actor> {
        self.account.as_ref().map(Account::actor)
    }

    /// Where the form stands that was sent, or this page itself.
    pub(crate) fn back(&self) -> &str {
        &self.back
    }

    /// Who asks is known, or known to be nobody. Errors: the store could not be asked.
    pub(crate) fn known(&self) -> Result<(), Fault> {
        match &self.session {
            Session::Unread(fault) => Err(fault.as_ref().clone()),
            Session::None | Session::Open(_) => Ok(()),
        }
    }

    /// The signed-in account, or the way to the sign-in page and back.
    pub fn staff(&self) -> Result<(&Account, Actor), Fail> {
        self.known().map_err(|fault| Fail::fault(self, fault))?;
        match &self.account {
            Some(account) if !matches!(account.role, Role::Citizen | Role::FirmAgent) => {
                Ok((account, account.actor()))
            }
            Some(_) | None => Err(Fail::SignIn { back: self.back.clone() }),
        }
    }

    /// The texts of the law as they are now.
    pub(crate) async fn shelf(&self) -> Result<Arc<Shelf>, Fail> {
        self.web.refreshed_shelf().await.map_err(|fault| Fail::fault(self, fault))
    }

    /// The state of a matter of this kind, or that there is no such thing.
    pub(crate) async fn stored<M: Matter>(&self, id: MatterId) -> Result<M, Fail> {
        let state = self.web.app.state_of(id).await.map_err(|fault| Fail::fault(self, fault))?;
        state.ok_or_else(|| Fail::NotFound(self.clone()))
    }

    /// The form was drawn for this session. Otherwise its sender signs in and comes back to it.
    pub fn own_form(&self, csrf: Option<&String>) -> Result<(), Fail> {
        match csrf {
            Some(csrf) if !csrf.is_empty() && *csrf == self.csrf => Ok(()),
            _ => Err(Fail::SignIn { back: self.back.clone() }),
        }
    }

    /// Every form of somebody who is signed in bears the mark of their session. A form sent without a session bears none:
    /// that it comes from our own pages is all there is to ask ([`same_site`]).
    pub(crate) fn marked(&self, csrf: Option<&String>) -> Result<(), Fail> {
        self.known().map_err(|fault| Fail::fault(self, fault))?;
        if self.account.is_some() { self.own_form(csrf) } else { Ok(()) }
    }

    pub(crate) fn keep_typed(&self, pairs: Vec<(String, String)>) {
        // A request has one form.
        let _ = self.typed.0.set(pairs);
    }

    /// Names of fields and what was typed there.
    pub(crate) fn typed(&self) -> &[(String, String)] {
        self.typed.0.get().map_or(&[], Vec::as_slice)
    }

    fn who(&self) -> Value {
        self.account.as_ref().map_or(Value::from(()), |account| {
            let (face, _) = face_of(account.role);
            context! { name => account.name.clone(), role => account.role.name(), post => account.role.zh(), department => body_of(&account.org), face => face }
        })
    }

    /// Renders a page with everything that every page has.
    pub fn page(&self, template: &str, title: &str, values: Value) -> Response {
        // The address decides: some templates are drawn for the public and for those who oversee.
        let public = !["/desk", "/oversight"].iter().any(|own| self.path.starts_with(own));
        let address = format!("{}{}", self.path, self.query);
        let qr = public.then(|| fadu_report::qr::svg(&format!("{}{address}", self.web.site.base_url)));
        let common = context! {
            site => site_context(&self.web), who => self.who(), csrf => self.csrf.clone(), path => self.path.clone(), page_address => address, large => self.large, qr => qr,
            title => title, flash => (),
        };
        let all = context! { ..values, ..common };
        match self.web.pages.get_template(template).and_then(|page| page.render(all)) {
            Ok(html) => Html(html).into_response(),
            Err(error) => {
                let reference = hex(&random::<5>());
                tracing::error!(
                    reference,
                    template,
                    error = format!("{error:#}"),
                    "a page could not be drawn"
                );
                (StatusCode::INTERNAL_SERVER_ERROR, format!("系统故障，编号 {reference}")).into_response()
            }
        }
    }
}

/// The face a post works at, and its name.
fn face_of(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Citizen | Role::FirmAgent => ("portal", "办事大厅"),
        Role::Inspector | Role::Government | Role::Operator => ("oversight", "监督"),
        _ => ("desk", "工作台"),
    }
}

/// The public belongs to no body.
pub(crate) fn body_of(org: &str) -> &str {
    if org == "public" { "" } else { org }
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness no session may be opened: an all-zero id would be guessable.
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        pair.trim()
            .split_once('=')
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    })
}

/// The address of a page, or of the page that a form was sent from: that one can be opened again.
fn back(parts: &Parts) -> String {
    let own = parts.uri.path_and_query().map_or("/", |own| own.as_str());
    if parts.method == Method::GET {
        return own.to_owned();
    }
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let from = text(header::REFERER)
        .and_then(|from| from.split_once("://"))
        .map(|(_, rest)| rest);
    from.and_then(|rest| rest.strip_prefix(host).filter(|path| path.starts_with('/')))
        .unwrap_or("/desk")
        .to_owned()
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Visit, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let large = asked_size(query).unwrap_or_else(|| cookie(&parts.headers, "large").is_some());
        let mut visit = Visit {
            web: web.clone(),
            account: None,
            csrf: String::new(),
            path: parts.uri.path().to_owned(),
            query: String::new(),
            large,
            back: back(parts),
            session: Session::None,
            // The handler's visit and the one of its form are of one request.
            typed: parts.extensions.get_or_insert_default::<Typed>().clone(),
        };
        if let Some(id) = cookie(&parts.headers, cookie_name(web))
            && let Err(fault) = visit.recognise(id).await
        {
            visit.session = Session::Unread(Box::new(fault));
        }
        Ok(visit)
    }
}

impl Visit {
    /// Whose session this is, if it is one.
    async fn recognise(&mut self, id: String) -> Result<(), Fault> {
        let app = Arc::clone(&self.web.app);
        let text = app.store.session(app.region, &digest(&id), app.moment().ms).await?;
        let Some(record) = text.and_then(|text| serde_json::from_str::<Record>(&text).ok()) else {
            return Ok(());
        };
        let account = app.account(&record.person).await.map_err(|problem| match problem {
            Problem::Fault(fault) => fault,
            other => Fault::Corrupt(other.to_string()),
        })?;
        self.account = account.filter(|account| !account.closed);
        (self.csrf, self.session) = (record.csrf, Session::Open(id.into_boxed_str()));
        Ok(())
    }
}

/// The database holds a digest: who reads it cannot take over a session.
fn digest(id: &str) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(id))
}

/// A POST must come from our own pages: browsers say so themselves (Fetch Metadata, Origin).
pub async fn same_site(State(web): State<Web>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let foreign_fetch = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    // HTTP/2 names the host in the address.
    let host = text("host").or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let foreign_origin = text("origin")
        .is_some_and(|origin| origin.split_once("://").is_none_or(|(_, from)| Some(from) != host));
    if !matches!(*request.method(), Method::GET | Method::HEAD) && (foreign_fetch || foreign_origin) {
        tracing::warn!(route = route(&request), "a request from another site was turned away");
        if is_for_programs(request.uri().path()) {
            return No::OtherSite.into_response();
        }
        return (StatusCode::FORBIDDEN, "这个请求来自别的网站，没有执行。").into_response();
    }
    drop(web);
    next.run(request).await
}

/// The print size that an address asks for.
fn asked_size(query: &str) -> Option<bool> {
    query.split('&').find_map(|pair| match pair {
        "large=1" => Some(true),
        "large=0" => Some(false),
        _ => None,
    })
}

/// 大字版。 Asked for once, it stays for a year in this browser, whatever page comes next.
pub async fn keep_print_size(request: Request, next: Next) -> Response {
    let kept = asked_size(request.uri().query().unwrap_or_default()).map(|large| match large {
        true => HeaderValue::from_static("large=1; Path=/; Max-Age=31536000; SameSite=Lax"),
        false => HeaderValue::from_static("large=; Path=/; Max-Age=0; SameSite=Lax"),
    });
    let mut answer = next.run(request).await;
    if let Some(kept) = kept {
        answer.headers_mut().append(header::SET_COOKIE, kept);
    }
    answer
}

/// 筹备期。 Until the county is complete only its staff's own pages answer.
pub async fn staff_alone(visit: Visit, request: Request, next: Next) -> Response {
    const OPEN: [&str; 10] = [
        "/desk",
        "/oversight",
        "/sign-in",
        "/sign-out",
        "/static",
        "/health",
        "/ready",
        "/metrics",
        "/statutes",
        "/powers",
    ];
    let path = request.uri().path();
    let under =
        |prefix: &str| path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    if visit.staff().is_ok() || OPEN.iter().any(|prefix| under(prefix)) {
        return next.run(request).await;
    }
    let page = visit.page(
        "shared/preparing.html",
        "还没有对外开通",
        context! { help_phone => visit.web.site.help_phone.clone() },
    );
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}

#[derive(Deserialize, Default)]
pub struct SigninQuery {
    #[serde(default)]
    return_to: String,
}

pub async fn signin_page(visit: Visit, Query(query): Query<SigninQuery>) -> Response {
    show_signin(&visit, &query.return_to, "", None, None).await
}

async fn show_signin(
    visit: &Visit,
    return_to: &str,
    person: &str,
    error: Option<&str>,
    locked: Option<String>,
) -> Response {
    let reason = (!return_to.is_empty()).then_some("登录以后回到刚才的页面。");
    let mut name = Field::text("username", "账号", true).value(person);
    name.error = error.map(str::to_owned);
    let password = Field { kind: "password".into(), ..Field::text("password", "密码", true) };
    let mut shown = Vec::new();
    if visit.web.site.demonstration_password.is_some() {
        for account in visit
            .web
            .app
            .accounts()
            .await
            .unwrap_or_default()
            .into_iter()
            .filter(|account| account.demonstration)
            .take(40)
        {
            shown.push(context! {
                name => account.name, department => body_of(&account.org), post => account.role.zh(), face_text => face_of(account.role).1, username => account.person,
            });
        }
    }
    let errors: Vec<Value> = error.iter().map(|text| context! { id => "username", text => *text }).collect();
    let page = visit.page("portal/signin.html", "登录", context! {
        errors => errors, reason => reason, return_to => return_to, fields => vec![name, password], demo_accounts => shown,
        locked => locked.map(|text| context! { text => text, help => format!("急用请拨 {}", visit.web.site.help_phone) }),
    });
    if error.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}

/// 输错的密码。 By account name: how many, and when the last one was; each as long as the name would rest. Names are kept as
/// digests, all of one length: what is typed there may be anything, a password too.
#[derive(Default)]
pub(crate) struct Failures(HashMap<String, (u32, i64)>);

impl Failures {
    /// Whoever guesses at names that nobody has fills no memory: what is over goes at the next look.
    fn at(&mut self, now: i64) -> &mut HashMap<String, (u32, i64)> {
        self.0.retain(|_, (_, last)| now - *last < REST_MINUTES * 60_000);
        &mut self.0
    }

    fn rests(&mut self, person: &str, now: i64) -> bool {
        self.at(now).get(&digest(person)).is_some_and(|(n, _)| *n >= TRIES)
    }

    fn note(&mut self, person: &str, now: i64) {
        let (n, last) = self.at(now).entry(digest(person)).or_default();
        (*n, *last) = (*n + 1, now);
    }

    fn forget(&mut self, person: &str) {
        self.0.remove(&digest(person));
    }

    /// A try that came to no answer was no guess.
    fn take_back(&mut self, person: &str) {
        if let Some((n, _)) = self.0.get_mut(&digest(person)) {
            *n = n.saturating_sub(1);
        }
    }
}

/// Why nobody was signed in.
pub(crate) enum Denied {
    Wrong,
    /// Too many wrong passwords for this name lately.
    Resting,
    Problem(Problem),
}

/// The account, for a page or for a program; wrong passwords count the same at both doors. A try counts before it is
/// looked at and until it proves right: guesses sent at once are as many as guesses sent one after another.
pub(crate) async fn check_password(web: &Web, person: &str, password: &str) -> Result<Account, Denied> {
    let now = web.app.moment().ms;
    let failures = || web.failures.lock().unwrap_or_else(PoisonError::into_inner);
    if failures().rests(person, now) {
        return Err(Denied::Resting);
    }
    let turn = web.app.password_turn().await.map_err(Denied::Problem)?;
    {
        let mut failures = failures();
        // Others may have failed while this one waited.
        if failures.rests(person, now) {
            return Err(Denied::Resting);
        }
        failures.note(person, now);
    }
    match web.app.sign_in(person, password, turn).await {
        Ok(Some(account)) => {
            failures().forget(person);
            Ok(account)
        }
        Ok(None) => Err(Denied::Wrong),
        Err(problem) => {
            failures().take_back(person);
            Err(Denied::Problem(problem))
        }
    }
}

/// Where the public comes under TLS, the session goes nowhere without it.
fn session_cookie(web: &Web, id: &str, seconds: i64) -> String {
    let secure = if web.site.is_https() { "; Secure" } else { "" };
    format!("{}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(web))
}

pub async fn sign_in(visit: Visit, extract::Form(form): extract::Form<HashMap<String, String>>) -> Response {
    let value = |name: &str| form.get(name).cloned().unwrap_or_default();
    let (person, password, return_to) =
        (value("username").trim().to_owned(), value("password"), value("return_to"));
    // The buttons of a demonstration's sign-in page; no other county has such a password.
    let (person, password) = match (form.get("demo"), &visit.web.site.demonstration_password) {
        (Some(person), Some(password)) => (person.clone(), password.clone()),
        _ => (person, password),
    };
    let account = match check_password(&visit.web, &person, &password).await {
        Ok(account) => account,
        Err(Denied::Resting) => {
            let text = format!("密码连续输错{TRIES}次，请{REST_MINUTES}分钟以后再试。");
            return show_signin(&visit, &return_to, &person, None, Some(text)).await;
        }
        Err(Denied::Wrong) => {
            return show_signin(&visit, &return_to, &person, Some("账号或者密码不对"), None).await;
        }
        Err(Denied::Problem(problem)) => {
            return Fail::from_problem(&visit, problem, "登录", "/sign-in").into_response();
        }
    };
    let now = visit.web.app.moment().ms;
    let id = hex(&random::<32>());
    let record = Record { person: account.person.clone(), csrf: hex(&random::<16>()) };
    let text = serde_json::to_string(&record).unwrap_or_default();
    let app = &visit.web.app;
    if let Err(fault) = app
        .store
        .put_session(app.region, &digest(&id), &text, now + HOURS * 3_600_000)
        .await
    {
        return Fail::fault(&visit, fault).into_response();
    }
    let home = match face_of(account.role).0 {
        "portal" => "/",
        "oversight" => "/oversight",
        _ => "/desk",
    };
    // Only a path of our own: never to another site, and not to this page again.
    let own = return_to.starts_with('/') && !return_to.starts_with("//") && !return_to.contains('\\');
    let to = if own && !return_to.starts_with("/sign-in") { return_to.as_str() } else { home };
    let cookie = session_cookie(&visit.web, &id, HOURS * 3600);
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

pub async fn sign_out(visit: Visit, _: extract::Form<HashMap<String, String>>) -> Response {
    if let Session::Open(id) = &visit.session {
        let app = &visit.web.app;
        let _ = app.store.delete_session(app.region, &digest(id)).await;
    }
    ([(header::SET_COOKIE, session_cookie(&visit.web, "", 0))], Redirect::to("/")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_passwords_are_remembered_for_their_minutes_and_no_longer() {
        const REST: i64 = REST_MINUTES * 60_000;
        let mut failures = Failures::default();
        for n in 0..TRIES {
            assert!(!failures.rests("clerk", 0), "after {n}");
            failures.note("clerk", 0);
        }
        assert!(failures.rests("clerk", REST - 1) && !failures.rests("officer", REST - 1));
        assert!(!failures.rests("clerk", REST));
        for n in 0..1000 {
            failures.note(&format!("nobody-{n}"), REST + n);
        }
        assert_eq!(failures.0.len(), 1000);
        failures.note("clerk", 2 * REST + 999);
        assert_eq!(failures.0.len(), 1, "only what may still count");
        failures.note("clerk", 2 * REST + 999);
        failures.take_back("clerk");
        assert_eq!(failures.0[&digest("clerk")].0, 1, "one of the two came to no answer");
        failures.forget("clerk");
        assert!(failures.0.is_empty());
    }
}
