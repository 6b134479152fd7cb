//! 三种“不行”的页面。 Invalid goes back into the form (there, not here); a refusal has its own page with rule,
//! article and helper; a fault gets a reference number, and its details go to the log once.

use crate::api::No;
use crate::session::Visit;
use crate::view::{basis_links, link};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use fadu_app::Problem;
use fadu_app::store::Fault;
use fadu_kernel::Refusal;
use minijinja::context;
use std::any::Any;

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
            Fail::NotFound(visit) if visit.path.starts_with("/api/") => No::NotFound.into_response(),
            Fail::Unreadable(visit) if visit.path.starts_with("/api/") => {
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
                        matter => back.clone(), matter_href => back.clone(), basis => basis_links(refusal.rule.basis), changed_by => (),
                        helpers => vec![context! { text => refusal.help.zh(), phone => visit.web.site.help_phone.clone() }],
                        next => vec![link("返回上一页", &back)],
                    },
                    back_href => back, back_text => "返回",
                });
                (status, page).into_response()
            }
            Fail::Raced { visit, back } => {
                let page = visit.page("shared/refusal.html", "他人刚刚办理过", context! {
                    refusal => context! {
                        rule => "SVC-00", sentence => "这件事刚刚有了新的进展，请看过最新情况再办",
                        detail => "您提交时看到的情况已经不是最新的；您填写的内容没有保存为办理记录。", act => "办理", matter => back.clone(),
                        matter_href => back.clone(), basis => Vec::<minijinja::Value>::new(), changed_by => (),
                        helpers => Vec::<minijinja::Value>::new(), next => vec![link("查看最新情况", &back)],
                    },
                    back_href => back, back_text => "返回",
                });
                (StatusCode::CONFLICT, page).into_response()
            }
            Fail::Fault { visit, what, passes, in_doubt, back } => {
                let bytes: [u8; 5] = crate::session::random();
                let reference = fadu_ledger::note::hex(&bytes);
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

pub async fn not_found(visit: Visit) -> Fail {
    Fail::NotFound(visit)
}

/// Shorthand used by handlers that only read.
pub type Page = Result<Response, Fail>;
