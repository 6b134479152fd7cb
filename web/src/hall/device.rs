//! 评价的设备。 A browser that opens an evaluation is given a name, signed, so that it cannot take another's. It says nothing of
//! who sits there; the ledger keeps a digest of it that is good for one day.

use crate::Web;
use crate::session::{cookie, random};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use fadu_ledger::note::hex;

const NAME: &str = "device";
const YEAR: i64 = 31_536_000;

/// The name that we gave this browser; none where it has none, or one that we did not give.
fn known(web: &Web, headers: &HeaderMap) -> Option<String> {
    let held = cookie(headers, NAME)?;
    let (name, mark) = held.split_once('.')?;
    (web.app.keys.device_mark(name) == mark).then(|| name.to_owned())
}

/// Today's digest of this browser; empty where it keeps no cookie. Nobody is kept from evaluating by that.
pub(super) fn today(web: &Web, headers: &HeaderMap) -> String {
    let today = web.app.moment().today;
    known(web, headers)
        .map(|name| web.app.keys.device_on(&name, today))
        .unwrap_or_default()
}

/// The page, with a name for a browser that has none yet.
pub(super) fn bound(web: &Web, headers: &HeaderMap, page: Response) -> Response {
    if known(web, headers).is_some() {
        return page;
    }
    let name = hex(&random::<12>());
    let mark = web.app.keys.device_mark(&name);
    let secure = if web.site.is_https() { "; Secure" } else { "" };
    let kept =
        format!("{NAME}={name}.{mark}; Path=/evaluate; HttpOnly; SameSite=Lax; Max-Age={YEAR}{secure}");
    ([(header::SET_COOKIE, kept)], page).into_response()
}
