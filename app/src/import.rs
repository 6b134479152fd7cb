//! 目录录入。 A county's list of items becomes its catalogue, by acts of somebody who answers for them.

use crate::{App, Call, Problem};
use fadu_kernel::Actor;
use fadu_service::{Definition, Item, ItemAct, Listing};
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a completed item goes. What had to be invented is in the definitions: only a demonstration publishes
/// them unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Completed, and left for the catalogue's keeper to read and publish.
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
            let act =
                |act| Call { actor: keeper, matter: Some(id), act, private: BTreeMap::new(), key: None };
            let Listing { code, name, department, task_type, findings } = listing.clone();
            self.act::<Item>(act(ItemAct::Enter { code, name, department, task_type, findings }))
                .await?;
            if let Some(definition) = listing.completed_by(definitions) {
                self.act::<Item>(act(ItemAct::Complete { definition: Box::new(definition.clone()) }))
                    .await?;
                match opening {
                    Opening::Draft => entered.drafts += 1,
                    Opening::Published => {
                        self.act::<Item>(act(ItemAct::Publish)).await?;
                        entered.open += 1;
                    }
                }
            }
        }
        Ok(entered)
    }
}
