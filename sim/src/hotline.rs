//! 模拟县的12345。 Its register with demonstration parameters, the dispatch catalogue over the departments of the simulated
//! county, a few answers in the knowledge, and the keeper appointed to press.

use crate::county::{BUREAU, manager};
use fadu_app::store::Fault;
use fadu_app::{App, Call, Problem};
use fadu_hotline::categories::Categories;
use fadu_hotline::desk::parameters::demonstration;
use fadu_hotline::desk::register::{Appointment, Line, Merged, Route, Shift, Unit, demonstration_lines};
use fadu_hotline::knowledge::Text;
use fadu_hotline::words::{Level, Nature};
use fadu_hotline::{Desk, DeskAct, Knowledge, KnowledgeAct};
use fadu_kernel::{Actor, Basis, Matter, MatterId, OrgId, PersonId, Role};
use fadu_service::Item;
use jiff::civil::date;
use std::collections::BTreeMap;

/// Which words of a department's name make it competent for a group of categories.
const COMPETENT: [(&str, &[&str]); 9] = [
    ("01", &["住建", "住房", "城管", "自然资源"]),
    ("02", &["交通", "住建"]),
    ("03", &["环境", "水务", "自然资源"]),
    ("04", &["人社", "人力", "医保", "残联"]),
    ("05", &["教育", "文"]),
    ("06", &["卫"]),
    ("07", &["市场", "市监", "商务", "发改"]),
    ("08", &["经信", "发改", "行政审批"]),
    ("09", &["农业", "水务", "行政审批"]),
];

/// Answers of the demonstration, on articles that the rule book holds.
const ANSWERS: [(&str, &str, &str, &str, u16); 3] = [
    (
        "0906",
        "申请许可多久给答复",
        "能当场决定的当场决定；不能的，自受理之日起二十个工作日内决定，可以延长十个工作日。",
        "行政许可法",
        42,
    ),
    ("0801", "申请许可要交哪些材料", "只交办事指南列出的材料，清单以外的不要求。", "行政许可法", 31),
    (
        "0905",
        "申请材料不齐怎么办",
        "当场或者五个工作日内一次告知全部要补的内容，逾期不告知的，自收到之日起即为受理。",
        "行政许可法",
        32,
    ),
];

fn named(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}

/// The departments that the county's items name, in order.
pub fn departments(app: &App) -> Vec<String> {
    let catalogue = app.catalogue();
    let mut names: Vec<String> = catalogue.all::<Item>().map(|(_, item)| item.department.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn competent<'a>(group: &str, departments: &'a [String]) -> Option<&'a String> {
    let (_, words) = COMPETENT.iter().find(|(code, _)| *code == group)?;
    let by_word = words
        .iter()
        .find_map(|word| departments.iter().find(|name| name.contains(word)));
    by_word.or(departments.first())
}

/// An act of the setting up. Told a second time, what is there already is refused, and that is as good as done.
async fn settle<M: Matter>(
    app: &App,
    actor: &Actor,
    matter: Option<MatterId>,
    act: M::Act,
    key: Option<String>,
) -> Result<Option<MatterId>, Problem> {
    match app.act::<M>(Call { actor, matter, act, private: BTreeMap::new(), key }).await {
        Ok(done) => Ok(Some(done.matter)),
        Err(Problem::Refused(_)) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Opens the hotline as a demonstration; `false` where no department is there to dispatch to.
pub async fn enter_hotline(app: &App, year: i16) -> Result<bool, Problem> {
    if app.hotline().is_some_and(|desk| desk.live.is_some()) {
        return Ok(true);
    }
    let departments = departments(app);
    if departments.is_empty() {
        return Ok(false);
    }
    let org = |name: &str| OrgId::new(name);
    let unit = |name: &String| Unit { org: org(name), level: Level::Department };
    let routes = Categories::shipped().groups.iter().filter_map(|group| {
        Some(Route {
            category: group.code.clone(),
            area: String::new(),
            unit: org(competent(&group.code, &departments)?),
            assisting: vec![],
            power: None,
        })
    });
    let shift = |name: &str, from_hour, to_hour, seats| Shift {
        name: name.to_owned(),
        weekdays: (1..=7).collect(),
        from_hour,
        to_hour,
        seats,
    };
    let appointment = Appointment {
        person: manager().person,
        nature: Nature::Internal,
        document: "模拟〔演示〕1号".to_owned(),
        scope: "12345热线工单（模拟）".to_owned(),
        from: date(year, 1, 1),
        until: date(year + 1, 12, 31),
    };
    let mut acts = vec![
        DeskAct::Open { name: "法度县12345热线（模拟）".to_owned() },
        DeskAct::SetUnits { units: departments.iter().map(unit).collect() },
        DeskAct::SetRoutes { routes: routes.collect() },
        DeskAct::SetRoster { shifts: vec![shift("白班", 8, 20, 6), shift("夜班", 20, 8, 2)] },
        DeskAct::SetSeats { seats: 6, residents: 300_000, source: "模拟人口".to_owned() },
    ];
    let lines = demonstration_lines().map_err(|error| Fault::Corrupt(error.to_string()))?;
    acts.extend(lines.into_iter().map(|Merged { code, name, mode }| DeskAct::MergeLine {
        line: Line {
            code,
            name,
            mode,
            document: "模拟〔演示〕2号".to_owned(),
            department: org(&departments[0]),
        },
    }));
    let parameters = demonstration().map_err(|error| Fault::Corrupt(error.to_string()))?;
    acts.extend(
        parameters
            .into_iter()
            .map(|(name, value)| DeskAct::SetParameter { name, value }),
    );
    acts.push(DeskAct::GoLive { demonstration: true });
    let keeper = manager();
    for act in acts {
        settle::<Desk>(app, &keeper, Some(Desk::id()), act, None).await?;
    }
    // Nobody appoints themselves.
    let government = Actor {
        person: PersonId::new("government"),
        role: Role::Government,
        org: OrgId::new("县人民政府（模拟）"),
    };
    settle::<Desk>(app, &government, Some(Desk::id()), DeskAct::Appoint { appointment }, None).await?;
    for (n, (category, question, answer, statute, article)) in ANSWERS.into_iter().enumerate() {
        enter_answer(
            app,
            n,
            &departments[0],
            year,
            (category, question, answer),
            Basis::article(statute, article),
        )
        .await?;
    }
    Ok(app.hotline().is_some_and(|desk| desk.live.is_some()))
}

async fn enter_answer(
    app: &App,
    n: usize,
    department: &str,
    year: i16,
    (category, question, answer): (&str, &str, &str),
    basis: Basis,
) -> Result<(), Problem> {
    let text = Text {
        question: question.to_owned(),
        answer: format!("{answer}（模拟条目）"),
        category: category.to_owned(),
        bases: vec![basis],
        owner: OrgId::new(department),
        valid_until: date(year + 1, 12, 31),
    };
    let officer = named("sim-officer-knowledge", Role::Officer, department);
    let head = named("sim-head-knowledge", Role::AgencyHead, department);
    let draft = KnowledgeAct::Draft { text: Box::new(text) };
    let key = Some(format!("sim-knowledge-{n}"));
    let Some(id) = settle::<Knowledge>(app, &officer, None, draft, key).await? else { return Ok(()) };
    let review = KnowledgeAct::Review { passed: true, note: "与条文核对一致（模拟）".to_owned() };
    settle::<Knowledge>(app, &head, Some(id), review, None).await?;
    settle::<Knowledge>(app, &manager(), Some(id), KnowledgeAct::Publish, None).await?;
    Ok(())
}

pub(crate) fn agent(n: u64) -> Actor {
    named(&format!("sim-agent-{n}"), Role::WindowClerk, BUREAU)
}
