//! 检查点。 The tree's size and root, signed so that it can be kept outside and held against the ledger later.
//!
//! Form: C2SP signed note. Text lines, an empty line, then `— name base64(key id ‖ signature)`.

use crate::tree::Hash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

const ED25519: u8 = 1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger: `fadu/420222`.
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    #[error("the checkpoint is not a signed note: {0}")]
    Shape(&'static str),
    #[error("no signature by the key `{0}`")]
    Unsigned(String),
    #[error("the signature by the key `{0}` does not fit the text")]
    Forged(String),
    #[error("the key is not of the form `name+keyid+base64`")]
    Key,
}

impl Checkpoint {
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    fn parse(text: &str) -> Result<Checkpoint, NoteError> {
        let mut lines = text.lines();
        let mut next = |what| lines.next().filter(|line| !line.is_empty()).ok_or(NoteError::Shape(what));
        let origin = next("no origin line")?.to_owned();
        let size = next("no size line")?;
        let root = next("no root line")?;
        let plain = size.bytes().all(|byte| byte.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size = size
            .parse()
            .ok()
            .filter(|_| plain)
            .ok_or(NoteError::Shape("the size is not a number"))?;
        let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Checkpoint {
            origin,
            size,
            root: root.ok_or(NoteError::Shape("the root is not 32 bytes of base64"))?,
        })
    }
}

/// 签名者。
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Signer {
        Signer { name: name.into(), key: SigningKey::from_bytes(seed) }
    }

    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey { name: self.name.clone(), key: self.key.verifying_key() }
    }

    pub fn sign(&self, checkpoint: &Checkpoint) -> SignedCheckpoint {
        SignedCheckpoint { checkpoint: checkpoint.clone(), note: self.sign_text(&checkpoint.text()) }
    }

    /// A signed note over lines of text. They end with a line feed, none of them is empty, and the first says what kind
    /// of text it is: no text of one kind can be taken for another.
    pub fn sign_text(&self, text: &str) -> String {
        let mut blob = self.verify_key().id().to_vec();
        blob.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n— {} {}\n", self.name, STANDARD.encode(blob))
    }

    /// Raw signature over arbitrary bytes, for the local test seal.
    pub fn sign_bytes(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }
}

/// 公开密钥。 Printed as `name+keyid+base64(01 ‖ key)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyKey {
    pub name: String,
    key: VerifyingKey,
}

impl VerifyKey {
    /// The first four bytes of SHA-256(name ‖ "\n" ‖ 01 ‖ key), as the note format asks.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    pub fn parse(text: &str) -> Result<VerifyKey, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let raw: [u8; 32] = match bytes.split_first() {
            Some((&ED25519, rest)) => rest.try_into().map_err(|_| NoteError::Key)?,
            _ => return Err(NoteError::Key),
        };
        let key = VerifyingKey::from_bytes(&raw).map_err(|_| NoteError::Key)?;
        let key = VerifyKey { name: name.to_owned(), key };
        if hex(&key.id()) == id { Ok(key) } else { Err(NoteError::Key) }
    }

    pub fn verify(&self, note: &str) -> Result<SignedCheckpoint, NoteError> {
        Ok(SignedCheckpoint { checkpoint: Checkpoint::parse(&self.open(note)?)?, note: note.to_owned() })
    }

    /// The text of a note that this key signed.
    pub fn open(&self, note: &str) -> Result<String, NoteError> {
        let (text, signatures) = note
            .split_once("\n\n")
            .ok_or(NoteError::Shape("no empty line before the signatures"))?;
        let text = format!("{text}\n");
        let ours = signatures
            .lines()
            .filter_map(|line| line.strip_prefix("— ")?.split_once(' '))
            .find_map(|(name, blob)| {
                let blob = STANDARD.decode(blob).ok()?;
                (name == self.name && blob.get(..4)? == self.id()).then_some(blob)
            });
        let blob = ours.ok_or_else(|| NoteError::Unsigned(self.name.clone()))?;
        let signature =
            Signature::from_slice(&blob[4..]).map_err(|_| NoteError::Forged(self.name.clone()))?;
        self.key
            .verify_strict(text.as_bytes(), &signature)
            .map_err(|_| NoteError::Forged(self.name.clone()))?;
        Ok(text)
    }
}

impl std::fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex(&self.id()), STANDARD.encode(bytes))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    pub checkpoint: Checkpoint,
    pub note: String,
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text
        .as_bytes()
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vector of the note format: golang.org/x/mod/sumdb/note, which C2SP signed-note describes. Ed25519
    /// signs the same text in the same bytes everywhere.
    #[test]
    fn the_published_note_is_signed_and_opened_byte_for_byte() {
        let seed = STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let (algorithm, seed) = seed.split_first().unwrap();
        assert_eq!(*algorithm, ED25519);
        let signer = Signer::new("PeterNeumann", seed.try_into().unwrap());
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(signer.verify_key().to_string(), key);
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let signature =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let note = format!("{text}\n— PeterNeumann {signature}\n");
        assert_eq!(signer.sign_text(text), note);
        let key = VerifyKey::parse(key).unwrap();
        assert_eq!(key.open(&note).as_deref(), Ok(text));
        // (note, why it does not open)
        let unsigned = NoteError::Unsigned("PeterNeumann".into());
        let forged = NoteError::Forged("PeterNeumann".into());
        let table = [
            (note.replacen("cryptography", "Cryptography", 1), forged.clone()),
            (note.replacen("x08g", "x08h", 1), unsigned.clone()),
            (note.replacen("nAM=", "nAQ=", 1), forged),
            (note.replacen("— PeterNeumann", "— Peter", 1), unsigned.clone()),
            (note.replacen("— PeterNeumann", "- PeterNeumann", 1), unsigned),
            (note.replacen("\n\n", "\n", 1), NoteError::Shape("no empty line before the signatures")),
        ];
        for (note, why) in table {
            assert_eq!(key.open(&note), Err(why), "{note}");
        }
        let witnessed = note.replacen("— Peter", "— witness AAAAAAAA\n— Peter", 1);
        assert_eq!(key.open(&witnessed).as_deref(), Ok(text), "others may sign beside");
    }

    #[test]
    fn a_checkpoint_is_signed_and_read_back() {
        let signer = Signer::new("fadu/420222", &[7; 32]);
        let checkpoint = Checkpoint { origin: "fadu/420222".into(), size: 42, root: [3; 32] };
        let signed = signer.sign(&checkpoint);
        let key = VerifyKey::parse(&signer.verify_key().to_string()).unwrap();
        assert_eq!(key.verify(&signed.note).unwrap().checkpoint, checkpoint);
        let grown = signed.note.replace("\n42\n", "\n43\n");
        assert_eq!(key.verify(&grown), Err(NoteError::Forged("fadu/420222".into())));
        let lines = signer.sign_text("fadu-licence-1\nnumber E1\n");
        assert_eq!(key.open(&lines).as_deref(), Ok("fadu-licence-1\nnumber E1\n"));
        assert!(key.verify(&lines).is_err(), "no checkpoint");
        let other = Signer::new("fadu/420222", &[8; 32]).verify_key();
        assert_eq!(other.verify(&signed.note), Err(NoteError::Unsigned("fadu/420222".into())));
        assert_eq!(VerifyKey::parse("fadu/420222+00000000+AQ=="), Err(NoteError::Key));
        assert_eq!(unhex(&hex(&[0, 255, 16])), Some(vec![0, 255, 16]));
    }
}
