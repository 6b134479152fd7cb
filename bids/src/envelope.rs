//! 信封的格式。 What stands before the ciphertext, and who can read what of it.
//!
//! ```text
//! 16    magic
//! 32    salt
//! 32    SHA-256("fadu-bid-1 key"   ‖ salt ‖ content key): there is one key, whoever opens
//! 9×113 boxes of the label   (the nonce that says whose project this is)
//! 9×113 boxes of the content (the key of what follows)
//! …     STREAM-BE32 of AES-256-GCM, chunks of 64 KiB + 16 bytes, the last one full as well
//! ```
//!
//! A box holds one share of one secret for one holder: `enc 32 ‖ sealed 49 ‖ commitment 32`. It is HPKE (RFC 9180, base
//! mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM) with `info = "fadu-bid-1 label"` or `"fadu-bid-1
//! content"` and `aad = project ‖ 0 ‖ slot`. Shares are Shamir's over GF(2⁸) (polynomial 0x11b): `x ‖ 32 bytes`, `x` the
//! slot from 1. There are always nine boxes, unused ones filled with what looks like one, and the text is padded to whole
//! chunks, so that an envelope tells neither how many holders its project has nor, to the byte, how long the bid is.
//! Payload key and nonce are HKDF-SHA256(content key, salt = SHA-256(all of the header), info = "fadu-bid-1 payload"), 39
//! bytes: nothing of the header can be changed. The text is
//! `u32 length ‖ letter ‖ u64 length ‖ file ‖ zeros`, lengths in network order.

use crate::Fault;
use sha2::{Digest, Sha256};

pub const MAGIC: [u8; 16] = *b"fadu-bid-1\n\0\0\0\0\0";
/// Holders that an envelope has room for.
pub const SLOTS: usize = 9;
pub const CHUNK: usize = 64 * 1024;
pub const TAG: usize = 16;
pub(crate) const SHARE: usize = 33;
const BOX: usize = 32 + SHARE + TAG + 32;
const BOXES_AT: usize = 16 + 32 + 32;
/// Bytes before the ciphertext.
pub const HEADER: usize = BOXES_AT + 2 * SLOTS * BOX;
/// The letter lies in the first chunk, so that a room full of bids is listed by reading one chunk of each.
pub const MOST_LETTER: usize = CHUNK - 12;

/// 份额是做什么用的。
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 归属: which project an envelope belongs to; of an absent bidder, after the deadline.
    Label,
    /// 内容: what was bid; after the opening has begun.
    Content,
}

impl Purpose {
    pub(crate) fn info(self) -> &'static [u8] {
        match self {
            Purpose::Label => b"fadu-bid-1 label",
            Purpose::Content => b"fadu-bid-1 content",
        }
    }

    fn place(self) -> usize {
        match self {
            Purpose::Label => 0,
            Purpose::Content => 1,
        }
    }
}

/// 信封头。 Owned bytes of the right length that begin rightly; everything else is checked when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header(Vec<u8>);

pub(crate) struct Box<'a> {
    pub enc: &'a [u8],
    pub sealed: &'a [u8],
    pub commitment: &'a [u8],
}

impl Header {
    /// Reads the beginning of an envelope; what follows it is ignored.
    pub fn read(bytes: &[u8]) -> Result<Header, Fault> {
        match bytes.get(..HEADER) {
            Some(header) if header.starts_with(&MAGIC) => Ok(Header(header.to_vec())),
            _ => Err(Fault::NoEnvelope),
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn salt(&self) -> &[u8] {
        &self.0[16..48]
    }

    pub(crate) fn key_commitment(&self) -> &[u8] {
        &self.0[48..80]
    }

    /// `slot` from 1.
    pub(crate) fn r#box(&self, purpose: Purpose, slot: u8) -> Result<Box<'_>, Fault> {
        let place = usize::from(slot)
            .checked_sub(1)
            .filter(|place| *place < SLOTS)
            .ok_or(Fault::Keys)?;
        let from = BOXES_AT + (purpose.place() * SLOTS + place) * BOX;
        let (enc, rest) = self.0[from..from + BOX].split_at(32);
        let (sealed, commitment) = rest.split_at(SHARE + TAG);
        Ok(Box { enc, sealed, commitment })
    }
}

/// SHA-256 of parts one after the other; all but the last are of a fixed length.
pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

pub(crate) fn key_commitment(salt: &[u8], key: &[u8]) -> [u8; 32] {
    hash(&[b"fadu-bid-1 key", salt, key])
}

pub(crate) fn share_commitment(salt: &[u8], purpose: Purpose, share: &[u8]) -> [u8; 32] {
    hash(&[purpose.info(), b" share", salt, share])
}

pub(crate) fn aad(project: &str, slot: u8) -> Vec<u8> {
    [project.as_bytes(), &[0, slot]].concat()
}
