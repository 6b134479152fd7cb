//! 电子印章。 What makes a sealed document more than a picture of a seal: a signature over every byte of the PDF, in the
//! PDF itself (ISO 32000-1, 12.8), which any reader program checks and any change breaks.
//!
//! The county's own seal service does it where there is one ([`SealCommand`]). [`TestSeals`] does it with keys of no
//! standing, and says 测试 in the ring and in the certificate.

use crate::notice::{Notice, SealMark};
use crate::wording::CivilDate;
use crate::{RenderError, notice};
use cms::builder::{SignedDataBuilder, SignerInfoBuilder};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::signed_data::{EncapsulatedContentInfo, SignerIdentifier};
use lopdf::{Dictionary, Document, IncrementalDocument, Object, StringFormat, dictionary};
use p256::ecdsa::{DerSignature, SigningKey};
use sha2::{Digest, Sha256};
use std::fmt::Display;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use x509_cert::Certificate;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::der::Encode;
use x509_cert::der::asn1::{ObjectIdentifier, UtcTime};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

/// 印章服务。
pub trait Seals: Send + Sync {
    /// What is drawn where the seal goes; `None`: this organ has no seal here.
    fn mark(&self, organ: &str) -> Option<SealMark>;

    /// The same document, sealed. Errors: `Seal`, with what the service said.
    fn seal(&self, organ: &str, on: CivilDate, pdf: Vec<u8>) -> Result<Vec<u8>, RenderError>;
}

/// 出具并加盖。 A notice that draws a seal is sealed; one without is the plain document.
pub fn sealed_pdf(notice: &Notice, seals: &dyn Seals) -> Result<Vec<u8>, RenderError> {
    let pdf = notice::pdf(notice)?;
    match &notice.seal {
        Some(mark) => {
            seals.seal(&mark.organ, CivilDate::read(&notice.date_text).unwrap_or(CivilDate::UNKNOWN), pdf)
        }
        None => Ok(pdf),
    }
}

/// 未接印章系统。 Documents that need a seal cannot be issued, and say so.
pub struct NoSeals;

impl Seals for NoSeals {
    fn mark(&self, _organ: &str) -> Option<SealMark> {
        None
    }

    fn seal(&self, organ: &str, _on: CivilDate, _pdf: Vec<u8>) -> Result<Vec<u8>, RenderError> {
        Err(failed(format!("{organ} has no seal: no seal service is configured")))
    }
}

/// 县印章系统。 A program that reads the PDF on standard input and the organ's name in `FADU_SEAL_ORGAN`, and writes
/// the sealed PDF on standard output. It must add to the document, never rewrite it.
pub struct SealCommand {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long it may take; then it is ended and the notice is not issued.
    pub patience: Duration,
}

impl Seals for SealCommand {
    fn mark(&self, organ: &str) -> Option<SealMark> {
        Some(SealMark { organ: organ.to_owned(), digest_hex: String::new(), test: false })
    }

    fn seal(&self, organ: &str, _on: CivilDate, pdf: Vec<u8>) -> Result<Vec<u8>, RenderError> {
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| failed("the seal command is empty"))?;
        let about = |error: std::io::Error| failed(format!("the seal service `{program}`: {error}"));
        let mut child = Command::new(program)
            .args(arguments)
            .env("FADU_SEAL_ORGAN", organ)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(about)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(failed("the seal service has no standard input or output"));
        };
        let sent = pdf.clone();
        // It may answer before it has read everything: writing and reading go on together.
        let writer = std::thread::spawn(move || stdin.write_all(&sent));
        let (answer, said) = (drained(stdout), drained(stderr));
        let deadline = Instant::now() + self.patience;
        let status = loop {
            match child.try_wait().map_err(about)? {
                Some(status) => break status,
                None if Instant::now() >= deadline => {
                    child.kill().map_err(about)?;
                    child.wait().map_err(about)?;
                    return Err(failed(format!(
                        "the seal service `{program}` did not answer in {:?}",
                        self.patience
                    )));
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let broken = |_| failed("reading from the seal service broke off");
        let answer = answer.join().map_err(broken)?.map_err(about)?;
        if !status.success() {
            let said = said.join().map_err(broken)?.map_err(about)?;
            let said = String::from_utf8_lossy(&said);
            return Err(failed(format!("the seal service `{program}`: {status}: {}", said.trim())));
        }
        let added = answer.strip_prefix(&pdf[..]).ok_or_else(|| {
            failed(format!("the seal service `{program}` gave back another document than it was given"))
        })?;
        if !contains(added, b"/ByteRange") {
            return Err(failed(format!("the seal service `{program}` gave the document back unsealed")));
        }
        writer
            .join()
            .map_err(|_| failed("writing to the seal service broke off"))?
            .map_err(about)?;
        Ok(answer)
    }
}

/// 测试印章。 One key for each organ, derived from the county's secret: the same organ always seals with the same key.
pub struct TestSeals {
    secret: [u8; 32],
}

/// Room for the signature in the file; ours take under a thousand bytes.
const ROOM: usize = 4096;
/// Numbers that stand where the byte range will: as wide as any, and nowhere else in a document.
const RANGE: [i64; 3] = [7_770_000_001, 7_770_000_002, 7_770_000_003];

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

impl TestSeals {
    pub fn new(secret: [u8; 32]) -> TestSeals {
        TestSeals { secret }
    }

    fn key(&self, organ: &str) -> Result<SigningKey, RenderError> {
        // All but one in 2^32 digests are keys of the curve; the next number is tried otherwise.
        (0_u8..8)
            .find_map(|n| {
                let digest = Sha256::new()
                    .chain_update(self.secret)
                    .chain_update([n])
                    .chain_update(organ)
                    .finalize();
                SigningKey::from_slice(&digest).ok()
            })
            .ok_or_else(|| failed("no key could be derived"))
    }

    /// Self-signed, in the organ's name, marked as a test.
    fn certificate(&self, organ: &str) -> Result<(SigningKey, Certificate), RenderError> {
        let key = self.key(organ)?;
        let escaped: String = organ
            .chars()
            .flat_map(|char| {
                let special = matches!(char, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#');
                special.then_some('\\').into_iter().chain([char])
            })
            .collect();
        let name = Name::from_str(&format!("CN={escaped}（测试电子印章）")).map_err(failed)?;
        let at = |year: u64| {
            UtcTime::from_unix_duration(Duration::from_secs(year * 31_556_952)).map(Time::UtcTime)
        };
        let validity = Validity {
            not_before: at(2020 - 1970).map_err(failed)?,
            not_after: at(2049 - 1970).map_err(failed)?,
        };
        let public = SubjectPublicKeyInfoOwned::from_key(*key.verifying_key()).map_err(failed)?;
        let profile = Profile::Leaf {
            issuer: name.clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let builder =
            CertificateBuilder::new(profile, SerialNumber::from(1_u8), validity, name, public, &key)
                .map_err(failed)?;
        let certificate = builder.build::<DerSignature>().map_err(failed)?;
        Ok((key, certificate))
    }

    /// CMS `SignedData` without the content it signs (RFC 5652).
    fn sign(&self, organ: &str, digest: &[u8]) -> Result<Vec<u8>, RenderError> {
        let (key, certificate) = self.certificate(organ)?;
        let content = EncapsulatedContentInfo { econtent_type: DATA, econtent: None };
        let sha_256 = AlgorithmIdentifierOwned { oid: SHA_256, parameters: None };
        let signer = SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        });
        let info =
            SignerInfoBuilder::new(&key, signer, sha_256.clone(), &content, Some(digest)).map_err(failed)?;
        let signed = SignedDataBuilder::new(&content)
            .add_digest_algorithm(sha_256)
            .and_then(|builder| builder.add_certificate(CertificateChoices::Certificate(certificate)))
            .and_then(|builder| builder.add_signer_info::<SigningKey, DerSignature>(info))
            .and_then(|builder| builder.build())
            .map_err(failed)?;
        signed.to_der().map_err(failed)
    }
}

impl Seals for TestSeals {
    /// The certificate's SHA-256 stands under the document, to be held against what a reader program shows.
    fn mark(&self, organ: &str) -> Option<SealMark> {
        let (_, certificate) = self.certificate(organ).ok()?;
        let digest = Sha256::digest(certificate.to_der().ok()?);
        let digest_hex = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(SealMark { organ: organ.to_owned(), digest_hex, test: true })
    }

    fn seal(&self, organ: &str, on: CivilDate, pdf: Vec<u8>) -> Result<Vec<u8>, RenderError> {
        let before = pdf.len();
        let mut file = with_room(organ, on, pdf).map_err(failed)?;
        let hole = vec![b'0'; ROOM * 2];
        let start =
            find(&file[before..], &hole).ok_or_else(|| failed("the room for the signature is gone"))?;
        // The brackets round the signature are left out with it.
        let (start, end) = (before + start - 1, before + start + hole.len() + 1);
        for (mark, value) in RANGE.into_iter().zip([start, end, file.len() - end]) {
            let mark = mark.to_string();
            let at =
                find(&file[before..], mark.as_bytes()).ok_or_else(|| failed("the byte range is gone"))?;
            let value = format!("{value:<width$}", width = mark.len());
            file[before + at..][..mark.len()].copy_from_slice(value.as_bytes());
        }
        let digest = Sha256::new().chain_update(&file[..start]).chain_update(&file[end..]).finalize();
        let signed = self.sign(organ, &digest)?;
        if signed.len() > ROOM {
            return Err(failed("the signature does not fit"));
        }
        let hex: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
        file[start + 1..][..hex.len()].copy_from_slice(hex.as_bytes());
        Ok(file)
    }
}

/// Adds a signature field that is not yet filled; the bytes of `pdf` stay as they are, in front.
fn with_room(organ: &str, on: CivilDate, pdf: Vec<u8>) -> lopdf::Result<Vec<u8>> {
    let document = Document::load_mem(&pdf)?;
    let catalog = document.trailer.get(b"Root")?.as_reference()?;
    let pages = document.get_pages();
    let last = *pages.values().next_back().ok_or(lopdf::Error::PageNumberNotFound(1))?;
    let mut next = IncrementalDocument::create_from(pdf, document);
    next.opt_clone_object_to_new_document(catalog)?;
    next.opt_clone_object_to_new_document(last)?;
    let text = |words: &str| lopdf::text_string(words);
    let range = [0].into_iter().chain(RANGE).map(Object::Integer).collect();
    let signature = next.new_document.add_object(dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => "adbe.pkcs7.detached",
        "ByteRange" => Object::Array(range),
        "Contents" => Object::String(vec![0; ROOM], StringFormat::Hexadecimal),
        "M" => Object::string_literal(format!("D:{:04}{:02}{:02}000000+08'00'", on.year, on.month, on.day)),
        "Name" => text(&format!("{organ}（测试电子印章）")),
    });
    // Without an area: the ring that the eye sees is drawn by the document itself.
    let field = next.new_document.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => text("印章"), "V" => signature, "P" => last,
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()], "F" => 132,
    });
    let page = next.new_document.get_object_mut(last)?.as_dict_mut()?;
    let mut annotations = match page.get(b"Annots") {
        Ok(Object::Array(list)) => list.clone(),
        Ok(Object::Reference(list)) => {
            let list = *list;
            next.get_prev_documents().get_object(list)?.as_array()?.clone()
        }
        _ => Vec::new(),
    };
    annotations.push(field.into());
    let page: &mut Dictionary = next.new_document.get_object_mut(last)?.as_dict_mut()?;
    page.set("Annots", annotations);
    let catalog = next.new_document.get_object_mut(catalog)?.as_dict_mut()?;
    catalog.set("AcroForm", dictionary! { "Fields" => vec![field.into()], "SigFlags" => 3 });
    let mut file = Vec::new();
    next.save_to(&mut file)?;
    Ok(file)
}

fn drained(mut from: impl Read + Send + 'static) -> JoinHandle<std::io::Result<Vec<u8>>> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        from.read_to_end(&mut all).map(|_| all)
    })
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

fn contains(within: &[u8], what: &[u8]) -> bool {
    find(within, what).is_some()
}

fn failed(why: impl Display) -> RenderError {
    RenderError::Seal(why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `pdfsig` of poppler-utils says, or `None` (said aloud) where it is not installed.
    fn judged(pdf: &[u8]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notice.pdf");
        std::fs::write(&path, pdf).unwrap();
        let Ok(output) = Command::new("pdfsig").arg("-nocert").arg(&path).output() else {
            eprintln!("SKIPPED: pdfsig is not installed (Debian: poppler-utils); the seal was not checked");
            return None;
        };
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn sample() -> Notice {
        let samples = notice::samples();
        samples
            .into_iter()
            .map(|(_, notice)| notice)
            .find(|notice| notice.seal.is_some())
            .unwrap()
    }

    #[test]
    fn any_reader_program_sees_that_a_sealed_document_was_changed() {
        let seals = TestSeals::new([7; 32]);
        let mut notice = sample();
        notice.seal = seals.mark("模拟县水利局");
        let sealed = sealed_pdf(&notice, &seals).unwrap();
        assert_eq!(sealed, sealed_pdf(&notice, &seals).unwrap(), "the same notice is the same bytes");
        let plain = notice::pdf(&notice).unwrap();
        assert!(sealed.starts_with(&plain), "sealing adds to the document and changes nothing of it");
        let Some(verdict) = judged(&sealed) else { return };
        assert!(verdict.contains("Signature is Valid"), "{verdict}");
        assert!(verdict.contains("模拟县水利局（测试电子印章）"), "{verdict}");
        assert!(verdict.contains("Total document signed"), "{verdict}");
        // Another date in the document's own data, of the same length.
        let at = find(&sealed, b"/CreationDate").unwrap() + 18;
        let mut changed = sealed.clone();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let verdict = judged(&changed).unwrap();
        assert!(!verdict.contains("Signature is Valid"), "{verdict}");
        let verdict = judged(&plain).unwrap();
        assert!(!verdict.contains("Signature is Valid"), "{verdict}");
    }

    #[test]
    fn organs_do_not_share_a_key() {
        let seals = TestSeals::new([7; 32]);
        let mark = |organ: &str| seals.mark(organ).unwrap().digest_hex;
        assert_ne!(mark("甲局"), mark("乙局"));
        assert_eq!(mark("甲局"), mark("甲局"));
        assert_ne!(TestSeals::new([8; 32]).mark("甲局").unwrap().digest_hex, mark("甲局"));
    }

    #[test]
    fn a_seal_service_that_does_not_seal_is_named() {
        let run = |script: &str| {
            let command = ["sh", "-c", script].map(str::to_owned).to_vec();
            let pdf = b"%PDF-1.7 sample".repeat(9000);
            SealCommand { command, patience: Duration::from_secs(2) }.seal("甲局", CivilDate::UNKNOWN, pdf)
        };
        let sealed = run("cat; printf ' /ByteRange %s' \"$FADU_SEAL_ORGAN\"").unwrap();
        assert!(sealed.ends_with(" /ByteRange 甲局".as_bytes()));
        for (script, said) in [
            ("cat", "unsealed"),
            ("echo other", "another document"),
            ("exec sleep 30", "did not answer"),
            ("cat >/dev/null; echo 无权使用 >&2; exit 3", "无权使用"),
        ] {
            let error = run(script).unwrap_err().to_string();
            assert!(error.contains(said), "{script}: {error}");
        }
        let missing = SealCommand { command: vec!["/no/such/program".into()], patience: Duration::ZERO };
        assert!(missing.seal("甲局", CivilDate::UNKNOWN, vec![]).is_err());
        assert!(
            NoSeals
                .seal("甲局", CivilDate::UNKNOWN, vec![])
                .unwrap_err()
                .to_string()
                .contains("甲局")
        );
    }
}
