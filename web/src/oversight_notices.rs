//! 交易、检查和监督的文书。 Each tells of one fact and stands beside it, sealed, in official layout: the announcement of a
//! tender, the notice of award and that of its result, the decision of a complaint, the notice of an inspection, the order
//! to correct with its deadline, the letter of a hand-over.
//!
//! Each is made when one who works on the matter first asks for it; its bytes are kept, and their digest stands in the
//! ledger: from then on it is these bytes, whatever names and telephones become.

use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::trading_pages::{minute, yuan};
use crate::view::link;
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::store::{EntryRow, Fault};
use fadu_app::{Call, Problem, registry};
use fadu_kernel::{Actor, Basis, Calendar, Limit, Matter, MatterId, OrgId, PersonId, Role, Stamp};
use fadu_ledger::note::hex;
use fadu_report::notice::{ListLine, Notice, NoticeKind, Remedy};
use fadu_report::sealed_pdf;
use fadu_supervision::handover::{self, HandOver};
use fadu_trading::inspection::{self, Inspection};
use fadu_trading::project::Fact as Told;
use fadu_trading::regime::Regime;
use fadu_trading::{Complaint, Project, complaint, project};
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
        (Project::KIND, "Announced") => NoticeKind::TenderAnnouncement,
        (Project::KIND, "NoticeSent") => NoticeKind::Award,
        (Project::KIND, "Awarded") => NoticeKind::AwardResult,
        (Complaint::KIND, "Decided") => NoticeKind::ComplaintDecision,
        _ => return None,
    })
}

/// 中标结果 is told to the others with the notice of award (招标投标法 45): not before it, and not of an award that another
/// took the place of first.
fn is_told(kind: NoticeKind, entry: &EntryRow, entries: &[EntryRow]) -> bool {
    let after = entries.iter().filter(|other| other.seq > entry.seq);
    let next = after
        .map(|other| other.fact.as_str())
        .find(|fact| matches!(*fact, "NoticeSent" | "Awarded" | "Retendered" | "Reevaluated" | "Terminated"));
    kind != NoticeKind::AwardResult || next == Some("NoticeSent")
}

/// The notices that these entries have given rise to.
pub fn links(id: MatterId, entries: &[EntryRow]) -> Vec<Value> {
    let of = entries.iter().filter_map(|entry| Some((kind_of(entry)?, entry)));
    let of = of.filter(|(kind, entry)| is_told(*kind, entry, entries));
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
    let kind = kind_of(entry).filter(|kind| is_told(*kind, entry, &entries)).ok_or_else(lost)?;
    if let Some(digest) = documents(&row.state).get(&seq) {
        return Ok(pdf(kept(&visit, digest).await?));
    }
    let said = match kind {
        NoticeKind::HandOver => of_hand_over(&row.state, entry),
        NoticeKind::ComplaintDecision => {
            of_complaint(&row.state, &entries, entry, |id| app.catalogue().one::<Project>(id).cloned())
        }
        NoticeKind::TenderAnnouncement | NoticeKind::Award | NoticeKind::AwardResult => {
            of_tender(&entries, entry, &app.calendar())
        }
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
        NoticeKind::ComplaintDecision => {
            issue::<Complaint>(visit, id, complaint::Act::IssueNotice { seq, digest }).await
        }
        NoticeKind::TenderAnnouncement | NoticeKind::Award | NoticeKind::AwardResult => {
            issue::<Project>(visit, id, project::Act::IssueNotice { seq, digest }).await
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
        remedy: kind.is_adverse().then(|| Remedy {
            reconsideration_body: format!("{}人民政府", site.region_name),
            reconsideration_days: 60,
            court: format!("{}人民法院", site.region_name),
            litigation_months: 6,
            reconsideration_first: false,
        }),
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

/// The tender as it stood when this entry was made: what an earlier round announced is gone from its state.
fn tender_at(entries: &[EntryRow], seq: i64) -> Option<Project> {
    let mut tender = Project::default();
    for entry in entries.iter().filter(|entry| entry.seq <= seq) {
        // Who acted is not told, so it need not be known.
        let stamp = Stamp {
            day: entry.day.parse().ok()?,
            ms: entry.ms,
            person: PersonId::new(""),
            role: Role::Officer,
            org: OrgId::new(""),
        };
        tender.evolve(&fact::<Told>(entry)?, &stamp);
    }
    Some(tender)
}

fn of_tender(entries: &[EntryRow], entry: &EntryRow, calendar: &Calendar) -> Option<Said> {
    let tender = tender_at(entries, entry.seq)?;
    let told = fact::<Told>(entry)?;
    let purchase = tender.regime() == Regime::Procurement;
    let law = |tendering: u16, procurement: u16| match purchase {
        true => Basis::article("政府采购法", procurement),
        false => Basis::article("招标投标法", tendering),
    };
    let title = &tender.registration.title;
    let mut table = vec![
        ("项目".to_owned(), title.clone()),
        ("项目编号".to_owned(), format!("{}（第{}次招标）", tender.number, tender.round)),
    ];
    let mut said = Said {
        organ: tender.tenderer.to_string(),
        addressee: String::new(),
        number: tender.number.clone(),
        paragraphs: Vec::new(),
        table: Vec::new(),
        list: Vec::new(),
        basis: Vec::new(),
    };
    match told {
        Told::Announced { media, digest, open, .. } => {
            said.number = format!("{}-公告{}", tender.number, tender.round);
            said.paragraphs = announcement(&tender, open)?;
            said.basis = vec![law(16, 11)];
            table.extend(announced(&tender, media, digest));
        }
        Told::NoticeSent { .. } => {
            let award = tender.award.as_ref()?;
            let winner = tender.candidates().iter().find(|one| one.bid == award.bid)?;
            let on: Date = entry.day.parse().ok()?;
            let by = Limit::days(30).end(on, calendar).ok();
            let by = by.map(|by| format!("，即{}前", date_zh(by))).unwrap_or_default();
            said.number = format!("{}-中标", tender.number);
            said.addressee = winner.bidder.clone();
            said.paragraphs = vec![
                match tender.separation {
                    Some(_) => {
                        "经评标委员会推荐、定标委员会定标，现确定你单位为下列项目的中标人。".to_owned()
                    }
                    None => "经评标委员会评审，现确定你单位为下列项目的中标人。".to_owned(),
                },
                format!(
                    "请自本通知书发出之日起三十日内{by}，与我单位按照招标文件和你单位的投标文件订立书面合同。双方不得再行订立背离合同实质性内容的其他协议。"
                ),
                "本通知书发出后，招标人改变中标结果的，或者中标人放弃中标项目的，应当依法承担法律责任。"
                    .to_owned(),
            ];
            table.push(("中标价".to_owned(), yuan(award.price_fen)));
            let bond = tender.tender.file.as_ref().map_or(0, |file| file.performance_bond_percent);
            if bond > 0 {
                table.push(("履约保证金".to_owned(), format!("合同价的百分之{bond}以内，按招标文件提交")));
            }
            said.basis = vec![law(45, 46), law(46, 46)];
            said.basis.dedup();
        }
        Told::Awarded { bid, bidder, price_fen, .. } => {
            let others = tender.tender.bids.iter().filter(|row| row.bid != bid);
            let others = others.filter_map(|row| Some(row.read.as_ref()?.0.bidder.clone()));
            let others: Vec<String> = others.collect();
            said.number = format!("{}-结果", tender.number);
            said.addressee = match others.is_empty() {
                true => "各投标人".to_owned(),
                false => others.join("、"),
            };
            said.paragraphs =
                vec!["你单位参加投标的下列项目已经确定中标人，现将中标结果通知你单位。".to_owned()];
            table.extend([("中标人".to_owned(), bidder), ("中标价".to_owned(), yuan(price_fen))]);
            said.basis = match purchase {
                true => vec![Basis::article("政府采购法实施条例", 43)],
                false => vec![Basis::article("招标投标法", 45)],
            };
        }
        _ => return None,
    }
    said.table = table;
    Some(said)
}

/// What the law makes an announcement say, as far as the project holds it; the rest stands in the file.
fn announcement(tender: &Project, open: bool) -> Option<Vec<String>> {
    let (registration, file) = (&tender.registration, tender.tender.file.as_ref()?);
    let approved = match (&registration.approver, registration.approval.trim()) {
        (Some(approver), approval) if !approval.is_empty() => format!("已由{approver}以{approval}批准，"),
        (None, approval) if !approval.is_empty() => format!("已以{approval}批准，"),
        _ => String::new(),
    };
    let funding = match registration.funding.source.trim() {
        "" => String::new(),
        source => format!("资金来自{source}，"),
    };
    let method = if open { "公开招标" } else { "邀请招标" };
    Some(vec![
        format!("本招标项目{approved}{funding}已经具备招标条件，现进行{method}。"),
        format!(
            "有意参加的潜在投标人，请在{}至{}获取招标文件，在{}以前递交密封的投标文件；投标截止的同时开标。",
            date_zh(file.sale_from),
            date_zh(file.sale_to),
            minute(file.deadline)
        ),
        "招标人的地址和招标项目的数量、实施地点、时间，以招标文件载明的为准。".to_owned(),
    ])
}

fn announced(tender: &Project, media: Vec<String>, digest: String) -> Vec<(String, String)> {
    let registration = &tender.registration;
    let mut table = vec![
        ("性质", format!("{}，{}", registration.kind.zh(), registration.sector)),
        ("估算价（预算）", yuan(registration.estimate_fen)),
        ("行政监督部门", registration.supervisor.to_string()),
    ];
    if let Some(file) = &tender.tender.file {
        table.extend(file.ceiling_fen.map(|ceiling| ("最高投标限价", yuan(ceiling))));
        table.push(("投标保证金", yuan(file.bond_fen)));
        table.push(("招标文件摘要（SHA-256）", file.digest.clone()));
    }
    table.push(("公告媒介", media.join("、")));
    table.push(("公告文本摘要（SHA-256）", digest));
    table.into_iter().map(|(label, text)| (label.to_owned(), text)).collect()
}

/// The name of who complains is kept sealed: whoever delivers the decision writes it on the cover.
fn of_complaint(
    state: &str,
    entries: &[EntryRow],
    entry: &EntryRow,
    tender: impl FnOnce(MatterId) -> Option<Project>,
) -> Option<Said> {
    let of: Complaint = registry::state(state).ok()?;
    let complaint::Fact::Decided { outcome, digest, about_regime, .. } = fact::<complaint::Fact>(entry)?
    else {
        return None;
    };
    let asked = entries.iter().find_map(|entry| match fact::<complaint::Fact>(entry)? {
        complaint::Fact::Lodged { request, .. } => Some(request),
        _ => None,
    });
    let project = of.project.and_then(tender);
    let decided = match outcome {
        complaint::Outcome::Upheld => "经查，投诉成立。招标人应当依照本决定改正。",
        complaint::Outcome::Unfounded => "经查，投诉缺乏事实依据，决定驳回投诉。",
        complaint::Outcome::Fabricated => {
            "经查，投诉人捏造事实、伪造材料或者以非法手段取得证明材料进行投诉，决定驳回投诉。"
        }
    };
    let title = project.map_or_else(|| of.project_number.clone(), |project| project.registration.title);
    Some(Said {
        organ: of.org.to_string(),
        addressee: format!("投诉人（投诉{}）和有关当事人", of.number),
        number: format!("{}-决定", of.number),
        paragraphs: vec![
            format!("你对“{title}”招标项目的投诉，我单位依法受理并作了审查。"),
            decided.to_owned(),
        ],
        table: vec![
            ("项目编号".to_owned(), of.project_number.clone()),
            ("投诉请求".to_owned(), asked.unwrap_or_default()),
            ("书面处理决定摘要（SHA-256）".to_owned(), digest),
        ],
        list: Vec::new(),
        basis: match about_regime {
            Regime::Tendering => vec![Basis::article("招标投标法实施条例", 61)],
            Regime::Procurement => {
                vec![Basis::article("政府采购法", 56), Basis::article("政府采购法", 58)]
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_told_with_the_notice_and_of_the_last_award() {
        let table: [(&str, &[&str], usize, bool); 5] = [
            ("not before the notice", &["Awarded"], 0, false),
            ("with it", &["Awarded", "NoticeIssued", "NoticeSent"], 0, true),
            ("not of the one before", &["Awarded", "Awarded", "NoticeSent"], 0, false),
            ("of the last", &["Awarded", "Awarded", "NoticeSent"], 1, true),
            ("not of one that fell", &["Awarded", "Reevaluated", "Awarded", "NoticeSent"], 0, false),
        ];
        for (name, facts, place, told) in table {
            let entry = |(seq, fact): (i64, &&str)| EntryRow {
                seq,
                matter: MatterId(1),
                kind: Project::KIND.into(),
                fact: (*fact).to_owned(),
                day: "2025-03-05".into(),
                ms: 0,
                actor: String::new(),
                leaf: [0; 32],
                body: String::new(),
            };
            let entries: Vec<EntryRow> = (0..).zip(facts).map(entry).collect();
            assert_eq!(is_told(NoticeKind::AwardResult, &entries[place], &entries), told, "{name}");
        }
    }
}
