//! 个人信息。 Values are sealed under a key per person; the ledger holds only a salted digest. Destroying the
//! key and the salt leaves a tree that still verifies and nothing that can be read.

use crate::{App, Call, Committed, Problem, attachments};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use fadu_kernel::{Actor, Help, MatterId, Refusal, Sealed};
use fadu_ledger::Signer;
use fadu_ledger::note::{hex, unhex};
use fadu_service::personal::Cause;
use fadu_service::{CaseAct, Personal, PersonalAct, rules};
use fadu_store::{ARCHIVED, Fault};
use hmac::{Hmac, Mac};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

/// 主密钥。 One secret file; every other key is derived from it under its own label.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct Salted {
    salt: String,
    value: String,
}

impl Keys {
    pub fn new(master: [u8; 32]) -> Keys {
        Keys { master }
    }

    pub fn random() -> Result<Keys, Fault> {
        random().map(Keys::new)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.master
    }

    fn derive(&self, label: &str, data: &[u8]) -> [u8; 32] {
        keyed(&self.master, &[label.as_bytes(), &[0], data])
    }

    /// The ledger's signing key.
    pub fn signer(&self, origin: &str) -> Signer {
        Signer::new(origin, &self.derive("sign", origin.as_bytes()))
    }

    /// A person, without saying who: the digest of their number under our key.
    pub fn subject(&self, number: &str) -> String {
        hex(&self.derive("subject", number.trim().to_ascii_uppercase().as_bytes())[..16])
    }

    /// 盲索引。 Lets a known name or number be looked up, and nothing be read out.
    pub fn blind(&self, value: &str) -> String {
        hex(&self.derive("blind", value.trim().to_uppercase().as_bytes())[..12])
    }

    /// 查询码。 What the applicant is given beside the number; twelve characters, 60 bits.
    pub fn track_code(&self, matter: MatterId) -> String {
        let digest = self.derive("track", &matter.0.to_be_bytes());
        MatterId::named([
            digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
        ])
        .to_string()[1..]
            .to_owned()
    }

    /// 设备标记。 Tells the name that we gave a browser from one that somebody made up.
    pub fn device_mark(&self, name: &str) -> String {
        hex(&self.derive("device", name.as_bytes())[..12])
    }

    /// What the ledger knows a browser by on one day: nothing in it links two days.
    pub fn device_on(&self, name: &str, day: Date) -> String {
        hex(&self.derive("device-day", format!("{day} {name}").as_bytes())[..12])
    }

    /// What the test seals of a simulated county are derived from.
    pub fn seal_secret(&self) -> [u8; 32] {
        self.derive("test-seal", b"")
    }

    /// A new person key, wrapped for storage.
    pub fn new_person_key(&self) -> Result<Vec<u8>, Fault> {
        let key: [u8; 32] = random()?;
        seal(&self.derive("wrap", b""), b"person-key", &key)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<[u8; 32], Fault> {
        let bytes = open(&self.derive("wrap", b""), b"person-key", wrapped)?;
        bytes
            .try_into()
            .map_err(|_| Fault::Corrupt("a person key has the wrong length".to_owned()))
    }

    /// Digest for the ledger, ciphertext for `private`.
    pub fn seal_value(&self, wrapped: &[u8], field: &str, value: &str) -> Result<(String, Vec<u8>), Fault> {
        let salt: [u8; 32] = random()?;
        let digest = digest(&salt, field, value);
        let salted = Salted { salt: hex(&salt), value: value.to_owned() };
        let text = serde_json::to_vec(&salted).map_err(|error| Fault::Engine(error.to_string()))?;
        Ok((digest, seal(&self.unwrap(wrapped)?, field.as_bytes(), &text)?))
    }

    /// The value, and the digest that the ledger must hold for it.
    pub fn open_value(&self, wrapped: &[u8], field: &str, sealed: &[u8]) -> Result<(String, String), Fault> {
        let text = open(&self.unwrap(wrapped)?, field.as_bytes(), sealed)?;
        let salted: Salted =
            serde_json::from_slice(&text).map_err(|error| Fault::Corrupt(error.to_string()))?;
        let salt = unhex(&salted.salt).unwrap_or_default();
        let digest = digest(&salt, field, &salted.value);
        Ok((salted.value, digest))
    }

    /// A whole file, sealed like a value; it opens under its own digest only.
    pub fn seal_file(&self, wrapped: &[u8], digest: &str, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        seal(&self.unwrap(wrapped)?, digest.as_bytes(), bytes)
    }

    pub fn open_file(&self, wrapped: &[u8], digest: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        open(&self.unwrap(wrapped)?, digest.as_bytes(), sealed)
    }
}

/// Where the sealed bytes of a file about a person lie. Not under its bare digest: there files lie in clear.
fn sealed_at(digest: &str) -> String {
    format!("sealed/{digest}")
}

/// 是谁的。 The value by which a person's key is found again: the number of the identity document, else the telephone or
/// the address of mail.
/// Who gives a telephone only is another subject than the same person with a number.
pub fn whose(private: &BTreeMap<String, String>) -> Option<&str> {
    let given = |field: &str| private.get(field).map(|value| value.trim()).filter(|value| !value.is_empty());
    ["applicant_number", "applicant_phone", "caller_phone", "caller_mail"]
        .into_iter()
        .find_map(given)
}

/// 何人: by the number, telephone or address of mail under which values are kept, or, for values that bear none of these,
/// through the matter that holds them.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    Known(&'a str),
    Of(MatterId),
}

/// Whom this act erases without a document that approves the disposal of what is kept; `None` is any other act.
pub(crate) fn erased_without_document(act: &dyn Any) -> Option<&str> {
    match act.downcast_ref::<PersonalAct>()? {
        PersonalAct::Erase { whose, disposal, .. } if disposal.trim().is_empty() => Some(whose),
        PersonalAct::Erase { .. } | PersonalAct::Freeze { .. } => None,
    }
}

/// 更正个人信息。 Whether this act may put right what its matter holds of somebody.
pub(crate) fn corrects(act: &dyn Any) -> bool {
    matches!(act.downcast_ref::<CaseAct>(), Some(CaseAct::Correct { .. }))
}

pub(crate) fn kept(because: String) -> Problem {
    Problem::Refused(Refusal::new(&rules::KEPT_UNTIL_DISPOSAL, Help::Operator, because))
}

impl App {
    /// 存件。 Keeps a file about the person of this key, sealed with it, and returns its SHA-256 in hex. Destroying the key
    /// destroys the file.
    pub async fn keep_file_about(&self, wrapped: &[u8], bytes: &[u8]) -> Result<String, Fault> {
        let digest = hex(&Sha256::digest(bytes));
        let sealed = self.keys.seal_file(wrapped, &digest, bytes)?;
        let media = "application/octet-stream";
        self.store.put_blob(self.region, &sealed_at(&digest), media, sealed).await?;
        Ok(digest)
    }

    /// What was kept under this digest. Errors: `Corrupt` when this key is not the one that it was sealed with.
    pub async fn file_about(&self, wrapped: &[u8], digest: &str) -> Result<Option<Vec<u8>>, Fault> {
        let kept = self.store.blob(self.region, &sealed_at(digest)).await?;
        kept.map(|(_, sealed)| self.keys.open_file(wrapped, digest, &sealed))
            .transpose()
    }

    /// 封存。 Keeps under its digest what nobody may read before its time and the ledger holds nothing but this digest of.
    pub(crate) async fn keep_sealed(&self, digest: &str, bytes: &[u8]) -> Result<(), Fault> {
        let sealed = seal(&self.keys.derive("sealed", digest.as_bytes()), digest.as_bytes(), bytes)?;
        let media = "application/octet-stream";
        self.store.put_blob(self.region, &sealed_at(digest), media, sealed).await
    }

    /// 启封。 What was kept so.
    pub(crate) async fn kept_sealed(&self, digest: &str) -> Result<Option<Vec<u8>>, Fault> {
        let kept = self.store.blob(self.region, &sealed_at(digest)).await?;
        kept.map(|(_, sealed)| {
            open(&self.keys.derive("sealed", digest.as_bytes()), digest.as_bytes(), &sealed)
        })
        .transpose()
    }

    /// 冻结个人信息。 Nothing of theirs is destroyed until a disposal is approved. Errors: `NotFound` where nobody's values are
    /// kept so, else those of any act.
    pub async fn freeze_personal(
        &self,
        actor: &Actor,
        who: Whose<'_>,
        reason: &str,
    ) -> Result<Vec<Committed>, Problem> {
        let mut done = Vec::new();
        for whose in self.subjects(who).await? {
            let act = PersonalAct::Freeze { whose, reason: reason.to_owned() };
            done.push(self.personal(actor, act).await?);
        }
        self.relay().await?;
        Ok(done)
    }

    /// 删除个人信息。 Destroys the person's key, every value sealed under it and the blind index to their matters; what opens
    /// their files is among the values. What was archived is kept until a document approves its disposal, as for whoever
    /// asks through another door. Errors: `NotFound` where nobody's values are kept so, else those of any act.
    pub async fn erase_personal(
        &self,
        actor: &Actor,
        who: Whose<'_>,
        cause: Cause,
        reason: &str,
        disposal: &str,
    ) -> Result<Vec<Committed>, Problem> {
        let mut done = Vec::new();
        for whose in self.subjects(who).await? {
            let (reason, disposal) = (reason.to_owned(), disposal.to_owned());
            let act = PersonalAct::Erase { whose, cause, reason, disposal };
            let erased = self.personal(actor, act).await;
            // Nobody is answered before the values are gone.
            self.relay().await?;
            done.push(erased?);
        }
        Ok(done)
    }

    async fn personal(&self, actor: &Actor, act: PersonalAct) -> Result<Committed, Problem> {
        let call = Call { actor, matter: None, act, private: BTreeMap::new(), key: None };
        self.act::<Personal>(call).await
    }

    async fn subjects(&self, who: Whose<'_>) -> Result<BTreeSet<String>, Problem> {
        let subjects: BTreeSet<String> = match who {
            Whose::Known(known) => {
                let subject = self.keys.subject(known);
                let key = self.store.person_key(self.region, &subject).await?;
                key.map(|_| subject).into_iter().collect()
            }
            Whose::Of(matter) => {
                let held = self.store.private_of(self.region, matter).await?;
                held.into_iter().map(|row| row.subject).collect()
            }
        };
        if subjects.is_empty() { Err(Problem::NotFound) } else { Ok(subjects) }
    }

    /// The matters that hold values of a person who is to be erased without a document, with their versions: whoever
    /// archives one of them meanwhile was first. Errors: `Refused` when one was archived (DAT-20).
    pub(crate) async fn none_archived(&self, whose: &str) -> Result<Vec<(MatterId, i64)>, Problem> {
        let about = self.store.matters_about(self.region, whose).await?;
        match about.iter().find(|row| row.status == ARCHIVED) {
            Some(row) => Err(kept(format!("{}已经归档，没有销毁批准文件", row.number))),
            None => Ok(about.iter().map(|row| (row.id, row.version)).collect()),
        }
    }

    /// 启封。 The personal values of a matter, for sealing them anew in another of the same person. They leave the
    /// process neither here nor there. Errors: `Corrupt` when a value is not the one that the ledger's digest names.
    pub(crate) async fn unseal(
        &self,
        matter: MatterId,
        digests: &Sealed,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let mut values = self.unseal_all(matter, digests).await?;
        values.retain(|field, _| !attachments::opens_a_file(field));
        Ok(values)
    }

    /// The same with what opens the files of the matter: for a matter that goes on with these files.
    pub(crate) async fn unseal_all(
        &self,
        matter: MatterId,
        digests: &Sealed,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let mut keys: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut values = BTreeMap::new();
        for row in self.store.private_of(self.region, matter).await? {
            if !keys.contains_key(&row.subject) {
                // Destroyed with the person's data: then nothing can be read, here or anywhere.
                let Some(key) = self.store.person_key(self.region, &row.subject).await? else { continue };
                keys.insert(row.subject.clone(), key);
            }
            let Some(key) = keys.get(&row.subject) else { continue };
            let (value, digest) = self.keys.open_value(key, &row.field, &row.sealed)?;
            if digests.get(&row.field).is_some_and(|known| *known != digest) {
                let why = format!("{matter}: the value of {} is not the one that was sealed", row.field);
                return Err(Problem::Fault(Fault::Corrupt(why)));
            }
            values.insert(row.field, value);
        }
        Ok(values)
    }
}

fn digest(salt: &[u8], field: &str, value: &str) -> String {
    hex(&Sha256::new()
        .chain_update(salt)
        .chain_update(field)
        .chain_update([0])
        .chain_update(value)
        .finalize())
}

/// 封存的文件。 What is kept of a file, the digest by which facts name it, and the key that opens it.
pub(crate) struct SealedFile {
    pub digest: String,
    pub key: [u8; 32],
    pub sealed: Vec<u8>,
}

/// Under a key of its own. The digest proves the clear bytes to whoever holds the key; without it no guess at them can
/// be confirmed.
pub(crate) fn seal_file(bytes: &[u8]) -> Result<SealedFile, Fault> {
    let key: [u8; 32] = random()?;
    let sealed = seal(&keyed(&key, &[b"seal"]), b"file", bytes)?;
    Ok(SealedFile { digest: file_digest(&key, bytes), key, sealed })
}

/// Errors: `Corrupt` when these are not the bytes that the digest names.
pub(crate) fn open_file(key: &str, digest: &str, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let other = || Fault::Corrupt(format!("the file {digest} is not the one that was sealed"));
    let key: [u8; 32] = unhex(key).and_then(|key| key.try_into().ok()).ok_or_else(other)?;
    let bytes = open(&keyed(&key, &[b"seal"]), b"file", sealed)?;
    if file_digest(&key, &bytes) == digest { Ok(bytes) } else { Err(other()) }
}

fn file_digest(key: &[u8; 32], bytes: &[u8]) -> String {
    hex(&keyed(&keyed(key, &[b"digest"]), &[bytes]))
}

fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so this cannot fail; an all-zero answer would be caught by every test.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut mac| {
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Engine(error.to_string()))?;
    Ok(bytes)
}

fn seal(key: &[u8; 32], about: &[u8], text: &[u8]) -> Result<Vec<u8>, Fault> {
    let nonce: [u8; 24] = random()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: about })
        .map_err(|_| Fault::Engine("sealing failed".to_owned()))?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(key: &[u8; 32], about: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    let broken = || Fault::Corrupt("a sealed value cannot be opened with this key".to_owned());
    let (nonce, text) = sealed.split_first_chunk::<24>().ok_or_else(broken)?;
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: about })
        .map_err(|_| broken())
}

/// 脱敏。 What a reader without a recorded reason sees: the first character of a name, the ends of a number.
pub fn mask(value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    match chars.len() {
        0 => String::new(),
        1..=4 => chars[0].to_string() + &"*".repeat(chars.len() - 1),
        n => {
            let keep = if n >= 11 { 3 } else { 1 };
            let (head, tail): (String, String) =
                (chars[..keep].iter().collect(), chars[n - keep..].iter().collect());
            format!("{head}{}{tail}", "*".repeat(n - 2 * keep))
        }
    }
}

/// 文内脱敏。 Telephone, identity and card numbers that somebody wrote into a text, each masked like a value of its own;
/// everything else as it was: days, amounts and the numbers of requests are none of these.
pub fn mask_within(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    while at < chars.len() {
        let groups = groups_at(&chars, at);
        let Some((_, first)) = groups.first() else {
            masked.push(chars[at]);
            at += 1;
            continue;
        };
        let digits: Vec<&str> = groups.iter().map(|(digits, _)| digits.as_str()).collect();
        let found = (1..=groups.len()).rev().find(|n| is_personal(&digits[..*n]));
        let end = found.map_or(*first, |n| groups[n - 1].1);
        let written: String = chars[at..end].iter().collect();
        masked.push_str(&if found.is_some() { mask(&written) } else { written });
        at = end;
    }
    masked
}

/// Groups of digits from here on, as people write a number in parts, each with where it ends.
fn groups_at(chars: &[char], from: usize) -> Vec<(String, usize)> {
    const MOST: usize = 5;
    let digit = |c: char| match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    };
    let (mut groups, mut at) = (Vec::new(), from);
    while groups.len() < MOST {
        let mut group: String = chars[at..].iter().map_while(|c| digit(*c)).collect();
        at += group.len();
        if group.len() == 17 && matches!(chars.get(at), Some('X' | 'x')) {
            group.push('X');
            at += 1;
        }
        if group.is_empty() {
            break;
        }
        groups.push((group, at));
        let parted = matches!(chars.get(at), Some('-' | ' ' | '－'));
        if !parted || chars.get(at + 1).copied().and_then(digit).is_none() {
            break;
        }
        at += 1;
    }
    groups
}

/// Of a mobile or landline telephone, an identity card, a bank card?
fn is_personal(groups: &[&str]) -> bool {
    let all = groups.concat();
    let sizes: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_mobile = |digits: &str| {
        let mut digits = digits.chars();
        digits.next() == Some('1') && digits.next().is_some_and(|second| second >= '3')
    };
    match sizes[..] {
        [11] | [3, 4, 4] | [3, 8] | [7, 4] if is_mobile(&all) => true,
        [13] => all.strip_prefix("86").is_some_and(is_mobile),
        [11 | 12] | [3 | 4, 7 | 8] => all.starts_with('0'),
        [15..=19] | [4, 4, 4, 4] | [4, 4, 4, 4, 1..=3] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_masked_within_a_text_and_nothing_else() {
        let rows = [
            ("请打13800001234找我", "请打138*****234找我"),
            ("电话 138 0000 1234。", "电话 138*******234。"),
            ("１３８００００１２３４", "１３８*****２３４"),
            ("+8613800001234", "+861*******234"),
            ("0713-6661234，或者07136661234", "071******234，或者071*****234"),
            ("身份证42112319900101123X", "身份证421************23X"),
            ("卡号6222 0000 1111 2222 333", "卡号622*****************333"),
            ("2025-03-03到2025-03-07，20250303", "2025-03-03到2025-03-07，20250303"),
            ("G20250303ABCDEFGH，1200000.50元，3栋402", "G20250303ABCDEFGH，1200000.50元，3栋402"),
            ("12345和12315打不通", "12345和12315打不通"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(mask_within(text), expected);
        }
    }

    #[test]
    fn a_sealed_value_opens_and_proves_its_digest() {
        let keys = Keys::new([5; 32]);
        let person = keys.new_person_key().unwrap();
        let (digest, sealed) = keys.seal_value(&person, "phone", "13900000000").unwrap();
        assert_eq!(
            keys.open_value(&person, "phone", &sealed).unwrap(),
            ("13900000000".to_owned(), digest.clone())
        );
        assert!(keys.open_value(&person, "name", &sealed).is_err(), "a value does not move between fields");
        assert!(
            keys.open_value(&keys.new_person_key().unwrap(), "phone", &sealed).is_err(),
            "another person's key"
        );
        let (again, _) = keys.seal_value(&person, "phone", "13900000000").unwrap();
        assert_ne!(digest, again, "the same number twice looks different");
        assert_eq!(keys.track_code(MatterId(7)).len(), 12);
    }

    #[test]
    fn a_sealed_file_is_the_one_that_its_digest_names() {
        let scan = b"%PDF-1.7 a scan";
        let file = seal_file(scan).unwrap();
        let key = hex(&file.key);
        assert_eq!(open_file(&key, &file.digest, &file.sealed).unwrap(), scan);
        assert!(!file.sealed.windows(scan.len()).any(|window| window == scan));
        let again = seal_file(scan).unwrap();
        assert_ne!(again.digest, file.digest, "the same scan twice looks different");
        assert_ne!(file.digest, hex(&Sha256::digest(scan)), "and no guess at it is confirmed");
        assert!(open_file(&key, &again.digest, &file.sealed).is_err(), "another file's digest");
        assert!(open_file(&hex(&again.key), &file.digest, &file.sealed).is_err(), "another file's key");
        assert!(open_file("", &file.digest, &file.sealed).is_err());
    }

    #[test]
    fn a_sealed_file_opens_with_its_persons_key_and_under_its_own_digest() {
        let keys = Keys::new([5; 32]);
        let person = keys.new_person_key().unwrap();
        let sealed = keys.seal_file(&person, "d1", b"%PDF-").unwrap();
        assert!(!sealed.windows(5).any(|bytes| bytes == b"%PDF-"));
        assert_eq!(keys.open_file(&person, "d1", &sealed).unwrap(), b"%PDF-");
        assert!(keys.open_file(&person, "d2", &sealed).is_err(), "it does not stand in for another");
        assert!(keys.open_file(&keys.new_person_key().unwrap(), "d1", &sealed).is_err());
    }

    #[test]
    fn masks() {
        for (value, masked) in [
            ("", ""),
            ("王", "王"),
            ("王某某", "王**"),
            ("模拟餐饮店", "模***店"),
            ("13900001234", "139*****234"),
            ("420222198002290018", "420************018"),
        ] {
            assert_eq!(mask(value), masked);
        }
    }
}
