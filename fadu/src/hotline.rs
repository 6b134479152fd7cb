//! 12345热线。 Train the model that proposes categories, look at what it gets right, and print bulletins.

mod bulletin;
mod train;

use crate::{Answer, Place, say};
use fadu_hotline::categories::Categories;
use fadu_understand::{Card, Keeper, propose};
use serde_json::json;

#[derive(clap::Subcommand)]
pub enum Hotline {
    /// Learn categories from labelled requests, and measure on those that were held out
    Train(train::Train),
    /// What the model in use was trained from and what it gets right; the answer is no where none was trained
    Model,
    /// What would be proposed for a text
    Suggest { text: String },
    /// The bulletin of a day, a week or a month
    Bulletin(bulletin::Bulletin),
}

pub async fn run(place: &Place, command: Hotline) -> Answer {
    match command {
        Hotline::Train(train) => train::run(place, train).await,
        Hotline::Model => model(place),
        Hotline::Suggest { text } => suggest(place, &text),
        Hotline::Bulletin(bulletin) => bulletin::run(place, bulletin).await,
    }
}

/// Where a county's model lies.
pub fn keeper(place: &Place) -> Keeper {
    Keeper::at(&place.data.join(fadu_understand::keeper::FOLDER))
}

fn model(place: &Place) -> Answer {
    let Some(model) = keeper(place).model() else {
        say(place, json!({"model": null}), || "no model was trained: the table of words speaks".to_owned());
        return Ok(false);
    };
    say(place, serde_json::to_value(&model.card)?, || told(&model.card));
    Ok(true)
}

fn suggest(place: &Place, text: &str) -> Answer {
    let model = keeper(place).model();
    let Some(proposal) = propose(model.as_deref(), text) else {
        say(place, json!({"proposed": []}), || "nothing is proposed".to_owned());
        return Ok(false);
    };
    let suggestion = &proposal.suggestion;
    say(
        place,
        json!({"model": suggestion.model, "trained": proposal.trained, "proposed": suggestion.top, "below": proposal.below, "category": proposal.category()}),
        || {
            let row = |(code, share): &(String, u16)| {
                format!(
                    "  {code:4} {:>3}.{} %  {}",
                    share / 10,
                    share % 10,
                    Categories::shipped().title(code)
                )
            };
            let mut lines = vec![suggestion.model.clone()];
            lines.extend(suggestion.top.iter().map(row));
            if !proposal.below.is_empty() {
                lines.push("below it, by the table of words:".to_owned());
                lines.extend(proposal.below.iter().map(row));
            }
            lines.join("\n")
        },
    );
    Ok(true)
}

/// The card in lines that a person reads.
fn told(card: &Card) -> String {
    let held_out = card.n_held_out();
    let mut lines = vec![format!(
        "{}  {} classes, learnt from {}, measured on {held_out} that it never saw",
        card.model,
        card.learnt.len(),
        card.n_learnt()
    )];
    let row = |name: &str, ours: u32, rate: String, base: u32, base_rate: String| {
        format!(
            "{name:12} {ours:>6} / {held_out}  {rate:>6}    always the most frequent: {base} / {held_out}  {base_rate}"
        )
    };
    let (top1, top3) = (card.accuracy().percent(), card.accuracy_of_three().percent());
    lines.push(row("first", card.top1, top1, card.majority_top1, card.baseline().percent()));
    lines.push(row("first three", card.top3, top3, card.majority_top3, card.baseline_of_three().percent()));
    lines.extend(card.confidence.iter().filter(|step| step.n > 0).map(|step| {
        format!("  confident at {:>3} % and more: {} of {} right", step.from / 10, step.right, step.n)
    }));
    lines.push("held out, by class: requests, right".to_owned());
    lines.extend(card.held_out.iter().map(|(code, n)| {
        let right = card.confusion.iter().filter(|(truth, said, _)| truth == code && said == code);
        format!(
            "  {code:4} {n:>6} {:>6}  {}",
            right.map(|row| row.2).sum::<u32>(),
            Categories::shipped().title(code)
        )
    }));
    lines.extend(card.sources.iter().map(|source| {
        format!(
            "from {} ({} rows, sha256 {})",
            source.name,
            source.rows,
            &source.digest[..12.min(source.digest.len())]
        )
    }));
    lines.join("\n")
}
