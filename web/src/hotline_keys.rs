//! 开放接口的密钥。 Who may post through the open interface: each client has a key, shown once and kept as a digest in an
//! account of its own, and may post so many requests a minute.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::submission::filled;
use crate::view::{Field, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::Problem;
use fadu_app::accounts::Account;
use fadu_app::hotline::Published;
use fadu_kernel::{Invalid, Role};
use fadu_ledger::note::hex;
use fadu_understand::{Keeper, Model};
use minijinja::{Value, context};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Posts that a key has saved up at most, and how many milliseconds bring another one.
const BURST: i64 = 60;
const REFILL_MS: i64 = 1000;
/// Clients remembered before the idle ones are forgotten.
const REMEMBERED: usize = 10_000;
/// What begins the name of a client's account.
const CLIENT: &str = "key-";

/// What the hotline's pages keep in memory.
#[derive(Default)]
pub struct Hotline {
    pub published: Published,
    /// By client: what is left of its burst in milliseconds of refill, and when that was reckoned.
    pace: Mutex<HashMap<String, (i64, i64)>>,
    /// Where a trained model lies; without it the table of words speaks.
    keeper: OnceLock<Keeper>,
}

impl Hotline {
    /// Told once, when the pages are set up.
    pub fn learn_from(&self, keeper: Keeper) {
        self.keeper.get_or_init(|| keeper);
    }

    pub fn model(&self) -> Option<Arc<Model>> {
        self.keeper.get()?.model()
    }

    /// One more post now, or not yet.
    pub(crate) fn may_post(&self, client: &str, now: i64) -> bool {
        let Ok(mut pace) = self.pace.lock() else { return false };
        let full = BURST * REFILL_MS;
        // Who has saved up everything again need not be remembered.
        if pace.len() >= REMEMBERED {
            pace.retain(|_, (left, at)| *left + (now - *at).max(0) < full);
        }
        let (left, at) = pace.get(client).copied().unwrap_or((full, now));
        let left = (left + (now - at).max(0)).min(full);
        let may = left >= REFILL_MS;
        pace.insert(client.to_owned(), (if may { left - REFILL_MS } else { left }, now.max(at)));
        may
    }
}

pub enum NoKey {
    Unknown,
    TooFast,
    Problem(Problem),
}

/// A key has so much chance in it that a plain digest keeps it; a password's slow one would be paid at every post.
fn digest(secret: &str) -> String {
    format!("sha256:{}", hex(&Sha256::digest(secret)))
}

/// The account behind a key, `fadu_ACCOUNT_SECRET`.
pub async fn client(web: &Web, key: &str) -> Result<String, NoKey> {
    let (name, secret) = key
        .trim()
        .strip_prefix("fadu_")
        .and_then(|rest| rest.split_once('_'))
        .ok_or(NoKey::Unknown)?;
    let person = format!("{CLIENT}{name}");
    let account = web.app.account(&person).await.map_err(NoKey::Problem)?;
    // Digests are compared: how far they agree tells nothing about the secret.
    let fits = account.is_some_and(|account| !account.closed && account.password == digest(secret));
    match fits {
        false => Err(NoKey::Unknown),
        true if web.hotline.may_post(&person, web.app.moment().ms) => Ok(person),
        true => Err(NoKey::TooFast),
    }
}

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hotline/keys", get(list).post(make))
        .route("/desk/hotline/keys/{person}/close", post(close))
}

/// Keys are the hotline's and the operator's to give.
fn keeper(visit: &Visit) -> Result<(), Fail> {
    let (_, actor) = visit.staff()?;
    match actor.role {
        Role::CatalogueManager | Role::Operator => Ok(()),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

async fn list(visit: Visit) -> Page {
    keeper(&visit)?;
    show(&visit, None, &HashMap::new(), &[]).await
}

async fn show(
    visit: &Visit,
    made: Option<String>,
    answers: &HashMap<String, String>,
    wrong: &[Invalid],
) -> Page {
    let accounts = visit.web.app.accounts().await.map_err(|error| Fail::fault(visit, error))?;
    let clients = accounts.iter().filter(|account| account.person.starts_with(CLIENT));
    let rows: Vec<Value> = clients
        .map(|account| {
            context! {
                name => account.name.clone(), client => account.person.clone(),
                status => if account.closed { tag("off", "已停用") } else { tag("on", "在用") },
                close_url => (!account.closed).then(|| format!("/desk/hotline/keys/{}/close", account.person)),
            }
        })
        .collect();
    let fields = vec![Field::text("name", "使用密钥的单位或者程序", true)];
    let page = visit.page("desk/hotline_keys.html", "开放接口密钥", context! {
        errors => wrong.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
        rows => rows, made => made, fields => filled(fields, answers, wrong), per_minute => 60_000 / REFILL_MS,
        address => format!("{}/open311/v2", visit.web.site.base_url),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn make(visit: Visit, extract::Form(form): extract::Form<HashMap<String, String>>) -> Page {
    keeper(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let name = form.get("name").map_or("", |name| name.trim());
    if name.is_empty() || name.chars().count() > 100 {
        let wrong = [Invalid::new("name", "请填写单位或者程序的名称，不超过100字")];
        return show(&visit, None, &form, &wrong).await;
    }
    let (client, secret) = (hex(&random::<6>()), hex(&random::<16>()));
    let account = Account {
        person: format!("{CLIENT}{client}"),
        name: name.to_owned(),
        role: Role::Citizen,
        org: "public".to_owned(),
        password: digest(&secret),
        demonstration: false,
        closed: false,
    };
    visit
        .web
        .app
        .save_account(&account)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    show(&visit, Some(format!("fadu_{client}_{secret}")), &HashMap::new(), &[]).await
}

async fn close(
    visit: Visit,
    Path(person): Path<String>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    keeper(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let account = visit
        .web
        .app
        .account(&person)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let Some(account) = account.filter(|account| account.person.starts_with(CLIENT)) else {
        return Err(Fail::NotFound(visit));
    };
    let closed = Account { closed: true, ..account };
    visit
        .web
        .app
        .save_account(&closed)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    Ok(Redirect::to("/desk/hotline/keys").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_a_second() {
        let hotline = Hotline::default();
        let posted = (0..1000).filter(|_| hotline.may_post("a", 5000)).count();
        assert_eq!(posted as i64, BURST, "a thousand in one moment");
        assert!(hotline.may_post("b", 5000), "another key is not held up");
        assert!(!hotline.may_post("a", 5999));
        assert!(hotline.may_post("a", 6000));
        assert!(!hotline.may_post("a", 6000));
        assert!(!hotline.may_post("a", 1), "a clock that steps back brings nothing");
    }
}
