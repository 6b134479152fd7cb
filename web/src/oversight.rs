//! 监督。 Time limits by department, figures, the ledger and its proofs, the acts of one day. Only reads.

use crate::extract::{Form, Path, Query};
use crate::fail::Page;
use crate::portal::may_see;
use crate::session::Visit;
use crate::view::{
    Field, Names, act_zh, due_badge, fact, figure_context, figure_values, link, pages, refusal_row,
    thousands, told, told_of_consulting,
};
use crate::{Fail, Web};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use fadu_app::now::clock_text;
use fadu_app::registry::business_of;
use fadu_app::store::{EntryRow, MatterRow, OpenCount, RefusalRow};
use fadu_figures::Split;
use fadu_kernel::{Matter, MatterId, Ratio, Role};
use fadu_ledger::note::hex;
use fadu_ledger::{Receipt, ReceiptError};
use fadu_service::Case;
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

const PAGE: i64 = 50;
const OVERDUE: u32 = 50;
/// A day with more acts than this is read in the ledger itself.
const DAY: u32 = 500;
const ONTIME: &str = "svc.ontime_rate";

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/oversight", get(board))
        .route("/oversight/figures", get(figures))
        .route("/oversight/ledger", get(ledger).post(check))
        .route("/oversight/entries/{seq}", get(entry))
        .route("/oversight/entries/{seq}/raw", get(raw))
        .route("/oversight/entries/{seq}/proof", get(proof))
        .route("/oversight/day", get(day))
        .route("/figures", get(public_figures))
        .route("/checkpoint", get(checkpoint))
        .route("/public.key", get(public_key))
}

/// These pages exist only for those who oversee; to other staff they are not there.
fn overseer(visit: &Visit) -> Result<(), Fail> {
    let (account, _actor) = visit.staff()?;
    match account.role {
        Role::Inspector | Role::Government | Role::Operator | Role::AgencyHead | Role::CatalogueManager => {
            Ok(())
        }
        Role::Citizen | Role::FirmAgent | Role::WindowClerk | Role::Officer | Role::Clock => {
            Err(Fail::NotFound(visit.clone()))
        }
    }
}

#[derive(Deserialize, Default)]
struct BoardQuery {
    #[serde(default)]
    department: String,
}

async fn board(visit: Visit, Query(query): Query<BoardQuery>) -> Page {
    overseer(&visit)?;
    let fault = |error| Fail::fault(&visit, error);
    let app = &visit.web.app;
    let moment = app.moment();
    let today = moment.today.to_string();
    let head = app.store.head(app.region).await.map_err(fault)?;
    let mut counts = app.store.open_counts(app.region, Case::KIND, &today).await.map_err(fault)?;
    let late = app
        .store
        .overdue(app.region, Case::KIND, &today, &query.department, OVERDUE)
        .await
        .map_err(fault)?;
    if !query.department.is_empty() {
        counts.retain(|count| count.org == query.department);
    }
    let ontime = figure_values(&visit.web, &[ONTIME], moment.today).await;
    let mut rates =
        fadu_figures::split(&*app.store, app.region, &visit.web.figures, ONTIME, moment.today, None)
            .await
            .map_err(|error| Fail::fault(&visit, error))?;
    if !query.department.is_empty() {
        rates.retain(|rate| rate.key == query.department);
    }
    let calendar = app.calendar();
    let overdue: Vec<Value> = late.iter().map(|row| overdue_row(row, moment.today, &calendar)).collect();
    Ok(visit.page("oversight/board.html", "办理时限", context! {
        as_of => clock_text(moment.ms), seq => last_seq(head.next_seq), tally => tally(&counts, ontime.first()),
        overdue => overdue, departments => departments(&counts, &rates, moment.today),
    }))
}

fn overdue_row(row: &MatterRow, today: Date, calendar: &fadu_kernel::Calendar) -> Value {
    context! {
        number => row.number.clone(), href => format!("/desk/cases/{}", row.id), item => row.title.clone(), applicant => (), what => Case::status_zh(&row.status),
        clock => due_badge(row.due.as_deref(), row.amber.as_deref(), today, calendar), department => row.org.clone(), holder => Case::status_zh(&row.status),
    }
}

/// 负荷。 What a body has open, by the state of its clocks.
#[derive(Default)]
struct Load {
    open: i64,
    amber: i64,
    red: i64,
    provisional: i64,
    stopped: i64,
}

impl Load {
    fn add(&mut self, count: &OpenCount) {
        self.open += count.open;
        self.amber += count.amber;
        self.red += count.overdue;
        self.provisional += count.provisional;
        if count.status == "stopped" {
            self.stopped += count.open;
        }
    }

    /// Cases without a limit are in it.
    fn normal(&self) -> i64 {
        (self.open - self.amber - self.red - self.provisional - self.stopped).max(0)
    }
}

fn tally(counts: &[OpenCount], ontime: Option<&fadu_figures::Value>) -> Vec<Value> {
    let mut all = Load::default();
    counts.iter().for_each(|count| all.add(count));
    let row = |label: &str, count: i64, state: Option<&str>| context! { label => label, count => count, unit => "件", state => state, href => () };
    let mut rows = vec![
        row("在办", all.open, None),
        row("超期", all.red, Some("red")),
        row("临近", all.amber, Some("amber")),
        row("正常（含无期限）", all.normal(), None),
        row("暂定", all.provisional, None),
        row("停计", all.stopped, None),
    ];
    rows.extend(ontime.map(|value| {
        let href = format!("/figures/{}?as_of={}", value.name, value.as_of);
        context! { label => "本年按时办结率", count => value.value.clone(), unit => unit_of(value), state => (), href => href }
    }));
    rows
}

/// Whoever has something open, or has decided something this year that had a limit.
fn departments(counts: &[OpenCount], rates: &[Split], as_of: Date) -> Vec<Value> {
    let mut loads: BTreeMap<&str, (Load, Option<&Split>)> = BTreeMap::new();
    for count in counts {
        loads.entry(count.org.as_str()).or_default().0.add(count);
    }
    for rate in rates {
        loads.entry(rate.key.as_str()).or_default().1 = Some(rate);
    }
    loads
        .iter()
        .map(|(org, (load, rate))| department_row(org, load, *rate, as_of))
        .collect()
}

fn department_row(org: &str, load: &Load, rate: Option<&Split>, as_of: Date) -> Value {
    let on_time = rate.and_then(|rate| {
        let whole = rate.whole.filter(|whole| *whole > 0)?;
        let percent = Ratio::new(rate.part, whole).percent();
        Some(context! {
            id => ONTIME, name => "按时办结率", value => percent.trim_end_matches('%'), unit => "%",
            counted => format!("{} / {}", thousands(rate.part), thousands(whole)), as_of => as_of.to_string(),
            href => format!("/figures/{ONTIME}?as_of={as_of}"),
        })
    });
    context! {
        name => org, href => format!("/oversight?department={}", crate::view::encode(org)), open => load.open, normal => load.normal(),
        amber => load.amber, red => load.red, provisional => load.provisional, stopped => load.stopped, on_time => on_time,
    }
}

#[derive(Deserialize, Default)]
struct AsOf {
    #[serde(default)]
    as_of: String,
}

async fn figures(visit: Visit, Query(query): Query<AsOf>) -> Page {
    overseer(&visit)?;
    figures_page(visit, query, "oversight/base.html").await
}

/// Every figure is public, and so are the entries it counts.
async fn public_figures(visit: Visit, Query(query): Query<AsOf>) -> Page {
    figures_page(visit, query, "portal/base.html").await
}

async fn figures_page(mut visit: Visit, query: AsOf, base: &str) -> Page {
    let as_of = crate::on_day::as_of(&visit, &query.as_of)?;
    visit.query = format!("?as_of={as_of}");
    let app = &visit.web.app;
    let head = app.store.head(app.region).await.map_err(|error| Fail::fault(&visit, error))?;
    let ids: Vec<&str> = visit
        .web
        .figures
        .declarations()
        .map(|declaration| declaration.id.as_str())
        .collect();
    let values = figure_values(&visit.web, &ids, as_of).await;
    let zh = |value: &fadu_figures::Value| {
        let declared = visit.web.figures.declarations().find(|declared| declared.id == value.name);
        declared.map_or("其他", group_zh)
    };
    let mut groups: Vec<(&str, Vec<Value>)> = Vec::new();
    for value in &values {
        let (zh, row) = (zh(value), figure_row(value));
        match groups.iter_mut().find(|(name, _)| *name == zh) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((zh, vec![row])),
        }
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|(name, rows)| context! { name => name, rows => rows })
        .collect();
    Ok(visit.page(
        "oversight/figures.html",
        "指标",
        context! {
        base => base, as_of => as_of.to_string(), seq => last_seq(head.next_seq), groups => groups },
    ))
}

/// The business whose facts it counts.
fn group_zh(declared: &fadu_figures::Declaration) -> &'static str {
    let kind = declared.on.split('.').next().unwrap_or_default();
    business_of(kind).map_or("其他", |business| business.zh)
}

/// A rate without a whole has no value; the page says so instead of printing a dash and a unit.
fn figure_row(value: &fadu_figures::Value) -> Value {
    if value.whole != Some(0) {
        return figure_context(value);
    }
    context! {
        id => value.name.clone(), name => value.zh.clone(), value => (), unit => value.unit.clone(), counted => "0 / 0",
        as_of => value.as_of.to_string(), href => format!("/figures/{}?as_of={}", value.name, value.as_of),
    }
}

fn unit_of(value: &fadu_figures::Value) -> &str {
    if value.whole == Some(0) { "" } else { &value.unit }
}

#[derive(Deserialize, Default)]
struct LedgerQuery {
    /// The highest number on the page.
    #[serde(default)]
    from: String,
    #[serde(default)]
    seq: String,
}

async fn ledger(visit: Visit, Query(query): Query<LedgerQuery>) -> Page {
    overseer(&visit)?;
    let app = &visit.web.app;
    let next = app
        .store
        .head(app.region)
        .await
        .map_err(|error| Fail::fault(&visit, error))?
        .next_seq;
    let top = query.from.parse::<i64>().unwrap_or(next - 1).clamp(0, (next - 1).max(0));
    let low = (top - PAGE + 1).max(0);
    let limit = u32::try_from(top - low + 1).unwrap_or(0);
    let mut entries = app
        .store
        .entries(app.region, low, limit)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    entries.reverse();
    entries.retain(|entry| told(&visit, &entry.fact));
    let (proof, error) = answer(&visit, query.seq.trim(), next).await?;
    let mut field = Field::text("seq", "台账序号", true)
        .kind("number")
        .value(&query.seq)
        .hint("从0开始编号；收件凭证上印有序号。");
    field.error = error.clone();
    let errors: Vec<Value> = error.iter().map(|text| context! { id => "seq", text => text }).collect();
    let page = visit.page("oversight/ledger.html", "台账", context! {
        errors => errors, proof => proof, rows => rows(&visit, &entries).await?, pages => ledger_pages(top, low, next),
        checkpoint => latest_checkpoint(&visit).await?, fields => vec![field],
    });
    Ok(if error.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

fn ledger_pages(top: i64, low: i64, next: i64) -> Value {
    let newer = (top < next - 1).then(|| format!("?from={}", (top + PAGE).min(next - 1)));
    let older = (low > 0).then(|| format!("?from={}", low - 1));
    pages((next - 1 - top).max(0) / PAGE + 1, ((next + PAGE - 1) / PAGE).max(1), next, "条", newer, older)
}

/// The form posts, the answer has an address: it can be kept and opened again.
async fn check(visit: Visit, Form(form): Form<LedgerQuery>) -> Result<Redirect, Fail> {
    overseer(&visit)?;
    Ok(Redirect::to(&format!("/oversight/ledger?seq={}", crate::view::encode(form.seq.trim()))))
}

/// What the proof of one entry says, or what is wrong with the number asked for.
async fn answer(visit: &Visit, asked: &str, next: i64) -> Result<(Option<Value>, Option<String>), Fail> {
    if asked.is_empty() {
        return Ok((None, None));
    }
    let Ok(seq) = asked.parse::<i64>() else {
        return Ok((None, Some("序号是一个整数，例如 128".to_owned())));
    };
    if seq < 0 || seq >= next {
        return Ok((None, Some(format!("台账现有{next}条，没有第{seq}条"))));
    }
    let receipt = visit
        .web
        .app
        .receipt(seq)
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "核验", "/oversight/ledger"))?;
    Ok((
        Some(
            receipt.map_or_else(|| refuted(seq, "现在拿不出证明。"), |receipt| verdict(visit, seq, &receipt)),
        ),
        None,
    ))
}

fn verdict(visit: &Visit, seq: i64, receipt: &Receipt) -> Value {
    match receipt.verify(&visit.web.app.signer().verify_key()) {
        Ok(signed) => context! {
            ok => true, title => "在树内，与签名相符", entry_href => entry_href(seq),
            text => format!(
                "第{seq}条在{}条的树里，证明长{}个哈希，算出的树根就是检查点所签的树根。",
                thousands(signed.checkpoint.size as i64), receipt.proof.len(),
            ),
        },
        Err(ReceiptError::NotIncluded(_)) => refuted(seq, "的内容算不出检查点的树根：内容可能改过。"),
        Err(ReceiptError::Note(_)) => refuted(seq, "所依的检查点不是本站密钥所签。"),
        Err(ReceiptError::Shape(_)) => refuted(seq, "的证明读不出来。"),
    }
}

fn refuted(seq: i64, text: &str) -> Value {
    tracing::error!(seq, "an entry could not be proved");
    context! { ok => false, title => "核验不通过", text => format!("第{seq}条{text}"), entry_href => entry_href(seq) }
}

/// A note bears no time; the last entry it covers gives the earliest moment of its signing.
async fn latest_checkpoint(visit: &Visit) -> Result<Option<Value>, Fail> {
    let fault = |error| Fail::fault(visit, error);
    let app = &visit.web.app;
    let Some(row) = app.store.last_checkpoint(app.region).await.map_err(fault)? else { return Ok(None) };
    let covered = app.store.entries(app.region, row.size - 1, 1).await.map_err(fault)?;
    let signed_at = covered
        .first()
        .map_or_else(String::new, |entry| format!("不早于 {}", clock_text(entry.ms)));
    Ok(Some(context! {
        text => row.note, signed_at => signed_at, size => thousands(row.size), signers => "Ed25519", download_href => "/checkpoint",
    }))
}

/// Public: whoever keeps one notices dropped entries later.
async fn checkpoint(visit: Visit) -> Page {
    let app = &visit.web.app;
    let row = app
        .store
        .last_checkpoint(app.region)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let Some(row) = row else { return Err(Fail::NotFound(visit)) };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], row.note).into_response())
}

/// Public: what receipts and checkpoints are checked against.
async fn public_key(visit: Visit) -> Page {
    let key = visit.web.app.signer().verify_key().to_string();
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{key}\n")).into_response())
}

async fn entry(visit: Visit, Path(seq): Path<String>) -> Page {
    overseer(&visit)?;
    let entry = one(&visit, &seq).await?;
    let app = &visit.web.app;
    let next = app
        .store
        .head(app.region)
        .await
        .map_err(|error| Fail::fault(&visit, error))?
        .next_seq;
    let title = format!("台账第 {} 条", entry.seq);
    Ok(visit.page("oversight/entry.html", &title, context! {
        crumbs => vec![link("台账", "/oversight/ledger")], facts => facts(&visit, &entry).await?, erased => (),
        n_bytes => thousands(entry.body.len() as i64), raw_href => format!("{}/raw", entry_href(entry.seq)), canonical => broken_lines(&entry.body),
        leaf_hash => hex(&entry.leaf), proof => proof_context(&visit, entry.seq).await?,
        prev_href => (entry.seq > 0).then(|| entry_href(entry.seq - 1)), next_href => (entry.seq + 1 < next).then(|| entry_href(entry.seq + 1)),
    }))
}

async fn one(visit: &Visit, seq: &str) -> Result<EntryRow, Fail> {
    let app = &visit.web.app;
    let Some(seq) = seq.parse::<i64>().ok().filter(|seq| *seq >= 0) else {
        return Err(Fail::NotFound(visit.clone()));
    };
    let found = app
        .store
        .entries(app.region, seq, 1)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    found
        .into_iter()
        .next()
        .filter(|entry| entry.seq == seq && told(visit, &entry.fact))
        .ok_or_else(|| Fail::NotFound(visit.clone()))
}

async fn facts(visit: &Visit, entry: &EntryRow) -> Result<Vec<Value>, Fail> {
    let deed = Deed::read(&entry.body);
    let labels = labels(visit, std::slice::from_ref(entry)).await?;
    let names = Names::load(visit).await?;
    Ok(vec![
        fact("事实", deed_text(&entry.kind, &entry.fact, &entry.body)),
        fact("时间", clock_text(entry.ms)),
        fact("事", label_of(&labels, entry.matter)),
        fact("行为人", actor(&names, &entry.actor, &deed)),
        fact("部门", deed.org),
        fact("职权依据", deed.ground),
    ])
}

/// Only at a checkpoint that stands: reading a page signs nothing.
async fn proof_context(visit: &Visit, seq: i64) -> Result<Option<Value>, Fail> {
    let Some(receipt) = standing_receipt(visit, seq).await? else { return Ok(None) };
    let Ok(signed) = receipt.verify(&visit.web.app.signer().verify_key()) else {
        tracing::error!(seq, "an entry could not be proved");
        return Ok(None);
    };
    Ok(Some(context! {
        tree_size => thousands(signed.checkpoint.size as i64), hashes => receipt.proof, root => hex(&signed.checkpoint.root),
        download_href => format!("{}/proof", entry_href(seq)),
    }))
}

async fn standing_receipt(visit: &Visit, seq: i64) -> Result<Option<Receipt>, Fail> {
    let app = &visit.web.app;
    let last = app
        .store
        .last_checkpoint(app.region)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    if last.is_none_or(|row| row.size <= seq) {
        return Ok(None);
    }
    app.receipt(seq)
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "核验", "/oversight/ledger"))
}

async fn raw(visit: Visit, Path(seq): Path<String>) -> Page {
    overseer(&visit)?;
    let entry = one(&visit, &seq).await?;
    Ok(download("application/octet-stream", &format!("fadu-entry-{}.bin", entry.seq), entry.body))
}

async fn proof(visit: Visit, Path(seq): Path<String>) -> Page {
    overseer(&visit)?;
    let entry = one(&visit, &seq).await?;
    let Some(receipt) = standing_receipt(&visit, entry.seq).await? else { return Err(Fail::NotFound(visit)) };
    let text = serde_json::to_string_pretty(&receipt).map_err(|error| Fail::fault(&visit, error))?;
    Ok(download("application/json", &format!("fadu-receipt-{}.json", entry.seq), text))
}

fn download(media: &'static str, name: &str, body: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

#[derive(Deserialize, Default)]
struct DayQuery {
    #[serde(default)]
    on: String,
    #[serde(default)]
    page: String,
}

async fn day(visit: Visit, Query(query): Query<DayQuery>) -> Page {
    overseer(&visit)?;
    let app = &visit.web.app;
    let on = crate::on_day::as_of(&visit, &query.on)?;
    let mut entries = app
        .store
        .entries_of_day(app.region, &on.to_string(), DAY)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    entries.retain(|entry| told(&visit, &entry.fact));
    let refused = app.refused_on(on, DAY).await.map_err(|error| Fail::fault(&visit, error))?;
    let refused: Vec<_> = refused
        .into_iter()
        .filter(|row| row.act != "Consult" || told_of_consulting(&visit))
        .collect();
    let names = Names::load(&visit).await?;
    let named = |person: &str| names.of(person);
    let refusals: Vec<Value> = refused.iter().map(|row| refusal_row(&visit, row, &named)).collect();
    let total = entries.len() as i64;
    let n_pages = ((total + PAGE - 1) / PAGE).max(1);
    let page = query.page.parse::<i64>().unwrap_or(1).clamp(1, n_pages);
    let shown: Vec<EntryRow> = entries
        .iter()
        .skip(((page - 1) * PAGE) as usize)
        .take(PAGE as usize)
        .cloned()
        .collect();
    let to = |page: i64| format!("?on={on}&page={page}");
    Ok(visit.page("oversight/day.html", "当日行为", context! {
        on => on.to_string(), day_note => day_note(&visit, on, &entries), filters => Vec::<Value>::new(), tally => day_tally(&entries, refusals.len()),
        kinds => kinds(&entries, &refused), people => people(&visit, &entries).await?, refusals => refusals, rows => rows(&visit, &shown).await?,
        pages => pages(page, n_pages, total, "条", (page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1))),
    }))
}

fn day_note(visit: &Visit, on: Date, entries: &[EntryRow]) -> String {
    const NAMES: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let weekday = usize::try_from(on.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|n| NAMES.get(n))
        .copied()
        .unwrap_or_default();
    let why = visit
        .web
        .app
        .calendar()
        .status(on)
        .map_or_else(|_| "工作日历尚未发布".to_owned(), |status| status.why);
    let mut note = format!("{on} 星期{weekday}，{why}。");
    if let (Some(first), Some(last)) =
        (entries.iter().map(|entry| entry.seq).min(), entries.iter().map(|entry| entry.seq).max())
    {
        note.push_str(&format!("台账第{first}至{last}条。"));
    }
    if entries.len() >= DAY as usize {
        note.push_str(&format!("只列最近的{DAY}条，更早的请到台账查看。"));
    }
    note.push_str("拒绝执行没有事实，不写入台账，另行记录。");
    note
}

fn day_tally(entries: &[EntryRow], refused: usize) -> Vec<Value> {
    let by_clock = entries
        .iter()
        .filter(|entry| Deed::read(&entry.body).role == Role::Clock.name())
        .count();
    let row = |label: &str, count: usize| context! { label => label, count => count, unit => "次", state => (), href => () };
    vec![row("做成", entries.len()), row("其中程序所为", by_clock), row("拒绝执行", refused)]
}

fn kinds(entries: &[EntryRow], refused: &[RefusalRow]) -> Vec<Value> {
    let mut counts: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for entry in entries {
        counts.entry(deed_text(&entry.kind, &entry.fact, &entry.body)).or_default().0 += 1;
    }
    for row in refused {
        counts.entry(act_zh(&row.kind, &row.act)).or_default().1 += 1;
    }
    counts
        .into_iter()
        .map(
            |(name, (done, refused))| context! { name => name, href => (), done => done, refused => refused },
        )
        .collect()
}

/// Officers only: neither the clock nor an applicant is someone whose powers are checked.
async fn people(visit: &Visit, entries: &[EntryRow]) -> Result<Vec<Value>, Fail> {
    let names = Names::load(visit).await?;
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for entry in entries {
        let deed = Deed::read(&entry.body);
        let role = deed.role();
        if !matches!(role, Some(Role::Clock | Role::Citizen | Role::FirmAgent)) {
            let post = format!("{} {}", deed.org, role.map_or("", Role::zh));
            *counts.entry((actor(&names, &entry.actor, &deed), post)).or_default() += 1;
        }
    }
    Ok(counts
        .into_iter()
        .map(|((name, post), count)| context! { name => name, href => (), post => post, count => count })
        .collect())
}

/// The rows of a list of entries, in the order given.
async fn rows(visit: &Visit, entries: &[EntryRow]) -> Result<Vec<Value>, Fail> {
    let names = Names::load(visit).await?;
    let labels = labels(visit, entries).await?;
    let row = |entry: &EntryRow| {
        let actor = actor(&names, &entry.actor, &Deed::read(&entry.body));
        context! {
            seq => entry.seq.to_string(), href => entry_href(entry.seq), when => clock_text(entry.ms),
            kind => deed_text(&entry.kind, &entry.fact, &entry.body), matter => label_of(&labels, entry.matter), actor => actor,
            hash_short => hex(&entry.leaf[..6]),
        }
    };
    Ok(entries.iter().map(row).collect())
}

/// Number and title of the matters that entries belong to; neither holds personal data.
async fn labels(visit: &Visit, entries: &[EntryRow]) -> Result<HashMap<MatterId, String>, Fail> {
    let app = &visit.web.app;
    let mut labels = HashMap::new();
    for entry in entries {
        if let std::collections::hash_map::Entry::Vacant(slot) = labels.entry(entry.matter) {
            let row = app
                .store
                .matter(app.region, entry.matter)
                .await
                .map_err(|error| Fail::fault(visit, error))?;
            slot.insert(
                row.map_or_else(|| entry.matter.to_string(), |row| format!("{} {}", row.number, row.title)),
            );
        }
    }
    Ok(labels)
}

fn label_of(labels: &HashMap<MatterId, String>, matter: MatterId) -> String {
    labels.get(&matter).cloned().unwrap_or_else(|| matter.to_string())
}

/// Applicants are not named to those who oversee.
fn actor(names: &Names, person: &str, deed: &Deed) -> String {
    match deed.role() {
        Some(Role::Citizen | Role::FirmAgent) => "申请人".to_owned(),
        _ => names.of(person),
    }
}

/// What an entry says of its act.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Deed {
    act: String,
    role: String,
    org: String,
    ground: String,
}

impl Deed {
    fn read(body: &str) -> Deed {
        serde_json::from_str(body).unwrap_or_default()
    }

    fn role(&self) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == self.role)
    }
}

/// `办件：作出决定（Decided）`
pub(crate) fn deed_text(kind: &str, fact: &str, body: &str) -> String {
    format!("{}（{fact}）", act_zh(kind, &Deed::read(body).act))
}

fn entry_href(seq: i64) -> String {
    format!("/oversight/entries/{seq}")
}

/// Where this reader can open an entry: on the page of those who oversee, at its receipt, or nowhere.
pub(crate) fn opens_at(visit: &Visit, entry: &EntryRow) -> Option<String> {
    match overseer(visit) {
        Ok(()) => told(visit, &entry.fact).then(|| entry_href(entry.seq)),
        Err(_) => may_see(visit, &entry.body).then(|| format!("/receipts/{}", entry.seq)),
    }
}

fn last_seq(next: i64) -> String {
    (next - 1).max(0).to_string()
}

/// The canonical text with line breaks and indents between its parts; nothing else is changed or moved.
fn broken_lines(body: &str) -> String {
    let (mut text, mut depth, mut quoted, mut escaped) = (String::new(), 0_usize, false, false);
    for letter in body.chars() {
        if quoted {
            text.push(letter);
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
            continue;
        }
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            '"' => quoted = true,
            _ => {}
        }
        if matches!(letter, '}' | ']') {
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
        }
        text.push(letter);
        if matches!(letter, '{' | '[' | ',') {
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 中文界面: no group of figures is headed by what the program calls it.
    #[test]
    fn every_figure_stands_under_its_business() {
        let figures = fadu_figures::Figures::load(&fadu_app::registry::figures()).unwrap();
        for declared in figures.declarations() {
            assert_ne!(group_zh(declared), "其他", "{}", declared.id);
        }
    }

    #[test]
    fn canonical_text_is_only_broken_into_lines() {
        let table = [
            (r#"{"a":1,"b":[2]}"#, "{\n  \"a\":1,\n  \"b\":[\n    2\n  ]\n}"),
            (r#"{"a":"x,{\"y\\"}"#, "{\n  \"a\":\"x,{\\\"y\\\\\"\n}"),
        ];
        for (given, then) in table {
            assert_eq!(broken_lines(given), then);
        }
    }

    #[test]
    fn a_department_has_its_own_rate_and_what_is_provisional_is_not_normal() {
        let count = |org: &str, status: &str, open: i64, provisional: i64| OpenCount {
            org: org.into(),
            status: status.into(),
            open,
            amber: 1,
            overdue: 1,
            provisional,
        };
        let counts = [
            count("甲局", "accepted", 9, 2),
            count("甲局", "stopped", 3, 0),
            count("乙局", "accepted", 2, 0),
        ];
        let rate = |key: &str, part: i64, whole: i64| Split { key: key.into(), part, whole: Some(whole) };
        let rates = [rate("甲局", 1240, 1260), rate("丙局", 0, 0), rate("丁局", 3, 3)];
        let rows = departments(&counts, &rates, jiff::civil::date(2025, 9, 30));
        let read = |row: &Value, name: &str| row.get_attr(name).unwrap().to_string();
        let told: Vec<String> = rows
            .iter()
            .map(|row| {
                let rate = row.get_attr("on_time").unwrap();
                let rate = if rate.is_none() {
                    "无办结件".to_owned()
                } else {
                    read(&rate, "value") + &read(&rate, "counted")
                };
                let numbers = ["open", "normal", "provisional", "stopped"].map(|name| read(row, name));
                format!("{} {} {rate}", read(row, "name"), numbers.join(" "))
            })
            .collect();
        // In the order of the names.
        assert_eq!(
            told,
            [
                "丁局 0 0 0 0 100.03 / 3",
                "丙局 0 0 0 0 无办结件",
                "乙局 2 0 0 0 无办结件",
                "甲局 12 3 2 3 98.41,240 / 1,260"
            ]
        );
    }

    #[test]
    fn pages_of_the_ledger_go_from_new_to_old() {
        let page = |top: i64, low: i64| ledger_pages(top, low, 120);
        assert_eq!(page(119, 70).get_attr("next_href").unwrap().to_string(), "?from=69");
        assert!(page(119, 70).get_attr("prev_href").unwrap().is_none());
        assert_eq!(page(19, 0).get_attr("page").unwrap().to_string(), "3");
        assert_eq!(page(19, 0).get_attr("prev_href").unwrap().to_string(), "?from=69");
    }
}
