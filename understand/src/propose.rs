//! 建议。 What a seat is shown for a text: the trained model's classes where there is one, our own dispatch categories
//! below them by the domain's words; without a model, the words alone.

use crate::card::Card;
use crate::lessons::Level;
use crate::like::orders_like;
use crate::model::Model;
use fadu_hotline::hints;
use fadu_hotline::order::act::{Alike, Proposed, Suggestion};
use fadu_hotline::place::Place;
use fadu_kernel::Region;
use fadu_store::{Fault, Store};
use jiff::civil::Date;

/// Like orders that go on record: as many as anybody looks through.
const LIKE: usize = 5;

/// 一次建议。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What goes on record beside the person's choice.
    pub suggestion: Suggestion,
    /// Dispatch categories below the first class, by the words of the text, with their share in thousandths.
    pub below: Vec<(String, u16)>,
    /// By a model that was trained and measured; otherwise by the table of words.
    pub trained: bool,
}

impl Proposal {
    /// The dispatch category to fill in, where one is proposed at all.
    pub fn category(&self) -> Option<&str> {
        let first = self.suggestion.top.first().map(|(code, _)| code.as_str());
        first
            .filter(|code| code.len() == 4)
            .or_else(|| self.below.first().map(|(code, _)| code.as_str()))
    }
}

/// `None` where neither model nor words say anything of the text.
pub fn propose(model: Option<&Model>, text: &str) -> Option<Proposal> {
    let Some(model) = model else {
        let suggestion = hints::suggestion(text)?;
        return Some(Proposal { suggestion, below: Vec::new(), trained: false });
    };
    let suggestion = model.suggestion(text)?;
    let below = match (&model.card, suggestion.top.first()) {
        (Card { level: Level::Group, .. }, Some((group, _))) => hints::within(text, group),
        _ => Vec::new(),
    };
    Some(Proposal { suggestion, below, trained: true })
}

/// What goes on record beside the category: the urgency that the words speak for and the open orders like it. Places are
/// proposed where the register of addresses is at hand. Errors: the store cannot be read.
pub async fn propose_beside(
    store: &dyn Store,
    region: Region,
    text: &str,
    place: &Place,
    day: Date,
) -> Result<Proposed, Fault> {
    let like = orders_like(store, region, text, place, day).await?;
    let alike = like.iter().take(LIKE);
    Ok(Proposed {
        urgency: hints::hints(text).urgency,
        place: None,
        like: alike
            .map(|like| Alike { order: like.row.id, thousandths: like.alike })
            .collect(),
    })
}
