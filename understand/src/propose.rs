//! 建议。 What a seat is shown for a text: the trained model's classes where there is one, our own dispatch categories
//! below them by the domain's words; without a model, the words alone.

use crate::card::Card;
use crate::lessons::Level;
use crate::model::Model;
use fadu_hotline::hints;
use fadu_hotline::order::act::Suggestion;

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
