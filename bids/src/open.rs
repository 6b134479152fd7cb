//! 启封。 Shares of the holders, put together; the ciphertext, read as a stream.

use crate::envelope::{CHUNK, Header, Purpose, SHARE, TAG, aad, hash, key_commitment, share_commitment};
use crate::key::{Identity, bytes_of_hex, from_hex, to_hex};
use crate::{Fault, Label};
use aead_stream::DecryptorBE32;
use aes_gcm::Aes256Gcm;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, single_shot_open};
use sha2::Sha256;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

/// 内容密钥。 Opens one envelope.
#[derive(Clone)]
pub struct ContentKey(pub(crate) Zeroizing<[u8; 32]>);

impl ContentKey {
    /// 64 lower-case hexadecimal digits, as the bidder kept them.
    pub fn read(text: &str) -> Option<ContentKey> {
        from_hex(text.trim()).map(|key| ContentKey(Zeroizing::new(key)))
    }

    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(to_hex(&*self.0))
    }
}

/// 份额。 One holder's part of one secret of one envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Share(Zeroizing<Vec<u8>>);

impl Share {
    /// 66 lower-case hexadecimal digits.
    pub fn read(text: &str) -> Option<Share> {
        bytes_of_hex(text)
            .filter(|bytes| bytes.len() == SHARE)
            .map(|bytes| Share(Zeroizing::new(bytes)))
    }

    pub fn text(&self) -> String {
        to_hex(&self.0)
    }
}

impl Header {
    /// A holder's share, with the holder's own key on the holder's own machine.
    /// Errors: `NotForThisKey` where the box opens with no key of this project's holder: an envelope of another
    /// project, or a bidder's mistake.
    pub fn share(
        &self,
        identity: &Identity,
        project: &str,
        slot: u8,
        purpose: Purpose,
    ) -> Result<Share, Fault> {
        let (private, _) = identity.private()?;
        let sealed = self.r#box(purpose, slot)?;
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(sealed.enc)
            .map_err(|_| Fault::NotForThisKey)?;
        let share = single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &private,
            &enc,
            purpose.info(),
            sealed.sealed,
            &aad(project, slot),
        )
        .map_err(|_| Fault::NotForThisKey)?;
        let share = Share(Zeroizing::new(share));
        if self.fits(&share, slot, purpose) { Ok(share) } else { Err(Fault::ShareDoesNotFit) }
    }

    /// The share is the one that the bidder put into this slot: whoever hands in another is found out at once.
    pub fn fits(&self, share: &Share, slot: u8, purpose: Purpose) -> bool {
        let own = share.0.first() == Some(&slot);
        let commitment = share_commitment(self.salt(), purpose, &share.0);
        own && self.r#box(purpose, slot).is_ok_and(|sealed| sealed.commitment == commitment)
    }

    /// The nonce of a bidder who did not come. Whether it is the right one, the bid's own commitment tells.
    pub fn label(&self, shares: &[Share]) -> Result<Label, Fault> {
        combined(shares).map(Label)
    }

    /// Errors: `NoSuchKey` where the shares fit and yet give no key, or another than the header commits to: the bidder
    /// shared it wrongly, or they are too few.
    pub fn content_key(&self, shares: &[Share]) -> Result<ContentKey, Fault> {
        let key = ContentKey(combined(shares)?);
        if self.is_key(&key) { Ok(key) } else { Err(Fault::NoSuchKey) }
    }

    /// Also for a key that the bidder kept.
    pub fn is_key(&self, key: &ContentKey) -> bool {
        key_commitment(self.salt(), &*key.0) == self.key_commitment()
    }
}

fn combined(shares: &[Share]) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let shares: Vec<Vec<u8>> = shares.iter().map(|share| share.0.to_vec()).collect();
    let secret = Zeroizing::new(Gf256::combine_bytes(shares).map_err(|_| Fault::NoSuchKey)?);
    let secret: [u8; 32] = secret.as_slice().try_into().map_err(|_| Fault::NoSuchKey)?;
    Ok(Zeroizing::new(secret))
}

/// Key and nonce of the payload: bound to every byte of the header.
pub(crate) fn payload(header: &Header, key: &[u8; 32]) -> Result<(Zeroizing<[u8; 32]>, [u8; 7]), Fault> {
    let mut bytes = Zeroizing::new([0; 39]);
    hkdf::Hkdf::<Sha256>::new(Some(&hash(&[header.bytes()])), key)
        .expand(b"fadu-bid-1 payload", &mut *bytes)
        .map_err(|_| Fault::NoSuchKey)?;
    let (mut payload, mut nonce) = (Zeroizing::new([0; 32]), [0; 7]);
    payload.copy_from_slice(&bytes[..32]);
    nonce.copy_from_slice(&bytes[32..]);
    Ok((payload, nonce))
}

/// 逐段启封。 Takes the bytes after the header as they come and gives the file's bytes back; holds one chunk.
pub struct Opener {
    stream: DecryptorBE32<Aes256Gcm>,
    held: Vec<u8>,
    text: Text,
}

/// What stands in the text: letter, file, zeros.
#[derive(Default)]
struct Text {
    letter: Option<Vec<u8>>,
    /// Bytes of the file still to come, once its length was read.
    left: u64,
}

impl Opener {
    pub fn new(header: &Header, key: &ContentKey) -> Result<Opener, Fault> {
        let (key, nonce) = payload(header, &key.0)?;
        let stream = DecryptorBE32::<Aes256Gcm>::new((&*key).into(), (&nonce).into());
        Ok(Opener { stream, held: Vec::with_capacity(CHUNK + TAG), text: Text::default() })
    }

    /// Errors: `Damaged` at the first chunk that was changed; nothing of it is given out.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        while !bytes.is_empty() {
            if self.held.len() == CHUNK + TAG {
                let mut chunk = std::mem::take(&mut self.held);
                self.stream.decrypt_next_in_place(&[], &mut chunk).map_err(|_| Fault::Damaged)?;
                self.text.take(&chunk, out)?;
                chunk.clear();
                self.held = chunk;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK + TAG - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// What is read out, once the first chunk is through.
    pub fn letter(&self) -> Option<&[u8]> {
        self.text.letter.as_deref()
    }

    /// The letter, after the end was reached and nothing is missing.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<Vec<u8>, Fault> {
        let mut chunk = std::mem::take(&mut self.held);
        self.stream.decrypt_last_in_place(&[], &mut chunk).map_err(|_| Fault::Damaged)?;
        self.text.take(&chunk, out)?;
        match self.text {
            Text { letter: Some(letter), left: 0 } => Ok(letter),
            Text { .. } => Err(Fault::Damaged),
        }
    }
}

impl Text {
    fn take(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        if self.letter.is_none() {
            let damaged = || Fault::Damaged;
            let (len, rest) = chunk.split_first_chunk::<4>().ok_or_else(damaged)?;
            let (letter, rest) =
                rest.split_at_checked(u32::from_be_bytes(*len) as usize).ok_or_else(damaged)?;
            let (len, rest) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
            self.letter = Some(letter.to_vec());
            self.left = u64::from_be_bytes(*len);
            chunk = rest;
        }
        let n = usize::try_from(self.left).unwrap_or(usize::MAX).min(chunk.len());
        out.extend_from_slice(&chunk[..n]);
        self.left -= n as u64;
        Ok(())
    }
}
