//! 模型。 A linear model over the words of a text (fastText's), trained at the deployment on what people have labelled.
//!
//! The settings were chosen by five-fold trials on public labelled messages: words of two characters and more, twenty
//! dimensions, all classes in one softmax. One thread, one seed: the same table gives the same bytes on the same kind
//! of processor (sums of floating point differ in their last digits between instruction sets).

use crate::card::{Answer, Card, Settings, Source, measure};
use crate::lessons::{Lesson, Level};
use crate::split::split;
use crate::words::telling;
use fadu_hotline::order::act::Suggestion;
use fasttext::FastText;
use fasttext::args::Args;
use jieba_rs::Jieba;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Before each class in the library's own format; no word can look like it, since words are letters alone.
const LABEL: &str = "__label__";
/// Classes proposed at most.
const TOP: usize = 5;
/// Fewer requests than this are no test of anything.
const FEWEST_HELD_OUT: usize = 20;
/// So many looks at a lesson in all: small tables are gone through more often than large ones.
const LOOKS: usize = 50_000;

pub struct Model {
    pub card: Card,
    fast: FastText,
    jieba: Jieba,
}

#[derive(Debug, thiserror::Error)]
pub enum Untrainable {
    #[error(
        "{n} labelled requests of {classes} classes are too few: at least two classes and {FEWEST_HELD_OUT} requests to be held out are needed"
    )]
    TooFew { n: usize, classes: usize },
    #[error("the model cannot be trained: {0}")]
    Library(#[from] fasttext::FastTextError),
    #[error("the folder cannot be written: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the model is not the one its card describes")]
    OtherModel,
}

impl Model {
    /// Learns from four fifths and is measured on the fifth that it never saw. `scratch` holds the words for as long as
    /// the library reads them, and nothing afterwards.
    /// Errors: `TooFew`; `Library`; `Folder` where `scratch` cannot be written.
    pub fn train(
        lessons: &[Lesson],
        level: Level,
        sources: Vec<Source>,
        scratch: &Path,
    ) -> Result<(Model, Vec<u8>), Untrainable> {
        let (learnt, held_out) = split(lessons);
        let mut classes: BTreeMap<String, u32> = BTreeMap::new();
        for i in &learnt {
            *classes.entry(lessons[*i].code.clone()).or_default() += 1;
        }
        if classes.len() < 2 || held_out.len() < FEWEST_HELD_OUT {
            return Err(Untrainable::TooFew { n: lessons.len(), classes: classes.len() });
        }
        let jieba = crate::words::analyser();
        let mut file = tempfile::NamedTempFile::new_in(scratch)?;
        for i in &learnt {
            let Lesson { text, code } = &lessons[*i];
            writeln!(file, "{LABEL}{code} {}", telling(&jieba, text).join(" "))?;
        }
        file.flush()?;
        let settings = Settings {
            dimensions: 20,
            rounds: (LOOKS / learnt.len().max(1)).clamp(5, 100) as u16,
            rate: 500,
            least_often: 2,
        };
        let fast = FastText::train(arguments(file.path(), settings))?;
        let mut bytes = Vec::new();
        fast.save(&mut bytes)?;
        let card = Card {
            model: name(&bytes),
            level,
            sources,
            settings,
            learnt: classes,
            held_out: BTreeMap::new(),
            top1: 0,
            top3: 0,
            majority: String::new(),
            majority_top1: 0,
            majority_top3: 0,
            confusion: Vec::new(),
            confidence: Vec::new(),
        };
        let mut model = Model { card, fast, jieba };
        model.measured(held_out.iter().map(|i| &lessons[*i]));
        Ok((model, bytes))
    }

    fn measured<'a>(&mut self, lessons: impl Iterator<Item = &'a Lesson>) {
        let answers: Vec<Answer<'_>> = lessons
            .map(|lesson| Answer { right: &lesson.code, proposed: self.classes(&lesson.text) })
            .collect();
        let found = measure(&self.card.learnt, &answers);
        let card = &mut self.card;
        (card.held_out, card.top1, card.top3) = (found.held_out, found.top1, found.top3);
        card.majority = found.majority;
        (card.majority_top1, card.majority_top3) = (found.majority_top1, found.majority_top3);
        (card.confusion, card.confidence) = (found.confusion, found.confidence);
    }

    /// Errors: `OtherModel` where the bytes are not those the card names; `Library` where they cannot be read.
    pub fn read(card: Card, bytes: &[u8]) -> Result<Model, Untrainable> {
        if name(bytes) != card.model {
            return Err(Untrainable::OtherModel);
        }
        Ok(Model { card, fast: FastText::load(&mut &*bytes)?, jieba: crate::words::analyser() })
    }

    /// Codes with the model's confidence in thousandths, best first; empty where it knows none of the words.
    pub fn classes(&self, text: &str) -> Vec<(String, u16)> {
        let words = telling(&self.jieba, text);
        if !words.iter().any(|word| self.fast.get_word_id(word).is_some()) {
            return Vec::new();
        }
        let found = self.fast.predict(&words.join(" "), TOP, 0.0);
        let mut left = 1000u16;
        found
            .into_iter()
            .filter_map(|found| {
                // The library gives a share of one; rounding must not give away more than the whole.
                let share = ((f64::from(found.prob) * 1000.0) as u16).min(left);
                left -= share;
                Some((found.label.strip_prefix(LABEL)?.to_owned(), share))
            })
            .collect()
    }

    /// For the record beside the person's choice; `None` where nothing is proposed.
    pub fn suggestion(&self, text: &str) -> Option<Suggestion> {
        let top = self.classes(text);
        (!top.is_empty()).then(|| Suggestion { model: self.card.model.clone(), top })
    }
}

/// Digest of its bytes, so that a model trained anew has another name.
fn name(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("fasttext-{hex}")
}

fn arguments(input: &Path, settings: Settings) -> Args {
    let mut arguments = Args::new();
    arguments.apply_supervised_defaults();
    arguments.input = input.to_path_buf();
    arguments.label = LABEL.to_owned();
    arguments.dim = i32::from(settings.dimensions);
    arguments.epoch = i32::from(settings.rounds);
    arguments.lr = f64::from(settings.rate) / 1000.0;
    arguments.min_count = i32::from(settings.least_often);
    arguments.thread = 1;
    arguments.seed = 1;
    arguments.verbose = 0;
    arguments
}
