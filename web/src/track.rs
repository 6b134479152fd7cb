//! 查进度。 Whoever holds number and code follows the case without an account: what has been done, what there is to do,
//! the documents, and the acts that are the applicant's own (补正、听证、撤回).

use crate::desk::{Opened, late_zh, open, open_acts, read_renewal, renewal_fields};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::notices::{Reader, notice_pdf, notices};
use crate::portal::{status_tag, steps_of, timeline};
use crate::session::Visit;
use crate::submission::{Incoming, Sent, filled, keep_files};
use crate::view::{Field, act_form, clock_badge, told};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::payments::Attempt;
use fadu_app::{App, Call, Problem};
use fadu_hall::Hall;
use fadu_kernel::{Actor, Due, Invalid, MatterId, OrgId, PersonId, Role};
use fadu_proof::Licence;
use fadu_service::case::Missing;
use fadu_service::parcel::Parcel;
use fadu_service::{Case, CaseAct};
use minijinja::{Value, context};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/track", get(ask).post(look_up))
        .route("/track/{matter}/{code}", get(progress))
        .route("/track/{matter}/{code}/acts/{act}", post(do_act))
        .route("/track/{matter}/{code}/notices/{seq}", get(document))
        .route("/track/{matter}/{code}/pay/{fee}", post(pay))
}

/// The case if the code fits it. The address holds the code: pages about it are printed with the address of the form.
pub(crate) async fn by_code(visit: &mut Visit, id: &str, code: &str) -> Result<Opened, Fail> {
    visit.path = "/track".to_owned();
    let fits = |id: MatterId| code.trim().eq_ignore_ascii_case(&visit.web.app.keys.track_code(id));
    match id.parse::<MatterId>() {
        Ok(id) if fits(id) => open(visit, &id.to_string()).await,
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

/// Who acts: the applicant's account where there is one, otherwise whoever holds number and code.
pub(crate) fn applicant(visit: &Visit, case: &Case) -> Option<Actor> {
    let person = case.applicant.clone()?;
    let signed_in = visit.actor().filter(|actor| actor.person == person);
    let by_code = person.as_str().starts_with("form-");
    signed_in.or_else(|| by_code.then(|| Actor { person, role: Role::Citizen, org: OrgId::new("public") }))
}

fn question(number: &str, error: Option<&str>) -> Vec<Field> {
    let mut code = Field::text("secret", "密码", true).hint("12位，在收件凭证上。");
    code.error = error.map(str::to_owned);
    vec![Field::text("number", "编号", true).value(number), code]
}

#[derive(Deserialize, Default)]
struct TrackQuery {
    /// Typed on the first page, whose form leads here.
    #[serde(default)]
    number: String,
}

async fn ask(visit: Visit, Query(query): Query<TrackQuery>) -> Response {
    visit.page("portal/track.html", "查询办理进度", context! {
        errors => Vec::<Value>::new(), fields => question(query.number.trim(), None), result => (), help_phone => visit.web.site.help_phone.clone(),
    })
}

async fn look_up(visit: Visit, extract::Form(form): extract::Form<HashMap<String, String>>) -> Page {
    let value = |name: &str| form.get(name).map_or("", |value| value.trim());
    let (number, code) = (value("number").to_ascii_uppercase(), value("secret").to_ascii_uppercase());
    let app = &visit.web.app;
    let found = app
        .store
        .by_facet(app.region, "number", &number, 1)
        .await
        .map_err(|fault| Fail::fault(&visit, fault))?;
    let fits = |id: MatterId| code.eq_ignore_ascii_case(&app.keys.track_code(id));
    if let Some(row) = found.first().filter(|row| fits(row.id)) {
        let place = match row.kind.as_str() {
            "case" => Some("track"),
            "joint" => Some("joint"),
            "stuck" => Some("stuck"),
            _ => None,
        };
        if let Some(place) = place {
            let to = format!("/{place}/{}/{}", row.id, app.keys.track_code(row.id));
            return Ok(Redirect::to(&to).into_response());
        }
    }
    let text = "编号或者密码不对，请照收件凭证再输一次";
    let page = visit.page("portal/track.html", "查询办理进度", context! {
        errors => vec![context! { id => "secret", text => text }], fields => question(&number, Some(text)), result => (), help_phone => visit.web.site.help_phone.clone(),
    });
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn progress(mut visit: Visit, Path((id, code)): Path<(String, String)>) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let spared = Spared::of(&visit, &opened, &code).await?;
    Ok(page(&visit, &opened, &code, &spared, None))
}

async fn document(mut visit: Visit, Path((id, code, seq)): Path<(String, String, i64)>) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    notice_pdf(&visit, &opened, seq, Reader::Party).await
}

/// The act tried, what was typed, and what is wrong with it.
type Failed<'a> = (&'a str, &'a HashMap<String, String>, &'a [Invalid]);

fn fields(name: &str, opened: &Opened) -> Vec<Field> {
    match name {
        "Supplement" => missing(opened)
            .map(|(line, name)| {
                Field::text(&format!("file_{}", line.material), name, true)
                    .kind("file")
                    .hint(line.what.clone())
            })
            .collect(),
        "Withdraw" => vec![
            Field::text("reason", "原因", true)
                .kind("long_text")
                .hint("撤回以后这次申请就结束了；要再办，重新申请即可。"),
        ],
        "Renew" => renewal_fields(),
        _ => Vec::new(),
    }
}

/// What the notice told of and has not come since, by the name that the guide gives it.
fn missing(opened: &Opened) -> impl Iterator<Item = (&Missing, &str)> {
    opened.case.awaited().map(|line| {
        let material = opened.definition.material(&line.material);
        (line, material.map_or(line.material.as_str(), |material| material.name.as_str()))
    })
}

/// 不用提供的, and the licence once there is one.
#[derive(Default)]
struct Spared {
    not_asked: Vec<Value>,
    promise_href: Option<String>,
    licence_href: Option<String>,
}

impl Spared {
    async fn of(visit: &Visit, opened: &Opened, code: &str) -> Result<Spared, Fail> {
        let (here, case) = (format!("/track/{}/{code}", opened.id), &opened.case);
        let known = crate::proof::exemption(visit, opened.id).await?;
        let may_promise = known.as_ref().is_some_and(|known| {
            known.lines.values().any(|line| line.status() == "may_promise") && case.accepted.is_none()
        });
        let licence = match case.delivered {
            Some(_) => visit.web.app.licence(Licence::id(opened.id)).await,
            None => Ok(None),
        };
        let licence = licence.map_err(|problem| Fail::fault(visit, problem))?;
        Ok(Spared {
            not_asked: match &known {
                Some(known) => known.lines.values().filter_map(crate::proof::told).collect(),
                None => crate::proof::not_asked(&opened.definition),
            },
            promise_href: may_promise.then(|| format!("{here}/promise")),
            licence_href: licence.map(|_| format!("{here}/licence")),
        })
    }
}

/// Where there is a hall, what was delivered can be evaluated, once, with the same code, and what goes wrong be told.
pub(crate) fn has_hall(app: &App) -> bool {
    app.runs.business("hall") && app.catalogue().all::<Hall>().any(|(_, hall)| hall.is_open())
}

fn page(visit: &Visit, opened: &Opened, code: &str, spared: &Spared, failed: Option<Failed<'_>>) -> Response {
    let Opened { id, case, entries, .. } = opened;
    let app = &visit.web.app;
    let here = format!("/track/{id}/{code}");
    let actor = applicant(visit, case);
    let open: Vec<_> = actor.iter().flat_map(|actor| open_acts(app, actor, case)).collect();
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
    let to_do = (case.status() == "waiting").then(|| {
        let told: Vec<String> = missing(opened)
            .map(|(line, name)| match line.what.as_str() {
                "" => name.to_owned(),
                what => format!("{name}（{what}）"),
            })
            .collect();
        let can = open.iter().any(|kind| kind.name == "Supplement");
        context! {
            text => "补正材料", note => format!("{}。补齐以后即予受理。", told.join("；")), due => (), late => false,
            href => can.then_some("#act-Supplement"), link_text => "现在补交",
        }
    });
    let outcome = case.decided.as_ref().map(|decided| {
        let title = if decided.granted { "准予" } else { "不予许可" };
        let remedy = (!decided.granted).then_some("不服的，可以自知道之日起六十日内申请行政复议，或者六个月内提起行政诉讼。");
        context! { refused => !decided.granted, title => title, text => decided.reason.clone(), remedy => remedy }
    });
    let (calendar, today) = (app.calendar(), app.moment().today);
    let shown_clock = case.shown_clock().filter(|_| case.decided.is_none() && !case.is_closed());
    let provisional =
        shown_clock.is_some_and(|clock| matches!(clock.due(&calendar), Due::Provisional { .. }));
    let holder = (!case.is_closed()).then(|| context! { department => case.org.as_str(), post => "经办人", phone => visit.web.site.help_phone.clone() });
    let shown: Vec<_> = entries.iter().filter(|entry| told(visit, &entry.fact)).cloned().collect();
    let delivered = case.delivered.as_ref().map(|mark| mark.on);
    let wrong = failed.map_or(&[][..], |(_, _, wrong)| wrong);
    let act = failed.map_or("", |(act, _, _)| act);
    let shown_page = visit.page("portal/track.html", "办理进度", context! {
        errors => wrong.iter().map(|invalid| context! { id => format!("{act}-{}", invalid.field), text => invalid.message.clone() }).collect::<Vec<_>>(),
        fields => Vec::<Field>::new(), help_phone => visit.web.site.help_phone.clone(),
        result => context! {
            number => case.number.clone(), item_name => case.item_name.clone(), department => case.org.as_str(),
            received_at => entries.first().map(|entry| fadu_app::now::clock_text(entry.ms)).unwrap_or_default(),
            status => status_tag(case), clock => clock_badge(shown_clock, today, &calendar),
            clock_note => provisional.then(|| "明年的放假安排公布以后，到期日会确定下来。".to_owned()).or_else(|| late_zh(case)), holder => holder, to_do => to_do, outcome => outcome,
            // A part is evaluated with the whole, on its page.
            evaluate_href => delivered.filter(|_| has_hall(app) && case.parent.is_none()).map(|_| format!("/evaluate/{id}/{code}")),
            stuck_href => has_hall(app).then(|| format!("/stuck?about={}", case.number)),
            receipt_href => entries.first().map(|entry| format!("/receipts/{}", entry.seq)), steps => steps_of(case),
            not_asked => spared.not_asked.clone(), promise_href => spared.promise_href.clone(), licence_href => spared.licence_href.clone(),
            notices => notices(&here, case, entries), acts => acts,
            sign_in => actor.is_none().then(|| format!("/sign-in?return_to={}", crate::view::encode(&here))),
            corrections => case.corrections.clone(), fees => crate::fees::of_case(app, case, &here),
            outside => case.outside.as_ref().filter(|outside| outside.number.is_some()).map(|outside| outside.zh()),
            parcels => case.parcels.iter().map(parcel).collect::<Vec<_>>(),
            timeline => timeline(&shown, |actor| match actor {
                "clock" => "系统时钟".to_owned(),
                _ if case.hearing.interested.keys().any(|told| told.as_str() == actor) => "利害关系人".to_owned(),
                _ if Some(actor) == case.applicant.as_ref().map(PersonId::as_str) => "申请人".to_owned(),
                _ => "经办人员".to_owned(),
            }),
        },
    });
    if failed.is_some() { (StatusCode::UNPROCESSABLE_ENTITY, shown_page).into_response() } else { shown_page }
}

/// Where the result is that was posted, the latest first.
fn parcel(parcel: &Parcel) -> Value {
    let mark = |simulated: bool| if simulated { "（模拟）" } else { "" };
    let told = parcel.events.iter().rev();
    let told = told.map(|event| format!("{} {}{}", event.on, event.kind.zh(), mark(event.simulated)));
    context! {
        carrier => parcel.carrier.clone(), number => parcel.number.clone(),
        events => told.chain([format!("{} 交寄", parcel.consigned.on)]).collect::<Vec<_>>(),
    }
}

/// Whoever holds number and code may pay, also for somebody else: nothing but the sum is taken.
async fn pay(
    mut visit: Visit,
    Path((id, code, fee)): Path<(String, String, String)>,
    _: extract::Form<HashMap<String, String>>,
) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let here = format!("/track/{}/{code}", opened.id);
    match visit.web.app.pay_online(opened.id, &fee).await {
        Ok(Attempt::Paid(_) | Attempt::Surplus(_) | Attempt::NothingOpen) => {
            Ok(Redirect::to(&here).into_response())
        }
        Ok(Attempt::Unpaid(unpaid)) => {
            let spared = Spared::of(&visit, &opened, &code).await?;
            let wrong = [Invalid::new(fee, unpaid.to_string())];
            Ok(page(&visit, &opened, &code, &spared, Some(("fee", &HashMap::new(), &wrong))))
        }
        Err(problem) => Err(Fail::from_problem(&visit, problem, "网上缴费", &here)),
    }
}

async fn do_act(
    mut visit: Visit,
    Path((id, code, name)): Path<(String, String, String)>,
    form: Incoming,
) -> Page {
    let opened = by_code(&mut visit, &id, &code).await?;
    let here = format!("/track/{}/{code}", opened.id);
    let spared = Spared::of(&visit, &opened, &code).await?;
    let Some(actor) = applicant(&visit, &opened.case) else { return Err(Fail::SignIn { back: here }) };
    let Some(kind) = open_acts(&visit.web.app, &actor, &opened.case)
        .into_iter()
        .find(|kind| kind.name == name)
    else {
        // Done meanwhile, by themselves in another window or by the officer: the page says how it stands.
        return Ok(Redirect::to(&here).into_response());
    };
    let Sent { answers, files, mut wrong, .. } = form.read(&visit).await?;
    if wrong.is_empty() {
        for field in fields(&name, &opened) {
            let given = match field.kind.as_str() {
                "file" => files.iter().any(|(name, _, _)| *name == field.id),
                _ => answers.get(&field.id).is_some_and(|answer| !answer.is_empty()),
            };
            if !given {
                wrong.push(Invalid::new(field.id.clone(), format!("请提供{}", field.label)));
            }
        }
    }
    if !wrong.is_empty() {
        return Ok(page(&visit, &opened, &code, &spared, Some((&name, &answers, &wrong))));
    }
    let mut private = BTreeMap::new();
    let act = match kind.name {
        "Supplement" => {
            let kept = keep_files(&visit, files).await?;
            private = kept.keys;
            CaseAct::Supplement { materials: kept.materials }
        }
        "AskHearing" => CaseAct::AskHearing,
        "WaiveHearing" => CaseAct::WaiveHearing,
        "Renew" => match read_renewal(&answers) {
            Ok(act) => act,
            Err(wrong) => return Ok(page(&visit, &opened, &code, &spared, Some((&name, &answers, &wrong)))),
        },
        "Withdraw" => CaseAct::Withdraw {
            reason: answers.get("reason").cloned().unwrap_or_default(),
            statement: String::new(),
        },
        _ => return Err(Fail::NotFound(visit)),
    };
    let key = answers.get("idem").filter(|idem| !idem.is_empty()).cloned();
    let call = Call { actor: &actor, matter: Some(opened.id), act, private, key };
    match visit.web.app.act::<Case>(call).await {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => {
            Ok(page(&visit, &opened, &code, &spared, Some((&name, &answers, &wrong))))
        }
        Err(problem) => Err(Fail::from_problem(&visit, problem, kind.zh, &here)),
    }
}
