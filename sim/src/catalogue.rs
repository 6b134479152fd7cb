//! 模拟县目录之外的登记。 The list of fees; its townships with their stations and what they handle on the spot; what items took before a
//! reform that never was.

use crate::county::manager;
use crate::hall::act;
use fadu_app::{App, Call, Problem};
use fadu_hall::entry::{Act as EntryAct, Placing, Scope, Standing};
use fadu_hall::hall::{Act as HallAct, Channel, Place, Takes, Window, WindowKind};
use fadu_hall::{Entry, Hall};
use fadu_kernel::{MatterId, OrgId};
use fadu_service::item::Baseline;
use fadu_service::{Definition, FeeAct, FeeItem, Item, fee_item};
use fadu_store::Fault;
use std::collections::BTreeMap;

const TOWNSHIPS: [&str; 3] = ["模拟一镇", "模拟二镇", "模拟三乡"];
/// Items of the first open departments that each township should handle and does not yet.
const PENDING: usize = 1;

/// The list of fees, sinking lists and frozen baselines. What is there already stays.
pub async fn enter_registers(app: &App) -> Result<(), Problem> {
    list_fees(app).await?;
    enter_townships(app).await?;
    freeze(app).await
}

pub(crate) async fn list_fees(app: &App) -> Result<(), Problem> {
    let shipped = fee_item::Entry::read_all(fadu_service::FEES);
    let shipped = shipped.map_err(|error| Fault::Corrupt(error.to_string()))?;
    for entry in shipped {
        let id = FeeItem::id(&entry.code);
        if app.catalogue().one::<FeeItem>(id).is_some() {
            continue;
        }
        let document = "模财〔2025〕1号（模拟）".to_owned();
        let act = FeeAct::List { entry: Box::new(entry), document };
        let (actor, private) = (manager(), BTreeMap::new());
        app.act::<FeeItem>(Call { actor: &actor, matter: Some(id), act, private, key: None })
            .await?;
    }
    Ok(())
}

fn open_items(app: &App) -> Vec<(MatterId, Item)> {
    let catalogue = app.catalogue();
    let mut open: Vec<(MatterId, Item)> = catalogue
        .all::<Item>()
        .filter(|(_, item)| item.is_open())
        .map(|(id, item)| (id, item.clone()))
        .collect();
    open.sort_by(|(_, a), (_, b)| a.code.cmp(&b.code));
    open
}

fn declares_nearby(item: &Item) -> bool {
    item.current().is_some_and(|(_, definition)| definition.nearby)
}

async fn enter_townships(app: &App) -> Result<(), Problem> {
    let open = open_items(app);
    let nearby = open.iter().filter(|(_, item)| declares_nearby(item));
    let pending = open.iter().filter(|(_, item)| !declares_nearby(item)).take(PENDING);
    let placing =
        |item: &Item, standing| Placing { code: item.code.clone(), name: item.name.clone(), standing };
    let items: Vec<Placing> = nearby
        .map(|(_, item)| placing(item, Standing::Inside))
        .chain(pending.map(|(_, item)| placing(item, Standing::Pending)))
        .collect();
    for (n, township) in TOWNSHIPS.into_iter().enumerate() {
        open_station(app, n, township).await?;
        let body = OrgId::new(township);
        let id = Entry::id(Scope::Township, &body);
        if items.is_empty() || app.catalogue().one::<Entry>(id).is_some() {
            continue;
        }
        let agree = EntryAct::Agree {
            scope: Scope::Township,
            body,
            name: township.to_owned(),
            unit: format!("{township}便民服务中心（模拟）"),
            document: format!("模政下沉〔2025〕{}号", n + 1),
        };
        for act in [agree, EntryAct::Place { items: items.clone() }] {
            let (actor, private) = (manager(), BTreeMap::new());
            app.act::<Entry>(Call { actor: &actor, matter: Some(id), act, private, key: None })
                .await?;
        }
    }
    Ok(())
}

/// 便民服务中心, with the one window that receives what was sunk to the township. What is there already stays.
async fn open_station(app: &App, n: usize, township: &str) -> Result<(), Problem> {
    let number = format!("T{}", n + 1);
    let id = Hall::id(&number);
    let there = app.catalogue().one::<Hall>(id).cloned().unwrap_or_default();
    let open = HallAct::Open {
        number,
        name: format!("{township}便民服务中心（模拟）"),
        place: Place::Township,
        township: township.to_owned(),
        channels: [Channel::Door, Channel::Phone].into(),
    };
    let (letter, zone) = ("A".to_owned(), "综合服务".to_owned());
    let window = Window {
        number: "01".to_owned(),
        zone: letter.clone(),
        kind: WindowKind::Comprehensive,
        takes: Takes::All,
        accessible: true,
        device: String::new(),
    };
    let steps = [
        (there.opened.is_none(), open),
        (there.zones.is_empty(), HallAct::DrawZone { letter, name: zone }),
        (there.windows.is_empty(), HallAct::PlaceWindow { window }),
    ];
    for (_, step) in steps.into_iter().filter(|(to_do, _)| *to_do) {
        act::<Hall>(app, id, step).await?;
    }
    Ok(())
}

/// Twice the limit of the law, or of the promise where no law has one: invented, and marked so.
async fn freeze(app: &App) -> Result<(), Problem> {
    let before = |definition: &Definition| {
        let limit = definition.statutory.limit().or(definition.promised.limit());
        Baseline {
            days: limit.map_or(20, |limit| limit.n).saturating_mul(2),
            visits: definition.visits.saturating_add(2),
            materials: u16::try_from(definition.materials.len() + 1).unwrap_or(u16::MAX),
            as_of: app.moment().today,
            source: "演示：按期限的两倍拟定（模拟）".to_owned(),
            demonstration: true,
        }
    };
    let rows = open_items(app)
        .iter()
        .filter(|(_, item)| item.baseline.is_none())
        .filter_map(|(_, item)| Some((item.code.clone(), before(item.current()?.1))))
        .collect();
    app.freeze_baselines(&manager(), rows).await.map(drop)
}
