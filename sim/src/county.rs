//! 模拟县。 Its catalogue: the items completed from statutes, and generated ones that stay closed.

use fadu_app::import::{Entered, Opening};
use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Region, Role};
use fadu_law::Power;
use fadu_law::power::{Act as PowerAct, Entry, Kind};
use fadu_service::{Definition, Item, Listing};
use std::collections::{BTreeMap, BTreeSet};

/// No county has this code: the province exists, the rest does not.
pub const REGION: Region = Region(429_997);
pub const REGION_NAME: &str = "法度县（模拟）";
pub const BUREAU: &str = "法度县政务服务和大数据管理局（模拟）";

pub fn manager() -> Actor {
    Actor { person: PersonId::new("manager"), role: Role::CatalogueManager, org: OrgId::new(BUREAU) }
}

/// A catalogue for a clone without any real one: every completed item under its own name, and closed items
/// whose names say that they are simulated.
pub fn generated(definitions: &[Definition]) -> Vec<Listing> {
    const KINDS: [(u8, &str); 4] = [(1, "许可"), (10, "备案"), (20, "查询服务"), (7, "确认")];
    let departments = departments_of(definitions.iter().map(|definition| definition.department.as_str()));
    let listing = |department: &str, name: String, task_type: u8, n: usize| Listing {
        department: department.to_owned(),
        name,
        // The standard's shape of a base code: type, province, serial; 模 marks nothing here, the page does.
        code: format!("{:03}9{n:08}", task_type),
        task_type,
        findings: Vec::new(),
    };
    let completed = definitions.iter().enumerate().filter_map(|(n, definition)| {
        let name = definition.matches.first()?.clone();
        Some(listing(&definition.department, name, definition.task_type, n))
    });
    let closed = departments.iter().enumerate().flat_map(|(d, department)| {
        (0..12).map(move |i| {
            let (task_type, kind) = KINDS[i % KINDS.len()];
            listing(
                department,
                format!("模拟{kind}事项{:02}{:02}", d + 1, i + 1),
                task_type,
                1000 + d * 100 + i,
            )
        })
    });
    completed.chain(closed).collect()
}

/// Each once, in the order of their names.
pub(crate) fn departments_of<'a>(named: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names: BTreeSet<&str> = named.collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Enters the list and opens what a definition completes: a demonstration may publish simulated values.
pub async fn enter_catalogue(
    app: &App,
    listings: &[Listing],
    definitions: &[Definition],
) -> Result<Entered, Problem> {
    app.enter_catalogue(&manager(), listings, definitions, Opening::Published).await
}

/// One power for every item that is open, on the articles that set it up: drafted by its department, reviewed,
/// approved, published. What is on the list already stays. Answers how many there are.
pub async fn enter_powers(app: &App, address: &str) -> Result<usize, Problem> {
    let catalogue = app.catalogue();
    let mut open: Vec<(MatterId, &Item)> =
        catalogue.all::<Item>().filter(|(_, item)| item.is_open()).collect();
    open.sort_by(|(_, a), (_, b)| (&a.department, &a.code).cmp(&(&b.department, &b.code)));
    let departments = departments_of(open.iter().map(|(_, item)| item.department.as_str()));
    // The list numbers a department's powers of a kind from 1.
    let mut serials: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut entered = 0;
    for (_, item) in &open {
        let Some((_, definition)) = item.current() else { continue };
        let bases: Vec<_> = definition
            .bases
            .iter()
            .filter(|support| support.supports == "setting")
            .map(|support| support.basis.clone())
            .collect();
        if bases.is_empty() {
            continue;
        }
        entered += 1;
        let body = departments.iter().position(|name| *name == item.department).unwrap_or_default() + 1;
        let kind = kind(item);
        let serial = serials.entry((body, kind as usize)).or_default();
        *serial += 1;
        let code = format!("{}{body:03}{:02}{serial:03}00", app.region, kind as usize + 1);
        let entry = Entry {
            code: code.clone(),
            name: item.name.clone(),
            kind,
            department: item.department.clone(),
            bases,
            responsibilities: definition
                .steps
                .iter()
                .map(|step| format!("{}：依法定条件和期限办理，说明理由", step.name))
                .collect(),
            flow: definition.steps.iter().map(|step| step.name.clone()).collect(),
            phone: "12345".to_owned(),
            items: vec![item.code.clone()],
        };
        let (id, digest) = (entry.id(), entry.digest());
        if app.catalogue().one::<Power>(id).is_some() {
            continue;
        }
        let officer = Actor {
            person: PersonId::new("sim-officer-power"),
            role: Role::Officer,
            org: OrgId::new(&item.department),
        };
        let government = Actor {
            person: PersonId::new("government"),
            role: Role::Government,
            org: OrgId::new("县人民政府（模拟）"),
        };
        let manager = manager();
        let published = PowerAct::Publish { address: format!("{address}/powers/{code}"), digest };
        let steps = [
            (&officer, PowerAct::Draft { entry: Box::new(entry) }),
            (&manager, PowerAct::Review { passed: true, note: "依据与条文核对一致（模拟）".to_owned() }),
            (&government, PowerAct::Approve),
            (&manager, published),
        ];
        for (actor, act) in steps {
            app.act::<Power>(Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None })
                .await?;
        }
    }
    Ok(entered)
}

/// The list's own types; the catalogue's numbers are those of the exchange standard.
fn kind(item: &Item) -> Kind {
    match item.task_type {
        1 => Kind::Permit,
        5 => Kind::Payment,
        7 => Kind::Confirmation,
        8 => Kind::Reward,
        9 => Kind::Adjudication,
        _ if item.name.contains("备案") => Kind::Filing,
        _ => Kind::Other,
    }
}
