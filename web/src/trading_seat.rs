//! 评标席。 A member's own pages, under the account of the seat: what keeps one away is declared first, each bid is scored
//! criterion by criterion with its reasons, and nobody sees another's scores before every member has signed.

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
use fadu_trading::project::file::{Criterion, Scoring};
use fadu_trading::project::{Act, Fact, OpenedSheet, Points, Seat};
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
    let bids: Vec<Value> = match stage {
        "score" | "signed" | "by_price" => {
            let live = project.tender.bids.iter().filter(|row| row.live().is_some());
            live.map(|row| {
                let sheet = own.iter().find(|sheet| sheet.bid == row.bid);
                let (bidder, price) = row
                    .live()
                    .map_or_else(Default::default, |(reading, price)| (reading.bidder.clone(), yuan(price)));
                let failed = failed.filter(|(form, _)| form.get("bid") == Some(&row.bid.to_string()));
                let fields = match stage {
                    "score" => fields(criteria, sheet, failed),
                    _ => Vec::new(),
                };
                context! {
                    bid => row.bid.to_string(), bidder => bidder, price => price, scored => sheet.map(total),
                    file_href => format!("{LIST}/{id}/bids/{}/file", row.bid), fields => fields,
                }
            })
            .collect()
        }
        _ => Vec::new(),
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
        facts => facts(id, &project, &seat), bars => bars, bids => bids, scores => scores, unscored => project.unscored(&seat.leaf),
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
fn seat_zh(project: &Project, leaf: &str) -> String {
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
            let Some(bid) = form.get("bid").and_then(|bid| bid.parse::<MatterId>().ok()) else {
                return Err(Fail::Unreadable(visit));
            };
            let criteria = project.tender.file.as_ref().map_or(&[][..], |file| &file.criteria);
            match read(criteria, &form) {
                Ok(points) => visit.web.app.score_bid(&actor, matter, bid, points, key).await,
                Err(wrong) => return show(&visit, &id, Some((&form, &wrong))).await,
            }
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
