//! 目录管理。 What only the whole catalogue can tell: items beside powers, our items beside those sent down, and the exchange in
//! both directions.

use crate::catalogue::Snapshot;
use crate::{App, Call, Problem};
use fadu_kernel::{Actor, Invalid, MatterId, OrgId};
use fadu_law::Power;
use fadu_law::text::Citation;
use fadu_service::comparison::Counts;
use fadu_service::diff::{Change, drifted};
use fadu_service::exchange::{BadExchange, Incoming, Package, base_code};
use fadu_service::item::{Baseline, Standing};
use fadu_service::quality::{Flaw, flaws};
use fadu_service::{Comparison, ComparisonAct, Item, ItemAct, Upstream, UpstreamAct};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// 质检发现。
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub flaw: Flaw,
    pub item: Option<MatterId>,
    /// Of the item, or of the power that has none.
    pub code: String,
    pub name: String,
    pub department: String,
    pub text: String,
}

/// 一个事项与上级的差异。
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// 基本编码
    pub code: String,
    pub name: String,
    pub item: Option<MatterId>,
    pub batch: String,
    pub kind: Drift,
    pub changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// 要素不同
    Differs,
    /// 上级有、本县没有在用
    OnlyAbove,
    /// 上级已取消、本县还在用
    CancelledAbove,
}

impl Drift {
    pub fn zh(self) -> &'static str {
        match self {
            Drift::Differs => "要素不同",
            Drift::OnlyAbove => "上级有，本县没有在用",
            Drift::CancelledAbove => "上级已取消，本县还在用",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Compared {
    /// Items sent down and not cancelled.
    pub above: usize,
    /// Of these, in use here and the same in all that must be.
    pub same: usize,
    pub differences: Vec<Difference>,
    /// In use here under a code that was never sent down.
    pub only_here: usize,
}

/// 导入的结果。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub rows: usize,
    /// Entered as new items, to be claimed.
    pub entered: usize,
    /// Drafts filled in, or texts from above that are new.
    pub changed: usize,
    pub cancelled: usize,
    pub unchanged: usize,
}

/// Everything wrong, worst first, then by department and code.
pub fn findings(catalogue: &Snapshot, today: jiff::civil::Date) -> Vec<Finding> {
    let mut found = Vec::new();
    let powers: Vec<_> = catalogue
        .all::<Power>()
        .filter_map(|(_, power)| Some(&power.current()?.entry))
        .collect();
    let covered: BTreeSet<&str> = powers.iter().flat_map(|entry| &entry.items).map(String::as_str).collect();
    let mut codes = BTreeSet::new();
    for (id, item) in catalogue.all::<Item>() {
        let finding = |(flaw, text)| Finding {
            flaw,
            item: Some(id),
            code: item.code.clone(),
            name: item.name.clone(),
            department: item.department.clone(),
            text,
        };
        found.extend(flaws(item, today).into_iter().map(finding));
        if item.standing == Standing::Cancelled {
            continue;
        }
        codes.insert(item.code.as_str());
        // A public service needs no power; every other type is one exercised.
        if item.is_open() && item.task_type != 20 && !covered.contains(item.code.as_str()) {
            let text = "权责清单里没有一项职权列出这个事项".to_owned();
            found.push(finding((Flaw::WithoutPower, text)));
        }
    }
    for entry in powers {
        if entry.items.iter().any(|code| codes.contains(code.as_str())) {
            continue;
        }
        let text = match entry.items.as_slice() {
            [] => "这项职权没有列出事项".to_owned(),
            items => format!("列出的事项{}不在目录里", items.join("、")),
        };
        found.push(Finding {
            flaw: Flaw::PowerWithoutItem,
            item: None,
            code: entry.code.clone(),
            name: entry.name.clone(),
            department: entry.department.clone(),
            text,
        });
    }
    found.sort_by(|a, b| (a.flaw, &a.department, &a.code).cmp(&(b.flaw, &b.department, &b.code)));
    found
}

/// Our items beside those sent down, by base code.
pub fn compared(catalogue: &Snapshot) -> Compared {
    let mut here: BTreeMap<&str, (MatterId, &Item)> = BTreeMap::new();
    for (id, item) in catalogue.all::<Item>().filter(|(_, item)| item.is_open()) {
        here.insert(base_code(&item.code), (id, item));
    }
    let mut answer = Compared::default();
    let mut known = BTreeSet::new();
    for (_, above) in catalogue.all::<Upstream>() {
        known.insert(above.code.as_str());
        let own = here.get(above.code.as_str());
        let difference = |kind, changes| Difference {
            code: above.code.clone(),
            name: above.name.clone(),
            item: own.map(|(id, _)| *id),
            batch: above.batches.last().map(|batch| batch.number.clone()).unwrap_or_default(),
            kind,
            changes,
        };
        let Some(batch) = above.current() else {
            answer
                .differences
                .extend(own.map(|_| difference(Drift::CancelledAbove, Vec::new())));
            continue;
        };
        answer.above += 1;
        let Some((_, definition)) = own.and_then(|(_, item)| item.current()) else {
            answer.differences.push(difference(Drift::OnlyAbove, Vec::new()));
            continue;
        };
        let changes = drifted(&batch.definition, definition);
        if changes.is_empty() {
            answer.same += 1;
        } else {
            answer.differences.push(difference(Drift::Differs, changes));
        }
    }
    answer.only_here = here.keys().filter(|code| !known.contains(*code)).count();
    answer.differences.sort_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code)));
    answer
}

impl Compared {
    fn counts(&self) -> Counts {
        let of = |kind| self.differences.iter().filter(|found| found.kind == kind).count() as u32;
        Counts {
            above: self.above as u32,
            same: self.same as u32,
            differs: of(Drift::Differs),
            only_above: of(Drift::OnlyAbove),
            cancelled_above: of(Drift::CancelledAbove),
            only_here: self.only_here as u32,
        }
    }
}

/// All items as one batch, in the order of their codes.
pub fn exported(catalogue: &Snapshot, source: &str, today: jiff::civil::Date) -> Package {
    let mut items: Vec<&Item> = catalogue.all::<Item>().map(|(_, item)| item).collect();
    items.sort_by(|a, b| a.code.cmp(&b.code));
    let mut package = Package {
        batch: format!("{source}-{}", today.strftime("%Y%m%d")),
        sync_type: "full".to_owned(),
        sync_time: today.to_string(),
        data_source: source.to_owned(),
        ..Package::default()
    };
    items.into_iter().for_each(|item| package.add(item));
    package
}

impl App {
    /// 接收下发: each row becomes what the level above says of that item. One that the county does not have is entered, for its
    /// department to claim.
    pub async fn receive_from_above(&self, keeper: &Actor, package: &Package) -> Result<Imported, Problem> {
        let mut answer = Imported::default();
        for incoming in self.read_package(package, &|_| None)? {
            answer.rows += 1;
            let code = incoming.catalog_code.clone();
            let id = Upstream::id(&code);
            let batch = package.batch.clone();
            let catalogue = self.catalogue();
            let was = catalogue.one::<Upstream>(id).and_then(Upstream::current);
            let act = match (incoming.cancelled, was) {
                (true, Some(_)) => UpstreamAct::Withdraw { batch },
                (false, was) if was.is_none_or(|was| was.definition != incoming.definition) => {
                    let definition = Box::new(incoming.definition.clone());
                    UpstreamAct::Receive { code, batch, definition }
                }
                // The same text once more, or the end of what was never sent.
                _ => {
                    answer.unchanged += 1;
                    continue;
                }
            };
            let call = Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
            self.act::<Upstream>(call).await?;
            answer.cancelled += usize::from(incoming.cancelled);
            answer.changed += usize::from(!incoming.cancelled);
            let has = |item: &Item| base_code(&item.code) == incoming.catalog_code;
            if !incoming.cancelled && !self.catalogue().all::<Item>().any(|(_, item)| has(item)) {
                self.enter_incoming(keeper, &incoming).await?;
                answer.entered += 1;
            }
        }
        Ok(answer)
    }

    /// 夜间比对。 Once a day, where anything was ever sent down; the body that received last answers for what differs.
    /// Returns how often it was done.
    pub(crate) async fn compare_nightly(&self) -> Result<u64, Problem> {
        let catalogue = self.catalogue();
        let last = catalogue.all::<Upstream>().map(|(_, above)| above).max_by_key(|above| {
            let received = above.batches.last().map(|batch| batch.on);
            (received, !above.org.as_str().is_empty())
        });
        let Some(org) = last.map(|above| above.org.clone()) else { return Ok(0) };
        let known = self.state_of::<Comparison>(Comparison::id()).await?;
        if known.is_some_and(|known| known.on >= Some(self.moment().today)) {
            return Ok(0);
        }
        self.note_comparison(org, compared(&catalogue).counts()).await
    }

    async fn note_comparison(&self, org: OrgId, counts: Counts) -> Result<u64, Problem> {
        let clock = Actor::clock();
        let act = ComparisonAct::Compare { org, counts };
        let matter = Some(Comparison::id());
        let call = Call { actor: &clock, matter, act, private: BTreeMap::new(), key: None };
        match self.act::<Comparison>(call).await {
            Ok(_) => Ok(1),
            // Another server was faster.
            Err(Problem::Refused(_) | Problem::Raced) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// 本县事项从别的系统迁入: each row fills in the item's draft, which goes its way from there.
    pub async fn import_own_items(&self, keeper: &Actor, package: &Package) -> Result<Imported, Problem> {
        let catalogue = self.catalogue();
        let base = |code: &str| catalogue.one::<Item>(Item::id(code))?.shown().cloned();
        let mut answer = Imported::default();
        for incoming in self.read_package(package, &base)? {
            answer.rows += 1;
            let id = Item::id(&incoming.code);
            match catalogue.one::<Item>(id) {
                Some(item) if item.standing == Standing::Cancelled => {
                    answer.unchanged += 1;
                    continue;
                }
                Some(item) if item.shown() == Some(&incoming.definition) => {
                    answer.unchanged += 1;
                    continue;
                }
                Some(_) => {}
                None => {
                    self.enter_incoming(keeper, &incoming).await?;
                    answer.entered += 1;
                }
            }
            let act = ItemAct::Complete { definition: Box::new(incoming.definition) };
            let call = Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
            self.act::<Item>(call).await?;
            answer.changed += 1;
        }
        Ok(answer)
    }

    /// 冻结基线, one row an item. Rows of items that have one, or are not in the catalogue, are named and left.
    pub async fn freeze_baselines(
        &self,
        keeper: &Actor,
        rows: Vec<(String, Baseline)>,
    ) -> Result<(usize, Vec<String>), Problem> {
        let (mut frozen, mut left) = (0, Vec::new());
        for (code, baseline) in rows {
            let id = Item::id(&code);
            let open = self.catalogue().one::<Item>(id).map(|item| item.baseline.is_none());
            match open {
                None => left.push(format!("{code}：目录里没有")),
                Some(false) => left.push(format!("{code}：已经冻结过")),
                Some(true) => {
                    let act = ItemAct::FreezeBaseline { baseline };
                    let call =
                        Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
                    self.act::<Item>(call).await?;
                    frozen += 1;
                }
            }
        }
        Ok((frozen, left))
    }

    async fn enter_incoming(&self, keeper: &Actor, incoming: &Incoming) -> Result<(), Problem> {
        let act = ItemAct::Enter {
            code: incoming.code.clone(),
            name: incoming.definition.name.clone(),
            department: incoming.definition.department.clone(),
            task_type: incoming.definition.task_type,
            findings: fadu_kernel::codes::item_code_findings(&incoming.code),
        };
        let id = Item::id(&incoming.code);
        let call = Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
        self.act::<Item>(call).await.map(drop)
    }

    fn read_package(
        &self,
        package: &Package,
        base: &dyn Fn(&str) -> Option<fadu_service::Definition>,
    ) -> Result<Vec<Incoming>, Problem> {
        let citation = |text: &str| text.parse::<Citation>().ok()?.basis();
        let wrong = |error: BadExchange| Problem::Invalid(vec![Invalid::new("package", error.to_string())]);
        package.read(base, &citation).map_err(wrong)
    }
}
