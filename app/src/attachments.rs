//! 附件。 Files that people send along: known by their first bytes and never by their name. What applicants and callers send
//! is personal: each file is sealed under a key of its own, and that key is a value of theirs like any other, sealed under
//! the person's key. So a file is erased with its person, whose name and number it shows.

use crate::{App, private};
use fadu_hotline::order::act::Evidence;
use fadu_kernel::MatterId;
use fadu_ledger::note::hex;
use fadu_store::Fault;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// 种类: first bytes, media type, extension.
const KINDS: [(&[u8], &str, &str); 3] = [
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xFF\xD8\xFF", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n", "image/png", "png"),
];
const UNKNOWN: &str = "application/octet-stream";
/// What a sealed file is to the store. Under every other kind the bytes lie in clear: public documents, what organs attach
/// themselves, and files that came before files were sealed.
const SEALED: &str = "application/vnd.fadu.sealed";
/// Before the digest of a file: the field of its key among the personal values.
const KEY_OF: &str = "file_key:";
/// Of a key in hex.
const KEY_DIGITS: usize = 64;

fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = KINDS.into_iter().find(|(start, _, _)| bytes.starts_with(start));
    found.map(|(_, media, extension)| (media, extension))
}

/// What a file is, by its first bytes: PDF, JPEG or PNG. `None` for everything else, which nobody takes.
pub fn media(bytes: &[u8]) -> Option<&'static str> {
    kind(bytes).map(|(media, _)| media)
}

/// 带有电子签名: a PDF that holds a signature over its own bytes (ISO 32000-1, 12.8). Whether it is valid is another question.
pub fn is_signed(bytes: &[u8]) -> bool {
    const RANGE: &[u8] = b"/ByteRange";
    media(bytes) == Some("application/pdf") && bytes.windows(RANGE.len()).any(|window| window == RANGE)
}

/// 文件名: what a file is called in facts, by what it is for. The name that the sender's machine gave it may name anybody.
pub fn file_name(what: &str, bytes: &[u8]) -> String {
    kind(bytes).map_or_else(|| what.to_owned(), |(_, extension)| format!("{what}.{extension}"))
}

pub(crate) fn opens_a_file(field: &str) -> bool {
    field.starts_with(KEY_OF)
}

/// The field under which the key of the file of this digest is sealed.
pub(crate) fn key_of(digest: &str) -> String {
    format!("{KEY_OF}{digest}")
}

/// What a person wrote, without what opens their files: no form asks for that. Whatever else comes under such a name is
/// left to the form.
pub(crate) fn written(private: &BTreeMap<String, String>) -> Cow<'_, BTreeMap<String, String>> {
    let is_key = |field: &str, value: &str| opens_a_file(field) && value.len() == KEY_DIGITS;
    if !private.iter().any(|(field, value)| is_key(field, value)) {
        return Cow::Borrowed(private);
    }
    let written = private.iter().filter(|(field, value)| !is_key(field, value));
    Cow::Owned(written.map(|(field, value)| (field.clone(), value.clone())).collect())
}

impl App {
    /// 封存文件。 Keeps what an applicant or a caller sent and returns the digest that the fact may hold. What opens it is put
    /// among the personal values of the act that names it; where that act is refused, nobody can open it.
    pub async fn seal_file(
        &self,
        bytes: &[u8],
        private: &mut BTreeMap<String, String>,
    ) -> Result<String, Fault> {
        let file = private::seal_file(bytes)?;
        self.store.put_blob(self.region, &file.digest, SEALED, file.sealed).await?;
        private.insert(key_of(&file.digest), hex(&file.key));
        Ok(file.digest)
    }

    /// 打开文件。 Media type and bytes of a file of this matter; who may read it, the caller has asked. `None` where there
    /// is none, or none any more because its person was erased. Errors: `Corrupt` when it is not the file of that digest.
    pub async fn open_file(
        &self,
        matter: MatterId,
        digest: &str,
    ) -> Result<Option<(String, Vec<u8>)>, Fault> {
        let Some((kept_as, bytes)) = self.store.blob(self.region, digest).await? else { return Ok(None) };
        if kept_as != SEALED {
            return Ok(Some((kept_as, bytes)));
        }
        let field = key_of(digest);
        let held = self.store.private_of(self.region, matter).await?;
        let Some(row) = held.iter().find(|row| row.field == field) else { return Ok(None) };
        let Some(wrapped) = self.store.person_key(self.region, &row.subject).await? else { return Ok(None) };
        let (key, _) = self.keys.open_value(&wrapped, &field, &row.sealed)?;
        let clear = private::open_file(&key, digest, &bytes)?;
        Ok(Some((media(&clear).unwrap_or(UNKNOWN).to_owned(), clear)))
    }

    /// What a caller sent along, in the order in which it came, sealed.
    pub async fn seal_attachments(
        &self,
        files: &[Vec<u8>],
        private: &mut BTreeMap<String, String>,
    ) -> Result<Vec<Evidence>, Fault> {
        let mut kept = Vec::new();
        for (n, bytes) in files.iter().enumerate() {
            let digest = self.seal_file(bytes, private).await?;
            kept.push(Evidence { digest, name: file_name(&format!("附件{}", n + 1), bytes) });
        }
        Ok(kept)
    }

    /// What an organ attaches to its own reply, in clear under its digest: its evidence outlasts the caller's data.
    /// A name is cut, never trusted.
    pub async fn keep_evidence(&self, files: Vec<(String, Vec<u8>)>) -> Result<Vec<Evidence>, Fault> {
        let mut kept = Vec::new();
        for (name, bytes) in files {
            let digest = hex(&Sha256::digest(&bytes));
            self.store
                .put_blob(self.region, &digest, media(&bytes).unwrap_or(UNKNOWN), bytes)
                .await?;
            let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
            kept.push(Evidence { digest, name });
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::is_signed;

    #[test]
    fn a_signed_file_is_known_by_its_bytes() {
        for (bytes, signed) in [
            (&b"%PDF-1.7 <</Type/Sig/ByteRange[0 1 2 3]>>"[..], true),
            (b"%PDF-1.7 <</Type/Page>>", false),
            (b"\x89PNG\r\n /ByteRange", false),
            (b"", false),
        ] {
            assert_eq!(is_signed(bytes), signed, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
