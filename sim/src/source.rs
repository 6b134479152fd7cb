//! 模拟共享平台。 A source of data that does not exist: it knows nearly everybody, now and then does not answer, and once in a
//! while says something that cannot be believed. Its answers are drawn from what it is asked.

use crate::chance::Chance;
use async_trait::async_trait;
use fadu_app::App;
use fadu_app::sources::{Given, Silence, Source};
use fadu_proof::answer::Found;
use fadu_proof::{Lie, Question};
use std::sync::Arc;

pub(crate) const ID: &str = "simulated";
pub(crate) const NAME: &str = "共享平台（模拟）";

struct Simulated;

/// A stream of chance for some words: the same for the same words.
pub(crate) fn stream(words: &str) -> u64 {
    words
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[async_trait]
impl Source for Simulated {
    fn id(&self) -> &str {
        ID
    }

    fn name(&self) -> &str {
        NAME
    }

    async fn ask(&self, _app: &App, question: &Question) -> Result<Given, Silence> {
        let mut chance = Chance::new(0x50CE, stream(&format!("{}{}", question.purpose, question.proof)));
        let found = Found { reference: format!("模拟-{:06}", chance.below(1_000_000)), ..Found::default() };
        match chance.below(1000) {
            0..8 => Err(Silence::Timeout),
            8..11 => Err(Silence::Untrusted(Lie::OtherPerson)),
            11..60 => Ok(Given::default()),
            _ => Ok(Given { found: Some(found), ..Given::default() }),
        }
    }
}

/// For a county that does not exist; a real one connects the sources of its configuration, who takes its money
/// and who carries its post.
pub fn connect(app: &App) {
    app.couriers.connect(Arc::new(fadu_app::couriers::Simulated));
    app.payments.connect(Arc::new(fadu_app::payments::Simulated));
    app.sources.connect(Arc::new(Simulated));
}
