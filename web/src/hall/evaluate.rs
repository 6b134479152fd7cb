//! 好差评。 One page for one contact, opened by its code alone: five grades and none chosen beforehand.

use super::{device, new_idem, sender, ticket_of};
use crate::extract::{self, Path, Query};
use crate::fail::Page;
use crate::session::Visit;
use crate::submission::filled;
use crate::view::Field;
use crate::{Fail, Web};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fadu_app::catalogue::Snapshot;
use fadu_app::{Call, Problem, registry};
use fadu_hall::demonstration::Demonstration;
use fadu_hall::evaluation::{Act, Channel, Contact, Grade, Pressed, Said};
use fadu_hall::{Evaluation, Hall, Roster};
use fadu_kernel::{Invalid, MatterId, OrgId, PersonId, Role};
use fadu_onething::Joint;
use fadu_service::{Case, Item};
use jiff::civil::Date;
use minijinja::context;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub fn routes() -> Router<Web> {
    Router::new().route("/evaluate/{contact}/{code}", get(ask).post(evaluate))
}

#[derive(Deserialize, Default)]
struct From {
    /// `qr` from a printed code, `device` with the digest of the evaluation device at a window.
    #[serde(default)]
    from: String,
    #[serde(default)]
    device: String,
}

impl From {
    fn channel(&self) -> Channel {
        match self.from.as_str() {
            _ if !self.device.is_empty() => Channel::Counter,
            "qr" => Channel::Qr,
            "sms" => Channel::Sms,
            _ => Channel::Web,
        }
    }
}

/// What was done, for whom it is evaluated.
struct Done {
    contact: Contact,
    department: OrgId,
    hall: String,
    window: String,
    item: Option<String>,
    title: String,
}

/// Hall and window where a clerk took the papers in, as the roster of that day has it; a clerk of several windows was at none
/// of them for certain. Both are empty for what was sent from elsewhere, and once that day's roster is no longer kept.
fn taken_in(catalogue: &Snapshot, by: &PersonId, on: Date) -> (String, String) {
    for (_, roster) in catalogue.all::<Roster>() {
        let shifts = roster.days.get(&on).into_iter().flatten();
        let own = shifts.filter(|shift| shift.person == *by);
        let windows: BTreeSet<&str> = own.map(|shift| shift.window.as_str()).collect();
        if let Some(first) = windows.first() {
            let window = if windows.len() == 1 { *first } else { "" };
            return (roster.hall.clone(), window.to_owned());
        }
    }
    (String::new(), String::new())
}

/// 一件事一评: the whole is one contact, whichever of its parts is asked about.
async fn joint(visit: &Visit, id: MatterId) -> Result<Done, Fail> {
    let joint: Joint = visit.stored(id).await?;
    if !joint.is_handed_over() {
        return Err(Fail::NotFound(visit.clone()));
    }
    Ok(Done {
        title: format!("{}，{}", joint.number, joint.theme_name),
        contact: Contact::Joint(joint.number),
        department: joint.org,
        hall: String::new(),
        window: String::new(),
        item: None,
    })
}

/// A finished ticket, a delivered case or a joint case that was handed over, if the code fits.
async fn done(visit: &Visit, contact: &str, code: &str) -> Result<Done, Fail> {
    let app = &visit.web.app;
    let nothing = || Fail::NotFound(visit.clone());
    let id: MatterId = contact.parse().map_err(|_| nothing())?;
    if !code.trim().eq_ignore_ascii_case(&app.keys.track_code(id)) {
        return Err(nothing());
    }
    let catalogue = app.catalogue();
    let row = app
        .store
        .matter(app.region, id)
        .await
        .map_err(|fault| Fail::fault(visit, fault))?;
    match row.ok_or_else(nothing)?.kind.as_str() {
        "ticket" => {
            let ticket = ticket_of(visit, id).await?;
            let (Some(day), "finished") = (ticket.day, ticket.status()) else { return Err(nothing()) };
            let of_item = |code: &str| catalogue.all::<Item>().find(|(_, item)| item.code == code);
            let department = ticket
                .item
                .as_deref()
                .and_then(of_item)
                .map(|(_, item)| OrgId::new(&item.department));
            let hall = catalogue.one::<Hall>(Hall::id(&ticket.hall)).ok_or_else(nothing)?;
            Ok(Done {
                contact: Contact::Ticket(format!("{} {day} {}", ticket.hall, ticket.number)),
                department: department.unwrap_or_else(|| ticket.org.clone()),
                window: ticket.window().unwrap_or_default().to_owned(),
                item: ticket.item.clone(),
                title: format!("{}，{day}，{}号", hall.name, ticket.number),
                hall: ticket.hall,
            })
        }
        "case" => {
            let case: Case = visit.stored(id).await?;
            if let Some(parent) = &case.parent {
                return joint(visit, parent.joint).await;
            }
            if case.delivered.is_none() {
                return Err(nothing());
            }
            let received = case.received.as_ref();
            let (hall, window) =
                received.map(|mark| taken_in(&catalogue, &mark.by, mark.on)).unwrap_or_default();
            Ok(Done {
                contact: Contact::Case(case.number.clone()),
                department: case.org.clone(),
                hall,
                window,
                item: catalogue.one::<Item>(case.item).map(|item| item.code.clone()),
                title: format!("{}，{}", case.number, case.item_name),
            })
        }
        "joint" => joint(visit, id).await,
        _ => Err(nothing()),
    }
}

fn word(grade: Grade) -> String {
    serde_json::to_value(grade)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn fields(done: &Done) -> Vec<Field> {
    let grades = Grade::ALL.map(|grade| (word(grade), grade.zh().to_owned()));
    // The shipped words are offered until the county adopts its own.
    let tags = Demonstration::read(fadu_hall::DEMONSTRATION).map(|shipped| shipped.tags);
    let tags = tags
        .map(|tags| {
            let place = if done.hall.is_empty() { tags.online } else { tags.offline };
            place.into_iter().chain(tags.bad).collect::<Vec<_>>()
        })
        .unwrap_or_default();
    vec![
        Field::text("grade", "您对这次办事", true).kind("choice").options(grades),
        Field::text("tags", "具体是", false)
            .kind("checks")
            .options(tags.into_iter().map(|tag| (tag.clone(), tag))),
        Field::text("comment", "想说的话", false)
            .kind("long_text")
            .hint("不超过500字，只有负责回访的人看得到。"),
        Field::text("applicant_phone", "愿意接受回访的电话", false).kind("phone"),
    ]
}

async fn evaluated(visit: &Visit, done: &Done) -> Result<Option<Evaluation>, Fail> {
    let app = &visit.web.app;
    let row = app.store.matter(app.region, Evaluation::id(&done.contact)).await;
    let row = row.map_err(|fault| Fail::fault(visit, fault))?;
    row.map(|row| registry::state(&row.state))
        .transpose()
        .map_err(|error| Fail::fault(visit, error))
}

async fn ask(
    mut visit: Visit,
    Path((contact, code)): Path<(String, String)>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Page {
    let done = done(&visit, &contact, &code).await?;
    visit.path = "/hall".to_owned();
    let address = address(&contact, &code, &from);
    let page = show(&visit, &done, &address, &HashMap::new(), &[], &[]).await?;
    Ok(device::bound(&visit.web, &headers, page))
}

fn address(contact: &str, code: &str, from: &From) -> String {
    let e = crate::view::encode;
    format!("/evaluate/{contact}/{code}?from={}&device={}", e(&from.from), e(&from.device))
}

async fn show(
    visit: &Visit,
    done: &Done,
    address: &str,
    answers: &HashMap<String, String>,
    ticked: &[String],
    wrong: &[Invalid],
) -> Page {
    let before = evaluated(visit, done).await?;
    let said = before.as_ref().and_then(|evaluation| evaluation.said.as_ref());
    let mut fields = filled(fields(done), answers, wrong);
    for option in fields
        .iter_mut()
        .filter(|field| field.id == "tags")
        .flat_map(|field| &mut field.options)
    {
        option.checked = ticked.contains(&option.value);
    }
    let page = visit.page("portal/evaluate.html", "评价这次办事", context! {
        errors => wrong.iter().map(|invalid| context! { id => invalid.field.clone(), text => invalid.message.clone() }).collect::<Vec<_>>(),
        contact => done.title.clone(), department => done.department.as_str(), form => context! { action => address, idem => new_idem() }, fields => fields,
        said => said.map(|said| said.grade.zh()), bad => said.is_some_and(|said| said.grade.is_bad()), help_phone => visit.web.site.help_phone.clone(),
    });
    Ok(if wrong.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

async fn evaluate(
    mut visit: Visit,
    Path((contact, code)): Path<(String, String)>,
    Query(from): Query<From>,
    headers: HeaderMap,
    extract::Form(pairs): extract::Form<Vec<(String, String)>>,
) -> Page {
    let form: HashMap<String, String> = pairs.iter().cloned().collect();
    let done = done(&visit, &contact, &code).await?;
    visit.path = "/hall".to_owned();
    let here = address(&contact, &code, &from);
    let ticked: Vec<String> = pairs
        .iter()
        .filter(|(name, _)| name == "tags")
        .map(|(_, tag)| tag.clone())
        .collect();
    let given = form.get("grade").map_or("", String::as_str);
    let Some(grade) = Grade::ALL.into_iter().find(|grade| word(*grade) == given) else {
        let wrong = [Invalid::new("grade", "请选择一个等级")];
        return show(&visit, &done, &here, &form, &ticked, &wrong).await;
    };
    let app = &visit.web.app;
    let channel = from.channel();
    let said = Said {
        contact: done.contact.clone(),
        grade,
        channel,
        pressed: Pressed::Person,
        department: done.department.clone(),
        hall: done.hall.clone(),
        window: done.window.clone(),
        item: done.item.clone(),
        device: match channel {
            Channel::Counter => from.device.clone(),
            _ => device::today(&visit.web, &headers),
        },
        tags: ticked.iter().cloned().collect::<BTreeSet<_>>(),
    };
    let recent = app
        .hall_day(|day| day.evaluated(&said))
        .await
        .map_err(|problem| Fail::from_problem(&visit, problem, "评价", &here))?;
    let private: BTreeMap<String, String> = ["comment", "applicant_phone"]
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), form.get(field)?.trim().to_owned())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let idem = form
        .get("idem")
        .filter(|idem| !idem.is_empty())
        .cloned()
        .unwrap_or_else(new_idem);
    let actor = sender(&visit, &[Role::Citizen, Role::FirmAgent], &idem);
    let matter = Some(Evaluation::id(&done.contact));
    let act = Act::Evaluate { said: Box::new(said), recent };
    match app
        .act::<Evaluation>(Call { actor: &actor, matter, act, private, key: Some(idem) })
        .await
    {
        Ok(_) => Ok(Redirect::to(&here).into_response()),
        Err(Problem::Invalid(wrong)) => show(&visit, &done, &here, &form, &ticked, &wrong).await,
        Err(problem) => Err(Fail::from_problem(&visit, problem, "评价", &here)),
    }
}
