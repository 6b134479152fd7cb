//! 目录录入。 A county's list of items becomes its catalogue, by acts of somebody who answers for them.

use crate::{App, Call, Problem};
use fadu_kernel::{Actor, MatterId, OrgId, PersonId, Role};
use fadu_service::item::{Claim, Desk};
use fadu_service::{Definition, Duty, DutyAct, Item, ItemAct, Listing};
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a completed item goes. What had to be invented is in the definitions: only a demonstration publishes
/// them unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Completed, and left for the department to claim, read and submit.
    Draft,
    Published,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Entered {
    pub items: usize,
    pub open: usize,
    /// Completed by a definition, not yet published.
    pub drafts: usize,
    /// Codes that were imported with a finding.
    pub with_findings: usize,
    /// There already.
    pub kept: usize,
}

/// 演示的审核机关。
pub const REFORM_OFFICE: &str = "县行政审批改革办公室（模拟）";
pub const JUSTICE_BUREAU: &str = "县司法局（模拟）";

impl App {
    /// Enters every listing and completes those that a definition completes. What is there already stays.
    pub async fn enter_catalogue(
        &self,
        keeper: &Actor,
        listings: &[Listing],
        definitions: &[Definition],
        opening: Opening,
    ) -> Result<Entered, Problem> {
        let mut entered = Entered::default();
        for listing in listings {
            entered.items += 1;
            entered.with_findings += usize::from(!listing.findings.is_empty());
            let id = listing.id();
            if let Some(item) = self.catalogue().one::<Item>(id) {
                entered.kept += 1;
                entered.open += usize::from(item.is_open());
                continue;
            }
            self.item_act(keeper, id, enter(listing)).await?;
            let Some(definition) = listing.completed_by(definitions) else { continue };
            match opening {
                Opening::Draft => {
                    let complete = ItemAct::Complete { definition: Box::new(definition.clone()) };
                    self.item_act(keeper, id, complete).await?;
                    entered.drafts += 1;
                }
                Opening::Published => {
                    self.play_publication(id, listing, definition).await?;
                    entered.open += 1;
                }
            }
        }
        Ok(entered)
    }

    /// 演示发布。 Everybody whom a publication needs, played in turn, from the assignment of the reviewers to today's version:
    /// for a county that does not exist. What was done already is not done twice.
    pub async fn play_publication(
        &self,
        id: MatterId,
        listing: &Listing,
        definition: &Definition,
    ) -> Result<(), Problem> {
        self.play_duties().await?;
        let begun = self.catalogue().one::<Item>(id).cloned();
        let department = begun.as_ref().map_or(&listing.department, |item| &item.department);
        let officer = played("sim-item-officer", Role::Officer, department);
        let head = played("sim-item-head", Role::AgencyHead, department);
        let reform = played("sim-item-reform", Role::Officer, REFORM_OFFICE);
        let justice = played("sim-item-justice", Role::Officer, JUSTICE_BUREAU);
        let keeper = played("manager", Role::CatalogueManager, "政务服务和大数据管理局（模拟）");
        let (entered, claimed) = (begun.is_some(), begun.is_some_and(|item| item.claim.is_some()));
        let (passed, note) = (true, "演示：核对一致（模拟）".to_owned());
        let steps = [
            (!entered, &keeper, enter(listing)),
            (!claimed, &officer, ItemAct::Claim { claim: Claim::default() }),
            (true, &officer, ItemAct::Complete { definition: Box::new(definition.clone()) }),
            (true, &officer, ItemAct::Submit),
            (true, &head, ItemAct::Endorse { passed, note: note.clone() }),
            (true, &reform, ItemAct::ReviewReform { passed, note: note.clone() }),
            (true, &justice, ItemAct::ReviewBasis { passed, note }),
            (true, &keeper, ItemAct::Publish { from: self.moment().today }),
        ];
        for (_, actor, act) in steps.into_iter().filter(|(to_do, ..)| *to_do) {
            self.item_act(actor, id, act).await?;
        }
        Ok(())
    }

    async fn play_duties(&self) -> Result<(), Problem> {
        let government = played("government", Role::Government, "县人民政府（模拟）");
        for (desk, body) in [(Desk::Reform, REFORM_OFFICE), (Desk::Basis, JUSTICE_BUREAU)] {
            let id = Duty::id(desk);
            if self.catalogue().one::<Duty>(id).is_some() {
                continue;
            }
            let document = "演示：关于政务服务事项审核分工的通知（模拟）".to_owned();
            let act = DutyAct::Assign { desk, body: OrgId::new(body), document };
            let call =
                Call { actor: &government, matter: Some(id), act, private: BTreeMap::new(), key: None };
            self.act::<Duty>(call).await?;
        }
        Ok(())
    }

    async fn item_act(&self, actor: &Actor, id: MatterId, act: ItemAct) -> Result<(), Problem> {
        let call = Call { actor, matter: Some(id), act, private: BTreeMap::new(), key: None };
        self.act::<Item>(call).await.map(drop)
    }
}

fn enter(listing: &Listing) -> ItemAct {
    let Listing { code, name, department, task_type, findings } = listing.clone();
    ItemAct::Enter { code, name, department, task_type, findings }
}

fn played(person: &str, role: Role, org: &str) -> Actor {
    Actor { person: PersonId::new(person), role, org: OrgId::new(org) }
}
