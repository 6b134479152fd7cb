//! 台账。

use crate::home::Home;
use crate::{Answer, Place, Usage, say};
use anyhow::Context;
use fadu_ledger::VerifyKey;
use fadu_ledger::note::hex;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub enum Ledger {
    /// Read every entry once and name the first that is not as it was
    Verify {
        /// A checkpoint kept outside this machine, so that dropped last entries are noticed too
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
    /// Sign the tree as it stands and print the signed note
    Checkpoint,
    /// A receipt for entry SEQ: the entry, its proof and the signed checkpoint
    Prove { seq: i64 },
    /// Proof that the first A entries are the beginning of the first B
    Consistency { a: i64, b: i64 },
    /// The public key that receipts are checked with
    Key,
}

#[derive(clap::Subcommand)]
pub enum Receipt {
    /// Check FILE against the county's public key, without any database
    Verify {
        file: PathBuf,
        /// The key as the county publishes it, or a file that holds it; without it, the folder's own key is used
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

pub async fn run(place: &Place, command: Ledger) -> Answer {
    let home = Home::open(place).await?;
    let app = home.app().await?;
    match command {
        Ledger::Verify { checkpoint } => {
            let note = checkpoint
                .map(|path| std::fs::read_to_string(&path).with_context(|| format!("{}", path.display())))
                .transpose()?;
            let key = app.signer().verify_key();
            match app.verify_ledger(note.as_deref().map(|note| (&key, note))).await? {
                Ok(verified) => say(place, serde_json::to_value(&verified)?, || {
                    format!(
                        "{} entries, every one as it was; {} signed checkpoints agree; root {}",
                        verified.entries, verified.checkpoints, verified.root
                    )
                }),
                Err(broken) => {
                    say(place, json!({"broken": broken.to_string()}), || broken.to_string());
                    return Ok(false);
                }
            }
        }
        Ledger::Checkpoint => {
            app.checkpoint().await?;
            let Some(row) = home.store.last_checkpoint(home.region()?).await? else {
                say(place, json!({"size": 0}), || "the ledger is empty".to_owned());
                return Ok(false);
            };
            say(place, json!({"size": row.size, "note": row.note}), || row.note.trim_end().to_owned());
        }
        Ledger::Prove { seq } => match app.receipt(seq).await? {
            Some(receipt) => println!("{}", serde_json::to_string(&receipt)?),
            None => {
                say(place, json!({"error": format!("there is no entry {seq}")}), || {
                    format!("there is no entry {seq}")
                });
                return Ok(false);
            }
        },
        Ledger::Consistency { a, b } => {
            let size = home.store.last_checkpoint(home.region()?).await?.map_or(0, |row| row.size);
            if a < 0 || a > b || b > size {
                return Err(Usage(format!("0 ≤ A ≤ B ≤ {size}, the size of the last checkpoint")).into());
            }
            let proof: Vec<String> = app.consistency(a, b).await?.iter().map(|hash| hex(hash)).collect();
            say(place, json!({"from": a, "to": b, "proof": proof}), || proof.join("\n"));
        }
        Ledger::Key => {
            let key = app.signer().verify_key().to_string();
            say(place, json!({"key": key}), || key.clone());
        }
    }
    Ok(true)
}

/// The key as given, in the file given, or the folder's own.
pub fn public_key(place: &Place, given: Option<String>) -> Result<String, Usage> {
    let own = place.data.join("public.key");
    match given {
        Some(given) => Ok(std::fs::read_to_string(&given).unwrap_or(given)),
        None => std::fs::read_to_string(&own)
            .map_err(|_| Usage(format!("--key KEY is needed: {} is not there", own.display()))),
    }
}

pub fn receipt(place: &Place, command: Receipt) -> Answer {
    let Receipt::Verify { file, key } = command;
    let text =
        std::fs::read_to_string(&file).map_err(|error| Usage(format!("{}: {error}", file.display())))?;
    let key = public_key(place, key)?;
    let key = VerifyKey::parse(key.trim()).map_err(|error| Usage(format!("--key: {error}")))?;
    let checked = fadu_ledger::Receipt::parse(&text)
        .and_then(|receipt| receipt.verify(&key).map(|signed| (receipt, signed)));
    match checked {
        Ok((receipt, signed)) => say(
            place,
            json!({"valid": true, "seq": receipt.seq, "size": signed.checkpoint.size, "entry": receipt.entry}),
            || {
                format!(
                    "entry {} stands in the ledger of {} entries that {} signed:\n{}",
                    receipt.seq, signed.checkpoint.size, signed.checkpoint.origin, receipt.entry
                )
            },
        ),
        Err(error) => {
            say(place, json!({"valid": false, "error": error.to_string()}), || format!("not valid: {error}"));
            return Ok(false);
        }
    }
    Ok(true)
}
