//! 公共资源交易。 What the law makes public of a tender, step by step, and nothing of its bidders before the opening; and
//! every draw with all that is needed to compute it again.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::view::{encode, fact, fact_link, link, pages, tag, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fadu_app::now::clock_text;
use fadu_app::store::EntryRow;
use fadu_kernel::{Calendar, MatterId};
use fadu_trading::draw::Record;
use fadu_trading::draw::record::{Fault, Verified};
use fadu_trading::project::{BidRow, Candidate, Fact, Stage};
use fadu_trading::{Draw, Project};
use jiff::civil::{Date, DateTime};
use minijinja::{Value, context};
use serde::Deserialize;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/trading", get(projects))
        .route("/trading/projects/{id}", get(project))
        .route("/trading/projects/{id}/clarifications/{digest}", get(clarification))
        .route("/draws", get(draws))
        .route("/draws/recipe.sh", get(recipe))
        .route("/draws/{id}", get(draw))
        .route("/draws/{id}/file", get(draw_file))
}

const PAGE: usize = 30;

/// The steps that the law makes public, as the list is cut.
const STEPS: [(&str, &str); 6] = [
    ("", "全部"),
    ("announced", "招标公告"),
    ("opened", "开标记录"),
    ("candidates", "中标候选人公示"),
    ("awards", "中标结果"),
    ("contracts", "合同"),
];

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    step: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
}

/// A tender is public from its announcement on; one that is tendered again was announced before.
pub(crate) fn is_public(project: &Project) -> bool {
    project.tender.announced.is_some() || project.round > 1
}

fn is_at(project: &Project, step: &str) -> bool {
    let tender = &project.tender;
    match step {
        "announced" => tender.announced.is_some() && tender.opening.is_none(),
        "opened" => tender.opened.is_some(),
        "candidates" => tender.publicity.is_some(),
        "awards" => project.award.is_some(),
        "contracts" => project.contract.is_some(),
        _ => true,
    }
}

async fn projects(visit: Visit, Query(query): Query<ListQuery>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let q = query.q.trim();
    let fits = |project: &Project| {
        let named = project.registration.title.contains(q)
            || project.number.contains(q)
            || project.tenderer.as_str().contains(q);
        is_public(project) && is_at(project, &query.step) && named
    };
    let mut found: Vec<(MatterId, &Project)> =
        catalogue.all::<Project>().filter(|(_, project)| fits(project)).collect();
    found.sort_by_key(|(id, project)| (std::cmp::Reverse(project.tender.announced), *id));
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| format!("/trading?step={}&q={}&page={page}", encode(&query.step), encode(q));
    let rows: Vec<Value> = found
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|(id, project)| project_row(*id, project))
        .collect();
    let steps: Vec<Value> = STEPS
        .iter()
        .map(|(step, zh)| {
            context! { text => *zh, href => format!("/trading?step={step}"), current => *step == query.step }
        })
        .collect();
    let (previous, next) = ((page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1)));
    Ok(visit.page(
        "portal/trading.html",
        "公共资源交易",
        context! {
            steps => steps, step => query.step.clone(), q => q, rows => rows,
            pages => pages(page as i64, n_pages as i64, found.len() as i64, "项", previous, next),
        },
    ))
}

fn project_row(id: MatterId, project: &Project) -> Value {
    context! {
        title => project.registration.title.clone(), href => format!("/trading/projects/{id}"), number => project.number.clone(),
        kind => project.registration.kind.zh(), tenderer => project.tenderer.to_string(), status => status_tag(project), news => news(project),
    }
}

pub(crate) fn status_tag(project: &Project) -> Value {
    let status = project.status();
    let kind = match status {
        "terminated" | "suspended" => "stop",
        "archived" | "accepted" => "off",
        "announced" | "publicity" => "on",
        _ => "plain",
    };
    tag(kind, Project::status_zh(status))
}

/// The one thing that a reader of the list wants to know now.
fn news(project: &Project) -> String {
    let tender = &project.tender;
    if let Some(contract) = &project.contract {
        return format!("合同金额{}，{}签订", yuan(contract.contract.price_fen), contract.on);
    }
    if let Some(award) = &project.award {
        return format!("中标价{}", yuan(award.price_fen));
    }
    match (&tender.publicity, &tender.opened, &tender.deadline) {
        (Some((from, until)), _, _) => format!("公示期{from}至{until}"),
        (None, Some(opened), _) => format!("{opened}开标，{}份投标", tender.bids.len()),
        (None, None, Some(deadline)) => format!("投标截止并开标：{}", minute(*deadline)),
        (None, None, None) => "重新招标，等待公告".to_owned(),
    }
}

/// `9,000,000.00元`
pub(crate) fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.saturating_abs();
    format!("{sign}{}.{:02}元", thousands(fen / 100), fen % 100)
}

/// `2025-03-25 09:30`
pub(crate) fn minute(at: DateTime) -> String {
    at.to_string().replace('T', " ").chars().take(16).collect()
}

/// 公示期, and whether it ends on a day off (CAL-91).
fn shown_zh((from, until): (Date, Date), calendar: &Calendar) -> String {
    match calendar.is_working(until) {
        Ok(false) => format!("{from}至{until}（最后一日是休假日）"),
        Ok(true) | Err(_) => format!("{from}至{until}"),
    }
}

async fn project(visit: Visit, Path(id): Path<String>) -> Page {
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    let Some((id, project)) = found.filter(|(_, project)| is_public(project)) else {
        return Err(Fail::NotFound(visit));
    };
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let clarifications = clarifications(&visit, id)
        .await?
        .into_iter()
        .map(|(ms, digest)| {
            let href = format!("/trading/projects/{id}/clarifications/{digest}");
            context! { on => clock_text(ms), digest => digest, href => href }
        })
        .collect::<Vec<_>>();
    let drawn = catalogue.all::<Draw>().filter(|(_, draw)| draw.subject == Some(id));
    let mut drawn: Vec<(MatterId, &Draw)> = drawn.collect();
    drawn.sort_by_key(|(_, draw)| draw.need);
    let tender = &project.tender;
    // Between deadline and opening the record may hold bids already; they are nobody's business before it.
    let read: &[BidRow] = if tender.opening.is_some() { &tender.bids } else { &[] };
    let bidders: Vec<Value> = read.iter().map(bid_row).collect();
    Ok(visit.page("portal/trading_project.html", &project.registration.title, context! {
        crumbs => vec![link("公共资源交易", "/trading")],
        project => context! { title => project.registration.title.clone(), number => project.number.clone(), status => status_tag(project) },
        notice => notice(project), flags_href => visit.staff().ok().filter(|(_, actor)| crate::trading_flags::is_readable(actor, project)).map(|_| crate::trading_flags::href(id)), takes_bids => project.takes_bids(), remedies_href => format!("/trading/remedies?project={id}"), clarifications => clarifications, keys_href => project.keys().map(|_| format!("/trading/projects/{id}/keys")), keys => key_rows(project), facts => facts(id, project), opened => tender.opening.is_some(), bidders => bidders,
        candidates => project.candidates().iter().filter(|_| tender.publicity.is_some()).map(candidate_row).collect::<Vec<_>>(),
        separated => project.separation.is_some(), publicity => tender.publicity.map(|shown| shown_zh(shown, &app.calendar())),
        results => results(project), objections => objections(project),
        draws => drawn.iter().map(|(id, draw)| draw_row(*id, draw)).collect::<Vec<_>>(),
        history => entries.iter().filter_map(history_row).collect::<Vec<_>>(),
    }))
}

/// 澄清、修改: whoever took the file is told of them (招标投标法 23), and nobody knows who that is: they are public. Moment
/// and digest of each.
async fn clarifications(visit: &Visit, id: MatterId) -> Result<Vec<(i64, String)>, Fail> {
    let facts = visit.web.app.project_facts(id).await;
    let facts = facts.map_err(|problem| Fail::from_problem(visit, problem, "查看项目", "/trading"))?;
    let clarified = facts.into_iter().filter_map(|(ms, fact)| match fact {
        Fact::Clarified { digest, .. } => Some((ms, digest)),
        _ => None,
    });
    Ok(clarified.collect())
}

async fn clarification(visit: Visit, Path((id, digest)): Path<(String, String)>) -> Page {
    let app = &visit.web.app;
    let id = id.parse::<MatterId>().ok();
    let public = id.filter(|id| app.catalogue().one::<Project>(*id).is_some_and(is_public));
    let Some(id) = public else { return Err(Fail::NotFound(visit)) };
    let known = clarifications(&visit, id).await?.into_iter().any(|(_, known)| known == digest);
    if !known {
        return Err(Fail::NotFound(visit));
    }
    kept(&visit, &digest).await
}

/// A file that lies in clear under its digest, as a download: never rendered inside our pages.
pub(crate) async fn kept(visit: &Visit, digest: &str) -> Page {
    let app = &visit.web.app;
    let found = app.store.blob(app.region, digest).await;
    let found = found.map_err(|fault| Fail::fault(visit, fault))?;
    let Some((media, bytes)) = found else { return Err(Fail::NotFound(visit.clone())) };
    let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, "attachment".to_owned())];
    Ok((headers, bytes).into_response())
}

fn notice(project: &Project) -> Option<String> {
    if let Some(suspension) = &project.suspended {
        let until = suspension.until.map(|until| format!("，至迟到{until}")).unwrap_or_default();
        let orders: Vec<&str> = project.suspensions().map(|order| order.document.as_str()).collect();
        return Some(format!("依{}暂停{until}", orders.join("、")));
    }
    project.terminated.map(|on| format!("{on}终止招标"))
}

fn facts(id: MatterId, project: &Project) -> Vec<Value> {
    let (registration, tender) = (&project.registration, &project.tender);
    let mut facts = vec![
        fact("项目编码", id.to_string()),
        fact("招标人", project.tenderer.to_string()),
        fact("行政监督部门", registration.supervisor.to_string()),
        fact("类别", format!("{}，{}", registration.kind.zh(), registration.sector)),
        fact("估算价（预算）", yuan(registration.estimate_fen)),
        fact("第几次招标", format!("第{}次", project.round.max(1))),
    ];
    facts.extend(tender.announced.map(|on| fact("公告", on.to_string())));
    facts.extend(tender.deadline.map(|at| fact("投标截止并开标", minute(at))));
    facts.extend(project.keys().map(|keys| {
        fact("开标", format!("{}方持有密钥，{}方到场才能开启", keys.holders.len(), keys.threshold))
    }));
    if let Some(file) = &tender.file {
        facts.push(fact("招标文件发售", format!("{}至{}", file.sale_from, file.sale_to)));
        facts.push(fact("投标保证金", yuan(file.bond_fen)));
        facts.extend(file.ceiling_fen.map(|ceiling| fact("最高投标限价", yuan(ceiling))));
        let criteria = file.criteria.iter();
        let points = |most: u32| format!("{}.{:02}", most / 100, most % 100);
        let criteria: Vec<String> =
            criteria.map(|one| format!("{} {}分", one.name, points(one.most))).collect();
        facts.push(fact("评分标准", criteria.join("\n")));
        facts.push(fact("招标文件摘要（SHA-256）", file.digest.clone()));
    }
    facts
}

/// Who holds the keys: a bidder compares the public halves with the announcement.
fn key_rows(project: &Project) -> Vec<Value> {
    let holders = project.keys().map_or(&[][..], |keys| &keys.holders);
    let row = |(n, holder): (usize, &fadu_trading::project::KeyHolder)| {
        context! { n => n, org => holder.org.to_string(), key => holder.key.clone() }
    };
    (1..).zip(holders).map(row).collect()
}

fn bid_row(row: &BidRow) -> Value {
    let (bidder, code, price) = match &row.read {
        Some((reading, price)) => (reading.bidder.clone(), reading.code.clone(), yuan(*price)),
        None => ("未唱读".to_owned(), String::new(), "—".to_owned()),
    };
    let outcome = match row {
        BidRow { unreadable: Some(_), .. } => "解密不成",
        BidRow { void: Some(_), .. } => "投标无效",
        BidRow { rejected: Some(_), .. } => "被否决",
        BidRow { read: Some(_), .. } => "参加评审",
        BidRow { .. } => "等待唱读",
    };
    let rule = row.void.as_deref().and_then(fadu_app::rules::find);
    let note = rule
        .map(|rule| rule.sentence.to_owned())
        .or_else(|| Some(row.ground.clone()).filter(|text| !text.is_empty()));
    context! {
        bidder => bidder, code => code, price => price, received => clock_text(row.received_ms), outcome => outcome,
        note => note, digest => row.digest.clone(),
    }
}

pub(crate) fn candidate_row(candidate: &Candidate) -> Value {
    let points = |total: u64| format!("{}.{:02}", total / 100, total % 100);
    context! {
        rank => candidate.rank.map_or_else(|| "不排名".to_owned(), |rank| format!("第{rank}名")), bidder => candidate.bidder.clone(),
        price => yuan(candidate.price_fen), total => candidate.total.map(points),
    }
}

fn results(project: &Project) -> Vec<Value> {
    let mut facts = Vec::new();
    if let Some(award) = &project.award {
        let winner = project.candidates().iter().find(|candidate| candidate.bid == award.bid);
        facts.push(fact("中标人", winner.map(|winner| winner.bidder.clone()).unwrap_or_default()));
        facts.push(fact("中标价", format!("{}，{}确定", yuan(award.price_fen), award.on)));
        facts.extend(award.notice.map(|on| fact("中标通知书", on.to_string())));
    }
    if let Some(meeting) = &project.tender.meeting {
        let votes = meeting.votes.iter().filter(|vote| vote.bid == meeting.chosen).count();
        facts.push(fact("定标", format!("{}票中{votes}票；理由：{}", meeting.votes.len(), meeting.reasons)));
    }
    if let Some(contract) = &project.contract {
        facts.push(fact("合同", format!("{}，{}签订", yuan(contract.contract.price_fen), contract.on)));
        facts.push(fact("合同变更合计", yuan(contract.changes_fen)));
        facts.push(fact("已付款", yuan(contract.paid_fen)));
        let accepted = contract.accepted.map(|passed| if passed { "合格" } else { "不合格" });
        facts.push(fact("验收", accepted.unwrap_or("还没有")));
    }
    facts
}

fn objections(project: &Project) -> Vec<Value> {
    let stage = |stage: Stage| match stage {
        Stage::Prequalification => "资格预审文件",
        Stage::File => "招标文件",
        Stage::Opening => "开标",
        Stage::Result => "评标结果",
    };
    let end = |one: &fadu_trading::project::Objection| match (one.answered, one.withdrawn) {
        (Some(on), _) => format!("{on}答复"),
        (None, Some(on)) => format!("{on}撤回"),
        (None, None) => one
            .due
            .map_or("等待答复".to_owned(), |due| format!("应于{due}前答复，答复前暂停")),
    };
    let row = |one| {
        let one: &fadu_trading::project::Objection = one;
        context! { n => one.n, stage => stage(one.stage), on => one.on.to_string(), end => end(one) }
    };
    project.objections.iter().map(row).collect()
}

/// A step that is told of in public, by its fact.
pub(crate) fn step_zh(fact: &str) -> Option<&'static str> {
    Some(match fact {
        "Announced" => "发布公告",
        "Clarified" => "澄清、修改招标文件",
        "Postponed" => "推迟投标截止时间",
        "Objected" => "提出异议",
        "ObjectionAnswered" => "答复异议",
        "ObjectionWithdrawn" => "撤回异议",
        "Suspended" => "暂停",
        "Resumed" => "恢复",
        "SuspensionLapsed" => "暂停期满",
        "ComplaintUpheld" => "投诉成立",
        "Reevaluated" => "重新评标",
        "OpeningBegun" => "开标",
        "OpeningClosed" => "结束开标",
        "Retendered" => "重新招标",
        "Terminated" => "终止招标",
        "CandidatesPublished" => "公示中标候选人",
        "Awarded" => "确定中标人",
        "NoticeSent" => "发出中标通知书",
        "ContractSigned" => "签订合同",
        "ContractPublished" => "合同公告",
        "ContractChanged" => "变更合同",
        "WorkAccepted" => "验收",
        "Archived" => "归档",
        _ => return None,
    })
}

/// What is told of the way a tender went. Not who sat and scored: members stay secret until the award (招标投标法 37),
/// and how they judged stays theirs (招标投标法 44).
fn history_row(row: &EntryRow) -> Option<Value> {
    let text = step_zh(&row.fact)?;
    let entry: serde_json::Value = serde_json::from_str(&row.body).unwrap_or_default();
    let actor = match entry["org"].as_str().unwrap_or_default() {
        fadu_trading::bid::SEALED => "潜在投标人",
        // Who objects to a result acts as a firm; the page says what was done, not by whom.
        _ if row.fact.starts_with("Object") && row.fact != "ObjectionAnswered" => "投标人或者利害关系人",
        org => org,
    };
    Some(context! {
        when => clock_text(row.ms), text => text, actor => actor, note => (), seq => row.seq.to_string(),
        href => format!("/receipts/{}", row.seq), kind => "fact",
    })
}

async fn draws(visit: Visit, Query(query): Query<ListQuery>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let mut found: Vec<(MatterId, &Draw)> = catalogue.all::<Draw>().collect();
    found.sort_by_key(|(id, draw)| (std::cmp::Reverse(draw.frozen), *id));
    let n_pages = found.len().div_ceil(PAGE).max(1);
    let page = query.page.parse::<usize>().unwrap_or(1).clamp(1, n_pages);
    let to = |page: usize| format!("/draws?page={page}");
    let shown = found.iter().skip((page - 1) * PAGE).take(PAGE);
    let rows: Vec<Value> = shown.map(|(id, draw)| draw_row(*id, draw)).collect();
    let (previous, next) = ((page > 1).then(|| to(page - 1)), (page < n_pages).then(|| to(page + 1)));
    Ok(visit.page(
        "portal/draws.html",
        "随机抽取",
        context! {
            crumbs => vec![link("公共资源交易", "/trading")], rows => rows,
            pages => pages(page as i64, n_pages as i64, found.len() as i64, "次", previous, next),
        },
    ))
}

fn draw_row(id: MatterId, draw: &Draw) -> Value {
    let status = draw.status();
    let kind = match status {
        "void" => "stop",
        "concluded" => "on",
        _ => "plain",
    };
    context! {
        title => draw.purpose.zh(), href => format!("/draws/{id}"), number => draw.number.clone(), org => draw.org.to_string(),
        frozen => draw.frozen.map(|on| on.to_string()), take => draw.rules.take, status => tag(kind, Draw::status_zh(status)),
    }
}

async fn draw(visit: Visit, Path(id): Path<String>) -> Page {
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Draw>(id)?)));
    let Some((id, draw)) = found else { return Err(Fail::NotFound(visit)) };
    let record = record(&visit, id).await?;
    let checked = record.as_ref().map(Record::verify);
    let project = draw
        .subject
        .and_then(|subject| Some((subject, catalogue.one::<Project>(subject)?)));
    let project = project.filter(|(_, project)| is_public(project));
    let title = format!("{}　{}", draw.purpose.zh(), draw.number);
    Ok(visit.page("portal/draw.html", &title, context! {
        crumbs => vec![link("公共资源交易", "/trading"), link("随机抽取", "/draws")],
        draw => draw_row(id, draw), facts => draw_facts(id, draw, project), parties => parties(draw),
        checked => checked.as_ref().map(checked_context), concluded => draw.concluded.is_some(),
        seats => record.as_ref().map(|record| record.seats.clone()), declined => record.as_ref().map(|record| record.declined.clone()),
        rules => draw.rules.lines(), roster => record.as_ref().map(|record| record.roster.clone()).unwrap_or_default(),
        file_href => record.is_some().then(|| format!("/draws/{id}/file")), file_name => format!("draw-{id}.json"),
        recipe => fadu_trading::DRAW_RECIPE, recipe_href => "/draws/recipe.sh",
    }))
}

fn draw_facts(id: MatterId, draw: &Draw, project: Option<(MatterId, &Project)>) -> Vec<Value> {
    let mut facts = vec![fact("抽取编号", id.to_string()), fact("抽取单位", draw.org.to_string())];
    if let Some((subject, project)) = project {
        let href = format!("/trading/projects/{subject}");
        facts.push(fact_link("为哪个项目", project.registration.title.clone(), &href));
    }
    facts.extend([
        fact("第几次需要", format!("第{}次", draw.need + 1)),
        fact("名单", format!("{}名，其中排除{}名", draw.n_lines, draw.n_excluded)),
        fact("冻结", draw.frozen.map(|on| on.to_string()).unwrap_or_default()),
        fact("名单根", draw.root.clone()),
        fact("公开随机数的期限", draw.reveal_by.map(minute).unwrap_or_default()),
        fact("公共随机数", draw.public_source.clone()),
        fact("公共随机数出现", draw.public_at.map(minute).unwrap_or_default()),
    ]);
    if draw.concluded.is_some() {
        facts.push(fact("公共随机数的值", draw.public_value.clone()));
    }
    facts
}

fn parties(draw: &Draw) -> Vec<Value> {
    let row = |(party, commit, secret): &(fadu_kernel::OrgId, String, Option<String>)| {
        context! { party => party.to_string(), commit => commit.clone(), secret => secret.clone() }
    };
    draw.secrets.iter().map(row).collect()
}

fn checked_context(checked: &Result<Verified, Vec<Fault>>) -> Value {
    match checked {
        Ok(verified) => {
            context! { ok => true, seed => verified.seed.clone(), silent => verified.silent.clone(), faults => Vec::<String>::new() }
        }
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
            context! { ok => false, seed => (), silent => Vec::<String>::new(), faults => faults }
        }
    }
}

async fn record(visit: &Visit, id: MatterId) -> Result<Option<Record>, Fail> {
    let record = visit.web.app.draw_record(id).await;
    record.map_err(|problem| Fail::from_problem(visit, problem, "查看抽取", "/draws"))
}

async fn draw_file(visit: Visit, Path(id): Path<String>) -> Page {
    let Ok(id) = id.parse::<MatterId>() else { return Err(Fail::NotFound(visit)) };
    let Some(record) = record(&visit, id).await? else { return Err(Fail::NotFound(visit)) };
    Ok(download("application/json", &format!("draw-{id}.json"), record.write()))
}

async fn recipe() -> Response {
    download("text/x-shellscript; charset=utf-8", "draw-recipe.sh", fadu_trading::DRAW_RECIPE.to_owned())
}

pub(crate) fn download(media: &'static str, name: &str, body: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_publicity_that_ends_on_a_day_off_says_so() {
        let calendar = Calendar::shipped();
        // Sunday 28 September works, and of 2027 nothing is known.
        let table = [
            (date(2025, 3, 28), false),
            (date(2025, 3, 29), true),
            (date(2025, 9, 28), false),
            (date(2025, 10, 1), true),
            (date(2027, 1, 2), false),
        ];
        for (until, off) in table {
            let text = shown_zh((date(2025, 3, 25), until), &calendar);
            assert_eq!(text.contains("休假日"), off, "{text}");
        }
    }
}
