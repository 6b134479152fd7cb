//! 联办件的进度。 Whoever holds number and code sees one line an item: who has it, until when, what came of it and why;
//! and does what is the applicant's own (补正、撤回).

use crate::extract::Path;
use crate::fail::Page;
use crate::proof::shade;
use crate::session::Visit;
use crate::submission::{Incoming, Sent, filled};
use crate::themes::{file_fields, papers};
use crate::track::has_hall;
use crate::view::{Field, act_form, clock_badge, due_badge, tag, thousands};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::store::EntryRow;
use fadu_app::{Call, Problem, registry};
use fadu_kernel::{ActKind, Actor, Invalid, Matter, MatterId, OrgId, PersonId, Role};
use fadu_onething::acts::Spared;
use fadu_onething::child::Ended;
use fadu_onething::definition::{Channel, name_with};
use fadu_onething::{Child, Definition, Joint, JointAct, Theme};
use fadu_proof::{Exemption, Line};
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/joint/{matter}/{code}", get(progress))
        .route("/joint/{matter}/{code}/submitted", get(submitted))
        .route("/joint/{matter}/{code}/acts/{act}", post(do_act))
}

struct Opened {
    id: MatterId,
    code: String,
    joint: Joint,
    theme: Definition,
    entries: Vec<EntryRow>,
    /// What became of what each item spares, by its code.
    fetched: BTreeMap<String, Exemption>,
}

impl Opened {
    fn href(&self) -> String {
        format!("/joint/{}/{}", self.id, self.code)
    }
}

/// The case if the code fits it. The address holds the code: pages about it are printed with the address of the form.
async fn by_code(visit: &mut Visit, id: &str, code: &str) -> Result<Opened, Fail> {
    visit.path = "/track".to_owned();
    let visit = &*visit;
    let app = &visit.web.app;
    let id = id
        .parse::<MatterId>()
        .ok()
        .filter(|id| code.trim().eq_ignore_ascii_case(&app.keys.track_code(*id)))
        .ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let row = app.store.matter(app.region, id).await.map_err(fault)?;
    let row = row
        .filter(|row| row.kind == Joint::KIND)
        .ok_or_else(|| Fail::NotFound(visit.clone()))?;
    let joint: Joint = registry::state(&row.state).map_err(|error| Fail::fault(visit, error))?;
    let entries = app.store.entries_of(app.region, id).await.map_err(fault)?;
    let catalogue = app.catalogue();
    let theme = catalogue
        .one::<Theme>(joint.theme)
        .and_then(|theme| theme.version(joint.theme_version));
    let (theme, code) = (theme.cloned().unwrap_or_default(), app.keys.track_code(id));
    let mut fetched = BTreeMap::new();
    for child in joint.children.iter().filter(|_| !joint.spared.is_empty()) {
        let Some(opened) = &child.opened else { continue };
        if let Some(exemption) = crate::proof::exemption(visit, opened.case).await? {
            fetched.insert(child.plan.item_code.clone(), exemption);
        }
    }
    Ok(Opened { id, code, joint, theme, entries, fetched })
}

/// Who acts: the applicant's account where there is one, otherwise whoever holds number and code.
fn applicant(visit: &Visit, joint: &Joint) -> Option<Actor> {
    let person = joint.applicant.clone()?;
    let signed_in = visit.actor().filter(|actor| actor.person == person);
    let by_code = person.as_str().starts_with("form-");
    signed_in.or_else(|| by_code.then(|| Actor { person, role: Role::Citizen, org: OrgId::new("public") }))
}

async fn submitted(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let joint = &opened.joint;
    let Some(first) = opened.entries.first() else { return Err(Fail::NotFound(visit)) };
    let names: Vec<&str> = joint.children.iter().map(|child| child.plan.item_name.as_str()).collect();
    let row = |name: &str, state: &str, when: String, note: String| context! { name => name, state => state, when => when, note => note };
    let missing = !joint.missing.is_empty();
    let told_by = joint
        .notice_last(&visit.web.app.calendar())
        .map_or(String::new(), |due| format!("最迟{due}"));
    let steps = vec![
        row("收件", "done", fadu_app::now::clock_text(first.ms), "一次收下，各部门不再分别要".to_owned()),
        row(
            "一次告知",
            if missing { "now" } else { "done" },
            told_by,
            if missing {
                "缺什么会一次告诉您，缺的补齐才开始办的只有相关事项"
            } else {
                "材料已经齐全"
            }
            .to_owned(),
        ),
        row("同时办理", if missing { "todo" } else { "now" }, String::new(), names.join("、")),
        row("统一送达", "todo", String::new(), "全部有了结果以后一次送达".to_owned()),
    ];
    Ok(visit.page("portal/submitted.html", "已经收到您的申请", context! {
        item => context! { name => joint.theme_name.clone(), department => format!("{}牵头", joint.org), limit => "" },
        number => joint.number.clone(), secret => opened.code.clone(), received_at => fadu_app::now::clock_text(first.ms), seq => thousands(first.seq),
        seq_href => format!("/receipts/{}", first.seq), receipt_href => format!("/receipts/{}", first.seq), track_href => opened.href(), steps => steps,
    }))
}

async fn progress(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    Ok(page(&visit, &opened, None))
}

/// The act tried, what was typed, and what is wrong with it.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

/// What is missing and can be sent as a file; a field of the form is completed at the window.
fn missing_files(opened: &Opened) -> Vec<Field> {
    let items: Vec<String> = opened.joint.children.iter().map(|child| child.plan.item_code.clone()).collect();
    let mut fields = file_fields(&opened.theme, &items);
    let lacks = |field: &Field| {
        let missing = opened.joint.missing.iter();
        missing
            .clone()
            .any(|lacking| field.id.strip_prefix("file_") == Some(lacking.id.as_str()))
    };
    fields.retain(lacks);
    fields
}

fn fields(name: &str, opened: &Opened) -> Vec<Field> {
    match name {
        "Supplement" => missing_files(opened)
            .into_iter()
            .map(|field| Field { hint: None, ..field })
            .collect(),
        "Withdraw" => vec![
            Field::text("reason", "原因", true)
                .kind("long_text")
                .hint("整件事一起撤回；已经作出决定的事项不受影响。要再办，重新申请即可。"),
        ],
        _ => Vec::new(),
    }
}

/// Acts that are the applicant's and that this stage can take; `decide` has the last word.
fn open_acts(visit: &Visit, actor: &Actor, opened: &Opened) -> Vec<ActKind> {
    let joint = &opened.joint;
    let running = joint.settled.is_none() && joint.withdrawn.is_none() && joint.received.is_some();
    let fits = |name: &str| match name {
        "Supplement" => running && !missing_files(opened).is_empty(),
        "Withdraw" => running,
        _ => false,
    };
    let parties = joint.parties();
    Joint::acts()
        .iter()
        .filter(|kind| fits(kind.name) && visit.web.app.may::<Joint>(actor, kind.name, &parties))
        .copied()
        .collect()
}

/// 一行一项: what, who has it now, until when, what came of it.
fn child_row(visit: &Visit, joint: &Joint, child: &Child) -> Value {
    let app = &visit.web.app;
    let (calendar, today) = (app.calendar(), app.moment().today);
    let plan = &child.plan;
    let name_of = |item: &str| joint.child(item).map_or("", |other| other.plan.item_name.as_str()).to_owned();
    let waits: Vec<String> = plan
        .needs
        .iter()
        .filter(|need| joint.child(&need.item_code).is_some_and(Child::is_open))
        .map(|need| name_of(&need.item_code))
        .collect();
    let (holder, note) = match (&child.ended, child.ready) {
        (Some(ended), _) if ended.is_decision() && child.delivered.is_none() => {
            (Some(plan.department.to_string()), Some(format!("{}，等待送达", ended.on())))
        }
        (Some(_), _) => (None, None),
        (None, Some(_)) if child.held().is_some() => (
            Some(format!("{}（牵头）", joint.org)),
            Some("承办部门现在收不了这一项。牵头部门会重新转交，或者依法不予受理并告诉您怎样救济；其他事项照常办".to_owned()),
        ),
        (None, Some(_)) => (Some(plan.department.to_string()), None),
        (None, None) if !waits.is_empty() => (None, Some(format!("等“{}”有结果以后开始", waits.join("”“")))),
        (None, None) if joint.missing.is_empty() => (Some(plan.department.to_string()), None),
        // Its papers are asked for, or soon will be.
        (None, None) => (Some(format!("{}（牵头）", joint.org)), Some("材料补齐以后开始".to_owned())),
    };
    let remedy = match &child.ended {
        Some(Ended::Refused { remedy, .. } | Ended::Declined { remedy, .. }) => Some(remedy.clone()),
        Some(Ended::Granted { .. } | Ended::Withdrawn { .. } | Ended::Blocked { .. }) | None => None,
    };
    let kind = match child.status() {
        "granted" | "delivered" | "accepted" | "received" | "opening" => "on",
        "stopped" | "held" | "refused" | "declined" => "stop",
        _ => "off",
    };
    let due = child.due.filter(|_| child.is_open()).map(|due| due.to_string());
    let own = child.opened.as_ref();
    context! {
        name => plan.item_name.clone(), department => plan.department.as_str(), holder => holder, note => note,
        status => tag(kind, child.status_zh()), clock => due_badge(due.as_deref(), None, today, &calendar),
        ended_on => child.ended.as_ref().map(|ended| ended.on().to_string()),
        reason => child.reason().or(child.held().map(|held| held.reason.as_str())), remedy => remedy, refused => matches!(kind, "stop") && child.ended.is_some(),
        number => own.map(|opened| opened.number.clone()),
        // Its documents and its hearing lie with its own case, under a code of its own.
        href => own.map(|opened| format!("/track/{}/{}", opened.case, app.keys.track_code(opened.case))),
    }
}

/// 没有问您要的: who holds it, and at each item that uses it whether it was obtained.
fn spared_row(opened: &Opened, spared: &Spared) -> Value {
    let theme = &opened.theme;
    let fields = theme.form.iter().map(|field| (&field.label, &field.id, &field.sources));
    let papers = theme.materials.iter().map(|paper| (&paper.name, &paper.id, &paper.sources));
    let same = fields.chain(papers).find(|(what, ..)| **what == spared.what);
    let at_item = |child: &Child| {
        let (_, id, sources) = same?;
        let own = name_with(sources, id, &child.plan.item_code)?;
        let line = opened.fetched.get(&child.plan.item_code)?.lines.get(own)?;
        let said = format!("{}：{}", child.plan.item_name, Line::status_zh(line.status()));
        Some(tag(shade(line.status()), said))
    };
    context! {
        what => spared.what.clone(), because => format!("{}已经有，由办理机关去取", spared.held_by),
        fetched => opened.joint.children.iter().filter_map(at_item).collect::<Vec<_>>(),
    }
}

fn fact_zh(fact: &str) -> &str {
    match fact {
        "DeemedComplete" => "逾期未告知，视为材料齐全",
        "ChildReady" => "一个事项可以开始，转交部门",
        "ChildOpened" => "部门收到一个事项",
        "ChildHeld" => "一个事项未能转交部门",
        "ChildAccepted" => "一个事项受理",
        "ChildDeclined" => "一个事项不予受理",
        "ChildStopped" => "一个事项进入特别程序",
        "ChildResumed" => "一个事项的特别程序结束",
        "ChildExtended" => "一个事项延长期限",
        "ChildDecided" => "一个事项作出决定",
        "ChildWithdrawn" => "一个事项撤回",
        "ChildBlocked" => "一个事项因前置事项未办成而终结",
        "ChildDelivered" => "一个事项先行送达",
        "ChildRecalled" => "请部门撤回一个事项",
        "Settled" => "全部事项有了结果",
        "Delivered" => "统一送达",
        "Closed" => "归档",
        other => crate::portal::fact_zh(other),
    }
}

fn timeline(opened: &Opened) -> Vec<Value> {
    let applicant = opened.joint.applicant.as_ref().map(PersonId::as_str);
    let rows = opened.entries.iter().rev().map(|entry| {
        let actor = match entry.actor.as_str() {
            "clock" => "系统时钟",
            "relay" => "系统联动",
            actor if Some(actor) == applicant => "申请人",
            _ => "经办人员",
        };
        context! {
            when => fadu_app::now::clock_text(entry.ms), text => fact_zh(&entry.fact), actor => actor, note => (),
            seq => thousands(entry.seq), href => format!("/receipts/{}", entry.seq), kind => if entry.actor == "clock" { "clock" } else { "fact" },
        }
    });
    rows.collect()
}

fn page(visit: &Visit, opened: &Opened, failed: Option<Failed<'_>>) -> Response {
    let Opened { joint, entries, .. } = opened;
    let app = &visit.web.app;
    let here = opened.href();
    let actor = applicant(visit, joint);
    let open: Vec<ActKind> = actor.iter().flat_map(|actor| open_acts(visit, actor, opened)).collect();
    let acts: Vec<Value> = open
        .iter()
        .map(|kind| {
            let fields = match failed.filter(|(act, _, _)| *act == kind.name) {
                Some((_, answers, wrong)) => filled(fields(kind.name, opened), answers, wrong),
                None => fields(kind.name, opened),
            };
            let (primary, danger) = (kind.name == "Supplement", kind.name == "Withdraw");
            act_form(kind, &format!("{here}/acts/{}", kind.name), fields, primary, danger)
        })
        .collect();
    let told = joint.notice.is_some() && !joint.missing.is_empty() && joint.settled.is_none();
    let to_do = told.then(|| {
        let names: Vec<&str> = joint.missing.iter().map(|lacking| lacking.what.as_str()).collect();
        let can = open.iter().any(|kind| kind.name == "Supplement");
        context! { note => format!("{}。补齐以后，等它的事项就开始办。", names.join("；")), href => can.then_some("#act-Supplement") }
    });
    let (calendar, today) = (app.calendar(), app.moment().today);
    let clock = joint.shown_clock().filter(|_| joint.settled.is_none());
    let extended = joint
        .extension
        .as_ref()
        .map(|(mark, by)| format!("{}经县政府批准，法定期限延长{}", mark.on, by.zh()));
    let status = joint.status();
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let kind = match status {
        "waiting" | "withdrawing" => "stop",
        "closed" | "archived" | "ended" => "plain",
        _ => "on",
    };
    let shown = visit.page("portal/joint.html", "办理进度", context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("{act}-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        joint => context! {
            number => joint.number.clone(), name => joint.theme_name.clone(), lead => joint.org.as_str(), mode => joint.mode.zh(),
            received_at => entries.first().map(|entry| fadu_app::now::clock_text(entry.ms)).unwrap_or_default(),
            status => tag(kind, Joint::status_zh(status)), clock => clock_badge(clock.as_ref(), today, &calendar), clock_note => extended,
            receipt_href => entries.first().map(|entry| format!("/receipts/{}", entry.seq)), phone => visit.web.site.help_phone.clone(),
            evaluate_href => (has_hall(app) && joint.is_handed_over()).then(|| format!("/evaluate/{}/{}", opened.id, opened.code)),
            waiting => joint.began().is_none() && joint.settled.is_none(), late => joint.explained.as_ref().map(|reason| format!("超期的公开说明：{reason}")),
        },
        to_do => to_do, children => joint.children.iter().map(|child| child_row(visit, joint, child)).collect::<Vec<_>>(),
        spared => joint.spared.iter().map(|spared| spared_row(opened, spared)).collect::<Vec<_>>(),
        acts => acts, sign_in => actor.is_none().then(|| format!("/sign-in?return_to={}", crate::view::encode(&here))), timeline => timeline(opened),
    });
    if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response() } else { shown }
}

async fn do_act(
    mut visit: Visit,
    Path((id, code, name)): Path<(String, String, String)>,
    form: Incoming,
) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let here = opened.href();
    let Some(actor) = applicant(&visit, &opened.joint) else { return Err(Fail::SignIn { back: here }) };
    let Some(kind) = open_acts(&visit, &actor, &opened).into_iter().find(|kind| kind.name == name) else {
        // Done meanwhile, by themselves in another window or by the officer: the page says how it stands.
        return Ok(Redirect::to(&here).into_response());
    };
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    let given = |field: &Field| match field.kind.as_str() {
        "file" => files.iter().any(|(name, _, _)| *name == field.id),
        _ => answers.get(&field.id).is_some_and(|answer| !answer.is_empty()),
    };
    let asked = fields(&name, &opened);
    // Papers may come one after the other; the reason of a withdrawal is one.
    if let Some(first) = asked.first().filter(|_| wrong.is_empty() && !asked.iter().any(given)) {
        wrong.push(Invalid::new(first.id.clone(), format!("请提供{}", first.label)));
    }
    if !wrong.is_empty() {
        return Ok(page(&visit, &opened, Some((&name, &answers, &wrong))));
    }
    let mut private = BTreeMap::new();
    let act = match kind.name {
        "Supplement" => {
            let (materials, keys) = papers(&visit, files).await?;
            private = keys;
            JointAct::Supplement { channel: Channel::Online, materials }
        }
        "Withdraw" => JointAct::Withdraw {
            reason: answers.get("reason").cloned().unwrap_or_default(),
            statement: String::new(),
        },
        _ => return Err(Fail::NotFound(visit)),
    };
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(opened.id), act, private, key };
    match visit.web.app.act::<Joint>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => Ok(page(&visit, &opened, Some((&name, &answers, &wrong)))),
        Err(problem) => Err(Fail::from_problem(&visit, problem, kind.zh, &here)),
    }
}
