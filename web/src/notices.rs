//! 文书。 The notices that a case has given rise to, each with the fact it tells of, as a sealed PDF in official layout.
//!
//! A notice is made by the program a minute or two after its fact, or when the organ or the applicant asks for it before; it
//! is kept sealed with the applicant's key, and its digest stands in the ledger: from then on it is these bytes. Not with the
//! fact itself, which thousands of acts a minute leave.

use crate::desk::{Opened, open, reads};
use crate::extract::Path;
use crate::fail::Page;
use crate::session::Visit;
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_app::store::{EntryRow, Fault};
use fadu_app::{App, Call, Problem};
use fadu_kernel::rows::Kept;
use fadu_kernel::{Actor, Basis, Fen, Matter, MatterId, Rule};
use fadu_report::notice::{ListLine, Notice, NoticeKind, Remedy};
use fadu_report::sealed_pdf;
use fadu_service::case::{Missing, Paper, correction_zh};
use fadu_service::{Case, CaseAct, CaseFact, Definition};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// 书面凭证。 Kept by the document itself: it is not issued without a seal and a date.
static SEALED_AND_DATED: Rule = Rule {
    id: "LIC-10",
    sentence: "受理和不予受理都要出具加盖本行政机关专用印章、注明日期的书面凭证",
    basis: &[Basis::article("行政许可法", 32)],
};

/// What the documents are bound by.
pub const SEALING: Kept = Kept { rules: &[&SEALED_AND_DATED], rows: include_str!("../rows.tsv") };

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/cases/{id}/notices/{seq}", get(at_the_desk))
}

/// 一份文书: the entry it tells of. Its number is its place among the notices of the case.
struct Issued {
    kind: NoticeKind,
    seq: i64,
    on: Date,
    fact: CaseFact,
}

impl Issued {
    /// The right to a hearing and its time and place are told in documents of one kind and two names.
    fn name(&self) -> &'static str {
        match self.fact {
            CaseFact::HearingScheduled { .. } => WHEN_AND_WHERE,
            CaseFact::FeeExempted { .. } => REMITTED,
            CaseFact::FeeRefunded { .. } => REFUNDED,
            _ => self.kind.title(),
        }
    }
}

const WHEN_AND_WHERE: &str = "听证通知书";
const REMITTED: &str = "费用减免告知书";
const REFUNDED: &str = "退费凭证";

fn kind_of(fact: &CaseFact) -> Option<NoticeKind> {
    Some(match fact {
        CaseFact::Received { .. } => NoticeKind::Received,
        CaseFact::NoticeGiven { .. } => NoticeKind::Supplement,
        CaseFact::Accepted { .. } => NoticeKind::Accepted,
        CaseFact::Declined { .. } => NoticeKind::NotAccepted,
        CaseFact::Extended { .. } => NoticeKind::Extended,
        CaseFact::Stopped { .. } => NoticeKind::Special,
        CaseFact::HearingTold { .. } => NoticeKind::Hearing,
        // Scheduled before its place was kept, it has no notice that could tell one.
        CaseFact::HearingScheduled { place, .. } if !place.is_empty() => NoticeKind::Hearing,
        CaseFact::Decided { granted: true, .. } | CaseFact::DeemedRenewed { .. } => NoticeKind::Granted,
        CaseFact::Decided { granted: false, .. } => NoticeKind::Refused,
        CaseFact::Delivered { .. } => NoticeKind::Service,
        CaseFact::Withdrawn { .. } => NoticeKind::Withdrawn,
        CaseFact::FeeCharged { .. } | CaseFact::FeeExempted { .. } => NoticeKind::Fee,
        CaseFact::FeePaid { .. } | CaseFact::FeeRefunded { .. } => NoticeKind::FeeReceipt,
        _ => return None,
    })
}

pub(crate) fn fact_of(entry: &EntryRow) -> Option<CaseFact> {
    #[derive(Deserialize)]
    struct Body {
        data: CaseFact,
    }
    Some(serde_json::from_str::<Body>(&entry.body).ok()?.data)
}

fn issued(entries: &[EntryRow]) -> Vec<Issued> {
    let read = |entry: &EntryRow| {
        let fact = fact_of(entry)?;
        Some(Issued { kind: kind_of(&fact)?, seq: entry.seq, on: entry.day.parse().ok()?, fact })
    };
    entries.iter().filter_map(read).collect()
}

/// 更正。 Made after a document was given: whoever reads it later reads them on it.
fn corrections(entries: &[EntryRow], after: i64) -> impl Iterator<Item = (&'static str, String)> {
    let later = entries.iter().filter(move |entry| entry.seq > after);
    later.filter_map(|entry| match fact_of(entry)? {
        CaseFact::Corrected { what, from, to, sealed } => {
            let on = date_zh(entry.day.parse().ok()?);
            Some(("更正", format!("{on}：{}", correction_zh(&what, &from, &to, &sealed))))
        }
        _ => None,
    })
}

/// `of` is the address of the case, for the applicant or for the desk.
pub(crate) fn notices(of: &str, case: &Case, entries: &[EntryRow]) -> Vec<Value> {
    let (number, delivered) = (&case.number, case.delivered.as_ref().map(|mark| mark.on));
    let delivered = delivered.map_or_else(|| "—".to_owned(), |on| on.to_string());
    let row = |(i, issued): (usize, Issued)| {
        context! {
            name => issued.name(), href => format!("{of}/notices/{}", issued.seq), number => format!("{number}-{}", i + 1),
            date => issued.on.to_string(), delivered => delivered.clone(),
            digest => case.documents.get(&issued.seq).cloned(),
        }
    };
    issued(entries).into_iter().enumerate().map(row).collect()
}

async fn at_the_desk(visit: Visit, Path((id, seq)): Path<(String, i64)>) -> Page {
    let (_, actor) = visit.staff()?;
    let opened = open(&visit, &id).await?;
    let (app, case) = (&visit.web.app, &opened.case);
    let reader = if app.may::<Case>(&actor, "Read", &case.parties()) {
        Reader::Party
    } else if reads(app, &actor, case) {
        Reader::Consulting
    } else {
        Reader::Masked
    };
    notice_pdf(&visit, &opened, seq, reader).await
}

/// 谁在看。
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The organ or the applicant: a notice that is not there yet is made for them.
    Party,
    /// In clear by a recorded consultation; of whom they look into nothing may show in the case, so they make no notice.
    Consulting,
    Masked,
}

/// What was made is what everybody gets who may read it in clear. Others get a copy with the name masked; so does
/// everybody once the applicant's data were destroyed, and the kept notice with them.
pub(crate) async fn notice_pdf(visit: &Visit, opened: &Opened, seq: i64, reader: Reader) -> Page {
    let list = issued(&opened.entries);
    let Some(i) = list.iter().position(|issued| issued.seq == seq) else {
        return Err(Fail::NotFound(visit.clone()));
    };
    let bytes = match (applicant(visit, opened.id).await?, reader) {
        (Some(applicant), Reader::Party | Reader::Consulting) if opened.case.documents.contains_key(&seq) => {
            kept(visit, &opened.case, seq, &applicant).await?
        }
        (Some(applicant), Reader::Party) => make(visit, opened, i, &list[i], &applicant).await?,
        (Some(applicant), Reader::Consulting) => {
            set(visit, &list[i], compose(visit, opened, i, &list[i], applicant.name)).await?
        }
        (Some(applicant), Reader::Masked) => {
            let name = fadu_app::private::mask(&applicant.name);
            set(visit, &list[i], compose(visit, opened, i, &list[i], name)).await?
        }
        (None, _) => set(visit, &list[i], compose(visit, opened, i, &list[i], "申请人".into())).await?,
    };
    Ok(([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")], bytes)
        .into_response())
}

/// 成文: a document of the case as it is kept.
pub(crate) struct Document {
    pub seq: i64,
    pub name: &'static str,
    pub bytes: Vec<u8>,
}

/// All documents of the case; whichever nobody asked for before is made. None once the applicant's data were destroyed.
pub(crate) async fn documents(visit: &Visit, opened: &Opened) -> Result<Vec<Document>, Fail> {
    let Some(applicant) = applicant(visit, opened.id).await? else { return Ok(Vec::new()) };
    let list = issued(&opened.entries);
    let mut all = Vec::new();
    for (i, issued) in list.iter().enumerate() {
        let bytes = if opened.case.documents.contains_key(&issued.seq) {
            kept(visit, &opened.case, issued.seq, &applicant).await?
        } else {
            make(visit, opened, i, issued, &applicant).await?
        };
        all.push(Document { seq: issued.seq, name: issued.name(), bytes });
    }
    Ok(all)
}

/// A blob of this name holds the ledger number from which on the program has not looked yet.
const MADE_UP_TO: &str = "notices/made";
const PAGE: u32 = 500;

/// Looks once a minute until the program ends.
pub async fn keep_making(web: Web) {
    loop {
        tokio::time::sleep(Duration::from_secs(60)).await;
        if let Err(error) = make_due(&web).await {
            tracing::error!(%error, "notices could not be made; the next attempt follows");
        }
    }
}

/// 按时制作: the notices of what was done since the last look, whether or not anybody asks: that silence accepted is written and
/// sealed too (行政许可法 32). A county's first look only begins: years before it would keep a machine busy for days, and are
/// made when they are asked for. May run twice, on several servers. Returns how many were made.
/// Where none of a page can be made (the seal service is away), the next look tries it again.
pub async fn make_due(web: &Web) -> Result<usize, Fault> {
    let app = &web.app;
    let mut from = match app.store.blob(app.region, MADE_UP_TO).await? {
        Some((_, bytes)) => String::from_utf8_lossy(&bytes)
            .parse::<i64>()
            .map_err(|_| Fault::Corrupt(format!("{MADE_UP_TO} holds no ledger number")))?,
        None => {
            looked_up_to(app, app.store.head(app.region).await?.next_seq).await?;
            return Ok(0);
        }
    };
    let visit = Visit::of_the_program(web);
    let mut made = 0;
    loop {
        let page = app.store.entries(app.region, from, PAGE).await?;
        let Some(last) = page.last() else { return Ok(made) };
        let told = page.iter().filter(|entry| entry.kind == Case::KIND);
        let told = told.filter(|entry| fact_of(entry).is_some_and(|fact| kind_of(&fact).is_some()));
        let cases: BTreeSet<MatterId> = told.map(|entry| entry.matter).collect();
        let mut failed = 0;
        for id in &cases {
            match make_missing(&visit, *id).await {
                Ok(n) => made += n,
                Err(fail) => {
                    failed += 1;
                    let why = match fail {
                        Fail::Fault { what, .. } => what,
                        _ => "the case cannot be opened or refuses it".to_owned(),
                    };
                    tracing::error!(matter = %id, %why, "a notice could not be made");
                }
            }
        }
        if failed > 0 && failed == cases.len() {
            return Ok(made);
        }
        from = last.seq + 1;
        looked_up_to(app, from).await?;
    }
}

async fn looked_up_to(app: &App, next: i64) -> Result<(), Fault> {
    let number = next.to_string().into_bytes();
    app.store.put_blob(app.region, MADE_UP_TO, "text/plain", number).await
}

async fn make_missing(visit: &Visit, id: MatterId) -> Result<usize, Fail> {
    let opened = open(visit, &id.to_string()).await?;
    let all = documents(visit, &opened).await?;
    Ok(all.iter().filter(|one| !opened.case.documents.contains_key(&one.seq)).count())
}

/// 制作。 Kept first and written down afterwards: the ledger names no notice that is not there. Its signature makes the
/// digest say nothing about the name inside. Whoever comes second gets what the first one made.
async fn make(
    visit: &Visit,
    opened: &Opened,
    i: usize,
    issued: &Issued,
    applicant: &Applicant,
) -> Result<Vec<u8>, Fail> {
    let app = &visit.web.app;
    let bytes = set(visit, issued, compose(visit, opened, i, issued, applicant.name.clone())).await?;
    let digest = app
        .keep_file_about(&applicant.key, &bytes)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    let act = CaseAct::IssueNotice { seq: issued.seq, kind: issued.name().to_owned(), digest };
    let clock = Actor::clock();
    let call = Call { actor: &clock, matter: Some(opened.id), act, private: BTreeMap::new(), key: None };
    match app.act::<Case>(call).await {
        Ok(_) => Ok(bytes),
        Err(Problem::Refused(_)) => {
            let now = open(visit, &opened.id.to_string()).await?;
            kept(visit, &now.case, issued.seq, applicant).await
        }
        Err(problem) => Err(Fail::from_problem(visit, problem, "制作文书", &visit.path)),
    }
}

async fn kept(visit: &Visit, case: &Case, seq: i64, applicant: &Applicant) -> Result<Vec<u8>, Fail> {
    let Some(digest) = case.documents.get(&seq) else { return Err(Fail::NotFound(visit.clone())) };
    let found = visit.web.app.file_about(&applicant.key, digest).await;
    found.map_err(|error| Fail::fault(visit, error))?.ok_or_else(|| {
        Fail::fault(visit, format!("the notice {digest} is in the ledger and not in the store"))
    })
}

/// Typesetting takes CPU for tenths of a second: not on a thread that serves other readers.
async fn set(visit: &Visit, issued: &Issued, mut notice: Notice) -> Result<Vec<u8>, Fail> {
    if let CaseFact::HearingScheduled { chair, .. } = &issued.fact {
        // Whom the applicant may object to.
        let account = visit.web.app.account(chair.as_str()).await;
        let account = account.map_err(|error| Fail::fault(visit, error))?;
        let name = account.map_or_else(|| chair.to_string(), |account| account.name);
        notice.table.push(("主持人".to_owned(), name));
    }
    let web = visit.web.clone();
    let made = tokio::task::spawn_blocking(move || sealed_pdf(&notice, &*web.site.seals)).await;
    made.map_err(|error| Fail::fault(visit, error))?
        .map_err(|error| Fail::fault(visit, error))
}

/// 申请人: the name, and the key that everything about the person is sealed with.
struct Applicant {
    name: String,
    key: Vec<u8>,
}

async fn applicant(visit: &Visit, id: MatterId) -> Result<Option<Applicant>, Fail> {
    let app = &visit.web.app;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let sealed = app.store.private_of(app.region, id).await.map_err(fault)?;
    let Some(row) = sealed.iter().find(|row| row.field == "applicant_name") else { return Ok(None) };
    let key = app.store.person_key(app.region, &row.subject).await.map_err(fault)?;
    Ok(key.and_then(|key| {
        let (name, _) = app.keys.open_value(&key, &row.field, &row.sealed).ok()?;
        Some(Applicant { name, key })
    }))
}

/// What a notice says below its title.
#[derive(Default)]
struct Said {
    title: &'static str,
    paragraphs: Vec<String>,
    table: Vec<(&'static str, String)>,
    list: Vec<ListLine>,
    basis: Vec<String>,
}

impl Said {
    /// 不得再次申请 (行政许可法 78).
    fn bar(&mut self, until: Option<Date>) {
        let Some(until) = until else { return };
        self.paragraphs.push(format!(
            "您隐瞒了有关情况或者提供了虚假材料，到{}为止不得再次申请本项许可。",
            date_zh(until)
        ));
        self.basis.push("《行政许可法》第七十八条".to_owned());
    }
}

fn compose(visit: &Visit, opened: &Opened, i: usize, issued: &Issued, addressee: String) -> Notice {
    let (case, site) = (&opened.case, &visit.web.site);
    let (said, organ) = (said(opened, issued), organ_of(opened, issued));
    let facts = [("编号", case.number.clone()), ("事项", case.item_name.clone())];
    Notice {
        kind: issued.kind,
        organ: organ.to_owned(),
        number: format!("{}-{}", case.number, i + 1),
        addressee,
        title: said.title.to_owned(),
        paragraphs: said.paragraphs,
        table: facts
            .into_iter()
            .chain(said.table)
            .chain(corrections(&opened.entries, issued.seq))
            .map(|(label, text)| (label.to_owned(), text))
            .collect(),
        list: said.list,
        basis: said.basis,
        remedy: issued.kind.is_adverse().then(|| Remedy {
            reconsideration_body: format!("{}人民政府", site.region_name),
            reconsideration_days: 60,
            court: format!("{}人民法院", site.region_name),
            litigation_months: 6,
            // 行政复议法 23: refusing to act must go to reconsideration first.
            reconsideration_first: issued.kind == NoticeKind::NotAccepted,
        }),
        date_text: date_zh(issued.on),
        contact: site.help_phone.clone(),
        seal: site.seals.mark(organ),
        receipt_url: format!("{}/receipts/{}", site.base_url, issued.seq),
        verify_text: format!("台账第{}条，可离线核验", issued.seq),
        simulated: site.simulated,
    }
}

/// The organ whose act a notice tells of: until the file was sent up, the one below (行政许可法 43).
fn organ_of<'a>(opened: &'a Opened, issued: &Issued) -> &'a str {
    let below = opened.case.first_review.as_ref();
    let sent = below.and_then(|below| below.forwarded.as_ref());
    let at = opened.entries.iter().find(|entry| entry.fact == "Forwarded");
    match (sent, at) {
        (Some(sent), Some(entry)) if issued.seq < entry.seq => sent.organ.as_str(),
        _ => opened.case.org.as_str(),
    }
}

fn date_zh(on: Date) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

fn said(opened: &Opened, issued: &Issued) -> Said {
    let (case, definition) = (&opened.case, &opened.definition);
    // Only a permit is decided under the licensing law; other items stand on their own bases.
    let permit = definition.is_permit();
    let own = || {
        definition
            .bases
            .iter()
            .map(|support| support.basis.to_string())
            .take(3)
            .collect()
    };
    let law = |article: &str| if permit { vec![format!("《行政许可法》{article}")] } else { own() };
    let plain =
        |text: String, article: &str| Said { paragraphs: vec![text], basis: law(article), ..Said::default() };
    match &issued.fact {
        CaseFact::NoticeGiven { missing, .. } => Said {
            list: missing.iter().map(|missing| line(missing, definition)).collect(),
            ..plain(
                "您的申请材料还不齐，需要补正的全部内容如下，补齐以后即予受理。".into(),
                "第三十二条第一款第四项",
            )
        },
        CaseFact::Accepted { from, deemed, statutory, promised, due, first_review, .. } => {
            let mut text = if *deemed {
                let within = match definition.notice_limit() {
                    Some(limit) if limit.n > 0 => format!("在{}内", limit.zh()),
                    Some(_) | None => "当场".to_owned(),
                };
                format!(
                    "本机关没有{within}告知需要补正的内容，您的申请自收到材料之日{}起即为受理。",
                    date_zh(*from)
                )
            } else {
                "您的申请材料齐全，本机关予以受理。".to_owned()
            };
            // As reckoned that day: what stops or lengthens the limit later has a notice of its own.
            let (what, limit) = match first_review {
                Some(limit) => ("初审期限", Some(*limit)),
                None => ("办结期限", promised.or(*statutory)),
            };
            let limit = limit.map(|limit| {
                let due = due.map_or_else(|| "放假安排公布后确定".to_owned(), |due| format!("{due}前"));
                (what, format!("{}（{due}）", limit.zh()))
            });
            if let Some(below) = case.first_review.as_ref().filter(|_| first_review.is_some()) {
                text.push_str(&format!(
                    "本机关审查以后，把初审意见和全部申请材料报送{}决定。",
                    below.decides
                ));
            }
            Said { table: limit.into_iter().collect(), ..plain(text, "第三十二条") }
        }
        CaseFact::Declined { reason, target, barred_until, .. } => {
            let mut said = plain(format!("您的申请不予受理。理由：{reason}"), "第三十二条");
            said.bar(*barred_until);
            said.paragraphs
                .extend(target.as_ref().map(|target| format!("请向{target}提出申请。")));
            said
        }
        CaseFact::Extended { by, reason, due } => {
            let until = due.map_or_else(String::new, |due| format!("，延长以后的最后一日是{}", date_zh(due)));
            let text = format!("经本机关负责人批准，本件的办理期限延长{}{until}。理由：{reason}", by.zh());
            let mut said = plain(text, "第四十二条");
            // What was extended before promises stayed as they were lengthened both.
            if case.promised.as_ref().is_some_and(|clock| clock.extension.is_none()) {
                let text = "延长的是法定期限，承诺期限不变；超过承诺期限的，本机关公开说明理由。";
                said.paragraphs.push(text.to_owned());
            }
            said
        }
        CaseFact::Stopped { kind, days } => plain(
            format!(
                "本件依法需要进行{}，所需时间为{days}个工作日。这段时间不计算在办理期限之内，结束以后继续计算。",
                kind.zh()
            ),
            "第四十五条",
        ),
        CaseFact::HearingTold { last_day } => {
            let until = last_day
                .map_or_else(|| "被告知之日起五个工作日内".to_owned(), |day| format!("{}以前", date_zh(day)));
            plain(
                format!(
                    "本件直接涉及您与他人之间的重大利益关系，您有权要求听证。要求听证的，请在{until}提出；听证不收费用。"
                ),
                "第四十七条",
            )
        }
        CaseFact::HearingScheduled { on, time, place, .. } => Said {
            title: WHEN_AND_WHERE,
            table: vec![("听证时间", format!("{} {time}", date_zh(*on))), ("听证地点", place.clone())],
            ..plain(
                "本件定于下列时间、地点公开举行听证，请按时参加。您认为主持人与本事项有直接利害关系的，\
                 有权申请回避；听证不收费用。"
                    .into(),
                "第四十八条",
            )
        },
        CaseFact::DeemedRenewed { number, from, .. } => plain(
            format!(
                "您申请延续{number}，本机关在有效期届满前没有作出决定，自{}起视为准予延续。",
                date_zh(*from)
            ),
            "第五十条",
        ),
        CaseFact::Decided { granted: true, .. } => Said {
            title: if permit { "" } else { "准予办理决定书" },
            ..plain(format!("经审查，您的申请符合条件，准予{}。", case.item_name), "第三十八条")
        },
        CaseFact::Decided { reason, barred_until, .. } => {
            let what = if permit { "许可" } else { "办理" };
            let mut said = Said {
                title: if permit { "" } else { "不予办理决定书" },
                ..plain(format!("经审查，决定不予{what}。理由：{reason}"), "第三十八条")
            };
            said.bar(*barred_until);
            said
        }
        CaseFact::Delivered { way, on, .. } => {
            let mut said = plain("本件的决定已经送达。".into(), "第四十四条");
            said.table.push(("送达方式", way.clone()));
            if let Some(on) = on {
                said.table.push(("收件日期", date_zh(*on)));
                let posted = case.parcels.last();
                said.table
                    .extend(posted.map(|parcel| ("邮件", format!("{} {}", parcel.carrier, parcel.number))));
            }
            said
        }
        CaseFact::Withdrawn { reason, statement } => {
            let mut said =
                plain(format!("按照您的要求，本件申请已经撤回，办理终止。原因：{reason}"), "第二十九条");
            said.table
                .extend((!statement.is_empty()).then(|| ("撤回凭据", statement.clone())));
            said
        }
        CaseFact::FeeCharged { name, basis, standard, quantity, amount_fen, waits, .. } => {
            let amount = Fen(*amount_fen);
            let when = match waits {
                Some(waits) => format!("按照{waits}的规定，缴清以后作出决定。"),
                None => "本件的办理和决定不等待缴费。".to_owned(),
            };
            Said {
                paragraphs: vec![format!("办理本件依法收取下列费用，请缴纳{amount}元。{when}")],
                list: vec![money(
                    name,
                    format!("{standard}；数量{quantity}；应缴{amount}元"),
                    basis.to_string(),
                )],
                basis: fee_law(),
                ..Said::default()
            }
        }
        CaseFact::FeeExempted { name, ground, basis, amount_fen, .. } => Said {
            title: REMITTED,
            paragraphs: vec![format!("本件的费用按照规定减免{}元。", Fen(*amount_fen))],
            list: vec![money(name, format!("{ground}，减免{}元", Fen(*amount_fen)), basis.to_string())],
            basis: fee_law(),
            ..Said::default()
        },
        CaseFact::FeePaid { name, way, reference, amount_fen, simulated, .. } => {
            let simulated = if *simulated { "（模拟支付，没有发生资金往来）" } else { "" };
            Said {
                paragraphs: vec![format!(
                    "已经收到下列费用{}元{simulated}。本凭证不代替财政票据。",
                    Fen(*amount_fen)
                )],
                table: vec![("缴费方式", way.zh().to_owned()), ("流水编号", reference.clone())],
                list: vec![money(name, format!("{}元", Fen(*amount_fen)), String::new())],
                basis: fee_law(),
                ..Said::default()
            }
        }
        CaseFact::FeeRefunded { name, amount_fen, reason, simulated, .. } => {
            let simulated = if *simulated { "（模拟支付，没有发生资金往来）" } else { "" };
            Said {
                title: REFUNDED,
                paragraphs: vec![format!(
                    "下列费用{}元已经退还{simulated}。理由：{reason}",
                    Fen(*amount_fen)
                )],
                list: vec![money(name, format!("退还{}元", Fen(*amount_fen)), String::new())],
                basis: vec!["《行政许可法》第七十五条".to_owned()],
                ..Said::default()
            }
        }
        CaseFact::Received { materials, .. } => Said {
            list: papers(materials, definition),
            ..plain("收到您提交的申请和下列材料。".into(), "第三十二条")
        },
        _ => Said::default(),
    }
}

fn money(name: &str, required: String, basis: String) -> ListLine {
    ListLine { name: name.to_owned(), required, basis }
}

fn fee_law() -> Vec<String> {
    vec!["《优化营商环境条例》第二十五条".to_owned(), "《行政许可法》第五十九条".to_owned()]
}

/// What was handed in with the application; what came later is not in its receipt.
fn papers(handed: &BTreeMap<String, Paper>, definition: &Definition) -> Vec<ListLine> {
    let listed = definition.materials.iter().filter(|material| handed.contains_key(&material.id));
    listed
        .map(|material| ListLine {
            name: material.name.clone(),
            required: String::new(),
            basis: material.basis.as_ref().map(ToString::to_string).unwrap_or_default(),
        })
        .collect()
}

fn line(missing: &Missing, definition: &Definition) -> ListLine {
    let material = definition.material(&missing.material);
    ListLine {
        name: material.map_or_else(|| missing.material.clone(), |material| material.name.clone()),
        required: missing.what.clone(),
        basis: material
            .and_then(|material| material.basis.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Issued, SEALING, WHEN_AND_WHERE, corrections, kind_of};
    use fadu_app::store::EntryRow;
    use fadu_kernel::rows::{self, Outcome};
    use fadu_kernel::{MatterId, PersonId};
    use fadu_report::notice::{Notice, NoticeKind, samples};
    use fadu_service::CaseFact;

    #[test]
    fn a_document_tells_the_corrections_made_after_it() {
        let correct = |what: &str| CaseFact::Corrected {
            what: what.into(),
            from: "甲".into(),
            to: "乙".into(),
            sealed: fadu_kernel::Sealed::new(),
        };
        let entry = |seq: i64, fact: CaseFact| EntryRow {
            seq,
            matter: MatterId(1),
            kind: "case".into(),
            fact: String::new(),
            day: "2025-03-05".into(),
            ms: 0,
            actor: "officer".into(),
            leaf: [0; 32],
            body: serde_json::json!({ "data": fact }).to_string(),
        };
        let entries =
            [entry(7, correct("字号")), entry(8, CaseFact::HearingWaived), entry(9, correct("地址"))];
        let told: Vec<_> = corrections(&entries, 8).collect();
        assert_eq!(told, [("更正", "2025年3月5日：地址由“甲”更正为“乙”".to_owned())]);
    }

    /// What was scheduled before there was a place leaves the numbers of a case's documents as they were.
    #[test]
    fn a_hearing_is_notified_with_its_place() {
        let on = jiff::civil::date(2025, 3, 17);
        let scheduled = |place: &str| CaseFact::HearingScheduled {
            on,
            time: "09:30".into(),
            place: place.into(),
            chair: PersonId::new("c"),
            in_time: None,
        };
        assert_eq!(kind_of(&scheduled("")), None);
        let fact = scheduled("三楼会议室");
        let kind = kind_of(&fact).unwrap();
        assert_eq!(Issued { kind, seq: 1, on, fact }.name(), WHEN_AND_WHERE);
        let told = CaseFact::HearingTold { last_day: None };
        let kind = kind_of(&told).unwrap();
        assert_eq!(Issued { kind, seq: 1, on, fact: told }.name(), NoticeKind::Hearing.title());
    }

    /// Whether a receipt for an application may be issued: (name with its rule, document, the change, how it ends).
    #[test]
    fn a_receipt_bears_seal_and_date() {
        type Change = fn(&mut Notice);
        let table: [(&str, NoticeKind, Change, Outcome); 5] = [
            ("受理通知书，有印章和日期 (LIC-10)", NoticeKind::Accepted, |_| (), Outcome::Passes),
            ("受理通知书，没有印章 (LIC-10)", NoticeKind::Accepted, |n| n.seal = None, Outcome::Refused),
            (
                "受理通知书，没有日期 (LIC-10)",
                NoticeKind::Accepted,
                |n| n.date_text.clear(),
                Outcome::Refused,
            ),
            ("不予受理通知书，有印章和日期 (LIC-10)", NoticeKind::NotAccepted, |_| (), Outcome::Passes),
            (
                "不予受理通知书，没有印章 (LIC-10)",
                NoticeKind::NotAccepted,
                |n| n.seal = None,
                Outcome::Refused,
            ),
        ];
        for (name, kind, change, expected) in &table {
            let (_, mut notice) = samples().into_iter().find(|(_, sample)| sample.kind == *kind).unwrap();
            change(&mut notice);
            let told = if notice.check().is_ok() { Outcome::Passes } else { Outcome::Refused };
            assert_eq!(told, *expected, "{name}");
        }
        let rows = table.into_iter().map(|(name, _, _, outcome)| (name, outcome));
        assert_eq!(rows::write(rows), SEALING.rows, "rows.tsv is to say exactly this");
    }
}
