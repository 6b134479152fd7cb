//! 热线开通。 One page from nothing to an open line, step after step: register, units, dispatch catalogue, limits with their
//! sources, roster, merged lines, opening. Each step says what is still missing; lists are typed or pasted as lines.

use crate::extract::{self, Path};
use crate::fail::Page;
use crate::hotline::{word, word_of};
use crate::hotline_acts::names;
use crate::session::{Visit, random};
use crate::submission::filled;
use crate::view::{Field, link, tag};
use crate::{Fail, Web};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use fadu_app::{Call, Problem};
use fadu_hotline::desk::parameters::{Measure, Parameter, required};
use fadu_hotline::desk::register::{Line, Route, Shift, Unit};
use fadu_hotline::words::{Level, Mode};
use fadu_hotline::{Desk, DeskAct};
use fadu_kernel::{Actor, Invalid, OrgId, Role};
use fadu_ledger::note::hex;
use minijinja::{Value, context};
use std::collections::{BTreeMap, HashMap};

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/desk/hotline/set-up", get(page))
        .route("/desk/hotline/set-up/{step}", post(set))
}

type Form = HashMap<String, String>;

/// 步骤, in the order in which they are done.
const STEPS: [(&str, &str); 7] = [
    ("open", "设立登记册"),
    ("units", "承办单位"),
    ("routes", "派单目录"),
    ("parameters", "时限和其他参数"),
    ("roster", "班表"),
    ("lines", "归并的热线"),
    ("live", "开通"),
];

/// Who keeps the register, or may set it up where there is none.
fn keeper(visit: &Visit) -> Result<Actor, Fail> {
    let (_, actor) = visit.staff()?;
    let own = visit.web.app.hotline().is_none_or(|desk| desk.org == actor.org);
    match actor.role {
        Role::CatalogueManager if own => Ok(actor),
        _ => Err(Fail::NotFound(visit.clone())),
    }
}

/// Lines that are not empty, by their numbers, each in its parts.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| (n + 1, line.split([',', '，', '\t']).map(str::trim).collect()))
}

fn level_of(text: &str) -> Option<Level> {
    Level::ALL.iter().copied().find(|level| level.zh() == text)
}

fn mode_of(text: &str) -> Option<Mode> {
    Mode::ALL.iter().copied().find(|mode| mode.zh() == text)
}

fn wrong(field: &str, n: usize, what: &str) -> Vec<Invalid> {
    vec![Invalid::new(field, format!("第{n}行：{what}"))]
}

fn units_of(text: &str) -> Result<Vec<Unit>, Vec<Invalid>> {
    lines(text)
        .map(|(n, parts)| match parts[..] {
            [org, level] if !org.is_empty() => level_of(level)
                .map(|level| Unit { org: OrgId::new(org), level })
                .ok_or_else(|| wrong("units", n, "层级写“部门”或者“乡镇街道”")),
            _ => Err(wrong("units", n, "写成“单位，层级”")),
        })
        .collect()
}

fn routes_of(text: &str) -> Result<Vec<Route>, Vec<Invalid>> {
    lines(text)
        .map(|(n, parts)| match parts[..] {
            [category, area, unit, assisting, power] if !category.is_empty() && !unit.is_empty() => {
                Ok(Route {
                    category: category.to_owned(),
                    area: area.to_owned(),
                    unit: OrgId::new(unit),
                    assisting: names(assisting).into_iter().map(OrgId::new).collect(),
                    power: Some(power.to_owned()).filter(|power| !power.is_empty()),
                })
            }
            _ => Err(wrong("routes", n, "写成“类别编码，片区，承办单位，协办单位，职权编码”，没有的留空")),
        })
        .collect()
}

fn shifts_of(text: &str) -> Result<Vec<Shift>, Vec<Invalid>> {
    let read = |parts: &[&str]| {
        let [name, weekdays, from, to, seats] = parts else { return None };
        let weekdays: Option<Vec<u8>> = match weekdays.split_once('-') {
            Some((first, last)) => Some((first.parse().ok()?..=last.parse().ok()?).collect()),
            None => names(weekdays).into_iter().map(|day| day.parse().ok()).collect(),
        };
        Some(Shift {
            name: (*name).to_owned(),
            weekdays: weekdays?,
            from_hour: from.parse().ok()?,
            to_hour: to.parse().ok()?,
            seats: seats.parse().ok()?,
        })
    };
    lines(text)
        .map(|(n, parts)| {
            read(&parts).ok_or_else(|| wrong("shifts", n, "写成“班次，1-7，起点钟，止点钟，席位”"))
        })
        .collect()
}

fn merged_of(text: &str) -> Result<Vec<Line>, Vec<Invalid>> {
    lines(text)
        .map(|(n, parts)| match parts[..] {
            [code, name, mode, document, department] => mode_of(mode)
                .map(|mode| Line {
                    code: code.to_owned(),
                    name: name.to_owned(),
                    mode,
                    document: document.to_owned(),
                    department: OrgId::new(department),
                })
                .ok_or_else(|| wrong("lines", n, "方式写“整体并入”“双号并行”或者“设分中心”")),
            _ => Err(wrong("lines", n, "写成“号码，名称，方式，归并文件，主管部门”")),
        })
        .collect()
}

/// What the step's form changes of the register; an empty answer changes nothing.
fn acts(step: &str, form: &Form, desk: &Desk) -> Result<Vec<DeskAct>, Vec<Invalid>> {
    let text = |field: &str| form.get(field).map_or("", |text| text.trim());
    Ok(match step {
        "open" => vec![DeskAct::Open { name: text("name").to_owned() }],
        "units" => {
            let changed = |unit: &Unit| desk.units.get(&unit.org) != Some(&unit.level);
            let units: Vec<Unit> = units_of(text("units"))?.into_iter().filter(changed).collect();
            if units.is_empty() { Vec::new() } else { vec![DeskAct::SetUnits { units }] }
        }
        "routes" => {
            let changed = |route: &Route| !desk.routes.contains(route);
            let routes: Vec<Route> = routes_of(text("routes"))?.into_iter().filter(changed).collect();
            if routes.is_empty() { Vec::new() } else { vec![DeskAct::SetRoutes { routes }] }
        }
        "parameters" => parameters(form, desk)?,
        "roster" => match shifts_of(text("shifts"))? {
            shifts if shifts == desk.shifts => Vec::new(),
            shifts => vec![DeskAct::SetRoster { shifts }],
        },
        "lines" => merged_of(text("lines"))?
            .into_iter()
            .filter(|line| desk.lines.get(&line.code) != Some(line))
            .map(|line| DeskAct::MergeLine { line })
            .collect(),
        _ => vec![DeskAct::GoLive { demonstration: text("demonstration") == "yes" }],
    })
}

/// Those that were typed and are another than what is set; what is left empty stays unset.
fn parameters(form: &Form, desk: &Desk) -> Result<Vec<DeskAct>, Vec<Invalid>> {
    let (mut acts, mut invalid) = (Vec::new(), Vec::new());
    for (name, zh, days) in required() {
        let text = |part: &str| form.get(&format!("{part}.{name}")).map_or("", |text| text.trim());
        let (n, source) = (text("n"), text("source"));
        if n.is_empty() && source.is_empty() {
            continue;
        }
        let Ok(n) = n.parse::<u16>() else {
            invalid.push(Invalid::new(format!("n.{name}"), format!("{zh}：请填写整数")));
            continue;
        };
        if source.is_empty() {
            invalid.push(Invalid::new(format!("source.{name}"), format!("{zh}：请填写来源文件和条款")));
            continue;
        }
        let unit = if *days { word(text("unit")).unwrap_or(Measure::Workday) } else { Measure::Count };
        let known = desk.parameters.0.get(name);
        if known.is_none_or(|known| (known.n, known.unit, known.source.as_str()) != (n, unit, source)) {
            let value = Parameter { n, unit, source: source.to_owned(), simulated: false };
            acts.push(DeskAct::SetParameter { name: name.clone(), value });
        }
    }
    if invalid.is_empty() { Ok(acts) } else { Err(invalid) }
}

async fn page(visit: Visit) -> Page {
    keeper(&visit)?;
    Ok(show(&visit, "", &Form::new(), &[]))
}

/// Is the step done, and what it says of itself.
fn standing(step: &str, desk: &Desk, simulated: bool) -> (bool, String) {
    match step {
        "open" if desk.name.is_empty() => (false, "还没有设立".to_owned()),
        "open" => (true, desk.name.clone()),
        "units" => (!desk.units.is_empty(), format!("{}个单位", desk.units.len())),
        "routes" => match desk.unrouted() {
            missing if missing.is_empty() => (true, format!("{}行，每一类都有承办单位", desk.routes.len())),
            missing => (false, format!("还缺{}类：{}", missing.len(), missing.join("、"))),
        },
        "parameters" => match desk.parameters.missing(simulated) {
            missing if missing.is_empty() => (true, "都有数值和来源".to_owned()),
            missing => (false, format!("还缺{}项：{}", missing.len(), missing.join("、"))),
        },
        "roster" => match Desk::uncovered(&desk.shifts) {
            0 => (true, "一周每个小时都有人值守".to_owned()),
            hours => (false, format!("一周里有{hours}个小时没有人值守")),
        },
        "lines" => (!desk.lines.is_empty(), format!("{}条，没有归并的可以不填", desk.lines.len())),
        _ => match desk.live {
            Some((on, true)) => (true, format!("{on}作为演示开通")),
            Some((on, false)) => (true, format!("{on}开通")),
            None => (false, "还没有开通".to_owned()),
        },
    }
}

fn fields(step: &str, desk: &Desk, simulated: bool) -> Vec<Field> {
    let many = |id: &str, label: &str, lines: Vec<String>| {
        Field::text(id, label, true).kind("long_text").value(&lines.join("\n"))
    };
    match step {
        "open" if desk.name.is_empty() => vec![Field::text("name", "热线名称", true)],
        "units" => {
            let row = |(org, level): (&OrgId, &Level)| format!("{org}，{}", level.zh());
            let field = many("units", "承办单位", desk.units.iter().map(row).collect());
            vec![field.hint("一行一个：单位，层级（部门或者乡镇街道）。删去的行不注销单位。")]
        }
        "routes" => {
            let row = |route: &Route| {
                let assisting: Vec<&str> = route.assisting.iter().map(OrgId::as_str).collect();
                let power = route.power.as_deref().unwrap_or_default();
                format!(
                    "{}，{}，{}，{}，{power}",
                    route.category,
                    route.area,
                    route.unit,
                    assisting.join("、")
                )
            };
            let field = many("routes", "派单目录", desk.routes.iter().map(row).collect());
            vec![field.hint("一行一条：类别编码（两位是大类），片区（可空），承办单位，协办单位（顿号隔开，可空），职权编码（可空）。")]
        }
        "roster" => {
            let row = |shift: &Shift| {
                let days: Vec<String> = shift.weekdays.iter().map(u8::to_string).collect();
                let (from, to) = (shift.from_hour, shift.to_hour);
                format!("{}，{}，{from}，{to}，{}", shift.name, days.join("、"), shift.seats)
            };
            let field = many("shifts", "班表", desk.shifts.iter().map(row).collect());
            vec![field.hint(
                "一行一班：班次，星期（1-7，或者1、2、3），起点钟，止点钟，席位。过夜的止点钟比起点钟小。",
            )]
        }
        "lines" => {
            let row = |line: &Line| {
                let Line { code, name, document, department, .. } = line;
                format!("{code}，{name}，{}，{document}，{department}", line.mode.zh())
            };
            let field = many("lines", "归并的热线", desk.lines.values().map(row).collect());
            vec![field.hint("一行一条：号码，名称，方式（整体并入、双号并行、设分中心），归并文件，主管部门。删去的行不撤回归并。")]
        }
        "live" if simulated && desk.live.is_none() => {
            let yes = ("yes".to_owned(), "作为演示开通，可以用演示参数".to_owned());
            vec![Field::text("demonstration", "演示", false).kind("checks").options([yes])]
        }
        _ => Vec::new(),
    }
}

/// A row of the table of limits, as it is set or as it was typed.
fn parameter_rows(desk: &Desk, form: Option<&Form>, invalid: &[Invalid]) -> Vec<Value> {
    let row = |(name, zh, days): &(String, String, bool)| {
        let known = desk.parameters.0.get(name);
        let typed = |part: &str| form.and_then(|form| form.get(&format!("{part}.{name}")).cloned());
        let error = invalid
            .iter()
            .find(|invalid| invalid.field.ends_with(&format!(".{name}")))
            .map(|invalid| invalid.message.clone());
        context! {
            name => name.clone(), zh => zh.clone(), days => *days, error => error, simulated => known.is_some_and(|known| known.simulated),
            n => typed("n").or_else(|| known.map(|known| known.n.to_string())).unwrap_or_default(),
            unit => typed("unit").or_else(|| known.map(|known| word_of(&known.unit))).unwrap_or_else(|| "workday".to_owned()),
            source => typed("source").or_else(|| known.map(|known| known.source.clone())).unwrap_or_default(),
        }
    };
    required().iter().map(row).collect()
}

fn show(visit: &Visit, failed: &str, form: &Form, invalid: &[Invalid]) -> Response {
    let desk = visit.web.app.hotline().unwrap_or_default();
    let simulated = visit.web.site.simulated;
    let mut before = true;
    let steps: Vec<Value> = STEPS
        .iter()
        .map(|(step, title)| {
            let (done, note) = standing(step, &desk, simulated);
            // Nothing is registered before there is a register, and nothing opened that is open.
            let reachable = *step == "open" || !desk.name.is_empty();
            let plain = fields(step, &desk, simulated);
            let typed = *step == failed;
            let fields = if typed { filled(plain, form, invalid) } else { plain };
            let rows = (*step == "parameters" && reachable)
                .then(|| parameter_rows(&desk, typed.then_some(form), if typed { invalid } else { &[] }));
            let next = before && !done;
            before &= done || *step == "lines";
            let over = done && matches!(*step, "open" | "live");
            context! {
                id => *step, title => *title, note => note, fields => fields, parameters => rows, open => next || typed,
                status => match (done, next) { (true, _) => tag("on", "做完了"), (false, true) => tag("stop", "接下来做"), (false, false) => tag("plain", "还没有做") },
                action => (reachable && !over).then(|| format!("/desk/hotline/set-up/{step}")), idem => hex(&random::<12>()),
                button => if *step == "live" { "开通热线" } else { "保存" },
            }
        })
        .collect();
    let page = visit.page("desk/hotline_setup.html", "热线开通", context! {
        crumbs => vec![link("12345", "/desk/hotline")], steps => steps,
        errors => invalid.iter().map(|wrong| context! { id => wrong.field.clone(), text => wrong.message.clone() }).collect::<Vec<_>>(),
    });
    if invalid.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() }
}

/// One act for each thing that the form changes; those before one that is refused stand.
async fn set(visit: Visit, Path(step): Path<String>, extract::Form(form): extract::Form<Form>) -> Page {
    let actor = keeper(&visit)?;
    visit.own_form(form.get("csrf"))?;
    let Some((step, title)) = STEPS.iter().find(|(known, _)| *known == step) else {
        return Err(Fail::NotFound(visit));
    };
    let desk = visit.web.app.hotline().unwrap_or_default();
    let acts = match acts(step, &form, &desk) {
        Ok(acts) => acts,
        Err(invalid) => return Ok(show(&visit, step, &form, &invalid)),
    };
    let back = format!("/desk/hotline/set-up#{step}");
    let idem = form.get("idem").filter(|idem| !idem.is_empty());
    for (n, act) in acts.into_iter().enumerate() {
        let key = idem.map(|idem| format!("{idem}-{n}"));
        let call = Call { actor: &actor, matter: Some(Desk::id()), act, private: BTreeMap::new(), key };
        match visit.web.app.act::<Desk>(call).await {
            Ok(_) => {}
            Err(Problem::Invalid(invalid)) => return Ok(show(&visit, step, &form, &invalid)),
            Err(problem) => return Err(Fail::from_problem(&visit, problem, title, &back)),
        }
    }
    Ok(Redirect::to(&back).into_response())
}
