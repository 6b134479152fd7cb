//! 封标。 What the bidder's program does. No dealer holds the key whole but the bidder.

use crate::envelope::{
    CHUNK, HEADER, Header, MAGIC, MOST_LETTER, Purpose, SLOTS, TAG, aad, key_commitment, share_commitment,
};
use crate::key::Keys;
use crate::open::payload;
use crate::{ContentKey, Fault, Label};
use aead_stream::EncryptorBE32;
use aes_gcm::Aes256Gcm;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Kem, OpModeS, Serializable, single_shot_seal_with_rng};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use vsss_rs::Gf256;
use zeroize::Zeroizing;

/// 封好的投标。
pub struct Sealed {
    /// SHA-256 of the envelope: what the ledger holds of it.
    pub digest: [u8; 32],
    /// The envelope's length.
    pub len: u64,
    /// Opens this bid without the holders. The bidder keeps it for the day when too few of them come.
    pub key: ContentKey,
}

/// 封一份投标。 `letter` is what is read out, `len` the length of `file`.
/// Errors: `Keys`, `LetterTooLong`, `Length` where `file` is not `len` bytes long, `Io`.
pub fn seal(
    keys: &Keys,
    label: &Label,
    letter: &[u8],
    file: &mut dyn Read,
    len: u64,
    out: &mut dyn Write,
    rng: &mut impl CryptoRng,
) -> Result<Sealed, Fault> {
    if letter.len() > MOST_LETTER {
        return Err(Fault::LetterTooLong);
    }
    let mut key = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut *key);
    let header = header(keys, label, &key, rng)?;
    let (payload_key, nonce) = payload(&header, &key)?;
    let mut sealer = Sealer {
        stream: EncryptorBE32::<Aes256Gcm>::new((&*payload_key).into(), (&nonce).into()),
        held: Zeroizing::new(Vec::with_capacity(CHUNK + TAG)),
        digest: Sha256::new(),
        len: 0,
        out,
    };
    sealer.write(header.bytes())?;
    sealer.push((letter.len() as u32).to_be_bytes().as_slice())?;
    sealer.push(letter)?;
    sealer.push(len.to_be_bytes().as_slice())?;
    let mut buffer = Zeroizing::new(vec![0; CHUNK]);
    let mut read = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => {
                sealer.push(&buffer[..n])?;
                read += n as u64;
            }
        }
    }
    if read != len {
        return Err(Fault::Length);
    }
    let (digest, len) = sealer.finish()?;
    Ok(Sealed { digest, len, key: ContentKey(key) })
}

/// Holds a chunk back until it is known whether another follows: the last one is marked.
struct Sealer<'a> {
    stream: EncryptorBE32<Aes256Gcm>,
    held: Zeroizing<Vec<u8>>,
    digest: Sha256,
    len: u64,
    out: &'a mut dyn Write,
}

impl Sealer<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.digest.update(bytes);
        self.len += bytes.len() as u64;
        Ok(self.out.write_all(bytes)?)
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            if self.held.len() == CHUNK {
                let mut chunk = std::mem::take(&mut *self.held);
                self.stream.encrypt_next_in_place(&[], &mut chunk).map_err(|_| Fault::Length)?;
                self.write(&chunk)?;
                chunk.clear();
                *self.held = chunk;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<([u8; 32], u64), Fault> {
        let mut chunk = std::mem::take(&mut *self.held);
        chunk.resize(CHUNK, 0);
        self.stream.encrypt_last_in_place(&[], &mut chunk).map_err(|_| Fault::Length)?;
        self.digest.update(&chunk);
        self.out.write_all(&chunk)?;
        Ok((self.digest.finalize().into(), self.len + chunk.len() as u64))
    }
}

fn header(keys: &Keys, label: &Label, key: &[u8; 32], rng: &mut impl CryptoRng) -> Result<Header, Fault> {
    let mut salt = [0; 32];
    rng.fill_bytes(&mut salt);
    let mut bytes = Vec::with_capacity(HEADER);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&salt);
    bytes.extend_from_slice(&key_commitment(&salt, key));
    boxes(keys, Purpose::Label, &label.0, &salt, &mut bytes, rng)?;
    boxes(keys, Purpose::Content, key, &salt, &mut bytes, rng)?;
    Header::read(&bytes)
}

fn boxes(
    keys: &Keys,
    purpose: Purpose,
    secret: &[u8; 32],
    salt: &[u8],
    bytes: &mut Vec<u8>,
    rng: &mut impl CryptoRng,
) -> Result<(), Fault> {
    let public = keys.public()?;
    let shares = Gf256::split_bytes(usize::from(keys.threshold), public.len(), secret, &mut *rng)
        .map_err(|_| Fault::Keys)?;
    for (slot, (holder, share)) in (1..).zip(public.iter().zip(shares)) {
        let share = Zeroizing::new(share);
        let (enc, sealed) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            holder,
            purpose.info(),
            &share,
            &aad(&keys.project, slot),
            rng,
        )
        .map_err(|_| Fault::Keys)?;
        bytes.extend_from_slice(&enc.to_bytes());
        bytes.extend_from_slice(&sealed);
        bytes.extend_from_slice(&share_commitment(salt, purpose, &share));
    }
    for _ in public.len()..SLOTS {
        let (_, looks_like_one) = X25519HkdfSha256::gen_keypair_with_rng(rng);
        let mut rest = [0; crate::envelope::SHARE + TAG + 32];
        rng.fill_bytes(&mut rest);
        bytes.extend_from_slice(&looks_like_one.to_bytes());
        bytes.extend_from_slice(&rest);
    }
    Ok(())
}
