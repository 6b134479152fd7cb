//! 公共资源交易监督。 Where supervision meets trading: what the venue gives ([`feed`]), how it is received and held against the
//! venue's signed checkpoints ([`receive`]), what of it asks for a person's look ([`watch`]), and campaigns over past
//! projects ([`lookback`]). Neither side writes in the other's store.

pub mod feed;
pub mod lookback;
pub mod receive;
mod watch;

use crate::{App, Problem};
use fadu_kernel::MatterId;
use fadu_store::OutboxRow;
use fadu_supervision::campaign::Act;
use fadu_supervision::{Campaign, review};
use serde::{Deserialize, Serialize};
use std::any::Any;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "supervision", rename_all = "snake_case")]
pub(crate) enum Effect {
    /// 列入
    Enter { campaign: String, review: MatterId },
    /// 有了结论
    Count { campaign: String, review: MatterId, clean: bool },
}

/// 上线障碍。 What nobody has adopted here yet.
pub(crate) fn lacks(app: &App) -> Vec<(String, String)> {
    fadu_supervision::parameters::lacking(&*app.catalogue(), app.moment().today)
}

pub(crate) fn asked(id: MatterId, fact: &dyn Any) -> Option<Effect> {
    match fact.downcast_ref()? {
        review::Fact::Entered { campaign, .. } => {
            Some(Effect::Enter { campaign: campaign.clone(), review: id })
        }
        review::Fact::Concluded { campaign, clean, .. } => {
            Some(Effect::Count { campaign: campaign.clone(), review: id, clean: *clean })
        }
        _ => None,
    }
}

impl App {
    /// `false`: the campaign is over, or counts it already.
    pub(crate) async fn relay_supervision(&self, row: &OutboxRow, effect: Effect) -> Result<bool, Problem> {
        let catalogue = self.catalogue();
        let wanted = match effect {
            Effect::Enter { campaign, review } => {
                let id = Campaign::id(&campaign);
                let lacks = catalogue
                    .one::<Campaign>(id)
                    .filter(|campaign| campaign.closed.is_none() && !campaign.entered.contains(&review));
                lacks.map(|_| (id, Act::Enter { review }))
            }
            Effect::Count { campaign, review, clean } => {
                let id = Campaign::id(&campaign);
                let lacks = catalogue
                    .one::<Campaign>(id)
                    .filter(|campaign| campaign.closed.is_none() && !campaign.concluded.contains(&review));
                lacks.map(|_| (id, Act::Count { review, clean }))
            }
        };
        self.carry::<Campaign>(row, wanted).await
    }
}
