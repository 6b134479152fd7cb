//! 工作台的免证办。 One page for what one case is spared, with the acts of each paper that are open to the post; and the inbox
//! of checks that other departments wait for.

use super::{exemption as of_case, persons};
use crate::extract::{self, Path};
use crate::fail::Page;
use crate::matters::task_zh;
use crate::session::Visit;
use crate::submission::{Incoming, Sent, filled};
use crate::view::{Field, Names, act_form, basis_links, due_badge, fact, fact_link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::store::TaskQuery;
use fadu_app::{Call, Problem};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, OrgId};
use fadu_proof::check::Outcome;
use fadu_proof::line::{How, Measure};
use fadu_proof::{Check, CheckAct, Exemption, ExemptionAct, Line, Way};
use fadu_service::Case;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

const PER_PAGE: u32 = 100;
/// Before every day that a task may be due on.
const FIRST_DAY: &str = "0";

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/exemptions/{id}", get(exemption))
        .route("/desk/exemptions/{id}/{subject}", get(line))
        .route("/desk/exemptions/{id}/{subject}/acts/{act}", post(act_on_line))
        .route("/desk/checks", get(inbox))
        .route("/desk/checks/{id}", get(check))
        .route("/desk/checks/{id}/acts/Answer", post(answer))
}

async fn stored<M: Matter>(visit: &Visit, id: &str) -> Result<(MatterId, M), Fail> {
    let id: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    Ok((id, visit.stored(id).await?))
}

pub(crate) fn shade(status: &str) -> &'static str {
    match status {
        "obtained" | "confirmed" | "verified" | "cancelled" | "brought" => "on",
        "failed" | "false" | "unverified" | "denied" => "stop",
        "paper" | "disposed" => "off",
        _ => "plain",
    }
}

fn status(line: &Line) -> Value {
    tag(shade(line.status()), Line::status_zh(line.status()))
}

async fn exemption(visit: Visit, Path(id): Path<String>) -> Page {
    visit.staff()?;
    let (id, state) = stored::<Exemption>(&visit, &id).await?;
    let rows: Vec<Value> = state
        .lines
        .iter()
        .map(|(subject, line)| {
            context! {
                name => line.wanted.name.clone(), href => format!("/desk/exemptions/{id}/{}", crate::view::encode(subject)), way => line.wanted.way.zh(),
                basis => line.wanted.basis.as_ref().map(|basis| basis_links(std::slice::from_ref(basis))).unwrap_or_default(),
                source => line.wanted.source_name.clone(), status => status(line), because => line.because(),
            }
        })
        .collect();
    Ok(visit.page("desk/exemption.html", &format!("免证办理：{}", state.about.item_name), context! {
        errors => Vec::<Value>::new(), case => case_link(&state), rows => rows, line => (), acts => Vec::<Value>::new(),
    }))
}

fn case_link(state: &Exemption) -> Value {
    context! {
        number => state.about.case_number.clone(), href => format!("/desk/cases/{}", state.about.case), department => state.about.department.to_string(),
        barred => state.about.barred.clone(),
    }
}

async fn line(visit: Visit, Path((id, subject)): Path<(String, String)>) -> Page {
    show_line(&visit, &id, &subject, None).await
}

/// The act whose form could not be carried out, with its answers and errors.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

async fn show_line(visit: &Visit, id: &str, subject: &str, failed: Option<Failed<'_>>) -> Page {
    let (_, actor) = visit.staff()?;
    let (id, state) = stored::<Exemption>(visit, id).await?;
    let Some(line) = state.lines.get(subject) else { return Err(Fail::NotFound(visit.clone())) };
    let app = &visit.web.app;
    let names = Names::load(visit).await?;
    let reads = app.may::<Exemption>(&actor, "Read", &state.parties());
    let here = format!("/desk/exemptions/{id}/{}", crate::view::encode(subject));
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let case = app
        .state_of::<Case>(state.about.case)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    // Once accepted, or told what is missing, the applicant is asked for nothing more (行政许可法 32).
    let may_ask =
        case.is_some_and(|case| case.accepted.is_none() && case.notice.is_none() && !case.is_closed());
    let acts: Vec<Value> = open_acts(visit, &actor, &state, line)
        .filter(|kind| kind.name != "AskPaper" || may_ask)
        .map(|kind| {
            let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => filled(fields(kind.name), answers, wrong),
                None => fields(kind.name),
            };
            act_form(kind, &format!("{here}/acts/{}", kind.name), fields, true, kind.name == "Dispose")
        })
        .collect();
    let act = failed.map_or("", |(act, _, _)| act);
    let page = visit.page("desk/exemption.html", &format!("{}：{}", line.wanted.name, line.wanted.way.zh()), context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("{act}-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        case => case_link(&state), rows => Vec::<Value>::new(),
        line => context! {
            status => status(line), because => line.because(), facts => facts(line, &names, &app.calendar()), back => format!("/desk/exemptions/{id}"),
            persons => persons(visit, id, &state.sealed, reads).await?,
        },
        acts => acts,
    });
    Ok(if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

/// What is known of a line, in the order in which it came about.
fn facts(line: &Line, names: &Names, calendar: &fadu_kernel::Calendar) -> Vec<Value> {
    let mut facts = vec![fact("方式", line.wanted.way.zh())];
    if !line.wanted.source_name.is_empty() {
        facts.push(fact("由谁提供", line.wanted.source_name.as_str()));
    }
    if let Some(obtained) = &line.obtained {
        let until = obtained.found.until.map(|day| format!("，有效期到{day}")).unwrap_or_default();
        facts.push(fact("取得", format!("{} {}{until}", obtained.on, obtained.found.reference)));
    }
    if let Some(failed) = &line.failed {
        let lie = failed.lie.map(|lie| format!("（{}）", lie.zh())).unwrap_or_default();
        facts.push(fact(
            "没有取得",
            format!("{} {}{lie}，问了{}次", failed.on, failed.why.zh(), failed.tries),
        ));
    }
    if let Some(checking) = &line.checking {
        let asked = format!("{} 请{}核查：{}", checking.by.on, checking.to, checking.question);
        facts.push(match checking.check {
            Some(check) => fact_link("协查", asked, &format!("/desk/checks/{check}")),
            None => fact("协查", asked),
        });
    }
    if let Some(form) = line.wanted.form.as_ref().filter(|_| line.wanted.way == Way::Commitment) {
        facts.push(fact("告知书", format!("{}：{}；{}", form.version, form.conditions, form.liability)));
    }
    if let Some(promised) = &line.promised {
        facts.push(fact(
            "承诺",
            format!(
                "{} {}，签署摘要 {}…",
                promised.by.on,
                names.of(promised.by.by.as_str()),
                &promised.signed[..16]
            ),
        ));
        let due = line.verify_due(calendar).map(|day| day.to_string());
        facts.extend(due.map(|due| fact("核查的最后一日", due)));
    }
    if let Some(verified) = &line.verified {
        let kept = if verified.kept { "属实" } else { "不实" };
        facts.push(fact(
            "核查",
            format!("{} {}，{kept}：{}", verified.by.on, verified.how.zh(), verified.note),
        ));
    }
    if let Some((by, measure, document)) = &line.disposed {
        facts.push(fact("处置", format!("{} {}（{document}）", by.on, measure.zh())));
    }
    if let Some(by) = &line.repaired {
        facts.push(fact("信用修复", by.on.to_string()));
    }
    if let Some((by, reason)) = &line.paper {
        facts.push(fact("改为提交", format!("{} {reason}", by.on)));
    }
    facts
}

/// Acts that this stage can take and the post may do; `decide` has the last word.
fn open_acts<'a>(
    visit: &'a Visit,
    actor: &'a Actor,
    state: &'a Exemption,
    line: &'a Line,
) -> impl Iterator<Item = &'static ActKind> + 'a {
    let fits = |name: &str| match (line.status(), name) {
        ("failed", "TryAgain") => line.wanted.way.is_fetched(),
        ("failed", "AskCheck" | "AskPaper") => true,
        ("waiting", "AskCheck") => line.wanted.way == Way::Check,
        ("may_promise", "Promise") => state.about.barred.is_none(),
        ("promised" | "unverified", "Verify") => true,
        ("false", "Dispose") => true,
        ("disposed", "Repair") => line.bars(),
        _ => false,
    };
    let parties = state.parties();
    Exemption::acts()
        .iter()
        .filter(move |kind| fits(kind.name) && visit.web.app.may::<Exemption>(actor, kind.name, &parties))
}

fn choices<T: Copy>(list: &[T], word: fn(T) -> String, zh: fn(T) -> &'static str) -> Vec<(String, String)> {
    list.iter().map(|one| (word(*one), zh(*one).to_owned())).collect()
}

const HOWS: [How; 4] = [How::Written, How::Online, How::OnSite, How::Published];
const MEASURES: [Measure; 4] = [Measure::Correct, Measure::Stop, Measure::Annul, Measure::Penalise];

/// The word by which a form and an entry know a value.
fn word<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn chosen<T: serde::de::DeserializeOwned>(text: &str, field: &str) -> Result<T, Vec<Invalid>> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| vec![Invalid::new(field, "请选择一项")])
}

fn fields(act: &str) -> Vec<Field> {
    let long = |id: &str, label: &str| Field::text(id, label, true).kind("long_text");
    match act {
        "AskCheck" => vec![
            Field::text("to", "请哪个部门核查", true),
            long("question", "要核实什么").hint("只写办理本件要核实的，不超过200字。"),
        ],
        "AskPaper" => {
            vec![long("reason", "理由").hint("来源和部门都取不到，才能改为提交；申请人会看到这条理由。")]
        }
        "Promise" => vec![Field::text("file", "签名的承诺书扫描件", true).kind("file")],
        "Verify" => vec![
            Field::text("kept", "核查结果", true).kind("choice").options([
                ("yes".to_owned(), "承诺属实".to_owned()),
                ("no".to_owned(), "承诺不实".to_owned()),
            ]),
            Field::text("how", "核查方式", true)
                .kind("choice")
                .options(choices(&HOWS, word, How::zh)),
            long("note", "核查情况"),
        ],
        "Dispose" => vec![
            Field::text("measure", "处置", true).kind("choice").options(choices(
                &MEASURES,
                word,
                Measure::zh,
            )),
            long("reason", "理由"),
            Field::text("document", "文书", true),
        ],
        "Repair" => vec![Field::text("document", "信用修复文书", true)],
        _ => Vec::new(),
    }
}

fn read_act(
    act: &str,
    subject: &str,
    line: &Line,
    answers: &HashMap<String, String>,
    signed: Option<String>,
) -> Result<ExemptionAct, Vec<Invalid>> {
    let text = |field: &str| answers.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let subject = subject.to_owned();
    Ok(match act {
        "TryAgain" => ExemptionAct::TryAgain { subject },
        "AskCheck" => {
            ExemptionAct::AskCheck { subject, to: OrgId::new(&text("to")), question: text("question") }
        }
        "AskPaper" => ExemptionAct::AskPaper { subject, reason: text("reason") },
        "Promise" => {
            let Some(signed) = signed else {
                return Err(vec![Invalid::new("file", "请上传签名的承诺书")]);
            };
            let version = line.wanted.form.as_ref().map(|form| form.version.clone()).unwrap_or_default();
            ExemptionAct::Promise { subject, version, signed }
        }
        "Verify" => ExemptionAct::Verify {
            subject,
            kept: match text("kept").as_str() {
                "yes" => true,
                "no" => false,
                _ => return Err(vec![Invalid::new("kept", "请选择一项")]),
            },
            how: chosen(&text("how"), "how")?,
            note: text("note"),
        },
        "Dispose" => ExemptionAct::Dispose {
            subject,
            measure: chosen(&text("measure"), "measure")?,
            reason: text("reason"),
            document: text("document"),
        },
        "Repair" => ExemptionAct::Repair { subject, document: text("document") },
        _ => return Err(vec![Invalid::new("act", "没有这种操作")]),
    })
}

async fn act_on_line(
    visit: Visit,
    Path((id, subject, name)): Path<(String, String, String)>,
    form: Incoming,
) -> Page {
    let (_, actor) = visit.staff()?;
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    let (matter, state) = stored::<Exemption>(&visit, &id).await?;
    let Some(line) = state.lines.get(&subject) else { return Err(Fail::NotFound(visit)) };
    if !wrong.is_empty() {
        return show_line(&visit, &id, &subject, Some((&name, &answers, &wrong))).await;
    }
    visit.own_form(answers.get("csrf"))?;
    let app = &visit.web.app;
    // The signed commitment is the applicant's: it is sealed with their other values.
    let (mut private, mut signed) = (BTreeMap::new(), None);
    if let Some((_, _, file)) = files.first().filter(|_| name == "Promise") {
        let sealed = app.seal_file(file, &mut private).await;
        signed = Some(sealed.map_err(|fault| Fail::fault(&visit, fault))?);
    }
    let act = match read_act(&name, &subject, line, &answers, signed) {
        Ok(act) => act,
        Err(unread) => {
            wrong.extend(unread);
            return show_line(&visit, &id, &subject, Some((&name, &answers, &wrong))).await;
        }
    };
    let back = format!("/desk/exemptions/{matter}/{}", crate::view::encode(&subject));
    let zh = Exemption::acts()
        .iter()
        .find(|kind| kind.name == name)
        .map_or("办理", |kind| kind.zh);
    let key = answers.get("idem").cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private, key };
    match app.act::<Exemption>(call).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(Problem::Invalid(wrong)) => {
            show_line(&visit, &id, &subject, Some((&name, &answers, &wrong))).await
        }
        Err(problem) => Err(Fail::from_problem(&visit, problem, zh, &back)),
    }
}

/// What other departments wait for from this one, the soonest due first.
async fn inbox(visit: Visit) -> Page {
    let (account, actor) = visit.staff()?;
    let app = &visit.web.app;
    let query = TaskQuery {
        orgs: vec![account.org.clone()],
        role: actor.role.name(),
        kinds: vec![Check::KIND],
        due_by: None,
        after: Some((FIRST_DAY.to_owned(), MatterId(-1), String::new())),
        limit: PER_PAGE,
    };
    let mut found = app
        .store
        .tasks(app.region, query.clone())
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    if found.len() < PER_PAGE as usize {
        // Without a limit nothing is due; it waits all the same.
        let undue = TaskQuery { due_by: Some(String::new()), after: None, ..query };
        found.extend(
            app.store
                .tasks(app.region, undue)
                .await
                .map_err(|fault| Fail::fault(&visit, fault))?,
        );
    }
    let (today, calendar) = (app.moment().today, app.calendar());
    let kind = fadu_app::registry::kind(Check::KIND);
    let rows: Vec<Value> = found
        .iter()
        .map(|row| {
            context! {
                number => row.matter.number.clone(), href => format!("/desk/checks/{}", row.matter.id), title => row.matter.title.clone(),
                what => kind.map(|kind| task_zh(kind, &row.task)), since => row.matter.opened_day.clone(),
                clock => due_badge(Some(&row.due), row.matter.amber.as_deref(), today, &calendar),
            }
        })
        .collect();
    Ok(visit.page("desk/checks.html", "部门协查", context! {
        errors => Vec::<Value>::new(), rows => rows, check => (), acts => Vec::<Value>::new(), limit => PER_PAGE,
    }))
}

async fn check(visit: Visit, Path(id): Path<String>) -> Page {
    show_check(&visit, &id, &HashMap::new(), &[]).await
}

async fn show_check(visit: &Visit, id: &str, answers: &HashMap<String, String>, wrong: &[Invalid]) -> Page {
    let (_, actor) = visit.staff()?;
    let (id, state) = stored::<Check>(visit, id).await?;
    let app = &visit.web.app;
    let reads = app.may::<Check>(&actor, "Read", &state.parties());
    let may = state.answered.is_none() && app.may::<Check>(&actor, "Answer", &state.parties());
    let kind = Check::acts().iter().find(|kind| kind.name == "Answer" && may);
    let form = vec![
        Field::text("outcome", "核查结果", true).kind("choice").options(choices(
            &Outcome::ALL,
            |one| one.word().to_owned(),
            Outcome::zh,
        )),
        Field::text("note", "说明", true).kind("long_text"),
    ];
    let acts: Vec<Value> = kind
        .map(|kind| {
            act_form(
                kind,
                &format!("/desk/checks/{id}/acts/Answer"),
                filled(form, answers, wrong),
                true,
                false,
            )
        })
        .into_iter()
        .collect();
    let (today, calendar) = (app.moment().today, app.calendar());
    let due = state
        .due(&calendar)
        .filter(|_| state.answered.is_none())
        .map(|day| day.to_string());
    let mut facts = vec![
        fact("提出部门", state.request.from.as_str()),
        fact("答复部门", state.request.to.as_str()),
        fact("办件", format!("{} {}", state.request.case_number, state.request.item_name)),
        fact("证明", state.request.proof.as_str()),
        fact("要核实", state.request.question.as_str()),
    ];
    if let Some(answered) = &state.answered {
        facts.push(fact("答复", format!("{} {}：{}", answered.by.on, answered.outcome.zh(), answered.note)));
    }
    let page = visit.page("desk/checks.html", &format!("协查 {}", state.number), context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("Answer-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        rows => Vec::<Value>::new(), limit => PER_PAGE, acts => acts,
        check => context! {
            facts => facts, persons => persons(visit, id, &state.sealed, reads).await?, clock => due_badge(due.as_deref(), None, today, &calendar),
            answered => state.answered.is_some(),
        },
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn answer(
    visit: Visit,
    Path(id): Path<String>,
    extract::Form(form): extract::Form<HashMap<String, String>>,
) -> Page {
    let (_, actor) = visit.staff()?;
    visit.own_form(form.get("csrf"))?;
    let matter: MatterId = id.parse().map_err(|_| Fail::NotFound(visit.clone()))?;
    let text = |field: &str| form.get(field).map_or("", |value| value.trim());
    let Some(outcome) = Outcome::ALL.into_iter().find(|one| one.word() == text("outcome")) else {
        return show_check(&visit, &id, &form, &[Invalid::new("outcome", "请选择核查结果")]).await;
    };
    let act = CheckAct::Answer { outcome, note: text("note").to_owned() };
    let key = form.get("idem").cloned();
    let call = Call { actor: &actor, matter: Some(matter), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Check>(call).await {
        Ok(_) => Ok(Redirect::to("/desk/checks").into_response()),
        Err(Problem::Invalid(wrong)) => show_check(&visit, &id, &form, &wrong).await,
        Err(problem) => {
            Err(Fail::from_problem(&visit, problem, "答复协查", &format!("/desk/checks/{matter}")))
        }
    }
}

/// The way from a case to what it is spared.
pub(crate) async fn link_of(visit: &Visit, case: MatterId) -> Result<Option<Value>, Fail> {
    let found = of_case(visit, case).await?;
    Ok(found.map(|state| {
        let open = if state.is_open() { "，还有未了的" } else { "" };
        let text = format!("免交 {} 项{open}", state.lines.len());
        fact_link("免证办理", text, &format!("/desk/exemptions/{}", Exemption::id(case)))
    }))
}
