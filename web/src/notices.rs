//! 文书。 The notices that a case has given rise to, and each as a PDF in official layout.

use crate::desk::{Opened, open};
use crate::fail::Page;
use crate::session::Visit;
use crate::{Fail, Web};
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_kernel::MatterId;
use fadu_ledger::note::hex;
use fadu_report::notice::{self, ListLine, Notice, NoticeKind, Remedy, SealMark};
use fadu_service::Case;
use fadu_service::case::Missing;
use minijinja::{Value, context};

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/cases/{id}/notices/{kind}", get(notice_pdf))
}

/// Which notices this case has given rise to.
fn notice_kinds(case: &Case) -> Vec<(NoticeKind, &'static str, jiff::civil::Date)> {
    let mut list = Vec::new();
    let mut push = |kind, slug, on: Option<jiff::civil::Date>| {
        if let Some(on) = on {
            list.push((kind, slug, on));
        }
    };
    push(NoticeKind::Received, "received", case.received.as_ref().map(|mark| mark.on));
    push(NoticeKind::Supplement, "supplement", case.notice.as_ref().map(|notice| notice.on));
    push(NoticeKind::Accepted, "accepted", case.accepted.as_ref().map(|accepted| accepted.on));
    push(NoticeKind::NotAccepted, "not-accepted", case.declined.as_ref().map(|declined| declined.on));
    push(NoticeKind::Extended, "extended", case.extension.as_ref().map(|mark| mark.on));
    let decided = case.decided.as_ref();
    push(NoticeKind::Granted, "granted", decided.filter(|decided| decided.granted).map(|decided| decided.on));
    push(
        NoticeKind::Refused,
        "refused",
        decided.filter(|decided| !decided.granted).map(|decided| decided.on),
    );
    push(NoticeKind::Service, "service", case.delivered.as_ref().map(|mark| mark.on));
    list
}

pub(crate) fn notices(id: MatterId, case: &Case) -> Vec<Value> {
    let delivered = case
        .delivered
        .as_ref()
        .map_or_else(|| "—".to_owned(), |mark| mark.on.to_string());
    notice_kinds(case)
        .into_iter()
        .enumerate()
        .map(|(i, (kind, slug, on))| {
            context! {
                name => kind.title(), href => format!("/desk/cases/{id}/notices/{slug}"), number => format!("{}-{}", case.number, i + 1),
                date => on.to_string(), delivered => delivered.clone(),
            }
        })
        .collect()
}

async fn notice_pdf(visit: Visit, Path((id, slug)): Path<(String, String)>) -> Page {
    visit.staff()?;
    let opened = open(&visit, &id).await?;
    let Some(i) = notice_kinds(&opened.case).iter().position(|(_, name, _)| *name == slug) else {
        return Err(Fail::NotFound(visit));
    };
    let notice = compose(&visit, &opened, i);
    // Typesetting takes CPU for tenths of a second: not on a thread that serves other readers.
    let made = tokio::task::spawn_blocking(move || notice::pdf(&notice)).await;
    let bytes = made
        .map_err(|error| Fail::fault(&visit, error))?
        .map_err(|error| Fail::fault(&visit, error))?;
    Ok(([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")], bytes)
        .into_response())
}

fn compose(visit: &Visit, opened: &Opened, i: usize) -> Notice {
    let Opened { case, definition, entries, .. } = opened;
    let (kind, _, on) = notice_kinds(case)[i];
    let app = &visit.web.app;
    let text_date = format!("{}年{}月{}日", on.year(), on.month(), on.day());
    let (paragraphs, list, basis): (Vec<String>, Vec<ListLine>, Vec<String>) = match kind {
        NoticeKind::Supplement => {
            let line = |missing: &Missing| {
                let material = definition.material(&missing.material);
                let basis = material
                    .and_then(|material| material.basis.as_ref())
                    .map(ToString::to_string)
                    .unwrap_or_default();
                ListLine {
                    name: material.map_or_else(|| missing.material.clone(), |material| material.name.clone()),
                    required: missing.what.clone(),
                    basis,
                }
            };
            let list = case.notice.iter().flat_map(|notice| notice.missing.iter().map(line)).collect();
            (
                vec!["您的申请材料还不齐，需要补正的全部内容如下，补齐以后即予受理。".into()],
                list,
                vec!["《行政许可法》第三十二条第一款第四项".into()],
            )
        }
        NoticeKind::NotAccepted => {
            let reason = case
                .declined
                .as_ref()
                .map(|declined| declined.reason.clone())
                .unwrap_or_default();
            let target = case.declined.as_ref().and_then(|declined| declined.target.clone());
            let mut paragraphs = vec![format!("您的申请不予受理。理由：{reason}")];
            paragraphs.extend(target.map(|target| format!("请向{target}提出申请。")));
            (paragraphs, vec![], vec!["《行政许可法》第三十二条".into()])
        }
        NoticeKind::Extended => (
            vec![
                "因情况需要，经本机关负责人批准，办理期限延长。理由已记入本件台账，您可以凭编号和密码查看。"
                    .into(),
            ],
            vec![],
            vec!["《行政许可法》第四十二条".into()],
        ),
        NoticeKind::Refused => {
            let reason = case.decided.as_ref().map(|decided| decided.reason.clone()).unwrap_or_default();
            (
                vec![format!("经审查，决定不予许可。理由：{reason}")],
                vec![],
                vec!["《行政许可法》第三十八条".into()],
            )
        }
        NoticeKind::Granted => (
            vec![format!("经审查，您的申请符合条件，准予{}。", case.item_name)],
            vec![],
            vec!["《行政许可法》第三十八条".into()],
        ),
        NoticeKind::Accepted => (
            vec!["您的申请材料齐全，本机关予以受理。".into()],
            vec![],
            vec!["《行政许可法》第三十二条".into()],
        ),
        _ => (vec!["收到您提交的申请和下列材料。".into()], vec![], vec!["《行政许可法》第三十二条".into()]),
    };
    let mut table =
        vec![("编号".to_owned(), case.number.clone()), ("事项".to_owned(), case.item_name.clone())];
    if kind == NoticeKind::Accepted
        && let Some(clock) = case.shown_clock()
    {
        let due = clock
            .due(&app.calendar())
            .fixed()
            .map_or_else(|| "放假安排公布后确定".to_owned(), |due| due.to_string());
        table.push(("办结期限".to_owned(), format!("{}（{due}前）", clock.limit.zh())));
    }
    let adverse = kind.is_adverse();
    let seal = app
        .signer()
        .sign_bytes(format!("{}{}{on}", case.number, kind.title()).as_bytes());
    let seq = entries.first().map_or(0, |entry| entry.seq);
    Notice {
        kind,
        organ: case.org.to_string(),
        number: format!("{}-{}", case.number, i + 1),
        addressee: "申请人".into(),
        title: String::new(),
        paragraphs,
        table,
        list,
        basis,
        remedy: adverse.then(|| Remedy {
            reconsideration_body: format!("{}人民政府", visit.web.site.region_name),
            reconsideration_days: 60,
            court: format!("{}人民法院", visit.web.site.region_name),
            litigation_months: 6,
            // 行政复议法 23: refusing to act must go to reconsideration first.
            reconsideration_first: kind == NoticeKind::NotAccepted,
        }),
        date_text: text_date,
        contact: visit.web.site.help_phone.clone(),
        seal: Some(SealMark { organ: case.org.to_string(), digest_hex: hex(&seal[..16]), test: true }),
        receipt_url: format!("{}/receipts/{seq}", visit.web.site.base_url),
        verify_text: format!("台账第{seq}条，可离线核验"),
        simulated: visit.web.site.simulated,
    }
}
