//! 台账。 A Merkle tree over every entry, so that anyone can check offline that an act is in it and that it only grew.
//!
//! Source: RFC 6962 section 2 (tree, proofs), C2SP `tlog-checkpoint` and `signed-note` (checkpoints).
//! Pure: bytes in, hashes out.

pub mod note;
pub mod receipt;
pub mod tree;

pub use note::{Checkpoint, NoteError, SignedCheckpoint, Signer, VerifyKey};
pub use receipt::{Receipt, ReceiptError};
pub use tree::{
    Frontier, Hash, consistency_proof, inclusion_proof, leaf_hash, node_hash, verify_consistency,
    verify_inclusion,
};
