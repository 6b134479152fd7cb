//! 回执。 What a citizen keeps: the entry itself, its place, the path to a signed root. Checked with no database.

use crate::note::{NoteError, SignedCheckpoint, VerifyKey, hex, unhex};
use crate::tree::{Hash, leaf_hash, verify_inclusion};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Always `fadu-receipt-1`.
    pub format: String,
    /// Ledger number, counted from 0: the leaf's place in the tree.
    pub seq: u64,
    /// The canonical entry, byte for byte, as text.
    pub entry: String,
    /// Hex hashes from the leaf upwards.
    pub proof: Vec<String>,
    /// The signed checkpoint that the proof leads to.
    pub checkpoint: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    #[error("the file is not a receipt: {0}")]
    Shape(String),
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error("entry {0} is not in the tree that the checkpoint signs")]
    NotIncluded(u64),
}

impl Receipt {
    pub fn new(seq: u64, entry: String, proof: &[Hash], checkpoint: &SignedCheckpoint) -> Receipt {
        let proof = proof.iter().map(|hash| hex(hash)).collect();
        Receipt {
            format: "fadu-receipt-1".to_owned(),
            seq,
            entry,
            proof,
            checkpoint: checkpoint.note.clone(),
        }
    }

    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        let receipt: Receipt =
            serde_json::from_str(text).map_err(|error| ReceiptError::Shape(error.to_string()))?;
        match receipt.format.as_str() {
            "fadu-receipt-1" => Ok(receipt),
            other => Err(ReceiptError::Shape(format!("unknown format `{other}`"))),
        }
    }

    /// Checks against a key the reader holds, never against the receipt's own word.
    pub fn verify(&self, key: &VerifyKey) -> Result<SignedCheckpoint, ReceiptError> {
        let signed = key.verify(&self.checkpoint)?;
        let bad = || ReceiptError::Shape("a proof line is not 64 hex digits".to_owned());
        let proof: Vec<Hash> = self
            .proof
            .iter()
            .map(|line| unhex(line).and_then(|bytes| bytes.try_into().ok()).ok_or_else(bad))
            .collect::<Result<_, _>>()?;
        let leaf = leaf_hash(self.entry.as_bytes());
        let checkpoint = &signed.checkpoint;
        if verify_inclusion(&leaf, self.seq, checkpoint.size, &proof, &checkpoint.root) {
            Ok(signed)
        } else {
            Err(ReceiptError::NotIncluded(self.seq))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::{Checkpoint, Signer};
    use crate::tree::{inclusion_proof, root_of};

    #[test]
    fn a_receipt_stands_alone() {
        let entries: Vec<String> = (0..11).map(|i| format!("{{\"seq\":{i}}}")).collect();
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let signer = Signer::new("fadu/420222", &[1; 32]);
        let signed =
            signer.sign(&Checkpoint { origin: "fadu/420222".into(), size: 11, root: root_of(&leaves) });
        let range = &mut |lo: u64, hi: u64| Ok::<_, ()>(root_of(&leaves[lo as usize..hi as usize]));
        let proof = inclusion_proof(6, 11, range).unwrap();
        let receipt = Receipt::new(6, entries[6].clone(), &proof, &signed);
        let text = serde_json::to_string(&receipt).unwrap();
        assert!(Receipt::parse(&text).unwrap().verify(&signer.verify_key()).is_ok());
        let mut changed = receipt.clone();
        changed.entry = entries[7].clone();
        assert_eq!(changed.verify(&signer.verify_key()), Err(ReceiptError::NotIncluded(6)));
        let other = Signer::new("fadu/420222", &[2; 32]).verify_key();
        assert!(matches!(receipt.verify(&other), Err(ReceiptError::Note(NoteError::Unsigned(_)))));
    }
}
