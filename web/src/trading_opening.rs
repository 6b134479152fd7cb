//! 开标室。 Holders hand in their shares, each bid is opened and read out or put on record as unreadable with what was
//! found, and the opening record is kept under the digest that closes it. Nothing of a bid is here before the opening
//! has begun.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::trading_pages::{download, minute, yuan};
use crate::view::{fact, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::bids::Unsealed;
use fadu_app::now::clock_text;
use fadu_app::{Call, Problem};
use fadu_kernel::{Actor, Fen, Invalid, MatterId, OrgId, Role};
use fadu_ledger::note::hex;
use fadu_trading::Project;
use fadu_trading::letter::Letter;
use fadu_trading::project::{Act, BidRow, SharePurpose, Stage, UnreadableFault};
use minijinja::{Value, context};
use sha2::Digest;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/openings", get(openings))
        .route("/desk/openings/{id}", get(room))
        .route("/desk/openings/{id}/headers/{purpose}/{holder}", get(headers))
        .route("/desk/openings/{id}/shares", post(shares))
        .route("/desk/openings/{id}/bids/{bid}/file", get(file))
        .route("/desk/openings/{id}/{deed}", post(deed))
        .route("/trading/projects/{id}/record", get(record))
}

const PURPOSES: [(SharePurpose, &str, &str); 2] =
    [(SharePurpose::Label, "label", "归属份额"), (SharePurpose::Content, "content", "内容份额")];

/// Tenderer, supervisor and holders: whoever has to do with this opening.
fn concerned(project: &Project, org: &OrgId) -> bool {
    let holders = project.keys().map_or(&[][..], |keys| &keys.holders);
    project.tenderer == *org
        || project.registration.supervisor == *org
        || holders.iter().any(|holder| holder.org == *org)
}

async fn openings(visit: Visit) -> Page {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let mut found: Vec<(MatterId, &Project)> = catalogue
        .all::<Project>()
        .filter(|(_, project)| project.tender.announced.is_some() && concerned(project, &actor.org))
        .collect();
    found.sort_by_key(|(id, project)| (std::cmp::Reverse(project.tender.deadline), *id));
    let row = |(id, project): &(MatterId, &Project)| {
        context! {
            title => project.registration.title.clone(), href => format!("/desk/openings/{id}"), number => project.number.clone(),
            deadline => project.tender.deadline.map(minute), status => stage_tag(&visit, project),
        }
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    Ok(visit.page("desk/openings.html", "开标室", context! { rows => rows }))
}

fn due(visit: &Visit, project: &Project) -> bool {
    project
        .deadline_ms()
        .is_some_and(|deadline| visit.web.app.moment().ms >= deadline)
}

fn stage(visit: &Visit, project: &Project) -> &'static str {
    let tender = &project.tender;
    match (tender.opened, tender.opening) {
        (Some(_), _) => "closed",
        (None, Some(_)) => "open",
        (None, None) if due(visit, project) => "due",
        (None, None) => "before",
    }
}

fn stage_tag(visit: &Visit, project: &Project) -> Value {
    match stage(visit, project) {
        "closed" => tag("off", "开标结束"),
        "open" => tag("on", "正在开标"),
        "due" => tag("plain", "已经截止，等待开标"),
        _ => tag("plain", "正在收标"),
    }
}

/// The project of the address, for a body that has to do with it.
fn project_of(visit: &Visit, id: &str) -> Result<(Actor, MatterId, Project), Fail> {
    let (_, actor) = visit.staff()?;
    let catalogue = visit.web.app.catalogue();
    let found = id
        .parse::<MatterId>()
        .ok()
        .and_then(|id| Some((id, catalogue.one::<Project>(id)?)));
    match found.filter(|(_, project)| concerned(project, &actor.org)) {
        Some((id, project)) => Ok((actor, id, project.clone())),
        None => Err(Fail::NotFound(visit.clone())),
    }
}

async fn room(visit: Visit, Path(id): Path<String>) -> Page {
    show(&visit, &id, &[]).await
}

async fn show(visit: &Visit, id: &str, wrong: &[Invalid]) -> Page {
    let (actor, id, project) = project_of(visit, id)?;
    let app = &visit.web.app;
    let unsealed = app
        .opened_bids(id)
        .await
        .map_err(|problem| Fail::from_problem(visit, problem, "开标", "/desk/openings"))?;
    let runs_it = actor.org == project.tenderer && actor.role == Role::Officer;
    let stage = stage(visit, &project);
    let bids: Vec<Value> = project
        .tender
        .bids
        .iter()
        .filter(|_| stage == "open" || stage == "closed")
        .map(|row| {
            let found = unsealed.iter().find(|(bid, _)| *bid == row.bid).map(|(_, found)| found);
            bid_row(id, row, found, runs_it && stage == "open")
        })
        .collect();
    let unread = project
        .tender
        .bids
        .iter()
        .filter(|row| row.read.is_none() && row.unreadable.is_none())
        .count();
    let objections: Vec<String> = project
        .objections
        .iter()
        .filter(|objection| objection.stage == Stage::Opening && objection.is_open())
        .map(|objection| format!("第{}号开标异议还没有当场答复", objection.n))
        .collect();
    let errors: Vec<Value> = wrong
        .iter()
        .map(|one| context! { id => one.field.clone(), text => one.message.clone() })
        .collect();
    let page = visit.page("desk/opening.html", &project.registration.title, context! {
        crumbs => vec![link("开标室", "/desk/openings")], errors => errors, status => stage_tag(visit, &project), stage => stage,
        facts => facts(id, &project, stage), holders => holders(id, &project, &actor, stage), bids => bids, runs_it => runs_it,
        base => format!("/desk/openings/{id}"), idem => hex(&random::<12>()), unread => unread, objections => objections,
        n_in => project.tender.bids.len(),
        record_href => project.tender.opened.map(|_| format!("/trading/projects/{id}/record")),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

fn facts(id: MatterId, project: &Project, stage: &str) -> Vec<Value> {
    let mut facts = vec![
        fact("项目编码", id.to_string()),
        fact("招标人", project.tenderer.to_string()),
        fact("行政监督部门", project.registration.supervisor.to_string()),
    ];
    facts.extend(project.tender.deadline.map(|at| fact("投标截止并开标", minute(at))));
    facts.extend(project.keys().map(|keys| {
        fact("开标密钥", format!("{}方持有，{}方到场就能开启", keys.holders.len(), keys.threshold))
    }));
    if stage != "before" {
        facts.push(fact("已经揭示归属的投标", format!("{}份", project.tender.bids.len())));
    }
    facts
}

fn holders(id: MatterId, project: &Project, actor: &Actor, stage: &str) -> Vec<Value> {
    let named = project.keys().map_or(&[][..], |keys| &keys.holders);
    let row = |(n, holder): (u8, &fadu_trading::project::KeyHolder)| {
        let given = |of: SharePurpose| {
            let shares = &project.tender.shares;
            let given = shares.iter().find(|given| given.holder == n && given.purpose == of);
            given.map(|given| clock_text(given.at_ms))
        };
        let mine = holder.org == actor.org && matches!(actor.role, Role::Officer | Role::WindowClerk);
        let asks = |of: SharePurpose| match of {
            SharePurpose::Label => stage == "due" || stage == "open",
            SharePurpose::Content => stage == "open",
        };
        let forms: Vec<Value> = PURPOSES
            .into_iter()
            .filter(|(of, ..)| mine && asks(*of))
            .map(|(of, word, zh)| {
                let why = match of {
                    SharePurpose::Label => "只用来认出没有到场的投标人的信封属于本项目，看不到投标内容",
                    SharePurpose::Content => "用来开启本项目的投标",
                };
                let headers = format!("/desk/openings/{id}/headers/{word}/{n}");
                context! { word => word, zh => zh, why => why, headers_href => headers }
            })
            .collect();
        context! {
            n => n, org => holder.org.to_string(), key => holder.key.chars().take(16).collect::<String>(),
            label => given(SharePurpose::Label), content => given(SharePurpose::Content), forms => forms,
        }
    };
    (1..).zip(named).map(row).collect()
}

fn fault_zh(fault: UnreadableFault) -> &'static str {
    match fault {
        UnreadableFault::Bidder => "投标人",
        UnreadableFault::Platform => "平台",
        UnreadableFault::Unknown => "尚未查明",
    }
}

fn bid_row(id: MatterId, row: &BidRow, found: Option<&Unsealed>, may: bool) -> Value {
    let done = row.read.is_some() || row.unreadable.is_some();
    let (mut bidder, mut code, mut price) = (String::new(), String::new(), String::new());
    if let Some((reading, fen)) = &row.read {
        (bidder, code, price) = (reading.bidder.clone(), reading.code.clone(), yuan(*fen));
    } else if let Some(Unsealed::Letter(letter)) = found {
        let reading = &letter.reading;
        (bidder, code) = (reading.bidder.clone(), reading.code.clone());
        price = Fen::parse(&reading.price).map_or_else(|| reading.price.clone(), |fen| yuan(fen.0));
    }
    let (state, ground) = match (row, found) {
        (BidRow { read: Some(_), .. }, _) => (tag("on", "已唱读"), String::new()),
        (BidRow { unreadable: Some(fault), .. }, _) => {
            (tag("stop", "不能开启"), format!("{}。原因：{}", row.ground, fault_zh(*fault)))
        }
        (_, Some(Unsealed::Letter(_))) => (tag("plain", "已开启，等待唱读"), String::new()),
        (_, Some(Unsealed::Unreadable(fault, ground))) => {
            (tag("stop", "不能开启"), format!("{ground}。原因：{}", fault_zh(*fault)))
        }
        (_, Some(Unsealed::Waiting { shares, of })) => {
            (tag("plain", "等待份额"), format!("已有{shares}份，需要{of}份"))
        }
        (_, None) => (tag("plain", "等待份额"), String::new()),
    };
    let file = match found {
        Some(Unsealed::Letter(letter)) if !letter.file_name.is_empty() => {
            Some(format!("/desk/openings/{id}/bids/{}/file", row.bid))
        }
        _ => None,
    };
    context! {
        bid => row.bid.to_string(), received => clock_text(row.received_ms), digest => row.digest.clone(), state => state, ground => ground,
        bidder => bidder, code => code, price => price, file_href => file,
        can_read => may && !done && matches!(found, Some(Unsealed::Letter(_))),
        can_note => may && !done && matches!(found, Some(Unsealed::Unreadable(..))),
        takes_key => may && !done && !matches!(found, Some(Unsealed::Letter(_))),
    }
}

fn purpose(word: &str) -> Option<SharePurpose> {
    PURPOSES.iter().find(|(_, known, _)| *known == word).map(|(of, ..)| *of)
}

/// 信封头清单, for the holder whose turn it is.
async fn headers(visit: Visit, Path((id, word, holder)): Path<(String, String, u8)>) -> Page {
    let (actor, id, project) = project_of(&visit, &id)?;
    let place = usize::from(holder).wrapping_sub(1);
    let mine = project
        .keys()
        .and_then(|keys| keys.holders.get(place))
        .is_some_and(|named| named.org == actor.org);
    let Some(of) = purpose(&word).filter(|_| mine) else { return Err(Fail::NotFound(visit)) };
    let back = format!("/desk/openings/{id}");
    let headers = match visit.web.app.opening_headers(id, of, holder).await {
        Ok(headers) => headers,
        Err(Problem::Invalid(wrong)) => return show(&visit, &id.to_string(), &wrong).await,
        Err(problem) => return Err(Fail::from_problem(&visit, problem, "领取信封头清单", &back)),
    };
    let text = serde_json::to_string(&headers).map_err(|error| Fail::fault(&visit, error))?;
    Ok(download("application/json", &format!("headers-{word}-{holder}.json"), text))
}

async fn shares(visit: Visit, Path(id): Path<String>, form: Result<Multipart, MultipartRejection>) -> Page {
    let (actor, matter, _) = project_of(&visit, &id)?;
    let mut form = form.map_err(|_| Fail::Unreadable(visit.clone()))?;
    let mut fields = HashMap::new();
    while let Ok(Some(part)) = form.next_field().await {
        let name = part.name().unwrap_or_default().to_owned();
        let Ok(bytes) = part.bytes().await else {
            return show(&visit, &id, &[Invalid::new("shares", "文件太大，或者传输中断，请重试")]).await;
        };
        fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
    }
    visit.own_form(fields.get("csrf"))?;
    let text = fields.get("shares").map_or("", String::as_str);
    if text.is_empty() {
        return show(&visit, &id, &[Invalid::new("shares", "请选择份额文件")]).await;
    }
    let back = format!("/desk/openings/{id}");
    match visit
        .web
        .app
        .contribute_shares(&actor, matter, text, fields.get("idem").cloned())
        .await
    {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, &wrong).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "交出开标份额", &back)),
    }
}

async fn deed(
    visit: Visit,
    Path((id, deed)): Path<(String, String)>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let (actor, matter, project) = project_of(&visit, &id)?;
    visit.own_form(form.get("csrf"))?;
    let app = &visit.web.app;
    let back = format!("/desk/openings/{id}");
    let failed = |problem| Fail::from_problem(&visit, problem, "开标", &back);
    let bid = form.get("bid").and_then(|bid| bid.parse::<MatterId>().ok());
    let act = match (deed.as_str(), bid) {
        ("begin", _) => Act::BeginOpening,
        // What is read out comes from the envelope itself, looked through to its end; nobody types it.
        ("read", Some(bid)) => match app.open_bid(matter, bid, &mut |_| {}).await.map_err(failed)? {
            Unsealed::Letter(letter) => Act::ReadBid { bid, reading: Box::new(letter.reading) },
            Unsealed::Unreadable(fault, ground) => Act::NoteUnreadable { bid, fault, ground },
            Unsealed::Waiting { .. } => {
                return show(&visit, &id, &[Invalid::new("shares", "份额还不够，不能开启")]).await;
            }
        },
        // Only the body that runs the opening takes a bidder's key, and only for a bid of it.
        ("key", Some(bid)) if actor.org == project.tenderer => {
            let key = form.get("key").map_or("", String::as_str);
            return match app.take_bidders_key(matter, bid, key).await {
                Ok(()) => Ok(Redirect::to(&back).into_response()),
                Err(Problem::Invalid(wrong)) => show(&visit, &id, &wrong).await,
                Err(problem) => Err(failed(problem)),
            };
        }
        ("close", _) => Act::CloseOpening { record: keep_record(&visit, matter, &project).await? },
        _ => return Err(Fail::NotFound(visit)),
    };
    let call = Call {
        actor: &actor,
        matter: Some(matter),
        act,
        private: BTreeMap::new(),
        key: form.get("idem").cloned(),
    };
    match app.act::<Project>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &id, &wrong).await,
        Err(problem) => Err(failed(problem)),
    }
}

/// 开标记录: who opened, when, and what was read out of each bid or why it could not be. Kept under its digest, which
/// the ledger then holds.
async fn keep_record(visit: &Visit, id: MatterId, project: &Project) -> Result<String, Fail> {
    let app = &visit.web.app;
    let tender = &project.tender;
    let holders = project.keys().map_or(&[][..], |keys| &keys.holders);
    let contributed: Vec<serde_json::Value> = tender
        .shares
        .iter()
        .map(|given| {
            let org = holders.get(usize::from(given.holder).wrapping_sub(1)).map(|holder| holder.org.to_string());
            serde_json::json!({"holder": given.holder, "org": org, "purpose": given.purpose, "at": clock_text(given.at_ms), "digest": given.digest})
        })
        .collect();
    let bids: Vec<serde_json::Value> = tender
        .bids
        .iter()
        .map(|row| {
            serde_json::json!({
                "bid": row.bid, "digest": row.digest, "received": clock_text(row.received_ms),
                "reading": row.read.as_ref().map(|(reading, _)| reading), "unreadable": row.unreadable, "ground": row.ground,
            })
        })
        .collect();
    let objections: Vec<serde_json::Value> = project
        .objections
        .iter()
        .filter(|objection| objection.stage == Stage::Opening && objection.round == project.round)
        .map(|objection| serde_json::json!({"n": objection.n, "on": objection.on, "answered": objection.answered}))
        .collect();
    let record = serde_json::json!({
        "format": "fadu-opening-record-1", "project": id, "number": project.number, "title": project.registration.title,
        "tenderer": project.tenderer, "deadline": tender.deadline, "begun": tender.opening, "threshold": project.keys().map(|keys| keys.threshold),
        "shares": contributed, "bids": bids, "objections": objections,
    });
    let text = serde_json::to_string_pretty(&record).map_err(|error| Fail::fault(visit, error))?;
    let digest = hex(&sha2::Sha256::digest(text.as_bytes()));
    app.store
        .put_blob(app.region, &digest, "application/json", text.into_bytes())
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    Ok(digest)
}

/// The record as it was closed, for anybody: its digest stands in the ledger.
async fn record(visit: Visit, Path(id): Path<String>) -> Page {
    let app = &visit.web.app;
    let catalogue = app.catalogue();
    let found = id.parse::<MatterId>().ok();
    let record = found
        .and_then(|id| catalogue.one::<Project>(id))
        .map(|project| project.tender.record.clone())
        .filter(|record| !record.is_empty());
    let Some(digest) = record else { return Err(Fail::NotFound(visit)) };
    match app
        .store
        .blob(app.region, &digest)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?
    {
        Some((_, text)) => Ok(download(
            "application/json",
            &format!("opening-{id}.json"),
            String::from_utf8_lossy(&text).into_owned(),
        )),
        None => Err(Fail::NotFound(visit)),
    }
}

/// The file of an opened bid, for the bodies of the opening.
async fn file(visit: Visit, Path((id, bid)): Path<(String, String)>) -> Page {
    let (_, id, _) = project_of(&visit, &id)?;
    let Ok(bid) = bid.parse::<MatterId>() else { return Err(Fail::NotFound(visit)) };
    let mut bytes = Vec::new();
    let unsealed = visit
        .web
        .app
        .open_bid(id, bid, &mut |part| bytes.extend_from_slice(part))
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "打开投标文件", "/desk/openings"))?;
    let Unsealed::Letter(letter) = unsealed else { return Err(Fail::NotFound(visit)) };
    Ok(attachment(&letter, bytes))
}

pub(crate) fn attachment(letter: &Letter, bytes: Vec<u8>) -> Response {
    // The name is the bidder's: percent-encoded, so that it can say nothing to the browser.
    let disposition = format!("attachment; filename*=UTF-8''{}", crate::view::encode(&letter.file_name));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}
