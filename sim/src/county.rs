//! 模拟县。 Its catalogue: the items completed from statutes, and generated ones that stay closed.

use fadu_app::{App, Call, Problem};
use fadu_kernel::{Actor, OrgId, PersonId, Region, Role};
use fadu_service::{Definition, Item, ItemAct, Listing};
use serde::Serialize;
use std::collections::BTreeMap;

/// No county has this code: the province exists, the rest does not.
pub const REGION: Region = Region(429_997);
pub const REGION_NAME: &str = "法度县（模拟）";
pub const BUREAU: &str = "法度县政务服务和大数据管理局（模拟）";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entered {
    pub items: usize,
    pub open: usize,
    /// Codes that were imported with a finding.
    pub with_findings: usize,
    /// There already.
    pub kept: usize,
}

pub fn manager() -> Actor {
    Actor { person: PersonId::new("manager"), role: Role::CatalogueManager, org: OrgId::new(BUREAU) }
}

/// A catalogue for a clone without any real one: every completed item under its own name, and closed items
/// whose names say that they are simulated.
pub fn generated(definitions: &[Definition]) -> Vec<Listing> {
    const KINDS: [(u8, &str); 4] = [(1, "许可"), (10, "备案"), (20, "查询服务"), (7, "确认")];
    let mut departments: Vec<&str> =
        definitions.iter().map(|definition| definition.department.as_str()).collect();
    departments.sort_unstable();
    departments.dedup();
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

/// Enters every listing, completes and publishes those that a definition completes. What is there already stays.
pub async fn enter_catalogue(
    app: &App,
    listings: &[Listing],
    definitions: &[Definition],
) -> Result<Entered, Problem> {
    let manager = manager();
    let mut entered = Entered::default();
    for listing in listings {
        entered.items += 1;
        entered.with_findings += usize::from(!listing.findings.is_empty());
        let id = listing.id();
        if let Some(item) = app.catalogue().one::<Item>(id) {
            entered.kept += 1;
            entered.open += usize::from(item.is_open());
            continue;
        }
        let act = |act: ItemAct| Call {
            actor: &manager,
            matter: Some(id),
            act,
            private: BTreeMap::new(),
            key: None,
        };
        let Listing { code, name, department, task_type, findings } = listing.clone();
        app.act::<Item>(act(ItemAct::Enter { code, name, department, task_type, findings }))
            .await?;
        if let Some(definition) = listing.completed_by(definitions) {
            app.act::<Item>(act(ItemAct::Complete { definition: Box::new(definition.clone()) }))
                .await?;
            app.act::<Item>(act(ItemAct::Publish)).await?;
            entered.open += 1;
        }
    }
    Ok(entered)
}
