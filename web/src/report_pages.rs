//! 年度报告与指标。 The yearly report with its downloads, and each figure opened to the entries it counts.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::oversight::{deed_text, opens_at};
use crate::session::Visit;
use crate::view::{counted_values, fact, figure_context, figure_values, link, pages, tag, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::App;
use fadu_app::now::{clock_text, moment};
use fadu_app::store::{Contribution, EntryRow, Fault};
use fadu_figures::{Adds, Declaration, FigureFault, Figures, Period};
use fadu_kernel::rows::Kept;
use fadu_law::annual::FIVE_PARTS;
use fadu_ledger::note::hex;
use fadu_report::RenderError;
use fadu_report::annual::{self, AnnualReport, Para, Part, Span};
use fadu_report::structure::{NO_EVIDENCE, OutlinePart, outline};
use jiff::civil::{Date, date};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

const PAGE: u32 = 50;

/// What the drawn report is bound by: none of the five parts can be left out of the outline, and what one lacks is printed in its
/// place and named in what is missing. When it is approved, handed up and published is the matter's own (`fadu_law::annual`).
pub const REPORTING: Kept = Kept { rules: &[&FIVE_PARTS], rows: include_str!("../report-rows.tsv") };

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/report", get(report))
        .route("/report/{year}/{format}", get(download))
        .route("/figures/{id}", get(figure))
}

/// 句子。 Outline id, the figure whose entries are the evidence, and the sentence. Without entries it is not said. A figure
/// with `~` is said in the round word that is true of it, before its number.
const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "1.1.2",
        "pow.items",
        "行政权力和责任清单共{pow.items}，其中行政备案{pow.filings}；已公开{pow.published}，形成或者变更后二十个工作日内公开的占{pow.publish_ontime}；本年度收回{pow.recalled}。",
    ),
    (
        "1.2.1",
        "svc.items",
        "在用的政务服务事项共{svc.items}，其中综合窗口无差别受理{svc.items_undifferentiated}；目录里已认领{svc.items_claimed}。",
    ),
    (
        "1.2.1",
        "svc.received",
        "本年度收到政务服务申请{svc.received}，受理办件{svc.cases}，作出决定{svc.decided}，按时办结率{svc.ontime_rate}，平均办理时间{svc.mean_days}。",
    ),
    (
        "1.2.2",
        "svc.items_open",
        "按目录所定，马上办{svc.instant_ratio}，网上办{svc.online_rate}，就近办{svc.nearby_rate}，一次办{svc.once_rate}，平均跑动{svc.avg_trips}；承诺时限比法定时限压减{svc.time_cut}，比冻结的改革前基线压减{svc.time_cut_baseline}。",
    ),
    (
        "1.2.2",
        "svc.received",
        "按办件实际，受理当日决定{svc.instant_observed}，网上申请{svc.online_observed}，到窗口的在乡镇、村窗口收件{svc.nearby_observed}，至多到现场一次{svc.once_observed}，平均跑动{svc.trips_observed}。",
    ),
    (
        "1.2.1",
        "svc.departments",
        "现行窗口管理规范{hall.rules}；进驻政务大厅的部门{svc.departments}，应进驻事项的进驻率{svc.entry_rate}，列入例外清单的事项{hall.exceptions}；政府购买窗口服务合同{hall.contracts}，综合窗口人员{svc.window_staff}，其中县级{hall.staff_county}、乡镇{hall.staff_township}；外地来访学习{svc.delegations~}；获得肯定、荣誉和推广{hon.awards}。",
    ),
    (
        "1.2.1",
        "hall.tickets",
        "大厅取号{hall.tickets~}，开放{hall.opening_days}，平均等候{hall.mean_wait}，百分之九十五的人次等候不超过{hall.p95_wait}；前台呼叫后台{hall.calls}，按时应答{hall.calls_in_time}，应答时间中位数{hall.call_answer_median}，最长{hall.call_answer_longest}；“办不成事”窗口受理{hall.stuck}，按时答复{hall.stuck_in_time}。",
    ),
    (
        "1.2.1",
        "hall.load_gini_cut",
        "各窗口每小时办件量的基尼系数，改革前冻结的基线为{hall.load_gini_before}，本年度逐月平均{hall.load_gini}，忙闲差距缩小{hall.load_gini_cut}。",
    ),
    ("1.2.1", "hon.awards", "有文件为证的荣誉和推广{hon.awards}。"),
    (
        "1.2.1",
        "eva.evaluations",
        "收到评价{eva.evaluations}，满意率{svc.satisfaction}；有效差评{eva.valid_bad}，按时整改{eva.repaired_in_time}。",
    ),
    (
        "1.2.2",
        "svc.exempt_items",
        "列入证明事项清单{prf.listed}，其中免证明或者减材料的事项{svc.exempt_items}，免交材料和栏目{svc.exempt_materials}。",
    ),
    (
        "1.2.2",
        "prf.cases",
        "有材料免交的办件{prf.cases}：数据共享{prf.shared}，电子证照{prf.licence_calls}，告知承诺{prf.promises}，部门核查{prf.checks}；共享和证照取得率{prf.obtained_rate}，取不到而改为提交{prf.papers}；签发电子证照{prf.licences_issued}。",
    ),
    (
        "1.2.2",
        "ot.themes",
        "上线“一件事”主题{ot.themes}，其中国家和省重点{ot.themes_key}，备有标准化指南{ot.guides}；一次告知、一表申请、一套材料、一窗（网）办理四项齐备{ot.flags_all}。",
    ),
    (
        "1.2.2",
        "ot.cases",
        "本年度受理“一件事”{ot.cases}；与冻结的改革前基线相比，时间压减{ot.time_cut}，跑动压减{ot.trip_cut}，材料压减{ot.material_cut}；按承诺办结{ot.promise_kept}，在法定期限内办结{ot.law_kept}；百分之九十五的企业开办不超过{svc.company_open_days}，百分之九十五的不动产登记不超过{svc.realty_days}；工程建设项目审批平均{ot.project_mean_days}。",
    ),
    (
        "1.2.2",
        "ot.project_max_days",
        "工程建设项目审批（特别程序的时间不计入）平均{ot.project_mean_days}，最长{ot.project_max_days}，按承诺办结{ot.project_kept}。",
    ),
    (
        "1.3.1",
        "trd.projects",
        "登记公共资源交易项目{trd.projects}，签署招标人主体责任清单的占{trd.duties_rate}，全流程电子化率{trd.e_rate}，实行评定分离{trd.separated}；异议成立{trd.objections_upheld}，投诉{trd.complaints}，按时处理{trd.complaints_timely}。",
    ),
    (
        "1.3.1",
        "trd.contracts_timely",
        "节资率{trd.saving_rate}，合同按期签订{trd.contracts_timely}，异议按期答复{trd.objections_timely}，投诉成立{trd.complaints_upheld}；公告、开标、定标、签约各环节线上办理分列于{trd.e_rate_steps}。",
    ),
    (
        "1.3.1",
        "sup.alerts",
        "监督终端单独接收交易台账{sup.feed_entries}，发出风险提示{sup.alerts}，由人处理{sup.alerts_disposed}，闭环率{sup.alerts_closed_rate}；向其他部门移送{sup.handovers}，尚未办结{sup.handovers_open}；公布招标人主体责任清单{sup.duties_lists}，签署清单的项目{sup.duties_signed}。",
    ),
    (
        "1.3.1",
        "sup.compliance_rate",
        "对2023年以来的项目回头看{sup.lookback_projects}，清单以外另查{sup.lookback_unlisted}；有核查结论的项目里没有查实问题的占{sup.compliance_rate}，有规则无法计算的项目{sup.lookback_not_computable}。",
    ),
    (
        "1.3.2",
        "trd.draws",
        "可复算的随机抽取{trd.draws}，因故重抽{trd.redraws}；双随机检查{trd.random_checks}，向代理机构发出整改通知{trd.agency_rectify}，按期整改{trd.agency_rectify_ontime}。",
    ),
    (
        "1.3.2",
        "sup.special_projects",
        "专项起底项目{sup.special_projects}，公告违法行为处理决定{sup.credit_records}，作出行政处罚决定{sup.penalties}。",
    ),
    (
        "1.4.3",
        "hot.calls",
        "归并热线{hot.lines}，来电{hot.calls}，接听{hot.answered}，接通率{hot.connect_rate}，有人值守{hot.staffed_hours}；受理诉求{hot.taken}，首次答复办结{hot.first_answer_rate}。",
    ),
    (
        "1.4.3",
        "hot.taken",
        "办结率{hot.close_rate}，按时率{hot.ontime_rate}，解决率{hot.solved_rate}，满意率{hot.satisfaction}，未联系上{hot.unreachable_rate}；推动解决民生问题{hot.issues_solved~}，移送纪检监察机关线索{hot.discipline_leads}，有移交的联动方{hot.links}；物业服务诉求{hot.property}，企业诉求{hot.enterprise}。",
    ),
    (
        "2.1",
        "hot.taken",
        "12345工单到期没有答复{hot.past_due}，退回{hot.returns}，提交裁定{hot.arbitrations}，申请延期{hot.extensions}，重办{hot.redone}；“一件事”超期{ot.overdue}。",
    ),
    (
        "2.1",
        "prf.promises",
        "告知承诺经核查{prf.promises_verified}，其中不实{prf.promises_false}，按期核查{prf.verified_in_time}；部门协查按时答复{prf.checks_in_time}；共享来源没有应答或者应答不可信{prf.source_faults}。",
    ),
    (
        "2.1",
        "svc.cases",
        "政务服务超期办件{svc.overdue}；逾期未告知补正内容、依法视为受理{svc.deemed}；一次性告知补正{svc.notices}。",
    ),
];
/// The domains that leave evidence in this deployment.
const BUILT: [&str; 6] = ["service", "law", "hall", "onething", "hotline", "trading"];

/// 数据截止日。 31 December, or today while the year is not over.
fn as_of(year: i16, today: Date) -> Date {
    let end = if (1..=9999).contains(&year) { date(year, 12, 31) } else { today };
    end.min(today)
}

/// 年度报告。 Drawn from figures alone: own sentences, exact values, and what is missing by name.
///
/// A year that has not begun has no figures. What supervision counts is read from its own store `beside`, where there is
/// one. Errors: a store cannot be read, or a checkpoint cannot be trusted.
pub async fn annual(
    app: &App,
    beside: Option<&App>,
    figures: &Figures,
    bureau: &str,
    simulated: bool,
    year: i16,
) -> Result<AnnualReport, FigureFault> {
    let today = app.moment().today;
    let until = as_of(year, today);
    let values =
        if until.year() == year { values(app, beside, figures, until).await? } else { HashMap::new() };
    let (size, root_hex) = foundation(app).await?;
    let rows = outline(year);
    let mut missing = Vec::new();
    let mut parts = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let has_lower = rows.get(n + 1).is_some_and(|next| next.level > row.level);
        let paragraphs = if has_lower { Vec::new() } else { paragraphs(row, &values, &mut missing) };
        parts.push(Part { level: row.level, heading: row.heading.clone(), paragraphs });
    }
    Ok(AnnualReport {
        title: format!("{bureau}{year}年度法治政府建设情况报告"),
        organ: bureau.to_owned(),
        year,
        as_of_text: as_of_text(until, today),
        parts,
        ledger_position: size.saturating_sub(1),
        root_hex,
        generated_from_text: format!(
            "根据台账检查点所签的{size}条记录，由程序按固定句式汇总，文字未经人工改动"
        ),
        simulated,
        missing,
    })
}

fn as_of_text(until: Date, today: Date) -> String {
    let day = format!("数据截至{}年{}月{}日", until.year(), until.month(), until.day());
    if until < today { day } else { format!("{day}，本年度尚未结束，不是全年数据") }
}

/// Size and root of the last checkpoint; an empty ledger has none.
async fn foundation(app: &App) -> Result<(u64, String), FigureFault> {
    let Some(row) = app.store.last_checkpoint(app.region).await? else { return Ok((0, String::new())) };
    let signed = app
        .signer()
        .verify_key()
        .verify(&row.note)
        .map_err(|error| Fault::Corrupt(error.to_string()))?;
    Ok((signed.checkpoint.size, hex(&signed.checkpoint.root)))
}

/// Every figure that a sentence names.
async fn values(
    app: &App,
    beside: Option<&App>,
    figures: &Figures,
    until: Date,
) -> Result<HashMap<String, fadu_figures::Value>, FigureFault> {
    let mut named = BTreeSet::new();
    for (_, evidence, sentence) in SENTENCES {
        let slots = pieces(sentence).into_iter().filter_map(Result::err);
        named.extend(slots.map(|named| slot(named).0).chain([*evidence]));
    }
    let named: Vec<&str> = named.into_iter().collect();
    let values = counted_values(app, beside, figures, &named, until).await?;
    Ok(values.into_iter().map(|value| (value.name.clone(), value)).collect())
}

/// A sentence in its pieces: words are `Ok`, figures are `Err`.
pub(crate) fn pieces(sentence: &str) -> Vec<Result<&str, &str>> {
    let mut pieces = Vec::new();
    for chunk in sentence.split('{') {
        match chunk.split_once('}') {
            Some((id, words)) => pieces.extend([Err(id), Ok(words)]),
            None => pieces.push(Ok(chunk)),
        }
    }
    pieces.retain(|piece| *piece != Ok(""));
    pieces
}

/// What stands under a heading without lower headings; what it lacks goes into `missing`.
fn paragraphs(
    row: &OutlinePart,
    values: &HashMap<String, fadu_figures::Value>,
    missing: &mut Vec<String>,
) -> Vec<Para> {
    if row.domains.is_empty() {
        missing.push(format!("“{}”由本机关研究后填写。", row.heading));
        return vec![Para::text("本项由本机关研究后填写。")];
    }
    let of_part = SENTENCES.iter().filter(|(part, _, _)| *part == row.id);
    let proven =
        of_part.filter(|(_, evidence, _)| values.get(*evidence).is_some_and(|value| value.entries > 0));
    let said: Vec<Para> = proven.map(|(_, _, sentence)| para(sentence, values)).collect();
    if said.is_empty() {
        missing.push(format!("“{}”没有可以说明的记录。", row.heading));
        return vec![Para::text(NO_EVIDENCE)];
    }
    if row.domains.iter().any(|domain| !BUILT.contains(domain)) {
        missing.push(format!("“{}”只有一部分工作留有记录。", row.heading));
    }
    said
}

fn para(sentence: &str, values: &HashMap<String, fadu_figures::Value>) -> Para {
    let span = |piece: Result<&str, &str>| {
        let (id, round) = match piece {
            Ok(words) => return Span::Text(words.to_owned()),
            Err(named) => slot(named),
        };
        match values.get(id).filter(|value| value.whole != Some(0)) {
            Some(value) => Span::Figure {
                id: value.name.clone(),
                name: value.zh.clone(),
                printed: if round { said_round(value) } else { value.printed() },
                href: format!("/figures/{}?as_of={}", value.name, value.as_of),
            },
            None => Span::Text("（没有可计的记录）".to_owned()),
        }
    };
    Para { spans: pieces(sentence).into_iter().map(span).collect() }
}

/// A figure as a sentence names it, and whether it is said in a round word.
fn slot(named: &str) -> (&str, bool) {
    named.strip_suffix('~').map_or((named, false), |id| (id, true))
}

/// `4200余个（4213个，截至2025-12-31）`; a round number needs no second telling.
fn said_round(value: &fadu_figures::Value) -> String {
    let about = fadu_report::about(value.part);
    if about == value.value {
        return value.printed();
    }
    format!("{about}{unit}（{exact}{unit}，截至{}）", value.as_of, unit = value.unit, exact = value.value)
}

#[derive(Deserialize, Default)]
struct YearQuery {
    #[serde(default)]
    year: String,
}

async fn report(visit: Visit, Query(query): Query<YearQuery>) -> Page {
    let today = visit.web.app.moment().today;
    let year = query.year.parse::<i16>().unwrap_or(today.year());
    let report = drawn(&visit, year).await?;
    let until = as_of(year, today);
    let ids = figure_ids(&report);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let figures: Vec<Value> = figure_values(&visit.web, &ids, until)
        .await
        .iter()
        .map(figure_context)
        .collect();
    // The page lists what is missing above the report; once is enough.
    let shown = AnnualReport { missing: Vec::new(), ..report.clone() };
    Ok(visit.page("portal/report.html", &format!("{year} 年法治政府建设情况报告"), context! {
        as_of => until.to_string(), seq => report.ledger_position.to_string(), status => tag("off", "草稿"), warnings => report.missing,
        years => years(&visit, year, today).await?, report_html => without_header(&annual::html(&shown)), downloads => downloads(year), figures => figures,
    }))
}

/// Only years that have begun, and none before the calendar we know.
async fn drawn(visit: &Visit, year: i16) -> Result<AnnualReport, Fail> {
    let web = &visit.web;
    if !(2000..=web.app.moment().today.year()).contains(&year) {
        return Err(Fail::NotFound(visit.clone()));
    }
    annual(
        &web.app,
        web.beside().map(|(app, _)| &**app),
        &web.figures,
        &web.site.bureau,
        web.site.simulated,
        year,
    )
    .await
    .map_err(|error| Fail::fault(visit, error))
}

fn figure_ids(report: &AnnualReport) -> Vec<String> {
    let mut ids = Vec::new();
    for span in report
        .parts
        .iter()
        .flat_map(|part| &part.paragraphs)
        .flat_map(|para| &para.spans)
    {
        if let Span::Figure { id, .. } = span
            && !ids.contains(id)
        {
            ids.push(id.clone());
        }
    }
    ids
}

/// Years from the first entry to this one, the latest first.
async fn years(visit: &Visit, chosen: i16, today: Date) -> Result<Vec<Value>, Fail> {
    let app = &visit.web.app;
    let first = app
        .store
        .entries(app.region, 0, 1)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    let since = first
        .first()
        .map_or(today.year(), |entry| moment(entry.ms).today.year())
        .min(chosen);
    let year = |year: i16| context! { value => year.to_string(), label => format!("{year} 年"), checked => year == chosen };
    Ok((since..=today.year()).rev().map(year).collect())
}

fn downloads(year: i16) -> Vec<Value> {
    let forms = [("PDF", "pdf"), ("DOCX", "docx"), ("HTML", "html"), ("JSON", "json")];
    forms
        .into_iter()
        .map(|(text, form)| link(text, &format!("/report/{year}/{form}")))
        .collect()
}

/// The page has a first heading of its own; a second one would confuse a screen reader.
fn without_header(html: &str) -> String {
    match (html.find("<header>"), html.find("</header>")) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{}", &html[..from], &html[to + "</header>".len()..])
        }
        _ => html.to_owned(),
    }
}

/// Prints a report as `html`, `pdf`, `docx` or `json`; `None` for any other form.
pub fn print_report(report: &AnnualReport, format: &str) -> Option<Result<Vec<u8>, RenderError>> {
    Form::of(format).map(|form| form.print(report))
}

#[derive(Clone, Copy)]
enum Form {
    Html,
    Pdf,
    Docx,
    Json,
}

impl Form {
    fn of(name: &str) -> Option<Form> {
        match name {
            "html" => Some(Form::Html),
            "pdf" => Some(Form::Pdf),
            "docx" => Some(Form::Docx),
            "json" => Some(Form::Json),
            _ => None,
        }
    }

    fn media(self) -> &'static str {
        match self {
            Form::Html => "text/html; charset=utf-8",
            Form::Pdf => "application/pdf",
            Form::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Form::Json => "application/json",
        }
    }

    fn print(self, report: &AnnualReport) -> Result<Vec<u8>, RenderError> {
        match self {
            Form::Html => Ok(document(&annual::html(report)).into_bytes()),
            Form::Pdf => annual::pdf(report),
            Form::Docx => annual::docx(report),
            Form::Json => annual::json(report).map(String::into_bytes),
        }
    }
}

fn document(fragment: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>年度法治政府建设情况报告</title></head><body>\n{fragment}</body></html>\n"
    )
}

async fn download(visit: Visit, Path((year, format)): Path<(String, String)>) -> Page {
    let (Ok(year), Some(form)) = (year.parse::<i16>(), Form::of(&format)) else {
        return Err(Fail::NotFound(visit));
    };
    let report = drawn(&visit, year).await?.with_links_to(&visit.web.site.base_url);
    // Typesetting takes a second of one processor: not on the threads that answer requests.
    let printed = tokio::task::spawn_blocking(move || form.print(&report))
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let bytes = printed.map_err(|error| Fail::fault(&visit, error))?;
    let disposition = format!("attachment; filename=\"fadu-report-{year}.{format}\"");
    Ok(([(header::CONTENT_TYPE, form.media().to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response())
}

#[derive(Deserialize, Default)]
struct FigureQuery {
    #[serde(default)]
    as_of: String,
    /// The last ledger number of the page before.
    #[serde(default)]
    after: String,
    /// Which page this is: a position in the ledger does not tell.
    #[serde(default)]
    page: String,
}

async fn figure(mut visit: Visit, Path(id): Path<String>, Query(query): Query<FigureQuery>) -> Page {
    let until = crate::on_day::as_of(&visit, &query.as_of)?.min(visit.web.app.moment().today);
    visit.query = format!("?as_of={until}");
    let web = &visit.web;
    let app = &web.app;
    let Some(declaration) = web.figures.get(&id) else { return Err(Fail::NotFound(visit)) };
    // What supervision counts opens at its own terminal, with the entries of its own ledger.
    if let Some((_, url)) = web.beside().filter(|_| crate::view::is_of_supervision(&id)) {
        return Ok(Redirect::to(&format!("{url}/figures/{id}?as_of={}", query.as_of)).into_response());
    }
    let after = query.after.parse::<i64>().unwrap_or(-1);
    let value = fadu_figures::value(&*app.store, app.region, &web.figures, &id, until, None)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let counted = fadu_figures::entries(&*app.store, app.region, &web.figures, &id, until, None, after, PAGE)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let parts = fadu_figures::split(&*app.store, app.region, &web.figures, &id, until, None)
        .await
        .map_err(|error| Fail::fault(&visit, error))?;
    let next = app
        .store
        .head(app.region)
        .await
        .map_err(|error| Fail::fault(&visit, error))?
        .next_seq;
    let behind = (next > value.position)
        .then(|| context! { ledger_size => (next - 1).to_string(), count => next - value.position });
    Ok(visit.page("portal/figure.html", &value.zh, context! {
        crumbs => vec![link("年度报告", "/report")], period => period(declaration, until), figure => figure_of(&value), behind => behind,
        parts => parts.iter().map(part_row).collect::<Vec<_>>(), formula => formula(declaration), entries => rows(&visit, declaration, &counted).await?, pages => pages_of(&query, &value, &counted),
    }))
}

fn part_row(part: &fadu_figures::Split) -> Value {
    let rate = part.whole.map(|whole| fadu_kernel::Ratio::new(part.part, whole).percent());
    context! {
        key => part.key.clone(), part => thousands(part.part), whole => part.whole.map(thousands), rate => rate,
    }
}

fn period(declaration: &Declaration, until: Date) -> String {
    match declaration.period {
        Period::Year => format!("{}-01-01 至 {until}", until.year()),
        Period::Ever => format!("台账开始至 {until}"),
    }
}

fn figure_of(value: &fadu_figures::Value) -> Value {
    context! {
        name => value.zh.clone(), value => (value.whole != Some(0)).then(|| value.value.clone()), unit => value.unit.clone(),
        counted => value.whole.map(|whole| format!("{} / {}", thousands(value.part), thousands(whole))),
        as_of => value.as_of.to_string(), seq => (value.position - 1).max(0).to_string(),
    }
}

/// The declaration itself, line by line: what is shown is what is computed.
fn formula(declaration: &Declaration) -> Vec<Value> {
    let adds = match declaration.adds {
        Adds::Count => "计件数",
        Adds::Sum => "数量合计",
        Adds::Distinct => "去重计数",
        Adds::Mean => "数量合计除以件数",
        Adds::Stock => "进入的件数减去退出的件数",
        Adds::Ratio => "分子除以分母",
        Adds::DistinctRatio => "分子除以分母，各自去重，一件只计一次",
        Adds::Percentile => "从小到大排在这一位的数量，一百即最大",
        Adds::PastDue => "期限已过的个数，以最后一次写明的期限为准",
    };
    let at = declaration.at.map(|at| format!("百分之{at}"));
    let mut rows = vec![
        fact("标识", declaration.id.as_str()),
        fact("算法", adds),
        fact("计入的事实", declaration.on.as_str()),
    ];
    let off = (!declaration.off.is_empty()).then_some(&declaration.off);
    let excluded = (!declaration.exclusions.is_empty()).then_some(&declaration.exclusions);
    let optional = [
        ("计入的条件", declaration.when.as_ref()),
        ("退出的事实", off),
        ("退出的条件", declaration.off_when.as_ref()),
        ("分子", declaration.part.as_ref()),
        ("分母", declaration.whole.as_ref()),
        ("数量", declaration.quantity.as_ref()),
        ("排在哪一位", at.as_ref()),
        ("期限", declaration.due.as_ref()),
        ("去重依据", declaration.key.as_ref()),
        ("不计入", excluded),
    ];
    rows.extend(
        optional
            .into_iter()
            .filter_map(|(label, text)| Some(fact(label, text?.as_str()))),
    );
    rows
}

/// Public: the fact and its number, neither the matter nor the person.
async fn rows(
    visit: &Visit,
    declaration: &Declaration,
    counted: &[Contribution],
) -> Result<Vec<Value>, Fail> {
    let app = &visit.web.app;
    let rate = matches!(declaration.adds, Adds::Ratio | Adds::DistinctRatio | Adds::Mean);
    let side = if rate { "分母" } else { "计数" };
    let seqs: Vec<i64> = counted.iter().map(|row| row.seq).collect();
    let found = app
        .store
        .entries_at(app.region, &seqs)
        .await
        .map_err(|error| Fail::fault(visit, error))?;
    let found: HashMap<i64, EntryRow> = found.into_iter().map(|entry| (entry.seq, entry)).collect();
    let mut rows = Vec::with_capacity(counted.len());
    for row in counted {
        let entry = found.get(&row.seq);
        let (when, text) = match entry {
            Some(entry) => (clock_text(entry.ms), deed_text(&entry.kind, &entry.fact, &entry.body)),
            None => (row.day.clone(), "台账中找不到这一条".to_owned()),
        };
        rows.push(context! {
            seq => row.seq.to_string(), href => entry.and_then(|entry| opens_at(visit, entry)), when => when, text => text, side => side, quantity => thousands(quantity(declaration, row)),
        });
    }
    Ok(rows)
}

/// What an entry adds: to a percentile its value, of what is past due one, of what is counted once one or none.
fn quantity(declaration: &Declaration, row: &Contribution) -> i64 {
    match declaration.adds {
        Adds::Percentile => row.key.parse().unwrap_or(0),
        Adds::PastDue => 1,
        // What weighs more than one only outweighs what left.
        Adds::DistinctRatio => row.quantity.signum(),
        Adds::Count | Adds::Sum | Adds::Distinct | Adds::Mean | Adds::Stock | Adds::Ratio => row.quantity,
    }
}

fn pages_of(query: &FigureQuery, value: &fadu_figures::Value, counted: &[Contribution]) -> Value {
    let n_pages = ((value.entries + i64::from(PAGE) - 1) / i64::from(PAGE)).max(1);
    let page = query.page.parse::<i64>().unwrap_or(1).clamp(1, n_pages);
    let next = counted
        .last()
        .filter(|_| page < n_pages)
        .map(|row| format!("?as_of={}&after={}&page={}", value.as_of, row.seq, page + 1));
    // The ledger is walked forwards; one step back is the browser's, the first page has an address.
    let first = (page > 1).then(|| format!("?as_of={}", value.as_of));
    pages(page, n_pages, value.entries, "条记录", first.filter(|_| page == 2), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fadu_kernel::rows::{self, Outcome};
    use fadu_report::structure::Level;

    #[test]
    fn sentences_fall_into_words_and_figures() {
        assert_eq!(
            pieces("受理{svc.cases}，决定{svc.decided}。"),
            [Ok("受理"), Err("svc.cases"), Ok("，决定"), Err("svc.decided"), Ok("。")]
        );
        assert_eq!(pieces("没有数字。"), [Ok("没有数字。")]);
    }

    #[test]
    fn every_sentence_has_its_heading_and_its_figures() {
        let figures = Figures::load(&fadu_app::registry::figures()).unwrap();
        let rows = outline(2025);
        for (part, evidence, sentence) in SENTENCES {
            assert!(
                rows.iter()
                    .any(|row| row.id == *part && row.domains.iter().any(|domain| BUILT.contains(domain))),
                "{part}"
            );
            assert!(figures.get(evidence).is_some(), "{evidence}");
            for (id, round) in pieces(sentence).into_iter().filter_map(Result::err).map(slot) {
                let declaration = figures.get(id).unwrap_or_else(|| panic!("{id}"));
                let plain = !matches!(declaration.adds, Adds::Ratio | Adds::DistinctRatio | Adds::Mean);
                assert!(plain || !round, "{id}: only what is a count is said in a round word");
            }
        }
    }

    /// Rows 26–49, 58–68 and 81–89 of the list of promised figures. How evenly the windows are busy (33) is a spread, on the
    /// hall's own page.
    #[test]
    fn what_was_promised_is_said() {
        let said = SENTENCES.iter().flat_map(|(_, _, sentence)| pieces(sentence));
        let said: Vec<&str> = said.filter_map(Result::err).map(|named| slot(named).0).collect();
        for id in [
            "hall.rules",
            "svc.departments",
            "svc.items_undifferentiated",
            "svc.entry_rate",
            "hall.exceptions",
            "hall.contracts",
            "svc.window_staff",
            "hall.staff_county",
            "hall.staff_township",
            "hall.calls",
            "hall.calls_in_time",
            "hall.call_answer_median",
            "hon.awards",
            "svc.delegations",
            "ot.themes_key",
            "ot.guides",
            "ot.flags_all",
            "ot.cases",
            "svc.company_open_days",
            "svc.realty_days",
            "ot.project_mean_days",
            "ot.time_cut",
            "svc.exempt_items",
            "svc.exempt_materials",
            "svc.instant_ratio",
            "svc.once_rate",
            "svc.online_rate",
            "svc.nearby_rate",
            "trd.duties_rate",
            "sup.duties_signed",
            "sup.alerts",
            "sup.alerts_disposed",
            "sup.alerts_closed_rate",
            "sup.handovers",
            "sup.compliance_rate",
            "trd.e_rate",
            "trd.e_rate_steps",
            "trd.separated",
            "sup.duties_lists",
            "trd.random_checks",
            "trd.agency_rectify",
            "trd.agency_rectify_ontime",
            "sup.special_projects",
            "sup.lookback_projects",
            "hot.lines",
            "hot.staffed_hours",
            "hot.links",
            "hot.answered",
            "hot.close_rate",
            "hot.satisfaction",
            "hot.discipline_leads",
            "hot.issues_solved",
            "hot.property",
            "hot.enterprise",
        ] {
            assert!(said.contains(&id), "{id}");
        }
    }

    #[test]
    fn a_round_word_comes_from_the_number_and_stands_before_it() {
        let value = |part: i64| fadu_figures::Value {
            name: "t".into(),
            zh: "件数".into(),
            value: part.to_string(),
            unit: "个".into(),
            part,
            whole: None,
            as_of: date(2025, 12, 31),
            entries: part,
            position: 1,
            exclusions: String::new(),
        };
        for (part, said) in [
            (4199, "4100余个（4199个，截至2025-12-31）"),
            (4200, "4200个（截至2025-12-31）"),
            (4201, "4200余个（4201个，截至2025-12-31）"),
            (1999, "近2000个（1999个，截至2025-12-31）"),
            (2001, "超2000个（2001个，截至2025-12-31）"),
        ] {
            let values = HashMap::from([("t".to_owned(), value(part))]);
            for (sentence, printed) in [("解决{t~}。", said.to_owned()), ("解决{t}。", value(part).printed())]
            {
                let para = para(sentence, &values);
                let told = para.spans.iter().find_map(|span| match span {
                    Span::Figure { printed, .. } => Some(printed.clone()),
                    Span::Text(_) => None,
                });
                assert_eq!(told, Some(printed), "{sentence}");
            }
        }
    }

    #[test]
    fn figures_end_with_the_year_or_today() {
        let today = date(2025, 9, 30);
        assert_eq!(as_of(2024, today), date(2024, 12, 31));
        assert_eq!(as_of(2025, today), today);
        assert_eq!(as_of_text(as_of(2024, today), today), "数据截至2024年12月31日");
        assert!(as_of_text(today, today).contains("尚未结束"));
    }

    /// One section of the report on 2025: its name with its rule, its place, whether the figures count any entries, and
    /// whether something is then missing.
    #[test]
    fn no_part_is_left_out_and_what_it_lacks_is_named() {
        use Outcome::{Noted, Passes};
        let table = [
            ("成效有记录：逐句写出，数字可以打开 (RPT-04)", "1.2.1", true, Passes),
            ("成效没有记录：写明暂不作结论，列入尚缺 (RPT-04)", "1.2.1", false, Noted),
            ("不足有记录，但只有一部分工作留有记录：写出，列入尚缺 (RPT-04)", "2.1", true, Noted),
            ("不足没有记录：写明暂不作结论，列入尚缺 (RPT-04)", "2.1", false, Noted),
            ("原因由本机关研究后填写：写明，列入尚缺 (RPT-04)", "2.2", true, Noted),
            ("第一责任人履职没有记录：不略去，写明暂不作结论，列入尚缺 (RPT-04)", "3.1", true, Noted),
            ("下一年度安排没有记录：不略去，写明暂不作结论，列入尚缺 (RPT-04)", "4", true, Noted),
            ("其他情况没有记录：不略去，写明暂不作结论，列入尚缺 (RPT-04)", "5", true, Noted),
        ];
        let counted = |id: &str| fadu_figures::Value {
            name: id.into(),
            zh: id.into(),
            value: "1".into(),
            unit: "件".into(),
            part: 1,
            whole: None,
            as_of: date(2025, 12, 31),
            entries: 1,
            position: 1,
            exclusions: String::new(),
        };
        let named = SENTENCES.iter().flat_map(|(_, evidence, sentence)| {
            let named = pieces(sentence).into_iter().filter_map(Result::err);
            named.map(|named| slot(named).0).chain([*evidence])
        });
        let values: HashMap<_, _> = named.map(|id| (id.to_owned(), counted(id))).collect();
        let none = HashMap::new();
        let outline = outline(2025);
        for (name, place, recorded, expected) in table {
            let row = outline.iter().find(|row| row.id == place).unwrap();
            let mut missing = Vec::new();
            let said = paragraphs(row, if recorded { &values } else { &none }, &mut missing);
            let spans: Vec<&Span> = said.iter().flat_map(|para| &para.spans).collect();
            assert!(!spans.is_empty(), "{name}: nothing is printed");
            let opens = spans.iter().any(|span| matches!(span, Span::Figure { .. }));
            assert_eq!(opens, recorded && SENTENCES.iter().any(|(part, _, _)| *part == place), "{name}");
            assert!(missing.iter().all(|line| line.contains(&row.heading)), "{name}: {missing:?}");
            let told = if missing.is_empty() { Passes } else { Noted };
            assert_eq!(told, expected, "{name}");
        }
        let parts = outline.iter().filter(|row| row.level == Level::Part);
        for part in parts {
            assert!(table.iter().any(|(_, place, _, _)| place.starts_with(part.id)), "{}", part.heading);
        }
        let rows = table.into_iter().map(|(name, _, _, outcome)| (name, outcome));
        assert_eq!(rows::write(rows), REPORTING.rows, "report-rows.tsv is to say exactly this");
    }
}
