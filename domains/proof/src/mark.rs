//! 印记与名号。 Who did something on which day, the fixed ids of matters that are known by a name, and texts of a form.

use fadu_kernel::{Ctx, Invalid, MatterId, PersonId, Stamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// 何人何日。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub on: Date,
    pub by: PersonId,
}

impl Mark {
    pub fn of(stamp: &Stamp) -> Mark {
        Mark { on: stamp.day, by: stamp.person.clone() }
    }
}

/// The id of a matter that its name gives: whoever opens the name again meets the same matter.
pub fn named(words: &[&str]) -> MatterId {
    let digest = Sha256::digest(words.join("\u{1f}"));
    MatterId::named(digest.first_chunk::<8>().copied().unwrap_or_default())
}

/// 编号: the day and the end of the matter's own id, so that no counter is shared.
pub fn number(prefix: &str, ctx: &Ctx) -> String {
    let (day, id) = (ctx.today(), ctx.matter.to_string());
    format!("{prefix}{:04}{:02}{:02}{}", day.year(), day.month(), day.day(), &id[5..])
}

/// One message for each text that is empty, and for each that is too long.
pub fn texts(fields: &[(&str, &str, &str)]) -> Result<(), Vec<Invalid>> {
    let wrong = |(field, text, zh): &(&str, &str, &str)| match text.trim().chars().count() {
        0 => Some(Invalid::new(*field, format!("请填写{zh}"))),
        1..=1000 => None,
        _ => Some(Invalid::new(*field, format!("{zh}不能超过1000字"))),
    };
    let wrong: Vec<Invalid> = fields.iter().filter_map(wrong).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// 64 hex digits of SHA-256.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Bytes as lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
