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
use std::io;

/// What the index calls the record of a hearing, which is no material of the guide.
const HEARING_RECORD: &str = "hearing_record";

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
    let fault = |error: io::Error| Fail::fault(visit, error);
    let mut tar = Package(tar::Builder::new(Vec::new()));
    let mut entries = Vec::new();
    for entry in opened.entries.iter().filter(|entry| told(visit, &entry.fact)) {
        let receipt = app.receipt(entry.seq).await.map_err(|problem| Fail::fault(visit, problem))?;
        let bytes = serde_json::to_vec_pretty(&receipt).map_err(|error| Fail::fault(visit, error))?;
        let mut line = tar.put(&format!("entries/{}.json", entry.seq), &bytes).map_err(fault)?;
        line["seq"] = json!(entry.seq);
        line["fact"] = json!(entry.fact);
        line["day"] = json!(entry.day);
        line["leaf"] = json!(hex(&entry.leaf));
        entries.push(line);
    }
    let form = serde_json::to_vec_pretty(&form(visit, opened).await?);
    let form = tar
        .put("form.json", &form.map_err(|error| Fail::fault(visit, error))?)
        .map_err(fault)?;
    let mut materials = Vec::new();
    // 听证笔录 is filed beside what was handed in.
    let record = case.hearing.record.iter().map(|paper| (HEARING_RECORD, paper));
    let papers = case.materials.iter().map(|(id, paper)| (id.as_str(), paper));
    let papers: Vec<_> = papers.chain(record).collect();
    for (n, (id, paper)) in papers.into_iter().enumerate() {
        let held = match paper.digest.is_empty() {
            true => None,
            false => app
                .open_file(opened.id, &paper.digest)
                .await
                .map_err(|fault| Fail::fault(visit, fault))?,
        };
        // Seen on paper at the window, or destroyed with the applicant's data: the index says that it was there.
        let mut line = match held {
            Some((_, bytes)) => tar
                .put(&file_name(&format!("materials/{}", n + 1), &bytes), &bytes)
                .map_err(fault)?,
            None => json!({}),
        };
        let listed = opened.definition.material(id).map(|material| material.name.as_str());
        let name = listed.or((id == HEARING_RECORD).then_some("听证笔录"));
        line["material"] = json!(id);
        line["name"] = json!(name);
        line["digest"] = json!(paper.digest);
        line["signed"] = json!(paper.signed);
        line["signature"] = json!(case.signatures.get(id));
        materials.push(line);
    }
    let mut made = Vec::new();
    for document in documents {
        let mut line = tar
            .put(&format!("documents/{}.pdf", document.seq), &document.bytes)
            .map_err(fault)?;
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
    tar.put("index.json", &index).map_err(fault)?;
    tar.0.into_inner().map_err(fault)
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

/// 打包。 Files one after the other, of no owner and no hour: the same case gives the same bytes.
struct Package(tar::Builder<Vec<u8>>);

impl Package {
    /// Adds a file, and returns what the index says of every file.
    fn put(&mut self, name: &str, file: &[u8]) -> io::Result<Value> {
        let mut head = tar::Header::new_ustar();
        head.set_size(file.len() as u64);
        head.set_mode(0o644);
        head.set_uid(0);
        head.set_gid(0);
        head.set_mtime(0);
        self.0.append_data(&mut head, name, file)?;
        Ok(json!({"path": name, "bytes": file.len(), "sha256": hex(&Sha256::digest(file))}))
    }
}
