//! 开标密钥。 A holder's key pair, and the keys that a tender is sealed to.

use crate::Fault;
use crate::envelope::SLOTS;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, Serializable};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;

/// 密钥文件。 Stays with its holder and never reaches the server. Both keys are 64 lower-case hexadecimal digits.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    pub format: String,
    pub public: String,
    pub secret: String,
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl Identity {
    pub const FORMAT: &'static str = "fadu-bid-identity-1";

    pub fn generate(rng: &mut impl CryptoRng) -> Identity {
        let (secret, public) = X25519HkdfSha256::gen_keypair_with_rng(rng);
        Identity {
            format: Identity::FORMAT.to_owned(),
            public: to_hex(&public.to_bytes()),
            secret: to_hex(&secret.to_bytes()),
        }
    }

    /// Errors: `Format` where the file is another, or where its two halves do not belong together.
    pub fn read(text: &str) -> Result<Identity, Fault> {
        let identity: Identity = serde_json::from_str(text).map_err(|_| Fault::Format("密钥文件"))?;
        let whole = identity.format == Identity::FORMAT && identity.private()?.1 == identity.public;
        if whole { Ok(identity) } else { Err(Fault::Format("密钥文件")) }
    }

    pub fn write(&self) -> Result<Zeroizing<String>, Fault> {
        let text = serde_json::to_string_pretty(self).map_err(|_| Fault::Format("密钥文件"))?;
        Ok(Zeroizing::new(text + "\n"))
    }

    /// The private key, and the public one that follows from it.
    pub(crate) fn private(&self) -> Result<(PrivateKey, String), Fault> {
        let bytes = Zeroizing::new(from_hex::<32>(&self.secret).ok_or(Fault::Format("密钥文件"))?);
        let private = PrivateKey::from_bytes(&*bytes).map_err(|_| Fault::Format("密钥文件"))?;
        let public = to_hex(&X25519HkdfSha256::sk_to_pk(&private).to_bytes());
        Ok((private, public))
    }
}

/// 项目的开标密钥。 As the project's page gives them out: any `threshold` of the holders open a bid together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub format: String,
    /// 项目编码; a box sealed for one project opens for no other.
    pub project: String,
    pub threshold: u8,
    pub holders: Vec<Holder>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    pub org: String,
    /// 64 lower-case hexadecimal digits.
    pub key: String,
}

impl Keys {
    pub const FORMAT: &'static str = "fadu-bid-keys-1";

    pub fn read(text: &str) -> Result<Keys, Fault> {
        let keys: Keys = serde_json::from_str(text).map_err(|_| Fault::Format("开标密钥"))?;
        keys.public()?;
        if keys.format == Keys::FORMAT { Ok(keys) } else { Err(Fault::Format("开标密钥")) }
    }

    /// Errors: `Keys` unless two to all of at most [`SLOTS`] different holders are needed.
    pub(crate) fn public(&self) -> Result<Vec<PublicKey>, Fault> {
        let (k, n) = (usize::from(self.threshold), self.holders.len());
        let mut distinct: Vec<&str> = self.holders.iter().map(|holder| holder.key.as_str()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        if !(2..=n).contains(&k) || n > SLOTS || distinct.len() != n || self.project.is_empty() {
            return Err(Fault::Keys);
        }
        let key = |holder: &Holder| {
            let bytes = from_hex::<32>(&holder.key).ok_or(Fault::Keys)?;
            PublicKey::from_bytes(&bytes).map_err(|_| Fault::Keys)
        };
        self.holders.iter().map(key).collect()
    }
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |text, byte| {
        let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        text + &String::from_iter([digit(byte >> 4), digit(byte & 15)])
    })
}

/// Exactly `N` bytes in lower-case hexadecimal digits.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = bytes_of_hex(text)?;
    bytes.try_into().ok()
}

pub(crate) fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}
