//! 办不成事，由办事人自己反映。 Written on a phone without an account and followed by number and code; an answer that does not
//! help is sent up by whoever reported it.

use super::calls::fact_zh;
use super::{new_idem, open_halls};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::{applicant, filled};
use crate::view::{Field, act_form, clock_badge, fact, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use fadu_app::now::clock_text;
use fadu_app::{Call, Problem};
use fadu_hall::stuck::{Act, Why};
use fadu_hall::{Hall, Stuck};
use fadu_kernel::{Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/stuck", get(blank).post(report))
        .route("/stuck/{id}/{code}", get(follow))
        .route("/stuck/{id}/{code}/acts/Escalate", post(escalate))
}

type Form = HashMap<String, String>;

pub(super) fn fields(halls: &[&Hall]) -> Vec<Field> {
    let halls: Vec<_> = halls.iter().map(|hall| (hall.number.clone(), hall.name.clone())).collect();
    let whys = Why::ALL.map(|why| (crate::hotline::word_of(&why), why.zh().to_owned()));
    vec![
        Field::text("hall", "大厅", true).kind("choice").options(halls),
        Field::text("subject", "什么事没有办成", true).hint("几个字说明；姓名和电话写在下面。"),
        Field::text("why", "情形", true).kind("choice").options(whys),
        Field::text("about", "办件编号或者票号", false),
        Field::text("applicant_name", "姓名", false),
        Field::text("applicant_phone", "联系电话", false)
            .kind("phone")
            .hint("回复用，封存保管。"),
    ]
}

/// The report as it was typed, and what of it is sealed. A name and a telephone are not needed for it.
pub(super) fn read(form: &Form) -> Result<(Act, BTreeMap<String, String>), Vec<Invalid>> {
    let text = |field: &str| form.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let why: Option<Why> = crate::hotline::word(&text("why"));
    let missing = [
        (text("hall").is_empty(), "hall", "请选择大厅"),
        (text("subject").is_empty(), "subject", "请填写什么事没有办成"),
        (why.is_none(), "why", "请选择情形"),
    ];
    let wrong: Vec<Invalid> = missing
        .into_iter()
        .filter(|(is_missing, ..)| *is_missing)
        .map(|(_, field, message)| Invalid::new(field, message))
        .collect();
    let (Some(why), true) = (why, wrong.is_empty()) else { return Err(wrong) };
    let private: BTreeMap<String, String> = ["applicant_name", "applicant_phone"]
        .into_iter()
        .map(|field| (field.to_owned(), text(field)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let act = Act::Report { hall: text("hall"), subject: text("subject"), why, about: text("about") };
    Stuck::check(&act, &private).map(|()| (act, private))
}

#[derive(Deserialize, Default)]
struct About {
    /// Number of the case or ticket from whose page the form was opened.
    #[serde(default)]
    about: String,
}

async fn blank(visit: Visit, Query(about): Query<About>) -> Page {
    let answers = [("about".to_owned(), about.about)].into();
    show_form(&visit, answers, &[])
}

fn show_form(visit: &Visit, mut answers: Form, wrong: &[Invalid]) -> Page {
    let catalogue = visit.web.app.catalogue();
    let halls = open_halls(&catalogue);
    // One hall is no question.
    if let [only] = halls[..] {
        answers.insert("hall".to_owned(), only.number.clone());
    }
    let idem = answers.get("idem").cloned().unwrap_or_else(new_idem);
    let page = visit.page("portal/stuck.html", "办不成事，说给我们听", context! {
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        open => !halls.is_empty(), form => context! { action => "/stuck", idem => idem }, fields => filled(fields(&halls), &answers, wrong),
        help_phone => visit.web.site.help_phone.clone(),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn report(mut visit: Visit, extract::Form(form): extract::Form<Form>) -> Page {
    visit.path = "/stuck".to_owned();
    let idem = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(new_idem);
    let actor = applicant(&visit, &form, &idem, "/stuck".to_owned())?;
    let (act, private) = match read(&form) {
        Ok(read) => read,
        Err(wrong) => return show_form(&visit, form, &wrong),
    };
    let app = &visit.web.app;
    let call = Call { actor: &actor, matter: None, act, private, key: Some(idem) };
    match app.act::<Stuck>(call).await {
        Ok(done) => {
            let to = format!("/stuck/{}/{}", done.matter, app.keys.track_code(done.matter));
            Ok(Redirect::to(&to).into_response())
        }
        Err(Problem::Invalid(wrong)) => show_form(&visit, form, &wrong),
        Err(problem) => Err(Fail::from_problem(&visit, problem, "反映", "/stuck")),
    }
}

/// The report if the code fits. The address holds the code: pages about it are printed with the address of the form.
async fn by_code(visit: &mut Visit, id: &str, code: &str) -> Result<(MatterId, Stuck), Fail> {
    visit.path = "/stuck".to_owned();
    let app = &visit.web.app;
    let id = id.parse::<MatterId>().ok();
    let fits = id.filter(|id| code.trim().eq_ignore_ascii_case(&app.keys.track_code(*id)));
    let Some(id) = fits else { return Err(Fail::NotFound(visit.clone())) };
    Ok((id, visit.stored(id).await?))
}

/// Who acts: the reporter's account where there is one, otherwise whoever holds number and code.
fn reporter(visit: &Visit, stuck: &Stuck) -> Option<Actor> {
    let person = stuck.reporter.clone()?;
    let signed_in = visit.actor().filter(|actor| actor.person == person);
    let by_code = person.as_str().starts_with("form-");
    signed_in.or_else(|| by_code.then(|| Actor { person, role: Role::Citizen, org: OrgId::new("public") }))
}

async fn follow(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let (id, stuck) = by_code(&mut visit, &id, &code).await?;
    show(&visit, id, &stuck, &code, &Form::new(), &[]).await
}

fn steps(stuck: &Stuck) -> Vec<Value> {
    let answered = stuck.answered.as_ref();
    let rows = [
        ("反映", stuck.reported.as_ref().map(|mark| mark.on), "登记编号"),
        ("交办", None, "交给负责的部门"),
        ("答复", answered.map(|answered| answered.by.on), "办成了，或者说明原因和怎么办"),
        ("办结", stuck.closed.as_ref().map(|mark| mark.on), "窗口核对以后办结"),
    ];
    let passed = match stuck.status() {
        "closed" => 4,
        "answered" => 3,
        "assigned" => 2,
        _ => 1,
    };
    let state = |i: usize| match i.cmp(&passed) {
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "now",
        std::cmp::Ordering::Greater => "todo",
    };
    let step = |(i, (name, on, note)): (usize, (&str, Option<jiff::civil::Date>, &str))| context! { name => name, state => state(i), when => on.map(|on| on.to_string()).unwrap_or_default(), note => note };
    rows.into_iter().enumerate().map(step).collect()
}

async fn show(
    visit: &Visit,
    id: MatterId,
    stuck: &Stuck,
    code: &str,
    answers: &Form,
    wrong: &[Invalid],
) -> Page {
    let app = &visit.web.app;
    let entries = app
        .store
        .entries_of(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    let here = format!("/stuck/{id}/{code}");
    let actor = reporter(visit, stuck);
    let kind = Stuck::acts().iter().find(|kind| {
        let may = |actor| app.may::<Stuck>(actor, kind.name, &stuck.parties());
        kind.name == "Escalate" && stuck.status() == "answered" && actor.as_ref().is_some_and(may)
    });
    let act = kind.map(|kind| {
        let reason = Field::text("reason", "为什么没有帮到您", true)
            .kind("long_text")
            .hint("交给上一级再答复一次。");
        let fields = filled(vec![reason], answers, wrong);
        act_form(kind, &format!("{here}/acts/Escalate"), fields, false, false)
    });
    let (calendar, today) = (app.calendar(), app.moment().today);
    let running = stuck
        .clock
        .as_ref()
        .filter(|_| stuck.answered.is_none() && stuck.closed.is_none());
    let hall = app.catalogue().one::<Hall>(Hall::id(&stuck.hall)).map(|hall| hall.name.clone());
    let mut facts = vec![
        fact("反映", stuck.reported.as_ref().map(|mark| clock_text(mark.ms)).unwrap_or_default()),
        fact("大厅", hall.unwrap_or_default()),
        fact("情形", stuck.why.map_or("", Why::zh)),
    ];
    facts.extend((!stuck.about.is_empty()).then(|| fact("办件编号或者票号", stuck.about.as_str())));
    facts.extend(stuck.department.iter().map(|department| fact("交办", department.as_str())));
    facts.extend(stuck.answering().map(|_| fact("现在在", stuck.level.zh())));
    let answer = stuck.answered.as_ref().map(|answered| {
        let title = if answered.done { "答复：已经办成" } else { "答复：没有办成" };
        context! { title => title, done => answered.done, reason => answered.reason.clone(), way => answered.way.clone() }
    });
    let timeline: Vec<Value> = entries
        .iter()
        .rev()
        .map(|entry| {
            let who = match entry.actor.as_str() {
                "clock" | "relay" => "系统",
                own if Some(own) == stuck.reporter.as_ref().map(PersonId::as_str) => "您",
                _ => "工作人员",
            };
            // Who knows the number of an entry alone may not open it: the reporter sees it here.
            context! {
                when => clock_text(entry.ms), text => fact_zh(&entry.fact), actor => who, note => (), seq => crate::view::thousands(entry.seq),
                href => (), kind => if who == "系统" { "clock" } else { "fact" },
            }
        })
        .collect();
    let status = match stuck.status() {
        "reported" => tag("on", "等交办"),
        "assigned" => tag("on", "等答复"),
        "answered" => tag("on", "已答复"),
        _ => tag("off", "已办结"),
    };
    let page = visit.page("portal/stuck_follow.html", "办不成事的进度", context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("Escalate-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        number => stuck.number.clone(), secret => code, heading => stuck.subject.clone(), status => status, clock => clock_badge(running, today, &calendar),
        facts => facts, answer => answer, acts => act.into_iter().collect::<Vec<_>>(), steps => steps(stuck), timeline => timeline,
        sign_in => actor.is_none().then(|| format!("/sign-in?return_to={}", crate::view::encode(&here))), help_phone => visit.web.site.help_phone.clone(),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn escalate(
    mut visit: Visit,
    Path((id, code)): Path<(String, String)>,
    extract::Form(form): extract::Form<Form>,
) -> Page {
    let (id, stuck) = by_code(&mut visit, &id, &code).await?;
    let here = format!("/stuck/{id}/{code}");
    let Some(actor) = reporter(&visit, &stuck) else { return Err(Fail::SignIn { back: here }) };
    let reason = form.get("reason").map(|reason| reason.trim().to_owned()).unwrap_or_default();
    let key = form.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let act = Act::Escalate { reason };
    let call = Call { actor: &actor, matter: Some(id), act, private: BTreeMap::new(), key };
    match visit.web.app.act::<Stuck>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, id, &stuck, &code, &form, &wrong).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "交上一级答复", &here)),
    }
}
