//! 检查和监督的文书。 Each tells of one fact and stands beside it, sealed, in official layout: the notice of an inspection, the
//! order to correct with its deadline, the letter of a hand-over.
//!
//! Each is made when one who works on the matter first asks for it; its bytes are kept, and their digest stands in the
//! ledger: from then on it is these bytes, whatever names and telephones become.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::view::link;
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::store::{EntryRow, Fault};
use fadu_app::{Call, Problem, registry};
use fadu_kernel::{Actor, Basis, Matter, MatterId, Role};
use fadu_ledger::note::hex;
use fadu_report::notice::{ListLine, Notice, NoticeKind};
use fadu_report::sealed_pdf;
use fadu_supervision::handover::{self, HandOver};
use fadu_trading::inspection::{self, Inspection};
use jiff::civil::Date;
use minijinja::Value;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/notices/{id}/{seq}", get(notice))
}

fn kind_of(entry: &EntryRow) -> Option<NoticeKind> {
    Some(match (entry.kind.as_str(), entry.fact.as_str()) {
        (Inspection::KIND, "Notified") => NoticeKind::Inspection,
        (Inspection::KIND, "CorrectionOrdered") => NoticeKind::Correction,
        (HandOver::KIND, "Sent") => NoticeKind::HandOver,
        _ => return None,
    })
}

/// The notices that these entries have given rise to.
pub fn links(id: MatterId, entries: &[EntryRow]) -> Vec<Value> {
    let of = entries.iter().filter_map(|entry| Some((kind_of(entry)?, entry)));
    of.map(|(kind, entry)| {
        link(format!("{}（{}）", kind.title(), entry.day), &format!("/desk/notices/{id}/{}", entry.seq))
    })
    .collect()
}

fn fact<F: DeserializeOwned>(entry: &EntryRow) -> Option<F> {
    #[derive(Deserialize)]
    struct Body<F> {
        data: F,
    }
    serde_json::from_str::<Body<F>>(&entry.body).ok().map(|body| body.data)
}

/// What a notice says of its own fact.
struct Said {
    organ: String,
    addressee: String,
    number: String,
    paragraphs: Vec<String>,
    table: Vec<(String, String)>,
    list: Vec<ListLine>,
    basis: Vec<Basis>,
}

async fn notice(visit: Visit, Path((id, seq)): Path<(String, i64)>) -> Page {
    let (_, actor) = visit.staff()?;
    let app = &visit.web.app;
    let lost = || Fail::NotFound(visit.clone());
    let fault = |fault| Fail::fault(&visit, fault);
    let id: MatterId = id.parse().map_err(|_| lost())?;
    let row = app.store.matter(app.region, id).await.map_err(fault)?.ok_or_else(lost)?;
    let readable = registry::kind(&row.kind).is_some_and(|kind| kind.readable_by(actor.role));
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let entry = entries.iter().find(|entry| entry.seq == seq && readable).ok_or_else(lost)?;
    let kind = kind_of(entry).ok_or_else(lost)?;
    if let Some(digest) = documents(&row.state).get(&seq) {
        return Ok(pdf(kept(&visit, digest).await?));
    }
    let said = match kind {
        NoticeKind::HandOver => of_hand_over(&row.state, entry),
        _ => of_inspection(&row.state, entry),
    };
    let on: Date = entry.day.parse().map_err(|_| lost())?;
    let notice = compose(&visit, kind, said.ok_or_else(lost)?, on, seq);
    let web = visit.web.clone();
    // Typesetting takes CPU for tenths of a second: not on a thread that serves other readers.
    let made = tokio::task::spawn_blocking(move || sealed_pdf(&notice, &*web.site.seals)).await;
    let bytes = made
        .map_err(|error| Fail::fault(&visit, error))?
        .map_err(|error| Fail::fault(&visit, error))?;
    // Of whom an inspector looks into nothing may show in the matter, so they make no notice.
    if actor.role == Role::Inspector {
        return Ok(pdf(bytes));
    }
    Ok(pdf(keep(&visit, id, kind, seq, bytes).await?))
}

fn pdf(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")], bytes)
        .into_response()
}

/// What was made, by the entry it tells of: every kind that has notices keeps them under this name.
fn documents(state: &str) -> BTreeMap<i64, String> {
    #[derive(Deserialize)]
    struct State {
        #[serde(default)]
        documents: BTreeMap<i64, String>,
    }
    serde_json::from_str::<State>(state)
        .map(|state| state.documents)
        .unwrap_or_default()
}

/// Kept first and written down afterwards: the ledger names no notice that is not there. Whoever comes second gets what
/// the first one made.
async fn keep(
    visit: &Visit,
    id: MatterId,
    kind: NoticeKind,
    seq: i64,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, Fail> {
    let (app, digest) = (&visit.web.app, hex(&Sha256::digest(&bytes)));
    let fault = |fault: Fault| Fail::fault(visit, fault);
    app.store
        .put_blob(app.region, &digest, "application/pdf", bytes.clone())
        .await
        .map_err(fault)?;
    let told = match kind {
        NoticeKind::HandOver => {
            issue::<HandOver>(visit, id, handover::Act::IssueNotice { seq, digest }).await
        }
        _ => issue::<Inspection>(visit, id, inspection::Act::IssueNotice { seq, digest }).await,
    };
    match told {
        Ok(()) => Ok(bytes),
        Err(Problem::Refused(_)) => {
            let row = app.store.matter(app.region, id).await.map_err(fault)?;
            let made = row.and_then(|row| documents(&row.state).remove(&seq));
            kept(visit, &made.ok_or_else(|| Fail::NotFound(visit.clone()))?).await
        }
        Err(problem) => Err(Fail::from_problem(visit, problem, "制作文书", &visit.path)),
    }
}

async fn issue<M: Matter>(visit: &Visit, id: MatterId, act: M::Act) -> Result<(), Problem> {
    let clock = Actor::clock();
    let call = Call { actor: &clock, matter: Some(id), act, private: BTreeMap::new(), key: None };
    visit.web.app.act::<M>(call).await.map(drop)
}

async fn kept(visit: &Visit, digest: &str) -> Result<Vec<u8>, Fail> {
    let app = &visit.web.app;
    let found = app.store.blob(app.region, digest).await;
    let found = found.map_err(|fault| Fail::fault(visit, fault))?;
    found.map(|(_, bytes)| bytes).ok_or_else(|| {
        Fail::fault(visit, format!("the notice {digest} is in the ledger and not in the store"))
    })
}

fn compose(visit: &Visit, kind: NoticeKind, said: Said, on: Date, seq: i64) -> Notice {
    let site = &visit.web.site;
    Notice {
        kind,
        seal: site.seals.mark(&said.organ),
        organ: said.organ,
        number: said.number,
        addressee: said.addressee,
        title: String::new(),
        paragraphs: said.paragraphs,
        table: said.table,
        list: said.list,
        basis: said.basis.iter().map(ToString::to_string).collect(),
        remedy: None,
        date_text: date_zh(on),
        contact: site.help_phone.clone(),
        receipt_url: format!("{}/receipts/{seq}", site.base_url),
        verify_text: format!("台账第{seq}条，可离线核验"),
        simulated: site.simulated,
    }
}

fn date_zh(on: Date) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

/// Before the award nobody is named by the list; a unit that the record does not name is addressed by its leaf.
fn unit_or_leaf(unit: &str, leaf: &str) -> String {
    match unit.trim() {
        "" => format!("抽中的检查对象（{}…）", leaf.get(..12).unwrap_or(leaf)),
        unit => unit.to_owned(),
    }
}

fn of_inspection(state: &str, entry: &EntryRow) -> Option<Said> {
    let of: Inspection = registry::state(state).ok()?;
    let organ = of.org.to_string();
    let plan = ("抽查计划".to_owned(), format!("{}（{}）", of.title, of.number));
    match fact::<inspection::Fact>(entry)? {
        inspection::Fact::Notified { object, document, unit } => {
            let until = of.until.map(date_zh).unwrap_or_default();
            Some(Said {
                organ,
                addressee: unit_or_leaf(&unit, &object),
                number: document,
                paragraphs: vec![
                    format!(
                        "经本机关负责人批准，我局于{until}前对你单位进行随机抽查，检查对象和检查人员均以随机方式抽取，抽取过程可以重新计算。"
                    ),
                    "检查人员不少于两名，应当主动出示执法证件；没有出示的，你单位有权拒绝检查。".to_owned(),
                ],
                table: vec![plan, ("批准文书".to_owned(), of.approved.clone().unwrap_or_default())],
                list: of
                    .items
                    .iter()
                    .map(|item| ListLine {
                        name: item.title.clone(),
                        required: item.code.clone(),
                        basis: String::new(),
                    })
                    .collect(),
                basis: vec![
                    Basis::article("优化营商环境条例", 54),
                    Basis::article("行政处罚法", 42),
                    Basis::article("行政处罚法", 55),
                ],
            })
        }
        inspection::Fact::CorrectionOrdered { n, order, .. } => Some(Said {
            organ,
            addressee: unit_or_leaf(&order.unit, &order.object),
            number: format!("{}-整改{n}", of.number),
            paragraphs: vec![
                format!(
                    "经检查，你单位有下列违法行为，责令在{}前改正，并提交改正的证明。",
                    date_zh(order.deadline)
                ),
                format!(
                    "我局定于{}复查。逾期没有改正的，依法处理，并记入信用记录。",
                    date_zh(order.recheck_on)
                ),
                "责令改正不是行政处罚。".to_owned(),
            ],
            table: vec![plan],
            list: vec![ListLine {
                name: order.violation.clone(),
                required: format!("{}前改正并提交证明", date_zh(order.deadline)),
                basis: order.clause.to_string(),
            }],
            basis: vec![Basis::article("行政处罚法", 28), order.clause.clone()],
        }),
        _ => None,
    }
}

fn of_hand_over(state: &str, entry: &EntryRow) -> Option<Said> {
    let of: HandOver = registry::state(state).ok()?;
    let handover::Fact::Sent { document, to, .. } = fact::<handover::Fact>(entry)? else { return None };
    let crime = of.report.nature == handover::Nature::Crime;
    let clause = match crime {
        true => Basis::article("行政执法机关移送涉嫌犯罪案件的规定", 5),
        false => Basis::article("招标投标法", 7),
    };
    let asks = match crime {
        true => "下列项目涉嫌犯罪，现依法移送，请在回执上签字，并自接受之日起三日内审查，书面告知是否立案。",
        false => "下列项目的问题属于你单位职责范围，现予移送，请签收、依法处理，并将结果告知我局。",
    };
    Some(Said {
        organ: of.from.to_string(),
        addressee: to.to_string(),
        number: document,
        paragraphs: vec![asks.to_owned()],
        table: vec![
            ("项目".to_owned(), of.report.subject.title.clone()),
            ("项目编码".to_owned(), of.report.subject.id.clone()),
            ("起因".to_owned(), of.report.cause.clone()),
            ("书面报告摘要".to_owned(), of.report.digest.clone()),
        ],
        list: Vec::new(),
        basis: vec![clause],
    })
}
