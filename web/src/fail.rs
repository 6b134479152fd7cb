//! 三种“不行”的页面。 Invalid goes back into the form (there, not here); a refusal has its own page with rule,
//! article and helper; a fault gets a reference number, and its details go to the log once.

use crate::api::{No, is_for_programs};
use crate::forms::zh;
use crate::session::{Visit, random};
use crate::view::{basis_links, link};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use fadu_app::Problem;
use fadu_app::store::Fault;
use fadu_kernel::Refusal;
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// Seconds: as long as a person needs to read the page, and more than a database needs to start.
pub(crate) const AGAIN_IN: &str = "30";

pub enum Fail {
    NotFound(Visit),
    /// What was sent is no address or form of ours: whoever sent it may try again, nothing of ours is broken.
    Unreadable(Visit),
    Refused {
        visit: Visit,
        refusal: Box<Refusal>,
        status: StatusCode,
        act: String,
        back: String,
    },
    Raced {
        visit: Visit,
        back: String,
    },
    Fault {
        visit: Visit,
        what: String,
        /// It passes by itself: the disk is full, or the database is away.
        passes: bool,
        /// Whether the act was written is unknown.
        in_doubt: bool,
        back: String,
    },
    SignIn {
        back: String,
    },
}

impl Fail {
    pub fn fault(visit: &Visit, what: impl std::fmt::Display + 'static) -> Fail {
        let any: &dyn Any = &what;
        let of_problem = any.downcast_ref::<Problem>().and_then(|problem| match problem {
            Problem::Fault(fault) => Some(fault),
            _ => None,
        });
        let store = any.downcast_ref::<Fault>().or(of_problem);
        Fail::broken(visit.clone(), what.to_string(), store, visit.back().to_owned())
    }

    /// `store`: what the store said, where it is the store that failed.
    fn broken(visit: Visit, what: String, store: Option<&Fault>, back: String) -> Fail {
        let (passes, in_doubt) = (store.is_some_and(Fault::passes), matches!(store, Some(Fault::InDoubt(_))));
        Fail::Fault { visit, what, passes, in_doubt, back }
    }

    /// Everything but `Invalid`, which the form's own handler shows beside its fields.
    pub fn from_problem(visit: &Visit, problem: Problem, act: &str, back: &str) -> Fail {
        let (visit, act, back) = (visit.clone(), act.to_owned(), back.to_owned());
        match problem {
            Problem::NotFound | Problem::NotRun(_) => Fail::NotFound(visit),
            Problem::Raced => Fail::Raced { visit, back },
            Problem::Refused(refusal) => {
                Fail::Refused { visit, refusal: Box::new(refusal), status: StatusCode::CONFLICT, act, back }
            }
            Problem::NoAuthority(refusal) => {
                Fail::Refused { visit, refusal: Box::new(refusal), status: StatusCode::FORBIDDEN, act, back }
            }
            Problem::Fault(fault) => Fail::broken(visit, fault.to_string(), Some(&fault), back),
            Problem::Unreadable(_) => Fail::Unreadable(visit),
            // Which fields, for the log: a message may repeat what was typed.
            Problem::Invalid(fields) => {
                let fields: Vec<&str> = fields.iter().map(|invalid| invalid.field.as_str()).collect();
                Fail::broken(visit, fields.join("; "), None, back)
            }
        }
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        match self {
            // A program is told in its own words.
            Fail::NotFound(visit) if is_for_programs(&visit.path) => No::NotFound.into_response(),
            Fail::Unreadable(visit) if is_for_programs(&visit.path) => {
                No::Unreadable("地址读不出来".to_owned()).into_response()
            }
            Fail::SignIn { back } => {
                Redirect::to(&format!("/sign-in?return_to={}", crate::view::encode(&back))).into_response()
            }
            Fail::NotFound(visit) => {
                let page = visit.page("shared/not_found.html", "没有找到", context! {
                    text => "这个地址没有内容：可能输错了编号，或者您无权查看。",
                    suggestions => vec![link("办事事项", "/items"), link("查询进度", "/track"), link("首页", "/")],
                });
                (StatusCode::NOT_FOUND, page).into_response()
            }
            Fail::Unreadable(visit) => {
                let page = visit.page(
                    "shared/not_found.html",
                    "读不出来",
                    context! {
                        text => "收到的地址或者表单读不出来，没有办理。地址请核对以后再打开；表单请返回上一页重新提交，您填写的内容还在那里。",
                        suggestions => vec![link("首页", "/")],
                    },
                );
                (StatusCode::BAD_REQUEST, page).into_response()
            }
            Fail::Refused { visit, refusal, status, act, back } => {
                let page = visit.page("shared/refusal.html", "不能这样办理", context! {
                    refusal => context! {
                        rule => refusal.rule.id, sentence => refusal.rule.sentence, detail => refusal.because, act => act,
                        basis => basis_links(refusal.rule.basis),
                        helpers => vec![context! { text => refusal.help.zh(), phone => visit.web.site.help_phone.clone() }],
                    },
                    back_href => back, back_text => "返回上一页",
                });
                (status, page).into_response()
            }
            Fail::Raced { visit, back } => {
                // No rule forbids it: it may well be done once the newest state was seen.
                let page = visit.page(
                    "shared/raced.html",
                    "他人刚刚办理过",
                    context! {
                        typed => typed(&visit), back_href => back,
                    },
                );
                (StatusCode::CONFLICT, page).into_response()
            }
            Fail::Fault { visit, what, passes, in_doubt, back } => {
                let reference = hex(&random::<5>());
                tracing::error!(reference, what, "a request failed");
                let page = visit.page("shared/fault.html", "系统故障", context! {
                    reference => reference, nothing_saved => !in_doubt, passes => passes, help_phone => visit.web.site.help_phone.clone(), retry_href => back,
                });
                match passes {
                    true => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, AGAIN_IN)], page)
                        .into_response(),
                    false => (StatusCode::INTERNAL_SERVER_ERROR, page).into_response(),
                }
            }
        }
    }
}

/// What was typed, to be copied where the browser kept no draft. Marks are nothing that anybody typed, and a choice, which is
/// a word of ours, is made again at a glance.
fn typed(visit: &Visit) -> Vec<Value> {
    const MARKS: [&str; 5] = ["csrf", "idem", "bid", "next", "password"];
    let is_choice = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let kept = visit
        .typed()
        .iter()
        .filter(|(name, text)| !MARKS.contains(&name.as_str()) && !is_choice(text.trim()));
    kept.map(|(name, text)| {
        let own = name.rsplit('.').next().unwrap_or_default();
        context! { label => zh(own).unwrap_or("其他"), text => text.trim() }
    })
    .collect()
}

/// A panic ends its own request alone. Its line in the log comes before the one with the number.
pub(crate) fn caught<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(CatchPanicLayer::custom(panicked)).layer(middleware::from_fn(told))
}

/// The number of a panic, on the answer that it became.
#[derive(Clone)]
struct Panicked(String);

fn panicked(_: Box<dyn Any + Send>) -> Response {
    let reference = hex(&random::<5>());
    tracing::error!(reference, "a request panicked");
    let text = format!("系统故障，编号 {reference}");
    let mut answer = (StatusCode::INTERNAL_SERVER_ERROR, text).into_response();
    answer.extensions_mut().insert(Panicked(reference));
    answer
}

/// A program is told of a panic as of any other fault.
async fn told(request: Request, next: Next) -> Response {
    let for_program = is_for_programs(request.uri().path());
    let answer = next.run(request).await;
    match answer.extensions().get::<Panicked>().cloned() {
        Some(Panicked(reference)) if for_program => No::Panicked(reference).into_response(),
        Some(_) | None => answer,
    }
}

pub async fn not_found(visit: Visit) -> Fail {
    Fail::NotFound(visit)
}

/// Shorthand used by handlers that only read.
pub type Page = Result<Response, Fail>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Site, Web, extract};
    use axum::body::Body;
    use axum::http::{Request, header};
    use axum::routing::{get, post};
    use fadu_app::App;
    use fadu_app::now::{Movable, start_of};
    use fadu_app::private::Keys;
    use http_body_util::BodyExt;
    use std::collections::HashMap;
    use std::sync::Arc;
    use tower::ServiceExt;

    /// Status, media type and text of what is answered.
    async fn ask(routes: Router, request: Request<Body>) -> (StatusCode, String, String) {
        let answer = routes.oneshot(request).await.unwrap();
        let (status, media) =
            (answer.status(), answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned());
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        (status, media, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_told_with_its_number_to_people_and_programs() {
        async fn broken() -> StatusCode {
            panic!("on purpose")
        }
        let routes: Router =
            caught(Router::new().route("/api/broken", get(broken)).route("/broken", get(broken)));
        for (path, expected) in
            [("/api/broken", "application/problem+json"), ("/broken", "text/plain; charset=utf-8")]
        {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let (status, media, text) = ask(routes.clone(), request).await;
            assert_eq!((status, media.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, expected), "{path}");
            assert!(text.contains("系统故障") && text.contains("编号 "), "{path}: {text}");
        }
    }

    async fn web(folder: &std::path::Path) -> Web {
        let store = fadu_store::Sqlite::open(&folder.join("fadu.db")).unwrap();
        let clock = Movable::default();
        clock.set(start_of(jiff::civil::date(2025, 3, 3)));
        let app = App::open(fadu_sim::REGION, store, Keys::new([1; 32]), Box::new(clock))
            .await
            .unwrap();
        let site = Site {
            bureau: "模拟局".into(),
            region_name: "模拟县".into(),
            simulated: true,
            demonstration_password: None,
            base_url: "http://localhost".into(),
            help_phone: "12345".into(),
            seals: Arc::new(fadu_report::TestSeals::new([5; 32])),
        };
        let figures = fadu_figures::Figures::load(&fadu_app::registry::figures()).unwrap();
        Web::new(app, figures, fadu_law::Shelf::from_index(), site)
    }

    #[tokio::test]
    async fn a_race_cites_no_rule_and_keeps_what_was_typed() {
        async fn raced(visit: Visit, _: extract::Form<HashMap<String, String>>) -> Fail {
            Fail::from_problem(&visit, Problem::Raced, "受理", "/desk/cases/0000000000001")
        }
        let folder = tempfile::tempdir().unwrap();
        let routes = Router::new().route("/acts", post(raced)).with_state(web(folder.path()).await);
        let request =
            Request::post("/acts").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let typed = "csrf=&idem=MARK-7&note=%E6%9D%90%E6%96%99%E9%BD%90%E5%85%A8%0A%3Cb%3E&kind=signed&own-field=42&password=SECRET-8";
        let (status, _, page) = ask(routes, request.body(Body::from(typed)).unwrap()).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(page.contains("刚刚有了新的进展") && page.contains("data-not-done"), "{page}");
        assert!(page.contains("<dt>意见</dt><dd>材料齐全\n&lt;b&gt;</dd>"), "{page}");
        assert!(page.contains("<dt>其他</dt><dd>42</dd>"), "{page}");
        for word in ["SVC-00", "规则编号", "依据</dt>", "MARK-7", "SECRET-8", "<dd>signed"] {
            assert!(!page.contains(word), "{word}: {page}");
        }
    }
}
