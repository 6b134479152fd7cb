//! 提问、异议（质疑）和投诉。 Before the opening under a one-time secret, as bids are handed in: neither an address nor a log
//! line names the project, which travels in the body of the form, and no name stands beside it (招标投标法 22). After it
//! whoever is signed in acts under the account, and whoever kept a secret still by that.
//!
//! The secret of a bid and the same secret here are two persons: a question never tells whose envelope is whose.

use crate::extract::{Path, Query};
use crate::fail::Page;
use crate::session::{Visit, random};
use crate::statuses::status_zh;
use crate::submission::{Incoming, Sent, Upload, filled};
use crate::trading_pages::{is_public, kept};
use crate::trading_submit::sealed_actor;
use crate::view::{Field, basis_links, fact, link};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::store::Fault;
use fadu_app::{Call, Committed, Problem, registry};
use fadu_kernel::{Actor, Ground, Invalid, Matter, MatterId, Role};
use fadu_ledger::note::hex;
use fadu_trading::complaint::{self, About};
use fadu_trading::draw::sha256;
use fadu_trading::project::{Act, Fact, Objection, Stage};
use fadu_trading::{Complaint, Project};
use jiff::civil::Date;
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/trading/remedies", get(page))
        .route("/trading/remedies/{deed}", post(send))
}

const MOST_CHARS: usize = 5000;

/// 办什么: word, name, and the act whose articles stand below.
const DEEDS: [(&str, &str, &str); 10] = [
    ("ask", "提问，要求澄清招标文件", "Ask"),
    ("object-prequalification", "对资格预审文件提出异议", "Object"),
    ("object-file", "对招标文件（采购文件）提出异议（质疑）", "Object"),
    ("object-opening", "对开标提出异议", "Object"),
    ("object-result", "对评标结果（中标结果）提出异议（质疑）", "Object"),
    ("read", "查看对自己异议（质疑）的答复", "AnswerObjection"),
    ("withdraw", "撤回自己的异议（质疑）", "WithdrawObjection"),
    ("complain", "向行政监督部门投诉", "Lodge"),
    ("follow", "查看自己的投诉", "Decide"),
    ("withdraw-complaint", "撤回自己的投诉", "Withdraw"),
];

const ABOUT: [(&str, About, &str); 4] = [
    ("file", About::File, "资格预审文件、招标文件（采购文件）"),
    ("opening", About::Opening, "开标"),
    ("result", About::Result, "评标结果（中标结果）"),
    ("other", About::Other, "其他"),
];

type Form = HashMap<String, String>;
/// The form that came back, its answers, and what is wrong with them.
type Failed<'a> = (&'a str, &'a Form, &'a [Invalid]);

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    project: String,
}

async fn page(visit: Visit, Query(asked): Query<Asked>) -> Response {
    show(&visit, &asked.project, None)
}

fn public_project(visit: &Visit, id: &str) -> Option<(MatterId, Project)> {
    let id: MatterId = id.parse().ok()?;
    let catalogue = visit.web.app.catalogue();
    let project = catalogue.one::<Project>(id).filter(|project| is_public(project))?;
    Some((id, project.clone()))
}

/// Whoever is signed in as a firm or a citizen.
fn account(visit: &Visit) -> Option<Actor> {
    visit
        .actor()
        .filter(|actor| matches!(actor.role, Role::FirmAgent | Role::Citizen))
}

fn fits(project: &Project, deed: &str) -> bool {
    let tender = &project.tender;
    let open = project.takes_bids();
    let awarded = project.award.is_some();
    match deed {
        "ask" | "object-file" => open,
        "object-prequalification" => {
            open && tender.file.as_ref().is_some_and(|file| file.prequalification.is_some())
        }
        "object-opening" => tender.opening.is_some() && tender.opened.is_none(),
        "object-result" => tender.publicity.is_some() || awarded,
        "read" | "withdraw" => !project.objections.is_empty(),
        _ => true,
    }
}

fn show(visit: &Visit, id: &str, failed: Option<Failed<'_>>) -> Response {
    let found = public_project(visit, id);
    let project = found.as_ref().map(|(_, project)| project);
    let by_account = account(visit).is_some() && project.is_some_and(|project| !project.takes_bids());
    let secret = hex(&random::<16>());
    let today = visit.web.app.moment().today;
    let offered = DEEDS
        .iter()
        .filter(|(word, ..)| project.is_none_or(|project| fits(project, word)));
    let forms: Vec<Value> = offered
        .map(|&(word, zh, act)| {
            let mut plain = vec![Field::text("project", "项目编码", true).hint("13位，见项目页面").value(id)];
            if !by_account {
                plain.push(secret_field(word, &secret));
            }
            plain.extend(fields(word, today));
            let failed = failed.filter(|(failed, ..)| *failed == word);
            let fields = match failed {
                Some((_, answers, wrong)) => filled(plain, answers, wrong),
                None => plain,
            };
            context! {
                name => word, label => zh, basis => basis(act), action_url => format!("/trading/remedies/{word}"), fields => fields,
                open => failed.is_some(),
            }
        })
        .collect();
    let errors: Vec<Value> = failed
        .iter()
        .flat_map(|(word, _, wrong)| {
            wrong.iter().map(move |one| {
                context! { id => format!("{word}-{}", one.field), text => one.message.clone() }
            })
        })
        .collect();
    let about = project.map(|project| project.registration.title.clone());
    let page = visit.page(
        "portal/trading_remedies.html",
        "提问、异议（质疑）和投诉",
        context! {
            crumbs => crumbs(found.as_ref()), errors => errors, about => about, forms => forms, facts => (),
            sealed => project.is_none_or(Project::takes_bids),
        },
    );
    if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}

fn crumbs(found: Option<&(MatterId, Project)>) -> Vec<Value> {
    let mut crumbs = vec![link("公共资源交易", "/trading")];
    crumbs.extend(
        found.map(|(id, project)| {
            link(project.registration.title.clone(), &format!("/trading/projects/{id}"))
        }),
    );
    crumbs
}

/// The articles of an act, of a project or of a complaint.
fn basis(act: &str) -> Vec<Value> {
    let mut acts = Project::acts().iter().chain(Complaint::acts());
    match acts.find(|kind| kind.name == act).map(|kind| kind.ground) {
        Some(Ground::Law(bases)) => basis_links(bases),
        Some(Ground::Measure(_)) | None => Vec::new(),
    }
}

/// Drawn for what is begun here; asked for where something of one's own is looked up.
fn secret_field(deed: &str, secret: &str) -> Field {
    let field = Field::text("secret", "密钥", true);
    match deed {
        "read" | "withdraw" | "follow" | "withdraw-complaint" => field.hint("提出时抄下的32位字符"),
        _ => field
            .hint("请抄下保存，以后凭它查看答复、撤回；用过的也可以再用。本站不保存，遗失不能找回")
            .value(secret),
    }
}

fn fields(deed: &str, today: Date) -> Vec<Field> {
    let known_on = || {
        Field::text("known_on", "知道或者应当知道之日", true)
            .kind("date")
            .value(&today.to_string())
    };
    let complaint = || Field::text("complaint", "投诉编号", true).hint("13位，提出投诉时页面给出");
    match deed {
        "ask" => vec![
            Field::text("text", "要求澄清的内容", true)
                .kind("long_text")
                .hint("不要写出自己是谁"),
        ],
        "read" | "withdraw" => {
            vec![Field::text("n", "第几号异议（质疑）", true).kind("number").hint("见项目页面")]
        }
        "complain" => {
            let options = ABOUT.map(|(value, _, zh)| (value.to_owned(), zh.to_owned()));
            vec![
                Field::text("about", "投诉什么", true).kind("choice").options(options),
                Field::text("n", "先提出的异议（质疑）是第几号", false)
                    .kind("number")
                    .hint("就招标文件、开标、评标结果投诉的，应当先提出异议；政府采购的，应当先提出质疑"),
                known_on(),
                Field::text("request", "事实、理由和明确的请求", true)
                    .kind("long_text")
                    .hint("不超过2000字"),
                Field::text("applicant_name", "投诉人名称", true).hint("封存保管，只有处理投诉的部门能看"),
                Field::text("applicant_number", "统一社会信用代码或者公民身份号码", true),
                Field::text("file", "证明材料", true)
                    .kind("file")
                    .hint("PDF、JPG 或者 PNG，不超过10 MB"),
            ]
        }
        "follow" => vec![complaint()],
        "withdraw-complaint" => {
            vec![complaint(), Field::text("statement", "撤回的书面申请", true).kind("long_text")]
        }
        _ => vec![
            Field::text("text", "异议（质疑）的内容、理由和请求", true)
                .kind("long_text")
                .hint("不超过5000字"),
            known_on(),
        ],
    }
}

async fn send(visit: Visit, Path(deed): Path<String>, form: Incoming) -> Page {
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    let Some(&(deed, zh, _)) = DEEDS.iter().find(|(word, ..)| *word == deed) else {
        return Err(Fail::NotFound(visit));
    };
    let text = |id: &str| answers.get(id).map_or("", |text| text.trim());
    let found = public_project(&visit, text("project"));
    if found.is_none() {
        wrong.push(Invalid::new("project", "项目编码见项目页面，共13位"));
    }
    let actor = match actor(&visit, found.as_ref().map(|(_, project)| project), text("secret")) {
        Ok(actor) => Some(actor),
        Err(invalid) => {
            wrong.push(invalid);
            None
        }
    };
    wrong.extend(check(deed, &answers, files.is_empty()));
    let ((id, project), actor) = match (found, actor) {
        (Some(found), Some(actor)) if wrong.is_empty() => (found, actor),
        _ => return Ok(show(&visit, text("project"), Some((deed, &answers, &wrong)))),
    };
    let done = match deed {
        "read" => return read(&visit, id, &project, &actor, text("n")).await,
        "follow" => return follow(&visit, zh, (id, &project), &actor, text("complaint")).await,
        "complain" => lodge(&visit, &actor, id, &answers, files).await?,
        _ => ordered(&visit, &actor, id, deed, &answers).await,
    };
    match done {
        Ok(done) => Ok(receipt(&visit, (deed, zh), &actor, text("secret"), id, &done)),
        Err(Problem::Invalid(wrong)) => Ok(show(&visit, text("project"), Some((deed, &answers, &wrong)))),
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, "/trading/remedies")),
    }
}

/// Before the opening nobody acts under a name, signed in or not.
fn actor(visit: &Visit, project: Option<&Project>, secret: &str) -> Result<Actor, Invalid> {
    let sealed = project.is_none_or(Project::takes_bids);
    let account = account(visit).filter(|_| secret.is_empty() && !sealed);
    if let Some(actor) = account {
        return Ok(actor);
    }
    let fits = secret.len() == 32 && secret.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match fits {
        true => Ok(sealed_actor("fadu-remedy", secret)),
        false => Err(Invalid::new("secret", "密钥是提出时页面给出的32位字符")),
    }
}

/// Everything that is missing in a form, at once.
fn check(deed: &str, answers: &Form, no_file: bool) -> Vec<Invalid> {
    let text = |id: &str| answers.get(id).map_or("", |text| text.trim());
    let mut wrong = Vec::new();
    let mut say = |holds: bool, id: &str, message: &str| {
        if !holds {
            wrong.push(Invalid::new(id, message));
        }
    };
    let is_day = |id: &str| text(id).parse::<Date>().is_ok();
    let is_number = |id: &str| text(id).parse::<u32>().is_ok();
    let day = "请填写像 2025-03-03 这样的日期";
    match deed {
        "read" | "withdraw" => say(is_number("n"), "n", "请填写异议（质疑）的号数，见项目页面"),
        "complain" => {
            say(ABOUT.iter().any(|(value, ..)| *value == text("about")), "about", "请选择投诉什么");
            say(text("n").is_empty() || is_number("n"), "n", "请填写异议（质疑）的号数，见项目页面");
            say(is_day("known_on"), "known_on", day);
            say(!text("request").is_empty(), "request", "请写明事实、理由和请求");
            say(!no_file, "file", "请选择证明材料");
        }
        "follow" => say(text("complaint").parse::<MatterId>().is_ok(), "complaint", "投诉编号共13位"),
        "withdraw-complaint" => {
            say(text("complaint").parse::<MatterId>().is_ok(), "complaint", "投诉编号共13位");
            say(!text("statement").is_empty(), "statement", "请写明撤回申请");
        }
        _ => {
            let n = text("text").chars().count();
            say((1..=MOST_CHARS).contains(&n), "text", "请写明内容，不超过5000字");
            say(deed == "ask" || is_day("known_on"), "known_on", day);
        }
    }
    wrong
}

/// A question, an objection, or what takes one back.
async fn ordered(
    visit: &Visit,
    actor: &Actor,
    id: MatterId,
    deed: &str,
    answers: &Form,
) -> Result<Committed, Problem> {
    let app = &visit.web.app;
    let text = |id: &str| answers.get(id).map_or("", |text| text.trim());
    // The same form sent twice is one act; its key is of the words alone.
    let key = Some(format!("{deed}-{}", sha256(text("text"))));
    let known_on = text("known_on").parse().unwrap_or(app.moment().today);
    let stage = match deed {
        "ask" => return app.ask_tenderer(actor, id, text("text"), key).await,
        "withdraw" => {
            let n = text("n").parse().unwrap_or_default();
            let act = Act::WithdrawObjection { n };
            let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
            return app.act::<Project>(call).await;
        }
        "withdraw-complaint" => {
            let found = own_complaint(visit, id, actor, text("complaint")).await?;
            let (number, _) = found.ok_or(Problem::NotFound)?;
            let act = complaint::Act::Withdraw { statement: text("statement").to_owned() };
            let call = Call { actor, matter: Some(number), act, private: BTreeMap::new(), key: None };
            return app.act::<Complaint>(call).await;
        }
        "object-prequalification" => Stage::Prequalification,
        "object-opening" => Stage::Opening,
        "object-result" => Stage::Result,
        _ => Stage::File,
    };
    app.object_to(actor, id, (stage, known_on), text("text"), key).await
}

async fn lodge(
    visit: &Visit,
    actor: &Actor,
    project: MatterId,
    answers: &Form,
    files: Vec<Upload>,
) -> Result<Result<Committed, Problem>, Fail> {
    let app = &visit.web.app;
    let text = |id: &str| answers.get(id).map_or("", |text| text.trim());
    let given = ["applicant_name", "applicant_number"];
    let mut private: BTreeMap<String, String> = given
        .iter()
        .map(|field| ((*field).to_owned(), text(field).to_owned()))
        .collect();
    let mut evidence = Vec::new();
    for (_, _, bytes) in files {
        let sealed = app.seal_file(&bytes, &mut private).await;
        evidence.push(sealed.map_err(|fault| Fail::fault(visit, fault))?);
    }
    let about = ABOUT.iter().find(|(value, ..)| *value == text("about"));
    let act = complaint::Act::Lodge {
        project,
        about: about.map_or(About::Other, |(_, about, _)| *about),
        known_on: text("known_on").parse().unwrap_or(app.moment().today),
        objection: text("n").parse().ok(),
        request: text("request").to_owned(),
        evidence,
        received_before: None,
    };
    let key = Some(format!("complain-{}", sha256(text("request"))));
    Ok(app.act::<Complaint>(Call { actor, matter: None, act, private, key }).await)
}

/// The answer to one's own objection: as the paper that was given, or how far it is.
async fn read(visit: &Visit, id: MatterId, project: &Project, actor: &Actor, n: &str) -> Page {
    let own = |one: &&Objection| one.by == actor.person && n.parse::<u32>().is_ok_and(|n| n == one.n);
    let Some(objection) = project.objections.iter().find(own) else {
        return Err(Fail::NotFound(visit.clone()));
    };
    let facts = visit.web.app.project_facts(id).await;
    let facts =
        facts.map_err(|problem| Fail::from_problem(visit, problem, "查看答复", "/trading/remedies"))?;
    let answer = facts.iter().rev().find_map(|(_, fact)| match fact {
        Fact::ObjectionAnswered { n, digest, .. } if *n == objection.n => Some(digest.as_str()),
        _ => None,
    });
    let paper = match answer {
        Some(digest) => kept(visit, digest).await.ok(),
        None => None,
    };
    if let Some(paper) = paper {
        return Ok(paper);
    }
    let end = match (objection.answered, objection.withdrawn, objection.due) {
        (Some(on), _, _) if objection.upheld => format!("{on}答复：成立。答复文书由招标人送达"),
        (Some(on), _, _) => format!("{on}答复：不成立。答复文书由招标人送达"),
        (None, Some(on), _) => format!("{on}撤回"),
        (None, None, Some(due)) => format!("还没有答复，应于{due}前答复"),
        (None, None, None) => "还没有答复".to_owned(),
    };
    let facts =
        vec![fact("异议（质疑）", format!("第{}号，{}提出", objection.n, objection.on)), fact("答复", end)];
    Ok(told(visit, "查看答复", Some(&(id, project.clone())), facts))
}

/// A complaint about this project that this person made.
async fn own_complaint(
    visit: &Visit,
    project: MatterId,
    actor: &Actor,
    number: &str,
) -> Result<Option<(MatterId, Complaint)>, Fault> {
    let app = &visit.web.app;
    let Ok(id) = number.parse::<MatterId>() else { return Ok(None) };
    let row = app
        .store
        .matter(app.region, id)
        .await?
        .filter(|row| row.kind == Complaint::KIND);
    let Some(row) = row else { return Ok(None) };
    let complaint: Complaint = registry::state(&row.state)?;
    let own = complaint.complainant.as_ref() == Some(&actor.person) && complaint.project == Some(project);
    Ok(own.then_some((id, complaint)))
}

async fn follow(
    visit: &Visit,
    zh: &str,
    (id, project): (MatterId, &Project),
    actor: &Actor,
    number: &str,
) -> Page {
    let found = own_complaint(visit, id, actor, number).await;
    let Some((number, complaint)) = found.map_err(|fault| Fail::fault(visit, fault))? else {
        return Err(Fail::NotFound(visit.clone()));
    };
    let docket = complaint.docket(&visit.web.app.calendar());
    let mut facts = vec![
        fact("投诉编号", number.to_string()),
        fact("处理部门", complaint.org.to_string()),
        fact("状态", status_zh(Complaint::KIND, &docket.status)),
    ];
    facts.extend(complaint.received.map(|on| fact("收到", on.to_string())));
    facts.extend(docket.due.map(|due| {
        fact(
            if complaint.accepted.is_some() {
                "应于此日前决定"
            } else {
                "应于此日前决定是否受理"
            },
            due.to_string(),
        )
    }));
    facts.extend(complaint.decided.map(|(on, outcome)| {
        let outcome = match outcome {
            complaint::Outcome::Upheld => "投诉成立",
            complaint::Outcome::Unfounded => "驳回：缺乏事实依据",
            complaint::Outcome::Fabricated => "驳回：捏造事实、伪造材料或者以非法手段取得证明材料",
        };
        fact("处理决定", format!("{on}，{outcome}"))
    }));
    Ok(told(visit, zh, Some(&(id, project.clone())), facts))
}

fn receipt(
    visit: &Visit,
    (deed, zh): (&str, &str),
    actor: &Actor,
    secret: &str,
    id: MatterId,
    done: &Committed,
) -> Response {
    let catalogue = visit.web.app.catalogue();
    let project = catalogue.one::<Project>(id);
    let mut facts = vec![fact("办了什么", zh)];
    if deed.starts_with("object-") {
        let mut objections = project.into_iter().flat_map(|project| project.objections.iter().rev());
        let own = objections.find(|one| one.by == actor.person);
        facts.extend(own.map(|one| fact("异议（质疑）号数", format!("第{}号", one.n))));
        facts.extend(own.and_then(|one| one.due).map(|due| fact("应于此日前答复", due.to_string())));
    }
    if deed.ends_with("complain") || deed.ends_with("complaint") {
        facts.push(fact("投诉编号", done.matter.to_string()));
    }
    if !secret.is_empty() {
        facts.push(fact("密钥", secret));
    }
    facts.push(fact("现在", clock_text(visit.web.app.moment().ms)));
    facts.push(fact("台账", format!("第 {} 条", done.seq)));
    told(visit, "回执", project.map(|project| (id, project.clone())).as_ref(), facts)
}

fn told(visit: &Visit, title: &str, found: Option<&(MatterId, Project)>, facts: Vec<Value>) -> Response {
    visit.page("portal/trading_remedies.html", title, context! {
        crumbs => crumbs(found), errors => Vec::<Value>::new(), about => found.map(|(_, project)| project.registration.title.clone()),
        forms => Vec::<Value>::new(), facts => facts, sealed => false,
    })
}
