//! 模拟的密封投标。 Keys and envelopes of simulated tenders: real in form and the same for the same names, so secret from
//! nobody.

use crate::chance::Chance;
use fadu_app::store::Fault;
use fadu_app::{App, Problem};
use fadu_bids::{Holder, Identity, Keys, Label, seal};
use fadu_kernel::{MatterId, OrgId};
use fadu_trading::letter::Letter;
use fadu_trading::project::{KeyHolder, OpeningKeys, Reading};
use rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;

/// Chance in the shape that sealing asks for. It guards nothing, which is why it stays in the simulation.
struct Seeded(Chance);

impl Seeded {
    fn of(name: &str) -> Seeded {
        let seed = fadu_trading::draw::sha256(&format!("模拟密钥 {name}"));
        Seeded(Chance::new(u64::from_str_radix(&seed[..16], 16).unwrap_or_default(), 0))
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.draw() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.draw())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.0.draw().to_be_bytes()[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// The key of a body of the simulated county.
pub fn identity(org: &str) -> Identity {
    Identity::generate(&mut Seeded::of(org))
}

/// Two of these open.
pub fn opening_keys(orgs: &[&str]) -> OpeningKeys {
    let holder = |org: &&str| KeyHolder { org: OrgId::new(org), key: identity(org).public.clone() };
    OpeningKeys { threshold: 2, holders: orgs.iter().map(holder).collect() }
}

/// A bid sealed and put where the county keeps envelopes; its digest.
pub async fn sealed_bid(
    app: &App,
    project: MatterId,
    orgs: &[&str],
    nonce: &str,
    reading: Reading,
) -> Result<String, Problem> {
    let broken = |error: &dyn std::fmt::Display| Problem::Fault(Fault::Corrupt(error.to_string()));
    let named = opening_keys(orgs);
    let holder = |holder: KeyHolder| Holder { org: holder.org.to_string(), key: holder.key };
    let keys = Keys {
        format: Keys::FORMAT.to_owned(),
        project: project.to_string(),
        threshold: named.threshold,
        holders: named.holders.into_iter().map(holder).collect(),
    };
    let label = Label::read(nonce).ok_or_else(|| broken(&"nonce"))?;
    let file = format!("{}的投标文件（模拟）", reading.bidder).into_bytes();
    let letter = Letter {
        format: Letter::FORMAT.to_owned(),
        project,
        nonce: nonce.to_owned(),
        file_name: "投标文件（模拟）.txt".to_owned(),
        reading,
    };
    let letter = serde_json::to_vec(&letter).map_err(|error| broken(&error))?;
    let (mut envelope, len) = (Vec::new(), file.len() as u64);
    seal(&keys, &label, &letter, &mut file.as_slice(), len, &mut envelope, &mut Seeded::of(nonce))
        .map_err(|fault| broken(&fault))?;
    let mut keep = app.take_envelope();
    keep.push(&envelope).await?;
    Ok(keep.finish().await?)
}
