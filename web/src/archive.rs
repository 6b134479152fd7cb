//! 归档数据包。 A closed case as one file that is read without this program (国务院关于在线政务服务的若干规定 12): its entries
//! with their proofs, what was written and handed in, the documents with their seals, and an index that says what each
//! is. The file is a tar archive (POSIX ustar).

mod check;

use crate::desk::{Opened, open, private_zh};
use crate::extract::Path;
use crate::fail::Page;
use crate::notices::{Document, documents};
use crate::session::Visit;
use crate::view::told;
use crate::{Fail, Web};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use fadu_app::attachments::{file_name, is_signed};
use fadu_kernel::Matter;
use fadu_ledger::note::hex;
use fadu_service::Case;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub use check::{ARCHIVING, check_archive};

/// What an index calls its own form.
const FORMAT: &str = "fadu-archive-1";

pub fn routes() -> Router<Web> {
    Router::new().route("/desk/cases/{id}/archive", get(package))
}

/// For the organ that answers for the case: the applicant's papers lie in it in clear.
async fn package(visit: Visit, Path(id): Path<String>) -> Page {
    let (_, actor) = visit.staff()?;
    let opened = open(&visit, &id).await?;
    let parties = opened.case.parties();
    if !opened.case.is_closed() || !visit.web.app.may::<Case>(&actor, "Read", &parties) {
        return Err(Fail::NotFound(visit));
    }
    // Those that nobody asked for so far are made now, which leaves entries that belong into the package too.
    let documents = documents(&visit, &opened).await?;
    let opened = open(&visit, &id).await?;
    let tar = packed(&visit, &opened, documents).await?;
    let name = format!("attachment; filename=\"archive-{}.tar\"", opened.case.number);
    let head = [(header::CONTENT_TYPE, "application/x-tar".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, tar).into_response())
}

async fn packed(visit: &Visit, opened: &Opened, documents: Vec<Document>) -> Result<Vec<u8>, Fail> {
    let (app, case) = (&visit.web.app, &opened.case);
    let mut tar = Tar::default();
    let mut entries = Vec::new();
    for entry in opened.entries.iter().filter(|entry| told(visit, &entry.fact)) {
        let receipt = app.receipt(entry.seq).await.map_err(|problem| Fail::fault(visit, problem))?;
        let bytes = serde_json::to_vec_pretty(&receipt).map_err(|error| Fail::fault(visit, error))?;
        let mut line = tar.put(&format!("entries/{}.json", entry.seq), &bytes);
        line["seq"] = json!(entry.seq);
        line["fact"] = json!(entry.fact);
        line["day"] = json!(entry.day);
        line["leaf"] = json!(hex(&entry.leaf));
        entries.push(line);
    }
    let form = serde_json::to_vec_pretty(&form(visit, opened).await?);
    let form = tar.put("form.json", &form.map_err(|error| Fail::fault(visit, error))?);
    let mut materials = Vec::new();
    for (n, (id, paper)) in case.materials.iter().enumerate() {
        let held = match paper.digest.is_empty() {
            true => None,
            false => app
                .open_file(opened.id, &paper.digest)
                .await
                .map_err(|fault| Fail::fault(visit, fault))?,
        };
        // Seen on paper at the window, or destroyed with the applicant's data: the index says that it was there.
        let mut line = match held {
            Some((_, bytes)) => tar.put(&file_name(&format!("materials/{}", n + 1), &bytes), &bytes),
            None => json!({}),
        };
        let name = opened.definition.material(id).map(|material| material.name.as_str());
        line["material"] = json!(id);
        line["name"] = json!(name);
        line["digest"] = json!(paper.digest);
        line["signed"] = json!(paper.signed);
        line["signature"] = json!(case.signatures.get(id));
        materials.push(line);
    }
    let mut made = Vec::new();
    for document in documents {
        let mut line = tar.put(&format!("documents/{}.pdf", document.seq), &document.bytes);
        line["seq"] = json!(document.seq);
        line["name"] = json!(document.name);
        line["seal"] = json!(is_signed(&document.bytes).then_some(case.org.as_str()));
        made.push(line);
    }
    let index = json!({
        "format": FORMAT,
        "simulated": visit.web.site.simulated,
        "number": case.number,
        "item": {"code": case.item_code, "name": case.item_name, "version": case.item_version},
        "department": case.org,
        "received_on": case.received.as_ref().map(|mark| mark.on),
        "status": case.status(),
        "archived_on": case.archived.as_ref().map(|mark| mark.on),
        "ledger": {"origin": app.origin(), "key": app.signer().verify_key().to_string()},
        "entries": entries,
        "form": form,
        "materials": materials,
        "documents": made,
    });
    let index = serde_json::to_vec_pretty(&index).map_err(|error| Fail::fault(visit, error))?;
    tar.put("index.json", &index);
    Ok(tar.finished())
}

/// What the applicant wrote, by the names of the form; nothing once their data were destroyed.
async fn form(visit: &Visit, opened: &Opened) -> Result<BTreeMap<String, String>, Fail> {
    let app = &visit.web.app;
    let fault = |error: fadu_app::store::Fault| Fail::fault(visit, error);
    let mut answers = BTreeMap::new();
    for row in app.store.private_of(app.region, opened.id).await.map_err(fault)? {
        let Some(label) = private_zh(&row.field, &opened.definition) else { continue };
        let Some(key) = app.store.person_key(app.region, &row.subject).await.map_err(fault)? else {
            continue;
        };
        let (value, _) = app.keys.open_value(&key, &row.field, &row.sealed).map_err(fault)?;
        answers.insert(label.to_owned(), value);
    }
    Ok(answers)
}

const BLOCK: usize = 512;

/// 打包。 Files one after the other, each behind a block that names it.
#[derive(Default)]
struct Tar {
    bytes: Vec<u8>,
}

impl Tar {
    /// Adds a file under a name of at most a hundred bytes, and returns what the index says of every file.
    fn put(&mut self, name: &str, file: &[u8]) -> Value {
        let mut head = [0_u8; BLOCK];
        let mut write = |at: usize, text: &str| head[at..at + text.len()].copy_from_slice(text.as_bytes());
        write(0, name);
        write(100, "0000644\0");
        write(108, "0000000\0");
        write(116, "0000000\0");
        write(124, &format!("{:011o}\0", file.len()));
        write(136, "00000000000\0");
        // The sum is taken with blanks in its own place.
        write(148, "        ");
        write(156, "0");
        write(257, "ustar\0");
        write(263, "00");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.bytes.extend_from_slice(&head);
        self.bytes.extend_from_slice(file);
        self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK), 0);
        json!({"path": name, "bytes": file.len(), "sha256": hex(&Sha256::digest(file))})
    }

    /// Two empty blocks end an archive.
    fn finished(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * BLOCK, 0);
        self.bytes
    }
}
