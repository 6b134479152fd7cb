//! 评标席。 A member's own pages, under the account of the seat: what keeps one away is declared first, each bid is scored
//! criterion by criterion with its reasons, and nobody sees another's scores before every member has signed. Here too a
//! member votes to reject, asks a bidder, signs the report or writes why not: none of it passes through the tenderer.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::trading_opening::attachment;
use crate::trading_pages::{minute, yuan};
use crate::view::{Field, fact, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::bids::Unsealed;
use fadu_app::{Call, Committed, Problem};
use fadu_kernel::{Actor, Fen, Invalid, MatterId, Role};
use fadu_ledger::note::hex;
use fadu_trading::Project;
use fadu_trading::draw::matter::Bar;
use fadu_trading::draw::sha256;
use fadu_trading::project::file::{Criterion, Scoring};
use fadu_trading::project::{Act, BidRow, Fact, OpenedSheet, Points, RejectGround, Seat};
use jiff::civil::Date;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/trading/evaluations", get(list))
        .route("/trading/evaluations/{id}", get(page))
        .route("/trading/evaluations/{id}/bids/{bid}/file", get(file))
        .route("/trading/evaluations/{id}/{deed}", post(deed))
}

const LIST: &str = "/trading/evaluations";
/// As the declaration offers them; the first is that there is none.
const BARS: [(&str, Option<Bar>, &str); 5] = [
    ("none", None, "没有应当回避的情形"),
    ("relative", Some(Bar::Relative), "是投标人或者其负责人的近亲属"),
    ("authority", Some(Bar::Authority), "是项目主管部门或者行政监督部门的人员"),
    ("interest", Some(Bar::Interest), "与投标人有经济利益关系，可能影响公正评审"),
    ("punished", Some(Bar::Punished), "曾因招标投标违法受过处罚"),
];

/// 否决事由 of the regulation (实施条例 51); those of the tender file follow them.
const GROUNDS: [(&str, RejectGround, &str); 7] = [
    ("not_signed", RejectGround::NotSigned, "投标文件未经盖章和单位负责人签字"),
    ("no_agreement", RejectGround::NoConsortiumAgreement, "联合体没有提交共同投标协议"),
    ("not_qualified", RejectGround::NotQualified, "不符合国家或者招标文件规定的资格条件"),
    ("two_bids", RejectGround::TwoBids, "提交两个以上不同的投标文件或者报价"),
    ("price", RejectGround::PriceOutOfBounds, "报价低于成本或者高于最高投标限价"),
    ("not_responsive", RejectGround::NotResponsive, "没有响应招标文件的实质性要求和条件"),
    ("unlawful", RejectGround::Unlawful, "有串通投标、弄虚作假、行贿等违法行为"),
];

type Form = HashMap<String, String>;
/// The answers of a form that could not be read, with what is wrong in it.
type Failed<'a> = (&'a Form, &'a [Invalid]);

fn member(visit: &Visit) -> Result<Actor, Fail> {
    let actor = visit.actor().filter(|actor| actor.role == Role::Citizen);
    actor.ok_or_else(|| Fail::SignIn { back: LIST.to_owned() })
}

async fn list(visit: Visit) -> Page {
    let actor = member(&visit)?;
    let catalogue = visit.web.app.catalogue();
    let mut found: Vec<(MatterId, &Project)> = catalogue
        .all::<Project>()
        .filter(|(_, project)| project.seats().any(|seat| seat.account() == actor.person))
        .collect();
    found.sort_by_key(|(id, project)| (std::cmp::Reverse(project.tender.deadline), *id));
    let row = |(id, project): &(MatterId, &Project)| {
        context! {
            title => project.registration.title.clone(), href => format!("{LIST}/{id}"), number => project.number.clone(),
            deadline => project.tender.deadline.map(minute), status => tag("plain", Project::status_zh(project.status())),
        }
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    let crumbs = vec![link("公共资源交易", "/trading")];
    Ok(visit.page("portal/trading_seats.html", "评标", context! { crumbs => crumbs, rows => rows }))
}

/// The project of the address and the visitor's seat in it. To everybody else there is nothing at this address.
fn seat_of(visit: &Visit, id: &str) -> Result<(Actor, MatterId, Project, Seat), Fail> {
    let actor = member(visit)?;
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    let seated = found.and_then(|(id, project)| {
        let seat = project.seats().find(|seat| seat.account() == actor.person)?;
        Some((id, project.clone(), seat.clone()))
    });
    match seated {
        Some((id, project, seat)) => Ok((actor, id, project, seat)),
        None => Err(Fail::NotFound(visit.clone())),
    }
}

fn stage(project: &Project, seat: &Seat) -> &'static str {
    let by_price = project
        .tender
        .file
        .as_ref()
        .is_some_and(|file| file.scoring == Scoring::LowestPrice);
    match project.declaration(&seat.leaf) {
        _ if project.tender.opened.is_none() => "before",
        None => "declare",
        Some(declared) if !declared.bars.is_empty() => "barred",
        Some(_) if by_price => "by_price",
        Some(_) if !project.has_signed(&seat.leaf) => "score",
        Some(_) if project.all_signed() && project.tender.sealed.is_empty() => "opened",
        Some(_) => "signed",
    }
}

async fn page(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, None).await
}

async fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, id, project, seat) = seat_of(visit, id)?;
    let stage = stage(&project, &seat);
    let own = visit
        .web
        .app
        .sealed_sheets(&project, Some(&seat.leaf))
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "评标", LIST))?;
    let criteria = project.tender.file.as_ref().map_or(&[][..], |file| &file.criteria);
    let judges = matches!(stage, "score" | "signed" | "by_price") && project.tender.report.is_none();
    let mut bids: Vec<Value> = Vec::new();
    for row in &project.tender.bids {
        let Some((reading, price)) = row.live().filter(|_| judges) else { continue };
        let sheet = own.iter().find(|sheet| sheet.bid == row.bid);
        let failed = failed.filter(|(form, _)| form.get("bid") == Some(&row.bid.to_string()));
        let fields = if stage == "score" { fields(criteria, sheet, failed) } else { Vec::new() };
        let questions = questions(visit, &project, row.bid).await?;
        let reject = if project.scores_open() { Vec::new() } else { reject_fields(&project, failed) };
        bids.push(context! {
            bid => row.bid.to_string(), bidder => reading.bidder.clone(), price => yuan(price), scored => sheet.map(total),
            file_href => format!("{LIST}/{id}/bids/{}/file", row.bid), fields => fields, votes => votes(&project, row.bid),
            reject => reject, ask => ask_fields(failed), questions => questions,
        });
    }
    let report = match stage {
        "opened" | "by_price" => report(id, &project, &seat, failed),
        _ => None,
    };
    let scores = match stage {
        "opened" => scores(visit, id, &project).await?,
        _ => Vec::new(),
    };
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(form, wrong)| {
            let of = form.get("bid").map(|bid| format!("{bid}-")).unwrap_or_default();
            wrong.iter().map(move |one| {
                context! { id => format!("{of}{}", one.field), text => one.message.clone() }
            })
        })
        .collect();
    let options = BARS.map(|(value, _, label)| (value.to_owned(), label.to_owned()));
    let bars = Field {
        error: said(failed, "bars"),
        ..Field::text("bars", "回避情况", true).kind("choice").options(options)
    };
    let n_signed = project.seats().filter(|seat| project.has_signed(&seat.leaf)).count();
    let page = visit.page("portal/trading_seat.html", &project.registration.title, context! {
        crumbs => vec![link("评标", LIST)], errors => errors, stage => stage, status => tag("plain", Project::status_zh(project.status())),
        facts => facts(id, &project, &seat), bars => bars, bids => bids, rejected => rejected(&project), scores => scores, report => report,
        reported => project.tender.report.is_some(), unscored => project.unscored(&seat.leaf),
        n_signed => n_signed, n_seats => project.seats().count(), may_say => !project.tender.extended && !project.tender.short.contains(&seat.leaf),
        base => format!("{LIST}/{id}"), idem => hex(&random::<12>()),
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

fn said(failed: Option<Failed<'_>>, field: &str) -> Option<String> {
    let wrong = failed.map_or(&[][..], |(_, wrong)| wrong);
    wrong.iter().find(|one| one.field == field).map(|one| one.message.clone())
}

fn facts(id: MatterId, project: &Project, seat: &Seat) -> Vec<Value> {
    let mut facts = vec![
        fact("项目编码", id.to_string()),
        fact("招标人", project.tenderer.to_string()),
        fact("您的席位", seat_zh(project, &seat.leaf)),
    ];
    if let Some(file) = &project.tender.file {
        facts.push(fact("招标文件摘要（SHA-256）", file.digest.clone()));
    }
    if project.tender.extended {
        facts.push(fact("评标时间", "已经延长"));
    }
    facts
}

/// `第2席，专家`: a place at the table and no name (招标投标法 37).
pub(crate) fn seat_zh(project: &Project, leaf: &str) -> String {
    let place = project.tender.committee.iter().position(|seat| seat.leaf == leaf);
    let expert = project.tender.committee.iter().any(|seat| seat.leaf == leaf && seat.expert);
    let of = if expert { "专家" } else { "招标人代表" };
    place.map_or_else(String::new, |place| format!("第{}席，{of}", place + 1))
}

/// `85.50`
fn points_text(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn total(sheet: &OpenedSheet) -> String {
    points_text(sheet.points.iter().map(|one| u64::from(one.hundredths)).sum())
}

/// Two fields for each criterion of the tender file, as they were sealed or as they were typed.
fn fields(criteria: &[Criterion], sheet: Option<&OpenedSheet>, failed: Option<Failed<'_>>) -> Vec<Field> {
    let typed = |id: &str| failed.and_then(|(form, _)| form.get(id).cloned());
    let mut fields = Vec::new();
    for (n, criterion) in criteria.iter().enumerate() {
        let kept = sheet.and_then(|sheet| sheet.points.iter().find(|one| one.criterion == criterion.name));
        let (points, reason) = (format!("points-{n}"), format!("reason-{n}"));
        let value = kept.map(|one| points_text(u64::from(one.hundredths))).unwrap_or_default();
        let most = points_text(u64::from(criterion.most));
        fields.push(Field {
            error: said(failed, &points),
            ..Field::text(&points, &format!("{}：得分", criterion.name), true)
                .kind("number")
                .hint(format!("满分{most}，最多两位小数"))
                .value(&typed(&points).unwrap_or(value))
        });
        let value = kept.map(|one| one.reason.clone()).unwrap_or_default();
        fields.push(Field {
            error: said(failed, &reason),
            ..Field::text(&reason, &format!("{}：理由", criterion.name), true)
                .kind("long_text")
                .value(&typed(&reason).unwrap_or(value))
        });
    }
    fields
}

/// 否决事由, as the form offers them: the regulation's, then the tender file's by their number.
fn grounds(project: &Project) -> Vec<(String, RejectGround, String)> {
    let of_file = project.tender.file.as_ref().map_or(&[][..], |file| &file.rejection_grounds);
    let of_law = GROUNDS
        .iter()
        .map(|(value, ground, zh)| ((*value).to_owned(), *ground, (*zh).to_owned()));
    let of_file = of_file
        .iter()
        .zip(1_u16..)
        .map(|(text, n)| (format!("file-{n}"), RejectGround::OfFile(n), format!("招标文件第{n}项：{text}")));
    of_law.chain(of_file).collect()
}

fn reject_fields(project: &Project, failed: Option<Failed<'_>>) -> Vec<Field> {
    let options = grounds(project).into_iter().map(|(value, _, zh)| (value, zh));
    let fields = [
        Field::text("ground", "否决事由", true).kind("choice").options(options),
        Field::text("reason", "理由", true).kind("long_text"),
        Field::text("evidence", "证据摘要（SHA-256）", false).hint("以违法行为为事由的，应当附证据"),
    ];
    kept(fields, failed)
}

fn ask_fields(failed: Option<Failed<'_>>) -> Vec<Field> {
    let fields = [
        Field::text("question", "要求澄清、说明的内容", true)
            .kind("long_text")
            .hint("只能就含义不明确、前后不一致、明显的文字和计算错误要求澄清，不得暗示或者诱导"),
        Field::text("answer_by", "最迟答复日期", true).kind("date"),
    ];
    kept(fields, failed)
}

/// Fields of a form that came back, with what was typed and what is wrong.
fn kept<const N: usize>(fields: [Field; N], failed: Option<Failed<'_>>) -> Vec<Field> {
    let typed = |id: &str| failed.and_then(|(form, _)| form.get(id).cloned()).unwrap_or_default();
    fields
        .into_iter()
        .map(|field| {
            let value = typed(&field.id);
            Field { error: said(failed, &field.id), ..field.value(&value) }
        })
        .collect()
}

/// 赞成否决的票数, ground by ground.
fn votes(project: &Project, bid: MatterId) -> Vec<String> {
    let n = project.seats().count();
    grounds(project)
        .into_iter()
        .filter_map(|(_, ground, zh)| {
            let n_votes = project.n_votes(bid, ground);
            (n_votes > 0).then(|| format!("{zh}：{n} 名成员中 {n_votes} 名赞成否决"))
        })
        .collect()
}

/// 已否决的投标, each with its ground.
fn rejected(project: &Project) -> Vec<String> {
    let grounds = grounds(project);
    let line = |row: &BidRow| {
        let (reading, _) = row.read.as_ref()?;
        let rejected = row.rejected?;
        let zh = grounds
            .iter()
            .find(|(_, ground, _)| *ground == rejected)
            .map(|(_, _, zh)| zh.as_str());
        Some(format!("{}：{}", reading.bidder, zh.unwrap_or_default()))
    };
    project.tender.bids.iter().filter_map(line).collect()
}

/// What the bidder was asked, and what it answered.
async fn questions(visit: &Visit, project: &Project, bid: MatterId) -> Result<Vec<Value>, Fail> {
    let fault = |problem| Fail::from_problem(visit, problem, "评标", LIST);
    let app = &visit.web.app;
    let mut rows = Vec::new();
    for asked in &project.tender.questions {
        if asked.bid != bid {
            continue;
        }
        let text = app.kept_text(&asked.digest).await.map_err(fault)?;
        let answer = match &asked.answer {
            Some(answer) => Some(app.kept_text(answer).await.map_err(fault)?),
            None => None,
        };
        rows.push(context! { text => text, answer_by => asked.answer_by.to_string(), answer => answer });
    }
    Ok(rows)
}

/// 评标报告 as it is signed: what was opened, whom the committee proposes, what it rejected.
pub(crate) fn report_text(id: MatterId, project: &Project, proposed: &[MatterId]) -> String {
    let tender = &project.tender;
    let mut lines = vec![
        "评标报告".to_owned(),
        format!("项目：{}（{id}），第{}次招标", project.registration.title, project.round),
        format!("招标文件：{}", tender.file.as_ref().map_or("", |file| file.digest.as_str())),
        format!("开标记录：{}", tender.record),
    ];
    let ranked = project.separation.is_none();
    for (n, bid) in proposed.iter().enumerate() {
        let Some((reading, price)) = project.bid(*bid).and_then(BidRow::live) else { continue };
        let sheets = tender.sheets.iter().filter(|sheet| sheet.bid == *bid);
        let total: u64 = sheets.map(|sheet| u64::from(sheet.total)).sum();
        let place = if ranked { format!("第{}名", n + 1) } else { "不排序".to_owned() };
        let of_points =
            if total > 0 { format!("，得分合计{}", points_text(total)) } else { String::new() };
        lines.push(format!(
            "中标候选人，{place}：{}，{}，报价{}{of_points}",
            reading.bidder,
            reading.code,
            yuan(price)
        ));
    }
    lines.extend(rejected(project).into_iter().map(|line| format!("否决：{line}")));
    lines.join("\n")
}

/// What there is to sign; `None` while something is missing or once the report was brought.
fn report(id: MatterId, project: &Project, seat: &Seat, failed: Option<Failed<'_>>) -> Option<Value> {
    let tender = &project.tender;
    let proposed = project
        .proposed()
        .filter(|proposed| tender.report.is_none() && !proposed.is_empty())?;
    let text = report_text(id, project, &proposed);
    let digest = sha256(&text);
    let same = tender.signatures.iter().filter(|signature| signature.digest == digest);
    let (n_signed, n_seats) = (same.clone().count(), project.seats().count());
    let signed = same.clone().any(|signature| signature.seat == seat.leaf);
    let dissents: Vec<Value> = tender
        .dissents
        .iter()
        .map(|dissent| context! { seat => seat_zh(project, &dissent.seat), reason => dissent.reason.clone() })
        .collect();
    let failed = failed.filter(|(form, _)| !form.contains_key("bid"));
    let may_dissent = tender.signatures.iter().any(|signature| signature.seat != seat.leaf);
    let why = match may_dissent {
        true => kept([Field::text("reason", "不同意见和理由", true).kind("long_text")], failed),
        false => Vec::new(),
    };
    Some(context! {
        text => text, digest => digest, n_signed => n_signed, signed => signed, dissents => dissents,
        why => why, may_bring => signed && n_signed * 2 > n_seats,
    })
}

/// Every opened sheet, seat by seat, with its reasons; of the round that is evaluated.
async fn scores(visit: &Visit, id: MatterId, project: &Project) -> Result<Vec<Value>, Fail> {
    let facts = visit
        .web
        .app
        .project_facts(id)
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "评标", LIST))?;
    let mut rows = Vec::new();
    for sheet in &project.tender.sheets {
        let points = facts.iter().rev().find_map(|(_, fact)| match fact {
            Fact::Scored { seat, bid, points, .. } if *seat == sheet.seat && *bid == sheet.bid => {
                Some(points.as_slice())
            }
            _ => None,
        });
        let of_each: Vec<Value> = points
            .unwrap_or_default()
            .iter()
            .map(|one| {
                context! { criterion => one.criterion.clone(), points => points_text(u64::from(one.hundredths)), reason => one.reason.clone() }
            })
            .collect();
        let bidder = project
            .bid(sheet.bid)
            .and_then(|row| row.read.as_ref())
            .map(|(reading, _)| reading.bidder.clone());
        rows.push(context! {
            seat => seat_zh(project, &sheet.seat), bidder => bidder.unwrap_or_else(|| sheet.bid.to_string()),
            points => of_each, total => points_text(u64::from(sheet.total)),
        });
    }
    Ok(rows)
}

async fn deed(
    visit: Visit,
    Path((id, deed)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let (actor, matter, project, _) = seat_of(&visit, &id)?;
    visit.own_form(form.get("csrf"))?;
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let done = match deed.as_str() {
        "declare" => {
            let chosen = form.get("bars").map_or("", String::as_str);
            let Some((_, bar, _)) = BARS.iter().find(|(value, ..)| *value == chosen) else {
                let wrong = [Invalid::new("bars", "请说明有没有应当回避的情形")];
                return show(&visit, &id, Some((&form, &wrong))).await;
            };
            let act = Act::DeclareInterest { bars: bar.iter().copied().collect() };
            perform(&visit, &actor, matter, act, key).await
        }
        "score" => {
            let Some(bid) = bid_of(&form) else { return Err(Fail::Unreadable(visit)) };
            let criteria = project.tender.file.as_ref().map_or(&[][..], |file| &file.criteria);
            match read(criteria, &form) {
                Ok(points) => visit.web.app.score_bid(&actor, matter, bid, points, key).await,
                Err(wrong) => return show(&visit, &id, Some((&form, &wrong))).await,
            }
        }
        "reject" => {
            let Some(bid) = bid_of(&form) else { return Err(Fail::Unreadable(visit)) };
            match vote(&project, bid, &form) {
                Ok(act) => perform(&visit, &actor, matter, act, key).await,
                Err(wrong) => return show(&visit, &id, Some((&form, &wrong))).await,
            }
        }
        "ask" => {
            let Some(bid) = bid_of(&form) else { return Err(Fail::Unreadable(visit)) };
            match asked(&form) {
                Ok((question, answer_by)) => {
                    let of = (bid, answer_by);
                    visit.web.app.ask_bidder(&actor, matter, of, &question, key).await
                }
                Err(wrong) => return show(&visit, &id, Some((&form, &wrong))).await,
            }
        }
        "sign-report" | "report" => {
            let candidates = project.proposed().unwrap_or_default();
            let digest = sha256(&report_text(matter, &project, &candidates));
            // What is signed is what was read.
            if form.get("digest") != Some(&digest) {
                let wrong = [Invalid::new("digest", "评标报告的内容已经变化，请再看一遍")];
                return show(&visit, &id, Some((&form, &wrong))).await;
            }
            let act = match deed.as_str() {
                "report" => Act::ReportEvaluation { candidates, digest },
                _ => Act::SignReport { candidates, digest },
            };
            perform(&visit, &actor, matter, act, key).await
        }
        "dissent" => {
            let reason = form.get("reason").map_or("", |reason| reason.trim()).to_owned();
            perform(&visit, &actor, matter, Act::StateDissent { reason }, key).await
        }
        "sign" => perform(&visit, &actor, matter, Act::SignSheets, key).await,
        "short" => perform(&visit, &actor, matter, Act::SayTimeShort, key).await,
        _ => return Err(Fail::NotFound(visit)),
    };
    let back = format!("{LIST}/{matter}");
    match done {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, Some((&form, &wrong))).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "评标", &back)),
    }
}

async fn perform(
    visit: &Visit,
    actor: &Actor,
    id: MatterId,
    act: Act,
    key: Option<String>,
) -> Result<Committed, Problem> {
    let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key };
    visit.web.app.act::<Project>(call).await
}

fn bid_of(form: &Form) -> Option<MatterId> {
    form.get("bid").and_then(|bid| bid.parse().ok())
}

/// A vote to reject, or what its form lacks.
fn vote(project: &Project, bid: MatterId, form: &Form) -> Result<Act, Vec<Invalid>> {
    let answer = |id: &str| form.get(id).map_or("", |text| text.trim()).to_owned();
    let (chosen, reason) = (answer("ground"), answer("reason"));
    let ground = grounds(project).into_iter().find(|(value, ..)| *value == chosen);
    let mut wrong = Vec::new();
    if ground.is_none() {
        wrong.push(Invalid::new("ground", "请选择否决事由"));
    }
    if reason.is_empty() {
        wrong.push(Invalid::new("reason", "请写明否决的理由"));
    }
    match ground {
        Some((_, ground, _)) if wrong.is_empty() => {
            Ok(Act::VoteRejection { bid, ground, reason, evidence: answer("evidence") })
        }
        _ => Err(wrong),
    }
}

/// What is asked of a bidder, and the last day for its answer.
fn asked(form: &Form) -> Result<(String, Date), Vec<Invalid>> {
    let answer = |id: &str| form.get(id).map_or("", |text| text.trim());
    let (question, answer_by) = (answer("question"), answer("answer_by").parse::<Date>());
    let mut wrong = Vec::new();
    if question.is_empty() || question.chars().count() > 2000 {
        wrong.push(Invalid::new("question", "请写明要求澄清的内容，不超过2000字"));
    }
    match answer_by {
        Ok(answer_by) if wrong.is_empty() => Ok((question.to_owned(), answer_by)),
        Ok(_) => Err(wrong),
        Err(_) => {
            wrong.push(Invalid::new("answer_by", "请填写最迟答复日期"));
            Err(wrong)
        }
    }
}

/// One score and one reason for each criterion.
fn read(criteria: &[Criterion], form: &Form) -> Result<Vec<Points>, Vec<Invalid>> {
    let answer = |id: &str| form.get(id).map_or("", |text| text.trim());
    let (mut points, mut wrong) = (Vec::new(), Vec::new());
    for (n, criterion) in criteria.iter().enumerate() {
        let (of_points, of_reason) = (format!("points-{n}"), format!("reason-{n}"));
        let hundredths = Fen::parse(answer(&of_points)).and_then(|points| u32::try_from(points.0).ok());
        let reason = answer(&of_reason).to_owned();
        if reason.is_empty() {
            wrong.push(Invalid::new(of_reason, format!("请写明“{}”得分的理由", criterion.name)));
        }
        match hundredths {
            Some(hundredths) if hundredths <= criterion.most => {
                points.push(Points { criterion: criterion.name.clone(), hundredths, reason });
            }
            Some(_) => {
                let most = points_text(u64::from(criterion.most));
                wrong.push(Invalid::new(of_points, format!("“{}”满分{most}", criterion.name)));
            }
            None => {
                wrong
                    .push(Invalid::new(of_points, format!("请填写“{}”的得分，最多两位小数", criterion.name)));
            }
        }
    }
    if wrong.is_empty() { Ok(points) } else { Err(wrong) }
}

/// The file of a bid that takes part, once the member has declared that nothing keeps the seat away.
async fn file(visit: Visit, Path((id, bid)): Path<(String, String)>) -> Page {
    let (_, id, project, seat) = seat_of(&visit, &id)?;
    let reads = !matches!(stage(&project, &seat), "before" | "declare" | "barred");
    let live = bid
        .parse::<MatterId>()
        .ok()
        .filter(|bid| reads && project.bid(*bid).is_some_and(|row| row.live().is_some()));
    let Some(bid) = live else { return Err(Fail::NotFound(visit)) };
    let mut bytes = Vec::new();
    let unsealed = visit
        .web
        .app
        .open_bid(id, bid, &mut |part| bytes.extend_from_slice(part))
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "打开投标文件", LIST))?;
    let Unsealed::Letter(letter) = unsealed else { return Err(Fail::NotFound(visit)) };
    Ok(attachment(&letter, bytes))
}
