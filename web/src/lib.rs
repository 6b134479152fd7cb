//! 页面与接口。 Handlers read the form, call `app.act`, and redirect; nothing here writes any other way.

mod api;
mod archive;
mod counter;
mod desk;
mod disclosures;
mod extract;
mod fail;
mod fees;
mod forms;
mod grants;
mod hall;
mod hearings;
mod hotline;
mod hotline_acts;
mod hotline_bulletin;
mod hotline_categories;
mod hotline_desk;
mod hotline_keys;
mod hotline_leads;
mod hotline_map;
mod hotline_order;
mod hotline_past;
mod hotline_petitions;
mod hotline_setup;
mod hotline_units;
mod hotline_watch;
mod inspection_pages;
mod intermediaries;
mod item_checks;
mod item_desk;
mod item_form;
mod item_pages;
mod joint;
mod joint_window;
mod law_pages;
mod manage;
mod matters;
mod meter;
mod notices;
mod on_day;
mod open311;
mod outside;
mod oversight;
mod oversight_notices;
mod pinyin;
mod portal;
mod power_desk;
mod power_pages;
mod proof;
mod rates;
mod report_pages;
mod session;
mod statuses;
mod submission;
mod supervision_pages;
mod supervision_reviews;
mod telephony;
mod templates;
pub mod texts;
mod themes;
mod track;
mod trading_desk;
mod trading_flags;
mod trading_graph;
mod trading_open;
mod trading_opening;
mod trading_pages;
mod trading_remedies;
mod trading_seat;
mod trading_submit;
mod view;
pub mod wechat;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use fadu_app::App;
use fadu_app::store::Fault;
use fadu_figures::Figures;
use fadu_hotline::addresses::Addresses;
use fadu_hotline::order::act::Suggestion;
use fadu_law::Shelf;
use fadu_understand::Gazetteer;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use tower_http::set_header::SetResponseHeaderLayer;

pub use archive::{ARCHIVING, check_archive};
pub use fadu_understand::{analyser, segment};
pub use fail::Fail;
pub use hall::{evaluation_release, month_before, month_named};
pub use hotline_bulletin::{Period, hotline_bulletin, print_bulletin};
pub use hotline_map::Boundaries;
pub use hotline_past::{PAST_TICKETS, PastTickets};
pub use notices::{SEALING, keep_making, make_due};
pub use report_pages::{REPORTING, annual, print_report};
pub use view::citations;

/// What every handler needs.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

pub struct Inner {
    pub app: Arc<App>,
    pub figures: Figures,
    /// The edition of the texts that was read last, and the shelf it made.
    shelf: RwLock<(Option<String>, Arc<Shelf>)>,
    pub site: Site,
    pages: minijinja::Environment<'static>,
    jieba: jieba_rs::Jieba,
    failures: Mutex<session::Failures>,
    requests: meter::Requests,
    hotline: hotline_keys::Hotline,
    boards: hall::boards::Boards,
    telephony: telephony::Telephony,
    wechat: OnceLock<wechat::Wechat>,
    addresses: OnceLock<Addresses>,
    gazetteer: OnceLock<Option<Gazetteer>>,
    boundaries: OnceLock<Boundaries>,
    beside: OnceLock<(Arc<App>, String)>,
    ocds_prefix: OnceLock<String>,
    published: trading_open::Kept,
}

/// Whose pages these are.
#[derive(Clone)]
pub struct Site {
    pub bureau: String,
    pub region_name: String,
    /// The county is made up: every page and document says so.
    pub simulated: bool,
    /// Demonstration accounts to print on the sign-in page, with their common password.
    pub demonstration_password: Option<String>,
    /// Address that QR codes point to, without a slash at the end.
    pub base_url: String,
    pub help_phone: String,
    /// Who seals the county's documents.
    pub seals: Arc<dyn fadu_report::Seals>,
}

impl Site {
    /// The public comes under TLS: only then may a cookie and a header insist on it.
    fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl std::ops::Deref for Web {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Web {
    pub fn new(app: Arc<App>, figures: Figures, shelf: Shelf, site: Site) -> Web {
        let pages = templates::environment();
        Web(Arc::new(Inner {
            app,
            figures,
            shelf: RwLock::new((None, Arc::new(shelf))),
            site,
            pages,
            jieba: analyser(),
            failures: Mutex::default(),
            requests: meter::Requests::default(),
            hotline: hotline_keys::Hotline::default(),
            boards: hall::boards::Boards::default(),
            telephony: telephony::Telephony::default(),
            wechat: OnceLock::new(),
            addresses: OnceLock::new(),
            gazetteer: OnceLock::new(),
            boundaries: OnceLock::new(),
            beside: OnceLock::new(),
            ocds_prefix: OnceLock::new(),
            published: trading_open::Kept::default(),
        }))
    }

    fn texts(&self) -> (Option<String>, Arc<Shelf>) {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// 法规架 as it was read last.
    pub fn shelf(&self) -> Arc<Shelf> {
        self.texts().1
    }

    /// The shelf of this moment: texts that another program has imported since are read.
    pub async fn refreshed_shelf(&self) -> Result<Arc<Shelf>, Fault> {
        let (store, region) = (&*self.app.store, self.app.region);
        let (read, shelf) = self.texts();
        // Read first: an import in between makes the shelf look older than it is, never newer.
        let edition = texts::edition(store, region).await?;
        if read == edition {
            return Ok(shelf);
        }
        let shelf = Arc::new(texts::shelf(store, region).await?);
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = (edition, Arc::clone(&shelf));
        Ok(shelf)
    }

    /// 标准地址 as the county brought them in; `false` where they are there already.
    pub fn set_addresses(&self, list: Addresses) -> bool {
        self.addresses.set(list).is_ok()
    }

    /// A simulated county that brought none in has a list of its own.
    pub fn addresses(&self) -> &Addresses {
        self.addresses.get_or_init(|| match self.site.simulated {
            true => Addresses::simulated(&self.app.region.to_string()),
            false => Addresses::default(),
        })
    }

    /// 区划边界 as the county brought them in; `false` where they are there already.
    pub fn set_boundaries(&self, list: Boundaries) -> bool {
        self.boundaries.set(list).is_ok()
    }

    pub(crate) fn boundaries(&self) -> &Boundaries {
        self.boundaries.get_or_init(Boundaries::default)
    }

    /// 地点建议 for a text, out of the standard addresses; `None` where it names none of them.
    pub(crate) fn places(&self, text: &str) -> Option<Suggestion> {
        let made = self.gazetteer.get_or_init(|| {
            let made = Gazetteer::of(self.addresses());
            made.inspect_err(|error| tracing::error!(%error, "no place can be proposed"))
                .ok()
        });
        made.as_ref()?.suggestion(text)
    }

    /// Takes messages of the county's official account from now on; `false` where it does already.
    pub fn open_wechat(&self, config: wechat::Config) -> bool {
        self.wechat.set(wechat::Wechat::new(config)).is_ok()
    }

    /// Proposes categories by the model that lies in this folder, and by the one that is trained there later.
    pub fn learn_from(&self, folder: &std::path::Path) {
        self.hotline.learn_from(fadu_understand::Keeper::at(folder));
    }

    /// 旁边的监督终端: its figures are read, nothing of it is written. With the address of its pages.
    pub fn stand_beside(&self, terminal: Arc<App>, url: String) {
        let _ = self.beside.set((terminal, url));
    }

    pub(crate) fn beside(&self) -> Option<&(Arc<App>, String)> {
        self.beside.get()
    }

    /// Publishes open contracting data under this publisher's prefix; `false` where it does already.
    pub fn publish_as(&self, prefix: &str) -> bool {
        self.ocds_prefix.set(prefix.to_owned()).is_ok()
    }

    /// Ends the streams of the boards: a server that stops does not wait for them.
    pub fn end_streams(&self) {
        self.boards.end();
    }

    /// Halls whose boards are drawn now: one source each, whatever the number of boards.
    pub fn n_board_sources(&self) -> usize {
        self.boards.n_sources()
    }

    /// The words of a text or a query: one segmentation for index and search, on both engines.
    pub fn words(&self, text: &str) -> Vec<String> {
        segment(&self.jieba, text)
    }
}

/// Where imported addresses lie in the store.
pub const ADDRESSES: &str = "hotline/addresses";
/// Where imported boundaries lie.
pub const BOUNDARIES: &str = "hotline/boundaries";

/// 10 MB: a scanned permit drawing fits, a film does not.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The pages of each business that a county may leave out.
fn businesses() -> [(&'static str, Router<Web>); 6] {
    let hotline = open311::routes()
        .merge(hotline::routes())
        .merge(hotline_desk::routes())
        .merge(hotline_order::routes())
        .merge(disclosures::routes())
        .merge(hotline_past::routes())
        .merge(hotline_petitions::routes())
        .merge(hotline_keys::routes())
        .merge(hotline_bulletin::routes())
        .merge(hotline_setup::routes())
        .merge(hotline_units::routes())
        .merge(hotline_watch::routes())
        .merge(hotline_categories::routes())
        .merge(hotline_leads::routes())
        .merge(telephony::routes())
        .merge(wechat::routes());
    let trading = trading_pages::routes()
        .merge(trading_submit::routes())
        .merge(trading_remedies::routes())
        .merge(trading_open::routes())
        .merge(trading_desk::routes())
        .merge(trading_flags::routes())
        .merge(trading_graph::routes())
        .merge(trading_opening::routes())
        .merge(trading_seat::routes());
    [
        ("onething", themes::routes().merge(joint::routes()).merge(joint_window::routes())),
        ("proof", proof::routes()),
        ("hall", hall::routes()),
        ("hotline", hotline),
        ("trading", trading.merge(inspection_pages::routes())),
        ("supervision", supervision_pages::routes().merge(supervision_reviews::routes())),
    ]
}

/// What every county has and a terminal of supervision has not.
fn services() -> Router<Web> {
    portal::routes()
        .merge(track::routes())
        .merge(item_desk::routes())
        .merge(item_pages::routes())
        .merge(item_checks::routes())
        .merge(intermediaries::routes())
        .merge(rates::routes())
        .merge(fees::routes())
        .merge(grants::routes())
        .merge(outside::routes())
        .merge(power_pages::routes())
        .merge(power_desk::routes())
        .merge(notices::routes())
        .merge(archive::routes())
        .merge(hearings::routes())
        .merge(counter::routes())
}

/// The same pages before a county is complete: the staff sets it up, the public is told to come back.
pub fn preparing(web: Web) -> Router {
    router(web.clone()).layer(axum::middleware::from_fn_with_state(web, session::staff_alone))
}

pub fn router(web: Web) -> Router {
    let fixed = |name: header::HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let tls = web.site.is_https().then(|| HeaderValue::from_static("max-age=31536000"));
    let run = businesses().into_iter().filter(|(word, _)| web.app.runs.business(word));
    let run = run.fold(Router::new(), |all, (_, routes)| all.merge(routes));
    let own = match web.app.runs.is_apart() {
        true => Router::new(),
        false => services(),
    };
    let routes = Router::new()
        .merge(run)
        .merge(own)
        .merge(api::routes())
        .merge(portal::receipts())
        .merge(law_pages::routes())
        .merge(report_pages::routes())
        .merge(desk::routes())
        .merge(manage::routes())
        .merge(matters::routes())
        .merge(oversight_notices::routes())
        .merge(oversight::routes())
        .route("/sign-in", get(session::signin_page).post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/health", get(meter::health))
        .route("/ready", get(meter::ready))
        .route("/metrics", get(meter::metrics))
        .route("/static/{name}", get(static_file))
        .fallback(fail::not_found)
        .layer(axum::middleware::from_fn_with_state(web.clone(), meter::time))
        .layer(axum::middleware::from_fn_with_state(web.clone(), session::same_site))
        .layer(axum::middleware::from_fn(session::keep_print_size));
    fail::caught(routes)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, tls))
        .with_state(web)
}

async fn static_file(axum::extract::Path(name): axum::extract::Path<String>) -> Response {
    let (media, bytes): (&str, &'static [u8]) = match name.as_str() {
        "fadu.css" => ("text/css; charset=utf-8", include_bytes!("../static/fadu.css")),
        "fadu.js" => ("text/javascript; charset=utf-8", include_bytes!("../static/fadu.js")),
        "bid.js" => ("text/javascript; charset=utf-8", include_bytes!("../static/bid.js")),
        "kiosk.js" => ("text/javascript; charset=utf-8", include_bytes!("../static/kiosk.js")),
        "favicon.svg" => ("image/svg+xml", include_bytes!("../static/favicon.svg")),
        _ => return axum::http::StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=3600")], bytes).into_response()
}
