//! 附件。 Files that people send along: kept under their digest, known by their first bytes and never by their name.

use crate::App;
use fadu_hotline::order::act::Evidence;
use fadu_ledger::note::hex;
use fadu_store::Fault;
use sha2::{Digest, Sha256};

/// What a file is, by its first bytes: PDF, JPEG or PNG. `None` for everything else, which nobody takes.
pub fn media(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\xFF\xD8\xFF", "image/jpeg"), (b"\x89PNG\r\n", "image/png")];
    kinds
        .into_iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|(_, media)| media)
}

impl App {
    /// Keeps the files under their digests, in the order in which they came. A name is cut, never trusted.
    pub async fn keep_evidence(&self, files: Vec<(String, Vec<u8>)>) -> Result<Vec<Evidence>, Fault> {
        let mut kept = Vec::new();
        for (name, bytes) in files {
            let digest = hex(&Sha256::digest(&bytes));
            let media = media(&bytes).unwrap_or("application/octet-stream");
            self.store.put_blob(self.region, &digest, media, bytes).await?;
            let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
            kept.push(Evidence { digest, name });
        }
        Ok(kept)
    }
}
