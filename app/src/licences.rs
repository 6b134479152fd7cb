//! 电子证照的声明。 A holder's licence as a signed text that is checked with no database, the signed list of what was revoked,
//! and the check itself, which needs neither this program's store nor its network.

use crate::{App, Problem};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fadu_kernel::{Matter, MatterId, Sealed};
use fadu_ledger::VerifyKey;
use fadu_ledger::note::NoteError;
use fadu_proof::statement::{BadStatement, Standing};
use fadu_proof::{Licence, Revocations, Statement};
use fadu_service::publicity::is_named_in_full;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Licences that are not what they were: more than a county revokes in its time.
const LISTED: u32 = 100_000;
/// Where the address of a code holds the statement.
const IN_ADDRESS: &str = "/licence/verify?s=";

#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    #[error("不是可以核验的证照文件：{0}")]
    Shape(&'static str),
    #[error("签名不对：{0}")]
    Note(#[from] NoteError),
    #[error(transparent)]
    Statement(#[from] BadStatement),
}

/// 核验。 Of a note, or of the address that a code holds; against a key that the reader has from elsewhere.
pub fn verify(
    text: &str,
    key: &VerifyKey,
    revoked: Option<&str>,
    today: Date,
) -> Result<(Statement, Standing), Unproven> {
    let statement = Statement::parse(&key.open(&note_of(text)?)?)?;
    let list = revoked
        .map(|note| Ok::<_, Unproven>(Revocations::parse(&key.open(note)?)?))
        .transpose()?;
    let standing = statement.standing(today, list.as_ref());
    Ok((statement, standing))
}

/// The signed note in what somebody scanned, typed or saved.
pub fn note_of(text: &str) -> Result<String, Unproven> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let Some((_, code)) = text.split_once(IN_ADDRESS) else { return Ok(text) };
    let code = code.split(['&', '#']).next().unwrap_or_default().trim();
    let bytes = URL_SAFE_NO_PAD
        .decode(code)
        .map_err(|_| Unproven::Shape("地址里的声明不完整"))?;
    String::from_utf8(bytes).map_err(|_| Unproven::Shape("地址里的声明读不出来"))
}

/// What a code holds: the address of the page that checks, and in it everything that a check without a network needs.
pub fn address(base_url: &str, note: &str) -> String {
    format!("{base_url}{IN_ADDRESS}{}", URL_SAFE_NO_PAD.encode(note))
}

impl App {
    pub async fn licence(&self, id: MatterId) -> Result<Option<Licence>, Problem> {
        Ok(self.state_of::<Licence>(id).await?.filter(|licence| licence.issued.is_some()))
    }

    /// 声明, as of today. `None` where there is no such licence, or where the holder's data were erased.
    pub async fn licence_statement(&self, id: MatterId) -> Result<Option<(Statement, String)>, Problem> {
        let Some(licence) = self.licence(id).await? else { return Ok(None) };
        let values = self.unseal(id, &licence.sealed).await?;
        let (Some(name), Some(number)) = (values.get("applicant_name"), values.get("applicant_number"))
        else {
            return Ok(None);
        };
        // A firm's name and code are public; a person is shown as far as a reader needs who stands before them.
        let firm = fadu_kernel::codes::citizen_number(number).is_err();
        let shown = |value: &String| if firm { value.clone() } else { crate::private::mask(value) };
        let entries = self.store.entries_of(self.region, id).await?;
        let statement = Statement {
            origin: self.origin(),
            number: licence.number.clone(),
            version: licence.version,
            name: licence.grant.name.clone(),
            item: licence.grant.item_name.clone(),
            department: licence.grant.department.to_string(),
            holder: shown(name),
            holder_number: shown(number),
            issued: licence.issued.unwrap_or(self.moment().today),
            until: licence.grant.until,
            entry: entries.first().map_or(0, |entry| entry.seq),
            stated: self.moment().today,
        };
        let note = self.signer().sign_text(&statement.text());
        Ok(Some((statement, note)))
    }

    /// 失效清单: revoked licences, and for reissued ones the version that holds.
    pub async fn revocations(&self) -> Result<(Revocations, String), Problem> {
        let mut least = BTreeMap::new();
        for status in ["revoked", "reissued"] {
            for row in self.store.by_facet(self.region, "licence", status, LISTED).await? {
                if row.kind != Licence::KIND {
                    continue;
                }
                let from = if status == "revoked" {
                    None
                } else {
                    self.licence(row.id).await?.map(|licence| licence.version)
                };
                least.insert(row.number, from);
            }
        }
        let list = Revocations { origin: self.origin(), stated: self.moment().today, least };
        let note = self.signer().sign_text(&list.text());
        Ok((list, note))
    }

    /// 被许可人, as everybody may know them. `None` where their data were erased.
    pub async fn public_holder(&self, id: MatterId, sealed: &Sealed) -> Result<Option<String>, Problem> {
        let values = self.unseal(id, sealed).await?;
        let holder = values.get("applicant_name").zip(values.get("applicant_number"));
        Ok(holder.map(|(name, number)| match is_named_in_full(number) {
            true => name.clone(),
            false => crate::private::mask(name),
        }))
    }

    /// Whether the applicant of a matter bears this name. The name itself is not told.
    pub async fn is_named(&self, id: MatterId, sealed: &Sealed, name: &str) -> Result<bool, Problem> {
        let values = self.unseal(id, sealed).await?;
        Ok(values.get("applicant_name").is_some_and(|known| known.trim() == name.trim()))
    }

    /// As the store knows it now, for whoever has a network: the standing of this version of this number.
    pub async fn licence_now(&self, statement: &Statement) -> Result<Option<Licence>, Problem> {
        let rows = self.store.by_facet(self.region, "number", &statement.number, 4).await?;
        match rows.into_iter().find(|row| row.kind == Licence::KIND) {
            Some(row) => self.licence(row.id).await,
            None => Ok(None),
        }
    }
}
