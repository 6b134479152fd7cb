//! 密封投标的加密。 An envelope that a bidder seals on its own machine and that any `k` of `n` key holders open together;
//! below `k` nobody reads it, whoever has the server, its database or its memory. Format: [`envelope`].
//!
//! Ciphers, key encapsulation and secret sharing are other people's crates; this one says how they are put together.

pub mod envelope;
mod exchange;
mod key;
mod open;
mod seal;

pub use envelope::{Header, Purpose};
pub use exchange::{HeaderLine, Headers, ShareLine, Shares};
pub use key::{Holder, Identity, Keys};
pub use open::{ContentKey, Opener, Share};
pub use seal::{Sealed, seal};

use rand_core::{CryptoRng, UnwrapErr};
use zeroize::Zeroizing;

/// 归属随机数。 What binds an envelope to its project without naming it: 32 bytes, given to the county as 64 hexadecimal
/// digits when the envelope is handed in, and kept by the bidder.
#[derive(Clone)]
pub struct Label(pub(crate) Zeroizing<[u8; 32]>);

impl Label {
    pub fn random(rng: &mut impl CryptoRng) -> Label {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Label(bytes)
    }

    pub fn read(text: &str) -> Option<Label> {
        key::from_hex(text).map(|bytes| Label(Zeroizing::new(bytes)))
    }

    pub fn text(&self) -> String {
        key::to_hex(&*self.0)
    }
}

/// The operating system's randomness. A machine that has none seals nothing: the program ends.
pub fn system_rng() -> impl CryptoRng {
    UnwrapErr(getrandom::SysRng)
}

/// What an envelope, a key or a share is not.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("不是本系统的密封投标文件")]
    NoEnvelope,
    #[error("{0}的格式不对")]
    Format(&'static str),
    #[error("开标密钥不对：至少两方、至多九方持有，各不相同，开启所需的方数在二与持有方数之间")]
    Keys,
    #[error("投标函太长")]
    LetterTooLong,
    #[error("文件长度与所说的不一致")]
    Length,
    #[error("不能用这把密钥开启：是另一个项目的信封，或者投标人没有封给这一方")]
    NotForThisKey,
    #[error("份额与信封里的承诺不符")]
    ShareDoesNotFit,
    #[error("份额合不成密钥：份数不够，或者投标人封得不对")]
    NoSuchKey,
    #[error("密文被改动或者不完整")]
    Damaged,
    #[error("{0}")]
    Io(#[from] std::io::Error),
}
